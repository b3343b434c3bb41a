"""``ingest files``: what a phone holds comes in through the same log, and hostile archives do no harm."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import offices
import pytest
import sqlalchemy as sa

from forms.xform import Schema
from ingest import files
from ingest.tables import attachment
from streamlit_app.office import Office
from thai.problem import Problem

PHOTO = b"\xff\xd8 a small photo"


@pytest.fixture
def schema(office: Office) -> Schema:
    """The pomelo form."""
    return office.atlas.reference.catalogue.newest("pomelo_plot").schema


def counts(found: dict[str, object]) -> tuple[object, ...]:
    """Accepted, duplicates, quarantined, conflicts."""
    return tuple(found[name] for name in ("accepted", "duplicates", "quarantined", "conflicts"))


def stored(office: Office) -> set[tuple[str, str]]:
    """Instance and name of every attachment in the log."""
    with office.atlas.log.connect() as connection:
        query = sa.select(attachment.c.instance_id, attachment.c.name)
        return {(row.instance_id, row.name) for row in connection.execute(query)}


def phone_folder(folder: Path, schema: Schema) -> Path:
    """An ``instances`` folder as Collect keeps it: a folder an instance, its media beside the XML."""
    for number in range(3):
        own = folder / "instances" / f"แปลงส้มโอ_2026-11-2{number}"
        own.mkdir(parents=True)
        answers = {"trees": number, "end": "2026-11-21T10:00:00+07:00", "photo": "1700000000000.jpg"}
        xml = offices.submission(schema, answers, instance=f"uuid:{number}")
        (own / f"{own.name}.xml").write_bytes(xml)
        (own / "1700000000000.jpg").write_bytes(PHOTO + bytes([number]))
        (own / "an older photo.jpg").write_bytes(b"no answer names it any more")
    (folder / "instances" / ".cache").mkdir()
    (folder / "instances" / ".cache" / "x.xml").write_bytes(b"<data/>")
    return folder


def zipped(folder: Path, path: Path) -> Path:
    """The folder as somebody zips it."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in sorted(folder.rglob("*")):
            archive.write(one, one.relative_to(folder))
    return path


def test_a_phones_folder_comes_in_once_with_its_photos(
    office: Office, schema: Schema, tmp_path: Path
) -> None:
    """The folder, then the same as a zip, then both: nothing twice, and a photo belongs to who names it."""
    folder = phone_folder(tmp_path / "phone", schema)
    dry = files.load(office.atlas, [folder], dry_run=True)
    assert (counts(dry), [one["answers"]["trees"] for one in dry["rows"]]) == ((0, 0, 0, 0), ["0", "1", "2"])
    assert counts(files.load(office.atlas, [folder])) == (3, 0, 0, 0)
    assert stored(office) == {(f"uuid:{n}", "1700000000000.jpg") for n in range(3)}
    with office.atlas.log.connect() as connection:
        said = connection.exec_driver_sql("SELECT user_agent FROM submission ORDER BY 1").scalars().all()
    assert said == [one["row"].partition(" · ")[0] for one in dry["rows"]]  # which file it was
    archive = zipped(folder, tmp_path / "phone.zip")
    assert counts(files.load(office.atlas, [archive, folder])) == (0, 6, 0, 0)
    assert len(stored(office)) == 3
    office.follower.catch_up()
    assert office.atlas.warehouse.counts()["projected"] == 3


def test_a_photo_that_comes_later_is_added(office: Office, schema: Schema, tmp_path: Path) -> None:
    """The card held only the XML; the photo is found a day later."""
    folder = phone_folder(tmp_path / "phone", schema)
    photos = list(folder.rglob("1700000000000.jpg"))
    for photo in photos:
        photo.rename(photo.with_suffix(".away"))
    assert counts(files.load(office.atlas, [folder])) == (3, 0, 0, 0)
    assert stored(office) == set()
    for photo in photos:
        photo.with_suffix(".away").rename(photo)
    assert counts(files.load(office.atlas, [folder])) == (0, 3, 0, 0)
    assert len(stored(office)) == 3


def test_a_flat_folder_and_single_files_do_too(office: Office, schema: Schema, tmp_path: Path) -> None:
    """Other tools write all XML into one folder."""
    for number in range(2):
        answers = {"trees": number, "photo": f"{number}.jpg"}
        xml = offices.submission(schema, answers, instance=f"uuid:{number}")
        (tmp_path / f"{number}.xml").write_bytes(xml)
        (tmp_path / f"{number}.jpg").write_bytes(PHOTO)
    assert counts(files.load(office.atlas, [tmp_path / "0.xml"])) == (1, 0, 0, 0)
    assert counts(files.load(office.atlas, [tmp_path])) == (1, 1, 0, 0)
    assert stored(office) == {("uuid:0", "0.jpg"), ("uuid:1", "1.jpg")}


