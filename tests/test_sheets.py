"""An Excel that a tambon kept for years, or a layer of another program, becomes ordinary submissions."""

from __future__ import annotations

import io
import json
import math
import sqlite3
import zipfile
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.xml.constants import SHEET_MAIN_NS
from pyproj import Geod
from shapely import Point, Polygon, box
from test_foreign import wells
from workbooks import workbook

from forms.compile import compile_workbook, compile_xform
from forms.instance import InstanceWriter, Meta, read_answers
from forms.spreadsheet import rows as rows_of
from ingest import log, published, redaction
from ingest.access import Viewer
from ingest.envelope import parse_xml, read_envelope, written_here
from ingest.sheets import load, mapping, reading, spreadsheet
from ingest.sheets.suggest import drafts, suggest
from ingest.sheets.typed import typed
from streamlit_app.office import Office
from thai.problem import Problem

BOOK = [
    ["ทะเบียนสวนส้มโอ ตำบลเกาะทวด", None, None, None, None, None, None],
    ["ลำดับ", "ชื่อเจ้าของ", "พันธุ์ส้มโอ", "จำนวนต้น", "เนื้อที่", "วันที่สำรวจ", "พิกัด", None],
    [None, None, None, None, None, None, "X", "Y"],
    ["๑", "สมหญิง", "ทับทิมสยาม", "๑๒๐", "5-2-30", "๓๐ มีนาคม ๒๕๖๔", 619500, 915500],
    [2, "สมชาย", "ทองดี", 80, "3 ไร่ 1 งาน", date(1964, 2, 25), 619600, 915600],
    [3, "สมศรี", "พันธุ์แปลก", 40, 2.5, "10 มี ค 64", 619700, 915700],
    ["รวม", None, None, 240, None, None, None, None],
    ["หมายเหตุ: สำรวจโดยกลุ่มสวนส้มโอ", None, None, None, None, None, None, None],
]
MAP = """
name = "ทะเบียนสวน"
form = "pomelo_plot"
key = ["ลำดับ"]
crs = "EPSG:32647"
[columns]
owner_name = "ชื่อเจ้าของ"
variety = "พันธุ์ส้มโอ"
trees = "จำนวนต้น"
area_rai = { column = "เนื้อที่", as = "rai" }
visit_date = "วันที่สำรวจ"
point = { columns = ["พิกัด Y", "พิกัด X"], as = "point" }
[constants]
tambon = "801206"
owner_registered = "no"
[words.variety]
"พันธุ์แปลก" = "other"
"""


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A register with a caption, two header rows, Thai digits, dates as text and as 1964, a total, a note;
    beside it two sheets of notes, one of which is a table too."""
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in BOOK:
        sheet.append(row)
    sheet.merge_cells("G2:H2")
    notes = workbook.create_sheet("บันทึก")
    notes.append(["โทรหาคุณสมชายก่อนเข้าสวน"])
    phones = workbook.create_sheet("เบอร์โทร")
    for row in (["ชื่อ", "ครั้งที่โทร"], ["สมชาย", 2], ["สมหญิง", 1]):
        phones.append(row)
    workbook.save(tmp_path / "สวน.xlsx")
    return tmp_path / "สวน.xlsx"


def written(folder: Path, text: str = MAP) -> mapping.Mapping:
    """A mapping as it lies beside the table."""
    path = folder / "map.toml"
    path.write_text(text, encoding="utf-8")
    return mapping.read(path)


def rows(office: Office) -> list[tuple[Any, ...]]:
    """What stands in the form's table."""
    office.follower.catch_up()
    columns = "owner_name, variety, trees, area_rai, visit_date, _tambon, _source"
    query = f"SELECT {columns} FROM pomelo_plot ORDER BY trees DESC"
    return office.atlas.warehouse.cursor().execute(query).fetchall()


def test_a_register_comes_in_once_with_its_dates_areas_and_places(
    office: Office, book: Path, tmp_path: Path
) -> None:
    """Thai digits, 5-2-30, a year read as 1964 and metres of UTM mean what the clerk meant."""
    found = load.load(office.atlas, [book], written(tmp_path))

    assert (found["accepted"], found["skipped"]) == (3, [])
    assert [one["table"] for one in found["passed_over"]] == ["สวน.xlsx · เบอร์โทร"]
    assert [
        (owner, variety, trees, float(area), str(day), tambon, source)
        for owner, variety, trees, area, day, tambon, source in rows(office)
    ] == [
        ("สมหญิง", "thapthim_siam", 120, 5.575, "2021-03-30", "801206", "file"),
        ("สมชาย", "thong_di", 80, 3.25, "2021-02-25", "801206", "file"),
        ("สมศรี", "other", 40, 2.5, "2021-03-10", "801206", "file"),
    ]
    again = load.load(office.atlas, [book], written(tmp_path))
    assert (again["accepted"], again["duplicates"], again["conflicts"]) == (0, 3, 0)
    with office.atlas.log.connect() as connection:
        query = "SELECT instance_id, user_agent FROM submission ORDER BY seq"
        (key, said), *_ = connection.exec_driver_sql(query).all()
    assert (
        key == "uuid:a6caa6c0-e718-573f-8e88-177ee768cdf2"
    )  # the same row next year: it may never become another
    assert (
        said == "สวน.xlsx · Sheet!4 · sha256 4253d441edd92d5fdf24ab080b655f2c0aa02ba7857928d8b11b02d0993c4f38"
    )


