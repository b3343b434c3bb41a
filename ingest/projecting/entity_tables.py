"""Entities in the warehouse: recomputed, whole, whenever something that was said of them arrives.

``entity_event`` holds what submissions say, ``entity_version`` every state it led to, ``entity`` the newest.
Nearly every entity is made by one submission and has no other history: its event is all that is kept of it,
and the two are views that read it there. What has a history stands in tables of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import duckdb
import pyarrow as pa

from ingest.projecting import entities
from ingest.projecting.chains import Chain
from ingest.projecting.entities import Change, Entity, Version
from ingest.statements import parsed

TABLES = """
CREATE TABLE entity_event (_seq BIGINT, _instance_id VARCHAR, dataset VARCHAR, entity_id VARCHAR,
  table_name VARCHAR, _key VARCHAR, action VARCHAR, base_version VARCHAR, trunk_version VARCHAR,
  branch_id VARCHAR, label VARCHAR, _area VARCHAR, properties JSON, redacted_after BIGINT,
  outcome VARCHAR DEFAULT 'applied', alone BOOLEAN DEFAULT false);
CREATE TABLE replayed_version (dataset VARCHAR, entity_id VARCHAR, version BIGINT, _seq BIGINT,
  _instance_id VARCHAR, action VARCHAR, base_version BIGINT, label VARCHAR, _area VARCHAR, properties JSON,
  conflict VARCHAR, resolved BOOLEAN, details JSON);
CREATE TABLE entity_deletion (id BIGINT, dataset VARCHAR, entity_id VARCHAR, deleted_at VARCHAR,
  restored BOOLEAN);
CREATE TABLE replayed_entity (dataset VARCHAR, entity_id VARCHAR, version BIGINT, _seq BIGINT, label VARCHAR,
  _area VARCHAR, properties JSON, deleted BOOLEAN);
CREATE VIEW entity AS SELECT * FROM replayed_entity UNION ALL
  SELECT dataset, entity_id, 1, _seq, coalesce(label, ''), _area, properties, false
  FROM entity_event WHERE alone;
CREATE VIEW entity_version AS SELECT * FROM replayed_version UNION ALL
  SELECT dataset, entity_id, 1, _seq, _instance_id, 'create', 0, coalesce(label, ''), _area, properties, '',
    false, '{}'
  FROM entity_event WHERE alone;
CREATE VIEW entity_twin AS SELECT dataset, min(label) AS label, _area,
  list(entity_id ORDER BY entity_id) AS entity_ids FROM entity WHERE NOT deleted AND label <> ''
  GROUP BY dataset, translate(label, '๐๑๒๓๔๕๖๗๘๙', '0123456789'), _area HAVING count(*) > 1;
"""

#: What became of a change that a person should look at, and the flag that says so.
_FLAGS = {
    entities.WAITING: "entity_waiting",
    entities.FORCED: "entity_forced",
    entities.EXISTS: "entity_exists",
    entities.REFUSED: "entity_refused",
}
_CONFLICTS = {entities.HARD: "entity_conflict", entities.SOFT: "entity_conflict_soft"}
_LATE = "entity_deleted"
_MOST_DIGITS = 9

_CODES = (*_FLAGS.values(), *_CONFLICTS.values(), _LATE)

_ENTITY = ("dataset", "entity_id", "version", "_seq", "label", "_area", "properties", "deleted")
_VERSION = (
    "dataset", "entity_id", "version", "_seq", "_instance_id", "action", "base_version", "label", "_area",
    "properties", "conflict", "resolved", "details",
)  # fmt: skip
_PLACE = ("_seq", "table_name", "_key")

_TOUCHED = """
SELECT dataset, entity_id FROM entity_event SEMI JOIN submissions USING (_seq)
UNION SELECT dataset, entity_id FROM entity_event WHERE _instance_id = ANY(?)
UNION SELECT dataset, entity_id FROM entity_event WHERE outcome = 'waiting' AND _seq IN
  (SELECT _seq FROM submission WHERE received_at <= ?)
