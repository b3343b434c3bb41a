"""P04: what a household's own enterprise earned, on a small sheet that goes back to who runs it alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from reports import records
from reports.papers.asking import Asking, amount, span
from reports.papers.model import Block, Cell, Column, Fact, Facts, Heading, Paper, Question, Table
from reports.papers.summaries import enough_beside, middle, owner
from reports.plans.records import area_of
from reports.records import Row, money
from thai.calendar import format_date
from thai.money import format_baht
from thai.periods import Period, period_of

ENTERPRISE = "enterprise_pl"


def build(asking: Asking, areas: Sequence[str]) -> list[Paper]:
    """A sheet for every enterprise and period; none for who may not see what it earned."""
    papers = []
    for area in areas:
        rows = [row for row in _read(asking, area, asking.period) if row.get("profit") is not None]
        costs: dict[str, list[Row]] = defaultdict(list)
        for one in records.read(asking.atlas, asking.viewer, ENTERPRISE, "costs", area=area) if rows else ():
            costs[str(one["_instance_id"])].append(one)
        years = {_year(row) for row in rows}
        around = {year: _read(asking, area[:6], year) if year else [] for year in years}
        papers += [
            _sheet(asking, row, costs.get(str(row["_instance_id"]), []), around[_year(row)]) for row in rows
        ]
    return papers


def _read(asking: Asking, area: str, period: Period) -> list[Row]:
    return records.read(asking.atlas, asking.viewer, ENTERPRISE, area=area, period=period)


def _year(row: Row) -> Period | None:
    """The fiscal year in which a row's period ended."""
    until = records.day(row, "period_to")
    return period_of("fiscal_year", until) if until else None


def _sheet(asking: Asking, row: Row, costs: list[Row], around: list[Row]) -> Paper:
    income, cost, profit = (money(row, ref) for ref in ("income_total", "cost_total", "profit"))
    about = records.info(asking.atlas, ENTERPRISE)
    month = money(row, "profit_month")
    words = "กำไรต่อเดือน" if month >= 0 else "ขาดทุนต่อเดือน"
    a_month = Fact(words, format_baht(abs(month)), _beside(row, around))
    facts = [
        Fact("รายได้", format_baht(income)), Fact("ต้นทุน", format_baht(cost)),
        Fact("กำไร" if profit >= 0 else "ขาดทุน", format_baht(abs(profit))), a_month,
    ]  # fmt: skip
    change = records.text(about, row, "next_change")
    blocks: list[Block] = [Facts(facts), *_costs(asking, costs), Question("ช่วงหน้าจะปรับอะไร?", change, 2)]
    period = span(records.day(row, "period_from"), records.day(row, "period_to"))
    place = asking.place(area_of(row))
    return Paper(
        f"กำไรขาดทุนของ{row.get('enterprise_name') or 'กิจการ'}", place, period, blocks,
        as_of=format_date(asking.as_of), sources=asking.sources(ENTERPRISE), number="P04", size="a5",
    )  # fmt: skip


def _beside(row: Row, around: Sequence[Row]) -> str:
    """The middle of the tambon's enterprises of this kind, of the whole fiscal year whatever is asked.

    It is what the paper of all enterprises tells, on the same condition, so that nothing adds to it.
    """
    alike = [one for one in around if one.get("enterprise_kind") == row.get("enterprise_kind")]
    year, tambon = _year(row), str(row.get("_tambon") or row.get("tambon") or "")
    found = middle(alike, "profit_month") if year and tambon and enough_beside(alike, tambon) else None
    if year is None or found is None:
        return ""
    told = format_baht(found.quantize(Decimal(1)))
    return f"ค่ากลางของ {len({owner(one) for one in alike})} รายในตำบล {year.label()} {told}"


def _costs(asking: Asking, costs: list[Row]) -> list[Block]:
    """What it cost, item by item, paid or one's own."""
    if not costs:
        return []
    about = records.info(asking.atlas, ENTERPRISE, "costs")
    rows: list[list[Cell]] = [
        [
            *(records.text(about, one, ref) for ref in ("cost_item", "cost_paid")),
            amount(money(one, "cost_baht")),
        ]
        for one in costs
    ]
    rows.append(["รวม", "", amount(sum((money(one, "cost_baht") for one in costs), Decimal(0)))])
    columns = [Column("ต้นทุน"), Column("จ่ายอย่างไร"), Column("บาท", "end")]
    return [Heading("เงินออกไปกับอะไร"), Table(columns, rows, frozenset([len(costs)]))]
