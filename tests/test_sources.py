"""Pulling from ODK Central and KoboToolbox: everything once, edits and deletions too, whatever goes wrong."""

from __future__ import annotations

import json
import threading
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import javarosa
import offices
import pytest
import pyxform
from lxml import etree
from other_servers import PASSWORD, TOKEN, USER, Answer, Central, Held, Kobo, OtherServer, serving
from pyodk._utils.config import CentralConfig
from test_foreign import ANSWERS, WELLS, wells

from ingest import log, sources
from ingest.access import Viewer
from ingest.doors import counts, layers
from ingest.doors.filters import Filter
from ingest.exports.export_tables import export_tables
from ingest.sources import __main__ as pulling
from ingest.sources import central, kobo, register, schedule
from ingest.sources.pull import pull
from ingest.sources.remote import Remote
from reports import records
from streamlit_app.office import Office
from thai.problem import Problem

ADMINISTRATOR = Viewer("boss@example.org", "administrator", "")
SETTINGS = "| form_title | form_id | version |\n| Wells | wells | {} |\n"


def xform(version: str = "1") -> bytes:
    """The form as the other server gave it to phones."""
    return wells(settings=SETTINGS.format(version)).xform


def filled(order: str, *, replaces: str = "", version: str = "1") -> tuple[str, bytes]:
    """A submission by the engine of ODK Collect, with its instance id."""
    xml = javarosa.engine().load(xform(version), {}).fill(ANSWERS | {"order": order})
    instance = etree.fromstring(xml).xpath("string(//*[local-name()='instanceID'])")
    if replaces:
        tail = b"</orx:instanceID>" if b"</orx:instanceID>" in xml else b"</instanceID>"
        prefix = b"orx:" if tail.startswith(b"</orx") else b""
        extra = b"<%sdeprecatedID>%s</%sdeprecatedID>" % (prefix, replaces.encode(), prefix)
        xml = xml.replace(tail, tail + extra)
    return str(instance), xml


def held(order: str, **values: Any) -> Held:
    """A submission that stands on the other server."""
    return Held("wells", [filled(order)], **values)


CONFIG = f'[central]\nbase_url = "{{}}"\nusername = "{USER}"\npassword = "{PASSWORD}"\n'


@pytest.fixture
def other() -> Iterator[Central]:
    """A Central with seven submissions of a form that was never made for this system."""
    server = Central(forms={"wells": {"1": xform()}}, held=[held(str(n)) for n in range(7)])
    with serving(server):
        yield server


def connected(server: OtherServer) -> Remote:
    """Signed in, without waiting between tries."""
    if isinstance(server, Kobo):
        return kobo.Kobo(server.url, "wells", TOKEN, pause=lambda _: None)
    config = CentralConfig(server.url, USER, PASSWORD)
    return central.Central(config, "1", pause=lambda _: None)


def pulled(office: Office, server: OtherServer, *, whole: bool = False) -> dict[str, Any]:
    """One pull, and the warehouse brought up to it."""
    with log.writing(office.atlas.log) as connection:
        source = register.remember(connection, "kobo" if isinstance(server, Kobo) else "central", server.url)
    try:
        return pull(office.atlas, source, connected(server), whole=whole)
    finally:
        office.follower.catch_up()


def orders(office: Office, form_id: str = "wells") -> list[str]:
    """The rounds that stand in the form's table."""
    rows = office.atlas.warehouse.cursor().execute(f'SELECT "order" FROM {form_id} ORDER BY 1').fetchall()
    return [value for (value,) in rows]


def test_a_form_that_was_never_made_for_us_stands_on_the_map(office: Office, other: Central) -> None:
    """One pull brings the form, its answers and its layers; the second finds nothing to do."""
    first = pulled(office, other)
    asked = len(other.asked)
    second = pulled(office, other)

    assert (first["accepted"], second["accepted"], second["duplicates"]) == (7, 0, 0)
    assert not any(".xml" in path for path in other.asked[asked:])
    assert orders(office) == [str(n) for n in range(7)]
    info = office.atlas.reference.layers["wells.well_spot"]
    q = layers.query(info, ADMINISTRATOR, Filter())
    assert counts.by_area(office.atlas.warehouse.cursor(), q, 6) == {"801206": 14}
    assert all(office.follower.verify().values())


