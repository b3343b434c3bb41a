"""Drawn plots: areas against the ellipsoid, corners that stick out, and plots that lie on one another."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from geo.measure import METRES_PER_DEGREE_LAT, area_m2, metres_per_degree_lon
from geo.plot_pairs import EDGE, OVERLAP, SAME, overlaps, touching
from geo.quality import area_differs, plot_flags, spikes
from thai.area import rai_ngan_wah

WGS84 = Geod(ellps="WGS84")
LAT, LON = 8.28, 100.09
EAST, NORTH = float(metres_per_degree_lon(np.float64(LAT))), METRES_PER_DEGREE_LAT


def ground(*corners: tuple[float, float]) -> shapely.Polygon:
    """A plot by its corners in metres east and north of a place in Ko Thuat."""
    return shapely.Polygon([(LON + x / EAST, LAT + y / NORTH) for x, y in corners])


def field(x: float, y: float, wide: float, high: float) -> shapely.Polygon:
    """A rectangle in metres."""
    return ground((x, y), (x + wide, y), (x + wide, y + high), (x, y + high))


def measured(a: shapely.Polygon, b: shapely.Polygon, accuracy_m: float = np.nan) -> tuple[str, float, float]:
    """Kind, m² and width of a pair."""
    one, two = np.array([a], dtype=object), np.array([b], dtype=object)
    found = overlaps(one, two, area_m2(one), area_m2(two), np.array([accuracy_m]))
    return found.kind[0], float(found.overlap_m2[0]), float(found.width_m[0])


@given(
    st.floats(98, 105), st.floats(6, 20), st.floats(10, 3000), st.floats(10, 3000), st.floats(0, 2 * np.pi)
)
def test_areas_agree_with_the_ellipsoid(
    lon: float, lat: float, wide: float, high: float, turn: float
) -> None:
    """Anywhere in Thailand, turned anyhow, from a house lot to a thousand rai: within 0.01 %."""
    corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]]) @ np.array(
        [[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]
    )
    plot = shapely.Polygon(corners / [EAST, NORTH] + [lon, lat])
    exact = abs(WGS84.geometry_area_perimeter(plot)[0])
    assert area_m2([plot])[0] == pytest.approx(exact, rel=1e-4)


@pytest.mark.parametrize(
    ("area", "written"),
    [(1600, "1-0-0"), (1599.9, "1-0-0.0"), (19_322, "12-0-30.5"), (100_000, "62-2-0")],
)
def test_rai_ngan_and_square_wah_carry(area: float, written: str) -> None:
    """1,599.9 m² is 1-0-0.0 and not 0-3-100."""
    assert rai_ngan_wah(area) == written


def test_a_jump_of_the_gps_is_a_spike() -> None:
    """A corner far out and back again; thin plots and sharp but short corners are none."""
    jump = ground((0, 0), (60, 0), (60, 40), (31, 40), (30, 400), (29, 40), (0, 40))
    strip = field(0, 0, 3, 300)
    tooth = ground((0, 0), (60, 0), (60, 40), (30.5, 40), (30, 46), (29.5, 40), (0, 40))
    at_the_start = ground((30, 400), (29, 40), (0, 40), (0, 0), (60, 0), (60, 40), (31, 40))
    holed = field(0, 0, 90, 90).difference(field(20, 20, 30, 30))
    shapes = np.array([jump, strip, tooth, None, at_the_start, holed], dtype=object)
    assert spikes(shapes).tolist() == [True, False, False, False, True, False]


def test_sizes_that_cannot_be() -> None:
    """Under 10 square wah, over 1,000 rai."""
    shapes = np.array([field(0, 0, 5, 5), field(0, 0, 40, 40), field(0, 0, 1300, 1300)], dtype=object)
    flags = plot_flags(shapes, area_m2(shapes))
    assert flags["too_small"].tolist() == [True, False, False]
    assert flags["too_large"].tolist() == [False, False, True]


def test_declared_beside_measured() -> None:
    """More than a fifth and a ngan apart; unknown is never apart."""
    declared = np.array([1600.0, 1600.0, 400.0, np.nan, 1600.0])
    measured_m2 = np.array([1900.0, 2100.0, 700.0, 1600.0, np.nan])
    assert area_differs(declared, measured_m2).tolist() == [False, True, False, False, False]


def test_one_plot_drawn_twice() -> None:
    """The same ground by two people, each some metres off."""
    kind, overlap_m2, _ = measured(field(0, 0, 80, 60), field(3, -2, 81, 59))
    assert kind == SAME
    assert overlap_m2 == pytest.approx(77 * 57, rel=1e-3)


def test_an_overlap_has_an_area_and_a_width() -> None:
    """A strip of 20 m along the common side of two plots."""
    kind, overlap_m2, width_m = measured(field(0, 0, 80, 60), field(60, 0, 80, 60))
    assert kind == OVERLAP
    assert overlap_m2 == pytest.approx(20 * 60, rel=1e-3)
    assert width_m == pytest.approx(2 * 20 * 60 / 160, rel=1e-3)


def test_neighbours_are_not_accused() -> None:
    """A common line drawn twice, as far apart as the GPS was unsure, is an edge; so are touching corners."""
    assert measured(field(0, 0, 80, 60), field(76, 0, 80, 60))[0] == EDGE
    assert measured(field(0, 0, 80, 60), field(70, 0, 80, 60), 12.0)[0] == EDGE
    assert measured(field(0, 0, 80, 60), field(70, 0, 80, 60), 6.0)[0] == OVERLAP
    assert measured(field(0, 0, 80, 60), field(80, 60, 80, 60))[:2] == (EDGE, 0.0)


def test_a_small_plot_inside_a_large_one_is_an_overlap() -> None:
    """However unsure the GPS was: most of it lies there."""
    assert measured(field(0, 0, 80, 60), field(30, 30, 9, 9), 20.0)[0] == OVERLAP


@given(st.lists(st.tuples(*[st.integers(0, 30)] * 4), min_size=1, max_size=20))
def test_boxes_that_meet(sides: list[tuple[int, int, int, int]]) -> None:
    """What the index finds is what comparing all with all finds."""
    boxes = np.array([[x, y, x + w, y + h] for x, y, w, h in sides], dtype=float)
    one, two = touching(boxes, boxes)
    west, south, east, north = boxes.T
    meet = (
        (west[:, None] <= east)
        & (east[:, None] >= west)
        & (south[:, None] <= north)
        & (north[:, None] >= south)
    )
    assert set(zip(one.tolist(), two.tolist(), strict=True)) == set(zip(*np.nonzero(meet), strict=True))
