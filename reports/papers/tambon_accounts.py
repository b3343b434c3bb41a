"""P03, P05 and P06: a tambon's accounts village by village, farming cost by crop, and the water balance."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ingest.access import SMALLEST_COUNT
from reports import records
from reports.papers import numbers
from reports.papers.asking import Asking, amount, number, whole
from reports.papers.model import Cell, Column, Paper, Table, Text
from reports.papers.numbers import count, defined, summed, value
from reports.records import money
from thai.calendar import format_date

_ASKED = ("income_month", "expense_month", "not_needed_share")
_BY_CROP = ("livelihood.cost_crop", "livelihood.profit_crop", "livelihood.cost_kg_crop")
ACCOUNTS, CROPS, WATER = "household_account_month", "crop_cost", "water_account"


def accounts(asking: Asking, areas: Sequence[str]) -> list[Paper]:
    """P03: households, income, spending and what was not needed, for each village of a tambon."""
    papers = []
    for area in areas:
        keeping = count(asking, f"{ACCOUNTS}.account_households", area, asking.period)
        sums = [defined(asking, f"{ACCOUNTS}.{name}", area, asking.period) for name in _ASKED]
        codes = numbers.villages(keeping)
        if not codes:
            continue
        told = [code for code in codes if (value(keeping, code) or 0) >= SMALLEST_COUNT]
        rows: list[list[Cell]] = []
        for code in codes:
            amounts = [summed(one, code) if code in told else None for one in sums]
            rows.append([f"หมู่ที่ {int(code[6:])}", whole(int(value(keeping, code) or 0)), *_money(amounts)])
        totals = [sum((summed(one, code) or Decimal(0) for code in told), Decimal(0)) for one in sums]
        beside = sum((summed(sums[1], code) or Decimal(0) for code in told if code in sums[2]), Decimal(0))
        kept = sum(int(value(keeping, code) or 0) for code in codes)
        rows.append(["รวม", whole(kept), *_money(totals, beside)])
        heads = ("ครัวเรือนที่ส่งบัญชี", "รายรับ (บาท)", "รายจ่าย (บาท)", "ไม่จำเป็น (บาท)", "ไม่จำเป็นต่อรายจ่าย (%)")
        columns = [Column("หมู่บ้าน", width=1.2), *(Column(head, "end") for head in heads)]
        note = (
            f"จำนวนเงินที่มาจากน้อยกว่า {SMALLEST_COUNT} ครัวเรือน หรือเกือบทั้งหมดเป็นของบ้านเดียว ไม่แสดง และไม่รวมในยอดรวม"
        )
        table = Table(columns, rows, frozenset([len(rows) - 1]))
        papers.append(_paper(asking, area, "P03", "สรุปบัญชีครัวเรือนของตำบล", (table, Text(note)), ACCOUNTS))
    return papers


def _money(amounts: Sequence[Decimal | None], whole_of: Decimal | None = None) -> list[Cell]:
    """The amounts, and what was not needed as a share of ``whole_of``, else of the spending."""
    _, expense, unneeded = amounts
    all_ = expense if whole_of is None else whole_of
    share = unneeded * 100 / all_ if all_ and unneeded is not None else None
    return [*(amount(one) for one in amounts), number(share, 1)]


def crops(asking: Asking, areas: Sequence[str]) -> list[Paper]:
    """P05: cost, profit and cost per kilogram of each crop; medians, with the number of plots."""
    names = numbers.labels(asking, _BY_CROP[0])
    papers = []
    for area in areas:
        cost, profit, per_kg = (
            numbers.by_answer(asking, name, area, asking.period, "tambon") for name in _BY_CROP
        )
        rows: list[list[Cell]] = [
            [label, whole(cost[crop][area].n), number(value(cost[crop], area), 0),
             number(value(profit.get(crop, {}), area), 0), number(value(per_kg.get(crop, {}), area))]
            for crop, label in names.items()
            if crop in cost and area in cost[crop]
        ]  # fmt: skip
        if rows:
            columns = [
                Column("พืช", width=1.5), Column("จำนวนแปลง", "end"), Column("ต้นทุนต่อไร่ (บาท)", "end"),
                Column("กำไรต่อไร่ (บาท)", "end"), Column("ต้นทุนต่อ กก. (บาท)", "end"),
            ]  # fmt: skip
            note = Text("ค่ากลาง (มัธยฐาน) ของแปลงที่บันทึก")
            papers.append(_paper(asking, area, "P05", "ต้นทุนการผลิตต่อไร่", (Table(columns, rows), note), CROPS))
    return papers


def water(asking: Asking, areas: Sequence[str]) -> list[Paper]:
    """P06: what came in, was used and was lacking, source by source and month by month."""
    papers = []
    for area in areas:
        listed = records.read(asking.atlas, asking.viewer, WATER, area=area, period=asking.period)
        if not listed:
            continue
        refs = ("opening_m3", "inflow_m3", "need_m3", "used_m3", "lack_m3", "balance_m3")
        rows: list[list[Cell]] = [
            [
                row.get("asset_label") or "",
                row.get("month_code") or "",
                *(number(money(row, r), 0) for r in refs),
            ]
            for row in listed
        ]
        totals = [sum((money(row, ref) for row in listed), Decimal(0)) for ref in refs[1:5]]
        rows.append(["รวม", "", "", *(number(one, 0) for one in totals), ""])
        columns = [
            Column("แหล่งน้ำ", width=2), Column("เดือน", width=0.9),
            *(Column(h, "end") for h in ("ต้นเดือน", "เข้า", "ต้องการ", "ใช้", "ขาด", "คงเหลือ")),
        ]  # fmt: skip
        table = Table(columns, rows, frozenset([len(rows) - 1]), "หน่วย: ลูกบาศก์เมตร")
        papers.append(_paper(asking, area, "P06", "สมดุลน้ำของตำบล", (table,), WATER))
    return papers


def _paper(
    asking: Asking, area: str, number_: str, title: str, blocks: Sequence[Table | Text], form: str
) -> Paper:  # fmt: skip
    return Paper(
        title, asking.place(area), asking.period.label(), blocks, as_of=format_date(asking.as_of),
        boundary_set=asking.boundary_set, sources=asking.sources(form), number=number_,
    )  # fmt: skip
