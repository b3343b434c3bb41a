"""What needs a person: quarantine, flags, conflicts, and what each phone has sent. Cut to the viewer."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

import sqlalchemy as sa

from ingest import access
from ingest.access import Viewer
from ingest.atlas import Atlas
from ingest.field.enumerators import everyone
from ingest.office.edits import missing_files
from ingest.projecting.batches import QUARANTINED
from ingest.tables import conflict, submission

#: The first ODK Collect that knows ``intersects()`` (getodk/collect#6967); an older one cannot open forms
#: that check drawn shapes with it.
OLDEST_COLLECT = (2026, 1)
_COLLECT = re.compile(r"org\.odk\.collect\.android/v?(\d+)\.(\d+)")


@dataclass(frozen=True, slots=True)
class Phone:
    """One program that an enumerator sent with. ``too_old`` is None where the version cannot be told."""

    user_agent: str
    last_received_at: str
    too_old: bool | None


@dataclass(slots=True)
class Work:
    """What one enumerator has sent, and what of it is wanting."""

    name: str
    area: str
    revoked: bool
    submissions: dict[str, int] = field(default_factory=dict)  # form_id -> how many
    last_received_at: str = ""
    phones: list[Phone] = field(default_factory=list)
    missing_files: int = 0
    quarantined: int = 0


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A submission that is kept but cannot become rows yet, with the reason's code."""

    seq: int
    instance_id: str
    form_id: str
    version: str
    reason: str
    received_at: str
    source: str
    enumerator: str


@dataclass(frozen=True, slots=True)
class Flag:
    """Something noticed in one submission; ``detail`` is the answer that did not fit."""

    instance_id: str
    form_id: str
    table: str
    key: str
    field: str
    code: str
    detail: str
    tambon: str
    received_at: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two contents under one instance id; the first stands."""

    instance_id: str
    form_id: str
    first_received_at: str
    first_enumerator: str
    received_at: str
    enumerator: str
    source: str
    area: str
    sha256: str  # of the other content


def overview(atlas: Atlas, viewer: Viewer) -> list[Work]:
    """What each enumerator of the viewer's area has sent, revoked ones too, by name."""
    with atlas.log.connect() as connection:
        found = {
            one.id: Work(one.name, one.area, one.revoked_at is not None)
            for one in everyone(connection)
            if access.may_see(viewer, access.TEAM, one.area)
        }
        columns = submission.c
        query = sa.select(
            columns.enumerator_id,
            columns.form_id,
            columns.user_agent,
            sa.func.count(),
            sa.func.max(columns.received_at),
        ).group_by(columns.enumerator_id, columns.form_id, columns.user_agent)
        sent = [row for row in connection.execute(query) if row[0] in found]
    used: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    for key, form_id, agent, count, last in sent:
        work = found[key]
        work.submissions[form_id] = work.submissions.get(form_id, 0) + count
        work.last_received_at = max(work.last_received_at, last)
        if agent:
            used[key].append((last, agent))
    for key, work in found.items():
        work.phones = _phones(used[key])
    for key, _, _ in missing_files(atlas):
        if key in found:
            found[key].missing_files += 1
    kept = atlas.warehouse.cursor().execute(
        "SELECT enumerator_id, count(*) FROM submission WHERE outcome = ? GROUP BY 1", [QUARANTINED]
    )
    for key, count in kept.fetchall():
        if key in found:
            found[key].quarantined = count
    return list(found.values())


def _phones(used: list[tuple[str, str]]) -> list[Phone]:
    """The programs sent with (time, user agent), each once, the one used last first."""
    newest = {agent: last for last, agent in sorted(used)}
    by_time = sorted(newest.items(), key=lambda pair: pair[1], reverse=True)
    return [Phone(agent, last, too_old(agent)) for agent, last in by_time]


def too_old(user_agent: str) -> bool | None:
    """Whether this ODK Collect cannot open forms that use ``intersects()``; None when it is no Collect."""
    match = _COLLECT.search(user_agent)
    return (int(match[1]), int(match[2])) < OLDEST_COLLECT if match else None


