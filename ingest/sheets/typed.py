"""From what a cell shows to what it means: a figure, a percentage, a date or words."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from ingest.sheets.model import Cell
from thai.calendar import bangkok, parse_date
from thai.problem import Problem
from thai.text import arabic_digits, normalise

_FOOTNOTE = re.compile(r"(?<=[\d)%])\s*(?:\*+|[¹²³⁴⁵⁶⁷⁸⁹]+|\s\d{1,2}/)\s*$")
_NUMBER = re.compile(
    r"(?P<open>\()?\s*(?P<minus>[-−])?\s*฿?\s*(?P<body>\d{1,3}(?:,\d{3})+|\d+)(?P<fraction>\.\d+)?\s*"
    r"(?P<percent>%)?\s*(?:บาท|คน|ราย|ไร่|ต้น|ตัว|หลัง|แห่ง|โครงการ|ครัวเรือน|กก\.?|กิโลกรัม)?\s*(?P<close>\))?\.?-?"
)
_FIGURE, _DAY = re.compile(r"[\s(฿−\-\d]"), re.compile(r"\d|วัน")  # how figures and days begin
_NIL = re.compile(r"[-–—−]|ไม่มี|n/a", re.IGNORECASE)
_EXACT = 10**15  # whole numbers below are what they are
_FLOAT_PLACES = 9  # what spreadsheets keep is binary: beyond this is noise


class Meaning(NamedTuple):
    """What a cell shows and means, wherever it stands: the end of a ``Cell``'s parts."""

    text: str
    number: Decimal | None = None
    day: date | None = None
    stored: str = "text"
    places: int = 0
    percent: bool = False
    nil: bool = False


def typed(sheet: str, row: int, column: int, value: object, shows: str = "") -> Cell | None:
    """A cell from what a file holds: text, an int, a float, a date; ``None`` for a blank one.

    ``shows`` is a spreadsheet's number format, which says how many decimals and whether per cent.
    """
    said = meaning(value, shows)
    return Cell(sheet, row, column, *said) if said else None


def meaning(value: object, shows: str = "") -> Meaning | None:
    """What a cell's content means; ``None`` for a blank one."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, datetime | date):
        return _stored_day(value)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return _stored_number(value, shows)
    text, meant = str(value).strip(), normalise(str(value))
    number, places, percent = read_number(meant)
    if number is not None:
        return Meaning(text, number, places=places, percent=percent)
    if _NIL.fullmatch(meant):
        return Meaning(text, nil=True)
    return Meaning(text, day=_read_day(meant))


def read_number(text: str) -> tuple[Decimal | None, int, bool]:
    """The figure of a text, its decimals, and whether it is a percentage."""
    if not _FIGURE.match(text):
        return None, 0, False
    cleaned = _FOOTNOTE.sub("", arabic_digits(text)).strip()
    found = _NUMBER.fullmatch(cleaned)
    if not found or bool(found["open"]) != bool(found["close"]):
        return None, 0, False
    body, fraction = found["body"], found["fraction"] or ""
    if len(body) > 1 and body.startswith("0") and not fraction:
        return None, 0, False  # a code or a telephone number
    number = Decimal(body.replace(",", "") + fraction)
    below = found["minus"] or found["open"]
    return (-number if below else number), max(len(fraction) - 1, 0), bool(found["percent"])


def _stored_day(value: date) -> Meaning:
    """A day; of a moment with a zone the day that it is in Bangkok, and the moment in the text."""
    if not isinstance(value, datetime):
        return Meaning(value.isoformat(), day=value, stored="date")
    day = bangkok(value).date() if value.tzinfo else value.date()
    whole = value.tzinfo is None and value.time() == time.min
    text = day.isoformat() if whole else value.isoformat(timespec="milliseconds")
    return Meaning(text, day=day, stored="date")


def _stored_number(value: float | Decimal, shows: str) -> Meaning:
    if isinstance(value, int) and shows in ("", "General") and abs(value) < _EXACT:
        return Meaning(f"{value:,}", Decimal(value), stored="number")
    try:
        number = round(Decimal(str(value)), _FLOAT_PLACES).normalize()
    except InvalidOperation:  # no amount of anything: not a number, or of thirty figures
        return Meaning(str(value))
    if number == number.to_integral_value():
        number = number.quantize(Decimal(1))
    percent = "%" in shows
    if percent:
        number *= 100
    asked = re.search(r"0\.(0+)", shows)
    exponent = number.as_tuple().exponent
    own = max(-exponent, 0) if isinstance(exponent, int) else 0
    places = len(asked[1]) if asked else (own if not shows or shows == "General" else 0)
    text = f"{number:,.{places}f}{'%' if percent else ''}"
    return Meaning(text, number, stored="number", places=min(own, 9), percent=percent)


def _read_day(text: str) -> date | None:
    if not _DAY.match(text):
        return None
    try:
        return parse_date(text)
    except Problem:
        return None
