"""Persons' names: the title, the given and the family name stand apart, as registers keep them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from thai import problems
from thai.text import normalise

_RANKS = (
    *(
        "พล.ต.อ.",
        "พล.ต.ท.",
        "พล.ต.ต.",
        "พ.ต.อ.",
        "พ.ต.ท.",
        "พ.ต.ต.",
        "ร.ต.อ.",
        "ร.ต.ท.",
        "ร.ต.ต.",
        "ด.ต.",
        "จ.ส.ต.",
    ),
    *(
        "ส.ต.อ.",
        "ส.ต.ท.",
        "ส.ต.ต.",
        "พล.อ.",
        "พล.ท.",
        "พล.ต.",
        "พ.อ.",
        "พ.ท.",
        "พ.ต.",
        "ร.อ.",
        "ร.ท.",
        "ร.ต.",
    ),
    *("จ.ส.อ.", "จ.ส.ท.", "ส.อ.", "ส.ท.", "ส.ต.", "น.อ.", "น.ท.", "น.ต.", "พ.จ.อ.", "อส.ทพ."),
    *("พันตำรวจเอก", "พันตำรวจโท", "พันตำรวจตรี", "ร้อยตำรวจเอก", "ร้อยตำรวจโท", "ร้อยตำรวจตรี", "ดาบตำรวจ"),
    *("พันเอก", "พันโท", "พันตรี", "ร้อยเอก", "ร้อยโท", "ร้อยตรี", "จ่าสิบเอก", "สิบเอก", "สิบโท", "สิบตรี"),
)
_TITLES = (
    *("นาย", "นางสาว", "นาง", "น.ส.", "เด็กชาย", "เด็กหญิง", "ด.ช.", "ด.ญ.", "คุณหญิง", "ท่านผู้หญิง"),
    *("ม.ร.ว.", "ม.ล.", "หม่อมราชวงศ์", "หม่อมหลวง"),
    *("พระครู", "พระมหา", "พระอธิการ", "พระ", "สามเณร", "แม่ชี"),
    *(
        "ผู้ช่วยศาสตราจารย์",
        "รองศาสตราจารย์",
        "ศาสตราจารย์",
        "ผศ.",
        "รศ.",
        "ศ.",
        "ดร.",
        "นพ.",
        "พญ.",
        "ทพ.",
        "ทพญ.",
    ),
)
_ACTING = ("ว่าที่พันตรี", "ว่าที่ร้อยเอก", "ว่าที่ร้อยโท", "ว่าที่ร้อยตรี")
_OF_WOMEN = tuple(f"{rank}หญิง" for rank in (*_RANKS, *_ACTING))  # a woman's rank says so
FULL_TITLES = {"น.ส.": "นางสาว", "ด.ช.": "เด็กชาย", "ด.ญ.": "เด็กหญิง"}
"""Short titles and what they stand for; both are one title when people are compared."""

_UNDOTTED = re.compile(r"(?:(น)\.?(ส)|(ด)\.?([ชญ]))(?:\.\s*|\s+)(?=\S)")  # นส. and น.ส are น.ส.
_DOTTED = re.compile(r"\.\s+(?=[ก-ฮ]{1,3}\.|หญิง\s+\S+\s)")
_PREFIXES = tuple(sorted({*_RANKS, *_OF_WOMEN, *_TITLES, *_ACTING, "ว่าที่"}, key=len, reverse=True))
# What follows a title begins a syllable: นายิกา is a name and no นาย.
_SYLLABLE = re.compile(r"[\u0e01-\u0e2eเแโใไ].*")
_LAND_DOCUMENT = re.compile(r"น\.?\s?ส\.?\s*[\d๐-๙]")


@dataclass(frozen=True, slots=True)
class PersonName:
    """``prefix`` may hold several titles; ``family`` is blank for people who have one name."""

    prefix: str
    given: str
    family: str

    def __str__(self) -> str:
        """As papers write it: Thai titles touch the given name, but for ranks and degrees."""
        spaced = self.prefix.endswith((".", *_OF_WOMEN)) and self.prefix not in FULL_TITLES
        gap = " " if spaced else ""
        return f"{self.prefix}{gap}{self.given} {self.family}".strip()


def parse_name(text: str) -> PersonName:
    """``นางสาวสมหญิง ใจดี``, ``ว่าที่ ร.ต. สมชาย ณ อยุธยา``, ``ผศ.ดร.มานะ ดี``; raises ``Problem``.

    Short titles are written out, with their dots or without (นส., น.ส; น.ส. is also the land document
    น.ส.3, which is refused). A family name may have several words (``ณ อยุธยา``).
    """
    rest = _DOTTED.sub(".", normalise(text))
    if short := _UNDOTTED.match(rest):
        rest = "".join(f"{letter}." for letter in short.groups() if letter) + rest[short.end() :]
    if not rest or _LAND_DOCUMENT.match(rest) or any(letter.isdigit() for letter in rest):
        raise problems.name_unreadable(text)
    titles: list[str] = []
    while found := next((one for one in _PREFIXES if _leads(rest, one)), ""):
        titles.append(FULL_TITLES.get(found, found))
        rest = rest[len(found) :].strip()
    given, _, family = rest.partition(" ")
    if not given or rest in _PREFIXES:
        raise problems.name_unreadable(text)
    return PersonName(_joined(titles), given, family.strip())


def _leads(rest: str, title: str) -> bool:
    """Whether ``rest`` begins with a title and a name follows: a title is never the whole name."""
    after = rest[len(title) :]
    return rest.startswith(title) and bool(_SYLLABLE.match(after.strip()))


def _joined(titles: list[str]) -> str:
    """Several titles in one: ``ว่าที่ ร.ต.``, ``ผศ.ดร.``."""
    return " ".join(titles).replace(". ", ".")
