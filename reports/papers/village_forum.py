"""P02: the village's own month on one page, returned to its forum, with one question to talk about.

The forum meets every month to understand what the accounts mean, find causes and choose what to do itself,
as a group, with the LAO or with agencies. So the sheet shows where the money went beside the month before,
what is owed, what farming costs, who keeps accounts, and leaves room for what is decided.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from ingest.access import SMALLEST_COUNT
from ingest.doors.figures import Figure
from reports.papers import numbers
from reports.papers.asking import Asking, number, share
from reports.papers.model import (
    Bar,
    Bars,
    Block,
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
from thai.calendar import format_date
from thai.money import format_baht
from thai.periods import ALL_TIME, Period

ACCOUNTS, DEBTS, CROPS, HOUSEHOLDS = (
    "household_account_month",
    "household_debt",
    "crop_cost",
    "household_register",
)
FORMS = (ACCOUNTS, DEBTS, CROPS, HOUSEHOLDS)
KEEPING_TARGET = 10
_MOST_BARS, _MOST_CROPS = 8, 4
_SPENDING, _COST, _PROFIT = "livelihood.by_category", "livelihood.cost_crop", "livelihood.profit_crop"
_OWING = Figure(DEBTS, "distinct", ("@household",), date="event_date")
_TOO_FEW_DEBTS = f"มีบันทึกหนี้น้อยกว่า {SMALLEST_COUNT} ครัวเรือน จึงไม่แสดงยอด เพื่อไม่ให้รู้หนี้ของบ้านใดบ้านหนึ่ง"
_TIERS = ("ครัวเรือนทำเอง", "ทำร่วมกันเป็นกลุ่ม", "ขอให้ อปท. ร่วมทำ", "ขอให้ส่วนราชการช่วย")

# What a village buys much of and could make itself; and what it could do with less of.
_MAKE = {
    "eggs": "รวมกลุ่มเลี้ยงไก่ไข่กันเอง",
    "vegetable_fruit": "ปลูกผักกินเองหรือทำแปลงผักรวม",
    "meat_fish": "เลี้ยงปลาหรือเลี้ยงไก่ไว้กินเอง",
    "rice": "กินข้าวจากกลุ่มหรือโรงสีในหมู่บ้าน",
    "seasoning": "รวมกลุ่มทำเครื่องแกงและเครื่องปรุง",
    "household_goods": "รวมกลุ่มทำสบู่และน้ำยาล้างจาน",
    "farm_fertiliser": "รวมกลุ่มทำปุ๋ยหมักหรือซื้อปุ๋ยรวมกัน",
    "farm_seed": "เก็บเมล็ดพันธุ์หรือรวมกลุ่มผลิตพันธุ์เอง",
}
_LESS = ("alcohol_tobacco", "lottery", "drinks_snacks", "phone_internet")


@dataclass(frozen=True, slots=True)
class Spending:
    """One category of spending: this month's and the month before's baht."""

    category: str
    label: str
    now: Decimal
    before: Decimal | None


@dataclass(frozen=True)
class _Figures:
    """All figures of the villages of an area, asked once."""

    keeping: ByVillage
    registered: ByVillage
    income: ByVillage
    expense: ByVillage
    unneeded: ByVillage
    spending: dict[str, tuple[str, ByVillage, ByVillage]]
    few_bought: dict[str, Decimal]  # spent on what fewer than five households bought
    owing: ByVillage
    borrowed: ByVillage
    reduced: ByVillage
    cleared: ByVillage
    crops: dict[str, tuple[str, ByVillage, ByVillage]]


def build(asking: Asking, areas: Sequence[str]) -> list[Paper]:
    """A sheet for every village of the areas that has accounts, debts or registered households."""
    month = numbers.month_of(asking)
    papers = []
    for area in areas:
        found = _ask(asking, asking.wide(area), month, asking.atlas.data_version)
        all_ = (found.keeping, found.registered, found.owing)
        codes = numbers.villages(*([code for code in one if code.startswith(area)] for one in all_))
        papers += [_sheet(asking, code, month, found) for code in codes]
    return papers


@lru_cache(maxsize=2)
def _ask(asking: Asking, area: str, month: Period, data_version: str) -> _Figures:  # noqa: ARG001 - part of the key
    """All figures of an area's villages; kept, as a batch asks for the same area again and again."""
    year = numbers.year_of(month, asking)
    now, few_bought = numbers.told_and_few(asking, _SPENDING, area, month)
    before = numbers.by_answer(asking, _SPENDING, area, numbers.month_before(month))
    cost, profit = (numbers.by_answer(asking, name, area, year) for name in (_COST, _PROFIT))
    categories, crops = numbers.labels(asking, _SPENDING), numbers.labels(asking, _COST)
    return _Figures(
        keeping=count(asking, f"{ACCOUNTS}.account_households", area, month),
        registered=count(asking, f"{HOUSEHOLDS}.households", area, ALL_TIME),
        income=defined(asking, f"{ACCOUNTS}.income_month", area, month),
        expense=defined(asking, f"{ACCOUNTS}.expense_month", area, month),
        unneeded=defined(asking, f"{ACCOUNTS}.not_needed_share", area, month),
        spending={one: (categories.get(one, one), found, before.get(one, {})) for one, found in now.items()},
        few_bought=few_bought,
        owing=numbers.cells(asking, _OWING, area, year),
        borrowed=defined(asking, f"{DEBTS}.borrowed_baht", area, year),
        reduced=defined(asking, f"{DEBTS}.reduced_baht", area, year),
        cleared=defined(asking, f"{DEBTS}.debts_cleared", area, year),
        crops={one: (crops[one], cost[one], profit.get(one, {})) for one in crops if one in cost},
    )


