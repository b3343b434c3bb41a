"""What stands above a listing: the figures and pictures that its readers ask about first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import median

from ingest.access import SMALLEST_COUNT
from ingest.doors.cuts import LEVELS
from ingest.doors.filters import Filter
from ingest.doors.layers import LayerInfo
from reports import records
from reports.papers.asking import Asking, number, share, whole
from reports.papers.model import (
    Bar,
    Bars,
    Block,
    Cell,
    Column,
    Fact,
    Facts,
    Heading,
    Radar,
    Span,
    Table,
    Text,
    Tick,
    Timeline,
)
from reports.papers.numbers import YEAR
from reports.records import Row, figure, money
from reports.strength import MOST
from thai.calendar import format_date, month_name
from thai.money import format_baht


@dataclass(frozen=True, slots=True)
class Listed:
    """What a register lists: who asks, of which area, and the rows of its form."""

    asking: Asking
    area: str
    about: LayerInfo
    rows: Sequence[Row]


Summary = Callable[[Listed], list[Block]]
_MOST_MONTHS = 24
_NESTED = [LEVELS[one] for one in ("province", "amphoe", "tambon")]  # digits of their codes


def _mean(rows: Sequence[Row], ref: str) -> Decimal | None:
    values = [money(row, ref) for row in rows if row.get(ref) not in (None, "")]
    return sum(values, Decimal(0)) / len(values) if values else None


def _counted(about: LayerInfo, rows: Sequence[Row], ref: str, caption: str, unit: str) -> list[Block]:
    """How many rows gave each answer, the most frequent first."""
    one = about.field(ref)
    if one is None:
        return []
    found = Counter(value for row in rows for value in str(row.get(ref) or "").split())
    bars = [Bar(one.label_of(value, "th"), Decimal(n), f"{n:,} {unit}") for value, n in found.most_common(8)]
    return [Bars(caption, bars)] if bars else []


def enterprises(of: Listed) -> list[Block]:
    """P04: each kind of enterprise with its medians, where five households or more run one.

    Of a tambon and wider, and of a fiscal year: a village's medians beside its tambon's, or a month's beside
    its year's, nearly tell what one household earns where the two differ by few.
    """
    about, rows = of.about, of.rows
    kind = about.field("enterprise_kind")
    by_kind: dict[str, list[Row]] = {}
    for row in rows:
        by_kind.setdefault(str(row.get("enterprise_kind") or ""), []).append(row)
    ordered = sorted(by_kind.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    whole_year = of.asking.period.kind == YEAR and of.asking.chosen == Filter()
    wide = whole_year and len(of.area) <= LEVELS["tambon"]
    told = {name: own for name, own in ordered if wide and enough_beside(own, of.area)}
    table = [
        _of_kind(kind.label_of(name, "th") if kind else name, own, told=name in told) for name, own in ordered
    ]
    untold = {owner(row) for name, own in ordered if name not in told for row in own}
    all_told = wide and enough_beside(rows, of.area) and not 0 < len(untold) < SMALLEST_COUNT
    table.append(_of_kind("ทุกประเภท", rows, told=all_told))
    columns = [
        Column("ประเภทกิจการ", width=1.8), Column("ผู้ทำกิจการ", "end"), Column("รายได้ต่อช่วง (บาท)", "end"),
        Column("ต้นทุนต่อช่วง (บาท)", "end"), Column("กำไรต่อเดือน (บาท)", "end"), Column("ขาดทุน (ราย)", "end"),
    ]  # fmt: skip
    note = (
        f"ค่ากลาง (มัธยฐาน) ประเภทที่มีผู้ทำน้อยกว่า {SMALLEST_COUNT} รายไม่แสดงจำนวนเงิน จำนวนเงินบอกเป็นปีงบประมาณ"
        " ตั้งแต่ระดับตำบลขึ้นไป เมื่อเทียบกันแล้วไม่รู้ของบ้านใดบ้านหนึ่ง"
    )
    changes = _counted(about, rows, "next_change", "ผู้ทำกิจการจะปรับอะไร", "ราย")
    return [Table(columns, table, frozenset([len(ordered)])), Text(note), *changes]


def enough_beside(rows: Sequence[Row], area: str) -> bool:
    """Whether enough run one, and enough or none of them outside the smaller areas that are told, too."""
    where = {owner(row): str(row.get("_tambon") or row.get("tambon") or "") for row in rows}
    if len(where) < SMALLEST_COUNT:
        return False
    for digits in (one for one in _NESTED if one > len(area)):
        of_each = Counter(code[:digits] for code in where.values())
        if 0 < sum(n for n in of_each.values() if n < SMALLEST_COUNT) < SMALLEST_COUNT:
            return False
    return True


def _of_kind(label: str, rows: Sequence[Row], *, told: bool) -> list[Cell]:
    """One line: how many run it, and what is in the middle of what they earn."""
    owners = {owner(row) for row in rows}
    if not told:
        return [label, whole(len(owners)), *("–",) * 4]
    losing = len({row["_instance_id"] for row in rows if money(row, "profit") < 0})
    middles = [number(middle(rows, ref), 0) for ref in ("income_total", "cost_total", "profit_month")]
    return [label, whole(len(owners)), *middles, f"{losing:,}"]


def owner(row: Row) -> str:
    """Who runs an enterprise: a household or a group; the record itself where it names none."""
    return str(row.get("household") or row.get("group") or row["_instance_id"])


def middle(rows: Sequence[Row], ref: str) -> Decimal | None:
    """The median of an amount."""
    values = [money(row, ref) for row in rows if row.get(ref) not in (None, "")]
    return Decimal(median(values)) if values else None


def rounds(of: Listed) -> list[Block]:
    """P13: the mean of each round beside the one before, and where the newest round stands by level."""
    about, rows = of.about, of.rows
    refs = [f"score_{one}" for one in ("household", "village", "tambon", "province", "central")]
    listed = sorted(rows, key=lambda row: (row.get("fiscal_year") or 0, row.get("round") or 0))
    newest = listed[-1]
    labels = [one.label.get("th", ref) for ref in refs if (one := about.field(ref))]
    bars = [
        Bar(
            f"รอบ {row.get('round')}/{row.get('fiscal_year')}",
            money(row, "score_mean"),
            number(figure(row, "score_mean")).text,
        )
        for row in listed
    ]
    result = records.text(about, newest, "result")
    return [
        Facts([
            Fact("ประเมินแล้ว", f"{len(listed)} รอบ", "ทุกสองเดือน ปีละ 6 รอบ"),
            Fact("รอบล่าสุดเทียบแผน", result or "–"),
            Fact("ประเมินครั้งต่อไป", records.text(about, newest, "next_round") or "–"),
        ]),
        Bars("คะแนนเฉลี่ยทุกระดับ (เต็ม 5)", bars, end=MOST),
        Radar(f"รอบ {newest.get('round')} แยกตามระดับ", labels, [money(newest, ref) for ref in refs], MOST),
    ]  # fmt: skip


def leaders(of: Listed) -> list[Block]:
    """P16: leaders by kind, the new ones, women, and how many courses they passed."""
    about, rows = of.about, of.rows
    new = sum(row.get("new_leader") == "yes" for row in rows)
    women = sum(row.get("sex") == "female" for row in rows)
    courses = sum(int(money(row, "course_count")) for row in rows)
    facts = [
        Fact("ผู้นำในทะเบียน", f"{len(rows):,} คน"), Fact("ผู้นำใหม่ในรอบปี", share(new, len(rows))),
        Fact("เป็นหญิง", share(women, len(rows))), Fact("หลักสูตรที่ผ่านรวม", f"{courses:,}"),
    ]  # fmt: skip
    return [Facts(facts), *_counted(about, rows, "leader_kind", "ผู้นำแยกตามประเภท", "คน")]


def tests(of: Listed) -> list[Block]:
    """P17: each course's mean after the training, the mean before as a mark."""
    rows = of.rows
    people, gained = (
        int(sum((money(row, ref) for row in rows), Decimal(0))) for ref in ("people", "people_gained")
    )
    bars = [
        Bar(row.get("training_title") or "", reached,
            f"{number(reached, 1).text}% ({after:.2f} จาก {number(full).text})",
            money(row, "mean_pre") * 100 / full)
        for row in rows
        if (after := money(row, "mean_post")) and (full := money(row, "full_score"))
        and (reached := after * 100 / full)
    ]  # fmt: skip
    facts = Facts([Fact("ผู้สอบทั้งก่อนและหลัง", f"{people:,} คน"), Fact("คะแนนเพิ่มขึ้น", share(gained, people))])
    return [facts, Bars("คะแนนเฉลี่ยหลังอบรม เทียบกับคะแนนเต็ม", bars, "ก่อนอบรม", Decimal(100))]


