"""What leaves the office: the same rows as on the screen, in files that QGIS and Excel open right."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
import geopandas as gpd
import offices
import openpyxl
import pyarrow.parquet as pq
import pyogrio
import pytest
import sqlalchemy as sa

from ingest import demo, log, published
from ingest.access import Viewer
from ingest.doors import layers
from ingest.doors.filters import Filter
from ingest.exports import export, export_tables, spreadsheet
from ingest.exports.export import ExportReport
from ingest.tables import audit
from streamlit_app.office import Office
from streamlit_app.server.files import FileServer
from thai.problem import Problem

ADMINISTRATOR = Viewer("boss@example.org", "administrator", "")
OFFICER = Viewer("officer@example.org", "officer", "801206")
PLANNER = Viewer("planner@example.org", "planner", "801206")
ELSEWHERE = Viewer("far@example.org", "planner", "8013")
SYSTEM = {"instance_id", "tambon_code", "tambon_th", "verdict", "distance_m", "boundary_set"}
POINT = "8.296 100.091 2 5"


@pytest.fixture(scope="module")
def demo_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office with the demo, for tests that only look."""
    with offices.opened(tmp_path_factory.mktemp("demo") / "data") as office:
        demo.load(office.atlas)
        office.follower.catch_up()
        yield office


def taken(
    office: Office, path: Path, layer: str = "land_case.cases", viewer: Viewer = ADMINISTRATOR,
    chosen: Filter | None = None, **options: Any,
) -> ExportReport:  # fmt: skip
    """One export."""
    return export.export(office.atlas, viewer, layer, chosen or Filter(), path, **options)


def rows_of(path: Path) -> list[dict[str, str]]:
    """A CSV as a machine reads it."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def read_back(path: Path) -> list[dict[str, Any]]:
    """The layer's rows of any kind of export, without geometry."""
    if path.suffix == ".csv":
        return list(rows_of(path))
    if path.suffix == ".xlsx":
        headings, *rows = (
            openpyxl.load_workbook(path, read_only=True).worksheets[0].iter_rows(values_only=True)
        )
        return [dict(zip(headings, row, strict=True)) for row in rows]
    frame = gpd.read_parquet(path) if path.suffix == ".parquet" else pyogrio.read_dataframe(path)
    return list(frame.drop(columns="geometry").to_dict("records"))


@pytest.mark.parametrize("kind", export.KINDS)
@pytest.mark.parametrize(
    ("layer", "viewer", "chosen"),
    [
        ("pomelo_plot.plots", ADMINISTRATOR, Filter()),
        ("pomelo_plot.plots", PLANNER, Filter(values={"variety": ("thong_di", "khao_nam_phueng")})),
        ("pomelo_plot.no_water", OFFICER, Filter(area="80120604")),
        ("water_agreement.structures", ELSEWHERE, Filter(values={"status": ("in_force",)})),
        ("land_case.cases", ELSEWHERE, Filter()),
    ],
)
def test_an_export_holds_the_rows_of_the_screen(
    demo_office: Office, tmp_path: Path, kind: str, layer: str, viewer: Viewer, chosen: Filter
) -> None:
    """Same viewer, same filter, same rows, in every kind of file; also when there are none."""
    atlas = demo_office.atlas
    q = layers.query(atlas.reference.layers[layer], viewer, chosen)
    cursor = atlas.warehouse.cursor()
    screen = layers.rows(cursor, q, [], limit=10_000).column("_instance_id").to_pylist()
    report = taken(demo_office, tmp_path / f"out.{kind}", layer, viewer, chosen)
    rows = read_back(report.path)
    assert sorted(row["instance_id"] for row in rows) == sorted(screen)
    assert report.rows == len(screen) == layers.count(cursor, q)
    if rows:
        assert rows[0].keys() >= SYSTEM
        assert {len(str(row["tambon_code"])) for row in rows} == {6}
        assert {row["tambon_th"] for row in rows} <= {one["th"] for one in atlas.reference.names.values()}


