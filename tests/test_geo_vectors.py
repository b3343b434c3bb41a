"""Figures computed once for Thai places, for every version of the libraries: datums, areas, land units."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from pyproj import CRS, Geod, Transformer

from geo.measure import area_m2
from geo.reference import transformer_to_wgs84
from thai.area import format_area, parse_area, rai_ngan_wah

WGS84 = Geod(ellps="WGS84")
PAK_PHANANG = (100.20, 8.35)


def moved(transformer: Transformer) -> tuple[float, float]:
    """How far east and north an Indian 1975 UTM 47N coordinate goes from where its bare numbers would lie."""
    utm = Transformer.from_crs(4326, 32647, always_xy=True)
    east, north = utm.transform(*PAK_PHANANG)
    there = utm.transform(*transformer.transform(east, north))
    return east - there[0], north - there[1]


def test_indian_1975_goes_by_epsg_1304() -> None:
    """Read as WGS 84 it would lie 334 m east and 299 m south; PROJ's own choice ends 185 m away."""
    ours = moved(transformer_to_wgs84(CRS.from_epsg(24047)))
    default = moved(Transformer.from_crs(24047, 4326, always_xy=True))
    assert (abs(ours[0]), abs(ours[1])) == pytest.approx((334, 299), abs=1)
    assert (abs(default[0]), abs(default[1])) == pytest.approx((512, 350), abs=1)
    assert np.hypot(default[0] - ours[0], default[1] - ours[1]) == pytest.approx(185, abs=1)


def square(lon: float, lat: float) -> shapely.Polygon:
    """A true 10-rai square: 126.5 m a side on the ellipsoid."""
    side = np.sqrt(16_000)
    east = WGS84.fwd(lon, lat, 90, side)[0]
    north = WGS84.fwd(lon, lat, 0, side)[1]
    return shapely.box(lon, lat, east, north)


@pytest.mark.parametrize(("lat", "too_large"), [(8.0, 0.028), (15.0, 0.078)])
def test_web_mercator_would_not_do(lat: float, too_large: float) -> None:
    """2.8 % too much at 8° N, 7.8 % at 15° N; measured on the ellipsoid it is 10 rai."""
    plot = square(100.2, lat)
    to_mercator = Transformer.from_crs(4326, 3857, always_xy=True)
    flat = shapely.transform(plot, to_mercator.transform, interleaved=False)
    assert area_m2([plot])[0] == pytest.approx(16_000, rel=1e-4)
    assert rai_ngan_wah(round(float(area_m2([plot])[0]))) == "10-0-0"
    assert shapely.area(flat) / 16_000 - 1 == pytest.approx(too_large, abs=0.01)


@pytest.mark.parametrize(
    ("written", "m2"), [("5-2-30", 8920), ("5 ไร่ 2 งาน 30 ตร.ว.", 8920), ("5.5 ไร่", 8800)]
)
def test_land_is_read_as_people_write_it(written: str, m2: float) -> None:
    """And written back with carry."""
    assert parse_area(written) == m2
    assert parse_area(format_area(m2)) == m2
