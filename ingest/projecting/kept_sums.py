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
        forget_stretch(connection, table, since)


def forget_stretch(connection: duckdb.DuckDBPyConnection, table: str, since: int) -> None:
    """The sums of one stretch of a repeat's table go."""
    connection.execute("DELETE FROM kept_sums WHERE table_name = ? AND since = ?", [table, since])
    for sums in (fine(table), coarse(table)):
        connection.execute(f"DELETE FROM {quoted(sums)} WHERE _since = ?", [since])


def forget_all(connection: duckdb.DuckDBPyConnection) -> None:
    """All rows got other places."""
    tables = connection.execute("SELECT DISTINCT table_name FROM kept_sums").fetchall()
    for (table,) in tables:
        for sums in (fine(table), coarse(table)):
            connection.execute(f"DROP TABLE {quoted(sums)}")
    connection.execute("DELETE FROM kept_sums")


def fine(table: str) -> str:
    """The table of a repeat's sums by place and day."""
    return f"{table}#sums"


def coarse(table: str) -> str:
    """The table of the same sums by tambon and month."""
    return f"{table}#coarse"
