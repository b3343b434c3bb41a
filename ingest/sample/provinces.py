"""What the offices above the tambon keep: the programme, evaluations, agendas, mechanisms, partners."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from ingest.sample.ground import GROUNDS
from ingest.sample.programme import CHOSEN, FISCAL_YEAR, YEAR_STARTS, Programme, Values, at, day_of, later
from ingest.sample.writing import Filled

_HOME = GROUNDS[0]
#: level, kind, name, seats by sector
_BODIES = (
    (
        "province",
        "executive",
        "คณะบริหารโครงการ (ตัวอย่าง)",
        {"state_agency": 20, "lao": 15, "community_org": 24},
    ),
    ("province", "strategy", "ทีมยุทธศาสตร์ (ตัวอย่าง)", {"academic": 8, "community_org": 12, "civil_society": 8}),
    ("province", "analysis", "ทีมวิเคราะห์จังหวัด (ตัวอย่าง)", {"academic": 4, "state_agency": 5}),
    ("tambon", "working_group", "คณะทำงานตำบล (ตัวอย่าง)", {"lao": 4, "local_admin": 9, "people": 14}),
    ("tambon", "council", "สภาองค์กรชุมชน (ตัวอย่าง)", {"community_org": 22, "people": 8}),
)
_PARTNERS = (
    ("province_office", "สำนักงานจังหวัด (ตัวอย่าง)", "policy knowledge"),
    ("academic", "มหาวิทยาลัยตัวอย่าง", "knowledge people"),
    ("lao", "อบจ. ตัวอย่าง", "budget place"),
    ("state_agency", "พมจ. (ตัวอย่าง)", "budget knowledge"),
    ("civil_society", "มูลนิธิตัวอย่าง", "knowledge"),
    ("private", "บริษัทตัวอย่าง", "budget"),
)
_AGENDAS = (
    ("water", "น้ำเพื่อการเกษตรลุ่มน้ำปากพนัง", "resources", "in_plan"),
    ("base_economy", "เศรษฐกิจฐานรากจากไม้ผล", "economy", "adopted"),
    ("land_forest", "ที่ทำกินในเขตรัฐ", "resources", "adopted"),
    ("organic_food", "อาหารปลอดภัย", "economy", "proposed"),
    ("ageing", "ตำบลดูแลผู้สูงอายุ", "social", "in_plan"),
    ("welfare", "สวัสดิการทุกตำบล", "social", "proposed"),
)
_LESSONS = (
    ("success", "group", "occupation", "จากรายจ่ายไข่ไก่สู่กลุ่มเลี้ยงไก่"),
    ("process", "model_village", "debt", "ลดหนี้ด้วยบัญชีครัวเรือน"),
    ("success", "learning_centre", "water", "แบ่งน้ำด้วยข้อตกลง"),
    ("failure", "project", "infrastructure", "ถนนที่ไม่มีใครใช้"),
    ("case", "model_tambon", "information", "ตำบลที่วางแผนด้วยข้อมูล"),
)
_INNOVATIONS = (
    ("tool", "in_use", "occupation", "เครื่องวัดน้ำเค็มราคาถูก"),
    ("rule", "routine", "water", "ธรรมนูญคลองไส้ไก่"),
    ("method", "spread", "debt", "ปฏิทินลดรายจ่าย"),
    ("product", "trial", "food", "ส้มโอตัดแต่งแช่เย็น"),
    ("data", "in_use", "information", "ผังบ้านผู้สูงอายุ"),
)


def provinces(programme: Programme) -> Iterator[Filled]:
    """Everything of the province and the offices around it."""
    yield _programme(programme)
    yield from (_evaluation(programme, number) for number in range(1, 6))
    yield from (_agenda(programme, *row) for row in _AGENDAS)
    yield from (_body(programme, *row) for row in _BODIES)
    yield from (_partner(programme, *row) for row in _PARTNERS)
    yield from (_authority(programme, number) for number in range(5))
    yield from (_lesson(programme, number, *row) for number, row in enumerate(_LESSONS))
    yield from (_innovation(programme, number, *row) for number, row in enumerate(_INNOVATIONS))


#: phase, who, what, and the days after the beginning from which and until which.
_PHASES = (
    ("phase1", "centre", "ชี้แจงแนวคิด จัดตั้งทีมบูรณาการ พัฒนาเครื่องมือ", -30, 60),
    ("phase1", "province", "จัดทำโครงการ จัดตั้งทีมของจังหวัด", 0, 150),
    ("phase1", "tambon", "จัดทำข้อมูล พัฒนาระบบฐานข้อมูล", 60, 200),
    ("phase2", "tambon", "เก็บบัญชีครัวเรือน จัดเวทีเรียนรู้ทุกเดือน", 200, 560),
    ("phase2", "province", "จัดทำแผนชุมชน จับคู่กับงบประมาณ", 260, 560),
    ("phase3", "province", "ถอดบทเรียน นำเสนอผลระดับจังหวัด", 560, 700),
    ("phase3", "centre", "สังเคราะห์และเผยแพร่ระดับชาติ", 600, 700),
)


def _programme(programme: Programme) -> Filled:
    when = programme.moment(5, 12)
    rows: list[Values] = [
        {
            "chosen_amphoe": ground.code[:4], "chosen_tambon": ground.code, "chosen_state": "working",
            "target_villages": ground.villages, "target_households": 10 * ground.villages,
        }
        for ground in GROUNDS[:5]
    ]  # fmt: skip
    villages = sum(int(row["target_villages"] or 0) for row in rows)
    values: Values = at(_HOME, when, level="province")
    values |= {
        "programme_name": "จังหวัดจัดการตนเองด้วยข้อมูล (ตัวอย่าง)",
        "fiscal_year": FISCAL_YEAR,
        "phase": "phase2",
        "starts_on": later(when, -30),
        "ends_on": later(when, 700),
        "deputy_governor": "yes",
        "province_team": 28,
        "tambon_teams": len(rows),
        "village_teams": villages,
        "volunteers": 210,
        "officials": 64,
        "amphoe_total": 23,
        "residents_solve": "yes",
        "years_worked": 5,
        "governors_changed": 3,
        "strong_province": "no",
        "chosen_count": len(rows),
        "target_villages_sum": villages,
        "target_households_sum": 10 * villages,
    }
    plan: list[Values] = [
        {"plan_phase": phase, "plan_doer": doer, "plan_work": work, "plan_from": later(when, first),
         "plan_until": later(when, last)}
        for phase, doer, work, first, last in _PHASES
    ]  # fmt: skip
    name = str(values["programme_name"])
    return programme.filled("province_programme", when, name, values, tambons=rows, phases=plan)


def _evaluation(programme: Programme, number: int) -> Filled:
    dice, first = programme.dice, YEAR_STARTS + timedelta(days=61 * (number - 1))
    when = first + timedelta(days=62, hours=10)
    names = ("household", "village", "tambon", "province", "central")
    scores = {f"score_{name}": min(5, max(1, round(dice.gauss(2.6 + 0.25 * number, 0.6)))) for name in names}
    values: Values = at(_HOME, when, level="province") | scores
    values |= {
        "fiscal_year": FISCAL_YEAR,
        "round": number,
        "period_from": day_of(first).isoformat(),
        "period_to": later(first, 60),
        "joined_by": "centre province academic",
        "score_mean": round(sum(scores.values()) / len(scores), 2),
        "result": dice.pick({"on_plan": 0.6, "behind": 0.3, "ahead": 0.1}),
        "account_households": 90 * number + dice.randint(0, 40),
        "forums_held": dice.randint(20, 34),
        "projects_funded": dice.randint(0, 9),
        "obstacles": dice.several({"people": 0.4, "money": 0.4, "knowledge": 0.2}) or "none",
        "findings": "ข้อค้นพบตามรายงาน (ข้อมูลตัวอย่าง)",
        "next_round": later(when, 61),
    }
    return programme.filled("bimonthly_evaluation", when, f"ประเมินรอบ {number}", values)


def _agenda(programme: Programme, agenda: str, text: str, side: str, status: str) -> Filled:
    dice, when = programme.dice, programme.moment(90, 180)
    importance, urgency = dice.randint(3, 5), dice.randint(2, 5)
    planned = status == "in_plan"
    values: Values = at(_HOME, when, level="province")
    values |= {
        "fiscal_year": FISCAL_YEAR,
        "agenda": agenda,
        "agenda_text": text,
        "problem_side": side,
        "status": status,
        "importance": importance,
        "urgency": urgency,
        "priority_score": importance * urgency,
        "tambons": dice.randint(5, 90),
        "data_used": "forum problem",
        "raised_to": "province" if planned else None,
        "budget_baht": f"{dice.randint(5, 60) * 100_000}.00" if planned else None,
    }
    return programme.filled("province_agenda", when, f"วาระ {text}", values)


def _body(programme: Programme, level: str, kind: str, name: str, sectors: dict[str, int]) -> Filled:
    dice, when = programme.dice, programme.moment(10, 60)
    seats: list[Values] = [
        {"seat_sector": sector, "seat_count": count, "seat_women": round(count * 0.4)}
        for sector, count in sectors.items()
    ]
    total = sum(sectors.values())
    values: Values = at(_HOME, when, level=level)
    values |= {
        "work_level": level,
        "body_name": name,
        "body_kind": kind,
        "status": "active",
        "since_on": later(when, -dice.randint(100, 900)),
        "sits_on": "health_assembly amphoe_plan" if kind == "executive" else "none",
        "seat_total": total,
        "distinct_people": total - dice.randint(0, 4),
    }
    return programme.filled("mechanism_register", when, name, values, seats=seats)


def _partner(programme: Programme, kind: str, name: str, support: str) -> Filled:
    dice, when = programme.dice, programme.moment(40, 200)
    signed, level = dice.chance(0.6), "tambon" if kind == "private" else "province"
    values: Values = at(_HOME, when, level=level)
    values |= {
        "work_level": level,
        "partner_org": name,
        "partner_kind": kind,
        "status": "signed" if signed else "working",
        "signed_on": later(when, -20) if signed else None,
        "expires_on": later(when, 700) if signed else None,
        "support": support,
        "support_baht": f"{dice.randint(5, 80) * 10_000}.00" if "budget" in support else None,
        "themes": dice.several({"water": 0.5, "occupation": 0.5, "welfare": 0.3}) or "information",
    }
    return programme.filled("partner_mou", when, name, values)


def _authority(programme: Programme, number: int) -> Filled:
    dice, when, ground = programme.dice, programme.moment(15, 50), GROUNDS[number]
    joined = number < 4
    actions = "apply team print_staff plan" if ground in CHOSEN else "apply team" if joined else "apply"
    values: Values = at(ground, when)
    values |= {
        "lao_name": f"อบต. ตัวอย่าง {number + 1}",
        "lao_kind": "tambon_mun" if number == 1 else "sao",
        "status": "joined" if joined else "applied",
        "applied_on": later(when, -9),
        "actions": actions,
        "action_count": len(actions.split()),
        "fiscal_year": FISCAL_YEAR,
        "point": programme.point(ground),
    }
    if joined:
        values |= {
            "books_printed": dice.randint(5, 40) * 10,
            "staff_assigned": dice.randint(1, 3),
            "forums_supported": dice.randint(2, 12),
            "support_baht": f"{dice.randint(2, 20) * 10_000}.00",
            "program_installed": "yes" if number < 3 else "no",
        }
    return programme.filled("lao_opt_in", when, str(values["lao_name"]), values)


def _lesson(programme: Programme, number: int, kind: str, site: str, theme: str, title: str) -> Filled:
    dice, when, ground = programme.dice, programme.moment(250, 350), GROUNDS[number]
    moo = dice.randint(1, ground.villages)
    values: Values = at(ground, when, moo)
    values |= {
        "fiscal_year": FISCAL_YEAR,
        "lesson_title": title,
        "lesson_kind": kind,
        "site_kind": site,
        "theme": theme,
        "academic_org": "มหาวิทยาลัยตัวอย่าง",
        "action": "สิ่งที่ทำ (ข้อมูลตัวอย่าง)",
        "result": "ผลที่เกิด (ข้อมูลตัวอย่าง)",
        "lesson_text": "ข้อเรียนรู้ (ข้อมูลตัวอย่าง)",
        "data_used": "household_account forum",
        "visitors": dice.randint(0, 14),
        "point": programme.point(ground, moo),
    }
    return programme.filled("lesson_learned", when, title, values)


def _innovation(programme: Programme, number: int, kind: str, stage: str, theme: str, name: str) -> Filled:
    dice, when, ground = programme.dice, programme.moment(200, 340), GROUNDS[number % 3]
    moo = dice.randint(1, ground.villages)
    values: Values = at(ground, when, moo)
    values |= {
        "innovation_name": name,
        "innovation_kind": kind,
        "stage": stage,
        "theme": theme,
        "made_by": "กลุ่มตัวอย่าง",
        "since_year": FISCAL_YEAR - dice.randint(0, 6),
        "what_new": "ใหม่อย่างไร (ข้อมูลตัวอย่าง)",
        "users": dice.randint(4, 160),
        "copied": dice.randint(1, 6) if stage in ("spread", "routine") else None,
        "point": programme.point(ground, moo),
    }
    return programme.filled("innovation_record", when, name, values)
