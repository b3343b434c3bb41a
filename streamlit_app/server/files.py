"""Files for the office's browsers: photos and exports, cut to what the viewer may see."""

from __future__ import annotations

import asyncio
import mimetypes
from urllib.parse import unquote

from ingest import log
from ingest.access import Viewer
from ingest.office import records, second_contents
from streamlit_app import problems
from streamlit_app.office import Office
from streamlit_app.server import own_pages
from streamlit_app.server.answers import Headers, Scope, Send, answer, header
from streamlit_app.server.export_files import MADE, ExportFiles
from thai.problem import Problem

_SHOWN_INLINE = ("image/jpeg", "image/png", "image/webp", "image/gif")
_STATUS = {"layer_unknown": 404, "not_there": 404, "file_not_made": 500, "disk_is_full": 507}


def shown_as(name: str) -> str:
    """The kind of picture that a browser shows in its place; '' for files that are handed out as they are."""
    kind = mimetypes.guess_type(name)[0] or ""
    return kind if kind in _SHOWN_INLINE else ""


class FileServer:
    """Answers ``/photo/INSTANCE/NAME`` and everything below ``/export/``."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._exports = ExportFiles(office)

    async def __call__(self, scope: Scope, send: Send, viewer: Viewer) -> None:
        """Answer one request of a signed-in viewer."""
        parts = [unquote(part) for part in scope["raw_path"].decode("latin-1").split("/")[1:]]
        try:
            match parts:
                case ["photo", instance_id, name]:
                    await self._photo(viewer, instance_id, name, scope, send)
                case ["export", name]:
                    await self._exports.layer(scope, send, viewer, name)
                case ["export", known, key] if known == MADE:
                    await self._exports.made(scope, send, viewer, key)
                case _:
                    raise problems.not_there()
        except Problem as problem:
            await own_pages.refuse(scope, send, problem, _STATUS.get(problem.code, 400))

    async def _photo(self, viewer: Viewer, instance_id: str, name: str, scope: Scope, send: Send) -> None:
        look = second_contents.file if log.is_other(instance_id) else records.attachment
        path = await asyncio.to_thread(look, self._office.atlas, viewer, instance_id, name)
        if path is None:
            raise problems.not_there()
        etag = f'"{path.name}"'.encode()  # its SHA-256
        fresh: Headers = [(b"etag", etag), (b"cache-control", b"private, no-cache"), (b"vary", b"Cookie")]
        if header(scope, b"if-none-match").encode() == etag:
            await answer(send, 304, b"", fresh)
            return
        shown = shown_as(name) or "application/octet-stream"  # never run what a phone sent
        headers: Headers = [
            (b"content-type", shown.encode()),
            (b"x-content-type-options", b"nosniff"),
        ]
        await answer(send, 200, await asyncio.to_thread(path.read_bytes), [*fresh, *headers])
