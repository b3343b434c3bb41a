"""Boundary outlines for drawing: the base map of a machine without internet.

Outlines are cut into bands by zoom and, where they are fine, into parts by province or amphoe. They are made
once per boundary set and kept beside it under its checksum, so that a browser may keep them for ever.
"""

from __future__ import annotations

import gzip
import json
import secrets
import threading
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.boundaries import outlines as simplified
from geo.locate import Locator
from ingest.areas import boundary_sets, set_files
from ingest.areas.boundary_sets import BoundarySet
from ingest.atlas import Atlas, Reference
from ingest.maps import other_sets
from ingest.maps.map_view import coded, deltas

FORMAT = "1"  # raised when the answers change shape: browsers and kept files must not mix them
SCALE = 100_000
#: band -> (digits of the areas drawn, digits of a part, tolerance in degrees)
BANDS = {"province": (2, 0, 0.02), "amphoe": (4, 0, 0.01), "tambon": (6, 2, 0.001), "near": (6, 4, 0.00005)}
_UP_TO = {"province": 7, "amphoe": 9, "tambon": 12}  # the last zoom of each band but the nearest
INDEX = "index"
LAO = "lao"  # the outlines of LAOs, where a set has any: in one piece, for colouring only
_LAO_TOLERANCE_DEG = 0.001

_making = threading.Lock()


def version(atlas: Atlas, other: BoundarySet | None = None) -> str:
    """What outlines are addressed by: another set (``other`` than the default one) or other LAOs beside it,
    or another format, has another address.
    """
    return _address(_below(atlas, other), _lao(atlas, other))


def _below(atlas: Atlas, other: BoundarySet | None) -> BoundarySet:
    """The tambons of a map: a set of LAOs alone lies on the default ones."""
    return other if other and other.level != LAO else atlas.reference.boundary_set


def _address(drawn: BoundarySet, lao: BoundarySet | None) -> str:
    return f"{drawn.sha256[:20]}{lao.sha256[:8] if lao else ''}.{FORMAT}"


def _lao(atlas: Atlas, other: BoundarySet | None) -> BoundarySet | None:
    return other_sets.lao(atlas, other) if other else atlas.reference.sets.lao


def addressed(atlas: Atlas, address: str) -> BoundarySet | None:
    """The set whose outlines have this address, ``None`` for the default one; raises ``KeyError``."""
    if address == version(atlas):
        return None
    with atlas.log.connect() as connection:
        sets = boundary_sets.listed(connection)
    beside = {one: other_sets.lao_among(atlas, sets, one) for one in sets if one.level in ("tambon", LAO)}
    return {_address(_below(atlas, one), lao): one for one, lao in beside.items()}[address]


def outlines(atlas: Atlas, band: str, part: str = "", other: BoundarySet | None = None) -> bytes:
    """Gzipped JSON of a band, or of a part of it; ``KeyError`` where there is no such band or part.

    ``index`` lists the provinces and amphoes with their boxes, so that a browser knows which parts it sees;
    ``lao`` holds the LAOs.
    """
    drawn = _drawn(atlas, other)
    codes = drawn.tambons.codes
    if band == LAO and (part or _lao(atlas, other) is None):
        raise KeyError(part)
    if band in BANDS:
        _, part_digits, _ = BANDS[band]
        if len(part) != part_digits or not np.char.startswith(codes, part).any():
            raise KeyError(part)
    kept = atlas.folder.boundaries / f"{version(atlas, other)}-{band}{part}.json.gz"
    if not kept.is_file():
        with _making:
            if not kept.is_file():
                value = _made(atlas, drawn, band, part, _lao(atlas, other))
                text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
                half = kept.with_name(f"{secrets.token_hex(4)}.part")
                half.write_bytes(gzip.compress(text.encode(), 6, mtime=0))
                half.replace(kept)
    return kept.read_bytes()


class _Drawn(NamedTuple):
    """One set's tambons and the names of their areas."""

    one: BoundarySet
    tambons: Locator
    names: dict[str, dict[str, str]]


