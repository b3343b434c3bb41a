"""Exact distances from many points to the nearest line: a quadtree whose leaves keep what can be nearest.

Of all lines, one can be nearest to some point of a square only if its box is no farther from the square than
the nearest known place on a line is from the square's middle, and half a diagonal. The same bounds thin out
a leaf's lines for each point, and only what is left is measured. All in a plane, in one unit (metres).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geo.cells import interleaved, spread
from geo.grid import Floats, Ints, Objects
from geo.runs import firsts, runs

# Squares farther from all lines have no leaf: their points are few, and their lists would be long.
FAR_M = 4_000.0
_GROUP_LINES = 8  # following lines that stand in a leaf as one
_GROUPS_TOGETHER = 16  # following groups that boxes are held against as one
_FEW = 24  # groups in a leaf that need not be divided
_FINEST_M = 600.0
_FINENESS = 2  # a square is not divided below this share of its distance from the lines
_PAIRS_AT_ONCE = 2_000_000
_BOXES_AT_ONCE = 500
_POINTS_AT_ONCE = 2_000  # so that what is computed with stays in the processor's cache
_NOTHING = 1e-300
_ROUNDED, _ROUNDED_M2 = 1.0001, 1e-6  # by how much a box may seem farther than what is in it, at most
_EAST, _NORTH = np.array([0, 1, 0, 1]), np.array([0, 0, 1, 1])  # of a square's four quarters

Parts = npt.NDArray[np.int32]


@dataclass(frozen=True)
class _Parts:
    """Lines, or groups of what follows each other: the box of each, a place on it, its run of finer parts.

    A line's run are its segments. ``columns`` (8, n): west, south, east, north, x, y, first, count.
    """

    columns: Floats

    def __len__(self) -> int:
        return int(self.columns.shape[1])

    def joined(self, first: Ints) -> _Parts:
        """Consecutive parts as one: from its ``first`` to the next one's."""
        low = np.minimum.reduceat(self.columns[:2], first, axis=1)
        high = np.maximum.reduceat(self.columns[2:4], first, axis=1)
        count = np.diff(np.append(first, len(self)))
        return _Parts(np.vstack([low, high, self.columns[4:6, first], first, count]))

    def bounds(
        self, part: Ints | Parts, x: Floats | float, y: Floats | float, half: float = 0.0
    ) -> tuple[Floats, Floats]:
        """Least distance of squares around (x, y) to a part, and of (x, y) to a place on it; both squared."""
        west, south, east, north, on_x, on_y = (column.take(part) for column in self.columns[:6])
        dx = np.maximum(np.maximum(west - x, x - east) - half, 0)
        dy = np.maximum(np.maximum(south - y, y - north) - half, 0)
        return dx * dx + dy * dy, (on_x - x) ** 2 + (on_y - y) ** 2

    def within(self, owner: Ints, part: Ints, sides: Floats, reach: Floats) -> tuple[Ints, Ints]:
        """Of pairs (owner, part), those whose part's box lies within reach of the owner's (4, n)."""
        west, south, east, north = (column.take(part) for column in self.columns[:4])
        own_west, own_south, own_east, own_north = (side.take(owner) for side in sides)
        dx = np.maximum(np.maximum(west - own_east, own_west - east), 0)
        dy = np.maximum(np.maximum(south - own_north, own_south - north), 0)
        kept = dx * dx + dy * dy <= (reach * reach).take(owner)
        return owner[kept], part[kept]

    def run(self, part: Ints) -> tuple[Ints, Ints]:
        """Where the finer parts of each begin, and how many they are."""
        first, count = (column.take(part).astype(np.int64) for column in self.columns[6:])
        return first, count

    def inner(self, owner: Ints, part: Ints) -> tuple[Ints, Ints]:
        """Pairs (owner, finer part) of pairs (owner, part)."""
        first, count = self.run(part)
        return np.repeat(owner, count), runs(first, count)


