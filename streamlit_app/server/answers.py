"""Small ASGI answers: the server's own routes need no framework between them and the socket."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from ingest import problems

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

STALLED_S = 60.0  # a sender of whom nothing is heard for so long has gone
_SMALLEST_GZIP = 1_000  # bytes


async def answer(send: Send, status: int, body: bytes = b"", headers: Headers | None = None) -> None:
    """Send a whole answer."""
    all_headers = [(b"content-length", str(len(body)).encode()), *(headers or [])]
    await send({"type": "http.response.start", "status": status, "headers": all_headers})
    await send({"type": "http.response.body", "body": body})


async def answer_compressed(scope: Scope, send: Send, status: int, body: bytes, headers: Headers) -> None:
    """Send a whole answer, packed where it is long enough to gain by it and the client unpacks."""
    if len(body) > _SMALLEST_GZIP and "gzip" in header(scope, b"accept-encoding"):
        body = await asyncio.to_thread(gzip.compress, body, 5, mtime=0)
        headers = [*headers, (b"content-encoding", b"gzip")]
    await answer(send, status, body, headers)


async def answer_json(send: Send, value: object, status: int = 200) -> None:
    """Send a value as JSON that no cache keeps."""
    body = json.dumps(value, ensure_ascii=False).encode()
    headers = [(b"content-type", b"application/json; charset=utf-8"), (b"cache-control", b"no-store")]
    await answer(send, status, body, headers)


async def redirect(send: Send, location: str, headers: Headers | None = None) -> None:
    """Send a browser elsewhere with a GET."""
    await answer(send, 303, b"", [(b"location", location.encode()), *(headers or [])])


async def read_body(receive: Receive, limit: int) -> bytes:
    """A request's whole body; raises as :func:`pieces`."""
    return b"".join([piece async for piece in pieces(receive, limit)])


async def pieces(receive: Receive, limit: int, stalled_s: float = STALLED_S) -> AsyncIterator[bytes]:
    """A request's body as it comes.

    Raises ``upload_too_large`` beyond ``limit`` bytes, ``malformed_upload`` where it ends too early or
    nothing comes for ``stalled_s``.
    """
    size, more = 0, True
    while more:
        try:
            async with asyncio.timeout(stalled_s):
                event = await receive()
        except TimeoutError as error:
            raise problems.malformed_upload("nothing came") from error
        if event["type"] != "http.request":
            raise problems.malformed_upload("connection closed")
        piece = event.get("body", b"")
        size += len(piece)
        if size > limit:
            raise problems.upload_too_large(limit // (1024 * 1024))
        yield piece
        more = event.get("more_body", False)


def header(scope: Scope, name: bytes) -> str:
    """A request header's text; '' where it is missing."""
    for key, value in scope["headers"]:
        if key == name:
            return str(value.decode("latin-1"))
    return ""


def wants_page(scope: Scope) -> bool:
    """Whether a browser asks for a page, so that it can be sent to sign in."""
    return scope["method"] in ("GET", "HEAD") and "text/html" in header(scope, b"accept")


def cookies(scope: Scope) -> dict[str, str]:
    """The request's cookies."""
    found = {}
    for part in header(scope, b"cookie").split(";"):
        name, _, value = part.strip().partition("=")
        if name:
            found[name] = value
    return found


def base_url(scope: Scope, public_url: str) -> str:
    """The address the client used: absolute URLs must lead back the same way."""
    if public_url:
        return public_url.rstrip("/")
    return f"{scope.get('scheme', 'http')}://{header(scope, b'host')}"


def is_from_elsewhere(scope: Scope, public_url: str) -> bool:
    """Whether a page of another address sent the request: a browser lends it the session where both have one
    registered name, or one machine. A program names no page.
    """
    origin = header(scope, b"origin")
    own = {header(scope, b"host").lower(), urlsplit(public_url).netloc} - {""}
    return bool(origin) and urlsplit(origin).netloc not in own


def is_own_machine(scope: Scope) -> bool:
    """Whether the request comes from this machine: over loopback, or from the address it was sent to."""
    client, server = scope.get("client"), scope.get("server")
    if client is None:
        return False
    return client[0] in ("127.0.0.1", "::1") or (server is not None and client[0] == server[0])
