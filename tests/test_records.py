"""One submission on the office's screen: what it shows, to whom, and what needs a person."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import offices
import pytest
import sqlalchemy as sa
import streamlit as st
from streamlit.testing.v1 import AppTest
from workbooks import HOUSEHOLD, workbook

from ingest import log, published
from ingest.access import Viewer
from ingest.envelope import read_envelope
from ingest.log import Received
from ingest.office import oversight, records, second_contents
from ingest.office.records import GeometryFacts, Record
from ingest.tables import audit
from streamlit_app import viewer as door
from streamlit_app.office import Office, open_office
from streamlit_app.server.files import FileServer
from streamlit_app.texts import t

ADMINISTRATOR = Viewer("boss@example.org", "administrator", "")
OFFICER = Viewer("officer@example.org", "officer", "801206")
PLANNER = Viewer("planner@example.org", "planner", "801206")
ELSEWHERE = Viewer("far@example.org", "officer", "8013")
KO_THUAT, KHLONG_NOI = "8.296 100.091 2 5", "8.356 100.111 2 5"
PLOT = "8.2960 100.0910 2 5;8.2960 100.0920 2 5;8.2970 100.0920 2 5;8.2960 100.0910 2 5"
CASE = {
    "tambon": "801206", "moo": 4, "point": KO_THUAT, "case_name": "กรณี", "area_declared": "12.25",
    "history": "เรื่องเล่า",
    "claimants": [
        {"claimant_name": "ก ตัวอย่าง", "claimant_document": "ns4", "claimant_document_no": "123"},
        {"claimant_name": "ข ตัวอย่าง", "claimant_document": "none"},
    ],
    "evidence": [{"evidence_kind": "photo", "evidence_photo": "proof.jpg", "evidence_text": "ภาพ"}],
}  # fmt: skip


def send(
    office: Office, form_id: str, answers: dict[str, Any], instance: str, *, replaces: str = "",
    files: dict[str, bytes] | None = None, phone: int | None = None, user_agent: str = "", version: str = "",
) -> None:  # fmt: skip
    """One submission with its files, through the log and into the warehouse."""
    schema = office.atlas.reference.catalogue.newest(form_id).schema
    xml = offices.submission(schema, answers, instance=instance, replaces=replaces, version=version)
    stored = tuple(office.atlas.attachments.put(name, content) for name, content in (files or {}).items())
    received = Received(read_envelope(xml), xml, "phone", stored, phone, user_agent=user_agent)
    with log.writing(office.atlas.log) as connection:
        log.append(connection, [received])
    office.follower.catch_up()


def shown(office: Office, viewer: Viewer, instance: str, **options: str) -> Record:
    """A record that must be there."""
    found = records.record(office.atlas, viewer, instance, **options)
    assert found is not None
    return found


def answers(record: Record, section: str = "", row: int = 0) -> dict[str, Any]:
    """The visible answers of one row by field."""
    for one in record.sections:
        if one.name == section:
            return {answer.info.ref: answer.value for answer in one.rows[row].answers}
    raise KeyError(section)


def test_a_record_shows_its_answers_typed_in_the_forms_order(office: Office) -> None:
    """Numbers are numbers, land is exact, shapes carry what was measured, repeats are lists."""
    send(office, "land_case", CASE | {"disputed_area": PLOT}, "uuid:case")
    record = shown(office, ADMINISTRATOR, "uuid:case")
    main = answers(record)
    assert main["area_declared"] == Decimal("12.25")
    assert main["moo"] == 4
    assert isinstance(main["disputed_area"], GeometryFacts)
    assert main["disputed_area"].drawn == "walked"
    assert main["disputed_area"].area_m2 == pytest.approx(6090, rel=0.02)
    assert isinstance(main["point"], GeometryFacts)
    assert (main["point"].accuracy_m, main["point"].tambon) == (5, "801206")
    refs = [one.info.ref for one in record.sections[0].rows[0].answers]
    assert refs.index("tambon") < refs.index("case_name") < refs.index("point")
    assert [row.key for section in record.sections for row in section.rows] == ["", "1", "2", "1"]
    assert answers(record, "claimants", 1)["claimant_name"] == "ข ตัวอย่าง"


def test_a_record_shows_its_place_with_the_boundary_set(office: Office) -> None:
    """Reported and located are both there, with names, verdict, distance, and that this is a drawing."""
    send(office, "land_case", CASE | {"tambon": "801202"}, "uuid:case")
    place = shown(office, ADMINISTRATOR, "uuid:case").place
    assert place is not None
    assert (place.reported, place.located, place.verdict) == ("801202", "801206", "disagrees")
    assert (place.boundary_set, place.drawing) == ("demo", True)
    assert place.distance_m is not None
    assert place.names["801206"]["th"] == "เกาะทวด"
    assert {flag.code for flag in shown(office, ADMINISTRATOR, "uuid:case").flags} == {"tambon_disagrees"}


def test_a_viewer_is_shown_what_role_and_area_allow(office: Office) -> None:
    """Personal answers to officers of the area, secret ones with a reason, nothing to those elsewhere."""
    send(office, "land_case", CASE, "uuid:case")
    seen = {viewer.role: answers(shown(office, viewer, "uuid:case")) for viewer in (OFFICER, PLANNER)}
    assert seen["officer"]["history"] == "เรื่องเล่า"
    assert "history" not in seen["planner"]
    assert seen["planner"]["case_name"] == "กรณี"
    officer = shown(office, OFFICER, "uuid:case")
    assert "claimant_name" in answers(officer, "claimants")
    assert "claimant_document_no" not in answers(officer, "claimants")
    assert officer.hidden_fields == 1
    assert shown(office, PLANNER, "uuid:case").hidden_fields > 10
    assert records.record(office.atlas, ELSEWHERE, "uuid:case") is None
    assert records.record(office.atlas, ADMINISTRATOR, "uuid:nowhere") is None


def test_a_secret_answer_needs_a_reason_that_is_written_down(office: Office) -> None:
    """The administrator says why; the audit keeps who, what and why, not the answer."""
    send(office, "land_case", CASE, "uuid:case")
    assert "claimant_document_no" not in answers(shown(office, ADMINISTRATOR, "uuid:case"), "claimants")
    opened = shown(office, ADMINISTRATOR, "uuid:case", reason="คำร้องที่ 1")
    assert answers(opened, "claimants")["claimant_document_no"] == "123"
    assert "claimant_document_no" not in answers(shown(office, OFFICER, "uuid:case", reason="x"), "claimants")
    with office.atlas.log.connect() as connection:
        noted = [
            tuple(row)
            for row in connection.execute(sa.select(audit.c.actor, audit.c.action, audit.c.subject))
        ]
    assert noted == [("boss@example.org", "secret_seen", "uuid:case: คำร้องที่ 1")]


def test_a_public_structure_shows_only_its_public_answers_elsewhere(office: Office) -> None:
    """A water gate is on everybody's map; the agreement behind it is not."""
    gate = {
        "tambon": "801206",
        "moo": 1,
        "point": KO_THUAT,
        "agreement_name": "ลับ",
        "turns": [{"turn_order": 1}],
        "visit_date": "2026-01-05",
    }
    send(office, "water_agreement", gate, "uuid:gate")
    record = shown(office, ELSEWHERE, "uuid:gate")
    seen = answers(record)
    assert "agreement_name" not in seen
    assert [len(section.rows) for section in record.sections] == [1, 0, 0]
    assert {"visit_date", "tambon", "point"} <= seen.keys()
    assert (record.enumerator, record.area, record.place, record.history) == ("", "", None, ())


