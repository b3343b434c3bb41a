"""The office's decisions over records: approve, ask back, comment, assign. Events, never edits of data.

An action over many records is one batch, written in one transaction and taken back as one; taking back is
an event too. Who may decide asks ``access.may_review``; where a record stands is derived in
``review_states``.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from forms.workbook import ReviewState, Usage
from ingest import access, accounts, log
from ingest.access import Viewer
from ingest.atlas import Atlas
from ingest.office import review_problems as problems
from ingest.office import review_states
from ingest.office.edits import chain
from ingest.projecting.batches import PROJECTED
from ingest.tables import account, now, review

_MOST_TEXT = 2_000
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Action:
    """What is said about records; ``None`` leaves state, assignee or due date as they are, '' clears."""

    state: str | None = None
    assignee: str | None = None
    due: date | str | None = None  # '' for no date any more
    reason: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one record stands now. ``due`` is an ISO date or ''."""

    state: ReviewState
    assignee: str
    due: str
    decided_by: str
    decided_at: str


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that was said, oldest first in a list; ``undone`` when it was taken back later."""

    id: int
    batch: str
    instance_id: str
    state: str | None
    assignee: str | None
    due: str | None
    reason: str
    comment: str
    actor: str
    at: str
    undone: bool


def states_of(atlas: Atlas, form_id: str) -> tuple[ReviewState, ...]:
    """The states of a form's records, the first being that of arrival."""
    return atlas.reference.catalogue.usages.get(form_id, Usage(form_id)).review_states


def act(
    atlas: Atlas, viewer: Viewer, instance_ids: Iterable[str], action: Action, *, batch: str = ""
) -> str:  # fmt: skip
    """Say one thing about records; returns the batch, by which ``undo`` takes it back.

    All or nothing; nothing more under a ``batch`` that was said before. Raises ``review_refused``,
    ``review_empty``, ``review_state_unknown``, ``review_reason_missing`` or ``assignee_unusable``.
    """
    if batch and _is_said(atlas, batch):
        return batch
    asked = list(dict.fromkeys(instance_ids))
    records = _reviewable(atlas, viewer, asked)
    _check(atlas, action, {form_id for form_id, _ in records.values()})
    if action.assignee:
        _check_assignee(atlas, action.assignee, [area for _, area in records.values()])
    batch = batch or secrets.token_hex(16)
    due = action.due.isoformat() if isinstance(action.due, date) else action.due
    said = {
        "batch": batch, "assignee": action.assignee, "due": due, "actor": viewer.name, "at": now(),
        "reason": action.reason.strip()[:_MOST_TEXT], "comment": action.comment.strip()[:_MOST_TEXT],
    }  # fmt: skip
    arrival = {form_id: states_of(atlas, form_id)[0].name for form_id, _ in records.values()}
    rows = [
        said | {"instance_id": key, "state": "" if action.state == arrival[form_id] else action.state}
        for key, (form_id, _) in records.items()
    ]
    with log.writing(atlas.log) as connection:
        connection.execute(review.insert(), rows)
    review_states.fill(atlas.warehouse, atlas.log)
    return batch


def undo(atlas: Atlas, viewer: Viewer, batch: str) -> int:
    """Take an action back; returns over how many records. Raises ``undo_refused``."""
    own = sa.select(review).where(review.c.batch == batch, review.c.undoes.is_(None))
    with log.writing(atlas.log) as connection:
        events = list(connection.execute(own))
        ids = [event.id for event in events]
        taken = sa.select(review.c.id).where(review.c.undoes.in_(ids[:_CHUNK])).limit(1)
        if not events or events[0].actor != viewer.name or connection.execute(taken).first():
            raise problems.undo_refused()
        said = {"batch": secrets.token_hex(16), "actor": viewer.name, "at": now()}
        rows = [said | {"instance_id": event.instance_id, "undoes": event.id} for event in events]
        connection.execute(review.insert(), rows)
    review_states.fill(atlas.warehouse, atlas.log)
    return len(rows)


def standing(atlas: Atlas, viewer: Viewer, instance_id: str) -> Standing | None:
    """Where a record stands; ``None`` where there is no such record or it is not for this viewer."""
    return standings(atlas, viewer, [instance_id]).get(instance_id)


