"""A load of posts over kept connections, cheap enough to stand on the server's own cores.

Every request is bytes made beforehand; a connection sends the next one when the answer to the last is
there. What the client itself took of the processor is told beside the rate.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import cast

from bench.submissions import Document

try:
    import uvloop
except ImportError:  # Windows
    new_loop: Callable[[], asyncio.AbstractEventLoop] = asyncio.new_event_loop
else:
    new_loop = uvloop.new_event_loop

AGENT = "org.odk.collect.android/v2026.2.0 Dalvik/2.1.0"
_BOUNDARY = "c0llect-5f0a2b1d-7d3e-4c0e-9a55-1f2e3d4c5b6a"
CONTENT_TYPE = f"multipart/form-data; boundary={_BOUNDARY}"
_PART = (
    f"--{_BOUNDARY}\r\n"
    'Content-Disposition: form-data; name="xml_submission_file"; filename="submission.xml"\r\n'
    "Content-Type: text/xml\r\nContent-Length: {size}\r\n\r\n"
)
_END = f"\r\n--{_BOUNDARY}--\r\n"
_LONGEST_ANSWER_S = 30.0


@dataclass
class Load:
    """What a load measured. ``waits_ms`` holds each answer's time in the order they came."""

    seconds: float = 0.0
    client_cpu_s: float = 0.0
    waits_ms: list[float] = field(default_factory=list)
    refused: list[bytes] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Accepted submissions a second."""
        return (len(self.waits_ms) - len(self.refused)) / self.seconds


def body_of(one: Document) -> bytes:
    """The multipart body of one submission without files."""
    return _PART.format(size=len(one.xml)).encode() + one.xml + _END.encode()


def request(path: str, one: Document) -> bytes:
    """A POST as ODK Collect's, in bytes."""
    body = body_of(one)
    head = (
        f"POST {path}/submission?deviceID=collect%3Abench HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"User-Agent: {AGENT}\r\nX-OpenRosa-Version: 1.0\r\n"
        f"Content-Type: {CONTENT_TYPE}\r\nContent-Length: {len(body)}\r\n"
        "Connection: Keep-Alive\r\n\r\n"
    )
    return head.encode() + body


class _Phone(asyncio.Protocol):
    """One connection: sends what ``requests`` gives until it ends or the time is over."""

    def __init__(
        self, requests: Iterator[bytes], until: float, load: Load, done: asyncio.Future[None]
    ) -> None:
        self._requests, self._until, self._load, self._done = requests, until, load, done
        self._got, self._sent_at, self._waiting = b"", 0.0, False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by class
        self._next()

    def _next(self) -> None:
        now = time.perf_counter()
        following = next(self._requests, None) if now < self._until else None
        if following is None:
            self._transport.close()
            return
        self._sent_at, self._waiting = now, True
        self._transport.write(following)

    def data_received(self, data: bytes) -> None:
        """Note a whole answer and send the next request."""
        self._got += data
        head, found, body = self._got.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head):
            return
        self._load.waits_ms.append((time.perf_counter() - self._sent_at) * 1000)
        if not head.startswith(b"HTTP/1.1 201"):
            self._load.refused.append(self._got)
        self._got, self._waiting = b"", False
        self._next()

    def connection_lost(self, error: Exception | None) -> None:
        """The end, wanted or not."""
        if self._waiting:
            self._done.set_exception(error or ConnectionError("closed before the answer"))
        else:
            self._done.set_result(None)


def _length(head: bytes) -> int:
    start = head.lower().index(b"content-length:") + 15
    end = head.find(b"\r\n", start)
    return int(head[start : end if end > 0 else None])


def send(port: int, requests: Sequence[bytes], *, connections: int, seconds: float) -> Load:
    """Send until the requests or the seconds are used up, over that many kept connections."""
    loop = new_loop()
    try:
        return loop.run_until_complete(_send(port, iter(requests), connections, seconds))
    finally:
        loop.close()


async def _send(port: int, requests: Iterator[bytes], connections: int, seconds: float) -> Load:
    loop, load = asyncio.get_running_loop(), Load()
    ends: list[asyncio.Future[None]] = [loop.create_future() for _ in range(connections)]
    start, cpu = time.perf_counter(), time.process_time()
    for end in ends:
        phone = partial(_Phone, requests, start + seconds, load, end)
        await loop.create_connection(phone, "127.0.0.1", port)
    await asyncio.wait_for(asyncio.gather(*ends), seconds + _LONGEST_ANSWER_S)
    load.seconds, load.client_cpu_s = time.perf_counter() - start, time.process_time() - cpu
    return load
