"""The workbooks that come with the program."""

from __future__ import annotations

from pathlib import Path


def workbooks() -> tuple[Path, ...]:
    """The .xlsx files beside this module, sorted; Excel's lock files (``~$…``) are none."""
    found = Path(__file__).parent.glob("*.xlsx")
    return tuple(sorted(path for path in found if not path.name.startswith("~$")))
