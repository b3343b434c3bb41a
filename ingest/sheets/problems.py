"""What can be wrong with a file of tables."""

from __future__ import annotations

from collections.abc import Sequence

from thai.problem import Place, Problem, Text

_WORD = "word_unknown"


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


def form_of_export(name: str) -> Problem:
    """No form has the questions of this export, or several have."""
    return Problem(
        "form_of_export",
        Text(f"ไม่รู้ว่า {name} เป็นข้อมูลของแบบใด", f"It cannot be told which form {name} belongs to."),
        Text(
            "เลือกแบบ (--form รหัสแบบ) หรือใส่แฟ้มแบบฟอร์ม (.xlsx หรือ .xml) มาพร้อมกัน",
            "Choose its form (--form ID), or give the form itself (.xlsx or .xml) together with it.",
        ),
        Place(file=name),
    )


def exports_several(name: str, tables: Sequence[str]) -> Problem:
    """A zip holds the main tables of several exports: whose repeats and photos are whose, nobody can tell."""
    listed = ", ".join(tables[:5])
    return Problem(
        "exports_several",
        Text(f"{name} มีข้อมูลหลายชุด ({listed})", f"{name} holds several exports ({listed})."),
        Text(
            "ใส่แฟ้ม zip ที่แม่ข่ายส่งออก ทีละชุดโดยไม่รวมกัน",
            "Bring each export's own zip, as the server made it.",
        ),
        Place(file=name),
    )


def nothing_within(name: str, files: Sequence[str]) -> Problem:
    """A folder or zip without a submission, an export or a table."""
    listed = ", ".join(files[:5]) or "–"
    return Problem(
        "nothing_within",
        Text(f"ไม่พบข้อมูลใน {name} (มี {listed})", f"There is no data in {name} (it has {listed})."),
        Text(
            "ใส่โฟลเดอร์ instances ของโทรศัพท์ แฟ้มส่งออก หรือตารางของสำนักงาน",
            "Give a phone's instances folder, an export, or a table of the office.",
        ),
        Place(file=name),
    )


