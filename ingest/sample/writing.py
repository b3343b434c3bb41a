"""Writes a submission's XML the way a phone does: the form's own instance, filled in."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import TypeVar

from lxml import etree

from forms.xform import Field
from ingest.envelope import local_name
from ingest.published import FormVersion

BANGKOK = timezone(timedelta(hours=7))
Value = str | int | float | None
T = TypeVar("T")


class Dice(random.Random):
    """Chance with a fixed seed, so that the demo is the same on every machine."""

    def chance(self, share: float) -> bool:
        """True in that share of cases."""
        return self.random() < share

    def pick(self, weights: dict[T, float]) -> T:
        """One of the keys, by weight."""
        return self.choices(list(weights), list(weights.values()))[0]

    def table(self, weights: dict[str, dict[str, float]]) -> dict[str, Value]:
        """One answer to each question, by its weights."""
        return {name: self.pick(own) for name, own in weights.items()}

    def several(self, shares: dict[str, float]) -> str:
        """Each key with its own share, as a select_multiple answer."""
        return " ".join(key for key, share in shares.items() if self.chance(share))

    def uuid(self) -> str:
        """A version 4 UUID."""
        digits = f"{self.getrandbits(128):032x}"
        digits = f"{digits[:12]}4{digits[13:16]}{self.choice('89ab')}{digits[17:]}"
        return "-".join(digits[a:b] for a, b in ((0, 8), (8, 12), (12, 16), (16, 20), (20, 32)))


@dataclass(slots=True)
class Answers:
    """One filled form: answers by field name, repeats as lists of rows, and what ``meta`` says."""

    values: dict[str, Value]
    finished_at: datetime
    name: str
    repeats: dict[str, list[dict[str, Value]]] = field(default_factory=dict)
    entity_id: str = ""
    entity_label: str = ""


class FormWriter:
    """Fills the instance of one form version. Fields that the version does not have are passed over."""

    def __init__(self, form: FormVersion) -> None:
        self.form_id, self.version = form.form_id, form.version
        self._schema = form.schema
        instance = next(etree.fromstring(form.xform).iter("{*}instance"))[0]
        self._blank = _plain(instance)
        for table in self._schema.tables:
            for turn in self._blank.findall("/".join(table.path))[1:] if table.path else ():
                _drop(turn)  # a compiled form holds a repeat twice, as template and as first turn

    def write(
        self, answers: Answers, instance_id: str, *, version: str = "", deprecated_id: str = ""
    ) -> bytes:
        """The submission's bytes; ``deprecated_id`` makes it an edit of that instance."""
        root = deepcopy(self._blank)
        root.set("id", self.form_id)
        root.set("version", version or self.version)
        for table in self._schema.tables:
            if table.name:
                self._fill_turns(root, table.path, answers.repeats.get(table.name, []), table.fields)
            else:
                _fill(root, ((one.path, answers.values.get(one.name)) for one in table.fields))
        self._fill_meta(root, answers, instance_id, deprecated_id)
        return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True))

    def _fill_turns(
        self,
        root: etree._Element,
        path: Sequence[str],
        rows: list[dict[str, Value]],
        fields: Iterable[Field],
    ) -> None:
        turn = root.find("/".join(path))
        if turn is None:
            return
        for row in rows:
            own = deepcopy(turn)
            _fill(own, ((one.path[len(path) :], row.get(one.name)) for one in fields))
            turn.addprevious(own)
        _drop(turn)

    def _fill_meta(
        self, root: etree._Element, answers: Answers, instance_id: str, deprecated_id: str
    ) -> None:
        meta = root.find("meta")
        assert meta is not None  # noqa: S101 - every compiled form has one
        _fill(root, [(("meta", "instanceID"), instance_id), (("meta", "instanceName"), answers.name)])
        if deprecated_id:
            etree.SubElement(meta, "deprecatedID").text = deprecated_id
        entity = meta.find("entity")
        if entity is not None and not answers.entity_id:
            meta.remove(entity)
        elif entity is not None:
            entity.set("id", answers.entity_id)
            _fill(entity, [(("label",), answers.entity_label)])


def _fill(root: etree._Element, answers: Iterable[tuple[Sequence[str], Value]]) -> None:
    """Set what is answered; a question without an answer was not relevant and is left out, as phones do."""
    for path, value in answers:
        element = root.find("/".join(path))
        if element is None:
            continue
        if value is None or value == "":
            _drop(element)
        else:
            element.text = str(value)


def _drop(element: etree._Element) -> None:
    parent = element.getparent()
    assert parent is not None  # noqa: S101 - nobody drops the root
    parent.remove(element)


def _plain(element: etree._Element) -> etree._Element:
    """The same tree without namespaces: a phone writes the instance's elements bare."""
    attributes = {key: value for key, value in element.attrib.items() if not key.startswith("{")}
    copy = etree.Element(local_name(element), attributes)
    copy.extend(_plain(child) for child in element)
    return copy
