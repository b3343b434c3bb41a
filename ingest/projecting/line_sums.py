"""Sums of a repeat's lines, kept for whole stretches of the log, so that ten million need not be added anew.

Beside a repeat's table stands one of its sums: for each stretch, place, day of the record and set of choices
what its lines come to and how many gave it; and one by tambon and month, for who asks of no less. They follow
from the rows alone and are exact: where a record of a stretch is corrected, or read late, the stretch's sums
go, and its lines are added one by one until somebody has time to sum them again. The last stretch is summed
anew as it grows. A figure reads sums where they stand and lines elsewhere, in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from forms.workbook import Usage
from forms.xform import Schema
from ingest.identifiers import quoted
from ingest.projecting import kept_sums
from ingest.projecting.table_lines import columns, date_ref, slim_source

if TYPE_CHECKING:
    from ingest.projecting.warehouse import Warehouse
    from ingest.published import Catalogue

_STRETCH = 50_000  # submissions of the log whose lines are summed together
_STEP = 5_000  # by which the last stretch grows before it is summed anew: 0.2 s each
_MANY = 200_000  # lines of a table below which adding them one by one is quick
_NUMBERS = ("integer", "decimal")


def number(column: str) -> str:
    """A column's numbers, exact to the sixth decimal."""
    return f"TRY_CAST({column} AS DECIMAL(24, 6))"


def how_many(column: str) -> str:
    """The column that counts the answers in a sum."""
    return f"{column}#"


@dataclass(frozen=True, slots=True)
class Summed:
    """What is summed of a repeat: its numbers, by the record's day and the choices of each line.

    ``day`` names the question of the form that places its records in time, '' where there is none.
    """

    schema: Schema
    repeat: str
    day: str

    @property
    def table(self) -> str:
        """The repeat's table."""
        return f"{self.schema.form_id}/{self.repeat}"

    @property
    def choices(self) -> tuple[str, ...]:
        """Names of the questions with a list of choices."""
        fields = self.schema.table(self.repeat).fields
        return tuple(one.name for one in fields if one.kind == "select_one" and not one.dataset)

    @property
    def amounts(self) -> tuple[str, ...]:
        """Names of the questions for numbers."""
        return tuple(one.name for one in self.schema.table(self.repeat).fields if one.kind in _NUMBERS)

    @property
    def columns(self) -> str:
        """By what it is summed and what, to be told from sums of another version of the form."""
        return " ".join((self.day, *self.choices, *self.amounts))

    def lines(self) -> str:
        """The lines as if each were a sum of its own."""
        refs = {f"{self.repeat}/{name}" for name in (*self.choices, *self.amounts)}
        rows = slim_source(self.schema, self.repeat, refs | ({self.day} if self.day else set()))
        counted = (
            f"{number(quoted(name))} AS {quoted(name)}, CAST({quoted(name)} IS NOT NULL AS BIGINT)"
            f" AS {quoted(how_many(name))}"
            for name in self.amounts
        )
        return f"SELECT _seq, {', '.join([*self._keys(), *counted])} FROM {rows}"

    def sums(self, condition: str) -> str:
        """Of the lines that meet a condition the sums."""
        added = (
            f"sum({quoted(name)}) AS {quoted(name)}, CAST(sum({quoted(how_many(name))}) AS BIGINT)"
            f" AS {quoted(how_many(name))}"
            for name in self.amounts
        )
        listed = ", ".join([*self._keys(), *added])
        return f"SELECT {listed} FROM ({self.lines()}) WHERE {condition} GROUP BY ALL"

    def coarse_sums(self, condition: str) -> str:
        """Of the sums that meet a condition those by tambon and month."""
        of_day = self.schema.references()[self.day].kind if self.day else ""
        days = [
            f"CAST(date_trunc('month', {day}) AS DATE) AS {day}" for day in self._day() if of_day == "date"
        ]
        keys = ["left(_area, 6) AS _area", "_tambon", *(days or self._day()), *self._choices()]
        added = (
            f"sum({name}) AS {name}, CAST(sum({counted}) AS BIGINT) AS {counted}"
            for name, counted in ((quoted(one), quoted(how_many(one))) for one in self.amounts)
        )
        sums = quoted(kept_sums.fine(self.table))
        return f"SELECT {', '.join([*keys, *added])} FROM {sums} WHERE {condition} GROUP BY ALL"

    def _keys(self) -> list[str]:
        return ["_area", "_tambon", *self._day(), *self._choices()]

    def _day(self) -> list[str]:
        return [quoted(column) for _, _, ref, column in columns(self.schema, self.repeat) if ref == self.day]

    def _choices(self) -> list[str]:
        return [quoted(name) for name in self.choices]


