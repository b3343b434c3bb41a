"""Drawn areas held against each other and against overlays, after a batch of records is taken in.

A record waits in the table ``unlooked`` from the transaction that takes it in until the one that notes what
it lies on. A pair is measured from the earlier to the later record and depends on the two alone, so live and
rebuilt tables are the same, whatever the batches were. Plots of all forms are held against one another.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import numpy as np
import pyarrow as pa
import shapely

from geo import plot_pairs
from ingest.adding import add
from ingest.identifiers import quoted
from ingest.plots import drawn, hits
from ingest.plots.drawn import Drawn
from ingest.plots.lookout import DrawnField, Lookout, PlotForms
from ingest.plots.register import Plot, entries
from ingest.projecting.warehouse import Warehouse
from thai.area import rai_ngan_wah

_AT_ONCE = 50_000  # records looked at in one transaction
_OVERLAYS = "overlays"


def catch_up(warehouse: Warehouse, lookout: Lookout) -> None:
    """Look at every record that waits; at all of them when the overlays, or what a plot is, changed."""
    if warehouse.overlays != lookout.fingerprint and warehouse.meta(_OVERLAYS) != lookout.fingerprint:
        with warehouse.transaction() as connection:
            connection.execute("DELETE FROM overlap; DELETE FROM overlay_hit; DELETE FROM unlooked")
            for table in warehouse.form_tables():
                if shown := warehouse.looked_at(table):
                    some = " OR ".join(f"{quoted(field)} IS NOT NULL" for field in shown)
                    again = f"SELECT _seq, ? FROM {quoted(table)} WHERE {some}"
                    connection.execute(f"INSERT INTO unlooked {again}", [table])
        warehouse.set_meta(_OVERLAYS, lookout.fingerprint)
    if warehouse.overlays != lookout.fingerprint:
        warehouse.overlays, warehouse.plot_boxes = lookout.fingerprint, None
    while waiting := _waiting(warehouse):
        table = waiting[0][0]
        seqs = sorted({seq for one, seq in waiting if one == table})
        with warehouse.transaction() as connection:
            _look(connection, warehouse, lookout, table, seqs, waiting)
            all_done = len(waiting) < _AT_ONCE and waiting[-1][0] == table
            # Emptied as a whole where that is all: what was deleted row by row is still read over.
            rest = "" if all_done else "WHERE place = ? AND _seq <= ?"
            connection.execute(f"DELETE FROM unlooked {rest}", [] if all_done else [table, seqs[-1]])
        if all_done:
            return


def _waiting(warehouse: Warehouse) -> list[tuple[str, int]]:
    sql = f"SELECT place, _seq FROM unlooked ORDER BY ALL LIMIT {_AT_ONCE}"
    return warehouse.cursor().execute(sql).fetchall()


def _look(
    connection: duckdb.DuckDBPyConnection,
    warehouse: Warehouse,
    lookout: Lookout,
    table: str,
    seqs: Sequence[int],
    waiting: Sequence[tuple[str, int]],
) -> None:
    """Hold what these records drew against the overlays, and plots against those of before and each other.

    Areas that are no plots, such as those served by a canal, may well lie on one another. Other plots that
    wait are held against these when it is their turn.
    """
    if lookout.overlays:
        areas = warehouse.drawn_fields(table)
        for field in (DrawnField(table, name) for name in areas):
            new = drawn.of_records(connection, [field], {table: seqs})
            hits.note(connection, field, new, lookout.overlays)
        for field, new in hits.points(connection, table, warehouse.points(table), areas, seqs):
            hits.note(connection, field, new, lookout.overlays)
    plots = lookout.plots.fields
    if any(one.table == table for one in plots):
        new = drawn.of_records(connection, plots, {table: seqs})
        if len(new):
            warehouse.plot_boxes = warehouse.plot_boxes or drawn.looked_at(connection, plots)
            boxes = shapely.bounds(new.shape)
            met = warehouse.plot_boxes.meeting(boxes).difference(waiting)
            warehouse.plot_boxes.add(table, new.seq, boxes)
            others: dict[str, list[int]] = {}
            for place, seq in sorted(met):
                others.setdefault(place, []).append(seq)
            there = drawn.together(new, drawn.of_records(connection, plots, others))
            pairs = _ordered(new, there, *plot_pairs.touching(boxes, shapely.bounds(there.shape)))
            if len(pairs):
                _write_pairs(connection, lookout.plots, there, pairs)


def _ordered(new: Drawn, there: Drawn, one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """Rows of ``there`` (n, 2), the earlier record first; each pair once, no area with itself."""
    place = {key: row for row, key in enumerate(there.rows())}
    own = np.array([place[key] for key in new.rows()])
    pairs = np.sort(np.column_stack([own[one], two]), axis=1)
    return np.asarray(np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0))


def _write_pairs(
    connection: duckdb.DuckDBPyConnection, forms: PlotForms, there: Drawn, pairs: np.ndarray
) -> None:
    a, b = pairs.T
    accuracy_m = np.fmax(there.accuracy_m[a], there.accuracy_m[b])
    found = plot_pairs.overlaps(
        there.shape[a], there.shape[b], there.area_m2[a], there.area_m2[b], accuracy_m
    )
    real = np.flatnonzero(found.kind != plot_pairs.EDGE)
    real = real[~_of_one_plot(connection, forms, there, pairs[real])]
    if not len(real):
        return
    a, b = a[real], b[real]
    overlap_m2 = np.round(found.overlap_m2[real], 1)
    values = {
        "overlap_m2": overlap_m2,
        "width_m": np.round(found.width_m[real], 1),
        "kind": found.kind[real],
        "land": [rai_ngan_wah(float(one)) for one in overlap_m2],
    }
    for side, rows in (("a", a), ("b", b)):
        fields = [there.fields[number] for number in there.field[rows]]
        values |= {
            f"{side}_form_id": [one.form_id for one in fields],
            f"{side}_table_name": [one.repeat for one in fields],
            f"{side}_field": [one.name for one in fields],
            f"{side}_seq": there.seq[rows],
            f"{side}_instance_id": [there.instance_id[row] for row in rows],
            f"{side}_key": [there.key[row] for row in rows],
            f"{side}_share": np.round(overlap_m2 / there.area_m2[rows], 4),
        }
    add(connection, "overlap", pa.table(values))


def _of_one_plot(
    connection: duckdb.DuckDBPyConnection, forms: PlotForms, there: Drawn, pairs: np.ndarray
) -> np.ndarray:
    """Pairs that speak of one entry of the register: a plot drawn at two visits, by whatever forms."""
    rows = np.unique(pairs)
    spoken = entries(connection, forms, _plots(there, rows)) if len(rows) else []
    of = dict(zip(rows.tolist(), spoken, strict=True))
    return np.array([bool(of[one] & of[two]) for one, two in pairs.tolist()], dtype=bool)


def _plots(there: Drawn, rows: Sequence[int] | np.ndarray) -> list[Plot]:
    return [Plot(int(there.seq[row]), there.fields[there.field[row]].table, there.key[row]) for row in rows]
