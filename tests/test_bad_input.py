"""What a map is given when things are odd: one place for all, countless answers, nobody's rights."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import offices
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from geo.cells import cell_size_deg
from ingest import demo
from ingest.access import Viewer
from ingest.doors import counts, layers
from ingest.doors.filters import Filter
from ingest.exports import export
from ingest.maps import features, map_cell, map_popup, map_view
from ingest.maps.map_cell import Cell
from ingest.maps.map_view import View
from ingest.office import records
from streamlit_app.maps import map_picture, map_shades
from streamlit_app.office import Office, open_office
from thai.problem import Problem

ADMINISTRATOR = Viewer("admin", "administrator", "")
STRANGER = Viewer("far", "officer", "53")
LAYER = "pomelo_plot.points"
EVERYWHERE = View((97, 5, 106, 21), 6)
HTML = '<script>alert(1)</script><b>"สวน"</b>'
PLACES = [(100.05 + (n * 37 % 100) / 500, 8.2 + (n * 61 % 100) / 400) for n in range(60)]


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Sixty plots in their places, and forty in one and the same; names that would be markup or a formula."""
    with offices.opened(tmp_path_factory.mktemp("odd") / "data") as office:
        schema = office.atlas.reference.catalogue.newest("pomelo_plot").schema
        places = [*PLACES, *[(100.12, 8.31)] * 40]
        documents = [
            offices.submission(
                schema,
                {
                    "tambon": "801206",
                    "plot_name": "=HYPERLINK(1)" if n % 2 else HTML,
                    "variety": "thong_di",
                    "visit_date": "2026-03-11",
                    "point": f"{lat:.5f} {lon:.5f} 0 4",
                },
                instance=f"uuid:odd-{n}",
            )
            for n, (lon, lat) in enumerate(places)
        ]
        offices.send(office, *documents)
        open_office(office)
        yield office
        open_office(None)


def count(office: Office, viewer: Viewer, chosen: Filter) -> int:
    """How many of the plots are listed."""
    info = office.atlas.reference.layers[LAYER]
    return layers.count(office.atlas.warehouse.cursor(), layers.query(info, viewer, chosen))


corners = st.lists(st.tuples(st.integers(0, 24), st.integers(0, 24)), min_size=3, max_size=7, unique=True)


@settings(max_examples=60, deadline=None)
@given(corners)
def test_an_outline_holds_what_lies_in_it(odd: Office, drawn: list[tuple[int, int]]) -> None:
    """Any outline, one that crosses itself too, by the even-odd rule; the map and the list agree."""
    # Corners lie between the places, so that none lies on an edge's end.
    ring = [(100.04503 + x / 100, 8.19507 + y / 100) for x, y in drawn]
    shape = " ".join(f"{lon:.5f},{lat:.5f}" for lon, lat in ring)

    def inside(lon: float, lat: float) -> bool:
        odd_ = False
        for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
            if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
                odd_ = not odd_
        return odd_

    everything = [*PLACES, *[(100.12, 8.31)] * 40]
    expected = sum(inside(lon, lat) for lon, lat in everything)
    chosen = Filter.from_query(Filter(shape=shape).to_query())

    assert count(odd, ADMINISTRATOR, chosen) == expected
    assert map_view.view(odd.atlas, ADMINISTRATOR, LAYER, chosen, EVERYWHERE)["n"] == expected
    polygon = shapely.Polygon(ring)
    if polygon.is_valid:
        assert expected == sum(polygon.contains(shapely.Point(*at)) for at in everything)


@pytest.mark.parametrize("shape", ["1,2 3,4", "x", "1,2 3,4 5,north", "999,1 2,2 3,3", "1,1 " * 500])
def test_what_is_no_outline_is_refused(shape: str) -> None:
    """With a reason, before any row is looked at."""
    with pytest.raises(Problem, match="bad_filter"):
        Filter.from_query(Filter(shape=shape).to_query())


def test_what_came_in_lately_is_counted_by_the_day_in_bangkok(odd: Office) -> None:
    """Today's is in since today and not since tomorrow."""
    today = datetime.now(UTC).date()

    assert count(odd, ADMINISTRATOR, Filter(received=today - timedelta(days=1))) == 100
    assert count(odd, ADMINISTRATOR, Filter(received=today + timedelta(days=2))) == 0
    assert Filter.from_query("received=2026-01-02").received == date(2026, 1, 2)


