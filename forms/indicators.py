"""The sheet ``indicators``: a closed vocabulary of measures, checked when the workbook is published."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from forms import check_problems, problems
from forms.cells import Cells
from forms.schema import Schema
from forms.sheets import Row, Sheet
from forms.workbook import A_YEAR, GOOD, MEASURES, OF_PLACES, PER_AREA, PER_PERIOD, YEAR_BE, Indicator
from thai.problem import Problem

COLUMNS = ("name", "label", "measure", "of", "where", "per", "date", "latest", "unit", "target", "good")
NUMERIC = ("integer", "decimal")
DATES = ("date", "datetime")
OF_NUMBERS = ("sum", "net", "mean", "median", "min", "max", "ratio")
FEWEST_AND_MOST = {"count": (0, 1), "share": (0, 1), "ratio": (2, 2), "net": (2, 2)}
ONE = (1, 1)
PERCENT = "%"
VILLAGE = "moo"  # the field that says the village, in every form


def read_indicators(
    sheet: Sheet | None, schema: Schema, units: Mapping[str, str], found: list[Problem]
) -> tuple[Indicator, ...]:
    """One Indicator a row; ``units`` are those of the questions. Mistakes are appended to ``found``."""
    if sheet is None:
        return ()
    cells = Cells(sheet, COLUMNS, schema, found)
    return tuple(_indicator(cells, row, units) for row in cells.rows())


def _indicator(cells: Cells, row: Row, units: Mapping[str, str]) -> Indicator:
    measure = cells.one_of(row, "measure", MEASURES, needed=True)
    of = cells.fields(row, "of", NUMERIC if measure in OF_NUMBERS else ())
    where, drawn_on = cells.where(row)
    if measure == "share":
        cells.text(row, "where", needed=True)
    _check_of(cells, row, measure)
    _check_unit(cells, row, measure, [units.get(ref, "") for ref in of])
    of_year = units.get(cells.text(row, "date")) == YEAR_BE
    day = cells.field(row, "date", (*DATES, "integer") if of_year else DATES)
    latest = cells.fields(row, "latest", besides=(*OF_PLACES, A_YEAR))
    named = [("of", ref) for ref in of] + [("where", ref) for ref in drawn_on]
    deepest = max((ref for _, ref in named), key=lambda ref: ref.count("/"), default="")
    named += [("date", day)] if day else []
    cells.one_line(row, deepest, [*named, *(("latest", ref) for ref in latest if ref[0] != "@")])
    _check_added_once(cells, row, of)
    target = _target(cells, row)
    return Indicator(
        name=cells.name(row),
        label=cells.label(row),
        measure=measure,
        of=" ".join(of),
        where=where,
        per=_per(cells, row),
        date=day,
        latest=" ".join(latest),
        unit=cells.text(row, "unit"),
        target=target,
        good=cells.one_of(row, "good", GOOD, needed=target is not None),
    )


def _check_of(cells: Cells, row: Row, measure: str) -> None:
    fewest, most = FEWEST_AND_MOST.get(measure, ONE)
    if measure in MEASURES and not fewest <= len(cells.text(row, "of").split()) <= most:
        cells.found.append(problems.of_count(cells.place(row, "of"), measure, most))


def _check_added_once(cells: Cells, row: Row, of: tuple[str, ...]) -> None:
    """Beside a number of a repeat one of the form around it would be added with every line."""
    tables = [cells.schema.field(ref)[0] for ref in of]
    deepest = max(tables, key=lambda table: len(table.path), default=cells.schema.tables[0])
    for ref, table in zip(of, tables, strict=True):
        if table != deepest and deepest.path[: len(table.path)] == table.path:
            cells.found.append(check_problems.added_often(cells.place(row, "of"), ref, deepest.name))


def _check_unit(cells: Cells, row: Row, measure: str, of: list[str]) -> None:
    """A number is told in the unit of its answers; what is over itself in percent has one unit."""
    unit = cells.text(row, "unit")
    one_of_its_own = measure in ("sum", "net", "mean", "median", "min", "max") and of and of[0]
    of_one_unit = measure == "net" or (measure == "ratio" and unit == PERCENT)
    if (one_of_its_own and unit not in ("", of[0])) or (of_one_unit and len({*of}) > 1):
        cells.found.append(check_problems.unit_mixed(cells.place(row, "unit"), unit, of))


def _per(cells: Cells, row: Row) -> tuple[str, ...]:
    text = cells.text(row, "per", needed=True)
    words = tuple(text.split())
    cells.words_of(row, "per", words, (*PER_AREA, *PER_PERIOD))
    if "village" in words and VILLAGE not in cells.refs:
        cells.found.append(problems.field_unknown(cells.place(row, "per"), VILLAGE, ""))
    known = all(word in PER_AREA or word in PER_PERIOD for word in words)
    areas, periods = (sum(word in group for word in words) for group in (PER_AREA, PER_PERIOD))
    if text and known and (areas != 1 or periods > 1):
        cells.found.append(problems.per_unusable(cells.place(row, "per"), text))
    return words


def _target(cells: Cells, row: Row) -> Decimal | None:
    text = cells.text(row, "target")
    try:
        target = Decimal(text) if text else None
    except InvalidOperation:
        target = Decimal("NaN")
    if target is not None and not target.is_finite():
        cells.found.append(problems.target_unreadable(cells.place(row, "target"), text))
        return None
    return target
