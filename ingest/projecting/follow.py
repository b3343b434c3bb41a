"""The warehouse follows the log: batch by batch while phones send, from nothing when it is rebuilt.

Both ways project and apply the same pure batches, so they give the same tables.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import math
import threading
import time
import traceback
from collections.abc import Callable, Generator, Iterator, Sequence

import numpy as np
import sqlalchemy as sa

from ingest import deletions, log
from ingest.areas import boundary_sets
from ingest.atlas import Atlas, Reference, warehouse_file
from ingest.office import review_states
from ingest.plots import overlaps
from ingest.projecting import line_sums, relocating, worker
from ingest.projecting.batches import QUARANTINED, REDACTED, Batch, merged
from ingest.projecting.projection import project
from ingest.projecting.taking import take
from ingest.projecting.warehouse import FORMAT, Warehouse

_BATCH = 10_000  # submissions a batch
_RANGE = 28_000  # for a worker process: every form costs a batch some ms, however few rows it has in it
_FIRST = 1.1  # of the middle range is the first
_WRITTEN = 0.54  # of what is to come: half would be merged with the other half, and compressed twice
_BULK = 40_000  # submissions that a warehouse takes in with one commit when there are so many
_REST = 6  # while many phones send, projecting takes one part in seven of the time: they are answered first
_LONGEST_REST_S = 0.5
_SHORT_REST = 2  # while few do, one part in three: each submission is on the map at once
_LONGEST_SHORT_REST_S = 0.1
_POURING = 1_000  # a live batch that tells of phones sending all they can: the map may be seconds behind
_POURING_REST_S = 3.0
_SILENCE_S = 0.05  # without a commit for so long, a rest is over
_MANY = 20_000  # a backlog from which worker processes pay for their start
_AIDED = 25  # a live batch that a process of its own may project, so that phones and maps are answered
_SOME = 200  # a live batch that tells of many phones
_KEPT_S = 600.0  # how long that process waits for the next

Progress = Callable[[int, int], None]


def epoch(connection: sa.Connection) -> str:
    """Changes when logged rows were taken away or places changed, so that following is not enough."""
    removed = log.setting(connection, "epoch", "0")
    return f"{removed}.{boundary_sets.in_use(connection).fingerprint}"


def next_epoch(connection: sa.Connection) -> None:
    """Note that logged rows were removed or emptied: the warehouse must be rebuilt."""
    log.set_setting(connection, "epoch", str(int(log.setting(connection, "epoch", "0")) + 1))


def open_warehouse(atlas: Atlas, *, workers: int = 2, progress: Progress | None = None) -> None:
    """Open the newest complete warehouse, or rebuild where there is none that fits the log."""
    with atlas.log.connect() as connection:
        wanted = epoch(connection)
    moved = False
    files = sorted(atlas.folder.warehouse.glob("warehouse-*.duckdb"), reverse=True)
    for path in files:
        try:
            warehouse = Warehouse(path)
        except Exception as error:
            logging.getLogger("tambon").warning(
                "%s cannot be opened (%s); rebuilding", path.name, type(error).__name__
            )
            continue
        whole = (warehouse.meta("format"), warehouse.meta("complete")) == (FORMAT, "yes")
        if whole and _same_log(warehouse.meta("epoch"), wanted):
            atlas.use_warehouse(warehouse)
            moved = warehouse.meta("epoch") != wanted
            break
        warehouse.close()
    else:
        rebuild(atlas, workers=workers, progress=progress)
    if moved:
        move(atlas, workers=workers)
    _tidy(atlas)


def _same_log(one: str, other: str) -> bool:
    """Whether two epochs differ in the places alone."""
    return one.partition(".")[0] == other.partition(".")[0]


def move(atlas: Atlas, *, workers: int = 2) -> None:
    """Join what the warehouse holds with the boundaries of the moment, in the next file, and switch to it."""
    warehouse = _next(atlas, copying=True)
    with atlas.log.connect() as connection:
        warehouse.set_meta("epoch", epoch(connection))
    reference = atlas.refresh()
    warehouse.ensure_tables(reference.catalogue.schemas.values())

    def project_these(seqs: Sequence[int]) -> Batch:
        with atlas.log.connect() as connection:
            rows = log.read_these(connection, seqs)
        return project(rows, reference.readers, reference.places)

    schemas = list(reference.catalogue.schemas.values())
    if not relocating.relocate(warehouse, schemas, reference.places, project_these):
        warehouse.close()
        rebuild(atlas, workers=workers)
        return
    _switch(atlas, warehouse)


def _next(atlas: Atlas, *, copying: bool = False) -> Warehouse:
    """The next warehouse file, empty or with what the present one holds, and not yet complete."""
    numbers = [int(path.stem[-6:]) for path in atlas.folder.warehouse.glob("warehouse-*.duckdb")]
    path = warehouse_file(atlas.folder.warehouse, max(numbers, default=0) + 1)
    if copying:
        atlas.warehouse.copy(path)
    warehouse = Warehouse(path)
    warehouse.set_meta("complete", "no")
    return warehouse


def _switch(atlas: Atlas, warehouse: Warehouse) -> None:
    warehouse.set_meta("complete", "yes")
    if before := atlas.use_warehouse(warehouse):
        before.close()
    _tidy(atlas)


def rebuild(atlas: Atlas, *, workers: int = 2, progress: Progress | None = None) -> None:
    """Fill the next warehouse file from the log and switch to it; an open file is never replaced."""
    with _spared():
        try:
            warehouse = _rebuilt(atlas, workers, progress, at_once=True)
        except Exception as error:  # batch by batch a submission that breaks its own is left out alone
            logging.getLogger("tambon").warning("rebuilding batch by batch (%s)", type(error).__name__)
            warehouse = _rebuilt(atlas, workers, progress, at_once=False)
    _switch(atlas, warehouse)


@contextlib.contextmanager
def _spared() -> Iterator[None]:
    """What there is already is not looked through for garbage while much is taken in."""
    mine = not gc.get_freeze_count()  # else the server has set it aside, for good
    if mine:
        gc.freeze()
    try:
        yield
    finally:
        if mine:
            gc.unfreeze()


def _rebuilt(atlas: Atlas, workers: int, progress: Progress | None, *, at_once: bool) -> Warehouse:
    warehouse = _next(atlas)
    try:
        # Before the forms and boundaries are read: too old is mended later.
        with atlas.log.connect() as connection:
            warehouse.set_meta("epoch", epoch(connection))
            upto = log.last_seq(connection)
        reference = atlas.refresh()
        with warehouse.loading() if at_once else contextlib.nullcontext():
            fill(warehouse, atlas, reference, upto, workers=workers, progress=progress)
        warehouse.set_meta("reference", str(reference.version))
    except BaseException:
        warehouse.close()
        raise
    return warehouse


def _tidy(atlas: Atlas) -> None:
    current = atlas.warehouse.path
    for path in atlas.folder.warehouse.glob("warehouse-*"):
        if current is None or not path.name.startswith(current.name):
            with contextlib.suppress(
                PermissionError
            ):  # Windows: somebody still reads it; the next start tries again
                path.unlink(missing_ok=True)


def fill(
    warehouse: Warehouse,
    atlas: Atlas,
    reference: Reference,
    upto: int,
    *,
    workers: int,
    warm: worker.Warm | None = None,
    progress: Progress | None = None,
    reviewed_upto: int | None = None,
) -> int:
    """Project what the warehouse lacks of the log, up to a row; in worker processes when there is much.

    Reviews follow up to ``reviewed_upto``, an event of theirs, or to the newest. Returns how many
    submissions were lacking.
    """
    after = written = int(warehouse.meta("last_seq", "0"))
    with (
        worker.started(workers if upto - after >= _MANY else 0) as processes,
        contextlib.closing(_batches(atlas, reference, after, upto, processes or warm)) as batches,
    ):
        warehouse.ensure_tables(reference.catalogue.schemas.values())
        overlaps.catch_up(warehouse, reference.lookout)
        for end, batch in batches if warehouse.is_loading else _bulky(batches):
            take(warehouse, batch, end)
            overlaps.catch_up(warehouse, reference.lookout)  # while workers read on
            if warehouse.is_loading and end < upto and end - written > _WRITTEN * (upto - written):
                warehouse.write_out()
                written = end
            if progress:
                progress(end - after, upto - after)
    review_states.fill(warehouse, atlas.log, reviewed_upto)
    with atlas.log.connect() as connection:
        said = deletions.read_after(connection, int(warehouse.meta("last_deletion", "0")))
    if said:
        warehouse.take_deletions(said)
    return upto - after


def _batches(
    atlas: Atlas, reference: Reference, after: int, upto: int, aid: worker.Processes | worker.Warm | None
) -> Generator[tuple[int, Batch]]:
    asked = worker.Asked(str(atlas.folder.path), reference.sets, frozenset(reference.catalogue.versions))
    if isinstance(aid, list):
        yield from worker.in_workers(asked, _shares(after, upto, len(aid)), aid)
        return
    ranges = _ranges(after, upto, _BATCH)
    if aid and upto - after >= _AIDED and aid.ready(asked):
        yield from ((end, aid.project(asked, start, end)) for start, end in ranges)
    else:
        for start, end in ranges:
            with atlas.log.connect() as connection:
                rows = log.read_range(connection, start, end)
            yield end, project(rows, reference.readers, reference.places)


def _ranges(after: int, upto: int, size: int) -> list[tuple[int, int]]:
    """The log's rows after one number and up to another, in pieces: (after, up to)."""
    return [(start, min(start + size, upto)) for start in range(after, upto, size)]


