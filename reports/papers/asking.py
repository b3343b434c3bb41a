"""What a paper is asked for, and how figures, days and places are written on one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from ingest.access import Viewer
from ingest.atlas import Atlas
from ingest.doors.filters import Filter
from ingest.doors.shown import place_name
from reports import records
from reports.papers.model import Value
from reports.records import Row
from thai.calendar import format_date
from thai.money import format_baht
from thai.periods import ALL_TIME, Period


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, of which period, on which day.

    ``scope`` is the larger area whose papers are made one after the other: figures are asked for it at once.
    ``chosen`` is a filter on the form that a paper lists, ``told`` that filter in words.
    """

    atlas: Atlas
    viewer: Viewer
    today: date
    period: Period = ALL_TIME
    scope: str = ""
    chosen: Filter = field(default_factory=Filter, hash=False)  # compared, but it holds a dict
    told: str = ""

    def wide(self, area: str) -> str:
        """The area to ask figures of: the scope where it holds this area."""
        return self.scope if self.scope and area.startswith(self.scope) else area

    @property
    def as_of(self) -> date:
        """The stated day: the period's last, but never one that has not come."""
        return min(self.period.until or self.today, self.today)

    def place(self, area: str) -> str:
        """A place in words: ``หมู่ที่ 4 ตำบลเกาะทวด …``; the whole country without an area."""
        return place_name(area, "th", self.atlas.reference.names) if area else "ทุกพื้นที่"

    def listed(self, form_id: str, area: str) -> list[Row]:
        """The records of a form that the paper lists: of an area and the period, as the filter cuts them."""
        return records.read(
            self.atlas, self.viewer, form_id, area=area, period=self.period, chosen=self.chosen
        )

    def sources(self, *form_ids: str) -> list[str]:
        """The titles of forms, as the source of a paper's figures."""
        known = self.atlas.reference.catalogue
        return [known.newest(one).title.get("th", one) for one in form_ids if one in known.usages]

    @property
    def boundary_set(self) -> str:
        """The boundary sets that places stand on, with day or period."""
        return self.atlas.reference.sets.label("th")


def amount(value: Decimal | int | None) -> Value:
    """Money without its unit, for a column that names it; a dash where there is none."""
    if value is None:
        return Value("–")
    return Value(format_baht(value).removesuffix(" บาท"), value)


def whole(value: int | None) -> Value:
    """A count with thousands separators."""
    return Value("–") if value is None else Value(f"{value:,}", value)


def number(value: Decimal | None, places: int = 2) -> Value:
    """A figure rounded half up, without zeros that say nothing."""
    if value is None:
        return Value("–")
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{rounded:,f}"
    return Value(text.rstrip("0").rstrip(".") if "." in text else text, rounded)


def on(day: date | None) -> Value:
    """A day in the Buddhist Era."""
    return Value(format_date(day), day=day) if day else Value("–")


def span(first: date | None, last: date | None) -> str:
    """``20–21 ม.ค. 2564``."""
    if not first:
        return ""
    if not last or last == first:
        return format_date(first)
    same = (first.year, first.month) == (last.year, last.month)
    return f"{first.day if same else format_date(first)}–{format_date(last)}"


def share(part: Decimal | int, whole_: Decimal | int) -> str:
    """A share that does not stand alone: ``984/6,150 (16%)``."""
    if not whole_:
        return f"{part:,}/{whole_:,}"
    return f"{part:,}/{whole_:,} ({number(Decimal(part) * 100 / whole_, 1).text}%)"


def newest(days: Sequence[date | None], otherwise: date) -> str:
    """The as-of day of a paper: that of its newest record."""
    known = [day for day in days if day]
    return format_date(max(known, default=otherwise))
