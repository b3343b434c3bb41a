"""Geometry answers parsed, checked, measured and joined with the boundary set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import numpy as np
import pyarrow as pa
import shapely

from forms.schema import GEO_KINDS
from forms.xform import Field, Table
from geo import measure, parse, quality
from geo.cells import morton
from geo.extent import Extents, extents
from geo.locate import Located, verdicts
from ingest.projecting.answers import Noticed
from ingest.projecting.claims import Claims
from ingest.projecting.declared import declared_m2, differences
from ingest.projecting.periods import Period, Places, Points
from ingest.projecting.typed import Column

if TYPE_CHECKING:
    import geopandas as gpd


def village_points(frame: gpd.GeoDataFrame) -> Points:
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


def place(
    table: Table, answers: Mapping[str, Column], instance: np.ndarray, claims: Claims, places: Places
) -> Placed:
    """Place every geometry of one table; ``instance``: the submission of each row, whose ``claims`` count."""
    placed = Placed()
    fields = [one for one in table.fields if one.kind in GEO_KINDS]
    for one in fields:
        _place_field(placed, one, answers[one.name].array, claims, instance, places)
    if plots := [one.name for one in fields if one.kind == "geoshape"]:
        measured_m2 = placed.columns[f"{plots[0]}__area_m2"].to_numpy(zero_copy_only=False)
        placed.noticed += differences(plots[0], declared_m2(answers, len(instance)), measured_m2)
    return placed


def _place_field(
    placed: Placed,
    one: Field,
    texts: pa.StringArray,
    claims: Claims,
    instance: np.ndarray,
    places: Places,
) -> None:
    shapes = parse.parse(texts, cast(parse.Kind, one.kind))
    where = extents(shapes.geometry)
    has = ~shapely.is_missing(shapes.geometry)
    numbers = {"lon": where.lon, "lat": where.lat, "accuracy_m": shapes.accuracy_m}
    if one.kind != "geopoint":
        numbers |= {"minx": where.minx, "miny": where.miny, "maxx": where.maxx, "maxy": where.maxy}
        numbers |= _measures(one.kind, shapes.geometry)
    cell = morton(np.where(has, where.lon, 0.0), np.where(has, where.lat, 0.0))
    name = one.name
    placed.columns[name] = pa.array(shapely.to_wkb(shapes.geometry), pa.binary())
    placed.columns[f"{name}__cell"] = pa.array(cell, pa.uint64(), mask=~has)
    for suffix, values in numbers.items():
        placed.columns[f"{name}__{suffix}"] = pa.array(values, pa.float64(), from_pandas=True)
    placed.columns[f"{name}__drawn"] = pa.array(shapes.drawn, pa.string())
    if one.kind != "geopoint":
        placed.columns[f"{name}__vertex_accuracy_m"] = shapes.vertex_accuracy_m
    locate_field(placed, one, shapes.geometry, where, shapes.accuracy_m, claims, instance, places)
    if one.kind == "geoshape":
        for code, raised in quality.plot_flags(shapes.geometry, numbers["area_m2"]).items():
            placed.noticed += [(int(row), name, code, "") for row in np.flatnonzero(raised)]
    placed.noticed += [(row, name, code, "") for row, flags in enumerate(shapes.flags) for code in flags]


#: Flags that follow from where the boundaries run.
LOCATED_FLAGS = ("tambon_disagrees", "tambon_outside", "tambon_near_line", "outside_area", "area_unknown")


def locate_field(
    placed: Placed,
    one: Field,
    geometry: np.ndarray,
    where: Extents,
    accuracy_m: np.ndarray,
    claims: Claims,
    instance: np.ndarray,
    places: Places,
) -> None:
    """Join one question's shapes with the boundaries: all of its columns that change with the sets.

    ``where``: their extents; ``instance``: the submission of each row, whose ``claims`` count.
    """
    reported, period = claims.reported[instance], claims.tambons[instance]
    name = one.name
    points = one.kind == "geopoint"
    tambon, other, shares = (np.full(len(geometry), "", dtype=object) for _ in range(3))
    metres = np.full(len(geometry), np.nan)
    for number, own in enumerate(places.tambons):
        rows = np.flatnonzero(period == number)
        if not len(rows):
            continue
        if points:
            found = own.of.locate_points(where.lon[rows], where.lat[rows])
        else:
            found = own.of.locate_shapes(geometry[rows])
            shares[rows] = shares_text(found)
        across = own.of.others(geometry[rows], found, accuracy_m[rows])
        codes = np.append(own.of.codes.astype(object), "")  # index -1 is outside: ''
        if number:
            codes, across = places.current(codes), places.current(across)
        tambon[rows], other[rows], metres[rows] = codes[found.index], across, found.distance_m
    has = ~shapely.is_missing(geometry)
    verdict = verdicts(tambon, other, metres, accuracy_m, reported, has)
    distance_m, lao = np.round(metres, 2), _lao(places, claims.laos[instance], geometry, where, points=points)
    placed.fields.append(_Located(tambon, other, verdict, distance_m, lao, where.lon, where.lat))
    placed.columns[f"{name}__distance_m"] = pa.array(distance_m, pa.float64(), from_pandas=True)
    words = {"tambon": tambon, "other": other, "verdict": verdict, "lao": lao}
    for suffix, values in (words if points else words | {"shares": shares}).items():
        placed.columns[f"{name}__{suffix}"] = pa.array(values, pa.string())
    placed.noticed += [
        (int(row), name, f"tambon_{verdict[row]}", "")
        for row in np.flatnonzero(np.isin(verdict, ("disagrees", "outside", "near_line")))
        if verdict[row] != "disagrees" or reported[row] not in claims.unknown
    ]


def shares_text(found: Located) -> np.ndarray:
    """Of lines and areas that cross a line, the tambons and their shares, ``801206 0.62;801202 0.38``.

    '' for the others; a share without a code lies in no tambon.
    """
    texts = np.full(len(found.index), "", dtype=object)
    for row, parts in found.shares.items():
        texts[row] = ";".join(f"{code} {share:.4f}".strip() for code, share in parts)
    return texts


def _lao(
    places: Places, period: np.ndarray, shapes: np.ndarray, where: Extents, *, points: bool
) -> np.ndarray:
    """The LAO by the place alone, never by the tambon; '' where no set has LAOs."""
    codes = np.full(len(shapes), "", dtype=object)
    for number, own in enumerate(places.laos):
        rows = np.flatnonzero(period == number)
        if points:
            found = own.of.locate_points(where.lon[rows], where.lat[rows], distances="none")
        else:
            found = own.of.locate_shapes(shapes[rows])
        codes[rows] = np.append(own.of.codes.astype(object), "")[found.index]
    return codes


def _measures(kind: str, geometry: np.ndarray) -> dict[str, np.ndarray]:
    if kind == "geoshape":
        area_m2, around_m = measure.area_m2(geometry), measure.length_m(geometry)
        return {"area_m2": np.round(area_m2, 1), "perimeter_m": np.round(around_m, 1)}
    if kind == "geotrace":
        return {"length_m": np.round(measure.length_m(geometry), 1)}
    return {}


@dataclass(frozen=True)
class RecordPlaces:
    """Where each record belongs: its area's code, its tambon, and the columns that say how it is known."""

    areas: list[str]
    tambon: np.ndarray
    columns: dict[str, pa.Array]


