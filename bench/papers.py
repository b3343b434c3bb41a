"""Papers: the forum sheets of a province into PDF, a file a tambon, as ``report`` makes them.

Each household keeps one account a month, of two months, with six lines. The sheets are made one tambon after
the other from figures that are asked of the whole province; the peak of memory is this process's own.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from bench import submissions
from bench.machine import peak_mb
from bench.product import add_boundaries
from bench.report import Row
from forms.instance import InstanceWriter, Meta
from ingest import log
from ingest.access import Viewer
from ingest.atlas import Atlas
from ingest.envelope import read_envelope
from ingest.folder import DataFolder
from ingest.log import Received
from ingest.projecting import follow
from reports.papers import catalogue
from reports.papers.asking import Asking
from thai.periods import parse_period

SECTION = "papers.py: forum sheets of a province into PDF"
_FORM, _MONTHS, _PAPER = "household_account_month", ("2026-09", "2026-10"), "village_forum"
_CATEGORIES = ("rice", "eggs", "vegetable_fruit", "farm_fertiliser", "lottery")
_TAMBONS, _VILLAGES, _HOUSEHOLDS = 165, 10, 6
_BATCH = 2_000


def measure(folder: Path, *, small: bool) -> Iterator[Row]:
    """One row for the time, one for the memory."""
    data = folder / "papers"
    submissions.prepare(data)
    add_boundaries(data, small=small)
    atlas = Atlas(DataFolder(data))
    try:
        tambons, villages = (3, 2) if small else (_TAMBONS, _VILLAGES)
        codes = sorted(code for code in atlas.reference.names if len(code) == 6)
        province = max({code[:2] for code in codes}, key=lambda own: sum(c.startswith(own) for c in codes))
        chosen = [code for code in codes if code.startswith(province)][:tambons]
        _fill(atlas, chosen, villages)
        follow.open_warehouse(atlas)
        yield from _made(atlas, province, chosen, folder / "sheets")
    finally:
        atlas.close()


def _fill(atlas: Atlas, tambons: list[str], villages: int) -> None:
    """Accounts into the log."""
    version = atlas.reference.catalogue.newest(_FORM)
    writer = InstanceWriter(version.xform, version.schema)
    answers = _answers(tambons, villages)
    while batch := list(islice(answers, _BATCH)):
        documents = [writer.write(one, Meta(f"uuid:{uuid.uuid4()}")) for one in batch]
        received = [Received(read_envelope(xml), xml, "phone") for xml in documents]
        with log.writing(atlas.log) as connection:
            log.append(connection, received)


def _answers(tambons: list[str], villages: int) -> Iterator[dict[str, Any]]:
    for code in tambons:
        for moo in range(1, villages + 1):
            for number in range(1, _HOUSEHOLDS + 1):
                for month in _MONTHS:
                    yield _account(code, moo, number, month)


def _account(tambon: str, moo: int, number: int, month: str) -> dict[str, Any]:
    spent = [100 * day + 10 * number + moo for day in range(1, len(_CATEGORIES) + 1)]
    lines: list[dict[str, Any]] = [
        {
            "line_day": day,
            "line_kind": "expense",
            "category": category,
            "necessity": "needed",
            "amount_baht": baht,
        }
        for day, (category, baht) in enumerate(zip(_CATEGORIES, spent, strict=True), 1)
    ]
    lines.append({"line_day": 28, "line_kind": "income", "category": "crop_sale", "amount_baht": 5000})
    household = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{tambon}{moo}{number}"))
    return {
        "consent": "yes", "province": tambon[:2], "amphoe": tambon[:4], "tambon": tambon, "moo": moo,
        "visit_date": f"{month}-28", "account_month": f"{month}-01", "recorded_from": "book",
        "account_state": "checked", "household": household,
        "household_label": f"บ้านเลขที่ {number}", "line_count": len(lines), "income_total": 5000,
        "expense_total": sum(spent), "not_needed_total": 0, "balance": 5000 - sum(spent), "lines": lines,
    }  # fmt: skip


def _made(atlas: Atlas, province: str, tambons: list[str], folder: Path) -> Iterator[Row]:
    viewer, today = Viewer("bench", "administrator", ""), datetime.now(UTC).date()
    asking = Asking(atlas, viewer, max(today, date(2026, 11, 1)), parse_period(_MONTHS[1]), province)
    before, start = peak_mb(), time.perf_counter()
    sheets = [catalogue.write(asking, _PAPER, code, folder / f"{code}.pdf") for code in tambons]
    seconds = time.perf_counter() - start
    made = len(list(folder.glob("*.pdf")))
    if made != len(tambons):
        raise RuntimeError(f"of {len(tambons)} tambons {made} have a file")
    what = f"{sum(sheets):,} forum sheets of {len(tambons)} tambons, a PDF a tambon"
    yield Row(
        SECTION, what, f"{seconds:.1f} s, {seconds / sum(sheets) * 1000:.0f} ms each", "≤ 180 s for 1,650"
    )
    yield Row(
        SECTION, "memory while they are made, above what was used before", f"{peak_mb() - before:,.0f} MB"
    )
