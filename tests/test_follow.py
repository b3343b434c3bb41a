"""The warehouse follows the log: through restarts, new forms, new boundaries and rebuilds."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import threading
from pathlib import Path
from types import ModuleType
from typing import Any

import offices
import pytest
from offices import instance_id, submission

from forms.catalog import workbooks
from geo.demo import demo_boundaries
from ingest import log, published
from ingest.areas import boundary_sets, set_files
from ingest.attachments import AttachmentStore
from ingest.envelope import read_envelope
from ingest.field import enumerators
from ingest.log import Received
from ingest.projecting import entity_tables, follow, worker
from ingest.projecting.warehouse import Warehouse
from ingest.tables import form_offer, form_usage, form_version
from ingest.writer import Writer
from streamlit_app.office import Office


def _unpublish(office: Office, form_id: str) -> None:
    with log.writing(office.atlas.log) as connection:
        for table in (form_version, form_usage, form_offer):
            connection.execute(table.delete().where(table.c.form_id == form_id))
        log.reference_changed(connection)


def _publish(office: Office, form_id: str) -> None:
    path = next(path for path in workbooks() if path.stem == form_id)
    with log.writing(office.atlas.log) as connection:
        published.publish(connection, path, office.atlas.attachments)


def test_a_form_published_while_the_server_was_off_empties_its_quarantine(tmp_path: Path) -> None:
    """The office publishes in the evening and starts the server in the morning."""
    with offices.opened(tmp_path) as office:
        schema = office.atlas.reference.catalogue.newest("pomelo_plot").schema
        _unpublish(office, "pomelo_plot")
        offices.send(office, submission(schema, {"trees": 7}))
        assert office.atlas.warehouse.counts()["quarantined"] == 1
        _publish(office, "pomelo_plot")
    with offices.opened(tmp_path, forms=False) as office:
        office.follower.catch_up()

        assert office.atlas.warehouse.counts()["quarantined"] == 0
        assert all(office.follower.verify().values())


def test_the_reason_in_quarantine_is_the_one_of_today(office: Office) -> None:
    """The form is published by now, only not in this version: live and rebuilt tables say so alike."""
    schema = office.atlas.reference.catalogue.newest("pomelo_plot").schema
    _unpublish(office, "pomelo_plot")
    offices.send(office, submission(schema, {"trees": 7}, version="from-the-future"))
    _publish(office, "pomelo_plot")
    office.follower.catch_up()
    reasons = office.atlas.warehouse.cursor().execute("SELECT reason FROM submission").fetchall()

    assert reasons == [("unknown_version",)]
    assert all(office.follower.verify().values())


def test_tables_verify_while_phones_send(office: Office) -> None:
    """A check that fails whenever somebody sends would be switched off."""
    schema = office.atlas.reference.catalogue.newest("pomelo_plot").schema
    stop = threading.Event()

    def keep_sending() -> None:
        while not stop.is_set():
            offices.send(office, submission(schema, {"trees": 1}))

    sender = threading.Thread(target=keep_sending)
    sender.start()
    verdicts = [all(office.follower.verify().values()) for _ in range(3)]
    stop.set()
    sender.join()

    assert verdicts == [True, True, True]


def test_a_rebuild_right_after_new_boundaries_joins_with_them(office: Office) -> None:
    """Another process added a set a moment ago; nobody has looked since."""
    schema = office.atlas.reference.catalogue.newest("pomelo_plot").schema
    offices.send(office, submission(schema, {"point": "8.2808 100.0898 0 4"}))
    table = demo_boundaries()
    real = type(table)(level="tambon", frame=table.frame.assign(name_th="จริง"), drawing=False, report=[])
    sha256 = set_files.keep(office.atlas.folder.boundaries, real)
    with log.writing(office.atlas.log) as connection:
        boundary_sets.add(connection, real, sha256, name="real")

    office.follower.rebuild()

    found = office.atlas.warehouse.cursor().execute("SELECT _boundary_set FROM pomelo_plot").fetchall()
    assert found == [("real",)]


def test_a_phone_is_revoked_even_while_a_rebuild_has_its_turn(office: Office) -> None:
    """A rebuild of a large office takes a minute; a stolen phone must not have that minute."""
    one = offices.enumerator(office)
    office.follower.catch_up()
    assert one.token in office.atlas.reference.phones
    held, done = threading.Event(), threading.Event()

    def long_rebuild() -> None:
        with office.follower._turn:
            held.set()
            done.wait(20)

    rebuilding = threading.Thread(target=long_rebuild)
    rebuilding.start()
    held.wait(20)
    with log.writing(office.atlas.log) as connection:
        enumerators.revoke(connection, one.name)
    looking = threading.Thread(target=office.follower.catch_up)
    looking.start()
    for _ in range(200):
        if one.token not in office.atlas.reference.phones:
            break
        done.wait(0.05)
    gone = one.token not in office.atlas.reference.phones
    done.set()
    rebuilding.join()
    looking.join()

    assert gone


def test_a_rebuild_in_worker_processes_gives_the_same_tables(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large log is derived in several processes; the tables cannot tell.

    In the server ``__main__`` is a page of Streamlit by then: a worker must not run that again.
    """
    page = ModuleType("__main__")
    page.__file__ = __file__
    monkeypatch.setitem(sys.modules, "__main__", page)
    schema = office.atlas.reference.catalogue.newest("pomelo_plot").schema
    documents = [submission(schema, {"trees": n, "point": f"8.28{n:02d} 100.0898 0 4"}) for n in range(60)]
    offices.send(office, *documents)
    before = office.atlas.warehouse.digests()
    monkeypatch.setattr(follow, "_MANY", 10)
    monkeypatch.setattr(follow, "_BATCH", 25)

    follow.rebuild(office.atlas, workers=2)

    assert office.atlas.warehouse.digests() == before