@dataclass(frozen=True)
class Nearest:
    """Leaf k covers Morton codes from ``codes[k]`` on, and keeps ``groups[starts[k]:starts[k + 1]]``.

    ``_levels``: the lines, the groups that stand in leaves, and ever larger ones.
    """

    west: float
    south: float
    side: float
    level: int
    codes: Ints
    starts: Ints
    groups: Parts
    _vertices: Floats
    _levels: tuple[_Parts, ...]

    @classmethod
    def build(cls, lines: Objects) -> Nearest:
        """Index lines given in metres."""
        vertices, line = shapely.get_coordinates(lines, return_index=True)
        levels = _levels(vertices, np.bincount(line))
        (west, south), (east, north) = vertices.min(axis=0), vertices.max(axis=0)
        side = float(max(east - west, north - south) + 2 * FAR_M)
        corner = (float(west - FAR_M), float(south - FAR_M))
        level, codes, counts, groups = _leaves(levels[1], *corner, side)
        starts = np.append(0, np.cumsum(counts))
        return cls(*corner, side, level, codes, starts, groups, vertices, levels)

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """What to keep of it."""
        frame = np.array([self.west, self.south, self.side, self.level])
        levels = {f"nearest_level_{number}": one.columns for number, one in enumerate(self._levels)}
        return levels | {"nearest_frame": frame, "nearest_codes": self.codes, "nearest_starts": self.starts,
                         "nearest_groups": self.groups, "nearest_vertices": self._vertices}  # fmt: skip

    @classmethod
    def kept(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> Nearest:
        """Put together what ``arrays`` gave."""
        west, south, side, level = arrays["nearest_frame"].tolist()
        tree = (arrays["nearest_codes"], arrays["nearest_starts"], arrays["nearest_groups"])
        levels = sorted(name for name in arrays if name.startswith("nearest_level_"))  # never as many as ten
        parts = tuple(_Parts(arrays[name]) for name in levels)
        return cls(west, south, side, int(level), *tree, arrays["nearest_vertices"], parts)

    def lines(self, which: Ints) -> Objects:
        """Lines by their numbers as shapes."""
        first, segments = self._levels[0].run(which)
        owner = np.repeat(np.arange(len(which)), segments + 1)
        vertices = self._vertices[runs(first, segments + 1)]
        return np.asarray(shapely.linestrings(vertices, indices=owner), dtype=object)

    def within(self, box: Floats, reach: Floats) -> tuple[Ints, Ints]:
        """Pairs (row, line), sorted by row, of boxes (n, 4) and lines whose own box is within reach of it."""
        found = [(np.zeros(0, dtype=np.int64),) * 2]
        top, sides = np.arange(len(self._levels[-1])), np.ascontiguousarray(box.T)
        for start in range(0, len(box), _BOXES_AT_ONCE):
            rows = np.arange(start, min(start + _BOXES_AT_ONCE, len(box)))
            row, part = np.repeat(rows, len(top)), np.tile(top, len(rows))
            for level in self._levels[:0:-1]:
                row, part = level.inner(*level.within(row, part, sides, reach))
            found.append(self._levels[0].within(row, part, sides, reach))
        return np.concatenate([row for row, _ in found]), np.concatenate([line for _, line in found])

    def around(self, box: Floats, reach: Floats) -> tuple[Ints, Ints]:
        """``within``, of which a box that lies in one leaf has only what can be nearest to a place in it."""
        (west, south, east, north), sides = box.T, np.ascontiguousarray(box.T)
        leaf = self._leaf(west, south)
        alone = (leaf == self._leaf(east, north)) & (self.starts[leaf] < self.starts[leaf + 1])
        rows, rest = np.flatnonzero(alone), np.flatnonzero(~alone)
        first, count = self.starts[leaf[rows]], self.starts[leaf[rows] + 1] - self.starts[leaf[rows]]
        lines, groups, *_ = self._levels
        row, part = np.repeat(rows, count), self.groups[runs(first, count)].astype(np.int64)
        row, part = groups.inner(*groups.within(row, part, sides, reach))
        row, line = lines.within(row, part, sides, reach)
        more_rows, more_lines = self.within(box[rest], reach[rest])
        return np.append(row, rest[more_rows]), np.append(line, more_lines)

    @property
    def ends(self) -> tuple[float, float]:
        """The least and the greatest y of all lines."""
        _, south, _, north, *_ = self._levels[-1].columns
        return float(south.min()), float(north.max())

    def find(self, x: Floats, y: Floats) -> tuple[Floats, Ints]:
        """Distance to the nearest line and its number, the lowest of equals; NaN and -1 far from all."""
        distance, line = np.full(len(x), np.nan), np.full(len(x), -1, dtype=np.int64)
        leaf = self._leaf(x, y)
        near = np.flatnonzero(self.starts[leaf] < self.starts[leaf + 1])
        near = near[np.argsort(leaf[near], kind="stable")]
        for start in range(0, len(near), _POINTS_AT_ONCE):
            rows = near[start : start + _POINTS_AT_ONCE]
            distance[rows], line[rows] = self._measure(x[rows], y[rows], leaf[rows])
        return distance, line

    def find_far(self, x: Floats, y: Floats) -> tuple[Floats, Ints]:
        """``find`` by the boxes of ever smaller parts, for points far from all lines too; no NaN."""
        top = np.arange(len(self._levels[-1]))
        point, part = np.repeat(np.arange(len(x)), len(top)), np.tile(top, len(x))
        for level in self._levels[:0:-1]:
            point, part = level.inner(*_possible(level, point, part, x, y))
        return self._nearest(point, part, x, y)

    def find_one(self, x: float, y: float) -> tuple[float, int]:
        """``find`` for one point, in Python's own numbers: on so few of them a step of numpy's is dear.

        Groups and their lines are taken as near as their boxes are, until none can be nearer.
        """
        lines, groups, *_ = (level.columns for level in self._levels)
        found, enough = (math.inf, -1), math.inf  # squared distance, and the line
        for away, _, first, count in _in_turn(groups.take(self._groups_around(x, y), axis=1), x, y):
            if away > enough:
                break
            for line_away, place, vertex, segments in _in_turn(lines[:, first : first + count], x, y):
                if line_away > enough:
                    break
                squared = _least_squared(self._vertices[vertex : vertex + segments + 1].tolist(), x, y)
                found = min(found, (squared, first + place))
                enough = found[0] * _ROUNDED + _ROUNDED_M2
        return (math.sqrt(found[0]), found[1]) if found[1] >= 0 else (math.nan, -1)

    def _groups_around(self, x: float, y: float) -> Parts:
        """What the leaf of one point keeps; nothing outside the square (and for NaN)."""
        cells = 2**self.level
        column, row = (x - self.west) / (self.side / cells), (y - self.south) / (self.side / cells)
        if not (0 <= column < cells and 0 <= row < cells):
            return self.groups[:0]
        leaf = int(self.codes.searchsorted(interleaved(int(column), int(row)), side="right")) - 1
        return self.groups[self.starts.item(leaf) : self.starts.item(leaf + 1)]

    def _leaf(self, x: Floats, y: Floats) -> Ints:
        """The leaf of each point; the last one, which is empty, outside the square (and for NaN)."""
        size = self.side / 2**self.level
        column, row = np.floor((x - self.west) / size), np.floor((y - self.south) / size)
        within = (column >= 0) & (row >= 0) & (column < 2**self.level) & (row < 2**self.level)
        code = _code(np.where(within, column, 0), np.where(within, row, 0))
        return np.where(within, np.searchsorted(self.codes, code, side="right") - 1, len(self.codes) - 1)

    def _measure(self, x: Floats, y: Floats, leaf: Ints) -> tuple[Floats, Ints]:
        first, count = self.starts[leaf], self.starts[leaf + 1] - self.starts[leaf]
        point, part = np.repeat(np.arange(len(x)), count), self.groups[runs(first, count)].astype(np.int64)
        groups = self._levels[1]
        return self._nearest(*groups.inner(*_possible(groups, point, part, x, y)), x, y)

    def _nearest(self, point: Ints, line: Ints, x: Floats, y: Floats) -> tuple[Floats, Ints]:
        """Of pairs (point, line), sorted by point: the distance of each point's nearest, and which it is."""
        lines = self._levels[0]
        point, line = _possible(lines, point, line, x, y)
        owner, vertex = lines.inner(np.arange(len(point)), line)
        squared = np.minimum.reduceat(self._squared(vertex, x[point[owner]], y[point[owner]]), firsts(owner))
        first = firsts(point)
        best = np.minimum.reduceat(squared, first)
        line = np.where(squared == best[point], line, np.iinfo(np.int64).max)
        return np.sqrt(best), np.minimum.reduceat(line, first)

    def _squared(self, vertex: Ints, x: Floats | float, y: Floats | float) -> Floats:
        """Squared distances of points to the segments that begin at vertices."""
        start = self._vertices[vertex]
        along_x, along_y = (self._vertices[vertex + 1] - start).T
        to_x, to_y = x - start[:, 0], y - start[:, 1]
        length = np.maximum(along_x * along_x + along_y * along_y, _NOTHING)
        share = np.minimum(np.maximum((to_x * along_x + to_y * along_y) / length, 0), 1)  # np.clip is slower
        off_x, off_y = to_x - share * along_x, to_y - share * along_y
        return np.asarray(off_x * off_x + off_y * off_y)


def _levels(vertices: Floats, count: Ints) -> tuple[_Parts, ...]:
    """Lines, given all their vertices and how many each has; groups within a boundary; larger ones of all."""
    first = np.cumsum(count) - count
    last = first + count - 1
    low, high = np.minimum.reduceat(vertices, first), np.maximum.reduceat(vertices, first)
    lines = _Parts(np.column_stack([low, high, vertices[first], first, count - 1]).T.copy())
    follows = (vertices[first[1:]] == vertices[last[:-1]]).all(axis=1)
    run = np.flatnonzero(np.append(True, ~follows))
    place = np.arange(len(first)) - np.repeat(run, np.diff(np.append(run, len(first))))
    levels = [lines, lines.joined(np.flatnonzero(place % _GROUP_LINES == 0))]
    while len(levels[-1]) > _GROUPS_TOGETHER:
        levels.append(levels[-1].joined(np.arange(0, len(levels[-1]), _GROUPS_TOGETHER)))
    return tuple(levels)


def _possible(parts: _Parts, owner: Ints, part: Ints, x: Floats, y: Floats) -> tuple[Ints, Ints]:
    """Of pairs (point, part), sorted by point, those whose part can be the nearest."""
    least, most = parts.bounds(part, x[owner], y[owner])
    kept = least <= np.minimum.reduceat(most, firsts(owner))[owner]
    return owner[kept], part[kept]


def _leaves(parts: _Parts, west: float, south: float, side: float) -> tuple[int, Ints, Ints, Parts]:
    """Divide the square until few parts can be nearest in each: levels, codes, numbers of parts, parts.

    A code more than there are squares ends them: what lies outside has nothing.
    """
    level, size, column, row = 0, side, np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64)
    counts, held = np.array([len(parts)]), np.arange(len(parts), dtype=np.int32)
    found: list[tuple[int, Ints, Ints, Parts]] = []
    while len(column):
        level, size = level + 1, size / 2
        column = (2 * column[:, None] + _EAST).reshape(-1)
        row = (2 * row[:, None] + _NORTH).reshape(-1)
        middle = np.asarray(west + (column + 0.5) * size), np.asarray(south + (row + 0.5) * size)
        starts, counts = np.repeat(np.cumsum(counts) - counts, 4), np.repeat(counts, 4)
        held, counts, away = _thinned(parts, held, starts, counts, middle, size / 2)
        starts, far = np.cumsum(counts) - counts, away > FAR_M
        done = far | (counts <= _FEW) | (size <= np.maximum(_FINEST_M, away / _FINENESS))
        own = np.where(far, 0, counts)[done]
        found.append((level, _code(column[done], row[done]), own, held[runs(starts[done], own)]))
        column, row = column[~done], row[~done]
        held, counts = held[runs(starts[~done], counts[~done])], counts[~done]
    codes = np.concatenate([code << 2 * (level - own_level) for own_level, code, _, _ in found])
    own, held = np.concatenate([one[2] for one in found]), np.concatenate([one[3] for one in found])
    order = np.argsort(codes)
    held = held[runs((np.cumsum(own) - own)[order], own[order])]
    return level, np.append(codes[order], 4**level), np.append(own[order], 0), held


