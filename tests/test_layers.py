"""Layers of a form with repeats in repeats: what stands on them, where it counts, and for whom."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import offices
import pytest
import workbooks

from forms.schema import GEO_KINDS, Schema
from ingest import log, published
from ingest.access import Viewer
from ingest.doors import counts, layers
from ingest.doors.filters import Filter
from ingest.doors.layers import LayerInfo
from ingest.exports import export
from ingest.maps import map_popup, map_view
from ingest.maps.map_view import View
from ingest.office import records
from streamlit_app.office import Office
from thai.calendar import BANGKOK, fiscal_year_range

ADMINISTRATOR = Viewer("boss@example.org", "administrator", "")
PLANNER = Viewer("planner@example.org", "planner", "8012")
ELSEWHERE = Viewer("far@example.org", "officer", "8013")
KO_THUAT, KHLONG_NOI = "8.296 100.091 2 5", "8.356 100.111 2 5"
IN_KO_THUAT, IN_KHLONG_NOI = "801206", "801202"
EVERYWHERE = View((97, 5, 106, 21), 16)
SHEETS = {
    "survey": """
        | type                   | name    | label      | privacy  |
        | text                   | tambon  | ตำบล       | public   |
        | geopoint               | home    | บ้าน        | personal |
        | geopoint               | gate    | ประตูน้ำ     |          |
        | dateTime               | seen    | เห็นเมื่อ     |          |
        | select_one crops       | crop    | พืชหลัก     | personal |
        | select_multiple damage | damage  | ความเสียหาย |          |
        | begin_repeat           | plots   | แปลง       |          |
        | select_one crops       | crop    | พืช         |          |
        | geopoint               | spot    | ที่แปลง      |          |
        | begin_repeat           | trees   | ต้นไม้       |          |
        | text                   | tag     | ป้าย        |          |
        | geopoint               | stem    | ที่ต้น       |          |
        | end_repeat             |         |            |          |
        | end_repeat             |         |            |          |
    """,
    "choices": """
        | list_name | name  | label  |
        | crops     | rice  | ข้าว    |
        | crops     | palm  | ปาล์ม   |
        | damage    | salt  | น้ำเค็ม  |
        | damage    | flood | น้ำท่วม  |
    """,
    "layers": """
        | name  | label  | geometry         | color_by   | date | where                  | popup           |
        | gates | ประตูน้ำ | gate             |            | seen |                        |                 |
        | homes | บ้าน    | home             |            |      |                        |                 |
        | rice  | นา     | plots/spot       | plots/crop |      | ${plots/crop} = 'rice' |                 |
        | palms | สวน    | plots/spot       | crop       |      | ${crop} = 'palm'       |                 |
        | stems | ต้นไม้   | plots/trees/stem | plots/crop |      | ${plots/crop} = 'palm' | plots/trees/tag |
    """,
}  # fmt: skip
#: The home lies in one tambon, all the rest in another; the main crop is palm, on one of two parcels.
FARM = {
    "tambon": IN_KO_THUAT, "home": KO_THUAT, "gate": KHLONG_NOI, "crop": "palm", "damage": "flood salt",
    "seen": "2026-03-02T00:30:00.000+07:00",
    "plots": [
        {"crop": "rice", "spot": KHLONG_NOI, "trees": [{"tag": "ในนา", "stem": KHLONG_NOI}]},
        {"crop": "palm", "spot": KHLONG_NOI, "trees": [{"tag": "ก1", "stem": KHLONG_NOI}, {"tag": "ก2"}]},
    ],
}  # fmt: skip


def trial(office: Office, folder: Path, sheets: dict[str, str] = SHEETS) -> Schema:
    """Publish the form above, or another one."""
    workbook = folder / "trial.xlsx"
    workbook.write_bytes(workbooks.workbook(sheets))
    with log.writing(office.atlas.log) as connection:
        published.publish(connection, workbook, office.atlas.attachments)
    return office.atlas.refresh().catalogue.newest("trial").schema


@pytest.fixture(scope="module")
def farms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office with six farms alike; tests only look."""
    folder = tmp_path_factory.mktemp("layers")
    with offices.opened(folder / "data", forms=False) as office:
        schema = trial(office, folder)
        offices.send(office, *(offices.submission(schema, FARM) for _ in range(6)))
        yield office


