"""What a printed sheet tells of a longer period, beside the shorter ones that it is made of.

Sheets of months, quarters, fiscal years and all time go to the same people, who can subtract: a year less
eleven of its months is the twelfth, which was held back because few households gave it. So the shorter
periods are settled first. What they hold back is the *rest* of a longer one; the longer one is told only
where its rest, too, is of ``access.SMALLEST_COUNT`` households or more (or of none) and not nearly of one.
Told numbers then are about unions of disjoint groups, each safe by itself, whatever is added or subtracted.

Other spans (calendar years, phases) overlap these without being made of each other; of them nothing is told.

Areas go the same way: a tambon less the villages that are told is the one that was held back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ingest import access

Integers = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]
Amounts = npt.NDArray[np.float64]

GRAINS = ("month", "quarter", "fiscal_year", "all")  # each is made of whole ones of that before
_PERIODS = 1 << 20  # more than there are months
LEAST_REST = 0.1  # of the largest part: what all but the two largest must come to


@dataclass(frozen=True)
class Given:
    """What households gave, month by month: one row each.

    ``key`` numbers area and answer, ``month`` counts months (0: October of year 0; -1: no day), ``home``
    numbers households, ``which`` says to which of a figure's sums ``amount`` belongs (1 is the first).
    """

    key: Integers
    month: Integers
    home: Integers
    which: Integers
    amount: Amounts


def hidden(given: Given, kind: str, finest: str = "month", *, sums: bool = True) -> set[int]:
    """The keys whose number is not told of periods of a kind, for sheets of ``finest`` and longer ones.

    ``given`` holds the rows of one such period (of all time: all). ``sums`` are held back, too, where one
    household makes up nearly all; counts are not. Of periods shorter than ``finest`` nothing is told.
    """
    grains = _grains(kind, finest)
    closed, _ = _settled(given, grains, [np.ones(given.key.size, np.bool_)] * len(grains), sums=sums)
    return {int(one) for one in np.unique(given.key[closed])}


def silent(
    given: Given, levels: Sequence[Integers], kind: str, finest: str = "month", *, sums: bool = True
) -> bool:
    """Whether a sheet of the area that holds all rows is silent, beside the sheets of the areas within it.

    ``levels`` number the area of each row in place of its ``key``, the smallest areas first, the whole last.
    """
    grains = _grains(kind, finest)
    closed, unknown = np.zeros(0, np.bool_), [np.ones(given.key.size, np.bool_)] * len(grains)
    for areas in levels:
        closed, unknown = _settled(replace(given, key=areas), grains, unknown, sums=sums)
    return bool(closed.any())


def _grains(kind: str, finest: str) -> tuple[str, ...]:
    """The periods of which sheets tell, up to that of a kind; none where it is no such period itself."""
    grains = GRAINS[GRAINS.index(finest) :]
    return grains[: grains.index(kind) + 1] if kind in grains else ()


def _settled(
    given: Given, grains: Sequence[str], unknown: Sequence[Truths], *, sums: bool
) -> tuple[Truths, list[Truths]]:
    """Which rows stand in no told number of the last grain; and of each grain, which in none up to it.

    ``unknown`` says the latter of the smaller areas: what they tell of a period is no rest of it.
    """
    closed, left = (np.ones(given.key.size, np.bool_) for _ in range(2))
    rest: list[Truths] = []
    for grain, before in zip(grains, unknown, strict=True):
        _, blocks = np.unique(_period(given, grain) + given.key * _PERIODS, return_inverse=True)
        unsafe = _unsafe(given, blocks, np.ones_like(left), sums=sums)
        unsafe |= _unsafe(given, blocks, left & before, sums=sums)
        closed = unsafe[blocks]
        left = left & (closed | ((given.month < 0) & (grain != "all")))
        rest.append(left & before)
    return closed, rest


def _period(given: Given, grain: str) -> Integers:
    """The number of the period of a grain in which each row lies."""
    months = {"month": 1, "quarter": 3, "fiscal_year": 12}
    if grain == "all":
        return np.zeros_like(given.month)
    return np.asarray(given.month // months[grain] + 1)


def _unsafe(given: Given, blocks: Integers, rows: Truths, *, sums: bool) -> Truths:
    """For each block whether few households gave its rows, or one nearly all of a sum; none is safe."""
    n, width = int(blocks.max(initial=-1)) + 1, int(given.home.max(initial=0)) + 1
    homes, found = blocks * width + given.home, np.zeros(n, np.bool_)
    for which in np.unique(given.which[rows]):
        own = rows & (given.which == which)
        gave = np.unique(homes[own & (given.amount != 0)])
        households = np.bincount(gave // width, minlength=n)
        found |= (households > 0) & (households < access.SMALLEST_COUNT)
        if sums:
            alike, at = np.unique(homes[own], return_inverse=True)
            parts = np.bincount(at, weights=given.amount[own]).astype(np.float64)
            found |= _of_one(alike // width, parts, n)
    return found


def _of_one(blocks: Integers, parts: Amounts, n: int) -> Truths:
    """Where all but the two largest parts of a block come to less than a tenth of the largest."""
    order = np.lexsort((-parts, blocks))
    blocks, parts = blocks[order], parts[order]
    place = np.arange(parts.size) - np.searchsorted(blocks, blocks)  # 0 is the largest of its block
    largest = np.bincount(blocks[place == 0], weights=parts[place == 0], minlength=n)
    rest = np.bincount(blocks[place > 1], weights=parts[place > 1], minlength=n)
    return np.asarray((largest > 0) & (rest < LEAST_REST * largest))
