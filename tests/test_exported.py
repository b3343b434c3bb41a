"""Exports of Central and KoboToolbox come in by one command, as the submissions that they were."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import javarosa
import openpyxl
import pytest
from lxml import etree
from other_servers import Central, Held, Kobo, serving
from test_central_project import source
from test_foreign import ANSWERS, SHAPE, WELLS, YES_NO
from test_sources import filled, orders, pulled, xform
from workbooks import workbook

from forms.compile import compile_workbook
from ingest.access import Viewer
from ingest.bringing import bring
from ingest.doors import counts, layers
from ingest.doors.filters import Filter
from ingest.envelope import entities, same_answers
from ingest.office import reviews
from ingest.office.reviews import Action
from ingest.sheets.export_rows import Columns, Repeats
from ingest.sheets.exported import opened_export
from ingest.sources import decisions
from streamlit_app.office import Office
from thai.problem import Problem

ADMINISTRATOR = Viewer("boss@example.org", "administrator", "")
POINT = ("Latitude", "Longitude", "Altitude", "Accuracy")
SETTINGS = "| form_title | form_id | version |\n| Wells | wells | 1 |\n"


def instance(number: int) -> str:
    """The id of a row."""
    return f"uuid:00000000-0000-4000-8000-{number:012d}"


def central_row(number: int, **said: Any) -> dict[str, Any]:
    """A row as Central 2026.2 writes it."""
    return {
        "SubmissionDate": "2026-11-01T00:00:00.000Z", "order": str(number), "select": "yes",
        "group": "2026-11-01", "where-Latitude": "8.2808", "where-Longitude": "100.0898",
        "where-Altitude": "0", "where-Accuracy": "5", "meta-instanceID": instance(number),
        "KEY": instance(number), "SubmitterID": "198", "SubmitterName": "somebody", "AttachmentsPresent": "0",
        "AttachmentsExpected": "0", "Status": "", "ReviewState": "", "DeviceID": "", "Edits": "0",
        "FormVersion": "1",
    } | said  # fmt: skip


def turns(number: int) -> list[dict[str, str]]:
    """The two wells of a row."""
    key = f"{instance(number)}/well"
    spot = {"spot-Altitude": "0", "spot-Accuracy": "5", "PARENT_KEY": instance(number)}
    return [
        spot | {"spot-Latitude": "8.2809", "spot-Longitude": "100.0899", "field": SHAPE, "depth": "12.5",
                "KEY": f"{key}[1]"},
        spot | {"spot-Latitude": "8.2810", "spot-Longitude": "100.0890", "field": "", "depth": "30",
                "KEY": f"{key}[2]"},
    ]  # fmt: skip


def table(rows: list[dict[str, Any]]) -> bytes:
    """A CSV."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def central_zip(path: Path, rows: list[dict[str, Any]], media: list[tuple[str, bytes]] | None = None) -> Path:
    """``submissions.csv.zip`` with the repeat's table; two files may have one name."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("wells.csv", table(rows))
        archive.writestr("wells-well.csv", table([one for n in range(len(rows)) for one in turns(n)]))
        for name, content in media or ():
            archive.writestr(f"media/{name}", content)
    return path


def kobo_workbook(path: Path, rows: int) -> Path:
    """An XLSX export with XML values, a sheet a repeat, numbers and days as spreadsheets keep them."""
    book = openpyxl.Workbook()
    main, well = book.active, book.create_sheet("well")
    assert main is not None
    main.title = "Wells"
    main.append(["order", "select", "group", "where", "_where_latitude", "_where_longitude",
                 "_where_altitude", "_where_precision", "__version__", "_id", "_uuid",
                 "_submission_time", "_validation_status", "_index", "meta/rootUuid"])  # fmt: skip
    well.append(
        ["spot", "field", "depth", "_index", "_parent_table_name", "_parent_index", "_submission__uuid"]
    )
    for n in range(rows):
        own = instance(n).removeprefix("uuid:")
        main.append([n, "Yes", "2026-11-01", "8.2808 100.0898 0 5", 8.2808, 100.0898, 0, 5, "vA", n, own,
                     "2026-11-01T00:00:00", None, n + 1, None])  # fmt: skip
        well.append(["8.2809 100.0899 0 5", SHAPE, 12.5, 2 * n + 1, "Wells", n + 1, own])
        well.append(["8.2810 100.0890 0 5", None, 30, 2 * n + 2, "Wells", n + 1, own])
    book.save(path)
    return path


def form_file(path: Path) -> Path:
    """The form as its authors keep it: nothing in it was made for this system."""
    path.write_bytes(workbook({"survey": WELLS, "choices": YES_NO, "settings": SETTINGS}))
    return path


def on_the_map(office: Office) -> dict[str, int]:
    """Wells by tambon."""
    office.follower.catch_up()
    info = office.atlas.reference.layers["wells.well_spot"]
    query = layers.query(info, ADMINISTRATOR, Filter())
    return counts.by_area(office.atlas.warehouse.cursor(), query, 6)


def everything(office: Office) -> list[str]:
    """All that the office's log holds, and what lies in its folder."""
    with office.atlas.log.connect() as connection:
        lines = list(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]
    return [*lines, *sorted(str(path) for path in (office.atlas.folder.path / "attachments").rglob("*"))]