@pytest.mark.parametrize("kind", export.KINDS)
def test_the_demos_drawing_is_labelled_in_every_export(
    demo_office: Office, tmp_path: Path, kind: str
) -> None:
    """Nobody mistakes drawn cells for boundaries, whatever file they were given."""
    report = taken(demo_office, tmp_path / f"out.{kind}")
    labels = {row["boundary_set"] for row in read_back(report.path)}
    assert labels == {"demo (ภาพวาด ไม่ใช่ขอบเขต · a drawing)"}


def test_a_geopackage_opens_in_qgis_with_names_and_crs(demo_office: Office, tmp_path: Path) -> None:
    """One layer with geometry called as in the program, and the repeats as tables with parent keys."""
    report = taken(demo_office, tmp_path / "out.gpkg", "water_agreement.served_areas")
    assert report.files == (report.path,)
    found = dict(pyogrio.list_layers(report.path).tolist())
    assert found == {"water_agreement.served_areas": "Polygon", "parties": None, "turns": None}
    info = pyogrio.read_info(report.path, layer="water_agreement.served_areas")
    assert info["crs"] == "EPSG:4326"
    assert "ภาพวาด" in info["layer_metadata"]["DESCRIPTION"]
    areas = pyogrio.read_dataframe(report.path, layer="water_agreement.served_areas")
    turns = pyogrio.read_dataframe(report.path, layer="turns")
    assert set(turns["instance_id"]) <= set(areas["instance_id"])
    assert (report.rows, report.repeats["turns"]) == (info["features"], len(turns))
    assert areas.geometry.bounds["minx"].between(99, 101).all()


def test_repaired_shapes_make_one_kind_of_geometry(demo_office: Office, tmp_path: Path) -> None:
    """A crossing plot was mended into two parts: the layer is of multipolygons, as QGIS wants it."""
    report = taken(demo_office, tmp_path / "out.gpkg", "pomelo_plot.plots")
    assert pyogrio.read_info(report.path)["geometry_type"] == "MultiPolygon"
    assert set(pyogrio.read_dataframe(report.path).geom_type) == {"MultiPolygon"}


def test_geoparquet_keeps_types_and_crs(demo_office: Office, tmp_path: Path) -> None:
    """Land and money stay decimals; coordinates are lon-lat in EPSG:4326."""
    report = taken(demo_office, tmp_path / "out.parquet", "pomelo_plot.plots")
    frame = gpd.read_parquet(report.path)
    assert frame.crs.to_epsg() == 4326
    assert frame.total_bounds[0] > 99 > frame.total_bounds[3]
    types = {one.name: str(one.type) for one in pq.read_schema(report.path)}
    assert types["price_baht_kg"] == "decimal128(24, 6)"
    assert types["visit_date"] == "date32[day]"


def test_a_csv_opens_in_excel_with_thai_letters(demo_office: Office, tmp_path: Path) -> None:
    """A byte-order mark, WKT with lon and lat, and exact numbers without a tail of zeros."""
    report = taken(demo_office, tmp_path / "out.csv", "pomelo_plot.plots")
    assert report.path.read_bytes().startswith(b"\xef\xbb\xbf")
    row = next(row for row in rows_of(report.path) if row["price_baht_kg"])
    assert row["geometry_wkt"].startswith(("POLYGON ((100.", "MULTIPOLYGON (((100."))
    assert 99 < float(row["lon"]) < 101
    assert 8 < float(row["lat"]) < 9
    assert row["tambon_th"]
    assert not row["price_baht_kg"].endswith("000000")
    assert {path.name for path in report.files} == {"out.csv"}


