"""The log: what was received, committed before anyone is told so.

``append`` is the only way in; it is the same for a phone, a folder of files and the demo.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa

from ingest import problems, tables
from ingest.envelope import Envelope, entities, read_envelope, same_answers
from ingest.tables import conflict, submission

_ORIGINAL = "+entity"
_OTHER = "+other-"
_MIGRATIONS = Path(__file__).parent / "migrations"


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
    writer_area: str = ""  # of the account at a desk: what it may replace and change
    received_at: str = field(default_factory=tables.now)


class Outcome(Enum):
    """What the log made of a received submission."""

    NEW = "new"
    AGAIN = "again"  # the same instance with the same bytes: a lost acknowledgement, or more photos
    CONFLICT = "conflict"  # the same instance with other bytes: kept beside the first


def open_log(path: Path) -> sa.Engine:
    """Open (or make) the log, bring it to the newest schema, durable at every commit."""
    # Errors are printed by whoever meets them: answers and tokens must not stand in them.
    engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": 30}, hide_parameters=True)
    sa.event.listen(engine, "connect", _durable)
    sa.event.listen(engine, "begin", _begin)
    try:
        with writing(engine) as connection:
            if not _is_newest(connection):
                _upgrade(connection)
    except sa.exc.DatabaseError as error:
        raise problems.log_unreadable(path, str(error.orig)) from error
    return engine


def _is_newest(connection: sa.Connection) -> bool:
    """Whether the last migration was made already: then Alembic need not be loaded."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return False
    return newest_schema() == connection.exec_driver_sql("SELECT * FROM alembic_version").scalar()


def newest_schema() -> str:
    """The number of the last migration: what a log of this program has; numbers only grow."""
    return max(path.stem for path in (_MIGRATIONS / "versions").glob("log_*.py")).split("_")[1]


