"""Plausible water agreements: who gets water from which canal, when, and what was agreed."""

from __future__ import annotations

from datetime import timedelta

from ingest.sample.ground import area_m2, field_block, moved, point_text, shape_text
from ingest.sample.households import FAMILY_NAME, MEN, Home, Visit
from ingest.sample.orchards import RAI_M2
from ingest.sample.writing import Answers, Dice, Value

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEIGHTS = {
    "season": {"dry": 0.44, "all_year": 0.26, "dry_rice": 0.18, "wet_rice": 0.12},
    "user_group": {"basic_group": 0.4, "management_group": 0.2, "village": 0.2, "lao": 0.12, "jmc": 0.08},
    "source_type": {
        "irrigation": 0.42,
        "weir": 0.18,
        "river": 0.16,
        "pumping_station": 0.14,
        "farm_pond": 0.1,
    },
    "canal_level": {"lateral": 0.35, "sub_lateral": 0.3, "ditch": 0.35},
    "structure": {"gate": 0.4, "pipe": 0.2, "farm_turnout": 0.2, "pump": 0.2},
}
_RULES = {"turns": 0.8, "no_pump": 0.4, "no_block": 0.5, "salt_gate": 0.4, "clean": 0.6}
_STATUS = {"in_force": 0.62, "draft": 0.12, "expired": 0.12, "dispute": 0.1, "cancelled": 0.04}


def agreement(dice: Dice, visit: Visit, homes: list[Home]) -> Answers:
    """One agreement of a village, with the households of that village as some of its parties."""
    day, number = visit.day, visit.number
    status = dice.pick(_STATUS)
    signed = day - timedelta(days=dice.randint(10, 300))
    starts = signed + timedelta(days=dice.randint(0, 30))
    expires = starts + timedelta(days=dice.choice((180, 365, 730)))
    if status == "expired":
        starts, expires = day - timedelta(days=500), day - timedelta(days=dice.randint(20, 130))
        signed = starts
    name = f"ข้อตกลงน้ำ คลองตัวอย่าง {number}"
    gate = visit.ground.inside(dice, visit.moo, margin_m=500)
    ring = field_block(dice, moved(gate, 140, 60), dice.uniform(60, 190) * RAI_M2 / 4)
    values = (
        visit.answers()
        | dice.table(_WEIGHTS)
        | {
            "agreement_name": name,
            "status": status,
            "signed_date": signed.isoformat() if status != "draft" else None,
            "starts_on": starts.isoformat(),
            "expires_on": expires.isoformat(),
            "source_name": f"คลองตัวอย่าง {number}",
            "canal_name": f"สายตัวอย่าง {number}",
            "structure_name": f"ตัวอย่าง {number}",
            "flow_m3_s": round(dice.uniform(0.05, 0.9), 2),
            "volume_m3": dice.randint(8, 160) * 1000,
            "lowest_level_cm": dice.randint(40, 120),
            "served_rai": round(area_m2(ring) / RAI_M2, 1),
            "served_households": dice.randint(6, 45),
            "crops": dice.several({"rice": 0.35, "vegetable": 0.3, "household": 0.3}) or "pomelo",
            "point": point_text(dice, gate),
            "served_area": shape_text(dice, ring, walked=False),
            "served_drawn": round(area_m2(ring) / RAI_M2, 1),
        }
    )
    values |= _rules(dice, status) | {"agreement_geometry": values["served_area"]}
    answers = Answers(values, visit.when, f"{name} ม.{visit.moo}")
    _repeats(dice, answers, homes)
    return answers


def _rules(dice: Dice, status: str) -> dict[str, Value]:
    penalty = dice.pick({"warning": 0.4, "skip": 0.2, "fine": 0.2, "forum": 0.15, "none": 0.05})
    return {
        "rules": dice.several(_RULES) or "turns",
        "penalty": penalty,
        "penalty_baht": f"{dice.choice((200, 500, 1000))}.00" if penalty == "fine" else None,
        "fee_baht_rai": f"{dice.choice((0, 20, 30, 50))}.00",
        "work_days": dice.randint(1, 4),
        "breaches": dice.randint(3, 9) if status == "dispute" else dice.pick({0: 0.7, 1: 0.2, 2: 0.1}),
        "dispute_text": "ผู้ใช้น้ำท้ายคลองแจ้งว่าน้ำไปไม่ถึง (ข้อมูลตัวอย่าง)" if status == "dispute" else None,
    }


def _repeats(dice: Dice, answers: Answers, homes: list[Home]) -> None:
    parties: list[dict[str, Value]] = [
        {
            "party_kind": "household",
            "party_household": home.entity_id,
            "party_role": dice.pick(
                {"upstream": 0.3, "midstream": 0.3, "downstream": 0.3, "ditch_head": 0.1}
            ),
            "party_rai": dice.randint(2, 18),
            "party_signed": "yes" if dice.chance(0.9) else "no",
        }
        for home in dice.sample(homes, min(len(homes), dice.randint(2, 5)))
    ]
    committee = f"{dice.choice(MEN)} {FAMILY_NAME}"
    parties.append(
        {"party_kind": "group", "party_name": committee, "party_role": "committee", "party_signed": "yes"}
    )
    turns: list[dict[str, Value]] = [
        {
            "turn_order": number,
            "turn_zone": f"โซน {number}",
            "turn_days": " ".join(_DAYS[2 * number - 2 : 2 * number]),
            "turn_from": f"{dice.choice((5, 6, 17, 18)):02d}:00:00.000+07:00",
            "turn_hours": dice.choice((4, 6, 8, 12)),
            "turn_m3": dice.randint(5, 40) * 100,
        }
        for number in range(1, dice.randint(2, 3) + 1)
    ]
    answers.repeats |= {"parties": parties, "turns": turns}
    answers.values |= {
        "party_count": len(parties),
        "turn_count": len(turns),
        "turn_hours_sum": sum(int(row["turn_hours"] or 0) for row in turns),
    }
