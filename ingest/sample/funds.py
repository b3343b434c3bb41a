"""Two welfare funds month by month, and a grant of the province in two instalments."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from ingest.sample.ground import Ground
from ingest.sample.programme import CHOSEN, FISCAL_YEAR, YEAR_STARTS, Programme, Values, at, later
from ingest.sample.writing import Filled

_MONTHS = 12
_BENEFITS = {"illness": 0.9, "birth": 0.4, "death": 0.5, "ageing": 0.6, "education": 0.2, "disaster": 0.1}


def funds(programme: Programme) -> Iterator[Filled]:
    """What this part of the demo holds."""
    for ground in CHOSEN:
        yield from _fund(programme, ground)
    yield from _grant(programme)


def _fund(programme: Programme, ground: Ground) -> Iterator[Filled]:
    dice, when = programme.dice, programme.moment(3, 8)
    entity_id, name = dice.uuid(), f"กองทุนสวัสดิการตัวอย่าง {ground.code}"
    members, balance = dice.randint(380, 720), dice.randint(300, 600) * 1000
    households = round(members * 0.6)
    area_households = round(households / dice.uniform(0.35, 0.6))
    values: Values = at(ground, when)
    values |= {
        "fund_name": name,
        "fund_kind": "tambon",
        "status": "active",
        "founded_year": FISCAL_YEAR - dice.randint(4, 15),
        "benefit_kinds": "birth illness ageing death",
        "committee_size": dice.randint(9, 21),
        "members": members,
        "members_women": round(members * 0.56),
        "households_covered": households,
        "households_area": area_households,
        "contribution_year_baht": "365.00",
        "lao_matches": "yes",
        "state_matches": "yes" if dice.chance(0.5) else "no",
        "balance_baht": f"{balance}.00",
        "coverage_percent": round(households * 100 / area_households, 1),
        "point": programme.point(ground),
    }
    one = programme.filled("welfare_fund_register", when, name, values)
    yield programme.about(one, entity_id, name)
    for month in range(_MONTHS):
        one, members, balance = _month(programme, ground, (entity_id, name), month, members, balance)
        yield one


def _month(
    programme: Programme, ground: Ground, fund: tuple[str, str], month: int, members: int, balance: int
) -> tuple[Filled, int, int]:
    dice, (entity_id, name) = programme.dice, fund
    first = datetime(2025 + (month + 9) // 12, (month + 9) % 12 + 1, 1, tzinfo=YEAR_STARTS.tzinfo)
    when = first + timedelta(days=27, hours=dice.randint(9, 15))
    joined, left = dice.randint(0, 6), dice.randint(0, 3)
    rows: list[Values] = [
        {
            "benefit_kind": kind,
            "benefit_people": count,
            "benefit_baht": f"{count * dice.randint(3, 20) * 100}.00",
        }
        for kind in dice.several(_BENEFITS).split()
        for count in (dice.randint(1, 12),)
    ]
    paid = sum(int(float(str(row["benefit_baht"]))) for row in rows)
    money = {"from_members_baht": members * 30, "from_lao_baht": 12_000 if month % 6 == 5 else 0}
    money |= {"from_state_baht": 0, "from_others_baht": dice.randint(0, 900)}
    income, cost = sum(money.values()), dice.randint(2, 9) * 100
    closing = balance + income - paid - cost
    difference = -200 if dice.chance(0.08) else 0
    values: Values = at(ground, when)
    values |= {name: f"{amount}.00" for name, amount in money.items()}
    values |= {
        "fund": entity_id,
        "fund_month": first.date().isoformat(),
        "account_state": "checked",
        "fund_title": name,
        "month_code": f"{first:%Y-%m}",
        "balance_known": f"{balance}.00",
        "members_known": members,
        "members_joined": joined,
        "members_left": left,
        "members_end": members + joined - left,
        "brought_baht": f"{balance}.00",
        "income_baht": f"{income}.00",
        "benefit_total_people": sum(int(row["benefit_people"] or 0) for row in rows),
        "benefit_total_baht": f"{paid}.00",
        "running_cost_baht": f"{cost}.00",
        "counted_baht": f"{closing + difference}.00",
        "balance_baht": f"{closing}.00",
        "difference_baht": difference,
        "difference_reason": "ใบเสร็จยังไม่ครบ (ข้อมูลตัวอย่าง)" if difference else None,
        "members_kept": members + joined - left,
        "balance_kept": f"{closing + difference}.00",
    }
    one = programme.filled("welfare_fund_month", when, f"{name} {first:%Y-%m}", values, benefits=rows)
    return programme.about(one, entity_id, name), members + joined - left, closing + difference


_ACTIVITIES = {
    "พัฒนาทักษะผู้นำในการทำแผนชีวิตชุมชน": "จัดอบรมครบ 4 รุ่น ผู้นำทำแผนของตำบลได้เอง",
    "ยกระดับแผนชีวิตชุมชนสู่แผนของท้องถิ่น": "แผนของ 12 ตำบลเข้าแผนพัฒนาท้องถิ่นแล้ว",
    "จัดทำฐานข้อมูลผู้นำและความเชี่ยวชาญ": "",
}


def _grant(programme: Programme) -> Iterator[Filled]:
    dice, when = programme.dice, programme.moment(118, 120)
    entity_id, name, approved, first = dice.uuid(), "พัฒนาผู้นำชุมชน (ตัวอย่าง)", 640_000, 448_000
    label = f"{name} ({FISCAL_YEAR})"
    values: Values = at(CHOSEN[0], when, level="province")
    values |= {
        "grant_level": "province",
        "project_name": name,
        "organisation": "เครือข่ายองค์กรชุมชน (ตัวอย่าง)",
        "fiscal_year": FISCAL_YEAR,
        "target_people": 590,
        "target_tambons": 40,
        "objectives": "1) ให้ผู้นำชุมชนทำแผนชีวิตชุมชนได้เอง\n2) ให้แผนของชุมชนเข้าแผนของท้องถิ่นและจังหวัด",
        "gains": "ผู้นำใน 40 ตำบลมีแผนชีวิตชุมชนที่อ้างข้อมูลของตนเอง",
        "meeting_number": 2,
        "meeting_year": FISCAL_YEAR,
        "meeting_no": f"2/{FISCAL_YEAR}",
        "meeting_from": later(when, -12),
        "meeting_to": later(when, -11),
        "approved_on": later(when, -3),
        "frame_baht": f"{approved}.00",
        "approved_baht": f"{approved}.00",
        "first_baht": f"{first}.00",
        "second_baht": f"{approved - first}.00",
        "first_percent": 70,
        "baht_per_person": round(approved / 590, 2),
        "codi_pm_recorded": "yes",
        "status": "approved",
        "paid_baht": "0.00",
    }
    rows: list[Values] = [
        {"activity_text": text, "activity_result": result} for text, result in _ACTIVITIES.items()
    ]
    one = programme.filled("grant_project", when, label, values, activities=rows)
    yield programme.about(one, entity_id, label)
    paid = 0
    for number, (days, amount) in enumerate(((32, first), (190, approved - first)), 1):
        moment = when + timedelta(days=days)
        own: Values = at(CHOSEN[0], moment, level="province")
        own |= {
            "grant_level": "province",
            "grant": entity_id,
            "grant_title": name,
            "approved_baht": f"{approved}.00",
            "approved_on": values["approved_on"],
            "paid_before": f"{paid}.00",
            "instalment": number,
            "transferred_on": later(moment, -2),
            "amount_baht": f"{amount}.00",
            "codi_pm_recorded": "yes",
            "months_after": (days + 1) // 30,
            "days_after": days + 1,
            "over_three_months": "no" if number == 1 else None,
            "paid_after": f"{paid + amount}.00",
            "left_baht": f"{approved - paid - amount}.00",
            "grant_status": "paid" if number == 2 else "first_paid",
        }
        paid += amount
        one = programme.filled("grant_disbursement", moment, f"งวด {number} {name}", own)
        yield programme.about(one, entity_id, label)
