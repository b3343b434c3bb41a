"""Names as SQL writes them."""

from __future__ import annotations


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def as_told(column: str, kind: str) -> str:
    """A column as a condition holds it against a text: a moment on Bangkok's clock, where UTC is kept."""
    return f"({column} + INTERVAL 7 HOUR)" if kind == "datetime" else column
