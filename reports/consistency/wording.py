"""What each kind of finding and each cause says to a person, in Thai and English."""

from __future__ import annotations

from ingest.sheets.model import Cell, Document
from reports.consistency.model import Checked, Finding
from thai.problem import Text

KINDS = {
    "cell": Text(
        "ตัวเลขช่องนี้ทำให้ทั้งแถวและสดมภ์ไม่ลงตัว", "this figure breaks both its row and its column"
    ),
    "column_total": Text("ยอดรวมแนวตั้งไม่เท่าผลบวก", "the total of the column is not its sum"),
    "row_total": Text("ยอดรวมแนวนอนไม่เท่าผลบวก", "the total of the row is not its sum"),
    "balance": Text("ยอดคงเหลือไม่เท่าผลต่าง", "the balance is not the difference"),
    "share": Text("ร้อยละไม่ตรงกับตัวเลข", "the percentage does not follow from its figures"),
    "share_range": Text("ร้อยละอยู่นอกช่วงที่เป็นได้", "no percentage can be this"),
    "columns_repeat": Text(
        "สดมภ์นี้ซ้ำสดมภ์ก่อนทุกแถว", "the column repeats the one before in every row"
    ),
    "date_column_total": Text(
        "มีตัวเลขใต้ช่องวันที่ ซึ่งวันที่รวมกันไม่ได้",
        "a figure stands under dates, which cannot be summed",
    ),
    "year_misread": Text(
        "ปีของวันที่ถูกอ่านเป็น ค.ศ. 19xx", "the year of the date was read as 19xx"
    ),
    "year_far": Text(
        "ปีห่างจากวันที่อื่นในช่องเดียวกันมาก", "the year is far from the other dates of the column"
    ),
    "date_as_text": Text("วันที่เก็บเป็นข้อความ", "the date is kept as text"),
    "date_unreadable": Text("อ่านเป็นวันที่ไม่ได้", "cannot be read as a date"),
    "date_order": Text(
        "วันที่มาก่อนวันที่ซึ่งควรเกิดก่อน", "the date lies before the one that should precede it"
    ),
    "words_share": Text(
        "ร้อยละในข้อความไม่ตรงกับตัวเลขในข้อความ",
        "the words' percentage does not follow from their figures",
    ),
    "words_each": Text(
        "จำนวนรวมหารด้วยจำนวนต่อแห่งไม่ลงตัว", "the total is no whole multiple of the number for each"
    ),
    "words_period": Text(
        "ระยะเวลาไม่ตรงกับเดือนเริ่มและเดือนสิ้นสุด",
        "the length does not follow from the first and last month",
    ),
    "two_figures": Text(
        "เรื่องเดียวกันบอกจำนวนไม่เท่ากัน", "the same thing is told with two numbers"
    ),
    "caption": Text(
        "จำนวนในชื่อตารางไม่เท่าผลรวมในตาราง", "the caption's number is not the table's sum"
    ),
    "product": Text(
        "จำนวนคูณราคาหรือค่าเฉลี่ยไม่เท่ามูลค่าที่พิมพ์",
        "number times price or mean is not the printed amount",
    ),
    "carried": Text("ยอดยกมาไม่เท่ายอดคงเหลือก่อนหน้า", "what is brought forward is not what was left before"),
    "area_total": Text("เนื้อที่รวม (ไร่-งาน-ตารางวา) ไม่เท่าผลบวก", "the total area (rai-ngan-wah) is not the sum"),
    "area_part": Text("งานต้องไม่ถึง 4 ตารางวาต้องไม่ถึง 100", "ngan stay below 4, square wah below 100"),
    "cross_table": Text(
        "ไม่เท่าผลบวกของรายการเดียวกันในอีกตาราง", "is not the sum of the same in the other table"
    ),
    "baht_text": Text("จำนวนเงินตัวอักษรไม่ตรงกับตัวเลข", "the amount in words is not that in figures"),
    "beyond_all": Text("มากกว่าจำนวนที่มีทั้งประเทศ", "more than the whole country has"),
    "not_all": Text(
        "บอกว่าทั่วประเทศแต่จำนวนไม่ใช่ทั้งหมด", "says the whole country, but the number is another"
    ),
    "sum_not_said": Text(
        "บอกจำนวนหลายกลุ่มโดยไม่บอกยอดรวม อาจมีคนซ้ำกัน",
        "several groups without their total; people may be in two",
    ),
    "mean_without_n": Text(
        "บอกค่าเฉลี่ยโดยไม่บอกจำนวนที่ใช้เฉลี่ย", "a mean without the number behind it"
    ),
    "year_differs": Text(
        "วันและเดือนเดียวกันแต่คนละปี", "the same day and month in different years"
    ),
    "sequence": Text("เลขลำดับข้อข้ามหรือเริ่มใหม่", "the numbering skips or begins again"),
    "phone": Text(
        "จำนวนหลักของเบอร์โทรศัพท์ไม่ถูกต้อง", "the telephone number has the wrong number of digits"
    ),
    "letter_number": Text(
        "เลขที่หนังสือเดียวกันเขียนไม่ตรงกัน", "one letter's number is written in two ways"
    ),
    "look_alike": Text(
        "ตัวเลขกับตัวอักษรที่หน้าตาคล้ายกันปนกัน", "a digit and a letter that look alike are mixed"
    ),
    "spelling": Text(
        "ชื่อเดียวกันสะกดด้วยรหัสอักษรต่างกัน ค้นหาและจับคู่ไม่พบ",
        "one name in two codings: searches and joins miss it",
    ),
    "order_differs": Text(
        "รายชื่อเดียวกันเรียงคนละลำดับ ต้องจับคู่ด้วยรหัส",
        "the same names in another order: join by code",
    ),
    "words_differ": Text("รายการเดียวกันเขียนไม่เหมือนกัน", "the same entry is worded differently"),
    "not_in_both": Text("รายการนี้มีในตารางเดียว", "the entry is in one of two tables"),
    "caption_repeats": Text(
        "ชื่อตารางซ้ำกับตารางที่แถวเป็นคนละเรื่อง",
        "the caption repeats that of a table about other things",
    ),
    "mark_count": Text("จำนวนไม่เท่าเครื่องหมายที่ทำไว้", "the number is not that of the marks"),
    "list_count": Text(
        "จำนวนไม่เท่ารายชื่อที่เขียนไว้", "the number is not that of the names listed"
    ),
}  # fmt: skip

