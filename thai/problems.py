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


def fiscal_year_unreadable(value: object) -> Problem:
    """The text names no fiscal year."""
    return Problem(
        code="fiscal_year_unreadable",
        says=Text(f"“{value}” ไม่ใช่ปีงบประมาณ", f"“{value}” is not a fiscal year."),
        remedy=Text("เขียนปี พ.ศ. เช่น 2564", "Write the Buddhist Era year, such as 2564."),
    )


def amount_unreadable(value: object) -> Problem:
    """The text is no amount of money."""
    return Problem(
        code="amount_unreadable",
        says=Text(f"อ่านจำนวนเงิน “{value}” ไม่ได้", f"“{value}” cannot be read as an amount."),
        remedy=Text(
            "เขียนเป็นตัวเลข เช่น 897,183.33 หรือ 2.67 ล้านบาท",
            "Write figures, such as 897,183.33 or 2.67 million.",
        ),
    )


def phone_unreadable(value: object) -> Problem:
    """The text is no Thai telephone number."""
    return Problem(
        code="phone_unreadable",
        says=Text(f"“{value}” ไม่ใช่เบอร์โทรศัพท์ในประเทศไทย", f"“{value}” is not a Thai telephone number."),
        remedy=Text(
            "เบอร์มือถือมี 10 หลัก (06, 08, 09) เบอร์บ้านมี 9 หลัก (02–05, 07) ตรวจว่าตกเลขหรือไม่",
            "A mobile number has 10 digits (06, 08, 09), a landline 9 (02–05, 07): is one missing?",
        ),
    )


def name_unreadable(value: object) -> Problem:
    """The text is no person's name."""
    return Problem(
        code="name_unreadable",
        says=Text(f"“{value}” ไม่ใช่ชื่อบุคคล", f"“{value}” is not a person's name."),
        remedy=Text("เขียนคำนำหน้า ชื่อ และนามสกุล", "Write title, given name and family name."),
    )


def citizen_id_unreadable(value: object) -> Problem:
    """Not thirteen digits."""
    return Problem(
        code="citizen_id_unreadable",
        says=Text(
            f"เลขประจำตัวประชาชนต้องมี 13 หลัก (ได้ {value} หลัก)",
            f"A citizen id has 13 digits ({value} were given).",
        ),
        remedy=Text(
            "อ่านจากบัตรอีกครั้ง ถ้าไม่มีบัตรให้เลือก “ไม่มีเลข” และบอกเหตุผล",
            "Read it from the card again; without a card choose “no number” and say why.",
        ),
    )


def citizen_id_wrong(ending: object) -> Problem:
    """The check digit does not fit. Only the ending is told, as the number is personal."""
    return Problem(
        code="citizen_id_wrong",
        says=Text(
            f"เลขประจำตัวที่ลงท้าย {ending} มีเลขผิดอย่างน้อยหนึ่งหลัก",
            f"The citizen id that ends in {ending} has at least one wrong digit.",
        ),
        remedy=Text("อ่านจากบัตรอีกครั้งทีละกลุ่ม 1-4-5-2-1", "Read it again from the card in groups of 1-4-5-2-1."),
    )


def citizen_id_province(ending: object) -> Problem:
    """Digits two and three are no province."""
    return Problem(
        code="citizen_id_province",
        says=Text(
            f"เลขหลักที่ 2–3 ของเลขประจำตัวที่ลงท้าย {ending} ไม่ตรงกับจังหวัดใด",
            f"Digits 2 and 3 of the citizen id that ends in {ending} are no province.",
        ),
        remedy=Text(
            "ตรวจหลักที่ 2 และ 3 (หลักตรวจสอบท้ายสุดจับหลักที่ 3 ไม่ได้)",
            "Look at digits 2 and 3 again (the check digit cannot catch a wrong third digit).",
        ),
    )


def period_unreadable(value: object) -> Problem:
    """The text names no period."""
    return Problem(
        code="period_unreadable",
        says=Text(f"อ่านช่วงเวลา “{value}” ไม่ได้", f"“{value}” cannot be read as a period."),
        remedy=Text(
            "เขียนเป็นเดือน 2569-10 ไตรมาส 2569-Q1 ปีงบประมาณ FY2569 ปีปฏิทิน CY2569 "
            "ช่วง 2025-02-01..2025-09-30 หรือ all",
            "Write a month 2026-10, a quarter 2569-Q1, a fiscal year FY2569, a calendar year CY2569, "
            "days 2025-02-01..2025-09-30, or all.",
        ),
    )
