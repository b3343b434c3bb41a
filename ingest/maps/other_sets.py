"""Boundary sets that records are not joined with: what a layer would count by their areas."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from geo.locate import Locator
from ingest.access import Viewer
from ingest.areas import boundary_sets
from ingest.areas.boundary_sets import BoundarySet
from ingest.atlas import Atlas
from ingest.doors import layers
from ingest.doors.filters import Filter
from ingest.maps.map_view import layer_info


def known(atlas: Atlas) -> list[str]:
    """The names of all sets that have tambons, the default one first."""
    default = atlas.reference.boundary_set.name
    with atlas.log.connect() as connection:
        names = {one.name for one in boundary_sets.listed(connection) if one.level == "tambon"}
    return [default, *sorted(names - {default})]


def other(atlas: Atlas, name: str) -> BoundarySet | None:
    """A set by its name, ``None`` for the default one; raises ``boundary_set_unknown``."""
    if name in ("", atlas.reference.boundary_set.name):
        return None
    with atlas.log.connect() as connection:
        return boundary_sets.chosen_set(connection, name)


def values(
    atlas: Atlas, viewer: Viewer, layer: str, chosen: Filter, digits: int, one: BoundarySet
) -> dict[str, Any]:
    """Counts for the choropleth by the set's tambons (6), amphoes (4) or provinces (2 digits), located now.

    Of what the viewer may see drawn alone, a shape by its middle.
    """
    q = layers.query(layer_info(atlas, layer), viewer, chosen)
    sql = f"SELECT {q.geo('__lon')} AS lon, {q.geo('__lat')} AS lat FROM {q.source} WHERE {q.shown}"
    places = atlas.warehouse.cursor().execute(sql, q.parameters).fetchnumpy()
    lon, lat = (np.ma.filled(places[name].astype(float), np.nan) for name in ("lon", "lat"))
    locator = _locator(atlas.folder.boundaries, one)
    codes = locator.code(locator.locate_points(lon, lat, distances="none").index)
    areas, counts = np.unique(codes[codes != ""].astype(f"U{digits}"), return_counts=True)
    found = dict(zip(areas.tolist(), counts.tolist(), strict=True))
    return {"layer": layer, "digits": digits, "values": found, "boundary_set": one.name}


@lru_cache(maxsize=1)
def _locator(folder: Path, one: BoundarySet) -> Locator:
    return boundary_sets.locator(folder, one)
