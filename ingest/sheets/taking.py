"""Takes the exports of other servers in: each row becomes the submission it was, nothing twice."""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import sqlalchemy as sa
from lxml import etree

from forms.instance import ENTITY, EntityChange, InstanceWriter, Meta, read_answers
from forms.schema import Schema
from ingest import log, looked_at
from ingest.archive import UnreadableError
from ingest.atlas import Atlas
from ingest.envelope import parse_xml, read_envelope
from ingest.field.openrosa import MAX_UPLOAD_BYTES
from ingest.files import shown_answers
from ingest.known_forms import KnownForms
from ingest.log import Outcome, Received, StoredFile
from ingest.published import FormVersion
from ingest.sheets import problems
from ingest.sheets.export_rows import Columns, Identity, Repeats, fitting, identity, is_own
from ingest.sheets.exported import Export, Listing, Row
from ingest.tables import submission

_BATCH = 500
_ENTITIES = uuid.UUID("b7f8c2de-35a4-4f0d-8f9e-9a51d0f7f7c4")
_COUNTED = {"accepted": Outcome.NEW, "duplicates": Outcome.AGAIN, "conflicts": Outcome.CONFLICT}
Progress = Callable[[int, int], None]


def take(
    atlas: Atlas, export: Export, forms: KnownForms, found: dict[str, Any], *, form_id: str = "",
    dry_run: bool = False, progress: Progress | None = None,
) -> None:  # fmt: skip
    """Add what was taken to the counts of ``found``; ``form_id`` '' finds the form by the export itself.

    An export does not say of which entity a row speaks. One that makes an entity makes it under an id of our
    own, until the original comes; what a row changes of an entity is told, and left. Raises
    ``form_of_export``.
    """
    catalogue = forms.catalogue
    newest = {name: catalogue.newest(name).schema for name in catalogue.form_ids}
    form_id = form_id or fitting(export, newest)
    if form_id not in newest:
        raise problems.form_of_export(export.file)
    taker = _Taker(atlas, export, forms, form_id, found, dry_run=dry_run)
    done = 0
    rows = taker.rows()
    while batch := list(islice(rows, _BATCH)):
        taker.take(batch)
        done += len(batch)
        if progress:
            progress(done, 0)
    taker.left()


#: The documents of a submission and of what replaced it, oldest first, by the id it began with.
Logged = dict[str, dict[str, bytes]]


@dataclass(frozen=True)
class _Version:
    """A version of the form: what writes its submissions, and those of its repeats that have no table."""

    writer: InstanceWriter
    version: str
    lacking: list[str]


