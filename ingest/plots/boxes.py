"""Where the plots lie that were looked at, in memory: which a new one may meet is told at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geo import plot_pairs

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_FEW = 8  # boxes that are asked for one by one


class Boxes:
    """Boxes in lon-lat with the table and the record of each; none is ever taken out.

    What was corrected since has no row in its table any more.
    """

    def __init__(self) -> None:
        self._count = 0
        self._sides = np.empty((4, 1_000))  # west, south, east, north: each side together, as it is searched
        self._seq = np.empty(1_000, dtype=np.int64)
        self._table = np.empty(1_000, dtype=np.int64)
        self._tables: list[str] = []

    def add(self, table: str, seq: Ints, sides: Floats) -> None:
        """Remember the boxes (n, 4: west, south, east, north) of records of one table."""
        if table not in self._tables:
            self._tables.append(table)
        end = self._count + len(seq)
        if end > len(self._seq):
            more = max(end, 2 * len(self._seq)) - len(self._seq)
            self._sides = np.pad(self._sides, ((0, 0), (0, more)))
            self._seq, self._table = (np.pad(one, (0, more)) for one in (self._seq, self._table))
        rows = slice(self._count, end)
        self._sides[:, rows], self._seq[rows] = sides.T, seq
        self._table[rows] = self._tables.index(table)
        self._count = end

    def meeting(self, boxes: Floats) -> set[tuple[str, int]]:
        """(table, record) of all that meet one of these boxes (n, 4)."""
        if len(boxes) > _FEW:
            around = self._within(*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist())
            rows = around[np.unique(plot_pairs.touching(boxes, self._sides[:, around].T)[1])]
        else:
            rows = np.concatenate([self._within(*box) for box in boxes.tolist()])
        tables = (self._tables[number] for number in self._table[rows].tolist())
        return set(zip(tables, self._seq[rows].tolist(), strict=True))

    def _within(self, west: float, south: float, east: float, north: float) -> Ints:
        its_west, its_south, its_east, its_north = self._sides[:, : self._count]
        beside = (its_east >= west) & (its_west <= east) & (its_north >= south) & (its_south <= north)
        return np.flatnonzero(beside)
