"""Area codes of Provincial Administration (DOPA): province 2, amphoe 4, tambon 6, village 8 digits."""

from __future__ import annotations

import re

from thai import problems
from thai.text import arabic_digits, normalise

LEVELS = {2: "province", 4: "amphoe", 6: "tambon", 8: "village"}
PROVINCES = frozenset(
    str(code)
    for codes in (
        *(range(10, 28), range(30, 50), range(50, 59), range(60, 68)),
        *(range(70, 78), range(80, 87), range(90, 97)),
    )
    for code in codes
)
"""The 77 provinces' codes; those of abolished provinces are not among them."""
_CODE = re.compile(r"(?:TH)?([1-9]\d(?:\d\d){0,3})(?:\.0+)?", re.IGNORECASE)
_LAO = re.compile(r"lao:\s*(\d+)", re.IGNORECASE)


def area_code(value: object) -> str:
    """The bare digits of a code given as ``TH801206``, ``801206``, 801206, 801206.0 or in Thai digits.

    Raises ``Problem`` for anything else, empty values included.
    """
    found = _CODE.fullmatch(arabic_digits(normalise(str(value))))
    if not found:
        raise problems.area_code_unreadable(value)
    return found[1]


def level_of(code: str) -> str:
    """``province``, ``amphoe``, ``tambon`` or ``village`` by the number of digits; raises ``Problem``."""
    return LEVELS[len(area_code(code))]


def parse_area_argument(text: str) -> str:
    """What ``--area`` names: '' for ``all``, an area's bare digits, or ``lao:DIGITS``; raises ``Problem``."""
    cleaned = arabic_digits(normalise(text))
    if cleaned.casefold() == "all":
        return ""
    if lao := _LAO.fullmatch(cleaned):
        return f"lao:{lao[1]}"
    if not _CODE.fullmatch(cleaned):
        raise problems.area_argument_unreadable(text)
    return area_code(cleaned)
