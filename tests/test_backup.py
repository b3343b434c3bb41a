"""An office is copied to one file while it works, and made again from it: all of it, or nothing."""

from __future__ import annotations

import json
import threading
import zipfile
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

import offices
import pytest

from commands import backup as backup_command
from commands import parser
from commands import restore as restore_command
from ingest import backup, log
from ingest.envelope import read_envelope
from ingest.field import enumerators
from ingest.folder import DataFolder
from ingest.log import Received
from streamlit_app.office import Office
from thai.problem import Problem

PLACE = {"tambon": "801206", "point": "8.2960 100.0910 2 5"}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office with a phone, and a plot with a photo."""
    with offices.opened(tmp_path / "data") as opened:
        offices.enumerator(opened, "สมหญิง")
        _receive(opened, "uuid:photo", photo=b"a picture")
        opened.follower.catch_up()
        yield opened


def _receive(office: Office, instance: str, *, photo: bytes = b"") -> None:
    schema = office.atlas.reference.catalogue.newest("pomelo_plot").schema
    answers = PLACE | ({"photo": "a.jpg"} if photo else {})
    xml = offices.submission(schema, answers, instance=instance)
    files = (office.atlas.attachments.put("a.jpg", photo),) if photo else ()
    with log.writing(office.atlas.log) as connection:
        log.append(connection, [Received(read_envelope(xml), xml, "phone", files)])


def _run(*words: str, data: Path) -> dict[str, object]:
    args = parser.parse([*words, "--data", str(data)])
    return {"backup": backup_command, "restore": restore_command}[words[0]].run(args)


def test_an_office_comes_back_as_it_was(office: Office, tmp_path: Path) -> None:
    """Every table, the photo and the phone's key; the file got a name with the date."""
    (tmp_path / "usb").mkdir()
    tables = office.atlas.warehouse.digests()

    made = _run("backup", str(tmp_path / "usb"), data=tmp_path / "data")
    _receive(office, "uuid:later")
    restored = _run("restore", str(made["file"]), data=tmp_path / "new")

    assert [one.name for one in (tmp_path / "usb").iterdir()] == [Path(str(made["file"])).name]
    assert (made["submissions"], made["attachments"], made["lacking"]) == (1, 1, ())
    assert (restored["submissions"], restored["made_at"]) == (1, made["made_at"])
    shown = restore_command.show(restored | {"made_at": "2026-11-29T18:05:00.000000+00:00"})
    assert "30 พ.ย. 2569 01:05" in shown  # on Bangkok's clock
    with offices.opened(tmp_path / "new", forms=False) as again, again.atlas.log.connect() as connection:
        assert again.atlas.warehouse.digests() == tables
        assert [one.name for one in enumerators.everyone(connection)] == ["สมหญิง"]
        (photo,) = again.atlas.folder.attachments.glob("??/*")
        assert photo.read_bytes() == b"a picture"
    with office.atlas.log.connect() as connection:
        assert log.setting(connection, backup.LAST) == made["made_at"]


def test_a_running_office_is_copied(running_office: offices.RunningOffice, tmp_path: Path) -> None:
    """The command beside the server, as a clerk gives it while the map is open."""
    made = running_office.command("backup", str(tmp_path / "a.zip"))

    assert made["submissions"] >= 3_000
    assert zipfile.ZipFile(tmp_path / "a.zip").testzip() is None


def test_phones_send_while_it_is_written(office: Office, tmp_path: Path) -> None:
    """Whatever was there before is in it; of what comes meanwhile, whole submissions or none of them."""
    begun, done = threading.Event(), threading.Event()

    def send() -> None:
        number = 0
        while not done.is_set():
            _receive(office, f"uuid:{number}", photo=f"picture {number}".encode())
            number += 1
            begun.set()

    phone = threading.Thread(target=send)
    phone.start()
    begun.wait()
    copied = backup.write(office.atlas.folder, tmp_path / "a.zip")
    done.set()
    phone.join()
    backup.restore(tmp_path / "a.zip", DataFolder(tmp_path / "new").create())

    assert copied.submissions >= 2
    assert copied.lacking == ()
    with offices.opened(tmp_path / "new", forms=False) as again:
        assert all(again.follower.verify().values())
        assert again.atlas.warehouse.counts()["projected"] == copied.submissions


