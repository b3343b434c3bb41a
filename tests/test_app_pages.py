"""The pages as each role sees them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import offices
import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.testing.v1 import AppTest
from table_rows import choose, pressed_twice, with_rows

from ingest import log
from ingest.access import Viewer
from ingest.doors.shown import shared_area
from ingest.envelope import read_envelope
from ingest.log import Received
from ingest.office import reviews
from ingest.problems import export_kind
from ingest.sources import problems, register
from streamlit_app import frame
from streamlit_app import office as offices_of_the_process
from streamlit_app import viewer as door
from streamlit_app.filters import panel
from streamlit_app.office import Office, open_office
from streamlit_app.server import run
from streamlit_app.texts import plain, t

ROLES = {
    "administrator": Viewer("admin@tambon.local", "administrator", ""),
    "officer": Viewer("officer@example.org", "officer", "8012"),
    "planner": Viewer("planner@example.org", "planner", "80"),
}
STRANGER = Viewer("far@example.org", "officer", "53")
RECORD = "uuid:00000000-0000-4000-8000-000000000001"
Open = Callable[..., AppTest]


@pytest.fixture(scope="module")
def peopled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office with a few plots, an enumerator, something put aside, a flag and a conflict."""
    with offices.opened(tmp_path_factory.mktemp("pages") / "data") as office:
        person = offices.enumerator(office)
        schema = office.atlas.reference.catalogue.newest("pomelo_plot").schema
        answers = {
            "tambon": "801206",
            "moo": 3,
            "owner_name": "นายลับ เฉพาะ",
            "variety": "thong_di",
            "visit_date": "2026-03-11",
            "plot_name": "สวน <script>alert(1)</script> *ดาว*",
        }
        offices.send(
            office, offices.submission(schema, answers | {"point": "8.2808 100.0898 0 4"}, instance=RECORD)
        )
        offices.send(
            office, offices.submission(schema, answers | {"point": "8.40 100.20 0 80"}), source="demo"
        )
        unknown = (
            b'<data id="no_such_form" version="1"><meta><instanceID>uuid:aside</instanceID></meta></data>'
        )
        other = offices.submission(schema, answers | {"point": "8.29 100.09 0 4"}, instance=RECORD)
        with log.writing(office.atlas.log) as connection:
            log.append(
                connection,
                [
                    Received(read_envelope(xml), xml, "phone", enumerator_id=person.id)
                    for xml in (unknown, other)
                ],
            )
        office.follower.catch_up()
        yield Office(office.atlas, office.follower, ("http://192.168.1.20:8080",))


def run_page(name: str) -> None:
    """The body of a page, as Streamlit runs it."""
    import importlib

    importlib.import_module(f"streamlit_app.views.{name}").page()


