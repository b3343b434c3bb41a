"""Choice lists that several workbooks use, kept once in ``forms/lists``: a word means the same everywhere.

A workbook stays a whole XLSForm, so it holds a copy of each list. Only here can it be seen that a copy went
another way.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path

from forms import problems
from forms.sheets import Row, Sheet, read_sheets
from thai.problem import Place, Problem

FOLDER = Path(__file__).parent / "lists"


@functools.cache
def shared_lists() -> dict[str, tuple[dict[str, str], ...]]:
    """Every shared list by name: its choices in order, each a cell by heading."""
    found: dict[str, tuple[dict[str, str], ...]] = {}
    for path in sorted(FOLDER.glob("[!~]*.xlsx")):
        choices = read_sheets(path.read_bytes(), path.name)["choices"]
        found |= {name: tuple(map(_said, rows)) for name, rows in _lists(choices).items()}
    return found


def strayed_lists(choices: Sheet) -> Iterator[Problem]:
    """Each list that has a shared list's name and differs from it, at its first other choice."""
    for name, rows in _lists(choices).items():
        known = shared_lists().get(name)
        said = tuple(map(_said, rows))
        if known is None or said == known:
            continue
        same = next((n for n, pair in enumerate(zip(said, known, strict=False)) if pair[0] != pair[1]), -1)
        place = Place(sheet=choices.name, row=rows[same].number, column="list_name")
        yield problems.list_strayed(place, name)


def _lists(choices: Sheet) -> dict[str, list[Row]]:
    heading = choices.column("list_name", "list name")
    lists: dict[str, list[Row]] = {}
    for row in choices.filled():
        lists.setdefault(row.get(heading), []).append(row)
    return lists


def _said(row: Row) -> dict[str, str]:
    return {heading.casefold(): text for heading, text in row.cells.items()}
