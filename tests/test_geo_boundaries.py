"""Boundary files of many publishers come out in one shape, or are refused with the reason."""

from __future__ import annotations

import inspect
import json
import re
import zipfile
from pathlib import Path
from types import ModuleType

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo import coverage_findings, datum_problems, findings, problems
from geo.boundaries import BoundaryTable, outlines, read
from geo.demo import demo_boundaries
from thai.problem import Problem

KO_THUAT = shapely.Point(100.08980, 8.28079)


def squares(**columns: object) -> gpd.GeoDataFrame:
    """Two neighbouring squares near Ko Thuat, with these columns."""
    return gpd.GeoDataFrame(
        columns, geometry=[shapely.box(100, 8, 100.1, 8.1), shapely.box(100.1, 8, 100.2, 8.1)], crs=4326
    )


def codes_of(table: BoundaryTable) -> list[str]:
    """The problems that a file's report names."""
    return [problem.code for problem in table.report]


@pytest.mark.parametrize(
    ("file", "level", "features"),
    [
        ("pilot5_adm3_full.gpkg", "tambon", 486),
        ("pilot5_adm2_full.gpkg", "amphoe", 60),
        ("raw/tha_adm1_province_shapefile.zip", "province", 77),
        ("raw/tha_admbnda_adm2_shapefile.zip", "amphoe", 928),
        ("raw/Nakhon Si Thammarat.zip", "tambon", 170),
        ("schemas/nst_adm3_codab.geojson", "tambon", 170),
        ("schemas/khonkaen_adm3_opengis_tam_code.geojson", "tambon", 199),
        ("schemas/derived_nst_tambon_tis620_utm47n_shp.zip", "tambon", 170),
    ],
)
def test_published_files(shared: Path, file: str, level: str, features: int) -> None:
    """COD-AB of all levels, OpenGISData, a TIS-620 shapefile: bare codes, clean Thai, valid, in degrees."""
    table = read(shared / "boundaries" / file)
    frame = table.frame
    digits = {"province": 2, "amphoe": 4, "tambon": 6}[level]

    assert (table.level, len(frame), table.drawing) == (level, features, False)
    assert frame.crs.to_epsg() == 4326
    assert frame["code"].str.fullmatch(rf"\d{{{digits}}}").all()
    assert frame["code"].is_monotonic_increasing
    assert (frame["parent"] == frame["code"].str[:-2]).all()
    assert frame["name_th"].str.fullmatch(r"[\u0e01-\u0e5b. ()\d\-]+").all()
    assert frame["name_en"].str.fullmatch(r"[A-Za-z' .()\-]+").all()
    assert shapely.is_valid(frame.geometry.to_numpy()).all()
    assert 97 < frame.total_bounds[0] < frame.total_bounds[2] < 106


def test_thai_without_a_named_encoding(shared: Path) -> None:
    """The raw shapefiles have no .cpg: UTF-8 and TIS-620 are told apart, and the report says which."""
    utf8 = read(shared / "boundaries/raw/tha_adm1_province_shapefile.zip")
    tis620 = read(shared / "boundaries/schemas/derived_nst_tambon_tis620_utm47n_shp.zip")

    assert utf8.frame.set_index("code").loc["80", "name_th"] == "นครศรีธรรมราช"
    assert "UTF-8" in utf8.report[0].says.en
    assert tis620.frame.set_index("code").loc["801206", ["name_th", "amphoe_th"]].tolist() == [
        "เกาะทวด",
        "ปากพนัง",
    ]
    assert "CP874" in tis620.report[0].says.en
    assert "boundary_crs_transformed" in codes_of(tis620)


def test_names_of_the_levels_above_and_cut_names(shared: Path) -> None:
    """A tambon carries its amphoe and province; names cut at 16 letters are reported with their codes."""
    table = read(shared / "boundaries/pilot5_adm3_full.gpkg", "tambon")
    ko_thuat = table.frame.set_index("code").loc["801206"]
    assert ko_thuat[["name_en", "amphoe_en", "province_th"]].tolist() == [
        "Ko Thuat",
        "Pak Phanang",
        "นครศรีธรรมราช",
    ]
    assert ko_thuat.geometry.contains(KO_THUAT)
    assert codes_of(table) == ["boundary_names_cut"]
    assert "801210" in table.report[0].says.th
    assert "801214" in table.report[0].says.th


def test_an_invalid_polygon_is_repaired_and_named(shared: Path) -> None:
    """The published amphoe layer has one broken polygon, Don Sak."""
    table = read(shared / "boundaries/raw/tha_admbnda_adm2_shapefile.zip")
    repaired = next(problem for problem in table.report if problem.code == "boundary_repaired")
    assert "8403" in repaired.says.en


