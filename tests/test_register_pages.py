"""What the office sees and does about registers that phones contradict, and about the forms of one phone."""

from __future__ import annotations

from collections.abc import Callable

import offices
import pytest
from entity_cases import Case, Sent, new, seen
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox
from test_entities import Written

from ingest import deletions, log, published
from ingest.access import ENUMERATOR, Viewer
from ingest.field import offers, phones
from ingest.office import entries, registers
from streamlit_app import viewer as door
from streamlit_app.office import Office, open_office
from streamlit_app.texts import t

OFFICER = Viewer("officer@example.org", "officer", "8012")
PLANNER = Viewer("planner@example.org", "planner", "8012")
Open = Callable[..., AppTest]


def _run(name: str) -> None:
    import importlib

    importlib.import_module(f"streamlit_app.views.{name}").page()


@pytest.fixture
def look(office: Office, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Open a page of this office as a viewer."""
    open_office(office)

    def opened(name: str, viewer: Viewer, **address: str) -> AppTest:
        monkeypatch.setattr(door, "viewer", lambda: viewer)
        page = AppTest.from_function(_run, args=(name,), default_timeout=60)
        for key, value in address.items():
            page.query_params[key] = value
        return page.run()

    return opened


def _send(office: Office, *cases: Case) -> list[Written]:
    schema = office.atlas.reference.catalogue.newest("household_register").schema
    written = [Written(case) for case in cases]
    for one in written:
        offices.send(office, *one.documents(schema))
    return written


_TWO_SAY = Case("บ้านเลขที่ 1", [new(), seen(1, house_no="2"), seen(1, house_no="9")], 3, {}, [], [])


def test_an_officer_settles_a_contradiction_by_an_ordinary_correction(office: Office, look: Open) -> None:
    """Both values stand on the page; the one chosen becomes a submission that corrects the later one."""
    _send(office, _TWO_SAY)
    page = look("quality", OFFICER)
    (choice,) = [radio for radio in page.radio if "2 " in radio.options[1]]

    assert [option.split(" ")[0] for option in choice.options] == ["9", "2"]
    choice.set_value("there")
    next(button for button in page.button if button.label == "บันทึกค่าที่เลือก").click().run()

    cursor = office.atlas.warehouse.cursor()
    assert cursor.execute("SELECT version, properties ->> 'house_no' FROM entity").fetchall() == [(4, "2")]
    assert cursor.execute("SELECT count(*) FROM submission WHERE source = 'desk'").fetchall() == [(1,)]
    assert registers.contradictions(office.atlas, OFFICER) == []
    assert all(office.follower.verify().values())


def test_an_entry_shows_its_whole_life(office: Office, look: Open) -> None:
    """Every version with what it changed and who sent it, both values of a conflict, and the deletion."""
    (written,) = _send(office, _TWO_SAY)
    deletions.say(office.atlas, OFFICER, "households", written.entity_id, "ลงทะเบียนซ้ำ")
    office.follower.catch_up()
    found = entries.entry(office.atlas, OFFICER, "households", written.entity_id)
    assert found is not None

    assert [(one.number, one.action, one.conflict) for one in found.versions] == [
        (3, "update", "hard"), (2, "update", ""), (1, "create", ""),
    ]  # fmt: skip
    assert [one.instance_id for one in found.versions] == [written.instances[n] for n in (2, 1, 0)]
    assert found.versions[0].changes == (entries.Change("house_no", "2", "9", there="2"),)
    assert [(one.actor, one.reason, one.restored) for one in found.deletions] == [
        (OFFICER.name, "ลงทะเบียนซ้ำ", False)
    ]
    assert (
        entries.entry(office.atlas, Viewer("x", "officer", "5301"), "households", written.entity_id) is None
    )

    page = look("records", OFFICER, entry=f"households/{written.entity_id}")
    assert any("ขัดกัน" in one.value for one in page.warning)
    assert any("ลงทะเบียนซ้ำ" in one.value for one in page.info)
    tables = [table.value for table in page.dataframe]
    assert any([*table["ค่า"], *table["ค่าที่มาก่อน"]] == ["9", "2"] for table in tables if "ค่าที่มาก่อน" in table)
    page.button(key="entry.version.3").click().run()
    assert any("ขัดกัน" in one.value or "ทะเบียน" in one.value for one in page.markdown)
    page.button(key=f"entry.households.{written.entity_id}").click().run()
    assert page.button(key="entry.version.3")


def test_a_planner_sees_a_contradiction_but_cannot_decide_it(office: Office, look: Open) -> None:
    """Deciding writes into the register: that is for officers and administrators of the area."""
    _send(office, _TWO_SAY)
    page = look("quality", PLANNER)
    (button,) = [button for button in page.button if button.label == "บันทึกค่าที่เลือก"]

    assert button.disabled
    assert registers.contradictions(office.atlas, Viewer("x", "officer", "5301")) == []


def test_one_of_two_twins_is_taken_off_the_list_with_a_reason(office: Office, look: Open) -> None:
    """Without a reason nothing happens; with it the list is one shorter and the form stays.

    Twins that come in meanwhile are not taken for those that were chosen.
    """
    twin = Case("บ้านเลขที่ 12", [Sent("create", {"moo": 3, "house_no": "12"})], 1, {}, [], [])
    _send(office, twin, twin)
    page = look("quality", OFFICER)

    def delete(number: int | None = None, reason: str = "") -> None:
        if number is not None:
            _which(page).select_index(number)
        page.text_input[0].set_value(reason)
        next(button for button in page.button if button.label == "ลบออกจากรายชื่อ").click().run()

    delete(1)
    assert any("เหตุผล" in warning.value for warning in page.warning)
    earlier = Case("บ้านเลขที่ 1", [Sent("create", {"moo": 1, "house_no": "1"})], 1, {}, [], [])
    _send(office, earlier, earlier)
    delete(1, "บ้านหลังเดียวกัน")
    assert [t("register.delete_none")] == [one.value for one in page.warning]
    assert registers.sizes(office.atlas, OFFICER) == {"households": 4}
    of_12 = [number for number, option in enumerate(_which(page).options) if "12" in option]
    delete(of_12[1], "บ้านหลังเดียวกัน")

    [left] = registers.twins(office.atlas, OFFICER)
    assert left.label == "บ้านเลขที่ 1"
    assert registers.sizes(office.atlas, OFFICER) == {"households": 3}
    assert office.atlas.warehouse.counts()["forms"]["household_register"] == 4
    elsewhere = {"tambon": "801203", "moo": 1, "house_no": "1"}
    there = Case("บ้านเลขที่ 1", [Sent("create", elsewhere)], 1, {}, [], [])
    _send(office, there, there)
    page.run()
    assert len(set(_which(page).options)) == 4  # of a name that two tambons' twins bear, each says which


def _which(page: AppTest) -> Selectbox:
    return next(box for box in page.selectbox if box.label == t("register.delete_which"))


def test_a_register_of_fifty_thousand_is_told_and_reaches_phones_in_parts(office: Office, look: Open) -> None:
    """The page says how long the list is; a phone of one tambon carries its own tambon's rows."""
    office.atlas.warehouse.cursor().execute(
        "INSERT INTO replayed_entity SELECT 'households', printf('uuid:%d', n), 1, n,"
        " printf('บ้านเลขที่ %d', n), printf('8012%02d', 1 + n % 50),"
        " json_object('moo', n % 9, 'house_no', n), false FROM range(50_000) r(n)"
    )
    form = office.atlas.reference.catalogue.newest("household_register")

    def rows(area: str) -> list[str]:
        file = phones.media_file(office.atlas, form, "households.csv", Viewer("phone", ENUMERATOR, area))
        assert file is not None
        return file.content.decode().splitlines()[1:]

    assert len(rows("801206")) == 1_000
    assert len(rows("8012")) == 50_000
    page = look("quality", OFFICER)
    assert any("households" in one.value and "50,000" in one.value for one in page.warning)


def test_a_phone_gets_the_forms_of_volunteers_until_others_are_chosen(office: Office, look: Open) -> None:
    """Forty forms may be published; a volunteer's phone carries a volunteer's."""
    person = offices.enumerator(office)
    catalogue = office.atlas.reference.catalogue
    office.atlas.refresh()
    usual = offers.usual(catalogue)
    page = look("phones", OFFICER)

    assert {"household_register", "pomelo_plot", "water_agreement", "land_case"} <= set(usual)
    assert "budget_source" not in usual
    choice = next(one for one in page.multiselect if one.value == usual)
    choice.set_value(["pomelo_plot", "budget_source"])
    next(button for button in page.button if button.label == "บันทึกแบบที่เลือก").click().run()
    office.atlas.refresh()
    phone = office.atlas.reference.phones[person.token]

    offered = [form.form_id for form in offers.of_phone(office.atlas.reference, phone)]
    assert offered == ["budget_source", "pomelo_plot"]


def test_a_form_that_is_withdrawn_leaves_the_phones_for_which_it_was_chosen(office: Office) -> None:
    """What is chosen for a phone is a wish; what is published decides."""
    person = offices.enumerator(office)
    with log.writing(office.atlas.log) as connection:
        catalogue = office.atlas.reference.catalogue
        offers.choose(connection, person.id, ["land_case", "pomelo_plot"], catalogue)
        published.withdraw(connection, "land_case")
    reference = office.atlas.refresh()

    offered = [form.form_id for form in offers.of_phone(reference, reference.phones[person.token])]
    assert offered == ["pomelo_plot"]
