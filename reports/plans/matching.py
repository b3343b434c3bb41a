"""Which money fits which project: demand that is not met, supply that is not used, and suggestions. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reports.plans.funding import funding, gap, granted_from, left
from reports.plans.records import BudgetLine, Plans, Proposal
from thai.calendar import fiscal_year

ASKABLE = ("expected", "open", "confirmed")
#: Who pays for what somebody does: the four tiers of a proposal, and the kinds of budget that fit each.
KINDS_OF_TIER = {
    "household": ("own", "private", "lao"),
    "group": ("own", "private", "lao", "agency"),
    "lao": ("lao", "province", "special"),
    "agency": ("agency", "province", "special", "private"),
}


@dataclass(frozen=True, slots=True)
class Demand:
    """A proposal and what it still lacks."""

    proposal: Proposal
    missing: Decimal


@dataclass(frozen=True, slots=True)
class Supply:
    """A line and what it can still give."""

    line: BudgetLine
    left: Decimal


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One project and one line. ``reasons`` are area, theme, tier, wanted, window, year: the more the better.

    ``amount`` is the smaller of what is missing and what is left, so that a line may fund a part.
    """

    proposal: Proposal
    line: BudgetLine
    amount: Decimal
    reasons: tuple[str, ...]


def demand(plans: Plans) -> list[Demand]:
    """Projects that still lack money: the best founded first, by evidence, then worth, then age."""
    by_project, _ = funding(plans.decisions)
    found = [Demand(one, gap(one, by_project.get(one.entity_id))) for one in plans.proposals]
    return sorted((one for one in found if one.missing > 0), key=_weight)


def _weight(one: Demand) -> tuple[int, int, date, str]:
    proposal = one.proposal
    return -proposal.evidence, -proposal.worth, proposal.day or date.max, proposal.entity_id


def supply(plans: Plans, today: date) -> list[Supply]:
    """Lines that can still be asked, the one whose window closes first at the top."""
    granted = granted_from(plans.decisions)
    found = [Supply(one, left(one, granted.get(one.entity_id, Decimal(0)))) for one in plans.lines]
    usable = (one for one in found if one.left > 0 and is_askable(one.line, today))
    return sorted(usable, key=lambda one: (one.line.closes or date.max, one.line.entity_id))


def is_askable(line: BudgetLine, today: date) -> bool:
    """Neither closed nor cancelled, of this fiscal year or a later one, its window not over."""
    in_time = line.closes is None or line.closes >= today
    return line.status in ASKABLE and (line.fiscal_year or 0) >= fiscal_year(today) and in_time


def suggestions(demanded: Iterable[Demand], supplied: Iterable[Supply], today: date) -> list[Suggestion]:
    """Pairs that fit by area and either theme or tier, the best first.

    A line gives to its own area and what lies within; a line without themes is for anything.
    """
    lines = list(supplied)
    found = [
        Suggestion(need.proposal, one.line, min(need.missing, one.left), reasons)
        for need in demanded
        for one in lines
        if (reasons := fits(need.proposal, one.line, today))
    ]
    return sorted(
        found, key=lambda one: (-len(one.reasons), -one.proposal.evidence, one.line.closes or date.max)
    )


def fits(proposal: Proposal, line: BudgetLine, today: date) -> tuple[str, ...]:
    """Why a line fits a project; empty where it does not."""
    if not proposal.area.startswith(line.area):
        return ()
    reasons = {
        "area": len(line.area) >= 6,
        "theme": proposal.theme in line.themes or not line.themes,
        "tier": line.kind in KINDS_OF_TIER.get(proposal.tier, ()),
        "wanted": bool(proposal.budget_wanted) and proposal.budget_wanted == line.kind,
        "window": line.opens is not None and line.opens <= today,
        "year": proposal.plan_year is not None and proposal.plan_year == line.fiscal_year,
    }
    if not (reasons["theme"] and (reasons["tier"] or reasons["wanted"])):
        return ()
    return tuple(name for name, holds in reasons.items() if holds)
