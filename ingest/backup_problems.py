"""What can go wrong when an office is copied to a file, or made again from one."""

from __future__ import annotations

from pathlib import Path

from thai.problem import Place, Problem, Text


def nothing_to_back_up(path: Path) -> Problem:
    """There is no log in the folder."""
    return Problem(
        "nothing_to_back_up",
        Text(f"ไม่มีข้อมูลในโฟลเดอร์ {path}", f"There is no office in the folder {path}."),
        Text("ระบุโฟลเดอร์ข้อมูลด้วย --data", "Name the data folder with --data."),
        Place(file=str(path)),
    )


def not_a_backup(path: Path, reason: str) -> Problem:
    """Another file, or one of which a part is missing."""
    return Problem(
        "not_a_backup",
        Text("ไฟล์นี้ไม่ใช่สำเนาสำรองที่ครบถ้วน", f"This is no whole backup: {reason}."),
        Text("ใช้ไฟล์ที่ได้จากคำสั่ง backup", "Use a file that the backup command wrote."),
        Place(file=str(path)),
    )


def backup_damaged(path: Path, part: str) -> Problem:
    """What lies in the file is not what was put there."""
    return Problem(
        "backup_damaged",
        Text(f"สำเนาสำรองเสียหายที่ {part}", f"The backup is damaged at {part}."),
        Text(
            "คัดลอกไฟล์จากสื่อบันทึกเดิมใหม่ หรือใช้สำเนาก่อนหน้า ยังไม่ได้กู้คืนข้อมูลใด",
            "Copy the file anew from where it was kept, or take an earlier one. Nothing was restored.",
        ),
        Place(file=str(path)),
    )


def backup_too_new(path: Path) -> Problem:
    """A newer program wrote it."""
    return Problem(
        "backup_too_new",
        Text("สำเนาสำรองนี้มาจากโปรแกรมรุ่นใหม่กว่า", "A newer program made this backup."),
        Text("ติดตั้งโปรแกรมรุ่นล่าสุดก่อน", "Install the newest program first."),
        Place(file=str(path)),
    )


def folder_holds_an_office(path: Path) -> Problem:
    """Nothing that was received is ever written over."""
    return Problem(
        "folder_holds_an_office",
        Text(f"โฟลเดอร์ {path} มีข้อมูลอยู่แล้ว", f"The folder {path} holds an office, or what is left of one."),
        Text(
            "เลือกโฟลเดอร์ใหม่ด้วย --data หรือเปลี่ยนชื่อโฟลเดอร์เดิมก่อน",
            "Choose a new folder with --data, or rename the old one first.",
        ),
        Place(file=str(path)),
    )


def no_room(path: Path, needed_mb: int) -> Problem:
    """The disk has too little space for what is to be written."""
    return Problem(
        "no_room",
        Text(f"เนื้อที่ดิสก์ไม่พอ ต้องมี {needed_mb:,} MB", f"The disk lacks space: {needed_mb:,} MB are needed."),
        Text("ลบไฟล์ที่ไม่ใช้ หรือเลือกดิสก์อื่น", "Delete files, or choose another disk."),
        Place(file=str(path)),
    )
