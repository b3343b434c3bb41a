"""Group commit: one thread writes all that is waiting in one durable transaction.

A disk flush costs milliseconds on a real office machine; sharing it between phones that send at the
same time is what keeps their answers fast (measurements: ``bench/RESULTS.md``).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from typing import cast

import sqlalchemy as sa

from ingest import log
from ingest.log import Outcome, Received

_BATCH = 256
_LINGER_S = 0.001  # while several phones send, waiting this long halves the number of transactions


@dataclass(frozen=True, slots=True)
class _Waiting:
    received: Received
    outcome: asyncio.Future[Outcome]

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        return self.outcome.get_loop()


class Writer:
    """Takes submissions from event loops; each waits until its row is on the disk."""

    def __init__(self, engine: sa.Engine, wrote: Callable[[], None] = lambda: None) -> None:
        self._engine = engine
        self._kept = engine.raw_connection()  # taking one from the pool for each batch costs more than a row
        self.wrote = wrote  # called after each commit, from the writer's thread
        self._waiting: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="log-writer", daemon=True)
        self._thread.start()

    async def write(self, received: Received) -> Outcome:
        """The outcome of one submission, or the error that kept it out."""
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[Outcome] = loop.create_future()
        # At the end of the loop's turn, so that the thread finds all that came in one turn when it wakes.
        loop.call_soon(self._waiting.put, _Waiting(received, outcome))
        return await outcome

    def close(self) -> None:
        """Write what is waiting and stop."""
        self._waiting.put(None)
        self._thread.join()
        self._kept.close()

    def _run(self) -> None:
        company = 1
        while (first := self._waiting.get()) is not None:
            batch, more = self._gather(first, company)
            self._write(batch)
            if not more:
                return
            company = len(batch)

    def _gather(self, first: _Waiting, company: int) -> tuple[list[_Waiting], bool]:
        """All that is waiting; while several phones send, as many as last time if they come within a moment.

        False to stop.
        """
        batch, until = [first], time.monotonic() + _LINGER_S
        while len(batch) < _BATCH:
            left_s = until - time.monotonic() if len(batch) < company else 0.0
            try:
                one = self._waiting.get(timeout=left_s) if left_s > 0 else self._waiting.get_nowait()
            except queue.Empty:
                break
            if one is None:
                return batch, False
            batch.append(one)
        return batch, True

    def _write(self, batch: list[_Waiting]) -> None:
        batch = [one for one in batch if not one.outcome.cancelled()]  # a phone that hung up sends again
        if not batch:
            return
        results: list[Outcome] | list[Exception]
        try:
            results = self._append([one.received for one in batch])
        except Exception as error:  # the edge of the thread: whoever waits must hear of it
            logging.getLogger("tambon.log").warning("writing to the log failed: %s", type(error).__name__)
            results = [error] * len(batch)
        told = zip(batch, results, strict=True)
        for loop, own in groupby(told, key=lambda pair: pair[0].loop):
            with contextlib.suppress(RuntimeError):  # its server has stopped: nobody waits any more
                loop.call_soon_threadsafe(_tell, list(own))
        if not isinstance(results[0], Exception):
            self.wrote()

    def _append(self, batch: list[Received]) -> list[Outcome]:
        if log.append_new(cast(sqlite3.Connection, self._kept.driver_connection), batch):
            return [Outcome.NEW] * len(batch)
        with log.writing(self._engine) as connection:
            return log.append(connection, batch)


def _tell(results: list[tuple[_Waiting, Outcome | Exception]]) -> None:
    """Wake all of a batch at once: one call between threads instead of one a phone."""
    for one, result in results:
        if one.outcome.done():
            continue
        if isinstance(result, Exception):
            one.outcome.set_exception(result)
        else:
            one.outcome.set_result(result)
