"""What the demo registered, as later visits choose it from a list and change it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ingest.sample.ground import Ground, LonLat
from ingest.sample.households import Visit
from ingest.sample.writing import Answers, Dice, Value

_APART = timedelta(days=6)  # a late phone is never overtaken by the next visit


@dataclass(slots=True)
class Known:
    """An entity of the demo; ``facts`` are the properties that visits read from it."""

    entity_id: str
    label: str
    ground: Ground
    moo: int
    place: LonLat
    seen_at: datetime
    facts: dict[str, Value] = field(default_factory=dict)
    version: int = 1

    def visit(self, dice: Dice, days: int) -> Visit:
        """The next visit, at most so many days after the last one."""
        self.seen_at += _APART + timedelta(days=dice.randint(0, max(0, days - _APART.days)))
        return Visit(self.ground, self.moo, self.seen_at)

    def point(self) -> str:
        """Its position as a list holds it."""
        return f"{self.place[1]:.7f} {self.place[0]:.7f} 0 0"

    def changed_by(self, answers: Answers) -> Answers:
        """The same answers as a change of this entity: the phone had its newest version."""
        answers.entity_id, answers.entity_base = self.entity_id, self.version
        self.version += 1
        return answers


def registered(
    dice: Dice, answers: Answers, visit: Visit, place: LonLat, label: str, facts: dict[str, Value]
) -> Known:
    """The entity that these answers register."""
    answers.entity_id, answers.entity_label = dice.uuid(), label
    return Known(answers.entity_id, label, visit.ground, visit.moo, place, visit.when, dict(facts))
