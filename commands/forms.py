"""``forms``: check, publish, withdraw and list survey forms."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from commands.office import opened_log
from forms.catalog import workbooks
from forms.compile import compile_workbook
from ingest import log as submissions_log
from ingest import published
from ingest.problems import not_found


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Do one of the four actions; each returns what it found or changed."""
    return _ACTIONS[args.action](args)


def _check(args: argparse.Namespace) -> dict[str, Any]:
    checked = []
    for path in args.files or workbooks():
        form = compile_workbook(_bytes(path), file_name=path.name)
        checked.append(
            {
                "file": str(path),
                "form_id": form.form_id,
                "version": form.version,
                "warnings": list(form.warnings),
            }
        )
    return {"checked": checked}


def _bytes(path: Path) -> bytes:
    if not path.is_file():
        raise not_found(path)
    return path.read_bytes()


def _publish(args: argparse.Namespace) -> dict[str, Any]:
    with opened_log(args.data) as atlas, submissions_log.writing(atlas.log) as connection:
        forms = [published.publish(connection, path, atlas.attachments) for path in args.files or workbooks()]
        return {"published": [{"form_id": form.form_id, "version": form.version} for form in forms]}


def _withdraw(args: argparse.Namespace) -> dict[str, Any]:
    with opened_log(args.data) as atlas, submissions_log.writing(atlas.log) as connection:
        for form_id in args.forms:
            published.withdraw(connection, form_id)
    return {"withdrawn": list(args.forms)}


def _list(args: argparse.Namespace) -> dict[str, Any]:
    with opened_log(args.data) as atlas:
        catalogue = atlas.reference.catalogue
    return {
        "forms": [
            {
                "form_id": form_id,
                "version": catalogue.offered[form_id],
                "title": catalogue.newest(form_id).title,
                "open": form_id not in catalogue.withdrawn,
                "versions": sorted(version for known, version in catalogue.versions if known == form_id),
            }
            for form_id in catalogue.form_ids
        ]
    }


_ACTIONS = {"check": _check, "publish": _publish, "withdraw": _withdraw, "list": _list}


def show(result: dict[str, Any]) -> str:
    """A line a form."""
    lines = []
    for one in result.get("checked", []):
        lines.append(f"✓ {one['file']}: {one['form_id']} {one['version']}")
        lines += [f"  ! {warning}" for warning in one["warnings"]]
    lines += [f"✓ {one['form_id']} {one['version']}" for one in result.get("published", [])]
    lines += [f"✓ {form_id}: ปิดแล้ว · withdrawn" for form_id in result.get("withdrawn", [])]
    for one in result.get("forms", []):
        state = "" if one["open"] else "  (ปิด · withdrawn)"
        lines.append(f"{one['form_id']:<24} {one['version']:<14} {one['title'].get('th', '')}{state}")
    return "\n".join(lines)
