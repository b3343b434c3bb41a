"""The sources of an office: which servers are pulled from, how often, and how the last pull ended."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from ingest import tables
from ingest.sources import problems
from ingest.tables import now, source

_NAMES = {"central": "ODK Central", "kobo": "KoboToolbox"}
FAILED = 2  # how the process of a pull ends that has noted what went wrong
_HELD = timedelta(hours=6)  # a pull that began longer ago than this died with its process


@dataclass(frozen=True, slots=True)
class Source:
    """One server to pull from. ``result`` holds counts and problems of the last pull."""

    id: int
    kind: str
    url: str
    project: str
    form_id: str
    secret_file: str
    every_minutes: int | None
    asked_at: str
    started_at: str
    ended_at: str
    result: dict[str, Any]

    @property
    def actor(self) -> str:
        """The name under which this server's decisions stand among ours."""
        return f"{_NAMES[self.kind]} {self.id}"

    @property
    def running(self) -> bool:
        """Whether a pull is under way, as far as anybody can tell."""
        if self.started_at <= self.ended_at:
            return False
        return timedelta() <= datetime.now(UTC) - _moment(self.started_at) < _HELD

    @property
    def asked(self) -> bool:
        """Whether somebody asks for a pull that has not begun."""
        return bool(self.asked_at) and not self.asked_at <= self.started_at <= now()

    def due(self, moment: datetime) -> bool:
        """Whether the schedule, or somebody, asks for a pull. A time to come was written by a wrong clock."""
        if self.running:
            return False
        if self.asked:
            return True
        if self.every_minutes is None:
            return False
        last = self.ended_at or self.started_at
        since = moment - _moment(last) if last else None
        return since is None or since < timedelta() or since >= timedelta(minutes=self.every_minutes)


def remember(
    connection: sa.Connection,
    kind: str,
    url: str,
    *,
    project: str = "",
    form_id: str = "",
    secret_file: str = "",
    every_minutes: int | None = None,
) -> Source:
    """The source of that server, project and form: made when new, else with the newest file and schedule.

    ``every_minutes`` 0 ends a schedule; None leaves it as it is. Raises ``source_secret_in_url``.
    """
    if "@" in urlsplit(url).netloc:
        raise problems.secret_in_url(urlsplit(url).netloc.rpartition("@")[2])
    key = {"kind": kind, "url": url.rstrip("/"), "project": project, "form_id": form_id}
    row = connection.execute(sa.select(source).filter_by(**key)).one_or_none()
    changed: dict[str, Any] = {"secret_file": secret_file}
    if every_minutes is not None:
        changed["every_minutes"] = every_minutes or None
    if row is None:
        found = connection.execute(source.insert().values(**key, **changed)).inserted_primary_key
        return one(connection, int(found[0]) if found else 0)
    connection.execute(source.update().where(source.c.id == row.id).values(**changed))
    return one(connection, int(row.id))


def everything(connection: sa.Connection) -> list[Source]:
    """Every source, oldest first."""
    return [_source(row) for row in connection.execute(sa.select(source).order_by(source.c.id))]


def one(connection: sa.Connection, number: int) -> Source:
    """The source of that number; raises ``source_unknown``."""
    row = connection.execute(sa.select(source).where(source.c.id == number)).one_or_none()
    if row is None:
        raise problems.unknown(number)
    return _source(row)


def schedule(connection: sa.Connection, number: int, every_minutes: int | None) -> None:
    """Pull this source every so many minutes; None: only when asked."""
    connection.execute(source.update().where(source.c.id == number).values(every_minutes=every_minutes))


def ask(connection: sa.Connection, number: int) -> None:
    """Pull this source as soon as the server can."""
    connection.execute(source.update().where(source.c.id == number).values(asked_at=now()))


def began(connection: sa.Connection, number: int) -> None:
    """Note that a pull is under way."""
    connection.execute(source.update().where(source.c.id == number).values(started_at=now()))


def ended(connection: sa.Connection, number: int, result: dict[str, Any]) -> None:
    """Note how a pull ended."""
    said = json.dumps(result, ensure_ascii=False)
    connection.execute(source.update().where(source.c.id == number).values(ended_at=now(), result=said))


def interrupted(connection: sa.Connection, number: int) -> None:
    """Note that a pull was ended from outside: it counts as not begun, so that it is as due as before."""
    connection.execute(source.update().where(source.c.id == number).values(started_at=source.c.ended_at))


def failed(connection: sa.Connection, number: int, problem: dict[str, object]) -> None:
    """Note that a pull ended before its time, signing in perhaps; what it had counted stays."""
    counted = one(connection, number).result
    others = [each for each in counted.get("problems", []) if each["code"] != problem["code"]]
    moment = now()
    said = json.dumps(counted | {"problems": [*others, problem]}, ensure_ascii=False)
    values = {"started_at": moment, "ended_at": moment, "result": said}
    connection.execute(source.update().where(source.c.id == number).values(**values))


def cursor(connection: sa.Connection, number: int, form_id: str) -> dict[str, str]:
    """How far a form was read: ``since`` (the other server's clock) and ``whole`` (this one's)."""
    text = connection.execute(sa.select(source.c.cursors).where(source.c.id == number)).scalar_one()
    found: dict[str, str] = json.loads(text).get(form_id, {})
    return found


def move_cursor(connection: sa.Connection, number: int, form_id: str, **values: str) -> None:
    """Note how far a form was read."""
    text = connection.execute(sa.select(source.c.cursors).where(source.c.id == number)).scalar_one()
    cursors = json.loads(text)
    cursors[form_id] = cursors.get(form_id, {}) | values
    connection.execute(source.update().where(source.c.id == number).values(cursors=json.dumps(cursors)))


def removed(connection: sa.Connection, number: int, instance_ids: Sequence[str], *, gone: bool) -> None:
    """Note that submissions were deleted at their source, or are there again."""
    if instance_ids:
        rows = [
            {"instance_id": key, "removed": gone, "source_id": number, "at": now()} for key in instance_ids
        ]
        connection.execute(tables.removal.insert(), rows)


def _source(row: sa.Row[Any]) -> Source:
    return Source(
        row.id, row.kind, row.url, row.project, row.form_id, row.secret_file, row.every_minutes,
        row.asked_at, row.started_at, row.ended_at, json.loads(row.result),
    )  # fmt: skip


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
