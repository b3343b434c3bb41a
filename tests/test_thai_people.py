"""Names, citizen ids and telephone numbers as registers hold them."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest

from thai.citizen_id import parse_citizen_id
from thai.codes import PROVINCES
from thai.names import parse_name
from thai.phones import format_phone, parse_phone
from thai.problem import Problem
from thai.text import normalise


@pytest.mark.parametrize(
    ("written", "prefix", "given", "family"),
    [
        ("นายสมชาย ใจดี", "นาย", "สมชาย", "ใจดี"),
        ("น.ส.สมหญิง ใจดี", "นางสาว", "สมหญิง", "ใจดี"),
        ("น. ส. สมหญิง ใจดี", "นางสาว", "สมหญิง", "ใจดี"),
        ("นส.สมหญิง ใจดี", "นางสาว", "สมหญิง", "ใจดี"),
        ("น.ส สมหญิง ใจดี", "นางสาว", "สมหญิง", "ใจดี"),
        ("ดช.ปิติ ดี", "เด็กชาย", "ปิติ", "ดี"),
        ("นางสาว สมหญิง  ใจดี", "นางสาว", "สมหญิง", "ใจดี"),
        ("ด.ญ.มะลิ", "เด็กหญิง", "มะลิ", ""),
        ("พ.ต.ท. มานะ ณ อยุธยา", "พ.ต.ท.", "มานะ", "ณ อยุธยา"),
        ("ว่าที่ ร.ต.ปิติ ดี", "ว่าที่ ร.ต.", "ปิติ", "ดี"),
        ("พ.ต.ท.หญิง สมศรี ดี", "พ.ต.ท.หญิง", "สมศรี", "ดี"),
        ("พ.ต.ท. หญิง สมศรี ดี", "พ.ต.ท.หญิง", "สมศรี", "ดี"),
        ("ร.ต.หญิงสมศรี ดี", "ร.ต.หญิง", "สมศรี", "ดี"),
        ("ว่าที่ร้อยตรีหญิง สมศรี ดี", "ว่าที่ร้อยตรีหญิง", "สมศรี", "ดี"),
        ("ว่าที่ ร.ต.หญิง สมศรี ดี", "ว่าที่ ร.ต.หญิง", "สมศรี", "ดี"),
        ("พ.ต.ท. หญิง ดี", "พ.ต.ท.", "หญิง", "ดี"),
        ("ผศ.ดร.ชูใจ ดี", "ผศ.ดร.", "ชูใจ", "ดี"),
        ("พระมหาสมชาย", "พระมหา", "สมชาย", ""),
        ("นายิกา ดี", "", "นายิกา", "ดี"),
        ("มะแอ", "", "มะแอ", ""),
        ("น\u0e4d\u0e49\u0e32ฝน ดี", "", "น้ำฝน", "ดี"),
    ],
)
def test_title_given_and_family_name(written: str, prefix: str, given: str, family: str) -> None:
    """Titles written short are written out; several in a row are one; people with one name keep one."""
    name = parse_name(written)

    assert (name.prefix, name.given, name.family) == (prefix, given, family)
    assert parse_name(str(name)) == name


@pytest.mark.parametrize(
    "prefix",
    [
        "นาย",
        "นาง",
        "นางสาว",
        "น.ส.",
        "ด.ช.",
        "ด.ญ.",
        "พ.ต.ท.",
        "ว่าที่ ร.ต.",
        "พระ",
        "สามเณร",
        "ดร.",
        "ผศ.",
        "รศ.",
        "ศ.",
    ],
)
def test_every_title_is_told_from_the_name(prefix: str) -> None:
    """Titles, ranks, monks and novices, academics."""
    name = parse_name(f"{prefix}สมใจ ใจดี")

    assert (name.given, name.family) == ("สมใจ", "ใจดี")
    assert name.prefix


@pytest.mark.parametrize("written", ["", "น.ส.3ก", "น.ส. ๓", "นาย", "บ้านเลขที่ 2/1"])
def test_what_is_no_name_is_refused(written: str) -> None:
    """น.ส. is a land document too; a title alone is nobody."""
    with pytest.raises(Problem, match="name_unreadable"):
        parse_name(written)


@pytest.mark.parametrize("written", ["3100600445635", "3-1006-00445-63-5", "๓๑๐๐๖๐๐๔๔๕๖๓๕", "1112034563562"])
def test_citizen_ids_that_can_be_right(written: str) -> None:
    """With and without the card's hyphens, in Thai digits; only the ending is for showing."""
    number = parse_citizen_id(written)

    assert len(number.digits) == 13
    assert number.digits.endswith(number.ending)
    assert len(number.ending) == 3
    assert parse_citizen_id(str(number)) == number


