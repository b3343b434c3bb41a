"""Pulls the sources that are due while the server runs: one after the other, each in a process of its own."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

from ingest.atlas import Atlas
from ingest.sources import register

_LOOK_S = 2.0
_ROOT = Path(__file__).resolve().parents[2]


class Schedule:
    """A thread that looks which sources are due. Whoever follows the log hears of what they bring."""

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = atlas
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sources", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """End a pull under way, which goes on where it stopped the next time."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(_LOOK_S):
            with self._atlas.log.connect() as connection:
                due = [one.id for one in register.everything(connection) if one.due(datetime.now(UTC))]
            for number in due:
                self._pull(number)

    def _pull(self, number: int) -> None:
        words = [sys.executable, "-m", "ingest.sources", str(self._atlas.folder.path), str(number)]
        process = subprocess.Popen(words, cwd=_ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        while process.poll() is None:
            if self._stopping.wait(0.2):
                process.terminate()
        if process.returncode not in (0, 1) and not self._stopping.is_set():
            logging.getLogger("tambon").warning("pulling source %s ended with %s", number, process.returncode)
            with self._atlas.log.begin() as connection:
                register.ended(connection, number, {})
