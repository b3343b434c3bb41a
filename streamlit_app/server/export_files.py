"""Exports for the office's browsers: a file that is soon made comes at once, another after a page that waits.

The page is one answer that stays open until the file is made: it says so then and leads to the file, or it
says what went wrong. Programs, which ask for no page, get the file alone, whenever it is ready.
"""

from __future__ import annotations

import asyncio
import errno
import html
import logging
import secrets
import tempfile
import traceback
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from ingest import problems
from ingest.access import Viewer
from ingest.doors.filters import Filter
from ingest.exports import export
from streamlit_app import problems as own_problems
from streamlit_app.office import Office
from streamlit_app.server import lanes, own_pages
from streamlit_app.server.answers import Headers, Scope, Send, wants_page
from streamlit_app.texts import t
from thai.problem import Problem

MADE = "made"  # where a page that waited finds its file: /export/made/KEY
_WRITTEN = "export"
_AT_ONCE_S = 0.8  # what takes longer is waited for on a page
_KEPT_S = 600.0  # a file that was made and is not fetched
_PIECE_BYTES = 1 << 18


@dataclass(frozen=True)
class _Made:
    """A file in a folder of its own, under the name that it is handed out with, for the one who asked."""

    folder: tempfile.TemporaryDirectory[str]
    path: Path
    name: str
    owner: str


class ExportFiles:
    """Answers ``/export/LAYER.KIND?filter`` and ``/export/made/KEY``."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._waiting: dict[str, _Made] = {}

    async def layer(self, scope: Scope, send: Send, viewer: Viewer, name: str) -> None:
        """A layer as a file, cut by the filter of the address."""
        query = scope.get("query_string", b"").decode("latin-1")
        making = asyncio.create_task(self._make(viewer, name, Filter.from_query(query)))
        if wants_page(scope):
            await asyncio.wait({making}, timeout=_AT_ONCE_S)
            if not making.done():
                await self._wait(scope, send, making)
                return
        await _hand_out(send, await making)

    async def made(self, scope: Scope, send: Send, viewer: Viewer, key: str) -> None:
        """A file that a page waited for: once, and for nobody but the one who asked."""
        waiting = self._waiting.get(key)
        if waiting is None or waiting.owner != viewer.name:
            await own_pages.refuse(scope, send, own_problems.not_there(), 404)
            return
        del self._waiting[key]
        await _hand_out(send, waiting)

    async def _make(self, viewer: Viewer, name: str, chosen: Filter) -> _Made:
        layer, _, kind = name.rpartition(".")
        if kind not in export.KINDS:
            raise problems.export_kind(name)
        folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        try:
            # Not under the layer's name: another server may call its form what no file is called.
            path = Path(folder.name) / f"{_WRITTEN}.{kind}"
            await lanes.EXPORTS.run(export.export, self._office.atlas, viewer, layer, chosen, path)
            title = Path(layer).name
            packed = await lanes.EXPORTS.run(_packed, path, title)
        except Exception as error:
            folder.cleanup()
            if isinstance(error, Problem):
                raise
            raise _problem(error) from error
        return _Made(folder, packed, title + packed.name.removeprefix(_WRITTEN), viewer.name)

    async def _wait(self, scope: Scope, send: Send, making: asyncio.Task[_Made]) -> None:
        asked = scope["raw_path"].decode("latin-1")
        query = scope.get("query_string", b"").decode("latin-1")
        language = own_pages.language_of(query)
        await send({"type": "http.response.start", "status": 200, "headers": own_pages.HTML})
        await _tell(send, own_pages.head(t("export.making", language), language) + _waiting(language))
        try:
            made = await making
        except Problem as problem:
            said = own_pages.saying(problem, language)
        else:
            key = secrets.token_urlsafe(16)
            self._waiting[key] = made
            asyncio.get_running_loop().call_later(_KEPT_S, self._forget, key)
            said = _ready(f"/export/{MADE}/{key}", f"{asked}?{query}" if query else asked, language)
        await _tell(send, f"<style>.waiting{{display:none}}</style>{said}")
        await send({"type": "http.response.body", "body": b""})

    def _forget(self, key: str) -> None:
        if made := self._waiting.pop(key, None):
            made.folder.cleanup()


def _problem(error: Exception) -> Problem:
    """What a person is told of an error that is in no catalogue; the log keeps where it was."""
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return own_problems.disk_is_full()
    where = "".join(traceback.format_tb(error.__traceback__))  # the message could hold an answer
    logging.getLogger("tambon").error("a file was not made (%s):\n%s", type(error).__name__, where)
    return own_problems.file_not_made()


def _waiting(language: str) -> str:
    title, what = (html.escape(t(f"export.{key}", language)) for key in ("making", "making_what"))
    return f'<div class="waiting" role="status"><h1>{title}</h1><p>{what}</p><progress></progress></div>'


def _ready(file: str, again: str, language: str) -> str:
    """Leads to the file; the page stays, as a download leaves it where it is."""
    title, what, anew = (html.escape(t(f"export.{key}", language)) for key in ("made", "made_what", "again"))
    return (
        f'<meta http-equiv="refresh" content="0;url={file}">'
        f'<div role="status"><h1>{title}</h1><p>{what}</p>'
        f'<p><a href="{html.escape(again)}">{anew}</a></p></div>'
    )


async def _tell(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _hand_out(send: Send, made: _Made) -> None:
    headers: Headers = [
        (b"content-type", b"application/octet-stream"),
        (b"content-disposition", f"attachment; filename*=UTF-8''{quote(made.name)}".encode()),
        (b"content-length", str(made.path.stat().st_size).encode()),
        (b"cache-control", b"no-store"),
    ]
    with made.folder, made.path.open("rb") as handle:
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        while chunk := await asyncio.to_thread(handle.read, _PIECE_BYTES):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def _packed(path: Path, title: str) -> Path:
    """The file itself, or a zip of it, under its title, with the repeats' tables that stand beside it."""
    beside = sorted(path.parent.iterdir())
    if beside == [path]:
        return path
    import zipfile  # noqa: PLC0415 - only some exports need it

    packed = path.with_suffix(path.suffix + ".zip")
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in beside:
            archive.write(one, title + one.name.removeprefix(_WRITTEN))
    return packed
