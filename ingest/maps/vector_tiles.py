"""Vector tiles as pictures: a country's streets fit into one file, and browsers need no program to draw them.

The layers of OpenMapTiles, of Protomaps and of Shortbread are known by their names; others are passed over.
Names are not drawn: those of the areas lie above, and letters would be cut where tiles meet.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyogrio
import shapely
from PIL import Image, ImageDraw
from pyogrio.errors import DataLayerError, DataSourceError

Read = Callable[[int, int, int], bytes | None]

_SIZE_PX = 256
_FINER = 2  # drawn larger and made smaller, so that lines are smooth
_COLOURS = 64
_LAND = "#f6f5ef"
_WORLD_M = 2 * math.pi * 6_378_137  # the side of web Mercator's square
#: Places within a tile as if it were the world's only one, and what reaches beyond its sides too.
_ONLY_TILE = {"X": "0", "Y": "0", "Z": "0", "CLIP": "NO"}


@dataclass(frozen=True)
class _Style:
    """How a layer is drawn: areas filled, lines with a width in pixels, wider for those that lead far."""

    fill: str = ""
    line: str = ""
    width_px: float = 1.0
    classed: bool = False


_GREEN, _BUILT = _Style(fill="#e9efdc"), _Style(fill="#e4e0d8")
_WATER = _Style(fill="#cfe0ea", line="#cfe0ea")
_STREET, _RAIL = _Style(line="#ffffff", width_px=1.6, classed=True), _Style(line="#c9c4bb")
#: Layers by name, those below first.
_STYLES = {
    "ocean": _WATER, "earth": _Style(fill=_LAND), "land": _GREEN, "landcover": _GREEN, "landuse": _GREEN,
    "park": _GREEN, "water": _WATER, "water_polygons": _WATER, "waterway": _WATER, "water_lines": _WATER,
    "building": _BUILT, "buildings": _BUILT, "aeroway": _RAIL, "street_polygons": _Style(fill="#ffffff"),
    "transit": _RAIL, "roads": _STREET, "streets": _STREET, "transportation": _STREET,
}  # fmt: skip
_CLASSES = ("kind", "class")
_WIDER = {"motorway": 3.2, "trunk": 3.0, "highway": 3.0, "primary": 2.6, "major_road": 2.4, "secondary": 2.2}
_NARROWER = {"path": 0.8, "track": 0.8, "footway": 0.8, "service": 1.0, "rail": 0.8}
_CASING, _CASING_PX = "#c4beb0", 1.2
_MAIN, _FAR_PX = "#fdf0cf", 2.6  # those that lead farthest, a shade warmer


def pictures(read: Read, max_zoom: int) -> Read:
    """The tiles of ``read`` as PNG; beyond the file's last zoom a part of the last one is drawn larger."""

    def drawn(zoom: int, x: int, y: int) -> bytes | None:
        deeper = max(0, zoom - max_zoom)
        parts = 2**deeper
        content = read(zoom - deeper, x // parts, y // parts)
        return picture(content, parts, x % parts, y % parts) if content else None

    return drawn


def picture(content: bytes, parts: int = 1, column: int = 0, row: int = 0) -> bytes | None:
    """A tile as a PNG of 256 by 256, or one of ``parts`` by ``parts`` of it; ``None`` if unreadable."""
    side = _SIZE_PX * _FINER
    image = Image.new("RGB", (side, side), _LAND)
    widening = _FINER * (1 + math.log2(parts) / 2)
    try:
        names = {str(name) for name in pyogrio.list_layers(content)[:, 0]}
        for name, style in _STYLES.items():
            if name in names:
                shapes, classes = _layer(content, name)
                at = _pixels(shapely.get_coordinates(shapes), side * parts) - (column * side, row * side)
                _draw(image, shapely.set_coordinates(shapes, at), classes, style, widening)
    except (DataSourceError, DataLayerError):
        return None
    out = io.BytesIO()
    image.reduce(_FINER).quantize(_COLOURS).save(out, "PNG")
    return out.getvalue()


def _layer(content: bytes, name: str) -> tuple[npt.NDArray[Any], list[str]]:
    """The shapes of a layer, and the class of each ('' where the layer has none)."""
    meta, _, shapes, values = pyogrio.raw.read(content, layer=name, columns=list(_CLASSES), **_ONLY_TILE)
    classes = values[0] if len(meta["fields"]) else [""] * len(shapes)
    return shapely.from_wkb(shapes), [str(one) for one in classes]


def _pixels(at: npt.NDArray[np.float64], side: int) -> npt.NDArray[np.float64]:
    """Metres of web Mercator as pixels from the upper left corner of a picture of the whole square."""
    return np.asarray((at * (1, -1) + _WORLD_M / 2) * (side / _WORLD_M))


def _draw(
    image: Image.Image, shapes: npt.NDArray[Any], classes: list[str], style: _Style, widening: float
) -> None:
    parts, of = shapely.get_parts(shapes, return_index=True)
    there = ~shapely.is_empty(parts)
    parts, of = parts[there], of[there]
    kinds = shapely.get_type_id(parts)
    if style.fill:
        for area in parts[kinds == shapely.GeometryType.POLYGON]:
            _fill(image, area, style.fill)
    if style.line:
        lines = kinds == shapely.GeometryType.LINESTRING
        ways = [(_points(line), classes[one]) for line, one in zip(parts[lines], of[lines], strict=True)]
        pen = ImageDraw.Draw(image)
        if style.classed:
            for line, kind in ways:
                width = round((_width_px(kind, style) + _CASING_PX) * widening)
                pen.line(line, fill=_CASING, width=width, joint="curve")
        for line, kind in ways:
            colour = _MAIN if style.classed and _WIDER.get(kind, 0) >= _FAR_PX else style.line
            pen.line(line, fill=colour, width=round(_width_px(kind, style) * widening), joint="curve")


def _fill(image: Image.Image, area: shapely.Polygon, colour: str) -> None:
    """An area without its holes: an island is not of the lake's colour."""
    if not area.interiors:
        ImageDraw.Draw(image).polygon(_points(area.exterior), fill=colour)
        return
    mask = Image.new("1", image.size)
    pen = ImageDraw.Draw(mask)
    pen.polygon(_points(area.exterior), fill=1)
    for hole in area.interiors:
        pen.polygon(_points(hole), fill=0)
    image.paste(colour, mask=mask)


def _width_px(kind: str, style: _Style) -> float:
    return _WIDER.get(kind) or _NARROWER.get(kind) or style.width_px if style.classed else style.width_px


def _points(line: shapely.LineString) -> list[tuple[float, float]]:
    return [(x, y) for x, y in shapely.get_coordinates(line).tolist()]
