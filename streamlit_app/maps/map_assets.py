"""The files that a map needs, from this machine: Leaflet's and ours."""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from pathlib import Path

from xstatic.pkg import leaflet

_OWN = Path(__file__).parents[1] / "static"
_LEAFLET = Path(leaflet.BASE_DIR)
# One file for the browser, in this order.
_SCRIPTS = (
    "map_data.js",
    "map_draw.js",
    "map_panels.js",
    "map_tools.js",
    "map.js",
)  # one file, in this order


@cache
def assets() -> dict[str, bytes]:
    """The files a map needs, gzipped, by the name they are served under: Leaflet's and ours."""
    found = {name: (_LEAFLET / name).read_bytes() for name in ("leaflet.js", "leaflet.css")}
    found |= {f"images/{path.name}": path.read_bytes() for path in (_LEAFLET / "images").glob("*.png")}
    found["map.js"] = b"\n".join((_OWN / name).read_bytes() for name in _SCRIPTS)
    found["map.css"] = (_OWN / "map.css").read_bytes()
    return {name: gzip.compress(content, 9, mtime=0) for name, content in found.items()}


@cache
def asset_url(name: str) -> str:
    """The address of a file of the map; it changes with the file, so that browsers may keep it."""
    return f"/map/assets/{name}?v={hashlib.sha256(assets()[name]).hexdigest()[:12]}"
