"""Which columns of a boundary file hold codes and names, in the ways Thai publishers write them.

Column names propose, the values decide: a ``TAMBON_ID`` that just counts rows is no area code, and a file
with amphoe codes and tambon names is a tambon file without codes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from geo.levels import DIGITS, LEVELS
from thai.codes import area_code
from thai.problem import Problem
from thai.text import normalise

_THAI = re.compile("[\u0e01-\u0e5b]")
_ENOUGH = 0.5  # of the values must be codes; the rest is then named as bad


@dataclass(frozen=True)
class Names:
    """Column names of one level, in lower case, by what they hold; the first one that fits counts."""

    code: tuple[str, ...]
    th: tuple[str, ...]
    en: tuple[str, ...]


# COD-AB (ADM3_PCODE), our exports (tambon_code), OpenGISData (tam_code), RTSD/DOPA (TAM_NAM_T), GISTDA
# (TA_ID), thailand-geography-json (subdistrictCode), other offices (T_CODE, T_NAME_T), Thai headings.
KNOWN = {
    "tambon": Names(
        ("adm3_pcode", "tambon_code", "tam_code", "ta_id", "tb_code", "tambon_id", "t_code",
         "subdistrictcode", "รหัสตำบล"),
        ("adm3_th", "tambon_th", "tam_th", "tam_nam_t", "tambon_t", "tb_tn", "t_name_t", "tam_name",
         "subdistrictnameth", "ชื่อตำบล", "ตำบล"),
        ("adm3_en", "tambon_en", "tam_en", "tam_nam_e", "tambon_e", "tb_en", "t_name_e", "subdistrictnameen"),
    ),
    "amphoe": Names(
        ("adm2_pcode", "amphoe_code", "amp_code", "ap_code", "am_id", "ap_id", "amphoe_id", "amp_id",
         "a_code", "districtcode", "รหัสอำเภอ"),
        ("adm2_th", "amphoe_th", "amp_th", "amp_nam_t", "amphoe_t", "ap_tn", "a_name_t", "amp_name",
         "districtnameth", "ชื่ออำเภอ", "อำเภอ"),
        ("adm2_en", "amphoe_en", "amp_en", "amp_nam_e", "amphoe_e", "ap_en", "a_name_e", "districtnameen"),
    ),
    "province": Names(
        ("adm1_pcode", "province_code", "prov_code", "pro_code", "pv_code", "pv_id", "prov_id", "p_code",
         "changwat_id", "provincecode", "รหัสจังหวัด"),
        ("adm1_th", "province_th", "prov_th", "pro_th", "prov_nam_t", "province_t", "changwat_t", "pv_tn",
         "p_name_t", "prv_name", "provincenameth", "ชื่อจังหวัด", "จังหวัด"),
        ("adm1_en", "province_en", "prov_en", "pro_en", "prov_nam_e", "province_e", "changwat_e", "pv_en",
         "p_name_e", "provincenameen"),
    ),
}  # fmt: skip
PLAIN = Names(
    ("code", "pcode", "area_code"),
    ("name_th", "nameth", "name:th", "th", "name_t", "lao_name", "lao_th"),
    ("name_en", "nameen", "name:en", "en", "name_e", "lao_en"),
)
_EITHER_LANGUAGE = ("shapename", "name")
_PUBLISHERS = {
    "adm3_pcode": "COD-AB", "adm2_pcode": "COD-AB", "adm1_pcode": "COD-AB", "tam_nam_t": "RTSD/DOPA",
    "amphoe_t": "RTSD/DOPA", "prov_nam_t": "RTSD/DOPA", "ta_id": "GISTDA", "tam_th": "OpenGISData",
    "amp_th": "OpenGISData", "pro_th": "OpenGISData", "shapetype": "geoBoundaries",
    "admin_level": "OpenStreetMap", "subdistrictcode": "thailand-geography-json",
}  # fmt: skip
_ADM = {"adm1": "province", "adm2": "amphoe", "adm3": "tambon"}
_OSM_LEVEL = {"4": "province", "6": "amphoe", "8": "tambon"}
_PREFIX = {
    "tambon": re.compile(r"(ตำบล|แขวง|ต\.)\s*\S"),
    "amphoe": re.compile(r"(อำเภอ|เขต|กิ่งอำเภอ|อ\.)\s*\S"),
    "province": re.compile(r"(จังหวัด|จ\.)\s*\S"),
    "lao": re.compile(r"(เทศบาล(นคร|เมือง|ตำบล)|องค์การบริหารส่วน|อบต|อบจ)"),
}


@dataclass(frozen=True)
class Schema:
    """What a file's columns mean.

    ``code``: the column of the level's codes; of several columns whose values are joined where codes are
    split by level (80, 12, 06); empty where the file has none. ``names``: columns by (level, language).
    ``parents``: columns of codes of the levels above. ``publisher``: whose way of writing it is, '' unknown.
    """

    level: str
    code: tuple[str, ...] = ()
    names: dict[tuple[str, str], str] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    publisher: str = ""


def recognise(frame: pd.DataFrame, code_column: str | None = None) -> Schema | None:
    """The schema of a province, amphoe, tambon or (by its names) LAO file; None when its level is not known.

    The deepest level that has a code or a name column counts. ``code_column`` names the column of codes where
    the file has its own word for it: its digits tell the level.
    """
    given = _by_lower_case(frame)
    publisher = next((_PUBLISHERS[name] for name in _PUBLISHERS if name in given), "")
    names = name_columns(frame)
    plain = _plain_code(frame, code_column, given)
    if plain and (code_column or not names):
        return _plain_schema(frame, plain, names, publisher)
    codes = {level: column for level in LEVELS if (column := _code_column(frame, level, given))}
    for number in reversed(range(len(LEVELS))):
        level, above = LEVELS[number], LEVELS[:number]
        if level not in codes and plain and plain[0] == level:
            return _plain_schema(frame, plain, names, publisher)
        code = (codes[level],) if level in codes else _split_code(frame, level, given)
        if code or (level, "th") in names or (level, "en") in names:
            parents = {one: codes[one] for one in above if one in codes}
            return Schema(level, code, names, parents, publisher)
    return _told(frame, given, publisher)


def name_columns(frame: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Columns of names by (level, language), those that hold any."""
    given = _by_lower_case(frame)
    return {
        (level, language): column
        for level in LEVELS
        for language in ("th", "en")
        if (column := _first_filled(frame, getattr(KNOWN[level], language), given))
    }


