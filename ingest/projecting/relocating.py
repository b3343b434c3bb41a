"""Records joined with other boundaries, from what the warehouse holds of them: the log is not read again.

Only the columns that change with the boundaries are computed anew, from the stored shapes and answers, and
what follows from them: areas, flags, entities. The outcome is that of a rebuild.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import shapely

from forms.schema import GEO_KINDS
from forms.xform import Field, Schema, Table
from geo.extent import extents
from ingest.adding import add
from ingest.identifiers import quoted
from ingest.projecting import entity_tables, kept_sums
from ingest.projecting.answers import Noticed
from ingest.projecting.batches import SUPERSEDED, Batch
from ingest.projecting.claims import Claims, asked_of_place, claims, day_question
from ingest.projecting.periods import Places
from ingest.projecting.placing import LOCATED_FLAGS, Placed, locate_field, record_places
from ingest.projecting.warehouse import Warehouse

_AT_ONCE = 50_000  # records in one transaction
_SUPERSEDED_AT_ONCE = 5_000

Project = Callable[[Sequence[int]], Batch]


def relocate(warehouse: Warehouse, schemas: Sequence[Schema], places: Places, project: Project) -> bool:
    """Join all records with these places; ``project`` reads the given submissions from the log.

    It reads those that a correction replaced: their rows are gone, yet their areas say who may correct them.
    False, with the tables half done, where another correction counts now: then all must be read again.
    """
    allowed = _allowed(warehouse)
    with warehouse.transaction() as connection:
        kept_sums.forget_all(connection)
    for schema in schemas:
        for seqs in _chunks(warehouse, schema):
            with warehouse.transaction() as connection:
                _relocate(connection, schema, seqs, places)
    for areas in _superseded(warehouse, project):
        with warehouse.transaction() as connection:
            _set_areas(connection, areas)
    if _allowed(warehouse) != allowed:
        return False
    with warehouse.transaction() as connection:
        entity_tables.follow_areas(connection)
    return True


def _allowed(warehouse: Warehouse) -> list[Any]:
    return warehouse.cursor().execute("SELECT _seq, allowed FROM edit ORDER BY ALL").fetchall()


def _chunks(warehouse: Warehouse, schema: Schema) -> Iterator[list[int]]:
    sql = f"SELECT _seq FROM {quoted(schema.form_id)} WHERE _version = ? ORDER BY _seq"
    seqs = [row[0] for row in warehouse.cursor().execute(sql, [schema.version]).fetchall()]
    for start in range(0, len(seqs), _AT_ONCE):
        yield seqs[start : start + _AT_ONCE]


def _superseded(warehouse: Warehouse, project: Project) -> Iterator[pa.Table]:
    sql = "SELECT _seq FROM submission WHERE outcome = ? ORDER BY _seq"
    seqs = [row[0] for row in warehouse.cursor().execute(sql, [SUPERSEDED]).fetchall()]
    for start in range(0, len(seqs), _SUPERSEDED_AT_ONCE):
        read = project(seqs[start : start + _SUPERSEDED_AT_ONCE]).submissions
        yield read.select(["_seq", "_area"])


def _relocate(connection: duckdb.DuckDBPyConnection, schema: Schema, seqs: list[int], places: Places) -> None:
    main = _stored(connection, schema, schema.tables[0], seqs)
    claimed = _claims(schema, main, places)
    placed = _placed(main, schema.tables[0], claimed, np.arange(main.num_rows), places)
    own = record_places(placed, claimed, places)
    system = {"_area": pa.array(own.areas, pa.string()), "_tambon": pa.array(own.tambon, pa.string())}
    moved = pa.table({"_seq": main["_seq"]} | system | own.columns | placed.columns)
    _update(connection, schema.form_id, moved, keyed=False)
    _set_areas(connection, moved.select(["_seq", "_area"]))
    _forget_flags(connection, seqs)
    _flag(connection, schema, schema.tables[0], main, placed.noticed)
    for table in schema.tables[1:]:
        name = f"{schema.form_id}/{table.name}"
        if _shapes(table):
            rows = _stored(connection, schema, table, seqs)
            of = np.searchsorted(main["_seq"].to_numpy(), rows["_seq"].to_numpy())
            part = _placed(rows, table, claimed, of, places)
            own_rows = {"_seq": rows["_seq"], "_key": rows["_key"]}
            _update(connection, name, pa.table(own_rows | part.columns), keyed=True)
            _flag(connection, schema, table, rows, part.noticed)
        _update(connection, name, moved.select(["_seq", "_area", "_tambon"]), keyed=False)


def _shapes(table: Table) -> list[Field]:
    return [one for one in table.fields if one.kind in GEO_KINDS]


def _stored(connection: duckdb.DuckDBPyConnection, schema: Schema, table: Table, seqs: list[int]) -> pa.Table:
    """What the warehouse holds of these records: their shapes, and what they say of their place."""
    columns = ["_seq", "_instance_id", *(["_key"] if table.name else [])]
    for one in _shapes(table):
        columns += [one.name, f"{one.name}__accuracy_m"]
    if not table.name:
        columns += ["_received_at", *asked_of_place(schema)]
    wanted = ", ".join(f"t.{quoted(column)}" for column in dict.fromkeys(columns))
    name = quoted(f"{schema.form_id}/{table.name}".removesuffix("/"))
    key = ", t._key" if table.name else ""
    sql = f"""SELECT {wanted}, s.writer_area FROM {name} t JOIN submission s USING (_seq)
        WHERE _seq BETWEEN ? AND ? AND _seq = ANY(?) ORDER BY _seq{key}"""
    return connection.sql(sql, params=[seqs[0], seqs[-1], seqs]).to_arrow_table()


def _claims(schema: Schema, main: pa.Table, places: Places) -> Claims:
    asked, day = asked_of_place(schema), day_question(schema)
    answers = {name: main[name].combine_chunks() for name in asked}
    days = answers[day].to_pylist() if day else [None] * main.num_rows
    received_at, writer_area = (main[name].to_pylist() for name in ("_received_at", "writer_area"))
    return claims(answers, days, received_at, writer_area, places)


def _placed(rows: pa.Table, table: Table, claimed: Claims, of: np.ndarray, places: Places) -> Placed:
    """The located columns of a table's rows; ``of``: the submission of each row."""
    placed = Placed()
    for one in _shapes(table):
        blobs = np.array(rows[one.name].to_pylist(), dtype=object)
        geometry = np.asarray(shapely.from_wkb(blobs), dtype=object).reshape(len(blobs))
        accuracy_m = rows[f"{one.name}__accuracy_m"].to_numpy()
        locate_field(placed, one, geometry, extents(geometry), accuracy_m, claimed, of, places)
    return placed


