"""Runs of consecutive numbers: how flat arrays of many short lists are walked without a loop."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


def runs(first: Ints, count: Ints) -> Ints:
    """``first``, ``first + 1``, … for each, ``count`` of them, one after the other."""
    ends = np.cumsum(count)
    return np.repeat(first - (ends - count), count) + np.arange(ends[-1] if len(ends) else 0)


def firsts(owner: Ints) -> Ints:
    """Where each run of equal numbers begins."""
    begins = np.ones(len(owner), dtype=bool)  # np.diff with something to prepend takes four times as long
    np.not_equal(owner[1:], owner[:-1], out=begins[1:])
    return np.flatnonzero(begins)