def test_a_form_and_its_export_from_central_come_with_one_command(office: Office, tmp_path: Path) -> None:
    """Repeats and places are where they belong, and the second time there is nothing to do."""
    paths = [
        form_file(tmp_path / "a form.xlsx"),
        central_zip(
            tmp_path / "export.zip", [central_row(0), central_row(1), central_row(2, FormVersion="2")]
        ),
    ]
    before = everything(office)
    dry = bring(office.atlas, paths, dry_run=True)
    assert (len(dry["rows"]), dry["accepted"]) == (3, 0)
    assert everything(office) == before
    assert dry["rows"][1]["row"] == "export.zip · wells!3"
    assert (dry["rows"][1]["answers"]["order"], dry["rows"][1]["answers"]["well"]) == ("1", "2 ×")

    found = bring(office.atlas, paths)

    assert (found["accepted"], found["skipped"], found["unread"]) == (3, [], [])
    assert on_the_map(office) == {"801206": 6}
    assert orders(office) == ["0", "1", "2"]
    again = central_zip(tmp_path / "again.zip", [central_row(1), central_row(2, order="x"), central_row(8)])
    looked = bring(office.atlas, [again], dry_run=True)
    assert [one["outcome"] for one in looked["rows"]] == ["again", "conflict", "new"]
    assert bring(office.atlas, paths)["duplicates"] == 3
    assert "wells" in office.atlas.reference.catalogue.withdrawn


def test_an_export_of_briefcase_comes_with_its_form(office: Office, tmp_path: Path) -> None:
    """As Briefcase 1.18 wrote it: nothing of a version, dates in words, a link to the repeat's rows."""
    link = {"SET-OF-well": "well"}
    asked = ("order", "select", "group", *(f"where-{part}" for part in POINT), "meta-instanceID", "KEY")
    rows = [
        {"SubmissionDate": "Nov 1, 2026 12:00:00 AM"}
        | {name: central_row(n)[name] for name in asked}
        | {"SET-OF-well": f"{instance(n)}/well"}
        for n in range(3)
    ]
    with zipfile.ZipFile(tmp_path / "wells.zip", "w") as archive:
        archive.writestr("wells.csv", table(rows))
        archive.writestr("wells-well.csv", table([one | link for n in range(3) for one in turns(n)]))
    found = bring(office.atlas, [form_file(tmp_path / "Wells.xlsx"), tmp_path / "wells.zip"])

    assert (found["accepted"], found["skipped"]) == (3, [])
    assert on_the_map(office) == {"801206": 6}


def test_a_form_and_its_workbook_from_kobo_come_with_one_command(office: Office, tmp_path: Path) -> None:
    """Found by its headings; labels in place of values, numbers and blanks are read for what they are."""
    paths = [form_file(tmp_path / "a form.xlsx"), kobo_workbook(tmp_path / "data.xlsx", 3)]

    found = bring(office.atlas, paths)

    assert (found["accepted"], found["unread"]) == (3, [])
    assert on_the_map(office) == {"801206": 6}
    rows = office.atlas.warehouse.cursor().execute(
        'SELECT "select", depth FROM "wells/well" JOIN wells USING (_instance_id)'
    )
    assert sorted(rows.fetchall())[0][0] == "yes"
    assert bring(office.atlas, paths)["duplicates"] == 3


