"""Geometry text as phones, edits and spreadsheets leave it: read where it can be, doubtful things named."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geo.parse import FLAGS, Shapes, parse

SQUARE = (
    "8.28 100.09 3.0 4.5;8.28 100.091 3.0 6.0;8.281 100.091 3.0 4.0;8.281 100.09 3.0 4.0;8.28 100.09 3.0 4.5"
)
MANY = 100  # more rows than are read one by one


def only(text: str, kind: str) -> tuple[shapely.Geometry | None, float, str, tuple[str, ...]]:
    """One row, read alone and among many: both ways must agree."""
    alone = parse([text], kind)
    among = parse([text] * MANY, kind)
    assert shapely.equals_identical(alone.geometry[0], among.geometry[-1]) or alone.geometry[0] is None
    assert alone.flags[0] == among.flags[-1]
    np.testing.assert_equal(alone.accuracy_m[0], among.accuracy_m[-1])
    return alone.geometry[0], float(alone.accuracy_m[0]), alone.drawn[0], alone.flags[0]


def test_a_walked_plot() -> None:
    """A clean ring: longitude first, the worst vertex's accuracy, walked, no flag."""
    geometry, accuracy_m, drawn, flags = only(SQUARE, "geoshape")
    assert shapely.get_coordinates(geometry)[0].tolist() == [100.09, 8.28]
    assert (geometry.geom_type, accuracy_m, drawn, flags) == ("Polygon", 6.0, "walked", ())
    assert not shapely.has_z(geometry)


def test_points_of_satellites_and_of_fingers() -> None:
    """A tapped point has accuracy 0, which is no accuracy; one above 30 m is poor."""
    assert only("8.28 100.09 12.1 4.8", "geopoint")[1:] == (4.8, "gps", ())
    _, accuracy_m, drawn, flags = only("8.28 100.09 0.0 0.0", "geopoint")
    assert np.isnan(accuracy_m)
    assert (drawn, flags) == ("tapped", ())
    assert only("8.28 100.09 0 48", "geopoint")[3] == ("poor_accuracy",)
    assert only("8.28 100.09", "geopoint")[2:] == ("tapped", ())


@pytest.mark.parametrize(
    "written",
    [
        SQUARE.replace(";", "; ") + ";",
        SQUARE.replace(";", ";;"),
        ";" + SQUARE.replace(" ", "  ") + " ; ",
        SQUARE.replace(";", " ;\n"),
        SQUARE.replace(".", ","),
        SQUARE.replace(" 100", ", 100"),
        SQUARE.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")),
    ],
)
def test_noise_in_the_text_does_not_change_the_plot(written: str) -> None:
    """Doubled or trailing separators, decimal commas and Thai digits read the same."""
    geometry, accuracy_m, _, flags = only(written, "geoshape")
    assert shapely.equals_identical(geometry, parse([SQUARE], "geoshape").geometry[0])
    assert (accuracy_m, flags) == (6.0, ())


def test_a_vertex_taken_twice_is_dropped_and_told() -> None:
    """The plot is the same without it; every accuracy that was taken is kept."""
    twice = SQUARE.replace(";", ";8.28 100.09 3.0 4.5;", 1)
    geometry, _, _, flags = only(twice, "geoshape")
    assert shapely.equals_identical(geometry, parse([SQUARE], "geoshape").geometry[0])
    assert flags == ("duplicate_vertex",)
    kept = [len(parse([text], "geoshape").vertex_accuracy_m[0]) for text in (SQUARE, twice)]
    assert kept[1] == kept[0] + 1


@pytest.mark.parametrize(
    ("written", "kind", "flags"),
    [
        ("8.28 100.09 0 0;8.281 100.09 0 0;8.28 100.09 0 0", "geoshape", ("too_few_points",)),
        ("8.28 100.09 0 0;8.281 100.09 0 0", "geoshape", ("ring_open", "too_few_points")),
        ("8.28 100.09 0 0;8.28 100.09 0 0;8.28 100.09 0 0", "geoshape", ("too_few_points",)),
        ("8.28 100.09 0 0;8.28 100.09 0 0", "geotrace", ("too_few_points",)),
        ("8.28 100.09 0 0;8.281 100.09 0 0;8.282 100.09 0 0;8.28 100.09 0 0", "geoshape", ("area_zero",)),
        ("999 100.09 0 0", "geopoint", ("out_of_range",)),
        ("100.09 8.28 0 0", "geopoint", ("out_of_range", "swapped_lat_lon")),
        ("8.28 100.09 0", "geotrace", ("too_few_points",)),
        ("8.28", "geopoint", ("geometry_unreadable",)),
        ("8.28 100.09 0 0 7", "geopoint", ("geometry_unreadable",)),
        ("8.28 nan 0 0", "geopoint", ("geometry_unreadable",)),
        ("8.28 1_00 0 0", "geopoint", ("geometry_unreadable",)),
        ("ไม่มีสัญญาณ", "geoshape", ("geometry_unreadable",)),
        ("8.28 100.09 0 0;8.29 100.09 0 0", "geopoint", ("geometry_unreadable",)),
    ],
)
def test_what_cannot_be_drawn_is_named(written: str, kind: str, flags: tuple[str, ...]) -> None:
    """Two-tap shapes, exchanged or impossible coordinates and rubbish give no geometry, and say why."""
    geometry, _, _, found = only(written, kind)
    assert geometry is None
    assert found == flags


