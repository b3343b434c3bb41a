"""P03, P05 and P06: a tambon's accounts village by village, farming cost by crop, and the water balance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from ingest.access import SMALLEST_COUNT
from ingest.doors.figures import Parts
from ingest.doors.over_time import GRAINS
from reports import coverage, debt_by_occupation, records
from reports.debt_by_occupation import Line
from reports.papers import numbers
from reports.papers.asking import Asking, amount, number, whole
from reports.papers.model import (
    Bar,
    Bars,
    Block,
    Cell,
    Column,
    Fact,
    Facts,
    Heading,
    Paper,
    Question,
    Table,
    Text,
)
from reports.papers.numbers import ByVillage, count, defined, summed, value
from reports.records import Row, figure, money
from thai.calendar import format_date
from thai.money import format_baht
from thai.problem import Problem

_ASKED = ("income_month", "expense_month", "not_needed_share")
_BY_CROP = ("livelihood.cost_crop", "livelihood.profit_crop", "livelihood.cost_kg_crop")
_SPENDING, _COST_ITEMS, _MOST_BARS = "livelihood.by_category", "livelihood.cost_item", 8
ACCOUNTS, DEBTS, CROPS, WATER = "household_account_month", "household_debt", "crop_cost", "water_account"
_GROUPS = {"farmers": "เกษตรกร", "workers": "แรงงานและลูกจ้าง", "business": "ประกอบธุรกิจ", "other": "อื่น ๆ"}


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
        totals = [_total([summed(one, code) for code in told]) for one in sums]
        beside = sum((summed(sums[1], code) or Decimal(0) for code in told if code in sums[2]), Decimal(0))
        kept = sum(int(value(keeping, code) or 0) for code in codes)
        rows.append(["รวม", whole(kept), *_money(totals, beside)])
        heads = ("ครัวเรือนที่ส่งบัญชี", "รายรับ (บาท)", "รายจ่าย (บาท)", "ไม่จำเป็น (บาท)", "ไม่จำเป็นต่อรายจ่าย (%)")
        columns = [Column("หมู่บ้าน", width=1.2), *(Column(head, "end") for head in heads)]
        note = (
            f"จำนวนเงินที่มาจากน้อยกว่า {SMALLEST_COUNT} ครัวเรือน หรือเกือบทั้งหมดเป็นของบ้านเดียว ไม่แสดง และไม่รวมในยอดรวม"
            " ยอดของช่วงยาวไม่แสดงเมื่อหักเดือนที่แสดงแล้วจะรู้ยอดของเดือนที่ปิดไว้"
            f"{'' if asking.period.kind in GRAINS else ' ช่วงอื่นนอกจากเดือน ไตรมาส และปีงบประมาณ ไม่แสดงจำนวนเงิน'}"
        )
        table = Table(columns, rows, frozenset([len(rows) - 1]))
        blocks = [_tambon_facts(keeping, codes, told, sums), table, Text(note),
                  *_spending(asking, area), *_debts(asking, area)]  # fmt: skip
        papers.append(_paper(asking, area, "P03", "สรุปบัญชีครัวเรือนของตำบล", blocks, ACCOUNTS, DEBTS))
    return papers


def _tambon_facts(
    keeping: ByVillage, codes: Sequence[str], told: Sequence[str], sums: Sequence[ByVillage]
) -> Facts:
    """Who keeps accounts, and what a household earns and spends in the villages that are told."""
    kept = sum(int(value(keeping, code) or 0) for code in codes)
    facts = [Fact("ครัวเรือนที่ส่งบัญชี", f"{kept:,}", f"จาก {len(codes)} หมู่บ้าน")]
    for label, found in zip(("รายรับต่อบัญชี", "รายจ่ายต่อบัญชี"), sums[:2], strict=True):
        cells = [found[code] for code in told if code in found]
        total = sum((one.numerator or Decimal(0) for one in cells), Decimal(0))
        n = sum((one.denominator or Decimal(0) for one in cells), Decimal(0))
        if n:
            note = f"{format_baht(total)} ÷ {number(n, 0).text} เดือนบัญชี · {len(cells)} หมู่บ้าน"
            facts.append(Fact(label, f"{number(total / n, 0).text} บาท", note))
    return Facts(facts)


def _spending(asking: Asking, area: str) -> list[Block]:
    """Where the money went: sums of what the villages' own sheets may tell, and of nothing else."""
    labels = numbers.labels(asking, _SPENDING)
    found = numbers.by_answer(asking, _SPENDING, area, asking.period)
    sums = ((sum((one.value or Decimal(0) for one in own.values()), Decimal(0)), labels[category])
            for category, own in found.items())  # fmt: skip
    bars = [
        Bar(label, baht, format_baht(baht)) for baht, label in sorted(sums, reverse=True)[:_MOST_BARS] if baht
    ]
    return [Bars("รายจ่ายไปกับอะไร (เฉพาะหมู่บ้านที่แสดงได้)", bars)] if bars else []


