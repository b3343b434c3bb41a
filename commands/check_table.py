"""``check-table``: recompute a printed table and say what in it does not agree. Needs no data folder."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import Any

from reports.consistency.engine import check_file
from reports.consistency.wording import WEIGHTS, outcome
from reports.papers import catalogue, table_check
from thai.calendar import bangkok


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Read and recompute; the file is not changed. Findings are a result and no refusal."""
    document, checked = check_file(args.file)
    if args.to:
        day = bangkok(datetime.now(UTC)).date()
        catalogue.write_papers([table_check.paper(document, checked, day)], args.to)
    return outcome(document, checked) | ({"paper": str(args.to)} if args.to else {})


def show(result: dict[str, Any]) -> str:
    """What agrees in one line, then a line a finding in each language."""
    agreed = sum(result["agreed"].values())
    lines = [
        f"{result['file']}: {result['tables']} ตาราง · tables, "
        f"ตรงกัน {agreed:,} ช่อง · cells agree, พบ {len(result['findings'])} เรื่อง · findings"
    ]
    for one in result["findings"]:
        weight = WEIGHTS[one["weight"]]
        lines += [f"\n[{weight.th} · {weight.en}]", f"  {one['th']}", f"  {one['en']}"]
    lines += [f"\n✓ {result['paper']}"] if "paper" in result else []
    return "\n".join(lines)
