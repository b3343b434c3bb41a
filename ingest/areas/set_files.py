"""The files of boundary sets: their features, and the index that locates among them.

A set's file is GeoParquet under its checksum, with the index that locates points beside it. Every process
that locates has that index mapped: it is never changed, and where it fits no more another one is made.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely
import sqlalchemy as sa
from pyarrow import parquet

from geo.levels import DIGITS, LAO
from geo.locate import Locator
from geo.overlay import Overlay
from ingest import log
from ingest.areas import boundary_sets
from ingest.areas.boundary_sets import DEMO, BoundarySet, InUse, Provenance
from ingest.projecting.periods import Of, Period, Places
from ingest.projecting.placing import village_points
from thai.problem import Problem

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from geo.boundaries import BoundaryTable

_LOCATED = ("tambon", LAO)  # levels with an index that locates points
_OLD_INDEX = ".npz"  # of earlier versions of the program


def keep(folder: Path, table: BoundaryTable) -> str:
    """Write a set's file and index, which may take seconds; returns the checksum it is found by."""
    half = folder / f"coming-{secrets.token_hex(4)}.parquet"
    table.frame.to_parquet(half)
    sha256 = hashlib.sha256(half.read_bytes()).hexdigest()
    half.replace(folder / f"{sha256}.parquet")
    if table.level in _LOCATED:
        _locator(folder, sha256, lambda: table.frame)
    return sha256


def add_demo(engine: sa.Engine, folder: Path) -> None:
    """Keep the demo's drawing, so that a first start has something to join with."""
    from geo.demo import demo_boundaries  # noqa: PLC0415 - geopandas takes a second that only frames need

    with engine.connect() as connection:
        if any(one.name == DEMO for one in boundary_sets.listed(connection)):
            return
    table = demo_boundaries()
    sha256 = keep(folder, table)
    source = "ภาพวาดจากรหัส ชื่อ และจุดกลางของตำบล ไม่ใช่ขอบเขตจริง · drawn from codes, names and centroids"
    with log.writing(engine) as connection:
        boundary_sets.add(
            connection, table, sha256, Provenance(source=source, licence="Apache-2.0"), name=DEMO
        )


def places(folder: Path, used: InUse) -> Places:
    """The sets in use, ready to locate with."""

    def periods(own: BoundarySet | None, read: Callable[[BoundarySet], Of]) -> tuple[Period[Of], ...]:
        sets = [own, *(one for one in used.former if one.level == own.level)] if own else []
        return tuple(Period(one.name, read(one), one.valid_from, one.valid_to) for one in sets)

    return Places(
        periods(used.tambon, lambda one: locator(folder, one)),
        periods(used.lao, lambda one: locator(folder, one)),
        periods(used.village, lambda one: village_points(frame(folder, one))),
        dict(used.aliases),
    )


def locator(folder: Path, one: BoundarySet) -> Locator:
    """The kept index of a set's tambons or LAOs; made again where it is damaged or an older program's."""
    return _locator(folder, one.sha256, lambda: frame(folder, one))


def _locator(folder: Path, sha256: str, read: Callable[[], gpd.GeoDataFrame]) -> Locator:
    kept = _index_file(folder, sha256)
    with suppress(Problem):
        return Locator.load(kept)
    table = read()
    Locator.build(table["code"].to_numpy(), table.geometry.to_numpy()).save(kept)
    kept.with_suffix(_OLD_INDEX).unlink(missing_ok=True)
    return Locator.load(kept)


def index_file(folder: Path, one: BoundarySet) -> Path:
    """Where that index is kept."""
    return _index_file(folder, one.sha256)


def _index_file(folder: Path, sha256: str) -> Path:
    return folder / f"{sha256}.index"


def lao_names(folder: Path, used: InUse) -> dict[str, dict[str, str]]:
    """Names of LAOs by their own code; empty where no set has any."""
    names: dict[str, dict[str, str]] = {}
    for one in (used.lao, *used.former):
        if one is not None and one.level == LAO:
            names = own_names(folder, one) | names
    return names


def own_names(folder: Path, one: BoundarySet) -> dict[str, dict[str, str]]:
    """Names of a set's areas by the areas' own codes."""
    table = attributes(folder, one)
    return {
        code: {"th": th or code, "en": en or th or code}
        for code, th, en in zip(table["code"], table["name_th"], table["name_en"], strict=True)
    }


def overlays(folder: Path, used: InUse) -> tuple[Overlay, ...]:
    """Every overlay set, indexed."""
    found = []
    for one in used.overlays:
        table = frame(folder, one)
        found.append(Overlay.build(one.name, one.scale, table["code"], table["name_th"], table.geometry))
    return tuple(found)


def frame(folder: Path, one: BoundarySet) -> gpd.GeoDataFrame:
    """A set's features, EPSG:4326 (the file says so too, in words that PROJ needs 45 ms to understand)."""
    import geopandas as gpd  # noqa: PLC0415 - as in add_demo

    table = parquet.read_table(folder / f"{one.sha256}.parquet").to_pandas()
    return gpd.GeoDataFrame(table, geometry=shapely.from_wkb(table["geometry"]), crs=4326)


def drawn(kept: Locator, area: str = "") -> gpd.GeoDataFrame:
    """Codes and shapes of the areas whose codes begin so, EPSG:4326: made of the index each time."""
    import geopandas as gpd  # noqa: PLC0415 - as in add_demo

    rows = np.flatnonzero(np.char.startswith(kept.codes, area))
    codes = kept.codes[rows].astype(object)
    return gpd.GeoDataFrame({"code": codes}, geometry=kept.polygons(rows), crs=4326)


def names_in_use(folder: Path, used: InUse) -> dict[str, dict[str, str]]:
    """Names of all areas of the sets in use, by code."""
    upper = {DIGITS[one.level]: attributes(folder, one) for one in used.upper}
    names = area_names(attributes(folder, used.tambon), upper)
    for one in used.former:
        if one.level == used.tambon.level:
            names = area_names(attributes(folder, one)) | names
    return names


def attributes(folder: Path, one: BoundarySet) -> pd.DataFrame:
    """A set's features without their shapes."""
    path = folder / f"{one.sha256}.parquet"
    columns = [name for name in parquet.read_schema(path).names if name != "geometry"]
    return parquet.read_table(path, columns=columns).to_pandas()


def area_names(
    tambons: pd.DataFrame, upper: dict[int, pd.DataFrame] | None = None
) -> dict[str, dict[str, str]]:
    """Thai and English names of every province, amphoe and tambon, by code (2, 4, 6 digits).

    The set's own level above, in ``upper`` by digits, counts before what its tambons say of it.
    """
    names: dict[str, dict[str, str]] = {}
    own = {digits: (table, "name_") for digits, table in (upper or {}).items()}
    for digits, prefix in ((2, "province_"), (4, "amphoe_"), (6, "name_")):
        for table, start in [*([own[digits]] if digits in own else []), (tambons, prefix)]:
            columns = [f"{start}th", f"{start}en"]
            if not set(columns) <= set(table.columns):
                continue
            for code, th, en in zip(table["code"].str[:digits], *(table[c] for c in columns), strict=True):
                names.setdefault(code, {"th": th or code, "en": en or th or code})
    return names
