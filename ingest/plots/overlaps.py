"""Drawn areas held against each other and against overlays, after a batch of records is taken in.

A record waits in the table ``unlooked`` from the transaction that takes it in until the one that notes what
it lies on. A pair is measured from the earlier to the later record and depends on the two alone, so live and
rebuilt tables are the same, whatever the batches were. Plots of all forms are held against one another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb
import numpy as np
import pyarrow as pa
import shapely

from geo import plot_pairs
from ingest.adding import add
from ingest.identifiers import quoted
from ingest.plots import drawn, hits
from ingest.plots.boxes import looked_at
from ingest.plots.drawn import Drawn
from ingest.plots.lookout import DrawnField, Lookout, PlotForms
from ingest.plots.register import Plot, entries
from ingest.plots.unlooked import Waiting
from ingest.projecting.warehouse import Warehouse
from thai.area import rai_ngan_wah

_AT_ONCE = 50_000  # records looked at in one transaction
_OVERLAYS = "overlays"


def catch_up(warehouse: Warehouse, lookout: Lookout) -> None:
    """Look at every record that waits; at all of them when the overlays, or what a plot is, changed."""
    if warehouse.overlays != lookout.fingerprint:
        if warehouse.meta(_OVERLAYS) != lookout.fingerprint:
            _begin_again(warehouse, lookout)
        warehouse.overlays, warehouse.plot_boxes = lookout.fingerprint, None
    reading = warehouse.cursor()
    while waiting := warehouse.unlooked.waiting(reading):
        table, seqs = next(iter(waiting.items()))
        seqs = seqs[:_AT_ONCE]
        try:
            found = list(_look(reading, warehouse, lookout, table, seqs, waiting))
        except BaseException:
            warehouse.plot_boxes = None  # the new ones may stand there already
            raise
        if found:
            with warehouse.transaction() as connection:
                for name, rows in found:
                    add(connection, name, rows)
                warehouse.unlooked.looked_at(connection, len(seqs))
        else:
            warehouse.unlooked.looked_at(None, len(seqs))


def _begin_again(warehouse: Warehouse, lookout: Lookout) -> None:
    with warehouse.transaction() as connection:
        connection.execute("DELETE FROM overlap; DELETE FROM overlay_hit; DELETE FROM unlooked")
        for table in warehouse.form_tables():
            if shown := warehouse.looked_at(table):
                some = " OR ".join(f"{quoted(field)} IS NOT NULL" for field in shown)
                again = f"SELECT _seq, ? FROM {quoted(table)} WHERE {some}"
                connection.execute(f"INSERT INTO unlooked {again}", [table])
    warehouse.unlooked.forget()
    warehouse.set_meta(_OVERLAYS, lookout.fingerprint)


def _look(
    connection: duckdb.DuckDBPyConnection,
    warehouse: Warehouse,
    lookout: Lookout,
    table: str,
    seqs: Sequence[int],
    waiting: Waiting,
) -> Iterator[tuple[str, pa.Table]]:
    """What these records drew, held against the overlays, and plots against those of before and each other.

    Yields rows of the tables ``overlap`` and ``overlay_hit``. Areas that are no plots, such as those served
    by a canal, may well lie on one another. Other plots that wait are held against these in their turn.
    """
    if lookout.overlays:
        areas = warehouse.drawn_fields(table)
        for field in (DrawnField(table, name) for name in areas):
            yield from hits.found(field, _new(warehouse, connection, [field], table, seqs), lookout.overlays)
        for field, new in hits.points(connection, table, warehouse.points(table), areas, seqs):
            yield from hits.found(field, new, lookout.overlays)
    plots = lookout.plots.fields
    if any(one.table == table for one in plots):
        new = _new(warehouse, connection, plots, table, seqs)
        if len(new):
            there, pairs = _beside(warehouse, connection, plots, new, waiting)
            if len(pairs):
                yield from _overlaps(connection, lookout.plots, there, pairs)


def _new(
    warehouse: Warehouse,
    connection: duckdb.DuckDBPyConnection,
    fields: Sequence[DrawnField],
    table: str,
    seqs: Sequence[int],
) -> Drawn:
    """What records drew that wait: as it came, or as it is read from their table."""
    if came := warehouse.unlooked.rows(table):
        return drawn.of_rows(fields, table, came)
    return drawn.of_records(connection, fields, {table: seqs})


def _beside(
    warehouse: Warehouse,
    connection: duckdb.DuckDBPyConnection,
    plots: Sequence[DrawnField],
    new: Drawn,
    waiting: Waiting,
) -> tuple[Drawn, np.ndarray]:
    """New plots and those that meet their boxes; which of them meet, as pairs of rows."""
    known = warehouse.plot_boxes or looked_at(connection, plots, set().union(*waiting.values()))
    boxes = shapely.bounds(new.shape)
    kept, unkept = known.meeting(boxes)
    there = drawn.together(new, kept)
    if unkept:
        there = drawn.together(there, drawn.of_records(connection, plots, unkept))
    known.add(new, boxes)
    warehouse.plot_boxes = known
    return there, _ordered(new, there, *plot_pairs.touching(boxes, shapely.bounds(there.shape)))


def _ordered(new: Drawn, there: Drawn, one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """Rows of ``there`` (n, 2), the earlier record first; each pair once, no area with itself."""
    place = {key: row for row, key in enumerate(there.rows())}
    own = np.array([place[key] for key in new.rows()])
    pairs = np.sort(np.column_stack([own[one], two]), axis=1)
    return np.asarray(np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0))


def _overlaps(
    connection: duckdb.DuckDBPyConnection, forms: PlotForms, there: Drawn, pairs: np.ndarray
) -> Iterator[tuple[str, pa.Table]]:
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
    yield "overlap", pa.table(values)


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