def asked(office: Office, viewer: Viewer, layer: str, **chosen: Any) -> layers.Query:
    """A layer, or the whole form, for a viewer and a filter."""
    reference = office.atlas.reference
    return layers.query((reference.layers | reference.forms)[layer], viewer, Filter(**chosen))


def count(office: Office, viewer: Viewer, layer: str, **chosen: Any) -> int:
    """How many rows the viewer sees."""
    return layers.count(office.atlas.warehouse.cursor(), asked(office, viewer, layer, **chosen))


def listed(office: Office, viewer: Viewer, layer: str) -> dict[str, Any]:
    """The newest row with all its answers."""
    q = asked(office, viewer, layer)
    cursor = office.atlas.warehouse.cursor()
    return dict(layers.rows(cursor, q, list(q.info.fields.values()), limit=1).to_pylist()[0])


def by_tambon(office: Office, viewer: Viewer, layer: str) -> dict[str, int]:
    """What colours the tambons."""
    return dict(map_view.tambon_values(office.atlas, viewer, layer, Filter())["values"])


def test_a_layer_of_a_repeat_is_cut_by_the_repeats_own_answer(farms: Office) -> None:
    """Of two parcels one is rice: it alone stands on the map, with its own colour."""
    answer = map_view.view(farms.atlas, PLANNER, "trial.rice", Filter(), EVERYWHERE)
    assert (answer["n"], set(answer["key"])) == (6, {"1"})
    assert {entry["label"]: entry["n"] for entry in answer["legend"] if entry["n"]} == {"ข้าว": 6}


def test_a_tree_carries_the_answers_of_its_parcel_and_its_farm(farms: Office) -> None:
    """A repeat in a repeat is coloured, cut and listed by what stands above it."""
    answer = map_view.view(farms.atlas, PLANNER, "trial.stems", Filter(), EVERYWHERE)
    assert (answer["n"], set(answer["key"])) == (6, {"2/1"})
    assert {entry["label"]: entry["n"] for entry in answer["legend"] if entry["n"]} == {"ปาล์ม": 6}
    popup = map_popup.popup(farms.atlas, PLANNER, "trial.stems", 1, "2/1")
    assert popup is not None
    assert popup["rows"] == [["พืช", "ปาล์ม"], ["ป้าย", "ก1"]]
    assert listed(farms, PLANNER, "trial.stems")["damage"] == "flood salt"


def test_two_questions_of_one_name_are_two_columns(farms: Office) -> None:
    """The parcel's crop is everybody's, the farm's main crop is not: neither passes for the other."""
    row = listed(farms, ADMINISTRATOR, "trial.rice")
    assert (row["crop"], row["trial/crop"]) == ("rice", "palm")
    assert listed(farms, PLANNER, "trial.rice")["trial/crop"] is None
    answer = map_view.view(farms.atlas, ADMINISTRATOR, "trial.palms", Filter(), EVERYWHERE)
    assert {entry["label"]: entry["n"] for entry in answer["legend"] if entry["n"]} == {"ปาล์ม": 12}


def test_an_export_of_a_repeat_speaks_the_workbooks_language(farms: Office, tmp_path: Path) -> None:
    """A bare name is the form's question, one with the repeat's name before it the repeat's."""
    for where, rows in (("${plots/crop} = 'palm'", 6), ("${crop} = 'palm'", 12), ("${crop} = 'rice'", 0)):
        path = tmp_path / "out.csv"
        report = export.export(
            farms.atlas, ADMINISTRATOR, "trial.palms", Filter(), path, where=where, personal=True
        )
        assert report.rows == rows


def test_a_closed_condition_is_not_told_by_counting(farms: Office) -> None:
    """Standing on the layer would say the main crop; a closed geometry alone counts in its tambon."""
    assert by_tambon(farms, ADMINISTRATOR, "trial.palms") == {IN_KHLONG_NOI: 12}
    assert by_tambon(farms, PLANNER, "trial.palms") == {}
    assert by_tambon(farms, PLANNER, "trial.homes") == {IN_KO_THUAT: 6}
    assert count(farms, PLANNER, "trial.homes") == 0
    view = map_view.view(farms.atlas, PLANNER, "trial.palms", Filter(), EVERYWHERE)
    assert (view["n"], view["closed"]) == (0, True)


