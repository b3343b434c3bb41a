"""A workbook checked against what this office has published: types, names, versions and lists."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Container, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from forms.check import Checked, as_dict, beside, check_workbook, list_place
from forms.check_problems import list_dropped, list_unknown
from forms.compile import CompiledForm
from forms.sheets import read_sheets
from ingest import log, problems
from ingest.folder import DataFolder
from ingest.published import Catalogue, misfits, read_catalogue
from thai.problem import Place, Problem

_ROOT = Path(__file__).resolve().parents[1]
_SLOWEST_S = 120


def with_office(
    checked: Checked, workbook: bytes, file_name: str, catalogue: Catalogue, files: Container[str]
) -> Checked:
    """What was found, and what this office's published forms add to it."""
    form = checked.form
    if form is None:
        return checked
    errors = list(misfits(form, catalogue))
    known = catalogue.versions.get((form.form_id, form.version))
    if known is not None and known.xform != form.xform and not errors:
        errors.append(problems.version_frozen(form.form_id, form.version))
    sheets = read_sheets(workbook, file_name)
    made = {rule.dataset for one in catalogue.schemas.values() for rule in one.entities}
    made |= {rule.dataset for rule in form.schema.entities}
    warnings = [
        list_unknown(list_place(sheets, name), name)
        for name in form.datasets
        if name not in made and f"{name}.csv" not in files
    ]
    warnings += _dropped(checked, catalogue)
    return replace(
        checked,
        errors=checked.errors + tuple(_in(one, file_name) for one in errors),
        warnings=checked.warnings + tuple(_in(one, file_name) for one in warnings),
    )


def _in(problem: Problem, file_name: str) -> Problem:
    return replace(problem, place=replace(problem.place, file=file_name))


def _dropped(checked: Checked, catalogue: Catalogue) -> Iterator[Problem]:
    """Lists that the version on offer fills and this one does not, such as one under a new name."""
    form = checked.form
    if form is None or form.form_id not in catalogue.offered:
        return
    before = {rule.dataset for rule in catalogue.newest(form.form_id).schema.entities}
    now = {rule.dataset for rule in form.schema.entities}
    for name in sorted(before - now):
        place = Place(sheet="entities", row=2, column="list_name")
        yield list_dropped(place, name, ", ".join(sorted(now - before)))


def apart(data: Path, path: Path) -> dict[str, Any]:
    """Check a workbook in a process of its own and preview it; so no Java runs in the server."""
    done = subprocess.run(
        [sys.executable, "-m", "ingest.form_check", str(data), str(path)], cwd=_ROOT, capture_output=True,
        timeout=_SLOWEST_S, check=True,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _told(data: Path, path: Path) -> dict[str, Any]:
    """What ``apart`` hears: the findings, the questions, and the layers with their legends."""
    workbook, files = path.read_bytes(), beside(path)
    checked = check_workbook(workbook, file_name=path.name, files=files)
    engine = log.open_log(DataFolder(data).log)
    with engine.connect() as connection:
        catalogue = read_catalogue(connection)
    engine.dispose()
    checked = with_office(checked, workbook, path.name, catalogue, files)
    return as_dict(checked) | {"preview": _preview(checked.form) if checked.form else {}}


def _preview(form: CompiledForm) -> dict[str, Any]:
    questions = [
        {
            "name": ref,
            "kind": one.kind,
            "label": one.label,
            "choices": len(one.choices or ()),
            "privacy": form.usage.privacy_of(ref),
        }
        for ref, one in form.schema.references().items()
    ]
    layers = [
        {
            "name": one.name,
            "label": one.label,
            "geometry": one.geometry,
            "legend": _legend(form, one.color_by),
        }
        for one in form.usage.layers
    ]
    return {"title": form.title, "questions": questions, "layers": layers}


def _legend(form: CompiledForm, ref: str) -> list[dict[str, Any]]:
    if not ref:
        return []
    styles = form.usage.styles.get(ref, {})
    choices = form.schema.references()[ref].choices or ()
    return [{"label": one.label, "color": styles.get(one.value, ("",))[0]} for one in choices]


if __name__ == "__main__":
    told = _told(Path(sys.argv[1]), Path(sys.argv[2]))
    sys.stdout.buffer.write(json.dumps(told, ensure_ascii=False).encode())
