"""The warehouse: typed tables in DuckDB, derived from the log and safe to delete.

One table per form and per repeat, filled with the projection's batches.
"""

from __future__ import annotations

import functools
import hashlib
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from forms.xform import Schema
from ingest.adding import add
from ingest.identifiers import quoted
from ingest.plots.boxes import Boxes
from ingest.plots.unlooked import Unlooked
from ingest.projecting import edit_tables, entity_tables, kept_sums, shape_holds
from ingest.projecting.batches import PROJECTED, QUARANTINED, SUPERSEDED, Batch
from ingest.projecting.columns import column_types

FORMAT = "15"  # raised when the derived tables change shape: a warehouse of another format is rebuilt

_SYSTEM_TYPES = {
    "_seq": "BIGINT", "_enumerator_id": "BIGINT", "_distance_m": "DOUBLE", "_instance_id": "VARCHAR",
    "_version": "VARCHAR", "_received_at": "VARCHAR", "_source": "VARCHAR", "_area": "VARCHAR",
    "_tambon": "VARCHAR", "_boundary_set": "VARCHAR", "_reported": "VARCHAR", "_located": "VARCHAR",
    "_other": "VARCHAR", "_verdict": "VARCHAR", "_lao": "VARCHAR", "_village": "VARCHAR",
    "_village_distance_m": "DOUBLE",
}  # fmt: skip
_REPEAT_TYPES = {
    "_seq": "BIGINT", "_instance_id": "VARCHAR", "_area": "VARCHAR", "_tambon": "VARCHAR",
    "_key": "VARCHAR", "_parent": "VARCHAR",
}  # fmt: skip
_FIXED = """
CREATE TABLE meta (name VARCHAR PRIMARY KEY, value VARCHAR);
CREATE TABLE submission (_seq BIGINT, _instance_id VARCHAR, form_id VARCHAR, version VARCHAR,
  deprecated_id VARCHAR, outcome VARCHAR, reason VARCHAR, _area VARCHAR, source VARCHAR,
  enumerator_id BIGINT, writer_area VARCHAR, received_at VARCHAR);
CREATE TABLE flag (_seq BIGINT, _instance_id VARCHAR, form_id VARCHAR, table_name VARCHAR, _key VARCHAR,
  field VARCHAR, code VARCHAR, detail VARCHAR);
CREATE TABLE review (_instance_id VARCHAR, state VARCHAR, assignee VARCHAR, due VARCHAR, decided_by VARCHAR,
  decided_at VARCHAR, events BIGINT);
CREATE TABLE unlooked (_seq BIGINT, place VARCHAR);
CREATE TABLE overlap (kind VARCHAR, a_form_id VARCHAR, a_table_name VARCHAR, a_field VARCHAR, a_seq BIGINT,
  a_instance_id VARCHAR, a_key VARCHAR, a_share DOUBLE, b_form_id VARCHAR, b_table_name VARCHAR,
  b_field VARCHAR, b_seq BIGINT, b_instance_id VARCHAR, b_key VARCHAR, b_share DOUBLE, overlap_m2 DOUBLE,
  width_m DOUBLE, land VARCHAR);
CREATE TABLE overlay_hit (_seq BIGINT, _instance_id VARCHAR, form_id VARCHAR, table_name VARCHAR,
  _key VARCHAR, field VARCHAR, overlay VARCHAR, code VARCHAR, name_th VARCHAR, overlap_m2 DOUBLE,
  land VARCHAR, share DOUBLE, depth_m DOUBLE, distance_m DOUBLE, carries VARCHAR, common BLOB,
  common__lon DOUBLE, common__lat DOUBLE, common__minx DOUBLE, common__miny DOUBLE, common__maxx DOUBLE,
  common__maxy DOUBLE, common__cell UBIGINT);
CREATE VIEW noticed AS SELECT * FROM flag UNION ALL
  SELECT a_seq, a_instance_id, a_form_id, a_table_name, a_key, a_field, 'plot_' || kind,
    land || ' (' || round(100 * a_share)::INTEGER || ' %)' FROM overlap UNION ALL
  SELECT b_seq, b_instance_id, b_form_id, b_table_name, b_key, b_field, 'plot_' || kind,
    land || ' (' || round(100 * b_share)::INTEGER || ' %)' FROM overlap;
CREATE VIEW edit AS SELECT e._seq, e._instance_id, e.deprecated_id, e.form_id = o.form_id
    AND (starts_with(o._area, e.writer_area) OR e.enumerator_id = o.enumerator_id) AS allowed
  FROM submission e JOIN submission o ON e.deprecated_id = o._instance_id
  WHERE e.deprecated_id <> '' AND (e.outcome <> 'quarantined' OR e.reason = 'redacted')
    AND (o.outcome <> 'quarantined' OR o.reason = 'redacted');
"""


