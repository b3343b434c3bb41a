"""Leaders, the courses they took, what they knew before and after, and what they thought of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from ingest.sample.ground import GROUNDS, Ground
from ingest.sample.households import FAMILY_NAME, MEN, WOMEN
from ingest.sample.programme import FISCAL_YEAR, Programme, Values, at
from ingest.sample.writing import Filled, Value

_LEADERS = 44
_KINDS = {
    "model_person": 0.2, "change_leader": 0.25, "new_leader": 0.25, "youth": 0.1, "volunteer": 0.2,
}  # fmt: skip
_ROLES = {"facilitator": 0.35, "data": 0.3, "accounting": 0.25, "planning": 0.2, "specialist": 0.1}
_COURSES = (
    ("village", "account", "household_account", "บัญชีครัวเรือน รุ่น 1"),
    ("tambon", "account", "enterprise_account", "บัญชีวิสาหกิจชุมชนกลุ่มไม้ผล"),
    ("tambon", "area", "area_dev data", "วิเคราะห์ข้อมูลตำบล"),
    ("province", "core", "sdg area_dev public_policy", "หลักสูตรกลางผู้นำ รุ่น 1"),
    ("province", "region", "module1 module2", "ผู้นำการเปลี่ยนแปลง รุ่น 1"),
    ("village", "account", "household_account", "บัญชีครัวเรือน รุ่น 2"),
)


@dataclass(frozen=True, slots=True)
class _Leader:
    entity_id: str
    ground: Ground


@dataclass(frozen=True, slots=True)
class _Training:
    entity_id: str
    name: str
    level: str
    area: Values
    people: int
    when: datetime


def people(programme: Programme) -> Iterator[Filled]:
    """The register first, then each course with its tests and the sheets of its participants."""
    leaders: list[_Leader] = []
    for number in range(_LEADERS):
        ground = GROUNDS[0] if number % 5 < 2 else programme.dice.choice(GROUNDS[:5])
        one, leader = _leader(programme, ground, number)
        leaders.append(leader)
        yield one
    for number, (level, kind, modules, name) in enumerate(_COURSES):
        ground = GROUNDS[number % 2]
        near = [one for one in leaders if level == "province" or one.ground == ground]
        one, training = _training(programme, ground, (level, kind, modules, name), near)
        yield one
        yield _tests(programme, training)
        for _ in range(programme.dice.randint(5, 8)):
            yield _evaluation(programme, training)


def _leader(programme: Programme, ground: Ground, number: int) -> tuple[Filled, _Leader]:
    dice, when = programme.dice, programme.moment(20, 200)
    moo, code = dice.randint(1, ground.villages), f"{ground.code}-{number + 1:03d}"
    consent, kind = dice.chance(0.93), dice.pick(_KINDS)
    sex = dice.pick({"female": 0.5, "male": 0.5})
    courses: list[Values] = [
        {"course_name": dice.choice(_COURSES)[3], "course_year": FISCAL_YEAR - dice.randint(1, 6)}
        for _ in range(dice.randint(0, 3) if consent else 0)
    ]
    values: Values = at(ground, when, moo)
    values |= {
        "consent": "yes" if consent else "no",
        "consent_purposes": "contact" if consent and dice.chance(0.6) else None,
        "leader_code": code,
        "leader_kind": kind,
        "new_leader": "yes" if kind in ("new_leader", "youth") and dice.chance(0.7) else "no",
        "leader_since_year": FISCAL_YEAR - dice.randint(0, 15),
        "sex": sex,
        "status": dice.pick({"active": 0.88, "resting": 0.08, "left": 0.04}),
        "roles": dice.several(_ROLES) or "other",
        "expertise": dice.several({"occupation": 0.4, "water": 0.3, "welfare": 0.2}),
        "course_count": len(courses),
        "point": programme.point(ground, moo) if dice.chance(0.8) else None,
    }
    if consent:
        age = dice.randint(19, 72)
        values |= {
            "prefix": "mr" if sex == "male" else "mrs",
            "given_name": dice.choice(MEN if sex == "male" else WOMEN),
            "family_name": FAMILY_NAME,
            "id_kind": "no_answer",
            "birth_known": "year",
            "birth_year": FISCAL_YEAR - age,
            "age": age,
            "education": dice.pick({"primary": 0.3, "upper_secondary": 0.4, "degree": 0.3}),
            "position": "ตำแหน่งตัวอย่าง",
            "organisation": "กลุ่มตัวอย่าง",
            "phone": "0000000000" if values["consent_purposes"] else None,
        }
    one = programme.filled("leader_register", when, f"ผู้นำ {code}", values, courses=courses)
    leader = _Leader(dice.uuid(), ground)
    return programme.about(one, leader.entity_id, f"ผู้นำ {code} หมู่ {moo}"), leader


def _training(
    programme: Programme, ground: Ground, course: tuple[str, str, str, str], near: list[_Leader]
) -> tuple[Filled, _Training]:
    dice, when, (level, kind, modules, name) = programme.dice, programme.moment(210, 320), course
    moo = dice.randint(1, ground.villages) if level == "village" else 0
    size, area = dice.randint(18, 60), at(ground, when, moo, level=level)
    cost = size * dice.randint(300, 1100)
    attendees: list[Values] = [
        {
            "attendee_leader": one.entity_id, "attendee_kind": dice.pick(_KINDS),
            "attendee_passed": "yes" if dice.chance(0.9) else "no",
        }
        for one in dice.sample(near, min(len(near), dice.randint(6, 14)))
    ]  # fmt: skip
    values: Values = area | {
        "consent": "yes",
        "work_level": level,
        "course_name": name,
        "course_level": kind,
        "modules": modules,
        "status": "held",
        "ends_on": str(area["visit_date"]),
        "hours": dice.choice((6, 12, 18)),
        "fiscal_year": FISCAL_YEAR,
        "organiser": "คณะทำงานจังหวัด (ตัวอย่าง)",
        "venue": "ห้องประชุมตัวอย่าง",
        "budget_baht": f"{cost}.00",
        "people": size,
        "people_women": round(size * dice.uniform(0.4, 0.6)),
        "people_youth": round(size * dice.uniform(0.05, 0.2)),
        "groups_trained": 15 if "enterprise_account" in modules else 0,
        "tambons": 1 if level != "province" else len(GROUNDS),
        "attendee_count": len(attendees),
        "baht_per_person": round(cost / size, 2),
        "point": programme.point(ground, moo or 1),
    }
    one = programme.filled(
        "training_event", when, f"{name} {area['visit_date']}", values, attendees=attendees
    )
    training = _Training(dice.uuid(), name, level, area, size, when)
    return programme.about(one, training.entity_id, f"{name} {area['visit_date']}"), training


def _of(training: _Training, when: datetime) -> Values:
    return training.area | {
        "visit_date": at(GROUNDS[0], when)["visit_date"],
        "work_level": training.level,
        "training": training.entity_id,
        "training_title": training.name,
        "fiscal_year": FISCAL_YEAR,
    }


def _tests(programme: Programme, training: _Training) -> Filled:
    dice, full = programme.dice, 20
    scores: list[Values] = []
    for number in range(1, training.people + 1):
        before = dice.randint(4, 14)
        after = min(full, before + dice.randint(-1, 8))
        scores.append(
            {
                "participant_no": number, "pre_score": before, "post_score": after,
                "gained": int(after > before),
            }
        )  # fmt: skip
    when = training.when + timedelta(hours=8)
    size = len(scores)
    before, after = (sum(int(row[name] or 0) for row in scores) for name in ("pre_score", "post_score"))
    values: Values = _of(training, when) | {
        "consent": "yes",
        "full_score": full,
        "pass_score": 12,
        "people": size,
        "mean_pre": round(before / size, 2),
        "mean_post": round(after / size, 2),
        "gain_percent": round((round(after / size, 2) - round(before / size, 2)) * 100 / full, 1),
        "people_gained": sum(int(row["gained"] or 0) for row in scores),
    }
    return programme.filled("pre_post_test", when, f"ทดสอบ {training.name}", values, scores=scores)


def _evaluation(programme: Programme, training: _Training) -> Filled:
    dice, when = programme.dice, training.when + timedelta(hours=programme.dice.randint(8, 30))
    names = ("relevance", "progress", "efficiency", "effectiveness", "outcome")
    scores: dict[str, Value] = {
        f"score_{name}": dice.pick({2: 0.05, 3: 0.25, 4: 0.45, 5: 0.25}) for name in names
    }
    total = sum(int(score or 0) for score in scores.values())
    values: Values = _of(training, when) | scores
    values |= {
        "respondent": dice.pick({"participant": 0.85, "organiser": 0.1, "partner": 0.05}),
        "score_sum": total,
        "score_mean": total / len(names),
        "not_suited": dice.several({"time": 0.3, "venue": 0.15, "material": 0.1}) or "none",
        "input_score": dice.randint(3, 5),
        "process_score": dice.randint(3, 5),
        "will_use": "yes" if dice.chance(0.86) else "no",
    }
    return programme.filled("course_evaluation", when, f"ประเมิน {training.name}", values)
