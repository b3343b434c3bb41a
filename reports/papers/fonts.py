"""Finds a font with Thai letters on this machine; without one a paper would be empty boxes."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import typst

from reports import problems

PREFERRED = (
    *("TH Sarabun New", "TH SarabunPSK", "Sarabun", "Laksaman", "Noto Sans Thai Looped", "Noto Serif Thai"),
    *(
        "Noto Sans Thai",
        "Loma",
        "Garuda",
        "Norasi",
        "Kinnari",
        "Umpush",
        "Waree",
        "Leelawadee UI",
        "Leelawadee",
    ),
    *(
        "Cordia New",
        "Angsana New",
        "Browallia New",
        "Tahoma",
        "Thonburi",
        "Sukhumvit Set",
        "Microsoft Sans Serif",
    ),
)
"""Fonts known to hold Thai with its marks in place, the office's own first."""


@cache
def thai_font(folder: Path | None = None) -> str:
    """The first of :data:`PREFERRED` that is installed or lies in ``folder``; raises ``font_missing``."""
    paths = [str(folder)] if folder and folder.is_dir() else []
    known = {name.casefold(): name for name in typst.Fonts(font_paths=paths).families()}
    found = next((known[name.casefold()] for name in PREFERRED if name.casefold() in known), "")
    if not found:
        raise problems.font_missing(str(folder or ""))
    return found