def activities(of: Listed) -> list[Block]:
    """P18: what was held of what was planned, who came and what a person cost, and what was taught (T06)."""
    held = [row for row in of.rows if row.get("status") == "held"]
    called_off = sum(row.get("status") == "cancelled" for row in of.rows)
    people, women, baht = (
        sum((money(row, ref) for row in held), Decimal(0))
        for ref in ("people", "people_women", "budget_baht")
    )
    facts = [
        Fact("จัดแล้ว", share(len(held), len(of.rows)), f"ยกเลิก {called_off:,}" if called_off else ""),
        Fact("ผู้เข้าอบรม", f"{int(people):,} คน-ครั้ง", f"เป็นหญิง {share(int(women), int(people))}"),
        Fact("ใช้งบ", format_baht(baht)),
        Fact("ต่อคน", f"{number(baht / people, 0).text} บาท" if people else "–",
             f"{number(baht).text} ÷ {int(people):,}" if people else ""),
    ]  # fmt: skip
    return [Facts(facts), *_counted(of.about, held, "modules", "เนื้อหาที่อบรม", "ครั้ง")]


def criteria(of: Listed) -> list[Block]:
    """P18: the five criteria as a radar of their means, and what did not suit."""
    about, rows = of.about, of.rows
    refs = [f"score_{one}" for one in ("relevance", "progress", "efficiency", "effectiveness", "outcome")]
    labels = [one.label.get("th", ref) for ref in refs if (one := about.field(ref))]
    means = [_mean(rows, ref) for ref in refs]
    shown = ["–" if one is None else f"{one:.2f}" for one in means]
    facts = [
        Fact(label, text, f"เต็ม 5 จาก {len(rows):,} ชุด") for label, text in zip(labels, shown, strict=True)
    ]
    rounded = [(one or Decimal(0)).quantize(Decimal("0.01")) for one in means]
    return [
        Facts(facts), Radar("ห้าเกณฑ์ (คะแนนเฉลี่ย)", labels, rounded, MOST),
        *_counted(about, rows, "not_suited", "เหมาะสมทุกข้อ หรือข้อใดยังไม่เหมาะสม", "ชุด"),
    ]  # fmt: skip


