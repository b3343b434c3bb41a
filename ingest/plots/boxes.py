"""The plots that were looked at, in memory: which a new one may meet is told without a statement."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import duckdb
import numpy as np
import numpy.typing as npt
import shapely

from geo import plot_pairs
from geo.cells import morton
from ingest.plots import drawn
from ingest.plots.drawn import Drawn
from ingest.plots.lookout import DrawnField

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_FEW = 8  # boxes that are asked for one by one
_BLOCK = 256  # boxes that are passed over as one
_MOST_SHAPES = 300_000  # of more than these (some 150 MB) the boxes alone are kept
_NOWHERE = (np.inf, np.inf, -np.inf, -np.inf)


class Boxes:
    """Areas drawn in answer to the ``fields``: the box of each in lon-lat, its record, mostly its shape."""

    def __init__(self, fields: Sequence[DrawnField]) -> None:
        self._fields, self._count = fields, 0
        self._sides = np.empty((4, _BLOCK))  # west, south, east, north: each side together, as it is searched
        self._blocks = np.array([_NOWHERE]).T  # around each run of boxes
        self._numbers = np.empty((4, _BLOCK))  # field, record, m², accuracy
        self._said = np.empty((3, _BLOCK), dtype=object)  # instance, key, WKB (None: not kept)

    def add(self, new: Drawn, sides: Floats) -> None:
        """Remember areas and their boxes (n, 4: west, south, east, north)."""
        order = np.argsort(morton(sides[:, 0], sides[:, 1])) if len(new) > _BLOCK else np.arange(len(new))
        start, end = self._count, self._count + len(new)
        self._make_room(end)
        rows = slice(start, end)
        self._sides[:, rows] = sides[order].T
        self._numbers[:, rows] = np.array([new.field, new.seq, new.area_m2, new.accuracy_m])[:, order]
        shapes = shapely.to_wkb(new.shape) if end <= _MOST_SHAPES else np.full(len(new), None)
        said = (np.array(one, dtype=object) for one in (new.instance_id, new.key, shapes))
        self._said[:, rows] = [one[order] for one in said]
        self._count = end
        for block in range(start // _BLOCK, -(-end // _BLOCK)):
            self._blocks[:, block] = _around(self._sides[:, block * _BLOCK : min((block + 1) * _BLOCK, end)])

    def _make_room(self, end: int) -> None:
        blocks, have = -(-end // _BLOCK), self._blocks.shape[1]
        if blocks > have:
            more = max(blocks, 2 * have) - have
            self._blocks = np.hstack([self._blocks, np.tile(np.array([_NOWHERE]).T, more)])
            self._sides = np.hstack([self._sides, np.empty((4, more * _BLOCK))])
            self._numbers = np.hstack([self._numbers, np.empty((4, more * _BLOCK))])
            self._said = np.hstack([self._said, np.empty((3, more * _BLOCK), dtype=object)])

    def forget(self, seqs: Iterable[int]) -> None:
        """These records were corrected since, and have no rows any more."""
        gone = np.isin(self._numbers[1, : self._count], list(seqs))
        self._sides[:, : self._count][:, gone] = np.array([_NOWHERE]).T

    def meeting(self, boxes: Floats) -> tuple[Drawn, dict[str, list[int]]]:
        """All that meet one of these boxes (n, 4), and the records, by table, whose shapes are not kept."""
        if len(boxes) > _FEW:
            around = self._within(*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist())
            rows = around[np.unique(plot_pairs.touching(boxes, self._sides[:, around].T)[1])]
        else:
            found = [self._within(*box) for box in boxes.tolist()]
            rows = found[0] if len(found) == 1 else np.unique(np.concatenate(found))
        kept = np.array([shape is not None for shape in self._said[2, rows]], dtype=bool)
        unkept: dict[str, list[int]] = {}
        for field, seq in set(zip(*self._numbers[:2, rows[~kept]].astype(int).tolist(), strict=True)):
            unkept.setdefault(self._fields[field].table, []).append(seq)
        return self._drawn(rows[kept]), unkept

    def _drawn(self, rows: Ints) -> Drawn:
        field, seq, area_m2, accuracy_m = self._numbers[:, rows]
        instance_id, key, shapes = self._said[:, rows]
        shape = np.asarray(shapely.from_wkb(shapes), dtype=object)
        whole = (field.astype(np.int64), seq.astype(np.int64))
        return Drawn(self._fields, *whole, list(instance_id), list(key), shape, area_m2, accuracy_m)

    def _within(self, west: float, south: float, east: float, north: float) -> Ints:
        blocks = _beside(self._blocks, west, south, east, north)
        rows = (blocks[:, None] * _BLOCK + np.arange(_BLOCK)).reshape(-1)
        rows = rows[rows < self._count]
        return rows[_beside(self._sides[:, rows], west, south, east, north)]


def looked_at(
    connection: duckdb.DuckDBPyConnection, fields: Sequence[DrawnField], waiting: Collection[int]
) -> Boxes:
    """All areas drawn in answer to the fields, but those of records that wait."""
    boxes = Boxes(fields)
    for table in sorted({one.table for one in fields}):
        there = drawn.of_table(connection, fields, table)
        there = there.rows_of(~np.isin(there.seq, list(waiting)))
        boxes.add(there, shapely.bounds(there.shape).reshape(-1, 4))
    return boxes


def _around(sides: Floats) -> Floats:
    west, south, east, north = sides
    return np.array([west.min(), south.min(), east.max(), north.max()])


def _beside(sides: Floats, west: float, south: float, east: float, north: float) -> Ints:
    its_west, its_south, its_east, its_north = sides
    beside = (its_east >= west) & (its_west <= east) & (its_north >= south) & (its_south <= north)
    return np.flatnonzero(beside)
