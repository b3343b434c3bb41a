"""The right tambon for every point and plot, how near the line is, and whether the form's answer agrees."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS, Geod

from geo.boundaries import read
from geo.grid import segments
from geo.locate import Located, Locator, verdicts
from geo.reference import transformer_to_wgs84
from ingest.areas.locating import read_features
from thai.problem import Problem

WGS84 = Geod(ellps="WGS84")
SIDE = 0.1
"""Four squares in Thailand's degrees, west to east 10, 20 below and 30, 40 above."""
CODES = ["10", "20", "30", "40"]
SQUARES = [shapely.box(100 + x, 8 + y, 100 + x + SIDE, 8 + y + SIDE) for y in (0, SIDE) for x in (0, SIDE)]


@pytest.fixture(scope="module")
def squares() -> Locator:
    """The kept index of the four squares."""
    return Locator.build(CODES, SQUARES)


@pytest.fixture(scope="module")
def pilot(shared: Path) -> gpd.GeoDataFrame:
    """486 tambons of five provinces at full resolution."""
    return read(shared / "boundaries/pilot5_adm3_full.gpkg").frame


@pytest.fixture(scope="module")
def pilot_locator(pilot: gpd.GeoDataFrame) -> Locator:
    """Their kept index."""
    return Locator.build(pilot["code"], pilot.geometry)


def expected(points: gpd.GeoDataFrame, tambons: gpd.GeoDataFrame) -> np.ndarray:
    """What geopandas says: the lowest code that touches each point, '' for none."""
    joined = gpd.sjoin(points, tambons[["code", "geometry"]], how="left", predicate="intersects")
    return joined.groupby(level=0)["code"].min().fillna("").to_numpy(dtype=object)


def test_real_villages_get_the_tambon_geopandas_gives(
    shared: Path, pilot: gpd.GeoDataFrame, pilot_locator: Locator
) -> None:
    """All 4,402 village points against full-resolution boundaries, inside and outside the five provinces."""
    villages = gpd.read_file(shared / "boundaries/nst/pilot5_villages_2012.gpkg").to_crs(4326)
    located = pilot_locator.locate_points(villages.geometry.x, villages.geometry.y)
    assert len(villages) == 4402
    assert (pilot_locator.code(located.index) == expected(villages, pilot)).all()
    assert (located.index < 0).any()


def test_points_on_and_beside_real_lines(pilot: gpd.GeoDataFrame, pilot_locator: Locator) -> None:
    """The hardest points, on vertices and a metre beside: what geopandas says, the lowest code first."""
    start, end, _, _ = segments(pilot.geometry.to_numpy()[:60])
    chosen = np.random.default_rng(0).choice(len(start), 3000, replace=False)
    beside = start[chosen] + np.array([1e-5, -1e-5])
    xy = np.concatenate([start[chosen], beside, (start[chosen] + end[chosen]) / 2])
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*xy.T), crs=4326)
    located = pilot_locator.locate_points(*xy.T)
    assert (pilot_locator.code(located.index) == expected(points, pilot)).all()
    assert np.nanmax(located.distance_m[: len(chosen)]) < 0.01
    assert np.nanmax(located.distance_m) < 2


def test_distances_against_the_geodesic(pilot: gpd.GeoDataFrame, pilot_locator: Locator) -> None:
    """The distance to the line is the geodesic one to the nearest place on the tambon's own boundary."""
    rng = np.random.default_rng(1)
    for number in rng.choice(len(pilot), 12, replace=False):
        polygon = pilot.geometry.iloc[number]
        point = polygon.representative_point()
        located = pilot_locator.locate_points([point.x], [point.y])
        vertices = shapely.get_coordinates(shapely.segmentize(polygon, 0.0001))
        near = vertices[np.hypot(*(vertices - [point.x, point.y]).T).argsort()[:400]]
        _, _, metres = WGS84.inv(np.full(len(near), point.x), np.full(len(near), point.y), *near.T)
        assert located.distance_m[0] == pytest.approx(np.min(metres), rel=2e-3, abs=0.5)


