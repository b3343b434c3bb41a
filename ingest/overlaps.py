"""Drawn areas held against each other and against overlays, after a batch of records is taken in.

A record waits in the table ``unlooked`` from the transaction that takes it in until the one that notes what
it lies on. A pair is measured from the earlier to the later record and depends on the two alone, so live and
rebuilt tables are the same, whatever the batches were.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
import shapely

from geo import overlay as state_land
from geo import plot_pairs
from geo.cells import morton
from geo.extent import extents
from geo.overlay import Overlay
from ingest.projection import PROJECTED
from ingest.published import Catalogue
from ingest.warehouse import Warehouse, quoted
from thai.area import rai_ngan_wah

_AT_ONCE = 50_000  # records looked at in one transaction
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
    if warehouse.meta(_OVERLAYS) != lookout.fingerprint:
        with warehouse.transaction() as connection:
            connection.execute(
                "DELETE FROM overlay_hit; DELETE FROM unlooked;"
                f"INSERT INTO unlooked SELECT _seq FROM submission WHERE outcome = '{PROJECTED}'"
            )
        warehouse.set_meta(_OVERLAYS, lookout.fingerprint)
    while seqs := _waiting(warehouse):
        with warehouse.transaction() as connection:
            for name in ("overlap", "overlay_hit"):
                columns = ("a_seq", "b_seq") if name == "overlap" else ("_seq",)
                for column in columns:
                    connection.execute(f"DELETE FROM {name} WHERE {column} = ANY(?)", [seqs])
            for table, field in warehouse.drawn_areas():
                new = _drawn(connection, table, field, seqs)
                if len(new):
                    _note_pairs(connection, table, field, new, seqs, lookout.owners)
                    _note_hits(connection, table, field, new, lookout.overlays)
            connection.execute("DELETE FROM unlooked WHERE _seq <= ?", [seqs[-1]])


def _waiting(warehouse: Warehouse) -> list[int]:
    found = (
        warehouse.cursor()
        .execute(f"SELECT DISTINCT _seq FROM unlooked ORDER BY 1 LIMIT {_AT_ONCE}")
        .fetchall()
    )
    return [row[0] for row in found]


def _drawn(connection: duckdb.DuckDBPyConnection, table: str, field: str, seqs: Sequence[int]) -> _Drawn:
    """The areas that these records drew, in the order of their keys."""
    key = "_key" if "/" in table else "''"
    sql = f"""SELECT _seq, _instance_id, {key} AS key, {quoted(field)} AS shape,
        {quoted(field + "__area_m2")} AS area, {quoted(field + "__accuracy_m")} AS accuracy
        FROM {quoted(table)} WHERE _seq BETWEEN ? AND ? AND _seq = ANY(?) AND area > 0 ORDER BY _seq, key"""
    rows = connection.sql(sql, params=[min(seqs), max(seqs), list(seqs)]).to_arrow_table()
    return _Drawn(
        rows["_seq"].to_numpy(),
        rows["_instance_id"].to_pylist(),
        rows["key"].to_pylist(),
        np.asarray(shapely.from_wkb(rows["shape"].to_pylist()), dtype=object),
        rows["area"].to_numpy(),
        rows["accuracy"].to_numpy(zero_copy_only=False).astype(float),
    )


def _note_pairs(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    field: str,
    new: _Drawn,
    seqs: Sequence[int],
    owners: Mapping[str, str],
) -> None:
    """Write down which of the new areas lie on one another or on any that were looked at before."""
    boxes = shapely.bounds(new.shape)
    west, south, east, north = (quoted(f"{field}__{side}") for side in ("minx", "miny", "maxx", "maxy"))
    sql = f"""SELECT _seq, {west} AS w, {south} AS s, {east} AS e, {north} AS n FROM {quoted(table)}
        WHERE {east} >= ? AND {west} <= ? AND {north} >= ? AND {south} <= ?
        AND {quoted(field + "__area_m2")} > 0
        AND (_seq = ANY(?) OR _seq NOT IN (SELECT _seq FROM unlooked))"""
    reach = [boxes[:, 0].min(), boxes[:, 2].max(), boxes[:, 1].min(), boxes[:, 3].max()]
    near = connection.sql(sql, params=[*map(float, reach), list(seqs)]).to_arrow_table()
    others = np.column_stack([near[side].to_numpy() for side in ("w", "s", "e", "n")])
    _, other = plot_pairs.touching(boxes, others)
    wanted = np.unique(near["_seq"].to_numpy()[other])
    there = _drawn(connection, table, field, wanted.tolist())
    one, two = plot_pairs.touching(boxes, shapely.bounds(there.shape))
    pairs = _ordered(new, there, one, two)
    if len(pairs):
        _write_pairs(connection, table, field, there, pairs, owners)


def _ordered(new: _Drawn, there: _Drawn, one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """Rows of ``there`` (n, 2), the earlier record first; each pair once, no area with itself."""
    place = {key: row for row, key in enumerate(zip(there.seq.tolist(), there.key, strict=True))}
    own = np.array([place[key] for key in zip(new.seq.tolist(), new.key, strict=True)])
    pairs = np.sort(np.column_stack([own[one], two]), axis=1)
    return np.asarray(np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0))


def _write_pairs(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    field: str,
    drawn: _Drawn,
    pairs: np.ndarray,
    owners: Mapping[str, str],
) -> None:
    a, b = pairs.T
    accuracy_m = np.fmax(drawn.accuracy_m[a], drawn.accuracy_m[b])
    found = plot_pairs.overlaps(
        drawn.shape[a], drawn.shape[b], drawn.area_m2[a], drawn.area_m2[b], accuracy_m
    )
    real = np.flatnonzero(found.kind != plot_pairs.EDGE)
    if not len(real):
        return
    a, b, form_id = a[real], b[real], table.partition("/")[0]
    owner = _owners(connection, form_id, owners.get(form_id, ""), drawn.seq[np.unique([a, b])])
    overlap_m2 = np.round(found.overlap_m2[real], 1)
    values = {
        "form_id": [form_id] * len(real),
        "table_name": [table.partition("/")[2]] * len(real),
        "field": [field] * len(real),
        "overlap_m2": overlap_m2,
        "width_m": np.round(found.width_m[real], 1),
        "kind": found.kind[real],
        "land": [rai_ngan_wah(float(one)) for one in overlap_m2],
        "same_owner": pa.array(
            [
                _same(owner.get(int(x)), owner.get(int(y)))
                for x, y in zip(drawn.seq[a], drawn.seq[b], strict=True)
            ],
            pa.bool_(),
        ),
    }
    for side, rows in (("a", a), ("b", b)):
        values |= {
            f"{side}_seq": drawn.seq[rows],
            f"{side}_instance_id": [drawn.instance_id[row] for row in rows],
            f"{side}_key": [drawn.key[row] for row in rows],
            f"{side}_share": np.round(overlap_m2 / drawn.area_m2[rows], 4),
        }
    _insert(connection, "overlap", pa.table(values))


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
    connection: duckdb.DuckDBPyConnection, table: str, field: str, new: _Drawn, overlays: Sequence[Overlay]
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
            "form_id": [table.partition("/")[0]] * len(rows),
            "table_name": [table.partition("/")[2]] * len(rows),
            "_key": [new.key[row] for row in rows],
            "field": [field] * len(rows),
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
