"""A first pull of a project on ODK Central into typed, located rows, beside what an analyst would write.

The server is simulated in a process of its own, from answers made before; its work is not counted. What is
measured is the processor time of the puller: of the product the pull and the deriving of its tables, of the
analyst pyodk's ``get_table``, pandas and ``geopandas.sjoin``. The product fetches the XML of each submission,
as only that is what the phone sent; the analyst reads one document. Both pay for their HTTP client.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import geopandas as gpd
import pandas as pd
from pyodk._utils.config import CentralConfig
from pyodk.client import Client

from bench import submissions
from bench.machine import peak_mb
from bench.product import ROOT, add_boundaries
from bench.report import Row
from ingest import log
from ingest.areas import set_files
from ingest.atlas import Atlas
from ingest.folder import DataFolder
from ingest.projecting import follow
from ingest.sources import register
from ingest.sources.central import Central
from ingest.sources.pull import pull

SECTION = "pull.py: a first pull from ODK Central into typed, located rows"
_FORM, _ANSWERED = "pomelo_plot", 0.35
_ROWS, _FEW = 100_000, 60
_AIM = "3 × the analyst's rate within 300 MB"


def measure(folder: Path, *, small: bool) -> Iterator[Row]:
    """A row for the product with the analyst beside it, in the same run."""
    data, rows = folder / "pull", _FEW if small else _ROWS
    submissions.prepare(data)
    place = add_boundaries(data, small=small)
    with _server(data, rows) as url:
        analyst, ours = (_alone(who, data, url) for who in ("analyst", "ours"))
    each = {who: found["cpu_s"] / rows for who, found in (("analyst", analyst), ("ours", ours))}
    mine, other = 1 / each["ours"], 1 / each["analyst"]
    figure = (
        f"{mine / other:.2f} × the analyst: {mine:,.0f} a second of processor time"
        f" ({ours['pull_s'] / rows * 1e6:.0f} µs of each pulling), {_told(ours)}"
    )
    beside = f"get_table, pandas, sjoin {other:,.0f} a second, {_told(analyst)}"
    yield Row(SECTION, f"{rows:,} submissions, {place}", figure, _AIM, beside)


def _told(found: dict[str, float]) -> str:
    return f"{found['seconds']:.0f} s, {found['peak_mb']:,.0f} MB"


@contextmanager
def _server(data: Path, rows: int) -> Iterator[str]:
    """The simulated Central; its answers are made before it says its address."""
    line = [sys.executable, "-m", "bench.central", str(data), _FORM, str(rows), str(_ANSWERED)]
    with subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process.stdout.readline().strip() if process.stdout else ""
        finally:
            process.terminate()


def _alone(who: str, data: Path, url: str) -> dict[str, float]:
    """One of the two in a process of its own."""
    line = [sys.executable, "-m", "bench.pull", who, str(data), url]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def ours(data: Path, url: str) -> int:
    """The product: the log, then the tables."""
    with closing(Atlas(DataFolder(data))) as atlas:
        with log.writing(atlas.log) as connection:
            source = register.remember(connection, "central", url, project="1")
        pull(atlas, source, Central(CentralConfig(url, "a@b.example", "secret"), "1"))
        _spent["pull_s"] = _cpu_s()
        follow.open_warehouse(atlas)
        return int(atlas.warehouse.counts()["projected"])


def analyst(data: Path, url: str) -> int:
    """The script that a good analyst writes: one table, its points, and the tambons they lie in."""
    config = data / "pyodk.toml"
    config.write_text(f'[central]\nbase_url = "{url}"\nusername = "a@b.example"\npassword = "secret"\n')
    with closing(Atlas(DataFolder(data))) as atlas:
        tambons = set_files.drawn(atlas.reference.locator)
    client = Client(config_path=config, cache_path=data / "cache.toml", project_id=1)
    found = client.submissions.get_table(form_id=_FORM)["value"]
    frame = pd.json_normalize(found, sep="-")
    lonlat = frame["point-coordinates"]
    points = gpd.points_from_xy(lonlat.str[0], lonlat.str[1], crs=4326)
    located = gpd.GeoDataFrame(frame, geometry=points).sjoin(tambons, how="left", predicate="within")
    return int(located["__id"].nunique())


_spent: dict[str, float] = {"pull_s": 0.0}


def _cpu_s() -> float:
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def once(who: str, data: Path, url: str) -> dict[str, float]:
    """Seconds on the clock, of processor time, and the peak of memory of the largest process."""
    begun, start = _cpu_s(), time.perf_counter()
    rows = {"ours": ours, "analyst": analyst}[who](data, url)
    return {
        "rows": float(rows), "seconds": time.perf_counter() - start, "cpu_s": _cpu_s() - begun,
        "pull_s": max(_spent["pull_s"] - begun, 0.0), "peak_mb": peak_mb(),
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(once(sys.argv[1], Path(sys.argv[2]), sys.argv[3])))
