"""Threads for what takes long: each kind of work has its own, and waits for its own kind alone.

What answers phones stays out of them: it shares asyncio's threads with nothing that lasts.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

T = TypeVar("T")


class Lane:
    """A few threads for one kind of work; they begin with the first of it."""

    def __init__(self, name: str, threads: int) -> None:
        self._threads = ThreadPoolExecutor(threads, name)
        self.asked = 0  # how much of it waits or is under way

    async def run(self, work: Callable[..., T], *given: Any, **named: Any) -> T:
        """Have it done, after what was asked before."""
        self.asked += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._threads, partial(work, *given, **named)
            )
        finally:
            self.asked -= 1


PASSWORDS = Lane("passwords", 1)  # a hash is slow on purpose, and anybody may ask for one
EXPORTS = Lane("exports", 2)
PICTURES = Lane("pictures", 1)
OUTLINES = Lane("outlines", 2)  # made once for each boundary set, one after the other; then files
FEATURES = Lane("features", 2)  # a program like QGIS asks for many pages at once
# More at once would only wait for one another, and phones for all of them: each thread that wants the
# interpreter keeps the one that answers phones from it for a moment.
VIEWS = Lane("map-view", os.cpu_count() or 2)
TILES = Lane("tiles", 1)  # twenty come at once, and what lies on them comes first
