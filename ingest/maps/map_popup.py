"""What a click on the map shows of one record: a few answers, its place, its area, its photographs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import quote

import duckdb

from forms.schema import GEO_KINDS
from ingest.access import TEAM, Viewer
from ingest.atlas import Atlas
from ingest.doors import layers
from ingest.doors.filters import Filter
from ingest.doors.layers import FieldInfo, LayerInfo, Query
from ingest.doors.shown import place_name, quantity, shown
from ingest.doors.units import LAND_M2
from ingest.identifiers import quoted
from ingest.maps.map_view import layer_info
from ingest.statements import parsed

_MOST_FIELDS = 8  # of a layer whose workbook names none for the popup
_MOST_PHOTOS = 4


def popup(
    atlas: Atlas, viewer: Viewer, layer: str, seq: int, key: str = "", language: str = "th"
) -> dict[str, Any] | None:
    """One record of a layer as a click shows it; ``None`` when it is not there or not for this viewer.

    ``rows`` are labels and values; ``area`` has the declared beside the measured area; codes such as
    ``verdict`` and ``drawn`` are put into words by the page. Raises ``layer_unknown``.
    """
    info = layer_info(atlas, layer)
    q = layers.query(info, viewer, Filter())
    names = atlas.reference.names
    asked = asked_of(info)
    row = _read(atlas.warehouse.cursor(), q, [*asked, *_photos(info), *_land(info)], seq, key)
    if row is None:
        return None
    area = _areas(row, _land(info), language)
    beside = {one.ref for one in _land(info)} if "declared" in area else set()
    texts = ((one, shown(row[one.ref], one, language, names)) for one in asked if one.ref not in beside)
    tambon = str(row["_tambon"] or "")
    return {
        "instance_id": row["_instance_id"],
        "title": label_of(info, language),
        "rows": [[label_of(one, language), text] for one, text in texts if text],
        "place": place_name(str(row["_area"] or tambon), language, names),
        "verdict": row["_verdict"],
        "distance_m": row["_distance_m"],
        "drawn": row["_drawn"],
        "accuracy_m": row["_accuracy_m"],
        "boundary_set": row["_boundary_set"],
        "drawing": atlas.reference.boundary_set.drawing,
        "area": area,
        "photos": [
            f"/photo/{quote(row['_instance_id'], safe='')}/{quote(str(row[one.ref]), safe='')}"
            for one in _photos(info)
            if row[one.ref]
        ][:_MOST_PHOTOS],
    }


def label_of(named: LayerInfo | FieldInfo, language: str) -> str:
    """What a layer or a question is called, in Thai where it has no other name."""
    return named.label.get(language) or named.label.get("th", "")


def asked_of(info: LayerInfo) -> list[FieldInfo]:
    """The questions a click shows: colour, status and date first, then what the workbook names."""
    first = [one for one in (info.color_by, info.status, info.date) if one]
    rest = info.popup or [one for one in info.fields.values() if one.choices][:_MOST_FIELDS]
    found = {one.ref: one for one in [*first, *rest] if one.kind not in (*GEO_KINDS, "attachment")}
    return list(found.values())


def _photos(info: LayerInfo) -> list[FieldInfo]:
    return [one for one in info.fields.values() if one.kind == "attachment"]


def _land(info: LayerInfo) -> list[FieldInfo]:
    """The declared area, to stand beside the measured one: what the popup names in units of land."""
    return [one for one in info.popup if one.unit in ("rai", "m2")][:1]


def _read(
    cursor: duckdb.DuckDBPyConnection, q: Query, fields: list[FieldInfo], seq: int, key: str
) -> dict[str, Any] | None:
    # The record's own village, unless its place is that of another shape, elsewhere.
    village = f"CASE WHEN starts_with(_area, nullif({q.tambon}, '')) THEN _area END"
    facts = {
        "_instance_id": "_instance_id", "_tambon": q.tambon, "_area": layers.masked(q.viewer, TEAM, village),
        "_verdict": q.geo("__verdict"), "_distance_m": q.geo("__distance_m"), "_drawn": q.geo("__drawn"),
        "_accuracy_m": q.geo("__accuracy_m"), "_boundary_set": "_boundary_set",
    }  # fmt: skip
    kind = q.info.geometry.kind if q.info.geometry else ""
    facts["_area_m2"] = q.geo("__area_m2") if kind == "geoshape" else "NULL"
    facts["_length_m"] = q.geo("__length_m") if kind == "geotrace" else "NULL"
    columns = [f"{sql} AS {name}" for name, sql in facts.items()]
    columns += [f"{q.value(one)} AS {quoted(one.ref)}" for one in {one.ref: one for one in fields}.values()]
    keyed = " AND _key = ?" if q.info.repeat else ""
    sql = f"SELECT {', '.join(columns)} FROM {q.source} WHERE ({q.shown}) AND _seq = ?{keyed} LIMIT 1"
    cursor.execute(parsed(sql), [*q.parameters, seq, *([key] if keyed else [])])
    names = [column[0] for column in cursor.description or ()]
    row = cursor.fetchone()
    return dict(zip(names, row, strict=True)) if row else None


def _areas(row: dict[str, Any], land: list[FieldInfo], language: str) -> dict[str, Any]:
    """Measured and declared area as text, and by how many percent the measured differs."""
    found: dict[str, Any] = {}
    if row["_length_m"]:
        found["length"] = quantity(round(row["_length_m"]), "m", language)
    measured = Decimal(str(row["_area_m2"])) if row["_area_m2"] else None
    if measured is None:
        return found
    found["measured"] = quantity(measured, "m2", language)
    for one in land:
        if row[one.ref]:
            declared = Decimal(str(row[one.ref])) * LAND_M2[one.unit]
            found["declared"] = quantity(declared, "m2", language)
            found["difference_percent"] = round((measured / declared - 1) * 100) if declared else None
    return found
