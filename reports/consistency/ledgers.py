"""Tables kept line by line: balances carried from row to row, quantity times price, running numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations, pairwise

from ingest.sheets.model import Cell, Table
from reports.consistency import causes
from reports.consistency.model import DOUBT, WRONG, Checked, Finding, shown
from thai.text import fold

_BROUGHT = re.compile(r"ยกมา|ต้นงวด|ต้นเดือน|brought|opening")
_IN = re.compile(r"รับ|ฝาก|เพิ่ม|income|received|deposit|^in$")
_OUT = re.compile(r"จ่าย|ถอน|ออก|ใช้ไป|paid|spent|expense|withdraw|^out$")
_LEFT = re.compile(r"เหลือ|ยกไป|ปลายงวด|balance|closing|left")
_PRICE = re.compile(r"ราคา|หน่วยละ|ต่อหน่วย|อัตรา|price|rate")
_EACH = re.compile(r"เฉลี่ย|ต่อ(?!เนื่อง|ไป)|average|mean|per\b")
_SO_FAR = re.compile(r"สะสม|cumulative|to date")
_MOST_COLUMNS, _ENOUGH = 14, 3

Row = Sequence[Cell | None]
Computed = tuple[Cell, Decimal, tuple[Cell, ...]]  # as printed, as computed, from which cells


def check_carried(table: Table, roles: Sequence[str], checked: Checked) -> None:
    """What was brought forward and came in, less what went out, is left; and is brought to the next row.

    Without a column for what was brought forward it is what was left in the row above.
    """
    amounts = [c for c, role in enumerate(roles) if role == "amount"]
    brought, came, went, left = (_named(table, amounts, one) for one in (_BROUGHT, _IN, _OUT, _LEFT))
    if left is None or came is None or went is None or len({came, went, left, brought}) < 4:
        return
    rows = [table.rows[i] for i in table.items]
    if brought is None:
        ways = [_running(rows, came, went, left, afresh=afresh) for afresh in (False, True)]
        found, carried = max(ways, key=_agreeing), list[Computed]()
    else:
        told = (_left_of(row[brought], row[came], row[went], row[left]) for row in rows)
        again = (_left_of(above[left], None, None, row[brought]) for above, row in pairwise(rows))
        found, carried = [one for one in told if one], [one for one in again if one]
    if _is_believed(found):
        _judge(found, "balance", checked)
        _judge(carried, "carried", checked)


def _running(rows: Sequence[Row], came: int, went: int, left: int, *, afresh: bool) -> list[Computed]:
    """What is left after each row, from what was printed above (``afresh``) or from the first row on."""
    found: list[Computed] = []
    for above, row in pairwise(rows):
        before, result = above[left], row[left]
        one = _left_of(before, row[came], row[went], result)
        if one is None:
            continue
        printed, computed, parts = one
        if found and not afresh:
            computed += found[-1][1] - _value(found[-1][0])
        found.append((printed, computed, parts))
    return found


def _left_of(
    before: Cell | None, came: Cell | None, went: Cell | None, result: Cell | None
) -> Computed | None:
    if before is None or before.amount is None or result is None or result.amount is None:
        return None
    parts = _given([before, came, went])
    plus, minus = (cell.amount or Decimal(0) if cell else Decimal(0) for cell in (came, went))
    return result, _value(before) + plus - minus, tuple(parts)


def _named(table: Table, columns: Sequence[int], pattern: re.Pattern[str]) -> int | None:
    fitting = [c for c in columns if pattern.search(fold(table.headings[c]))]
    return fitting[0] if len(fitting) == 1 else None


def check_products(table: Table, roles: Sequence[str], checked: Checked) -> None:
    """Quantity times price is the amount of each row."""
    prices = [c for c, role in enumerate(roles) if role == "rate" and _PRICE.search(fold(table.headings[c]))]
    others = [c for c, role in enumerate(roles) if role == "amount"][:_MOST_COLUMNS]
    for price in prices:
        ways = [_products(table, price, pair) for one in combinations(others, 2) for pair in (one, one[::-1])]
        best = max(ways, key=_agreeing, default=[])
        if _is_believed(best):
            _judge(best, "product", checked)


def _products(table: Table, price: int, pair: tuple[int, int]) -> list[Computed]:
    found: list[Computed] = []
    for i in table.items:
        cells = _given([table.rows[i][c] for c in (pair[0], price, pair[1])])
        if len(cells) == 3:
            number, each, amount = cells
            found.append((amount, _value(number) * _value(each), (number, each)))
    return found


def check_added_up(table: Table, roles: Sequence[str], checked: Checked) -> None:
    """A column of what was added up so far is the sum of the amounts down to its row."""
    amounts = [c for c, role in enumerate(roles) if role == "amount"]
    for so_far in (c for c in amounts if _SO_FAR.search(fold(table.headings[c]))):
        ways = [_added_up(table, c, so_far) for c in amounts if c != so_far]
        best = max(ways, key=_agreeing, default=[])
        if _agreeing(best) >= _ENOUGH and _is_believed(best):
            _judge(best, "balance", checked)


def _added_up(table: Table, amount: int, so_far: int) -> list[Computed]:
    found, whole = list[Computed](), Decimal(0)
    for row in (table.rows[i] for i in table.items):
        cells = _given([row[amount], row[so_far]])
        if len(cells) == 2:
            whole += _value(cells[0])
            found.append((cells[1], whole, (cells[0],)))
    return found


def check_means(table: Table, roles: Sequence[str], checked: Checked) -> None:
    """A mean, or so much a household, is an amount over a number of the same row, a total's too."""
    heads = [fold(one) for one in table.headings]
    rates = [c for c, role in enumerate(roles) if role == "rate"]
    others = [c for c, role in enumerate(roles) if role == "amount"][:_MOST_COLUMNS]
    for mean in (c for c in rates if _EACH.search(heads[c]) and not _PRICE.search(heads[c])):
        ways = [_quotients(table, mean, pair) for one in combinations(others, 2) for pair in (one, one[::-1])]
        best = max(ways, key=_agreeing, default=[])
        if _agreeing(best) >= _ENOUGH and _is_believed(best):
            _judge(best, "product", checked)


