"""Plausible water assets, their monthly accounts, and checks of agreements."""

from __future__ import annotations

from datetime import date, timedelta

from ingest.sample.ground import area_m2, field_block, moved, point_text, shape_text
from ingest.sample.households import Visit
from ingest.sample.orchards import RAI_M2
from ingest.sample.registered import Known, registered
from ingest.sample.writing import Answers, Dice, Value

_WEIGHTS = {
    "user_group": {"basic_group": 0.4, "village": 0.3, "lao": 0.3},
    "condition": {"good": 0.4, "worn": 0.28, "silted": 0.24, "broken": 0.08},
    "salt_reached": {"no": 0.8, "yes": 0.2},
}
_CLASS = {"canal": "คลอง", "source": "สระ", "structure": "ทรบ."}
_DRY = (2, 3, 4, 8)


def asset(dice: Dice, visit: Visit) -> tuple[Answers, Known]:
    """A pond, a canal with its line, or a structure."""
    kind = dice.pick({"canal": 0.45, "source": 0.35, "structure": 0.2})
    name, place = f"{_CLASS[kind]}ตัวอย่าง {visit.number}", visit.ground.inside(dice, visit.moo, margin_m=700)
    point = point_text(dice, place)
    values: dict[str, Value] = visit.answers() | dice.table(_WEIGHTS) | {
        "asset_name": name, "asset_class": kind, "built_year": visit.day.year + 543 - dice.randint(3, 40),
        "feeds_from": "แม่น้ำปากพนัง", "width_m": dice.randint(3, 14), "depth_m": dice.randint(1, 4),
        "served_rai": dice.randint(40, 600), "served_households": dice.randint(8, 90),
        "dry_months": dice.pick({"m3 m4": 0.4, "m4": 0.3, "m2 m3 m4": 0.3}),
        "uses": dice.pick({"rice pomelo": 0.5, "rice": 0.3, "pomelo vegetable": 0.2}),
        "point": point, "asset_geometry": point,
    }  # fmt: skip
    if kind == "canal":
        bends = [moved(place, step * 140.0, dice.uniform(-40, 40)) for step in range(4)]
        line = ";".join(point_text(dice, bend) for bend in bends)
        values |= {"canal_level": dice.pick({"lateral": 0.4, "sub_lateral": 0.3, "ditch": 0.3})}
        values |= {
            "canal_line": line,
            "asset_geometry": line,
            "length_drawn_m": 430,
            "length_declared_m": 450,
        }
    elif kind == "source":
        ring = field_block(dice, place, dice.uniform(2, 12) * RAI_M2)
        shape = shape_text(dice, ring, walked=False)
        values |= {"source_type": dice.pick({"farm_pond": 0.5, "reservoir": 0.3, "weir": 0.2})}
        values |= {
            "water_area": shape,
            "asset_geometry": shape,
            "area_drawn": round(area_m2(ring) / RAI_M2, 2),
        }
        values |= {"capacity_m3": dice.randint(4, 60) * 1000}
    else:
        values["structure"] = dice.pick({"pipe": 0.5, "gate": 0.3, "farm_turnout": 0.2})
    label = f"{name} ม.{visit.moo}"
    answers = Answers(values, visit.when, label)
    return answers, registered(dice, answers, visit, place, label, {})


def account(dice: Dice, asset: Known, month: date) -> Answers:
    """The water of one asset in one month; the dry months fall short."""
    asset.seen_at = asset.seen_at.replace(year=month.year, month=month.month, day=26)
    visit = Visit(asset.ground, asset.moo, asset.seen_at)
    dry, opening = month.month in _DRY, dice.randint(8, 50) * 1000
    inflow = dice.randint(1, 6) * 1000 if dry else dice.randint(10, 40) * 1000
    need = dice.randint(10, 40) * 1000
    used = round(need * dice.uniform(0.45, 0.85)) if dry else need
    lost = round(opening * 0.05)
    lack, days = need - used, dice.randint(4, 20) if dry else 0
    supply = "yes" if not lack else "no" if lack * 2 > need else "partly"
    values: dict[str, Value] = visit.answers() | {
        "map_point": asset.point(), "asset": asset.entity_id, "period_month": month.isoformat(),
        "season": "dry" if dry else "all_year", "asset_label": asset.label, "month_code": f"{month:%Y-%m}",
        "measured_how": dice.pick({"gauge": 0.4, "measured": 0.3, "meter": 0.1, "estimate": 0.2}),
        "opening_m3": opening, "canal_in_m3": inflow, "inflow_m3": inflow, "lost_m3": lost, "lack_days": days,
        "lack_households": days * 2, "condition": dice.pick(_WEIGHTS["condition"]), "used_m3": used,
        "need_m3": need, "lack_m3": lack, "balance_m3": opening + inflow - used - lost, "supply": supply,
        "last_account": f"{month:%Y-%m}",
    }  # fmt: skip
    uses: list[dict[str, Value]] = [
        {
            "water_use": use,
            "use_need_m3": need // 2,
            "use_m3": used // 2,
            "use_lack_m3": need // 2 - used // 2,
        }
        for use in ("rice", "pomelo")
    ]
    name = f"บัญชีน้ำ {asset.label} {month:%Y-%m}"
    return asset.changed_by(Answers(values, visit.when, name, {"uses": uses}))


def check(dice: Dice, agreement: Known) -> Answers:
    """How an agreement was kept since the last visit."""
    visit = agreement.visit(dice, 70)
    due = dice.randint(4, 12)
    zones = [(zone, due, max(0, due - dice.pick({0: 0.6, 1: 0.2, 3: 0.2}))) for zone in (1, 2)]
    got, breaches = sum(turn[2] for turn in zones), dice.pick({0: 0.6, 1: 0.2, 3: 0.2})
    quarrel = dice.pick({"none": 0.7, "settled": 0.2, "open": 0.1})
    values: dict[str, Value] = visit.answers() | {
        "map_point": agreement.point(), "agreement": agreement.entity_id, "agreement_label": agreement.label,
        "checked_from": (visit.day - timedelta(days=60)).isoformat(),
        "season": dice.pick({"dry": 0.6, "dry_rice": 0.2, "all_year": 0.2}),
        "agreement_ends": agreement.facts["expires_on"],
        "status": "dispute" if quarrel == "open" else "in_force",
        "due_total": 2 * due, "got_total": got, "kept_percent": round(got * 100 / (2 * due), 1),
        "breaches": breaches, "penalties": min(breaches, 1) if breaches else None,
        "broken_rules": "no_pump" if breaches else None, "fees_baht": f"{dice.randint(0, 60) * 100}.00",
        "work_days": dice.randint(0, 2), "quarrel": quarrel, "last_check": visit.day.isoformat(),
    }  # fmt: skip
    turns: list[dict[str, Value]] = [
        {
            "turn_zone": f"โซน {zone}",
            "turns_due": wanted,
            "turns_got": had,
            "missed_because": "no_water" if had < wanted else None,
        }
        for zone, wanted, had in zones
    ]
    name = f"ติดตาม {agreement.label} {visit.day}"
    return agreement.changed_by(Answers(values, visit.when, name, {"turns_checked": turns}))
