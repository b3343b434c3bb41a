"""Signing in and out, and another password: a page of its own, a session cookie, links that work once."""

from __future__ import annotations

import asyncio
import html
import time
from dataclasses import dataclass, replace
from urllib.parse import parse_qs

from ingest import accounts, log
from ingest.access import Viewer
from streamlit_app.office import Office
from streamlit_app.server import lanes
from streamlit_app.server.answers import (
    Receive,
    Scope,
    Send,
    answer,
    cookies,
    read_body,
    redirect,
)
from streamlit_app.server.own_pages import HTML, language_of
from streamlit_app.texts import DEFAULT, LANGUAGES, t
from streamlit_app.viewer import COOKIE
from thai.problem import Problem

_MAX_FORM_BYTES = 10_000
_TRIES, _TRIES_IN_S = 10, 300.0  # wrong passwords of one address for one account before it must wait
_TRIES_OF_ONE = 50  # and for all accounts: behind some addresses stands a whole office
_MOST_WAITING = 20  # hashes are slow on purpose: who comes to a longer row is asked to come again
_PAGE = """<!doctype html><html lang="{language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>{title}</title>
<style>body{{font-family:"Noto Sans Thai",Sarabun,"Leelawadee UI",Loma,Tahoma,sans-serif;background:#f4f7f4;
margin:0;display:grid;place-items:center;min-height:100vh;line-height:1.7;color:#1c2b21}}
form{{background:#fff;padding:2rem;border-radius:12px;box-shadow:0 2px 16px #0002;
width:min(26rem,92vw);box-sizing:border-box}}
h1{{font-size:1.35rem;margin:0 0 1rem}}label{{display:block;margin:.8rem 0 .2rem}}
input{{width:100%;box-sizing:border-box;padding:.6rem;font-size:1rem;border:1px solid #9bb3a3;
border-radius:8px}}
button{{margin-top:1.4rem;width:100%;padding:.7rem;font-size:1rem;border:0;border-radius:8px;background:#2e7d32;
color:#fff}}[role=alert]{{color:#9b1c1c}}nav{{margin-top:1.2rem;display:flex;justify-content:space-between}}
a{{color:#1b5e20}}</style></head><body>
<form method="post" action="{action}"><h1>{title}</h1>{error}{fields}<button>{button}</button>
<nav><a href="{way}">{way_words}</a><a href="{other}">{other_words}</a></nav></form></body></html>"""
_FIELD = """<label for="{name}">{label}</label>
<input id="{name}" name="{name}" type="{kind}" value="{value}" autocomplete="{known_as}" required>"""
# By their names: the key of the words beside it, what is typed, and what browsers know it as.
_SIGNING_IN = {
    "email": ("email", "email", "username"),
    "password": ("password", "password", "current-password"),
}
_CHANGING = _SIGNING_IN | {
    "password": ("present", "password", "current-password"),
    "new": ("new", "password", "new-password"),
    "again": ("again", "password", "new-password"),
}


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which page an address asks for: to sign in or for another password, in a language."""

    language: str
    changing: bool

    @classmethod
    def by(cls, scope: Scope) -> _Asked:
        query = scope.get("query_string", b"").decode("latin-1")
        return cls(language_of(query), "change" in parse_qs(query))

    @property
    def address(self) -> str:
        return f"/signin?{'change=1&' if self.changing else ''}lang={self.language}"

    def page(self, error: str, email: str) -> str:
        """The page; ``error`` is the key of what went wrong, ``email`` of whom is known already."""
        way = replace(self, changing=not self.changing)
        other = replace(self, language=next(one for one in LANGUAGES if one != self.language))
        fields = [
            _FIELD.format(
                name=name, label=self._words(words), kind=kind, known_as=known_as,
                value=html.escape(email) if name == "email" else "",
            )
            for name, (words, kind, known_as) in (_CHANGING if self.changing else _SIGNING_IN).items()
        ]  # fmt: skip
        title, button = ("change", "save") if self.changing else ("title", "button")
        alert = f"<p role=alert>{html.escape(t(error, self.language))}</p>" if error else ""
        return _PAGE.format(
            language=self.language, title=self._words(title), error=alert, fields="".join(fields),
            action=html.escape(self.address), button=self._words(button),
            way=html.escape(way.address), way_words=self._words("change" if way.changing else "button"),
            other=html.escape(other.address), other_words=html.escape(LANGUAGES[other.language]),
        )  # fmt: skip

    def _words(self, name: str) -> str:
        return html.escape(t(f"signin.{name}", self.language))


class SignIn:
    """Answers ``/signin`` and ``/signout``, and tells who holds a request's session."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._recent: dict[str, list[tuple[float, str]]] = {}

    def viewer_of(self, scope: Scope) -> Viewer | None:
        """The viewer whose session cookie a request carries."""
        value = cookies(scope).get(COOKIE)
        if not value:
            return None
        with self._office.atlas.log.connect() as connection:
            return accounts.viewer_of(connection, value)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        asked = _Asked.by(scope)
        if scope["path"] == "/signout":
            await self._sign_out(scope, send)
        elif scope["method"] == "POST":
            try:
                body = await read_body(receive, _MAX_FORM_BYTES)
            except Problem:  # no password is so long
                await _show(send, asked, "signin.wrong", 413)
            else:
                form = {name: said[0] for name, said in parse_qs(body.decode("utf-8", "replace")).items()}
                await self._sign_in(scope, asked, form, send)
        else:
            secret = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("link", [""])[0]
            email = await asyncio.to_thread(self._spend_link, secret) if secret else None
            if email:
                await self._open(email, asked, scope, send)
            else:
                viewer = await asyncio.to_thread(self.viewer_of, scope) if asked.changing else None
                error = "signin.link_spent" if secret else ""
                await _show(send, asked, error, email=viewer.name if viewer else "")

    async def _sign_in(self, scope: Scope, asked: _Asked, form: dict[str, str], send: Send) -> None:
        email, password = form.get("email", "").strip().lower(), form.get("password", "")
        new = form.get("new", "") if asked.changing else ""
        if asked.changing and (unfit := _unfit(new, form.get("again", ""))):
            await _show(send, asked, unfit, 400, email=email)
            return
        # Counted before the slow hash, so that many tries at once count too; by the sender's address, so
        # that a stranger who guesses does not lock the owner out.
        tries = self._tries(str((scope.get("client") or ("",))[0]))
        if len(tries) >= _TRIES_OF_ONE or sum(tried == email for _, tried in tries) >= _TRIES:
            await _show(send, asked, "signin.wait", 429)
            return
        if lanes.PASSWORDS.asked >= _MOST_WAITING:
            await _show(send, asked, "signin.busy", 429)
            return
        tries.append((time.monotonic(), email))
        if await lanes.PASSWORDS.run(self._admits, email, password, new):
            tries[:] = [one for one in tries if one[1] != email]
            await self._open(email, asked, scope, send)
        else:
            await _show(send, asked, "signin.wrong", 401, email=email)

    def _tries(self, address: str) -> list[tuple[float, str]]:
        """The recent tries of one address, and at which account; old ones of everybody are forgotten."""
        since = time.monotonic() - _TRIES_IN_S
        self._recent = {key: tries for key, tries in self._recent.items() if tries and tries[-1][0] > since}
        tries = self._recent.setdefault(address, [])
        tries[:] = [one for one in tries if one[0] > since]
        return tries

    def _admits(self, email: str, password: str, new: str) -> bool:
        """Whether the password is right; then a new one, where there is one, is in its place."""
        with self._office.atlas.log.connect() as connection:
            right = accounts.check_password(connection, email, password)
        if not right or not new:
            return right
        hashed = accounts.hashed(new)  # before the log is taken, for which phones wait
        with log.writing(self._office.atlas.log) as connection:
            log.note(connection, email, "password_change")
            return accounts.set_password(connection, email, hashed)

    def _spend_link(self, secret: str) -> str | None:
        with log.writing(self._office.atlas.log) as connection:
            return accounts.use_link(connection, secret)

    async def _open(self, email: str, asked: _Asked, scope: Scope, send: Send) -> None:
        def start() -> str:
            with log.writing(self._office.atlas.log) as connection:
                log.note(connection, email, "sign_in")
                return accounts.open_session(connection, email)

        value = await asyncio.to_thread(start)
        start_page = "/" if asked.language == DEFAULT else f"/?lang={asked.language}"
        await redirect(send, start_page, [_cookie(value, scope, accounts.SESSION_HOURS * 3600)])

    async def _sign_out(self, scope: Scope, send: Send) -> None:
        value = cookies(scope).get(COOKIE, "")

        def end() -> None:
            with log.writing(self._office.atlas.log) as connection:
                accounts.end_session(connection, value)

        if value:
            await asyncio.to_thread(end)
        await redirect(send, "/signin", [_cookie("", scope, 0)])


async def _show(send: Send, asked: _Asked, error: str, status: int = 200, *, email: str = "") -> None:
    await answer(send, status, asked.page(error, email).encode(), HTML)


def _unfit(new: str, again: str) -> str:
    """The key of what is wrong with a new password; '' for nothing."""
    if len(new) < accounts.SHORTEST:
        return "signin.new_short"
    return "signin.new_differs" if new != again else ""


def _cookie(value: str, scope: Scope, age_s: int) -> tuple[bytes, bytes]:
    secure = "; Secure" if scope.get("scheme") == "https" else ""
    text = f"{COOKIE}={value}; Path=/; Max-Age={age_s}; HttpOnly; SameSite=Lax{secure}"
    return b"set-cookie", text.encode()
