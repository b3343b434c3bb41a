"""The map's data over HTTP: views, choropleth values, popups, outlines, and the map's own files.

Called behind the gate with the viewer it found. Queries run in threads; answers carry an ETag made of the
data's version, what was asked and who asks, so that an unchanged view costs no query.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from xstatic.pkg import leaflet

from ingest import map_outlines, map_view, problems
from ingest.access import Viewer
from ingest.atlas import Atlas
from ingest.filters import Filter
from ingest.map_popup import popup
from ingest.map_view import View
from streamlit_app import map_shades
from streamlit_app.office import office
from streamlit_app.server.answers import Headers, Receive, Scope, Send, answer_compressed, header
from streamlit_app.server.answers import answer as send_answer
from thai.problem import Problem

_OWN = Path(__file__).parent / "static"
_LEAFLET = Path(leaflet.BASE_DIR)
_SCRIPTS = ("map_data.js", "map_draw.js", "map_panels.js", "map.js")  # one file, in this order
_KINDS = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".png": "image/png"}
_JSON = "application/json"
_FOR_EVER = "private, max-age=31536000, immutable"
# The data's version counts from nought in every process: without this a browser could keep an old answer.
_START = secrets.token_hex(4)


@dataclass(frozen=True)
class _Request:
    atlas: Atlas
    viewer: Viewer
    parts: tuple[str, ...]
    query: str

    def one(self, name: str, default: str = "") -> str:
        """A value of the query string."""
        return parse_qs(self.query, keep_blank_values=True).get(name, [default])[0]

    @property
    def language(self) -> str:
        return "en" if self.one("lang") == "en" else "th"


async def answer(scope: Scope, receive: Receive, send: Send, viewer: Viewer) -> None:  # noqa: ARG001 - ASGI
    """Answer one request below ``/map/`` for a signed-in viewer."""
    parts = tuple(scope["path"].split("/")[2:])
    request = _Request(office().atlas, viewer, parts, scope.get("query_string", b"").decode("latin-1"))
    if scope["method"] not in ("GET", "HEAD"):
        await send_answer(send, 405, b"", [(b"allow", b"GET, HEAD")])
    elif parts[:1] == ("assets",):
        await _asset(scope, send, "/".join(parts[1:]))
    elif parts[:1] == ("outlines",) and len(parts) == 3:
        await _outlines(scope, send, request)
    elif len(parts) == 1 and parts[0] in _QUESTIONS:
        await _question(scope, send, request, _QUESTIONS[parts[0]])
    else:
        await send_answer(send, 404)


def _view(request: _Request) -> Any:
    shown = View.parse(request.one("box"), request.one("zoom"))
    chosen = Filter.from_query(request.query)
    return map_view.view(request.atlas, request.viewer, request.one("layer"), chosen, shown, request.language)


def _tambons(request: _Request) -> Any:
    digits, method = request.one("digits", "6"), request.one("method", "quantile")
    if digits not in ("2", "4", "6"):
        raise problems.bad_view(digits[:20])
    chosen, name = Filter.from_query(request.query), request.one("indicator")
    atlas, viewer = request.atlas, request.viewer
    if name:
        return map_shades.indicator(atlas, viewer, name, chosen, int(digits), method, request.language)
    return map_shades.counts(atlas, viewer, request.one("layer"), chosen, int(digits), method)


def _popup(request: _Request) -> Any:
    seq = request.one("seq")
    if not seq.isascii() or not seq.isdigit() or len(seq) > 18:
        raise problems.bad_view(seq[:20])
    layer, key = request.one("layer"), request.one("key")
    return popup(request.atlas, request.viewer, layer, int(seq), key, request.language)


def _version(request: _Request) -> Any:
    return {"version": f"{_START}.{request.atlas.data_version}"}


_QUESTIONS: dict[str, Callable[[_Request], Any]] = {
    "view": _view, "tambons": _tambons, "popup": _popup, "version": _version,
}  # fmt: skip


async def _question(scope: Scope, send: Send, request: _Request, ask: Callable[[_Request], Any]) -> None:
    asked = f"{_START}|{request.atlas.data_version}|{request.viewer}|{request.parts}|{request.query}"
    etag = f'"{hashlib.sha256(asked.encode()).hexdigest()[:24]}"'
    headers: Headers = [
        (b"etag", etag.encode()),
        (b"cache-control", b"private, no-cache"),
        (b"vary", b"Cookie"),
    ]
    if header(scope, b"if-none-match") == etag:
        await send_answer(send, 304, b"", headers)
        return
    status, body = await asyncio.to_thread(_asked, request, ask)
    if status != 200:
        headers = [(b"cache-control", b"no-store")]
    await answer_compressed(scope, send, status, body, [*headers, (b"content-type", _JSON.encode())])


def _asked(request: _Request, ask: Callable[[_Request], Any]) -> tuple[int, bytes]:
    try:
        value = ask(request)
    except Problem as problem:
        status = 404 if problem.code in ("layer_unknown", "indicator_unknown") else 400
        return status, _json({"problems": [problem.as_dict()]})
    return (404, b"{}") if value is None else (200, _json(value))


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


async def _outlines(scope: Scope, send: Send, request: _Request) -> None:
    _, version, band = request.parts
    known = (*map_outlines.BANDS, map_outlines.INDEX)
    if version != map_outlines.version(request.atlas.reference) or band not in known:
        await send_answer(send, 404)
        return
    try:
        packed = await asyncio.to_thread(map_outlines.outlines, request.atlas, band, request.one("part"))
    except KeyError:
        await send_answer(send, 404)
        return
    await _send_packed(scope, send, packed, _JSON, [(b"cache-control", _FOR_EVER.encode())])


async def _asset(scope: Scope, send: Send, name: str) -> None:
    content = assets().get(name)
    if content is None:
        await send_answer(send, 404)
        return
    kind = _KINDS[Path(name).suffix]
    kept = _FOR_EVER if scope.get("query_string") else "private, no-cache"
    headers: Headers = [(b"cache-control", kept.encode()), (b"x-content-type-options", b"nosniff")]
    await _send_packed(scope, send, content, kind, headers)


@cache
def assets() -> dict[str, bytes]:
    """The files a map needs, gzipped, by the name they are served under: Leaflet's and ours."""
    found = {name: (_LEAFLET / name).read_bytes() for name in ("leaflet.js", "leaflet.css")}
    found |= {f"images/{path.name}": path.read_bytes() for path in (_LEAFLET / "images").glob("*.png")}
    found["map.js"] = b"\n".join((_OWN / name).read_bytes() for name in _SCRIPTS)
    found["map.css"] = (_OWN / "map.css").read_bytes()
    return {name: gzip.compress(content, 9, mtime=0) for name, content in found.items()}


@cache
def asset_url(name: str) -> str:
    """The address of a file of the map; it changes with the file, so that browsers may keep it."""
    return f"/map/assets/{name}?v={hashlib.sha256(assets()[name]).hexdigest()[:12]}"


async def _send_packed(scope: Scope, send: Send, packed: bytes, kind: str, headers: Headers) -> None:
    headers = [*headers, (b"content-type", kind.encode())]
    if "gzip" in header(scope, b"accept-encoding"):
        await send_answer(send, 200, packed, [*headers, (b"content-encoding", b"gzip")])
    else:
        await send_answer(send, 200, gzip.decompress(packed), headers)
