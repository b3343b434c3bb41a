"""Streamlit's own files: packed once, and asked for before a page finds out that it needs them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from functools import cache
from pathlib import Path
from typing import Any

import streamlit

from streamlit_app.maps.map_assets import asset_url
from streamlit_app.server.answers import Receive, Scope, Send, header

Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Message = MutableMapping[str, Any]

_KEPT = "/static/"  # their names change with what is in them
_FRAMES = "/component/"
_CHUNKS = Path(streamlit.__file__).parent / "static" / "static" / "js"
#: What every page loads only when its first widgets come: each would be a round trip of its own.
_LATER = ("Button", "ComponentInstance", "Html", "IFrameUtil", "purify.es", "urls", "withCalculatedWidth")
_OF_THE_MAP = ("leaflet.js", "map.js", "leaflet.css", "map.css")


class Bundles:
    """Keeps what the application behind it has packed, and adds to a page what to load early."""

    def __init__(self, inner: Application) -> None:
        self._inner = inner
        self._kept: dict[str, tuple[Message, bytes]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        plain = scope["type"] != "http" or scope["method"] != "GET" or scope["path"].startswith(_FRAMES)
        if plain:
            await self._inner(scope, receive, send)
        elif not scope["path"].startswith(_KEPT):
            await self._inner(scope, receive, _with_links(send))
        elif "gzip" not in header(scope, b"accept-encoding") or header(scope, b"range"):
            await self._inner(scope, receive, send)
        else:
            await self._file(scope, send)

    async def _file(self, scope: Scope, send: Send) -> None:
        if scope["path"] not in self._kept:
            kept = _Recorder()
            await self._inner(scope, _patient(), kept)
            if not kept.is_a_file:
                await kept.repeat(send)
                return
            self._kept[scope["path"]] = kept.whole()
        start, body = self._kept[scope["path"]]
        await send(start)
        await send({"type": "http.response.body", "body": body})


def _patient() -> Receive:
    """A client that never goes: half a file, kept as one browser left, would be all that the others get."""
    asked = False

    async def receive() -> Message:
        nonlocal asked
        if asked:
            await asyncio.Event().wait()
        asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    return receive


class _Recorder:
    """Takes an answer in place of the client."""

    def __init__(self) -> None:
        self.start: Message = {}
        self._body = bytearray()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
        else:
            self._body += message.get("body", b"")

    @property
    def is_a_file(self) -> bool:
        """Whether this is a file's content: for a path that it does not know Streamlit answers its page."""
        kinds = (value for name, value in self.start["headers"] if name == b"content-type")
        return self.start["status"] == 200 and not next(kinds, b"text/html").startswith(b"text/html")

    def whole(self) -> tuple[Message, bytes]:
        """The answer as one piece."""
        headers = [
            (k, v) for k, v in self.start["headers"] if k not in (b"transfer-encoding", b"content-length")
        ]
        length = (b"content-length", str(len(self._body)).encode())
        return {**self.start, "headers": [*headers, length]}, bytes(self._body)

    async def repeat(self, send: Send) -> None:
        """Say it to the client as it was."""
        await send(self.start)
        await send({"type": "http.response.body", "body": bytes(self._body)})


def _with_links(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 200:
            kinds = [value for name, value in message["headers"] if name == b"content-type"]
            if kinds and kinds[0].startswith(b"text/html"):
                message = {**message, "headers": [*message["headers"], (b"link", _links())]}
        await send(message)

    return sent


@cache
def _links() -> bytes:
    chunks = sorted(path.name for name in _LATER for path in _CHUNKS.glob(f"{name}.*.js"))
    told = [f"</static/js/{name}>; rel=modulepreload" for name in chunks]
    told += [f"<{asset_url(name)}>; rel=prefetch" for name in _OF_THE_MAP]
    return ", ".join(told).encode()
