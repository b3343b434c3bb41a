"""A spreadsheet's sheets as grids of cells with what they mean."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import IO

from openpyxl.utils import range_boundaries

from forms.spreadsheet import Reads, Spreadsheet, rows
from ingest.sheets.model import Cell, Merged
from ingest.sheets.typed import Meaning, meaning

Grid = list[list[Cell | None]]
_MOST_CELLS = 2_000_000


def grids(content: bytes, below: Merged) -> Iterator[Grid]:
    """The sheets of a workbook from A1 on; raises ``ValueError`` and what openpyxl and lxml raise.

    Of merged cells the first one alone holds something, as it shows; ``below`` gets the places below it.
    """
    book = Spreadsheet(content)

    @lru_cache(maxsize=8_192)
    def read(kind: str, style: int, raw: str) -> Meaning | None:
        return meaning(book.value(kind, style, raw), book.shows(style))

    for title, source in book.sheets():
        yield _grid(title, source, read, below)


def _grid(title: str, source: IO[bytes], read: Reads[Meaning], below: Merged) -> Grid:
    found: dict[int, list[Cell | None]] = {}
    merged: list[str] = []
    width = 0
    for number, row in rows(source, read, merged):
        width = max(width, len(row))
        if number * width > _MOST_CELLS:
            raise ValueError(title)
        found[number] = [
            Cell._make((title, number, at, *said)) if said else None for at, said in enumerate(row, 1)
        ]
    grid = [found.get(number, []) for number in range(1, max(found, default=0) + 1)]
    for row_ in grid:
        row_.extend([None] * (width - len(row_)))
    for reference in merged:
        _unmerge(grid, reference, below)
    return grid


def _unmerge(grid: Grid, reference: str, below: Merged) -> None:
    left, top, right, bottom = (one or 1 for one in range_boundaries(reference))
    said = grid[top - 1][left - 1] if top <= len(grid) and left <= len(grid[top - 1]) else None
    for row in range(top, min(bottom, len(grid)) + 1):
        for column in range(left, min(right, len(grid[row - 1])) + 1):
            if (row, column) != (top, left):
                grid[row - 1][column - 1] = None
        if said and row > top:
            below[said.sheet, row, left] = said