def test_phones_are_not_offered_what_another_server_collects(office: Office, other: Central) -> None:
    """Else one form would be filled in two places."""
    pulled(office, other)

    assert "wells" in office.atlas.reference.catalogue.withdrawn


def test_edits_of_edits_come_with_what_they_replace(office: Office, other: Central) -> None:
    """``__id`` stays while the instance id changes; only the last version stands."""
    pulled(office, other)
    one = other.held[3]
    one.versions.append(filled("3 again", replaces=one.root))
    one.versions.append(filled("3 at last", replaces=one.versions[-1][0]))
    one.updated = "2026-11-02T00:00:00.000Z"

    assert pulled(office, other)["accepted"] == 2
    assert orders(office) == ["0", "1", "2", "3 at last", "4", "5", "6"]


def test_what_is_deleted_there_leaves_the_tables_and_may_come_back(office: Office, other: Central) -> None:
    """Seen in the window, or by comparing the whole index; the log keeps what it received."""
    pulled(office, other)
    other.held[0].deleted = "2026-11-02T00:00:00.000Z"
    assert pulled(office, other)["deleted"] == 1
    vanished = other.held.pop(1)
    assert pulled(office, other)["deleted"] == 0
    assert pulled(office, other, whole=True)["deleted"] == 1
    assert orders(office) == ["2", "3", "4", "5", "6"]
    reasons = (
        office.atlas.warehouse.cursor().execute("SELECT reason FROM submission WHERE reason <> ''").fetchall()
    )
    assert reasons == [("removed",), ("removed",)]
    assert all(office.follower.verify().values())

    other.held[0].deleted = None
    other.held.append(vanished)
    assert pulled(office, other, whole=True)["restored"] == 2
    assert orders(office) == [str(n) for n in range(7)]


def test_photos_that_arrive_late_are_added(office: Office, other: Central) -> None:
    """What has not arrived there is counted as missing and asked for again."""
    other.held[2].files = {"รูป 1.jpg": b"one", "2.jpg": None}
    first = pulled(office, other)
    assert (first["files"], first["files_missing"]) == (1, 1)

    other.held[2].files["2.jpg"] = b"two"
    asked = len(other.asked)
    again = pulled(office, other)  # the time of change does not move when a file arrives
    assert (again["files"], again["files_missing"], again["accepted"]) == (1, 0, 0)
    assert sum("/attachments/" in path for path in other.asked[asked:]) == 1  # not the one that is here
    with office.atlas.log.connect() as connection:
        names = connection.exec_driver_sql("SELECT name FROM attachment ORDER BY 1").scalars().all()
    assert names == ["2.jpg", "รูป 1.jpg"]


def test_two_ways_in_are_one_record(office: Office, other: Central) -> None:
    """A phone's own submission comes again through Central, written anew: nothing twice, no conflict."""
    pulled(office, other)
    instance, xml = filled("7")
    assert offices.send(office, xml)[0].value == "new"
    other.held.append(
        Held("wells", [(instance, xml.replace(b"<order>", b"<order >"))], created="2026-11-03T00:00:00.000Z")
    )
    instance, xml = filled("8")  # of an export that does not tell the version
    assert offices.send(office, xml.replace(b' version="1"', b""), source="files")[0].value == "new"
    other.held.append(Held("wells", [(instance, xml)], created="2026-11-03T00:00:00.000Z"))
    again = pulled(office, other)
    assert (again["accepted"], again["duplicates"], again["conflicts"]) == (0, 2, 0)


def test_a_real_difference_is_kept_for_a_person(office: Office, other: Central) -> None:
    """The same instance with another answer: the first stays, the other stands beside it."""
    instance, xml = filled("7")
    offices.send(office, xml)
    other.held.append(Held("wells", [(instance, xml.replace(b"<order>7", b"<order>8"))]))

    assert pulled(office, other)["conflicts"] == 1


def test_a_submission_without_an_instance_id_has_the_one_its_server_gave_it(
    office: Office, other: Central
) -> None:
    """Central gives it a bare UUID."""
    _, xml = filled("bare")
    bare = "7c1e9b0a-1111-4222-8333-444455556666"
    cut = xml[: xml.index(b"<orx:meta") if b"<orx:meta" in xml else xml.index(b"<meta")]
    other.held.append(Held("wells", [(bare, cut + b"</data>")]))
    pulled(office, other)

    assert "bare" in orders(office)
    with office.atlas.log.connect() as connection:
        ids = connection.exec_driver_sql("SELECT instance_id FROM submission").scalars().all()
    assert bare in ids


