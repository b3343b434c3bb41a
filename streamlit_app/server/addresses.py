"""The port that the server listens on, and the addresses at which phones find it."""

from __future__ import annotations

import contextlib
import errno
import socket
import sys

from streamlit_app import problems


def listen(host: str, port: int) -> socket.socket:
    """Take the port; raises ``port_taken``, ``port_closed`` or ``host_unknown``.

    The protocol is named, as asyncio sets TCP_NODELAY only on sockets that say they are TCP: without it
    every answer on a kept connection waits 40 ms.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if sys.platform == "win32":
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    else:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((host, port))
    except OSError as error:
        taken.close()
        if error.errno == errno.EADDRINUSE:
            raise problems.port_taken(port) from error
        if error.errno == errno.EACCES:
            raise problems.port_closed(port) from error
        raise problems.host_unknown(host) from error
    taken.listen(512)
    return taken


def addresses(host: str, port: int) -> list[str]:
    """The addresses at which phones may reach this machine, the likeliest first."""
    if host not in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        return [f"http://{in_url(host)}:{port}"]
    found = [_outgoing_address()]
    with contextlib.suppress(OSError):  # a machine that cannot look up its own name has the outgoing one
        found += [str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    lan = [one for one in dict.fromkeys(found) if one and not one.startswith("127.")]
    return [f"http://{one}:{port}" for one in lan or ["127.0.0.1"]]


def in_url(host: str) -> str:
    """An address as URLs hold it: those of IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host


def _outgoing_address() -> str:
    """The address this machine would send from; nothing is sent by connecting a datagram socket."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address for documentation (RFC 5737)
            return str(probe.getsockname()[0])
        except OSError:
            return ""
