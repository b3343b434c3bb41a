"""The read door for numbers: one form's rows counted, summed and compared by area and period, for one viewer.

Whose numbers a viewer gets (``docs/access.md``):

- A figure is as closed as the strictest question that it looks at. A ``personal`` or ``secret`` figure is
  computed within the viewer's area alone; for a role that sees none of that class, not at all.
- A ``team`` figure is told of other areas too, but only of whole tambons (and of bodies where none parts a
  tambon) and whole fiscal years (or all time, where households are not counted), and only where
  ``access.SMALLEST_COUNT`` households or more stand in that tambon and year in every group that the form's
  figures tell apart (:mod:`ingest.doors.telling`).
  What is held back is left out of every larger area as well, so that no subtraction brings it back.
- By boundaries that records are not joined with, a figure is of the viewer's own records alone: the slivers
  between two sets of areas hold a household or two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

from ingest import access, problems
from ingest.access import Viewer
from ingest.doors import figure_sql, telling
from ingest.doors.cuts import LEVELS, OWN_LEVELS, Among, Cut, Placed
from ingest.doors.figure_sql import Beyond, Figure, Rows
from ingest.doors.telling import Known, Parts
from ingest.identifiers import quoted
from ingest.projecting import line_sums
from ingest.published import Catalogue
from ingest.statements import parsed
from thai.periods import Period

__all__ = [
    "LEVELS",
    "OWN_LEVELS",
    "Among",
    "Cell",
    "Cut",
    "Figure",
    "Known",
    "Parts",
    "Placed",
    "cells",
    "days",
    "hidden",
    "is_inside",
    "is_silent",
    "newest_day",
    "newest_received",
    "parts",
    "records",
    "tells",
]

_WHOLE_YEARS = ("fiscal_year", "all", "")
_ZERO = ("count", "distinct", "sum", "net")  # measures that are zero where nothing matched


@dataclass(frozen=True, slots=True)
class Cell:
    """One number with what it is made of. ``since`` is the first day of its period when cut by ``by``.

    ``held_back`` counts the years of tambons that were left out of it for this viewer. ``answer`` is that of
    the question by which the figure is split; '' also stands for "not answered".
    """

    area: str
    since: date | None
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    n: int
    held_back: int = 0
    answer: str = ""


def cells(
    cursor: duckdb.DuckDBPyConnection, catalogue: Catalogue, viewer: Viewer, figure: Figure, cut: Cut,
    beside: Sequence[Figure] = (), known: Known | None = None,
) -> list[Cell]:  # fmt: skip
    """The figure by area and period, as far as it is for this viewer; areas without rows have no cell.

    ``beside`` are all figures that may be asked of the form, always in the same order: what is told of other
    areas is told so that these cannot be subtracted from each other.

    Raises ``Problem`` where the figure is not for the viewer at all, or cannot be computed.
    """
    rows = Rows(catalogue, figure)
    _check_years(rows, cut)
    within = _reach(viewer, rows)
    own = _own_only(rows, figure, cut, within)
    outside = None if own else _outside(cut, within)
    told = (
        None
        if outside is None
        else telling.beyond(cursor, catalogue, rows, cut, outside, beside, {} if known is None else known)
    )
    found = [_cell(figure.measure, row) for row in _counted(cursor, rows, cut, own, told)]
    if rows.matched_first and (own or _outside(cut, within) is None):
        seen = {(one.area, one.since) for one in found}
        sql, values = figure_sql.reported(rows, cut, own=own)
        found += [
            _nothing(figure, *key)
            for key in cursor.execute(parsed(sql), values).fetchall()
            if key not in seen
        ]
        found.sort(key=lambda one: (one.area, one.since or date.min))
    return [one for one in found if not own or is_inside(one.area, within, cut)]


def parts(
    cursor: duckdb.DuckDBPyConnection, catalogue: Catalogue, viewer: Viewer, figure: Figure, cut: Cut
) -> dict[tuple[str, str], Parts]:  # fmt: skip
    """How the figure's sums of the viewer's area are made up of households, by area and answer.

    Raises as :func:`cells` does.
    """
    rows = Rows(catalogue, figure)
    return telling.parts(cursor, rows, cut, _reach(viewer, rows))


def hidden(
    cursor: duckdb.DuckDBPyConnection, catalogue: Catalogue, viewer: Viewer, figure: Figure, cut: Cut,
    finest: str,
) -> set[tuple[str, str]]:  # fmt: skip
    """The areas and answers of the viewer's area of which a printed sheet is silent, beside the sheets of
    shorter periods down to ``finest`` (:mod:`ingest.doors.over_time`).

    Raises as :func:`cells` does.
    """
    rows = Rows(catalogue, figure)
    return telling.hidden(cursor, rows, cut, _reach(viewer, rows), finest)


def is_silent(
    cursor: duckdb.DuckDBPyConnection, catalogue: Catalogue, viewer: Viewer, figure: Figure, cut: Cut,
    finest: str,
) -> bool:  # fmt: skip
    """Whether a printed sheet of the cut's area is silent of the figure: few households gave it or one nearly
    all of it, or what remains of it beside the sheets of smaller areas and shorter periods.

    Raises as :func:`cells` does.
    """
    rows = Rows(catalogue, figure)
    return telling.is_silent(cursor, rows, cut, _reach(viewer, rows), finest)


def tells(catalogue: Catalogue, viewer: Viewer, figure: Figure, cut: Cut, area: str) -> bool:
    """Whether the viewer may be told this figure of this area at all; raises as :func:`cells` does."""
    rows = Rows(catalogue, figure)
    within = _reach(viewer, rows)
    return not _own_only(rows, figure, cut, within) or is_inside(area, within, cut)


def records(
    cursor: duckdb.DuckDBPyConnection, catalogue: Catalogue, viewer: Viewer, figure: Figure, cut: Cut,
    *, limit: int,
) -> list[str]:  # fmt: skip
    """Instance ids of the records behind a number, newest first, of those that the viewer may open."""
    rows = Rows(catalogue, figure)
    _reach(viewer, rows)
    closed = max(rows.privacy, access.TEAM, key=figure_sql.strictness)
    sql, values = figure_sql.records(rows, cut, access.visible_sql(viewer, closed, "_area"), limit)
    return [str(one) for (one,) in cursor.execute(parsed(sql), values).fetchall()]


def newest_received(cursor: duckdb.DuckDBPyConnection, form_id: str) -> str:
    """When the newest record of a form came in, as the log writes it; '' where none did."""
    row = cursor.execute(f"SELECT max(_received_at) FROM {quoted(form_id)}").fetchone()
    return row[0] or "" if row else ""


def newest_day(
    cursor: duckdb.DuckDBPyConnection, catalogue: Catalogue, form_id: str, until: date
) -> date | None:
    """The last day, up to ``until``, that a record of the form speaks of; ``None`` where none has a date."""
    if form_id not in catalogue.offered:
        return None
    found = days(cursor, catalogue, Figure(form_id, "count"), until)
    return found[1] if found else None


def days(
    cursor: duckdb.DuckDBPyConnection, catalogue: Catalogue, figure: Figure, until: date
) -> tuple[date, date] | None:
    """The first and the last day, up to ``until``, of a figure's records; ``None`` where none has a date."""
    rows = Rows.of_form(Rows(catalogue, figure))
    if not rows.date:
        return None
    selected, values = rows.select(Cut("country", period=Period("phase", date.min, until)))
    found = cursor.execute(parsed(f"SELECT min(_day), max(_day) FROM ({selected})"), values).fetchone()
    return (found[0], found[1]) if found and found[0] else None


