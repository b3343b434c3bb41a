"""Writes a submission's XML the way a phone does: the form's own instance, filled in.

The one mechanism for everything that did not come from a phone: what was keyed in at a desk, a row of an
Excel template, a correction, a table of another system, the demo. ``compose`` checks the answers first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from lxml import etree

from forms.answer_problems import answer_no_choice, answer_no_fit, answer_unknown
from forms.problems import nearest
from forms.schema import GEO_KINDS, Field, PathNames, Schema, Table
from forms.values import READERS, to_text
from thai.problem import Place, Problem, Problems

#: Answers by question name; a repeat's name holds a list of the same; ``ENTITY`` what is done to an entity.
Answers = Mapping[str, Any]
ENTITY = "meta"  # no question can be called so
#: The answer to a question that was asked and left blank: it empties an entity's property.
EMPTIED = ("",)

_VERTEX = re.compile(r"-?\d+(\.\d+)? -?\d+(\.\d+)?( -?\d+(\.\d+)?){0,2}")


@dataclass(frozen=True, slots=True)
class EntityChange:
    """What a submission does to one entity: ``action`` is create, update or upsert.

    ``base_version`` is the version that was looked at; a phone that changed it before on its own, offline,
    also says from which version on (``trunk_version``) and under which name (``branch_id``).
    """

    dataset: str
    entity_id: str
    action: str = "create"
    label: str = ""
    base_version: int | None = None
    trunk_version: int | None = None
    branch_id: str = ""


@dataclass(frozen=True, slots=True)
class Meta:
    """What a submission says of itself; ``deprecated_id`` makes it an edit of that instance."""

    instance_id: str
    deprecated_id: str = ""
    name: str = ""


def compose(xform: bytes, schema: Schema, answers: Answers, meta: Meta) -> bytes:
    """One submission of a form version. Raises ``Problems`` with every answer that does not fit."""
    found = list(check_answers(schema, answers, Place(instance_id=meta.instance_id)))
    if found:
        raise Problems(found)
    return InstanceWriter(xform, schema).write(answers, meta)


def check_answers(schema: Schema, answers: Answers, place: Place) -> Iterator[Problem]:
    """Answers to unknown questions, choices that are not offered, values of another type."""
    return AnswerCheck(schema).problems(answers, place)


class AnswerCheck:
    """What fits the questions of one form version; made once for many rows."""

    def __init__(self, schema: Schema, table: Table | None = None) -> None:
        table = table or schema.table("")
        self._fields = {one.name: _misfits(one) for one in table.fields}
        self._repeats = {one.path[-1]: AnswerCheck(schema, one) for one in _inside(schema, table)}

    def of(self, question: str) -> Callable[[Any, Place], Sequence[Problem]]:
        """What tells of one question's answers why they do not fit."""
        return self._fields[question]

    def problems(self, answers: Answers, place: Place) -> Iterator[Problem]:
        """All that does not fit."""
        for name, value in answers.items():
            if name in self._fields:
                yield from self._fields[name](value, place)
            elif name in self._repeats and isinstance(value, list):
                for row in value:
                    yield from self._repeats[name].problems(row, place)
            elif name != ENTITY:
                yield answer_unknown(place, name, nearest(name, [*self._fields, *self._repeats]))


def _misfits(one: Field) -> Callable[[Any, Place], Sequence[Problem]]:
    """What is wrong with an answer to one question."""
    read = READERS.get(one.kind)
    offered = [choice.value for choice in one.choices or ()]
    known, free = set(offered), one.choices is None or one.dataset

    def problems(value: Any, place: Place) -> Sequence[Problem]:
        text = to_text(value)
        if not text:
            return ()
        if (read and read(text) is None) or (one.kind in GEO_KINDS and not _are_vertices(text, one.kind)):
            return [answer_no_fit(place, one.name, text, one.kind)]
        if free:
            return ()
        chosen = text.split() if one.kind == "select_multiple" else [text]
        return [answer_no_choice(place, one.name, word, offered) for word in chosen if word not in known]

    return problems


def _are_vertices(text: str, kind: str) -> bool:
    """Whether a geometry can be read; whether it is a sensible one is judged when it is placed."""
    vertices = [part.strip() for part in text.split(";") if part.strip()]
    return all(_VERTEX.fullmatch(one) for one in vertices) and (kind != "geopoint" or len(vertices) == 1)


def read_answers(root: etree._Element, schema: Schema) -> dict[str, Any]:
    """The inverse of ``compose``: the answers of a submission as texts, blanks left out."""
    return _read_table(root, schema, schema.table(""))


