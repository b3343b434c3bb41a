"""Several boundary sets side by side: their facts, the default, levels beside it, and codes that changed."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import geopandas as gpd
import offices
import pytest
import shapely
import sqlalchemy as sa
from offices import submission
from streamlit.testing.v1 import AppTest

from geo.boundaries import BoundaryTable
from geo.locate import Locator
from ingest import log
from ingest.access import Viewer
from ingest.areas import boundary_sets, locating, set_files
from ingest.areas.boundary_sets import Provenance
from ingest.doors.filters import Filter
from ingest.envelope import read_envelope
from ingest.maps import map_outlines, other_sets
from ingest.projecting import follow
from streamlit_app import viewer as door
from streamlit_app.maps import map_shades
from streamlit_app.office import Office, open_office
from thai.problem import Problem

WEST, EAST = shapely.box(100.0, 8.0, 100.1, 8.1), shapely.box(100.1, 8.0, 100.2, 8.1)


def table(level: str, codes: list[str], shapes: list[shapely.Geometry], **more: list[str]) -> BoundaryTable:
    """Areas or village points under made-up names."""
    columns = {
        "code": codes,
        "name_th": [f"พื้นที่ {code}" for code in codes],
        "name_en": [f"Area {code}" for code in codes],
        "parent": [code[:-2] for code in codes],
    } | more
    return BoundaryTable(level, gpd.GeoDataFrame(columns, geometry=shapes, crs=4326))


def keep(office: Office, name: str, one: BoundaryTable, facts: Provenance | None = None) -> bool:
    """Add a set as the command does; whether it became the default."""
    sha256 = set_files.keep(office.atlas.folder.boundaries, one)
    with log.writing(office.atlas.log) as connection:
        return boundary_sets.add(connection, one, sha256, facts or Provenance(), name=name)


def plot(office: Office, **answers: str) -> bytes:
    """A pomelo plot with these answers."""
    return submission(office.atlas.reference.catalogue.newest("pomelo_plot").schema, answers)


def rows(office: Office, columns: str) -> list[tuple[object, ...]]:
    """Columns of all plots, in the order of the log."""
    office.follower.catch_up()
    return (
        office.atlas.warehouse.cursor().execute(f"SELECT {columns} FROM pomelo_plot ORDER BY _seq").fetchall()
    )


def test_a_set_carries_its_facts(office: Office) -> None:
    """Where it comes from, when it holds, its licence, its checksum: what a governor asks for."""
    facts = Provenance(
        "2022-01-22", "RTSD", "CC BY-IGO", "2022-01-22", "2025-09-30", "กรมแผนที่ทหาร", 50_000, "ประกาศ"
    )
    keep(office, "rtsd-2565", table("tambon", ["801206"], [WEST]), facts)
    with office.atlas.log.connect() as connection:
        one = next(one for one in boundary_sets.listed(connection) if one.name == "rtsd-2565")
    assert (one.valid_from, one.valid_to, one.licence) == ("2022-01-22", "2025-09-30", "CC BY-IGO")
    assert (one.agency, one.scale, one.legal_status) == ("กรมแผนที่ทหาร", 50_000, "ประกาศ")
    assert (one.features, len(one.sha256)) == (1, 64)


def test_the_default_is_chosen_and_everything_is_joined_again(office: Office) -> None:
    """Two years side by side; choosing the other one moves the records and leaves the log alone."""
    assert keep(office, "2564", table("tambon", ["801206", "801202"], [WEST, EAST]))
    assert not keep(office, "2568", table("tambon", ["801206", "801202"], [EAST, WEST]))
    offices.send(office, plot(office, point="8.05 100.05 0 4"))
    assert rows(office, "_located, _boundary_set") == [("801206", "2564")]
    with log.writing(office.atlas.log) as connection:
        boundary_sets.choose(connection, "2568")
    assert rows(office, "_located, _boundary_set") == [("801202", "2568")]
    assert all(office.follower.verify().values())
    with log.writing(office.atlas.log) as connection, pytest.raises(Problem, match="boundary_set_unknown"):
        boundary_sets.choose(connection, "2599")


def test_a_former_code_names_the_place_it_has_now(office: Office) -> None:
    """ท่าแฝก was 530306 and is 530407: an old form still agrees, with a point and without one."""
    keep(office, "2568", table("tambon", ["530407", "530408"], [WEST, EAST]))
    offices.send(office, plot(office, tambon="530306", point="8.05 100.05 0 4"))
    offices.send(office, plot(office, tambon="530306"))
    assert rows(office, "_verdict, _tambon") == [("disagrees", "530407"), ("no_geometry", "530306")]
    with log.writing(office.atlas.log) as connection:
        boundary_sets.keep_aliases(connection, {"530306": "530407"}, "2568")
    assert rows(office, "_verdict, _tambon") == [("agrees", "530407"), ("no_geometry", "530407")]
    assert rows(office, "tambon") == [("530306",), ("530306",)]


def test_the_sets_own_amphoes_and_provinces_give_their_names(office: Office) -> None:
    """A tambon file without the names above takes them from the levels beside it."""
    keep(office, "2568", table("tambon", ["801206"], [WEST]))
    keep(office, "2568", table("amphoe", ["8012"], [WEST]))
    office.follower.catch_up()
    assert office.atlas.reference.names["8012"] == {"th": "พื้นที่ 8012", "en": "Area 8012"}
    assert "80" not in office.atlas.reference.names


def test_the_lao_and_the_village_stand_beside_the_tambon(office: Office) -> None:
    """The LAO by the place alone; the village by the form's choice, with the distance to its own point."""
    keep(office, "2568", table("tambon", ["801206", "801202"], [WEST, EAST]))
    municipality = shapely.box(100.0, 8.0, 100.05, 8.1)
    keep(office, "dla", table("lao", ["5800101"], [municipality]))
    moo = {"moo": ["4"], "tambon_th": ["เกาะทวด"]}
    villages = table("village", ["17"], [shapely.Point(100.02, 8.05)], **moo)
    villages.frame["parent"] = "801206"
    keep(office, "villages", villages)
    offices.send(
        office,
        plot(office, tambon="801206", moo="4", point="8.05 100.03 0 4"),
        plot(office, tambon="801206", moo="5", point="8.05 100.07 0 4"),
    )
    found = rows(office, "_tambon, _lao, _village, _village_distance_m")
    assert found[0][:3] == ("801206", "5800101", "80120604")
    assert found[0][3] == pytest.approx(1102, abs=2)
    assert found[1] == ("801206", "", "80120605", None)
    assert all(office.follower.verify().values())