def test_a_workbook_whose_sheet_breaks_off_is_told(tmp_path: Path) -> None:
    """Its rows are read as they are asked for, so the end shows only there."""
    whole, half = kobo_workbook(tmp_path / "whole.xlsx", 3), tmp_path / "half.xlsx"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(half, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content[:-300] if name.endswith("sheet1.xml") else content)

    with opened_export(half) as export:
        assert export is not None
        with pytest.raises(Problem) as refusal:
            list(export.main.rows)
    assert refusal.value.code == "table_unreadable"


def point(element: etree._Element, name: str) -> dict[str, str]:
    """The four columns that Central makes of a point's text."""
    parts = str(element.findtext(f"{{*}}{name}")).split()
    return {f"{name}-{part}": text for part, text in zip(POINT, parts, strict=True)}


def test_the_server_and_its_export_are_one_record(office: Office, tmp_path: Path) -> None:
    """What was pulled comes again as a file, written anew from columns: the same answers."""
    held = [Held("wells", [filled(str(n))]) for n in range(3)]
    with serving(Central(forms={"wells": {"1": xform()}}, held=held)) as server:
        pulled(office, server)
    rows, wells_of = [], []
    for number, one in enumerate(held):
        root = etree.fromstring(one.versions[0][1])
        rows.append(
            central_row(number, **{"meta-instanceID": one.root, "KEY": one.root}, **point(root, "where"))
        )
        wells_of += [
            {"field": turn.findtext("{*}field"), "depth": turn.findtext("{*}depth"), "PARENT_KEY": one.root}
            | point(turn, "spot")
            for turn in root.iter("{*}well")
        ]
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("wells.csv", table(rows))
        archive.writestr("wells-well.csv", table(wells_of))

    found = bring(office.atlas, [path])

    assert (found["duplicates"], found["conflicts"], found["accepted"]) == (3, 0, 0)


def test_an_export_that_excel_saved_again_keeps_its_thai(tmp_path: Path) -> None:
    """In a Thai Windows's own bytes or UTF-16, parted by commas, semicolons or tabs; what is in neither
    encoding is told, and not full of question marks.
    """
    path = tmp_path / "wells.csv"
    path.write_bytes("KEY,ชื่อ\nuuid:1,สมชาย\n".encode("cp874"))
    with opened_export(path) as export:
        assert export
        assert [row["ชื่อ"] for row in export.main.rows] == ["สมชาย"]
    for parted in ("KEY\tชื่อ\nuuid:1\tสม,ชาย\n".encode("utf-16"), "KEY;ชื่อ\nuuid:1;สม,ชาย\n".encode()):
        path.write_bytes(parted)
        with opened_export(path) as export:
            assert export
            assert [row["ชื่อ"] for row in export.main.rows] == ["สม,ชาย"]
    path.write_bytes("KEY,ชื่อ\nuuid:1,สมชาย\n".encode("utf-16-le"))
    with pytest.raises(Problem) as refusal, opened_export(path):
        pass
    assert refusal.value.code == "table_unreadable"


def test_a_long_line_is_one_cell_and_what_breaks_off_is_told(tmp_path: Path) -> None:
    """Twelve thousand vertices are more than a CSV's cell usually may hold."""
    long = "8.28 100.08 0 0;" * 12_000
    (tmp_path / "wells.csv").write_bytes(table([central_row(0, order=long), central_row(1)]))
    with opened_export(tmp_path / "wells.csv") as export:
        assert export is not None
        assert [len(one["order"]) for one in export.main.rows] == [len(long), 1]

    with opened_export(tmp_path / "wells.csv") as export:
        assert export is not None
        limit = csv.field_size_limit(100)
        try:
            with pytest.raises(Problem) as refusal:
                list(export.main.rows)
        finally:
            csv.field_size_limit(limit)
    assert refusal.value.code == "table_unreadable"