def _counted(
    cursor: duckdb.DuckDBPyConnection, rows: Rows, cut: Cut, own: str, told: Beyond | None
) -> list[tuple[Any, ...]]:
    """The figure by area and period from kept sums where they do, all in one view of the data."""
    summed = None if told else rows.summed(cut)
    if not summed:
        _alike = told.alike[0] if told and told.alike else None  # the statement reads it by this name
        sql, values = figure_sql.cells(rows, cut, own=own, beyond=told)
        return cursor.execute(parsed(sql), values).fetchall()
    cursor.execute("BEGIN")
    try:
        sums = line_sums.source(cursor, summed, coarse=cut.is_coarse and len(own) <= LEVELS["tambon"])
        sql, values = figure_sql.cells(rows, cut, own=own, beyond=None, sums=sums)
        return cursor.execute(parsed(sql), values).fetchall()
    finally:
        cursor.execute("ROLLBACK")


def _check_years(rows: Rows, cut: Cut) -> None:
    """What is recorded by fiscal years would stand in their first month as if it were all of that month."""
    of_years = bool(rows.date) and rows.schema.references()[rows.date].kind == "integer"
    since, until = cut.period.since, cut.period.until
    begins = since is None or (since.month, since.day) == (10, 1)
    ends = until is None or (until.month, until.day) == (9, 30)
    if of_years and not (begins and ends and cut.by in _WHOLE_YEARS):
        raise problems.figure_of_years(rows.figure.form_id)


