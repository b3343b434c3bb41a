"""What a click on a counted cell shows where no zoom parts its records: how many, and the newest of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from geo.cells import cell_size_deg
from ingest import problems
from ingest.access import Viewer
from ingest.atlas import Atlas
from ingest.doors import layers
from ingest.doors.filters import Filter
from ingest.doors.shown import shown
from ingest.maps.map_popup import asked_of, label_of
from ingest.maps.map_view import MOST_ZOOM, layer_info

_MOST_LISTED = 20
_MOST_SAID = 3  # answers that tell a record from the next


@dataclass(frozen=True)
class Cell:
    """A counting cell: its column and row from 0° E 0° N, and the web map's zoom that it is of."""

    column: int
    row: int
    zoom: int

    @classmethod
    def parse(cls, column: str, row: str, zoom: str) -> Cell:
        """Read the three as they stand in an address; raises ``bad_view``."""
        told = problems.bad_view(f"{column} {row} {zoom}"[:80])
        try:
            found = cls(int(column), int(row), int(zoom))
        except ValueError:
            raise told from None
        if not 0 <= found.zoom <= MOST_ZOOM:
            raise told
        quarter = 2 * 2**found.zoom  # cells from the equator to a pole
        if not (-2 * quarter <= found.column < 2 * quarter and -quarter <= found.row < quarter):
            raise told
        return found

    @property
    def outline(self) -> str:
        """The cell as an outline that filters: ``lon,lat`` pairs in degrees."""
        size = cell_size_deg(self.zoom)
        west, south, east, north = (n * size for n in (self.column, self.row, self.column + 1, self.row + 1))
        ring = ((west, south), (east, south), (east, north), (west, north))
        return " ".join(f"{lon:.9f},{lat:.9f}" for lon, lat in ring)


def cell(
    atlas: Atlas, viewer: Viewer, layer: str, chosen: Filter, at: Cell, language: str = "th"
) -> dict[str, Any] | None:
    """A layer's records in one cell, counted as the map counts them: by the place that stands for each.

    ``records`` are the newest, each with what tells it from the next; ``None`` where this viewer sees none
    there. Raises ``layer_unknown`` or ``bad_filter``.
    """
    info = layer_info(atlas, layer)
    q = layers.query(info, viewer, chosen)
    size = cell_size_deg(at.zoom)
    there = f"floor({q.geo('__lon')} / ?) = ? AND floor({q.geo('__lat')} / ?) = ?"
    q = replace(
        q, where=f"({q.where}) AND {there}", parameters=[*q.parameters, size, at.column, size, at.row]
    )
    cursor = atlas.warehouse.cursor()
    n = layers.count(cursor, q)
    if not n:
        return None
    asked, names = asked_of(info), atlas.reference.names
    rows = layers.rows(cursor, q, asked, limit=_MOST_LISTED).to_pylist()
    said = ([text for one in asked if (text := shown(row[one.ref], one, language, names))] for row in rows)
    return {
        "title": label_of(info, language),
        "n": n,
        "records": [
            {"instance_id": row["_instance_id"], "says": texts[:_MOST_SAID]}
            for row, texts in zip(rows, said, strict=True)
        ],
    }
