"""Emptying a record on request: the one change that a logged row permits.

What was said goes: the answers of the submission, of its corrections and of other contents under their ids,
with all their files. That they were received stays: hash, moment and reason, the area, and how they changed
entities, so that what others said of those keeps its place. Everything derived follows by being derived anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import sqlalchemy as sa

from ingest import access, log, problems
from ingest.access import Viewer
from ingest.atlas import Atlas
from ingest.identifiers import quoted
from ingest.projecting import follow
from ingest.projecting.chains import separate
from ingest.tables import attachment, conflict, entity_deletion, form_media, now, submission

#: What is kept of an entity's change: never a label or a property.
CHANGE = (
    "dataset", "entity_id", "table_name", "_key", "action", "base_version", "trunk_version", "branch_id",
)  # fmt: skip

_OF_ENTITIES = "แบบที่ขึ้นทะเบียนรายการนี้ถูกลบเนื้อหาตามคำขอ · the record that registered it was emptied on request"


@dataclass(frozen=True, slots=True)
class Redaction:
    """When a submission was emptied, and why."""

    at: str
    reason: str


def redact(atlas: Atlas, viewer: Viewer, instance_id: str, reason: str) -> int:
    """Empty a record with all its versions, in the name of an administrator of its area.

    Returns how many submissions were emptied. Tables hold them until the follower has caught up. Raises
    ``record_unknown``, ``not_allowed`` or ``reason_missing``.
    """
    reason = reason.strip()
    cursor = atlas.warehouse.cursor()
    with log.writing(atlas.log) as connection:
        versions = _versions(connection, cursor, instance_id)
        if not versions:
            raise problems.record_unknown(instance_id)
        areas = _areas(cursor, versions)
        if not access.may_redact(viewer, areas.get(instance_id, "")):
            raise problems.not_allowed()
        if not reason:
            raise problems.reason_missing()
        _delete_for_good(connection)
        files = _take_files(connection, versions)
        changes = _changes(cursor, versions)
        for one in versions:
            left = {"area": areas.get(one, ""), "after": log.last_seq(connection), "files": files[one]}
            _empty(connection, one, reason, left | {"changes": changes.get(one, [])})
        connection.execute(conflict.delete().where(conflict.c.instance_id.in_(versions)))
        _take_off_lists(connection, viewer, _created(cursor, versions))
        log.note(connection, viewer.name, "redact", f"{instance_id}: {reason}")
        follow.next_epoch(connection)
    remove_files(atlas)
    _forget_pages(atlas.log)
    atlas.writer.wrote()
    return len(versions)


def remove_files(atlas: Atlas) -> None:
    """Delete the files of emptied submissions, but for those that belong to another record, too.

    At every start once more: a power cut, or a table that was brought in again, leaves some.
    """
    with log.writing(atlas.log) as connection:
        said = sa.select(submission.c.redaction_left).where(submission.c.redaction_left.is_not(None))
        gone = {sha256 for left in connection.execute(said).scalars() for sha256 in json.loads(left)["files"]}
        here = [sha256 for sha256 in gone if atlas.attachments.path(sha256).exists()]
        for column in (attachment.c.sha256, form_media.c.sha256):
            gone.difference_update(connection.execute(sa.select(column).where(column.in_(here))).scalars())
        for sha256 in gone.intersection(here):
            atlas.attachments.path(sha256).unlink(missing_ok=True)


def told(connection: sa.Connection, instance_id: str) -> Redaction | None:
    """When and why a submission was emptied; ``None`` when it was not."""
    columns = submission.c
    query = sa.select(columns.redacted_at, columns.redaction_reason).where(
        columns.instance_id == instance_id, columns.redacted_at.is_not(None)
    )
    row = connection.execute(query).first()
    return Redaction(*row) if row else None


def emptied(connection: sa.Connection) -> set[str]:
    """Every submission that was emptied: what comes again of it is acknowledged and not kept."""
    query = sa.select(submission.c.instance_id).where(submission.c.redacted_at.is_not(None))
    return set(connection.execute(query).scalars())


def _versions(connection: sa.Connection, cursor: duckdb.DuckDBPyConnection, instance_id: str) -> list[str]:
    """A submission with all that edits of its form link to it, readable or not; none where it is unknown.

    An edit that was refused is a record of its own.
    """
    columns = submission.c
    form_id = sa.select(columns.form_id).where(columns.instance_id == instance_id).scalar_subquery()
    query = sa.select(columns.seq, columns.instance_id, columns.deprecated_id).where(
        columns.form_id == form_id
    )
    refused = {
        row[0] for row in cursor.execute("SELECT _instance_id FROM edit WHERE allowed IS NOT TRUE").fetchall()
    }
    found, asked, fresh = dict[str, tuple[int, str]](), set[str](), {instance_id}
    while fresh:
        asked |= fresh
        either = sa.or_(columns.instance_id.in_(fresh), columns.deprecated_id.in_(fresh))
        rows = connection.execute(query.where(either)).all()
        found |= {one: (seq, "" if one in refused else replaces) for seq, one, replaces in rows}
        fresh = {one for row in rows for one in row[1:] if one} - asked
    return next((list(chain) for chain in separate(found) if instance_id in chain), [])


def _areas(cursor: duckdb.DuckDBPyConnection, versions: Sequence[str]) -> dict[str, str]:
    sql = "SELECT _instance_id, _area FROM submission WHERE _instance_id = ANY(?)"
    return dict(cursor.execute(sql, [versions]).fetchall())


def _changes(cursor: duckdb.DuckDBPyConnection, versions: Sequence[str]) -> dict[str, list[list[Any]]]:
    """How each of them changed entities, in the order of its blocks."""
    columns = ", ".join(quoted(one) for one in CHANGE)
    sql = f"SELECT _instance_id, {columns} FROM entity_event WHERE _instance_id = ANY(?) ORDER BY ALL"
    found: dict[str, list[list[Any]]] = {}
    for instance_id, *change in cursor.execute(sql, [versions]).fetchall():
        found.setdefault(instance_id, []).append(change)
    return found


def _created(cursor: duckdb.DuckDBPyConnection, versions: Sequence[str]) -> list[tuple[str, str]]:
    """The entities that exist by these submissions."""
    sql = "SELECT DISTINCT dataset, entity_id FROM entity_version WHERE version = 1 AND _instance_id = ANY(?)"
    return cursor.execute(sql, [versions]).fetchall()


def _take_off_lists(connection: sa.Connection, viewer: Viewer, entities: Iterable[tuple[str, str]]) -> None:
    """The reason may tell of a person: it stands with the record alone."""
    rows = [
        {"dataset": dataset, "entity_id": entity_id, "at": now(), "restored": False,
         "actor": viewer.name, "reason": _OF_ENTITIES}
        for dataset, entity_id in entities
    ]  # fmt: skip
    if rows:
        connection.execute(entity_deletion.insert(), rows)


def _take_files(connection: sa.Connection, versions: Sequence[str]) -> dict[str, list[str]]:
    """Cut the files off these submissions and other contents under their ids; their hashes, by submission."""
    query = sa.select(conflict.c.instance_id, conflict.c.sha256).where(conflict.c.instance_id.in_(versions))
    owner = {one: one for one in versions}
    owner |= {log.other_id(one, sha256): one for one, sha256 in connection.execute(query)}
    columns = attachment.c
    rows = connection.execute(
        sa.select(columns.instance_id, columns.sha256).where(columns.instance_id.in_(owner))
    ).all()
    connection.execute(attachment.delete().where(columns.instance_id.in_(owner)))
    files: dict[str, list[str]] = {one: [] for one in versions}
    for instance_id, sha256 in rows:
        files[owner[instance_id]].append(sha256)
    return files


def _empty(connection: sa.Connection, instance_id: str, reason: str, left: dict[str, Any]) -> None:
    columns = submission.c
    connection.execute(
        submission.update()
        .where(columns.instance_id == instance_id, columns.redacted_at.is_(None))
        .values(
            xml=b"", redacted_at=now(), redaction_reason=reason, device_id="", user_agent="",
            redaction_left=json.dumps(left),
        )
    )  # fmt: skip


def _delete_for_good(connection: sa.Connection) -> None:
    """Have SQLite write zeros over what it lets go of."""
    connection.exec_driver_sql("PRAGMA secure_delete=ON")


def _forget_pages(engine: sa.Engine) -> None:
    """Take over what the write-ahead log holds and cut it off: older pages stand in it."""
    kept = engine.raw_connection()
    try:
        kept.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        kept.close()
