"""The only read door: layers as the workbooks describe them, cut to what the viewer may see.

Every function takes the viewer and builds its conditions with ``access.visible_sql``. A value that a
viewer may not see is neither shown, nor filtered by, nor coloured by, nor searched in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any

import duckdb
import pyarrow as pa
import shapely

from forms import expression
from forms.schema import GEO_KINDS
from ingest import access, problems
from ingest.access import Viewer
from ingest.doors import beside
from ingest.doors.cuts import LEVELS
from ingest.doors.filters import Filter, corners
from ingest.doors.layer_infos import FieldInfo, LayerInfo, field_infos, form_infos, layer_infos
from ingest.identifiers import as_told, quoted
from ingest.office.review_filter import review_conditions
from ingest.projecting.columns import SIDES, column_types
from ingest.statements import parsed
from thai.calendar import BANGKOK
from thai.text import fold

__all__ = [
    "FieldInfo",
    "LayerInfo",
    "Query",
    "count",
    "entity_ids",
    "field_infos",
    "folded_sql",
    "form_infos",
    "layer_infos",
    "masked",
    "plain_query",
    "query",
    "rows",
    "shapes",
]


@dataclass
class Query:
    """A layer's rows for one viewer and filter, as SQL: ``FROM {source} WHERE {where}``.

    ``visible`` is the part of ``where`` that hides geometry; what it cuts off may only be counted.
    """

    info: LayerInfo
    viewer: Viewer
    source: str
    where: str
    visible: str
    parameters: list[Any]

    def value(self, one: FieldInfo) -> str:
        """A column as this viewer sees it: blank where the field is not for them."""
        return masked(self.viewer, one.privacy, quoted(one.ref))

    @property
    def shown(self) -> str:
        """The condition for rows that may be drawn or listed as such."""
        return f"({self.where}) AND {self.visible}"

    def geo(self, suffix: str) -> str:
        """The layer's geometry or a companion column of it, such as ``__lon``, as this viewer sees it.

        A form that asks for no place has the record's own: a verdict that says so, and blanks.
        """
        if suffix == "__verdict":
            return verdict_sql(self.info, self.viewer)
        if self.info.geometry is None:
            return "NULL"
        if self.info.geometry.kind == "geopoint":
            suffix = SIDES.get(suffix, suffix)
        if self.info.whole and suffix == "__distance_m":
            return masked(self.viewer, self.info.shape_privacy, "_distance_m")
        column, privacy = quoted(self.info.geometry.ref + suffix), self.info.place_privacy
        if access.visible_sql(self.viewer, privacy, "_area") == self.visible:
            return column  # rows are cut by it already
        return masked(self.viewer, privacy, column)

    @property
    def reported(self) -> str:
        """The tambon that the form says, where the answer is for this viewer."""
        asked = self.info.field("tambon")
        return masked(self.viewer, asked.privacy if asked else access.TEAM, "_reported")

    @property
    def village(self) -> str:
        """The village that the form says, where the answers that name it are for this viewer."""
        return masked(self.viewer, self.info.village_privacy, "_village")

    @property
    def tambon(self) -> str:
        """The tambon in which the layer's geometry lies; the reported one where it lies in none.

        Of a whole form it is where the record lies, for who may see all shapes that this could come from.
        """
        located = self.geo("__tambon")
        if not self.info.placed:
            located = masked(self.viewer, self.info.shape_privacy, "_located")
        return f"coalesce(nullif({located}, ''), {self.reported})"


def masked(viewer: Viewer, privacy: str, column: str) -> str:
    """A column, blank in the rows whose area the viewer may not see it in."""
    condition = access.visible_sql(viewer, privacy, "_area")
    return column if condition == "true" else f"CASE WHEN {condition} THEN {column} END"


def query(info: LayerInfo, viewer: Viewer, chosen: Filter) -> Query:
    """Put a layer, a viewer and a filter together; raises ``bad_filter`` for a field it does not have."""
    placed = info.geometry if info.placed else None
    conditions = [
        f"{quoted(placed.ref)} IS NOT NULL" if placed else "true",
        access.visible_sql(viewer, info.where_privacy, "_area"),
    ]
    parameters: list[Any] = []
    if info.where:
        sql, values = expression.to_sql(expression.parse(info.where), lambda ref: _told(info, ref))
        conditions.append(f"({sql})")
        parameters += values
    for sql, values in _chosen(info, viewer, chosen):
        conditions.append(f"({sql})")
        parameters += values
    return Query(
        info,
        viewer,
        info.source,
        " AND ".join(conditions),
        access.visible_sql(viewer, info.privacy, "_area"),
        parameters,
    )


def plain_query(info: LayerInfo, viewer: Viewer, chosen: Filter) -> Query:
    """``query`` for what leaves without personal answers: they are neither told nor do they choose rows.

    A row whose place alone is personal comes without its place.
    """
    q = query(info, access.without_personal(viewer), chosen)
    return replace(q, visible=access.visible_sql(viewer, info.privacy, "_area"))


def _chosen(info: LayerInfo, viewer: Viewer, chosen: Filter) -> Iterator[tuple[str, list[Any]]]:
    if chosen.area:
        yield "starts_with(_area, ?)", [chosen.area]
        if len(chosen.area) > LEVELS["tambon"]:  # of whom is in a village nobody learns who may not see it
            yield access.visible_sql(viewer, info.village_privacy, "_area"), []
    for ref, values in sorted(chosen.values.items()):
        if ref not in info.fields:
            raise problems.bad_filter(ref)
        yield _one_of(info.fields[ref], viewer, values)
    if (chosen.since or chosen.until) and info.date:
        column = day_sql(info.date, viewer)
        if chosen.since:
            yield f"{column} >= ?", [chosen.since]
        if chosen.until:
            yield f"{column} <= ?", [chosen.until]
    if chosen.verdicts:
        yield _among(verdict_sql(info, viewer), len(chosen.verdicts), "VARCHAR"), list(chosen.verdicts)
    if chosen.text.strip():
        yield _matching(info, viewer, fold(chosen.text))
    yield from _placed(info, viewer, chosen)
    if chosen.latest:
        yield _newest_visit(info, viewer), []
    if chosen.received:
        yield "_received_at >= ?", [arrival(chosen.received)]
    if chosen.review or chosen.mine:
        yield from review_conditions(info, viewer, chosen)


def _told(info: LayerInfo, ref: str) -> str:
    one = info.field(ref)
    return as_told(quoted(info.columns[ref]), one.kind if one else "")


def arrival(day: date) -> str:
    """The beginning of a day in Bangkok, as the log writes when something came in."""
    start = datetime.combine(day, time(), BANGKOK).astimezone(UTC)
    return start.isoformat(timespec="microseconds")


def day_sql(one: FieldInfo, viewer: Viewer) -> str:
    """The day of a layer's date, as the viewer sees it."""
    column = masked(viewer, one.privacy, quoted(one.ref))
    # A moment is kept in UTC and chosen by the day in Bangkok.
    return f"CAST({column} + INTERVAL 7 HOUR AS DATE)" if one.kind == "datetime" else column


