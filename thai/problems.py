"""Everything that can be wrong with a Thai code, date, area or amount, and what to do about it."""

from __future__ import annotations

from thai.problem import Problem, Text


def area_code_unreadable(value: object) -> Problem:
    """The value is no province, amphoe, tambon or village code."""
    return Problem(
        code="area_code_unreadable",
        says=Text(f"“{value}” ไม่ใช่รหัสพื้นที่", f"“{value}” is not an area code."),
        remedy=Text(
            "ใช้รหัสกรมการปกครอง 2, 4, 6 หรือ 8 หลัก เช่น 801206 (มีหรือไม่มี TH นำหน้าก็ได้)",
            "Give the DOPA code of 2, 4, 6 or 8 digits, such as 801206, with or without TH in front.",
        ),
    )


def area_argument_unreadable(value: object) -> Problem:
    """The value of an ``--area`` option names no area."""
    return Problem(
        code="area_argument_unreadable",
        says=Text(f"ไม่รู้จักพื้นที่ “{value}”", f"“{value}” names no area."),
        remedy=Text(
            "ใช้ all, รหัส 2, 4, 6 หรือ 8 หลัก หรือ lao: ตามด้วยรหัส อปท.",
            "Give all, a code of 2, 4, 6 or 8 digits, or lao: followed by the local authority's code.",
        ),
    )


def date_unreadable(value: object) -> Problem:
    """The text is no date that can be read without guessing."""
    return Problem(
        code="date_unreadable",
        says=Text(f"อ่านวันที่ “{value}” ไม่ได้", f"“{value}” cannot be read as a date."),
        remedy=Text(
            "เขียนเป็น วัน เดือน ปี เช่น 25 ก.พ. 2564, 25/2/2564 หรือ 2021-02-25",
            "Write day, month, year, such as 25 ก.พ. 2564, 25/2/2564 or 2021-02-25.",
        ),
    )


def date_impossible(value: object) -> Problem:
    """The text reads as a date which the calendar does not have."""
    return Problem(
        code="date_impossible",
        says=Text(f"ไม่มีวันที่ “{value}” ในปฏิทิน", f"The calendar has no day “{value}”."),
        remedy=Text(
            "ตรวจวัน เดือน และปี (ก่อน พ.ศ. 2484 ปีเริ่มวันที่ 1 เมษายน; พ.ศ. 2483 ไม่มีเดือน ม.ค.–มี.ค.)",
            "Check day, month and year (before BE 2484 a year began on 1 April; "
            "BE 2483 has no January to March).",
        ),
    )


def land_area_unreadable(value: object) -> Problem:
    """The text is no land area."""
    return Problem(
        code="land_area_unreadable",
        says=Text(f"อ่านเนื้อที่ “{value}” ไม่ได้", f"“{value}” cannot be read as a land area."),
        remedy=Text(
            "เขียนเป็น ไร่-งาน-ตารางวา เช่น 5-2-30, “5 ไร่ 2 งาน 30 ตร.ว.” หรือ “5.5 ไร่” "
            "(งานไม่เกิน 3 ตารางวาไม่เกิน 100)",
            "Write rai-ngan-wah such as 5-2-30, “5 ไร่ 2 งาน 30 ตร.ว.” or “5.5 ไร่” "
            "(at most 3 ngan and 100 square wah).",
        ),
    )
