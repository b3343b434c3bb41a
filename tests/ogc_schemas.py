"""The shapes that OGC API - Features gives its answers (OGC 17-069r4, clause 7, and OGC 18-058, clause 6).

Written down from the standard: the members a client relies on, with those that its abstract tests ask for.
"""

from __future__ import annotations

from typing import Any

import jsonschema

Schema = dict[str, Any]
_URI = {"type": "string", "format": "uri"}
LINK: Schema = {
    "type": "object",
    "required": ["href", "rel", "type"],
    "properties": {"href": _URI, "rel": {"type": "string"}, "type": {"type": "string"}},
}
LINKS: Schema = {"type": "array", "items": LINK}
_POSITIONS = {"oneOf": [{"type": "number"}, {"type": "array", "items": {"$ref": "#/$defs/positions"}}]}
_BOX = {"type": "array", "minItems": 4, "maxItems": 4, "items": {"type": "number"}}
_EXTENT = {
    "properties": {
        "spatial": {
            "required": ["bbox"],
            "properties": {"bbox": {"type": "array", "minItems": 1, "items": _BOX}},
        }
    }
}
_FEATURE: Schema = {
    "type": "object",
    "required": ["type", "id", "geometry", "properties"],
    "properties": {
        "type": {"const": "Feature"},
        "id": {"type": ["string", "integer"]},
        "properties": {"type": ["object", "null"]},
        "links": LINKS,
        "geometry": {
            "type": ["object", "null"],
            "required": ["type", "coordinates"],
            "properties": {
                "type": {"enum": ["Point", "LineString", "Polygon", "MultiPolygon", "MultiLineString"]},
                "coordinates": {"$ref": "#/$defs/positions"},
            },
        },
    },
}
LANDING: Schema = {"required": ["title", "links"], "properties": {"links": LINKS}}
CONFORMANCE: Schema = {
    "required": ["conformsTo"],
    "properties": {"conformsTo": {"type": "array", "items": _URI}},
}
COLLECTION: Schema = {
    "required": ["id", "links"],
    "properties": {
        "id": {"type": "string"},
        "links": LINKS,
        "itemType": {"const": "feature"},
        "crs": {"type": "array", "items": _URI},
        "storageCrs": _URI,
        "extent": _EXTENT,
    },
}
COLLECTIONS: Schema = {
    "required": ["links", "collections"],
    "properties": {
        "links": LINKS,
        "crs": {"type": "array", "items": _URI},
        "collections": {"type": "array", "items": COLLECTION},
    },
}
ITEMS: Schema = {
    "$defs": {"positions": _POSITIONS},
    "required": ["type", "features"],
    "properties": {
        "type": {"const": "FeatureCollection"},
        "features": {"type": "array", "items": _FEATURE},
        "links": LINKS,
        "timeStamp": {"type": "string", "format": "date-time"},
        "numberMatched": {"type": "integer", "minimum": 0},
        "numberReturned": {"type": "integer", "minimum": 0},
    },
}
ITEM: Schema = {"$defs": {"positions": _POSITIONS}, **_FEATURE}

#: What OpenAPI 3.0 asks of a document, a path, an operation, a parameter and the ways to say who asks.
_PARAMETER: Schema = {
    "required": ["name", "in", "schema"],
    "properties": {
        "in": {"enum": ["query", "path", "header", "cookie"]},
        "style": {"enum": ["form", "simple"]},
        "explode": {"type": "boolean"},
        "schema": {"type": "object"},
    },
    "if": {"properties": {"in": {"const": "path"}}},
    "then": {"required": ["required"], "properties": {"required": {"const": True}}},
}
_RESPONSE: Schema = {
    "required": ["description"],
    "properties": {"content": {"additionalProperties": {"required": ["schema"]}}},
    "additionalProperties": False,
}
_RESPONSE["properties"]["description"] = {"type": "string"}
_OPERATION: Schema = {
    "required": ["responses"],
    "properties": {
        "parameters": {"type": "array", "items": _PARAMETER},
        "responses": {
            "minProperties": 1,
            "patternProperties": {"^([1-5][0-9]{2}|default)$": _RESPONSE},
            "additionalProperties": False,
        },
    },
}
OPENAPI: Schema = {
    "required": ["openapi", "info", "paths"],
    "properties": {
        "openapi": {"pattern": r"^3\.0\.[0-9]+$"},
        "info": {"required": ["title", "version"]},
        "servers": {"type": "array", "items": {"required": ["url"]}},
        "security": {"type": "array", "items": {"additionalProperties": {"type": "array"}}},
        "paths": {
            "patternProperties": {"^/": {"properties": {"get": _OPERATION}}},
            "additionalProperties": False,
        },
        "components": {
            "properties": {
                "securitySchemes": {
                    "additionalProperties": {
                        "required": ["type"],
                        "properties": {"type": {"enum": ["http", "apiKey", "oauth2", "openIdConnect"]}},
                    }
                }
            }
        },
    },
}


def check(value: object, schema: Schema) -> None:
    """Fail where a value has not the shape."""
    jsonschema.validate(value, schema, format_checker=jsonschema.FormatChecker())
