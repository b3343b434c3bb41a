"""HTTP to another office's server: tries again when it is tired, believes nothing, goes nowhere else.

Credentials stay with the host they were given for: a redirect to another one ends the pull, unless it leads
over https to a file: that is fetched from there without them. Answers are
checked for what they claim to be, because captive portals and proxies answer 200 with a page of their own.

A session signs in and says how to reach the server (certificates, proxies); requests go over its connections
directly, as requests spends more than half of a small answer's time on what is the same for all of them.
"""

from __future__ import annotations

import json as _json
import re
import threading
import time
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from inspect import isfunction, isgeneratorfunction
from typing import Any, TypeVar
from urllib.parse import urlencode, urljoin, urlsplit

import requests
import urllib3
from urllib3 import exceptions

from ingest.sources import problems, side_by_side
from ingest.sources.side_by_side import Answer
from thai.problem import Problem

TRIES = 6
_TIMEOUT = urllib3.Timeout(connect=15, read=120)  # seconds
_LONGEST_PAUSE_S = 60.0
_TIRED = frozenset({429, 500, 502, 503, 504})
_PUT_OFF = frozenset({429, 503})  # nothing was done
_REDIRECTS = 5

_ROOT, _HEAD = re.compile(rb"<([^\s?!/>]+)"), 4_096  # bytes in which a document's first element begins

Pause = Callable[[float], None]
_Server = TypeVar("_Server")


