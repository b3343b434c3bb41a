"""The documents say what the program does: commands, links, vocabularies and codes are compared with it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from commands import parser
from forms.workbook import MEASURES, PER_AREA, PER_PERIOD, PRIVACY_CLASSES
from geo.locate import VERDICTS
from ingest.access import ROLES
from reports.papers.catalogue import KINDS

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _words(argument_parser: object) -> set[str]:
    action = next(a for a in argument_parser._actions if a.dest in ("command", "action"))  # type: ignore[attr-defined]
    return set(action.choices)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: Path) -> None:
    """A reader who clicks finds a file."""
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", document.read_text(encoding="utf-8"))
    broken = [link for link in links if "://" not in link and not (document.parent / link).exists()]

    assert broken == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_line_is_one_the_program_knows(document: Path) -> None:
    """Nobody is told to type what does not exist."""
    known = _words(parser.build())
    named = set(re.findall(r"tambon\.py ([a-z][a-z-]*)", document.read_text(encoding="utf-8")))

    assert named <= known


def test_the_operators_table_names_every_command() -> None:
    """A command without a line in the table is a command nobody finds."""
    operator = _text("docs/operator.md")

    assert [word for word in _words(parser.build()) - {"test"} if f"`{word}" not in operator] == []


def test_the_planners_table_explains_every_verdict() -> None:
    """The words in an export are explained to those who get it."""
    explained = set(re.findall(r"^\| `([a-z_]+)` \|", _text("docs/planner.md"), re.MULTILINE))

    assert explained == set(VERDICTS)


def test_the_form_authors_page_names_the_whole_vocabulary() -> None:
    """What a workbook may say stands in docs/forms.md."""
    page = _text("docs/forms.md")

    for word in (*PRIVACY_CLASSES, *MEASURES, *PER_AREA, *PER_PERIOD):
        assert re.search(rf"\b{word}\b", page), word


def test_the_access_page_names_every_role_and_class() -> None:
    """The rule people rely on is written down."""
    page = _text("docs/access.md")

    for word in (*ROLES, *PRIVACY_CLASSES):
        assert word in page, word


def _letters(node: ast.AST) -> str:
    return "".join(
        str(part.value)
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    )


CATALOGUES = sorted(
    path.relative_to(ROOT)
    for package in ("commands", "forms", "geo", "ingest", "reports", "streamlit_app", "thai")
    for path in (ROOT / package).rglob("*problems.py")
)


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=str)
def test_every_problem_is_told_in_both_languages(catalogue: Path) -> None:
    """Each sentence and each remedy has Thai words first and English words second."""
    calls = [
        node
        for node in ast.walk(ast.parse((ROOT / catalogue).read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Text" and len(node.args) == 2
    ]
    assert calls
    for call in (one for one in calls if _letters(one)):
        assert re.search("[ก-๙]", _letters(call.args[0])), ast.unparse(call)
        assert re.search("[A-Za-z]{2}", _letters(call.args[1])), ast.unparse(call)


def test_the_papers_page_names_every_paper() -> None:
    """A paper without a line in the table is a paper nobody asks for; programmes share one."""
    page = _text("docs/papers.md")

    assert [name for name in KINDS if not name.startswith("programme_") and f"`{name}`" not in page] == []


def test_the_papers_page_has_every_number() -> None:
    """P01 to P25: each line names the number that the paper prints; P25 is a command's."""
    lines = dict(re.findall(r"^\| `(\w+)` \| ([PT]\d\d) ", _text("docs/papers.md"), re.MULTILINE))

    assert lines == {name: KINDS[name].number for name in KINDS if not name.startswith("programme_")}
    numbers = {kind.number for kind in KINDS.values()} | {"P25"}
    assert {f"P{number:02d}" for number in range(1, 26)} <= numbers
