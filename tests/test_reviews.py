"""Reviews: decided by those of the area, taken back as one, derived alike live and rebuilt, never data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import offices
import pytest
from hypothesis import given
from hypothesis import strategies as st
from workbooks import workbook

from forms.compile import compile_workbook
from forms.workbook import DEFAULT_REVIEW, Usage
from ingest import accounts, log, published
from ingest.access import Viewer
from ingest.doors import counts, layers
from ingest.doors.filters import Filter
from ingest.maps import map_view
from ingest.office import review_states, reviews
from ingest.office.docket import docket, ground
from ingest.office.reviews import Action
from streamlit_app.office import Office
from thai.problem import Problem, Problems

ADMINISTRATOR = Viewer("admin@tambon.local", "administrator", "")
OFFICER = Viewer("officer@example.org", "officer", "8012")
PLANNER = Viewer("planner@example.org", "planner", "80")
STRANGER = Viewer("far@example.org", "officer", "53")
LAYER = "pomelo_plot.points"
PLOTS = [f"uuid:plot-{number}" for number in range(4)]


def with_plots(office: Office) -> Office:
    """Four plots in Ko Thuat, and the accounts of those who look after it."""
    schema = office.atlas.reference.catalogue.newest("pomelo_plot").schema
    answers = {"tambon": "801206", "moo": 3, "variety": "thong_di"}
    documents = [
        offices.submission(schema, answers | {"point": f"8.3{n} 100.1{n} 0 4"}, instance=key)
        for n, key in enumerate(PLOTS)
    ]
    offices.send(office, *documents)
    with log.writing(office.atlas.log) as connection:
        for one in (OFFICER, PLANNER, STRANGER):
            accounts.add(connection, one.name, one.role, one.area)
    return office


@pytest.fixture
def plots(office: Office) -> Office:
    """An office of its own with the plots."""
    return with_plots(office)


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office with the plots in which nothing is ever decided."""
    with offices.opened(tmp_path_factory.mktemp("reviews") / "data") as office:
        yield with_plots(office)


def listed(office: Office, viewer: Viewer, chosen: Filter) -> int:
    """How many plots a viewer sees through a filter."""
    info = office.atlas.reference.layers[LAYER]
    return layers.count(office.atlas.warehouse.cursor(), layers.query(info, viewer, chosen))


def by_state(office: Office, viewer: Viewer = OFFICER) -> dict[str, int]:
    """Plots by review state."""
    info = office.atlas.reference.layers[LAYER]
    q = layers.query(info, viewer, Filter())
    return counts.by_review(office.atlas.warehouse.cursor(), q)


def test_a_decision_is_seen_by_every_filter(plots: Office) -> None:
    """Counts, lists and the map agree; what is decided waits for nobody."""
    reviews.act(plots.atlas, OFFICER, PLOTS[:2], Action("approved"))
    reviews.act(plots.atlas, OFFICER, PLOTS[2:3], Action("asked_back", reason="จับพิกัดใหม่"))

    assert by_state(plots) == {"received": 1, "asked_back": 1, "approved": 2, "rejected": 0}
    assert listed(plots, OFFICER, Filter(review=("approved",))) == 2
    assert listed(plots, PLANNER, Filter(review=("received", "asked_back"))) == 2
    assert listed(plots, OFFICER, Filter(mine=True)) == 1
    shown = map_view.view(
        plots.atlas, OFFICER, LAYER, Filter(review=("approved",)), map_view.View((100, 8, 101, 9), 12)
    )
    assert shown["n"] == 2


