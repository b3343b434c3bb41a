"""Boundary files of every level, whoever published them, in one shape.

Read → recognise the schema → normalise → check. What was mended or looks doubtful is reported; what
cannot be relied on (no codes, no coordinate system, no areas) is refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from geo import checks, encoding, problems
from geo.coverage import check_coverage, check_nesting
from geo.levels import DIGITS, LAO, LEVELS, OVERLAY, OWN_LEVELS, VILLAGE
from geo.naming import CodeList, match_names
from geo.own_levels import own_table, same_places, widened
from geo.reference import shift_against, to_wgs84
from geo.schema import Schema, code_digits, look_like_codes, recognise
from geo.sources import Layer, layers
from thai.problem import Problem
from thai.text import strip_area_prefix


@dataclass(frozen=True)
class BoundaryTable:
    """One level of areas, or of village points.

    ``frame``: EPSG:4326, one row a code, sorted by it; columns ``code`` (2, 4 or 6 digits, no TH; of an LAO,
    a village or an overlay the publisher's), ``name_th``, ``name_en``, ``parent`` (code, '' for none),
    names of the levels above (``amphoe_th`` … ``province_en``) where the file has them ('' where a row has
    none), ``moo`` of villages, ``geometry`` (valid Polygon or MultiPolygon; Point for villages).
    ``drawing``: a sketch and not a boundary. ``report``: what was mended or is doubtful. ``schema``: whose
    way of writing was recognised ('' unknown).
    """

    level: str
    frame: gpd.GeoDataFrame
    drawing: bool = False
    report: list[Problem] = field(default_factory=list)
    schema: str = ""

    def of_level(self, level: str) -> pd.DataFrame | None:
        """Codes and names of this level or one above (without shapes); None where the table has none."""
        table = pd.DataFrame(self.frame.drop(columns="geometry"))
        if level == self.level:
            return table
        if level not in LEVELS or f"{level}_th" not in table:
            return None
        table["code"] = table["code"].str[: DIGITS[level]]
        for language in ("th", "en"):
            table[f"name_{language}"] = table.get(f"{level}_{language}", "")
        return table.drop_duplicates("code", ignore_index=True)


@dataclass(frozen=True)
class Meaning:
    """What a caller says about a file where the file itself leaves it open."""

    crs: str | None = None
    encoding: str | None = None
    layer: str | None = None
    code_column: str | None = None
    codes_from: BoundaryTable | None = None
    buffer_m: float = 0.0

    def code_list(self, level: str) -> pd.DataFrame | None:
        """The codes and names of a level (as in ``BoundaryTable``) in what was given; None if not there."""
        return self.codes_from.of_level(level) if self.codes_from else None


def read(
    path: Path,
    level: str | None = None,
    *,
    crs: str | None = None,
    encoding: str | None = None,
    layer: str | None = None,
    code_column: str | None = None,
    codes_from: BoundaryTable | None = None,
    buffer_m: float = 0.0,
) -> BoundaryTable:
    """Read a shapefile (or its zip), GeoPackage, GeoJSON, GeoParquet, FlatGeobuf or KML; raises ``Problem``.

    Of several layers the one of the asked ``level`` is taken, else the deepest level; LAOs, villages and
    overlays are taken for what the caller says. The other arguments say what the file does not: coordinate
    system (such as EPSG:24047), text encoding, the layer, the column of codes. ``codes_from``, a set or a
    code list, gives codes to names that are unique there; codes, names and places are checked against it.
    ``buffer_m`` makes areas of an overlay's lines, so many metres to either side.
    """
    meaning = Meaning(crs, encoding, layer, code_column, codes_from, buffer_m)
    found = _named(layers(path), layer, path.name)
    decoded, schema, report = _chosen(found, level, meaning, path.name)
    if schema.level in OWN_LEVELS:
        return _own(decoded, schema, meaning, path.name, report)
    table, noticed = _normalise(decoded, schema, meaning, path.name)
    table, moved = to_wgs84(table, path.name, crs)
    table, tidied = checks.tidy(table, path.name)
    report += noticed + moved + tidied + checks.names_cut(table, path.name)
    report += check_coverage(table, path.name)
    if (listed := meaning.code_list(schema.level)) is not None:
        report += checks.against_list(table, listed, path.name)
    if codes_from is not None and codes_from.level == schema.level:
        report += shift_against(table, codes_from.frame, path.name)
    return BoundaryTable(schema.level, table, report=report, schema=schema.publisher)


def read_codes(path: Path) -> BoundaryTable:
    """A code list without shapes, a CSV in UTF-8 (such as thailand-geography-json's), for ``codes_from``.

    Raises ``Problem`` when it cannot be read or has no codes.
    """
    try:
        rows = pd.read_csv(path, dtype=str, encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise problems.boundary_unreadable(path.name, str(error)[:200]) from error
    layer = gpd.GeoDataFrame(rows, geometry=[None] * len(rows), crs=4326)
    schema = recognise(layer)
    if schema is None or not schema.code:
        raise problems.boundary_no_codes(path.name, list(rows.columns), look_like_codes(rows))
    table, report = _normalise(layer, schema, Meaning(), path.name)
    return BoundaryTable(schema.level, table, report=report, schema=schema.publisher)


def nesting(table: BoundaryTable, upper: BoundaryTable, file: str) -> list[Problem]:
    """Whether the areas of a table add up to those of a level above it; empty when they do."""
    return check_nesting(table.frame, table.level, upper.frame, upper.level, file)


def outlines(frame: gpd.GeoDataFrame, tolerance_deg: float) -> gpd.GeoDataFrame:
    """The frame with coarser lines that neighbours still share; for drawing only, never for locating.

    ``tolerance_deg`` is about the square root of the largest triangle that may vanish (Visvalingam-Whyatt).
    """
    simpler = shapely.coverage_simplify(frame.geometry.to_numpy(), tolerance_deg)
    return frame.set_geometry(simpler, crs=frame.crs)


def _named(found: list[Layer], asked: str | None, file: str) -> list[Layer]:
    """The layers with features, or the one asked for."""
    if not found:
        raise problems.boundary_unreadable(file, "no layer with geometry")
    names = [one.name for one in found]
    if asked and asked not in names:
        raise problems.boundary_layer_unknown(file, asked, names)
    wanted = [one for one in found if asked in {None, one.name}]
    if full := [one for one in wanted if len(one.frame) and not one.frame.geometry.isna().all()]:
        return full
    raise problems.boundary_empty_layer(file, problems.some([one.name for one in wanted]))


def _chosen(
    found: list[Layer], level: str | None, meaning: Meaning, file: str
) -> tuple[gpd.GeoDataFrame, Schema, list[Problem]]:
    """The one layer to take, decoded, with its schema; raises ``Problem`` when there is none or several."""
    known: list[tuple[Schema, str, gpd.GeoDataFrame, list[Problem]]] = []
    unknown: list[gpd.GeoDataFrame] = []
    for one in found:
        frame, mended = encoding.mend(one.frame, file, named=one.encoding, asked=meaning.encoding)
        schema = _recognised(frame, level, meaning.code_column, file)
        if schema is None:
            unknown.append(frame)
        else:
            known.append((schema, one.name, frame, one.report + mended))
    if not known:
        raise _unrecognised(unknown, meaning.code_column, file)
    # COD-AB's zips hold centroids and lines with the same codes beside the areas.
    known = [entry for entry in known if _has_shapes_of(entry[0].level, entry[2])] or known
    deepest = max((schema.level for schema, *_ in known), key=(*OWN_LEVELS, *LEVELS).index)
    wanted = [entry for entry in known if entry[0].level == (level or deepest)]
    if not wanted:
        raise problems.boundary_wrong_level(file, deepest, str(level))
    if len(wanted) > 1:
        raise problems.boundary_several_layers(file, level or deepest, [name for _, name, *_ in wanted])
    schema, _, frame, report = wanted[0]
    return frame, schema, report


def _has_shapes_of(level: str, frame: gpd.GeoDataFrame) -> bool:
    """Whether a layer has points for villages, areas for all other levels."""
    kinds = {"Point"} if level == VILLAGE else {"Polygon", "MultiPolygon", "GeometryCollection"}
    return bool(kinds & set(frame.geometry.geom_type.dropna()))


def _recognised(
    frame: gpd.GeoDataFrame, level: str | None, code_column: str | None, file: str
) -> Schema | None:
    """The layer's schema; None when its columns tell none, or lack the column of codes that was named."""
    if code_column and code_column not in frame:
        return None
    if level in OWN_LEVELS:
        return Schema(level)
    schema = recognise(frame, code_column)
    if code_column and (schema is None or schema.code != (code_column,)):
        raise problems.boundary_bad_codes(file, code_column, list(frame[code_column]))
    return schema


def _unrecognised(frames: list[gpd.GeoDataFrame], code_column: str | None, file: str) -> Problem:
    """Why none of the layers can be taken."""
    columns = sorted({str(column) for frame in frames for column in frame.columns if column != "geometry"})
    if code_column:
        return problems.boundary_column_unknown(file, code_column, columns)
    kinds = {kind for frame in frames for kind in frame.geometry.geom_type.dropna()}
    if not kinds & {"Polygon", "MultiPolygon", "GeometryCollection"}:
        return problems.boundary_not_areas(file, sorted(kinds))
    alike = {column for frame in frames for column in look_like_codes(frame)}
    return problems.boundary_no_codes(file, columns, sorted(alike))


def _own(
    layer: gpd.GeoDataFrame, schema: Schema, meaning: Meaning, file: str, report: list[Problem]
) -> BoundaryTable:
    """A table of LAOs, villages or overlays."""
    level = schema.level
    listed = meaning.code_list("tambon")
    tambons = CodeList(listed, "tambon") if listed is not None else None
    layer = _flat(layer)
    if level == OVERLAY:
        layer = widened(layer, meaning.buffer_m, file, meaning.crs)
    table, noticed = own_table(layer, level, file, meaning.code_column, tambons)
    table, moved = to_wgs84(table, file, meaning.crs)
    table, tidied = checks.tidy(table, file)
    table = table.sort_values("code", kind="stable", ignore_index=True)
    report += noticed + moved + tidied + checks.names_cut(table, file)
    if level == LAO:
        report += check_coverage(table, file, gaps=False)
    if level == VILLAGE:
        report += same_places(table, file)
    return BoundaryTable(level, table, report=report, schema=schema.publisher)


def _normalise(
    layer: gpd.GeoDataFrame, schema: Schema, meaning: Meaning, file: str
) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Our columns out of the file's; raises ``Problem`` on codes of another form and on points or lines."""
    layer = _flat(layer)
    kinds = layer.geometry.geom_type.dropna().unique()
    if not set(kinds) <= {"Polygon", "MultiPolygon"}:
        raise problems.boundary_not_areas(file, sorted(kinds))
    code, report = _codes(layer, schema, meaning, file)
    columns = {"code": code, "name_th": _names(layer, schema, schema.level, "th")}
    columns["name_en"] = _names(layer, schema, schema.level, "en")
    columns["parent"] = [text[:-2] for text in code]
    for above in LEVELS[: LEVELS.index(schema.level)]:
        for language in ("th", "en"):
            if (above, language) in schema.names:
                columns[f"{above}_{language}"] = _names(layer, schema, above, language)
    table = gpd.GeoDataFrame(
        pd.DataFrame(columns, dtype=object), geometry=layer.geometry.to_numpy(), crs=layer.crs
    )
    table = table[table["code"] != ""]
    return table.sort_values("code", kind="stable", ignore_index=True), report


def _codes(
    layer: gpd.GeoDataFrame, schema: Schema, meaning: Meaning, file: str
) -> tuple[list[str], list[Problem]]:
    """A code a row, '' where a row without code is left out with a report."""
    if not schema.code:
        listed = meaning.code_list(schema.level)
        if listed is None:
            raise _unrecognised([layer], None, file)
        return match_names(layer, schema, CodeList(listed, schema.level), file)
    parts = layer[list(schema.code)].astype(object)
    if len(schema.code) > 1:
        parts = parts.map(lambda value: f"{int(float(value)):02d}")
    codes = [code_digits("".join(map(str, row))) for row in parts.itertuples(index=False)]
    digits = DIGITS[schema.level]
    if bad := [row[-1] for row, code in zip(parts.to_numpy(), codes, strict=True) if len(code) != digits]:
        raise problems.boundary_bad_codes(file, schema.code[-1], bad)
    parents = [[code_digits(value) for value in layer[column]] for column in schema.parents.values()]
    return codes, checks.parents_differ(codes, parents, file)


def _names(layer: gpd.GeoDataFrame, schema: Schema, level: str, language: str) -> list[str]:
    column = schema.names.get((level, language))
    if column is None:
        return [""] * len(layer)
    return [strip_area_prefix(name) if isinstance(name, str) else "" for name in layer[column]]


def _flat(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The layer without heights, with the areas of collections (KML) as one shape, and with points that
    ArcGIS wrote as several of one as points.
    """
    shapes = shapely.force_2d(layer.geometry.to_numpy())
    alone = (shapely.get_type_id(shapes) == shapely.GeometryType.MULTIPOINT) & (
        shapely.get_num_geometries(shapes) == 1
    )
    shapes[alone] = shapely.get_geometry(shapes[alone], 0)
    for row in (shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION).nonzero()[0]:
        parts = shapely.get_parts(shapes[row])
        if len(parts) and (shapely.get_dimensions(parts) == 2).all():
            shapes[row] = shapely.multipolygons(shapely.get_parts(parts))
    return layer.set_geometry(shapes, crs=layer.crs)