def test_metres_of_indian_1975_are_moved_by_the_transformation_that_was_chosen(
    office: Office, book: Path, tmp_path: Path
) -> None:
    """Read as WGS84 the same numbers would lie 334 m too far east and 299 m too far south."""
    lon, lat = [], []
    for crs in ("EPSG:32647", "EPSG:24047"):
        found = load.load(
            office.atlas, [book], written(tmp_path, MAP.replace("EPSG:32647", crs)), dry_run=True
        )
        at = found["rows"][0]["answers"]["point"].split()
        lat.append(float(at[0]))
        lon.append(float(at[1]))
    azimuth, _, metres = Geod(ellps="WGS84").inv(lon[1], lat[1], lon[0], lat[0])

    east, south = metres * math.sin(math.radians(azimuth)), -metres * math.cos(math.radians(azimuth))
    assert (east, south) == (pytest.approx(334, abs=4), pytest.approx(299, abs=4))


def test_a_dry_run_shows_every_row_and_stores_none(office: Office, book: Path, tmp_path: Path) -> None:
    """What would be stored, and what not and why, before anything is."""
    unknown = MAP.replace('"พันธุ์แปลก" = "other"', "")
    found = load.load(office.atlas, [book], written(tmp_path, unknown), dry_run=True)

    assert [one["row"].rpartition("!")[2] for one in found["rows"]] == ["4", "5"]
    assert found["rows"][0]["answers"]["visit_date"] == "2021-03-30"
    (left,) = found["skipped"]
    assert left["problems"][0]["place"] == "สวน.xlsx, Sheet, row 6, column พันธุ์ส้มโอ"
    assert found["accepted"] == 0
    assert rows(office) == []
    load.load(office.atlas, [book], written(tmp_path, unknown))
    found = load.load(office.atlas, [book], written(tmp_path), dry_run=True)
    assert [one["outcome"] for one in found["rows"]] == ["again", "again", "new"]


def test_a_row_that_says_something_else_by_now_is_kept_beside_the_first(
    office: Office, book: Path, tmp_path: Path
) -> None:
    """The same plot of next year's file is the same record."""
    load.load(office.atlas, [book], written(tmp_path))
    workbook = load_workbook(book)
    workbook.worksheets[0].cell(5, 4).value = 81
    workbook.save(book)
    again = load.load(office.atlas, [book], written(tmp_path))
    assert (again["duplicates"], again["conflicts"], again["reread"], again["known"]) == (2, 1, 0, [])


def test_a_row_that_is_read_better_by_now_takes_the_place_of_its_earlier_reading(
    office: Office, book: Path, tmp_path: Path
) -> None:
    """As rows do that an earlier build read with commas, or 57 years late: the cells are the same. What
    somebody corrected since stays as it is, and nothing comes a second time.
    """
    load.load(office.atlas, [book], written(tmp_path))
    office.follower.catch_up()
    with office.atlas.log.connect() as connection:
        query = "SELECT instance_id, xml FROM submission ORDER BY seq DESC"
        key, xml = connection.exec_driver_sql(query).all()[0]
    corrected = xml.replace(b">40<", b">41<").replace(
        f"<instanceID>{key}</instanceID>".encode(),
        f"<instanceID>uuid:by-hand</instanceID><deprecatedID>{key}</deprecatedID>".encode(),
    )
    with log.writing(office.atlas.log) as connection:
        log.append(connection, [log.Received(read_envelope(corrected), corrected, "desk")])
    better = written(
        tmp_path, MAP.replace('visit_date = "วันที่สำรวจ"\n', "").replace("[constants]", "[constants]\nmoo = 4")
    )
    dry = load.load(office.atlas, [book], better, dry_run=True)
    found = [load.load(office.atlas, [book], better) for _ in range(2)]

    names = ("accepted", "duplicates", "conflicts", "reread")
    counts = [tuple(one[name] for name in names) for one in (dry, *found)]
    assert counts == [(0, 0, 0, 2), (2, 1, 0, 2), (0, 3, 0, 0)]
    assert [(one[2], one[4] is None) for one in rows(office)] == [(120, True), (80, True), (41, False)]
    assert all(office.follower.verify().values())

    redaction.redact(office.atlas, Viewer("admin", "administrator", ""), key, "ขอให้ลบ")
    again = load.load(office.atlas, [book], written(tmp_path))
    assert tuple(again[name] for name in names) == (2, 1, 0, 2)
    assert [one[2] for one in rows(office)] == [120, 80]  # what was emptied on request does not come back


def test_a_table_whose_name_was_changed_is_told_before_its_rows_come_twice(
    office: Office, book: Path, tmp_path: Path
) -> None:
    """What stands in every cell is the same, and nothing of it is known under that name."""
    load.load(office.atlas, [book], written(tmp_path))
    renamed = book.rename(book.with_name("สวน 2568.xlsx"))
    other = mapping.parse(MAP.replace('name = "', 'name = "ปี 2568 ', 1), "a")

    assert load.load(office.atlas, [renamed], other, dry_run=True)["known"] == [
        {"table": "สวน.xlsx · Sheet", "rows": 3}
    ]
    same = load.load(office.atlas, [renamed], written(tmp_path))
    assert (same["duplicates"], same["known"]) == (3, [])


