"""From a submission's XML to rows of text, with the schema of the form's own version.

The XML is walked once along a tree of tag names made from the schema; a form of forty questions takes
some 15 µs. Values stay text here. Many submissions together are read by ``skeletons``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from lxml import etree

from forms.xform import Schema
from ingest.envelope import local_name
from ingest.projecting.batches import of_rows

Mask = npt.NDArray[np.bool_]

_LEAF, _GROUP, _REPEAT = 0, 1, 2

_Entry = tuple[int, int, int, "_Node | None"]


@dataclass(slots=True)
class _Node:
    """What may stand below one element: tag -> (kind, table number, column number or child node)."""

    children: dict[str, _Entry] = field(default_factory=dict)


@dataclass(slots=True)
class Rows:
    """One table's rows: ``keys`` holds instance number and place in the repeats ('' for the form)."""

    columns: tuple[str, ...]
    instance: list[int] = field(default_factory=list)
    key: list[str] = field(default_factory=list)
    parent: list[str] = field(default_factory=list)
    values: list[list[str | None]] = field(default_factory=list)
    blanks: list[tuple[int, int]] = field(default_factory=list)  # asked, answered with nothing: row, column
    entities: list[EntityNote] = field(default_factory=list)


class EntityNote(NamedTuple):
    """A ``meta/entity`` block: what a submission, or one turn of a repeat, does to an entity."""

    row: int  # within the table's rows
    dataset: str
    entity_id: str
    action: str  # create | update | upsert
    base_version: str
    trunk_version: str
    branch_id: str
    label: str | None


#: ``EntityNote`` by column.
NOTES = pa.schema([(name, pa.int64() if name == "row" else pa.string()) for name in EntityNote._fields])


@dataclass(frozen=True, slots=True)
class Texts:
    """One table's rows, by column: what many submissions say, as text; null where nothing is said.

    ``instance``: the submission of each row; ``blanks``: of columns that entities save, by their number, the
    rows that were asked and answered with nothing; ``entities``: ``NOTES``.
    """

    instance: npt.NDArray[np.int64]
    key: list[str]
    parent: list[str]
    columns: list[pa.StringArray]
    blanks: dict[int, Mask]
    entities: pa.Table

    @classmethod
    def of(cls, rows: Rows) -> Texts:
        """What was read row by row."""
        columns = zip(*rows.values, strict=True) if rows.values else [()] * len(rows.columns)
        return cls(
            np.array(rows.instance, dtype=np.int64),
            rows.key,
            rows.parent,
            [pa.array(values, pa.string()) for values in columns],
            _blanks(rows),
            of_rows(rows.entities, NOTES),
        )

    def followed_by(self, other: Texts, submissions: int) -> Texts:
        """These rows, of so many submissions, and those of others."""
        blanks = {
            column: np.concatenate(
                [one.blanks.get(column, np.zeros(len(one.key), bool)) for one in (self, other)]
            )
            for column in self.blanks | other.blanks
        }
        theirs = other.entities
        row = pa.array(theirs["row"].to_numpy() + len(self.key))
        return Texts(
            np.concatenate([self.instance, other.instance + submissions]),
            self.key + other.key,
            self.parent + other.parent,
            [pa.concat_arrays(pair) for pair in zip(self.columns, other.columns, strict=True)],
            blanks,
            pa.concat_tables([self.entities, theirs.set_column(0, NOTES.field("row"), row)]),
        )


def _blanks(rows: Rows) -> dict[int, Mask]:
    blanks: dict[int, Mask] = {}
    for row, column in rows.blanks:
        blanks.setdefault(column, np.zeros(len(rows.key), dtype=bool))[row] = True
    return blanks


