"""Balances (A − B = C), shares (A of B in per cent), and figures that no share can have."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from functools import partial
from itertools import permutations

from ingest.sheets.model import Cell, Table
from reports.consistency import causes
from reports.consistency.model import WRONG, Checked, Finding, shown
from reports.consistency.roles import is_total_column, of_rows
from thai.text import fold

_LEFT = re.compile(r"เหลือ|สุทธิ|กำไร|ผลต่าง|ส่วนต่าง|เพิ่ม.{0,6}ลด|balance|remain|net|differ|left|profit")
_ENOUGH_ROWS, _ENOUGH_SHARE = 5, 0.8  # of rows that must agree before a balance nobody named is believed
_MOST_COLUMNS, _MOST_ROWS = 14, 8

_FEWEST = 3  # parts that make a whole
_SAMPLE = 300  # rows by which a relation is recognised; it is then judged in all of them

Figures = tuple[Cell, ...]
Share = tuple[Cell, Decimal, Figures]  # as printed, as computed, from which cells


def check_balances(table: Table, roles: list[str], checked: Checked) -> None:
    """A column that is the difference of two others is so in every row."""
    columns = [c for c, role in enumerate(roles) if role == "amount"][:_MOST_COLUMNS]
    rows = [i for i in range(len(table.rows)) if i not in table.sections]
    claimed: set[frozenset[int]] = set()
    for named in (True, False):
        for result in columns:
            if bool(_LEFT.search(fold(table.headings[result]))) is not named:
                continue
            found = _balance(table, columns, result, rows[:_SAMPLE], named=named)
            if found and frozenset(found) not in claimed:
                claimed.add(frozenset(found))
                _judge(_full(table, found, rows), checked)


def _balance(
    table: Table, columns: list[int], result: int, rows: list[int], *, named: bool
) -> tuple[int, int, int] | None:  # fmt: skip
    best: tuple[int, int, int] | None = None
    most = 0
    for first, second in permutations((c for c in columns if c != result), 2):
        full = _full(table, (first, second, result), rows)
        agreeing = sum(_value(a) - _value(b) == _value(c) for a, b, c in full)
        telling = {_value(c) for one in full for c in one if abs(_value(c)) >= 100}
        if named:
            enough = agreeing * 2 > len(full) and agreeing > 1 and any(_value(b) for _, b, _ in full)
        else:
            most_agree = agreeing >= _ENOUGH_ROWS and agreeing >= _ENOUGH_SHARE * len(full)
            enough = most_agree and len(telling) > 3
        if enough and agreeing > most:
            best, most = (first, second, result), agreeing
    return best


def check_row_balances(table: Table, roles: list[str], checked: Checked) -> None:
    """A row called balance, profit or net is the difference of two rows above it, in every column."""
    columns = [c for c, role in enumerate(roles) if role == "amount"]
    for result in table.items:
        if not _LEFT.search(fold(table.label(result))):
            continue
        above = [i for i in table.items if i < result][-_MOST_ROWS:]
        best: list[Figures] = []
        for pair in permutations(above, 2):
            full = _full_down(table, (*pair, result), columns)
            if sum(map(_balanced, full)) > sum(map(_balanced, best)):
                best = full
        if sum(map(_balanced, best)) * 2 > len(best) > 1:
            _judge(best, checked)


def _balanced(one: Figures) -> bool:
    return _value(one[0]) - _value(one[1]) == _value(one[2])


def _full_down(table: Table, rows: Sequence[int], columns: Sequence[int]) -> list[Figures]:
    """The columns in which all of the rows have a figure."""
    lines = ([table.rows[i][c] for i in rows] for c in columns)
    return [
        tuple(cell for cell in line if cell is not None)
        for line in lines
        if all(cell is not None and cell.amount is not None for cell in line)
    ]


def _value(cell: Cell) -> Decimal:
    return cell.amount or Decimal(0)


def _full(table: Table, columns: Sequence[int], rows: Sequence[int]) -> list[Figures]:
    """The rows in which all of the columns have a figure."""
    found = []
    for i in rows:
        cells = [table.rows[i][c] for c in columns]
        if all(c is not None and c.amount is not None for c in cells):
            found.append(tuple(c for c in cells if c is not None))
    return found


def _judge(found: Sequence[Figures], checked: Checked) -> None:
    """``found`` are triples that should be A, B and A − B."""
    for a, b, c in found:
        computed, printed = _value(a) - _value(b), _value(c)
        if printed == computed:
            checked.count("balance")
        else:
            reasons = causes.of_difference(printed, computed)
            apart = printed - computed
            checked.add(Finding("balance", WRONG, c, c.text, shown(computed), apart, reasons, (a, b)))


def check_shares(table: Table, roles: list[str], checked: Checked) -> None:
    """A percentage is the share of one column in another, or of a column's total; else it stays unproved."""
    rows = [i for i in range(len(table.rows)) if i not in table.sections]
    amounts = [c for c, role in enumerate(roles) if role == "amount"][:_MOST_COLUMNS]
    for share in (c for c, role in enumerate(roles) if role == "share"):
        ways = [partial(_of_columns, table, share, pair) for pair in permutations(amounts, 2)]
        best = max(ways, key=lambda way: _fitting(way(rows[:_SAMPLE])), default=None)
        read = best(rows) if best else []
        for column in amounts:
            read = max(read, _of_total(table, share, column, rows), key=_fitting)
        _range([cell for i in rows if (cell := table.rows[i][share])], read, checked)
        _tell(read, checked)


