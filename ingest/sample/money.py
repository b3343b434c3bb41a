"""Plausible household accounts, debts and small enterprises."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from ingest.sample.households import Home, Visit
from ingest.sample.registered import Known
from ingest.sample.writing import BANGKOK, Answers, Dice, Value

_LAST_VISITS = datetime(2026, 7, 25, tzinfo=BANGKOK)  # the next one is still within the year
Rows = list[dict[str, Value]]

#: Category: how often a month has it, and its amount in baht from and to.
_INCOME = {
    "crop_sale": (0.7, 2500, 26000), "wages": (0.55, 1200, 9000), "trade_income": (0.25, 900, 7000),
    "remittance": (0.4, 500, 4000), "welfare": (0.6, 600, 1400), "subsidy": (0.06, 1000, 6000),
    "animal_sale": (0.12, 300, 4500),
}  # fmt: skip
_EXPENSE = {
    "rice": (0.8, 250, 900), "meat_fish": (0.95, 500, 2600), "eggs": (0.9, 120, 620),
    "seasoning": (0.7, 100, 500),
    "vegetable_fruit": (0.7, 100, 700), "ready_food": (0.5, 200, 1500), "drinks_snacks": (0.7, 100, 900),
    "alcohol_tobacco": (0.35, 100, 1300), "lottery": (0.45, 80, 1200), "utilities": (0.95, 250, 1300),
    "phone_internet": (0.9, 150, 700), "fuel_travel": (0.9, 300, 2200), "education_cost": (0.4, 300, 3500),
    "health": (0.25, 60, 1500), "social": (0.6, 200, 2200), "farm_fertiliser": (0.35, 900, 8500),
    "farm_chemical": (0.25, 200, 2200), "farm_labour": (0.25, 500, 4000), "debt_principal": (0.3, 500, 5000),
    "debt_interest": (0.3, 100, 1200), "savings_in": (0.35, 100, 1000), "clothing": (0.15, 150, 1200),
}  # fmt: skip
_LUXURIES = {
    "alcohol_tobacco": 0.9,
    "lottery": 0.95,
    "drinks_snacks": 0.5,
    "ready_food": 0.35,
    "clothing": 0.4,
}


def account(dice: Dice, home: Home, month: date, visit: Visit) -> Answers:
    """One month of a household's account, as it is collected at the beginning of the next."""
    days = monthrange(month.year, month.month)[1]
    agreed, label = dice.chance(0.95), home.label
    values: dict[str, Value] = visit.answers() | {
        "consent": "yes" if agreed else "no",
        "map_point": home.point,
        "household": home.entity_id,
        "household_label": label,
        "account_month": month.isoformat(),
        "month_code": f"{month:%Y-%m}",
        "month_number": month.month,
        "days_in_month": days,
        "recorded_from": dice.pick({"book": 0.7, "told": 0.2, "own": 0.1}),
        "account_state": dice.pick({"returned": 0.3, "checked": 0.35, "keyed": 0.25, "collected": 0.1}),
    }
    answers = Answers(values, visit.when, f"{label} {month:%Y-%m}")
    if agreed:
        lines = [
            *_lines(dice, "income", _INCOME, month, days),
            *_lines(dice, "expense", _EXPENSE, month, days),
        ]
        answers.repeats["lines"] = sorted(lines, key=lambda row: int(row["line_day"] or 0))
        values |= _totals(dice, lines)
    return answers


