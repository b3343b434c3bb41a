"""Which tambons and years of a form may be told beyond a viewer's area, condition by condition.

Every figure of a form is about a group of its rows: those that meet its condition. Whoever is told several
of them can add and subtract. So the conditions of all figures of a form are taken together, in a fixed order,
and one is told of a tambon and year only where each group into which the told ones divide the rows, and the
households, has ``access.SMALLEST_COUNT`` households or more (or none). Whatever is computed from told numbers
is then about a union of such groups: complementary suppression that no subtraction undoes.

A sum over households is held back, too, where one household makes up nearly all of it in one of those
groups: whoever gave the second largest part could reckon the largest to within a tenth. This is the p% rule
with p = 10 (Hundepool et al., Handbook on Statistical Disclosure Control, ESSnet 2010, section 4.2); as it is
subadditive, a sum of parts that keep it keeps it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import numpy.typing as npt

from ingest import access
from ingest.doors import over_time, telling_sql
from ingest.doors.cuts import Cut
from ingest.doors.figure_sql import Beyond, Figure, Rows
from ingest.doors.over_time import LEAST_REST, Given
from ingest.published import Catalogue
from thai.problem import Problem

_OF_ONE_HOUSEHOLD = ("min", "max")  # they tell the answer of one
_OF_SUMS = ("sum", "net", "mean", "ratio")
_OVER_TIME = (
    *_OF_SUMS,
    "count",
    "share",
    "median",
)  # of two periods together it follows from both, or nearly
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Parts:
    """How a sum is made up: the ``largest`` part of one household, and what all but the two largest gave.

    Parts of several sums add up to no less than those of their sum, so what holds of the former does of it.
    """

    largest: float = 0.0
    others: float = 0.0

    def __add__(self, other: Parts) -> Parts:
        return Parts(self.largest + other.largest, self.others + other.others)

    @property
    def of_one(self) -> bool:
        """Whether one household makes up nearly all of it."""
        return self.others < LEAST_REST * self.largest


def parts(
    cursor: duckdb.DuckDBPyConnection, rows: Rows, cut: Cut, within: str
) -> dict[tuple[str, str], Parts]:
    """How a figure is made up in each area and of each answer; nothing where it is no sum over households.

    Of a quotient the side counts that is more of one.
    """
    if rows.figure.measure not in _OF_SUMS or not rows.of_households:
        return {}
    sql, values = telling_sql.parts(rows, cut, within)
    found: dict[tuple[str, str], Parts] = {}
    for area, answer, largest, others in cursor.execute(sql, values).fetchall():
        one, old = Parts(largest, others), found.get((area, answer))
        if old is None or one.others * old.largest < old.others * one.largest:
            found[area, answer] = one
    return found


def hidden(
    cursor: duckdb.DuckDBPyConnection, rows: Rows, cut: Cut, within: str, finest: str
) -> set[tuple[str, str]]:
    """The areas and answers of which a paper of the cut's period is silent, for what shorter ones hide."""
    if rows.figure.measure not in _OVER_TIME or not rows.of_households:
        return set()
    sql, values = telling_sql.given(rows, cut, within)
    found = cursor.execute(sql, values).fetchnumpy()
    if not len(found["key"]):
        return set()
    key, month, home, which = (found[name].astype(np.int64) for name in ("key", "month", "home", "which"))
    given = Given(key, month, home, which, found["amount"].astype(np.float64))
    closed = over_time.hidden(given, cut.period.kind, finest, sums=rows.figure.measure in _OF_SUMS)
    keys, first = np.unique(given.key, return_index=True)
    areas, answers = found["area"], found["answer"]
    return {
        (str(areas[i]), str(answers[i])) for key, i in zip(keys, first, strict=True) if int(key) in closed
    }


def is_tellable(rows: Rows) -> bool:
    """Whether a figure is ever told of other areas, as far as its kind goes.

    Households chosen by what their rows come to are a group that no condition names, so they are not.
    """
    figure = rows.figure
    chosen = figure.at_least or (figure.net_of and rows.of_households)
    return figure.measure not in _OF_ONE_HOUSEHOLD and not chosen and not figure.split