def standings(atlas: Atlas, viewer: Viewer, instance_ids: Sequence[str]) -> dict[str, Standing]:
    """Where records stand, those left out that are not there or not for this viewer."""
    rows = (
        atlas.warehouse.cursor()
        .execute(
            "SELECT _instance_id, form_id, _area, r.state, r.assignee, r.due, r.decided_by, r.decided_at"
            " FROM submission LEFT JOIN review r USING (_instance_id)"
            " WHERE _instance_id = ANY(?) AND outcome = ?",
            [list(instance_ids), PROJECTED],
        )
        .fetchall()
    )
    found = {}
    for key, form_id, area, state, *rest in rows:
        if access.may_see(viewer, access.TEAM, area):
            known = states_of(atlas, form_id)
            held = next((one for one in known if one.name == state), known[0])
            found[key] = Standing(held, *(text or "" for text in rest))
    return found


def history(atlas: Atlas, viewer: Viewer, instance_id: str) -> list[Event]:
    """What was said about a record and the copies that edits link it to, as far as it is for this viewer."""
    linked = chain(atlas.warehouse.cursor(), instance_id)
    seen = [key for key, one in linked.items() if access.may_see(viewer, access.TEAM, one.area)]
    with atlas.log.connect() as connection:
        rows = list(
            connection.execute(sa.select(review).where(review.c.instance_id.in_(seen)).order_by(review.c.id))
        )
    undone = {row.undoes for row in rows if row.undoes}
    said = {row.batch: row for row in rows}.values()  # once, where it holds for a row and its original
    return [
        Event(
            row.id, row.batch, row.instance_id, row.state, row.assignee, row.due, row.reason, row.comment,
            row.actor, row.at, row.id in undone,
        )
        for row in said
        if not row.undoes
    ]  # fmt: skip


def reviewers(atlas: Atlas, area: str) -> list[str]:
    """The open accounts that decide over an area or within it, by name."""
    with atlas.log.connect() as connection:
        listed = accounts.everyone(connection)
    return [
        str(one["email"])
        for one in listed
        if not one["disabled_at"]
        and one["role"] in access.REVIEWERS
        and (area.startswith(str(one["area"])) or str(one["area"]).startswith(area))
    ]


def _is_said(atlas: Atlas, batch: str) -> bool:
    with atlas.log.connect() as connection:
        return connection.execute(sa.select(review.c.id).where(review.c.batch == batch)).first() is not None


def _reviewable(atlas: Atlas, viewer: Viewer, instance_ids: list[str]) -> dict[str, tuple[str, str]]:
    """Form and area of each record; raises ``review_refused`` when one is not for this viewer."""
    rows = (
        atlas.warehouse.cursor()
        .execute(
            "SELECT _instance_id, form_id, _area FROM submission WHERE outcome = ? AND _instance_id = ANY(?)",
            [PROJECTED, instance_ids],
        )
        .fetchall()
    )
    found = {key: (form_id, area) for key, form_id, area in rows if access.may_review(viewer, area)}
    if not instance_ids or len(found) < len(instance_ids):
        raise problems.review_refused(max(1, len(instance_ids) - len(found)))
    return found


def _check(atlas: Atlas, action: Action, form_ids: set[str]) -> None:
    if action.state is None and action.assignee is None and action.due is None and not action.comment.strip():
        raise problems.review_empty()
    for form_id in form_ids if action.state is not None else ():
        known = {one.name: one for one in states_of(atlas, form_id)}
        if action.state not in known:
            raise problems.review_state_unknown(str(action.state), known)
        if known[str(action.state)].reason and not action.reason.strip():
            raise problems.review_reason_missing(known[str(action.state)].label)


def _check_assignee(atlas: Atlas, email: str, areas: Sequence[str]) -> None:
    query = sa.select(account.c.email, account.c.role, account.c.area).where(
        account.c.email == email, account.c.disabled_at.is_(None)
    )
    with atlas.log.connect() as connection:
        row = connection.execute(query).first()
    if row is None or not all(access.may_review(Viewer(*row), area) for area in areas):
        raise problems.assignee_unusable(email)
