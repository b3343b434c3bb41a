"""P19 and P20: the four S-I-I tables, and a tambon's own scorecard of eight aspects and four powers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from ingest.doors.layers import LayerInfo
from reports import records, strength
from reports.papers.asking import Asking, on, share
from reports.papers.model import (
    Block,
    Cell,
    Column,
    Fact,
    Facts,
    Heading,
    Paper,
    Radar,
    Signature,
    Signatures,
    Table,
    Text,
)
from reports.records import Row
from thai.calendar import format_date

ASSESSMENT = "tambon_self_assessment"
_SYSTEMS = (
    ("sii_people", "ตารางที่ 1 คน", "ขั้นตอนหรือวิธีการ (ทำอย่างไร?)", "แนวทางการพัฒนาคน (จะทำอะไร?)"),
    ("sii_mechanism", "ตารางที่ 2 กลไก", "ทุนและศักยภาพ (มีอะไร?)", "แนวทางการพัฒนากลไก (จะทำอะไร?)"),
    ("sii_data", "ตารางที่ 3 ระบบข้อมูลชุมชน", "ขั้นตอนหรือวิธีการ (ทำอย่างไร?)", "แนวทางการพัฒนา (จะทำอะไร?)"),
)
SII_FORMS = (*(one[0] for one in _SYSTEMS), "sii_summary")
_PARTS = (("คน", "people"), ("กลไก", "mechanism"), ("ข้อมูล", "data"))


def sii(asking: Asking, areas: Sequence[str]) -> list[Paper]:
    """P19: people, mechanism and data with their ticks, and the summary; the newest review of each tambon."""
    papers = []
    for area in areas:
        blocks: list[Block] = []
        scores: list[Fact] = []
        for form, title, how, next_step in _SYSTEMS:
            newest = _newest(asking, form, area)
            if newest is None:
                continue
            rows = [r for r in records.read(asking.atlas, asking.viewer, form, "rows", area=area)
                    if r["_instance_id"] == newest["_instance_id"]]  # fmt: skip
            table, got, possible = _ticks(asking, form, rows, how, next_step)
            scores.append(Fact(title.split(" ", 2)[2], share(got, possible)))
            blocks += [Heading(title), table]
        summary = _newest(asking, "sii_summary", area)
        if summary:
            blocks += _summary(asking, summary)
        if blocks:
            facts: list[Block] = [Facts(scores)] if scores else []
            grid = strength.heat(asking.atlas, asking.viewer, area, asking.period, "th")
            facts += [grid] if grid else []
            papers.append(
                _paper(asking, area, "P19", "ทบทวน คน กลไก ข้อมูล (S-I-I)", [*facts, *blocks], SII_FORMS)
            )
    return papers


def _newest(asking: Asking, form: str, area: str) -> Row | None:
    rows = records.read(asking.atlas, asking.viewer, form, area=area, period=asking.period)
    return max(rows, key=_age, default=None)


def _age(row: Row) -> tuple[date, int]:
    return records.day(row, "visit_date") or date.min, int(row["_seq"])


def _ticks(
    asking: Asking, form: str, rows: Sequence[Row], how: str, next_step: str
) -> tuple[Table, int, int]:
    """A grid with a column for each criterion."""
    about = records.info(asking.atlas, form, "rows")
    question = about.field("ticks") if about else None
    criteria = [(c.value, c.label.get("th", c.value)) for c in question.choices] if question else []
    grid: list[list[Cell]] = []
    got = 0
    for row in rows:
        ticked = (row.get("ticks") or "").split()
        got += sum(value in ticked for value, _ in criteria)
        name = row.get("row_other") or records.text(about, row, "row_kind")
        marks = ["✓" if value in ticked else "" for value, _ in criteria]
        grid.append([name, row.get("how") or "", *marks, row.get("next_step") or ""])
    columns = [
        Column("รายการ", width=1.8), Column(how, width=1.8),
        *(Column(label, "center", 1, "ผลที่เกิดขึ้นจากการขับเคลื่อน") for _, label in criteria),
        Column(next_step, width=1.8),
    ]  # fmt: skip
    return Table(columns, grid), got, len(rows) * len(criteria)


def _summary(asking: Asking, row: Row) -> list[Block]:
    about = records.info(asking.atlas, "sii_summary")
    rows: list[list[Cell]] = [
        [
            label,
            row.get(f"{part}_done") or "",
            row.get(f"{part}_next") or "",
            records.text(about, row, f"{part}_level"),
        ]
        for label, part in _PARTS
    ]  # fmt: skip
    columns = [Column("ระบบ", width=0.7), Column("รูปธรรมที่ทำมาแล้ว", width=2), Column("แนวทางยกระดับ", width=2),
               Column("ระดับปัจจุบัน")]  # fmt: skip
    return [Heading("ตารางที่ 4 สรุประบบการจัดการพื้นที่"), Table(columns, rows)]


def scorecard(asking: Asking, areas: Sequence[str]) -> list[Paper]:
    """P20: the newest self-assessment as two radars, beside the one before it."""
    about = records.info(asking.atlas, ASSESSMENT)
    papers = []
    for area in areas:
        rows = records.read(asking.atlas, asking.viewer, ASSESSMENT, area=area, period=asking.period)
        if not about or not rows:
            continue
        rows.sort(key=_age)
        newest, before = rows[-1], rows[-2] if len(rows) > 1 else None
        blocks: list[Block] = []
        for title, start in (("8 ด้านของความเข้มแข็ง", "aspect_"), ("4 พลัง", "power_")):
            fields = [one for one in about.fields.values() if one.ref.startswith(start)]
            labels = [one.label.get("th", one.ref) for one in fields]
            values = [_score(newest, one.ref) for one in fields]
            blocks.append(Radar(title, labels, values, strength.MOST))
            if before is not None:
                earlier = [_score(before, one.ref) for one in fields]
                compared: list[list[Cell]] = [
                    [label, str(old), str(new), f"{new - old:+}" if new != old else "0"]
                    for label, old, new in zip(labels, earlier, values, strict=True)
                ]
                columns = [Column("ด้าน", width=3), *(Column(h, "end") for h in ("ครั้งก่อน", "ครั้งนี้", "ต่าง"))]
                blocks.append(Table(columns, compared))
        blocks += [*_criteria(about, newest), *_words(about, newest)]
        blocks.append(Signatures([Signature("ผู้แทนคณะทำงานตำบล"), Signature("วิทยากรกระบวนการ")]))
        day = on(records.day(newest, "visit_date")).text
        title = f"ผลประเมินตนเองของตำบล วันที่ {day}"
        papers.append(_paper(asking, area, "P20", title, blocks, (ASSESSMENT,), wide=False))
    return papers


def _score(row: Row, ref: str) -> Decimal:
    return Decimal(str(row.get(ref) or 0))


def _criteria(about: LayerInfo, row: Row) -> list[Block]:
    """Every criterion with a tick where it is met."""
    one = about.field("criteria_met")
    if one is None:
        return []
    met = str(row.get("criteria_met") or "").split()
    rows: list[list[Cell]] = [
        [choice.label.get("th", choice.value), "✓" if choice.value in met else ""] for choice in one.choices
    ]
    heading = Heading(f"เกณฑ์ตำบลเข้มแข็งด้วยข้อมูล ผ่าน {share(len(met), len(rows))}")
    return [heading, Table([Column("เกณฑ์", width=5), Column("ผ่าน", "center")], rows)]


def _words(about: LayerInfo, row: Row) -> list[Block]:
    found: list[Block] = []
    for ref in ("strengths", "next_steps"):
        one = about.field(ref)
        if one and row.get(ref):
            found.append(Text(f"{one.label.get('th', ref)}: {row[ref]}"))
    return found


def _paper(
    asking: Asking, area: str, number: str, title: str, blocks: Sequence[Block], forms: Sequence[str], *,
    wide: bool = True,
) -> Paper:  # fmt: skip
    return Paper(
        title, asking.place(area), asking.period.label(), blocks, as_of=format_date(asking.as_of),
        boundary_set=asking.boundary_set, sources=asking.sources(*forms), number=number, landscape=wide,
    )  # fmt: skip
