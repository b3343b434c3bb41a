"""Forums month by month and the problems that came up in them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from ingest.sample.ground import GROUNDS, Ground
from ingest.sample.programme import CHOSEN, YEAR_STARTS, Programme, Values, at, later
from ingest.sample.writing import Filled

_MONTHS = 12
_STEPS = ("data", "problem", "cause", "option", "choose")
_KINDS = {"learning": 0.5, "returning": 0.2, "planning": 0.2, "review": 0.1}
_DATA = {
    "household_account": 0.6, "household_debt": 0.25, "plot": 0.3, "water_agreement": 0.2, "land_case": 0.1,
    "crop_cost": 0.15, "household": 0.2,
}  # fmt: skip
_THEMES = {"occupation": 0.3, "water": 0.3, "debt": 0.2, "land": 0.1, "welfare": 0.1}
_DECISIONS = {
    "household": ("ลดรายจ่ายเครื่องดื่มและของใช้ จดบัญชีทุกวัน", "ปลูกผักกินเองบ้านละหนึ่งแปลง"),
    "group": ("รวมกลุ่มซื้อปุ๋ย", "ลงแรงขุดลอกคูร่วมกัน", "ตั้งกลุ่มขายส้มโอคัดเกรด"),
    "lao": ("ขอ อบต. จัดพิมพ์บัญชีครัวเรือนเพิ่ม", "เสนอ อบต. ซ่อมท่อระบายน้ำ"),
    "agency": ("ขอสำนักงานเกษตรสอนลดต้นทุน", "ขอชลประทานสำรวจคลองไส้ไก่"),
}
_CAUSES = {
    "water_asset": "น้ำต้นทุนน้อยและประตูน้ำชำรุด (ตัวอย่าง)",
    "household_account": "รายจ่ายสูงกว่ารายรับ (ตัวอย่าง)",
}
#: side, theme, name, severity, urgency
_PROBLEMS = (
    ("resources", "water", "น้ำเค็มรุกหน้าแล้ง", 5, 5),
    ("economy", "occupation", "ต้นทุนสวนส้มโอสูง", 4, 4),
    ("economy", "debt", "หนี้ที่ไม่ก่อรายได้เพิ่มขึ้น", 4, 3),
    ("social", "welfare", "ผู้สูงอายุอยู่ลำพัง", 3, 3),
    ("resources", "disaster", "น้ำท่วมขังปลายปี", 5, 4),
    ("economy", "occupation", "ขายผลผลิตผ่านพ่อค้าคนกลาง", 3, 2),
    ("resources", "land", "ที่ทำกินไม่มีเอกสารสิทธิ", 4, 2),
    ("social", "education", "เยาวชนออกนอกพื้นที่", 2, 2),
)


def forums(programme: Programme) -> Iterator[Filled]:
    """A forum in most villages of the chosen tambons most months, one a month above them, some higher up."""
    for ground in CHOSEN:
        for month in range(_MONTHS):
            for moo in range(1, ground.villages + 1):
                if programme.dice.chance(0.62):
                    yield _forum(programme, ground, _in_month(programme, month), "village", moo)
            yield _forum(programme, ground, _in_month(programme, month), "tambon")
    for month in range(2, _MONTHS, 3):
        yield _forum(programme, GROUNDS[month % 3], _in_month(programme, month), "amphoe")
        yield _forum(programme, GROUNDS[0], _in_month(programme, month), "province")


def _in_month(programme: Programme, month: int) -> datetime:
    first = YEAR_STARTS + timedelta(days=30 * month)
    return first + timedelta(
        days=programme.dice.randint(1, 28), seconds=programme.dice.randint(32_000, 60_000)
    )


def _forum(programme: Programme, ground: Ground, when: datetime, level: str, moo: int = 0) -> Filled:
    dice = programme.dice
    size = {"village": 1, "tambon": 2, "amphoe": 3, "province": 4}[level]
    kind = (
        dice.pick(_KINDS)
        if level in ("village", "tambon")
        else dice.pick({"negotiation": 0.6, "agenda": 0.4})
    )
    people = {
        "attend_lao": dice.randint(0, 2) * size,
        "attend_local_admin": dice.randint(1, 2) * size,
        "attend_community_org": dice.randint(1, 3) * size,
        "attend_state_agency": dice.randint(0, 2) * size,
        "attend_households": dice.randint(12, 38) * size,
    }
    total, data = sum(people.values()), dice.several(_DATA) or "none"
    accounts = "household_account" in data.split()
    steps = _STEPS[: dice.randint(2, 5)]
    decisions = [_decision(programme, when) for _ in range(dice.randint(1, 3))]
    values: Values = at(ground, when, moo, level=level) | people
    values |= {
        "forum_level": level,
        "forum_kind": kind,
        "venue": f"ศาลาหมู่บ้าน {moo}" if moo else "ห้องประชุม (ตัวอย่าง)",
        "hosts": "village_committee org_council" if moo else "tambon_team lao",
        "theme": dice.pick(_THEMES),
        "attend_women": round(total * dice.uniform(0.35, 0.65)),
        "attend_total": total,
        "main_orgs": sum(count > 0 for name, count in people.items() if name != "attend_households"),
        "data_used": data,
        "steps": " ".join(steps),
        "step_count": len(steps),
        "data_returned": "yes" if kind in ("returning", "learning") and data != "none" else "no",
        "account_households": dice.randint(6, 24) if accounts else None,
        "decision_count": len(decisions),
        "summary": "สรุปตามรายงานการประชุม (ข้อมูลตัวอย่าง)",
        "next_forum": later(when, dice.randint(25, 35)),
        "point": programme.point(ground, moo or 1),
    }
    return programme.filled("forum_record", when, f"เวที {values['venue']}", values, decisions=decisions)


def _decision(programme: Programme, when: datetime) -> Values:
    tier = programme.dice.pick({"household": 0.35, "group": 0.3, "lao": 0.2, "agency": 0.15})
    return {
        "decision_text": programme.dice.choice(_DECISIONS[tier]),
        "decision_tier": tier,
        "decision_due": later(when, programme.dice.randint(20, 120)),
    }


def problems(programme: Programme) -> Iterator[Filled]:
    """The problems of the chosen tambons, some of them raised to the plan of the province."""
    for ground in CHOSEN:
        for number, (side, theme, name, severity, urgency) in enumerate(_PROBLEMS):
            yield _problem(programme, ground, number, (side, theme, name), severity, urgency)


def _problem(
    programme: Programme, ground: Ground, number: int, what: tuple[str, str, str], severity: int, urgency: int
) -> Filled:
    dice, when, (side, theme, name) = programme.dice, programme.moment(60, 200), what
    moo = dice.randint(1, ground.villages) if number % 2 else 0
    raised = severity * urgency >= 16
    known = list(_CAUSES.items())[: dice.randint(1, 2)]
    causes: list[Values] = [{"cause_text": text, "cause_evidence": source} for source, text in known]
    options: list[Values] = [
        {
            "option_text": dice.choice(_DECISIONS[tier]),
            "option_tier": tier,
            "option_baht": dice.randint(0, 80) * 1000,
            "option_chosen": "yes" if order == 0 else "no",
        }
        for order, tier in enumerate(dice.sample(list(_DECISIONS), 2))
    ]
    values: Values = at(ground, when, moo)
    values |= {
        "work_level": "village" if moo else "tambon",
        "problem_name": name,
        "problem_side": side,
        "theme": theme,
        "problem_text": "สภาพตามข้อมูลของเวที (ข้อมูลตัวอย่าง)",
        "affected_households": dice.randint(15, 240),
        "data_used": dice.several(_DATA) or "forum",
        "status": "raised" if raised else dice.pick({"analysed": 0.4, "proposed": 0.4, "solving": 0.2}),
        "raised_to": dice.pick({"province": 0.7, "amphoe": 0.3}) if raised else None,
        "severity": severity,
        "urgency": urgency,
        "priority_score": severity * urgency,
        "cause_count": len(causes),
        "option_count": len(options),
        "stakeholders": "อบต. ชลประทาน กลุ่มผู้ใช้น้ำ (ตัวอย่าง)",
        "feasibility": dice.pick({"now": 0.3, "with_support": 0.5, "needs_policy": 0.2}),
        "point": programme.point(ground, moo or 1) if dice.chance(0.6) else None,
    }
    return programme.filled("problem_analysis", when, name, values, causes=causes, options=options)
