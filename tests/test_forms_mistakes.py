"""Every mistake in a workbook is named with its sheet, row, column and remedy, in Thai and English."""

# ruff: noqa: E501 - forms are tables, read in columns

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from workbooks import SETTINGS, workbook

from forms.compile import compile_workbook
from thai.problem import Problem, Problems

SURVEY = """
    | type              | name       | label::ไทย (th) | label::English (en) | privacy  | filter | calculation | save_to | unit |
    | date              | visit_date | วันที่           | Date                |          |        |             |         |
    | select_one stage  | stage      | สภาพ            | Stage               |          | yes    |             |         |
    | integer           | trees      | ต้น             | Trees               |          |        |             | trees   | tree |
    | text              | owner      | เจ้าของ           | Owner               | personal |        |             |         |
    | geoshape          | plot       | แปลง            | Plot                |          |        |             |         |
    | begin repeat      | visits     | การเยี่ยม         | Visits              |          |        |             |         |
    | decimal           | yield_kg   | ผลผลิต           | Yield               |          |        |             |         |
    | end repeat        |            |                 |                     |          |        |             |         |
    | begin repeat      | buyers     | ผู้ซื้อ            | Buyers              |          |        |             |         |
    | decimal           | price      | ราคา            | Price               |          |        |             |         |
    | end repeat        |            |                 |                     |          |        |             |         |
    """
CHOICES = """
    | list_name | name    | label::ไทย (th) | label::English (en) | color   |
    | stage     | young   | เล็ก             | Young               | #56b4e9 |
    | stage     | bearing | ให้ผล            | Bearing             | #009E73 |
    """
LAYERS = """
    | name  | label::ไทย (th) | label::English (en) | geometry | color_by | status | date       | where         | popup       |
    | plots | แปลง            | Plots               | plot     | stage    | stage  | visit_date | ${trees} > 0  | trees owner |
    """
INDICATORS = """
    | name  | label::ไทย (th) | label::English (en) | measure | of    | where | per                | unit | target | good | latest  |
    | trees | ต้น             | Trees               | sum     | trees |       | tambon fiscal_year | tree | 200.5  | up   | @tambon |
    """
ENTITIES = """
    | list_name | label    |
    | plots     | ${trees} |
    """
RIGHT = {
    "survey": SURVEY,
    "choices": CHOICES,
    "layers": LAYERS,
    "indicators": INDICATORS,
    "entities": ENTITIES,
    "settings": SETTINGS,
}


@dataclass(frozen=True)
class Mistake:
    """Change ``old`` to ``new`` on ``sheet`` and this is what the author reads."""

    sheet: str
    old: str
    new: str
    code: str
    place: tuple[str, int | None, str]
    hint: str = ""


def cell(sheet: str, old: str, new: str, code: str, row: int, column: str, hint: str = "") -> Mistake:
    """A mistake that is found on the sheet where it stands."""
    return Mistake(sheet, old, new, code, (sheet, row, column), hint)


