"""A figure cut by the answers to one question: spending by category, debt by purpose, cost by crop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ingest.access import Viewer
from ingest.atlas import Atlas
from ingest.doors import figures
from ingest.doors.figures import Among, Cut
from ingest.doors.layers import field_infos
from reports.definitions import ADDITIVE, Definition
from reports.programmes import programmes
from reports.reference import level_of
from thai.periods import ALL_TIME, Period

#: What a village buys much of and could make itself: spending category -> enterprise.
ENTERPRISES = {
    "eggs": {"th": "กลุ่มไก่ไข่ และกลุ่มผลิตอาหารไก่", "en": "a layer-hen group, and one that makes its feed"},
    "vegetable_fruit": {"th": "แปลงผักปลอดภัยของหมู่บ้าน", "en": "a safe-vegetable plot of the village"},
    "meat_fish": {"th": "กลุ่มเลี้ยงปลา ไก่พื้นเมือง หมูหลุม", "en": "fish ponds, native chickens, deep-litter pigs"},
    "rice": {"th": "โรงสีชุมชนและข้าวปลอดภัย", "en": "a community rice mill"},
    "seasoning": {"th": "กลุ่มน้ำพริก เครื่องแกง น้ำมันพืช", "en": "chilli paste, curry paste, cooking oil"},
    "ready_food": {"th": "ครัวชุมชน", "en": "a community kitchen"},
    "drinks_snacks": {"th": "กลุ่มขนมและเครื่องดื่มสมุนไพร", "en": "snacks and herbal drinks"},
    "household_goods": {"th": "กลุ่มน้ำยาอเนกประสงค์ สบู่", "en": "washing liquid, soap"},
    "farm_fertiliser": {"th": "กลุ่มปุ๋ยหมักและปุ๋ยสั่งตัด", "en": "compost and fertiliser mixed to the soil"},
    "farm_seed": {"th": "กลุ่มเพาะพันธุ์ เมล็ดพันธุ์ข้าว", "en": "a seed and seedling group"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """One answer's part of a figure. ``share`` is of the sum of all parts, in percent, where parts add up."""

    answer: str
    label: dict[str, str]
    value: Decimal
    n: int
    share: Decimal | None
    since: date | None = None


def known(atlas: Atlas) -> dict[str, Definition]:
    """Every breakdown whose form is published, by name."""
    offered = atlas.reference.catalogue.offered.keys()
    every = (one for programme in programmes().values() for one in programme.breakdowns)
    return {one.name: one for one in every if one.forms <= offered}


def parts(
    atlas: Atlas, viewer: Viewer, asked: Definition, area: str = "", period: Period = ALL_TIME, by: str = "",
    among: Among | None = None,
) -> list[Part]:  # fmt: skip
    """The figure by answer, the largest first (within each period where it is cut ``by`` periods).

    Areas beyond the viewer's are left out; ``among`` keeps the records that a filter leaves. Raises
    ``Problem`` for a figure that is not for this viewer.
    """
    catalogue = atlas.reference.catalogue
    cut = Cut(level_of(area), area, period, by, among=among)
    cells = figures.cells(atlas.warehouse.cursor(), catalogue, viewer, asked.figure, cut)
    valued = [one for one in cells if one.value is not None and one.n and one.area == area]
    labels = _labels(atlas, asked)
    sums: dict[date | None, Decimal] = {}
    for one in valued:
        sums[one.since] = sums.get(one.since, Decimal(0)) + (one.value or 0)
    adds = asked.figure.measure in ADDITIVE
    found = [
        Part(
            one.answer, labels.get(one.answer, {"th": one.answer or "ไม่ระบุ", "en": one.answer or "not said"}),
            (one.value or Decimal(0)) * asked.scale, one.n,
            (one.value or 0) * 100 / sums[one.since] if adds and sums[one.since] else None, one.since,
        )
        for one in valued
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.since or date.min, -one.value, one.answer))


def _labels(atlas: Atlas, asked: Definition) -> dict[str, dict[str, str]]:
    """The answers as the form words them."""
    catalogue = atlas.reference.catalogue
    schema, usage = catalogue.newest(asked.figure.form_id).schema, catalogue.usages[asked.figure.form_id]
    table, _, name = asked.figure.split.rpartition("/")
    info = field_infos(schema, usage, table)[name]
    return {choice.value: choice.label for choice in info.choices}


def enterprise_ideas(found: list[Part]) -> list[tuple[Part, dict[str, str]]]:
    """Of spending by category, what the village could make itself: the most spent first (I37)."""
    return [(one, ENTERPRISES[one.answer]) for one in found if one.answer in ENTERPRISES and one.value > 0]