def test_what_is_assigned_to_another_is_not_mine(plots: Office) -> None:
    """Open and mine or nobody's; a planner decides nothing, so nothing waits for one."""
    reviews.act(plots.atlas, ADMINISTRATOR, PLOTS[:3], Action(assignee=OFFICER.name, due="2026-12-31"))

    assert listed(plots, OFFICER, Filter(mine=True)) == 4
    assert listed(plots, ADMINISTRATOR, Filter(mine=True)) == 1
    assert listed(plots, PLANNER, Filter(mine=True)) == 0
    held = reviews.standing(plots.atlas, PLANNER, PLOTS[0])
    assert held is not None
    assert (held.state.name, held.assignee, held.due) == ("received", OFFICER.name, "2026-12-31")


def test_an_action_over_many_is_taken_back_as_one(plots: Office) -> None:
    """By whoever did it, once; what was said before holds again, and both stand in the history."""
    reviews.act(plots.atlas, OFFICER, PLOTS[:1], Action("asked_back", reason="ภาพไม่ชัด"))
    batch = reviews.act(plots.atlas, OFFICER, PLOTS, Action("approved", comment="ตรวจแล้ว"))
    with pytest.raises(Problem, match="undo_refused"):
        reviews.undo(plots.atlas, ADMINISTRATOR, batch)

    assert reviews.undo(plots.atlas, OFFICER, batch) == 4
    assert by_state(plots) == {"received": 3, "asked_back": 1, "approved": 0, "rejected": 0}
    told = reviews.history(plots.atlas, OFFICER, PLOTS[0])
    assert [(one.state, one.undone) for one in told] == [("asked_back", False), ("approved", True)]
    with pytest.raises(Problem, match="undo_refused"):
        reviews.undo(plots.atlas, OFFICER, batch)


@pytest.mark.parametrize(
    ("viewer", "keys", "action", "code"),
    [
        (PLANNER, PLOTS, Action("approved"), "review_refused"),
        (STRANGER, PLOTS, Action("approved"), "review_refused"),
        (OFFICER, [*PLOTS, "uuid:nowhere"], Action("approved"), "review_refused"),
        (OFFICER, [], Action("approved"), "review_refused"),
        (OFFICER, PLOTS, Action("asked_back"), "review_reason_missing"),
        (OFFICER, PLOTS, Action("asked_back", reason="  "), "review_reason_missing"),
        (OFFICER, PLOTS, Action("done"), "review_state_unknown"),
        (OFFICER, PLOTS, Action(comment=" "), "review_empty"),
        (OFFICER, PLOTS, Action(assignee=PLANNER.name), "assignee_unusable"),
        (OFFICER, PLOTS, Action(assignee=STRANGER.name), "assignee_unusable"),
        (OFFICER, PLOTS, Action(assignee="nobody@example.org"), "assignee_unusable"),
    ],
)
def test_what_may_not_be_said_is_refused_whole(
    untouched: Office, viewer: Viewer, keys: list[str], action: Action, code: str
) -> None:
    """Wrong person, wrong record, wrong state: a reason in both languages, and nothing is written."""
    with pytest.raises(Problem, match=code) as refused:
        reviews.act(untouched.atlas, viewer, keys, action)

    assert refused.value.remedy.th
    assert not any("ก" <= letter <= "๙" for letter in refused.value.says.en)
    assert by_state(untouched)["received"] == 4
    assert all(not reviews.history(untouched.atlas, ADMINISTRATOR, key) for key in PLOTS)


def test_another_province_hears_nothing_of_it(plots: Office) -> None:
    """Neither where a record stands nor what was said about it."""
    reviews.act(plots.atlas, OFFICER, PLOTS[:1], Action("asked_back", reason="ชื่อซ้ำ"))

    assert reviews.standing(plots.atlas, STRANGER, PLOTS[0]) is None
    assert reviews.history(plots.atlas, STRANGER, PLOTS[0]) == []
    assert sum(by_state(plots, STRANGER).values()) == 0


