"""What a planner has chosen: one value that goes through links, map requests, tables and exports alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import parse_qsl, urlencode

from ingest import problems
from thai.codes import parse_area_argument

_SINGLE = ("area", "since", "until", "q", "mine", "shape", "received", "inside", "outside", "latest")
_MOST_CORNERS = 200
_BLANK = "~"  # stands for "not answered" among a field's chosen values


@dataclass(frozen=True)
class Filter:
    """A choice of records. ``area`` is a code prefix; ``values`` maps a field to the chosen answers.

    ``review`` are review states; ``mine`` keeps what waits for the viewer's own decision; ``shape`` is a
    polygon drawn on the map, ``lon,lat`` pairs in degrees with spaces between them; ``received`` keeps what
    came in on that day (in Bangkok) or later; ``inside`` and ``outside`` name layers of areas.
    ``latest`` keeps the newest visit of each case, plot or household alone.
    """

    area: str = ""
    values: dict[str, tuple[str, ...]] = field(default_factory=dict)
    since: date | None = None
    until: date | None = None
    text: str = ""
    verdicts: tuple[str, ...] = ()
    review: tuple[str, ...] = ()
    mine: bool = False
    shape: str = ""
    received: date | None = None
    inside: str = ""
    outside: str = ""
    latest: bool = False

    def to_pairs(self) -> list[tuple[str, str]]:
        """As names and values of a query string; the same filter always gives the same pairs."""
        simple = {
            "area": self.area, "since": _iso(self.since), "until": _iso(self.until), "q": self.text,
            "mine": "1" if self.mine else "", "shape": self.shape, "received": _iso(self.received),
            "inside": self.inside, "outside": self.outside,
            "latest": "1" if self.latest else "",
        }  # fmt: skip
        pairs = [(name, value) for name, value in simple.items() if value]
        pairs += [("verdict", one) for one in self.verdicts]
        pairs += [("review", one) for one in self.review]
        return pairs + [(f"f.{ref}", one) for ref in sorted(self.values) for one in self.values[ref]]

    def to_query(self) -> str:
        """As a query string: the same filter always gives the same text."""
        return urlencode(self.to_pairs())

    @classmethod
    def from_query(cls, query: str | Mapping[str, str]) -> Filter:
        """Read a query string; raises ``bad_filter``. Names that are not a filter's are passed over."""
        pairs = parse_qsl(query, keep_blank_values=True) if isinstance(query, str) else list(query.items())
        values: dict[str, tuple[str, ...]] = {}
        single = {name: value for name, value in pairs if name in _SINGLE}
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
            review=tuple(value for name, value in pairs if name == "review"),
            mine=single.get("mine") == "1",
            shape=_shape(single.get("shape", "")),
            received=_date(single.get("received", "")),
            inside=single.get("inside", ""),
            outside=single.get("outside", ""),
            latest=single.get("latest") == "1",
        )

    def without(self, ref: str) -> Filter:
        """The same filter with one field's choice taken back: for the counts beside its answers."""
        return replace(self, values={name: chosen for name, chosen in self.values.items() if name != ref})

    @staticmethod
    def blank() -> str:
        """The value that stands for "not answered"."""
        return _BLANK


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _date(text: str) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise problems.bad_filter(text) from error
    if day == date.min:  # in Bangkok it begins before the first moment that UTC can tell
        raise problems.bad_filter(text)
    return day


def _shape(text: str) -> str:
    if text:
        corners(text)
    return text


def corners(shape: str) -> list[tuple[float, float]]:
    """The corners of a drawn polygon, lon and lat in degrees; raises ``bad_filter``."""
    try:
        found = [(float(lon), float(lat)) for lon, lat in (pair.split(",") for pair in shape.split())]
    except ValueError as error:
        raise problems.bad_filter(shape[:40]) from error
    sound = all(-180 <= lon <= 180 and -90 <= lat <= 90 for lon, lat in found)
    if not 3 <= len(found) <= _MOST_CORNERS or not sound:
        raise problems.bad_filter(shape[:40])
    return found
