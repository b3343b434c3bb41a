"""Periods and dates in sentences: "February 2555 to January 2557, two years in all" is recomputed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from ingest.sheets.model import Statement
from reports.consistency.model import DOUBT, WRONG, Checked, Finding
from thai.calendar import format_date, parse_date, parse_partial_date
from thai.problem import Problem

_NAMES = [
    format_date(date(2000, month, 1), short=short).split()[1]
    for short in (False, True)
    for month in range(1, 13)
]
_MONTH = "(?:" + "|".join(re.escape(name).replace(r"\.", r"\.?") for name in _NAMES) + ")"
_WHEN = rf"{_MONTH}\s*(?:พ\.ศ\.\s*)?\d{{4}}"
_PERIOD = re.compile(
    rf"({_WHEN})\s*(?:[-–]|ถึง)\s*(?:เดือน\s*)?({_WHEN})[^\d]{{0,40}}?(?<!\d)(\d{{1,3}})\s*(ปี|เดือน)"
)
_DATE = re.compile(rf"(?<!\d)\d{{1,2}}\s*{_MONTH}\s*(?:พ\.ศ\.\s*)?\d{{4}}(?!\d)")


_SPAN = re.compile(
    rf"(?<!\d)(\d{{1,3}})\s*(ปี|เดือน)[^\d]{{0,20}}?(?:ตั้งแต่|ระหว่าง)(?:วันที่)?\s*"
    rf"(\d{{1,2}}\s*{_WHEN})\s*(?:[-–]|ถึง)\s*(?:วันที่\s*)?(\d{{1,2}}\s*{_WHEN})"
)


def check_periods(read: Sequence[tuple[Statement, str]], checked: Checked) -> None:
    """``read`` are statements with their text in Arabic digits."""
    days: dict[tuple[int, int], dict[int, Statement]] = defaultdict(dict)
    for one, text in read:
        for first, last, number, unit in _PERIOD.findall(text):
            _length(one, first, last, int(number), unit, checked)
        for number, unit, first, last in _SPAN.findall(text):
            _length_of_days(one, first, last, int(number), unit, checked)
        for day in _days(text):
            days[day.month, day.day].setdefault(day.year, one)
    for (month, number), years in days.items():
        if len(years) > 1:
            (first_year, before), (second, one) = list(years.items())[:2]
            printed, other = (format_date(date(year, month, number)) for year in (second, first_year))
            checked.add(
                Finding("year_differs", DOUBT, one.cell, printed, other, with_cells=(before.cell,),
                        causes=("one_digit",) if str(second)[:-1] == str(first_year)[:-1] else ())
            )  # fmt: skip


def _length(one: Statement, first: str, last: str, number: int, unit: str, checked: Checked) -> None:
    try:
        begin, end = parse_partial_date(first).first, parse_partial_date(last).first
    except Problem:
        return
    months = (end.year - begin.year) * 12 + end.month - begin.month + 1  # both months count
    if months == number * (12 if unit == "ปี" else 1):
        checked.count("words_period")
    else:
        checked.add(Finding("words_period", WRONG, one.cell, f"{number} {unit}", f"{months} เดือน"))


def _length_of_days(one: Statement, first: str, last: str, number: int, unit: str, checked: Checked) -> None:
    """``12 เดือน ตั้งแต่ 1 ต.ค. 2566 ถึง 30 ก.ย. 2567``; a few days more or less are no other month."""
    try:
        begin, end = parse_date(first), parse_date(last)
    except Problem:
        return
    months = round(((end - begin).days + 1) / 30.44)
    if months == number * (12 if unit == "ปี" else 1):
        checked.count("words_period")
    else:
        checked.add(Finding("words_period", WRONG, one.cell, f"{number} {unit}", f"{months} เดือน"))


def _days(text: str) -> Iterator[date]:
    for found in _DATE.findall(text):
        try:
            yield parse_date(found)
        except Problem:
            continue