def _upgrade(connection: sa.Connection) -> None:
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


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

    Nearly always all of a batch is new: the number of rows written tells so, and no other question is asked.
    """
    before = last_seq(connection)
    if _insert(_driver(connection), batch) == len(batch):
        _attach(_driver(connection), batch)
        return [Outcome.NEW] * len(batch)
    return _append_mixed(connection, batch, before)


def append_new(driver: sqlite3.Connection, batch: Sequence[Received]) -> bool:
    """Commit a batch if all of it is new; otherwise write nothing, and ``append`` has to tell what it is.

    This is what every phone waits for. It speaks to the driver, as SQLAlchemy's transaction and its three
    statements cost more than the rows of a small batch. Raises ``sqlite3.Error``.
    """
    driver.execute("BEGIN IMMEDIATE")
    try:
        new = _insert(driver, batch) == len(batch)
        if new:
            _attach(driver, batch)
        driver.execute("COMMIT" if new else "ROLLBACK")
    except BaseException:
        driver.rollback()
        raise
    return new


def _driver(connection: sa.Connection) -> sqlite3.Connection:
    return cast(sqlite3.Connection, connection.connection.driver_connection)


def _append_mixed(connection: sa.Connection, batch: Sequence[Received], before: int) -> list[Outcome]:
    """What was there before, or twice in the batch, was passed over: tell repeats from conflicts."""
    known = _known(connection, [one.envelope.instance_id for one in batch])
    outcomes, others = [], []
    seen: set[str] = set()
    for one in batch:
        key = one.envelope.instance_id
        sha256, seq, redacted = known[key]
        if redacted:  # what was taken out on request does not come back
            outcomes.append(Outcome.AGAIN)
        elif sha256 != one.envelope.sha256 and not _same_answers(connection, one):
            outcomes.append(Outcome.CONFLICT)
            others.append(_conflict_row(one))
        elif sha256 != one.envelope.sha256 and _completes(connection, one):
            outcomes.append(Outcome.NEW)
        else:
            outcomes.append(Outcome.NEW if seq > before and key not in seen else Outcome.AGAIN)
            seen.add(key)
    if others:
        connection.execute(conflict.insert().prefix_with("OR IGNORE"), others)
    _attach(_driver(connection), [_of_its_own(one, it) for one, it in zip(batch, outcomes, strict=True)])
    return outcomes


def _of_its_own(one: Received, outcome: Outcome) -> Received:
    """The files of another content hang on that, under its own name, and never on the first."""
    if outcome is not Outcome.CONFLICT:
        return one
    own = other_id(one.envelope.instance_id, one.envelope.sha256)
    return replace(one, envelope=replace(one.envelope, instance_id=own))


def is_other(instance_id: str) -> bool:
    """Whether this is what another content of an instance is called."""
    return _OTHER in instance_id


def other_id(instance_id: str, sha256: str) -> str:
    """What another content of an instance is called here, by the hash of its bytes: its files stand by it."""
    return f"{instance_id[:180]}{_OTHER}{sha256[:10]}"


def attach(connection: sa.Connection, instance_id: str, files: Sequence[StoredFile]) -> None:
    """Add files that came later to a submission that is logged already; what it has is passed over."""
    rows = _attachment_rows(instance_id, files, tables.now())
    _driver(connection).executemany(_ADD_ATTACHMENT, rows)


def _attach(driver: sqlite3.Connection, batch: Sequence[Received]) -> None:
    for one in batch:
        if one.files:
            rows = _attachment_rows(one.envelope.instance_id, one.files, one.received_at)
            driver.executemany(_ADD_ATTACHMENT, rows)


def _same_answers(connection: sa.Connection, one: Received) -> bool:
    """Whether the logged submission says the same in other bytes, as servers in between write XML anew.

    An export may not tell the version, and a server that calls our form by a name of its own does not.
    """
    query = sa.select(submission).where(submission.c.instance_id == one.envelope.instance_id)
    row, envelope = connection.execute(query).one(), one.envelope
    if row.form_id != envelope.form_id:
        return False
    if row.version != envelope.version and "files" not in (row.source, one.source):
        called = {read_envelope(xml).form_id for xml in (one.xml, bytes(row.xml))}
        if called == {envelope.form_id}:
            return False
    return same_answers(one.xml, bytes(row.xml))


def _completes(connection: sa.Connection, one: Received) -> bool:
    """Whether this is the original of a row that came from an export, which does not say of which entity it
    speaks: it is logged once more, in the row's place, unless the row was corrected since.
    """
    key = one.envelope.instance_id
    known = (submission.c.instance_id == key, submission.c.source == "files")
    row = connection.execute(sa.select(submission.c.xml).where(*known)).scalar()
    if row is None or not entities(one.xml) - entities(bytes(row)):
        return False
    if connection.execute(sa.select(sa.exists().where(submission.c.deprecated_id == key))).scalar():
        return False
    original = replace(one.envelope, instance_id=completed_id(key), deprecated_id=key)
    new = bool(_insert(_driver(connection), [replace(one, envelope=original)]))
    if new:
        _decided_too(connection, key, original.instance_id)
    return new


def _decided_too(connection: sa.Connection, row_id: str, original_id: str) -> None:
    """What was decided over the row holds for its original: the answers are the same."""
    review = tables.review
    taken_back = sa.select(review.c.undoes).where(review.c.undoes.is_not(None))
    said = [one for one in review.c if one is not review.c.id]
    copied = [sa.literal(original_id) if one is review.c.instance_id else one for one in said]
    holding = (review.c.instance_id == row_id, review.c.undoes.is_(None), review.c.id.not_in(taken_back))
    query = sa.select(*copied).where(*holding).order_by(review.c.id)
    connection.execute(review.insert().from_select(said, query))


def completed_id(instance_id: str) -> str:
    """What the original is called here that took the place of a row from an export."""
    return f"{instance_id[:190]}{_ORIGINAL}"


def is_completed(instance_id: str) -> bool:
    """Whether this is such an original."""
    return instance_id.endswith(_ORIGINAL)


def completed(connection: sa.Connection, instance_ids: Sequence[str]) -> dict[str, str]:
    """Of these submissions those whose original took their place, each with what that is called."""
    originals = {one: completed_id(one) for one in instance_ids}
    logged = _known(connection, list(originals.values()))
    return {one: original for one, original in originals.items() if original in logged}


def _known(connection: sa.Connection, instance_ids: Sequence[str]) -> dict[str, tuple[str, int, bool]]:
    found: dict[str, tuple[str, int, bool]] = {}
    own = submission.c
    columns = (own.instance_id, own.sha256, own.seq, own.redacted_at.is_not(None))
    for start in range(0, len(instance_ids), 500):
        query = sa.select(*columns).where(submission.c.instance_id.in_(instance_ids[start : start + 500]))
        found.update((key, tuple(facts)) for key, *facts in connection.execute(query))
    return found


# The statements that phones wait for; compiling them for each batch would double its cost.
_COLUMNS = (
    "instance_id", "form_id", "version", "deprecated_id", "received_at", "source", "enumerator_id",
    "device_id", "user_agent", "sha256", "xml", "writer_area",
)  # fmt: skip
_ROW = f"({', '.join('?' * len(_COLUMNS))})"
_ROWS_AT_ONCE = 256
_ADD_ATTACHMENT = (
    "INSERT OR IGNORE INTO attachment (instance_id, name, sha256, size_bytes, received_at)"
    " SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS"
    " (SELECT 1 FROM submission WHERE instance_id = ?1 AND redacted_at IS NOT NULL)"
)


def _insert(driver: sqlite3.Connection, batch: Sequence[Received]) -> int:
    """How many of a batch were not there. All rows go in by one step of SQLite: between steps the driver
    gives up the interpreter, and gets it back only when the thread that talks to the phones lets go of it.
    """
    written = 0
    for start in range(0, len(batch), _ROWS_AT_ONCE):
        rows = batch[start : start + _ROWS_AT_ONCE]
        sql = (
            f"INSERT OR IGNORE INTO submission ({', '.join(_COLUMNS)}) VALUES {', '.join([_ROW] * len(rows))}"
        )
        values = tuple(value for one in rows for value in _submission_row(one))
        written += driver.execute(sql, values).rowcount
    return written


def _submission_row(one: Received) -> tuple[Any, ...]:
    envelope = one.envelope
    return (
        envelope.instance_id, envelope.form_id, envelope.version, envelope.deprecated_id, one.received_at,
        one.source, one.enumerator_id, one.device_id[:200], one.user_agent[:300], envelope.sha256, one.xml,
        one.writer_area,
    )  # fmt: skip


def _conflict_row(one: Received) -> dict[str, Any]:
    return {
        "instance_id": one.envelope.instance_id,
        "received_at": one.received_at,
        "source": one.source,
        "enumerator_id": one.enumerator_id,
        "sha256": one.envelope.sha256,
        "xml": one.xml,
    }


def _attachment_rows(
    instance_id: str, files: Sequence[StoredFile], received_at: str
) -> list[tuple[Any, ...]]:
    return [(instance_id, one.name[:300], one.sha256, one.size_bytes, received_at) for one in files]


# What a phone may replace depends on its enumerator's area, and at a desk on the account's; files and the
# demo have none: ''.
_LAST_REMOVAL = (
    sa.select(tables.removal.c.removed)
    .where(tables.removal.c.instance_id == submission.c.instance_id)
    .order_by(tables.removal.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
_NOT_READ = {"device_id", "user_agent", "sha256", "redaction_reason"}  # no table is made of these
_WITH_AREA = sa.select(
    *(one for one in submission.c if one.name not in {*_NOT_READ, "writer_area"}),
    sa.func.coalesce(tables.enumerator.c.area, submission.c.writer_area).label("writer_area"),
    sa.func.coalesce(_LAST_REMOVAL, False).label("removed"),
).outerjoin(tables.enumerator)


def read_range(connection: sa.Connection, after: int, upto: int) -> list[sa.Row[Any]]:
    """The submissions after a number of the log and up to another, oldest first."""
    query = _WITH_AREA.where(submission.c.seq > after, submission.c.seq <= upto).order_by(submission.c.seq)
    found: sa.CursorResult[Any] = connection.execute(query)
    return list(found.all())  # at once: a turn for each row would cost as much again


def read_these(connection: sa.Connection, seqs: Iterable[int]) -> list[sa.Row[Any]]:
    """These submissions, oldest first."""
    query = _WITH_AREA.where(submission.c.seq.in_(sorted(seqs))).order_by(submission.c.seq)
    return list(connection.execute(query))


def read_instances(connection: sa.Connection, instance_ids: Iterable[str]) -> list[sa.Row[Any]]:
    """These submissions by their instance ids, oldest first."""
    query = _WITH_AREA.where(submission.c.instance_id.in_(sorted(instance_ids))).order_by(submission.c.seq)
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