@pytest.fixture
def look(peopled: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Open a page as a viewer, with what stands behind the question mark of its address."""
    open_office(peopled)

    def opened(name: str, viewer: Viewer, query: str = "") -> AppTest:
        monkeypatch.setattr(door, "viewer", lambda: viewer)
        test = AppTest.from_function(run_page, args=(name,), default_timeout=30)
        for key, value in parse_qsl(query, keep_blank_values=True):
            test.query_params[key] = [*test.query_params.get(key, []), value]
        test.run()
        assert not test.exception, [one.value for one in test.exception]
        return test

    yield opened
    open_office(None)


def seen(test: AppTest) -> str:
    """All words of a page, tables and options included."""
    parts: list[Any] = [
        *test.markdown,
        *test.caption,
        *test.warning,
        *test.info,
        *test.success,
        *test.subheader,
    ]
    texts = [str(one.value) for one in parts] + [frame.value.to_csv() for frame in test.dataframe]
    texts += [str(option) for box in (*test.multiselect, *test.selectbox) for option in box.options]
    return "\n".join([*texts, *(str(one.proto.body) for one in test.get("html"))])


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "page", ["map", "records", "review", "phones", "quality", "sources", "connect", "compare"]
)
def test_every_page_opens_for_every_role_in_both_languages(look: Open, page: str, role: str) -> None:
    """Thai first, English one click away, and phones only for those who hand out keys."""
    thai, english = look(page, ROLES[role]), look(page, ROLES[role], "lang=en")

    assert seen(thai) != seen(english)
    if page == "phones":
        assert ("สมหญิง" in seen(thai)) == (role != "planner")


def test_the_table_shows_labels_and_buddhist_dates(look: Open) -> None:
    """Choices by their labels, dates in the Buddhist Era, personal answers for officers only."""
    table = seen(look("records", ROLES["officer"], "layer=pomelo_plot.points"))

    assert "ทองดี" in table
    assert "11 มี.ค. 2569" in table
    assert "นายลับ" in table
    assert "นายลับ" not in seen(look("records", ROLES["planner"], "layer=pomelo_plot.points"))


def test_a_whole_form_lists_records_without_a_place(look: Open, peopled: Office) -> None:
    """A record that no map can show is in the table; a stranger's table stays empty."""
    schema = peopled.atlas.reference.catalogue.newest("water_agreement").schema
    answers = {"tambon": "801206", "moo": 1, "agreement_name": "คลองไม่มีพิกัด"}
    offices.send(peopled, offices.submission(schema, answers))

    assert "คลองไม่มีพิกัด" in seen(look("records", ROLES["planner"], "layer=water_agreement"))
    assert "คลองไม่มีพิกัด" not in seen(look("records", STRANGER, "layer=water_agreement"))
    assert "คลองไม่มีพิกัด" not in seen(look("records", ROLES["planner"], "layer=water_agreement.structures"))


def test_a_form_that_asks_for_no_place_has_its_table_and_its_files(look: Open, peopled: Office) -> None:
    """Its record stands under the province that it names, and every kind of file is offered."""
    schema = peopled.atlas.reference.catalogue.newest("province_agenda").schema
    answers = {"province": "80", "visit_date": "2026-03-01", "agenda_text": "น้ำทั้งลุ่มน้ำ", "status": "adopted"}
    offices.send(peopled, offices.submission(schema, answers))

    page = look("records", ROLES["planner"], "layer=province_agenda")
    assert "น้ำทั้งลุ่มน้ำ" in seen(page)
    assert "จ.นครศรีธรรมราช" in seen(page)
    assert "/export/province_agenda.xlsx" in [str(one.proto.url) for one in page.get("link_button")]
    assert "น้ำทั้งลุ่มน้ำ" not in seen(look("records", ROLES["officer"], "layer=province_agenda"))


def test_forms_are_told_with_the_records_of_ones_own_area(look: Open) -> None:
    """An officer of another province reads of none."""
    own, others = (
        look("phones", viewer).dataframe[-1].value[t("phones.records")].sum()
        for viewer in (ROLES["officer"], STRANGER)
    )
    assert own > 0
    assert others == 0


def test_what_all_rows_share_is_said_once(look: Open) -> None:
    """A table on a phone's screen has room for more than the names of amphoe and province."""
    page = look("records", ROLES["officer"], "layer=pomelo_plot.points")
    told = " ".join(str(one.value) for one in page.caption)

    assert "ต.เกาะทวด" in set(page.dataframe[0].value["ตำบล"])
    assert not [one for one in page.dataframe[0].value["ตำบล"] if "จ." in one]
    assert "อ.ปากพนัง จ.นครศรีธรรมราช" in told
    assert shared_area(["80120601", "", "801202", "801206"]) == "8012"
    assert shared_area(["801206", "8001"]) == "80"
    assert shared_area(["801206", "80"]) == shared_area(["801206", "900101"]) == shared_area([]) == ""


def run_bad_filter() -> None:
    """What stands on a page whose filter cannot be understood."""
    from ingest.problems import bad_filter
    from streamlit_app.frame import broken

    assert broken(bad_filter("nowhere"))


def test_a_filter_that_cannot_be_understood_can_be_cleared(peopled: Office) -> None:
    """As of a kept view whose other layer was withdrawn: the page below, with its button, is not drawn."""
    page = AppTest.from_function(run_bad_filter, default_timeout=30)
    for name, value in {"layer": "pomelo_plot.plots", "area": "80", "outside": "nowhere"}.items():
        page.query_params[name] = value
    page.run()

    (link,) = [str(one.proto.body) for one in page.get("html")]
    assert 'href="?layer=pomelo_plot.plots"' in link


def run_broken(known: bool) -> None:
    """What stands on a page whose script failed."""
    from ingest.problems import export_kind
    from streamlit_app.frame import broken

    assert broken(export_kind("a.<b>") if known else KeyError("secret"))


def test_a_page_that_fails_says_so_with_a_remedy(peopled: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """In Thai, without what the program says to its developers; a known problem in its own words."""
    monkeypatch.setattr(run.st, "App", lambda _, **given: given)
    monkeypatch.setattr(run, "GZipMiddleware", lambda given, **_: given)
    monkeypatch.setattr(run, "Bundles", lambda given: given)
    handed = run.application(peopled)._inner
    unknown, known = (
        AppTest.from_function(run_broken, args=(one,), default_timeout=30).run() for one in (False, True)
    )

    assert handed == {"on_script_error": frame.broken}
    assert t("app.broken") in unknown.error[0].value
    assert "secret" not in unknown.error[0].value
    assert "โหลดหน้านี้ใหม่" in unknown.error[0].value
    assert plain(export_kind("a.<b>").remedy["th"]) in known.error[0].value


@pytest.mark.parametrize("page", ["records", "quality", "phones"])
def test_another_province_sees_none_of_it(look: Open, page: str) -> None:
    """Neither answers nor names nor what was noticed."""
    found = seen(
        look(page, STRANGER, f"layer=pomelo_plot.points&record={RECORD if page == 'records' else ''}")
    )

    assert "ทับทิม" not in found
    assert "สมหญิง" not in found
    assert "นายลับ" not in found
    assert "no_such_form" not in found


def test_one_record_shows_answers_place_flags_and_history(look: Open) -> None:
    """And what a phone sent as text stays text."""
    page = look("records", ROLES["officer"], f"record={RECORD}")
    found = seen(page)

    assert "นายลับ" in found
    assert "&lt;script&gt;" in found
    assert "<script>alert" not in found
    assert "เกาะทวด" in found
    assert "ฉบับแรก" in found


def test_a_planner_is_told_that_answers_are_hidden(look: Open) -> None:
    """Without being told which."""
    found = seen(look("records", ROLES["planner"], f"record={RECORD}"))

    assert "นายลับ" not in found
    assert "ไม่มีสิทธิ์ดู" in found


def test_quality_says_what_to_do(look: Open) -> None:
    """What is put aside, noticed or sent twice, each with its remedy and a link to the record."""
    found = seen(look("quality", ROLES["administrator"], "code=poor_accuracy"))

    assert "ไม่รู้จักแบบนี้" in found
    assert "forms publish" in found
    assert "ความแม่นยำแย่กว่า 30 เมตร" in found
    assert "/records?record=uuid" in found
    assert RECORD.replace(":", "%3A") in found
    assert "ยังไม่เคยสำรองข้อมูล" in found


def test_an_officer_decides_over_a_record_and_takes_it_back(look: Open, peopled: Office) -> None:
    """Where it stands is on the record; a reason that is missing is asked for; a planner only reads."""
    page = look("records", ROLES["officer"], f"record={RECORD}")
    form = {box.key.rpartition(".")[2]: box for box in page.selectbox if box.key.startswith("review.")}
    button = next(one.key for one in page.button if one.label == t("review.write"))
    form["state"].set_value("asked_back")
    page.button(key=button).click().run()
    assert "ต้องบอกเหตุผล" in page.error[0].value
    words = {box.key.rpartition(".")[2]: box for box in page.text_input if box.key.startswith("review.")}
    words["reason"].set_value("จับพิกัดใหม่")
    words["due"].set_value("31 ม.ค. 2570")
    page.button(key=button).click().run()

    assert not page.exception
    assert "ถามกลับ" in seen(page)
    assert "31 ม.ค. 2570" in seen(page)
    reader = look("records", ROLES["planner"], f"record={RECORD}")
    assert "จับพิกัดใหม่" in seen(reader)
    assert not [box for box in reader.selectbox if box.key.startswith("review.")]
    queue = look("review", ROLES["officer"], "layer=pomelo_plot&review=asked_back")
    assert len(queue.dataframe[0].value) == 1
    next(one for one in page.button if "ยกเลิก" in one.label).click().run()
    held = reviews.standing(peopled.atlas, ROLES["officer"], RECORD)
    assert held is not None
    assert held.state.name == "received"


def test_a_decision_is_of_the_records_on_the_screen_and_said_once(
    look: Open, peopled: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second press is the same batch, taken back as one; what it leaves in the queue is not chosen."""
    page = look("review", ROLES["officer"], "layer=pomelo_plot&review=received")
    choose(page, page.dataframe[0], 0)
    chosen = t("review.decide", n="1")
    assert chosen in seen(page)
    next(box for box in page.selectbox if (box.key or "").endswith(".state")).set_value("approved")
    next(one for one in page.button if one.label == t("review.write")).click()
    once = with_rows(page, page.dataframe[0], 0)
    batches: list[str] = []
    twice = pressed_twice(reviews.act, once)
    monkeypatch.setattr(reviews, "act", lambda *args, **named: batches.append(twice(*args, **named)))
    page._run(once)
    assert len(batches) == 2
    assert len(set(batches)) == 1
    assert chosen not in seen(page)
    assert reviews.undo(peopled.atlas, ROLES["officer"], batches[0]) == 1


def test_a_source_says_how_its_last_pull_ended_and_can_be_asked_again(look: Open, peopled: Office) -> None:
    """Counts, the problem with its remedy, a schedule, and a button that is spent until the pull begins."""
    with log.writing(peopled.atlas.log) as connection:
        source = register.remember(connection, "central", "https://central.example.org", project="3")
        register.ended(
            connection, source.id, {"accepted": 12, "problems": [problems.busy("x", 503).as_dict()]}
        )
    page = look("sources", ROLES["administrator"])
    assert "12" in seen(page)
    assert "503" in seen(page)

    page.selectbox(key=f"source.every.{source.id}").select(15).run()
    page.button(key=f"source.now.{source.id}").click().run()

    assert page.button(key=f"source.now.{source.id}").disabled
    with peopled.atlas.log.connect() as connection:
        now = register.one(connection, source.id)
    assert (now.every_minutes, now.due(datetime.now(UTC))) == (15, True)
    assert "central.example.org" not in seen(look("sources", ROLES["planner"]))

    page = look("sources", ROLES["administrator"])
    page.button(key=f"central.look.publish.{source.id}").click().run()
    assert [one.value for one in page.error if "pyodk" in one.value]


def test_choosing_an_answer_goes_into_the_address_and_back(look: Open) -> None:
    """The address restores the choice; counts stand beside each answer, once its section is unfolded."""
    page = look("map", ROLES["administrator"], "layer=pomelo_plot.points")
    assert not [one for one in page.multiselect if one.key.startswith("f.")]
    page.session_state["unfolded.pomelo_plot"] = True
    page.run()
    box = next(one for one in page.multiselect if one.key == "f.pomelo_plot/variety")
    assert "ทองดี (2)" in box.options
    box.select("thong_di").run()
    assert page.query_params["f.pomelo_plot/variety"] in (["thong_di"], "thong_di")

    assert "f.pomelo_plot/gap" not in {one.key for one in page.multiselect}
    next(one for one in page.selectbox if one.key == "called.pomelo_plot.next").select("gap").run()
    assert {"f.pomelo_plot/variety", "f.pomelo_plot/gap"} <= {one.key for one in page.multiselect}

    again = look("map", ROLES["administrator"], "layer=pomelo_plot.points&f.pomelo_plot/variety=thong_di")
    assert next(one for one in again.multiselect if one.key == "f.pomelo_plot/variety").value == ["thong_di"]


def test_the_area_goes_from_province_to_tambon(look: Open) -> None:
    """Each level offers what lies in the one above."""
    page = look("map", ROLES["administrator"])
    assert [box.key for box in page.selectbox if box.key.startswith("area.")] == ["area.province"]
    next(box for box in page.selectbox if box.key == "area.province").set_value("80").run()
    next(box for box in page.selectbox if box.key == "area.amphoe").set_value("8012").run()
    tambons = next(box for box in page.selectbox if box.key == "area.tambon")

    assert [one for one in tambons.options if one.startswith("เกาะทวด (")]
    assert len(tambons.options) == 18


def test_a_label_whose_count_has_changed_chooses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes instead of the code when somebody chooses twice before the first choice is drawn."""
    state: dict[str, Any] = {}
    monkeypatch.setattr(panel.st, "session_state", state)
    chosen: list[Any] = []
    then = panel.controlled("area", None, chosen.append, among=["801202", "801206"])["on_change"]
    for given in ("เกาะทวด (9)", "801206", None, ["801202", "คลองน้อย (4)"], ["801202"]):
        state["area"] = given
        then()

    assert chosen == ["801206", None, ["801202"]]


def test_a_quick_second_click_does_not_undo_the_first(look: Open) -> None:
    """It comes with the address and with the choices of before, of which the browser knows nothing newer."""
    page = look("records", ROLES["administrator"], "layer=pomelo_plot.points&area=8012&verdict=agrees")
    address = {name: page.query_params[name] for name in page.query_params}
    held = WidgetStates(
        widgets=[one for one in page._tree.get_widget_states().widgets if not one.HasField("trigger_value")]
    )
    next(one for one in page.button if one.label == t("filter.clear")).click().run()
    assert not {"area", "verdict"} & set(page.query_params)

    for name, value in address.items():
        page.query_params[name] = value
    next(one for one in held.widgets if one.id.endswith("-search")).string_value = "ทองดี"
    page._run(held)
    assert page.query_params["q"] in ("ทองดี", ["ทองดี"])
    assert not {"area", "verdict"} & set(page.query_params)


def test_a_period_is_written_as_thai_papers_do(look: Open) -> None:
    """Fiscal years by their Buddhist number; a date in Thai is understood, nonsense gets a reason."""
    page = look("records", ROLES["officer"], "layer=pomelo_plot.points&since=2026-01-01&until=2026-02-01")
    since = next(box for box in page.text_input if box.key == "day.since")
    assert since.value == "1 ม.ค. 2569"
    since.set_value("๑ มีนาคม ๒๕๖๙").run()
    assert page.query_params["since"] in (["2026-03-01"], "2026-03-01")
    since = next(box for box in page.text_input if box.key.startswith("day.since"))
    assert since.value == "1 มี.ค. 2569"
    since.set_value("พรุ่งนี้").run()
    assert page.warning


def test_an_enumerator_can_be_added_and_gets_a_code(look: Open, peopled: Office) -> None:
    """Within the officer's own area; the code is for the address that was chosen."""
    page = look("phones", ROLES["officer"])
    page.text_input[0].set_value("มาลี ทดสอบ")
    next(button for button in page.button if button.label == "เพิ่มและสร้าง QR").click().run()
    assert not page.exception
    with peopled.atlas.log.connect() as connection:
        from ingest.field import enumerators

        added = {one.name: one.area for one in enumerators.everyone(connection)}
    assert added["มาลี ทดสอบ"] == "8012"
    next(box for box in page.toggle).set_value(True).run()
    with peopled.atlas.log.connect() as connection:
        assert "http://192.168.1.20:8080" in enumerators.qr_addresses(connection).values()


def run_banner() -> None:
    """The banner over example data, as every page shows it."""
    from streamlit_app import frame
    from streamlit_app import viewer as door
    from streamlit_app.state import current

    frame.demo_banner(door.viewer(), current())


def test_the_example_goes_and_what_phones_sent_stays(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Said over every page; only an administrator may take it away, and only it goes."""
    schema = office.atlas.reference.catalogue.newest("pomelo_plot").schema
    for source in ("demo", "phone"):
        offices.send(office, offices.submission(schema, {"point": "8.28 100.09 0 4"}), source=source)
    open_office(office)
    monkeypatch.setattr(door, "viewer", lambda: ROLES["planner"])
    told = AppTest.from_function(run_banner, default_timeout=30).run()
    assert "ข้อมูลตัวอย่าง" in told.warning[0].value
    assert not told.button
    monkeypatch.setattr(door, "viewer", lambda: ROLES["administrator"])
    banner = AppTest.from_function(run_banner, default_timeout=30).run()
    banner.button[0].click().run()

    assert not banner.exception
    assert not banner.warning
    assert office.atlas.warehouse.counts()["forms"] == {"pomelo_plot": 1}
    open_office(None)


def test_an_empty_office_says_what_to_do(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without forms every page opens and names the next step."""
    monkeypatch.setattr(door, "viewer", lambda: ROLES["administrator"])
    with offices.opened(tmp_path / "data", forms=False) as office:
        open_office(office)
        for name in (
            "map",
            "records",
            "review",
            "phones",
            "quality",
            "sources",
            "connect",
            "compare",
            "compare",
        ):
            test = AppTest.from_function(run_page, args=(name,), default_timeout=30).run()
            assert not test.exception
            assert test.info or test.success
    open_office(None)
    with pytest.raises(RuntimeError):
        offices_of_the_process.office()