def test_a_draft_matches_what_is_sure_and_asks_for_the_rest(
    office: Office, book: Path, tmp_path: Path
) -> None:
    """Headings in Thai, areas as 5-2-30, systems in which the numbers lie in Thailand, words to decide."""
    workbook = load_workbook(book)
    workbook.worksheets[0]["G3"], workbook.worksheets[0]["H3"] = "E (UTM)", "N (UTM)"
    workbook.save(book)
    (parted,) = (one for one in reading.sheets(book) if len(one.lines) == 3)
    schema = office.atlas.reference.catalogue.newest("pomelo_plot").schema
    assert suggest(parted, schema).coordinates == ["พิกัด N (UTM)", "พิกัด E (UTM)"]
    workbook.worksheets[0]["G3"], workbook.worksheets[0]["H3"] = "ตะวันออก", "เหนือ"
    workbook.save(book)
    sheet = next(one for one in reading.sheets(book) if len(one.lines) == 3)
    draft = suggest(sheet, schema).text

    assert '"trees" = "จำนวนต้น"' in draft
    assert '= { column = "เนื้อที่", as = "rai" }' in draft
    assert '"point" = { columns = ["พิกัด เหนือ", "พิกัด ตะวันออก"], as = "point" }' in draft
    assert '"EPSG:32647"' in draft
    assert "EPSG:24047" in draft
    assert '# "พันธุ์แปลก" = ""' in draft
    assert '# key = ["ลำดับ"]' in draft
    assert '# "visit_date" = "วันที่สำรวจ"' in draft  # dates, and the nearest question for one
    assert mapping.read(_saved(tmp_path, draft)).form == "pomelo_plot"
    whole = mapping.parse(MAP + '"5\\" \\\\ก" = "other"\n', "a")
    assert mapping.parse(mapping.text_of(whole), "b") == whole


def test_a_draft_for_a_form_with_thai_names_can_be_read(book: Path, tmp_path: Path) -> None:
    """Other compilers allow them."""
    sheet = next(one for one in reading.sheets(book) if len(one.lines) == 3)
    xform = wells().xform.replace(b"order", "จำนวนต้น".encode())
    draft = suggest(sheet, compile_xform(xform).schema).text

    assert mapping.Column("จำนวนต้น", ("จำนวนต้น",), "") in mapping.read(_saved(tmp_path, draft)).columns


def test_a_comment_between_cells_is_no_cell() -> None:
    """Some programs write them."""
    cells = '<c r="A1"><v>1</v></c><!-- by hand --><c r="B1"><v>2</v></c>'
    xml = f'<worksheet xmlns="{SHEET_MAIN_NS}"><sheetData><row r="1">{cells}</row></sheetData></worksheet>'

    assert list(rows_of(io.BytesIO(xml.encode()), lambda _kind, _style, raw: raw)) == [(1, ["1", "2"])]


def test_a_heading_below_another_one_is_matched_by_its_own_words(office: Office, tmp_path: Path) -> None:
    """ข้อมูลสวน over จำนวนต้น; trees with their word; a point of which nothing or a half is given."""
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in (
        ["ที่", "ข้อมูลสวน", None, "พิกัด", None],
        [None, "พันธุ์", "จำนวนต้น", "ตะวันออก", "เหนือ"],
        ["๑", "ทองดี", "๑๒๐ ต้น", "619,500", "915,500"],
        ["๒", "ทองดี", 30, "-", "-"],
        ["๓", "ทองดี", 20, 619500, None],
    ):
        sheet.append(row)
    sheet.merge_cells("B1:C1")
    sheet.merge_cells("D1:E1")
    workbook.save(tmp_path / "a.xlsx")
    (draft,) = drafts(office.atlas.reference.catalogue, "pomelo_plot", [tmp_path / "a.xlsx"])
    found = load.load(office.atlas, [tmp_path / "a.xlsx"], mapping.parse(draft.text, "a"), dry_run=True)

    assert [(one["answers"]["trees"], "point" in one["answers"]) for one in found["rows"]] == [
        ("120", True),
        ("30", False),
    ]
    assert [one["problems"][0]["code"] for one in found["skipped"]] == ["cell_unreadable"]


WRITTEN = {  # what a cell holds: (question, how the mapping reads it, what it means or the problem)
    "a year typed as a date of Excel's": ("visit_date", "date", date(2564, 2, 25), "2021-02-25"),
    "a year before the month": ("visit_date", "date", "2564/02/25", "2021-02-25"),
    "a day that lost its format": ("visit_date", "date", 44252, "2021-02-25"),
    "an area that Excel took for a day": ("area_rai", "rai", date(2030, 2, 5), "cell_unreadable"),
    "an area with blanks": ("area_rai", "rai", "5 - 2 - 30", "5.5750"),
    "a range": ("trees", "number", "100-120", "cell_unreadable"),
    "an error of a formula": ("trees", "number", "#REF!", "cell_unreadable"),
}


@pytest.mark.parametrize("what", WRITTEN)
def test_what_years_of_typing_left_in_cells_is_read_or_told(
    office: Office, tmp_path: Path, what: str
) -> None:
    """Never something else than what was meant."""
    question, reading_, value, meant = WRITTEN[what]
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in (["ชื่อ", "ค่า", "ต้น"], ["สมชาย", value, 10], ["เฉลี่ย", None, 15], ["ยอดยกไป", None, 30]):
        sheet.append(row)
    workbook.save(tmp_path / "a.xlsx")
    text = f"""
name = "a"
form = "pomelo_plot"
[columns]
owner_name = "ชื่อ"
{question} = {{ column = "ค่า", as = "{reading_}" }}
"""
    found = load.load(office.atlas, [tmp_path / "a.xlsx"], mapping.parse(text, "a"), dry_run=True)

    told = [one["answers"][question] for one in found["rows"]] or [one["reason"] for one in found["skipped"]]
    assert told == [meant]


