"""P01: what a household's own account says, on a small sheet that goes back to the house alone."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from reports import records
from reports.papers import numbers
from reports.papers.asking import Asking, amount
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
from reports.records import Row, money
from thai.calendar import format_date
from thai.money import format_baht
from thai.periods import Period

ACCOUNTS, DEBTS = "household_account_month", "household_debt"
FORMS = (ACCOUNTS, DEBTS)
_MOST_BARS, _LINES = 7, 5
_PURPOSES = {"earning": "ก่อรายได้", "not_earning": "ไม่ก่อรายได้", "": "อื่น ๆ หรือไม่ได้บันทึก"}
_WITH_PLACE = re.compile(r"\s+(?:หมู่|ม\.)")  # a label may go on with the place, which the paper names itself


def build(asking: Asking, areas: Sequence[str]) -> list[Paper]:
    """A sheet for every household with an account of the month; none for who may not see the amounts.

    What is owed is told as of the day that the sheet states, whatever happened since.
    """
    month, known = numbers.month_of(asking), Period("phase", None, asking.as_of)
    made = records.entity_of(asking.atlas, asking.viewer, "debts")
    papers = []
    for area in areas:
        months = records.read(asking.atlas, asking.viewer, ACCOUNTS, area=area, period=month)
        months = [row for row in months if row.get("household") and row.get("expense_total") is not None]
        if not months:
            continue
        lines = _grouped(asking, ACCOUNTS, "lines", area, month)
        debts: dict[str, list[Row]] = defaultdict(list)
        events = records.read(asking.atlas, asking.viewer, DEBTS, area=area, period=known)
        for row in records.by_day(events, "event_date"):
            if row.get("household") and row.get("balance_after") is not None:
                key = str(row["_instance_id"])
                debts[row["household"]].append(row | {"debt": row.get("debt") or made.get(key, key)})
        # of a month that was noted twice the later visit tells
        newest = {str(row["household"]): row for row in records.by_day(months, "visit_date")}
        papers += [
            _statement(asking, row, lines.get(str(row["_instance_id"]), []), debts.get(key, []))
            for key, row in sorted(newest.items(), key=lambda pair: pair[1].get("household_label") or "")
        ]
    return papers


def _grouped(asking: Asking, form: str, repeat: str, area: str, period: Period) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in records.read(asking.atlas, asking.viewer, form, repeat, area=area, period=period):
        found[str(row["_instance_id"])].append(row)
    return found


def _statement(asking: Asking, row: Row, lines: list[Row], debts: list[Row]) -> Paper:
    income, expense, unneeded = (
        money(row, one) for one in ("income_total", "expense_total", "not_needed_total")
    )
    blocks: list[Block] = [
        Facts(
            [
                Fact("รายรับ", format_baht(income)),
                Fact("รายจ่าย", format_baht(expense)),
                Fact("เหลือ" if income >= expense else "ขาด", format_baht(abs(income - expense)), _kept(row)),
            ]
        )
    ]
    spent = _by_category(asking, lines)
    if spent:
        rest = sum((total for _, total in spent[_MOST_BARS:]), Decimal(0))
        shown = [*spent[:_MOST_BARS], *([("หมวดอื่น ๆ รวมกัน", rest)] if rest else [])]
        bars = [Bar(label, total, format_baht(total)) for label, total in shown]
        blocks.append(Bars(f"เงินออกไปกับอะไร (รวม {format_baht(expense)})", bars))
    if expense:
        needed = expense - unneeded
        blocks.append(
            Table(
                [Column("รายจ่าย"), Column("บาท", "end"), Column("ร้อยละ", "end")],
                [_part("จำเป็น", needed, expense), _part("ไม่จำเป็น", unneeded, expense)],
            )
        )
    blocks += _debts(debts)
    blocks.append(Question("เดือนหน้าบ้านเราจะลดหรือเพิ่มอะไร?", row.get("next_step") or "", _LINES))
    house = _WITH_PLACE.split(str(row.get("household_label") or ""))[0]
    place = f"{house} {asking.place(_area(row))}".strip()
    month = records.day(row, "account_month") or asking.as_of
    return Paper(
        "บัญชีของบ้านเรา", place, f"เดือน{format_date(month, short=False).partition(' ')[2]}", blocks,
        as_of=format_date(asking.as_of), sources=asking.sources(*FORMS), number="P01", size="a5",
        one_page=True,
    )  # fmt: skip


def _kept(row: Row) -> str:
    """What is in hand with what was brought from the month before, as the account itself says it."""
    brought = money(row, "cash_brought")
    return f"ยกมา {format_baht(brought)} คงเหลือ {format_baht(money(row, 'balance'))}" if brought else ""


def _area(row: Row) -> str:
    tambon, moo = str(row.get("tambon") or row.get("_tambon") or ""), row.get("moo")
    return f"{tambon}{int(moo):02d}" if tambon and moo else tambon


def _part(label: str, part: Decimal, whole: Decimal) -> list[str]:
    return [label, amount(part).text, f"{part * 100 / whole:.1f}"]


def _by_category(asking: Asking, lines: list[Row]) -> list[tuple[str, Decimal]]:
    about = records.info(asking.atlas, ACCOUNTS, "lines")
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        if line.get("line_kind") == "expense":
            totals[records.text(about, line, "category") or "ไม่ระบุ"] += money(line, "amount_baht")
    return sorted(totals.items(), key=lambda pair: (-pair[1], pair[0]))


def _debts(events: list[Row]) -> list[Block]:
    """What is still owed, by what it was borrowed for: each debt by its newest event, as the first tells why.

    ``events`` in the order of their days, each with the ``debt`` that it is of.
    """
    if not events:
        return []
    purpose = {row["debt"]: row["purpose"] for row in events if row.get("purpose")}
    owed: dict[str, Decimal] = defaultdict(Decimal)
    for debt, row in {row["debt"]: row for row in events}.items():
        known = purpose.get(debt, "")
        owed[known if known in _PURPOSES else ""] += money(row, "balance_after")
    total = sum(owed.values(), Decimal(0))
    if not total:
        return [Heading("หนี้"), Text("ไม่มีหนี้คงค้าง", strong=True)]
    rows: list[list[Cell]] = [
        [label, amount(owed[one])] for one, label in _PURPOSES.items() if one or owed[one]
    ]
    rows.append(["รวม", amount(total)])
    return [
        Heading("หนี้คงค้าง"),
        Table([Column("กู้มาเพื่อ"), Column("บาท", "end")], rows, frozenset([len(rows) - 1])),
    ]
