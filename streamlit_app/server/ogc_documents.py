"""What an OGC API – Features server says of itself: landing page, conformance, definition, collections."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from geo.served_crs import CRS84, SERVED, Box
from ingest.doors.layers import LayerInfo
from ingest.exports.export_tables import Column
from streamlit_app.texts import pick, t

JSON, GEOJSON = "application/json", "application/geo+json"
SCHEMA_JSON = "application/schema+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
MOST_ITEMS, SOME_ITEMS = 10_000, 100
CONFORMANCE = tuple(
    f"http://www.opengis.net/spec/ogcapi-features-{part}/1.0/conf/{name}"
    for part, name in ((1, "core"), (1, "oas30"), (1, "geojson"), (2, "crs"))
)
#: Parameters of a page of features that every layer knows, with their types; questions come to these.
PARAMETERS = {
    "bbox": {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6},
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
}
#: Declared where a client's own parameters do no harm; a page of features refuses what it cannot mean.
_OTHERS = {
    "name": "others", "in": "query", "required": False, "style": "form", "explode": True,
    "schema": {"type": "object", "additionalProperties": {"type": "string"}},
}  # fmt: skip
_TYPES = {"integer": "integer", "decimal": "number", "double": "number"}
_EVERYWHERE = {name: PARAMETERS[name] for name in ("lang", "f")}
_FORMATS = {"date": "date", "datetime": "date-time"}

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


def api(root: str, columns: dict[str, tuple[Column, ...]], infos: dict[str, LayerInfo]) -> dict[str, Any]:
    """The definition of the interface after OpenAPI 3.0, a path a layer."""
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
        "paths": paths,
    }


def _get(kind: str, asked: dict[str, Any] | None = None, in_path: tuple[str, ...] = ()) -> dict[str, Any]:
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in in_path
    ] + [
        {"name": name, "in": "query", "required": False, "schema": schema, "style": "form", "explode": False}
        for name, schema in (asked or _EVERYWHERE).items()
    ]
    if asked is None:
        parameters.append(_OTHERS)
    answers = {
        "200": {"description": "OK", "content": {kind: {"schema": {"type": "object"}}}},
        "400": {"description": "A parameter that cannot be read"},
        "401": {"description": "No account"},
    }
    return {"get": {"parameters": parameters, "responses": answers}}
