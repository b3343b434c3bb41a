"""The benchmarks run: at a tiny size, as the command that writes the results starts them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import offices
import shapely

from bench import copies, report
from bench.machine import Machine
from commands import parser
from geo.boundaries import BoundaryTable
from ingest import log
from ingest.areas import boundary_sets, set_files

ROOT = Path(__file__).resolve().parents[1]
ROWS = {"acceptance.py": 6, "projection.py": 8, "visible.py": 2, "map.py": 8, "places.py": 9, "papers.py": 2}
ROWS |= {"viewers.py": 2, "rivals.py": 4, "country.py": 1, "exports.py": 5, "numbers.py": 12}
ROWS |= {"pull.py": 1, "sheets.py": 1}


def test_every_measurement_gives_its_rows(tmp_path: Path) -> None:
    """A benchmark that nobody runs is wrong when it is needed; a small run leaves the results alone."""
    before = report.RESULTS.read_bytes() if report.RESULTS.exists() else b""
    command = [sys.executable, "-m", "commands", "bench", "--small", "--json", "--data", str(tmp_path)]

    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"PYTHONUTF8": "1"}, capture_output=True, check=False, text=True,
        encoding="utf-8",
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    scripts = [row["section"].partition(":")[0] for row in result["rows"]]
    assert {script: scripts.count(script) for script in scripts} == ROWS, done.stderr
    assert all(row["figure"] in done.stderr for row in result["rows"])
    assert result["machine"]["flush_ms"] > 0
    assert result["written"] == ""
    assert (report.RESULTS.read_bytes() if report.RESULTS.exists() else b"") == before
    assert list(tmp_path.iterdir()) == []


def test_copies_of_two_forms_are_joined_again_with_other_boundaries(tmp_path: Path) -> None:
    """Rows copied in bulk are told apart, whatever their form: each keeps its shape, and gets its tambon."""
    forms = ("pomelo_plot", "hazard_event")
    with offices.opened(tmp_path) as office:
        schemas = [office.atlas.reference.catalogue.newest(form_id).schema for form_id in forms]
        offices.send(office, *(offices.submission(one, {"point": "8.3 100.1 0 4"}) for one in schemas))
    for form_id in forms:
        copies.scatter(tmp_path, form_id, 3)
    with offices.opened(tmp_path, forms=False) as office:
        columns = {"code": ["530407"], "name_th": ["ท่าแฝก"], "name_en": ["Tha Faek"], "parent": ["5304"]}
        frame = gpd.GeoDataFrame(columns, geometry=[shapely.box(97, 5, 106, 21)], crs=4326)
        table = BoundaryTable("tambon", frame)
        sha256 = set_files.keep(office.atlas.folder.boundaries, table)
        with log.writing(office.atlas.log) as connection:
            boundary_sets.add(connection, table, sha256, name="one")
        office.follower.catch_up()
        cursor = office.atlas.warehouse.cursor()
        numbers = [cursor.execute(f"SELECT _seq, _located FROM {one}").fetchall() for one in forms]
    assert [len(rows) for rows in numbers] == [4, 4]
    assert len({seq for rows in numbers for seq, _ in rows}) == 8
    assert {code for rows in numbers for _, code in rows} == {"530407"}


def test_every_part_can_be_measured_alone() -> None:
    """The words of ``--only`` are the parts there are."""
    assert {f"{part}.py" for part in parser.MEASUREMENTS} == ROWS.keys()


def test_the_results_page_has_the_machine_and_a_table_a_script() -> None:
    """Without the machine's description a figure says nothing."""
    rows = [report.Row("a.py", "rate", "10/s", "9/s"), report.Row("b.py", "p95", "3 ms", "", "other | 4 ms")]
    here = Machine("Abacus", 2, 8.0, "Linux", "3.11.7", 0.04, 0.1, "2026-11-21")

    page = report.markdown(here, rows)

    assert "- Processor: Abacus, 2 cores, 8 GB memory; load before the start 0.10\n" in page
    assert "## a.py\n\n| what | figure | aim | for comparison |\n| --- | --- | --- | --- |\n" in page
    assert "| rate | 10/s | 9/s |  |\n" in page
    assert "| p95 | 3 ms |  | other \\| 4 ms |\n" in page
