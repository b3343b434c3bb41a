"""Every trap of published boundary files, in small: taken with the right report, or refused with a remedy."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import CRS, Transformer

from geo import boundaries, sources, unzipping
from geo.boundaries import BoundaryTable, read, read_codes
from geo.findings import Finding
from geo.measure import area_m2
from geo.reference import transformer_to_wgs84
from thai.problem import Problem

TAMBONS = {
    "801206": ("เกาะทวด", "Ko Thuat"),
    "801202": ("คลองน้อย", "Khlong Noi"),
    "801203": ("ป่าระกำ", "Pa Rakam"),
}
UTM_47 = 32647


def row_of_boxes(count: int, width: float = 0.1) -> list[shapely.Polygon]:
    """Boxes side by side near Pak Phanang."""
    return [shapely.box(100 + n * width, 8, 100 + (n + 1) * width, 8.1) for n in range(count)]


def table_of(columns: dict[str, object], crs: object = 4326, count: int = 3) -> gpd.GeoDataFrame:
    """Boxes with these columns, said to be in ``crs``; WGS 84 in truth."""
    frame = gpd.GeoDataFrame(columns, geometry=row_of_boxes(count), crs=4326)
    return frame.to_crs(crs) if crs != 4326 else frame


def tambons(crs: object = 4326) -> gpd.GeoDataFrame:
    """Three tambons as RTSD writes them."""
    return table_of({"TAM_CODE": list(TAMBONS), "TAM_NAM_T": [f"ต.{th}" for th, _ in TAMBONS.values()]}, crs)


def saved(frame: gpd.GeoDataFrame, path: Path, **options: object) -> Path:
    """The frame as a file of the kind that its name says."""
    frame.to_file(path, **options)
    return path


def zipped(folder: Path, target: Path, *, leave_out: tuple[str, ...] = ()) -> Path:
    """A folder's files in a zip."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(folder.iterdir()):
            if part.suffix not in leave_out:
                archive.write(part, part.name)
    return target


def shapefile_zip(tmp_path: Path, encoding: str | None, name: str = "tambon", **kwargs: object) -> Path:
    """Three tambons as a zipped shapefile with text in ``encoding``."""
    folder = tmp_path / "shp"
    folder.mkdir()
    tambons().to_file(folder / f"{name}.shp", encoding=encoding or "UTF-8")
    return zipped(folder, tmp_path / "shape file.zip", **kwargs)


def codes_of(table: BoundaryTable) -> list[str]:
    """The problems that a report names."""
    return [problem.code for problem in table.report]


def finding(table: BoundaryTable, code: str) -> Finding:
    """The one finding of a code."""
    (found,) = [problem for problem in table.report if problem.code == code]
    assert isinstance(found, Finding)
    return found


def names_of(table: BoundaryTable) -> dict[str, str]:
    """Thai names by code."""
    return dict(zip(table.frame["code"], table.frame["name_th"], strict=True))


THREE = {code: th for code, (th, _) in sorted(TAMBONS.items())}


# --- formats ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["t.gpkg", "t.geojson", "t.fgb", "t.kml", "t.parquet", "t.shp", "t.json"])
def test_every_format_gives_the_same_table(tmp_path: Path, name: str) -> None:
    """GeoPackage, GeoJSON, FlatGeobuf, KML, GeoParquet and a bare shapefile."""
    path = tmp_path / name
    if name == "t.parquet":
        tambons().to_parquet(path)
    else:
        driver = {"t.json": "GeoJSON", "t.kml": "LIBKML"}.get(name)
        saved(tambons(), path, **({"driver": driver} if driver else {}))
    table = read(path)
    assert (table.level, table.schema, names_of(table)) == ("tambon", "RTSD/DOPA", THREE)
    assert table.frame.geometry.iloc[0].equals(shapely.box(100.1, 8, 100.2, 8.1))


@pytest.mark.filterwarnings("ignore:.*non conformant file extension")
def test_the_content_tells_the_format(tmp_path: Path) -> None:
    """A GeoPackage sent as .dat is read; a virtual file that points elsewhere is not even opened."""
    saved(tambons(), tmp_path / "t.gpkg").rename(tmp_path / "t.dat")
    assert names_of(read(tmp_path / "t.dat")) == THREE
    virtual = tmp_path / "t.kml"
    virtual.write_text(
        '<OGRVRTDataSource><!-- kml --><OGRVRTLayer name="x"/></OGRVRTDataSource>', encoding="utf-8"
    )
    with pytest.raises(Problem, match="boundary_unreadable"):
        read(virtual)


def test_geojson_in_metres_with_a_crs_member(tmp_path: Path) -> None:
    """Old GeoJSON names its system; it is believed, and the report says how it was moved."""
    path = saved(tambons(UTM_47), tmp_path / "m.geojson", RFC7946="NO")
    assert '"crs"' in path.read_text(encoding="utf-8")
    table = read(path)
    assert finding(table, "boundary_crs_transformed").figures["from"] == "WGS 84 / UTM zone 47N"
    assert np.allclose(table.frame.total_bounds, [100, 8, 100.3, 8.1], atol=1e-6)


# --- text -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("encoding", "said"), [("UTF-8", "UTF-8"), ("CP874", "CP874"), ("TIS-620", "CP874")])
def test_a_shapefile_without_cpg(tmp_path: Path, encoding: str, said: str) -> None:
    """The bytes tell UTF-8 from TIS-620; the report says which, and of which columns."""
    table = read(shapefile_zip(tmp_path, encoding, leave_out=(".cpg",)))
    assert names_of(table) == THREE
    assert finding(table, "boundary_text_mended").figures == {
        "encoding": said,
        "file_says": "",
        "columns": ["TAM_NAM_T"],
    }


