"""What the columns of a table are: labels, running numbers, amounts that add up, shares, rates, dates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from ingest.sheets.layout import is_total
from ingest.sheets.model import Cell, Table
from thai.text import fold

_SHARE = re.compile(r"ร้อยละ|เปอร์เซ็นต์|%|สัดส่วน|percent|share")
_RATE = re.compile(
    r"เฉลี่ย|ต่อ(?!เนื่อง|ไป)|อัตรา|ราคา|คะแนน|mean|average|/(?=ไร่|คน|กก|ปี|เดือน|ครัวเรือน|ต้น|head)|per\b|price|ratio"
)
_RUNNING = re.compile(r"^(?:ที่|ลำดับ(?:ที่)?|no\.?|#|ข้อ)$")
_NOT_ADDED = re.compile(r"ปีที่|อายุ|รหัส|เลขที่|หมู่ที่|code|age$|year|^ปี$")
_BIRTH = re.compile(r"เกิด|birth")
_DATE = re.compile(r"วันที่|วันเดือนปี|date")


def of_column(table: Table, number: int) -> str:
    """``label``, ``running``, ``date``, ``share``, ``rate``, ``other`` or ``amount``."""
    heading = fold(table.headings[number])
    cells = [c for i in table.items if (c := table.rows[i][number])]
    figures = [c for c in cells if c.amount is not None]
    days = [c for c in cells if c.day]
    if days and (len(days) * 2 >= len(cells) or _DATE.search(heading)):
        return "date"
    if not figures or len(figures) * 2 < len(cells):
        return "label"
    if any(c.percent for c in figures) or _SHARE.search(heading):
        return "share"
    if _RUNNING.search(heading) or (number == 0 and _is_counting(figures)):
        return "running"
    if _NOT_ADDED.search(heading):
        return "other"
    return "rate" if _RATE.search(heading) else "amount"


def roles(table: Table) -> list[str]:
    """The role of every column."""
    return [of_column(table, c) for c in range(len(table.headings))]


def of_rows(table: Table) -> list[str]:
    """The same for rows, as some tables stand on their side: ``share``, ``rate`` or ``amount``."""
    found = []
    for i in range(len(table.rows)):
        words = fold(table.label(i))
        found.append("share" if _SHARE.search(words) else "rate" if _RATE.search(words) else "amount")
    return found


def is_total_column(table: Table, number: int) -> bool:
    """Whether the column's own (lowest) heading says that it sums others."""
    cell = table.header_cells[number]
    return is_total(cell.text if cell else table.headings[number])


def is_birth(table: Table, number: int) -> bool:
    """Years of birth may well lie between 1930 and 1999."""
    return bool(_BIRTH.search(fold(table.headings[number])))


def _is_counting(figures: Sequence[Cell]) -> bool:
    numbers = [c.number for c in figures]
    return len(numbers) > 2 and numbers == list(range(1, len(numbers) + 1))


def noise(cells: Sequence[Cell], result: Cell) -> Decimal:
    """How far a sum of rounded figures may lie from its rounded total; nothing for whole units."""
    places = max([result.places, *(c.places for c in cells)], default=0)
    stored = any(c.stored == "number" for c in (*cells, result))
    if places == 0 or (places == 2 and not stored and not result.percent):
        return Decimal(0)
    half = Decimal(5).scaleb(-places - 1)
    return half * (len(cells) + 1) if places == 1 or result.percent else Decimal("0.000001")
