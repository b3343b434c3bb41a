"""Geometry answers parsed, checked, measured and joined with the boundary set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeGuard, cast

import geopandas as gpd
import numpy as np
import pyarrow as pa
import shapely

from forms.xform import Field, Schema
from geo import measure, parse
from geo.cells import morton
from geo.extent import extents
from geo.locate import Locator, verdicts
from ingest.answers import GEO_KINDS, Noticed
from ingest.reading import Rows


@dataclass(frozen=True, slots=True)
class Places:
    """What everything is joined with: the set's name and the kept index over its tambons.

    Beside them the index over LAOs, where a set has any, the points of villages by their 8 digits, and the
    codes that areas had before (former -> current).
    """

    name: str
    locator: Locator
    lao: Locator | None = None
    villages: dict[str, tuple[float, float]] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)

    def current(self, codes: np.ndarray) -> np.ndarray:
        """Codes as the set has them: a former code still names its place."""
        if not self.aliases:
            return codes
        return np.array([self.aliases.get(code, code) for code in codes], dtype=object)


def village_points(frame: gpd.GeoDataFrame) -> dict[str, tuple[float, float]]:
    """Lon-lat by village code (tambon and two digits of the moo) of a set of villages that have one."""
    codes = [
        code if len(code) == 8 and code.isdigit() else f"{parent}{int(moo):02d}" if parent and moo else ""
        for code, parent, moo in zip(frame["code"], frame["parent"], frame["moo"], strict=True)
    ]
    return {code: (one.x, one.y) for code, one in zip(codes, frame.geometry, strict=True) if len(code) == 8}


@dataclass
class Placed:
    """One table's geometry columns, and per field the arrays that settle the record's own place."""

    columns: dict[str, pa.Array] = field(default_factory=dict)
    noticed: list[Noticed] = field(default_factory=list)
    fields: list[_Located] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Located:
    tambon: np.ndarray
    other: np.ndarray
    verdict: np.ndarray
    distance_m: np.ndarray


def place(schema: Schema, number: int, rows: Rows, reported: np.ndarray, places: Places) -> Placed:
    """Place every geometry of one table; ``reported`` holds the tambon code of each submission's form."""
    placed = Placed()
    fields = [
        (column, one) for column, one in enumerate(schema.tables[number].fields) if one.kind in GEO_KINDS
    ]
    if fields:
        own = reported[np.asarray(rows.instance, dtype=np.int64)]
        for column, one in fields:
            _place_field(placed, one, [values[column] for values in rows.values], own, places)
    return placed


def _place_field(
    placed: Placed, one: Field, texts: Sequence[str | None], reported: np.ndarray, places: Places
) -> None:
    shapes = parse.parse(texts, cast(parse.Kind, one.kind))
    where = extents(shapes.geometry)
    if one.kind == "geopoint":
        found = places.locator.locate_points(where.lon, where.lat)
    else:
        found = places.locator.locate_shapes(shapes.geometry)
    codes = np.append(places.locator.codes.astype(object), "")  # index -1 is outside: ''
    tambon, other = codes[found.index], codes[found.other]
    has = ~shapely.is_missing(shapes.geometry)
    verdict = verdicts(tambon, other, found.distance_m, shapes.accuracy_m, reported, has)
    distance_m = np.round(found.distance_m, 2)
    placed.fields.append(_Located(tambon, other, verdict, distance_m))
    numbers = {
        "lon": where.lon, "lat": where.lat, "minx": where.minx, "miny": where.miny, "maxx": where.maxx,
        "maxy": where.maxy, "accuracy_m": shapes.accuracy_m, "distance_m": distance_m,
    } | _measures(one.kind, shapes.geometry)  # fmt: skip
    words = {"drawn": shapes.drawn, "tambon": tambon, "other": other, "verdict": verdict}
    cell = morton(np.where(has, where.lon, 0.0), np.where(has, where.lat, 0.0))
    name = one.name
    placed.columns[name] = pa.array(shapely.to_wkb(shapes.geometry), pa.binary())
    placed.columns[f"{name}__cell"] = pa.array(cell, pa.uint64(), mask=~has)
    for suffix, values in numbers.items():
        placed.columns[f"{name}__{suffix}"] = pa.array(values, pa.float64(), from_pandas=True)
    for suffix, values in words.items():
        placed.columns[f"{name}__{suffix}"] = pa.array(values, pa.string())
    placed.noticed += [(row, name, code, "") for row, flags in enumerate(shapes.flags) for code in flags]
    placed.noticed += [
        (int(row), name, f"tambon_{verdict[row]}", "")
        for row in np.flatnonzero(np.isin(verdict, ("disagrees", "outside", "near_line")))
    ]


def _measures(kind: str, geometry: np.ndarray) -> dict[str, np.ndarray]:
    if kind == "geoshape":
        return {"area_m2": np.round(measure.area_m2(geometry), 1)}
    if kind == "geotrace":
        return {"length_m": np.round(measure.length_m(geometry), 1)}
    return {}


def record_place(placed: Placed, reported: np.ndarray) -> tuple[np.ndarray, dict[str, pa.Array]]:
    """Each record's own tambon and how sure it is: of its first geometry, else what the form reports."""
    size = len(reported)
    located, other = np.full(size, "", dtype=object), np.full(size, "", dtype=object)
    verdict, distance_m = np.full(size, "no_geometry", dtype=object), np.full(size, np.nan)
    for one in placed.fields:
        take = (verdict == "no_geometry") & (one.verdict != "no_geometry")
        located[take], other[take] = one.tambon[take], one.other[take]
        verdict[take], distance_m[take] = one.verdict[take], one.distance_m[take]
    tambon = np.where(located != "", located, reported)
    return tambon, {
        "_reported": pa.array(reported, pa.string()),
        "_located": pa.array(located, pa.string()),
        "_other": pa.array(other, pa.string()),
        "_verdict": pa.array(verdict, pa.string()),
        "_distance_m": pa.array(distance_m, pa.float64(), from_pandas=True),
    }


def area_codes(tambon: np.ndarray, moo: Sequence[str | None], above: np.ndarray) -> list[str]:
    """Tambon code, with the village's two digits behind it where the form asks for the moo.

    ``above`` holds the amphoe or province of records that report one and no tambon: theirs is that area,
    wherever the hall stands in which it was reported.
    """
    return [
        higher or (f"{code}{int(number):02d}" if code and _is_moo(number) else code)
        for code, number, higher in zip(tambon, moo, above, strict=True)
    ]


def _is_moo(number: str | None) -> TypeGuard[str]:
    return number is not None and number.isascii() and number.isdigit() and len(number) < 3
