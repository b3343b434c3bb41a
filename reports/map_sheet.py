"""A map as one sheet for a slide (PNG) or for paper (PDF): title, legend, date, source, scale bar.

Made on the server without a browser: the map's answers are drawn as SVG, Typst sets the Thai text.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

import typst

from reports import map_drawing
from reports.map_drawing import Frame, Label
from reports.papers.fonts import thai_font

_TEMPLATE = Path(__file__).with_name("map_sheet.typ")
_TOP, _BOTTOM, _SIDE, _LEGEND = 64, 34, 20, 214  # points around the map
#: Width and height in points: a slide of 16:9, and A4 across.
SIZES = {"png": (960, 540), "pdf": (842, 595)}
_PPI = 120  # a slide of 1600 × 900 pixels
_MARK = 16


@dataclass(frozen=True)
class Entry:
    """One line of the legend; ``mark`` is its drawing."""

    mark: str
    label: str
    n: str = ""


@dataclass(frozen=True)
class Group:
    """The legend of one layer, or of the areas' colours."""

    title: str
    n: str
    entries: list[Entry]


@dataclass(frozen=True)
class Sheet:
    """What stands on the sheet. ``outlines`` are parts of the base map, ``colours`` the areas' by code;
    ``drawn`` are the lon-lat corners of an outline that filters.
    """

    title: str
    subtitle: str
    source: str
    warning: str
    language: str
    outlines: Sequence[dict[str, Any]]
    colours: dict[str, str] | None
    answers: Sequence[dict[str, Any]]
    legend: list[Group] = field(default_factory=list)
    drawn: Sequence[tuple[float, float]] = ()


def map_size(kind: str) -> tuple[int, int]:
    """Width and height of the map on a sheet of that kind, in its pixels."""
    width, height = SIZES[kind]
    return width - 2 * _SIDE - _LEGEND, height - _TOP - _BOTTOM


def draw(sheet: Sheet, frame: Frame, kind: Literal["png", "pdf"]) -> bytes:
    """The sheet as ``png`` or ``pdf``. Raises ``font_missing`` where nothing on this machine writes Thai."""
    body, labels = _body(sheet, frame)
    width, height = SIZES[kind]
    data = {
        "title": sheet.title, "subtitle": sheet.subtitle, "source": sheet.source, "warning": sheet.warning,
        "language": sheet.language, "font": thai_font(), "width": width, "height": height,
        "map": {"x": _SIDE, "y": _TOP, "width": frame.width, "height": frame.height},
        "labels": [asdict(one) for one in labels], "scale": _scale(frame, sheet.language),
        "legend": [asdict(group) for group in sheet.legend],
    }  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="map-") as folder:
        root = Path(folder)
        shutil.copyfile(_TEMPLATE, root / "map.typ")
        (root / "map.svg").write_text(
            map_drawing.svg(frame.width, frame.height, body, map_drawing.SEA), encoding="utf-8"
        )
        (root / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        compiler = typst.Compiler(str(root / "map.typ"), root=folder)
        made = compiler.compile(format=kind, ppi=_PPI)
    first = made[0] if isinstance(made, list) else made
    if first is None:
        raise RuntimeError("typst gave no page")
    return bytes(first)


def _body(sheet: Sheet, frame: Frame) -> tuple[str, list[Label]]:
    parts, labels = [], []
    for part in sheet.outlines:
        drawn, told = map_drawing.areas(part, frame, sheet.colours, sheet.language)
        parts.append(drawn)
        labels += told
    counts: list[Label] = []
    for number, answer in enumerate(sheet.answers):
        drawn, told = map_drawing.items(answer, frame, number if len(sheet.answers) > 1 else None)
        parts.append(drawn)
        counts += told
    if sheet.drawn:
        parts.append(map_drawing.outline(sheet.drawn, frame))
    return "".join(parts), [*_apart(labels, counts), *counts]


def _apart(labels: list[Label], counts: list[Label]) -> list[Label]:
    """The names that stand in nobody's way, the first come first."""
    taken = [(one.x, one.y, 16.0) for one in counts]
    kept = []
    for one in labels:
        half = 3.2 * len(one.text) + 6
        if all(abs(x - one.x) > half + room or abs(y - one.y) > 13 for x, y, room in taken):
            taken.append((one.x, one.y, half))
            kept.append(one)
    return kept


def _scale(frame: Frame, language: str) -> dict[str, Any]:
    """The longest round length that fits into a fifth of the map."""
    longest = frame.metres_a_pixel * frame.width / 5
    rounds = [step * 10**power for power in range(7) for step in (1, 2, 5)]
    metres = max((one for one in rounds if one <= longest), default=1)
    long = metres >= 1_000
    unit = {"th": ("กม.", "ม."), "en": ("km", "m")}[language][0 if long else 1]
    number = metres // 1_000 if long else metres
    return {"pixels": metres / frame.metres_a_pixel, "text": f"{number:,} {unit}"}


def mark(entry: dict[str, Any]) -> str:
    """A legend entry's symbol as a drawing of its own."""
    middle = _MARK / 2
    return map_drawing.svg(
        _MARK, _MARK, map_drawing.symbol(entry["shape"], entry["color"], middle, middle, 5.5, "#444")
    )


def rim(entry: dict[str, Any], number: int) -> str:
    """How shapes of the ``number``-th status are framed."""
    dash = map_drawing.DASHES[number % len(map_drawing.DASHES)] or "none"
    stroke = f'stroke="{entry["color"]}" stroke-width="2" stroke-dasharray="{dash}"'
    return map_drawing.svg(_MARK, _MARK, f'<rect x="2" y="3" width="12" height="10" fill="none" {stroke}/>')


def patch(colour: str) -> str:
    """A class of the areas' colours; ``''`` is the hatching of no data."""
    fill = colour or "url(#none)"
    box = f'<rect x="1" y="3" width="14" height="10" fill="{fill}" stroke="#8a9a90"/>'
    return map_drawing.svg(_MARK, _MARK, box)
