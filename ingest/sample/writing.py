"""What the demo fills in, and chance with a fixed seed."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar

from forms.instance import ENTITY, EntityChange
from forms.schema import Schema

BANGKOK = timezone(timedelta(hours=7))
Value = str | int | float | None
T = TypeVar("T")


class Dice(random.Random):
    """Chance with a fixed seed, so that the demo is the same on every machine."""

    def chance(self, share: float) -> bool:
        """True in that share of cases."""
        return self.random() < share

    def pick(self, weights: dict[T, float]) -> T:
        """One of the keys, by weight."""
        return self.choices(list(weights), list(weights.values()))[0]

    def table(self, weights: dict[str, dict[str, float]]) -> dict[str, Value]:
        """One answer to each question, by its weights."""
        return {name: self.pick(own) for name, own in weights.items()}

    def several(self, shares: dict[str, float]) -> str:
        """Each key with its own share, as a select_multiple answer."""
        return " ".join(key for key, share in shares.items() if self.chance(share))

    def uuid(self) -> str:
        """A version 4 UUID."""
        digits = f"{self.getrandbits(128):032x}"
        digits = f"{digits[:12]}4{digits[13:16]}{self.choice('89ab')}{digits[17:]}"
        return "-".join(digits[a:b] for a, b in ((0, 8), (8, 12), (12, 16), (16, 20), (20, 32)))


@dataclass(slots=True)
class Answers:
    """One filled form: answers by field name, repeats as lists of rows, and what ``meta`` says."""

    values: dict[str, Value]
    finished_at: datetime
    name: str
    repeats: dict[str, list[dict[str, Value]]] = field(default_factory=dict)
    entity_id: str = ""
    entity_label: str = ""
    entity_base: int = 0  # the version that was changed; 0 makes the entity

    def given(self, schema: Schema) -> dict[str, Any]:
        """The answers as :mod:`forms.instance` takes them."""
        action, base = ("update", self.entity_base) if self.entity_base else ("create", None)
        changes = [
            EntityChange(rule.dataset, self.entity_id, action, self.entity_label, base, base)
            for rule in schema.entities
            if self.entity_id
        ]
        return {**self.values, **self.repeats, ENTITY: changes}


@dataclass(slots=True)
class Filled:
    """A filled form before it is written."""

    form_id: str
    answers: Answers
    instance_id: str
    deprecated_id: str = ""
    version: str = ""
