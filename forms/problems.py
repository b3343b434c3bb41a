"""Everything that can be wrong with a workbook or an XForm, with where it stands and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from thai.problem import Place, Problem, Text


def nearest(value: str, known: Iterable[str]) -> str:
    """The known word that was probably meant, or ''."""
    words = {word.casefold(): word for word in known}
    close = get_close_matches(value.casefold(), words, n=1, cutoff=0.6)
    return words[close[0]] if close else ""


def near(suggestion: str) -> Text:
    """A question after a message: whether the suggested word was meant; blank without one."""
    if not suggestion:
        return Text("", "")
    return Text(f" (หมายถึง “{suggestion}” หรือไม่)", f" (did you mean “{suggestion}”?)")


def xform_unreadable(reason: str) -> Problem:
    """The bytes are not an XForm."""
    return Problem(
        "xform_unreadable",
        Text(f"อ่าน XForm ไม่ได้: {reason}", f"This is not a readable XForm: {reason}"),
        Text("คอมไพล์สมุดงานใหม่แล้วเผยแพร่อีกครั้ง", "Compile the workbook again and publish it."),
    )


def workbook_unreadable(file: str, reason: str) -> Problem:
    """The bytes are not an .xlsx workbook."""
    return Problem(
        "workbook_unreadable",
        Text(f"เปิดสมุดงานไม่ได้: {reason}", f"The workbook cannot be opened: {reason}"),
        Text(
            "บันทึกเป็น “สมุดงาน Excel (.xlsx)” ที่ไม่มีรหัสผ่าน แล้วลองใหม่",
            "Save it as “Excel Workbook (.xlsx)” without a password and try again.",
        ),
        Place(file=file),
    )


def workbook_too_large(file: str, limit_mb: int) -> Problem:
    """The workbook unpacks to more than a form can need."""
    return Problem(
        "workbook_too_large",
        Text(f"สมุดงานใหญ่เกิน {limit_mb} MB เมื่อคลายแล้ว", f"The workbook unpacks to more than {limit_mb} MB"),
        Text(
            "ลบแผ่นงาน รูปภาพ และแถวว่างที่ไม่เกี่ยวกับแบบสอบถาม",
            "Remove sheets, pictures and empty rows that are not part of the form.",
        ),
        Place(file=file),
    )


def sheet_missing(sheet: str, suggestion: str = "") -> Problem:
    """A sheet that every form needs is not there."""
    close = near(suggestion)
    return Problem(
        "sheet_missing",
        Text(f"ไม่มีแผ่นงาน “{sheet}”{close.th}", f"There is no sheet “{sheet}”{close.en}"),
        Text(f"เพิ่มแผ่นงานชื่อ {sheet}", f"Add a sheet named {sheet}."),
        Place(sheet=sheet),
    )


def column_twice(sheet: str, column: str) -> Problem:
    """Two columns of a sheet have one heading."""
    return Problem(
        "column_twice",
        Text(f"หัวคอลัมน์ “{column}” ซ้ำ", f"The column heading “{column}” stands twice"),
        Text("ลบหรือเปลี่ยนชื่อคอลัมน์หนึ่ง", "Remove or rename one of them."),
        Place(sheet=sheet, row=1, column=column),
    )


def column_missing(sheet: str, column: str) -> Problem:
    """A sheet lacks a column it cannot do without."""
    return Problem(
        "column_missing",
        Text(f"แผ่นงาน {sheet} ไม่มีคอลัมน์ “{column}”", f"The sheet {sheet} has no column “{column}”"),
        Text(f"เพิ่มคอลัมน์ {column} ในแถวที่ 1", f"Add a column {column} in row 1."),
        Place(sheet=sheet, row=1, column=column),
    )


def column_unknown(sheet: str, column: str, suggestion: str, allowed: Iterable[str]) -> Problem:
    """A column of our own sheets that means nothing to us."""
    close, names = near(suggestion), ", ".join(allowed)
    return Problem(
        "column_unknown",
        Text(f"ไม่รู้จักคอลัมน์ “{column}”{close.th}", f"The column “{column}” is not known{close.en}"),
        Text(f"ใช้เฉพาะ: {names}", f"Use only: {names}."),
        Place(sheet=sheet, row=1, column=column),
    )


def cell_missing(place: Place) -> Problem:
    """A cell that must be filled is blank."""
    return Problem(
        "cell_missing",
        Text(f"ช่อง “{place.column}” ว่าง", f"The cell “{place.column}” is blank"),
        Text("กรอกช่องนี้", "Fill it in."),
        place,
    )


def value_unknown(place: Place, value: str, suggestion: str, allowed: Iterable[str]) -> Problem:
    """A value outside a closed vocabulary."""
    close, names = near(suggestion), ", ".join(allowed)
    return Problem(
        "value_unknown",
        Text(f"ไม่รู้จักค่า “{value}”{close.th}", f"The value “{value}” is not known{close.en}"),
        Text(f"ใช้ค่าใดค่าหนึ่ง: {names}", f"Use one of: {names}."),
        place,
    )


def name_twice(place: Place, name: str) -> Problem:
    """A layer or indicator name is used again."""
    return Problem(
        "name_twice",
        Text(f"ชื่อ “{name}” ซ้ำกับแถวก่อนหน้า", f"The name “{name}” is used by an earlier row"),
        Text("ตั้งชื่อใหม่ที่ไม่ซ้ำ", "Give it a name of its own."),
        place,
    )


def name_not_plain(place: Place, name: str) -> Problem:
    """A name with letters that phones or files cannot carry."""
    return Problem(
        "name_not_plain",
        Text(
            f"ชื่อ “{name}” ใช้ไม่ได้: โทรศัพท์รับเฉพาะอักษรอังกฤษ",
            f"The name “{name}” cannot be used: phones accept plain English letters only",
        ),
        Text(
            "ใช้ a–z, 0–9 และ _ ขึ้นต้นด้วยตัวอักษร แล้วเขียนภาษาไทยในคอลัมน์ label",
            "Use a–z, 0–9 and _, a letter first; the Thai words go into the label column.",
        ),
        place,
    )


def name_reserved(place: Place, name: str) -> Problem:
    """A name as the program gives to its own columns and tables."""
    return Problem(
        "name_reserved",
        Text(
            f"ชื่อ “{name}” สงวนไว้สำหรับคอลัมน์และตารางของโปรแกรม",
            f"The name “{name}” is kept for the program's own columns and tables",
        ),
        Text(
            "ตั้งชื่ออื่นที่ขึ้นต้นด้วยตัวอักษรและไม่มี __",
            "Choose another name, a letter first and without __.",
        ),
        place,
    )


def name_mixed(place: Place, name: str, other: str) -> Problem:
    """Two names that the data's tables cannot tell apart."""
    return Problem(
        "name_mixed",
        Text(
            f"ข้อมูลของ “{name}” จะปนกับข้อมูลของ “{other}”",
            f"The data of “{name}” would be mixed with that of “{other}”",
        ),
        Text(
            "เขียนเหมือนเดิมทุกตัวอักษร หรือตั้งชื่ออื่น (ตัวพิมพ์เล็กและใหญ่ถือว่าเหมือนกัน)",
            "Spell it as before, or choose another name; capital and small letters count as the same.",
        ),
        place,
    )


