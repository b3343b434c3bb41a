"""What an export holds: the layer's table and the form's repeats, as SQL cut to viewer and filter."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from forms import expression
from forms.schema import GEO_KINDS
from ingest import access, problems
from ingest.atlas import Atlas, Reference
from ingest.doors.layers import FieldInfo, LayerInfo, Query, field_infos, masked
from ingest.identifiers import as_told, quoted

_RANGE_ROWS = 25_000  # some 20 MB, of which a few are in memory at once
_AHEAD = 2  # ranges that are made ready while one is written
_DRAWING = "(ภาพวาด ไม่ใช่ขอบเขต · a drawing)"
_NAMES = "_area_names"
TURN = "CAST(string_split(_key, '/') AS INTEGER[])"  # '10' comes after '2'
_ALL = "* EXCLUDE (_order, _turn)"
_KINDS = {"integer": "integer", "decimal": "decimal", "date": "date", "datetime": "datetime"}
_BANGKOK_TEXT = "strftime({c} + INTERVAL 7 HOUR, '%Y-%m-%dT%H:%M:%S+07:00')"
_PLAIN_DECIMAL = "regexp_replace(CAST({c} AS VARCHAR), '\\.?0+$', '')"
# How a kind of column is read for a kind of file; what is not named goes in as it is.
_WRITTEN = {
    "csv": {"decimal": _PLAIN_DECIMAL, "datetime": _BANGKOK_TEXT},
    "xlsx": {"datetime": _BANGKOK_TEXT},
    "gpkg": {"decimal": "CAST({c} AS DOUBLE)", "datetime": "{c} AT TIME ZONE 'UTC'"},
    "geojson": {"decimal": "CAST({c} AS DOUBLE)", "datetime": _BANGKOK_TEXT},
    "parquet": {"datetime": "{c} AT TIME ZONE 'UTC'"},
}
Change = Callable[[pa.Table], pa.Table]


def as_it_is(rows: pa.Table) -> pa.Table:
    """No change."""
    return rows


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in the file, its SQL, its kind, and what it is called in both languages."""

    name: str
    sql: str
    kind: str  # text | integer | decimal | double | date | datetime | geometry
    label: dict[str, str]
    unit: str = ""


@dataclass(frozen=True)
class ExportTable:
    """A table to write. ``source`` is FROM and WHERE; ``turn`` what tells rows of one record apart, as SQL.

    ``geometry`` is the SQL of its WKB, or ''.
    """

    name: str
    columns: tuple[Column, ...]
    source: str
    parameters: list[Any]
    turn: str = ""
    geometry: str = ""

    @property
    def order(self) -> str:
        """The order of the log."""
        return f"_seq, {self.turn}" if self.turn else "_seq"

    def select(self, kind: str, *, beside: str = "") -> str:
        """The rows as SQL, with the values as this kind of file wants.

        ``beside`` is SQL of further columns.
        """
        written = _WRITTEN[kind]
        parts = [f"{written.get(c.kind, '{c}').format(c=c.sql)} AS {quoted(c.name)}" for c in self.columns]
        if self.geometry:
            parts.append(f"{self.geometry} AS geometry")
        if beside:
            parts.append(beside)
        return f"SELECT {', '.join(parts)} {self.source}"

    def read(
        self, cursor: duckdb.DuckDBPyConnection, kind: str, change: Change = as_it_is
    ) -> Iterator[pa.Table]:
        """Stream ``select`` in the order of the log, changed a part at a time. One table comes at least.

        Ranges of the log are read one after the other, the next two while the last is written, so that a few
        of them are in memory however many rows there are. The cursor is not to be used meanwhile.
        """
        seqs = np.sort(cursor.execute(f"SELECT _seq {self.source}", self.parameters).fetchnumpy()["_seq"])
        starts = np.unique(seqs[::_RANGE_ROWS]).tolist() or [0]
        rows = self.select(kind, beside=f"_seq AS _order, {self.turn or 'NULL'} AS _turn")
        by_turn = " ORDER BY _order, _turn" if self.turn else ""
        sql = f"SELECT {_ALL}, _order FROM ({rows} AND _seq >= ? AND _seq < ?){by_turn}"
        reading = threading.Lock()

        def one(start: int, end: int) -> pa.Table:
            with reading:
                found = cursor.sql(sql, params=[*self.parameters, start, end]).to_arrow_table()
            return change(_ordered(found))

        with ThreadPoolExecutor(_AHEAD, "export") as threads:
            ranges = zip(starts, [*starts[1:], 2**62], strict=True)
            coming = [threads.submit(one, *each) for each in itertools.islice(ranges, _AHEAD)]
            while coming:
                table = coming.pop(0).result()
                coming += [threads.submit(one, *each) for each in itertools.islice(ranges, 1)]
                yield table

    def geometry_types(self, cursor: duckdb.DuckDBPyConnection) -> set[int]:
        """The WKB codes of the shapes: 1 point, 2 line, 3 polygon, 6 multipolygon."""
        sql = f"SELECT DISTINCT substr(hex({self.geometry}), 3, 2) {self.source}"
        return {int(code, 16) for (code,) in cursor.execute(sql, self.parameters).fetchall() if code}


