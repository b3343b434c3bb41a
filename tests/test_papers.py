"""Papers rendered and read again: Thai intact, figures computed by hand, nothing that is not the reader's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import docx
import numpy as np
import offices
import openpyxl
import pypdfium2
import pytest
import village_office
from lxml import html
from PIL import Image

from ingest.access import Viewer
from reports.papers import catalogue, excel, fonts, pdf, summaries, web, word
from reports.papers.asking import Asking
from reports.papers.model import (
    Bar,
    Bars,
    Block,
    Column,
    Fact,
    Facts,
    Flow,
    Heading,
    Paper,
    Question,
    Radar,
    Signature,
    Signatures,
    Span,
    Step,
    Table,
    Text,
    Tick,
    Timeline,
    Value,
    cell_text,
)
from streamlit_app.office import Office
from thai.periods import parse_period
from thai.problem import Problem

TODAY = date(2026, 11, 25)
THAI = "ที่ นั้น ปี๊ ญู กี่ A วันที่"
OFFICER = Viewer("o", "officer", "8012")


@pytest.fixture(scope="module")
def villages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A tambon with two villages that keep accounts."""
    with offices.opened(tmp_path_factory.mktemp("villages") / "data") as office:
        village_office.fill(office)
        yield office


def asking(office: Office, viewer: Viewer = OFFICER, period: str = "2026-10") -> Asking:
    """A question of a month."""
    return Asking(office.atlas, viewer, TODAY, parse_period(period))


def papers(office: Office, name: str, area: str = "801206", viewer: Viewer = OFFICER) -> list[Paper]:
    """All papers of an area."""
    return catalogue.papers_of(asking(office, viewer), catalogue.kind_of(name), area)


def blocks(paper: Paper, kind: type[Block]) -> list[Block]:
    """The blocks of one kind."""
    return [one for one in paper.blocks if isinstance(one, kind)]


def read(path: Path) -> list[str]:
    """The words of each page of a PDF, without spaces and places at which a long word may break."""
    with pypdfium2.PdfDocument(path) as document:
        texts = [page.get_textpage().get_text_range().replace("\u200b", "") for page in document]
    return ["".join(text.split()) for text in texts]


def every_block(name: str = "นายสมชาย ใจดี") -> Paper:
    """A paper with a block of each kind."""
    return Paper(
        "ทดสอบ", "หมู่ที่ 3 ตำบลเกาะทวด", "ตุลาคม 2569",
        [
            Heading(THAI), Text(THAI, strong=True), Facts([Fact("ครัวเรือน", "9", "จาก 9/120 (7.5%)")] * 5),
            Table([Column("ที่", "center"), Column("บาท", "end", group="เงิน"), Column("วันที่", group="เงิน")],
                  [["1", Value("30,000", Decimal(30000)), Value("4 ก.พ. 2564", day=date(2021, 2, 4))],
                   ["รวม", Value("30,000", Decimal(30000)), ""]], frozenset([1]), "ตารางเงิน"),
            Bars("รายจ่าย", [Bar("ไข่", Decimal(800), "800 บาท", Decimal(900)), Bar("ว่าง", Decimal(0), "0")],
                 "เดือนก่อน"),
            Radar("แปดด้าน", ["บัญชี", "แผน", "กลไก"], [Decimal(1), Decimal(5), Decimal(3)], Decimal(5)),
            Flow("กรอบ", [Step("เริ่ม", [("เวที", "3")]), Step("จบ", [("บทเรียน", "5")])]),
            Timeline("แผนงาน", [Column("งาน")],
                     [Tick(Decimal(0), "ก.พ.", "2555"), Tick(Decimal("0.5"), "มี.ค.", "2555")],
                     [Span(["ตั้งทีม"], Decimal(0), Decimal("0.4"))], Decimal("0.3"), "วันนี้"),
            Question("ถามอะไร?", "เพราะอะไร"), Signatures([Signature("ผู้ใหญ่บ้าน", name), Signature("พยาน")]),
        ],
        as_of="25 พ.ย. 2569", boundary_set="demo 2026", sources=["บัญชีครัวเรือน"], number="P99",
    )  # fmt: skip


