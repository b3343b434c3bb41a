"""Draws the map's own answers as SVG: what the screen shows is what the picture and the print show.

Answers are those of ``ingest.maps.map_view`` and ``ingest.maps.map_outlines``. Text is not drawn here but
told as labels, because Thai needs shaping that drawings do not have.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Box = tuple[float, float, float, float]
Positions = npt.NDArray[np.float64]

SEA, LAND, LINE, NO_DATA = "#dfe9ee", "#fbfbf7", "#8a9a90", "#f1f1ec"
_TILE_PX, _MOST_ZOOM = 256, 19
DASHES = ("", "6 3", "2 3", "8 3 2 3", "1 4", "10 4")


@dataclass(frozen=True)
class Label:
    """A text centred on a point of the drawing; ``kind`` is area or count."""

    x: float
    y: float
    text: str
    kind: str


_CORNERS_PX = ((-8, -8), (8, 8), (8, -8), (-8, 8))  # of a cell of 32 pixels, as on the screen


@dataclass(frozen=True)
class Frame:
    """The part of the world that is drawn: west, south, east, north in degrees, on so many pixels."""

    box: Box
    width: int
    height: int

    @classmethod
    def around(cls, box: Box, width: int, height: int) -> Frame:
        """The smallest frame of that form that holds a box, in web Mercator."""
        west, south, east, north = box
        (x0, y1), (x1, y0) = mercator(np.array([[west, south], [east, north]]))
        middle_x, middle_y = (x0 + x1) / 2, (y0 + y1) / 2
        half = max((x1 - x0) / width, (y1 - y0) / height, 1e-9) / 2
        x0, x1 = middle_x - half * width, middle_x + half * width
        y0, y1 = middle_y - half * height, middle_y + half * height
        return cls((x0 * 360 - 180, _latitude(y1), x1 * 360 - 180, _latitude(y0)), width, height)

    @property
    def zoom(self) -> int:
        """The web map's zoom whose pixels are nearest to these."""
        span = self.box[2] - self.box[0]
        return max(0, min(_MOST_ZOOM, round(math.log2(360 * self.width / (_TILE_PX * span)))))

    @property
    def metres_a_pixel(self) -> float:
        """Metres on the ground that a pixel covers in the middle of the frame."""
        west, south, east, north = self.box
        return (east - west) / self.width * 111_320 * math.cos(math.radians((south + north) / 2))

    def pixels(self, at: Positions) -> Positions:
        """Lon-lat degrees as x and y from the frame's upper left corner."""
        west, south, east, north = self.box
        (x0, y1), (x1, y0) = mercator(np.array([[west, south], [east, north]]))
        size = np.array([self.width / (x1 - x0), self.height / (y1 - y0)])
        return np.asarray((mercator(at) - (x0, y0)) * size)

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies in the drawing."""
        return 0 <= x <= self.width and 0 <= y <= self.height


def mercator(at: Positions) -> Positions:
    """Lon-lat degrees in web Mercator from 0 to 1, y downwards."""
    lat = np.clip(at[:, 1], -85, 85)
    y = 0.5 - np.log(np.tan(np.pi / 4 + np.radians(lat) / 2)) / (2 * np.pi)
    return np.column_stack([(at[:, 0] + 180) / 360, y])


def _latitude(y: float) -> float:
    return math.degrees(2 * math.atan(math.exp((0.5 - y) * 2 * math.pi)) - math.pi / 2)


def positions(deltas: list[int], scale: float) -> Positions:
    """Told differences back as lon-lat degrees."""
    return np.cumsum(np.array(deltas, dtype=float).reshape(-1, 2), axis=0) / scale


def _rings(answer: dict[str, Any], frame: Frame) -> Iterator[tuple[int, Positions, bool]]:
    """Owner, pixels and whether it closes, of each ring and line of an answer."""
    if not answer.get("rings"):
        return
    at, start = frame.pixels(positions(answer["xy"], answer["scale"])), 0
    for owner, size in zip(answer["rings"][::2], answer["rings"][1::2], strict=True):
        yield owner, at[start : start + abs(size)], size > 0
        start += abs(size)


def _path(rings: Iterable[tuple[Positions, bool]]) -> str:
    parts = []
    for at, closed in rings:
        corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in at.tolist())
        parts.append(f"M{corners}{'Z' if closed else ''}")
    return "".join(parts)


def _by_owner(answer: dict[str, Any], frame: Frame) -> dict[int, list[tuple[Positions, bool]]]:
    found: dict[int, list[tuple[Positions, bool]]] = {}
    for owner, at, closed in _rings(answer, frame):
        found.setdefault(owner, []).append((at, closed))
    return found


def areas(
    outlines: dict[str, Any], frame: Frame, colours: dict[str, str] | None, language: str
) -> tuple[str, list[Label]]:
    """Boundary outlines with their names; ``colours`` by area code, hatched where one has none."""
    parts, labels = [], []
    for owner, rings in _by_owner(outlines, frame).items():
        fill = LAND if colours is None else colours.get(outlines["code"][owner], "url(#none)")
        parts.append(f'<path d="{_path(rings)}" fill="{fill}" fill-rule="evenodd" stroke="{LINE}"/>')
    at = frame.pixels(positions(outlines["at"], outlines["scale"]))
    for (x, y), name in zip(at.tolist(), outlines[language], strict=True):
        if frame.holds(x, y):
            labels.append(Label(x, y, name, "area"))
    return "".join(parts), labels


def items(answer: dict[str, Any], frame: Frame, beside: int | None = None) -> tuple[str, list[Label]]:
    """One layer's features or counted cells; as the ``beside``-th of several its counts stand in a corner."""
    if answer["kind"] != "cells":
        return _features(answer, frame)
    return _cells(answer, frame, _CORNERS_PX[beside % 4] if beside is not None else (0, 0))


