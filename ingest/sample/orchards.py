"""Plausible answers about pomelo plots."""

from __future__ import annotations

from datetime import date, timedelta

from ingest.sample.ground import LonLat, area_m2, moved, orchard, point_text, shape_text
from ingest.sample.households import FAMILY_NAME, MEN, Home, Visit
from ingest.sample.registered import Known, registered
from ingest.sample.writing import Answers, Dice, Value

RAI_M2 = 1600.0
_WEIGHTS = {
    "variety": {"thapthim_siam": 0.74, "thong_di": 0.15, "khao_nam_phueng": 0.07, "khao_taengkwa": 0.04},
    "owner_group": {
        "enterprise": 0.3,
        "large_plot": 0.27,
        "cooperative": 0.08,
        "water_users": 0.1,
        "none": 0.25,
    },
    "land_document": {"ns4": 0.62, "ns3k": 0.14, "ns3": 0.09, "sk1": 0.05, "pbt5": 0.07, "none": 0.03},
    "gi": {"yes": 0.36, "applying": 0.18, "expired": 0.05, "no": 0.41},
    "water_source": {
        "irrigation": 0.4,
        "natural_canal": 0.34,
        "pond": 0.17,
        "groundwater": 0.06,
        "rain": 0.03,
    },
    "water_enough": {"yes": 0.62, "partly": 0.24, "no": 0.14},
}
_SALE = {
    "grade": {"a": 0.3, "b": 0.34, "c": 0.12, "mixed": 0.24},
    "buyer": {
        "middleman": 0.42,
        "group": 0.24,
        "exporter": 0.14,
        "market": 0.08,
        "direct": 0.05,
        "online": 0.07,
    },
}
_PRICE_BAHT_KG = {"thapthim_siam": (38, 85), "thong_di": (18, 34), "khao_nam_phueng": (22, 42)}


def plot(dice: Dice, visit: Visit, middle: LonLat, owner: Home | None) -> Answers:
    """One plot; without an owner from the register the name is written by hand."""
    day = visit.day
    ring = orchard(dice, middle, min(11.8, max(0.5, dice.lognormvariate(1.35, 0.6))) * RAI_M2)
    drawn_rai = round(area_m2(ring) / RAI_M2, 2)
    declared = max(1, round(drawn_rai * dice.gauss(1.0, 0.07) * 4))  # in ngan: nobody tells wah
    planted = day.year + 543 - dice.pick({2: 1, 4: 2, 6: 3, 9: 4, 13: 4, 18: 2, 25: 1})
    stage = _stage(dice, day.year + 543 - planted)
    trees = max(4, round(declared / 4 * dice.uniform(22, 38)))
    name = f"แปลงตัวอย่าง {visit.number}"
    beds = dice.chance(0.82)
    values = (
        visit.answers()
        | dice.table(_WEIGHTS)
        | {
            "owner_registered": "yes" if owner else "no",
            "household": owner.entity_id if owner else None,
            "owner_name": None if owner else f"{dice.choice(MEN)} {FAMILY_NAME}",
            "plot_name": name,
            "stage": stage,
            "trees": trees,
            "year_planted": planted,
            "raised_beds": "yes" if beds else "no",
            "beds": max(1, round(trees / 28)) if beds else None,
            "tree_age": day.year + 543 - planted,
            "area_rai": declared // 4,
            "area_ngan": declared % 4,
            "area_declared": declared / 4,
            "area_declared_m2": declared * 400,
            "trees_per_rai": round(trees / (declared / 4), 1),
            "area_drawn": drawn_rai,
            "point": point_text(dice, moved(middle, dice.uniform(-12, 12), dice.uniform(-12, 12))),
            "plot": shape_text(dice, ring, walked=dice.chance(0.72)),
        }
    )
    values |= _standards(dice, day) | _water(dice, trees)
    if stage in ("bearing", "declining"):
        values |= _harvest(dice, str(values["variety"]), trees, 0.55 if stage == "declining" else 1.0)
    return Answers(values, visit.when, f"ส้มโอ ม.{visit.moo} {trees} ต้น {name}")


def register(ids: Dice, answers: Answers, visit: Visit, middle: LonLat) -> Known:
    """The same plot as an entity that later visits find."""
    values = answers.values
    values |= {"crop": "pomelo", "plot_geometry": values["plot"] or values["point"]}
    label = f"ส้มโอ {values['plot_name']} ม.{visit.moo} {values['area_declared']} ไร่"
    facts = {"crop": "pomelo", "geometry": values["plot_geometry"], "household": values["household"]}
    facts |= {"area_rai": values["area_declared"], "trees": values["trees"]}
    return registered(ids, answers, visit, middle, label, facts)


def _stage(dice: Dice, age: int) -> str:
    if age < 4:
        return "young"
    if age > 17:
        return dice.pick({"bearing": 0.4, "declining": 0.4, "replanting": 0.15, "abandoned": 0.05})
    return dice.pick({"bearing": 0.9, "declining": 0.05, "replanting": 0.03, "abandoned": 0.02})


def _standards(dice: Dice, day: date) -> dict[str, Value]:
    gap = dice.pick({"yes": 0.4, "applying": 0.14, "expired": 0.12, "no": 0.34})
    days = {"yes": dice.randint(40, 700), "expired": -dice.randint(20, 500)}.get(gap)
    return {"gap": gap, "gap_expires": (day + timedelta(days=days)).isoformat() if days else None}


def _water(dice: Dice, trees: int) -> dict[str, Value]:
    damage = (
        dice.several({"salt": 0.13, "flood": 0.22, "drought": 0.1, "disease": 0.14, "storm": 0.03}) or "none"
    )
    return {
        "damage": damage,
        "trees_lost": round(trees * dice.uniform(0, 0.12)) if damage != "none" else None,
        "salinity_ppt": round(dice.uniform(1.2, 7.5), 1) if "salt" in damage else None,
    }


def _harvest(dice: Dice, variety: str, trees: int, vigour: float) -> dict[str, Value]:
    kilograms = round(trees * dice.uniform(70, 170) * vigour, -1)
    low, high = _PRICE_BAHT_KG.get(variety, (15, 30))
    return dice.table(_SALE) | {
        "yield_kg": int(kilograms),
        "price_baht_kg": f"{dice.randint(low * 2, high * 2) / 2:.2f}",
        "yield_kg_tree": round(kilograms / trees, 1),
    }