def _ordered(rows: pa.Table) -> pa.Table:
    """Rows by their number in the log, as which they lie in nearly every table; sorting in SQL costs more."""
    numbers = rows.column("_order").to_numpy()
    rows = rows.drop_columns(["_order"])
    return rows if (numbers[1:] >= numbers[:-1]).all() else rows.take(np.argsort(numbers, kind="stable"))


def area_names(cursor: duckdb.DuckDBPyConnection, reference: Reference) -> None:
    """Make the areas' names available to the tables' SQL."""
    names = reference.names
    table = pa.table(
        {
            "_code": pa.array(list(names), pa.string()),
            "_th": pa.array([name["th"] for name in names.values()], pa.string()),
        }
    )
    # A table of its own, not a view of the Arrow one: only of a table DuckDB knows that it is the small side.
    cursor.register("_incoming_names", table)
    cursor.execute(f"CREATE OR REPLACE TEMP TABLE {_NAMES} AS SELECT * FROM _incoming_names")
    cursor.unregister("_incoming_names")


def narrowed(q: Query, where: str) -> Query:
    """The same rows, further cut by an expression over answers as the viewer sees them.

    Raises the expression's problem, or ``bad_filter`` for a field that the layer does not have.
    """
    if not where.strip():
        return q

    def column(ref: str) -> str:
        one = q.info.field(ref)
        if one is None or one.kind in GEO_KINDS:
            raise problems.bad_filter(ref)
        return as_told(q.value(one), one.kind)

    sql, values = expression.to_sql(expression.parse(where), column)
    parameters = [*q.parameters, *values]
    return Query(q.info, q.viewer, q.source, f"({q.where}) AND ({sql})", q.visible, parameters)


def export_tables(atlas: Atlas, q: Query) -> tuple[ExportTable, ...]:
    """The layer first, then the repeats of its form (where the layer is not of a repeat itself).

    They hold what the query's viewer may see.
    """
    tables = [layer_table(atlas, q)]
    if not q.info.repeat:
        tables += _repeat_tables(atlas, q)
    return tuple(tables)


def _shown_fields(q: Query, fields: dict[str, FieldInfo]) -> list[FieldInfo]:
    return [
        one
        for one in fields.values()
        if one.kind not in GEO_KINDS and access.reach(q.viewer, one.privacy) is not None
    ]


def _closed(q: Query) -> bool:
    """Whether the file holds no geometry, and nothing of where it lies."""
    return q.info.geometry is None or access.reach(q.viewer, q.info.place_privacy) is None


def layer_table(atlas: Atlas, q: Query) -> ExportTable:
    """The layer's own table. Place first, then the answers in the form's order, then what was measured."""
    closed = _closed(q)
    fields = _shown_fields(q, q.info.fields)
    own = tuple(_place_columns(atlas, q, closed=closed))
    measured = () if closed else tuple(_measured_columns(q))
    taken = {column.name for column in (*own, *measured)} | {"geometry", "geometry_wkt", "fid", "geom"}
    answers = tuple(
        Column(_free(one.ref, taken), q.value(one), _KINDS.get(one.kind, "text"), one.label, one.unit)
        for one in fields
    )
    located = q.reported if closed else q.tambon
    return ExportTable(
        q.info.name,
        (*own, *answers, *measured),
        f"FROM {q.source} LEFT JOIN {_NAMES} ON _code = {located} WHERE ({q.shown})",
        q.parameters,
        TURN if q.info.repeat else "",
        "NULL::BLOB" if closed else q.geo(""),
    )


def _free(name: str, taken: set[str]) -> str:
    """A field's column name; one that the export uses itself gets a tail."""
    return f"{name}_answer" if name.casefold() in taken else name


def _place_columns(atlas: Atlas, q: Query, *, closed: bool) -> Iterator[Column]:
    located = q.reported if closed else q.tambon
    drawn = atlas.reference.boundary_set
    mark = f"_boundary_set || ' {_DRAWING}'" if drawn.drawing else "_boundary_set"
    yield Column("instance_id", "_instance_id", "text", {"th": "รหัสแบบที่ส่ง", "en": "Instance id"})
    if q.info.repeat:
        yield Column("key", "_key", "text", {"th": "ลำดับในรายการ", "en": "Place in the repeat"})
        yield Column("parent_key", "_parent", "text", {"th": "ลำดับของรายการแม่", "en": "Parent's place"})
    received = "CAST(_received_at AS TIMESTAMPTZ) AT TIME ZONE 'UTC'"
    yield Column("received_at", received, "datetime", {"th": "ได้รับเมื่อ", "en": "Received at"})
    yield Column("tambon_code", located, "text", {"th": "รหัสตำบล", "en": "Tambon code"})
    yield Column("tambon_th", "_th", "text", {"th": "ตำบล", "en": "Tambon"})
    yield Column("tambon_reported", q.reported, "text", {"th": "ตำบลตามแบบ", "en": "Tambon as reported"})
    if not closed:
        verdict, distance = q.geo("__verdict"), q.geo("__distance_m")
        yield Column("verdict", verdict, "text", {"th": "ผลเทียบตำบล", "en": "Verdict"})
        yield Column("distance_m", distance, "double", {"th": "ห่างเส้นเขต", "en": "Distance to the line"}, "m")
        yield from _beside_columns(q)
    yield Column("boundary_set", mark, "text", {"th": "ชุดขอบเขต", "en": "Boundary set"})