MEMBERS = "household_members_and_their_occupations"  # a sheet's name has 31 letters at most
KINDS = {
    "survey": f"""
| type              | name      | label |
| begin_group       | a         | A     |
| text              | a_other   | ระบุ   |
| select_multiple c | crops     | พืช    |
| geopoint          | place     | จุด    |
| end_group         |           |       |
| begin_group       | b         | B     |
| text              | b_other   | ระบุ   |
| end_group         |           |       |
| begin_repeat      | {MEMBERS} | คน    |
| text              | who       | ใคร    |
| end_repeat        |           |       |
""",
    "choices": """
| list_name | name   | label       |
| c         | pomelo | ส้มโอ ทับทิม |
| c         | rice   | ข้าว         |
""",
    "settings": "| form_title | form_id | version |\n| Kinds | kinds | 1 |\n",
}


def test_headings_that_stand_twice_choose_nothing_and_labels_are_read(tmp_path: Path) -> None:
    """KoboToolbox' workbook with labels: two questions of one label, several choices, a cut sheet's name."""
    schema = compile_workbook(workbook(KINDS), file_name="kinds.xlsx").schema
    book = openpyxl.Workbook()
    main, people = book.active, book.create_sheet(MEMBERS[:31])
    main.append(
        ["ระบุ", "พืช", "ระบุ", "_place_latitude", "_place_longitude", "_place_precision", "_uuid", "_index"]
    )
    main.append(["one", "ส้มโอ ทับทิม ข้าว", "two", 8.28, 100.09, 25, "u1", 1])
    people.append(["ใคร", "_parent_index"])
    people.append(["แดง", 1])
    book.save(tmp_path / "kinds.xlsx")

    with opened_export(tmp_path / "kinds.xlsx") as export:
        assert export is not None
        (row,) = export.main.rows
        answers = Columns(schema.table(""), export.main.headings).answers(row)
        Repeats(export, schema).into(answers, "1")

    assert answers == {"crops": "pomelo rice", "place": "8.28 100.09 0 25", MEMBERS: [{"who": "แดง"}]}


TICKED = {  # how KoboToolbox writes one answer of several choices; a question is called like a choice
    "values beside the boxes": (["a/crops", "a/crops/pomelo", "a/crops/rice"], ["pomelo rice", 1, 1]),
    "boxes alone": (["a/crops/pomelo", "a/crops/rice"], [True, "1"]),
    "labels": (["พืช", "พืช/ส้มโอ ทับทิม", "พืช/ข้าว"], ["ส้มโอ ทับทิม ข้าว", 1, 1]),
    "boxes with labels": (["ก/พืช/ส้มโอ ทับทิม", "ก/พืช/ข้าว"], ["True", 1.0]),
}


@pytest.mark.parametrize("how", TICKED)
def test_several_choices_are_read_however_they_are_written(how: str) -> None:
    """And a box takes no answer from the question that has its name."""
    survey = KINDS["survey"].replace("| text              | b_other   | ระบุ   |", "| text | rice | ข้าว |")
    schema = compile_workbook(workbook(KINDS | {"survey": survey}), file_name="kinds.xlsx").schema
    headings, cells = TICKED[how]
    called = "ข้าว" if "labels" in how else "b/rice"
    row = dict(zip([*headings, called], [*cells, "หอมมะลิ"], strict=True))
    columns = Columns(schema.table(""), row)

    assert columns.answers(row) == {"crops": "pomelo rice", "rice": "หอมมะลิ"}
    assert columns.read == set(row)


def test_a_table_that_was_attached_is_no_table_of_the_export(tmp_path: Path) -> None:
    """And one that is damaged within a zip is told."""
    path = central_zip(tmp_path / "wells.zip", [central_row(1)])
    with zipfile.ZipFile(path, "a") as file:
        file.writestr("media/list.csv", b"KEY,price\n1,2\n")

    with opened_export(path) as export:
        assert export is not None
        assert list(export.media) == ["list.csv"]

    whole = bytearray(path.read_bytes())
    whole[whole.index(b"SubmissionDate")] ^= 1
    path.write_bytes(bytes(whole))
    with pytest.raises(Problem, match="table_unreadable"), opened_export(path):
        pass


def test_a_form_without_a_version_has_the_same_one_in_a_file() -> None:
    """Phones leave the attribute out, where an export says that it is blank."""
    assert same_answers(b'<data id="a"><x>1</x></data>', b'<data id="a" version=""><x>1</x></data>')


