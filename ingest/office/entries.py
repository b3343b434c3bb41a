"""One entry of a register with its whole life: every version, what made it, what disagreed, who chose it.

Cut to the viewer: values by the class of the question that fills them, records by their own area.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ingest import access
from ingest.access import Viewer
from ingest.atlas import Atlas
from ingest.field import phones
from ingest.field.enumerators import everyone
from ingest.identifiers import quoted
from ingest.office.record_parts import Record
from ingest.tables import entity_deletion

_MOST_USES = 200  # records of one form that chose the entry
_LABEL = "label"

_VERSIONS = """
SELECT v.version, v.action, v.base_version, v.conflict, v.resolved, CAST(v.details AS VARCHAR) AS details,
  CAST(v.properties AS VARCHAR) AS properties, v.label, v._instance_id AS instance_id,
  s.form_id, s.received_at, s.source, s.enumerator_id
FROM entity_version v LEFT JOIN submission s ON s._seq = v._seq
WHERE v.dataset = ? AND v.entity_id = ? ORDER BY v.version
"""


@dataclass(frozen=True, slots=True)
class Change:
    """One property that a version set to something else. ``there`` is what a second submission had said."""

    property: str
    before: str
    now: str
    there: str | None = None  # of a hard conflict: the value that stood when this one came


@dataclass(frozen=True, slots=True)
class EntryVersion:
    """One state of the entry. ``action`` and ``conflict`` are those of ``ingest.projecting.entities``."""

    number: int
    action: str
    base: int
    conflict: str
    resolved: bool
    changes: tuple[Change, ...]
    instance_id: str
    form_id: str
    received_at: str
    source: str
    enumerator: str


@dataclass(frozen=True, slots=True)
class Deletion:
    """The office took the entry off the lists, or put it back."""

    at: str
    actor: str
    reason: str
    restored: bool


@dataclass(frozen=True, slots=True)
class Use:
    """A record that chose the entry."""

    form_id: str
    instance_id: str
    received_at: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it is now, its versions newest first, and what else there is of it."""

    dataset: str
    entity_id: str
    label: str
    area: str
    deleted: bool
    properties: Mapping[str, str]
    versions: tuple[EntryVersion, ...]
    deletions: tuple[Deletion, ...]
    uses: tuple[Use, ...]


def entry(atlas: Atlas, viewer: Viewer, dataset: str, entity_id: str) -> Entry | None:
    """One entry; ``None`` when there is none or it is not for this viewer."""
    cursor = atlas.warehouse.cursor()
    visible = access.visible_sql(viewer, access.TEAM, "_area")
    row = cursor.execute(
        f"SELECT label, _area, deleted FROM entity WHERE dataset = ? AND entity_id = ? AND {visible}",
        [dataset, entity_id],
    ).fetchone()
    if row is None:
        return None
    label, area, deleted = row
    classes = phones.properties(atlas.reference, dataset)
    seen = {name for name, privacy in classes.items() if access.may_see(viewer, privacy, area)} | {_LABEL}
    with atlas.log.connect() as connection:
        names = {one.id: one.name for one in everyone(connection)}
        columns = entity_deletion.c
        query = sa.select(columns.at, columns.actor, columns.reason, columns.restored)
        said = query.where(columns.dataset == dataset, columns.entity_id == entity_id).order_by(columns.id)
        deletions = tuple(Deletion(*one) for one in connection.execute(said))
    cursor.execute(_VERSIONS, [dataset, entity_id])
    titles = [column[0] for column in cursor.description or ()]
    rows = [dict(zip(titles, values, strict=True)) for values in cursor.fetchall()]
    versions, before = [], dict[str, str]()
    for one in rows:
        now = {name: value for name, value in _said(one).items() if name in seen}
        versions.append(_version(one, before, now, names))
        before = now
    properties = {name: value for name, value in before.items() if value and name != _LABEL}
    uses = tuple(_uses(atlas, viewer, dataset, entity_id))
    return Entry(
        dataset, entity_id, label, area, deleted, properties, tuple(reversed(versions)), deletions, uses
    )  # fmt: skip


def of_record(atlas: Atlas, viewer: Viewer, own: Record) -> list[tuple[str, str, str]]:
    """What a record registered, changed or chose: list, entry and label."""
    visible = access.visible_sql(viewer, access.TEAM, "_area")
    answers = [one for section in own.sections for row in section.rows for one in row.answers]
    chosen = [f"{one.dataset}/{one.value}" for one in answers if one.dataset and one.value]
    found = atlas.warehouse.cursor().execute(
        f"SELECT dataset, entity_id, label FROM entity WHERE {visible} AND (dataset || '/' || entity_id IN"
        " (SELECT unnest(CAST(? AS VARCHAR[]))) OR (dataset, entity_id) IN"
        " (SELECT (dataset, entity_id) FROM entity_event WHERE _instance_id = ?)) ORDER BY ALL",
        [chosen, own.instance_id],
    )
    return found.fetchall()


def _said(row: Mapping[str, Any]) -> dict[str, str]:
    said: dict[str, str] = json.loads(row["properties"] or "{}")
    return said | {_LABEL: row["label"] or ""}


def _version(
    row: Mapping[str, Any], before: Mapping[str, str], now: Mapping[str, str], names: Mapping[int, str]
) -> EntryVersion:
    """A version and what it changed; a disagreement shows even where the value stayed."""
    hard = json.loads(row["details"] or "{}")
    touched = [name for name in now if (before.get(name) or "") != (now[name] or "")]
    changes = tuple(
        Change(name, before.get(name) or "", now[name] or "", hard[name]["there"] if name in hard else None)
        for name in dict.fromkeys([*touched, *(name for name in hard if name in now)])
    )
    return EntryVersion(
        row["version"], row["action"], row["base_version"], row["conflict"] or "", bool(row["resolved"]),
        changes, row["instance_id"], row["form_id"] or "", row["received_at"] or "", row["source"] or "",
        names.get(row["enumerator_id"], ""),
    )  # fmt: skip


def _uses(atlas: Atlas, viewer: Viewer, dataset: str, entity_id: str) -> list[Use]:
    """Records whose answer is this entry, newest first, of the forms that ask for it outside repeats."""
    found: list[Use] = []
    catalogue = atlas.reference.catalogue
    for form_id in catalogue.form_ids:
        for one in catalogue.newest(form_id).schema.tables[0].fields:
            if one.dataset != dataset or form_id not in catalogue.usages:
                continue
            privacy = catalogue.usages[form_id].privacy_of(one.name)
            seen = " AND ".join(
                access.visible_sql(viewer, each, "_area") for each in sorted({access.TEAM, privacy})
            )
            rows = atlas.warehouse.cursor().execute(
                f"SELECT _instance_id, _received_at FROM {quoted(form_id)} WHERE {quoted(one.name)} = ?"
                f" AND {seen} ORDER BY _seq DESC LIMIT ?",
                [entity_id, _MOST_USES],
            )
            found += [Use(form_id, *row) for row in rows.fetchall()]
    return sorted(found, key=lambda use: use.received_at, reverse=True)
