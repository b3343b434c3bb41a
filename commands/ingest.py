"""``ingest files``: what a phone holds, brought by cable, card or stick."""

from __future__ import annotations

import argparse
from typing import Any

from commands.console import Progress
from commands.office import opened_log
from ingest import files
from thai.problem import Text


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Put the files through the log; nothing goes in twice."""
    with opened_log(args.data) as atlas, Progress(Text("นำเข้า", "taking in")) as progress:
        return files.load(atlas, args.paths, progress=lambda done, _total: progress.at(done))


def show(result: dict[str, Any]) -> str:
    """The counts, and what was left where it is."""
    counts = (
        f"✓ รับใหม่ · accepted {result['accepted']:,}   มีแล้ว · duplicates {result['duplicates']:,}"
        f"   กักไว้ตรวจ · quarantined {result['quarantined']:,}   ขัดกัน · conflicts {result['conflicts']:,}"
    )
    left = [f"  - {one['file']}: {one['reason']}" for one in result["skipped"]]
    return "\n".join([counts, *left])
