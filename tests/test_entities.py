"""What one visit registers the next chooses and updates, whatever order phones come home in."""

from __future__ import annotations

import csv
import io
import json
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import offices
import pytest
from entity_cases import CASES, LATE_CASES, OTHER_AREA, Case, Sent
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from offices import RunningOffice, post, submission

from forms.xform import Schema, read_schema
from ingest import deletions, log
from ingest.access import ENUMERATOR, Viewer
from ingest.envelope import read_envelope
from ingest.field import phones
from ingest.log import Received
from ingest.projecting import entities
from streamlit_app.office import Office
from thai.problem import Problem

OFFICER = Viewer("officer@example.org", "officer", "8012")
FIRST_DAY = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)


@dataclass
class Written:
    """A case with an entity and instance ids of its own, as the XML that phones send."""

    case: Case
    entity_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    instances: dict[int, str] = field(default_factory=dict)

    def documents(self, schema: Schema) -> list[bytes]:
        """The submissions in the order in which they arrive."""
        for at, sent in enumerate(self.case.sent):
            self.instances[at if sent.number is None else sent.number] = offices.instance_id()
        return [self._xml(schema, at, sent) for at, sent in enumerate(self.case.sent)]

    def _xml(self, schema: Schema, at: int, sent: Sent) -> bytes:
        replaces = "" if sent.corrects is None else self.instances[sent.corrects]
        own = self.instances[at if sent.number is None else sent.number]
        answers = {"tambon": "801206"} | {k: v for k, v in sent.says.items() if v != ""}
        xml = submission(schema, answers, instance=own, replaces=replaces, meta=self._entity(sent))
        for name in (name for name, value in sent.says.items() if value == ""):
            xml = xml.replace(b"</place>", f"<{name}/></place>".encode())
        return xml

    def _entity(self, sent: Sent) -> str:
        if sent.action == "nothing":
            return ""
        does = {"upsert": ' create="1" update="1"'}.get(sent.action, f' {sent.action}="1"')
        known = {"baseVersion": sent.base, "trunkVersion": sent.trunk, "branchId": sent.branch or None}
        said = "".join(f' {name}="{"" if value is None else value}"' for name, value in known.items())
        label = f"<label>{self.case.name}</label>" if sent.action in ("create", "upsert") else ""
        label = label or ("<label>ไม่มีทะเบียน</label>" if len(self.case.sent) < 3 and sent.base == 1 else "")
        return f'<entity dataset="households" id="{self.entity_id}"{does}{said}>{label}</entity>'


def _check(office: Office, written: Written) -> None:
    """The warehouse holds what the case says."""
    case, cursor = written.case, office.atlas.warehouse.cursor()
    versions = cursor.execute(
        "SELECT properties, conflict, resolved FROM entity_version WHERE entity_id = ? ORDER BY version",
        [written.entity_id],
    ).fetchall()
    outcomes = cursor.execute(
        "SELECT outcome FROM entity_event WHERE entity_id = ? ORDER BY _seq", [written.entity_id]
    ).fetchall()

    assert [conflict for _, conflict, _ in versions] == case.conflicts, case.name
    assert [outcome for (outcome,) in outcomes] == case.outcomes, case.name
    if case.resolved:
        assert [resolved for _, _, resolved in versions] == case.resolved, case.name
    if versions:
        last = json.loads(versions[-1][0])
        assert {name: last.get(name) for name in case.says} == case.says, case.name


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningOffice]:
    """An office of its own: at the end it is stopped and looked into."""
    running = RunningOffice(tmp_path_factory.mktemp("entities") / "data").start()
    yield running
    running.stop()


def _list(phone: httpx.Client) -> dict[str, dict[str, str]]:
    """The households as a phone downloads them, by id."""
    listed = phone.get("formList").text
    root = listed.split("<formID>household_register")[1].split("<downloadUrl>")[1].split("/form.xml")[0]
    text = phone.get(f"{root}/media/households.csv").text
    return {row["name"]: row for row in csv.DictReader(io.StringIO(text))}


def _schema(phone: httpx.Client) -> Schema:
    listed = phone.get("formList").text
    url = listed.split("<formID>household_register")[1].split("<downloadUrl>")[1].split("</downloadUrl>")[0]
    return read_schema(phone.get(url).content)


