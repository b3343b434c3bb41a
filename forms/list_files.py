"""CSV lists that lie beside a workbook, made readable for phones: UTF-8, no byte-order mark."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from forms import check_problems
from thai.problem import Place, Problem, Text

LONG_ROWS = 5_000


def for_phones(content: bytes) -> bytes:
    """The bytes as phones read them; what Thai Excel saved in TIS-620 is taken for what it is."""
    return _text(content).encode()


def check_list(content: bytes, name: str) -> Iterator[Problem]:
    """What is wrong with a list, or should be known of it."""
    place = Place(file=name)
    if _is_tis620(content):
        yield check_problems.list_encoding(place)
    text = _text(content)
    rows = list(csv.reader(io.StringIO(text)))
    headings = [heading.strip() for heading in rows[0]] if rows else []
    first = Place(file=name, row=1)
    if not headings:
        yield check_problems.list_unusable(place, Text("ไม่มีข้อมูล", "it is empty"))
    elif any(";" in heading for heading in headings):
        yield check_problems.list_unusable(first, Text("คั่นด้วยอัฒภาค", "its columns are separated by ;"))
    elif len(set(headings)) < len(headings):
        yield check_problems.list_unusable(first, Text("หัวคอลัมน์ซ้ำกัน", "a heading stands twice"))
    elif missing := {"name", "label"} - set(headings):
        names = ", ".join(sorted(missing))
        yield check_problems.list_unusable(first, Text(f"ไม่มีคอลัมน์ {names}", f"no column {names}"))
    if len(rows) > LONG_ROWS:
        yield check_problems.list_long(place, len(rows) - 1)


def _is_tis620(content: bytes) -> bool:
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return True
    return False


def _text(content: bytes) -> str:
    if _is_tis620(content):
        return content.decode("cp874", "replace")
    return content.decode("utf-8-sig")
