"""The rows of an .xlsx workbook as text, each with the row number that Excel shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from forms import problems
from thai.problem import Problem, Problems

UNPACKED_LIMIT_MB = 60
SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Row:
    """One row; ``cells`` holds only filled cells, by heading."""

    number: int
    cells: dict[str, str]

    def get(self, column: str) -> str:
        """The cell's text; '' when blank."""
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its headings and every row below them up to the last filled one, blank ones included."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def filled(self) -> Iterator[Row]:
        """The rows that say something."""
        return (row for row in self.rows if row.cells)

    def column(self, *names: str) -> str:
        """The first of these headings that the sheet has, as it is written there; '' for none."""
        headings = {heading.casefold(): heading for heading in reversed(self.columns)}
        return next((headings[name.casefold()] for name in names if name.casefold() in headings), "")


def read_sheets(workbook: bytes, file_name: str) -> dict[str, Sheet]:
    """Every sheet by its lower-case name. Raises Problems when the file is no workbook, is absurdly
    large, or has a heading twice.
    """
    from forms.spreadsheet import Spreadsheet, rows  # noqa: PLC0415 - openpyxl takes a quarter of a second

    _refuse_large(workbook, file_name)
    wrong: list[Problem] = []
    try:
        book = Spreadsheet(workbook)
        read = cache(lambda kind, style, raw: _text(book.value(kind, style, raw)))
        sheets = [_sheet(title, rows(source, read), wrong) for title, source in book.sheets()]
    except Exception as error:  # openpyxl lets errors of zipfile, its XML parser and its own through
        raise Problems([problems.workbook_unreadable(file_name, _reason(error))]) from error
    if wrong:
        raise Problems(wrong)
    return {sheet.name.strip().lower(): sheet for sheet in sheets}


def _refuse_large(workbook: bytes, file_name: str) -> None:
    try:
        with ZipFile(BytesIO(workbook)) as archive:
            size = sum(info.file_size for info in archive.infolist())
    except (BadZipFile, ValueError, OSError) as error:
        raise Problems([problems.workbook_unreadable(file_name, _reason(error))]) from error
    if size > UNPACKED_LIMIT_MB * 1_000_000:
        raise Problems([problems.workbook_too_large(file_name, UNPACKED_LIMIT_MB)])


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".strip(": ")


def _sheet(name: str, lines: Iterator[tuple[int, list[str | None]]], wrong: list[Problem]) -> Sheet:
    filled = {number: [text or "" for text in line] for number, line in lines}
    headings = [SPACES.sub(" ", text) for text in filled.pop(1, [])]
    seen: set[str] = set()
    for heading in filter(None, headings):
        if heading in seen:
            wrong.append(problems.column_twice(name, heading))
        seen.add(heading)
    rows = []
    for number in range(2, max(filled, default=1) + 1):
        pairs = zip(headings, filled.get(number, ()), strict=False)
        rows.append(Row(number, {heading: text for heading, text in pairs if heading and text}))
    while rows and not rows[-1].cells:
        rows.pop()
    return Sheet(name, tuple(filter(None, headings)), tuple(rows))


def _text(value: object) -> str:
    """A cell as the compiler reads it: whole numbers without a point, no-break spaces as spaces."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace("\N{NO-BREAK SPACE}", " ").strip()
