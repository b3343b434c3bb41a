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
_ROWS = pa.schema(
    [
        ("_seq", pa.int64()),
        ("field", pa.int64()),
        ("key", pa.string()),
        ("_instance_id", pa.string()),
        ("shape", pa.binary()),
        ("area", pa.float64()),
        ("accuracy", pa.float64()),
    ]
)


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
    if not parts:
        return _drawn(fields, _ROWS.empty_table())
    return _drawn(fields, connection.sql(" UNION ALL ".join(parts), params=asked).to_arrow_table())


def of_table(connection: duckdb.DuckDBPyConnection, fields: Sequence[DrawnField], table: str) -> Drawn:
    """What all records of a table drew."""
    parts = [_selected(number, one) for number, one in enumerate(fields) if one.table == table]
    return _drawn(fields, connection.sql(" UNION ALL ".join(parts)).to_arrow_table())


def of_rows(fields: Sequence[DrawnField], table: str, came: Sequence[pa.Table]) -> Drawn:
    """What rows drew that are on their way into a table."""
    found = [_ROWS.empty_table()]
    for rows in came:
        for number, one in enumerate(fields):
            if one.table == table and one.name in rows.column_names:
                there = rows.filter(pc.greater(rows[f"{one.name}__area_m2"], 0.0))
                size = there.num_rows
                columns = [
                    there["_seq"],
                    pa.array(np.full(size, number)),
                    there["_key"] if one.repeat else pa.repeat("", size),
                    there["_instance_id"],
                    *(there[name] for name in (one.name, f"{one.name}__area_m2", f"{one.name}__accuracy_m")),
                ]
                found.append(pa.table(columns, schema=_ROWS))
    return _drawn(fields, pa.concat_tables(found))


def _selected(number: int, one: DrawnField) -> str:
    return f"""SELECT _seq, {number} AS field, {one.key} AS key, _instance_id, {quoted(one.name)} AS shape,
        {one.column("area_m2")} AS area, {one.column("accuracy_m")} AS accuracy
        FROM {quoted(one.table)} WHERE area > 0"""


def _drawn(fields: Sequence[DrawnField], rows: pa.Table) -> Drawn:
    rows = rows.sort_by([(name, "ascending") for name in ("_seq", "field", "key")])
    return Drawn(
        fields,
        rows["field"].to_numpy().astype(np.int64),
        rows["_seq"].to_numpy(),
        rows["_instance_id"].to_pylist(),
        rows["key"].to_pylist(),
        np.asarray(shapely.from_wkb(rows["shape"].to_numpy()), dtype=object),
        rows["area"].to_numpy(),
        rows["accuracy"].to_numpy(),
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
