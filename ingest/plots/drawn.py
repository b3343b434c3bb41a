"""Drawn areas as the warehouse holds them, of one question or of all that draw plots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import shapely

from geo import plot_pairs
from ingest.identifiers import quoted
from ingest.plots.lookout import DrawnField

_FEW = 8  # boxes that a condition names one by one
_SIDES = ("west", "south", "east", "north")
_MEETS = "(east >= ? AND north >= ? AND west <= ? AND south <= ?)"  # a box, in the order of its sides


@dataclass(frozen=True)
class Drawn:
    """Areas of the ``fields``, sorted by record, field and key.

    ``field``: which one of them drew each; ``shape`` lon-lat; ``area_m2`` and ``accuracy_m`` (NaN unknown).
    """

    fields: Sequence[DrawnField]
    field: np.ndarray
    seq: np.ndarray
    instance_id: list[str]
    key: list[str]
    shape: np.ndarray
    area_m2: np.ndarray
    accuracy_m: np.ndarray

    def __len__(self) -> int:
        return len(self.seq)

    def rows(self) -> list[tuple[int, int, str]]:
        """What tells them apart, in their order."""
        return list(zip(self.seq.tolist(), self.field.tolist(), self.key, strict=True))


def of_records(
    connection: duckdb.DuckDBPyConnection, fields: Sequence[DrawnField], seqs: Sequence[int]
) -> Drawn:
    """What these records drew in answer to the fields; areas without ground are left out."""
    where, asked = "_seq = ?", list[Any](seqs)
    if len(seqs) != 1:
        where = "_seq BETWEEN ? AND ? AND _seq = ANY(?)"
        asked = [min(seqs, default=0), max(seqs, default=0), list(seqs)]
    parts = [
        f"""SELECT _seq, {number} AS field, {one.key} AS key, _instance_id, {quoted(one.name)} AS shape,
        {one.column("area_m2")} AS area, {one.column("accuracy_m")} AS accuracy
        FROM {quoted(one.table)} WHERE {where} AND area > 0"""
        for number, one in enumerate(fields)
    ]
    found = connection.execute(" UNION ALL ".join(parts), asked * len(parts)).fetchall()
    rows = sorted(found, key=lambda row: row[:3])
    seq, field, keys, instance_id, shapes, area_m2, accuracy_m = zip(*rows, strict=True) if rows else [()] * 7
    return Drawn(
        fields,
        np.array(field, dtype=np.int64),
        np.array(seq, dtype=np.int64),
        list(instance_id),
        list(keys),
        np.asarray(shapely.from_wkb(list(map(bytes, shapes))), dtype=object),
        np.array(area_m2, dtype=float),
        np.array(accuracy_m, dtype=float),
    )


def remember(connection: duckdb.DuckDBPyConnection, plots: Drawn, boxes: np.ndarray) -> None:
    """Note where looked-at plots lie (boxes (n, 4): west, south, east, north), for those that come after."""
    tables = [plots.fields[number].table for number in plots.field]
    if len(plots) <= _FEW:
        rows = zip(plots.seq.tolist(), tables, *boxes.T.tolist(), strict=True)
        some = ", ".join(["(?, ?, ?, ?, ?, ?)"] * len(plots))
        connection.execute(f"INSERT INTO plot_box VALUES {some}", [value for row in rows for value in row])
        return
    columns = [plots.seq, pa.array(tables), *boxes.T]
    connection.register("incoming", pa.table(columns, names=["_seq", "place", *_SIDES]))
    connection.execute("INSERT INTO plot_box BY NAME SELECT * FROM incoming")
    connection.unregister("incoming")


def near(
    connection: duckdb.DuckDBPyConnection, fields: Sequence[DrawnField], new: Drawn, boxes: np.ndarray
) -> Drawn:
    """Remembered plots of any form that may meet these, which are remembered already and among them."""
    if len(new) <= _FEW:
        some, asked = " OR ".join([_MEETS] * len(boxes)), boxes.ravel().tolist()
        found = connection.execute(
            f"SELECT DISTINCT place, _seq FROM plot_box WHERE {some}", asked
        ).fetchall()
    else:
        around = [*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist()]
        table = connection.sql(f"SELECT * FROM plot_box WHERE {_MEETS}", params=around).to_arrow_table()
        others = np.column_stack([table[side].to_numpy() for side in _SIDES])
        meeting = table.take(np.unique(plot_pairs.touching(boxes, others)[1]))
        found = list(zip(meeting["place"].to_pylist(), meeting["_seq"].to_pylist(), strict=True))
    seqs = sorted({seq for _, seq in found})
    if len(seqs) == 1:
        return new
    places = {place for place, _ in found}
    return of_records(connection, [one for one in fields if one.table in places], seqs)
