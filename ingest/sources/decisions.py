"""Review states on both servers: what was decided there comes here, what was decided here goes there.

What another server says never takes the place of what a person said here. Where the two differ it is written
beside, as a comment of the record, and goes there only when somebody asks for that.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from forms.workbook import ReviewState
from ingest import log
from ingest.atlas import Atlas
from ingest.office import review_states
from ingest.sources.register import Source
from ingest.tables import now, review, source_item

if TYPE_CHECKING:
    from ingest.sources.central_project import CentralProject

_KINDS = {
    "approved": "accepted", "rejected": "refused", "hasIssues": "waiting",
    "validation_status_approved": "accepted", "validation_status_not_approved": "refused",
    "validation_status_on_hold": "waiting",
}  # fmt: skip
_CENTRAL = {"accepted": "approved", "refused": "rejected", "waiting": "hasIssues"}
_CHUNK = 500
PUSH, DIFFERS = "push", "differs"


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided here over a submission of that server, and what stands there (''  for nothing yet)."""

    form_id: str
    root_id: str
    instance_id: str
    here: str
    there: str
    words: str
    action: str

    def as_dict(self) -> dict[str, str]:
        """For a dry run and for the page."""
        names = ("form_id", "instance_id", "here", "there", "action")
        return {name: str(getattr(self, name)) for name in names}


def take_over(
    connection: sa.Connection, source: Source, states: Sequence[ReviewState], said: Mapping[str, str]
) -> int:
    """Write what the other server decided (its state by instance id) as events in its name.

    Returns how many differ from what a person decided here.
    """
    batch, at, differing = secrets.token_hex(16), now(), 0
    rows: list[dict[str, str | None]] = []
    events = _events(connection, said)
    for instance_id, there in said.items():
        kind = _KINDS.get(there, "open")
        state = next((one.name for one in states if one.kind == kind), None)
        own = events.get(instance_id, [])
        stands = review_states.standing(own)
        row = {"batch": batch, "instance_id": instance_id, "actor": source.actor, "at": at}
        if _kind(states, stands["state"]) == kind:
            continue
        if stands["decided_by"] not in ("", source.actor) or state is None:
            differing += kind != "open"
            rows += [{**row, "state": None, "reason": "", "comment": there}] if kind != "open" else []
        else:
            rows.append({**row, "state": "" if kind == "open" else state, "reason": "", "comment": there})
    if rows:
        connection.execute(review.insert(), rows)
    return differing


def plan(atlas: Atlas, source: Source) -> list[Decision]:
    """What people decided here that the other server does not have yet, as far as the last pull knows it.

    ``differs``: there it was decided otherwise, and nobody here has decided since that was heard.
    """
    usages = atlas.reference.catalogue.usages
    query = sa.select(source_item).where(source_item.c.source_id == source.id, ~source_item.c.deleted)
    with atlas.log.connect() as connection:
        items = {row.newest_id: row for row in connection.execute(query)}
        events = _events(connection, items)
    found = []
    for instance_id, own in sorted(events.items()):
        item = items[instance_id]
        stands = review_states.standing(own)
        states = usages[item.form_id].review_states if item.form_id in usages else ()
        here = _CENTRAL.get(_kind(states, stands["state"]), "")
        if not here or stands["decided_by"] == source.actor or here == item.review:
            continue
        deciding = max(event.id for event in own if event.state is not None and event.actor != source.actor)
        heard = max((event.id for event in own if event.actor == source.actor), default=0)
        undecided = _KINDS.get(item.review, "open") == "open"
        words = next(f"{event.reason} {event.comment}".strip() for event in own if event.id == deciding)
        action = PUSH if undecided or heard < deciding else DIFFERS
        found.append(Decision(item.form_id, item.root_id, instance_id, here, item.review, words, action))
    return found


def push(
    atlas: Atlas,
    source: Source,
    project: CentralProject,
    decisions: Iterable[Decision],
    *,
    ours: bool = False,
) -> dict[str, int]:
    """Say there what was decided here; with ``ours`` where the two differ too.

    A submission whose state there has changed since the last pull is left as it is, and counted as ``moved``.
    """
    done = {"pushed": 0, "differs": 0, "moved": 0}
    for one in decisions:
        if one.action == DIFFERS and not ours:
            done["differs"] += 1
        elif project.review(one.form_id, one.root_id) != one.there:
            done["moved"] += 1
        else:
            if one.words and one.words not in project.comments(one.form_id, one.root_id):
                project.comment(one.form_id, one.root_id, one.words)
            project.set_review(one.form_id, one.root_id, one.here)
            _remember(atlas, source, one)
            done["pushed"] += 1
    return done


def _remember(atlas: Atlas, source: Source, one: Decision) -> None:
    where = (
        source_item.c.source_id == source.id,
        source_item.c.form_id == one.form_id,
        source_item.c.root_id == one.root_id,
    )
    with log.writing(atlas.log) as connection:
        connection.execute(source_item.update().where(*where).values(review=one.here))


def _kind(states: Sequence[ReviewState], name: str) -> str:
    return next((one.kind for one in states if one.name == name), "open")


def _events(connection: sa.Connection, instance_ids: Iterable[str]) -> dict[str, list[sa.Row[tuple[object]]]]:
    """The review events of these records, oldest first."""
    ids, found = list(instance_ids), dict[str, list[sa.Row[tuple[object]]]]()
    for start in range(0, len(ids), _CHUNK):
        asked = review.c.instance_id.in_(ids[start : start + _CHUNK])
        for row in connection.execute(sa.select(review).where(asked).order_by(review.c.id)):
            found.setdefault(row.instance_id, []).append(row)
    return found
