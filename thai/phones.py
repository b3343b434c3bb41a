"""Telephone numbers of Thailand: mobiles have 10 digits, landlines 9, call centres 4, emergencies 3."""

from __future__ import annotations

import re

from thai import problems
from thai.text import arabic_digits, normalise

_NUMBER = re.compile(r"0[689]\d{8}|0[23457]\d{7}|1\d{3}|1[1-9]\d|191")
_ZERO_LOST = re.compile(r"[689]\d{8}")  # a mobile in a spreadsheet's number
_EXTENSION = re.compile(r"\s*(?:ต่อ|ext\.?|#)\s*\d+(?:\s*[-,]\s*\d+)*$", re.IGNORECASE)
_LEAD = re.compile(r"^(?:โทร(?:ศัพท์|สาร)?\.?|tel\.?)\s*:?\s*", re.IGNORECASE)


def parse_phone(text: str) -> str:
    """The bare digits of ``๐-๕๔๕๓-๔๗๑๑``, ``081 234 5678``, ``+66 81-234-5678``; raises ``Problem``.

    A mobile's zero that a spreadsheet dropped (812345678) is put back. An extension (``ต่อ 12``) is left
    out: it is no part of the number that a phone dials.
    """
    cleaned = _EXTENSION.sub("", _LEAD.sub("", arabic_digits(normalise(str(text)))))
    digits = re.sub(r"[\s().\-–]", "", cleaned)
    digits = re.sub(r"^(?:\+|00)660?", "0", digits)
    if _ZERO_LOST.fullmatch(digits):
        digits = f"0{digits}"
    if not _NUMBER.fullmatch(digits):
        raise problems.phone_unreadable(text)
    return digits


def format_phone(digits: str) -> str:
    """``081-234-5678``, ``02-123-4567``, ``054-534-711``; short numbers as they are."""
    number = parse_phone(digits)
    if len(number) == 10:
        return f"{number[:3]}-{number[3:6]}-{number[6:]}"
    if len(number) == 9:
        area = 2 if number.startswith("02") else 3
        return f"{number[:area]}-{number[area : area + 3]}-{number[area + 3 :]}"
    return number
