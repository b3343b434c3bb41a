"""What came of another server's submissions, and how it hangs together with what stands in the log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from ingest.envelope import answered
from ingest.log import Received, StoredFile
from ingest.published import FormVersion
from ingest.sources.remote import Entry
from ingest.tables import submission
from thai.problem import Problem


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of one submission: the id of its newest version here, its new versions and files, and how
    many files of it are here. ``problem`` tells what could not be had; of what was ``left`` nothing came.
    """

    newest_id: str
    received: tuple[Received, ...] = ()
    files: tuple[StoredFile, ...] = ()
    files_present: int = 0
    problem: Problem | None = None
    left: bool = False

    def fingerprint(self, entry: Entry) -> str:
        """The line's own, or another one while a file of it is to be asked for again."""
        return (replace(entry, files_present=self.files_present) if self.problem else entry).fingerprint


def linked(
    connection: sa.Connection,
    seen: Mapping[str, sa.Row[Any]],
    entries: Sequence[Entry],
    fetched: Sequence[Fetched],
) -> list[Received]:
    """What came, in order. A server that keeps the newest version alone may name one that never came: an
    edit takes the place of the last that did. ``seen`` is the index as it was last time.
    """
    received = [one for some in fetched for one in some.received]
    named = {one.envelope.deprecated_id for one in received} | {entry.root_id for entry in entries}
    here = set(_logged(connection, named)) | {one.envelope.instance_id for one in received}
    found = []
    for entry, some in zip(entries, fetched, strict=True):
        before = seen.get(entry.root_id)
        last = before.newest_id if before is not None else entry.root_id if entry.root_id in here else ""
        for one in some.received:
            envelope = one.envelope
            if envelope.deprecated_id and envelope.deprecated_id not in here and last:
                envelope = replace(envelope, deprecated_id=last)
            found.append(replace(one, envelope=envelope))
    return found


def chain(connection: sa.Connection, fresh: set[str]) -> list[str]:
    """Logged submissions with all that they replaced and that replaced them."""
    found: set[str] = set()
    while fresh:
        found |= fresh
        either = sa.or_(submission.c.instance_id.in_(fresh), submission.c.deprecated_id.in_(fresh))
        rows = connection.execute(
            sa.select(submission.c.instance_id, submission.c.deprecated_id).where(either)
        )
        fresh = {one for row in rows for one in row if one} - found
    return sorted(_logged(connection, found))


def unread(received: Iterable[Received], versions: Mapping[tuple[str, str], FormVersion]) -> set[str]:
    """The questions whose answers have no place in the version that reads them: deleted there since."""
    found: set[str] = set()
    asked: dict[tuple[str, str], set[tuple[str, ...]]] = {}
    for one in received:
        key = one.envelope.form_id, one.envelope.version
        if key not in versions or one.envelope.unreadable or one.envelope.encrypted:
            continue
        if key not in asked:
            asked[key] = {each.path for table in versions[key].schema.tables for each in table.fields}
        found |= {"/".join(path) for path in answered(one.xml) - asked[key] if not path[-1].startswith("_")}
    return found


def _logged(connection: sa.Connection, instance_ids: set[str]) -> Sequence[str]:
    """Those of them that stand in the log, whichever way they came."""
    query = sa.select(submission.c.instance_id).where(submission.c.instance_id.in_(instance_ids))
    return connection.execute(query).scalars().all()