def test_phones_that_were_offline_find_what_the_rules_say(server: RunningOffice) -> None:
    """Every ordering case is sent over HTTP; the lists that phones download next hold the outcome."""
    phones = {area: server.phone(f"phone {area}", area) for area in ("8012", OTHER_AREA)}
    schema, written = _schema(phones["8012"]), [Written(case) for case in CASES]
    for one in written:
        for sent, xml in zip(one.case.sent, one.documents(schema), strict=True):
            assert post(phones[sent.area], xml).status_code == 201
    server.status()
    listed = _list(phones["8012"])

    for one in written:
        row = listed.get(one.entity_id, {"__version": "0"})
        assert int(row["__version"]) == one.case.version, one.case.name
        assert {name: row[name] for name in one.case.says} == one.case.says, one.case.name
    assert _list(phones[OTHER_AREA]) == {}
    assert all(server.ask("verify").values())
    server.stop()
    with offices.opened(server.data, forms=False) as office:
        for one in written:
            _check(office, one)
    server.start()


def _append(office: Office, documents: list[bytes], days: list[int]) -> None:
    """Put submissions into the log as if they had arrived on those days, and follow it."""
    for xml, day in zip(documents, days, strict=True):
        at = (FIRST_DAY + timedelta(days=day)).isoformat(timespec="microseconds")
        with log.writing(office.atlas.log) as connection:
            log.append(connection, [Received(read_envelope(xml), xml, "phone", received_at=at)])
        office.follower.catch_up()


@pytest.mark.parametrize("case", LATE_CASES, ids=lambda case: case.name.replace(" ", "-"))
def test_what_waits_is_applied_after_five_days_of_the_log(office: Office, case: Case) -> None:
    """Waiting is measured by what arrives, so that a rebuild a year later decides the same."""
    written = Written(case)
    documents = written.documents(office.atlas.reference.catalogue.newest("household_register").schema)
    _append(office, documents, [sent.day for sent in case.sent])

    _check(office, written)
    assert all(office.follower.verify().values())


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000))
def test_any_mixture_of_visits_gives_the_same_live_and_rebuilt(tmp_path_factory: Any, seed: int) -> None:
    """Cases shuffled into each other, over days: following gives what a rebuild from nothing gives."""
    dice = random.Random(seed)
    with offices.opened(Path(tmp_path_factory.mktemp("mixed")) / "data") as office:
        schema = office.atlas.reference.catalogue.newest("household_register").schema
        cases = dice.sample(CASES + LATE_CASES, 6)
        documents = [xml for case in cases for xml in Written(case).documents(schema)]
        dice.shuffle(documents)
        days = sorted(dice.randint(0, 12) for _ in documents)
        _append(office, documents, days)

        assert all(office.follower.verify().values())


def _registered(office: Office, label: str = "บ้านเลขที่ 12 หมู่ 3", **says: Any) -> Written:
    written = Written(Case(label, [Sent("create", {"moo": 3, "house_no": "12"} | says)], 1, {}, [], []))
    schema = office.atlas.reference.catalogue.newest("household_register").schema
    _append(office, written.documents(schema), [0])
    return written


def test_what_waited_and_was_corrected_is_not_applied_over_its_correction() -> None:
    """An offline update waits for the one before it; the desk corrects it meanwhile, then that comes."""
    start, hour = datetime(2026, 1, 1, tzinfo=UTC), timedelta(hours=1)
    offline = {"trunk": 1, "branch": "phone"}
    changes = [
        entities.Change(1, "made", start, "create", properties={"members": "0"}),
        entities.Change(
            2, "second", start + hour, "update", base=2, properties={"members": "999"}, **offline
        ),
        entities.Change(3, "correction", start + 2 * hour, "update", base=1, properties={"members": "99"}),
        entities.Change(
            4, "first", start + 3 * hour, "update", base=1, properties={"roof": "tin"}, **offline
        ),
    ]
    links = {"made": (1, ""), "second": (2, ""), "correction": (3, "second"), "first": (4, "")}

    found = entities.history(changes, links, start + 4 * hour)

    assert found.versions[-1].properties == {"members": "99", "roof": "tin"}
    assert [one.instance_id for one in found.versions] == ["made", "correction", "first"]
    assert found.outcomes[2, 0] == entities.REPLACED


