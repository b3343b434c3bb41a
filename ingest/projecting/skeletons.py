"""Many submissions of one form version read at once: those that share a skeleton share its walk.

A skeleton is a submission without what was answered: the texts between its tags, and the ids of its entities.
One submission of each skeleton is walked (``reading.Reader``) with the numbers of these places in their
stead, which tells where each answer of all the others stands; theirs are cut out together, as columns of
Arrow over the bytes that came. What is not plain, such as entities, comments, CDATA or another encoding, is
left to the walk: there a text could mean something else than its bytes.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from forms.xform import Schema
from ingest.envelope import is_encrypted, parse_xml
from ingest.projecting.reading import NOTES, EntityNote, Reader, Rows, Texts

WORTH = 16  # submissions from which reading them together beats its fixed cost
_SEEN = 2  # submissions of a batch that share a skeleton before it is worth a walk of its own
_MOST_PLANS = 4_000  # kept for a form version: beyond that its submissions are walked
_MOST_BYTES = 200_000  # of one submission
_MOST_TOGETHER = 500_000_000  # bytes that are cut at once: places are kept in 31 bits, and memory is finite
_LESS, _MORE, _QUOTE, _APOSTROPHE, _ASKED = b"<>\"'?"
_SPACE, _I, _D, _EQUALS = b" id="
_TAB, _LINE = b"\t\n"
_UUID = "uuid:"
_MARK = "\x7f"  # before the number of a place
#: What tells of more than bytes (U+FFFE and U+FFFF are no XML), by a byte of it that is soon looked for.
_NEVER = {
    b"&": (b"&",), b"!": (b"<!",), b"\r": (b"\r",), _MARK.encode(): (_MARK.encode(),),
    b"\xef": (b"\xef\xbf\xbe", b"\xef\xbf\xbf"),
}  # fmt: skip
_OTHER_ENCODING = re.compile(rb"<\?xml[^>]*?encoding=['\"](?!utf-8['\"])", re.IGNORECASE)

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _PlanOfTable:
    """Of one table, the rows that a skeleton has in it. Places count from the skeleton's first."""

    places: Ints  # (rows, columns): where the answer stands; -1 where the skeleton has none
    keys: list[str]
    parents: list[str]
    blanks: list[tuple[int, int]]  # answered with nothing by the skeleton itself
    entities: list[tuple[EntityNote, int, int]]  # where the id and the label stand; -1 where no label does


@dataclass(frozen=True, slots=True)
class _Plan:
    pieces: int
    tables: list[_PlanOfTable]


class Skeletons:
    """The skeletons of one form version that were seen; ``None`` for those that have to be walked."""

    def __init__(self, schema: Schema) -> None:
        self._reader = _Strict(schema)
        self._saved = self._reader.saved
        self._plans: dict[bytes, _Plan | None] = {}

    def read(self, xmls: Sequence[bytes]) -> tuple[Ints, list[Texts]]:
        """The submissions that could be read, in the order of the rows they became, and these rows."""
        own = _plain(xmls)
        sizes = np.cumsum([len(xmls[number]) for number in own])
        own = own[: int(np.searchsorted(sizes, _MOST_TOGETHER, side="right"))]
        pieces = _Pieces.of([xmls[number] for number in own]) if len(own) >= WORTH else None
        groups = self._groups(pieces) if pieces else []
        if not pieces or not groups:
            return np.empty(0, dtype=np.int64), []
        of = np.concatenate([submissions for submissions, _ in groups])
        tables = [self._texts(pieces, groups, table) for table in range(len(self._saved))]
        return np.asarray(own)[of], tables

    def _groups(self, pieces: _Pieces) -> list[tuple[Ints, _Plan]]:
        """Submissions with the plan that they share."""
        numbers, skeletons = pieces.skeletons()
        order = np.argsort(numbers, kind="stable")
        groups = []
        for skeleton, own in zip(skeletons, np.split(order, np.bincount(numbers).cumsum()[:-1]), strict=True):
            if skeleton not in self._plans and len(own) >= _SEEN and len(self._plans) < _MOST_PLANS:
                self._plans[skeleton] = self._plan(pieces.marked(int(own[0])))
            plan = self._plans.get(skeleton)
            if plan and (pieces.count[own] == plan.pieces).all():
                groups.append((own, plan))
        return groups

    def _plan(self, marked: tuple[bytes, int]) -> _Plan | None:
        xml, count = marked
        if _OTHER_ENCODING.match(xml):
            return None
        tables = self._reader.tables()
        try:
            root = parse_xml(xml)
            if is_encrypted(root, xml):
                return None
            self._reader.read(root, 0, tables)
            return _Plan(count, [_plan_of_table(rows) for rows in tables])
        except ValueError:
            return None

    def _texts(self, pieces: _Pieces, groups: list[tuple[Ints, _Plan]], table: int) -> Texts:
        """One table's rows of all groups, one after the other."""
        parts, keys, parents, rows_of = [], list[str](), list[str](), []
        never, entities = list[tuple[int, slice]](), list[_Noted]()
        before, submissions = 0, 0
        for own, plan in groups:
            part, size = plan.tables[table], len(own)
            rows = len(part.keys)
            at = np.where(part.places < 0, -1, pieces.first[own][:, None, None] + part.places)
            parts.append(at.reshape(size * rows, part.places.shape[1]))
            rows_of.append(np.repeat(np.arange(submissions, submissions + size), rows))
            keys += part.keys * size
            parents += part.parents * size
            after = before + size * rows
            never += [(column, slice(before + row, after, rows)) for row, column in part.blanks]
            entities += [
                _Noted(note, before + np.arange(size) * rows + note.row, pieces.first[own], id_, label)
                for note, id_, label in part.entities
            ]
            before, submissions = after, submissions + size
        columns, blank = pieces.columns(np.concatenate(parts))
        for column, those in never:
            blank[column, those] = True
        blanks = {column: blank[column] for column in self._saved[table] if blank[column].any()}
        return Texts(np.concatenate(rows_of), keys, parents, columns, blanks, _notes(pieces, entities))


