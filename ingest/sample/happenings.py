"""Plausible floods and droughts, what became of land cases, groups, and decisions about data."""

from __future__ import annotations

from datetime import timedelta

from ingest.sample.ground import area_m2, field_block, point_text, shape_text
from ingest.sample.households import Home, Visit
from ingest.sample.orchards import RAI_M2
from ingest.sample.registered import Known, registered
from ingest.sample.writing import Answers, Dice, Value

_HAZARDS = {"flood": 0.45, "flash_flood": 0.2, "drought": 0.2, "salt_water": 0.15}
_HAZARD_NAMES = {"flood": "น้ำท่วม", "drought": "น้ำแล้ง", "flash_flood": "น้ำหลาก", "salt_water": "น้ำเค็มรุก"}
_CAUSES = {
    "flood": "rain sea",
    "flash_flood": "rain",
    "drought": "no_rain source_dry",
    "salt_water": "sea gate",
}


def hazard(dice: Dice, visit: Visit) -> Answers:
    """One event of a village."""
    kind, over = dice.pick(_HAZARDS), dice.chance(0.85)
    start = visit.day - timedelta(days=dice.randint(6, 30))
    end = start + timedelta(days=dice.randint(1, 5))
    place = visit.ground.inside(dice, visit.moo, margin_m=600)
    ring = field_block(dice, place, dice.uniform(40, 220) * RAI_M2)
    rai, wet = dice.randint(5, 160), kind in ("flood", "flash_flood")
    values: dict[str, Value] = visit.answers() | {
        "hazard": kind, "started_on": start.isoformat(), "over": "yes" if over else "no",
        "ended_on": end.isoformat() if over else None, "causes": _CAUSES[kind],
        "severity": dice.pick({"slight": 0.4, "moderate": 0.4, "severe": 0.2}),
        "depth_cm": dice.randint(20, 140) if wet else None,
        "salinity_ppt": round(dice.uniform(1.5, 8), 1) if kind == "salt_water" else None,
        "warned": "yes" if dice.chance(0.4) else "no", "households_hit": dice.randint(4, 70),
        "people_moved": dice.randint(0, 20) if wet else None,
        "damage_baht": f"{dice.randint(2, 90) * 10000}.00",
        "rai_hit": rai, "days": ((end if over else visit.day) - start).days + 1,
        "help_given": dice.pick({"none": 0.4, "food": 0.3, "pump": 0.3}),
        "help_needed": dice.pick({"none": 0.3, "pump": 0.3, "money dredge": 0.4}),
        "point": point_text(dice, place), "hit_area": shape_text(dice, ring, walked=False),
        "area_drawn": round(area_m2(ring) / RAI_M2, 1),
    }  # fmt: skip
    crops: list[dict[str, Value]] = [
        {
            "crop_hit_kind": dice.choice(("rice", "pomelo", "vegetable")),
            "crop_hit_rai": rai,
            "crop_hit_percent": 40,
        }
    ]
    name = f"{_HAZARD_NAMES[kind]} ม.{visit.moo} {start}"
    return Answers(values, visit.when, name, {"crops_hit": crops})