def test_a_named_encoding_is_believed_while_it_fits(tmp_path: Path) -> None:
    """With a true .cpg there is nothing to report; with a wrong one the text wins and the report says so."""
    path = shapefile_zip(tmp_path, "CP874")
    assert codes_of(read(path)) == []
    (tmp_path / "shp" / "tambon.cpg").write_text("UTF-8", encoding="ascii")
    wrong = read(zipped(tmp_path / "shp", tmp_path / "wrong.zip"))
    assert names_of(wrong) == THREE
    assert finding(wrong, "boundary_text_mended").figures["file_says"] == "UTF-8"


def test_the_caller_may_name_the_encoding(tmp_path: Path) -> None:
    """The right name is followed without a word, a wrong one refused instead of making nonsense."""
    path = shapefile_zip(tmp_path, "CP874", leave_out=(".cpg",))
    assert codes_of(read(path, encoding="CP874")) == []
    for wrong in ("UTF-8", "no-such-encoding"):
        with pytest.raises(Problem, match="boundary_text_unreadable"):
            read(path, encoding=wrong)


@pytest.mark.parametrize("misread", ["latin-1", "cp1252"])
def test_mojibake_that_was_saved_is_undone(tmp_path: Path, misread: str) -> None:
    """Somebody opened TIS-620 as Latin-1 and saved the result as UTF-8."""
    frame = tambons()
    frame["TAM_NAM_T"] = [name.encode("cp874").decode(misread) for name in frame["TAM_NAM_T"]]
    table = read(saved(frame, tmp_path / "m.gpkg"))
    assert names_of(table) == THREE
    assert codes_of(table) == ["boundary_text_mended"]


def test_french_is_not_taken_for_thai(tmp_path: Path) -> None:
    """A publisher's é stays an é."""
    frame = tambons().assign(SOURCE=["Défense"] * 3)
    assert codes_of(read(saved(frame, tmp_path / "f.gpkg"))) == []


def test_question_marks_for_letters_are_reported(tmp_path: Path) -> None:
    """What was lost before the file came cannot be mended; the codes still hold."""
    table = read(saved(tambons().assign(TAM_NAM_T="??????"), tmp_path / "q.gpkg"))
    assert finding(table, "boundary_text_lost").figures["columns"] == ["TAM_NAM_T"]


def test_geojson_saved_as_tis_620(tmp_path: Path) -> None:
    """Against its standard, but found in offices."""
    text = saved(tambons(), tmp_path / "u.geojson").read_text(encoding="utf-8")
    (tmp_path / "t.geojson").write_bytes(text.encode("cp874"))
    table = read(tmp_path / "t.geojson")
    assert names_of(table) == THREE
    assert codes_of(table) == ["boundary_text_mended"]


@pytest.mark.parametrize("utf8_flag", [True, False])
def test_thai_file_names_inside_a_zip(tmp_path: Path, utf8_flag: bool) -> None:
    """Windows in Thai writes the names as CP874 without saying so; spaces and capitals do not matter."""
    folder = tmp_path / "shp"
    folder.mkdir()
    tambons().to_file(folder / "x.shp", encoding="UTF-8")
    target = tmp_path / "แนวเขต ตำบล.zip"
    with zipfile.ZipFile(target, "w") as archive:
        for part in folder.iterdir():
            name = f"แนวเขต ปี 2565/ตำบล ปากพนัง{part.suffix.upper()}"
            if not utf8_flag:
                name = name.encode("cp874").decode("cp437")
            info = zipfile.ZipInfo(name)
            archive.writestr(info, part.read_bytes())
    raw = target.read_bytes()
    if not utf8_flag:  # Python set the flag and wrote UTF-8, so write it the old way
        target.write_bytes(_with_cp874_names(raw))
    assert names_of(read(target, layer="ตำบล ปากพนัง")) == THREE


def _with_cp874_names(raw: bytes) -> bytes:
    """Build the same archive with CP874 names and without the flag for UTF-8."""
    source, sink = zipfile.ZipFile(io.BytesIO(raw)), io.BytesIO()

    class Old(zipfile.ZipInfo):
        def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - the standard library's hook
            return self.filename.encode("cp437"), self.flag_bits & ~0x800

    with zipfile.ZipFile(sink, "w") as archive:
        for info in source.infolist():
            archive.writestr(Old(info.filename), source.read(info))
    return sink.getvalue()


# --- schemas ----------------------------------------------------------------------------------------

CODED: dict[str, dict[str, object]] = {
    "COD-AB": {
        "ADM3_PCODE": ["TH801206", "TH801202", "TH801203"],
        "ADM3_TH": [n for n, _ in TAMBONS.values()],
    },
    "RTSD/DOPA": {"TAM_CODE": list(TAMBONS), "TAM_NAM_T": [f"ตำบล{n}" for n, _ in TAMBONS.values()]},
    "GISTDA": {"TA_ID": [int(code) for code in TAMBONS], "TAMBON_T": [n for n, _ in TAMBONS.values()]},
    "OpenGISData": {"tam_code": [float(c) for c in TAMBONS], "tam_th": [n for n, _ in TAMBONS.values()]},
    "": {"รหัสตำบล": ["๘๐๑๒๐๖", "๘๐๑๒๐๒", "๘๐๑๒๐๓"], "ชื่อตำบล": [f"ต. {n}" for n, _ in TAMBONS.values()]},
}


