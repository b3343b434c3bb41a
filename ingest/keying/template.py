"""An Excel template for a form: a row a record, a sheet a repeat, choices as drop-downs; and its way back.

What is filled in is read whole, judged whole, and taken in whole: a single finding keeps everything out.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from io import BytesIO
from typing import Any

import xlsxwriter

from forms.compile import AREA_LISTS
from forms.problems import workbook_unreadable
from forms.schema import Field
from forms.spreadsheet import Spreadsheet
from forms.values import READERS
from ingest.access import Viewer
from ingest.atlas import Atlas
from ingest.keying import composed, desk, template_problems
from ingest.keying.desk import Sheet
from thai.calendar import parse_date
from thai.codes import area_code
from thai.problem import Place, Problem, Problems
from thai.text import normalise, plain_number

MAIN, LISTS = "records", "lists"
_ROW = "record"  # in a repeat's sheet: the number of the record that a line belongs to
_FIRST = 3  # headings for people in row 1, for programs in row 2
_MOST = 2_000
_FILES = uuid.UUID("5b0c1f7e-6a63-4d7a-9a53-0d6f0b7d2c41")

_Rows = Iterator[tuple[int, list[Any]]]  # by number
_Column = tuple[str, dict[str, str], list[str]]  # name, label, what the drop-down offers


@dataclass(frozen=True, slots=True)
class Filled:
    """One record of a filled-in template: the row it stands in, its answers, and its area."""

    row: int
    answers: dict[str, Any] = field(default_factory=dict)
    area: str = ""


def write(atlas: Atlas, viewer: Viewer, sheet: Sheet, language: str = "th") -> bytes:
    """The empty template; registers are cut to the viewer's area."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    lists = _Lists(book)
    number: _Column = (_ROW, {"th": "เลขที่", "en": "No."}, [])
    columns = [number, *_columns(atlas, viewer, [one.field for one in sheet.head], language)]
    if not sheet.registers:
        areas = [("tambon", {"th": "รหัสตำบล", "en": "Tambon code"}), ("moo", {"th": "หมู่ที่", "en": "Village"})]
        columns += [(name, label, []) for name, label in areas]
    _write_sheet(book, MAIN, columns, lists, language)
    for repeat, questions in sheet.repeats.items():
        _write_sheet(book, repeat, [number, *_columns(atlas, viewer, questions, language)], lists, language)
    book.close()
    return out.getvalue()


def _columns(atlas: Atlas, viewer: Viewer, questions: list[Field], language: str) -> list[_Column]:
    columns = []
    for one in questions:
        if one.dataset:
            offered = [entry.called for entry in desk.entries(atlas, viewer, one.dataset)]
        elif one.kind == "select_one":
            offered = [_told(choice.label, choice.value, language) for choice in one.choices or ()]
        else:
            offered = []
        columns.append((one.name, one.label, offered))
    return columns


def _told(label: Mapping[str, str], value: str, language: str) -> str:
    return label.get(language) or label.get("th") or value


