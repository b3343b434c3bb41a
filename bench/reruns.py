"""Starts the product with its pages' reruns timed: ``python -m bench.reruns FILE WORD …``.

The product knows nothing of this. Each rerun of a page's script adds a line to the file: ``page`` or
``fragment``, and the milliseconds of processor time that its thread took.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from streamlit.runtime.scriptrunner.script_runner import RerunData, ScriptRunner

from commands.__main__ import main


def note(file: Path) -> None:
    """Note every rerun in this process from now on."""
    run = ScriptRunner._run_script

    def noted(runner: ScriptRunner, asked: RerunData) -> None:
        start = time.thread_time()
        try:
            run(runner, asked)
        finally:
            kind = "fragment" if asked.fragment_id_queue else "page"
            with file.open("a", encoding="utf-8") as lines:
                lines.write(f"{kind} {(time.thread_time() - start) * 1000:.2f}\n")

    ScriptRunner._run_script = noted  # type: ignore[method-assign]


if __name__ == "__main__":
    note(Path(sys.argv[1]))
    sys.exit(main(sys.argv[2:]))
