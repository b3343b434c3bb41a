"""``check-table``: recompute a printed table and say what in it does not agree. Needs no data folder."""

from __future__ import annotations

import argparse
from typing import Any

from reports.consistency.engine import check_file
from reports.consistency.wording import WEIGHTS, outcome


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Read and recompute; the file is not changed. Findings are a result and no refusal."""
    return outcome(*check_file(args.file))


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
    return "\n".join(lines)
