"""Drawn areas and points on state land or another overlay, record by record, and whether the map can tell.

Never evidence of a boundary: agency, date, scale and legal status of the overlay go with every line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import shapely

from ingest import access
from ingest.access import Viewer
from ingest.areas.boundary_sets import BoundarySet
from ingest.atlas import Atlas
from ingest.plots.land_layers import held, reference


@dataclass(frozen=True)
class LandOverlap:
    """What of one drawn area lies in one area of an overlay, or is too near its line to tell (0-0-0).

    A point has no ground: ``common`` is the point itself where it lies inside, None where it lies beside.
    """

    instance_id: str
    form_id: str
    field: str
    overlay: str
    area_name: str
    overlap_m2: float
    land: str
    share: float
    depth_m: float
    distance_m: float
    carries: str
    agency: str
    published: str
    scale: int
    legal_status: str
    common: shapely.Geometry | None


def overlaps(atlas: Atlas, viewer: Viewer, instance_id: str = "", *, limit: int = 500) -> list[LandOverlap]:
    """The overlaps that the viewer may see, of all records or of one; the largest first."""
    facts = {one.name: one for one in atlas.reference.sets.overlays}
    found = []
    for form_id, usage, _, table, field in held(atlas.reference.catalogue):
        seen = access.visible_sql(viewer, usage.privacy_of(reference(table, field)), "s._area")
        own = "h._instance_id = ?" if instance_id else "?::VARCHAR IS NOT NULL"
        sql = f"""SELECT h._instance_id, h.overlay, h.name_th, h.overlap_m2, h.land, h.share, h.depth_m,
              h.distance_m, h.carries, h.common
            FROM overlay_hit h JOIN submission s USING (_seq)
            WHERE h.form_id = ? AND h.table_name = ? AND h.field = ? AND {own} AND {seen}
            ORDER BY h.overlap_m2 DESC, h._seq, h.overlay, h.code LIMIT ?"""
        asked = [form_id, table.name, field.name, instance_id, limit]
        for row in atlas.warehouse.cursor().execute(sql, asked).fetchall():
            found.append(_overlap(row, form_id, field.name, facts[row[1]]))
    return sorted(found, key=lambda one: -one.overlap_m2)[:limit]


def _overlap(row: Any, form_id: str, field: str, one: BoundarySet) -> LandOverlap:
    instance_id, overlay, area_name, overlap_m2, land, share, depth_m, distance_m, carries, common = row
    shape = shapely.from_wkb(bytes(common)) if common else None
    return LandOverlap(
        instance_id, form_id, field, overlay, area_name, overlap_m2, land, share, depth_m, distance_m,
        carries, one.agency, one.published, one.scale, one.legal_status, shape,
    )  # fmt: skip
