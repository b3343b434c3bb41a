"""Kept views and base maps of the office's own: what people leave for each other, and files they drop in."""

from __future__ import annotations

import io
import sqlite3
from pathlib import Path

import pytest
from PIL import Image
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from ingest import log
from ingest.maps import basemaps
from ingest.office import saved_views
from streamlit_app.office import Office

ME, OTHER = "me@example.org", "other@example.org"


def test_a_view_is_kept_replaced_shared_and_let_go(office: Office) -> None:
    """Own views and those that others share, by name; nobody lets another's go."""
    with log.writing(office.atlas.log) as connection:
        saved_views.save(connection, ME, " ขาดน้ำ ", "map", "layer=a", shared=False)
        saved_views.save(connection, ME, "ขาดน้ำ", "map", "layer=b", shared=True)
        saved_views.save(connection, OTHER, "ของฉันเอง", "records", "q=x", shared=False)
        mine, theirs = saved_views.listed(connection, ME), saved_views.listed(connection, OTHER)

        assert [(one.name, one.query) for one in mine] == [("ขาดน้ำ", "layer=b")]
        assert [one.name for one in theirs] == ["ของฉันเอง", "ขาดน้ำ"]
        assert not saved_views.forget(connection, OTHER, mine[0].id)
        assert saved_views.forget(connection, ME, mine[0].id)
        assert saved_views.listed(connection, ME) == []


def picture(colour: str) -> bytes:
    """A tile of one colour."""
    out = io.BytesIO()
    Image.new("RGB", (256, 256), colour).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two raster files, one of vector tiles, and one that is no such file at all."""
    mbtiles = sqlite3.connect(tmp_path / "aerial.mbtiles")
    mbtiles.executescript(
        "CREATE TABLE metadata (name TEXT, value TEXT);"
        "CREATE TABLE tiles (zoom_level INT, tile_column INT, tile_row INT, tile_data BLOB);"
    )
    said = {"name": "ภาพถ่าย 2569", "format": "png", "attribution": "กรมแผนที่ทหาร"}
    mbtiles.executemany("INSERT INTO metadata VALUES (?, ?)", said.items())
    mbtiles.execute("INSERT INTO tiles VALUES (2, 3, 2, ?)", [picture("red")])  # row 2 from below is y 1
    mbtiles.commit()
    mbtiles.close()
    for name, kind in (("hills", TileType.PNG), ("streets", TileType.MVT)):
        with (tmp_path / f"{name}.pmtiles").open("wb") as out:
            writer = Writer(out)
            writer.write_tile(zxy_to_tileid(1, 1, 0), picture("green"))
            header = {
                "tile_type": kind, "tile_compression": Compression.NONE, "min_lon_e7": 0, "min_lat_e7": 0,
                "max_lon_e7": 1, "max_lat_e7": 1, "center_zoom": 1, "center_lon_e7": 0, "center_lat_e7": 0,
            }  # fmt: skip
            writer.finalize(header, {"name": name})
    (tmp_path / "broken.mbtiles").write_bytes(b"no database")
    return tmp_path


def test_a_raster_file_is_a_base_map(folder: Path) -> None:
    """MBTiles counts its rows upwards, PMTiles downwards; vector tiles and broken files are not offered."""
    found = basemaps.base_maps(folder)

    assert {name: (one.title, one.attribution) for name, one in found.items()} == {
        "aerial": ("ภาพถ่าย 2569", "กรมแผนที่ทหาร"),
        "hills": ("hills", ""),
    }
    assert basemaps.tile(folder, "aerial", 2, 3, 1) == (picture("red"), "image/png")
    assert basemaps.tile(folder, "aerial", 2, 3, 2) is None
    assert basemaps.tile(folder, "hills", 1, 1, 0) == (picture("green"), "image/png")
    for zoom, x, y in ((1, 0, 0), (-1, 0, 0), (1, 5, 0), (40, 0, 0)):
        assert basemaps.tile(folder, "hills", zoom, x, y) is None
    assert basemaps.tile(folder, "../hills", 1, 1, 0) is None