def mapping_needed(name: str) -> Problem:
    """A table of an office's own, and nothing says which column answers which question."""
    return Problem(
        "mapping_needed",
        Text(f"ตาราง {name} ต้องมีแฟ้มจับคู่คอลัมน์", f"The table {name} needs a mapping of its columns."),
        Text(
            "ร่างด้วย ingest files --suggest รหัสแบบ แล้วสั่งด้วย --map",
            "Draft one with ingest files --suggest FORM_ID, then give it with --map.",
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


def mapping_unreadable(name: str, reason: str) -> Problem:
    """The mapping is no TOML, or lacks a word."""
    return Problem(
        "mapping_unreadable",
        Text(f"อ่านแฟ้มจับคู่คอลัมน์ {name} ไม่ได้: {reason}", f"The mapping {name} cannot be read: {reason}"),
        Text(
            "ร่างใหม่ด้วย ingest files --suggest แล้วแก้จากร่างนั้น",
            "Draft it anew with ingest files --suggest, and change that.",
        ),
        Place(file=name),
    )


def mapping_question(form: str, name: str, suggestion: str) -> Problem:
    """The mapping names a question that the form does not ask."""
    near = (
        Text(f" (หมายถึง {suggestion} หรือไม่)", f" (did you mean {suggestion}?)")
        if suggestion
        else Text("", "")
    )
    return Problem(
        "mapping_question",
        Text(f"แบบ {form} ไม่มีคำถาม {name}{near.th}", f"The form {form} has no question {name}{near.en}"),
        Text("แก้ชื่อคำถามในแฟ้มจับคู่", "Correct the question's name in the mapping."),
    )


def form_of_mapping(form: str) -> Problem:
    """The mapping names a form that is not published."""
    return Problem(
        "mapping_form",
        Text(f"ไม่มีแบบ {form}", f"There is no form {form}."),
        Text("ดูชื่อแบบด้วย forms list", "See the forms with forms list."),
    )


def nothing_fits(name: str, tables: list[str]) -> Problem:
    """No table of the files has the headings of the mapping."""
    seen = ", ".join(tables[:5])
    return Problem(
        "mapping_fits_nothing",
        Text(
            f"ไม่มีตารางใดมีหัวคอลัมน์ครบตาม {name} (พบ: {seen})",
            f"No table has the headings of {name} (seen: {seen}).",
        ),
        Text(
            "เทียบหัวคอลัมน์ในแฟ้มกับแฟ้มจับคู่ หรือร่างใหม่ด้วย --suggest",
            "Compare the headings with the mapping, or draft it anew with --suggest.",
        ),
    )


def cell_unreadable(place: Place, shown: str, why: Problem) -> Problem:
    """A cell that does not answer its question."""
    mend = Text(
        "แก้ที่แฟ้มต้นฉบับ แล้วนำเข้าใหม่ แถวอื่นไม่เข้าซ้ำ",
        "Mend it in the file and bring that in again; no other row comes in twice.",
    )
    if why.code == _WORD:
        mend = Text(f"{why.remedy.th} หรือ{mend.th}", f"{why.remedy.en} Or: {mend.en}")
    return Problem(
        "cell_unreadable",
        Text(f"อ่าน “{shown}” ไม่ได้: {why.says.th}", f"“{shown}” cannot be read: {why.says.en}"),
        mend,
        place,
    )


def word_unknown(question: Text, word: str, offered: list[str]) -> Problem:
    """A word that is none of the choices."""
    listed = ", ".join(offered[:12])
    return Problem(
        _WORD,
        Text(f"“{word}” ไม่ใช่ตัวเลือกของ {question.th} ({listed})", f"“{word}” is no choice of {question.en}"),
        Text(
            "บอกว่าคำนี้หมายถึงตัวเลือกใด (ในรายการบนหน้าจอ หรือใน [words] ของแฟ้มจับคู่)",
            "Say which choice the word means, in the lists on the page or in [words] of the mapping.",
        ),
    )


def no_number(text: str) -> Problem:
    """A cell that should hold a figure."""
    return Problem(
        "no_number",
        Text(f"“{text}” ไม่ใช่ตัวเลข", f"“{text}” is no number"),
        Text("แก้เป็นตัวเลข", "Write a number."),
    )


def not_degrees(text: str) -> Problem:
    """Metres where degrees are expected, or latitude and longitude the wrong way round."""
    return Problem(
        "not_degrees",
        Text(f"“{text}” ไม่ใช่ละติจูดและลองจิจูด", f"“{text}” are no latitude and longitude"),
        Text(
            "ถ้าเป็น UTM ให้ระบุ crs ในแฟ้มจับคู่ เช่น EPSG:32647 หรือ EPSG:24047 (Indian 1975)",
            "If they are UTM, give crs in the mapping: EPSG:32647, or EPSG:24047 for Indian 1975.",
        ),
    )


def outside_thailand(text: str, place: str) -> Problem:
    """Coordinates of another zone or datum, in the wrong order, or noughts."""
    return Problem(
        "outside_thailand",
        Text(f"“{text}” อยู่นอกประเทศไทย (ละติจูด ลองจิจูด {place})", f"“{text}” lies outside Thailand ({place})"),
        Text(
            "ดูว่าสลับเหนือกับตะวันออก โซน (47 หรือ 48) หรือ crs ในแฟ้มจับคู่หรือไม่ ถ้าไม่รู้พิกัดให้เว้นว่าง",
            "See whether north and east, the zone (47, 48) or crs are right; leave blank what is not known.",
        ),
    )


def wrong_shape(found: str, wanted: str) -> Problem:
    """A shape of another kind than the question asks for, in several parts, or with holes."""
    return Problem(
        "wrong_shape",
        Text(
            f"รูปเป็น {found} หลายส่วนหรือมีรู แต่คำถามเป็น {wanted} รูปเดียว",
            f"The shape is a {found}, of several parts or with holes; the question takes one {wanted}",
        ),
        Text(
            "แยกเป็นแถวละรูป หรือจับคู่กับคำถามที่ตรงชนิด",
            "Split it into a row a shape, or map it to a question of its kind.",
        ),
    )


def photo_unreadable(place: Place, name: str, reason: str) -> Problem:
    """A photo that is damaged or too large, or one of several that the row may mean."""
    return Problem(
        "photo_unreadable",
        Text(f"เอาภาพ {name} ไม่ได้ ({reason})", f"The photo {name} cannot be taken ({reason})"),
        Text(
            "ให้เหลือแฟ้มชื่อนี้แฟ้มเดียวในโฟลเดอร์หรือ zip แล้วนำเข้าใหม่",
            "Leave one file of that name in the folder or zip, and bring it in again.",
        ),
        place,
    )


def upload_failed() -> Problem:
    """The process that reads uploaded files ended before its time: no memory, no disk, or a fault of ours."""
    return Problem(
        "upload_failed",
        Text("อ่านแฟ้มไม่สำเร็จ", "The files could not be read to the end."),
        Text(
            "ดูว่าดิสก์ยังมีที่ว่าง แล้วลองใหม่ทีละแฟ้ม ส่วนที่เข้าแล้วไม่เข้าซ้ำ",
            "See whether the disk has room, then try again file by file; nothing comes in twice.",
        ),
    )


def area_became_date(text: str) -> Problem:
    """Excel took rai-ngan-wah for a day: nobody can tell which figure was which."""
    return Problem(
        "area_became_date",
        Text(f"Excel เปลี่ยนเนื้อที่เป็นวันที่ {text}", f"Excel has turned the area into the day {text}"),
        Text(
            "จัดรูปแบบคอลัมน์เป็นข้อความ (Text) แล้วพิมพ์ ไร่-งาน-วา ใหม่",
            "Format the column as text and type rai-ngan-wah again.",
        ),
    )


def heading_twice(table: str, heading: str) -> Problem:
    """Two columns have the heading that the mapping names."""
    return Problem(
        "mapping_heading_twice",
        Text(f"{table} มีหัวคอลัมน์ {heading} สองคอลัมน์", f"{table} has two columns called {heading}."),
        Text("ตั้งชื่อหัวคอลัมน์ให้ต่างกันในแฟ้ม แล้วนำเข้าใหม่", "Give them different headings, then bring it in again."),
        Place(file=table),
    )


def key_twice(place: str, key: Sequence[str]) -> Problem:
    """An earlier row is the same row by its key, and says something else."""
    named = ", ".join(key)
    return Problem(
        "key_twice",
        Text(
            f"มีแถวก่อนหน้าที่ {named} เหมือนกันแต่ข้อมูลต่างกัน",
            f"An earlier row has the same {named} and says something else.",
        ),
        Text(
            "แก้เลขที่ซ้ำในแฟ้ม หรือเพิ่มหัวคอลัมน์ใน key ของแฟ้มจับคู่ให้แต่ละแถวต่างกัน",
            "Mend the number in the file, or add a heading to the mapping's key that tells the rows apart.",
        ),
        Place(file=place),
    )
