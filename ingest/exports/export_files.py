"""Writes export tables as files: GeoPackage, GeoJSON, GeoParquet, CSV and XLSX, streamed in batches."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import BinaryIO

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from pyarrow import csv, parquet
from pyproj import CRS

from ingest.exports import cells
from ingest.exports.export_tables import Change, ExportTable, as_it_is
from ingest.exports.spreadsheet import Workbook, as_lines

_CRS = "EPSG:4326"
_WKB_NAMES = {
    1: "Point",
    2: "LineString",
    3: "Polygon",
    4: "MultiPoint",
    5: "MultiLineString",
    6: "MultiPolygon",
}
_POLYGON, _MULTIPOLYGON = 3, 6
_POINT = np.dtype([("order", "u1"), ("type", "<u4"), ("lon", "<f8"), ("lat", "<f8")])  # as WKB
_CELL_KINDS = {"integer": "number", "decimal": "number", "double": "number", "date": "date"}


@dataclass
class Writing:
    """One export under way: where it goes, what it says of itself, and how many rows each table got."""

    path: Path
    cursor: duckdb.DuckDBPyConnection
    note: str  # layer, CRS and boundary set in words; a drawing says that it is one
    rows: dict[str, int] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)

    def counted(self, table: ExportTable, kind: str, change: Change = as_it_is) -> pa.RecordBatchReader:
        """A table's rows, changed a part at a time, and counted as they go by."""
        parts = table.read(self.cursor, kind, change)
        first = next(parts)
        self.rows[table.name] = 0

        def batches() -> Iterator[pa.RecordBatch]:
            for part in chain([first], parts):
                self.rows[table.name] += part.num_rows
                yield from part.to_batches()

        return pa.RecordBatchReader.from_batches(first.schema, batches())

    def beside(self, table: ExportTable, ending: str) -> Path:
        """The file of a repeat, next to the layer's."""
        path = self.path.with_name(f"{self.path.stem}.{table.name}{ending}")
        self.files.append(path)
        return path


def write_gpkg(writing: Writing, layer: ExportTable, repeats: tuple[ExportTable, ...]) -> None:
    """One GeoPackage: the layer, and each repeat as a table without geometry."""
    from pyogrio import write_arrow  # noqa: PLC0415 - as in geo.sources

    types = layer.geometry_types(writing.cursor)
    name, change = _WKB_NAMES.get(min(types, default=0), "Unknown"), as_it_is
    if types == {_POLYGON, _MULTIPOLYGON}:
        name, change = _WKB_NAMES[_MULTIPOLYGON], _as_multipolygons
    elif len(types) > 1:
        name = "Unknown"
    write_arrow(
        writing.counted(layer, "gpkg", change), writing.path, layer=layer.name, driver="GPKG",
        geometry_name="geometry", geometry_type=name, crs=_CRS, layer_options={"DESCRIPTION": writing.note},
    )  # fmt: skip
    for table in repeats:
        write_arrow(
            writing.counted(table, "gpkg"), writing.path, layer=table.name, driver="GPKG", append=True,
            geometry_name=None, geometry_type=None,
        )  # fmt: skip


def write_geojson(writing: Writing, layer: ExportTable, repeats: tuple[ExportTable, ...]) -> None:
    """A FeatureCollection after RFC 7946; repeats stand beside it as CSV."""
    from pyogrio import write_arrow  # noqa: PLC0415 - as in geo.sources

    types = layer.geometry_types(writing.cursor)
    name = _WKB_NAMES.get(min(types, default=0), "Unknown") if len(types) == 1 else "Unknown"
    write_arrow(
        writing.counted(layer, "geojson"), writing.path, layer=layer.name, driver="GeoJSON",
        geometry_name="geometry", geometry_type=name, crs=_CRS,
        layer_options={"COORDINATE_PRECISION": "7", "DESCRIPTION": writing.note},
    )  # fmt: skip
    _repeats_as_csv(writing, repeats)


def write_parquet(writing: Writing, layer: ExportTable, repeats: tuple[ExportTable, ...]) -> None:
    """GeoParquet 1.0 with WKB; repeats stand beside it as Parquet."""
    types = sorted(_WKB_NAMES[code] for code in layer.geometry_types(writing.cursor))
    column = {"encoding": "WKB", "geometry_types": types, "crs": CRS(_CRS).to_json_dict()}
    geo = {"version": "1.0.0", "primary_column": "geometry", "columns": {"geometry": column}}
    _write_parquet(
        writing.path, writing.counted(layer, "parquet"), {"geo": json.dumps(geo), "description": writing.note}
    )
    for table in repeats:
        _write_parquet(writing.beside(table, ".parquet"), writing.counted(table, "parquet"), {})