def _sheet(asking: Asking, code: str, month: Period, found: _Figures) -> Paper:
    keeping = int(value(found.keeping, code) or 0)
    blocks: list[Block] = [_facts(code, keeping, found)]
    spent, rest = _alone(spending_of(found.spending, code), found.few_bought.get(code, Decimal(0)))
    if keeping < SMALLEST_COUNT:
        blocks.append(Text(_too_few(keeping)))
        spent = []
    elif spent:
        blocks += [Heading("เงินของหมู่บ้านเดือนนี้ไปไหน"), _bars(spent, rest)]
    blocks += _debts(code, numbers.year_of(month, asking), found)
    blocks += _crops(code, found)
    blocks += [
        Heading("คำถามของเวทีเดือนนี้"),
        question(spent, rest, keeping, summed(found.income, code), summed(found.expense, code)),
        Table([Column(tier) for tier in _TIERS], [["\n\n"] * len(_TIERS)], caption="เวทีตกลงกันว่า ใครจะทำอะไร"),
    ]
    return Paper(
        "ใบคืนข้อมูลเวทีหมู่บ้าน", asking.place(code), f"เดือน{_month(month)}", blocks,
        as_of=format_date(asking.as_of), boundary_set=asking.boundary_set, sources=asking.sources(*FORMS),
        number="P02",
    )  # fmt: skip


def _month(month: Period) -> str:
    """``ตุลาคม 2569``."""
    return format_date(month.since, short=False).partition(" ")[2] if month.since else ""


def _too_few(keeping: int) -> str:
    if not keeping:
        return "เดือนนี้ยังไม่มีบัญชีครัวเรือนของหมู่บ้าน"
    return f"เดือนนี้มีบัญชี {keeping} ครัวเรือน น้อยกว่า {SMALLEST_COUNT} จึงไม่แสดงรายหมวด เพื่อไม่ให้รู้เงินของบ้านใดบ้านหนึ่ง"


def _facts(code: str, keeping: int, found: _Figures) -> Facts:
    registered = int(value(found.registered, code) or 0)
    whole = f"จาก {share(keeping, registered)} ครัวเรือน" if registered >= keeping > 0 else ""
    facts = [Fact("ครัวเรือนที่ส่งบัญชี", f"{keeping:,}", f"{whole} เป้า {KEEPING_TARGET} ต่อหมู่บ้าน".strip())]
    if keeping >= SMALLEST_COUNT:
        facts += _means(code, found)
    return Facts(facts)


def _means(code: str, found: _Figures) -> list[Fact]:
    """Means with their sum and number, and the share that was not needed with both its parts."""
    facts = []
    for label, means in (("รายรับเฉลี่ยต่อครัวเรือน", found.income), ("รายจ่ายเฉลี่ยต่อครัวเรือน", found.expense)):
        cell = means.get(code)
        if cell and cell.value is not None and cell.numerator is not None:
            note = f"{format_baht(cell.numerator)} ÷ {number(cell.denominator).text}"
            facts.append(Fact(label, f"{number(cell.value, 0).text} บาท", note))
    unneeded = found.unneeded.get(code)
    if unneeded and unneeded.value is not None and unneeded.numerator is not None and unneeded.denominator:
        said = f"{number(unneeded.value * 100, 1).text}%"
        parts = _of(unneeded.numerator, unneeded.denominator)
        facts.append(Fact("รายจ่ายที่บันทึกว่าไม่จำเป็น", said, parts))
    return facts


def _of(part: Decimal, whole: Decimal) -> str:
    return f"{number(part).text} จาก {format_baht(whole)}"


def spending_of(spending: dict[str, tuple[str, ByVillage, ByVillage]], code: str) -> list[Spending]:
    """A village's spending by category, the largest first."""
    found = [
        Spending(category, label, amount, value(before, code) or None)
        for category, (label, now, before) in spending.items()
        if (amount := value(now, code))
    ]
    return sorted(found, key=lambda one: (-one.now, one.category))


