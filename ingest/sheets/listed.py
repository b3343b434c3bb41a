"""The tables of a sheet as lists of records, as an office keeps them for years: a blank line in the middle
ends none, words alone are rows too, and what stands on a line of its own is set aside rather than lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Set

from ingest.sheets.layout import Grid, arranged, headings_of, is_alone, is_counted, mark
from ingest.sheets.model import Cell, Statement, Table
from thai.text import fold

_MOST_HEADERS = 3  # rows of headings, one above the other


def listed(grid: Grid, wanted: Set[str]) -> tuple[list[Table], list[Statement]]:
    """The tables, those with the ``wanted`` headings (folded) above all, and the sentences beside them.

    Without anything wanted, every table that has headings. Lines of one word within or below a table are
    among its ``sections``.
    """
    tables, statements = arranged(grid)
    if not any(_has(table.headings, wanted) for table in tables):
        found = next(_below(grid, wanted), None)
        return ([found] if found else tables), statements
    joined = list[Table]()
    for table in tables:
        if joined and not any(table.headings):
            _go_on(joined[-1], table)
        else:
            joined.append(table)
    ends = [_top(table) for table in joined[1:]] + [len(grid) + 1]
    for table, end in zip(joined, ends, strict=True):
        _set_aside(table, grid, end)
    return joined, statements


def _has(headings: list[str], wanted: Set[str]) -> bool:
    folded = {fold(one) for one in headings if one}
    return wanted <= folded if wanted else bool(folded)


def _below(grid: Grid, wanted: Set[str]) -> Iterator[Table]:
    """What stands below the headings, where the shape of the sheet does not tell them: no row has a figure,
    or the first ones have none.
    """
    width = max(map(len, grid), default=0)
    for top, row in enumerate(grid):
        if sum(one is not None for one in row) < 2:
            continue
        for depth in range(1, _MOST_HEADERS + 1 if wanted else 2):
            headings, cells = headings_of(grid[top : top + depth], width)
            rows = [list(one) for one in grid[top + depth :] if any(one)]
            if rows and is_counted(rows[0]):
                rows.pop(0)
            if _has(headings, wanted) and any(not is_alone(one) for one in rows):
                table = Table(next(one.sheet for one in row if one), "", headings, cells, rows)
                mark(table)
                yield table


def _go_on(table: Table, more: Table) -> None:
    """Rows below a blank line, under the columns that they stand in; others get one without a heading."""
    columns = _columns(table)
    for column in sorted({one.column for row in more.rows for one in row if one} - set(columns)):
        columns.append(column)
        table.headings.append("")
        table.header_cells.append(None)
        for row in table.rows:
            row.append(None)
    for row in more.rows:
        by_column = {one.column: one for one in row if one}
        table.rows.append([by_column.get(column) for column in columns])
    mark(table)


def _columns(table: Table) -> list[int]:
    """The sheet's own numbers of a table's columns; 0 for one that holds nothing."""
    columns = zip(table.header_cells, *table.rows, strict=True)
    return [next((one.column for one in column if one), 0) for column in columns]


def _top(table: Table) -> int:
    """The first row of a table with its headings."""
    return min(one.row for row in (table.header_cells, *table.rows) for one in row if one)


def _set_aside(table: Table, grid: Grid, end: int) -> None:
    """Lines of one word below a table, up to the row where the next one begins."""
    last = max(one.row for row in table.rows for one in row if one)
    columns = _columns(table)
    for row in grid[last : end - 1]:
        cells: dict[int, Cell] = {one.column: one for one in row if one}
        if is_alone(row) and cells.keys() & set(columns):
            table.sections.append(len(table.rows))
            table.rows.append([cells.get(column) for column in columns])
