"""LAOs, villages and overlays: levels whose files have no one code that all publishers share."""

from __future__ import annotations

import re

import geopandas as gpd
import pandas as pd
import shapely
from pyproj.exceptions import CRSError

from geo import datum_problems, findings, problems
from geo.levels import DIGITS, LAO, LEVELS, OVERLAY, VILLAGE
from geo.naming import CodeList, row_names
from geo.reference import fitting
from geo.schema import Schema, code_column, code_digits, name_columns, plain_names
from thai.problem import Problem
from thai.text import arabic_digits, normalise

_VILLAGE_DIGITS = 8
_CODES = {
    LAO: ("lao_code", "dla_code", "opt_code", "รหัสอปท", "รหัส อปท."),
    VILLAGE: ("village_code", "vill_code", "villcode", "moo_code", "mooban_code", "vid", "รหัสหมู่บ้าน"),
    OVERLAY: (),
}
_OWN_IDS = ("vill_", "wof_id", "osm_id", "id", "objectid", "gid", "fid", "code")
_NAMES = {
    LAO: ("lao_name", "lao_th", "opt_name", "ชื่ออปท"),
    VILLAGE: ("village_th", "vill_name", "vill_nam_t", "vill_name_t", "name_t", "ชื่อหมู่บ้าน"),
    OVERLAY: ("nrf_name", "np_name", "forest_nam", "name_th"),
}
_MOO = ("moo", "moo_no", "mooban_no", "vill_no", "หมู่ที่", "หมู่")


_MOO_NUMBER = re.compile(r"(?:หมู่(?:บ้าน)?(?:ที่)?|ม\.|moo|m\.)?\s*([0-9]{1,3})", re.IGNORECASE)


def own_table(
    layer: gpd.GeoDataFrame, level: str, file: str, asked: str | None, codes_from: CodeList | None
) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """``code``, ``name_th``, ``name_en``, ``parent`` and ``geometry`` of such a level; raises ``Problem``.

    A village has also ``moo`` (its number, '' unknown) and the names of the areas above; its ``parent`` is
    the tambon's code, by its own code's digits, by a column of tambon codes or by unique names in
    ``codes_from``, else ''. Names keep their prefix: เทศบาลตำบล is part of the name. ``asked`` names the
    column of codes.
    """
    _refuse_shapes(layer, level, file)
    codes, report = _codes(layer, level, file, asked)
    columns: dict[str, list[str]] = {"code": codes}
    names = plain_names(layer, _NAMES[level])
    for language in ("th", "en"):
        columns[f"name_{language}"] = _texts(layer, names.get(language))
    columns["parent"] = [""] * len(layer)
    if level == VILLAGE:
        above = name_columns(layer)
        columns["parent"] = _tambons(layer, codes, above, codes_from)
        if blank := columns["parent"].count(""):
            report.append(findings.boundary_parents_unknown(file, blank, len(layer)))
        columns["moo"] = [_number(value) for value in _texts(layer, _column(layer, _MOO))]
        for one in reversed(LEVELS):
            columns[f"{one}_th"] = _texts(layer, above.get((one, "th")))
    shapes = layer.geometry.to_numpy()
    return gpd.GeoDataFrame(pd.DataFrame(columns, dtype=object), geometry=shapes, crs=layer.crs), report


def widened(
    layer: gpd.GeoDataFrame, buffer_m: float, file: str, given: str | None = None
) -> gpd.GeoDataFrame:
    """Lines (and areas) with so many metres to either side, 0 leaves them.

    The metres are those of the UTM zone: off by 0.1 % at most. ``given`` is the system of the coordinates,
    whatever the file says. Raises ``boundary_crs_unknown``, or ``boundary_no_crs`` where no system fits.
    """
    if not buffer_m:
        return layer
    try:
        own = layer.set_crs(given or layer.crs, allow_override=True)
        zone = own.estimate_utm_crs()
    except CRSError as error:
        raise datum_problems.boundary_crs_unknown(file, str(given)) from error
    except RuntimeError as error:
        raise datum_problems.boundary_no_crs(
            file, list(layer.total_bounds), fitting(layer.total_bounds)
        ) from error
    metric = own.to_crs(zone)
    wide = metric.set_geometry(metric.buffer(buffer_m)).to_crs(own.crs)
    return wide.set_crs(layer.crs, allow_override=True)


def same_places(table: gpd.GeoDataFrame, file: str) -> list[Problem]:
    """Points that stand exactly on another."""
    again = pd.Series(shapely.to_wkb(table.geometry.to_numpy())).duplicated().to_numpy()
    return [findings.boundary_same_place(file, list(table["code"][again]))] if again.any() else []


def _refuse_shapes(layer: gpd.GeoDataFrame, level: str, file: str) -> None:
    kinds = sorted(layer.geometry.geom_type.dropna().unique())
    if level == VILLAGE and not set(kinds) <= {"Point"}:
        raise problems.boundary_not_points(file, kinds)
    if level != VILLAGE and not set(kinds) <= {"Polygon", "MultiPolygon"}:
        raise problems.boundary_not_areas(file, kinds)


def _codes(
    layer: gpd.GeoDataFrame, level: str, file: str, asked: str | None
) -> tuple[list[str], list[Problem]]:
    """Codes of the authority where a column is known for them, else the file's own ids, else row numbers."""
    if column := asked or _column(layer, _CODES[level]):
        codes = [code_digits(v) if level == VILLAGE else arabic_digits(v) for v in _texts(layer, column)]
        bad = [code for code in codes if not code or (level == VILLAGE and len(code) != _VILLAGE_DIGITS)]
        if not bad:
            return codes, []
        if asked:
            raise problems.boundary_bad_codes(file, asked, bad)
    for name in _OWN_IDS:
        column = _column(layer, (name,))
        ids = _texts(layer, column)
        if column and all(ids) and len(set(ids)) == len(ids):
            return ids, [findings.boundary_own_ids(file, column)]
    rows = [f"{number:06d}" for number in range(1, len(layer) + 1)]
    return rows, [findings.boundary_own_ids(file, "")]


def _tambons(
    layer: gpd.GeoDataFrame, codes: list[str], above: dict[tuple[str, str], str], codes_from: CodeList | None
) -> list[str]:
    """The tambon's code of each village, '' where it is not certain."""
    found = [code[:6] if code_digits(code) == code and len(code) == _VILLAGE_DIGITS else "" for code in codes]
    if column := code_column(layer, "tambon"):
        told = [code_digits(value) for value in layer[column]]
        digits = DIGITS["tambon"]
        found = [own or (code if len(code) == digits else "") for own, code in zip(found, told, strict=True)]
    if codes_from is None:
        return found
    for row, names in enumerate(row_names(layer, Schema("tambon", names=above))):
        candidates = codes_from.candidates("tambon", names, {})
        if not found[row] and len(candidates) == 1:
            found[row] = candidates.pop()
    return found


def _column(layer: gpd.GeoDataFrame, candidates: tuple[str, ...]) -> str | None:
    given = {normalise(str(column)).casefold(): str(column) for column in reversed(list(layer.columns))}
    return next((given[name] for name in candidates if name in given), None)


def _texts(layer: gpd.GeoDataFrame, column: str | None) -> list[str]:
    """A column as normalised text; '' where blank, whole numbers without a point."""
    if column is None:
        return [""] * len(layer)
    return ["" if pd.isna(value) else normalise(str(value).removesuffix(".0")) for value in layer[column]]


def _number(text: str) -> str:
    found = _MOO_NUMBER.fullmatch(arabic_digits(text))
    return str(int(found[1])) if found else ""