def _read_table(element: etree._Element, schema: Schema, table: Table) -> dict[str, Any]:
    depth, found = len(table.path), dict[str, Any]()
    for one in table.fields:
        text = (element.findtext(_anywhere(one.path[depth:])) or "").strip()
        if text:
            found[one.name] = text
    for inner in _inside(schema, table):
        turns = element.findall(_anywhere(inner.path[depth:]))
        found[inner.path[-1]] = [_read_table(turn, schema, inner) for turn in turns]
    changes = [_read_entity(block) for block in element.findall("{*}meta/{*}entity")]
    return found | {ENTITY: changes} if changes else found


def _anywhere(path: PathNames) -> str:
    return "/".join(f"{{*}}{name}" for name in path)


def _read_entity(block: etree._Element) -> EntityChange:
    said = {flag for flag in ("create", "update") if block.get(flag) in ("1", "true")}
    base, trunk = block.get("baseVersion", ""), block.get("trunkVersion", "")
    return EntityChange(
        block.get("dataset", ""),
        block.get("id", ""),
        "upsert" if len(said) == 2 else next(iter(said), ""),
        block.findtext("{*}label") or "",
        int(base) if base.isdigit() else None,
        int(trunk) if trunk.isdigit() else None,
        block.get("branchId", ""),
    )


def _inside(schema: Schema, table: Table) -> list[Table]:
    """The repeats that stand directly in a table."""
    return [one for one in schema.tables if one.name and one.name.rpartition("/")[0] == table.name]


#: Lays out one part of a document for a set of answers: each stands in it as ``%(its key)s``.
_Part = Callable[[frozenset[str]], str]
_DECLARATION = "<?xml version='1.0' encoding='UTF-8'?>\n"
_INSTANCE, _NAME, _REPLACES = "meta/instanceID", "meta/instanceName", "meta/deprecatedID"
_LAYOUTS = 256  # kept for a table; rows of a file answer the same questions over and over


class InstanceWriter:
    """Fills the instance of one form version. Answers to questions it does not have are passed over.

    The form is walked once for all submissions that answer the same questions; one is text put together, as
    building and pruning a tree each time would cost thirty times as much.
    """

    def __init__(self, xform: bytes, schema: Schema) -> None:
        self._schema = schema
        instance = next(etree.fromstring(xform).iter("{*}instance"))[0]
        self._blank = _plain(instance)
        for table in schema.tables:
            for turn in self._blank.findall("/".join(table.path))[1:] if table.path else ():
                _drop(turn)  # a compiled form holds a repeat twice, as template and as first turn
        own = self._blank.find("meta")
        assert own is not None  # noqa: S101 - every compiled form has one
        if own.find("deprecatedID") is None:
            etree.SubElement(own, "deprecatedID")
        self._content = _Content(schema, self._blank, ())
        self._openings: dict[str, str] = {}

    def write(self, answers: Answers, meta: Meta, *, version: str = "") -> bytes:
        """The submission's bytes; ``version`` only to pretend to be another one.

        Raises ``ValueError`` for a text that XML cannot hold.
        """
        said = {
            **answers, _INSTANCE: meta.instance_id, _NAME: meta.name, _REPLACES: meta.deprecated_id
        }  # fmt: skip
        opening = self._opening(version or self._schema.version)
        return f"{_DECLARATION}{opening}{self._content.write(said)}</{self._blank.tag}>".encode()

    def _opening(self, version: str) -> str:
        if version not in self._openings:
            said = {**self._blank.attrib, "id": self._schema.form_id, "version": version}
            self._openings[version] = _tags(etree.Element(self._blank.tag, said))[0]
        return self._openings[version]


