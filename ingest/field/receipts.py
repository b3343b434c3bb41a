"""Receipts for the coordinator: what each phone sent, when, for which form, and what is wanting of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyarrow as pa
import sqlalchemy as sa

from ingest import access
from ingest.access import Viewer
from ingest.atlas import Atlas
from ingest.exports import cells
from ingest.field.enumerators import everyone
from ingest.office.edits import missing_files
from ingest.tables import attachment, submission

MOST = 20_000
PENDING = "pending"


@dataclass(frozen=True, slots=True)
class Receipt:
    """One submission as it arrived. ``outcome`` is projected, superseded, quarantined or pending."""

    enumerator: str
    device: str
    form_id: str
    instance_id: str
    received_at: str
    outcome: str
    reason: str
    files: int
    missing: tuple[str, ...]


def receipts(atlas: Atlas, viewer: Viewer, enumerator_id: int | None = None) -> list[Receipt]:
    """What phones of the viewer's area sent, newest first, at most ``MOST``; one's or everybody's."""
    with atlas.log.connect() as connection:
        people = {
            one.id: one.name
            for one in everyone(connection)
            if access.may_see(viewer, access.TEAM, one.area) and enumerator_id in (None, one.id)
        }
        columns = submission.c
        query = (
            sa.select(
                columns.enumerator_id, columns.device_id, columns.form_id, columns.instance_id,
                columns.received_at, columns.seq, sa.func.count(attachment.c.id).label("files"),
            )
            .outerjoin(attachment, attachment.c.instance_id == columns.instance_id)
            .where(columns.enumerator_id.in_(list(people)))
            .group_by(columns.seq)
            .order_by(columns.seq.desc())
            .limit(MOST)
        )  # fmt: skip
        rows = list(connection.execute(query))
    known = atlas.warehouse.cursor().execute(
        "SELECT _seq, outcome, reason FROM submission WHERE _seq = ANY(?)", [[row.seq for row in rows]]
    )
    outcomes = {seq: (outcome, reason) for seq, outcome, reason in known.fetchall()}
    missing: dict[str, list[str]] = {}
    for _, instance_id, name in missing_files(atlas):
        missing.setdefault(instance_id, []).append(name)
    return [
        Receipt(
            people[row.enumerator_id], row.device_id, row.form_id, row.instance_id, row.received_at,
            *outcomes.get(row.seq, (PENDING, "")), row.files, tuple(missing.get(row.instance_id, ())),
        )
        for row in rows
    ]  # fmt: skip


def as_csv(
    listed: Sequence[Receipt], headings: Sequence[str], told: Callable[[Receipt], Sequence[str]]
) -> bytes:
    """For Excel: UTF-8 with a byte-order mark. What begins like a formula is kept from being one."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(headings)
    for one in listed:
        writer.writerow(cells.harmless(pa.array(told(one), pa.string())).to_pylist())
    return b"\xef\xbb\xbf" + out.getvalue().encode()