def book_of(path: Path, rows: list[list[Any]], *merged: str) -> Path:
    """A workbook of one sheet."""
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for reference in merged:
        sheet.merge_cells(reference)
    workbook.save(path)
    return path


PEOPLE = """
name = "ผู้นำ"
form = "leader_register"
[columns]
given_name = "ชื่อ"
citizen_id = "เลขบัตร"
birth_date = "เกิด"
visit_date = "บันทึก"
"""


def test_codes_and_days_are_kept_as_they_were_written(office: Office, tmp_path: Path) -> None:
    """No separators in a code that Excel holds as a number, and no birth 57 years late; next year's day that
    was typed with two digits is taken for it where an end is asked for, and told anyway.
    """
    head = ["ชื่อ", "เลขบัตร", "เกิด", "บันทึก", "ตำบล"]
    people: list[list[Any]] = [
        ["สมชาย", 3801200123456, "15/3/2508", date(1964, 2, 25), 801206],
        ["สมหญิง", "๓๘๐๑๒", date(1950, 5, 1), date(1987, 5, 1), 801206],
        ["สมศรี", 2.5, "2 ก.พ. 2530", "2/2/1964", 801206],
    ]
    path = book_of(tmp_path / "a.xlsx", [head, *people])
    found = load.load(office.atlas, [path], mapping.parse(PEOPLE + 'tambon = "ตำบล"\n', "a"), dry_run=True)

    assert [tuple(one["answers"].values()) for one in found["rows"]] == [
        ("สมชาย", "3801200123456", "1965-03-15", "2021-02-25", "801206"),
        ("สมหญิง", "๓๘๐๑๒", "1950-05-01", "1987-05-01", "801206"),
        ("สมศรี", "2.5", "1987-02-02", "1964-02-02", "801206"),
    ]
    assert found["doubts"] == []
    asked = 'agreement_ends = "สิ้นสุด"\nlast_check = "ตรวจ"\n'
    due = f'name = "a"\nform = "water_agreement_check"\n[columns]\n{asked}'
    next_year = datetime.now(UTC).year + 1
    stored, meant = date(next_year - 57, 2, 25), date(next_year, 2, 25)
    ends = book_of(tmp_path / "b.xlsx", [["สิ้นสุด", "ตรวจ", "ที่"], [stored, stored, 1]])
    found = load.load(office.atlas, [ends], mapping.parse(due, "b"), dry_run=True)
    assert [tuple(one["answers"].values()) for one in found["rows"]] == [(str(meant), str(stored))]
    assert [(one["heading"], one["stored"], one["taken"]) for one in found["doubts"]] == [
        ("สิ้นสุด", str(stored), str(meant)),
        ("ตรวจ", str(stored), str(stored)),
    ]
    words = PEOPLE + 'moo = { column = "ชื่อ", as = "text" }\n'
    with_words = load.load(office.atlas, [path], mapping.parse(words, "a"), dry_run=True)
    assert [one["reason"] for one in with_words["skipped"]] == ["answer_no_fit"] * 3


OLD = {  # ids of an earlier build, by the row's number
    3: "uuid:6b69b34e-ff79-5e31-8f86-364519735f5a",
    4: "uuid:60e45f54-31c0-5bf9-a443-0109c4fa1495",
}


def came_before(
    office: Office, said: mapping.Mapping, row: dict[str, Any], instance_id: str, at: str
) -> None:
    """A row of a dry run is in the log under another id, as an earlier build wrote it."""
    form = office.atlas.reference.catalogue.newest(said.form)
    xml = InstanceWriter(form.xform, form.schema).write(row["answers"], Meta(instance_id))
    envelope = written_here(xml, form.form_id, form.version, instance_id)
    with log.writing(office.atlas.log) as connection:
        log.append(connection, [log.Received(envelope, xml, "file", user_agent=at)])


def test_a_row_is_the_same_whether_its_key_is_a_number_or_text(
    office: Office, book: Path, tmp_path: Path
) -> None:
    """Under the id of an earlier build too, which told ๑ from 1."""
    said = written(tmp_path)
    first, *_ = load.load(office.atlas, [book], said, dry_run=True)["rows"]
    came_before(office, said, first, "uuid:7aa61823-5a2e-59a9-9860-1b1ead555bb4", "สวน.xlsx · Sheet!4")
    counts = [load.load(office.atlas, [book], said)]
    workbook = load_workbook(book)
    for row, key in ((4, 1), (5, "2"), (6, "๓")):
        workbook.worksheets[0].cell(row, 1).value = key
    workbook.save(book)
    counts.append(load.load(office.atlas, [book], said))

    assert [(one["accepted"], one["duplicates"], one["conflicts"]) for one in counts] == [
        (2, 1, 0),
        (0, 3, 0),
    ]


