"""Rows inside or outside the shapes of another layer: plots under no agreement, houses in a flood's reach.

A row counts by its place, the other layer by the shapes that the viewer may see. Boxes are compared first,
so that the shapes themselves are looked at only where one may hold the place.
"""

from __future__ import annotations

from typing import Any

from ingest import problems
from ingest.doors.layer_infos import LayerInfo
from ingest.projecting.shape_holds import HOLDS


def area_layer(info: LayerInfo, name: str) -> LayerInfo:
    """The other layer, which must have areas; raises ``bad_filter``."""
    other = info.others.get(name)
    if other is None or other.geometry is None or other.geometry.kind != "geoshape":
        raise problems.bad_filter(name[:80])
    return other


def condition(
    place: tuple[str, str], rows: str, geometry: str, parameters: list[Any], *, inside: bool
) -> tuple[str, list[Any]]:
    """SQL and parameters for rows whose ``place`` (lon and lat as SQL) lies in a shape of ``rows``.

    ``rows`` is what follows FROM in a query of the other layer, ``geometry`` its column.
    """
    lon, lat = place
    columns = {"_o_shape": "", "_o_w": "__minx", "_o_e": "__maxx", "_o_s": "__miny", "_o_n": "__maxy"}
    told = ", ".join(f'"{geometry}{suffix}" AS {name}' for name, suffix in columns.items())
    sql = (
        f"EXISTS (SELECT 1 FROM (SELECT {told} FROM {rows}) WHERE {lon} BETWEEN _o_w AND _o_e"
        f" AND {lat} BETWEEN _o_s AND _o_n AND {HOLDS}(_o_shape, {lon}, {lat}))"
    )
    # A row without a place, or whose place is not for the viewer, is neither inside nor outside.
    return f"{lon} IS NOT NULL AND {'' if inside else 'NOT '}{sql}", parameters
