"""Whatever files an office brings, told apart: forms, exports of other servers, and what phones hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from zipfile import is_zipfile

from forms.compile import compile_workbook
from forms.spreadsheet import Spreadsheet
from ingest import files
from ingest.archive import opened
from ingest.atlas import Atlas
from ingest.known_forms import KnownForms
from ingest.problems import not_found
from ingest.sheets import problems
from ingest.sheets.exported import opened_export
from ingest.sheets.files import UNREADABLE, kinds
from ingest.sheets.reading import GEOGRAPHIC
from ingest.sheets.taking import take
from thai.problem import Problem

_COUNTS = ("accepted", "duplicates", "quarantined", "conflicts", "files_missing")
Progress = Callable[[int, int], None]


def bring(
    atlas: Atlas, paths: Iterable[Path], *, form_id: str = "", dry_run: bool = False,
    progress: Progress | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Take in folders and zips of phones, exports of Central, Briefcase and Kobo, and the forms beside them.

    Forms come first, in whatever order they stand. ``form_id`` names the form of an export that does not
    tell. Raises ``mapping_needed`` for a table of the office's own, ``form_of_export``, ``nothing_within``
    and the problems of the readers; what was taken before stays taken.
    """
    found: dict[str, Any] = dict.fromkeys(_COUNTS, 0)
    found |= {"rows": [], "skipped": [], "passed_over": [], "unread": [], "dry_run": dry_run}
    forms = KnownForms(atlas, dry_run=dry_run)
    kinds_of = {path: _kind(path) for path in paths}
    for path in sorted(kinds_of, key=lambda one: _ORDER.index(kinds_of[one])):
        if kinds_of[path] == "form":
            forms.take_unknown(compile_workbook(path.read_bytes(), file_name=path.name).xform)
            continue
        with opened_export(path) as export:
            if export:
                take(atlas, export, forms, found, form_id=form_id, dry_run=dry_run, progress=progress)
                continue
        if kinds_of[path] == "table":
            raise problems.mapping_needed(path.name)
        before = forms.catalogue
        own = files.load(atlas, [path], dry_run=dry_run, forms=forms, progress=progress)
        if forms.catalogue is before and not any(own[name] for name in (*_COUNTS[:-1], "skipped", "rows")):
            raise _nothing(path)
        for name in _COUNTS[:-1]:
            found[name] += own[name]
        found["skipped"] += own["skipped"]
        found["rows"] += own["rows"]
    return found


def _nothing(path: Path) -> Problem:
    """What to do with a folder or zip in which no submission lies: its tables may be the office's own."""
    with opened(path) as entries:
        names = [one.shown for one in entries]
    if any(Path(name).suffix.lower() in {*kinds(), *GEOGRAPHIC} for name in names):
        return problems.mapping_needed(path.name)
    return problems.nothing_within(path.name, names)


_ORDER = ("form", "xml", "table", "rest")


def _kind(path: Path) -> str:
    """A form's workbook, one XML document, a table or layer, or a folder or zip.

    Raises ``not_found``, ``table_kind`` and ``table_unreadable``.
    """
    suffix = path.suffix.lower()
    if not path.exists():
        raise not_found(path)
    if suffix == ".xlsx":
        return "form" if _is_form(path) else "table"
    if suffix == ".xml":
        return "xml"
    if path.is_file() and suffix in {*kinds(), *GEOGRAPHIC}:
        return "table"
    if path.is_file() and suffix != ".zip" and not is_zipfile(path):
        raise problems.table_kind(path.name)
    return "rest"


def _is_form(path: Path) -> bool:
    try:
        return "survey" in {title.strip().casefold() for title in Spreadsheet(path.read_bytes()).titles()}
    except UNREADABLE as error:
        raise problems.table_unreadable(path.name, type(error).__name__) from error
