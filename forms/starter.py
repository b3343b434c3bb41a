"""``forms new``: a small workbook that works as it is, with comments on what its headings do."""

from __future__ import annotations

from datetime import date
from io import BytesIO

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

TH, EN = "label::ไทย (th)", "label::English (en)"

_SURVEY: list[tuple[str, ...]] = [
    ("type", "name", TH, EN, "hint::ไทย (th)", "hint::English (en)", "required", "relevant", "constraint",
     "constraint_message::ไทย (th)", "constraint_message::English (en)", "calculation", "appearance",
     "choice_filter", "parameters", "save_to", "privacy", "filter", "unit", "plot"),
    ("start", "start"),
    ("end", "end"),
    ("begin_group", "place", "ที่ตั้ง", "Place"),
    ("date", "visit_date", "วันที่สำรวจ", "Date of the visit", "", "", "yes", "", ". <= today()",
     "ต้องไม่เป็นวันในอนาคต", "Not in the future", "", "buddhist"),
    ("select_one_from_file tambons.csv", "tambon", "ตำบล", "Sub-district", "", "", "yes", "", "", "", "", "",
     "minimal", "", "", "tambon", "", "yes"),
    ("integer", "moo", "หมู่ที่", "Village number", "", "", "yes", "", ". >= 1 and . <= 99", "ใส่ 1 ถึง 99",
     "1 to 99", "", "", "", "", "moo", "", "yes"),
    ("end_group", ""),
    ("begin_group", "what", "เรื่องที่สำรวจ", "What is recorded"),
    ("text", "title", "ชื่อที่ใช้เรียก", "What it is called", "เช่น สวนทุเรียนริมคลอง",
     "such as: durian garden by the canal", "yes"),
    ("text", "owner_name", "ชื่อ-สกุลผู้ดูแล", "Name of who looks after it", "", "", "", "", "", "", "", "", "",
     "", "", "", "personal"),
    ("select_one state", "state", "สภาพ", "State", "", "", "yes", "", "", "", "", "", "", "", "", "state", "",
     "yes"),
    ("decimal", "area_rai", "เนื้อที่", "Area", "", "", "", "${state} != 'none'", ". > 0", "มากกว่าศูนย์",
     "more than zero", "", "", "", "", "", "", "", "rai"),
    ("end_group", ""),
    ("geopoint", "point", "จุดที่ตั้ง", "Where it is", "ยืนตรงนั้นแล้วรอให้แม่นยำกว่า 10 ม.",
     "Stand there until the accuracy is below 10 m", "yes"),
    ("geoshape", "shape", "วาดขอบเขต", "Draw its outline", "", "", "", "", "not(intersects(.))",
     "เส้นขอบเขตไขว้กัน วาดใหม่", "The outline crosses itself: draw it again", "", "", "", "incremental=true"),
    ("calculate", "map_point", "", "", "", "", "", "", "", "", "", "${point}", "", "", "", "geometry"),
]  # fmt: skip
_CHOICES: list[tuple[str, ...]] = [
    ("list_name", "name", TH, EN, "color", "icon"),
    ("state", "good", "ดี", "Good", "#009e73", "●"),
    ("state", "poor", "ต้องดูแล", "Needs care", "#e69f00", "▲"),
    ("state", "none", "ไม่มีแล้ว", "Gone", "#999999", "■"),
]
_LAYERS: list[tuple[str, ...]] = [
    ("name", TH, EN, "geometry", "color_by", "status", "date", "where", "popup"),
    ("points", "จุดที่ตั้ง", "Places", "point", "state", "state", "visit_date", "", "title area_rai"),
    ("outlines", "ขอบเขต", "Outlines", "shape", "state", "state", "visit_date", "", "title area_rai"),
]
_INDICATORS: list[tuple[str, ...]] = [
    ("name", TH, EN, "measure", "of", "where", "per", "unit", "target", "good"),
    ("recorded", "จำนวนที่สำรวจแล้ว", "Recorded", "count", "", "", "tambon", "", "100", "up"),
    ("poor", "สัดส่วนที่ต้องดูแล", "Share that needs care", "share", "", "${state} = 'poor'",
     "tambon fiscal_year", "%", "10", "down"),
]  # fmt: skip
_COMMENTS = {
    "type": "ชนิดคำถาม เช่น text integer decimal date select_one LIST geopoint geoshape · the kind of question",
    "name": "ชื่อในตาราง ใช้ a–z 0–9 _ เท่านั้น และห้ามเปลี่ยนชนิดภายหลัง · ASCII; its type never changes",
    TH: "ข้อความที่โทรศัพท์แสดง · what the phone shows",
    EN: "ต้องกรอกทั้งสองภาษา มิฉะนั้นโทรศัพท์แสดง - · both languages, or phones show -",
    "required": "yes = ต้องตอบ · must be answered",
    "relevant": "ถามเมื่อเงื่อนไขจริง เช่น ${state} = 'poor' · asked only when true",
    "constraint": "คำตอบที่รับได้ จุด (.) คือคำตอบข้อนี้ · what is accepted; the dot is this answer",
    "appearance": "buddhist = แสดงปี พ.ศ. · shows the Buddhist year",
    "save_to": "เก็บลงทะเบียน (แผ่น entities) ให้แบบอื่นเลือกใช้ · kept in the register (sheet entities)",
    "privacy": "public team personal secret เว้นว่าง = team · who may see it; blank is team",
    "filter": "yes = ใช้กรองบนแผนที่ · offered as a filter",
    "unit": "หน่วย เช่น rai baht kg · shown beside the value",
    "plot": "yes = เป็นแปลงที่ดิน ตรวจว่าทับแปลงอื่นหรือไม่ · a plot, held against all other plots",
    "color": "สีในคำอธิบายแผนที่ #rrggbb · the legend's colour",
    "icon": "รูปร่างคู่กับสี สำหรับผู้ที่แยกสียาก · a shape beside the colour",
    "geometry": "คำถามที่เป็นจุด เส้น หรือพื้นที่ · the question with the place",
    "color_by": "คำถามตัวเลือกที่ใช้แยกสี · the select that gives the colour",
    "popup": "คำถามที่แสดงเมื่อแตะ คั่นด้วยช่องว่าง · shown when tapped, separated by spaces",
    "measure": "count distinct sum net mean median min max share ratio",
    "per": "household village tambon amphoe province และ month quarter fiscal_year · area, and a period",
    "good": "up = ยิ่งมากยิ่งดี, down = ยิ่งน้อยยิ่งดี · which way is better",
    "form_id": "ชื่อแบบ ห้ามเปลี่ยน · the form's name for ever",
    "version": "เพิ่มทุกครั้งที่แก้คำถาม เช่น 2026112501 · raise it whenever a question changes",
    "filled_by": "ใครเป็นผู้กรอก เช่น enumerator clerk · who fills it in",
    "list_name": "ชื่อรายการตัวเลือก หรือชื่อทะเบียน · the list's name",
    "create_if": "true() = ทุกครั้งที่ส่งสร้างรายการใหม่ · every submission makes an entry",
}
_HEAD = PatternFill("solid", fgColor="E8F5E9")


