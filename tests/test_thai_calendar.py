"""Dates read as Thai offices write them, and shown in the Buddhist Era."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thai.calendar import (
    bangkok,
    be_year,
    fiscal_quarter,
    fiscal_year,
    fiscal_year_range,
    format_date,
    mend_misread_year,
    parse_date,
    parse_date_range,
    parse_fiscal_year,
    parse_partial_date,
)
from thai.problem import Problem


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("25 ก.พ.64", date(2021, 2, 25)),
        ("10 มี ค 64", date(2021, 3, 10)),
        ("10 มี.ค. 64", date(2021, 3, 10)),
        ("๓๐ มีนาคม ๒๕๖๔", date(2021, 3, 30)),
        ("วันที่ ๓๐ มีนาคม พ.ศ. ๒๕๖๔", date(2021, 3, 30)),
        ("4/2/2564", date(2021, 2, 4)),
        ("4/2/2021", date(2021, 2, 4)),
        ("2021-02-04", date(2021, 2, 4)),
        ("2564-02-04", date(2021, 2, 4)),
        ("2021-02-04T20:30:00.000+07:00", date(2021, 2, 4)),
        ("2021-02-04T20:30:00Z", date(2021, 2, 5)),
        ("2564-02-04T23:00:00Z", date(2021, 2, 5)),
        ("2567-02-29T10:00:00+07:00", date(2024, 2, 29)),
        ("44252", date(2021, 2, 25)),
        (44252.5, date(2021, 2, 25)),
        ("25 Feb 2021", date(2021, 2, 25)),
        ("29 ก.พ. 2567", date(2024, 2, 29)),
        ("19 เม.ย.64", date(2021, 4, 19)),
        ("1 มีค. 64", date(2021, 3, 1)),
        ("4 กุมภา 64", date(2021, 2, 4)),
        ("วันพฤหัสบดีที่ ๔ เดือนกุมภาพันธ์ พ.ศ. ๒๕๖๔", date(2021, 2, 4)),
        ("4 ก.พ. พ.ศ.2564", date(2021, 2, 4)),
        ("4 ก.พ. ปี 2564", date(2021, 2, 4)),
        ("4 February ค.ศ. 2021", date(2021, 2, 4)),
        ("25-ก.พ.-64", date(2021, 2, 25)),
        ("25/ก.พ./2564", date(2021, 2, 25)),
        ("25-Feb-2021", date(2021, 2, 25)),
        ("25 กรกฏาคม 2564", date(2021, 7, 25)),
        ("25 พฤษจิกายน 2564", date(2021, 11, 25)),
        ("25/2/2564 10:30", date(2021, 2, 25)),
        ("25 ก.พ. 64 เวลา 10.00 น.", date(2021, 2, 25)),
    ],
)
def test_dates_as_offices_write_them(written: str | float, meant: date) -> None:
    """Every spelling people use, and Excel's serial numbers."""
    assert parse_date(written) == meant


@pytest.mark.parametrize(
    "written", ["", "เมื่อวาน", "2/1", "13", "25 ก.พ.", "1/2/3/4", "25-Feb-21", "25 ก.พ. ค.ศ. 21"]
)
def test_what_is_no_date_is_refused(written: str) -> None:
    """A house number is not a date; nothing is guessed."""
    with pytest.raises(Problem, match="date_unreadable"):
        parse_date(written)


@pytest.mark.parametrize("written", ["31/2/2564", "29 ก.พ. 2564", "2/13/2564", "2021-00-10", "1 ม.ค. 2483"])
def test_days_the_calendar_does_not_have(written: str) -> None:
    """Day and month are never exchanged to make a date fit; BE 2483 had no January."""
    with pytest.raises(Problem, match="date_impossible"):
        parse_date(written)


def test_a_spreadsheet_misread_two_digit_buddhist_years() -> None:
    """Seed 003: the foot of a date column, 281,545, is the sum of 12 dates of 2564 kept as 1964."""
    days = [(3, 10), (3, 10), (3, 17), (3, 8), *[(4, 1)] * 6, (4, 7), (4, 7)]
    serials = [(date(1964, month, day) - date(1899, 12, 30)).days for month, day in days]
    mended = [parse_date(serial, mend_misread=True) for serial in serials]

    assert sum(serials) == 281_545
    assert mended == [date(2021, month, day) for month, day in days]
    assert mend_misread_year(date(2021, 3, 8)) == date(2021, 3, 8)


def test_years_before_2484_began_in_april() -> None:
    """January to March of 1940 and before belong to the Buddhist year before."""
    assert be_year(date(1940, 3, 31)) == 2482
    assert be_year(date(1940, 4, 1)) == 2483
    assert be_year(date(1941, 1, 1)) == 2484
    assert parse_date("15 ก.พ. 2480") == date(1938, 2, 15)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 12, 31)), st.booleans(), st.booleans())