def test_laos_are_coloured_where_a_set_has_them(office: Office) -> None:
    """Their outlines, and counts of what lies in each; what is hidden from a viewer is not counted."""
    with pytest.raises(KeyError):
        map_outlines.outlines(office.atlas, "lao")
    keep(office, "2568", table("tambon", ["801206", "801202"], [WEST, EAST]))
    keep(office, "dla", table("lao", ["5800101"], [shapely.box(100.0, 8.0, 100.05, 8.1)]))
    offices.send(
        office,
        plot(office, tambon="801206", point="8.05 100.03 0 4"),
        plot(office, tambon="801206", point="8.05 100.07 0 4"),
    )

    drawn = json.loads(gzip.decompress(map_outlines.outlines(office.atlas, "lao")))
    asks = {"layer": "pomelo_plot.points", "areas": "lao", "method": "equal"}
    told = map_shades.asked(office.atlas, Viewer("a", "administrator", ""), asks, Filter(), 6, "th")
    strange = map_shades.asked(office.atlas, Viewer("s", "officer", "53"), asks, Filter(), 6, "th")

    assert (drawn["code"], drawn["th"]) == (["5800101"], ["พื้นที่ 5800101"])
    assert (told["values"], told["boundary_set"], told["lao"]) == ({"5800101": 1}, "dla", True)
    assert list(told["classes"]) == ["5800101"]
    assert strange["values"] == {}