class _Lists:
    """The hidden sheet on which drop-downs draw: Excel takes no long list in the cell's own rule."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._sheet, self._column = book.add_worksheet(LISTS), 0
        self._sheet.hide()

    def source(self, offered: list[str]) -> str:
        """Where the words stand, as a drop-down names it."""
        self._sheet.write_column(0, self._column, offered)
        letter = xlsxwriter.utility.xl_col_to_name(self._column)
        self._column += 1
        return f"={LISTS}!${letter}$1:${letter}${len(offered)}"


def _write_sheet(
    book: xlsxwriter.Workbook, name: str, columns: list[_Column], lists: _Lists, language: str
) -> None:
    page = book.add_worksheet(name[:31])
    head = book.add_format({"bold": True, "text_wrap": True, "bg_color": "#E8F5E9", "border": 1})
    small = book.add_format({"font_color": "#888888", "font_size": 8})
    text = book.add_format({"num_format": "@"})
    for number, (column, label, offered) in enumerate(columns):
        page.write(0, number, _told(label, column, language), head)
        page.write(1, number, column, small)
        page.set_column(number, number, 18, text)
        if offered:
            rule = {"validate": "list", "source": lists.source(offered), "error_type": "stop"}
            page.data_validation(_FIRST - 1, number, _MOST, number, rule)
    page.freeze_panes(2, 1)


def read(atlas: Atlas, viewer: Viewer, sheet: Sheet, workbook: bytes, file_name: str) -> list[Filled]:
    """The records of a filled-in template. Raises ``Problems`` with every cell that cannot be read."""
    reader = _Reader(atlas, viewer, sheet, file_name)
    try:
        records = reader.book(Spreadsheet(workbook))
    except Exception as error:  # openpyxl lets errors of zipfile and its XML parser through
        raise Problems([workbook_unreadable(file_name, type(error).__name__)]) from error
    if not reader.found and not records:
        reader.found.append(template_problems.template_empty(Place(file=file_name, sheet=MAIN)))
    if reader.found:
        raise Problems(reader.found)
    return list(records.values())


class _Reader:
    """Cells to answers; what cannot be read is remembered with sheet, row and column."""

    def __init__(self, atlas: Atlas, viewer: Viewer, sheet: Sheet, file_name: str) -> None:
        self.found: list[Problem] = []
        self._sheet, self._file, self._names = sheet, file_name, atlas.reference.names
        self._fields = {(one.table, one.field.name): one.field for one in sheet.questions}
        self._entries: dict[str, dict[str, list[desk.Entry]]] = {}
        for dataset in {one.field.dataset for one in sheet.questions} - {"", *AREA_LISTS}:
            known = self._entries.setdefault(dataset, {})
            for entry in desk.entries(atlas, viewer, dataset):
                for label in {normalise(entry.label), normalise(entry.called)}:
                    known.setdefault(label, []).append(entry)

    def book(self, book: Spreadsheet) -> dict[str, Filled]:
        """All records by their number, with the lines of their repeats."""
        titles = book.titles()
        if MAIN not in titles:
            self.found.append(template_problems.template_other(Place(file=self._file, sheet=MAIN)))
            return {}
        records = self._records(book.values(MAIN))
        for repeat in self._sheet.repeats:
            if repeat[:31] in titles:
                self._lines(repeat, book.values(repeat[:31]), records)
        return records

    def _records(self, rows: _Rows) -> dict[str, Filled]:
        found: dict[str, Filled] = {}
        for number, cells in self._rows(MAIN, rows):
            key = cells.pop(_ROW, "") or str(number)
            area = self._tambon(cells.pop("tambon", ""), number)
            answers, own = self._answers("", MAIN, number, cells)
            moo = str(answers.get("moo") or cells.get("moo") or "")
            area = own or (f"{area}{moo.zfill(2)}" if area and moo.isdecimal() else area)
            if len(area) == 8:
                answers["moo"] = str(int(area[6:8]))
            if key in found:
                self.found.append(template_problems.record_twice(self._place(MAIN, number, _ROW), key))
            found[key] = Filled(number, answers, area)
        return found

    def _tambon(self, text: str, number: int) -> str:
        """The code of a tambon that the boundary set has; '' where the cell is blank or is none."""
        try:
            code = area_code(text) if text else ""
        except Problem:
            code = ""
        if text and (len(code) != 6 or code not in self._names):
            place = self._place(MAIN, number, "tambon")
            self.found.append(template_problems.tambon_unknown(place, text))
            return ""
        return code

    def _lines(self, repeat: str, rows: _Rows, records: Mapping[str, Filled]) -> None:
        for number, cells in self._rows(repeat, rows):
            key = cells.pop(_ROW, "")
            if key not in records:
                self.found.append(template_problems.record_unknown(self._place(repeat, number, _ROW), key))
                continue
            answers, _ = self._answers(repeat, repeat, number, cells)
            records[key].answers.setdefault(repeat, []).append(answers)

    def _rows(self, page: str, rows: _Rows) -> Iterator[tuple[int, dict[str, str]]]:
        heading = next((row for number, row in rows if number == _FIRST - 1), [])
        names = [str(cell or "").strip() for cell in heading]
        if _ROW not in names:
            self.found.append(template_problems.template_other(Place(file=self._file, sheet=page)))
            return
        for number, row in rows:
            pairs = zip(names, map(_text, row), strict=False)
            cells = {name: text for name, text in pairs if name and text}
            if cells.keys() - {_ROW}:
                yield number, cells

    def _answers(
        self, table: str, page: str, number: int, cells: Mapping[str, str]
    ) -> tuple[dict[str, str], str]:
        answers: dict[str, str] = {}
        area = ""
        for name, text in cells.items():
            one = self._fields.get((table, name))
            if one is None:
                continue
            if one.dataset and one.dataset in self._entries:
                known = self._entries[one.dataset].get(normalise(text), [])
                value = known[0].entity_id if len(known) == 1 else None
                area = area or (known[0].area if known else "")
            else:
                value = _value(one, text)
            if value is None:
                place = self._place(page, number, name)
                self.found.append(template_problems.cell_unreadable(place, text, one.kind))
            else:
                answers[name] = value
        return answers, area

    def _place(self, page: str, row: int, column: str) -> Place:
        return Place(file=self._file, sheet=page, row=row, column=column)


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _value(one: Field, text: str) -> str | None:
    """A cell as the answer it means: a choice's label or value, a Thai date, a number; ``None`` when none."""
    if one.choices is not None:
        known = {choice.value: choice.value for choice in one.choices}
        for choice in one.choices:
            known |= {normalise(label): choice.value for label in choice.label.values()}
        words = text.split() if one.kind == "select_multiple" else [text]
        values = [known.get(normalise(word)) for word in words]
        return None if None in values else " ".join(value for value in values if value)
    if one.kind == "date":
        try:
            return parse_date(f"1/{text}" if text.count("/") == 1 else text).isoformat()
        except Problem:
            return None
    if one.kind in READERS:
        plain = plain_number(text)
        return plain if READERS[one.kind](plain) is not None else None
    return text


