"""Indicators answered: a question goes in, and for each area and period a number with all that it rests on.

Everything is asked through :mod:`ingest.doors.figures`, which cuts it to the viewer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from geo.levels import LAO
from ingest import problems as ingest_problems
from ingest.access import Viewer
from ingest.areas.boundary_sets import BoundarySet
from ingest.atlas import Atlas
from ingest.doors import figures
from ingest.doors.figures import Among, Cell, Cut, Figure
from ingest.maps import other_sets
from reports import problems, reference
from reports.definitions import Definition, of_workbooks
from reports.programmes import programmes
from reports.reference import Reference
from thai.calendar import bangkok
from thai.periods import ALL_TIME, Period, before, last_periods, period_of

NO_DATA, WITHHELD, ZERO, NO_COUNT = "no_data", "withheld", "zero_denominator", "no_count"


@dataclass(frozen=True, slots=True)
class Question:
    """Which indicator, of which areas, when. ``area`` is a code prefix ('' the country) and ``level`` what
    it is cut into ('' : not at all); ``by`` cuts the period into periods of that kind, in none of which are
    records without a day; ``among`` keeps the records that a filter leaves, for numbers of the viewer's own
    area alone. ``within`` is a boundary set that records are not joined with, by whose areas they are counted
    now.
    """

    indicator: str
    level: str = ""
    area: str = ""
    period: Period = ALL_TIME
    by: str = ""
    among: Among | None = None
    within: BoundarySet | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One number, which never travels alone.

    ``value`` is in ``unit`` (a share in percent); ``numerator`` and ``denominator`` are what it was made
    of, ``None`` where it is no quotient; ``n`` counts the records that gave it. ``blank`` says why there is
    no value: no_data, withheld (not for this viewer), zero_denominator, no_count (that to divide by is not
    loaded for the area or one of its parts). ``held_back`` counts the years of
    tambons left out of it. ``as_of`` is the day of the newest record received.
    """

    indicator: str
    level: str
    area: str
    period: Period
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    n: int
    target: Decimal | None
    good: str
    unit: str
    as_of: date | None
    blank: str = ""
    held_back: int = 0

    @property
    def reached(self) -> bool | None:
        """Whether the target is met; ``None`` where there is no value, target or direction."""
        if self.value is None or self.target is None or not self.good:
            return None
        return self.value >= self.target if self.good == "up" else self.value <= self.target


def definitions(atlas: Atlas) -> dict[str, Definition]:
    """Every indicator that can be asked, by name: those of programmes whose forms are published too."""
    return _definitions(atlas, atlas.reference.version)


@lru_cache(maxsize=4)
def _definitions(atlas: Atlas, version: int) -> dict[str, Definition]:
    del version  # only tells one reading from the next
    catalogue = atlas.reference.catalogue
    of_programmes = (one for programme in programmes().values() for one in programme.indicators)
    answerable = {one.name: one for one in of_programmes if one.forms <= catalogue.offered.keys()}
    return answerable | of_workbooks(catalogue)


def beside(atlas: Atlas) -> tuple[Figure, ...]:
    """Every figure that an indicator asks for, in a fixed order."""
    return _beside(atlas, atlas.reference.version)


@lru_cache(maxsize=4)
def _beside(atlas: Atlas, version: int) -> tuple[Figure, ...]:
    figures_ = (
        one
        for asked in _definitions(atlas, version).values()
        for one in (asked.denominator, asked.figure)
        if isinstance(one, Figure)
    )
    return tuple(dict.fromkeys(figures_))


def definition(atlas: Atlas, name: str) -> Definition:
    """One indicator; raises ``indicator_unknown``."""
    known = definitions(atlas)
    if name not in known:
        raise problems.indicator_unknown(name, known)
    return known[name]


def answers(atlas: Atlas, viewer: Viewer, question: Question) -> list[Answer]:
    """The question answered for every area and period that has data, by area and period.

    What tells how things stood does so at each period's end, from the first record to the end of the
    question's period or, of all time, the last record.

    Raises ``Problem``: an unknown indicator or level, a figure that is not for this viewer, a form without
    dates asked by period.
    """
    asked = definition(atlas, question.indicator)
    if not question.by or not _counts_by_state(asked):
        return _Answering(atlas, viewer, question).all()
    found = [
        one
        for span in _spans(atlas, question, asked)
        for one in _Answering(atlas, viewer, replace(question, period=span, by="")).all()
    ]
    return sorted(found, key=lambda one: (one.area, one.period.since or date.min))