def test_the_tambon_across_the_line(squares: Locator) -> None:
    """Each side names the other; far inside nobody is across; outside, the nearest is a suggestion."""
    lon = [100.0999, 100.1001, 100.05, 99.9999, 100.0001, 90.0, np.nan]
    lat = [8.05, 8.05, 8.05, 8.05, 8.05, 8.05, 8.05]
    located = squares.locate_points(lon, lat)
    assert squares.code(located.index).tolist() == ["10", "20", "10", "", "10", "", ""]
    assert squares.code(located.other).tolist() == ["20", "10", "", "10", "", "", ""]
    ten_metres = WGS84.inv(100.0999, 8.05, 100.1, 8.05)[2]
    assert located.distance_m[:2] == pytest.approx([ten_metres] * 2, rel=1e-3)
    assert located.distance_m[2] == pytest.approx(WGS84.inv(100, 8.05, 100.05, 8.05)[2], rel=1e-2)
    assert np.isnan(located.distance_m[5:]).all()


def test_where_three_meet_all_three_are_candidates() -> None:
    """Beside the corner, along a line, off it; a plot beside it; a worse accuracy widens the circle."""
    west, north, east = (shapely.box(*sides) for sides in ((0, 0, 1, 1), (0, 1, 2, 2), (1, 0, 2, 1)))
    three = Locator.build(["10", "20", "30"], [west, north, east])
    metre = 1 / 111_000
    points = shapely.points([(1 - 9 * metre, 1 - 20 * metre), (1 - 20 * metre, 1 - 9 * metre),
                             (1 - 20 * metre, 1 - 60 * metre), (0.5, 1 - 9 * metre), (0.5, 0.5)])  # fmt: skip
    located = three.locate_points(*shapely.get_coordinates(points).T)
    assert three.others(points, located, np.zeros(5)).tolist() == ["30;20", "20;30", "30", "20", ""]
    assert three.others(points, located, np.full(5, 80.0)).tolist() == ["30;20", "20;30", "30;20", "20", ""]
    plot = shapely.box(1 - 50 * metre, 1 - 50 * metre, 1 - 10 * metre, 1 - 20 * metre)
    assert three.others([plot], three.locate_shapes([plot]), [np.nan]).tolist() == ["30;20"]


def test_a_point_on_a_shared_line_goes_to_the_lowest_code(squares: Locator) -> None:
    """Also where four meet, and whatever the order of the rows in the file."""
    backwards = Locator.build(CODES[::-1], SQUARES[::-1])
    for locator in (squares, backwards):
        located = locator.locate_points([100.1, 100.1, 100.15], [8.05, 8.1, 8.1])
        assert locator.code(located.index).tolist() == ["10", "10", "20"]
        assert located.distance_m.tolist() == pytest.approx([0, 0, 0], abs=1e-3)


def test_only_near_distances(squares: Locator) -> None:
    """The quick way knows the same near lines, and leaves what is far blank."""
    rng = np.random.default_rng(2)
    lon, lat = rng.uniform(99.98, 100.22, 2000), rng.uniform(7.98, 8.22, 2000)
    everything, near = squares.locate_points(lon, lat), squares.locate_points(lon, lat, distances="near")
    close = everything.distance_m <= squares.near_limit_m
    np.testing.assert_array_equal(near.distance_m[close], everything.distance_m[close])
    np.testing.assert_array_equal(near.other[close], everything.other[close])
    assert np.isnan(near.distance_m[~close]).all()
    assert np.isnan(squares.locate_points(lon, lat, distances="none").distance_m).all()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 1000)), min_size=2, max_size=25, unique=True),
    st.integers(0, 2**32 - 1),
)
def test_any_partition_any_point(sites: list[tuple[int, int]], seed: int) -> None:
    """In any Voronoi partition of a square the polygon found covers the point, and none falls through."""
    square = shapely.box(100, 8, 100.2, 8.2)
    seeds = shapely.MultiPoint(np.array(sites) * 2e-4 + [100, 8])
    cells = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=square))
    cells = shapely.intersection(cells, square)
    cells = cells[shapely.area(cells) > 0]
    locator = Locator.build([f"{number:02d}" for number in range(len(cells))], cells)
    xy = np.random.default_rng(seed).uniform([99.99, 7.99], [100.21, 8.21], (200, 2))
    xy = np.concatenate([xy, shapely.get_coordinates(cells)])
    located = locator.locate_points(*xy.T)
    points = shapely.points(xy)
    inside = located.index >= 0
    assert shapely.intersects(cells[located.index[inside]], points[inside]).all()
    touching = np.array([shapely.intersects(cells, point).any() for point in points])
    np.testing.assert_array_equal(inside, touching)
    _assert_one_by_one(locator, located, xy)
    _assert_lowest(locator, located, cells, points)


