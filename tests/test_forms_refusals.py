"""What the forms of households, farms, water, hazards, land and groups refuse, and what they work out."""

# ruff: noqa: E501 - forms and their answers are tables, read in columns

from __future__ import annotations

from typing import Any

import javarosa
import pytest
from lxml import etree
from test_forms_on_the_phone import KO_THUAT, SQUARE, answers, on_the_phone
from workbooks import HOUSEHOLD as LISTED  # every list of these tests holds one entity, with this id

VISIT = KO_THUAT | {"visit_date": "2026-11-20"}
POINT = "8.3 100.2 0 5"
LINE = {
    "line_day": "28",
    "line_kind": "expense",
    "category": "eggs",
    "amount_baht": "120",
    "necessity": "needed",
}
SOLD = {"line_day": "3", "line_kind": "income", "category": "crop_sale", "amount_baht": "4500.50"}
LUXURY = {
    "line_day": "4",
    "line_kind": "expense",
    "category": "lottery",
    "amount_baht": "80",
    "necessity": "not_needed",
}
COST = {"cost_item": "fertiliser", "cost_paid": "cash", "cost_baht": "3000"}
TURN = {"turn_zone": "คูซ้าย", "turns_due": "8", "turns_got": "6", "missed_because": "no_water"}
USE = {"water_use": "rice", "use_need_m3": "900", "use_m3": "400"}

RIGHT: dict[str, dict[str, Any]] = {
    "household_account_month": VISIT | {
        "consent": "yes", "household": LISTED, "account_month": "2026-02-01", "recorded_from": "book",
        "account_state": "collected", "lines": [SOLD, LINE, LUXURY],
    },
    "household_debt": VISIT | {
        "consent": "yes", "household": LISTED, "new_debt": "no", "debt": LISTED, "debt_event": "repaid",
        "event_date": "2026-11-01", "balance_before": "5000", "repaid_baht": "2000",
    },
    "enterprise_pl": VISIT | {
        "consent": "yes", "owner_kind": "household", "household": LISTED, "enterprise_name": "ไก่ไข่",
        "enterprise_kind": "livestock", "main_income": "no", "period_from": "2026-08-01", "period_to": "2026-10-31",
        "incomes": [{"income_item": "ไข่", "income_baht": "9000"}],
        "costs": [{"cost_item": "feed", "cost_paid": "cash", "cost_baht": "5500"}],
        "stock_before": "1000", "stock_after": "500", "keeps_account": "yes",
    },
    "plot_register": VISIT | {
        "owner_registered": "yes", "household": LISTED, "plot_name": "ริมคลอง", "crop": "mangosteen",
        "stage": "bearing", "trees": "80", "area_rai": "4", "area_ngan": "2", "water_source": "irrigation",
        "water_enough": "yes", "damage": "none", "yield_kg": "2700", "point": POINT, "plot": SQUARE,
    },
    "crop_cost": VISIT | {
        "consent": "yes", "plot": LISTED, "crop": "mangosteen", "season": "all_year", "season_year": "2568",
        "area_rai": "4", "costs": [COST, COST | {"cost_item": "labour", "cost_paid": "own", "cost_baht": "1000"}],
        "yield_kg": "1000", "kept_kg": "50", "sales_baht": "25000",
    },
    "plot_visit": VISIT | {
        "plot": LISTED, "crop": "mangosteen", "stage": "declining", "growth_phase": "flowering",
        "flowering_percent": "40", "damage": "drought", "severity": "moderate", "water_enough": "no", "harvested": "no",
    },
    "water_asset_register": VISIT | {
        "asset_name": "คลองไส้ไก่", "asset_class": "canal", "canal_level": "ditch", "user_group": "village",
        "condition": "silted", "served_rai": "200", "served_households": "30", "point": POINT,
        "canal_line": "8.3 100.2 0 0; 8.31 100.2 0 0",
    },
    "water_account": VISIT | {
        "asset": LISTED, "period_month": "2026-03-01", "season": "dry", "measured_how": "gauge", "opening_m3": "1000",
        "canal_in_m3": "200", "uses": [USE], "lost_m3": "50", "lack_days": "12", "condition": "worn",
    },
    "water_agreement_check": VISIT | {
        "agreement": LISTED, "checked_from": "2026-09-01", "season": "dry", "status": "in_force",
        "turns_checked": [TURN], "breaches": "2", "penalties": "1", "quarrel": "settled",
    },
    "hazard_event": VISIT | {
        "hazard": "flood", "started_on": "2026-11-10", "over": "yes", "ended_on": "2026-11-13", "severity": "severe",
        "causes": "rain", "depth_cm": "80", "households_hit": "20", "help_needed": "money", "point": POINT,
        "crops_hit": [{"crop_hit_kind": "rice", "crop_hit_rai": "30.5"}],
    },
    "land_case_followup": VISIT | {
        "case": LISTED, "event_date": "2026-11-18", "case_event": "meeting", "event_text": "ประชุมร่วม",
        "level": "province", "stage": "negotiation", "readiness": "ready", "outcome": "some_areas",
        "solved_households": "5", "handed_to": "จังหวัด",
    },
    "group_register": VISIT | {
        "group_name": "กลุ่มมังคุด", "group_kind": "enterprise", "registered": "yes", "register_no": "๖-๘๐-๑๒",
        "members": "30", "women": "18", "activity": "working", "keeps_account": "yes", "account_trained": "no",
        "chair_consent": "yes", "chair_name": "สมหญิง", "phone": "0812345678", "point": POINT,
    },
    "consent_record": VISIT | {
        "notice_given": "yes", "notice_form": "spoken", "subject_kind": "household", "household": LISTED,
        "decided_by": "head", "decision": "given", "purposes_given": "accounts plots", "proof": "spoken",
    },
}  # fmt: skip

REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("household_account_month", {"lines": [LINE | {"line_day": "29"}]}, "วันที่ต้องอยู่ในเดือนของบัญชี"),
    ("household_account_month", {"lines": [LINE | {"amount_baht": "0"}]}, "มากกว่า 0"),
    ("household_account_month", {"lines": [LINE | {"category": "wages"}]}, "not offered"),
    ("household_account_month", {"lines": [LINE | {"necessity": ""}]}, "necessity"),
    ("household_account_month", {"account_month": "2126-01-01"}, "เดือนต้องไม่เกินเดือนนี้"),
    ("household_account_month", {"tambon": "801203"}, "household"),
    ("household_debt", {"repaid_baht": "5001"}, "ยอดหนี้ติดลบไม่ได้"),
    ("household_debt", {"repaid_baht": "0"}, "ยอดหนี้ติดลบไม่ได้"),
    ("household_debt", {"debt_event": "borrowed"}, "not offered"),
    ("household_debt", {"event_date": "2026-11-21"}, "event_date"),
    ("enterprise_pl", {"period_to": "2026-07-01"}, "ต้องหลังวันเริ่ม"),
    ("plot_register", {"crop": "pomelo"}, "not offered"),
    ("plot_register", {"area_ngan": "4"}, "งานมีค่า 0 ถึง 3"),
    ("plot_register", {"damage": "none flood"}, "ร่วมกับข้ออื่นไม่ได้"),
    ("crop_cost", {"crop": "rice"}, "not offered"),
    ("crop_cost", {"kept_kg": "1001"}, "ไม่เกินผลผลิตทั้งหมด"),
    ("crop_cost", {"season_year": "2025"}, "ปี พ.ศ."),
    ("plot_visit", {"flowering_percent": "101"}, "flowering_percent"),
    ("water_asset_register", {"canal_level": "none"}, "not offered"),
    ("water_account", {"lack_days": "32"}, "lack_days"),
    ("water_agreement_check", {"turns_checked": [TURN | {"turns_got": "9"}]}, "ไม่เกินรอบที่ควรได้"),
    ("water_agreement_check", {"penalties": "3"}, "ไม่เกินจำนวนครั้งที่ผิด"),
    ("hazard_event", {"ended_on": "2026-11-09"}, "ต้องไม่ก่อนวันเริ่ม"),
    ("hazard_event", {"crops_hit": [{"crop_hit_kind": "rice", "crop_hit_rai": "0"}]}, "crop_hit_rai"),
    ("land_case_followup", {"solved_households": "9"}, "ไม่เกินครัวเรือนที่เดือดร้อน"),
    ("land_case_followup", {"outcome": "solved"}, "not offered"),
    ("group_register", {"women": "31"}, "ไม่เกินจำนวนสมาชิก"),
    ("group_register", {"phone": "05453471"}, "เบอร์โทรมี 9 หรือ 10 หลัก"),
    ("consent_record", {"notice_given": "no"}, "อ่านและอธิบาย"),
    ("consent_record", {"purposes_refused": "accounts"}, "not offered"),
    ("consent_record", {"valid_until": "2026-11-19"}, "ต้องไม่ก่อนวันที่เก็บข้อมูล"),
]

WORKED_OUT: dict[str, dict[str, list[str]]] = {
    "household_account_month": {
        "month_code": ["2026-02"], "days_in_month": ["28"], "line_date": ["2026-02-03", "2026-02-28", "2026-02-04"],
        "income_total": ["4500.5"], "expense_total": ["200"], "not_needed_total": ["80"], "balance": ["4300.5"],
    },
    "household_debt": {"balance_after": ["3000"], "reduced_baht": ["2000"], "debt_state": ["open"], "label": ["หนี้ก้อนที่ 1"]},
    "enterprise_pl": {"cost_total": ["6000"], "profit": ["3000"]},
    "plot_register": {"area_declared": ["4.5"], "yield_kg_rai": ["600"], "label": ["มังคุด ริมคลอง ม.3 4.5 ไร่"]},
    "crop_cost": {"cost_total": ["4000"], "cost_cash_total": ["3000"], "cost_per_rai": ["1000"], "profit": ["21000"], "cost_per_kg": ["4"]},
    "plot_visit": {"trees_now": ["80"], "last_visit": ["2026-11-20"]},
    "water_account": {"balance_m3": ["750"], "lack_m3": ["500"], "supply": ["no"], "last_account": ["2026-03"]},
    "water_agreement_check": {"kept_percent": ["75"], "last_check": ["2026-11-20"]},
    "hazard_event": {"days": ["4"], "rai_hit": ["30.5"]},
    "land_case_followup": {"handed_over": ["yes"], "households_before": ["8"]},
    "consent_record": {"purpose_count": ["2"]},
}  # fmt: skip


