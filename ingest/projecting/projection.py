"""Logged submissions to typed-table rows: a pure function, so that rebuilding gives what the live path gave.

A batch of log rows goes in; Arrow tables come out: one per form and repeat, the outcome of each
submission, flags, and entity events. Nothing here knows the time or the disk.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from forms.xform import Schema
from ingest.envelope import is_encrypted, parse_xml
from ingest.projecting.answers import Answers, Noticed
from ingest.projecting.batches import (
    EVENTS,
    FLAGS,
    PROJECTED,
    QUARANTINED,
    REDACTED,
    SUBMISSIONS,
    UNPROJECTABLE,
    Batch,
    of_columns,
    of_rows,
)
from ingest.projecting.claims import Claims, asked_of_place, claims, day_question
from ingest.projecting.entity_events import events
from ingest.projecting.periods import Places
from ingest.projecting.placing import RecordPlaces, place, record_places
from ingest.projecting.reading import Reader, Texts
from ingest.projecting.skeletons import Skeletons
from ingest.projecting.typed import column


@dataclass(frozen=True, slots=True)
class FormReader:
    """Reads one form version's submissions one by one, or many together."""

    walk: Reader
    skeletons: Skeletons


@dataclass(frozen=True)
class FormReaders:
    """The published form versions by ``(form_id, version)``."""

    schemas: dict[tuple[str, str], Schema]

    @cached_property
    def form_ids(self) -> frozenset[str]:
        """Every form that has at least one version."""
        return frozenset(form_id for form_id, _ in self.schemas)

    @cached_property
    def _readers(self) -> dict[tuple[str, str], FormReader]:
        return {}

    def reader(self, form_id: str, version: str) -> FormReader:
        """The reader of one version, made once."""
        key = (form_id, version)
        if key not in self._readers:
            self._readers[key] = FormReader(Reader(self.schemas[key]), Skeletons(self.schemas[key]))
        return self._readers[key]


_OF_ALL = ("_seq", "_instance_id", "_area")  # columns of every row that a submission leads to
_LOOKED_AT = ("form_id", "version", "redacted_at", "removed")
_WORKED_OUT = ("outcome", "reason", "_area")  # of a submission; the rest stands in the log
#: What a form's own rows say of their submission, by the column of ``SUBMISSIONS`` that has it.
_SYSTEM = {
    "_seq": "_seq", "_instance_id": "_instance_id", "_version": "version", "_received_at": "received_at",
    "_source": "source", "_enumerator_id": "enumerator_id",
}  # fmt: skip


def why_quarantined(form: tuple[str, str], gone: str, forms: FormReaders) -> str:
    """The reason a logged submission of a form's version cannot become rows; '' when it can.

    ``gone``: ``redacted`` or ``removed``, where it is one of these.
    """
    if gone:
        return gone
    if form in forms.schemas:
        return ""
    if not form[0]:
        return "unreadable"
    return "unknown_version" if form[0] in forms.form_ids else "unknown_form"


def project(rows: Sequence[Any], forms: FormReaders, places: Places) -> Batch:
    """Read, check, measure and locate a batch of log rows (as ``log.read_range`` gives them)."""
    logged = _Logged.of(rows)
    groups: dict[tuple[str, str], list[int]] = {form: [] for form in forms.schemas}
    reasons: dict[int, str] = {}
    parts: list[_Part] = []
    form_ids, versions, redacted, removed = (logged.values.get(name, ()) for name in _LOOKED_AT)
    of_each = zip(zip(form_ids, versions, strict=True), redacted, removed, strict=True)
    for number, (form, emptied, taken) in enumerate(of_each):
        if form in groups and not (emptied or taken):
            groups[form].append(number)
            continue
        reasons[number] = why_quarantined(form, REDACTED if emptied else "removed" if taken else "", forms)
        if emptied:
            parts.append(_left(number, rows[number]))
    for key, numbers in groups.items():
        if numbers:
            parts += _safely(forms.reader(*key), logged, numbers, places)
    areas = np.full(len(rows), "", dtype=object)
    for part in parts:
        areas[part.numbers] = part.areas
        reasons |= part.reasons
    return Batch(
        _submissions(logged, reasons, areas),
        [table for part in parts for table in part.tables],
        pa.concat_tables([FLAGS.empty_table(), *(table for part in parts for table in part.flags)]),
        pa.concat_tables([EVENTS.empty_table(), *(part.events for part in parts)]),
    )


