"""Periods as Thai offices count them: months, quarters of the fiscal year, fiscal and calendar years (BE)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from thai import problems
from thai.calendar import fiscal_year, fiscal_year_range, format_date, month_name, parse_date
from thai.problem import Problem
from thai.text import arabic_digits, normalise

KINDS = ("month", "quarter", "fiscal_year", "calendar_year", "phase", "all")
_FIRST_BE_YEAR = 2300
_MONTH = re.compile(r"(\d{4})-(\d{1,2})")
_QUARTER = re.compile(r"(?:q|ไตรมาส(?:ที่)?\s*)([1-4])[/ -]\s*(\d{4})|(\d{4})-?q([1-4])")
_FISCAL = re.compile(r"(?:fy|ปีงบประมาณ|ปีงบ)\s*(\d{4})|(\d{4})")
_CALENDAR = re.compile(r"(?:cy|ปีปฏิทิน|ปี)\s*(\d{4})")
_PHASE = re.compile(r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)")


@dataclass(frozen=True, slots=True)
class Period:
    """``since`` and ``until`` are its first and last day; both ``None`` for all time."""

    kind: str
    since: date | None = None
    until: date | None = None

    @property
    def name(self) -> str:
        """As addresses, files and commands write it; :func:`parse_period` reads it again."""
        if self.since is None or self.until is None:
            return "all"
        match self.kind:
            case "month":
                return f"{self.since:%Y-%m}"
            case "quarter":
                return f"{fiscal_year(self.since)}-Q{_quarter(self.since)}"
            case "fiscal_year":
                return f"FY{fiscal_year(self.since)}"
            case "calendar_year":
                return f"CY{self.since.year + 543}"
            case _:
                return f"{self.since}..{self.until}"

    def label(self, language: str = "th") -> str:
        """As people read it: ``ไตรมาส 2 ปีงบ 2569``, ``ต.ค. 2568``; years of the common era in English."""
        if self.since is None or self.until is None:
            return "ทุกช่วงเวลา" if language == "th" else "all time"
        thai = language == "th"
        year = fiscal_year(self.since) - (0 if thai else 543)
        match self.kind:
            case "month":
                return f"{month_name(self.since, language)} {self.since.year + (543 if thai else 0)}"
            case "quarter":
                quarter = _quarter(self.since)
                return f"ไตรมาส {quarter} ปีงบ {year}" if thai else f"Q{quarter} FY {year}"
            case "fiscal_year":
                return f"ปีงบประมาณ {year}" if thai else f"fiscal year {year}"
            case "calendar_year":
                return f"ปี {self.since.year + 543}" if thai else f"{self.since.year}"
            case _:
                days = (format_date(day, language=language) for day in (self.since, self.until))
                return " – ".join(days)


ALL_TIME = Period("all")


def period_of(kind: str, day: date) -> Period:
    """The period of that kind in which a day lies; raises ``Problem`` for a kind that is no regular one."""
    match kind:
        case "month":
            return Period(kind, day.replace(day=1), _month_end(day))
        case "quarter":
            first = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
            return Period(kind, first, _month_end(first.replace(month=first.month + 2)))
        case "fiscal_year":
            return Period(kind, *fiscal_year_range(fiscal_year(day)))
        case "calendar_year":
            return Period(kind, date(day.year, 1, 1), date(day.year, 12, 31))
        case "all":
            return ALL_TIME
        case _:
            raise problems.period_unreadable(kind)


def phase(since: date, until: date) -> Period:
    """A programme's phase, or any other span of days; raises ``Problem`` when it ends before it begins."""
    if until < since:
        raise problems.period_unreadable(f"{since}..{until}")
    return Period("phase", since, until)


def before(period: Period) -> Period:
    """The period of the same kind just before; a phase's is as long as itself."""
    if period.since is None or period.until is None:
        return period
    last = period.since - timedelta(days=1)
    if period.kind == "phase":
        return phase(last - (period.until - period.since), last)
    return period_of(period.kind, last)


def last_periods(period: Period, n: int) -> list[Period]:
    """The ``n`` periods that end with this one, oldest first; all time is alone."""
    found = [period]
    while len(found) < n and found[-1].since is not None:
        found.append(before(found[-1]))
    return found[::-1]


def parse_period(text: str) -> Period:
    """``2026-10`` (or ``2569-10``), ``2569-Q1``, ``FY2569``, ``CY2569``, ``2025-02-01..2025-09-30``, ``all``.

    A year alone is a fiscal year; years may be Buddhist or of the common era. Raises ``Problem``.
    """
    cleaned = arabic_digits(normalise(text)).casefold().strip()
    try:
        return _parsed(cleaned)
    except (ValueError, Problem):
        raise problems.period_unreadable(text) from None


def _parsed(cleaned: str) -> Period:
    if cleaned in ("all", ""):
        return ALL_TIME
    if found := _MONTH.fullmatch(cleaned):
        return period_of("month", date(_year_be(found[1]) - 543, int(found[2]), 1))
    if found := _QUARTER.fullmatch(cleaned):
        quarter, year = int(found[1] or found[4]), _year_be(found[2] or found[3])
        first = fiscal_year_range(year)[0]
        month = first.month + 3 * (quarter - 1)
        return period_of("quarter", date(first.year + (month > 12), (month - 1) % 12 + 1, 1))
    if found := _FISCAL.fullmatch(cleaned):
        return Period("fiscal_year", *fiscal_year_range(_year_be(found[1] or found[2])))
    if found := _CALENDAR.fullmatch(cleaned):
        return period_of("calendar_year", date(_year_be(found[1]) - 543, 1, 1))
    if found := _PHASE.fullmatch(cleaned):
        return phase(parse_date(found[1]), parse_date(found[2]))
    raise ValueError(cleaned)


def _year_be(text: str) -> int:
    year = int(text)
    return year if year >= _FIRST_BE_YEAR else year + 543


def _quarter(day: date) -> int:
    return (day.month - 10) % 12 // 3 + 1


def _month_end(day: date) -> date:
    following = day.replace(day=28) + timedelta(days=4)
    return following.replace(day=1) - timedelta(days=1)