def test_repeats_stand_beside_with_their_parents_keys(demo_office: Office, tmp_path: Path) -> None:
    """Claimants and evidence are tables of their own, joined by the instance id."""
    report = taken(demo_office, tmp_path / "out.csv", "land_case.cases", personal=True)
    assert [path.name for path in report.files] == ["out.csv", "out.claimants.csv", "out.evidence.csv"]
    cases = {row["instance_id"]: row for row in rows_of(report.path)}
    claimants = rows_of(tmp_path / "out.claimants.csv")
    assert {row["instance_id"] for row in claimants} <= cases.keys()
    for instance_id, case in cases.items():
        keys = [row["key"] for row in claimants if row["instance_id"] == instance_id]
        assert keys == [str(n) for n in range(1, int(case["claimant_count"]) + 1)]
    assert report.repeats["claimants"] == len(claimants)
    book = taken(demo_office, tmp_path / "out.xlsx", "land_case.cases", personal=True)
    sheets = openpyxl.load_workbook(book.path, read_only=True).sheetnames
    assert sheets == ["land_case.cases", "claimants", "evidence", "about"]


def test_personal_answers_leave_only_when_asked_for_and_allowed(demo_office: Office, tmp_path: Path) -> None:
    """Without --personal they are no columns; with it an officer gets them, a planner does not."""
    plain = rows_of(taken(demo_office, tmp_path / "plain.csv", viewer=OFFICER).path)[0]
    assert "history" not in plain
    assert "case_name" in plain
    assert not (tmp_path / "plain.claimants.csv").exists()  # all its answers are personal
    planner = taken(demo_office, tmp_path / "planner.csv", viewer=PLANNER, personal=True)
    assert rows_of(planner.path)[0].keys() == plain.keys()
    officer = taken(demo_office, tmp_path / "officer.csv", viewer=OFFICER, personal=True)
    assert "history" in rows_of(officer.path)[0]
    claimants = rows_of(tmp_path / "officer.claimants.csv")[0]
    assert "claimant_name" in claimants
    assert "claimant_document_no" not in claimants  # secret, and no reason was given
    with demo_office.atlas.log.connect() as connection:
        noted = {
            tuple(row)
            for row in connection.execute(sa.select(audit.c.actor, audit.c.action, audit.c.subject))
        }
    assert (OFFICER.name, "export_personal", "land_case.cases") in noted


def test_places_and_conditions_are_as_personal_as_what_they_tell(demo_office: Office, tmp_path: Path) -> None:
    """A debt's point is personal: a planner's file has none whatever is asked for.

    A file without personal answers is not cut by them either: neither by its layer nor by a filter.
    """
    planner = taken(demo_office, tmp_path / "p.geojson", "household_debt", PLANNER, personal=True)
    features = json.loads(planner.path.read_text(encoding="utf-8"))["features"]
    assert len(features) == planner.rows > 0
    assert {one["geometry"] for one in features} == {None}
    assert not {"lon", "lat", "verdict", "other_code"} & features[0]["properties"].keys()
    officer = taken(demo_office, tmp_path / "o.geojson", "household_debt", OFFICER, personal=True)
    told = json.loads(officer.path.read_text(encoding="utf-8"))["features"]
    assert any(one["geometry"] and one["properties"]["lon"] for one in told)

    lender = Filter(values={"lender": ("informal",)})
    for layer, chosen, where in (
        ("household_debt.cleared", Filter(), ""),
        ("household_debt.debts", lender, ""),
        ("household_debt.debts", Filter(), "${lender} = 'informal'"),
        ("household_debt.debts", Filter(verdicts=("agrees",)), ""),
    ):
        with pytest.raises(Problem, match="chosen_by_personal"):
            taken(demo_office, tmp_path / "c.csv", layer, OFFICER, chosen, where=where)
        assert taken(demo_office, tmp_path / "c.csv", layer, OFFICER, chosen, where=where, personal=True)


def test_a_public_layer_gives_those_elsewhere_its_public_answers_only(
    demo_office: Office, tmp_path: Path
) -> None:
    """Structures are on everybody's map; what was agreed there stays in its area."""
    report = taken(demo_office, tmp_path / "out.csv", "water_agreement.structures", ELSEWHERE)
    rows = rows_of(report.path)
    assert report.rows == len(rows) > 100
    assert {row["agreement_name"] for row in rows} == {""}
    assert rows_of(tmp_path / "out.turns.csv") == []
    assert all(row["visit_date"] for row in rows)


