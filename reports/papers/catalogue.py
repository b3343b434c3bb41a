"""The papers by name: what each is called, for which areas it is made, and how it is written to a file."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from reports import problems
from reports.papers import (
    dockets,
    enterprise,
    excel,
    framework,
    grants,
    household,
    pdf,
    plans,
    programme,
    registers,
    scorecards,
    tambon_accounts,
    village_forum,
    web,
    word,
)
from reports.papers.asking import Asking
from reports.papers.model import Paper
from reports.programmes import programmes
from thai.problem import Text

Build = Callable[[Asking, Sequence[str]], list[Paper]]
Write = Callable[[Sequence[Paper], Path], None]

_DIGITS = {"country": 0, "province": 2, "amphoe": 4, "tambon": 6, "village": 8}


@dataclass(frozen=True, slots=True)
class Kind:
    """One paper. ``level`` is the smallest area it can be asked of, ``up_to`` the largest for one file.

    One that ``lists`` the records of its form is cut by a filter on them; others are of all records.
    """

    name: str
    number: str
    label: Text
    level: str
    up_to: str
    build: Build
    forms: tuple[str, ...]
    lists: bool = False


_GRANTS = ("grant_project", "grant_disbursement")

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("village_forum", "P02", Text("ใบคืนข้อมูลเวทีหมู่บ้าน", "Village forum sheet"), "village", "tambon",
             village_forum.build, village_forum.FORMS),
        Kind("household_statement", "P01", Text("บัญชีของบ้านเรา", "Household statement"), "village",
             "tambon", household.build, household.FORMS),
        Kind("enterprise_statement", "P04", Text("กำไรขาดทุนของกิจการ", "Enterprise statement"), "village",
             "tambon", enterprise.build, (enterprise.ENTERPRISE,)),
        Kind("tambon_accounts", "P03", Text("สรุปบัญชีครัวเรือนของตำบล", "Tambon accounts"), "tambon", "tambon",
             tambon_accounts.accounts, (tambon_accounts.ACCOUNTS,)),
        Kind("crop_costs", "P05", Text("ต้นทุนการผลิตต่อไร่", "Cost per rai"), "tambon", "tambon",
             tambon_accounts.crops, (tambon_accounts.CROPS,)),
        Kind("water_balance", "P06", Text("สมดุลน้ำของตำบล", "Water balance"), "tambon", "tambon",
             tambon_accounts.water, (tambon_accounts.WATER,)),
        Kind("agreement_sheet", "P07", Text("ข้อตกลงการใช้น้ำ", "Water agreement"), "village", "tambon",
             dockets.agreements, (dockets.AGREEMENT,), lists=True),
        Kind("land_docket", "P08", Text("แฟ้มกรณีที่ดิน", "Land docket"), "village", "tambon",
             dockets.cases, (dockets.CASE,), lists=True),
        Kind("plan_book", "P09", Text("แผนชุมชน", "Community plan book"), "village", "province", plans.book,
             plans.PLAN_FORMS),
        Kind("demand_supply", "P10", Text("จับคู่ความต้องการกับงบประมาณ", "Demand and supply"), "village",
             "province", plans.matrix, plans.MATRIX_FORMS),
        Kind("raised_projects", "P11", Text("โครงการที่ยกระดับสู่แผนจังหวัด", "Projects in the provincial plan"),
             "tambon", "country", plans.raised, (plans.PROJECTS,)),
        Kind("codi_status", "P14", Text("สรุปสถานะทุน", "Grants: status"), "province", "country",
             grants.status_paper, _GRANTS),
        Kind("codi_disbursement", "P15", Text("รายละเอียดการเบิกจ่ายทุน", "Grants: disbursement"), "province",
             "country", grants.disbursement_paper, _GRANTS),
        Kind("grant_summary", "P14", Text("สรุปโครงการและผลตามกิจกรรม", "Grants: what for, and results"),
             "province", "country", grants.summary_paper, _GRANTS),
        Kind("framework", "T07", Text("กรอบแนวทางพัฒนาผู้นำ", "Frame of leader development"), "tambon",
             "country", framework.build, framework.FORMS),
        Kind("sii", "P19", Text("ทบทวน คน กลไก ข้อมูล (S-I-I)", "S-I-I tables"), "tambon", "tambon",
             scorecards.sii, scorecards.SII_FORMS),
        Kind("scorecard", "P20", Text("ผลประเมินตนเองของตำบล", "Tambon scorecard"), "tambon", "tambon",
             scorecards.scorecard, (scorecards.ASSESSMENT,)),
        *(Kind(one.name, one.number, one.label, "village", "country", partial(registers.build, one),
               (one.form,), lists=bool(one.columns)) for one in registers.REGISTERS),
        *(Kind(f"programme_{name}", "P12", Text(one.title["th"], one.title["en"]), "tambon", "country",
               partial(programme.build, name), ()) for name, one in programmes().items()),
    )
}  # fmt: skip
"""Every paper by its name."""

WRITERS: dict[str, Write] = {
    "pdf": pdf.to_pdf,
    "docx": word.to_docx,
    "xlsx": excel.to_xlsx,
    "html": web.to_html,
}


def kind_of(name: str) -> Kind:
    """A paper by its name or number; raises ``paper_unknown``."""
    wanted = name.casefold()
    found = next((one for one in KINDS.values() if wanted in (one.name, one.number.casefold())), None)
    if found is None:
        raise problems.paper_unknown(name, KINDS)
    return found


def write(asking: Asking, name: str, area: str, path: Path) -> int:
    """Write all papers of an area into one file, whose ending says its kind; returns how many they are.

    An older file stays until the new one is whole. Raises ``paper_unknown``, ``paper_kind``, ``paper_level``
    or ``paper_empty``.
    """
    kind, writer = kind_of(name), _writer(path)
    papers = papers_of(asking, kind, area)
    _save(papers, writer, path)
    return len(papers)


def write_papers(papers: Sequence[Paper], path: Path) -> None:
    """Write papers that are made already, as :func:`write` does; raises ``paper_kind``."""
    _save(papers, _writer(path), path)


def _writer(path: Path) -> Write:
    ending = path.suffix.lower().removeprefix(".")
    if ending not in WRITERS:
        raise problems.paper_kind(path.name)
    return WRITERS[ending]


def _save(papers: Sequence[Paper], writer: Write, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".report-") as folder:
        half = Path(folder) / path.name
        writer(papers, half)
        half.replace(path)


def papers_of(asking: Asking, kind: Kind, area: str) -> list[Paper]:
    """All papers within an area; raises ``paper_level`` or ``paper_empty``."""
    papers = [paper for _, areas in batches(asking, kind, area) for paper in kind.build(asking, areas)]
    if not papers:
        raise problems.paper_empty(asking.place(area))
    return papers


def batches(asking: Asking, kind: Kind, area: str) -> list[tuple[str, list[str]]]:
    """The files that papers of an area are written to: each a code and the areas of its papers.

    One file holds what ``up_to`` covers (all villages of a tambon); a larger area is written tambon by
    tambon, so that memory stays bounded. Raises ``paper_level`` for an area smaller than the paper is of.
    """
    least, most = _DIGITS[kind.level], _DIGITS[kind.up_to]
    if len(area) > least:
        raise problems.paper_level(kind.name, area, Text(f"รหัสพื้นที่ {least} หลัก", f"a code of {least} digits"))
    if len(area) >= most:
        return [(area, [area])]
    names = asking.atlas.reference.names
    return [(code, [code]) for code in sorted(names) if len(code) == most and code.startswith(area)]
