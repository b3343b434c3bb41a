"""Reads what a workbook says beside its questions, from our own columns and sheets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from forms import problems
from forms.cells import Cells
from forms.indicators import read_indicators
from forms.layers import read_layers
from forms.review import COLOUR, read_review
from forms.schema import Schema
from forms.sheets import Sheet
from forms.survey import Question, Survey, drawn_on
from forms.workbook import FILLED_BY, PRIVACY_CLASSES, Usage
from thai.problem import Place, Problem

OWN_COLUMNS = {"survey": {"privacy", "filter", "unit", "plot"}, "choices": {"color", "icon"}}
CLOSED = ("personal", "secret")
STRICTNESS = PRIVACY_CLASSES.index
KINDS_TO_FILTER = (
    "text", "integer", "decimal", "date", "time", "datetime", "select_one", "select_multiple",
)  # fmt: skip
OR_OTHER = re.compile(r"\bor[_ ](?:specify[_ ])?other$")
OTHER = "_other"  # the compiler's own question for the words of who chose other
LIST_TYPE = re.compile(r"(?:select_one|select_multiple|rank|select one|select multiple) (\S+)")


def read_usage(sheets: dict[str, Sheet], schema: Schema, survey: Survey) -> tuple[Usage, list[Problem]]:
    """The usage and everything wrong with it; it is whole only when nothing is wrong."""
    found: list[Problem] = []
    refs = {field.path: ref for ref, field in schema.references().items()}
    asked = [(refs[question.path], question) for question in survey.questions if question.path in refs]
    cells = Cells(sheets["survey"], (), schema, found)
    others = [
        (refs[path], question)
        for _, question in asked
        if OR_OTHER.search(question.type)
        and (path := (*question.path[:-1], f"{question.name}{OTHER}")) in refs
    ]
    privacy = dict(_privacy(cells, [*asked, *others], survey))
    units = {ref: unit for ref, q in asked if (unit := cells.text(q.row, "unit"))}
    usage = Usage(
        form_id=schema.form_id,
        layers=read_layers(sheets.get("layers"), schema, found),
        indicators=read_indicators(sheets.get("indicators"), schema, units, found),
        privacy=privacy,
        filters=tuple(_marked(cells, asked, "filter", KINDS_TO_FILTER)),
        units=units,
        styles=_styles(sheets.get("choices"), asked, found),
        review=read_review(sheets.get("review"), schema, found),
        filled_by=_filled_by(sheets.get("settings"), schema, found),
        plots=tuple(_marked(cells, asked, "plot", ("geoshape",))),
    )
    found += _revealing_calculations(sheets["survey"], asked, usage)
    found += _revealing_words(sheets, asked, usage)
    return usage, found


def _privacy(cells: Cells, asked: list[tuple[str, Question]], survey: Survey) -> Iterator[tuple[str, str]]:
    """A question's class: its own, else that of the nearest group or repeat around it."""
    for question in survey.questions:
        cells.one_of(question.row, "privacy", PRIVACY_CLASSES)
    for ref, question in asked:
        rows = (question.row, *reversed(question.within))
        said = next((text for row in rows if (text := cells.text(row, "privacy"))), "")
        if said:
            yield ref, said


def _marked(
    cells: Cells, asked: list[tuple[str, Question]], column: str, kinds: tuple[str, ...]
) -> Iterator[str]:
    """Questions with ``yes`` in a column that is for some kinds of question."""
    for ref, question in asked:
        if not cells.one_of(question.row, column, ("yes",)):
            continue
        kind = cells.refs[ref].kind
        if kind in kinds:
            yield ref
        else:
            place = cells.place(question.row, column)
            cells.found.append(problems.field_kind(place, ref, kind, kinds))


def _filled_by(settings: Sheet | None, schema: Schema, found: list[Problem]) -> tuple[str, ...]:
    """Who fills the form by rights: the words of the settings' own column, which the compiler passes over."""
    if settings is None:
        return ()
    cells = Cells(settings, (), schema, found)
    said: list[str] = []
    for row in cells.rows():
        words = cells.text(row, "filled_by").split()
        cells.words_of(row, "filled_by", words, FILLED_BY)
        said += words
    return tuple(said)


def _styles(
    choices: Sheet | None, asked: list[tuple[str, Question]], found: list[Problem]
) -> dict[str, dict[str, tuple[str, str]]]:
    """Colour and icon of every choice that has one, by the fields that use its list."""
    if choices is None:
        return {}
    list_column, name = choices.column("list_name", "list name"), choices.column("name", "value")
    color, icon = choices.column("color"), choices.column("icon")
    of_list: dict[str, dict[str, tuple[str, str]]] = {}
    for row in choices.filled():
        if row.get(color) and not COLOUR.fullmatch(row.get(color)):
            place = Place(sheet=choices.name, row=row.number, column=color)
            found.append(problems.colour_unreadable(place, row.get(color)))
        if row.get(color) or row.get(icon):
            style = (row.get(color).lower(), row.get(icon))
            of_list.setdefault(row.get(list_column), {})[row.get(name)] = style
    used = {ref: match.group(1) for ref, q in asked if (match := LIST_TYPE.match(q.type))}
    return {ref: of_list[list_name] for ref, list_name in used.items() if list_name in of_list}


def _revealing_calculations(
    sheet: Sheet, asked: list[tuple[str, Question]], usage: Usage
) -> Iterator[Problem]:
    """Calculations that draw on a closed answer, say no class, and would be shown to more people than it.

    A class that a group gives was not thought of for the calculation, so it must be as strict.
    """
    closed, privacy = _closed(asked, usage), sheet.column("privacy")
    for column in ("calculation", "default"):
        heading = sheet.column(column)
        for ref, question in asked:
            sources = () if question.row.get(privacy) else drawn_on(question.row.get(heading))
            for source in sources:
                if source in closed and STRICTNESS(usage.privacy_of(ref)) < STRICTNESS(closed[source]):
                    place = Place(sheet=sheet.name, row=question.row.number, column="privacy")
                    yield problems.calculation_reveals(place, ref, source, closed[source])


def _revealing_words(
    sheets: dict[str, Sheet], asked: list[tuple[str, Question]], usage: Usage
) -> Iterator[Problem]:
    """Entity labels and instance names that draw on a closed answer: phones of a whole area show them."""
    closed = _closed(asked, usage)
    for sheet_name, column in (("entities", "label"), ("settings", "instance_name")):
        sheet = sheets.get(sheet_name)
        for row in sheet.filled() if sheet else ():
            for source in drawn_on(row.get(sheet.column(column))) if sheet else ():
                if source in closed:
                    place = Place(sheet=sheet_name, row=row.number, column=column)
                    yield problems.reveals(place, source, closed[source])


def _closed(asked: list[tuple[str, Question]], usage: Usage) -> dict[str, str]:
    """Question names (as expressions write them) whose answers are personal or secret."""
    return {q.name: usage.privacy_of(ref) for ref, q in asked if usage.privacy_of(ref) in CLOSED}