def funds(of: Listed) -> list[Block]:
    """P21: members and money of all funds, and what part of the households each covers."""
    about, rows = of.about, of.rows
    members, covered, all_ = (
        int(sum((money(row, ref) for row in rows), Decimal(0)))
        for ref in ("members", "households_covered", "households_area")
    )
    balance = sum((money(row, "balance_baht") for row in rows), Decimal(0))
    bars = [
        Bar(row.get("fund_name") or "", percent, f"{number(percent, 1).text}%")
        for row in rows
        if (percent := money(row, "coverage_percent"))
    ]
    facts = [
        Fact("กองทุน", f"{len(rows):,}"), Fact("สมาชิก", f"{members:,} คน"),
        Fact("ครัวเรือนที่มีสมาชิก", share(covered, all_)), Fact("เงินคงเหลือรวม", format_baht(balance)),
    ]  # fmt: skip
    return [
        Facts(facts), Bars("ครัวเรือนที่มีสมาชิก (ร้อยละของพื้นที่กองทุน)", bars, end=Decimal(100)),
        *_counted(about, rows, "benefit_kinds", "สวัสดิการที่จัด", "กองทุน"),
    ]  # fmt: skip


def seats(of: Listed) -> list[Block]:
    """P22: seats, distinct people and women, and the seats of each sector over all bodies."""
    asking, area, about, rows = of.asking, of.area, of.about, of.rows
    listed = records.read(asking.atlas, asking.viewer, about.form_id, "seats", area=area)
    own = {row["_instance_id"] for row in rows}
    inside = [row for row in listed if row["_instance_id"] in own]
    sector = records.info(asking.atlas, about.form_id, "seats")
    of_sector: dict[str, int] = {}
    for row in inside:
        name = records.text(sector, row, "seat_sector")
        of_sector[name] = of_sector.get(name, 0) + int(money(row, "seat_count"))
    total, people = (
        int(sum((money(row, ref) for row in rows), Decimal(0))) for ref in ("seat_total", "distinct_people")
    )
    women = int(sum((money(row, "seat_women") for row in inside), Decimal(0)))
    bars = [
        Bar(name, Decimal(n), f"{n:,} ที่นั่ง")
        for name, n in sorted(of_sector.items(), key=lambda pair: -pair[1])
    ]
    facts = [
        Fact("คณะ", f"{len(rows):,}"), Fact("ที่นั่ง", f"{total:,}"),
        Fact("คนจริง", f"{people:,} คน", "ไม่นับซ้ำภายในคณะ"), Fact("เป็นหญิง", share(women, total)),
    ]  # fmt: skip
    return [Facts(facts), *([Bars("ที่นั่งแยกตามภาคส่วน", bars)] if bars else [])]


