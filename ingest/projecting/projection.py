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
_LOOKED_AT = ("seq", "form_id", "version", "redacted_at", "removed")


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
    """Read, check, measure and locate a batch of log rows (as ``log.read_after`` gives them)."""
    said = _columns(rows)
    groups: dict[tuple[str, str], list[Any]] = {form: [] for form in forms.schemas}
    reasons: dict[int, str] = {}
    parts: list[_Part] = []
    seqs, form_ids, versions, redacted, removed = (said.get(name, ()) for name in _LOOKED_AT)
    for row, seq, form, emptied, taken in zip(
        rows, seqs, zip(form_ids, versions, strict=True), redacted, removed, strict=True
    ):
        if form in groups and not (emptied or taken):
            groups[form].append(row)
            continue
        reasons[seq] = why_quarantined(form, REDACTED if emptied else "removed" if taken else "", forms)
        if emptied:
            parts.append(_left(row))
    for key, members in groups.items():
        if members:
            parts += _safely(forms.reader(*key), members, places)
    areas: dict[int, str] = {}
    for part in parts:
        areas |= part.areas
        reasons |= part.reasons
    return Batch(
        _submissions(said, reasons, areas),
        [table for part in parts for table in part.tables],
        pa.concat_tables([FLAGS.empty_table(), *(table for part in parts for table in part.flags)]),
        pa.concat_tables([EVENTS.empty_table(), *(part.events for part in parts)]),
    )


def _safely(reader: FormReader, members: list[Any], places: Places) -> list[_Part]:
    """A submission that breaks the reading of its batch is read alone, and left out if it breaks that too."""
    try:
        return [_project_form(reader, members, places)]
    except Exception as error:  # one bad submission must not keep all others from the map
        if len(members) > 1:
            return [part for member in members for part in _safely(reader, [member], places)]
        number, reason = members[0].seq, type(error).__name__
        logging.getLogger("tambon").warning("submission %s cannot be read: %s", number, reason)
        return [_Part({}, {number: UNPROJECTABLE})]


def _columns(rows: Sequence[Any]) -> dict[str, tuple[Any, ...]]:
    """Log rows by column: one step a column instead of one a value."""
    return dict(zip(rows[0]._fields, zip(*rows, strict=True), strict=True)) if rows else {}


def _submissions(
    said: dict[str, tuple[Any, ...]], reasons: dict[int, str], areas: dict[int, str]
) -> pa.Table:
    seqs = said.get("seq", ())
    values = {
        "outcome": [QUARANTINED if seq in reasons else PROJECTED for seq in seqs],
        "reason": [reasons.get(seq, "") for seq in seqs],
        "_area": [areas.get(seq, "") for seq in seqs],
    }
    columns = [values[f.name] if f.name in values else said.get(f.name.lstrip("_"), ()) for f in SUBMISSIONS]
    return of_columns(columns, SUBMISSIONS)


@dataclass
class _Part:
    """What the submissions of one form became: the area of each by its number, or why it has none."""

    areas: dict[int, str]
    reasons: dict[int, str]
    tables: list[tuple[str, pa.Table]] = field(default_factory=list)
    flags: list[pa.Table] = field(default_factory=list)
    events: pa.Table = field(default_factory=EVENTS.empty_table)


def _left(row: Any) -> _Part:
    """What is left of a submission that was emptied: where it lay, and how it changed entities."""
    left = json.loads(row.redaction_left)
    changed = [
        (
            row.seq, row.instance_id, dataset, entity_id, table, key, action, base, trunk, branch, "",
            left["area"], "{}", left["after"],
        )
        for dataset, entity_id, table, key, action, base, trunk, branch in left["changes"]
    ]  # fmt: skip
    return _Part({row.seq: left["area"]}, {}, events=of_rows(changed, EVENTS))


