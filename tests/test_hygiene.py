"""The finish: linters clean, pins complete, nothing large, nothing from a CDN, nothing skipped in CI."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MEBIBYTE = 1 << 20
PROGRAM = ("forms", "thai", "geo", "ingest", "reports", "streamlit_app", "commands")


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a tool of this Python on the project."""
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )


@pytest.mark.parametrize("tool", [("ruff", "check"), ("ruff", "format", "--check"), ("mypy",)], ids=" ".join)
def test_the_linter_has_nothing_to_say(tool: tuple[str, ...]) -> None:
    """Style, layout and types are settled by tools, so that reviews are about the rest."""
    done = run(*tool)
    assert done.returncode == 0, done.stdout + done.stderr


def project_files() -> list[Path]:
    """What git tracks or would track; in a copy without git, every file but the caches."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if listed.returncode == 0:
        return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]
    return [
        path for path in ROOT.rglob("*") if path.is_file() and not path.parts[len(ROOT.parts)].startswith(".")
    ]


def test_the_repository_stays_light() -> None:
    """No tracked file reaches 1 MiB, but workbooks and screenshots, and none is a binary of another kind."""
    files = project_files()
    large = [str(p) for p in files if p.stat().st_size >= MEBIBYTE and p.suffix not in {".png", ".xlsx"}]
    binaries = {".whl", ".jar", ".gpkg", ".shp", ".parquet", ".zip", ".db", ".sqlite", ".duckdb", ".exe"}
    assert large == []
    assert [str(p) for p in files if p.suffix in binaries] == []


def test_nothing_comes_from_a_cdn() -> None:
    """The pages work with the network cable out, so the program names no host of scripts or fonts."""
    hosts = re.compile(
        r"cdn\.|cdnjs|jsdelivr|unpkg\.com|fonts\.g(oogleapis|static)|code\.jquery|bootstrapcdn"
    )
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for folder in PROGRAM
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".js", ".css", ".html", ".svg"}
        and (match := hosts.search(path.read_text(encoding="utf-8")))
    ]
    assert found == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-test.txt"])
def test_every_pin_has_its_hashes_and_no_index(name: str) -> None:
    """What is installed is what was chosen, wherever it is fetched from."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    pins = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    exact = re.compile(r"[A-Za-z0-9._-]+==[^ ;]+( ; [^#]+?)?(\s+--hash=sha256:[0-9a-f]{64})+\s*")
    assert len(pins) > 10
    assert [pin for pin in pins if not exact.fullmatch(pin)] == []
    assert "://" not in text


def test_ci_takes_a_skipped_test_for_a_failed_one(tmp_path: Path) -> None:
    """With CI=true the boundary files must be there and no test may step aside, while collecting neither."""
    rule = (ROOT / "tests" / "nothing_skipped.py").read_text(encoding="utf-8")
    (tmp_path / "conftest.py").write_text(rule)
    (tmp_path / "test_in.py").write_text("import pytest\ndef test_a():\n    pytest.skip('not here')\n")
    (tmp_path / "test_out.py").write_text("import pytest\npytest.skip('none', allow_module_level=True)\n")

    def outcome(ci: str) -> tuple[int, str]:
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "--rootdir=.",
            "-c",
            os.devnull,
        ]
        environment = os.environ | {"CI": ci}
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=False
        )
        return done.returncode, done.stdout

    assert outcome("")[0] in {0, 5}
    status, output = outcome("true")
    assert status not in {0, 5}
    assert "nothing may be skipped" in output
