"""A number over the last periods as small bars beside each other, each from zero; without data, a gap."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from html import escape

from reports import wording
from reports.indicators import Answer

STYLE = """<style>
.trend { display: flex; align-items: stretch; gap: 3px; height: 3rem; }
.trend span { flex: 1; position: relative; border-bottom: 1px solid #9aa59d; }
.trend span.blank { border-bottom: 2px dotted #9aa59d; }
.trend i { position: absolute; left: 0; right: 0; background: #9dbfa5; border-radius: 2px; min-height: 2px; }
.trend span:last-child i { background: #2e7d32; }
</style>"""


def drawn(found: Sequence[Answer], language: str) -> str:
    """The bars as HTML; '' where fewer than two periods have a value. What is pointed at says its number."""
    values = [one.value for one in found if one.value is not None]
    if len(values) < 2:
        return ""
    top, bottom = max(*values, Decimal(0)), min(*values, Decimal(0))
    whole = top - bottom or Decimal(1)
    said = [f"{one.period.label(language)}: {_told(one, language)}" for one in found]
    bars = "".join(
        f'<span title="{escape(text)}"{_bar(one.value, bottom, whole)}</span>'
        for one, text in zip(found, said, strict=True)
    )
    return f'<div class="trend" role="img" aria-label="{escape(", ".join(said))}">{bars}</div>'


def _told(one: Answer, language: str) -> str:
    """The number, a quotient with what it is made of."""
    parts = f" ({wording.parts_text(one, language)})" if one.value is not None and one.denominator else ""
    return wording.value_text(one, language) + parts


def _bar(value: Decimal | None, bottom: Decimal, whole: Decimal) -> str:
    if value is None:
        return ' class="blank">'
    low = (min(value, Decimal(0)) - bottom) * 100 / whole
    return f'><i style="bottom:{low:.1f}%;height:{abs(value) * 100 / whole:.1f}%"></i>'
