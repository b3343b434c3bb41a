"""Plausible land cases, with the outcome states that the forums use."""

from __future__ import annotations

from datetime import datetime, timedelta

from ingest.sample.ground import LonLat, area_m2, field_block, point_text, shape_text
from ingest.sample.households import FAMILY_NAME, MEN, WOMEN, Home, Visit
from ingest.sample.orchards import RAI_M2
from ingest.sample.writing import Answers, Dice, Value

_WEIGHTS = {
    "case_type": {
        "state_people": 0.36, "no_document": 0.22, "deed_wrong": 0.12, "public_land": 0.1,
        "people_people": 0.08, "access": 0.05, "inheritance": 0.04, "lease": 0.03,
    },
    "level": {"village": 0.25, "tambon": 0.35, "amphoe": 0.2, "province": 0.15, "national": 0.05},
    "stage": {
        "gathering": 0.3, "submitted": 0.28, "survey": 0.15, "negotiation": 0.15, "court": 0.05,
        "closed": 0.07,
    },
    "readiness": {"ready": 0.3, "partly": 0.45, "not_ready": 0.25},
    "outcome": {"not_yet": 0.34, "no_response": 0.24, "to_a_degree": 0.27, "some_areas": 0.15},
    "urgency": {"high": 0.25, "medium": 0.5, "low": 0.25},
}  # fmt: skip
_STATE_LANDS = {"mangrove": 0.3, "public_use": 0.4, "state_property": 0.2, "permanent_forest": 0.1}


def land_case(dice: Dice, visit: Visit, place: LonLat, homes: list[Home]) -> Answers:
    """One case around a place inside the tambon."""
    day = visit.day
    ring = field_block(dice, place, dice.uniform(3, 45) * RAI_M2)
    drawn = dice.chance(0.75)
    declared = max(1, round(area_m2(ring) / RAI_M2 * dice.gauss(1, 0.1) * 4))
    chosen = dice.table(_WEIGHTS)
    state = chosen["case_type"] in ("state_people", "public_land", "no_document")
    held = dice.pick({"pbt5": 0.3, "none": 0.24, "sk1": 0.16, "ns3": 0.12, "ns3k": 0.1, "ns4": 0.08})
    claimants, evidence = _claimants(dice, homes, held), _evidence(dice, visit.when)
    name = f"กรณีตัวอย่าง {visit.number}"
    values = (
        visit.answers()
        | chosen
        | {
            "case_name": name,
            "since_year": day.year + 543 - dice.randint(2, 45),
            "state_lands": dice.pick(_STATE_LANDS) if state else "none",
            "agencies": "อบต. และสำนักงานที่ดิน (ตัวอย่าง)",
            "land_use": dice.several({"house": 0.5, "rice": 0.25, "aquaculture": 0.2}) or "orchard",
            "documents": held,
            "main_document": held,
            "affected_households": dice.randint(1, 40),
            "area_rai": declared // 4,
            "area_ngan": declared % 4,
            "area_declared": declared / 4,
            "outcome_reason": "ผลตามที่ประชุมหมู่บ้าน (ตัวอย่าง)" if chosen["outcome"] != "not_yet" else None,
            "in_court": "yes" if dice.chance(0.07) else "no",
            "next_meeting": (day + timedelta(days=dice.randint(7, 90))).isoformat(),
            "claimant_count": len(claimants),
            "evidence_count": len(evidence),
            "point": point_text(dice, place),
            "disputed_area": shape_text(dice, ring, walked=dice.chance(0.5)) if drawn else None,
            "area_drawn": round(area_m2(ring) / RAI_M2, 2) if drawn else None,
        }
    )
    values["affected_people"] = int(values["affected_households"] or 0) * dice.randint(2, 4)
    values["case_geometry"] = values["disputed_area"] or values["point"]
    repeats = {"claimants": claimants, "evidence": evidence}
    return Answers(values, visit.when, f"{name} ม.{visit.moo}", repeats)


def _claimants(dice: Dice, homes: list[Home], held: str) -> list[dict[str, Value]]:
    rows: list[dict[str, Value]] = []
    for home in dice.sample(homes, min(len(homes), dice.randint(1, 4))):
        consent, ngan = dice.chance(0.85), dice.randint(1, 40)
        rows.append(
            {
                "claimant_consent": "yes" if consent else "no",
                "claimant_household": home.entity_id if consent else None,
                "claimant_name": f"{dice.choice(MEN + WOMEN)} {FAMILY_NAME}" if consent else None,
                "claimant_document": held,
                "claimant_document_no": f"ตัวอย่าง {ngan}" if consent and held != "none" else None,
                "claimant_rai": ngan // 4,
                "claimant_ngan": ngan % 4,
                "claimant_area": ngan / 4,
            }
        )
    return rows


def _evidence(dice: Dice, when: datetime) -> list[dict[str, Value]]:
    kinds = ("document", "tax", "map", "old_tree", "witness", "minutes")
    return [
        {
            "evidence_kind": kind,
            "evidence_date": (when.date() - timedelta(days=dice.randint(100, 9000))).isoformat(),
            "evidence_text": "หลักฐานตัวอย่าง",
        }
        for kind in dice.sample(kinds, dice.randint(1, 4))
    ]