def outline(corners: Sequence[tuple[float, float]], frame: Frame) -> str:
    """An outline of lon-lat corners that somebody drew."""
    path = _path([(frame.pixels(np.array(corners)), True)])
    return f'<path d="{path}" fill="none" stroke="#5e35b1" stroke-width="2.5" stroke-dasharray="7 5"/>'


def _features(answer: dict[str, Any], frame: Frame) -> tuple[str, list[Label]]:
    legend, status, parts = answer["legend"], answer["status"], []
    shapes = _by_owner(answer, frame)
    for owner, rings in shapes.items():
        entry = legend[answer["category"][owner]]
        of_status = status[answer["status_of"][owner]] if status else None
        stroke = of_status["color"] if of_status else entry["color"]
        dash = DASHES[answer["status_of"][owner] % len(DASHES)] if of_status else ""
        fill = entry["color"] if rings[0][1] else "none"
        parts.append(
            f'<path d="{_path(rings)}" fill="{fill}" fill-opacity=".5" fill-rule="evenodd"'
            f' stroke="{stroke}" stroke-width="2" stroke-dasharray="{dash or "none"}"/>'
        )
    size = max(3.0, min(6.0, frame.zoom - 7.5))
    at = frame.pixels(positions(answer["at"], answer["scale"])).tolist() if answer["at"] else []
    for number, (x, y) in enumerate(at):
        if number not in shapes and frame.holds(x, y):
            entry = legend[answer["category"][number]]
            parts.append(symbol(entry["shape"], entry["color"], x, y, size))
    return "".join(parts), []


def _cells(answer: dict[str, Any], frame: Frame, shift: tuple[int, int]) -> tuple[str, list[Label]]:
    size = answer["cell_deg"]
    cells = np.cumsum(np.array(answer["cell"], dtype=float).reshape(-1, 2), axis=0)
    at = frame.pixels((cells + 0.5) * size) + shift if len(cells) else np.empty((0, 2))
    parts, labels, start = [], [], 0
    for (x, y), n, pieces in zip(at.tolist(), answer["count"], answer["parts"], strict=True):
        told = answer["part"][2 * start : 2 * (start + pieces)]
        start += pieces
        if not frame.holds(x, y):
            continue
        radius = min(11.0 if any(shift) else 18.0, 8 + 2.2 * math.log10(n + 1))
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius + 1:.1f}" fill="#fff"/>')
        angle = -math.pi / 2
        for category, count in zip(told[::2], told[1::2], strict=True):
            following = angle + 2 * math.pi * count / n
            parts.append(_arc(x, y, radius - 2, angle, following, answer["legend"][category]["color"]))
            angle = following
        labels.append(Label(x, y, short(n), "count"))
    return "".join(parts), labels


