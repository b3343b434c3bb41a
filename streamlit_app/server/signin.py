"""Signing in and out: a page of its own, a session cookie, and links that work once."""

from __future__ import annotations

import asyncio
import html
import time
from urllib.parse import parse_qs

from ingest import accounts, log
from ingest.access import Viewer
from streamlit_app.office import Office
from streamlit_app.server import lanes
from streamlit_app.server.answers import (
    Headers,
    Receive,
    Scope,
    Send,
    answer,
    cookies,
    read_body,
    redirect,
)
from streamlit_app.texts import t
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
width:min(22rem,86vw)}}
h1{{font-size:1.35rem;margin:0 0 1rem}}label{{display:block;margin:.8rem 0 .2rem}}
input{{width:100%;box-sizing:border-box;padding:.6rem;font-size:1rem;border:1px solid #9bb3a3;
border-radius:8px}}
button{{margin-top:1.4rem;width:100%;padding:.7rem;font-size:1rem;border:0;border-radius:8px;background:#2e7d32;
color:#fff}}p{{color:#9b1c1c}}</style></head><body>
<form method="post" action="/signin"><h1>{title}</h1>{error}
<label for="email">{email}</label>
<input id="email" name="email" type="email" autocomplete="username" required>
<label for="password">{password}</label><input id="password" name="password" type="password"
autocomplete="current-password" required><button>{button}</button></form></body></html>"""


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
        if scope["path"] == "/signout":
            await self._sign_out(scope, send)
        elif scope["method"] == "POST":
            try:
                body = await read_body(receive, _MAX_FORM_BYTES)
            except Problem:  # no password is so long
                await self._page(send, "signin.wrong", 413)
            else:
                await self._sign_in(scope, body, send)
        else:
            secret = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("link", [""])[0]
            email = await asyncio.to_thread(self._spend_link, secret) if secret else None
            if email:
                await self._open(email, scope, send)
            else:
                await self._page(send, "signin.link_spent" if secret else "")

    async def _sign_in(self, scope: Scope, body: bytes, send: Send) -> None:
        form = parse_qs(body.decode("utf-8", "replace"))
        email = form.get("email", [""])[0].strip().lower()
        password = form.get("password", [""])[0]
        # Counted before the slow hash, so that many tries at once count too; by the sender's address, so
        # that a stranger who guesses does not lock the owner out.
        tries = self._tries(str((scope.get("client") or ("",))[0]))
        if len(tries) >= _TRIES_OF_ONE or sum(tried == email for _, tried in tries) >= _TRIES:
            await self._page(send, "signin.wait", 429)
            return
        if lanes.PASSWORDS.asked >= _MOST_WAITING:
            await self._page(send, "signin.busy", 429)
            return
        tries.append((time.monotonic(), email))
        if await lanes.PASSWORDS.run(self._check, email, password):
            tries[:] = [one for one in tries if one[1] != email]
            await self._open(email, scope, send)
        else:
            await self._page(send, "signin.wrong", 401)

    def _tries(self, address: str) -> list[tuple[float, str]]:
        """The recent tries of one address, and at which account; old ones of everybody are forgotten."""
        since = time.monotonic() - _TRIES_IN_S
        self._recent = {key: tries for key, tries in self._recent.items() if tries and tries[-1][0] > since}
        tries = self._recent.setdefault(address, [])
        tries[:] = [one for one in tries if one[0] > since]
        return tries

    def _check(self, email: str, password: str) -> bool:
        with self._office.atlas.log.connect() as connection:
            return accounts.check_password(connection, email, password)

    def _spend_link(self, secret: str) -> str | None:
        with log.writing(self._office.atlas.log) as connection:
            return accounts.use_link(connection, secret)

    async def _open(self, email: str, scope: Scope, send: Send) -> None:
        def start() -> str:
            with log.writing(self._office.atlas.log) as connection:
                log.note(connection, email, "sign_in")
                return accounts.open_session(connection, email)

        value = await asyncio.to_thread(start)
        await redirect(send, "/", [_cookie(value, scope, accounts.SESSION_HOURS * 3600)])

    async def _sign_out(self, scope: Scope, send: Send) -> None:
        value = cookies(scope).get(COOKIE, "")

        def end() -> None:
            with log.writing(self._office.atlas.log) as connection:
                accounts.end_session(connection, value)

        if value:
            await asyncio.to_thread(end)
        await redirect(send, "/signin", [_cookie("", scope, 0)])

    async def _page(self, send: Send, error: str, status: int = 200) -> None:
        words = {key: html.escape(t(f"signin.{key}")) for key in ("title", "email", "password", "button")}
        shown = f"<p role=alert>{html.escape(t(error))}</p>" if error else ""
        body = _PAGE.format(language="th", error=shown, **words).encode()
        headers: Headers = [(b"content-type", b"text/html; charset=utf-8"), (b"cache-control", b"no-store")]
        await answer(send, status, body, headers)


def _cookie(value: str, scope: Scope, age_s: int) -> tuple[bytes, bytes]:
    secure = "; Secure" if scope.get("scheme") == "https" else ""
    text = f"{COOKIE}={value}; Path=/; Max-Age={age_s}; HttpOnly; SameSite=Lax{secure}"
    return b"set-cookie", text.encode()
