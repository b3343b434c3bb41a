"""Shapes across lines are shared out, points near a line are flagged: any partition, the real villages."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.boundaries import read
from geo.locate import Locator, verdicts
from geo.measure import area_m2, length_m

SQUARE = shapely.box(100, 8, 100.2, 8.2)
seeds = st.integers(0, 2**32 - 1)


def partition(rng: np.random.Generator, pieces: int) -> np.ndarray:
    """A square cut into cells around random centres."""
    centres = shapely.multipoints(rng.uniform((100, 8), (100.2, 8.2), (pieces, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(centres, extend_to=SQUARE))
    return np.asarray(shapely.intersection(cells, SQUARE))


@settings(max_examples=25, deadline=None)
@given(seeds, st.integers(1, 12))
def test_any_partition_any_point(seed: int, pieces: int) -> None:
    """Inside, on the lines and outside: the lowest code of those that touch the point, and no other."""
    rng = np.random.default_rng(seed)
    cells = partition(rng, pieces)
    locator = Locator.build([f"{number:02d}" for number in range(len(cells))], cells)
    corners = shapely.get_coordinates(cells)[:40]
    xy = np.concatenate([rng.uniform((99.98, 7.98), (100.22, 8.22), (60, 2)), corners])
    located = locator.locate_points(*xy.T)
    touching = shapely.intersects(cells[:, None], shapely.points(xy)[None, :])
    expected = np.where(touching.any(axis=0), touching.argmax(axis=0), -1)

    np.testing.assert_array_equal(located.index, expected)


@settings(max_examples=25, deadline=None)
@given(seeds, st.integers(1, 12))
def test_shares_add_up_to_one(seed: int, pieces: int) -> None:
    """Of plots and of canals, inside and half out: every share is the part of the ground that lies there."""
    rng = np.random.default_rng(seed)
    cells = partition(rng, pieces)
    codes = [f"{number:02d}" for number in range(len(cells))]
    locator = Locator.build(codes, cells)
    middle = rng.uniform((99.98, 7.98), (100.22, 8.22), (12, 2))
    plots = [shapely.Point(at).buffer(rng.uniform(0.001, 0.05), quad_segs=3) for at in middle]
    canals = [shapely.LineString(rng.uniform((99.98, 7.98), (100.22, 8.22), (3, 2))) for _ in range(6)]
    for shapes, measure in ((plots, area_m2), (canals, length_m)):
        located = locator.locate_shapes(shapes)
        for row, shape in enumerate(shapes):
            parts = measure([*shapely.intersection(shape, cells), shape])
            lies = dict(zip(codes, parts[:-1] / parts[-1], strict=True))
            lies[""] = 1 - sum(lies.values())
            most = max(lies, key=lambda code: lies[code])  # of a shape that only just touches a cell: ''
            shares = dict(located.shares.get(row, [(most, 1.0)]))
            assert located.index[row] >= 0 or shares == {"": 1.0}
            assert sum(shares.values()) == pytest.approx(1, abs=1e-9)
            assert {code: shares.get(code, 0.0) for code in lies} == pytest.approx(lies, abs=2e-3)
            assert list(shares.values())[1:] == sorted(list(shares.values())[1:], reverse=True)


def test_real_villages_near_a_line_carry_the_flag(shared: Path) -> None:
    """Each of 4,402 points within 30 m of a line, as plain geopandas measures it, and no other one."""
    tambons = read(shared / "boundaries/pilot5_adm3_full.gpkg").frame
    villages = gpd.read_file(shared / "boundaries/nst/pilot5_villages_2012.gpkg").to_crs(4326)
    locator = Locator.build(tambons["code"], tambons.geometry)
    located = locator.locate_points(villages.geometry.x, villages.geometry.y)
    found = verdicts(
        locator.code(located.index), locator.code(located.other), located.distance_m,
        np.full(len(villages), np.nan), np.full(len(villages), ""), np.ones(len(villages), dtype=bool),
    )  # fmt: skip
    lines = tambons.to_crs(32647).geometry.boundary.explode(ignore_index=True)
    metres = villages.to_crs(32647).sjoin_nearest(
        gpd.GeoDataFrame(geometry=lines), max_distance=200, distance_col="metres"
    )["metres"]
    near = metres.groupby(level=0).min().reindex(villages.index)
    sure = ~(np.abs(near - 30) < 0.1)  # UTM's own scale is off by 0.04 %

    assert (near <= 30).sum() > 20
    np.testing.assert_array_equal((found == "near_line")[sure], (near <= 30)[sure])