def test_the_history_of_a_corrected_record_is_shown(office: Office) -> None:
    """Who sent what when, and which one stands; the replaced ones open as history without answers."""
    sender = offices.enumerator(office)
    send(office, "pomelo_plot", {"trees": 1, "point": KO_THUAT}, "uuid:1", phone=sender.id)
    send(office, "pomelo_plot", {"trees": 2, "point": KO_THUAT}, "uuid:2", replaces="uuid:1")
    send(office, "pomelo_plot", {"trees": 3, "point": KO_THUAT}, "uuid:3", replaces="uuid:2")
    record = shown(office, PLANNER, "uuid:3")
    assert answers(record)["trees"] == 3
    assert [(one.instance_id, one.outcome) for one in record.history] == [
        ("uuid:1", "superseded"), ("uuid:2", "superseded"), ("uuid:3", "projected"),
    ]  # fmt: skip
    assert record.history[0].enumerator == "สมหญิง"
    first = shown(office, PLANNER, "uuid:1")
    assert (first.outcome, first.sections, len(first.history)) == ("superseded", (), 3)
    assert records.record(office.atlas, ELSEWHERE, "uuid:1") is None


def test_the_history_holds_no_record_of_another_form(office: Office) -> None:
    """An edit that names a record of another form has nothing to do with it, nor with its other edits."""
    send(office, "land_case", CASE, "uuid:case")
    for instance in ("uuid:1", "uuid:2"):
        send(office, "pomelo_plot", {"point": KO_THUAT}, instance, replaces="uuid:case")
    for instance in ("uuid:case", "uuid:1", "uuid:2"):
        history = shown(office, ADMINISTRATOR, instance).history
        assert [one.instance_id for one in history] == [instance]


