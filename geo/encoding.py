"""Thai text whose encoding a file does not name, names wrongly, or has already been misread."""

from __future__ import annotations

import re
from collections.abc import Sequence

import geopandas as gpd

from geo import findings, problems
from thai.problem import Problem

RAW = "ISO-8859-1"  # every byte is one letter: text read so loses nothing and can be decoded again
_THAI = re.compile("[\u0e01-\u0e5b]")
_LATIN_BYTES = re.compile("[\u0080-\u00ff]")
_LOST = re.compile("\ufffd|\\?{3,}")
# A vowel or tone mark stands on a Thai consonant or another mark: in "Café" read as Thai it does not.
_MISPLACED = re.compile(
    "(?:^|[^\u0e01-\u0e2e\u0e31\u0e34-\u0e3a\u0e47-\u0e4e])[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]"
)
_UTF8_TAIL = 3  # bytes of a last letter that a dbf's field width may have cut
_CODE_PAGE_1252 = {
    bytes([byte]).decode("cp1252"): byte
    for byte in range(0x80, 0xA0)
    if byte not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}
}


def mend(
    frame: gpd.GeoDataFrame, file: str, *, named: str | None, asked: str | None
) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """The frame with its text decoded, column by column, and what was done to it.

    ``named``: the encoding that the file names for text read as ``RAW`` ('' for none), None when it has been
    decoded and only mojibake can be undone. ``asked``: the encoding to take; raises ``Problem`` if it is not.
    """
    mended: dict[str, list[str]] = {}
    lost: list[str] = []
    refused: list[str] = []
    new_names: dict[str, str] = {}
    candidates = [asked] if asked else [*([named] if named else []), "UTF-8", "CP874"]
    for column in frame.columns.drop(frame.geometry.name):
        values = [str(column), *(value for value in frame[column] if isinstance(value, str))]
        if _LOST.search("".join(values)):
            lost.append(str(column))
        raw = _suspicious(values, named is not None)
        if raw is None:
            continue
        encoding = next((code for code in candidates if all(_fits(text, code) for text in raw)), None)
        if encoding is None:
            if asked or named is not None:
                (refused if asked else lost).append(str(column))
            continue
        name = new_names[column] = _decode(raw[0], encoding)
        decoded = iter([_decode(text, encoding) for text in raw[1:]])
        frame[column] = [next(decoded) if isinstance(value, str) else value for value in frame[column]]
        if encoding not in {named, asked}:
            mended.setdefault(encoding, []).append(name)
    if refused:
        raise problems.boundary_text_unreadable(file, str(asked), refused)
    report: list[Problem] = [
        findings.boundary_text_mended(file, columns, code, named or "") for code, columns in mended.items()
    ]
    if lost:
        report.append(findings.boundary_text_lost(file, sorted(set(lost))))
    return frame.rename(columns=new_names), report


def is_text_of(raw: bytes, encoding: str) -> bool:
    """Whether bytes are text of an encoding; a letter cut at the end of UTF-8 is forgiven."""
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        at_end = error.reason == "unexpected end of data" and len(raw) - error.start < _UTF8_TAIL
        return encoding == "UTF-8" and at_end
    return encoding != "CP874" or text.isascii() or bool(_THAI.search(text) and not _MISPLACED.search(text))


def _suspicious(values: Sequence[str], raw: bool) -> list[bytes] | None:
    """The bytes behind a column's text where it must or may be decoded once more, else None."""
    joined = "".join(values)
    if not _LATIN_BYTES.search(joined) or (not raw and _THAI.search(joined)):
        return None
    try:
        return [_bytes(text) for text in values]
    except ValueError:
        return None


def _bytes(text: str) -> bytes:
    """The bytes that were misread as Latin-1 or as Windows' 1252; ValueError when others could not be."""
    return bytes(_CODE_PAGE_1252.get(letter, ord(letter)) for letter in text)


def _fits(raw: bytes, encoding: str) -> bool:
    try:
        return is_text_of(raw, encoding)
    except LookupError:  # an encoding of a name that nobody knows
        return False


def _decode(raw: bytes, encoding: str) -> str:
    return raw.decode(encoding, errors="ignore")
