"""P02: the village's own month on one page, returned to its forum, with one question to talk about.

The forum meets every month to understand what the accounts mean, find causes and choose what to do itself,
as a group, with the LAO or with agencies. So the sheet shows where the money went beside the month before,
what is owed, what farming costs, who keeps accounts and what the last forum agreed on, and leaves room for
causes, options and who does what.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from ingest.access import SMALLEST_COUNT
from ingest.doors.figures import Figure, Parts
from reports import records
from reports.papers import numbers
from reports.papers.asking import Asking, number, on, share
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
from reports.papers.numbers import ByVillage, Held, count, defined, summed, value
from reports.plans.records import area_of
from thai.calendar import format_date
from thai.money import format_baht
from thai.periods import ALL_TIME, Period

ACCOUNTS, DEBTS, CROPS, HOUSEHOLDS, FORUM = (
    "household_account_month",
    "household_debt",
    "crop_cost",
    "household_register",
    "forum_record",
)
FORMS = (ACCOUNTS, DEBTS, CROPS, HOUSEHOLDS, FORUM)
KEEPING_TARGET = 10
_MOST_BARS, _MOST_CROPS, _MOST_AGREED = 7, 3, 3
_REMEMBERED = timedelta(days=92)  # an agreement older than three months is not read out again
_SPENDING, _COST, _PROFIT = "livelihood.by_category", "livelihood.cost_crop", "livelihood.profit_crop"
_OWING = Figure(DEBTS, "distinct", ("@household",), date="event_date")
_TOO_FEW_DEBTS = f"มีบันทึกหนี้น้อยกว่า {SMALLEST_COUNT} ครัวเรือน จึงไม่แสดงยอด เพื่อไม่ให้รู้หนี้ของบ้านใดบ้านหนึ่ง"
_HELD_BACK = f"น้อยกว่า {SMALLEST_COUNT} ครัวเรือน หรือเกือบทั้งหมดเป็นของบ้านเดียว"
_TIERS = ("ครัวเรือนทำเอง", "ทำร่วมกันเป็นกลุ่ม", "ขอให้ อปท. ร่วมทำ", "ขอให้ส่วนราชการช่วย")
_STEPS = ("สาเหตุ", "ทางเลือกที่ทำได้", "ทางที่เวทีเลือก")
_ROOM, _MOST_ROOM = 3, 13  # lines to write on: a sheet with few figures leaves more of them
_LINES_OF_PARTS = (14, 5, 6, 5)  # that spending, debts, crops and the last forum take, heading and all
_ATTENDANCE = ("ผู้ร่วมเวที (คน)", "ท้องถิ่น", "ท้องที่", "องค์กรชุมชน", "หน่วยงานรัฐ", "เวทีครั้งต่อไป")

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


@dataclass(frozen=True, slots=True)
class Agreed:
    """One decision of a forum: what, who does it, until when."""

    what: str
    who: str
    due: date | None


@dataclass(frozen=True)
class _Figures:
    """All figures of the villages of an area, asked once."""

    keeping: ByVillage
    registered: ByVillage
    income: ByVillage
    expense: ByVillage
    unneeded: ByVillage
    spending: dict[str, tuple[str, ByVillage, ByVillage]]
    held: dict[str, Held]  # spent on what fewer than five households bought, or one nearly alone
    owing: ByVillage
    borrowed: ByVillage
    reduced: ByVillage
    cleared: ByVillage
    crops: dict[str, tuple[str, ByVillage, ByVillage]]
    agreed: dict[str, tuple[date, list[Agreed]]]  # by village: the last forum's day and decisions


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
    now, held = numbers.told_and_held(asking, _SPENDING, area, month)
    before = numbers.by_answer(asking, _SPENDING, area, numbers.month_before(month))
    cost, profit = (
        numbers.by_answer(asking, name, area, year, finest=numbers.YEAR) for name in (_COST, _PROFIT)
    )
    categories, crops = numbers.labels(asking, _SPENDING), numbers.labels(asking, _COST)
    return _Figures(
        keeping=count(asking, f"{ACCOUNTS}.account_households", area, month),
        registered=count(asking, f"{HOUSEHOLDS}.households", area, ALL_TIME),
        income=defined(asking, f"{ACCOUNTS}.income_month", area, month),
        expense=defined(asking, f"{ACCOUNTS}.expense_month", area, month),
        unneeded=defined(asking, f"{ACCOUNTS}.not_needed_share", area, month),
        spending={one: (categories.get(one, one), found, before.get(one, {})) for one, found in now.items()},
        held=held,
        owing=numbers.cells(asking, _OWING, area, year),
        borrowed=defined(asking, f"{DEBTS}.borrowed_baht", area, year, finest=numbers.YEAR),
        reduced=defined(asking, f"{DEBTS}.reduced_baht", area, year, finest=numbers.YEAR),
        cleared=defined(asking, f"{DEBTS}.debts_cleared", area, year, finest=numbers.YEAR),
        crops={one: (crops[one], cost[one], profit.get(one, {})) for one in crops if one in cost},
        agreed=_last_agreed(asking, area, month),
    )


def _last_agreed(asking: Asking, area: str, month: Period) -> dict[str, tuple[date, list[Agreed]]]:
    """What the newest forum of each village agreed on, of those held before the month's end.

    A forum is of the village that its form names, wherever people met.
    """
    until = month.until or asking.as_of
    newest: dict[str, tuple[date, str]] = {}
    for row in records.by_day(records.read(asking.atlas, asking.viewer, FORUM), "visit_date"):
        held, code = records.day(row, "visit_date"), area_of(row)
        if not held or not code.startswith(area) or row.get("forum_level") != "village":
            continue
        if until - _REMEMBERED <= held <= until:
            newest[code] = held, str(row["_instance_id"])
    about, found = records.info(asking.atlas, FORUM, "decisions"), dict[str, list[Agreed]]()
    for row in records.read(asking.atlas, asking.viewer, FORUM, "decisions") if newest else ():
        who = row.get("decision_org") or records.text(about, row, "decision_tier")
        one = Agreed(row.get("decision_text") or "", who, records.day(row, "decision_due"))
        found.setdefault(str(row["_instance_id"]), []).append(one)
    return {code: (held, found[key]) for code, (held, key) in newest.items() if key in found}


def _sheet(asking: Asking, code: str, month: Period, found: _Figures) -> Paper:
    keeping = int(value(found.keeping, code) or 0)
    spent, rest = _alone(spending_of(found.spending, code), found.held.get(code, Held()))
    money: list[Block] = []
    if keeping < SMALLEST_COUNT:
        spent = []
    elif spent:
        money = [Heading("เงินของหมู่บ้านเดือนนี้ไปไหน"), _bars(spent, rest)]
    parts = (
        money,
        _debts(code, numbers.year_label(numbers.year_of(month, asking), asking), found),
        _crops(code, found),
        _agreed(*found.agreed.get(code, (None, []))),
    )
    blocks: list[Block] = [_facts(code, keeping, found)]
    blocks += [Text(_too_few(keeping))] if keeping < SMALLEST_COUNT else []
    blocks += [block for part in parts for block in part]
    room = _room(parts)
    blocks += [
        Heading("คำถามของเวทีเดือนนี้"),
        question(spent, rest, keeping, summed(found.income, code), summed(found.expense, code)),
        Table([Column(step) for step in _STEPS], [[room] * len(_STEPS)]),
        Table([Column(tier) for tier in _TIERS], [[room] * len(_TIERS)], caption="ใครจะทำอะไร เสร็จเมื่อไร"),
        Table([Column(one) for one in _ATTENDANCE], [["\n"] * len(_ATTENDANCE)]),
    ]
    return Paper(
        "ใบคืนข้อมูลเวทีหมู่บ้าน", asking.place(code), f"เดือน{_month(month)}", blocks,
        as_of=format_date(asking.as_of), boundary_set=asking.boundary_set, sources=asking.sources(*FORMS),
        number="P02", one_page=True,
    )  # fmt: skip


def _room(parts: Sequence[Sequence[Block]]) -> str:
    """Empty lines for each of two tables to write in: what the parts that are missing would have taken."""
    free = sum(lines for lines, part in zip(_LINES_OF_PARTS, parts, strict=True) if not part)
    return "\n" * min(_ROOM + free // 2, _MOST_ROOM)


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
    else:
        facts += _around(code, found)
    return Facts(facts)


def _around(code: str, found: _Figures) -> list[Fact]:
    """Who else in the tambon sent accounts, for a village that has little of its own to look at."""
    others = [
        int(value(found.keeping, one) or 0) for one in found.keeping if one != code and one[:6] == code[:6]
    ]
    sent = [one for one in others if one]
    if not sent:
        return []
    return [Fact("หมู่บ้านอื่นในตำบลที่ส่งบัญชี", f"{len(sent)} หมู่บ้าน", f"รวม {sum(sent):,} ครัวเรือน")]


def _means(code: str, found: _Figures) -> list[Fact]:
    """Means with their sum and number, and the share that was not needed with both its parts."""
    facts = []
    for label, means in (("รายรับเฉลี่ยต่อครัวเรือน", found.income), ("รายจ่ายเฉลี่ยต่อครัวเรือน", found.expense)):
        cell = means.get(code)
        if cell is None:
            facts.append(Fact(label, "ไม่แสดง", _HELD_BACK))
        elif cell.value is not None and cell.numerator is not None:
            note = f"{format_baht(cell.numerator)} ÷ {number(cell.denominator).text}"
            note += _in_tambon(means, code)
            facts.append(Fact(label, f"{number(cell.value, 0).text} บาท", note))
    unneeded = found.unneeded.get(code)
    if unneeded and unneeded.value is not None and unneeded.numerator is not None and unneeded.denominator:
        said = f"{number(unneeded.value * 100, 1).text}%"
        parts = _of(unneeded.numerator, unneeded.denominator)
        facts.append(Fact("รายจ่ายที่บันทึกว่าไม่จำเป็น", said, parts))
    return facts


def _in_tambon(means: ByVillage, code: str) -> str:
    """The mean of all villages of the tambon that may be told: it is made of nothing else."""
    told = [one for area, one in means.items() if area[:6] == code[:6] and one.numerator and one.denominator]
    if len(told) < 2:
        return ""
    total, n = (sum((one or Decimal(0) for one in parts), Decimal(0)) for parts in zip(
        *((cell.numerator, cell.denominator) for cell in told), strict=True))  # fmt: skip
    return f" · {len(told)} หมู่บ้านในตำบล {number(total / n, 0).text}"


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


def _alone(spent: list[Spending], held: Held) -> tuple[list[Spending], Decimal]:
    """The categories that may stand by themselves, and the baht of the rest.

    What is held back stands in the rest only beside something that more bought, and where the rest is not
    nearly one household's own; else there is neither.
    """
    most = min(_MOST_BARS, len(spent) - 1) if held.sum else _MOST_BARS
    for shown in range(most, 0, -1):
        alone = {one.category for one in spent[:shown]}
        together = sum((parts for one, parts in held.parts.items() if one not in alone), Parts())
        if not together.of_one:
            return spent[:shown], sum((one.now for one in spent[shown:]), held.sum)
    return [], Decimal(0)


def _bars(spent: list[Spending], rest: Decimal) -> Bars:
    shown = [Bar(one.label, one.now, format_baht(one.now), one.before) for one in spent]
    caption = f"รายจ่ายรวม {format_baht(sum((one.now for one in spent), rest))}"
    if rest:
        caption += f" เป็นหมวดอื่น ๆ รวมกัน {format_baht(rest)}"
    marked = any(bar.before is not None for bar in shown)
    return Bars(caption, shown, "เดือนก่อน" if marked else "")


def _debts(code: str, year: str, found: _Figures) -> list[Block]:
    """What was borrowed and paid off in the year, each only where enough households did."""
    owing = int(value(found.owing, code) or 0)
    if not owing:
        return []
    facts = [
        Fact("กู้ใหม่", *_told(found.borrowed, code, format_baht)),
        Fact("ลดลงได้", *_told(found.reduced, code, format_baht)),
        Fact("ปลดได้หมด", *_told(found.cleared, code, lambda debts: f"{int(debts):,} ก้อน")),
    ]
    heading = Heading(f"หนี้ของหมู่บ้าน {year} ({owing:,} ครัวเรือนที่บันทึก)")
    return [heading, Facts(facts) if owing >= SMALLEST_COUNT else Text(_TOO_FEW_DEBTS)]


def _told(found: ByVillage, code: str, said: Callable[[Decimal], str]) -> tuple[str, str]:
    if code not in found:
        return "ไม่แสดง", _HELD_BACK
    return said(value(found, code) or Decimal(0)), ""


def _agreed(held: date | None, agreed: Sequence[Agreed]) -> list[Block]:
    """The last forum's decisions, to be asked about first."""
    if not held or not agreed:
        return []
    rows: list[list[Cell]] = [[one.what, one.who, on(one.due), ""] for one in agreed[:_MOST_AGREED]]
    columns = [
        Column("เรื่อง", width=2.4),
        Column("ใครทำ", width=1.4),
        Column("กำหนดเสร็จ"),
        Column("ทำแล้วหรือยัง"),
    ]
    return [Heading(f"เวทีครั้งก่อน ({format_date(held)}) ตกลงกันว่า"), Table(columns, rows)]


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
            f"ของ {keeping} ครัวเรือนที่ส่งบัญชี เฉลี่ยบ้านละ {number(asked.now / keeping, 0).text} บาท "
            f"ปีหนึ่งรวมประมาณ {format_baht(asked.now * 12)} บ้านเราจ่ายเท่าไร?"
        )
        if asked.category in _MAKE:
            return Question(
                f"เราซื้อ{asked.label} {format_baht(asked.now)} ต่อเดือน ถ้า{_MAKE[asked.category]} จะเป็นอย่างไร?",
                why,
                0,
            )
        return Question(
            f"ถ้าลด{asked.label}ลงครึ่งหนึ่ง เราจะเอาเงิน {format_baht(asked.now / 2)} ต่อเดือนไปทำอะไร?", why, 0
        )
    if keeping >= SMALLEST_COUNT and income is not None and expense is not None and expense > income:
        why = f"เดือนนี้จ่าย {format_baht(expense)} มากกว่ารับ {format_baht(income)}"
        return Question(f"รายจ่ายเกินรายรับ {format_baht(expense - income)} เราจะลดหรือเพิ่มอะไรก่อน?", why, 0)
    return Question(
        f"ทำอย่างไรให้มีครัวเรือนทำบัญชีครบ {KEEPING_TARGET} ครัวเรือน?",
        "ข้อมูลยิ่งครบ แผนของหมู่บ้านยิ่งมีน้ำหนัก", 0,
    )  # fmt: skip
