"""The cells of a spreadsheet: openpyxl knows the workbook, its sheets and formats; rows are read here.

Its own cells cost 45 µs each, styles and all, and it reads XML by a parser written in Python. What is read
is the same: the value that stands in the file (of a formula the last result), and its number format.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from functools import cached_property, lru_cache
from types import SimpleNamespace
from typing import IO, Any, TypeVar

from lxml import etree
from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.reader.excel import SHARED_STRINGS, ExcelReader
from openpyxl.styles.numbers import is_date_format, is_timedelta_format
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils import column_index_from_string
from openpyxl.utils.datetime import from_excel, from_ISO8601
from openpyxl.workbook import Workbook
from openpyxl.xml.constants import SHEET_MAIN_NS

_ROW, _MERGED, _VALUE, _INLINE, _TEXT, _RUN, _SHARED = (
    f"{{{SHEET_MAIN_NS}}}{name}" for name in ("row", "mergeCell", "v", "is", "t", "r", "si")
)
_DIGITS = "0123456789"

Said = TypeVar("Said")
#: What a cell of some kind, style and text says; the same cell again is best answered from memory.
Reads = Callable[[str, int, str], Said | None]


class Spreadsheet:
    """A workbook open for reading; raises ``ValueError`` and what openpyxl, lxml and zipfile raise."""

    def __init__(self, content: bytes) -> None:
        self._reader = ExcelReader(io.BytesIO(content), read_only=True, data_only=True)
        self._reader.read_manifest()
        self._reader.read_workbook()

    @cached_property
    def _words(self) -> list[str]:
        """The texts that cells share, by number."""
        part = self._reader.package.find(SHARED_STRINGS)
        if part is None:
            return []
        with self._reader.archive.open(part.PartName[1:]) as source:
            return [_words(one).replace("x005F_", "") for one in _elements(source, _SHARED)]

    def titles(self) -> list[str]:
        """The sheets that hold cells."""
        return list(self._targets)

    @cached_property
    def _targets(self) -> dict[str, str]:
        found = self._reader.parser.find_sheets()
        return {sheet.name: where.target for sheet, where in found if where.Type.endswith("/worksheet")}

    def sheets(self) -> Iterator[tuple[str, IO[bytes]]]:
        """The title of each sheet, and its XML for ``rows``."""
        for title, target in self._targets.items():
            with self._reader.archive.open(target) as source:
                yield title, source

    def values(self, title: str) -> Iterator[tuple[int, list[Any]]]:
        """The rows of one sheet by number, what each cell holds, read as they are asked for."""
        read = lru_cache(maxsize=8_192)(self.value)
        with self._reader.archive.open(self._targets[title]) as source:
            yield from rows(source, read)

    def value(self, kind: str, style: int, raw: str) -> Any:
        """The content of a cell: text, bool, int, float, a moment or a duration."""
        if kind == "s":
            return self._words[int(raw)]
        if kind == "b":
            return bool(int(raw))
        if kind == "d":
            return from_ISO8601(raw)
        if kind != "n":
            return raw
        number = float(raw) if set(".eE") & set(raw) else int(raw)
        shown = self.shows(style)
        if not is_date_format(shown):
            return number
        return _moment(number, self._styled.epoch, timedelta=is_timedelta_format(shown))

    @cached_property
    def _styled(self) -> Workbook:
        """The workbook with its styles, which take as long to read as a small sheet."""
        apply_stylesheet(self._reader.archive, self._reader.wb)
        return self._reader.wb

    @cached_property
    def shows(self) -> Callable[[int], str]:
        """The number format of a style."""
        sheet = SimpleNamespace(parent=self._styled)

        @lru_cache
        def shows(style: int) -> str:
            return str(ReadOnlyCell(sheet, 1, 1, None, style_id=style).number_format)

        return shows


def rows(
    source: IO[bytes], read: Reads[Said], merged: list[str] | None = None
) -> Iterator[tuple[int, list[Said | None]]]:
    """The rows that a sheet's XML has, by number: what each cell says, from the first column on.

    References of merged cells, which stand behind all rows, are added to ``merged``.
    """
    columns = lru_cache(column_index_from_string)
    number = 0
    for element in _elements(source, _ROW, _MERGED):
        if element.tag == _ROW:
            number = int(float(element.get("r") or number + 1))
            yield number, _row(element, read, columns)
        elif merged is not None:
            merged.append(str(element.get("ref")))


def _row(element: etree._Element, read: Reads[Said], columns: Callable[[str], int]) -> list[Said | None]:
    row: list[Said | None] = []
    for one in element.iterchildren("{*}c"):  # a comment is no cell
        place = one.get("r")
        column = columns(place.rstrip(_DIGITS)) if place else len(row) + 1
        if column > len(row) + 1:
            row += [None] * (column - 1 - len(row))
        raw = ""
        for part in one:
            tag = part.tag
            if tag == _VALUE:
                raw = part.text or ""
            elif tag == _INLINE:
                raw = _words(part)
        row.append(read(one.get("t", "n"), int(one.get("s", 0)), raw) if raw else None)
    return row


def _words(text: etree._Element) -> str:
    """A text in one piece or in pieces of different looks."""
    said = ""
    for part in text:
        tag = part.tag
        if tag == _TEXT:
            said += part.text or ""
        elif tag == _RUN:
            said += part.findtext(_TEXT) or ""
    return said


def _moment(value: float, epoch: Any, *, timedelta: bool) -> Any:
    try:
        return from_excel(value, epoch, timedelta=timedelta)
    except (OverflowError, ValueError):
        return "#VALUE!"  # what a spreadsheet shows of a day that it cannot count


def _elements(source: IO[bytes], *tags: str) -> Iterator[etree._Element]:
    """Elements as they end; what was read is let go of, so that a long sheet is never whole in memory."""
    for _, element in etree.iterparse(source, tag=tags, resolve_entities=False, no_network=True):
        yield element
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
