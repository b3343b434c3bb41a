"""OGC API – Features over the read door: QGIS, ArcGIS and GDAL add a layer by its address.

Who asks is told by a key in the path (``/ogc/key/KEY/…``, for programs that know addresses only), by the
``Authorization`` header (Bearer, or Basic with the key as password), or by the browser's session. With
``/area/80`` before the rest everything is cut to that area, and ``project.qgs`` is a QGIS project of it.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode

import shapely

from geo.served_crs import CRS84, SERVED, Box, ServedCrs
from ingest import problems, tokens
from ingest.access import Viewer
from ingest.doors.filters import Filter
from ingest.doors.layers import LayerInfo
from ingest.maps import features, qgis_project
from ingest.maps.features import Wanted
from ingest.maps.map_view import layer_info
from streamlit_app.office import Office
from streamlit_app.server import lanes
from streamlit_app.server import ogc_documents as documents
from streamlit_app.server.answers import Headers, Scope, Send, answer, answer_compressed, base_url, header
from thai.calendar import bangkok
from thai.problem import Problem

PREFIX = "/ogc"
_LAYERS_OWN = ("area", "q", "verdict", "review")
_AREA = re.compile(r"[0-9]{2}(?:[0-9]{2}){0,3}")
Answer = tuple[int, bytes, Headers]


@dataclass(frozen=True)
class _Request:
    office: Office
    viewer: Viewer
    root: str  # the address of the landing page, as this client writes it
    parts: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]
    area: str = ""  # that everything is cut to
    keyed: bool = False  # the root has the key in it

    def one(self, name: str, default: str = "") -> str:
        """A parameter's value."""
        return dict(self.pairs).get(name, default)

    @property
    def language(self) -> str:
        return "en" if self.one("lang") == "en" else "th"

    @property
    def layer(self) -> LayerInfo:
        return layer_info(self.office.atlas, self.parts[1])


class FeatureServer:
    """Answers everything below ``/ogc``."""

    def __init__(
        self, office: Office, session: Callable[[Scope], Viewer | None], public_url: str
    ) -> None:  # fmt: skip
        self._office = office
        self._session = session
        self._public_url = public_url

    async def __call__(self, scope: Scope, send: Send) -> None:
        """Answer one request."""
        parts = [unquote(part) for part in scope["raw_path"].decode("latin-1").split("/")[2:]]
        key = parts[1] if len(parts) > 1 and parts[0] == "key" else ""
        viewer = await asyncio.to_thread(self._viewer, scope, key)
        if viewer is None:
            await answer(send, 401, b"", [(b"www-authenticate", b'Basic realm="Tambon Atlas"')])
            return
        if scope["method"] not in ("GET", "HEAD"):
            await answer(send, 405, b"", [(b"allow", b"GET, HEAD")])
            return
        root = base_url(scope, self._public_url) + PREFIX + (f"/key/{quote(key)}" if key else "")
        rest = [part for part in (parts[2:] if key else parts) if part]
        query = scope.get("query_string", b"").decode("latin-1")
        pairs = tuple(parse_qsl(query, keep_blank_values=True))
        area = rest[1] if len(rest) > 1 and rest[0] == "area" and _AREA.fullmatch(rest[1]) else ""
        if area:
            root, rest = f"{root}/area/{area}", rest[2:]
        request = _Request(self._office, viewer, root, tuple(rest), pairs, area, bool(key))
        status, body, headers = await lanes.FEATURES.run(_answer, request)
        await answer_compressed(
            scope, send, status, body, [*headers, (b"cache-control", b"private, no-cache")]
        )

    def _viewer(self, scope: Scope, key: str) -> Viewer | None:
        given = key or _authorised(header(scope, b"authorization"))
        if not given:
            return self._session(scope)
        with self._office.atlas.log.connect() as connection:
            return tokens.viewer_of(connection, given)


