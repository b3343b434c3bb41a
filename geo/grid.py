"""A raster over polygons that answers most points by one lookup: a cell inside one polygon is that polygon.

Only cells that a boundary line touches (*border* cells) need the polygons themselves, and only cells
near such a line can hold points near it. Lon-lat degrees (EPSG:4326) throughout.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from geo.rings import Rings

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Objects = npt.NDArray[np.object_]

OUTSIDE = -1
_FIRST_BORDER = -2  # border cell number k stands in the raster as -2 - k
_MOST_CELLS = 4_000_000
_FINEST_DEG, _COARSEST_DEG = 0.001, 0.02  # about 111 m to 2.2 km
_TOUCH_DEG = 1e-9  # a line this close to a cell's edge (0.1 mm) counts for both cells
_A_LITTLE_MORE = 1.01
_M_PER_DEGREE = 110_000.0  # a little under the least length of a degree of latitude, to stay careful


@dataclass(frozen=True)
class Grid:
    """``cells[row, column]``: a polygon's index, ``OUTSIDE``, or a border cell (below ``OUTSIDE``).

    ``near``: cells that may hold points within the limit of a line. The candidates of border cell k are
    ``candidates[starts[k]:starts[k + 1]]``, ascending.
    """

    west: float
    south: float
    size_deg: float
    cells: npt.NDArray[np.int32]
    near: Mask
    starts: Ints
    candidates: Ints

    @classmethod
    def build(cls, polygons: Objects, tree: shapely.STRtree, near_limit_m: float) -> Grid:
        """Rasterise prepared polygons; ``tree`` indexes the same array."""
        west, south, east, north = shapely.total_bounds(polygons)
        affordable = np.sqrt((east - west) * (north - south) / _MOST_CELLS)
        size = float(np.clip(affordable, _FINEST_DEG, _COARSEST_DEG))
        shrink = np.cos(np.radians(min(max(abs(south), abs(north)) + 1, 89)))
        reach_y = int(np.ceil(near_limit_m / (size * _M_PER_DEGREE)))
        reach_x = int(np.ceil(near_limit_m / (size * _M_PER_DEGREE * shrink)))
        west, south = west - (reach_x + 1) * size, south - (reach_y + 1) * size
        shape = (int((north - south) / size) + reach_y + 2, int((east - west) / size) + reach_x + 2)

        touched, owners = _touched_cells(polygons, west, south, size, shape[1])
        cells = np.full(shape, OUTSIDE, dtype=np.int32)
        border, starts = np.unique(touched, return_index=True)
        cells.reshape(-1)[border] = _FIRST_BORDER - np.arange(len(border), dtype=np.int32)
        near = _widen(cells < OUTSIDE, reach_y, reach_x)
        grid = cls(float(west), float(south), size, cells, near, np.append(starts, len(owners)), owners)
        _fill_runs(grid, polygons, tree)
        return grid._with_covering(border, touched, polygons, tree)

    def lookup(self, lon: Floats, lat: Floats) -> tuple[Ints, Mask]:
        """Cell value and nearness of each point; ``OUTSIDE`` and not near beyond the raster and for NaN."""
        column, row = (lon - self.west) / self.size_deg, (lat - self.south) / self.size_deg
        rows, columns = self.cells.shape
        within = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
        if within.all():
            flat = row.astype(np.int64) * columns + column.astype(np.int64)
            return self.cells.reshape(-1)[flat].astype(np.int64), self.near.reshape(-1)[flat]
        row, column = np.where(within, row, 0), np.where(within, column, 0)
        flat = row.astype(np.int64) * columns + column.astype(np.int64)
        value = np.where(within, self.cells.reshape(-1)[flat], OUTSIDE)
        return value.astype(np.int64), within & self.near.reshape(-1)[flat]

    def at(self, lon: float, lat: float) -> int:
        """Cell value of one point, as ``lookup`` gives it: many steps on arrays of one are slow."""
        column, row = (lon - self.west) / self.size_deg, (lat - self.south) / self.size_deg
        rows, columns = self.cells.shape
        within = 0 <= column < columns and 0 <= row < rows
        return int(self.cells.item(int(row), int(column))) if within else OUTSIDE

    def resolve(self, value: Ints, lon: Floats, lat: Floats, rings: Rings) -> Ints:
        """The polygon of each point in a border cell: the first candidate that covers it, or ``OUTSIDE``."""
        found = np.full(len(value), OUTSIDE, dtype=np.int64)
        first, end = self.starts[_FIRST_BORDER - value], self.starts[_FIRST_BORDER + 1 - value]
        open_points = np.arange(len(value))
        while len(open_points):
            candidate = self.candidates[first[open_points]]
            hit = rings.hold(candidate, lon[open_points], lat[open_points])
            found[open_points[hit]] = candidate[hit]
            first[open_points] += 1
            open_points = open_points[~hit]
            open_points = open_points[first[open_points] < end[open_points]]
        return found

    def resolve_one(self, value: int, lon: float, lat: float, rings: Rings) -> int:
        """``resolve`` for one point."""
        first, end = self.starts.item(_FIRST_BORDER - value), self.starts.item(_FIRST_BORDER + 1 - value)
        for candidate in self.candidates[first:end].tolist():
            if rings.holds(candidate, lon, lat):
                return int(candidate)
        return OUTSIDE

    def centre(self, flat: Ints) -> tuple[Floats, Floats]:
        """Lon and lat of the middle of cells given by flat number."""
        row, column = np.divmod(flat, self.cells.shape[1])
        return self.west + (column + 0.5) * self.size_deg, self.south + (row + 0.5) * self.size_deg

    def _with_covering(self, border: Ints, touched: Ints, polygons: Objects, tree: shapely.STRtree) -> Grid:
        """Add to border cells the polygons that hold the whole cell, as overlapping polygons do."""
        covering_of, covering = _covering(*self.centre(border), polygons, tree)
        cell, candidate = np.append(touched, border[covering_of]), np.append(self.candidates, covering)
        cell, candidates = np.divmod(np.unique(cell * len(polygons) + candidate), len(polygons))
        starts = np.append(np.searchsorted(cell, border), len(cell))
        return Grid(self.west, self.south, self.size_deg, self.cells, self.near, starts, candidates)


def segments(polygons: Objects) -> tuple[Floats, Floats, Ints, Ints]:
    """Start and end (n, 2) of every boundary segment, its polygon and its ring, in ring order."""
    parts, part_of = shapely.get_parts(polygons, return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    coordinates, ring_of = shapely.get_coordinates(rings, return_index=True)
    within = ring_of[1:] == ring_of[:-1]
    ring = ring_of[1:][within]
    return coordinates[:-1][within], coordinates[1:][within], part_of[ring_part[ring]], ring


def _touched_cells(
    polygons: Objects, west: float, south: float, size: float, columns: int
) -> tuple[Ints, Ints]:
    """Flat cell number and polygon of every cell that a polygon's boundary touches, sorted by both.

    Segments are cut into pieces a little shorter than a cell, so that the corners of a piece's box, with what
    it touches, lie in all cells of that box.
    """
    start, end, owner, _ = segments(polygons)
    origin = np.array([west, south])
    start, end = (start - origin) / size, (end - origin) / size
    longest = _A_LITTLE_MORE * np.abs(end - start).max(axis=1, initial=0)
    pieces = np.maximum(np.ceil(longest).astype(np.int64), 1)
    number = np.arange(pieces.sum()) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    step = np.repeat((end - start) / pieces[:, None], pieces, axis=0)
    start = np.repeat(start, pieces, axis=0) + number[:, None] * step
    owner = np.repeat(owner, pieces)
    touch = _TOUCH_DEG / size
    low = np.floor(np.minimum(start, start + step) - touch).astype(np.int64)
    high = np.floor(np.maximum(start, start + step) + touch).astype(np.int64)
    wide = (low != high).any(axis=1)
    n = len(polygons)
    keys = [(low[:, 1] * columns + low[:, 0]) * n + owner]
    for x, y in ((low, high), (high, low), (high, high)):
        keys.append((y[wide, 1] * columns + x[wide, 0]) * n + owner[wide])
    cell, polygon = np.divmod(np.unique(np.concatenate(keys)), n)
    return cell, polygon


def _fill_runs(grid: Grid, polygons: Objects, tree: shapely.STRtree) -> None:
    """Give every cell without a line its polygon: cells of a row between two border cells share one."""
    columns = grid.cells.shape[1]
    flat = grid.cells.reshape(-1)
    changes = np.diff(flat < OUTSIDE, prepend=False)
    changes[::columns] = True
    run_start = np.flatnonzero(changes)
    run_length = np.diff(np.append(run_start, flat.size))
    free = flat[run_start] == OUTSIDE
    run_start, run_length = run_start[free], run_length[free]
    run_of, polygon = _covering(*grid.centre(run_start), polygons, tree)
    value = np.full(len(run_start), len(polygons), dtype=np.int64)
    np.minimum.at(value, run_of, polygon)
    value[value == len(polygons)] = OUTSIDE
    flat[flat == OUTSIDE] = np.repeat(value, run_length)


def _covering(lon: Floats, lat: Floats, polygons: Objects, tree: shapely.STRtree) -> tuple[Ints, Ints]:
    """Pairs (point, polygon that covers it). The tree's own predicate would use unprepared polygons."""
    point, polygon = tree.query(shapely.points(lon, lat))
    hit = shapely.intersects_xy(polygons[polygon], lon[point], lat[point])
    return point[hit], polygon[hit]


def _widen(mask: Mask, rows: int, columns: int) -> Mask:
    """Cells within so many rows and columns of a set one."""
    for axis, reach in ((0, rows), (1, columns)):
        total = np.cumsum(mask, axis=axis, dtype=np.int32)
        n = mask.shape[axis]
        above = np.take(total, np.minimum(np.arange(n) + reach, n - 1), axis=axis)
        below = np.take(total, np.maximum(np.arange(n) - reach - 1, 0), axis=axis)
        below[(slice(None),) * axis + (slice(0, reach + 1),)] = 0
        mask = above > below
    return mask