def quarantine(atlas: Atlas, viewer: Viewer) -> list[Quarantined]:
    """What cannot be read yet, newest first.

    A submission that was not read has no place, so it is shown by its enumerator's area, and to those
    who may see personal answers there.
    """
    rows = (
        atlas.warehouse.cursor()
        .execute(
            "SELECT _seq, _instance_id, form_id, version, reason, received_at, source, enumerator_id"
            " FROM submission WHERE outcome = ? ORDER BY _seq DESC",
            [QUARANTINED],
        )
        .fetchall()
    )
    people, found = _people(atlas), []
    for seq, instance_id, form_id, version, reason, received_at, source, enumerator_id in rows:
        name, area = people.get(enumerator_id, ("", ""))
        if access.may_see(viewer, access.PERSONAL, area):
            facts = (form_id, version, reason, received_at, source)
            found.append(Quarantined(seq, instance_id, *facts, name))
    return found


def flags(atlas: Atlas, viewer: Viewer, code: str | None = None, *, limit: int = 500) -> list[Flag]:
    """What was noticed, newest first, in fields that the viewer may see."""
    sql = f"""SELECT f._instance_id, f.form_id, f.table_name, f._key, f.field, f.code, f.detail,
                left(s._area, 6), s.received_at
              FROM noticed f JOIN submission s USING (_seq)
              WHERE {_flag_visible(atlas, viewer)} AND (?::VARCHAR IS NULL OR f.code = ?)
              ORDER BY f._seq DESC, f.table_name, f._key, f.field LIMIT ?"""
    rows = atlas.warehouse.cursor().execute(sql, [code, code, limit]).fetchall()
    return [Flag(*(text or "" for text in row)) for row in rows]


def flag_counts(atlas: Atlas, viewer: Viewer) -> dict[str, int]:
    """How often each thing was noticed, most frequent first."""
    sql = f"""SELECT f.code, count(*) FROM noticed f JOIN submission s USING (_seq)
              WHERE {_flag_visible(atlas, viewer)} GROUP BY 1 ORDER BY 2 DESC, 1"""
    return dict(atlas.warehouse.cursor().execute(sql).fetchall())


def _flag_visible(atlas: Atlas, viewer: Viewer) -> str:
    """A flag of the viewer's own area, with the privacy of its field; default classes are not listed."""
    refs: dict[str, list[str]] = {}
    for form_id, usage in atlas.reference.catalogue.usages.items():
        for ref, privacy in usage.privacy.items():
            table, _, name = ref.rpartition("/")
            refs.setdefault(privacy, []).append(f"{form_id}|{table}|{name}".replace("'", "''"))
    cases = [
        f"WHEN f.form_id || '|' || f.table_name || '|' || f.field IN ({_texts(listed)})"
        f" THEN {access.visible_sql(viewer, privacy, 's._area')}"
        for privacy, listed in refs.items()
    ]
    rest = access.visible_sql(viewer, access.TEAM, "s._area")
    return f"({rest} AND CASE {' '.join(cases)} ELSE true END)" if cases else rest


def _texts(texts: list[str]) -> str:
    return ", ".join(f"'{text}'" for text in texts)


def conflicts(atlas: Atlas, viewer: Viewer) -> list[Conflict]:
    """Instances that came with two contents, newest first."""
    first = submission.c
    query = (
        sa.select(
            conflict.c.instance_id,
            first.form_id,
            first.received_at.label("first_received_at"),
            first.enumerator_id.label("first_enumerator_id"),
            conflict.c.received_at,
            conflict.c.enumerator_id,
            conflict.c.source,
            conflict.c.sha256,
        )
        .join(submission, first.instance_id == conflict.c.instance_id)
        .order_by(conflict.c.id.desc())
    )
    with atlas.log.connect() as connection:
        rows = list(connection.execute(query))
    people = _people(atlas)
    areas = dict(
        atlas.warehouse.cursor()
        .execute(
            "SELECT _instance_id, _area FROM submission WHERE outcome <> ? AND _instance_id = ANY(?)",
            [QUARANTINED, [row.instance_id for row in rows]],
        )
        .fetchall()
    )
    found = []
    for row in rows:
        name, own_area = people.get(row.first_enumerator_id, ("", ""))
        area = areas.get(row.instance_id, own_area)
        if access.may_see(viewer, access.TEAM, area):
            other = people.get(row.enumerator_id, ("", ""))[0]
            facts = (row.instance_id, row.form_id, row.first_received_at, name, row.received_at, other)
            found.append(Conflict(*facts, row.source, area, row.sha256))
    return found


def _people(atlas: Atlas) -> dict[int | None, tuple[str, str]]:
    """Name and area of each enumerator."""
    with atlas.log.connect() as connection:
        return {one.id: (one.name, one.area) for one in everyone(connection)}