def test_a_new_version_is_read_with_its_own_questions(office: Office, other: Central) -> None:
    """All versions of the form come before the answers."""
    other.forms["wells"]["2"] = xform("2")
    other.held.append(Held("wells", [filled("new", version="2")]))
    asked = 'nodeset="/data/order" type="{}"'
    other.forms["wells"]["3"] = xform("3").replace(
        asked.format("string").encode(), asked.format("int").encode()
    )
    other.forms["wells"]["4"] = xform("4")
    other.held += [Held("wells", [filled(f"of {n}", version=n)]) for n in "34"]
    found = pulled(office, other)

    assert [one["code"] for one in found["problems"]] == ["type_changed"]
    assert orders(office)[-2:] == ["new", "of 4"]  # that of the third waits
    assert found["accepted"] == 10


def test_a_version_that_asks_for_other_places_adds_layers_and_leaves_what_was_drawn_on_the_map(
    office: Office, other: Central
) -> None:
    """What is not asked any more, of a repeat that is gone even, keeps a layer that says so."""
    pulled(office, other)
    survey = WELLS.replace("| geoshape          | field  |", "| geotrace          | canal  |")
    other.forms["wells"]["2"] = wells(survey=survey, settings=SETTINGS.format("2")).xform
    lines = WELLS.splitlines()
    cut = "\n".join(
        line for line in lines if not any(word in line for word in ("repeat", "spot", "field", "depth"))
    )
    other.forms["wells"]["3"] = wells(survey=cut, settings=SETTINGS.format("3")).xform
    pulled(office, other)

    of_wells = {
        name: info.label["en"].endswith("(no longer asked)")
        for name, info in office.atlas.reference.layers.items()
        if info.form_id == "wells"
    }
    assert of_wells == {
        "wells.where": False, "wells.well_spot": True, "wells.well_field": True, "wells.well_canal": True
    }  # fmt: skip
    for name, features in (("well_field", 7), ("well_canal", 0)):
        query = layers.query(office.atlas.reference.layers[f"wells.{name}"], ADMINISTRATOR, Filter())
        assert layers.count(office.atlas.warehouse.cursor(), query) == features
    whole = layers.query(office.atlas.reference.forms["wells"], ADMINISTRATOR, Filter())
    tables = export_tables(office.atlas, whole)
    assert "well" in {table.name for table in tables}
    assert len(records.read(office.atlas, ADMINISTRATOR, "wells", "well")) == 14
    assert len(orders(office)) == 7
    assert all(office.follower.verify().values())


@pytest.mark.parametrize("every", [None, 1, 7, 1440, 525_600])
def test_a_period_may_be_any_and_a_clock_that_was_ahead_holds_nothing_up(every: int | None) -> None:
    """Due once the period is over; what began or ended in a year to come was written by a wrong clock."""
    moment = datetime(2026, 11, 29, 12, tzinfo=UTC)

    def due(started: datetime, *, ended: datetime | None = None, asked: str = "") -> bool:
        times = (asked, started.isoformat(), (ended or started).isoformat())
        return register.Source(1, "kobo", "", "", "", "", every, *times, {}).due(moment)

    minutes = timedelta(minutes=every or 0)
    assert not due(moment - minutes + timedelta(seconds=1))
    assert due(moment - minutes - timedelta(seconds=1)) == (every is not None)
    assert due(moment - timedelta(seconds=1), asked=moment.isoformat())
    assert due(moment + timedelta(days=3650), asked=moment.isoformat())
    assert due(moment + timedelta(days=3650)) == (every is not None)


def test_a_form_changed_under_the_same_version_is_told_and_others_go_on(
    office: Office, other: Central
) -> None:
    """Its answers could be read wrongly, so none is taken until somebody looks."""
    other.forms["pumps"] = {"1": xform().replace(b'id="wells"', b'id="pumps"')}
    pulled(office, other)
    other.forms["wells"]["1"] = xform().replace(b"order", b"number")
    other.held.append(Held("wells", [filled("later")], created="2026-11-03T00:00:00.000Z"))

    found = pulled(office, other)

    assert [(one["form_id"], one["code"]) for one in found["problems"]] == [("wells", "version_frozen")]
    assert "later" not in orders(office)


