"""What the rows of an export answer: where a form's questions, repeats and ids stand among its headings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from forms.schema import Field, Schema, Table
from ingest.sheets.exported import Export, Listing, Row
from thai.text import fold

_OWN = {
    "SubmissionDate", "KEY", "SubmitterID", "SubmitterName", "AttachmentsPresent", "AttachmentsExpected",
    "Status", "ReviewState", "DeviceID", "Edits", "FormVersion", "instanceID", "instanceName", "PARENT_KEY",
    "",
}  # fmt: skip
_OWN_STARTS = ("_", "meta", "SET-OF", "formhub")
_POINT = ("latitude", "longitude", "altitude", "accuracy")
_MOST_TITLE = 31  # letters of a sheet's name
_PRECISION = "precision"  # Kobo's word for accuracy


def fitting(export: Export, schemas: Mapping[str, Schema]) -> str:
    """The form whose export this is, by the file's name or its headings; '' where not one alone would do."""
    if export.main.name in schemas:
        return export.main.name
    found = {
        name: len(Columns(schema.table(""), export.main.headings).read) for name, schema in schemas.items()
    }
    best = max(found.values(), default=0)
    fits = [name for name, count in found.items() if count == best]
    needed = 0.6 * sum(not is_own(heading) for heading in export.main.headings)
    return fits[0] if len(fits) == 1 and best >= max(needed, 1) else ""


def is_own(heading: str) -> bool:
    """Whether a server adds this column of its own."""
    return heading in _OWN or heading.startswith(_OWN_STARTS) or heading.rpartition("/")[2].startswith("_")


class Columns:
    """Where the questions of one table stand among the headings of an export.

    What stands twice tells no question: neither a heading nor a label that ends two of them.
    """

    def __init__(self, table: Table, headings: Iterable[str]) -> None:
        self._headings = _told_apart(headings, _plain)
        self._whole = _told_apart(headings, fold)
        self._labels = _told_apart(headings, lambda heading: fold(heading.rpartition("/")[2]))
        self._parts = _told_apart(headings, lambda heading: fold("/".join(heading.split("/")[-2:])))
        depth = len(table.path)
        self.found: dict[str, tuple[Field, tuple[str, ...]]] = {}
        self.ticked: dict[str, dict[str, str]] = {}  # by question: choice and the column of its own
        for one in table.fields:
            if ticked := self._ticked(one):
                self.ticked[one.name] = ticked
            columns = self._of(one, one.path[depth:])
            if columns:
                self.found[one.name] = (one, columns)

    @property
    def read(self) -> set[str]:
        """The headings that answer a question."""
        read = {one for _, columns in self.found.values() for one in columns if one}
        return read.union(*(columns.values() for columns in self.ticked.values()))

    def _of(self, one: Field, path: tuple[str, ...]) -> tuple[str, ...]:
        """The heading of a question: by its whole path, by its name, or by its label."""
        for name in ("-".join(path), path[-1]):
            if name in self._headings:
                return (self._headings[name],)
            if one.kind == "geopoint":
                parts = self._point(name, path[-1])
                if parts:
                    return parts
        labels = [fold(text) for text in one.label.values()]
        for named in (self._whole, self._labels):  # what is called so itself, before the end of another
            if label := next((named[text] for text in labels if text in named), ""):
                return (label,)
        return ()

    def _ticked(self, one: Field) -> dict[str, str]:
        """Where each choice of several has a column to be ticked."""
        if one.kind != "select_multiple":
            return {}
        said = [one.path[-1], *one.label.values()]
        found = {}
        for choice in one.choices or ():
            names = [f"{each}/{name}" for each in said for name in (choice.value, *choice.label.values())]
            columns = (self._parts.get(fold(name), "") for name in names)
            if column := next(filter(None, columns), ""):
                found[choice.value] = column
        return found

    def _point(self, name: str, last: str) -> tuple[str, ...]:
        """Central's ``point-Latitude`` or Kobo's ``_point_latitude``, with what follows of it."""
        folded = {heading.casefold(): real for heading, real in self._headings.items()}
        for start in (f"{name}-", f"{name[: -len(last)]}_{last}_"):
            parts = [folded.get(f"{start}{part}".casefold(), "") for part in _POINT]
            parts[3] = parts[3] or folded.get(f"{start}{_PRECISION}".casefold(), "")
            if parts[0] and parts[1]:
                return tuple(parts)
        return ()

    def answers(self, row: Row) -> dict[str, str]:
        """What a row answers, by question; blanks left out."""
        said = {}
        for name, (one, columns) in self.found.items():
            parts = [_text(row.get(column), one.kind) if column else "" for column in columns]
            text = _place(parts) if len(parts) > 1 else parts[0]
            if text:
                said[name] = _choice(one, text)
        for name, boxes in self.ticked.items():
            chosen = [value for value, column in boxes.items() if _is_ticked(row.get(column))]
            if chosen and name not in self.found:
                said[name] = " ".join(chosen)
        return said


def _is_ticked(value: object) -> bool:
    return _text(value, "").casefold() in ("1", "true")


def _told_apart(headings: Iterable[str], word: Callable[[str], str]) -> dict[str, str]:
    """Headings by a word of theirs, without those that share it."""
    by_word: dict[str, list[str]] = {}
    for heading in headings:
        by_word.setdefault(word(heading), []).append(heading)
    return {key: own[0] for key, own in by_word.items() if len(own) == 1}


def _place(parts: list[str]) -> str:
    """Latitude, longitude, altitude, accuracy; what is blank before a part that is not is zero."""
    if not (parts[0] and parts[1]):
        return ""
    filled = max(number for number, part in enumerate(parts) if part) + 1
    return " ".join(part or "0" for part in parts[:filled])


