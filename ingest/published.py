"""Published forms: what phones are offered and how every logged version is read.

Publishing freezes the XForm's bytes. A version never changes; how answers are used (layers, colours,
privacy, indicators) may be published again without a new version.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from forms.compile import AREA_LISTS, CompiledForm, check_form_id, compile_workbook, compile_xform
from forms.entity_form import is_entity_form
from forms.foreign import usage_of
from forms.list_files import for_phones
from forms.problems import name_mixed, name_reserved
from forms.schema import PathNames
from forms.workbook import Usage
from forms.xform import Schema, read_schema
from ingest import log, problems
from ingest.attachments import AttachmentStore
from ingest.projecting.columns import column_types
from ingest.tables import form_media, form_offer, form_usage, form_version, now
from thai.problem import Place, Problem

# Names in the warehouse that are no form's; four of them are rows on their way in.
OWN_TABLES = frozenset(
    {
        "incoming", "submissions", "alone", "settled",
        "meta", "submission", "flag", "edit", "entity_event", "entity_version", "entity_deletion", "entity",
        "replayed_entity", "replayed_version", "entity_twin", "review", "noticed", "unlooked",
        "overlay_hit", "overlap", "kept_sums",
    }
)  # fmt: skip


@dataclass(frozen=True)
class FormVersion:
    """One frozen version as the log holds it."""

    form_id: str
    version: str
    title: dict[str, str]
    xform: bytes
    md5: str
    media: tuple[str, ...]
    datasets: tuple[str, ...]
    published_at: str
    files: dict[str, tuple[str, str]]  # a file beside the workbook: name -> (sha256, md5)

    @cached_property
    def schema(self) -> Schema:
        """The schema of this version's answers, under the names that its submissions give."""
        return replace(read_schema(self.xform), form_id=self.form_id, version=self.version)


@dataclass(frozen=True)
class Catalogue:
    """All published forms at one moment; made again whenever one is published or withdrawn."""

    versions: dict[tuple[str, str], FormVersion]
    usages: dict[str, Usage]
    offered: dict[str, str]  # form_id -> the version phones get
    withdrawn: frozenset[str]
    elsewhere: frozenset[str]  # collected by another server, whose forms they are

    @cached_property
    def schemas(self) -> dict[tuple[str, str], Schema]:
        """The schema of every version."""
        return {key: one.schema for key, one in self.versions.items()}

    def newest(self, form_id: str) -> FormVersion:
        """The version whose questions the office sees first."""
        return self.versions[form_id, self.offered[form_id]]

    def shown(self, form_id: str) -> Schema:
        """The questions whose answers the office sees. Another server's form changes without anybody here,
        and of one that says nothing of ours nobody decided what is shown: what it asked before stands beside
        what it asks now. An entity list stands as it is now.
        """
        newest = self.newest(form_id).schema
        own = form_id not in self.elsewhere and not self.usages[form_id].of_form
        if own or is_entity_form(newest):
            return newest
        return newest.with_earlier(self._earlier(newest))

    def _earlier(self, schema: Schema) -> list[Schema]:
        """The other versions of a form, the newest first."""
        versions = [one for one in reversed(self.versions.values()) if one.form_id == schema.form_id]
        return [one.schema for one in versions if one.version != schema.version]

    def usage_of(self, form: CompiledForm) -> Usage:
        """How the answers of a form are used that says nothing of it, with what its versions here asked."""
        return (
            form.usage if is_entity_form(form.schema) else usage_of(form.schema, self._earlier(form.schema))
        )

    @property
    def form_ids(self) -> list[str]:
        """Every form that was ever published."""
        return sorted(self.offered)


def read_catalogue(connection: sa.Connection) -> Catalogue:
    """Read all published forms from the log."""
    files: dict[tuple[str, str], dict[str, tuple[str, str]]] = {}
    for row in connection.execute(sa.select(form_media)):
        files.setdefault((row.form_id, row.version), {})[row.name] = (row.sha256, row.md5)
    versions = {
        (row.form_id, row.version): FormVersion(
            row.form_id,
            row.version,
            json.loads(row.title),
            row.xform,
            row.md5,
            tuple(json.loads(row.media)),
            tuple(json.loads(row.datasets)),
            row.published_at,
            files.get((row.form_id, row.version), {}),
        )
        for row in connection.execute(sa.select(form_version).order_by(form_version.c.published_at))
    }
    offers = list(connection.execute(sa.select(form_offer)))
    offered = {row.form_id: row.version for row in offers}
    usages: dict[str, Usage] = {}
    for row in connection.execute(sa.select(form_usage).order_by(form_usage.c.id)):
        usage, older = Usage.from_json(row.usage), usages.get(row.form_id)
        if older:
            asked = versions[row.form_id, offered[row.form_id]].schema.references()
            usage = usage.after(older, asked)
        usages[row.form_id] = usage
    withdrawn = frozenset(row.form_id for row in offers if not row.open)
    elsewhere = frozenset(row.form_id for row in offers if row.elsewhere)
    return Catalogue(versions, usages, offered, withdrawn, elsewhere)


