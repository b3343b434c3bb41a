"""Each published boundary file, and what its import says about it; the figures of docs/boundaries.md."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from geo.boundaries import BoundaryTable, nesting, read, read_codes
from geo.findings import Finding
from geo.measure import area_m2
from thai.problem import Problem

MENDED, CUT, MOVED = "boundary_text_mended", "boundary_names_cut", "boundary_crs_transformed"
OVERLAPS, GAPS, OWN_IDS = "boundary_overlaps", "boundary_gaps", "boundary_own_ids"
NO_CODES, NOT_AREAS = "boundary_no_codes", "boundary_not_areas"

TAKEN: dict[str, tuple[str, int, str, list[str]]] = {
    "tha_adm1.gpkg": ("province", 77, "COD-AB", []),
    "tha_adm2.gpkg": ("amphoe", 928, "COD-AB", [CUT, OVERLAPS]),
    "tha_adm3.gpkg": ("tambon", 7425, "COD-AB", [CUT]),
    "pilot5_adm2_full.gpkg": ("amphoe", 60, "COD-AB", []),
    "pilot5_adm3_full.gpkg": ("tambon", 486, "COD-AB", [CUT]),
    "tha_adm3_detail_68prov.parquet": ("tambon", 5937, "COD-AB", [CUT, GAPS]),
    "raw/tha_admbnda_adm3_rtsd_20220121.zip": ("tambon", 7425, "COD-AB", [MENDED, CUT]),
    "raw/tha_admbnda_adm2_shapefile.zip": (
        "amphoe", 928, "COD-AB", [MENDED, "boundary_repaired", CUT, OVERLAPS],
    ),
    "raw/tha_adm1_province_shapefile.zip": ("province", 77, "COD-AB", [MENDED]),
    "raw/Nakhon Si Thammarat.zip": ("tambon", 170, "COD-AB", [CUT]),
    "schemas/nst_adm3_codab.geojson": ("tambon", 170, "COD-AB", [CUT]),
    "schemas/khonkaen_adm3_opengis_tam_code.geojson": ("tambon", 199, "OpenGISData", []),
    "schemas/derived_nst_tambon_tis620_utm47n_shp.zip": ("tambon", 170, "RTSD/DOPA", [MENDED, MOVED, CUT]),
    "nst/nst_city_municipality_osm.geojson": ("lao", 1, "", [OWN_IDS]),
}  # fmt: skip

REFUSED = {
    "schemas/nst_adm3_names_only_no_codes.geojson": NO_CODES,
    "schemas/nst_amphoe_osm_no_codes.geojson": NO_CODES,
    "schemas/pathum_tambon_TAM_NAM_T_prefixed.geojson": NO_CODES,
    "schemas/derived_nst_adm3_geoboundaries_schema.geojson": NO_CODES,
    "schemas/nakhonpathom_gistda_tambon_office_TA_ID_thai_filename_shp.zip": NOT_AREAS,
    "schemas/nakhonpathom_rtsd_L080300_LANDMARK_utm47n_shp.zip": NOT_AREAS,
    "nst/nst_waterways_osm.geojson": NOT_AREAS,
    "nst/pilot5_villages_2012.gpkg": NOT_AREAS,
    "nst/nst_localities_whosonfirst.gpkg": NOT_AREAS,
    "codes/tha_admin_codes_tgj.csv": "boundary_unreadable",
    "codes/codab_vs_list_differences.csv": "boundary_unreadable",
}

Reader = Callable[..., BoundaryTable]


@pytest.fixture(scope="module")
def reading(shared: Path) -> Reader:
    """Read a published file by its name; what is read without options is read once."""
    kept: dict[str, BoundaryTable] = {}

    def named(file: str, *args: str, **options: object) -> BoundaryTable:
        path = shared / "boundaries" / file
        if args or options:
            return read(path, *args, **options)  # type: ignore[arg-type]
        if file not in kept:
            kept[file] = read(path)
        return kept[file]

    return named


@pytest.fixture(scope="module")
def national(reading: Reader) -> BoundaryTable:
    """All tambons of COD-AB, as a code list with places."""
    return reading("tha_adm3.gpkg")


@pytest.fixture(scope="module")
def code_list(shared: Path) -> BoundaryTable:
    """The list of 7,436 tambons of thailand-geography-json."""
    return read_codes(shared / "boundaries/codes/tha_admin_codes_tgj.csv")


def codes_of(table: BoundaryTable) -> list[str]:
    """The problems that a report names."""
    return [problem.code for problem in table.report]


def figures(table: BoundaryTable, code: str) -> dict[str, object]:
    """The figures of the one finding of a code."""
    (found,) = [problem for problem in table.report if problem.code == code]
    assert isinstance(found, Finding)
    return found.figures


def test_no_published_file_is_forgotten(shared: Path) -> None:
    """Each file beside the checkout is either taken or refused below."""
    folder = shared / "boundaries"
    data = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.suffix in {".gpkg", ".parquet", ".zip", ".geojson", ".csv", ".fgb", ".kml"}
    }
    assert data == TAKEN.keys() | REFUSED.keys()


@pytest.mark.parametrize("file", TAKEN)
def test_a_file_that_is_taken(reading: Reader, file: str) -> None:
    """Level, number of areas, whose schema, and just the expected report."""
    level, features, schema, report = TAKEN[file]
    table = reading(file)
    assert (table.level, len(table.frame), table.schema) == (level, features, schema)
    assert codes_of(table) == report


@pytest.mark.parametrize("file", REFUSED)
def test_a_file_that_is_refused(reading: Reader, file: str) -> None:
    """Nothing is guessed: the answer says why, and what to do in Thai and English."""
    with pytest.raises(Problem) as refused:
        reading(file)
    assert refused.value.code == REFUSED[file]
    assert refused.value.place.file == Path(file).name


def test_the_broken_amphoe(reading: Reader) -> None:
    """Don Sak is repaired by 0.005 % of its area; then three amphoes share one sliver of 0.8 ha."""
    table = reading("raw/tha_admbnda_adm2_shapefile.zip")
    assert figures(table, "boundary_repaired")["codes"] == ["8403"]
    overlaps = figures(table, OVERLAPS)
    assert overlaps["mismatched"] == ["8014", "8402", "8403"]
    assert overlaps["overlap_m2"] == pytest.approx(25_367, rel=0.01)


def test_nine_provinces_are_missing_at_full_detail(reading: Reader) -> None:
    """The 68 provinces leave one hole inside the country: the north-east without nine of its provinces."""
    assert figures(reading("tha_adm3_detail_68prov.parquet"), GAPS)["gap_m2"] == pytest.approx(
        8.38e10, rel=0.01
    )


def test_codes_of_khon_kaen_beside_cod_ab(reading: Reader, national: BoundaryTable) -> None:
    """Three tambons have one code in OpenGISData and another in COD-AB."""
    table = reading("schemas/khonkaen_adm3_opengis_tam_code.geojson", codes_from=national)
    assert figures(table, "boundary_codes_unlisted")["codes"] == ["402602", "402608", "402615"]
    assert figures(table, "boundary_codes_missing")["codes"] == ["402901", "402902", "402903"]


def test_cod_ab_beside_the_code_list(reading: Reader, code_list: BoundaryTable) -> None:
    """ท่าแฝก moved to another amphoe, Bangkok was split, seven names are cut: the 32 known differences."""
    table = reading("tha_adm3.gpkg", codes_from=code_list)
    assert len(code_list.frame) == 7_436
    assert figures(table, "boundary_codes_unlisted")["codes"] == ["104701", "105001", "530306"]
    missing = figures(table, "boundary_codes_missing")["codes"]
    assert isinstance(missing, list)
    assert (len(missing), "530407" in missing) == (14, True)
    cut = [one for one in table.report if one.code == CUT][-1]
    assert isinstance(cut, Finding)
    assert len(cut.figures["names"]) == 8  # type: ignore[arg-type]  # the list has one more letter in วัดไทรย์ too
    assert len(figures(table, "boundary_names_differ")["names"]) == 3  # type: ignore[arg-type]


def test_names_without_codes(reading: Reader, code_list: BoundaryTable) -> None:
    """170 names of NST find their codes, 8001 by either spelling; Laem Talumphuk's polygon has no area."""
    table = reading("schemas/nst_adm3_names_only_no_codes.geojson", codes_from=code_list)
    assert figures(table, "boundary_names_matched") == {"matched": 170, "rows": 170}
    assert figures(table, "boundary_empty")["codes"] == ["801209"]
    assert table.frame.set_index("code").loc["801214", "name_th"] == "ปากพนังฝั่งตะวันออก"


