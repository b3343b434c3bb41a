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
from geo import measure, parse, quality
from geo.cells import morton
from geo.extent import Extents, extents
from geo.locate import Located, Locator, verdicts
from ingest.projecting.answers import GEO_KINDS, Noticed
from ingest.projecting.declared import declared_m2, differences
from ingest.projecting.reading import Rows


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
    lao: np.ndarray
    lon: np.ndarray
    lat: np.ndarray


def place(schema: Schema, number: int, rows: Rows, reported: np.ndarray, places: Places) -> Placed:
    """Place every geometry of one table; ``reported`` holds the tambon code of each submission's form."""
    placed = Placed()
    every = schema.tables[number].fields
    fields = [(column, one) for column, one in enumerate(every) if one.kind in GEO_KINDS]
    if fields:
        own = reported[np.asarray(rows.instance, dtype=np.int64)]
        for column, one in fields:
            _place_field(placed, one, [values[column] for values in rows.values], own, places)
        if plots := [one.name for _, one in fields if one.kind == "geoshape"]:
            measured_m2 = placed.columns[f"{plots[0]}__area_m2"].to_numpy(zero_copy_only=False)
            placed.noticed += differences(plots[0], declared_m2(every, rows.values), measured_m2)
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
    lao = _lao(places, one.kind, shapes.geometry, where)
    placed.fields.append(_Located(tambon, other, verdict, distance_m, lao, where.lon, where.lat))
    numbers = {
        "lon": where.lon, "lat": where.lat, "minx": where.minx, "miny": where.miny, "maxx": where.maxx,
        "maxy": where.maxy, "accuracy_m": shapes.accuracy_m, "distance_m": distance_m,
    } | _measures(one.kind, shapes.geometry)  # fmt: skip
    words = {"drawn": shapes.drawn, "tambon": tambon, "other": other, "verdict": verdict, "lao": lao}
    cell = morton(np.where(has, where.lon, 0.0), np.where(has, where.lat, 0.0))
    name = one.name
    placed.columns[name] = pa.array(shapely.to_wkb(shapes.geometry), pa.binary())
    placed.columns[f"{name}__cell"] = pa.array(cell, pa.uint64(), mask=~has)
    for suffix, values in numbers.items():
        placed.columns[f"{name}__{suffix}"] = pa.array(values, pa.float64(), from_pandas=True)
    for suffix, values in words.items():
        placed.columns[f"{name}__{suffix}"] = pa.array(values, pa.string())
    if one.kind != "geopoint":
        placed.columns[f"{name}__vertex_accuracy_m"] = shapes.vertex_accuracy_m
        placed.columns[f"{name}__shares"] = pa.array(shares_text(places.locator, shapes.geometry, found))
    if one.kind == "geoshape":
        for code, raised in quality.plot_flags(shapes.geometry, numbers["area_m2"]).items():
            placed.noticed += [(int(row), name, code, "") for row in np.flatnonzero(raised)]
    placed.noticed += [(row, name, code, "") for row, flags in enumerate(shapes.flags) for code in flags]
    placed.noticed += [
        (int(row), name, f"tambon_{verdict[row]}", "")
        for row in np.flatnonzero(np.isin(verdict, ("disagrees", "outside", "near_line")))
    ]


def shares_text(locator: Locator, shapes: np.ndarray, found: Located) -> np.ndarray:
    """Of lines and areas that cross a line, the tambons and their shares, ``801206 0.62;801202 0.38``.

    '' for the others; a share without a code lies in no tambon.
    """
    texts = np.full(len(shapes), "", dtype=object)
    rows = np.flatnonzero((found.distance_m == 0) & (shapely.get_dimensions(shapes) > 0))
    for row, parts in zip(rows, locator.shares(shapes[rows]) if len(rows) else (), strict=True):
        if len(parts) > 1:
            texts[row] = ";".join(f"{code} {share:.4f}".strip() for code, share in parts)
    return texts