def _debts(asking: Asking, area: str) -> list[Block]:
    """T03: debt reduced by occupation in the fiscal year, each where enough did and not one nearly alone.

    The occupations that are not told are the rest of what villages are told: of enough households.
    """
    year = numbers.year_of(asking.period, asking)
    try:
        lines = debt_by_occupation.table(asking.atlas, asking.viewer, area, year)
    except Problem:
        return []
    about = records.info(asking.atlas, debt_by_occupation.REGISTER)
    occupation = about.field("main_occupation") if about else None
    rows: list[list[Cell]] = []
    for one in lines:
        label = occupation.label_of(one.occupation, "th") if occupation and one.occupation else "ไม่ทราบอาชีพ"
        shown = [number(one.mean, 0), amount(one.reduced)] if _is_told(one) else ["–", "–"]
        rows.append([_GROUPS[one.group], label, whole(one.households), *shown])
    columns = [Column("กลุ่มอาชีพ"), Column("อาชีพหลัก", width=1.6), Column("ครัวเรือนที่บันทึกหนี้", "end"),
               Column("ลดหนี้ได้เฉลี่ย (บาท)", "end"), Column("ลดหนี้ได้รวม (บาท)", "end")]  # fmt: skip
    if not rows:
        return []
    heading = Heading(f"ความสามารถในการชำระหนี้ตามกลุ่มอาชีพ {numbers.year_label(year, asking)}")
    rest = [one for one in lines if not _is_told(one)]
    few = 0 < sum(one.reducing for one in rest) < SMALLEST_COUNT
    of_one = sum((one.parts for one in rest), Parts()).of_one
    if few or of_one or not numbers.may_be_summed(asking, f"{DEBTS}.reduced_baht", area, year, numbers.YEAR):
        return [heading, Text("ไม่แสดง เพราะเมื่อหักยอดของหมู่บ้านที่แสดงแล้ว จะรู้หนี้ของบ้านไม่กี่หลังที่เหลือ")]
    return [heading, Table(columns, rows)]


def _is_told(line: Line) -> bool:
    few = line.households < SMALLEST_COUNT or 0 < line.reducing < SMALLEST_COUNT
    return not few and not line.parts.of_one


def _total(amounts: Sequence[Decimal | None]) -> Decimal | None:
    """The sum of those that are told; none of which none is."""
    told = [one for one in amounts if one is not None]
    return sum(told, Decimal(0)) if told else None


def _money(amounts: Sequence[Decimal | None], whole_of: Decimal | None = None) -> list[Cell]:
    """The amounts, and what was not needed as a share of ``whole_of``, else of the spending."""
    _, expense, unneeded = amounts
    all_ = expense if whole_of is None else whole_of
    share = unneeded * 100 / all_ if all_ and unneeded is not None else None
    return [*(amount(one) for one in amounts), number(share, 1)]


