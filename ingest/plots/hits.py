"""What of a record lies in an overlay, or too near its line to tell: written down when a record is looked at.

Where a record drew no area beside its point, the point stands for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb
import numpy as np
import pyarrow as pa
import shapely

from geo import overlay as state_land
from geo.cells import morton
from geo.extent import extents
from geo.overlay import Overlay
from ingest.identifiers import quoted
from ingest.plots.drawn import Drawn
from ingest.plots.lookout import DrawnField
from thai.area import rai_ngan_wah

COMMON = "common"
"""The column of the ground that a drawn area and an overlay have in common, or of a point inside one."""


def found(field: DrawnField, new: Drawn, overlays: Sequence[Overlay]) -> Iterator[tuple[str, pa.Table]]:
    """Rows of the table ``overlay_hit``: what of areas, or points, lies in an overlay or beside its line."""
    for one in overlays if len(new) else ():
        hit = state_land.hits(one, new.shape, new.accuracy_m)
        if not len(hit.shape):
            continue
        rows, overlap_m2 = hit.shape, np.round(hit.overlap_m2, 1)
        area_m2 = new.area_m2[rows]
        share = np.divide(overlap_m2, area_m2, out=np.zeros(len(rows)), where=area_m2 > 0)
        values = {
            "_seq": new.seq[rows],
            "_instance_id": [new.instance_id[row] for row in rows],
            "form_id": [field.form_id] * len(rows),
            "table_name": [field.repeat] * len(rows),
            "_key": [new.key[row] for row in rows],
            "field": [field.name] * len(rows),
            "overlay": [one.name] * len(rows),
            "code": one.codes[hit.area],
            "name_th": one.names[hit.area],
            "overlap_m2": overlap_m2,
            "land": [rai_ngan_wah(float(part)) for part in overlap_m2],
            "share": np.round(np.minimum(share, 1.0), 4),
            "depth_m": np.round(hit.depth_m, 1),
            "distance_m": np.round(hit.distance_m, 1),
            "carries": hit.carries,
        }
        yield "overlay_hit", pa.table(values | _common_ground(hit.common))


def points(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    fields: Sequence[str],
    areas: Sequence[str],
    seqs: Sequence[int],
) -> Iterator[tuple[DrawnField, Drawn]]:
    """By question the points of these records that drew none of the ``areas`` beside them."""
    nothing_drawn = " AND ".join(f"{quoted(area)} IS NULL" for area in areas)
    for one in (DrawnField(table, name) for name in fields):
        sql = f"""SELECT _seq, {one.key} AS key, _instance_id, {one.column("lon")}, {one.column("lat")},
            {one.column("accuracy_m")} FROM {quoted(table)}
            WHERE _seq = ANY(?) AND {quoted(one.name)} IS NOT NULL AND {nothing_drawn}"""
        rows = sorted(connection.execute(sql, [list(seqs)]).fetchall(), key=lambda row: row[:2])
        seq, keys, instance_id, lon, lat, accuracy_m = zip(*rows, strict=True) if rows else [()] * 6
        shape = np.asarray(shapely.points(np.array(lon, float), np.array(lat, float)), dtype=object)
        nowhere, accuracy = np.zeros(len(rows)), np.array(accuracy_m, dtype=float)
        of = np.zeros(len(rows), dtype=np.int64)
        yield one, Drawn([one], of, np.array(seq, np.int64), list(instance_id), list(keys), shape, nowhere,
                         accuracy)  # fmt: skip


def _common_ground(shapes: np.ndarray) -> dict[str, pa.Array]:
    """The shapes with the companions that a layer's geometry has; blank where only the line is near."""
    where = extents(shapes)
    there = ~shapely.is_missing(shapes)
    cell = morton(np.where(there, where.lon, 0.0), np.where(there, where.lat, 0.0))
    numbers = {
        "lon": where.lon, "lat": where.lat, "minx": where.minx, "miny": where.miny, "maxx": where.maxx,
        "maxy": where.maxy,
    }  # fmt: skip
    return {
        COMMON: pa.array(shapely.to_wkb(shapes), pa.binary()),
        f"{COMMON}__cell": pa.array(cell, pa.uint64(), mask=~there),
    } | {
        f"{COMMON}__{side}": pa.array(values, pa.float64(), from_pandas=True)
        for side, values in numbers.items()
    }
