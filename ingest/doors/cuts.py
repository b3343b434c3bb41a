"""By which areas and periods figures are cut, and a row's area as SQL."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from thai.periods import ALL_TIME, Period

LEVELS = {"country": 0, "province": 2, "amphoe": 4, "tambon": 6, "village": 8}
OWN_LEVELS = ("household", "lao", "province_group")
# The column, where it is filled, groups twice as fast as a part of the longer code.
TAMBON = "CASE WHEN _tambon <> '' THEN _tambon ELSE left(_area, 6) END"


@dataclass(frozen=True, slots=True)
class Among:
    """The records of one form that a filter leaves: SQL for their instance ids, and its values."""

    form_id: str
    sql: str
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a form's records lie by boundaries that they are not joined with: areas' codes by instance id."""

    ids: list[str]
    codes: list[str]


@dataclass(frozen=True, slots=True)
class Cut:
    """By which areas and periods.

    ``level`` is one of LEVELS or OWN_LEVELS, ``area`` a code prefix; ``members`` leads from area codes to
    the bodies of a level that is no prefix of them (LAOs, groups of provinces). ``by`` cuts ``period`` into
    periods of that kind. ``among`` cuts figures of its form to the records that a filter leaves. With
    ``placed`` areas are those in which the figure's records lie by other boundaries.
    """

    level: str
    area: str = ""
    period: Period = ALL_TIME
    by: str = ""
    members: Mapping[str, str] = field(default_factory=dict)
    among: Among | None = None
    placed: Placed | None = None

    @property
    def is_coarse(self) -> bool:
        """Whether it takes tambons and months apart nowhere."""
        since, until = self.period.since, self.period.until
        begins = since is None or since.day == 1
        ends = until is None or until.day == monthrange(until.year, until.month)[1]
        return begins and ends and max(LEVELS.get(self.level, 8), len(self.area)) <= LEVELS["tambon"]


def own_area(cut: Cut) -> tuple[str, str, list[Any]]:
    """The area of a row as SQL, what must be joined for it, and the values of that."""
    if cut.level == "household":
        return "_household", "", []
    if cut.placed is not None:
        listed = "(SELECT unnest(?::VARCHAR[]) AS id, unnest(?::VARCHAR[]) AS code)"
        joined = f" JOIN {listed} placed ON placed.id = r._instance_id"
        return "placed.code", joined, [cut.placed.ids, cut.placed.codes]
    if cut.level == "tambon":
        return TAMBON, "", []
    if cut.level in LEVELS:
        if cut.area.isdecimal() and len(cut.area) == LEVELS[cut.level]:  # one area: no row need be asked
            return f"'{cut.area}'", "", []
        return f"left(_area, {LEVELS[cut.level]})", "", []
    listed = "(SELECT unnest(?::VARCHAR[]) AS code, unnest(?::VARCHAR[]) AS body)"
    joined = f" LEFT JOIN {listed} {{0}} ON {{0}}.code = left(r._area, {{1}})"
    codes, bodies = list(cut.members), list(cut.members.values())
    names = [("m8", 8), ("m6", 6), ("m4", 4), ("m2", 2)]
    joins = "".join(joined.format(name, digits) for name, digits in names)
    return "coalesce(m8.body, m6.body, m4.body, m2.body, '')", joins, [codes, bodies] * len(names)