def test_an_edited_row_takes_the_place_of_the_first(office: Office, tmp_path: Path) -> None:
    """``KEY`` is the first id, ``meta-instanceID`` the newest."""
    form = form_file(tmp_path / "a form.xlsx")
    bring(office.atlas, [form, central_zip(tmp_path / "a.zip", [central_row(0)])])
    edited = central_row(0) | {"order": "again", "meta-instanceID": instance(77), "Edits": "1"}
    bring(office.atlas, [central_zip(tmp_path / "b.zip", [edited])])
    office.follower.catch_up()

    assert orders(office) == ["again"]


PHOTOS = """
    | type     | name  | label |
    | text     | order | Round |
    | geopoint | where | Where |
    | image    | photo | Photo |
    """


def test_two_files_of_one_name_are_told_and_not_guessed(office: Office, tmp_path: Path) -> None:
    """A photo goes to the row that names it; where two could be meant, to none; missing ones are counted."""
    form = tmp_path / "form.xlsx"
    form.write_bytes(workbook({"survey": PHOTOS, "settings": SETTINGS}))
    names = ["a.jpg", "twice.jpg", "shared.jpg", "shared.jpg", "gone.jpg"]
    path = tmp_path / "wells.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("wells.csv", table([central_row(n, photo=name) for n, name in enumerate(names)]))
        for name in ("a.jpg", "twice.jpg", "other/twice.jpg", "shared.jpg"):
            archive.writestr(f"media/{name}", name.encode())

    found = bring(office.atlas, [form, path])

    assert (found["accepted"], found["files_missing"]) == (5, 1)
    told = [one["file"].rpartition(": ")[2] for one in found["skipped"]]
    assert (sorted(told), {one["reason"] for one in found["skipped"]}) == (
        ["shared.jpg", "shared.jpg", "twice.jpg"],
        {"ambiguous"},
    )
    with office.atlas.log.connect() as connection:
        kept = connection.exec_driver_sql("SELECT name FROM attachment ORDER BY 1").scalars().all()
    assert kept == ["a.jpg"]


def test_no_record_of_an_export_comes_in_by_half(office: Office, tmp_path: Path) -> None:
    """Rows in a table that is no repeat of the form keep back their record alone, within it or below; rows
    that belong to no record are told, and headings of a repeat that no question has.
    """
    path = central_zip(tmp_path / "wells.zip", [central_row(n) for n in range(3)])
    pump = {"power": "5", "PARENT_KEY": f"{instance(1)}/well[1]", "KEY": f"{instance(1)}/well[1]/pump[1]"}
    alone = {**turns(9)[0], "colour": "red"}
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("wells-well-pump.csv", table([pump]))
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("wells.csv", table([central_row(8)]))
        archive.writestr("wells-well.csv", table([alone]))
    found = bring(office.atlas, [form_file(tmp_path / "a form.xlsx"), path, tmp_path / "b.zip"])

    assert found["accepted"] == 3
    assert found["skipped"] == [
        {"file": "wells.zip!3 · wells-well-pump", "reason": "repeat_unknown"},
        {"file": "b.zip · wells-well (1)", "reason": "repeat_alone"},
    ]
    assert found["unread"] == ["colour"]
    office.follower.catch_up()
    assert orders(office) == ["0", "2", "8"]


def test_what_an_export_does_not_tell_is_not_made_up(office: Office, tmp_path: Path) -> None:
    """Which form an export is of stands sometimes nowhere, and sometimes there is none, or two."""
    (tmp_path / "x.csv").write_bytes(table([{"KEY": "uuid:1", "a": "b", "c": "d"}]))
    (tmp_path / "own.csv").write_text("ลำดับ,ชื่อ\n1,ก\n", encoding="utf-8")
    for name, files in (
        ("own.zip", ["own.csv"]),
        ("none.zip", ["a.txt"]),
        ("two.zip", ["a/x.csv", "b/x.csv"]),
    ):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for file in files:
                beside = tmp_path / Path(file).name
                archive.writestr(file, beside.read_bytes() if beside.exists() else b"")
    for name, code in (
        ("x.csv", "form_of_export"), ("own.csv", "mapping_needed"), ("own.zip", "mapping_needed"),
        ("none.zip", "nothing_within"), ("two.zip", "exports_several"),
    ):  # fmt: skip
        with pytest.raises(Problem) as refusal:
            bring(office.atlas, [tmp_path / name])
        assert refusal.value.code == code


