"""Records whose areas are still to be held against others: in a table, for a power cut, and in memory."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pyarrow as pa

from ingest.adding import add

Place = tuple[str, int]  # a table, and a record in it

_TABLE = pa.schema([("_seq", pa.int64()), ("place", pa.string())])
_FEW = 1_000  # rows that are kept in memory until they were looked at


class Unlooked:
    """Rows of the table that led to nothing when they were looked at go with the next change of it.

    A power cut before that lets them be looked at once more, to the same end.
    """

    def __init__(self) -> None:
        self._waiting: list[Place] | None = None  # None: as the table says
        self._rows: dict[str, list[pa.Table]] = {}
        self._left = False  # whether the table holds rows that were looked at

    def forget(self) -> None:
        """A transaction was given up: the table alone knows."""
        self._waiting, self._rows, self._left = None, {}, False

    def add(self, connection: duckdb.DuckDBPyConnection, came: Mapping[str, list[pa.Table]]) -> None:
        """Let the records of these rows, by table, wait."""
        waiting = self.waiting(connection)
        if self._left:
            self._empty(connection)
        tables = [(table, rows) for table, parts in came.items() for rows in parts]
        places = [(table, seq) for table, rows in tables for seq in rows["_seq"].to_pylist()]
        self._rows = dict(came) if not waiting and len(places) <= _FEW else {}
        self._waiting = sorted({*waiting, *places})
        columns = [[seq for _, seq in places], [table for table, _ in places]]
        add(connection, "unlooked", pa.table(columns, schema=_TABLE))

    def forget_rows(self) -> None:
        """Some of the records were corrected: what their tables hold is not what came."""
        self._rows = {}

    def rows(self, table: str) -> list[pa.Table]:
        """What came for a table, where it is still known; else nothing."""
        return self._rows.get(table, [])

    def waiting(self, connection: duckdb.DuckDBPyConnection) -> list[Place]:
        """All that wait, in order."""
        if self._waiting is None:
            self._waiting = connection.execute("SELECT place, _seq FROM unlooked ORDER BY ALL").fetchall()
        return self._waiting

    def looked_at(self, connection: duckdb.DuckDBPyConnection | None, count: int) -> None:
        """The first so many were looked at; without a connection nothing was found, nor need be written."""
        waiting = self._waiting or []
        done, self._waiting = waiting[:count], waiting[count:]
        self._left = True
        if connection and self._waiting:
            table, seq = done[-1]
            connection.execute(
                "DELETE FROM unlooked WHERE place < ? OR (place = ? AND _seq <= ?)", [table, table, seq]
            )
        elif connection:
            self._empty(connection)

    def _empty(self, connection: duckdb.DuckDBPyConnection) -> None:
        """As a whole: what is deleted row by row is still read over."""
        connection.execute("DELETE FROM unlooked")
        self._left = False
