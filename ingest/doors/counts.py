"""What a layer's rows come to, counted for one viewer and filter: beside choices, in legends, by area."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

import duckdb

from ingest import access
from ingest.doors.layers import FieldInfo, Query, arrival, day_sql, verdict_sql
from ingest.statements import parsed
from thai.calendar import fiscal_year

_MOST_ANSWERS = 500  # to one question that are counted
_AT_ONCE = 40  # questions in one pass: DuckDB's GROUPING knows 63
EVERY_YEAR = "every"


def of_each(cursor: duckdb.DuckDBPyConnection, queries: Mapping[str, Query]) -> dict[str, int]:
    """How many rows of each of several layers the viewer may see, in one statement."""
    each = [f"SELECT count(*) FROM {q.source} WHERE {q.shown}" for q in queries.values()]
    if not each:
        return {}
    numbered = (f"SELECT {number} AS number, ({sql}) AS n" for number, sql in enumerate(each))
    sql = f"SELECT n FROM ({' UNION ALL '.join(numbered)}) ORDER BY number"
    rows = cursor.execute(parsed(sql), [value for q in queries.values() for value in q.parameters]).fetchall()
    return {name: int(n) for name, (n,) in zip(queries, rows, strict=True)}


def by_question(cursor: duckdb.DuckDBPyConnection, q: Query, one: FieldInfo) -> dict[str, int]:
    """Rows by the answers to one question; not answered (or not for this viewer) counts as ''."""
    value = q.value(one)  # as it is stored: grouping by a text made of it takes twice the time
    if one.kind == "select_multiple":
        value = f"unnest(string_split(coalesce({value}, ''), ' '))"
    grouped = f"SELECT {value} AS value, count(*) AS n FROM {q.source} WHERE {q.shown} GROUP BY 1"
    sql = f"""SELECT coalesce(CAST(value AS VARCHAR), ''), n FROM ({grouped})
              ORDER BY n DESC, value LIMIT {_MOST_ANSWERS}"""
    return {str(v): int(n) for v, n in cursor.execute(parsed(sql), q.parameters).fetchall()}


def by_each(
    cursor: duckdb.DuckDBPyConnection, q: Query, asked: Sequence[FieldInfo]
) -> dict[str, dict[str, int]]:
    """``by_question`` of several questions, by column, in one pass over the rows."""
    found = {one.ref: by_question(cursor, q, one) for one in asked if one.kind == "select_multiple"}
    single = [one for one in asked if one.kind != "select_multiple"]
    for start in range(0, len(single), _AT_ONCE):
        found |= _counts_at_once(cursor, q, single[start : start + _AT_ONCE])
    return found


def _counts_at_once(
    cursor: duckdb.DuckDBPyConnection, q: Query, asked: Sequence[FieldInfo]
) -> dict[str, dict[str, int]]:
    names = [f"c{n}" for n in range(len(asked))]
    values = ", ".join(f"{q.value(one)} AS {name}" for one, name in zip(asked, names, strict=True))
    told = ", ".join(f"CAST({name} AS VARCHAR)" for name in names)
    sql = f"""SELECT GROUPING({", ".join(names)}), coalesce({told}, ''), count(*)
              FROM (SELECT {values} FROM {q.source} WHERE {q.shown})
              GROUP BY GROUPING SETS ({", ".join(f"({name})" for name in names)})"""
    counted: dict[int, list[tuple[int, str]]] = {}
    for bits, value, n in cursor.execute(parsed(sql), q.parameters).fetchall():
        counted.setdefault(int(bits), []).append((-int(n), str(value)))
    every, first = (1 << len(asked)) - 1, 1 << len(asked) - 1
    found = {}
    for place, one in enumerate(asked):  # of GROUPING's bits that of the question alone is not set
        rows_ = sorted(counted.get(every ^ (first >> place), []))
        found[one.ref] = {value: -n for n, value in rows_[:_MOST_ANSWERS]}
    return found


def days_of(cursor: duckdb.DuckDBPyConnection, q: Query) -> list[date]:
    """The first and last day of the layer's date, as the viewer sees it; nothing where there is none."""
    if q.info.date is None:
        return []
    value = f"CAST({q.value(q.info.date)} AS DATE)"
    sql = f"SELECT min({value}), max({value}) FROM {q.source} WHERE {q.shown}"
    row = cursor.execute(parsed(sql), q.parameters).fetchone()
    return [day for day in row or () if day]


def by_review(cursor: duckdb.DuckDBPyConnection, q: Query) -> dict[str, int]:
    """Rows by review state, every state of the form among them; none where the viewer sees no such state."""
    seen = f"{q.shown} AND {access.visible_sql(q.viewer, access.TEAM, '_area')}"
    # Few were decided over: they are joined alone, and the others are what is left.
    sql = f"""SELECT '', count(*) FROM {q.source} WHERE {seen} UNION ALL
              SELECT _state, count(*) FROM {q.source}
              JOIN (SELECT _instance_id, state AS _state FROM review WHERE state <> '') USING (_instance_id)
              WHERE {seen} GROUP BY 1"""
    counted = dict(cursor.execute(parsed(sql), [*q.parameters, *q.parameters]).fetchall())
    counted[""] -= sum(n for state, n in counted.items() if state)
    first, *others = (one.name for one in q.info.review)
    known = {first: "", **{name: name for name in others}}
    return {name: int(counted.get(state, 0)) for name, state in known.items()}


