"""Millions of records placed again, a province at a time, by worker processes here or on a cluster.

The records are first sorted into parts of one province; a part is located in one task, with the kept index
that every worker reads once, and written under a name of its own. What is written stays: a run that was
broken off goes on with the parts that are missing. Memory is bounded by the parts that are under way.
"""

from __future__ import annotations

import importlib
import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from geo.locate import Locator
from ingest.areas import country_problems as problems
from ingest.areas import locating
from ingest.areas.boundary_sets import BoundarySet

PART_ROWS = 250_000
_BATCH_ROWS = 100_000
_HELD_ROWS = 20_000  # of a province, until they are written: many small pieces are slow to read
_JOB, _PARTS = "job.json", "parts"
_ELSEWHERE = "00"


@dataclass(frozen=True)
class Job:
    """Where the records come from and go to, and what they are joined with; read by every worker."""

    source: str
    target: str
    boundary_set: BoundarySet
    index: str
    lao_index: str
    names: dict[str, dict[str, str]]

    @property
    def parts(self) -> Path:
        """The records sorted by province."""
        return Path(self.target) / _PARTS

    def located(self, part: Path) -> Path:
        """Where a part stands once it is located."""
        return Path(self.target) / part.name

    def fingerprint(self) -> dict[str, Any]:
        """What a run that goes on must have in common with the one that was broken off."""
        facts = Path(self.source).stat()
        return {
            "source": self.source, "bytes": facts.st_size, "changed_at": int(facts.st_mtime),
            "boundary_set": self.boundary_set.name, "sha256": self.boundary_set.sha256,
        }  # fmt: skip


def locate_country(
    job: Job, *, workers: int = 2, cluster: str = "", progress: Callable[[int, int], None] | None = None
) -> dict[str, int]:
    """Locate a GeoParquet file into a folder of one file a part; returns the records by verdict.

    ``cluster`` is the address of a Dask scheduler, such as ``tcp://10.0.0.5:8786``, whose workers have this
    program and see the same folders; without one, ``workers`` processes are started here. Raises
    ``country_needs_dask``, ``country_not_parquet``, or ``country_other_job`` when the folder holds another
    run.
    """
    _begin(job)
    parts = sorted(job.parts.glob("*.parquet"))
    missing = [part for part in parts if not job.located(part).exists()]
    if missing:
        with _client(workers, cluster) as client:
            _run(client, job, missing, progress)
    counts: Counter[str] = Counter()
    for part in parts:
        column = pq.read_table(job.located(part), columns=["verdict"])["verdict"]
        counts.update({row["values"]: row["counts"] for row in pc.value_counts(column).to_pylist()})
    shutil.rmtree(job.parts)
    return dict(counts)


def _begin(job: Job) -> None:
    """Sort the records by province, unless a run that was broken off has done so."""
    if Path(job.source).suffix.lower() != ".parquet":
        raise problems.country_not_parquet(Path(job.source))
    target, note = Path(job.target), Path(job.target) / _JOB
    if note.exists():
        if json.loads(note.read_text(encoding="utf-8")) != job.fingerprint():
            raise problems.country_other_job(target)
        if job.parts.exists():
            return
    elif target.exists() and any(target.iterdir()) and not job.parts.exists():
        raise problems.country_other_job(target)
    shutil.rmtree(target, ignore_errors=True)
    sorting = job.parts.with_name("sorting")
    sorting.mkdir(parents=True)
    _sort(Path(job.source), sorting)
    sorting.replace(job.parts)
    note.write_text(json.dumps(job.fingerprint()), encoding="utf-8")


