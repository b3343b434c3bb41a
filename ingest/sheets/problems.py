"""What can be wrong with a file of tables."""

from __future__ import annotations

from thai.problem import Place, Problem, Text


def table_kind(name: str) -> Problem:
    """The file is of no kind that holds tables."""
    return Problem(
        "table_kind",
        Text(f"อ่านตารางจากแฟ้ม {name} ไม่ได้", f"Tables cannot be read from {name}."),
        Text(
            "บันทึกเป็น .xlsx, .csv หรือ .docx (แฟ้ม .xls หรือ .doc รุ่นเก่าให้เปิดแล้วบันทึกเป็นรุ่นใหม่)",
            "Save it as .xlsx, .csv or .docx (open an old .xls or .doc and save it anew).",
        ),
        Place(file=name),
    )


def table_unreadable(name: str, reason: str) -> Problem:
    """The file is damaged, locked with a password or in an unknown encoding."""
    return Problem(
        "table_unreadable",
        Text(f"เปิดแฟ้ม {name} ไม่ได้ ({reason})", f"{name} cannot be opened ({reason})."),
        Text(
            "เปิดด้วย Excel หรือ Word แล้วบันทึกใหม่โดยไม่ใส่รหัสผ่าน แฟ้ม CSV ให้เลือกรหัสอักษร UTF-8",
            "Open it in Excel or Word and save it again without a password; save CSV as UTF-8.",
        ),
        Place(file=name),
    )


def table_empty(name: str) -> Problem:
    """Nothing is written in the file."""
    return Problem(
        "table_empty",
        Text(f"แฟ้ม {name} ว่างเปล่า", f"{name} is empty."),
        Text(
            "ตรวจว่าเลือกแฟ้มถูก ภาพถ่ายหรือภาพสแกนของตารางต้องพิมพ์เป็นตัวเลขก่อน",
            "See whether it is the right file; a picture of a table has to be typed first.",
        ),
        Place(file=name),
    )