class Reader:
    """Reads submissions of one form version. Not for sharing between threads while reading."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._root = _Node()
        self._widths = [len(table.fields) for table in schema.tables]
        saved = {ref for rule in schema.entities for ref in rule.properties.values()}
        self.saved = [
            {
                at
                for at, one in enumerate(table.fields)
                if f"{table.name}/{one.name}".removeprefix("/") in saved
            }
            for table in schema.tables
        ]
        for number, table in enumerate(schema.tables):
            node = self._enter_repeat(number, table.path) if table.path else self._root
            for column, one in enumerate(table.fields):
                inner = node
                for group in one.path[len(table.path) : -1]:
                    inner = self._enter_group(inner, group)
                inner.children[one.path[-1]] = (_LEAF, number, column, None)

    def _enter_group(self, node: _Node, name: str) -> _Node:
        entry = node.children.setdefault(name, (_GROUP, 0, 0, _Node()))
        assert entry[3] is not None  # noqa: S101 - a schema cannot have a group and a question of one path
        return entry[3]

    def _enter_repeat(self, number: int, path: tuple[str, ...]) -> _Node:
        node = self._root
        for name in path[:-1]:
            node = self._enter_group(node, name)
        inside = _Node()
        node.children[path[-1]] = (_REPEAT, number, 0, inside)
        return inside

    def tables(self) -> list[Rows]:
        """Empty rows for every table of the schema, in its order."""
        return [Rows(tuple(one.name for one in table.fields)) for table in self.schema.tables]

    def read(self, root: etree._Element, instance: int, tables: list[Rows]) -> None:
        """Append the submission's rows, and what they do to entities, to ``tables``."""
        self._new_row(tables, 0, instance, "", "")
        self._walk(root, self._root, 0, instance, "", tables)

    def _new_row(self, tables: list[Rows], table: int, instance: int, key: str, parent: str) -> None:
        rows = tables[table]
        rows.instance.append(instance)
        rows.key.append(key)
        rows.parent.append(parent)
        rows.values.append([None] * self._widths[table])

    def _walk(
        self,
        element: etree._Element,
        node: _Node,
        own: int,
        instance: int,
        key: str,
        tables: list[Rows],
    ) -> None:
        children, rows = node.children, tables[own]
        at = len(rows.values) - 1
        values = rows.values[at]
        counts: dict[str, int] = {}
        for child in element:
            tag = child.tag
            entry = children.get(tag) or self._elsewhere(children, child)
            if entry is None:
                if local_name(child) == "meta":
                    rows.entities += _entity_notes(child, at)
                continue
            kind, table, column, inside = entry
            if kind == _LEAF:
                text = child.text
                if text and (text := text.strip()):
                    values[column] = text
                elif column in self.saved[own]:
                    rows.blanks.append((at, column))
            elif kind == _GROUP:
                self._walk(child, inside, own, instance, key, tables)  # type: ignore[arg-type]
            else:
                counts[tag] = counts.get(tag, 0) + 1
                inner_key = f"{key}/{counts[tag]}" if key else str(counts[tag])
                self._new_row(tables, table, instance, inner_key, key)
                self._walk(child, inside, table, instance, inner_key, tables)  # type: ignore[arg-type]

    @staticmethod
    def _elsewhere(children: dict[str, _Entry], child: etree._Element) -> _Entry | None:
        """An element in a namespace, as some tools write them; comments are nobody's."""
        return children.get(local_name(child))


def _entity_notes(meta: etree._Element, row: int) -> list[EntityNote]:
    notes = []
    for child in meta:
        if local_name(child) != "entity":
            continue
        create, update = child.get("create") in ("1", "true"), child.get("update") in ("1", "true")
        if not (create or update) or not child.get("dataset") or not child.get("id"):
            continue
        label = next((one.text for one in child if local_name(one) == "label"), None)
        notes.append(
            EntityNote(
                row,
                child.get("dataset", ""),
                child.get("id", "").removeprefix("uuid:"),
                "upsert" if create and update else "create" if create else "update",
                child.get("baseVersion", ""),
                child.get("trunkVersion", ""),
                child.get("branchId", ""),
                label,
            )
        )
    return notes
