"""Entities that the office takes off the phones' lists, and puts back.

Submissions create, update and correct entities; that one is gone is said here, with who and why. The versions
of a deleted entity stay, and a phone that asks (``integrityUrl``) hears that it may forget it.
"""

from __future__ import annotations

import sqlalchemy as sa

from ingest import access, log, problems
from ingest.access import Viewer
from ingest.atlas import Atlas
from ingest.tables import entity_deletion, now

Deletion = tuple[int, str, str, str, bool]  # id, dataset, entity id, moment, whether it was put back


def say(
    atlas: Atlas, viewer: Viewer, dataset: str, entity_id: str, reason: str, *, gone: bool = True
) -> None:
    """Delete an entity, or put it back, in the name of an officer or administrator of its area.

    Raises ``entity_unknown``, ``not_allowed`` or ``reason_missing``.
    """
    found = atlas.warehouse.cursor().execute(
        "SELECT _area FROM entity WHERE dataset = ? AND entity_id = ?", [dataset, entity_id]
    )
    row = found.fetchone()
    if row is None:
        raise problems.entity_unknown(dataset, entity_id)
    if not access.may_see(viewer, access.PERSONAL, row[0]):
        raise problems.not_allowed()
    if not reason.strip():
        raise problems.reason_missing()
    with log.writing(atlas.log) as connection:
        connection.execute(
            entity_deletion.insert().values(
                dataset=dataset, entity_id=entity_id, at=now(), restored=not gone, actor=viewer.name,
                reason=reason.strip(),
            )
        )  # fmt: skip
        log.note(connection, viewer.name, "entity_delete" if gone else "entity_restore", entity_id)
    atlas.writer.wrote()


def read_after(connection: sa.Connection, last: int) -> list[Deletion]:
    """What was deleted or put back since, oldest first."""
    columns = entity_deletion.c
    query = sa.select(columns.id, columns.dataset, columns.entity_id, columns.at, columns.restored)
    found = connection.execute(query.where(columns.id > last).order_by(columns.id))
    return [(row.id, row.dataset, row.entity_id, row.at, row.restored) for row in found]
