"""Likely reasons why a printed figure differs from the computed one, best first."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ingest.sheets.model import Cell

_SCALES = {
    Decimal(1000): "thousands",
    Decimal(1_000_000): "millions",
    Decimal(10): "zero",
    Decimal(100): "zero",
}


def of_difference(printed: Decimal, computed: Decimal, parts: Sequence[Cell] = ()) -> tuple[str, ...]:
    """Codes of causes: swapped or missing digits, a scale, a row missing or counted twice."""
    found = []
    own, other = _digits(printed), _digits(computed)
    if len(own) == len(other) and sorted(own) == sorted(other) and own != other:
        found.append("digits_swapped")
    elif len(own) == len(other) and sum(a != b for a, b in zip(own, other, strict=True)) == 1:
        found.append("one_digit")
    elif abs(len(own) - len(other)) == 1 and _one_left_out(
        min(own, other, key=len), max(own, other, key=len)
    ):
        found.append("digit_missing")
    if printed and computed:
        ratio = max(printed, computed, key=abs) / min(printed, computed, key=abs)
        found += [code for scale, code in _SCALES.items() if ratio == scale]
    difference = printed - computed
    amounts = [c.amount for c in parts if c.amount]
    if any(amount == -difference for amount in amounts):
        found.append("row_left_out")
    elif any(amount == difference for amount in amounts):
        found.append("row_twice")
    if printed == -computed and printed:
        found.append("sign")
    if not found and difference > 0 and amounts and difference < 3 * max(amounts):
        found.append("row_missing")
    return tuple(dict.fromkeys(found))


def repeats(printed: Decimal, rows: Sequence[Cell | None]) -> bool:
    """Whether a total is the same figure as one of the columns it should sum."""
    return bool(printed) and any(c is not None and c.number == printed for c in rows)


def _digits(value: Decimal) -> str:
    return f"{abs(value):f}".replace(".", "")


def _one_left_out(short: str, long: str) -> bool:
    return any(long[:i] + long[i + 1 :] == short for i in range(len(long)))
