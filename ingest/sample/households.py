"""Plausible answers to the household register. Nobody in it exists: every family is called ตัวอย่าง."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from ingest.sample.ground import Ground, LonLat, point_text
from ingest.sample.writing import BANGKOK, Answers, Dice, Value

FAMILY_NAME = "ตัวอย่าง"
WOMEN = ("มานี", "ชูใจ", "สมหญิง", "แก้ว", "จันทร์", "บุญมี", "ละมัย", "สายใจ", "พร", "อารี", "วันเพ็ญ", "ดวงใจ")
MEN = ("มานะ", "ปิติ", "วีระ", "สมชาย", "สมศักดิ์", "ประเสริฐ", "บุญส่ง", "สมหมาย", "ทองดี", "วิชัย", "เจริญ", "สุข")
_OCCUPATIONS = {
    "pomelo": 0.38, "rice": 0.16, "rubber_palm": 0.09, "vegetable": 0.06, "fishery": 0.06, "labour": 0.12,
    "trade": 0.07, "salary": 0.04, "livestock": 0.02,
}  # fmt: skip
_WEIGHTS = {
    "consent_by": {"head": 0.6, "spouse": 0.3, "adult": 0.1},
    "home_tenure": {"own": 0.8, "relative": 0.12, "rent": 0.04, "state": 0.03, "temple": 0.01},
    "home_document": {"ns4": 0.6, "ns3k": 0.14, "ns3": 0.08, "sk1": 0.06, "pbt5": 0.07, "none": 0.05},
    "farm_tenure": {"own": 0.62, "part": 0.16, "rent": 0.1, "state": 0.04, "none": 0.08},
    "water_enough": {"yes": 0.61, "partly": 0.27, "no": 0.12},
}
_EDUCATION = {"primary": 0.3, "lower_secondary": 0.2, "upper_secondary": 0.28, "diploma": 0.1, "degree": 0.12}
_DRY_MONTHS = ("m2", "m3", "m4", "m5", "m8")


@dataclass(frozen=True, slots=True)
class Home:
    """A household of the demo, as the other forms refer to it."""

    entity_id: str
    ground: Ground
    moo: int
    house_no: str
    place: LonLat
    grows_pomelo: bool
    registered_at: datetime
    tambon: str

    @property
    def label(self) -> str:
        """What the phones' list calls it."""
        return f"บ้านเลขที่ {self.house_no} หมู่ {self.moo} ต.{self.tambon}"

    @property
    def point(self) -> str:
        """Its position as a list holds it."""
        return f"{self.place[1]:.7f} {self.place[0]:.7f} 0 0"


@dataclass(frozen=True, slots=True)
class Visit:
    """Where and when a form is filled; ``number`` tells the demo's invented names apart."""

    ground: Ground
    moo: int
    when: datetime
    number: int = 0

    @property
    def day(self) -> date:
        """The date as the phone has it."""
        return self.when.astimezone(BANGKOK).date()

    def answers(self) -> dict[str, Value]:
        """The block of questions that every form opens with."""
        code = self.ground.code
        place: dict[str, Value] = {"province": code[:2], "amphoe": code[:4], "tambon": code, "moo": self.moo}
        return {"visit_date": self.day.isoformat()} | place


def household(dice: Dice, home: Home) -> Answers:
    """One household's registration."""
    visit = Visit(home.ground, home.moo, home.registered_at)
    consent = dice.chance(0.96)
    place = point_text(dice, home.place if consent else home.ground.village(home.moo))
    values = visit.answers() | {
        "consent": "yes" if consent else "no",
        "house_no": home.house_no,
        "tambon_name": home.tambon,
        "already_registered": 0,
        "point" if consent else "village_point": place,
        "map_point": place,
    }
    values |= _taking_part(dice, visit.day)
    answers = Answers(
        values,
        visit.when,
        f"บ้าน {home.house_no} ม.{home.moo} ต.{home.tambon}",
        entity_id=home.entity_id,
        entity_label=home.label,
    )
    if consent:
        _consented(dice, answers, visit.day, grows_pomelo=home.grows_pomelo)
    return answers


