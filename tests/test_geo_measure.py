"""Areas and lengths on the ellipsoid, against PROJ's own geodesic algorithm."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from geo.cells import cell_size_deg, morton
from geo.measure import area_m2, length_m

WGS84 = Geod(ellps="WGS84")


def plot(lon: float, lat: float, radii_m: list[float]) -> shapely.Polygon:
    """A star-shaped plot with these distances from its middle."""
    angles = np.linspace(0, 2 * np.pi, len(radii_m), endpoint=False)
    x = lon + np.array(radii_m) * np.cos(angles) / 111_320 / np.cos(np.radians(lat))
    return shapely.Polygon(np.column_stack([x, lat + np.array(radii_m) * np.sin(angles) / 110_600]))


@settings(max_examples=150, deadline=None)
@given(st.floats(97, 106), st.floats(5, 21), st.lists(st.floats(1, 5000), min_size=3, max_size=12))
def test_plots_measure_as_geodesics_do(lon: float, lat: float, radii_m: list[float]) -> None:
    """From a pond to a tambon, anywhere in Thailand, within 0.001 % and a square decimetre."""
    geometry = plot(lon, lat, radii_m)
    exact = abs(WGS84.geometry_area_perimeter(geometry)[0])
    assert area_m2([geometry])[0] == pytest.approx(exact, rel=1e-5, abs=0.01)
    assert length_m([geometry])[0] == pytest.approx(WGS84.geometry_length(geometry), rel=1e-9, abs=1e-6)


def test_a_ten_rai_square() -> None:
    """A square of 126.49 m a side is ten rai where UTM in the wrong zone says 1 % more."""
    corners, side = [(100.1, 8.3)], np.sqrt(16_000)
    for bearing in (0, 90, 180):
        lon, lat, _ = WGS84.fwd(*corners[-1], bearing, side)
        corners.append((lon, lat))
    assert area_m2([shapely.Polygon(corners)])[0] == pytest.approx(16_000, rel=1e-5)


def test_holes_parts_and_directions() -> None:
    """Holes count out whichever way their ring runs, parts add up."""
    outer, inner = shapely.box(100, 8, 100.02, 8.02), shapely.box(100.005, 8.005, 100.01, 8.01)
    holed = shapely.Polygon(outer.exterior.coords, [inner.exterior.coords])
    away = shapely.box(101, 8, 101.01, 8.01)
    areas = area_m2([outer, inner, holed, shapely.reverse(holed), shapely.MultiPolygon([holed, away]), away])
    assert areas[2] == pytest.approx(areas[0] - areas[1])
    assert areas[3] == pytest.approx(areas[2])
    assert areas[4] == pytest.approx(areas[2] + areas[5])


def test_other_kinds_and_nothing() -> None:
    """Lines have no area, points no length, None gives NaN and empty gives 0; an empty array is fine."""
    line = shapely.LineString([(100, 8), (100, 8.01)])
    given_shapes = [
        line,
        shapely.Point(100, 8),
        None,
        shapely.Polygon(),
        shapely.MultiLineString([line, line]),
    ]
    assert area_m2(given_shapes)[[0, 1, 3, 4]].tolist() == [0, 0, 0, 0]
    lengths = length_m(given_shapes)
    assert lengths[0] == pytest.approx(WGS84.geometry_length(line))
    assert lengths[4] == pytest.approx(2 * lengths[0])
    assert lengths[[1, 3]].tolist() == [0, 0]
    assert np.isnan(area_m2(given_shapes)[2])
    assert np.isnan(lengths[2])
    assert len(area_m2([])) == len(length_m([])) == 0


def test_morton_order_keeps_neighbours_together() -> None:
    """A cell's four quarters follow one another before the next cell begins; codes are exact bit weaves."""
    quarter = morton([100.0, 100.0001, 100.0, 100.0001, 140.0], [8.0, 8.0, 8.0001, 8.0001, 8.0])
    assert quarter.dtype == np.uint64
    assert (quarter[:4] < quarter[4]).all()
    corners = morton([-180, 180, -180, 180], [-90, -90, 90, 90])
    assert corners.tolist() == [0, 0x5555555555555555, 0xAAAAAAAAAAAAAAAA, 0xFFFFFFFFFFFFFFFF]
    assert morton([np.nan], [np.nan])[0] == 0xFFFFFFFFFFFFFFFF


def test_cells_halve_with_each_zoom() -> None:
    """Cells are an eighth of a tile at every zoom."""
    assert cell_size_deg(0) == 45.0
    assert cell_size_deg(10) == cell_size_deg(9) / 2
