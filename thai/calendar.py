"""Dates as Thai papers write them: Buddhist Era on screens and paper, ISO everywhere else.

Buddhist Era is the common era plus 543. Before BE 2484 a year began on 1 April, so January to March
of common-era years up to 1940 belong to the Buddhist year before (plus 542), and BE 2483 has nine months.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

from thai import problems
from thai.text import arabic_digits, normalise
from thai.text import thai_digits as as_thai_digits

BANGKOK = timezone(timedelta(hours=7), "Asia/Bangkok")
"""Thailand has kept UTC+7 without summer time since 1920; Windows carries no tz database to ask."""

_SHORT_TH = ["ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."]
_LONG_TH = [
    "มกราคม",
    "กุมภาพันธ์",
    "มีนาคม",
    "เมษายน",
    "พฤษภาคม",
    "มิถุนายน",
    "กรกฎาคม",
    "สิงหาคม",
    "กันยายน",
    "ตุลาคม",
    "พฤศจิกายน",
    "ธันวาคม",
]
_LONG_EN = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_SHORT_EN = [name[:3] for name in _LONG_EN]

_SPOKEN_TH = [re.sub("(คม|ยน|พันธ์)$", "", name) for name in _LONG_TH]  # มีนา, เมษา, กุมภา

_MISSPELT_TH = {
    "กรกฏาคม": 7,
    "กรกฏา": 7,
    "พฤษจิกายน": 11,
    "กุมภาพันธุ์": 2,
    "กุมภาพัน": 2,
    "sept": 9,
}  # as often seen

_MONTHS = _MISSPELT_TH | {
    re.sub(r"[.\s]", "", name).casefold(): number
    for names in (_SHORT_TH, _LONG_TH, _SPOKEN_TH, _SHORT_EN, _LONG_EN)
    for number, name in enumerate(names, start=1)
}
_ERA = r"(?:พ\.?\s?ศ\.?|ค\.?\s?ศ\.?)"
_COMMON_ERA = re.compile(r"ค\.?\s?ศ\.?")
_CLOCK = (
    r"(?:\s*(?:เวลา|\s)\s*\d{1,2}[:.]\d{2}(?::\d{2})?\s*(?:น\.?)?)?"  # beside a day, which it does not move
)
_NUMERIC = re.compile(rf"(\d{{1,2}})\s*[/.\-]\s*(\d{{1,2}})\s*[/.\-]\s*(\d{{4}}|\d{{2}}){_CLOCK}")
_WEEKDAY = r"(?:วัน(?:จันทร์|อังคาร|พุธ|พฤหัสบดี|พฤหัส|ศุกร์|เสาร์|อาทิตย์)?\s*ที่\s*)?"
_WORDED = re.compile(
    rf"{_WEEKDAY}(\d{{1,2}})\s*(?:เดือน\s*)?([^\d\s][^\d]*?)\s*(?:ปี\s*)?{_ERA}?\s*(\d{{4}}|\d{{2}}){_CLOCK}"
)
_SPAN = re.compile(rf"{_WEEKDAY}(\d{{1,2}})\s*(?:[-–]|ถึง)\s*(\d{{1,2}})\s*([^\d/.\s-][^/]*)")
_MONTH_YEAR = re.compile(rf"(?:เดือน\s*)?([^\d\s][^\d]*?)\s*{_ERA}?\s*(\d{{4}}|\d{{2}})")
_YEAR = re.compile(rf"(?:ปี\s*)?{_ERA}?\s*(\d{{4}})")
_FISCAL_YEAR = re.compile(rf"(?:ปีงบประมาณ|ปีงบ|FY)?\s*{_ERA}?\s*(\d{{4}}|\d{{2}})", re.IGNORECASE)
_ISO = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_EXCEL_DAY_0 = date(1899, 12, 30)
_FIRST_BE_YEAR_TYPED = 2300  # a four-digit year from here on is Buddhist


def be_year(day: date) -> int:
    """The Buddhist year that ``day`` lies in."""
    began_in_april = day.year <= 1940 and day.month <= 3
    return day.year + (542 if began_in_april else 543)


def format_date(day: date, *, short: bool = True, thai_digits: bool = False, language: str = "th") -> str:
    """``25 ก.พ. 2564``; long ``25 กุมภาพันธ์ 2564``; in English ``25 Feb 2021`` (common era).

    A datetime with a zone is shown as the day it is in Bangkok.
    """
    if isinstance(day, datetime) and day.tzinfo is not None:
        day = day.astimezone(BANGKOK)
    if language != "th":
        return f"{day.day} {(_SHORT_EN if short else _LONG_EN)[day.month - 1]} {day.year}"
    text = f"{day.day} {(_SHORT_TH if short else _LONG_TH)[day.month - 1]} {be_year(day)}"
    return as_thai_digits(text) if thai_digits else text


def format_day(text: str, language: str) -> str:
    """A day kept as ISO 8601: ``21 พ.ย. 2569``; what is none, such as a year alone, as it stands."""
    try:
        return format_date(date.fromisoformat(text), language=language)
    except ValueError:
        return text


def month_name(day: date, language: str = "th", *, short: bool = True) -> str:
    """``ต.ค.``, long ``ตุลาคม``; in English ``Oct`` and ``October``."""
    if language == "th":
        return (_SHORT_TH if short else _LONG_TH)[day.month - 1]
    return (_SHORT_EN if short else _LONG_EN)[day.month - 1]


def fiscal_year(day: date) -> int:
    """The fiscal year (ปีงบประมาณ, BE) of ``day``: 1 October to 30 September, named by its end."""
    return day.year + 543 + (day.month >= 10)


def parse_fiscal_year(text: str | int) -> int:
    """The BE number of ``ปีงบประมาณ พ.ศ. ๒๕๖๔``, ``FY2564``, ``2564`` or ``64``; raises ``Problem``."""
    found = _FISCAL_YEAR.fullmatch(arabic_digits(normalise(str(text))))
    year = int(found[1]) if found else 0
    year += 2500 if found and len(found[1]) == 2 else 0
    if not _FIRST_BE_YEAR_TYPED <= year < 2700:
        raise problems.fiscal_year_unreadable(text)
    return year


def fiscal_quarter(day: date) -> int:
    """The quarter of the fiscal year: 1 for October to December, 4 for July to September."""
    return (day.month - 10) % 12 // 3 + 1


def fiscal_year_range(year_be: int) -> tuple[date, date]:
    """First and last day of a fiscal year given in BE."""
    return date(year_be - 544, 10, 1), date(year_be - 543, 9, 30)


def bangkok(moment: datetime) -> datetime:
    """``moment`` on Bangkok's clock; one without a zone is taken as UTC, as the log stores it."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(BANGKOK)


