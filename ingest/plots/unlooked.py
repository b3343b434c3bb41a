"""Records whose areas are still to be held against others: in a table, for a power cut, and in memory."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import numpy as np
import pyarrow as pa

from ingest.adding import add

Waiting = dict[str, list[int]]  # records in order, by their table, these in order too

_TABLE = pa.schema([("_seq", pa.int64()), ("place", pa.string())])
_MOST_ROWS = 50_000  # kept in memory until they were looked at, all in one turn


class Unlooked:
    """Rows of the table that led to nothing when they were looked at go with the next change of it.

    A power cut before that lets them be looked at once more, to the same end.
    """

    def __init__(self) -> None:
        self._waiting: Waiting | None = None  # None: as the table says
        self._rows: dict[str, list[pa.Table]] = {}
        self._left = False  # whether the table holds rows that were looked at

    def forget(self) -> None:
        """A transaction was given up: the table alone knows."""
        self._waiting, self._rows, self._left = None, {}, False

    def add(self, connection: duckdb.DuckDBPyConnection, came: Mapping[str, list[pa.Table]]) -> None:
        """Let the records of these rows, by table, wait."""
        waiting = self.waiting(connection)
        new = {
            table: np.unique(np.concatenate([rows["_seq"].to_numpy() for rows in parts])).tolist()
            for table, parts in came.items()
        }
        self._rows = dict(came) if not waiting and sum(map(len, new.values())) <= _MOST_ROWS else {}
        self._waiting = {
            table: sorted({*waiting.get(table, ()), *new.get(table, ())}) for table in sorted(waiting | new)
        }
        unwritten = new
        if self._left:
            self._empty(connection)
            unwritten = self._waiting
        for table, seqs in unwritten.items():
            add(connection, "unlooked", pa.table([seqs, [table] * len(seqs)], schema=_TABLE))

    def forget_rows(self) -> None:
        """Some of the records were corrected: what their tables hold is not what came."""
        self._rows = {}

    def rows(self, table: str) -> list[pa.Table]:
        """What came for a table, where it is still known; else nothing."""
        return self._rows.get(table, [])

    def waiting(self, connection: duckdb.DuckDBPyConnection) -> Waiting:
        """All that wait."""
        if self._waiting is None:
            self._waiting = {}
            found = connection.execute("SELECT DISTINCT place, _seq FROM unlooked ORDER BY ALL").fetchall()
            for table, seq in found:
                self._waiting.setdefault(table, []).append(seq)
        return self._waiting

    def looked_at(self, connection: duckdb.DuckDBPyConnection | None, count: int) -> None:
        """So many of the first table were; without a connection nothing was found, nor need be written."""
        waiting = self._waiting or {}
        table, seqs = next(iter(waiting.items()))
        if count < len(seqs):
            waiting[table] = seqs[count:]
        else:
            del waiting[table]
        self._left = True
        if connection and waiting:
            connection.execute(
                "DELETE FROM unlooked WHERE place < ? OR (place = ? AND _seq <= ?)",
                [table, table, seqs[count - 1]],
            )
        elif connection:
            self._empty(connection)

    def _empty(self, connection: duckdb.DuckDBPyConnection) -> None:
        """As a whole: what is deleted row by row is still read over."""
        connection.execute("DELETE FROM unlooked")
        self._left = False
