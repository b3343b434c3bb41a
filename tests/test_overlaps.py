"""Plots that lie on one another are found on arrival, whoever sent them and in whatever batches."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import offices
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from offices import submission

from geo.measure import METRES_PER_DEGREE_LAT, metres_per_degree_lon
from ingest import log, tables
from ingest.access import Viewer
from ingest.office import contradictions, oversight, records
from ingest.plots import overlaps
from ingest.projecting.warehouse import Warehouse
from streamlit_app.office import Office

OFFICER = Viewer("officer@example.org", "officer", "8012")
LAT, LON = 8.2808, 100.0898
EAST, NORTH = float(metres_per_degree_lon(np.float64(LAT))), METRES_PER_DEGREE_LAT
HOUSE = "3f0a6c51-9d5e-4a76-8f3b-0d2f5a7c1e90"


def outline(x: float, y: float, wide: float, high: float, accuracy_m: float = 4) -> str:
    """A rectangle in metres as Collect writes it, closed."""
    corners = [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high), (x, y)]
    return ";".join(f"{LAT + b / NORTH:.7f} {LON + a / EAST:.7f} 0 {accuracy_m}" for a, b in corners)


def plot(office: Office, name: str, drawn: str, *, form: str = "pomelo_plot", **answers: str) -> bytes:
    """A plot under an instance id of that name, in the tambon where it lies."""
    schema = office.atlas.reference.catalogue.newest(form).schema
    replaces, meta = answers.pop("replaces", ""), answers.pop("meta", "")
    asked = "outline" if form == "plot_visit" else "plot"
    drawing = {"tambon": "801206"} | answers | {asked: drawn}
    return submission(schema, drawing, instance=f"uuid:{name}", replaces=replaces, meta=meta)


def entry(entity_id: str, action: str = "create") -> str:
    """The block by which a submission registers or changes a plot of the register."""
    attributes = f'dataset="plots" id="{entity_id}" {action}="1" baseVersion="1"'
    return f"<entity {attributes}><label>x</label></entity>"


def pairs(office: Office) -> list[tuple[str, str, str, str, bool | None]]:
    """Kind, the two plots, ground and whether one household owns both, as an officer sees them."""
    found = contradictions.plot_pairs(office.atlas, OFFICER)
    told = [(*(side.instance_id.removeprefix("uuid:") for side in one.sides), one) for one in found]
    return sorted(((one.kind, a, b, one.land, one.same_owner) for a, b, one in told), key=lambda row: row[1:])


def codes(office: Office) -> dict[str, int]:
    """What an officer is told, without where the tambon's line is."""
    counts = oversight.flag_counts(office.atlas, OFFICER)
    return {code: n for code, n in counts.items() if not code.startswith("tambon_")}


def test_an_overlap_is_told_on_both_records(office: Office) -> None:
    """With rai and per cent of each, on the Quality page and on the record."""
    offices.send(office, plot(office, "a", outline(0, 0, 80, 80)))
    offices.send(office, plot(office, "b", outline(60, 0, 80, 80)))
    assert pairs(office) == [("overlap", "a", "b", "0-3-99.9", None)]
    assert codes(office) == {"plot_overlap": 2}
    record = records.record(office.atlas, OFFICER, "uuid:b")
    assert record is not None
    assert [(one.code, one.field, one.detail) for one in record.flags] == [
        ("plot_overlap", "plot", "0-3-99.9 (25 %)")
    ]
    assert oversight.flag_counts(office.atlas, Viewer("far@example.org", "officer", "53")) == {}


def test_drawn_twice_by_one_household_or_by_two(office: Office) -> None:
    """Whose plots they are is told where the form chooses the household."""
    offices.send(
        office,
        plot(office, "a", outline(0, 0, 80, 80), household=HOUSE),
        plot(office, "b", outline(2, 1, 80, 80), household=HOUSE),
        plot(office, "c", outline(40, 0, 80, 80), household="another"),
    )
    found = pairs(office)
    assert [one[:3] + one[4:] for one in found] == [
        ("same", "a", "b", True), ("overlap", "a", "c", False), ("overlap", "b", "c", False),
    ]  # fmt: skip