def test_an_edit_of_another_form_replaces_nothing(office: Office) -> None:
    """A made-up deprecatedID must not make a record of another form disappear."""
    catalogue = office.atlas.reference.catalogue
    key = instance_id()
    offices.send(office, submission(catalogue.newest("pomelo_plot").schema, {"trees": 1}, instance=key))
    offices.send(office, submission(catalogue.newest("land_case").schema, {}, replaces=key))

    counts = office.atlas.warehouse.counts()
    assert (counts["projected"], counts["superseded"]) == (2, 0)
    flags = office.atlas.warehouse.cursor().execute("SELECT code FROM flag WHERE code = 'edit_refused'")
    assert flags.fetchall() == [("edit_refused",)]
    assert all(office.follower.verify().values())


def test_a_phone_replaces_only_records_of_its_area(office: Office) -> None:
    """An enumerator of Chiang Mai cannot supersede a record of Pak Phanang; one of Pak Phanang can."""
    schema = office.atlas.reference.catalogue.newest("pomelo_plot").schema
    near, far = offices.enumerator(office, "near", "8012"), offices.enumerator(office, "far", "50")
    key = instance_id()
    offices.send(office, submission(schema, {"tambon": "801206", "trees": 1}, instance=key))
    for who, trees in ((far, 2), (near, 3)):
        xml = submission(schema, {"tambon": "801206", "trees": trees}, replaces=key)
        with log.writing(office.atlas.log) as connection:
            log.append(connection, [Received(read_envelope(xml), xml, "phone", enumerator_id=who.id)])
        office.follower.catch_up()

    standing = office.atlas.warehouse.cursor().execute("SELECT trees FROM pomelo_plot ORDER BY 1").fetchall()
    assert standing == [(2,), (3,)]
    assert all(office.follower.verify().values())


def test_a_corrected_registration_raises_the_households_version_by_one(office: Office) -> None:
    """Phones fetch a row again only when its version is newer."""
    schema = office.atlas.reference.catalogue.newest("household_register").schema
    old, household = instance_id(), "3f0a6c51-9d5e-4a76-8f3b-0d2f5a7c1e90"

    def registration(house_no: str, **about: str) -> bytes:
        entity = (
            f'<entity dataset="households" id="{household}" create="1"><label>{house_no}</label></entity>'
        )
        return submission(schema, {"tambon": "801206", "house_no": house_no}, meta=entity, **about)

    versions = []
    for document in (registration("2/1", instance=old), registration("2/7", replaces=old)):
        offices.send(office, document)
        versions += office.atlas.warehouse.cursor().execute("SELECT version, label FROM entity").fetchall()

    assert versions == [(1, "2/1"), (2, "2/7")]
    assert all(office.follower.verify().values())