@pytest.mark.parametrize("size", ["a4", "a5"])
def test_thai_comes_out_of_the_pdf_as_it_went_in(tmp_path: Path, size: str) -> None:
    """Marks in order and once, in both sizes; with page numbers, as-of day, boundary set and sources."""
    path = tmp_path / "all.pdf"
    pdf.to_pdf([replace(every_block(), size=size)], path)
    pages = read(path)
    text = "".join(pages)

    assert text.count(THAI.replace(" ", "")) == 2
    for words in ("ข้อมูลณ25พ.ย.2569", "ขอบเขต:demo2026", "ที่มา:บัญชีครัวเรือน", "30,000", "800บาท", "4ก.พ.2564"):
        assert words in text
    assert f"P99หน้า1/{len(pages)}" in pages[0]
    assert f"หน้า{len(pages)}/{len(pages)}" in pages[-1]


def test_a_name_of_two_hundred_letters_stays_on_the_page(tmp_path: Path) -> None:
    """It breaks over lines and leaves the other signature where it is."""
    name = "นายก" + "ก" * 196
    path = tmp_path / "long.pdf"
    pdf.to_pdf([every_block(name)], path)
    with pypdfium2.PdfDocument(path) as document:
        for page in document:
            words = page.get_textpage()
            boxes = [words.get_rect(i) for i in range(words.count_rects())]
            assert all(left >= 0 and right <= page.get_width() for left, _, right, _ in boxes)
    letters = [letter for page in read(path) for letter in page if letter in name]
    assert letters.count("ก") >= 197


def test_an_address_longer_than_its_column_breaks(tmp_path: Path) -> None:
    """60 letters in a column of a third: it ends before the next column begins, and reads as it was."""
    address = "plots-of-the-tambon" * 3 + "end"
    table = Table([Column("ก"), Column("ข"), Column("ค")], [["1", address, "ถัดไป"]])
    pdf.to_pdf([Paper("ยาว", "", "", [table])], tmp_path / "p.pdf")
    with pypdfium2.PdfDocument(tmp_path / "p.pdf") as document:
        words, width = document[0].get_textpage(), document[0].get_width()
        boxes = [words.get_rect(i) for i in range(words.count_rects())]
        wide = [right - left for left, _, right, _ in boxes]
    assert max(wide) < width / 3
    assert address in read(tmp_path / "p.pdf")[0]


def test_the_picture_of_a_page_is_black_on_white(tmp_path: Path) -> None:
    """No colour at all: what a copier makes of it is what was meant."""
    from io import BytesIO

    for content in pdf.to_png([every_block()]):
        image = Image.open(BytesIO(content)).convert("RGB")
        pixels = np.asarray(image.resize((200, 283)), dtype=int)
        assert (pixels.max(axis=2) - pixels.min(axis=2)).max() <= 4


def test_word_excel_and_the_page_hold_the_same(tmp_path: Path) -> None:
    """Tables as tables, figures as figures, markup as text."""
    paper = every_block("<script>")
    word.to_docx([paper], tmp_path / "a.docx")
    excel.to_xlsx([paper, paper], tmp_path / "a.xlsx")
    web.to_html([paper], tmp_path / "a.html")

    document = docx.Document(str(tmp_path / "a.docx"))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert {"30,000", "เงิน", "4 ก.พ. 2564"} <= set(cells)
    drawn = [row._tr.xml for table in document.tables for row in table.rows]
    headings = [row for row in drawn if "w:tblHeader" in row]
    assert any("เงิน" in row for row in headings)  # a long table has them on every page
    assert not any("30,000" in row for row in headings)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    values = [cell.value for row in book.worksheets[0].iter_rows() for cell in row]
    assert len(book.worksheets) == 2
    assert 30000 in values
    assert any(getattr(value, "year", 0) == 2021 for value in values)
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;" in page
    assert "<script>" not in page
    named = page.replace("http-equiv", "").replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert "http" not in named  # a namespace is a name; nothing is loaded from elsewhere


HOSTILE = '=1+1 <img src=x onerror="window.broken=1"> **ดาว** _เอียง_ #panic("ตาย") $x$ @แดง `รหัส` \\n //'


def hostile(value: Any) -> Any:
    """A block, or what stands in one, with every text in it made of markup and formulas."""
    if isinstance(value, str):
        return HOSTILE
    if isinstance(value, list | tuple):
        return [hostile(one) for one in value]
    if not is_dataclass(value) or isinstance(value, type):
        return value
    fixed = ("kind", "align", "svg", "size")
    names = [one.name for one in fields(value) if one.init and one.name not in fixed]
    return replace(value, **{name: hostile(getattr(value, name)) for name in names})


