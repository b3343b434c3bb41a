"""Days that count: until when proposals are taken, and when a council or committee decides. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from reports.plans.records import BudgetLine

OPENS, CLOSES, COUNCIL = "opens", "closes", "council"


@dataclass(frozen=True, slots=True)
class Countdown:
    """One day of a line's calendar; ``days`` from today, negative once it has passed."""

    line: BudgetLine
    what: str
    day: date
    days: int


def countdowns(lines: Iterable[BudgetLine], today: date, *, past_days: int = 14) -> list[Countdown]:
    """The days to come of every line that is not cancelled, nearest first, with those just passed."""
    found = [
        Countdown(line, what, day, (day - today).days)
        for line in lines
        if line.status != "cancelled"
        for what, day in ((OPENS, line.opens), (CLOSES, line.closes), (COUNCIL, line.council))
        if day is not None and (day - today).days >= -past_days
    ]
    return sorted(found, key=lambda one: (one.day, one.line.entity_id, one.what))