@pytest.mark.parametrize("form_id", RIGHT)
def test_what_is_right_is_taken_and_worked_out(form_id: str) -> None:
    """Totals, balances and names come from the form itself; a visit changes what it chose."""
    xml = on_the_phone(form_id).fill(RIGHT[form_id])
    found = answers(xml)
    assert {name: found.get(name) for name in WORKED_OUT.get(form_id, {})} == WORKED_OUT.get(form_id, {})
    for entity in etree.fromstring(xml).iter("{*}entity"):
        assert (entity.get("update") == "1") == (entity.get("id") == LISTED)


@pytest.mark.parametrize(("form_id", "change", "says"), REFUSED, ids=lambda one: str(one)[:40])
def test_what_is_wrong_is_refused_on_the_spot(form_id: str, change: dict[str, Any], says: str) -> None:
    """The phone does not go on, and says why in the form's own words."""
    with pytest.raises(javarosa.RefusedError, match=says):
        on_the_phone(form_id).fill(RIGHT[form_id] | change)


SAID: list[tuple[str, dict[str, Any], dict[str, list[str]]]] = [
    ("household_debt", {"debt_event": "cleared", "repaid_baht": "0"}, {"written_off_baht": ["5000"], "debt_state": ["cleared"]}),
    ("household_debt", {"debt_event": "checked", "repaid_baht": None, "interest_baht": "500.5"}, {"balance_after": ["5000"]}),
    ("water_account", {"uses": [USE | {"water_use": "livestock"}], "season": "rainy"}, {"lack_m3": ["500"]}),
]  # fmt: skip


@pytest.mark.parametrize(("form_id", "change", "worked_out"), SAID, ids=lambda one: str(one)[:40])
def test_what_happens_can_be_said(
    form_id: str, change: dict[str, Any], worked_out: dict[str, list[str]]
) -> None:
    """A debt that was forgiven whole, interest paid alone, water for cattle in the rains."""
    given = {name: one for name, one in (RIGHT[form_id] | change).items() if one is not None}
    found = answers(on_the_phone(form_id).fill(given))
    assert {name: found[name] for name in worked_out} == worked_out


def test_a_training_may_be_planned_and_not_held_before_its_day() -> None:
    """What is still to come is a plan."""
    to_come = {"consent": "no", "visit_date": "2060-01-15", "work_level": "national", "fiscal_year": "2570"}
    form = on_the_phone("training_event")
    assert answers(form.fill(to_come | {"status": "planned"}, seed=3))["visit_date"] == ["2060-01-15"]
    with pytest.raises(javarosa.RefusedError, match="ยังไม่ถึงวันอบรม"):
        form.fill(to_come | {"status": "held"}, seed=3)


def test_a_household_that_refuses_is_counted_without_amounts() -> None:
    """It kept its account; what was in it stays at home."""
    kept = {
        name: RIGHT["household_account_month"][name]
        for name in ("household", "account_month", "recorded_from", "account_state")
    }
    found = answers(on_the_phone("household_account_month").fill(VISIT | {"consent": "no"} | kept))
    assert found["household"] == [LISTED]
    assert not {"amount_baht", "cash_brought", "book_income"} & found.keys()
    assert found["income_total"] == [""]


def test_of_a_refused_debt_nothing_is_kept() -> None:
    """No event, no balance and no entity."""
    xml = on_the_phone("household_debt").fill(VISIT | {"consent": "no", "household": LISTED})
    found = answers(xml)
    assert not {"debt_event", "lender", "balance_before", "new_debt"} & found.keys()
    assert {
        entity.get(doing)
        for entity in etree.fromstring(xml).iter("{*}entity")
        for doing in ("create", "update")
    } <= {"0", ""}


def test_a_debt_repaid_in_full_is_cleared() -> None:
    """Paying the whole balance or clearing it with the rest written off ends at nothing."""
    whole = answers(on_the_phone("household_debt").fill(RIGHT["household_debt"] | {"repaid_baht": "5000"}))
    assert (whole["balance_after"], whole["debt_state"]) == (["0"], ["cleared"])
    part = RIGHT["household_debt"] | {"debt_event": "cleared", "repaid_baht": "4000"}
    forgiven = answers(on_the_phone("household_debt").fill(part))
    assert (forgiven["balance_after"], forgiven["written_off_baht"], forgiven["reduced_baht"]) == (
        ["0"],
        ["1000"],
        ["5000"],
    )