def test_markup_and_formulas_are_text_in_every_kind_of_file(tmp_path: Path) -> None:
    """In the print, in Word, in a spreadsheet and on a page: what stands there is what was written."""
    paper = hostile(every_block())
    pdf.to_pdf([paper], tmp_path / "a.pdf")
    word.to_docx([paper], tmp_path / "a.docx")
    excel.to_xlsx([paper], tmp_path / "a.xlsx")
    web.to_html([paper], tmp_path / "a.html")

    bare = HOSTILE.replace(" ", "")
    assert "".join(read(tmp_path / "a.pdf")).count(bare) >= 3
    assert pdf.to_png([paper])
    document = docx.Document(str(tmp_path / "a.docx"))
    assert HOSTILE in {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    assert any(HOSTILE in paragraph.text for paragraph in document.paragraphs)
    assert not document.element.xpath("//w:instrText | //w:fldSimple[not(contains(@w:instr, 'PAGE'))]")
    cells = [
        one for row in openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0].iter_rows() for one in row
    ]
    assert any(HOSTILE in str(one.value) for one in cells)
    assert "f" not in {one.data_type for one in cells}
    page = html.parse(str(tmp_path / "a.html"), html.HTMLParser(encoding="utf-8")).getroot()
    assert HOSTILE in page.text_content()
    assert page.xpath("//script | //img[@src='x'] | //*[@onerror]") == []


def test_without_a_thai_font_the_message_says_where_one_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """The package's name, instead of empty boxes on paper."""
    monkeypatch.setattr(fonts, "PREFERRED", ("No Such Font",))
    with pytest.raises(Problem, match="font_missing") as refusal:
        fonts.thai_font.__wrapped__(None)
    assert "fonts-thai-tlwg" in str(refusal.value)


def test_the_forum_sheet_shows_the_villages_own_month(villages: Office) -> None:
    """Six households: 6 × 2,000 in, 6 × (300 + 900 + 200) = 8,400 out, 6 × 200 = 1,200 of it not needed."""
    sheet = next(one for one in papers(villages, "village_forum") if one.place.startswith("ม.3"))
    facts = {one.label: one for block in blocks(sheet, Facts) for one in block.facts}  # type: ignore[union-attr]

    assert facts["ครัวเรือนที่ส่งบัญชี"].value == "6"
    assert facts["รายรับเฉลี่ยต่อครัวเรือน"].value == "2,000 บาท"
    assert facts["รายจ่ายเฉลี่ยต่อครัวเรือน"].value == "1,400 บาท"
    unneeded = facts["รายจ่ายที่บันทึกว่าไม่จำเป็น"]
    assert (unneeded.value, unneeded.note) == ("14.3%", "1,200 จาก 8,400 บาท")
    (bars,) = blocks(sheet, Bars)
    assert isinstance(bars, Bars)
    shown = {bar.label: (bar.shown, bar.before) for bar in bars.bars}
    assert shown == {
        "ปุ๋ย": ("5,400 บาท", None),
        "ไข่": ("1,800 บาท", Decimal(1500)),
        "หวย การพนัน": ("1,200 บาท", None),
    }
    assert facts["ลดลงได้"].value == "15,000 บาท"
    assert facts["กู้ใหม่"].value == "40,000 บาท"
    assert "หนี้ของหมู่บ้าน ปีงบประมาณ 2570 ถึง 25 พ.ย. 2569 (5 ครัวเรือนที่บันทึก)" in {
        one.text for one in blocks(sheet, Heading) if isinstance(one, Heading)
    }
    assert facts["ปลดได้หมด"].value == "5 ก้อน"
    crops = next(one for one in blocks(sheet, Table) if isinstance(one, Table) and one.rows[0][0] == "ข้าว")
    assert [getattr(cell, "text", cell) for cell in crops.rows[0]] == ["ข้าว", "4,200", "1,800", "5"]
    assert "3,333" not in str(sheet.blocks)  # six plots of mangosteen belong to four households
    (asked,) = blocks(sheet, Question)
    assert isinstance(asked, Question)
    assert "เราซื้อปุ๋ย 5,400 บาท ต่อเดือน" in asked.text
    assert "64.3%" in asked.why