@dataclass(frozen=True, slots=True)
class _Logged:
    """A batch of log rows by column, which is one step a column instead of one a value.

    ``values``: as they were read; ``columns``: those that the table of submissions has, by its names.
    """

    values: dict[str, tuple[Any, ...]]
    columns: dict[str, pa.Array]

    @classmethod
    def of(cls, rows: Sequence[Any]) -> _Logged:
        values = dict(zip(rows[0]._fields, zip(*rows, strict=True), strict=True)) if rows else {}
        told = (one for one in SUBMISSIONS if one.name not in _WORKED_OUT)
        return cls(
            values, {one.name: pa.array(values.get(one.name.lstrip("_"), ()), one.type) for one in told}
        )

    def some(self, name: str, numbers: Sequence[int]) -> list[Any]:
        """Values of some rows, by their numbers in the batch."""
        column = self.values[name]
        return [column[number] for number in numbers]


def _safely(reader: FormReader, logged: _Logged, numbers: Sequence[int], places: Places) -> list[_Part]:
    """A submission that breaks the reading of its batch is read alone, and left out if it breaks that too."""
    try:
        return [_project_form(reader, logged, numbers, places)]
    except Exception as error:  # one bad submission must not keep all others from the map
        if len(numbers) > 1:
            return [part for number in numbers for part in _safely(reader, logged, [number], places)]
        seq, reason = logged.values["seq"][numbers[0]], type(error).__name__
        logging.getLogger("tambon").warning("submission %s cannot be read: %s", seq, reason)
        return [_Part(reasons={numbers[0]: UNPROJECTABLE})]


def _submissions(logged: _Logged, reasons: dict[int, str], areas: np.ndarray) -> pa.Table:
    outcome, reason = np.full(len(areas), PROJECTED, dtype=object), np.full(len(areas), "", dtype=object)
    outcome[list(reasons)], reason[list(reasons)] = QUARANTINED, list(reasons.values())
    worked_out = {"outcome": outcome, "reason": reason, "_area": areas}
    columns = logged.columns | {name: pa.array(said, pa.string()) for name, said in worked_out.items()}
    return pa.table([columns[one.name] for one in SUBMISSIONS], schema=SUBMISSIONS)


@dataclass
class _Part:
    """What the submissions of one form became: where those lie that have rows, and why others have none.

    Submissions are told by their numbers in the batch.
    """

    numbers: list[int] = field(default_factory=list)
    areas: list[str] = field(default_factory=list)
    reasons: dict[int, str] = field(default_factory=dict)
    tables: list[tuple[str, pa.Table]] = field(default_factory=list)
    flags: list[pa.Table] = field(default_factory=list)
    events: pa.Table = field(default_factory=EVENTS.empty_table)


def _left(number: int, row: Any) -> _Part:
    """What is left of a submission that was emptied: where it lay, and how it changed entities."""
    left = json.loads(row.redaction_left)
    changed = [
        (
            row.seq, row.instance_id, dataset, entity_id, table, key, action, base, trunk, branch, "",
            left["area"], "{}", left["after"],
        )
        for dataset, entity_id, table, key, action, base, trunk, branch in left["changes"]
    ]  # fmt: skip
    return _Part([number], [left["area"]], events=of_rows(changed, EVENTS))


def _read(
    reader: FormReader, logged: _Logged, numbers: Sequence[int]
) -> tuple[list[int], dict[int, str], list[Texts]]:
    """Read submissions: many together where they are plain, each on its own otherwise.

    Returns those that could be read, why the others could not, and their rows of each table.
    """
    together, texts = reader.skeletons.read(logged.some("xml", numbers))
    rest = np.delete(np.array(numbers), together).tolist()
    walked, reasons, own = _walked(reader.walk, logged, rest)
    if not len(together):
        return walked, reasons, own
    read = np.array(numbers)[together].tolist()
    if walked:
        texts = [one.followed_by(other, len(read)) for one, other in zip(texts, own, strict=True)]
    return read + walked, reasons, texts


