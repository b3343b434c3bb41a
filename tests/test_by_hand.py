"""Every indicator there is, against numbers counted by hand: rows and arithmetic stand in ``by_hand/*.md``.

A section is a form (and what it is divided by). Its first tables are all rows there are, the last one says of
each indicator how it is reckoned; the two sides of a stroke are what the answer says it is made of. A row
without a day is of 15 November 2025, one without an area of village 3 of Ko Thuat (80120603). An indicator is
asked of an area of its own level, and of its own period: November 2568, the first quarter or all of fiscal
year 2569, or all time.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from pathlib import Path

import offices
import pytest
import workbooks

from ingest import log, reference_values
from ingest.access import Viewer
from ingest.doors.figure_sql import Rows
from ingest.doors.figures import Figure
from ingest.identifiers import quoted
from ingest.reference_values import ReferenceValue
from reports import breakdowns, indicators
from reports.reference import level_of
from streamlit_app.office import Office
from thai.periods import parse_period

BOSS = Viewer("boss@example.org", "administrator", "")
VILLAGE = "80120603"
AREAS = {"country": "", "province": "80", "amphoe": "8012", "tambon": "801206", "village": VILLAGE}
PERIODS = {"month": "2025-11", "quarter": "2569-Q1", "fiscal_year": "FY2569", "": "all"}
COUNTS = [ReferenceValue("count", "account_target", "80", "", "25"),
          ReferenceValue("count", "villages", "80", "", "8")]  # fmt: skip
SIGNS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}

Table = tuple[list[str | None], list[list[str | None]]]


@dataclass(frozen=True)
class Section:
    """What is written under one heading: rows by table, and arithmetic by indicator."""

    title: str
    rows: dict[str, Table]
    reckoned: dict[str, str]


def read() -> list[Section]:
    """All sections of all files."""
    files = sorted((Path(__file__).parent / "by_hand").glob("*.md"))
    return [_section(text) for file in files for text in file.read_text("utf-8").split("\n## ")[1:]]


def _section(text: str) -> Section:
    title, _, body = text.partition("\n")
    rows, reckoned, name = dict[str, Table](), dict[str, str](), title.strip()
    for is_table, lines in groupby(body.splitlines(), lambda line: line.startswith("|")):
        block = "\n".join(lines)
        if not is_table:
            name = [name, *re.findall(r"^### (\S+)$", block, re.M)][-1]
            continue
        head, *below = workbooks.lines(block)
        if head[0] == "indicator":
            reckoned |= {str(line[0]): str(line[1]) for line in below}
        else:
            rows[name] = head, below
    return Section(title.strip(), rows, reckoned)


def reckon(node: ast.expr) -> Decimal:
    """A sum as written, in decimals."""
    if isinstance(node, ast.BinOp):
        return SIGNS[type(node.op)](reckon(node.left), reckon(node.right))
    if isinstance(node, ast.UnaryOp):
        return -reckon(node.operand)
    assert isinstance(node, ast.Constant)
    return Decimal(str(node.value))


SECTIONS = read()


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office with every shipped form, eight villages and 25 households to be won."""
    with offices.opened(tmp_path_factory.mktemp("by_hand") / "data") as office:
        with log.writing(office.atlas.log) as connection:
            reference_values.add(connection, COUNTS, "boss")
        office.atlas.refresh()
        yield office


def fill(office: Office, table: str, rows: Table) -> None:
    """Make these the only rows of a table; a repeat's say in ``record`` whose they are."""
    head, below = rows
    form, _, repeat = table.partition("/")
    day = Rows(office.atlas.reference.catalogue, Figure(form, "count")).date
    with office.atlas.warehouse.transaction() as connection:
        connection.execute(f"DELETE FROM {quoted(table)}")
        for number, line in enumerate(below, 1):
            said = {str(name): cell for name, cell in zip(head, line, strict=True)}
            area = said.pop("area", None) or VILLAGE
            own = {"_area": area, "_tambon": area[:6] if len(area) >= 6 else ""}
            if repeat:
                own |= {"_seq": said.pop("record", None) or "1", "_key": str(number), "_parent": ""}
            else:
                own |= {"_seq": str(number), day: said.pop("day", None) or "2025-11-15"}
            own["_instance_id"] = f"uuid:{form}-{own['_seq']}"
            own |= {name: cell for name, cell in said.items() if cell is not None}
            names, marks = ", ".join(quoted(name) for name in own), ", ".join("?" * len(own))
            connection.execute(f"INSERT INTO {quoted(table)} ({names}) VALUES ({marks})", list(own.values()))


@pytest.mark.parametrize("section", SECTIONS, ids=lambda one: one.title)
def test_an_indicator_is_what_is_counted_by_hand(shipped: Office, section: Section) -> None:
    """Value, and both parts of what is divided."""
    for table, rows in section.rows.items():
        fill(shipped, table, rows)
    known, cut = indicators.definitions(shipped.atlas), breakdowns.known(shipped.atlas)
    for name, sum_ in section.reckoned.items():
        tree = ast.parse(sum_, mode="eval").body
        asked, _, answered = name.partition(": ")
        if asked in cut:
            period = parse_period(PERIODS[cut[asked].by])
            parts = breakdowns.parts(shipped.atlas, BOSS, cut[asked], AREAS[cut[asked].level], period)
            assert {one.answer: one.value for one in parts}.get(answered) == reckon(tree), name
            continue
        definition = known[name]
        found = indicators.answer(
            shipped.atlas, BOSS, name, AREAS[definition.level], parse_period(PERIODS[definition.by])
        )
        assert found.value is not None, name
        assert round(found.value, 6) == round(reckon(tree), 6), name
        if not definition.has_parts:
            continue
        if definition.scale != 1:
            assert isinstance(tree, ast.BinOp), name
            tree = tree.left
        assert isinstance(tree, ast.BinOp), name
        assert (found.numerator, found.denominator) == (reckon(tree.left), reckon(tree.right)), name
        assert level_of(found.area) == definition.level


def test_an_agreement_stands_in_every_year_from_its_start(shipped: Office) -> None:
    """The first A from 2564, B from 2567, the A that took its place and C and D in 2569; to this day."""
    section = next(one for one in SECTIONS if one.title == "water_agreement")
    for table, rows in section.rows.items():
        fill(shipped, table, rows)
    for name in ("water_agreement.in_force", "livelihood.agreements"):
        for year, count in (("FY2566", 1), ("FY2567", 2), ("FY2569", 2), ("FY2575", 2)):
            found = indicators.answer(shipped.atlas, BOSS, name, "801206", parse_period(year))
            assert found.value == count, (name, year)
        by_year = indicators.Question(name, "tambon", "801206", by="fiscal_year")
        told = {one.period.name: one.value for one in indicators.answers(shipped.atlas, BOSS, by_year)}
        years = ["FY2564", "FY2565", "FY2566", "FY2567", "FY2568", "FY2569"]
        assert told == dict(zip(years, [1, 1, 1, 2, 2, 2], strict=True))


def test_no_indicator_is_without_arithmetic(shipped: Office) -> None:
    """Whoever adds an indicator writes down how it is counted."""
    written = {name.partition(": ")[0] for section in SECTIONS for name in section.reckoned}
    assert written == indicators.definitions(shipped.atlas).keys() | breakdowns.known(shipped.atlas).keys()
