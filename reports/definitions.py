"""What an indicator is, whoever defined it: a workbook's sheet ``indicators``, or a programme's file.

A definition is data; :mod:`reports.indicators` answers it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from forms.workbook import PER_AREA as AREAS
from forms.workbook import PER_PERIOD as PERIODS
from forms.workbook import Indicator, Usage
from ingest.doors.figures import Figure
from ingest.published import Catalogue

PERCENT = "%"
ADDITIVE = ("count", "distinct", "sum", "net")


@dataclass(frozen=True, slots=True)
class Definition:
    """One indicator.

    ``denominator`` is another figure, the name of a reference count (``households``, ``villages``,
    ``people``), or '' where the figure stands alone (a share, mean or ratio of one form has its own).
    ``level`` and ``by`` are the area and period that ``target`` is set for; '' of ``by`` is all time
    (:meth:`reports.reference.Reference.target` says of which other areas and periods it speaks).
    ``theme`` is the form's title or the programme's.
    """

    name: str
    label: dict[str, str]
    theme: dict[str, str]
    figure: Figure
    denominator: Figure | str = ""
    level: str = "tambon"
    by: str = ""
    unit: str = ""
    target: Decimal | None = None
    good: str = ""
    note: dict[str, str] | None = None

    @property
    def has_parts(self) -> bool:
        """Whether the number is one thing over another."""
        return bool(self.denominator) or self.figure.measure in ("share", "ratio", "mean")

    @property
    def scale(self) -> int:
        """What a quotient is multiplied by to stand in ``unit``; a mean of percentages is one already."""
        is_share = bool(self.denominator) or self.figure.measure in ("share", "ratio")
        return 100 if self.unit == PERCENT and is_share else 1

    @property
    def forms(self) -> set[str]:
        """The forms whose answers it needs."""
        figures = (self.figure, self.denominator)
        return {one.form_id for one in figures if isinstance(one, Figure)}

    @property
    def grows(self) -> bool:
        """Whether a longer period has more of it: what is added row by row, and not how things stand."""
        added = self.figure.measure in ("count", "sum", "net") and not self.figure.latest
        return added and not self.has_parts

    @property
    def adds_up(self) -> bool:
        """Whether a larger area's target is the sum of its parts' targets."""
        return not self.has_parts and self.figure.measure in ADDITIVE


def of_workbooks(catalogue: Catalogue) -> dict[str, Definition]:
    """Every indicator that a published workbook defines, by ``form_id.name``."""
    found = {}
    for form_id, usage in sorted(catalogue.usages.items()):
        title = catalogue.newest(form_id).title
        for one in usage.indicators:
            definition = _of_workbook(usage, one, title)
            found[definition.name] = definition
    return found


def _of_workbook(usage: Usage, one: Indicator, title: dict[str, str]) -> Definition:
    by = next((word for word in one.per if word in PERIODS), "")
    of = tuple(one.of.split())
    unit = one.unit or (usage.units.get(of[0], "") if one.measure in ("sum", "net", "mean", "median") else "")
    return Definition(
        name=f"{usage.form_id}.{one.name}",
        label=one.label,
        theme=title,
        figure=Figure(usage.form_id, one.measure, of, one.where, one.date, one.latest),
        level=next((word for word in one.per if word in AREAS), "tambon"),
        by=by,
        unit=unit,
        target=one.target,
        good=one.good,
    )
