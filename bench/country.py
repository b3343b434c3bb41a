"""A whole country's records joined again with another boundary set: ``locate --workers``.

From the start of the command to its end, with the sorting by province. The records lie in the boxes of
tambons taken at random and have a tambon from before; peak memory is that of the largest process.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow.parquet as pq

from bench import product, submissions
from bench.places import NATIONAL, scattered, tambons_of
from bench.report import Row

SECTION = "country.py: ten million records joined again with another boundary set"
_AT_ONCE = 1_000_000


def measure(folder: Path, *, small: bool) -> Iterator[Row]:
    """A row for one worker and one for two; a small run shows that two work together."""
    data, rng = folder / "country", np.random.default_rng(11)
    submissions.prepare(data)
    tambons, of = tambons_of(NATIONAL, "the country's tambons", small=small)
    file, records = data / "set.gpkg", data / "records.parquet"
    tambons.rename(columns={"code": "tambon_code", "name_th": "tambon_th"}).to_file(file)
    product.command(data, "boundaries", "add", str(file), "--set", "bench")
    count = 2_000 if small else 10_000_000
    _write(records, tambons, count, rng)
    for workers, how in ((1, "1 worker"), (2, "2 workers"))[small:]:
        start = time.perf_counter()
        product.command(
            data, "locate", str(records), "--to", str(data / f"located-{workers}"), "--set", "bench",
            "--workers", str(workers),
        )  # fmt: skip
        seconds = time.perf_counter() - start
        figure = f"{count / seconds:,.0f}/s: {seconds:.0f} s; largest process {_largest_child_mb()} MB"
        yield Row(SECTION, f"{count:,} located records joined again with {of}, {how}", figure)


def _write(path: Path, tambons: gpd.GeoDataFrame, count: int, rng: np.random.Generator) -> None:
    """Records as GeoParquet, some at a time."""
    part, writer = path.with_name("part.parquet"), None
    for start in range(0, count, _AT_ONCE):
        size = min(_AT_ONCE, count - start)
        before = tambons["code"].to_numpy()[rng.integers(0, len(tambons), size)]
        columns = {"number": np.arange(start, start + size), "tambon_code": before}
        xy = scattered(tambons, size, rng)
        gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(*xy.T), crs=4326).to_parquet(part)
        table = pq.read_table(part)
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table)
    if writer:
        writer.close()
    part.unlink()


def _largest_child_mb() -> str:
    """Peak memory of the largest process that was started and has ended; Windows does not tell."""
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return "?"
    return f"{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f}"
