"""Values as people read them: choice labels, Buddhist dates, rai-ngan-wah, baht, units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ingest.doors import units
from ingest.doors.layers import FieldInfo
from thai.area import format_area
from thai.calendar import bangkok, format_date, format_day
from thai.money import format_baht

_AREA_QUESTIONS = ("province", "amphoe", "tambon")

ISO_DAY = "iso_day"
"""The kind of a text that is a day as ISO 8601 has it, or less of one, such as a year."""

Names = Mapping[str, Mapping[str, str]]


def shown(value: Any, one: FieldInfo, language: str, names: Names) -> str:
    """An answer as text in one language; '' when it is blank. ``names`` are the areas' by code."""
    if value is None or value == "":
        return ""
    if one.kind.startswith("select_"):
        return _chosen(str(value), one, language, names)
    if isinstance(value, date):
        return _day(value, language)
    if one.kind == ISO_DAY:
        return format_day(str(value), language)
    if isinstance(value, int | Decimal | float):
        return quantity(value, one.unit, language)
    return str(value)


def _chosen(value: str, one: FieldInfo, language: str, names: Names) -> str:
    if is_area(one):
        return area_name(value, language, names)
    values = value.split() if one.kind == "select_multiple" else [value]
    return ", ".join(one.label_of(part, language) for part in values)


def _day(value: date, language: str) -> str:
    if not isinstance(value, datetime):
        return format_date(value, language=language)
    local = bangkok(value)
    return f"{format_date(local, language=language)} {local:%H:%M}" + (" น." if language == "th" else "")


def is_area(one: FieldInfo) -> bool:
    """Whether a question asks for a province, amphoe or tambon."""
    return one.kind == "select_one" and not one.choices and one.ref in _AREA_QUESTIONS


def area_name(code: str, language: str, names: Names) -> str:
    """An area's name; the code itself where the boundary set does not have it."""
    found = names.get(code, {})
    return found.get(language) or found.get("th") or code


def place_name(code: str, language: str, names: Names, within: str = "") -> str:
    """Village, tambon, amphoe and province of a code, smallest first: ``ม.4 ต.เกาะทวด อ.ปากพนัง จ.…``.

    What ``within`` says, the code of an area around it, is left out.
    """
    if language == "th":
        words, between, village = {6: "ต.", 4: "อ.", 2: "จ."}, " ", "ม."
    else:
        words, between, village = {6: "", 4: "", 2: ""}, ", ", "Village "
    parts = [f"{village}{int(code[6:8])}"] if len(code) == 8 else []
    parts += [
        f"{word}{area_name(code[:digits], language, names)}"
        for digits, word in words.items()
        if len(code) >= digits > len(within) and code[:digits] in names
    ]
    return between.join(parts) or code


def shared_area(codes: Iterable[str]) -> str:
    """The amphoe or province around all of these areas, blanks aside; '' where none is around them all."""
    known = {code for code in codes if code}
    for digits in (4, 2):
        around = {code[:digits] if len(code) > digits else "" for code in known}
        if len(around) == 1:
            return around.pop()
    return ""


def quantity(value: float | Decimal, unit: str, language: str) -> str:
    """A number with its unit: land in rai-ngan-wah, money in baht, the rest with thousands."""
    number = Decimal(str(value)) if isinstance(value, float) else Decimal(value)
    if unit in ("rai", "m2"):
        return format_area(number * units.LAND_M2[unit], language) if number >= 0 else plain(number)
    if unit == "baht":
        return format_baht(number, language=language)
    if not unit or unit in units.UNCOUNTED:
        return plain(number, thousands=False)
    word = units.WORDS[unit][language] if unit in units.WORDS else unit
    return f"{plain(number)} {word}"


def told_apart(labels: Mapping[str, str], *more: Mapping[str, str]) -> dict[str, str]:
    """Labels by key, no two the same: with what ``more`` says, and at last its key, where several share one.

    A list in a browser knows its entries by their words: of two that read the same it takes the wrong one.
    """
    found = dict(labels)
    for said in more:
        found |= {key: f"{found[key]} · {said[key]}" for key in _shared(found) if said.get(key)}
    while shared := _shared(found):
        found |= {key: f"{found[key]} · {key}" for key in shared}
    return found


def _shared(labels: Mapping[str, str]) -> list[str]:
    """The keys whose label another has as well."""
    borne = Counter(labels.values())
    return [key for key, label in labels.items() if borne[label] > 1]


def plain(number: Decimal, *, thousands: bool = True) -> str:
    """A decimal without trailing zeros."""
    text = f"{number:,f}" if thousands else f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