TH, EN = "label::ไทย (th)", "label::English (en)"
MISTAKES = {
    "survey sheet missing": Mistake("survey", SURVEY, "", "sheet_missing", ("survey", None, "")),
    "settings sheet missing": Mistake("settings", SETTINGS, "", "sheet_missing", ("settings", None, "")),
    "form_id missing": cell("settings", "| trial   |", "|   |", "setting_missing", 2, "form_id", "household_register"),
    "version missing": cell("settings", "2026112101", "", "setting_missing", 2, "version", "2026112101"),
    "form_id with a dot": cell("settings", "| trial ", "| a.b ", "setting_unusable", 2, "form_id"),
    "form_id with a quote": cell("settings", "| trial ", '| a"b ', "setting_unusable", 2, "form_id"),
    "form_id with a path": cell("settings", "| trial ", "| ../x ", "setting_unusable", 2, "form_id"),
    "heading twice": cell("survey", "| calculation ", "| filter ", "column_twice", 1, "filter"),
    "no name column": cell("survey", "| name  ", "| nam  ", "column_missing", 1, "name"),
    "Thai question name": cell("survey", "| owner ", "| เจ้าของ ", "name_not_plain", 5, "name"),
    "a name of the access column": cell("survey", "| owner ", "| _area ", "name_reserved", 5, "name", "_area"),
    "a name of a shape's own column": cell("survey", "| owner ", "| plot__lon ", "name_reserved", 5, "name"),
    "a repeat called like a column": cell("survey", "| visits ", "| _visits ", "name_reserved", 7, "name"),
    "a question name with a quote": cell("survey", "| owner ", '| ow"ner ', "name_not_plain", 5, "name"),
    "a repeat name with a path": cell("survey", "| visits ", "| vis/its ", "name_not_plain", 7, "name"),
    "no Thai label": cell("survey", "| ต้น ", "| ", "label_missing", 4, TH),
    "no English label": cell("survey", "| Trees ", "| ", "label_missing", 4, EN),
    "no English choice": cell("choices", "| Young ", "| ", "label_missing", 2, EN),
    "unknown type": cell("survey", "| integer   ", "| intger   ", "compiler_refused", 4, "type"),
    "group not closed": Mistake("survey", "| end repeat ", "| text ", "compiler_refused", ("survey", 9, "")),
    "unknown privacy": cell("survey", "| personal |", "| persnal |", "value_unknown", 5, "privacy", "personal"),
    "filter neither yes nor blank": cell("survey", "| yes    |", "| ja    |", "value_unknown", 3, "filter", "yes"),
    "filter on a shape": cell("survey", "Plot                |          |        |", "Plot |  | yes |", "field_kind", 6, "filter"),
    "a plot that is no shape": cell("survey", "| filter |", "| plot   |", "field_kind", 3, "plot", "geoshape"),
    "colour by name": cell("choices", "#56b4e9", "blue", "colour_unreadable", 2, "color", "#0072b2"),
    "colour too short": cell("choices", "#56b4e9", "#56b", "colour_unreadable", 2, "color"),
    "unknown layer column": cell("layers", "| color_by ", "| colour_by ", "column_unknown", 1, "colour_by", "color_by"),
    "layer without a name": cell("layers", "| plots |", "|  |", "cell_missing", 2, "name"),
    "layer named in Thai": cell("layers", "| plots |", "| แปลง |", "name_not_plain", 2, "name"),
    "layer twice": cell("layers", "trees owner |", "trees owner |\n| plots | ก | A | plot |", "name_twice", 3, "name"),
    "layer without a label": cell("layers", "| แปลง            | Plots  ", "|  |  ", "cell_missing", 2, "label"),
    "layer without a geometry": cell("layers", "| plot     |", "|  |", "cell_missing", 2, "geometry"),
    "geometry misspelt": cell("layers", "| plot     |", "| plto |", "field_unknown", 2, "geometry", "plot"),
    "geometry that is a number": cell("layers", "| plot     |", "| trees |", "field_kind", 2, "geometry", "geoshape"),
    "colour by a number": cell("layers", "| stage    | stage  |", "| trees | stage |", "field_kind", 2, "color_by", "select_one"),
    "status by a text": cell("layers", "| stage    | stage  |", "| stage | owner |", "field_kind", 2, "status"),
    "date that is none": cell("layers", "| visit_date |", "| trees |", "field_kind", 2, "date"),
    "popup misspelt": cell("layers", "trees owner", "trees owners", "field_unknown", 2, "popup", "owner"),
    "where misspelt": cell("layers", "${trees} > 0", "${tree} > 0", "field_unknown", 2, "where", "trees"),
    "where outside the language": cell("layers", "${trees} > 0", "${trees} > now()", "expression_unreadable", 2, "where", "character 12"),
    "where of an unknown choice": cell("layers", "${trees} > 0", "${stage} = 'yung'", "value_unknown", 2, "where", "young"),
    "where of a Buddhist day": cell("layers", "${trees} > 0", "${visit_date} >= '2569-10-01'", "value_misfits", 2, "where", "2026-10-01"),
    "where of a quoted number": cell("indicators", "| sum     | trees |       |", "| sum     | buyers/price | ${buyers/price} = '5' |", "value_misfits", 2, "where", "without quotes"),
    "popup from a repeat below": cell("layers", "trees owner", "visits/yield_kg", "field_elsewhere", 2, "popup"),
    "unknown measure": cell("indicators", "| sum     |", "| summ |", "value_unknown", 2, "measure", "sum"),
    "sum of nothing": cell("indicators", "| trees |       |", "|  |  |", "of_count", 2, "of"),
    "sum of a text": cell("indicators", "| trees |       |", "| owner |  |", "field_kind", 2, "of", "bind::type"),
    "sum of an unknown": cell("indicators", "| trees |       |", "| treees |  |", "field_unknown", 2, "of", "trees"),
    "ratio of one": cell("indicators", "| sum     | trees |", "| ratio | trees |", "of_count", 2, "of", "2"),
    "net of one": cell("indicators", "| sum     | trees |", "| net | trees |", "of_count", 2, "of", "2"),
    "trees less baht": cell("indicators", "| sum     | trees |", "| net | trees buyers/price |", "unit_mixed", 2, "unit"),
    "latest of what": cell("indicators", "| @tambon |", "| @tambol |", "field_unknown", 2, "latest"),
    "ratio over two repeats": cell("indicators", "| sum     | trees |", "| ratio | visits/yield_kg buyers/price |", "field_elsewhere", 2, "of"),
    "share of what": cell("indicators", "| sum     | trees |", "| share | |", "cell_missing", 2, "where"),
    "a number of the form beside a repeat's": cell("indicators", "| sum     | trees |", "| ratio | visits/yield_kg trees |", "added_often", 2, "of", "calculate"),
    "newest of a repeat": cell("indicators", "| @tambon |", "| @village visits/yield_kg |", "field_elsewhere", 2, "latest"),
    "dated by a number": cell("indicators", INDICATORS, INDICATORS.replace("latest", "date").replace("@tambon", "trees"), "field_kind", 2, "date"),
    "per no area": cell("indicators", "tambon fiscal_year", "fiscal_year", "per_unusable", 2, "per"),
    "per two areas": cell("indicators", "tambon fiscal_year", "tambon village", "per_unusable", 2, "per"),
    "per village without a village": cell("indicators", "tambon fiscal_year", "village", "field_unknown", 2, "per", "moo"),
    "heading that is no name": cell("choices", "| color ", "| 1.5 ", "name_not_plain", 1, "1.5"),
    "a type that pyxform stumbles over": Mistake("survey", "| decimal           | price", "| xml-external | price", "compiler_refused", ("survey", None, "")),
    "per two periods": cell("indicators", "tambon fiscal_year", "tambon month fiscal_year", "per_unusable", 2, "per"),
    "a sum in another unit": cell("indicators", "| tree |", "| rai |", "unit_mixed", 2, "unit"),
    "trees over baht in percent": cell("indicators", "| sum     | trees |       | tambon fiscal_year | tree |", "| ratio | trees buyers/price | | tambon fiscal_year | % |", "unit_mixed", 2, "unit"),
    "per an unknown area": cell("indicators", "tambon fiscal_year", "tambol", "value_unknown", 2, "per", "tambon"),
    "target with a unit": cell("indicators", "200.5", "200 rai", "target_unreadable", 2, "target"),
    "target not a number": cell("indicators", "200.5", "NaN", "target_unreadable", 2, "target"),
    "target without a direction": cell("indicators", "| up ", "|  ", "cell_missing", 2, "good"),
    "unknown direction": cell("indicators", "| up ", "| upp ", "value_unknown", 2, "good", "up"),
    "entity label with a person": cell("entities", "${trees}", "${owner}", "reveals", 2, "label", "personal"),
    "instance name with a person": Mistake("settings", SETTINGS, SETTINGS.replace("default_language |", "default_language | instance_name |").replace("| ไทย (th)         |", "| ไทย (th) | ${owner} |"), "reveals", ("settings", 2, "instance_name")),
    "calculation with a person": cell("survey", "| geoshape ", "| calculate | words | | | | | concat(${owner}, '') |\n| geoshape ", "calculation_reveals", 6, "privacy", "personal"),
    "entities without a property": cell("survey", "| trees   |", "| __trees |", "compiler_refused", 4, ""),
}  # fmt: skip


