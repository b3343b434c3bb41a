"""Small maps that need no network: a few outlines with names, a scale bar and north, as one SVG picture."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import shapely

from geo.measure import METRES_PER_DEGREE_LAT, metres_per_degree_lon

_WIDTH, _HEIGHT, _MARGIN = 460, 300, 26
_BAR_PX = 110
_PIN_PX = 7
_FINEST_M = 60.0  # a picture is at least this wide: a single point has no size
_STYLES = {
    "first": "fill:#1f77b4;fill-opacity:.28;stroke:#1f77b4;stroke-width:2",
    "second": "fill:#ff7f0e;fill-opacity:.28;stroke:#c85a00;stroke-width:2",
    "common": "fill:url(#hatch);stroke:#b00020;stroke-width:1.5",
    "place": "fill:#b00020;fill-opacity:.35;stroke:#b00020;stroke-width:2",
    "area": "fill:#8a8a8a;fill-opacity:.10;stroke:#8a8a8a;stroke-width:1.2",
}
_FRAME = f"width:100%;max-width:{_WIDTH}px;background:#fbfaf6;border:1px solid #d8d5cc;border-radius:6px"
_FONT = "font:600 14px Sarabun,'Noto Sans Thai',sans-serif;fill:#222"
_HATCH = (
    '<pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="7" height="7" fill="#b00020" fill-opacity=".18"/>'
    '<line x1="0" y1="0" x2="0" y2="7" stroke="#b00020" stroke-width="2"/></pattern>'
)


@dataclass(frozen=True)
class Part:
    """A shape (lon-lat) with the words that stand on it. ``style``: first, second, common, place or area."""

    shape: shapely.Geometry
    style: str
    words: str = ""


def picture(parts: Sequence[Part], title: str, unit: str) -> str:
    """``sketch`` as an image of HTML: pages let no SVG of their own through."""
    coded = b64encode(sketch(parts, title, unit).encode()).decode()
    return f'<img src="data:image/svg+xml;base64,{coded}" alt="{escape(title)}" style="{_FRAME}">'


def sketch(parts: Sequence[Part], title: str, unit: str) -> str:
    """The parts one over the other, as large as they fit; ``title`` is read out to who cannot see it.

    ``unit`` follows the number on the scale bar, which is metres.
    """
    view = _View.around([part.shape for part in parts])
    body = "".join(_drawn(part, view) for part in parts) + "".join(_words(parts, view))
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" '
        f'xmlns="http://www.w3.org/2000/svg"><title>{escape(title)}</title><defs>{_HATCH}</defs>'
        f"{body}{_scale_bar(view, unit)}{_north()}</svg>"
    )


@dataclass(frozen=True)
class _View:
    west: float
    north: float
    px_per_lon: float
    px_per_lat: float

    @classmethod
    def around(cls, shapes: Sequence[shapely.Geometry]) -> _View:
        west, south, east, north = shapely.total_bounds(np.asarray(shapes, dtype=object))
        lon_m = float(metres_per_degree_lon(np.array((south + north) / 2)))
        wide_m = max((east - west) * lon_m, _FINEST_M)
        high_m = max((north - south) * METRES_PER_DEGREE_LAT, _FINEST_M)
        px_per_m = min((_WIDTH - 2 * _MARGIN) / wide_m, (_HEIGHT - 2 * _MARGIN) / high_m)
        to_lon, to_lat = px_per_m * lon_m, px_per_m * METRES_PER_DEGREE_LAT
        middle_lon, middle_lat = (west + east) / 2, (south + north) / 2
        return cls(middle_lon - _WIDTH / 2 / to_lon, middle_lat + _HEIGHT / 2 / to_lat, to_lon, to_lat)

    def xy(self, lon_lat: np.ndarray) -> np.ndarray:
        """Pixels, from the upper left corner."""
        shift = (lon_lat - [self.west, self.north]) * [self.px_per_lon, -self.px_per_lat]
        return np.asarray(np.round(shift, 1))


def _drawn(part: Part, view: _View) -> str:
    style = _STYLES[part.style]
    if shapely.get_dimensions(part.shape) == 0:
        (x, y), *_ = view.xy(shapely.get_coordinates(part.shape))
        return f'<circle cx="{x}" cy="{y}" r="{_PIN_PX}" style="{style}"/>'
    pieces = shapely.get_parts(part.shape)
    path = " ".join(_ring(line, view) for piece in pieces for line in _lines(piece))
    fill = ";fill:none" if shapely.get_dimensions(part.shape) == 1 else ""
    return f'<path d="{path}" style="{style}{fill};fill-rule:evenodd"/>'


def _lines(piece: shapely.Geometry) -> list[shapely.Geometry]:
    return list(shapely.get_rings(piece)) if shapely.get_dimensions(piece) == 2 else [piece]


def _ring(line: shapely.Geometry, view: _View) -> str:
    points = view.xy(shapely.get_coordinates(line))
    closed = "Z" if shapely.is_closed(line) else ""
    return "M" + "L".join(f"{x},{y}" for x, y in points) + closed


def _words(parts: Sequence[Part], view: _View) -> Iterator[str]:
    """Names over everything, each at a place of its shape that no later shape covers, where there is one."""
    for number, part in enumerate(parts):
        if not part.words:
            continue
        free = part.shape
        for other in parts[number + 1 :]:
            if shapely.get_dimensions(other.shape) == 2 and shapely.get_dimensions(free) == 2:
                rest = shapely.difference(free, other.shape)
                free = free if rest.is_empty else rest
        (x, y), *_ = view.xy(shapely.get_coordinates(shapely.point_on_surface(free)))
        lift = _PIN_PX + 6 if shapely.get_dimensions(part.shape) == 0 else 0
        yield (
            f'<text x="{x}" y="{y - lift}" text-anchor="middle" dominant-baseline="middle" '
            f'style="{_FONT};stroke:#fff;stroke-width:3.5;paint-order:stroke">{escape(part.words)}</text>'
        )


def _scale_bar(view: _View, unit: str) -> str:
    """A round number of metres, no longer than a quarter of the picture."""
    px_per_m = view.px_per_lat / METRES_PER_DEGREE_LAT
    power = 10.0 ** np.floor(np.log10(_BAR_PX / px_per_m))
    metres = max(step * power for step in (1, 2, 5) if step * power * px_per_m <= _BAR_PX)
    left, low, length = 12, _HEIGHT - 14, round(float(metres * px_per_m), 1)
    words = f"{metres:,.0f} {escape(unit)}"
    return (
        f'<path d="M{left},{low - 5}v5h{length}v-5" style="fill:none;stroke:#333;stroke-width:1.5"/>'
        f'<text x="{left + length + 6}" y="{low}" style="font:12px sans-serif;fill:#333">{words}</text>'
    )


def _north() -> str:
    x, y = _WIDTH - 20, 30
    return (
        f'<path d="M{x},{y - 16}l6,16l-6,-4l-6,4z" style="fill:#333"/>'
        f'<text x="{x}" y="{y + 12}" text-anchor="middle" style="font:11px sans-serif;fill:#333">N</text>'
    )