def crops(asking: Asking, areas: Sequence[str]) -> list[Paper]:
    """P05: cost, profit and cost per kilogram of each crop; medians, with the number of plots.

    Of a fiscal year: seasons are few, and sheets of months beside it would leave little to tell. Another
    period gets the newest year up to its end that costs were recorded in.
    """
    if asking.period.kind != numbers.YEAR:
        asking = replace(asking, period=coverage.latest_year(asking.atlas, (CROPS,), asking.as_of))
    names = numbers.labels(asking, _BY_CROP[0])
    papers = []
    for area in areas:
        cost, profit, per_kg = (
            numbers.by_answer(asking, name, area, asking.period, "tambon", numbers.YEAR) for name in _BY_CROP
        )
        beside = numbers.beside_villages(asking, _BY_CROP[0], area, asking.period)
        told = {crop: label for crop, label in names.items() if crop in beside and area in cost.get(crop, {})}
        rows: list[list[Cell]] = [
            [label, whole(cost[crop][area].n), number(value(cost[crop], area), 0),
             number(value(profit.get(crop, {}), area), 0), number(value(per_kg.get(crop, {}), area))]
            for crop, label in told.items()
        ]  # fmt: skip
        if rows:
            columns = [
                Column("พืช", width=1.5), Column("จำนวนแปลง", "end"), Column("ต้นทุนต่อไร่ (บาท)", "end"),
                Column("กำไรต่อไร่ (บาท)", "end"), Column("ต้นทุนต่อ กก. (บาท)", "end"),
            ]  # fmt: skip
            note = (
                f"ค่ากลาง (มัธยฐาน) ของแปลงที่บันทึก พืชที่มีผู้ปลูกน้อยกว่า {SMALLEST_COUNT} ครัวเรือนไม่แสดง"
                " รวมถึงเมื่อเทียบกับใบของหมู่บ้านแล้วจะรู้ของบ้านใดบ้านหนึ่ง"
            )
            blocks: list[Block] = [
                _per_rai("ต้นทุนต่อไร่", told, cost, area), _per_rai("กำไรต่อไร่", told, profit, area),
                Table(columns, rows), Text(note), *_spent_on(asking, area),
                Question("ค่าใช้จ่ายใดลดได้ก่อน ถ้ารวมกันซื้อ ทำใช้เอง หรือเปลี่ยนวิธี?", lines=4),
            ]  # fmt: skip
            papers.append(_paper(asking, area, "P05", "ต้นทุนการผลิตต่อไร่", blocks, CROPS))
    return papers


def _per_rai(caption: str, crops_: dict[str, str], found: dict[str, ByVillage], area: str) -> Bars:
    """One number a crop beside the others; a loss is written without a bar."""
    amounts = {label: value(found.get(crop, {}), area) for crop, label in crops_.items()}
    bars = [Bar(label, max(baht, Decimal(0)), f"{number(baht, 0).text} บาท")
            for label, baht in amounts.items() if baht is not None]  # fmt: skip
    return Bars(caption, bars)


def _spent_on(asking: Asking, area: str) -> list[Block]:
    """What the money went to, of all crops together; what few paid for stands in no bar."""
    found = numbers.by_answer(asking, _COST_ITEMS, area, asking.period, "tambon", numbers.YEAR)
    labels = numbers.labels(asking, _COST_ITEMS)
    spent = sorted(
        ((value(own, area) or Decimal(0), labels[item]) for item, own in found.items()), reverse=True
    )
    bars = [Bar(label, baht, format_baht(baht)) for baht, label in spent[:_MOST_BARS] if baht]
    return [Bars("ต้นทุนทุกพืชรวมกันไปกับอะไร", bars)] if bars else []


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
                _month(records.day(row, "period_month")),
                *(number(figure(row, r), 0) for r in refs),
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
        blocks: list[Block] = [_water_facts(*totals), _by_month(listed), table]
        papers.append(_paper(asking, area, "P06", "สมดุลน้ำของตำบล", blocks, WATER))
    return papers


def _water_facts(came: Decimal, needed: Decimal, used: Decimal, lacked: Decimal) -> Facts:
    facts = [Fact(label, f"{number(one, 0).text} ลบ.ม.") for label, one in (("น้ำเข้า", came), ("ใช้", used))]
    part = f"{number(lacked * 100 / needed, 1).text}% ของที่ต้องการ {number(needed, 0).text}" if needed else ""
    return Facts([*facts, Fact("ขาด", f"{number(lacked, 0).text} ลบ.ม.", part)])


def _by_month(listed: Sequence[Row]) -> Bars:
    """What was used each month beside what was needed."""
    months: dict[date, list[Row]] = defaultdict(list)
    for row in listed:
        if day := records.day(row, "period_month"):
            months[day.replace(day=1)].append(row)
    bars = []
    for month, own in sorted(months.items()):
        used, needed = (sum((money(row, ref) for row in own), Decimal(0)) for ref in ("used_m3", "need_m3"))
        bars.append(Bar(_month(month), used, f"{number(used, 0).text} ลบ.ม.", needed))
    return Bars("น้ำที่ใช้แต่ละเดือน", bars, "น้ำที่ต้องการ")


def _month(day: date | None) -> str:
    """``พ.ค. 2569``."""
    return format_date(day).partition(" ")[2] if day else ""


def _paper(
    asking: Asking, area: str, number_: str, title: str, blocks: Sequence[Block], *forms: str
) -> Paper:  # fmt: skip
    return Paper(
        title, asking.place(area), asking.period.label(), blocks, as_of=format_date(asking.as_of),
        boundary_set=asking.boundary_set, sources=asking.sources(*forms), number=number_,
    )  # fmt: skip
