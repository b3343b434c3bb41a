"""Takes the exports of other servers in: each row becomes the submission it was, nothing twice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

import sqlalchemy as sa
from lxml import etree

from forms.instance import InstanceWriter, Meta
from forms.schema import Schema
from ingest import log
from ingest.archive import UnreadableError
from ingest.atlas import Atlas
from ingest.envelope import read_envelope
from ingest.field.openrosa import MAX_UPLOAD_BYTES
from ingest.files import shown_answers
from ingest.known_forms import KnownForms
from ingest.log import Outcome, Received, StoredFile
from ingest.published import FormVersion
from ingest.sheets import problems
from ingest.sheets.exported import Columns, Export, Identity, Repeats, Row, fitting, identity
from ingest.tables import submission

_BATCH = 500
_COUNTED = {"accepted": Outcome.NEW, "duplicates": Outcome.AGAIN, "conflicts": Outcome.CONFLICT}
Progress = Callable[[int, int], None]


def take(
    atlas: Atlas, export: Export, forms: KnownForms, found: dict[str, Any], *, form_id: str = "",
    dry_run: bool = False, progress: Progress | None = None,
) -> None:  # fmt: skip
    """Add what was taken to the counts of ``found``; ``form_id`` '' finds the form by the export itself.

    A row that makes an entity is taken only when the submission is known: an export does not say which
    entity. Raises ``form_of_export``.
    """
    catalogue = forms.catalogue
    newest = {name: catalogue.newest(name).schema for name in catalogue.form_ids}
    form_id = form_id or fitting(export, newest)
    if form_id not in newest:
        raise problems.form_of_export(export.file)
    taker = _Taker(atlas, export, forms, form_id, found, dry_run=dry_run)
    done = 0
    while batch := list(islice(taker.rows, _BATCH)):
        taker.append(batch)
        done += len(batch)
        if progress:
            progress(done, 0)


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
        self._versions: dict[str, tuple[InstanceWriter, str]] = {}
        self._used: dict[str, str] = {}  # media file -> the submission that has it
        known = {one for _, columns in self._columns.found.values() for one in columns}
        found["passed_over"] += [
            {"table": f"{export.file} · {name}", "missing": []} for name in self._repeats.unknown
        ]
        found["unread"] = sorted(found.get("unread", []) + _unread(export, form, known))
        self.rows = self._read()

    def _read(self) -> Iterator[tuple[Identity, Received]]:
        for number, row in enumerate(self._export.main.rows, 2):
            said = identity(row)
            if said is None:
                continue
            try:
                yield said, self._received(said, row, number)
            except ValueError as error:  # what XML cannot hold: a control character
                self._skip(f"{self._export.file}!{number}", str(error)[:60])

    def _received(self, said: Identity, row: Row, number: int) -> Received:
        answers: dict[str, Any] = dict(self._columns.answers(row))
        self._repeats.into(answers, said.key)
        writer, version = self._version(said.version)
        replaces = said.root_id if said.root_id != said.instance_id else ""
        xml = writer.write(answers, Meta(said.instance_id, replaces, said.name), version=version)
        files = tuple(self._files(said, answers, self._form.schema))
        digest = hashlib.sha256(repr(sorted(answers.items())).encode()).hexdigest()
        place = f"{self._export.file} · {self._export.main.name}!{number} · sha256 {digest}"
        return replace(Received(read_envelope(xml), xml, "files", files), user_agent=place)

    def _version(self, version: str) -> tuple[InstanceWriter, str]:
        """The writer of a row's own version; another server's form reads the answers of all its versions."""
        if version not in self._versions:
            catalogue, form = self._forms.catalogue, self._form
            own = catalogue.versions.get((form.form_id, version))
            if own is None and version and form.form_id in catalogue.elsewhere:
                self._forms.take_over(form.xform, form_id=form.form_id, version=version)
                own = replace(form, version=version)
            own = own or form
            self._versions[version] = InstanceWriter(own.xform, own.schema), own.version
        return self._versions[version]

    def _files(self, said: Identity, answers: dict[str, Any], schema: Schema) -> Iterator[StoredFile]:
        """The media that a row names; where it is not one file of one row, nobody can tell whose it is."""
        for name in _named(answers, schema, ""):
            lying = self._export.media.get(name, [])
            owner = self._used.setdefault(name, said.instance_id)
            if not lying:
                self._found["files_missing"] += 1
            elif len(lying) > 1 or owner != said.instance_id:
                self._skip(f"{self._export.file}: {name}", "ambiguous")
            else:
                try:
                    content = lying[0].read(MAX_UPLOAD_BYTES)
                except UnreadableError as error:
                    self._skip(lying[0].shown, str(error))
                else:
                    yield self._atlas.attachments.take(name, content, keep=not self._dry_run)

    def append(self, batch: list[tuple[Identity, Received]]) -> None:
        """Put rows into the log in one transaction, or only list them."""
        entities = [said.instance_id for said, _ in batch if said.makes_entity]
        with log.writing(self._atlas.log) as connection:
            asked = sa.select(submission.c.instance_id).where(submission.c.instance_id.in_(entities))
            logged = set(connection.execute(asked).scalars())
            taken = [one for said, one in batch if not said.makes_entity or said.instance_id in logged]
            outcomes = log.append(connection, taken) if taken and not self._dry_run else []
        for said, _ in batch:
            if said.makes_entity and said.instance_id not in logged:
                self._skip(f"{self._export.file}: {said.instance_id}", "entity")
        for name, outcome in _COUNTED.items():
            self._found[name] += outcomes.count(outcome)
        if self._dry_run:
            self._found["rows"] += [
                {
                    "row": one.user_agent.partition(" · sha256")[0],
                    "instance_id": one.envelope.instance_id,
                    "answers": shown_answers(one.xml, self._form.schema),
                }
                for one in taken
            ]

    def _skip(self, file: str, reason: str) -> None:
        self._found["skipped"].append({"file": file, "reason": reason})


def _named(answers: dict[str, Any], schema: Schema, table: str) -> Iterator[str]:
    for one in schema.table(table).fields:
        if one.kind == "attachment" and answers.get(one.name):
            yield str(answers[one.name])
    for inner in schema.tables:
        above, _, last = inner.name.rpartition("/")
        if inner.name and above == table:
            for turn in answers.get(last, []):
                yield from _named(turn, schema, inner.name)


_OWN = {
    "SubmissionDate", "KEY", "SubmitterID", "SubmitterName", "AttachmentsPresent", "AttachmentsExpected",
    "Status", "ReviewState", "DeviceID", "Edits", "FormVersion", "instanceID", "instanceName",
}  # fmt: skip
_OWN_STARTS = ("_", "meta", "SET-OF", "formhub")


def _unread(export: Export, form: FormVersion, known: set[str]) -> list[str]:
    """Headings that are no question, no note and nothing of a server's: another form's, or a later one's."""
    asked = {element.tag.rpartition("}")[2] for element in etree.fromstring(form.xform).iter("{*}*")}
    return [
        heading
        for heading in export.main.headings
        if heading not in known | _OWN
        and "/" not in heading
        and not heading.startswith(_OWN_STARTS)
        and heading.rpartition("-")[2] not in asked
    ]
