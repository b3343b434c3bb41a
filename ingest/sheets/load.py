"""Takes an office's table in: every row that can be read becomes an ordinary submission, or none is stored.

A row keeps the same instance id whenever its file comes again, so nothing comes in twice; one that says
something else by then is kept beside the first for a person to see. One that says the same and is read
otherwise by now, by another mapping or a better reader, takes the place of its earlier reading.
"""

from __future__ import annotations

import hashlib
import pickle
import re
import tempfile
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path, PureWindowsPath
from typing import IO, Any

import sqlalchemy as sa

from forms.instance import InstanceWriter, Meta
from ingest import log, looked_at
from ingest.archive import UnreadableError
from ingest.atlas import Atlas
from ingest.envelope import same_answers, written_here
from ingest.field.openrosa import MAX_UPLOAD_BYTES
from ingest.log import Outcome, Received, StoredFile
from ingest.published import FormVersion
from ingest.sheets import mapping as mappings
from ingest.sheets import problems, reading
from ingest.sheets.answers import RowReader
from ingest.sheets.mapping import Mapping
from ingest.sheets.media import Media, beside
from ingest.sheets.model import Cell
from ingest.sheets.reading import Line, Sheet
from ingest.tables import now, submission
from thai.problem import Place, Problem
from thai.text import fold, thai_digits

_NAMES = uuid.UUID("6f1d2a34-0f0e-4c55-9c1b-1d8a8a7d2f10")
_BATCH = 1_000
Progress = Callable[[int, int], None]
_Row = tuple[
    str, bytes, tuple[StoredFile, ...], str, str
]  # its id, XML and photos, where it stood, what it replaces


