"""P25: what a printed table says against itself, as a paper that goes back to who made it."""

from __future__ import annotations

from datetime import date

from ingest.sheets.model import Document
from reports.consistency.model import Checked, Finding
from reports.consistency.wording import CAUSES, KINDS, WEIGHTS, where
from reports.papers.asking import whole
from reports.papers.model import (
    Block,
    Cell,
    Column,
    Fact,
    Facts,
    Heading,
    Paper,
    Signature,
    Signatures,
    Table,
    Text,
)
from thai.calendar import format_date

_COLUMNS = [
    Column("ที่", "center", 0.4), Column("ช่อง", width=1.1), Column("เรื่องที่พบ", width=2.4),
    Column("พิมพ์ไว้", "end", 1.4), Column("คำนวณได้", "end", 1.4), Column("ต่างกัน", "end", 1.1),
    Column("สาเหตุที่เป็นไปได้", width=2.4),
]  # fmt: skip


def paper(document: Document, checked: Checked, day: date) -> Paper:
    """Every finding of a file with its cell, the surest first; ``day`` is that of the check."""
    by_weight = {weight: [one for one in checked.findings if one.weight == weight] for weight in WEIGHTS}
    blocks: list[Block] = [
        Facts([
            Fact("ตารางที่อ่านได้", f"{len(document.tables):,}"),
            Fact("คำนวณซ้ำแล้วตรงกัน", f"{sum(checked.agreed.values()):,} ช่อง"),
            *(Fact(WEIGHTS[weight].th, f"{len(found):,} เรื่อง") for weight, found in by_weight.items()),
        ])
    ]  # fmt: skip
    for weight, found in by_weight.items():
        if found:
            rows = [_row(number, one) for number, one in enumerate(found, 1)]
            blocks += [Heading(WEIGHTS[weight].th), Table(_COLUMNS, rows)]
    if not checked.findings:
        blocks.append(Text("ไม่พบช่องที่ไม่ลงตัว", strong=True))
    blocks += [
        Text("โปรแกรมไม่แก้ตัวเลขให้ ควรถามผู้จัดทำตารางก่อนใช้"),
        Signatures([Signature("ผู้ตรวจทาน"), Signature("ผู้จัดทำตาราง")]),
    ]
    return Paper(
        "รายงานความสอดคล้องของตาราง", document.name, "", blocks, as_of=format_date(day),
        sources=[document.name], number="P25", landscape=True,
    )  # fmt: skip


def _row(number: int, one: Finding) -> list[Cell]:
    what = KINDS[one.kind].th + (f" ({one.detail})" if one.detail else "")
    apart = f"{one.difference.normalize():+,f}" if one.difference else ""
    causes = ", ".join(CAUSES[cause].th for cause in one.causes)
    return [whole(number), where(one.cell), what, one.printed, one.computed, apart, causes]
