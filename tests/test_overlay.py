"""Plots held against state land: how much, how deep, and whether the map's scale can carry it."""

from __future__ import annotations

import json

import numpy as np
import offices
import pytest
import shapely
from offices import submission
from test_boundary_sets import keep, table

from geo.measure import METRES_PER_DEGREE_LAT, area_m2, metres_per_degree_lon
from geo.overlay import Overlay, hits, tolerance_m
from ingest.access import Viewer
from ingest.areas.boundary_sets import Provenance
from ingest.doors import layers
from ingest.doors.filters import Filter
from ingest.doors.shown import shown
from ingest.maps import features
from ingest.plots import state_land
from streamlit_app.office import Office

OFFICER = Viewer("officer@example.org", "officer", "8012")
LAT, LON = 8.2808, 100.0898
EAST, NORTH = float(metres_per_degree_lon(np.float64(LAT))), METRES_PER_DEGREE_LAT


def field(x: float, y: float, wide: float, high: float) -> shapely.Polygon:
    """A rectangle in metres east and north of a place in Ko Thuat."""
    return shapely.box(LON + x / EAST, LAT + y / NORTH, LON + (x + wide) / EAST, LAT + (y + high) / NORTH)


FOREST = field(0, -2000, 4000, 4000)


def held(plot: shapely.Polygon, scale: int, accuracy_m: float = 5.0) -> list[tuple[str, int, int, int]]:
    """What carries, per cent inside, metres deep and metres away, against a forest to the east of x = 0."""
    plots = np.array([plot], dtype=object)
    found = hits(Overlay.build("forest", scale, ["f"], ["ป่า"], [FOREST]), plots, np.array([accuracy_m]))
    share = 100 * found.overlap_m2 / area_m2(plots)
    return [
        (kind, round(part), round(deep), round(away))
        for kind, part, deep, away in zip(found.carries, share, found.depth_m, found.distance_m, strict=True)
    ]


def test_a_line_of_a_small_scale_carries_no_small_overlap() -> None:
    """Half a millimetre at 1:50,000 is 25 m: an overlap of 12 m tells nothing, at 1:4,000 it does."""
    plot = field(-68, 0, 80, 60)
    assert tolerance_m(50_000) == 25
    assert held(plot, 50_000) == [("too_coarse", 15, 12, 0)]
    assert held(plot, 4_000) == [("clear", 15, 12, 0)]
    assert held(plot, 4_000, accuracy_m=12) == [("too_coarse", 15, 12, 0)]
    assert held(plot, 0) == [("scale_unknown", 15, 12, 0)]


def test_deep_inside_a_small_scale_is_enough() -> None:
    """A small plot two kilometres behind the line is inside, whatever the scale."""
    assert held(field(1900, 0, 20, 20), 50_000) == [("clear", 100, 200, 0)]


def test_just_beside_the_line_is_not_outside_either() -> None:
    """A plot 12 m off a line of 1:50,000 may lie inside: it is listed, with nothing of it inside."""
    plot = field(-92, 0, 80, 60)
    assert held(plot, 50_000) == [("too_coarse", 0, 0, 12)]
    assert held(plot, 4_000) == held(field(-400, 0, 80, 60), 50_000) == []


@pytest.fixture
def with_forest(office: Office) -> Office:
    """An office with a forest reserve of 1:50,000 and a canal's strip, both as overlay sets."""
    forest = table("overlay", ["1"], [FOREST])
    facts = Provenance("2016-01-01", "RFD", "ไม่ระบุ", agency="กรมป่าไม้", scale=50_000, legal_status="กฎกระทรวง")
    keep(office, "ป่าสงวนแห่งชาติ", forest, facts)
    return office


def case(office: Office, name: str, plot: shapely.Polygon, replaces: str = "") -> bytes:
    """A land case with this disputed area."""
    schema = office.atlas.reference.catalogue.newest("land_case").schema
    drawn = ";".join(f"{y:.7f} {x:.7f} 0 4" for x, y in shapely.get_coordinates(plot.exterior))
    answers = {"tambon": "801206", "disputed_area": drawn}
    return submission(schema, answers, instance=f"uuid:{name}", replaces=replaces)