def check_row_shares(table: Table, checked: Checked) -> None:
    """A row of percentages is another row's parts of its total."""
    kinds = of_rows(table)
    amounts = [i for i, kind in enumerate(kinds) if kind == "amount" and i not in table.sections]
    for row in (i for i, kind in enumerate(kinds) if kind == "share"):
        _tell(max((_along(table, row, one) for one in amounts), key=_fitting, default=[]), checked)


def _along(table: Table, share: int, row: int) -> list[Share]:
    """Of each column the part that a row's figure is of the row's total, printed or added."""
    columns = range(len(table.headings))
    full = [
        (c, part, printed) for c in columns
        if (part := table.rows[row][c]) and part.amount is not None
        and (printed := table.rows[share][c]) and printed.amount is not None
    ]  # fmt: skip
    printed_total = next((_value(part) for c, part, _ in full if is_total_column(table, c)), None)
    whole = sum((_value(part) for _, part, _ in full), Decimal(0)) if printed_total is None else printed_total
    if not whole or len(full) < _FEWEST:
        return []
    return [(printed, _value(part) * 100 / whole, (part,)) for _, part, printed in full]


def _tell(read: Sequence[Share], checked: Checked) -> None:
    """Shares that a reading explains, and the others of it, where it explains more than half."""
    agreeing = _fitting(read)[0]
    if agreeing < 2 or agreeing * 2 <= len(read):
        return
    for printed, value, parts in read:
        if _rounds_to(printed, value):
            checked.count("share")
        else:
            checked.add(_share_finding(printed, value, max(printed.places, 2), parts))


def _fitting(read: Sequence[Share]) -> tuple[int, int]:
    """How many shares a reading explains; of equals the one that leaves fewer unexplained."""
    return sum(_rounds_to(printed, value) for printed, value, _ in read), -len(read)


def _share_finding(printed: Cell, value: Decimal, places: int, parts: Figures) -> Finding:
    computed = round(value, places)
    own = _value(printed)
    reasons = causes.of_difference(own, round(value, printed.places))
    return Finding("share", WRONG, printed, printed.text, f"{computed}%", own - computed, reasons, parts)


def _of_columns(
    table: Table, share: int, pair: tuple[int, int], rows: list[int]
) -> list[Share]:  # fmt: skip
    full = _full(table, (*pair, share), rows)
    return [
        (printed, _value(part) * 100 / whole.amount, (part, whole))
        for part, whole, printed in full
        if whole.amount
    ]


def _of_total(table: Table, share: int, column: int, rows: list[int]) -> list[Share]:
    items = _full(table, (column, share), [i for i in rows if i not in table.totals])
    whole = sum((_value(part) for part, _ in items), Decimal(0))
    if not whole or len(items) < _FEWEST:
        return []
    return [(printed, _value(part) * 100 / whole, (part,)) for part, printed in items]


def _rounds_to(printed: Cell, value: Decimal) -> bool:
    """Whether a value shows as printed, rounded half up or half even; the digits shown decide."""
    if printed.number is None:
        return printed.nil and value == 0
    unit = Decimal(1).scaleb(-printed.places)
    return printed.number in {value.quantize(unit, way) for way in (ROUND_HALF_UP, ROUND_HALF_EVEN)} or (
        printed.places > 4 and abs(printed.number - value) < Decimal("0.00001")
    )


def _range(cells: Sequence[Cell], read: Sequence[Share], checked: Checked) -> None:
    """No part of a whole is below nothing; what a reading proves, such as less than last year, is right."""
    proved = {printed for printed, value, _ in read if _rounds_to(printed, value)}
    for cell in cells:
        if cell.number is not None and cell.number < 0 and cell not in proved:
            checked.add(Finding("share_range", WRONG, cell, cell.text, "0–100%"))
