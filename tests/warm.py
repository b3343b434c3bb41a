"""Servers that start at once: forked from a process that has loaded their modules already.

Loading takes four seconds of processor time, and the suite starts some fifty servers. What runs in the child
is ``commands`` as always; only the interpreter is not new. ``fresh`` gives a new one, as a user's start does.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[1]
_STDOUT, _STDERR = 1, 2

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["commands.up", "streamlit.web.server", "folium.plugins"])


def start(words: Sequence[str], errors: Path | None, *, fresh: bool) -> tuple[ForkServerProcess, Connection]:
    """Run ``python -m commands WORDS``; gives the process and the end of a pipe that holds what it prints.

    ``errors``: the file to which its standard error is added; this process's own otherwise.
    """
    printed, writes = _forks.Pipe(duplex=False)
    asked = (tuple(words), writes, errors, fresh, dict(os.environ))
    process = _forks.Process(target=_run, args=asked, daemon=True)
    with _no_main():
        process.start()
    writes.close()
    return process, printed


@contextmanager
def _no_main() -> Iterator[None]:
    """A child would run this process's ``__main__`` once more, which may be a page of Streamlit's tests."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _run(
    words: Sequence[str], writes: Connection, errors: Path | None, fresh: bool, environment: Mapping[str, str]
) -> None:
    os.chdir(ROOT)
    os.dup2(writes.fileno(), _STDOUT)
    writes.close()
    if errors:
        os.dup2(os.open(errors, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), _STDERR)
    if fresh:
        line = [sys.executable, "-m", "commands", *words]
        os.execve(sys.executable, line, {**environment, "PYTHONUTF8": "1"})  # noqa: S606 - our own program
    os.environ.clear()
    os.environ.update(environment)
    sys.stdout = sys.__stdout__ = os.fdopen(_STDOUT, "w", 1, "utf-8", closefd=False)
    sys.stderr = sys.__stderr__ = os.fdopen(_STDERR, "w", 1, "utf-8", closefd=False)
    from commands.__main__ import main

    sys.exit(main(words))