def workbook(form_id: str) -> bytes:
    """The .xlsx of a form with a place, a state, an outline, two layers, two indicators and a register."""
    version = f"{date.today():%Y%m%d}01"  # noqa: DTZ011 - a name, not a moment
    sheets: dict[str, list[tuple[str, ...]]] = {
        "survey": _SURVEY,
        "choices": _CHOICES,
        "settings": [
            ("form_title", "form_id", "version", "default_language", "filled_by"),
            (f"{form_id} · {form_id}", form_id, version, "ไทย (th)", "enumerator"),
        ],
        "entities": [("list_name", "label", "create_if"), (f"{form_id}_list", "${title}", "true()")],
        "layers": _LAYERS,
        "indicators": _INDICATORS,
    }
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([cell or None for cell in row])
        sheet.freeze_panes = "A2"
        for number, heading in enumerate(rows[0], start=1):
            cell = sheet.cell(1, number)
            cell.font, cell.fill, cell.alignment = Font(bold=True), _HEAD, Alignment(wrap_text=True)
            sheet.column_dimensions[get_column_letter(number)].width = 14 if number > 4 else 26
            if heading in _COMMENTS:
                cell.comment = Comment(_COMMENTS[heading], "forms new", width=320, height=90)
    out = BytesIO()
    book.save(out)
    return out.getvalue()