def test_a_plot_that_crosses_itself_holds_up_nobody(office: Office) -> None:
    """Overlaying it failed, now and at every later try: no review, deletion or rebuild came through."""
    corners = [(4, 90), (3, 90), (4, 88), (0, 89), (4, 89), (1, 92), (4, 90)]
    crossing = ";".join(f"8.28{north} 100.0{east} 0 5" for north, east in corners)
    offices.send(office, plot(office, "a", crossing))
    west, south, east, north = 100.0885, 8.2805, 100.0915, 8.2835
    ring = [(south, west), (south, east), (north, east), (north, west), (south, west)]
    offices.send(office, plot(office, "b", ";".join(f"{y} {x} 0 5" for y, x in ring)))
    assert [one[:3] for one in pairs(office)] == [("overlap", "a", "b")]


def test_neighbours_and_other_forms_are_left_in_peace(office: Office) -> None:
    """A common line drawn twice is no overlap; nor a disputed area on a plot, nor two areas of canals."""
    case, water = (
        office.atlas.reference.catalogue.newest(form).schema for form in ("land_case", "water_agreement")
    )
    offices.send(
        office,
        plot(office, "a", outline(0, 0, 80, 80)),
        plot(office, "b", outline(77, 0, 80, 80)),
        submission(case, {"disputed_area": outline(0, 0, 80, 80)}),
        submission(water, {"served_area": outline(0, 0, 900, 800)}),
        submission(water, {"served_area": outline(50, 0, 900, 800)}),
    )
    assert pairs(office) == []


def test_a_second_visit_to_one_plot_is_no_overlap(office: Office) -> None:
    """The records speak of one plot of the register; a third one speaks of another."""
    for name, entity, action in (("a", "one", "create"), ("b", "one", "update"), ("c", "two", "create")):
        offices.send(office, plot(office, name, outline(0, 0, 80, 80), meta=entry(entity, action)))
    assert [one[:3] for one in pairs(office)] == [("same", "a", "c"), ("same", "b", "c")]
    assert all(office.follower.verify().values())


def test_plots_of_all_forms_are_held_against_one_another(office: Office) -> None:
    """What the register drew, the crop's form draws again, and a visit to another plot draws over both."""
    offices.send(office, plot(office, "a", outline(0, 0, 80, 80), form="plot_register", meta=entry("one")))
    offices.send(office, plot(office, "b", outline(1, 1, 80, 80), meta=entry("one", "update")))
    offices.send(office, plot(office, "c", outline(40, 0, 80, 80), form="plot_visit", plot="another"))
    offices.send(office, plot(office, "d", outline(42, 0, 80, 80), form="plot_visit", plot="another"))
    assert [one[:3] for one in pairs(office)] == [
        ("overlap", "a", "c"), ("overlap", "a", "d"), ("overlap", "b", "c"), ("overlap", "b", "d"),
    ]  # fmt: skip
    forms = {side.form_id for one in contradictions.plot_pairs(office.atlas, OFFICER) for side in one.sides}
    assert forms == {"plot_register", "pomelo_plot", "plot_visit"}
    record = records.record(office.atlas, OFFICER, "uuid:d")
    assert record is not None
    assert {one.code for one in record.flags} >= {"plot_overlap"}
    assert all(office.follower.verify().values())