def test_a_sheet_with_few_figures_is_a_sheet_to_write_on(villages: Office, tmp_path: Path) -> None:
    """In November nobody has sent accounts: still a page a village, and its boxes take what is left of it."""

    def room(period: str) -> list[int]:
        kind = catalogue.kind_of("village_forum")
        sheets = catalogue.papers_of(asking(villages, period=period), kind, "801206")
        tables = [one for one in blocks(sheets[0], Table) if isinstance(one, Table)]
        return [str(one.rows[0][0]).count("\n") for one in tables if not str(one.rows[0][0]).strip()]

    assert room("2026-10") == [3, 3, 1]
    assert room("2026-11") == [10, 10, 1]
    path = tmp_path / "forum.pdf"
    catalogue.write(asking(villages, period="2026-11"), "village_forum", "801206", path)
    assert [len(read(path)), "ใครจะทำอะไร" in read(path)[1]] == [2, True]


@pytest.mark.parametrize(("lines", "pages"), [(30, 1), (52, 1), (80, 2)])
def test_a_sheet_of_one_page_is_drawn_smaller_rather_than_overleaf(
    tmp_path: Path, lines: int, pages: int
) -> None:
    """Some 40 lines fit on a page; what would need letters of less than two thirds goes on overleaf."""
    told = [Text(f"บรรทัด{one}จบ") for one in range(lines)]
    sheet = Paper("ใบเดียว", "หมู่ที่ 3", "ต.ค. 2569", told, one_page=True)
    pdf.to_pdf([sheet, sheet], tmp_path / "p.pdf")
    found = read(tmp_path / "p.pdf")
    assert len(found) == 2 * pages
    assert f"บรรทัด{lines - 1}จบ" in found[pages - 1]
    assert f"หน้า{pages}/{pages}" in found[pages - 1]


def test_nobody_signs_a_page_on_which_nothing_else_stands(tmp_path: Path) -> None:
    """However long the text before: the last sentence, or a short table and its heading, goes with them."""
    signed = Signatures([Signature("ผู้แทน"), Signature("พยาน")])
    evidence = [Heading("หลักฐาน"), Table([Column("ที่"), Column("เรื่อง")], [["1", "รายงาน"]]), Text("คำเตือน")]
    papers = [
        Paper(f"ใบที่ {n}", "", "", [*([Text("ข้อความ")] * n), *last, signed])
        for n in range(30, 50)
        for last in ([], evidence)
    ]
    pdf.to_pdf(papers, tmp_path / "p.pdf")
    pages = [one for one in read(tmp_path / "p.pdf") if "ลงชื่อ" in one]

    assert len(pages) == len(papers)
    for i, page in enumerate(pages):
        wanted = ("หลักฐาน", "รายงาน", "คำเตือน") if i % 2 else ("ข้อความ",)
        assert [one for one in (*wanted, "ผู้แทน", "พยาน") if one not in page] == []


def test_few_households_are_not_told_apart(villages: Office) -> None:
    """Two account households of village 4: their number, and not what they spend."""
    sheet = next(one for one in papers(villages, "village_forum") if one.place.startswith("ม.4"))

    assert not blocks(sheet, Bars)
    assert "น้อยกว่า 5" in " ".join(one.text for one in blocks(sheet, Text) if isinstance(one, Text))
    assert "100" not in str(sheet.blocks)
    assert "31,108" not in str(sheet.blocks)  # four households borrowed 7,777 each
    assert "มีบันทึกหนี้น้อยกว่า 5" in str(sheet.blocks)


def test_what_two_of_six_bought_or_paid_off_is_not_told_to_the_village(villages: Office) -> None:
    """Lottery 6 × 500, eggs 6 × 100, medicine 2 × 777 = 1,554: the rest, eggs and medicine, is 2,154."""
    (sheet,) = papers(villages, "village_forum", "801202")
    (bars,) = blocks(sheet, Bars)
    facts = {one.label: one for block in blocks(sheet, Facts) for one in block.facts}  # type: ignore[union-attr]

    assert isinstance(bars, Bars)
    assert bars.caption == "รายจ่ายรวม 5,154 บาท เป็นหมวดอื่น ๆ รวมกัน 2,154 บาท"
    assert [(bar.label, bar.shown) for bar in bars.bars] == [("หวย การพนัน", "3,000 บาท")]
    assert facts["กู้ใหม่"].value == "6,000 บาท"
    assert facts["ลดลงได้"].value == "ไม่แสดง"
    assert facts["ลดลงได้"].note.startswith("น้อยกว่า 5 ครัวเรือน")
    assert not {"1,554", "666", "600 บาท"} & set(str(sheet.blocks).split("'"))


