"""Rows in bulk without a million submissions: projected ones are copied to other places in the warehouse.

For measuring what reads them. Copies have no line in the log (a rebuild would lose them) and were not held
against one another; else a row is whole: its answers, its shapes, and the columns made of them.
"""

from __future__ import annotations

from contextlib import closing
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa
import shapely

from bench.submissions import Places
from forms.schema import GEO_KINDS
from forms.xform import Field
from geo.cells import morton
from geo.extent import extents
from ingest.areas import set_files
from ingest.atlas import Atlas
from ingest.folder import DataFolder
from ingest.identifiers import quoted
from ingest.projecting import follow

_BATCH = 50_000
_FIRST = 1_000_000_000  # the number of the first copy: phones go on counting below
_RENUMBERED = "* REPLACE ('copy:' || _seq AS _instance_id)"


def scatter(data: Path, form_id: str, count: int) -> None:
    """Add ``count`` copies of a form's logged rows around the tambons; nothing may have the folder open."""
    with closing(Atlas(DataFolder(data))) as atlas:
        follow.open_warehouse(atlas)
        cursor, table = atlas.warehouse.cursor(), quoted(form_id)
        logged = f"FROM {table} WHERE _seq < {_FIRST}"
        rows = cursor.sql(f"SELECT * {logged}").to_arrow_table()
        last = cursor.execute(f"SELECT greatest(max(_seq), {_FIRST}) FROM submission").fetchall()[0][0]
        heads = cursor.sql(f"SELECT s.* FROM (SELECT _seq {logged}) JOIN submission s USING (_seq) LIMIT 1")
        head = heads.to_arrow_table()
        fields = atlas.reference.catalogue.newest(form_id).schema.table("").fields
        places = Places(set_files.drawn(atlas.reference.locator), seed=last)
        for start in range(0, count, _BATCH):
            size = min(_BATCH, count - start)
            numbers = pa.array(np.arange(size) + last + start + 1)
            take = np.random.default_rng(start).integers(0, len(rows), size)
            copies = _moved(rows.take(take), fields, list(islice(iter(places), size)))
            with atlas.warehouse.transaction() as connection:
                for name, batch in ((table, copies), ("submission", head.take([0] * size))):
                    column = batch.column_names.index("_seq")
                    connection.register("copies", batch.set_column(column, "_seq", numbers))
                    connection.execute(f"INSERT INTO {name} BY NAME SELECT {_RENUMBERED} FROM copies")
                connection.unregister("copies")


def _moved(rows: pa.Table, fields: tuple[Field, ...], there: list[tuple[str, float, float]]) -> pa.Table:
    """Rows at other places: (tambon, lon, lat) each, to which every shape of the row is pushed whole."""
    codes, lon, lat = (np.array(part) for part in zip(*there, strict=True))
    new: dict[str, pa.Array] = dict.fromkeys(("_area", "_tambon", "_reported", "_located"), pa.array(codes))
    for one in fields:
        if one.kind in GEO_KINDS:
            new |= _pushed(rows, one.name, lon, lat, codes)
    for name, values in new.items():
        rows = rows.set_column(rows.column_names.index(name), name, values)
    return rows


def _pushed(
    rows: pa.Table, name: str, lon: np.ndarray, lat: np.ndarray, codes: np.ndarray
) -> dict[str, pa.Array]:
    shapes = shapely.from_wkb(np.array(rows[name].to_pylist(), dtype=object))
    has, before = ~shapely.is_missing(shapes), extents(shapes)
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    push = np.column_stack([lon - before.lon, lat - before.lat])
    shapes = shapely.set_coordinates(shapes, xy + push[owner])
    where = extents(shapes)
    cell = morton(np.where(has, where.lon, 0.0), np.where(has, where.lat, 0.0))
    words: dict[str, pa.Array] = {
        name: pa.array(shapely.to_wkb(shapes), pa.binary()),
        f"{name}__cell": pa.array(cell, pa.uint64(), mask=~has),
        f"{name}__tambon": pa.array(codes, pa.string(), mask=~has),
    }
    return words | {
        f"{name}__{side}": pa.array(getattr(where, side), pa.float64(), from_pandas=True)
        for side in ("lon", "lat", "minx", "miny", "maxx", "maxy")
        if f"{name}__{side}" in rows.column_names
    }
