"""What the map is told to show: values that the page makes and the map's script, pictures and prints read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from ingest.doors.layers import LayerInfo
from streamlit_app.state import State

BY_STATUS = "status"  # what colours tell instead of the layer's own question


@dataclass(frozen=True)
class ShownLayer:
    """A layer on the map: its title, and the query string that cuts it to the filter and says its colours."""

    name: str
    title: str
    query: str

    @classmethod
    def of(cls, info: LayerInfo, title: str, state: State) -> ShownLayer:
        """A layer as a state shows it."""
        colour = [("colour", state.colour)] if state.colour else []
        return cls(info.name, title, urlencode([*state.filter_for(info).to_pairs(), *colour]))


@dataclass(frozen=True)
class Shade:
    """What colours the areas: its title, what to ask for, and the query string of the filter."""

    title: str
    asks: dict[str, str]
    query: str


def choice_of(
    layers: list[ShownLayer], *, shade: Shade | None, with_points: bool, fit: list[float] | None,
    start: list[float] | None, shape: str = "",
) -> dict[str, Any]:  # fmt: skip
    """What a map is to show. ``fit`` is the chosen area's box, ``start`` where to begin without one,
    ``shape`` the outline that filters."""
    return {
        "layers": [vars(one) for one in layers],
        "shade": vars(shade) if shade else None,
        "points": with_points,
        "fit": fit,
        "start": start,
        "shape": shape,
    }


def token(value: dict[str, Any]) -> str:
    """JSON with all but letters and digits escaped: safe in a script and in an attribute."""
    return quote(json.dumps(value, ensure_ascii=False, separators=(",", ":")), safe="")