def publish(connection: sa.Connection, path: Path, store: AttachmentStore) -> CompiledForm:
    """Compile a workbook (or take an XForm) and freeze it in the log with the files it names, from beside it.

    Publishing what stands there already changes nothing. Raises ``Problems`` of the workbook,
    ``name_reserved``, ``name_mixed``, ``version_frozen`` or ``type_changed``.
    """
    if not path.is_file():
        raise problems.not_found(path)
    content = path.read_bytes()
    form = (
        compile_xform(content)
        if path.suffix.lower() == ".xml"
        else compile_workbook(content, file_name=path.name)
    )
    known = read_catalogue(connection)
    elsewhere, frozen = form.form_id in known.elsewhere, _frozen(form, known)
    if frozen is None:
        _freeze(connection, form, _files_beside(form, path, store, known))
    elif frozen.xform != form.xform and not (elsewhere and _asks_the_same(frozen, form)):
        raise problems.version_frozen(form.form_id, form.version)
    if not elsewhere:
        _offer(connection, form)
    _use(connection, _still_closed(form, known), content)
    log.reference_changed(connection)
    return form


def _still_closed(form: CompiledForm, known: Catalogue) -> CompiledForm:
    """A form that says nothing of its answers' use, such as a bare XForm, takes no class from them; what its
    versions asked before keeps its layers.
    """
    if not form.usage.of_form:
        return form
    older, usage = known.usages.get(form.form_id), known.usage_of(form)
    if older is None:
        return replace(form, usage=usage)
    asked = form.schema.references()
    plots = tuple(ref for ref in older.plots if ref in asked)
    kept = replace(usage, privacy=older.privacy, units=older.units, styles=older.styles, plots=plots)
    return replace(form, usage=kept)


def take_over(
    connection: sa.Connection, xform: bytes, *, form_id: str = "", version: str | None = None
) -> CompiledForm:
    """Freeze a form that another server gives to phones: its answers are read here, no phone is told.

    ``form_id`` and ``version`` are what submissions call it, where that is not what the XForm says. A version
    that is known keeps its bytes, for compilers differ; it must ask the same. Raises as :func:`publish`.
    """
    known = read_catalogue(connection)
    form, is_known = _read_elsewhere(known, xform, form_id, version)
    if is_known:
        return form
    _freeze(connection, form, [])
    if form.form_id in known.elsewhere or form.form_id not in known.offered:
        _offer(connection, form, elsewhere=True)
    if form.form_id not in known.usages:
        _use(connection, form, xform)
    elif form.form_id in known.elsewhere:
        _lay_out(connection, replace(form, usage=known.usage_of(form)), xform)
    log.reference_changed(connection)
    return form


def as_taken_over(
    known: Catalogue, xform: bytes, *, form_id: str = "", version: str | None = None
) -> Catalogue:
    """What :func:`take_over` would make of a catalogue, for a dry run: nothing is written."""
    form, is_known = _read_elsewhere(known, xform, form_id, version)
    if is_known:
        return known
    key = form.form_id, form.version
    added = FormVersion(*key, form.title, form.xform, "", tuple(form.media), tuple(form.datasets), now(), {})
    offered, elsewhere = known.offered, known.elsewhere
    if form.form_id in elsewhere or form.form_id not in offered:
        offered, elsewhere = offered | {form.form_id: form.version}, elsewhere | {form.form_id}
    return replace(known, versions=known.versions | {key: added}, offered=offered, elsewhere=elsewhere)


def _read_elsewhere(
    known: Catalogue, xform: bytes, form_id: str, version: str | None
) -> tuple[CompiledForm, bool]:
    """Another server's form under the names that submissions give it, and whether this version is known."""
    form = compile_xform(xform)
    form = _called(form, form_id or form.form_id, form.version if version is None else version)
    frozen = _frozen(form, known)
    if frozen is not None and not _asks_the_same(frozen, form):
        raise problems.version_frozen(form.form_id, form.version)
    return form, frozen is not None


def _lay_out(connection: sa.Connection, form: CompiledForm, xform: bytes) -> None:
    """Show what the newest version asks, unless a workbook has said what is shown."""
    said = form_usage.c
    newest = sa.select(said.workbook).where(said.form_id == form.form_id).order_by(said.id.desc()).limit(1)
    if not bytes(connection.execute(newest).scalar_one()).startswith(b"PK"):
        _use(connection, form, xform)


def _called(form: CompiledForm, form_id: str, version: str) -> CompiledForm:
    check_form_id(form_id)
    schema = replace(form.schema, form_id=form_id, version=version)
    usage = replace(form.usage, form_id=form_id)
    return replace(form, form_id=form_id, version=version, schema=schema, usage=usage)


def _frozen(form: CompiledForm, known: Catalogue) -> FormVersion | None:
    """The version as it stands there; raises where names or types do not fit what is published."""
    for problem in misfits(form, known):
        raise problem
    return known.versions.get((form.form_id, form.version))


def _asks_the_same(frozen: FormVersion, form: CompiledForm) -> bool:
    """Whether answers to both are read alike; labels and constraints may differ."""

    def asked(schema: Schema) -> list[tuple[PathNames, str]]:
        return [(one.path, one.kind) for table in schema.tables for one in table.fields]

    return asked(frozen.schema) == asked(form.schema)