def _lao(places: Places, kind: str, shapes: np.ndarray, where: Extents) -> np.ndarray:
    """The LAO by the place alone, never by the tambon; '' where no set has LAOs."""
    if places.lao is None:
        return np.full(len(shapes), "", dtype=object)
    if kind == "geopoint":
        found = places.lao.locate_points(where.lon, where.lat, distances="none")
    else:
        found = places.lao.locate_shapes(shapes)
    return np.append(places.lao.codes.astype(object), "")[found.index]


def _measures(kind: str, geometry: np.ndarray) -> dict[str, np.ndarray]:
    if kind == "geoshape":
        area_m2, around_m = measure.area_m2(geometry), measure.length_m(geometry)
        return {"area_m2": np.round(area_m2, 1), "perimeter_m": np.round(around_m, 1)}
    if kind == "geotrace":
        return {"length_m": np.round(measure.length_m(geometry), 1)}
    return {}


def record_place(
    placed: Placed, reported: np.ndarray, moo: Sequence[str | None], places: Places
) -> tuple[np.ndarray, dict[str, pa.Array]]:
    """Each record's own tambon and how sure it is: of its first geometry, else what the form reports.

    Its village is the form's own choice, never taken from the place; beside it how far its point is.
    """
    size = len(reported)
    lao, lon, lat = np.full(size, "", dtype=object), np.full(size, np.nan), np.full(size, np.nan)
    located, other = np.full(size, "", dtype=object), np.full(size, "", dtype=object)
    verdict, distance_m = np.full(size, "no_geometry", dtype=object), np.full(size, np.nan)
    for one in placed.fields:
        take = (verdict == "no_geometry") & (one.verdict != "no_geometry")
        located[take], other[take] = one.tambon[take], one.other[take]
        verdict[take], distance_m[take] = one.verdict[take], one.distance_m[take]
        lao[take], lon[take], lat[take] = one.lao[take], one.lon[take], one.lat[take]
    tambon = np.where(located != "", located, reported)
    return tambon, {
        "_reported": pa.array(reported, pa.string()),
        "_located": pa.array(located, pa.string()),
        "_other": pa.array(other, pa.string()),
        "_verdict": pa.array(verdict, pa.string()),
        "_distance_m": pa.array(distance_m, pa.float64(), from_pandas=True),
        "_lao": pa.array(lao, pa.string()),
    } | _village(reported, moo, lon, lat, places.villages)


def strays(own_place: dict[str, pa.Array], areas: Sequence[str]) -> list[Noticed]:
    """Records that surely lie outside the area of the enumerator who sent them."""
    located, verdict = own_place["_located"].to_pylist(), own_place["_verdict"].to_pylist()
    return [
        (row, "", "outside_area", area)
        for row, area in enumerate(areas)
        if area.isdigit() and located[row] and verdict[row] != "near_line"
        and not located[row].startswith(area[:6])
    ]  # fmt: skip


def _village(
    reported: np.ndarray, moo: Sequence[str | None], lon: np.ndarray, lat: np.ndarray,
    points: dict[str, tuple[float, float]],
) -> dict[str, pa.Array]:  # fmt: skip
    """The chosen village by its 8 digits, and metres from the record to the village's own point."""
    nobody = np.full(len(reported), "", dtype=object)
    codes = [code if len(code) == 8 else "" for code in area_codes(reported, moo, nobody)]
    distance_m = np.full(len(codes), np.nan)
    if points:
        rows = [row for row, code in enumerate(codes) if code in points and not np.isnan(lon[row])]
        there = np.array([points[codes[row]] for row in rows]).reshape(-1, 2)
        distance_m[rows] = measure.distance_m(lon[rows], lat[rows], *there.T)
    return {
        "_village": pa.array(codes, pa.string()),
        "_village_distance_m": pa.array(np.round(distance_m, 1), pa.float64(), from_pandas=True),
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
