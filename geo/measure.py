"""Geodesic area and length on WGS 84, for arrays of geometries in lon-lat degrees (EPSG:4326)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Geod

_WGS84 = Geod(ellps="WGS84")
_E = np.sqrt(_WGS84.es)
_SHORT_DEG = 0.005  # 550 m: up to here the short way differs from the geodesic by less than 3e-10
_USUAL_LAT = 60.0
Floats = npt.NDArray[np.float64]
METRES_PER_DEGREE_LAT = 110_600.0
"""Within 0.2 % in Thailand; for tolerances and windows, never for what is shown."""


def metres_per_degree_lon(lat: Floats) -> Floats:
    """Metres of a degree of longitude at latitudes in degrees, within 0.1 % in Thailand."""
    return np.asarray(111_320.0 * np.cos(np.radians(lat)))


def area_m2(geometries: npt.ArrayLike) -> Floats:
    """Areas in m²; 0 for points and lines, NaN for None. Holes count out whatever their direction.

    Vertices go to the sphere of equal area (authalic latitude, Snyder, "Map Projections: A Working
    Manual", 1987, eq. 3-12), where each edge closes an exact spherical area with the equator. Edges are
    great circles there and not geodesics: within 1e-6 of ``Geod.geometry_area_perimeter`` for edges up
    to some 10 km.
    """
    geometries = np.asarray(geometries, dtype=object)
    parts, part_of = shapely.get_parts(geometries, return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    coordinates, ring_of = shapely.get_coordinates(rings, return_index=True)
    ring_area = np.abs(np.bincount(ring_of[1:], _edge_areas(coordinates, ring_of), len(rings)))
    outer = np.diff(ring_part, prepend=-1) != 0
    total = np.bincount(part_of[ring_part], np.where(outer, ring_area, -ring_area), geometries.size)
    return np.where(shapely.is_missing(geometries), np.nan, total)


def length_m(geometries: npt.ArrayLike) -> Floats:
    """Lengths in m of lines, perimeters of polygons (holes too), 0 for points, NaN for None; geodesic."""
    geometries = np.asarray(geometries, dtype=object)
    parts, part_of = shapely.get_parts(geometries, return_index=True)
    is_area = shapely.get_dimensions(parts) == 2
    rings, ring_part = shapely.get_rings(parts[is_area], return_index=True)
    lines = np.concatenate([parts[~is_area], rings])
    owner = np.concatenate([part_of[~is_area], part_of[is_area][ring_part]])
    coordinates, line_of = shapely.get_coordinates(lines, return_index=True)
    lon, lat = coordinates.T
    within = line_of[1:] == line_of[:-1]
    metres = np.zeros(max(len(lon) - 1, 0))
    metres[within] = _edges_m(lon[:-1][within], lat[:-1][within], lon[1:][within], lat[1:][within])
    total = np.bincount(owner[line_of[1:]], metres, geometries.size)
    return np.where(shapely.is_missing(geometries), np.nan, total)


def distance_m(lon: Floats, lat: Floats, other_lon: Floats, other_lat: Floats) -> Floats:
    """Geodesic distances between pairs of points."""
    return np.asarray(_WGS84.inv(lon, lat, other_lon, other_lat)[2])


def _edges_m(lon: Floats, lat: Floats, other_lon: Floats, other_lat: Floats) -> Floats:
    """Geodesic lengths of edges.

    Those of plots are short, and take a seventh of the time by Gauss's mid-latitude formula (Rapp, "Geometric
    Geodesy", part I, 1991, chapter 6): the hypotenuse of what they span along parallel and meridian.
    """
    middle, turn, rise = np.radians([(lat + other_lat) / 2, other_lon - lon, other_lat - lat])
    squared = 1 - _WGS84.es * np.sin(middle) ** 2
    across_m = _WGS84.a / np.sqrt(squared)  # radius of curvature along the parallel, then along the meridian
    along_m = across_m * (1 - _WGS84.es) / squared
    metres = np.asarray(np.hypot(across_m * np.cos(middle) * turn, along_m * rise))
    limit = np.radians(_SHORT_DEG)
    short = (np.abs(turn) < limit) & (np.abs(rise) < limit) & (np.abs(lat) < _USUAL_LAT)
    far = np.flatnonzero(~short)
    metres[far] = distance_m(lon[far], lat[far], other_lon[far], other_lat[far])
    return metres


def _edge_areas(coordinates: Floats, ring_of: npt.NDArray[np.int64]) -> Floats:
    """Signed m² between each edge and the equator; 0 for the step from one ring to the next."""
    lon, lat = np.radians(coordinates).T
    sin_authalic = _q(np.sin(lat)) / _q(np.float64(1.0))
    half_tan = sin_authalic / (1 + np.sqrt(np.maximum(1 - sin_authalic**2, 0.0)))
    turn = np.tan(np.diff(lon) / 2)
    before, after = half_tan[:-1], half_tan[1:]
    excess = 2 * np.arctan2(turn * (before + after), 1 + before * after)
    radius_squared = _WGS84.a**2 * _q(np.float64(1.0)) / 2
    return np.where(ring_of[1:] == ring_of[:-1], excess * radius_squared, 0.0)


def _q(sin_latitude: Floats | np.float64) -> Floats:
    """Snyder's q (eq. 3-12): proportional to the ellipsoid's area between the equator and a latitude."""
    e_sin = _E * sin_latitude
    return np.asarray((1 - _E**2) * (sin_latitude / (1 - e_sin**2) + np.arctanh(e_sin) / _E))
