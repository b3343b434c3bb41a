"""The consistency engine on tables it has never seen: nothing is found where all is right."""

from __future__ import annotations

import io
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
import seed_tables as seeds
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.consistency.engine import check_file
from reports.consistency.model import Checked
from thai.calendar import format_date
from thai.problem import Problem
from thai.text import thai_digits

PLACES = (
    "เกาะทวด",
    "คลองน้อย",
    "ป่าระกำ",
    "ชะเมา",
    "คลองกระบือ",
    "หูล่อง",
    "แหลมตะลุมพุก",
    "บ้านเพิง",
    "ขนาบนาก",
    "บางศาลา",
)


@st.composite
def budgets(draw: st.DrawFn) -> dict[str, Any]:
    """A table of approved, paid and left, with its shares, sub-totals by group and a grand total."""
    groups = draw(st.integers(1, 3))
    sizes = [draw(st.integers(3, 6)) for _ in range(groups)]
    paid_of = st.tuples(st.integers(1_000, 9_999_999), st.integers(1, 99))
    rows = [[draw(paid_of) for _ in range(size)] for size in sizes]
    return {"rows": [[(a, max(a * share // 100, 1)) for a, share in group] for group in rows],
            "start": draw(st.dates(date(2018, 1, 1), date(2025, 1, 1)))}  # fmt: skip


def table_of(spec: dict[str, Any]) -> list[list[Any]]:
    """The table as rows of numbers and dates, all of it in agreement."""
    body: list[list[Any]] = [["ที่", "พื้นที่", "งบอนุมัติ", "เบิกจ่าย", "คงเหลือ", "ร้อยละเบิกจ่าย", "วันที่โอน"]]
    number = 0

    def line(label: str, approved: int, paid: int, day: Any = "", nr: Any = "") -> list[Any]:
        share = (Decimal(paid) * 100 / approved).quantize(Decimal("0.01"))
        return [nr, label, approved, paid, approved - paid, share, day]

    for group, rows in enumerate(spec["rows"], 1):
        for approved, paid in rows:
            number += 1
            name = f"{PLACES[number % len(PLACES)]} {number}"
            body.append(line(name, approved, paid, spec["start"] + timedelta(days=number * 3), number))
        if len(spec["rows"]) > 1:
            body.append(line(f"รวมกลุ่ม {group}", sum(a for a, _ in rows), sum(p for _, p in rows)))
    every = [pair for rows in spec["rows"] for pair in rows]
    body.append(line("รวมทั้งสิ้น", sum(a for a, _ in every), sum(p for _, p in every)))
    return body


def as_text(rows: list[list[Any]], *, thai: bool = False) -> list[list[str]]:
    """As it is printed: thousands separators, Buddhist dates, Thai digits."""

    def shown(value: Any) -> str:
        if isinstance(value, date):
            return format_date(value)
        return f"{value:,}" if isinstance(value, int | Decimal) else str(value)

    return [[thai_digits(shown(v)) if thai else shown(v) for v in row] for row in rows]


def as_xlsx(rows: list[list[Any]], title: str = "") -> bytes:
    """As it is kept in a spreadsheet: numbers and dates of their own kind."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "งบ"
    if title:
        sheet.append([title])
    for row in rows:
        sheet.append([float(v) if isinstance(v, Decimal) else v for v in row])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def outcome(name: str, content: bytes) -> Checked:
    """Check a file."""
    return check_file(Path(name), content)[1]


@settings(max_examples=60, deadline=None)
@given(budgets(), st.booleans())
def test_a_table_that_agrees_gives_no_finding(spec: dict[str, Any], thai: bool) -> None:
    """Whatever its figures: sums, sub-totals, balances and shares are proved and none is doubted."""
    rows = table_of(spec)
    groups = len(spec["rows"])
    totals = groups + 1 if groups > 1 else 1

    found = outcome("a.csv", seeds.csv_file(as_text(rows, thai=thai)))

    assert found.findings == []
    assert found.agreed["column_total"] == 3 * totals
    assert found.agreed["balance"] == len(rows) - 1
    assert outcome("a.xlsx", as_xlsx(rows, "งบประมาณ")).findings == []


@settings(max_examples=60, deadline=None)
@given(budgets(), st.data())
def test_a_planted_error_is_found_where_it_is(spec: dict[str, Any], data: st.DataObject) -> None:
    """One figure changed anywhere: the cell itself, or the totals and balances it breaks, are named."""
    rows = table_of(spec)
    r = data.draw(st.integers(1, len(rows) - 1))
    c = data.draw(st.integers(2, 4))
    old = rows[r][c]
    rows[r][c] = data.draw(st.integers(100, 9_999_999).filter(lambda n: n != old))

    found = outcome("a.csv", seeds.csv_file(as_text(rows)))

    named = {one.cell.address for one in found.findings} | {
        cell.address for one in found.findings for cell in one.with_cells
    }
    assert found.findings
    assert f"{'ABCDEFG'[c]}{r + 1}" in named
    is_item = isinstance(rows[r][0], int)
    if is_item and c in (2, 3, 4):
        first = found.findings[0]
        assert first.kind == "cell", [one.kind for one in found.findings]
        assert first.cell.address == f"{'ABCDEFG'[c]}{r + 1}"
        assert Decimal(first.computed.replace(",", "")) == old


@settings(max_examples=25, deadline=None)
@given(budgets(), st.data())
def test_swapped_digits_are_named_as_the_cause(spec: dict[str, Any], data: st.DataObject) -> None:
    """A total with two digits exchanged says so."""
    rows = table_of(spec)
    text = str(rows[-1][2])
    at = data.draw(st.integers(0, len(text) - 2))
    swapped = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if swapped == text or swapped.startswith("0"):
        return
    rows[-1][2] = int(swapped)
    found = outcome("a.csv", seeds.csv_file(as_text(rows)))

    total = next(one for one in found.findings if one.kind == "column_total")
    assert total.causes[0] == "digits_swapped"
    assert total.cell.address == f"C{len(rows)}"


@settings(max_examples=25, deadline=None)
@given(budgets(), st.data())
def test_a_wrong_share_is_found(spec: dict[str, Any], data: st.DataObject) -> None:
    """A percentage changed by a point or more does not follow from its row."""
    rows = table_of(spec)
    r = data.draw(st.integers(1, len(rows) - 1))
    rows[r][5] += data.draw(st.integers(1, 40))
    found = outcome("a.csv", seeds.csv_file(as_text(rows)))

    assert [(one.kind, one.cell.address) for one in found.findings] == [("share", f"F{r + 1}")]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(*[st.integers(1, 999)] * 3), min_size=3, max_size=8), st.data())
def test_a_total_of_the_columns_next_to_it(people: list[tuple[int, int, int]], data: st.DataObject) -> None:
    """Households, men, women and their total: men and women are added, households are not."""
    rows = [[f"บ้าน {i}", h, m, w, m + w] for i, (h, m, w) in enumerate(people)]
    rows.append(["รวม", *(sum(row[c] for row in rows) for c in range(1, 5))])
    head: list[list[Any]] = [["หมู่บ้าน", "ครัวเรือน", "ชาย", "หญิง", "รวม"]]
    found = outcome("a.csv", seeds.csv_file(as_text(head + rows)))
    assert found.findings == []
    assert found.agreed["row_total"] == len(rows)
    r, c = data.draw(st.integers(0, len(people) - 1)), data.draw(st.integers(2, 4))
    rows[r][c] += data.draw(st.integers(1, 500))
    wrong = outcome("a.csv", seeds.csv_file(as_text(head + rows)))
    assert (wrong.findings[0].kind, wrong.findings[0].cell.address) == ("cell", f"{'ABCDE'[c]}{r + 2}")


def test_a_balance_that_stands_below_its_rows() -> None:
    """Income less spending, year by year: the year that does not balance is named."""
    rows = [
        ["รายการ", "2563", "2564", "2565"],
        ["รายรับ", "1,200,000", "1,300,000", "1,250,000"],
        ["รายจ่าย", "1,100,000", "1,350,000", "1,200,000"],
        ["คงเหลือ", "100,000", "(50,000)", "50,000"],
    ]
    assert outcome("a.csv", seeds.csv_file(rows)).agreed == {"balance": 3}
    rows[3][3] = "500,000"
    (finding,) = outcome("a.csv", seeds.csv_file(rows)).findings
    assert (finding.cell.address, finding.computed, finding.causes) == (
        "D4",
        "50,000",
        ("digit_missing", "zero"),
    )


def test_a_missing_row_is_a_likely_cause() -> None:
    """The total is larger by what the row held."""
    rows = table_of({"rows": [[(5000, 1000), (7000, 2500), (9000, 4000)]], "start": date(2021, 1, 1)})
    del rows[2]
    found = outcome("a.csv", seeds.csv_file(as_text(rows)))

    assert {one.kind for one in found.findings} == {"column_total"}
    assert "row_missing" in next(one for one in found.findings if one.cell.column == 3).causes


def test_a_spreadsheet_that_read_64_as_1964() -> None:
    """Real dates of 1964 among those of 2021, and one typed as text, are each named with the day meant."""
    rows = [
        ["ที่", "เรื่อง", "วันที่โอน"],
        [1, "ก", date(1964, 2, 25)],
        [2, "ข", "10 มี ค 64"],
        [3, "ค", date(2021, 3, 17)],
    ]
    found = outcome("a.xlsx", as_xlsx(rows))

    assert [(one.kind, one.cell.address, one.computed) for one in found.findings] == [
        ("year_misread", "C2", "25 ก.พ. 2564"),
        ("date_as_text", "C3", "10 มี.ค. 2564"),
    ]


def test_birth_dates_of_the_sixties_are_right() -> None:
    """People are born in 1964."""
    rows = [["ชื่อ", "วันเกิด", "เงิน"], ["ก", date(1964, 2, 25), 1], ["ข", date(1950, 1, 1), 2]]

    assert outcome("a.xlsx", as_xlsx(rows)).findings == []


def test_footnotes_sections_dashes_and_brackets() -> None:
    """What papers put around figures is read: 1,234*, (500), –, sections, notes below."""
    rows = [
        ["รายการ", "ปีงบประมาณ", ""],
        ["", "2563", "2564"],
        ["ด้านเศรษฐกิจ", "", ""],
        ["ส้มโอ", "1,234*", "๑,๐๐๐"],
        ["มังคุด", "–", "(500)"],
        ["ด้านสังคม", "", ""],
        ["สวัสดิการ", "100", "200"],
        ["รวมทั้งสิ้น", "1,334", "700"],
        ["หมายเหตุ * ข้อมูลเบื้องต้น", "", ""],
    ]
    document, found = check_file(Path("a.docx"), seeds.docx_file(rows))

    assert found.findings == []
    assert found.agreed["column_total"] == 2
    assert document.tables[0].headings == ["รายการ", "ปีงบประมาณ 2563", "ปีงบประมาณ 2564"]
    cells = {cell.address: cell for row in document.tables[0].rows for cell in row if cell}
    assert (cells["B4"].text, cells["B4"].number) == ("1,234*", 1234)
    assert (cells["C5"].text, cells["C5"].number) == ("(500)", -500)
    assert (cells["C4"].text, cells["C4"].number) == ("๑,๐๐๐", 1000)


@pytest.mark.parametrize("ending", ["xlsx", "docx"])
def test_a_table_as_offices_lay_it_out(ending: str) -> None:
    """Merged cells in caption, two header rows and first column; Thai digits, dates as text, a footnote.

    ๑๐๐ + ๒๐๐ + ๓๐๐ = 600 is printed ๖๐๑; 50 + 60 + 70 = 180 is right.
    """
    rows = [
        ["ตารางที่ ๑ งบที่อนุมัติและเบิกจ่าย", "", "", "", ""],
        ["อำเภอ", "ตำบล", "งบประมาณ (บาท)", "", "วันที่โอน"],
        ["", "", "อนุมัติ", "เบิกจ่าย", ""],
        ["ปากพนัง", "เกาะทวด", "๑๐๐", "๕๐", "๒๕ ก.พ. ๖๔"],
        ["", "คลองน้อย", "๒๐๐", "๖๐", "๑๐ มี ค ๖๔"],
        ["เชียรใหญ่", "ท่าขนาน*", "๓๐๐", "๗๐", "๑ เม.ย. ๒๕๖๔"],
        ["รวมทั้งสิ้น", "", "๖๐๑", "๑๘๐", ""],
        ["* ข้อมูลเบื้องต้น ณ ๑๙ เม.ย. ๖๔", "", "", "", ""],
    ]
    merged = ["A1:E1", "A2:A3", "B2:B3", "C2:D2", "E2:E3", "A4:A5", "A7:B7", "A8:E8"]
    document, found = check_file(Path(f"a.{ending}"), laid_out(rows, merged, ending))

    (table,) = document.tables
    assert table.headings == ["อำเภอ", "ตำบล", "งบประมาณ (บาท) อนุมัติ", "งบประมาณ (บาท) เบิกจ่าย", "วันที่โอน"]
    wrong = [one for one in found.findings if one.weight == "wrong"]
    assert [(one.kind, one.cell.address, one.computed) for one in wrong] == [("column_total", "C7", "600")]
    assert found.agreed["column_total"] == 1
    assert {one.cell.address for one in found.findings} <= {"C7", "E4", "E5", "E6"}  # dates typed as text


def laid_out(rows: list[list[str]], merged: list[str], ending: str) -> bytes:
    """A table with merged cells as a spreadsheet or a document."""
    buffer = io.BytesIO()
    if ending == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(as_xlsx(rows)))
        for area in merged:
            book.active.merge_cells(area)
        book.save(buffer)
        return buffer.getvalue()
    document = docx.Document(io.BytesIO(seeds.docx_file(rows)))
    (table,) = document.tables
    for area in merged:
        left, top, right, bottom = openpyxl.utils.range_boundaries(area)
        table.cell(top - 1, left - 1).merge(table.cell(bottom - 1, right - 1))
    document.save(buffer)
    return buffer.getvalue()


def test_rounded_millions_may_miss_their_sum_by_the_rounding() -> None:
    """Three figures of one decimal may lie 0.1 from their rounded total; more is an error."""
    rows = [["เรื่อง", "ล้านบาท"], ["ก", "1.3"], ["ข", "1.3"], ["ค", "1.3"], ["รวม", "4.0"]]
    assert outcome("a.csv", seeds.csv_file(rows)).findings == []
    rows[-1][1] = "4.9"
    assert [one.kind for one in outcome("a.csv", seeds.csv_file(rows)).findings] == ["column_total"]


def test_the_file_is_not_changed_and_bad_files_are_refused(tmp_path: Path) -> None:
    """A picture, an old workbook, an empty and a broken file each get their reason."""
    path = tmp_path / "a.csv"
    path.write_bytes(seeds.csv_file(seeds.disbursement()))
    before = path.read_bytes()
    check_file(path)
    assert path.read_bytes() == before
    for name, content, code in (
        ("a.png", b"x", "table_kind"),
        ("a.xls", b"x", "table_kind"),
        ("a.xlsx", b"not a zip", "table_unreadable"),
        ("a.docx", b"PK\x03\x04", "table_unreadable"),
        ("a.csv", b"", "table_empty"),
    ):
        with pytest.raises(Problem, match=code):
            check_file(Path(name), content)


def test_a_table_in_the_encoding_of_old_windows() -> None:
    """CSV from Excel on Thai Windows is in code page 874."""
    content = "พื้นที่;จำนวน\r\nเกาะทวด;5\r\nคลองน้อย;6\r\nรวม;12\r\n".encode("cp874")
    (finding,) = outcome("a.csv", content).findings

    assert (finding.cell.address, finding.computed) == ("B4", "11")


def test_a_long_list_in_words_is_no_heap_of_contradictions() -> None:
    """Five hundred villages with their men and women: what many sentences share tells of no one thing."""
    rows = [f"หมู่บ้านที่ {n} มีกลุ่ม 20 กลุ่ม และสมาชิก {100 + n} คน" for n in range(500)]

    _, found = check_file(Path("a.docx"), seeds.docx_file(*rows))

    assert [one.code for one in found.findings if one.code == "two_figures"] == []