def _shares(after: int, upto: int, workers: int) -> list[tuple[int, int]]:
    """Ranges of at most ``_RANGE`` rows, as many for each worker, so that they end together.

    Later ones are smaller: while the last is taken in, no worker has anything to do.
    """
    turns = math.ceil(_FIRST * (upto - after) / (_RANGE * workers))
    parts = np.linspace(_FIRST, 2 - _FIRST, turns).repeat(workers).cumsum()
    ends = (after + np.rint((upto - after) * parts / parts[-1])).astype(int).tolist()
    return list(zip([after, *ends[:-1]], ends, strict=True))


def _bulky(batches: Iterator[tuple[int, Batch]]) -> Iterator[tuple[int, Batch]]:
    """Following batches joined, as forty-six forms in a small one make many tables of few rows."""
    held: list[Batch] = []
    end = 0
    for end, batch in batches:
        held.append(batch)
        if sum(one.submissions.num_rows for one in held) >= _BULK:
            yield end, merged(held)
            held = []
    if held:
        yield end, merged(held)


def replay(atlas: Atlas) -> None:
    """Read again what lies in quarantine and belongs to a form that is published by now."""
    reference, warehouse = atlas.reference, atlas.warehouse
    found = warehouse.cursor().execute(
        "SELECT _seq FROM submission WHERE outcome = ? AND reason <> ? AND form_id = ANY(?) ORDER BY _seq",
        [QUARANTINED, REDACTED, sorted(reference.readers.form_ids)],
    )
    seqs = [row[0] for row in found.fetchall()]
    for start in range(0, len(seqs), _BATCH):
        with atlas.log.connect() as connection:
            rows = log.read_these(connection, seqs[start : start + _BATCH])
        take(warehouse, project(rows, reference.readers, reference.places))
    warehouse.set_meta("reference", str(reference.version))


