"""How much of what should report did: villages and households of an area that sent a form in a period."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ingest.access import Viewer
from ingest.atlas import Atlas
from ingest.doors import figures
from ingest.doors.figures import Cut, Figure
from reports import indicators, reference
from reports.reference import level_of
from thai.periods import ALL_TIME, Period, period_of

_COUNTED = {"@village": "villages", "@household": "households"}


@dataclass(frozen=True, slots=True)
class Coverage:
    """What reported, of what there is. ``expected`` is ``None`` where no count was loaded for the area."""

    what: str
    reported: int
    expected: Decimal | None

    @property
    def percent(self) -> Decimal | None:
        """Reported of expected; ``None`` where nothing is expected."""
        return Decimal(self.reported) * 100 / self.expected if self.expected else None


def coverage(
    atlas: Atlas, viewer: Viewer, form_id: str, area: str = "", period: Period = ALL_TIME
) -> list[Coverage]:
    """Villages and households that sent this form; raises ``Problem`` where it is not for this viewer."""
    loaded, found = reference.current(atlas), []
    for of, what in _COUNTED.items():
        cut = Cut(level_of(area), area, period)
        cells = figures.cells(
            atlas.warehouse.cursor(),
            atlas.reference.catalogue,
            viewer,
            Figure(form_id, "distinct", (of,)),
            cut,
            indicators.beside(atlas),
        )
        reported = next((int(one.value) for one in cells if one.area == area and one.value is not None), 0)
        found.append(Coverage(what, reported, loaded.count(what, area, period)))
    return found


def latest_day(atlas: Atlas, forms: Iterable[str], today: date) -> date:
    """The newest day that any of these forms speaks of, up to today; today where none does.

    Early in a period there is little yet: what people come to see is the one before.
    """
    cursor, catalogue = atlas.warehouse.cursor(), atlas.reference.catalogue
    days = (figures.newest_day(cursor, catalogue, form_id, today) for form_id in forms)
    return max((day for day in days if day), default=today)


def latest_year(atlas: Atlas, forms: Iterable[str], today: date) -> Period:
    """The fiscal year of that day."""
    return period_of("fiscal_year", latest_day(atlas, forms, today))


def hazard_months(atlas: Atlas, viewer: Viewer, area: str = "") -> dict[str, list[int]]:
    """A calendar of hazards: by kind, how many events began in January, February, … of any year."""
    figure = Figure("hazard_event", "count", date="started_on", split="hazard")
    cut = Cut(level_of(area), area, ALL_TIME, "month")
    cells = figures.cells(atlas.warehouse.cursor(), atlas.reference.catalogue, viewer, figure, cut)
    found: dict[str, list[int]] = {}
    for one in cells:
        if one.area == area and one.since is not None:
            found.setdefault(one.answer, [0] * 12)[one.since.month - 1] += int(one.value or 0)
    return found