def test_what_one_of_six_spent_nearly_alone_is_not_told_to_the_village(villages: Office) -> None:
    """90,050 for fertiliser, 90,000 of it by one: neither that nor all spending (95,450), nor a rest with it
    (lottery 2,400 + 90,050). What all earned, 2,000 each, is told.
    """
    (sheet,) = papers(villages, "village_forum", "801203")
    facts = {one.label: one for block in blocks(sheet, Facts) for one in block.facts}  # type: ignore[union-attr]

    assert not blocks(sheet, Bars)
    assert facts["รายรับเฉลี่ยต่อครัวเรือน"].value == "2,000 บาท"
    assert facts["รายจ่ายเฉลี่ยต่อครัวเรือน"].value == "ไม่แสดง"
    (paper,) = papers(villages, "tambon_accounts", "801203")
    (table,) = blocks(paper, Table)
    assert isinstance(table, Table)
    assert [getattr(cell, "text", cell) for cell in table.rows[0]][:4] == ["หมู่ที่ 1", "6", "12,000", "–"]
    (spent,) = blocks(paper, Bars)
    assert isinstance(spent, Bars)
    assert [bar.shown for bar in spent.bars] == ["3,000 บาท", "2,400 บาท"]  # eggs and lottery
    for said in ("90,0", "95,4", "92,4", "15,9"):  # 15,908 is the mean of 95,450
        assert said not in str((sheet.blocks, paper.blocks))


def test_a_crop_of_four_households_is_not_told_in_the_tambon(villages: Office) -> None:
    """Rice of five households stands on the paper; six plots of mangosteen belong to four, and do not."""
    asked = asking(villages, period="FY2570")
    (paper,) = catalogue.papers_of(asked, catalogue.kind_of("crop_costs"), "801206")
    (table,) = blocks(paper, Table)
    assert isinstance(table, Table)
    assert [row[0] for row in table.rows] == ["ข้าว"]
    assert [[bar.shown for bar in one.bars] for one in blocks(paper, Bars) if isinstance(one, Bars)] == [
        ["4,200 บาท"], ["1,800 บาท"],
    ]  # fmt: skip


def test_a_crop_of_one_village_and_one_house_is_not_told_in_the_tambon(villages: Office) -> None:
    """Village 1 is told the median of five; that of six would tell the house of village 2. Durian is told."""
    for period in ("FY2570", "2026-10", "all"):  # sheets of costs are of fiscal years, whatever is asked
        asked = asking(villages, period=period)
        (paper,) = catalogue.papers_of(asked, catalogue.kind_of("crop_costs"), "801202")
        (table,) = blocks(paper, Table)
        assert isinstance(table, Table)
        assert [row[0] for row in table.rows] == ["ทุเรียน"]
        assert paper.period == "ปีงบประมาณ 2570"


def test_a_forum_sheet_is_one_page_and_says_what_the_screen_says(villages: Office, tmp_path: Path) -> None:
    """Both villages in one file, a page each; the printed figures are those of the sheet."""
    path = tmp_path / "forum.pdf"
    assert catalogue.write(asking(villages), "village_forum", "801206", path) == 2
    pages = read(path)

    assert len(pages) == 2
    for words in (
        "เวทีครั้งก่อน(12ต.ค.2569)",
        "รวมซื้อปุ๋ย",
        "1ธ.ค.2569",
        "ทางที่เวทีเลือก",
        "ม.3ต.เกาะทวด",
        "เดือนตุลาคม2569",
        "8,400บาท",
        "5,400บาท",
        "4,200",
        "เราซื้อปุ๋ย",
    ):
        assert words in pages[0], words
    assert "ม.4ต.เกาะทวด" in pages[1]


def test_a_households_sheet_is_its_own(villages: Office) -> None:
    """One small page a household, for an officer of the area; a planner gets none."""
    made = papers(villages, "household_statement", "80120603")

    assert [one.place.partition(" ม.")[0] for one in made] == [f"บ้านเลขที่ {n}" for n in range(1, 7)]
    first = {one.label: one.value for block in blocks(made[0], Facts) for one in block.facts}  # type: ignore[union-attr]
    assert first == {"รายรับ": "2,000 บาท", "รายจ่าย": "1,400 บาท", "เหลือ": "600 บาท"}
    debts = [t for t in blocks(made[0], Table) if isinstance(t, Table) and t.rows[-1][0] == "รวม"]
    assert [getattr(row[1], "text", row[1]) for row in debts[0].rows] == ["0", "8,000", "8,000"]
    assert made[0].size == "a5"
    with pytest.raises(Problem, match="paper_empty"):
        papers(villages, "household_statement", "801206", Viewer("p", "planner", "8012"))