def take_in(atlas: Atlas, viewer: Viewer, sheet: Sheet, workbook: bytes, file_name: str) -> int:
    """Read, judge and take in a filled-in template, all of it or nothing; returns how many records it held.

    A file that was taken in is not taken in again, however often the button is pressed.
    Raises ``Problems``: a cell that cannot be read, a record that the form refuses or that is there already.
    """
    records = read(atlas, viewer, sheet, workbook, file_name)
    found: list[Problem] = []
    documents: list[tuple[bytes, str]] = []
    ids: list[str] = []
    own_file = f"{sheet.form.form_id} {hashlib.sha256(workbook).hexdigest()}"
    pages: set[tuple[tuple[str, str], ...]] = set()
    for area in sorted({one.area[:6] for one in records}):
        own = [one for one in records if one.area[:6] == area]
        verdicts = desk.judged(atlas, sheet, [one.answers for one in own], area)
        for one, verdict in zip(own, verdicts, strict=True):
            place = Place(file=file_name, sheet=MAIN, row=one.row, column=verdict.name)
            page = tuple(desk.page(sheet, one.answers).items())
            if not verdict.xml:
                found.append(template_problems.record_refused(place, verdict.says))
            elif page and page in pages:
                found.append(template_problems.month_twice(replace(place, column="")))
            elif desk.already(atlas, sheet, one.answers):
                found.append(template_problems.record_there(replace(place, column="")))
            pages.add(page)
            documents.append((verdict.xml, one.area))
            ids.append(f"uuid:{uuid.uuid5(_FILES, f'{own_file} {one.row}')}")
    if found:
        raise Problems(found)
    if not composed.is_written(atlas, ids[0]):
        desk.send_all(atlas, viewer, documents, ids)
    return len(documents)
