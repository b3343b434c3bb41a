"""Boundary files of provinces, amphoes and tambons, whoever published them, in one shape.

Read → recognise the schema → normalise → check. What was mended or looks doubtful is reported; what
cannot be relied on (no codes, no coordinate system, no areas) is refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from geo import problems
from geo.reference import to_wgs84
from geo.schema import DIGITS, LEVELS, Schema, plain_code, recognise
from geo.sources import frames, mend_text
from thai.codes import area_code
from thai.problem import Problem
from thai.text import strip_area_prefix

_CUT_AT = 16  # COD-AB of 2022 cuts every Thai name there


@dataclass(frozen=True)
class BoundaryTable:
    """One level of areas.

    ``frame``: EPSG:4326, one row a code, sorted by it; columns ``code`` (2, 4 or 6 digits, no TH),
    ``name_th``, ``name_en``, ``parent`` (code, '' for provinces), names of the levels above
    (``amphoe_th`` … ``province_en``) where the file has them ('' where a row has none), ``geometry``
    (valid Polygon or MultiPolygon). ``drawing``: a sketch and not a boundary. ``report``: what was mended.
    """

    level: str
    frame: gpd.GeoDataFrame
    drawing: bool = False
    report: list[Problem] = field(default_factory=list)


def read(path: Path, level: str | None = None) -> BoundaryTable:
    """Read a shapefile (zipped or not), GeoPackage, GeoJSON or GeoParquet; raises ``Problem``.

    Of several layers the one of the asked ``level`` is taken, else the deepest level.
    """
    layers = list(frames(path))
    if not layers:
        raise problems.boundary_unreadable(path.name, "no layer with geometry")
    known = [(schema, layer) for layer in layers if (schema := _schema(layer))]
    if not known:
        columns = sorted({str(column) for layer in layers for column in layer.columns})
        raise problems.boundary_no_codes(path.name, columns)
    known.sort(key=lambda pair: LEVELS.index(pair[0].level))
    schema, layer = next((pair for pair in known if pair[0].level == level), known[-1])
    if level and schema.level != level:
        raise problems.boundary_wrong_level(path.name, schema.level, level)
    layer, report = mend_text(layer, path.name)
    table = _normalise(layer, schema, path.name)
    table, moved = to_wgs84(table, path.name)
    table, checked = _check(table, path.name)
    return BoundaryTable(schema.level, table, report=report + moved + checked)


def outlines(frame: gpd.GeoDataFrame, tolerance_deg: float) -> gpd.GeoDataFrame:
    """The frame with coarser lines that neighbours still share; for drawing only, never for locating.

    ``tolerance_deg`` is about the square root of the largest triangle that may vanish (Visvalingam-Whyatt).
    """
    simpler = shapely.coverage_simplify(frame.geometry.to_numpy(), tolerance_deg)
    return frame.set_geometry(simpler, crs=frame.crs)


def _schema(layer: gpd.GeoDataFrame) -> Schema | None:
    columns = [str(column) for column in layer.columns]
    plain = plain_code(columns)
    digits = None
    if plain and len(layer):
        try:
            digits = len(area_code(layer[plain].iloc[0]))
        except Problem:
            digits = None
    return recognise(columns, digits)


def _normalise(layer: gpd.GeoDataFrame, schema: Schema, file: str) -> gpd.GeoDataFrame:
    """Our columns out of the file's; raises ``Problem`` on codes of another form and on points or lines."""
    kinds = layer.geometry.geom_type.dropna().unique()
    if not set(kinds) <= {"Polygon", "MultiPolygon"}:
        raise problems.boundary_not_areas(file, sorted(kinds))
    code = _codes(layer[schema.code], schema, file)
    columns = {"code": code, "name_th": _names(layer, schema, schema.level, "th")}
    columns["name_en"] = _names(layer, schema, schema.level, "en")
    columns["parent"] = [text[:-2] for text in code]
    for above in LEVELS[: LEVELS.index(schema.level)]:
        for language in ("th", "en"):
            if (above, language) in schema.names:
                columns[f"{above}_{language}"] = _names(layer, schema, above, language)
    geometry = shapely.force_2d(layer.geometry.to_numpy())
    table = gpd.GeoDataFrame(pd.DataFrame(columns, dtype=object), geometry=geometry, crs=layer.crs)
    return table.sort_values("code", kind="stable", ignore_index=True)


def _codes(column: pd.Series, schema: Schema, file: str) -> list[str]:
    codes, bad = [], []
    for value in column:
        try:
            codes.append(area_code(value))
        except Problem:
            codes.append("")
        if len(codes[-1]) != DIGITS[schema.level]:
            bad.append(value)
    if bad:
        raise problems.boundary_bad_codes(file, schema.code, bad)
    return codes


def _names(layer: gpd.GeoDataFrame, schema: Schema, level: str, language: str) -> list[str]:
    column = schema.names.get((level, language))
    if column is None:
        return [""] * len(layer)
    return [strip_area_prefix(name) if isinstance(name, str) else "" for name in layer[column]]


def _check(table: gpd.GeoDataFrame, file: str) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Drop rows without shape, repair invalid ones, join repeated codes, and name the doubtful names."""
    report = []
    empty = (table.geometry.isna() | table.geometry.is_empty).to_numpy()
    if empty.any():
        report.append(problems.boundary_empty(file, list(table["code"][empty])))
        table = table[~empty].reset_index(drop=True)
    shapes = table.geometry.to_numpy()
    broken = ~shapely.is_valid(shapes)
    if broken.any():
        report.append(problems.boundary_repaired(file, list(table["code"][broken])))
        shapes[broken] = shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
        table = table.set_geometry(shapes, crs=table.crs)
    repeated = table["code"].duplicated(keep=False)
    if repeated.any():
        report.append(problems.boundary_duplicates(file, sorted(table["code"][repeated].unique())))
        table = table.dissolve("code", as_index=False)[list(table.columns)]
    if cut := _maybe_cut(table):
        report.append(problems.boundary_names_cut(file, cut, _CUT_AT))
    return table, report


def _maybe_cut(table: gpd.GeoDataFrame) -> list[str]:
    """Code and name of those with just 16 characters, when none is longer."""
    lengths = table["name_th"].str.len()
    suspects = table[lengths == _CUT_AT] if lengths.max() == _CUT_AT else table[:0]
    return [f"{code} {name}" for code, name in zip(suspects["code"], suspects["name_th"], strict=True)]
