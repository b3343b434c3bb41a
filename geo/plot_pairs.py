"""Plots that lie on one another: by how much, how wide, and whether it is one plot drawn twice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from geo.measure import area_m2, length_m

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Objects = npt.NDArray[np.object_]

SAME, OVERLAP, EDGE = "same", "overlap", "edge"
SAME_SHARE = 0.8
"""Of the ground of both together: from here on it is one plot, drawn twice."""
LEAST_M2 = 40.0
"""10 square wah."""
USUAL_ACCURACY_M = 5.0
"""Of a phone in the open, where a shape does not tell its own."""
_AT_ONCE = 20_000


@dataclass(frozen=True)
class Overlaps:
    """One entry a pair. ``width_m``: how wide the common ground is on average.

    ``kind``: ``same`` (one plot drawn twice), ``overlap``, or ``edge``: neighbours whose common line was
    drawn twice, no wider apart than GPS can tell, or ground too small to speak of.
    """

    overlap_m2: Floats
    width_m: Floats
    kind: Objects


def touching(new: Floats, others: Floats) -> tuple[Ints, Ints]:
    """Pairs (row of ``new``, row of ``others``) of boxes (n, 4: west, south, east, north) that meet."""
    tree = shapely.STRtree(shapely.box(*new.T))
    other, one = tree.query(shapely.box(*others.T))
    return np.asarray(one), np.asarray(other)


def overlaps(
    first: Objects, second: Objects, first_m2: Floats, second_m2: Floats, accuracy_m: Floats
) -> Overlaps:
    """Measure pairs of valid areas in lon-lat; ``accuracy_m`` is the worse one of each pair, NaN unknown."""
    overlap_m2, around_m = np.zeros(len(first)), np.zeros(len(first))
    for start in range(0, len(first), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        common = shapely.intersection(first[part], second[part])
        overlap_m2[part] = area_m2(common)
        around_m[part] = length_m(areas_of(common))
    # A strip of length l and width w has the area l·w and the outline 2l + 2w.
    width_m = np.divide(2 * overlap_m2, around_m, out=np.zeros(len(first)), where=around_m > 0)
    together = first_m2 + second_m2 - overlap_m2
    same = overlap_m2 > SAME_SHARE * together
    unclear_m = np.fmax(accuracy_m, USUAL_ACCURACY_M)
    mostly = overlap_m2 > 0.5 * np.minimum(first_m2, second_m2)
    real = (overlap_m2 >= LEAST_M2) & ((width_m > unclear_m) | mostly)
    kind = np.where(same, SAME, np.where(real, OVERLAP, EDGE)).astype(object)
    return Overlaps(overlap_m2, width_m, kind)


def areas_of(shapes: Objects) -> Objects:
    """Without the lines and points where outlines merely touch; None where no ground is left."""
    mixed = shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION
    for row in np.flatnonzero(mixed):
        parts = shapely.get_parts(shapes[row])
        shapes[row] = shapely.multipolygons(shapely.get_parts(parts[shapely.get_dimensions(parts) == 2]))
    shapes[(shapely.get_dimensions(shapes) < 2) | shapely.is_empty(shapes)] = None
    return shapes