def follow_up(dice: Dice, case: Known) -> Answers:
    """The next thing that happened in a land case; now and then it moves to another level."""
    visit, level = case.visit(dice, 60), str(case.facts["level"])
    outcome = dice.pick({"not_yet": 0.3, "to_a_degree": 0.3, "some_areas": 0.2, "no_response": 0.2})
    solved = outcome in ("some_areas", "to_a_degree")
    affected = int(case.facts["affected_households"] or 0)
    now = {"village": "tambon", "tambon": "amphoe"}.get(level, level) if dice.chance(0.3) else level
    values: dict[str, Value] = visit.answers() | {
        "map_point": case.point(), "case": case.entity_id, "case_label": case.label,
        "event_date": visit.day.isoformat(), "event_text": "ตามมติที่ประชุม (ตัวอย่าง)",
        "case_event": dice.pick({"meeting": 0.4, "survey": 0.2, "letter": 0.2, "negotiation": 0.2}),
        "level_before": level, "outcome_before": case.facts["outcome"], "households_before": affected,
        "level": now,
        "stage": dice.pick({"submitted": 0.3, "survey": 0.3, "negotiation": 0.3, "closed": 0.1}),
        "readiness": dice.pick({"ready": 0.4, "partly": 0.4, "not_ready": 0.2}), "outcome": outcome,
        "outcome_reason": None if outcome == "not_yet" else "ผลตามที่ประชุม (ตัวอย่าง)",
        "solved_households": dice.randint(0, affected) if solved else None,
        "solved_rai": dice.randint(1, 20) if solved else None,
        "document_given": dice.pick({"khtch": 0.5, "spk": 0.3, "none": 0.2}) if solved else None,
        "handed_over": "yes" if now != level else "no",
        "handed_to": "อำเภอ (ตัวอย่าง)" if now != level else None,
        "hindrance": dice.pick({"map": 0.4, "agency": 0.3, "none": 0.3}), "last_event": visit.day.isoformat(),
        "next_meeting": (visit.day + timedelta(days=dice.randint(10, 60))).isoformat(),
    }  # fmt: skip
    case.facts |= {"level": now, "outcome": outcome}
    return case.changed_by(Answers(values, visit.when, f"ติดตาม {case.label} {visit.day}"))


def group(dice: Dice, visit: Visit) -> Answers:
    """One group of a village."""
    kind, trained = (
        dice.pick({"enterprise": 0.4, "savings": 0.2, "large_plot": 0.2, "occupation": 0.2}),
        dice.chance(0.5),
    )
    members, place = dice.randint(8, 90), visit.ground.home(dice, visit.moo)
    point = point_text(dice, place)
    name = f"กลุ่มตัวอย่าง {visit.number}"
    values: dict[str, Value] = visit.answers() | {
        "group_name": name, "group_kind": kind, "product": "ส้มโอและมังคุดคัดเกรด (ตัวอย่าง)",
        "crops": "pomelo mangosteen" if kind in ("enterprise", "large_plot") else None,
        "founded_year": visit.day.year + 543 - dice.randint(1, 25), "members": members, "women": members // 2,
        "registered": dice.pick({"yes": 0.6, "applying": 0.2, "no": 0.2}), "committee": dice.randint(5, 11),
        "activity": dice.pick({"strong": 0.3, "working": 0.5, "weak": 0.2}),
        "capital_baht": f"{dice.randint(2, 90) * 10000}.00",
        "keeps_account": "yes" if dice.chance(0.6) else "no",
        "account_trained": "yes" if trained else "no",
        "trained_year": visit.day.year + 543 - dice.randint(0, 1) if trained else None,
        "needs": dice.pick({"market": 0.5, "account": 0.3, "money": 0.2}), "chair_consent": "no",
        "point": point, "group_point": point,
    }  # fmt: skip
    label = f"{name} ม.{visit.moo}"
    answers = Answers(values, visit.when, label)
    registered(dice, answers, visit, place, label, {})
    return answers


def consent(dice: Dice, home: Home, visit: Visit) -> Answers:
    """What a household decided about its data."""
    decision = dice.pick({"given": 0.75, "refused": 0.12, "changed": 0.08, "withdrawn": 0.05})
    given = dice.pick({"members accounts plots": 0.5, "accounts debts plots": 0.3, "members contact": 0.2})
    agrees = decision in ("given", "changed")
    values: dict[str, Value] = visit.answers() | {
        "map_point": home.point, "notice_given": "yes",
        "notice_form": dice.pick({"spoken": 0.7, "both": 0.3}),
        "subject_kind": "household", "household": home.entity_id, "decided_by": "head", "decision": decision,
        "purposes_given": given if agrees else None, "purpose_count": len(given.split()) if agrees else 0,
        "purposes_withdrawn": "debts" if decision == "withdrawn" else None,
        "erase": ("yes" if dice.chance(0.5) else "no") if decision == "withdrawn" else None,
        "proof": dice.pick({"spoken": 0.6, "signed": 0.4}), "notice_version": "2026-11",
    }  # fmt: skip
    return Answers(values, visit.when, f"ความยินยอม ม.{visit.moo} {visit.day}")