"""
_SAME = "t.dataset = i.dataset AND t.entity_id = i.entity_id"
# ``entities.history`` would say of these what the views say, and that stands as long as nothing else is said.
_ALONE = """
SELECT dataset, entity_id, any_value(e._seq) AS _seq
FROM entity_event e JOIN incoming USING (dataset, entity_id)
GROUP BY dataset, entity_id HAVING count(*) = 1 AND any_value(e.action) IN ('create', 'upsert')
  AND any_value(e.redacted_after) IS NULL
  AND any_value(e._instance_id) NOT IN (SELECT unnest([_instance_id, deprecated_id]) FROM edit WHERE allowed)
  AND (dataset, entity_id) NOT IN (SELECT (dataset, entity_id) FROM entity_deletion)
"""
_STANDS_ALONE = """
UPDATE entity_event e SET alone = true FROM alone a
WHERE e._seq = a._seq AND e.dataset = a.dataset AND e.entity_id = a.entity_id
"""
_NO_LONGER = f"UPDATE entity_event t SET alone = false FROM incoming i WHERE t.alone AND {_SAME}"
_KNOWN = "SELECT count(*) FROM entity SEMI JOIN incoming USING (dataset, entity_id)"
_EVENTS = """
SELECT e.*, s.received_at, s.writer_area FROM entity_event e
JOIN incoming t USING (dataset, entity_id) JOIN submission s ON s._seq = e._seq
ORDER BY e.dataset, e.entity_id, e._seq, e.table_name, e._key
"""
_DELETIONS = """
SELECT dataset, entity_id, arg_max(deleted_at, id), arg_max(restored, id) FROM entity_deletion
SEMI JOIN incoming USING (dataset, entity_id) GROUP BY dataset, entity_id
"""
_FORGET_FLAGS = """
DELETE FROM flag f USING (SELECT e._seq, e.table_name, e._key, e.dataset FROM entity_event e
  JOIN incoming USING (dataset, entity_id)) e
WHERE f.code = ANY(?) AND f._seq = e._seq AND f.table_name = e.table_name AND f._key = e._key
  AND f.field = e.dataset
