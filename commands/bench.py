"""``bench``: measure this machine, print the figures as they come and write them to ``bench/RESULTS.md``."""

from __future__ import annotations

import argparse
import dataclasses
import tempfile
from pathlib import Path
from typing import Any

from bench import (
    acceptance,
    country,
    exports,
    machine,
    numbers,
    papers,
    places,
    projection,
    pull,
    report,
    rivals,
    sheets,
    viewers,
    visible,
)
from bench import map as map_page

_PARTS = {
    "acceptance": acceptance,
    "projection": projection,
    "visible": visible,
    "map": map_page,
    "viewers": viewers,
    "rivals": rivals,
    "places": places,
    "country": country,
    "papers": papers,
    "exports": exports,
    "numbers": numbers,
    "pull": pull,
    "sheets": sheets,
}


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Measure all parts, or those named. Only a whole run of full size is written down.

    The data measured with lie for that time in a folder of their own on the disk of ``--data``.
    """
    args.data.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=args.data) as folder:
        here = machine.describe(Path(folder))
        print("\n".join(here.lines()), flush=True)
        rows = [
            row
            for part in args.parts or _PARTS
            for row in report.printed(_PARTS[part].measure(Path(folder), small=args.small))
        ]
    written = not args.small and not args.parts
    if written:
        report.RESULTS.write_text(report.markdown(here, rows), encoding="utf-8")
    return {
        "machine": dataclasses.asdict(here),
        "rows": [dataclasses.asdict(row) for row in rows],
        "written": str(report.RESULTS) if written else "",
    }


def show(result: dict[str, Any]) -> str:
    """Where the figures went; they were printed as they came."""
    if result["written"]:
        return f"\n✓ {result['written']}"
    return "\nบันทึกเฉพาะการวัดเต็มชุด · only a whole run is written to RESULTS.md"
