"""Drawn areas as the warehouse holds them, of one question or of all that draw plots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import shapely

from ingest.identifiers import quoted
from ingest.plots.boxes import Boxes
from ingest.plots.lookout import DrawnField

_FEW = 8  # records that a condition names one by one


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
    connection: duckdb.DuckDBPyConnection, fields: Sequence[DrawnField], records: Mapping[str, Sequence[int]]
) -> Drawn:
    """What these records, by table, drew in answer to the fields; areas without ground are left out."""
    parts, asked = [], list[Any]()
    for number, one in enumerate(fields):
        if seqs := records.get(one.table):
            which = f"IN ({', '.join('?' * len(seqs))})" if len(seqs) <= _FEW else "= ANY(?)"
            asked += [min(seqs), max(seqs), *(seqs if len(seqs) <= _FEW else [list(seqs)])]
            parts.append(
                f"""SELECT _seq, {number} AS field, {one.key} AS key, _instance_id,
                {quoted(one.name)} AS shape, {one.column("area_m2")} AS area,
                {one.column("accuracy_m")} AS accuracy
                FROM {quoted(one.table)} WHERE _seq BETWEEN ? AND ? AND _seq {which} AND area > 0"""
            )
    found = connection.execute(" UNION ALL ".join(parts), asked).fetchall() if parts else []
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


def together(one: Drawn, other: Drawn) -> Drawn:
    """Areas of the same fields, none of which is in both."""
    rows = [*one.rows(), *other.rows()]
    order = sorted(range(len(rows)), key=rows.__getitem__)
    instance_id, key = [*one.instance_id, *other.instance_id], [*one.key, *other.key]
    return Drawn(
        one.fields,
        np.append(one.field, other.field)[order],
        np.append(one.seq, other.seq)[order],
        [instance_id[row] for row in order],
        [key[row] for row in order],
        np.append(one.shape, other.shape)[order],
        np.append(one.area_m2, other.area_m2)[order],
        np.append(one.accuracy_m, other.accuracy_m)[order],
    )


def looked_at(connection: duckdb.DuckDBPyConnection, fields: Sequence[DrawnField]) -> Boxes:
    """The boxes of all areas drawn in answer to the fields, but those whose record still waits."""
    boxes = Boxes()
    for one in fields:
        sides = ", ".join(one.column(side) for side in ("minx", "miny", "maxx", "maxy"))
        found = connection.execute(
            f"""SELECT _seq, {sides} FROM {quoted(one.table)} WHERE {one.column("area_m2")} > 0
            AND _seq NOT IN (SELECT _seq FROM unlooked)"""
        ).fetchnumpy()
        seq, *of_sides = found.values()
        boxes.add(one.table, np.asarray(seq), np.column_stack(of_sides))
    return boxes
