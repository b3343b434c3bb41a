"""The only read door: layers as the workbooks describe them, cut to what the viewer may see.

Every function takes the viewer and builds its conditions with ``access.visible_sql``. A value that a
viewer may not see is neither shown, nor filtered by, nor coloured by, nor searched in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import duckdb
import pyarrow as pa

from forms import expression
from forms.workbook import PRIVACY_CLASSES, Layer, Usage
from forms.xform import Choice, Field, Schema
from ingest import access, problems
from ingest.access import Viewer
from ingest.answers import GEO_KINDS
from ingest.filters import Filter
from ingest.published import Catalogue
from ingest.warehouse import quoted
from thai.text import fold


@dataclass(frozen=True)
class FieldInfo:
    """One question as the office sees it. ``ref`` is its column in the layer's rows."""

    ref: str
    label: dict[str, str]
    kind: str
    privacy: str
    unit: str
    choices: tuple[Choice, ...]

    def label_of(self, value: str, language: str) -> str:
        """A choice's label; the value itself where there is none."""
        for choice in self.choices:
            if choice.value == value:
                return choice.label.get(language) or choice.label.get("th") or value
        return value


@dataclass(frozen=True)
class LayerInfo:
    """One layer: where its rows stand and how they are drawn. ``name`` is ``form_id.layer``."""

    name: str
    form_id: str
    repeat: str
    label: dict[str, str]
    geometry: FieldInfo
    color_by: FieldInfo | None
    status: FieldInfo | None
    date: FieldInfo | None
    popup: tuple[FieldInfo, ...]
    filters: tuple[FieldInfo, ...]
    fields: dict[str, FieldInfo]
    where: str
    privacy: str  # the strictest class among the geometry and what ``where`` looks at
    placed: bool = True  # only rows that have the geometry; a whole form's list has the others too

    @property
    def table(self) -> str:
        """The warehouse table that holds the layer's rows."""
        return f"{self.form_id}/{self.repeat}" if self.repeat else self.form_id


def layer_infos(catalogue: Catalogue) -> dict[str, LayerInfo]:
    """Every layer of every published form, by name."""
    found = {}
    for form_id, usage in sorted(catalogue.usages.items()):
        schema = catalogue.newest(form_id).schema
        for layer in usage.layers:
            info = _info(schema, usage, layer)
            found[info.name] = info
    return found


def form_infos(catalogue: Catalogue) -> dict[str, LayerInfo]:
    """Every record of each form that has a layer, with or without a place, by the form's id: for tables."""
    whole = {}
    for info in layer_infos(catalogue).values():
        if not info.repeat and info.form_id not in whole:
            title = catalogue.newest(info.form_id).title
            whole[info.form_id] = replace(
                info, name=info.form_id, label=title, where="", privacy=access.TEAM, placed=False
            )
    return whole


def _info(schema: Schema, usage: Usage, layer: Layer) -> LayerInfo:
    table, geometry = schema.field(layer.geometry)
    fields = field_infos(schema, usage, table.name)

    def of(ref: str) -> FieldInfo | None:
        return fields.get(ref.removeprefix(f"{table.name}/")) if ref else None

    looked_at = [
        geometry.name,
        *(expression.references(expression.parse(layer.where)) if layer.where else ()),
    ]
    classes = [usage.privacy_of(ref) for ref in (layer.geometry, *looked_at[1:])]
    return LayerInfo(
        name=f"{schema.form_id}.{layer.name}",
        form_id=schema.form_id,
        repeat=table.name,
        label=layer.label,
        geometry=fields[geometry.name],
        color_by=of(layer.color_by),
        status=of(layer.status),
        date=of(layer.date),
        popup=tuple(info for ref in layer.popup if (info := of(ref))),
        filters=tuple(info for ref in usage.filters if (info := of(ref))),
        fields=fields,
        where=layer.where,
        privacy=max(classes, key=PRIVACY_CLASSES.index),
    )


def field_infos(schema: Schema, usage: Usage, repeat: str) -> dict[str, FieldInfo]:
    """The fields of a table by column; a repeat's rows carry the form's own fields too."""
    infos: dict[str, FieldInfo] = {}
    for table in schema.tables:
        if table.name not in ("", repeat):
            continue
        for one in table.fields:
            ref = f"{table.name}/{one.name}" if table.name else one.name
            infos[one.name] = FieldInfo(
                one.name, one.label or {"th": one.name, "en": one.name}, one.kind, usage.privacy_of(ref),
                usage.units.get(ref, ""), _styled(one, usage.styles.get(ref, {})),
            )  # fmt: skip
    return infos


def _styled(one: Field, styles: dict[str, tuple[str, str]]) -> tuple[Choice, ...]:
    return tuple(
        Choice(choice.value, choice.label, *styles.get(choice.value, (choice.color, choice.icon)))
        for choice in one.choices or ()
    )


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
        """A companion column of the layer's geometry, such as ``__lon``."""
        return quoted(self.info.geometry.ref + suffix)


def masked(viewer: Viewer, privacy: str, column: str) -> str:
    """A column, blank in the rows whose area the viewer may not see it in."""
    condition = access.visible_sql(viewer, privacy, "_area")
    return column if condition == "true" else f"CASE WHEN {condition} THEN {column} END"


