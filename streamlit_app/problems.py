"""What can go wrong while serving: code, sentence and remedy."""

from __future__ import annotations

from thai.problem import Problem, Text


def port_taken(port: int) -> Problem:
    """Another program listens there."""
    return Problem(
        "port_taken",
        Text(f"พอร์ต {port} มีโปรแกรมอื่นใช้อยู่", f"Port {port} is taken by another program."),
        Text(f"สั่งใหม่ด้วย --port {port + 1}", f"Start again with --port {port + 1}."),
    )


def host_unknown(host: str) -> Problem:
    """Not an address of this machine."""
    return Problem(
        "host_unknown",
        Text(f"เครื่องนี้ไม่มีที่อยู่ {host}", f"{host} is not an address of this machine."),
        Text("ตัด --host ออกเพื่อใช้ทุกที่อยู่ของเครื่อง", "Leave --host out to use all addresses of the machine."),
    )
