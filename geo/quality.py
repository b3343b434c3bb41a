"""What is doubtful about a drawn plot: corners that stick out, impossible sizes, another size than declared.

Whether it crosses itself, has too few corners or repeats one is told where its text is read (``geo.parse``).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from geo.measure import METRES_PER_DEGREE_LAT, metres_per_degree_lon

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

FLAGS = ("spike", "too_small", "too_large")
SMALLEST_M2 = 40.0
"""10 square wah: less is a slip of the finger."""
LARGEST_M2 = 1_600_000.0
"""1,000 rai: more is seldom one person's plot."""
SPIKE_DEG, SPIKE_M = 10.0, 10.0
DIFFERS_SHARE, DIFFERS_M2 = 0.2, 400.0


def plot_flags(shapes: npt.ArrayLike, measured_m2: Floats) -> dict[str, Mask]:
    """Which shapes (lon-lat, None allowed) earn each of ``FLAGS``; ``measured_m2`` is their area."""
    is_area = measured_m2 > 0
    return {
        "spike": spikes(shapes),
        "too_small": is_area & (measured_m2 < SMALLEST_M2),
        "too_large": is_area & (measured_m2 > LARGEST_M2),
    }


def spikes(shapes: npt.ArrayLike) -> Mask:
    """Shapes with a corner narrower than 10° whose sides are both longer than 10 m: a jump of the GPS."""
    shapes = np.asarray(shapes, dtype=object)
    parts, of_shape = shapely.get_parts(shapes, return_index=True)
    rings, of_part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    if not len(xy):
        return np.zeros(len(shapes), dtype=bool)
    first = np.flatnonzero(np.diff(ring, prepend=-1))
    last = np.append(first[1:], len(ring)) - 1  # repeats the first one
    corner = np.delete(np.arange(len(xy)), last)
    before = corner - 1
    before[np.isin(corner, first)] = last - 1
    here = xy[corner]
    metres = np.column_stack([metres_per_degree_lon(here[:, 1]), np.full(len(here), METRES_PER_DEGREE_LAT)])
    back, ahead = (xy[before] - here) * metres, (xy[corner + 1] - here) * metres
    back_m, ahead_m = np.hypot(*back.T), np.hypot(*ahead.T)
    is_long = np.minimum(back_m, ahead_m) > SPIKE_M
    narrow = (back * ahead).sum(axis=1) > np.cos(np.radians(SPIKE_DEG)) * back_m * ahead_m
    found = of_shape[of_part[ring[corner[is_long & narrow]]]]
    return np.bincount(found, minlength=len(shapes)) > 0


def area_differs(declared_m2: Floats, measured_m2: Floats) -> Mask:
    """Declared and measured area more than a fifth of the declared one and a ngan (400 m²) apart."""
    with np.errstate(invalid="ignore"):
        apart = np.abs(measured_m2 - declared_m2)
        both = (declared_m2 > 0) & (measured_m2 > 0)
        return np.asarray(both & (apart > DIFFERS_SHARE * declared_m2) & (apart > DIFFERS_M2))
