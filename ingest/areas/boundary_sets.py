"""Boundary sets as the office keeps them: named, dated, sourced, checksummed; one is the default.

A set's file is GeoParquet under its checksum, with the index that locates points beside it. Every process
that locates has that index mapped: it is never changed, and where it fits no more another one is made.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import sqlalchemy as sa
from pyarrow import parquet

from geo.boundaries import BoundaryTable
from geo.demo import demo_boundaries
from geo.locate import Locator
from geo.overlay import Overlay
from geo.own_levels import LAO, OVERLAY, VILLAGE
from geo.schema import DIGITS
from ingest import log, problems
from ingest.projecting.periods import Of, Period, Places
from ingest.projecting.placing import village_points
from ingest.tables import area_alias, boundary_set, now
from thai.calendar import format_day
from thai.problem import Problem

DEMO = "demo"
_DEFAULT = "default_boundary_set"
_LOCATED = ("tambon", LAO)  # levels with an index that locates points
_OLD_INDEX = ".npz"  # of earlier versions of the program


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a set comes from and when it holds (ISO dates, '' open). ``scale``: 50000 for 1:50,000, or 0."""

    published: str = ""
    source: str = ""
    licence: str = ""
    valid_from: str = ""
    valid_to: str = ""
    agency: str = ""
    scale: int = 0
    legal_status: str = ""


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
    valid_from: str
    valid_to: str
    agency: str
    scale: int
    legal_status: str


@dataclass(frozen=True, slots=True)
class InUse:
    """What everything is joined with: the default's tambons, beside them LAOs and villages, and old codes.

    LAOs and villages come from the default set where it has them, else from the set published last.
    ``overlays``: every overlay set, by name. ``upper``: the default's own provinces and amphoes, for their
    names. ``aliases``: (former code, code in the default set). ``former``: the tambons, LAOs and villages of
    other sets with a period, for records of days outside that of the set in use; the one published last comes
    first.
    """

    tambon: BoundarySet
    lao: BoundarySet | None
    village: BoundarySet | None
    overlays: tuple[BoundarySet, ...]
    upper: tuple[BoundarySet, ...]
    aliases: tuple[tuple[str, str], ...]
    former: tuple[BoundarySet, ...] = ()

    def label(self, language: str) -> str:
        """The sets that records are joined with, as people read them: the default, then the former ones."""
        default = f"{self.tambon.name} {format_day(self.tambon.published, language)}".strip()
        former = (one for one in self.former if one.level == self.tambon.level)
        ends = (
            (one.name, format_day(one.valid_from, language), format_day(one.valid_to, language))
            for one in former
        )
        return "; ".join(
            [default, *(f"{name} ({first or '…'} – {last or '…'})" for name, first, last in ends)]
        )

    @property
    def fingerprint(self) -> str:
        """Changes with everything that rows are joined with; overlays are held against the rows later."""
        joined = [(one.name, one.sha256) for one in (self.tambon, self.lao, self.village) if one]
        of_former = (
            [*filter(None, (self.tambon, self.lao, self.village)), *self.former] if self.former else ()
        )
        periods = [(one.name, one.sha256, one.valid_from, one.valid_to) for one in of_former]
        return hashlib.sha256(repr((joined, self.aliases, periods)).encode()).hexdigest()[:16]

    @property
    def overlays_fingerprint(self) -> str:
        """Changes with every overlay, and with what is said about its scale."""
        facts = [(one.name, one.sha256, one.scale) for one in self.overlays]
        return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


def listed(connection: sa.Connection) -> list[BoundarySet]:
    """All sets, by name and level."""
    columns = [boundary_set.c[name] for name in BoundarySet.__slots__]
    query = sa.select(*columns).order_by(boundary_set.c.name, boundary_set.c.level)
    return [BoundarySet(*row) for row in connection.execute(query)]


def report(connection: sa.Connection, one: BoundarySet) -> list[dict[str, Any]]:
    """What the import noticed in a set's file: ``Problem.as_dict`` with ``figures`` where there are any."""
    query = sa.select(boundary_set.c.report).where(
        boundary_set.c.name == one.name, boundary_set.c.level == one.level
    )
    return list(json.loads(connection.execute(query).scalar() or "[]"))


