"""How a form's answers are used: the sheets ``layers``, ``indicators`` and ``review`` and our own columns.

These are values; :mod:`forms.usage` reads them from a workbook. They are published apart from the XForm,
so that a new colour, layer or indicator needs no new form version.
"""

from __future__ import annotations

import json
from collections.abc import Container
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from typing import Any, TypeVar

PRIVACY_CLASSES = ("public", "team", "personal", "secret")
DEFAULT_PRIVACY = "team"
MEASURES = ("count", "distinct", "sum", "net", "mean", "median", "min", "max", "share", "ratio")
PER_AREA = ("household", "village", "tambon", "amphoe", "province")
PER_PERIOD = ("month", "quarter", "fiscal_year")
OF_PLACES = ("@household", "@village", "@tambon", "@amphoe")  # what a row is of, beside its answers
A_YEAR = "@village_year"  # the newest row of each village in each fiscal year
YEAR_BE = "year_be"  # the unit of a question for a year; one that places records in time is a fiscal year
GOOD = ("up", "down")
REVIEW_KINDS = ("open", "waiting", "accepted", "refused")
FILLED_BY = (
    "household", "enumerator", "committee", "facilitator", "tambon_team", "clerk", "trainer", "academic",
    "district", "province_team", "regional_office", "central_team",
)  # fmt: skip

Said = TypeVar("Said")


@dataclass(frozen=True, slots=True)
class Layer:
    """One map layer. Names are field references; ``where`` is a condition (:mod:`forms.expression`);
    ``label`` holds 'th' and 'en'. Colours come from the choices of ``color_by``.
    """

    name: str
    label: dict[str, str]
    geometry: str
    color_by: str = ""
    status: str = ""
    date: str = ""
    where: str = ""
    popup: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Indicator:
    """One number to follow.

    ``measure`` is one of MEASURES. ``of``: blank for count (rows) and share (rows that meet ``where`` out
    of all rows), one field for the others, two separated by a space for ratio (sum of the first over sum of
    the second) and net (sum of the first less that of the second); count of a field counts its filled
    answers. ``per`` is one of PER_AREA and at most one of PER_PERIOD; ``date`` names the question that says
    when, where it is not the form's first date: one for a date, or for a fiscal year (unit YEAR_BE).
    ``latest`` are fields and words of OF_PLACES, separated by spaces: of each of their answers together only
    the newest row counts, as things stood at the period's end.
    """

    name: str
    label: dict[str, str]
    measure: str
    of: str = ""
    where: str = ""
    per: tuple[str, ...] = ()
    unit: str = ""
    target: Decimal | None = None
    good: str = ""
    date: str = ""
    latest: str = ""


@dataclass(frozen=True, slots=True)
class ReviewState:
    """One state of a record in the office's hands.

    ``kind`` says what it means everywhere: ``open`` waits for a decision, ``waiting`` for somebody else's
    answer; ``accepted`` and ``refused`` are decided. ``reason``: it is not reached without one.
    """

    name: str
    label: dict[str, str]
    kind: str
    reason: bool = False
    color: str = ""


#: What a form has whose workbook has no sheet ``review``.
DEFAULT_REVIEW = (
    ReviewState("received", {"th": "รอพิจารณา", "en": "To be decided"}, "open", color="#7a857d"),
    ReviewState("asked_back", {"th": "ถามกลับ", "en": "Asked back"}, "waiting", True, "#e69f00"),
    ReviewState("approved", {"th": "รับรองแล้ว", "en": "Approved"}, "accepted", color="#009e73"),
    ReviewState("rejected", {"th": "ไม่รับรอง", "en": "Rejected"}, "refused", True, "#d55e00"),
)


@dataclass(frozen=True, slots=True)
class Usage:
    """What one workbook says about its answers besides the questions.

    ``privacy``, ``units`` and ``styles`` are keyed by field reference; ``styles`` maps a select's choice
    value to (colour, icon), either may be ''. ``filled_by`` are words of FILLED_BY: who fills the form by
    rights, blank for anybody. ``plots`` are the questions that draw a plot. ``of_form`` when nobody said
    anything, so that the form alone tells.
    """

    form_id: str
    layers: tuple[Layer, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    privacy: dict[str, str] = field(default_factory=dict)
    filters: tuple[str, ...] = ()
    units: dict[str, str] = field(default_factory=dict)
    styles: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)
    review: tuple[ReviewState, ...] = ()
    filled_by: tuple[str, ...] = ()
    plots: tuple[str, ...] = ()
    of_form: bool = False

    @property
    def review_states(self) -> tuple[ReviewState, ...]:
        """The states of the form's records, the first being that of arrival."""
        return self.review or DEFAULT_REVIEW

    def privacy_of(self, ref: str) -> str:
        """The class of a field, ``team`` where the workbook gives none."""
        return self.privacy.get(ref, DEFAULT_PRIVACY)

    def after(self, older: Usage, asked: Container[str]) -> Usage:
        """This usage, with what ``older`` said of fields that are no longer ``asked``: their answers stay,
        and must not become open to more people.
        """

        def kept(before: dict[str, Said], now: dict[str, Said]) -> dict[str, Said]:
            return {ref: said for ref, said in before.items() if ref not in asked} | now

        return replace(
            self,
            privacy=kept(older.privacy, self.privacy),
            units=kept(older.units, self.units),
            styles=kept(older.styles, self.styles),
            plots=(*self.plots, *(ref for ref in older.plots if ref not in asked)),
        )

    def to_json(self) -> str:
        """As text for the log; the same usage always gives the same text."""
        said = asdict(self)
        if not self.of_form:
            del said["of_form"]
        return json.dumps(said, ensure_ascii=False, sort_keys=True, default=str)

    @classmethod
    def from_json(cls, text: str) -> Usage:
        """The inverse of :meth:`to_json`."""
        said: dict[str, Any] = json.loads(text)
        layers = (Layer(**layer | {"popup": tuple(layer["popup"])}) for layer in said["layers"])
        styles = {
            ref: {value: (color, icon) for value, (color, icon) in choices.items()}
            for ref, choices in said["styles"].items()
        }
        return cls(
            form_id=said["form_id"],
            layers=tuple(layers),
            indicators=tuple(_indicator(row) for row in said["indicators"]),
            privacy=said["privacy"],
            filters=tuple(said["filters"]),
            units=said["units"],
            styles=styles,
            review=tuple(ReviewState(**state) for state in said.get("review", ())),
            filled_by=tuple(said.get("filled_by", ())),
            plots=tuple(said.get("plots", ())),
            of_form=said.get("of_form", False),
        )


def _indicator(said: dict[str, Any]) -> Indicator:
    target = None if said["target"] is None else Decimal(said["target"])
    return Indicator(**said | {"per": tuple(said["per"]), "target": target})
