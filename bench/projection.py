"""From the log to the map's tables: submissions read, checked, measured and joined with boundaries.

Once the four forms of the first landing, which are long and have repeats and plots, once all that ship: of
these a batch holds few of each, and every table that a batch touches costs something of its own.

``rebuild`` runs over a log of two sizes, three times each; the middle one counts, as single runs swing by a
tenth. The difference between the two sizes is the steady state; what is left of the time is what starting
costs: the worker processes, and their reading of forms and boundaries.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from bench import submissions
from bench.product import add_boundaries
from bench.report import Row
from ingest import log
from ingest.atlas import Atlas
from ingest.folder import DataFolder
from ingest.projecting import follow

_FOUR = ("household_register", "pomelo_plot", "water_agreement", "land_case")
_TIMES = 3
_ANSWERED = 0.35  # of the questions: submissions as long as those the references were measured with
SECTION = "projection.py: a logged submission becomes typed, checked and located rows"
_BARE = "bare prototype on one core 34,000/s, 47 µs; an analyst's script 116–243 µs"


@dataclass(frozen=True, slots=True)
class _Run:
    """One rebuild: submissions, seconds on the clock, seconds of processor in all processes."""

    count: int
    seconds: float
    cpu_s: float


def measure(folder: Path, *, small: bool) -> Iterator[Row]:
    """Rows for four forms and for all, each with two workers and in a single process."""
    yield from _of_forms(folder / "projection-four", _FOUR, small=small)
    yield from _of_forms(folder / "projection-all", (), small=small)


def _of_forms(data: Path, form_ids: Sequence[str], *, small: bool) -> Iterator[Row]:
    submissions.prepare(data)
    joined_with = add_boundaries(data, small=small)
    source = submissions.stream(data, form_ids, answered=_ANSWERED)
    sample = list(islice(submissions.stream(data, form_ids, answered=_ANSWERED), 300))
    forms, kb = len({one.form_id for one in sample}), sum(len(one.xml) for one in sample) / len(sample) / 1000
    mixed = f"{'the first' if form_ids else 'all'} {forms} forms in turn, {kb:.1f} KB each, {joined_with}"
    runs: dict[int, list[_Run]] = {2: [], 0: []}
    # Below 20,000 rows a rebuild starts no workers: a small run shows that it works, and no more.
    for more in (300, 300) if small else (40_000, 60_000):
        submissions.fill_log(data, source, more)
        for workers, own in runs.items():
            again = [_rebuild(data, workers) for _ in range(1 if small else _TIMES)]
            own.append(sorted(again, key=lambda run: run.seconds)[len(again) // 2])
    yield from _rows("2 workers", mixed, runs[2], "≥ 20,000/s, better 30,000/s; ≤ 70 µs CPU each")
    yield from _rows("a single process", mixed, runs[0], "")


def _rows(how: str, mixed: str, runs: list[_Run], aim: str) -> Iterator[Row]:
    first, last = runs
    more, seconds, cpu_s = last.count - first.count, last.seconds - first.seconds, last.cpu_s - first.cpu_s
    if seconds > 0:
        steady = f"{more / seconds:,.0f}/s, {cpu_s / more * 1e6:.0f} µs CPU each"
    else:
        steady = "too few to tell"
    yield Row(SECTION, f"{mixed}; steady state, {how}", steady, aim, _BARE)
    start_s = min(max(last.seconds - last.count * seconds / more, 0), last.seconds)
    whole = f"{last.count / last.seconds:,.0f}/s: {last.seconds:.1f} s, of which starting {start_s:.1f} s"
    yield Row(SECTION, f"{mixed}; {last.count:,} from start to end, {how}", whole)


def _rebuild(data: Path, workers: int) -> _Run:
    atlas = Atlas(DataFolder(data))
    try:
        with atlas.log.connect() as connection:
            count = log.last_seq(connection)
        start, cpu = time.perf_counter(), _cpu_s()
        follow.rebuild(atlas, workers=workers)
        seconds, cpu_s = time.perf_counter() - start, _cpu_s() - cpu
        counts = atlas.warehouse.counts()
        if counts["projected"] != count:
            raise RuntimeError(f"{count} submissions were logged, but the tables hold {counts}")
        return _Run(count, seconds, cpu_s)
    finally:
        atlas.close()


def _cpu_s() -> float:
    """Processor time of this process and of the children that ended (Windows does not tell theirs)."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system
