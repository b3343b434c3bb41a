"""Tables of office files as they were read: cells with their source, headings, rows, sentences beside."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple


class Cell(NamedTuple):
    """One cell as it stands in its file, and beside that what it was read as.

    ``stored`` is how the file keeps it (text, number, date): a date kept as text is a finding of its own.
    ``places`` are the decimals shown. ``row`` and ``column`` count from 1, as spreadsheets do.
    """

    sheet: str
    row: int
    column: int
    text: str
    number: Decimal | None = None
    day: date | None = None
    stored: str = "text"
    places: int = 0
    percent: bool = False
    nil: bool = False  # a dash: nothing, said in words

    @property
    def address(self) -> str:
        """``C5``, as spreadsheets name it; tables of documents are counted the same way."""
        letters, rest = "", self.column
        while rest:
            rest, digit = divmod(rest - 1, 26)
            letters = chr(65 + digit) + letters
        return f"{letters}{self.row}"

    @property
    def plain(self) -> str:
        """What is written, for answers and keys: a stored number has separators for the eye alone."""
        figure = self.stored == "number" and self.number is not None and not self.percent
        return f"{self.number:f}" if figure else self.text

    @property
    def before(self) -> str:
        """What told rows apart from the first build on: of a moment, its day alone."""
        return self.text[:10] if self.stored == "date" else self.text

    @property
    def amount(self) -> Decimal | None:
        """What the cell adds to a sum: a dash is zero, a blank is not there."""
        return Decimal(0) if self.nil else self.number


Merged = dict[tuple[str, int, int], Cell]
"""Where a cell is merged downwards: the places below by sheet, row and column, with the cell meant."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence outside of any column of figures: a caption, a paragraph, a note under the table."""

    cell: Cell
    text: str


@dataclass(slots=True)
class Table:
    """A block of cells: headings (several header rows joined), body rows, and which of them are totals."""

    sheet: str
    caption: str
    headings: list[str]
    header_cells: list[Cell | None]
    rows: list[list[Cell | None]]
    totals: list[int] = field(default_factory=list)
    sections: list[int] = field(default_factory=list)

    @property
    def items(self) -> list[int]:
        """Body rows that are neither totals nor headings of a section."""
        others = {*self.totals, *self.sections}
        return [i for i in range(len(self.rows)) if i not in others]

    def column(self, number: int) -> list[Cell | None]:
        """All body cells of a column."""
        return [row[number] for row in self.rows]

    def label(self, row: int) -> str:
        """The first words of a row."""
        return next((c.text for c in self.rows[row] if c and c.number is None and not c.nil and c.text), "")


@dataclass(slots=True)
class Document:
    """All that was read from one file; ``merged`` is what stands over several rows."""

    name: str
    tables: list[Table]
    statements: list[Statement]
    merged: Merged = field(default_factory=dict)