def _write_parquet(path: Path, rows: pa.RecordBatchReader, metadata: dict[str, str]) -> None:
    schema = rows.schema.with_metadata(metadata)
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in rows:
            writer.write_batch(batch.replace_schema_metadata(schema.metadata))


def write_csv(writing: Writing, layer: ExportTable, repeats: tuple[ExportTable, ...]) -> None:
    """UTF-8 with a byte-order mark, as Excel needs it; geometry as WKT in the last column."""
    _write_csv(writing.path, writing.counted(layer, "csv", _csv_cells(layer)))
    _repeats_as_csv(writing, repeats)


def _repeats_as_csv(writing: Writing, repeats: tuple[ExportTable, ...]) -> None:
    for table in repeats:
        _write_csv(writing.beside(table, ".csv"), writing.counted(table, "csv", _csv_cells(table)))


def _csv_cells(table: ExportTable) -> Change:
    """Text that no spreadsheet runs, and shapes as WKT."""
    texts = [one.name for one in table.columns if one.kind == "text"]

    def change(rows: pa.Table) -> pa.Table:
        for name in texts:
            place = rows.schema.get_field_index(name)
            rows = rows.set_column(place, name, cells.of_each(rows.column(place), cells.harmless))
        return _geometry(rows, "geometry_wkt", _as_wkt)

    return change


def _write_csv(path: Path, rows: pa.RecordBatchReader) -> None:
    handle: BinaryIO
    with path.open("wb") as handle:
        handle.write(b"\xef\xbb\xbf")
        with csv.CSVWriter(
            handle, rows.schema, write_options=csv.WriteOptions(quoting_style="needed")
        ) as out:
            for batch in rows:
                out.write_batch(batch)


def write_xlsx(writing: Writing, layer: ExportTable, repeats: tuple[ExportTable, ...]) -> None:
    """A sheet for the layer and one for each repeat, and one that explains the columns."""
    book = Workbook(writing.path)
    for table in (layer, *repeats):
        kinds = [_CELL_KINDS.get(one.kind, "text") for one in table.columns]
        headings = [one.name for one in table.columns]
        lines = replace(table, geometry="").read(writing.cursor, "xlsx", partial(as_lines, kinds=kinds))
        writing.rows[table.name] = book.rows(table.name, headings, (part.column(0) for part in lines))
    about = [[writing.note], ["sheet", "column", "ไทย", "English", "unit"]]
    for table in (layer, *repeats):
        about += [
            [table.name, one.name, one.label.get("th", ""), one.label.get("en", ""), one.unit]
            for one in table.columns
        ]
    book.lines("about", about)
    book.close()


def _geometry(rows: pa.Table, name: str, change: Callable[[pa.Array], pa.Array]) -> pa.Table:
    """The same rows with the geometry column, where there is one, changed and called by another name."""
    place = rows.schema.get_field_index("geometry")
    return rows if place < 0 else rows.set_column(place, name, change(rows.column(place).combine_chunks()))


def _shapes(wkb: pa.Array) -> np.ndarray:
    return np.asarray(shapely.from_wkb(wkb.to_numpy(zero_copy_only=False)))


def _as_wkt(wkb: pa.Array) -> pa.Array:
    """WKT with seven decimals; points, of which there are most, without a shape being made of each."""
    if not wkb.null_count and pc.all(pc.equal(pc.binary_length(wkb), _POINT.itemsize)).as_py():
        points = np.frombuffer(b"".join(wkb.to_pylist()), _POINT)
        lon, lat = (pc.cast(pa.array(np.round(points[side], 7)), pa.string()) for side in ("lon", "lat"))
        return pc.binary_join_element_wise("POINT (", lon, " ", lat, ")", "")
    return pa.array(shapely.to_wkt(_shapes(wkb), rounding_precision=7), pa.string())


def _as_multipolygons(rows: pa.Table) -> pa.Table:
    return _geometry(rows, "geometry", _multipolygons)


def _multipolygons(wkb: pa.Array) -> pa.Array:
    shapes = _shapes(wkb)
    single = shapely.get_type_id(shapes) == _POLYGON
    shapes[single] = shapely.multipolygons(shapes[single].reshape(-1, 1))
    return pa.array(shapely.to_wkb(shapes), wkb.type)


WRITERS: dict[str, Callable[[Writing, ExportTable, tuple[ExportTable, ...]], None]] = {
    "gpkg": write_gpkg,
    "geojson": write_geojson,
    "parquet": write_parquet,
    "csv": write_csv,
    "xlsx": write_xlsx,
}
