"""P12 and P24: a programme's indicators, each with what it is made of, its target and the time before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from ingest.access import SMALLEST_COUNT
from reports import indicators
from reports.definitions import Definition
from reports.indicators import Answer
from reports.papers import numbers
from reports.papers.asking import Asking
from reports.papers.model import Block, Cell, Column, Fact, Facts, Paper, Table, Text, Value, cell_text
from reports.programmes import programmes
from reports.wording import parts_text, target_text, value_text
from thai.calendar import format_date
from thai.periods import ALL_TIME, Period, before
from thai.problem import Problem

_FOR_OTHERS, _UNTOLD = "ไม่มีสิทธิ์ดู", "ไม่แสดง"
_WHY_UNTOLD = (
    f"{_UNTOLD}: มาจากน้อยกว่า {SMALLEST_COUNT} ครัวเรือน หรือเกือบทั้งหมดเป็นของบ้านเดียว รวมทั้งเมื่อหักยอดของใบอื่นแล้วจะรู้ได้"
    " หรือไม่ใช่ตัวเลขของพื้นที่ที่ท่านดูแล"
)


def build(name: str, asking: Asking, areas: Sequence[str]) -> list[Paper]:
    """One table an area; where nothing of the programme was recorded there is no paper."""
    programme = programmes()[name]
    earlier = before(asking.period) if asking.period != ALL_TIME else None
    papers = []
    for area in areas:
        answers = [(one, _ask(asking, one, area, asking.period)) for one in programme.indicators]
        told = [answer for _, answer in answers if answer is not None and answer.value is not None]
        if not told and not any(answer and answer.blank == indicators.WITHHELD for _, answer in answers):
            continue
        rows = [_row(asking, one, answer, area, earlier) for one, answer in answers]
        met = [answer for answer in told if answer.reached is not None]
        reached = sum(bool(answer.reached) for answer in met)
        known = Fact("ตัวชี้วัดที่มีข้อมูล", f"{len(told)}/{len(answers)}")
        facts = Facts([known, *([Fact("ถึงเป้า", f"{reached}/{len(met)}")] if met else [])])
        columns = [
            Column("ตัวชี้วัด", width=2.6), Column("ค่า", "end", 1.2), Column("ที่มาของค่า", width=1.4),
            *([Column(earlier.label(), "end", 1.2)] if earlier else []), Column("เป้าหมาย", width=1.2),
        ]  # fmt: skip
        forms = list(dict.fromkeys(one.figure.form_id for one, answer in answers if answer in told))
        shown = {cell_text(cell) for row in rows for cell in row}
        blocks: list[Block] = [facts, Table(columns, rows)]
        blocks += [Text(_WHY_UNTOLD)] if _UNTOLD in shown else []
        papers.append(_paper(asking, area, programme.title["th"], blocks, told, forms))
    return papers


def _ask(asking: Asking, one: Definition, area: str, period: Period) -> Answer | None:
    """The answer; ``None`` where the form is not published or the number is not for this viewer.

    What few households gave, or one nearly alone, is withheld: a paper goes to everybody of its area.
    """
    if one.figure.form_id not in asking.atlas.reference.catalogue.usages:
        return None
    try:
        answer = indicators.answer(asking.atlas, asking.viewer, one.name, area, period)
        silent = answer.value is not None and numbers.is_silent(asking, one.name, area, period)
    except Problem:
        return None
    if not silent:
        return answer
    return replace(answer, value=None, numerator=None, denominator=None, n=0, blank=indicators.WITHHELD)


def _row(
    asking: Asking, one: Definition, answer: Answer | None, area: str, earlier: Period | None
) -> list[Cell]:  # fmt: skip
    label = one.label["th"]
    if answer is None:
        return [label, _FOR_OTHERS, "", *([""] if earlier else []), ""]
    past = _ask(asking, one, area, earlier) if earlier else None
    compared: list[Cell] = [_with_parts(past) if past else ""] if earlier else []
    parts = parts_text(answer, "th") if answer.value is not None else ""
    return [label, _value(answer), parts, *compared, target_text(answer, "th")]


def _value(answer: Answer) -> Value:
    said = _UNTOLD if answer.blank == indicators.WITHHELD else value_text(answer, "th")
    return Value(said, answer.value)


def _with_parts(answer: Answer) -> Value:
    """A quotient of the time before with what it is made of, as there is no column for that."""
    said = _value(answer)
    of_parts = answer.value is not None and answer.denominator is not None
    return Value(f"{said.text} ({parts_text(answer, 'th')})", said.number) if of_parts else said


def _paper(
    asking: Asking, area: str, title: str, blocks: Sequence[Block], told: Sequence[Answer],
    forms: Sequence[str],
) -> Paper:  # fmt: skip
    days = [answer.as_of for answer in told if answer.as_of]
    newest = max(days, default=asking.today)
    return Paper(
        title, asking.place(area), asking.period.label(), blocks, as_of=format_date(min(newest, date.max)),
        boundary_set=asking.boundary_set, sources=asking.sources(*forms), number="P12",
    )  # fmt: skip
