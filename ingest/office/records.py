"""One submission as the office reads it: answers, place, flags, history and files, cut to the viewer.

Lists of submissions that need a person (quarantine, flags, conflicts, phones) stand in ``oversight``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from forms.schema import GEO_KINDS
from forms.workbook import PRIVACY_CLASSES, Usage
from forms.xform import Table
from ingest import access, log
from ingest.access import Viewer
from ingest.atlas import Atlas
from ingest.doors.layers import FieldInfo, field_infos
from ingest.identifiers import quoted
from ingest.office.edits import Submission, ancestors, chain, file_sha256
from ingest.office.record_parts import (
    Answer,
    Edit,
    GeometryFacts,
    NamedFile,
    Record,
    RecordFlag,
    RecordPlace,
    Row,
    Section,
)
from ingest.projecting.batches import PROJECTED, QUARANTINED
from ingest.tables import attachment as attachment_rows
from ingest.tables import enumerator

__all__ = [
    "Answer",
    "Edit",
    "GeometryFacts",
    "NamedFile",
    "Record",
    "RecordFlag",
    "RecordPlace",
    "Row",
    "Section",
    "attachment",
    "record",
]


def record(atlas: Atlas, viewer: Viewer, instance_id: str, *, reason: str = "") -> Record | None:
    """One submission as this viewer may see it; ``None`` when there is none or it is not for them.

    A viewer from elsewhere sees the public answers of a record whose own layer is public, and no more.
    ``reason`` opens secret answers to an administrator and is written into the audit.
    """
    linked = chain(atlas.warehouse.cursor(), instance_id)
    own = linked.get(instance_id)
    if own is None or not _visible(atlas, viewer, own):
        return None
    if reason and access.may_see(viewer, access.SECRET, own.area, reason=reason):
        with log.writing(atlas.log) as connection:
            log.note(connection, viewer.name, "secret_seen", f"{instance_id}: {reason}")
    look = _Look(atlas, viewer, own, reason)
    team = access.may_see(viewer, access.TEAM, own.area)
    names = _enumerator_names(atlas)
    return Record(
        instance_id=instance_id,
        form_id=own.form_id,
        version=own.version,
        title=look.title,
        outcome=own.outcome,
        reason=own.reason,
        received_at=own.received_at,
        source=own.source,
        enumerator=names.get(own.enumerator_id, "") if team else "",
        area=own.area if team else "",
        place=look.place(),
        sections=look.sections(),
        hidden_fields=look.hidden_fields(),
        flags=look.flags(),
        history=tuple(_edits(linked, viewer, names)) if team else (),
        attachments=_named(atlas, viewer, linked, look, instance_id, reason),
    )


def files(atlas: Atlas, viewer: Viewer, instance_id: str) -> tuple[NamedFile, ...]:
    """The files of a record as this viewer may see it, read without all else of it; none where it may not."""
    linked = chain(atlas.warehouse.cursor(), instance_id)
    own = linked.get(instance_id)
    if own is None or not _visible(atlas, viewer, own):
        return ()
    return _named(atlas, viewer, linked, _Look(atlas, viewer, own, ""), instance_id, "")


def files_version(atlas: Atlas) -> int:
    """Rises with every file that comes in."""
    with atlas.log.connect() as connection:
        return int(connection.execute(sa.select(sa.func.max(attachment_rows.c.id))).scalar() or 0)


def _named(
    atlas: Atlas, viewer: Viewer, linked: dict[str, Submission], look: _Look, instance_id: str, reason: str
) -> tuple[NamedFile, ...]:
    line = ancestors(linked, instance_id)
    return tuple(
        NamedFile(name, info.ref, bool(file_sha256(atlas, viewer, line, name, info.privacy, reason=reason)))
        for info, name in look.files()
    )


def attachment(atlas: Atlas, viewer: Viewer, instance_id: str, name: str, *, reason: str = "") -> Path | None:
    """The stored file that an answer names, also when only an earlier edit brought it; else ``None``.

    The field that names it decides who may have it; a file that no answer names is nobody's.
    """
    linked = chain(atlas.warehouse.cursor(), instance_id)
    own = linked.get(instance_id)
    if own is None or not _visible(atlas, viewer, own):
        return None
    naming = [info for info, named in _Look(atlas, viewer, own, reason).files() if named == name]
    if not naming:
        return None
    strictest = max((info.privacy for info in naming), key=PRIVACY_CLASSES.index)
    line = ancestors(linked, instance_id)
    sha256 = file_sha256(atlas, viewer, line, name, strictest, reason=reason)
    path = atlas.attachments.path(sha256) if sha256 else None
    return path if path and path.is_file() else None


class _Look:
    """The rows of one projected submission, read for one viewer."""

    def __init__(self, atlas: Atlas, viewer: Viewer, own: Submission, reason: str) -> None:
        self._atlas, self._viewer, self._own, self._reason = atlas, viewer, own, reason
        self._cursor = atlas.warehouse.cursor()
        catalogue = atlas.reference.catalogue
        version = catalogue.versions.get((own.form_id, own.version))
        self.title = version.title if version else {"th": own.form_id, "en": own.form_id}
        schema = version.schema if version and own.outcome == PROJECTED else None
        self._usage = catalogue.usages.get(own.form_id, Usage(own.form_id))
        self._tables: list[tuple[Table, dict[str, FieldInfo]]] = (
            [(table, field_infos(schema, self._usage, table.name)) for table in schema.tables]
            if schema
            else []
        )
        self._read: dict[str, list[dict[str, Any]]] = {}

    def _rows(self, repeat: str) -> list[dict[str, Any]]:
        """A table's rows of this submission, read when they are first asked for."""
        if repeat not in self._read:
            self._read[repeat] = self._rows_of(repeat)
        return self._read[repeat]

    def _rows_of(self, repeat: str) -> list[dict[str, Any]]:
        name = f"{self._own.form_id}/{repeat}" if repeat else self._own.form_id
        order = "list_transform(string_split(_key, '/'), lambda k: CAST(k AS INTEGER))" if repeat else "_seq"
        found = self._cursor.execute(
            f"SELECT * FROM {quoted(name)} WHERE _instance_id = ? ORDER BY {order}",
            [self._own.instance_id],
        )
        columns = [one[0] for one in found.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]

    def may_see(self, privacy: str) -> bool:
        """Whether a value of this class in this record is for the viewer."""
        return access.may_see(self._viewer, privacy, self._own.area, reason=self._reason)

    def sections(self) -> tuple[Section, ...]:
        """The visible answers, in the order of the form."""
        sections = []
        for table, infos in self._tables:
            shown = [(one, infos[one.name]) for one in table.fields if self.may_see(infos[one.name].privacy)]
            rows = tuple(
                Row(
                    row.get("_key") or "",
                    row.get("_parent") or "",
                    tuple(Answer(info, _value(one.kind, one.name, row), one.dataset) for one, info in shown),
                )
                for row in (self._rows(table.name) if shown else ())
            )
            sections.append(Section(table.name, rows))
        return tuple(sections)

    def hidden_fields(self) -> int:
        """How many of the form's fields are not for this viewer."""
        return sum(
            not self.may_see(infos[one.name].privacy) for table, infos in self._tables for one in table.fields
        )

    def place(self) -> RecordPlace | None:
        """The record's place; ``None`` where the shapes it comes from are not for this viewer."""
        if not self._tables or not self._rows(""):
            return None
        table, infos = self._tables[0]
        classes = [infos[one.name].privacy for one in table.fields if one.kind in GEO_KINDS]
        if not all(self.may_see(privacy) for privacy in [access.TEAM, *classes]):
            return None
        row, reference = self._rows("")[0], self._atlas.reference
        shares = _shares(table, row)
        others = tuple(code for code in (row["_other"] or "").split(";") if code)
        codes = {row["_reported"], row["_located"], *others, row["_village"]} - {"", None}
        codes |= {code for code, _ in shares if code}
        above = {code[:digits] for code in codes for digits in (2, 4, 6)}
        return RecordPlace(
            reported=row["_reported"] or "",
            located=row["_located"] or "",
            others=others,
            verdict=row["_verdict"],
            distance_m=row["_distance_m"],
            boundary_set=row["_boundary_set"],
            drawing=reference.boundary_set.drawing,
            shares=shares,
            lao=reference.lao_names.get(row["_lao"] or ""),
            village=row["_village"] or "",
            village_distance_m=row["_village_distance_m"],
            names={code: reference.names[code] for code in sorted(above) if code in reference.names},
        )

    def flags(self) -> tuple[RecordFlag, ...]:
        """What was noticed about fields that the viewer may see."""
        found = self._cursor.execute(
            "SELECT code, field, table_name, _key, detail FROM noticed WHERE _instance_id = ? ORDER BY ALL",
            [self._own.instance_id],
        )
        flags = [RecordFlag(*(text or "" for text in row)) for row in found.fetchall()]
        return tuple(
            one
            for one in flags
            if self.may_see(self._usage.privacy_of(f"{one.table}/{one.field}".removeprefix("/")))
        )

    def files(self) -> list[tuple[FieldInfo, str]]:
        """Fields and the file names they hold, as far as the viewer may see the field."""
        found = []
        for table, infos in self._tables:
            for one in table.fields:
                if one.kind == "attachment" and self.may_see(infos[one.name].privacy):
                    found += [
                        (infos[one.name], row[one.name]) for row in self._rows(table.name) if row[one.name]
                    ]
        return found


