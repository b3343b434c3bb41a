"""docs/programmes.md: every line of the five documents at its place, and nothing named that is not there."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import offices
import pytest

from reports import breakdowns, indicators
from reports.consistency import wording
from reports.papers.catalogue import KINDS
from streamlit_app.office import Office
from thai.periods import parse_period
from thai.problem import Problem

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "programmes.md").read_text("utf-8")
TEXTS = [tomllib.loads(path.read_text("utf-8")) for path in (ROOT / "streamlit_app/texts/en").glob("*.toml")]
SAID = {text for part in TEXTS for text in part.values() if isinstance(text, str)}

LINES = {
    "000": "I20 I21 I22 I23 I24 I25 R001 R004 R005 R013 R014 R019 R023 R025 R026 D36",
    "001": "I01-I15 T14 W08 W20 W21 R006-R012 R015-R018 R024 R042 D12-D16 D35",
    "002": "I30-I38 T01-T04 W01-W07 W09-W13 W22 R002 R003 R020 R021 R022 R041 D17-D31",
    "003": "I40-I46 T05-T11 W14-W16 R027-R036 R043 D01-D11",
    "004": "T12 T13 W17-W19 R037-R040 D32 D33 D34",
}
"""What each document asks for first, by the numbers of the requirements."""
ABC = [f"5.{part}.{n}" for part, most in enumerate((2, 4, 3, 3, 2), 1) for n in range(1, most + 1)]
NUMBER = re.compile(r"\b([A-Z])(\d+)(?:[-–][A-Z](\d+))?")


def numbers(text: str) -> list[str]:
    """The numbers in a text, spans of them one by one."""
    found = []
    for letter, first, last in NUMBER.findall(text):
        span = range(int(first), int(last or first) + 1)
        found += [f"{letter}{number:0{len(first)}d}" for number in span]
    return found


def sections() -> dict[str, list[list[str]]]:
    """The cells of each line of a section's table, by the number of its document."""
    found = {}
    for part in PAGE.split("\n## ")[1:]:
        name = (re.findall(r"\((\d{3})\)", part.splitlines()[0]) or [part.splitlines()[0]])[0]
        lines = [line.strip("| ").split(" | ") for line in part.splitlines() if line.startswith("| ")]
        found[name] = lines[1:]
    return found


@pytest.mark.parametrize("document", LINES)
def test_every_line_stands_once_under_the_document_that_asks_for_it(document: str) -> None:
    """Given, or said to be missing."""
    lines = sections()[document]
    beginnings = [re.match(rf"(?:{NUMBER.pattern},? ?)*", line[0]) for line in lines]
    assert Counter(one for found in beginnings if found for one in numbers(found[0])) == Counter(
        numbers(LINES[document])
    )
    assert all(len(line) == 2 and line[1] for line in lines)


def test_every_indicator_of_the_ministry_stands_once() -> None:
    """5.1.1 to 5.5.2, as its list numbers them."""
    assert re.findall(r"^\| (5\.\d\.\d)", PAGE, re.MULTILINE) == ABC


def test_the_numbers_are_those_of_the_requirements(shared: Path) -> None:
    """Each under the first document that its line names; consent is asked by law and by none of them."""
    requirements = (shared / "REQUIREMENTS.md").read_text("utf-8")
    of = {"4.2": "001", "4.3": "000", "4.4": "002", "4.5": "003"}
    found: dict[str, list[str]] = {}
    heading, column = "", 0
    for line in requirements.splitlines():
        if line.startswith("#"):
            heading = (re.findall(r"\d\.\d", line) or [""])[0]
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if {"Seed", "Where"} & set(cells):
            column = next(n for n, cell in enumerate(cells) if cell in ("Seed", "Where"))
        if not re.fullmatch(r"[RITWD]\d+", cells[0]):
            continue
        documents = re.findall(r"\b(00\d)\b", cells[column])
        document = of.get(heading) or (documents[0] if documents else "law")
        found.setdefault(document, []).append(cells[0])
    assert found.pop("law") == ["R044"]
    assert {name: sorted(one) for name, one in found.items()} == {
        name: sorted(numbers(own)) for name, own in LINES.items()
    }


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office with every shipped form."""
    with offices.opened(tmp_path_factory.mktemp("page") / "data") as office:
        yield office


def known(office: Office) -> set[str]:
    """Indicators, breakdowns, papers, findings and their causes, forms, their questions and layers."""
    catalogue = office.atlas.reference.catalogue
    found = {*indicators.definitions(office.atlas), *breakdowns.known(office.atlas)}
    found |= {f"report {name}" for name in KINDS} | set(wording.KINDS) | set(wording.CAUSES)
    for form, usage in catalogue.usages.items():
        named = [one.name for table in catalogue.newest(form).schema.tables for one in table.fields]
        found |= {form} | {f"{form}.{name}" for name in (*named, *(layer.name for layer in usage.layers))}
    return found | {"account_target"}


def is_there(name: str, there: set[str]) -> bool:
    """A name, a pattern of names, a folder or a period."""
    if name in there or name.endswith("/"):
        return name in there or (ROOT / name).is_dir()
    if "*" in name:
        return any(fnmatch(one, name) for one in there)
    try:
        return bool(parse_period(name))
    except Problem:
        return False


def test_whatever_the_page_names_is_there(shipped: Office) -> None:
    """Names in code letters are the program's, slanted words its screens', numbers its papers'."""
    there = known(shipped)
    assert [name for name in re.findall(r"`([^`]+)`", PAGE) if not is_there(name, there)] == []
    titles = {one.theme["en"] for one in indicators.definitions(shipped.atlas).values()}
    assert [words for words in re.findall(r"(?<!\*)\*([^*`|]+)\*", PAGE) if words not in SAID | titles] == []
    assert set(re.findall(r"\bP\d\d\b", PAGE)) <= {kind.number for kind in KINDS.values()} | {"P25"}


def test_every_indicator_of_a_programme_is_on_the_page(shipped: Office) -> None:
    """Whoever adds one says there what asked for it."""
    cited = re.findall(r"`([a-z]+\.[a-z0-9_*]+)`", PAGE)
    own = {name for name in (*indicators.definitions(shipped.atlas), *breakdowns.known(shipped.atlas))
           if name.partition(".")[0] not in shipped.atlas.reference.catalogue.usages}  # fmt: skip
    assert sorted(name for name in own if not any(fnmatch(name, one) for one in cited)) == []


def test_lists_have_the_values_that_programmes_name(shipped: Office) -> None:
    """Others, and what no programme named, may stand beside them."""
    catalogue = shipped.atlas.reference.catalogue
    for _, question, values in sections()["Lists that programmes name"]:
        form, _, name = question.strip("`").partition(".")
        fields = [one for table in catalogue.newest(form).schema.tables for one in table.fields]
        choices = next(one.choices for one in fields if one.name == name) or ()
        named = [one for one in choices if one.value not in ("other", "none", "not_yet")]
        assert len(named) >= int(values), question
