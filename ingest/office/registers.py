"""The lists of entities as the office looks after them: contradictions, twins, sizes. Cut to the viewer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from forms.instance import ENTITY, read_answers
from ingest import access, problems
from ingest.access import Viewer
from ingest.atlas import Atlas
from ingest.envelope import parse_xml, read_envelope
from ingest.field import phones
from ingest.identifiers import quoted
from ingest.keying import composed, desk
from ingest.projecting import entities
from ingest.tables import submission

#: A phone slows down past some thousands of rows in a list.
MANY_ROWS, TOO_MANY_ROWS = 5_000, 50_000


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One property of which two submissions say different things: what both had seen, was there, and came."""

    property: str
    before: str
    there: str
    came: str


@dataclass(frozen=True, slots=True)
class Contradiction:
    """An open conflict of one entity. ``came`` is the later submission, ``there`` the one before it."""

    dataset: str
    entity_id: str
    version: int
    label: str
    area: str
    hard: bool
    came: str
    there: str
    form_id: str
    received_at: str
    disagreements: tuple[Disagreement, ...]


@dataclass(frozen=True, slots=True)
class Twins:
    """Entities of one list, one area and one name."""

    dataset: str
    label: str
    area: str
    entity_ids: tuple[str, ...]
    instance_ids: tuple[str, ...]


_CONTRADICTIONS = """
SELECT v.dataset, v.entity_id, v.version, e.label, e._area, v.conflict, v._instance_id, b._instance_id,
  s.form_id, s.received_at, CAST(v.details AS VARCHAR)
FROM entity_version v JOIN entity e USING (dataset, entity_id) JOIN submission s ON s._seq = v._seq
JOIN entity_version b ON b.dataset = v.dataset AND b.entity_id = v.entity_id AND b.version = v.version - 1
WHERE v.conflict <> '' AND NOT v.resolved AND NOT e.deleted AND {visible}
ORDER BY v.conflict, s.received_at DESC
"""


@dataclass(frozen=True, slots=True)
class Double:
    """One month of one register entry in several records of a form, such as an account sent by two phones."""

    form_id: str
    label: str
    month: str
    area: str
    instance_ids: tuple[str, ...]


def contradictions(atlas: Atlas, viewer: Viewer) -> list[Contradiction]:
    """Open conflicts, hard ones first, with the values that the viewer may see."""
    visible = access.visible_sql(viewer, access.TEAM, "e._area")
    found = atlas.warehouse.cursor().execute(_CONTRADICTIONS.format(visible=visible)).fetchall()
    classes: dict[str, dict[str, str]] = {}
    listed = []
    for dataset, entity_id, version, label, area, kind, came, there, form_id, received_at, details in found:
        known = classes.setdefault(dataset, phones.properties(atlas.reference, dataset))
        said = tuple(
            Disagreement(name, **values)
            for name, values in json.loads(details).items()
            if access.may_see(viewer, known.get(name, access.TEAM), area)
        )
        about = (dataset, entity_id, version, label, area, kind == entities.HARD, came, there)
        listed.append(Contradiction(*about, form_id, received_at, said))
    return listed


def twins(atlas: Atlas, viewer: Viewer) -> list[Twins]:
    """Entities that look like one thing registered twice, such as a house number used twice offline."""
    visible = access.visible_sql(viewer, access.TEAM, "t._area")
    cursor = atlas.warehouse.cursor()
    pairs = cursor.execute(
        f"SELECT dataset, label, _area, entity_ids FROM entity_twin t WHERE {visible} ORDER BY ALL"
    ).fetchall()
    makers = dict(
        cursor.execute(
            "SELECT entity_id, _instance_id FROM entity_version WHERE version = 1 AND entity_id = ANY(?)",
            [[one for *_, ids in pairs for one in ids]],
        ).fetchall()
    )
    return [Twins(d, label, a, tuple(ids), tuple(makers[i] for i in ids)) for d, label, a, ids in pairs]


def doubles(atlas: Atlas, viewer: Viewer) -> list[Double]:
    """Months that stand twice: two records of one form for the same register entry and month."""
    found: list[Double] = []
    cursor = atlas.warehouse.cursor()
    for sheet in desk.sheets(atlas).values():
        if sheet.month is None or not sheet.registers:
            continue
        entry, month = quoted(sheet.registers[0].name), quoted(sheet.month.name)
        visible = access.visible_sql(viewer, access.TEAM, "r._area")
        rows = cursor.execute(
            f"SELECT coalesce(any_value(e.label), r.{entry}),"
            f" strftime(date_trunc('month', r.{month}), '%Y-%m'), any_value(r._area),"
            " list(r._instance_id ORDER BY r._seq)"
            f" FROM {quoted(sheet.form.form_id)} r LEFT JOIN entity e"
            f" ON e.dataset = ? AND e.entity_id = r.{entry} WHERE {visible} AND r.{entry} IS NOT NULL"
            f" AND r.{month} IS NOT NULL GROUP BY r.{entry}, date_trunc('month', r.{month})"
            " HAVING count(*) > 1 ORDER BY 2 DESC, 1",
            [sheet.registers[0].dataset],
        )
        found += [
            Double(sheet.form.form_id, label, when, area, tuple(ids))
            for label, when, area, ids in rows.fetchall()
        ]
    return found


def sizes(atlas: Atlas, viewer: Viewer) -> dict[str, int]:
    """How many rows of each list the viewer's area has: what a phone of that whole area would carry."""
    visible = access.visible_sql(viewer, access.TEAM, "_area")
    found = atlas.warehouse.cursor().execute(
        f"SELECT dataset, count(*) FROM entity WHERE NOT deleted AND {visible} GROUP BY 1 ORDER BY 1"
    )
    return dict(found.fetchall())


def decide(atlas: Atlas, viewer: Viewer, one: Contradiction, chosen: Mapping[str, str]) -> str:
    """Correct the later submission so that it says what a person chose; returns the correction's id.

    ``chosen`` gives for each disagreeing property its right value; choosing what came says that somebody has
    looked. Raises ``not_allowed``, or ``correct_by_hand`` where a property is no question of the form itself.
    """
    at = "SELECT _area FROM submission WHERE _instance_id = ?"
    ((came_area,),) = atlas.warehouse.cursor().execute(at, [one.came]).fetchall()
    if not all(access.may_see(viewer, access.PERSONAL, area) for area in (one.area, came_area)):
        raise problems.not_allowed()
    columns = submission.c
    with atlas.log.connect() as connection:
        query = sa.select(columns.xml, columns.form_id, columns.version)
        row = connection.execute(query.where(columns.instance_id == one.came)).one()
    form = atlas.reference.catalogue.versions[row.form_id, row.version]
    questions = {
        prop: ref
        for rule in form.schema.entities
        if rule.dataset == one.dataset
        for prop, ref in rule.properties.items()
    }
    changes: dict[str, Any] = {questions[p]: value for p, value in chosen.items() if p in questions}
    if any("/" in ref for ref in changes) or not set(chosen) <= {*questions, "label"}:
        raise problems.correct_by_hand()
    said = read_answers(parse_xml(row.xml), form.schema).get(ENTITY, [])
    if "label" in chosen:
        changes[ENTITY] = [
            replace(block, label=chosen["label"]) if block.entity_id == one.entity_id else block
            for block in said
        ]
    xml = composed.correct(form, row.xml, changes)
    composed.take_in(atlas, [xml], "desk", writer=viewer)
    return read_envelope(xml).instance_id