def _sort(source: Path, folder: Path) -> None:
    """Parts of one province each, by the tambon that the records had before; in the order of the file."""
    file = pq.ParquetFile(source)
    schema = file.schema_arrow
    held: dict[str, list[pa.Table]] = {}
    waiting: Counter[str] = Counter()
    with ExitStack() as opened:
        parts: dict[str, _Part] = {}
        for batch in file.iter_batches(_BATCH_ROWS):
            table = pa.Table.from_batches([batch], schema)
            provinces, of = np.unique(_provinces(table).to_numpy(zero_copy_only=False), return_inverse=True)
            order, ends = np.argsort(of, kind="stable"), np.cumsum(np.bincount(of))
            for province, rows in zip(provinces, np.split(order, ends[:-1]), strict=True):
                held.setdefault(province, []).append(table.take(rows))
                waiting[province] += len(rows)
                if waiting[province] >= _HELD_ROWS:
                    part = parts.setdefault(province, _Part(folder, province, schema, opened))
                    part.write(pa.concat_tables(held.pop(province)))
                    waiting[province] = 0
        for province, tables in held.items():
            part = parts.setdefault(province, _Part(folder, province, schema, opened))
            part.write(pa.concat_tables(tables))


class _Part:
    """The files of one province, one after the other, each of at most some ``PART_ROWS``."""

    def __init__(self, folder: Path, province: str, schema: pa.Schema, opened: ExitStack) -> None:
        self._name = str(folder / province)
        self._schema, self._opened = schema, opened
        self._writer: pq.ParquetWriter | None = None
        self._rows = self._number = 0

    def write(self, rows: pa.Table) -> None:
        """Add rows, in a new file where the last one is full."""
        if self._writer is None or self._rows >= PART_ROWS:
            if self._writer is not None:
                self._writer.close()
                self._number += 1
            file = f"{self._name}-{self._number:04d}.parquet"
            self._writer, self._rows = self._opened.enter_context(pq.ParquetWriter(file, self._schema)), 0
        self._writer.write_table(rows)
        self._rows += rows.num_rows


def _provinces(table: pa.Table) -> pa.Array:
    if "tambon_code" not in table.column_names:
        return pa.array([_ELSEWHERE] * table.num_rows, pa.string())
    codes = pc.utf8_slice_codeunits(pc.cast(table["tambon_code"], pa.string()), 0, 2)
    known = pc.match_substring_regex(pc.fill_null(codes, ""), "^[1-9][0-9]$")
    return pc.if_else(known, codes, _ELSEWHERE).combine_chunks()


@contextmanager
def _client(workers: int, cluster: str) -> Iterator[Any]:
    """A client of the cluster, or of processes started for this run."""
    try:
        distributed: Any = importlib.import_module("distributed")  # an optional extra, without types
    except ImportError as error:
        raise problems.country_needs_dask() from error
    with ExitStack() as opened:
        where = cluster or opened.enter_context(
            distributed.LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None)
        )
        yield opened.enter_context(distributed.Client(where))


def _run(client: Any, job: Job, parts: list[Path], progress: Callable[[int, int], None] | None) -> None:
    names = ("dask", "dask.dataframe", "dask_geopandas", "distributed")
    dask, frames, _, distributed = (cast(Any, importlib.import_module(name)) for name in names)
    sample = gpd.read_parquet(parts[0]).iloc[:1]
    records = frames.from_map(gpd.read_parquet, [str(part) for part in parts], meta=sample.iloc[:0])
    located = records.map_partitions(_located, job, meta=_located(sample, job).iloc[:0]).to_delayed()
    targets = [str(job.located(part)) for part in parts]
    tasks = [dask.delayed(_write)(frame, target) for frame, target in zip(located, targets, strict=True)]
    for done, future in enumerate(distributed.as_completed(client.compute(tasks)), 1):
        future.result()
        if progress:
            progress(done, len(parts))


def _located(records: gpd.GeoDataFrame, job: Job) -> gpd.GeoDataFrame:
    """What ``locate`` makes of the same rows on one machine."""
    locator, lao = _indexes(job.index, job.lao_index)
    own = [column for column in locating.COLUMNS if column in records]
    placed = locating.lon_lat(records.drop(columns=own), Path(job.source))
    return locating.locate(placed, locator, job.names, job.boundary_set, lao)


@lru_cache(maxsize=1)
def _indexes(index: str, lao_index: str) -> tuple[Locator, Locator | None]:
    return Locator.load(Path(index)), Locator.load(Path(lao_index)) if lao_index else None


def _write(frame: gpd.GeoDataFrame, target: str) -> int:
    """Under its own name only once it is whole."""
    half = Path(target + ".part")
    frame.to_parquet(half)
    half.replace(target)
    return len(frame)
