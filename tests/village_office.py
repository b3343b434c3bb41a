"""A tambon with two villages that keep accounts: every figure small enough to be added by hand."""

from __future__ import annotations

from typing import Any

import offices

from streamlit_app.office import Office

TAMBON = "801206"
PLACE = {"province": "80", "amphoe": "8012", "tambon": TAMBON}
#: Six households of village 3 in October 2569 (2026): eggs, fertiliser, lottery, and what they earn.
HOUSEHOLDS = 6
EGGS, FERTILISER, LOTTERY, INCOME = 300, 900, 200, 2000


def household(number: int) -> str:
    """The id of a household."""
    return f"000000aa-0000-4000-8000-{number:012d}"


def account(number: int, moo: int, month: str, lines: list[tuple[str, str, int, str]]) -> dict[str, Any]:
    """One month of a household: lines are kind, category, baht and necessity."""
    income = sum(baht for kind, _, baht, _ in lines if kind == "income")
    expense = sum(baht for kind, _, baht, _ in lines if kind == "expense")
    unneeded = sum(baht for _, _, baht, needed in lines if needed == "not_needed")
    return PLACE | {
        "consent": "yes", "moo": moo, "visit_date": f"{month}-28", "household": household(number),
        "household_label": f"บ้านเลขที่ {number}", "account_month": f"{month}-01", "recorded_from": "book",
        "account_state": "checked", "income_total": income, "expense_total": expense,
        "not_needed_total": unneeded, "balance": income - expense, "line_count": len(lines),
        "lines": [
            {"line_day": day, "line_kind": kind, "category": category, "amount_baht": baht,
             "necessity": needed if kind == "expense" else None}
            for day, (kind, category, baht, needed) in enumerate(lines, 1)
        ],
    }  # fmt: skip


def fill(office: Office) -> None:
    """Village 3 with six account households, village 4 with two, debts and crops of village 3."""
    schemas = {
        one: office.atlas.reference.catalogue.newest(one).schema
        for one in ("household_account_month", "household_debt", "crop_cost")
    }
    accounts = []
    for number in range(1, HOUSEHOLDS + 1):
        lines = [
            ("income", "crop_sale", INCOME, ""), ("expense", "eggs", EGGS, "needed"),
            ("expense", "farm_fertiliser", FERTILISER, "needed"),
            ("expense", "lottery", LOTTERY, "not_needed"),
        ]  # fmt: skip
        accounts.append(account(number, 3, "2026-10", lines))
        accounts.append(account(number, 3, "2026-09", [("expense", "eggs", 250, "needed")]))
    accounts += [account(n, 4, "2026-10", [("expense", "eggs", 100, "needed")]) for n in (21, 22)]
    debts = [
        PLACE | {"consent": "yes", "moo": 3, "visit_date": "2026-10-20", "household": household(1),
                 "household_label": "บ้านเลขที่ 1", "new_debt": "no", "debt_event": event,
                 "event_date": "2026-10-20",
                 "purpose": purpose, "lender": "baac", "balance_after": left, "reduced_baht": reduced,
                 "borrowed_baht": borrowed, "debt_state": "cleared" if not left else "open"}
        for event, purpose, left, reduced, borrowed in (
            ("cleared", "earning", 0, 15000, None), ("borrowed", "not_earning", 8000, None, 8000),
        )
    ]  # fmt: skip
    crops = [
        PLACE | {"consent": "yes", "moo": 3, "visit_date": "2026-10-20", "crop": crop, "season_year": 2569,
                 "area_rai": 10, "cost_total": cost * 10, "income_total": 60000, "cost_per_rai": cost,
                 "profit_per_rai": 6000 - cost, "yield_kg": 5000, "cost_per_kg": cost / 500}
        for crop, cost in (*(("rice", cost) for cost in (4000, 4100, 4200, 5000, 5200)), ("mangosteen", 3333))
    ]  # fmt: skip
    documents = [offices.submission(schemas["household_account_month"], one) for one in accounts]
    documents += [offices.submission(schemas["household_debt"], one) for one in debts]
    documents += [offices.submission(schemas["crop_cost"], one) for one in crops]
    offices.send(office, *documents)
