"""What every test shares: the boundary files beside the checkout, and offices to look at."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]  # the packages are run from their folder, not installed

import made_once  # noqa: E402 - found through the path above
import offices  # noqa: E402

from streamlit_app.office import Office  # noqa: E402
from streamlit_app.turns import turns  # noqa: E402

pytest_plugins = ["nothing_skipped"]

turns.most_s = turns.first_s = 0  # pages outside a browser have no map that could be painted

# Files that take a minute or more: begun last, one would keep its worker busy while the others wait.
LONG = {
    "test_bench.py", "test_bootstrap.py", "test_browser_forms.py", "test_crash.py", "test_demo.py",
    "test_desk.py", "test_geo_import_command.py", "test_map_browser.py", "test_own_crop.py",
    "test_pages_browser.py", "test_papers_of_the_demo.py", "test_planner_questions.py", "test_screens.py",
    "test_sources.py",
}  # fmt: skip


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Within the order that chance gave, the long files come first."""
    items.sort(key=lambda item: item.path.name not in LONG)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the published boundary files, which the project does not carry itself."""
    folder = Path(os.environ.get("TAMBON_SHARED") or ROOT.parent / "shared")
    if not (folder / "boundaries").is_dir():
        pytest.skip(f"no boundary files at {folder}: set TAMBON_SHARED to the folder that holds boundaries/")
    return folder


@pytest.fixture(scope="session", autouse=True)
def _made_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    made_once.keep_in(tmp_path_factory.getbasetemp())


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An empty office with the shipped forms, opened in this process."""
    with offices.opened(tmp_path / "data") as opened:
        yield opened


@pytest.fixture(scope="session")
def running_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[offices.RunningOffice]:
    """The product with its demo, started once and shared: tests add to it and take nothing away."""
    running = offices.with_demo(tmp_path_factory.mktemp("office") / "data")
    yield running
    running.stop()
