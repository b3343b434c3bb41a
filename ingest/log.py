"""The log: what was received, committed before anyone is told so.

``append`` is the only way in; it is the same for a phone, a folder of files and the demo.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from ingest import problems, tables
from ingest.envelope import Envelope
from ingest.tables import attachment, conflict, submission


@dataclass(frozen=True, slots=True)
class StoredFile:
    """An attachment whose bytes already lie in the attachment store."""

    name: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Received:
    """One POST, one file or one demo record, as it goes into the log."""

    envelope: Envelope
    xml: bytes
    source: str
    files: tuple[StoredFile, ...] = ()
    enumerator_id: int | None = None
    device_id: str = ""
    user_agent: str = ""
    received_at: str = field(default_factory=tables.now)


class Outcome(Enum):
    """What the log made of a received submission."""

    NEW = "new"
    AGAIN = "again"  # the same instance with the same bytes: a lost acknowledgement, or more photos
    CONFLICT = "conflict"  # the same instance with other bytes: kept beside the first


def open_log(path: Path) -> sa.Engine:
    """Open (or make) the log, bring it to the newest schema, durable at every commit."""
    engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})
    sa.event.listen(engine, "connect", _durable)
    sa.event.listen(engine, "begin", _begin)
    try:
        with writing(engine) as connection:
            config = Config()
            config.set_main_option(
                "script_location", str(Path(__file__).parent / "migrations").replace("%", "%%")
            )
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except sa.exc.DatabaseError as error:
        raise problems.log_unreadable(path, str(error.orig)) from error
    return engine


def writing(engine: sa.Engine) -> AbstractContextManager[sa.Connection]:
    """A transaction that takes SQLite's writer lock at once, so that what it reads stays true."""
    return engine.execution_options(write=True).begin()


def _begin(connection: sa.Connection) -> None:
    connection.exec_driver_sql(
        "BEGIN IMMEDIATE" if connection.get_execution_options().get("write") else "BEGIN"
    )


def _durable(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun by _begin alone
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def append(connection: sa.Connection, batch: Sequence[Received]) -> list[Outcome]:
    """Write a batch inside the caller's transaction; the outcomes stand in the batch's order.

    Nearly always all of a batch is new: then one statement tells so by the number of rows it wrote.
    """
    with connection.begin_nested() as attempt:
        if connection.execute(_INSERT_NEW, [_submission_row(one) for one in batch]).rowcount == len(batch):
            _attach(connection, batch)
            return [Outcome.NEW] * len(batch)
        attempt.rollback()
    return _append_mixed(connection, batch)


def _append_mixed(connection: sa.Connection, batch: Sequence[Received]) -> list[Outcome]:
    known = _known(connection, [one.envelope.instance_id for one in batch])
    outcomes, new, others = [], [], []
    for one in batch:
        key = one.envelope.instance_id
        if key not in known:
            known[key] = one.envelope.sha256
            outcomes.append(Outcome.NEW)
            new.append(one)
        elif known[key] == one.envelope.sha256:
            outcomes.append(Outcome.AGAIN)
        else:
            outcomes.append(Outcome.CONFLICT)
            others.append(_conflict_row(one))
    if new:
        connection.execute(_INSERT_NEW, [_submission_row(one) for one in new])
    if others:
        connection.execute(_INSERT_CONFLICT, others)
    of_the_first = [
        one for one, outcome in zip(batch, outcomes, strict=True) if outcome is not Outcome.CONFLICT
    ]
    _attach(connection, of_the_first)
    return outcomes


def _attach(connection: sa.Connection, batch: Sequence[Received]) -> None:
    files = [row for one in batch for row in _attachment_rows(one)]
    if files:
        connection.execute(_INSERT_FILE, files)


_INSERT_NEW = submission.insert().prefix_with("OR IGNORE")
_INSERT_CONFLICT = conflict.insert().prefix_with("OR IGNORE")
_INSERT_FILE = attachment.insert().prefix_with("OR IGNORE")


def _known(connection: sa.Connection, instance_ids: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for start in range(0, len(instance_ids), 500):
        part = instance_ids[start : start + 500]
        query = sa.select(submission.c.instance_id, submission.c.sha256).where(
            submission.c.instance_id.in_(part)
        )
        found.update((row[0], row[1]) for row in connection.execute(query))
    return found


def _submission_row(one: Received) -> dict[str, Any]:
    envelope = one.envelope
    return {
        "instance_id": envelope.instance_id,
        "form_id": envelope.form_id,
        "version": envelope.version,
        "deprecated_id": envelope.deprecated_id,
        "received_at": one.received_at,
        "source": one.source,
        "enumerator_id": one.enumerator_id,
        "device_id": one.device_id[:200],
        "user_agent": one.user_agent[:300],
        "sha256": envelope.sha256,
        "xml": one.xml,
    }


def _conflict_row(one: Received) -> dict[str, Any]:
    return {
        "instance_id": one.envelope.instance_id,
        "received_at": one.received_at,
        "source": one.source,
        "enumerator_id": one.enumerator_id,
        "sha256": one.envelope.sha256,
        "xml": one.xml,
    }


def _attachment_rows(one: Received) -> list[dict[str, Any]]:
    return [
        {
            "instance_id": one.envelope.instance_id,
            "name": file.name[:300],
            "sha256": file.sha256,
            "size_bytes": file.size_bytes,
            "received_at": one.received_at,
        }
        for file in one.files
    ]


# What a phone may replace depends on its enumerator's area; files and the demo have none: ''.
_WITH_AREA = sa.select(
    submission, sa.func.coalesce(tables.enumerator.c.area, "").label("enumerator_area")
).outerjoin(tables.enumerator)


def read_after(connection: sa.Connection, seq: int, limit: int) -> list[sa.Row[Any]]:
    """The next submissions after ``seq``, oldest first."""
    query = _WITH_AREA.where(submission.c.seq > seq).order_by(submission.c.seq).limit(limit)
    return list(connection.execute(query))


def read_these(connection: sa.Connection, seqs: Iterable[int]) -> list[sa.Row[Any]]:
    """These submissions, oldest first."""
    query = _WITH_AREA.where(submission.c.seq.in_(sorted(seqs))).order_by(submission.c.seq)
    return list(connection.execute(query))


def last_seq(connection: sa.Connection) -> int:
    """The number of the newest submission; 0 in an empty log."""
    return int(connection.execute(sa.select(sa.func.max(submission.c.seq))).scalar() or 0)


def setting(connection: sa.Connection, name: str, default: str = "") -> str:
    """A value that the office chose, such as the default boundary set."""
    value = connection.execute(
        sa.select(tables.setting.c.value).where(tables.setting.c.name == name)
    ).scalar()
    return default if value is None else str(value)


def set_setting(connection: sa.Connection, name: str, value: str) -> None:
    """Remember a choice of the office."""
    connection.execute(tables.setting.delete().where(tables.setting.c.name == name))
    connection.execute(tables.setting.insert().values(name=name, value=value))


def reference_version(connection: sa.Connection) -> int:
    """Changes whenever forms or boundaries were published, withdrawn or added, by whatever process."""
    return int(setting(connection, "reference_version", "1"))


def reference_changed(connection: sa.Connection) -> None:
    """Tell every process that follows the log to read forms and boundaries again."""
    set_setting(connection, "reference_version", str(reference_version(connection) + 1))


def note(connection: sa.Connection, actor: str, action: str, subject: str = "") -> None:
    """Write one line of the audit; never a name, an answer or a token."""
    connection.execute(
        tables.audit.insert().values(at=tables.now(), actor=actor, action=action, subject=subject)
    )
