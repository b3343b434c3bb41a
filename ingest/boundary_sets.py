"""Boundary sets as the office keeps them: named, dated, sourced, checksummed; one is the default.

A set's file is GeoParquet under its checksum, with the index that locates points beside it.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import sqlalchemy as sa

from geo.boundaries import BoundaryTable
from geo.demo import demo_boundaries
from geo.locate import Locator
from ingest import log, problems
from ingest.placing import Places
from ingest.tables import boundary_set, now

DEMO = "demo"
_DEFAULT = "default_boundary_set"


@dataclass(frozen=True, slots=True)
class BoundarySet:
    """One level of one set, as the log describes it."""

    name: str
    level: str
    published: str
    source: str
    licence: str
    sha256: str
    features: int
    drawing: bool
    added_at: str


def listed(connection: sa.Connection) -> list[BoundarySet]:
    """All sets, by name and level."""
    columns = [boundary_set.c[name] for name in BoundarySet.__slots__]
    query = sa.select(*columns).order_by(boundary_set.c.name, boundary_set.c.level)
    return [BoundarySet(*row) for row in connection.execute(query)]


def default_name(connection: sa.Connection) -> str:
    """The set that everything is joined with."""
    return log.setting(connection, _DEFAULT, DEMO)


def keep(folder: Path, table: BoundaryTable) -> str:
    """Write a set's file and index, which may take seconds; returns the checksum it is found by."""
    half = folder / f"coming-{secrets.token_hex(4)}.parquet"
    table.frame.to_parquet(half)
    sha256 = hashlib.sha256(half.read_bytes()).hexdigest()
    half.replace(folder / f"{sha256}.parquet")
    if table.level == "tambon":
        frame = table.frame
        Locator.build(frame["code"].to_numpy(), frame.geometry.to_numpy()).save(folder / f"{sha256}.npz")
    return sha256


def add(
    connection: sa.Connection,
    table: BoundaryTable,
    sha256: str,
    *,
    name: str,
    published: str = "",
    source: str = "",
    licence: str = "",
) -> bool:
    """Name a kept set; True when it became the default, so that everything must be joined again.

    The first real tambon boundaries take the place of the demo's drawing.
    """
    connection.execute(
        boundary_set.delete().where(boundary_set.c.name == name, boundary_set.c.level == table.level)
    )
    connection.execute(
        boundary_set.insert().values(
            name=name, level=table.level, published=published, source=source, licence=licence, sha256=sha256,
            features=len(table.frame), drawing=table.drawing, added_at=now(),
        )
    )  # fmt: skip
    log.reference_changed(connection)
    current = default_name(connection)
    if table.level == "tambon" and not table.drawing and current in (DEMO, name):
        log.set_setting(connection, _DEFAULT, name)
        return True
    return current == name


def add_demo(engine: sa.Engine, folder: Path) -> None:
    """Keep the demo's drawing, so that a first start has something to join with."""
    with engine.connect() as connection:
        if any(one.name == DEMO for one in listed(connection)):
            return
    table = demo_boundaries()
    sha256 = keep(folder, table)
    source = "ภาพวาดจากรหัส ชื่อ และจุดกลางของตำบล ไม่ใช่ขอบเขตจริง · drawn from codes, names and centroids"
    with log.writing(engine) as connection:
        add(connection, table, sha256, name=DEMO, source=source, licence="Apache-2.0")


def default_set(connection: sa.Connection) -> BoundarySet:
    """The tambons of the default set."""
    return chosen_set(connection, None)


def chosen_set(connection: sa.Connection, name: str | None) -> BoundarySet:
    """The tambons of a set by its name, or of the default set; raises ``boundary_set_unknown``."""
    wanted = name or default_name(connection)
    for one in listed(connection):
        if one.name == wanted and one.level == "tambon":
            return one
    raise problems.boundary_set_unknown(wanted)


def places(connection: sa.Connection, folder: Path) -> Places:
    """The default set, ready to locate with."""
    chosen = default_set(connection)
    return Places(chosen.name, locator(folder, chosen))


def locator(folder: Path, one: BoundarySet) -> Locator:
    """The kept index of a set's tambons."""
    return Locator.load(folder / f"{one.sha256}.npz")


def frame(folder: Path, one: BoundarySet) -> gpd.GeoDataFrame:
    """A set's features, EPSG:4326."""
    return gpd.read_parquet(folder / f"{one.sha256}.parquet")


def area_names(tambons: gpd.GeoDataFrame) -> dict[str, dict[str, str]]:
    """Thai and English names of every province, amphoe and tambon, by code (2, 4, 6 digits)."""
    names: dict[str, dict[str, str]] = {}
    for digits, prefix in ((2, "province_"), (4, "amphoe_"), (6, "name_")):
        columns = [f"{prefix}th", f"{prefix}en"]
        if not set(columns) <= set(tambons.columns):
            continue
        for code, th, en in zip(tambons["code"].str[:digits], *(tambons[c] for c in columns), strict=True):
            names.setdefault(code, {"th": th or code, "en": en or th or code})
    return names
