"""Areas in ไร่-งาน-ตารางวา, whose sums carry: four ngan are a rai, a hundred square wah a ngan."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from ingest.sheets.model import Cell, Table
from reports.consistency import causes
from reports.consistency.model import WRONG, Checked, Finding, shown
from reports.consistency.sums import row_choices
from thai.text import arabic_digits, fold

AREA = "area"  # the role of these columns, which do not add up one by one
_UNITS = (re.compile(r"ไร่\)?$"), re.compile(r"งาน\)?$"), re.compile(r"(?:ตารางวา|ตร\.?\s?ว\.?|วา)\)?$"))
_WAH = (Decimal(400), Decimal(100), Decimal(1))
_LIMITS = (None, Decimal(4), Decimal(100))


_OF_LAND = re.compile(r"ไร่|เนื้อที่|rai")
_IN_ONE = re.compile(r"(\d[\d,]*)\s*-\s*(\d+)\s*-\s*(\d+(?:\.\d+)?)")

Columns = tuple[int, ...]  # one that holds ``5-2-50``, or three beside each other


def measured(table: Table) -> list[Columns]:
    """Neighbouring columns for rai, ngan and square wah, and single ones that hold all three."""
    heads = [fold(one) for one in table.headings]
    found: list[Columns] = []
    for c in range(len(heads)):
        cells = [cell for i in table.items if (cell := table.rows[i][c])]
        if all(unit.search(head) for unit, head in zip(_UNITS, [*heads[c : c + 3], "", ""], strict=False)):
            found.append((c, c + 1, c + 2))
        elif _OF_LAND.search(heads[c]) and sum(map(bool, map(_in_one, cells))) * 2 > len(cells):
            found.append((c,))
    return found


def _in_one(cell: Cell) -> tuple[Decimal, ...]:
    """Rai, ngan and square wah that one cell holds; nothing where it does not."""
    found = _IN_ONE.fullmatch(arabic_digits(cell.text).strip())
    return tuple(Decimal(part.replace(",", "")) for part in found.groups()) if found else ()


def check_areas(table: Table, found: Sequence[Columns], checked: Checked) -> None:
    """Totals are recomputed in square wah; of each row the ngan are below four, the wah below a hundred."""
    for columns in found:
        for row in range(len(table.rows)):
            for (cell, part), limit in zip(_parts(table, columns, row), _LIMITS, strict=False):
                if limit and part is not None and not 0 <= part < limit:
                    checked.add(Finding("area_part", WRONG, cell, cell.text, f"0–{shown(limit - 1)}"))
        for position, row in enumerate(table.totals):
            printed = _wah(table, columns, row)
            sums = [sum(filter(None, (_wah(table, columns, i) for i in rows)), Decimal(0))
                    for rows in row_choices(table, position)]  # fmt: skip
            _judge(table.rows[row][columns[0]], printed, sums, checked)


def _parts(table: Table, columns: Columns, row: int) -> list[tuple[Cell, Decimal | None]]:
    """The cells of an area with what each says of it, in the order of the units; none where one is blank."""
    cells = [table.rows[row][c] for c in columns]
    if len(cells) == 1:
        return [(cells[0], part) for part in _in_one(cells[0])] if cells[0] else []
    blank = Cell("", 0, 0, "", nil=True)
    given = any(cell is not None and cell.amount is not None for cell in cells)
    return [(cell or blank, cell.amount if cell else None) for cell in cells] if given else []


def _wah(table: Table, columns: Columns, row: int) -> Decimal | None:
    parts = [part for _, part in _parts(table, columns, row)]
    if not parts:
        return None
    return sum((wah * (part or 0) for wah, part in zip(_WAH, parts, strict=True)), Decimal(0))


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