def code_column(frame: pd.DataFrame, level: str) -> str | None:
    """The known column that holds codes of a level, if there is one."""
    return _code_column(frame, level, _by_lower_case(frame))


def plain_names(frame: pd.DataFrame, candidates: Sequence[str] = ()) -> dict[str, str]:
    """Columns that just say name, by language; ``candidates`` for Thai are looked for first."""
    given = _by_lower_case(frame)
    found = {
        language: column
        for language, known in (("th", (*candidates, *PLAIN.th)), ("en", PLAIN.en))
        if (column := _first_filled(frame, known, given))
    }
    if either := _first_filled(frame, _EITHER_LANGUAGE, given):
        is_thai = any(_THAI.search(name) for name in frame[either] if isinstance(name, str))
        found.setdefault("th" if is_thai else "en", either)
    return found


def look_like_codes(frame: pd.DataFrame) -> list[str]:
    """Columns of another name whose values could all be area codes: not to be guessed, but to be shown."""
    columns = frame.columns.drop("geometry", errors="ignore")
    deep = [level for level in LEVELS if level != "province"]
    return [str(one) for one in columns if any(_share_of(frame[one], level) == 1 for level in deep)]


def code_digits(value: object) -> str:
    """The digits of a code (also of ISO 3166-2, ``TH-80``), '' when it is none."""
    try:
        return area_code(str(value).replace("TH-", "TH"))
    except Problem:
        return ""


