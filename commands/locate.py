"""``locate``: every row of any file, placed in its tambon."""

from __future__ import annotations

import argparse
from typing import Any

from commands.office import opened_log
from ingest import boundary_sets, locating


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Write the located file; returns the number of features by verdict."""
    with opened_log(args.data) as atlas, atlas.log.connect() as connection:
        chosen = boundary_sets.chosen_set(connection, args.boundary_set)
        lao_set = boundary_sets.in_use(connection).lao
    folder = atlas.folder.boundaries
    locator = boundary_sets.locator(folder, chosen)
    lao = boundary_sets.locator(folder, lao_set) if lao_set else None
    names = boundary_sets.area_names(boundary_sets.frame(folder, chosen))
    verdicts = locating.locate_file(args.file, args.to, locator, names, chosen, lao)
    return {"file": str(args.to), "boundary_set": chosen.name, "verdicts": verdicts}


def show(result: dict[str, Any]) -> str:
    """How many lie where, and which boundaries say so."""
    counts = "   ".join(f"{verdict} {number:,}" for verdict, number in sorted(result["verdicts"].items()))
    return f"✓ {result['file']} · {result['boundary_set']}\n  {counts}"
