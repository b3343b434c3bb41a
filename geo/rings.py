"""Polygons as flat arrays: which of them hold a point, and shapes made of them where a shape is needed.

The segments of each polygon are listed in bands of latitude, so that a point is held against some dozen of
them. Lon-lat degrees (EPSG:4326). Whether a point lies to the left of a segment is decided as GEOS does:
by numbers where rounding cannot matter, else exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geo.runs import runs

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Objects = npt.NDArray[np.object_]

_SEGMENTS_A_BAND = 8
_SURE = 1e-15  # of its terms' sum: an orientation above it has the right sign
_PAIRS_AT_ONCE = 10_000
_MANY = 200  # segments beside a box: one of them touches it, for all that is worth knowing


@dataclass(frozen=True)
class Rings:
    """Polygon k has the parts from ``parts[k]`` on, these rings, and these vertices, the first again at last.

    ``multi``: whether it is a MultiPolygon. Its bands are numbered from ``bands[k]`` on; band b lists the
    first vertices ``segments[starts[b]:starts[b + 1]]``.
    """

    vertices: Floats
    rings: Ints
    parts: Ints
    polygons: Ints
    multi: Mask
    box: Floats
    bands: Ints
    starts: Ints
    segments: npt.NDArray[np.int32]

    @classmethod
    def build(cls, polygons: Objects) -> Rings:
        """Take polygons apart, in their order."""
        parts, of_polygon = shapely.get_parts(polygons, return_index=True)
        rings, of_part = shapely.get_rings(parts, return_index=True)
        vertices, of_ring = shapely.get_coordinates(rings, return_index=True)
        multi = shapely.get_type_id(polygons) == shapely.GeometryType.MULTIPOLYGON
        segment = np.flatnonzero(of_ring[1:] == of_ring[:-1])
        owner, box = of_polygon[of_part[of_ring[segment]]], shapely.bounds(polygons)
        bands = np.append(0, np.cumsum(np.bincount(owner, minlength=len(polygons)) // _SEGMENTS_A_BAND + 1))
        y = vertices[:, 1]
        low, high = (
            _band(of(y[segment], y[segment + 1]), owner, box, bands) for of in (np.minimum, np.maximum)
        )
        listed, band = np.repeat(segment, high - low + 1), runs(low, high - low + 1)
        order = np.argsort(band, kind="stable")
        return cls(
            vertices, _offsets(of_ring, len(rings)), _offsets(of_part, len(parts)),
            _offsets(of_polygon, len(polygons)), multi, box, bands, _offsets(band, int(bands[-1])),
            listed[order].astype(np.int32),
        )  # fmt: skip

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """What to keep of it."""
        return {f"rings_{one.name}": getattr(self, one.name) for one in fields(self)}

    @classmethod
    def kept(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> Rings:
        """Put together what ``arrays`` gave."""
        return cls(*(arrays[f"rings_{one.name}"] for one in fields(cls)))

    def shapes(self, which: Ints) -> Objects:
        """Polygons by their numbers, made anew."""
        part, parts = self._inner(which, self.polygons)
        ring, rings = self._inner(part, self.parts)
        vertex, vertices = self._inner(ring, self.rings)
        made = shapely.linearrings(self.vertices[vertex], indices=_owners(vertices))
        made = shapely.polygons(made, indices=_owners(rings))
        whole = np.asarray(made[np.cumsum(parts) - parts], dtype=object)
        several = np.flatnonzero(self.multi[which])
        if len(several):
            mine = np.isin(_owners(parts), several)
            whole[several] = shapely.multipolygons(made[mine], indices=_owners(parts[several]))
        return whole

    def hold(self, polygon: Ints, x: Floats, y: Floats) -> Mask:
        """Of pairs (polygon, point), whether the point lies in the polygon or on its line."""
        found = np.zeros(len(polygon), dtype=bool)
        west, south, east, north = self.box[polygon].T
        near = np.flatnonzero((x >= west) & (x <= east) & (y >= south) & (y <= north))
        for start in range(0, len(near), _PAIRS_AT_ONCE):
            rows = near[start : start + _PAIRS_AT_ONCE]
            found[rows] = self._hold(polygon[rows], x[rows], y[rows])
        return found

    def holds(self, polygon: int, x: float, y: float) -> bool:
        """``hold`` for one point, in Python's own numbers."""
        west, south, east, north = self.box[polygon].tolist()
        if not (west <= x <= east and south <= y <= north):
            return False
        first, end = self.bands.item(polygon), self.bands.item(polygon + 1)
        band = first + min(int((y - south) / (north - south) * (end - first)), end - first - 1)
        segment = self.segments[self.starts.item(band) : self.starts.item(band + 1)]
        inside = False
        for (x1, y1), (x2, y2) in zip(
            self.vertices.take(segment, axis=0).tolist(),
            self.vertices.take(segment + 1, axis=0).tolist(),
            strict=True,
        ):
            if (y1 < y and y2 < y) or (y1 > y and y2 > y) or (x1 < x and x2 < x):
                continue
            if y1 == y2:
                if min(x1, x2) <= x <= max(x1, x2):
                    return True
                continue
            side = _side(x1, y1, x2, y2, x, y)
            if not side:
                return True
            if (y1 > y) != (y2 > y) and (side > 0) == (y2 > y1):
                inside = not inside
        return inside

    def touched(self, polygon: Ints, box: Floats) -> Mask:
        """Of pairs (polygon, box), whether a segment of the polygon may touch the box; never too few."""
        found = np.zeros(len(polygon), dtype=bool)
        (west, south, east, north), own = box.T, self.box[polygon].T
        near = np.flatnonzero((own[0] <= east) & (own[2] >= west) & (own[1] <= north) & (own[3] >= south))
        for start in range(0, len(near), _PAIRS_AT_ONCE):
            rows = near[start : start + _PAIRS_AT_ONCE]
            found[rows] = self._touched(polygon[rows], box[rows])
        return found

    def _touched(self, polygon: Ints, box: Floats) -> Mask:
        own = self.box[polygon]
        low = self.starts[_band(np.maximum(box[:, 1], own[:, 1]), polygon, self.box, self.bands)]
        high = self.starts[_band(np.minimum(box[:, 3], own[:, 3]), polygon, self.box, self.bands) + 1]
        found = high - low > _MANY
        count = np.where(found, 0, high - low)
        pair, segment = _owners(count), self.segments[runs(low, count)]
        start, end = self.vertices[segment], self.vertices[segment + 1]
        meets = (np.maximum(start, end) >= box[pair, :2]) & (np.minimum(start, end) <= box[pair, 2:])
        found[pair[meets.all(axis=1)]] = True
        return found

    def _hold(self, polygon: Ints, x: Floats, y: Floats) -> Mask:
        band = _band(y, polygon, self.box, self.bands)
        first = self.starts[band]
        count = self.starts[band + 1] - first
        pair, segment = np.repeat(np.arange(len(x)), count), self.segments[runs(first, count)]
        one, two, at = self.vertices[segment].T, self.vertices[segment + 1].T, np.array([x[pair], y[pair]])
        beside = (np.maximum(one[1], two[1]) >= at[1]) & (np.minimum(one[1], two[1]) <= at[1])
        kept = np.flatnonzero(beside & (np.maximum(one[0], two[0]) >= at[0]))
        one, two, at, pair = one[:, kept], two[:, kept], at[:, kept], pair[kept]
        side = _sides(*one, *two, *at)
        crossed = ((one[1] > at[1]) != (two[1] > at[1])) & ((side > 0) == (two[1] > one[1]))
        found = np.asarray(np.bincount(pair[crossed], minlength=len(x)) % 2 == 1)
        found[pair[(side == 0) & (np.minimum(one[0], two[0]) <= at[0])]] = True
        return found

    @staticmethod
    def _inner(which: Ints, offsets: Ints) -> tuple[Ints, Ints]:
        """What the lists of some numbers hold, and how much each."""
        count = offsets[which + 1] - offsets[which]
        return runs(offsets[which], count), count