def test_a_household_number_used_twice_offline_is_shown_as_twins(office: Office) -> None:
    """Two volunteers registered one house without a signal, one of them in Thai digits: both stand, and the
    office sees the pair.
    """
    first, second = _registered(office), _registered(office, "บ้านเลขที่ ๑๒ หมู่ ๓")

    twins = office.atlas.warehouse.cursor().execute("SELECT label, entity_ids FROM entity_twin").fetchall()

    assert twins == [("บ้านเลขที่ 12 หมู่ 3", sorted([first.entity_id, second.entity_id]))]


def test_an_entity_of_which_one_submission_speaks_is_kept_once(office: Office) -> None:
    """Its event is all that is kept, until a visit gives it a history; each version stands once all along."""
    written = _registered(office)
    cursor = office.atlas.warehouse.cursor()
    versions = "SELECT version, _instance_id FROM entity_version ORDER BY version"
    kept = "SELECT (SELECT count(*) FROM replayed_entity), (SELECT count(*) FROM replayed_version)"

    assert cursor.execute(versions).fetchall() == [(1, written.instances[0])]
    assert cursor.execute("SELECT version, deleted FROM entity").fetchall() == [(1, False)]
    assert cursor.execute(kept).fetchall() == [(0, 0)]

    visit = Written(Case("visit", [Sent("update", {"moo": 5}, 1)], 2, {}, [], []), written.entity_id)
    schema = office.atlas.reference.catalogue.newest("household_register").schema
    offices.send(office, *visit.documents(schema))

    assert cursor.execute(versions).fetchall() == [(1, written.instances[0]), (2, visit.instances[0])]
    assert cursor.execute("SELECT version, deleted FROM entity").fetchall() == [(2, False)]
    assert cursor.execute(kept).fetchall() == [(1, 2)]
    assert all(office.follower.verify().values())


def test_a_deleted_entity_leaves_the_lists_and_can_be_put_back(office: Office) -> None:
    """The office deletes with a reason; what phones still say of it is kept and flagged."""
    written = _registered(office)
    one = Viewer("phone", ENUMERATOR, "8012")

    deletions.say(office.atlas, OFFICER, "households", written.entity_id, "ลงทะเบียนซ้ำ")
    office.follower.catch_up()
    late = Written(Case("late", [Sent("update", {"moo": 5}, 1)], 2, {}, [], []), written.entity_id)
    schema = office.atlas.reference.catalogue.newest("household_register").schema
    offices.send(office, *late.documents(schema))
    cursor = office.atlas.warehouse.cursor()

    assert phones.deleted(office.atlas, "households", [written.entity_id, "not sent yet"]) == {
        written.entity_id: True
    }
    assert cursor.execute("SELECT version, deleted FROM entity").fetchall() == [(2, True)]
    assert cursor.execute("SELECT code FROM flag WHERE code LIKE 'entity%'").fetchall() == [
        ("entity_deleted",)
    ]
    assert all(office.follower.verify().values())
    with pytest.raises(Problem, match="not_allowed"):
        deletions.say(office.atlas, one, "households", written.entity_id, "x")

    deletions.say(office.atlas, OFFICER, "households", written.entity_id, "ผิดหลัง", gone=False)
    office.follower.catch_up()
    assert cursor.execute("SELECT version, deleted FROM entity").fetchall() == [(2, False)]
    assert phones.deleted(office.atlas, "households", [written.entity_id]) == {written.entity_id: False}
    assert all(office.follower.verify().values())


def test_a_list_is_made_once_for_an_area_until_the_data_changes(office: Office) -> None:
    """Phones of one area are given the same bytes; another area, a deletion and a new household are seen."""
    written = _registered(office)
    form = office.atlas.reference.catalogue.newest("household_register")

    def rows(area: str) -> list[str]:
        file = phones.media_file(office.atlas, form, "households.csv", Viewer("phone", ENUMERATOR, area))
        assert file is not None
        return file.content.decode().splitlines()[1:]

    assert [line.split(",")[0] for line in rows("8012")] == [written.entity_id]
    made = list(office.atlas.entity_lists.values())
    rows("801206")
    assert rows("8012")
    assert rows("9001") == []
    assert len(office.atlas.entity_lists) == 3
    assert office.atlas.entity_lists[next(iter(office.atlas.entity_lists))] is made[0]
    deletions.say(office.atlas, OFFICER, "households", written.entity_id, "ลงทะเบียนซ้ำ")
    office.follower.catch_up()
    assert rows("8012") == []
    assert len(office.atlas.entity_lists) == 1