def by_place(cursor: duckdb.DuckDBPyConnection, q: Query) -> dict[str, int]:
    """Rows by the area that a filter finds them in: each province, amphoe and tambon by its code."""
    found: Counter[str] = Counter()
    for area, n in _grouped(cursor, q, "_area").items():
        for digits in (2, 4, 6):
            if len(area) >= digits:
                found[area[:digits]] += n
    return found


def by_fiscal_year(cursor: duckdb.DuckDBPyConnection, q: Query) -> dict[str, int]:
    """Rows by the fiscal year (BE) of the layer's date, without one as ''; ``EVERY_YEAR`` for a layer that
    has no date, as a filter leaves all of it."""
    if q.info.date is None:
        return _grouped(cursor, q, f"'{EVERY_YEAR}'")
    days = _grouped(cursor, q, day_sql(q.info.date, q.viewer))  # a year made of each row takes long
    found: Counter[str] = Counter()
    for day, n in days.items():
        found[str(fiscal_year(date.fromisoformat(day))) if day else ""] += n
    return found


def by_month(cursor: duckdb.DuckDBPyConnection, q: Query) -> dict[str, int]:
    """Rows by the month (``2026-03``) of the layer's date, as ``by_fiscal_year`` has them by its year."""
    if q.info.date is None:
        return _grouped(cursor, q, f"'{EVERY_YEAR}'")
    found: Counter[str] = Counter()
    for day, n in _grouped(cursor, q, day_sql(q.info.date, q.viewer)).items():
        found[day[:7]] += n
    return found


def by_arrival(cursor: duckdb.DuckDBPyConnection, q: Query, days: Sequence[date]) -> dict[str, int]:
    """Rows that came in on each of these days (ISO) or later, in Bangkok; all of them as ''."""
    return _since_each(cursor, q, [("_received_at >= ?", day, arrival(day)) for day in days])


def by_last_day(cursor: duckdb.DuckDBPyConnection, q: Query, days: Sequence[date]) -> dict[str, int]:
    """Rows whose date is each of these days (ISO) or earlier; of a layer without dates all, as a filter has
    it."""
    until = f"{day_sql(q.info.date, q.viewer)} <= ?" if q.info.date else "? IS NOT NULL"
    return _since_each(cursor, q, [(until, day, day) for day in days])


def _since_each(
    cursor: duckdb.DuckDBPyConnection, q: Query, asked: Sequence[tuple[str, date, object]]
) -> dict[str, int]:
    each = "".join(f", count(*) FILTER ({condition})" for condition, _, _ in asked)
    sql = f"SELECT count(*){each} FROM {q.source} WHERE {q.shown}"
    row = cursor.execute(parsed(sql), [*(value for _, _, value in asked), *q.parameters]).fetchone() or ()
    return dict(zip(["", *(day.isoformat() for _, day, _ in asked)], map(int, row), strict=True))


def with_place(cursor: duckdb.DuckDBPyConnection, q: Query) -> int:
    """How many rows have a place that the viewer may see."""
    if q.info.geometry is None:
        return 0
    sql = f"SELECT count({q.geo('__lon')}) FROM {q.source} WHERE {q.shown}"
    row = cursor.execute(parsed(sql), q.parameters).fetchone()
    return int(row[0]) if row else 0


def by_verdict(cursor: duckdb.DuckDBPyConnection, q: Query) -> dict[str, int]:
    """Rows by how their reported and their located tambon agree, as far as the viewer may know."""
    return _grouped(cursor, q, verdict_sql(q.info, q.viewer))


def _grouped(cursor: duckdb.DuckDBPyConnection, q: Query, by: str) -> dict[str, int]:
    grouped = f"SELECT {by} AS value, count(*) AS n FROM {q.source} WHERE {q.shown} GROUP BY 1"
    sql = f"SELECT coalesce(CAST(value AS VARCHAR), ''), n FROM ({grouped})"  # texts of groups, not of rows
    return {str(value): int(n) for value, n in cursor.execute(parsed(sql), q.parameters).fetchall()}


def by_area(cursor: duckdb.DuckDBPyConnection, q: Query, digits: int) -> dict[str, int]:
    """Rows by the province (2), amphoe (4) or tambon (6 digits) of the layer's geometry.

    Rows whose geometry the viewer may not see are counted too, where ``SMALLEST_COUNT`` records or more have
    such rows: five rows of one record's repeat are one household's.
    """
    records = "DISTINCT _instance_id" if q.info.repeat else "*"
    sql = f"""SELECT left({q.tambon}, {digits}) AS code, count(*) FILTER ({q.visible}) AS seen,
                count(*) FILTER (NOT ({q.visible})) AS hidden,
                count({records}) FILTER (NOT ({q.visible})) AS hidden_records
              FROM {q.source} WHERE ({q.where}) AND {q.tambon} <> '' GROUP BY 1 ORDER BY 1"""
    found = {}
    for code, seen, hidden, hidden_records in cursor.execute(parsed(sql), q.parameters).fetchall():
        total = seen + (hidden if hidden_records >= access.SMALLEST_COUNT else 0)
        if total:
            found[str(code)] = int(total)
    return found


def by_lao(cursor: duckdb.DuckDBPyConnection, q: Query) -> dict[str, int]:
    """Rows by the LAO in which the layer's geometry lies.

    Of those that may be drawn alone: an LAO's total beside its tambons' would tell what these hold back.
    """
    sql = f"""SELECT {q.geo("__lao")} AS lao, count(*) FROM {q.source} WHERE {q.shown} AND lao <> ''
              GROUP BY 1 ORDER BY 1"""
    return {str(code): int(n) for code, n in cursor.execute(parsed(sql), q.parameters).fetchall()}
