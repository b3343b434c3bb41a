"""Forms that ask for no place: every record is in its table, its export and its own page all the same."""

from __future__ import annotations

from pathlib import Path

import offices
import pytest
from pyarrow import csv, parquet

from ingest.access import Viewer
from ingest.doors import layers
from ingest.doors.filters import Filter
from ingest.exports import export
from ingest.office import records
from reports import indicators
from streamlit_app.office import Office

PROVINCE = Viewer("province@example.org", "officer", "80")
AMPHOE = Viewer("amphoe@example.org", "officer", "8012")
ELSEWHERE = Viewer("elsewhere@example.org", "officer", "84")
AGENDA = {
    "visit_date": "2026-03-01", "province": "80", "fiscal_year": 2569, "agenda": "water",
    "agenda_text": "น้ำเพื่อการเกษตร", "problem_side": "resources", "status": "adopted", "importance": 5,
    "urgency": 4, "tambons": 12, "priority_score": 20,
}  # fmt: skip
BUDGET = {
    "visit_date": "2026-03-02", "province": "80", "amphoe": "8012", "budget_name": "งบอำเภอ",
    "budget_kind": "agency", "fiscal_year": 2570, "amount_baht": "1200.50", "status": "open",
}  # fmt: skip
EVERYTHING = Filter()
WITHOUT_PLACE = ("province_agenda", "budget_source")


@pytest.fixture
def filled(office: Office) -> Office:
    """An office with an agenda of the province and a budget of a district."""
    for form_id, answers in (("province_agenda", AGENDA), ("budget_source", BUDGET)):
        schema = office.atlas.reference.catalogue.newest(form_id).schema
        offices.send(office, offices.submission(schema, answers, instance=f"uuid:{form_id}"))
    return office


def counted(office: Office, form_id: str, viewer: Viewer, chosen: Filter = EVERYTHING) -> int:
    """How many rows of a form's table a viewer sees."""
    query = layers.query(office.atlas.reference.forms[form_id], viewer, chosen)
    return layers.count(office.atlas.warehouse.cursor(), query)


def test_every_form_is_listed_with_its_records(office: Office) -> None:
    """With or without a layer; the date is the form's first."""
    reference = office.atlas.reference
    assert set(reference.forms) == set(reference.catalogue.form_ids)
    for form_id in WITHOUT_PLACE:
        info = reference.forms[form_id]
        assert (info.geometry, info.placed, info.date and info.date.ref) == (None, False, "visit_date")


def test_a_district_whose_hall_stands_in_a_tambon_counts_in_no_tambon(office: Office) -> None:
    """A forum of the district is not one more forum of the tambon where it met."""
    schema = office.atlas.reference.catalogue.newest("forum_record").schema
    forum = {"province": "80", "amphoe": "8012", "visit_date": "2026-01-05", "point": "8.2856 100.0937 0 5"}
    offices.send(office, offices.submission(schema, forum))

    def told(level: str, area: str = "") -> list[tuple[str, object]]:
        question = indicators.Question("forum_record.forums", level, area)
        return [(one.area, one.value) for one in indicators.answers(office.atlas, PROVINCE, question)]

    assert told("amphoe") == [("8012", 1)]
    assert ("801206", 1) not in told("tambon")
    assert told("", "801206") in ([], [("801206", 0)], [("801206", None)])


def test_a_record_belongs_to_the_district_or_the_province_that_it_names(filled: Office) -> None:
    """Whoever looks after less than that does not see it."""
    seen = [
        [counted(filled, form_id, one) for one in (PROVINCE, AMPHOE, ELSEWHERE)] for form_id in WITHOUT_PLACE
    ]
    assert seen == [[1, 0, 0], [1, 1, 0]]
    assert counted(filled, "budget_source", PROVINCE, Filter(area="8012")) == 1
    assert counted(filled, "province_agenda", PROVINCE, Filter(area="8012")) == 0


def test_a_table_without_a_place_is_filtered_like_others(filled: Office) -> None:
    """By answers, dates, text and verdict: no record of it lies anywhere."""
    fits = (
        Filter(values={"status": ("adopted",)}),
        Filter(text="น้ำเพื่อ"),
        Filter(verdicts=("no_geometry",)),
    )
    assert [counted(filled, "province_agenda", PROVINCE, one) for one in fits] == [1, 1, 1]
    assert counted(filled, "province_agenda", PROVINCE, Filter(verdicts=("agrees",))) == 0
    info = filled.atlas.reference.forms["province_agenda"]
    q = layers.query(info, PROVINCE, Filter())
    rows = layers.rows(filled.atlas.warehouse.cursor(), q, list(info.fields.values()), limit=5).to_pylist()
    assert (rows[0]["agenda_text"], rows[0]["_verdict"]) == ("น้ำเพื่อการเกษตร", "no_geometry")


@pytest.mark.parametrize("kind", export.KINDS)
def test_it_is_taken_away_in_every_kind_of_file(filled: Office, tmp_path: Path, kind: str) -> None:
    """By the form's id; the file holds the answers and no shape."""
    report = export.export(filled.atlas, PROVINCE, "budget_source", Filter(), tmp_path / f"budgets.{kind}")
    assert report.rows == 1
    if kind == "csv":
        assert csv.read_csv(report.path)["amount_baht"].to_pylist() == [1200.5]
    if kind == "parquet":
        table = parquet.read_table(report.path)
        assert table["geometry"].null_count == 1
        assert str(table["amount_baht"][0].as_py()) == "1200.500000"


def test_its_page_shows_the_answers(filled: Office) -> None:
    """And says that it has no place."""
    record = records.record(filled.atlas, PROVINCE, "uuid:province_agenda")
    assert record is not None
    assert (record.area, record.place and record.place.verdict) == ("80", "no_geometry")
    answers = {answer.info.ref: answer.value for answer in record.sections[0].rows[0].answers}
    assert answers["agenda"] == "water"
