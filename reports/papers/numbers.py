"""Numbers for papers, asked of all villages at once through the one door for figures."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from ingest.doors import figures
from ingest.doors.figures import Cell, Cut, Figure
from reports import breakdowns, indicators, records
from reports.papers.asking import Asking
from thai.periods import Period, before, period_of
from thai.problem import Problem

ByVillage = dict[str, Cell]


def cells(asking: Asking, figure: Figure, area: str, period: Period, level: str = "village") -> ByVillage:
    """A figure of every area within one; nothing where the form is not published or not for this viewer."""
    return {one.area: one for one in _cells(asking, figure, area, period, level)}


def defined(asking: Asking, name: str, area: str, period: Period, level: str = "village") -> ByVillage:
    """The same of an indicator by its name; nothing where no workbook defines it."""
    known = indicators.definitions(asking.atlas).get(name)
    return cells(asking, known.figure, area, period, level) if known else {}


def by_answer(
    asking: Asking, name: str, area: str, period: Period, level: str = "village"
) -> dict[str, ByVillage]:  # fmt: skip
    """A breakdown by its name: for each answer its figure in every area."""
    known = breakdowns.known(asking.atlas).get(name)
    found: dict[str, ByVillage] = {}
    for one in _cells(asking, known.figure, area, period, level) if known else ():
        if one.answer:
            found.setdefault(one.answer, {})[one.area] = one
    return found


def labels(asking: Asking, name: str) -> dict[str, str]:
    """The answers of a breakdown as its form words them, in the form's order."""
    known = breakdowns.known(asking.atlas).get(name)
    if known is None:
        return {}
    repeat, _, ref = known.figure.split.rpartition("/")
    about = records.info(asking.atlas, known.figure.form_id, repeat)
    one = about.field(ref) if about else None
    return {choice.value: choice.label.get("th", choice.value) for choice in one.choices} if one else {}


def _cells(asking: Asking, figure: Figure, area: str, period: Period, level: str) -> list[Cell]:
    if figure.form_id not in asking.atlas.reference.catalogue.usages:
        return []
    cursor, catalogue = asking.atlas.warehouse.cursor(), asking.atlas.reference.catalogue
    try:
        found = figures.cells(cursor, catalogue, asking.viewer, figure, Cut(level, area, period))
    except Problem:
        return []
    return [one for one in found if one.area]


def value(found: ByVillage, area: str) -> Decimal | None:
    """The value of one area, ``None`` where it has none."""
    cell = found.get(area)
    return cell.value if cell else None


def summed(found: ByVillage, area: str) -> Decimal | None:
    """The sum that a mean or a ratio of one area was made of."""
    cell = found.get(area)
    return cell.numerator if cell else None


def month_of(asking: Asking) -> Period:
    """The month that is asked for; of a longer period its last, and never one that has not come."""
    return asking.period if asking.period.kind == "month" else period_of("month", asking.as_of)


def month_before(month: Period) -> Period:
    """The month before."""
    return before(month)


def year_of(month: Period, asking: Asking) -> Period:
    """The fiscal year that a month lies in."""
    return period_of("fiscal_year", month.since or asking.as_of)


def villages(*found: Iterable[str]) -> list[str]:
    """All village codes that any of the figures has, in order; a village number that was left out is none."""
    codes = {code for one in found for code in one}
    return sorted(code for code in codes if len(code) == 8 and not code.endswith("00"))
