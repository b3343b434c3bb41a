"""Names and lists: one name in two spellings, lists in another order, captions and headings that repeat."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence

from ingest.sheets.model import Cell, Document, Table
from reports.consistency.model import DOUBT, NOTE, WRONG, Checked, Finding
from reports.consistency.roles import is_total_column, roles
from thai.text import fold, normalise

_ENOUGH = 3
_MARKS = {"/", "✓", "✔", "√", "x", "X", "●", "•"}
_PARTS = re.compile(r"\s*(?:,|;|\s+และ\s*|\s+)\s*")


def check_lists(document: Document, checked: Checked) -> None:
    """Everything that is seen only by holding lists and tables beside each other."""
    labels = [_labels(table) for table in document.tables]
    headings = [_headings(table) for table in document.tables]
    lists = [one for one in (*labels, *headings) if len(one) >= _ENOUGH]
    _spellings([cell for one in (*labels, *headings) for cell in one], document, checked)
    for i, one in enumerate(lists):
        for other in lists[i + 1 :]:
            _beside(one, other, checked)
    _captions(document.tables, checked)
    for table in document.tables:
        _counted_lists(table, checked)


def _labels(table: Table) -> list[Cell]:
    """The first column of words."""
    columns = [c for c, role in enumerate(roles(table)) if role == "label"]
    named = [[cell for i in table.items if (cell := table.rows[i][c])] for c in columns]
    return max(named, key=lambda cells: len({cell.text for cell in cells}), default=[])


def _headings(table: Table) -> list[Cell]:
    """The lowest headings of the columns that are not the list itself."""
    found = roles(table)
    return [
        c for c, role in zip(table.header_cells, found, strict=True) if c and role not in ("label", "running")
    ]


def _spellings(cells: Sequence[Cell], document: Document, checked: Checked) -> None:
    """The same name under different code points: SARA AM in two characters, marks in another order."""
    known: dict[str, dict[str, Cell]] = defaultdict(dict)
    for cell in (*cells, *(one.cell for one in document.statements)):
        for word in re.findall(r"[\u0e01-\u0e5b\uf700-\uf71a]{3,}", cell.text):
            known[fold(normalise(word))].setdefault(unicodedata.normalize("NFC", word), cell)
    for forms in known.values():
        if len(forms) > 1:
            (first, cell), (second, other) = list(forms.items())[:2]
            checked.add(Finding("spelling", NOTE, other, second, first, with_cells=(cell,)))


def _beside(one: Sequence[Cell], other: Sequence[Cell], checked: Checked) -> None:
    """Two lists that are nearly one: the same names in another order, or one entry told differently."""
    own, theirs = [fold(c.text) for c in one], [fold(c.text) for c in other]
    if len(own) != len(set(own)) or len(theirs) != len(set(theirs)):
        return
    common = set(own) & set(theirs)
    if len(common) < _ENOUGH or len(common) * 2 < max(len(own), len(theirs)):
        return
    if [name for name in own if name in common] != [name for name in theirs if name in common]:
        moved = next(c for c, a, b in zip(other, theirs, own, strict=False) if a != b)
        checked.add(
            Finding("order_differs", NOTE, moved, moved.text, one[0].address, with_cells=tuple(one[:1]))
        )
    if len(own) == len(theirs):
        for a, b in zip(one, other, strict=True):
            if fold(a.text) not in theirs and fold(b.text) not in own:
                checked.add(Finding("words_differ", DOUBT, b, b.text, a.text, with_cells=(a,)))
    else:
        for cell in (c for c in (*one, *other) if fold(c.text) not in common):
            checked.add(Finding("not_in_both", NOTE, cell, cell.text, ""))


def _captions(tables: Sequence[Table], checked: Checked) -> None:
    """Two tables under one caption whose rows are different things."""
    known: dict[str, Table] = {}
    for table in tables:
        words = fold(re.sub(r"^ตาราง(?:ที่)?\s*[\d๐-๙]+\s*[:.]?", "", normalise(table.caption)))
        before = known.setdefault(words, table) if words else table
        cells = [c for row in table.rows for c in row if c]
        mine, theirs = ({fold(c.text) for c in _labels(t)} for t in (table, before))
        if before is not table and cells and not mine & theirs:
            checked.add(Finding("caption_repeats", DOUBT, cells[0], table.caption, before.caption))


def check_marks(table: Table, roles: Sequence[str], checked: Checked) -> None:
    """A total column beside marks counts those of its row, as most of the rows show."""
    for c in (c for c, role in enumerate(roles) if role == "amount" and is_total_column(table, c)):
        rows = [(cell, _marked(table.rows[i])) for i in table.items if (cell := table.rows[i][c])]
        marked = [(cell, marks) for cell, marks in rows if marks and cell.number is not None]
        fits = sum(cell.number == len(marks) for cell, marks in marked)
        if fits < 2 or fits * 2 <= len(marked):
            continue
        checked.count("mark_count", fits)
        for cell, marks in marked:
            if (number := cell.number) is not None and number != len(marks):
                apart = number - len(marks)
                checked.add(
                    Finding("mark_count", WRONG, cell, cell.text, str(len(marks)), apart, with_cells=marks)
                )


def _marked(row: Sequence[Cell | None]) -> tuple[Cell, ...]:
    return tuple(cell for cell in row if cell and cell.text.strip() in _MARKS)


def _counted_lists(table: Table, checked: Checked) -> None:
    """A column of names beside a column that counts them."""
    for names, counts in _list_columns(table):
        pairs = [
            (a, b) for i in table.items if (a := table.rows[i][names]) and (b := table.rows[i][counts])
            and b.number is not None
        ]  # fmt: skip
        lengths = [len(_entries(a.text)) for a, _ in pairs]
        fits = [length == b.number for length, (_, b) in zip(lengths, pairs, strict=True)]
        if not _are_lists([cell.text for cell, _ in pairs], lengths) or sum(fits) * 3 < len(fits) * 2:
            continue
        checked.count("list_count", sum(fits))
        for length, fit, (a, b) in zip(lengths, fits, pairs, strict=True):
            if not fit and b.number is not None:
                checked.add(
                    Finding("list_count", WRONG, b, b.text, str(length), b.number - length, with_cells=(a,))
                )


def _are_lists(texts: Sequence[str], lengths: Sequence[int]) -> bool:
    """Lists are long and of different lengths, and hold names: ``บ้าน 2`` is one name and no list of two."""
    digits = any(letter.isdigit() for text in texts for letter in text)
    return not digits and len(lengths) >= _ENOUGH and max(lengths) > 2 and len(set(lengths)) > 1


def _list_columns(table: Table) -> Iterator[tuple[int, int]]:
    found = roles(table)
    for names in (c for c, role in enumerate(found) if role == "label"):
        for counts in (c for c, role in enumerate(found) if role == "amount"):
            yield names, counts


def _entries(text: str) -> list[str]:
    return [part for part in _PARTS.split(text.strip()) if part]