def test_openstreetmap_amphoes(reading: Reader, code_list: BoundaryTable) -> None:
    """22 of 23; เฉลิมพระเกียรติ is an amphoe of five provinces, and the file does not say which."""
    table = reading("schemas/nst_amphoe_osm_no_codes.geojson", codes_from=code_list)
    assert (table.level, len(table.frame), table.schema) == ("amphoe", 22, "OpenStreetMap")
    assert figures(table, "boundary_names_unmatched") == {"unknown": [], "repeated": ["อำเภอเฉลิมพระเกียรติ"]}


def test_english_names_of_geoboundaries(reading: Reader, national: BoundaryTable) -> None:
    """English names alone: 123 of 170 are unique in the country, the rest is left out by name."""
    table = reading("schemas/derived_nst_adm3_geoboundaries_schema.geojson", codes_from=national)
    assert (table.schema, len(table.frame)) == ("geoBoundaries", 123)
    assert set(table.frame["code"].str[:2]) == {"80"}
    assert len(figures(table, "boundary_names_unmatched")["repeated"]) == 47  # type: ignore[arg-type]


def test_rounded_coordinates_of_pathum_thani(reading: Reader, national: BoundaryTable) -> None:
    """Five decimals leave 53 of 60 tambons beside their neighbours: 64 overlaps, 43 gaps, 17 ha in all."""
    table = reading("schemas/pathum_tambon_TAM_NAM_T_prefixed.geojson", codes_from=national)
    assert figures(table, "boundary_names_matched") == {"matched": 60, "rows": 60}
    overlaps, gaps = figures(table, OVERLAPS), figures(table, GAPS)
    assert [len(overlaps[key]) for key in ("mismatched", "pairs")] == [53, 64]  # type: ignore[arg-type]
    assert overlaps["overlap_m2"] == pytest.approx(87_878, rel=0.01)
    assert len(gaps["gaps"]) == 43  # type: ignore[arg-type]
    assert gaps["gap_m2"] == pytest.approx(80_119, rel=0.01)


