"""``test``: the whole test suite, run by pytest from the project's folder."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def run(args: argparse.Namespace) -> object:
    """Run pytest with the arguments as given; exits with pytest's own status."""
    command = [sys.executable, "-m", "pytest", *args.pytest_args]
    raise SystemExit(subprocess.run(command, cwd=ROOT, check=False).returncode)


def show(result: object) -> str:
    """Pytest has said everything."""
    return str(result)
