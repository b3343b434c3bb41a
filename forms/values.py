"""Answers as values: what an XForm's text means, and which text a value becomes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from thai.calendar import BANGKOK

Value = str | int | float | Decimal | date | datetime | time | list[str] | tuple[str, ...] | None

_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_DECIMAL = re.compile(r"[+-]?([0-9]{1,17}(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,2})?")
_SIXTH = Decimal("0.000001")
_TOO_LARGE = Decimal(10) ** 17


def read_integer(text: str) -> int | None:
    """A whole number of at most 18 digits."""
    return int(text) if _INTEGER.fullmatch(text) else None


def read_decimal(text: str) -> Decimal | None:
    """A number below 10^17 in absolute value, to six places."""
    if not _DECIMAL.fullmatch(text):
        return None
    value = Decimal(text)
    return value.quantize(_SIXTH) if abs(value) < _TOO_LARGE else None


def read_date(text: str) -> date | None:
    """An ISO date."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def read_datetime(text: str) -> datetime | None:
    """UTC without a zone, as the warehouse keeps it; a time without an offset is Bangkok's."""
    try:
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=BANGKOK)
        return moment.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):  # 0001-01-01 in Bangkok is before any year in UTC
        return None


def read_time(text: str) -> time | None:
    """An ISO time of the day."""
    try:
        return time.fromisoformat(text)
    except ValueError:
        return None


#: Kind of question -> its reader, which gives ``None`` for a text that does not fit.
READERS: dict[str, Callable[[str], Any]] = {
    "integer": read_integer,
    "decimal": read_decimal,
    "date": read_date,
    "datetime": read_datetime,
    "time": read_time,
}


def to_text(value: Value) -> str:
    """The text that stands in a submission; '' for a blank. Several choices are separated by spaces."""
    if isinstance(value, str):  # as nearly all are
        return value
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return " ".join(value)
    if isinstance(value, datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=BANGKOK)
        return moment.isoformat(timespec="milliseconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else str(value)
