"""Rows of an office's files, table by table: spreadsheets, Word, CSV and geographic files alike."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import shapely

from geo import sources as geographic
from geo.reference import WGS84, transformer_to_wgs84
from ingest.sheets import files
from ingest.sheets.model import Cell, Table
from ingest.sheets.typed import typed
from thai.text import fold

GEOGRAPHIC = (".geojson", ".json", ".gpkg", ".fgb", ".kml", ".zip", ".shp", ".parquet")


@dataclass(frozen=True)
class Line:
    """One row with the cells it came from, by folded heading. ``number`` is the spreadsheet's own."""

    file: str
    sheet: str
    number: int
    cells: dict[str, Cell]
    geometry: Any = None

    @property
    def place(self) -> str:
        """Where it stands, for people."""
        return f"{self.file} · {self.sheet}!{self.number}" if self.sheet else f"{self.file}:{self.number}"

    @property
    def sha256(self) -> str:
        """The hash of what is written in it."""
        said = "\x1f".join(f"{heading}\x1e{cell.text}" for heading, cell in sorted(self.cells.items()))
        shape = self.geometry.wkb_hex if self.geometry is not None else ""
        return hashlib.sha256(f"{said}\x1d{shape}".encode()).hexdigest()


@dataclass
class Sheet:
    """One table of a file: its headings as written, and its lines without totals and section heads."""

    file: str
    name: str
    headings: list[str]
    lines: Collection[Line]

    @property
    def folded(self) -> set[str]:
        """The headings for comparing."""
        return {fold(heading) for heading in self.headings if heading}


def sheets(path: Path) -> Iterator[Sheet]:
    """Every table of a file; raises the problems of the readers."""
    if path.suffix.lower() in GEOGRAPHIC:
        yield from _geographic(path)
        return
    for table in files.read(path).tables:
        yield Sheet(path.name, table.sheet, table.headings, _Lines(path.name, table))


class _Lines(Collection[Line]):
    """The lines of a table, made as they are asked for: a register has a hundred thousand."""

    def __init__(self, file: str, table: Table) -> None:
        self._file, self._table = file, table
        self._headings = [fold(heading) for heading in table.headings]
        self._items = [number for number in table.items if any(table.rows[number])]

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, line: object) -> bool:
        return any(one == line for one in self)

    def __iter__(self) -> Iterator[Line]:
        for number in self._items:
            row = self._table.rows[number]
            cells = {h: one for h, one in zip(self._headings, row, strict=False) if h and one}
            first = next(one for one in row if one)
            yield Line(self._file, self._table.sheet, first.row, cells)


def _geographic(path: Path) -> Iterator[Sheet]:
    for layer in geographic.layers(path):
        frame = layer.frame
        shapes = frame.geometry.to_numpy()
        if frame.crs is not None and not frame.crs.equals(WGS84, ignore_axis_order=True):
            move = transformer_to_wgs84(frame.crs).transform
            shapes = shapely.transform(shapes, move, interleaved=False)
        table = pd.DataFrame(frame.drop(columns=frame.geometry.name))
        headings = [str(name) for name in table.columns]
        lines = []
        for number, values in enumerate(table.itertuples(index=False), 1):
            cells = {
                fold(heading): cell
                for column, (heading, value) in enumerate(zip(headings, values, strict=True), 1)
                if (cell := typed(layer.name, number, column, None if pd.isna(value) else value))
            }
            lines.append(Line(path.name, layer.name, number, cells, shapes[number - 1]))
        yield Sheet(path.name, layer.name, headings, lines)
