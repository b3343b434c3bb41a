"""``report``: a paper in Thai, as PDF, Word, Excel or a page."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from commands.asking import an_office, asking
from commands.console import Progress
from reports.papers.catalogue import KINDS
from reports.problems import paper_empty
from thai.codes import parse_area_argument
from thai.problem import Problem, Problems, Text


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Write the file, in the running server or here; an area of many tambons gives a file for each.

    A tambon without data is passed over among many, and refused when it alone was asked for.
    """
    files: list[str] = []
    papers = 0
    with asking(an_office(args.data)) as do:
        parts = do("report_parts", name=args.name, area=args.area, period=args.period)["parts"]
        with Progress(Text("ทำเอกสาร", "making papers"), total=len(parts)) as progress:
            for done, code in enumerate(parts, 1):
                made = _one(do, args, code, alone=len(parts) == 1)
                files += [made["path"]] if made else []
                papers += made["papers"] if made else 0
                progress.at(done, code)
    if not papers:
        raise paper_empty(args.area)
    return {"paper": args.name, "papers": papers, "files": files}


def _one(do: Any, args: argparse.Namespace, code: str, *, alone: bool) -> dict[str, Any] | None:
    path: Path = args.to.absolute()
    if not alone:
        path = path.with_name(f"{path.stem}.{code}{path.suffix}")
    try:
        made: dict[str, Any] = do(
            "report", name=args.name, path=str(path), area=args.area if alone else code, period=args.period,
            account=args.as_email or "", scope="" if alone else parse_area_argument(args.area),
            filtered=args.filtered,
        )  # fmt: skip
    except (Problem, Problems) as refusal:
        found = refusal.problems if isinstance(refusal, Problems) else (refusal,)
        if alone or any(one.code != "paper_empty" for one in found):
            raise
        return None
    return made


def show(result: dict[str, Any]) -> str:
    """How many papers stand where."""
    title = KINDS[result["paper"]].label if result["paper"] in KINDS else Text("", "")
    return f"✓ {title.th} · {title.en} ({result['papers']:,})\n  " + "\n  ".join(result["files"])
