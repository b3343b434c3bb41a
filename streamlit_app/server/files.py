"""Files for the office's browsers: photos and exports, cut to what the viewer may see."""

from __future__ import annotations

import asyncio
import mimetypes
import tempfile
from pathlib import Path
from urllib.parse import quote, unquote

from ingest import log, problems
from ingest.access import Viewer
from ingest.doors.filters import Filter
from ingest.exports import export
from ingest.office import records, second_contents
from streamlit_app.office import Office
from streamlit_app.server import lanes
from streamlit_app.server.answers import Headers, Scope, Send, answer, answer_json, header
from thai.problem import Problem

_WRITTEN = "export"
_SHOWN_INLINE = ("image/jpeg", "image/png", "image/webp", "image/gif")


def shown_as(name: str) -> str:
    """The kind of picture that a browser shows in its place; '' for files that are handed out as they are."""
    kind = mimetypes.guess_type(name)[0] or ""
    return kind if kind in _SHOWN_INLINE else ""


class FileServer:
    """Answers ``/photo/INSTANCE/NAME`` and ``/export/LAYER.KIND?filter``."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def __call__(self, scope: Scope, send: Send, viewer: Viewer) -> None:
        """Answer one request of a signed-in viewer."""
        parts = [unquote(part) for part in scope["raw_path"].decode("latin-1").split("/")[1:]]
        try:
            if parts[0] == "photo" and len(parts) == 3:
                await self._photo(viewer, parts[1], parts[2], scope, send)
            elif parts[0] == "export" and len(parts) == 2:
                query = scope.get("query_string", b"").decode("latin-1")
                await self._export(viewer, parts[1], Filter.from_query(query), send)
            else:
                await answer(send, 404)
        except Problem as problem:
            status = 404 if problem.code == "layer_unknown" else 400
            await answer_json(send, {"problems": [problem.as_dict()]}, status)

    async def _photo(self, viewer: Viewer, instance_id: str, name: str, scope: Scope, send: Send) -> None:
        look = second_contents.file if log.is_other(instance_id) else records.attachment
        path = await asyncio.to_thread(look, self._office.atlas, viewer, instance_id, name)
        if path is None:
            await answer(send, 404)
            return
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

    async def _export(self, viewer: Viewer, name: str, chosen: Filter, send: Send) -> None:
        layer, _, kind = name.rpartition(".")
        if kind not in export.KINDS:
            raise problems.export_kind(name)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{_WRITTEN}.{kind}"  # another server may call its form what no file is
            await lanes.EXPORTS.run(export.export, self._office.atlas, viewer, layer, chosen, path)
            title = Path(layer).name
            packed = await lanes.EXPORTS.run(_packed, path, title)
            named = title + packed.name.removeprefix(_WRITTEN)
            headers: Headers = [
                (b"content-type", b"application/octet-stream"),
                (b"content-disposition", f"attachment; filename*=UTF-8''{quote(named)}".encode()),
                (b"cache-control", b"no-store"),
            ]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            with packed.open("rb") as handle:
                while chunk := await asyncio.to_thread(handle.read, 1 << 18):
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
