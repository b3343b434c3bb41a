"""The map's data over HTTP: views, choropleth values, popups, outlines, and the map's own files.

Called behind the gate with the viewer it found. Queries run in threads; answers carry an ETag made of the
data's version, what was asked and who asks, so that an unchanged view costs no query.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlencode

from ingest import problems
from ingest.access import Viewer
from ingest.atlas import Atlas
from ingest.doors.filters import Filter
from ingest.maps import basemaps, map_outlines, map_view
from ingest.maps.map_cell import Cell, cell
from ingest.maps.map_popup import popup
from ingest.maps.map_view import View
from streamlit_app.maps import map_picture, map_shades
from streamlit_app.maps.map_assets import assets
from streamlit_app.maps.map_choice import BY_STATUS, token
from streamlit_app.office import office
from streamlit_app.server import lanes, own_pages
from streamlit_app.server.answers import Headers, Receive, Scope, Send, answer_compressed, header
from streamlit_app.server.answers import answer as send_answer
from streamlit_app.state import State
from streamlit_app.turns import turns
from thai.problem import Problem

_KINDS = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".png": "image/png"}
_JSON = "application/json"
_PICTURES = {"picture.png": "image/png", "picture.pdf": "application/pdf"}
_SHADED = ("layer", "indicator", "method", "areas", "set")
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
    elif parts[:1] == ("tiles",) and len(parts) == 6:
        await _tile(send, request)
    elif len(parts) == 1 and parts[0] in _PICTURES:
        await _picture(scope, send, request, parts[0])
    elif len(parts) == 1 and parts[0] in _QUESTIONS:
        await _question(scope, send, request, _QUESTIONS[parts[0]])
    elif parts == ("next",):
        await _next(scope, send, request)
    elif parts == ("painted",):
        turns.painted(viewer, request.one("page"))
        await send_answer(send, 204)
    else:
        await send_answer(send, 404)


def _view(request: _Request) -> Any:
    return _view_of(request, request.one("layer"), request.query)


def _view_of(request: _Request, layer: str, query: str) -> dict[str, Any]:
    shown = View.parse(request.one("box"), request.one("zoom"))
    chosen, by_status = Filter.from_query(query), parse_qs(query).get("colour") == [BY_STATUS]
    return map_view.view(
        request.atlas, request.viewer, layer, chosen, shown, request.language, by_status=by_status
    )


def _tambons(request: _Request) -> Any:
    return _shaded(request, {name: value for name in _SHADED if (value := request.one(name))}, request.query)


def _shaded(request: _Request, asks: dict[str, str], query: str) -> dict[str, Any]:
    digits = request.one("digits", "6")
    if digits not in ("2", "4", "6"):
        raise problems.bad_view(digits[:20])
    chosen = Filter.from_query(query)
    return map_shades.asked(request.atlas, request.viewer, asks, chosen, int(digits), request.language)


def _popup(request: _Request) -> Any:
    seq = request.one("seq")
    if not seq.isascii() or not seq.isdigit() or len(seq) > 18:
        raise problems.bad_view(seq[:20])
    layer, key = request.one("layer"), request.one("key")
    return popup(request.atlas, request.viewer, layer, int(seq), key, request.language)


def _cell(request: _Request) -> Any:
    """What a counted cell holds, and the address at which *Records* lists all of it."""
    at = Cell.parse(*(request.one(name) for name in ("column", "row", "zoom")))
    layer, chosen = request.one("layer"), Filter.from_query(request.query)
    found = cell(request.atlas, request.viewer, layer, chosen, at, request.language)
    if found is None:
        return None
    form_id = map_view.layer_info(request.atlas, layer).form_id
    listed = State(
        language=request.language, layers=(layer,), shared=replace(chosen, values={}, shape=at.outline),
        answers={form_id: chosen.values},
    )  # fmt: skip
    return found | {"listed": f"/records?{urlencode(listed.to_pairs())}"}


def _version(request: _Request) -> Any:
    return {"version": f"{_START}.{request.atlas.data_version}"}


_QUESTIONS: dict[str, Callable[[_Request], Any]] = {
    "view": _view, "tambons": _tambons, "popup": _popup, "cell": _cell, "version": _version,
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
    status, body = await lanes.VIEWS.run(_asked, request, ask)
    if status != 200:
        headers = [(b"cache-control", b"no-store")]
    await answer_compressed(scope, send, status, body, [*headers, (b"content-type", _JSON.encode())])


async def _next(scope: Scope, send: Send, request: _Request) -> None:
    """What the page chooses next, with the views and shades of it: asked before that is known."""
    choice = await turns.choice(request.viewer, request.one("page"))
    if choice is None:
        await send_answer(send, 204)
        return

    def chosen(request: _Request) -> bytes:
        views = {one["name"]: _view_of(request, one["name"], one["query"]) for one in choice["layers"]}
        shade = choice["shade"]
        shades = _shaded(request, shade["asks"], shade["query"]) if shade else None
        return _json({"choice": token(choice), "views": views, "shades": shades})

    try:
        status, body = await lanes.VIEWS.run(_answered, request, chosen)
    finally:
        turns.answered(request.viewer, request.one("page"))
    headers = [(b"content-type", _JSON.encode()), (b"cache-control", b"no-store")]
    await answer_compressed(scope, send, status, body, headers)


def _asked(request: _Request, ask: Callable[[_Request], Any]) -> tuple[int, bytes]:
    return _answered(request, lambda request: None if (value := ask(request)) is None else _json(value))


def _answered(request: _Request, ask: Callable[[_Request], bytes | None]) -> tuple[int, bytes]:
    try:
        body = ask(request)
    except Problem as problem:
        return _refusal(problem), _json({"problems": [problem.as_dict()]})
    return (404, b"{}") if body is None else (200, body)


def _refusal(problem: Problem) -> int:
    return 404 if problem.code in ("layer_unknown", "indicator_unknown") else 400


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


async def _tile(send: Send, request: _Request) -> None:
    """A tile of a base map: ``/map/tiles/NAME/VERSION/Z/X/Y``."""
    name, (zoom, x, y) = unquote(request.parts[1]), request.parts[3:]
    found = None
    if all(part.isascii() and part.isdigit() and len(part) < 9 for part in (zoom, x, y)):
        folder = request.atlas.folder.base_maps
        found = await lanes.TILES.run(basemaps.tile, folder, name, int(zoom), int(x), int(y))
    if found is None:
        await send_answer(send, 404)
        return
    content, kind = found
    headers = [(b"content-type", kind.encode()), (b"x-content-type-options", b"nosniff")]
    await send_answer(send, 200, content, [*headers, (b"cache-control", _FOR_EVER.encode())])


async def _picture(scope: Scope, send: Send, request: _Request, name: str) -> None:
    """The view as a file, without a browser's help."""
    kind: Literal["png", "pdf"] = "png" if name.endswith("png") else "pdf"
    box, zoom = request.one("box"), request.one("zoom")
    asked = (request.atlas, request.viewer, request.query, box, zoom, kind)
    try:
        body = await lanes.PICTURES.run(map_picture.picture, *asked)
    except Problem as problem:
        await own_pages.refuse(scope, send, problem, _refusal(problem))
        return
    told = f'{"attachment" if kind == "png" else "inline"}; filename="tambon-atlas.{kind}"'
    headers = [(b"content-type", _PICTURES[name].encode()), (b"content-disposition", told.encode())]
    await send_answer(send, 200, body, [*headers, (b"cache-control", b"no-store")])


async def _outlines(scope: Scope, send: Send, request: _Request) -> None:
    _, version, band = request.parts
    if band not in (*map_outlines.BANDS, map_outlines.INDEX, map_outlines.LAO):
        await send_answer(send, 404)
        return

    def drawn() -> bytes:
        other = map_outlines.addressed(request.atlas, version)
        return map_outlines.outlines(request.atlas, band, request.one("part"), other)

    try:
        packed = await lanes.OUTLINES.run(drawn)
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


async def _send_packed(scope: Scope, send: Send, packed: bytes, kind: str, headers: Headers) -> None:
    headers = [*headers, (b"content-type", kind.encode())]
    if "gzip" in header(scope, b"accept-encoding"):
        await send_answer(send, 200, packed, [*headers, (b"content-encoding", b"gzip")])
    else:
        await send_answer(send, 200, gzip.decompress(packed), headers)
