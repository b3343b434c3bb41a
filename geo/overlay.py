"""Plots held against state land and other drawn layers: how much lies inside, and whether the map can tell.

Never evidence of a boundary: half a millimetre on a map of 1:50,000 is 25 m on the ground.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import shapely

from geo.lines import mercator_scale, to_mercator
from geo.measure import METRES_PER_DEGREE_LAT, area_m2, metres_per_degree_lon
from geo.plot_pairs import areas_of

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Objects = npt.NDArray[np.object_]

CLEAR, TOO_COARSE, SCALE_UNKNOWN = "clear", "too_coarse", "scale_unknown"
LINE_MM = 0.5
"""How well a line can be placed on a paper map."""
USUAL_ACCURACY_M = 5.0
_LEAST_REACH_M = 200.0


def tolerance_m(scale: int) -> float:
    """Metres on the ground that a line may be off: half a millimetre at 1:``scale``; 0 where unknown."""
    return scale * LINE_MM / 1000


@dataclass(frozen=True)
class Overlay:
    """One overlay set, indexed: valid areas in lon-lat; ``scale`` 50000 for 1:50,000, 0 unknown."""

    name: str
    scale: int
    codes: Objects
    names: Objects
    polygons: Objects
    tree: shapely.STRtree = field(repr=False)

    @classmethod
    def build(
        cls, name: str, scale: int, codes: npt.ArrayLike, names: npt.ArrayLike, polygons: npt.ArrayLike
    ) -> Overlay:
        """Index the areas of a set, each with its code and its own name."""
        shapes = np.asarray(polygons, dtype=object)
        ids, words = (np.asarray(one, dtype=object) for one in (codes, names))
        return cls(name, scale, ids, words, shapes, shapely.STRtree(shapes))


@dataclass(frozen=True)
class Hits:
    """One entry a pair of a shape and an area of the overlay.

    ``shape``, ``area``: rows of each. ``overlap_m2`` is 0 beside the line. ``depth_m``: how far the shape
    reaches in behind the line, at most ``reach_m``. ``distance_m``: from outside to the line, else 0.
    ``carries``: ``clear``, ``too_coarse`` (moving the line by what the map's scale and the GPS leave open
    would undo the overlap, or make one), or ``scale_unknown``. ``common``: the ground inside, None for none.
    """

    shape: Ints
    area: Ints
    overlap_m2: Floats
    depth_m: Floats
    distance_m: Floats
    carries: Objects
    common: Objects


def hits(overlay: Overlay, shapes: Objects, accuracy_m: Floats) -> Hits:
    """Hold valid areas and points (lon-lat, none missing) against an overlay.

    ``accuracy_m`` of the GPS, NaN unknown. A point inside has no ground in common, but a depth.
    """
    limit_m = tolerance_m(overlay.scale) + np.fmax(accuracy_m, USUAL_ACCURACY_M)
    margin_m = limit_m if overlay.scale else np.zeros(len(shapes))
    area, shape = _near(overlay, shapes, margin_m)
    common = _common(shapes[shape], overlay.polygons[area])
    overlap_m2 = np.nan_to_num(area_m2(common))
    inside = (overlap_m2 > 0) | (shapely.get_dimensions(common) == 0)
    depth_m, distance_m = np.zeros(len(shape)), np.zeros(len(shape))
    for row in range(len(shape)):
        reach_m = max(2 * float(limit_m[shape[row]]), _LEAST_REACH_M)
        of_both = (common[row] if inside[row] else shapes[shape[row]], overlay.polygons[area[row]])
        measured = _from_line(*of_both, reach_m, farthest=bool(inside[row]))
        (depth_m if inside[row] else distance_m)[row] = measured
    near = inside | (distance_m <= margin_m[shape])
    open_m = limit_m[shape]
    known = np.where(inside & (depth_m > open_m), CLEAR, TOO_COARSE)
    carries = (known if overlay.scale else np.full(len(shape), SCALE_UNKNOWN)).astype(object)
    numbers = (overlap_m2[near], depth_m[near], distance_m[near])
    return Hits(shape[near], area[near], *numbers, carries[near], common[near])


def _common(shapes: Objects, polygons: Objects) -> Objects:
    """What of each shape lies in its polygon: ground, or the point itself; None for nothing."""
    common = np.full(len(shapes), None, dtype=object)
    areas = shapely.get_dimensions(shapes) == 2
    boxes = shapely.box(*shapely.bounds(shapes[areas]).T)  # overlaying large polygons whole is slow
    common[areas] = areas_of(
        shapely.intersection(shapes[areas], shapely.intersection(polygons[areas], boxes))
    )
    held = ~areas & shapely.intersects(polygons, shapes)
    common[held] = shapes[held]
    return common


def _near(overlay: Overlay, shapes: Objects, margin_m: Floats) -> tuple[Ints, Ints]:
    """Pairs (area, shape) whose boxes, widened by the margin, meet; in the order of shapes, then areas."""
    west, south, east, north = shapely.bounds(shapes).T
    aside = margin_m / metres_per_degree_lon(np.maximum(np.abs(south), np.abs(north)))
    above = margin_m / METRES_PER_DEGREE_LAT
    boxes = shapely.box(west - aside, south - above, east + aside, north + above)
    shape, area = overlay.tree.query(boxes, "intersects")
    order = np.lexsort((area, shape))
    return np.asarray(area[order]), np.asarray(shape[order])


def _from_line(
    shape: shapely.Geometry, polygon: shapely.Geometry, reach_m: float, *, farthest: bool
) -> float:
    """Metres from the polygon's line to the farthest (else nearest) corner of a shape, up to ``reach_m``."""
    west, south, east, north = shapely.bounds(shape)
    aside, above = reach_m / float(metres_per_degree_lon(np.array(north))), reach_m / METRES_PER_DEGREE_LAT
    window = (west - aside, south - above, east + aside, north + above)
    line = shapely.clip_by_rect(shapely.boundary(polygon), *window)
    if line.is_empty:
        return reach_m
    scale = float(mercator_scale(np.array((south + north) / 2)))
    line, moved = (shapely.transform(one, to_mercator, interleaved=False) for one in (line, shape))
    if not farthest:
        return min(float(shapely.distance(line, moved)) / scale, reach_m)
    corners = shapely.points(shapely.get_coordinates(moved))
    return min(float(shapely.distance(line, corners).max()) / scale, reach_m)
