"""Typed reading of one of our own sheets: every helper returns a usable value and notes what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from forms import check_problems, expression, problems
from forms.itext import both, language_code
from forms.schema import Schema
from forms.sheets import Row, Sheet
from thai.problem import Place, Problem

DAYS = ("date", "datetime")
FIRST_DAY, LAST_DAY = "1800-01-01", "2300-01-01"  # a Buddhist year is no year to come
NAME = re.compile(r"[a-z][a-z0-9_]*")


class Cells:
    """The rows of a sheet that names fields of a form. Mistakes are appended to ``found``.

    ``columns`` is the closed list of headings (before ``::``); leave it empty where others are welcome.
    """

    def __init__(self, sheet: Sheet, columns: Sequence[str], schema: Schema, found: list[Problem]) -> None:
        self.sheet = sheet
        self.schema = schema
        self.found = found
        self.refs = schema.references()
        self._seen: set[str] = set()
        self._check_columns(columns)

    def rows(self) -> Iterator[Row]:
        """The filled rows."""
        return self.sheet.filled()

    def place(self, row: Row, column: str) -> Place:
        """Where a cell is."""
        return Place(sheet=self.sheet.name, row=row.number, column=self.sheet.column(column) or column)

    def text(self, row: Row, column: str, *, needed: bool = False) -> str:
        """The cell's text; a needed one that is blank is a mistake."""
        value = row.get(self.sheet.column(column))
        if needed and not value:
            self.found.append(problems.cell_missing(self.place(row, column)))
        return value

    def name(self, row: Row) -> str:
        """A plain name that no earlier row has."""
        name = self.text(row, "name", needed=True)
        if name and not NAME.fullmatch(name):
            self.found.append(problems.name_not_plain(self.place(row, "name"), name))
        elif name in self._seen:
            self.found.append(problems.name_twice(self.place(row, "name"), name))
        self._seen.add(name)
        return name

    def label(self, row: Row) -> dict[str, str]:
        """The label in both languages; at least one must be filled."""
        said = {
            language_code(heading.partition("::")[2]): row.get(heading)
            for heading in self.sheet.columns
            if heading.partition("::")[0].strip().casefold() == "label"
        }
        if not any(said.values()):
            self.found.append(problems.cell_missing(self.place(row, "label")))
        return both(said, self.text(row, "name"))

    def one_of(self, row: Row, column: str, allowed: Sequence[str], *, needed: bool = False) -> str:
        """A word of a closed vocabulary, or ''."""
        value = self.text(row, column, needed=needed)
        if value:
            self.words_of(row, column, [value], allowed)
        return value

    def words_of(self, row: Row, column: str, words: Iterable[str], allowed: Sequence[str]) -> None:
        """Note each word that is not of the vocabulary."""
        for word in words:
            if word not in allowed:
                near = problems.nearest(word, allowed)
                self.found.append(problems.value_unknown(self.place(row, column), word, near, allowed))

    def fields(
        self, row: Row, column: str, kinds: Sequence[str] = (), *, needed: bool = False,
        besides: Sequence[str] = (),
    ) -> tuple[str, ...]:  # fmt: skip
        """References to fields of these kinds (any kind when none is given), separated by spaces, and words
        of ``besides``.
        """
        refs = tuple(self.text(row, column, needed=needed).split())
        return tuple(ref for ref in refs if ref in besides or self._is_field(row, column, ref, kinds))

    def field(self, row: Row, column: str, kinds: Sequence[str] = (), *, needed: bool = False) -> str:
        """One reference, or ''."""
        refs = self.fields(row, column, kinds, needed=needed)
        return refs[0] if refs else ""

    def where(self, row: Row) -> tuple[str, tuple[str, ...]]:
        """The condition, and the fields it draws on."""
        text = self.text(row, "where")
        if not text:
            return "", ()
        try:
            condition = expression.parse(text)
        except Problem as problem:
            self.found.append(replace(problem, place=self.place(row, "where")))
            return "", ()
        refs = expression.references(condition)
        known = tuple(ref for ref in refs if self._is_field(row, "where", ref, ()))
        for ref, value in expression.compared(condition):
            if ref in known:
                self._check_value(row, ref, value)
        return text, known

    def _check_value(self, row: Row, ref: str, value: str | float) -> None:
        """Note what a question is held against and can never answer: the condition would count nothing."""
        field, quoted = self.refs[ref], isinstance(value, str)
        if field.choices is not None and quoted:
            self.words_of(row, "where", str(value).split(), [one.value for one in field.choices])
        no_day = field.kind in DAYS and not (quoted and FIRST_DAY <= str(value) < LAST_DAY)
        no_number = field.kind == "decimal" and quoted  # stands as 5.000000 beside a text
        if no_day or no_number:
            self.found.append(check_problems.value_misfits(self.place(row, "where"), ref, field.kind, value))

    def one_line(self, row: Row, home: str, named: Iterable[tuple[str, str]]) -> None:
        """Note each (column, reference) that lies neither in ``home``'s table nor in one above it."""
        table = self.schema.field(home)[0] if home else self.schema.tables[0]
        for column, ref in named:
            other = self.schema.field(ref)[0]
            if table.path[: len(other.path)] != other.path:
                self.found.append(problems.field_elsewhere(self.place(row, column), ref, table.name))

    def _is_field(self, row: Row, column: str, ref: str, kinds: Sequence[str]) -> bool:
        if ref not in self.refs:
            near = problems.nearest(ref, self.refs)
            self.found.append(problems.field_unknown(self.place(row, column), ref, near))
            return False
        kind = self.refs[ref].kind
        if kinds and kind not in kinds:
            self.found.append(problems.field_kind(self.place(row, column), ref, kind, kinds))
            return False
        return True

    def _check_columns(self, columns: Sequence[str]) -> None:
        for heading in self.sheet.columns:
            name = heading.partition("::")[0].strip().casefold()
            if columns and name not in columns:
                near = problems.nearest(name, columns)
                self.found.append(problems.column_unknown(self.sheet.name, heading, near, columns))