def test_a_write_that_fails_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A phone tries again by itself: each try must not fill the disk further."""

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        AttachmentStore(tmp_path).put("a.jpg", b"photo")

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_phone_that_hangs_up_does_not_stop_the_writer(office: Office) -> None:
    """The server cancels what nobody waits for any more; the next phone is still heard."""
    writer: Writer = office.atlas.writer
    xml = [f'<data id="x"><meta><instanceID>uuid:{n}</instanceID></meta></data>'.encode() for n in (1, 2)]
    one, two = (Received(read_envelope(each), each, "phone") for each in xml)

    async def phones() -> tuple[log.Outcome, log.Outcome]:
        with log.writing(office.atlas.log):  # the writer has to wait for its turn
            first, second = asyncio.create_task(writer.write(one)), asyncio.create_task(writer.write(two))
            await asyncio.sleep(0)
            second.cancel()
            await asyncio.sleep(0)
        third = asyncio.create_task(writer.write(two))
        return await asyncio.gather(first, third)

    assert asyncio.run(asyncio.wait_for(phones(), 20)) == [log.Outcome.NEW, log.Outcome.NEW]


def test_a_full_disk_refuses_a_phone_and_takes_it_when_there_is_room_again(office: Office) -> None:
    """The writer's own transaction is undone, so that the phone's next try is the first one that counts."""
    writer: Writer = office.atlas.writer
    xml = b'<data id="x"><note>%s</note><meta><instanceID>uuid:1</instanceID></meta></data>' % (
        b"n" * 100_000
    )
    one = Received(read_envelope(xml), xml, "phone")

    def pages(most: int) -> None:
        writer._kept.driver_connection.execute(f"PRAGMA max_page_count={most}")

    pages(1)  # SQLite takes what the file has by now
    with pytest.raises(sqlite3.Error, match="full"):
        asyncio.run(writer.write(one))
    pages(1_000_000)

    assert asyncio.run(writer.write(one)) == log.Outcome.NEW
    assert asyncio.run(writer.write(one)) == log.Outcome.AGAIN


def test_a_rest_is_over_when_the_phones_fall_silent(office: Office) -> None:
    """What the last of them sent is not kept back for as long as many would have been."""
    follower = follow.Follower(office.atlas)
    follower._rest(follow._POURING, 3600.0)
    assert follower._wake.is_set()


@pytest.mark.parametrize("count", [20_000, 60_001, 100_000])
def test_workers_get_ranges_that_end_together(count: int) -> None:
    """Every row once, in order, and no worker with a turn more than another."""
    shares = follow._shares(7, 7 + count, 2)
    assert len(shares) % 2 == 0
    assert [start for start, _ in shares] == [7, *(end for _, end in shares[:-1])]
    assert shares[-1][1] == 7 + count
    sizes = [end - start for start, end in shares]
    assert max(sizes) <= follow._RANGE
    assert sizes[0] + 1 >= sizes[-1], "what comes last is taken in while no worker has anything to do"


def test_a_rebuild_writes_down_what_it_has_while_it_reads_on(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A correction of what is written down finds it; what breaks later leaves nothing of this try behind."""
    schema = office.atlas.reference.catalogue.newest("pomelo_plot").schema
    ids = [instance_id() for _ in range(6)]
    for number, own in enumerate(ids):
        answers, replaced = {"tambon": "801206", "trees": number}, ids[0] if number == 5 else ""
        offices.send(office, submission(schema, answers, instance=own, replaces=replaced))
    live, written = office.atlas.warehouse.digests(), list[int]()
    write_out, settle = Warehouse.write_out, entity_tables.settle

    def noting(warehouse: Warehouse) -> None:
        written.append(int(warehouse.meta("last_seq")))
        write_out(warehouse)

    def breaking(connection: Any, *more: Any) -> None:
        settle(connection, *more)
        if connection.execute("SELECT 1 FROM pomelo_plot WHERE trees = 4").fetchone():
            raise ValueError

    monkeypatch.setattr(Warehouse, "write_out", noting)
    monkeypatch.setattr(follow, "_BATCH", 1)
    office.follower.rebuild()
    assert written == [4]
    assert office.atlas.warehouse.counts()["superseded"] == 1
    assert office.atlas.warehouse.digests() == live

    monkeypatch.setattr(entity_tables, "settle", breaking)
    office.follower.rebuild()  # breaks behind what is written down: once more, batch by batch
    assert written == [4, 4]
    counts = office.atlas.warehouse.counts()
    assert [counts[name] for name in ("projected", "superseded", "quarantined")] == [4, 1, 1]
    assert len(list(office.atlas.folder.warehouse.glob("*.duckdb"))) == 1


def test_a_process_beside_the_server_projects_what_many_phones_send(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until it is ready the server does it itself; the tables are those of a rebuild, and it ends with it."""
    monkeypatch.setattr(follow, "_AIDED", 1)
    with offices.opened(tmp_path / "data") as office:
        schema = office.atlas.reference.catalogue.newest("pomelo_plot").schema
        warm, follower = worker.Warm(), follow.Follower(office.atlas, workers=1)
        follower._warm = warm
        for lat in ("8.28", "8.29", "8.30"):
            one = offices.submission(schema, {"tambon": "801206", "point": f"{lat} 100.09 0 4"})
            with log.writing(office.atlas.log) as connection:
                log.append(connection, [Received(read_envelope(one), one, "phone")])
            follower.catch_up()
            assert warm._reading is not None
            assert warm._reading.result(60).submissions.num_rows == 0  # ready from here on
        process = warm._process
        assert process is not None
        warm.close()
        live = office.atlas.warehouse.digests()
        office.follower.rebuild()

        assert process.returncode == 0
        assert office.atlas.warehouse.counts()["projected"] == 3
        assert live == office.atlas.warehouse.digests()
