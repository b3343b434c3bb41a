"""A layer of a million rows taken away as each kind of file: seconds, and the memory that one export needs.

A few thousand plots go the way of real ones; in the warehouse they are then copied under new numbers until
there are enough, as what is measured is reading and writing. Each export runs in a process of its own, so
that its peak of memory is its own; that of a process with the tables open and nothing exported is told
beside it, measured once an earlier one has written what the copying left behind.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from bench import submissions
from bench.machine import peak_mb
from bench.report import Row
from ingest.access import Viewer
from ingest.atlas import Atlas
from ingest.doors.filters import Filter
from ingest.exports import export
from ingest.folder import DataFolder
from ingest.projecting import follow

SECTION = "exports.py: a layer as a file"
_LAYER, _FORM = "pomelo_plot.points", "pomelo_plot"
_ROWS, _FEW = 1_000_000, 4_000
_AIMS = {"gpkg": "≤ 5 s", "parquet": "≤ 2 s", "csv": "≤ 2 s", "xlsx": "≤ 15 s"}
_BARE = {
    "gpkg": "pyogrio with Arrow 3.0 s, 0.8–1.4 GB",
    "parquet": "GeoPandas 0.6 s, 0.8–1.4 GB",
    "csv": "pandas 5.9 s, pyarrow 0.7 s",
    "xlsx": "pandas about 178 s, XlsxWriter 66 s",
}
_COPY = (
    f"INSERT INTO {_FORM} BY NAME SELECT p.* REPLACE (p._seq + i * 100000000 AS _seq,"
    f" p._instance_id || '-' || i AS _instance_id) FROM {_FORM} p, range(1, ?) r(i)"
)


def measure(folder: Path, *, small: bool) -> Iterator[Row]:
    """A row for each kind of file."""
    data = folder / "exports"
    submissions.prepare(data)
    few = 50 if small else _FEW
    submissions.fill_log(data, submissions.stream(data, [_FORM], answered=0.35), few)
    with closing(Atlas(DataFolder(data))) as atlas:
        follow.open_warehouse(atlas)
        with atlas.warehouse.transaction() as connection:
            connection.execute(_COPY, [2 if small else _ROWS // few])
    idle_mb = [0.0 if small else _alone(data, "")["peak_mb"] for _ in range(2)][-1]
    for kind in export.KINDS:  # a small run, whose memory tells nothing, starts no more processes
        found = once(data, kind) if small else _alone(data, kind)
        above = f", {found['peak_mb'] - idle_mb:,.0f} MB above an idle process of {idle_mb:,.0f}"
        figure = f"{found['seconds']:.1f} s{above if idle_mb else ''}; {found['file_mb']:,.0f} MB on disk"
        aim = f"{_AIMS[kind]}, ≤ 300 MB" if kind in _AIMS else ""
        yield Row(SECTION, f"{found['rows']:,.0f} rows as {kind}", figure, aim, _BARE.get(kind, ""))


def _alone(data: Path, kind: str) -> dict[str, float]:
    """One export in a process of its own; '' exports nothing."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.exports", str(data), kind], capture_output=True, text=True, check=True
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def once(data: Path, kind: str) -> dict[str, float]:
    """Export the layer: seconds, rows, megabytes on disk, and the peak of memory (0 where it is not told)."""
    found = {"seconds": 0.0, "rows": 0.0, "file_mb": 0.0}
    with closing(Atlas(DataFolder(data))) as atlas:
        follow.open_warehouse(atlas)
        if kind:
            start = time.perf_counter()
            path = data / f"out.{kind}"
            viewer = Viewer("bench", "administrator", "")
            report = export.export(atlas, viewer, _LAYER, Filter(), path)
            found = {
                "seconds": time.perf_counter() - start, "rows": float(report.rows),
                "file_mb": path.stat().st_size / 1e6,
            }  # fmt: skip
            path.unlink()
    return found | {"peak_mb": peak_mb()}


if __name__ == "__main__":
    print(json.dumps(once(Path(sys.argv[1]), sys.argv[2])))
