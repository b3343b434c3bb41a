"""Moving a boundary file to WGS 84 by a transformation that is named, never by a guess."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS
from pyproj.transformer import Transformer, TransformerGroup

from geo import problems
from geo.parse import THAILAND_LAT, THAILAND_LON
from thai.problem import Problem

WGS84 = CRS.from_epsg(4326)
_INDIAN_1975 = "Indian 1975"
# EPSG:1304. PROJ's default, EPSG:1812, lies some 185 m away from it, most likely by a sign convention.
_INDIAN_1975_OPERATION = "Indian 1975 to WGS 84 (2)"


def to_wgs84(frame: gpd.GeoDataFrame, file: str) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """The frame in lon-lat WGS 84, and how it came there; raises ``Problem`` when its system is unknown."""
    if frame.crs is None:
        bounds = frame.total_bounds
        if not _are_degrees_in_thailand(bounds):
            raise problems.boundary_no_crs(file, list(bounds))
        return frame.set_crs(WGS84), [problems.boundary_crs_assumed(file)]
    source = CRS(frame.crs)
    if source.equals(WGS84, ignore_axis_order=True):
        return frame.set_crs(WGS84, allow_override=True), []
    transformer = _transformer(source)
    moved = shapely.transform(frame.geometry.to_numpy(), transformer.transform, interleaved=False)
    report = problems.boundary_crs_transformed(file, source.name, transformer.description)
    return gpd.GeoDataFrame(frame.drop(columns="geometry"), geometry=moved, crs=WGS84), [report]


def _transformer(source: CRS) -> Transformer:
    if source.geodetic_crs is None or source.geodetic_crs.name != _INDIAN_1975:
        return Transformer.from_crs(source, WGS84, always_xy=True)
    ways = TransformerGroup(source, WGS84, always_xy=True).transformers
    return next(way for way in ways if _INDIAN_1975_OPERATION in way.description)


def _are_degrees_in_thailand(bounds: np.ndarray) -> bool:
    west, south, east, north = bounds
    # A neighbour's overlap of a degree is fine; metres of any projection lie far beyond.
    in_lon = THAILAND_LON[0] - 1 <= west <= east <= THAILAND_LON[1] + 1
    in_lat = THAILAND_LAT[0] - 1 <= south <= north <= THAILAND_LAT[1] + 1
    return bool(in_lon and in_lat)
