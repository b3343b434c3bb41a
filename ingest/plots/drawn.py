"""Drawn areas as the warehouse holds them, of one question or of all that draw plots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from ingest.identifiers import quoted
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

    def rows_of(self, wanted: np.ndarray) -> Drawn:
        """Those of a mask."""
        places = np.flatnonzero(wanted)
        return Drawn(
            self.fields,
            self.field[places],
            self.seq[places],
            [self.instance_id[place] for place in places],
            [self.key[place] for place in places],
            self.shape[places],
            self.area_m2[places],
            self.accuracy_m[places],
        )

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
            parts.append(f"{_selected(number, one)} AND _seq BETWEEN ? AND ? AND _seq {which}")
    return _drawn(fields, connection.execute(" UNION ALL ".join(parts), asked).fetchall() if parts else [])


def of_table(connection: duckdb.DuckDBPyConnection, fields: Sequence[DrawnField], table: str) -> Drawn:
    """What all records of a table drew."""
    parts = [_selected(number, one) for number, one in enumerate(fields) if one.table == table]
    return _drawn(fields, connection.execute(" UNION ALL ".join(parts)).fetchall())


def of_rows(fields: Sequence[DrawnField], table: str, came: Sequence[pa.Table]) -> Drawn:
    """What rows drew that are on their way into a table."""
    found: list[tuple[Any, ...]] = []
    for rows in came:
        for number, one in enumerate(fields):
            if one.table == table and one.name in rows.column_names:
                companions = (f"{one.name}__{suffix}" for suffix in ("area_m2", "accuracy_m"))
                there = rows.filter(pc.greater(rows[f"{one.name}__area_m2"], 0.0))
                columns = ("_seq", "_key", "_instance_id", one.name, *companions)
                of = {name: there[name].to_pylist() for name in columns if name in there.column_names}
                nothing = [""] * there.num_rows  # a form's own rows have no key
                seqs, keys, *rest = (of.get(name, nothing) for name in columns)
                found += zip(seqs, [number] * len(nothing), keys, *rest, strict=True)
    return _drawn(fields, found)


def _selected(number: int, one: DrawnField) -> str:
    return f"""SELECT _seq, {number} AS field, {one.key} AS key, _instance_id, {quoted(one.name)} AS shape,
        {one.column("area_m2")} AS area, {one.column("accuracy_m")} AS accuracy
        FROM {quoted(one.table)} WHERE area > 0"""


def _drawn(fields: Sequence[DrawnField], found: list[tuple[Any, ...]]) -> Drawn:
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
