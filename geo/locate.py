"""Which tambon a point, line or plot lies in, how near the line is, and whether the form agrees.

A ``Locator`` is built once for a boundary set and kept beside it, in a file that is mapped: what nobody asks
about takes no memory. The raster answers most points by one lookup (``geo.grid``), the polygons' segments the
rest (``geo.rings``). The nearest line has an index of its own (``geo.lines``, ``geo.nearest``).
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import shapely

from geo import mapped, problems
from geo.grid import OUTSIDE, Floats, Grid, Ints, Mask, Objects
from geo.lines import NOBODY, Lines, across, to_mercator
from geo.measure import METRES_PER_DEGREE_LAT, metres_per_degree_lon
from geo.mending import mended
from geo.nearest import Nearest
from geo.rings import Rings
from geo.runs import firsts
from geo.shares import Shares, common_size, shares

NEAR_LIMIT_M = 500.0
NEAR_LINE_M = 30.0
VERDICTS = ("agrees", "near_line", "disagrees", "outside", "no_geometry")
_FORMAT = "tambon locator 3"
_MOST_SPAN = 3  # a shape over more cells a side than this goes to the polygons
_MOST_VERTICES = 1_000_000  # of polygons kept as shapes: some 20 MB


@dataclass
class Located:
    """One entry a row.

    ``index``: into the locator's ``codes``, -1 outside all (and for no geometry).
    ``distance_m``: to the nearest boundary line, 0 for a shape that crosses one; NaN without geometry and
    beyond 50 km.
    ``other``: the polygon across that line, for a crossing shape the one with the next largest share; -1
    where nobody is there or the line is beyond the locator's ``near_limit_m``. From outside it is the
    nearest one however far the line is: a suggestion, not a fact.
    ``shares``: by row, of lines and areas that do not lie in one polygon alone; where polygons overlap each
    counts for less.
    """

    index: Ints
    distance_m: Floats
    other: Ints
    shares: dict[int, Shares] = field(default_factory=dict)


class Locator:
    """The kept index of one boundary set. Points on a shared line belong to the lowest code.

    Coordinates are lon-lat degrees (EPSG:4326).
    """

    def __init__(
        self, codes: npt.NDArray[np.str_], rings: Rings, grid: Grid, lines: Lines, near_limit_m: float
    ) -> None:
        self.codes = codes
        self.near_limit_m = near_limit_m
        self._rings = rings
        self._grid = grid
        self._lines = lines
        self._polygons = _Polygons(rings)

    @classmethod
    def build(
        cls, codes: npt.ArrayLike, geometries: npt.ArrayLike, *, near_limit_m: float = NEAR_LIMIT_M
    ) -> Locator:
        """Index valid polygons, one a code; ValueError when there are none or one is empty."""
        all_codes, polygons = np.asarray(codes, dtype=str), np.asarray(geometries, dtype=object)
        if not len(polygons) or (shapely.is_missing(polygons) | shapely.is_empty(polygons)).any():
            raise ValueError("a locator needs polygons, and none of them empty")
        order = np.argsort(all_codes, kind="stable")
        all_codes, polygons = all_codes[order], shapely.force_2d(polygons[order])
        shapely.prepare(polygons)
        tree = shapely.STRtree(polygons)
        grid = Grid.build(polygons, tree, near_limit_m)
        return cls(all_codes, Rings.build(polygons), grid, Lines.build(polygons), near_limit_m)

    @property
    def box(self) -> Floats:
        """West, south, east and north (n, 4) of the polygons in the order of ``codes``."""
        return self._rings.box

    def polygons(self, index: Ints) -> Objects:
        """Polygons of some of the ``codes``, lon-lat, made anew: nobody else holds them."""
        return self._rings.shapes(index)

    def code(self, index: Ints) -> npt.NDArray[np.str_]:
        """Codes of the indices of a ``Located``, '' for -1."""
        return np.where(index >= 0, self.codes[index], "")

    def locate_points(
        self, lon: npt.ArrayLike, lat: npt.ArrayLike, *, distances: Literal["all", "near", "none"] = "all"
    ) -> Located:
        """Locate points; NaN counts as no point.

        ``distances="near"`` measures those near a line alone and leaves the others NaN; "none" all.
        """
        x, y = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
        if x.size == 1 and distances == "all":
            return self._locate_one(x.item(), y.item())
        x, y = np.atleast_1d(x), np.atleast_1d(y)
        index, near = self._grid.lookup(x, y)
        border = np.flatnonzero(index < OUTSIDE)
        if len(border):
            index[border] = self._grid.resolve(index[border], x[border], y[border], self._rings)
        located = _blank(index)
        if distances != "none":
            rows = np.flatnonzero(near if distances == "near" else np.isfinite(x + y))
            self._note(located, rows, *self._lines.nearest_to_points(x[rows], y[rows]))
            if distances == "near":
                located.distance_m[located.distance_m > self.near_limit_m] = np.nan
        return located

    def _locate_one(self, lon: float, lat: float) -> Located:
        """A live point: the same answers without the arrays, whose steps would take most of its time."""
        index, other, distance_m = OUTSIDE, NOBODY, math.nan
        if math.isfinite(lon + lat):
            index = self._grid.at(lon, lat)
            if index < OUTSIDE:
                index = self._grid.resolve_one(index, lon, lat, self._rings)
            distance_m, (one, two) = self._lines.nearest_to_point(lon, lat)
            if distance_m <= self.near_limit_m or (index == OUTSIDE and not math.isnan(distance_m)):
                other = two if one == index else one
        return Located(np.array([index]), np.array([distance_m]), np.array([other]))

    def locate_shapes(self, geometries: npt.ArrayLike) -> Located:
        """Locate points, lines and areas by the tambon with the largest share of their area or length.

        Equal shares go to the lowest code. What lies outside all polygons counts for nobody. The distance of
        a shape beyond ``near_limit_m`` is that of the middle of its box.
        """
        shapes = np.atleast_1d(np.asarray(geometries, dtype=object))
        located = _blank(np.full(len(shapes), OUTSIDE, dtype=np.int64))
        there = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
        bounds = shapely.bounds(shapes[there])
        located.index[there], sure, near = self._whole_box(bounds)
        unsure = there[~sure]
        crossing = self._by_polygons(located, unsure, mended(shapes[unsure], keep_collapsed=True))
        near &= ~np.isin(there, crossing)
        west, south, east, north = bounds.T
        lon, lat = (west + east) / 2, (south + north) / 2
        projected = shapely.transform(shapes[there[near]], to_mercator, interleaved=False)
        self._note(located, there[near], *self._lines.nearest(projected, lat[near], self.near_limit_m))
        far = np.isnan(located.distance_m[there])
        self._note(located, there[far], *self._lines.nearest_to_points(lon[far], lat[far]))
        return located

    def others(self, geometries: npt.ArrayLike, located: Located, accuracy_m: npt.ArrayLike) -> Objects:
        """Codes of the other polygons that each shape may lie in, joined by ``;``; '' where there is none.

        First that of ``located.other``, then all whose line is near (within the GPS accuracy, at least
        ``NEAR_LINE_M``), by code: where three tambons meet, all three are candidates.
        """
        shapes = np.asarray(geometries, dtype=object)
        limit_m = np.fmax(NEAR_LINE_M, np.asarray(accuracy_m, dtype=float))
        told = np.append(self.codes.astype(object), "")[located.other]
        rows = np.flatnonzero(located.distance_m <= limit_m)
        if len(rows):
            row, polygon = self._lines.parted_near(shapes[rows], limit_m[rows])
            row = rows[row]
            more = (polygon != located.index[row]) & (polygon != located.other[row])
            row, polygon = row[more], polygon[more]
            around = [_widened(shapes[one], limit_m[one]) for one in row]
            reached = shapely.intersects(self._polygons.of(polygon), np.array(around, dtype=object))
            for one, code in zip(row[reached], self.codes[polygon[reached]], strict=True):
                told[one] = f"{told[one]};{code}".removeprefix(";")
        return told

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(shapely.box(*self._rings.box.T))

    def save(self, path: Path) -> None:
        """Keep the index in a file to be mapped; the caller names it after the set's checksum."""
        grid = self._grid
        arrays = {
            "codes": self.codes,
            "frame": np.array([self.near_limit_m, grid.west, grid.south, grid.size_deg]),
            "cells": grid.cells,
            "near": grid.near,
            "starts": grid.starts,
            "candidates": grid.candidates,
            "sides": self._lines.sides,
            **self._lines.index.arrays(),
            **self._rings.arrays(),
        }
        mapped.write(path, _FORMAT, arrays)

    @classmethod
    def load(cls, path: Path) -> Locator:
        """Map what ``save`` kept; raises ``Problem`` when it is damaged or of another format."""
        try:
            kept = mapped.read(path, _FORMAT)
            near_limit_m, west, south, size_deg = kept["frame"].tolist()
            grid = Grid(
                west, south, size_deg, kept["cells"], kept["near"], kept["starts"], kept["candidates"]
            )
            lines = Lines(kept["sides"], Nearest.kept(kept))
            return cls(kept["codes"], Rings.kept(kept), grid, lines, near_limit_m)
        except (OSError, ValueError, KeyError) as error:
            raise problems.index_unreadable(path.name) from error

    def _note(self, located: Located, rows: Ints, distance_m: Floats, sides: Ints) -> None:
        located.distance_m[rows] = distance_m
        told = (distance_m <= self.near_limit_m) | ((located.index[rows] < 0) & np.isfinite(distance_m))
        located.other[rows] = np.where(told, across(sides, located.index[rows]), NOBODY)

    def _whole_box(self, bounds: Floats) -> tuple[Ints, Mask, Mask]:
        """The polygon holding all cells under a box, or ``OUTSIDE``; if there is one; if a line is near."""
        (west, south, east, north), size = bounds.T, self._grid.size_deg
        value, near = self._grid.lookup(west, south)
        span = np.maximum(np.floor((east - west) / size), np.floor((north - south) / size)) + 1
        sure = (span <= _MOST_SPAN) & (value >= 0)
        steps = np.linspace(0, 1, _MOST_SPAN + 1)  # closer than a cell, so that no cell is stepped over
        for step_x, step_y in list(itertools.product(steps, steps))[1:] if sure.any() else ():
            x, y = west + (east - west) * step_x, south + (north - south) * step_y
            here, here_near = self._grid.lookup(x, y)
            sure &= here == value
            near |= here_near
        return np.where(sure, value, OUTSIDE), sure, near | ~sure

    def _by_polygons(self, located: Located, rows: Ints, shapes: Objects) -> Ints:
        """Locate the shapes that the raster cannot; the rows of those that cross a line are returned."""
        if not len(rows):
            return rows
        shape, polygon = self._tree.query(shapes)
        touching, whole = self._against(shapes, shape, polygon)
        shape, polygon, whole = shape[touching], polygon[touching], whole[touching]
        best = np.full(len(rows), len(self.codes), dtype=np.int64)
        np.minimum.at(best, shape[whole], polygon[whole])
        held = best < len(self.codes)
        located.index[rows[held]] = best[held]
        several = np.bincount(shape, minlength=len(rows)) > 1
        parted = (several | ~held)[shape]
        shape, polygon = shape[parted], polygon[parted]
        size = common_size(shapes[shape], self._polygons.of(polygon))
        for number, own in shares(shapes, shape, self.codes[polygon], size).items():
            located.shares[int(rows[number])] = own
        undecided = ~held[shape]
        return _share_out(located, rows, shape[undecided], polygon[undecided], size[undecided])

    def _against(self, shapes: Objects, shape: Ints, polygon: Ints) -> tuple[Mask, Mask]:
        """Of pairs (shape, polygon), whether they touch, and whether the polygon covers the shape.

        Where no segment touches the shape's box, any place of it tells. Else the polygon is made, and asked
        only what that place leaves open.
        """
        places, owner = shapely.get_coordinates(shapes, return_index=True)
        touching = self._rings.hold(polygon, *places[firsts(owner)][shape].T)
        whole = touching.copy()
        parted = self._rings.touched(polygon, shapely.bounds(shapes)[shape])
        for found, asked, holds in (
            (whole, parted & touching, shapely.covers), (touching, parted & ~touching, shapely.intersects)
        ):  # fmt: skip
            found[asked] = holds(self._polygons.of(polygon[asked]), shapes[shape[asked]])
        return touching, whole