def test_a_corrected_copy_arrives_anew(plots: Office) -> None:
    """What was asked back comes back as something to decide; its history goes on."""
    reviews.act(plots.atlas, OFFICER, PLOTS[:1], Action("asked_back", reason="จับพิกัดใหม่"))
    schema = plots.atlas.reference.catalogue.newest("pomelo_plot").schema
    answers = {"tambon": "801206", "moo": 3, "point": "8.31 100.11 0 4"}
    offices.send(plots, offices.submission(schema, answers, instance="uuid:again", replaces=PLOTS[0]))

    assert by_state(plots)["received"] == 4
    assert [one.state for one in reviews.history(plots.atlas, OFFICER, "uuid:again")] == ["asked_back"]
    assert reviews.standing(plots.atlas, OFFICER, PLOTS[0]) is None


def test_a_rebuild_gives_what_was_there(plots: Office) -> None:
    """Every table alike, reviews among them, and the demo's leave with the demo."""
    batch = reviews.act(plots.atlas, OFFICER, PLOTS, Action("approved", assignee=OFFICER.name))
    reviews.act(plots.atlas, OFFICER, PLOTS[:1], Action("rejected", reason="ซ้ำ", due="2027-01-01"))
    reviews.undo(plots.atlas, OFFICER, batch)
    before = plots.atlas.warehouse.digests()
    assert all(plots.follower.verify().values())
    plots.follower.rebuild()

    assert plots.atlas.warehouse.digests() == before
    assert by_state(plots) == {"received": 3, "asked_back": 0, "approved": 0, "rejected": 1}


said = st.tuples(
    st.sampled_from([None, "", "a", "b"]), st.sampled_from([None, "", "x"]), st.sampled_from([None, "", "d"])
)


@given(st.lists(said, max_size=12), st.sets(st.integers(0, 11)))
def test_what_is_taken_back_counts_for_nothing(told: list[tuple[str | None, ...]], back: set[int]) -> None:
    """The standing equals that of the events that nobody took back."""

    class Event:
        def __init__(self, number: int, values: tuple[str | None, ...], undoes: int | None = None) -> None:
            self.id, self.undoes, self.actor, self.at = number, undoes, "who", str(number)
            self.state, self.assignee, self.due = values

    events = [Event(number + 1, values) for number, values in enumerate(told)]
    kept = [event for number, event in enumerate(events) if number not in back]
    undoing = [Event(100 + n, (None, None, None), n + 1) for n in sorted(back) if n < len(events)]

    assert review_states.standing([*events, *undoing]) == review_states.standing(kept)


REVIEW = """
    | name     | label::ไทย (th) | label::English (en) | kind     | reason | color   |
    | new      | เรื่องใหม่      | New                 | open     |        |         |
    | hearing  | กำลังไต่สวน     | Hearing             | open     |        | #56b4e9 |
    | settled  | ยุติแล้ว        | Settled             | accepted | yes    |         |
"""
SURVEY = """
    | type     | name  | label::ไทย (th) | label::English (en) |
    | geopoint | point | จุด             | Point               |
"""


def test_a_workbook_names_its_own_states() -> None:
    """Read in the sheet's order, kept in the log as they are; without a sheet there are four."""
    form = compile_workbook(workbook({"survey": SURVEY, "review": REVIEW}), file_name="x.xlsx")
    plain = compile_workbook(workbook({"survey": SURVEY}), file_name="x.xlsx")

    assert [(one.name, one.kind, one.reason) for one in form.usage.review_states] == [
        ("new", "open", False),
        ("hearing", "open", False),
        ("settled", "accepted", True),
    ]
    assert Usage.from_json(form.usage.to_json()) == form.usage
    assert plain.usage.review_states == DEFAULT_REVIEW
    assert form.xform == plain.xform
    assert form.warnings == ()


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (REVIEW.replace("open     |        |         |", "accepted |        |         |", 1), "review_first"),
        (REVIEW.replace("hearing ", "Hearing "), "name_not_plain"),
        (REVIEW.replace("accepted", "finished"), "value_unknown"),
        (REVIEW.replace("#56b4e9", "skyblue"), "colour_unreadable"),
    ],
)
def test_a_mistake_in_the_sheet_is_told(wrong: str, code: str) -> None:
    """With sheet, row and column."""
    with pytest.raises(Problems) as found:
        compile_workbook(workbook({"survey": SURVEY, "review": wrong}), file_name="x.xlsx")

    (problem,) = found.value.problems
    assert problem.code == code
    assert problem.place.sheet == "review"


