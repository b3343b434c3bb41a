"""The map goes first: between a page's script and its map in the browser.

The map asks with the click itself what the page will show next, and is answered as soon as the script knows
it: one round trip instead of two. Until the map has its answer the page counts nothing, as both would share
the processor; then it waits with its widgets until the map is painted, as a browser that draws them is busy
for longer than the map needs.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from threading import Event
from typing import Any

from ingest.access import Viewer

_MOST_S = 0.5  # for a map that asks from afar; one that does not paint at all holds nobody up longer
_FIRST_S = 3.0  # for a map that the browser has to load first
_PATIENCE_S = 2.0  # from a click to what it chose; most clicks choose nothing

Page = tuple[str, str]  # the account, and the key that its open page gave its map


class Turns:
    """What open pages and their maps tell each other."""

    def __init__(
        self, most_s: float = _MOST_S, first_s: float = _FIRST_S, patience_s: float = _PATIENCE_S
    ) -> None:
        self.most_s, self.first_s, self._patience_s = most_s, first_s, patience_s
        self._asking: dict[Page, asyncio.Future[dict[str, Any]]] = {}
        self._answering: dict[Page, Event] = {}
        self._painted: dict[Page, Event] = {}

    async def choice(self, viewer: Viewer, key: str) -> dict[str, Any] | None:
        """What the page chooses next; ``None`` where that takes too long, or another question came."""
        page, asked = (viewer.name, key), asyncio.get_running_loop().create_future()
        if earlier := self._asking.get(page):
            earlier.cancel()
        self._asking[page] = asked
        try:
            return await asyncio.wait_for(asked, self._patience_s)
        except (TimeoutError, asyncio.CancelledError):
            return None
        finally:
            if self._asking.get(page) is asked:
                del self._asking[page]

    def chose(self, viewer: Viewer, key: str, choice: dict[str, Any]) -> None:
        """The page's script has chosen something; from its own thread."""
        page = (viewer.name, key)
        self._painted[page] = Event()
        if asked := self._asking.get(page):
            self._answering[page] = Event()
            with suppress(RuntimeError):  # the server is stopping
                asked.get_loop().call_soon_threadsafe(_answer, asked, choice)

    def answered(self, viewer: Viewer, key: str) -> None:
        """The question that was held has its answer, or a refusal."""
        if waiting := self._answering.pop((viewer.name, key), None):
            waiting.set()

    def painted(self, viewer: Viewer, key: str) -> None:
        """The map has drawn what it was told last."""
        if waiting := self._painted.get((viewer.name, key)):
            waiting.set()

    def wait_answered(self, viewer: Viewer, key: str) -> None:
        """Until the map that asked with the click has its answer; another until it is painted."""
        if waiting := self._answering.get((viewer.name, key)):
            waiting.wait(self.most_s)
        else:
            self.wait(viewer, key)

    def wait(self, viewer: Viewer, key: str, *, first: bool = False) -> None:
        """Until the map has drawn what was chosen, or it seems not to; ``first`` when it is a new one."""
        if waiting := self._painted.get((viewer.name, key)):
            waiting.wait(self.first_s if first else self.most_s)
            self._painted.pop((viewer.name, key), None)


def _answer(asked: asyncio.Future[dict[str, Any]], choice: dict[str, Any]) -> None:
    if not asked.done():
        asked.set_result(choice)


turns = Turns()
