"""``enumerator``: people with phones, their tokens and QR codes."""

from __future__ import annotations

import argparse
from typing import Any

from commands.asking import an_office, running
from commands.opened_log import opened_log
from ingest import log as submissions_log
from ingest.field import enumerators, offers
from ingest.folder import DataFolder
from streamlit_app.server.addresses import addresses

_DEFAULT_PORT = 8080


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Add, list or revoke."""
    return _ACTIONS[args.action](args)


def _add(args: argparse.Namespace) -> dict[str, Any]:
    base_url = args.url or _phones_url(args)
    with opened_log(an_office(args.data)) as atlas, submissions_log.writing(atlas.log) as connection:
        one = enumerators.add(connection, args.name, args.area)
        if args.forms:
            offers.choose(connection, one.id, args.forms, atlas.reference.catalogue)
        enumerators.remember_address(connection, one, base_url)
        submissions_log.note(connection, "console", "enumerator_add", f"enumerator {one.id}")
    url = enumerators.server_url(base_url, one.token)
    path = enumerators.write_qr(DataFolder(args.data).qr_codes, url, one.name)
    return {
        "name": one.name,
        "area": one.area or "all",
        "server_url": url,
        "fill_url": enumerators.fill_url(base_url, one.token),
        "qr_png": str(path.absolute()),
    }


def _phones_url(args: argparse.Namespace) -> str:
    server = running(args.data)
    return str(server["phones_url"]) if server else addresses("0.0.0.0", _DEFAULT_PORT)[0]  # noqa: S104 - all


def _list(args: argparse.Namespace) -> dict[str, Any]:
    with opened_log(an_office(args.data)) as atlas, atlas.log.connect() as connection:
        known = enumerators.everyone(connection)
    shown = ("name", "area", "created_at", "revoked_at")
    return {"enumerators": [{name: getattr(one, name) for name in shown} for one in known]}


def _revoke(args: argparse.Namespace) -> dict[str, Any]:
    with opened_log(an_office(args.data)) as atlas, submissions_log.writing(atlas.log) as connection:
        enumerators.revoke(connection, args.name)
        submissions_log.note(connection, "console", "enumerator_revoke")
    return {"revoked": args.name}


_ACTIONS = {"add": _add, "list": _list, "revoke": _revoke}


def show(result: dict[str, Any]) -> str:
    """What was made, or a line a person."""
    if "qr_png" in result:
        return "\n".join(
            [
                f"ผู้เก็บข้อมูล · enumerator: {result['name']} ({result['area']})",
                f"QR: {result['qr_png']}",
                "สแกนจาก ODK Collect: ตั้งค่าด้วย QR · scan it in ODK Collect: Configure with QR code",
                f"iPhone / เบราว์เซอร์ · browser: {result['fill_url']}",
            ]
        )
    if "revoked" in result:
        return f"✓ {result['revoked']}: ยกเลิกแล้ว · revoked"
    return "\n".join(
        f"{one['name']:<30} {one['area'] or 'all':<8} {'ยกเลิก · revoked' if one['revoked_at'] else ''}"
        for one in result["enumerators"]
    )
