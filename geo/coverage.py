"""How the areas of a level fit together: overlaps, gaps, and whether they add up to the level above."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo import coverage_findings as findings
from geo.levels import DIGITS, LEVELS
from geo.measure import area_m2
from thai.problem import Problem

_LEAST_M2 = 1.0  # smaller overlaps and gaps are rounding
_NESTS_M2 = 1_000.0
Objects = npt.NDArray[np.object_]


def check_coverage(table: gpd.GeoDataFrame, file: str, *, gaps: bool = True) -> list[Problem]:
    """Overlaps and gaps (holes that no area covers) of a table of areas (EPSG:4326)."""
    report: list[Problem] = []
    shapes, codes = table.geometry.to_numpy(), table["code"].to_numpy()
    edges = shapely.coverage_invalid_edges(shapes)
    mismatched = np.flatnonzero(~(shapely.is_missing(edges) | shapely.is_empty(edges)))
    if len(mismatched):
        pairs = [(codes[one], codes[two], area) for one, two, area in _overlaps(shapes, mismatched)]
        report.append(findings.boundary_overlaps(file, pairs, list(codes[mismatched])))
    if gaps and (found := _gaps(shapes, whole=not len(mismatched))):
        report.append(findings.boundary_gaps(file, found))
    return report


def check_nesting(
    table: gpd.GeoDataFrame, level: str, upper: gpd.GeoDataFrame, upper_level: str, file: str
) -> list[Problem]:
    """Whether areas joined by their parent's code give the parent, of those parents that have any.

    ``table`` lies below ``upper`` (EPSG:4326, both with ``code``). Differences below 1,000 m² are rounding.
    """
    if level not in LEVELS or upper_level not in LEVELS or LEVELS.index(level) <= LEVELS.index(upper_level):
        return []
    parent = table["code"].str[: DIGITS[upper_level]].to_numpy()
    outer = dict(zip(upper["code"], upper.geometry, strict=True))
    orphans = sorted(set(parent) - outer.keys())
    common = [code for code in np.unique(parent) if code in outer]
    shapes = table.geometry.to_numpy()
    joined = np.array([shapely.union_all(shapes[parent == code]) for code in common], dtype=object)
    whole = np.array([outer[code] for code in common], dtype=object)
    differ_m2 = area_m2(shapely.symmetric_difference(joined, whole)) if common else np.array([])
    areas = [(common[n], float(differ_m2[n])) for n in np.argsort(-differ_m2) if differ_m2[n] > _NESTS_M2]
    if not areas and not orphans:
        return []
    return [findings.boundary_does_not_nest(file, level, upper_level, areas, orphans)]


def _overlaps(shapes: Objects, mismatched: npt.NDArray[np.int64]) -> list[tuple[int, int, float]]:
    """Pairs of areas and the m² they share, the largest first."""
    suspects = shapes[mismatched]
    shapely.prepare(suspects)
    one, two = shapely.STRtree(suspects).query(suspects, predicate="intersects")
    one, two = one[one < two], two[one < two]
    boxes = shapely.box(*_common_box(suspects[one], suspects[two]))
    cut = shapely.intersection(suspects[one], boxes), shapely.intersection(suspects[two], boxes)
    areas = area_m2(shapely.intersection(*cut))
    order = [n for n in np.argsort(-areas, kind="stable") if areas[n] > _LEAST_M2]
    return [(int(mismatched[one[n]]), int(mismatched[two[n]]), float(areas[n])) for n in order]


def _common_box(ones: Objects, twos: Objects) -> list[npt.NDArray[np.float64]]:
    """West, south, east, north of what two arrays of boxes share: overlays of whole areas are slow."""
    first, second = shapely.bounds(ones).T, shapely.bounds(twos).T
    low, high = np.maximum(first[:2], second[:2]), np.minimum(first[2:], second[2:])
    return [*low, *high]


def _gaps(shapes: Objects, *, whole: bool) -> list[tuple[float, float, float]]:
    """Holes of the union: m², lon and lat of a point in them, the largest first."""
    union = shapely.coverage_union_all(shapes) if whole else shapely.union_all(shapes)
    parts = shapely.get_parts(union)
    rings, part_of = shapely.get_rings(parts, return_index=True)
    holes = shapely.polygons(rings[np.diff(part_of, prepend=-1) == 0])
    if not len(holes):
        return []
    areas, points = area_m2(holes), shapely.point_on_surface(holes)
    return [
        (float(areas[n]), round(shapely.get_x(points[n]), 6), round(shapely.get_y(points[n]), 6))
        for n in np.argsort(-areas, kind="stable")
        if areas[n] > _LEAST_M2
    ]
