"""One canonical spelling for Thai text, so that the same word is always the same string.

PDF text and old keyboards write SARA AM as two characters, put tone marks before vowels, double
them, or use the Private Use glyphs of old fonts; Unicode's NFC unifies none of that.
``pythainlp.util.normalize`` covers part of it, but costs 0.1 s to import and leaves the Private Use
glyphs, so the rules stand here.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_NIKHAHIT, _SARA_AA, _SARA_AM = "\u0e4d", "\u0e32", "\u0e33"

# Marks on a consonant, by their place in the canonical order. Phinthu comes before the lower vowels and
# these before the tone marks, as NFC also wants; a cancelled letter's thanthakhat closes the cluster.
_ORDER = (
    dict.fromkeys("\u0e3a", 0)
    | dict.fromkeys("\u0e31\u0e34\u0e35\u0e36\u0e37\u0e38\u0e39", 1)
    | dict.fromkeys("\u0e47", 2)
    | dict.fromkeys(_NIKHAHIT, 3)
    | dict.fromkeys("\u0e48\u0e49\u0e4a\u0e4b", 4)
    | dict.fromkeys("\u0e4c\u0e4e", 5)
)
_MARKS = "".join(_ORDER)
_TONES = "\u0e48-\u0e4b"

# Glyph variants of Windows Thai fonts: same letter, drawn lower, further left or without its foot.
_PRIVATE_USE = {
    **dict(zip(range(0xF701, 0xF705), "\u0e34\u0e35\u0e36\u0e37", strict=True)),
    **dict(zip(range(0xF705, 0xF70A), "\u0e48\u0e49\u0e4a\u0e4b\u0e4c", strict=True)),
    **dict(zip(range(0xF70A, 0xF70F), "\u0e48\u0e49\u0e4a\u0e4b\u0e4c", strict=True)),
    **dict(zip(range(0xF710, 0xF713), "\u0e31\u0e4d\u0e47", strict=True)),
    **dict(zip(range(0xF713, 0xF718), "\u0e48\u0e49\u0e4a\u0e4b\u0e4c", strict=True)),
    **dict(zip(range(0xF718, 0xF71B), "\u0e38\u0e39\u0e3a", strict=True)),
    0xF700: "\u0e10",
    0xF70F: "\u0e0d",
}
_INVISIBLE = dict.fromkeys([0x00AD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF])
_GLYPHS = {**_PRIVATE_USE, **_INVISIBLE}

# Nearly all that is typed is spelled canonically: words of Latin and Thai, marks on their consonant in order.
_CANONICAL_WORD = (
    r"(?:[!-~]|[\u0e01-\u0e2e](?:[\u0e48-\u0e4b]?[\u0e32\u0e33]|[\u0e31\u0e34-\u0e39\u0e47]?[\u0e48-\u0e4c]?)"
    r"|[\u0e2f\u0e30\u0e3f\u0e41-\u0e46\u0e4f-\u0e5b]|\u0e40(?!\u0e40))++"
)
_CANONICAL = re.compile(f"(?:{_CANONICAL_WORD}(?: {_CANONICAL_WORD})*+)?")
_SPACES = re.compile(r"[^\S\n]+")
_LINE_ENDS, _AROUND_LINES = re.compile(r"\r\n?"), re.compile(" ?\n ?")
_SPACE_BEFORE_MARK = re.compile(f"(?<=[\u0e01-\u0e2e]) (?=[{_MARKS}{_SARA_AM}])")
_CLUSTER = re.compile(
    f"[{_MARKS}]+{_SARA_AM}+[{_TONES}{_NIKHAHIT}]*|{_SARA_AM}+[{_TONES}{_NIKHAHIT}]+|{_SARA_AM}{{2,}}"
    f"|[{_MARKS}]*{_SARA_AA}[{_TONES}{_NIKHAHIT}]+|[{_MARKS}]+{_SARA_AA}|[{_MARKS}]{{2,}}"
)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?")
_TO_ARABIC = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_TO_THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")

# A lone letter with a dot after the prefix is an abbreviation itself: tambon จ.ป.ร. keeps its จ.
_AREA_PREFIX = re.compile(
    r"(?:ตำบล|แขวง|กิ่งอำเภอ|กิ่ง\s*อ\.|อำเภอ|เขต|จังหวัด|[ตอจ]\.(?!\s*\S\.)"
    r"|(?:tambon|khwaeng|amphoe|khet|changwat)\s)\s*(?=\S)",
    re.IGNORECASE,
)


def normalise(text: str) -> str:
    """Give ``text`` its one spelling; ``normalise(normalise(x)) == normalise(x)``.

    SARA AM is U+0E33, marks stand in canonical order and once, Private Use glyphs and invisible
    characters are gone, runs of spaces are one space, lines stay lines, the rest is NFC.
    """
    if _CANONICAL.fullmatch(text):
        return text
    text = unicodedata.normalize("NFC", text.translate(_GLYPHS))
    text = _AROUND_LINES.sub("\n", _SPACES.sub(" ", _LINE_ENDS.sub("\n", text)))
    text = re.sub("เ{2}", "แ", text)
    # A mark moved left may meet another cluster, or a space.
    while (ordered := _CLUSTER.sub(_reorder, _SPACE_BEFORE_MARK.sub("", text))) != text:
        text = ordered
    return unicodedata.normalize("NFC", text).strip()


def _reorder(cluster: re.Match[str]) -> str:
    return _ordered(cluster.group())


@lru_cache(maxsize=4096)
def _ordered(found: str) -> str:
    """Sort and single the marks of one cluster; a nikhahit beside SARA AA makes it SARA AM."""
    marks = dict.fromkeys(mark for mark in found if mark in _ORDER)
    tail = _SARA_AM if _SARA_AM in found else _SARA_AA if _SARA_AA in found else ""
    if tail and _NIKHAHIT in marks:
        tail = _SARA_AM
    if tail == _SARA_AM:
        marks.pop(_NIKHAHIT, None)
    return "".join(sorted(marks, key=_ORDER.__getitem__)) + tail


def fold(text: str) -> str:
    """Reduce ``text`` to what comparison and search look at: no case, no spaces, Arabic digits."""
    return normalise("".join(arabic_digits(text).casefold().split()))


def strip_area_prefix(name: str) -> str:
    """``ต.เกาะทวด``, ``ตำบลเกาะทวด`` and ``Tambon Ko Thuat`` without their prefix, normalised."""
    return (
        _AREA_PREFIX.sub("", normalise(name), count=1)
        if _AREA_PREFIX.match(normalise(name))
        else normalise(name)
    )


def arabic_digits(text: str) -> str:
    """Thai digits as 0–9, the rest untouched."""
    return text.translate(_TO_ARABIC)


def plain_number(text: str) -> str:
    """A number as machines write it: Arabic digits, no commas between thousands (``๑,๒๐๐`` -> ``1200``).

    A comma elsewhere stays, so that nothing reads it: 120,50 may be 120.50, and is never 12,050.
    """
    plain = arabic_digits(text).strip()
    return plain.replace(",", "") if _GROUPED.fullmatch(plain) else plain


def thai_digits(text: str) -> str:
    """0–9 as Thai digits, the rest untouched."""
    return text.translate(_TO_THAI)
