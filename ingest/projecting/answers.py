"""A table's answers column by column: normalised text, and which choices nobody offered."""

from __future__ import annotations

import pyarrow as pa

from forms.schema import GEO_KINDS
from forms.xform import Field, Schema
from ingest.projecting.reading import Texts
from ingest.projecting.typed import Column, column
from thai.text import arabic_digits, normalise

#: Something noticed about an answer: row within the table, field, code, detail.
Noticed = tuple[int, str, str, str]


class Answers:
    """The answers of one table of one form version, ``by_name`` of the question."""

    def __init__(self, schema: Schema, number: int, texts: Texts) -> None:
        self._fields = schema.tables[number].fields
        self.by_name = {
            one.name: _cleaned(one, own) for one, own in zip(self._fields, texts.columns, strict=True)
        }

    def columns(self) -> tuple[dict[str, pa.Array], list[Noticed]]:
        """All answers but geometries with their types, and what a person should look at in them."""
        typed: dict[str, pa.Array] = {}
        noticed: list[Noticed] = []
        for one in self._fields:
            if one.kind not in GEO_KINDS:
                own = self.by_name[one.name]
                typed[one.name], misfits = column(one.kind, own)
                for code, texts in (
                    (f"bad_{one.kind}", misfits),
                    ("unknown_choice", _unknown_choices(one, own)),
                    ("buddhist_year", _buddhist_years(one, own)),
                ):
                    noticed += [(row, one.name, code, text) for row, text in own.rows_of(texts)]
        return typed, noticed


def _buddhist_years(one: Field, own: Column) -> set[str]:
    """Dates such as 2564-02-04: a Buddhist year where a phone stores a Gregorian one."""
    if one.kind not in ("date", "datetime"):
        return set()
    return {value for value in own.distinct if value[:2] in ("24", "25", "26")}


def _unknown_choices(one: Field, own: Column) -> set[str]:
    """Answers that stand in no choice list of this version."""
    if one.choices is None or one.dataset or not own.distinct:
        return set()
    offered, several = {choice.value for choice in one.choices}, one.kind == "select_multiple"
    strange = (value for value in own.distinct if value not in offered)
    return {value for value in strange if not (several and offered.issuperset(value.split()))}


def _cleaned(one: Field, texts: pa.StringArray) -> Column:
    """Thai text in its one spelling, Thai digits in numbers as Arabic; most columns need neither."""
    own = Column(texts)
    if one.kind not in ("text", "integer", "decimal", "date") or own.is_ascii():
        return own
    change = normalise if one.kind == "text" else arabic_digits
    return own.changed(lambda value: value if value.isascii() else change(value))
