"""A record that is emptied on request: what was said is gone everywhere, that it came stays."""

from __future__ import annotations

import asyncio
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import offices
import pytest
import sqlalchemy as sa
from offices import submission
from streamlit.testing.v1 import AppTest

from ingest import backup, files, log, redaction
from ingest.access import Viewer
from ingest.envelope import read_envelope
from ingest.field import phones
from ingest.log import Outcome, Received
from ingest.office import records
from ingest.tables import attachment, audit, conflict, entity_deletion
from ingest.tables import submission as rows
from streamlit_app import viewer as door
from streamlit_app.office import Office, open_office
from streamlit_app.server.outer import Outer
from thai.problem import Problem

BOSS = Viewer("boss@example.org", "administrator", "")
NAME = "นายลืมฉัน สักครั้ง"
HOUSE, VISIT = "5f0d1c7e-0000-4000-8000-000000000001", "5f0d1c7e-0000-4000-8000-000000000002"
PLOT = {
    "tambon": "801206", "owner_name": NAME, "point": "8.2960 100.0910 2 5", "photo": "a.jpg",
    "visit_date": "2026-03-11",
}  # fmt: skip


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office in which two records came with one picture."""
    with offices.opened(tmp_path / "data") as opened:
        offices.enumerator(opened)
        yield opened


def _receive(office: Office, xml: bytes, *pictures: bytes) -> Outcome:
    """One submission with its files, as a phone's upload ends in the log."""
    kept = tuple(office.atlas.attachments.put("a.jpg", one) for one in pictures)
    with log.writing(office.atlas.log) as connection:
        (outcome,) = log.append(connection, [Received(read_envelope(xml), xml, "phone", kept)])
    office.follower.catch_up()
    return outcome


def _plot(office: Office, instance: str, replaces: str = "", **says: Any) -> bytes:
    schema = office.atlas.reference.catalogue.newest("pomelo_plot").schema
    return submission(schema, PLOT | says, instance=instance, replaces=replaces)


def _household(
    office: Office, instance: str, entity: str, does: str, *, replaces: str = "", **says: Any
) -> bytes:
    schema = office.atlas.reference.catalogue.newest("household_register").schema
    label = f"<label>{NAME}</label>" if "create" in does else ""
    meta = f'<entity dataset="households" id="{entity}" {does}>{label}</entity>'
    return submission(schema, {"tambon": "801206"} | says, instance=instance, replaces=replaces, meta=meta)


def _redact(office: Office, instance: str, viewer: Viewer = BOSS) -> int:
    emptied = redaction.redact(office.atlas, viewer, instance, " ถอนความยินยอม ")
    office.follower.catch_up()
    return emptied


def _on_disk(office: Office, words: str) -> list[str]:
    """The files of the office's folder in which these words stand."""
    everything = [path for path in office.atlas.folder.path.rglob("*") if path.is_file()]
    return [path.name for path in everything if words.encode() in path.read_bytes()]


