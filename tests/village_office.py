"""A tambon with two villages that keep accounts: every figure small enough to be added by hand."""

from __future__ import annotations

from typing import Any

import offices

from streamlit_app.office import Office

TAMBON, BESIDE, THIRD = "801206", "801202", "801203"
PLACE = {"province": "80", "amphoe": "8012", "tambon": TAMBON}
#: Six households of village 3 in October 2569 (2026): eggs, fertiliser, lottery, and what they earn.
HOUSEHOLDS = 6
EGGS, FERTILISER, LOTTERY, INCOME = 300, 900, 200, 2000


def household(number: int) -> str:
    """The id of a household."""
    return f"000000aa-0000-4000-8000-{number:012d}"


def account(
    number: int, moo: int, month: str, lines: list[tuple[str, str, int, str]], tambon: str = TAMBON
) -> dict[str, Any]:
    """One month of a household: lines are kind, category, baht and necessity."""
    income = sum(baht for kind, _, baht, _ in lines if kind == "income")
    expense = sum(baht for kind, _, baht, _ in lines if kind == "expense")
    unneeded = sum(baht for _, _, baht, needed in lines if needed == "not_needed")
    return PLACE | {
        "tambon": tambon, "consent": "yes", "moo": moo, "visit_date": f"{month}-28",
        "household": household(number),
        "household_label": f"บ้านเลขที่ {number}", "account_month": f"{month}-01", "recorded_from": "book",
        "account_state": "checked", "income_total": income, "expense_total": expense,
        "not_needed_total": unneeded, "balance": income - expense, "line_count": len(lines),
        "lines": [
            {"line_day": day, "line_kind": kind, "category": category, "amount_baht": baht,
             "necessity": needed if kind == "expense" else None}
            for day, (kind, category, baht, needed) in enumerate(lines, 1)
        ],
    }  # fmt: skip


def debt(
    number: int, moo: int, event: str, *, reduced: int = 0, borrowed: int = 0, tambon: str = TAMBON
) -> dict[str, Any]:
    """A household clears a debt that earned, or borrows for what does not earn."""
    return PLACE | {
        "tambon": tambon, "consent": "yes", "moo": moo, "visit_date": "2026-10-20",
        "household": household(number), "household_label": f"บ้านเลขที่ {number}",
        "new_debt": "no", "debt_event": event,
        "event_date": "2026-10-20", "purpose": "earning" if reduced else "not_earning", "lender": "baac",
        "balance_after": borrowed, "reduced_baht": reduced or None, "borrowed_baht": borrowed or None,
        "debt_state": "open" if borrowed else "cleared",
    }  # fmt: skip


FORUM = PLACE | {
    "visit_date": "2026-10-12", "forum_level": "village", "moo": 3, "forum_kind": "learning",
    "point": "8.3775 100.1095 0 5",  # they met in the tambon beside it
    "decisions": [{"decision_text": "รวมซื้อปุ๋ย", "decision_tier": "group", "decision_due": "2026-12-01"}],
}  # fmt: skip


def fill(office: Office) -> None:
    """Village 3 with six account households and five debts, village 4 with two and four; crops of village 3.

    In village 1 of the tambon beside it six keep accounts: two of them buy medicine, two reduce a debt, and
    the month after only those two do; five grow rice there and one in village 2, five durian in each. In
    village 1 of the third six do, and all buy fertiliser, one of them nearly all of it.
    """
    schemas = {
        one: office.atlas.reference.catalogue.newest(one).schema
        for one in ("household_account_month", "household_debt", "crop_cost", "forum_record")
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
    debts = [debt(n, 3, "cleared", reduced=3000) for n in range(1, 6)]
    debts += [debt(n, 3, "borrowed", borrowed=8000) for n in range(1, 6)]
    debts += [debt(n, 4, "borrowed", borrowed=7777) for n in (21, 22, 23, 24)]
    crops = [
        PLACE | {"tambon": tambon, "consent": "yes", "moo": moo, "visit_date": "2026-10-20", "crop": crop,
                 "household": owner,
                 "season_year": 2569, "area_rai": 10, "cost_total": cost * 10, "income_total": 60000,
                 "cost_per_rai": cost, "profit_per_rai": 6000 - cost, "yield_kg": 5000,
                 "cost_per_kg": cost / 500}
        for crop, cost, owner, tambon, moo in (
            *(("rice", cost, household(n), TAMBON, 3)
              for n, cost in enumerate((4000, 4100, 4200, 5000, 5200), 1)),
            *(("mangosteen", cost, household(n % 4), TAMBON, 3) for n, cost in enumerate((3333,) * 6)),
            *(("rice", 4000, household(n), BESIDE, 2 if n == 36 else 1) for n in range(31, 37)),
            *(("durian", 9000, household(n), BESIDE, 2 if n > 35 else 1) for n in range(31, 41)),
        )
    ]  # fmt: skip
    for number in range(31, 37):
        lines = [("expense", "eggs", 100, "needed"), ("expense", "lottery", 500, "not_needed")]
        lines += [("expense", "health", 777, "needed")] if number < 33 else []
        accounts.append(account(number, 1, "2026-10", lines, BESIDE))
        debts.append(debt(number, 1, "borrowed", borrowed=1000, tambon=BESIDE))
    debts += [debt(number, 1, "repaid", reduced=333, tambon=BESIDE) for number in (31, 32)]
    accounts += [account(n, 1, "2026-11", [("expense", "eggs", 900, "needed")], BESIDE) for n in (31, 32)]
    for number in range(41, 47):
        fertiliser = 90_000 if number == 41 else 10
        lines = [("income", "crop_sale", INCOME, ""), ("expense", "farm_fertiliser", fertiliser, "needed")]
        lines += [("expense", "eggs", 500, "needed"), ("expense", "lottery", 400, "not_needed")]
        accounts.append(account(number, 1, "2026-10", lines, THIRD))
    documents = [offices.submission(schemas["household_account_month"], one) for one in accounts]
    documents += [offices.submission(schemas["household_debt"], one) for one in debts]
    documents += [offices.submission(schemas["crop_cost"], one) for one in crops]
    documents.append(offices.submission(schemas["forum_record"], FORUM))
    offices.send(office, *documents)
