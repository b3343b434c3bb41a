"""Where a geometry lies: a point to stand for it and its bounding box, for many at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely


@dataclass(frozen=True, slots=True)
class Extents:
    """Degrees, EPSG:4326; NaN where there is no geometry. ``lon``/``lat`` is the centroid."""

    lon: np.ndarray
    lat: np.ndarray
    minx: np.ndarray
    miny: np.ndarray
    maxx: np.ndarray
    maxy: np.ndarray


def extents(geometry: np.ndarray) -> Extents:
    """Centroids and bounding boxes of an array of geometries (``None`` allowed)."""
    if (shapely.get_type_id(geometry) <= shapely.GeometryType.POINT).all():
        lon, lat = shapely.get_x(geometry), shapely.get_y(geometry)
        return Extents(lon, lat, lon, lat, lon, lat)
    bounds = shapely.bounds(geometry)
    centre = shapely.centroid(geometry)
    return Extents(shapely.get_x(centre), shapely.get_y(centre), *(bounds[:, side] for side in range(4)))
