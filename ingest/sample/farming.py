"""Plausible plots of mangosteen and rice, what visits find there, and what a season cost."""

from __future__ import annotations

from datetime import datetime

from ingest.sample.ground import LonLat, area_m2, field_block, orchard, point_text, shape_text
from ingest.sample.households import Home, Visit
from ingest.sample.orchards import RAI_M2
from ingest.sample.registered import Known, registered
from ingest.sample.writing import Answers, Dice, Value

_CROPS = {"mangosteen": "มังคุด", "rice": "ข้าว"}
_WEIGHTS = {
    "owner_group": {"enterprise": 0.3, "large_plot": 0.35, "none": 0.35},
    "land_document": {"ns4": 0.65, "ns3k": 0.15, "sk1": 0.1, "pbt5": 0.1},
    "water_source": {"irrigation": 0.45, "natural_canal": 0.3, "pond": 0.15, "rain": 0.1},
    "water_enough": {"yes": 0.6, "partly": 0.26, "no": 0.14},
    "gap": {"yes": 0.35, "applying": 0.2, "no": 0.45},
}
_DAMAGE = {"flood": 0.16, "drought": 0.12, "disease": 0.12, "salt": 0.08}
_SALE = {
    "grade": {"a": 0.35, "b": 0.35, "mixed": 0.3},
    "buyer": {"middleman": 0.45, "group": 0.3, "exporter": 0.1, "market": 0.15},
}


def plot(dice: Dice, visit: Visit, crop: str, middle: LonLat, owner: Home) -> tuple[Answers, Known]:
    """One plot of a registered household: answers and what later visits know of it."""
    rice = crop == "rice"
    ring = field_block(dice, middle, dice.uniform(4, 14) * RAI_M2) if rice else orchard(
        dice, middle, dice.uniform(1, 8) * RAI_M2
    )  # fmt: skip
    drawn = round(area_m2(ring) / RAI_M2, 2)
    declared = max(2, round(drawn * dice.gauss(1, 0.06) * 4)) / 4
    trees, name = round(declared * dice.uniform(16, 24)), f"แปลงตัวอย่าง {visit.number}"
    kilograms = round(declared * (dice.uniform(380, 620) if rice else dice.uniform(450, 1100)), -1)
    point, shape = point_text(dice, middle), shape_text(dice, ring, walked=dice.chance(0.7))
    label = f"{_CROPS[crop]} {name} ม.{visit.moo} {declared} ไร่"
    values: dict[str, Value] = visit.answers() | dice.table(_WEIGHTS) | {
        "owner_registered": "yes", "household": owner.entity_id, "plot_name": name, "crop": crop,
        "variety": dice.choice(("กข43", "สังข์หยด", "เล็บนก")) if rice else "พื้นเมือง", "stage": "bearing",
        "trees": None if rice else trees,
        "year_planted": None if rice else visit.day.year + 543 - dice.randint(8, 40),
        "rice_seasons": ("wet_rice dry_rice" if dice.chance(0.4) else "wet_rice") if rice else None,
        "rice_planting": dice.pick({"sown": 0.8, "transplanted": 0.2}) if rice else None,
        "area_rai": int(declared), "area_ngan": round(declared % 1 * 4), "area_declared": declared,
        "trees_per_rai": None if rice else round(trees / declared, 1),
        "damage": dice.several(_DAMAGE) or "none",
        "yield_kg": int(kilograms), "yield_kg_rai": round(kilograms / declared, 1),
        "price_baht_kg": f"{dice.randint(16, 24) / 2:.2f}" if rice else f"{dice.randint(40, 110) / 2:.2f}",
        "buyer": dice.pick(_SALE["buyer"]), "plot_label": label, "point": point, "plot": shape,
        "area_drawn": drawn, "plot_geometry": shape,
    }  # fmt: skip
    answers = Answers(values, visit.when, label)
    facts: dict[str, Value] = {
        "crop": crop, "area_rai": declared, "trees": None if rice else trees, "geometry": shape,
        "household": owner.entity_id,
    }  # fmt: skip
    return answers, registered(dice, answers, visit, middle, label, facts)


