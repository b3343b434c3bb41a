"""Two kept sets, or a kept set and a file, side by side; and the codes that changed between them kept."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import sqlalchemy as sa

from geo import boundaries, crosswalk
from geo.boundaries import BoundaryTable
from geo.crosswalk import Change
from geo.levels import DIGITS, LEVELS
from ingest import log, problems
from ingest.areas import boundary_sets, country_problems, set_files


def table_of(connection: sa.Connection, folder: Path, given: str, level: str | None) -> BoundaryTable:
    """A set by its name (its asked level, else the deepest one), or a file of boundaries or codes (CSV).

    Raises ``boundary_set_unknown`` or what reading the file raises.
    """
    if (path := Path(given)).is_file():
        return (
            boundaries.read_codes(path) if path.suffix.casefold() == ".csv" else boundaries.read(path, level)
        )
    levels = {one.level: one for one in boundary_sets.listed(connection) if one.name == given}
    for chosen in (level, *reversed(LEVELS)):
        if chosen in levels:
            return BoundaryTable(chosen, set_files.frame(folder, levels[chosen]))
    raise problems.boundary_set_unknown(given)


def within(table: BoundaryTable, province: str, tambons: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The areas of a province: by their codes, or, where codes do not tell it (LAOs), by a point of each
    that lies in one of the province's ``tambons`` (EPSG:4326)."""
    frame = table.frame
    if table.level in DIGITS:
        return frame[frame["code"].str.startswith(province)]
    points = frame.geometry.representative_point()
    return frame.iloc[np.unique(tambons.sindex.query(points, predicate="intersects")[0])]


def compare(old: BoundaryTable, new: BoundaryTable, prefix: str = "") -> list[Change]:
    """What became of every area, or of those below a code; raises ``boundary_levels_differ``."""
    if old.level != new.level:
        raise country_problems.boundary_levels_differ(old.level, new.level)
    frames = [one.frame[one.frame["code"].str.startswith(prefix)] for one in (old, new)]
    return crosswalk.compare(*frames)


def keep_codes(
    connection: sa.Connection, changes: list[Change], name: str, *, actor: str = "console"
) -> dict[str, str]:
    """Let former codes name their places in the set ``name``; returns them (former -> now).

    Records that carry one are placed again with the next look at the log, which itself is left alone.
    """
    aliases = crosswalk.former_codes(changes)
    boundary_sets.keep_aliases(connection, aliases, name)
    log.note(connection, actor, "boundaries_codes", name)
    return aliases