def setting_missing(name: str) -> Problem:
    """form_id or version is not set."""
    example = {"form_id": "household_register", "version": "2026112101"}.get(name, "…")
    return Problem(
        "setting_missing",
        Text(f"ไม่ได้กำหนด {name}", f"The setting {name} is missing"),
        Text(
            f"กรอก {name} ในแผ่นงาน settings เช่น {example}",
            f"Fill {name} in on the settings sheet, for example {example}.",
        ),
        Place(sheet="settings", row=2, column=name),
    )


def setting_unusable(name: str, value: str) -> Problem:
    """form_id or version has letters that do not travel."""
    allowed = "a–z 0–9 _ -" if name == "form_id" else "a–z 0–9 . _ -"
    return Problem(
        "setting_unusable",
        Text(f"{name} “{value}” ใช้ไม่ได้", f"The {name} “{value}” cannot be used"),
        Text(f"ใช้เฉพาะ {allowed} ไม่เกิน 64 ตัว", f"Use only {allowed}, 64 characters at most."),
        Place(sheet="settings", row=2, column=name),
    )


def label_missing(place: Place, name: str, language: str) -> Problem:
    """A question would show as '-' in one language."""
    return Problem(
        "label_missing",
        Text(
            f"“{name}” ไม่มีข้อความ{'ภาษาไทย' if language == 'th' else 'ภาษาอังกฤษ'} โทรศัพท์จะแสดงเป็น “-”",
            f"“{name}” has no {'Thai' if language == 'th' else 'English'} label; phones would show “-”",
        ),
        Text(f"กรอกช่อง {place.column}", f"Fill in {place.column}."),
        place,
    )


