"""The right tambon: points beside geopandas, plots held against plots, areas and datums.

Points are joined in this process and by ``geopandas.sjoin``, the same ones in the same run; every answer is
compared. The index is kept with the boundary set, so that its building has a figure of its own. The national
files are looked for in ``TAMBON_SHARED``; a small run, and one without them, takes the demo's drawing.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import shapely
from pyproj import CRS, Geod, Transformer

from bench import product, submissions
from bench.report import Row, percentiles
from geo.boundaries import read
from geo.demo import demo_boundaries
from geo.locate import Locator
from geo.measure import METRES_PER_DEGREE_LAT, area_m2, metres_per_degree_lon
from geo.reference import transformer_to_wgs84
from ingest.adding import add
from ingest.atlas import Atlas
from ingest.folder import DataFolder
from ingest.plots import overlaps
from ingest.plots.lookout import DrawnField, Lookout
from ingest.projecting.warehouse import Warehouse

SECTION = "places.py: the right tambon, plots on plots, areas and datums"
NATIONAL = "tha_adm3.gpkg"
_WGS84 = Geod(ellps="WGS84")
#: EPSG:1304 written out: Everest 1830 (1937), moved by 210, 814 and 289 m.
_EPSG_1304 = (
    "+proj=pipeline +step +inv +proj=utm +zone=47 +a=6377276.345 +rf=300.8017 +step +proj=cart"
    " +a=6377276.345 +rf=300.8017 +step +proj=helmert +x=210 +y=814 +z=289 +step +inv +proj=cart +ellps=WGS84"
    " +step +proj=unitconvert +xy_in=rad +xy_out=deg"
)


def measure(folder: Path, *, small: bool) -> Iterator[Row]:
    """All rows, the points first."""
    data = folder / "places"
    submissions.prepare(data)
    rng = np.random.default_rng(11)
    points = 2_000 if small else 1_000_000
    for name, file, aim in (
        ("the country's tambons, simplified", NATIONAL, "4 × sjoin"),
        ("five provinces, full resolution", product.PILOT, "10 × sjoin"),
    ):
        tambons, of = tambons_of(file, name, small=small)
        yield from _joined(data, tambons, of, points, aim, rng)
    yield _live(tambons, of, 200 if small else 5_000, rng)
    yield from _plots(data, 400 if small else 200_000, rng)
    yield _areas(1_000, rng)
    yield _datum(1_000, rng)


def tambons_of(file: str, name: str, *, small: bool) -> tuple[gpd.GeoDataFrame, str]:
    """The tambons of a shared file and what to call them; the demo's drawing where it is not there."""
    path = Path(os.environ.get("TAMBON_SHARED") or product.ROOT.parent / "shared") / "boundaries" / file
    if small or not path.is_file():
        return demo_boundaries().frame, "the demo's drawing"
    frame = read(path).frame
    return frame, f"{name} ({len(frame):,})"


def scattered(tambons: gpd.GeoDataFrame, count: int, rng: np.random.Generator) -> np.ndarray:
    """Points (n, 2), lon-lat, in the boxes of tambons taken at random: on land, and in the sea beside it."""
    boxes = shapely.bounds(tambons.geometry.to_numpy())[rng.integers(0, len(tambons), count)]
    return np.asarray(boxes[:, :2] + rng.random((count, 2)) * (boxes[:, 2:] - boxes[:, :2]))


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def _joined(
    data: Path, tambons: gpd.GeoDataFrame, of: str, count: int, aim: str, rng: np.random.Generator
) -> Iterator[Row]:
    build_s, locator = _timed(lambda: Locator.build(tambons["code"], tambons.geometry))
    index = data / "places.index"
    locator.save(index)
    load_s, locator = _timed(lambda: Locator.load(index))
    size = f"{build_s:.1f} s to build, {load_s:.2f} s to load, {index.stat().st_size / 1e6:.0f} MB"
    yield Row(SECTION, f"index of {of}, kept with the set", size)
    xy = scattered(tambons, count, rng)
    frame = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*xy.T), crs=4326)
    areas = tambons[["code", "geometry"]]
    join_s, joined = _timed(lambda: gpd.sjoin(frame, areas, how="left", predicate="intersects"))
    ours_s, located = _timed(lambda: locator.locate_points(*xy.T, distances="none"))
    near_s, _ = _timed(lambda: locator.locate_points(*xy.T, distances="near"))
    theirs = joined.groupby(level=0)["code"].min().fillna("").to_numpy(dtype=str)
    if (theirs != locator.code(located.index)).any():
        raise RuntimeError("geopandas gives other tambons")
    figure = f"{join_s / ours_s:.1f} × sjoin: {ours_s:.2f} s; with the distance to near lines {near_s:.2f} s"
    what = f"{count:,} points in {of}, all answers equal"
    yield Row(SECTION, what, figure, aim, f"geopandas.sjoin {join_s:.2f} s in the same run")


def _live(tambons: gpd.GeoDataFrame, of: str, count: int, rng: np.random.Generator) -> Row:
    locator = Locator.build(tambons["code"], tambons.geometry)
    times = [
        _timed(lambda x=x, y=y: locator.locate_points([x], [y]))[0] * 1e6  # type: ignore[misc]
        for x, y in scattered(tambons, count, rng)
    ]
    middle, late = percentiles(times, 50, 95)
    what = f"a single live point with its distance to the line; {of}"
    return Row(SECTION, what, f"p50 {middle:.0f} µs, p95 {late:.0f} µs", "< 100 µs")