def test_a_debt_is_owed_once_however_often_it_was_noted(villages: Office) -> None:
    """5,000 borrowed to earn in March, 3,000 paid back in June: 2,000; in July nothing. A correction of
    March, which comes last, is still March; a visit of which nothing was noted says nothing; what was
    borrowed in November is not owed on the last of October.
    """
    debt = "22222222-2222-4222-8222-222222222222"
    tables = {
        one: villages.atlas.reference.catalogue.newest(one).schema
        for one in ("household_account_month", "household_debt")
    }

    def event(day: str, kind: str, balance: int, action: str, **others: Any) -> None:
        base = ' baseVersion="1"' if action == "update" else ""
        meta = (
            f'<entity dataset="debts" id="{debt}" {action}="1"{base} '
            'xmlns="http://www.opendatakit.org/xforms/entities"><label>หนี้ก้อนที่ 1</label></entity>'
        )
        answers = village_office.debt(51, 1, kind, tambon="801204") | {
            "event_date": day, "purpose": None, "debt": debt, "balance_after": balance,
        }  # fmt: skip
        first = {"new_debt": "yes", "debt": None, "purpose": "earning"} if action == "create" else {}
        offices.send(
            villages, offices.submission(tables["household_debt"], answers | first, meta=meta, **others)
        )

    def owed() -> list[str]:
        (sheet,) = papers(villages, "household_statement", "801204")
        tables = [one for one in blocks(sheet, Table) if isinstance(one, Table)]
        return [cell_text(row[1]) for row in tables[-1].rows]

    month = village_office.account(51, 1, "2026-10", [("expense", "eggs", 100, "needed")], "801204")
    offices.send(villages, offices.submission(tables["household_account_month"], month))
    event("2026-03-01", "borrowed", 5000, "create", instance="uuid:march")
    event("2026-06-01", "repaid", 2000, "update")
    assert owed() == ["2,000", "0", "2,000"]
    event("2026-03-01", "borrowed", 5500, "create", instance="uuid:march-again", replaces="uuid:march")
    assert owed() == ["2,000", "0", "2,000"]
    event("2026-07-01", "cleared", 0, "update")
    refused = {"consent": "no", "balance_after": None}
    said = village_office.debt(51, 1, "borrowed", tambon="801204") | refused
    offices.send(villages, offices.submission(tables["household_debt"], said))
    event("2026-11-10", "borrowed", 900, "update")  # after the day that October's sheet states
    (sheet,) = papers(villages, "household_statement", "801204")
    assert "ไม่มีหนี้คงค้าง" in str(sheet.blocks)


def test_a_tambons_accounts_leave_small_villages_out_of_the_money(villages: Office) -> None:
    """Village 4 counts as two households; its money stands neither in its row nor in the total."""
    (paper,) = papers(villages, "tambon_accounts")
    rows, debts = (
        [[getattr(cell, "text", cell) for cell in row] for row in table.rows]
        for table in blocks(paper, Table)
        if isinstance(table, Table)
    )

    assert debts == [["อื่น ๆ", "ไม่ทราบอาชีพ", "9", "1,667", "15,000"]]  # 15,000 of nine households with debts
    assert rows == [
        ["หมู่ที่ 3", "6", "12,000", "8,400", "1,200", "14.3"],
        ["หมู่ที่ 4", "2", "–", "–", "–", "–"],
        ["รวม", "8", "12,000", "8,400", "1,200", "14.3"],
    ]


def test_a_year_does_not_tell_the_month_that_was_held_back(villages: Office) -> None:
    """October of six (5,154) is told; the year with November of two (1,800 more) would tell November."""

    def row(period: str) -> list[str]:
        asked = asking(villages, period=period)
        (paper,) = catalogue.papers_of(asked, catalogue.kind_of("tambon_accounts"), "801202")
        assert period == "2026-10" or not {"6,954", "5,154", "1,800"} & set(str(paper.blocks).split("'"))
        table = next(one for one in blocks(paper, Table) if isinstance(one, Table))
        return [getattr(cell, "text", cell) for cell in table.rows[0]][1:4]

    assert row("2026-10") == ["6", "0", "5,154"]
    for longer in ("2570-Q1", "FY2570", "CY2569", "all", "2026-10-01..2026-11-30"):
        assert row(longer)[0::2] == ["6", "–"], longer


