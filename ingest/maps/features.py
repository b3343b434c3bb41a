"""Layers as features for other programs: page by page, the rows and columns that an export would hold that is
made without personal answers.

Pages follow the log: a page ends at a row, and the next one begins after it, so that reading a million
features costs the same at its end as at its beginning and misses none while phones send.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import shapely

from geo.served_crs import CRS84, SERVED, Box, ServedCrs
from ingest import problems
from ingest.access import Viewer
from ingest.atlas import Atlas
from ingest.doors import layers
from ingest.doors.filters import Filter
from ingest.doors.layers import Query
from ingest.exports.export_tables import TURN, ExportTable, area_names, layer_table
from ingest.maps.map_view import layer_info
from ingest.statements import parsed

_MARGINS = (0.01, 0.1)  # of a side: by how much a box of another coordinate system may lean
KEY_MARK = "~"  # between a record's id and the turn of its repeat


@dataclass(frozen=True)
class Wanted:
    """One page of a layer. ``box`` is west, south, east, north in degrees; ``after`` the last page's end.

    ``outline`` (lon-lat) is what a box of another coordinate system covers within ``box``.
    ``days`` are the first and the last day; what has no date is in every time, as the standard has it.
    """

    layer: str
    chosen: Filter
    box: Box | None = None
    outline: shapely.Geometry | None = None
    days: tuple[date | None, date | None] = (None, None)
    limit: int = 100
    after: str = ""
    crs: ServedCrs = SERVED[CRS84]


@dataclass(frozen=True)
class Page:
    """Features as GeoJSON texts; ``after`` asks for the next page, '' when this was the last."""

    features: list[str]
    matched: int
    after: str


def page(atlas: Atlas, viewer: Viewer, wanted: Wanted) -> Page:
    """The features of one page. Raises ``layer_unknown`` or ``bad_filter``."""
    q = layers.plain_query(layer_info(atlas, wanted.layer), viewer, wanted.chosen)
    cursor = atlas.warehouse.cursor()
    q = _dated(q, *wanted.days)
    if wanted.box:
        q = _reaching(cursor, _boxed(q, wanted.box), wanted.box, wanted.outline)
    matched = layers.count(cursor, q)
    rows = _read(atlas, _after(q, wanted.after), wanted.limit + 1)
    more, rows = rows.num_rows > wanted.limit, rows.slice(0, wanted.limit)
    last = rows.slice(rows.num_rows - 1) if more else None
    after = "" if last is None else _place(last.to_pylist()[0])
    return Page(_texts(rows, wanted.crs), matched, after)


def feature(
    atlas: Atlas, viewer: Viewer, layer: str, feature_id: str, crs: ServedCrs, area: str = ""
) -> str | None:
    """One feature by its id; ``None`` when it is not there or not for this viewer."""
    q = layers.plain_query(layer_info(atlas, layer), viewer, Filter(area=area))
    instance_id, _, key = feature_id.partition(KEY_MARK)
    keyed = " AND _key = ?" if q.info.repeat else ""
    if bool(key) != bool(q.info.repeat):
        return None
    q = _narrowed(q, f"_instance_id = ?{keyed}", [instance_id, *([key] if key else [])])
    found = _texts(_read(atlas, q, 1), crs)
    return found[0] if found else None


def extent(atlas: Atlas, viewer: Viewer, layer: str, area: str = "") -> Box | None:
    """West, south, east, north of all that a viewer sees of a layer; ``None`` where that is nothing."""
    q = layers.plain_query(layer_info(atlas, layer), viewer, Filter(area=area))
    sides = [f"min({q.geo('__minx')})", f"min({q.geo('__miny')})", f"max({q.geo('__maxx')})"]
    sql = f"SELECT {', '.join(sides)}, max({q.geo('__maxy')}) FROM {q.source} WHERE {q.shown}"
    row = atlas.warehouse.cursor().execute(parsed(sql), q.parameters).fetchone()
    return None if row is None or row[0] is None else (row[0], row[1], row[2], row[3])


def table_of(atlas: Atlas, viewer: Viewer, layer: str) -> ExportTable:
    """The columns of a layer's features."""
    return layer_table(atlas, layers.plain_query(layer_info(atlas, layer), viewer, Filter()))


def _narrowed(q: Query, sql: str, parameters: list[Any]) -> Query:
    return replace(q, where=f"({q.where}) AND ({sql})", parameters=[*q.parameters, *parameters])


def _boxed(q: Query, box: Box) -> Query:
    """Rows whose own box meets a box; one whose west is east of its east goes across the antimeridian."""
    west, south, east, north = box
    if south > north:
        raise problems.bad_filter(f"bbox {south} > {north}")
    between = "AND" if west <= east else "OR"
    sql = (
        f"({q.geo('__maxx')} >= ? {between} {q.geo('__minx')} <= ?)"
        f" AND {q.geo('__maxy')} >= ? AND {q.geo('__miny')} <= ?"
    )
    return _narrowed(q, sql, [west, east, south, north])


