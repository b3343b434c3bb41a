"""The read side of the map: what one layer looks like in one view, as a small answer for the browser.

Few rows are sent one by one, many as counted cells; that is decided for the view, never for a tile.
Positions are integers in steps of ``1/scale`` degree, each the difference to the one before, so that
they compress well; every row went through ``layers.query`` and with it through the viewer's door.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, cast

import duckdb
import numpy as np
import shapely

from geo.cells import cell_size_deg
from ingest import access, problems
from ingest.access import Viewer
from ingest.atlas import Atlas
from ingest.doors import counts, layers
from ingest.doors.filters import Filter
from ingest.doors.layers import LayerInfo, Query
from ingest.maps.map_legend import Legend
from ingest.statements import parsed

MOST_FEATURES = 2_000  # beyond that a view is counted: what a slow line carries and a person can tell apart
SMALLEST_SHAPE_PX = 3  # a shape below that is drawn as a point
_CROWD = 1_000  # from here on shapes are told a little more coarsely
MARGIN_PX = 40  # rows just outside the view, so that their symbols are not cut at its edge
MOST_ZOOM = 22
_STEPS = 1_000  # a degree, when the map's first place is looked for

Box = tuple[float, float, float, float]
Columns = dict[str, np.ndarray]  # of equal length; masked where there is nothing


@dataclass(frozen=True)
class View:
    """What a browser shows: west, south, east, north in degrees, and the web map's zoom."""

    box: Box
    zoom: int

    @classmethod
    def parse(cls, box: str, zoom: str) -> View:
        """Read ``w,s,e,n`` and a zoom as they stand in an address; raises ``bad_view``."""
        try:
            west, south, east, north = (float(part) for part in box.split(","))
            level = int(zoom)
        except ValueError:
            raise problems.bad_view(f"{box} {zoom}"[:80]) from None
        fits = -540 <= west < east <= 540 and -90 <= south < north <= 90
        if not fits or not 0 <= level <= MOST_ZOOM:
            raise problems.bad_view(f"{box} {zoom}"[:80])
        return cls((west, south, east, north), level)

    @property
    def pixel_deg(self) -> float:
        """Width of a pixel in degrees of longitude."""
        return float(360.0 / (256 * 2.0**self.zoom))

    @property
    def scale(self) -> int:
        """Steps a degree in which positions are told: a quarter of a pixel, which no eye sees."""
        return round(4 / self.pixel_deg)

    @property
    def wide(self) -> Box:
        """The view with its margin, widened to whole cells, so that no cell is half counted."""
        size, margin = cell_size_deg(self.zoom), MARGIN_PX * self.pixel_deg
        west, south, east, north = self.box
        low = np.floor((np.array([west, south]) - margin) / size) * size
        high = np.ceil((np.array([east, north]) + margin) / size) * size
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def view(
    atlas: Atlas, viewer: Viewer, layer: str, chosen: Filter, shown: View, language: str = "th",
    *, by_status: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """One layer in one view. Raises ``layer_unknown`` or ``bad_filter``.

    ``kind`` is ``features`` or ``cells``; ``legend`` counts what the view holds by category, or with
    ``by_status`` by the layer's status, where it has one; ``closed`` says that this viewer sees no position
    of the layer at all, only counts by tambon.
    """
    info = layer_info(atlas, layer)
    cursor = atlas.warehouse.cursor()
    q = layers.query(info, viewer, chosen)
    where, parameters = _within(q, shown.wide)
    coloured = (by_status and info.status) or info.color_by
    legend = Legend.of(cursor, q, coloured)
    status = Legend.of(cursor, q, info.status if info.status != coloured else None)
    answer: dict[str, Any] = {
        "layer": info.name, "scale": shown.scale,
        "closed": None in [access.reach(viewer, privacy) for privacy in (info.privacy, info.where_privacy)],
    }  # fmt: skip
    rows = _feature_rows(cursor, q, shown, where, parameters, legend, status)
    if len(rows["n"]) <= MOST_FEATURES:
        answer |= {"kind": "features"} | _features(rows, shown, bool(info.repeat))
        of_status = np.bincount(rows["status"], minlength=len(status))
        answer["status"] = status.entries(of_status, language) if status.parameters else []
    else:
        rows = _cell_rows(cursor, q, shown, where, parameters, legend)
        answer |= {"kind": "cells"} | _cells(rows, shown)
        answer["status"] = []
    by_category = np.bincount(rows["category"], weights=rows["n"], minlength=len(legend))
    answer["legend"] = legend.entries(by_category.astype(int), language)
    return answer | {"n": int(by_category.sum())}


def layer_info(atlas: Atlas, name: str) -> LayerInfo:
    """The layer of that name; raises ``layer_unknown``."""
    info = atlas.reference.layers.get(name)
    if info is None:
        raise problems.layer_unknown(name)
    return info


def _within(q: Query, box: Box) -> tuple[str, list[Any]]:
    """The rows of a query that touch a box: plain columns, which DuckDB skips through fast."""
    west, south, east, north = box
    sql = (
        f"({q.shown}) AND {q.geo('__maxx')} >= ? AND {q.geo('__minx')} <= ?"
        f" AND {q.geo('__maxy')} >= ? AND {q.geo('__miny')} <= ?"
    )
    return sql, [*q.parameters, west, east, south, north]


def _feature_rows(
    cursor: duckdb.DuckDBPyConnection, q: Query, shown: View, where: str, parameters: list[Any],
    legend: Legend, status: Legend,
) -> Columns:  # fmt: skip
    """Rows one by one, up to one more than is drawn: with that one they are counted instead.

    So few are looked for once, not counted first; and where there are many DuckDB stops early.
    """
    large = f"greatest({q.geo('__maxx')} - {q.geo('__minx')}, {q.geo('__maxy')} - {q.geo('__miny')}) >= ?"
    sql = f"""SELECT _seq, {"_key" if q.info.repeat else "''"} AS key, 1 AS n,
        {legend.index_sql} AS category, {status.index_sql} AS status,
        {q.geo("__lon")} AS lon, {q.geo("__lat")} AS lat,
        CASE WHEN {large} THEN {q.geo("")} END AS shape, {q.geo("__cell")} AS cell
        FROM {q.source} WHERE {where} LIMIT {MOST_FEATURES + 1}"""
    smallest = SMALLEST_SHAPE_PX * shown.pixel_deg
    values = [*legend.parameters, *status.parameters, smallest, *parameters]
    rows = _columns(cursor, sql, values)
    order = np.lexsort((rows["_seq"], rows["cell"]))  # DuckDB would take a millisecond to plan it
    return {name: column[order] for name, column in rows.items()}


def _columns(cursor: duckdb.DuckDBPyConnection, sql: str, parameters: list[Any]) -> Columns:
    """What a query finds, by column: few rows come sooner so than as Arrow, for which it is planned twice."""
    return cast(Columns, cursor.execute(parsed(sql), parameters).fetchnumpy())


def _features(rows: Columns, shown: View, keyed: bool) -> dict[str, Any]:
    scale = shown.scale
    shapes = rows["shape"]
    has_shape = ~np.ma.getmaskarray(shapes)
    at = np.column_stack([rows["lon"], rows["lat"]])
    answer: dict[str, Any] = {
        "seq": deltas(rows["_seq"]),
        "category": rows["category"].tolist(),
        "status_of": rows["status"].tolist(),
        "at": deltas(np.rint(_unmoved(at, has_shape) * scale).astype(np.int64)),
    }
    if keyed:
        answer["key"] = rows["key"].tolist()
    if has_shape.any():
        tolerance = shown.pixel_deg * (0.5 if len(shapes) <= _CROWD else 1)
        wkb = [bytes(one) for one in np.ma.getdata(shapes)[has_shape]]
        answer |= coded(shapely.from_wkb(wkb), np.flatnonzero(has_shape), tolerance, scale)
    return answer


def _unmoved(at: np.ndarray, skipped: np.ndarray) -> np.ndarray:
    """Places, those skipped being where the one before is: a shape says it itself, a nought is short."""
    last = np.maximum.accumulate(np.where(skipped, 0, np.arange(len(at))))
    return at[last] if len(at) else at


def coded(geometry: np.ndarray, owner: np.ndarray, tolerance_deg: float, scale: int) -> dict[str, list[int]]:
    """Shapes as two flat lists: ``rings`` (owner, number of positions; again and again) and ``xy``.

    A ring does not repeat its first position; the number of a line, which does not close, is negative.
    """
    if tolerance_deg:
        geometry = shapely.simplify(geometry, tolerance_deg, preserve_topology=True)
    parts, of_geometry = shapely.get_parts(geometry, return_index=True)
    is_area = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    rings, of_part = shapely.get_rings(parts[is_area], return_index=True)
    lines = np.concatenate([rings, parts[~is_area]])
    owners = owner[np.concatenate([of_geometry[is_area][of_part], of_geometry[~is_area]]).astype(int)]
    order = np.argsort(owners, kind="stable")
    xy, of_line = shapely.get_coordinates(lines[order], return_index=True)
    steps, closed = np.rint(xy * scale).astype(np.int64), (np.arange(len(lines)) < len(rings))[order]
    same = np.zeros(len(steps), dtype=bool)  # a position that is the one before, once rounded
    same[1:] = (of_line[1:] == of_line[:-1]) & (steps[1:] == steps[:-1]).all(axis=1)
    same[np.append(np.flatnonzero(np.diff(of_line)), len(steps) - 1)] |= closed
    sizes = np.bincount(of_line[~same], minlength=len(lines)) * np.where(closed, 1, -1)
    return {
        "rings": np.column_stack([owners[order], sizes]).ravel().astype(int).tolist(),
        "xy": deltas(steps[~same]),
    }


def deltas(values: np.ndarray) -> list[int]:
    """Each value (or pair of them) as its difference to the one before; the first as it is."""
    if not len(values):
        return []
    return np.diff(values, axis=0, prepend=np.zeros_like(values[:1])).ravel().astype(int).tolist()


def _cell_rows(
    cursor: duckdb.DuckDBPyConnection,
    q: Query,
    shown: View,
    where: str,
    parameters: list[Any],
    legend: Legend,
) -> Columns:
    size = cell_size_deg(shown.zoom)
    sql = f"""SELECT CAST(floor({q.geo("__lon")} / ?) AS BIGINT) AS x,
        CAST(floor({q.geo("__lat")} / ?) AS BIGINT) AS y, {legend.index_sql} AS category, count(*) AS n
        FROM {q.source} WHERE {where} GROUP BY 1, 2, 3 ORDER BY 2, 1, n DESC, 3"""
    return _columns(cursor, sql, [size, size, *legend.parameters, *parameters])


def _cells(rows: Columns, shown: View) -> dict[str, Any]:
    """Cells row by row: place, total, and how the total is made up, the largest part first."""
    place = np.column_stack([rows["x"], rows["y"]])
    starts = np.flatnonzero(np.any(np.diff(place, axis=0, prepend=place[:1] - 1) != 0, axis=1))
    n, category = rows["n"], rows["category"]
    sizes = np.diff(np.append(starts, len(n)))
    return {
        "zoom": shown.zoom,
        "cell_deg": cell_size_deg(shown.zoom),
        "cell": deltas(place[starts]),
        "count": np.add.reduceat(n, starts).tolist() if len(n) else [],
        "parts": sizes.tolist(),
        "part": np.column_stack([category, n]).ravel().tolist(),
    }


def extent(atlas: Atlas, viewer: Viewer, layer: str, chosen: Filter) -> list[float] | None:
    """West, south, east, north of nearly all a viewer sees of a layer: strays must not pull the map out.

    A twentieth of the spread is added around; ``None`` where there is nothing to see.
    """
    q = layers.query(layer_info(atlas, layer), viewer, chosen)
    lon, lat = (_most_of(atlas.warehouse.cursor(), q, axis) for axis in ("__lon", "__lat"))
    if lon is None or lat is None:
        return None
    aside, above = (max((high - low) / 20, 0.002) for low, high in (lon, lat))
    return [round(side, 4) for side in (lon[0] - aside, lat[0] - above, lon[1] + aside, lat[1] + above)]


def _most_of(cursor: duckdb.DuckDBPyConnection, q: Query, axis: str) -> tuple[float, float] | None:
    """Between which degrees 96 of a hundred places lie, to a step; true quantiles take six times as long."""
    steps = f"CAST(round({q.geo(axis)} * {_STEPS}) AS INTEGER)"
    sql = f"""SELECT {steps} AS place, count(*) FROM {q.source} WHERE {q.shown} AND {q.geo(axis)} IS NOT NULL
              GROUP BY 1 ORDER BY 1"""
    found = np.array(cursor.execute(parsed(sql), q.parameters).fetchall(), dtype=np.int64)
    if not len(found):
        return None
    at, upto = found[:, 0] / _STEPS, np.cumsum(found[:, 1])
    low, high = np.searchsorted(upto, upto[-1] * np.array([0.02, 0.98]))
    return float(at[low]), float(at[high])


def tambon_values(
    atlas: Atlas, viewer: Viewer, layer: str, chosen: Filter, digits: int = 6
) -> dict[str, Any]:
    """Counts for the choropleth by tambon (6), amphoe (4) or province (2 digits).

    An area that is not in ``values`` has no data, which is not zero. Larger areas are sums of what may be
    told of their tambons: a sum over everything would give away what a tambon's count holds back. For the
    same reason hidden places count only unfiltered: two filters' difference may be one household.
    """
    if digits not in (2, 4, 6):
        raise problems.bad_view(str(digits))
    q = layers.query(layer_info(atlas, layer), viewer, chosen)
    if chosen != Filter(area=chosen.area[:6]):
        q = replace(q, where=q.shown, visible="true")
    values: dict[str, int] = {}
    for code, n in counts.by_area(atlas.warehouse.cursor(), q, 6).items():
        values[code[:digits]] = values.get(code[:digits], 0) + n
    return {
        "layer": layer,
        "digits": digits,
        "values": values,
        "boundary_set": atlas.reference.sets.label("th"),
    }


def lao_values(atlas: Atlas, viewer: Viewer, layer: str, chosen: Filter) -> dict[str, Any]:
    """Counts for the choropleth by LAO, of what the viewer may see drawn; nothing where no set has LAOs."""
    q = layers.query(layer_info(atlas, layer), viewer, chosen)
    used = atlas.reference.sets.lao
    return {
        "layer": layer, "lao": True, "boundary_set": used.name if used else "",
        "values": counts.by_lao(atlas.warehouse.cursor(), q) if used else {},
    }  # fmt: skip
