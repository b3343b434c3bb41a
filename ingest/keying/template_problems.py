"""What can be wrong with a filled-in Excel template, by sheet, row and column."""

from __future__ import annotations

from thai.problem import Place, Problem, Text


def template_other(place: Place) -> Problem:
    """A sheet or its second row is not the template's."""
    return Problem(
        "template_other",
        Text("แฟ้มนี้ไม่ใช่แม่แบบของแบบนี้", "This is not this form's template."),
        Text(
            "ดาวน์โหลดแม่แบบใหม่ แล้วอย่าลบแถวที่ 2",
            "Download the template again; leave its second row.",
        ),
        place,
    )


def template_empty(place: Place) -> Problem:
    """Nothing was filled in."""
    return Problem(
        "template_empty",
        Text("ไม่มีข้อมูลในแฟ้ม", "Nothing is filled in."),
        Text("กรอกตั้งแต่แถวที่ 3", "Fill in rows from the third on."),
        place,
    )


def cell_unreadable(place: Place, text: str, kind: str) -> Problem:
    """A cell whose text is no answer to its question."""
    return Problem(
        "cell_unreadable",
        Text(f"“{text}” ไม่ใช่คำตอบของข้อนี้ ({kind})", f"“{text}” is no answer to this question ({kind})."),
        Text("เลือกจากรายการในช่อง หรือแก้ตามชนิด", "Choose from the cell's list, or write it as its kind asks."),
        place,
    )


def record_unknown(place: Place, key: str) -> Problem:
    """A line of a repeat that belongs to no record."""
    return Problem(
        "record_unknown",
        Text(f"ไม่มีเลขที่ “{key}” ในแผ่นแรก", f"The first sheet has no number “{key}”."),
        Text("ใส่เลขที่ให้ตรงกับแผ่นแรก", "Write the number of a record on the first sheet."),
        place,
    )


def tambon_unknown(place: Place, text: str) -> Problem:
    """The code of an area is none, or of one that the boundary set does not have."""
    return Problem(
        "tambon_unknown",
        Text(f"ไม่มีตำบลรหัส “{text}” ในชุดขอบเขต", f"The boundary set has no tambon “{text}”."),
        Text("เขียนรหัสตำบล 6 หลัก เช่น 801206", "Write the tambon's code of 6 digits, such as 801206."),
        place,
    )


def record_twice(place: Place, key: str) -> Problem:
    """Two records under one number."""
    return Problem(
        "record_twice",
        Text(f"เลขที่ “{key}” ซ้ำ", f"The number “{key}” stands twice."),
        Text("ให้แต่ละแถวมีเลขที่ของตัวเอง", "Give each row a number of its own."),
        place,
    )


def record_refused(place: Place, says: Text) -> Problem:
    """The form does not take a record, in its own words."""
    return Problem(
        "record_refused",
        Text(f"แบบไม่รับแถวนี้: {says.th}", f"The form refuses this row: {says.en}"),
        Text("แก้คำตอบในแถวนี้", "Mend the answers of this row."),
        place,
    )


def month_twice(place: Place) -> Problem:
    """Two rows of one file are of the same entry and month."""
    return Problem(
        "month_twice",
        Text("เดือนนี้ของรายการนี้อยู่ในไฟล์นี้สองแถว", "This month of this entry stands twice in this file."),
        Text("รวมเป็นแถวเดียว หรือแก้เดือน", "Make one row of both, or correct the month."),
        place,
    )


def record_there(place: Place) -> Problem:
    """The same entry and month is in the office already."""
    return Problem(
        "record_there",
        Text("เดือนนี้ของรายการนี้มีอยู่แล้ว", "This month of this entry is there already."),
        Text("ลบแถวนี้ หรือแก้ของเดิมในหน้าคีย์ข้อมูล", "Remove the row, or correct what is there on the key-in page."),
        place,
    )