def _reaching(
    cursor: duckdb.DuckDBPyConnection, q: Query, box: Box, outline: shapely.Geometry | None
) -> Query:
    """Without shapes beside a box whose own boxes alone reach into it: those at its edge are looked at."""
    west, _south, east, _north = box
    geometry = q.info.geometry
    if geometry is None or west > east or (outline is None and geometry.kind == "geopoint"):
        return q
    area, within = (shapely.box(*box), box) if outline is None else (outline, _inner(outline))
    sides = ("__minx", ">="), ("__miny", ">="), ("__maxx", "<="), ("__maxy", "<=")
    inside = " AND ".join(f"{q.geo(end)} {sign} ?" for end, sign in sides)
    key = f"_seq || '{KEY_MARK}' || {'_key' if q.info.repeat else repr('')}"
    columns = f"{key} AS key, {q.geo('')} AS wkb"
    sql = f"SELECT {columns} FROM {q.source} WHERE {q.shown} AND NOT ({inside})"
    rows = cursor.execute(parsed(sql), [*q.parameters, *within]).fetchnumpy()
    shapes = shapely.from_wkb([bytes(shape) for shape in rows["wkb"]])
    beside = rows["key"][~shapely.intersects(shapes, area)].tolist()
    return _narrowed(q, f"NOT list_contains(?, {key})", [beside]) if beside else q


def _inner(area: shapely.Geometry) -> Box:
    """A box within an almost rectangular area: what lies in it needs no closer look."""
    west, south, east, north = area.bounds
    for share in _MARGINS:
        beside, above = (east - west) * share, (north - south) * share
        inner = (west + beside, south + above, east - beside, north - above)
        if area.contains(shapely.box(*inner)):
            return inner
    return math.inf, math.inf, -math.inf, -math.inf


def _dated(q: Query, since: date | None, until: date | None) -> Query:
    """Rows of these days, and rows without a day."""
    if q.info.date is None or not (since or until):
        return q
    day = layers.day_sql(q.info.date, q.viewer)
    first, last = since or date.min, until or date.max
    return _narrowed(q, f"{day} IS NULL OR {day} BETWEEN ? AND ?", [first, last])


def _after(q: Query, after: str) -> Query:
    if not after:
        return q
    seq, _, key = after.partition(KEY_MARK)
    sound = (
        seq.isascii() and seq.isdigit() and len(seq) < 19 and all(p.isdigit() for p in key.split("/") if p)
    )
    if not sound or bool(key) != bool(q.info.repeat):
        raise problems.bad_filter(f"after={after[:40]}")
    if not key:
        return _narrowed(q, "_seq > ?", [int(seq)])
    turn = [int(part) for part in key.split("/")]
    return _narrowed(q, f"_seq > ? OR (_seq = ? AND {TURN} > ?)", [int(seq), int(seq), turn])


def _read(atlas: Atlas, q: Query, limit: int) -> pa.Table:
    """Rows with their geometry, and where they stand (``_seq``, ``_turn``) at the end."""
    cursor = atlas.warehouse.cursor()
    area_names(cursor, atlas.reference)
    table = layer_table(atlas, q)
    turn = "_key" if q.info.repeat else "''"
    rows = table.select("geojson", beside=f"_seq, {turn} AS _turn")
    bounded = f"{rows} ORDER BY {table.order} LIMIT {int(limit)}"
    return cursor.sql(bounded, params=table.parameters).to_arrow_table()


def _place(row: dict[str, Any]) -> str:
    return f"{row['_seq']}{KEY_MARK + row['_turn'] if row['_turn'] else ''}"


def _texts(rows: pa.Table, crs: ServedCrs) -> list[str]:
    shapes = np.array(rows.column("geometry").to_pylist(), dtype=object)
    geometry = shapely.to_geojson(crs.shapes(shapely.from_wkb(shapes))) if len(shapes) else []
    names = [name for name in rows.schema.names if name not in ("geometry", "_seq", "_turn")]
    texts = []
    for shape, row in zip(geometry, rows.select([*names, "_turn"]).to_pylist(), strict=True):
        turn = row.pop("_turn")
        key = json.dumps(row["instance_id"] + (KEY_MARK + turn if turn else ""), ensure_ascii=False)
        values = json.dumps(row, ensure_ascii=False, default=str, separators=(",", ":"))
        texts.append(f'{{"type":"Feature","id":{key},"geometry":{shape or "null"},"properties":{values}}}')
    return texts
