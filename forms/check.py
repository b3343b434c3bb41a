"""Everything that can be known of a workbook before it is published, with where it stands and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from forms import check_problems, trial
from forms.compile import AREA_LISTS, CompiledForm, compile_workbook
from forms.list_files import check_list
from forms.sheets import Sheet, read_sheets
from forms.survey import check_survey
from thai.problem import Place, Problem, Problems, Text

ERRORS = frozenset({"validate_refused", "phone_refused", "list_unusable"})
_PERSONAL = re.compile(
    r"(^|_)(name|surname|first_name|last_name|full_name|phone|mobile|tel|citizen_id|id_card|id_no|passport"
    r"|birth|birthday|birthdate|birth_date|email|line_id|debt|lender|income|salary|bank|account_no|signature"
    r"|disease|illness|disability|religion)($|_)"
)
_THAI_PERSONAL = re.compile(
    r"ชื่อ.{0,6}(สกุล|ผู้|เจ้าของ|หัวหน้า|สมาชิก|คู่)|เลขบัตร|เลขประจำตัว|โทรศัพท์|เบอร์โทร|วันเกิด|หนี้|เจ้าหนี้|รายได้|บัญชีธนาคาร|ลายเซ็น|โรคประจำตัว"
    r"|ความพิการ|ศาสนา"
)
_ASKED = ("text", "integer", "decimal", "date", "attachment", "select_one", "select_multiple")


@dataclass(frozen=True, slots=True)
class Checked:
    """The form as compiled (``None`` when it cannot be), what was found, and what was not looked at."""

    form: CompiledForm | None
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    said: tuple[str, ...] = ()  # the compiler's own warnings
    not_checked: Text | None = None


def check_workbook(workbook: bytes, *, file_name: str, files: Mapping[str, bytes] | None = None) -> Checked:
    """Compile, look over, and try out a workbook; ``files`` lie beside it. Mistakes are found, not raised."""
    beside = dict(files or {})
    try:
        form = compile_workbook(workbook, file_name=file_name)
        sheets = read_sheets(workbook, file_name)
    except Problems as refused:
        return Checked(None, refused.problems, ())
    found = [*_lists(form, beside), *_personal(form, sheets)]
    if trial.possible():
        rows = _rows(sheets)
        tried = trial.try_out(form.xform, form.media, beside)
        found += [replace(one, place=_place(one.place, rows)) for one in tried]
    found = [replace(one, place=replace(one.place, file=one.place.file or file_name)) for one in found]
    return Checked(
        form,
        tuple(one for one in found if one.code in ERRORS),
        tuple(one for one in found if one.code not in ERRORS),
        form.warnings,
        None if trial.possible() else check_problems.NOT_TRIED,
    )


def _rows(sheets: dict[str, Sheet]) -> dict[str, int]:
    """The row of each question by its path."""
    return {"/".join(one.path): one.row.number for one in check_survey(sheets).questions}


def _place(place: Place, rows: dict[str, int]) -> Place:
    """A question's path as sheet and row."""
    row = rows.get(place.column)
    return Place(sheet="survey", row=row, column="name" if row else place.column)


def _lists(form: CompiledForm, files: Mapping[str, bytes]) -> Iterator[Problem]:
    """Lists beside the workbook that phones could not read."""
    for name in form.media:
        stem = name.removesuffix(".csv")
        if name.endswith(".csv") and stem not in AREA_LISTS and name in files:
            yield from check_list(files[name], name)


def list_place(sheets: dict[str, Sheet], dataset: str) -> Place:
    """Where a workbook draws on a list first."""
    questions = check_survey(sheets).questions
    row = next((one.row.number for one in questions if f"{dataset}.csv" in one.type), None)
    return Place(sheet="survey", row=row, column="type")


def _personal(form: CompiledForm, sheets: dict[str, Sheet]) -> Iterator[Problem]:
    """Questions that sound personal and have no class of their own."""
    rows = _rows(sheets)
    for ref, one in form.schema.references().items():
        if ref in form.usage.privacy or one.kind not in _ASKED:
            continue
        if _PERSONAL.search(one.name.casefold()) or _THAI_PERSONAL.search(one.label.get("th", "")):
            row = rows.get("/".join(one.path))
            if row is not None:
                yield check_problems.privacy_unset(Place(sheet="survey", row=row, column="privacy"), ref)


def as_dict(checked: Checked) -> dict[str, Any]:
    """As ``--json`` and the page give it."""
    findings = [
        one.as_dict()
        | {"level": level, "sheet": one.place.sheet, "row": one.place.row, "column": one.place.column}
        for level, found in (("error", checked.errors), ("warning", checked.warnings))
        for one in found
    ]
    form = checked.form
    return {
        "form_id": form.form_id if form else "",
        "version": form.version if form else "",
        "warnings": list(checked.said),
        "findings": findings,
        "not_checked": [checked.not_checked.th, checked.not_checked.en] if checked.not_checked else [],
    }


def beside(path: Path) -> dict[str, bytes]:
    """The CSV files that lie beside a workbook."""
    return {one.name: one.read_bytes() for one in path.parent.glob("*.csv")}
