"""Pulls the sources that are due while the server runs: one after the other, each in a process of its own."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

from ingest import log
from ingest.atlas import Atlas
from ingest.sources import problems, register

_log = logging.getLogger("tambon")
_LOOK_S = 2.0
_ROOT = Path(__file__).resolve().parents[2]


class Schedule:
    """A thread that looks which sources are due. Whoever follows the log hears of what they bring."""

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = atlas
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sources", daemon=True)

    def start(self) -> None:
        """Begin to look. What still counts as under way died with the office that began it."""
        with log.writing(self._atlas.log) as connection:
            for one in register.everything(connection):
                if one.started_at > one.ended_at:
                    register.interrupted(connection, one.id)
        self._thread.start()

    def stop(self) -> None:
        """End a pull under way, which goes on where it stopped the next time."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(_LOOK_S):
            try:
                self._round()
            except Exception:  # a full disk or memory: the next round may find it better
                _log.exception("looking for sources to pull")

    def _round(self) -> None:
        with self._atlas.log.connect() as connection:
            due = [one.id for one in register.everything(connection) if one.due(datetime.now(UTC))]
        for number in due:
            if not self._stopping.is_set():
                self._pull(number)

    def _pull(self, number: int) -> None:
        words = [sys.executable, "-m", "ingest.sources", str(self._atlas.folder.path), str(number)]
        process = subprocess.Popen(words, cwd=_ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        while process.poll() is None:
            if self._stopping.wait(0.2):
                process.terminate()
        if process.returncode in (0, register.FAILED):
            return
        with log.writing(self._atlas.log) as connection:
            if self._stopping.is_set():
                register.interrupted(connection, number)
                return
            _log.warning("pulling source %s ended with %s", number, process.returncode)
            register.failed(connection, number, problems.died(str(process.returncode)).as_dict())
