"""The folium map: its script is the same at every rerun; what is chosen reaches it as a token.

A changed script would make streamlit-folium throw the browser's map away and build another one; a changed
feature group is only evaluated in the map that stands. So the group carries the choice, and the map's own
script asks the server for what the view needs.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import folium
import streamlit as st
from branca.element import MacroElement
from folium.template import Template
from streamlit_folium import st_folium

from ingest import log
from ingest.atlas import Reference
from ingest.maps import basemaps, map_outlines
from streamlit_app.map_assets import asset_url
from streamlit_app.map_choice import Shade, ShownLayer
from streamlit_app.office import office
from streamlit_app.texts import words

_KEY = "atlas"
ONLINE_SETTING = "online_base_map"
ONLINE = {
    "title": "OpenStreetMap", "url": "https://tile.openstreetmap.org/{z}/{x}/{y}.png", "min": 0, "max": 19,
    "attribution": "© OpenStreetMap contributors",
}  # fmt: skip
_LEAST_ZOOM, _MOST_ZOOM = 4, 19


class AtlasMap(folium.Map):
    """A folium map whose files come from this machine, and with no base map but the boundaries."""

    default_js = [("leaflet", asset_url("leaflet.js")), ("atlas", asset_url("map.js"))]  # noqa: RUF012 - folium's
    default_css = [("leaflet_css", asset_url("leaflet.css")), ("atlas_css", asset_url("map.css"))]  # noqa: RUF012

    def __init__(self, settings: dict[str, Any]) -> None:
        west, south, east, north = settings["box"]
        super().__init__(
            location=[(south + north) / 2, (west + east) / 2],
            tiles=None,
            min_zoom=_LEAST_ZOOM,
            max_zoom=_MOST_ZOOM,
            attribution_control=False,
        )
        # Without a tile layer only the map's own options bound the zoom.
        self.options |= {"minZoom": _LEAST_ZOOM, "maxZoom": _MOST_ZOOM}
        self.add_child(_Start(settings))


class _Start(MacroElement):
    """Starts the map's script with settings that do not change while the page is open."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "Tambon.start({{ this._parent.get_name() }}, JSON.parse(decodeURIComponent('{{ this.settings }}')));"
        "{% endmacro %}"
    )

    def __init__(self, settings: dict[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Start"
        self.settings = _token(settings)


class _Show(MacroElement):
    """Hands a choice to the map that stands."""

    _template = Template("{% macro script(this, kwargs) %}Tambon.show('{{ this.token }}');{% endmacro %}")

    def __init__(self, choice: dict[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Show"
        self.token = _token(choice)


def _token(value: dict[str, Any]) -> str:
    """JSON with all but letters and digits escaped: safe in a script, and left alone by folium."""
    return quote(json.dumps(value, ensure_ascii=False, separators=(",", ":")), safe="")


def settings(reference: Reference, area: str, language: str) -> dict[str, Any]:
    """What the map's script needs to know once."""
    return {
        "language": language,
        "words": words("map", language),
        "outlines": f"/map/outlines/{map_outlines.version(reference)}",
        "drawing": reference.boundary_set.drawing,
        "box": map_outlines.box_of(reference, area) or map_outlines.box_of(reference, ""),
        "draws": True,
        "together": False,
        "base_maps": _base_maps(),
    }


def _base_maps() -> list[dict[str, Any]]:
    """Raster files of the data folder, and the online map where an administrator has switched it on."""
    atlas = office().atlas
    found = [
        {
            "title": one.title, "url": f"/map/tiles/{quote(one.name)}/{one.version}/{{z}}/{{x}}/{{y}}",
            "attribution": one.attribution, "min": one.min_zoom, "max": one.max_zoom,
        }
        for one in basemaps.base_maps(atlas.folder.base_maps).values()
    ]  # fmt: skip
    with atlas.log.connect() as connection:
        online = log.setting(connection, ONLINE_SETTING) == "on"
    return [*found, ONLINE] if online else found


def show(
    constant: dict[str, Any], layers: list[ShownLayer], *, shade: Shade | None, with_points: bool,
    fit: list[float] | None, start: list[float] | None, height: int, shape: str = "",
    said: Callable[[dict[str, Any]], object] | None = None, key: str = _KEY,
) -> None:  # fmt: skip
    """Put the map on the page. ``fit`` is the chosen area's box, ``start`` where to begin without one;
    ``shape`` is the outline that filters; ``said`` is told of another one, or of a chosen area.

    A small fresh map each time: streamlit-folium adds the group to the one it is given.
    """
    choice = {
        "layers": [vars(one) for one in layers],
        "shade": vars(shade) if shade else None,
        "points": with_points,
        "fit": fit,
        "start": start,
        "shape": shape,
    }
    group = folium.FeatureGroup(name="choice", control=False)
    group.add_child(_Show(choice))

    def heard() -> None:
        told = st.session_state.get(key)
        if said and isinstance(told, dict):
            said(told)

    st_folium(
        AtlasMap(constant), key=key, on_change=heard, height=height, use_container_width=True,
        returned_objects=[], feature_group_to_add=group,
    )  # fmt: skip
