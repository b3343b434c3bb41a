"""What else a Python office would write: folium with everything in the page, and pydeck, on the same points.

Made in this process and drawn by Chromium from a file, from the start of the navigation until the page has
been painted with all of it: what a rerun costs at the least, as Streamlit's own way comes on top. The scripts
of FastMarkerCluster and pydeck lie on other servers, and pydeck needs a graphics card: made, not drawn.
"""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import folium
import numpy as np
import pydeck  # type: ignore[import-untyped]
from folium.plugins import FastMarkerCluster

from bench import windows
from bench.report import Row
from streamlit_app.maps.map_assets import assets

SECTION = "rivals.py: the usual ways on the same points"
_SIZES = {"Marker": (1_000, 10_000), "GeoJson": (1_000, 10_000, 100_000)}
_MADE_ONLY = {"FastMarkerCluster": (1_000, 100_000), "pydeck": (1_000, 100_000, 1_000_000)}


class _OwnFiles(folium.Map):
    """folium's map with Leaflet from beside the page and nothing from elsewhere."""

    default_js = [("leaflet", "leaflet.js")]  # noqa: RUF012 - folium's
    default_css = [("leaflet_css", "leaflet.css")]  # noqa: RUF012


def measure(folder: Path, *, small: bool) -> Iterator[Row]:
    """A row for each way and number of points."""
    here = folder / "rivals"
    here.mkdir()
    for name in ("leaflet.js", "leaflet.css"):
        (here / name).write_bytes(gzip.decompress(assets()[name]))
    for name, sizes in (_SIZES | _MADE_ONLY).items():
        for size in (50,) if small else sizes:
            start = time.perf_counter()
            text = _WAYS[name](np.random.default_rng(3).normal([100.0, 8.5], [0.4, 0.5], (size, 2)))
            made_s = time.perf_counter() - start
            figure = f"made in {made_s:.2f} s, {len(text.encode()) / 1e6:.1f} MB"
            if name in _SIZES:
                page = here / f"{name}-{size}.html"
                page.write_text(text, encoding="utf-8")
                figure += f"; {_drawn(page)}"
            yield Row(SECTION, f"{'' if name == 'pydeck' else 'folium '}{name}, {size:,} points", figure)


def _drawn(page: Path) -> str:
    if not windows.chromium():
        return f"not drawn: {windows.NEEDS}"
    return f"drawn in {windows.page_ms(page.as_uri()) / 1000:.2f} s"


def _map() -> folium.Map:
    return _OwnFiles(location=[8.5, 100.0], zoom_start=9, tiles=None)


def _markers(points: np.ndarray) -> str:
    shown = _map()
    for lon, lat in points:
        folium.Marker([lat, lon], popup="แปลง", icon=folium.DivIcon(html="•")).add_to(shown)
    return shown.get_root().render()


def _geojson(points: np.ndarray) -> str:
    features = [
        {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [lon, lat]}}
        for lon, lat in points.tolist()
    ]
    shown = _map()
    circle = folium.CircleMarker(radius=4)
    folium.GeoJson({"type": "FeatureCollection", "features": features}, marker=circle).add_to(shown)
    return shown.get_root().render()


def _clustered(points: np.ndarray) -> str:
    shown = _map()
    shown.add_child(FastMarkerCluster(points[:, ::-1].tolist()))  # type: ignore[no-untyped-call]
    return shown.get_root().render()


def _deck(points: np.ndarray) -> str:
    rows = [{"at": at} for at in points.tolist()]
    layer = pydeck.Layer("ScatterplotLayer", rows, get_position="at", get_radius=200)
    return str(pydeck.Deck([layer], map_provider=None).to_json())


_WAYS: dict[str, Callable[[np.ndarray], str]] = {
    "Marker": _markers, "GeoJson": _geojson, "FastMarkerCluster": _clustered, "pydeck": _deck,
}  # fmt: skip
