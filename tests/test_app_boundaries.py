"""The page Boundaries and a record's state land, as officers and administrators see them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import offices
import pytest
import shapely
import sqlalchemy as sa
from offices import submission
from streamlit.testing.v1 import AppTest
from test_boundary_sets import EAST, WEST, keep, table
from test_contradictions import drawn

from geo import coverage_findings, findings
from geo.spoken import spoken_of
from ingest.access import Viewer
from ingest.areas import boundary_sets
from ingest.areas.boundary_sets import Provenance
from ingest.doors.filters import Filter
from ingest.exports.export import export
from ingest.maps import map_view
from ingest.maps.map_popup import popup
from ingest.plots import land_layers
from ingest.tables import audit
from streamlit_app import viewer as door
from streamlit_app.office import Office, open_office
from streamlit_app.texts import t

ADMINISTRATOR = Viewer("admin@tambon.local", "administrator", "")
PLANNER = Viewer("planner@example.org", "planner", "80")
CASE = "uuid:case"


@pytest.fixture(scope="module")
def peopled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Two years of tambons, a forest, and a land case that reaches into it."""
    with offices.opened(tmp_path_factory.mktemp("boundaries") / "data") as office:
        old = table("tambon", ["801202", "801206"], [WEST, EAST])
        new = table("tambon", ["801202", "801299"], [WEST, EAST])
        new.report.append(findings.boundary_codes_unlisted("new.zip", ["801299"]))
        keep(office, "2564", old, Provenance("2564-01-01", valid_from="2021-01-01", valid_to="2025-09-30"))
        keep(office, "2568", new)
        far = shapely.box(102, 15, 103, 16)  # of another province
        keep(office, "อปท. 2564", table("lao", ["5801201", "5801202", "5300101"], [WEST, EAST, far]))
        keep(office, "อปท. 2568", table("lao", ["5801201", "5300199"], [shapely.union(WEST, EAST), far]))
        forest = table("overlay", ["1"], [shapely.box(100.05, 8.0, 100.2, 8.1)])
        keep(office, "ป่าสงวนแห่งชาติ", forest, Provenance("2016-05-01", agency="กรมป่าไม้", scale=50_000))
        schema = office.atlas.reference.catalogue.newest("land_case").schema
        corners = ((100.0499, 8.05), (100.0501, 8.05), (100.0501, 8.051), (100.0499, 8.051), (100.0499, 8.05))
        drawn = ";".join(f"{lat} {lon} 0 4" for lon, lat in corners)
        offices.send(office, submission(schema, {"tambon": "801202", "disputed_area": drawn}, instance=CASE))
        yield office


def run_page(name: str) -> None:
    """The body of a page, as Streamlit runs it."""
    import importlib

    importlib.import_module(f"streamlit_app.views.{name}").page()


def look(
    monkeypatch: pytest.MonkeyPatch, office: Office, viewer: Viewer, page: str = "boundaries", **query: str
) -> AppTest:
    """A page as somebody sees it."""
    open_office(office)
    monkeypatch.setattr(door, "viewer", lambda: viewer)
    test = AppTest.from_function(run_page, args=(page,), default_timeout=60)
    for key, value in query.items():
        test.query_params[key] = value
    test.run()
    assert not test.exception, [one.value for one in test.exception]
    return test


def seen(test: AppTest) -> str:
    """All words of a page, tables and pictures."""
    parts = [*test.markdown, *test.caption, *test.warning, *test.success, *test.info]
    texts = [str(one.value) for one in parts] + [frame.value.to_csv() for frame in test.dataframe]
    return "\n".join([*texts, *(drawn(str(one.proto.body)) for one in test.get("html"))])


def test_sets_reports_and_changes(monkeypatch: pytest.MonkeyPatch, peopled: Office) -> None:
    """What is here with its facts, what the import said with a map, and what became of each area."""
    test = look(monkeypatch, peopled, ADMINISTRATOR)
    page = seen(test)
    for words in ("ชุดประจำ", "1 ม.ค. 2564 – 30 ก.ย. 2568", "กรมป่าไม้", "1 พ.ค. 2559", "1:50,000"):
        assert words in page
    reported = next(box for box in test.selectbox if box.key == "boundaries.reported")
    reported.set_value(next(one for one in reported.options if one.startswith("2568")))
    test.run()
    assert "801299" in seen(test)
    assert "<svg" in seen(test)
    next(box for box in test.selectbox if box.key == "boundaries.new.tambon").set_value("2568")
    test.run()
    assert not test.exception
    page = seen(test)
    assert "เปลี่ยนรหัส" in page
    assert "801299" in page
    button = next(one for one in test.button if one.label == "จำรหัสเดิมไว้")
    button.click().run()
    with peopled.atlas.log.connect() as connection:
        assert boundary_sets.in_use(connection).aliases == (("801206", "801299"),)
        ((actor, subject),) = connection.execute(
            sa.select(audit.c.actor, audit.c.subject).where(audit.c.action == "boundaries_codes")
        )
    assert (actor, subject) == (ADMINISTRATOR.name, "2568")
    open_office(None)


