"""Which columns of a boundary file hold codes and names, in the ways Thai publishers write them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LEVELS = ("province", "amphoe", "tambon")
DIGITS = {"province": 2, "amphoe": 4, "tambon": 6}


@dataclass(frozen=True)
class Names:
    """Column names of one level, in lower case, by what they hold; the first one present counts."""

    code: tuple[str, ...]
    th: tuple[str, ...]
    en: tuple[str, ...]


# COD-AB (ADM3_PCODE), our exports (tambon_code), OpenGISData (tam_code), DOPA (TAM_NAM_T), GISTDA (TA_ID).
KNOWN = {
    "tambon": Names(
        ("adm3_pcode", "tambon_code", "tam_code", "ta_id", "tb_code", "tambon_id", "subdistrictcode"),
        ("adm3_th", "tambon_th", "tam_th", "tam_nam_t", "tambon_t", "tb_tn", "subdistrictnameth"),
        ("adm3_en", "tambon_en", "tam_en", "tam_nam_e", "tambon_e", "tb_en", "subdistrictnameen"),
    ),
    "amphoe": Names(
        ("adm2_pcode", "amphoe_code", "amp_code", "ap_code", "am_id", "amphoe_id", "amp_id", "districtcode"),
        ("adm2_th", "amphoe_th", "amp_th", "amp_nam_t", "amphoe_t", "ap_tn", "districtnameth"),
        ("adm2_en", "amphoe_en", "amp_en", "amp_nam_e", "amphoe_e", "ap_en", "districtnameen"),
    ),
    "province": Names(
        ("adm1_pcode", "province_code", "prov_code", "pro_code", "pv_code", "prov_id", "provincecode"),
        ("adm1_th", "province_th", "prov_th", "pro_th", "prov_nam_t", "province_t", "changwat_t", "pv_tn"),
        ("adm1_en", "province_en", "prov_en", "pro_en", "prov_nam_e", "province_e", "changwat_e", "pv_en"),
    ),
}
PLAIN = Names(("code", "pcode", "area_code"), ("name_th", "th", "name"), ("name_en", "en"))


@dataclass(frozen=True)
class Schema:
    """What a file's columns mean: its level, its code column, and name columns by (level, language)."""

    level: str
    code: str
    names: dict[tuple[str, str], str]


def recognise(columns: Sequence[str], code_digits: int | None) -> Schema | None:
    """The schema of a file with these columns, or None when none of them holds area codes.

    The deepest level with a code column counts. A plain ``code`` column says nothing about its level:
    ``code_digits`` (the length of its values without TH) decides, see ``plain_code``.
    """
    given = {column.casefold(): column for column in reversed(columns)}
    names = {
        (level, language): given[found]
        for level in LEVELS
        for language in ("th", "en")
        if (found := _first(getattr(KNOWN[level], language), given))
    }
    for level in reversed(LEVELS):
        if found := _first(KNOWN[level].code, given):
            return Schema(level, given[found], names)
    plain = plain_code(columns)
    plain_level = next((level for level, digits in DIGITS.items() if digits == code_digits), None)
    if not plain or not plain_level:
        return None
    for language in ("th", "en"):
        if found := _first(getattr(PLAIN, language), given):
            names.setdefault((plain_level, language), given[found])
    return Schema(plain_level, plain, names)


def plain_code(columns: Sequence[str]) -> str | None:
    """The column that is just called code, if there is one."""
    given = {column.casefold(): column for column in columns}
    found = _first(PLAIN.code, given)
    return given[found] if found else None


def _first(candidates: Sequence[str], given: dict[str, str]) -> str | None:
    return next((name for name in candidates if name in given), None)
