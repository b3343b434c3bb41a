"""P07 and P08: a water agreement to sign, and the docket of a land case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import shapely

from geo.overlay import CLEAR
from ingest.plots import state_land
from ingest.plots.state_land import LandOverlap
from reports import records
from reports.papers.asking import Asking, number, on, span, whole
from reports.papers.model import (
    Block,
    Cell,
    Column,
    Fact,
    Facts,
    Heading,
    Paper,
    Picture,
    Signature,
    Signatures,
    Table,
    Text,
)
from reports.records import Row, figure, money
from reports.sketch import Part, sketch
from thai.area import format_area
from thai.calendar import format_date

AGREEMENT, CASE, FOLLOWUP = "water_agreement", "land_case", "land_case_followup"
_AROUND_DEG, _MOST_OVERLAPS = 0.002, 10_000  # 200 m around a case
_AGREED = (
    *("status", "season", "signed_date", "user_group", "source_type", "source_name", "canal_name"),
    *(
        "structure_name",
        "flow_m3_s",
        "volume_m3",
        "lowest_level_cm",
        "crops",
        "rules",
        "rules_text",
        "penalty",
    ),
    *("penalty_baht", "fee_baht_rai", "work_days"),
)
_RECORDED = (
    *("visit_date", "case_type", "since_year", "state_lands", "agencies", "land_use", "documents"),
    *("main_document", "in_court", "urgency", "history"),
)
_STATE = ("level", "stage", "readiness", "outcome", "next_meeting")  # asked of a case and at every event


def agreements(asking: Asking, areas: Sequence[str]) -> list[Paper]:
    """P07: every agreement with quantity, turns, rules and penalty, and a line for each party to sign."""
    papers = []
    for area in areas:
        parties, turns = (_grouped(asking, AGREEMENT, repeat, area) for repeat in ("parties", "turns"))
        for row in asking.listed(AGREEMENT, area):
            key = str(row["_instance_id"])
            papers.append(_agreement(asking, row, parties.get(key, []), turns.get(key, [])))
    return papers


def _grouped(asking: Asking, form: str, repeat: str, area: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in records.read(asking.atlas, asking.viewer, form, repeat, area=area):
        found[str(row["_instance_id"])].append(row)
    return found


def _place(asking: Asking, row: Row) -> str:
    tambon, moo = str(row.get("tambon") or row.get("_tambon") or ""), row.get("moo")
    return asking.place(f"{tambon}{int(moo):02d}" if tambon and moo else tambon)


def _pairs(asking: Asking, form: str, row: Row, refs: Sequence[str]) -> Table:
    """Question and answer, of those that were answered and are for this viewer."""
    about = records.info(asking.atlas, form)
    rows = [
        [one.label.get("th", ref), text]
        for ref in refs
        if about and (one := about.field(ref)) and (text := records.text(about, row, ref))
    ]
    return Table([Column("เรื่อง", width=1.2), Column("ที่ตกลงหรือบันทึกไว้", width=2.4)], rows)


def _agreement(asking: Asking, row: Row, parties: list[Row], turns: list[Row]) -> Paper:
    party, turn = (records.info(asking.atlas, AGREEMENT, repeat) for repeat in ("parties", "turns"))
    blocks: list[Block] = [
        Facts(
            [
                Fact("พื้นที่รับน้ำ", _rai(row, "served_rai")),
                Fact("ครัวเรือนที่ได้น้ำ", whole(row.get("served_households")).text),
                Fact("ใช้ได้", _term(row)),
            ]
        ),
        _pairs(asking, AGREEMENT, row, _AGREED),
    ]  # fmt: skip
    if turns:
        rows: list[list[Cell]] = [
            [whole(t.get("turn_order")), t.get("turn_zone") or "", records.text(turn, t, "turn_days"),
             str(t.get("turn_from") or "")[:5], number(figure(t, "turn_hours"))]
            for t in sorted(turns, key=lambda t: t.get("turn_order") or 0)
        ]  # fmt: skip
        columns = [Column("รอบที่", "center", 0.5), Column("สายหรือโซน", width=2), Column("วัน", width=2),
                   Column("เปิดน้ำ"), Column("ชั่วโมง", "end")]  # fmt: skip
        blocks += [Heading("รอบเวร"), Table(columns, rows)]
    signers = [
        Signature(f"{records.text(party, p, 'party_kind')} {records.text(party, p, 'party_role')}".strip(),
                  p.get("party_name") or "")
        for p in parties
    ]  # fmt: skip
    blocks += [Heading("ลงชื่อคู่ตกลง"), Signatures([*signers, Signature("พยาน"), Signature("พยาน")])]
    return Paper(
        f"ข้อตกลงการใช้น้ำ {row.get('agreement_name') or ''}".strip(), _place(asking, row), "", blocks,
        as_of=format_date(asking.as_of), boundary_set=asking.boundary_set, sources=asking.sources(AGREEMENT),
        number="P07",
    )  # fmt: skip


def _rai(row: Row, ref: str) -> str:
    value = figure(row, ref)
    return "–" if value is None else f"{number(value).text} ไร่"


def _term(row: Row) -> str:
    """From when until when, each as far as it was agreed."""
    first, last = records.day(row, "starts_on"), records.day(row, "expires_on")
    if first and last:
        return span(first, last)
    if last:
        return f"ถึง {format_date(last)}"
    return f"ตั้งแต่ {format_date(first)} ไม่กำหนดวันสิ้นสุด" if first else "ไม่กำหนด"


def cases(asking: Asking, areas: Sequence[str]) -> list[Paper]:
    """P08: a docket for every land case: documents, size, state and outcome, people, evidence."""
    papers = []
    for area in areas:
        people, evidence = (_grouped(asking, CASE, repeat, area) for repeat in ("claimants", "evidence"))
        entities = records.entity_of(asking.atlas, asking.viewer, "land_cases")
        places = _Places.of(asking, area)
        events: dict[str, list[Row]] = defaultdict(list)
        for row in records.read(asking.atlas, asking.viewer, FOLLOWUP):  # wherever one met about the case
            events[row.get("case") or ""].append(row)
        for row in asking.listed(CASE, area):
            key = str(row["_instance_id"])
            own = events.get(entities.get(key, key), [])
            papers.append(_case(asking, row, people.get(key, []), evidence.get(key, []), own, places))
    return papers


def _case(
    asking: Asking, row: Row, people: list[Row], evidence: list[Row], events: list[Row], places: _Places
) -> Paper:  # fmt: skip
    blocks: list[Block] = [
        Facts(
            [
                Fact("ครัวเรือนที่เดือดร้อน", whole(row.get("affected_households")).text),
                Fact("เนื้อที่แจ้ง", _rai(row, "area_declared")),
                Fact("เนื้อที่ตามเส้นที่วาด", _drawn(row)),
            ]
        ),
        _present(asking, row, events),
        _pairs(asking, CASE, row, _RECORDED),
    ]  # fmt: skip
    blocks += places.drawn(str(row["_instance_id"]))
    blocks += _overlaps(asking, str(row["_instance_id"]))
    blocks += _events(asking, row, events)
    blocks += _claimants(asking, people)
    blocks += _evidence(asking, evidence)
    blocks += [
        Text("แนวเขตในเอกสารนี้ใช้ประกอบการหารือ ไม่ใช่หลักฐานแนวเขตหรือเอกสารสิทธิ", strong=True),
        Signatures([Signature("ผู้แทนผู้เดือดร้อน"), Signature("คณะทำงานแก้ปัญหาที่ดิน")]),
    ]
    return Paper(
        f"แฟ้มกรณีที่ดิน {row.get('case_name') or ''}".strip(), _place(asking, row), "", blocks,
        as_of=format_date(asking.today),  # how it stands now, whenever the case was recorded
        boundary_set=asking.boundary_set, sources=asking.sources(CASE, FOLLOWUP),
        number="P08",
    )  # fmt: skip


@dataclass(frozen=True)
class _Places:
    """Where the cases of an area lie, and the plots of its register around them."""

    cases: dict[str, shapely.Geometry]
    common: dict[str, list[LandOverlap]]
    plots: list[shapely.Geometry]

    @classmethod
    def of(cls, asking: Asking, area: str) -> _Places:
        """All that may be drawn for this viewer."""
        cases = records.shapes(asking.atlas, asking.viewer, CASE, ("disputed_area", "point"), area)
        plots = [
            one
            for form in ("plot_register", "pomelo_plot")
            for one in records.shapes(asking.atlas, asking.viewer, form, ("plot",), area[:6]).values()
        ]
        common: dict[str, list[LandOverlap]] = {}
        for one in state_land.overlaps(asking.atlas, asking.viewer, limit=_MOST_OVERLAPS):
            common.setdefault(one.instance_id, []).append(one)
        return cls(cases, common, plots)

    def drawn(self, key: str) -> list[Block]:
        """The case over the plots near it, hatched where it lies on state land."""
        case = self.cases.get(key)
        if case is None:
            return []
        around = shapely.box(*shapely.buffer(case, _AROUND_DEG).bounds)
        near = [
            Part(shapely.intersection(one, around), "area") for one in self.plots if around.intersects(one)
        ]
        hatched = [Part(one.common, "common") for one in self.common.get(key, []) if one.common is not None]
        style = "second" if shapely.get_dimensions(case) else "place"
        caption = "แผนผัง: เส้นหนาคือพื้นที่พิพาท เส้นบางคือแปลงในทะเบียนรอบ ๆ"
        caption += " ลายขีดคือส่วนที่ทับที่ดินของรัฐ" if hatched else ""
        return [Picture(caption, sketch([*near, Part(case, style), *hatched], caption, "เมตร"))]


def _overlaps(asking: Asking, key: str) -> list[Block]:
    """What of the case lies on state land, with who drew that line, and whether the map can tell."""
    found = state_land.overlaps(asking.atlas, asking.viewer, key)
    if not found:
        return []
    rows: list[list[Cell]] = [
        [one.area_name if one.area_name.startswith(one.overlay) else f"{one.overlay} {one.area_name}".strip(),
         format_area(one.overlap_m2, "th") if one.overlap_m2 else "อยู่ใกล้แนว",
         f"{100 * one.share:,.1f}%" if one.overlap_m2 else "–",
         _line(one),
         "บอกได้" if one.carries == CLEAR else "แผนที่หยาบเกินกว่าจะชี้ขาด"]
        for one in found
    ]  # fmt: skip
    columns = [Column("ที่ดินของรัฐ", width=1.6), Column("ทับกัน", "end", 1.2), Column("ส่วนของกรณี", "end", 0.8),
               Column("ใครทำแนว เมื่อใด มาตราส่วน", width=1.6), Column("แผนที่บอกได้หรือไม่", width=1.2)]  # fmt: skip
    return [Heading("ทับซ้อนกับที่ดินของรัฐ"), Table(columns, rows)]


def _line(one: LandOverlap) -> str:
    """Who drew the line, when, and how finely."""
    scale = f"1:{one.scale:,}" if one.scale else ""
    return " · ".join(part for part in (one.agency, one.published, scale) if part)


def _drawn(row: Row) -> str:
    """The drawn area beside the declared one, with the difference in per cent."""
    drawn, declared = money(row, "area_drawn"), money(row, "area_declared")
    if not drawn:
        return "ไม่ได้วาด"
    percent = number((drawn - declared) * 100 / declared, 0).number if declared else None
    apart = "" if percent is None else f" ({percent:+}%)" if percent else " (0%)"
    return f"{number(drawn).text} ไร่{apart}"


def _happened(asking: Asking, case: Row, events: list[Row]) -> list[tuple[date | None, str, Row]]:
    """The day, form and row of the first record and of every event since, oldest first."""
    told = [(records.day(case, "visit_date"), CASE, case)]
    told += [(records.day(row, "event_date"), FOLLOWUP, row) for row in events]
    return sorted(told, key=lambda one: one[0] or asking.today)


def _present(asking: Asking, case: Row, events: list[Row]) -> Table:
    """How the case stands: of each question the newest answer, with the day on which it was so."""
    rows: list[list[Cell]] = []
    about = records.info(asking.atlas, CASE)
    newest = _happened(asking, case, events)[::-1]
    for ref in _STATE:
        asked = about.field(ref) if about else None
        day, form_id, row = next((one for one in newest if one[2].get(ref)), (None, "", {}))
        if asked and form_id:
            of = records.info(asking.atlas, form_id)
            reason = records.text(of, row, "outcome_reason") if ref == "outcome" else ""
            answer = " – ".join(part for part in (records.text(of, row, ref), reason) if part)
            rows.append([asked.label.get("th", ref), answer, on(day)])
    return Table([Column("ขณะนี้", width=1.2), Column("เป็นอย่างไร", width=1.8), Column("เมื่อ", width=0.6)], rows)


def _events(asking: Asking, case: Row, events: list[Row]) -> list[Block]:
    """What was recorded first and happened since, oldest first."""
    if not events:
        return []
    rows: list[list[Cell]] = [
        [on(day), records.text(about, row, "case_event") if form_id == FOLLOWUP else "บันทึกกรณีครั้งแรก",
         row.get("event_text") or "", records.text(about, row, "level"), records.text(about, row, "outcome"),
         row.get("next_step") or ""]
        for day, form_id, row in _happened(asking, case, events)
        if (about := records.info(asking.atlas, form_id))
    ]  # fmt: skip
    columns = [Column("วันที่"), Column("เหตุการณ์", width=1.2), Column("สาระสำคัญ", width=2), Column("ระดับ"),
               Column("ผล", width=1.2), Column("จะทำอะไรต่อ", width=1.4)]  # fmt: skip
    return [Heading("ลำดับเหตุการณ์"), Table(columns, rows)]


def _claimants(asking: Asking, people: list[Row]) -> list[Block]:
    named = [row for row in people if row.get("claimant_name")]
    about = records.info(asking.atlas, CASE, "claimants")
    if not named:
        return []
    rows: list[list[Cell]] = [
        [whole(i), row["claimant_name"], records.text(about, row, "claimant_document"),
         row.get("claimant_document_no") or "", str(row.get("claimant_since_year") or ""),
         number(figure(row, "claimant_area"))]
        for i, row in enumerate(named, 1)
    ]  # fmt: skip
    columns = [Column("ที่", "center", 0.4), Column("ชื่อ", width=2), Column("เอกสาร", width=1.4), Column("เลขที่"),
               Column("ทำกินตั้งแต่ พ.ศ.", "center"), Column("ไร่", "end", 0.7)]  # fmt: skip
    return [Heading("ผู้เดือดร้อน"), Table(columns, rows)]


def _evidence(asking: Asking, evidence: list[Row]) -> list[Block]:
    about = records.info(asking.atlas, CASE, "evidence")
    if not evidence:
        return []
    rows: list[list[Cell]] = [
        [whole(i), records.text(about, row, "evidence_kind"), on(records.day(row, "evidence_date")),
         row.get("evidence_text") or ""]
        for i, row in enumerate(evidence, 1)
    ]  # fmt: skip
    columns = [
        Column("ที่", "center", 0.4),
        Column("หลักฐาน", width=1.5),
        Column("วันที่"),
        Column("คำอธิบาย", width=2),
    ]
    return [Heading("หลักฐาน"), Table(columns, rows)]
