"""Writes .xlsx (ECMA-376) in a stream: Arrow puts each row's XML together, so that no cell passes Python.

A million rows of twenty columns take seconds and a few megabytes this way, where libraries that make each
cell take minutes. Text stands in its cell (no shared strings), dates are Excel's day numbers.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.exports.cells import harmless, of_each

ROWS_A_SHEET = 1_000_000  # Excel's limit is 1,048,576 with the headings
_LEVEL = 1  # of deflation: fast, and a sheet's XML is easy to pack
_MOST_LETTERS = 32_767  # in a cell
_DAY, _BOLD = 1, 2  # numbers of the cell formats in ``_STYLES``
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_CONTROLS = r"[\x00-\x08\x0b\x0c\x0e-\x1f]"  # XML knows none; a row break inside a cell stays one
_ESCAPED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_CELLS = {
    "number": ("<c><v>", "</v></c>"),
    "date": (f'<c s="{_DAY}"><v>', "</v></c>"),
    "text": ('<c t="inlineStr"><is><t xml:space="preserve">', "</t></is></c>"),
}
_NONE = pa.scalar("<c/>", pa.large_string())
_FIRST_DAY = 25_569  # Excel's number of 1970-01-01
_LINES_AT_ONCE = 5_000  # of which each cell is in memory
_STYLES = f"""{_HEAD}<styleSheet xmlns="{_MAIN}">
<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>
<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>
<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill>
<fill><patternFill patternType="gray125"/></fill></fills>
<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>
<cellXfs count="3"><xf xfId="0"/><xf numFmtId="164" xfId="0" applyNumberFormat="1"/>
<xf fontId="1" xfId="0" applyFont="1"/></cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"""


def as_lines(rows: pa.Table, kinds: Sequence[str]) -> pa.Table:
    """Each row's XML, as the one column of a table; ``kinds`` are number, date or text."""
    parts = (rows.slice(start, _LINES_AT_ONCE) for start in range(0, len(rows), _LINES_AT_ONCE))
    found = [_lines(part.columns, kinds) for part in parts]
    return pa.table({"line": pa.chunked_array(found, pa.large_string())})


def _lines(columns: Sequence[pa.ChunkedArray], kinds: Sequence[str]) -> pa.Array:
    made = [
        of_each(column, partial(_cells, kind=kind)).fill_null(_NONE)
        for column, kind in zip(columns, kinds, strict=True)
    ]
    return _joined("<row>", *made, "</row>")


def _joined(before: str, *between: pa.Array | str) -> pa.Array:
    """Texts side by side; large ones, as a sheet's lines may pass two gigabytes."""
    parts = [
        pa.scalar(one, pa.large_string()) if isinstance(one, str) else one for one in (before, *between, "")
    ]
    return pc.binary_join_element_wise(*parts)


def _cells(values: pa.Array, kind: str) -> pa.Array:
    """The XML of values."""
    if kind == "date":
        values = pc.add(values.cast(pa.date32()).cast(pa.int32()), _FIRST_DAY)
    values = values.cast(pa.string())
    if kind == "text":
        values = pc.utf8_slice_codeunits(harmless(values), 0, _MOST_LETTERS)
        values = pc.replace_substring_regex(values, _CONTROLS, "")
        for letter, escaped in _ESCAPED.items():
            values = pc.replace_substring(values, letter, escaped)
    before, after = _CELLS[kind]
    return _joined(before, values.cast(pa.large_string()), after)