class _Taker:
    """The rows of one export, read as answers of one form."""

    def __init__(
        self, atlas: Atlas, export: Export, forms: KnownForms, form_id: str, found: dict[str, Any], *,
        dry_run: bool,
    ) -> None:  # fmt: skip
        form = forms.catalogue.newest(form_id)
        self._atlas, self._export, self._forms, self._form, self._found = atlas, export, forms, form, found
        self._dry_run = dry_run
        self._repeats = Repeats(export, form.schema)
        self._columns = Columns(form.schema.table(""), export.main.headings)
        self._versions: dict[str, _Version] = {}
        self._lacking = Counter[str]()  # records by the table that they need
        self._shared = self._named_twice() if export.media else set()
        read = [(export.main, self._columns), *self._repeats.columns]
        unread = [one for listing, columns in read for one in _unread(listing, columns, form)]
        found["unread"] = sorted({*found.get("unread", []), *unread})
        made = etree.fromstring(form.xform).iterfind(".//{*}instance/*/{*}meta/{*}entity[@create]")
        self._made = [str(one.get("dataset")) for one in made if "update" not in one.attrib]

    def take(self, batch: list[tuple[Identity, Row, int]]) -> None:
        """Put rows into the log in one transaction, or only list them."""
        logged = self._logged(said for said, _, _ in batch if said.entity_label)
        received = []
        for said, row, number in batch:
            if table := self._unplaced(said):
                self._repeats.into({}, said.key)  # its other rows are no strangers
                self._skip(f"{self._export.file}!{number} · {table}", "repeat_unknown")
                continue
            if lacking := self._version(said.version).lacking:
                self._lacking.update(lacking)
                continue
            try:
                received.append(self._received(said, row, number, logged))
            except ValueError as error:  # what XML cannot hold: a control character
                self._skip(f"{self._export.file}!{number}", str(error)[:60])
        if self._dry_run:
            outcomes = looked_at.outcomes(self._atlas.log, received)
            both = zip(received, outcomes, strict=True)
            self._found["rows"] += [self._told(one) | {"outcome": it.value} for one, it in both]
        else:
            self._append(received)

    def rows(self) -> Iterator[tuple[Identity, Row, int]]:
        """The rows that say which submission they are, with their numbers; others are told, if not blank."""
        for number, row in enumerate(self._export.main.rows, 2):
            if said := identity(row):
                yield said, row, number
            elif any(row.values()):
                self._skip(f"{self._export.file}!{number}", "no_id")

    def left(self) -> None:
        """Tell what belongs to no record, and which records lack a table, once all were read."""
        for table, rows in self._lacking.items():
            self._skip(f"{self._export.file} · {table} ({rows:,})", "repeat_missing")
        for table, rows in self._repeats.alone():
            self._skip(f"{self._export.file} · {table} ({rows:,})", "repeat_alone")

    def _unplaced(self, said: Identity) -> str:
        """The table that holds a part of this record and is no repeat of the form."""
        tables = self._repeats.unplaced
        return next((tables[one] for one in (said.key, said.root_id, said.instance_id) if one in tables), "")

    def _named_twice(self) -> set[str]:
        """Media files that two submissions name."""
        owner, shared = dict[str, str](), set[str]()
        for row in self._export.main.rows:
            if said := identity(row):
                answers: dict[str, Any] = dict(self._columns.answers(row))
                self._repeats.into(answers, said.key)
                own, named = said.instance_id, _named(answers, self._form.schema, "")
                shared |= {one for one in named if owner.setdefault(one, own) != own}
        return shared

    def _logged(self, asked: Iterable[Identity]) -> Logged:
        """What the log has of these submissions and of whatever replaced them, by the id it began with."""
        ids = sorted({one for said in asked for one in (said.root_id, said.instance_id)})
        first = sa.select(submission.c.instance_id.label("first"), submission.c.instance_id)
        chain = first.where(submission.c.instance_id.in_(ids)).cte("chain", recursive=True)
        after = sa.select(chain.c.first, submission.c.instance_id)
        chain = chain.union(after.where(submission.c.deprecated_id == chain.c.instance_id))
        query = sa.select(chain.c.first, submission.c.instance_id, submission.c.xml)
        query = query.join(submission, submission.c.instance_id == chain.c.instance_id)
        found: Logged = {}
        with self._atlas.log.connect() as connection:
            for first_id, instance_id, xml in connection.execute(query.order_by(submission.c.seq)):
                found.setdefault(first_id, {})[instance_id] = bytes(xml)
        return found

    def _received(self, said: Identity, row: Row, number: int, logged: Logged) -> Received:
        answers: dict[str, Any] = dict(self._columns.answers(row))
        self._repeats.into(answers, said.key)
        digest = hashlib.sha256(repr(sorted(answers.items())).encode()).hexdigest()
        answers[ENTITY] = self._entities(said, logged) if said.entity_label else []
        own = self._version(said.version)
        replaces = said.root_id if said.root_id != said.instance_id else ""
        meta = Meta(said.instance_id, replaces, said.name)
        xml = own.writer.write(answers, meta, version=own.version)
        files = tuple(self._files(answers, self._form.schema))
        place = f"{self._export.file} · {self._export.main.name}!{number} · sha256 {digest}"
        return replace(Received(read_envelope(xml), xml, "files", files), user_agent=place)

    def _version(self, version: str) -> _Version:
        """A row's own version; another server's form reads the answers of all its versions."""
        if version not in self._versions:
            catalogue, form = self._forms.catalogue, self._form
            own = catalogue.versions.get((form.form_id, version))
            if own is None and version and form.form_id in catalogue.elsewhere:
                self._forms.take_over(form.xform, form_id=form.form_id, version=version)
                own = replace(form, version=version)
            own = own or form
            lacking = [one.name for one in own.schema.tables if one.name and one.name not in self._repeats]
            self._versions[version] = _Version(InstanceWriter(own.xform, own.schema), own.version, lacking)
        return self._versions[version]

    def _files(self, answers: dict[str, Any], schema: Schema) -> Iterator[StoredFile]:
        """The media that a row names; where it is not one file of one row, nobody can tell whose it is."""
        for name in _named(answers, schema, ""):
            lying = self._export.media.get(name, [])
            if not lying:
                self._found["files_missing"] += 1
            elif len(lying) > 1 or name in self._shared:
                self._skip(f"{self._export.file}: {name}", "ambiguous")
            else:
                try:
                    content = lying[0].read(MAX_UPLOAD_BYTES)
                except UnreadableError as error:
                    self._skip(lying[0].shown, str(error))
                else:
                    yield self._atlas.attachments.take(name, content, keep=not self._dry_run)

    def _entities(self, said: Identity, logged: Logged) -> list[EntityChange]:
        """Those of the same submission, or of the one that it replaces; or else new ones."""
        before = _bearer(said, logged)
        if before:
            known: list[EntityChange] = read_answers(parse_xml(before), self._form.schema).get(ENTITY, [])
            return [replace(one, label=said.entity_label) for one in known] if len(known) == 1 else known
        if not self._made:
            self._skip(f"{self._export.file}: {said.instance_id}", "entity")
        key = str(uuid.uuid5(_ENTITIES, said.root_id))
        return [EntityChange(dataset, key, "create", said.entity_label) for dataset in self._made]

    def _append(self, received: list[Received]) -> None:
        with log.writing(self._atlas.log) as connection:
            outcomes = log.append(connection, received) if received else []
        for name, outcome in _COUNTED.items():
            self._found[name] += outcomes.count(outcome)

    def _told(self, one: Received) -> dict[str, Any]:
        """A line of a dry run."""
        return {
            "row": one.user_agent.partition(" · sha256")[0],
            "instance_id": one.envelope.instance_id,
            "answers": shown_answers(one.xml, self._form.schema),
        }

    def _skip(self, file: str, reason: str) -> None:
        self._found["skipped"].append({"file": file, "reason": reason})


