"""Papers as Word files, for offices that edit on: real headings, real tables, a footer with the facts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from reports.papers.model import (
    Bar,
    Bars,
    Block,
    Column,
    Drawn,
    Facts,
    Flow,
    Heading,
    Heat,
    PageBreak,
    Paper,
    Picture,
    Question,
    Radar,
    Signatures,
    Table,
    Text,
    Timeline,
    cell_text,
)

_FONT = "TH Sarabun New"
_SIZES = {"a4": (210, 297), "a5": (148, 210)}
_ALIGN = {
    "start": WD_ALIGN_PARAGRAPH.LEFT,
    "end": WD_ALIGN_PARAGRAPH.RIGHT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
}
_LONGEST_BAR, _MARK = 30, "┃"


def to_docx(papers: Sequence[Paper], path: Path) -> None:
    """Write papers into one document, each in a section of its own."""
    document = docx.Document()
    _thai_style(document)
    for number, paper in enumerate(papers):
        section = document.sections[0] if not number else document.add_section()
        _page(section, paper)
        title = document.add_heading(paper.title, level=1)
        title.alignment = WD_ALIGN_PARAGRAPH.CENTER
        below = document.add_paragraph(" · ".join(part for part in (paper.place, paper.period) if part))
        below.alignment = WD_ALIGN_PARAGRAPH.CENTER
        for block in paper.blocks:
            _WRITERS[type(block)](document, block)
    document.save(str(path))


def _thai_style(document: Any) -> None:
    """The font of Thai letters is the complex-script one; without it Word takes its default."""
    for name in ("Normal", "Heading 1", "Heading 2"):
        style = document.styles[name]
        style.font.name = _FONT
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for script in ("w:cs", "w:ascii", "w:hAnsi", "w:eastAsia"):
            fonts.set(qn(script), _FONT)
    document.styles["Normal"].font.size = Pt(15)
    size = OxmlElement("w:szCs")
    size.set(qn("w:val"), "30")
    document.styles["Normal"].element.get_or_add_rPr().append(size)


def _page(section: Any, paper: Paper) -> None:
    width, height = _SIZES[paper.size]
    if paper.landscape:
        width, height = height, width
    section.orientation = WD_ORIENT.LANDSCAPE if paper.landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.left_margin = section.right_margin = Mm(18 if paper.size == "a4" else 12)
    section.footer.is_linked_to_previous = False
    footer = section.footer.paragraphs[0]
    footer.text = " · ".join(footnotes(paper)) + "   หน้า "
    _field(footer, "PAGE")
    for run in footer.runs:
        run.font.size = Pt(10)


def footnotes(paper: Paper) -> list[str]:
    """What stands at the foot of every page of a paper."""
    facts = [f"ข้อมูล ณ {paper.as_of}"] if paper.as_of else []
    facts += [f"ขอบเขต: {paper.boundary_set}"] if paper.boundary_set else []
    facts += [f"ที่มา: {', '.join(paper.sources)}"] if paper.sources else []
    return [*facts, paper.number] if paper.number else facts


def _field(paragraph: Any, name: str) -> None:
    for kind, text in (("begin", ""), ("", name), ("end", "")):
        run = paragraph.add_run()
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        run._r.append(part)


def _heading(document: Any, block: Heading) -> None:
    document.add_heading(block.text, level=2)


def _text(document: Any, block: Text) -> None:
    document.add_paragraph().add_run(block.text).bold = block.strong


def _facts(document: Any, block: Facts) -> None:
    columns = (Column("", width=2), Column("", "end"), Column("", width=2))
    rows = [(one.label, one.value, one.note) for one in block.facts]
    _grid(document, columns, rows, headed=False)


def _table(document: Any, block: Table) -> None:
    if block.caption:
        document.add_paragraph().add_run(block.caption).bold = True
    _grid(document, block.columns, block.rows, totals=block.totals)


def _grid(
    document: Any, columns: Sequence[Column], rows: Sequence[Sequence[Any]], *,
    totals: frozenset[int] = frozenset(), headed: bool = True,
) -> None:  # fmt: skip
    upper = headed and any(one.group for one in columns)
    table = document.add_table(rows=int(headed) + int(upper), cols=len(columns))
    table.style = "Table Grid"
    if headed:
        for c, one in enumerate(columns):
            _write(table.rows[-1].cells[c], one.heading, "center", strong=True)
    if upper:
        _upper(table, columns)
    for head in table.rows:  # they stand again on the next page
        head._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for i, row in enumerate(rows):
        cells = table.add_row().cells
        for c, (cell, one) in enumerate(zip(row, columns, strict=True)):
            _write(cells[c], cell_text(cell), one.align, strong=i in totals)
    document.add_paragraph()


def _upper(table: Any, columns: Sequence[Column]) -> None:
    start = 0
    for c in range(1, len(columns) + 1):
        if c == len(columns) or columns[c].group != columns[start].group or not columns[c].group:
            merged = table.cell(0, start).merge(table.cell(0, c - 1))
            _write(merged, columns[start].group, "center", strong=True)
            start = c


def _write(cell: Any, text: str, align: str, *, strong: bool) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.text = ""
    paragraph.alignment = _ALIGN[align]
    paragraph.add_run(text).bold = strong


def _bars(document: Any, block: Bars) -> None:
    """As a table whose last column draws the length in signs: it stays right when it is edited."""
    rows = [(one.label, one.shown, _signs(block, one)) for one in block.bars]
    if block.caption:
        document.add_paragraph().add_run(block.caption).bold = True
    _grid(document, (Column(""), Column("", "end"), Column("", width=2)), rows, headed=False)
    if block.mark:
        document.add_paragraph(f"{_MARK} {block.mark}")


def _signs(block: Bars, bar: Bar) -> str:
    """A bar of signs, with another where it reached before."""
    drawn = "█" * round(_LONGEST_BAR * block.part(bar.number))
    if bar.before is None:
        return drawn
    at = round(_LONGEST_BAR * block.part(bar.before))
    return f"{drawn[:at].ljust(at, ' ')}{_MARK}{drawn[at:]}"


def _radar(document: Any, block: Radar) -> None:
    rows = [(axis, f"{value} / {block.most}") for axis, value in zip(block.axes, block.values, strict=True)]
    document.add_paragraph().add_run(block.caption).bold = True
    _grid(document, (Column("", width=3), Column("", "end")), rows, headed=False)


def _drawn(document: Any, block: Drawn) -> None:
    _table(document, block.as_table())


def _picture(document: Any, block: Picture) -> None:
    document.add_paragraph(f"{block.caption} (แผนผังอยู่ในฉบับ PDF)")


def _question(document: Any, block: Question) -> None:
    document.add_paragraph().add_run(block.text).bold = True
    if block.why:
        document.add_paragraph(block.why)
    for _ in range(block.lines):
        document.add_paragraph("." * 90)


def _signatures(document: Any, block: Signatures) -> None:
    rows = [
        [
            f"ลงชื่อ {'.' * 34}\n({one.name or '.' * 34})\n{one.role}\nวันที่ ......./......./.........."
            for one in pair
        ]
        for pair in _pairs(block.signatures)
    ]
    table = document.add_table(rows=0, cols=2)
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=False):
            _write(cell, text, "center", strong=False)


def _pairs(items: Sequence[Any]) -> list[Sequence[Any]]:
    return [items[i : i + 2] for i in range(0, len(items), 2)]


def _pagebreak(document: Any, block: PageBreak) -> None:  # noqa: ARG001 - one shape for all writers
    document.add_page_break()


_WRITERS: dict[type[Block], Callable[[Any, Any], None]] = {
    Heading: _heading,
    Text: _text,
    Facts: _facts,
    Table: _table,
    Bars: _bars,
    Radar: _radar,
    Heat: _drawn,
    Flow: _drawn,
    Timeline: _drawn,
    Picture: _picture,
    Question: _question,
    Signatures: _signatures,
    PageBreak: _pagebreak,
}
