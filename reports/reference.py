"""Targets, counts to divide by, and members of LAOs and groups of provinces, as the office loaded them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from ingest import reference_values
from ingest.atlas import Atlas
from ingest.doors.figures import LEVELS, OWN_LEVELS
from ingest.reference_values import COUNT, MEMBER, TARGET, ReferenceValue
from reports import problems
from reports.definitions import Definition
from thai.periods import ALL_TIME, Period, parse_period

_DIGITS = (2, 4, 6, 8)


@dataclass(frozen=True)
class Reference:
    """What is loaded now. ``counts`` and ``targets``: name -> area -> rows, the newest last.

    A count is as new as its day, or as the first of its period; of one day, and of targets, the one loaded
    last is the newest. ``areas`` are the codes of all tambons and of what they are parts of, where known.
    """

    counts: dict[str, dict[str, list[ReferenceValue]]] = field(default_factory=dict)
    targets: dict[str, dict[str, list[ReferenceValue]]] = field(default_factory=dict)
    bodies: dict[str, dict[str, str]] = field(default_factory=dict)  # level -> area -> body
    labels: dict[str, str] = field(default_factory=dict)  # body -> its name
    areas: frozenset[str] = frozenset()

    def members(self, level: str) -> dict[str, str]:
        """Area code -> body of a level that is no prefix; raises ``level_unknown`` where none is loaded."""
        if level not in OWN_LEVELS or level == "household":
            return {}
        if level not in self.bodies:
            raise problems.level_unknown(level)
        return self.bodies[level]

    def count(self, name: str, area: str, period: Period) -> Decimal | None:
        """How many villages, households, people … an area has, by the newest source up to the period's end,
        else by the oldest.

        Where the area has no row of its own it is the sum of its parts; ``None`` where one of them has none.
        """
        rows = self.counts.get(name, {})
        if area in rows or not any(code.startswith(area) for code in rows):
            return _newest(rows.get(area, []), period)
        return _summed(rows, [*rows, *self.areas], area, period)

    def target(self, definition: Definition, level: str, area: str, period: Period) -> Decimal | None:
        """The target of an area and period: loaded for it, else the definition's own.

        Of a number that adds up, an area's target is the sum of what was loaded for its parts, else the
        definition's target times the number of its parts; a target set for one kind of period says nothing
        of another, so that months are not measured against a year's target. One set for no period is of all
        time: of what grows with time (:attr:`Definition.grows`) it says nothing of a shorter period; of
        anything else, such as how many households take part, it holds in every period. So does whatever was
        loaded without a period.
        """
        loaded = self.targets.get(definition.name, {})
        own = _newest(loaded.get(area, []), period, exact=True)
        if own is not None:
            return own
        if definition.adds_up and loaded and (parts := _added(loaded, area, period)) is not None:
            return parts
        if definition.target is None or not definition.adds_up:
            return definition.target
        if definition.by != period.kind and (definition.by or (definition.grows and period != ALL_TIME)):
            return None
        parts = self.count(f"{definition.level}s", area, period) if level != definition.level else Decimal(1)
        return definition.target * parts if parts is not None else None


def current(atlas: Atlas) -> Reference:
    """What is loaded now; read again when the reference changes."""
    return _read(atlas, atlas.reference.version)


@lru_cache(maxsize=4)
def _read(atlas: Atlas, version: int) -> Reference:
    del version  # only tells one reading from the next
    with atlas.log.connect() as connection:
        rows = reference_values.current(connection)
    return built(rows, [code for code in atlas.reference.names if len(code) <= LEVELS["tambon"]])


def built(rows: Iterable[ReferenceValue], areas: Collection[str] = ()) -> Reference:
    """The rows, in the order of loading, sorted into what is asked of them."""
    found = Reference(areas=frozenset(areas))
    for row in sorted(rows, key=lambda one: "" if one.kind == TARGET else one.as_of or _since(one)):
        if row.kind == MEMBER:
            found.bodies.setdefault(row.name, {})[row.area] = row.value
            found.labels[row.value] = row.label or row.value
        else:
            kept = found.counts if row.kind == COUNT else found.targets if row.kind == TARGET else {}
            kept.setdefault(row.name, {}).setdefault(row.area, []).append(row)
    return found


def _added(
    rows: dict[str, list[ReferenceValue]], area: str, period: Period
) -> Decimal | None:  # fmt: skip
    """What was loaded for the largest parts of an area that have a row of that very period, or of always."""
    for digits in (len(area), *(one for one in _DIGITS if one > len(area))):
        parts = [
            value
            for code, own in rows.items()
            if len(code) == digits and code.startswith(area)
            if (value := _newest(own, period, exact=True)) is not None
        ]
        if parts:
            return sum(parts, Decimal(0))
    return None


def _summed(
    rows: dict[str, list[ReferenceValue]], codes: Iterable[str], area: str, period: Period
) -> Decimal | None:
    """An area's own count, else those of all its parts together: areas that are known (``codes``)."""
    own = _newest(rows.get(area, []), period)
    size = next((one for one in _DIGITS if one > len(area)), 0)
    inside = [code for code in codes if code.startswith(area) and len(code) >= size]
    if own is not None or not inside or not size:
        return own
    total = Decimal(0)
    for part in sorted({code[:size] for code in inside}):
        count = _summed(rows, inside, part, period)
        if count is None:
            return None
        total += count
    return total


def _newest(rows: list[ReferenceValue], period: Period, *, exact: bool = False) -> Decimal | None:
    """The newest row that speaks of the period, else the oldest; with ``exact`` of that very or always."""
    named = [one for one in rows if one.period == period.name]
    always = [one for one in rows if not one.period]
    if exact:
        chosen = named or always
    else:
        until = period.until.isoformat() if period.until else "9999"
        chosen = named or [one for one in rows if (one.as_of or _since(one)) <= until] or rows[:1]
    return Decimal(chosen[-1].value) if chosen else None


def _since(row: ReferenceValue) -> str:
    period = parse_period(row.period) if row.period else None
    return period.since.isoformat() if period and period.since else ""


def level_of(area: str) -> str:
    """The level of a code by its digits; raises ``level_unknown``."""
    for level, digits in LEVELS.items():
        if len(area) == digits:
            return level
    raise problems.level_unknown(area)