def test_a_table_without_a_key_may_get_a_row_above(office: Office, tmp_path: Path) -> None:
    """What a row says makes it the same row, its number did so once; two that say the same are two."""
    said = mapping.parse('name = "a"\nform = "pomelo_plot"\n[columns]\ntrees = "ต้น"\n', "a")
    head, old = ["ชื่อ", "ต้น"], [["ก", 10], ["ข", 20], ["ข", 20]]
    path = book_of(tmp_path / "a.xlsx", [head, *old])
    before = load.load(office.atlas, [path], said, dry_run=True)["rows"]
    (sheet,) = reading.sheets(path)
    for row, line in list(zip(before, sheet.lines, strict=True))[1:]:
        at = f"{line.place} · sha256 {line.sha256()}"
        came_before(office, said, row, OLD[line.number], at)
    book_of(path, [head, ["ใหม่", 5], *old])

    for counts in ((2, 2), (0, 4)):
        found = load.load(office.atlas, [path], said)
        assert (found["accepted"], found["duplicates"], found["conflicts"], found["known"]) == (
            *counts,
            0,
            [],
        )


def test_totals_are_told_and_nobodys_name_is_one(office: Office, tmp_path: Path) -> None:
    """รวมพร is a person; a moo that is merged over three people is the moo of each, and counts once."""
    head = ["ชื่อ", "หมู่", "ต้น"]
    people: list[list[Any]] = [
        ["รวมพร ใจดี", 3, 10], ["รวมใจพัฒนา", None, 20], ["สมชาย", None, 30], ["รวมทั้งสิ้น", None, 60],
    ]  # fmt: skip
    path = book_of(tmp_path / "a.xlsx", [head, *people], "B2:B4")
    columns = 'owner_name = "ชื่อ"\nmoo = "หมู่"\ntrees = "ต้น"\n'
    said = mapping.parse(f'name = "a"\nform = "pomelo_plot"\n[columns]\n{columns}', "a")
    found = load.load(office.atlas, [path], said, dry_run=True)

    assert [tuple(one["answers"].values()) for one in found["rows"]] == [
        ("รวมพร ใจดี", "3", "10"), ("รวมใจพัฒนา", "3", "20"), ("สมชาย", "3", "30")
    ]  # fmt: skip
    assert found["totals"] == ["a.xlsx · Sheet!5: รวมทั้งสิ้น 60"]