def visit_of(dice: Dice, plot: Known) -> Answers:
    """What a volunteer finds on a plot some weeks later."""
    visit, crop = plot.visit(dice, 50), str(plot.facts["crop"])
    harvested, damage = dice.chance(0.4), dice.several(_DAMAGE) or "none"
    price = {"mangosteen": (40, 110), "rice": (16, 24)}.get(crop, (70, 160))
    yielded = float(plot.facts["area_rai"] or 1) * dice.uniform(100, 500)
    values: dict[str, Value] = visit.answers() | {
        "map_point": plot.point(), "plot": plot.entity_id, "crop": crop, "plot_label": plot.label,
        "stage": dice.pick({"bearing": 0.86, "declining": 0.14}), "trees": plot.facts["trees"],
        "trees_before": plot.facts["trees"], "trees_now": plot.facts["trees"],
        "trees_lost": dice.randint(0, 3) if plot.facts["trees"] else None,
        "growth_phase": dice.pick({"leafing": 0.3, "flowering": 0.25, "fruiting": 0.25, "ripening": 0.2}),
        "damage": damage, "water_enough": dice.pick(_WEIGHTS["water_enough"]),
        "severity": None if damage == "none" else dice.pick({"slight": 0.6, "moderate": 0.3, "severe": 0.1}),
        "harvested": "yes" if harvested else "no", "last_visit": visit.day.isoformat(),
        "plot_geometry": plot.facts["geometry"],
    }  # fmt: skip
    if harvested:
        values |= dice.table(_SALE) | {
            "yield_kg": round(yielded),
            "price_baht_kg": f"{dice.randint(*price) / 2:.2f}",
        }
    return plot.changed_by(Answers(values, visit.when, f"เยี่ยม {plot.label} {visit.day}"))


def season_cost(dice: Dice, plot: Known, when: datetime) -> Answers:
    """What one season of a plot cost and brought."""
    visit, crop = Visit(plot.ground, plot.moo, when), str(plot.facts["crop"])
    rai, rice = float(plot.facts["area_rai"] or 1), crop == "rice"
    rates = {"seed": 350, "fertiliser": 900, "chemical": 300, "machine": 900} if rice else {
        "fertiliser": 1500, "organic": 500, "chemical": 600, "fuel_water": 450
    }  # fmt: skip
    paid = {
        item: max(10, round(rate * rai * dice.uniform(0.6, 1.4) / 10) * 10) for item, rate in rates.items()
    }
    own = round(rai * dice.uniform(500, 1800) / 10) * 10
    kilograms = round(rai * (dice.uniform(380, 620) if rice else dice.uniform(450, 1100)))
    price = dice.uniform(8, 12) if rice else dice.uniform(20, 55)
    sales, cost = round(kilograms * price), sum(paid.values()) + own
    fertiliser = paid["fertiliser"] + paid.get("organic", 0)
    values: dict[str, Value] = visit.answers() | {
        "consent": "yes", "map_point": plot.point(), "plot": plot.entity_id, "crop": crop,
        "season": dice.pick({"wet_rice": 0.6, "dry_rice": 0.4}) if rice else "all_year",
        "season_year": visit.day.year + 542, "area_rai": rai, "plot_label": plot.label,
        "household": plot.facts["household"], "yield_kg": kilograms, "kept_kg": round(kilograms * 0.05),
        "price_baht_kg": f"{price:.2f}", "sales_baht": f"{sales}.00", "buyer": dice.pick(_SALE["buyer"]),
        "cost_total": f"{cost}.00", "cost_cash_total": f"{cost - own}.00",
        "fertiliser_total": f"{fertiliser}.00",
        "income_total": f"{sales}.00", "profit": f"{sales - cost}.00", "cost_per_rai": f"{cost / rai:.2f}",
        "profit_per_rai": f"{(sales - cost) / rai:.2f}", "cost_per_kg": f"{cost / kilograms:.2f}",
    }  # fmt: skip
    items = [(item, "cash", baht) for item, baht in paid.items()] + [("labour", "own", own)]
    costs: list[dict[str, Value]] = [
        {
            "cost_item": item,
            "cost_paid": how,
            "cost_baht": f"{baht}.00",
            "cost_money": f"{0 if how == 'own' else baht}.00",
            "cost_own": f"{baht if how == 'own' else 0}.00",
            "cost_fertiliser": f"{baht if item in ('fertiliser', 'organic') else 0}.00",
        }
        for item, how, baht in items
    ]
    name = f"ต้นทุน {plot.label} {values['season_year']}"
    return Answers(values, visit.when, name, {"costs": costs})
