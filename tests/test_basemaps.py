"""Base maps of the office's own: files of pictures or of vectors that somebody drops into a folder."""

from __future__ import annotations

import io
import sqlite3
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
import shapely
from PIL import Image
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from ingest.maps import basemaps

LAND, WATER = (246, 245, 239), (207, 224, 234)
TILE = (10, 797, 487)  # around Pak Phanang: 100.195 to 100.547 E, 8.407 to 8.755 N
MIDDLE = shapely.Point(100.371, 8.581)


def picture(colour: str) -> bytes:
    """A tile of one colour."""
    out = io.BytesIO()
    Image.new("RGB", (256, 256), colour).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two raster files, and one that is no such file at all."""
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
    with (tmp_path / "hills.pmtiles").open("wb") as out:
        writer = Writer(out)
        writer.write_tile(zxy_to_tileid(1, 1, 0), picture("green"))
        header = {
            "tile_type": TileType.PNG, "tile_compression": Compression.NONE, "min_lon_e7": 0, "min_lat_e7": 0,
            "max_lon_e7": 1, "max_lat_e7": 1, "center_zoom": 1, "center_lon_e7": 0, "center_lat_e7": 0,
        }  # fmt: skip
        writer.finalize(header, {"name": "hills"})
    (tmp_path / "broken.mbtiles").write_bytes(b"no database")
    return tmp_path


def test_a_raster_file_is_a_base_map(folder: Path) -> None:
    """MBTiles counts its rows upwards, PMTiles downwards; a broken file is not offered."""
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


def vectors(path: Path, layer: str, shape: shapely.Geometry, **columns: list[str]) -> None:
    """A file of vector tiles with one shape, as GDAL writes it, down to zoom 10."""
    frame = gpd.GeoDataFrame(columns, geometry=[shape], crs=4326)
    driver = {".pmtiles": "PMTiles", ".mbtiles": "MBTILES"}[path.suffix]
    pyogrio.write_dataframe(frame, path, layer=layer, driver=driver, MINZOOM=10, MAXZOOM=10)


def colours(folder: Path, name: str, zoom: int, x: int, y: int) -> Image.Image:
    """A tile of a base map, as the browser sees it."""
    found = basemaps.tile(folder, name, zoom, x, y)
    assert found is not None
    assert found[1] == "image/png"
    return Image.open(io.BytesIO(found[0])).convert("RGB")


@pytest.mark.parametrize("ending", [".pmtiles", ".mbtiles"])
def test_a_file_of_vectors_is_drawn(tmp_path: Path, ending: str) -> None:
    """A lake has the colour of water, the island in it has not, and the file's last zoom is not the last."""
    lake = MIDDLE.buffer(0.1).difference(MIDDLE.buffer(0.04))
    vectors(tmp_path / f"lakes{ending}", "water", lake, kind=["lake"])

    whole = colours(tmp_path, "lakes", *TILE)
    deep = colours(tmp_path, "lakes", 12, 4 * TILE[1] + 2, 4 * TILE[2] + 2)  # begins at the middle

    assert [whole.getpixel(at) for at in ((128, 128), (128, 78), (5, 5))] == [LAND, WATER, LAND]
    assert [deep.getpixel(at) for at in ((5, 5), (105, 20), (186, 20), (250, 250))] == [
        LAND,
        LAND,
        WATER,
        LAND,
    ]
    assert basemaps.base_maps(tmp_path)["lakes"].max_zoom == 14


def test_a_road_that_leads_far_is_wider(tmp_path: Path) -> None:
    """Else a country's roads are one grey net."""
    along = shapely.LineString([(100.2, 8.58), (100.54, 8.58)])
    for kind in ("highway", "path"):
        vectors(tmp_path / f"{kind}.pmtiles", "roads", along, kind=[kind])

    highway, path = (
        sum(one.getpixel((128, y)) != LAND for y in range(256))
        for one in (colours(tmp_path, kind, *TILE) for kind in ("highway", "path"))
    )

    assert highway > path > 0


@pytest.mark.parametrize("content", [b"no tile", b"\x1f\x8bhalf"])
def test_tiles_that_are_no_vectors_are_not_there(tmp_path: Path, content: bytes) -> None:
    """A file that says what it is not, or half a download."""
    vectors(tmp_path / "lakes.mbtiles", "water", MIDDLE.buffer(0.1))
    with sqlite3.connect(tmp_path / "lakes.mbtiles") as file:
        file.execute("UPDATE tiles SET tile_data = ?", [content])
    file.close()

    assert basemaps.tile(tmp_path, "lakes", *TILE) is None
