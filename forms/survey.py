"""The survey sheet as a tree of questions, and the mistakes that the compiler does not see.

pyxform accepts Thai question names and half-translated rows; JavaRosa fails on the first and shows "-"
for the second.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from forms import problems
from forms.itext import language_code
from forms.schema import PathNames
from forms.shared_lists import strayed_lists
from forms.sheets import Row, Sheet
from thai.problem import Place, Problem

PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
RESERVED_NAME = re.compile(r"_|.*__")  # _area, plot__lon: columns that the data's tables add themselves
HEADING = re.compile(r"[^\W\d][\w :.-]*")
SETTING = {
    "form_id": re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}"),
    "version": re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"),
}
CONTAINER = re.compile(r"(begin|end)[ _](group|repeat|loop)")
WITHOUT_LABEL = re.compile(
    r"calculate|hidden|start|end|today|deviceid|username|email|phonenumber|simserial|subscriberid|audit"
    r"|start-geopoint|background-audio|background-geopoint|csv-external|xml-external|(begin|end)[ _].*"
)
TRANSLATED = ("label", "hint", "guidance_hint", "constraint_message", "required_message")
DRAWN_ON = re.compile(r"\$\{\s*(?:last-saved#)?([^}\s]+)\s*\}")


@dataclass(frozen=True, slots=True)
class Question:
    """One row of the survey sheet that has a name, with its element path and the rows around it."""

    row: Row
    path: PathNames
    type: str
    within: tuple[Row, ...] = ()

    @property
    def name(self) -> str:
        """The name as written in the sheet."""
        return self.path[-1]


@dataclass(slots=True)
class Survey:
    """What was read; ``stops`` when compiling makes no sense."""

    questions: tuple[Question, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    stops: bool = False


def check_survey(sheets: dict[str, Sheet]) -> Survey:
    """Read the survey sheet and check settings, names and translations."""
    survey = Survey(problems=[*_missing_sheets(sheets), *_settings(sheets)])
    sheet = sheets.get("survey")
    if sheet is None:
        survey.stops = True
        return survey
    needed = [column for column in ("type", "name") if not sheet.column(column)]
    survey.problems += [problems.column_missing("survey", column) for column in needed]
    survey.stops = bool(needed)
    survey.questions = tuple(_questions(sheet))
    survey.problems += _names(survey.questions)
    survey.problems += _translations(sheet)
    if "choices" in sheets:
        survey.problems += _translations(sheets["choices"])
        survey.problems += _headings(sheets["choices"])
        survey.warnings += [str(strayed) for strayed in strayed_lists(sheets["choices"])]
    missing = {"th", "en"} - set(_languages(sheet, "label"))
    survey.warnings += [
        f"แผ่นงาน survey ไม่มีคอลัมน์ label ภาษา {code} · The survey sheet has no label column in language {code}"
        for code in sorted(missing)
    ]
    return survey


def drawn_on(expression: str) -> tuple[str, ...]:
    """Names of the questions that an XLSForm expression draws on."""
    return tuple(dict.fromkeys(DRAWN_ON.findall(expression)))


def _missing_sheets(sheets: dict[str, Sheet]) -> list[Problem]:
    return [
        problems.sheet_missing(name, problems.nearest(name, sheets))
        for name in ("survey", "settings")
        if name not in sheets
    ]


def _settings(sheets: dict[str, Sheet]) -> list[Problem]:
    if "settings" not in sheets:
        return []
    first = next(sheets["settings"].filled(), Row(2, {}))
    found: list[Problem] = []
    for name, pattern in SETTING.items():
        value = first.get(sheets["settings"].column(name, "id_string" if name == "form_id" else name))
        if not value:
            found.append(problems.setting_missing(name))
        elif not pattern.fullmatch(value):
            found.append(problems.setting_unusable(name, value))
    return found


def _questions(sheet: Sheet) -> Iterator[Question]:
    kind, name = sheet.column("type"), sheet.column("name")
    around: list[tuple[str, Row]] = []
    for row in sheet.filled():
        container = CONTAINER.match(row.get(kind))
        if container and container.group(1) == "end":
            around = around[:-1]
            continue
        if row.get(name):
            path = (*(step for step, _ in around), row.get(name))
            yield Question(row, path, row.get(kind), tuple(outer for _, outer in around))
        if container:
            around = [*around, (row.get(name), row)]


def _names(questions: tuple[Question, ...]) -> Iterator[Problem]:
    for question in questions:
        place = Place(sheet="survey", row=question.row.number, column="name")
        if not PLAIN_NAME.fullmatch(question.name):
            yield problems.name_not_plain(place, question.name)
        elif RESERVED_NAME.match(question.name):
            yield problems.name_reserved(place, question.name)


def _headings(choices: Sheet) -> list[Problem]:
    """Headings that cannot be elements: each column of the choices becomes one in the XForm."""
    return [
        problems.name_not_plain(Place(sheet="choices", row=1, column=heading), heading)
        for heading in choices.columns
        if not HEADING.fullmatch(heading.partition("::")[0])
    ]


def _languages(sheet: Sheet, family: str) -> dict[str, str]:
    """Language code -> heading, for ``label``, ``label::ไทย (th)`` and the like."""
    found: dict[str, str] = {}
    for heading in sheet.columns:
        name, _, language = heading.partition("::")
        if name.strip().casefold() == family:
            found[language_code(language.strip())] = heading
    return found


def _translations(sheet: Sheet) -> list[Problem]:
    """Cells left blank beside a filled translation; a question's own label must be there in each."""
    found: list[Problem] = []
    families = [_languages(sheet, family) for family in TRANSLATED]
    kind, name = sheet.column("type", "list_name", "list name"), sheet.column("name", "value")
    for row in sheet.filled():
        silent = sheet.name.lower() == "survey" and bool(WITHOUT_LABEL.fullmatch(row.get(kind)))
        for headings, family in zip(families, TRANSLATED, strict=True):
            said = [heading for heading in headings.values() if row.get(heading)]
            if not said and (family != "label" or silent):
                continue
            for code, heading in headings.items():
                if heading not in said:
                    place = Place(sheet=sheet.name, row=row.number, column=heading)
                    found.append(problems.label_missing(place, row.get(name), code))
    return found
