"""Land area, area codes and money as Thai papers write them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thai import problems
from thai.area import format_area, parse_area, rai_ngan_wah
from thai.codes import PROVINCES, area_code, level_of, parse_area_argument
from thai.money import baht_text, format_baht, parse_baht
from thai.problem import Problem


@pytest.mark.parametrize(
    ("area_m2", "shown"),
    [(1600, "1-0-0"), (1599.9, "1-0-0.0"), (19322, "12-0-30.5"), (100_000, "62-2-0"), (0, "0-0-0")],
)
def test_square_metres_as_rai_ngan_wah(area_m2: float, shown: str) -> None:
    """Rounded once, then split with carry."""
    assert rai_ngan_wah(area_m2) == shown


@given(st.floats(0, 1e9))
def test_rounding_never_leaves_a_full_unit(area_m2: float) -> None:
    """Never 4 ngan nor 100 square wah, and never off by more than half a tenth of a wah."""
    rai, ngan, wah = rai_ngan_wah(area_m2).split("-")
    assert int(ngan) < 4
    assert Decimal(wah) < 100
    whole = int(rai) * 1600 + int(ngan) * 400 + Decimal(wah) * 4
    assert abs(whole - Decimal(str(area_m2))) <= Decimal("0.2")


@given(st.integers(0, 10**10).map(lambda tenths: tenths / 10) | st.decimals(0, 10**9, places=3))
def test_half_a_tenth_of_a_wah_is_rounded_up(area_m2: float | Decimal) -> None:
    """As decimals round what is written, whatever a float makes of it; a whole number has no tenths."""
    exact = Decimal(str(area_m2)) / 4
    rai, ngan, wah = rai_ngan_wah(area_m2).split("-")
    assert int(rai) * 400 + int(ngan) * 100 + Decimal(wah) == exact.quantize(Decimal("0.1"), ROUND_HALF_UP)
    assert ("." in wah) == (exact != exact.to_integral_value())


@pytest.mark.parametrize(
    ("written", "area_m2"),
    [
        ("5-2-30", 8920.0),
        ("5–2–30", 8920.0),
        ("5-2-30 ตร.ว.", 8920.0),
        ("5 ไร่ - งาน 30 ตารางวา", 8120.0),
        ("1,234.5 ไร่", 1_975_200.0),
        ("5 ไร่ 2 งาน 30 ตร.ว.", 8920.0),
        ("๕ ไร่ ๒ งาน ๓๐ ตารางวา", 8920.0),
        ("5.5 ไร่", 8800.0),
        ("2 งาน", 800.0),
        ("1,200 ไร่", 1_920_000.0),
        ("8,800 ตร.ม.", 8800.0),
        ("0-3-100", 1600.0),
        ("5-2-30 ไร่", 8920.0),
        ("๑๒-๐-๓๐.๕", 19322.0),
    ],
)
def test_declared_areas_are_read(written: str, area_m2: float) -> None:
    """As deeds, villagers and clerks write them."""
    assert parse_area(written) == area_m2


@pytest.mark.parametrize("written", ["", "ไร่", "5", "5-12-2564", "-3 ไร่", "5-4-0", "1,5 ไร่", "- ไร่"])
def test_what_is_no_area_is_refused(written: str) -> None:
    """A bare number has no unit, a date is no area."""
    with pytest.raises(Problem, match="land_area_unreadable"):
        parse_area(written)


def test_area_in_words() -> None:
    """Both languages; nothing where there is no area."""
    assert format_area(19322) == "12 ไร่ 0 งาน 30.5 ตร.ว."
    assert format_area(19322, "en") == "12 rai 0 ngan 30.5 sq wah"
    assert format_area(None) == format_area(float("nan")) == ""
    with pytest.raises(ValueError, match="not an area"):
        rai_ngan_wah(-1)


@pytest.mark.parametrize(
    "written", ["TH801206", "th801206", "801206", 801206, 801206.0, "801206.0", "๘๐๑๒๐๖", np.int64(801206)]
)
def test_one_tambon_code_however_it_is_written(written: object) -> None:
    """COD-AB's prefix, numbers of spreadsheets and Thai digits give the same six digits."""
    assert area_code(written) == "801206"


@pytest.mark.parametrize(
    "written", ["", None, "8012061", "80120", "012345", "TH", float("nan"), "เกาะทวด", "-801206", 801206.5]
)
def test_what_is_no_code_is_refused(written: object) -> None:
    """Odd lengths, names and blanks are refused with what to write instead."""
    with pytest.raises(Problem, match="area_code_unreadable"):
        area_code(written)


def test_codes_of_municipal_areas_are_codes() -> None:
    """Counted down from 99; one urban community holds two codes, and neither is turned into the other."""
    assert level_of(area_code("8499")) == "amphoe"
    assert [area_code(code) for code in ("50010621", "50990063")] == ["50010621", "50990063"]