@pytest.mark.parametrize("publisher", CODED)
def test_codes_of_every_publisher(tmp_path: Path, publisher: str) -> None:
    """TH801206, 801206, an integer, a float and Thai digits are one code; prefixes go from the names."""
    table = read(saved(table_of(CODED[publisher]), tmp_path / "c.gpkg"))
    assert (table.level, table.schema, names_of(table)) == ("tambon", publisher, THREE)


def test_codes_split_by_level(tmp_path: Path) -> None:
    """80, 12 and 6 in three columns are 801206."""
    columns = {"PROV_CODE": [80] * 3, "AMP_CODE": [12] * 3, "TAM_CODE": [6, 2, 3]}
    table = read(saved(table_of(columns | {"TAM_NAM_T": list(THREE.values())}), tmp_path / "s.gpkg"))
    assert (table.level, table.frame["code"].tolist()) == ("tambon", list(THREE))


def test_amphoe_codes_with_tambon_names_are_not_amphoes(tmp_path: Path) -> None:
    """Three tambons are not dissolved into their amphoe because only that has a code."""
    names = [name for name, _ in TAMBONS.values()]
    path = saved(table_of({"AMP_CODE": ["8012"] * 3, "TAM_NAM_T": names}), tmp_path / "a.gpkg")
    with pytest.raises(Problem, match="boundary_no_codes"):
        read(path)
    assert names_of(read(path, codes_from=reference())) == THREE


def test_an_id_that_counts_rows_is_no_code(tmp_path: Path) -> None:
    """TAMBON_ID 1, 2, 3 is not an area code, so the file has names only."""
    path = saved(table_of({"TAMBON_ID": [1, 2, 3], "TAMBON_T": ["ก", "ข", "ค"]}), tmp_path / "i.gpkg")
    with pytest.raises(Problem, match="boundary_no_codes"):
        read(path)


def test_an_unknown_code_column_is_shown_and_can_be_named(tmp_path: Path) -> None:
    """What looks like codes is not believed before somebody says so."""
    path = saved(table_of({"ZONE": list(TAMBONS), "label": ["a", "b", "c"]}), tmp_path / "z.gpkg")
    with pytest.raises(Problem, match="boundary_no_codes") as refused:
        read(path)
    assert "ZONE" in refused.value.remedy.en
    assert "--code-column" in refused.value.remedy.th
    assert read(path, code_column="ZONE").frame["code"].tolist() == list(THREE)
    for wrong, code in (("label", "boundary_bad_codes"), ("none", "boundary_column_unknown")):
        with pytest.raises(Problem, match=code):
            read(path, code_column=wrong)


def test_parents_that_do_not_fit_are_named(tmp_path: Path) -> None:
    """A tambon that moved to another amphoe in one column only, like ท่าแฝก."""
    frame = tambons().assign(AMP_CODE=["8012", "8012", "8013"])
    table = read(saved(frame, tmp_path / "p.gpkg"))
    assert finding(table, "boundary_parents_differ").figures["codes"] == ["801203"]


def reference() -> BoundaryTable:
    """A set with codes; the name of 800101 stands in 801301 too."""
    codes = [*TAMBONS, "800101", "801301"]
    names = [*(th for th, _ in TAMBONS.values()), "ในเมือง", "ในเมือง"]
    english = [*(en for _, en in TAMBONS.values()), "Nai Mueang", "Nai Mueang"]
    amphoes = ["ปากพนัง"] * 3 + ["นครศรีธรรมราช", "ร่อนพิบูลย์"]
    frame = gpd.GeoDataFrame(
        {
            "code": codes,
            "name_th": names,
            "name_en": english,
            "amphoe_th": amphoes,
            "province_th": "นครศรีธรรมราช",
        },
        geometry=row_of_boxes(5),
        crs=4326,
    )
    return BoundaryTable("tambon", frame)


def test_names_are_matched_only_against_a_given_list(tmp_path: Path) -> None:
    """Unique names get their code; unknown and repeated ones are left out by name, nothing is guessed."""
    names = ["ต.เกาะทวด", "ตำบลในเมือง", "ไม่มีใครรู้จัก"]
    path = saved(table_of({"TAM_NAM_T": names}), tmp_path / "n.gpkg")
    with pytest.raises(Problem, match="boundary_no_codes") as refused:
        read(path)
    assert "--codes-from" in refused.value.remedy.en
    table = read(path, codes_from=reference())
    assert names_of(table) == {"801206": "เกาะทวด"}
    assert finding(table, "boundary_names_unmatched").figures == {
        "unknown": ["ไม่มีใครรู้จัก"],
        "repeated": ["ตำบลในเมือง"],
    }


@pytest.mark.parametrize("amphoe", ["อ.เมือง", "อำเภอเมืองนครศรีธรรมราช", "นครศรีธรรมราช"])
def test_the_amphoe_tells_names_apart(tmp_path: Path, amphoe: str) -> None:
    """ในเมือง is unique within its amphoe, however the seat of the province is written."""
    frame = table_of({"TAM_NAM_T": ["ในเมือง"], "AMPHOE_T": [amphoe]}, count=1)
    table = read(saved(frame, tmp_path / "a.gpkg"), codes_from=reference())
    assert table.frame["code"].tolist() == ["800101"]


def test_two_rows_of_one_code_by_name_get_none(tmp_path: Path) -> None:
    """The Thai and the English name of one tambon on two rows: neither is certain."""
    frame = table_of({"TAM_NAM_T": ["เกาะทวด", "คลองน้อย"], "TAM_NAM_E": ["", ""]}, count=2)
    frame.loc[1, ["TAM_NAM_T", "TAM_NAM_E"]] = ["", "Ko Thuat"]
    with pytest.raises(Problem, match="boundary_no_name_matches"):
        read(saved(frame, tmp_path / "t.gpkg"), codes_from=reference())


