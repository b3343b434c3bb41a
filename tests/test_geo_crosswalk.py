"""Two boundary sets side by side: what became of each area."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.boundaries import read, read_codes
from geo.crosswalk import BACKWARDS, KINDS, Change, compare, counts, former_codes


def areas(**shapes: tuple[str, tuple[float, float] | None]) -> gpd.GeoDataFrame:
    """Areas a row high: code -> (name, (from, to) in tenths of a degree east of 100°, or no ground)."""
    codes = [code.removeprefix("c") for code in shapes]
    ground = [
        None if span is None else shapely.box(100 + span[0] / 10, 8, 100 + span[1] / 10, 8.1)
        for _, span in shapes.values()
    ]
    columns = {"code": codes, "name_th": [name for name, _ in shapes.values()]}
    return gpd.GeoDataFrame(columns, geometry=np.array(ground, dtype=object), crs=4326)


def told(changes: list[Change]) -> list[tuple[str, str, str]]:
    """Kind, old and new code."""
    return [(one.kind, one.old, one.new) for one in changes]


def test_same_and_renamed() -> None:
    """A code that keeps its ground; prefixes, spelling of SARA AM and cut names are no new names."""
    old = areas(c801201=("ต.น้ำแดง", (0, 1)), c801202=("คลองน้อย", (1, 2)), c801210=("ปากพนังฝั่งตะวัน", (2, 3)))
    new = areas(
        c801201=("น\u0e4d\u0e49าแดง", (0, 1)), c801202=("คลองใหญ่", (1, 2)),
        c801210=("ปากพนังฝั่งตะวันตก", (2, 3)),
    )  # fmt: skip
    changes = compare(old, new)
    assert told(changes) == [
        ("same", "801201", "801201"), ("renamed", "801202", "801202"), ("same", "801210", "801210"),
    ]  # fmt: skip
    assert [(one.of_old, one.of_new, one.by) for one in changes] == [(1.0, 1.0, "code")] * 3


def test_a_tambon_that_moved_to_another_amphoe() -> None:
    """By its ground; the former code stands for the new one."""
    old, new = areas(c530306=("ท่าแฝก", (0, 1))), areas(c530407=("ท่าแฝก", (0, 1)))
    changes = compare(old, new)
    assert told(changes) == [("moved", "530306", "530407")]
    assert former_codes(changes) == {"530306": "530407"}


def test_a_code_given_to_another_place() -> None:
    """The code alone proves nothing: the ground does."""
    old = areas(c801201=("ก", (0, 1)), c801202=("ข", (1, 2)))
    new = areas(c801201=("ข", (1, 2)), c801202=("ก", (0, 1)))
    assert told(compare(old, new)) == [("moved", "801201", "801202"), ("moved", "801202", "801201")]


def test_split_and_merged() -> None:
    """The rest that keeps the code is a part too, with its share; a split gives no former code."""
    whole, parts = areas(c80=("ก", (0, 4))), areas(c80=("ก", (0, 3)), c81=("ข", (3, 4)))
    split, merged = compare(whole, parts), compare(parts, whole)
    assert told(split) == [("split", "80", "80"), ("split", "80", "81")]
    assert [one.of_old for one in split] == pytest.approx([0.75, 0.25], abs=1e-3)
    assert told(merged) == [("merged", "80", "80"), ("merged", "81", "80")]
    assert (former_codes(split), former_codes(merged)) == ({}, {"81": "80"})


def test_new_and_gone() -> None:
    """Ground that nobody had, and ground that nobody has."""
    assert told(compare(areas(c80=("ก", (0, 1))), areas(c81=("ข", (5, 6))))) == [
        ("gone", "80", ""), ("new", "", "81"),
    ]  # fmt: skip


def test_without_ground_a_unique_name_in_the_province_counts() -> None:
    """Code lists have no shapes; a name that stands twice is not guessed."""
    old = areas(c530306=("ท่าแฝก", None), c530101=("บ้านใหม่", None), c530201=("บ้านใหม่", None))
    new = areas(c530407=("ท่าแฝก", None), c530109=("บ้านใหม่", None))
    assert told(compare(old, new)) == [
        ("gone", "530101", ""), ("new", "", "530109"), ("gone", "530201", ""), ("moved", "530306", "530407"),
    ]  # fmt: skip


cuts = st.lists(st.integers(1, 19), max_size=6, unique=True).map(sorted)


@settings(deadline=None)
@given(cuts, cuts, st.integers(10, 40), st.integers(10, 40))
def test_there_and_back(first: list[int], second: list[int], start: int, other: int) -> None:
    """Any two partitions of one strip: everybody is told of, and backwards is forwards read backwards."""
    sets = []
    for ends, number in ((first, start), (second, other)):
        spans = list(zip([0, *ends], [*ends, 20], strict=True))
        sets.append(areas(**{f"c{number + n}": (f"ที่ {number + n}", span) for n, span in enumerate(spans)}))
    there, back = compare(*sets), compare(*sets[::-1])

    assert {one.old for one in there} - {""} == set(sets[0]["code"])
    assert {one.new for one in there} - {""} == set(sets[1]["code"])
    backwards = {
        (BACKWARDS.get(one.kind, one.kind), one.new, one.old, one.of_new, one.of_old) for one in back
    }
    forwards = {(one.kind, one.old, one.new, one.of_old, one.of_new) for one in there}
    assert str(sorted(forwards, key=str)) == str(sorted(backwards, key=str))


def test_the_published_set_against_the_list_of_codes(shared: Path) -> None:
    """COD-AB of 2022 and DOPA's list of 2025: ท่าแฝก moved, thirteen came in Bangkok."""
    old = read(shared / "boundaries/tha_adm3.gpkg").frame
    new = read_codes(shared / "boundaries/codes/tha_admin_codes_tgj.csv").frame
    changes = compare(old, new)
    assert counts(changes) | {"same": 0, "renamed": 0} == {
        "same": 0, "renamed": 0, "moved": 1, "new": 13, "gone": 2,
    }  # fmt: skip
    assert former_codes(changes) == {"530306": "530407"}
    assert {one.old for one in changes if one.kind == "gone"} == {"104701", "105001"}


def test_two_publishers_of_one_province(shared: Path) -> None:
    """Khon Kaen by OpenGISData and by COD-AB: three tambons changed their amphoe between the two."""
    old = read(shared / "boundaries/tha_adm3.gpkg").frame
    new = read(shared / "boundaries/schemas/khonkaen_adm3_opengis_tam_code.geojson").frame
    changes = compare(old[old["code"].str.startswith("40")], new)
    moved = {one.old: one.new for one in changes if one.kind == "moved"}
    assert moved.keys() | set(moved.values()) == {
        "402602", "402608", "402615", "402901", "402902", "402903",
    }  # fmt: skip
    assert set(counts(changes)) <= set(KINDS)
