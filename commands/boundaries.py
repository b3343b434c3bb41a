"""``boundaries``: the named, dated, sourced sets that everything is joined with."""

from __future__ import annotations

import argparse
import math
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from commands.asking import an_office
from commands.console import Progress
from commands.opened_log import opened_log
from geo import boundaries, crosswalk
from geo.boundaries import BoundaryTable
from ingest import log as submissions_log
from ingest.areas import boundary_sets, comparing, fetch, set_files
from ingest.areas.boundary_sets import Provenance
from ingest.folder import DataFolder
from ingest.problems import not_found
from thai.calendar import parse_date
from thai.codes import parse_area_argument
from thai.problem import Problem, Text


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Add a file, list the sets, or fetch the national set."""
    return _ACTIONS[args.action](args)


def _add(args: argparse.Namespace) -> dict[str, Any]:
    if not args.file.exists():
        raise not_found(args.file)
    table = boundaries.read(
        args.file,
        args.level,
        crs=args.crs,
        encoding=args.encoding,
        layer=args.layer,
        code_column=args.code_column,
        codes_from=_table(args.data, args.codes_from, args.level) if args.codes_from else None,
        buffer_m=args.buffer_m,
    )
    return _keep(
        args.data, table, args.file, _provenance(args), name=args.boundary_set or args.file.stem,
        use=args.use,
    )  # fmt: skip


def _provenance(args: argparse.Namespace) -> Provenance:
    """What the caller says about the set; days may be written in the Buddhist Era."""
    return Provenance(
        published=_day(args.published),
        source=args.source or args.file.name,
        licence=args.licence or "",
        valid_from=_day(args.valid_from),
        valid_to=_day(args.valid_to),
        agency=args.agency or "",
        scale=args.scale or 0,
        legal_status=args.legal_status or "",
    )


def _day(text: str | None) -> str:
    return parse_date(text).isoformat() if text else ""


def _table(data: Path, given: str, level: str | None) -> BoundaryTable:
    with opened_log(data) as atlas, atlas.log.connect() as connection:
        return comparing.table_of(connection, atlas.folder.boundaries, given, level)


def _keep(
    data: Path,
    table: BoundaryTable,
    file: Path,
    provenance: Provenance,
    *,
    name: str,
    use: bool = False,
) -> dict[str, Any]:
    nesting = _nesting(data, table, name, file.name)
    sha256 = set_files.keep(DataFolder(data).create().boundaries, table)
    with opened_log(data) as atlas, submissions_log.writing(atlas.log) as connection:
        noticed = [*table.report, *nesting]
        joined = boundary_sets.add(connection, table, sha256, provenance, name=name, report=noticed)
        if use:
            joined = boundary_sets.choose(connection, name).name == name
        submissions_log.note(connection, "console", "boundaries_add", name)
        kept = next(
            one for one in boundary_sets.listed(connection) if (one.name, one.level) == (name, table.level)
        )
    return {
        "added": asdict(kept),
        "schema": table.schema,
        "default": joined,
        "report": [problem.as_dict() for problem in noticed],
    }


def _nesting(data: Path, table: BoundaryTable, name: str, file: str) -> list[Problem]:
    """How a new level fits the other levels that its set has already."""
    report: list[Problem] = []
    with opened_log(data) as atlas, atlas.log.connect() as connection:
        for one in boundary_sets.listed(connection):
            if one.name == name and one.level != table.level:
                other = BoundaryTable(one.level, set_files.frame(atlas.folder.boundaries, one))
                report += boundaries.nesting(table, other, file) + boundaries.nesting(other, table, file)
    return report


def _list(args: argparse.Namespace) -> dict[str, Any]:
    with opened_log(an_office(args.data)) as atlas, atlas.log.connect() as connection:
        default = boundary_sets.default_name(connection)
        listed = boundary_sets.listed(connection)
    return {"boundary_sets": [asdict(one) | {"default": one.name == default} for one in listed]}


def _use(args: argparse.Namespace) -> dict[str, Any]:
    with opened_log(an_office(args.data)) as atlas, submissions_log.writing(atlas.log) as connection:
        before = boundary_sets.default_name(connection)
        chosen = boundary_sets.choose(connection, args.boundary_set)
        submissions_log.note(connection, "console", "boundaries_use", chosen.name)
    return {"default": asdict(chosen), "before": before}


def _compare(args: argparse.Namespace) -> dict[str, Any]:
    old, new = (_table(args.data, given, args.level) for given in (args.old, args.new))
    changes = comparing.compare(old, new, parse_area_argument(args.area))
    kept: dict[str, str] = {}
    if args.keep_codes:
        with opened_log(args.data) as atlas, submissions_log.writing(atlas.log) as connection:
            boundary_sets.chosen_set(connection, args.new)
            kept = comparing.keep_codes(connection, changes, args.new)
    rows = [asdict(one) for one in changes]
    for row in rows:
        for share in ("of_old", "of_new"):
            row[share] = None if math.isnan(row[share]) else row[share]
    return {
        "old": args.old, "new": args.new, "level": old.level, "counts": crosswalk.counts(changes),
        "changes": rows, "codes_kept": kept,
    }  # fmt: skip


def _fetch(args: argparse.Namespace) -> dict[str, Any]:
    folder = DataFolder(args.data).create()
    base_url = os.environ.get("TAMBON_HDX_URL") or fetch.HDX_URL
    with Progress(Text("ดาวน์โหลด", "downloading")) as progress:
        fetched = fetch.fetch(folder.path / "downloads", base_url=base_url, progress=progress.at)
    added = [
        _keep(args.data, boundaries.read(one.path), one.path,
              Provenance(one.published, one.source, one.licence), name=fetch.DATASET)
        for one in fetched
    ]  # fmt: skip
    return {"fetched": added}


_ACTIONS = {"add": _add, "list": _list, "use": _use, "compare": _compare, "fetch": _fetch}


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
        lines += [f"    {fact}" for fact in _facts(one)]
    if "changes" in result:
        lines += _differences(result)
    if "before" in result:
        lines.append(f"✓ {result['before']} → {result['default']['name']}")
    return "\n".join(lines)


def _facts(one: dict[str, Any]) -> list[str]:
    """Where a set comes from, when it holds and what it can carry, as far as that was said."""
    period = f"{one['valid_from'] or '…'} – {one['valid_to'] or '…'}"
    scale = f"1:{one['scale']:,}" if one["scale"] else ""
    facts = {
        "ใช้ได้ · valid": period if one["valid_from"] or one["valid_to"] else "",
        "ที่มา · source": one["source"],
        "สัญญาอนุญาต · licence": one["licence"],
        "หน่วยงาน · agency": " ".join(part for part in (one["agency"], scale) if part),
        "สถานะทางกฎหมาย · legal status": one["legal_status"],
        "sha256": one["sha256"][:16],
    }
    return [f"{name}: {value}" for name, value in facts.items() if value]


def _differences(result: dict[str, Any]) -> list[str]:
    """How many areas became what, and all that did not stay the same."""
    counts = "   ".join(f"{kind} {n:,}" for kind, n in result["counts"].items())
    lines = [f"{result['old']} → {result['new']} ({result['level']}): {counts}"]
    for one in result["changes"]:
        if one["kind"] != crosswalk.SAME:
            shares = " / ".join("?" if one[s] is None else f"{one[s]:.1%}" for s in ("of_old", "of_new"))
            before, after = (
                f"{one['old']} {one['old_name']}".strip(),
                f"{one['new']} {one['new_name']}".strip(),
            )
            lines.append(f"  {one['kind']:<8} {before or '–'} → {after or '–'}   {shares}")
    if result["codes_kept"]:
        lines.append(f"✓ รหัสเดิมที่ยังใช้ได้ · former codes kept: {len(result['codes_kept'])}")
    return lines