def test_openstreetmap_amphoes_and_a_code_list_as_csv(tmp_path: Path) -> None:
    """Level by admin_level or prefix, names by nameTh, codes from a list of tambons as CSV."""
    listed = tmp_path / "codes.csv"
    listed.write_text(
        "\ufeffsubdistrictCode,subdistrictNameTh,districtCode,districtNameTh,provinceCode,provinceNameTh\n"
        "801206,เกาะทวด,8012,ปากพนัง,80,นครศรีธรรมราช\n800101,ในเมือง,8001,เมืองนครศรีธรรมราช,80,นครศรีธรรมราช\n",
        encoding="utf-8",
    )
    columns = {
        "id": ["r/1", "r/2"],
        "name": ["Pak Phanang", "Mueang"],
        "nameTh": ["อำเภอปากพนัง", "อำเภอนครศรีธรรมราช"],
    }
    path = saved(table_of(columns, count=2), tmp_path / "osm.geojson")
    table = read(path, codes_from=read_codes(listed))
    assert (table.level, table.frame["code"].tolist()) == ("amphoe", ["8001", "8012"])
    assert table.frame["name_en"].tolist() == ["Mueang", "Pak Phanang"]


def test_geoboundaries_names_its_level_in_a_column(tmp_path: Path) -> None:
    """shapeID is theirs and no area code; provinces carry ISO 3166-2 codes, tambons English names only."""
    provinces = {"shapeName": ["Nakhon Si Thammarat"], "shapeISO": ["TH-80"], "shapeID": ["66186276B1"]}
    frame = table_of(provinces | {"shapeType": ["ADM1"]}, count=1)
    table = read(saved(frame, tmp_path / "p.gpkg"))
    assert (table.level, table.schema, table.frame["code"].tolist()) == ("province", "geoBoundaries", ["80"])
    assert table.frame["name_en"].tolist() == ["Nakhon Si Thammarat"]
    tambon = table_of({"shapeName": ["Ko Thuat"], "shapeISO": [""], "shapeType": ["ADM3"]}, count=1)
    path = saved(tambon, tmp_path / "t.gpkg")
    assert read(path, codes_from=reference()).frame["code"].tolist() == ["801206"]


# --- levels -----------------------------------------------------------------------------------------


def test_village_points(tmp_path: Path) -> None:
    """Points with 8-digit codes: the tambon is in the code, the moo in its column."""
    points = [shapely.Point(100.01, 8.01), shapely.Point(100.02, 8.02), shapely.Point(100.02, 8.02)]
    columns = {"VILL_CODE": [80120601, 80120602, 80120603], "VILL_NAME": ["บ้าน ก", "บ้าน ข", "บ้าน ค"]}
    frame = gpd.GeoDataFrame(columns | {"MOO": ["๑", "2", None]}, geometry=points, crs=4326)
    path = saved(frame, tmp_path / "v.gpkg")
    with pytest.raises(Problem, match="boundary_not_areas"):
        read(path)
    table = read(path, "village")
    assert table.frame[["code", "name_th", "parent", "moo"]].to_numpy().tolist() == [
        ["80120601", "บ้าน ก", "801206", "1"],
        ["80120602", "บ้าน ข", "801206", "2"],
        ["80120603", "บ้าน ค", "801206", ""],
    ]
    assert codes_of(table) == ["boundary_same_place"]


def test_one_code_for_two_villages_is_refused(tmp_path: Path) -> None:
    """The same village twice is one; at two places, one of them is wrong."""
    points = [shapely.Point(100.01, 8.01), shapely.Point(100.01, 8.01), shapely.Point(100.03, 8.01)]
    frame = gpd.GeoDataFrame({"VILL_CODE": ["80120601"] * 3, "NAME": "ก"}, geometry=points, crs=4326)
    table = read(saved(frame[:2], tmp_path / "same.gpkg"), "village")
    assert (len(table.frame), codes_of(table)) == (1, ["boundary_duplicates"])
    assert table.frame.geometry[0].equals(points[0])
    with pytest.raises(Problem, match="boundary_code_conflict"):
        read(saved(frame, tmp_path / "two.gpkg"), "village")


def test_villages_without_codes_keep_their_own_ids(tmp_path: Path) -> None:
    """Their tambon comes from a list by unique names, or stays unknown and is counted."""
    points = [shapely.Point(100.01, 8.01), shapely.Point(100.02, 8.02)]
    columns = {"OBJECTID": [7, 9], "NAME": ["ก", "ข"], "TAM_NAME": ["เกาะทวด", "ในเมือง"]}
    columns |= {"MOO": ["หมู่ที่ ๓", "ม.4"]}
    points[0] = shapely.MultiPoint([points[0]])
    path = saved(gpd.GeoDataFrame(columns, geometry=points, crs=4326), tmp_path / "v.gpkg")
    table = read(path, "village", codes_from=reference())
    assert table.frame[["code", "parent"]].to_numpy().tolist() == [["7", "801206"], ["9", ""]]
    assert table.frame["moo"].tolist() == ["3", "4"]
    assert codes_of(table) == ["boundary_own_ids", "boundary_parents_unknown"]
    with pytest.raises(Problem, match="boundary_not_points"):
        read(saved(tambons(), tmp_path / "t.gpkg"), "village")


