"""The boundary sets that records are joined with, and which of them counts on a record's day."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from geo.locate import Locator


@dataclass(frozen=True, slots=True)
class Period:
    """The tambons of one set and the days on which they hold (ISO dates, '' open)."""

    name: str
    locator: Locator
    valid_from: str = ""
    valid_to: str = ""

    def holds(self, days: np.ndarray) -> np.ndarray:
        """Whether the set holds on each day (``datetime64[D]``)."""
        since = np.datetime64(self.valid_from) <= days if self.valid_from else np.ones(len(days), dtype=bool)
        return np.asarray(since & (days <= np.datetime64(self.valid_to)) if self.valid_to else since)


@dataclass(frozen=True, slots=True)
class Places:
    """What everything is joined with: the default set's tambons, and those of ``former`` sets.

    A record is joined with the default set, unless its day lies outside that set's period and inside that of
    a former one; the first of these counts. Beside them the index over LAOs, where a set has any, the points
    of villages by their 8 digits, and the codes that areas had before (former -> current).
    """

    default: Period
    lao: Locator | None = None
    villages: dict[str, tuple[float, float]] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    former: tuple[Period, ...] = ()

    def current(self, codes: np.ndarray) -> np.ndarray:
        """Codes, or several joined by ``;``, as the default set has them: a former one names its place."""
        if not self.aliases:
            return codes
        now = [";".join(self.aliases.get(one, one) for one in code.split(";")) for code in codes]
        return np.array(now, dtype=object)

    @property
    def periods(self) -> tuple[Period, ...]:
        """Every set that records are joined with, the default first."""
        return (self.default, *self.former)

    def of_days(self, days: np.ndarray) -> np.ndarray:
        """The number, in ``periods``, of the set that counts on each day."""
        chosen = np.zeros(len(days), dtype=np.int64)
        open_days = ~self.default.holds(days) if self.former else chosen.astype(bool)
        for number, one in enumerate(self.former, 1):
            taken = open_days & one.holds(days)
            chosen[taken] = number
            open_days &= ~taken
        return chosen
