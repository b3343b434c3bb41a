"""Entity lists of ODK Central: what was uploaded or changed there by hand becomes submissions here.

What a submission made or changed comes with that submission; of an entity's versions only the others are
taken. Each is written as the submission that would have done the same, of a form that the list itself makes,
so that registers, exports and later edits find it like any other; it takes the place of the one before, for
an entity stands once on the map. What points, lines and areas the list holds, and its properties, make a
version of that form.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from threading import Lock
from typing import Any

from forms.entity_form import GEOMETRY, entity_form, form_id_of, geometry_type
from forms.instance import EMPTIED, ENTITY, EntityChange, InstanceWriter, Meta
from forms.xform import read_schema
from ingest.sources import odata, problems
from ingest.sources.odata import escaped
from ingest.sources.polite import Polite
from ingest.sources.remote import Entry, RemoteForm, RemoteVersion
from thai.problem import Problem

_EVER = "1970-01-01T00:00:00.000Z"


@dataclass(frozen=True)
class _Form:
    """The form of a list: its XForm, the types of its geometries, the question for each property, and what
    writes its submissions.
    """

    xform: bytes
    types: frozenset[str]
    questions: dict[str, str]
    writer: InstanceWriter


@dataclass
class _List:
    """One list; ``form`` is made once something of it is to be written."""

    name: str
    properties: Sequence[str]
    form: _Form | None = None


class EntityLists:
    """The lists of a project, read as the forms of a ``Remote`` are; ``project`` is its path."""

    def __init__(self, http: Polite, project: str) -> None:
        self._http, self._project = http, project
        self._lists: dict[str, _List] = {}
        self._making = Lock()  # submissions are fetched side by side

    def __contains__(self, form_id: str) -> bool:
        return form_id in self._lists

    def forms(self) -> Iterator[RemoteForm]:
        """A form a list. No version is named before something comes of it: a list of phones' entities
        makes no form here. A server that is older than entity lists has none.
        """
        try:
            listed = self._http.json(f"{self._project}/datasets")
        except Problem as problem:
            if problem.code != "source_not_found":
                raise
            return
        for one in listed:
            name = str(one["name"])
            told = self._http.json(f"{self._project}/datasets/{escaped(name)}")
            self._lists[form_id_of(name)] = _List(name, [str(each["name"]) for each in told["properties"]])
        for form_id in self._lists:
            yield RemoteForm(form_id, {})

    def xform(self, form_id: str) -> bytes:
        """The form of a list as it is now, with a place on the map for each type of its geometries."""
        return self._form(form_id).xform

    def index(self, form_id: str, since: str) -> Iterator[Entry]:
        """Every entity, deleted ones too, or those that changed, as a submission with as many edits.

        Deleted ones come only where the filter speaks of that, and with the others: between two questions
        one that is restored would stand in neither answer.
        """
        changed = odata.since(since or _EVER, "createdAt", "updatedAt", "deletedAt")
        for row in odata.rows(self._http, f"{self._path(self._lists[form_id])}.svc/Entities", where=changed):
            yield _entry(form_id, row)

    def versions(self, entry: Entry, known: Set[str]) -> list[RemoteVersion]:
        """The versions of an entity that no submission made, oldest first."""
        one = self._lists[entry.form_id]
        told = self._http.json(f"{self._path(one)}/entities/{escaped(entry.root_id)}/versions")
        by_hand = [each for each in told if not (each.get("source") or {}).get("submission")]
        replaced = ["", *(_instance_id(entry.root_id, int(each["version"])) for each in by_hand)]
        return [self._written(entry, one, *both, known) for both in zip(by_hand, replaced, strict=False)]

    def _written(
        self, entry: Entry, one: _List, version: dict[str, Any], replaces: str, known: Set[str]
    ) -> RemoteVersion:
        number = int(version["version"])
        instance_id = _instance_id(entry.root_id, number)
        if instance_id in known:
            return RemoteVersion(instance_id, b"")
        label, asked = str(version.get("label") or ""), version.get("data") or {}
        change = EntityChange(
            one.name, entry.root_id, "create" if number == 1 else "update", label,
            base_version=number - 1 or None,
        )  # fmt: skip
        form = self._form(entry.form_id)
        answers = {
            question: asked[name] or EMPTIED
            for name, question in form.questions.items()
            if asked.get(name) is not None
        }
        drawn = geometry_type(str(asked.get("geometry") or ""))
        if drawn in form.types - {"text"}:
            answers[GEOMETRY[drawn]] = asked["geometry"]
        xml = form.writer.write({"label": label, **answers, ENTITY: change}, Meta(instance_id, replaces))
        return RemoteVersion(instance_id, xml)

    def _form(self, form_id: str) -> _Form:
        """Made of the whole list: what changed alone would not tell of points, lines and areas."""
        from pyxform.errors import PyXFormError  # noqa: PLC0415 - as in forms.compile

        one = self._lists[form_id]
        with self._making:
            if one.form is None:
                rows = odata.rows(self._http, f"{self._path(one)}.svc/Entities")
                types = frozenset(geometry_type(str(row.get("geometry") or "")) for row in rows)
                try:
                    xform = entity_form(form_id, one.name, one.properties, types)
                except PyXFormError as error:  # a name that no form can hold
                    raise problems.list_unreadable(one.name, str(error)) from error
                schema = read_schema(xform)
                questions = schema.entities[0].properties
                one.form = _Form(xform, types, questions, InstanceWriter(xform, schema))
        return one.form

    def _path(self, one: _List) -> str:
        return f"{self._project}/datasets/{escaped(one.name)}"


def _entry(form_id: str, row: dict[str, Any]) -> Entry:
    system, key = row["__system"], str(row["__id"])
    version = int(system.get("version") or 1)
    return Entry(
        form_id,
        key,
        changed_at=max(system.get(name) or "" for name in ("createdAt", "updatedAt")),
        edits=version - 1,
        deleted=bool(system.get("deletedAt")),
        parts=tuple(_instance_id(key, number) for number in range(1, version + 1)),
    )


def _instance_id(entity_id: str, version: int) -> str:
    """The same for the same version of an entity, whenever it is asked for."""
    return f"uuid:{uuid.uuid5(uuid.UUID(entity_id), str(version))}"
