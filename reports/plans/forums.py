"""Forums: which month each village, tambon and province met, on which data, who came, and who does what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ingest.access import Viewer
from ingest.atlas import Atlas
from reports.plans.records import EVALUATION, FORUM, area_of, rows
from thai.periods import Period, last_periods, period_of

LEVELS = {"village": 8, "tambon": 6, "province": 2}
#: The four main organisations that a forum wants at its table, by the question that counts them.
MAIN_ORGANISATIONS = ("attend_lao", "attend_local_admin", "attend_community_org", "attend_state_agency")


@dataclass(frozen=True, slots=True)
class Forum:
    """One meeting. ``attendance`` counts people by the four main organisations; blank is not asked."""

    instance_id: str
    area: str
    level: str
    kind: str
    day: date
    data_used: tuple[str, ...]
    attendance: Mapping[str, int]
    people: int
    decisions: int

    @property
    def organisations(self) -> int:
        """How many of the four came."""
        return sum(self.attendance.get(name, 0) > 0 for name in MAIN_ORGANISATIONS)

    @property
    def used_data(self) -> bool:
        """Whether anything that was collected lay on the table."""
        return any(one != "none" for one in self.data_used)


@dataclass(frozen=True, slots=True)
class Calendar:
    """A level's meetings: areas by months. ``held`` maps area and month to the meetings."""

    level: str
    months: tuple[Period, ...]
    areas: tuple[str, ...]
    held: Mapping[tuple[str, Period], tuple[Forum, ...]]

    def missing(self, today: date) -> list[tuple[str, Period]]:
        """Areas and months that are over without a meeting."""
        return [
            (area, month)
            for area in self.areas
            for month in self.months
            if month.until is not None and month.until < today and (area, month) not in self.held
        ]

    @property
    def share_held(self) -> tuple[int, int]:
        """Months met, and months expected."""
        return len(self.held), len(self.areas) * len(self.months)


def forums(atlas: Atlas, viewer: Viewer, area: str = "") -> list[Forum]:
    """Every meeting in an area that the viewer may see, newest first."""
    found = [_forum(row) for row in rows(atlas, viewer, FORUM) if row["visit_date"]]
    return sorted((one for one in found if one.area.startswith(area)), key=lambda one: one.day, reverse=True)


def calendar(
    met: Iterable[Forum], level: str, today: date, *, months: int = 12, areas: Iterable[str] = ()
) -> Calendar:
    """The last months of a level. ``areas`` are those that should meet, besides those that ever did."""
    spans = tuple(last_periods(period_of("month", today), months))
    held: dict[tuple[str, Period], tuple[Forum, ...]] = {}
    known = set(areas)
    for one in met:
        if one.level != level or len(one.area) != LEVELS[level]:
            continue
        known.add(one.area)
        month = period_of("month", one.day)
        if month in spans:
            held[one.area, month] = (*held.get((one.area, month), ()), one)
    return Calendar(level, spans, tuple(sorted(known)), held)


def missing_rounds(days: Iterable[date], today: date, *, rounds: int = 6) -> list[Period]:
    """Pairs of months, oldest first, that are over without a two-monthly evaluation."""
    months = last_periods(period_of("month", today), rounds * 2 + 2)
    last = next(number for number in range(len(months) - 1, -1, -1) if _is_over(months[number], today))
    pairs = [(months[number - 1], months[number]) for number in range(last, 0, -2)][:rounds]
    held = list(days)
    return [
        Period("phase", first.since, second.until)
        for first, second in reversed(pairs)
        if not any(first.since <= day <= second.until for day in held if first.since and second.until)
    ]


def evaluation_days(atlas: Atlas, viewer: Viewer, area: str = "") -> list[date]:
    """When two-monthly evaluations of an area were held."""
    return [row["visit_date"] for row in rows(atlas, viewer, EVALUATION) if row["visit_date"]
            and area_of(row).startswith(area[:2])]  # fmt: skip


def _is_over(month: Period, today: date) -> bool:
    return month.until is not None and month.until < today


def _forum(row: Mapping[str, Any]) -> Forum:
    return Forum(
        row["_instance_id"], area_of(row), str(row["forum_level"] or ""), str(row["forum_kind"] or ""),
        row["visit_date"], tuple(str(row["data_used"] or "").split()),
        {name: int(row[name] or 0) for name in MAIN_ORGANISATIONS}, int(row["attend_total"] or 0),
        int(row["decision_count"] or 0),
    )  # fmt: skip
