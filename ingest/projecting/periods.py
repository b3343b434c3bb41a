"""The boundary sets that records are joined with, and which of them counts on a record's day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import numpy as np

from geo.locate import Locator

Of = TypeVar("Of")
Points = dict[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Period(Generic[Of]):
    """What one set has of a level, and the days on which it holds (ISO dates, '' open)."""

    name: str
    of: Of
    valid_from: str = ""
    valid_to: str = ""

    def holds(self, days: np.ndarray) -> np.ndarray:
        """Whether the set holds on each day (``datetime64[D]``)."""
        since = np.datetime64(self.valid_from) <= days if self.valid_from else np.ones(len(days), dtype=bool)
        return np.asarray(since & (days <= np.datetime64(self.valid_to)) if self.valid_to else since)


def of_days(periods: Sequence[Period[Any]], days: np.ndarray) -> np.ndarray:
    """The number of the set that counts on each day.

    It is the first one, unless the day lies outside its period and inside that of a later one.
    """
    chosen = np.zeros(len(days), dtype=np.int64)
    open_days = ~periods[0].holds(days) if len(periods) > 1 else chosen.astype(bool)
    for number, one in enumerate(periods[1:], 1):
        taken = open_days & one.holds(days)
        chosen[taken] = number
        open_days &= ~taken
    return chosen


@dataclass(frozen=True, slots=True)
class Places:
    """What everything is joined with, for each level the sets of which one counts on a day.

    ``tambons`` by their index, the default set first; ``laos`` by theirs, none where no set has any;
    ``villages`` by their points, 8 digits -> lon-lat. ``aliases`` are codes that areas had before
    (former -> current).
    """

    tambons: tuple[Period[Locator], ...]
    laos: tuple[Period[Locator], ...] = ()
    villages: tuple[Period[Points], ...] = ()
    aliases: dict[str, str] = field(default_factory=dict)

    @property
    def dated(self) -> bool:
        """Whether it matters of which day a record is."""
        return any(len(periods) > 1 for periods in (self.tambons, self.laos, self.villages))

    def has(self, code: str) -> bool:
        """Whether any set has a tambon of this code, or one in the amphoe or province of it."""
        for period in self.tambons:
            known = period.of.codes  # in their order
            at = int(np.searchsorted(known, code))
            if at < len(known) and str(known[at]).startswith(code):
                return True
        return False

    def current(self, codes: np.ndarray) -> np.ndarray:
        """Codes, or several joined by ``;``, as the default set has them: a former one names its place."""
        if not self.aliases:
            return codes
        now = [";".join(self.aliases.get(one, one) for one in code.split(";")) for code in codes]
        return np.array(now, dtype=object)