def _assert_one_by_one(locator: Locator, located: Located, xy: np.ndarray) -> None:
    """A live point goes another way than a million: bit for bit the same answers."""
    alone = [locator.locate_points([lon], [lat]) for lon, lat in xy]
    assert not any(one.shares for one in (located, *alone))
    for name in ("index", "distance_m", "other"):
        together = getattr(located, name)
        single = np.concatenate([getattr(one, name) for one in alone])
        assert single.dtype == together.dtype
        np.testing.assert_array_equal(single, together)


def _assert_lowest(locator: Locator, located: Located, cells: np.ndarray, points: np.ndarray) -> None:
    for index, point in zip(located.index, points, strict=True):
        hits = np.flatnonzero(shapely.intersects(cells, point))
        assert index == (hits[0] if len(hits) else -1)
    assert locator.codes.tolist() == sorted(locator.codes)


def test_overlaps_gaps_islands_and_holes() -> None:
    """Layers as they are: an overlap goes to the lowest code, a gap to nobody, an enclave to itself."""
    ring = shapely.Polygon(
        shapely.box(100, 8, 100.1, 8.1).exterior.coords,
        [shapely.box(100.04, 8.04, 100.06, 8.06).exterior.coords],
    )
    enclave = shapely.box(100.04, 8.04, 100.06, 8.06)
    over = shapely.box(100.09, 8, 100.2, 8.1)
    island = shapely.MultiPolygon([shapely.box(100.3, 8, 100.31, 8.01), shapely.box(100.4, 8, 100.41, 8.01)])
    locator = Locator.build(["4", "3", "2", "1"], [ring, enclave, over, island])
    lon, lat = (
        [100.05, 100.02, 100.095, 100.305, 100.405, 100.35, 100.25],
        [8.05, 8.02, 8.05, 8.005, 8.005, 8.005, 8.05],
    )
    assert locator.code(locator.locate_points(lon, lat).index).tolist() == ["3", "4", "2", "1", "1", "", ""]


def test_a_line_through_the_corners_of_the_raster() -> None:
    """Where a line meets a corner of four cells, all four ask the polygons."""
    corners = [(100.015, 8.015), (100.045, 8.015), (100.025, 8.035), (100.015, 8.03), (100.06, 8.035)]
    west = shapely.Polygon([corners[0], corners[1], corners[2], corners[3]])
    east = shapely.Polygon([corners[1], corners[4], corners[2]])
    polygons = [shapely.box(99.99, 7.99, 100.0, 8.0), east, west]
    x, y = np.linspace(100.026, 100.044, 19).round(3), np.linspace(8.034, 8.016, 19).round(3)
    inside = np.array([shapely.intersects_xy(one, x, y) for one in polygons])

    located = Locator.build(["10", "20", "30"], polygons).locate_points(x, y)
    assert located.index.tolist() == np.where(inside.any(axis=0), inside.argmax(axis=0), -1).tolist()


def test_slivers_between_neighbours_do_not_hide_them() -> None:
    """Rounded coordinates leave a gap of a metre: the neighbour is still the one across."""
    east = shapely.box(100.10001, 8, 100.2, 8.1)
    locator = Locator.build(["10", "20"], [SQUARES[0], east])
    located = locator.locate_points([100.0999, 100.1001], [8.05, 8.05])
    assert locator.code(located.index).tolist() == ["10", "20"]
    assert locator.code(located.other).tolist() == ["20", "10"]