def test_one_table_of_a_form_with_repeats_is_not_the_whole(office: Office, tmp_path: Path) -> None:
    """Whatever the file is called by now; a row that names no submission is told too."""
    nameless = central_row(2, **{"KEY": "", "meta-instanceID": ""})
    path = tmp_path / "wells (1).csv"
    path.write_bytes(table([central_row(0), central_row(1), nameless]))
    found = bring(office.atlas, [form_file(tmp_path / "a form.xlsx"), path], dry_run=True)

    assert (found["rows"], [(one["file"], one["reason"]) for one in found["skipped"]]) == (
        [],
        [("wells (1).csv!4", "no_id"), ("wells (1).csv · well (2)", "repeat_missing")],
    )


SPRINGS = {
    "survey": """
        | type     | name  | label | save_to |
        | text     | order | Name  | order   |
        | geopoint | where | Where |         |
        """,
    "entities": "| list_name | label    |\n| springs   | ${order} |\n",
    "settings": "| form_title | form_id | version |\n| Springs | springs | 1 |\n",
}


def springs_of(office: Office) -> list[tuple[str, str]]:
    """Name and id of each entry of the register."""
    office.follower.catch_up()
    query = "SELECT label, entity_id FROM entity WHERE dataset = 'springs' AND NOT deleted ORDER BY label"
    return office.atlas.warehouse.cursor().execute(query).fetchall()


class Spring:
    """A spring as a phone registered it, and its row in an export, which does not name the entity."""

    def __init__(self, office: Office, folder: Path) -> None:
        self._office, self._folder = office, folder
        self.form = folder / "form.xlsx"
        self.form.write_bytes(workbook(SPRINGS))
        self.xform = compile_workbook(self.form.read_bytes(), file_name=self.form.name).xform
        said = {"order": "น้ำพุ", "where": "8.2808 100.0898 0 5"}
        self.original = javarosa.engine().load(self.xform, {}).fill(said)
        root = etree.fromstring(self.original)
        self.instance = str(root.xpath("string(//*[local-name()='instanceID'])"))
        self.entity = str(root.xpath("string(//*[local-name()='entity']/@id)"))
        where = str(root.findtext("{*}where")).split()
        self._place = {f"where-{part}": value for part, value in zip(POINT, where, strict=True)}

    def row(self, label: str = "น้ำพุ", **said: str) -> dict[str, str]:
        """Its row, or another one at the same place."""
        named = {"KEY": self.instance, "meta-instanceID": self.instance, "meta-entity-label": label}
        return {"order": label, **named, **self._place} | said

    def export_comes(self, *rows: dict[str, str]) -> dict[str, Any]:
        """An export with these rows, beside the form."""
        (self._folder / "springs.csv").write_bytes(table(list(rows)))
        return bring(self._office.atlas, [self.form, self._folder / "springs.csv"])

    def original_comes(self) -> dict[str, Any]:
        """In the zip of its phone."""
        return bring(self._office.atlas, [phone_zip(self._folder / "phone.zip", self.original)])


@pytest.fixture
def spring(office: Office, tmp_path: Path) -> Spring:
    """A spring that the office does not know yet."""
    return Spring(office, tmp_path)


def test_a_row_that_makes_an_entity_makes_it_here_until_the_original_comes(
    office: Office, spring: Spring
) -> None:
    """An export does not say which one it was; the submission does, and takes the row's place."""
    other = {"KEY": instance(1), "meta-instanceID": instance(1)}
    rows = [spring.row(), spring.row("บ่อ", **other)]
    first = spring.export_comes(*rows)
    made = springs_of(office)
    assert ([label for label, _ in made], made[0][1] == spring.entity) == (["น้ำพุ", "บ่อ"], False)
    assert (first["accepted"], first["skipped"], spring.export_comes(*rows)["duplicates"]) == (2, [], 2)

    assert spring.original_comes()["accepted"] == 1
    assert spring.original_comes()["duplicates"] == 1
    assert springs_of(office) == [("น้ำพุ", spring.entity), made[1]]
    assert spring.export_comes(*rows)["duplicates"] == 2
    assert orders(office, "springs") == ["น้ำพุ", "บ่อ"]
    assert springs_of(office) == [("น้ำพุ", spring.entity), made[1]]
    assert all(office.follower.verify().values())


