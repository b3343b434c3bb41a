"""The nearest boundary line, how far it is, and which two polygons it parts.

Distances are taken in ellipsoidal Mercator, which keeps angles, and divided by its scale at the point:
right to 0.01 % within 500 m and 0.1 % within 20 km. Boundaries are straight in lon-lat, and Mercator bends
such a segment by less than 0.5 m over 10 km.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Geod

from geo.grid import Floats, Ints, Mask, Objects, segments
from geo.nearest import Nearest
from geo.runs import firsts

_WGS84 = Geod(ellps="WGS84")
_RADIUS_M, _E = float(_WGS84.a), float(np.sqrt(_WGS84.es))
_CHUNK_SEGMENTS = 4
_GAP_M = 30.0
_FARTHEST_M = 50_000.0
_ROUNDED, _ROUNDED_M = 1 + 1e-9, 1e-6  # by how much GEOS may find a line farther than our own numbers do
_MERCATOR_ENDS_DEG = 89.0
_UNITS_PER_DEGREE = math.radians(_WGS84.a)
NOBODY = -1


def to_mercator(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Lon-lat degrees to metres at the equator (Snyder 1987, eq. 7-7 in its atanh form)."""
    within = np.minimum(np.maximum(lat, -_MERCATOR_ENDS_DEG), _MERCATOR_ENDS_DEG)  # quicker than np.clip
    sin = np.sin(np.radians(within))
    return _UNITS_PER_DEGREE * lon, _RADIUS_M * (np.arctanh(sin) - _E * np.arctanh(_E * sin))


def _one_to_mercator(lon: float, lat: float) -> tuple[float, float]:
    """``to_mercator`` of one point."""
    sin = _sine(min(max(lat, -_MERCATOR_ENDS_DEG), _MERCATOR_ENDS_DEG))
    return _UNITS_PER_DEGREE * lon, _RADIUS_M * (float(np.arctanh(sin)) - _E * float(np.arctanh(_E * sin)))


def _one_scale(lat: float) -> float:
    """``mercator_scale`` at one latitude."""
    sin = _sine(lat)
    squared = sin * sin  # as numpy squares; a power differs in the last bit
    return math.sqrt((1 - _WGS84.es * squared) / (1 - squared)) if squared < 1 else math.inf


def _sine(lat: float) -> float:
    """As numpy has it: the library's differs in the last bit."""
    return float(np.sin(math.radians(lat)))


def mercator_scale(lat: Floats) -> Floats:
    """Mercator units to a metre on the ground at latitudes in degrees."""
    sin = np.sin(np.radians(lat))
    return np.asarray(np.sqrt((1 - _WGS84.es * sin**2) / (1 - sin**2)))


