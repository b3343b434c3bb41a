"""Kept sums: whatever arrives, is corrected or moves, a figure is what its lines come to, one by one."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import accounts_form
import offices
import pytest
from accounts_form import fill, month
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from offices import submission

from ingest.access import Viewer
from ingest.doors import figures
from ingest.doors.cuts import Cut
from ingest.doors.figures import Cell, Figure
from ingest.projecting import follow, kept_sums, line_sums
from streamlit_app.office import Office
from thai.periods import parse_period

BOSS = Viewer("boss@example.org", "administrator", "")
VILLAGER = Viewer("helper@example.org", "enumerator", "80120603")
YEAR = parse_period("FY2569")
SPENT = Figure("trial", "sum", ("lines/amount",), "${lines/side} = 'expense'")
BY_NEED = Figure("trial", "sum", ("lines/amount",), "${lines/side} = 'expense'", split="lines/needed")
ALL = Figure("trial", "sum", ("lines/amount",))
LARGE = Figure("trial", "sum", ("lines/amount",), "${lines/amount} > 100")  # each line must be looked at
DAYS = parse_period("2025-11-01..2025-11-15")  # of a month not the whole
CUTS = (
    Cut("village", period=YEAR),
    Cut("tambon", "8012", YEAR, "month"),
    Cut("country"),
    Cut("country", "80120603", YEAR),
    Cut("tambon", period=DAYS),
)


LINES = st.tuples(
    st.sampled_from(["income", "expense"]),
    st.sampled_from(["yes", "no"]),
    st.none() | st.decimals(-50, 5_000, places=2),
)
BOOKS = st.lists(
    st.tuples(
        st.sampled_from(["80120603", "80120604", "80120201", "801302", ""]),
        st.sampled_from(["2025-10-31", "2025-11-01", "2025-11-30", "2026-10-31"]),
        st.lists(LINES, max_size=3),
    ),
    min_size=2,
    max_size=7,
)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office with an account book; every test fills in its own months."""
    with accounts_form.opened(tmp_path_factory.mktemp("sums")) as opened:
        yield opened


def told(office: Office) -> list[list[Cell]]:
    """Every figure cut in every way."""
    catalogue, cursor = office.atlas.reference.catalogue, office.atlas.warehouse.cursor()
    return [
        figures.cells(cursor, catalogue, viewer, one, cut)
        for viewer, cuts in ((BOSS, CUTS), (VILLAGER, CUTS[2:3]))
        for one in (SPENT, BY_NEED, ALL, LARGE)
        for cut in cuts
    ]


def kept(office: Office) -> list[int]:
    """Where the stretches with sums begin."""
    rows = office.atlas.warehouse.cursor().execute("SELECT since FROM kept_sums ORDER BY 1").fetchall()
    return [since for (since,) in rows]


def keep(office: Office, *, stretch: int = 2, step: int = 2) -> int:
    """Sum every stretch of so many submissions that lacks it; how many there were."""
    every = list(line_sums.every(office.atlas.reference.catalogue))
    done = 0
    while line_sums.keep(office.atlas.warehouse, every, stretch=stretch, step=step, many=1):
        done += 1
    return done


@example(book=[("80120603", "2025-10-31", [("income", "no", "0"), ("income", "no", "100.01")])] * 2)
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(book=BOOKS)
def test_sums_give_what_the_lines_do(office: Office, book: list[tuple[str, str, list[Any]]]) -> None:
    """Any book of accounts, lines without an amount and records without a place among them."""
    fill(office, [month(area, f"h{n}", day, of) for n, (area, day, of) in enumerate(book)])
    with office.atlas.warehouse.transaction() as connection:
        kept_sums.forget_all(connection)
    office.atlas.warehouse.set_meta("last_seq", str(len(book)))
    one_by_one = told(office)

    keep(office)

    assert told(office) == one_by_one
    assert bool(kept(office)) == any(of for _, _, of in book)


def test_a_correction_and_a_move_take_their_sums_along(tmp_path: Path) -> None:
    """Seven months arrive, the second is corrected, then areas are joined anew."""
    with accounts_form.opened(tmp_path) as office:
        schema = office.atlas.reference.catalogue.newest("trial").schema

        def book(number: int, amount: str, *, replaces: str = "") -> bytes:
            said = {"tambon": "801206", "moo": 3, "household": f"h{number}", "month": "2025-11-30",
                    "lines": [{"side": "expense", "needed": "no", "amount": amount}]}  # fmt: skip
            name = f"uuid:{number}{amount}"
            return submission(schema, said, instance=name, replaces=replaces)

        offices.send(office, *(book(number, "100.25") for number in range(7)))
        assert keep(office) == 4
        assert [one.value for one in told(office)[0]] == [Decimal("701.75")]

        offices.send(office, book(1, "50", replaces="uuid:1100.25"))
        assert kept(office) == [0, 4, 6]  # the second stretch is read line by line, and so is what came last
        assert [one.value for one in told(office)[0]] == [Decimal("651.50")]

        assert keep(office) == 1
        assert [one.value for one in told(office)[0]] == [Decimal("651.50")]

        follow.move(office.atlas, workers=0)
        assert not kept(office)
        assert [one.value for one in told(office)[0]] == [Decimal("651.50")]

        assert keep(office, stretch=100, step=3) == 1
        assert [one.value for one in told(office)[0]] == [Decimal("651.50")]

        offices.send(office, *(book(number, "10") for number in range(3)))
        assert keep(office, stretch=100, step=3) == 1  # the same stretch, which has grown
        assert kept(office) == [0]
        assert [one.value for one in told(office)[0]] == [Decimal("681.50")]
