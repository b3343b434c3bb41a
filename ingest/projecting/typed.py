"""Answers get their types here and nowhere else; null where the text does not fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from forms.values import READERS

_TYPES: dict[str, pa.DataType] = {
    "integer": pa.int64(),
    "decimal": pa.decimal128(24, 6),
    "date": pa.date32(),
    "datetime": pa.timestamp("us"),
}


class Column:
    """One question's answers as text, null where there is none; each distinct text is looked at once."""

    def __init__(self, array: pa.StringArray) -> None:
        self.array = array

    @cached_property
    def _encoded(self) -> pa.DictionaryArray:
        return self.array.dictionary_encode()

    @cached_property
    def distinct(self) -> list[str]:
        """The texts that occur."""
        return [] if self.is_blank() else list(self._encoded.dictionary.to_pylist())

    def is_blank(self) -> bool:
        """Whether nobody answered."""
        return bool(self.array.null_count == len(self.array))

    def is_ascii(self) -> bool:
        """Whether no text has letters beyond ASCII."""
        return self.is_blank() or pc.all(pc.string_is_ascii(self.array)).as_py() is not False

    def changed(self, change: Callable[[str], str]) -> Column:
        """The answers with another spelling."""
        return Column(self.mapped([change(text) for text in self.distinct], pa.string()))

    def mapped(self, values: list[object], type_: pa.DataType) -> pa.Array:
        """``values``, one for each of ``distinct``, in the stead of their texts."""
        if self.is_blank():
            return pa.nulls(len(self.array), type_)
        return pa.array(values, type_).take(self._encoded.indices)

    def rows_of(self, texts: set[str]) -> Iterator[tuple[int, str]]:
        """Where these texts stand."""
        if texts:
            numbers = self._encoded.indices.fill_null(-1).to_numpy()
            wanted = [number for number, text in enumerate(self.distinct) if text in texts]
            for row in np.flatnonzero(np.isin(numbers, wanted)).tolist():
                yield row, self.distinct[numbers[row]]


def column(kind: str, answers: Column) -> tuple[pa.Array, set[str]]:
    """One question's answers with their type, and the texts that do not fit it."""
    if kind not in _TYPES:
        return answers.array, set()
    values = [READERS[kind](text) for text in answers.distinct]
    misfits = {text for text, value in zip(answers.distinct, values, strict=True) if value is None}
    return answers.mapped(values, _TYPES[kind]), misfits
