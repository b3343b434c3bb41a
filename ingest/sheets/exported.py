"""Exports of ODK Central, Briefcase and KoboToolbox: tables whose headings are the form's own names.

Nobody has to say which column is which question. A repeat stands in a table of its own, tied to its parent
by ``PARENT_KEY`` or ``_parent_index``; a point stands in several columns; photos lie beside.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from forms.spreadsheet import Spreadsheet
from ingest.archive import Entry, UnreadableError, opened
from ingest.sheets import problems
from ingest.sheets.files import UNREADABLE, decoded

MOST_BYTES = 2 * 1024 * 1024 * 1024
Row = Mapping[str, Any]
_KEYS = {"KEY", "_uuid"}  # what tells an export from any other table: of Central and Briefcase, of Kobo
_TIES = {"PARENT_KEY", "_parent_index"}
_MEDIA = "media"  # the folder of a zip in which attachments lie


@dataclass(frozen=True)
class _Rows:
    """Rows that are read from the beginning whenever somebody asks."""

    begin: Callable[[], Iterator[Row]]

    def __iter__(self) -> Iterator[Row]:
        return self.begin()


@dataclass(frozen=True)
class Listing:
    """One table of an export: its name (a CSV's without ``.csv``, or a sheet's), headings, and its rows,
    which may be read again.
    """

    name: str
    headings: tuple[str, ...]
    rows: Iterable[Row]


@dataclass
class Export:
    """The tables of one file, the main one first, and the media files beside them by name."""

    file: str
    main: Listing
    repeats: list[Listing]
    media: dict[str, list[Entry]] = field(default_factory=dict)


@contextmanager
def opened_export(path: Path) -> Iterator[Export | None]:
    """The export that a zip, CSV or workbook is, or ``None`` when it is something else.

    Raises ``table_unreadable``, ``archive_unsafe``, or ``exports_several`` of a zip that holds more than one.
    """
    kind = path.suffix.lower()
    if kind == ".zip":
        with opened(path) as entries:
            yield _of_zip(path, entries)
    elif kind == ".csv":
        yield _arranged(path.name, [_csv(path.stem, path.read_bytes())])
    elif kind == ".xlsx":
        yield _arranged(path.name, list(_sheets(path)))
    else:
        yield None


def _of_zip(path: Path, entries: list[Entry]) -> Export | None:
    tables = [one for one in entries if one.name.endswith(".csv") and not _is_attached(one)]
    listings = [_csv(one.name[: -len(".csv")], _content(one)) for one in tables]
    mains = [one.shown for one, listing in zip(tables, listings, strict=True) if _is_main(listing)]
    if len(mains) > 1:
        raise problems.exports_several(path.name, mains)
    export = _arranged(path.name, listings)
    if export:
        for one in entries:
            if one not in tables:
                export.media.setdefault(one.name, []).append(one)
    return export


def _is_attached(one: Entry) -> bool:
    """A table that somebody attached is no table of the export."""
    return _MEDIA in one.folder.split("/")


def _content(one: Entry) -> bytes:
    try:
        return one.read(MOST_BYTES)
    except UnreadableError as error:
        raise problems.table_unreadable(one.shown, type(error).__name__) from error


def _csv(name: str, content: bytes) -> Listing:
    """A CSV as the server wrote it, or as Excel on a Thai Windows saved it again."""
    with _readable(name):
        text = decoded(content)
        first = text.partition("\n")[0]
        comma = max(",;\t", key=first.count)  # KoboToolbox parts by semicolons, Excel's Unicode text by tabs
        headings = tuple(csv.DictReader(io.StringIO(text, newline=""), delimiter=comma).fieldnames or ())

    def rows() -> Iterator[Row]:
        with _readable(name):
            yield from csv.DictReader(io.StringIO(text, newline=""), delimiter=comma)

    return Listing(name, headings, _Rows(rows))


def _sheets(path: Path) -> Iterator[Listing]:
    with _readable(path.name):
        book = Spreadsheet(path.read_bytes())
    for title in book.titles():
        headings = tuple(str(one or "").strip() for one in next(_values(path, book, title), ()))
        yield Listing(title, headings, _Rows(partial(_named, headings, path, book, title)))


def _named(headings: tuple[str, ...], path: Path, book: Spreadsheet, title: str) -> Iterator[Row]:
    for row in islice(_values(path, book, title), 1, None):
        yield dict(zip(headings, row, strict=False))


def _values(path: Path, book: Spreadsheet, title: str) -> Iterator[list[Any]]:
    with _readable(path.name):
        yield from (row for _, row in book.values(title))


@contextmanager
def _readable(name: str) -> Iterator[None]:
    try:
        yield
    except UNREADABLE as error:
        raise problems.table_unreadable(name, type(error).__name__) from error


def _arranged(file: str, listings: list[Listing]) -> Export | None:
    """Repeats are known by their tie to a parent; an export has one table without it."""
    main = [one for one in listings if _is_main(one)]
    return Export(file, main[0], [one for one in listings if _is_tied(one)]) if len(main) == 1 else None


def _is_main(listing: Listing) -> bool:
    return bool(_KEYS & set(listing.headings)) and not _is_tied(listing)


def _is_tied(listing: Listing) -> bool:
    return bool(_TIES & set(listing.headings))
