"""Targets and counts from an office's own table: what is read, what is refused, and where."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO

import pandas as pd
import pytest

from ingest.doors.figures import Figure
from ingest.reference_values import ReferenceValue
from reports import reference, reference_file
from reports.definitions import Definition
from reports.reference_file import Areas
from thai.periods import ALL_TIME, parse_period
from thai.problem import Problem, Problems

KNOWN = ["household_register.households"]
AREAS = Areas("demo", {"80", "8012", "801206", "801202"}, {"80120603", "80120604"})
HEAD = "ชนิด,รายการ,รหัสพื้นที่,ช่วงเวลา,ค่า,ชื่อ,แหล่งที่มา,ข้อมูล ณ วันที่\n"


def read(rows: str, *, within: str = "") -> list[ReferenceValue]:
    """A CSV as Excel saves it."""
    content = (HEAD + rows).encode("utf-8-sig")
    return reference_file.read(content, "targets.csv", indicators=KNOWN, areas=AREAS, within=within)


def test_a_table_in_thai_is_read() -> None:
    """Thai words, Thai digits, thousands, a Buddhist date and year."""
    found = read(
        "เป้าหมาย,household_register.households,80120603,๒๕๖๙,๑๐,,,\n"
        'จำนวน,ครัวเรือน,TH801206,,"6,150",,ทะเบียนราษฎร,1 ต.ค. 2568\n'
        "สมาชิก,อปท.,80120604,,05801202,ทต.เกาะทวด,,\n"
    )
    assert found == [
        ReferenceValue("target", "household_register.households", "80120603", "FY2569", "10"),
        ReferenceValue("count", "households", "801206", "", "6150", source="ทะเบียนราษฎร", as_of="2025-10-01"),
        ReferenceValue("member", "lao", "80120604", "", "05801202", "ทต.เกาะทวด"),
    ]


def test_the_template_reads_back() -> None:
    """What is loaded now comes out as a table that can be loaded again."""
    rows = read("จำนวน,villages,801206,,7,,สำมะโน,2025-10-01\n")
    again = reference_file.read(reference_file.template(rows), "targets.xlsx", indicators=KNOWN, areas=AREAS)
    assert again == rows
    assert list(pd.read_excel(BytesIO(reference_file.template())).columns) == list(
        reference_file.COLUMNS.values()
    )


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("เป้าหมาย,household_register.households,80990101,,10,,,", "area_in_no_set"),
        ("เป้าหมาย,household_register.households,80120609,,10,,,", "area_in_no_set"),
        ("เป้าหมาย,household_register.households,ตำบลเรา,,10,,,", "area_code_unreadable"),
        ("เป้าหมาย,no_such,801206,,10,,,", "reference_unreadable"),
        ("เป้าหมาย,household_register.households,801206,,สิบ,,,", "reference_unreadable"),
        ("เป้าหมาย,household_register.households,801206,,-1,,,", "reference_unreadable"),
        ("เป้าหมาย,household_register.households,801206,,NaN,,,", "reference_unreadable"),
        ("เป้าหมาย,household_register.households,801206,เร็วๆนี้,10,,,", "period_unreadable"),
        ("จำนวน,ครัวเรือน,801206,,10,,,31 ก.พ. 2568", "date_impossible"),
        ("ชื่อ,ครัวเรือน,801206,,10,,,", "reference_unreadable"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(row: str, code: str) -> None:
    """A village that no boundary set has, a word for a number: the row is told, and nothing is loaded."""
    with pytest.raises(Problems) as caught:
        read(f"จำนวน,ครัวเรือน,801206,,10,,,\n{row}\n")
    [problem] = caught.value.problems
    assert (problem.code, problem.place.row) == (code, 3)


def test_a_target_for_a_village_that_was_taken_off_the_map_is_found() -> None:
    """Village 9 of Ko Thuat is in no set; of Khlong Noi no villages are drawn: its tambon is enough."""
    loaded = [
        ReferenceValue("target", KNOWN[0], area, "", "10")
        for area in ("80120603", "80120609", "80120205", "80990101", "8012")
    ]
    assert [one.area for one in reference_file.strays(loaded, AREAS)] == ["80120609", "80990101"]


def test_an_officer_sets_numbers_of_his_own_area_only() -> None:
    """A row of another tambon is refused."""
    with pytest.raises(Problems):
        read("จำนวน,ครัวเรือน,801206,,10,,,\n", within="801202")


def test_a_file_that_is_no_table_is_refused() -> None:
    """A picture renamed to .xlsx gets an answer, not a traceback."""
    with pytest.raises(Problem) as caught:
        reference_file.read(b"\x89PNG", "a.xlsx", indicators=KNOWN, areas=AREAS)
    assert caught.value.code == "table_unreadable"


def test_the_count_of_a_larger_area_is_the_sum_of_its_parts() -> None:
    """Tambons of 300 and 200: 500 in the amphoe, 510 a year later; its own row of 999 goes before."""
    rows = [
        ReferenceValue("count", "households", "801206", "", "300", as_of="2025-01-01"),
        ReferenceValue("count", "households", "801206", "", "310", as_of="2026-01-01"),
        ReferenceValue("count", "households", "801202", "", "200", as_of="2025-01-01"),
    ]
    loaded = reference.built(rows)
    assert loaded.count("households", "8012", parse_period("FY2568")) == 500
    assert loaded.count("households", "8012", ALL_TIME) == 510
    assert loaded.count("households", "8099", ALL_TIME) is None
    own = reference.built([*rows, ReferenceValue("count", "households", "8012", "", "999")])
    assert own.count("households", "8012", ALL_TIME) == 999


def test_the_newest_count_is_by_its_day_and_the_newest_target_by_its_loading() -> None:
    """300 of FY2569 are newer than 100 of January 2024, though no day is told; before both the oldest holds.

    A target that is loaded again counts, whether a day stands beside it or not.
    """
    counts = [
        ReferenceValue("count", "households", "801206", "FY2569", "300"),
        ReferenceValue("count", "households", "801206", "", "100", as_of="2024-01-01"),
    ]
    loaded = reference.built(counts)
    asked = [loaded.count("households", "801206", parse_period(f"FY{year}")) for year in (2566, 2568, 2570)]
    assert asked == [100, 100, 300]
    for period in ("", "FY2569"):
        targets = [
            ReferenceValue("target", "x", "801206", period, "10", as_of="2025-10-01"),
            ReferenceValue("target", "x", "801206", period, "12"),
        ]
        plots = Definition("x", {}, {}, Figure("x", "count"))
        assert reference.built(targets).target(plots, "tambon", "801206", parse_period("FY2569")) == 12


def test_a_part_without_a_count_leaves_the_whole_without_one() -> None:
    """Of an amphoe's two tambons one has 300 households: nobody knows how many the amphoe has."""
    row = ReferenceValue("count", "households", "801206", "", "300")
    of_both = [row, ReferenceValue("count", "households", "80120205", "", "40")]
    known = ["80", "8012", "801206", "801202"]
    assert reference.built([row], known).count("households", "8012", ALL_TIME) is None
    assert reference.built([row], known).count("households", "801206", ALL_TIME) == 300
    assert reference.built(of_both, known).count("households", "80", ALL_TIME) == 340


def test_a_target_of_all_time_measures_no_month_of_what_grows() -> None:
    """200 plots mapped are 200 in the end, not in October; ten households a village take part at any time."""
    plots = Definition("x", {}, {}, Figure("x", "count"), target=Decimal(200), by="")
    homes = Definition("x", {}, {}, Figure("x", "distinct", ("@household",)), target=Decimal(10), by="")
    nothing = reference.built([])
    for one, of_all, of_month in ((plots, 200, None), (homes, 10, 10)):
        assert nothing.target(one, "tambon", "801206", ALL_TIME) == of_all
        assert nothing.target(one, "tambon", "801206", parse_period("2026-10")) == of_month


def test_a_share_keeps_its_target_at_every_level() -> None:
    """30 % of villages is 30 % in a tambon and in a province; it is never added."""
    share = Definition("x", {}, {}, Figure("x", "share"), target=Decimal(30), by="fiscal_year")
    nothing = reference.built([])
    for level, area in (("tambon", "801206"), ("province", "80")):
        assert nothing.target(share, level, area, parse_period("2026-10")) == 30