def beyond(
    cursor: duckdb.DuckDBPyConnection, catalogue: Catalogue, rows: Rows, cut: Cut, within: str,
    beside: Sequence[Figure],
) -> Beyond:  # fmt: skip
    """The tambons and years outside ``within`` in which a figure is told, beside the others of its form."""
    conditions = _conditions(catalogue, rows, beside)
    sql, values = telling_sql.members(conditions, rows, cut, within)
    found = cursor.execute(sql, values).fetchnumpy()
    if not len(found["key"]):
        return Beyond(within, [], [])
    members = _Members(*(found[name].astype(np.int64) for name in ("key", "kind", "homes", "bits")))
    told = _told(members, conditions)
    own = next(n for n, one in enumerate(conditions) if _same(one, rows))
    chosen = (told >> own & 1 == 1) & _given(members, 1 << len(conditions))
    keys, first = np.unique(members.key, return_index=True)
    at = first[chosen[keys]]
    whole = len(at) == len(first)
    tellable = Beyond(within, found["tambon"][at].tolist(), found["year"][at].tolist(), whole)
    if rows.figure.measure not in _OF_SUMS or not rows.of_households:
        return tellable
    sql, values = telling_sql.dominated(
        conditions, rows, cut, tellable, told[chosen].tolist(), rest=LEAST_REST
    )
    return _without(tellable, set(cursor.execute(sql, values).fetchall()))


def _without(tellable: Beyond, dominated: set[tuple[str, int]]) -> Beyond:
    pairs = zip(tellable.tambons, tellable.years, strict=True)
    kept = [pair for pair in pairs if pair not in dominated]
    whole = tellable.whole and len(kept) == len(tellable.tambons)
    return Beyond(tellable.within, [tambon for tambon, _ in kept], [year for _, year in kept], whole)


def _conditions(catalogue: Catalogue, rows: Rows, beside: Sequence[Figure]) -> list[Rows]:
    """A figure for each condition on the same population, in order; whole tables stand first."""
    found: list[Rows] = []
    for figure in (*beside, rows.figure):
        if figure.form_id != rows.figure.form_id:
            continue
        try:
            one = Rows(catalogue, figure)
        except Problem:
            continue  # it is refused where it is asked for
        alike = (one.date, figure.latest) == (rows.date, rows.figure.latest)
        if not (alike and is_tellable(one)) or one.privacy != access.TEAM:
            continue
        found += [part for part in (one.whole_table(), one) if not any(_same(part, old) for old in found)]
    return sorted(found, key=lambda one: one.figure.where != "")


def _same(one: Rows, other: Rows) -> bool:
    return (one.repeat, one.figure.where) == (other.repeat, other.figure.where)


@dataclass(frozen=True)
class _Members:
    """Rows of a form's tables, alike ones of alike households once.

    Numbers of tambon and year and of the kind of household, how many are of that kind, bits met.
    """

    key: Integers
    kind: Integers
    homes: Integers
    bits: Integers


def _told(members: _Members, conditions: Sequence[Rows]) -> Integers:
    """For each tambon and year the conditions that are told, as bits; each is tried beside those before."""
    keys = int(members.key.max()) + 1
    kinds = np.arange(int(members.kind.max()) + 1)
    met, key_of, homes_of = np.zeros_like(kinds), np.zeros_like(kinds), np.zeros_like(kinds)
    np.bitwise_or.at(met, members.kind, members.bits)
    key_of[members.kind], homes_of[members.kind] = members.key, members.homes
    whole = {one.repeat: 1 << number for number, one in enumerate(conditions) if not one.figure.where}
    told = np.zeros(keys, np.int64)
    for number, one in enumerate(conditions):
        tried = told | (1 << number)
        own = members.bits & whole[one.repeat] > 0  # the rows of its table
        kind, bits = members.kind[own], members.bits[own]
        of_rows = _smallest(key_of, homes_of, bits & tried[key_of[kind]], kind, keys)
        of_homes = _smallest(key_of, homes_of, met & tried[key_of], kinds, keys)
        told = np.where(np.minimum(of_rows, of_homes) >= access.SMALLEST_COUNT, tried, told)
    return told


def _given(members: _Members, bit: int) -> npt.NDArray[np.bool_]:
    """Where enough households, or none, have rows with the bit."""
    has = members.bits & bit > 0
    _, first = np.unique(members.kind[has], return_index=True)
    n = np.zeros(int(members.key.max()) + 1, np.int64)
    np.add.at(n, members.key[has][first], members.homes[has][first])
    return np.asarray((n == 0) | (n >= access.SMALLEST_COUNT))


def _smallest(key_of: Integers, homes_of: Integers, group: Integers, kind: Integers, keys: int) -> Integers:
    """How many households the smallest group of each key has; none where the key has no rows."""
    found = np.zeros(keys, np.int64)
    if kind.size:
        groups, group = np.unique(group, return_inverse=True)
        width = groups.size
        pairs = np.unique(kind * width + group)  # each kind once in each group
        of_key, place = np.unique(key_of[pairs // width] * width + pairs % width, return_inverse=True)
        homes = np.zeros(of_key.size, np.int64)
        np.add.at(homes, place, homes_of[pairs // width])
        found[of_key // width] = homes.max()
        np.minimum.at(found, of_key // width, homes)
    return found