def test_a_photo_not_sent_again_is_carried_forward(office: Office) -> None:
    """An edit names the same photo; the phone does not send it twice."""
    before = records.files_version(office.atlas)
    send(office, "pomelo_plot", {"photo": "a.jpg", "point": KO_THUAT}, "uuid:1", files={"a.jpg": b"first"})
    send(office, "pomelo_plot", {"photo": "a.jpg", "point": KO_THUAT}, "uuid:2", replaces="uuid:1")
    path = records.attachment(office.atlas, PLANNER, "uuid:2", "a.jpg")
    assert path is not None
    assert path.read_bytes() == b"first"
    assert records.files_version(office.atlas) > before
    assert [(one.name, one.present) for one in shown(office, PLANNER, "uuid:2").attachments] == [
        ("a.jpg", True)
    ]
    assert records.attachment(office.atlas, ELSEWHERE, "uuid:2", "a.jpg") is None
    assert records.attachment(office.atlas, PLANNER, "uuid:2", "b.jpg") is None


def test_a_photo_has_the_privacy_of_the_answer_that_names_it(office: Office) -> None:
    """Evidence is personal: the planner neither sees the photo nor that it exists."""
    send(office, "land_case", CASE, "uuid:case", files={"proof.jpg": b"proof", "audit.csv": b"1,2"})
    assert records.attachment(office.atlas, OFFICER, "uuid:case", "proof.jpg") is not None
    assert records.attachment(office.atlas, PLANNER, "uuid:case", "proof.jpg") is None
    assert records.attachment(office.atlas, ADMINISTRATOR, "uuid:case", "audit.csv") is None
    assert shown(office, PLANNER, "uuid:case").attachments == ()
    assert [one.name for one in shown(office, OFFICER, "uuid:case").attachments] == ["proof.jpg"]
    for viewer in (PLANNER, OFFICER, ELSEWHERE):  # a docket asks for the files alone
        whole = records.record(office.atlas, viewer, "uuid:case")
        assert records.files(office.atlas, viewer, "uuid:case") == (whole.attachments if whole else ())


def test_an_edit_from_another_area_does_not_pull_photos_over(office: Office) -> None:
    """Somebody claims to replace a record of another tambon and names its photo: it stays there."""
    send(office, "land_case", CASE, "uuid:victim", files={"proof.jpg": b"proof"})
    thief = CASE | {"tambon": "801202", "point": KHLONG_NOI}
    send(office, "land_case", thief, "uuid:thief", replaces="uuid:victim")
    officer = replace(OFFICER, area="801202")
    assert records.attachment(office.atlas, officer, "uuid:thief", "proof.jpg") is None
    assert records.attachment(office.atlas, ADMINISTRATOR, "uuid:thief", "proof.jpg") is not None


