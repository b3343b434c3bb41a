"""Chains of edits: what a submission replaces, and the files it carries forward from there."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import sqlalchemy as sa

from ingest import access
from ingest.access import Viewer
from ingest.atlas import Atlas
from ingest.identifiers import quoted
from ingest.tables import attachment


@dataclass(frozen=True, slots=True)
class Submission:
    """One submission as the warehouse knows it, whether or not it became rows."""

    seq: int
    instance_id: str
    form_id: str
    version: str
    deprecated_id: str
    outcome: str
    reason: str
    area: str
    source: str
    enumerator_id: int | None
    received_at: str


_CHAIN = """
WITH RECURSIVE chain(id) AS (
  SELECT ?::VARCHAR UNION
  SELECT CASE WHEN s._instance_id = c.id THEN s.deprecated_id ELSE s._instance_id END
  FROM chain c JOIN submission s
  ON s.deprecated_id <> '' AND (s._instance_id = c.id OR s.deprecated_id = c.id)
  JOIN submission o ON o._instance_id = s.deprecated_id AND o.form_id = s.form_id)
SELECT _seq, _instance_id, form_id, version, deprecated_id, outcome, reason, _area, source, enumerator_id,
  received_at
FROM submission WHERE _instance_id IN (SELECT id FROM chain) ORDER BY _seq
"""


def chain(cursor: duckdb.DuckDBPyConnection, instance_id: str) -> dict[str, Submission]:
    """A submission and all that edits of its form link it to, by instance id, oldest first."""
    return {row[1]: Submission(*row) for row in cursor.execute(_CHAIN, [instance_id]).fetchall()}


def ancestors(linked: dict[str, Submission], instance_id: str) -> list[Submission]:
    """The submission and those it replaces, newest first; a form takes nothing from another form."""
    line: list[Submission] = []
    own = current = linked.get(instance_id)
    while current is not None and own is not None and current not in line and current.form_id == own.form_id:
        line.append(current)
        current = linked.get(current.deprecated_id)
    return line


def file_sha256(
    atlas: Atlas, viewer: Viewer, line: list[Submission], name: str, privacy: str, *, reason: str = ""
) -> str:
    """The hash of a named file, from the first of ``line`` that brought it; '' when none did.

    A submission is not believed about what it replaces: a file from an area in which the viewer may not
    see ``privacy`` stays there.
    """
    columns = attachment.c
    with atlas.log.connect() as connection:
        for one in line:
            if not access.may_see(viewer, privacy, one.area, reason=reason):
                return ""
            sha256 = connection.execute(
                sa.select(columns.sha256)
                .where(columns.instance_id == one.instance_id, columns.name == name)
                .order_by(columns.id.desc())
            ).scalar()
            if sha256:
                return str(sha256)
    return ""


def missing_files(atlas: Atlas) -> list[tuple[int | None, str, str]]:
    """Files that answers name and that have not arrived: (enumerator or ``None``, instance id, file name)."""
    named = [
        f"SELECT _instance_id AS id, {quoted(column)} AS name FROM {quoted(table)}"
        f" WHERE {quoted(column)} IS NOT NULL"
        for table, column in _file_columns(atlas)
    ]
    if not named:
        return []
    with atlas.log.connect() as connection:
        query = sa.select(attachment.c.instance_id, attachment.c.name)
        arrived = {tuple(row) for row in connection.execute(query)}
    cursor, found = atlas.warehouse.cursor(), list[tuple[int | None, str, str]]()
    asked = cursor.execute(
        f"SELECT DISTINCT id, name, deprecated_id, enumerator_id FROM ({' UNION '.join(named)}) n"
        " JOIN submission s ON s._instance_id = n.id ORDER BY ALL"
    ).fetchall()
    for instance_id, name, deprecated_id, enumerator_id in asked:
        if (instance_id, name) in arrived:
            continue
        earlier = ancestors(chain(cursor, instance_id), instance_id) if deprecated_id else []
        if not any((one.instance_id, name) in arrived for one in earlier):
            found.append((enumerator_id, instance_id, name))
    return found


def _file_columns(atlas: Atlas) -> set[tuple[str, str]]:
    """Table and column of every question that is answered with a file."""
    return {
        (f"{form_id}/{table.name}" if table.name else form_id, one.name)
        for (form_id, _), schema in atlas.reference.catalogue.schemas.items()
        for table in schema.tables
        for one in table.fields
        if one.kind == "attachment"
    }