def test_debts_of_a_tambon_do_not_tell_those_that_its_villages_hide(villages: Office) -> None:
    """Two households reduced a debt: what the village's sheet leaves out the tambon's does not bring back."""
    (paper,) = papers(villages, "tambon_accounts", "801202")
    assert "666" not in str(paper.blocks)
    assert any("จะรู้หนี้" in one.text for one in blocks(paper, Text) if isinstance(one, Text))


def test_an_occupation_of_which_three_reduced_a_debt_is_not_told(villages: Office) -> None:
    """Five labourers reduced 1,000 each, three of five traders 700 each: all of the village, told on its own
    sheet (7,100), less the labourers is the three. With the other two traders both lines are told.
    """
    newest = villages.atlas.reference.catalogue.newest
    documents = []
    for number in range(61, 71):
        own, work = village_office.household(number), "labour" if number < 66 else "trade"
        meta = (
            f'<entity dataset="households" id="{own}" create="1" '
            'xmlns="http://www.opendatakit.org/xforms/entities"><label>บ้าน</label></entity>'
        )
        home = village_office.PLACE | {
            "tambon": "801207", "moo": 1, "visit_date": "2026-10-20", "consent": "yes",
            "participation": "yes", "house_no": str(number), "main_occupation": work,
        }  # fmt: skip
        documents.append(offices.submission(newest("household_register").schema, home, meta=meta))
        baht = 1000 if number < 66 else 700 if number < 69 else 0
        said = village_office.debt(number, 1, "repaid", reduced=baht, tambon="801207")
        documents.append(offices.submission(newest("household_debt").schema, said))
    month = village_office.account(61, 1, "2026-10", [("expense", "eggs", 100, "needed")], "801207")
    documents.append(offices.submission(newest("household_account_month").schema, month))
    offices.send(villages, *documents)

    def lines() -> list[list[str]]:
        (paper,) = papers(villages, "tambon_accounts", "801207")
        tables = [one for one in blocks(paper, Table) if isinstance(one, Table)]
        return [[cell_text(cell) for cell in row[2:]] for table in tables[1:] for row in table.rows]

    assert lines() == []
    two = [village_office.debt(number, 1, "repaid", reduced=700, tambon="801207") for number in (69, 70)]
    offices.send(villages, *(offices.submission(newest("household_debt").schema, one) for one in two))
    assert lines() == [["5", "1,000", "5,000"], ["5", "700", "3,500"]]


@pytest.mark.parametrize(
    ("area", "period", "told"),
    [
        ("801206", "2026-10", []),  # 1,200 of 8,600 less village 3 (1,200 of 8,400) is the two of village 4
        ("801206", "FY2570", ["15,000 บาท", "4,200 บาท/ไร่", "1,800 บาท/ไร่", "8.4 บาท/กก."]),  # five each
        ("801202", "2026-10", ["58.2 %", "-859 บาท"]),  # six: 3,000 of 5,154; less 5,154 / 6
        ("801202", "FY2570", []),  # with two of November; two reduced a debt; rice of one house of village 2
        ("801203", "2026-10", []),  # one spent 90,900 of 95,450
        ("8012", "2026-10", []),
    ],
)
def test_a_programmes_paper_tells_no_households_money(
    villages: Office, area: str, period: str, told: list[str]
) -> None:
    """P12 stands beside the sheets of villages and tambons: no number less theirs is of a few households."""
    asked = asking(villages, period=period)
    (paper,) = catalogue.papers_of(asked, catalogue.kind_of("programme_livelihood"), area)
    (table,) = (one for one in paper.blocks if isinstance(one, Table))
    shown = [cell_text(row[1]) for row in table.rows]
    assert [one for one in shown if not one.startswith(("ไม่แสดง", "ยังไม่มี"))] == told
    withheld = [row for row in table.rows if cell_text(row[1]) == "ไม่แสดง"]
    assert withheld
    assert {cell_text(row[2]) for row in withheld} == {""}
    assert any("น้อยกว่า 5 ครัวเรือน" in one.text for one in paper.blocks if isinstance(one, Text))