@pytest.mark.parametrize(
    "file",
    [
        "nst_adm3_names_only_no_codes.geojson",
        "nst_amphoe_osm_no_codes.geojson",
        "pathum_tambon_TAM_NAM_T_prefixed.geojson",
        "derived_nst_adm3_geoboundaries_schema.geojson",
    ],
)
def test_a_file_without_codes_is_refused(shared: Path, file: str) -> None:
    """Names alone never join; the answer lists the columns found."""
    with pytest.raises(Problem, match="boundary_no_codes") as refused:
        read(shared / "boundaries/schemas" / file)
    assert refused.value.place.file == file


def test_points_are_no_boundaries(shared: Path) -> None:
    """Tambon offices have codes but no areas; the Thai file names in the zip are read."""
    with pytest.raises(Problem, match="boundary_not_areas"):
        read(shared / "boundaries/schemas/nakhonpathom_gistda_tambon_office_TA_ID_thai_filename_shp.zip")


def test_a_file_of_the_wrong_level_is_refused(tmp_path: Path) -> None:
    """Asked for amphoes, a tambon file is not dissolved behind the clerk's back."""
    squares(tam_code=["801206", "801202"]).to_file(tmp_path / "t.geojson")
    with pytest.raises(Problem, match="boundary_wrong_level"):
        read(tmp_path / "t.geojson", "amphoe")


def test_formats_and_plain_code_columns(tmp_path: Path) -> None:
    """Our own columns come back from GeoParquet and GeoPackage; the level is told by the digits."""
    plain = squares(
        code=[801206, 801202], name_th=["ต.เกาะทวด", "คลองน้อย"], name_en=["Ko Thuat", "Khlong Noi"]
    )
    plain.to_parquet(tmp_path / "p.parquet")
    plain.to_file(tmp_path / "p.gpkg")
    for path in (tmp_path / "p.parquet", tmp_path / "p.gpkg"):
        table = read(path)
        assert table.level == "tambon"
        assert table.frame["code"].tolist() == ["801202", "801206"]
        assert table.frame["name_th"].tolist() == ["คลองน้อย", "เกาะทวด"]
    assert read(_saved(squares(code=["TH80", "TH81"]), tmp_path / "p.geojson")).level == "province"


def test_a_zip_with_a_folder_inside(tmp_path: Path) -> None:
    """Zips made by a right click hold the shapefile in a folder."""
    (tmp_path / "แนวเขต").mkdir()
    squares(TAM_CODE=["801206", "801202"]).to_file(tmp_path / "แนวเขต/tambon.shp")
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        for part in (tmp_path / "แนวเขต").iterdir():
            archive.write(part, f"แนวเขต/{part.name}")
    assert read(tmp_path / "z.zip").frame["code"].tolist() == ["801202", "801206"]


def test_repeated_codes_and_missing_shapes(tmp_path: Path) -> None:
    """Rows of one code are joined, rows without a shape left out, both are reported."""
    frame = squares(tam_code=["801206", "801206"], tam_th=["เกาะทวด", "เกาะทวด"])
    nothing = gpd.GeoDataFrame({"tam_code": ["801202"], "tam_th": ["คลองน้อย"]}, geometry=[None], crs=4326)
    table = read(_saved(gpd.GeoDataFrame(gpd.pd.concat([frame, nothing])), tmp_path / "r.gpkg"))
    assert codes_of(table) == ["boundary_empty", "boundary_duplicates"]
    assert table.frame["code"].tolist() == ["801206"]
    assert table.frame.geometry[0].bounds == (100, 8, 100.2, 8.1)


def test_rows_without_a_code_are_refused(tmp_path: Path) -> None:
    """A blank among the codes would be an area nobody can name."""
    with pytest.raises(Problem, match="boundary_bad_codes"):
        read(_saved(squares(tam_code=["801206", "8012"]), tmp_path / "b.gpkg"))


def test_coordinate_systems(tmp_path: Path) -> None:
    """Degrees without a name are taken as WGS 84 and reported; metres without a name are refused."""
    frame = squares(tam_code=["801206", "801202"])
    table = read(_saved(frame.set_crs(None, allow_override=True), tmp_path / "degrees.gpkg"))
    assert codes_of(table) == ["boundary_crs_assumed"]
    metres = squares(tam_code=["801206", "801202"]).to_crs(32647).set_crs(None, allow_override=True)
    with pytest.raises(Problem, match="boundary_no_crs"):
        read(_saved(metres, tmp_path / "metres.gpkg"))