def test_plots_and_canals(squares: Locator) -> None:
    """Inside, across two (largest share wins), across all four, half out at sea, and beyond."""
    shapes = [
        shapely.box(100.05, 8.05, 100.0501, 8.0501),
        shapely.box(100.099, 8.05, 100.103, 8.051),
        shapely.box(100.097, 8.05, 100.101, 8.051),
        shapely.LineString([(100.05, 8.05), (100.12, 8.05)]),
        shapely.box(100.05, 8.05, 100.16, 8.16),
        shapely.box(99.9, 8.05, 100.01, 8.06),
        shapely.box(99.5, 8.05, 99.6, 8.06),
        shapely.Point(100.15, 8.05),
        None,
        shapely.Polygon(),
    ]
    located = squares.locate_shapes(shapes)
    assert squares.code(located.index).tolist() == ["10", "20", "10", "10", "40", "10", "", "20", "", ""]
    assert squares.code(located.other).tolist() == ["", "10", "20", "20", "20", "", "10", "", "", ""]
    assert located.distance_m[1:6].tolist() == [0, 0, 0, 0, 0]
    assert located.distance_m[0] == pytest.approx(WGS84.inv(100.05, 8.05005, 100.05005, 8)[2], rel=0.02)
    assert np.isnan(located.distance_m[8:]).all()


def test_shapes_against_overlays(pilot: gpd.GeoDataFrame, pilot_locator: Locator) -> None:
    """Random plots at full resolution: the tambon of the largest overlay, 0 m just when a line is crossed."""
    rng = np.random.default_rng(3)
    start, _, _, _ = segments(pilot.geometry.to_numpy()[:40])
    xy = start[rng.choice(len(start), 150, replace=False)] + rng.normal(0, 1e-3, (150, 2))
    plots = shapely.buffer(shapely.points(xy), rng.uniform(1e-4, 3e-3, 150), quad_segs=3)
    located = pilot_locator.locate_shapes(plots)
    shape, tambon = shapely.STRtree(pilot.geometry.to_numpy()).query(plots, "intersects")
    share = np.zeros((len(plots), len(pilot)))
    share[shape, tambon] = shapely.area(shapely.intersection(plots[shape], pilot.geometry.to_numpy()[tambon]))
    assert (
        pilot_locator.code(located.index)
        == np.where(share.any(axis=1), pilot["code"].to_numpy(dtype=str)[share.argmax(axis=1)], "")
    ).all()
    inside = np.isclose(share.max(axis=1), shapely.area(plots), rtol=1e-12, atol=0)
    np.testing.assert_array_equal(located.distance_m > 0, inside | ~share.any(axis=1))


