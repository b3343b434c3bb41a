"""The outer application: phones, sign-in, health, map data, files; everything else is Streamlit's.

One gate stands over all of it. Without a session only phones' token paths, feature keys' paths, ``/healthz``
and ``/signin`` answer; a page is sent to sign in and anything else, WebSocket and Streamlit's own paths
included, gets 401.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from ingest.access import Viewer
from streamlit_app import pages
from streamlit_app.actions import status
from streamlit_app.maps import map_routes
from streamlit_app.office import Office
from streamlit_app.problems import no_page, sent_from_elsewhere
from streamlit_app.server.answers import (
    Receive,
    Scope,
    Send,
    answer,
    answer_json,
    is_from_elsewhere,
    redirect,
    wants_page,
)
from streamlit_app.server.browser_forms import FILL, BrowserForms
from streamlit_app.server.control import Control
from streamlit_app.server.files import FileServer
from streamlit_app.server.ogc import PREFIX as OGC
from streamlit_app.server.ogc import FeatureServer
from streamlit_app.server.own_pages import refuse
from streamlit_app.server.phones import PhoneServer
from streamlit_app.server.receiving import Receiver
from streamlit_app.server.signin import SignIn

Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class Outer:
    """The ASGI application that uvicorn runs. ``inner`` is Streamlit's."""

    def __init__(self, office: Office, inner: Application, *, public_url: str = "", secret: str = "") -> None:
        self._office = office
        self._inner = inner
        self._public_url = public_url
        self._signin = SignIn(office)
        receiver = Receiver(office)
        self._browsers = BrowserForms(office, receiver)
        self._phones = PhoneServer(office, receiver, self._browsers, public_url)
        self._files = FileServer(office)
        self._features = FeatureServer(office, self._signin.viewer_of, public_url)
        self._control = Control(office, secret)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, one WebSocket, or the server's own start and stop."""
        if scope["type"] == "lifespan":
            await self._inner(scope, receive, send)
            return
        if scope["type"] == "http" and await self._without_session(scope, receive, send):
            return
        viewer = await asyncio.to_thread(self._signin.viewer_of, scope)
        if viewer is None:
            await _turn_away(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._inner(scope, self._while_signed_in(scope, receive), send)
        else:
            await self._signed_in(viewer, scope, receive, send)

    async def _without_session(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """Answer what asks for no session, or for a key of its own; False for the rest."""
        path = scope["path"]
        if path.startswith("/v1/"):
            await self._phones(scope, receive, send)
        elif scope["method"] not in ("GET", "HEAD") and is_from_elsewhere(scope, self._public_url):
            await refuse(scope, send, sent_from_elsewhere(), 403)
        elif path in ("/signin", "/signout"):
            await self._signin(scope, receive, send)
        elif path == "/healthz":
            await answer_json(send, await asyncio.to_thread(status, self._office))
        elif path == OGC or path.startswith(f"{OGC}/"):
            await self._features(scope, send)
        elif path.startswith("/control/"):
            await self._control(scope, receive, send)
        else:
            return False
        return True

    async def _signed_in(self, viewer: Viewer, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if path.startswith("/map/"):
            await map_routes.answer(scope, receive, send, viewer)
        elif path.startswith(("/photo/", "/export/")):
            await self._files(scope, send, viewer)
        elif path == f"/{FILL}" or path.startswith(f"/{FILL}/"):
            await self._browsers.at_desk(viewer, scope, receive, send)
        elif wants_page(scope) and pages.leads_nowhere(path):
            await refuse(scope, send, no_page(), 404)
        else:
            await self._inner(scope, receive, send)

    def _while_signed_in(self, scope: Scope, receive: Receive) -> Receive:
        """A page's messages, until its session ends: then the page is cut off at its next message."""

        async def guarded() -> MutableMapping[str, Any]:
            event = await receive()
            if event["type"] == "websocket.receive" and not await asyncio.to_thread(
                self._signin.viewer_of, scope
            ):
                return {"type": "websocket.disconnect", "code": 1008}
            return event

        return guarded


async def _turn_away(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008})
    elif wants_page(scope):
        await redirect(send, "/signin")
    else:
        await answer(send, 401)
