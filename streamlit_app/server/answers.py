"""Small ASGI answers: the server's own routes need no framework between them and the socket."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from ingest import problems

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

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
    """Read a request's body; raises ``upload_too_large`` beyond ``limit`` bytes."""
    chunks: list[bytes] = []
    size = 0
    while True:
        event = await receive()
        if event["type"] != "http.request":
            raise problems.malformed_upload("connection closed")
        chunk = event.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise problems.upload_too_large(limit // (1024 * 1024))
        if chunk:
            chunks.append(chunk)
        if not event.get("more_body", False):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def header(scope: Scope, name: bytes) -> str:
    """A request header's text; '' where it is missing."""
    for key, value in scope["headers"]:
        if key == name:
            return str(value.decode("latin-1"))
    return ""


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


def is_own_machine(scope: Scope) -> bool:
    """Whether the request comes from this machine: over loopback, or from the address it was sent to."""
    client, server = scope.get("client"), scope.get("server")
    if client is None:
        return False
    return client[0] in ("127.0.0.1", "::1") or (server is not None and client[0] == server[0])
