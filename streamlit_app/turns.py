"""The map goes first: a page whose choice changed draws its widgets when the map has had its answer.

A browser that draws twenty widgets anew is busy for longer than the map needs, and on a slow line what the
widgets say would stand in the way of the map's data.
"""

from __future__ import annotations

from collections import Counter
from threading import Condition

from ingest.access import Viewer

_MOST_S = 0.3  # for a map that asks from afar; one that does not ask at all holds nobody up longer


class Turns:
    """How many answers each account's maps have had. A page waits for one at most ``most_s`` seconds."""

    def __init__(self, most_s: float = _MOST_S) -> None:
        self._most_s = most_s
        self._had: Counter[str] = Counter()
        self._changed = Condition()

    def had(self, viewer: Viewer) -> int:
        """Answers so far."""
        return self._had[viewer.name]

    def answered(self, viewer: Viewer) -> None:
        """A map of this account was answered."""
        with self._changed:
            self._had[viewer.name] += 1
            self._changed.notify_all()

    def wait(self, viewer: Viewer, had: int) -> None:
        """Until a map of this account has had one more, or it seems not to ask."""
        with self._changed:
            self._changed.wait_for(lambda: self._had[viewer.name] > had, self._most_s)


turns = Turns()
