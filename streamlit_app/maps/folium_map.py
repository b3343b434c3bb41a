"""The folium map: built once a session, the same at every rerun; what is chosen reaches it as a token.

A changed script would make streamlit-folium throw the browser's map away and build another one. So the choice
stands in an element of the page that the map's own script looks at, and that script asks the server for what
the view needs. What a click chooses it asks with the click itself (``streamlit_app/turns.py``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import folium
import streamlit as st
from branca.element import MacroElement
from folium.template import Template
from streamlit_folium import st_folium

from ingest import log
from ingest.areas.boundary_sets import BoundarySet
from ingest.atlas import Reference
from ingest.maps import basemaps, map_outlines
from ingest.maps.map_outlines import LAO
from streamlit_app.maps.map_assets import asset_url
from streamlit_app.maps.map_choice import token
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
        self.options |= {"trackResize": False}  # the map's own script does
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
        self.settings = token(settings)


def settings(
    reference: Reference, area: str, language: str, other: BoundarySet | None = None
) -> dict[str, Any]:
    """What the map's script needs to know once; ``other`` is drawn in place of the default boundaries."""
    return {
        "language": language,
        "words": words("map", language),
        "outlines": f"/map/outlines/{map_outlines.version(office().atlas, other)}",
        "drawing": (other or reference.boundary_set).drawing,
        "box": map_outlines.box_of(reference, area) or map_outlines.box_of(reference, ""),
        "page": "",
        "lao": other is not None and other.level == LAO,
        "draws": True,
        "together": False,
        "swipe": "",
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


def tell(chosen: dict[str, Any], key: str = _KEY) -> None:
    """Tell the map of this key what to show: before all else on the page, as the map need not wait for it."""
    st.html(f'<div class="map-choice" data-map="{key}" data-choice="{token(chosen)}"></div>')


def show(
    constant: dict[str, Any], *, height: int, said: Callable[[dict[str, Any]], object] | None = None,
    key: str = _KEY,
) -> None:  # fmt: skip
    """Put the map on the page; ``said`` is told of an outline drawn or an area chosen on it."""

    def heard() -> None:
        told = st.session_state.get(key)
        if said and isinstance(told, dict):
            said(told)

    st_folium(
        _built(constant | {"key": key}), key=key, on_change=heard, height=height, use_container_width=True,
        returned_objects=[], render=False,
    )  # fmt: skip


def _built(constant: dict[str, Any]) -> AtlasMap:
    """The session's map with these settings, rendered once: that takes longer than all else on the page."""
    kept: dict[str, AtlasMap] = st.session_state.setdefault("maps", {})
    asked = token(constant)
    if asked not in kept:
        kept[asked] = AtlasMap(constant)
        kept[asked].get_root().render()
    return kept[asked]