def test_what_cannot_be_read_is_kept_and_what_is_unfinished_is_left(
    office: Office, schema: Schema, tmp_path: Path
) -> None:
    """Unknown versions and half files go into quarantine; drafts and form definitions stay where they are."""
    old = offices.submission(schema, {"trees": 1}, version="1999", instance="uuid:old")
    draft = offices.submission(schema, {"trees": 1}).replace(b"</data>", b"<end/></data>")
    (tmp_path / "old.xml").write_bytes(old)
    (tmp_path / "half.xml").write_bytes(old[: len(old) // 2])
    (tmp_path / "draft.xml").write_bytes(draft)
    (tmp_path / "empty.xml").write_bytes(b"")
    (tmp_path / "huge.xml").write_bytes(b"<data>" + b" " * (5 << 20) + b"</data>")
    (tmp_path / "form.xml").write_bytes(office.atlas.reference.catalogue.newest("land_case").xform)
    found = files.load(office.atlas, [tmp_path])
    assert counts(found) == (0, 0, 2, 0)
    reasons = {one["file"]: one["reason"] for one in found["skipped"]}
    assert reasons == {
        "draft.xml": "draft", "empty.xml": "empty", "form.xml": "form_definition", "huge.xml": "too_large",
    }  # fmt: skip
    office.follower.catch_up()
    assert office.atlas.warehouse.counts()["quarantined"] == 2
    assert counts(files.load(office.atlas, [tmp_path])) == (0, 2, 0, 0)


def test_the_same_instance_with_other_answers_is_a_conflict(
    office: Office, schema: Schema, tmp_path: Path
) -> None:
    """The first stays, the other is kept for a person to see."""
    for number in range(2):
        xml = offices.submission(schema, {"trees": number}, instance="uuid:same")
        (tmp_path / f"{number}.xml").write_bytes(xml)
    assert counts(files.load(office.atlas, [tmp_path])) == (1, 0, 0, 1)
    assert counts(files.load(office.atlas, [tmp_path])) == (0, 1, 0, 1)


def test_names_in_a_zip_never_become_paths(office: Office, schema: Schema, tmp_path: Path) -> None:
    """Traversal, absolute names and drive letters are read as content and written nowhere."""
    xml = offices.submission(schema, {"trees": 1, "photo": "../../evil.jpg"}, instance="uuid:evil")
    inside = tmp_path / "inside"
    inside.mkdir()
    with zipfile.ZipFile(inside / "evil.zip", "w") as archive:
        for name in ("../../evil.xml", "/etc/evil.xml", "C:\\evil.xml"):
            archive.writestr(name, xml)
        archive.writestr("../../evil.jpg", PHOTO)
    before = {path for path in tmp_path.rglob("*") if office.atlas.folder.path not in path.parents}
    assert counts(files.load(office.atlas, [inside / "evil.zip"])) == (1, 2, 0, 0)
    assert before == {path for path in tmp_path.rglob("*") if office.atlas.folder.path not in path.parents}


def refused(office: Office, path: Path) -> str:
    """The code with which an archive is refused."""
    with pytest.raises(Problem) as problem:
        files.load(office.atlas, [path])
    return problem.value.code


def test_a_zip_with_a_password_is_refused(office: Office, schema: Schema, tmp_path: Path) -> None:
    """With the remedy: zip it again without one."""
    archive = zipped(phone_folder(tmp_path / "phone", schema), tmp_path / "locked.zip")
    content = bytearray(archive.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(signature)
        while place >= 0:
            (flags,) = struct.unpack_from("<H", content, place + offset)
            struct.pack_into("<H", content, place + offset, flags | 1)
            place = content.find(signature, place + 4)
    archive.write_bytes(content)
    assert refused(office, archive) == "archive_unsafe"


def test_half_a_zip_and_no_zip_are_refused(office: Office, schema: Schema, tmp_path: Path) -> None:
    """A copy that broke off, and a document called .zip."""
    archive = zipped(phone_folder(tmp_path / "phone", schema), tmp_path / "half.zip")
    archive.write_bytes(archive.read_bytes()[:-200])
    assert refused(office, archive) == "archive_unsafe"
    (tmp_path / "word.zip").write_bytes(b"this is no zip")
    assert refused(office, tmp_path / "word.zip") == "archive_unsafe"
    assert refused(office, tmp_path / "nowhere.zip") == "not_found"


def test_one_damaged_file_in_a_zip_does_not_keep_out_the_others(
    office: Office, schema: Schema, tmp_path: Path
) -> None:
    """A bad spot on the card: what is whole comes in, what is not is named."""
    path = tmp_path / "spot.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for number in range(3):
            xml = offices.submission(schema, {"trees": 41 + number}, instance=f"uuid:{number}")
            archive.writestr(f"{number}/{number}.xml", xml)
    path.write_bytes(path.read_bytes().replace(b"<trees>42</trees>", b"<trees>43</trees>"))
    found = files.load(office.atlas, [path])
    assert counts(found) == (2, 0, 0, 0)
    assert found["skipped"] == [{"file": "1/1.xml", "reason": "damaged"}]


def test_a_zip_that_grows_out_of_proportion_is_stopped(
    office: Office, schema: Schema, tmp_path: Path
) -> None:
    """Ninety megabytes of nothing in ninety kilobytes: read no further than is safe."""
    xml = offices.submission(schema, {"trees": 1, "photo": "big.jpg"})
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/a.xml", xml)
        archive.writestr("a/big.jpg", bytes(90 << 20))
    assert refused(office, tmp_path / "bomb.zip") == "archive_unsafe"


def test_thai_names_zipped_on_a_thai_windows_are_understood(
    office: Office, schema: Schema, tmp_path: Path
) -> None:
    """Explorer writes names in the machine's code page and does not say so."""
    xml = offices.submission(schema, {"trees": 1, "photo": "สวน.jpg"}, instance="uuid:thai")
    with zipfile.ZipFile(tmp_path / "thai.zip", "w") as archive:
        archive.writestr(_ThaiName("ก/a.xml"), xml)
        archive.writestr(_ThaiName("ก/สวน.jpg"), PHOTO)
    assert counts(files.load(office.atlas, [tmp_path / "thai.zip"])) == (1, 0, 0, 0)
    assert stored(office) == {("uuid:thai", "สวน.jpg")}


class _ThaiName(zipfile.ZipInfo):
    """A member whose name is written as a Thai Windows writes it: in cp874, without the mark for UTF-8."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - zipfile's own name
        return self.filename.encode("cp874"), self.flag_bits & ~0x800