def record_places(placed: Placed, claims: Claims, places: Places) -> RecordPlaces:
    """Each record's own tambon and how sure it is: of its first geometry, else what the form reports.

    A record that reports a district or a province belongs there and to no tambon, wherever its hall stands.
    Its village is the form's own choice, never taken from the place, and beside it how far its point is.
    Where the place lies in another tambon than the moo was told for, the record is in no village of that one.
    ``placed`` also notes who surely lies outside the area of who sent them, and who reports an area that is
    none.
    """
    reported, size = claims.reported, len(claims.reported)
    lao, lon, lat = np.full(size, "", dtype=object), np.full(size, np.nan), np.full(size, np.nan)
    located, other = np.full(size, "", dtype=object), np.full(size, "", dtype=object)
    verdict, distance_m = np.full(size, "no_geometry", dtype=object), np.full(size, np.nan)
    for one in placed.fields:
        take = (verdict == "no_geometry") & (one.verdict != "no_geometry")
        located[take], other[take] = one.tambon[take], one.other[take]
        verdict[take], distance_m[take] = one.verdict[take], one.distance_m[take]
        lao[take], lon[take], lat[take] = one.lao[take], one.lon[take], one.lat[take]
    tambon = np.where(claims.above != "", "", np.where(located != "", located, reported))
    moo = np.where((reported == "") | (tambon == reported), claims.moo, "")
    placed.noticed += _strays(located, verdict, claims.writer_area) + _unknown(claims)
    names = np.array([one.name for one in places.tambons], dtype=object)
    columns = {
        "_boundary_set": pa.array(names[claims.tambons], pa.string()),
        "_reported": pa.array(reported, pa.string()),
        "_located": pa.array(located, pa.string()),
        "_other": pa.array(other, pa.string()),
        "_verdict": pa.array(verdict, pa.string()),
        "_distance_m": pa.array(distance_m, pa.float64(), from_pandas=True),
        "_lao": pa.array(lao, pa.string()),
    } | _village(claims, lon, lat, places.villages)
    areas = np.where(claims.above != "", claims.above, _village_codes(tambon, moo, otherwise=tambon))
    return RecordPlaces(areas.tolist(), tambon, columns)


def _strays(located: np.ndarray, verdict: np.ndarray, areas: Sequence[str | None]) -> list[Noticed]:
    """Records that surely lie outside the area of who sent them."""
    return [
        (row, "", "outside_area", area)
        for row, area in enumerate(areas)
        if area and area.isdigit() and located[row] and verdict[row] != "near_line"
        and not located[row].startswith(area[:6])
    ]  # fmt: skip


def _unknown(claims: Claims) -> list[Noticed]:
    """Records that report an area which no boundary set has: no phone offers it, a table may say it."""
    if not claims.unknown:
        return []
    said = np.where(claims.reported != "", claims.reported, claims.above)
    return [(row, "", "area_unknown", code) for row, code in enumerate(said) if code in claims.unknown]


def _village(
    claims: Claims, lon: np.ndarray, lat: np.ndarray, periods: Sequence[Period[Points]]
) -> dict[str, pa.Array]:
    """The chosen village by its 8 digits, and metres from the record to the village's own point."""
    codes = _village_codes(claims.reported, claims.moo, otherwise="")
    distance_m = np.full(len(codes), np.nan)
    for number, own in enumerate(periods):
        placed = np.flatnonzero((claims.villages == number) & ~np.isnan(lon))
        rows = [row for row in placed if codes[row] in own.of]
        there = np.array([own.of[codes[row]] for row in rows]).reshape(-1, 2)
        distance_m[rows] = measure.distance_m(lon[rows], lat[rows], *there.T)
    return {
        "_village": pa.array(codes, pa.string()),
        "_village_distance_m": pa.array(np.round(distance_m, 1), pa.float64(), from_pandas=True),
    }


def _village_codes(tambon: np.ndarray, moo: np.ndarray, *, otherwise: np.ndarray | str) -> np.ndarray:
    """Tambon code and the village's two digits behind it; ``otherwise`` where either is missing."""
    return np.where((tambon != "") & (moo != ""), tambon + moo, otherwise)
