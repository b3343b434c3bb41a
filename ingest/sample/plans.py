"""Projects that the forums proposed, the budgets of the year, who paid for what, and how far it came."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from ingest.sample.ground import GROUNDS, Ground, field_block, shape_text
from ingest.sample.programme import CHOSEN, FISCAL_YEAR, Programme, Values, at, later
from ingest.sample.writing import Filled

#: tier, theme, side, name, cost in thousand baht, of which the community's own in percent
_PROJECTS = (
    ("household", "debt", "economy", "จดบัญชีลดรายจ่าย", 0, 0),
    ("household", "food", "economy", "ปลูกผักกินเอง", 0, 0),
    ("household", "occupation", "economy", "ทำปุ๋ยหมักใช้เอง", 6, 100),
    ("household", "environment", "resources", "คัดแยกขยะในบ้าน", 0, 0),
    ("group", "occupation", "economy", "รวมซื้อปุ๋ย", 45, 100),
    ("group", "occupation", "economy", "คัดเกรดส้มโอขายรวม", 120, 30),
    ("group", "water", "resources", "ลงแรงขุดลอกคูส่งน้ำ", 18, 100),
    ("group", "food", "economy", "เลี้ยงไก่ไข่และทำอาหารไก่", 80, 40),
    ("group", "welfare", "social", "ดูแลผู้สูงอายุที่บ้าน", 24, 50),
    ("lao", "water", "resources", "ซ่อมท่อระบายน้ำ", 280, 5),
    ("lao", "information", "social", "จัดพิมพ์บัญชีครัวเรือนและคนบันทึก", 60, 0),
    ("lao", "health", "social", "ศูนย์ผู้สูงอายุตำบล", 350, 5),
    ("lao", "infrastructure", "economy", "ถนนเข้าสวน", 480, 0),
    ("lao", "education", "social", "ค่ายเยาวชนรู้จักตำบล", 45, 10),
    ("agency", "water", "resources", "ขุดลอกคลองสายซอย", 1900, 0),
    ("agency", "disaster", "resources", "ประตูกันน้ำเค็ม", 4200, 0),
    ("agency", "land", "resources", "รังวัดที่ทำกิน", 260, 0),
    ("agency", "occupation", "economy", "อบรมลดต้นทุนสวนส้มโอ", 90, 0),
)
_CITED = {
    "household_register": "household", "pomelo_plot": "plot", "water_agreement": "water_agreement",
    "land_case": "land_case", "forum_record": "forum", "problem_analysis": "problem",
    "household_account_month": "household_account", "household_debt": "household_debt",
}  # fmt: skip
_LEADING = {"water": "water_agreement", "land": "land_case", "debt": "household_account_month"}
_SPENDING = {
    "infrastructure": "infrastructure", "occupation": "economy", "food": "economy", "debt": "economy",
    "water": "environment", "disaster": "environment", "environment": "environment",
}  # fmt: skip

#: What tells which grant a withdrawal takes back.
_OF_SOURCE = (
    "budget_registered", "budget", "budget_kind", "source_org", "fiscal_year", "spending_kind", "target_plan",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Project:
    entity_id: str
    label: str
    name: str
    ground: Ground
    moo: int
    tier: str
    theme: str
    cost: int
    when: datetime


@dataclass(frozen=True, slots=True)
class _Budget:
    entity_id: str
    name: str
    kind: str
    ground: Ground
    level: str


def plans(programme: Programme) -> Iterator[Filled]:
    """Supply, demand, what was decided about each project, and the reports of those that run."""
    supply: list[_Budget] = []
    for one, budget in _budgets(programme):
        supply.append(budget)
        yield one
    for ground in (*CHOSEN, GROUNDS[2]):
        for number, row in enumerate(_PROJECTS):
            if ground in CHOSEN or number % 3 == 0:
                one, project = _proposal(programme, ground, *row)
                yield one
                yield from _fate(programme, project, supply)


def _budgets(programme: Programme) -> Iterator[tuple[Filled, _Budget]]:
    """The money that the plans were written for, and that of the year after, which is still to be asked."""
    for year in (FISCAL_YEAR + 1, FISCAL_YEAR + 2):
        yield from _budgets_of(programme, year)


def _budgets_of(programme: Programme, fiscal_year: int) -> Iterator[tuple[Filled, _Budget]]:
    dice, asked_in = programme.dice, fiscal_year - 543 - 1
    rows = [
        (ground, "tambon", kind, name, amount)
        for ground in CHOSEN
        for kind, name, amount in (
            ("lao", "ข้อบัญญัติ อบต. (ตัวอย่าง)", 2400),
            ("own", "เงินกลุ่มและกองทุน (ตัวอย่าง)", 180),
        )
    ]
    rows += [
        (GROUNDS[0], "province", kind, name, amount)
        for kind, name, amount in (
            ("province", "งบจังหวัดด้านน้ำ (ตัวอย่าง)", 9000), ("agency", "ชลประทานและเกษตร (ตัวอย่าง)", 6500),
            ("special", "นโยบายพิเศษ (ตัวอย่าง)", 1200), ("private", "กองทุนภาคเอกชน (ตัวอย่าง)", 400),
        )
    ]  # fmt: skip
    for ground, level, kind, name, amount in rows:
        when = programme.moment(10, 60)
        budget = _Budget(dice.uuid(), name, kind, ground, level)
        committed = amount * dice.randint(0, 30) // 100 if fiscal_year == FISCAL_YEAR + 1 else 0
        values: Values = at(ground, when, level=level)
        values |= {
            "work_level": level,
            "budget_name": name,
            "budget_kind": kind,
            "owner_org": "หน่วยงานตัวอย่าง",
            "fiscal_year": fiscal_year,
            "themes": dice.several({"water": 0.5, "occupation": 0.4, "disaster": 0.3}) or "welfare",
            "amount_baht": f"{amount * 1000}.00",
            "committed_baht": f"{committed * 1000}.00",
            "available_baht": f"{(amount - committed) * 1000}.00",
            "status": dice.pick({"confirmed": 0.5, "open": 0.4, "expected": 0.1}),
            "window_opens": f"{asked_in}-0{dice.randint(2, 4)}-01",
            "window_closes": f"{asked_in}-0{dice.randint(5, 7)}-31" if kind != "lao" else f"{asked_in}-07-15",
            "council_on": f"{asked_in}-08-15",
        }
        values["window_closes"] = str(values["window_closes"]).replace("06-31", "06-30")
        one = programme.filled("budget_source", when, f"{name} {fiscal_year}", values)
        yield programme.about(one, budget.entity_id, f"{name} ({fiscal_year})"), budget


def _proposal(
    programme: Programme, ground: Ground, tier: str, theme: str, side: str, name: str, cost: int, own: int
) -> tuple[Filled, _Project]:
    dice, when = programme.dice, programme.moment(130, 230)
    moo = dice.randint(1, ground.villages) if tier != "agency" else 0
    own_baht, evidence = cost * own * 10, _evidence(programme, ground, theme, when)
    level = "village" if moo else "tambon"
    worth = {f"worth_{one}": dice.randint(1, 3) for one in ("economic", "social", "resource", "health")}
    money = f"{cost * 1000} บาท" if cost else "ไม่ใช้เงิน"
    ring = field_block(dice, ground.inside(dice, moo or 1, margin_m=500), dice.uniform(4000, 60_000))
    values: Values = at(ground, when, moo) | worth
    values |= {
        "plan_level": level,
        "plan_year": FISCAL_YEAR + 1,
        "plan_name": f"แผนชุมชนหมู่ {moo}" if moo else "แผนตำบล",
        "project_name": name,
        "theme": theme,
        "problem_side": side,
        "problem_text": "ปัญหาและสาเหตุตามมติเวที (ข้อมูลตัวอย่าง)",
        "status": "proposed",
        "doer_tier": tier,
        "doer_org": None if tier == "household" else "หน่วยงานตัวอย่าง",
        "benefit_households": dice.randint(8, 220),
        "amount_baht": f"{cost * 1000}.00",
        "own_baht": f"{own_baht}.00" if cost else None,
        "budget_wanted": _wanted(tier) if cost else None,
        "starts_on": later(when, 60),
        "ends_on": later(when, dice.randint(120, 400)),
        "asked_baht": f"{cost * 1000 - own_baht}.00",
        "worth_total": sum(worth.values()),
        "evidence_count": len(evidence),
        "point": programme.point(ground, moo or 1) if dice.chance(0.85) else None,
        "project_area": shape_text(dice, ring, walked=False)
        if theme in ("water", "land", "disaster")
        else None,
        "money_text": money,
    }
    one = programme.filled("project_proposal", when, f"{name} {FISCAL_YEAR + 1}", values, evidence=evidence)
    label = f"{name} ({FISCAL_YEAR + 1}, {money})"
    project = _Project(dice.uuid(), label, name, ground, moo, tier, theme, cost * 1000, when)
    return programme.about(one, project.entity_id, label), project


def _wanted(tier: str) -> str:
    return {"household": "own", "group": "own", "lao": "lao"}.get(tier, "agency")


def _evidence(programme: Programme, ground: Ground, theme: str, when: datetime) -> list[Values]:
    """Records of the same tambon that speak for a project; the theme's own come first, some have none."""
    wanted = [_LEADING[theme]] if theme in _LEADING else []
    wanted += programme.dice.sample(sorted(_CITED), programme.dice.randint(0, 3))
    rows: list[Values] = []
    for form_id in dict.fromkeys(wanted):
        instance_id, day = programme.cited(form_id, ground.code, when)
        if instance_id:
            fact = "ข้อเท็จจริงจากรายการที่อ้าง (ข้อมูลตัวอย่าง)"
            rows.append(
                {
                    "evidence_kind": _CITED[form_id], "evidence_record": instance_id, "evidence_date": day,
                    "evidence_fact": fact,
                }
            )  # fmt: skip
    return rows


