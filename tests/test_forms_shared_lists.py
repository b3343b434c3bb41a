"""The same word means the same in every workbook: shared choice lists, and copies that went another way."""

from __future__ import annotations

import pytest
from workbooks import workbook

from forms.catalog import workbooks
from forms.compile import compile_workbook
from forms.shared_lists import FOLDER, shared_lists
from forms.sheets import read_sheets

SURVEY = """
    | type              | name | label::ไทย (th) | label::English (en) |
    | select_one yes_no | sure | แน่ใจหรือไม่      | Sure?               |
    """
COPY = """
    | list_name | name | label::ไทย (th) | label::English (en) |
    | yes_no    | yes  | ใช่              | Yes                 |
    | yes_no    | no   | ไม่ใช่            | No                  |
    """


def warnings(choices: str) -> tuple[str, ...]:
    """What the compiler says of a form with these choices."""
    return compile_workbook(workbook({"survey": SURVEY, "choices": choices}), file_name="x.xlsx").warnings


def test_a_faithful_copy_is_not_mentioned() -> None:
    """Blank lines and the order of columns do not matter, the choices do."""
    assert warnings(COPY) == ()


@pytest.mark.parametrize(
    ("change", "row"),
    [(("ไม่ใช่", "ไม่"), 3), (("| No  ", "| Not "), 3), (("| yes  |", "| true |"), 2)],
    ids=["a Thai word", "an English word", "a value"],
)
def test_a_copy_that_went_another_way_is_named_with_its_row(change: tuple[str, str], row: int) -> None:
    """The author reads which list, where it begins to differ, and what to do; the form still compiles."""
    (said,) = warnings(COPY.replace(*change))
    assert said.startswith(f"list_strayed [choices, row {row}, column list_name]: ")
    assert "yes_no" in said


def test_a_choice_too_few_is_noticed() -> None:
    """A copy that is only shorter differs too."""
    assert len(warnings("\n".join(COPY.splitlines()[:3]))) == 1


def test_a_list_of_ones_own_has_a_name_of_its_own() -> None:
    """Nobody else's list is compared."""
    assert (
        compile_workbook(
            workbook({"survey": SURVEY.replace("yes_no", "sure"), "choices": COPY.replace("yes_no", "sure")}),
            file_name="x.xlsx",
        ).warnings[:1]
        == ()
    )


def test_the_shared_lists_are_no_forms_and_stand_once() -> None:
    """Each list is kept in one file, in both languages, every choice once."""
    files = sorted(FOLDER.glob("*.xlsx"))
    assert files
    assert not set(files) & set(workbooks())
    owners = [
        name
        for path in files
        for name in {
            row.get("list_name") for row in read_sheets(path.read_bytes(), path.name)["choices"].filled()
        }
    ]
    assert sorted(owners) == sorted(shared_lists())
    for choices in shared_lists().values():
        values = [choice["name"] for choice in choices]
        assert len(values) == len(set(values))
        assert all(choice["label::ไทย (th)"] and choice["label::english (en)"] for choice in choices)
