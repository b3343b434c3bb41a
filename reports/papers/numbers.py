"""Numbers for papers, asked of all villages at once through the one door for figures.

A printed sheet goes to everybody of its area. So what is asked with :func:`defined` and :func:`by_answer` is
left out wherever one to four households (``SMALLEST_COUNT``) gave it, or one gave nearly all of it, whoever
asks; and of a longer period wherever it would tell what shorter ones hold back.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from ingest.access import SMALLEST_COUNT
from ingest.doors import figures
from ingest.doors.figures import Cell, Cut, Figure, Parts
from reports import breakdowns, indicators, records
from reports.papers.asking import Asking
from thai.calendar import format_date
from thai.periods import Period, before, period_of
from thai.problem import Problem

ByVillage = dict[str, Cell]
ACCOUNTS = "household_account_month"
YEAR = "fiscal_year"  # the only period of which sheets tell debts and costs of crops


@dataclass(slots=True)
class Held:
    """Of one area's breakdown the ``sum`` of the answers that are not told alone, and how each is made up."""

    sum: Decimal = Decimal(0)
    parts: dict[str, Parts] = field(default_factory=dict)


_COUNTED = ("count", "distinct", "share")  # what they count may be a word


def cells(asking: Asking, figure: Figure, area: str, period: Period, level: str = "village") -> ByVillage:
    """A figure of every area within one; nothing where the form is not published or not for this viewer."""
    return {one.area: one for one in _cells(asking, figure, area, period, level)}


def count(asking: Asking, name: str, area: str, period: Period, level: str = "village") -> ByVillage:
    """How many took part, by an indicator's name; that few did is no secret of theirs."""
    known = indicators.definitions(asking.atlas).get(name)
    return cells(asking, known.figure, area, period, level) if known else {}


def defined(
    asking: Asking, name: str, area: str, period: Period, level: str = "village", finest: str = "month"
) -> ByVillage:  # fmt: skip
    """An indicator by its name, where enough households gave it; nothing where no workbook defines it.

    ``finest`` is the shortest period of which sheets tell it: what those hold back no longer one brings back.
    """
    known = indicators.definitions(asking.atlas).get(name)
    if known is None:
        return {}
    gave, parts = (
        cells(asking, _givers(known.figure), area, period, level),
        _parts(asking, known.figure, area, period, level),
    )
    of_one = {code for (code, _), one in parts.items() if one.of_one}
    of_one |= {code for code, _ in _over_time(asking, known.figure, area, period, level, finest)}
    return enough(cells(asking, known.figure, area, period, level), gave, of_one)


def may_be_summed(asking: Asking, name: str, area: str, period: Period, finest: str = "month") -> bool:
    """Whether an indicator of a whole area may stand beside those of its villages: what the villages that are
    not told gave together is neither of few households nor nearly of one.
    """
    known = indicators.definitions(asking.atlas).get(name)
    if known is None:
        return False
    told, gave = (
        defined(asking, name, area, period, finest=finest),
        cells(asking, _givers(known.figure), area, period),
    )
    n = sum((one.value or Decimal(0) for code, one in gave.items() if code not in told), Decimal(0))
    parts = _parts(asking, known.figure, area, period, "village")
    beside = sum((one for (code, _), one in parts.items() if code not in told), Parts())
    return n == 0 or (n >= SMALLEST_COUNT and not beside.of_one)


def is_silent(asking: Asking, name: str, area: str, period: Period) -> bool:
    """Whether a sheet of an area says nothing of an indicator, beside the sheets of the areas within it.

    Accounts are told of months; what else households gave, debts and costs of crops, of fiscal years.
    """
    known = indicators.definition(asking.atlas, name)
    cursor, catalogue = asking.atlas.warehouse.cursor(), asking.atlas.reference.catalogue
    return any(
        figures.is_silent(cursor, catalogue, asking.viewer, one, Cut("village", area, period),
                          "month" if one.form_id == ACCOUNTS else YEAR)
        for one in (known.figure, known.denominator) if isinstance(one, Figure)
    )  # fmt: skip


