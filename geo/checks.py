"""What the shapes, codes and names of a boundary table say about its quality."""

from __future__ import annotations

import re
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import findings, problems
from geo.measure import area_m2
from geo.mending import mended
from thai.problem import Problem
from thai.text import fold

_CUT_AT = 16  # COD-AB of 2022 cuts every Thai name there
_UNFINISHED = re.compile("[\u0e40-\u0e44]$")  # a vowel that is written before its consonant


def tidy(table: gpd.GeoDataFrame, file: str) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Drop rows without shape, repair invalid ones, join repeated codes of one name.

    Raises ``Problem`` when nothing is left, and when one code stands at different names or points.
    """
    report: list[Problem] = []
    table, changes = _repaired(table)
    empty = (table.geometry.isna() | table.geometry.is_empty).to_numpy()
    if empty.any():
        report.append(findings.boundary_empty(file, list(table["code"][empty])))
        table = table[~empty].reset_index(drop=True)
    if changes:
        report.append(findings.boundary_repaired(file, list(changes), list(changes.values())))
    if not len(table):
        raise problems.boundary_empty_layer(file, file)
    if (repeated := table["code"].duplicated(keep=False)).any():
        several = _variants(table[repeated]).groupby(table["code"][repeated]).nunique()
        if conflicts := list(several[several > 1].index):
            raise problems.boundary_code_conflict(file, conflicts)
        report.append(findings.boundary_duplicates(file, list(several.index)))
        table = table.dissolve("code", as_index=False)[list(table.columns)]
    return table, report


def names_cut(table: pd.DataFrame, file: str) -> list[Problem]:
    """Names of just 16 characters when none is longer, and names that end in half a syllable."""
    names, report = table["name_th"].astype(str), []
    lengths = names.str.len()
    at_limit = (lengths == _CUT_AT) & (lengths.max() == _CUT_AT)
    unfinished = names.str.contains(_UNFINISHED) & ~at_limit
    for suspects, length in ((at_limit, _CUT_AT), (unfinished, 0)):
        if suspects.any():
            report.append(findings.boundary_names_cut(file, _shown(table[suspects]), length))
    return list[Problem](report)


def parents_differ(codes: Sequence[str], parents: Sequence[Sequence[str]], file: str) -> list[Problem]:
    """Codes that do not begin with a parent's code of the same row ('' says nothing)."""
    wrong = [
        code
        for column in parents
        for code, parent in zip(codes, column, strict=True)
        if not code.startswith(parent)
    ]
    return [findings.boundary_parents_differ(file, sorted(set(wrong)))] if wrong else []


def against_list(table: pd.DataFrame, listed: pd.DataFrame, file: str) -> list[Problem]:
    """Codes and Thai names beside those of a code list of the same level, within the table's provinces."""
    report: list[Problem] = []
    provinces = set(table["code"].str[:2])
    names = dict(zip(listed["code"], listed["name_th"], strict=True))
    if unlisted := sorted(set(table["code"]) - names.keys()):
        report.append(findings.boundary_codes_unlisted(file, unlisted))
    if missing := sorted(code for code in names.keys() - set(table["code"]) if code[:2] in provinces):
        report.append(findings.boundary_codes_missing(file, missing))
    cut: list[str] = []
    differ: list[str] = []
    for code, name in zip(table["code"], table["name_th"], strict=True):
        other = names.get(code, "")
        if name and other and fold(name) != fold(other):
            (cut if fold(other).startswith(fold(name)) else differ).append(f"{code} {name} ≠ {other}")
    if cut:
        report.append(findings.boundary_names_cut(file, cut))
    if differ:
        report.append(findings.boundary_names_differ(file, differ))
    return report


def _repaired(table: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, dict[str, float]]:
    """Valid shapes, and by code how many m² the repair of the invalid ones added (whole ones only)."""
    shapes = table.geometry.to_numpy().copy()
    broken = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    if not broken.any():
        return table, {}
    codes, before = table["code"].to_numpy()[broken], area_m2(shapes[broken])
    shapes[broken] = mended(shapes[broken])
    whole = ~shapely.is_empty(shapes[broken])
    changes_m2 = (area_m2(shapes[broken]) - before)[whole].tolist()
    return table.set_geometry(shapes, crs=table.crs), dict(zip(codes[whole], changes_m2, strict=True))


def _variants(table: gpd.GeoDataFrame) -> pd.Series:
    """What rows of one code must have in common: the names, and the place of a point."""
    names = table["name_th"].map(fold) + "|" + table["name_en"].map(fold)
    is_point = (table.geometry.geom_type == "Point").to_numpy()
    return names + np.where(is_point, shapely.to_wkb(table.geometry.to_numpy(), hex=True), "")


def _shown(table: pd.DataFrame) -> list[str]:
    return [f"{code} {name}" for code, name in zip(table["code"], table["name_th"], strict=True)]