def _quotients(table: Table, mean: int, pair: tuple[int, int]) -> list[Computed]:
    found: list[Computed] = []
    for i in (i for i in range(len(table.rows)) if i not in table.sections):
        cells = _given([table.rows[i][c] for c in (*pair, mean)])
        if len(cells) == 3 and _value(cells[1]):
            amount, number, printed = cells
            found.append((printed, _value(amount) / _value(number), (amount, number)))
    return found


def check_running(table: Table, roles: Sequence[str], checked: Checked) -> None:
    """The numbers of the rows go up by one, or begin again with 1."""
    for c in (c for c, role in enumerate(roles) if role == "running"):
        cells = [cell for i in table.items if (cell := table.rows[i][c]) and cell.number is not None]
        steps = list(_steps(cells))
        if len(cells) < 3 or sum(fits for _, _, fits in steps) * 2 < len(steps):
            continue
        for cell, wanted, fits in steps:
            if not fits:
                missing = ("row_missing",) if _value(cell) > wanted else ()
                checked.add(Finding("sequence", DOUBT, cell, cell.text, shown(wanted), causes=missing))


def _steps(cells: Sequence[Cell]) -> Iterator[tuple[Cell, Decimal, bool]]:
    before = Decimal(0)
    for cell in cells:
        yield cell, before + 1, cell.number in (before + 1, 1)
        before = _value(cell)


def _is_believed(found: Sequence[Computed]) -> bool:
    """Whether more than half of at least two rows keep a relation."""
    return max(_agreeing(found), 1) * 2 > max(len(found), 2)


def _judge(found: Sequence[Computed], kind: str, checked: Checked) -> None:
    checked.count(kind, _agreeing(found))
    for printed, computed, parts in found:
        if not _keeps(printed, computed):
            own = _value(printed)
            short = round(computed, max(printed.places, 2))
            told = computed if computed == short else short
            reasons = causes.of_difference(own, told)
            checked.add(Finding(kind, WRONG, printed, printed.text, shown(told), own - told, reasons, parts))


def _agreeing(found: Sequence[Computed]) -> int:
    return sum(_keeps(printed, computed) for printed, computed, _ in found)


def _keeps(printed: Cell, computed: Decimal) -> bool:
    """Rounded as it is shown, half up or down."""
    return abs(_value(printed) - computed) <= Decimal("0.5").scaleb(-printed.places) * (
        computed != computed.to_integral_value()
    )


def _given(cells: Sequence[Cell | None]) -> list[Cell]:
    return [c for c in cells if c is not None and c.amount is not None]


def _value(cell: Cell) -> Decimal:
    return cell.amount or Decimal(0)
