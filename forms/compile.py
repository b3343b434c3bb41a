"""From a workbook to the XForm that phones load and the usage that the office reads."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from forms import problems
from forms.foreign import forgiven, is_foreign, usage_of
from forms.sheets import Sheet, read_sheets
from forms.survey import check_survey
from forms.usage import OWN_COLUMNS, read_usage
from forms.workbook import Usage
from forms.xform import Schema, media_of, read_schema
from thai.problem import Place, Problem, Problems

if TYPE_CHECKING:
    from pyxform.errors import PyXFormError


_IN_NO_FILE = frozenset('/\\:*?"<>|')
AREA_LISTS = ("provinces", "amphoes", "tambons")
COMPILED_SHEETS = ("survey", "choices", "settings", "external_choices", "entities", "osm")
ROW_IN_MESSAGE = re.compile(r"\[row ?: ?(\d+)\]")
TYPE_IN_MESSAGE = re.compile(r"Unknown question type '([^']+)'")
SHEET_IN_MESSAGE = re.compile(r"['\"](" + "|".join(COMPILED_SHEETS) + r")['\"] sheet")


@dataclass(frozen=True, slots=True)
class CompiledForm:
    """One published workbook.

    ``xform`` is frozen at publication: the same workbook always gives the same bytes. ``media`` are the
    files the form wants beside it; ``datasets`` those of them that are entity lists, without ``.csv``.
    """

    form_id: str
    version: str
    title: dict[str, str]
    xform: bytes
    schema: Schema
    usage: Usage
    media: tuple[str, ...]
    datasets: tuple[str, ...]
    warnings: tuple[str, ...]


def compile_workbook(workbook: bytes, *, file_name: str) -> CompiledForm:
    """Compile an .xlsx workbook and check everything it says.

    A workbook without anything of ours is taken as it is (:mod:`forms.foreign`): what phones and tables can
    live with becomes a warning. Raises :class:`thai.problem.Problems` with all that was found, each with
    sheet, row, column and remedy.
    """
    try:
        return _compile(read_sheets(workbook, file_name), PurePath(file_name).stem)
    except Problems as found:
        raise Problems(_in_file(problem, file_name) for problem in found.problems) from None


def compile_xform(xform: bytes) -> CompiledForm:
    """An XForm of another office, used as :mod:`forms.foreign` says. Raises ``xform_unreadable``,
    ``setting_missing`` or ``setting_unusable``.
    """
    return _compiled(xform, read_schema(xform), None, ())


def _compile(sheets: dict[str, Sheet], file_stem: str) -> CompiledForm:
    survey = check_survey(sheets)
    found, warnings = list(survey.problems), survey.warnings
    if is_foreign(sheets):
        found, told = forgiven(found)
        warnings = [*warnings, *told]
    if survey.stops:
        raise Problems(found)
    try:
        xform, said = _xform(sheets, file_stem)
        schema = read_schema(xform)
    except Problem as problem:
        raise Problems([*found, problem]) from problem
    usage, wrong = read_usage(sheets, schema, survey)
    if found or wrong:
        raise Problems([*found, *wrong])
    return _compiled(xform, schema, None if is_foreign(sheets) else usage, (*warnings, *said))


def _compiled(xform: bytes, schema: Schema, usage: Usage | None, warnings: tuple[str, ...]) -> CompiledForm:
    if not schema.form_id:
        raise problems.setting_missing("form_id")
    check_form_id(schema.form_id)
    media = media_of(xform)
    lists = [name.removesuffix(".csv") for name in media if name.endswith(".csv")]
    return CompiledForm(
        form_id=schema.form_id,
        version=schema.version,
        title=schema.title,
        xform=xform,
        schema=schema,
        usage=usage or usage_of(schema),
        media=media,
        datasets=tuple(name for name in lists if name not in AREA_LISTS),
        warnings=warnings,
    )


def check_form_id(form_id: str) -> None:
    """Raise ``setting_unusable`` for a name that no file can have: exports are named by their form.

    A slash stands between a form and its repeat in the names of tables, too.
    """
    if not form_id.isprintable() or _IN_NO_FILE.intersection(form_id):
        raise problems.setting_unusable("form_id", form_id)


def _xform(sheets: dict[str, Sheet], file_stem: str) -> tuple[bytes, list[str]]:
    # Nobody who starts an office whose forms are published waits for the compiler to load.
    from pyxform.errors import PyXFormError  # noqa: PLC0415
    from pyxform.xls2xform import convert  # noqa: PLC0415

    warnings: list[str] = []
    try:
        book = _for_compiler(sheets, file_stem)
        result = convert(book, warnings=warnings, validate=False)
    except PyXFormError as error:
        raise problems.compiler_refused(_place_of(error, sheets["survey"]), str(error)) from error
    except Exception as error:  # on odd rows pyxform also fails in ways it has no message for
        raise problems.compiler_refused(Place(sheet="survey"), f"{type(error).__name__}: {error}") from error
    return result.xform.encode("utf-8"), warnings


def _for_compiler(sheets: dict[str, Sheet], file_stem: str) -> dict[str, Any]:
    """The workbook as pyxform takes it from memory, without our own columns and sheets; a form without an
    id is called like its file.
    """
    kept = {name: sheets[name] for name in COMPILED_SHEETS if name in sheets}
    dropped = {name: set(columns) for name, columns in OWN_COLUMNS.items()}
    book: dict[str, Any] = {
        "sheet_names": [sheet.name for sheet in kept.values()],
        "fallback_form_name": file_stem,
    }
    for name, sheet in kept.items():
        hidden = {heading for heading in sheet.columns if heading.casefold() in dropped.get(name, ())}
        book[name] = [
            {heading: text for heading, text in row.cells.items() if heading not in hidden}
            for row in sheet.rows
        ]
        book[f"{name}_header"] = [dict.fromkeys(h for h in sheet.columns if h not in hidden)]
    return book


def _place_of(error: PyXFormError, survey: Sheet) -> Place:
    """Sheet and row, as far as pyxform names them; of an unknown type it names the type alone."""
    message = str(error)
    if unknown := TYPE_IN_MESSAGE.search(message):
        lines = (line for line in survey.filled() if line.get(survey.column("type")) == unknown.group(1))
        return Place(sheet="survey", row=next((line.number for line in lines), None), column="type")
    row, sheet = ROW_IN_MESSAGE.search(message), SHEET_IN_MESSAGE.search(message)
    number = error.context.get("row") or (row.group(1) if row else None)
    named = error.context.get("sheet") or (sheet.group(1) if sheet else "survey" if number else "")
    column = str(error.context.get("column") or "")
    return Place(sheet=str(named), row=int(number) if number else None, column=column)


def _in_file(problem: Problem, file_name: str) -> Problem:
    return replace(problem, place=replace(problem.place, file=file_name))