def compiler_refused(place: Place, message: str) -> Problem:
    """What pyxform says when it cannot make a form of the workbook."""
    return Problem(
        "compiler_refused",
        Text(f"แปลงเป็นแบบสอบถามไม่ได้: {message}", f"The workbook does not make a form: {message}"),
        Text("แก้ตามข้อความของ pyxform แล้วตรวจใหม่", "Mend what pyxform names and check again."),
        place,
    )


def field_unknown(place: Place, ref: str, suggestion: str) -> Problem:
    """A cell names a question that the form does not have."""
    close = near(suggestion)
    return Problem(
        "field_unknown",
        Text(f"ไม่มีคำถามชื่อ “{ref}”{close.th}", f"The form has no question “{ref}”{close.en}"),
        Text(
            "ใช้ชื่อในคอลัมน์ name ของแผ่นงาน survey; ในกลุ่มซ้ำเขียน repeat/ชื่อ",
            "Use a name from the name column of the survey sheet; inside a repeat write repeat/name.",
        ),
        place,
    )


def field_kind(place: Place, ref: str, kind: str, wanted: Iterable[str]) -> Problem:
    """A cell names a question of a type that cannot serve there."""
    names = ", ".join(wanted)
    return Problem(
        "field_kind",
        Text(f"“{ref}” เป็น {kind} ใช้ตรงนี้ไม่ได้", f"“{ref}” is {kind}, which cannot serve here"),
        Text(
            f"เลือกคำถามชนิด {names} (คำถาม calculate ระบุชนิดในคอลัมน์ bind::type)",
            f"Choose a question of type {names} (a calculate says its type in the column bind::type).",
        ),
        place,
    )


def field_elsewhere(place: Place, ref: str, table: str) -> Problem:
    """A cell mixes questions of two repeats that have no row in common."""
    return Problem(
        "field_elsewhere",
        Text(
            f"“{ref}” อยู่นอกกลุ่มซ้ำ “{table}” และไม่ใช่ระดับที่สูงกว่า",
            f"“{ref}” lies neither in the repeat “{table}” nor above it",
        ),
        Text("ใช้คำถามของกลุ่มเดียวกันหรือของแบบหลัก", "Use questions of the same repeat or of the form itself."),
        place,
    )


def list_strayed(place: Place, name: str) -> Problem:
    """A workbook's copy of a shared list has other choices, words or colours."""
    return Problem(
        "list_strayed",
        Text(
            f"รายการ “{name}” ไม่ตรงกับรายการกลางใน forms/lists",
            f"The list “{name}” differs from the shared list of that name in forms/lists",
        ),
        Text(
            "คัดลอกแถวของรายการนี้จาก forms/lists มาทั้งหมด หรือตั้งชื่อรายการใหม่",
            "Copy all rows of the list from forms/lists, or give your list a name of its own.",
        ),
        place,
    )


def colour_unreadable(place: Place, value: str) -> Problem:
    """A legend colour that is not #rrggbb."""
    return Problem(
        "colour_unreadable",
        Text(f"สี “{value}” อ่านไม่ได้", f"The colour “{value}” cannot be read"),
        Text("เขียนเป็น #rrggbb เช่น #0072b2", "Write it as #rrggbb, for example #0072b2."),
        place,
    )