class _Polygons:
    """Polygons as shapes, each made when it is first asked for: most shapes need none."""

    def __init__(self, rings: Rings) -> None:
        self._rings = rings
        self._made: dict[int, shapely.Geometry] = {}  # replaced, never changed: threads may be reading it

    def of(self, polygon: Ints) -> Objects:
        """A shape for each number of a polygon."""
        which, place = np.unique(polygon, return_inverse=True)
        made = self._made
        if new := [one for one in which.tolist() if one not in made]:
            fresh = self._rings.shapes(np.array(new))
            vertices = shapely.get_num_coordinates([*made.values(), *fresh]).sum()
            if vertices > _MOST_VERTICES:
                made = {one: made[one] for one in which.tolist() if one in made}
            self._made = made = made | dict(zip(new, fresh, strict=True))
        return np.array([made[one] for one in which.tolist()], dtype=object)[place]


def verdicts(
    located_code: npt.ArrayLike,
    other_code: npt.ArrayLike,
    distance_m: npt.ArrayLike,
    accuracy_m: npt.ArrayLike,
    reported_code: npt.ArrayLike,
    has_geometry: npt.ArrayLike,
) -> Objects:
    """Compare where a geometry lies with what the form says; one of ``VERDICTS`` a row.

    Codes are '' where there is none; without a reported code, ``agrees`` means inside. A line is near within
    the GPS accuracy, at least 30 m. Near a line the place proves neither side: reporting the tambon found or
    one across (``other_code`` may hold several, as ``Locator.others`` gives them) is ``near_line``, reporting
    yet another ``disagrees``.
    """
    located, other, reported = (_codes(codes) for codes in (located_code, other_code, reported_code))
    limit_m = np.fmax(NEAR_LINE_M, np.asarray(accuracy_m, dtype=float))
    near = np.asarray(distance_m, dtype=float) <= limit_m
    silent = reported == ""
    named = reported == other
    for row in np.flatnonzero(near & ~named):
        named[row] = reported[row] in other[row].split(";")
    undecided = near & (silent | (reported == located) | named)
    verdict = np.where((reported == located) | silent, "agrees", "disagrees")
    verdict = np.where(located == "", "outside", verdict)
    verdict = np.where(undecided, "near_line", verdict)
    return np.where(np.asarray(has_geometry, dtype=bool), verdict, "no_geometry").astype(object)


