"""Proposals, budget lines, decisions and progress as values, read through the one door for one viewer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from ingest import access
from ingest.access import Viewer
from ingest.atlas import Atlas
from ingest.doors import layers
from ingest.doors.filters import Filter
from reports.records import by_day

PROPOSAL, BUDGET, DECISION, PROGRESS = "project_proposal", "budget_source", "budget_match", "project_progress"
PROBLEM, FORUM, EVALUATION = "problem_analysis", "forum_record", "bimonthly_evaluation"
TIERS = ("household", "group", "lao", "agency")
_MOST = 100_000


@dataclass(frozen=True, slots=True)
class Proposal:
    """A project of a plan: the demand. ``entity_id`` is what decisions and progress name it by.

    ``asked`` is the amount without the community's own part; ``evidence`` counts the records it cites.
    """

    entity_id: str
    instance_id: str
    area: str
    day: date | None
    name: str
    theme: str
    tier: str
    plan_level: str
    plan_year: int | None
    raised_from: str
    status: str
    budget_wanted: str
    amount: Decimal
    own: Decimal
    evidence: int
    worth: int

    @property
    def asked(self) -> Decimal:
        """What others are asked for."""
        return max(self.amount - self.own, Decimal(0))


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """Money that can be asked for: the supply. ``themes`` is empty where it is for anything."""

    entity_id: str
    instance_id: str
    area: str
    name: str
    kind: str
    owner: str
    fiscal_year: int | None
    themes: tuple[str, ...]
    amount: Decimal
    committed: Decimal
    status: str
    opens: date | None
    closes: date | None
    council: date | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided of a project and a source. ``budget`` is a line's entity id, '' where it has none."""

    instance_id: str
    area: str
    day: date | None
    project: str
    budget: str
    kind: str
    source: str
    fiscal_year: int | None
    decision: str
    requested: Decimal
    granted: Decimal
    returned: Decimal | None
    reason: str
    spending_kind: str
    target_plan: str
    seq: int


@dataclass(frozen=True, slots=True)
class Progress:
    """The newest report of a project."""

    instance_id: str
    project: str
    day: date | None
    status: str
    percent: int | None
    spent: Decimal


@dataclass(frozen=True)
class Plans:
    """All that one viewer sees of an area's plans."""

    proposals: tuple[Proposal, ...]
    lines: tuple[BudgetLine, ...]
    decisions: tuple[Decision, ...]
    progress: tuple[Progress, ...]


def read(atlas: Atlas, viewer: Viewer, area: str = "") -> Plans:
    """The plans of an area and the lines that concern it: its own, and those of the areas around it.

    A province's line is public money: who looks after one of its tambons sees it. What others were granted
    of it is not told: what is left is what its owner says, less the decisions that the viewer sees.
    """
    projects = layers.entity_ids(atlas.warehouse.cursor(), viewer, "projects")
    budgets = layers.entity_ids(atlas.warehouse.cursor(), viewer, "budgets", access.PUBLIC)
    inside = [row for row in rows(atlas, viewer, PROPOSAL) if area_of(row).startswith(area)]
    proposals = tuple(_proposal(row, projects) for row in inside)
    around = (_line(row, budgets) for row in _supply(atlas, viewer))
    lines = tuple(one for one in around if one.area.startswith(area) or area.startswith(one.area))
    named = {one.entity_id for one in proposals} | {one.entity_id for one in lines}
    made = (_decision(row) for row in rows(atlas, viewer, DECISION))
    decisions = sorted((one for one in made if {one.project, one.budget} & named), key=_in_order)
    reports = (_progress(row) for row in by_day(rows(atlas, viewer, PROGRESS), "visit_date"))
    newest = {one.project: one for one in reports}
    progress = tuple(one for project, one in newest.items() if project in named)
    return Plans(proposals, lines, tuple(decisions), progress)


def _supply(atlas: Atlas, viewer: Viewer) -> Iterator[dict[str, Any]]:
    """Budget lines of the viewer's area, and the public answers of those of the areas that hold it."""
    for row in rows(atlas, viewer, BUDGET, privacy=access.PUBLIC):
        area = area_of(row)
        if area.startswith(viewer.area) or viewer.area.startswith(area):
            yield row


