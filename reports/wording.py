"""Numbers as people read them: a value with its unit, what it was made of, its target, or why it is none."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from ingest.doors.shown import plain, quantity
from reports.indicators import NO_COUNT, NO_DATA, WITHHELD, ZERO, Answer
from thai.calendar import format_date
from thai.problem import Text

_LAND = ("rai", "m2")
_PERCENT = "%"
_BLANKS = {
    NO_DATA: Text("ยังไม่มีข้อมูล", "no data yet"),
    WITHHELD: Text("ปกปิด (น้อยกว่า 5 ครัวเรือน หรือนอกพื้นที่ของท่าน)", "held back (few households, or not your area)"),
    NO_COUNT: Text("ยังไม่ได้นำเข้าจำนวนที่ใช้หารให้ครบพื้นที่", "the count to divide by is not loaded for all of it"),
    ZERO: Text("คำนวณไม่ได้ ตัวหารเป็นศูนย์", "nothing to divide by"),
}


def rounded(value: Decimal, unit: str) -> Decimal:
    """As many decimals as a reader needs: percent to a tenth, the rest to a hundredth, whole ones whole."""
    digits = "0.1" if unit == _PERCENT else "0.01"
    short = value.quantize(Decimal(digits), ROUND_HALF_UP)
    return short if unit == _PERCENT or short != short.to_integral() else short.to_integral()


def value_text(answer: Answer, language: str) -> str:
    """``16.0 %``, ``897,183.33 บาท``; where there is no value, why."""
    if answer.value is None:
        return _BLANKS[answer.blank][language] if answer.blank else ""
    return number_text(answer.value, answer.unit, language)


def number_text(value: Decimal, unit: str, language: str) -> str:
    """A number in its unit."""
    if unit in _LAND:
        return quantity(value, unit, language)
    if unit == _PERCENT:
        return f"{rounded(value, unit):,f} %"
    if unit == "baht":
        return quantity(value.quantize(Decimal("0.01"), ROUND_HALF_UP), unit, language)
    if not unit:
        return plain(rounded(value, unit))
    return quantity(rounded(value, unit), unit, language)


def parts_text(answer: Answer, language: str) -> str:
    """``984 จาก 6,150``; of a number that is no quotient how many records gave it."""
    if answer.numerator is None or answer.denominator is None:
        return f"จาก {answer.n:,} รายการ" if language == "th" else f"from {answer.n:,} records"
    top, bottom = (plain(rounded(one, "")) for one in (answer.numerator, answer.denominator))
    return f"{top} จาก {bottom}" if language == "th" else f"{top} of {bottom}"


def target_text(answer: Answer, language: str) -> str:
    """The target and whether it is met; '' where there is none."""
    if answer.target is None:
        return ""
    sign = {"up": "≥", "down": "≤"}.get(answer.good, "")
    target = f"{sign} {number_text(answer.target, answer.unit, language)}".strip()
    said = f"เป้า {target}" if language == "th" else f"target {target}"
    met = {True: Text("ถึงเป้า", "met"), False: Text("ยังไม่ถึงเป้า", "not met")}.get(answer.reached or False)
    return said if answer.reached is None or met is None else f"{said} · {met[language]}"


def as_of_text(answer: Answer, language: str) -> str:
    """``ข้อมูลถึง 21 พ.ย. 2569``: the day of the newest record received; '' where there is none."""
    if answer.as_of is None:
        return ""
    day = format_date(answer.as_of, language=language)
    return f"ข้อมูลถึง {day}" if language == "th" else f"data until {day}"


def held_back_text(answer: Answer, language: str) -> str:
    """What was left out of a number for this viewer; '' where nothing was."""
    if not answer.held_back or answer.value is None:
        return ""
    n = answer.held_back
    return f"ไม่รวม {n:,} ตำบล-ปีที่ปกปิด" if language == "th" else f"without {n:,} tambon-years held back"
