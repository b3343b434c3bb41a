"""The sheet ``layers``: which geometry becomes a map layer, and what colours and describes it."""

from __future__ import annotations

from forms.cells import Cells
from forms.schema import GEO_KINDS, Schema
from forms.sheets import Row, Sheet
from forms.workbook import Layer
from thai.problem import Problem

COLUMNS = ("name", "label", "geometry", "color_by", "status", "date", "where", "popup")
SELECT = ("select_one",)
DATES = ("date", "datetime")


def read_layers(sheet: Sheet | None, schema: Schema, found: list[Problem]) -> tuple[Layer, ...]:
    """One Layer a row; mistakes are appended to ``found``."""
    if sheet is None:
        return ()
    cells = Cells(sheet, COLUMNS, schema, found)
    return tuple(_layer(cells, row) for row in cells.rows())


def _layer(cells: Cells, row: Row) -> Layer:
    where, drawn_on = cells.where(row)
    layer = Layer(
        name=cells.name(row),
        label=cells.label(row),
        geometry=cells.field(row, "geometry", GEO_KINDS, needed=True),
        color_by=cells.field(row, "color_by", SELECT),
        status=cells.field(row, "status", SELECT),
        date=cells.field(row, "date", DATES),
        where=where,
        popup=cells.fields(row, "popup"),
    )
    named = [("color_by", layer.color_by), ("status", layer.status), ("date", layer.date)]
    named += [("where", ref) for ref in drawn_on] + [("popup", ref) for ref in layer.popup]
    if layer.geometry:
        cells.one_line(row, layer.geometry, [(column, ref) for column, ref in named if ref])
    return layer