def _arc(x: float, y: float, radius: float, start: float, end: float, colour: str) -> str:
    if end - start > 2 * math.pi - 1e-6:
        return (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="none" stroke="{colour}"'
            ' stroke-width="4"/>'
        )
    (ax, ay), (bx, by) = (
        (x + radius * math.cos(angle), y + radius * math.sin(angle)) for angle in (start, end)
    )
    large = int(end - start > math.pi)
    return (
        f'<path d="M{ax:.1f},{ay:.1f}A{radius:.1f},{radius:.1f} 0 {large} 1 {bx:.1f},{by:.1f}" fill="none"'
        f' stroke="{colour}" stroke-width="4"/>'
    )


def short(n: int) -> str:
    """A count as a cell shows it."""
    if n < 1_000:
        return str(n)
    return f"{n / 1_000:.1f}k".replace(".0k", "k") if n < 1_000_000 else f"{n / 1_000_000:.1f}M"


def _around(corners: int, outer: float, inner: float) -> list[tuple[float, float]]:
    angles = [2 * math.pi * number / corners - math.pi / 2 for number in range(corners)]
    return [
        ((inner if number % 2 else outer) * math.cos(a), (inner if number % 2 else outer) * math.sin(a))
        for number, a in enumerate(angles)
    ]


_CROSS = [(0, -0.6), (0.6, -1.2), (1.2, -0.6), (0.6, 0), (1.2, 0.6), (0.6, 1.2), (0, 0.6), (-0.6, 1.2),
          (-1.2, 0.6), (-0.6, 0), (-1.2, -0.6), (-0.6, -1.2)]  # fmt: skip
_PLUS = [(-0.4, -1.1), (0.4, -1.1), (0.4, -0.4), (1.1, -0.4), (1.1, 0.4), (0.4, 0.4), (0.4, 1.1),
         (-0.4, 1.1), (-0.4, 0.4), (-1.1, 0.4), (-1.1, -0.4), (-0.4, -0.4)]  # fmt: skip
#: The legend's shapes, as the browser's canvas draws them too.
CORNERS: dict[str, list[tuple[float, float]]] = {
    "square": [(-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)],
    "triangle": [(0, -1.1), (1.05, 0.8), (-1.05, 0.8)],
    "diamond": [(0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)],
    "plus": _PLUS,
    "cross": _CROSS,
    "pentagon": _around(5, 1.1, 1.1),
    "star": _around(10, 1.3, 0.6),
}


def symbol(shape: str, colour: str, x: float, y: float, size: float, rim: str = "#fff") -> str:
    """One symbol, centred."""
    corners = CORNERS.get(shape)
    if corners is None:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}" fill="{colour}" stroke="{rim}"/>'
    points = " ".join(f"{x + dx * size:.1f},{y + dy * size:.1f}" for dx, dy in corners)
    return f'<polygon points="{points}" fill="{colour}" stroke="{rim}"/>'


def svg(width: float, height: float, body: str, background: str = "none") -> str:
    """A drawing of its own; ``url(#none)`` is the hatching of areas without data."""
    hatch = (
        '<pattern id="none" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="8" height="8" fill="{NO_DATA}"/><path d="M0,0V8" stroke="#d4d8d2" stroke-width="2"/>'
        "</pattern>"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
        f' viewBox="0 0 {width} {height}"><defs>{hatch}</defs>'
        f'<rect width="{width}" height="{height}" fill="{background}"/>{body}</svg>'
    )
