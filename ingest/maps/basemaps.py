"""Base maps without the internet: raster MBTiles and PMTiles files that somebody dropped into ``basemaps/``.

A file is opened once and read tile by tile; PMTiles is read by its own library, MBTiles is SQLite. Vector
tiles are not drawn and such a file is not offered.
"""

from __future__ import annotations

import gzip
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pmtiles.reader import MmapSource, Reader
from pmtiles.tile import Compression, TileType

#: The name of a picture format in MBTiles, and its media type.
KINDS = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "webp": "image/webp"}
_OF_PMTILES = {TileType.PNG: "png", TileType.JPEG: "jpg", TileType.WEBP: "webp", TileType.AVIF: "avif"}
_MOST_ZOOM = 22


@dataclass(frozen=True)
class BaseMap:
    """One file. ``version`` changes with the file, so that browsers may keep its tiles."""

    name: str
    title: str
    kind: str
    min_zoom: int
    max_zoom: int
    attribution: str
    version: str
    read: Callable[[int, int, int], bytes | None]


def base_maps(folder: Path) -> dict[str, BaseMap]:
    """Every raster file of the folder by name; one that cannot be read is passed over."""
    found = {}
    for path in sorted(folder.glob("*.*tiles")):
        if path.suffix in _OPENERS and path.is_file():
            opened = _opened(path, path.stat().st_mtime_ns)
            if opened:
                found[opened.name] = opened
    return found


def tile(folder: Path, name: str, zoom: int, x: int, y: int) -> tuple[bytes, str] | None:
    """A tile of the web map's scheme (y downwards) and its media type; ``None`` where there is none."""
    one = base_maps(folder).get(name)
    if one is None or not 0 <= zoom <= _MOST_ZOOM or not (0 <= x < 2**zoom and 0 <= y < 2**zoom):
        return None
    content = one.read(zoom, x, y)
    return (content, KINDS[one.kind]) if content else None


@lru_cache(maxsize=16)
def _opened(path: Path, version: int) -> BaseMap | None:
    try:
        return _OPENERS[path.suffix](path, f"{version:x}"[-10:])
    except (OSError, ValueError, KeyError, TypeError, sqlite3.Error):
        return None


def _mbtiles(path: Path, version: str) -> BaseMap | None:
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False)
    turn = threading.Lock()
    said = dict(connection.execute("SELECT name, value FROM metadata"))
    if said.get("format") not in KINDS:
        connection.close()
        return None
    sql = "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?"

    def read(zoom: int, x: int, y: int) -> bytes | None:
        with turn:
            row = connection.execute(sql, (zoom, x, 2**zoom - 1 - y)).fetchone()  # rows count upwards there
        return bytes(row[0]) if row else None

    ends = connection.execute("SELECT min(zoom_level), max(zoom_level) FROM tiles").fetchone()
    return BaseMap(
        path.stem, str(said.get("name") or path.stem), said["format"], ends[0] or 0, ends[1] or 0,
        str(said.get("attribution", "")), version, read,
    )  # fmt: skip


def _pmtiles(path: Path, version: str) -> BaseMap | None:
    with path.open("rb") as handle:
        reader: Any = Reader(MmapSource(handle))  # type: ignore[no-untyped-call]  # outlives the handle
    header, said = reader.header(), reader.metadata()
    kind = _OF_PMTILES.get(header["tile_type"], "")
    if kind not in KINDS:
        return None
    packed = header["tile_compression"] == Compression.GZIP

    def read(zoom: int, x: int, y: int) -> bytes | None:
        content: Any = reader.get(zoom, x, y)
        if content is None:
            return None
        return gzip.decompress(content) if packed else bytes(content)

    return BaseMap(
        path.stem, str(said.get("name") or path.stem), kind, header["min_zoom"], header["max_zoom"],
        str(said.get("attribution", "")), version, read,
    )  # fmt: skip


_OPENERS: dict[str, Callable[[Path, str], BaseMap | None]] = {".mbtiles": _mbtiles, ".pmtiles": _pmtiles}