def rows(
    atlas: Atlas, viewer: Viewer, form_id: str, chosen: Filter | None = None, *, privacy: str = access.TEAM
) -> Iterator[dict[str, Any]]:
    """A form's records as this viewer sees them, newest first; none where the form is not published.

    With ``privacy`` public those beyond the viewer's area too, which then have their public answers alone.
    """
    info = atlas.reference.forms.get(form_id)
    if info is None:
        return
    query = layers.query(replace(info, privacy=privacy), viewer, chosen or Filter())
    table = layers.rows(atlas.warehouse.cursor(), query, list(info.fields.values()), limit=_MOST)
    yield from table.to_pylist()


def area_of(row: Mapping[str, Any]) -> str:
    """The code of the place that a record's form names: of a village, tambon, amphoe or province; '' none."""
    tambon, moo = str(row.get("tambon") or "").removeprefix("TH"), row.get("moo")
    if tambon:
        return f"{tambon}{int(moo):02d}" if moo else tambon
    return str(row.get("amphoe") or row.get("province") or "").removeprefix("TH")


def _proposal(row: dict[str, Any], projects: Mapping[str, str]) -> Proposal:
    return Proposal(
        entity_id=projects.get(row["_instance_id"], row["_instance_id"]),
        instance_id=row["_instance_id"],
        area=area_of(row), day=row["visit_date"], name=_text(row, "project_name"),
        theme=_text(row, "theme"), tier=_text(row, "doer_tier"), plan_level=_text(row, "plan_level"),
        plan_year=row["plan_year"], raised_from=_text(row, "raised_from"),
        status=_text(row, "status"), budget_wanted=_text(row, "budget_wanted"),
        amount=_money(row, "amount_baht"), own=_money(row, "own_baht"),
        evidence=int(row["evidence_count"] or 0), worth=int(row["worth_total"] or 0),
    )  # fmt: skip


def _line(row: dict[str, Any], budgets: Mapping[str, str]) -> BudgetLine:
    return BudgetLine(
        entity_id=budgets.get(row["_instance_id"], row["_instance_id"]),
        instance_id=row["_instance_id"], area=area_of(row), name=_text(row, "budget_name"),
        kind=_text(row, "budget_kind"), owner=_text(row, "owner_org"), fiscal_year=row["fiscal_year"],
        themes=tuple(_text(row, "themes").split()), amount=_money(row, "amount_baht"),
        committed=_money(row, "committed_baht"), status=_text(row, "status"), opens=row["window_opens"],
        closes=row["window_closes"], council=row["council_on"],
    )  # fmt: skip


def _decision(row: dict[str, Any]) -> Decision:
    returned = row["returned_baht"]
    return Decision(
        instance_id=row["_instance_id"], area=area_of(row), day=row["visit_date"],
        project=_text(row, "project"), budget=_text(row, "budget"), kind=_text(row, "budget_kind"),
        source=_text(row, "source_org"), fiscal_year=row["fiscal_year"],
        decision=_text(row, "decision"), requested=_money(row, "requested_baht"),
        granted=_money(row, "granted_baht"), returned=None if returned is None else Decimal(returned),
        reason=_text(row, "reason"), spending_kind=_text(row, "spending_kind"),
        target_plan=_text(row, "target_plan"), seq=row["_seq"],
    )  # fmt: skip


def _progress(row: dict[str, Any]) -> Progress:
    percent = row["progress_percent"]
    return Progress(
        row["_instance_id"], _text(row, "project"), row["visit_date"], _text(row, "progress_status"),
        None if percent in (None, "") else int(Decimal(str(percent))), _money(row, "spent_baht"),
    )  # fmt: skip


def _in_order(one: Decision) -> tuple[date, int]:
    return one.day or date.min, one.seq


def _text(row: Mapping[str, Any], name: str) -> str:
    return str(row.get(name) or "")


def _money(row: Mapping[str, Any], name: str) -> Decimal:
    value = row.get(name)
    return Decimal(0) if value in (None, "") else Decimal(str(value))
