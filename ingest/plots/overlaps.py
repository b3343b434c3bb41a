"""Drawn areas held against each other and against overlays, after a batch of records is taken in.

A record waits in the table ``unlooked`` from the transaction that takes it in until the one that notes what
it lies on. A pair is measured from the earlier to the later record and depends on the two alone, so live and
rebuilt tables are the same, whatever the batches were.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import shapely

from geo import overlay as state_land
from geo import plot_pairs
from geo.cells import morton
from geo.extent import extents
from geo.overlay import Overlay
from ingest.projecting.declared import declares
from ingest.projecting.warehouse import Warehouse, quoted
from ingest.published import Catalogue
from thai.area import rai_ngan_wah

_AT_ONCE = 50_000  # records looked at in one transaction
_FEW = 8  # boxes that a condition names one by one
_OVERLAYS = "overlays"
_HOUSEHOLDS = "households"
COMMON = "common"
"""The column of the ground that a drawn area and an overlay have in common."""


@dataclass(frozen=True)
class Lookout:
    """What drawn areas are held against besides each other.

    ``owners``: by form the column that names the owner's household. ``fingerprint``: of the overlays.
    """

    overlays: Sequence[Overlay]
    fingerprint: str
    owners: Mapping[str, str]


def owner_fields(catalogue: Catalogue) -> dict[str, str]:
    """By form the first question of its own that chooses a household; forms without one are left out."""
    found: dict[str, str] = {}
    for form_id in catalogue.form_ids:
        for one in catalogue.newest(form_id).schema.tables[0].fields:
            if one.dataset == _HOUSEHOLDS:
                found.setdefault(form_id, one.name)
    return found


@dataclass
class _Drawn:
    """Areas of one field: keys, shapes (lon-lat), boxes (n, 4), m² and accuracy."""

    seq: np.ndarray
    instance_id: list[str]
    key: list[str]
    shape: np.ndarray
    area_m2: np.ndarray
    accuracy_m: np.ndarray

    def __len__(self) -> int:
        return len(self.seq)


def catch_up(warehouse: Warehouse, lookout: Lookout) -> None:
    """Look at every record that waits; at all of them when the overlays changed."""
    if warehouse.overlays != lookout.fingerprint and warehouse.meta(_OVERLAYS) != lookout.fingerprint:
        with warehouse.transaction() as connection:
            connection.execute("DELETE FROM overlap; DELETE FROM overlay_hit; DELETE FROM unlooked")
            for table, field in warehouse.drawn_areas():
                drawn = f"SELECT _seq, ? FROM {quoted(table)} WHERE {quoted(field)} IS NOT NULL"
                connection.execute(f"INSERT INTO unlooked {drawn}", [table])
        warehouse.set_meta(_OVERLAYS, lookout.fingerprint)
    warehouse.overlays = lookout.fingerprint
    while waiting := _waiting(warehouse):
        table, seqs = waiting[0][0], sorted({seq for one, seq in waiting if one == waiting[0][0]})
        with warehouse.transaction() as connection:
            are_plots, others_wait = declares(warehouse.fields(table)), len(waiting) == _AT_ONCE
            for field in warehouse.drawn_fields(table):
                one = _Field(table, field)
                _look(connection, one, seqs, lookout, are_plots=are_plots, others_wait=others_wait)
            all_done = len(waiting) < _AT_ONCE and waiting[-1][0] == table
            # Emptied as a whole where that is all: what was deleted row by row is still read over.
            rest = "" if all_done else "WHERE place = ? AND _seq <= ?"
            connection.execute(f"DELETE FROM unlooked {rest}", [] if all_done else [table, seqs[-1]])
        if all_done:
            return


def _waiting(warehouse: Warehouse) -> list[tuple[str, int]]:
    sql = f"SELECT place, _seq FROM unlooked ORDER BY ALL LIMIT {_AT_ONCE}"
    return warehouse.cursor().execute(sql).fetchall()


@dataclass(frozen=True)
class _Field:
    """A question that draws areas, with its columns as SQL."""

    table: str
    name: str

    @property
    def form_id(self) -> str:
        return self.table.partition("/")[0]

    @property
    def repeat(self) -> str:
        return self.table.partition("/")[2]

    def column(self, suffix: str) -> str:
        return quoted(f"{self.name}__{suffix}")

    def meets(self, boxes: int) -> str:
        """The condition that an area meets one of so many boxes, each given as west, east, south, north."""
        west, south, east, north = (self.column(side) for side in ("minx", "miny", "maxx", "maxy"))
        one = f"({east} >= ? AND {west} <= ? AND {north} >= ? AND {south} <= ?)"
        return f"({' OR '.join([one] * boxes)})"


def _look(
    connection: duckdb.DuckDBPyConnection,
    field: _Field,
    seqs: Sequence[int],
    lookout: Lookout,
    *,
    are_plots: bool,
    others_wait: bool,
) -> None:
    """Hold what these records drew against the overlays, and plots against those of before and each other.

    Areas that are no plots, such as those served by a canal, may well lie on one another.
    """
    new = _of_records(connection, field, seqs)
    if not len(new):
        return
    _note_hits(connection, field, new, lookout.overlays)
    if are_plots:
        boxes = shapely.bounds(new.shape)
        there = _near(connection, field, boxes, seqs, others_wait=others_wait)
        pairs = _ordered(new, there, *plot_pairs.touching(boxes, shapely.bounds(there.shape)))
        if len(pairs):
            _write_pairs(connection, field, there, pairs, lookout.owners.get(field.form_id, ""))


def _of_records(connection: duckdb.DuckDBPyConnection, field: _Field, seqs: Sequence[int]) -> _Drawn:
    """What these records drew."""
    if len(seqs) == 1:
        return _drawn(connection, field, "_seq = ?", seqs)
    where = "_seq BETWEEN ? AND ? AND _seq = ANY(?)"
    return _drawn(connection, field, where, [min(seqs), max(seqs), list(seqs)])


def _near(
    connection: duckdb.DuckDBPyConnection,
    field: _Field,
    boxes: np.ndarray,
    seqs: Sequence[int],
    *,
    others_wait: bool,
) -> _Drawn:
    """Areas that may meet the new ones: those looked at before, and the new ones themselves."""
    looked, of_records = "true", list[Any]()
    if others_wait:
        looked = "(_seq = ANY(?) OR _seq NOT IN (SELECT _seq FROM unlooked WHERE place = ?))"
        of_records = [list(seqs), field.table]
    if len(boxes) <= _FEW:
        sides = boxes[:, [0, 2, 1, 3]].ravel().tolist()
        return _drawn(connection, field, f"{field.meets(len(boxes))} AND {looked}", [*sides, *of_records])
    around = [boxes[:, 0].min(), boxes[:, 2].max(), boxes[:, 1].min(), boxes[:, 3].max()]
    columns = ", ".join(field.column(side) for side in ("minx", "miny", "maxx", "maxy"))
    sql = f"SELECT _seq, {columns} FROM {quoted(field.table)} WHERE {field.meets(1)} AND {looked}"
    found = connection.sql(sql, params=[*map(float, around), *of_records]).to_arrow_table()
    others = np.column_stack([column.to_numpy() for column in found.columns[1:]])
    meeting = np.unique(found["_seq"].to_numpy()[plot_pairs.touching(boxes, others)[1]])
    return _of_records(connection, field, meeting.tolist())


def _drawn(
    connection: duckdb.DuckDBPyConnection, field: _Field, where: str, parameters: Sequence[Any]
) -> _Drawn:
    """Areas under a condition, in the order of their keys."""
    key = "_key" if field.repeat else "''"
    sql = f"""SELECT _seq, _instance_id, {key} AS key, {quoted(field.name)} AS shape,
        {field.column("area_m2")} AS area, {field.column("accuracy_m")} AS accuracy
        FROM {quoted(field.table)} WHERE {where} AND area > 0"""
    rows = sorted(connection.execute(sql, list(parameters)).fetchall(), key=lambda row: (row[0], row[2]))
    seq, instance_id, keys, shapes, area_m2, accuracy_m = zip(*rows, strict=True) if rows else [()] * 6
    return _Drawn(
        np.array(seq, dtype=np.int64),
        list(instance_id),
        list(keys),
        np.asarray(shapely.from_wkb(list(map(bytes, shapes))), dtype=object),
        np.array(area_m2, dtype=float),
        np.array(accuracy_m, dtype=float),
    )


def _ordered(new: _Drawn, there: _Drawn, one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """Rows of ``there`` (n, 2), the earlier record first; each pair once, no area with itself."""
    place = {key: row for row, key in enumerate(zip(there.seq.tolist(), there.key, strict=True))}
    own = np.array([place[key] for key in zip(new.seq.tolist(), new.key, strict=True)])
    pairs = np.sort(np.column_stack([own[one], two]), axis=1)
    return np.asarray(np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0))


def _write_pairs(
    connection: duckdb.DuckDBPyConnection, field: _Field, drawn: _Drawn, pairs: np.ndarray, owner_field: str
) -> None:
    a, b = pairs.T
    accuracy_m = np.fmax(drawn.accuracy_m[a], drawn.accuracy_m[b])
    found = plot_pairs.overlaps(
        drawn.shape[a], drawn.shape[b], drawn.area_m2[a], drawn.area_m2[b], accuracy_m
    )
    real = np.flatnonzero(found.kind != plot_pairs.EDGE)
    again = _visited_again(connection, drawn.seq[np.unique(pairs[real])]) if len(real) else {}
    real = real[[not again.get(x, set()) & again.get(y, set()) for x, y in drawn.seq[pairs[real]].tolist()]]
    if not len(real):
        return
    a, b = a[real], b[real]
    owner = _owners(connection, field.form_id, owner_field, drawn.seq[np.unique([a, b])])
    overlap_m2 = np.round(found.overlap_m2[real], 1)
    of_both = zip(drawn.seq[a].tolist(), drawn.seq[b].tolist(), strict=True)
    values = {
        "form_id": [field.form_id] * len(real),
        "table_name": [field.repeat] * len(real),
        "field": [field.name] * len(real),
        "overlap_m2": overlap_m2,
        "width_m": np.round(found.width_m[real], 1),
        "kind": found.kind[real],
        "land": [rai_ngan_wah(float(one)) for one in overlap_m2],
        "same_owner": pa.array([_same(owner.get(x), owner.get(y)) for x, y in of_both], pa.bool_()),
    }
    for side, rows in (("a", a), ("b", b)):
        values |= {
            f"{side}_seq": drawn.seq[rows],
            f"{side}_instance_id": [drawn.instance_id[row] for row in rows],
            f"{side}_key": [drawn.key[row] for row in rows],
            f"{side}_share": np.round(overlap_m2 / drawn.area_m2[rows], 4),
        }
    _insert(connection, "overlap", pa.table(values))


def _visited_again(connection: duckdb.DuckDBPyConnection, seqs: np.ndarray) -> dict[int, set[str]]:
    """What each record registers or updates, households aside: one plot drawn at two visits is no overlap."""
    sql = f"""SELECT _seq, dataset || '/' || entity_id FROM entity_event
        WHERE _seq = ANY(?) AND dataset <> '{_HOUSEHOLDS}'"""
    found: dict[int, set[str]] = {}
    for seq, entity in connection.execute(sql, [seqs.tolist()]).fetchall():
        found.setdefault(seq, set()).add(entity)
    return found


def _owners(
    connection: duckdb.DuckDBPyConnection, form_id: str, column: str, seqs: np.ndarray
) -> dict[int, str | None]:
    if not column:
        return {}
    sql = f"SELECT _seq, {quoted(column)} FROM {quoted(form_id)} WHERE _seq = ANY(?)"
    return dict(connection.execute(sql, [seqs.tolist()]).fetchall())


def _same(one: str | None, other: str | None) -> bool | None:
    return one == other if one and other else None


def _note_hits(
    connection: duckdb.DuckDBPyConnection, field: _Field, new: _Drawn, overlays: Sequence[Overlay]
) -> None:
    """Write down what of the new areas lies in each overlay, or too near its line to tell."""
    for one in overlays:
        found = state_land.hits(one, new.shape, new.accuracy_m)
        if not len(found.shape):
            continue
        rows, overlap_m2 = found.shape, np.round(found.overlap_m2, 1)
        values = {
            "_seq": new.seq[rows],
            "_instance_id": [new.instance_id[row] for row in rows],
            "form_id": [field.form_id] * len(rows),
            "table_name": [field.repeat] * len(rows),
            "_key": [new.key[row] for row in rows],
            "field": [field.name] * len(rows),
            "overlay": [one.name] * len(rows),
            "code": one.codes[found.area],
            "name_th": one.names[found.area],
            "overlap_m2": overlap_m2,
            "land": [rai_ngan_wah(float(part)) for part in overlap_m2],
            "share": np.round(np.minimum(overlap_m2 / new.area_m2[rows], 1.0), 4),
            "depth_m": np.round(found.depth_m, 1),
            "distance_m": np.round(found.distance_m, 1),
            "carries": found.carries,
        }
        _insert(connection, "overlay_hit", pa.table(values | _common_ground(found.common)))


def _common_ground(shapes: np.ndarray) -> dict[str, pa.Array]:
    """The shapes with the companions that a layer's geometry has; blank where only the line is near."""
    where = extents(shapes)
    there = ~shapely.is_missing(shapes)
    cell = morton(np.where(there, where.lon, 0.0), np.where(there, where.lat, 0.0))
    numbers = {
        "lon": where.lon, "lat": where.lat, "minx": where.minx, "miny": where.miny, "maxx": where.maxx,
        "maxy": where.maxy,
    }  # fmt: skip
    return {
        COMMON: pa.array(shapely.to_wkb(shapes), pa.binary()),
        f"{COMMON}__cell": pa.array(cell, pa.uint64(), mask=~there),
    } | {
        f"{COMMON}__{side}": pa.array(values, pa.float64(), from_pandas=True)
        for side, values in numbers.items()
    }


def _insert(connection: duckdb.DuckDBPyConnection, name: str, rows: pa.Table) -> None:
    connection.register("incoming", rows)
    connection.execute(f"INSERT INTO {name} BY NAME SELECT * FROM incoming")
    connection.unregister("incoming")
