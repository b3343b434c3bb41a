"""What every worker of a run needs and takes long to make: made by the first, copied by all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import filelock

_FOLDER = "TAMBON_MADE_ONCE"


def keep_in(base: Path) -> None:
    """Keep it in a run's own temporary folder, or in the one of all its workers."""
    os.environ[_FOLDER] = str(base.parent if "PYTEST_XDIST_WORKER" in os.environ else base)


def made_once(name: str, make: Callable[[Path], object]) -> Path:
    """A folder to copy, which ``make`` fills in the first process that asks; others wait for it."""
    folder = Path(os.environ[_FOLDER]) / f"made-{name}"
    with filelock.FileLock(f"{folder}.lock"):
        if not folder.exists():
            with tempfile.TemporaryDirectory(dir=folder.parent) as begun:
                made = Path(begun) / name
                made.mkdir()
                make(made)
                made.rename(folder)
    return folder