def _shares(table: Table, row: dict[str, Any]) -> tuple[tuple[str, float], ...]:
    """The shares of the first shape, which is the one that gives the record its place."""
    first = next((one.name for one in table.fields if one.kind in GEO_KINDS and row[one.name]), "")
    parts = [part.rpartition(" ") for part in (row.get(f"{first}__shares") or "").split(";") if part]
    return tuple((code, float(share)) for code, _, share in parts)


def _value(kind: str, name: str, row: dict[str, Any]) -> Any:
    if kind not in GEO_KINDS or row[name] is None:
        return row[name]
    facts = {suffix: row.get(f"{name}__{suffix}") for suffix in GeometryFacts.__slots__ if suffix != "wkb"}
    texts = {suffix: facts[suffix] or "" for suffix in ("drawn", "verdict", "tambon", "other")}
    return GeometryFacts(bytes(row[name]), **facts | texts)


def _visible(atlas: Atlas, viewer: Viewer, own: Submission) -> bool:
    """Within the viewer's area, or standing on a public layer."""
    if _may_open(viewer, own):
        return True
    layers = atlas.reference.layers.values()
    return own.outcome == PROJECTED and any(
        one.form_id == own.form_id and one.privacy == one.where_privacy == access.PUBLIC for one in layers
    )


def _may_open(viewer: Viewer, one: Submission) -> bool:
    """What could not be read may hold anything: it is for those who may see personal answers."""
    return access.may_see(viewer, access.PERSONAL if one.outcome == QUARANTINED else access.TEAM, one.area)


def _edits(linked: dict[str, Submission], viewer: Viewer, names: dict[int | None, str]) -> list[Edit]:
    return [
        Edit(
            one.instance_id,
            one.deprecated_id,
            one.received_at,
            names.get(one.enumerator_id, ""),
            one.outcome,
        )
        for one in linked.values()
        if _may_open(viewer, one)
    ]


def _enumerator_names(atlas: Atlas) -> dict[int | None, str]:
    with atlas.log.connect() as connection:
        query = sa.select(enumerator.c.id, enumerator.c.name)
        return {row.id: row.name for row in connection.execute(query)}
