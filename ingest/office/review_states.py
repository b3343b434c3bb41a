"""Where each record stands with the office: derived from the review events of the log, and from them alone.

Live or rebuilt, the same events give the same table: an event that another one takes back counts for
nothing, and of the others the last that says a state, an assignee or a due date holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from ingest.adding import add
from ingest.projecting.warehouse import Warehouse
from ingest.tables import review

_CHUNK = 500
_SCHEMA = pa.schema(
    [
        ("_instance_id", pa.string()),
        ("state", pa.string()),
        ("assignee", pa.string()),
        ("due", pa.string()),
        ("decided_by", pa.string()),
        ("decided_at", pa.string()),
        ("events", pa.int64()),
    ]
)


def fill(warehouse: Warehouse, log: sa.Engine, upto: int | None = None) -> None:
    """Bring the warehouse's table up to an event of the log (``None``: the newest)."""
    after = int(warehouse.meta("last_review", "0"))
    with log.connect() as connection:
        newest = upto if upto is not None else connection.scalar(sa.select(sa.func.max(review.c.id))) or 0
        if newest <= after:
            return
        fresh = sa.select(review.c.instance_id).where(review.c.id > after, review.c.id <= newest).distinct()
        touched = [str(row[0]) for row in connection.execute(fresh)]
        rows = [row for part in _chunks(touched) for row in _standing(connection, part, newest)]
    with warehouse.transaction() as duck:
        duck.execute("DELETE FROM review WHERE _instance_id = ANY(?)", [touched])
        add(duck, "review", pa.Table.from_pylist(rows, schema=_SCHEMA))
        duck.execute("INSERT OR REPLACE INTO meta VALUES ('last_review', ?)", [str(newest)])


def _chunks(ids: list[str]) -> Iterable[list[str]]:
    return (ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK))


def _standing(connection: sa.Connection, instance_ids: list[str], upto: int) -> list[dict[str, Any]]:
    query = sa.select(review).where(review.c.instance_id.in_(instance_ids), review.c.id <= upto)
    by_record: dict[str, list[sa.Row[Any]]] = {}
    for row in connection.execute(query.order_by(review.c.id)):
        by_record.setdefault(row.instance_id, []).append(row)
    return [{"_instance_id": key} | standing(events) for key, events in by_record.items()]


def standing(events: Iterable[Any]) -> dict[str, Any]:
    """What the events of one record, oldest first, come to. State '' is the state of arrival."""
    listed = list(events)
    undone = {event.undoes for event in listed if event.undoes}
    found: dict[str, Any] = dict.fromkeys(("state", "assignee", "due", "decided_by", "decided_at"), "")
    counted = [event for event in listed if event.id not in undone and not event.undoes]
    for event in counted:
        said = {name: getattr(event, name) for name in ("state", "assignee", "due")}
        found |= {name: value for name, value in said.items() if value is not None}
        if event.state is not None:
            found |= {"decided_by": event.actor, "decided_at": event.at}
    return found | {"events": len(counted)}
