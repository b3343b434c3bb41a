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

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ingest import access
from ingest.doors import over_time, telling_sql
from ingest.doors.cuts import LEVELS, Cut
from ingest.doors.figure_sql import Beyond, Figure, Rows
from ingest.doors.over_time import LEAST_REST, Given
from ingest.published import Catalogue
from ingest.statements import parsed
from thai.problem import Problem

_OF_ONE_HOUSEHOLD = ("min", "max")  # they tell the answer of one
_OF_SUMS = ("sum", "net", "mean", "ratio")
_COUNTED = ("count", "distinct", "share")  # how many did is no secret of theirs
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
    for area, answer, largest, others in cursor.execute(parsed(sql), values).fetchall():
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
    given, found = _given(cursor, rows, cut, within)
    if not given.key.size:
        return set()
    closed = over_time.hidden(given, cut.period.kind, finest, sums=rows.figure.measure in _OF_SUMS)
    keys, first = np.unique(given.key, return_index=True)
    areas, answers = found["area"], found["answer"]
    return {
        (str(areas[i]), str(answers[i])) for key, i in zip(keys, first, strict=True) if int(key) in closed
    }


def is_silent(cursor: duckdb.DuckDBPyConnection, rows: Rows, cut: Cut, within: str, finest: str) -> bool:
    """Whether a paper of the cut's area and period is silent of a figure, beside those of villages, tambons …
    within it and of shorter periods, down to ``finest``.
    """
    measure = rows.figure.measure
    if measure in _COUNTED or not rows.of_households:
        return False
    if measure in _OF_ONE_HOUSEHOLD:
        return True
    given, found = _given(cursor, rows, replace(cut, level="village"), within)
    if not given.key.size:
        return False
    sizes = [digits for digits in sorted(LEVELS.values(), reverse=True) if digits >= len(cut.area)]
    codes = found["area"].astype(str)
    levels = [np.unique(codes.astype(f"U{size}"), return_inverse=True)[1] for size in sizes if size]
    levels += [] if cut.area else [np.zeros_like(given.key)]
    return over_time.silent(given, levels, cut.period.kind, finest, sums=measure in _OF_SUMS)


def _given(
    cursor: duckdb.DuckDBPyConnection, rows: Rows, cut: Cut, within: str
) -> tuple[Given, dict[str, npt.NDArray[Any]]]:  # fmt: skip
    """What households gave of a figure, and the areas and answers that it is numbered by."""
    sql, values = telling_sql.given(rows, cut, within)
    found = cursor.execute(parsed(sql), values).fetchnumpy()
    key, month, home, which = (found[name].astype(np.int64) for name in ("key", "month", "home", "which"))
    return Given(key, month, home, which, found["amount"].astype(np.float64)), found


def is_tellable(rows: Rows) -> bool:
    """Whether a figure is ever told of other areas, as far as its kind goes.

    Households chosen by what their rows come to are a group that no condition names, so they are not; nor are
    those that stand so at a year's end, which less those of the year before are the few that changed.
    """
    figure = rows.figure
    chosen = figure.at_least or (rows.of_households and (figure.net_of or rows.at_end))
    return figure.measure not in _OF_ONE_HOUSEHOLD and not chosen and not figure.split


