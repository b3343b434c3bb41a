"""Which stretches of the log have kept sums (:mod:`ingest.projecting.line_sums`), and when these go."""

from __future__ import annotations

from collections.abc import Collection

import duckdb

from ingest.identifiers import quoted

TABLE = "CREATE TABLE kept_sums (table_name VARCHAR, columns VARCHAR, since BIGINT, until BIGINT);"


def forget(connection: duckdb.DuckDBPyConnection, seqs: Collection[int]) -> None:
    """Rows of these submissions came late or went: the sums of their stretches go."""
    if not seqs:
        return
    gone = connection.execute(
        "SELECT DISTINCT table_name, since FROM kept_sums, (SELECT unnest(?::BIGINT[]) AS seq)"
        " WHERE seq >= since AND seq < until",
        [list(seqs)],
    ).fetchall()
    for table, since in gone:
        connection.execute("DELETE FROM kept_sums WHERE table_name = ? AND since = ?", [table, since])
        connection.execute(f"DELETE FROM {quoted(beside(table))} WHERE _since = ?", [since])


def forget_all(connection: duckdb.DuckDBPyConnection) -> None:
    """All rows got other places."""
    tables = connection.execute("SELECT DISTINCT table_name FROM kept_sums").fetchall()
    for (table,) in tables:
        connection.execute(f"DROP TABLE {quoted(beside(table))}")
    connection.execute("DELETE FROM kept_sums")


def beside(table: str) -> str:
    """The table of a repeat's sums."""
    return f"{table}#sums"