def _fate(programme: Programme, project: _Project, supply: list[_Budget]) -> Iterator[Filled]:
    """A project that needs money is decided on, sometimes by two sources; what is paid for begins."""
    dice, granted, when = programme.dice, 0, project.when
    paid: Values | None = None
    runs = project.cost == 0
    while project.cost and when < project.when + timedelta(days=90) and granted < project.cost:
        when += timedelta(days=dice.randint(15, 45))
        one, got = _match(programme, project, when, project.cost - granted, supply, paid)
        granted += got
        paid = one.answers.values if got > 0 else None
        yield one
        if not got or dice.chance(0.4):
            break
    if runs or granted:
        for turn in range(1, dice.randint(2, 3)):
            if dice.chance(0.75):
                yield _progress(programme, project, when + timedelta(days=12 * turn), turn, granted)


def _match(
    programme: Programme, project: _Project, when: datetime, wanted: int, supply: list[_Budget],
    paid: Values | None,
) -> tuple[Filled, int]:  # fmt: skip
    """A decision and what it grants; a withdrawal takes back what was ``paid`` just before it."""
    dice = programme.dice
    decision = dice.pick(
        {"approved": 0.42, "partly": 0.28, "deferred": 0.14, "rejected": 0.12, "withdrawn": 0.04}
    )
    kind = (
        _wanted(project.tier)
        if dice.chance(0.7)
        else dice.pick({"province": 0.5, "special": 0.3, "private": 0.2})
    )
    budget = next(
        (b for b in supply if b.kind == kind and b.ground.code[:2] == project.ground.code[:2]), None
    )
    budget = None if dice.chance(0.12) else budget  # not every source is on the list
    got = {"approved": wanted, "partly": wanted * dice.randint(3, 8) // 10}.get(decision, 0)
    grants = decision in ("approved", "partly")
    back = paid if decision == "withdrawn" else None
    status = {
        "approved": "funded" if got >= project.cost else "partly_funded",
        "partly": "partly_funded",
    }.get(decision, "in_plan" if decision == "withdrawn" else None)
    values: Values = at(project.ground, when, project.moo)
    values |= {
        "project": project.entity_id,
        "project_title": project.name,
        "project_baht": f"{project.cost}.00",
        "budget_registered": "yes" if budget else "no",
        "budget": budget.entity_id if budget else None,
        "budget_kind": kind,
        "source_org": None if budget else "หน่วยงานตัวอย่าง",
        "fiscal_year": FISCAL_YEAR + 1,
        "decision": decision,
        "decided_by": {"lao": "lao_council", "own": "community", "private": "private"}.get(kind, "agency"),
        "requested_baht": f"{wanted}.00" if decision != "withdrawn" else None,
        "granted_baht": f"{got}.00" if grants else None,
        "returned_baht": "0.00" if decision == "withdrawn" else None,
        "reason": None if decision == "approved" else "เหตุผลตามมติ (ข้อมูลตัวอย่าง)",
        "more_sources": "yes" if decision == "partly" else "no",
        "spending_kind": _SPENDING.get(project.theme, "quality_of_life"),
        "target_plan": ("province" if kind in ("province", "agency") else "lao") if grants else None,
        "project_status": status,
    }
    if back:
        values |= {ref: back[ref] for ref in _OF_SOURCE} | {"returned_baht": back["granted_baht"]}
        got = -int(Decimal(str(back["granted_baht"])))
    one = programme.filled("budget_match", when, f"มติงบ {project.name}", values)
    return (programme.about(one, project.entity_id, project.label) if status else one), got


def _progress(programme: Programme, project: _Project, when: datetime, turn: int, granted: int) -> Filled:
    dice = programme.dice
    state = dice.pick({"ongoing": 0.5, "done": 0.25, "delayed": 0.2, "stopped": 0.05})
    percent = 100 if state == "done" else min(95, 25 * turn + dice.randint(0, 20))
    obstacles = dice.several({"money": 0.3, "weather": 0.25, "people": 0.2}) or "none"
    values: Values = at(project.ground, when, project.moo)
    values |= {
        "project": project.entity_id,
        "project_title": project.name,
        "progress_status": state,
        "percent_now": None if state == "done" else percent,
        "progress_percent": percent,
        "spent_baht": f"{granted * percent // 100}.00",
        "finished_on": later(when, 0) if state == "done" else None,
        "benefit_households": dice.randint(5, 150),
        "results": "ผลตามรายงานของผู้ทำโครงการ (ข้อมูลตัวอย่าง)",
        "obstacles": obstacles,
        "obstacle_text": None if obstacles == "none" else "เล่าปัญหาและการแก้ (ข้อมูลตัวอย่าง)",
        "input_score": dice.randint(2, 5),
        "process_score": dice.randint(2, 5),
        "project_status": "done" if state == "done" else "ongoing",
        "point": programme.point(project.ground, project.moo or 1) if dice.chance(0.6) else None,
    }
    one = programme.filled("project_progress", when, f"{project.name} {percent}%", values)
    return programme.about(one, project.entity_id, project.label)
