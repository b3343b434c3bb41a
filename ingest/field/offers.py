"""Which forms a phone gets: those that volunteers fill, or those that the office chose for it.

A published workbook says in its settings who fills it (``filled_by``); with forty forms published, a
volunteer's phone carries the few that are a volunteer's.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import sqlalchemy as sa

from ingest import log, problems
from ingest.atlas import Reference
from ingest.field.enumerators import Enumerator
from ingest.published import Catalogue, FormVersion
from ingest.tables import enumerator

VOLUNTEERS = frozenset({"household", "enumerator"})


def open_forms(catalogue: Catalogue) -> list[FormVersion]:
    """The versions on offer to anybody; a form that was withdrawn is not among them."""
    return [catalogue.newest(form_id) for form_id in catalogue.form_ids if form_id not in catalogue.withdrawn]


def usual(catalogue: Catalogue) -> list[str]:
    """Forms of a phone for which nobody chose: a volunteer's, and those that do not say who fills them."""
    return [
        one.form_id
        for one in open_forms(catalogue)
        if not (filled_by := catalogue.usages[one.form_id].filled_by) or VOLUNTEERS.intersection(filled_by)
    ]


def chosen(one: Enumerator) -> list[str] | None:
    """The forms chosen for this phone; ``None`` when it gets the usual ones."""
    return json.loads(one.forms) if one.forms else None


def of_phone(reference: Reference, one: Enumerator) -> list[FormVersion]:
    """The versions that this phone is offered."""
    wanted = chosen(one)
    wanted = usual(reference.catalogue) if wanted is None else wanted
    return [form for form in open_forms(reference.catalogue) if form.form_id in wanted]


def choose(connection: sa.Connection, key: int, forms: Sequence[str] | None, catalogue: Catalogue) -> None:
    """Choose the forms of a phone, by the enumerator's id; ``None`` for the usual ones.

    Raises ``form_unknown``. A phone that is set to match the server exactly drops what it no longer gets.
    """
    for form_id in forms or ():
        if form_id not in catalogue.offered:
            raise problems.form_unknown(form_id)
    text = "" if forms is None else json.dumps(sorted(set(forms)))
    connection.execute(enumerator.update().where(enumerator.c.id == key).values(forms=text))
    log.reference_changed(connection)