HEAD = ["ที่", "ชื่อ", "ต้น", "เนื้อที่"]
_Rows = list[list[Any]]
LISTS: dict[str, tuple[_Rows, str, list[str]]] = {  # rows, the names that are read, what is set aside
    "a blank line in the middle": (
        [HEAD, [1, "ก", 10, "1-2-3"], [None], [2, "ข", 20, "1-0-0", "?"], [None, None, 30, "2-2-3"]],
        "กข", ["30 2-2-3"],
    ),
    "heads of sections, and a name alone": (
        [HEAD, ["หมู่ 1"], [1, "ก", 10, None], [None, "สมศรี"], [2, "ข", 20, None], [None, "สมชาย"]],
        "กข", ["หมู่ 1", "สมศรี", "สมชาย"],
    ),
    "the headings of each printed page": (
        [HEAD, [1, "ก", 10, "x"], HEAD, [2, "ข", 20, "x"]], "กข", [" ".join(HEAD)]
    ),
    "columns that are numbered": ([HEAD, ["(1)", "(2)", "(3)", "(4)"], ["๑", "ก", "๑๐", "๑-๒-๓"]], "ก", []),
    "first rows without a figure": ([HEAD, ["ก.", "ก", None, "x"], [2, "ข", 20, "x"]], "กข", []),
    "no figure at all": ([["ชื่อ", "ต้น"], ["ก", "มาก"], ["ข", "น้อย"]], "กข", []),
    "another table below": (
        [HEAD, [1, "ก", 10, "x"], [None], ["หมู่", "สวน", "ต้น"], [1, 5, 30], [2, 5, 30]], "ก", []
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", LISTS)
def test_a_list_of_years_is_read_to_its_end(tmp_path: Path, what: str) -> None:
    """Every record, and whatever is none is told."""
    lines, names, aside = LISTS[what]
    wanted = {"ชื่อ", "ต้น"}
    path = book_of(tmp_path / "a.xlsx", lines)
    found = [one for one in reading.sheets(path, wanted) if wanted <= one.folded]

    assert [line.cells["ชื่อ"].text for one in found for line in one.lines] == list(names)
    told = [words for one in found for words in (*one.totals, *one.asides)]
    assert [words.partition(": ")[2] for words in told] == aside
    assert any(one.nameless for one in found) == any(len(row) > len(lines[0]) for row in lines)


def test_a_moment_is_of_the_day_that_it_is_in_bangkok() -> None:
    """And keeps its time; what told rows apart before is its day, as it was written."""
    evening = typed("", 1, 1, datetime(2026, 1, 1, 20, tzinfo=UTC))
    noon = typed("", 1, 1, datetime(2026, 1, 1, 12, 30))
    assert evening
    assert noon

    assert (evening.day, evening.text, evening.before) == (
        date(2026, 1, 2), "2026-01-01T20:00:00.000+00:00", "2026-01-01"
    )  # fmt: skip
    assert (noon.day, noon.text) == (date(2026, 1, 1), "2026-01-01T12:30:00.000")


def test_a_quote_far_below_the_beginning_shifts_no_column(tmp_path: Path) -> None:
    """Quotes inside quotes are doubled; and a long line of a layer is one cell."""
    plain = "สวนของหมู่บ้าน,1,ปกติ,100\n" * 600
    quoted = f'สวน ก,7,"เขาบอก ""ดี, มาก"" แล้ว",50\nสวน ข,8,{"8.28 100.08;" * 12_000},60\n'
    (tmp_path / "a.csv").write_text(f"ชื่อ,จำนวน,หมายเหตุ,ราคา\n{plain}{quoted}", encoding="utf-8")
    (sheet,) = reading.sheets(tmp_path / "a.csv")
    *_, said, long = sheet.lines

    assert [cell.text for cell in said.cells.values()] == ["สวน ก", "7", 'เขาบอก "ดี, มาก" แล้ว', "50"]
    assert (len(long.cells["หมายเหตุ"].text), long.cells["ราคา"].text) == (144_000, "60")


def test_a_heading_that_stands_twice_is_asked_about(office: Office, tmp_path: Path) -> None:
    """Which of two columns called the same is meant, nobody can tell."""
    (tmp_path / "a.csv").write_text("ชื่อ,ชื่อ,ต้น\nสมชาย,ใจดี,10\nสมหญิง,,20\n", encoding="cp874")
    text = 'name = "a"\nform = "pomelo_plot"\n[columns]\nowner_name = "ชื่อ"\ntrees = "ต้น"\n'
    with pytest.raises(Problem) as refusal:
        load.load(office.atlas, [tmp_path / "a.csv"], mapping.parse(text, "a"))
    assert refusal.value.code == "mapping_heading_twice"


def test_two_rows_of_one_key_are_told_before_one_of_them_is_lost(office: Office, tmp_path: Path) -> None:
    """A number given twice by mistake; a row that was copied as it is comes once."""
    (tmp_path / "a.csv").write_text("ที่,ต้น\n1,10\n1,10\n1,20\n2,30,5\n", encoding="utf-8")
    text = 'name = "a"\nform = "pomelo_plot"\nkey = ["ที่"]\n[columns]\ntrees = "ต้น"\n'
    found = load.load(office.atlas, [tmp_path / "a.csv"], mapping.parse(text, "a"))

    assert (found["accepted"], found["duplicates"], found["conflicts"]) == (2, 1, 0)
    assert [one["reason"] for one in found["skipped"]] == ["key_twice"]
    assert found["unread"] == ["a.csv · !C5 5 (1)"]  # a cell below no heading


def test_a_layer_in_metres_that_names_no_system_is_told(office: Office, tmp_path: Path) -> None:
    """As degrees it would lie nowhere."""
    frame = gpd.GeoDataFrame({"ต้น": [1]}, geometry=[Point(619500, 915500)])
    with pytest.warns(UserWarning, match="crs"):
        frame.to_file(tmp_path / "a.gpkg")
    text = 'name = "a"\nform = "pomelo_plot"\n[columns]\ntrees = "ต้น"\npoint = { as = "geometry" }\n'
    found = load.load(office.atlas, [tmp_path / "a.gpkg"], mapping.parse(text, "a"))
    assert (found["accepted"], [one["reason"] for one in found["skipped"]]) == (0, ["cell_unreadable"])


def _saved(folder: Path, text: str) -> Path:
    (folder / "draft.toml").write_text(text, encoding="utf-8")
    return folder / "draft.toml"


@pytest.mark.parametrize("encoding", ["UTF-8", "CP874"])
def test_the_thai_of_a_shapefile_is_thai(tmp_path: Path, encoding: str) -> None:
    """Its text is kept as bytes; an irrigation office's canals came in as à¸\x84à¸¥à¸\xad."""
    path = tmp_path / "canals.shp"
    frame = gpd.GeoDataFrame({"NAME_T": ["คลองไส้ไก่"]}, geometry=[Point(100.1, 8.3)], crs=4326)
    frame.to_file(path, encoding=encoding)
    (sheet,) = reading.sheets(path)
    assert [line.cells["name_t"].text for line in sheet.lines] == ["คลองไส้ไก่"]


@pytest.mark.parametrize("ending", ["gpkg", "geojson"])
def test_a_layer_of_another_program_brings_its_shapes(office: Office, tmp_path: Path, ending: str) -> None:
    """As QField, Mergin or QGIS save it, in any system; a shape of several parts is told, not cut."""
    here = box(100.089, 8.280, 100.090, 8.281)
    apart = Polygon([(100.091, 8.28), (100.092, 8.28), (100.092, 8.281)]).union(here)
    frame = gpd.GeoDataFrame({"ต้น": [50, 60], "เจ้าของ": ["ก", "ข"]}, geometry=[here, apart], crs=4326)
    path = tmp_path / f"plots.{ending}"
    (frame if ending == "geojson" else frame.to_crs(24047)).to_file(path)
    text = """
name = "plots"
form = "pomelo_plot"
[columns]
trees = "ต้น"
owner_name = "เจ้าของ"
plot = { as = "geometry" }
"""
    found = load.load(office.atlas, [path], written(tmp_path, text))

    assert (found["accepted"], [one["reason"] for one in found["skipped"]]) == (1, ["cell_unreadable"])
    office.follower.catch_up()
    area, tambon = (
        office.atlas.warehouse.cursor()
        .execute("SELECT plot__area_m2, plot__tambon FROM pomelo_plot")
        .fetchone()
    )  # type: ignore[misc]
    assert area == pytest.approx(12_180, rel=0.01)
    assert tambon == "801206"


def test_a_qfield_project_comes_as_its_zip_with_photos_and_what_was_written_last(
    office: Office, tmp_path: Path
) -> None:
    """Photos by the path in the row, whatever slashes it has; rows that stand in the -wal alone come too."""
    project = tmp_path / "project"
    (project / "DCIM").mkdir(parents=True)
    (project / "old").mkdir()
    for folder, name in (("DCIM", "a.jpg"), ("DCIM", "same.jpg"), ("old", "same.jpg"), ("old", "b.jpg")):
        (project / folder / name).write_bytes(f"{folder}/{name}".encode())
    (project / "plots.qgz").write_bytes(b"a project")
    photos = ["DCIM/a.jpg", r"C:\Users\clerk\project\DCIM\same.jpg", "DCIM/b.jpg", "same.jpg"]
    frame = gpd.GeoDataFrame(
        {"ต้น": [1, 2, 3, 4], "ภาพ": photos}, geometry=[Point(100.0898 + n / 1e4, 8.2808) for n in range(4)],
        crs=4326,
    )  # fmt: skip
    frame.to_file(project / "plots.gpkg")
    held = sqlite3.connect(project / "plots.gpkg")
    for name in ("ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"):  # its triggers ask
        held.create_function(name, 1, lambda _: 0)
    held.execute("PRAGMA journal_mode=wal")
    held.execute("PRAGMA wal_autocheckpoint=0")
    held.execute("UPDATE plots SET ต้น = 40 WHERE ต้น = 1")
    held.commit()
    with zipfile.ZipFile(tmp_path / "project.zip", "w") as archive:
        for path in sorted(project.rglob("*.*")):
            archive.write(path, path.relative_to(tmp_path))
    held.close()
    text = """
name = "qfield"
form = "pomelo_plot"
[columns]
trees = "ต้น"
photo = "ภาพ"
point = { as = "geometry" }
"""
    shown = load.load(office.atlas, [tmp_path / "project.zip"], written(tmp_path, text), dry_run=True)
    assert not any(office.atlas.folder.attachments.iterdir())
    found = load.load(office.atlas, [tmp_path / "project.zip"], written(tmp_path, text))

    assert [one["answers"]["trees"] for one in shown["rows"]] == ["40", "2", "3"]
    assert (found["accepted"], found["files_missing"]) == (3, 1)
    assert [one["problems"][0]["code"] for one in found["skipped"]] == ["photo_unreadable"]
    with office.atlas.log.connect() as connection:
        kept = connection.exec_driver_sql("SELECT name, sha256 FROM attachment ORDER BY name").all()
    stored = [office.atlas.attachments.path(sha256).read_bytes() for _, sha256 in kept]
    assert [*zip([name for name, _ in kept], stored, strict=True)] == [
        ("a.jpg", b"DCIM/a.jpg"),
        ("same.jpg", b"DCIM/same.jpg"),
    ]
    again = load.load(office.atlas, [project], written(tmp_path, text))
    assert (again["accepted"], again["duplicates"]) == (0, 3)


def test_two_photos_of_a_row_may_have_one_name_in_two_folders(office: Office, tmp_path: Path) -> None:
    """Cameras count from one again; each answer keeps its own photo."""
    survey = "| type | name | label |\n| image | front | F |\n| image | back | B |\n| image | again | A |\n"
    form = workbook({"survey": survey, "settings": "| form_id | version |\n| houses | 1 |\n"})
    with log.writing(office.atlas.log) as connection:
        published.take_over(connection, compile_workbook(form, file_name="houses.xlsx").xform)
    office.atlas.refresh()
    with zipfile.ZipFile(tmp_path / "houses.zip", "w") as archive:
        archive.writestr("houses.csv", "no,front,back,again\n1,front/1.jpg,back\\1.jpg,front/1.jpg\n2,,,\n")
        for folder in ("front", "back"):
            archive.writestr(f"{folder}/1.jpg", folder)
    columns = "\n".join(f'{name} = "{name}"' for name in ("front", "back", "again"))
    text = f'name = "houses"\nform = "houses"\n[columns]\n{columns}\n'

    found = load.load(office.atlas, [tmp_path / "houses.zip"], written(tmp_path, text))

    assert (found["accepted"], found["files_missing"]) == (2, 0)
    with office.atlas.log.connect() as connection:
        kept = dict(list(map(tuple, connection.exec_driver_sql("SELECT name, sha256 FROM attachment"))))
        xml = connection.exec_driver_sql("SELECT xml FROM submission ORDER BY seq LIMIT 1").scalar_one()
    said = read_answers(parse_xml(xml), office.atlas.reference.catalogue.newest("houses").schema)
    photos = {
        question: office.atlas.attachments.path(kept[name]).read_bytes() for question, name in said.items()
    }
    assert photos == {"front": b"front", "back": b"back", "again": b"front"}


def test_cells_are_what_openpyxl_reads(tmp_path: Path) -> None:
    """Kinds, number formats, days, results of formulas, merged cells, gaps and another sheet after them."""
    book = Workbook()
    first, second = book.active, book.create_sheet("อื่น")
    assert first is not None
    for row in range(4, 12):
        values = [
            *(row, -row / 7, "คำ  ไทย", row % 2 == 0, datetime(2021, 3, row, 9, 30), time(3, row)),
            *(timedelta(hours=30, minutes=row), "๑๒๐", "5-2-30", 0.125, 1e15, "12%", None, "ท้าย"),
        ]
        for column, value in enumerate(values, 2):
            first.cell(row, column, value)
        for column, shows in ((3, "0.00"), (11, "0.0%"), (2, "#,##0")):
            first.cell(row, column).number_format = shows
    first["D5"] = CellRichText("ส้ม", TextBlock(InlineFont(b=True), "โอ"))
    first["B2"], first["C2"], first["B3"] = "หัว", "ถูกบัง", "ถูกบังเหมือนกัน"
    first.merge_cells("B2:D3")
    second["C7"] = "โน้ต"
    book.save(tmp_path / "a.xlsx")

    content = (tmp_path / "a.xlsx").read_bytes()
    known = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    expected = [
        [
            [typed(sheet.title, c.row, c.column, c.value, c.number_format) for c in row]
            for row in sheet.iter_rows()
        ]
        for sheet in known.worksheets
    ]
    assert list(spreadsheet.grids(content, {})) == expected


REFUSED = {
    "no TOML": ("name = ", "mapping_unreadable"),
    "no form": ('name = "a"\n[columns]\n', "mapping_unreadable"),
    "an unknown way to read": (MAP.replace('as = "rai"', 'as = "acres"'), "mapping_unreadable"),
    "an unknown system": (MAP.replace("EPSG:32647", "EPSG:1"), "mapping_unreadable"),
    "a form that is not here": (MAP.replace("pomelo_plot", "durian"), "mapping_form"),
    "a question that is not asked": (MAP.replace("trees =", "treees ="), "mapping_question"),
    "headings that are not there": (MAP.replace("จำนวนต้น", "ต้นทั้งหมด"), "mapping_fits_nothing"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_mapping_that_does_not_fit_stores_nothing(
    office: Office, book: Path, tmp_path: Path, what: str
) -> None:
    """Each with what to do."""
    text, code = REFUSED[what]
    with pytest.raises(Problem) as refusal:
        load.load(office.atlas, [book], written(tmp_path, text))
    assert refusal.value.code == code
    assert rows(office) == []


def test_points_in_degrees_are_told_from_metres(office: Office, book: Path, tmp_path: Path) -> None:
    """Metres read as degrees would lie nowhere."""
    found = load.load(
        office.atlas, [book], written(tmp_path, MAP.replace('crs = "EPSG:32647"\n', "")), dry_run=True
    )
    assert {one["problems"][0]["code"] for one in found["skipped"]} == {"cell_unreadable"}
    assert len(found["skipped"]) == 3


def test_degrees_may_have_minutes_and_seconds(office: Office, tmp_path: Path) -> None:
    """As a GPS shows them, and as they are said; what is none is told."""
    point = 'point = { columns = ["N", "E"], as = "point" }'
    said = mapping.parse(f'name = "a"\nform = "pomelo_plot"\n[columns]\n{point}', "a")
    rows = [
        ["ต้น", "N", "E"], [1, "8°16'51.6\"N", "100° 5′ 24″ E"], [2, "๘ องศา 16 ลิปดา 51.6 พิลิปดา", "100.09 E"],
        [3, "8°76'51\"", 100.09], [4, "8°16'51\"S", 100.09],
    ]  # fmt: skip
    found = load.load(office.atlas, [book_of(tmp_path / "a.xlsx", rows)], said, dry_run=True)

    assert [one["answers"]["point"] for one in found["rows"]] == ["8.2810000 100.0900000 0 0"] * 2
    assert len(found["skipped"]) == 2


def test_a_place_in_another_country_is_told(office: Office, tmp_path: Path) -> None:
    """Noughts for a place not known, another zone, a layer whose latitude comes first."""
    point = 'point = { columns = ["N", "E"], as = "point" }'
    text = f'name = "a"\nform = "pomelo_plot"\ncrs = "%s"\n[columns]\n{point}'
    for crs, north, east in (
        ("EPSG:4326", 0, 0),
        ("EPSG:32648", 915500, 619500),
        ("EPSG:32647", 8.28, 100.08),
    ):
        path = book_of(tmp_path / "a.xlsx", [["ต้น", "N", "E"], [1, north, east]])
        found = load.load(office.atlas, [path], mapping.parse(text % crs, "a"), dry_run=True)
        assert (found["rows"], "outside Thailand" in found["skipped"][0]["problems"][0]["en"]) == ([], True)
    swapped = gpd.GeoDataFrame({"ต้น": [1]}, geometry=[box(8.28, 89.08, 8.29, 89.09)], crs=4326)
    swapped.to_file(tmp_path / "a.geojson")
    drawn = 'name = "a"\nform = "pomelo_plot"\n[columns]\nplot = { as = "geometry" }\n'
    found = load.load(office.atlas, [tmp_path / "a.geojson"], mapping.parse(drawn, "a"), dry_run=True)
    assert [one["reason"] for one in found["skipped"]] == ["cell_unreadable"]


def test_the_command_drafts_shows_and_stores(running_office: Any, book: Path, tmp_path: Path) -> None:
    """Beside the running office, as a clerk types it."""
    draft = running_office.command("ingest", "files", str(book), "--suggest", "pomelo_plot")["drafts"]
    assert "pomelo_plot" in draft[0]
    path = tmp_path / "map.toml"
    path.write_text(MAP.replace("ทะเบียนสวน", f"ทะเบียน {tmp_path}"), encoding="utf-8")
    shown = running_office.command("ingest", "files", str(book), "--map", str(path), "--dry-run")
    assert (len(shown["rows"]), shown["accepted"]) == (3, 0)
    stored = running_office.command("ingest", "files", str(book), "--map", str(path))
    assert stored["accepted"] == 3
    assert json.dumps(stored, ensure_ascii=False)
    assert Point(0, 0).is_valid
