"""A table's answers column by column: normalised text, and which choices nobody offered."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from forms.xform import Field, Schema
from ingest.projecting.reading import Rows
from ingest.projecting.typed import column
from thai.text import arabic_digits, normalise

GEO_KINDS = ("geopoint", "geotrace", "geoshape")

#: Something noticed about an answer: row within the table, field, code, detail.
Noticed = tuple[int, str, str, str]


class Answers:
    """The answers of one table of one form version."""

    def __init__(self, schema: Schema, number: int, rows: Rows) -> None:
        self._fields = schema.tables[number].fields
        texts = list(zip(*rows.values, strict=True)) if rows.values else [()] * len(self._fields)
        self._columns: dict[str, Sequence[str | None]] = {
            one.name: _cleaned(one, own) for one, own in zip(self._fields, texts, strict=True)
        }
        self._size = len(rows.values)

    def text(self, name: str) -> Sequence[str | None]:
        """One question's answers; blanks where the form does not ask it."""
        return self._columns.get(name) or [None] * self._size

    def columns(self) -> tuple[dict[str, pa.Array], list[Noticed]]:
        """All answers but geometries with their types, and what a person should look at in them."""
        typed: dict[str, pa.Array] = {}
        misfits: list[Noticed] = []
        for one in self._fields:
            if one.kind not in GEO_KINDS:
                texts = self._columns[one.name]
                typed[one.name], rows = column(one.kind, texts)
                misfits += [(row, one.name, f"bad_{one.kind}", texts[row] or "") for row in rows]
        return typed, [*misfits, *self._unknown_choices(), *self._buddhist_years()]

    def _buddhist_years(self) -> list[Noticed]:
        """Dates such as 2564-02-04: a Buddhist year where a phone stores a Gregorian one."""
        return [
            (row, one.name, "buddhist_year", value)
            for one in self._fields
            if one.kind in ("date", "datetime")
            for row, value in enumerate(self._columns[one.name])
            if value is not None and value[:2] in ("24", "25", "26")
        ]

    def _unknown_choices(self) -> list[Noticed]:
        """Answers that stand in no choice list of this version."""
        found: list[Noticed] = []
        for one in self._fields:
            if one.choices is None or one.dataset:
                continue
            offered = {choice.value for choice in one.choices}
            texts = self._columns[one.name]
            several = one.kind == "select_multiple"
            strange = {
                value
                for value in set(texts)
                if value and value not in offered and not (several and offered.issuperset(value.split()))
            }
            if strange:
                found += [
                    (row, one.name, "unknown_choice", value)
                    for row, value in enumerate(texts)
                    if value is not None and value in strange
                ]
        return found


def _cleaned(one: Field, texts: Sequence[str | None]) -> Sequence[str | None]:
    """Thai text in its one spelling, Thai digits in numbers as Arabic; most columns need neither."""
    change = normalise if one.kind == "text" else arabic_digits
    if one.kind not in ("text", "integer", "decimal", "date"):
        return texts
    if all(value is None or value.isascii() for value in texts):
        return texts
    spelt = {value: value if value is None or value.isascii() else change(value) for value in set(texts)}
    return [spelt[value] for value in texts]
