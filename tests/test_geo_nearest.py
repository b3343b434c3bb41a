"""The quick way to the nearest line gives the distances of the plain one, in any partition."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.boundaries import read
from geo.lines import Lines, mercator_scale, to_mercator
from geo.nearest import FAR_M, Nearest

KM = 1000.0
Curve = list[tuple[float, float]]
_TO_A_MM = st.integers(-20_000_000, 20_000_000).map(lambda mm: mm / 1e6)  # of lines nearer, either is told
PLACES = st.tuples(_TO_A_MM, _TO_A_MM)


def plain(lines: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Every distance, one by one."""
    return np.array([shapely.distance(lines, point).min() for point in shapely.points(x, y)])


def by_tree(lines: Lines, shapes: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Metres to the nearest of all lines and its sides, the lowest line of equals; nothing beyond 50 km."""
    tree = shapely.STRtree(lines.index.lines(np.arange(len(lines.sides))))
    (row, line), distance = tree.query_nearest(shapes, return_distance=True)
    nearest = np.full(len(shapes), len(lines.sides))
    np.minimum.at(nearest, row, line)
    metres = np.full(len(shapes), np.inf)
    np.minimum.at(metres, row, distance)
    metres /= mercator_scale(lat)
    return np.where(metres > 50 * KM, np.nan, metres), lines.sides[nearest]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(PLACES, min_size=2, max_size=12, unique=True), min_size=1, max_size=30),
    st.integers(0, 2**32 - 1),
)
def test_any_lines_any_points(curves: list[Curve], seed: int) -> None:
    """The least of all distances, and a line that is that near, for points on, beside and far from lines."""
    lines = np.array([shapely.LineString(np.array(curve) * KM) for curve in curves], dtype=object)
    random = np.random.default_rng(seed)
    corners = shapely.get_coordinates(lines)
    xy = np.concatenate([random.uniform(-30 * KM, 30 * KM, (300, 2)), corners, corners + 1e-3])
    index = Nearest.build(lines)
    distance, line = index.find(*xy.T)
    least = plain(lines, *xy.T)
    alone = np.array([index.find_one(x, y) for x, y in xy.tolist()])
    np.testing.assert_array_equal(alone[:, 1], line)
    np.testing.assert_array_equal(alone[:, 0], distance)

    known = line >= 0
    assert (least[~known] > FAR_M * 0.999).all()
    np.testing.assert_allclose(distance[known], least[known], rtol=1e-9, atol=1e-6)
    measured = shapely.distance(lines[line[known]], shapely.points(xy[known]))
    np.testing.assert_allclose(measured, least[known], rtol=1e-9, atol=1e-6)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 1000)), min_size=2, max_size=25, unique=True),
    st.integers(0, 2**32 - 1),
)
def test_any_partition_any_point(sites: list[tuple[int, int]], seed: int) -> None:
    """A Voronoi partition's lines, in batches of any size: the metres that GEOS's own tree says."""
    square = shapely.box(100, 8, 100.2, 8.2)
    seeds = shapely.MultiPoint(np.array(sites) * 2e-4 + [100, 8])
    cells = shapely.intersection(shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=square)), square)
    lines = Lines.build(cells[shapely.area(cells) > 0])
    random = np.random.default_rng(seed)
    lon, lat = random.uniform([99.9, 7.9], [100.3, 8.3], (300, 2)).T

    quick, _ = lines.nearest_to_points(lon, lat)
    points = shapely.points(*to_mercator(lon, lat))
    tree, _ = by_tree(lines, points, lat)
    np.testing.assert_allclose(quick, tree, rtol=1e-9, atol=1e-6)
    np.testing.assert_array_equal(lines.nearest(points, lat, 50 * KM)[0], tree)
    plots = shapely.buffer(points, random.uniform(1, 20_000, len(points)), quad_segs=1)
    found, _ = lines.nearest(plots, lat, 50 * KM)
    np.testing.assert_array_equal(found, by_tree(lines, plots, lat)[0])
    one_by_one = [lines.nearest_to_points(lon[k : k + 1], lat[k : k + 1]) for k in range(50)]
    np.testing.assert_array_equal(quick[:50], np.concatenate([metres for metres, _ in one_by_one]))
    together = lines.nearest_to_points(lon[:50], lat[:50])[1]
    np.testing.assert_array_equal(together, np.concatenate([sides for _, sides in one_by_one]))


def test_real_boundaries(shared: Path) -> None:
    """486 tambons at full resolution: the same metres as GEOS's tree, and the same lines but for ties."""
    tambons = read(shared / "boundaries/pilot5_adm3_full.gpkg").frame
    lines = Lines.build(shapely.force_2d(tambons.geometry.to_numpy()))
    west, south, east, north = tambons.total_bounds
    random = np.random.default_rng(0)
    lon, lat = random.uniform([west - 0.2, south - 0.2], [east + 0.2, north + 0.2], (5_000, 2)).T
    corners = shapely.get_coordinates(tambons.geometry.to_numpy()[::40])[::30]
    lon, lat = np.append(lon, corners[:, 0] + 1e-4), np.append(lat, corners[:, 1])

    quick, sides = lines.nearest_to_points(lon, lat)
    points = shapely.points(*to_mercator(lon, lat))
    tree, tree_sides = by_tree(lines, points, lat)
    np.testing.assert_allclose(quick, tree, rtol=1e-9, atol=1e-6)
    assert (sides == tree_sides).all(axis=1).mean() > 0.99
    near = tree <= 2 * KM
    whole, whole_sides = lines.nearest(points, lat, 2 * KM)
    np.testing.assert_array_equal(whole, np.where(near, tree, np.nan))
    np.testing.assert_array_equal(whole_sides[near], tree_sides[near])


def test_what_was_kept_answers_the_same() -> None:
    """The arrays of an index make the same index, and its lines as they were."""
    lines = np.array([shapely.LineString([(0, k * KM), (5 * KM, k * KM + 300)]) for k in range(9)])
    built = Nearest.build(lines)
    x, y = np.random.default_rng(1).uniform(-9 * KM, 15 * KM, (500, 2)).T
    again = Nearest.kept(built.arrays())
    for one, other in zip(built.find(x, y), again.find(x, y), strict=True):
        np.testing.assert_array_equal(one, other)
    assert shapely.equals_exact(again.lines(np.arange(9)), lines).all()


@pytest.mark.parametrize("points", [[], [(np.nan, 1.0)], [(1e9, 1e9), (np.inf, 0.0)]])
def test_no_points_and_points_beyond_everything(points: Curve) -> None:
    """None, not a number, the other side of the world: no line is said to be near."""
    index = Nearest.build(np.array([shapely.LineString([(0, 0), (KM, KM)])]))
    distance, line = index.find(*np.array(points, dtype=float).reshape(-1, 2).T)
    assert np.isnan(distance).all()
    assert (line == -1).all()