def _beside_columns(q: Query) -> Iterator[Column]:
    """What stands beside the tambon: the one across the line, shares, the LAO, and the chosen village."""
    across = {"th": "ตำบลอีกฝั่งเส้นหรือใกล้สุด", "en": "Tambon across the line or nearest"}
    yield Column("other_code", q.geo("__other"), "text", across)
    if q.info.geometry and q.info.geometry.kind != "geopoint":
        yield Column("tambon_shares", q.geo("__shares"), "text", {"th": "สัดส่วนตามตำบล", "en": "Shares"})
    yield Column("lao_code", q.geo("__lao"), "text", {"th": "รหัส อปท.", "en": "LAO code"})
    if not q.info.repeat:
        yield Column("village_code", q.village, "text", {"th": "รหัสหมู่บ้าน", "en": "Village code"})
        far = {"th": "ห่างจุดหมู่บ้าน", "en": "Distance to the village's point"}
        distance = masked(q.viewer, q.info.village_privacy, "_village_distance_m")  # from the record's place
        yield Column(
            "village_distance_m", masked(q.viewer, q.info.shape_privacy, distance), "double", far, "m"
        )


def _measured_columns(q: Query) -> Iterator[Column]:
    kind = q.info.geometry.kind if q.info.geometry else ""
    if kind == "geoshape":
        yield Column("area_m2", q.geo("__area_m2"), "double", {"th": "เนื้อที่วัด", "en": "Area measured"}, "m2")
        around = {"th": "เส้นรอบแปลง", "en": "Perimeter"}
        yield Column("perimeter_m", q.geo("__perimeter_m"), "double", around, "m")
    if kind == "geotrace":
        yield Column("length_m", q.geo("__length_m"), "double", {"th": "ความยาววัด", "en": "Length"}, "m")
    accuracy = {"th": "ความแม่นยำ", "en": "Accuracy"}
    yield Column("accuracy_m", q.geo("__accuracy_m"), "double", accuracy, "m")
    yield Column("drawn", q.geo("__drawn"), "text", {"th": "วิธีวาด", "en": "How it was drawn"})
    yield Column("lon", q.geo("__lon"), "double", {"th": "ลองจิจูด", "en": "Longitude"})
    yield Column("lat", q.geo("__lat"), "double", {"th": "ละติจูด", "en": "Latitude"})


def _repeat_tables(atlas: Atlas, q: Query) -> Iterator[ExportTable]:
    info: LayerInfo = q.info
    catalogue = atlas.reference.catalogue
    schema, usage = catalogue.shown(info.form_id), catalogue.usages[info.form_id]
    for table in schema.tables[1:]:
        infos = field_infos(schema, usage, table.name)
        own = {one.name: infos[one.name] for one in table.fields}
        fields = _shown_fields(q, own)
        if not fields:
            continue
        columns = [
            Column("instance_id", "_instance_id", "text", {"th": "รหัสแบบที่ส่ง", "en": "Instance id"}),
            Column("key", "_key", "text", {"th": "ลำดับ", "en": "Place in the repeat"}),
            Column("parent_key", "_parent", "text", {"th": "ลำดับของรายการแม่", "en": "Parent's place"}),
            Column("tambon_code", "_place", "text", {"th": "รหัสตำบล", "en": "Tambon code"}),
        ]
        taken = {column.name for column in columns} | {"geometry", "fid", "geom"}
        columns += [
            Column(
                _free(one.ref, taken),
                masked(q.viewer, one.privacy, quoted(one.ref)),
                _KINDS.get(one.kind, "text"),
                one.label,
                one.unit,
            )
            for one in fields
        ]
        located = q.reported if _closed(q) else q.tambon
        shown = f"SELECT _instance_id, {located} AS _place FROM {q.source} WHERE {q.shown}"
        # A row of which nothing is for this viewer is not told of either.
        visible = {access.visible_sql(q.viewer, one.privacy, "_area") for one in fields}
        source = quoted(f"{info.form_id}/{table.name}")
        rows = f"FROM {source} JOIN ({shown}) USING (_instance_id) WHERE ({' OR '.join(sorted(visible))})"
        yield ExportTable(table.name.replace("/", "."), tuple(columns), rows, q.parameters, TURN)