def _widened(shape: shapely.Geometry, by_m: float) -> shapely.Geometry:
    """A small shape (lon-lat) and what lies within so many metres of it."""
    _, south, _, north = shapely.bounds(shape)
    metres = np.array([float(metres_per_degree_lon(np.array((south + north) / 2))), METRES_PER_DEGREE_LAT])
    wide = shapely.buffer(shapely.transform(shape, lambda xy: xy * metres), by_m)
    return shapely.transform(wide, lambda xy: xy / metres)


def _codes(codes: npt.ArrayLike) -> Objects:
    given = np.asarray(codes, dtype=object)
    return np.where(np.equal(given, np.array(None)), "", given)


def _blank(index: Ints) -> Located:
    return Located(index, np.full(len(index), np.nan), np.full(len(index), NOBODY, dtype=np.int64))


def _share_out(located: Located, rows: Ints, shape: Ints, polygon: Ints, size: Floats) -> Ints:
    """Give each shape of the (shape, polygon) pairs to the polygon that has most of it; rows of those."""
    order = np.lexsort((polygon, -size, shape))
    shape, polygon = shape[order], polygon[order]
    one, first = np.unique(shape, return_index=True)
    has_second = np.append(shape[1:] == shape[:-1], False)[first]
    crossing = rows[one]
    located.index[crossing] = polygon[first]
    located.other[crossing] = np.where(has_second, polygon[(first + 1) % max(len(polygon), 1)], NOBODY)
    located.distance_m[crossing] = 0.0
    return np.asarray(crossing)