def test_what_is_shown_can_be_read_back(day: date, short: bool, thai: bool) -> None:
    """Any date on a screen or a paper reads as itself, in both digit scripts and lengths."""
    assert parse_date(format_date(day, short=short, thai_digits=thai)) == day


def test_the_twelve_months() -> None:
    """Each month's short name, shown and read."""
    short = ["ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."]
    days = [date(2021, month, 10) for month in range(1, 13)]
    assert [format_date(day) for day in days] == [f"10 {month} 2564" for month in short]
    assert [parse_date(f"10 {month} 64") for month in short] == days


def test_dates_on_screens_and_papers() -> None:
    """Short and long, Thai digits, English; a moment is shown as the day it is in Bangkok."""
    day = date(2021, 2, 25)
    assert format_date(day) == "25 ก.พ. 2564"
    assert format_date(day, thai_digits=True) == "๒๕ ก.พ. ๒๕๖๔"
    assert format_date(day, short=False) == "25 กุมภาพันธ์ 2564"
    assert format_date(day, language="en") == "25 Feb 2021"
    assert format_date(datetime(2021, 2, 24, 18, 0, tzinfo=UTC)) == "25 ก.พ. 2564"
    assert bangkok(datetime(2021, 2, 24, 18, 0, tzinfo=UTC)).isoformat() == "2021-02-25T01:00:00+07:00"


def test_fiscal_years() -> None:
    """1 October to 30 September, named by the end: 22 December 2563 is fiscal year 2564."""
    assert fiscal_year(date(2020, 12, 22)) == 2564
    assert fiscal_year(date(2020, 9, 30)) == 2563
    assert fiscal_year_range(2564) == (date(2020, 10, 1), date(2021, 9, 30))
    assert [fiscal_quarter(date(2021, month, 1)) for month in (10, 12, 1, 4, 7, 9)] == [1, 1, 2, 3, 4, 4]


@pytest.mark.parametrize("written", ["2564", "64", "ปีงบประมาณ 2564", "ปีงบประมาณ พ.ศ. ๒๕๖๔", "FY2564", 2564])
def test_fiscal_years_as_papers_name_them(written: str | int) -> None:
    """By their Buddhist number, with or without the words around it."""
    assert parse_fiscal_year(written) == 2564


@pytest.mark.parametrize("written", ["", "2021", "ปีงบประมาณ", "25641"])
def test_what_is_no_fiscal_year_is_refused(written: str) -> None:
    """A common-era year is not taken for one that lies five centuries back."""
    with pytest.raises(Problem, match="fiscal_year_unreadable"):
        parse_fiscal_year(written)


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("20-21 ม.ค.64", date(2021, 1, 20), date(2021, 1, 21)),
        ("วันที่ ๗–๘ เม.ย. ๒๕๖๔", date(2021, 4, 7), date(2021, 4, 8)),
        ("22 ธ.ค.63", date(2020, 12, 22), date(2020, 12, 22)),
    ],
)
def test_meetings_of_more_than_a_day(written: str, first: date, last: date) -> None:
    """The committee's meetings in seed 003 are written as a span of days."""
    assert parse_date_range(written) == (first, last)


def test_a_span_that_runs_backwards_is_refused() -> None:
    """21–20 January is a mistake, not two months."""
    with pytest.raises(Problem, match="date_impossible"):
        parse_date_range("21-20 ม.ค.64")


@pytest.mark.parametrize(
    ("written", "first", "precision", "shown"),
    [
        ("พ.ศ. 2500", date(1957, 1, 1), "year", "พ.ศ. 2500"),
        ("ปี ๒๔๗๐", date(1927, 4, 1), "year", "พ.ศ. 2470"),
        ("2483", date(1940, 4, 1), "year", "พ.ศ. 2483"),
        ("มี.ค. 2480", date(1938, 3, 1), "month", "มี.ค. 2480"),
        ("เดือนมีนาคม พ.ศ. ๒๕๑๐", date(1967, 3, 1), "month", "มี.ค. 2510"),
        ("15/2/2480", date(1938, 2, 15), "day", "15 ก.พ. 2480"),
    ],
)
def test_elders_know_a_year_or_a_month(written: str, first: date, precision: str, shown: str) -> None:
    """A birth is kept as well as it is known, and shown so; old years begin in April."""
    birth = parse_partial_date(written)

    assert (birth.first, birth.precision, str(birth)) == (first, precision, shown)


@pytest.mark.parametrize("written", ["", "80", "นานแล้ว", "ก.พ."])
def test_a_birth_is_not_guessed(written: str) -> None:
    """Two digits alone may be an age."""
    with pytest.raises(Problem):
        parse_partial_date(written)
