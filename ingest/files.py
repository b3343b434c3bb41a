"""Submissions from a folder or zip, as a phone's ``instances`` folder holds them, into the same log.

The way for phones without a network, and for what other tools exported. A file belongs to the
submission beside it that names it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from lxml import etree

from forms.instance import ENTITY, read_answers
from forms.schema import Schema
from ingest import log, looked_at, redaction
from ingest.archive import Entry, UnreadableError, opened
from ingest.atlas import Atlas
from ingest.envelope import MAX_XML_BYTES, local_name, parse_xml, read_envelope
from ingest.field.openrosa import MAX_UPLOAD_BYTES
from ingest.known_forms import KnownForms
from ingest.log import Outcome, Received, StoredFile
from ingest.projecting.projection import FormReaders, why_quarantined
from ingest.published import Catalogue

_BATCH = 300
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file left where it is: ``draft``, ``empty``, ``form_definition``, ``too_large`` or ``damaged``."""

    file: str
    reason: str


def load(
    atlas: Atlas, paths: Iterable[Path], *, source: str = "files", dry_run: bool = False,
    forms: KnownForms | None = None, progress: Progress | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Take every submission of these folders, zips and XML files; nothing twice.

    A form that lies among them and is not one of ``forms`` yet is taken over, to read its answers; no phone
    is told.

    Each submission counts once: ``accepted`` (new and readable), ``quarantined`` (new, but not readable
    yet), ``duplicates`` or ``conflicts``. ``skipped`` lists files that are no finished submission, with the
    reason. Raises ``not_found`` or ``archive_unsafe``; what was taken before stays taken.
    """
    found: dict[str, Any] = dict.fromkeys(("accepted", "duplicates", "quarantined", "conflicts"), 0)
    found |= {"skipped": [], "rows": [], "dry_run": dry_run}
    forms = forms or KnownForms(atlas, dry_run=dry_run)
    for path in paths:
        with opened(path) as entries:
            total, done = sum(_is_xml(one) for one in entries), 0
            received = _received(atlas, entries, source, forms, keep=not dry_run)
            while batch := list(islice(received, _BATCH)):
                _append(atlas, batch, forms, found)
                done += len(batch)
                if progress:
                    progress(done, total)
    return found


def _append(atlas: Atlas, batch: list[Received | Skipped], forms: KnownForms, found: dict[str, Any]) -> None:
    found["skipped"] += [
        {"file": one.file, "reason": one.reason} for one in batch if isinstance(one, Skipped)
    ]
    taken = [one for one in batch if isinstance(one, Received)]
    if found["dry_run"]:
        outcomes = looked_at.outcomes(atlas.log, taken)
        both = zip(taken, outcomes, strict=True)
        found["rows"] += [_told(forms.catalogue, one) | {"outcome": it.value} for one, it in both]
        return
    readers = atlas.reference.readers
    with log.writing(atlas.log) as connection:
        outcomes = log.append(connection, taken)
    for one, outcome in zip(taken, outcomes, strict=True):
        if outcome is Outcome.NEW:
            found["accepted" if _readable(one, readers) else "quarantined"] += 1
        else:
            found["duplicates" if outcome is Outcome.AGAIN else "conflicts"] += 1


def _told(known: Catalogue, one: Received) -> dict[str, Any]:
    """A line of a dry run; without answers where they cannot be read yet."""
    envelope = one.envelope
    form = known.versions.get((envelope.form_id, envelope.version))
    row = f"{one.user_agent} · {envelope.form_id}".removesuffix(" · ")
    answers = shown_answers(one.xml, form.schema) if form and not envelope.unreadable else {}
    kept_apart = not envelope.form_id
    return {"row": row, "instance_id": envelope.instance_id, "answers": answers, "quarantined": kept_apart}


def shown_answers(xml: bytes, schema: Schema) -> dict[str, str]:
    """The answers of a submission for a person to look at; of a repeat how many turns it has."""
    said = read_answers(parse_xml(xml), schema)
    return {
        name: f"{len(value)} ×" if isinstance(value, list) else str(value)
        for name, value in said.items()
        if value and name != ENTITY
    }


def _readable(one: Received, readers: FormReaders) -> bool:
    envelope = one.envelope
    if envelope.unreadable or envelope.encrypted:
        return False
    return not why_quarantined((envelope.form_id, envelope.version), "", readers)


def _is_xml(entry: Entry) -> bool:
    return entry.name.lower().endswith(".xml")


def _received(
    atlas: Atlas, entries: Sequence[Entry], source: str, forms: KnownForms, *, keep: bool
) -> Iterator[Received | Skipped]:
    for _, together in groupby(entries, key=lambda entry: entry.folder):
        files = list(together)
        media = {one.name: one for one in files if not _is_xml(one)}
        for one in files:
            if _is_xml(one):
                yield from _one(atlas, one, media, source, forms, keep=keep)


def _one(
    atlas: Atlas, entry: Entry, media: dict[str, Entry], source: str, forms: KnownForms, *, keep: bool
) -> Iterator[Received | Skipped]:
    try:
        xml = entry.read(MAX_XML_BYTES)
    except UnreadableError as error:
        yield Skipped(entry.shown, str(error))
        return
    root = _root(xml)
    reason = "empty" if not xml.strip() else _no_submission(root)
    if reason == "form_definition" and forms.take_unknown(xml):
        return
    if reason:
        yield Skipped(entry.shown, reason)
        return
    stored: list[StoredFile] = []
    envelope = read_envelope(xml)
    keep = keep and not _emptied(atlas, envelope.instance_id)
    for name in _named(root, media):
        try:
            content = media[name].read(MAX_UPLOAD_BYTES)
        except UnreadableError as error:
            yield Skipped(media[name].shown, str(error))
        else:
            stored.append(atlas.attachments.take(name, content, keep=keep))
    yield Received(envelope, xml, source, tuple(stored), user_agent=entry.shown)


def _emptied(atlas: Atlas, instance_id: str) -> bool:
    """Whether it was taken out on request: its files are not kept again."""
    with atlas.log.connect() as connection:
        return redaction.told(connection, instance_id) is not None


def _root(xml: bytes) -> etree._Element | None:
    try:
        return parse_xml(xml)
    except ValueError:
        return None


def _no_submission(root: etree._Element | None) -> str:
    """Why an XML file is not a finished submission; '' when it may be one (or cannot be read: quarantine).

    Collect fills ``end`` when a form is finalised, so where it stands empty the form is still a draft, and
    what is sent later under the same instance id would conflict with it.
    """
    if root is None:
        return ""
    if local_name(root) == "html":
        return "form_definition"
    end = next((child for child in root if local_name(child) == "end"), None)
    return "draft" if end is not None and not (end.text or "").strip() and not len(end) else ""


def _named(root: etree._Element | None, media: dict[str, Entry]) -> list[str]:
    """The files beside a submission that one of its answers names."""
    if root is None or not media:
        return []
    texts = (element.text for element in root.iter() if element.text and not len(element))
    names = (unicodedata.normalize("NFC", text.strip()) for text in texts)
    return list(dict.fromkeys(name for name in names if name in media))
