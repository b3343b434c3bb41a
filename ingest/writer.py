"""Group commit: one thread writes all that is waiting in one durable transaction.

A disk flush costs milliseconds on a real office machine; sharing it between phones that send at the
same time is what keeps their answers fast (measurements: ``bench/RESULTS.md``).
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future

import sqlalchemy as sa

from ingest import log
from ingest.log import Outcome, Received

_BATCH = 256
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
        going = True
        while going:
            batch: list[_Waiting] = []
            first = self._waiting.get()
            while first is not None:
                batch.append(first)
                if len(batch) >= _BATCH:
                    break
                try:
                    first = self._waiting.get_nowait()
                except queue.Empty:
                    break
            going = first is not None
            if batch:
                self._write(batch)

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
