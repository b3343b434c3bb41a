"""ODK geometry text (``lat lon altitude accuracy;…``) to shapely geometry with what is doubtful about it.

Nearly every row is as Collect writes it; those are split and read as numbers in bulk by Arrow. The rest
(edited shapes with doubled separators, decimal commas, missing altitudes) is read one by one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from geo.mending import mended
from thai.text import arabic_digits

Kind = Literal["geopoint", "geotrace", "geoshape"]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Objects = npt.NDArray[np.object_]

FLAGS = (
    "geometry_unreadable",
    "out_of_range",
    "swapped_lat_lon",
    "outside_thailand",
    "ring_open",
    "too_few_points",
    "self_crossing",
    "poor_accuracy",
    "area_zero",
    "duplicate_vertex",
)
POOR_ACCURACY_M = 30.0
THAILAND_LAT, THAILAND_LON = (5.0, 21.0), (97.0, 106.0)
_LEAST_AREA_M2 = 1.0
_WORTH_ARROW = 64  # rows from which reading in bulk beats its fixed cost (a regex to compile)
_M_PER_DEGREE = 111_320.0

_NUMBER = r"-?[0-9]{1,15}(?:\.[0-9]{1,20})?(?:E-?[0-9]{1,2})?"
_VERTEX = f"{_NUMBER}(?: {_NUMBER}){{3}}"
_A_NUMBER = re.compile(_NUMBER.replace("-?", "[-+]?").replace("E", "[eE]"))
_AS_COLLECT_WRITES = f"^{_VERTEX}(?:; ?{_VERTEX})*;? ?$"


@dataclass
class Shapes:
    """One entry a row of input.

    ``geometry``: shapely, 2D lon-lat EPSG:4326; None where blank, unreadable, out of range or with too few
    points to be that kind. A self-crossing shape is repaired (a MultiPolygon, as a rule).
    ``accuracy_m``: the worst vertex; NaN where the phone gave none (tapped vertices carry 0).
    ``vertex_accuracy_m``: of each vertex as it was taken; null where all of them were tapped.
    ``drawn``: 'walked' or 'tapped' for lines and areas, 'gps' or 'tapped' for points, '' without vertices.
    ``flags``: a tuple of codes out of ``FLAGS``.
    """

    geometry: Objects
    accuracy_m: Floats
    vertex_accuracy_m: pa.ListArray
    drawn: Objects
    flags: Objects


@dataclass
class _Vertices:
    """All vertices of all readable rows, one after the other."""

    lat: Floats
    lon: Floats
    accuracy: Floats
    row: npt.NDArray[np.int64]
    n_rows: int

    def every(self, condition: Mask) -> Mask:
        """Rows of which every vertex meets the condition (rows without a vertex do not)."""
        return (self.count() > 0) & ~self.some(~condition)

    def some(self, condition: Mask) -> Mask:
        """Rows of which some vertex meets the condition."""
        return np.bincount(self.row[condition], minlength=self.n_rows) > 0

    def count(self) -> npt.NDArray[np.int64]:
        return np.bincount(self.row, minlength=self.n_rows)

    def only(self, keep: Mask) -> _Vertices:
        return _Vertices(self.lat[keep], self.lon[keep], self.accuracy[keep], self.row[keep], self.n_rows)


def parse(texts: Sequence[str | None] | pa.Array, kind: Kind) -> Shapes:
    """Read a column of ODK geometry text; nothing raises, what is doubtful is flagged.

    Latitude and longitude that look exchanged for Thailand are flagged and never put right silently. A
    ring left open is closed; a vertex that repeats the one before it is flagged and dropped.
    """
    column = texts if isinstance(texts, pa.Array | pa.ChunkedArray) else pa.array(list(texts), pa.string())
    vertices, unreadable = _read(column)
    flags = dict.fromkeys(FLAGS, np.zeros(len(column), dtype=bool))
    flags["geometry_unreadable"] = unreadable
    if kind == "geopoint":
        several = vertices.count() > 1
        flags["geometry_unreadable"] = unreadable | several
        vertices = vertices.only(~several[vertices.row])
    _check_place(vertices, flags)
    accuracy_m = _worst_accuracy(vertices)
    flags["poor_accuracy"] = accuracy_m > POOR_ACCURACY_M
    geometry = _BUILD[kind](vertices.only(~flags["out_of_range"][vertices.row]), flags)
    by_satellite = "gps" if kind == "geopoint" else "walked"
    drawn = np.where(np.isnan(accuracy_m), "tapped", by_satellite).astype(object)
    drawn[vertices.count() == 0] = ""
    return Shapes(geometry, accuracy_m, _by_vertex(vertices, accuracy_m), drawn, _tuples(flags))


def _read(column: pa.Array) -> tuple[_Vertices, Mask]:
    """The vertices of each row, and which rows are neither blank nor readable."""
    filled = pc.fill_null(column, "")
    regular = np.zeros(len(column), dtype=bool)
    numbers, row = np.empty((0, 4)), np.empty(0, dtype=np.int64)
    if len(column) >= _WORTH_ARROW:
        regular = pc.match_substring_regex(filled, _AS_COLLECT_WRITES).to_numpy(zero_copy_only=False)
        numbers, row = _read_regular(filled, regular)
    odd_numbers: list[list[float]] = []
    odd_rows: list[int] = []
    unreadable = np.zeros(len(column), dtype=bool)
    for index in np.flatnonzero(~regular):
        try:
            found = _read_odd(filled[index].as_py())
        except ValueError:
            unreadable[index] = True
        else:
            odd_numbers += found
            odd_rows += [int(index)] * len(found)
    if odd_rows:
        row = np.concatenate([row, odd_rows]).astype(np.int64)
        order = np.argsort(row, kind="stable")
        numbers, row = np.concatenate([numbers, odd_numbers])[order], row[order]
    return _Vertices(numbers[:, 0], numbers[:, 1], numbers[:, 3], row, len(column)), unreadable


def _read_regular(filled: pa.Array, regular: Mask) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Numbers as (n, 4) of lat, lon, altitude, accuracy, and the row of each, where the pattern matched."""
    rows = np.flatnonzero(regular)
    texts = filled if len(rows) == len(filled) else filled.take(pa.array(rows))
    words = pc.ascii_split_whitespace(pc.ascii_trim_whitespace(pc.replace_substring(texts, ";", " ")))
    if isinstance(words, pa.ChunkedArray):
        words = words.combine_chunks()
    numbers = pc.cast(words.flatten(), pa.float64()).to_numpy(zero_copy_only=False).reshape(-1, 4)
    return numbers, np.repeat(rows, pc.list_value_length(words).to_numpy(zero_copy_only=False) // 4)


def _read_odd(text: str) -> list[list[float]]:
    """The vertices of one row as people and editors leave it; ValueError when it cannot be read.

    Two or three numbers a vertex do; separators may be doubled; a comma is a decimal mark unless the
    vertex has decimal points too, where it separates.
    """
    vertices = []
    for part in re.split(r"[;\n]", arabic_digits(text)):
        spaced = part.replace(",", " ") if "." in part else re.sub(r"(?<=\d),(?=\d)", ".", part)
        words = spaced.replace(",", " ").split()
        if not words:
            continue
        if not 2 <= len(words) <= 4 or not all(map(_A_NUMBER.fullmatch, words)):
            raise ValueError(part)
        vertices.append([*map(float, words), *[0.0] * (4 - len(words))])
    return vertices


def _check_place(vertices: _Vertices, flags: dict[str, Mask]) -> None:
    lat, lon = vertices.lat, vertices.lon
    flags["out_of_range"] = vertices.some((np.abs(lat) > 90) | (np.abs(lon) > 180))
    flags["swapped_lat_lon"] = vertices.every(_between(lon, THAILAND_LAT) & _between(lat, THAILAND_LON))
    elsewhere = ~(_between(lat, THAILAND_LAT) & _between(lon, THAILAND_LON))
    flags["outside_thailand"] = vertices.some(elsewhere) & ~flags["out_of_range"]


def _between(values: Floats, limits: tuple[float, float]) -> Mask:
    return (values >= limits[0]) & (values <= limits[1])


def _worst_accuracy(vertices: _Vertices) -> Floats:
    worst = np.zeros(vertices.n_rows)
    np.maximum.at(worst, vertices.row, vertices.accuracy)
    return np.where(worst > 0, worst, np.nan)


def _by_vertex(vertices: _Vertices, worst_m: Floats) -> pa.ListArray:
    starts = pa.array(np.append(0, np.cumsum(vertices.count())), pa.int32())
    accuracy = pa.array(vertices.accuracy.astype(np.float32))
    return pa.ListArray.from_arrays(starts, accuracy, mask=pa.array(np.isnan(worst_m)))


def _points(vertices: _Vertices, _flags: dict[str, Mask]) -> Objects:
    geometry = np.full(vertices.n_rows, None, dtype=object)
    geometry[vertices.row] = shapely.points(vertices.lon, vertices.lat)
    return geometry


def _lines(vertices: _Vertices, flags: dict[str, Mask]) -> Objects:
    vertices = _without_repeats(vertices, flags)
    flags["too_few_points"] = vertices.count() == 1
    vertices = vertices.only(~flags["too_few_points"][vertices.row])
    geometry = np.full(vertices.n_rows, None, dtype=object)
    rows, indices = np.unique(vertices.row, return_inverse=True)
    geometry[rows] = shapely.linestrings(vertices.lon, vertices.lat, indices=indices)
    return geometry


def _areas(vertices: _Vertices, flags: dict[str, Mask]) -> Objects:
    vertices = _without_repeats(vertices, flags)
    count = vertices.count()
    ends = np.cumsum(count) - 1
    rows = np.flatnonzero(count > 0)
    first, last = (ends - count + 1)[rows], ends[rows]
    closed = np.zeros(vertices.n_rows, dtype=bool)
    closed[rows] = (vertices.lat[first] == vertices.lat[last]) & (vertices.lon[first] == vertices.lon[last])
    flags["too_few_points"] = (count > 0) & (count - closed < 3)
    flags["ring_open"] = (count > 0) & ~closed
    vertices = vertices.only(~flags["too_few_points"][vertices.row])
    geometry = np.full(vertices.n_rows, None, dtype=object)
    rows, indices = np.unique(vertices.row, return_inverse=True)
    geometry[rows] = shapely.polygons(shapely.linearrings(vertices.lon, vertices.lat, indices=indices))
    return _check_areas(geometry, flags)


def _check_areas(geometry: Objects, flags: dict[str, Mask]) -> Objects:
    """Repair crossing shapes, name those without area, and drop those with nothing left to draw."""
    there = ~shapely.is_missing(geometry)
    flags["self_crossing"] = there & ~shapely.is_valid(geometry)
    broken = flags["self_crossing"]
    geometry[broken] = mended(geometry[broken])
    flat = there & (shapely.area(geometry) * _M_PER_DEGREE**2 < _LEAST_AREA_M2)
    flags["area_zero"] = flat
    flags["self_crossing"] = broken & ~flat
    geometry[shapely.is_empty(geometry)] = None
    return geometry


_BUILD = {"geopoint": _points, "geotrace": _lines, "geoshape": _areas}


def _without_repeats(vertices: _Vertices, flags: dict[str, Mask]) -> _Vertices:
    """Drop a vertex that repeats the one before it."""
    new = np.ones(len(vertices.row), dtype=bool)
    new[1:] = (np.diff(vertices.row) != 0) | (np.diff(vertices.lat) != 0) | (np.diff(vertices.lon) != 0)
    several = np.bincount(vertices.row[new], minlength=vertices.n_rows) > 1  # else all are one tap
    flags["duplicate_vertex"] = several & (np.bincount(vertices.row[~new], minlength=vertices.n_rows) > 0)
    return vertices.only(new)


def _tuples(flags: dict[str, Mask]) -> Objects:
    """One tuple of codes a row; rows without a flag share the empty one."""
    raised = np.stack([flags[code] for code in FLAGS])
    result: Objects = np.empty(raised.shape[1], dtype=object)
    result.fill(())
    for row in np.flatnonzero(raised.any(axis=0)):
        result[row] = tuple(code for code, is_raised in zip(FLAGS, raised[:, row], strict=True) if is_raised)
    return result
