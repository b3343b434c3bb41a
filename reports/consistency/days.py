"""Dates: years read a century wrong, dates kept as text, impossible days, and dates that were summed.

A spreadsheet reads the two-digit year 64 as 1964, where 2564 (2021) was meant; sums of such dates look like
amounts. Nothing is corrected: the likely day is told beside the printed one.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from itertools import pairwise
from statistics import median

from ingest.sheets.model import Cell, Table
from reports.consistency.model import DOUBT, WRONG, Checked, Finding
from reports.consistency.roles import is_birth
from thai.calendar import format_date, mend_misread_year, parse_date, parse_partial_date
from thai.problem import Problem
from thai.text import fold

_EXCEL_DAY_0 = date(1899, 12, 30)
_BEGINS, _ENDS = re.compile(r"เริ่ม|ตั้งแต่|start|begin|from"), re.compile(r"สิ้นสุด|ถึง|เสร็จ|end|until|to$")
_FAR_YEARS = 20
_MOST_WAYS = 200_000


def check_dates(table: Table, roles: list[str], checked: Checked) -> None:
    """All columns of dates, and whether one comes before another throughout."""
    columns = [c for c, role in enumerate(roles) if role == "date"]
    for c in columns:
        cells = [cell for i in table.items if (cell := table.rows[i][c])]
        if not is_birth(table, c):
            _years(cells, checked)
        _kept_as_text(cells, checked)
        _unreadable(cells, checked)
        for i in table.totals:
            foot = table.rows[i][c]
            if foot and (foot.number is not None or foot.day):
                _summed(foot, cells, checked)
    for earlier, later in pairwise(columns):
        _order(table, earlier, later, checked)
    for c in (c for c, role in enumerate(roles) if role == "label" and not is_birth(table, c)):
        cells = [cell for i in table.items if (cell := table.rows[i][c])]
        _lone_years([one for one in cells if one.stored == "date"], checked)
        _months(cells, checked)


def _months(cells: list[Cell], checked: Checked) -> None:
    """Months one after the other, of which one alone stands out of order."""
    days = [_month(cell) for cell in cells]
    known = [day for day in days if day]
    if len(known) < max(len(days), 4) or _rises(known):
        return
    odd = [i for i in range(1, len(known)) if _rises(known[:i] + known[i + 1 :])]
    if len(odd) == 1:
        cell, before = cells[odd[0]], cells[odd[0] - 1]
        checked.add(Finding("date_order", DOUBT, cell, cell.text, before.text, with_cells=(before,)))


def _month(cell: Cell) -> date | None:
    try:
        return parse_partial_date(cell.text).first
    except Problem:
        return None


def _rises(days: list[date]) -> bool:
    return all(a < b for a, b in pairwise(days))


def _lone_years(cells: list[Cell], checked: Checked) -> None:
    """A date among words, such as months typed ``พ.ย. 67``, which the spreadsheet took for a day of 1967."""
    for cell in cells:
        if cell.day and 1930 <= cell.day.year <= 1999:
            meant = format_date(_mended(cell.day))
            checked.add(Finding("year_misread", WRONG, cell, cell.text, meant, causes=("be_year_as_1964",)))


def _years(cells: list[Cell], checked: Checked) -> None:
    days = [c.day for c in cells if c.day]
    usual = median(_mended(day).year for day in days) if days else 0
    for cell in (c for c in cells if c.day):
        day = cell.day or _EXCEL_DAY_0
        if 1930 <= day.year <= 1999 and abs(_mended(day).year - usual) <= _FAR_YEARS:
            meant = format_date(_mended(day))
            checked.add(Finding("year_misread", WRONG, cell, cell.text, meant, causes=("be_year_as_1964",)))
        elif abs(day.year - usual) > _FAR_YEARS:
            checked.add(Finding("year_far", DOUBT, cell, cell.text, format_date(day), causes=("one_digit",)))
        else:
            checked.count("date")


def _mended(day: date) -> date:
    try:
        return mend_misread_year(day)
    except Problem:
        return day


def _kept_as_text(cells: list[Cell], checked: Checked) -> None:
    """Among real dates, one typed as text is left out of every sum, sort and filter."""
    if not any(c.stored == "date" for c in cells):
        return
    for cell in (c for c in cells if c.stored == "text" and c.day):
        meant = format_date(cell.day or _EXCEL_DAY_0)
        checked.add(Finding("date_as_text", WRONG, cell, cell.text, meant, causes=("text_date",)))


def _unreadable(cells: list[Cell], checked: Checked) -> None:
    for cell in (c for c in cells if not c.day and not c.nil and any(letter.isdigit() for letter in c.text)):
        try:
            parse_date(cell.text)
        except Problem as problem:
            checked.add(Finding("date_unreadable", WRONG, cell, cell.text, "", detail=problem.says.th))


def _order(table: Table, earlier: int, later: int, checked: Checked) -> None:
    pairs = [
        (a, b) for i in table.items if (a := table.rows[i][earlier]) and (b := table.rows[i][later])
        and a.day and b.day
    ]  # fmt: skip
    wrong = [(a, b) for a, b in pairs if _mended(a.day or _EXCEL_DAY_0) > _mended(b.day or _EXCEL_DAY_0)]
    named = _BEGINS.search(fold(table.headings[earlier])) and _ENDS.search(fold(table.headings[later]))
    if not named and (len(pairs) < 4 or len(wrong) * 5 > len(pairs)):
        return
    for a, b in wrong:
        checked.add(
            Finding("date_order", DOUBT, b, b.text, a.text, with_cells=(a,), detail=table.headings[earlier])
        )
    checked.count("date_order", len(pairs) - len(wrong))


def _summed(foot: Cell, cells: list[Cell], checked: Checked) -> None:
    """A figure below dates: shown to be the sum of serial numbers, where it is."""
    total = int(foot.number) if foot.number is not None else _serial(foot.day or _EXCEL_DAY_0)
    own = [(_serial(_as_spreadsheet(c)), c) for c in cells if c.day]
    ways, chosen = _selections(total, [serial for serial, _ in own])
    reasons = ["date_column_summed"] if ways else []
    if ways and any(c.day and _as_spreadsheet(c).year < 2000 for c in cells):
        reasons.append("be_year_as_1964")
    left_out: list[Cell] = []
    if ways == 1:
        counted = Counter(chosen)
        for serial, cell in sorted(own, key=lambda pair: not _typed_alike(pair[1])):
            if counted[serial]:
                counted[serial] -= 1
            else:
                left_out.append(cell)
    if left_out:
        reasons.append("text_date")
    detail = f"{len(chosen)}/{len(own)}" if ways == 1 else ""
    checked.add(
        Finding("date_column_total", WRONG, foot, foot.text, "", causes=tuple(reasons),
                with_cells=tuple(left_out), detail=detail)
    )  # fmt: skip


def _typed_alike(cell: Cell) -> bool:
    """Dates with one even spacing were typed as dates; odd spacing (``10 มี ค 64``) stayed text."""
    return cell.stored == "date" or bool(re.fullmatch(r"\d{1,2} \S+ \d\d(?:\d\d)?", cell.text))


def _as_spreadsheet(cell: Cell) -> date:
    """The day as a spreadsheet keeps it: a two-digit Buddhist year of 30 and more is put into the 1900s."""
    day = cell.day or _EXCEL_DAY_0
    if cell.stored == "date":
        return day
    found = re.search(r"(\d+)\D*$", cell.text)
    if found and len(found[1]) == 2 and int(found[1]) >= 30:
        return day.replace(year=1900 + int(found[1]))
    return day


def _serial(day: date) -> int:
    return (day - _EXCEL_DAY_0).days


def _selections(total: int, serials: list[int]) -> tuple[int, list[int]]:
    """How many selections of dates give the sum (a count of two stands for more), and one of them."""
    reached: dict[int, tuple[int, tuple[tuple[int, int], ...]]] = {0: (1, ())}
    for serial, most in sorted(Counter(serials).items()):
        more: dict[int, tuple[int, tuple[tuple[int, int], ...]]] = {}
        for value, (ways, used) in reached.items():
            for taken in range(most + 1):
                target = value + serial * taken
                if target > total:
                    break
                before = more.get(target)
                path = before[1] if before else (*used, (serial, taken))
                more[target] = (min(2, ways + (before[0] if before else 0)), path)
        if len(more) > _MOST_WAYS:
            return 0, []
        reached = more
    ways, used = reached.get(total, (0, ()))
    return ways, [serial for serial, taken in used for _ in range(taken)]
