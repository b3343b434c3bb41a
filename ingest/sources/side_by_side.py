"""Many small documents from one server: several connections, each with one request under way, in one thread.

A thread a connection, and a client that is made for every case, cost more than the documents themselves. What
is unusual (half an answer, none, one that is packed) is left to that client.
"""

from __future__ import annotations

import re
import selectors
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, NoReturn, cast

import urllib3
from urllib3 import exceptions
from urllib3.connection import HTTPConnection

_REDIRECTED = frozenset({301, 302, 303, 307, 308})
_TIMEOUT_S = 120.0
_BUFFER_BYTES = 64 * 1024
_STATUS = re.compile(rb"HTTP/1\.1 (\d{3})\b")
_LONGEST_LINE = 65_536


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said, whole; the names of ``headers`` in small letters."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def is_redirect(self) -> bool:
        """Whether it sends us on."""
        return self.status in _REDIRECTED and "location" in self.headers


class _OddError(Exception):
    """Nothing that this reader understands: the connection is of no more use."""


@dataclass
class _Lane:
    """One connection and the request that is under way on it."""

    connection: HTTPConnection
    reader: BinaryIO
    target: str = ""

    def ask(self, target: str, head: bytes) -> None:
        """Ask for the next document."""
        self.target = target
        self.connection.sock.sendall(b"GET %s HTTP/1.1\r\n%s\r\n" % (target.encode("ascii"), head))

    def leave(self, pool: urllib3.HTTPConnectionPool) -> None:
        """Give the connection back, closed where an answer is still to come on it."""
        self.reader.close()
        if self.target:
            self.connection.close()
        pool._put_conn(self.connection)


def answers(
    pool: urllib3.HTTPConnectionPool, targets: Iterable[str], headers: Mapping[str, str], *, most: int
) -> Iterator[tuple[str, Answer]]:
    """Whole answers to GETs of a server, as they come; the first that is no 200 is the last.

    Whatever is not among them is to be asked for in the ordinary way.
    """
    said = {**headers, "Accept-Encoding": "identity"}
    head = "".join(f"{name}: {value}\r\n" for name, value in said.items()).encode("latin-1")
    waiting = deque(targets)
    with selectors.DefaultSelector() as ready:
        lanes = list[_Lane]()
        try:
            while waiting and len(lanes) < most:
                lanes.append(lane := _lane(pool))
                lane.ask(waiting.popleft(), head)
                ready.register(lane.connection.sock, selectors.EVENT_READ, lane)
            while ready.get_map():
                for key, _ in ready.select(_TIMEOUT_S) or _none_came():
                    lane = key.data
                    answer = _read(lane.reader)
                    yield lane.target, answer
                    if answer.status != 200:
                        return
                    ends = answer.headers.get("connection", "").lower() == "close"
                    if waiting and not ends:
                        lane.ask(waiting.popleft(), head)
                    else:
                        ready.unregister(lane.connection.sock)
                        lane.target = lane.target if ends else ""
        except (_OddError, OSError, ValueError, exceptions.HTTPError):
            return
        finally:
            for lane in lanes:
                lane.leave(pool)


def _lane(pool: urllib3.HTTPConnectionPool) -> _Lane:
    connection = cast(HTTPConnection, pool._get_conn())
    if connection.sock is None:
        connection.connect()
    connection.sock.settimeout(_TIMEOUT_S)
    return _Lane(connection, cast(BinaryIO, connection.sock.makefile("rb", _BUFFER_BYTES)))


def _none_came() -> NoReturn:
    raise _OddError


def _read(reader: BinaryIO) -> Answer:
    """One answer, to its end; raises what says that it is none, or not whole."""
    status = _STATUS.match(_line(reader))
    if not status:
        raise _OddError
    headers: dict[str, str] = {}
    while line := _line(reader).strip():
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    if "content-length" not in headers or headers.keys() & {"content-encoding", "transfer-encoding"}:
        raise _OddError
    length = int(headers["content-length"])
    content = reader.read(length)
    if len(content) != length:
        raise _OddError
    return Answer(int(status[1]), headers, content)


def _line(reader: BinaryIO) -> bytes:
    line = reader.readline(_LONGEST_LINE)
    if not line.endswith(b"\n"):
        raise _OddError
    return line