def _update(connection: duckdb.DuckDBPyConnection, name: str, moved: pa.Table, *, keyed: bool) -> None:
    columns = [column for column in moved.column_names if column not in ("_seq", "_key")]
    if not columns or not moved.num_rows:
        return
    values = ", ".join(f"{quoted(column)} = m.{quoted(column)}" for column in columns)
    key = " AND t._key = m._key" if keyed else ""
    connection.register("incoming", moved)
    connection.execute(f"UPDATE {quoted(name)} t SET {values} FROM incoming m WHERE t._seq = m._seq{key}")
    connection.unregister("incoming")


def _set_areas(connection: duckdb.DuckDBPyConnection, areas: pa.Table) -> None:
    connection.register("incoming", areas)
    connection.execute(
        "UPDATE submission s SET _area = m._area FROM incoming m"
        " WHERE s._seq = m._seq AND s._area IS DISTINCT FROM m._area"
    )
    connection.unregister("incoming")


def _forget_flags(connection: duckdb.DuckDBPyConnection, seqs: list[int]) -> None:
    connection.execute("DELETE FROM flag WHERE code = ANY(?) AND _seq = ANY(?)", [list(LOCATED_FLAGS), seqs])


def _flag(
    connection: duckdb.DuckDBPyConnection,
    schema: Schema,
    table: Table,
    rows: pa.Table,
    noticed: Sequence[Noticed],
) -> None:
    if not noticed:
        return
    of = rows.take([row for row, *_ in noticed])
    flags = {
        "_seq": of["_seq"],
        "_instance_id": of["_instance_id"],
        "form_id": [schema.form_id] * len(noticed),
        "table_name": [table.name] * len(noticed),
        "_key": of["_key"] if table.name else [""] * len(noticed),
        "field": [one[1] for one in noticed],
        "code": [one[2] for one in noticed],
        "detail": [one[3] for one in noticed],
    }
    add(connection, "flag", pa.table(flags))