def verdict_sql(info: LayerInfo, viewer: Viewer) -> str:
    """How the reported and the located tambon of a layer's places agree, as far as the viewer may know."""
    if info.geometry is None or info.whole:
        return masked(viewer, info.shape_privacy if info.geometry else info.place_privacy, "_verdict")
    return masked(viewer, info.place_privacy, quoted(info.geometry.ref + "__verdict"))


def _one_of(one: FieldInfo, viewer: Viewer, values: tuple[str, ...]) -> tuple[str, list[Any]]:
    column = masked(viewer, one.privacy, quoted(one.ref))
    wanted = [value for value in values if value != Filter.blank()]
    parameters: list[Any] = wanted
    if one.kind == "select_multiple":
        sql, parameters = f"list_has_any(string_split({column}, ' '), ?)", [wanted]
    else:  # as it is stored: a text made of each row's number takes five times as long
        sql = _among(column, len(wanted), column_types(one.kind, one.ref)[one.ref])
    if Filter.blank() in values:
        visible = access.visible_sql(viewer, one.privacy, "_area")
        sql = f"{sql} OR ({visible} AND {quoted(one.ref)} IS NULL)"
    return sql, parameters


def _among(column: str, count: int, type_: str) -> str:
    """That a column is one of so many parameters. DuckDB plans and runs ``= ANY(?)`` as a join."""
    return f"{column} IN ({', '.join([f'TRY_CAST(? AS {type_})'] * count)})" if count else "false"


def _matching(info: LayerInfo, viewer: Viewer, needle: str) -> tuple[str, list[Any]]:
    """Text search: in written answers, and in the labels of chosen ones."""
    parts: list[str] = ["false"]
    parameters: list[Any] = []
    for one in info.fields.values():
        column = masked(viewer, one.privacy, quoted(one.ref))
        if one.kind == "text":
            parts.append(f"contains({folded_sql(column)}, ?)")
            parameters.append(needle)
        elif one.choices:
            hits = [c.value for c in one.choices if any(needle in fold(label) for label in c.label.values())]
            if hits:
                several = one.kind == "select_multiple"
                parts.append(
                    f"list_has_any(string_split({column}, ' '), ?)"
                    if several
                    else _among(column, len(hits), "VARCHAR")
                )
                parameters += [hits] if several else hits
    return " OR ".join(parts), parameters


def _placed(info: LayerInfo, viewer: Viewer, chosen: Filter) -> Iterator[tuple[str, list[Any]]]:
    """What a filter says of the place itself: an outline, or another layer's areas."""
    if chosen.shape:
        yield _within(info, viewer, corners(chosen.shape))
    for name, inside in ((chosen.inside, True), (chosen.outside, False)):
        if name:
            yield _beside(info, viewer, name, inside=inside)


def _beside(info: LayerInfo, viewer: Viewer, name: str, *, inside: bool) -> tuple[str, list[Any]]:
    """Whether the layer's place lies in an area of another layer, as the viewer sees that."""
    if info.geometry is None:
        return "false", []
    place = info.geometry
    lon, lat = (masked(viewer, place.privacy, quoted(place.ref + end)) for end in ("__lon", "__lat"))
    other = beside.area_layer(info, name)
    q = query(other, viewer, Filter())
    rows_ = f"{q.source} WHERE {q.shown}"
    geometry = other.geometry.ref if other.geometry else ""
    return beside.condition((lon, lat), rows_, geometry, q.parameters, inside=inside)