def test_a_municipality_is_no_tambon(tmp_path: Path) -> None:
    """Its name tells that it is an LAO; the name keeps its prefix, the id is the file's own."""
    frame = table_of({"id": ["r/18"], "nameTh": ["เทศบาลนครนครศรีธรรมราช"]}, count=1)
    table = read(saved(frame, tmp_path / "m.geojson"))
    assert (table.level, names_of(table)) == ("lao", {"r/18": "เทศบาลนครนครศรีธรรมราช"})
    coded = table_of({"LAO_CODE": ["05801201"], "LAO_NAME": ["อบต.เกาะทวด"]}, count=1)
    assert codes_of(read(saved(coded, tmp_path / "o.gpkg"), "lao")) == []


def test_an_overlay_needs_to_be_called_one(tmp_path: Path) -> None:
    """A reserved forest has no area code; its shapes may overlap. Lines have no width to compare."""
    frame = table_of({"NRF_NAME": ["ป่าเลนปากพนัง"], "name": [None]}, count=1)
    path = saved(frame, tmp_path / "f.gpkg")
    table = read(path, "overlay")
    assert names_of(table) == {"000001": "ป่าเลนปากพนัง"}
    assert codes_of(table) == ["boundary_own_ids"]
    lines = gpd.GeoDataFrame({"id": [1]}, geometry=[shapely.LineString([(100, 8), (100.1, 8)])], crs=4326)
    for level in ("overlay", None):
        with pytest.raises(Problem, match="boundary_not_areas") as refused:
            read(saved(lines, tmp_path / "l.gpkg"), level)
    assert "buffer" in refused.value.remedy.en


@pytest.mark.parametrize("said", [None, 4326])
def test_lines_are_widened_in_the_system_that_is_given(tmp_path: Path, said: int | None) -> None:
    """A canal without a .prj, or with a wrong one, asked for --crs and then refused it."""
    canal = shapely.LineString([(612_345, 923_456), (613_345, 923_456)])
    path = saved(gpd.GeoDataFrame({"id": [1]}, geometry=[canal], crs=said), tmp_path / "canal.gpkg")
    with pytest.raises(Problem, match="boundary_no_crs"):
        read(path, "overlay", buffer_m=20)

    table = read(path, "overlay", crs="EPSG:32647", buffer_m=20)
    assert area_m2(table.frame.geometry)[0] == pytest.approx(1000 * 40 + np.pi * 20**2, rel=0.01)


def test_several_layers(tmp_path: Path) -> None:
    """The deepest level, or the one asked for; of two years of one level, the one that is named."""
    path = saved(tambons(), tmp_path / "l.gpkg", layer="ตำบล 2565")
    amphoe = table_of({"AMP_CODE": ["8012"], "AMPHOE_T": ["อ.ปากพนัง"]}, count=1)
    saved(amphoe, path, layer="amphoe")
    assert read(path).level == "tambon"
    assert read(path, "amphoe").frame["name_th"].tolist() == ["ปากพนัง"]
    saved(tambons(), path, layer="ตำบล 2550")
    with pytest.raises(Problem, match="boundary_several_layers") as refused:
        read(path)
    assert "ตำบล 2550" in refused.value.says.th
    assert names_of(read(path, layer="ตำบล 2550")) == THREE
    with pytest.raises(Problem, match="boundary_layer_unknown"):
        read(path, layer="ตำบล 2500")


def test_centroids_beside_the_areas_are_not_taken_for_them(tmp_path: Path) -> None:
    """COD-AB's archive holds points and lines with the same codes: the areas are meant."""
    folder = tmp_path / "cod"
    folder.mkdir()
    areas = table_of(CODED["COD-AB"])
    areas.to_file(folder / "tha_admbnda_adm3.shp", encoding="UTF-8")
    areas.set_geometry(areas.geometry.representative_point()).to_file(
        folder / "tha_admbndp.shp", encoding="UTF-8"
    )
    areas.set_geometry(areas.boundary).to_file(folder / "tha_admbndl.shp", encoding="UTF-8")
    table = read(zipped(folder, tmp_path / "cod.zip"))
    assert names_of(table) == THREE
    assert set(table.frame.geometry.geom_type) == {"Polygon"}


# --- coordinates ------------------------------------------------------------------------------------


def relabelled(frame: gpd.GeoDataFrame, crs: object) -> gpd.GeoDataFrame:
    """The same numbers, said to be in another system."""
    return frame.set_crs(crs, allow_override=True)


@pytest.mark.parametrize(
    ("frame", "refusal", "says"),
    [
        (relabelled(tambons(), UTM_47), "boundary_crs_contradicts", "EPSG:4326"),
        (relabelled(tambons(UTM_47), 4326), "boundary_crs_contradicts", "EPSG:32647"),
        (relabelled(tambons(UTM_47), None), "boundary_no_crs", "EPSG:32647"),
        (relabelled(tambons(UTM_47), 32650), "boundary_outside_thailand", "EPSG:32647"),
        (relabelled(tambons(UTM_47), "EPSG:32747"), "boundary_outside_thailand", "EPSG:32647"),
    ],
    ids=["degrees as metres", "metres as degrees", "metres of nothing", "another zone", "southern half"],
)
@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_a_wrong_system_is_refused_and_can_be_given(
    tmp_path: Path, frame: gpd.GeoDataFrame, refusal: str, says: str
) -> None:
    """The refusal names the systems in which the numbers would lie in Thailand; --crs settles it."""
    path = saved(frame, tmp_path / "c.gpkg")
    with pytest.raises(Problem, match=refusal) as refused:
        read(path)
    assert "--crs" in refused.value.remedy.th
    assert says in refused.value.remedy.en
    table = read(path, crs=says)
    assert np.allclose(table.frame.total_bounds, [100, 8, 100.3, 8.1], atol=1e-6)
    assert frame.crs is None or codes_of(table)[0] == "boundary_crs_given"


