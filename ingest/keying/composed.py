"""Submissions that this office writes itself: everything becomes an ordinary submission in the log.

A desk, an Excel template, a correction and a table of another system all come in here; from the log on they
are read, checked, placed and corrected like what a phone sent.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from forms.instance import ENTITY, Answers, InstanceWriter, Meta, check_answers, read_answers
from forms.instance import compose as compose_instance
from ingest import log
from ingest.access import Viewer
from ingest.atlas import Atlas
from ingest.envelope import parse_xml, read_envelope
from ingest.log import Outcome, Received
from ingest.published import FormVersion
from thai.problem import Place, Problems

SOURCES = ("phone", "files", "demo", "desk", "file", "central", "kobo")


def new_instance_id() -> str:
    """An id as phones make them."""
    return f"uuid:{uuid.uuid4()}"


def is_written(atlas: Atlas, instance_id: str) -> bool:
    """Whether the log holds a submission of this id: a form that is sent twice writes once."""
    with atlas.log.connect() as connection:
        return bool(log.read_instances(connection, [instance_id]))


def compose(
    form: FormVersion, answers: Answers, *, instance_id: str = "", deprecated_id: str = "", name: str = ""
) -> bytes:
    """The bytes of one submission; without ``instance_id`` it gets a new one.

    ``answers`` hold values by question name, repeats as lists of the same, and under
    ``forms.instance.ENTITY`` what is done to an entity. ``deprecated_id`` makes it an edit of that instance.
    Raises ``Problems`` (``answer_unknown``, ``answer_no_choice``, ``answer_no_fit``) with all that is wrong.
    """
    meta = Meta(instance_id or new_instance_id(), deprecated_id, name)
    return compose_instance(form.xform, form.schema, answers, meta)


def correct(form: FormVersion, xml: bytes, changes: Mapping[str, Any]) -> bytes:
    """A correction of a submission: the same answers but for ``changes``, which alone are checked.

    ``form`` is the version that the submission was filled in with. What the submission does to entities is
    said again, unless ``changes`` says something else under ``ENTITY``. Raises ``Problems``.
    """
    root = parse_xml(xml)
    own = read_envelope(xml).instance_id
    answers = read_answers(root, form.schema)
    checked = {name: value for name, value in changes.items() if name != ENTITY}
    found = list(check_answers(form.schema, checked, Place(instance_id=own)))
    if found:
        raise Problems(found)
    name = root.findtext("{*}meta/{*}instanceName") or ""
    meta = Meta(new_instance_id(), own, name)
    return InstanceWriter(form.xform, form.schema).write(answers | dict(changes), meta)


def take_in(
    atlas: Atlas, documents: Iterable[bytes], source: str, *, writer: Viewer | None = None
) -> list[Outcome]:
    """Put submissions into the log in one transaction, all or none; the outcomes stand in their order.

    ``source`` is one of ``SOURCES`` and stays with each of them. ``writer``, an account, is named in the
    audit beside each instance; what they replace and change is limited to its area. Who follows the log
    hears of it.
    """
    if source not in SOURCES:
        raise ValueError(source)
    area = writer.area if writer else ""
    batch = [Received(read_envelope(xml), xml, source, writer_area=area) for xml in documents]
    if not batch:
        return []
    with log.writing(atlas.log) as connection:
        outcomes = log.append(connection, batch)
        if writer:
            for one in batch:
                log.note(connection, writer.name, f"submission_{source}", one.envelope.instance_id)
    atlas.writer.wrote()
    return outcomes
