"""``account``: who may sign in at the office."""

from __future__ import annotations

import argparse
from typing import Any

from commands.asking import an_office
from commands.opened_log import opened_log
from ingest import accounts
from ingest import log as submissions_log
from ingest.access import Viewer


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Add, change, list or disable."""
    return _ACTIONS[args.action](args)


def _add(args: argparse.Namespace) -> dict[str, Any]:
    with opened_log(an_office(args.data)) as atlas, submissions_log.writing(atlas.log) as connection:
        password = accounts.add(connection, args.email, args.role, args.area)
        viewer = accounts.viewer_for(connection, args.email)
        submissions_log.note(connection, "console", "account_add", viewer.role)
    return {**_said(viewer), "password": password}


def _change(args: argparse.Namespace) -> dict[str, Any]:
    with opened_log(an_office(args.data)) as atlas, submissions_log.writing(atlas.log) as connection:
        password = accounts.change(
            connection, args.email, role=args.role, area=args.area, renew=args.password
        )
        viewer = accounts.viewer_for(connection, args.email)
        submissions_log.note(connection, "console", "account_change", viewer.role)
    return {**_said(viewer), **({"password": password} if password else {})}


def _said(viewer: Viewer) -> dict[str, Any]:
    return {"email": viewer.name, "role": viewer.role, "area": viewer.area or "all"}


def _list(args: argparse.Namespace) -> dict[str, Any]:
    with opened_log(an_office(args.data)) as atlas, atlas.log.connect() as connection:
        return {"accounts": accounts.everyone(connection)}


def _disable(args: argparse.Namespace) -> dict[str, Any]:
    with opened_log(an_office(args.data)) as atlas, submissions_log.writing(atlas.log) as connection:
        accounts.disable(connection, args.email)
        submissions_log.note(connection, "console", "account_disable")
    return {"disabled": args.email}


_ACTIONS = {"add": _add, "change": _change, "list": _list, "disable": _disable}


def show(result: dict[str, Any]) -> str:
    """What was made, or a line an account."""
    if "email" in result:
        who = f"{result['email']} · {result['role']} · {result['area']}"
        if "password" not in result:
            return who
        return f"{who}\nรหัสผ่าน · password: {result['password']}   (แสดงครั้งเดียว · shown this once)"
    if "disabled" in result:
        return f"✓ {result['disabled']}: ปิดแล้ว · closed"
    return "\n".join(
        f"{one['email']:<34} {one['role']:<14} {one['area'] or 'all':<8}"
        f"{'ปิด · closed' if one['disabled_at'] else ''}"
        for one in result["accounts"]
    )