def test_a_layer_counts_where_its_own_geometry_lies(farms: Office, tmp_path: Path) -> None:
    """The home is in another tambon than the gate and the parcels."""
    for layer in ("trial.gates", "trial.rice", "trial.stems"):
        assert by_tambon(farms, PLANNER, layer) == {IN_KHLONG_NOI: 6}
        assert listed(farms, PLANNER, layer)["_tambon"] == IN_KHLONG_NOI
    report = export.export(farms.atlas, PLANNER, "trial.gates", Filter(), tmp_path / "out.csv")
    assert [path.name for path in report.files] == ["out.csv", "out.plots.csv", "out.plots.trees.csv"]
    for path in report.files:
        with path.open(encoding="utf-8-sig", newline="") as rows:
            assert {row["tambon_code"] for row in csv.DictReader(rows)} == {IN_KHLONG_NOI}
    popup = map_popup.popup(farms.atlas, PLANNER, "trial.gates", 1)
    assert popup is not None
    assert "เกาะทวด" not in popup["place"]


def test_a_whole_form_does_not_tell_where_a_closed_geometry_lies(office: Office, tmp_path: Path) -> None:
    """The home lies elsewhere than the form says: only who may see it learns where."""
    schema = trial(office, tmp_path)
    offices.send(office, offices.submission(schema, FARM | {"home": KHLONG_NOI, "gate": None}))
    assert listed(office, ADMINISTRATOR, "trial")["_tambon"] == IN_KHLONG_NOI
    assert listed(office, PLANNER, "trial")["_tambon"] == IN_KO_THUAT


def test_a_public_place_under_a_closed_condition_is_on_nobodys_map_elsewhere(
    office: Office, tmp_path: Path
) -> None:
    """A public geometry makes a layer public only where its condition looks at public answers."""
    sheets = {
        "survey": """
            | type     | name | label | privacy  |
            | geopoint | gate | ประตูน้ำ | public   |
            | text     | debt | หนี้    | personal |
        """,
        "layers": "| name | label | geometry | where |\n| poor | ก | gate | ${debt} = 'yes' |",
    }
    schema = trial(office, tmp_path, sheets)
    offices.send(office, offices.submission(schema, {"gate": KO_THUAT, "debt": "yes"}, instance="uuid:poor"))
    assert count(office, ADMINISTRATOR, "trial.poor") == 1
    assert count(office, ELSEWHERE, "trial.poor") == 0
    assert records.record(office.atlas, ELSEWHERE, "uuid:poor") is None


def test_a_moment_belongs_to_its_day_in_bangkok(farms: Office) -> None:
    """Half past midnight on the second of March is still the first in London."""
    first, second = date(2026, 3, 1), date(2026, 3, 2)
    assert count(farms, PLANNER, "trial.gates", since=second, until=second) == 6
    assert count(farms, PLANNER, "trial.gates", until=first) == 0


def test_a_search_finds_each_of_several_answers(farms: Office) -> None:
    """Flood and salt were both ticked; either word finds the record."""
    assert [count(farms, PLANNER, "trial.gates", text=word) for word in ("น้ำเค็ม", "น้ำท่วม", "แล้ง")] == [
        6,
        6,
        0,
    ]


def test_questions_counted_in_one_pass_count_as_one_by_one(farms: Office) -> None:
    """Of every layer and role: single answers, several at once, dates, blanks and what is closed."""
    cursor = farms.atlas.warehouse.cursor()
    for viewer in (ADMINISTRATOR, PLANNER):
        for layer in farms.atlas.reference.layers:
            q = asked(farms, viewer, layer)
            questions = [one for one in q.info.fields.values() if one.kind not in GEO_KINDS]
            one_by_one = {one.ref: counts.by_question(cursor, q, one) for one in questions}
            assert counts.by_each(cursor, q, questions) == one_by_one


def test_what_stands_beside_a_place_a_time_and_a_verdict_is_what_choosing_it_leaves(farms: Office) -> None:
    """Of every layer and role, for dated and undated layers alike."""
    cursor = farms.atlas.warehouse.cursor()
    for viewer in (ADMINISTRATOR, PLANNER):
        for layer, info in farms.atlas.reference.layers.items():
            q = asked(farms, viewer, layer)
            places = counts.by_place(cursor, q)
            assert places == {
                code: n
                for code in farms.atlas.reference.names
                if len(code) <= 6 and (n := count(farms, viewer, layer, area=code))
            }
            for verdict, n in counts.by_verdict(cursor, q).items():
                assert verdict == "" or n == count(farms, viewer, layer, verdicts=(verdict,))
            since, until = fiscal_year_range(2569)
            years = counts.by_fiscal_year(cursor, q)
            told = years.get("2569" if info.date else counts.EVERY_YEAR, 0)
            assert told == count(farms, viewer, layer, since=since, until=until)
            march = counts.by_month(cursor, q).get("2026-03" if info.date else counts.EVERY_YEAR, 0)
            assert march == count(farms, viewer, layer, since=date(2026, 3, 1), until=date(2026, 3, 31))


