"""Land area in ไร่-งาน-ตารางวา: 1 rai = 4 ngan = 400 square wah = 1,600 m²."""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Decimal

from thai import problems
from thai.text import arabic_digits, normalise

_M2_PER_WAH = 4
_WAH_PER_NGAN, _WAH_PER_RAI = 100, 400
_NUMBER = r"(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"  # 1,5 is no 15
_PART = rf"(?:{_NUMBER}|-)"  # a deed has a dash for nothing
_WAH = r"(?:ตารางวา|ตร\.?\s*ว(?:า|\.)?|วา|sq\.?\s*wah|wah)"
_TRIPLE = re.compile(rf"{_NUMBER}\s*-\s*(\d+)\s*-\s*{_NUMBER}(?:\s*(?:ไร่|{_WAH}))?", re.IGNORECASE)
_UNITS = re.compile(
    rf"(?:{_PART}\s*(?:ไร่|rai)\s*)?(?:{_PART}\s*(?:งาน|ngan)\s*)?(?:{_PART}\s*{_WAH}\s*)?",
    re.IGNORECASE,
)
_DASHES = str.maketrans("–—−", "---")  # a word processor's
_SQUARE_METRES = re.compile(rf"{_NUMBER}\s*(?:ตารางเมตร|ตร\.?\s*ม\.?|m2|m²|sq\.?\s*m\.?)", re.IGNORECASE)


def rai_ngan_wah(area_m2: float | Decimal) -> str:
    """``12-0-30.5``; raises ValueError for a negative area or none.

    Rounded once to 0.1 square wah and then split, so that 1,599.9 m² is 1-0-0.0 and not 0-3-100. The
    tenths are left out when the area is a whole number of square wah: 1,600 m² is 1-0-0.
    """
    rai, ngan, wah = _split(area_m2)
    return f"{rai}-{ngan}-{wah}"


def format_area(area_m2: float | Decimal | None, language: str = "th") -> str:
    """``12 ไร่ 0 งาน 30.5 ตร.ว.`` or ``12 rai 0 ngan 30.5 sq wah``; empty for None and NaN."""
    if area_m2 is None or math.isnan(area_m2):
        return ""
    rai, ngan, wah = _split(area_m2)
    if language == "th":
        return f"{rai:,} ไร่ {ngan} งาน {wah} ตร.ว."
    return f"{rai:,} rai {ngan} ngan {wah} sq wah"


def parse_area(text: str) -> float:
    """m² of ``5-2-30``, ``5 ไร่ 2 งาน 30 ตร.ว.``, ``5.5 ไร่`` or ``8,800 ตร.ม.``; raises ``Problem``."""
    cleaned = arabic_digits(normalise(text)).translate(_DASHES)
    if metres := _SQUARE_METRES.fullmatch(cleaned):
        return float(_number(metres[1]))
    if found := _TRIPLE.fullmatch(cleaned):
        rai, ngan, wah = (_number(part) for part in found.groups())
        if ngan > 3 or wah > _WAH_PER_NGAN:  # more likely a date or two columns run together
            raise problems.land_area_unreadable(text)
    elif (found := _UNITS.fullmatch(cleaned)) and any(found.groups()):
        rai, ngan, wah = (_number(part) for part in found.groups())
    else:
        raise problems.land_area_unreadable(text)
    return float((rai * _WAH_PER_RAI + ngan * _WAH_PER_NGAN + wah) * _M2_PER_WAH)


def _number(text: str | None) -> Decimal:
    return Decimal((text or "0").replace(",", ""))


def _split(area_m2: float | Decimal) -> tuple[int, int, str]:
    if not math.isfinite(area_m2) or area_m2 < 0:
        raise ValueError(f"not an area: {area_m2} m²")
    tenths, whole = _tenths_of_wah(area_m2)
    rai, rest = divmod(tenths, 10 * _WAH_PER_RAI)
    ngan, rest = divmod(rest, 10 * _WAH_PER_NGAN)
    return rai, ngan, f"{rest // 10}" if whole else f"{rest // 10}.{rest % 10}"


def _tenths_of_wah(area_m2: float | Decimal) -> tuple[int, bool]:
    """Tenths of a square wah, half of one rounded up; whether the area is a whole number of square wah."""
    tenths_m2 = round(area_m2 * 10)
    if tenths_m2 / 10 == area_m2:  # as areas are kept: whole numbers take a tenth of the time of decimals
        return (tenths_m2 + _M2_PER_WAH // 2) // _M2_PER_WAH, tenths_m2 % (10 * _M2_PER_WAH) == 0
    exact = Decimal(str(area_m2)) / _M2_PER_WAH
    return int((exact * 10).to_integral_value(ROUND_HALF_UP)), exact == exact.to_integral_value()
