"""What stands on paper: the words of a PDF, and whether it has a text and number of a page."""

from __future__ import annotations

import re
from pathlib import Path

import pypdfium2


def read(path: Path, between: str = "") -> str:
    """The words of a PDF, page after page.

    A hyphen at a line's end is one, and a place at which a long word may break is no letter.
    """
    with pypdfium2.PdfDocument(path) as document:
        text = between.join(page.get_textpage().get_text_range() for page in document)
    return text.replace("\ufffe", "-").replace("\u200b", "").replace("\r\n", "\n")


def squeezed(text: object) -> str:
    """Without spaces and without the marks that keep a page from reading text as markup."""
    return "".join(str(text).replace("\\", "").split())


def loosely(words: str) -> str:
    """A pattern of these words, wherever spaces and lines' ends fall among them."""
    return r"\s*".join(map(re.escape, squeezed(words)))


def stands(words: str, text: str) -> bool:
    """Whether a text says these words, wherever spaces fall, to the end of their number: 60 is no 6."""
    return re.search(loosely(words) + r"(?![.,]?\d)", text) is not None