def query(info: LayerInfo, viewer: Viewer, chosen: Filter) -> Query:
    """Put a layer, a viewer and a filter together; raises ``bad_filter`` for a field it does not have."""
    conditions = [f"{quoted(info.geometry.ref)} IS NOT NULL" if info.placed else "true"]
    parameters: list[Any] = []
    if info.where:
        sql, values = expression.to_sql(expression.parse(info.where), quoted)
        conditions.append(f"({sql})")
        parameters += values
    for sql, values in _chosen(info, viewer, chosen):
        conditions.append(f"({sql})")
        parameters += values
    return Query(
        info,
        viewer,
        source_of(info),
        " AND ".join(conditions),
        access.visible_sql(viewer, info.privacy, "_area"),
        parameters,
    )


def source_of(info: LayerInfo) -> str:
    """The layer's rows; those of a repeat carry the answers of the form they stand in."""
    if not info.repeat:
        return quoted(info.form_id)
    shared = "_seq, _instance_id, _area, _tambon"
    return f"(SELECT * FROM {quoted(info.table)} r JOIN {quoted(info.form_id)} m USING ({shared}))"


def _chosen(info: LayerInfo, viewer: Viewer, chosen: Filter) -> Iterator[tuple[str, list[Any]]]:
    if chosen.area:
        yield "starts_with(_area, ?)", [chosen.area]
    for ref, values in sorted(chosen.values.items()):
        if ref not in info.fields:
            raise problems.bad_filter(ref)
        yield _one_of(info.fields[ref], viewer, values)
    if (chosen.since or chosen.until) and info.date:
        column = masked(viewer, info.date.privacy, quoted(info.date.ref))
        if chosen.since:
            yield f"{column} >= ?", [chosen.since]
        if chosen.until:
            yield f"{column} <= ?", [chosen.until]
    if chosen.verdicts:
        verdict = masked(viewer, info.geometry.privacy, quoted(info.geometry.ref + "__verdict"))
        yield f"{verdict} = ANY(?)", [list(chosen.verdicts)]
    if chosen.text.strip():
        yield _matching(info, viewer, fold(chosen.text))


def _one_of(one: FieldInfo, viewer: Viewer, values: tuple[str, ...]) -> tuple[str, list[Any]]:
    column = masked(viewer, one.privacy, quoted(one.ref))
    wanted = [value for value in values if value != Filter.blank()]
    if one.kind == "select_multiple":
        sql = f"list_has_any(string_split({column}, ' '), ?)"
    else:
        sql = f"CAST({column} AS VARCHAR) = ANY(?)"
    if Filter.blank() in values:
        visible = access.visible_sql(viewer, one.privacy, "_area")
        sql = f"{sql} OR ({visible} AND {quoted(one.ref)} IS NULL)"
    return sql, [wanted]


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
                parts.append(f"{column} = ANY(?)")
                parameters.append(hits)
    return " OR ".join(parts), parameters


def folded_sql(column: str) -> str:
    """``thai.text.fold`` for a column that is normalised already (the projection does that)."""
    return f"lower(translate(regexp_replace({column}, '\\s', '', 'g'), '๐๑๒๓๔๕๖๗๘๙', '0123456789'))"


def count(cursor: duckdb.DuckDBPyConnection, q: Query) -> int:
    """How many of the layer's rows the viewer may see."""
    rows_ = cursor.execute(f"SELECT count(*) FROM {q.source} WHERE {q.shown}", q.parameters).fetchall()
    return int(rows_[0][0])


def counts_by(cursor: duckdb.DuckDBPyConnection, q: Query, one: FieldInfo) -> dict[str, int]:
    """Rows by the answers to one question; not answered (or not for this viewer) counts as ''."""
    value = f"coalesce(CAST({q.value(one)} AS VARCHAR), '')"
    if one.kind == "select_multiple":
        value = f"unnest(string_split({value}, ' '))"
    sql = f"SELECT {value}, count(*) FROM {q.source} WHERE {q.shown} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 500"
    return {str(v): int(n) for v, n in cursor.execute(sql, q.parameters).fetchall()}


def counts_by_area(cursor: duckdb.DuckDBPyConnection, q: Query, digits: int) -> dict[str, int]:
    """Rows by province (2), amphoe (4) or tambon (6 digits).

    Rows whose geometry the viewer may not see are counted too, from ``SMALLEST_COUNT`` of them upwards.
    """
    sql = f"""SELECT left(_tambon, {digits}) AS code, count(*) FILTER ({q.visible}) AS seen,
                count(*) FILTER (NOT ({q.visible})) AS hidden
              FROM {q.source} WHERE ({q.where}) AND _tambon <> '' GROUP BY 1 ORDER BY 1"""
    found = {}
    for code, seen, hidden in cursor.execute(sql, q.parameters).fetchall():
        total = seen + (hidden if hidden >= access.SMALLEST_COUNT else 0)
        if total:
            found[str(code)] = int(total)
    return found


def rows(
    cursor: duckdb.DuckDBPyConnection, q: Query, fields: list[FieldInfo], *, limit: int, offset: int = 0
) -> pa.Table:
    """A page of the layer's rows: place and provenance first, then ``fields`` as the viewer sees them."""
    verdict = masked(q.viewer, q.info.geometry.privacy, q.geo("__verdict"))
    columns = ["_seq", "_instance_id", "_received_at", "_tambon", f"{verdict} AS _verdict"]
    columns += [f"{q.value(one)} AS {quoted(one.ref)}" for one in fields if one.kind not in GEO_KINDS]
    sql = f"SELECT {', '.join(columns)} FROM {q.source} WHERE {q.shown} ORDER BY _seq DESC LIMIT ? OFFSET ?"
    return cursor.sql(sql, params=[*q.parameters, limit, offset]).to_arrow_table()