def _plots(data: Path, count: int, rng: np.random.Generator) -> Iterator[Row]:
    """Plots of half a rai to some ten, one a place on a lattice, so that a few lie on their neighbours.

    Those of a row were drawn by the forms in turn.
    """
    atlas = Atlas(DataFolder(data))
    try:
        plots = atlas.reference.lookout.plots
        schemas = [atlas.reference.catalogue.newest(one.form_id).schema for one in plots.fields]
        lookout = Lookout((), "", plots)
    finally:
        atlas.close()
    warehouse = Warehouse(None)  # what the check costs: a flush of the disk comes on top
    warehouse.ensure_tables(schemas)
    overlaps.catch_up(warehouse, lookout)
    for turn, field in enumerate(plots.fields):
        _insert(warehouse, field, np.arange(turn, count, len(plots.fields)), rng)
    all_s, _ = _timed(lambda: overlaps.catch_up(warehouse, lookout))
    yield Row(SECTION, f"{count:,} plots held against one another at once", f"{all_s:.1f} s")
    times = []
    for number in range(count, count + 50):
        _insert(warehouse, plots.fields[number % len(plots.fields)], np.array([number]), rng)
        times.append(_timed(lambda: overlaps.catch_up(warehouse, lookout))[0] * 1e3)
    warehouse.close()
    middle, late = percentiles(times, 50, 95)
    forms = f"{count:,} earlier ones of {len(plots.fields)} forms"
    what = f"a new plot held against {forms}, its pairs noted (without a flush)"
    yield Row(SECTION, what, f"p50 {middle:.1f} ms, p95 {late:.1f} ms", "< 5 ms")


def _insert(warehouse: Warehouse, field: DrawnField, numbers: np.ndarray, rng: np.random.Generator) -> None:
    side = 450  # plots a row of the lattice
    x, y = 99.6 + (numbers % side) * 0.0009, 8.0 + (numbers // side % side) * 0.0009
    west, south = x + rng.random(len(x)) * 0.0003, y + rng.random(len(x)) * 0.0003
    wide, high = 0.0002 + rng.random((2, len(x))) * 0.0007
    shapes = shapely.box(west, south, west + wide, south + high)
    columns = {
        "_seq": numbers + 1, "_instance_id": [f"uuid:{number}" for number in numbers],
        field.name: pa.array(shapely.to_wkb(shapes), pa.binary()),
    } | {
        f"{field.name}__{suffix}": values
        for suffix, values in {
            "area_m2": area_m2(shapes), "accuracy_m": np.full(len(x), 4.0), "minx": west, "miny": south,
            "maxx": west + wide, "maxy": south + high,
        }.items()
    }  # fmt: skip
    with warehouse.transaction() as connection:
        rows = pa.table(columns)
        add(connection, field.table, rows)
        warehouse.unlooked.add(connection, {field.table: [rows]})


def _areas(count: int, rng: np.random.Generator) -> Row:
    """Rectangles of 20 m to 3 km a side, turned anyhow, anywhere in Thailand."""
    lon, lat, turn = rng.uniform(98, 105, count), rng.uniform(6, 20, count), rng.uniform(0, np.pi, count)
    half = rng.uniform(10, 1500, (count, 2))
    corners = half[:, None, :] * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    cos, sin = np.cos(turn)[:, None], np.sin(turn)[:, None]
    east = corners[..., 0] * cos - corners[..., 1] * sin
    north = corners[..., 0] * sin + corners[..., 1] * cos
    xy = np.stack(
        [
            lon[:, None] + east / metres_per_degree_lon(lat)[:, None],
            lat[:, None] + north / METRES_PER_DEGREE_LAT,
        ],
        axis=-1,
    )
    shapes = shapely.polygons(xy)
    exact = np.array([abs(_WGS84.geometry_area_perimeter(shape)[0]) for shape in shapes])
    worst = float(np.abs(area_m2(shapes) / exact - 1).max())
    return Row(SECTION, f"area of {count:,} plots against the ellipsoid, worst", f"{worst:.7%}", "< 0.01 %")


def _datum(count: int, rng: np.random.Generator) -> Row:
    """Indian 1975 by the program's choice, and by the numbers of EPSG:1304 written out."""
    lon, lat = rng.uniform(98, 102, count), rng.uniform(6, 20, count)
    east, north = Transformer.from_crs(4326, 32647, always_xy=True).transform(lon, lat)
    ours = transformer_to_wgs84(CRS.from_epsg(24047)).transform(east, north)
    default = Transformer.from_crs(24047, 4326, always_xy=True).transform(east, north)
    exact = Transformer.from_pipeline(_EPSG_1304).transform(east, north, np.zeros(count))[:2]
    away_m = [float(np.max(_WGS84.inv(*exact, *other)[2])) for other in (ours, default)]
    figure, other = f"{away_m[0]:.3f} m", f"PROJ's own default {away_m[1]:.0f} m"
    what = f"Indian 1975 / UTM 47N, {count:,} points, farthest from EPSG:1304"
    return Row(SECTION, what, figure, "< 1 m", other)
