"""Whatever files an office brings, told apart: forms, exports of other servers, and what phones hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import openpyxl

from forms.compile import compile_workbook
from ingest import files
from ingest.atlas import Atlas
from ingest.sheets import problems
from ingest.sheets.exported import opened_export
from ingest.sheets.files import kinds
from ingest.sheets.reading import GEOGRAPHIC
from ingest.sheets.taking import take

_COUNTS = ("accepted", "duplicates", "quarantined", "conflicts", "files_missing")
Progress = Callable[[int, int], None]


def bring(
    atlas: Atlas, paths: Iterable[Path], *, form_id: str = "", dry_run: bool = False,
    progress: Progress | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Take in folders and zips of phones, exports of Central, Briefcase and Kobo, and the forms beside them.

    ``form_id`` names the form of an export that does not tell. Raises ``mapping_needed`` for a table of the
    office's own, ``form_of_export``, and the problems of the readers; what was taken before stays taken.
    """
    found: dict[str, Any] = dict.fromkeys(_COUNTS, 0)
    found |= {"rows": [], "skipped": [], "passed_over": [], "unread": [], "dry_run": dry_run}
    for path in paths:
        if path.suffix.lower() == ".xlsx" and _is_form(path):
            files.take_over(atlas, compile_workbook(path.read_bytes(), file_name=path.name).xform)
            continue
        with opened_export(path) as export:
            if export:
                take(atlas, export, found, form_id=form_id, dry_run=dry_run, progress=progress)
                continue
        if path.suffix.lower() in {*kinds(), *GEOGRAPHIC}:
            raise problems.mapping_needed(path.name)
        own = files.load(atlas, [path], dry_run=dry_run, progress=progress)
        for name in _COUNTS[:-1]:
            found[name] += own[name]
        found["skipped"] += own["skipped"]
        found["rows"] += own["rows"]
    return found


def _is_form(path: Path) -> bool:
    try:
        book = openpyxl.load_workbook(path, read_only=True)
    except (OSError, ValueError, KeyError) as error:
        raise problems.table_unreadable(path.name, type(error).__name__) from error
    return "survey" in {title.strip().casefold() for title in book.sheetnames}
