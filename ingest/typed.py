"""Answers get their types here and nowhere else; ``None`` where the text does not fit."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa

from thai.calendar import BANGKOK

_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_DECIMAL = re.compile(r"[+-]?([0-9]{1,17}(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,2})?")
_SIXTH = Decimal("0.000001")
_TOO_LARGE = Decimal(10) ** 17


def _integer(text: str) -> int | None:
    return int(text) if _INTEGER.fullmatch(text) else None


def _decimal(text: str) -> Decimal | None:
    if not _DECIMAL.fullmatch(text):
        return None
    value = Decimal(text)
    return value.quantize(_SIXTH) if abs(value) < _TOO_LARGE else None


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _datetime(text: str) -> datetime | None:
    """UTC without a zone, as the warehouse keeps it; a time without an offset is Bangkok's."""
    try:
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=BANGKOK)
        return moment.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):  # 0001-01-01 in Bangkok is before any year in UTC
        return None


_READ: dict[str, tuple[pa.DataType, Callable[[str], Any]]] = {
    "integer": (pa.int64(), _integer),
    "decimal": (pa.decimal128(24, 6), _decimal),
    "date": (pa.date32(), _date),
    "datetime": (pa.timestamp("us"), _datetime),
}


def column(kind: str, texts: Sequence[str | None]) -> tuple[pa.Array, list[int]]:
    """One question's answers with their type, and the rows whose text does not fit it."""
    if kind not in _READ:
        return pa.array(texts, pa.string()), []
    type_, read = _READ[kind]
    values = {text: None if text is None else read(text) for text in set(texts)}
    misfits = {text for text, value in values.items() if value is None and text is not None}
    rows = [row for row, text in enumerate(texts) if text in misfits] if misfits else []
    return pa.array([values[text] for text in texts], type_), rows
