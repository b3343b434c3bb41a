"""What every test shares: the boundary files beside the checkout, and the rule that CI skips nothing."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]  # the packages are run from their folder, not installed

import offices  # noqa: E402 - found through the path above

from streamlit_app.office import Office  # noqa: E402

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)
NOTHING_MAY_BE_SKIPPED = os.environ.get("CI", "").lower() == "true"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the published boundary files, which the project does not carry itself."""
    folder = Path(os.environ.get("TAMBON_SHARED") or ROOT.parent / "shared")
    if not (folder / "boundaries").is_dir():
        pytest.skip(f"no boundary files at {folder}: set TAMBON_SHARED to the folder that holds boundaries/")
    return folder


def _refuse_skip(report: Report) -> Report:
    if NOTHING_MAY_BE_SKIPPED and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid} was skipped where nothing may be skipped (CI=true): {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Under CI=true a skipped test is a failed one."""
    return _refuse_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Under CI=true a module skipped while it is collected is a failed one."""
    return _refuse_skip((yield))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An empty office with the shipped forms, opened in this process."""
    with offices.opened(tmp_path / "data") as opened:
        yield opened


@pytest.fixture(scope="session")
def running_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[offices.RunningOffice]:
    """The product with its demo, started once and shared: tests add to it and take nothing away."""
    running = offices.RunningOffice(tmp_path_factory.mktemp("office") / "data", ("--demo",)).start()
    yield running
    running.stop()
