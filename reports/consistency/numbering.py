"""Numbers that order and name things: lists that skip, telephone and letter numbers, look-alike letters."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from ingest.sheets.model import Document, Statement
from reports.consistency.model import DOUBT, NOTE, Checked, Finding
from thai.phones import parse_phone
from thai.problem import Problem
from thai.text import arabic_digits

_LEAD = re.compile(
    r"\s*(?P<upper>\d{1,2}(?:\.\d{1,2})*\.)?(?P<last>\d{1,3})(?P<sign>[.)])\s+\S|\s*(?P<odd>[a-z])\)\s+\S"
)
_DOTTED = re.compile(r"\s*(?P<upper>\d{1,2}(?:\.\d{1,2})*)\.(?P<last>\d{1,2})\s+\S")
_PHONE = re.compile(r"(?:โทร(?:ศัพท์|สาร)?\.?|tel\.?)\s*:?\s*([\d\s()-]{6,20}\d)", re.IGNORECASE)
_LETTER = re.compile(r"(\d{4}\.\d+/)\s*([\d\u0e01-\u0e2e][\d\u0e01-\u0e2e ]{0,9}[\d\u0e01-\u0e2e])")
_CODE = re.compile(r"[A-Z][A-Z\d]*-[A-Z\d-]*[A-Z\d]")
_ALIKE = str.maketrans("1|0O5S8B", "IIOOSSBB")


def check_numbering(document: Document, checked: Checked) -> None:
    """Every order of numbered lines, and every number that names something."""
    statements = document.statements
    _sequences(statements, checked)
    _phones(statements, checked)
    _letters(statements, checked)
    _look_alikes(statements, checked)


def _sequences(statements: Sequence[Statement], checked: Checked) -> None:
    """Within a document the lines ``5.1 5.2``, ``4. 5.``, ``1) 2)`` go up by one, or begin again with 1."""
    last: dict[tuple[str, str], int] = {}
    for one in statements:
        text = arabic_digits(one.text)
        found = _LEAD.match(text) or _DOTTED.match(text)
        if not found:
            continue
        parts = found.groupdict()
        if parts.get("odd"):
            before = last.get(("", ")"), 0)
            if before > 1:
                checked.add(
                    Finding(
                        "sequence",
                        DOUBT,
                        one.cell,
                        f"{parts['odd']})",
                        f"{before + 1})",
                        causes=("digit_read",),
                    )
                )
                last["", ")"] = before + 1
            continue
        key, number = (parts["upper"] or "", parts.get("sign") or "."), int(parts["last"])
        before = last.get(key, 0)
        if number not in (before + 1, 1) or (number == 1 and before and key == ("", ".")):
            expected = f"{key[0]}{before + 1}{key[1] if key[1] == ')' or not key[0] else ''}"
            if key[0] and not key[0].endswith("."):
                expected = f"{key[0]}.{before + 1}"
            checked.add(Finding("sequence", DOUBT, one.cell, text.split()[0], expected))
        last[key] = number
        for deeper in [k for k in last if k[1] != "." and key[1] == "."]:
            del last[deeper]  # a new heading begins its lists again


def _phones(statements: Sequence[Statement], checked: Checked) -> None:
    for one in statements:
        for found in _PHONE.findall(arabic_digits(one.text)):
            try:
                parse_phone(found)
            except Problem:
                count = sum(letter.isdigit() for letter in found)
                checked.add(
                    Finding(
                        "phone",
                        DOUBT,
                        one.cell,
                        found.strip(),
                        "",
                        causes=("digit_missing",),
                        detail=str(count),
                    )
                )


def _letters(statements: Sequence[Statement], checked: Checked) -> None:
    """Letters of one file that differ in the last number, or hold a letter among the digits."""
    known: dict[str, tuple[str, Statement]] = {}
    for one in statements:
        for series, number in _LETTER.findall(arabic_digits(one.text)):
            before, where = known.setdefault(series, (number, one))
            if before != number:
                checked.add(
                    Finding("letter_number", DOUBT, one.cell, series + number, series + before,
                            with_cells=(where.cell,), causes=("digit_read",))
                )  # fmt: skip


def _look_alikes(statements: Sequence[Statement], checked: Checked) -> None:
    """``S-21`` beside ``S-2I``: a digit read for a letter."""
    known: dict[str, dict[str, Statement]] = defaultdict(dict)
    for one in statements:
        for code in _CODE.findall(one.text):
            known[code.translate(_ALIKE)].setdefault(code, one)
    for forms in known.values():
        if len(forms) > 1:
            (first, _), (second, where) = list(forms.items())[:2]
            checked.add(Finding("look_alike", NOTE, where.cell, second, first, causes=("digit_read",)))
