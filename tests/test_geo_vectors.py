"""Figures computed once for Thai places, for every version of the libraries: datums, areas, land units."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from pyproj import CRS, Geod, Transformer
from pyproj.transformer import TransformerGroup

from geo.measure import area_m2
from geo.reference import transformer_to_wgs84
from geo.served_crs import SERVED
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
    """Read as WGS 84 it would lie 334 m east and 299 m south; PROJ's own choice ends 185 m away.

    The same seven parameters in the other convention end within 8 m of EPSG:1304: a sign that was mistaken.
    """
    ours = moved(transformer_to_wgs84(CRS.from_epsg(24047)))
    default = moved(Transformer.from_crs(24047, 4326, always_xy=True))
    best = TransformerGroup(24047, 4326, always_xy=True).transformers[0].definition
    assert "convention=position_vector" in best
    turned = moved(Transformer.from_pipeline(best.replace("position_vector", "coordinate_frame")))
    assert ours == pytest.approx((334, -299), abs=1)
    assert np.hypot(*ours) == pytest.approx(450, abs=2)
    assert default == pytest.approx((512, -350), abs=1)
    assert turned == pytest.approx((327, -303), abs=1)
    assert np.hypot(default[0] - ours[0], default[1] - ours[1]) == pytest.approx(185, abs=1)
    assert np.hypot(turned[0] - ours[0], turned[1] - ours[1]) < 8.5


def test_indian_1975_is_served_as_it_is_read() -> None:
    """What QGIS gets in EPSG:24047 lies where the same file would lie once it is brought in again."""
    served = SERVED["http://www.opengis.net/def/crs/EPSG/0/24047"]
    there = shapely.get_coordinates(served.shapes(np.array([shapely.Point(PAK_PHANANG)], dtype=object)))[0]

    assert there == pytest.approx((632466.65, 922893.06), abs=0.02)  # by the seven parameters of EPSG:1304
    back = transformer_to_wgs84(CRS.from_epsg(24047)).transform(*there)
    assert back == pytest.approx(PAK_PHANANG, abs=1e-6)


def square(lon: float, lat: float) -> shapely.Polygon:
    """A true 10-rai square: 126.5 m a side on the ellipsoid."""
    side = np.sqrt(16_000)
    east = WGS84.fwd(lon, lat, 90, side)[0]
    north = WGS84.fwd(lon, lat, 0, side)[1]
    return shapely.box(lon, lat, east, north)


@pytest.mark.parametrize(
    ("epsg", "lon", "lat", "too_large"),
    [
        (32647, 99.0, 8.35, -0.0008),
        (32647, 100.2, 8.35, -0.0004),
        (32648, 99.0, 8.35, 0.010),
        (3857, 100.2, 8.35, 0.028),
        (3857, 100.2, 15.0, 0.078),
    ],
)
def test_a_plane_would_not_do(epsg: int, lon: float, lat: float, too_large: float) -> None:
    """UTM is off by its scale, the wrong zone by 1 %, Web Mercator by 2.8 to 7.8 %; the ellipsoid says 10."""
    plot = square(lon, lat)
    to_plane = Transformer.from_crs(4326, epsg, always_xy=True)
    flat = shapely.transform(plot, to_plane.transform, interleaved=False)
    assert area_m2([plot])[0] == pytest.approx(16_000, rel=1e-4)
    assert rai_ngan_wah(round(float(area_m2([plot])[0]))) == "10-0-0"
    assert shapely.area(flat) / 16_000 - 1 == pytest.approx(too_large, rel=0.1)


@pytest.mark.parametrize(
    ("written", "m2"), [("5-2-30", 8920), ("5 ไร่ 2 งาน 30 ตร.ว.", 8920), ("5.5 ไร่", 8800)]
)
def test_land_is_read_as_people_write_it(written: str, m2: float) -> None:
    """And written back with carry."""
    assert parse_area(written) == m2
    assert parse_area(format_area(m2)) == m2