TROUBLES = {
    "an answer 500": ["500"],
    "too many requests": ["429", "429"],
    "half a page": ["", "half"],
    "a document cut short on the way": ["", "", "", "short"],
    "the line cut": ["", "", "cut"],
    "a session that expired": ["", "", "expired"],
    "all of it": ["500", "half", "cut", "429", "expired", "", "", "503", "half", "", "cut"],
}


@pytest.mark.parametrize("what", TROUBLES)
def test_a_tired_server_is_asked_again(office: Office, other: Central, what: str) -> None:
    """Nothing is lost, nothing comes twice."""
    other.trouble = list(TROUBLES[what])

    assert pulled(office, other)["accepted"] == 7
    assert other.trouble == []


def test_a_tired_server_is_given_time(other: Central) -> None:
    """Longer each time, and as long as it asks for."""
    waited: list[float] = []
    config = CentralConfig(other.url, USER, PASSWORD)
    remote = central.Central(config, "1", "wells", pause=waited.append)
    other.trouble = ["500", "503", "429", "502"]

    assert [form.form_id for form in remote.forms()] == ["wells"]
    assert waited == [0.5, 1.0, 7.0, 4.0]


def test_documents_that_are_fetched_ahead_end_with_the_first_trouble(other: Central) -> None:
    """Each is asked for once; what is told to wait waits, and the rest is asked for when it is wanted."""
    waited: list[float] = []
    other.page = 100
    remote = central.Central(CentralConfig(other.url, USER, PASSWORD), "1", "wells", pause=waited.append)
    entries = list(remote.index("wells", ""))
    asked = len(other.asked)
    remote.ahead(entries, set())
    assert len(other.asked) - asked == len(entries) == 7
    documents = [remote.versions(one, set())[0].xml for one in entries]
    assert (len(other.asked) - asked, waited) == (7, [])

    other.trouble = ["429"]
    remote.ahead(entries, set())
    assert [remote.versions(one, set())[0].xml for one in entries] == documents
    assert waited == [7.0]


def test_what_was_written_late_there_is_found_by_the_overlap(office: Office, other: Central) -> None:
    """A slow transaction comes to light behind newer ones: the window begins half an hour before the last."""
    other.held.append(held("newest", created="2026-11-02T12:00:00.000Z"))
    pulled(office, other)
    other.held.append(held("late", created="2026-11-02T11:40:00.000Z"))

    assert pulled(office, other)["accepted"] == 1
    assert "late" in orders(office)


def test_no_secret_is_kept_or_told(
    office: Office, other_kobo: Kobo, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither in the log of submissions, nor in what is said of a failure, nor in the program's own log."""
    caplog.set_level("DEBUG")
    other_kobo.trouble = ["500", "elsewhere"]
    with pytest.raises(Problem) as refusal:
        pulled(office, other_kobo)
    pulled(office, other_kobo)

    with office.atlas.log.connect() as connection:
        kept = "\n".join(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]
    assert TOKEN not in kept + caplog.text + str(refusal.value.as_dict())


REFUSALS = {
    "a login page": (2, ["login"], "source_odd_answer"),
    "the answer of a hotel's own programme": (4, ["other json"], "source_odd_answer"),
    "a redirect elsewhere": (3, ["elsewhere"], "source_moved"),
    "a server down for long": (5, ["503"] * 20, "source_busy"),
    "no right to the project": (0, ["403"], "source_refused"),
    "no such project": (1, ["404"], "source_not_found"),
}


@pytest.mark.parametrize("what", REFUSALS)
def test_what_cannot_be_helped_is_told_and_the_next_pull_goes_on(
    office: Office, other: Central, what: str
) -> None:
    """Stopped after some requests, the next pull ends with exactly the server's content."""
    after, trouble, code = REFUSALS[what]
    other.trouble = [""] * after + trouble
    with pytest.raises(Problem) as refusal:
        pulled(office, other)
    assert refusal.value.code == code
    with office.atlas.log.connect() as connection:
        (source,) = register.everything(connection)
    assert source.result["problems"][0]["code"] == code
    assert not source.running

    other.trouble = []
    pulled(office, other)
    assert orders(office) == [str(n) for n in range(7)]


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (["500", "429", "503"], ""),
        (["503"] * 6, "source_busy"),
        (["login"], "source_odd_answer"),
        (["other json"], "source_odd_answer"),
        (["elsewhere"], "source_moved"),
        (["403"], "source_refused"),
    ],
)
def test_signing_in_is_a_request_like_any_other(other: Central, trouble: list[str], code: str) -> None:
    """Asked again while the server is tired; anything else that answers is told by its name."""
    other.at_the_door = list(trouble)
    if not code:
        assert [form.form_id for form in connected(other).forms()] == ["wells"]
        return
    with pytest.raises(Problem) as refusal:
        connected(other)
    assert refusal.value.code == code