class Warehouse:
    """One DuckDB file, open in this process alone. Writes are serialised; reads take their own cursor."""

    def __init__(self, path: Path | None, *, memory_limit: str = "384MB") -> None:
        self.path = path
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": memory_limit,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        self._connection = duckdb.connect(str(path) if path else ":memory:", config=config)
        self._connection.execute("SET TimeZone='UTC'; SET preserve_insertion_order=false")
        shape_holds.register(self._connection)
        self._write = threading.RLock()
        self._kinds: dict[str, dict[str, str]] = {}  # table -> field -> kind
        self._fitting: dict[tuple[str, str], Schema] = {}  # the versions that the tables are made for
        self._facts: dict[str, str] | None = None  # what ``meta`` holds; None before it is read
        self.overlays = ""  # what drawn areas were last held against, as far as this process asked
        self.unlooked = Unlooked()  # what is still to be held against others
        self.plot_boxes: Boxes | None = None  # of all plots that were; None before the first is asked for
        self.is_loading = False  # what nobody else sees before it is whole
        self.version = 0  # raised at every change: caches and ETags hang on it
        if not self._connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name='meta'").fetchone():
            self._connection.execute(f"BEGIN; {_FIXED} {entity_tables.TABLES} {kept_sums.TABLE} COMMIT")
            self.set_meta("format", FORMAT)

    def close(self) -> None:
        """Checkpoint and let go of the file."""
        with self._write:
            self._connection.close()

    def copy(self, path: Path) -> None:
        """Write all tables and views to another file, to go on with there."""
        with self._write:
            name = self._connection.execute("SELECT current_database()").fetchall()[0][0]
            file = str(path).replace("'", "''")
            self._connection.execute(f"ATTACH '{file}' AS coming")
            try:
                self._connection.execute(f"COPY FROM DATABASE {quoted(name)} TO coming")
            finally:
                self._connection.execute("DETACH coming")

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection of its own for the calling thread; while loading, the one that sees what came."""
        return self._connection if self.is_loading else self._connection.cursor()

    @contextmanager
    def transaction(self, *, same_answers: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
        """Write in one transaction; the data version moves when it commits, unless all answers stay."""
        with self._write:
            if self.is_loading:
                yield self._connection
                self._facts = None
                return
            self._connection.execute("BEGIN")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                with suppress(duckdb.Error):  # a commit that failed has rolled back already
                    self._connection.execute("ROLLBACK")
                self.unlooked.forget()
                self.plot_boxes = None
                raise
            self._facts = None
            self.version += not same_answers

    @contextmanager
    def loading(self) -> Iterator[None]:
        """Load what nobody reads yet in one transaction, or in few (:meth:`write_out`).

        Each row is compressed once: after every batch DuckDB would merge its row groups with those before.
        For a row group or less a second thread only waits, and uses a core.
        """
        self._connection.execute("SET threads = 1")
        try:
            with self.transaction():
                self.is_loading = True
                yield
                self.is_loading = False
        finally:
            self.is_loading = False
            self._connection.execute("RESET threads")

    def write_out(self) -> None:
        """Commit what was loaded so far: DuckDB compresses it while workers read on, not after them.

        The next part stays a row group of its own for good where this one is more than all that follows.
        """
        self._connection.execute("COMMIT; BEGIN")

    def meta(self, name: str, default: str = "") -> str:
        """A fact about the warehouse itself, such as the last log row it holds."""
        facts = self._facts
        if facts is None:
            facts = dict(self.cursor().execute("SELECT name, value FROM meta").fetchall())
            self._facts = facts
        return facts.get(name, default)

    def set_meta(self, name: str, value: str) -> None:
        """Remember a fact about the warehouse itself."""
        with self._write:
            self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", [name, value])
            self._facts = None

    # -- tables ---------------------------------------------------------------------------------

    def ensure_tables(self, schemas: Iterable[Schema]) -> None:
        """Make or widen the tables so that every published version of every form fits."""
        with self._write:
            new = [one for one in schemas if self._fitting.get((one.form_id, one.version)) is not one]
            if not new:
                return
            have: dict[str, set[str]] = {}
            for table, column in self._connection.execute(
                "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal"
            ).fetchall():
                have.setdefault(table, set()).add(column)
            for schema in new:
                for one in schema.tables:
                    self._ensure(schema.form_id, one.name, {f.name: f.kind for f in one.fields}, have)
                self._fitting[schema.form_id, schema.version] = schema

    def _ensure(self, form_id: str, repeat: str, fields: dict[str, str], have: dict[str, set[str]]) -> None:
        name = f"{form_id}/{repeat}" if repeat else form_id
        columns = dict(_REPEAT_TYPES if repeat else _SYSTEM_TYPES)
        for field_name, kind in fields.items():
            columns |= column_types(kind, field_name)
        self._kinds.setdefault(name, {}).update(fields)
        if name not in have:
            body = ", ".join(f"{quoted(column)} {type_}" for column, type_ in columns.items())
            self._connection.execute(f"CREATE TABLE {quoted(name)} ({body})")
            have[name] = set(columns)
        for column in columns.keys() - have[name]:
            self._connection.execute(
                f"ALTER TABLE {quoted(name)} ADD COLUMN {quoted(column)} {columns[column]}"
            )
            have[name].add(column)

    def form_tables(self) -> list[str]:
        """Every form's and repeat's table."""
        return sorted(self._kinds)

    def drawn_fields(self, table: str) -> list[str]:
        """The fields of a table that hold drawn areas."""
        return self._of_kind(table, "geoshape")

    def points(self, table: str) -> list[str]:
        """The fields of a table that hold points."""
        return self._of_kind(table, "geopoint")

    def looked_at(self, table: str) -> list[str]:
        """What is held against plots and overlays: drawn areas, and points that may stand for one."""
        areas = self.drawn_fields(table)
        return [*areas, *self.points(table)] if areas else []

    def _of_kind(self, table: str, wanted: str) -> list[str]:
        return sorted(name for name, kind in self._kinds.get(table, {}).items() if kind == wanted)

    # -- filling --------------------------------------------------------------------------------

    def apply(self, batch: Batch, last_seq: int | None = None) -> None:
        """Add a projected batch, settle which edits replace what, and remember how far the log is read.

        Without ``last_seq`` it is read again: what was said of its submissions goes.
        """
        with self.transaction() as connection:
            if last_seq is None:  # they were in quarantine
                connection.execute("DELETE FROM submission WHERE _seq = ANY(?)", [_seqs(batch)])
            add(connection, "submission", batch.submissions)
            for name, rows in batch.tables:
                add(connection, name, _answered(rows))
            add(connection, "flag", batch.flags)
            add(connection, "entity_event", batch.entity_events)
            self.unlooked.add(connection, self._to_be_looked_at(batch))
            linked, replaced = edit_tables.settle(connection, batch.submissions, self.form_tables())
            kept_sums.forget(connection, {*replaced, *(_seqs(batch) if last_seq is None else ())})
            if replaced:
                self.unlooked.forget_rows()
                if self.plot_boxes:
                    self.plot_boxes.forget(replaced)
            entity_tables.settle(connection, batch.submissions, linked)
            if last_seq is not None:
                connection.execute("INSERT OR REPLACE INTO meta VALUES ('last_seq', ?)", [str(last_seq)])

    def _to_be_looked_at(self, batch: Batch) -> dict[str, list[pa.Table]]:
        """What a batch drew, by table: its rows with the columns that say where and how large."""
        found: dict[str, list[pa.Table]] = {}
        for name, rows in batch.tables:
            if fields := [one for one in self.looked_at(name) if one in rows.column_names]:
                drew = functools.reduce(pc.or_, (pc.is_valid(rows[one]) for one in fields))
                told = [f"{one}{suffix}" for one in fields for suffix in ("", "__area_m2", "__accuracy_m")]
                kept = [one for one in ("_seq", "_instance_id", "_key", *told) if one in rows.column_names]
                found.setdefault(name, []).append(rows.select(kept).filter(drew))
        return found

    def take_deletions(self, said: list[tuple[int, str, str, str, bool]]) -> None:
        """Take in what the office deleted or put back: (id, dataset, entity id, moment, put back)."""
        with self.transaction() as connection:
            entity_tables.delete(connection, said)
            connection.execute("INSERT OR REPLACE INTO meta VALUES ('last_deletion', ?)", [str(said[-1][0])])

    # -- facts ----------------------------------------------------------------------------------

    def counts(self) -> dict[str, Any]:
        """Submissions by outcome, by form, and those of the demo."""
        cursor = self.cursor()
        by_outcome = dict(cursor.execute("SELECT outcome, count(*) FROM submission GROUP BY 1").fetchall())
        by_form = dict(
            cursor.execute(
                "SELECT form_id, count(*) FROM submission WHERE outcome=? GROUP BY 1 ORDER BY 1", [PROJECTED]
            ).fetchall()
        )
        demo = cursor.execute("SELECT count(*) FROM submission WHERE source='demo'").fetchone()
        return {
            "projected": by_outcome.get(PROJECTED, 0),
            "superseded": by_outcome.get(SUPERSEDED, 0),
            "quarantined": by_outcome.get(QUARANTINED, 0),
            "forms": by_form,
            "demo": demo[0] if demo else 0,
        }

    def digests(self) -> dict[str, str]:
        """SHA-256 of every table's rows in the order of their keys: equal for live and rebuilt data."""
        return {
            name: self._digest(name)
            for name in [
                *self.form_tables(),
                "submission",
                "flag",
                "entity_event",
                "entity_version",
                "entity",
                "review",
                "overlap",
                "overlay_hit",
            ]
        }

    def _digest(self, table: str) -> str:
        cursor = self.cursor()
        digest = hashlib.sha256()
        if cursor.execute(f"SELECT 1 FROM {quoted(table)} LIMIT 1").fetchone() is None:
            return digest.hexdigest()  # most forms are used by few offices, and wide rows take long to plan
        described = cursor.execute(f"DESCRIBE {quoted(table)}").fetchall()
        columns = sorted((row[0], row[1]) for row in described)
        parts = [f"hex({quoted(c)})" if type_ == "BLOB" else f"{quoted(c)}::VARCHAR" for c, type_ in columns]
        row_text = "concat_ws('|', " + ", ".join(f"coalesce({part}, '∅')" for part in parts) + ")"
        cursor.execute(f"SELECT {row_text} AS line FROM {quoted(table)} ORDER BY line")
        while lines := cursor.fetchmany(10_000):
            digest.update("\n".join(line for (line,) in lines).encode())
        return digest.hexdigest()


def _answered(rows: pa.Table) -> pa.Table:
    """Without the columns in which nothing stands: binding them is most of what a live batch costs."""
    return rows.select([name for name in rows.column_names if rows[name].null_count < rows.num_rows])


def _seqs(batch: Batch) -> list[int]:
    return list(batch.submissions.column("_seq").to_pylist())