def _thinned(
    parts: _Parts, held: Parts, starts: Ints, counts: Ints, middle: tuple[Floats, Floats], half: float
) -> tuple[Parts, Ints, Floats]:
    """Of the parts that squares hold, those that can be nearest in them, how many, and how far all are."""
    kept, numbers, away = [], [], []
    ends = np.cumsum(counts)
    cuts = np.unique(np.searchsorted(ends, np.arange(0, ends[-1], _PAIRS_AT_ONCE), side="right"))
    for start, end in zip(cuts, [*cuts[1:], len(counts)], strict=True):
        n = counts[start:end]
        first, square = np.cumsum(n) - n, np.repeat(np.arange(start, end), n)
        part = held[runs(starts[start:end], n)]
        least, most = parts.bounds(part, middle[0][square], middle[1][square], half)
        limit = (np.sqrt(np.minimum.reduceat(most, first)) + half * np.sqrt(2)) ** 2
        possible = least <= np.repeat(limit, n)
        kept.append(part[possible])
        numbers.append(np.add.reduceat(possible, first, dtype=np.int64))
        away.append(np.sqrt(np.minimum.reduceat(least, first)))
    return np.concatenate(kept), np.concatenate(numbers), np.concatenate(away)


def _code(column: npt.ArrayLike, row: npt.ArrayLike) -> Ints:
    """Morton codes of cells."""
    x, y = spread(np.array([column, row]).astype(np.uint64))  # both at once: one point costs its many steps
    return np.asarray((x | y << np.uint64(1)).astype(np.int64))