def test_every_case_lists_its_overlaps_by_layer(with_forest: Office) -> None:
    """In rai and per cent, with agency, date, scale and legal status; live as rebuilt."""
    office = with_forest
    offices.send(office, case(office, "a", field(-40, 0, 80, 80)), case(office, "b", field(-900, 0, 80, 80)))
    (one,) = state_land.overlaps(office.atlas, OFFICER)
    assert (one.instance_id, one.overlay, one.land) == ("uuid:a", "ป่าสงวนแห่งชาติ", "2-0-0.0")
    assert one.share == pytest.approx(0.5, abs=1e-3)
    assert (one.carries, one.agency, one.scale, one.published) == ("clear", "กรมป่าไม้", 50_000, "2016-01-01")
    assert one.legal_status == "กฎกระทรวง"
    published = office.atlas.reference.layers["land_case.state_land"].fields["published"]
    assert [shown(one.published, published, language, {}) for language in ("th", "en")] == [
        "1 ม.ค. 2559", "1 Jan 2016",
    ]  # fmt: skip
    assert one.common is not None
    assert all(office.follower.verify().values())
    assert state_land.overlaps(office.atlas, Viewer("far@example.org", "officer", "53")) == []


def test_a_case_just_beside_the_line_is_listed_too(with_forest: Office) -> None:
    """With nothing inside, as 1:50,000 cannot tell; one far from the line is not."""
    office = with_forest
    offices.send(office, case(office, "a", field(-92, 0, 80, 60)), case(office, "b", field(-900, 0, 80, 80)))
    found = state_land.overlaps(office.atlas, OFFICER)
    assert [(one.instance_id, one.land, one.carries, one.common) for one in found] == [
        ("uuid:a", "0-0-0", "too_coarse", None)
    ]
    assert found[0].distance_m == pytest.approx(12, abs=0.2)
    assert all(office.follower.verify().values())


def test_a_case_of_which_only_a_point_is_known(with_forest: Office) -> None:
    """Deep inside, a few metres behind the line, just beside it; one that drew an area counts by the area."""
    office = with_forest
    schema = office.atlas.reference.catalogue.newest("land_case").schema

    def told(name: str, x: float, **answers: str) -> bytes:
        point = f"{LAT:.7f} {LON + x / EAST:.7f} 0 4"
        return submission(schema, {"tambon": "801206", "point": point} | answers, instance=f"uuid:{name}")

    drawn = ";".join(
        f"{y:.7f} {x:.7f} 0 4" for x, y in shapely.get_coordinates(field(-900, 0, 80, 80).exterior)
    )
    offices.send(
        office, told("deep", 900), told("shallow", 12), told("beside", -12), told("far", -400),
        told("drawn", 900, disputed_area=drawn),
    )  # fmt: skip
    found = {one.instance_id: one for one in state_land.overlaps(office.atlas, OFFICER)}
    told_of = {name: (one.carries, round(one.depth_m), round(one.distance_m)) for name, one in found.items()}
    assert told_of == {
        "uuid:deep": ("clear", 200, 0), "uuid:shallow": ("too_coarse", 12, 0),
        "uuid:beside": ("too_coarse", 0, 12),
    }  # fmt: skip
    assert {name for name, one in found.items() if one.common is not None} == {"uuid:deep", "uuid:shallow"}
    layer = office.atlas.reference.layers["land_case.state_land_points"]
    shown = layers.query(layer, OFFICER, Filter())
    rows = layers.rows(office.atlas.warehouse.cursor(), shown, list(layer.fields.values()), limit=10)
    assert [float(one) for one in rows["depth_m"].to_pylist()] == pytest.approx([12, 200], abs=0.2)
    wanted = features.Wanted(layer.name, Filter())
    drawn_points = features.page(office.atlas, OFFICER, wanted).features
    assert [json.loads(one)["geometry"]["type"] for one in drawn_points] == ["Point", "Point"]
    assert all(office.follower.verify().values())


def test_a_new_overlay_is_held_against_all_earlier_plots(office: Office) -> None:
    """Added later, taken back later: the tables follow, and the records are not joined again."""
    offices.send(office, case(office, "a", field(-40, 0, 80, 80)))
    generation = office.atlas.warehouse.path
    assert state_land.overlaps(office.atlas, OFFICER) == []
    keep(office, "forest", table("overlay", ["1"], [FOREST]))
    office.follower.catch_up()
    assert [one.carries for one in state_land.overlaps(office.atlas, OFFICER)] == ["scale_unknown"]
    offices.send(office, case(office, "b", field(-900, 0, 80, 80), replaces="uuid:a"))
    assert state_land.overlaps(office.atlas, OFFICER) == []
    assert office.atlas.warehouse.path == generation
    assert all(office.follower.verify().values())
