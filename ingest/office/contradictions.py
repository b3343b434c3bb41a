"""What contradicts itself on the ground, with the shapes to draw it: plots on one another, a wrong tambon.

Cut to the viewer like everything else: a shape that is not for them is left out, the fact is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from ingest import access
from ingest.access import Viewer
from ingest.atlas import Atlas
from ingest.projecting.answers import GEO_KINDS
from ingest.projecting.warehouse import quoted

_OUTLINE_DEG = 0.0003  # about 30 m: of a whole tambon in a small picture nobody sees more


@dataclass(frozen=True)
class PlotSide:
    """One plot of a pair; ``shape`` (lon-lat) is None where it is not for the viewer, and the id then ''."""

    instance_id: str
    received_at: str
    area: str
    share: float
    shape: shapely.Geometry | None


@dataclass(frozen=True)
class PlotPair:
    """Two plots on one another. ``kind``: ``overlap`` or ``same``; ``land``: what they share."""

    form_id: str
    kind: str
    overlap_m2: float
    land: str
    same_owner: bool | None
    sides: tuple[PlotSide, PlotSide]


@dataclass(frozen=True)
class Misplaced:
    """A record whose place contradicts the tambon that its form says; outlines are for drawing only."""

    instance_id: str
    form_id: str
    received_at: str
    reported: str
    located: str
    distance_m: float | None
    shape: shapely.Geometry
    outlines: dict[str, shapely.Geometry]  # of both tambons, as far as the set has them


def plot_pairs(
    atlas: Atlas, viewer: Viewer, kind: str = "", instance_id: str = "", *, limit: int = 100
) -> list[PlotPair]:
    """Pairs of which the viewer may see at least one plot, most common ground first."""
    conditions, parameters = ["true"], []
    if kind:
        conditions.append("o.kind = ?")
        parameters.append(kind)
    if instance_id:
        conditions.append("? IN (o.a_instance_id, o.b_instance_id)")
        parameters.append(instance_id)
    sql = f"""SELECT o.*, a._area AS a_area, a.received_at AS a_received_at, b._area AS b_area,
          b.received_at AS b_received_at
        FROM overlap o JOIN submission a ON a._seq = o.a_seq JOIN submission b ON b._seq = o.b_seq
        WHERE {" AND ".join(conditions)} AND ({_either_visible(atlas, viewer)})
        ORDER BY o.overlap_m2 DESC, o.a_seq, o.b_seq LIMIT ?"""
    cursor = atlas.warehouse.cursor()
    cursor.execute(sql, [*parameters, limit])
    names = [column[0] for column in cursor.description or ()]
    return [_pair(atlas, viewer, dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


def _either_visible(atlas: Atlas, viewer: Viewer) -> str:
    """A condition over ``overlap o`` and its submissions ``a`` and ``b``, by the class of each field."""
    cases = []
    for table, field in atlas.warehouse.drawn_areas():
        form_id, _, repeat = table.partition("/")
        privacy = _privacy(atlas, form_id, repeat, field)
        seen = " OR ".join(access.visible_sql(viewer, privacy, f"{side}._area") for side in ("a", "b"))
        texts = [text.replace("'", "''") for text in (form_id, repeat, field)]
        own = "o.form_id = '{}' AND o.table_name = '{}' AND o.field = '{}'".format(*texts)
        cases.append(f"WHEN {own} THEN ({seen})")
    return f"CASE {' '.join(cases)} ELSE false END" if cases else "false"


def _privacy(atlas: Atlas, form_id: str, repeat: str, field: str) -> str:
    usage = atlas.reference.catalogue.usages.get(form_id)
    return usage.privacy_of(f"{repeat}/{field}".removeprefix("/")) if usage else access.TEAM


def _pair(atlas: Atlas, viewer: Viewer, row: dict[str, Any]) -> PlotPair:
    sides = tuple(_side(atlas, viewer, row, side) for side in ("a", "b"))
    return PlotPair(
        row["form_id"], row["kind"], row["overlap_m2"], row["land"], row["same_owner"], (sides[0], sides[1])
    )


def _side(atlas: Atlas, viewer: Viewer, row: dict[str, Any], side: str) -> PlotSide:
    area = row[f"{side}_area"]
    privacy = _privacy(atlas, row["form_id"], row["table_name"], row["field"])
    if not access.may_see(viewer, privacy, area):
        return PlotSide("", "", "", row[f"{side}_share"], None)
    table = f"{row['form_id']}/{row['table_name']}".removesuffix("/")
    keyed = " AND _key = ?" if row["table_name"] else ""
    sql = f"SELECT {quoted(row['field'])} FROM {quoted(table)} WHERE _seq = ?{keyed}"
    key = [row[f"{side}_key"]] if keyed else []
    found = atlas.warehouse.cursor().execute(sql, [row[f"{side}_seq"], *key]).fetchone()
    shape = shapely.from_wkb(bytes(found[0])) if found and found[0] else None
    share = row[f"{side}_share"]
    return PlotSide(row[f"{side}_instance_id"], row[f"{side}_received_at"], area, share, shape)


def misplaced(atlas: Atlas, viewer: Viewer, *, limit: int = 50) -> list[Misplaced]:
    """Records whose first shape lies in another tambon than their form says, newest first."""
    found: list[Misplaced] = []
    catalogue = atlas.reference.catalogue
    for form_id in catalogue.form_ids:
        fields = [one for one in catalogue.newest(form_id).schema.tables[0].fields if one.kind in GEO_KINDS]
        if not fields:
            continue
        shapes = ", ".join(quoted(one.name) for one in fields)
        seen = " AND ".join(
            access.visible_sql(viewer, privacy, "_area")
            for privacy in sorted({access.TEAM, *(_privacy(atlas, form_id, "", one.name) for one in fields)})
        )
        sql = f"""SELECT _instance_id, _received_at, _reported, _located, _distance_m,
              coalesce({shapes}) AS shape
            FROM {quoted(form_id)} WHERE _verdict = 'disagrees' AND {seen} ORDER BY _seq DESC LIMIT ?"""
        for instance_id, received_at, reported, located, distance_m, shape in (
            atlas.warehouse.cursor().execute(sql, [limit]).fetchall()
        ):
            lines = {code: _outline(atlas, code) for code in (located, reported)}
            both = {code: line for code, line in lines.items() if line is not None}
            drawn = shapely.from_wkb(bytes(shape))
            facts = (reported, located, distance_m, drawn, both)
            found.append(Misplaced(instance_id, form_id, received_at, *facts))
    return sorted(found, key=lambda one: one.received_at, reverse=True)[:limit]


def _outline(atlas: Atlas, code: str) -> shapely.Geometry | None:
    """A tambon of the default set, told coarsely; None where the set does not have it."""
    tambons = atlas.reference.tambons
    row = int(np.searchsorted(tambons["code"].to_numpy(dtype=str), code))
    if row == len(tambons) or tambons["code"].iloc[row] != code:
        return None
    return shapely.simplify(tambons.geometry.iloc[row], _OUTLINE_DEG)