def test_nothing_of_it_is_left_but_that_it_came(office: Office, tmp_path: Path) -> None:
    """Answers, the correction, another content under its id and their pictures; not another's like it."""
    _receive(office, _plot(office, "uuid:first"), b"shared picture", b"own picture")
    _receive(office, _plot(office, "uuid:first", trees=7), b"picture of the other content")
    _receive(office, _plot(office, "uuid:edit", "uuid:first", trees=9), b"newer picture")
    _receive(office, _plot(office, "uuid:stays", owner_name="นางอยู่ ต่อไป"), b"shared picture")
    assert _on_disk(office, NAME)

    assert _redact(office, "uuid:edit") == 2

    assert _on_disk(office, NAME) == []
    assert {path.read_bytes() for path in office.atlas.attachments.folder.glob("??/*")} == {b"shared picture"}
    assert all(office.follower.verify().values())
    counts = office.atlas.warehouse.counts()
    assert (counts["forms"], counts["superseded"], counts["quarantined"]) == ({"pomelo_plot": 1}, 1, 1)
    found = records.record(office.atlas, BOSS, "uuid:edit")
    assert found is not None
    assert (found.reason, found.sections, found.attachments, len(found.history)) == ("redacted", (), (), 2)
    with office.atlas.log.connect() as connection:
        (first,) = connection.execute(sa.select(rows).where(rows.c.instance_id == "uuid:first"))
        assert connection.execute(sa.select(conflict)).all() == []
        assert connection.execute(sa.select(attachment.c.instance_id)).scalars().all() == ["uuid:stays"]
        said = connection.execute(sa.select(audit.c.actor, audit.c.action, audit.c.subject)).all()
    assert (first.xml, first.redaction_reason, len(first.sha256)) == (b"", "ถอนความยินยอม", 64)
    assert len(json.loads(first.redaction_left)["files"]) == 3
    assert (BOSS.name, "redact", "uuid:edit: ถอนความยินยอม") in said
    backup.write(office.atlas.folder, tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as file:
        assert not any(NAME.encode() in file.read(one) for one in file.namelist())


def test_what_comes_again_is_acknowledged_and_not_kept(office: Office, tmp_path: Path) -> None:
    """The same phone, other bytes, a late picture, the phone's folder: each hears that it arrived."""
    xml, picture = _plot(office, "uuid:first"), b"own picture"
    _receive(office, xml, picture)
    _redact(office, "uuid:first")
    before = office.atlas.warehouse.digests()
    (token,) = office.atlas.refresh().phones
    lying = tmp_path / "instances" / "first"
    lying.mkdir(parents=True)
    (lying / "submission.xml").write_bytes(xml)
    (lying / "a.jpg").write_bytes(picture)

    async def sent_again() -> list[int]:
        async with httpx.AsyncClient(transport=app, base_url="http://office") as phone:
            url = f"/v1/key/{token}/projects/1/submission"
            late = ("a.jpg", ("a.jpg", picture, "image/jpeg"))
            again = [
                await phone.post(url, files=[("xml_submission_file", ("s.xml", one, "text/xml")), late])
                for one in (xml, _plot(office, "uuid:first", trees=7))
            ]
        return [one.status_code for one in again]

    app = httpx.ASGITransport(Outer(office, None))  # type: ignore[arg-type] # no page is asked for
    assert asyncio.run(sent_again()) == [201, 201]
    brought = files.load(office.atlas, [tmp_path / "instances"])
    with log.writing(office.atlas.log) as connection:
        log.attach(connection, "uuid:first", [office.atlas.attachments.take("a.jpg", picture, keep=False)])
    office.follower.catch_up()

    office.atlas.attachments.put("a.jpg", picture)  # as with a table that is brought in again
    redaction.remove_files(office.atlas)  # at the next start

    assert (brought["duplicates"], brought["conflicts"]) == (1, 0)
    assert _on_disk(office, NAME) == _on_disk(office, "own picture") == []
    assert office.atlas.warehouse.digests() == before
    with office.atlas.log.connect() as connection:
        assert (
            connection.execute(sa.select(attachment)).all()
            == connection.execute(sa.select(conflict)).all()
            == []
        )


def test_phones_forget_what_it_registered_and_what_others_said_keeps_its_place(office: Office) -> None:
    """What it made leaves the lists; of a household that it changed the rest stands, as a newer version."""
    _receive(office, _household(office, "uuid:made", HOUSE, 'create="1"', moo=3))
    _receive(office, _household(office, "uuid:other", VISIT, 'create="1"', moo=4))
    _receive(
        office, _household(office, "uuid:visit", VISIT, 'update="1" baseVersion="1"', moo=5, house_no="99/9")
    )
    _receive(office, _household(office, "uuid:later", VISIT, 'update="1" baseVersion="2"', moo=6))
    _receive(office, _household(office, "uuid:fix", HOUSE, 'create="1"', replaces="uuid:made", moo=2))

    assert (_redact(office, "uuid:made"), _redact(office, "uuid:visit")) == (2, 1)
    _receive(office, _household(office, "uuid:last", VISIT, 'update="1" baseVersion="4"', moo=7))

    assert all(office.follower.verify().values())
    assert phones.deleted(office.atlas, "households", [HOUSE, VISIT]) == {HOUSE: True, VISIT: False}
    phone = offices.enumerator(office, "อีกคน").viewer
    listed = phones.whole_list(office.atlas, "households", phone).content.decode()
    assert (HOUSE in listed, VISIT in listed, "99/9" in listed) == (False, True, False)
    query = "SELECT action, conflict, properties->>'moo' FROM entity_version WHERE entity_id = ?"
    said = office.atlas.warehouse.cursor().execute(f"{query} ORDER BY version", [VISIT]).fetchall()
    assert said == [
        ("create", "", "4"), ("update", "", "4"), ("update", "", "6"), ("redaction", "", "6"),
        ("update", "", "7"),
    ]  # fmt: skip
    with office.atlas.log.connect() as connection:
        reasons = connection.execute(sa.select(entity_deletion.c.reason)).scalars().all()
    assert len(reasons) == 1
    assert "ถอนความยินยอม" not in reasons[0]  # planners read it


@pytest.mark.parametrize(
    ("viewer", "instance", "reason", "code"),
    [
        (Viewer("o", "officer", ""), "uuid:first", "ขอลบ", "not_allowed"),
        (Viewer("a", "administrator", "5301"), "uuid:first", "ขอลบ", "not_allowed"),
        (BOSS, "uuid:first", " ", "reason_missing"),
        (BOSS, "uuid:nobody", "ขอลบ", "record_unknown"),
    ],
)
def test_only_an_administrator_of_its_area_with_a_reason(
    office: Office, viewer: Viewer, instance: str, reason: str, code: str
) -> None:
    """Nothing is touched otherwise."""
    _receive(office, _plot(office, "uuid:first"))

    with pytest.raises(Problem, match=code):
        redaction.redact(office.atlas, viewer, instance, reason)

    assert office.atlas.warehouse.counts()["forms"] == {"pomelo_plot": 1}


def test_an_edit_that_was_refused_is_a_record_of_its_own(office: Office) -> None:
    """Whoever claims to replace a record of elsewhere takes nothing down with it."""
    _receive(office, _plot(office, "uuid:first"))
    claiming = _plot(office, "uuid:claims", "uuid:first", owner_name="คนอื่น")
    with log.writing(office.atlas.log) as connection:
        log.append(connection, [Received(read_envelope(claiming), claiming, "desk", writer_area="5301")])
    office.follower.catch_up()

    assert _redact(office, "uuid:first") == 1

    assert office.atlas.warehouse.counts()["forms"] == {"pomelo_plot": 1}
    assert all(office.follower.verify().values())


def _page() -> None:
    from streamlit_app.views import records

    records.page()


def test_an_administrator_empties_it_on_records(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reason and a second word are asked for; then the page tells when and why. Officers see no button."""
    _receive(office, _plot(office, "uuid:first"))
    open_office(office)

    def looked_at(role: str) -> AppTest:
        monkeypatch.setattr(door, "viewer", lambda: Viewer("a", role, "8012"))
        test = AppTest.from_function(_page, default_timeout=60)
        test.query_params["record"] = "uuid:first"
        return test.run()

    title = "ลบเนื้อหาตามคำขอ"
    assert not [one for one in looked_at("officer").button if one.label == title]
    page = looked_at("administrator")
    press = next(one for one in page.button if one.label == title)
    next(one for one in page.text_input if "ถอนความยินยอม" in one.label).set_value("เจ้าของขอลบ")
    press.click().run()
    assert office.atlas.warehouse.counts()["quarantined"] == 0
    next(one for one in page.checkbox if "เรียกคืน" in one.label).check()
    next(one for one in page.button if one.label == title).click().run()

    assert not page.exception
    assert office.atlas.warehouse.counts()["quarantined"] == 1
    assert any("เจ้าของขอลบ" in one.value for one in page.caption)
    assert not [one for one in page.button if one.label == title]