def _alone(spent: list[Spending], few: Decimal) -> tuple[list[Spending], Decimal]:
    """The categories that may stand by themselves, and the baht of the rest.

    What few households bought (``few``) stands in the rest only beside something that more bought, so that
    the rest is nobody's own.
    """
    most = min(_MOST_BARS, len(spent) - 1) if few else _MOST_BARS
    return spent[:most], sum((one.now for one in spent[most:]), few)


def _bars(spent: list[Spending], rest: Decimal) -> Bars:
    shown = [Bar(one.label, one.now, format_baht(one.now), one.before) for one in spent]
    if rest:
        shown.append(Bar("หมวดอื่น ๆ รวมกัน", rest, format_baht(rest)))
    total = sum((one.now for one in spent), rest)
    marked = any(bar.before is not None for bar in shown)
    return Bars(f"รายจ่ายรวม {format_baht(total)}", shown, "เดือนก่อน" if marked else "")


def _debts(code: str, year: Period, found: _Figures) -> list[Block]:
    """What was borrowed and paid off in the year, each only where enough households did."""
    owing = int(value(found.owing, code) or 0)
    if not owing:
        return []
    facts = [
        Fact("กู้ใหม่", *_told(found.borrowed, code, format_baht)),
        Fact("ลดลงได้", *_told(found.reduced, code, format_baht)),
        Fact("ปลดได้หมด", *_told(found.cleared, code, lambda debts: f"{int(debts):,} ก้อน")),
    ]
    heading = Heading(f"หนี้ของหมู่บ้าน {year.label()} ({owing:,} ครัวเรือนที่บันทึก)")
    return [heading, Facts(facts) if owing >= SMALLEST_COUNT else Text(_TOO_FEW_DEBTS)]


def _told(found: ByVillage, code: str, said: Callable[[Decimal], str]) -> tuple[str, str]:
    if code not in found:
        return "ไม่แสดง", f"น้อยกว่า {SMALLEST_COUNT} ครัวเรือน"
    return said(value(found, code) or Decimal(0)), ""


def _crops(code: str, found: _Figures) -> list[Block]:
    """Cost beside profit of the crops that enough households grow."""
    rows = [
        (label, number(value(cost, code), 0), number(value(profit, code), 0), str(cost[code].n))
        for label, cost, profit in found.crops.values()
        if value(cost, code) is not None
    ][:_MOST_CROPS]
    if not rows:
        return []
    columns = [
        Column("พืช", width=2), Column("ต้นทุนต่อไร่ (บาท)", "end"), Column("กำไรต่อไร่ (บาท)", "end"),
        Column("จำนวนแปลง", "end"),
    ]  # fmt: skip
    return [Heading("ต้นทุนการผลิตต่อไร่ (ค่ากลาง)"), Table(columns, rows)]


def question(
    spent: list[Spending], rest: Decimal, keeping: int, income: Decimal | None, expense: Decimal | None
) -> Question:
    """One question that this month's figures ask: make it, need less of it, earn more, or keep accounts.

    ``rest`` is what was spent besides ``spent``.
    """
    asked = next((one for one in spent if one.category in _MAKE or one.category in _LESS), None)
    if asked:
        total = sum((one.now for one in spent), rest)
        part = number(asked.now * 100 / total, 1).text
        why = (
            f"{asked.label} {format_baht(asked.now)} คิดเป็น {part}% ของรายจ่าย {format_baht(total)} "
            f"ของ {keeping} ครัวเรือนที่ส่งบัญชี ปีหนึ่งประมาณ {format_baht(asked.now * 12)}"
        )
        if asked.category in _MAKE:
            return Question(
                f"เราซื้อ{asked.label} {format_baht(asked.now)} ต่อเดือน ถ้า{_MAKE[asked.category]} จะเป็นอย่างไร?",
                why,
                2,
            )
        return Question(
            f"ถ้าลด{asked.label}ลงครึ่งหนึ่ง เราจะเอาเงิน {format_baht(asked.now / 2)} ต่อเดือนไปทำอะไร?", why, 2
        )
    if keeping >= SMALLEST_COUNT and income is not None and expense is not None and expense > income:
        why = f"เดือนนี้จ่าย {format_baht(expense)} มากกว่ารับ {format_baht(income)}"
        return Question(f"รายจ่ายเกินรายรับ {format_baht(expense - income)} เราจะลดหรือเพิ่มอะไรก่อน?", why, 2)
    return Question(
        f"ทำอย่างไรให้มีครัวเรือนทำบัญชีครบ {KEEPING_TARGET} ครัวเรือน?",
        "ข้อมูลยิ่งครบ แผนของหมู่บ้านยิ่งมีน้ำหนัก", 2,
    )  # fmt: skip