def test_what_stands_beside_the_newest_and_the_stillest_is_what_choosing_it_leaves(farms: Office) -> None:
    """What came in since a day, cases without a visit since one, and how many rows a layer has at all."""
    cursor, today = farms.atlas.warehouse.cursor(), datetime.now(UTC).astimezone(BANGKOK).date()
    days = [today + timedelta(days=n) for n in (-7, 0, 1)] + [date(2026, 1, 1)]
    for viewer in (ADMINISTRATOR, PLANNER):
        queries = {layer: asked(farms, viewer, layer) for layer in farms.atlas.reference.layers}
        everything = counts.of_each(cursor, queries)
        for layer, q in queries.items():
            assert everything[layer] == count(farms, viewer, layer)
            arrived = counts.by_arrival(cursor, q, days)
            still = counts.by_last_day(cursor, asked(farms, viewer, layer, latest=True), days)
            for day in days:
                assert arrived[day.isoformat()] == count(farms, viewer, layer, received=day)
                assert still[day.isoformat()] == count(farms, viewer, layer, latest=True, until=day)
            areas = [name for name, one in farms.atlas.reference.layers.items() if has_areas(one)]
            for name in areas:
                sides = [count(farms, viewer, layer, **{side: name}) for side in ("inside", "outside")]
                assert counts.with_place(cursor, q) == sum(sides)


def test_a_forms_list_tells_of_the_records_own_place(office: Office) -> None:
    """A plot with a point and no drawing agrees with its tambon, in the list of the form as on the layer."""
    schema = office.atlas.reference.catalogue.newest("pomelo_plot").schema
    offices.send(office, offices.submission(schema, {"tambon": "801206", "point": "8.2808 100.0898 0 4"}))
    cursor = office.atlas.warehouse.cursor()
    for name in ("pomelo_plot", "pomelo_plot.points"):
        q = asked(office, PLANNER, name)
        (row,) = layers.rows(cursor, q, [], limit=9).to_pylist()
        assert (row["_verdict"], counts.by_verdict(cursor, q)) == ("agrees", {"agrees": 1})
        assert count(office, PLANNER, name, verdicts=("agrees",)) == 1


PLOT = "11111111-1111-4111-8111-111111111111"


def visit(office: Office, day: str, instance: str, version: int, replaces: str = "") -> None:
    """A visit to the plot, by a phone that has seen so many versions of it."""
    entity = f'update="1" id="{PLOT}" dataset="plots" baseVersion="{version}"'
    meta = f'<entity xmlns="http://www.opendatakit.org/xforms/entities" {entity}><label>x</label></entity>'
    answers = {"tambon": "801206", "visit_date": day, "plot": PLOT, "map_point": "8.2856 100.0937 0 5"}
    schema = office.atlas.reference.catalogue.newest("plot_visit").schema
    offices.send(office, offices.submission(schema, answers, instance=instance, meta=meta, replaces=replaces))


def test_an_old_visit_that_is_corrected_stays_old(office: Office) -> None:
    """The newest visit is the last day's, not the last that was sent."""
    schema = office.atlas.reference.catalogue.newest("plot_register").schema
    entity = f'create="1" id="{PLOT}" dataset="plots"'
    meta = f'<entity xmlns="http://www.opendatakit.org/xforms/entities" {entity}><label>x</label></entity>'
    offices.send(office, offices.submission(schema, {"tambon": "801206"}, meta=meta))
    visit(office, "2026-03-01", "uuid:march", 1)
    visit(office, "2026-06-01", "uuid:june", 2)

    visit(office, "2026-03-02", "uuid:corrected", 1, replaces="uuid:march")

    q = asked(office, ADMINISTRATOR, "plot_visit", latest=True)
    rows = layers.rows(office.atlas.warehouse.cursor(), q, [], limit=9).to_pylist()
    assert [one["_instance_id"] for one in rows] == ["uuid:june"]


def has_areas(info: LayerInfo) -> bool:
    """Whether places may lie in a layer's shapes."""
    return info.geometry is not None and info.geometry.kind == "geoshape"
