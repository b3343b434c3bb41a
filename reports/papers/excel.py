"""Papers as workbooks: a sheet a paper, with figures as figures and days as days."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from reports.papers.model import (
    Bars,
    Block,
    Cell,
    Facts,
    Flow,
    Heat,
    Paper,
    Picture,
    Question,
    Radar,
    Signatures,
    Table,
    Timeline,
    Value,
)
from reports.papers.word import footnotes

_WIDEST = 48
_SHOWN = re.compile(r'-?[\d,]+(?:\.(\d+))?([^\d"][^"]*)?')
_STRONG = {"bold": True, "border": 1, "bg_color": "#e1e1e1"}


def to_xlsx(papers: Sequence[Paper], path: Path) -> None:
    """Write papers into one workbook."""
    book = xlsxwriter.Workbook(str(path), {"in_memory": False, "strings_to_formulas": False})
    formats = {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "head": book.add_format({**_STRONG, "text_wrap": True, "align": "center"}),
        "strong": book.add_format(_STRONG),
        "cell": book.add_format({"border": 1, "text_wrap": True, "valign": "top"}),
        "note": book.add_format({"italic": True, "font_color": "#5f5f5f"}),
    }  # fmt: skip
    taken: set[str] = set()
    for paper in papers:
        sheet = book.add_worksheet(_name(paper, taken))
        _write(book, sheet, paper, formats)
    book.close()


def _write(book: Any, sheet: Any, paper: Paper, formats: dict[str, Any]) -> None:
    if paper.landscape:
        sheet.set_landscape()
    sheet.set_paper(9 if paper.size == "a4" else 11)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C&P/&N")
    sheet.write_string(0, 0, paper.title, formats["title"])
    sheet.write_string(1, 0, " · ".join(part for part in (paper.place, paper.period) if part))
    row, widths = 3, {0: 8}
    for block in paper.blocks:
        for line, kind in _lines(block):
            for column, cell in enumerate(line):
                _put(book, sheet, row, column, cell, formats[kind], kind)
                if kind != "title":
                    shown = len(cell.text if isinstance(cell, Value) else cell)
                    widths[column] = min(max(widths.get(column, 6), shown + 2), _WIDEST)
            row += 1
        row += 1
    for note in footnotes(paper):
        sheet.write_string(row, 0, note, formats["note"])
        row += 1
    for column, width in widths.items():
        sheet.set_column(column, column, width)


def _put(book: Any, sheet: Any, row: int, column: int, cell: Cell, form: Any, kind: str) -> None:
    if isinstance(cell, Value) and cell.number is not None:
        asked = {"num_format": _format_of(cell.text, Decimal(cell.number)), "border": 1}
        strong = {"bold": True, "bg_color": "#e1e1e1"} if kind == "strong" else {}
        form = _kept(book, tuple(sorted((asked | strong).items())))
        sheet.write_number(row, column, float(cell.number), form)
    elif isinstance(cell, Value) and cell.day:
        form = _kept(book, (("border", 1), ("num_format", "d mmm [$-107041E]yyyy")))
        sheet.write_datetime(row, column, cell.day, form)
    else:
        sheet.write_string(row, column, cell.text if isinstance(cell, Value) else cell, form)


def _format_of(text: str, number: Decimal) -> str:
    """Places and unit as the paper shows them: ``55.2 %`` is the number 55.2 and looks the same."""
    if shown := _SHOWN.fullmatch(text):
        places, unit = shown.groups()
        return f"#,##0{'.' + '0' * len(places) if places else ''}" + (f'"{unit}"' if unit else "")
    return "#,##0" if number == number.to_integral_value() else "#,##0.00"


def _kept(book: Any, values: tuple[tuple[str, Any], ...]) -> Any:
    """A format made once for a workbook."""
    known = book.__dict__.setdefault("kept_formats", {})
    if values not in known:
        known[values] = book.add_format(dict(values))
    return known[values]


def _lines(block: Block) -> Iterator[tuple[Sequence[Cell], str]]:
    """A block as rows of cells, each with the look of its row."""
    if isinstance(block, Table):
        yield from _table(block)
    elif isinstance(block, Facts):
        yield from (([one.label, one.value, one.note], "cell") for one in block.facts)
    elif isinstance(block, Bars):
        yield [block.caption, "", block.mark], "title"
        for bar in block.bars:
            before = [Value("", bar.before)] if bar.before is not None else []
            yield [bar.label, Value(bar.shown, bar.number), *before], "cell"
    elif isinstance(block, Radar):
        yield [block.caption], "title"
        for axis, value in zip(block.axes, block.values, strict=True):
            yield [axis, Value(str(value), value), f"/ {block.most}"], "cell"
    elif isinstance(block, Picture):
        yield [block.caption], "note"
    elif isinstance(block, Heat | Flow | Timeline):
        yield from _table(block.as_table())
    elif isinstance(block, Signatures):
        for one in block.signatures:
            yield [f"ลงชื่อ ........................ ({one.name}) {one.role}"], "note"
    elif isinstance(block, Question):
        yield [block.text], "title"
        yield [block.why], "note"
    elif text := getattr(block, "text", ""):
        yield [text], "title" if block.kind == "heading" else "note"


def _table(block: Table) -> Iterator[tuple[Sequence[Cell], str]]:
    if block.caption:
        yield [block.caption], "title"
    if any(one.group for one in block.columns):
        yield [one.group for one in block.columns], "head"
    yield [one.heading for one in block.columns], "head"
    for i, row in enumerate(block.rows):
        yield row, "strong" if i in block.totals else "cell"


def _name(paper: Paper, taken: set[str]) -> str:
    """A sheet's name: at most 31 letters, none of them forbidden, none twice."""
    base = re.sub(r"[\[\]:*?/\\']", " ", f"{paper.number} {paper.place}".strip())[:27] or "1"
    name, number = base, 1
    while name.casefold() in taken:
        number += 1
        name = f"{base} {number}"
    taken.add(name.casefold())
    return name
