"""``boundaries add`` with its options: what the clerk says about a file, and what a refusal leaves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

from commands import boundaries as command
from commands import parser
from ingest.folder import DataFolder
from thai.problem import Problem

CODES = ["801202", "801203", "801206"]
NAMES = ["คลองน้อย", "ป่าระกำ", "เกาะทวด"]


def saved(path: Path, columns: dict[str, object], *, width: float = 0.1, crs: int = 4326) -> str:
    """Boxes side by side with these columns, as a file."""
    count = len(next(iter(columns.values())))  # type: ignore[arg-type]
    shapes = [shapely.box(100 + n * width, 8, 100 + (n + 1) * width, 8.1) for n in range(count)]
    gpd.GeoDataFrame(columns, geometry=shapes, crs=4326).to_crs(crs).to_file(path)
    return str(path)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """An empty data folder."""
    return DataFolder(tmp_path / "data").create().path


def run(data: Path, *words: str) -> dict[str, Any]:
    """One ``boundaries`` command on a data folder."""
    return command.run(parser.parse(["boundaries", *words, "--data", str(data)]))


def codes_of(result: dict[str, Any]) -> list[str]:
    """The problems in the report of an added file."""
    return [one["code"] for one in result["report"]]


def everything(data: Path) -> dict[str, bytes]:
    """The boundary files that the office keeps."""
    return {path.name: path.read_bytes() for path in DataFolder(data).boundaries.iterdir()}


def test_names_get_codes_from_a_set_or_a_list(data: Path, tmp_path: Path) -> None:
    """A file of names is refused, and taken with --codes-from; the answer says how it was read."""
    coded = saved(tmp_path / "coded.gpkg", {"TAM_CODE": CODES, "TAM_NAM_T": NAMES})
    named = saved(tmp_path / "named.gpkg", {"TAM_NAM_T": [f"ต.{name}" for name in NAMES]})
    (tmp_path / "list.csv").write_text(
        "tam_code,tam_th\n" + "\n".join(map(",".join, zip(CODES, NAMES, strict=True))), encoding="utf-8"
    )
    first = run(data, "add", coded, "--set", "rtsd")
    assert (first["schema"], first["default"], first["report"]) == ("RTSD/DOPA", True, [])
    with pytest.raises(Problem, match="boundary_no_codes"):
        run(data, "add", named)
    for codes_from in ("rtsd", str(tmp_path / "list.csv"), coded):
        taken = run(data, "add", named, "--codes-from", codes_from)
        assert taken["report"][0]["figures"] == {"matched": 3, "rows": 3}
    with pytest.raises(Problem, match="boundary_set_unknown"):
        run(data, "add", named, "--codes-from", "nobody")


def test_a_refused_file_leaves_everything_as_it_was(data: Path, tmp_path: Path) -> None:
    """Whatever a file was refused for: the set in use, its files and the list of sets are untouched."""
    good = saved(tmp_path / "good.gpkg", {"TAM_CODE": CODES})
    run(data, "add", good, "--set", "rtsd", "--published", "25 ก.พ. 2564")
    before, listed = everything(data), run(data, "list")
    assert [one["published"] for one in listed["boundary_sets"] if one["name"] == "rtsd"] == ["2021-02-25"]
    frame = gpd.read_file(good)
    frame.set_geometry(frame.boundary).to_file(tmp_path / "lines.gpkg")
    frame.set_crs(32647, allow_override=True).to_file(tmp_path / "metres.gpkg")
    (tmp_path / "cut.gpkg").write_bytes(Path(good).read_bytes()[:3_000])
    (tmp_path / "cut.zip").write_bytes(b"PK\x03\x04" + bytes(100))
    with (tmp_path / "huge.zip").open("wb") as stream:
        stream.truncate(2 << 30)
    refused = {
        saved(tmp_path / "levels.gpkg", {"TAM_CODE": ["801202", "801203", "8012"]}): "boundary_bad_codes",
        saved(tmp_path / "two.gpkg", {"TAM_CODE": CODES[:2] * 2, "TAM_NAM_T": list("กขคง")}): "code_conflict",
        str(tmp_path / "lines.gpkg"): "boundary_not_areas",
        str(tmp_path / "metres.gpkg"): "boundary_crs_contradicts",
        str(tmp_path / "cut.gpkg"): "boundary_unreadable",
        str(tmp_path / "cut.zip"): "boundary_zip_damaged",
        str(tmp_path / "huge.zip"): "boundary_too_large",
    }
    for file, why in refused.items():
        with pytest.raises(Problem, match=why):
            run(data, "add", file, "--set", "rtsd")
        assert everything(data) == before
        assert run(data, "list") == listed


def test_the_clerk_says_what_the_file_does_not(data: Path, tmp_path: Path) -> None:
    """--crs, --encoding, --layer and --code-column reach the import; villages come with their level."""
    metres = gpd.read_file(saved(tmp_path / "m.gpkg", {"ZONE": CODES}, crs=32647))
    path = tmp_path / "wrong.gpkg"
    metres.set_crs(32650, allow_override=True).to_file(path, layer="เขต")
    words = ("--crs", "EPSG:32647", "--layer", "เขต", "--code-column", "ZONE", "--encoding", "UTF-8")
    result = run(data, "add", str(path), *words)
    assert codes_of(result) == ["boundary_crs_given", "boundary_crs_transformed"]
    assert "as told" in command.show(result)
    points = gpd.GeoDataFrame({"VILL_CODE": ["80120601"]}, geometry=[shapely.Point(100, 8)], crs=4326)
    points.to_file(tmp_path / "v.gpkg")
    assert run(data, "add", str(tmp_path / "v.gpkg"), "--level", "village")["added"]["level"] == "village"


def test_levels_of_one_set_are_held_against_each_other(data: Path, tmp_path: Path) -> None:
    """Whichever comes second, amphoes that are not the sum of their tambons are reported in km²."""
    tambons = saved(tmp_path / "t.gpkg", {"TAM_CODE": CODES})
    amphoe = saved(tmp_path / "a.gpkg", {"AMP_CODE": ["8012"]}, width=0.29)
    assert codes_of(run(data, "add", tambons, "--set", "one")) == []
    assert codes_of(run(data, "add", amphoe, "--set", "one")) == ["boundary_does_not_nest"]
    assert codes_of(run(data, "add", amphoe, "--set", "other")) == []
    second = run(data, "add", tambons, "--set", "other")
    assert second["report"][0]["figures"]["differ_km2"] == pytest.approx(12.2, rel=0.01)