def test_the_register_says_whose_plot_a_visit_drew(office: Office) -> None:
    """A visit names no household; the entry that it chooses does, as it stands now."""
    registered = plot(
        office, "a", outline(0, 0, 80, 80), form="plot_register", household=HOUSE, meta=entry("one")
    )
    other = plot(office, "b", outline(200, 0, 80, 80), form="plot_register", household="x", meta=entry("two"))
    offices.send(office, registered, other)
    offices.send(office, plot(office, "c", outline(40, 0, 80, 80), form="plot_visit", plot="two"))
    assert [(one[1], one[2], one[4]) for one in pairs(office)] == [("a", "c", False)]
    sold = plot(
        office,
        "d",
        outline(200, 0, 80, 80),
        form="plot_register",
        household=HOUSE,
        meta=entry("two", "update"),
    )
    offices.send(office, sold)
    assert [(one[1], one[2], one[4]) for one in pairs(office)] == [("a", "c", True)]


def test_a_workbook_may_say_later_what_a_plot_is(office: Office) -> None:
    """The mark needs no new version: earlier records are looked at again."""
    offices.send(office, plot(office, "a", outline(0, 0, 80, 80)), plot(office, "b", outline(40, 0, 80, 80)))
    usage = office.atlas.reference.catalogue.usages["pomelo_plot"]
    for plots, expected in (((), 0), (("plot",), 1)):
        with log.writing(office.atlas.log) as connection:
            connection.execute(
                tables.form_usage.update()
                .where(tables.form_usage.c.form_id == "pomelo_plot")
                .values(usage=replace(usage, plots=plots).to_json())
            )
            log.reference_changed(connection)
        office.follower.catch_up()
        assert len(pairs(office)) == expected


def test_a_corrected_outline_ends_the_overlap(office: Office) -> None:
    """The edit stands, and both records lose their flag."""
    offices.send(office, plot(office, "a", outline(0, 0, 80, 80)), plot(office, "b", outline(40, 0, 80, 80)))
    assert codes(office) == {"plot_overlap": 2}
    offices.send(office, plot(office, "c", outline(81, 0, 80, 80), replaces="uuid:b"))
    assert (pairs(office), codes(office)) == ([], {})
    offices.send(office, plot(office, "d", outline(40, 0, 80, 80)))
    assert [one[:3] for one in pairs(office)] == [("overlap", "a", "d"), ("overlap", "c", "d")]
    assert all(office.follower.verify().values())


def test_what_was_looked_at_before_a_power_cut_is_looked_at_once_more(office: Office) -> None:
    """A plot that lay on none leaves its place in the queue with the next batch: until then it may return."""
    offices.send(office, plot(office, "a", outline(0, 0, 80, 80)), plot(office, "b", outline(200, 0, 80, 80)))
    offices.send(
        office, plot(office, "c", outline(40, 0, 80, 80)), plot(office, "d", outline(400, 0, 80, 80))
    )
    offices.send(office, plot(office, "e", outline(600, 0, 80, 80)))
    warehouse = office.atlas.warehouse
    before, warehouse.plot_boxes = pairs(office), None
    warehouse.unlooked.forget()
    assert warehouse.unlooked.waiting(warehouse.cursor())
    overlaps.catch_up(warehouse, office.atlas.reference.lookout)
    assert pairs(office) == before
    assert [one[:3] for one in before] == [("overlap", "a", "c")]
    offices.send(office, plot(office, "f", outline(560, 0, 80, 80)))
    assert [one[:3] for one in pairs(office)] == [("overlap", "a", "c"), ("overlap", "e", "f")]
    assert all(office.follower.verify().values())


def test_what_was_not_looked_at_yet_outlives_a_power_cut() -> None:
    """Looking was cut short, and another batch came: what still waits stands in the table, too."""
    warehouse = Warehouse(None)
    waits = warehouse.unlooked
    with warehouse.transaction() as connection:
        waits.add(connection, {"pomelo_plot": [pa.table({"_seq": [1, 2]}), pa.table({"_seq": [3]})]})
    waits.looked_at(None, 2)
    with warehouse.transaction() as connection:
        waits.add(connection, {"land_case": [pa.table({"_seq": [4]})]})
    waits.forget()
    assert waits.waiting(warehouse.cursor()) == {"land_case": [4], "pomelo_plot": [3]}
    warehouse.close()


