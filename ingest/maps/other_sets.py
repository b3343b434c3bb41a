"""Boundary sets that records are not joined with: what layers and indicators would count by their areas."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from forms.schema import GEO_KINDS
from geo.levels import LAO
from geo.locate import Locator
from ingest import access, problems
from ingest.access import Viewer
from ingest.areas import boundary_sets, set_files
from ingest.areas.boundary_sets import BoundarySet
from ingest.atlas import Atlas
from ingest.doors import layers
from ingest.doors.figures import LEVELS, Placed
from ingest.doors.filters import Filter
from ingest.identifiers import quoted
from ingest.maps.map_view import layer_info
from ingest.statements import parsed


def known(atlas: Atlas) -> list[str]:
    """The names of all sets that have tambons or LAOs, the default one first."""
    default = atlas.reference.boundary_set.name
    with atlas.log.connect() as connection:
        names = {one.name for one in boundary_sets.listed(connection) if one.level in ("tambon", LAO)}
    return [default, *sorted(names - {default})]


def other(atlas: Atlas, name: str) -> BoundarySet | None:
    """A set by its name, its tambons or, of a set without any, its LAOs; ``None`` for the default one.

    Raises ``boundary_set_unknown``.
    """
    if name in ("", atlas.reference.boundary_set.name):
        return None
    with atlas.log.connect() as connection:
        levels = {one.level: one for one in boundary_sets.listed(connection) if one.name == name}
    found = levels.get("tambon") or levels.get(LAO)
    if found is None:
        raise problems.boundary_set_unknown(name)
    return found


def lao(atlas: Atlas, one: BoundarySet) -> BoundarySet | None:
    """The LAOs beside a set: those of its own name, else those in use."""
    with atlas.log.connect() as connection:
        return lao_among(atlas, boundary_sets.listed(connection), one)


def lao_among(atlas: Atlas, sets: Iterable[BoundarySet], one: BoundarySet) -> BoundarySet | None:
    """The LAOs beside a set, all sets being listed already."""
    own = (beside for beside in sets if beside.level == LAO and beside.name == one.name)
    return next(own, atlas.reference.sets.lao)


def values(
    atlas: Atlas, viewer: Viewer, layer: str, chosen: Filter, level: str, one: BoundarySet
) -> dict[str, Any]:
    """Counts for the choropleth by the set's tambons, amphoes, provinces or the LAOs beside it, located now.

    Of what the viewer may see drawn alone, a shape by its middle. Nothing by LAO where no set has any.
    """
    q = layers.query(layer_info(atlas, layer), viewer, chosen)
    sql = f"SELECT {q.geo('__lon')} AS lon, {q.geo('__lat')} AS lat FROM {q.source} WHERE {q.shown}"
    found = atlas.warehouse.cursor().execute(parsed(sql), q.parameters).fetchnumpy()
    used, codes = _codes(atlas, one, level, found)
    areas, counts = np.unique(codes[codes != ""], return_counts=True)
    return {
        "layer": layer, "lao": level == LAO, "boundary_set": used,
        "values": dict(zip(areas.tolist(), counts.tolist(), strict=True)),
    }  # fmt: skip


def placed(atlas: Atlas, viewer: Viewer, form_id: str, level: str, one: BoundarySet) -> Placed:
    """In which area of the set each record of a form lies, by its first place as where it is joined.

    Raises ``figure_of_own_set`` for a form without a place, or without one that the viewer may see.
    """
    info = atlas.reference.forms[form_id]
    asked = [one for one in info.fields.values() if one.kind in GEO_KINDS]
    places = [one for one in asked if access.reach(viewer, one.privacy) is not None]
    if not places:
        raise problems.figure_of_own_set(form_id)
    lon, lat = (
        ", ".join(layers.masked(viewer, place.privacy, quoted(place.ref + end)) for place in places)
        for end in ("__lon", "__lat")
    )
    q = layers.query(info, viewer, Filter())
    columns = f"_instance_id AS id, coalesce({lon}) AS lon, coalesce({lat}) AS lat"
    sql = f"SELECT {columns} FROM {q.source} WHERE {q.shown}"
    found = atlas.warehouse.cursor().execute(parsed(sql), q.parameters).fetchnumpy()
    _, codes = _codes(atlas, one, level, found)
    lies = codes != ""
    return Placed(found["id"][lies].tolist(), codes[lies].tolist())


def _codes(
    atlas: Atlas, one: BoundarySet, level: str, found: dict[str, Any]
) -> tuple[str, npt.NDArray[np.str_]]:
    """The set that is used, and its area in which each place of a query lies, '' for none."""
    lon, lat = (np.ma.filled(found[name].astype(float), np.nan) for name in ("lon", "lat"))
    used = lao(atlas, one) if level == LAO else one
    if used is None:
        return "", np.full(len(lon), "")
    locator = _locator(atlas.folder.boundaries, used)
    codes = np.asarray(locator.code(locator.locate_points(lon, lat, distances="none").index), dtype=np.str_)
    return used.name, codes if level == LAO else codes.astype(f"U{LEVELS[level]}")


@lru_cache(maxsize=2)
def _locator(folder: Path, one: BoundarySet) -> Locator:
    return set_files.locator(folder, one)