def _use(connection: sa.Connection, form: CompiledForm, source: bytes) -> None:
    """Remember how a form's answers are used, where that is news."""
    usage, said = form.usage.to_json(), form_usage.c
    newest = sa.select(said.usage).where(said.form_id == form.form_id).order_by(said.id.desc()).limit(1)
    if connection.scalar(newest) != usage:
        connection.execute(
            form_usage.insert().values(
                form_id=form.form_id, usage=usage, workbook=source,
                workbook_sha256=hashlib.sha256(source).hexdigest(), published_at=now(),
            )
        )  # fmt: skip


def withdraw(connection: sa.Connection, form_id: str) -> None:
    """Take a form from the phones; its data and its versions stay."""
    changed = connection.execute(
        form_offer.update().where(form_offer.c.form_id == form_id).values(open=False)
    )
    if not changed.rowcount:
        raise problems.form_unknown(form_id)
    log.reference_changed(connection)


def misfits(form: CompiledForm, known: Catalogue) -> Iterator[Problem]:
    """Names and types that do not go with what is published already."""
    yield from _mixed_names(form, known)
    yield from _changed_types(form, known)


def _mixed_names(form: CompiledForm, known: Catalogue) -> Iterator[Problem]:
    """Names that the warehouse cannot tell apart: to it capital and small letters are the same."""
    place = Place(sheet="settings", row=2, column="form_id")
    folded = form.form_id.casefold()
    if folded in OWN_TABLES:
        yield name_reserved(place, form.form_id)
    for other in known.form_ids:
        if other.casefold() == folded and other != form.form_id:
            yield name_mixed(place, form.form_id, other)
    taken: dict[tuple[str, str], str] = {}
    for (form_id, _), schema in known.schemas.items():
        if form_id == form.form_id:
            taken.update(_columns(schema))
    for column, name in _columns(form.schema):
        if taken.setdefault(column, name) != name:
            yield name_mixed(Place(sheet="survey", column="name"), name, taken[column])


def _columns(schema: Schema) -> Iterator[tuple[tuple[str, str], str]]:
    """Each table (its column is '') and each column that a version fills, and the name that asks for it."""
    for table in schema.tables:
        folded = table.name.casefold()
        yield (folded, ""), table.name
        for one in table.fields:
            for column in column_types(one.kind, one.name):
                yield (folded, column.casefold()), f"{table.name}/{one.name}".removeprefix("/")


def _changed_types(form: CompiledForm, known: Catalogue) -> Iterator[Problem]:
    kinds: dict[tuple[str, str], str] = {}
    for (form_id, _), schema in known.schemas.items():
        if form_id == form.form_id:
            kinds.update(
                {(table.name, one.name): one.kind for table in schema.tables for one in table.fields}
            )
    for table in form.schema.tables:
        for one in table.fields:
            before = kinds.get((table.name, one.name), one.kind)
            if before != one.kind:
                yield problems.type_changed(form.form_id, one.name, before, one.kind)


def _files_beside(
    form: CompiledForm, path: Path, store: AttachmentStore, known: Catalogue
) -> list[dict[str, Any]]:
    """The files that are frozen with a form; area lists and entity lists are made for each phone.

    A CSV is an entity list when some form makes its entities, or when no such file lies beside the workbook.
    """
    made = {rule.dataset for schema in (form.schema, *known.schemas.values()) for rule in schema.entities}
    lists = [one for one in form.datasets if one in made or not (path.parent / f"{one}.csv").is_file()]
    served = {f"{name}.csv" for name in (*AREA_LISTS, *lists)}
    rows = []
    for name in form.media:
        if name in served:
            continue
        beside = path.parent / Path(name).name
        if not beside.is_file():
            raise problems.not_found(beside)
        content = beside.read_bytes()
        if name.endswith(".csv"):
            content = for_phones(content)
        md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
        rows.append({"name": name, "sha256": store.put(name, content).sha256, "md5": md5})
    return rows


def _freeze(connection: sa.Connection, form: CompiledForm, files: list[dict[str, Any]]) -> None:
    own = {one["name"] for one in files}
    lists = [name for name in form.datasets if f"{name}.csv" not in own]
    connection.execute(
        form_version.insert().values(
            form_id=form.form_id, version=form.version, title=json.dumps(form.title, ensure_ascii=False),
            xform=form.xform, md5=hashlib.md5(form.xform, usedforsecurity=False).hexdigest(),
            media=json.dumps(form.media), datasets=json.dumps(lists), published_at=now(),
        )
    )  # fmt: skip
    if files:
        connection.execute(
            form_media.insert(), [{"form_id": form.form_id, "version": form.version, **one} for one in files]
        )


def _offer(connection: sa.Connection, form: CompiledForm, *, elsewhere: bool = False) -> None:
    connection.execute(form_offer.delete().where(form_offer.c.form_id == form.form_id))
    connection.execute(
        form_offer.insert().values(
            form_id=form.form_id, version=form.version, open=not elsewhere, elsewhere=elsewhere
        )
    )
