"""A submission's POST, from whoever sends it: read, its files stored, committed to the log, answered."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO
from urllib.parse import parse_qs

import sqlalchemy as sa

from ingest import log, problems, redaction
from ingest.access import Viewer
from ingest.envelope import Envelope, read_envelope
from ingest.field import openrosa
from ingest.log import Outcome, Received, StoredFile
from streamlit_app.office import Office
from streamlit_app.server.answers import STALLED_S, Receive, Scope, Send, answer, header, pieces
from thai.problem import Problem

# A larger body waits on the disk until it is whole, and is split beside the event loop.
_LARGE_BYTES = 1024 * 1024
_LARGE_AT_ONCE = 4  # so that photos of a whole forum do not fill a laptop's memory
# What was not read of a body goes with its connection.
_UNREAD = ("malformed_upload", "upload_too_large")
_STATUS = {"submission_conflict": 409, "upload_too_large": 413}
_SAYS = {
    outcome: openrosa.message(says, nature="submit_success")
    for outcome, says in ((Outcome.NEW, openrosa.RECEIVED), (Outcome.AGAIN, openrosa.RECEIVED_AGAIN))
}
_HEAD = [
    (b"x-openrosa-version", b"1.0"),
    (b"x-openrosa-accept-content-length", str(openrosa.MAX_UPLOAD_BYTES).encode()),
]


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends: a phone or browser with an enumerator's key, or ``writer``, an account at a desk."""

    source: str  # one of ``ingest.keying.composed.SOURCES``
    enumerator_id: int | None = None
    writer: Viewer | None = None


async def refuse(send: Send, error: Exception) -> None:
    """Say what is wrong and what to do; what the machine did not allow is tried again later."""
    if isinstance(error, Problem):
        status, problem = _STATUS.get(error.code, 400), error
    else:
        logging.getLogger("tambon").warning("a phone was refused: %s", type(error).__name__)
        status, problem = 503, problems.disk_full()
    unread = [(b"connection", b"close")] if problem.code in _UNREAD else []
    await answer(send, status, openrosa.refusal(problem), [*openrosa.HEADERS, *unread])


class Receiver:
    """Takes submissions in for one office. Who sends nothing for ``stalled_s`` is sent away."""

    def __init__(self, office: Office, *, stalled_s: float = STALLED_S) -> None:
        self._office = office
        self._stalled_s = stalled_s
        self._large = asyncio.Semaphore(_LARGE_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send, sender: Sender) -> None:
        """Answer HEAD and POST."""
        try:
            await self._answer(scope, receive, send, sender)
        except (Problem, OSError, sqlite3.Error, sa.exc.SQLAlchemyError) as error:
            await refuse(send, error)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, sender: Sender) -> None:
        if scope["method"] == "HEAD":
            await send({"type": "http.response.start", "status": 204, "headers": _HEAD})
            await send({"type": "http.response.body", "body": b""})
            return
        if scope["method"] != "POST":
            await answer(send, 405)
            return
        length = header(scope, b"content-length")
        if length.isdigit() and int(length) > openrosa.MAX_UPLOAD_BYTES:
            raise problems.upload_too_large(openrosa.MAX_UPLOAD_BYTES // (1024 * 1024))
        with SpooledTemporaryFile(_LARGE_BYTES) as body:
            async for piece in pieces(receive, openrosa.MAX_UPLOAD_BYTES, self._stalled_s):
                body.write(piece)
            if body.tell() > _LARGE_BYTES:
                async with self._large:  # not before it is here: whoever sends slowly keeps nobody waiting
                    await self._take_in(await asyncio.to_thread(_posting, scope, body), scope, send, sender)
            else:
                await self._take_in(_posting(scope, body), scope, send, sender)

    async def _take_in(self, posting: openrosa.Posting, scope: Scope, send: Send, sender: Sender) -> None:
        envelope = read_envelope(posting.xml)
        files = await asyncio.to_thread(self._stored, envelope, posting) if posting.files else ()
        device = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("deviceID", [""])[0]
        received = Received(
            envelope, posting.xml, sender.source, files, sender.enumerator_id,
            device, header(scope, b"user-agent"), sender.writer.area if sender.writer else "",
        )  # fmt: skip
        outcome = await self._office.atlas.writer.write(received)
        if outcome is Outcome.CONFLICT:
            raise problems.submission_conflict()
        if sender.writer and outcome is Outcome.NEW:
            await asyncio.to_thread(self._note, sender.writer.name, received)
        await answer(send, 201, _SAYS[outcome], openrosa.HEADERS)

    def _stored(self, envelope: Envelope, posting: openrosa.Posting) -> tuple[StoredFile, ...]:
        """The files, on the disk; those of a submission that was emptied on request are not kept again."""
        atlas = self._office.atlas
        with atlas.log.connect() as connection:
            if redaction.told(connection, envelope.instance_id):
                return ()
        return tuple(atlas.attachments.put(name, content) for name, content in posting.files)

    def _note(self, actor: str, received: Received) -> None:
        with log.writing(self._office.atlas.log) as connection:
            log.note(connection, actor, f"submission_{received.source}", received.envelope.instance_id)


def _posting(scope: Scope, body: IO[bytes]) -> openrosa.Posting:
    body.seek(0)
    return openrosa.read_posting(header(scope, b"content-type"), body.read())
