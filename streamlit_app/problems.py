"""What can go wrong while serving: code, sentence and remedy."""

from __future__ import annotations

from thai.problem import Problem, Text

_MOST = 65535
_FAR = 18080  # what hardly a program or system keeps


def port_taken(port: int) -> Problem:
    """Another program listens there."""
    other = port + 1 if port < _MOST else _FAR
    return Problem(
        "port_taken",
        Text(f"พอร์ต {port} มีโปรแกรมอื่นใช้อยู่", f"Port {port} is taken by another program."),
        Text(f"สั่งใหม่ด้วย --port {other}", f"Start again with --port {other}."),
    )


def port_closed(port: int) -> Problem:
    """The system keeps the port for itself, or for administrators."""
    return Problem(
        "port_closed",
        Text(f"ระบบของเครื่องไม่ให้ใช้พอร์ต {port}", f"This machine's system does not give out port {port}."),
        Text(f"สั่งใหม่ด้วย --port {_FAR}", f"Start again with --port {_FAR}."),
    )


def host_unknown(host: str) -> Problem:
    """Not an address of this machine."""
    return Problem(
        "host_unknown",
        Text(f"เครื่องนี้ไม่มีที่อยู่ {host}", f"{host} is not an address of this machine."),
        Text("ตัด --host ออกเพื่อใช้ทุกที่อยู่ของเครื่อง", "Leave --host out to use all addresses of the machine."),
    )