def _within(info: LayerInfo, viewer: Viewer, ring: list[tuple[float, float]]) -> tuple[str, list[Any]]:
    """Whether the layer's place lies in a drawn polygon: even-odd over its edges, behind its box."""
    if info.geometry is None:
        return "false", []
    place = info.geometry
    lon, lat = (masked(viewer, place.privacy, quoted(place.ref + end)) for end in ("__lon", "__lat"))
    edges = list(zip(ring, ring[1:] + ring[:1], strict=True))
    crossing = f"CASE WHEN (? > {lat}) <> (? > {lat}) AND {lon} < ? + ? * ({lat} - ?) THEN 1 ELSE 0 END"
    parameters: list[Any] = [f(side) for side in zip(*ring, strict=True) for f in (min, max)]
    for (x1, y1), (x2, y2) in edges:
        parameters += [y1, y2, x1, (x2 - x1) / (y2 - y1) if y2 != y1 else 0.0, y1]
    box = f"{lon} BETWEEN ? AND ? AND {lat} BETWEEN ? AND ?"
    return f"{box} AND ({' + '.join([crossing] * len(edges))}) % 2 = 1", parameters


def _newest_visit(info: LayerInfo, viewer: Viewer) -> str:
    """That nothing of a later day was said of the record's case, plot or household.

    The layer's own date counts where both have one, so that an old visit which is corrected stays old; the
    log's order where not.
    """
    day = day_sql(info.date, viewer) if info.date else "NULL::DATE"
    visits = f"SELECT _seq, max({day}) AS day FROM {info.source} GROUP BY _seq"
    return f"""_instance_id NOT IN (WITH visit AS ({visits})
  SELECT e._instance_id FROM entity_event e
  JOIN entity_event later ON later.dataset = e.dataset AND later.entity_id = e.entity_id
    AND later._instance_id <> e._instance_id
  JOIN submission s ON s._seq = later._seq AND s.outcome = 'projected'
  LEFT JOIN visit own ON own._seq = e._seq LEFT JOIN visit other ON other._seq = later._seq
  WHERE CASE WHEN own.day <> other.day THEN other.day > own.day ELSE later._seq > e._seq END)"""


def folded_sql(column: str) -> str:
    """``thai.text.fold`` for a column that is normalised already (the projection does that)."""
    return f"lower(translate(regexp_replace({column}, '\\s', '', 'g'), '๐๑๒๓๔๕๖๗๘๙', '0123456789'))"


def count(cursor: duckdb.DuckDBPyConnection, q: Query) -> int:
    """How many of the layer's rows the viewer may see."""
    sql = f"SELECT count(*) FROM {q.source} WHERE {q.shown}"
    rows_ = cursor.execute(parsed(sql), q.parameters).fetchall()
    return int(rows_[0][0])


def rows(cursor: duckdb.DuckDBPyConnection, q: Query, fields: list[FieldInfo], *, limit: int) -> pa.Table:
    """The newest of the layer's rows: place and provenance first, then ``fields`` as the viewer sees them."""
    above = masked(q.viewer, access.TEAM, "CASE WHEN length(_area) < 6 THEN _area END")
    place = f"coalesce(nullif({q.tambon}, ''), {above})"  # a record of a district or province has no tambon
    columns = [
        "_seq",
        "_instance_id",
        "_received_at",
        f"{place} AS _tambon",
        f"{q.geo('__verdict')} AS _verdict",
    ]
    columns += [f"{q.value(one)} AS {quoted(one.ref)}" for one in fields if one.kind not in GEO_KINDS]
    sql = f"SELECT {', '.join(columns)} FROM {q.source} WHERE {q.shown} ORDER BY _seq DESC LIMIT ?"
    return cursor.sql(sql, params=[*q.parameters, limit]).to_arrow_table()


def shapes(cursor: duckdb.DuckDBPyConnection, q: Query, one: FieldInfo) -> dict[str, shapely.Geometry]:
    """What the layer's rows drew or marked in answer to one question (lon-lat), as the viewer sees it."""
    sql = f"SELECT _instance_id, {q.value(one)} FROM {q.source} WHERE {q.shown}"
    found = cursor.execute(parsed(sql), q.parameters).fetchall()
    return {str(key): shapely.from_wkb(bytes(shape)) for key, shape in found if shape is not None}


def entity_ids(
    cursor: duckdb.DuckDBPyConnection, viewer: Viewer, dataset: str, privacy: str = access.TEAM
) -> dict[str, str]:
    """The entity that each record made, by instance id, of the records of this class that the viewer sees."""
    visible = access.visible_sql(viewer, privacy, "_area")
    sql = f"SELECT _instance_id, entity_id FROM entity_event WHERE dataset = ? AND {visible}"
    return {str(one): str(entity) for one, entity in cursor.execute(sql, [dataset]).fetchall()}