def test_two_sets_are_compared_on_the_map(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each map draws its own set and counts in it; a plot beyond the line in one lies within in the other."""
    keep(office, "2568", table("tambon", ["801206", "801202"], [WEST, EAST]))
    keep(office, "2520", table("tambon", ["801206"], [shapely.union(WEST, EAST)]))
    for lon in (100.03, 100.17):
        offices.send(office, plot(office, tambon="801206", point=f"8.05 {lon} 0 4"))
    asks, admin = {"layer": "pomelo_plot.points", "method": "equal"}, Viewer("a", "administrator", "")

    def counted(viewer: Viewer, **more: str) -> dict[str, int]:
        told = map_shades.asked(office.atlas, viewer, asks | more, Filter(), 6, "th")
        return dict(told["values"])

    assert counted(admin) == {"801206": 1, "801202": 1}
    assert counted(admin, set="2520") == {"801206": 2}
    assert counted(Viewer("s", "officer", "53"), set="2520") == {}
    with pytest.raises(Problem, match="boundary_set_unknown"):
        counted(admin, set="no such set")

    numbered = {"indicator": "pomelo_plot.plots_mapped", "layer": ""}
    assert counted(admin, **numbered) == {"801206": 1, "801202": 1}
    assert counted(admin, **numbered, set="2520") == {"801206": 2}
    clerk = Viewer("c", "officer", "801202")  # by the office's own set one of the two is theirs
    assert counted(clerk, **numbered, set="2520") == {"801206": 1}
    assert counted(Viewer("s", "officer", "53"), **numbered, set="2520") == {}
    with pytest.raises(Problem, match="figure_of_own_set"):  # counts of areas are those of the default set
        counted(admin, indicator="nakhon.i08", set="2520")

    assert other_sets.known(office.atlas)[0] == "2568"
    former = other_sets.other(office.atlas, "2520")
    address = map_outlines.version(office.atlas, former)
    assert address != map_outlines.version(office.atlas)
    asked: list[str] = []
    sa.event.listen(office.atlas.log, "before_cursor_execute", lambda *said: asked.append(said[2]))
    assert map_outlines.addressed(office.atlas, address) == former
    assert len([sql for sql in asked if "boundary_set" in sql]) == 1  # however many sets there are
    drawn = json.loads(gzip.decompress(map_outlines.outlines(office.atlas, "tambon", "80", former)))
    assert drawn["code"] == ["801206"]
    with pytest.raises(KeyError):
        map_outlines.addressed(office.atlas, "forged")

    keep(office, "dla", table("lao", ["5800101", "5800102"], [WEST, EAST]))
    office.follower.catch_up()
    assert counted(admin, areas="lao") == {"5800101": 1, "5800102": 1}
    assert counted(admin, areas="lao", set="2520") == {"5800101": 1, "5800102": 1}  # it has none of its own
    assert counted(admin, **numbered, areas="lao") == {"5800101": 1, "5800102": 1}
    keep(office, "2520", table("lao", ["4800101"], [shapely.union(WEST, EAST)]))
    assert counted(admin, areas="lao", set="2520") == {"4800101": 2}
    assert counted(admin, **numbered, areas="lao", set="2520") == {"4800101": 2}
    assert counted(clerk, **numbered, areas="lao", set="2520") == {"4800101": 1}
    drawn = json.loads(gzip.decompress(map_outlines.outlines(office.atlas, "lao", "", former)))
    assert drawn["code"] == ["4800101"]

    open_office(office)
    monkeypatch.setattr(door, "viewer", lambda: admin)
    page = AppTest.from_function(compare_page, default_timeout=30).run()
    page.selectbox(key="compare.bounds_against").set_value("2520").run()
    assert not page.exception
    assert page.query_params["bounds_against"] in ("2520", ["2520"])
    open_office(None)


def test_two_sets_of_laos_alone_are_compared_on_the_map(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each map draws the LAOs of its own set in place of tambons, and counts in them however it is asked."""
    keep(office, "2568", table("tambon", ["801206", "801202"], [WEST, EAST]))
    keep(office, "dla-2563", table("lao", ["4800101"], [shapely.union(WEST, EAST)]))
    keep(office, "dla-2568", table("lao", ["5800101", "5800102"], [WEST, EAST]))
    for lon in (100.03, 100.17):
        offices.send(office, plot(office, tambon="801206", point=f"8.05 {lon} 0 4"))
    admin, counts = Viewer("a", "administrator", ""), {"layer": "pomelo_plot.points", "method": "equal"}
    expected = {"dla-2563": {"4800101": 2}, "dla-2568": {"5800101": 1, "5800102": 1}}

    assert set(other_sets.known(office.atlas)) == {"2568", "demo", *expected}
    for name, values in expected.items():
        for asks in (counts, {"indicator": "pomelo_plot.plots_mapped"}):
            told = map_shades.asked(office.atlas, admin, asks | {"set": name}, Filter(), 6, "th")
            assert (told["values"], told["lao"], told["boundary_set"]) == (values, True, name)
        one = other_sets.other(office.atlas, name)
        address = map_outlines.version(office.atlas, one)
        addressed = map_outlines.addressed(office.atlas, address)
        drawn = json.loads(gzip.decompress(map_outlines.outlines(office.atlas, "lao", "", addressed)))
        assert drawn["code"] == list(values)

    open_office(office)
    monkeypatch.setattr(door, "viewer", lambda: admin)
    page = AppTest.from_function(compare_page, default_timeout=30).run()
    page.selectbox(key="compare.bounds").set_value("dla-2563").run()
    page.selectbox(key="compare.bounds_against").set_value("dla-2568").run()
    assert not page.exception
    assert page.query_params["bounds"] in ("dla-2563", ["dla-2563"])
    assert page.query_params["bounds_against"] in ("dla-2568", ["dla-2568"])
    open_office(None)


def compare_page() -> None:
    """The page's body, as Streamlit runs it."""
    from streamlit_app.views.compare import page

    page()


def test_a_plot_across_the_line_is_shared_out(office: Office) -> None:
    """A quarter on one side: the main tambon, the other one, and shares that add up to one."""
    keep(office, "2568", table("tambon", ["801206", "801202"], [WEST, EAST]))
    corners = ((100.099, 8.05), (100.103, 8.05), (100.103, 8.051), (100.099, 8.051), (100.099, 8.05))
    offices.send(office, plot(office, plot=";".join(f"{lat} {lon} 0 4" for lon, lat in corners)))
    assert rows(office, "_tambon, plot__other, plot__verdict, plot__distance_m, plot__shares") == [
        ("801202", "801206", "near_line", 0.0, "801202 0.7500;801206 0.2500")
    ]


def test_outside_everything_the_nearest_is_a_suggestion(office: Office) -> None:
    """Two kilometres off the coast: outside, no tambon, and the nearest one beside it."""
    keep(office, "2568", table("tambon", ["801206", "801202"], [WEST, EAST]))
    offices.send(office, plot(office, point="8.05 100.22 0 4"))
    ((verdict, located, tambon, other),) = rows(office, "_verdict, _located, _tambon, point__other")
    assert (verdict, located, tambon, other) == ("outside", "", "", "801202")


def test_an_index_of_an_older_program_is_made_again(office: Office) -> None:
    """An upgrade, or a damaged file, costs seconds and no set."""
    keep(office, "2568", table("tambon", ["801206"], [WEST]))
    with office.atlas.log.connect() as connection:
        one = boundary_sets.default_set(connection)
    folder = office.atlas.folder.boundaries
    set_files.index_file(folder, one).write_bytes(b"of another format")
    assert set_files.locator(folder, one).codes.tolist() == ["801206"]
    assert Locator.load(set_files.index_file(folder, one)).codes.tolist() == ["801206"]


def test_locate_tells_everything_of_any_file(office: Office, tmp_path: Path) -> None:
    """A plot across the line, a canal half out and a point at sea: shares, the other tambon, the LAO."""
    keep(office, "2568", table("tambon", ["801206", "801202"], [WEST, EAST]))
    keep(office, "dla", table("lao", ["5800101"], [EAST]))
    shapes = [
        shapely.box(100.099, 8.05, 100.103, 8.051),
        shapely.LineString([(99.98, 8.05), (100.02, 8.05)]),
        shapely.Point(100.22, 8.05),
    ]
    source, target = tmp_path / "source.gpkg", tmp_path / "located.parquet"
    gpd.GeoDataFrame({"n": [1, 2, 3]}, geometry=shapes, crs=4326).to_file(source)
    with office.atlas.log.connect() as connection:
        used = boundary_sets.in_use(connection)
    folder = office.atlas.folder.boundaries
    places = set_files.places(folder, used)
    names = set_files.names_in_use(folder, used)
    locating.locate_file(source, target, places.tambons[0].of, names, used.tambon, places.laos[0].of)
    found = gpd.read_parquet(target)
    assert set(locating.COLUMNS) <= set(found.columns)
    assert found["tambon_code"].tolist() == ["801202", "801206", ""]
    assert found["other_code"].tolist() == ["801206", "", "801202"]
    assert found["tambon_shares"].tolist() == ["801202 0.7500;801206 0.2500", "801206 0.5000;0.5000", ""]
    assert found["lao_code"].tolist() == ["5800101", "", ""]
    assert found["verdict"].tolist() == ["near_line", "near_line", "outside"]


def test_the_day_of_a_record_chooses_the_set(office: Office) -> None:
    """Two periods of one level: each record is joined with the set of its own day, and says with which."""
    today, before = Provenance("2568", valid_from="2025-10-01"), Provenance("2564", valid_to="2025-09-30")
    keep(office, "2568", table("tambon", ["530407", "801202"], [WEST, EAST]), today)
    keep(office, "2564", table("tambon", ["530306", "801202"], [WEST, EAST]), before)
    with log.writing(office.atlas.log) as connection:
        boundary_sets.choose(connection, "2568")
    point = "8.05 100.05 0 4"
    offices.send(
        office,
        plot(office, visit_date="2025-09-30", tambon="530306", point=point),
        plot(office, visit_date="2025-10-01", tambon="530306", point=point),
        plot(office, visit_date="2025-02-03", point="8.0505 100.1001 0 4"),
        plot(office, point=point),
    )
    assert rows(office, "_located, _boundary_set, _verdict") == [
        ("530306", "2564", "agrees"), ("530407", "2568", "disagrees"), ("801202", "2564", "near_line"),
        ("530407", "2568", "agrees"),
    ]  # fmt: skip
    assert rows(office, "point__other")[2] == ("530306",)
    assert office.atlas.reference.names["530306"]["th"] == "พื้นที่ 530306"
    assert office.atlas.reference.sets.label("th") == "2568 2568; 2564 (… – 30 ก.ย. 2568)"
    assert office.atlas.reference.sets.label("en") == "2568 2568; 2564 (… – 30 Sep 2025)"
    assert all(office.follower.verify().values())
    with log.writing(office.atlas.log) as connection:
        boundary_sets.keep_aliases(connection, {"530306": "530407"}, "2568")
    assert rows(office, "_tambon, _boundary_set, _verdict")[:2] == [
        ("530407", "2564", "agrees"), ("530407", "2568", "agrees")
    ]  # fmt: skip
    assert all(office.follower.verify().values())


def test_the_day_of_a_record_chooses_its_lao_and_its_villages_point(office: Office) -> None:
    """A tambon was merged into a town in October, and the village's hall was built elsewhere."""
    today, before = Provenance("2568", valid_from="2025-10-01"), Provenance("2564", valid_to="2025-09-30")
    keep(office, "2568", table("tambon", ["801206", "801202"], [WEST, EAST]))
    keep(office, "dla-2568", table("lao", ["4800101"], [WEST]), today)
    keep(office, "dla-2564", table("lao", ["6800102"], [WEST]), before)
    for name, place, when in (("hall-2568", 100.05, today), ("hall-2564", 100.06, before)):
        keep(office, name, table("village", ["80120604"], [shapely.Point(place, 8.05)], moo=["4"]), when)
    says = {"tambon": "801206", "moo": "4", "point": "8.05 100.05 0 4"}
    offices.send(
        office, plot(office, visit_date="2025-09-30", **says), plot(office, visit_date="2025-10-01", **says)
    )

    first, second = rows(office, "_lao, _village_distance_m, _boundary_set")
    assert (first[0], second[0]) == ("6800102", "4800101")
    assert (round(first[1], -2), second[1]) == (1100, 0)
    assert (first[2], second[2]) == ("2568", "2568")
    assert {"4800101", "6800102"} <= office.atlas.reference.lao_names.keys()
    assert all(office.follower.verify().values())


def test_a_default_without_a_period_holds_on_every_day(office: Office) -> None:
    """Who gives no periods has one set for all records."""
    keep(office, "2568", table("tambon", ["801206", "801202"], [WEST, EAST]))
    keep(
        office, "2564", table("tambon", ["801206", "801202"], [EAST, WEST]), Provenance(valid_to="2025-09-30")
    )
    offices.send(office, plot(office, visit_date="2020-01-01", point="8.05 100.05 0 4"))
    assert rows(office, "_located, _boundary_set") == [("801206", "2568")]


def test_other_boundaries_are_joined_without_the_log(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sets of every level, one after the other: only what was corrected is read, and all is as rebuilt."""
    square = ((100.099, 8.05), (100.103, 8.05), (100.103, 8.051), (100.099, 8.051), (100.099, 8.05))
    drawn = ";".join(f"{lat} {lon} 0 4" for lon, lat in square)
    meta = '<entity dataset="plots" id="one" create="1" baseVersion=""><label>แปลง</label></entity>'
    schema = office.atlas.reference.catalogue.newest("pomelo_plot").schema
    offices.send(
        office,
        submission(schema, {"plot": drawn, "tambon": "801206", "moo": "4"}, instance="uuid:a", meta=meta),
        submission(schema, {"point": "8.05 100.05 0 40"}, instance="uuid:b"),
        submission(schema, {"point": "8.06 100.05 0 4"}, instance="uuid:c", replaces="uuid:b"),
        submission(schema, {"tambon": "801202"}, instance="uuid:d"),
        plot(office, point="9.9 99.9 0 4"),
    )  # fmt: skip
    read: list[int] = []
    project = follow.project

    def counted(found: list[object], *more: object) -> object:
        read.append(len(found))
        return project(found, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(follow, "project", counted)
    generation = office.atlas.warehouse.path
    sets = (
        ("2568", table("tambon", ["801206", "801202"], [WEST, EAST])),
        ("dla", table("lao", ["5800101"], [shapely.box(100.0, 8.0, 100.05, 8.1)])),
        ("2568", table("tambon", ["801202", "801206"], [WEST, EAST])),
        ("2568", table("tambon", ["530407"], [shapely.box(99, 7, 101, 9)])),
    )
    for name, one in sets:
        keep(office, name, one)
        office.follower.catch_up()
        assert read == [1]  # the record that a correction replaced
        assert {name for name, equal in office.follower.verify().items() if not equal} == set()
        read.clear()
    assert office.atlas.warehouse.path != generation
    entity = office.atlas.warehouse.cursor().execute("SELECT _area FROM entity").fetchall()
    assert entity == [("530407",)]  # the moo was told for another tambon


def test_where_another_correction_counts_now_all_is_read_again(office: Office) -> None:
    """An enumerator corrects what lies in the own area: after a move that is not so any more."""
    phone = offices.enumerator(office, area="8012")
    keep(office, "2568", table("tambon", ["801206", "801202"], [WEST, EAST]))
    schema = office.atlas.reference.catalogue.newest("pomelo_plot").schema
    first, second = (
        submission(schema, {"point": f"8.05 {lon} 0 4"}, instance=f"uuid:{name}", replaces=replaces)
        for name, lon, replaces in (("a", 100.05, ""), ("b", 100.06, "uuid:a"))
    )
    offices.send(office, first)
    received = log.Received(read_envelope(second), second, "phone", enumerator_id=phone.id)
    with log.writing(office.atlas.log) as connection:
        log.append(connection, [received])
    assert len(rows(office, "_seq")) == 1
    keep(office, "2568", table("tambon", ["530407"], [shapely.box(99, 7, 101, 9)]))
    assert len(rows(office, "_seq")) == 2
    assert all(office.follower.verify().values())