@dataclass
class ForgetfulCentral(Central):
    """All who ask at once hear at the same moment that their session has expired."""

    signed_in: int = 0
    together: threading.Barrier = field(default_factory=lambda: threading.Barrier(6, timeout=30))

    def answer(self, method: str, path: str, headers: Any, body: bytes) -> Answer:
        """One request."""
        self.signed_in += path == "/v1/sessions"
        answer = super().answer(method, path, headers, body)
        if answer[0] == 401:
            self.together.wait()
        return answer


def test_a_session_that_expires_for_six_connections_is_renewed_once() -> None:
    """None takes the new one from the others, so that all of them go on."""
    with serving(ForgetfulCentral(forms={"wells": {"1": b""}})) as server, ThreadPoolExecutor(6) as pool:
        remote = connected(server)
        server.trouble = ["expired"]
        asked = [pool.submit(lambda: [one.form_id for one in remote.forms()]) for _ in range(6)]

        assert [one.result() for one in asked] == [["wells"]] * 6
        assert server.signed_in == 2


def test_wrong_credentials_and_none_are_told(
    office: Office, other: Central, other_kobo: Kobo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An expired token too; the remedy never is to type them into the command."""
    for ask in (
        lambda: central.Central(CentralConfig(other.url, USER, "wrong"), "1"),
        lambda: list(kobo.Kobo(other_kobo.url, "wells", "expired").forms()),
    ):
        with pytest.raises(Problem) as refusal:
            ask()
        assert refusal.value.code == "source_refused"
    for call in (
        lambda: central.credentials(other.url, None),
        lambda: central.credentials(other.url, tmp_path / "none.toml"),
        lambda: kobo.token(None),
        lambda: kobo.token(tmp_path / "none"),
    ):
        with pytest.raises(Problem) as refusal:
            call()
        assert refusal.value.code == "source_credentials"
    with log.writing(office.atlas.log) as connection, pytest.raises(Problem) as refusal:
        register.remember(connection, "kobo", f"https://{USER}:{PASSWORD}@kobo.example.org")
    assert refusal.value.code == "source_secret_in_url"
    assert PASSWORD not in str(refusal.value.as_dict())
    monkeypatch.setenv("TAMBON_KOBO_TOKEN", TOKEN)
    assert kobo.token(None) == TOKEN


@pytest.fixture
def other_kobo() -> Iterator[Kobo]:
    """A KoboToolbox with the same form, under the name that it gave it."""
    server = Kobo(forms={"wells": {"": xform()}}, held=[held(str(n)) for n in range(7)])
    with serving(server):
        yield server


def test_kobo_is_read_to_its_last_page_with_versions_photos_edits_and_deletions(
    office: Office, other_kobo: Kobo
) -> None:
    """Its versions are known from the submissions alone; edits keep their time of submission."""
    other_kobo.held[1].files = {"1.jpg": b"one"}
    other_kobo.held.append(Held("wells", [filled("older", version="an older one")]))
    instance, xml = filled("gone")
    other_kobo.held.append(
        Held("wells", [(instance, xml.replace(b"<order>", b"<colour>red</colour><order>"))])
    )
    first = pulled(office, other_kobo)
    (unread,) = first["problems"]
    assert (unread["code"], "colour" in str(unread["th"])) == ("source_answers_unread", True)
    other_kobo.held.pop()
    assert pulled(office, other_kobo, whole=True)["problems"] == []
    assert (first["accepted"], first["files"]) == (9, 1)
    assert orders(office) == [*(str(n) for n in range(7)), "older"]

    one = other_kobo.held[2]
    one.versions = [one.versions[0], filled("2 again", replaces=one.root)]
    other_kobo.held[0].deleted = "x"
    again = pulled(office, other_kobo, whole=True)
    assert (again["accepted"], again["deleted"]) == (1, 1)
    assert orders(office) == ["1", "2 again", "3", "4", "5", "6", "older"]

    other_kobo.vanishing = [other_kobo.held[1]]  # while its index is read
    assert pulled(office, other_kobo, whole=True)["deleted"] == 0
    unseen = filled("unseen", replaces=one.versions[-1][0])  # edited twice between two pulls
    one.versions += [unseen, filled("2 at last", replaces=unseen[0])]
    again = pulled(office, other_kobo, whole=True)
    assert (again["accepted"], again["deleted"]) == (1, 1)
    assert orders(office) == ["2 at last", "3", "4", "5", "6", "older"]
    assert all(office.follower.verify().values())


@pytest.mark.parametrize(
    "trouble", [["500", "half", "cut", "429"], ["", "half", "", "", "503", "cut", "half"]]
)
def test_a_tired_kobo_is_asked_again(office: Office, other_kobo: Kobo, trouble: list[str]) -> None:
    """As Central is."""
    other_kobo.trouble = list(trouble)
    assert pulled(office, other_kobo)["accepted"] == 7


@pytest.fixture(scope="module")
def own_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[offices.RunningOffice]:
    """A running one for pulls: a form pulled into the shared one would be there for every other test."""
    running = offices.RunningOffice(tmp_path_factory.mktemp("sources") / "data").start()
    yield running
    running.stop()


def public_form_filled(form: bytes, place: str) -> tuple[str, bytes]:
    """A submission of pyxform's example made at that place, with its instance id."""
    answers = {"skip_to_end": "no", "geopoint_test": place}
    turns = [{"required_text": text, "list-nolabel-test": "yes"} for text in ("ก", "ข")]
    xml = javarosa.engine().load(form, {}).fill(answers | {"repeat_test": turns})
    return str(etree.fromstring(xml).xpath("string(//*[local-name()='instanceID'])")), xml


def held_here(office: offices.RunningOffice) -> int:
    """How many records of the form stand in a running office."""
    return int(office.status()["forms"].get("wells", 0))


def test_a_public_form_comes_from_central_kobo_and_a_phone_onto_the_map(
    own_office: offices.RunningOffice, tmp_path: Path
) -> None:
    """pyxform's own example, filled by Collect's engine: a command each from a second terminal, every record
    once and in its tambon. KoboToolbox gives it an id of its own, so that it is a form of its own here.
    """
    form = (Path(pyxform.__file__).parent / "validators" / "xlsform_spec_test.xml").read_bytes()
    deployed = form.replace(b"xlsform_spec_test", b"aSpec").replace(b'id="Spec test"', b'id="aSpec"')
    at_801206, at_801201, at_801209 = "8.2856 100.0937 0 5", "8.3551 100.2025 0 5", "8.4606 100.1769 0 5"
    there, everywhere = public_form_filled(form, at_801201), public_form_filled(form, at_801206)
    on_central = [Held("Spec test", [one]) for one in (there, everywhere)]
    on_kobo = [Held("aSpec", [public_form_filled(deployed, at_801209)])]
    config, token = tmp_path / "pyodk.toml", tmp_path / "token"
    with (
        serving(Central({"Spec test": {"": form}}, on_central)) as a,
        serving(Kobo({"aSpec": {"": deployed}}, on_kobo)) as b,
    ):
        config.write_text(CONFIG.format(a.url))
        token.write_text(TOKEN + "\n")
        where = ("--url", a.url, "--project", "1", "--config", str(config))
        from_central = own_office.command("ingest", "central", *where)
        where = ("--url", b.url, "--asset", "aSpec", "--token-file", str(token))
        from_kobo = own_office.command("ingest", "kobo", *where)
        again = own_office.command("ingest", "again", str(from_central["source"]), "--whole")
    phone = {"own": public_form_filled(form, at_801206)[1], "both": everywhere[1]}
    with zipfile.ZipFile(tmp_path / "phone.zip", "w") as archive:
        archive.writestr("odk/forms/Spec test.xml", form)
        for name, xml in phone.items():
            archive.writestr(f"odk/instances/{name}/{name}.xml", xml)
    from_phone = own_office.command("ingest", "files", str(tmp_path / "phone.zip"))

    taken = [(one["accepted"], one["duplicates"]) for one in (from_central, from_kobo, again, from_phone)]
    assert taken == [(2, 0), (1, 0), (0, 0), (1, 1)]
    tambons = {}
    for form_id in ("Spec test", "aSpec"):
        path = tmp_path / f"{form_id}.geojson"
        own_office.ask("export", layer=f"{form_id}.geopoint_test", path=str(path))
        drawn = json.loads(path.read_text(encoding="utf-8"))["features"]
        tambons[form_id] = sorted(one["properties"]["tambon_code"] for one in drawn)
    assert tambons == {"Spec test": ["801201", "801206", "801206"], "aSpec": ["801209"]}


def test_the_schedule_pulls_while_the_office_runs(
    own_office: offices.RunningOffice, tmp_path: Path, other: Central
) -> None:
    """Asked for on the page or due by its period: in a process of its own, and on the map soon after."""
    config = tmp_path / "pyodk.toml"
    config.write_text(CONFIG.format(other.url))
    where = ("--url", other.url, "--project", "1", "--config", str(config))
    number = own_office.command("ingest", "central", *where, "--every", "60")["source"]
    before = held_here(own_office)
    other.held.append(held("later", created="2026-11-03T00:00:00.000Z"))
    engine = log.open_log(own_office.data / "log.sqlite")
    with log.writing(engine) as connection:
        register.ask(connection, number)
    deadline = time.monotonic() + 60
    while held_here(own_office) != before + 1:
        assert time.monotonic() < deadline
    with engine.connect() as connection:
        assert not register.one(connection, number).due(datetime.now(UTC))
    engine.dispose()


class Endless:
    """The process of a pull that goes on until it is ended."""

    returncode: int | None = None

    def poll(self) -> int | None:
        """Its exit code, once it has one."""
        return self.returncode

    def terminate(self) -> None:
        """As a stop does."""
        self.returncode = -15


def test_a_pull_that_was_cut_off_is_as_due_as_before_and_one_error_ends_no_schedule(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a power cut, by a stop of the office; whoever asked for it asks on."""
    begun = threading.Event()
    with log.writing(office.atlas.log) as connection:
        number = register.remember(connection, "central", "http://127.0.0.1:9", every_minutes=60).id
        register.began(connection, number)  # the power went
        register.ask(connection, number)
    starts = iter([OSError("no memory"), Endless()])

    def start(*_: object, **__: object) -> Endless:
        one = next(starts)
        if isinstance(one, OSError):
            raise one
        with log.writing(office.atlas.log) as connection:
            register.began(connection, number)
        begun.set()
        return one

    monkeypatch.setattr(schedule, "_LOOK_S", 0.01)
    monkeypatch.setattr(schedule.subprocess, "Popen", start)
    looking = schedule.Schedule(office.atlas)
    looking.start()
    assert begun.wait(30)
    looking.stop()

    with office.atlas.log.connect() as connection:
        source = register.one(connection, number)
    assert not source.running
    assert source.asked
    assert source.due(datetime.now(UTC))


def test_a_fault_of_the_program_is_a_problem_of_the_pull(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page tells it, as it would a fault of the server."""
    with log.writing(office.atlas.log) as connection:
        number = register.remember(connection, "central", "http://127.0.0.1:9").id
    monkeypatch.setattr(sources, "connect", lambda _: None)

    assert pulling.main(str(office.atlas.folder.path), str(number)) == register.FAILED
    with office.atlas.log.connect() as connection:
        (problem,) = register.one(connection, number).result["problems"]
    assert problem["code"] == "source_pull_died"


def test_an_entity_list_that_makes_no_form_is_told_and_the_forms_come(office: Office, other: Central) -> None:
    """An older server may hold a name that no form can."""
    made = {"label": "ต้น 1", "data": {"a b": "x"}}
    other.lists = {"trees": [{"id": "7c1e9b0a-1111-4222-8333-444455556666", "versions": [made]}]}
    found = pulled(office, other)

    assert [one["code"] for one in found["problems"]] == ["source_list_unreadable"]
    assert found["accepted"] == 7


def test_connect_reads_the_file_of_the_source(other: Central, tmp_path: Path) -> None:
    """As the schedule does."""
    config = tmp_path / "pyodk.toml"
    config.write_text(CONFIG.format(other.url))
    source = register.Source(1, "central", other.url, "1", "", str(config), None, "", "", "", {})

    assert [form.form_id for form in sources.connect(source).forms()] == ["wells"]