def _spans(atlas: Atlas, question: Question, asked: Definition) -> list[Period]:
    """The periods of the question's kind in which things can have stood so."""
    until, cursor = question.period.until or date.max, atlas.warehouse.cursor()
    known = figures.days(cursor, atlas.reference.catalogue, asked.figure, until)
    if known is None:
        return []
    since = max(known[0], question.period.since or known[0])
    spans = [period_of(question.by, question.period.until or known[1])]
    while spans[-1].since and spans[-1].since > since:
        spans.append(before(spans[-1]))
    return spans


def answer(
    atlas: Atlas, viewer: Viewer, name: str, area: str = "", period: Period = ALL_TIME,
    among: Among | None = None,
) -> Answer:  # fmt: skip
    """One number for one area and period; where there is none, ``blank`` says why."""
    asked = _Answering(atlas, viewer, Question(name, "", area, period, among=among))
    found = [one for one in asked.all() if one.area == area]
    return found[0] if found else asked.blank(area)


def trend(
    atlas: Atlas, viewer: Viewer, name: str, area: str, period: Period, n: int = 12,
    among: Among | None = None,
) -> list[Answer]:  # fmt: skip
    """The same number over the last ``n`` periods up to this one, oldest first, blanks included."""
    asked = definition(atlas, name)
    spans = last_periods(period, n)
    if _counts_by_state(asked) or period.kind in ("phase", "all"):
        return [answer(atlas, viewer, name, area, span, among) for span in spans]
    whole = Period("phase", spans[0].since, spans[-1].until)
    if period.kind == "fiscal_year":  # whole years stay whole for who may be told no others
        whole = replace(whole, kind="fiscal_year")
    question = Question(name, "", area, whole, period.kind, among)
    asked_now = _Answering(atlas, viewer, question)
    found = {one.period: one for one in asked_now.all() if one.area == area}
    return [found.get(span) or asked_now.blank(area, span) for span in spans]


def ranking(found: Iterable[Answer]) -> list[tuple[int, Answer]]:
    """Answers with their places, best first; equal values share a place, blanks are left out.

    Without a direction the largest comes first.
    """
    valued = [one for one in found if one.value is not None]
    valued.sort(key=lambda one: (one.value if one.good == "down" else -(one.value or 0), one.area))
    places: list[tuple[int, Answer]] = []
    for number, one in enumerate(valued, 1):
        same = bool(places) and places[-1][1].value == one.value
        places.append((places[-1][0] if same else number, one))
    return places


def values_by_area(
    atlas: Atlas, viewer: Viewer, name: str, level: str, area: str = "", period: Period = ALL_TIME,
    among: Among | None = None, within: BoundarySet | None = None,
) -> dict[str, Answer]:  # fmt: skip
    """For a map: the answers by area code; areas without data are not in it."""
    question = Question(name, level, area, period, among=among, within=within)
    return {one.area: one for one in answers(atlas, viewer, question)}


def records_behind(
    atlas: Atlas, viewer: Viewer, name: str, area: str = "", period: Period = ALL_TIME, *, limit: int = 500,
    among: Among | None = None,
) -> list[str]:  # fmt: skip
    """Instance ids of the records that a number was made of, newest first, that this viewer may open."""
    asked, catalogue = definition(atlas, name), atlas.reference.catalogue
    cut = Cut("tambon", area, period, among=among)
    return figures.records(atlas.warehouse.cursor(), catalogue, viewer, asked.figure, cut, limit=limit)


def _counts_by_state(asked: Definition) -> bool:
    denominator = asked.denominator
    return bool(asked.figure.latest) or (isinstance(denominator, Figure) and bool(denominator.latest))


