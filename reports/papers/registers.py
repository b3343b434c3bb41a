"""Papers that list records: one row each, the columns as data, sums below what can be added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from unicodedata import category

from ingest.doors.layers import FieldInfo, LayerInfo
from reports import records
from reports.papers import model, summaries
from reports.papers.asking import Asking, number, on, whole
from reports.papers.model import Block, Cell, Column, Paper, Table, Timeline, cell_text
from reports.papers.summaries import Listed, Summary
from reports.records import Row
from thai.calendar import format_date
from thai.problem import Text

_FIGURES = ("integer", "decimal")
_UPRIGHT = 7  # columns that an upright page holds


@dataclass(frozen=True, slots=True)
class Register:
    """One listing: a form and the questions that become its columns, by name with spaces between.

    ``sums`` are added up below, ``wide`` get more room. What ``summary`` makes stands above the list; a
    register without columns is its summary alone.
    """

    name: str
    number: str
    label: Text
    form: str
    columns: str
    sums: str = ""
    wide: str = ""
    summary: Summary | None = None


REGISTERS = (
    Register(
        "enterprises", "P04", Text("บัญชีกำไร–ขาดทุนกิจการ", "Enterprise profit and loss"), "enterprise_pl",
        "", summary=summaries.enterprises,
    ),
    Register(
        "bimonthly", "P13", Text("ผลประเมินรอบสองเดือน", "Two-monthly evaluations"), "bimonthly_evaluation",
        "fiscal_year round score_household score_village score_tambon score_province score_central result"
        " account_households forums_held projects_funded findings",
        wide="findings",
        summary=summaries.rounds,
    ),
    Register(
        "leaders", "P16", Text("ทะเบียนผู้นำ", "Leader registry"), "leader_register",
        "prefix given_name family_name leader_kind status age education position organisation phone",
        wide="organisation",
        summary=summaries.leaders,
    ),
    Register(
        "pre_post", "P17", Text("ผลทดสอบก่อนและหลังอบรม", "Before and after training"), "pre_post_test",
        "training_title people full_score mean_pre mean_post gain_percent people_gained",
        sums="people people_gained", wide="training_title",
        summary=summaries.tests,
    ),
    Register(
        "five_criteria", "P18", Text("ประเมินตามเกณฑ์ 5 ด้าน", "Five criteria"), "course_evaluation",
        "training_title respondent score_relevance score_progress score_efficiency score_effectiveness"
        " score_outcome score_mean obstacles",
        wide="training_title obstacles",
        summary=summaries.criteria,
    ),
    Register(
        "activities", "P18", Text("ผลการดำเนินงานตามกิจกรรม", "Results by activity"), "training_event",
        "visit_date course_name course_level status people people_women groups_trained budget_baht"
        " baht_per_person",
        sums="people people_women groups_trained budget_baht", wide="course_name",
        summary=summaries.activities,
    ),
    Register(
        "welfare", "P21", Text("กองทุนสวัสดิการ", "Welfare funds"), "welfare_fund_register",
        "fund_name fund_kind status members households_covered households_area coverage_percent balance_baht",
        sums="members households_covered households_area balance_baht", wide="fund_name",
        summary=summaries.funds,
    ),
    Register(
        "mechanisms", "P22", Text("รายชื่อกลไกและที่นั่ง", "Mechanisms"), "mechanism_register",
        "body_name body_kind work_level status since_on seat_total distinct_people duties",
        sums="seat_total distinct_people", wide="body_name duties",
        summary=summaries.seats,
    ),
    Register(
        "phase_plan", "P24", Text("แผนงานตามระยะ", "Plan by phases"), "province_programme",
        "", summary=summaries.phases,
    ),
    Register(
        "lessons", "P23", Text("บทเรียน", "Lessons"), "lesson_learned",
        "", summary=summaries.lessons,
    ),
)  # fmt: skip


def build(register: Register, asking: Asking, areas: Sequence[str]) -> list[Paper]:
    """The listing of each area; a column that has no answer for this viewer is left out."""
    about = records.info(asking.atlas, register.form)
    papers = []
    for area in areas:
        rows = asking.listed(register.form, area)
        if about and rows:
            papers.append(_paper(register, asking, area, about, rows))
    return papers


def _paper(register: Register, asking: Asking, area: str, about: LayerInfo, rows: Sequence[Row]) -> Paper:
    above = register.summary(Listed(asking, area, about, rows)) if register.summary else []
    asked = [ref for ref in register.columns.split() if any(row.get(ref) not in (None, "") for row in rows)]
    fields = [one for ref in asked if (one := about.field(ref))]
    body: list[list[Cell]] = [
        [whole(i), *(_cell(about, row, one.ref, one.kind) for one in fields)]
        for i, row in enumerate(rows, 1)
    ]  # fmt: skip
    columns = [Column("ที่", "center", 0.4)]
    columns += [_column(register, one, [row[i] for row in body]) for i, one in enumerate(fields, 1)]
    totals: frozenset[int] = frozenset()
    if register.sums:
        body.append(["", *(_sum(rows, one.ref, register, first=not i) for i, one in enumerate(fields))])
        totals = frozenset([len(rows)])
    listed: list[Block] = [Table(columns, body, totals)] if fields else []
    of_some: list[Block] = [model.Text(f"เฉพาะรายการตามตัวกรอง: {asking.told}")] if asking.told else []
    widest = max((len(one.columns) for one in (*above, *listed) if isinstance(one, Table)), default=0)
    drawn = any(isinstance(one, Timeline) for one in above)
    return Paper(
        register.label.th, asking.place(area), asking.period.label(), [*of_some, *above, *listed],
        as_of=format_date(asking.as_of), boundary_set=asking.boundary_set,
        sources=asking.sources(register.form), number=register.number, landscape=drawn or widest > _UPRIGHT,
    )  # fmt: skip


def _column(register: Register, one: FieldInfo, cells: Sequence[Cell]) -> Column:
    """As wide as what stands in it, within bounds: a heading may take two lines."""
    heading, align = one.label.get("th", one.ref), "end" if one.kind in _FIGURES else "start"
    letters = max(_letters(heading) / 2, *(_letters(cell_text(cell)) for cell in cells))
    width = 2.2 if one.ref in register.wide.split() else min(max(letters / 12, 0.6), 1.4)
    return Column(heading, align, width)


def _letters(text: str) -> int:
    """Letters that take room: marks stand above and below others."""
    return sum(category(letter) != "Mn" for letter in text)


def _cell(about: LayerInfo, row: Row, ref: str, kind: str) -> Cell:
    value = row.get(ref)
    if kind in _FIGURES and value is not None:
        one = about.field(ref)
        named = bool(one and one.unit == "year_be") or ref.endswith("year")
        return str(value) if named else number(Decimal(str(value)))
    day = records.day(row, ref)
    return on(day) if day else records.text(about, row, ref)


def _sum(rows: Sequence[Row], ref: str, register: Register, *, first: bool) -> Cell:
    if first:
        return "รวม"
    if ref not in register.sums.split():
        return ""
    return number(sum((records.money(row, ref) for row in rows), Decimal(0)))