def _drawn(atlas: Atlas, other: BoundarySet | None) -> _Drawn:
    if other and other.level != LAO:
        return _read(atlas.folder.boundaries, other)
    return _Drawn(atlas.reference.boundary_set, atlas.reference.locator, atlas.reference.names)


@lru_cache(maxsize=1)
def _read(folder: Path, one: BoundarySet) -> _Drawn:
    names = set_files.area_names(set_files.attributes(folder, one))
    return _Drawn(one, set_files.locator(folder, one), names)


def _made(atlas: Atlas, drawn: _Drawn, band: str, part: str, lao: BoundarySet | None) -> dict[str, Any]:
    if band == INDEX:
        return _index(drawn)
    if band == LAO and lao:
        folder = atlas.folder.boundaries
        areas = set_files.drawn(set_files.locator(folder, lao))
        names = set_files.own_names(folder, lao)
        return _told(_merged(simplified(areas, _LAO_TOLERANCE_DEG), 0), names)
    return _band(drawn, band, part)


def band_of(zoom: int) -> str:
    """The band that is drawn at a web map's zoom."""
    return next((band for band, most in _UP_TO.items() if zoom <= most), "near")


def parts_in(atlas: Atlas, band: str, box: tuple[float, float, float, float]) -> list[str]:
    """The parts of a band that a box touches; '' where the band is one whole."""
    digits = BANDS[band][1]
    if not digits:
        return [""]
    index = json.loads(gzip.decompress(outlines(atlas, INDEX)))
    west, south, east, north = box
    return [
        code
        for code, (w, s, e, n) in index["parts"]["province" if digits == 2 else "amphoe"].items()
        if e >= west and w <= east and n >= south and s <= north
    ]


def box_of(reference: Reference, area: str) -> list[float] | None:
    """West, south, east, north of an area (a code of up to 6 digits; '' is everything drawn)."""
    locator = reference.locator
    boxes = locator.box[np.char.startswith(locator.codes, area[:6])]
    sides = [*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0)] if len(boxes) else []
    return [round(float(side), 5) for side in sides] or None


def _index(drawn: _Drawn) -> dict[str, Any]:
    bounds = pd.DataFrame(drawn.tambons.box, columns=["minx", "miny", "maxx", "maxy"])
    codes = pd.Series(drawn.tambons.codes.astype(object)).str
    parts = {}
    for name, digits in (("province", 2), ("amphoe", 4)):
        grouped = bounds.groupby(codes[:digits])
        sides = grouped.agg({"minx": "min", "miny": "min", "maxx": "max", "maxy": "max"}).round(3)
        parts[name] = {
            code: list(row) for code, row in zip(sides.index, sides.to_numpy().tolist(), strict=True)
        }
    return {"drawing": drawn.one.drawing, "name": drawn.one.name, "parts": parts}


def _band(drawn: _Drawn, band: str, part: str) -> dict[str, Any]:
    digits, _, tolerance = BANDS[band]
    merged = _merged(simplified(set_files.drawn(drawn.tambons, part), tolerance), digits % 6)
    return _told(merged, drawn.names)


def _told(drawn: gpd.GeoDataFrame, known: dict[str, dict[str, str]]) -> dict[str, Any]:
    """Areas with their codes, the places of their names and their outlines."""
    codes = drawn["code"].tolist()
    geometry = drawn.geometry.to_numpy()
    marks = shapely.get_coordinates(shapely.point_on_surface(geometry))
    names = [known.get(code, {"th": code, "en": code}) for code in codes]
    return {
        "scale": SCALE,
        "code": codes,
        "th": [name["th"] for name in names],
        "en": [name["en"] for name in names],
        "at": deltas(np.rint(marks * SCALE).astype(np.int64)),
    } | coded(geometry, np.arange(len(codes)), 0.0, SCALE)


def _merged(drawn: gpd.GeoDataFrame, digits: int) -> gpd.GeoDataFrame:
    """Tambons joined to the areas of that many digits; 0 leaves each by itself."""
    drawn = drawn[~(drawn.geometry.is_empty | drawn.geometry.isna())]
    if not digits:
        return drawn
    areas = drawn.assign(code=drawn["code"].str[:digits])
    return areas.dissolve("code", method="unary").reset_index()
