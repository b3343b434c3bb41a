"""What lies in overlays, as layers like any other: on the map, in tables, in exports.

Ground that drawn areas share with them, and points of records that drew none.

Never evidence of a boundary: agency, date, scale and legal status of the overlay go with every row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from forms.workbook import Usage
from forms.xform import Choice, Field, Schema, Table
from geo.overlay import CLEAR, SCALE_UNKNOWN, TOO_COARSE
from ingest.areas.boundary_sets import BoundarySet
from ingest.doors.layer_infos import FieldInfo, LayerInfo
from ingest.doors.shown import ISO_DAY
from ingest.identifiers import quoted
from ingest.plots.hits import COMMON
from ingest.projecting.columns import column_types
from ingest.published import Catalogue

LAYER, POINTS = "state_land", "state_land_points"
_OF_GROUND = ("overlap_m2", "percent")
_CARRIES = (
    Choice(CLEAR, {"th": "ทับซ้อนชัดเจน", "en": "Clearly overlaps"}, "#d55e00", "square"),
    Choice(
        TOO_COARSE, {"th": "มาตราส่วนหยาบเกินจะสรุป", "en": "Scale too coarse to tell"}, "#999933", "diamond"
    ),
    Choice(SCALE_UNKNOWN, {"th": "ไม่ทราบมาตราส่วน", "en": "Scale not known"}, "#7a857d", "circle"),
)
_FIELDS = (
    ("overlay", "text", {"th": "ชั้นข้อมูลที่ดิน", "en": "Overlay"}, ""),
    ("area_name", "text", {"th": "ชื่อพื้นที่", "en": "Its name"}, ""),
    ("overlap_m2", "decimal", {"th": "เนื้อที่ทับซ้อน", "en": "Common ground"}, "m2"),
    ("percent", "decimal", {"th": "ร้อยละของแปลง", "en": "Per cent of the plot"}, "percent"),
    ("carries", "select_one", {"th": "สรุปได้หรือไม่", "en": "Can it be told"}, ""),
    ("depth_m", "decimal", {"th": "ลึกเข้าไปอย่างน้อย", "en": "Reaches in, at least"}, "m"),
    ("agency", "text", {"th": "หน่วยงาน", "en": "Agency"}, ""),
    ("published", ISO_DAY, {"th": "วันที่ของแนวเขต", "en": "Date of the line"}, ""),
    ("scale", "text", {"th": "มาตราส่วน", "en": "Scale"}, ""),
    ("legal_status", "text", {"th": "สถานะทางกฎหมาย", "en": "Legal status"}, ""),
)


def layer_infos(catalogue: Catalogue, overlays: Sequence[BoundarySet]) -> dict[str, LayerInfo]:
    """A layer of common ground for every form that draws areas, and one of points; by name.

    None before there is an overlay.
    """
    if not overlays:
        return {}
    found: dict[str, LayerInfo] = {}
    for form_id, usage, schema, table, field in held(catalogue):
        name = f"{form_id}.{LAYER if field.kind == 'geoshape' else POINTS}"
        if name in found:
            name += f"_{field.name}"
        found[name] = _layer(name, schema, usage, table, field, overlays)
    return found


def held(catalogue: Catalogue) -> Iterator[tuple[str, Usage, Schema, Table, Field]]:
    """Every question of the newest forms that draws an area, and the points asked beside one."""
    for form_id in catalogue.form_ids:
        schema = catalogue.shown(form_id)
        usage = catalogue.usages.get(form_id, Usage(form_id))
        for table in schema.tables:
            areas = any(field.kind == "geoshape" for field in table.fields)
            for field in table.fields:
                if field.kind == "geoshape" or (areas and field.kind == "geopoint"):
                    yield form_id, usage, schema, table, field


def reference(table: Table, field: Field) -> str:
    """How a workbook refers to a question."""
    return f"{table.name}/{field.name}".removeprefix("/")


def _layer(
    name: str, schema: Schema, usage: Usage, table: Table, field: Field, overlays: Sequence[BoundarySet]
) -> LayerInfo:
    privacy, ground = usage.privacy_of(reference(table, field)), field.kind == "geoshape"
    fields = {
        ref: FieldInfo(ref, label, kind, privacy, unit, _CARRIES if ref == "carries" else ())
        for ref, kind, label, unit in _FIELDS
        if ground or ref not in _OF_GROUND
    }
    th, en = ("ที่ดินทับซ้อน", "Overlaps") if ground else ("จุดในที่ดินของรัฐ", "Points in state land")
    label = {
        "th": f"{th} (ไม่ใช่หลักฐานแนวเขต): {field.label.get('th', field.name)}",
        "en": f"{en} (not evidence of a boundary): {field.label.get('en', field.name)}",
    }
    return LayerInfo(
        name=name,
        form_id=schema.form_id,
        repeat=LAYER if ground else POINTS,
        label=label,
        geometry=FieldInfo(COMMON, label, field.kind, privacy, "", ()),
        color_by=fields["overlay"],
        status=fields["carries"],
        date=None,
        popup=tuple(one for ref, one in fields.items() if ref != "overlap_m2"),  # the shape says it
        filters=(fields["carries"],),
        fields=fields,
        columns={ref: ref for ref in fields},
        source=_source(schema.form_id, table.name, field, overlays),
        where="",
        privacy=privacy,
        where_privacy=privacy,
        review=usage.review_states,
    )


def _source(form_id: str, repeat: str, field: Field, overlays: Sequence[BoundarySet]) -> str:
    """What lies inside as rows; where the area or point lies is told by its own companions."""
    of_sets = [(one.name, one.agency, one.published, _scale(one), one.legal_status) for one in overlays]
    facts = ", ".join(f"({', '.join(map(_text, row))})" for row in of_sets)
    own = {f"{COMMON}{suffix}" for suffix in ("", "__lon", "__lat", "__minx", "__miny", "__maxx", "__maxy")}
    own |= {f"{COMMON}__cell"}
    of_area = ", ".join(
        f"t.{quoted(theirs)} AS {quoted(ours)}"
        for theirs, ours in zip(
            column_types(field.kind, field.name), column_types(field.kind, COMMON), strict=True
        )
        if ours not in own and ours not in (f"{COMMON}__area_m2", f"{COMMON}__perimeter_m")
    )
    measures = f"""h.overlap_m2 AS {quoted(f"{COMMON}__area_m2")},
      NULL::DOUBLE AS {quoted(f"{COMMON}__perimeter_m")},""" if field.kind == "geoshape" else ""  # fmt: skip
    table = quoted(f"{form_id}/{repeat}".removesuffix("/"))
    keyed = " AND t._key = h._key" if repeat else ""
    places = " AND ".join(
        f"h.{column} = {_text(value)}"
        for column, value in (("form_id", form_id), ("table_name", repeat), ("field", field.name))
    )
    return f"""(SELECT h._seq, h._instance_id, t._area, h._key AS _parent,
      CAST(row_number() OVER (PARTITION BY h._seq ORDER BY h._key, h.overlay, h.code) AS VARCHAR) AS _key,
      f._received_at, f._reported, f._boundary_set, h.overlay, h.name_th AS area_name,
      CAST(h.overlap_m2 AS DECIMAL(24,6)) AS overlap_m2, CAST(100 * h.share AS DECIMAL(24,6)) AS percent,
      h.carries, CAST(h.depth_m AS DECIMAL(24,6)) AS depth_m, v.agency, v.published, v.scale, v.legal_status,
      {", ".join(f"h.{quoted(column)}" for column in sorted(own))},
      {measures} {of_area}
      FROM overlay_hit h JOIN {table} t ON t._seq = h._seq{keyed} JOIN {quoted(form_id)} f ON f._seq = h._seq
      JOIN (VALUES {facts}) v(overlay, agency, published, scale, legal_status) ON v.overlay = h.overlay
      WHERE h.{COMMON} IS NOT NULL AND {places})"""


def _scale(one: BoundarySet) -> str:
    return f"1:{one.scale:,}" if one.scale else ""


def _text(value: Any) -> str:
    return "'" + str(value).replace("'", "''") + "'"