CAUSES = {
    "digits_swapped": Text("อาจสลับหลักตัวเลข", "digits may be swapped"),
    "one_digit": Text("อาจผิดหนึ่งหลัก", "one digit may be wrong"),
    "digit_missing": Text("อาจตกหรือเกินหนึ่งหลัก", "a digit may be missing or too many"),
    "digit_read": Text(
        "อาจอ่านตัวเลขกับตัวอักษรสลับกัน", "a digit may have been read for a letter"
    ),
    "thousands": Text("หน่วยอาจต่างกันพันเท่า", "the units may differ by a thousand"),
    "millions": Text("หน่วยอาจต่างกันล้านเท่า", "the units may differ by a million"),
    "zero": Text("อาจตกหรือเกินเลขศูนย์", "a zero may be missing or too many"),
    "row_left_out": Text(
        "อาจไม่ได้นับรวมหนึ่งรายการ", "one entry may have been left out of the sum"
    ),
    "row_twice": Text("อาจนับหนึ่งรายการซ้ำ", "one entry may have been counted twice"),
    "row_missing": Text("อาจมีแถวหายไปจากตาราง", "a row may be missing from the table"),
    "repeats_part": Text(
        "ยอดรวมซ้ำกับตัวเลขของสดมภ์หรือแถวหนึ่ง", "the total repeats one of the figures it sums"
    ),
    "sign": Text("เครื่องหมายลบอาจหายหรือเกิน", "the minus sign may be missing or too many"),
    "be_year_as_1964": Text(
        "โปรแกรมตารางอ่านปี พ.ศ. สองหลัก (64) เป็น ค.ศ. 1964",
        "a spreadsheet read the two-digit BE year 64 as 1964"
    ),
    "text_date": Text(
        "พิมพ์เป็นข้อความ โปรแกรมจึงไม่นับ", "typed as text, so that the spreadsheet left it out"
    ),
    "date_column_summed": Text(
        "เป็นผลบวกของเลขวันที่ภายในโปรแกรมตาราง", "it is the sum of the dates' inner serial numbers"
    ),
}  # fmt: skip

WEIGHTS = {
    "wrong": Text("ไม่ลงตัว", "does not add up"),
    "doubt": Text("น่าสงสัย", "doubtful"),
    "note": Text("ควรรู้", "worth knowing"),
}


def where(cell: Cell) -> str:
    """Sheet and address: ``งวด 1!H20``; a paragraph by its number."""
    if cell.sheet == "¶":
        return f"¶{cell.row}"
    return f"{cell.sheet}!{cell.address}" if cell.sheet else cell.address


def said(finding: Finding, language: str = "th") -> str:
    """One line: place, what it is, printed, computed, how far apart, likely causes."""
    parts = [f"{where(finding.cell)}: {KINDS[finding.kind][language]}"]
    words = {"th": ("พิมพ์ไว้", "คำนวณได้", "ต่างกัน"), "en": ("printed", "computed", "apart")}[language]
    if finding.printed:
        parts.append(f"{words[0]} “{finding.printed}”")
    if finding.computed:
        parts.append(f"{words[1]} {finding.computed}")
    if finding.difference:
        parts.append(f"{words[2]} {finding.difference.normalize():+,f}")
    if finding.detail:
        parts.append(f"({finding.detail})")
    if finding.causes:
        parts.append("– " + ", ".join(CAUSES[one][language] for one in finding.causes))
    return " ".join(parts)


def as_dict(finding: Finding) -> dict[str, object]:
    """A finding as ``check-table --json`` gives it."""
    return {
        "kind": finding.kind,
        "weight": finding.weight,
        "sheet": finding.cell.sheet,
        "cell": finding.cell.address,
        "printed": finding.printed,
        "computed": finding.computed,
        "difference": None if finding.difference is None else str(finding.difference.normalize()),
        "causes": list(finding.causes),
        "with": [where(one) for one in finding.with_cells[:50]],
        "detail": finding.detail,
        "th": said(finding),
        "en": said(finding, "en"),
    }


def outcome(document: Document, checked: Checked) -> dict[str, object]:
    """The whole outcome as ``check-table --json`` gives it: ``agreed`` counts the cells that were proved."""
    return {
        "file": document.name,
        "tables": len(document.tables),
        "statements": len(document.statements),
        "agreed": dict(sorted(checked.agreed.items())),
        "findings": [as_dict(one) for one in checked.findings],
    }