def test_a_system_that_does_not_exist(tmp_path: Path) -> None:
    """A misprinted --crs is refused before anything is read from it."""
    with pytest.raises(Problem, match="boundary_crs_unknown"):
        read(saved(tambons(), tmp_path / "c.gpkg"), crs="EPSG:99999999")


def test_latitude_before_longitude_is_put_right(tmp_path: Path) -> None:
    """No latitude reaches 97°, so there is only one way to read it; the report says so."""
    frame = tambons()
    swapped = shapely.transform(frame.geometry.to_numpy(), lambda x, y: (y, x), interleaved=False)
    table = read(saved(frame.set_geometry(swapped, crs=4326), tmp_path / "s.gpkg"))
    assert codes_of(table) == ["boundary_swapped"]
    assert np.allclose(table.frame.total_bounds, [100, 8, 100.3, 8.1])


@pytest.mark.parametrize(
    "nonsense",
    [shapely.box(-179.9, 8, 179.9, 8.1), shapely.box(0, 0, 0.1, 0.1), shapely.box(100, 8, 100.1, np.inf)],
    ids=["antimeridian", "null island", "infinite"],
)
def test_one_shape_elsewhere_spoils_the_file(tmp_path: Path, nonsense: shapely.Polygon) -> None:
    """A shape around the world would hold every point: refused by code, nothing half imported."""
    frame = tambons()
    frame.loc[2, "geometry"] = nonsense
    frame.to_parquet(tmp_path / "n.parquet")
    with pytest.raises(Problem, match=r"boundary_outside_thailand|boundary_crs_contradicts"):
        read(tmp_path / "n.parquet")


@pytest.mark.parametrize(("epsg", "zone"), [(24047, 32647), (24048, 32648)])
def test_indian_1975_within_a_metre_of_epsg_1304(tmp_path: Path, epsg: int, zone: int) -> None:
    """At Pak Phanang: +334 m E, −299 m N by EPSG:1304; PROJ's own choice lies over 100 m away."""
    to_indian = Transformer.from_crs(4240, epsg, always_xy=True)
    x, y = to_indian.transform(100.20, 8.35)
    everest, zone_number = "+a=6377276.345 +rf=300.8017", epsg % 10 + 40
    shift = Transformer.from_pipeline(  # EPSG:1304: 210, 814, 289 m from Everest 1830 (1937 Adjustment)
        f"+proj=pipeline +step +inv +proj=utm +zone={zone_number} {everest} +step +proj=cart {everest} "
        "+step +proj=helmert +x=210 +y=814 +z=289 +step +inv +proj=cart +ellps=WGS84 "
        f"+step +proj=utm +zone={zone_number} +ellps=WGS84"
    )
    here = np.array(shift.transform(x, y))
    ours = Transformer.from_crs(4326, zone, always_xy=True).transform(
        *transformer_to_wgs84(CRS.from_epsg(epsg)).transform(x, y)
    )
    default = Transformer.from_crs(epsg, zone, always_xy=True).transform(x, y)
    assert np.hypot(*(here - ours)) < 1
    assert np.hypot(*(here - default)) > 100
    if zone == UTM_47:
        assert here - (x, y) == pytest.approx([-334, 299], abs=1)

    square = gpd.GeoDataFrame({"tam_code": ["801206"]}, geometry=[shapely.box(x, y, x + 9, y + 9)], crs=epsg)
    report = finding(read(saved(square, tmp_path / "i.gpkg")), "boundary_crs_transformed")
    assert "EPSG:1304" in report.says.en
    assert report.figures["moved_m"] == pytest.approx(float(np.hypot(*(here - (x, y)))), rel=0.01)
    assert report.figures["proj_default_off_m"] == pytest.approx(185, abs=10)


@pytest.mark.parametrize("version", ["WKT1_ESRI", "WKT1_GDAL", "TOWGS84"])
def test_indian_1975_as_a_prj_writes_it(version: str) -> None:
    """ESRI's names, and a datum shift that the file brings itself, come to the same operation."""
    epsg = CRS.from_epsg(24047)
    if version == "TOWGS84":
        text = epsg.to_wkt("WKT1_GDAL").replace(
            'AUTHORITY["EPSG","6240"]', 'TOWGS84[293,836,318,0.5,1.6,-2.8,2.1],AUTHORITY["EPSG","6240"]'
        )
        assert "TOWGS84" in text
    else:
        text = epsg.to_wkt(version)
    x, y = 632_000.0, 923_000.0
    ours = transformer_to_wgs84(CRS.from_wkt(text)).transform(x, y)
    assert ours == pytest.approx(transformer_to_wgs84(epsg).transform(x, y), abs=1e-8)


def test_a_mistaken_datum_shows_beside_another_set(tmp_path: Path) -> None:
    """Indian 1975 read as WGS 84: all tambons lie off by one vector, and the report says what it may be."""
    truth = read(saved(tambons(), tmp_path / "true.gpkg"))
    to_indian = transformer_to_wgs84(CRS.from_epsg(24047))
    metres = shapely.transform(
        tambons().geometry.to_numpy(),
        lambda x, y: to_indian.transform(x, y, direction="INVERSE"),
        interleaved=False,
    )
    path = saved(tambons().set_geometry(metres, crs=UTM_47), tmp_path / "wrong.gpkg")
    shifted = finding(read(path, codes_from=truth), "boundary_shifted")
    assert shifted.figures == {
        "east_m": pytest.approx(334, abs=8),
        "north_m": pytest.approx(-299, abs=8),
        "areas": 3,
    }
    assert "EPSG:24047" in shifted.remedy.en
    assert "boundary_shifted" not in codes_of(read(path, crs="EPSG:24047", codes_from=truth))