def test_a_village_is_told_where_the_question_for_it_is(demo_office: Office) -> None:
    """Structures are on everybody's map; where their moo is the team's, no column and no filter tells it."""
    info = demo_office.atlas.reference.layers["water_agreement.structures"]
    cursor = demo_office.atlas.warehouse.cursor()
    export_tables.area_names(cursor, demo_office.atlas.reference)

    def told(viewer: Viewer, moo: str) -> tuple[set[str], int]:
        fields = info.fields | {"moo": replace(info.fields["moo"], privacy=moo)}
        seen = replace(info, fields=fields)
        table = export_tables.layer_table(demo_office.atlas, layers.query(seen, viewer, Filter()))
        rows = cursor.sql(table.select("csv"), params=table.parameters).to_arrow_table().to_pylist()
        found = {f"{row['village_code'] or ''}{row['village_distance_m'] or ''}" for row in rows}
        in_village = layers.query(seen, viewer, Filter(area="80120601"))
        return found - {""}, layers.count(cursor, in_village)

    at_home = told(PLANNER, "team")
    assert at_home[0]
    assert at_home[1] > 0
    assert told(ELSEWHERE, "team") == (set(), 0)
    assert told(ELSEWHERE, "public")[1] == at_home[1]


def test_an_expression_narrows_an_export(demo_office: Office, tmp_path: Path) -> None:
    """``--where`` speaks the workbook's language and knows only what the viewer may see."""
    where = "${variety} = 'thong_di' and ${trees} >= 100 and not(selected(${damage}, 'flood'))"
    rows = rows_of(taken(demo_office, tmp_path / "a.csv", "pomelo_plot.plots", where=where).path)
    assert rows
    assert all(row["variety"] == "thong_di" and int(row["trees"]) >= 100 for row in rows)
    assert not any("flood" in row["damage"] for row in rows)
    hidden = "${history} != ''"
    assert taken(demo_office, tmp_path / "b.csv", viewer=PLANNER, where=hidden).rows == 0
    for wrong, code in (("${nothing} = 1", "bad_filter"), ("${trees} >", "expression_unreadable")):
        with pytest.raises(Problem) as refused:
            taken(demo_office, tmp_path / "c.csv", "pomelo_plot.plots", where=wrong)
        assert refused.value.code == code
    assert not (tmp_path / "c.csv").exists()


def test_a_cell_never_runs_as_a_formula(office: Office, tmp_path: Path) -> None:
    """What somebody typed on a phone stays text in Excel; a negative number stays a number."""
    schema = office.atlas.reference.catalogue.newest("pomelo_plot").schema
    for number, name in enumerate(("=cmd|' /C calc'!A0", "+66", "-1", "@SUM(A1)", "ปกติ")):
        answers = {"plot_name": name, "point": POINT, "area_rai": "-1.50", "tambon": "801206"}
        offices.send(office, offices.submission(schema, answers, instance=f"uuid:{number}"))
    names = ["'=cmd|' /C calc'!A0", "'+66", "'-1", "'@SUM(A1)", "ปกติ"]
    for kind in ("csv", "xlsx"):
        rows = read_back(taken(office, tmp_path / f"out.{kind}", "pomelo_plot.points").path)
        assert [row["plot_name"] for row in rows] == names
        assert {float(row["area_rai"]) for row in rows} == {-1.5}
    raw = read_back(taken(office, tmp_path / "out.parquet", "pomelo_plot.points").path)
    assert raw[0]["plot_name"].startswith("=cmd")


def test_an_unknown_kind_or_layer_is_refused(office: Office, tmp_path: Path) -> None:
    """With the names that would do."""
    for path, layer, code in (
        ("a.shp", "land_case.cases", "export_kind"),
        ("a.csv", "no.layer", "layer_unknown"),
    ):
        with pytest.raises(Problem) as refused:
            taken(office, tmp_path / path, layer)
        assert refused.value.code == code