def test_the_phones_page_tells_what_each_enumerator_has_sent(office: Office) -> None:
    """Counts by form, missing photos, quarantine, and a Collect that is too old for the forms."""
    one, other = offices.enumerator(office, "หนึ่ง", "801206"), offices.enumerator(office, "สอง", "8013")
    old, new = "org.odk.collect.android/v2024.3.4 Dalvik/2.1", "org.odk.collect.android/v2026.1.2 Dalvik/2.1"
    send(office, "pomelo_plot", {"photo": "a.jpg"}, "uuid:1", phone=one.id, user_agent=old)
    send(
        office,
        "pomelo_plot",
        {"photo": "b.jpg"},
        "uuid:2",
        phone=one.id,
        user_agent=new,
        files={"b.jpg": b"b"},
    )
    send(office, "land_case", {}, "uuid:3", phone=one.id, user_agent=new, version="1999")
    send(office, "land_case", {}, "uuid:4", phone=other.id, user_agent="curl/8")
    second, first = oversight.overview(office.atlas, ADMINISTRATOR)
    assert (first.name, first.submissions) == ("หนึ่ง", {"pomelo_plot": 2, "land_case": 1})
    assert (first.missing_files, first.quarantined, first.revoked) == (1, 1, False)
    assert [(phone.user_agent, phone.too_old) for phone in first.phones] == [(new, False), (old, True)]
    assert first.last_received_at == first.phones[0].last_received_at
    assert (second.name, second.missing_files, second.phones[0].too_old) == ("สอง", 0, None)
    assert [work.name for work in oversight.overview(office.atlas, PLANNER)] == ["หนึ่ง"]


@pytest.mark.parametrize(
    ("user_agent", "verdict"),
    [
        ("org.odk.collect.android/v2025.4.1 Dalvik", True),
        ("org.odk.collect.android/v2026.1.0 Dalvik", False),
        ("org.odk.collect.android/v2026.10.0", False),
        ("Mozilla/5.0", None),
        ("", None),
    ],
)
def test_a_collect_without_intersects_is_too_old(user_agent: str, verdict: bool | None) -> None:
    """Our forms check drawn shapes with a function that came in 2026.1."""
    assert oversight.too_old(user_agent) is verdict


def test_quarantine_is_shown_to_those_responsible_for_the_enumerator(office: Office) -> None:
    """What was not read has no place of its own."""
    near, far = offices.enumerator(office, "ใกล้", "80120604"), offices.enumerator(office, "ไกล", "8013")
    send(office, "pomelo_plot", {}, "uuid:near", version="1999", phone=near.id)
    send(office, "pomelo_plot", {}, "uuid:far", version="1999", phone=far.id)
    send(office, "pomelo_plot", {}, "uuid:nobody", version="1999")

    def seen(viewer: Viewer) -> list[str]:
        return [one.instance_id for one in oversight.quarantine(office.atlas, viewer)]

    assert seen(ADMINISTRATOR) == ["uuid:nobody", "uuid:far", "uuid:near"]
    assert (seen(OFFICER), seen(PLANNER), seen(ELSEWHERE)) == (["uuid:near"], [], ["uuid:far"])
    assert oversight.quarantine(office.atlas, OFFICER)[0].reason == "unknown_version"
    everywhere = replace(PLANNER, area="")
    assert (seen(everywhere), records.record(office.atlas, everywhere, "uuid:nobody")) == ([], None)
    assert shown(office, ADMINISTRATOR, "uuid:nobody").outcome == "quarantined"


def test_a_flag_has_the_privacy_of_its_field(office: Office) -> None:
    """What was wrong with a personal answer is for those who may see the answer."""
    wrong = CASE | {"moo": "four", "claimants": [{"claimant_since_year": "long ago"}]}
    send(office, "land_case", wrong, "uuid:case")
    by_viewer = {v.name: oversight.flag_counts(office.atlas, v) for v in (OFFICER, PLANNER, ELSEWHERE)}
    assert by_viewer[OFFICER.name] == {"bad_integer": 2}
    assert by_viewer[PLANNER.name] == {"bad_integer": 1}
    assert by_viewer[ELSEWHERE.name] == {}  # the village number is public, the work is not theirs
    details = [one.detail for one in oversight.flags(office.atlas, OFFICER, "bad_integer")]
    assert sorted(details) == ["four", "long ago"]
    assert [one.detail for one in oversight.flags(office.atlas, PLANNER)] == ["four"]
    assert oversight.flags(office.atlas, OFFICER, "self_crossing") == []
    assert len(oversight.flags(office.atlas, OFFICER, limit=1)) == 1
    assert [one.detail for one in shown(office, PLANNER, "uuid:case").flags] == ["four"]


