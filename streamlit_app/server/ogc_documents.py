"""What an OGC API – Features server says of itself: landing page, conformance, definition, collections."""

from __future__ import annotations

from html import escape
from typing import Any
from urllib.parse import quote

from geo.served_crs import CRS84, SERVED, Box
from ingest.doors.layers import LayerInfo
from ingest.exports.export_tables import Column
from streamlit_app.texts import pick, t
from streamlit_app.viewer import COOKIE

JSON, GEOJSON, HTML = "application/json", "application/geo+json", "text/html; charset=utf-8"
SCHEMA_JSON = "application/schema+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
MOST_ITEMS, SOME_ITEMS = 10_000, 100
CONFORMANCE = tuple(
    f"http://www.opengis.net/spec/ogcapi-features-{part}/1.0/conf/{name}"
    for part, name in ((1, "core"), (1, "oas30"), (1, "geojson"), (2, "crs"))
)
#: Parameters of a page of features that every layer knows, with their types; questions come to these.
PARAMETERS = {
    "bbox": {
        "type": "array", "items": {"type": "number"},
        "oneOf": [{"minItems": n, "maxItems": n} for n in (4, 6)],
    },
    "bbox-crs": {"type": "string", "format": "uri"},
    "crs": {"type": "string", "format": "uri"},
    "datetime": {"type": "string"},
    "limit": {"type": "integer", "minimum": 1, "maximum": MOST_ITEMS, "default": SOME_ITEMS},
    "after": {"type": "string"},
    "area": {"type": "string"},
    "q": {"type": "string"},
    "verdict": {"type": "string"},
    "review": {"type": "string"},
    "lang": {"type": "string", "enum": ["th", "en"]},
    "f": {"type": "string", "enum": ["json"]},
}  # fmt: skip
#: Declared where a client's own parameters do no harm; a page of features refuses what it cannot mean.
_OTHERS = {
    "name": "others", "in": "query", "required": False, "style": "form", "explode": True,
    "schema": {"type": "object", "additionalProperties": {"type": "string"}},
}  # fmt: skip
_TYPES = {"integer": "integer", "decimal": "number", "double": "number"}
_EVERYWHERE = {name: PARAMETERS[name] for name in ("lang", "f")}
_FORMATS = {"date": "date", "datetime": "date-time"}
#: The ways to say who asks; with the key in the address none of them is needed.
_WAYS = {
    "password": {"type": "http", "scheme": "basic", "description": "The key as password, any name"},
    "bearer": {"type": "http", "scheme": "bearer", "description": "The key"},
    "session": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "Signed in, in a browser"},
}
_REFUSALS = {
    "400": "A parameter that cannot be understood",
    "401": "No account",
    "404": "Not there, or not for this account",
    "405": "Another method than GET and HEAD",
}
_REASON = {
    "type": "object",
    "required": ["code"],
    "properties": {"code": {"type": "string"}, "description": {"type": "string"}},
}
_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>{title}</title>
<style>body{{font-family:"Noto Sans Thai",Sarabun,"Leelawadee UI",Loma,Tahoma,sans-serif;line-height:1.6;
color:#1c2b21;max-width:60rem;margin:2rem auto;padding:0 1rem}}code{{background:#f4f7f4;padding:0 .3em;
overflow-wrap:anywhere}}</style></head><body><h1>{title}</h1><p><code>{root}</code></p>{body}</body></html>"""

Link = dict[str, Any]


def link(href: str, rel: str, kind: str, title: str = "") -> Link:
    """A link as RFC 8288 has it, in JSON."""
    return {"href": href, "rel": rel, "type": kind} | ({"title": title} if title else {})


def landing(root: str, language: str) -> dict[str, Any]:
    """The first page: where everything else is."""
    return {
        "title": t("app.title", language),
        "description": t("ogc.description", language),
        "links": [
            link(root, "self", JSON),
            link(f"{root}/api", "service-desc", OPENAPI),
            link(f"{root}/api.html", "service-doc", "text/html"),
            link(f"{root}/conformance", "conformance", JSON),
            link(f"{root}/collections", "data", JSON),
        ],
    }


def collection(root: str, info: LayerInfo, box: Box | None, language: str) -> dict[str, Any]:
    """One layer."""
    base = f"{root}/collections/{quote(info.name)}"
    extent = {"spatial": {"bbox": [list(box)], "crs": CRS84}} if box else {}
    return {
        "id": info.name,
        "title": pick(info.label, language),
        "itemType": "feature",
        "extent": extent,
        "crs": list(SERVED),
        "storageCrs": CRS84,
        "links": [
            link(base, "self", JSON),
            link(f"{base}/items", "items", GEOJSON, pick(info.label, language)),
            link(f"{base}/queryables", "http://www.opengis.net/def/rel/ogc/1.0/queryables", SCHEMA_JSON),
        ],
    }


def queryables(root: str, info: LayerInfo, columns: tuple[Column, ...], language: str) -> dict[str, Any]:
    """The questions that a page of features may be cut by, as a JSON Schema."""
    known = {one.name: _schema(one, language) for one in columns if one.name in info.fields}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{root}/collections/{quote(info.name)}/queryables",
        "type": "object",
        "title": pick(info.label, language),
        "properties": known,
        "additionalProperties": False,
    }


def _schema(one: Column, language: str) -> dict[str, Any]:
    kind = {"type": _TYPES.get(one.kind, "string"), "title": pick(one.label, language)}
    return kind | ({"format": _FORMATS[one.kind]} if one.kind in _FORMATS else {})


def api(
    root: str, columns: dict[str, tuple[Column, ...]], infos: dict[str, LayerInfo], *, keyed: bool
) -> dict[str, Any]:
    """The definition after OpenAPI 3.0, a path a layer; ``keyed`` where the root has the key in it."""
    paths = {path: _get(kind) for path, kind in (("/", JSON), ("/conformance", JSON), ("/collections", JSON))}
    for name, of_layer in columns.items():
        base = f"/collections/{quote(name)}"
        asked = {one.name: {"type": "string"} for one in of_layer if one.name in infos[name].fields}
        paths[base] = _get(JSON)
        paths[f"{base}/queryables"] = _get(SCHEMA_JSON)
        paths[f"{base}/items"] = _get(GEOJSON, asked | PARAMETERS)
        paths[f"{base}/items/{{featureId}}"] = _get(
            GEOJSON, _EVERYWHERE | {"crs": PARAMETERS["crs"]}, ("featureId",)
        )
    return {
        "openapi": "3.0.3",
        "info": {"title": t("app.title", "en"), "version": "1.0.0"},
        "servers": [{"url": root}],
        "security": [*([{}] if keyed else []), *({name: []} for name in _WAYS)],
        "paths": paths,
        "components": {"securitySchemes": _WAYS, "schemas": {"reason": _REASON}},
    }


def api_page(definition: dict[str, Any]) -> str:
    """The same definition for people: each path and what it can be asked."""
    parts = []
    for path, described in definition["paths"].items():
        asked = [
            f"<code>{escape(one['name'])}</code>"
            for one in described["get"]["parameters"]
            if not one["schema"].get("additionalProperties")
        ]
        parts.append(f"<h3><code>{escape(path)}</code></h3><p>{' '.join(asked)}</p>")
    title, (server,) = definition["info"]["title"], definition["servers"]
    return _PAGE.format(title=escape(title), root=escape(server["url"]), body="".join(parts))


def _get(kind: str, asked: dict[str, Any] | None = None, in_path: tuple[str, ...] = ()) -> dict[str, Any]:
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in in_path
    ] + [
        {"name": name, "in": "query", "required": False, "schema": schema, "style": "form", "explode": False}
        for name, schema in (asked or _EVERYWHERE).items()
    ]
    if asked is None:
        parameters.append(_OTHERS)
    answers: dict[str, Any] = {
        "200": {"description": "OK", "content": {kind: {"schema": {"type": "object"}}}}
    }
    for status, description in _REFUSALS.items():
        answers[status] = {"description": description}
        if status in ("400", "404"):
            answers[status]["content"] = {JSON: {"schema": {"$ref": "#/components/schemas/reason"}}}
    return {"get": {"parameters": parameters, "responses": answers}}
