"""P09 to P11: the community plan book, the demand–supply matrix, and what goes up to the provincial plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from reports import indicators, records
from reports.papers.asking import Asking, amount, number, on, share, whole
from reports.papers.model import (
    Block,
    Cell,
    Column,
    Fact,
    Facts,
    Flow,
    Heading,
    Paper,
    Signature,
    Signatures,
    Step,
    Table,
    Text,
)
from reports.plans import records as plans
from reports.plans.funding import WITHDRAWN, Funding, funding, gap
from reports.plans.matching import supply as supply_of
from reports.plans.records import BudgetLine, Proposal
from reports.records import Row, figure
from thai.calendar import format_date
from thai.money import baht_text, format_baht
from thai.periods import ALL_TIME

PROJECTS, MATCHES, BUDGETS, PROBLEMS = "project_proposal", "budget_match", "budget_source", "problem_analysis"
PLAN_FORMS = (PROBLEMS, PROJECTS, MATCHES)
MATRIX_FORMS = (PROJECTS, BUDGETS, MATCHES)
_FROM, _FUNDED = "ได้รับจาก (บาท)", "abc.5_3_2"
_UP = ("province", "province_group", "region")
_RAISED_SIGNATURES = Signatures([Signature("ผู้แทนผู้เสนอโครงการ"), Signature("ผู้รับเรื่องเข้าแผน")])
TIERS = ("household", "group", "lao", "agency")
TIER_LABELS = {
    "household": "ครัวเรือนทำเอง", "group": "ทำร่วมกันเป็นกลุ่ม", "lao": "ขอให้ อปท. ร่วมทำ",
    "agency": "ขอให้ส่วนราชการช่วย",
}  # fmt: skip
SOURCES = {
    "lao": "อปท.", "agency": "ส่วนราชการ", "province": "จังหวัด", "special": "นโยบายพิเศษ", "private": "เอกชน",
    "own": "ชุมชนออกเอง",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Demand:
    """One project as its form tells it, and its money as the plans count it."""

    row: Row
    proposal: Proposal
    money: Funding

    @property
    def granted(self) -> dict[str, Decimal]:
        """Net grants by kind of source."""
        return self.money.by_kind()

    @property
    def raised(self) -> str:
        """The plan above the districts' in which it stands, or into which a decision took it; '' if none."""
        said = (one.target_plan for one in reversed(self.money.decisions) if one.target_plan)
        taken = next(said, "") if self.money.granted else ""
        at = self.proposal.plan_level if self.proposal.plan_level in _UP else taken
        return at if at in _UP else ""

    @property
    def missing(self) -> Decimal:
        """Asked and not granted."""
        return gap(self.proposal, self.money)


def demands(asking: Asking, area: str) -> list[Demand]:
    """The projects of an area with their grants; withdrawn projects are left out.

    A project is of the place that its form names, as on page *Plans*, wherever its point lies.
    """
    known = plans.read(asking.atlas, asking.viewer, area)
    money_of, _ = funding(known.decisions)
    proposals = {one.instance_id: one for one in known.proposals if one.status != WITHDRAWN}
    rows = records.read(asking.atlas, asking.viewer, PROJECTS, period=asking.period)
    return [
        Demand(row, own, money_of.get(own.entity_id, Funding()))
        for row in rows
        if (own := proposals.get(str(row["_instance_id"])))
    ]


def book(asking: Asking, areas: Sequence[str]) -> list[Paper]:
    """P09: what was found, what causes it, and the projects of each tier with the data they rest on."""
    papers = []
    for area in areas:
        projects = demands(asking, area)
        analysed = records.read(asking.atlas, asking.viewer, PROBLEMS, period=asking.period)
        problems = [row for row in analysed if plans.area_of(row).startswith(area)]
        if not projects and not problems:
            continue
        blocks: list[Block] = [_summary(projects, problems), *_problems(asking, problems)]
        for tier in TIERS:
            blocks += _tier(asking, tier, [one for one in projects if one.proposal.tier == tier])
        blocks += [
            Text("น้ำหนักของแผนขึ้นกับน้ำหนักของข้อมูล: โครงการที่ยังไม่มีข้อมูลสนับสนุนควรหาข้อมูลเพิ่มก่อนเสนอ"),
            Signatures([Signature("ประธานคณะทำงานแผนชุมชน"), Signature("กำนันหรือผู้ใหญ่บ้าน"),
                        Signature("ผู้แทนสภาองค์กรชุมชน"), Signature("นายก อปท.")]),
        ]  # fmt: skip
        papers.append(_paper(asking, area, "P09", "แผนชุมชน", blocks, PLAN_FORMS))
    return papers


