"""Figures as DuckDB SQL. :mod:`ingest.doors.figures` alone runs it, and decides what a viewer may be told."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from forms import expression
from forms.schema import Schema
from forms.workbook import A_YEAR, PRIVACY_CLASSES, Usage
from ingest import access, problems
from ingest.doors import aggregates
from ingest.doors.cuts import TAMBON, Cut, own_area
from ingest.identifiers import as_told, quoted
from ingest.projecting.line_sums import Summed, number
from ingest.projecting.table_lines import columns, date_ref, slim_source
from ingest.published import Catalogue

HOUSEHOLDS = "households"  # the entity list that questions for a household draw on
_PLACES = {"@village": "left(_area, 8)", "@tambon": TAMBON, "@amphoe": "left(_area, 4)"}
_FIRST_DAY = {
    "month": "CAST(date_trunc('month', _day) AS DATE)",
    "quarter": "CAST(date_trunc('quarter', _day) AS DATE)",
    "fiscal_year": "CAST(date_trunc('year', _day + INTERVAL 3 MONTH) - INTERVAL 3 MONTH AS DATE)",
    "calendar_year": "CAST(date_trunc('year', _day) AS DATE)",
}
_FIRST_OF_YEAR = "CASE WHEN {0} BETWEEN 2300 AND 2700 THEN make_date({0} - 544, 10, 1) END"
_DAY = {"datetime": "CAST({0} + INTERVAL 7 HOUR AS DATE)", "integer": _FIRST_OF_YEAR}
_PLACES[A_YEAR] = f"(left(_area, 8), {_FIRST_DAY['fiscal_year']})"

strictness = PRIVACY_CLASSES.index


@dataclass(frozen=True, slots=True)
class Figure:
    """What to compute from one form's rows.

    ``measure`` and ``of`` as in :class:`forms.workbook.Indicator`; ``of`` may also be ``@household``,
    ``@village``, ``@tambon`` or ``@amphoe``. ``date`` names the question that places a row in time ('': the
    form's own; a fiscal year is its first day). ``latest`` names questions (or ``@household``, …): of each of
    their answers together only the newest row counts, as things stood at the period's end; with
    ``@village_year`` the newest of each village in each fiscal year, as other rows. ``at_least``: an ``of``
    counts only with rows in that many different months. ``net_of`` names two questions: an ``of`` counts only
    where the sum of the first less that of the second is more than nothing (a grant that was not taken back).
    ``split`` names a question by whose answers the figure is cut as well.
    """

    form_id: str
    measure: str
    of: tuple[str, ...] = ()
    where: str = ""
    date: str = ""
    latest: str = ""
    at_least: int = 0
    net_of: tuple[str, ...] = ()
    split: str = ""


def household_ref(schema: Schema) -> str:
    """The question that names a record's household; '' where a form has none, or makes them itself.

    One that is drawn from the list of households, else a calculation ``household`` (a plot's owner).
    """
    known = schema.references()
    drawn = (ref for ref, one in known.items() if one.dataset == HOUSEHOLDS and "/" not in ref)
    return next(drawn, "household" if "household" in known else "")


class Rows:
    """One figure put together with its form: which table's rows it counts, and how closed it is.

    Raises ``figure_unknown`` for a form or question that is not there, and ``figure_counts_twice`` where the
    condition looks into rows below those that are counted, or a number added stands above them.
    """

    def __init__(self, catalogue: Catalogue, figure: Figure) -> None:
        if figure.form_id not in catalogue.offered:
            raise problems.figure_unknown(figure.form_id)
        self.catalogue, self.figure = catalogue, figure
        self.schema = catalogue.newest(figure.form_id).schema
        usage = catalogue.usages.get(figure.form_id, Usage(figure.form_id))
        self.date = figure.date or date_ref(self.schema, usage)
        self._condition = condition = expression.parse(figure.where) if figure.where else None
        looked_at = expression.references(condition) if condition else ()
        of = [*figure.of, *figure.net_of, *figure.latest.split(), *figure.split.split()]
        self._named = tuple(ref for ref in of if not ref.startswith("@"))
        self.refs = {*self._named, *looked_at}
        table = self._table(self._named or looked_at)
        self._columns = {ref: column for _, _, ref, column in columns(self.schema, table)}
        self._check(table)
        self.repeat, self.household_ref = table, household_ref(self.schema)
        classes = [usage.privacy_of(ref) for ref in (*self._named, *looked_at)] or [access.TEAM]
        classes += [usage.privacy_of(self.date)] if self.date else []
        classes += [access.TEAM] if "@household" in of else []
        self.privacy = max(classes, key=strictness)
        self.match, self.match_values = (
            expression.to_sql(condition, self._told) if condition else ("TRUE", [])
        )

    @classmethod
    def of_form(cls, rows: Rows) -> Rows:
        """All records of the figure's form, whatever it counts of them."""
        own_date = "" if "/" in rows.date else rows.date
        return cls(rows.catalogue, Figure(rows.figure.form_id, "count", date=own_date))

    def whole_table(self) -> Rows:
        """The figure without its condition, over the same rows."""
        own = next((ref for ref in sorted(self.refs) if ref.rpartition("/")[0] == self.repeat), "")
        counted = replace(self.figure, measure="count", of=(own,) if self.repeat else (), where="", net_of=())
        return Rows(self.catalogue, counted)

    @property
    def of_households(self) -> bool:
        """Whether a row is about a household: it names one, or is its register."""
        return bool(self.household_ref) or any(rule.dataset == HOUSEHOLDS for rule in self.schema.entities)

    def _told(self, ref: str) -> str:
        return as_told(self.column(ref), self.schema.references()[ref].kind)

    @property
    def at_end(self) -> bool:
        """Whether it tells how things stood at a period's end, whenever they came to be so."""
        return self.figure.latest != "" and A_YEAR not in self.figure.latest.split()

    @property
    def given(self) -> str:
        """The condition with an answer to what is counted or added; takes ``match_values``."""
        answered = [f"{self.column(ref)} IS NOT NULL" for ref in self.figure.of if ref[0] != "@"]
        either = " OR " if self.figure.measure == "net" else " AND "
        return f"({self.match}) AND ({either.join(answered) or 'TRUE'})"

    def _table(self, refs: tuple[str, ...]) -> str:
        """Whose rows are counted: where the number stands, else where the condition looks deepest."""
        tables = {ref.rpartition("/")[0] for ref in refs if ref in self.schema.references()}
        return max(tables, key=lambda name: (bool(name), name.count("/")), default="")

    def _check(self, table: str) -> None:
        added = {*self.figure.net_of, *(self.figure.of if self.figure.measure != "distinct" else ())}
        for ref in sorted(self.refs | ({self.date} if self.date else set())):
            if ref not in self.schema.references():
                raise problems.figure_unknown(f"{self.figure.form_id}: {ref}")
            above = ref in added and ref.rpartition("/")[0] != table  # of the form, beside each of its lines
            if above or ref not in self._columns:
                raise problems.figure_counts_twice(self.figure.form_id, ref)

    def column(self, ref: str) -> str:
        """A reference as SQL over the rows."""
        own = _PLACES.get(ref) or ("_household" if ref == "@household" else "")
        return own or quoted(self._columns[ref])

    @property
    def matched_first(self) -> bool:
        """Whether rows that do not match can be left out before grouping, which is several times faster.

        Alike rows of a form that are put together are few, and tell where nothing matched as well.
        """
        one = self.figure
        by_all = one.latest or one.at_least or one.net_of or one.split or (self.unit and not self.repeat)
        return bool(one.where) and one.measure != "share" and not by_all

    def net(self, refs: tuple[str, ...]) -> str:
        """The first answer less the second, either of which may be missing; NULL without both."""
        first, second = (number(self.column(ref)) for ref in refs)
        given = f"coalesce({first}, {second}) IS NOT NULL"
        return f"CASE WHEN {given} THEN coalesce({first}, 0) - coalesce({second}, 0) END"

    def aggregates(self, keep: str) -> str:
        """Value, numerator, denominator and n of the rows that ``keep`` keeps."""
        first, second = [*[self.column(ref) for ref in self.figure.of], "*", "*"][:2]
        if self.figure.measure == "net":
            first = self.net(self.figure.of)
        elif first != "*" and self.figure.measure in aggregates.OF_NUMBERS:
            first = number(first)
        return aggregates.of_rows(self.figure.measure, first, second, keep)

    def summed(self, cut: Cut) -> Summed | None:
        """The kept sums that give the same as the rows; ``None`` where the rows alone do."""
        figure = self.figure
        usage = self.catalogue.usages.get(figure.form_id, Usage(figure.form_id))
        plain = figure.measure == "sum" and not (figure.latest or figure.at_least or figure.net_of)
        chosen = cut.level == "household" or cut.placed or (cut.among and cut.among.form_id == figure.form_id)
        if not self.repeat or not plain or chosen:
            return None
        found = Summed(self.schema, self.repeat, date_ref(self.schema, usage))
        choices = {f"{self.repeat}/{name}" for name in found.choices}
        asked = {*(expression.references(self._condition) if self._condition else ()), *figure.split.split()}
        fits = figure.of[0].rpartition("/")[2] in found.amounts and self.date in ("", found.day)
        return found if fits and choices.issuperset(asked) else None

    @property
    def unit(self) -> str:
        """What is counted once, where place and household alone tell it, as SQL over them; else ''."""
        figure = self.figure
        if figure.measure != "distinct" or figure.at_least or figure.split:
            return ""
        if figure.of[0] in ("@household", self.household_ref):
            return "_household"
        return _PLACES.get(figure.of[0], "") if figure.of[0] != A_YEAR else ""

    @property
    def day(self) -> str:
        """The row's day in Bangkok, of a fiscal year its first; NULL where the form asks for none."""
        if not self.date:
            return "NULL::DATE"
        kind, column = self.schema.references()[self.date].kind, quoted(self._columns[self.date])
        return _DAY.get(kind, "{0}").format(column)

    @property
    def household(self) -> str:
        """What tells households apart; the record where it names none."""
        named = self._columns.get(self.household_ref)
        return f"coalesce({quoted(named)}, _instance_id)" if named else "_instance_id"

    def select(
        self, cut: Cut, visible: str = "", *, households: bool = False, refs: Collection[str] = (),
        sums: str = "",
    ) -> tuple[str, list[Any]]:  # fmt: skip
        """The rows in question: answers, ``_area``, ``_day``, ``_household`` and whether they ``_match``.

        ``refs`` names questions of the table that are wanted besides the figure's own. ``sums`` is the source
        of kept sums where they stand for the rows.
        """
        if not self.date and (cut.by or cut.period.since):
            raise problems.figure_undated(self.figure.form_id)
        conditions: list[str] = [visible] if visible else []
        values: list[Any] = []
        if cut.among and cut.among.form_id == self.figure.form_id:
            conditions.append(f"_instance_id IN ({cut.among.sql})")
            values += cut.among.values
        if cut.area:
            conditions.append("starts_with(_area, ?)")
            values.append(cut.area)
        if cut.period.since and not self.at_end:
            conditions.append("_day >= ?")
            values.append(cut.period.since)
        if cut.period.until:
            conditions.append("_day <= ?")
            values.append(cut.period.until)
        source, answers = self._source(cut, {*self.refs, *refs}, households=households)
        if sums:
            source, answers = sums, f"{self.day} AS _day"
        rows = f"SELECT *, {answers} FROM {source}"
        rows = f"SELECT * FROM ({rows}) WHERE {' AND '.join(conditions) or 'TRUE'}"
        if self.figure.latest:
            key = ", ".join(self.column(ref) for ref in self.figure.latest.split())
            order = "_day DESC NULLS LAST, _seq DESC"
            rows += f" QUALIFY rank() OVER (PARTITION BY {key} ORDER BY {order}) = 1"
        selected = f"SELECT *, {self.match} AS _match FROM ({rows})"
        if self.figure.net_of:
            alike = ", ".join([self.column(self.figure.of[0]), *([_FIRST_DAY[cut.by]] if cut.by else [])])
            left = f"sum({self.net(self.figure.net_of)}) FILTER (_match) OVER (PARTITION BY {alike})"
            kept = f"_match AND coalesce({left} > 0, FALSE) AS _match"
            selected = f"SELECT * REPLACE ({kept}) FROM ({selected})"
        return selected, [*self.match_values, *values]

    def matching(self, selected: str, values: list[Any]) -> tuple[str, list[Any]]:
        """Of the rows selected those that match; several times faster than looking at ``_match``."""
        if self._condition is None:
            return selected, values
        sql, own = expression.filter_sql(self._condition, self._told)
        return f"SELECT * REPLACE (TRUE AS _match) FROM ({selected}) WHERE {sql}", [*values, *own]

    def _source(self, cut: Cut, refs: set[str], *, households: bool) -> tuple[str, str]:
        """The table with day and household, each only where asked for: joining them costs."""
        told_by = cut.by or cut.period.until or self.figure.latest or self.figure.at_least or households
        dated = bool(self.date and told_by)
        refs = refs | ({self.date} if dated else set())
        counted = "@household" in (*self.figure.of, *self.figure.latest.split())
        households = households or counted or cut.level == "household"
        refs |= {self.household_ref} if households and self.household_ref else set()
        household = self.household if households else "_instance_id"
        answers = f"{self.day if dated else 'NULL::DATE'} AS _day, {household} AS _household"
        return slim_source(self.schema, self.repeat, refs), answers


@dataclass(frozen=True, slots=True)
class Beyond:
    """What is told beyond the area ``within``: tambons, each with a fiscal year (CE; 0 of all time).

    ``whole`` says that this is all there is: then no row need be held against it. ``alike`` are the figure's
    rows put together (:func:`ingest.doors.telling_sql.alike`) and the bit of those that it counts, where they
    give the same as the rows.
    """

    within: str
    tambons: list[str]
    years: list[int]
    whole: bool = False
    alike: tuple[pa.Table, int] | None = None


def cells(rows: Rows, cut: Cut, *, own: str, beyond: Beyond | None, sums: str = "") -> tuple[str, list[Any]]:
    """The figure by area and first day of the period.

    Only rows of the area ``own`` count, where it is given; with ``beyond`` those of its area and of the
    tambons that it names. ``sums`` is the source of kept sums, where they give the same.
    """
    visible = f"starts_with(_area, '{own}')" if own else ""
    cut_down = beyond is not None and not beyond.whole
    alike = beyond.alike if beyond else None
    unit = rows.unit if alike or not (cut_down or cut.placed) else ""
    area, joined, members = own_area(cut)
    since = _FIRST_DAY[cut.by] if cut.by else "NULL::DATE"
    if alike:
        selected, values = _of_alike(alike[1]), list[Any]()
    else:
        by_home = cut_down or unit == "_household"
        selected, values = rows.select(cut, visible, households=by_home, sums=sums)
    if rows.figure.at_least:
        sql = _often_enough(rows, cut, selected, f"{area} AS area, {since} AS since", joined)
        return sql, [*values, *members]
    if beyond is None and rows.matched_first:
        selected, values = rows.matching(selected, values)
    if unit and not alike:
        selected = _put_together(rows, cut, selected, since)
    told, keep, held = "", "TRUE", "0, 1"
    if beyond is not None and cut_down:
        told, keep, held = _told(rows, beyond)
        values = [*values, beyond.tambons, beyond.years]
        joined += f" LEFT JOIN told ON told.tambon = {TAMBON} AND told.year = {year(rows)}"
    if unit:
        parts = aggregates.of_groups(unit, keep)
    else:
        parts = aggregates.of_sums(rows.figure.of[0]) if sums else rows.aggregates(keep)
    split = f"CAST({rows.column(rows.figure.split)} AS VARCHAR)" if rows.figure.split else "''"
    listed = f"{area} AS area, {since} AS since, {split} AS answer, {parts}, {held}"
    sql = f"WITH r AS ({selected}){told} SELECT {listed} FROM r{joined} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
    return sql, [*values, *members]


def reported(rows: Rows, cut: Cut, *, own: str) -> tuple[str, list[Any]]:
    """Areas and first days from which the form has any record: where nothing matched, the number is zero."""
    whole = Rows.of_form(rows)
    selected, values = whole.select(cut, f"starts_with(_area, '{own}')" if own else "")
    area, joined, members = own_area(cut)
    since = _FIRST_DAY[cut.by] if cut.by else "NULL::DATE"
    if not cut.placed:  # first by what all areas are told by: codes cut from so few rows cost nothing
        home = ", _household" if cut.level == "household" else ""
        selected = f"SELECT DISTINCT _area, _tambon{home}, {since} AS _day FROM ({selected})"
    return f"SELECT DISTINCT {area}, {since} FROM ({selected}) r{joined}", [*values, *members]


def records(rows: Rows, cut: Cut, visible: str, limit: int) -> tuple[str, list[Any]]:
    """Instance ids behind a number; of a share, those that meet its condition."""
    selected, values = rows.select(cut, visible)
    matching = f"SELECT _instance_id FROM ({selected}) WHERE _match GROUP BY 1"
    return f"{matching} ORDER BY max(_seq) DESC LIMIT {limit:d}", values


def _of_alike(met: int) -> str:
    """Rows of the table ``_alike``, which DuckDB finds by that name, as :func:`_put_together` gives them."""
    day = "make_date(nullif(year, 0) - 1, 10, 1)"
    return f"SELECT *, {day} AS _day, bits & {met} > 0 AS _match FROM _alike"


def _put_together(rows: Rows, cut: Cut, selected: str, since: str) -> str:
    """The rows with all that tells what is counted once, alike ones once with their number ``n``.

    Grouped by so little, and then by areas, they take two thirds of the time of distinct counts of rows.
    """
    unit, ref = rows.unit, rows.figure.of[0]
    of_homes = ", _household" if "_household" in (unit, *own_area(cut)) else ""
    match = "_match" if ref[0] == "@" else f"_match AND {rows.column(ref)} IS NOT NULL"
    return (
        f"SELECT _area, _tambon{of_homes}, {since} AS _day, {match} AS _match, count(*) AS n"
        f" FROM ({selected}) GROUP BY ALL"
    )


def _often_enough(rows: Rows, cut: Cut, selected: str, keys: str, joined: str) -> str:
    """Distinct answers that have rows in ``at_least`` different months."""
    unit, months = rows.column(rows.figure.of[0]), aggregates.months(cut.by, cut.period)
    grouped = (
        f"SELECT {keys}, {unit} AS unit, count(*) AS n, {months} AS months"
        f" FROM ({selected}) r{joined} WHERE _match GROUP BY ALL"
    )
    enough = f"FILTER (months >= {rows.figure.at_least:d})"
    parts = f"count(unit) {enough}, count(unit) {enough}, NULL, coalesce(sum(n) {enough}, 0), 0, 1"
    return f"SELECT area, since, '', {parts} FROM ({grouped}) GROUP BY 1, 2 ORDER BY 1, 2"


def year(rows: Rows) -> str:
    """The fiscal year (CE) by which rows of other areas are told; 0 for one that stands at a period's end.

    A number: made of each row, the text of its first day takes three times as long.
    """
    if rows.at_end or not rows.date:
        return "0"
    return "coalesce(year(_day) + CAST(month(_day) >= 10 AS INTEGER), 0)"


def _told(rows: Rows, beyond: Beyond) -> tuple[str, str, str]:
    """What may be told beyond an area: a table (of two lists), the rows to keep, what counts the rest."""
    table = ", told AS (SELECT unnest(?::VARCHAR[]) AS tambon, unnest(?::INTEGER[]) AS year)"
    keep = f"(starts_with(r._area, '{beyond.within}') OR told.tambon IS NOT NULL)"
    held_back = f"count(DISTINCT ({TAMBON}, {year(rows)})) FILTER (NOT {keep})"
    return table, keep, f"{held_back}, count(*) FILTER ({keep})"