def default_name(connection: sa.Connection) -> str:
    """The set that everything is joined with."""
    return log.setting(connection, _DEFAULT, DEMO)


def choose(connection: sa.Connection, name: str) -> BoundarySet:
    """Make a set with tambons the default, so that everything is joined again; ``boundary_set_unknown``."""
    chosen = chosen_set(connection, name)
    log.set_setting(connection, _DEFAULT, chosen.name)
    log.reference_changed(connection)
    return chosen


def in_use(connection: sa.Connection) -> InUse:
    """The sets of all levels that count at the moment."""
    sets, tambon = listed(connection), default_set(connection)

    def beside(level: str) -> BoundarySet | None:
        found = [one for one in sets if one.level == level]
        return max(found, key=lambda one: (one.name == tambon.name, one.published, one.name), default=None)

    aliases = connection.execute(sa.select(area_alias.c.code, area_alias.c.now).order_by(area_alias.c.code))
    overlays = tuple(one for one in sets if one.level == OVERLAY)
    upper = tuple(one for one in sets if one.name == tambon.name and one.level in ("province", "amphoe"))
    pairs = tuple((row[0], row[1]) for row in aliases)
    lao, village = beside(LAO), beside(VILLAGE)
    former = [one for own in (tambon, lao, village) if own for one in _former(sets, own)]
    return InUse(tambon, lao, village, overlays, upper, pairs, tuple(former))


def _former(sets: Sequence[BoundarySet], own: BoundarySet) -> tuple[BoundarySet, ...]:
    """Other sets of a level with a period, where the one in use has one too: else it holds on every day."""
    if not (own.valid_from or own.valid_to):
        return ()
    dated = [one for one in sets if one.level == own.level and (one.valid_from or one.valid_to)]
    others = (one for one in dated if one.name != own.name)
    return tuple(sorted(others, key=lambda one: (one.published, one.name), reverse=True))


def keep_aliases(connection: sa.Connection, aliases: dict[str, str], name: str) -> None:
    """Remember codes that changed with the set ``name``: former code -> code there."""
    connection.execute(area_alias.delete().where(area_alias.c.code.in_([*aliases, *aliases.values()])))
    if aliases:
        noted_at = now()
        connection.execute(
            area_alias.insert(),
            [
                {"code": code, "now": current, "boundary_set": name, "noted_at": noted_at}
                for code, current in sorted(aliases.items())
            ],
        )
    log.reference_changed(connection)


def keep(folder: Path, table: BoundaryTable) -> str:
    """Write a set's file and index, which may take seconds; returns the checksum it is found by."""
    half = folder / f"coming-{secrets.token_hex(4)}.parquet"
    table.frame.to_parquet(half)
    sha256 = hashlib.sha256(half.read_bytes()).hexdigest()
    half.replace(folder / f"{sha256}.parquet")
    if table.level in _LOCATED:
        _locator(folder, sha256, lambda: table.frame)
    return sha256


def add(
    connection: sa.Connection,
    table: BoundaryTable,
    sha256: str,
    provenance: Provenance = Provenance(),
    *,
    name: str,
    report: Sequence[Problem] | None = None,
) -> bool:
    """Name a kept set; True when it became the default, so that everything must be joined again.

    The first real tambon boundaries take the place of the demo's drawing. ``report``: what the import noticed
    in all, where that is more than the table's own.
    """
    noticed = [one.as_dict() for one in (table.report if report is None else report)]
    connection.execute(
        boundary_set.delete().where(boundary_set.c.name == name, boundary_set.c.level == table.level)
    )
    connection.execute(
        boundary_set.insert().values(
            name=name,
            level=table.level,
            sha256=sha256,
            features=len(table.frame),
            drawing=table.drawing,
            added_at=now(),
            report=json.dumps(noticed, ensure_ascii=False),
            **asdict(provenance),
        )
    )
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
        add(connection, table, sha256, Provenance(source=source, licence="Apache-2.0"), name=DEMO)


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
    table = parquet.read_table(folder / f"{one.sha256}.parquet").to_pandas()
    return gpd.GeoDataFrame(table, geometry=shapely.from_wkb(table["geometry"]), crs=4326)


def drawn(kept: Locator, area: str = "") -> gpd.GeoDataFrame:
    """Codes and shapes of the areas whose codes begin so, EPSG:4326: made of the index each time."""
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