def _summary(projects: Sequence[Demand], problems: Sequence[Row]) -> Facts:
    total = sum((one.proposal.amount for one in projects), Decimal(0))
    with_data = sum(one.proposal.evidence > 0 for one in projects)
    return Facts(
        [
            Fact("ปัญหาที่วิเคราะห์", f"{len(problems):,}"),
            Fact("โครงการ", f"{len(projects):,}", f"งบรวม {amount(total).text} บาท"),
            Fact("มีข้อมูลสนับสนุน", share(with_data, len(projects))),
            Fact("ได้งบแล้ว", share(sum(one.money.granted > 0 for one in projects), len(projects))),
        ]
    )


def _problems(asking: Asking, problems: Sequence[Row]) -> list[Block]:
    """Ranked by importance times urgency, each with its causes."""
    if not problems:
        return []
    causes: dict[str, list[str]] = defaultdict(list)
    for row in records.read(asking.atlas, asking.viewer, PROBLEMS, "causes"):
        causes[str(row["_instance_id"])].append(row.get("cause_text") or "")
    about = records.info(asking.atlas, PROBLEMS)
    ranked = sorted(problems, key=lambda row: -(row.get("priority_score") or 0))
    rows: list[list[Cell]] = [
        [whole(i), row.get("problem_name") or "", records.text(about, row, "problem_side"),
         "; ".join(one for one in causes[str(row["_instance_id"])] if one),
         number(figure(row, "priority_score"), 0)]
        for i, row in enumerate(ranked, 1)
    ]  # fmt: skip
    columns = [Column("ที่", "center", 0.4), Column("ปัญหา", width=2), Column("ด้าน"), Column("สาเหตุ", width=2.4),
               Column("สำคัญ × เร่งด่วน", "end", 0.8)]  # fmt: skip
    return [Heading("ปัญหาและสาเหตุ"), Table(columns, rows)]


def _tier(asking: Asking, tier: str, projects: Sequence[Demand]) -> list[Block]:
    about = records.info(asking.atlas, PROJECTS)
    if not projects:
        return [Heading(TIER_LABELS[tier]), Text("ยังไม่มีโครงการ")]
    rows: list[list[Cell]] = [
        [whole(i), one.row.get("project_name") or "", records.text(about, one.row, "theme"),
         one.row.get("doer_org") or "", amount(one.proposal.amount), amount(one.money.granted),
         whole(one.proposal.evidence)]
        for i, one in enumerate(projects, 1)
    ]  # fmt: skip
    total = sum((one.proposal.amount for one in projects), Decimal(0))
    got = sum((one.money.granted for one in projects), Decimal(0))
    rows.append(["", "รวม", "", "", amount(total), amount(got), ""])
    columns = [
        Column("ที่", "center", 0.4), Column("โครงการ", width=2.1), Column("เรื่อง", width=1.5),
        Column("ใครทำ", width=1.2), Column("งบ (บาท)", "end"), Column("ได้แล้ว (บาท)", "end"),
        Column("ข้อมูลสนับสนุน", "end", 0.8),
    ]  # fmt: skip
    return [Heading(TIER_LABELS[tier]), Table(columns, rows, frozenset([len(projects)]))]