def _reach(viewer: Viewer, rows: Rows) -> str:
    """The area prefix within which the viewer's numbers are whole."""
    within = access.reach(viewer, rows.privacy)
    if within is None:
        raise problems.figure_closed(rows.figure.form_id)
    return within


def _own_only(rows: Rows, figure: Figure, cut: Cut, within: str) -> str:
    """The area that alone is computed, '' where others are told too."""
    if _outside(cut, within) is None:
        return ""
    told = (
        cut.among is None  # the difference of two filters may be one household
        and cut.placed is None  # and so may that of two sets of boundaries
        and rows.privacy == access.TEAM
        and LEVELS.get(cut.level, 6) <= LEVELS["tambon"]
        and max(map(len, cut.members), default=0) <= LEVELS["tambon"]  # a body of villages parts a tambon
        and cut.level != "household"
        and len(cut.area) <= LEVELS["tambon"]
        and {cut.by, cut.period.kind} <= set(_WHOLE_YEARS)
        and telling.is_tellable(rows)
        and not _of_several_years(rows, figure, cut)
    )
    return "" if told else within


def _of_several_years(rows: Rows, figure: Figure, cut: Cut) -> bool:
    """Households counted once over more than a year: less those of one year they are the few that are new."""
    households = figure.measure == "distinct" and {"@household", rows.household_ref} & set(figure.of)
    dated = bool(rows.date) and not rows.at_end
    return bool(households) and dated and "fiscal_year" not in (cut.by, cut.period.kind)


def _outside(cut: Cut, within: str) -> str | None:
    """The viewer's area where the question reaches beyond it, else ``None``."""
    return within if within and not cut.area.startswith(within) else None


def is_inside(area: str, within: str, cut: Cut) -> bool:
    """Whether a body lies wholly within an area."""
    if cut.level == "household" or cut.placed is not None:
        return True
    if cut.level in LEVELS:
        return area.startswith(within)
    codes = [code for code, body in cut.members.items() if body == area]
    return bool(codes) and all(code.startswith(within) for code in codes)


def _nothing(figure: Figure, area: str, since: date | None) -> Cell:
    """A number where the form was filled and nothing of it counts: zero of what is counted or added."""
    zero = Decimal(0) if figure.measure in _ZERO else None
    return Cell(area or "", since, zero, zero, None, 0)


def _cell(measure: str, row: tuple[Any, ...]) -> Cell:
    area, since, answer, value, numerator, denominator, n, held_back, kept = row
    if not kept:
        return Cell(area or "", since, None, None, None, 0, int(held_back), answer or "")
    top, bottom = _decimal(numerator), _decimal(denominator)
    result = _decimal(value)
    if measure in ("share", "ratio", "mean"):
        result = top / bottom if top is not None and bottom else None
    return Cell(area or "", since, result, top, bottom, int(n), int(held_back), answer or "")


def _decimal(value: Any) -> Decimal | None:
    return value if value is None or isinstance(value, Decimal) else Decimal(str(value))
