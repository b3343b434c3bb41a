"""``locate``: every row of any file, placed in its tambon; a whole country's records by several workers."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from commands.console import Progress
from commands.opened_log import opened_log
from ingest.areas import boundary_sets, country, locating, set_files
from ingest.problems import not_found
from thai.problem import Text


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Write the located file, or a folder of them; returns the number of features by verdict."""
    with opened_log(args.data) as atlas, atlas.log.connect() as connection:
        chosen = boundary_sets.chosen_set(connection, args.boundary_set)
        lao_set = boundary_sets.in_use(connection).lao
    folder = atlas.folder.boundaries
    names = set_files.area_names(set_files.frame(folder, chosen))
    if args.workers or args.cluster:
        verdicts = _country(args, chosen, lao_set, names, folder)
    else:
        locator = set_files.locator(folder, chosen)
        lao = set_files.locator(folder, lao_set) if lao_set else None
        verdicts = locating.locate_file(args.file, args.to, locator, names, chosen, lao)
    return {"file": str(args.to), "boundary_set": chosen.name, "verdicts": verdicts}


def _country(
    args: argparse.Namespace,
    chosen: boundary_sets.BoundarySet,
    lao_set: boundary_sets.BoundarySet | None,
    names: dict[str, dict[str, str]],
    folder: Path,
) -> dict[str, int]:
    if not args.file.is_file():
        raise not_found(args.file)
    index, lao_index = (str(set_files.index_file(folder, one)) if one else "" for one in (chosen, lao_set))
    job = country.Job(str(args.file.resolve()), str(args.to.resolve()), chosen, index, lao_index, names)
    with Progress(Text("หาตำบล", "locating")) as progress:
        return country.locate_country(
            job, workers=args.workers or 0, cluster=args.cluster or "",
            progress=lambda done, _total: progress.at(done),
        )  # fmt: skip


def show(result: dict[str, Any]) -> str:
    """How many lie where, and which boundaries say so."""
    counts = "   ".join(f"{verdict} {number:,}" for verdict, number in sorted(result["verdicts"].items()))
    return f"✓ {result['file']} · {result['boundary_set']}\n  {counts}"