def _read(reader: FormReader, members: list[Any]) -> tuple[list[Any], dict[int, str], list[Texts]]:
    """Read submissions: many together where they are plain, each on its own otherwise.

    Returns those that could be read, why the others could not, and their rows of each table.
    """
    together, texts = reader.skeletons.read([row.xml for row in members])
    rest = np.delete(np.arange(len(members)), together)
    walked, reasons, own = _walked(reader.walk, [members[number] for number in rest.tolist()])
    if not len(together):
        return walked, reasons, own
    rows = [members[number] for number in together.tolist()]
    if walked:
        texts = [one.followed_by(other, len(rows)) for one, other in zip(texts, own, strict=True)]
    return rows + walked, reasons, texts


def _walked(reader: Reader, members: list[Any]) -> tuple[list[Any], dict[int, str], list[Texts]]:
    """Read submissions one after the other, as a tree just parsed still lies in the cache."""
    tables = reader.tables()
    rows: list[Any] = []
    reasons: dict[int, str] = {}
    for row in members:
        xml = row.xml
        try:
            root = parse_xml(xml)
        except ValueError as error:
            reasons[row.seq] = str(error)
            continue
        if is_encrypted(root, xml):
            reasons[row.seq] = "encrypted"
            continue
        reader.read(root, len(rows), tables)
        rows.append(row)
    return rows, reasons, [Texts.of(one) for one in tables]


def _project_form(reader: FormReader, members: list[Any], places: Places) -> _Part:
    schema = reader.walk.schema
    rows, reasons, tables = _read(reader, members)
    if not rows:
        return _Part({}, reasons)
    answers = [Answers(schema, number, table) for number, table in enumerate(tables)]
    said = _columns(rows)
    claimed = _claims(schema, answers[0], said, places)
    placed = [
        place(table, own.by_name, texts.instance, claimed, places)
        for table, own, texts in zip(schema.tables, answers, tables, strict=True)
    ]
    own_place = record_places(placed[0], claimed, places)
    areas = own_place.areas
    system = _system_columns(said, own_place)
    arrow, flags = [], list[pa.Table]()
    for number, table in enumerate(schema.tables):
        keys = _keys(tables[number], system, own_place.columns if number == 0 else None)
        typed, noticed = answers[number].columns()
        columns = keys | typed | placed[number].columns
        arrow.append((f"{schema.form_id}/{table.name}" if table.name else schema.form_id, pa.table(columns)))
        if seen := placed[number].noticed + noticed:
            flags.append(_flags(system, schema.form_id, table.name, tables[number], seen))
    told = events(schema, {name: system[name] for name in _OF_ALL}, tables, answers)
    return _Part(dict(zip(said["seq"], areas, strict=True)), reasons, arrow, flags, told)


def _claims(schema: Schema, main: Answers, said: dict[str, tuple[Any, ...]], places: Places) -> Claims:
    answers = {name: main.by_name[name].array for name in asked_of_place(schema)}
    day = day_question(schema)
    days = column("date", main.by_name[day])[0].to_pylist() if places.dated and day else ()
    return claims(answers, days, said["received_at"], said["writer_area"], places)


def _keys(own: Texts, system: dict[str, pa.Array], record: dict[str, pa.Array] | None) -> dict[str, pa.Array]:
    """The columns before the answers: a form's rows carry all, a repeat's the keys of where they stand."""
    if record is not None:
        return system | record
    index = pa.array(own.instance)
    shared = {name: system[name].take(index) for name in (*_OF_ALL, "_tambon")}
    return shared | {"_key": pa.array(own.key, pa.string()), "_parent": pa.array(own.parent, pa.string())}


def _system_columns(said: dict[str, tuple[Any, ...]], own: RecordPlaces) -> dict[str, pa.Array]:
    return {
        "_seq": pa.array(said["seq"], pa.int64()),
        "_instance_id": pa.array(said["instance_id"], pa.string()),
        "_version": pa.array(said["version"], pa.string()),
        "_received_at": pa.array(said["received_at"], pa.string()),
        "_source": pa.array(said["source"], pa.string()),
        "_enumerator_id": pa.array(said["enumerator_id"], pa.int64()),
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
