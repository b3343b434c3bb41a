"""What the forms of a programme share in the demo: areas, dates, and the records that others cite."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from ingest.sample.ground import GROUNDS, Ground, point_text
from ingest.sample.writing import BANGKOK, Answers, Dice, Filled, Value

YEAR_STARTS = datetime(2025, 10, 1, tzinfo=BANGKOK)
FISCAL_YEAR = 2569
#: The tambons that take part with everything they have; the others join in some things.
CHOSEN = GROUNDS[:2]

Values = dict[str, Value]


@dataclass(slots=True)
class Programme:
    """The demo's programme as it goes on: its dice, what was recorded, the entities' versions so far."""

    dice: Dice
    records: dict[str, list[tuple[str, datetime, str]]] = field(default_factory=dict)  # by form
    versions: dict[str, int] = field(default_factory=dict)  # entity -> version

    def note(self, filled: Filled) -> None:
        """Remember a record that later ones may cite."""
        tambon = str(filled.answers.values.get("tambon") or "")
        record = (tambon, filled.answers.finished_at, filled.instance_id)
        self.records.setdefault(filled.form_id, []).append(record)

    def cited(self, form_id: str, tambon: str, before: datetime) -> tuple[str, str]:
        """An earlier record of that form in that tambon: instance id and date; blanks where there is none."""
        known = [
            (instance, day_of(when).isoformat())
            for place, when, instance in self.records.get(form_id, ())
            if place == tambon and when < before
        ]
        return self.dice.choice(known) if known else ("", "")

    def filled(
        self, form_id: str, when: datetime, name: str, values: Values, **repeats: list[Values]
    ) -> Filled:
        """One filled form."""
        instance_id = f"uuid:{self.dice.uuid()}"
        one = Filled(form_id, Answers(values, when, name, repeats), instance_id)
        self.note(one)
        return one

    def about(self, one: Filled, entity_id: str, label: str) -> Filled:
        """The same form, making or changing an entity; each change builds on the version before."""
        answers = one.answers
        answers.entity_id, answers.entity_label = entity_id, label
        answers.entity_base = self.versions.get(entity_id, 0)
        self.versions[entity_id] = answers.entity_base + 1
        return one

    def moment(self, first_day: int, last_day: int) -> datetime:
        """A moment of working hours on a day of the fiscal year."""
        day = timedelta(days=self.dice.randint(first_day, last_day))
        return YEAR_STARTS + day + timedelta(seconds=self.dice.randint(8 * 3600, 17 * 3600))

    def point(self, ground: Ground, moo: int = 1) -> str:
        """A point in a village, as a phone writes it."""
        return point_text(self.dice, ground.inside(self.dice, moo, margin_m=200))


def at(ground: Ground, when: datetime, moo: int = 0, *, level: str = "tambon") -> Values:
    """The block of the area as far down as the level goes, and the date."""
    code, depth = ground.code, {"province": 1, "amphoe": 2, "tambon": 3, "village": 4}[level]
    answers = {"province": code[:2], "amphoe": code[:4], "tambon": code, "moo": moo or None}
    kept: Values = dict(list(answers.items())[: 4 if moo else depth])
    return {"visit_date": day_of(when).isoformat()} | kept


def day_of(when: datetime) -> date:
    """The date as the phone has it."""
    return when.astimezone(BANGKOK).date()


def later(when: datetime, days: int) -> str:
    """The date so many days after, as a form stores it."""
    return (day_of(when) + timedelta(days=days)).isoformat()
