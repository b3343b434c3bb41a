"""``forms``: check, publish, withdraw, list, begin and build survey forms; show them in browsers."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from commands import web_engine
from commands.asking import an_office, ask
from commands.opened_log import opened_log
from forms import builds, check, starter
from forms.catalog import workbooks
from ingest import form_check, published
from ingest import log as submissions_log
from ingest.folder import DataFolder
from ingest.problems import file_exists, not_found
from ingest.published import Catalogue
from thai.problem import Problems


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Do one of the actions; each returns what it found or changed."""
    return _ACTIONS[args.action](args)


def _check(args: argparse.Namespace) -> dict[str, Any]:
    """All findings of all workbooks at once; mistakes are raised together at the end."""
    catalogue = _catalogue(args.data)
    checked = []
    for path in args.files or workbooks():
        workbook, files = _bytes(path), check.beside(path)
        found = check.check_workbook(workbook, file_name=path.name, files=files)
        if catalogue is not None:
            found = form_check.with_office(found, workbook, path.name, catalogue, files)
        checked.append((path, found))
    mistakes = [problem for _, found in checked for problem in found.errors]
    if mistakes:
        raise Problems(mistakes)
    return {"checked": [{"file": str(path), **check.as_dict(found)} for path, found in checked]}


def _catalogue(data: Path) -> Catalogue | None:
    """What this office has published, where there is an office yet."""
    if not DataFolder(data).log.is_file():
        return None
    with opened_log(data) as atlas:
        return atlas.reference.catalogue


def _bytes(path: Path) -> bytes:
    if not path.is_file():
        raise not_found(path)
    return path.read_bytes()


def _new(args: argparse.Namespace) -> dict[str, Any]:
    path = args.to or Path(f"{args.name}.xlsx")
    if path.exists():
        raise file_exists(path)
    path.write_bytes(starter.workbook(args.name))
    return {"written": [str(path)]}


def _build(args: argparse.Namespace) -> dict[str, Any]:
    """Workbook and XForm of both builds, each in a folder with the lists that go beside it."""
    written: list[str] = []
    for path in args.files or workbooks():
        for build in builds.builds(_bytes(path), file_name=path.name):
            folder = args.to / build.variant / build.form.form_id
            folder.mkdir(parents=True, exist_ok=True)
            files = {
                f"{build.form.form_id}.xlsx": build.workbook,
                f"{build.form.form_id}.xml": build.form.xform,
            }
            for name, content in files.items():
                (folder / name).write_bytes(content)
                written.append(str(folder / name))
            asked = {"names": list(build.lists), "folder": str(folder.absolute()), "area": args.area or ""}
            written += ask(args.data, "write_lists", **asked)["written"]
    return {"written": written}


def _publish(args: argparse.Namespace) -> dict[str, Any]:
    with opened_log(args.data) as atlas, submissions_log.writing(atlas.log) as connection:
        forms = [published.publish(connection, path, atlas.attachments) for path in args.files or workbooks()]
        return {"published": [{"form_id": form.form_id, "version": form.version} for form in forms]}


def _withdraw(args: argparse.Namespace) -> dict[str, Any]:
    with opened_log(an_office(args.data)) as atlas, submissions_log.writing(atlas.log) as connection:
        for form_id in args.forms:
            published.withdraw(connection, form_id)
    return {"withdrawn": list(args.forms)}


def _list(args: argparse.Namespace) -> dict[str, Any]:
    with opened_log(an_office(args.data)) as atlas:
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


def _web(args: argparse.Namespace) -> dict[str, Any]:
    return {"written": [str(web_engine.bring(args.archives))]}


_ACTIONS = {
    "check": _check, "publish": _publish, "withdraw": _withdraw, "list": _list, "new": _new, "build": _build,
    "web": _web,
}  # fmt: skip


def _finding(one: dict[str, Any]) -> str:
    """Where it stands, what it is, what to do."""
    return f"  ! {one['place']}: {one['th']} · {one['en']} → {one['remedy_th']} · {one['remedy_en']}"


def show(result: dict[str, Any]) -> str:
    """A line a form."""
    lines = []
    for one in result.get("checked", []):
        lines.append(f"✓ {one['file']}: {one['form_id']} {one['version']}")
        lines += [f"  ! {warning}" for warning in one["warnings"]]
        lines += [_finding(finding) for finding in one["findings"]]
    said = {" · ".join(one["not_checked"]) for one in result.get("checked", [])}
    lines += sorted(said - {""})
    lines += [f"✓ {path}" for path in result.get("written", [])]
    lines += [f"✓ {one['form_id']} {one['version']}" for one in result.get("published", [])]
    lines += [f"✓ {form_id}: ปิดแล้ว · withdrawn" for form_id in result.get("withdrawn", [])]
    for one in result.get("forms", []):
        state = "" if one["open"] else "  (ปิด · withdrawn)"
        lines.append(f"{one['form_id']:<24} {one['version']:<14} {one['title'].get('th', '')}{state}")
    return "\n".join(lines)