@pytest.mark.parametrize("kept", [1_000_000, 0])
def test_shapes_one_by_one_are_located_as_many_at_once(
    pilot_locator: Locator, monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    """A phone's plot gets what a rebuild says, across lines too, however many polygons are kept as shapes."""
    monkeypatch.setattr("geo.locate._MOST_VERTICES", kept)
    corners = shapely.get_coordinates(pilot_locator.polygons(np.arange(40)))[::400]
    plots = shapely.buffer(shapely.points(corners), np.linspace(0.0002, 0.002, len(corners)), quad_segs=2)
    together = pilot_locator.locate_shapes(plots)
    alone = [pilot_locator.locate_shapes(plots[row : row + 1]) for row in range(len(plots))]
    for name in ("index", "distance_m", "other"):
        single = np.concatenate([getattr(one, name) for one in alone])
        np.testing.assert_array_equal(single, getattr(together, name))


def test_a_self_crossing_shape_is_still_placed(squares: Locator) -> None:
    """A bow-tie over a line does not stop the others."""
    bow = shapely.Polygon([(100.09, 8.05), (100.13, 8.06), (100.13, 8.05), (100.09, 8.06)])
    assert squares.code(squares.locate_shapes([bow]).index).tolist() == ["20"]


def test_the_index_is_kept_and_read_back(squares: Locator, tmp_path: Path) -> None:
    """Saved and loaded it answers the same; a damaged or foreign file is named."""
    squares.save(tmp_path / "a.index")
    again = Locator.load(tmp_path / "a.index")
    xy = np.random.default_rng(4).uniform([99.9, 7.9], [100.3, 8.3], (500, 2))
    for one, two in zip(
        vars(squares.locate_points(*xy.T)).values(), vars(again.locate_points(*xy.T)).values(), strict=True
    ):
        np.testing.assert_array_equal(one, two)
    assert again.codes.tolist() == CODES
    assert shapely.equals_exact(again.polygons(np.arange(4)), SQUARES).all()
    (tmp_path / "b.index").write_bytes((tmp_path / "a.index").read_bytes()[:-64])
    np.savez(tmp_path / "c.index", other=1)
    for name in ("b.index", "c.index", "none.index"):
        with pytest.raises(Problem, match="index_unreadable"):
            Locator.load(tmp_path / name)


def test_an_index_in_use_elsewhere_is_left_as_it_is(
    squares: Locator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows replaces no file that another process has mapped: the same index lies there already."""

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(PermissionError):
        squares.save(tmp_path / "a.index")
    (tmp_path / "a.index").write_bytes(b"theirs")
    squares.save(tmp_path / "a.index")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"theirs"]


def test_tambons_come_back_from_the_index_as_they_were(
    pilot: gpd.GeoDataFrame, pilot_locator: Locator
) -> None:
    """Several parts, islands, holes: outlines and overlays are made of the index alone."""
    order = np.argsort(pilot["code"].to_numpy(dtype=str))
    shapes = shapely.force_2d(pilot.geometry.to_numpy()[order])
    assert (shapely.to_wkb(pilot_locator.polygons(np.arange(len(shapes)))) == shapely.to_wkb(shapes)).all()
    some = np.array([7, 3, 3])
    assert (shapely.to_wkb(pilot_locator.polygons(some)) == shapely.to_wkb(shapes[some])).all()


def test_nothing_to_index() -> None:
    """A set without polygons or with an empty one is the caller's mistake."""
    with pytest.raises(ValueError, match="needs polygons"):
        Locator.build([], [])
    with pytest.raises(ValueError, match="needs polygons"):
        Locator.build(["1"], [shapely.Polygon()])


def test_random_points_get_the_tambon_geopandas_gives(
    pilot: gpd.GeoDataFrame, pilot_locator: Locator
) -> None:
    """20,000 points over and between the five provinces at once, and the hardest one by one."""
    west, south, east, north = pilot.total_bounds
    xy = np.random.default_rng(5).uniform([west, south], [east, north], (20_000, 2))
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*xy.T), crs=4326)
    located = pilot_locator.locate_points(*xy.T)
    assert (pilot_locator.code(located.index) == expected(points, pilot)).all()
    corners = shapely.get_coordinates(pilot.geometry.to_numpy())[::500]
    beyond = [[0.0, 0.0], [np.nan, 8.0], [np.inf, 8.0], [100.0, -np.inf], [1e9, 1e9], [west - 1, south]]
    hard = np.concatenate([xy[:1000], corners, corners + 1e-6, beyond])
    _assert_one_by_one(pilot_locator, pilot_locator.locate_points(*hard.T), hard)


@pytest.mark.parametrize(
    ("located", "other", "distance_m", "accuracy_m", "reported", "verdict"),
    [
        ("801206", "", 900.0, 5.0, "801206", "agrees"),
        ("801206", "", np.nan, np.nan, "801206", "agrees"),
        ("801206", "801202", 80.0, 5.0, "801202", "disagrees"),
        ("801206", "801202", 20.0, 5.0, "801202", "near_line"),
        ("801206", "801202", 20.0, 5.0, "801206", "near_line"),
        ("801206", "801202", 20.0, 5.0, "801204", "disagrees"),
        ("801206", "801202;801204", 20.0, 5.0, "801204", "near_line"),
        ("801206", "801202;801204", 80.0, 5.0, "801204", "disagrees"),
        ("801206", "801202", 80.0, 90.0, "801202", "near_line"),
        ("801206", "801202", 30.0, np.nan, "801202", "near_line"),
        ("801206", "", 900.0, 5.0, "", "agrees"),
        ("801206", "801202", 5.0, 5.0, None, "near_line"),
        ("", "", np.nan, 5.0, "801206", "outside"),
        ("", "801206", 12.0, 5.0, "801206", "near_line"),
        ("", "801206", 12.0, 5.0, "801202", "outside"),
        ("", "", np.nan, 5.0, "", "outside"),
    ],
)
def test_verdicts(
    located: str, other: str, distance_m: float, accuracy_m: float, reported: str | None, verdict: str
) -> None:
    """Within the accuracy, at least 30 m, both tambons beside the line are possible, a third is not."""
    answer = verdicts([located], [other], [distance_m], [accuracy_m], [reported], [True])
    assert answer.tolist() == [verdict]
    assert verdicts([located], [other], [distance_m], [accuracy_m], [reported], [False]).tolist() == [
        "no_geometry"
    ]
    assert len(verdicts([], [], [], [], [], [])) == 0