def every(catalogue: Catalogue) -> Iterator[Summed]:
    """What can be summed of the forms on offer: each repeat with numbers."""
    for form_id in catalogue.form_ids:
        schema, usage = catalogue.newest(form_id).schema, catalogue.usages.get(form_id, Usage(form_id))
        day = date_ref(schema, usage)
        for table in schema.tables[1:]:
            one = Summed(schema, table.name, day)
            if one.amounts:
                yield one


def source(cursor: duckdb.DuckDBPyConnection, summed: Summed, *, coarse: bool) -> str:
    """Sums where they stand and lines elsewhere, to stand after FROM; '' where no sums stand.

    ``coarse`` where nobody asks of less than a tambon and a month. To be read in the transaction of this
    call. Each number has its ``how_many`` beside it.
    """
    kept = cursor.execute(
        "SELECT since, until FROM kept_sums WHERE table_name = ? AND columns = ? ORDER BY since",
        [summed.table, summed.columns],
    ).fetchall()
    if not kept:
        return ""
    gaps, at = [], 0
    for since, until in kept:
        gaps += [f"_seq >= {at} AND _seq < {since}"] if at < since else []
        at = until
    gaps.append(f"_seq >= {at}")
    names = [*summed._keys(), *(quoted(n) for one in summed.amounts for n in (one, how_many(one)))]
    listed = ", ".join(names)
    sums = kept_sums.coarse(summed.table) if coarse else kept_sums.fine(summed.table)
    parts = [f"SELECT {listed} FROM {quoted(sums)}"]
    parts += [f"SELECT {listed} FROM ({summed.lines()}) WHERE {gap}" for gap in gaps]
    return f"({' UNION ALL '.join(parts)})"


def keep(
    warehouse: Warehouse, wanted: Iterable[Summed], *, stretch: int = _STRETCH, step: int = _STEP,
    many: int = _MANY,
) -> bool:  # fmt: skip
    """Sum one stretch that lacks it, of the first table with many lines; False where none does."""
    cursor = warehouse.cursor()
    read = int(warehouse.meta("last_seq", "0")) + 1
    for summed in wanted:
        lines = cursor.execute(f"SELECT count(*) FROM {quoted(summed.table)}").fetchone()
        if lines is None or lines[0] < many:
            continue
        kept = cursor.execute(
            "SELECT since, until, columns FROM kept_sums WHERE table_name = ?", [summed.table]
        ).fetchall()
        other = any(columns != summed.columns for _, _, columns in kept)
        summed_to = {} if other else {since: until for since, until, _ in kept}
        for since in range(0, read, stretch):
            grown = min(stretch, (read - since) // step * step)
            if since + grown > summed_to.get(since, since):
                _keep(warehouse, summed, since, since + grown, anew=other or not kept)
                return True
    return False


def _keep(warehouse: Warehouse, summed: Summed, since: int, until: int, *, anew: bool) -> None:
    table = summed.table
    fine, coarse = quoted(kept_sums.fine(table)), quoted(kept_sums.coarse(table))
    sums, of_sums = (
        summed.sums(f"_seq >= {since} AND _seq < {until}"),
        summed.coarse_sums(f"_since = {since}"),
    )
    with warehouse.transaction(same_answers=True) as connection:
        if anew:
            connection.execute("DELETE FROM kept_sums WHERE table_name = ?", [table])
            for name, made in ((fine, sums), (coarse, of_sums)):
                connection.execute(
                    f"CREATE OR REPLACE TABLE {name} AS SELECT 0::BIGINT AS _since, * FROM ({made}) LIMIT 0"
                )
        kept_sums.forget_stretch(connection, table, since)
        connection.execute(f"INSERT INTO {fine} SELECT {since}, * FROM ({sums})")
        connection.execute(f"INSERT INTO {coarse} SELECT {since}, * FROM ({of_sums})")
        connection.execute("INSERT INTO kept_sums VALUES (?, ?, ?, ?)", [table, summed.columns, since, until])