def test_an_open_ring_is_closed() -> None:
    """The server closes what the phone left open, and says so."""
    geometry, _, _, flags = only(SQUARE.rsplit(";", 1)[0], "geoshape")
    assert shapely.equals(geometry, parse([SQUARE], "geoshape").geometry[0])
    assert flags == ("ring_open",)


def test_a_bow_tie_is_repaired_and_named() -> None:
    """A self-crossing plot keeps both its triangles; a symmetric one would otherwise measure zero."""
    bow = "8.28 100.09 0 0;8.281 100.091 0 0;8.281 100.09 0 0;8.28 100.091 0 0;8.28 100.09 0 0"
    geometry, _, drawn, flags = only(bow, "geoshape")
    assert geometry.is_valid
    assert len(geometry.geoms) == 2
    assert (drawn, flags) == ("tapped", ("self_crossing",))


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=4, max_size=9))
@example([(4, 2), (3, 2), (4, 0), (0, 1), (4, 1), (1, 4)])
@settings(max_examples=200)
def test_however_it_crosses_itself_it_ends_as_ground(corners: list[tuple[int, int]]) -> None:
    """One round of mending left one of a hundred such plots crossing itself in another place."""
    text = ";".join(f"8.28{north} 100.08{east} 0 5" for north, east in [*corners, corners[0]])
    geometry = parse([text], "geoshape").geometry[0]
    assert geometry is None or (geometry.is_valid and geometry.geom_type in ("Polygon", "MultiPolygon"))


def test_elsewhere_on_earth() -> None:
    """A place that exists but not in Thailand is kept and flagged."""
    geometry, _, _, flags = only("48.85 2.35 0 5", "geopoint")
    assert geometry.equals(shapely.Point(2.35, 48.85))
    assert flags == ("outside_thailand",)


def test_blank_rows_are_no_problem() -> None:
    """None, empty and spaces: no geometry, no flag, no accuracy."""
    shapes = parse([None, "", "  "] * MANY, "geoshape")
    assert all(geometry is None for geometry in shapes.geometry)
    assert set(shapes.flags) == {()}
    assert set(shapes.drawn) == {""}
    assert np.isnan(shapes.accuracy_m).all()
    assert len(parse([], "geopoint").geometry) == 0


def test_arrow_columns_are_read_too() -> None:
    """Arrays and chunked arrays, as they come from files."""
    chunked = pa.chunked_array([[SQUARE, None], [SQUARE] * MANY])
    assert parse(chunked, "geoshape").geometry[-1].geom_type == "Polygon"
    assert parse(pa.array([SQUARE, None]), "geoshape").geometry[1] is None


number = st.floats(-400, 400).map(lambda value: f"{value:.7g}") | st.sampled_from(
    ["", "0", "8.28", "100.09", "x", "1e9"]
)
vertex = st.lists(number, min_size=0, max_size=5).map(" ".join)
rows = st.lists(st.none() | st.lists(vertex, max_size=7).map(";".join), min_size=1, max_size=6)


@settings(max_examples=200, deadline=None)
@given(rows, st.sampled_from(["geopoint", "geotrace", "geoshape"]))
def test_any_text_gives_valid_geometry_or_a_reason(texts: list[str | None], kind: str) -> None:
    """Nothing raises; a geometry is valid and in range, its absence has a flag; in bulk as one by one."""
    shapes = parse(texts, kind)
    for text, geometry, flags in zip(texts, shapes.geometry, shapes.flags, strict=True):
        assert set(flags) <= set(FLAGS)
        if geometry is not None:
            assert geometry.is_valid
            assert shapely.bounds(geometry).max() <= 180
        elif text and text.strip("; "):
            assert flags
    _assert_same(parse(texts * MANY, kind), shapes)


def _assert_same(many: Shapes, few: Shapes) -> None:
    size = len(few.geometry)
    assert many.flags[-size:].tolist() == few.flags.tolist()
    assert many.drawn[:size].tolist() == few.drawn.tolist()
    np.testing.assert_array_equal(many.accuracy_m[-size:], few.accuracy_m)
    assert shapely.to_wkb(many.geometry[-size:]).tolist() == shapely.to_wkb(few.geometry).tolist()
