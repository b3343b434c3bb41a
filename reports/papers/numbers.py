"""Numbers for papers, asked of all villages at once through the one door for figures.

A printed sheet goes to everybody of its area. So what is asked with :func:`defined` and :func:`by_answer` is
left out wherever one to four households (``SMALLEST_COUNT``) gave it, whoever asks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from ingest.access import SMALLEST_COUNT
from ingest.doors import figures
from ingest.doors.figures import Cell, Cut, Figure
from reports import breakdowns, indicators, records
from reports.papers.asking import Asking
from thai.periods import Period, before, period_of
from thai.problem import Problem

ByVillage = dict[str, Cell]
_COUNTED = ("count", "distinct", "share")  # what they count may be a word


def cells(asking: Asking, figure: Figure, area: str, period: Period, level: str = "village") -> ByVillage:
    """A figure of every area within one; nothing where the form is not published or not for this viewer."""
    return {one.area: one for one in _cells(asking, figure, area, period, level)}


def count(asking: Asking, name: str, area: str, period: Period, level: str = "village") -> ByVillage:
    """How many took part, by an indicator's name; that few did is no secret of theirs."""
    known = indicators.definitions(asking.atlas).get(name)
    return cells(asking, known.figure, area, period, level) if known else {}


def defined(asking: Asking, name: str, area: str, period: Period, level: str = "village") -> ByVillage:
    """An indicator by its name, where enough households gave it; nothing where no workbook defines it."""
    known = indicators.definitions(asking.atlas).get(name)
    if known is None:
        return {}
    gave = cells(asking, _givers(known.figure), area, period, level)
    return enough(cells(asking, known.figure, area, period, level), gave)


def by_answer(
    asking: Asking, name: str, area: str, period: Period, level: str = "village"
) -> dict[str, ByVillage]:  # fmt: skip
    """A breakdown by its name: for each answer its figure in every area where enough households gave it."""
    return told_and_few(asking, name, area, period, level)[0]


def told_and_few(
    asking: Asking, name: str, area: str, period: Period, level: str = "village"
) -> tuple[dict[str, ByVillage], dict[str, Decimal]]:  # fmt: skip
    """The same, and for each area the sum of the answers that too few households gave."""
    known = breakdowns.known(asking.atlas).get(name)
    if known is None:
        return {}, {}
    found, gave = (
        _sorted(_cells(asking, figure, area, period, level))
        for figure in (known.figure, _givers(known.figure))
    )
    told = {answer: enough(own, gave.get(answer, {})) for answer, own in found.items()}
    few: dict[str, Decimal] = {}
    for answer, own in found.items():
        for code in own.keys() - told[answer].keys():
            few[code] = few.get(code, Decimal(0)) + (own[code].value or 0)
    return told, few


def enough(found: ByVillage, gave: ByVillage) -> ByVillage:
    """The numbers that ``SMALLEST_COUNT`` households or more gave, or none at all (a zero tells nobody's)."""
    few = {area for area, one in gave.items() if 0 < (one.value or 0) < SMALLEST_COUNT}
    return {area: one for area, one in found.items() if area not in few}


def _givers(figure: Figure) -> Figure:
    """How many households gave a figure: those with a row that counts in it and is not zero."""
    gave = [f"({figure.where})"] if figure.where else []
    gave += [f"${{{ref}}} != 0" for ref in figure.of[:1] if figure.measure not in _COUNTED]
    return replace(figure, measure="distinct", of=("@household",), where=" and ".join(gave))


def _sorted(found: Iterable[Cell]) -> dict[str, ByVillage]:
    by_answer_: dict[str, ByVillage] = {}
    for one in found:
        if one.answer:
            by_answer_.setdefault(one.answer, {})[one.area] = one
    return by_answer_


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
