"""The benchmarks run: at a tiny size, as the command that writes the results starts them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench import report
from commands.parser import MEASUREMENTS

ROOT = Path(__file__).resolve().parents[1]
ROWS = {"acceptance": 6, "projection": 4, "visible": 2, "map": 3}


@pytest.mark.parametrize("part", MEASUREMENTS)
def test_every_measurement_gives_its_rows(part: str, tmp_path: Path) -> None:
    """A benchmark that nobody runs is wrong by the time it is needed; a small run leaves the results alone."""
    if part == "map" and not shutil.which("chromium"):
        pytest.skip("no chromium on this machine: the map is measured in a browser")
    before = report.RESULTS.read_bytes() if report.RESULTS.exists() else b""
    command = [sys.executable, "-m", "commands", "bench", part, "--small", "--json", "--data", str(tmp_path)]

    done = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | {"PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert len(result["rows"]) == ROWS[part]
    assert all(row["figure"] in done.stderr for row in result["rows"])
    assert result["machine"]["flush_ms"] > 0
    assert result["written"] == ""
    assert (report.RESULTS.read_bytes() if report.RESULTS.exists() else b"") == before
    assert list(tmp_path.iterdir()) == []


def test_the_results_page_has_the_machine_and_a_table_a_script() -> None:
    """Without the machine's description a figure says nothing."""
    rows = [report.Row("a.py", "rate", "10/s", "9/s"), report.Row("b.py", "p95", "3 ms", "", "other | 4 ms")]
    here = machine_of_the_test()

    page = report.markdown(here, rows)

    assert "- Processor: Abacus, 2 cores, 8 GB memory; load before the start 0.10" in page
    assert (
        "## a.py\n\n| what | figure | aim | for comparison |\n| --- | --- | --- | --- |\n| rate | 10/s | 9/s |  |"
        in page
    )
    assert "| p95 | 3 ms |  | other \\| 4 ms |" in page


def machine_of_the_test() -> report.Machine:
    """A machine that does not exist."""
    return report.Machine("Abacus", 2, 8.0, "Linux", "3.11.7", 0.04, 0.1, "2026-11-21")
