"""A simulated ODK Central for ``bench.pull``: every answer is made before it says its address.

``python -m bench.central DATA FORM ROWS ANSWERED``
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from lxml import etree

from bench import submissions
from ingest.atlas import Atlas
from ingest.folder import DataFolder

_JSON, _XML = b"application/json", b"application/xml"
_PAGE = 1_000
_SYSTEM = {
    "submissionDate": "2026-11-01T00:00:00.000Z", "updatedAt": None, "deletedAt": None, "reviewState": None,
    "edits": 0, "attachmentsExpected": 0, "attachmentsPresent": 0,
}  # fmt: skip


class Answers:
    """All answers of one project with one form."""

    def __init__(self, data: Path, form_id: str, rows: int, answered: float) -> None:
        atlas = Atlas(DataFolder(data))
        form = atlas.reference.catalogue.newest(form_id)
        atlas.close()
        md5 = hashlib.md5(form.xform, usedforsecurity=False).hexdigest()
        below = f"/v1/projects/1/forms/{form_id}"
        self._table = f"{below}.svc/Submissions"
        self._fixed: dict[str, tuple[bytes, bytes]] = {
            "/v1/sessions": (_JSON, b'{"token":"t"}'),
            "/v1/users/current": (_JSON, b'{"id":1}'),
            "/v1/projects/1/forms": (_JSON, _json([{"xmlFormId": form_id, "publishedAt": "2026-01-01"}])),
            "/v1/projects/1/datasets": (_JSON, b"[]"),
            f"{below}/versions": (_JSON, _json([{"version": form.version, "hash": md5}])),
        }
        self._index, self._whole = list[dict[str, Any]](), list[dict[str, Any]]()
        for one in islice(submissions.stream(data, [form_id], answered=answered), rows):
            key = one.instance_id
            self._fixed[f"{below}/submissions/{key}/versions/{key}.xml"] = (_XML, one.xml)
            self._index.append({"__id": key, "__system": _SYSTEM})
            self._whole.append({"__id": key, "__system": _SYSTEM} | _row(etree.fromstring(one.xml)))

    def to(self, path: str) -> tuple[bytes, bytes]:
        """Content type and body."""
        parts = urlsplit(path)
        if parts.path != self._table:
            return self._fixed[unquote(parts.path)]
        asked = parse_qs(parts.query)
        if "$select" not in asked and "$skiptoken" not in asked:
            return _JSON, _json({"value": self._whole})
        start = int(asked.get("$skiptoken", ["0"])[0])
        page: dict[str, Any] = {"value": self._index[start : start + _PAGE]}
        if start + _PAGE < len(self._index):
            page["@odata.nextLink"] = f"https://central.example.org{self._table}?$skiptoken={start + _PAGE}"
        return _JSON, _json(page)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _row(element: etree._Element) -> dict[str, Any]:
    """A submission as OData tells it: groups within groups, points as GeoJSON."""
    row: dict[str, Any] = {}
    for child in element:
        name, text = str(etree.QName(child).localname), (child.text or "").strip()
        numbers = text.split(";")[0].split(" ")
        if len(child):
            row[name] = _row(child)
        elif len(numbers) == 4 and ";" not in text and numbers[0].replace(".", "").isdigit():
            lat, lon = float(numbers[0]), float(numbers[1])
            row[name] = {"type": "Point", "coordinates": [lon, lat, 0], "properties": {"accuracy": 4.8}}
        else:
            row[name] = text or None
    return row


async def _serve(answers: Answers) -> None:
    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await _head(reader):
            lines = head.decode("latin-1").split("\r\n")
            length = next((int(x[15:]) for x in lines if x.lower().startswith("content-length:")), 0)
            await reader.readexactly(length)
            kind, body = answers.to(lines[0].split(" ")[1])
            writer.write(
                b"HTTP/1.1 200 OK\r\ncontent-type: %s\r\ncontent-length: %d\r\n\r\n%s"
                % (kind, len(body), body)
            )
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    async with server:
        await server.serve_forever()


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""


if __name__ == "__main__":
    asyncio.run(_serve(Answers(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))))
