"""Sheets of months, quarters and years beside each other: what one holds back no sum and difference tells."""

from __future__ import annotations

from itertools import chain, combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.doors import over_time
from ingest.doors.over_time import GRAINS, Given

Row = tuple[int, int, int]  # month (0: an October), household, baht
LENGTHS = {"month": 1, "quarter": 3, "fiscal_year": 12}
MONTHS = (0, 1, 2, 3, 5, 12, 13)  # two fiscal years: a whole quarter, parts of others, a single month


def of(rows: list[Row]) -> Given:
    """One area's rows."""
    columns = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    one = np.ones(len(rows), np.int64)
    return Given(one * 0, columns[0], columns[1], one, columns[2].astype(np.float64))


def told(rows: list[Row]) -> list[frozenset[int]]:
    """The months that each printed number adds up, of all sheets that there can be."""
    found = []
    for grain in GRAINS:
        length = LENGTHS.get(grain, 10_000)
        for period in {month // length for month, _, _ in rows}:
            own = [row for row in rows if row[0] // length == period]
            if not over_time.hidden(of(own), grain):
                found.append(frozenset(row[0] for row in own))
    return found


def test_a_tambon_is_silent_where_a_village_hides_a_month() -> None:
    """Village 0 is told; of village 1 October of five is, and November of two is not: the tambon's year less
    village 0 and that October is November. With November of five all is told.
    """

    def silent(november: int) -> bool:
        rows = [(0, home, 10, 0) for home in range(6)] + [(0, home, 10, 1) for home in range(6, 11)]
        rows += [(1, home, 10, 1) for home in range(6, 6 + november)]
        given_ = of([row[:3] for row in rows])
        villages = np.array([row[3] for row in rows], np.int64)
        return over_time.silent(given_, [villages, villages * 0], "fiscal_year")

    assert (silent(2), silent(5)) == (True, False)


def is_safe(rows: list[Row], months: frozenset[int]) -> bool:
    """Five households or more, of whom no one makes up nearly all; or none."""
    homes: dict[int, int] = {}
    for month, home, baht in rows:
        if month in months and baht:
            homes[home] = homes.get(home, 0) + baht
    largest = sorted(homes.values(), reverse=True)
    return not homes or (len(homes) >= 5 and sum(largest[2:]) >= 0.1 * largest[0])


def reckonable(numbers: list[frozenset[int]], months: list[int]) -> list[frozenset[int]]:
    """Every set of months whose sum follows from the numbers by adding and subtracting."""
    sums = np.array([[month in one for month in months] for one in numbers], float).reshape(-1, len(months))
    rank = np.linalg.matrix_rank(sums) if numbers else 0
    subsets = chain.from_iterable(combinations(months, n) for n in range(1, len(months) + 1))
    found = []
    for subset in subsets:
        asked = np.array([[month in subset for month in months]], float)
        if np.linalg.matrix_rank(np.vstack([sums, asked])) == rank:
            found.append(frozenset(subset))
    return found


ROWS = st.lists(
    st.tuples(st.sampled_from(MONTHS), st.sets(st.integers(0, 8)), st.sampled_from([0, 10, 100, 5000])),
    min_size=1, max_size=9,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_nothing_that_few_gave_can_be_reckoned(months: list[tuple[int, set[int], int]]) -> None:
    """Whatever the sheets of months, quarters, years and all time tell, added and subtracted in any way."""
    rows = [(month, home, baht) for month, homes, baht in months for home in homes]
    if not rows:
        return
    for subset in reckonable(told(rows), sorted({row[0] for row in rows})):
        assert is_safe(rows, subset), subset


@pytest.mark.parametrize(
    ("months", "is_told"),
    [
        ({0: range(6)}, True),  # October of six is the year
        ({0: range(6), 1: range(2)}, False),  # the year less October is November of two
        ({0: range(6), 1: range(2), 2: range(2, 5)}, True),  # the rest is of five: 0 to 4
        ({0: range(6), 1: range(2), 3: range(2, 5)}, True),  # the same in two quarters that are silent
        ({0: range(6), 1: range(2), 2: range(2, 5), 3: range(2)}, False),  # quarter 1 is told: less it, two
    ],
)
def test_a_year_beside_its_months(months: dict[int, range], is_told: bool) -> None:
    """Ten baht of each household in each month."""
    rows = [(month, home, 10) for month, homes in months.items() for home in homes]
    assert (not over_time.hidden(of(rows), "fiscal_year")) == is_told


def test_a_span_that_is_not_made_of_quarters_tells_nothing() -> None:
    """Calendar years lie across fiscal years: one after the other they would tell what is between."""
    assert over_time.hidden(of([(0, home, 10) for home in range(9)]), "calendar_year") == {0}
