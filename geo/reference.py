"""Moving a boundary file to WGS 84 by a transformation that is named, never by a guess."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS, Geod
from pyproj.exceptions import CRSError
from pyproj.transformer import Transformer, TransformerGroup

from geo import datum_problems as problems
from geo.parse import THAILAND_LAT, THAILAND_LON
from thai.problem import Problem

WGS84 = CRS.from_epsg(4326)
_GEOD = Geod(ellps="WGS84")
_MARGIN_DEG = 1.0  # a neighbour's overlap of a degree is fine; metres of any projection lie far beyond
_INDIAN_1975 = "indian 1975"
# EPSG:1304 is "Indian 1975 to WGS 84 (2)". PROJ's default, (4) or EPSG:1812, lies some 185 m away from it,
# most likely by a sign convention.
_INDIAN_1975_OPERATION = "Indian 1975 to WGS 84 (2)"
_INDIAN_1975_NAME = f"{_INDIAN_1975_OPERATION}, EPSG:1304"
_SHIFT_M = 100.0
_INDIAN_READ_AS_WGS84_M = (334.0, -299.0)
_CANDIDATES = ("EPSG:4326", "EPSG:32647", "EPSG:32648", "EPSG:24047", "EPSG:24048", "EPSG:3857")
Floats = npt.NDArray[np.float64]


def to_wgs84(
    frame: gpd.GeoDataFrame, file: str, given: str | None = None
) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """The frame in lon-lat WGS 84, and how it came there.

    ``given`` says what the coordinates are, whatever the file says. Raises ``Problem`` when the system is
    unknown, contradicts the coordinates, or puts a shape outside Thailand. Rows are named by ``code``.
    """
    report: list[Problem] = []
    shapes, bounds = frame.geometry.to_numpy(), frame.total_bounds
    source = _source(frame, file, given, bounds, report)
    if source.is_geographic and _is_in_thailand(bounds[[1, 0, 3, 2]]):
        shapes = shapely.transform(shapes, lambda x, y: (y, x), interleaved=False)
        report.append(problems.boundary_swapped(file))
    if not source.equals(WGS84, ignore_axis_order=True):
        transformer = transformer_to_wgs84(source)
        moved = shapely.transform(shapes, transformer.transform, interleaved=False)
        report.append(_moved(file, source, transformer, shapely.total_bounds(shapes)))
        shapes = moved
    _refuse_outside(shapes, frame["code"].tolist(), file, source, bounds)
    return gpd.GeoDataFrame(frame.drop(columns="geometry"), geometry=shapes, crs=WGS84), report


def in_wgs84(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """A frame that names its system in lon-lat WGS 84, by the way that boundaries come: a point of Indian
    1975 must not lie 185 m from where a boundary of Indian 1975 puts it.
    """
    if CRS(frame.crs).equals(WGS84, ignore_axis_order=True):
        return frame.to_crs(WGS84)
    way = transformer_to_wgs84(CRS(frame.crs))
    moved = shapely.transform(frame.geometry.to_numpy(), way.transform, interleaved=False)
    return frame.set_geometry(gpd.GeoSeries(moved, index=frame.index, crs=WGS84), crs=WGS84)


def transformer_to_wgs84(source: CRS) -> Transformer:
    """Lon-lat (or east-north) to lon-lat WGS 84; from Indian 1975 by EPSG:1304, whatever the file's own
    datum shift."""
    if not _is_indian_1975(source):
        return Transformer.from_crs(source, WGS84, always_xy=True)
    own = _unbound(source)
    plain = CRS.from_epsg(code) if (code := own.to_epsg(min_confidence=20)) else own
    ways = TransformerGroup(plain, WGS84, always_xy=True).transformers
    return next(way for way in ways if _INDIAN_1975_OPERATION in way.description)


def fitting(bounds: Sequence[float] | Floats) -> list[str]:
    """The usual systems in which coordinates of these bounds would lie in Thailand: for people to choose."""
    middle_x, middle_y = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    found = []
    for name in _CANDIDATES:
        lon, lat = Transformer.from_crs(name, WGS84, always_xy=True).transform(middle_x, middle_y)
        if _is_in_thailand(np.array([lon, lat, lon, lat]), margin=0.0):
            found.append(name)
    return found


def _source(
    frame: gpd.GeoDataFrame, file: str, given: str | None, bounds: Floats, report: list[Problem]
) -> CRS:
    """The system that the coordinates are in; raises ``Problem`` where that is not certain."""
    if given:
        try:
            source = CRS.from_user_input(given)
        except CRSError as error:
            raise problems.boundary_crs_unknown(file, given) from error
        if frame.crs is not None and not CRS(frame.crs).equals(source, ignore_axis_order=True):
            report.append(problems.boundary_crs_given(file, frame.crs.name, source.name))
    elif frame.crs is None:
        if not _is_in_thailand(bounds) and not _is_in_thailand(bounds[[1, 0, 3, 2]]):
            raise problems.boundary_no_crs(file, list(bounds), fitting(bounds))
        report.append(problems.boundary_crs_assumed(file))
        return WGS84
    else:
        source = CRS(frame.crs)
    are_degrees = bool(np.abs(bounds).max() <= 360)
    if source.is_geographic != are_degrees:
        raise problems.boundary_crs_contradicts(file, source.name, list(bounds), fitting(bounds))
    return source


def _is_indian_1975(source: CRS) -> bool:
    """By the datum's name, as EPSG or as ESRI writes it."""
    geodetic = source.geodetic_crs
    if geodetic is None:
        return False
    name = geodetic.name.casefold().replace("_", " ").removeprefix("gcs ")
    return name.startswith(_INDIAN_1975)


