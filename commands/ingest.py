"""``ingest``: what a phone holds, brought by cable or stick, and what other servers hold."""

from __future__ import annotations

import argparse
from typing import Any

from commands.console import Progress
from commands.office import opened_log
from ingest import files, log, sources
from ingest.sources import register
from ingest.sources.pull import pull
from thai.problem import Text


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Put what is there through the log; nothing goes in twice."""
    return _ACTIONS[args.action](args)


def _files(args: argparse.Namespace) -> dict[str, Any]:
    with opened_log(args.data) as atlas, Progress(Text("นำเข้า", "taking in")) as progress:
        return files.load(atlas, args.paths, progress=lambda done, _total: progress.at(done))


def _new(args: argparse.Namespace) -> dict[str, Any]:
    """Pull from a server and remember it, so that the page *Sources* and a schedule can do it again."""
    central = args.action == "central"
    secret = args.config if central else args.token_file
    where = {"project": args.project, "form_id": args.form} if central else {"form_id": args.asset}
    return _pull(
        args,
        lambda connection: register.remember(
            connection,
            args.action,
            args.url,
            secret_file=str(secret.expanduser().absolute()) if secret else "",
            every_minutes=args.every,
            **where,
        ),
    )


def _again(args: argparse.Namespace) -> dict[str, Any]:
    return _pull(args, lambda connection: register.one(connection, args.number))


def _pull(args: argparse.Namespace, choose: Any) -> dict[str, Any]:
    with opened_log(args.data) as atlas, Progress(Text("ดึงข้อมูล", "pulling")) as progress:
        with log.writing(atlas.log) as connection:
            source = choose(connection)
        remote = sources.connect(source)
        done = pull(atlas, source, remote, whole=args.whole, progress=lambda n, _total: progress.at(n))
        return {"source": source.id, **done}


_ACTIONS = {"files": _files, "central": _new, "kobo": _new, "again": _again}


def show(result: dict[str, Any]) -> str:
    """The counts, and what was left where it is."""
    counts = (
        f"✓ รับใหม่ · accepted {result['accepted']:,}   มีแล้ว · duplicates {result['duplicates']:,}"
        f"   ขัดกัน · conflicts {result['conflicts']:,}"
    )
    if "source" in result:
        counts += (
            f"   แฟ้ม · files {result['files']:,}   แฟ้มที่ยังไม่มา · files missing {result['files_missing']:,}"
            f"   ถูกลบที่ต้นทาง · deleted there {result['deleted']:,}"
        )
        left = [f"  ✗ {one.get('form_id', '')}: {one['th']} · {one['en']}" for one in result["problems"]]
    else:
        counts += f"   กักไว้ตรวจ · quarantined {result['quarantined']:,}"
        left = [f"  - {one['file']}: {one['reason']}" for one in result["skipped"]]
    return "\n".join([counts, *left])