def _plain(heading: str) -> str:
    """Central parts a path with ``-``, Kobo with ``/``."""
    return heading.strip().replace("/", "-")


def _text(value: object, kind: str) -> str:
    """A cell as a submission writes it; spreadsheets keep numbers and days in kinds of their own."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if kind == "date" else value.isoformat(timespec="milliseconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _choice(one: Field, text: str) -> str:
    """An export with labels in place of values says the same."""
    values = {choice.value for choice in one.choices or ()}
    if not values or values.issuperset([text] if one.kind == "select_one" else text.split()):
        return text
    labels = {fold(label): choice.value for choice in one.choices or () for label in choice.label.values()}
    if one.kind == "select_one":
        return labels.get(fold(text), text)
    return " ".join(_several(fold(text), labels)) or text


def _several(text: str, labels: Mapping[str, str]) -> list[str]:
    """The choices whose labels make up a text, the longest where two begin alike; [] where some do not."""
    found: list[str] = []
    while text:
        label = max((one for one in labels if one and text.startswith(one)), key=len, default="")
        if not label:
            return []
        found.append(labels[label])
        text = text.removeprefix(label)
    return found


class Repeats:
    """The rows of a form's repeats by the key of the row they belong to.

    ``unplaced`` are the records that have rows in a table which is no repeat of the form, with that table:
    without those rows they would be half of what they were. ``columns`` are the headings of each table that
    was read, and where its questions stand.
    """

    def __init__(self, export: Export, schema: Schema) -> None:
        self._schema = schema
        self._by_parent: dict[str, dict[str, list[tuple[str, dict[str, str]]]]] = {}
        self._met: set[tuple[str, str]] = set()
        self._shown: dict[str, str] = {}
        self.unplaced: dict[str, str] = {}
        self.columns: list[tuple[Listing, Columns]] = []
        tables = {one.name: one for one in schema.tables if one.name}
        for listing in export.repeats:
            table = self._table(listing, tables)
            if table is None:
                self.unplaced |= {_record_of(row): listing.name for row in listing.rows if _parent_of(row)}
                continue
            columns, rows = Columns(table, listing.headings), self._by_parent.setdefault(table.name, {})
            self.columns.append((listing, columns))
            self._shown[table.name] = listing.name
            for row in listing.rows:
                rows.setdefault(_parent_of(row), []).append((_key_of(row), columns.answers(row)))

    def __contains__(self, table: str) -> bool:
        """Whether the export has a table for this repeat, be it without a row."""
        return table in self._by_parent

    def alone(self) -> Iterator[tuple[str, int]]:
        """Once all records were read: the tables with rows that belong to none of them, and how many."""
        for name, by_parent in self._by_parent.items():
            rows = sum(len(own) for key, own in by_parent.items() if (name, key) not in self._met)
            if rows:
                yield self._shown[name], rows

    @staticmethod
    def _table(listing: Listing, tables: Mapping[str, Table]) -> Table | None:
        """By the end of the listing's name (``form-group-repeat`` or ``repeat``); the longest that fits.

        A sheet's name ends after 31 letters: then by its beginning, where one repeat alone has it.
        """
        name = _plain(listing.name)
        begins = [one for one in tables.values() if one.path[-1][:_MOST_TITLE] == name]
        if len(name) == _MOST_TITLE and len(begins) == 1:
            return begins[0]
        fits = [one for one in tables.values() if f"-{name}".endswith(f"-{one.path[-1]}")]
        whole = [one for one in fits if f"-{name}".endswith("-" + "-".join(one.path))]
        return max(whole or fits, key=lambda one: len(one.path), default=None)

    def into(self, answers: dict[str, Any], key: str, parent: str = "") -> None:
        """Put the turns of every repeat below ``parent`` into the answers of the row with that key."""
        for table in self._schema.tables:
            above, _, last = table.name.rpartition("/")
            if not table.name or above != parent:
                continue
            turns = self._by_parent.get(table.name, {}).get(key, [])
            self._met.add((table.name, key))
            answers[last] = [own for _, own in turns]
            for own_key, own in turns:
                self.into(own, own_key, table.name)


def _key_of(row: Row) -> str:
    return str(row.get("KEY") or row.get("_index") or "")


def _parent_of(row: Row) -> str:
    return str(row.get("PARENT_KEY") or row.get("_parent_index") or "")


def _record_of(row: Row) -> str:
    """The key of the record itself that a row of a repeat, or of one within it, belongs to."""
    said = _parent_of(row)
    return said.partition("/")[0] if row.get("PARENT_KEY") else _uuid(_submission(row)) or said


def _submission(row: Row) -> str:
    return str(row.get("_submission__uuid") or "")


@dataclass(frozen=True, slots=True)
class Identity:
    """What a row says of itself: ``root_id`` differs from ``instance_id`` when it was edited, and
    ``entity_label`` is blank when it speaks of no entity.
    """

    key: str
    instance_id: str
    root_id: str
    name: str
    version: str
    entity_label: str


def identity(row: Row) -> Identity | None:
    """``None`` for a row without an id: a total, a blank line."""
    named = {_plain(heading): str(value or "").strip() for heading, value in row.items() if heading}
    kobo = named.get("_uuid", "")
    root = named.get("KEY") or _uuid(named.get("meta-rootUuid") or kobo)
    own = named.get("meta-instanceID") or named.get("instanceID") or _uuid(kobo) or root
    if not own:
        return None
    version = named.get("FormVersion") or named.get("__version__") or ""
    name = named.get("meta-instanceName", "")
    return Identity(_key_of(row), own, root, name, version, named.get("meta-entity-label", ""))


def _uuid(text: str) -> str:
    return f"uuid:{text}" if text and ":" not in text else text
