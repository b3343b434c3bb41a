"""Group commit: one thread writes all that is waiting in one durable transaction.

A disk flush costs milliseconds on a real office machine; sharing it between phones that send at the
same time is what keeps their answers fast (measurements: ``bench/RESULTS.md``).
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future

import sqlalchemy as sa

from ingest import log
from ingest.log import Outcome, Received

_BATCH = 256
_LINGER_S = 0.001  # while several phones send, waiting this long halves the number of transactions
_Waiting = tuple[Received, "Future[Outcome]"]


class Writer:
    """Takes submissions from any thread; each future is done when its row is on the disk."""

    def __init__(self, engine: sa.Engine, wrote: Callable[[], None] = lambda: None) -> None:
        self._engine = engine
        self.wrote = wrote  # called after each commit, from the writer's thread
        self._waiting: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="log-writer", daemon=True)
        self._thread.start()

    def submit(self, received: Received) -> Future[Outcome]:
        """Queue one submission; the future holds its outcome, or the error that kept it out."""
        future: Future[Outcome] = Future()
        self._waiting.put((received, future))
        return future

    def close(self) -> None:
        """Write what is waiting and stop."""
        self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        busy = False
        while (first := self._waiting.get()) is not None:
            batch, more = self._gather(first, _LINGER_S if busy else 0.0)
            self._write(batch)
            if not more:
                return
            busy = len(batch) > 1

    def _gather(self, first: _Waiting, linger_s: float) -> tuple[list[_Waiting], bool]:
        """All that is waiting, and while several phones send, what comes within a moment; False to stop."""
        batch, until = [first], time.monotonic() + linger_s
        while len(batch) < _BATCH:
            left_s = until - time.monotonic()
            try:
                one = self._waiting.get(timeout=left_s) if left_s > 0 else self._waiting.get_nowait()
            except queue.Empty:
                break
            if one is None:
                return batch, False
            batch.append(one)
        return batch, True

    def _write(self, batch: list[_Waiting]) -> None:
        batch = [one for one in batch if one[1].set_running_or_notify_cancel()]
        if not batch:
            return
        try:
            with log.writing(self._engine) as connection:
                outcomes = log.append(connection, [received for received, _ in batch])
        except Exception as error:  # the edge of the thread: whoever waits must hear of it
            logging.getLogger("tambon.log").warning("writing to the log failed: %s", type(error).__name__)
            for _, future in batch:
                future.set_exception(error)
            return
        for (_, future), outcome in zip(batch, outcomes, strict=True):
            future.set_result(outcome)
        self.wrote()