def beside_villages(asking: Asking, name: str, area: str, period: Period) -> set[str]:
    """The answers of a breakdown of which a whole area's number may stand beside those of its villages: the
    villages that are not told gave it together with ``SMALLEST_COUNT`` households or more, or none did.
    """
    known = breakdowns.known(asking.atlas).get(name)
    if known is None:
        return set()
    told = by_answer(asking, name, area, period, finest=period.kind)
    gave = _sorted(_cells(asking, _givers(known.figure), area, period, "village"))
    rest = {
        answer: sum(
            (one.value or Decimal(0) for code, one in own.items() if code not in told.get(answer, {}))
        )
        for answer, own in gave.items()
    }
    return {answer for answer, n in rest.items() if n == 0 or n >= SMALLEST_COUNT}


def by_answer(
    asking: Asking, name: str, area: str, period: Period, level: str = "village", finest: str = "month"
) -> dict[str, ByVillage]:  # fmt: skip
    """A breakdown by its name: for each answer its figure in every area where enough households gave it.

    ``finest`` as in :func:`defined`.
    """
    return told_and_held(asking, name, area, period, level, finest)[0]


def told_and_held(
    asking: Asking, name: str, area: str, period: Period, level: str = "village", finest: str = "month"
) -> tuple[dict[str, ByVillage], dict[str, Held]]:  # fmt: skip
    """The same, and for each area what is held back of it and how all of it is made up."""
    known = breakdowns.known(asking.atlas).get(name)
    if known is None:
        return {}, {}
    parts = _parts(asking, known.figure, area, period, level)
    found, gave = (
        _sorted(_cells(asking, figure, area, period, level))
        for figure in (known.figure, _givers(known.figure))
    )
    told, held = dict[str, ByVillage](), dict[str, Held]()
    closed = _over_time(asking, known.figure, area, period, level, finest)
    closed |= {key for key, one in parts.items() if one.of_one}
    for answer, own in found.items():
        of_one = {code for code, said in closed if said == answer}
        told[answer] = enough(own, gave.get(answer, {}), of_one)
        for code, cell in own.items():
            one = held.setdefault(code, Held())
            one.parts[answer] = parts.get((code, answer), Parts())
            one.sum += 0 if code in told[answer] else cell.value or 0
    return told, held


def enough(found: ByVillage, gave: ByVillage, of_one: Container[str]) -> ByVillage:
    """The numbers that ``SMALLEST_COUNT`` households or more gave, not one nearly alone, or none at all."""
    few = {area for area, one in gave.items() if 0 < (one.value or 0) < SMALLEST_COUNT}
    return {area: one for area, one in found.items() if area not in few and area not in of_one}


def _givers(figure: Figure) -> Figure:
    """How many households gave a figure: those with a row that counts in it and is not zero."""
    gave = [f"({figure.where})"] if figure.where else []
    gave += [f"${{{ref}}} != 0" for ref in figure.of[:1] if figure.measure not in _COUNTED]
    return replace(figure, measure="distinct", of=("@household",), where=" and ".join(gave))


def _parts(
    asking: Asking, figure: Figure, area: str, period: Period, level: str
) -> dict[tuple[str, str], Parts]:  # fmt: skip
    if figure.form_id not in asking.atlas.reference.catalogue.usages:
        return {}
    cursor, catalogue = asking.atlas.warehouse.cursor(), asking.atlas.reference.catalogue
    try:
        return figures.parts(cursor, catalogue, asking.viewer, figure, Cut(level, area, period))
    except Problem:
        return {}


def _over_time(
    asking: Asking, figure: Figure, area: str, period: Period, level: str, finest: str
) -> set[tuple[str, str]]:  # fmt: skip
    """What is held back of a longer period for what shorter ones hold back."""
    if period.kind == finest or figure.form_id not in asking.atlas.reference.catalogue.usages:
        return set()
    cursor, catalogue = asking.atlas.warehouse.cursor(), asking.atlas.reference.catalogue
    try:
        return figures.hidden(cursor, catalogue, asking.viewer, figure, Cut(level, area, period), finest)
    except Problem:
        return set()


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
    return period_of(YEAR, month.since or asking.as_of)


def year_label(year: Period, asking: Asking) -> str:
    """A fiscal year's name, with the last day that it tells of where that is after the paper's own."""
    last = min(year.until or asking.today, asking.today)
    return year.label() + (f" ถึง {format_date(last)}" if last > asking.as_of else "")


def villages(*found: Iterable[str]) -> list[str]:
    """All village codes that any of the figures has, in order; a village number that was left out is none."""
    codes = {code for one in found for code in one}
    return sorted(code for code in codes if len(code) == 8 and not code.endswith("00"))