def matrix(asking: Asking, areas: Sequence[str]) -> list[Paper]:
    """P10: each project against the kinds of money, what is still missing, and budget lines not yet used."""
    papers = []
    for area in areas:
        projects = demands(asking, area)
        supply = unused(asking, area)
        if not projects and not supply:
            continue
        rows = [_matrix_row(i, one) for i, one in enumerate(projects, 1)]
        rows.append(_matrix_total(projects))
        columns = [
            Column("ที่", "center", 0.4), Column("โครงการ", width=2.6), Column("ใครทำ", width=1.2),
            Column("ขอ (บาท)", "end"), *(Column(one, "end", group=_FROM) for one in SOURCES.values()),
            Column("ยังขาด (บาท)", "end"),
        ]  # fmt: skip
        blocks: list[Block] = [
            Facts([_funded(projects), *_by_decisions(asking, area),
                   Fact("ยังขาด", f"{amount(sum((p.missing for p in projects), Decimal(0))).text} บาท")]),
            _two_sides(projects, supply),
            Table(columns, rows, frozenset([len(projects)])),
            *_unused(asking, supply),
        ]  # fmt: skip
        papers.append(
            _paper(asking, area, "P10", "ตารางจับคู่ความต้องการกับงบประมาณ", blocks, MATRIX_FORMS, wide=True)
        )
    return papers


def _two_sides(projects: Sequence[Demand], supply: Sequence[tuple[BudgetLine, Decimal]]) -> Flow:
    """The two parts of the work (T04): what people need, who does it; what money there is; and what met."""
    needs, money = dict[str, list[Decimal]](), dict[str, list[Decimal]]()
    for one in projects:
        needs.setdefault(one.proposal.tier, []).append(one.proposal.asked)
    for line, left_ in supply:
        money.setdefault(line.kind, []).append(left_)
    granted = [one.money.granted for one in projects if one.money.granted > 0]
    missing = [one.missing for one in projects if one.missing > 0]
    met = [("ได้งบแล้ว", granted), ("ยังขาด", missing)]
    return Flow(
        "องค์ประกอบ 2 ส่วน: ความต้องการของประชาชน และงบที่มี",
        [
            Step(
                "ความต้องการ (demand)",
                [(TIER_LABELS[one], _many(needs[one])) for one in TIERS if one in needs],
            ),
            Step("จับคู่", [(label, _many(own)) for label, own in met]),
            Step(
                "งบที่ยังขอได้ (supply)", [(SOURCES[one], _many(money[one])) for one in SOURCES if one in money]
            ),
        ],
        across=True,
    )


def _many(amounts: Sequence[Decimal]) -> str:
    """``3 · 60,000 บาท``."""
    return f"{len(amounts):,} · {format_baht(sum(amounts, Decimal(0)))}"


def _funded(projects: Sequence[Demand]) -> Fact:
    funded = sum(one.money.granted > 0 for one in projects)
    return Fact("โครงการในตารางที่ได้งบแล้ว", share(funded, len(projects)), "เสนอในช่วงนี้ ได้งบเมื่อใดก็นับ")


def _by_decisions(asking: Asking, area: str) -> list[Fact]:
    """What ABC counts: money that was decided in the period, for projects of any year."""
    if asking.period == ALL_TIME or _FUNDED not in indicators.definitions(asking.atlas):
        return []
    found = indicators.answer(asking.atlas, asking.viewer, _FUNDED, area, asking.period)
    if found.numerator is None or not found.denominator:
        return []
    said = share(int(found.numerator), int(found.denominator))
    return [Fact("ตัวชี้วัด ABC 5.3.2", said, "ได้งบด้วยมติในช่วงนี้ เสนอปีใดก็นับ ÷ โครงการที่เสนอในช่วงนี้")]


def _matrix_row(i: int, one: Demand) -> list[Cell]:
    sources = [amount(one.granted[kind]) if kind in one.granted else "–" for kind in SOURCES]
    tier = TIER_LABELS.get(one.proposal.tier, "")
    return [
        whole(i),
        one.row.get("project_name") or "",
        tier,
        amount(one.proposal.asked),
        *sources,
        amount(one.missing),
    ]


def _matrix_total(projects: Sequence[Demand]) -> list[Cell]:
    def total(values: Sequence[Decimal]) -> Cell:
        return amount(sum(values, Decimal(0)))

    by_kind = [total([one.granted.get(kind, Decimal(0)) for one in projects]) for kind in SOURCES]
    asked, missing = total([one.proposal.asked for one in projects]), total([one.missing for one in projects])
    return ["", "รวม", "", asked, *by_kind, missing]


