"""What a batch of submissions becomes on its way from the log to the warehouse: Arrow tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

PROJECTED, SUPERSEDED, QUARANTINED = "projected", "superseded", "quarantined"
REDACTED = "redacted"  # why a submission has no rows that was emptied on request
UNPROJECTABLE = "unprojectable"  # why a submission of a known form has no rows: a fault of the program

SUBMISSIONS = pa.schema(
    [
        ("_seq", pa.int64()),
        ("_instance_id", pa.string()),
        ("form_id", pa.string()),
        ("version", pa.string()),
        ("deprecated_id", pa.string()),
        ("outcome", pa.string()),
        ("reason", pa.string()),
        ("_area", pa.string()),
        ("source", pa.string()),
        ("enumerator_id", pa.int64()),
        ("writer_area", pa.string()),
        ("received_at", pa.string()),
    ]
)
FLAGS = pa.schema(
    [
        ("_seq", pa.int64()),
        ("_instance_id", pa.string()),
        ("form_id", pa.string()),
        ("table_name", pa.string()),
        ("_key", pa.string()),
        ("field", pa.string()),
        ("code", pa.string()),
        ("detail", pa.string()),
    ]
)
EVENTS = pa.schema(
    [
        ("_seq", pa.int64()),
        ("_instance_id", pa.string()),
        ("dataset", pa.string()),
        ("entity_id", pa.string()),
        ("table_name", pa.string()),
        ("_key", pa.string()),
        ("action", pa.string()),
        ("base_version", pa.string()),
        ("trunk_version", pa.string()),
        ("branch_id", pa.string()),
        ("label", pa.string()),
        ("_area", pa.string()),
        ("properties", pa.string()),
        ("redacted_after", pa.int64()),  # the row of the log after which it was emptied, or null
    ]
)


def of_rows(rows: Sequence[Sequence[Any]], schema: pa.Schema) -> pa.Table:
    """Rows as a table; there may be none."""
    return of_columns(list(zip(*rows, strict=True)), schema) if rows else schema.empty_table()


def of_columns(columns: Sequence[Sequence[Any]], schema: pa.Schema) -> pa.Table:
    """Values by column, in the order of the schema, as a table."""
    arrays = [pa.array(values, one.type) for values, one in zip(columns, schema, strict=True)]
    return pa.table(arrays, schema=schema)


@dataclass
class Batch:
    """What a batch of submissions became. Table names are ``form_id`` and ``form_id/repeat``."""

    submissions: pa.Table
    tables: list[tuple[str, pa.Table]] = field(default_factory=list)
    flags: pa.Table = field(default_factory=FLAGS.empty_table)
    entity_events: pa.Table = field(default_factory=EVENTS.empty_table)

    def parted(self, seq: int) -> tuple[Batch, Batch]:
        """The submissions up to a number of the log, and those after it."""
        return self._where(pc.less_equal, seq), self._where(pc.greater, seq)

    def _where(self, holds: Callable[[pa.ChunkedArray, int], pa.ChunkedArray], seq: int) -> Batch:
        def some(rows: pa.Table) -> pa.Table:
            return rows.filter(holds(rows["_seq"], seq))

        tables = [(name, some(rows)) for name, rows in self.tables]
        return Batch(some(self.submissions), tables, some(self.flags), some(self.entity_events))

    def in_quarantine(self) -> Batch:
        """The same submissions without rows, as they break what rows are taken in with."""
        told = {"outcome": QUARANTINED, "reason": UNPROJECTABLE, "_area": ""}
        rows = [row | told for row in self.submissions.to_pylist()]
        return Batch(pa.Table.from_pylist(rows, SUBMISSIONS))


def merged(batches: Sequence[Batch]) -> Batch:
    """Several batches as one: what the warehouse takes in at once costs it a fraction of many small ones."""
    alike: dict[tuple[str, pa.Schema], list[pa.Table]] = {}
    for name, table in (pair for one in batches for pair in one.tables):
        alike.setdefault((name, table.schema), []).append(table)
    return Batch(
        pa.concat_tables([one.submissions for one in batches]),
        [(name, pa.concat_tables(tables)) for (name, _), tables in alike.items()],
        pa.concat_tables([one.flags for one in batches]),
        pa.concat_tables([one.entity_events for one in batches]),
    )