def _lines(
    dice: Dice, kind: str, table: dict[str, tuple[float, int, int]], month: date, days: int
) -> Iterator[dict[str, Value]]:
    for category, (share, low, high) in table.items():
        if not dice.chance(share):
            continue
        day, amount = dice.randint(1, days), dice.randint(low // 10, high // 10) * 10
        luxury = dice.chance(_LUXURIES.get(category, 0.03))
        needed = "not_needed" if luxury else "needed"
        yield {
            "line_day": day,
            "line_date": month.replace(day=day).isoformat(),
            "line_kind": kind,
            "category": category,
            "amount_baht": f"{amount}.00",
            "necessity": needed if kind == "expense" else None,
            "channel": dice.pick({"cash": 0.72, "transfer": 0.2, "credit": 0.05, "state_card": 0.03}),
            "line_income": f"{amount if kind == 'income' else 0}.00",
            "line_expense": f"{amount if kind == 'expense' else 0}.00",
            "line_not_needed": f"{amount if kind == 'expense' and luxury else 0}.00",
        }


def _totals(dice: Dice, lines: Rows) -> dict[str, Value]:
    income, expense, luxury = (
        sum(int(float(row[column] or 0)) for row in lines)
        for column in ("line_income", "line_expense", "line_not_needed")
    )
    brought = dice.randint(0, 60) * 100
    return {
        "cash_brought": f"{brought}.00",
        "line_count": len(lines),
        "income_total": f"{income}.00",
        "expense_total": f"{expense}.00",
        "not_needed_total": f"{luxury}.00",
        "balance": f"{brought + income - expense}.00",
        "book_income": f"{income}.00",
        "book_expense": f"{expense}.00",
    }


def debt(dice: Dice, home: Home, number: int) -> Iterator[Answers]:
    """A debt from the day it was borrowed through its payments, never below nothing."""
    ids = Known(dice.uuid(), f"หนี้ก้อนที่ {number}", home.ground, home.moo, home.place, home.registered_at)
    balance = dice.choice((10, 20, 30, 50, 80, 120, 200)) * 1000
    first = _debt_event(dice, home, ids, number, "borrowed", 0, borrowed=balance)
    first.values |= {
        "lender": dice.pick({"baac": 0.5, "village_fund": 0.3, "cooperative": 0.12, "informal": 0.08}),
        "purpose": dice.pick({"earning": 0.62, "not_earning": 0.38}),
        "interest_percent": dice.choice((1, 6, 7, 9, 24)),
        "security": dice.pick({"group": 0.5, "person": 0.25, "land": 0.15, "none": 0.1}),
    }
    first.entity_id, first.entity_label = ids.entity_id, ids.label
    yield first
    for _ in range(dice.randint(1, 4)):
        event = dice.pick({"repaid": 0.66, "cleared": 0.14, "borrowed_more": 0.1, "checked": 0.1})
        paid = {"repaid": max(1, round(balance * dice.uniform(0.08, 0.35) / 500)) * 500, "cleared": balance}
        repaid = min(balance, paid.get(event, 0))
        borrowed = dice.randint(2, 10) * 1000 if event == "borrowed_more" else 0
        answers = _debt_event(dice, home, ids, number, event, balance, repaid=repaid, borrowed=borrowed)
        yield ids.changed_by(answers)
        balance += borrowed - repaid
        if not balance or ids.seen_at > _LAST_VISITS:
            return


def _debt_event(
    dice: Dice,
    home: Home,
    ids: Known,
    number: int,
    event: str,
    before: int,
    *,
    repaid: int = 0,
    borrowed: int = 0,
) -> Answers:
    visit, new, after = ids.visit(dice, 55), event == "borrowed", before + borrowed - repaid
    values: dict[str, Value] = visit.answers() | {
        "consent": "yes",
        "household": home.entity_id,
        "household_label": home.label,
        "map_point": home.point,
        "new_debt": "yes" if new else "no",
        "debt": None if new else ids.entity_id,
        "debt_number": number,
        "debt_event": event,
        "event_date": (visit.day - timedelta(days=dice.randint(0, 3))).isoformat(),
        "balance_before": None if new else f"{before}.00",
        "borrowed_baht": f"{borrowed}.00" if borrowed else None,
        "repaid_baht": f"{repaid}.00" if repaid else None,
        "interest_baht": f"{round(repaid * 0.07)}.00" if repaid else None,
        "repaid_from": dice.pick({"crop": 0.6, "wages": 0.25, "new_loan": 0.05, "savings": 0.1})
        if repaid
        else None,
        "balance_after": f"{after}.00",
        "written_off_baht": "0.00" if event == "cleared" else None,
        "reduced_baht": f"{max(0, before - after)}.00",
        "debt_state": "open" if after else "cleared",
        "of_household": home.entity_id,
        "of_tambon": home.ground.code,
        "of_moo": home.moo,
        "debt_label": ids.label,
    }
    return Answers(values, visit.when, f"{ids.label} ม.{home.moo} {visit.day}")


def enterprise(dice: Dice, home: Home, visit: Visit) -> Answers:
    """Three months of a household's enterprise."""
    kind, name = dice.choice(
        (("livestock", "เลี้ยงไก่ไข่"), ("processing", "ทำขนม"), ("trade", "ร้านของชำ"), ("crop", "ผักสวนครัว"))
    )
    sales, spent = dice.randint(60, 600) * 100, dice.randint(40, 430) * 100
    start = visit.day - timedelta(days=95)
    end = start + timedelta(days=90)
    values: dict[str, Value] = visit.answers() | {
        "consent": "yes", "map_point": home.point, "owner_kind": "household", "household": home.entity_id,
        "enterprise_name": f"{name} (ตัวอย่าง)", "enterprise_kind": kind,
        "main_income": "yes" if dice.chance(0.3) else "no", "period_from": start.isoformat(),
        "period_to": end.isoformat(), "keeps_account": "yes" if dice.chance(0.4) else "no",
        "own_days": dice.randint(10, 80), "income_total": f"{sales}.00", "cost_total": f"{spent}.00",
        "profit": f"{sales - spent}.00", "period_months": 3, "profit_month": f"{(sales - spent) / 3:.2f}",
        "next_change": dice.pick({"cut_cost": 0.5, "join_group": 0.3, "price": 0.2}),
    }  # fmt: skip
    part = spent // 300 * 100
    spending = (("material", "cash", spent - 2 * part), ("energy", "cash", part), ("labour", "own", part))
    costs: Rows = [
        {"cost_item": item, "cost_paid": how, "cost_baht": f"{baht}.00"} for item, how, baht in spending
    ]
    incomes: Rows = [{"income_item": name, "income_baht": f"{sales}.00"}]
    repeats = {"incomes": incomes, "costs": costs}
    return Answers(values, visit.when, f"กิจการ {name} (ตัวอย่าง) {end}", repeats)
