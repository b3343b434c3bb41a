"""The warehouse's columns for a question, by its kind."""

from __future__ import annotations

from forms.schema import GEO_KINDS

_TYPES = {"integer": "BIGINT", "decimal": "DECIMAL(24,6)", "date": "DATE", "datetime": "TIMESTAMP"}
_GEO_TYPES = {
    "": "BLOB", "__lon": "DOUBLE", "__lat": "DOUBLE", "__accuracy_m": "DOUBLE", "__distance_m": "DOUBLE",
    "__cell": "UBIGINT", "__drawn": "VARCHAR", "__tambon": "VARCHAR", "__other": "VARCHAR",
    "__verdict": "VARCHAR", "__lao": "VARCHAR",
}  # fmt: skip
#: The sides of a geometry's box, with the column that says as much of a point.
SIDES = {"__minx": "__lon", "__miny": "__lat", "__maxx": "__lon", "__maxy": "__lat"}
_OF_LINES = dict.fromkeys(SIDES, "DOUBLE") | {"__vertex_accuracy_m": "FLOAT[]", "__shares": "VARCHAR"}
_MEASURES = {
    "geoshape": _OF_LINES | {"__area_m2": "DOUBLE", "__perimeter_m": "DOUBLE"},
    "geotrace": _OF_LINES | {"__length_m": "DOUBLE"},
}


def column_types(kind: str, name: str) -> dict[str, str]:
    """The warehouse columns of one question: column name -> DuckDB type."""
    if kind not in GEO_KINDS:
        return {name: _TYPES.get(kind, "VARCHAR")}
    types = {name + suffix: type_ for suffix, type_ in _GEO_TYPES.items()}
    return types | {name + suffix: type_ for suffix, type_ in _MEASURES.get(kind, {}).items()}