def _in_turn(columns: Floats, x: float, y: float) -> list[tuple[float, int, int, int]]:
    """Some ``_Parts.columns``, the nearest first: squared distance of the box, place among them, run."""
    found = []
    rows = zip(*columns.tolist(), strict=True)
    for place, (west, south, east, north, _, _, first, count) in enumerate(rows):
        dx = west - x if x < west else x - east if x > east else 0.0
        dy = south - y if y < south else y - north if y > north else 0.0
        found.append((dx * dx + dy * dy, place, int(first), int(count)))
    found.sort()
    return found


def _least_squared(outline: list[list[float]], x: float, y: float) -> float:
    """Squared distance of a point to a line, in the steps of ``Nearest._squared``: the same bits."""
    least = math.inf
    from_x, from_y = outline[0]
    for next_x, next_y in outline[1:]:
        along_x, along_y = next_x - from_x, next_y - from_y
        to_x, to_y = x - from_x, y - from_y
        length = along_x * along_x + along_y * along_y
        share = (to_x * along_x + to_y * along_y) / (length if length > _NOTHING else _NOTHING)
        share = 0.0 if share < 0.0 else 1.0 if share > 1.0 else share  # min and max are slower
        off_x, off_y = to_x - share * along_x, to_y - share * along_y
        least = min(least, off_x * off_x + off_y * off_y)
        from_x, from_y = next_x, next_y
    return least