def test_an_original_that_comes_late_leaves_a_correction_as_it_stands(office: Office, spring: Spring) -> None:
    """What was corrected since the row came is newer than the original, whenever that arrives."""
    spring.export_comes(spring.row())
    spring.export_comes(spring.row("แก้แล้ว", **{"meta-instanceID": instance(2)}))
    corrected = springs_of(office)

    assert spring.original_comes()["duplicates"] == 1
    assert (orders(office, "springs"), springs_of(office)) == (["แก้แล้ว"], corrected)


def test_a_row_edited_after_its_original_came_keeps_the_originals_entity(
    office: Office, spring: Spring
) -> None:
    """The register does not go back to the id that was made up for the first row."""
    spring.export_comes(spring.row())
    spring.original_comes()
    spring.export_comes(spring.row("แก้แล้ว", **{"meta-instanceID": instance(2)}))

    assert [entity for _, entity in springs_of(office)] == [spring.entity]
    assert orders(office, "springs") == ["แก้แล้ว"]


def test_decisions_over_a_row_whose_original_came_go_both_ways(office: Office, spring: Spring) -> None:
    """They are of the record that stands, and that is the original's."""
    spring.export_comes(spring.row())
    one = Held("springs", [(spring.instance, spring.original)], review="approved")
    with serving(Central(forms={"springs": {"1": spring.xform}}, held=[one])) as server:
        pulled(office, server)
    query = "SELECT _instance_id, state FROM springs JOIN review USING (_instance_id)"
    ((record, state),) = office.atlas.warehouse.cursor().execute(query).fetchall()
    assert state == "approved"

    reviews.act(office.atlas, ADMINISTRATOR, [record], Action(state="rejected", reason="ซ้ำ"))
    (planned,) = decisions.plan(office.atlas, source(office))
    assert (planned.root_id, planned.here, planned.action) == (spring.instance, "rejected", "push")


def test_a_decision_over_a_row_holds_for_its_original(office: Office, spring: Spring) -> None:
    """It was made over the same answers; the record's history has it once, and taking it back takes both."""
    spring.export_comes(spring.row())
    office.follower.catch_up()
    taken_back = reviews.act(office.atlas, ADMINISTRATOR, [spring.instance], Action(comment="ผิดแถว"))
    reviews.undo(office.atlas, ADMINISTRATOR, taken_back)
    decided = reviews.act(
        office.atlas, ADMINISTRATOR, [spring.instance], Action(state="rejected", reason="ซ้ำ")
    )
    spring.original_comes()
    office.follower.catch_up()

    query = "SELECT _instance_id, state, decided_by FROM springs JOIN review USING (_instance_id)"
    ((record, *stands),) = office.atlas.warehouse.cursor().execute(query).fetchall()
    assert (record == spring.instance, stands) == (False, ["rejected", ADMINISTRATOR.name])
    told = [one.reason for one in reviews.history(office.atlas, ADMINISTRATOR, record) if not one.undone]
    assert told == ["ซ้ำ"]
    assert all(office.follower.verify().values())

    reviews.undo(office.atlas, ADMINISTRATOR, decided)
    stands_now = reviews.standing(office.atlas, ADMINISTRATOR, record)
    assert stands_now is not None
    assert stands_now.state.name != "rejected"


def test_a_further_edit_speaks_of_the_entity_that_an_earlier_ones_original_named(
    office: Office, spring: Spring
) -> None:
    """Not of the one that was made up for the first row, whose original came too late to take its place."""
    spring.export_comes(spring.row())
    spring.export_comes(spring.row("แก้แล้ว", **{"meta-instanceID": instance(2)}))
    own = f"<instanceID>{instance(2)}</instanceID><deprecatedID>{spring.instance}</deprecatedID>"
    named = re.sub(rb"<(\w+:)?instanceID>.*?</(\w+:)?instanceID>", own.encode(), spring.original)
    edited = named.replace("น้ำพุ".encode(), "แก้แล้ว".encode())
    found = bring(office.atlas, [phone_zip(spring.form.parent / "phone.zip", edited)])
    assert (found["accepted"], [entity for _, entity in springs_of(office)]) == (1, [spring.entity])

    spring.export_comes(spring.row("แก้อีก", **{"meta-instanceID": instance(3)}))

    assert springs_of(office) == [("แก้อีก", spring.entity)]
    assert orders(office, "springs") == ["แก้อีก"]