class _Strict(Reader):
    """A reader that refuses what answers a question twice: of these the last that is not blank counts."""

    def _new_row(self, tables: list[Rows], table: int, instance: int, key: str, parent: str) -> None:
        super()._new_row(tables, table, instance, key, parent)
        tables[table].values[-1] = _Once(tables[table].values[-1])


class _Once(list[str | None]):
    def __setitem__(self, at: Any, value: Any) -> None:
        if self[at] is not None:
            raise ValueError("answered twice")
        super().__setitem__(at, value)


def _plan_of_table(rows: Rows) -> _PlanOfTable:
    places = [[_place(text) for text in values] for values in rows.values]
    return _PlanOfTable(
        np.array(places, dtype=np.int64).reshape(len(places), len(rows.columns)),
        rows.key,
        rows.parent,
        rows.blanks,
        [(note, _place(note.entity_id), _place(note.label)) for note in rows.entities],
    )


def _place(marked: str | None) -> int:
    """The number of a place; ValueError where something stands that belongs to the skeleton."""
    if marked is None:
        return -1
    if not marked.startswith(_MARK):
        raise ValueError(marked)
    return int(marked.removeprefix(_MARK))


class _Noted(NamedTuple):
    """What submissions of one skeleton say of an entity each: the ``row`` of each, its ``first`` place."""

    note: EntityNote
    row: Ints
    first: Ints
    id: int
    label: int


def _notes(pieces: _Pieces, told: Sequence[_Noted]) -> pa.Table:
    """The entities that are named (``NOTES``)."""
    if not told:
        return NOTES.empty_table()
    labelled = [one.first + one.label if one.label >= 0 else np.full(len(one.row), -1) for one in told]
    ids, labels = (
        pieces.texts(np.concatenate(at)) for at in ([one.first + one.id for one in told], labelled)
    )
    which = pa.array(np.repeat(np.arange(len(told)), [len(one.row) for one in told]))
    columns = {
        name: pa.array(said, pa.string()).take(which)
        for name, said in zip(EntityNote._fields, zip(*(one.note for one in told), strict=True), strict=True)
        if name != "row"
    } | {
        "row": pa.array(np.concatenate([one.row for one in told])),
        "entity_id": pc.if_else(pc.starts_with(ids, _UUID), pc.utf8_slice_codeunits(ids, len(_UUID)), ids),
        "label": pc.if_else(pc.equal(labels, ""), None, labels),
    }
    return pa.table([columns[name] for name in NOTES.names], schema=NOTES).filter(pc.not_equal(ids, ""))


def _plain(xmls: Sequence[bytes]) -> list[int]:
    """Those whose texts mean what their bytes are, as far as a look at the whole can tell."""
    together = b"".join(xmls)
    edges = list(accumulate(map(len, xmls), initial=0))
    odd = {
        number
        for byte, never in _NEVER.items()
        for number in _having(byte, together, edges)
        if any(one in xmls[number] for one in never)
    }
    return [
        number
        for number, xml in enumerate(xmls)
        if xml[:1] == b"<" and xml[-1:] == b">" and len(xml) < _MOST_BYTES and number not in odd
    ]


