"""All that hangs together with one record: the entities it speaks of, and every record that speaks of them.

A land case's or an agreement's docket is this: visits, the households and plots they name, and what other
forms hold about those. A link counts only where the viewer may see the answer that makes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import duckdb

from ingest import access
from ingest.access import Viewer
from ingest.atlas import Atlas
from ingest.doors.layers import field_infos
from ingest.identifiers import quoted
from ingest.office import contradictions
from ingest.office.contradictions import PlotPair
from ingest.plots import state_land
from ingest.plots.state_land import LandOverlap

_MOST_RECORDS = 200


@dataclass(frozen=True, slots=True)
class Subject:
    """An entity that a record makes, changes or names."""

    dataset: str
    entity_id: str
    label: str


@dataclass(frozen=True, slots=True)
class Visit:
    """One record that speaks of a subject. ``made`` when it made or changed the entity itself."""

    instance_id: str
    form_id: str
    received_at: str
    area: str
    subject: Subject
    made: bool


@dataclass(frozen=True)
class Docket:
    """What a record speaks of, and all records that speak of the same, oldest first."""

    subjects: tuple[Subject, ...]
    visits: tuple[Visit, ...]


def docket(atlas: Atlas, viewer: Viewer, instance_id: str) -> Docket:
    """The docket of one record, cut to the viewer; empty where the record speaks of no entity."""
    cursor = atlas.warehouse.cursor()
    links = " UNION ".join(_links(atlas, viewer))
    own = cursor.execute(
        f"SELECT DISTINCT dataset, entity_id FROM ({links}) WHERE _instance_id = ? ORDER BY ALL",
        [instance_id],
    ).fetchall()
    subjects = {
        (dataset, entity_id): Subject(dataset, entity_id, _label(cursor, viewer, dataset, entity_id))
        for dataset, entity_id in own
    }
    found = cursor.execute(
        f"""SELECT s._instance_id, s.form_id, s.received_at, s._area, l.dataset, l.entity_id, max(l.made)
            FROM ({links}) l JOIN submission s USING (_instance_id)
            WHERE s.outcome = 'projected' AND (l.dataset || '/' || l.entity_id) = ANY(?)
            GROUP BY ALL ORDER BY s.received_at, s._instance_id LIMIT {_MOST_RECORDS}""",
        [["/".join(pair) for pair in own]],
    ).fetchall()
    visits = (
        Visit(key, form_id, received_at, area, subjects[dataset, entity_id], bool(made))
        for key, form_id, received_at, area, dataset, entity_id, made in found
    )
    return Docket(tuple(subjects.values()), tuple(visits))


@dataclass(frozen=True)
class Ground:
    """What the drawn areas of a docket lie on: other plots, and state land or other overlays."""

    pairs: tuple[PlotPair, ...]
    land: tuple[LandOverlap, ...]


def ground(atlas: Atlas, viewer: Viewer, instance_ids: Iterable[str]) -> Ground:
    """All overlaps of these records that the viewer may see, each pair of plots once, the largest first."""
    pairs: dict[tuple[str, ...], PlotPair] = {}
    land: list[LandOverlap] = []
    for instance_id in dict.fromkeys(instance_ids):
        land += state_land.overlaps(atlas, viewer, instance_id)
        for pair in contradictions.plot_pairs(atlas, viewer, instance_id=instance_id):
            known = tuple(sorted(side.instance_id or instance_id + "?" for side in pair.sides))
            pairs[*known, str(pair.overlap_m2)] = pair
    return Ground(
        tuple(sorted(pairs.values(), key=lambda one: -one.overlap_m2)),
        tuple(sorted(land, key=lambda one: -one.overlap_m2)),
    )


def _links(atlas: Atlas, viewer: Viewer) -> Iterator[str]:
    """SELECTs of who speaks of what: entity events, and every answer that is drawn on an entity list."""
    team = access.visible_sql(viewer, access.TEAM, "_area")
    events = f"FROM entity_event WHERE outcome <> 'replaced' AND {team}"
    yield f"SELECT _instance_id, dataset, entity_id, 1 AS made {events}"
    catalogue = atlas.reference.catalogue
    datasets = {rule.dataset for schema in catalogue.schemas.values() for rule in schema.entities}
    for form_id, usage in catalogue.usages.items():
        schema = catalogue.shown(form_id)
        for table in schema.tables:
            infos = field_infos(schema, usage, table.name)
            name = quoted(f"{form_id}/{table.name}" if table.name else form_id)
            for one in table.fields:
                if one.dataset in datasets:
                    seen = access.visible_sql(viewer, infos[one.name].privacy, "_area")
                    column = quoted(one.name)
                    yield (
                        f"SELECT _instance_id, '{one.dataset}', {column}, 0 FROM {name}"
                        f" WHERE {column} IS NOT NULL AND {team} AND {seen}"
                    )


def _label(cursor: duckdb.DuckDBPyConnection, viewer: Viewer, dataset: str, entity_id: str) -> str:
    visible = access.visible_sql(viewer, access.TEAM, "_area")
    sql = f"SELECT label FROM entity WHERE dataset = ? AND entity_id = ? AND {visible}"
    found = cursor.execute(sql, [dataset, entity_id]).fetchone()
    return str(found[0] or entity_id) if found else entity_id