def test_the_standard_compiler_passes_the_sheet_over() -> None:
    """pyxform, and with it ODK Central, takes a workbook with the sheet and says nothing."""
    from io import BytesIO

    from pyxform.xls2xform import convert

    warnings: list[str] = []
    result = convert(
        BytesIO(workbook({"survey": SURVEY, "review": REVIEW})), file_type=".xlsx", warnings=warnings,
        validate=False,
    )  # fmt: skip
    assert "settled" not in result.xform
    assert not [one for one in warnings if "review" in one]


HOUSEHOLD = "3f0a6c51-9d5e-4a76-8f3b-0d2f5a7c1e90"


def test_a_docket_holds_all_that_speaks_of_the_same_household(office: Office) -> None:
    """The registration and the agreement that names it, each way, for those who see the answer that links."""
    forms = office.atlas.reference.catalogue
    register, agreement = forms.newest("household_register").schema, forms.newest("water_agreement").schema
    meta = f'<entity dataset="households" id="{HOUSEHOLD}" create="1"><label>บ้านเลขที่ 2/1</label></entity>'
    place = {"tambon": "801206", "moo": 3}
    parties = [{"party_kind": "household", "party_household": HOUSEHOLD}, {"party_name": "กลุ่มปลายคลอง"}]
    offices.send(
        office,
        offices.submission(register, place | {"house_no": "2/1"}, instance="uuid:house", meta=meta),
        offices.submission(agreement, place | {"parties": parties}, instance="uuid:agreement"),
        offices.submission(agreement, place | {"parties": parties[1:]}, instance="uuid:other"),
    )
    for key in ("uuid:house", "uuid:agreement"):
        found = docket(office.atlas, OFFICER, key)
        assert [one.label for one in found.subjects] == ["บ้านเลขที่ 2/1"]
        assert {(one.instance_id, one.made) for one in found.visits} == {
            ("uuid:house", True),
            ("uuid:agreement", False),
        }
    assert docket(office.atlas, OFFICER, "uuid:other").visits == ()
    assert docket(office.atlas, STRANGER, "uuid:house").visits == ()


def test_what_another_servers_form_asks_no_more_still_belongs_to_a_docket(office: Office) -> None:
    """The visit named its household before the question was dropped."""
    meta = f'<entity dataset="households" id="{HOUSEHOLD}" create="1"><label>บ้านเลขที่ 2/1</label></entity>'
    register = office.atlas.reference.catalogue.newest("household_register").schema
    lines = "| type | name | label |\n| text | note | Note |\n"
    house = "| select_one_from_file households.csv | house | House |\n"
    for version, survey in (("1", lines + house), ("2", lines)):
        settings = f"| form_title | form_id | version |\n| Visits | visits | {version} |\n"
        form = compile_workbook(workbook({"survey": survey, "settings": settings}), file_name="a.xlsx")
        with log.writing(office.atlas.log) as connection:
            published.take_over(connection, form.xform)
        office.follower.catch_up()
        if version == "1":
            offices.send(
                office,
                offices.submission(register, {"tambon": "801206"}, instance="uuid:house", meta=meta),
                offices.submission(form.schema, {"house": HOUSEHOLD}, instance="uuid:visit"),
            )

    found = docket(office.atlas, ADMINISTRATOR, "uuid:visit")
    assert [one.instance_id for one in found.visits] == ["uuid:house", "uuid:visit"]