@dataclass
class Workbook:
    """A workbook under way. ``close`` writes what names its sheets; without it the file is none."""

    path: Path
    names: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._archive = zipfile.ZipFile(self.path, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)

    def rows(self, name: str, headings: Sequence[str], lines: Iterable[pa.ChunkedArray]) -> int:
        """A table's rows, over as many sheets as they need; returns how many rows there were.

        ``lines`` holds the rows as ``as_lines`` writes them.
        """
        total, sheet = 0, _Sheet(self, name, headings)
        for chunk in (chunk for part in lines for chunk in part.chunks):
            done = 0
            while done < len(chunk):
                if sheet.room == 0:
                    sheet.close()
                    sheet = _Sheet(self, f"{name[:26]} {total // ROWS_A_SHEET + 1}", headings)
                fitting = chunk.slice(done, sheet.room)
                sheet.write(fitting)
                done, total = done + len(fitting), total + len(fitting)
        sheet.close()
        return total

    def lines(self, name: str, lines: Iterable[Sequence[str]]) -> None:
        """A sheet of a few lines of text."""
        with self._open(name) as out:
            out.write(_before(()).encode())
            for line in lines:
                out.write(_line(line).encode())
            out.write(b"</sheetData></worksheet>")

    def close(self) -> None:
        """Write the parts that hold the sheets together."""
        sheets = range(1, len(self.names) + 1)
        overrides = "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
            for n in sheets
        )
        listed = "".join(
            f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>'
            for n, name in enumerate(self.names, 1)
        )
        links = "".join(_link(f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in sheets)
        parts = {
            "[Content_Types].xml": (
                f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels"'
                ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
                '<Default Extension="xml" ContentType="application/xml"/>'
                f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
                f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>{overrides}</Types>'
            ),
            "_rels/.rels": _links(_link("rId1", "officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": (
                f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>'
            ),
            "xl/_rels/workbook.xml.rels": _links(links + _link("rIdStyles", "styles", "styles.xml")),
        }
        for part, text in parts.items():
            self._archive.writestr(part, _HEAD + text)
        self._archive.writestr("xl/styles.xml", _STYLES)
        self._archive.close()

    def _open(self, name: str) -> IO[bytes]:
        self.names.append(_free(_sheet_name(name), self.names))
        return self._archive.open(f"xl/worksheets/sheet{len(self.names)}.xml", "w", force_zip64=True)


class _Sheet:
    """One sheet of rows that are XML already."""

    def __init__(self, book: Workbook, name: str, headings: Sequence[str]) -> None:
        self.room = ROWS_A_SHEET
        self._out = book._open(name)
        self._out.write((_before(headings)).encode())

    def write(self, lines: pa.StringArray) -> None:
        """Rows as they stand one after the other in memory."""
        self._out.writelines(_bytes(lines))
        self.room -= len(lines)

    def close(self) -> None:
        """End the sheet."""
        self._out.write(b"</sheetData></worksheet>")
        self._out.close()


def _bytes(lines: pa.StringArray) -> Iterator[memoryview]:
    """The text of a column without its boundaries, which for XML are none."""
    whole = lines.cast(pa.large_string())
    _, offsets, data = whole.buffers()
    at = np.frombuffer(offsets, dtype=np.int64)
    if data is not None and len(whole):
        yield memoryview(data)[at[whole.offset] : at[whole.offset + len(whole)]]


def _before(headings: Sequence[str]) -> str:
    pane = '<pane xSplit="1" ySplit="1" topLeftCell="B2" activePane="bottomRight" state="frozen"/>'
    view = f'<sheetViews><sheetView workbookViewId="0">{pane if headings else ""}</sheetView></sheetViews>'
    start = f'{_HEAD}<worksheet xmlns="{_MAIN}">{view}<sheetData>'
    return start + (_line(headings, style=_BOLD) if headings else "")


def _line(cells: Sequence[str], style: int = 0) -> str:
    marked = f' s="{style}"' if style else ""
    told = (escape(_clean(cell)) for cell in cells)
    inner = "".join(
        f'<c t="inlineStr"{marked}><is><t xml:space="preserve">{cell}</t></is></c>' for cell in told
    )
    return f"<row>{inner}</row>"


def _clean(text: str) -> str:
    return "".join(letter for letter in text if letter >= " " or letter in "\n\t")[:_MOST_LETTERS]


def _link(name: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{name}" Type="{_OFFICE}/{kind}" Target="{target}"/>'


def _links(inner: str) -> str:
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'


def _sheet_name(name: str) -> str:
    return "".join("." if letter in "[]:*?/\\'" else letter for letter in name)[:31]


def _free(name: str, taken: Sequence[str]) -> str:
    """Excel tells sheets apart by name, capitals aside."""
    folded, number, free = {one.casefold() for one in taken}, 1, name
    while free.casefold() in folded:
        number += 1
        free = f"{name[:27]} {number}"
    return free
