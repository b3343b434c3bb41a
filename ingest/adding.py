"""Rows on their way into the warehouse."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from ingest.identifiers import quoted


def add(connection: duckdb.DuckDBPyConnection, table: str, incoming: pa.Table) -> None:
    """Add rows to a table by the names of their columns.

    The statement reads the argument by its name: to register a view of it costs as much as to add a few rows.
    """
    if incoming.num_rows:
        connection.execute(f"INSERT INTO {quoted(table)} BY NAME FROM incoming")
