"""How a shape that does not lie in one polygon alone is shared out among several."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from geo.grid import Floats, Ints, Objects
from geo.measure import area_m2, length_m

Shares = list[tuple[str, float]]
"""Codes of polygons and what lies in each, the largest first; together one. '' is what lies in none."""

_SPECK = 5e-5  # of a shape: less is none of four decimals


def common_size(shapes: Objects, polygons: Objects) -> Floats:
    """m² of areas, m of lines and 1 for points of each shape that lies in its polygon.

    The polygon is first cut to the shape's box: overlaying whole tambons of thousands of vertices is slow.
    """
    boxes = shapely.box(*shapely.bounds(shapes).T)
    return _size(shapely.intersection(shapes, shapely.intersection(polygons, boxes)), shapes)


def shares(shapes: Objects, shape: Ints, codes: npt.NDArray[np.str_], size: Floats) -> dict[int, Shares]:
    """By number, the shares of those lines and areas that have more than one part worth telling.

    ``shape``, ``codes`` and ``size``: pairs of a shape and a polygon, with what they have in common.
    """
    asked = np.unique(shape[shapely.get_dimensions(shapes[shape]) > 0])
    whole = np.zeros(len(shapes))
    whole[asked] = _size(shapes[asked], shapes[asked])
    told = size > _SPECK * whole[shape]
    found: dict[int, Shares] = {number: [] for number in asked.tolist()}
    pairs = zip(shape[told].tolist(), codes[told].tolist(), size[told].tolist(), strict=True)
    for number, code, part in pairs:
        if number in found:
            found[number].append((code, part))
    rest = whole - np.bincount(shape, size, len(shapes))
    for number in asked[rest[asked] > _SPECK * whole[asked]].tolist():
        found[number].append(("", float(rest[number])))
    return {number: _to_one(parts) for number, parts in found.items() if len(parts) > 1}


def _to_one(parts: Shares) -> Shares:
    """Parts as shares of four decimals that add up to one, the largest first."""
    total = sum(part for _, part in parts)
    ordered = sorted(parts, key=lambda one: (-one[1], one[0]))
    rest = [(code, round(part / total, 4)) for code, part in ordered[1:]]
    return [(ordered[0][0], round(1 - sum(share for _, share in rest), 4)), *rest]


def _size(parts: Objects, of: Objects) -> Floats:
    dimension = shapely.get_dimensions(of)
    return np.select([dimension == 2, dimension == 1], [area_m2(parts), length_m(parts)], 1.0)
