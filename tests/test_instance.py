"""Submissions that the office writes itself are the ones a phone would have sent."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import javarosa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from offices import instance_id
from workbooks import workbook

from forms.compile import CompiledForm, compile_workbook
from forms.instance import ENTITY, EntityChange, InstanceWriter, Meta, compose, read_answers
from ingest.access import Viewer
from ingest.keying import composed
from streamlit_app.office import Office
from thai.problem import Problems

SURVEY = """
| type                    | name      | label::ไทย (th) | label::English (en) |
| text                    | owner     | เจ้าของ          | Owner               |
| select_one yes_no       | irrigated | ได้น้ำ            | Irrigated           |
| select_multiple harm    | damage    | เสียหาย          | Damage              |
| begin_group             | when      | เวลา            | When                |
| date                    | day       | วัน              | Day                 |
| end_group               |           |                 |                     |
| geopoint                | point     | จุด              | Point               |
| begin_repeat            | debts     | หนี้              | Debts               |
| text                    | lender    | ผู้ให้กู้           | Lender              |
| begin_repeat            | payments  | งวด             | Payments            |
| decimal                 | baht      | บาท             | Baht                |
| end_repeat              |           |                 |                     |
| end_repeat              |           |                 |                     |
"""
CHOICES = """
| list_name | name  | label::ไทย (th) | label::English (en) |
| yes_no    | yes   | ใช่              | Yes                 |
| yes_no    | no    | ไม่              | No                  |
| harm      | salt  | เค็ม             | Salt                |
| harm      | flood | ท่วม             | Flood               |
"""


@pytest.fixture(scope="module")
def form() -> CompiledForm:
    """A form with groups, nested repeats and a place."""
    return compile_workbook(workbook({"survey": SURVEY, "choices": CHOICES}), file_name="trial.xlsx")


FILLED = {
    "owner": "มานี",
    "irrigated": "yes",
    "damage": ["salt", "flood"],
    "day": date(2026, 11, 25),
    "point": "8.3456 100.2101 0 5",
    "debts": [
        {"lender": "กองทุนหมู่บ้าน", "payments": [{"baht": Decimal("1200.50")}, {"baht": 300}]},
        {"lender": "ธ.ก.ส.", "payments": []},
    ],
}


def test_what_is_composed_reads_back_as_it_was_given(form: CompiledForm) -> None:
    """Answers, repeats in repeats and the texts of dates, money and several choices come out again."""
    xml = compose(form.xform, form.schema, FILLED, Meta(instance_id(), "uuid:before", "แบบทดสอบ"))

    root = etree.fromstring(xml)
    assert read_answers(root, form.schema) == {
        **FILLED,
        "damage": "salt flood",
        "day": "2026-11-25",
        "debts": [
            {"lender": "กองทุนหมู่บ้าน", "payments": [{"baht": "1200.50"}, {"baht": "300"}]},
            {"lender": "ธ.ก.ส.", "payments": []},
        ],
    }
    assert root.findtext("meta/deprecatedID") == "uuid:before"


def test_a_phone_and_the_office_write_the_same_answers(form: CompiledForm) -> None:
    """What ODK Collect's engine fills in and the office composes stands in the same places."""
    phone = javarosa.engine().load(form.xform).fill(seed=4)

    answers = read_answers(etree.fromstring(phone), form.schema)
    ours = compose(form.xform, form.schema, answers, Meta("uuid:x"))
    assert _leaves(ours) == _leaves(phone)


TYPED = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@given(owner=TYPED, day=TYPED, lenders=st.lists(TYPED, max_size=3))
def test_whatever_is_typed_is_written_as_lxml_writes_it(
    form: CompiledForm, owner: str, day: str, lenders: list[str]
) -> None:
    """Markup, line ends and marks without a letter come out again; what XML cannot hold is refused."""
    said = {"owner": owner, "day": day, "debts": [{"lender": one} for one in lenders]}
    writer = InstanceWriter(form.xform, form.schema)
    try:
        for text in (owner, day, *lenders):
            etree.Element("x").text = text
    except ValueError:
        with pytest.raises(ValueError, match="control character"):
            writer.write(said, Meta("uuid:x"))
        return
    xml = writer.write(said, Meta("uuid:x"))

    root = etree.fromstring(xml)
    assert etree.tostring(root, encoding="UTF-8", xml_declaration=True) == xml
    assert [one.findtext("lender") or "" for one in root.findall("debts")] == lenders
    assert [root.findtext(path) or "" for path in ("owner", "when/day")] == [owner, day]


def _leaves(xml: bytes) -> set[tuple[str, str]]:
    """Path and text of every answer."""
    root = etree.fromstring(xml)
    tree = root.getroottree()
    found = {(tree.getpath(one), one.text or "") for one in root.iter() if (one.text or "").strip()}
    return {(path, text) for path, text in found if "meta" not in path and "orx" not in path}


def test_every_answer_that_does_not_fit_is_told_at_once(form: CompiledForm) -> None:
    """An unknown question, a choice not offered, a word for a number and a place that is none."""
    wrong = {
        "ownr": "มานี",
        "irrigated": "perhaps",
        "damage": "salt fire",
        "day": "25/11/2569",
        "point": "somewhere",
        "debts": [{"payments": [{"baht": "สามร้อย"}]}],
    }
    with pytest.raises(Problems) as raised:
        compose(form.xform, form.schema, wrong, Meta("uuid:x"))

    assert [one.code for one in raised.value.problems] == [
        "answer_unknown", "answer_no_choice", "answer_no_choice", "answer_no_fit", "answer_no_fit",
        "answer_no_fit",
    ]  # fmt: skip
    assert "owner" in raised.value.problems[0].says.en


def test_an_entity_is_made_changed_or_left_alone_as_the_answers_say(office: Office) -> None:
    """The register's entity block carries what is said of it, and is left out when nothing is."""
    form = office.atlas.reference.catalogue.newest("household_register")
    change = EntityChange("households", "5f4d8a0e-0000-4000-8000-000000000001", "update", "บ้าน 1", 3)
    writer = InstanceWriter(form.xform, form.schema)

    with_change = etree.fromstring(writer.write({ENTITY: change}, Meta("uuid:a")))
    without = etree.fromstring(writer.write({}, Meta("uuid:b")))

    assert read_answers(with_change, form.schema)[ENTITY] == [change]
    assert without.find("meta/entity") is None


def test_what_a_desk_takes_in_is_an_ordinary_submission(office: Office) -> None:
    """It is projected like a phone's, keeps its source, and the audit names who brought it."""
    form = office.atlas.reference.catalogue.newest("pomelo_plot")
    xml = composed.compose(form, {"tambon": "801206", "moo": 4, "trees": 120}, instance_id="uuid:desk-1")

    composed.take_in(office.atlas, [xml], "desk", writer=Viewer("clerk@example.org", "officer", ""))
    office.follower.catch_up()

    rows = office.atlas.warehouse.cursor().execute("SELECT _source, trees, _tambon FROM pomelo_plot")
    assert rows.fetchall() == [("desk", 120, "801206")]
    with office.atlas.log.connect() as connection:
        audit = connection.exec_driver_sql("SELECT actor, action, subject FROM audit").fetchall()
    assert ("clerk@example.org", "submission_desk", "uuid:desk-1") in [tuple(row) for row in audit]
