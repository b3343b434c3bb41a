"""``ingest``: what a phone holds, brought by cable or stick, and what other servers hold."""

from __future__ import annotations

import argparse
from typing import Any

from commands.asking import an_office
from commands.console import Progress
from commands.opened_log import opened_log
from ingest import log, sources
from ingest.bringing import bring
from ingest.sheets import load, mapping
from ingest.sheets.suggest import drafts
from ingest.sources import register
from ingest.sources.pull import pull
from thai.problem import Text


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Put what is there through the log; nothing goes in twice."""
    return _ACTIONS[args.action](args)


def _files(args: argparse.Namespace) -> dict[str, Any]:
    if args.suggest:
        return _suggest(args)
    with opened_log(args.data) as atlas, Progress(Text("นำเข้า", "taking in")) as progress:

        def at(done: int, _total: int) -> None:
            progress.at(done)

        if args.mapping:
            own = mapping.read(args.mapping)
            return load.load(atlas, args.paths, own, dry_run=args.dry_run, progress=at)
        return bring(atlas, args.paths, form_id=args.form, dry_run=args.dry_run, progress=at)


def _suggest(args: argparse.Namespace) -> dict[str, Any]:
    with opened_log(args.data) as atlas:
        return {"drafts": [one.text for one in drafts(atlas.reference.catalogue, args.suggest, args.paths)]}


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
    an_office(args.data)
    return _pull(args, lambda connection: register.one(connection, args.number))


def _pull(args: argparse.Namespace, choose: Any) -> dict[str, Any]:
    with opened_log(args.data) as atlas, Progress(Text("ดึงข้อมูล", "pulling")) as progress:
        with log.writing(atlas.log) as connection:
            source = choose(connection)
        remote = sources.connect(source)
        done = pull(atlas, source, remote, whole=args.whole, progress=lambda n, _total: progress.at(n))
        return {"source": source.id, **done}


_FEW = 20
_MARKS = {"new": "+", "again": "=", "conflict": "!"}
_ASIDE = {
    "totals": "เว้นยอดรวม · totals left out",
    "asides": "เว้นบรรทัดที่มีคำเดียวหรือหัวคอลัมน์ซ้ำ · lines of one word, or the headings again",
}
_ACTIONS = {"files": _files, "central": _new, "kobo": _new, "again": _again}


def show(result: dict[str, Any]) -> str:
    """The counts, and what was left where it is."""
    if "drafts" in result:
        return "\n".join(result["drafts"])
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
        if result.get("files_missing"):
            counts += f"   แฟ้มที่ไม่มี · files missing {result['files_missing']:,}"
        left = [_left(one) for one in result["skipped"]]
        left += [
            f"  - {one['table']}: {', '.join(one['missing'])} ?" for one in result.get("passed_over", [])
        ]
        left += [f"  ? {heading}" for heading in result.get("unread", [])]
        if result.get("dry_run"):
            rows = result["rows"]
            new, again, other = (sum(one["outcome"] == name for one in rows) for name in _MARKS)
            counts = (
                f"จะเก็บ · would store {new:,}   มีแล้ว · there already {again:,}"
                f"   ขัดกัน · in conflict {other:,} (--dry-run)"
            )
            left = [*(f"  {_MARKS[one['outcome']]} {one['row']}: {_answers(one)}" for one in rows), *left]
        for name, why in _ASIDE.items():
            if told := result.get(name):
                left += [f"  · {why} ({len(told):,}): {' | '.join(told[:_FEW])}"]
        left += [_known(one) for one in result.get("known", [])]
        left += [_doubt(one) for one in result.get("doubts", [])]
        if result.get("reread"):
            left.append(f"  ↻ {result['reread']:,} แถวอ่านใหม่แทนครั้งก่อน · rows replace their earlier reading")
    return "\n".join([counts, *left])


def _left(one: dict[str, Any]) -> str:
    why = [f"{each['place']}: {each['th']} · {each['en']}" for each in one.get("problems", [])]
    return "\n".join(f"  - {line}" for line in why) or f"  - {one['file']}: {one['reason']}"


def _known(one: dict[str, Any]) -> str:
    return (
        f"  ! {one['rows']:,} แถวเหมือนกับที่มีแล้วจาก · rows are there already from {one['table']}: "
        "ถ้าเป็นตารางเดียวกัน ใช้ name เดิมในไฟล์ --map · if it is the same table, keep its name in --map"
    )


def _doubt(one: dict[str, str]) -> str:
    return (
        f"  ? {one['row']} {one['heading']}: {one['stored']} → {one['taken']} "
        "ปี พ.ศ. สองหลักที่ Excel อ่านผิดหรือไม่ · a Buddhist year of two digits that Excel misread?"
    )


def _answers(one: dict[str, Any]) -> str:
    if one.get("quarantined"):
        return "กักไว้ตรวจ · quarantined"
    return ", ".join(f"{name}={value}" for name, value in one.get("answers", {}).items())
