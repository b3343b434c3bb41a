"""Boundary sets as the office keeps them: named, dated, sourced, checksummed; one is the default.

Their files are those of ``set_files``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from geo.levels import LAO, OVERLAY, VILLAGE
from ingest import log, problems
from ingest.tables import area_alias, boundary_set, now
from thai.calendar import format_day
from thai.problem import Problem

if TYPE_CHECKING:
    from geo.boundaries import BoundaryTable

DEMO = "demo"
_DEFAULT = "default_boundary_set"


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