def _share_of(values: pd.Series, level: str) -> float:
    """The share of the values that are codes of a level; 0 where there are none."""
    return sum(len(code_digits(value)) == DIGITS[level] for value in values) / max(len(values), 1)


def _code_column(frame: pd.DataFrame, level: str, given: dict[str, str]) -> str | None:
    """The first known column of a level whose values are codes of it."""
    columns = [given[name] for name in KNOWN[level].code if name in given]
    return next((column for column in columns if _share_of(frame[column], level) >= _ENOUGH), None)


def _plain_code(frame: pd.DataFrame, asked: str | None, given: dict[str, str]) -> tuple[str, str] | None:
    """The column that is just called code, or was named by the caller, with the level its values tell."""
    for column in [asked] if asked else [given[name] for name in PLAIN.code if name in given]:
        for level in reversed(LEVELS):
            if _share_of(frame[column], level) >= _ENOUGH:
                return level, column
    return None


def _plain_schema(
    frame: pd.DataFrame, plain: tuple[str, str], names: dict[tuple[str, str], str], publisher: str
) -> Schema:
    level, column = plain
    return Schema(level, (column,), _with_plain(frame, names, level), {}, publisher)


def _split_code(frame: pd.DataFrame, level: str, given: dict[str, str]) -> tuple[str, ...]:
    """The columns of codes counted within the area above: province 80, amphoe 12, tambon 06."""
    columns = []
    for one in LEVELS[: LEVELS.index(level) + 1]:
        found = [given[name] for name in KNOWN[one].code if name in given]
        small = [column for column in found if frame[column].map(_is_small).all()]
        if not small:
            return ()
        columns.append(small[0])
    return tuple(columns) if level != "province" and len(frame) else ()


def _is_small(value: object) -> bool:
    return bool(re.fullmatch(r"\d{1,2}(\.0)?", str(value)))


def _told(frame: pd.DataFrame, given: dict[str, str], publisher: str) -> Schema | None:
    """The schema of a file whose columns just say name, when it tells its level otherwise."""
    level = _told_level(frame, given)
    if level is None:
        return None
    iso = given.get("shapeiso")
    code = (iso,) if level == "province" and iso and _share_of(frame[iso], level) >= _ENOUGH else ()
    return Schema(level, code, _with_plain(frame, {}, level), {}, publisher)


def _told_level(frame: pd.DataFrame, given: dict[str, str]) -> str | None:
    """The level that a geoBoundaries or OpenStreetMap column names, or the prefix of every Thai name."""
    for column, words in (("shapetype", _ADM), ("admin_level", _OSM_LEVEL)):
        if column in given:
            told = {words.get(str(value).casefold().removesuffix(".0")) for value in frame[given[column]]}
            if len(told) == 1:
                return told.pop()
    if not (name := plain_names(frame).get("th")):
        return None
    names = [normalise(value) for value in frame[name] if isinstance(value, str)]
    return next((level for level, prefix in _PREFIX.items() if all(map(prefix.match, names))), None)


def _with_plain(
    frame: pd.DataFrame, names: dict[tuple[str, str], str], level: str
) -> dict[tuple[str, str], str]:
    return {(level, language): column for language, column in plain_names(frame).items()} | names


def _by_lower_case(frame: pd.DataFrame) -> dict[str, str]:
    """The columns as the file writes them, by their names in lower case."""
    return {normalise(str(column)).casefold(): str(column) for column in reversed(list(frame.columns))}


def _first_filled(frame: pd.DataFrame, candidates: Sequence[str], given: dict[str, str]) -> str | None:
    """The first of the columns that is there and not all blank."""
    for name in candidates:
        if name in given and any(isinstance(value, str) and value.strip() for value in frame[given[name]]):
            return given[name]
    return None