def test_villages_of_2012(reading: Reader, national: BoundaryTable) -> None:
    """Their own ids, no tambon codes: 3,989 of 4,402 get one by names; 181 points repeat another."""
    table = reading("nst/pilot5_villages_2012.gpkg", "village", codes_from=national)
    assert figures(table, OWN_IDS)["column"] == "VILL_"
    assert figures(table, "boundary_parents_unknown") == {"rows": 413, "of": 4_402}
    assert len(figures(table, "boundary_same_place")["codes"]) == 181  # type: ignore[arg-type]
    assert set(table.frame.geometry.geom_type) == {"Point"}


@pytest.mark.parametrize(
    ("file", "points", "named"),
    [
        ("schemas/nakhonpathom_gistda_tambon_office_TA_ID_thai_filename_shp.zip", 178, 178),
        ("schemas/nakhonpathom_rtsd_L080300_LANDMARK_utm47n_shp.zip", 1_043, 0),
        ("nst/nst_localities_whosonfirst.gpkg", 2_461, 0),
    ],
)
def test_points_when_called_villages(reading: Reader, file: str, points: int, named: int) -> None:
    """GISTDA's integer TA_ID gives the tambon; landmarks and localities have none."""
    frame = reading(file, "village").frame
    assert (len(frame), int((frame["parent"] != "").sum())) == (points, named)
    assert 97 < frame.total_bounds[0] < frame.total_bounds[2] < 106


def test_canals_as_an_overlay(reading: Reader) -> None:
    """843 waterways with 15 m to either side; 11 of them have a name."""
    table = reading("nst/nst_waterways_osm.geojson", "overlay", buffer_m=15.0)
    assert (table.level, len(table.frame)) == ("overlay", 843)
    assert set(table.frame.geometry.geom_type) <= {"Polygon", "MultiPolygon"}
    assert area_m2(table.frame.geometry.to_numpy()).sum() == pytest.approx(125e6, rel=0.01)


def test_how_the_levels_nest(reading: Reader, national: BoundaryTable) -> None:
    """Full resolution nests exactly; the national layers were simplified apart and differ by 4,823 km²."""
    tambons, amphoes = reading("pilot5_adm3_full.gpkg"), reading("pilot5_adm2_full.gpkg")
    assert nesting(tambons, amphoes, "pilot5_adm3_full.gpkg") == []
    (differs,) = nesting(national, reading("tha_adm2.gpkg"), "tha_adm3.gpkg")
    assert isinstance(differs, Finding)
    assert differs.figures["differ_km2"] == pytest.approx(4_823, rel=0.01)
    worst = differs.figures["areas"][0]  # type: ignore[index]
    assert worst["code"] == "6106"
    assert worst["differ_m2"] == pytest.approx(15.6e6, rel=0.02)