def test_a_docket_lists_what_the_plots_in_it_lie_on(office: Office) -> None:
    """A household of an agreement has a plot that lies on another: the agreement's docket holds the pair."""
    forms = office.atlas.reference.catalogue
    register, agreement = forms.newest("household_register").schema, forms.newest("water_agreement").schema
    plots, house = forms.newest("pomelo_plot").schema, "5b2a6c51-9d5e-4a76-8f3b-0d2f5a7c1e91"
    meta = f'<entity dataset="households" id="{house}" create="1"><label>บ้านเลขที่ 9</label></entity>'
    place = {"tambon": "801206", "moo": 4}
    drawn = [
        f"8.28 {west} 0 4;8.28 {west + 1e-3} 0 4;8.281 {west + 1e-3} 0 4;8.281 {west} 0 4;8.28 {west} 0 4"
        for west in (100.09, 100.0905)
    ]
    parties = [{"party_kind": "household", "party_household": house}]
    offices.send(
        office,
        offices.submission(register, place | {"house_no": "9"}, instance="uuid:owner", meta=meta),
        offices.submission(agreement, place | {"parties": parties}, instance="uuid:their-agreement"),
        offices.submission(plots, place | {"plot": drawn[0], "household": house}, instance="uuid:theirs"),
        offices.submission(plots, place | {"plot": drawn[1]}, instance="uuid:on-it"),
    )

    whole = [one.instance_id for one in docket(office.atlas, OFFICER, "uuid:their-agreement").visits]
    found = ground(office.atlas, OFFICER, whole)

    assert "uuid:theirs" in whole
    (pair,) = found.pairs
    assert {side.instance_id for side in pair.sides} == {"uuid:theirs", "uuid:on-it"}
    assert ground(office.atlas, STRANGER, whole).pairs == ()


def test_a_land_case_has_the_steps_of_its_office(office: Office) -> None:
    """Facts are checked, an agency is named and waited for: the states are of its own workbook."""
    schema = office.atlas.reference.catalogue.newest("land_case").schema
    offices.send(
        office, offices.submission(schema, {"tambon": "801206", "case_name": "ทุ่งใหญ่"}, instance="uuid:case")
    )

    def stands() -> tuple[str, str]:
        held = reviews.standing(office.atlas, OFFICER, "uuid:case")
        assert held is not None
        return held.state.label["th"], held.state.kind

    assert stands() == ("รอพิจารณา", "open")
    reviews.act(office.atlas, OFFICER, ["uuid:case"], Action(state="checking"))
    assert stands() == ("กำลังตรวจข้อเท็จจริง", "open")
    with pytest.raises(Problem, match="review_reason_missing"):
        reviews.act(office.atlas, OFFICER, ["uuid:case"], Action(state="forwarded"))
    reviews.act(office.atlas, OFFICER, ["uuid:case"], Action(state="forwarded", reason="ส่งที่ดินอำเภอ"))
    assert stands() == ("ส่งหน่วยงานแล้ว รอผล", "waiting")
    info = office.atlas.reference.layers["land_case.cases"]
    q = layers.query(replace(info, placed=False), OFFICER, Filter())
    counted = counts.by_review(office.atlas.warehouse.cursor(), q)
    assert list(counted) == [one.name for one in info.review]
    assert {name for name, n in counted.items() if n} == {"forwarded"}


@pytest.mark.parametrize("form_id", ["land_case", "water_agreement"])
def test_shipped_states_keep_the_names_that_every_form_has(office: Office, form_id: str) -> None:
    """So records of several forms are decided at once, and what was decided before the sheet still stands."""
    states = reviews.states_of(office.atlas, form_id)

    assert {one.name for one in DEFAULT_REVIEW} < {one.name for one in states}
    assert states[0].name == DEFAULT_REVIEW[0].name
    assert len({one.color for one in states}) == len(states)
    assert all(one.label["th"] and one.label["en"] for one in states)