def _unbound(source: CRS) -> CRS:
    """The system without the datum shift that a file may bring (TOWGS84)."""
    return source.source_crs or source if source.is_bound else source


def _moved(file: str, source: CRS, transformer: Transformer, bounds: Floats) -> Problem:
    """By which operation, and for Indian 1975 how far from the bare numbers and from PROJ's default."""
    if not _is_indian_1975(source):
        return problems.boundary_crs_transformed(file, source.name, transformer.description)
    x, y = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    own = _unbound(source)
    lon, lat = transformer.transform(x, y)
    misread = CRS.from_epsg(32600 + int(own.utm_zone[:2])) if own.utm_zone else own
    bare = Transformer.from_crs(misread, misread.geodetic_crs or misread, always_xy=True).transform(x, y)
    default = Transformer.from_crs(own, WGS84, always_xy=True).transform(x, y)
    away_m = [float(_GEOD.inv(lon, lat, *other)[2]) for other in (bare, default)]
    return problems.boundary_crs_transformed(file, source.name, _INDIAN_1975_NAME, *away_m)


def _refuse_outside(
    shapes: npt.NDArray[np.object_], codes: Sequence[str], file: str, source: CRS, bounds: Floats
) -> None:
    boxes = shapely.bounds(shapes)
    there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    inside = np.array([_is_in_thailand(box) for box in boxes])
    if outside := [code for code, bad in zip(codes, there & ~inside, strict=True) if bad]:
        fits = [name for name in fitting(bounds) if CRS.from_user_input(name) != source]
        raise problems.boundary_outside_thailand(file, source.name, outside, list(bounds), fits)


def _is_in_thailand(bounds: Floats, margin: float = _MARGIN_DEG) -> bool:
    west, south, east, north = bounds
    in_lon = THAILAND_LON[0] - margin <= west <= east <= THAILAND_LON[1] + margin
    in_lat = THAILAND_LAT[0] - margin <= south <= north <= THAILAND_LAT[1] + margin
    return bool(in_lon and in_lat)


def shift_against(table: gpd.GeoDataFrame, other: gpd.GeoDataFrame, file: str) -> list[Problem]:
    """Whether all areas lie off those of the same code by one vector: the sign of a datum that was mistaken.

    Said from 100 m on, when half of the areas agree with the median within a quarter of it.
    """
    common = table.merge(pd.DataFrame(other)[["code", "geometry"]], on="code", suffixes=("", "_other"))
    common = common[~shapely.is_missing(common["geometry_other"].to_numpy())]
    if not len(common):
        return []
    here, there = (
        shapely.get_coordinates(shapely.centroid(common[name].to_numpy()))
        for name in ("geometry", "geometry_other")
    )
    azimuth, _, distance_m = _GEOD.inv(*there.T, *here.T)
    east, north = distance_m * np.sin(np.radians(azimuth)), distance_m * np.cos(np.radians(azimuth))
    median_e, median_n = float(np.median(east)), float(np.median(north))
    length = float(np.hypot(median_e, median_n))
    spread = float(np.median(np.hypot(east - median_e, north - median_n)))
    if length < _SHIFT_M or spread > length / 4:
        return []
    # Indian 1975 read as WGS 84 lies west and north of where it is: (-334, +299) m at Pak Phanang.
    off_indian = np.hypot(median_e - _INDIAN_READ_AS_WGS84_M[0], median_n - _INDIAN_READ_AS_WGS84_M[1])
    reading = "EPSG:24047 / EPSG:24048 / EPSG:4240" if off_indian < _SHIFT_M else ""
    return [problems.boundary_shifted(file, median_e, median_n, len(common), reading)]