def _walked(
    reader: Reader, logged: _Logged, numbers: Sequence[int]
) -> tuple[list[int], dict[int, str], list[Texts]]:
    """Read submissions one after the other, as a tree just parsed still lies in the cache."""
    tables = reader.tables()
    read: list[int] = []
    reasons: dict[int, str] = {}
    for number, xml in zip(numbers, logged.some("xml", numbers), strict=True):
        try:
            root = parse_xml(xml)
        except ValueError as error:
            reasons[number] = str(error)
            continue
        if is_encrypted(root, xml):
            reasons[number] = "encrypted"
            continue
        reader.read(root, len(read), tables)
        read.append(number)
    return read, reasons, [Texts.of(one) for one in tables]


def _project_form(reader: FormReader, logged: _Logged, numbers: Sequence[int], places: Places) -> _Part:
    schema = reader.walk.schema
    read, reasons, tables = _read(reader, logged, numbers)
    if not read:
        return _Part(reasons=reasons)
    answers = [Answers(schema, number, table) for number, table in enumerate(tables)]
    claimed = _claims(schema, answers[0], logged, read, places)
    placed = [
        place(table, own.by_name, texts.instance, claimed, places)
        for table, own, texts in zip(schema.tables, answers, tables, strict=True)
    ]
    own_place = record_places(placed[0], claimed, places)
    system = _system_columns(logged, read, own_place)
    arrow, flags = [], list[pa.Table]()
    for number, table in enumerate(schema.tables):
        keys = _keys(tables[number], system, own_place.columns if number == 0 else None)
        typed, noticed = answers[number].columns()
        columns = keys | typed | placed[number].columns
        arrow.append((f"{schema.form_id}/{table.name}" if table.name else schema.form_id, pa.table(columns)))
        if seen := placed[number].noticed + noticed:
            flags.append(_flags(system, schema.form_id, table.name, tables[number], seen))
    told = events(schema, {name: system[name] for name in _OF_ALL}, tables, answers)
    return _Part(read, own_place.areas, reasons, arrow, flags, told)


def _claims(schema: Schema, main: Answers, logged: _Logged, numbers: Sequence[int], places: Places) -> Claims:
    answers = {name: main.by_name[name].array for name in asked_of_place(schema)}
    day = day_question(schema)
    days = column("date", main.by_name[day])[0].to_pylist() if places.dated and day else ()
    received_at, writer_area = (logged.some(name, numbers) for name in ("received_at", "writer_area"))
    return claims(answers, days, received_at, writer_area, places)


def _keys(own: Texts, system: dict[str, pa.Array], record: dict[str, pa.Array] | None) -> dict[str, pa.Array]:
    """The columns before the answers: a form's rows carry all, a repeat's the keys of where they stand."""
    if record is not None:
        return system | record
    index = pa.array(own.instance)
    shared = {name: system[name].take(index) for name in (*_OF_ALL, "_tambon")}
    return shared | {"_key": pa.array(own.key, pa.string()), "_parent": pa.array(own.parent, pa.string())}


def _system_columns(logged: _Logged, numbers: Sequence[int], own: RecordPlaces) -> dict[str, pa.Array]:
    rows = pa.array(numbers)
    return {name: logged.columns[column].take(rows) for name, column in _SYSTEM.items()} | {
        "_area": pa.array(own.areas, pa.string()),
        "_tambon": pa.array(own.tambon, pa.string()),
    }


def _flags(
    system: dict[str, pa.Array], form_id: str, table: str, own: Texts, noticed: list[Noticed]
) -> pa.Table:
    rows, names, codes, details = zip(*noticed, strict=True)
    of = pa.array(own.instance[list(rows)])
    columns = [
        system["_seq"].take(of), system["_instance_id"].take(of), [form_id] * len(rows), [table] * len(rows),
        [own.key[row] for row in rows], names, codes, details,
    ]  # fmt: skip
    return of_columns(columns, FLAGS)