def beyond(
    cursor: duckdb.DuckDBPyConnection, catalogue: Catalogue, rows: Rows, cut: Cut, within: str,
    beside: Sequence[Figure], known: Known,
) -> Beyond:  # fmt: skip
    """The tambons and years outside ``within`` in which a figure is told, beside the others of its form."""
    conditions = _conditions(catalogue, rows, beside)
    own = next(n for n, one in enumerate(conditions) if _same(one, rows))
    answered = rows if any(ref[0] != "@" for ref in rows.figure.of) else None  # else it counts what it meets
    key = (tuple((one.repeat, one.figure) for one in conditions), answered and rows.figure)
    if key not in known:
        known[key] = _Kinds.asked(cursor, conditions, answered, cut, within)
    found = known[key]
    met = 1 << (len(conditions) if answered else own)
    chosen = (found.told >> own & 1 == 1) & found.given(met)
    tambons, years = found.tambons[chosen].tolist(), found.years[chosen].tolist()
    alike = (found.alike, met) if rows.unit and not rows.figure.latest else None
    tellable = Beyond(within, tambons, years, bool(chosen.all()), alike)
    if not tambons or rows.figure.measure not in _OF_SUMS or not rows.of_households:
        return tellable
    sql, values = telling_sql.dominated(
        conditions, rows, cut, tellable, found.told[chosen].tolist(), rest=LEAST_REST
    )
    return _without(tellable, set(cursor.execute(parsed(sql), values).fetchall()))


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
class _Kinds:
    """Households of tambons and years by kind: those whose rows meet the same conditions.

    ``key`` numbers tambon and year, ``kind`` their kinds, ``homes`` are so many; ``bits`` are the conditions
    that a row of theirs meets. By key: ``tambons``, ``years`` and, as bits, which conditions are ``told``.
    ``alike`` are the rows behind them (:func:`ingest.doors.telling_sql.alike`).
    """

    key: Integers
    kind: Integers
    homes: Integers
    bits: Integers
    tambons: npt.NDArray[Any]
    years: npt.NDArray[Any]
    told: Integers
    alike: pa.Table

    @classmethod
    def asked(
        cls, cursor: duckdb.DuckDBPyConnection, conditions: Sequence[Rows], answered: Rows | None, cut: Cut,
        within: str,
    ) -> _Kinds:  # fmt: skip
        """The kinds outside an area, and the rows of both sides of which they are made."""
        sql, values = telling_sql.alike(conditions, answered, cut)
        _alike = cursor.sql(parsed(sql), params=values).to_arrow_table()
        of_rows = pc.unique(_alike["bits"])
        _places = pa.table({"bits": of_rows, "place": np.arange(len(of_rows))})
        sets = -(-max(len(of_rows), 1) // telling_sql.PLACES)
        sql = telling_sql.kinds(sets, within)  # it reads _alike and _places by these names
        found = cursor.execute(parsed(sql)).fetchnumpy()
        met = np.stack([found[f"met{one}"].astype(np.int64) for one in range(sets)], axis=1)
        has = met[:, :, None] >> np.arange(telling_sql.PLACES) & 1
        has = has.reshape(len(met), sets * telling_sql.PLACES)
        kind, place = np.nonzero(has)
        bits = of_rows.to_numpy(zero_copy_only=False).astype(np.int64)[place]
        key, homes = (found[name].astype(np.int64)[kind] for name in ("key", "homes"))
        _, first = np.unique(found["key"], return_index=True)
        told = _told(key, kind, homes, bits, conditions)
        return cls(key, kind, homes, bits, found["tambon"][first], found["year"][first], told, _alike)

    def given(self, bit: int) -> npt.NDArray[np.bool_]:
        """By key: where enough households, or none, have rows with the bit."""
        has = self.bits & bit > 0
        _, first = np.unique(self.kind[has], return_index=True)
        n = _added(self.key[has][first], self.homes[has][first], self.told.size)
        return np.asarray((n == 0) | (n >= access.SMALLEST_COUNT))


Known = dict[Hashable, _Kinds]  # what was found for one question and viewer


def _told(
    key: Integers, kind: Integers, homes: Integers, bits: Integers, conditions: Sequence[Rows]
) -> Integers:
    """By key the conditions that are told, as bits; each is tried beside those before."""
    told = np.zeros(key.max(initial=-1) + 1, np.int64)
    kinds = np.arange(kind.max(initial=-1) + 1)
    met, key_of, homes_of = np.zeros_like(kinds), np.zeros_like(kinds), np.zeros_like(kinds)
    np.bitwise_or.at(met, kind, bits)
    key_of[kind], homes_of[kind] = key, homes
    whole = {one.repeat: 1 << number for number, one in enumerate(conditions) if not one.figure.where}
    for number, one in enumerate(conditions):
        tried = told | (1 << number)
        own = bits & whole[one.repeat] > 0  # the rows of its table
        of_rows = _smallest(key_of, homes_of, kind[own], bits[own] & tried[key[own]], told.size)
        of_homes = _smallest(key_of, homes_of, kinds, met & tried[key_of], told.size)
        told = np.where(np.minimum(of_rows, of_homes) >= access.SMALLEST_COUNT, tried, told)
    return told


def _smallest(key_of: Integers, homes_of: Integers, kind: Integers, group: Integers, keys: int) -> Integers:
    """How many households the smallest group of each key has; none where the key has no rows."""
    found = np.zeros(keys, np.int64)
    if kind.size:
        groups, group = np.unique(group, return_inverse=True)
        width = groups.size
        kind, group = np.divmod(np.unique(kind * width + group), width)  # each kind once in each group
        of_key, place = np.unique(key_of[kind] * width + group, return_inverse=True)
        homes = _added(place, homes_of[kind], of_key.size)
        found[of_key // width] = homes.max()
        np.minimum.at(found, of_key // width, homes)
    return found


def _added(place: Integers, number: Integers, size: int) -> Integers:
    """Numbers added by their places."""
    found = np.zeros(size, np.int64)
    np.add.at(found, place, number)
    return found
