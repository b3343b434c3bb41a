"""The sheet ``review``: the states that the office puts a record into, the first being that of arrival."""

from __future__ import annotations

import re

from forms import problems
from forms.cells import Cells
from forms.schema import Schema
from forms.sheets import Row, Sheet
from forms.workbook import REVIEW_KINDS, ReviewState
from thai.problem import Problem

COLUMNS = ("name", "label", "kind", "reason", "color")
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


def read_review(sheet: Sheet | None, schema: Schema, found: list[Problem]) -> tuple[ReviewState, ...]:
    """One state a row, the first that of arrival; mistakes are appended to ``found``."""
    if sheet is None:
        return ()
    cells = Cells(sheet, COLUMNS, schema, found)
    rows = list(cells.rows())
    states = tuple(_state(cells, row) for row in rows)
    if states and states[0].kind in REVIEW_KINDS and states[0].kind != "open":
        found.append(problems.review_first(cells.place(rows[0], "kind"), states[0].name))
    return states


def _state(cells: Cells, row: Row) -> ReviewState:
    color = cells.text(row, "color")
    if color and not COLOUR.fullmatch(color):
        cells.found.append(problems.colour_unreadable(cells.place(row, "color"), color))
    return ReviewState(
        name=cells.name(row),
        label=cells.label(row),
        kind=cells.one_of(row, "kind", REVIEW_KINDS, needed=True),
        reason=cells.one_of(row, "reason", ("yes",)) == "yes",
        color=color.lower(),
    )