class _Answering:
    """One question on its way to its answers."""

    def __init__(self, atlas: Atlas, viewer: Viewer, question: Question) -> None:
        self.atlas, self.viewer, self.question = atlas, viewer, question
        self.definition = definition(atlas, question.indicator)
        self.reference: Reference = reference.current(atlas)
        self.level = question.level or self._own_level(question.area)
        if self.level not in (*figures.LEVELS, *figures.OWN_LEVELS):
            raise problems.level_unknown(self.level)
        self.within = question.within or self._of_outlines()
        members = {} if self.within else self.reference.members(self.level)
        self.cut = Cut(self.level, question.area, question.period, question.by, members, question.among)
        self.known: figures.Known = {}
        form_id = self.definition.figure.form_id
        self.as_of = atlas.kept.get(atlas.data_version, ("as of", form_id), lambda: _as_of(atlas, form_id))

    def _of_outlines(self) -> BoundarySet | None:
        """The set in use where LAOs are known by their outlines alone, and not by their tambons."""
        known = self.atlas.reference
        alone = self.level == LAO and LAO not in self.reference.bodies and known.sets.lao
        return known.boundary_set if alone else None

    def _own_level(self, area: str) -> str:
        digits = {digits: level for level, digits in figures.LEVELS.items()}
        if len(area) not in digits:
            raise problems.level_unknown(area)
        return digits[len(area)]

    def _cells(self, figure: Figure) -> list[Cell]:
        catalogue, cursor = self.atlas.reference.catalogue, self.atlas.warehouse.cursor()
        cut = self.cut
        if self.within:
            placed = other_sets.placed(self.atlas, self.viewer, figure.form_id, self.level, self.within)
            cut = replace(cut, placed=placed)
        found = figures.cells(cursor, catalogue, self.viewer, figure, cut, beside(self.atlas), self.known)
        return [one for one in found if one.since or not cut.by]

    def all(self) -> list[Answer]:
        """Every cell as an answer."""
        own = self._cells(self.definition.figure)
        under = self.definition.denominator
        if not under:
            return [self._answer(one) for one in own]
        empty = Cell("", None, None, None, None, 0)
        if isinstance(under, str):
            if self.within:
                raise ingest_problems.figure_of_own_set(under)
            counts = ((one, replace(empty, value=self._counted(under, one))) for one in own)
            return [self._answer(self._over(one.area, one.since, one, count)) for one, count in counts]
        below = {(one.area, one.since): one for one in self._cells(under)}
        above = {(one.area, one.since): one for one in own}
        keys = sorted(above.keys() | below.keys(), key=lambda key: (key[0], key[1] or date.min))
        return [self._answer(self._over(*key, above.get(key, empty), below.get(key, empty))) for key in keys]

    def _counted(self, count: str, cell: Cell) -> Decimal | None:
        return self.reference.count(count, cell.area, self._period(cell))

    @staticmethod
    def _over(area: str, since: date | None, top: Cell, bottom: Cell) -> Cell:
        """One number over another; nothing above counts as zero, but what is held back as nothing told."""
        held_back = top.held_back + bottom.held_back
        if any(one.value is None and one.held_back for one in (top, bottom)):
            return Cell(area, since, None, None, None, 0, held_back)
        numerator = top.value if top.value is not None else Decimal(0)
        value = numerator / bottom.value if bottom.value else None
        return Cell(area, since, value, numerator, bottom.value, top.n, held_back)

    def _period(self, cell: Cell) -> Period:
        return period_of(self.question.by, cell.since) if cell.since else self.question.period

    def _answer(self, cell: Cell) -> Answer:
        asked, period = self.definition, self._period(cell)
        value = cell.value * asked.scale if cell.value is not None else None
        parts = asked.has_parts
        return Answer(
            indicator=asked.name, level=self.level, area=cell.area, period=period, value=value,
            numerator=cell.numerator if parts else None, denominator=cell.denominator if parts else None,
            n=cell.n, target=self.reference.target(asked, self.level, cell.area, period), good=asked.good,
            unit=asked.unit, as_of=self.as_of,
            blank="" if value is not None else self._why(cell), held_back=cell.held_back,
        )  # fmt: skip

    def _why(self, cell: Cell) -> str:
        if cell.held_back and not cell.n:
            return WITHHELD
        if isinstance(self.definition.denominator, str) and self.definition.denominator and cell.n:
            return NO_COUNT if cell.denominator is None else ZERO
        return ZERO if self.definition.has_parts and cell.denominator == 0 else NO_DATA

    def blank(self, area: str, period: Period | None = None) -> Answer:
        """The answer where there is no cell: nothing was reported, or this viewer is not told."""
        catalogue, figure = self.atlas.reference.catalogue, self.definition.figure
        told = figures.tells(catalogue, self.viewer, figure, self.cut, area)
        empty = self._answer(Cell(area, None, None, None, None, 0))
        return replace(empty, period=period or self.question.period, blank=NO_DATA if told else WITHHELD)


def _as_of(atlas: Atlas, form_id: str) -> date | None:
    received = figures.newest_received(atlas.warehouse.cursor(), form_id)
    return bangkok(datetime.fromisoformat(received)).date() if received else None