def unused(asking: Asking, area: str) -> list[tuple[BudgetLine, Decimal]]:
    """Budget lines that can still be asked, and what is left of each, the nearest closing day first."""
    known = plans.read(asking.atlas, asking.viewer, area)
    return [(one.line, one.left) for one in supply_of(known, asking.today)]


def _unused(asking: Asking, supply: Sequence[tuple[BudgetLine, Decimal]]) -> list[Block]:
    about = records.info(asking.atlas, BUDGETS)
    if not supply or about is None:
        return []
    kind, theme = about.field("budget_kind"), about.field("themes")
    rows: list[list[Cell]] = [
        [line.name, kind.label_of(line.kind, "th") if kind else line.kind, line.owner, amount(baht),
         on(line.closes), ", ".join(theme.label_of(one, "th") if theme else one for one in line.themes)]
        for line, baht in supply
    ]  # fmt: skip
    columns = [Column("แหล่งงบที่ยังขอได้", width=2), Column("ประเภท"), Column("เจ้าของงบ", width=1.4),
               Column("คงเหลือ (บาท)", "end"), Column("ปิดรับ"), Column("ใช้กับเรื่อง", width=2)]  # fmt: skip
    return [Heading("งบที่ยังขอได้"), Table(columns, rows)]


def raised(asking: Asking, areas: Sequence[str]) -> list[Paper]:
    """P11: the projects that stand in a plan of the province, or were taken into one, raised as one list."""
    papers = []
    for area in areas:
        own = [one for one in demands(asking, area) if one.raised]
        if own:
            blocks = [*_raised_together(own), _raised_table(asking, own), _RAISED_SIGNATURES]
            title = "โครงการที่ยกระดับสู่แผนจังหวัด"
            papers.append(_paper(asking, area, "P11", title, blocks, (PROJECTS, MATCHES)))
    return papers


def _raised_together(own: Sequence[Demand]) -> list[Block]:
    """What is asked for together, by where the projects come from."""
    total = sum((one.proposal.amount for one in own), Decimal(0))
    tambons = {one.proposal.area[:6] for one in own}
    money = f"{format_baht(total)} ({baht_text(total)})"
    return [Text(f"ขอเสนอ {len(own):,} โครงการ จาก {len(tambons):,} ตำบล เป็นเงิน {money}")]


def _raised_table(asking: Asking, own: Sequence[Demand]) -> Table:
    about, levels = records.info(asking.atlas, PROJECTS), records.info(asking.atlas, MATCHES)
    from_, to = about and about.field("raised_from"), levels and levels.field("target_plan")
    rows: list[list[Cell]] = [
        [whole(i), one.row.get("project_name") or "", asking.place(str(one.row.get("tambon") or "")),
         from_.label_of(one.proposal.raised_from, "th") if from_ and one.proposal.raised_from else "",
         one.row.get("plan_name") or (to.label_of(one.raised, "th") if to else ""),
         amount(one.proposal.amount), amount(one.money.granted)]
        for i, one in enumerate(own, 1)
    ]  # fmt: skip
    total = sum((one.proposal.amount for one in own), Decimal(0))
    granted = sum((one.money.granted for one in own), Decimal(0))
    rows.append(["", f"รวม {len(own)} โครงการ", "", "", "", amount(total), amount(granted)])
    columns = [
        Column("ที่", "center", 0.4), Column("โครงการ", width=2.6), Column("พื้นที่", width=1.8),
        Column("มาจาก", width=1.2), Column("แผน", width=1.4), Column("งบ (บาท)", "end"),
        Column("ได้แล้ว (บาท)", "end"),
    ]  # fmt: skip
    return Table(columns, rows, frozenset([len(own)]))


def _paper(
    asking: Asking, area: str, number_: str, title: str, blocks: Sequence[Block], forms: Sequence[str], *,
    wide: bool = False,
) -> Paper:  # fmt: skip
    return Paper(
        title, asking.place(area), asking.period.label(), blocks,
        as_of=format_date(asking.today),  # money counts whenever it was decided
        boundary_set=asking.boundary_set, sources=asking.sources(*forms), number=number_, landscape=wide,
    )  # fmt: skip
