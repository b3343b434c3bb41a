"""The cells of a spreadsheet. openpyxl knows the workbook: its sheets, words and formats; rows are read here.

Its own cells cost 45 µs each, styles and all: a minute for a register of a hundred thousand rows. What is
read is the same: the value that stands in the file (of a formula the last result), with its number format.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from functools import lru_cache
from types import SimpleNamespace
from typing import IO, Any

from lxml import etree
from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import is_date_format, is_timedelta_format
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils import column_index_from_string, range_boundaries
from openpyxl.utils.datetime import from_excel, from_ISO8601
from openpyxl.workbook import Workbook
from openpyxl.xml.constants import SHEET_MAIN_NS

from ingest.sheets.model import Cell
from ingest.sheets.typed import Meaning, meaning

Grid = list[list[Cell | None]]
_MOST_CELLS = 2_000_000
_ROW, _MERGED, _VALUE, _INLINE, _TEXT, _RUN = (
    f"{{{SHEET_MAIN_NS}}}{name}" for name in ("row", "mergeCell", "v", "is", "t", "r")
)
_DIGITS = "0123456789"
_Reads = Callable[[str, int, str], Meaning | None]


def grids(content: bytes) -> Iterator[Grid]:
    """The sheets of a workbook from A1 on; raises ``ValueError`` and what openpyxl and lxml raise.

    Of merged cells the first one alone holds something, as it shows.
    """
    reader = ExcelReader(io.BytesIO(content), read_only=True, data_only=True)
    reader.read_manifest()
    reader.read_strings()
    reader.read_workbook()
    apply_stylesheet(reader.archive, reader.wb)
    for sheet, where in reader.parser.find_sheets():
        if where.Type.endswith("/worksheet"):
            with reader.archive.open(where.target) as source:
                yield _grid(sheet.name, source, _reader(reader.wb, reader.shared_strings))


def _grid(title: str, source: IO[bytes], read: _Reads) -> Grid:
    columns = lru_cache(column_index_from_string)
    rows: dict[int, list[Cell | None]] = {}
    merged: list[str] = []
    number = width = 0
    for _, element in etree.iterparse(source, tag=(_ROW, _MERGED), resolve_entities=False, no_network=True):
        if element.tag == _MERGED:
            merged.append(element.get("ref"))
            continue
        number = int(float(element.get("r") or number + 1))
        rows[number] = row = _cells(title, number, element, read, columns)
        width = max(width, len(row))
        if number * width > _MOST_CELLS:
            raise ValueError(title)
        _forget(element)
    grid = [rows.get(n, []) for n in range(1, max(rows, default=0) + 1)]
    for row in grid:
        row.extend([None] * (width - len(row)))
    for reference in merged:
        _unmerge(grid, reference)
    return grid


def _cells(
    title: str, number: int, element: etree._Element, read: _Reads, columns: Callable[[str], int]
) -> list[Cell | None]:
    row: list[Cell | None] = []
    for one in element:
        place = one.get("r")
        column = columns(place.rstrip(_DIGITS)) if place else len(row) + 1
        if column > len(row) + 1:
            row += [None] * (column - 1 - len(row))
        kind, raw = one.get("t", "n"), ""
        for part in one:
            if part.tag == _VALUE:
                raw = part.text or ""
            elif part.tag == _INLINE:
                raw = _words(part)
        said = read(kind, int(one.get("s", 0)), raw) if raw else None
        row.append(Cell(title, number, column, *said) if said else None)
    return row


def _words(inline: etree._Element) -> str:
    """A text that stands in its cell, in one piece or in pieces of different looks."""
    said = ""
    for part in inline:
        if part.tag == _TEXT:
            said += part.text or ""
        elif part.tag == _RUN:
            said += part.findtext(_TEXT) or ""
    return said


def _reader(book: Workbook, words: list[str]) -> _Reads:
    """What the text of a cell of some kind and style means; the same cell again costs nothing."""
    sheet, epoch = SimpleNamespace(parent=book), book.epoch

    @lru_cache
    def shows(style: int) -> str:
        return str(ReadOnlyCell(sheet, 1, 1, None, style_id=style).number_format)

    @lru_cache(maxsize=8_192)
    def read(kind: str, style: int, raw: str) -> Meaning | None:
        value: Any = raw
        if kind == "s":
            value = words[int(raw)]
        elif kind == "b":
            value = bool(int(raw))
        elif kind == "d":
            value = from_ISO8601(raw)
        elif kind == "n":
            value = float(raw) if set(".eE") & set(raw) else int(raw)
            if is_date_format(shows(style)):
                value = _moment(value, epoch, timedelta=is_timedelta_format(shows(style)))
        return meaning(value, shows(style))

    return read


def _moment(value: float, epoch: Any, *, timedelta: bool) -> Any:
    try:
        return from_excel(value, epoch, timedelta=timedelta)
    except (OverflowError, ValueError):
        return "#VALUE!"  # what a spreadsheet shows of a day that it cannot count


def _unmerge(grid: Grid, reference: str) -> None:
    left, top, right, bottom = range_boundaries(reference)
    for row in range(top or 1, min(bottom or 1, len(grid)) + 1):
        for column in range(left or 1, min(right or 1, len(grid[row - 1])) + 1):
            if (row, column) != (top, left):
                grid[row - 1][column - 1] = None


def _forget(element: etree._Element) -> None:
    """Let go of what was read, so that a long sheet is never whole in memory as XML."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]
