"""Answers get their types here and nowhere else; ``None`` where the text does not fit."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from forms.values import READERS

_TYPES: dict[str, pa.DataType] = {
    "integer": pa.int64(),
    "decimal": pa.decimal128(24, 6),
    "date": pa.date32(),
    "datetime": pa.timestamp("us"),
}


def column(kind: str, texts: Sequence[str | None]) -> tuple[pa.Array, list[int]]:
    """One question's answers with their type, and the rows whose text does not fit it."""
    if kind not in _TYPES:
        return pa.array(texts, pa.string()), []
    type_, read = _TYPES[kind], READERS[kind]
    values = {text: None if text is None else read(text) for text in set(texts)}
    misfits = {text for text, value in values.items() if value is None and text is not None}
    rows = [row for row, text in enumerate(texts) if text in misfits] if misfits else []
    return pa.array([values[text] for text in texts], type_), rows
