"""Reads tables and texts from the files offices send: XLSX, CSV, DOCX. Nothing in the file is changed."""

from __future__ import annotations

import csv
import io
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterator, Set
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import docx
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table as DocxTable
from docx.text.paragraph import Paragraph
from lxml import etree
from openpyxl.utils.exceptions import InvalidFileException

from ingest.sheets import problems
from ingest.sheets.layout import arranged
from ingest.sheets.listed import listed
from ingest.sheets.model import Cell, Document, Merged, Statement
from ingest.sheets.spreadsheet import Grid, grids
from ingest.sheets.typed import typed
from thai.text import normalise

csv.field_size_limit(2**31 - 1)  # a long line or area is one cell; the C library keeps its limit in a long
_ENCODINGS = ("utf-8-sig", "cp874")
#: What the readers raise of a file that is damaged or no such file.
UNREADABLE = (
    OSError, ValueError, KeyError, IndexError, BadZipFile, PackageNotFoundError, InvalidFileException,
    etree.XMLSyntaxError, csv.Error,
)  # fmt: skip


def read(path: Path, content: bytes | None = None, *, wanted: Set[str] | None = None) -> Document:
    """Read tables and statements; with ``wanted`` as lists of records with these headings.

    Raises ``table_kind``, ``table_unreadable`` or ``table_empty``.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise problems.table_kind(path.name)
    try:
        merged: Merged = {}
        grids, texts = reader(path.read_bytes() if content is None else content, merged)
    except UNREADABLE as error:
        raise problems.table_unreadable(path.name, type(error).__name__) from error
    document = Document(path.name, [], list(texts), merged)
    for grid in grids:
        tables, statements = arranged(grid) if wanted is None else listed(grid, wanted)
        document.tables += tables
        document.statements += statements
    if not document.tables and not document.statements:
        raise problems.table_empty(path.name)
    return document


def _xlsx(content: bytes, merged: Merged) -> tuple[list[Grid], list[Statement]]:
    return list(grids(content, merged)), []


def _csv(content: bytes, _merged: Merged) -> tuple[list[Grid], list[Statement]]:
    text = decoded(content)
    try:
        found: Any = csv.Sniffer().sniff(text[:10_000], delimiters=",;\t|")
    except csv.Error:
        found = csv.excel
    # quotes are always doubled inside quotes; the beginning, which is all that is sniffed, may have none
    rows = csv.reader(
        io.StringIO(text, newline=""), delimiter=found.delimiter, skipinitialspace=found.skipinitialspace
    )
    return [[[typed("", r, c, v) for c, v in enumerate(row, 1)] for r, row in enumerate(rows, 1)]], []


def decoded(content: bytes) -> str:
    """The text of a file in UTF-8, in a Thai Windows's own bytes, or in UTF-16 where that is marked; raises
    ``ValueError``.
    """
    marked = content.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else _ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:  # else UTF-16 that does not say so
            return text
    raise ValueError("encoding")


def _docx(content: bytes, merged: Merged) -> tuple[list[Grid], list[Statement]]:
    document = docx.Document(io.BytesIO(content))
    grids: list[Grid] = []
    texts: list[Statement] = []
    before = ""
    for number, one in enumerate(document.iter_inner_content(), 1):
        if isinstance(one, Paragraph):
            cell = typed("¶", number, 1, one.text)
            if cell:
                texts.append(Statement(cell, normalise(cell.text)))
                before = cell.text
        else:
            grids.append(_docx_grid(one, f"ตาราง {len(grids) + 1}", before, merged))
    return grids, texts


def _docx_grid(table: DocxTable, sheet: str, before: str, below: Merged) -> Grid:
    """A table of a document: a merged cell stands once, where it begins. Its caption is the line above."""
    grid: Grid = []
    above: dict[int, tuple[Any, Cell | None]] = {}
    for r, row in enumerate(table.rows, 1):
        cells: list[Cell | None] = [None] * row.grid_cols_before
        left: Any = None
        for c, one in enumerate(row.cells, row.grid_cols_before + 1):
            over, said = above.get(c, (None, None))
            aside, down = one._tc is left, one._tc is over
            cells.append(None if aside or down else typed(sheet, r, c, one.text))
            if down and said and not aside:
                below[sheet, r, c] = said
            left = one._tc
            above[c] = left, said if down else cells[-1]
        grid.append(cells)
    if before:
        grid.insert(0, [Cell(sheet, 0, 1, before)])
    return grid


READERS: dict[str, Callable[[bytes, Merged], tuple[list[Grid], list[Statement]]]] = {
    ".xlsx": _xlsx,
    ".xlsm": _xlsx,
    ".csv": _csv,
    ".docx": _docx,
}


def kinds() -> Iterator[str]:
    """The endings that can be read."""
    yield from READERS