def refusal(sheets: dict[str, str]) -> tuple[Problem, ...]:
    """What the author is told."""
    with pytest.raises(Problems) as refused:
        compile_workbook(workbook(sheets), file_name="trial.xlsx")
    return refused.value.problems


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_where_it_stands(name: str) -> None:
    """Code, file, sheet, row and column are exact; what and remedy are told in Thai and English."""
    mistake = MISTAKES[name]
    assert mistake.old in RIGHT[mistake.sheet], "the test changes nothing"
    sheets = RIGHT | {mistake.sheet: RIGHT[mistake.sheet].replace(mistake.old, mistake.new, 1)}
    found = refusal(sheets)
    places = [(p.code, p.place.sheet, p.place.row, p.place.column) for p in found]
    assert (mistake.code, *mistake.place) in places
    told = next(p for p in found if (p.code, p.place.sheet) == (mistake.code, mistake.place[0]))
    assert told.place.file == "trial.xlsx"
    assert mistake.hint in f"{told.says.en} {told.remedy.en}"
    for text in (told.says, told.remedy):
        assert re.search("[ก-๛]", text.th)
        assert re.search("[a-z]", text.en)


def test_the_form_of_these_tests_is_right() -> None:
    """Without a mistake the same tables compile, so each test above fails for its own reason."""
    compiled = compile_workbook(workbook(RIGHT), file_name="trial.xlsx")
    assert compiled.usage.styles["stage"]["bearing"] == ("#009e73", "")
    assert str(compiled.usage.indicators[0].target) == "200.5"