def test_levels_and_area_arguments() -> None:
    """The number of digits is the level; ``--area`` also takes all and a local authority."""
    assert [level_of(code) for code in ("80", "8012", "801206", "80120601")] == [
        "province",
        "amphoe",
        "tambon",
        "village",
    ]
    assert parse_area_argument("all") == parse_area_argument(" ALL ") == ""
    assert parse_area_argument("TH8012") == "8012"
    assert parse_area_argument("lao:06800105") == "lao:06800105"
    with pytest.raises(Problem, match="area_argument_unreadable"):
        parse_area_argument("Pak Phanang")


def test_baht() -> None:
    """Thousands, satang only where there are any, millions, English; a float is refused."""
    assert format_baht(Decimal("897183.33")) == "897,183.33 บาท"
    assert format_baht(Decimal(10_921_966)) == "10,921,966 บาท"
    assert format_baht(Decimal("2669500"), in_millions=True) == "2.67 ล้านบาท"
    assert format_baht(5, language="en") == "5 baht"
    assert format_baht(Decimal("0.005")) == "0.01 บาท"
    assert format_baht(Decimal("-0.001")) == "0 บาท"
    with pytest.raises(TypeError, match="Decimal"):
        format_baht(1.5)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (10_921_966, "สิบล้านเก้าแสนสองหมื่นหนึ่งพันเก้าร้อยหกสิบหกบาทถ้วน"),
        (0, "ศูนย์บาทถ้วน"),
        (1, "หนึ่งบาทถ้วน"),
        (11, "สิบเอ็ดบาทถ้วน"),
        (21, "ยี่สิบเอ็ดบาทถ้วน"),
        (1_000_001, "หนึ่งล้านเอ็ดบาทถ้วน"),
        (11_000_000, "สิบเอ็ดล้านบาทถ้วน"),
        (10**12, "หนึ่งล้านล้านบาทถ้วน"),
        (Decimal("897183.33"), "แปดแสนเก้าหมื่นเจ็ดพันหนึ่งร้อยแปดสิบสามบาทสามสิบสามสตางค์"),
        (Decimal("0.25"), "ยี่สิบห้าสตางค์"),
        (Decimal("1.01"), "หนึ่งบาทหนึ่งสตางค์"),
        (Decimal("2.675"), "สองบาทหกสิบแปดสตางค์"),
        (Decimal("0.995"), "หนึ่งบาทถ้วน"),
        (Decimal("-0.5"), "ลบห้าสิบสตางค์"),
        (Decimal("-0.001"), "ศูนย์บาทถ้วน"),
        (-5, "ลบห้าบาทถ้วน"),
    ],
)
def test_amounts_in_words(amount: Decimal | int, words: str) -> None:
    """As papers repeat an amount: the seed's own, zero, satang, below zero, rounded half up."""
    assert baht_text(amount) == words


def test_a_float_has_no_amount_in_words() -> None:
    """2.675 in a float is 2.67499…"""
    with pytest.raises(TypeError, match="Decimal"):
        baht_text(2.675)  # type: ignore[arg-type]


@given(st.decimals(-(10**12), 10**12, places=2))
def test_an_amount_on_paper_can_be_read_back(amount: Decimal) -> None:
    """What is printed reads as itself."""
    assert parse_baht(format_baht(amount)) == amount


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("๘๙๗,๑๘๓.๓๓ บาท", "897183.33"),
        ("(5,000)", "-5000"),
        ("−5,000.50", "-5000.50"),
        ("2.67 ล้านบาท", "2670000"),
        ("5,000.-", "5000"),
        ("฿ 1,000", "1000"),
        ("5,000 บาทถ้วน", "5000"),
        ("–5", "-5"),
    ],
)
def test_amounts_as_papers_write_them(written: str, amount: str) -> None:
    """Thai digits, brackets for what is below zero, millions, the dash for no satang."""
    assert parse_baht(written) == Decimal(amount)


@pytest.mark.parametrize("written", ["", "1,00", "12,34,567", "(5,000", "4/2/2564", "ห้าบาท"])
def test_what_is_no_amount_is_refused(written: str) -> None:
    """A separator in the wrong place is a missing digit."""
    with pytest.raises(Problem, match="amount_unreadable"):
        parse_baht(written)


def test_the_provinces_are_seventy_seven() -> None:
    """Nakhon Si Thammarat is one, 81 with 0 in front or 59 are none."""
    assert len(PROVINCES) == 77
    seeds = {
        "80": "นครศรีธรรมราช",
        "53": "อุตรดิตถ์",
        "65": "พิษณุโลก",
        "62": "กำแพงเพชร",
        "54": "แพร่",
        "38": "บึงกาฬ",
    }
    assert {code: PROVINCES[code] for code in seeds} == seeds
    assert not {"59", "00", "97"} & PROVINCES.keys()


def test_every_problem_speaks_both_languages() -> None:
    """The catalogue is walked: a code is its function's name, the remedy is in Thai and English."""
    own = [item for item in vars(problems).items() if getattr(item[1], "__module__", "") == problems.__name__]
    found = {name: make("x") for name, make in own}
    assert found
    for name, problem in found.items():
        assert problem.code == name
        assert all([problem.says.th, problem.says.en, problem.remedy.th, problem.remedy.en])