def test_the_check_digit_misses_the_third_digit_and_the_province_does_not() -> None:
    """All ten third digits fit the check digit: it is the list of provinces that refuses some."""
    refused = []
    for third in "0123456789":
        written = f"31{third}0600445635"
        try:
            parse_citizen_id(written)
        except Problem as problem:
            refused.append((third, problem.code))
    assert refused == []  # 10 to 19 are all provinces: nothing but the amphoe can tell
    for written in ("3580100445632", "3590100445632"):  # 58 is Mae Hong Son, 59 is nowhere
        assert (11 - sum(int(d) * (13 - i) for i, d in enumerate(written[:12])) % 11) % 10 == int(written[12])
    assert parse_citizen_id("3580100445632").doubts == ()
    with pytest.raises(Problem, match="citizen_id_province"):
        parse_citizen_id("3590100445632")


def test_the_amphoe_is_a_doubt_and_no_refusal() -> None:
    """Amphoe are abolished and municipalities count down from 99; a wrong third digit shows here."""
    amphoes = {"1006", "8012"}

    assert parse_citizen_id("3100600445635", amphoes).doubts == ()
    assert parse_citizen_id("3110600445635", amphoes).doubts == ("amphoe_unknown",)
    assert parse_citizen_id("3110600445635").doubts == ()


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("310060044563", "citizen_id_unreadable"),
        ("31006004456355", "citizen_id_unreadable"),
        ("", "citizen_id_unreadable"),
        ("3100600445636", "citizen_id_wrong"),
        ("3100600445653", "citizen_id_wrong"),
    ],
)
def test_citizen_ids_that_are_wrong_are_not_repeated(written: str, code: str) -> None:
    """The refusal names the mistake and never the whole number."""
    with pytest.raises(Problem, match=code) as refusal:
        parse_citizen_id(written)
    assert not written or written not in str(refusal.value)


def test_people_without_nationality_are_read_too() -> None:
    """Numbers that begin with 0, 6 and 7 belong to real members of households."""
    for written in ("0801201234561", "6801201234561", "7801201234561"):
        body = written[:12]
        check = (11 - sum(int(d) * (13 - i) for i, d in enumerate(body)) % 11) % 10
        assert parse_citizen_id(f"{body}{check}").digits[0] == written[0]


@pytest.mark.parametrize(
    ("written", "digits", "shown"),
    [
        ("๐-๕๔๕๓-๔๗๑๑", "054534711", "054-534-711"),
        ("081 234 5678", "0812345678", "081-234-5678"),
        ("+66 81-234-5678", "0812345678", "081-234-5678"),
        ("โทร. (02) 123 4567 ต่อ 12", "021234567", "02-123-4567"),
        ("812345678", "0812345678", "081-234-5678"),
        ("1567", "1567", "1567"),
        ("191", "191", "191"),
    ],
)
def test_telephone_numbers(written: str, digits: str, shown: str) -> None:
    """As letters and registers write them, and as they are shown."""
    assert parse_phone(written) == digits
    assert format_phone(digits) == shown


@pytest.mark.parametrize("written", ["๐-๕๔๕๓-๔๗๑", "", "08123456789", "0112345678", "เบอร์บ้าน"])
def test_a_number_with_a_digit_missing_is_refused(written: str) -> None:
    """Seed 002 prints a number that is one digit short."""
    with pytest.raises(Problem, match="phone_unreadable"):
        parse_phone(written)


def test_the_provinces_are_those_of_the_boundary_file(shared: Path) -> None:
    """The list agrees with the published boundaries."""
    frame = gpd.read_file(shared / "boundaries" / "tha_adm1.gpkg", ignore_geometry=True)
    names = zip(frame["ADM1_PCODE"], frame["ADM1_TH"], strict=True)
    assert {code.removeprefix("TH"): normalise(name) for code, name in names} == PROVINCES