def test_a_balance_beside_spending_does_not_tell_who_alone_earned(villages: Office) -> None:
    """One of six earned 10,000; she spent 9,500, the others 1,500 each: 17,000. The balance of all is -7,000,
    and with the spending it would tell the 10,000. On P03 an income that is not told is no zero either.
    """
    lines = [("expense", "eggs", 1000, "needed"), ("expense", "lottery", 500, "not_needed")]
    hers = [("income", "crop_sale", 10_000, ""), ("expense", "eggs", 9000, "needed"), lines[1]]
    schema = villages.atlas.reference.catalogue.newest("household_account_month").schema
    months = [
        village_office.account(n, 1, "2026-08", lines if n > 81 else hers, "801208") for n in range(81, 87)
    ]
    offices.send(villages, *(offices.submission(schema, one) for one in months))

    def rows(name: str) -> list[list[str]]:
        (paper,) = catalogue.papers_of(asking(villages, period="2026-08"), catalogue.kind_of(name), "801208")
        table = next(one for one in blocks(paper, Table) if isinstance(one, Table))
        return [[cell_text(cell) for cell in row] for row in table.rows]

    assert [row[1] for row in rows("programme_livelihood")[:2]] == ["17.6 %", "ไม่แสดง"]
    assert rows("tambon_accounts") == [
        ["หมู่ที่ 1", "6", "–", "17,000", "3,000", "17.6"],
        ["รวม", "6", "–", "17,000", "3,000", "17.6"],
    ]


@pytest.mark.parametrize(("until", "heads"), [("2013-01-31", 12), ("2014-03-31", 9)])
def test_the_work_of_each_phase_lies_over_its_months(villages: Office, until: str, heads: int) -> None:
    """T01: the first phase is February to September 2555; two years are told in quarters."""
    work = [
        {"plan_phase": "phase1", "plan_doer": "centre", "plan_work": "ตั้งทีม",
         "plan_from": "2012-02-01", "plan_until": "2012-09-30"},
        {"plan_phase": "phase3", "plan_doer": "province", "plan_work": "ถอดบทเรียน",
         "plan_from": "2012-10-01", "plan_until": until},
    ]  # fmt: skip
    about = villages.atlas.reference.forms["province_programme"]
    spans = [
        (date.fromisoformat(one["plan_from"]), date.fromisoformat(one["plan_until"]), dict(one))
        for one in work
    ]
    drawn = summaries.timeline(about, spans, date(2012, 2, 1))
    assert drawn.mark == drawn.spans[0].first < drawn.spans[0].last < drawn.spans[-1].last == 1
    table = drawn.as_table()
    months = [one.heading for one in table.columns[3:]]
    first = "ก.พ." if heads == 12 else "ม.ค."
    assert (len(months), months[0], table.columns[3].group) == (heads, first, "2555")
    marks = ["".join(str(cell) or "-" for cell in row[3:]) for row in table.rows]
    assert marks == (["■■■■■■■■----", "--------■■■■"] if heads == 12 else ["■■■------", "---■■■■■■"])


@pytest.mark.parametrize("name", catalogue.KINDS)
def test_an_area_without_data_says_so(villages: Office, name: str) -> None:
    """A paper is never made of nothing; one of too small an area says what to give."""
    kind = catalogue.kind_of(name)
    area = "801205" if kind.up_to != "country" else "96"
    with pytest.raises(Problem, match="paper_empty"):
        catalogue.papers_of(asking(villages, Viewer("a", "administrator", "")), kind, area)
    if kind.level != "village":
        with pytest.raises(Problem, match="paper_level"):
            catalogue.papers_of(asking(villages), kind, "80120301")


def test_a_province_is_written_tambon_by_tambon(villages: Office) -> None:
    """So that memory stays bounded: one file for each tambon, all villages of a tambon in one."""
    kind = catalogue.kind_of("village_forum")
    parts = catalogue.batches(asking(villages), kind, "8012")

    assert [code for code, _ in parts][:2] == ["801201", "801202"]
    assert len(catalogue.batches(asking(villages), kind, "801206")) == 1


def test_an_unknown_kind_of_file_is_refused(villages: Office, tmp_path: Path) -> None:
    """With the kinds there are."""
    with pytest.raises(Problem, match="paper_kind"):
        catalogue.write(asking(villages), "P02", "801206", tmp_path / "a.odt")