def load(
    atlas: Atlas, paths: Iterable[Path], mapping: Mapping, *, dry_run: bool = False,
    progress: Progress | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Take every row of these files that the mapping fits; raises ``form_unknown`` and ``mapping_…``.

    ``rows`` tells of a dry run, row by row, what would be stored; ``skipped`` what is not and why;
    ``passed_over`` names the tables that lack a heading. Photos that a row names come from the folder or zip
    in which its table lies; ``files_missing`` counts those that are not there. ``known`` are tables
    from which the same rows came under another name, as those of a file that was renamed do. ``totals``
    are the rows that were left out because they sum others, ``asides`` those of one word or with the
    headings again, ``unread`` columns without a heading that hold something; ``reread`` counts rows whose
    earlier reading is replaced. ``doubts`` are days that a spreadsheet may have moved, and that nobody can
    be sure of.
    """
    form = _form(atlas, mapping)
    found: dict[str, Any] = dict.fromkeys(
        ("accepted", "duplicates", "quarantined", "conflicts", "files_missing", "reread"), 0
    )
    found |= {
        "rows": [],
        "skipped": [],
        "passed_over": [],
        "totals": [],
        "asides": [],
        "unread": [],
        "dry_run": dry_run,
    }
    rows = _Rows(atlas, mapping, form, found)
    with tempfile.TemporaryFile(dir=atlas.folder.path) as file:
        read = 0
        for path in paths:
            with beside(path) as rows.media:
                for sheet in reading.sheets(path, mapping.headings):
                    missing = mapping.headings - sheet.folded
                    if missing:
                        table = f"{sheet.file} · {sheet.name}"
                        found["passed_over"].append({"table": table, "missing": sorted(missing)})
                        continue
                    for heading in mapping.headings & sheet.doubled:
                        raise problems.heading_twice(f"{sheet.file} · {sheet.name}", heading)
                    found["totals"] += sheet.totals
                    found["asides"] += sheet.asides
                    found["unread"] += sheet.nameless
                    for some in _set_aside(file, rows.of(sheet)):
                        read += some
                        if progress:
                            progress(read, 0)
        if not read and not found["skipped"]:
            raise problems.nothing_fits(mapping.name, [one["table"] for one in found["passed_over"]])
        found["known"], found["doubts"] = rows.known(), rows.doubts
        if dry_run:
            _tell(atlas, file, rows, found)
        else:
            _append(atlas, file, rows, found)
    return found


def _form(atlas: Atlas, mapping: Mapping) -> FormVersion:
    catalogue = atlas.reference.catalogue
    if mapping.form not in catalogue.offered:
        raise problems.form_of_mapping(mapping.form)
    form = catalogue.newest(mapping.form)
    mappings.check(mapping, form.schema)
    return form


class _Rows:
    """The rows of tables as submissions of one form; ``media`` is what lies beside the table being read."""

    def __init__(self, atlas: Atlas, mapping: Mapping, form: FormVersion, found: dict[str, Any]) -> None:
        self.media = Media()
        self._attachments, self._mapping, self._form, self._found = atlas.attachments, mapping, form, found
        self._log = atlas.log
        self._reader, self._writer = RowReader(mapping, form.schema), InstanceWriter(form.xform, form.schema)
        self._key, self._moment = [fold(name) for name in mapping.key], now()
        self._named = _NAMES.bytes + f"{mapping.name}\x1f{mapping.form}\x1f".encode()
        self._said: dict[str, str] = {}  # the hash of each row by what makes it the same row
        self._alike = Counter[tuple[str, str, str]]()  # rows that say the same, by file, sheet and hash
        self._logged, self._replaced = self._came_before(), self._came_after()
        self._readings = set(self._replaced.values())
        self._numbered = {} if self._key else self._by_number()
        fields = form.schema.table("").fields
        self._photos = [one.name for one in fields if one.kind == "attachment"]

    def of(self, sheet: Sheet) -> Iterator[_Row]:
        """Every row that can be read; of a dry run and of the others ``found`` is told."""
        for line in sheet.lines:
            answers, wrong = self._reader.read(line)
            files = () if wrong else tuple(self._files(line, answers, wrong))
            sha256 = line.sha256()
            instance_id = self._instance_id(line, sha256)
            if not wrong and self._said.setdefault(instance_id, sha256) != sha256:
                wrong.append(problems.key_twice(line.place, self._mapping.key))
            if wrong:
                skipped = {"file": line.place, "reason": wrong[0].code, "problems": _told(wrong)}
                self._found["skipped"].append(skipped)
                continue
            own, xml, replaces = self._written(answers, instance_id, sha256)
            self._found["reread"] += bool(replaces)
            if self._found["dry_run"]:
                shown = {"row": line.place, "instance_id": instance_id, "answers": _shown(answers)}
                self._found["rows"].append(shown)
            yield own, xml, files, f"{line.place} · sha256 {sha256}", replaces

    @property
    def doubts(self) -> list[dict[str, str]]:
        """Days that a spreadsheet may have moved, as they are stored and as they were taken."""
        return self._reader.doubts

    def known(self) -> list[dict[str, Any]]:
        """Of each table that came before how many rows say the same as one of these, and are other rows."""
        said, kept = set(self._said.values()), Counter[str]()
        for instance_id, (where, sha256) in self._logged.items():
            if sha256 in said and instance_id not in self._said.keys() | self._readings:
                kept[re.split(r"[!:]\d+$", where)[0]] += 1
        return [{"table": table, "rows": count} for table, count in kept.most_common()]

    def received(self, row: _Row) -> Received:
        """As it goes into the log."""
        instance_id, xml, files, said, replaces = row
        envelope = written_here(xml, self._form.form_id, self._form.version, instance_id, replaces)
        return Received(envelope, xml, "file", files, user_agent=said, received_at=self._moment)

    def _came_before(self) -> dict[str, tuple[str, str]]:
        """Rows of any table in the log, oldest first: where each stood, and its hash."""
        own = (submission.c.form_id == self._form.form_id, submission.c.source == "file")
        query = sa.select(submission.c.instance_id, submission.c.user_agent).where(*own)
        with self._log.connect() as connection:
            rows = connection.execute(query.order_by(submission.c.seq)).all()
        places = {instance_id: place.rpartition(" · sha256 ") for instance_id, place in rows}
        return {instance_id: (where, sha256) for instance_id, (where, _, sha256) in places.items()}

    def _came_after(self) -> dict[str, str]:
        """What took the place of each record of the form, from a desk or a table."""
        edits = (submission.c.form_id == self._form.form_id, submission.c.deprecated_id != "")
        query = sa.select(submission.c.deprecated_id, submission.c.instance_id).where(*edits)
        with self._log.connect() as connection:
            rows = connection.execute(query.order_by(submission.c.seq)).all()
        return {row.deprecated_id: row.instance_id for row in rows}

    def _written(self, answers: dict[str, Any], instance_id: str, sha256: str) -> tuple[str, bytes, str]:
        """The id and XML of a row, and the earlier reading of it that it replaces.

        A row that has not changed stands as it does: by its newest reading, or as somebody corrected it.
        """
        xml = self._writer.write(answers, Meta(instance_id))
        if self._logged.get(instance_id, ("", ""))[1] != sha256:
            return instance_id, xml, ""
        newest, met = instance_id, {instance_id}
        while (after := self._replaced.get(newest)) and after not in met:
            newest = after
            met.add(after)
        with self._log.connect() as connection:
            columns = (submission.c.xml, submission.c.redacted_at)
            row = connection.execute(sa.select(*columns).where(submission.c.instance_id == newest)).one()
        stands = bytes(row.xml)
        if row.redacted_at is not None:  # what was taken out on request does not come back
            return newest, xml, ""
        if same_answers(xml, stands) or self._logged.get(newest, ("", ""))[1] != sha256:
            return newest, stands, ""
        own = self._id("again", newest, hashlib.sha256(xml).hexdigest())
        return own, self._writer.write(answers, Meta(own, newest)), newest

    def _by_number(self) -> dict[tuple[str, str], list[str]]:
        """Rows without a key that came when their number stood in the id, by sheet and hash."""
        found: dict[tuple[str, str], list[str]] = {}
        for instance_id, (where, sha256) in self._logged.items():
            table, _, number = re.sub(r":(\d+)$", r"!\1", where).rpartition("!")
            sheet = table.rpartition(" · ")[2] if " · " in table else ""
            if self._id(sheet, number, sha256) == instance_id:
                found.setdefault((sheet, sha256), []).append(instance_id)
        return found

    def _instance_id(self, line: Line, sha256: str) -> str:
        """The same for the same row of the same table, whenever it comes.

        A row is known by its key, whether Excel holds that as a number or as text; without a key by what it
        says, and by how many rows before it say the same. Rows that came in under an earlier id keep that.
        """
        key = [line.cells[name] for name in self._key if name in line.cells]
        if key:
            own, *earlier = dict.fromkeys(self._id(*parts) for parts in _spellings(key))
        else:
            alike = self._alike[line.file, line.sheet, sha256]
            self._alike[line.file, line.sheet, sha256] += 1
            own = self._id(line.sheet, "=", str(alike), sha256)
            earlier = self._numbered.get((line.sheet, sha256), [])[alike : alike + 1]
        return next((one for one in (own, *earlier) if one in self._logged), own)

    def _id(self, *parts: str) -> str:
        said = self._named + "\x1f".join(parts).encode()
        digest = hashlib.sha1(said, usedforsecurity=False).digest()[:16]
        return f"uuid:{uuid.UUID(bytes=digest, version=5)}"

    def _files(self, line: Line, answers: dict[str, Any], wrong: list[Problem]) -> Iterator[StoredFile]:
        """The photos that a row names, which it calls by their own names from here on; a second photo of
        that name, from another folder, has its question's name before it.
        """
        paths: dict[str, str] = {}
        for name in self._photos:
            said = str(answers.get(name) or "")
            if not said:
                continue
            own = PureWindowsPath(said).name
            answers[name] = own if paths.setdefault(own, said) == said else f"{name}_{own}"
            try:
                content = self.media.read(said, MAX_UPLOAD_BYTES)
            except UnreadableError as error:
                where = Place(file=line.file, sheet=line.sheet, row=line.number)
                wrong.append(problems.photo_unreadable(where, said, str(error)))
                continue
            if content is None:
                self._found["files_missing"] += 1
            else:
                yield self._attachments.take(answers[name], content, keep=not self._found["dry_run"])


def _spellings(key: list[Cell]) -> Iterator[list[str]]:
    """A key as it makes the id, then as ids of earlier years had it: by what a cell shows."""
    figures = ["" if one.number is None else f"{one.number.normalize():f}" for one in key]
    yield [figure or fold(one.text) for one, figure in zip(key, figures, strict=True)]
    yield [one.before for one in key]
    yield [figure or one.before for one, figure in zip(key, figures, strict=True)]
    yield [thai_digits(figure) or one.before for one, figure in zip(key, figures, strict=True)]
    grouped = ["" if one.number is None else f"{one.number:,}" for one in key]
    yield [figure or one.before for one, figure in zip(key, grouped, strict=True)]


def _set_aside(file: IO[bytes], rows: Iterator[_Row]) -> Iterator[int]:
    """Rows wait on the disk until the last one was read; how many, batch by batch."""
    while batch := list(islice(rows, _BATCH)):
        pickle.dump(batch, file, pickle.HIGHEST_PROTOCOL)
        yield len(batch)


def _batches(file: IO[bytes], rows: _Rows) -> Iterator[list[Received]]:
    """The rows that were set aside, as they go into the log."""
    end = file.tell()
    file.seek(0)
    while file.tell() < end:
        yield [rows.received(one) for one in pickle.load(file)]  # noqa: S301 - written a moment ago


def _tell(atlas: Atlas, file: IO[bytes], rows: _Rows, found: dict[str, Any]) -> None:
    """What would become of each row of a dry run."""
    outcomes = [one for some in _batches(file, rows) for one in looked_at.outcomes(atlas.log, some)]
    for row, outcome in zip(found["rows"], outcomes, strict=True):
        row["outcome"] = outcome.value


def _append(atlas: Atlas, file: IO[bytes], rows: _Rows, found: dict[str, Any]) -> None:
    """All rows in one transaction: a table comes in whole or not at all."""
    outcomes: list[Outcome] = []
    with log.writing(atlas.log) as connection:
        for some in _batches(file, rows):
            outcomes += log.append(connection, some)
    atlas.writer.wrote()
    for name, outcome in (
        ("accepted", Outcome.NEW),
        ("duplicates", Outcome.AGAIN),
        ("conflicts", Outcome.CONFLICT),
    ):
        found[name] = outcomes.count(outcome)


def _told(wrong: Iterable[Problem]) -> list[dict[str, object]]:
    return [one.as_dict() for one in wrong]


def _shown(answers: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in answers.items()}