def _taking_part(dice: Dice, day: date) -> dict[str, Value]:
    part = dice.pick({"joined": 0.42, "interested": 0.25, "not_yet": 0.3, "left": 0.03})
    values: dict[str, Value] = {"participation": part}
    keeping = {"daily": 0.06, "monthly": 0.12, "stopped": 0.2, "never": 0.62}
    if part == "joined":
        keeping = {"daily": 0.14, "monthly": 0.27, "stopped": 0.29, "never": 0.3}
        values["joined_year"] = day.year + 543 - dice.randint(0, 7)
        values["model_household"] = "yes" if dice.chance(0.12) else "no"
    if part != "left":
        values["account_keeping"] = dice.pick(keeping)
    return values


def _consented(dice: Dice, answers: Answers, day: date, *, grows_pomelo: bool) -> None:
    purposes = dice.several({"members": 0.7, "economy": 0.65, "contact": 0.5})
    size = dice.pick({1: 0.1, 2: 0.22, 3: 0.24, 4: 0.22, 5: 0.13, 6: 0.06, 7: 0.03})
    members = [_member(dice, number, day) for number in range(size)] if "members" in purposes else []
    prefix = dice.pick({"mr": 0.58, "mrs": 0.32, "miss": 0.1})
    first_dry = dice.randint(0, len(_DRY_MONTHS) - 2)
    chosen = dice.table(_WEIGHTS)
    answers.values |= chosen | {
        "consent_purposes": purposes,
        "head_prefix": prefix,
        "head_given_name": dice.choice(MEN if prefix == "mr" else WOMEN),
        "head_family_name": FAMILY_NAME,
        "phone": "0000000000" if "contact" in purposes else None,
        "household_size": size,
        "farm_area": round(dice.lognormvariate(1.9, 0.7) * 4) / 4
        if chosen["farm_tenure"] != "none"
        else None,
        "main_occupation": "pomelo" if grows_pomelo else dice.pick(_OCCUPATIONS),
        "other_occupations": dice.several({"vegetable": 0.2, "livestock": 0.15, "labour": 0.25}),
        "home_water": dice.several({"tap": 0.85, "rain": 0.4, "groundwater": 0.15, "canal": 0.2}) or "tap",
        "dry_months": (
            " ".join(_DRY_MONTHS[first_dry : first_dry + 2]) if chosen["water_enough"] != "yes" else None
        ),
    }
    if members:
        answers.repeats["members"] = members
        answers.values["elders"] = sum(row["member_elder"] == 1 for row in members)
        answers.values["children"] = sum(row["member_child"] == 1 for row in members)
    if "economy" in purposes:
        answers.values |= _economy(dice)


def _economy(dice: Dice) -> dict[str, Value]:
    debt = dice.chance(0.58)
    lenders = {"baac": 0.7, "village_fund": 0.45, "cooperative": 0.2, "bank": 0.1, "informal": 0.08}
    return {
        "income_band": dice.pick(
            {"b5": 0.12, "b10": 0.3, "b20": 0.33, "b40": 0.14, "more": 0.04, "no_answer": 0.07}
        ),
        "in_debt": "yes" if debt else "no",
        "lenders": (dice.several(lenders) or "baac") if debt else None,
        "debt_purpose": dice.pick({"earning": 0.6, "not_earning": 0.4}) if debt else None,
    }


def _member(dice: Dice, number: int, day: date) -> dict[str, Value]:
    relation = ("head", "spouse", "child", "child", "parent", "grandchild", "relative")[number]
    low, high = {
        "head": (32, 78), "spouse": (30, 75), "child": (1, 40), "parent": (62, 92), "grandchild": (1, 14),
    }.get(relation, (8, 70))  # fmt: skip
    age = dice.randint(low, high)
    sex = dice.pick({"female": 0.51, "male": 0.49})
    return {
        "member_given_name": dice.choice(WOMEN if sex == "female" else MEN),
        "member_family_name": FAMILY_NAME,
        "member_sex": sex,
        "member_relation": relation,
        "member_birth_known": "year",
        "member_birth_year": day.year + 543 - age,
        "member_occupation": dice.pick(_OCCUPATIONS) if 18 <= age < 70 else "none",
        "member_education": _education(dice, age),
        "member_age": age,
        "member_elder": int(age >= 60),
        "member_child": int(age < 15),
    }


def _education(dice: Dice, age: int) -> str:
    if age < 7:
        return "none"
    if age < 13 or age > 55:
        return "primary"
    return dice.pick(_EDUCATION)
