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


def file_not_made() -> Problem:
    """A fault of the program while it made a file; what it was stands in the server's log."""
    return Problem(
        "file_not_made",
        Text(
            "ทำแฟ้มไม่สำเร็จ เพราะข้อผิดพลาดของโปรแกรม",
            "The file could not be made, for a fault of the program.",
        ),
        Text(
            "ลองดาวน์โหลดใหม่ ถ้ายังเป็นอีก ให้ผู้ดูแลระบบดูข้อความในหน้าต่างที่เปิดโปรแกรมแล้วแจ้งผู้พัฒนา",
            "Download it again. If that does not help, the administrator finds the details where the program "
            "was started, for its developers.",
        ),
    )


def disk_is_full() -> Problem:
    """The server's disk has no room for a file that somebody asked for."""
    return Problem(
        "disk_is_full",
        Text("ดิสก์ของเครื่องแม่ข่ายเต็ม จึงทำแฟ้มไม่ได้", "The server's disk is full, so the file cannot be made."),
        Text(
            "แจ้งผู้ดูแลระบบให้เพิ่มเนื้อที่ หรือเลือกข้อมูลให้น้อยลงแล้วดาวน์โหลดใหม่",
            "Ask the administrator to free disk space, or choose fewer records and download again.",
        ),
    )


def not_there() -> Problem:
    """No such file, or not for this account."""
    return Problem(
        "not_there",
        Text("ไม่มีแฟ้มนี้ หรือบัญชีนี้เปิดไม่ได้", "There is no such file, or not for this account."),
        Text("กลับไปที่หน้าเดิม โหลดใหม่ แล้วเปิดอีกครั้ง", "Go back, load the page again and open it from there."),
    )


def no_page() -> Problem:
    """An address without a page: mistyped, or of an older version."""
    return Problem(
        "no_page",
        Text("ไม่มีหน้านี้", "There is no such page."),
        Text(
            "ตรวจที่อยู่อีกครั้ง หรือเปิดหน้าแผนที่แล้วเลือกจากเมนู",
            "Check the address, or open the map and choose from its menu.",
        ),
    )


def sent_from_elsewhere() -> Problem:
    """A page of another address sent a form here, or a proxy hides the address that the browser knows."""
    return Problem(
        "sent_from_elsewhere",
        Text(
            "ส่งมาจากหน้าของที่อยู่อื่น เครื่องแม่ข่ายจึงไม่รับ",
            "A page of another address sent this, so the server does not take it.",
        ),
        Text(
            "เปิดที่อยู่ของเครื่องแม่ข่ายเองแล้วทำใหม่ ถ้าเปิดผ่านพร็อกซี ให้ผู้ดูแลระบบสั่ง up ด้วย --public-url ตามที่อยู่ในเบราว์เซอร์",
            "Open the server's own address and do it there. Behind a proxy the administrator starts up with "
            "--public-url and the address that the browser shows.",
        ),
    )
