"""Takes an office's table in: every row that can be read becomes an ordinary submission, or none is stored.

A row keeps the same instance id whenever its file comes again, so nothing comes in twice; one that says
something else by then is kept beside the first for a person to see.
"""

from __future__ import annotations

import pickle
import tempfile
import uuid
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any

from forms.instance import InstanceWriter, Meta
from ingest import log
from ingest.atlas import Atlas
from ingest.envelope import written_here
from ingest.log import Outcome, Received
from ingest.published import FormVersion
from ingest.sheets import mapping as mappings
from ingest.sheets import problems, reading
from ingest.sheets.answers import RowReader
from ingest.sheets.mapping import Mapping
from ingest.sheets.reading import Line, Sheet
from ingest.tables import now
from thai.problem import Problem
from thai.text import fold

_NAMES = uuid.UUID("6f1d2a34-0f0e-4c55-9c1b-1d8a8a7d2f10")
_BATCH = 1_000


def load(atlas: Atlas, paths: Iterable[Path], mapping: Mapping, *, dry_run: bool = False) -> dict[str, Any]:
    """Take every row of these files that the mapping fits; raises ``form_unknown`` and ``mapping_…``.

    ``rows`` tells of a dry run, row by row, what would be stored; ``skipped`` what is not and why;
    ``passed_over`` names the tables that lack a heading.
    """
    form = _form(atlas, mapping)
    reader = RowReader(mapping, form.schema)
    found: dict[str, Any] = dict.fromkeys(("accepted", "duplicates", "quarantined", "conflicts"), 0)
    found |= {"rows": [], "skipped": [], "passed_over": [], "dry_run": dry_run}
    with tempfile.TemporaryFile(dir=atlas.folder.path) as file:
        read = 0
        for sheet in (one for path in paths for one in reading.sheets(path)):
            missing = mapping.headings - sheet.folded
            if missing:
                table = f"{sheet.file} · {sheet.name}"
                found["passed_over"].append({"table": table, "missing": sorted(missing)})
                continue
            read += _set_aside(file, _rows(sheet, mapping, form, reader, found))
        if not read and not found["skipped"]:
            raise problems.nothing_fits(mapping.name, [one["table"] for one in found["passed_over"]])
        if not dry_run:
            _append(atlas, file, found)
    return found


def _form(atlas: Atlas, mapping: Mapping) -> FormVersion:
    catalogue = atlas.reference.catalogue
    if mapping.form not in catalogue.offered:
        raise problems.form_of_mapping(mapping.form)
    form = catalogue.newest(mapping.form)
    mappings.check(mapping, form.schema)
    return form


def _rows(
    sheet: Sheet, mapping: Mapping, form: FormVersion, reader: RowReader, found: dict[str, Any]
) -> Iterator[Received]:
    writer, key = InstanceWriter(form.xform, form.schema), [fold(name) for name in mapping.key]
    moment = now()
    for line in sheet.lines:
        answers, wrong = reader.read(line)
        if wrong:
            found["skipped"].append({"file": line.place, "reason": wrong[0].code, "problems": _told(wrong)})
            continue
        instance_id = _instance_id(line, mapping, key)
        if found["dry_run"]:
            found["rows"].append({"row": line.place, "instance_id": instance_id, "answers": _shown(answers)})
        xml = writer.write(answers, Meta(instance_id))
        envelope = written_here(xml, form.form_id, form.version, instance_id)
        said = f"{line.place} · sha256 {line.sha256}"
        yield Received(envelope, xml, "file", user_agent=said, received_at=moment)


def _instance_id(line: Line, mapping: Mapping, key: list[str]) -> str:
    parts = [line.cells[name].text for name in key if name in line.cells]
    said = "\x1f".join(parts) if parts else f"{line.sheet}\x1f{line.number}\x1f{line.sha256}"
    return f"uuid:{uuid.uuid5(_NAMES, f'{mapping.name}{chr(31)}{mapping.form}{chr(31)}{said}')}"


def _set_aside(file: IO[bytes], rows: Iterator[Received]) -> int:
    """Rows wait on the disk until the last one was read; how many they are."""
    count = 0
    while batch := list(islice(rows, _BATCH)):
        pickle.dump(batch, file, pickle.HIGHEST_PROTOCOL)
        count += len(batch)
    return count


def _append(atlas: Atlas, file: IO[bytes], found: dict[str, Any]) -> None:
    """All rows in one transaction: a table comes in whole or not at all."""
    end = file.tell()
    file.seek(0)
    outcomes: list[Outcome] = []
    with log.writing(atlas.log) as connection:
        while file.tell() < end:
            outcomes += log.append(connection, pickle.load(file))  # noqa: S301 - written a moment ago
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
