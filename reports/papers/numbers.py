"""Numbers for papers, asked of all villages at once through the one door for figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from ingest import figures
from ingest.figures import Cell, Cut, Figure
from ingest.layers import FieldInfo
from reports import records
from reports.papers.asking import Asking
from thai.periods import Period, before, period_of
from thai.problem import Problem

ByVillage = dict[str, Cell]


def cells(asking: Asking, figure: Figure, area: str, period: Period, level: str = "village") -> ByVillage:
    """A figure of every area within one; nothing where the form is not published or not for this viewer."""
    if figure.form_id not in asking.atlas.reference.catalogue.usages:
        return {}
    cursor, catalogue = asking.atlas.warehouse.cursor(), asking.atlas.reference.catalogue
    try:
        found = figures.cells(cursor, catalogue, asking.viewer, figure, Cut(level, area, period))
    except Problem:
        return {}
    return {one.area: one for one in found if one.area}


def value(found: ByVillage, area: str) -> Decimal | None:
    """The value of one area, ``None`` where it has none."""
    cell = found.get(area)
    return cell.value if cell else None


def month_of(asking: Asking) -> Period:
    """The month that is asked for; of a longer period its last, and never one that has not come."""
    return asking.period if asking.period.kind == "month" else period_of("month", asking.as_of)


def month_before(month: Period) -> Period:
    """The month before."""
    return before(month)


def year_of(month: Period, asking: Asking) -> Period:
    """The fiscal year that a month lies in."""
    return period_of("fiscal_year", month.since or asking.as_of)


def question(asking: Asking, form_id: str, ref: str, repeat: str = "") -> FieldInfo | None:
    """What is known of a question, with its choices."""
    about = records.info(asking.atlas, form_id, repeat)
    return about.field(ref) if about else None


def villages(*found: Iterable[str]) -> list[str]:
    """All village codes that any of the figures has, in order; a village number that was left out is none."""
    codes = {code for one in found for code in one}
    return sorted(code for code in codes if len(code) == 8 and not code.endswith("00"))


def narrowed(figure: Figure, condition: str) -> Figure:
    """The same figure under one more condition."""
    where = f"({figure.where}) and ({condition})" if figure.where else condition
    return replace(figure, where=where)