class Follower:
    """A thread that keeps the warehouse beside the log: within a fraction of a second while phones send."""

    def __init__(self, atlas: Atlas, *, workers: int = 2) -> None:
        self._atlas = atlas
        self._workers = workers
        self._wake = threading.Event()
        self._stopping = False
        self._turn = threading.RLock()
        self._thread = threading.Thread(target=self._run, name="log-follower", daemon=True)
        self._warm: worker.Warm | None = None
        self._summed = ""  # the state of the data in which no line was left to be summed

    def start(self) -> None:
        """Begin to follow."""
        self._warm = worker.Warm() if self._workers else None
        self._thread.start()

    def stop(self) -> None:
        """Finish the batch under way and stop."""
        self._stopping = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()
        if self._warm:
            self._warm.close()

    def wake(self) -> None:
        """Something was written to the log by this process."""
        self._wake.set()

    def catch_up(self) -> int:
        """Bring the warehouse to the log's end now; safe from any thread. Returns how many came in."""
        self._refresh()
        with self._turn:
            warehouse, reference = self._atlas.warehouse, self._atlas.reference
            with self._atlas.log.connect() as connection:
                upto, wanted = log.last_seq(connection), epoch(connection)
            if not _same_log(warehouse.meta("epoch"), wanted):
                rebuild(self._atlas, workers=self._workers)
                return upto
            if warehouse.meta("epoch") != wanted:
                move(self._atlas, workers=self._workers)
                warehouse, reference = self._atlas.warehouse, self._atlas.reference
            if warehouse.meta("reference") != str(reference.version):
                replay(self._atlas)
            return fill(warehouse, self._atlas, reference, upto, workers=self._workers, warm=self._warm)

    def _keep_sums(self) -> None:
        """Nothing came: time to sum some lines that were not yet."""
        data = self._atlas.data_version
        if data == self._summed:
            return
        with self._turn:
            if line_sums.keep(self._atlas.warehouse, line_sums.every(self._atlas.reference.catalogue)):
                self._wake.set()
            else:
                self._summed = data

    def _refresh(self) -> None:
        """Hear of forms, boundaries and phones at once, even while a rebuild has its turn."""
        with self._atlas.log.connect() as connection:
            version = log.reference_version(connection)
        if version != self._atlas.reference.version:
            self._atlas.refresh()

    def rebuild(self, progress: Progress | None = None) -> None:
        """Rebuild while serving: answers come from the old warehouse until the new one is full."""
        with self._turn:
            rebuild(self._atlas, workers=self._workers, progress=progress)

    def verify(self) -> dict[str, bool]:
        """Compare every table with one derived anew from the log; phones are answered meanwhile."""
        with self._turn:
            self.catch_up()
            warehouse, fresh = self._atlas.warehouse, Warehouse(None)
            upto, reviewed = (int(warehouse.meta(name, "0")) for name in ("last_seq", "last_review"))
            fill(
                fresh, self._atlas, self._atlas.reference, upto, workers=self._workers, reviewed_upto=reviewed
            )  # fmt: skip
            live, rebuilt = warehouse.digests(), fresh.digests()
            fresh.close()
        return {name: live[name] == rebuilt.get(name) for name in live}

    def _run(self) -> None:
        while not self._stopping:
            self._wake.wait(0.5)  # other processes write to the log too (``ingest files``)
            self._wake.clear()
            began = time.perf_counter()
            try:
                came = self.catch_up()
                if not came:
                    self._keep_sums()
                if self._warm:
                    self._warm.rest_unless_wanted(_KEPT_S)
                self._rest(came, time.perf_counter() - began)
            except Exception as error:  # the thread is an edge: a batch that fails is tried again, and said
                where = "".join(traceback.format_tb(error.__traceback__))  # the message could hold an answer
                logging.getLogger("tambon").warning("following failed (%s):\n%s", type(error).__name__, where)
                self._wake.wait(2)

    def _rest(self, came: int, worked_s: float) -> None:
        """Leave the interpreter to the phones, longer the more of them send, not beyond their last word."""
        if came < _SOME:
            time.sleep(min(_SHORT_REST * worked_s, _LONGEST_SHORT_REST_S))
            return
        longest_s = _POURING_REST_S if came >= _POURING else _LONGEST_REST_S
        until = time.monotonic() + min(_REST * worked_s, longest_s)
        while not self._stopping and time.monotonic() < until and self._wake.wait(_SILENCE_S):
            self._wake.clear()
            time.sleep(_SILENCE_S)
        self._wake.set()