def test_indian_1975_moves_by_the_pinned_operation(tmp_path: Path) -> None:
    """Pak Phanang read as WGS 84 lies +334 m E, −299 m N of where it is (EPSG:1304, not PROJ's default)."""
    x, y = 632_000.0, 923_000.0
    square = gpd.GeoDataFrame(
        {"tam_code": ["801206"]}, geometry=[shapely.box(x, y, x + 1000, y + 1000)], crs=24047
    )
    table = read(_saved(square, tmp_path / "i.gpkg"))
    moved = table.frame.to_crs(32647).geometry[0].bounds
    assert x - moved[0] == pytest.approx(334, abs=5)
    assert y - moved[1] == pytest.approx(-299, abs=5)
    assert "Indian 1975 to WGS 84 (2)" in table.report[0].says.en


@pytest.mark.parametrize(
    "name", ["missing.gpkg", "broken.zip", "broken.gpkg", "broken.geojson", "broken.parquet", "text.csv"]
)
def test_files_that_are_no_boundaries(tmp_path: Path, name: str) -> None:
    """Missing, damaged and foreign files get an answer with the remedy."""
    if not name.startswith("missing"):
        (tmp_path / name).write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(Problem, match="boundary_unreadable"):
        read(tmp_path / name)


def test_outlines_stay_shared(shared: Path) -> None:
    """Simplified for drawing, neighbours still meet: no gap and no overlap, and every tambon is there."""
    frame = read(shared / "boundaries/raw/Nakhon Si Thammarat.zip").frame
    simple = outlines(frame, 0.002)
    assert simple["code"].tolist() == frame["code"].tolist()
    assert shapely.get_num_coordinates(simple.geometry.to_numpy()).sum() < 20_000
    assert shapely.coverage_is_valid(simple.geometry.to_numpy())
    assert not simple.geometry.is_empty.any()


def test_the_demo_is_a_drawing_of_pak_phanang() -> None:
    """18 cells around the tambons' centres, full names, neighbours meet, the same bytes every time."""
    table, again = demo_boundaries(), demo_boundaries()
    frame = table.frame.set_index("code")
    assert (table.level, table.drawing, len(frame)) == ("tambon", True, 18)
    assert frame.loc["801206"].geometry.contains(KO_THUAT)
    assert frame.loc["801202"].geometry.contains(shapely.Point(100.10839, 8.35856))
    assert frame.loc["801214", "name_th"] == "ปากพนังฝั่งตะวันออก"
    assert set(frame["parent"]) == {"8012"}
    assert shapely.coverage_is_valid(frame.geometry.to_numpy())
    assert np.array_equal(
        shapely.to_wkb(table.frame.geometry.to_numpy()), shapely.to_wkb(again.frame.geometry.to_numpy())
    )


def _example(parameter: inspect.Parameter) -> object:
    """A value for a parameter of the catalogues, by its annotation."""
    examples = {
        "str": "x",
        "int": 3 << 30,
        "float": 1.5,
        "float | None": 1.5,
        "Sequence[str]": ["x"] * 30,
        "Sequence[object]": [1],
        "Sequence[float]": [1.0, 2.0, 3.0, 4.0],
        "Sequence[tuple[str, str, float]]": [("1", "2", 3.0)],
        "Sequence[tuple[float, float, float]]": [(1.0, 2.0, 3.0)],
        "Sequence[tuple[str, float]]": [("1", 2.0)],
    }
    return examples[parameter.annotation]


@pytest.mark.parametrize("catalogue", [problems, findings, datum_problems, coverage_findings])
def test_every_problem_speaks_both_languages(catalogue: ModuleType) -> None:
    """The catalogues are walked: codes are the functions' names, with a remedy in Thai and English."""
    functions = {
        name: item
        for name, item in vars(catalogue).items()
        if inspect.isfunction(item) and item.__module__ == catalogue.__name__ and item is not problems.some
    }
    public = {name: function for name, function in functions.items() if not name.startswith("_")}
    assert public
    for name, function in public.items():
        needed = [_example(one) for one in inspect.signature(function).parameters.values()]
        problem = function(*needed)
        assert problem.code == name
        assert re.search("[\u0e01-\u0e2e]", problem.says.th)
        assert re.search("[\u0e01-\u0e2e]", problem.remedy.th)
        assert all([problem.says.en, problem.remedy.en])
        json.dumps(problem.as_dict())


def _saved(frame: gpd.GeoDataFrame, path: Path) -> Path:
    frame.to_file(path)
    return path
