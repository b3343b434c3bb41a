"""``boundaries``: the named, dated, sourced sets that everything is joined with."""

from __future__ import annotations

import argparse
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from commands.console import Progress
from commands.office import opened_log
from geo import boundaries
from ingest import boundary_sets, fetch
from ingest import log as submissions_log
from ingest.folder import DataFolder
from ingest.problems import not_found
from thai.problem import Text


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Add a file, list the sets, or fetch the national set."""
    return _ACTIONS[args.action](args)


def _add(args: argparse.Namespace) -> dict[str, Any]:
    if not args.file.exists():
        raise not_found(args.file)
    return _keep(args.data, args.file, name=args.boundary_set or args.file.stem, level=args.level,
                 published=args.published or "", source=args.source or args.file.name)  # fmt: skip


def _keep(
    data: Path, file: Path, *, name: str, level: str | None, published: str, source: str, licence: str = ""
) -> dict[str, Any]:
    table = boundaries.read(file, level)
    with opened_log(data) as atlas, submissions_log.writing(atlas.log) as connection:
        joined = boundary_sets.add(
            connection,
            atlas.folder.boundaries,
            table,
            name=name,
            published=published,
            source=source,
            licence=licence,
        )
        submissions_log.note(connection, "console", "boundaries_add", name)
        kept = next(
            one for one in boundary_sets.listed(connection) if (one.name, one.level) == (name, table.level)
        )
    return {
        "added": asdict(kept),
        "default": joined,
        "report": [problem.as_dict() for problem in table.report],
    }


def _list(args: argparse.Namespace) -> dict[str, Any]:
    with opened_log(args.data) as atlas, atlas.log.connect() as connection:
        default = boundary_sets.default_name(connection)
        listed = boundary_sets.listed(connection)
    return {"boundary_sets": [asdict(one) | {"default": one.name == default} for one in listed]}


def _fetch(args: argparse.Namespace) -> dict[str, Any]:
    folder = DataFolder(args.data).create()
    base_url = os.environ.get("TAMBON_HDX_URL") or fetch.HDX_URL
    with Progress(Text("ดาวน์โหลด", "downloading")) as progress:
        fetched = fetch.fetch(folder.path / "downloads", base_url=base_url, progress=progress.at)
    added = [
        _keep(args.data, one.path, name=fetch.DATASET, level=None, published=one.published, source=one.source,
              licence=one.licence)
        for one in fetched
    ]  # fmt: skip
    return {"fetched": added}


_ACTIONS = {"add": _add, "list": _list, "fetch": _fetch}


def show(result: dict[str, Any]) -> str:
    """A line a set, with what was noticed in a new one."""
    lines = []
    for one in [result] if "added" in result else result.get("fetched", []):
        kept = one["added"]
        lines.append(
            f"✓ {kept['name']} ({kept['level']}): {kept['features']:,}  sha256 {kept['sha256'][:16]}"
        )
        lines.append(f"  ที่มา · source: {kept['source']}   สัญญาอนุญาต · licence: {kept['licence'] or '?'}")
        lines += [f"  ! {noticed['th']} · {noticed['en']}" for noticed in one["report"]]
    for one in result.get("boundary_sets", []):
        mark = "*" if one["default"] else " "
        drawing = "  ภาพวาด ไม่ใช่ขอบเขต · a drawing" if one["drawing"] else ""
        lines.append(
            f"{mark} {one['name']:<24} {one['level']:<9} {one['features']:>6,} {one['published']}{drawing}"
        )
    return "\n".join(lines)