"""
_SET_OUTCOME = """
UPDATE entity_event e SET outcome = s.outcome FROM settled s
WHERE e._seq = s._seq AND e.table_name = s.table_name AND e._key = s._key AND e.dataset = s.dataset
"""
_ADD_FLAGS = """
INSERT INTO flag BY NAME SELECT f.*, s.form_id FROM settled f JOIN submission s USING (_seq)
"""
_LINKS = """
SELECT e._seq, e._instance_id, e.deprecated_id, o._seq FROM edit e
JOIN submission o ON o._instance_id = e.deprecated_id
WHERE e.allowed AND (e._instance_id = ANY(?) OR e.deprecated_id = ANY(?))
"""


def settle(
    connection: duckdb.DuckDBPyConnection,
    submissions: pa.Table,  # noqa: ARG001 (the statement reads it)
    linked: Iterable[str],
) -> None:
    """Recompute the entities of these submissions, of those that edits linked, and what has waited enough."""
    horizon = _horizon(connection)
    due = (horizon - entities.BACKLOG).astimezone(UTC).isoformat(timespec="microseconds")
    touched = connection.sql(parsed(_TOUCHED), params=[list(linked), due]).to_arrow_table()
    recompute(connection, touched, horizon)


def delete(connection: duckdb.DuckDBPyConnection, deletions: list[tuple[int, str, str, str, bool]]) -> None:
    """Take in what the office deleted or restored: (id, dataset, entity_id, deleted_at, restored)."""
    for one in deletions:
        connection.execute("INSERT INTO entity_deletion VALUES (?, ?, ?, ?, ?)", one)
    named = {"dataset": [one[1] for one in deletions], "entity_id": [one[2] for one in deletions]}
    touched = pa.table(named).group_by(list(named)).aggregate([])
    recompute(connection, touched, _horizon(connection))


def follow_areas(connection: duckdb.DuckDBPyConnection) -> None:
    """After records moved to other areas: what they said of entities belongs there, too."""
    moved = "e._seq = s._seq AND e._area IS DISTINCT FROM s._area"
    sql = f"SELECT DISTINCT dataset, entity_id FROM entity_event e, submission s WHERE {moved}"
    touched = connection.sql(sql).to_arrow_table()
    connection.execute(f"UPDATE entity_event e SET _area = s._area FROM submission s WHERE {moved}")
    recompute(connection, touched, _horizon(connection))


def _horizon(connection: duckdb.DuckDBPyConnection) -> datetime:
    """The newest moment of the log, as far as it is read."""
    ((newest,),) = connection.execute("SELECT max(received_at) FROM submission").fetchall()
    return datetime.fromisoformat(newest) if newest else datetime(1970, 1, 10, tzinfo=UTC)


def recompute(connection: duckdb.DuckDBPyConnection, incoming: pa.Table, horizon: datetime) -> None:
    """Replace everything that is known of these entities (dataset, entity_id) by what their events say.

    The statements read the tables of Arrow by the names of the variables that hold them.
    """
    if not incoming.num_rows:
        return
    alone = connection.sql(parsed(_ALONE)).to_arrow_table()
    ((known,),) = connection.execute(parsed(_KNOWN)).fetchall()
    if known or alone.num_rows < incoming.num_rows:
        connection.execute(parsed(_FORGET_FLAGS), [list(_CODES)])
        connection.execute(parsed(_NO_LONGER))
        for table in ("replayed_entity", "replayed_version"):
            connection.execute(f"DELETE FROM {table} t USING incoming i WHERE {_SAME}")
    if alone.num_rows:
        connection.execute(parsed(_STANDS_ALONE))
    if alone.num_rows < incoming.num_rows:
        rest = "SELECT dataset, entity_id FROM incoming ANTI JOIN alone USING (dataset, entity_id)"
        _replay(connection, connection.sql(rest).to_arrow_table(), horizon)


def _replay(
    connection: duckdb.DuckDBPyConnection,
    incoming: pa.Table,  # noqa: ARG001 (the statements read it)
    horizon: datetime,
) -> None:
    """Work out the history of these entities."""
    found = connection.execute(parsed(_EVENTS))
    names = [one[0] for one in found.description or ()]
    events = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    deletions = _deleted(connection.execute(parsed(_DELETIONS)).fetchall())
    links = _links(connection, {one["_instance_id"] for one in events})
    result = _Result()
    for (dataset, entity_id), own in groupby(events, key=lambda one: (one["dataset"], one["entity_id"])):
        blocks = _numbered(list(own))
        chain = _closed({one["_instance_id"]: one["_seq"] for one in blocks}, links)
        entity = entities.history([_change(one) for one in blocks], chain, horizon)
        result.add(dataset, entity_id, entity, blocks, deletions.get((dataset, entity_id)))
    result.write(connection)


def _deleted(rows: Iterable[tuple[str, str, str, bool]]) -> dict[tuple[str, str], str]:
    """When each entity that is deleted was deleted; the last word counts."""
    return {(dataset, entity_id): at for dataset, entity_id, at, restored in rows if not restored}


def _links(connection: duckdb.DuckDBPyConnection, instance_ids: set[str]) -> dict[str, tuple[int, str]]:
    """The edits that link these submissions, near and far: ``instance_id -> (seq, what it replaces)``."""
    found: dict[str, tuple[int, str]] = {}
    asked, new = set[str](), set(instance_ids)
    while new:
        asked |= new
        rows = connection.execute(parsed(_LINKS), [sorted(new), sorted(new)]).fetchall()
        for seq, instance_id, replaces, replaced_seq in rows:
            found[instance_id] = (seq, replaces)
            found.setdefault(replaces, (replaced_seq, ""))
        new = set(found) - asked
    return found


def _closed(own: dict[str, int], links: dict[str, tuple[int, str]]) -> Chain:
    """The submissions that changed an entity, with all that their edits link to them."""
    near: dict[str, set[str]] = {}
    for instance_id, (_, replaces) in links.items():
        if replaces:
            near.setdefault(instance_id, set()).add(replaces)
            near.setdefault(replaces, set()).add(instance_id)
    found, new = dict[str, tuple[int, str]](), list(own)
    while new:
        one = new.pop()
        if one not in found:
            found[one] = links.get(one) or (own[one], "")
            new += near.get(one, ())
    return found


def _numbered(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Several blocks of one submission about one entity, as repeats may hold, are told apart."""
    counts: dict[int, int] = {}
    for one in events:
        one["turn"] = counts[one["_seq"]] = counts.get(one["_seq"], -1) + 1
    return events