def _authorised(value: str) -> str:
    """The key in an Authorization header; '' where there is none that can be read."""
    scheme, _, given = value.partition(" ")
    if scheme.lower() == "bearer":
        return given.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(given, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""


def _answer(request: _Request) -> Answer:
    try:
        pattern = tuple("*" if at in (1, 3) else part for at, part in enumerate(request.parts))
        route = _ROUTES.get(pattern, _nowhere)
        return route(request)
    except Problem as problem:
        status = 404 if problem.code == "layer_unknown" else 400
        said = f"{problem.says.th} · {problem.says.en} → {problem.remedy.th} · {problem.remedy.en}"
        return _json({"code": problem.code, "description": said}, status=status)


def _json(value: Any, kind: str = documents.JSON, status: int = 200) -> Answer:
    return status, json.dumps(value, ensure_ascii=False).encode(), [(b"content-type", kind.encode())]


def _nowhere(request: _Request) -> Answer:
    return _json({"code": "not_found", "description": "/".join(request.parts)}, status=404)


def _landing(request: _Request) -> Answer:
    return _json(documents.landing(request.root, request.language))


def _conformance(_request: _Request) -> Answer:
    return _json({"conformsTo": list(documents.CONFORMANCE)})


def _api(request: _Request) -> Answer:
    return _json(_definition(request), documents.OPENAPI)


def _api_page(request: _Request) -> Answer:
    body = documents.api_page(_definition(request)).encode()
    return 200, body, [(b"content-type", documents.HTML.encode())]


def _definition(request: _Request) -> dict[str, Any]:
    atlas = request.office.atlas
    infos = atlas.reference.layers
    columns = {name: features.table_of(atlas, request.viewer, name).columns for name in infos}
    return documents.api(request.root, columns, infos, keyed=request.keyed)


def _collections(request: _Request) -> Answer:
    listed = [_collection(request, info) for info in request.office.atlas.reference.layers.values()]
    here = documents.link(f"{request.root}/collections", "self", documents.JSON)
    return _json({"links": [here], "crs": list(SERVED), "collections": listed})


def _one_collection(request: _Request) -> Answer:
    return _json(_collection(request, request.layer))


def _collection(request: _Request, info: LayerInfo) -> dict[str, Any]:
    box = features.extent(request.office.atlas, request.viewer, info.name, request.area)
    return documents.collection(request.root, info, box, request.language)


def _queryables(request: _Request) -> Answer:
    table = features.table_of(request.office.atlas, request.viewer, request.layer.name)
    value = documents.queryables(request.root, request.layer, table.columns, request.language)
    return _json(value, documents.SCHEMA_JSON)


def _items(request: _Request) -> Answer:
    wanted = _wanted(request)
    page = features.page(request.office.atlas, request.viewer, wanted)
    base = f"{request.root}/collections/{quote(wanted.layer)}/items"
    links = [documents.link(_address(base, request.pairs), "self", documents.GEOJSON)]
    if page.after:
        others = [pair for pair in request.pairs if pair[0] != "after"]
        links.append(
            documents.link(_address(base, [*others, ("after", page.after)]), "next", documents.GEOJSON)
        )
    facts = {
        "links": links, "numberMatched": page.matched, "numberReturned": len(page.features),
        "timeStamp": datetime.now().astimezone().isoformat(timespec="seconds"),
    }  # fmt: skip
    told = json.dumps(facts, ensure_ascii=False)[1:]
    body = f'{{"type":"FeatureCollection","features":[{",".join(page.features)}],{told}'
    return 200, body.encode(), _geojson(wanted.crs)


def _item(request: _Request) -> Answer:
    for name, _ in request.pairs:
        if name not in ("crs", "lang", "f"):
            raise problems.bad_filter(name)
    crs, name, feature_id = _crs(request, "crs"), request.layer.name, request.parts[3]
    found = features.feature(request.office.atlas, request.viewer, name, feature_id, crs, request.area)
    if found is None:
        return _nowhere(request)
    base = f"{request.root}/collections/{quote(name)}"
    links = [
        documents.link(f"{base}/items/{quote(feature_id, safe='')}", "self", documents.GEOJSON),
        documents.link(base, "collection", documents.JSON),
    ]
    return 200, f'{found[:-1]},"links":{json.dumps(links)}}}'.encode(), _geojson(crs)


def _project(request: _Request) -> Answer:
    made = qgis_project.project(
        request.office.atlas, request.viewer, request.root, request.area, request.language
    )
    name = f"tambon-atlas-{request.area or 'all'}.qgs"
    headers = [(b"content-type", b"application/x-qgis-project")]
    return 200, made, [*headers, (b"content-disposition", f"attachment; filename={name}".encode())]


_ROUTES: dict[tuple[str, ...], Callable[[_Request], Answer]] = {
    (): _landing,
    ("conformance",): _conformance,
    ("api",): _api,
    ("api.html",): _api_page,
    ("project.qgs",): _project,
    ("collections",): _collections,
    ("collections", "*"): _one_collection,
    ("collections", "*", "queryables"): _queryables,
    ("collections", "*", "items"): _items,
    ("collections", "*", "items", "*"): _item,
}


def _address(base: str, pairs: Any) -> str:
    return f"{base}?{urlencode(list(pairs))}" if pairs else base


def _geojson(crs: ServedCrs) -> Headers:
    return [(b"content-type", documents.GEOJSON.encode()), (b"content-crs", f"<{crs.uri}>".encode())]


def _wanted(request: _Request) -> Wanted:
    """The page that the parameters ask for; raises ``bad_filter`` for one that cannot be understood."""
    info = request.layer
    for name, _ in request.pairs:
        if name not in documents.PARAMETERS and name not in info.fields:
            raise problems.bad_filter(name)
    shared = [pair for pair in request.pairs if pair[0] in _LAYERS_OWN]
    asked = [
        (f"f.{name}", value)
        for name, value in request.pairs
        if name in info.fields and name not in documents.PARAMETERS
    ]
    chosen = Filter.from_query(urlencode([*shared, *asked]))
    if not chosen.area.startswith(request.area):
        chosen = replace(chosen, area=request.area)
    limit = request.one("limit", str(documents.SOME_ITEMS))
    if not limit.isascii() or not limit.isdigit() or len(limit) > 18 or not int(limit):
        raise problems.bad_filter(f"limit={limit[:20]}")
    return Wanted(
        info.name, chosen, *_box(request), _interval(request.one("datetime")),
        min(int(limit), documents.MOST_ITEMS), request.one("after"), _crs(request, "crs"),
    )  # fmt: skip


def _crs(request: _Request, name: str) -> ServedCrs:
    uri = request.one(name, CRS84)
    if uri not in SERVED:
        raise problems.bad_filter(f"{name}={uri[:80]}")
    return SERVED[uri]


def _box(request: _Request) -> tuple[Box | None, shapely.Geometry | None]:
    """The box in degrees, and what of it a box in another system covers."""
    text = request.one("bbox")
    if not text:
        return None, None
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) == 6:  # heights are of no use here
        numbers = [numbers[at] for at in (0, 1, 3, 4)]
    if len(numbers) != 4 or not all(abs(number) < 1e9 for number in numbers):
        raise problems.bad_filter(f"bbox={text[:60]}")
    first, second, third, fourth = numbers
    crs, box = _crs(request, "bbox-crs"), (first, second, third, fourth)
    return crs.box_to_degrees(box), crs.outline_of(box)


def _interval(text: str) -> tuple[date | None, date | None]:
    """First and last day of an instant or interval (RFC 3339, ``..`` or nothing for an open end)."""
    if not text:
        return None, None
    ends = text.split("/")
    if len(ends) > 2 or (len(ends) == 2 and not any(end.strip(".") for end in ends)):
        raise problems.bad_filter(f"datetime={text[:60]}")
    days = [None if end in ("", "..") else _day(end) for end in ends]
    if len(days) == 1:
        return days[0], days[0]
    if days[0] and days[1] and days[0] > days[1]:
        raise problems.bad_filter(f"datetime={text[:60]}")
    return days[0], days[1]


def _day(text: str) -> date:
    """A date, or the day in Bangkok of a moment."""
    try:
        if len(text) == len("2026-01-31"):
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
        return bangkok(moment if moment.tzinfo else datetime.combine(moment.date(), time(12))).date()
    except (ValueError, OverflowError) as error:
        raise problems.bad_filter(f"datetime={text[:40]}") from error
