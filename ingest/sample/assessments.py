"""What a tambon and a province say of themselves: strength, systems, mechanisms, partners, lessons."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.sample.ground import GROUNDS, Ground
from ingest.sample.programme import CHOSEN, FISCAL_YEAR, Programme, Values, at, later
from ingest.sample.writing import Filled

_ASPECTS = (
    "account", "enterprise", "plan", "welfare", "database", "evaluation", "mechanism", "cooperation",
)  # fmt: skip
_POWERS = ("volunteers", "knowledge", "partners", "participation")
_ORGS = {"lao": 0.9, "local_admin": 0.8, "community_org": 0.9, "state_agency": 0.6}
_STEPS = ("team", "dataset", "collect", "return", "use")
#: form, rows of the table by name, number of criteria
_SII = (
    ("sii_people", ("model_person", "change_leader", "new_leader", "youth", "volunteer"), 5),
    ("sii_mechanism", ("group", "forum", "direction", "rules", "rites", "communication"), 7),
    ("sii_data", _STEPS, 5),
)
_DATA = {"household_account": 0.7, "plot": 0.5, "water_agreement": 0.4, "household": 0.8, "land_case": 0.3}


def assessments(programme: Programme) -> Iterator[Filled]:
    """Twice a year each tambon assesses itself; once it reviews people, mechanism and data."""
    for number, ground in enumerate(GROUNDS[:5]):
        strength = 3.4 - 0.35 * number
        for turn in (1, 2):
            yield _self_assessment(programme, ground, turn, strength + 0.3 * turn)
        for form_id, kinds, criteria in _SII:
            yield _review(programme, ground, form_id, kinds, criteria, strength / 5)
        yield _summary(programme, ground)
        yield _system(programme, ground, number)
        for moo in range(1, ground.villages + 1):
            yield _village(programme, ground, moo)


def _self_assessment(programme: Programme, ground: Ground, turn: int, strength: float) -> Filled:
    dice, when = programme.dice, programme.moment(120 * turn, 120 * turn + 20)
    aspects = {f"aspect_{name}": _level(programme, strength) for name in _ASPECTS}
    powers = {f"power_{name}": _level(programme, strength) for name in _POWERS}
    met = dice.several({f"c{number}": strength / 5 for number in range(1, 10)}) or "c1"
    values: Values = at(ground, when) | aspects | powers
    values |= {
        "fiscal_year": FISCAL_YEAR,
        "round": turn,
        "people": dice.randint(12, 40),
        "main_orgs": dice.several(_ORGS) or "community_org",
        "criteria_met": met,
        "criteria_count": len(met.split()),
        "strong_with_data": "yes" if strength > 3.5 else "no",
        "model_tambon": "yes" if strength > 3.9 else "no",
        "strengths": "จุดแข็งตามที่ประชุม (ข้อมูลตัวอย่าง)",
        "aspects_mean": round(sum(aspects.values()) / len(aspects), 2),
        "powers_mean": round(sum(powers.values()) / len(powers), 2),
    }
    return programme.filled("tambon_self_assessment", when, f"ประเมินตนเอง ต.{ground.code}", values)


def _level(programme: Programme, strength: float) -> int:
    return max(1, min(5, round(programme.dice.gauss(strength, 0.7))))


def _review(
    programme: Programme, ground: Ground, form_id: str, kinds: tuple[str, ...], criteria: int, share: float
) -> Filled:
    dice, when = programme.dice, programme.moment(240, 250)
    rows: list[Values] = []
    for kind in kinds:
        ticks = dice.several({f"c{number}": share for number in range(1, criteria + 1)})
        rows.append(
            {
                "row_kind": kind, "how": "วิธีที่ทำอยู่ (ข้อมูลตัวอย่าง)", "ticks": ticks or None,
                "next_step": "แนวทางพัฒนาต่อ (ข้อมูลตัวอย่าง)", "tick_count": len(ticks.split()), "is_other": 0,
            }
        )  # fmt: skip
    total, possible = sum(int(row["tick_count"] or 0) for row in rows), len(kinds) * criteria
    values: Values = at(ground, when)
    values |= {
        "fiscal_year": FISCAL_YEAR,
        "main_orgs": dice.several(_ORGS) or "community_org",
        "row_count": len(rows),
        "tick_total": total,
        "tick_possible": possible,
        "score_percent": round(total * 100 / possible, 1),
    }
    return programme.filled(form_id, when, f"ทบทวน ต.{ground.code}", values, rows=rows)


def _summary(programme: Programme, ground: Ground) -> Filled:
    dice, when = programme.dice, programme.moment(251, 255)
    values: Values = at(ground, when) | {
        "fiscal_year": FISCAL_YEAR,
        "main_orgs": dice.several(_ORGS) or "lao",
    }
    drafts = 0
    for name in ("people", "mechanism", "data"):
        number = dice.randint(0, 3)
        drafts += number
        values |= {
            f"{name}_done": "รูปธรรมในพื้นที่ (ข้อมูลตัวอย่าง)",
            f"{name}_next": "แนวทางยกระดับ (ข้อมูลตัวอย่าง)",
            f"{name}_level": dice.pick({"starting": 0.3, "working": 0.4, "strong": 0.2, "model": 0.1}),
            f"{name}_drafts": number,
        }
    values["draft_total"] = drafts
    return programme.filled("sii_summary", when, f"สรุป ต.{ground.code}", values)


def _system(programme: Programme, ground: Ground, number: int) -> Filled:
    dice, when, done = programme.dice, programme.moment(280, 300), 5 - number
    states: Values = {
        f"step_{name}": "done" if order < done else "doing" for order, name in enumerate(_STEPS)
    }
    values: Values = at(ground, when) | states
    values |= {
        "fiscal_year": FISCAL_YEAR,
        "steps_done": done,
        "is_state": ("used", "running", "running", "building", "none")[number],
        "account_database": "yes" if number < 3 else "no",
        "linked_province": "yes" if number < 2 else "no",
        "datasets": dice.several(_DATA) or "household",
        "staff": dice.randint(1, 4),
        "households_recorded": round(900 * ground.share),
        "last_returned": later(when, -dice.randint(5, 60)),
        "point": programme.point(ground),
    }
    return programme.filled("tambon_is_status", when, f"ระบบข้อมูล ต.{ground.code}", values)


def _village(programme: Programme, ground: Ground, moo: int) -> Filled:
    dice, when = programme.dice, programme.moment(300, 340)
    households, active = dice.randint(60, 210), ground in CHOSEN
    plan = dice.chance(0.9 if active else 0.5)
    level = dice.pick({"none": 0.4, "sufficient": 0.4, "well": 0.15, "prosperous": 0.05})
    values: Values = at(ground, when, moo)
    values |= {
        "village_name": f"บ้านตัวอย่าง {moo}",
        "fiscal_year": FISCAL_YEAR,
        "sufficiency": level,
        "sufficiency_since": later(when, -dice.randint(100, 1500)) if level != "none" else None,
        "village_rank": dice.pick({"model": 0.12, "developing": 0.4, "ordinary": 0.48}),
        "new_leaders": dice.randint(0, 3),
        "households": households,
        "account_households": dice.randint(4, 22) if active else dice.randint(0, 8),
        "has_plan": "yes" if plan else "no",
        "plan_uses_data": ("yes" if dice.chance(0.7 if active else 0.25) else "no") if plan else None,
        "forums_held": dice.randint(5, 10) if active else dice.randint(0, 3),
        "point": programme.point(ground, moo),
    }
    return programme.filled("village_status", when, f"ม.{moo}", values)
