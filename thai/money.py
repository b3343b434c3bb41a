"""Baht as Thai papers print it. Amounts are Decimal: two provinces' shares turn over in float."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from thai import problems
from thai.text import arabic_digits, normalise

_MILLION = Decimal(1_000_000)
_DASHES = str.maketrans("–—−", "---")
_AMOUNT = re.compile(
    r"(?P<open>\()?\s*(?P<minus>-)?\s*฿?\s*(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?:\.-)?\s*"
    r"(?P<million>ล้าน|million)?\s*(?:บาท(?:ถ้วน)?|baht)?\s*(?P<close>\))?",
    re.IGNORECASE,
)


def format_baht(amount: Decimal | int, *, language: str = "th", in_millions: bool = False) -> str:
    """``897,183.33 บาท``; whole baht without satang; ``2.67 ล้านบาท`` with ``in_millions``.

    Rounded half up to satang, or to 0.01 million. A float is refused: TypeError.
    """
    if not isinstance(amount, Decimal | int):
        raise TypeError(f"money is Decimal, not {type(amount).__name__}")
    value = Decimal(amount) / _MILLION if in_millions else Decimal(amount)
    rounded = value.quantize(Decimal("0.01"), ROUND_HALF_UP)
    rounded += 0  # less than half a satang below zero is 0 and not -0
    number = f"{rounded:,.0f}" if rounded == rounded.to_integral_value() else f"{rounded:,.2f}"
    unit = {"th": ("บาท", "ล้านบาท"), "en": ("baht", "million baht")}[language][in_millions]
    return f"{number} {unit}"


def baht_text(amount: Decimal | int) -> str:
    """``สิบล้านเก้าแสนสองหมื่นหนึ่งพันเก้าร้อยหกสิบหกบาทถ้วน``: an amount in words, as papers repeat it.

    Rounded half up to satang. ``pythainlp.util.bahttext`` takes only floats, drops the sign of less than a
    baht and says “ศูนย์บาท” before satang, so that only its reading of whole numbers is used.
    """
    if not isinstance(amount, Decimal | int):
        raise TypeError(f"money is Decimal, not {type(amount).__name__}")
    from pythainlp.util import num_to_thaiword  # noqa: PLC0415 - a tenth of a second, seldom needed

    satang_all = int((abs(Decimal(amount)) * 100).quantize(Decimal(1), ROUND_HALF_UP))
    baht, satang = divmod(satang_all, 100)
    words = f"{num_to_thaiword(baht)}บาท" if baht or not satang else ""
    words += f"{num_to_thaiword(satang)}สตางค์" if satang else "ถ้วน"
    return f"ลบ{words}" if amount < 0 and satang_all else words


def parse_baht(text: str) -> Decimal:
    """The amount of ``897,183.33 บาท``, ``๑,๐๐๐``, ``(5,000)`` (below zero), ``2.67 ล้านบาท`` or ``5,000.-``.

    Raises ``Problem``; thousands separators must stand where they belong.
    """
    found = _AMOUNT.fullmatch(arabic_digits(normalise(text)).translate(_DASHES))
    if not found:
        raise problems.amount_unreadable(text)
    value = Decimal(found["number"].replace(",", "")) * (_MILLION if found["million"] else 1)
    below = found["minus"] or (found["open"] and found["close"])
    if bool(found["open"]) != bool(found["close"]):
        raise problems.amount_unreadable(text)
    return -value if below else value
