"""How much of each project is funded, by whom, and what does not add up. Pure: decisions in, sums out.

A decision grants money from one source: a registered budget line, or else a kind of budget, an office and a
fiscal year. A *withdrawn* decision takes back what it names; one that names no amount (records of an older
version of the form) takes back nothing until somebody writes it down, here as in indicators. A project is
*funded twice* when a source grants again on a request that counts again what it had granted already (a
request for the rest is none), and funded *beyond* when all grants together exceed its amount. A line is
*overspent* when grants and what was bound before exceed its amount.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from reports.plans.records import BudgetLine, Decision, Plans, Proposal

GRANTS = ("approved", "partly")
WITHDRAWN, OWN = "withdrawn", "own"
ENDED = ("withdrawn", "done")

Source = tuple[str, str, str, int | None]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a person must look at. ``code`` is one of funded_twice, beyond_asked, line_overspent,
    spent_beyond_grant, withdrawn_more, withdrawn_unsaid; ``amount`` says by how much; the records are named.
    """

    code: str
    project: str = ""
    budget: str = ""
    amount: Decimal = Decimal(0)
    records: tuple[str, ...] = ()


@dataclass
class Funding:
    """One project's money: net grants by source, and the decisions in order."""

    by_source: dict[Source, Decimal] = field(default_factory=dict)
    requests: dict[Source, Decimal] = field(default_factory=dict)  # the largest of each source
    decisions: list[Decision] = field(default_factory=list)

    @property
    def granted(self) -> Decimal:
        """All grants less what was taken back."""
        return sum(self.by_source.values(), Decimal(0))

    def by_kind(self) -> dict[str, Decimal]:
        """Net grants by kind of budget."""
        found: dict[str, Decimal] = {}
        for (_, kind, _, _), amount in self.by_source.items():
            found[kind] = found.get(kind, Decimal(0)) + amount
        return {kind: amount for kind, amount in found.items() if amount}

    def from_line(self, budget: str) -> Decimal:
        """What a registered line has given and not taken back."""
        return sum((baht for (line, *_), baht in self.by_source.items() if line == budget), Decimal(0))

    @property
    def newest(self) -> Decision | None:
        """The last decision."""
        return self.decisions[-1] if self.decisions else None


def source(decision: Decision) -> Source:
    """What tells one source of money from another."""
    if decision.budget:
        return decision.budget, decision.kind, "", None
    return "", decision.kind, decision.source, decision.fiscal_year


def funding(decisions: Iterable[Decision]) -> tuple[dict[str, Funding], list[Finding]]:
    """Every project's money and what is doubtful about it; ``decisions`` in the order they were made."""
    found: dict[str, Funding] = {}
    doubts: list[Finding] = []
    for one in decisions:
        own = found.setdefault(one.project, Funding())
        own.decisions.append(one)
        key = source(one)
        before = own.by_source.get(key, Decimal(0))
        if one.decision in GRANTS:
            largest = max(own.requests.get(key, Decimal(0)), one.requested)
            own.requests[key] = largest
            if before > 0 and one.requested + before > largest:
                earlier = [
                    d.instance_id for d in own.decisions[:-1] if source(d) == key and d.decision in GRANTS
                ]
                records = (*earlier, one.instance_id)
                doubts.append(Finding("funded_twice", one.project, one.budget, one.granted, records))
            own.by_source[key] = before + one.granted
        elif one.decision == WITHDRAWN:
            back, records = one.returned or Decimal(0), (one.instance_id,)
            if one.returned is None:
                doubts.append(Finding("withdrawn_unsaid", one.project, one.budget, before, records))
            elif back > before:
                doubts.append(Finding("withdrawn_more", one.project, one.budget, back - before, records))
            own.by_source[key] = before - back
    return found, doubts


def gap(proposal: Proposal, own: Funding | None) -> Decimal:
    """What is still missing; nothing for a project that ended or whose proposal was withdrawn.

    What the community pledged of its own counts, whether or not a decision has already booked it.
    """
    if proposal.status in ENDED:
        return Decimal(0)
    booked = own.by_kind().get(OWN, Decimal(0)) if own else Decimal(0)
    others = (own.granted if own else Decimal(0)) - booked
    return max(proposal.amount - max(proposal.own, booked) - max(others, Decimal(0)), Decimal(0))


def state(proposal: Proposal, own: Funding | None) -> str:
    """``unfunded``, ``partly``, ``funded``, ``withdrawn`` or ``own`` (nothing was asked of anybody)."""
    if proposal.status == WITHDRAWN:
        return WITHDRAWN
    if not proposal.asked:
        return "own"
    if own is None or not own.granted:
        return "unfunded"
    return "partly" if gap(proposal, own) else "funded"


def granted_from(decisions: Iterable[Decision]) -> dict[str, Decimal]:
    """Net grants by budget line."""
    found: dict[str, Decimal] = {}
    for own in funding(decisions)[0].values():
        for (line, _, _, _), amount in own.by_source.items():
            if line:
                found[line] = found.get(line, Decimal(0)) + amount
    return found


def left(line: BudgetLine, granted: Decimal) -> Decimal:
    """What a line can still give; negative where more was granted than it holds."""
    return line.amount - line.committed - granted


def findings(plans: Plans) -> list[Finding]:
    """Everything that does not add up in an area's plans."""
    by_project, found = funding(plans.decisions)
    for proposal in plans.proposals:
        own = by_project.get(proposal.entity_id)
        over = (own.granted if own else Decimal(0)) - proposal.amount
        if own and over > 0:
            records = tuple(one.instance_id for one in own.decisions)
            found.append(Finding("beyond_asked", proposal.entity_id, "", over, records))
    granted = granted_from(plans.decisions)
    for line in plans.lines:
        over = -left(line, granted.get(line.entity_id, Decimal(0)))
        if over > 0:
            records = tuple(one.instance_id for one in plans.decisions if one.budget == line.entity_id)
            found.append(Finding("line_overspent", "", line.entity_id, over, (line.instance_id, *records)))
    amounts = {one.entity_id: one for one in plans.proposals}
    for report in plans.progress:
        own = by_project.get(report.project)
        held = (own.granted if own else Decimal(0)) + (
            amounts[report.project].own if report.project in amounts else 0
        )
        if report.spent > held:
            found.append(
                Finding("spent_beyond_grant", report.project, "", report.spent - held, (report.instance_id,))
            )
    return found