@dataclass
class Lines:
    """Stretches of boundary of up to four segments; ``sides`` (n, 2): the polygons to their sides, or -1."""

    sides: Ints
    index: Nearest

    def __post_init__(self) -> None:
        south, north = self.index.ends
        # A little over the largest scale along the lines; not taken from a batch, so that batches agree.
        self._most_scale = 1.01 * float(np.cosh(max(abs(south), abs(north)) / _WGS84.a))

    @classmethod
    def build(cls, polygons: Objects) -> Lines:
        """Cut the boundaries of polygons (lon-lat); a line that two of them share is kept once."""
        start, end, owner, ring = segments(polygons)
        keep, other = _match_shared(start, end, owner)
        start, end, owner, other, ring = start[keep], end[keep], owner[keep], other[keep], ring[keep]
        joined = (start[1:] == end[:-1]).all(axis=1) & (ring[1:] == ring[:-1]) & (other[1:] == other[:-1])
        run_start = np.flatnonzero(np.append(True, ~joined))
        place = np.arange(len(start)) - np.repeat(run_start, np.diff(np.append(run_start, len(start))))
        new = (place % _CHUNK_SEGMENTS == 0) | (other == NOBODY)  # its neighbour is still to be found
        chunk = np.cumsum(new) - 1
        closes = np.append(new[1:], True)
        points = np.repeat(np.stack([start, end], axis=1).reshape(-1, 2), _start_and_last(closes), axis=0)
        indices = np.repeat(chunk, 1 + closes)
        stretches = shapely.linestrings(*to_mercator(*points.T), indices=indices)
        sides = _bridge_gaps(stretches, np.column_stack([owner[new], other[new]]))
        return cls(sides, Nearest.build(stretches))

    def nearest_to_points(self, lon: Floats, lat: Floats) -> tuple[Floats, Ints]:
        """Metres from points to the nearest line and its sides (n, 2); NaN beyond 50 km.

        Farther away Mercator's scale at the point says little.
        """
        x, y = to_mercator(lon, lat)
        distance, line = self.index.find(x, y)
        far = np.flatnonzero(line == NOBODY)
        if len(far):
            distance[far], line[far] = self.index.find_far(x[far], y[far])
        distance_m = distance / mercator_scale(lat)
        distance_m[distance_m > _FARTHEST_M] = np.nan
        return distance_m, self.sides[line]

    def nearest_to_point(self, lon: float, lat: float) -> tuple[float, Ints]:
        """What ``nearest_to_points`` says of one point; ``sides`` (2,)."""
        x, y = _one_to_mercator(lon, lat)
        distance, line = self.index.find_one(x, y)
        if line == NOBODY:
            far, lines = self.index.find_far(np.array([x]), np.array([y]))
            distance, line = far.item(), lines.item()
        distance_m = distance / _one_scale(lat)
        return distance_m if distance_m <= _FARTHEST_M else math.nan, self.sides[line]

    def nearest(self, shapes: Objects, lat: Floats, limit_m: float) -> tuple[Floats, Ints]:
        """Metres to the nearest line and its sides (n, 2), for Mercator shapes; NaN beyond the limit.

        Of lines equally near, as of those that a shape lies across, it is the first.
        """
        scale, box = mercator_scale(lat), shapely.bounds(shapes).reshape(-1, 4)
        reach = np.fmin(self._at_most(shapes) * _ROUNDED + _ROUNDED_M, limit_m * self._most_scale)
        shape, line = self.index.around(box, reach)
        distance = shapely.distance(self.index.lines(line), shapes[shape])
        least = np.lexsort((line, distance, shape))
        least = least[firsts(shape[least])]
        distance_m, side = np.full(len(shapes), np.nan), np.full(len(shapes), NOBODY, dtype=np.int64)
        distance_m[shape[least]] = distance[least] / scale[shape[least]]
        side[shape[least]] = line[least]
        distance_m[distance_m > limit_m] = np.nan
        return distance_m, self.sides[side]

    def _at_most(self, shapes: Objects) -> Floats:
        """How far the nearest line is at most: as far as from the first place of the shape.

        NaN where that is far from all lines.
        """
        places, owner = shapely.get_coordinates(shapes, return_index=True)
        return self.index.find(*places[firsts(owner)].T)[0]

    def parted_near(self, shapes: Objects, limit_m: Floats) -> tuple[Ints, Ints]:
        """Pairs (row, polygon), sorted, of shapes (lon-lat) and polygons beside a line so near to them."""
        _, south, _, north = shapely.bounds(shapes).T
        reach = limit_m * mercator_scale((south + north) / 2)
        projected = shapely.transform(shapes, to_mercator, interleaved=False)
        row, line = self.index.within(shapely.bounds(projected), reach)
        near = shapely.dwithin(self.index.lines(line), projected[row], reach[row])
        pairs = np.column_stack([np.repeat(row[near], 2), self.sides[line[near]].reshape(-1)])
        pairs = np.unique(pairs[pairs[:, 1] != NOBODY], axis=0)
        return pairs[:, 0], pairs[:, 1]


def across(sides: Ints, index: Ints) -> Ints:
    """The polygon on the other side of a line as seen from polygon ``index`` (-1: from outside)."""
    first, second = sides.T
    return np.asarray(np.where(first == index, second, first))


def _start_and_last(closes: Mask) -> npt.NDArray[np.int64]:
    """How often to take each of (start, end, start, end, …): every start, and the end that closes a chunk."""
    return np.column_stack([np.ones(len(closes), dtype=np.int64), closes.astype(np.int64)]).reshape(-1)


def _match_shared(start: Floats, end: Floats, owner: Ints) -> tuple[Mask, Ints]:
    """Which segments to keep, and the polygon that has the same segment too (-1: none)."""
    swap = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    one, two = np.where(swap[:, None], end, start), np.where(swap[:, None], start, end)
    order = np.lexsort((owner, two[:, 1], two[:, 0], one[:, 1], one[:, 0]))
    one, two = one[order], two[order]
    same = ((one[1:] == one[:-1]) & (two[1:] == two[:-1])).all(axis=1)
    keep, other = np.ones(len(start), dtype=bool), np.full(len(start), NOBODY, dtype=np.int64)
    keep[order[1:][same]] = False
    other[order[:-1][same]] = owner[order[1:][same]]
    return keep, other


def _bridge_gaps(stretches: Objects, sides: Ints) -> Ints:
    """Where a line has no twin, take the polygon of the nearest line of another one within 30 m.

    Published layers leave slivers between neighbours that a person would not call a gap.
    """
    alone = np.flatnonzero(sides[:, 1] == NOBODY)
    tree = shapely.STRtree(stretches[alone])
    middles = shapely.line_interpolate_point(stretches[alone], 0.5, normalized=True)
    mine, near = tree.query(middles, predicate="dwithin", distance=_GAP_M)
    foreign = sides[alone[mine], 0] != sides[alone[near], 0]
    mine, near = mine[foreign], near[foreign]
    order = np.argsort(-shapely.distance(middles[mine], stretches[alone[near]]), kind="stable")
    sides[alone[mine[order]], 1] = sides[alone[near[order]], 0]  # the nearest is written last
    return sides
