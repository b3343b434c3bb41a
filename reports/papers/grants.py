"""P14 and P15: status, summary and disbursement of grants, as CODI's regional office prints them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from reports import grants
from reports.grants import Grant, Status
from reports.papers.asking import Asking, amount, number, on, span, whole
from reports.papers.model import Block, Cell, Column, Heading, Paper, Signature, Signatures, Table, Text
from thai.calendar import format_date
from thai.money import baht_text, format_baht

_LEVELS = {"region": "โครงการระดับภาค", "province": "โครงการระดับจังหวัด", "all": "รวมทั้งสิ้น"}
_FORMS = ("grant_project", "grant_disbursement")
_SIGNERS = Signatures([Signature("ผู้จัดทำ"), Signature("ผู้ตรวจสอบ")])


def status_paper(asking: Asking, areas: Sequence[str]) -> list[Paper]:
    """P14: frame, approved, recorded, paid and left for each level on a stated day."""
    found = []
    for area in areas:
        known = grants.read(asking.atlas, asking.viewer, area)
        rows = grants.status(known, asking.as_of)
        if not known:
            continue
        table = Table(
            [
                Column("รายการ", width=1.6),
                *(
                    Column(one, "end", group=f"ผลการดำเนินงาน ณ {format_date(asking.as_of)}")
                    for one in _STATUS_HEAD
                ),
            ],
            [_status_row(one) for one in rows],
            frozenset([len(rows) - 1]),
        )
        found.append(
            _paper(asking, area, "P14", "ตารางสรุปผลการดำเนินงาน", [table, *_sentences(asking, rows[-1])])
        )
    return found


_STATUS_HEAD = (
    *("กรอบงบ", "อนุมัติ", "จำนวนโครงการที่อนุมัติ", "ร้อยละกรอบงบอนุมัติ", "จำนวนโครงการที่บันทึกในระบบ CODI-PM"),
    *("เบิกจ่าย", "จำนวนโครงการที่เบิกจ่าย", "ร้อยละเบิกจ่าย", "งบประมาณคงเหลือที่ยังไม่เบิกจ่าย", "ร้อยละคงเหลือ"),
)


def _status_row(one: Status) -> list[Cell]:
    return [
        _LEVELS[one.level],
        amount(one.frame),
        amount(one.approved),
        whole(one.approved_n),
        number(grants.percent(one.approved, one.frame)),
        whole(one.in_codi_pm),
        amount(one.paid),
        whole(one.paid_n),
        number(grants.percent(one.paid, one.approved)),
        amount(one.left),
        number(grants.percent(one.left, one.approved)),
    ]


def _sentences(asking: Asking, total: Status) -> list[Text]:
    """The amounts in words, as the report repeats them."""
    paid, left = (number(grants.percent(v, total.approved)).text for v in (total.paid, total.left))
    day = format_date(asking.as_of, short=False)
    return [
        Text(
            f"จำนวนงบประมาณที่มีการเบิกจ่าย (ณ วันที่ {day}) จำนวน {format_baht(total.paid)} "
            f"({baht_text(total.paid)}) คิดเป็นร้อยละ {paid} ของงบอนุมัติ"
        ),
        Text(f"คงเหลือที่ยังไม่เบิกจ่าย {format_baht(total.left)} ({baht_text(total.left)}) คิดเป็นร้อยละ {left}"),
        Text(
            "เงื่อนไข: แบ่งเบิกเป็น 2 งวด งวดแรกไม่เกินร้อยละ 70 และโอนภายใน 3 เดือนนับจากวันที่ได้รับอนุมัติ งวดสองเป็นส่วนที่เหลือ"
        ),
    ]


def disbursement_paper(asking: Asking, areas: Sequence[str]) -> list[Paper]:
    """P15: one row a grant; sums stand under money alone, never under dates.

    The second instalment has columns of its own once one was transferred.
    """
    found = []
    for area in areas:
        known = grants.read(asking.atlas, asking.viewer, area)
        known = [g for g in known if g.approved_on and g.approved_on <= asking.as_of and not g.cancelled]
        if known:
            both = any(g.paid(asking.as_of, 2) for g in known)
            rows = [*(_grant_row(i, g, asking, both=both) for i, g in enumerate(known, 1))]
            rows.append(_total_row(known, asking, both=both))
            table = Table(_disbursement_columns(both=both), rows, frozenset([len(known)]))
            found.append(
                _paper(asking, area, "P15", "รายละเอียดการเบิกจ่ายโครงการและงบประมาณ", [table, _SIGNERS])
            )
    return found


def _disbursement_columns(*, both: bool) -> list[Column]:
    second = [Column("เบิกงวด 2", "end"), Column("วันที่โอนงวด 2", width=1.1), Column("คงเหลือ", "end")]
    return [
        Column("ที่", "center", 0.4),
        Column("ประชุมคณะพิจารณาโครงการ", width=1.3),
        Column("วันที่อนุมัติ", width=0.9),
        Column("จังหวัด", width=0.9),
        Column("โครงการ", width=2.6),
        Column("องค์กรชุมชนที่เสนอ", width=1.8),
        Column("งบอนุมัติ", "end"),
        Column("เบิกงวด 1", "end"),
        Column("วันที่โอนงวด 1", width=1.1),
        *(second if both else [Column("คงเหลือเบิกงวด 2", "end")]),
    ]


def _grant_row(i: int, grant: Grant, asking: Asking, *, both: bool) -> list[Cell]:
    held = span(grant.meeting_from, grant.meeting_to)
    day = asking.as_of
    return [
        whole(i),
        f"ครั้งที่ {grant.meeting} วันที่ {held}" if held else f"ครั้งที่ {grant.meeting}",
        on(grant.approved_on),
        "งบภาค" if grant.level == grants.REGION else grant.province,
        grant.project,
        grant.organisation,
        amount(grant.approved),
        amount(grant.paid(day, 1)),
        on(grant.first_on(day)),
        *([amount(grant.paid(day, 2)), on(grant.first_on(day, 2))] if both else []),
        amount(grant.left(day)),
    ]


def _total_row(known: Sequence[Grant], asking: Asking, *, both: bool) -> list[Cell]:
    def added(of: Callable[[Grant], Decimal]) -> Cell:
        return amount(sum((of(one) for one in known), Decimal(0)))

    day = asking.as_of
    blank: list[Cell] = ["", "", "", "รวมทั้งสิ้น", "", ""]
    second = [added(lambda one: one.paid(day, 2)), ""] if both else []
    paid = [added(lambda one: one.approved), added(lambda one: one.paid(day, 1)), "", *second]
    return [*blank, *paid, added(lambda one: one.left(day))]


def summary_paper(asking: Asking, areas: Sequence[str]) -> list[Paper]:
    """T05 and T06: what each project is for, its money, area and gains; then its activities and results."""
    found = []
    for area in areas:
        known = [one for one in grants.read(asking.atlas, asking.viewer, area) if not one.cancelled]
        known = [one for one in known if one.approved_on and one.approved_on <= asking.as_of]
        if known:
            rows = [*(_summary_row(one) for one in known), _summary_total(known)]
            columns = [
                Column("โครงการ", width=2.4), Column("สาระสำคัญ/กิจกรรมโดยสรุป", width=2.6),
                Column("งบประมาณ (บาท)", "end"), Column("พื้นที่ดำเนินการ", width=1.4),
                Column("ผลสำเร็จที่เป็นรูปธรรมและผู้ได้รับผลประโยชน์", width=2.2),
            ]  # fmt: skip
            table = Table(columns, rows, frozenset([len(known)]))
            blocks = [table, *(block for one in known for block in _results(one))]
            found.append(_paper(asking, area, "P14", "สรุปโครงการและผลตามกิจกรรม", blocks))
    return found


def _summary_row(grant: Grant) -> list[Cell]:
    objectives = f"\nวัตถุประสงค์\n{grant.objectives}" if grant.objectives else ""
    done = sum(bool(one.result) for one in grant.activities)
    told = f"มีผลแล้ว {done} จาก {len(grant.activities)} กิจกรรม (ตารางแนบท้าย)" if grant.activities else "–"
    return [
        grant.project + objectives,
        "\n".join(f"{i}. {one.name}" for i, one in enumerate(grant.activities, 1)) or "–",
        amount(grant.approved),
        _where(grant.region if grant.level == grants.REGION else f"จังหวัด{grant.province}", [grant]),
        "\n".join(part for part in (grant.gains, told) if part),
    ]


def _summary_total(known: Sequence[Grant]) -> list[Cell]:
    provinces = {one.province for one in known if one.level != grants.REGION}
    total = sum((one.approved for one in known), Decimal(0))
    return [f"รวม {len(known):,} โครงการ", "", amount(total), _where(f"{len(provinces):,} จังหวัด", known), ""]


def _where(place: str, of: Sequence[Grant]) -> str:
    """A place with the tambons and people that were aimed at, as far as the register says."""
    aims = [
        (sum(one.tambons or 0 for one in of), "ตำบล"), (sum(one.people or 0 for one in of), "คน")
    ]  # fmt: skip
    return " ".join([place, *(f"{n:,} {unit}" for n, unit in aims if n)])


def _results(grant: Grant) -> list[Heading | Table]:
    rows: list[list[Cell]] = [
        [whole(i), one.name, one.result or "ยังไม่ได้รายงาน"] for i, one in enumerate(grant.activities, 1)
    ]
    columns = [
        Column("ลำดับ", "center", 0.3), Column("แผนงาน/กิจกรรม", width=1.6),
        Column("ผลสำเร็จที่เป็นรูปธรรม / ความคืบหน้า", width=3),
    ]  # fmt: skip
    return [Heading(grant.project), Table(columns, rows)] if rows else []


def _paper(asking: Asking, area: str, number_: str, title: str, blocks: Sequence[Block]) -> Paper:
    return Paper(
        title, asking.place(area), f"ณ วันที่ {format_date(asking.as_of, short=False)}", blocks,
        as_of=format_date(asking.as_of), boundary_set=asking.boundary_set, sources=asking.sources(*_FORMS),
        number=number_, landscape=True,
    )  # fmt: skip