class Polite:
    """One server. ``session`` carries the credentials, which ``renew`` may get anew when they expire, once
    for all threads that ask; ``pause`` waits some seconds (tests do not).
    """

    def __init__(
        self,
        session: requests.Session,
        base_url: str,
        *,
        renew: Callable[[], None] | None = None,
        pause: Pause = time.sleep,
    ) -> None:
        address = urlsplit(base_url.rstrip("/") + "/")
        self.host = address.netloc.rpartition("@")[2]  # a name and a password in it are told to nobody
        self.base_url = address._replace(netloc=self.host).geturl()
        self._session = session
        # What the environment says of proxies and certificates is looked up once, not for each submission;
        # what it says of passwords never counts.
        found = session.merge_environment_settings(self.base_url, {}, None, None, None)
        session.proxies, session.verify, session.trust_env = found["proxies"], found["verify"], False
        self._pools: dict[str, tuple[urllib3.HTTPConnectionPool, bool]] = {}
        self._stores: dict[str, Polite] = {}
        self._ahead: dict[str, Answer] = {}
        self._renew = renew
        self._renewing = threading.Lock()
        self._pause = pause

    def json(self, path: str, params: dict[str, str] | None = None) -> Any:
        """A JSON document; raises a problem of this package when it never comes."""
        return self._again(lambda: self._json(self._get(path, params)))

    def content(self, path: str, params: dict[str, str] | None = None) -> bytes:
        """A file's bytes, whole; raises a problem of this package when they never come.

        A server that keeps files in a store of its own sends us on to it, over https.
        """
        answer: Answer = self._again(lambda: self._no_page(self._get(path, params, stored=True)))
        return answer.content

    def xml(self, path: str, params: dict[str, str] | None = None) -> bytes:
        """An XML document's bytes, to its end; a web page in its place, or something else, is refused."""
        answer: Answer = self._again(lambda: self._ended(self._no_page(self._get(path, params))))
        content = answer.content.removeprefix(BOM_UTF8).lstrip()
        if not content.startswith(b"<") or content[:15].lower().startswith((b"<!doctype html", b"<html")):
            raise problems.odd_answer(self.host, "HTML")
        return answer.content

    def ahead(self, paths: Iterable[str], *, most: int) -> None:
        """Ask for documents that are wanted next, over some connections at once; what does not come is asked
        for when it is wanted.
        """
        base = urlsplit(self.base_url)
        by_target = {base.path + path: path for path in paths}
        pool, whole = self._connections(base.scheme)
        self._ahead.clear()
        if by_target and not whole and pool.proxy is None:
            headers = {name: str(said) for name, said in self._session.headers.items()} | {"Host": self.host}
            for target, answer in side_by_side.answers(pool, by_target, headers, most=most):
                self._ahead[by_target[target]] = answer

    @contextmanager
    def understood(self) -> Iterator[None]:
        """Read an answer whose shape was promised; one of another shape, as of a proxy's own, is told."""
        try:
            yield
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise problems.odd_answer(self.host, type(error).__name__) from error

    def send(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        content: bytes | None = None,
        kind: str = "",
        params: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        twice: bool = False,
    ) -> Any:
        """Write something there; the JSON of the answer.

        A POST whose answer was lost may have been heard: it is not said again, unlike one that was put off,
        or one that may be heard ``twice``.
        Raises ``source_rejected`` with the server's own words when it does not take what was sent.
        """
        body, kind = (content, kind) if json is None else (_json.dumps(json).encode(), "application/json")
        said = {**(headers or {}), **({"Content-Type": kind} if kind else {})}

        def once() -> Any:
            answer = self._one(method, urljoin(self.base_url, path), params, body, said)
            if answer.is_redirect:
                raise problems.moved(self.host, urlsplit(answer.headers["location"]).netloc or self.host)
            if answer.status in (400, 409, 413, 422):
                raise problems.rejected(self.host, _words(answer))
            return self._json(self._checked(answer, path))

        return self._again(once, heard_once=method == "POST" and not twice)

    def _again(self, once: Callable[[], Any], *, heard_once: bool = False) -> Any:
        renew = self._renew
        for tries_left in reversed(range(TRIES)):
            used = self._session.headers.get("Authorization")
            try:
                return once()
            except _ExpiredError:
                if renew is None:
                    raise problems.refused(self.host, 401) from None
                with self._renewing:
                    if self._session.headers.get("Authorization") == used:  # no other thread was quicker
                        renew()
                renew = None
            except _TiredError as tired:
                if not tries_left or (heard_once and tired.status not in _PUT_OFF):
                    raise self._gives_up(tired) from tired
                waited = tired.wait_s or 0.5 * 2 ** (TRIES - 1 - tries_left)
                self._pause(min(waited, _LONGEST_PAUSE_S))
        raise problems.refused(self.host, 401)

    def _gives_up(self, tired: _TiredError) -> Exception:
        if tired.status:
            return problems.busy(self.host, tired.status)
        return problems.unreachable(self.host, tired.reason)

    def _get(self, path: str, params: dict[str, str] | None, *, stored: bool = False) -> Answer:
        if not params and path in self._ahead:
            return self._checked(self._ahead.pop(path), path)
        url = urljoin(self.base_url, path)
        for _ in range(_REDIRECTS):
            answer = self._one("GET", url, params)
            if not answer.is_redirect:
                return self._checked(answer, path)
            before, target = urlsplit(url), urlsplit(urljoin(url, answer.headers["location"]))
            if stored and target.netloc != self.host and target.scheme == "https":
                return self._store(target.netloc)._stored(target.geturl())
            if target.netloc != self.host or (before.scheme, target.scheme) == ("https", "http"):
                raise problems.moved(self.host, target.netloc)
            url, params = target.geturl(), None
        raise problems.odd_answer(self.host, "redirects")

    def _store(self, host: str) -> Polite:
        """Another host that holds this server's files: it hears nothing of who asks."""
        if host not in self._stores:
            self._stores[host] = Polite(requests.Session(), f"https://{host}", pause=self._pause)
        return self._stores[host]

    def _stored(self, url: str) -> Answer:
        """A file by its own signed address, which alone says who may have it."""
        absent = problems.not_there(self.host, urlsplit(url).path)
        try:
            answer = self._one("GET", url, None)
        except Problem as problem:  # its certificate: of this file alone
            raise absent from problem
        if answer.status != 200 and answer.status not in _TIRED:
            raise absent
        return self._checked(answer, url)

    def _one(
        self, method: str, url: str, params: dict[str, str] | None, body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:  # fmt: skip
        if params:
            url = f"{url}?{urlencode(params)}"
        parts = urlsplit(url)
        pool, whole = self._connections(parts.scheme)
        try:
            answer = pool.urlopen(
                method, url if whole else parts._replace(scheme="", netloc="").geturl(), body,
                {**self._session.headers, **(headers or {})}, retries=False, redirect=False, timeout=_TIMEOUT,
            )  # fmt: skip
        except exceptions.SSLError as error:
            raise problems.certificate(self.host) from error
        except (exceptions.DecodeError, exceptions.LocationValueError) as error:
            raise problems.odd_answer(self.host, type(error).__name__) from error
        except exceptions.HTTPError as error:  # cut, too slow, or half an answer
            raise _TiredError(reason=type(error).__name__) from error
        return Answer(answer.status, answer.headers, answer.data)

    def _connections(self, scheme: str) -> tuple[urllib3.HTTPConnectionPool, bool]:
        """The session's connections to this server, and whether a proxy wants whole addresses."""
        if scheme not in self._pools:
            adapter: Any = self._session.get_adapter(f"{scheme}://{self.host}/")
            request = requests.Request("GET", f"{scheme}://{self.host}/").prepare()
            pool = adapter.get_connection_with_tls_context(
                request, self._session.verify, proxies=self._session.proxies
            )
            whole = "://" in adapter.request_url(request, self._session.proxies)
            self._pools[scheme] = pool, whole
        return self._pools[scheme]

    def _checked(self, answer: Answer, path: str) -> Answer:
        status = answer.status
        if status in _TIRED:
            asked = answer.headers.get("retry-after", "")
            raise _TiredError(status=status, wait_s=float(asked) if asked.isdigit() else 0.0)
        if status == 401:
            raise _ExpiredError
        if status == 403:
            raise problems.refused(self.host, status)
        if status == 404:
            raise problems.not_there(self.host, urlsplit(path).path)
        if status != 200:
            raise problems.odd_answer(self.host, f"HTTP {status}")
        return answer

    def _ended(self, answer: Answer) -> Answer:
        """A proxy may shorten a document and say so: what does not end with its own root is half of it."""
        root = _ROOT.search(answer.content, 0, _HEAD)
        if root and not answer.content.rstrip().endswith((b"</" + root[1] + b">", b"/>")):
            raise _TiredError(reason="half a document")
        return answer

    def _no_page(self, answer: Answer) -> Answer:
        """A sign-in page that stands between would pass for a photo; a file is sent as an attachment."""
        kind = answer.headers.get("content-type", "")
        if kind.startswith("text/html") and "content-disposition" not in answer.headers:
            raise problems.odd_answer(self.host, "text/html")
        return answer

    def _json(self, answer: Answer) -> Any:
        kind = answer.headers.get("content-type", "")
        if "json" not in kind:
            raise problems.odd_answer(self.host, kind.partition(";")[0] or "no content type")
        try:
            return _json.loads(answer.content) if answer.content else None
        except ValueError as error:  # broken off in the middle
            raise _TiredError(reason="half a document") from error


def understood(server: type[_Server]) -> type[_Server]:
    """For a class that reads answers of ``self._http``: one of another shape, a proxy's own, is told."""
    for name, method in list(vars(server).items()):
        if isfunction(method) and not name.startswith("_"):
            setattr(server, name, _watched(method))
    return server


def _watched(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def whole(self: Any, *args: Any, **named: Any) -> Any:
        with self._http.understood():
            return method(self, *args, **named)

    @wraps(method)
    def stepwise(self: Any, *args: Any, **named: Any) -> Any:
        with self._http.understood():
            yield from method(self, *args, **named)

    return stepwise if isgeneratorfunction(method) else whole


def _words(answer: Answer) -> str:
    """What a server says of its refusal, as far as it says anything that a person can read."""
    try:
        return str(_json.loads(answer.content).get("message") or f"HTTP {answer.status}")[:300]
    except (ValueError, AttributeError):
        return f"HTTP {answer.status}"


class _ExpiredError(Exception):
    """The credentials are not, or no longer, accepted."""


class _TiredError(Exception):
    """An answer worth asking for again."""

    def __init__(self, *, status: int = 0, reason: str = "", wait_s: float = 0.0) -> None:
        super().__init__(status, reason)
        self.status, self.reason, self.wait_s = status, reason, wait_s
