"""Published forms: what phones are offered and how every logged version is read.

Publishing freezes the XForm's bytes. A version never changes; how answers are used (layers, colours,
privacy, indicators) may be published again without a new version.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from forms.compile import AREA_LISTS, CompiledForm, compile_workbook
from forms.workbook import Usage
from forms.xform import Schema, read_schema
from ingest import log, problems
from ingest.attachments import AttachmentStore
from ingest.tables import form_media, form_offer, form_usage, form_version, now


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
        """The schema of this version's answers."""
        return read_schema(self.xform)


@dataclass(frozen=True)
class Catalogue:
    """All published forms at one moment; made again whenever one is published or withdrawn."""

    versions: dict[tuple[str, str], FormVersion]
    usages: dict[str, Usage]
    offered: dict[str, str]  # form_id -> the version phones get
    withdrawn: frozenset[str]

    @cached_property
    def schemas(self) -> dict[tuple[str, str], Schema]:
        """The schema of every version."""
        return {key: one.schema for key, one in self.versions.items()}

    def newest(self, form_id: str) -> FormVersion:
        """The version whose questions the office sees first."""
        return self.versions[form_id, self.offered[form_id]]

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
    usages = {
        row.form_id: Usage.from_json(row.usage)
        for row in connection.execute(sa.select(form_usage).order_by(form_usage.c.id))
    }
    offers = list(connection.execute(sa.select(form_offer)))
    return Catalogue(
        versions,
        usages,
        {row.form_id: row.version for row in offers},
        frozenset(row.form_id for row in offers if not row.open),
    )


def publish(connection: sa.Connection, path: Path, store: AttachmentStore) -> CompiledForm:
    """Compile a workbook and freeze it in the log; the files it names are taken from beside it.

    Publishing what stands there already changes nothing. Raises ``Problems`` of the workbook,
    ``version_frozen`` or ``type_changed``.
    """
    if not path.is_file():
        raise problems.not_found(path)
    workbook = path.read_bytes()
    form = compile_workbook(workbook, file_name=path.name)
    known = read_catalogue(connection)
    _check_types(form, known)
    frozen = known.versions.get((form.form_id, form.version))
    if frozen is None:
        _freeze(connection, form, _files_beside(form, path, store))
    elif frozen.xform != form.xform:
        raise problems.version_frozen(form.form_id, form.version)
    _offer(connection, form.form_id, form.version)
    usage = form.usage.to_json()
    if known.usages.get(form.form_id) is None or known.usages[form.form_id].to_json() != usage:
        connection.execute(
            form_usage.insert().values(
                form_id=form.form_id, usage=usage, workbook=workbook,
                workbook_sha256=hashlib.sha256(workbook).hexdigest(), published_at=now(),
            )
        )  # fmt: skip
    log.reference_changed(connection)
    return form


def withdraw(connection: sa.Connection, form_id: str) -> None:
    """Take a form from the phones; its data and its versions stay."""
    changed = connection.execute(
        form_offer.update().where(form_offer.c.form_id == form_id).values(open=False)
    )
    if not changed.rowcount:
        raise problems.form_unknown(form_id)
    log.reference_changed(connection)


def _check_types(form: CompiledForm, known: Catalogue) -> None:
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
                raise problems.type_changed(form.form_id, one.name, before, one.kind)


def _files_beside(form: CompiledForm, path: Path, store: AttachmentStore) -> list[dict[str, Any]]:
    served = {f"{name}.csv" for name in (*AREA_LISTS, *form.datasets)}
    rows = []
    for name in form.media:
        if name in served:
            continue
        beside = path.parent / Path(name).name
        if not beside.is_file():
            raise problems.not_found(beside)
        content = beside.read_bytes()
        md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
        rows.append({"name": name, "sha256": store.put(name, content).sha256, "md5": md5})
    return rows


def _freeze(connection: sa.Connection, form: CompiledForm, files: list[dict[str, Any]]) -> None:
    connection.execute(
        form_version.insert().values(
            form_id=form.form_id, version=form.version, title=json.dumps(form.title, ensure_ascii=False),
            xform=form.xform, md5=hashlib.md5(form.xform, usedforsecurity=False).hexdigest(),
            media=json.dumps(form.media), datasets=json.dumps(form.datasets), published_at=now(),
        )
    )  # fmt: skip
    if files:
        connection.execute(
            form_media.insert(), [{"form_id": form.form_id, "version": form.version, **one} for one in files]
        )


def _offer(connection: sa.Connection, form_id: str, version: str) -> None:
    connection.execute(form_offer.delete().where(form_offer.c.form_id == form_id))
    connection.execute(form_offer.insert().values(form_id=form_id, version=version, open=True))