def test_a_table_keeps_its_leading_zeros_and_its_thai(tmp_path: Path) -> None:
    """Telephone numbers and deeds are no numbers; a Thai Windows writes its own bytes."""
    path = tmp_path / "x.csv"
    path.write_bytes("ชื่อ,โทร,lat,lon\nก,0812345678,8.2,100.1\nข,0,,\n".encode("cp874"))
    first, second = read_features(path).itertuples(index=False)

    assert first[:2] == ("ก", "0812345678")
    assert (first.geometry.x, first.geometry.y, second.geometry) == (100.1, 8.2, None)


def test_coordinates_in_thai_digits_are_coordinates(tmp_path: Path) -> None:
    """A clerk's table writes ๘.๓๕; the row would otherwise have no place."""
    path = tmp_path / "x.csv"
    path.write_text("lat,lon\n๘.๓๕,๑๐๐.๒\n", encoding="utf-8")
    assert read_features(path).geometry[0].coords[0] == (100.2, 8.35)


@pytest.mark.parametrize("ending", ["gpkg", "parquet"])
def test_indian_1975_lies_where_boundaries_put_it(tmp_path: Path, ending: str) -> None:
    """By EPSG:1304; PROJ's own choice lies 185 m away, in another tambon."""
    path = tmp_path / f"points.{ending}"
    east, north = transformer_to_wgs84(CRS(24047)).transform(100.2, 8.35, direction="INVERSE")
    frame = gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(east, north)], crs=24047)
    frame.to_parquet(path) if ending == "parquet" else frame.to_file(path, engine="pyogrio")

    assert read_features(path).geometry[0].coords[0] == pytest.approx((100.2, 8.35), abs=1e-7)


def test_metres_without_a_system_are_no_degrees(tmp_path: Path) -> None:
    """UTM numbers under x and y lay outside all tambons without a word."""
    path = tmp_path / "x.csv"
    path.write_text("x,y\n612345,923456\n")
    with pytest.raises(Problem, match="no_degrees"):
        read_features(path)


def test_a_file_of_several_layers_is_not_placed_in_part(tmp_path: Path) -> None:
    """The first layer alone was placed, and nothing said of the others."""
    path = tmp_path / "x.gpkg"
    for layer in ("wells", "ponds"):
        frame = gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(100.2, 8.35)], crs=4326)
        frame.to_file(path, layer=layer, engine="pyogrio")
    with pytest.raises(Problem, match="several_layers"):
        read_features(path)


def test_a_file_that_names_another_opens_none(tmp_path: Path) -> None:
    """GDAL would read whatever a VRT points at, under any ending."""
    (tmp_path / "secret.csv").write_text("password,lat,lon\nhunter2,8,100\n")
    path = tmp_path / "x.geojson"
    path.write_text(
        f"<OGRVRTDataSource><OGRVRTLayer name='secret'><SrcDataSource>{tmp_path}/secret.csv</SrcDataSource>"
        "<GeometryType>wkbPoint</GeometryType><GeometryField encoding='PointFromColumns' x='lon' y='lat'/>"
        "</OGRVRTLayer></OGRVRTDataSource>"
    )
    with pytest.raises(Problem) as refusal:
        read_features(path)
    assert refusal.value.code == "boundary_unreadable"