def _change(event: dict[str, Any]) -> Change:
    return Change(
        event["_seq"],
        event["_instance_id"],
        datetime.fromisoformat(event["received_at"]),
        event["action"],
        _number(event["base_version"]),
        _number(event["trunk_version"]),
        event["branch_id"],
        event["label"] or "",
        event["_area"],
        json.loads(event["properties"]),
        event["writer_area"] or "",
        event["turn"],
        event["redacted_after"],
    )


def _number(text: str) -> int | None:
    """A version as a phone says it; of one that no entity can have reached nothing is known."""
    return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else None


class _Result:
    """Rows on their way into the tables."""

    def __init__(self) -> None:
        self._entities: list[tuple[Any, ...]] = []
        self._versions: list[tuple[Any, ...]] = []
        self._flags: list[tuple[Any, ...]] = []
        self._outcomes: list[tuple[Any, ...]] = []

    def add(
        self,
        dataset: str,
        entity_id: str,
        entity: Entity,
        blocks: list[dict[str, Any]],
        deleted_at: str | None,
    ) -> None:
        """Take over one entity; one whose changes all still wait has events alone."""
        key = (dataset, entity_id)
        self._outcomes += [
            (*_place(one), dataset, outcome)
            for one in blocks
            if (outcome := entity.outcomes[one["_seq"], one["turn"]]) != one["outcome"]
        ]
        self._versions += [(*key, *_version(one)) for one in entity.versions]
        if entity.versions:
            last = entity.versions[-1]
            deleted = entity.gone or deleted_at is not None
            about = (last.number, last.seq, last.label, last.area, _json(last.properties), deleted)
            self._entities.append((*key, *about))
        self._flags += [
            (*_place(block), block["_instance_id"], dataset, code, block["label"] or "")
            for block in blocks
            for code in _noticed(entity, block, deleted_at)
        ]

    def write(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Put the rows in."""
        for statement, rows, columns in (
            ("INSERT INTO replayed_entity BY NAME SELECT * FROM settled", self._entities, _ENTITY),
            ("INSERT INTO replayed_version BY NAME SELECT * FROM settled", self._versions, _VERSION),
            (_SET_OUTCOME, self._outcomes, (*_PLACE, "dataset", "outcome")),
            (_ADD_FLAGS, self._flags, (*_PLACE, "_instance_id", "field", "code", "detail")),
        ):
            if rows:
                columns_of = map(list, zip(*rows, strict=True))
                settled = pa.table(list(columns_of), names=list(columns))  # noqa: F841 (the statement reads it)
                connection.execute(statement)


def _noticed(entity: Entity, block: dict[str, Any], deleted_at: str | None) -> Iterable[str]:
    """The flags of one entity block."""
    outcome = entity.outcomes[block["_seq"], block["turn"]]
    if outcome == entities.REPLACED:
        return
    if outcome in _FLAGS:
        yield _FLAGS[outcome]
    if deleted_at is not None and block["received_at"] > deleted_at:
        yield _LATE
    yield from {
        _CONFLICTS[one.conflict]
        for one in entity.versions
        if one.seq == block["_seq"] and one.conflict and not one.resolved
    }


def _version(one: Version) -> tuple[Any, ...]:
    return (
        one.number, one.seq, one.instance_id, one.action, one.base, one.label, one.area,
        _json(one.properties), one.conflict, one.resolved, _json(one.details),
    )  # fmt: skip


def _place(block: dict[str, Any]) -> tuple[int, str, str]:
    return block["_seq"], block["table_name"], block["_key"]


# One encoder: ``json.dumps`` would make one for every value.
_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode
