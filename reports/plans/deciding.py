"""Decisions and raised plans written into the log as ordinary submissions, and a project's history."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from forms.instance import ENTITY, EntityChange, read_answers
from ingest import access, log
from ingest.access import Viewer
from ingest.atlas import Atlas
from ingest.envelope import parse_xml
from ingest.keying import composed
from ingest.office import edits
from ingest.published import FormVersion
from reports import problems
from reports.plans.funding import GRANTS, WITHDRAWN, Funding
from reports.plans.records import DECISION, BudgetLine, Proposal

#: Where a plan goes next, from the village up.
PLAN_LEVELS = ("village", "tambon", "lao", "amphoe", "province", "province_group", "region")
DECIDERS = ("officer", "administrator")
_UPWARDS = {
    "village": "tambon", "tambon": "amphoe", "lao": "amphoe", "amphoe": "province",
    "province": "province_group", "province_group": "region",
}  # fmt: skip
_NEEDS_REASON = ("partly", "deferred", "rejected", WITHDRAWN)


@dataclass(frozen=True, slots=True)
class NewDecision:
    """What a meeting decided of one project and one line of money.

    ``granted`` is what is given, or taken back by a withdrawal; zero is all that was asked, or held.
    """

    decision: str
    day: date
    decided_by: str
    requested: Decimal
    granted: Decimal
    reason: str
    spending_kind: str
    target_plan: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One state of a proposal: when it was written down, in which plan it stood, and as which record."""

    received_at: str
    instance_id: str
    plan_level: str
    status: str


def may_decide(viewer: Viewer, proposal: Proposal) -> bool:
    """Officers and administrators decide on projects of their area."""
    return viewer.role in DECIDERS and access.may_see(viewer, access.TEAM, proposal.area)


def decide(
    atlas: Atlas, viewer: Viewer, proposal: Proposal, line: BudgetLine, made: NewDecision, own: Funding,
    *, instance_id: str = "",
) -> str:  # fmt: skip
    """Write a decision; returns its instance id. Raises ``Problem`` for what is not allowed or cannot be.

    ``own`` is the project's money so far: what is taken back leaves the plan and the kind of spending for
    which it was granted. Under an ``instance_id`` that was written before, nothing more is.
    """
    if instance_id and composed.is_written(atlas, instance_id):
        return instance_id
    withdrawn = made.decision == WITHDRAWN
    before = [one for one in own.decisions if one.budget == line.entity_id and one.decision in GRANTS]
    held = own.from_line(line.entity_id)
    if withdrawn and before:
        made = replace(made, target_plan=before[-1].target_plan, spending_kind=before[-1].spending_kind)
    if not made.granted and made.decision in ("approved", WITHDRAWN):
        made = replace(made, granted=held if withdrawn else made.requested)
    _check(viewer, proposal, made, held)
    granted = made.granted if made.decision in GRANTS else None
    answers: dict[str, Any] = _place(proposal) | {
        "visit_date": made.day, "project": proposal.entity_id, "project_title": proposal.name,
        "project_baht": proposal.amount, "budget_registered": "yes", "budget": line.entity_id,
        "budget_kind": line.kind, "fiscal_year": line.fiscal_year, "decision": made.decision,
        "decided_by": made.decided_by, "requested_baht": None if withdrawn else made.requested,
        "granted_baht": granted, "returned_baht": made.granted if withdrawn else None,
        "reason": made.reason if made.decision in _NEEDS_REASON else None,
        "spending_kind": made.spending_kind,
        "target_plan": (made.target_plan or None) if withdrawn or granted is not None else None,
        "project_status": _status(made, proposal),
    }  # fmt: skip
    if answers["project_status"]:
        answers[ENTITY] = [EntityChange("projects", proposal.entity_id, "update", proposal.name)]
    form = atlas.reference.catalogue.newest(DECISION)
    instance_id = instance_id or composed.new_instance_id()
    xml = composed.compose(form, answers, instance_id=instance_id)
    composed.take_in(atlas, [xml], "desk", writer=viewer)
    return instance_id


def raise_plans(atlas: Atlas, viewer: Viewer, proposals: Sequence[Proposal], to: str) -> list[str]:
    """Put proposals into a higher plan together, all or none: edits of their records, which keep what was.

    Returns the edits' instance ids. Raises ``not_yours``, ``plan_not_higher`` and, where another edit took
    the place of a record that was read, ``project_changed``: what it says would be taken back.
    """
    cursor = atlas.warehouse.cursor()
    for one in proposals:
        if not may_decide(viewer, one):
            raise problems.not_yours(one.name)
        if to not in PLAN_LEVELS or PLAN_LEVELS.index(to) <= PLAN_LEVELS.index(one.plan_level):
            raise problems.plan_not_higher(one.plan_level, to)
        if edits.chain(cursor, one.instance_id)[one.instance_id].outcome != "projected":
            raise problems.project_changed(one.name)
    documents, ids = [], []
    for one in proposals:
        [(form, answers)] = _read(atlas, [one.instance_id])
        answers |= {"plan_level": to, "raised_from": one.plan_level, "status": "in_plan"}
        ids.append(composed.new_instance_id())
        documents.append(composed.compose(form, answers, instance_id=ids[-1], deprecated_id=one.instance_id))
    composed.take_in(atlas, documents, "desk", writer=viewer)
    return ids


def next_level(proposal: Proposal) -> str:
    """The plan above a proposal's; '' at the top."""
    return _UPWARDS.get(proposal.plan_level, "")


def history(atlas: Atlas, viewer: Viewer, proposal: Proposal) -> list[Step]:
    """Every state of a proposal, oldest first: the plans that it was raised through."""
    if not access.may_see(viewer, access.TEAM, proposal.area):
        return []
    linked = edits.chain(atlas.warehouse.cursor(), proposal.instance_id)
    line = [one.instance_id for one in edits.ancestors(linked, proposal.instance_id)]
    with atlas.log.connect() as connection:
        rows = log.read_instances(connection, line)
    read = zip(rows, _read(atlas, line), strict=True)
    return [
        Step(row.received_at, row.instance_id, answers.get("plan_level", ""), answers.get("status", ""))
        for row, (_, answers) in read
    ]


def _read(atlas: Atlas, instance_ids: list[str]) -> list[tuple[FormVersion, dict[str, Any]]]:
    """Submissions from the log, oldest first, each with the version of its form."""
    versions = atlas.reference.catalogue.versions
    with atlas.log.connect() as connection:
        rows = log.read_instances(connection, instance_ids)
    forms = [versions[row.form_id, row.version] for row in rows]
    return [
        (form, read_answers(parse_xml(row.xml), form.schema)) for form, row in zip(forms, rows, strict=True)
    ]


def _check(viewer: Viewer, proposal: Proposal, made: NewDecision, held: Decimal) -> None:
    if not may_decide(viewer, proposal):
        raise problems.not_yours(proposal.name)
    if made.decision in _NEEDS_REASON and not made.reason.strip():
        raise problems.reason_missing()
    fits = {
        "approved": made.granted >= made.requested > 0,
        "partly": 0 < made.granted < made.requested,
        WITHDRAWN: 0 < made.granted <= held,
    }
    if not fits.get(made.decision, True):
        asked = held if made.decision == WITHDRAWN else made.requested
        raise problems.grant_contradicts(asked, made.granted)


def _place(proposal: Proposal) -> dict[str, Any]:
    code = proposal.area
    return {
        "province": code[:2], "amphoe": code[:4], "tambon": code[:6],
        "moo": int(code[6:]) if re.fullmatch(r"\d{8}", code) else None,
    }  # fmt: skip


def _status(made: NewDecision, proposal: Proposal) -> str | None:
    """As the form itself reckons it."""
    if made.decision == "approved":
        return "funded" if made.granted >= proposal.amount else "partly_funded"
    return {"partly": "partly_funded", WITHDRAWN: "in_plan"}.get(made.decision)