def phases(of: Listed) -> list[Block]:
    """P24: what is done in each phase and by whom, over the months of each programme (T01)."""
    asking, about, rows = of.asking, of.about, of.rows
    plan = records.info(asking.atlas, about.form_id, "phases")
    listed = records.read(asking.atlas, asking.viewer, about.form_id, "phases", area=of.area)
    blocks: list[Block] = []
    for row in rows:
        own = [one for one in listed if one["_instance_id"] == row["_instance_id"]]
        days = [(records.day(one, "plan_from"), records.day(one, "plan_until"), one) for one in own]
        spans = [(first, last, one) for first, last, one in days if first and last]
        if spans:
            spans.sort(key=lambda span: (str(span[2].get("plan_phase")), span[0], span[1]))
            now = records.text(about, row, "phase")
            blocks += [Heading(str(row.get("programme_name") or "")), timeline(plan, spans, asking.as_of)]
            blocks += [Text(f"ขณะนี้อยู่ใน{now}")] if now else []
    return blocks or [Text("ยังไม่ได้บันทึกแผนงานตามระยะ")]


def timeline(
    plan: LayerInfo | None, spans: Sequence[tuple[date, date, Row]], today: date | None = None
) -> Timeline:
    """Each piece of work as a bar over the months, or over the quarters where two years do not hold them."""
    begin, last = (one.replace(day=1) for one in (min(s[0] for s in spans), max(s[1] for s in spans)))
    end = _step(last, 1)
    steps = [_step(begin, n) for n in range((end.year - begin.year) * 12 + end.month - begin.month)]
    if len(steps) > _MOST_MONTHS:
        begin = _step(begin, -((begin.month - 1) % 3))
        steps = [begin, *(one for one in steps if one.month in (1, 4, 7, 10) and one > begin)]

    def at(day: date) -> Decimal:
        return Decimal((day - begin).days) / (end - begin).days

    refs = ("plan_phase", "plan_doer", "plan_work")
    return Timeline(
        "",
        [Column("ระยะ", width=2.2), Column("ใครทำ"), Column("งาน", width=3.4)],
        [Tick(at(one), month_name(one), str(one.year + 543)) for one in steps],
        [
            Span([records.text(plan, row, ref) for ref in refs], at(first), at(until + timedelta(days=1)))
            for first, until, row in spans
        ],
        at(today) if today and begin <= today < end else None,
        f"วันที่ {format_date(today)}" if today else "",
    )


def _step(day: date, months: int) -> date:
    """The first day of the month so many months later."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def lessons(of: Listed) -> list[Block]:
    """P23: each lesson told from what was to what was learnt."""
    asking, about, rows = of.asking, of.about, of.rows
    blocks: list[Block] = []
    for row in rows:
        said = [
            (one.label.get("th", ref), text)
            for ref in ("situation", "action", "result", "conditions", "lesson_text", "data_used")
            if (one := about.field(ref)) and (text := records.text(about, row, ref))
        ]
        where = asking.place(str(row.get("tambon") or ""))
        kinds = [records.text(about, row, ref) for ref in ("lesson_kind", "site_kind", "theme")]
        kinds += [str(row.get("academic_org") or "")]
        blocks += [
            Heading(str(row.get("lesson_title") or "")),
            Text(" · ".join(part for part in (where, *kinds) if part)),
            Table([Column("เรื่อง", width=0.8), Column("เล่าไว้ว่า", width=3)], [list(pair) for pair in said]),
        ]
    return blocks
