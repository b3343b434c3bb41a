"""Records of a whole country, placed a province at a time by several processes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.boundaries import BoundaryTable
from geo.locate import Locator
from ingest.areas import country, locating, set_files
from ingest.areas.boundary_sets import BoundarySet
from thai.problem import Problem

distributed = pytest.importorskip("distributed")
N = 4_000


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """A scheduler with two workers, at an address."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None
    ) as made:
        yield made.scheduler_address


@pytest.fixture
def job(tmp_path: Path) -> country.Job:
    """Records of two provinces and of nowhere, and a set of four tambons to place them in."""
    codes = ["530101", "530102", "540101", "540102"]
    squares = [shapely.box(100 + n / 10, 17, 100.1 + n / 10, 17.1) for n in range(4)]
    columns = {"code": codes, "name_th": [f"ตำบล {code}" for code in codes], "name_en": codes}
    frame = gpd.GeoDataFrame(columns, geometry=squares, crs=4326)
    sha256 = set_files.keep(tmp_path, BoundaryTable("tambon", frame))
    one = BoundarySet("2568", "tambon", "", "", "", sha256, 4, False, "", "", "", "", 0, "")
    rng = np.random.default_rng(3)
    points = gpd.points_from_xy(rng.uniform(99.98, 100.42, N), rng.uniform(16.99, 17.11, N))
    before = rng.choice(["530101", "540101", "", None], N)
    records = gpd.GeoDataFrame({"n": np.arange(N), "tambon_code": before}, geometry=points, crs=4326)
    records.to_parquet(tmp_path / "records.parquet")
    index = str(set_files.index_file(tmp_path, one))
    names = set_files.area_names(frame)
    return country.Job(str(tmp_path / "records.parquet"), str(tmp_path / "out"), one, index, "", names)


def result(job: country.Job) -> pd.DataFrame:
    """Everything that was written, in the order of the records."""
    parts = [gpd.read_parquet(path) for path in sorted(Path(job.target).glob("*.parquet"))]
    return pd.concat(parts).sort_values("n", ignore_index=True)


def on_one_machine(job: country.Job) -> pd.DataFrame:
    """The same by ``locate``."""
    records = gpd.read_parquet(job.source).drop(columns="tambon_code")
    locator = Locator.load(Path(job.index))
    return locating.locate(records, locator, job.names, job.boundary_set)


def test_the_result_is_that_of_one_machine(
    job: country.Job, cluster: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a province's parts, each of bounded size, on a cluster by its address."""
    monkeypatch.setattr(country, "PART_ROWS", 700)
    monkeypatch.setattr(country, "_BATCH_ROWS", 500)
    monkeypatch.setattr(country, "_HELD_ROWS", 300)
    done: list[tuple[int, int]] = []
    counts = country.locate_country(job, cluster=cluster, progress=lambda *at: done.append(at))
    expected = on_one_machine(job)

    pd.testing.assert_frame_equal(result(job)[expected.columns], expected)
    assert counts == Counter(expected["verdict"])
    written = sorted(path.name for path in Path(job.target).glob("*.parquet"))
    assert {name[:2] for name in written} == {"00", "53", "54"}
    assert len(written) > 3
    assert done[-1] == (len(written), len(written))


def test_a_run_that_was_broken_off_goes_on(job: country.Job, cluster: str) -> None:
    """What is written is not done again; another file or set is refused in the same folder."""
    country._begin(job)
    with country._client(0, cluster) as client:
        country._run(client, job, sorted(job.parts.glob("53*.parquet")), None)
    (written,) = Path(job.target).glob("*.parquet")
    before = written.stat().st_mtime_ns
    country.locate_country(job, cluster=cluster)

    assert written.stat().st_mtime_ns == before
    pd.testing.assert_frame_equal(result(job)[on_one_machine(job).columns], on_one_machine(job))
    gpd.read_parquet(job.source).iloc[:10].to_parquet(job.source)
    with pytest.raises(Problem, match="country_other_job"):
        country.locate_country(job, cluster=cluster)


def test_what_cannot_be_read_piece_by_piece_is_refused(job: country.Job, tmp_path: Path) -> None:
    """And nothing is made of it."""
    other = replace(job, source=str(tmp_path / "records.gpkg"), target=str(tmp_path / "no"))
    with pytest.raises(Problem, match="country_not_parquet"):
        country.locate_country(other)
    assert not (tmp_path / "no").exists()


def test_records_in_metres_are_placed_as_well(job: country.Job, cluster: str) -> None:
    """A GeoParquet in UTM 47N lay outside all tambons."""
    there = on_one_machine(job)["tambon_code"].tolist()
    gpd.read_parquet(job.source).to_crs(32647).to_parquet(job.source)
    country.locate_country(job, cluster=cluster)
    assert result(job)["tambon_code"].tolist() == there