def test_what_a_drawn_plot_is_told(office: Office) -> None:
    """Spikes, doubled corners, sizes and declared areas, each with its own words."""
    spike = outline(0, 0, 60, 40).split(";")
    spike.insert(3, f"{LAT + 400 / NORTH:.7f} {LON + 58 / EAST:.7f} 0 4")
    offices.send(
        office,
        plot(office, "a", ";".join(spike)),
        plot(office, "b", outline(300, 0, 80, 80), area_rai="6"),
        plot(office, "c", outline(500, 0, 80, 80), area_rai="๔", area_ngan="0"),
        plot(office, "d", outline(700, 0, 5, 5)),
        plot(office, "e", ";".join([outline(900, 0, 80, 80).split(";")[0], outline(900, 0, 80, 80)])),
    )
    assert codes(office) == {"spike": 1, "area_differs": 1, "too_small": 1, "duplicate_vertex": 1}
    flags = oversight.flags(office.atlas, OFFICER, "area_differs")
    assert [one.detail for one in flags] == ["6-0-0 / 4-0-0.0 (-33 %)"]


def test_area_and_perimeter_are_geodesic(office: Office) -> None:
    """Of a plot of 60 by 40 m, beside each other."""
    offices.send(office, plot(office, "a", outline(0, 0, 60, 40)))
    sql = "SELECT plot__area_m2, plot__perimeter_m FROM pomelo_plot"
    ((area_m2, perimeter_m),) = office.atlas.warehouse.cursor().execute(sql).fetchall()
    assert area_m2 == pytest.approx(2400, rel=2e-3)
    assert perimeter_m == pytest.approx(200, rel=1e-3)


def test_the_accuracy_of_every_corner_is_kept(office: Office) -> None:
    """So that one can tell which corner was taken under trees."""
    walked = outline(0, 0, 60, 40).split(";")
    walked[2] = walked[2].replace(" 4", " 38")
    offices.send(office, plot(office, "a", ";".join(walked)), plot(office, "b", outline(300, 0, 60, 40, 0)))
    sql = "SELECT plot__vertex_accuracy_m FROM pomelo_plot ORDER BY _seq"
    assert office.atlas.warehouse.cursor().execute(sql).fetchall() == [([4, 4, 38, 4, 4],), (None,)]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty office to copy."""
    path = tmp_path_factory.mktemp("office")
    with offices.opened(path):
        pass
    return path


squares = st.tuples(st.integers(0, 5), st.integers(0, 3), st.integers(2, 5), st.integers(0, 12))
FORMS = ("pomelo_plot", "plot_register", "plot_visit")


@settings(max_examples=6, deadline=None)
@given(drawn=st.lists(squares, min_size=2, max_size=12), cuts=st.sets(st.integers(1, 11)))
def test_live_is_rebuilt_in_any_batches(
    template: Path, tmp_path_factory: pytest.TempPathFactory, drawn: list[tuple[int, ...]], cuts: set[int]
) -> None:
    """Plots at random, some of them corrections of earlier ones, sent in batches of any size."""
    path = tmp_path_factory.mktemp("copy") / "data"
    shutil.copytree(template, path)
    with offices.opened(path, forms=False) as office:
        batch: list[bytes] = []
        for number, (x, y, size, before) in enumerate(drawn):
            replaces = f"uuid:{before}" if before < number else ""
            form, place = FORMS[x % 3], outline(20 * x, 20 * y, 10 * size, 40)
            meta = entry(str(y), "update") if size == 3 else ""
            batch.append(plot(office, str(number), place, form=form, replaces=replaces, meta=meta))
            if number in cuts:
                offices.send(office, *batch)
                batch.clear()
        if batch:
            offices.send(office, *batch)
        verified = office.follower.verify()
        assert {name for name, equal in verified.items() if not equal} == set()