def test_forty_records_in_one_place_are_forty_records(odd: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted as one cell, listed one by one near by, and the map knows where to begin."""
    monkeypatch.setattr(map_view, "MOST_FEATURES", 10)
    near = View((100.119, 8.309, 100.121, 8.311), 17)
    cells = map_view.view(odd.atlas, ADMINISTRATOR, LAYER, Filter(), near)

    assert cells["kind"] == "cells"
    assert 40 in cells["count"]
    place = np.cumsum(np.reshape(cells["cell"], (-1, 2)), axis=0)[cells["count"].index(40)]
    listed = map_cell.cell(odd.atlas, ADMINISTRATOR, LAYER, Filter(), Cell(*map(int, place), cells["zoom"]))
    assert listed is not None
    assert (listed["n"], len({one["instance_id"] for one in listed["records"]})) == (40, 20)
    assert count(odd, ADMINISTRATOR, Filter(shape=Cell(*map(int, place), cells["zoom"]).outline)) == 40
    monkeypatch.setattr(map_view, "MOST_FEATURES", 2000)
    assert map_view.view(odd.atlas, ADMINISTRATOR, LAYER, Filter(), near)["n"] >= 40
    one = Filter(shape="100.119,8.309 100.121,8.309 100.121,8.311 100.119,8.311")
    box = map_view.extent(odd.atlas, ADMINISTRATOR, LAYER, one)
    assert box is not None
    assert box[0] < box[2]


@pytest.mark.parametrize("places", [[None] * 3, ["8.31 100.12 0 4"] * 3], ids=["nowhere", "in one point"])
def test_a_layer_without_places_or_with_one_is_drawn_listed_and_exported(
    odd: Office, tmp_path: Path, places: list[str | None]
) -> None:
    """Where nothing lies the map is empty and the table is not; one point is a place to begin at."""
    with offices.opened(tmp_path / "data") as office:
        schema = office.atlas.reference.catalogue.newest("pomelo_plot").schema
        answers = {"tambon": "801206", "variety": "thong_di"}
        offices.send(office, *[offices.submission(schema, answers | {"point": at}) for at in places])
        drawn = sum(at is not None for at in places)
        view = map_view.view(office.atlas, ADMINISTRATOR, LAYER, Filter(), EVERYWHERE)
        box = map_view.extent(office.atlas, ADMINISTRATOR, LAYER, Filter())

        assert view["n"] == drawn
        assert (box is not None) == bool(drawn)
        shaded = map_shades.counts(office.atlas, ADMINISTRATOR, LAYER, Filter(), "tambon", "quantile")
        assert list(shaded["values"].values()) == [drawn] * bool(drawn)
        page = features.page(office.atlas, ADMINISTRATOR, features.Wanted(LAYER, Filter()))
        assert len(page.features) == drawn
        assert features.extent(office.atlas, ADMINISTRATOR, LAYER) == (
            (100.12, 8.31, 100.12, 8.31) if drawn else None
        )
        assert export.export(office.atlas, ADMINISTRATOR, LAYER, Filter(), tmp_path / "x.gpkg").rows == drawn
        whole = office.atlas.reference.forms["pomelo_plot"]
        listed = layers.query(whole, ADMINISTRATOR, Filter())
        assert layers.count(office.atlas.warehouse.cursor(), listed) == 3
        open_office(office)
        try:
            made = map_picture.picture(
                office.atlas, ADMINISTRATOR, f"layer={LAYER}", "100,8,101,9", "9", "png"
            )
        finally:
            open_office(odd)
        assert Image.open(io.BytesIO(made)).size == (1600, 900)


def test_nothing_found_is_an_answer_everywhere(odd: Office, tmp_path: Path) -> None:
    """Map, colours, picture, live layer and file: empty, and none of them an error."""
    nothing = Filter(text="ไม่มีคำนี้เลย")
    view = map_view.view(odd.atlas, ADMINISTRATOR, LAYER, nothing, EVERYWHERE)

    assert (view["n"], view["seq"]) == (0, [])
    assert map_view.extent(odd.atlas, ADMINISTRATOR, LAYER, nothing) is None
    shaded = map_shades.counts(odd.atlas, ADMINISTRATOR, LAYER, nothing, "tambon", "quantile")
    assert (shaded["values"], shaded["steps"]) == ({}, [])
    assert features.page(odd.atlas, ADMINISTRATOR, features.Wanted(LAYER, nothing)).features == []
    for kind in export.KINDS:
        assert export.export(odd.atlas, ADMINISTRATOR, LAYER, nothing, tmp_path / f"x.{kind}").rows == 0
    query = f"layer={LAYER}&q=ไม่มีคำนี้เลย"
    made = map_picture.picture(odd.atlas, ADMINISTRATOR, query, "100,8,101,9", "9", "png")
    assert Image.open(io.BytesIO(made)).size == (1600, 900)


def test_markup_and_formulas_stay_text(odd: Office, tmp_path: Path) -> None:
    """In the popup's answer, in files, and what a spreadsheet would run gets an apostrophe."""
    report = export.export(odd.atlas, ADMINISTRATOR, LAYER, Filter(), tmp_path / "x.csv")
    with report.path.open(encoding="utf-8-sig", newline="") as handle:
        names = {row["plot_name"] for row in csv.DictReader(handle)}

    assert names == {HTML, "'=HYPERLINK(1)"}
    popup = map_popup.popup(odd.atlas, ADMINISTRATOR, LAYER, 1)
    assert popup is not None
    page = features.page(odd.atlas, ADMINISTRATOR, features.Wanted(LAYER, Filter(), limit=1))
    assert "<script>" in page.features[0]  # JSON: the reader's own text, not a page


def test_a_stranger_gets_nothing_by_any_way(odd: Office, tmp_path: Path) -> None:
    """Rows, places, counts, records, files and pictures are all asked through one door."""
    assert count(odd, STRANGER, Filter()) == 0
    assert map_view.view(odd.atlas, STRANGER, LAYER, Filter(), EVERYWHERE)["n"] == 0
    assert map_popup.popup(odd.atlas, STRANGER, LAYER, 1) is None
    crowd = Cell(*(int(degree / cell_size_deg(17)) for degree in (100.12, 8.31)), 17)
    assert map_cell.cell(odd.atlas, ADMINISTRATOR, LAYER, Filter(), crowd) is not None
    assert map_cell.cell(odd.atlas, STRANGER, LAYER, Filter(), crowd) is None
    assert records.record(odd.atlas, STRANGER, "uuid:odd-1") is None
    assert records.attachment(odd.atlas, STRANGER, "uuid:odd-1", "photo.jpg") is None
    assert export.export(odd.atlas, STRANGER, LAYER, Filter(), tmp_path / "x.csv").rows == 0
    assert features.feature(odd.atlas, STRANGER, LAYER, "uuid:odd-1", features.SERVED[features.CRS84]) is None
    shape = "100.0,8.0 100.5,8.0 100.5,8.6 100.0,8.6"
    filtered = map_shades.counts(odd.atlas, STRANGER, LAYER, Filter(shape=shape), "tambon", "quantile")
    assert filtered["values"] == {}  # hidden places count unfiltered only


def test_fifty_thousand_different_answers_are_eight_colours_and_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A question without choices: the commonest are named, the legend and the counts stay short."""
    with offices.opened(tmp_path / "data") as office:
        schema = office.atlas.reference.catalogue.newest("pomelo_plot").schema
        offices.send(office, offices.submission(schema, {"point": "8.3 100.1 0 4", "plot_name": "ก"}))
        info = office.atlas.reference.layers[LAYER]
        with office.atlas.warehouse.transaction() as connection:
            connection.execute(
                "INSERT INTO pomelo_plot BY NAME SELECT p.* REPLACE ('ชื่อ ' || i AS plot_name)"
                " FROM pomelo_plot p, range(50000) r(i)"
            )
        asked = info.fields["plot_name"]
        q = layers.query(info, ADMINISTRATOR, Filter())
        cursor = office.atlas.warehouse.cursor()
        assert len(counts.by_question(cursor, q, asked)) == 500
        assert len(counts.by_each(cursor, q, [asked])[asked.ref]) == 500
        monkeypatch.setitem(office.atlas.reference.layers, LAYER, replace(info, color_by=asked))
        view = map_view.view(office.atlas, ADMINISTRATOR, LAYER, Filter(), EVERYWHERE)

        assert view["n"] == 50_001
        assert len(view["legend"]) == 10
        assert sum(one["n"] for one in view["legend"]) == 50_001
        assert np.sum(view["count"]) == 50_001


def test_plots_under_no_agreement_are_those_outside_its_areas(tmp_path: Path) -> None:
    """By the row's place and the areas in force that the viewer may see; the same in every answer."""
    with offices.opened(tmp_path / "data") as office:
        demo.load(office.atlas)
        office.follower.catch_up()
        rows = office.atlas.warehouse.cursor().execute
        areas = rows(
            "SELECT served_area FROM water_agreement WHERE served_area IS NOT NULL AND status = 'in_force'"
        ).fetchall()
        places = rows(
            "SELECT point__lon, point__lat FROM pomelo_plot WHERE point IS NOT NULL AND water_enough = 'no'"
        ).fetchall()
        covered = shapely.union_all(shapely.from_wkb(np.array([area for (area,) in areas], dtype=object)))
        under = int(shapely.contains_xy(covered, np.array(places)).sum())
        layer, name = "pomelo_plot.no_water", "water_agreement.areas_in_force"
        outside, inside = Filter(outside=name), Filter.from_query(f"inside={name}")

        def seen(viewer: Viewer, chosen: Filter) -> int:
            info = office.atlas.reference.layers[layer]
            q = layers.query(info, viewer, chosen)
            return layers.count(office.atlas.warehouse.cursor(), q)

        assert under > 0
        assert seen(ADMINISTRATOR, inside) == under
        assert seen(ADMINISTRATOR, outside) == len(places) - under > 0
        view = map_view.view(office.atlas, ADMINISTRATOR, layer, outside, EVERYWHERE)
        assert view["n"] == len(places) - under
        report = export.export(office.atlas, ADMINISTRATOR, layer, outside, tmp_path / "x.parquet")
        assert report.rows == len(places) - under
        assert seen(STRANGER, outside) == 0
        for wrong in ("pomelo_plot.points", "no.such", "x' OR 1=1"):
            with pytest.raises(Problem, match="bad_filter"):
                seen(ADMINISTRATOR, Filter(outside=wrong))
