"""What :mod:`ingest.doors.telling` asks of DuckDB: who stands in which group, and which sums are of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ingest.doors.cuts import TAMBON, Cut, own_area
from ingest.doors.figure_sql import Beyond, Rows, year

PLACES = 60  # of bits that one number holds


def alike(conditions: Sequence[Rows], answered: Rows | None, cut: Cut) -> tuple[str, list[Any]]:
    """The rows of all conditions, those of a household once that have place, year and ``bits`` in common.

    Columns: ``_area``, ``_tambon``, ``year``, ``_household``, ``bits`` with one for each condition that a row
    meets, ``n`` rows. The bit after the last condition is set where the figure ``answered`` counts a row and
    has an answer.
    """
    parts, values = [], list[Any]()
    for table in sorted({one.repeat for one in conditions}):
        here = [(number, one) for number, one in enumerate(conditions) if one.repeat == table]
        met = [(one.match, number, one.match_values) for number, one in here]
        refs = {ref for _, one in here for ref in one.refs}
        if answered and answered.repeat == table:
            met.append((answered.given, len(conditions), answered.match_values))
            refs |= answered.refs
        selected, of_rows = here[0][1].select(cut, households=True, refs=refs)
        bits = " | ".join(f"CASE WHEN {sql} THEN {1 << number} ELSE 0 END" for sql, number, _ in met)
        parts.append(
            f"SELECT _area, _tambon, {year(here[0][1])} AS year, _household, {bits} AS bits, count(*) AS n"
            f" FROM ({selected}) r GROUP BY ALL"
        )
        values += [*(one for _, _, given in met for one in given), *of_rows]
    return " UNION ALL ".join(parts), values


def kinds(sets: int, within: str) -> str:
    """The households outside an area by kind: those of a tambon and year whose rows have the same bits.

    Reads ``_alike`` and ``_places``, which numbers its ``bits``; takes nothing. Columns: ``key`` numbers
    ``tambon`` and ``year``, ``homes`` are so many, ``met0``, … the numbers of their bits, as bits in turn.
    """
    bit = f"THEN 1::BIGINT << place % {PLACES} ELSE 0 END"
    of_sets = [f"bit_or(CASE WHEN place // {PLACES} = {one} {bit}) AS met{one}" for one in range(sets)]
    return f"""
        WITH homes AS (SELECT {TAMBON} AS tambon, year, {", ".join(of_sets)}
                       FROM _alike JOIN _places USING (bits) WHERE NOT starts_with(_area, '{within}')
                       GROUP BY 1, 2, _household),
        kinds AS (SELECT *, count(*) AS homes FROM homes GROUP BY ALL)
        SELECT *, dense_rank() OVER (ORDER BY tambon, year) - 1 AS key FROM kinds"""


def dominated(
    conditions: Sequence[Rows], own: Rows, cut: Cut, beyond: Beyond, told: list[int], *, rest: float
) -> tuple[str, list[Any]]:
    """Of the tambons and years of ``beyond`` those in which one household makes up a sum of the figure.

    ``told`` are their told conditions as bits: each group of rows that these set apart is looked at alone.
    A sum less its two largest parts must be at least the part ``rest`` of the largest.
    """
    here = [(number, one) for number, one in enumerate(conditions) if one.repeat == own.repeat]
    bits = " | ".join(f"CASE WHEN {one.match} THEN {1 << number} ELSE 0 END" for number, one in here)
    selected, of_rows = own.select(
        cut, f"NOT starts_with(_area, '{beyond.within}')", households=True,
        refs={ref for _, one in here for ref in one.refs},
    )  # fmt: skip
    answers = _answers(own)
    sql = f"""
        WITH told AS (SELECT unnest(?::VARCHAR[]) AS tambon, unnest(?::INTEGER[]) AS year,
                             unnest(?::BIGINT[]) AS told),
        answers AS (SELECT {TAMBON} AS tambon, {year(own)} AS year, _household, {bits} AS bits,
                           {answers}
                    FROM ({selected}) r WHERE _match),
        homes AS (SELECT tambon, year, which, bits & told AS part, _household, sum(x) AS x
                  FROM answers JOIN told USING (tambon, year) GROUP BY ALL),
        sums AS (SELECT tambon, year, sum(x) AS total, max(x, 2) AS largest
                 FROM homes GROUP BY tambon, year, which, part)
        SELECT DISTINCT tambon, year FROM sums
        WHERE largest[1] > 0 AND total - list_sum(largest) < ? * largest[1]"""
    met = [value for _, one in here for value in one.match_values]
    return sql, [beyond.tambons, beyond.years, told, *met, *of_rows, rest]


def parts(own: Rows, cut: Cut, within: str) -> tuple[str, list[Any]]:
    """Of each area and answer of a figure the largest part of one household, and what all but two gave."""
    selected, values = own.select(cut, f"starts_with(_area, '{within}')", households=True)
    area, joined, members = own_area(cut)
    split = f"CAST({own.column(own.figure.split)} AS VARCHAR)" if own.figure.split else "''"
    sql = f"""
        WITH answers AS (SELECT {area} AS area, {split} AS answer, _household, {_answers(own)}
                         FROM ({selected}) r{joined} WHERE _match),
        homes AS (SELECT area, answer, which, _household, sum(x) AS x FROM answers GROUP BY ALL),
        sums AS (SELECT area, answer, sum(x) AS total, max(x, 2) AS largest
                 FROM homes GROUP BY area, answer, which)
        SELECT area, coalesce(answer, ''), largest[1], total - list_sum(largest) FROM sums WHERE total > 0"""
    return sql, [*values, *members]


def given(own: Rows, cut: Cut, within: str) -> tuple[str, list[Any]]:
    """What each household gave of a figure in each month, by area and answer, numbered for arrays.

    Columns: ``area``, ``answer``, ``key`` of both, ``month`` (0: October of year 0; -1: no day), ``home``,
    ``which`` of the figure's sums, ``amount``. Of what is counted each row gives one, and each answer of a
    median: it leans on how many there are, not on how large one is.
    """
    dated = replace(cut, by="month") if own.date else cut
    selected, values = own.select(dated, f"starts_with(_area, '{within}')", households=True)
    area, joined, members = own_area(cut)
    split = f"CAST({own.column(own.figure.split)} AS VARCHAR)" if own.figure.split else "''"
    summed = own.figure.measure in ("sum", "net", "mean", "ratio")
    gave = _answers(own) if summed else "1.0::DOUBLE AS x, 1 AS which"
    if own.figure.measure == "median":
        gave = f"CASE WHEN {own.column(own.figure.of[0])} IS NOT NULL THEN 1.0::DOUBLE END AS x, 1 AS which"
    sql = f"""
        WITH answers AS (SELECT coalesce({area}, '') AS area, coalesce({split}, '') AS answer, _household,
                                coalesce(year(_day) * 12 + month(_day) - 10, -1) AS month, {gave}
                         FROM ({selected}) r{joined} WHERE _match)
        SELECT area, answer, dense_rank() OVER (ORDER BY area, answer) - 1 AS key, month,
               dense_rank() OVER (ORDER BY _household) - 1 AS home, which, sum(x) AS amount
        FROM answers WHERE x IS NOT NULL GROUP BY area, answer, month, _household, which"""
    return sql, [*values, *members]


def _answers(own: Rows) -> str:
    """Each number that a row gives, and which of the figure's questions it answers."""
    listed = ", ".join(f"abs(TRY_CAST({own.column(ref)} AS DOUBLE))" for ref in own.figure.of)
    return f"unnest([{listed}]) AS x, generate_subscripts([{listed}], 1) AS which"