def _having(byte: bytes, together: bytes, edges: list[int]) -> Iterator[int]:
    """The submissions, which lie between the edges, in which a byte stands."""
    at = together.find(byte)
    while at >= 0:
        number = bisect_right(edges, at) - 1
        yield number
        at = together.find(byte, edges[number + 1])


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Submissions cut into what belongs to their skeletons and what does not, by turns.

    ``array`` holds both; ``first`` is a submission's first place, where something not of the skeleton stands,
    and ``count`` how many it has. From one place to the next are two steps.
    """

    array: pa.StringArray
    starts: Ints
    first: Ints
    count: Ints

    @classmethod
    def of(cls, xmls: list[bytes]) -> _Pieces | None:
        """``None`` if some are not well-formed, or not UTF-8."""
        data = b"".join(xmls)
        if not _is_utf8(data):
            return None
        bytes_ = np.frombuffer(data, dtype=np.uint8)
        edges = np.append(0, np.cumsum(list(map(len, xmls))))
        opens, closes = np.flatnonzero(bytes_ == _LESS), np.flatnonzero(bytes_ == _MORE)
        controls = np.flatnonzero(bytes_ < 32)
        odd = controls[(bytes_[controls] != _TAB) & (bytes_[controls] != _LINE)]
        if len(odd) or len(opens) != len(closes) or (opens > closes).any() or (closes[:-1] > opens[1:]).any():
            return None
        ids, ends = _ids(bytes_, opens, closes, controls)
        declared = edges[:-1][bytes_[edges[:-1] + 1] == _ASKED]  # <?xml …?> belongs to the tag behind it
        at = np.searchsorted(opens, declared)
        starts = _in_order([np.delete(opens, at + 1), ends])
        stops = _in_order([np.delete(closes, at) + 1, ids])
        if (starts > stops).any() or (stops[:-1] > starts[1:]).any():
            return None
        cuts = np.empty(2 * len(starts) + 1, dtype=np.int64)
        cuts[:-1:2], cuts[1::2], cuts[-1] = starts, stops, len(data)
        array = pa.StringArray.from_buffers(
            2 * len(starts), pa.py_buffer(cuts.astype(np.int32)), pa.py_buffer(data)
        )
        before = np.searchsorted(starts, edges)
        return cls(array, cuts, 2 * before[:-1] + 1, np.diff(before))

    def skeletons(self) -> tuple[Ints, list[bytes]]:
        """The number of each submission's skeleton, and the skeletons."""
        own = self.array.take(pa.array(np.arange(0, len(self.array), 2)))
        cuts = np.frombuffer(own.buffers()[1], dtype=np.int32)[np.append(self.first // 2, len(own))]
        whole = pa.Array.from_buffers(
            pa.binary(), len(self.first), [None, pa.py_buffer(cuts.copy()), own.buffers()[2]]
        )
        found = whole.dictionary_encode()
        return found.indices.to_numpy().astype(np.int64), found.dictionary.to_pylist()

    def marked(self, submission: int) -> tuple[bytes, int]:
        """A submission with the numbers of its places in them, from its first; how many pieces it has."""
        first, count = int(self.first[submission]), int(self.count[submission])
        own = self.array.slice(first - 1, 2 * count).to_pylist()
        marks = [f"{_MARK}{2 * number}" for number in range(count - 1)]
        return "".join(chain.from_iterable(zip(own[::2], [*marks, ""], strict=True))).encode(), count

    def texts(self, places: Ints) -> pa.StringArray:
        """What stands in places, null for -1."""
        return self.array.take(pa.array(places, mask=places < 0))

    def columns(self, places: Ints) -> tuple[list[pa.StringArray], npt.NDArray[np.bool_]]:
        """Answers by column of places (rows, columns), null for none; where they are blank, by column."""
        by_column = np.ascontiguousarray(places.T)
        at = by_column.reshape(-1)
        texts = pc.utf8_trim_whitespace(self.texts(at))
        blank = pc.fill_null(pc.binary_length(texts), -1).to_numpy() == 0
        if blank.any():
            texts = pc.if_else(pa.array(blank), pa.scalar(None, pa.string()), texts)
        columns = [_own(texts.slice(row, len(places))) for row in range(0, len(at), len(places))]
        return columns, blank.reshape(by_column.shape)


def _own(part: pa.StringArray) -> pa.StringArray:
    """A copy: a slice would be pickled with all that it was cut from."""
    return pa.concat_arrays([part, part.slice(0, 0)])


def _in_order(runs: Sequence[Ints]) -> Ints:
    """Rising runs as one; the stable kind finds them, and merges in a fifth of the time of the other."""
    return np.sort(np.concatenate(runs), kind="stable")


def _is_utf8(data: bytes) -> bool:
    """Arrow looks at it seven times as fast as Python decodes it."""
    whole = pa.py_buffer(np.array([0, len(data)], dtype=np.int32))
    try:
        pa.StringArray.from_buffers(1, whole, pa.py_buffer(data)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _ids(bytes_: npt.NDArray[np.uint8], opens: Ints, closes: Ints, controls: Ints) -> tuple[Ints, Ints]:
    """Where the values of attributes called ``id`` begin and end, inside tags."""
    quotes = np.flatnonzero(bytes_ == _QUOTE)
    begins = np.flatnonzero(
        (bytes_[quotes - 1] == _EQUALS)
        & (bytes_[quotes - 2] == _D)
        & (bytes_[quotes - 3] == _I)
        & (bytes_[quotes - 4] == _SPACE)
    )
    begins = begins[begins + 1 < len(quotes)]
    begin, end = quotes[begins], quotes[begins + 1]
    tag = np.searchsorted(opens, begin) - 1
    inside = (tag >= 0) & (end < closes[tag])
    begin, end = begin[inside], end[inside]
    # An apostrophe could end a value that began with one; spaces of other kinds are read as spaces.
    strange = _in_order([controls, np.flatnonzero(bytes_ == _APOSTROPHE)])
    same = np.searchsorted(strange, begin) == np.searchsorted(strange, end)
    return begin[same] + 1, end[same]