# --- shapes, codes and names --------------------------------------------------------------------------


def test_gaps_and_overlaps_are_measured(tmp_path: Path) -> None:
    """An overlap of 0.001° by 0.1° and a hole of 0.01° squared, with the pair and the place."""
    hole = shapely.box(100.04, 8.04, 100.05, 8.05)
    shapes = [shapely.box(100, 8, 100.101, 8.1).difference(hole), *row_of_boxes(3)[1:]]
    table = read(saved(tambons().set_geometry(shapes, crs=4326), tmp_path / "g.gpkg"))
    overlaps, gaps = finding(table, "boundary_overlaps").figures, finding(table, "boundary_gaps").figures
    assert overlaps["pairs"] == [
        {"codes": ["801202", "801206"], "overlap_m2": pytest.approx(1_219_000, rel=0.01)}
    ]
    assert gaps["gap_m2"] == pytest.approx(1_219_000, rel=0.01)
    (gap,) = gaps["gaps"]
    assert hole.contains(shapely.Point(gap["lon"], gap["lat"]))


def test_an_invalid_polygon_is_repaired_with_what_it_changed(tmp_path: Path) -> None:
    """A bow tie is mended and named; a ring without any area is left out and named."""
    frame = tambons()
    frame.loc[0, "geometry"] = shapely.Polygon([(100, 8), (100.1, 8.1), (100.1, 8), (100, 8.1)])
    frame.loc[1, "geometry"] = shapely.Polygon([(100.1, 8), (100.1, 8), (100.1, 8), (100.1, 8)])
    table = read(saved(frame, tmp_path / "i.gpkg"))
    assert finding(table, "boundary_repaired").figures["codes"] == ["801206"]
    assert finding(table, "boundary_empty").figures["codes"] == ["801202"]
    assert shapely.is_valid(table.frame.geometry.to_numpy()).all()


def test_one_code_for_two_names_is_refused(tmp_path: Path) -> None:
    """Parts of one area are joined; areas of two names cannot both have the code."""
    frame = table_of(
        {"TAM_CODE": ["801206", "801206", "801202"], "TAM_NAM_T": ["เกาะทวด", "ต.เกาะทวด", "คลองน้อย"]}
    )
    assert codes_of(read(saved(frame, tmp_path / "j.gpkg"))) == ["boundary_duplicates"]
    frame.loc[1, "TAM_NAM_T"] = "ป่าระกำ"
    with pytest.raises(Problem, match="boundary_code_conflict"):
        read(saved(frame, tmp_path / "r.gpkg"))


def test_cut_names(tmp_path: Path) -> None:
    """All stop at 16 letters; half a syllable is left; the code list goes on."""
    names = ["ปากพนังฝั่งตะวัน", "บ้านน้อยซุ้ม", "คลองนครเ"]
    path = saved(table_of({"TAM_CODE": list(TAMBONS), "TAM_NAM_T": names}), tmp_path / "n.gpkg")
    found = [one.figures for one in read(path).report if one.code == "boundary_names_cut"]
    assert found == [
        {"names": ["801206 ปากพนังฝั่งตะวัน"], "length": 16},
        {"names": ["801203 คลองนครเ"], "length": 0},
    ]
    whole = reference()
    whole.frame["name_th"] = ["ปากพนังฝั่งตะวันตก", "บ้านน้อยซุ้มขี้เหล็ก", "คลองนคร", "", ""]
    told = [one.says.th for one in read(path, codes_from=whole).report if one.code == "boundary_names_cut"]
    assert "บ้านน้อยซุ้มขี้เหล็ก" in told[-1]


def test_codes_beside_a_list(tmp_path: Path) -> None:
    """Not in the list, missing from the file, and renamed; other provinces of the list are no matter."""
    frame = tambons().replace({"TAM_CODE": {"801203": "801299"}, "TAM_NAM_T": {"ต.คลองน้อย": "ต.คลองใหญ่"}})
    table = read(saved(frame, tmp_path / "l.gpkg"), codes_from=reference())
    assert finding(table, "boundary_codes_unlisted").figures["codes"] == ["801299"]
    assert finding(table, "boundary_codes_missing").figures["codes"] == ["800101", "801203", "801301"]
    assert finding(table, "boundary_names_differ").figures["names"] == ["801202 คลองใหญ่ ≠ คลองน้อย"]


def test_levels_that_do_not_nest(tmp_path: Path) -> None:
    """The sum of the tambons beside the amphoe: equal, wider, and without an amphoe of theirs."""
    table = read(saved(tambons(), tmp_path / "t.gpkg"))
    amphoe = gpd.GeoDataFrame({"AMP_CODE": ["8012"]}, geometry=[shapely.box(100, 8, 100.3, 8.1)], crs=4326)
    assert boundaries.nesting(table, read(saved(amphoe, tmp_path / "a.gpkg")), "t.gpkg") == []
    wider = amphoe.set_geometry([shapely.box(100, 8, 100.31, 8.1)], crs=4326)
    (differs,) = boundaries.nesting(table, read(saved(wider, tmp_path / "w.gpkg")), "t.gpkg")
    assert differs.as_dict()["figures"]["areas"] == [
        {"code": "8012", "differ_m2": pytest.approx(1.218e7, rel=0.01)}
    ]
    (orphans,) = boundaries.nesting(
        table, read(saved(wider.assign(AMP_CODE="8013"), tmp_path / "o.gpkg")), "t.gpkg"
    )
    assert orphans.as_dict()["figures"]["orphans"] == ["8012"]