def parse_date(text: str | float | date, *, mend_misread: bool = False) -> date:
    """Read a date as Thai offices write it, day before month; raises ``Problem``.

    Accepts ``25 ก.พ.64``, ``25-ก.พ.-64``, ``10 มี ค 64``, ``๓๐ มีนาคม ๒๕๖๔``, ``4/2/2564``, ``2021-02-04``
    (with or without a time), ``2021/02/04`` and Excel serials. Two-digit years are Buddhist, and so are those
    from 2300 on; beside an English month, or ค.ศ., a year needs its four digits. With
    ``mend_misread`` a result of 1930–1999 is moved to the Buddhist year a spreadsheet took it from (see
    ``mend_misread_year``): for dates of transfers, meetings and surveys, never for births.
    """
    day = _read(text)
    return mend_misread_year(day) if mend_misread else day


def parse_date_range(text: str) -> tuple[date, date]:
    """First and last day of ``20-21 ม.ค.64``; a single day is both; raises ``Problem``."""
    cleaned = arabic_digits(normalise(text))
    if span := _SPAN.fullmatch(cleaned):
        first, last = (parse_date(f"{day} {span[3]}") for day in span.groups()[:2])
        if last < first:
            raise problems.date_impossible(text)
        return first, last
    day = parse_date(cleaned)
    return day, day


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date as well as people remember it. ``precision`` is day, month or year; ``first`` its first day."""

    first: date
    precision: str

    def __str__(self) -> str:
        """``25 ก.พ. 2480``, ``ก.พ. 2480`` or ``พ.ศ. 2480``."""
        words = format_date(self.first).split(" ", 1)
        if self.precision == "year":
            return f"พ.ศ. {words[1].rpartition(' ')[2]}"
        return words[1] if self.precision == "month" else " ".join(words)


def parse_partial_date(text: str) -> PartialDate:
    """A day, a month (``มี.ค. 2480``) or a year (``พ.ศ. 2480``), as elders give a birth; raises ``Problem``.

    A year alone has four digits. A year before BE 2484 began on 1 April.
    """
    cleaned = arabic_digits(normalise(text))
    if year := _YEAR.fullmatch(cleaned):
        number = int(year[1])
        opening = 4 if 2300 <= number <= 2483 else 1
        return PartialDate(_day(1, opening, year[1], text), "year")
    found = _MONTH_YEAR.fullmatch(cleaned)
    month = _MONTHS.get(re.sub(r"[.\s]", "", found[1]).casefold()) if found else None
    if found and month:
        return PartialDate(_day(1, month, found[2], text), "month")
    return PartialDate(parse_date(text), "day")


def mend_misread_year(day: date) -> date:
    """Undo a spreadsheet's reading of a two-digit Buddhist year: ``64`` typed, 1964 stored, 2564 meant.

    Spreadsheets take 30–99 as 1930–1999; other years are returned as they are.
    """
    if not 1930 <= day.year <= 1999:
        return day
    try:
        return day.replace(year=day.year - 1900 + 2500 - 543)
    except ValueError:
        raise problems.date_impossible(day.isoformat()) from None


def _read(text: str | float | date) -> date:
    if isinstance(text, datetime):
        text = bangkok(text).date() if text.tzinfo else text.date()
    if isinstance(text, date):  # of a cell in which the Buddhist year was typed: 2564 is no year to come
        return _day(text.day, text.month, f"{text.year:04}", text.isoformat())
    cleaned = arabic_digits(normalise(str(text)))
    if iso := _ISO.match(cleaned):
        return _read_iso(cleaned, iso)
    if numeric := _NUMERIC.fullmatch(cleaned):
        day, month, year = numeric.groups()
        return _day(int(day), int(month), year, text)
    if _SERIAL.fullmatch(cleaned):
        return _EXCEL_DAY_0 + timedelta(days=int(float(cleaned)))
    worded = _WORDED.fullmatch(cleaned)
    month_number = _MONTHS.get(re.sub(r"[.\s,/–-]", "", worded[2]).casefold()) if worded else None
    if not worded or not month_number:
        raise problems.date_unreadable(text)
    if len(worded[3]) == 2 and (worded[2].isascii() or _COMMON_ERA.search(cleaned)):
        raise problems.date_unreadable(text)  # 25-Feb-21 may be of either era
    return _day(int(worded[1]), month_number, worded[3], text)


def _read_iso(cleaned: str, iso: re.Match[str]) -> date:
    """An ISO day of either era; with a time and a zone, the day it is in Bangkok."""
    day = _day(int(iso[3]), int(iso[2]), iso[1], cleaned)
    if len(cleaned) == iso.end():
        return day
    try:
        moment = datetime.fromisoformat(f"{day}{cleaned[iso.end() :]}")
    except ValueError:
        raise problems.date_unreadable(cleaned) from None
    return bangkok(moment).date() if moment.tzinfo else day


def _day(day: int, month: int, year_text: str, original: object) -> date:
    year = int(year_text) + (2500 if len(year_text) == 2 else 0)
    if year >= _FIRST_BE_YEAR_TYPED:
        if year == 2483 and month <= 3:
            raise problems.date_impossible(original)
        year -= 542 if year < 2483 and month <= 3 else 543
    try:
        return date(year, month, day)
    except ValueError:
        raise problems.date_impossible(original) from None
