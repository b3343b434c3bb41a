"""Tables as offices lay them out, in agreement and with one error each, which is found."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from reports.consistency.engine import check_file
from reports.consistency.model import Checked
from thai.text import thai_digits

Rows = list[list[Any]]


def checked(
    rows: Rows, ending: str = "xlsx", words: tuple[str, ...] = (), beside: Rows | None = None
) -> Checked:
    """What is found in a file of one or two tables and some paragraphs."""
    content = io.BytesIO()
    if ending == "csv":
        text = io.StringIO()
        csv.writer(text, delimiter=";").writerows(rows)
        content.write(text.getvalue().encode("cp874"))
    elif ending == "docx":
        document = docx.Document()
        for one in words:
            document.add_paragraph(one)
        table = document.add_table(rows=0, cols=len(rows[0]))
        for row in rows:
            for cell, value in zip(table.add_row().cells, row, strict=True):
                cell.text = str(value)
        document.save(content)
    else:
        book = openpyxl.Workbook()
        for sheet, own in ((book.active, rows), (book.create_sheet() if beside else None, beside or [])):
            for row in own:
                sheet.append(row)
        content = io.BytesIO()
        book.save(content)
    return check_file(Path(f"table.{ending}"), content.getvalue())[1]


def kinds(found: Checked) -> set[str]:
    """The kinds of all findings."""
    return {one.kind for one in found.findings}


def put(row: int, column: int, value: Any) -> Callable[[Rows], None]:
    """Change one cell."""

    def change(rows: Rows) -> None:
        rows[row][column] = value

    return change


QUARTERS: Rows = [
    ["โครงการ", "ไตรมาส", "", "", "", "รวมทั้งปี"],
    ["", "๑", "๒", "๓", "๔", ""],
    *[[name, *map(thai_digits, figures)] for name, *figures in (
        ("ซ่อมถนน", "120,000.00", "80,000.00", "0.00", "50,000.00", "250,000.00"),
        ("ขุดลอกคลอง", "0.00", "300,000.00", "150,000.00", "0.00", "450,000.00"),
        ("รวม", "120,000.00", "380,000.00", "150,000.00", "50,000.00", "700,000.00"),
    )],
]  # fmt: skip
SHARES: Rows = [
    ["อาชีพ", "ครัวเรือน", "ร้อยละ"], ["เกษตร", "45", "45.0"], ["รับจ้าง", "30", "30.0"], ["ค้าขาย", "15", "15.0"],
    ["ราชการ", "10", "10.0"], ["รวม", "100", "100.0"],
]  # fmt: skip
FUND: Rows = [
    ["เดือน", "ยกมา", "รับ", "จ่าย", "คงเหลือ"],
    ["ต.ค. 67", 10000, 2500, 1200, 11300], ["พ.ย. 67", 11300, 2450, 0, 13750],
    ["ธ.ค. 67", 13750, 2600, 3100, 13250], ["ม.ค. 68", 13250, 2500, 450, 15300],
]  # fmt: skip
CASH: Rows = [
    ["วันที่", "รายการ", "รับ", "จ่าย", "คงเหลือ"],
    ["1 ต.ค. 2567", "ยอดยกมา", "", "", 5000], ["3 ต.ค. 2567", "ขายไข่", 1200, 0, 6200],
    ["9 ต.ค. 2567", "ค่าอาหารไก่", 0, 2100, 4100], ["20 ต.ค. 2567", "ขายไข่", 1350.50, 0, 5450.50],
]  # fmt: skip
CONTRACTS: Rows = [
    ["ที่", "สัญญา", "วันที่เริ่ม", "วันที่สิ้นสุด", "วงเงิน (บาท)"],
    ["1", "จ้างขุดลอก", "4 ก.พ. 2564", "3 พ.ค. 2564", "480,000"],
    ["2", "จ้างวางท่อ", "10 มี.ค. 2564", "9 มิ.ย. 2564", "350,000"],
    ["3", "ซื้อปั๊มน้ำ", "1 เม.ย. 2564", "30 เม.ย. 2564", "95,000"],
    ["", "รวม", "", "", "925,000"],
]  # fmt: skip
AREAS: Rows = [
    ["แปลง", "ไร่", "งาน", "ตารางวา"], ["ก", 5, 2, 50], ["ข", 3, 3, 75], ["ค", 1, 0, 20], ["รวม", 10, 2, 45],
]  # fmt: skip
PRICES: Rows = [
    ["รายการ", "จำนวน", "ราคาต่อหน่วย", "จำนวนเงิน"], ["ปุ๋ย (กระสอบ)", 20, "850.00", "17,000.00"],
    ["เมล็ดพันธุ์ (กก.)", 150, "23.50", "3,525.00"], ["ค่าไถ (ไร่)", 30, "250.00", "7,500.00"],
    ["รวมเป็นเงิน", "", "", "28,025.00"],
]  # fmt: skip
SECTIONS: Rows = [
    ["รายการ", "ประมาณการ", "จ่ายจริง", "ผลต่าง"], ["หมวดครุภัณฑ์", "", "", ""],
    ["คอมพิวเตอร์*", "60,000", "58,500", "1,500"], ["โต๊ะ", "12,000", "13,000", "(1,000)"],
    ["รวมหมวดครุภัณฑ์", "72,000", "71,500", "500"], ["หมวดก่อสร้าง", "", "", ""],
    ["ถนน", "900,000", "870,000", "30,000"], ["ราง", "150,000", "–", "150,000"],
    ["รวมหมวดก่อสร้าง", "1,050,000", "870,000", "180,000"], ["รวมทั้งสิ้น", "1,122,000", "941,500", "180,500"],
    ["* จัดซื้อร่วม", "", "", ""],
]  # fmt: skip
AGES: Rows = [
    ["ช่วงอายุ", "ชาย", "หญิง", "รวม", "ร้อยละ"], ["0-14 ปี", "210", "195", "405", "20.25"],
    ["15-59 ปี", "640", "655", "1,295", "64.75"], ["60 ปีขึ้นไป", "130", "170", "300", "15.00"],
    ["รวม", "980", "1,020", "2,000", "100.00"],
]  # fmt: skip
VILLAGES: Rows = [
    ["ตำบล", "หมู่", "ครัวเรือน", "ทำบัญชี"], ["เกาะทวด", 1, 120, 12], ["เกาะทวด", 2, 98, 10],
    ["คลองน้อย", 1, 150, 15], ["คลองน้อย", 2, 90, 8], ["รวม", "", 458, 45],
]  # fmt: skip
TAMBONS: Rows = [
    ["ตำบล", "ครัวเรือน", "ทำบัญชี", "ร้อยละ"], ["เกาะทวด", 218, 22, 10.09], ["คลองน้อย", 240, 23, 9.58],
    ["รวม", 458, 45, 9.83],
]  # fmt: skip
COSTS: Rows = [["หมวด", "บาท"], ["วัสดุ", "750,000"], ["แรงงาน", "500,000"], ["รวม", "1,250,000"]]
PLAN: Rows = [  # number and budget year by year, and both of all years
    ["ยุทธศาสตร์", "ปี ๒๕๖๖", "", "ปี ๒๕๖๗", "", "รวม", ""],
    ["", *["จำนวน", "งบประมาณ"] * 3],
    *[[name, *map(thai_digits, figures)] for name, *figures in (
        ("โครงสร้างพื้นฐาน", "12", "4,500,000", "10", "3,800,000", "22", "8,300,000"),
        ("คุณภาพชีวิต", "8", "1,200,000", "9", "1,450,000", "17", "2,650,000"),
        ("สิ่งแวดล้อม", "3", "300,000", "4", "420,000", "7", "720,000"),
        ("รวม", "23", "6,000,000", "23", "5,670,000", "46", "11,670,000"),
    )],
]  # fmt: skip
LEVELS: Rows = [  # percentages beneath the figures that they are of: 56, 31, 10 and 3 of 100
    ["ระดับความพึงพอใจ", "มากที่สุด", "มาก", "ปานกลาง", "น้อย", "รวม"],
    ["จำนวน (คน)", 56, 31, 10, 3, 100], ["ร้อยละ", "56.0", "31.0", "10.0", "3.0", "100.0"],
]  # fmt: skip
MEANS: Rows = [  # 1,200,000 / 20 = 60,000; 3,700,000 / 75 = 49,333.33
    ["หมู่ที่", "จำนวนครัวเรือน", "รายได้รวม (บาท)", "รายได้เฉลี่ยต่อครัวเรือน (บาท)"], ["1", 20, "1,200,000", "60,000"],
    ["2", 30, "1,500,000", "50,000"], ["3", 25, "1,000,000", "40,000"], ["รวม", 75, "3,700,000", "49,333.33"],
]  # fmt: skip
LEASES: Rows = [  # 5-2-50 + 3-3-75 + 1-0-20 = 9-5-145 = 10-2-45; none of them is a day
    ["แปลง", "เนื้อที่ (ไร่-งาน-วา)", "ค่าเช่า (บาท)"], ["ก", "5-2-50", "2,800"], ["ข", "3-3-75", "1,950"],
    ["ค", "1-0-20", "525"], ["รวม", "10-2-45", "5,275"],
]  # fmt: skip
VISITS: Rows = [  # a month is marked in which a forum was held
    ["ตำบล", "ต.ค.", "พ.ย.", "ธ.ค.", "ม.ค.", "รวมครั้ง"], ["เกาะทวด", "/", "/", "", "/", 3],
    ["คลองน้อย", "/", "", "/", "", 2], ["ชะเมา", "", "/", "/", "/", 3], ["รวม", 2, 2, 2, 2, 8],
]  # fmt: skip
CHANGES: Rows = [  # 60,000 after 80,000: 20,000 less, which is -25 %
    ["รายการ", "ปี 2565", "ปี 2566", "เพิ่ม/ลด", "ร้อยละเพิ่ม/ลด"],
    ["ภาษีที่ดิน", "200,000", "250,000", "50,000", "25.00"],
    ["ค่าธรรมเนียม", "80,000", "60,000", "(20,000)", "-25.00"], ["ค่าปรับ", "10,000", "12,000", "2,000", "20.00"],
    ["รวม", "290,000", "322,000", "32,000", "11.03"],
]  # fmt: skip
YEARS: Rows = [  # the headings are numbers of Excel: years, and no row of figures
    ["ตำบล", 2563, 2564, 2565, "รวม"], ["ก", 12, 14, 15, 41], ["ข", 7, 8, 9, 24], ["ค", 20, 21, 19, 60],
    ["รวม", 39, 43, 43, 125],
]  # fmt: skip
HALVES: Rows = [  # 350 + 285 = 635
    ["เดือน", "รายรับ"], ["ต.ค.", 100], ["พ.ย.", 120], ["ธ.ค.", 130], ["รวมไตรมาส 1", 350], ["ม.ค.", 90],
    ["ก.พ.", 95], ["มี.ค.", 100], ["รวมไตรมาส 2", 285], ["รวมครึ่งปี", 635],
]  # fmt: skip
SCORES: Rows = [  # 4 + 5 + 3 = 12
    ["ตำบล", "คะแนนข้อ 1", "คะแนนข้อ 2", "คะแนนข้อ 3", "คะแนนรวม"], ["ก", 4, 5, 3, 12], ["ข", 5, 5, 4, 14],
    ["ค", 3, 3, 3, 9], ["เฉลี่ย", "4.00", "4.33", "3.33", "11.67"],
]  # fmt: skip
SO_FAR: Rows = [  # 100, 100 + 150, 250 + 250, 500 + 100
    ["เดือน", "เบิกจ่าย", "เบิกจ่ายสะสม"], ["ต.ค.", 100, 100], ["พ.ย.", 150, 250], ["ธ.ค.", 250, 500],
    ["ม.ค.", 100, 600],
]  # fmt: skip
SAID = (
    "จากสมาชิก 350 คน มาประชุม 280 คน คิดเป็นร้อยละ 80",
    "งบประมาณทั้งสิ้น 1,250,000 บาท (หนึ่งล้านสองแสนห้าหมื่นบาทถ้วน)",
    "ระยะเวลาดำเนินการ 12 เดือน ตั้งแต่ 1 ต.ค. 2566 ถึง 30 ก.ย. 2567",
)
TABLES: dict[str, tuple[Rows, str]] = {
    "quarters": (QUARTERS, "xlsx"), "shares": (SHARES, "csv"), "fund": (FUND, "xlsx"), "cash": (CASH, "xlsx"),
    "contracts": (CONTRACTS, "docx"), "areas": (AREAS, "xlsx"), "prices": (PRICES, "docx"),
    "sections": (SECTIONS, "xlsx"), "ages": (AGES, "csv"), "plan": (PLAN, "xlsx"), "levels": (LEVELS, "docx"),
    "means": (MEANS, "csv"), "leases": (LEASES, "xlsx"), "visits": (VISITS, "xlsx"),
    "changes": (CHANGES, "xlsx"), "years": (YEARS, "xlsx"), "halves": (HALVES, "xlsx"),
    "scores": (SCORES, "docx"), "so far": (SO_FAR, "csv"),
}  # fmt: skip
PLANTED: list[tuple[str, str, Callable[[Rows], None]]] = [
    ("quarters", "column_total", put(4, 2, "๓๐๘,๐๐๐.๐๐")), ("quarters", "row_total", put(3, 5, "๕๔๐,๐๐๐.๐๐")),
    ("quarters", "cell", put(2, 1, "๒๑๐,๐๐๐.๐๐")),
    ("shares", "share", put(2, 2, "35.0")), ("shares", "column_total", put(5, 1, "110")),
    ("fund", "balance", put(2, 4, 13570)), ("fund", "carried", put(3, 1, 13705)),
    ("fund", "date_order", put(3, 0, "ธ.ค. 66")), ("fund", "year_misread", put(1, 0, date(1964, 10, 1))),
    ("cash", "balance", put(3, 4, 1400)),
    ("contracts", "date_order", put(2, 3, "9 ม.ค. 2564")), ("contracts", "sequence", put(3, 0, "5")),
    ("contracts", "date_unreadable", put(1, 2, "31 ก.พ. 2564")),
    ("contracts", "year_misread", put(3, 2, "1 เม.ย. 1964")),
    ("areas", "area_total", put(4, 1, 11)), ("areas", "area_part", put(2, 2, 5)),
    ("prices", "product", put(2, 3, "3,255.00")), ("prices", "column_total", put(4, 3, "28,205.00")),
    ("sections", "column_total", put(8, 1, "1,005,000")), ("sections", "balance", put(3, 3, "1,000")),
    ("ages", "row_total", put(4, 3, "980")), ("ages", "cell", put(1, 1, "21")),
    ("plan", "row_total", put(3, 6, "๒,๕๖๐,๐๐๐")), ("levels", "share", put(2, 2, "13.0")),
    ("means", "product", put(2, 3, "55,000")), ("means", "product", put(4, 3, "50,000")),
    ("leases", "area_total", put(4, 1, "10-1-45")), ("leases", "area_part", put(2, 1, "3-4-75")),
    ("visits", "mark_count", put(2, 5, 3)), ("changes", "balance", put(2, 3, "20,000")),
    ("changes", "share", put(2, 4, "25.00")), ("years", "row_total", put(2, 4, 42)),
    ("halves", "column_total", put(9, 1, 653)), ("scores", "row_total", put(2, 4, 15)),
    ("so far", "balance", put(3, 2, 450)),
]  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_a_table_in_agreement_gives_no_finding(name: str) -> None:
    """Two header rows, Thai digits, sections, dashes, brackets, carried areas and balances are all right."""
    found = checked(*TABLES[name])
    assert found.findings == []
    assert found.agreed


@pytest.mark.parametrize(("name", "kind", "change"), PLANTED)
def test_one_error_is_found(name: str, kind: str, change: Callable[[Rows], None]) -> None:
    """Of each kind, in each layout."""
    rows, ending = deepcopy(TABLES[name][0]), TABLES[name][1]
    change(rows)
    assert kind in kinds(checked(rows, ending))


def test_villages_come_to_what_their_tambon_has_in_the_other_table() -> None:
    """218 = 120 + 98 households; 228 is named, and so is what the other tambon then lacks."""
    assert checked(VILLAGES, beside=TAMBONS).findings == []
    other = deepcopy(TAMBONS)
    other[1][1:4], other[3][1:4] = [228, 22, 9.65], [468, 45, 9.62]
    (finding,) = checked(VILLAGES, beside=other).findings
    assert (finding.kind, finding.printed, finding.computed) == ("cross_table", "228", "218")


@pytest.mark.parametrize(
    ("number", "sentence", "kind"),
    [
        (0, "จากสมาชิก 350 คน มาประชุม 280 คน คิดเป็นร้อยละ 70", "words_share"),
        (1, "งบประมาณทั้งสิ้น 1,250,000 บาท (หนึ่งล้านสองแสนห้าพันบาทถ้วน)", "baht_text"),
        (1, "งบประมาณทั้งสิ้น 1,520,000 บาท", "caption"),
        (2, "ระยะเวลาดำเนินการ 18 เดือน ตั้งแต่ 1 ต.ค. 2566 ถึง 30 ก.ย. 2567", "words_period"),
    ],
)
def test_words_are_held_against_figures(number: int, sentence: str, kind: str) -> None:
    """A share, an amount in letters, the sum of the table, the length of a time."""
    assert checked(COSTS, "docx", SAID).findings == []
    words = tuple(sentence if n == number else one for n, one in enumerate(SAID))
    assert kinds(checked(COSTS, "docx", words)) == {kind}


DISCOUNTED: Rows = [  # price times number is no amount of this table
    ["รายการ", "จำนวน", "ราคา", "ส่วนลด", "จ่ายจริง"],
    ["ก", 2, 50, 10, 90], ["ข", 3, 40, 20, 100], ["ค", 1, 70, 5, 65],
]  # fmt: skip
ANEW: Rows = [  # the numbers begin again with the next tambon
    ["ที่", "หมู่บ้าน", "คน"], [1, "บ้านใน", 40], [2, "บ้านนอก", 55], ["", "รวม", 95], [1, "บ้านบน", 7],
    [2, "บ้านล่าง", 8],
]  # fmt: skip
LENDING: Rows = [  # what is left is not what came less what went
    ["ที่", "กองทุน", "รับ", "จ่าย", "คงเหลือ"], [1, "ก", 100, 40, 900], [2, "ข", 300, 250, 410],
    [3, "ค", 80, 75, 33],
]  # fmt: skip


@pytest.mark.parametrize("rows", [DISCOUNTED, ANEW, LENDING])
def test_what_only_looks_related_is_left_alone(rows: Rows) -> None:
    """A relation is told only where the table itself keeps it."""
    assert checked(rows).findings == []