@pytest.mark.filterwarnings("ignore:'crs' was not provided", "ignore:More than one layer")
def test_layers_without_anything_to_take(tmp_path: Path) -> None:
    """No rows, and rows without a shape."""
    saved(tambons()[:0], tmp_path / "e.gpkg")
    with pytest.raises(Problem, match="boundary_empty_layer"):
        read(tmp_path / "e.gpkg")
    tambons().set_geometry([None] * 3, crs=4326).to_parquet(tmp_path / "n.parquet")
    with pytest.raises(Problem, match="boundary_empty_layer"):
        read(tmp_path / "n.parquet")


def test_a_polygon_of_200_000_vertices(tmp_path: Path) -> None:
    """A coast at full resolution is read, checked and kept as it is."""
    angle = np.linspace(0, 2 * np.pi, 200_000, endpoint=False)
    radius = 0.5 + 0.01 * np.sin(5_000 * angle)
    coast = shapely.Polygon(np.column_stack([100 + radius * np.cos(angle), 8 + radius * np.sin(angle)]))
    path = saved(gpd.GeoDataFrame({"TAM_CODE": ["801206"]}, geometry=[coast], crs=4326), tmp_path / "c.fgb")
    table = read(path)
    assert shapely.get_num_coordinates(table.frame.geometry[0]) == 200_001
    assert codes_of(table) == []


# --- zips and sizes -----------------------------------------------------------------------------------


def locked(path: Path) -> None:
    """Set the bit that says a member is encrypted, in both places of every member."""
    raw = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = raw.find(signature)
        while place >= 0:
            raw[place + offset] |= 1
            place = raw.find(signature, place + 4)
    path.write_bytes(raw)


def cut_short(path: Path) -> None:
    """The download stopped at half."""
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) // 2])


def scratched(path: Path) -> None:
    """One byte of the shapes is another."""
    raw = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        header = archive.getinfo("tambon.shp").header_offset
    raw[header + 80] ^= 0xFF
    path.write_bytes(raw)


@pytest.mark.parametrize(
    ("harm", "refusal"),
    [
        (locked, "boundary_zip_locked"),
        (cut_short, "boundary_zip_damaged"),
        (scratched, "boundary_zip_damaged"),
    ],
)
def test_zips_that_cannot_be_opened(tmp_path: Path, harm: Callable[[Path], None], refusal: str) -> None:
    """A password, half a download and a bad byte each get their own answer."""
    path = shapefile_zip(tmp_path, "UTF-8")
    harm(path)
    with pytest.raises(Problem, match=refusal):
        read(path)


@pytest.mark.parametrize("missing", [".dbf", ".shx"])
def test_half_a_shapefile(tmp_path: Path, missing: str) -> None:
    """The .shp alone has neither names nor codes; the answer says which part is missing."""
    with pytest.raises(Problem, match="boundary_incomplete") as refused:
        read(shapefile_zip(tmp_path, "UTF-8", leave_out=(missing,)))
    assert missing in refused.value.says.en


def test_shapes_that_were_cut_short(tmp_path: Path) -> None:
    """A .shp copied by half would come as areas without a shape; it is refused."""
    path = shapefile_zip(tmp_path, "UTF-8")
    shapes = tmp_path / "shp" / "tambon.shp"
    shapes.write_bytes(shapes.read_bytes()[:-150])
    with pytest.raises(Problem, match="boundary_unreadable") as refused:
        read(zipped(tmp_path / "shp", path))
    assert "cut short" in refused.value.says.en


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a zip says it becomes is bounded before a byte is written; what it hides is bounded by that."""
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("t.geojson", b" " * 3_000_000)
    assert bomb.stat().st_size < 10_000
    with monkeypatch.context() as smaller:
        smaller.setattr(unzipping, "LARGEST_CONTENT", 1_000_000)
        with pytest.raises(Problem, match="boundary_too_large"):
            read(bomb)
    raw = bomb.read_bytes().replace(struct.pack("<I", 3_000_000), struct.pack("<I", 1_000))
    bomb.write_bytes(raw)
    with pytest.raises(Problem, match="boundary_zip_damaged"):
        read(bomb)


def test_a_file_of_two_gigabytes_is_refused_unread(tmp_path: Path) -> None:
    """The size is known before the file is opened."""
    path = tmp_path / "huge.gpkg"
    with path.open("wb") as stream:
        stream.truncate(2 << 30)  # sparse: no disk is used where the file system can
    with pytest.raises(Problem, match="boundary_too_large") as refused:
        read(path)
    assert "2,048 MiB" in refused.value.says.en
    assert path.stat().st_size > sources.LARGEST_FILE


@pytest.mark.parametrize("crs", [4326, 32647])
def test_canals_become_areas_by_a_buffer(tmp_path: Path, crs: int) -> None:
    """A kilometre of canal with 15 m to either side, whatever system its file is in."""
    canal = shapely.LineString([(100.1, 8.3), (100.1 + 1000 / 110_157, 8.3)])
    frame = gpd.GeoDataFrame({"name": ["คลองไส้ไก่"]}, geometry=[canal], crs=4326).to_crs(crs)
    path = tmp_path / "canals.gpkg"
    frame.to_file(path)
    with pytest.raises(Problem, match="boundary_not_areas"):
        read(path, "overlay")
    table = read(path, "overlay", buffer_m=15)
    assert table.frame["name_th"].tolist() == ["คลองไส้ไก่"]
    assert area_m2(table.frame.geometry)[0] == pytest.approx(1000 * 30 + np.pi * 15**2, rel=5e-3)
