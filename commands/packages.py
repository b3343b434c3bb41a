"""Python packages: the pins of a requirements file, and pip with a progress line.

Standard library only: the launcher uses it before anything is installed.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from commands import problems
from commands.console import Progress
from thai.problem import Text

OLDEST_PIP = (22, 3)  # the first that can install into another Python with --python
WORKED_ON = re.compile(r"\s*(?:Collecting|Processing|Requirement already satisfied:)\s+(.*?\.whl|\S+)")
TAIL_LINES = 15
#: Settings of one's own that would lead the packages elsewhere than into .venv.
ELSEWHERE = {"PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT"}
INSTALLING = "กำลังติดตั้ง ประมาณหนึ่งนาที · installing, about a minute"


def pinned_names(requirements: str) -> set[str]:
    """The packages a requirements file pins; one pinned twice, for two Pythons, counts once."""
    return {match.lower() for match in re.findall(r"^([A-Za-z0-9._-]+)==", requirements, re.MULTILINE)}


def find_pip(*pythons: str | Path, into: str | Path) -> list[str] | None:
    """The first pip among ``pythons``, as a command that acts on the Python ``into``; None without one."""
    for python in pythons:
        command = [str(python), "-P", "-m", "pip"]
        asked = subprocess.run([*command, "--version"], capture_output=True, text=True, check=False)
        version = re.match(r"pip (\d+)\.(\d+)", asked.stdout)
        if asked.returncode or not version:
            continue
        if str(python) == str(into):
            return command
        if tuple(map(int, version.groups())) >= OLDEST_PIP:
            return [*command, "--python", str(into)]
    return None


def run_pip(
    pip: Sequence[str], options: Sequence[str], *, label: Text, total: int, from_folder: bool
) -> None:
    """Run pip and show how far it is; raises Problem ``packages_not_installed`` with its last lines.

    ``total`` is the number of packages expected; ``from_folder`` says that no network is used,
    which changes the remedy.
    """
    command = [*pip, "--disable-pip-version-check", "--no-input", *options, "--progress-bar", "off"]
    own = {key: value for key, value in os.environ.items() if key.upper() not in ELSEWHERE}
    environment = own | {"PIP_USER": "0", "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}
    tail: deque[str] = deque(maxlen=TAIL_LINES)
    done = 0
    with (
        Progress(label, total) as progress,
        subprocess.Popen(
            command,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        ) as process,
    ):
        try:
            for line in process.stdout or ():
                tail.append(line.rstrip())
                if found := WORKED_ON.match(line):
                    done = min(done + 1, total)
                    progress.at(done, Path(found[1]).name)
                elif line.startswith("Installing collected packages"):
                    progress.at(total, INSTALLING, always=True)
        except BaseException:  # stopped by a signal: no pip may go on writing behind the next start
            process.terminate()
            raise
    if process.returncode:
        raise problems.packages_not_installed(tail, from_folder=from_folder)
