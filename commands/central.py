"""``central``: what an office gives to its project on ODK Central, which it pulls from as well."""

from __future__ import annotations

import argparse
from typing import Any

from commands.asking import an_office, ask

_DONE = {"create": "ใหม่ · new", "update": "รุ่นใหม่ · new version", "same": "มีแล้ว · there already"}


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Publish workbooks, make app users, push decisions; ``--dry-run`` only says what would be done."""
    said: dict[str, Any] = {"number": args.number, "dry_run": args.dry_run}
    if args.action == "publish":
        said["files"] = [str(path.absolute()) for path in args.files]
    elif args.action == "people":
        said |= {"names": args.names, "forms": args.forms}
    else:
        said["ours"] = args.ours
    return ask(an_office(args.data), f"central_{args.action}", **said)


def show(result: dict[str, Any]) -> str:
    """A line a form, a person or a decision."""
    lines = list[str]()
    for one in result.get("forms", []):
        lists = f"   + {', '.join(one['lists'])}" if one["lists"] and one["action"] != "same" else ""
        lines.append(f"{_DONE[one['action']]:<24} {one['form_id']} {one['version']}{lists}")
    for one in result.get("people", []):
        new = "ใหม่ · new" if one["new"] else "มีแล้ว · there already"
        lines.append(f"{one['name']}: {new}, แบบใหม่ · new forms {len(one['forms'])}   {one['qr_png']}")
    for one in result.get("decisions", []):
        mark = "→" if one["action"] == "push" else "≠"
        lines.append(f"{mark} {one['form_id']} {one['instance_id']}: {one['there'] or '–'} → {one['here']}")
    if "pushed" in result:
        lines.append(
            f"✓ ส่งแล้ว · pushed {result['pushed']:,}   ต่างกัน (--ours) · they differ {result['differs']:,}"
            f"   เปลี่ยนที่ต้นทาง ดึงก่อน · changed there, pull first {result['moved']:,}"
        )
    lines = lines or ["ไม่มีอะไรต้องทำ · nothing to do"]
    return "\n".join(["(--dry-run)", *lines] if result["dry_run"] else lines)