def test_two_contents_under_one_id_are_shown_to_the_area(office: Office) -> None:
    """Both senders and times are named; those elsewhere hear nothing."""
    one = offices.enumerator(office, "หนึ่ง")
    send(office, "pomelo_plot", {"trees": 1, "tambon": "801206"}, "uuid:same", phone=one.id)
    send(office, "pomelo_plot", {"trees": 2, "tambon": "801206"}, "uuid:same")
    (conflict,) = oversight.conflicts(office.atlas, PLANNER)
    assert (conflict.instance_id, conflict.form_id, conflict.first_enumerator) == (
        "uuid:same",
        "pomelo_plot",
        "หนึ่ง",
    )
    assert (conflict.enumerator, conflict.area) == ("", "801206")
    assert oversight.conflicts(office.atlas, ELSEWHERE) == []


def quality_page() -> None:
    """The page of the data's quality, as Streamlit runs it."""
    from streamlit_app.views import quality as view

    view.page()


def test_the_other_content_is_seen_beside_the_first_with_its_files(
    opened: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Answers, rows of repeats and pictures that differ, each to those who may see it; the first one stands.

    One that claims to lie elsewhere is shown to those alone who look after both areas.
    """
    cut = CASE | {"history": "อีกเรื่อง", "case_name": "กรณีใหม่"}
    rows = [dict(CASE["claimants"][0]), CASE["claimants"][1] | {"claimant_name": "ค ตัวอย่าง"}]
    send(opened, "land_case", CASE, "uuid:same", files={"proof.jpg": b"first"})
    send(opened, "land_case", cut | {"claimants": rows}, "uuid:same", files={"proof.jpg": b"second"})
    (one,) = oversight.conflicts(opened.atlas, OFFICER)
    own = log.other_id(one.instance_id, one.sha256)

    def told(viewer: Viewer) -> set[tuple[str, str, str, str]]:
        found = second_contents.differences(opened.atlas, viewer, one)
        return {(each.turn, each.asked.ref, each.first, each.second) for each in found}

    def picture(viewer: Viewer, instance: str) -> bytes:
        sent = list[Any]()

        async def send_(part: Any) -> None:
            sent.append(part)

        address = f"/photo/{quote(instance, safe='')}/proof.jpg".encode()
        asyncio.run(FileServer(opened)({"method": "GET", "raw_path": address, "headers": []}, send_, viewer))
        return sent[1]["body"] if sent[0]["status"] == 200 else b""

    title = ("", "case_name", "กรณี", "กรณีใหม่")
    assert told(PLANNER) == {title}
    proof = ("evidence 1", "evidence_photo", "proof.jpg", "proof.jpg")
    assert told(OFFICER) == {
        title, ("", "history", "เรื่องเล่า", "อีกเรื่อง"),
        ("claimants 2", "claimant_name", "ข ตัวอย่าง", "ค ตัวอย่าง"), proof,
    }  # fmt: skip
    assert (picture(OFFICER, "uuid:same"), picture(OFFICER, own)) == (b"first", b"second")
    assert (picture(PLANNER, own), picture(ELSEWHERE, own)) == (b"", b"")

    monkeypatch.setattr(door, "viewer", lambda: OFFICER)
    page = AppTest.from_function(quality_page, default_timeout=30).run()
    page.selectbox(key="second_content").select_index(0).run()
    assert not page.exception
    assert "กรณีใหม่" in page.dataframe[-1].value.to_string()
    (link,) = page.get("link_button")
    assert link.proto.url == f"/photo/{quote(own, safe='')}/proof.jpg"

    send(opened, "land_case", CASE | {"tambon": "801202", "history": "ที่อื่น"}, "uuid:same")
    one = oversight.conflicts(opened.atlas, OFFICER)[0]
    assert told(OFFICER) == {("", "tambon", "801206", "801202")}
    assert ("", "history", "เรื่องเล่า", "ที่อื่น") in told(Viewer("all@example.org", "officer", "8012"))


def run_page() -> None:
    """The page of records, as Streamlit runs it."""
    from streamlit_app.views import records as view

    view.page()


@pytest.fixture
def opened(office: Office) -> Iterator[Office]:
    """The office that this process's pages show."""
    open_office(office)
    yield office
    open_office(None)


def test_a_household_is_called_by_its_label_within_its_area_only(
    opened: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plot here may name a household of another tambon: its house number stays there."""
    schema = opened.atlas.reference.catalogue.newest("household_register").schema
    entity = f'<entity dataset="households" id="{HOUSEHOLD}" create="1"><label>บ้านเลขที่ 9</label></entity>'
    home = {"tambon": "801202", "moo": 1}
    offices.send(opened, offices.submission(schema, home, meta=entity))
    plot = {"tambon": "801206", "point": KO_THUAT, "household": HOUSEHOLD}
    send(opened, "pomelo_plot", plot, "uuid:plot")
    for viewer, name in ((PLANNER, HOUSEHOLD), (ADMINISTRATOR, "บ้านเลขที่ 9")):
        monkeypatch.setattr(door, "viewer", lambda viewer=viewer: viewer)
        page = AppTest.from_function(run_page, default_timeout=30)
        page.query_params["record"] = "uuid:plot"
        page.run()
        assert not page.exception
        assert f"<dd>{name}</dd>" in "".join(one.proto.body for one in page.get("html"))


def test_a_record_of_a_foreign_form_is_told_in_its_own_words(
    opened: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A question called "end" is no phone's end; a closed shape has three corners; a PDF is no picture."""
    survey = "| type | name | label |\n| end | end | |\n| text | rope | end |\n| text | shape | Outline |\n"
    book = tmp_path / "foreign.xlsx"
    book.write_bytes(workbook({"survey": survey + "| file | deed | Deed |\n| image | seen | Seen |\n"}))
    with log.writing(opened.atlas.log) as connection:
        published.publish(connection, book, opened.atlas.attachments)
    opened.follower.catch_up()
    said = {"end": "2026-03-11T09:00:00.000+07:00", "rope": "knot", "shape": f"{PLOT};", "deed": "<1>.pdf",
            "seen": "seen.JPG"}  # fmt: skip
    send(opened, "trial", said, "uuid:own", files={"<1>.pdf": b"%PDF", "seen.JPG": b"\xff\xd8"})
    monkeypatch.setattr(door, "viewer", lambda: ADMINISTRATOR)
    page = AppTest.from_function(run_page, default_timeout=30)
    page.query_params["record"] = "uuid:own"
    page.run()
    assert not page.exception
    shown = "".join(one.proto.body for one in page.get("html"))
    assert "<dt>end</dt><dd>knot</dd>" in shown
    assert "<dt>กรอกเสร็จ</dt>" in shown
    assert "รวม 3 จุด</dd>" in shown
    assert ">&lt;1&gt;.pdf</a>" in shown
    assert shown.count("<img") == 1


def test_who_is_no_longer_signed_in_is_told_and_shown_the_way(
    opened: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that was left open says so; it does not go blank."""
    monkeypatch.setattr(type(st.context), "cookies", {door.COOKIE: "ended"})
    page = AppTest.from_function(run_page, default_timeout=30).run()
    assert not page.exception
    assert [one.value for one in page.warning] == [t("signin.ended")]
    assert [one.proto.body for one in page.get("html")] == [
        f'<a href="/signin" target="_top">{t("signin.button")}</a>'
    ]


def test_a_docket_shows_the_documents_of_its_other_records(
    opened: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under the page of one record, for those who may open them; and repeats are called what the form calls
    them."""
    house = "6c3a6c51-9d5e-4a76-8f3b-0d2f5a7c1e92"
    register = opened.atlas.reference.catalogue.newest("household_register").schema
    meta = f'<entity dataset="households" id="{house}" create="1"><label>บ้านเลขที่ 5</label></entity>'
    home = {"tambon": "801206", "moo": 3, "house_no": "5"}
    offices.send(opened, offices.submission(register, home, instance="uuid:home", meta=meta))
    claimant = {"claimant_consent": "yes", "claimant_household": house}
    case = CASE | {"claimants": [claimant]}
    send(opened, "land_case", case, "uuid:their-case", files={"proof.jpg": b"proof"})

    def page(viewer: Viewer, record: str) -> str:
        monkeypatch.setattr(door, "viewer", lambda: viewer)
        test = AppTest.from_function(run_page, default_timeout=30)
        test.query_params["record"] = record
        test.run()
        assert not test.exception
        return "\n".join(
            [*(one.value for one in test.markdown), *(one.proto.body for one in test.get("html"))]
        )

    assert "/photo/uuid%3Atheir-case/proof.jpg" in page(OFFICER, "uuid:home")
    assert "/photo/" not in page(PLANNER, "uuid:home")
    assert "##### ผู้เดือดร้อน" in page(OFFICER, "uuid:their-case")
