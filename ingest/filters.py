"""What a planner has chosen: one value that goes through links, map requests, tables and exports alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import parse_qsl, urlencode

from ingest import problems
from thai.codes import parse_area_argument

_BLANK = "~"  # stands for "not answered" among a field's chosen values


@dataclass(frozen=True)
class Filter:
    """A choice of records. ``area`` is a code prefix; ``values`` maps a field to the chosen answers."""

    area: str = ""
    values: dict[str, tuple[str, ...]] = field(default_factory=dict)
    since: date | None = None
    until: date | None = None
    text: str = ""
    verdicts: tuple[str, ...] = ()

    def to_query(self) -> str:
        """As a query string: the same filter always gives the same text."""
        pairs: list[tuple[str, str]] = []
        for name, value in (
            ("area", self.area),
            ("since", self.since),
            ("until", self.until),
            ("q", self.text),
        ):
            if value:
                pairs.append((name, value.isoformat() if isinstance(value, date) else value))
        pairs.extend(("verdict", one) for one in self.verdicts)
        pairs.extend((f"f.{ref}", one) for ref in sorted(self.values) for one in self.values[ref])
        return urlencode(pairs)

    @classmethod
    def from_query(cls, query: str | Mapping[str, str]) -> Filter:
        """Read a query string; raises ``bad_filter``. Names that are not a filter's are passed over."""
        pairs = parse_qsl(query, keep_blank_values=True) if isinstance(query, str) else list(query.items())
        values: dict[str, tuple[str, ...]] = {}
        single = {name: value for name, value in pairs if name in ("area", "since", "until", "q")}
        for name, value in pairs:
            if name.startswith("f."):
                values[name[2:]] = (*values.get(name[2:], ()), value)
        area = single.get("area", "")
        if area:
            area = parse_area_argument(area)
        return cls(
            area=area,
            values=values,
            since=_date(single.get("since", "")),
            until=_date(single.get("until", "")),
            text=single.get("q", "")[:100],
            verdicts=tuple(value for name, value in pairs if name == "verdict"),
        )

    def without(self, ref: str) -> Filter:
        """The same filter with one field's choice taken back: for the counts beside its answers."""
        return replace(self, values={name: chosen for name, chosen in self.values.items() if name != ref})

    @staticmethod
    def blank() -> str:
        """The value that stands for "not answered"."""
        return _BLANK


def _date(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise problems.bad_filter(text) from error
