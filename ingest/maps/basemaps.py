"""Base maps without the internet: MBTiles and PMTiles files that somebody dropped into ``basemaps/``.

A file is opened once and read tile by tile; PMTiles is read by its own library, MBTiles is SQLite. Tiles are
pictures already, or vectors that are drawn here.
"""

from __future__ import annotations

import gzip
import sqlite3
import threading
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pmtiles.reader import MmapSource, Reader
from pmtiles.tile import TileType

if TYPE_CHECKING:
    from ingest.maps.vector_tiles import Read

#: The name of a picture format in MBTiles, and its media type.
KINDS = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "webp": "image/webp"}
_OF_PMTILES = {TileType.PNG: "png", TileType.JPEG: "jpg", TileType.WEBP: "webp", TileType.MVT: "pbf"}
_MOST_ZOOM = 22
_VECTORS = "pbf"
_GZIP = b"\x1f\x8b"
_KEPT = 500  # tiles of a file in memory: what a room of people looks at is drawn once
_DEEPER = 4  # zooms beyond a vector file's last one that are still drawn sharply


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
    read: Read


def base_maps(folder: Path) -> dict[str, BaseMap]:
    """Every file of the folder by name; one that cannot be read is passed over."""
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
    if said.get("format") not in (*KINDS, _VECTORS):
        connection.close()
        return None
    sql = "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?"

    def read(zoom: int, x: int, y: int) -> bytes | None:
        with turn:
            row = connection.execute(sql, (zoom, x, 2**zoom - 1 - y)).fetchone()  # rows count upwards there
        return _unpacked(bytes(row[0])) if row else None

    ends = connection.execute("SELECT min(zoom_level), max(zoom_level) FROM tiles").fetchone()
    return _base_map(path, said, said["format"], (ends[0] or 0, ends[1] or 0), version, read)


def _pmtiles(path: Path, version: str) -> BaseMap | None:
    with path.open("rb") as handle:
        reader: Any = Reader(MmapSource(handle))  # type: ignore[no-untyped-call]  # outlives the handle
    header, said = reader.header(), reader.metadata()
    kind = _OF_PMTILES.get(header["tile_type"], "")
    if not kind:
        return None

    def read(zoom: int, x: int, y: int) -> bytes | None:
        content: Any = reader.get(zoom, x, y)
        return None if content is None else _unpacked(bytes(content))

    return _base_map(path, said, kind, (header["min_zoom"], header["max_zoom"]), version, read)


def _unpacked(content: bytes) -> bytes | None:
    """The tile itself; ``None`` for one that was copied in half."""
    if not content.startswith(_GZIP):
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error):
        return None


def _base_map(
    path: Path, said: dict[str, Any], kind: str, zooms: tuple[int, int], version: str, read: Read
) -> BaseMap:
    least, most = zooms
    if kind == _VECTORS:
        from ingest.maps import vector_tiles  # noqa: PLC0415 - loads GDAL, which only vectors need

        kind, read = "png", vector_tiles.pictures(read, most)
        most = min(_MOST_ZOOM, most + _DEEPER)
    title, attribution = str(said.get("name") or path.stem), str(said.get("attribution", ""))
    return BaseMap(path.stem, title, kind, least, most, attribution, version, lru_cache(_KEPT)(read))


_OPENERS: dict[str, Callable[[Path, str], BaseMap | None]] = {".mbtiles": _mbtiles, ".pmtiles": _pmtiles}
