"""Baht as Thai papers print it. Amounts are Decimal: two provinces' shares turn over in float."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

_MILLION = Decimal(1_000_000)


def format_baht(amount: Decimal | int, *, language: str = "th", in_millions: bool = False) -> str:
    """``897,183.33 บาท``; whole baht without satang; ``2.67 ล้านบาท`` with ``in_millions``.

    Rounded half up to satang, or to 0.01 million. A float is refused: TypeError.
    """
    if not isinstance(amount, Decimal | int):
        raise TypeError(f"money is Decimal, not {type(amount).__name__}")
    value = Decimal(amount) / _MILLION if in_millions else Decimal(amount)
    rounded = value.quantize(Decimal("0.01"), ROUND_HALF_UP)
    number = f"{rounded:,.0f}" if rounded == rounded.to_integral_value() else f"{rounded:,.2f}"
    unit = {"th": ("บาท", "ล้านบาท"), "en": ("baht", "million baht")}[language][in_millions]
    return f"{number} {unit}"
