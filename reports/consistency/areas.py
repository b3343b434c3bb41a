"""Areas in ไร่-งาน-ตารางวา, whose sums carry: four ngan are a rai, a hundred square wah a ngan."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from ingest.sheets.model import Cell, Table
from reports.consistency import causes
from reports.consistency.model import WRONG, Checked, Finding, shown
from reports.consistency.sums import row_choices
from thai.text import fold

AREA = "area"  # the role of these columns, which do not add up one by one
_UNITS = (re.compile(r"ไร่\)?$"), re.compile(r"งาน\)?$"), re.compile(r"(?:ตารางวา|ตร\.?\s?ว\.?|วา)\)?$"))
_WAH = (Decimal(400), Decimal(100), Decimal(1))
_LIMITS = (None, Decimal(4), Decimal(100))


def triples(table: Table) -> list[tuple[int, int, int]]:
    """Neighbouring columns for rai, ngan and square wah."""
    heads = [fold(one) for one in table.headings]
    found = []
    for c in range(len(heads) - 2):
        if all(unit.search(heads[c + k]) for k, unit in enumerate(_UNITS)):
            found.append((c, c + 1, c + 2))
    return found


def check_areas(table: Table, found: Sequence[tuple[int, int, int]], checked: Checked) -> None:
    """Totals are recomputed in square wah; of each row the ngan are below four, the wah below a hundred."""
    for columns in found:
        for row in range(len(table.rows)):
            for c, limit in zip(columns, _LIMITS, strict=True):
                cell = table.rows[row][c]
                if limit and cell and cell.number is not None and not 0 <= cell.number < limit:
                    checked.add(Finding("area_part", WRONG, cell, cell.text, f"0–{shown(limit - 1)}"))
        for position, row in enumerate(table.totals):
            printed = _wah(table, columns, row)
            sums = [sum(filter(None, (_wah(table, columns, i) for i in rows)), Decimal(0))
                    for rows in row_choices(table, position)]  # fmt: skip
            _judge(table.rows[row][columns[0]], printed, sums, checked)


def _wah(table: Table, columns: tuple[int, int, int], row: int) -> Decimal | None:
    cells = [table.rows[row][c] for c in columns]
    if all(cell is None or cell.amount is None for cell in cells):
        return None
    return sum((wah * (cell.amount or 0) for wah, cell in zip(_WAH, cells, strict=True) if cell), Decimal(0))


def _judge(cell: Cell | None, printed: Decimal | None, sums: Sequence[Decimal], checked: Checked) -> None:
    if cell is None or printed is None or not sums:
        return
    if printed in sums:
        checked.count("area_total")
        return
    reasons = causes.of_difference(printed, sums[0])
    checked.add(Finding("area_total", WRONG, cell, told(printed), told(sums[0]), None, reasons))


def told(wah: Decimal) -> str:
    """``10-2-45``."""
    rai, rest = divmod(wah, _WAH[0])
    ngan, square = divmod(rest, _WAH[1])
    return f"{shown(rai)}-{shown(ngan)}-{shown(square)}"