def test_an_older_file_is_replaced_whole(demo_office: Office, tmp_path: Path) -> None:
    """The second export does not add to the first, and leaves nothing else in the folder."""
    for _ in range(2):
        report = taken(demo_office, tmp_path / "out.gpkg", "land_case.cases")
    assert pyogrio.read_info(report.path, layer="land_case.cases")["features"] == report.rows
    assert list(tmp_path.iterdir()) == [report.path]


def test_ranges_of_the_log_make_the_same_file(
    demo_office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A layer and its repeats, read in many small ranges, stand as in one: in the order of the log."""
    path = tmp_path / "out.csv"
    written = []
    for rows in (1_000_000, 7):
        monkeypatch.setattr(export_tables, "_RANGE_ROWS", rows)
        report = export.export(demo_office.atlas, OFFICER, "water_agreement.structures", Filter(), path)
        written.append([one.read_bytes() for one in report.files])
    assert written[0] == written[1]
    assert len(written[0]) > 1
    assert report.rows > 7


def test_a_spreadsheet_goes_over_to_another_sheet_and_keeps_every_cell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Excel's limit of rows, control characters, quotes, a formula's text, blanks, days and numbers."""
    monkeypatch.setattr(spreadsheet, "ROWS_A_SHEET", 700)
    cursor = duckdb.connect()
    rows = (
        "SELECT i AS n, i * 1.5 AS half, DATE '2026-01-01' + CAST(i AS INTEGER) AS day,"
        " CASE WHEN i % 3 = 0 THEN NULL WHEN i % 3 = 1 THEN '=1+1'"
        " ELSE 'ก่' || chr(7) || ' <&\">' || chr(10) END AS t"
        " FROM range(?) r(i) ORDER BY i"
    )
    book = spreadsheet.Workbook(tmp_path / "x.xlsx")
    headings = ["n", "half", "day", "t"]
    found = cursor.sql(rows, params=[1500]).to_arrow_table()
    lines = spreadsheet.as_lines(found, ["number", "number", "date", "text"])
    count = book.rows("a/b", headings, [lines.column(0)])
    book.lines("about", [["<หัว>"]])
    book.close()
    read = openpyxl.load_workbook(tmp_path / "x.xlsx", read_only=True)
    found = [row for sheet in read.worksheets[:3] for row in sheet.iter_rows(min_row=2, values_only=True)]

    assert count == len(found) == 1500
    assert read.sheetnames == ["a.b", "a.b 2", "a.b 3", "about"]
    assert [row[0] for row in found] == list(range(1500))
    assert found[4][1:] == (6, datetime(2026, 1, 5), "'=1+1")
    assert (found[3][3], found[5][3]) == (None, 'ก่ <&">\n')
    assert next(read["about"].iter_rows(values_only=True)) == ("<หัว>",)


@pytest.mark.parametrize("form_id", ["elsewhere", "{up}{folder}/elsewhere"])
def test_a_download_stays_in_its_folder_whatever_its_form_is_called(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form_id: str
) -> None:
    """Forms of another server that were taken over before their names were looked at; repeats lie beside."""
    form_id = form_id.format(up="../" * 12, folder=str(tmp_path).lstrip("/"))
    monkeypatch.setattr(published, "check_form_id", lambda _form_id: None)
    xform = office.atlas.reference.catalogue.newest("household_register").xform
    with log.writing(office.atlas.log) as connection:
        published.take_over(connection, xform, form_id=form_id)
    office.follower.catch_up()
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    path = f"/export/{quote(form_id, safe='')}.csv".encode()
    scope = {"method": "GET", "raw_path": path, "query_string": b"", "headers": []}
    asyncio.run(FileServer(office)(scope, send, ADMINISTRATOR))

    assert sent[0]["status"] == 200
    assert (b"content-disposition", b"attachment; filename*=UTF-8''elsewhere.csv.zip") in sent[0]["headers"]
    packed = zipfile.ZipFile(io.BytesIO(b"".join(one["body"] for one in sent[1:])))
    assert packed.namelist() == ["elsewhere.csv", "elsewhere.members.csv"]
    assert not list(tmp_path.glob("elsewhere*"))
