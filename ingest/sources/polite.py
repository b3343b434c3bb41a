"""HTTP to another office's server: tries again when it is tired, believes nothing, goes nowhere else.

Credentials stay with the host they were given for: a redirect to another one ends the pull. Answers are
checked for what they claim to be, because captive portals and proxies answer 200 with a page of their own.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests import exceptions

from ingest.sources import problems

TRIES = 6
_TIMEOUT_S = (15, 120)  # to connect, to read
_LONGEST_PAUSE_S = 60.0
_TIRED = frozenset({429, 500, 502, 503, 504})
_PUT_OFF = frozenset({429, 503})  # nothing was done
_REDIRECTS = 5

Pause = Callable[[float], None]


class Polite:
    """One server. ``session`` carries the credentials, which ``renew`` may get anew when they expire;
    ``pause`` waits some seconds (tests do not).
    """

    def __init__(
        self,
        session: requests.Session,
        base_url: str,
        *,
        renew: Callable[[], None] | None = None,
        pause: Pause = time.sleep,
    ) -> None:
        self.base_url = base_url.rstrip("/") + "/"
        self.host = urlsplit(self.base_url).netloc
        self._session = session
        # What the environment says of proxies and certificates is looked up once, not for each submission;
        # what it says of passwords never counts.
        found = session.merge_environment_settings(self.base_url, {}, None, None, None)
        session.proxies, session.verify, session.trust_env = found["proxies"], found["verify"], False
        self._renew = renew
        self._pause = pause

    def json(self, path: str, params: dict[str, str] | None = None) -> Any:
        """A JSON document; raises a problem of this package when it never comes."""
        return self._again(lambda: self._json(self._get(path, params)))

    def content(self, path: str, params: dict[str, str] | None = None) -> bytes:
        """A file's bytes, whole; raises a problem of this package when they never come."""
        content: bytes = self._again(lambda: self._whole(self._no_page(self._get(path, params))))
        return content

    def xml(self, path: str, params: dict[str, str] | None = None) -> bytes:
        """An XML document's bytes; a web page in its place is refused."""
        content = self.content(path, params)
        if content.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html")):
            raise problems.odd_answer(self.host, "HTML")
        return content

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
    ) -> Any:
        """Write something there; the JSON of the answer.

        A POST whose answer was lost may have been heard: it is not said again, unlike one that was put off.
        Raises ``source_rejected`` with the server's own words when it does not take what was sent.
        """
        said = {**(headers or {}), **({"Content-Type": kind} if kind else {})}

        def once() -> Any:
            answer = self._one(
                method, urljoin(self.base_url, path), params, json=json, data=content, headers=said
            )
            if answer.is_redirect:
                raise problems.moved(self.host, urlsplit(answer.headers["location"]).netloc or self.host)
            if answer.status_code in (400, 409, 413, 422):
                raise problems.rejected(self.host, _words(answer))
            return self._json(self._checked(answer, path))

        return self._again(once, heard_once=method == "POST")

    def _again(self, once: Callable[[], Any], *, heard_once: bool = False) -> Any:
        renew = self._renew
        for tries_left in reversed(range(TRIES)):
            try:
                return once()
            except _ExpiredError:
                if renew is None:
                    raise problems.refused(self.host, 401) from None
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

    def _get(self, path: str, params: dict[str, str] | None) -> requests.Response:
        url = urljoin(self.base_url, path)
        for _ in range(_REDIRECTS):
            answer = self._one("GET", url, params)
            if not answer.is_redirect:
                return self._checked(answer, path)
            target = urljoin(url, answer.headers["location"])
            if urlsplit(target).netloc != self.host:
                raise problems.moved(self.host, urlsplit(target).netloc)
            url, params = target, None
        raise problems.odd_answer(self.host, "redirects")

    def _one(self, method: str, url: str, params: dict[str, str] | None, **what: Any) -> requests.Response:
        try:
            return self._session.request(
                method, url, params=params, timeout=_TIMEOUT_S, allow_redirects=False, **what
            )
        except exceptions.SSLError as error:
            raise problems.certificate(self.host) from error
        except (exceptions.ConnectionError, exceptions.Timeout, exceptions.ChunkedEncodingError) as error:
            raise _TiredError(reason=type(error).__name__) from error
        except exceptions.RequestException as error:
            raise problems.odd_answer(self.host, type(error).__name__) from error

    def _checked(self, answer: requests.Response, path: str) -> requests.Response:
        status = answer.status_code
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

    def _no_page(self, answer: requests.Response) -> requests.Response:
        """A sign-in page that stands between would pass for a photo; a file is sent as an attachment."""
        kind = answer.headers.get("content-type", "")
        if kind.startswith("text/html") and "content-disposition" not in answer.headers:
            raise problems.odd_answer(self.host, "text/html")
        return answer

    def _whole(self, answer: requests.Response) -> bytes:
        content: bytes = answer.content
        expected = answer.headers.get("content-length", "")
        packed = answer.headers.get("content-encoding", "identity") != "identity"
        if expected.isdigit() and not packed and len(content) != int(expected):
            raise _TiredError(reason="half an answer")
        return content

    def _json(self, answer: requests.Response) -> Any:
        content = self._whole(answer)
        kind = answer.headers.get("content-type", "")
        if "json" not in kind:
            raise problems.odd_answer(self.host, kind.partition(";")[0] or "no content type")
        try:
            return answer.json() if content else None
        except ValueError as error:  # broken off in the middle
            raise _TiredError(reason="half a document") from error


def _words(answer: requests.Response) -> str:
    """What a server says of its refusal, as far as it says anything that a person can read."""
    try:
        return str(answer.json().get("message") or f"HTTP {answer.status_code}")[:300]
    except (ValueError, AttributeError):
        return f"HTTP {answer.status_code}"


class _ExpiredError(Exception):
    """The credentials are not, or no longer, accepted."""


class _TiredError(Exception):
    """An answer worth asking for again."""

    def __init__(self, *, status: int = 0, reason: str = "", wait_s: float = 0.0) -> None:
        super().__init__(status, reason)
        self.status, self.reason, self.wait_s = status, reason, wait_s
