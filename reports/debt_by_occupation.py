"""Debt by occupation in three groups: households, debt reduced, its mean, debts cleared.

Occupations stand in the household register, debts in the debt form; both are asked household by household
through :mod:`ingest.doors.figures` and joined here, so that nobody is counted twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from ingest.access import Viewer
from ingest.atlas import Atlas
from ingest.doors import figures, layers
from ingest.doors.figures import Cut, Figure, Parts
from reports.plans.records import rows
from thai.periods import ALL_TIME, Period

REGISTER, DEBT = "household_register", "household_debt"
#: The three groups of the table; the office's own grouping may be passed instead.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "farmers": ("rice", "pomelo", "mangosteen", "rubber_palm", "vegetable", "livestock", "fishery"),
    "workers": ("labour", "salary"),
    "business": ("trade",),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One occupation: households with a debt event, how many of them reduced one, by how much together, and
    how many cleared one.

    ``parts`` says how much of what was reduced is one household's.
    """

    group: str
    occupation: str
    households: int
    reducing: int
    reduced: Decimal
    cleared: int
    parts: Parts

    @property
    def mean(self) -> Decimal | None:
        """Debt reduced a household."""
        return self.reduced / self.households if self.households else None


def table(
    atlas: Atlas,
    viewer: Viewer,
    area: str,
    period: Period = ALL_TIME,
    groups: Mapping[str, tuple[str, ...]] = GROUPS,
) -> list[Line]:
    """A line for each occupation with debts, group by group; unknown occupations come last, as ``other``.

    Only households of the viewer's area; raises ``Problem`` for who may not see what people owe.
    """
    cut = Cut("household", area, period)

    def by_household(figure: Figure) -> dict[str, Decimal]:
        cells = figures.cells(atlas.warehouse.cursor(), atlas.reference.catalogue, viewer, figure, cut)
        return {one.area: one.value or Decimal(0) for one in cells}

    reduced = by_household(Figure(DEBT, "sum", ("reduced_baht",), date="event_date"))
    cleared = by_household(Figure(DEBT, "count", (), "${debt_state} = 'cleared'", "event_date"))
    occupation = _occupations(atlas, viewer)
    group_of = {name: group for group, names in groups.items() for name in names}
    homes: dict[str, list[str]] = defaultdict(list)
    for household in reduced:
        homes[occupation.get(household, "")].append(household)
    found = []
    for name, own in homes.items():
        amounts = sorted((reduced[one] for one in own), reverse=True)
        parts = Parts(float(amounts[0]), float(sum(amounts[2:])))
        done = sum(cleared.get(one, 0) > 0 for one in own)
        group, less = group_of.get(name, "other"), sum(one > 0 for one in amounts)
        found.append(Line(group, name, len(own), less, sum(amounts, Decimal(0)), done, parts))
    order = [*groups, "other"]
    return sorted(found, key=lambda one: (order.index(one.group), one.occupation))


def _occupations(atlas: Atlas, viewer: Viewer) -> dict[str, str]:
    """The main occupation of each household, by its entity."""
    entities = layers.entity_ids(atlas.warehouse.cursor(), viewer, "households")
    return {
        entities.get(row["_instance_id"], row["_instance_id"]): str(row["main_occupation"] or "")
        for row in rows(atlas, viewer, REGISTER)
    }
