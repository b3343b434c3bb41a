"""Names as SQL writes them."""

from __future__ import annotations


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