def test_all_mistakes_are_told_at_once() -> None:
    """An author mends a workbook in one round."""
    sheets = RIGHT | {
        "survey": SURVEY.replace("personal", "privat").replace("| Trees ", "| "),
        "layers": LAYERS.replace("| plot     |", "| plto |"),
        "indicators": INDICATORS.replace("| sum ", "| summ "),
    }
    assert sorted(p.code for p in refusal(sheets)) == [
        "field_unknown",
        "label_missing",
        "value_unknown",
        "value_unknown",
    ]


def test_a_form_in_one_language_is_welcome_with_a_warning() -> None:
    """A village's own form may be in Thai alone; each language then stands in for the other."""
    survey = """
        | type          | name  | label |
        | select_one yn | water | น้ำพอ  |
        """
    choices = """
        | list_name | name | label |
        | yn        | yes  | พอ    |
        """
    sheets = {"survey": survey, "choices": choices, "settings": SETTINGS.replace("default_language", "style")}
    form = compile_workbook(workbook(sheets), file_name="thai.xlsx")
    _, water = form.schema.field("water")
    assert water.label == {"th": "น้ำพอ", "en": "น้ำพอ"}
    assert [choice.label["en"] for choice in water.choices or ()] == ["พอ"]
    assert any("language en" in warning for warning in form.warnings)


@pytest.mark.parametrize("content", [b"", b"name,label\n", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0old xls"])
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    """A CSV, a torn file or an old .xls gets the remedy, not a traceback."""
    with pytest.raises(Problems) as refused:
        compile_workbook(content, file_name="ส้มโอ.xlsx")
    assert [p.code for p in refused.value.problems] == ["workbook_unreadable"]
    assert "ส้มโอ.xlsx" in str(refused.value)


def test_the_personal_classes_spread_from_a_repeat_to_its_questions() -> None:
    """A class on a group or repeat holds for what stands in it, unless a question says its own."""
    survey = SURVEY.replace("Visits              |          |", "Visits | secret |")
    usage = compile_workbook(workbook(RIGHT | {"survey": survey}), file_name="t.xlsx").usage
    assert usage.privacy_of("visits/yield_kg") == "secret"
    assert usage.privacy_of("owner") == "personal"
    assert usage.privacy_of("trees") == "team"


def test_the_words_of_who_chose_other_are_as_closed_as_the_question() -> None:
    """The compiler asks for them in a question of its own, which was the team's."""
    survey = """
        | type                    | name | label::ไทย (th) | label::English (en) | privacy |
        | select_one ill or_other | ill  | โรค              | Illness             | secret  |
    """
    choices = """
        | list_name | name | label::ไทย (th) | label::English (en) |
        | ill       | none | ไม่มี             | None                |
    """
    sheets = {"survey": survey, "choices": choices, "settings": SETTINGS}
    usage = compile_workbook(workbook(sheets), file_name="f.xlsx").usage
    assert [usage.privacy_of(name) for name in ("ill", "ill_other")] == ["secret", "secret"]


@pytest.mark.parametrize(
    ("group", "source", "problems"),
    [
        ("team", "secret", 1),
        ("public", "personal", 1),
        ("personal", "secret", 1),
        ("secret", "", 0),
        ("team", "", 0),
    ],
)
def test_the_class_of_a_group_does_not_open_a_calculation(group: str, source: str, problems: int) -> None:
    """A copy of a secret answer in a group for the team is named; one as closed as its source is not."""
    survey = f"""
        | type        | name | label::ไทย (th) | label::English (en) | privacy  | calculation |
        | begin group | g    | ก               | G                   | {group}  |             |
        | text        | card | เลขบัตร          | Citizen number      | {source} |             |
        | calculate   | copy |                 |                     |          | ${{card}}   |
        | end group   |      |                 |                     |          |             |
        """
    if problems:
        (found,) = refusal({"survey": survey})
        assert (found.code, found.place.row, found.place.column) == ("calculation_reveals", 4, "privacy")
        survey = survey.replace(
            "calculate   | copy |                 |                     |          |",
            "calculate   | copy | | | public |",
        )
    usage = compile_workbook(workbook({"survey": survey}), file_name="trial.xlsx").usage
    assert usage.privacy_of("copy") == ("public" if problems else group)