def _band(y: Floats, polygon: Ints, box: Floats, bands: Ints) -> Ints:
    """The band of each latitude of a polygon; the same steps in building and asking, so that they agree."""
    south, north, first = box[polygon, 1], box[polygon, 3], bands[polygon]
    count = bands[polygon + 1] - first
    return np.asarray(first + np.minimum(((y - south) / (north - south) * count).astype(np.int64), count - 1))


def _sides(x1: Floats, y1: Floats, x2: Floats, y2: Floats, x: Floats, y: Floats) -> Floats:
    """Above zero for a point to the left of the way from one to two, below for right, zero on the line."""
    left, right = (x1 - x) * (y2 - y), (y1 - y) * (x2 - x)
    side, sum_of_both = left - right, np.abs(left) + np.abs(right)
    for row in np.flatnonzero((np.abs(side) <= _SURE * sum_of_both) & (sum_of_both > 0)):
        side[row] = _exact_side(*(one.item(row) for one in (x1, y1, x2, y2, x, y)))
    return np.asarray(side)


def _side(x1: float, y1: float, x2: float, y2: float, x: float, y: float) -> float:
    """``_sides`` of one point."""
    left, right = (x1 - x) * (y2 - y), (y1 - y) * (x2 - x)
    side = left - right
    sure = abs(side) > _SURE * (abs(left) + abs(right)) or left == right == 0
    return side if sure else _exact_side(x1, y1, x2, y2, x, y)


def _exact_side(*numbers: float) -> int:
    x1, y1, x2, y2, x, y = (Fraction(number) for number in numbers)
    side = (x1 - x) * (y2 - y) - (y1 - y) * (x2 - x)
    return (side > 0) - (side < 0)


def _owners(count: Ints) -> Ints:
    return np.repeat(np.arange(len(count)), count)


def _offsets(owner: Ints, total: int) -> Ints:
    """Where the list of each of so many owners begins, of items in their order, and where the last ends."""
    return np.append(0, np.cumsum(np.bincount(owner, minlength=total)))