def test_local_bodies_of_two_years_are_held_against_each_other(
    monkeypatch: pytest.MonkeyPatch, peopled: Office
) -> None:
    """Of one province by where they lie, as their codes do not tell it; two that became one are told."""
    test = look(monkeypatch, peopled, ADMINISTRATOR)
    next(box for box in test.selectbox if box.key == "boundaries.compared").set_value("lao")
    test.run()
    next(box for box in test.selectbox if box.key == "boundaries.old.lao").set_value("อปท. 2564")
    test.run()
    assert not test.exception
    page = seen(test)
    assert t("boundaries.kind_merged") in page
    assert "5801202" in page
    assert "5300199" not in page
    assert not [one for one in test.button if one.label == t("boundaries.keep_codes")]
    open_office(None)


def test_every_kind_of_finding_has_its_place() -> None:
    """Gaps lie somewhere; overlaps, nesting, cut names and repaired shapes name their areas."""
    told = {
        "gaps": coverage_findings.boundary_gaps("f", [(50.0, 100.1, 8.2)]),
        "overlaps": coverage_findings.boundary_overlaps("f", [("801202", "801206", 9.0)], ["801203"]),
        "nesting": coverage_findings.boundary_does_not_nest(
            "f", "tambon", "amphoe", [("8012", 5.0)], ["801299"]
        ),
        "names": findings.boundary_names_cut("f", ["801210 ปากพนังฝั่งตะวัน"], 16),
        "repaired": findings.boundary_repaired("f", ["8403"], [16_911.0]),
        "duplicates": findings.boundary_duplicates("f", ["801206"]),
    }
    spoken = {name: spoken_of(one.as_dict()["figures"]) for name, one in told.items()}  # type: ignore[arg-type]
    assert spoken["gaps"].places == ((100.1, 8.2),)
    assert {name: set(one.codes) for name, one in spoken.items() if one.codes} == {
        "overlaps": {"801202", "801206", "801203"}, "nesting": {"8012", "801299"}, "names": {"801210"},
        "repaired": {"8403"}, "duplicates": {"801206"},
    }  # fmt: skip


def test_an_administrator_chooses_the_default(monkeypatch: pytest.MonkeyPatch, peopled: Office) -> None:
    """An officer sees the sets and has no such button; a planner has no page."""
    officer = look(monkeypatch, peopled, Viewer("officer@example.org", "officer", "8012"))
    assert not officer.button
    assert not look(monkeypatch, peopled, PLANNER).dataframe
    test = look(monkeypatch, peopled, ADMINISTRATOR)
    next(box for box in test.selectbox if box.label == "ชุดประจำ").set_value("2568")
    test.button[0].click().run()
    with peopled.atlas.log.connect() as connection:
        assert boundary_sets.default_name(connection) == "2568"
        boundary_sets.choose(connection, "2564")
    open_office(None)


def test_a_case_says_what_it_is_not(monkeypatch: pytest.MonkeyPatch, peopled: Office) -> None:
    """The layer, how much, whose line, that the scale cannot carry it, and that it proves no boundary."""
    page = seen(look(monkeypatch, peopled, ADMINISTRATOR, "records", record=CASE))
    for words in ("ไม่ใช่หลักฐานแนวเขต", "ป่าสงวนแห่งชาติ", "กรมป่าไม้", "สรุปไม่ได้", "1:50,000", "25 เมตร"):
        assert words in page
    open_office(None)


@pytest.mark.parametrize("kind", ["geojson", "gpkg", "xlsx"])
def test_overlaps_are_taken_away_with_what_is_known_of_the_line(
    peopled: Office, tmp_path: Path, kind: str
) -> None:
    """As every layer: the ground in common, its per cent, agency, scale, and what the scale carries."""
    path = tmp_path / f"overlaps.{kind}"
    report = export(peopled.atlas, ADMINISTRATOR, f"land_case.{land_layers.LAYER}", Filter(), path)
    assert report.rows == 1
    if kind != "xlsx":
        (row,) = gpd.read_file(path).to_dict("records")
        assert (row["instance_id"], row["overlay"], row["agency"]) == (CASE, "ป่าสงวนแห่งชาติ", "กรมป่าไม้")
        assert (row["scale"], row["carries"], row["tambon_code"]) == ("1:50,000", "too_coarse", "801202")
        assert row["percent"] == pytest.approx(50, abs=0.1)


def test_overlaps_are_rows_of_the_records_page(monkeypatch: pytest.MonkeyPatch, peopled: Office) -> None:
    """With the same filters as every layer."""
    page = seen(look(monkeypatch, peopled, ADMINISTRATOR, "records", layer=f"land_case.{land_layers.LAYER}"))
    assert "ป่าสงวนแห่งชาติ" in page
    open_office(None)


def test_overlaps_are_a_layer_like_any_other(peopled: Office) -> None:
    """On the map with a legend of overlays, with a popup, cut to the viewer."""
    name = f"land_case.{land_layers.LAYER}"
    assert name in peopled.atlas.reference.layers
    view = map_view.View.parse("100,8,100.2,8.1", "14")
    answer = map_view.view(peopled.atlas, ADMINISTRATOR, name, Filter(), view)
    assert (answer["n"], answer["kind"]) == (1, "features")
    assert "ป่าสงวนแห่งชาติ" in {one["label"] for one in answer["legend"]}
    shown = popup(peopled.atlas, ADMINISTRATOR, name, answer["seq"][0], answer["key"][0])
    assert shown is not None
    assert ["หน่วยงาน", "กรมป่าไม้"] in shown["rows"]
    far = Viewer("far@example.org", "officer", "53")
    assert map_view.view(peopled.atlas, far, name, Filter(), view)["n"] == 0