class _Content:
    """What stands in a document, or in one turn of a repeat, made from the answers of that table."""

    def __init__(self, schema: Schema, element: etree._Element, path: PathNames) -> None:
        self._schema = schema
        fields = next(table.fields for table in schema.tables if table.path == path)
        meta = {tuple(name.split("/")): name for name in (_INSTANCE, _NAME, _REPLACES)}
        self._questions = {one.path: one.name for one in fields} | ({} if path else meta)
        self._names = frozenset(self._questions.values())
        self._repeats = {table.path for table in schema.tables if table.path}
        self._made: dict[str, Callable[[Answers], str]] = {}  # what is more than one answer, by its key
        self._layout = lru_cache(_LAYOUTS)(self._inside(element, path))

    def write(self, answers: Answers) -> str:
        """The text. A question without an answer was not relevant and is left out, as phones do."""
        texts = {
            name: _escaped(text)
            for name, value in answers.items()
            if name in self._names and ((text := to_text(value)) or value is EMPTIED)
        }
        for key, make in self._made.items():
            if text := make(answers):
                texts[key] = text
        return self._layout(frozenset(texts)) % texts

    def _inside(self, element: etree._Element, path: PathNames) -> _Part:
        parts = [self._part(child, (*path, str(child.tag))) for child in element]
        return lambda answered: "".join([part(answered) for part in parts])

    def _part(self, element: etree._Element, path: PathNames) -> _Part:
        if path in self._questions:
            return _answer(self._questions[path], *map(_literal, _tags(element)))
        key = f"{'/'.join(path)} {len(self._made)}"  # no question's: it holds a space
        if path[-2:] == ("meta", "entity"):
            self._made[key] = partial(_entity, element)
            return _answer(key)
        if path in self._repeats:
            turn = _Content(self._schema, element, path).turn(element)
            self._made[key] = lambda answers: "".join([turn(one) for one in answers.get(path[-1]) or ()])
            return _answer(key)
        return self._group(element, path)

    def _group(self, element: etree._Element, path: PathNames) -> _Part:
        """A group with what is in it, or something that nobody answers, such as a note."""
        inside, blank = self._inside(element, path), _literal(_serialised(element))
        if not len(element):
            return lambda _answered: blank
        opening, closing, empty = map(_literal, (*_tags(element), _empty(element)))

        def lay_out(answered: frozenset[str]) -> str:
            said = inside(answered)
            return f"{opening}{said}{closing}" if said else empty

        return lay_out

    def turn(self, element: etree._Element) -> Callable[[Answers], str]:
        """Writes one turn of a repeat with its element around it."""
        (opening, closing), empty = _tags(element), _empty(element)

        def write(answers: Answers) -> str:
            said = self.write(answers)
            return f"{opening}{said}{closing}" if said else empty

        return write


def _answer(key: str, opening: str = "", closing: str = "") -> _Part:
    place = f"{opening}%({key})s{closing}"
    return lambda answered: place if key in answered else ""


def _literal(text: str) -> str:
    return text.replace("%", "%%")


def _empty(element: etree._Element) -> str:
    return _serialised(etree.Element(element.tag, dict(element.attrib)))


def _entity(block: etree._Element, answers: Answers) -> str:
    """The block of one entity list; nothing where nothing is said of it."""
    said: EntityChange | Sequence[EntityChange] | None = answers.get(ENTITY)
    wanted = [said] if isinstance(said, EntityChange) else list(said or ())
    change = {one.dataset: one for one in wanted}.get(block.get("dataset", ""))
    if change is None:
        return ""
    own = deepcopy(block)
    _fill_entity(own, change)
    return _serialised(own)


def _fill_entity(block: etree._Element, change: EntityChange) -> None:
    said = {
        "id": change.entity_id,
        "create": "1" if change.action in ("create", "upsert") else None,
        "update": "1" if change.action in ("update", "upsert") else None,
        "baseVersion": to_text(change.base_version),
        "trunkVersion": to_text(change.trunk_version),
        "branchId": change.branch_id,
    }
    for name, value in said.items():
        if value is None:
            block.attrib.pop(name, None)
        elif value or name in block.attrib:
            block.set(name, value)
    label = block.find("label")
    if label is not None:
        label.text = change.label
        if not change.label:
            _drop(label)


def _drop(element: etree._Element) -> None:
    parent = element.getparent()
    assert parent is not None  # noqa: S101 - nobody drops the root
    parent.remove(element)


def _plain(element: etree._Element) -> etree._Element:
    """The same tree without namespaces: a phone writes the instance's elements bare."""
    attributes = {key: value for key, value in element.attrib.items() if not key.startswith("{")}
    copy = etree.Element(str(etree.QName(element).localname), attributes)
    copy.extend(_plain(child) for child in element)
    return copy


def _serialised(element: etree._Element) -> str:
    return str(etree.tostring(element, encoding="unicode"))


def _tags(element: etree._Element) -> tuple[str, str]:
    """An element's opening and closing tag."""
    alone = _serialised(etree.Element(element.tag, dict(element.attrib)))
    return f"{alone.removesuffix('/>')}>", f"</{element.tag}>"


_UNUSUAL = re.compile("[&<>\r\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})


def _escaped(text: str) -> str:
    if not _UNUSUAL.search(text):
        return text
    if _UNWRITABLE.search(text):
        raise ValueError("a control character stands in the text")
    return text.translate(_ESCAPES)