def _bearer(said: Identity, logged: Logged) -> bytes:
    """The submission that says of which entity a row speaks: itself, or the newest that it continues; an
    original before a row that made it up. b'' where none is known.
    """
    known = logged.get(said.root_id, {}) | logged.get(said.instance_id, {})
    if said.instance_id in known:
        return known[said.instance_id]
    originals = [xml for one, xml in known.items() if log.is_completed(one)]
    return next(reversed(originals or list(known.values())), b"")


def _named(answers: dict[str, Any], schema: Schema, table: str) -> Iterator[str]:
    for one in schema.table(table).fields:
        if one.kind == "attachment" and answers.get(one.name):
            yield str(answers[one.name])
    for inner in schema.tables:
        above, _, last = inner.name.rpartition("/")
        if inner.name and above == table:
            for turn in answers.get(last, []):
                yield from _named(turn, schema, inner.name)


def _unread(listing: Listing, columns: Columns, form: FormVersion) -> list[str]:
    """Headings that are no question, no note and nothing of a server's: another form's, or a later one's."""
    asked = {element.tag.rpartition("}")[2] for element in etree.fromstring(form.xform).iter("{*}*")}
    return [
        heading
        for heading in listing.headings
        if heading not in columns.read
        and not is_own(heading)
        and heading.replace("/", "-").rpartition("-")[2] not in asked
    ]
