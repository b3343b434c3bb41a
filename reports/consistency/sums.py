"""Totals and sub-totals down the columns, and total columns across the rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import partial

from ingest.sheets.layout import is_total
from ingest.sheets.model import Cell, Table
from reports.consistency import causes
from reports.consistency.model import DOUBT, WRONG, Checked, Finding, shown
from reports.consistency.roles import is_total_column, noise, of_rows
from thai.text import fold

Line = Sequence[int]


def check_columns(table: Table, roles: list[str], checked: Checked) -> None:
    """Recompute every total row: over the rows since the last total, all items, or all sub-totals."""
    for position, row in enumerate(table.totals):
        choices = row_choices(table, position)
        amounts = [c for c, role in enumerate(roles) if role == "amount" and table.rows[row][c]]
        best = _best(choices, partial(_fitting, table, row, amounts))
        for c in amounts:
            cells = _cells(table.rows[i][c] for i in best)
            _judge(table.rows[row][c], cells, "column_total", checked)


def check_rows(table: Table, roles: list[str], checked: Checked, kind: str = "amount") -> None:
    """Recompute every total column: over the columns of its group, since the last total, or all before.

    ``kind`` is the role of the columns: scores (``rate``) are only added where most rows show it.
    """
    row_roles = of_rows(table)
    rows = [i for i in range(len(table.rows)) if row_roles[i] == "amount" and i not in table.sections]
    totals = [c for c, role in enumerate(roles) if role == kind and is_total_column(table, c)]
    for position, total in enumerate(totals):
        before = [c for c, role in enumerate(roles) if role == kind and c < total]
        own = [c for c in before if c not in totals]
        since = [c for c in own if not position or c > totals[position - 1]]
        group = [c for c in own if _group(table, c) and _group(table, c) == _group(table, total)]
        later = [c for c, role in enumerate(roles) if role == kind and c > total and c not in totals]
        choices: list[Line] = [
            one for one in (group, since, own, *_next_to(since), totals[:position], later) if len(one) > 1
        ]
        if not choices:
            continue
        best = _best(choices, partial(_agreeing_rows, table, total, rows))
        likely = kind == "amount" and (best is own or best is since)
        if not likely and _agreeing_rows(table, total, rows, best) * 2 < max(len(rows), 3):
            continue
        for i in rows:
            printed, parts = table.rows[i][total], _cells(table.rows[i][c] for c in best)
            if len(parts) > 1:
                _judge(printed, parts, "row_total", checked)


def check_groups(table: Table, roles: list[str], checked: Checked) -> None:
    """Under an upper heading "total" each column sums those of its name in the other groups: year by year
    number and budget, and both of all years.
    """
    rows = [i for i in range(len(table.rows)) if i not in table.sections]
    groups = {c: _group(table, c) for c, role in enumerate(roles) if role == "amount"}
    for total in (c for c, group in groups.items() if is_total(group) and not is_total_column(table, c)):
        name = fold(table.headings[total].removeprefix(groups[total]))
        parts = [
            c for c, group in groups.items()
            if group and not is_total(group) and fold(table.headings[c].removeprefix(group)) == name
        ]  # fmt: skip
        if len(parts) < 2 or _agreeing_rows(table, total, rows, parts) * 2 <= len(rows):
            continue
        for i in rows:
            _judge(table.rows[i][total], _cells(table.rows[i][c] for c in parts), "row_total", checked)


def _next_to(columns: list[int]) -> list[list[int]]:
    """The last two, three, … columns before a total: households, men, women, total adds men and women."""
    return [columns[-n:] for n in range(2, len(columns))]


def row_choices(table: Table, position: int) -> list[Line]:
    """What a total row may sum, the likelier first."""
    row = table.totals[position]
    marks = [i for i in (*table.totals[:position], *table.sections) if i < row]
    since = [i for i in table.items if max(marks, default=-1) < i < row]
    items = [i for i in table.items if i < row]
    subtotals = list(table.totals[:position])
    below = [] if since else _section_below(table, row)
    last = position == len(table.totals) - 1
    order = [items, since, subtotals] if last else [since, items, subtotals]
    return [one for one in (*order, below) if one]


def _section_below(table: Table, row: int) -> Line:
    """Some papers print a section's total above its rows."""
    end = min([i for i in (*table.totals, *table.sections) if i > row], default=len(table.rows))
    return [i for i in table.items if row < i < end]


def _best(choices: list[Line], fit: Callable[[Line], int]) -> Line:
    """The reading that the most cells agree with; the likelier of equals."""
    return max(choices, key=lambda one: (fit(one), -choices.index(one)), default=[])


def _fitting(table: Table, row: int, columns: Iterable[int], rows: Line) -> int:
    return sum(
        _agrees(cell, _cells(table.rows[i][c] for i in rows))
        for c in columns
        if (cell := table.rows[row][c]) and cell.amount is not None
    )


def _agreeing_rows(table: Table, total: int, rows: Line, columns: Line) -> int:
    return sum(
        _agrees(cell, _cells(table.rows[i][c] for c in columns))
        for i in rows
        if (cell := table.rows[i][total]) and cell.amount is not None
    )


def _cells(cells: Iterable[Cell | None]) -> list[Cell]:
    return [c for c in cells if c is not None and c.amount is not None]


def total_of(cells: Iterable[Cell]) -> Decimal:
    """The exact sum of cells."""
    return sum((c.amount for c in cells if c.amount is not None), Decimal(0))


def _agrees(printed: Cell, parts: Sequence[Cell]) -> bool:
    if not parts or printed.amount is None:
        return False
    return abs(printed.amount - total_of(parts)) <= noise(parts, printed)


def _judge(printed: Cell | None, parts: Sequence[Cell], kind: str, checked: Checked) -> None:
    if printed is None or printed.amount is None or not parts:
        return
    if _agrees(printed, parts):
        checked.count(kind)
        return
    computed = total_of(parts)
    reasons = list(causes.of_difference(printed.amount, computed, parts))
    if len(parts) > 1 and causes.repeats(printed.amount, parts):
        reasons.insert(0, "repeats_part")
    apart = printed.amount - computed
    checked.add(
        Finding(kind, WRONG, printed, printed.text, shown(computed), apart, tuple(reasons), tuple(parts))
    )


def _group(table: Table, column: int) -> str:
    """The upper words of a heading of two rows."""
    cell, heading = table.header_cells[column], table.headings[column]
    return heading.removesuffix(cell.text).strip() if cell else ""


def check_repeats(table: Table, roles: list[str], checked: Checked) -> None:
    """Neighbouring columns that hold the very same figures in every row: filled in, not read.

    Only where the columns are the things counted, as a total column shows.
    """
    if not any(is_total_column(table, c) for c, role in enumerate(roles) if role == "amount"):
        return
    items = [i for i in range(len(table.rows)) if i not in table.sections]
    for c in range(1, len(roles)):
        if roles[c] not in ("amount", "rate") or roles[c - 1] not in ("amount", "rate"):
            continue
        pairs = [(table.rows[i][c - 1], table.rows[i][c]) for i in items]
        full = [(a.number, b) for a, b in pairs if a and b and a.number is not None and b.number is not None]
        if len(full) >= 3 and all(a == b.number for a, b in full) and len({a for a, _ in full}) > 2:
            cell = table.header_cells[c] or full[0][1]
            checked.add(Finding("columns_repeat", DOUBT, cell, cell.text, "", detail=table.headings[c - 1]))