def test_an_original_that_makes_no_entity_completes_nothing() -> None:
    """A block whose condition was false has an id and does nothing with it."""
    block = '<data id="a"><meta><entity dataset="springs" id="uuid:1" {}/></meta></data>'

    assert entities(block.format('create=""').encode()) == set()
    assert entities(block.format('create="1"').encode()) == {("springs", "1")}


def test_an_edited_row_keeps_the_entity_of_the_submission_that_it_replaces(
    office: Office, tmp_path: Path
) -> None:
    """Else the register would lose what the first one made."""
    form = tmp_path / "form.xlsx"
    form.write_bytes(workbook(SPRINGS))
    row = {"order": "บ่อ", "KEY": instance(1), "meta-instanceID": instance(1), "meta-entity-label": "บ่อ"}
    (tmp_path / "springs.csv").write_bytes(table([row]))
    bring(office.atlas, [form, tmp_path / "springs.csv"])
    ((_, entity),) = springs_of(office)
    edited = {"order": "บ่อใหม่", "meta-instanceID": instance(2), "meta-entity-label": "บ่อใหม่"}
    (tmp_path / "springs.csv").write_bytes(table([row | edited]))

    assert bring(office.atlas, [tmp_path / "springs.csv"])["accepted"] == 1
    assert [one for _, one in springs_of(office)] == [entity]
    assert orders(office, "springs") == ["บ่อใหม่"]


def phone_zip(path: Path, xml: bytes, *, version: str = "1") -> Path:
    """What Collect keeps of a project: the form and its answers side by side."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("odk/forms/Wells.xml", xform(version))
        archive.writestr("odk/instances/Wells_1/Wells_1.xml", xml)
    return path


def test_the_forms_folder_of_a_phone_comes_with_its_instances(office: Office, tmp_path: Path) -> None:
    """One zip brings a form and its answers; a dry run reads them, and leaves the office as it was."""
    before = everything(office)
    (dry,) = bring(office.atlas, [phone_zip(tmp_path / "phone.zip", filled("dry")[1])], dry_run=True)["rows"]
    assert (dry["answers"]["order"], everything(office)) == ("dry", before)

    found = bring(office.atlas, [phone_zip(tmp_path / "phone.zip", filled("of a phone")[1])])

    assert (found["accepted"], found["quarantined"]) == (1, 0)
    newer = phone_zip(tmp_path / "newer.zip", filled("newer", version="2")[1], version="2")
    found = bring(office.atlas, [newer])
    assert (found["accepted"], found["quarantined"], found["skipped"]) == (1, 0, [])
    assert on_the_map(office) == {"801206": 2 * len(ANSWERS["well"])}


def test_what_phones_filled_in_stands_on_the_map_whichever_way_it_comes(
    office: Office, tmp_path: Path
) -> None:
    """From Central, from KoboToolbox and in a zip: one form, every record once, each well in its tambon."""
    forms, central, kobo, both = {"1": xform()}, filled("central"), filled("kobo"), filled("both")
    with serving(
        Central(forms={"wells": forms}, held=[Held("wells", [one]) for one in (central, both)])
    ) as a:
        assert pulled(office, a)["accepted"] == 2
    held = [Held("wells", [one]) for one in (kobo, both)]
    with serving(Kobo(forms={"wells": {"": xform()}}, held=held)) as b:
        again = pulled(office, b)
    assert (again["accepted"], again["duplicates"], again["conflicts"]) == (1, 1, 0)
    for name, xml in (("zip", filled("zip")[1]), ("both", both[1])):
        bring(office.atlas, [phone_zip(tmp_path / f"{name}.zip", xml)])

    assert on_the_map(office) == {"801206": 4 * len(ANSWERS["well"])}
    assert orders(office) == ["both", "central", "kobo", "zip"]
