"""What another content under one instance id says differently from the first, and its files.

Cut to the viewer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from forms.instance import read_answers
from forms.workbook import Usage
from forms.xform import Schema
from ingest import access, log
from ingest.access import Viewer
from ingest.atlas import Atlas
from ingest.doors.layer_infos import FieldInfo, field_infos
from ingest.envelope import parse_xml, read_envelope
from ingest.office.oversight import Conflict, conflicts
from ingest.tables import attachment, conflict, submission

_AREAS = ("tambon", "amphoe", "province")


@dataclass(frozen=True, slots=True)
class Difference:
    """One question with both answers, as they were sent; ``turn`` says in which row of a repeat, or ''."""

    asked: FieldInfo
    turn: str
    first: str
    second: str


_Said = dict[tuple[str, str], tuple[FieldInfo, str]]  # by turn and question


def differences(atlas: Atlas, viewer: Viewer, one: Conflict) -> list[Difference]:
    """What the two contents say differently, in the form's order, as far as the viewer may see both.

    Nothing where one of them cannot be read. A file of one name and other bytes differs, too.
    """
    with atlas.log.connect() as connection:
        query = sa.select(submission.c.xml).where(submission.c.instance_id == one.instance_id)
        first = _said(atlas, bytes(connection.execute(query).scalar_one()))
        query = sa.select(conflict.c.xml).where(conflict.c.instance_id == one.instance_id)
        query = query.where(conflict.c.sha256 == one.sha256)
        second = _said(atlas, bytes(connection.execute(query).scalar_one()))
        own = log.other_id(one.instance_id, one.sha256)
        came = _files(connection, own).items() - _files(connection, one.instance_id).items()
    if not first or not second:
        return []
    other_files, areas = {name for name, _ in came}, {one.area, _claimed(second) or one.area}
    found = []
    for key in dict.fromkeys([*first, *second]):
        asked = (second.get(key) or first[key])[0]
        before, after = (said[key][1] if key in said else "" for said in (first, second))
        differs = before != after or (asked.kind == "attachment" and after in other_files)
        if differs and all(access.may_see(viewer, asked.privacy, area) for area in areas):
            found.append(Difference(asked, key[0], before, after))
    return found


def file(atlas: Atlas, viewer: Viewer, other_id: str, name: str) -> Path | None:
    """The stored file that another content names, where its question is for the viewer; else ``None``.

    ``other_id`` is what ``log.other_id`` calls that content.
    """
    called = {log.other_id(one.instance_id, one.sha256): one for one in conflicts(atlas, viewer)}
    told = differences(atlas, viewer, called[other_id]) if other_id in called else []
    if name not in {one.second for one in told if one.asked.kind == "attachment"}:
        return None
    with atlas.log.connect() as connection:
        sha256 = _files(connection, other_id).get(name)
    path = atlas.attachments.path(sha256) if sha256 else None
    return path if path and path.is_file() else None


def _files(connection: sa.Connection, instance_id: str) -> dict[str, str]:
    """The hashes of a content's files by name, of each the one that came last."""
    columns = attachment.c
    query = sa.select(columns.name, columns.sha256).where(columns.instance_id == instance_id)
    return {str(name): str(sha256) for name, sha256 in connection.execute(query.order_by(columns.id))}


def _said(atlas: Atlas, xml: bytes) -> _Said:
    """A content's answers; none where it cannot be read, or its version of the form is not here."""
    envelope, catalogue = read_envelope(xml), atlas.reference.catalogue
    form = catalogue.versions.get((envelope.form_id, envelope.version))
    if form is None or envelope.unreadable:
        return {}
    usage = catalogue.usages.get(envelope.form_id, Usage(envelope.form_id))
    return dict(_flat(form.schema, usage, "", read_answers(parse_xml(xml), form.schema), ""))


def _flat(
    schema: Schema, usage: Usage, table: str, answers: Mapping[str, Any], turn: str
) -> Iterator[tuple[tuple[str, str], tuple[FieldInfo, str]]]:
    infos = field_infos(schema, usage, table)
    for one in schema.table(table).fields:
        if one.name in answers:
            yield (turn, one.name), (infos[one.name], answers[one.name])
    for inner in schema.tables:
        above, _, name = inner.name.rpartition("/")
        if name and above == table:
            for number, row in enumerate(answers.get(name, ()), 1):
                yield from _flat(schema, usage, inner.name, row, f"{turn}/{name} {number}".lstrip("/"))


def _claimed(said: _Said) -> str:
    """The area that a content itself names: it is not believed about where the first one lies."""
    return next((said["", name][1] for name in _AREAS if ("", name) in said), "")
