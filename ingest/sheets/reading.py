"""Rows of an office's files, table by table: spreadsheets, Word, CSV and geographic files alike."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Set
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any

import pandas as pd
import shapely

from geo import sources as geographic
from geo.encoding import mend
from geo.reference import WGS84, transformer_to_wgs84
from ingest.archive import UnreadableError, opened
from ingest.sheets import files, problems
from ingest.sheets.layout import is_carried
from ingest.sheets.model import Cell, Merged, Table
from ingest.sheets.typed import typed
from thai.text import fold

_LAYERS = (".geojson", ".gpkg", ".fgb", ".kml", ".shp")
GEOGRAPHIC = (*_LAYERS, ".json", ".parquet")
_IN_A_FOLDER = frozenset((*_LAYERS, ".xlsx", ".xlsm", ".csv"))
_MOST_BYTES = 256 * 1024 * 1024  # of one table in a zip


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

    def sha256(self) -> str:
        """The hash of what is written in the row itself."""
        own = sorted((name, cell) for name, cell in self.cells.items() if cell.row == self.number)
        said = "\x1f".join(f"{heading}\x1e{cell.before}" for heading, cell in own)
        shape = self.geometry.wkb_hex if self.geometry is not None else ""
        return hashlib.sha256(f"{said}\x1d{shape}".encode()).hexdigest()


@dataclass
class Sheet:
    """One table of a file: its headings as written, its lines without totals and what stands alone, and those
    by their place and words: ``totals``, and ``asides``, which are lines of one word, or the headings again.
    ``nameless`` are columns that hold something below no heading.
    """

    file: str
    name: str
    headings: list[str]
    lines: Collection[Line]
    totals: list[str] = field(default_factory=list)
    asides: list[str] = field(default_factory=list)
    nameless: list[str] = field(default_factory=list)

    @property
    def folded(self) -> set[str]:
        """The headings for comparing."""
        return {fold(heading) for heading in self.headings if heading}

    @property
    def doubled(self) -> set[str]:
        """The headings that more than one column has."""
        counts = Counter(fold(heading) for heading in self.headings if heading)
        return {heading for heading, count in counts.items() if count > 1}


def sheets(path: Path, wanted: Set[str] = frozenset()) -> Iterator[Sheet]:
    """Every table and layer of a file, or of a folder or zip of them; raises the problems of the readers.

    ``wanted`` are folded headings: where the shape of a sheet does not tell its headings, these do.
    """
    if path.is_dir():
        for one in sorted(path.rglob("*")):
            if one.suffix.lower() in _IN_A_FOLDER and one.is_file() and not one.name.startswith((".", "~$")):
                yield from sheets(one, wanted)
    elif path.suffix.lower() == ".zip":
        yield from _zipped(path, wanted)
    elif path.suffix.lower() in GEOGRAPHIC:
        yield from _geographic(path)
    else:
        yield from _tables(path, path.name, wanted)


def _tables(path: Path, shown: str, wanted: Set[str], content: bytes | None = None) -> Iterator[Sheet]:
    document = files.read(path, content, wanted=wanted)
    for table in document.tables:
        lines = _Lines(shown, table, document.merged)
        yield Sheet(shown, table.sheet, table.headings, lines, lines.totals, lines.asides, lines.nameless)


def _zipped(path: Path, wanted: Set[str]) -> Iterator[Sheet]:
    with opened(path) as entries:
        listed = [one for one in entries if not one.name.startswith("~$")]
        tables = [one for one in listed if PurePath(one.name).suffix.lower() in files.READERS]
        for one in tables:
            try:
                content = one.read(_MOST_BYTES)
            except UnreadableError as error:
                raise problems.table_unreadable(one.shown, str(error)) from error
            yield from _tables(Path(one.name), f"{path.name}/{one.shown}", wanted, content)
    if not tables or any(PurePath(one.name).suffix.lower() in _LAYERS for one in entries):
        yield from _geographic(path)


class _Lines(Collection[Line]):
    """The lines of a table, made as they are asked for: a register has a hundred thousand.

    What is merged downwards is said of each row below, though it counts once in the table's sums.
    """

    def __init__(self, file: str, table: Table, merged: Merged) -> None:
        self._file, self._table, self._merged = file, table, merged
        self._headings = [fold(heading) for heading in table.headings]
        columns = zip(table.header_cells, *table.rows, strict=True)
        self._columns = [next((one.column for one in column if one), 0) for column in columns]
        aside = {n for n in (*table.sections, *table.items) if n in table.sections or self._is_head(n)}
        self._items = [
            n for n in table.items if n not in aside and any(table.rows[n]) and not is_carried(table.rows[n])
        ]
        others = aside.union(self._items)
        self.totals = [self._told(n) for n, row in enumerate(table.rows) if n not in others and any(row)]
        self.asides = [self._told(n) for n in sorted(aside)]
        self.nameless = [one for c, name in enumerate(self._headings) if not name for one in self._below(c)]

    def _below(self, column: int) -> Iterator[str]:
        """Where the cells of a column without a heading begin, and how many there are: nobody reads them."""
        cells = [cell for n in self._items if (cell := self._table.rows[n][column])]
        if cells:
            where = f"{self._file} · {self._table.sheet}!{cells[0].address}"
            yield f"{where} {cells[0].text[:40]} ({len(cells):,})"

    def _is_head(self, number: int) -> bool:
        """Whether a row says the headings again, as at the top of each printed page."""
        both = zip(self._table.rows[number], self._table.header_cells, strict=True)
        cells = [(one, head) for one, head in both if one]
        return len(cells) > 1 and all(head and fold(one.text) == fold(head.text) for one, head in cells)

    def _told(self, number: int) -> str:
        words = " ".join(cell.text for cell in self._table.rows[number] if cell)
        return f"{self._line(number).place}: {words[:80]}"

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, line: object) -> bool:
        return any(one == line for one in self)

    def __iter__(self) -> Iterator[Line]:
        yield from map(self._line, self._items)

    def _line(self, number: int) -> Line:
        row, sheet = self._table.rows[number], self._table.sheet
        at = next(one.row for one in row if one)
        if self._merged:
            row = [
                one or self._above(sheet, at, column, head)
                for one, column, head in zip(row, self._columns, self._table.header_cells, strict=True)
            ]
        cells = {h: one for h, one in zip(self._headings, row, strict=False) if h and one}
        return Line(self._file, sheet, at, cells)

    def _above(self, sheet: str, row: int, column: int, heading: Cell | None) -> Cell | None:
        """The cell that reaches down to this place, unless it is the column's heading."""
        said = self._merged.get((sheet, row, column))
        return None if said is heading else said


def _geographic(path: Path) -> Iterator[Sheet]:
    for layer in geographic.layers(path):
        frame, _ = mend(layer.frame, path.name, named=layer.encoding, asked=None)  # a shapefile's text is raw
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