def test_a_photo_that_the_office_lost_is_told(office: Office, tmp_path: Path) -> None:
    """The backup is made all the same; a damaged photo is no whole one."""
    (photo,) = office.atlas.folder.attachments.glob("??/*")
    photo.write_bytes(b"a pict")

    copied = backup.write(office.atlas.folder, tmp_path / "a.zip")

    assert (copied.attachments, copied.lacking) == (0, (photo.name,))
    assert photo.name[:8] not in backup_command.show(
        _run("backup", str(tmp_path / "a.zip"), data=tmp_path / "data")
    )
    assert "missing or damaged" in backup_command.show(
        _run("backup", str(tmp_path / "a.zip"), data=tmp_path / "data")
    )


def _other_contents(path: Path, change: dict[str, object], member: tuple[str, bytes] | None = None) -> None:
    """Write a backup again with another list of contents, and one member more or instead."""
    with zipfile.ZipFile(path) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    parts["contents.json"] = json.dumps(json.loads(parts["contents.json"]) | change).encode()
    parts |= dict([member] if member else [])
    with zipfile.ZipFile(path, "w") as file:
        for name, content in parts.items():
            file.writestr(name, content)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("a text", "not_a_backup"), ("cut off", "not_a_backup"), ("another zip", "not_a_backup"),
        ("without its log", "not_a_backup"), ("a path outside", "not_a_backup"),
        ("another log", "backup_damaged"), ("a flipped bit", "backup_damaged"),
        ("of a newer log", "backup_too_new"), ("of a newer format", "backup_too_new"),
    ],
)  # fmt: skip
def test_a_bad_file_makes_no_office(office: Office, tmp_path: Path, kind: str, code: str) -> None:
    """Each is told with its remedy, and nothing stands outside the folder or looks like an office."""
    path, new = tmp_path / "a.zip", DataFolder(tmp_path / "new" / "data").create()
    backup.write(office.atlas.folder, path)
    whole = path.read_bytes()
    at = whole.index(b"a picture")
    if kind == "a text":
        path.write_text("notes")
    elif kind == "cut off":
        path.write_bytes(whole[: len(whole) // 2])
    elif kind == "another zip":
        with zipfile.ZipFile(path, "w") as file:
            file.writestr("log.sqlite", b"")
    elif kind == "without its log":
        with zipfile.ZipFile(path, "w") as file, zipfile.ZipFile(tmp_path / "b.zip", "w"):
            file.writestr("contents.json", json.dumps({"format": 1, "log": "0001", "sha256": {}}))
    elif kind == "a path outside":
        _other_contents(path, {"sha256": {"../evil": "0" * 64}}, ("../evil", b"evil"))
    elif kind == "another log":
        _other_contents(path, {}, ("log.sqlite", b"another"))
    elif kind == "a flipped bit":
        path.write_bytes(whole[:at] + b"A" + whole[at + 1 :])
    else:
        _other_contents(path, {"log": "9999"} if kind == "of a newer log" else {"format": 2})

    with pytest.raises(Problem) as refused:
        backup.restore(path, new)

    assert refused.value.code == code
    assert not new.log.exists()
    assert not (tmp_path / "new" / "evil").exists()


def test_an_office_is_never_written_over(office: Office, tmp_path: Path) -> None:
    """Restoring into a folder with an office is refused, be it open or not."""
    backup.write(office.atlas.folder, tmp_path / "a.zip")

    with pytest.raises(Problem, match="folder_holds_an_office"):
        backup.restore(tmp_path / "a.zip", office.atlas.folder)
    with pytest.raises(Problem, match="nothing_to_back_up"):
        backup.write(DataFolder(tmp_path / "nobody"), tmp_path / "b.zip")


@pytest.mark.parametrize("left", ["log.sqlite-wal", "warehouse/warehouse-000001.duckdb"])
def test_what_is_left_of_an_office_is_not_mixed_with_another(
    office: Office, tmp_path: Path, left: str
) -> None:
    """SQLite would replay a write-ahead log of another log, and tables of it would stand for this one's."""
    backup.write(office.atlas.folder, tmp_path / "a.zip")
    new = DataFolder(tmp_path / "new").create()
    (new.path / left).write_bytes(b"of another")

    with pytest.raises(Problem, match="folder_holds_an_office"):
        backup.restore(tmp_path / "a.zip", new)

    assert not new.log.exists()


def test_a_full_stick_keeps_the_last_backup(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing half is left on it, and the earlier file of that name stays whole."""
    stick = tmp_path / "usb"
    stick.mkdir()
    backup.write(office.atlas.folder, stick / "a.zip")
    before = (stick / "a.zip").read_bytes()
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(backup.shutil, "disk_usage", lambda _path: usage(10, 9, 1))

    with pytest.raises(Problem, match="no_room"):
        backup.write(office.atlas.folder, stick / "a.zip")

    assert [one.name for one in stick.iterdir()] == ["a.zip"]
    assert (stick / "a.zip").read_bytes() == before