def review_first(place: Place, name: str) -> Problem:
    """What just arrived cannot be decided already."""
    return Problem(
        "review_first",
        Text(f"สถานะแรก “{name}” ต้องเป็นชนิด open", f"The first state “{name}” must be of kind open."),
        Text(
            "ข้อมูลที่เพิ่งมาถึงอยู่ในสถานะแรกของแผ่นงาน ให้ใส่ open หรือเลื่อนสถานะที่รอพิจารณาขึ้นเป็นแถวแรก",
            "What just arrived is in the first state: write open, or move the state that waits to the top.",
        ),
        place,
    )


def target_unreadable(place: Place, value: str) -> Problem:
    """A target that is not a number."""
    return Problem(
        "target_unreadable",
        Text(f"เป้าหมาย “{value}” ไม่ใช่ตัวเลข", f"The target “{value}” is not a number"),
        Text("เขียนตัวเลขอย่างเดียว หน่วยไว้ในคอลัมน์ unit", "Write the number alone; the unit has its own column."),
        place,
    )


def of_count(place: Place, measure: str, wanted: int) -> Problem:
    """A measure was given too few or too many fields."""
    return Problem(
        "of_count",
        Text(
            f"“{measure}” ต้องมี {wanted} คำถามในคอลัมน์ of",
            f"“{measure}” takes {wanted} question(s) in the column of",
        ),
        Text("กรอกชื่อคำถามคั่นด้วยช่องว่าง", "Write the question names, separated by a space."),
        place,
    )


def per_unusable(place: Place, value: str) -> Problem:
    """``per`` needs one area and at most one period."""
    return Problem(
        "per_unusable",
        Text(
            f"“{value}” ต้องมีระดับพื้นที่หนึ่งระดับ และช่วงเวลาไม่เกินหนึ่งอย่าง",
            f"“{value}” must name one level of area and at most one period",
        ),
        Text("เช่น tambon หรือ tambon fiscal_year", "For example tambon, or tambon fiscal_year."),
        place,
    )


def expression_unreadable(text: str, position: int, reason: Text) -> Problem:
    """A ``where`` that lies outside the small language. ``position`` counts characters from 1."""
    return Problem(
        "expression_unreadable",
        Text(
            f"เงื่อนไข “{text}” ผิดที่ตัวอักษรที่ {position}: {reason.th}",
            f"The condition “{text}” fails at character {position}: {reason.en}",
        ),
        Text(
            "ใช้ได้เฉพาะ ${คำถาม} 'ข้อความ' ตัวเลข = != < <= > >= and or not() selected()",
            "Only ${question}, 'text', numbers, = != < <= > >=, and, or, not() and selected() are known.",
        ),
    )


def reveals(place: Place, ref: str, privacy: str) -> Problem:
    """Words that every enumerator's phone shows would carry a personal answer."""
    return Problem(
        "reveals",
        Text(
            f"ข้อความนี้ใช้ “{ref}” ซึ่งเป็นข้อมูลระดับ {privacy} แต่ผู้เก็บข้อมูลทุกคนจะเห็น",
            f"This text draws on “{ref}”, which is {privacy}, and every enumerator would see it",
        ),
        Text(
            "ใช้เฉพาะคำถามระดับ public หรือ team เช่น บ้านเลขที่ หมู่ที่ ตำบล",
            "Use only public or team questions, such as house number, village and tambon.",
        ),
        place,
    )


def calculation_reveals(place: Place, ref: str, source: str, privacy: str) -> Problem:
    """A calculation without a class of its own draws on a personal answer."""
    return Problem(
        "calculation_reveals",
        Text(
            f"“{ref}” คำนวณจาก “{source}” ซึ่งเป็นข้อมูลระดับ {privacy} แต่ไม่ได้ระบุ privacy ของตัวเอง",
            f"“{ref}” is computed from “{source}”, which is {privacy}, and says no privacy of its own",
        ),
        Text(
            f"กรอก privacy ของ {ref}: {privacy} หรือ team ถ้าผลลัพธ์ไม่เปิดเผยบุคคล",
            f"Fill in the privacy of {ref}: {privacy}, or team when the result reveals nobody.",
        ),
        place,
    )
