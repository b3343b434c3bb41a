"""Processes that project ranges of the log for another one: ``python -m ingest.projecting.worker``.

Pickles go in and out.
``multiprocessing`` would run the parent's ``__main__`` again in each child, and in the server that is a page
of Streamlit as soon as somebody has opened one.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import queue
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import sqlalchemy as sa

from ingest import log, published
from ingest.areas import set_files
from ingest.areas.boundary_sets import InUse
from ingest.folder import DataFolder
from ingest.projecting.batches import Batch
from ingest.projecting.periods import Places
from ingest.projecting.projection import FormReaders, project

_NICE = 10  # phones and maps are answered first where the processor is short
_ROOT = Path(__file__).resolve().parents[2]

Processes = list[subprocess.Popen[bytes]]


@dataclass(frozen=True)
class Asked:
    """What a worker needs to project as its parent would: the same forms, the same boundaries."""

    folder: str
    sets: InUse
    versions: frozenset[tuple[str, str]]


def in_workers(
    asked: Asked, ranges: Sequence[tuple[int, int]], processes: Processes
) -> Iterator[tuple[int, Batch]]:
    """Project ranges of the log (after, up to) in processes; the batches come in the order of the ranges."""
    idle: queue.SimpleQueue[subprocess.Popen[bytes]] = queue.SimpleQueue()
    for process in processes:
        idle.put(process)

    def one(after: int, upto: int) -> Batch:
        process = idle.get()
        try:
            return _ask(process, (asked, after, upto))
        finally:
            idle.put(process)

    with ThreadPoolExecutor(len(processes)) as threads:
        waiting: list[tuple[int, Future[Batch]]] = []
        for after, upto in ranges:
            waiting.append((upto, threads.submit(one, after, upto)))
            if len(waiting) > 2 * len(processes):  # so that finished batches do not fill the memory
                done, future = waiting.pop(0)
                yield done, future.result()
        for done, future in waiting:
            yield done, future.result()


class Warm:
    """One process kept for live batches: it projects while this one answers phones and maps.

    It is started when it is first wanted, and wanted again until it has read forms and boundaries.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = ThreadPoolExecutor(1, "warm-worker")
        self._asked: Asked | None = None
        self._reading: Future[Batch] | None = None
        self._wanted_at = 0.0

    def ready(self, asked: Asked) -> bool:
        """Whether it can project at once; if it cannot, it begins to make ready."""
        self._wanted_at = time.monotonic()
        if self._reading is None or self._asked != asked:
            if self._process is None:
                self._process = _start()
            self._asked = asked
            self._reading = self._thread.submit(_ask, self._process, (asked, 0, 0))
        if self._reading.done() and self._reading.exception():
            self.rest()
        return self._reading is not None and self._reading.done()

    def project(self, asked: Asked, after: int, upto: int) -> Batch:
        """Project a range of the log; whoever asks has seen that it is ready."""
        assert self._process is not None  # noqa: S101 - ready() started it
        try:
            return _ask(self._process, (asked, after, upto))
        except (OSError, EOFError, pickle.UnpicklingError):
            self.rest()
            raise

    def rest_unless_wanted(self, within_s: float) -> None:
        """End the process when nobody wanted it for so long."""
        if time.monotonic() - self._wanted_at > within_s:
            self.rest()

    def rest(self) -> None:
        """End the process; the next want starts another."""
        process, self._process, self._reading = self._process, None, None
        if process is not None:
            self._thread.submit(_end, process)  # behind what it may still be reading

    def close(self) -> None:
        """End the process and wait for it."""
        self.rest()
        self._thread.shutdown()


def _start() -> subprocess.Popen[bytes]:
    line = [sys.executable, "-m", "ingest.projecting.worker"]
    behind = getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0)  # Windows; elsewhere ``nice`` below
    return subprocess.Popen(
        line, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, creationflags=behind
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError):
        process.communicate()  # its input ends, and so does it


@contextmanager
def started(count: int) -> Iterator[Processes]:
    """So many processes, which load the program while whoever wants them makes ready."""
    processes = [_start() for _ in range(count)]
    try:
        yield processes
    finally:
        for process in processes:
            _end(process)


def _ask(process: subprocess.Popen[bytes], question: tuple[Asked, int, int]) -> Batch:
    assert process.stdin is not None  # noqa: S101 - opened above
    assert process.stdout is not None  # noqa: S101 - opened above
    pickle.dump(question, process.stdin)
    process.stdin.flush()
    batch: Batch = pickle.load(process.stdout)  # noqa: S301 - from our own child
    return batch


@lru_cache(maxsize=1)
def _reference(asked: Asked) -> tuple[sa.Engine, FormReaders, Places]:
    data = DataFolder(Path(asked.folder))
    engine = log.open_log(data.log)
    with engine.connect() as connection:
        schemas = published.read_catalogue(connection).schemas
    forms = FormReaders({key: schema for key, schema in schemas.items() if key in asked.versions})
    return engine, forms, set_files.places(data.boundaries, asked.sets)


def _project_range(asked: Asked, after: int, upto: int) -> Batch:
    engine, forms, places = _reference(asked)
    with engine.connect() as connection:
        rows = log.read_range(connection, after, upto)
    return project(rows, forms, places)


def main(questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer questions until they end."""
    pa.set_memory_pool(pa.system_memory_pool())  # gives back what a batch took: 40 MB less, as quick
    gc.disable()  # batches make no cycles, and collecting costs up to eight times their work
    while True:
        try:
            asked, after, upto = pickle.load(questions)  # noqa: S301 - from our own parent
        except EOFError:
            return
        pickle.dump(_project_range(asked, after, upto), answers, protocol=pickle.HIGHEST_PROTOCOL)
        answers.flush()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches it too; it ends when its parent lets go
    if hasattr(os, "nice"):
        os.nice(_NICE)
    out, sys.stdout = sys.stdout.buffer, sys.stderr  # what a library prints must not stand among the answers
    main(sys.stdin.buffer, out)
    os._exit(0)  # its parent waits: to take apart what it holds would last a tenth of a second
