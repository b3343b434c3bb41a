"""สมุดแผนที่ตำบล · Tambon Atlas, the one command: makes .venv, installs the pins, runs the command.

    python3 tambon.py up        (Windows: py tambon.py up)

Standard library only. Up to the check of the version every line must be readable by older Pythons.
"""

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from contextlib import contextmanager
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 whoever starts this with an older Python must be told
    VERSION = sys.version.split()[0]
    sys.exit(
        f"ต้องใช้ Python 3.11 ขึ้นไป เครื่องนี้ใช้ {VERSION}\n"
        f"Tambon Atlas needs Python 3.11 or newer; this is {VERSION}.\n"
        "→ https://www.python.org/downloads/"
    )

from collections.abc import Iterator, Mapping, Sequence

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT))

from commands import console, packages, parser, problems  # noqa: E402 only now is Python new enough
from thai.problem import Problem, Text  # noqa: E402

WINDOWS = os.name == "nt"
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")
STAMP = VENV / "tambon.json"  # written when everything is installed: a .venv without it is half-made
WHEELS = ROOT / "wheels"  # from a USB kit: installed from without network
PINS, TEST_PINS = "requirements.txt", "requirements-test.txt"
NEWEST_TRIED = (3, 13)
HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
BASE = getattr(sys, "_base_executable", None) or sys.executable  # even when started by a venv's Python


def main(arguments: Sequence[str]) -> int:
    """Set up what the command needs, then become the command."""
    console.prepare()
    try:
        if arguments[:1] == ["test"] and not (ROOT / TEST_PINS).exists():  # a kit carries no tests
            raise problems.not_in_this_landing("test")
        wanted = fingerprint([PINS, TEST_PINS] if arguments[:1] == ["test"] else [PINS])
        if not is_ready(wanted):
            parser.parse(arguments)  # help and a mistyped line need no installation
            signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that pip is stopped along with us
            with alone():
                if not is_ready(wanted):
                    set_up(wanted)
        return start(arguments)
    except Problem as problem:
        return console.refuse(problem, as_json="--json" in arguments)
    except OSError as error:
        return console.refuse(problems.system_refused(error), as_json="--json" in arguments)
    except KeyboardInterrupt:
        return console.INTERRUPTED


def fingerprint(files: Sequence[str]) -> dict[str, str]:
    """What a finished .venv was made from: this Python, and the SHA-256 of each file of pins."""
    system = f"{sys.implementation.name}-{HERE} {sysconfig.get_platform()}"
    return {"python": system} | {
        name: hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in files
    }


def read_stamp() -> dict[str, str]:
    """What the present .venv was made from; empty when it was not finished."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) and PYTHON.exists() and base_is_there() else {}


def base_is_there() -> bool:
    """Whether the Python that .venv was made from is here: Windows' .venv only starts that one, which
    another user, or another machine that the folder was copied to, may not have.
    """
    try:
        home = re.search(r"^home *= *(.+)$", (VENV / "pyvenv.cfg").read_text(encoding="utf-8"), re.MULTILINE)
    except (OSError, ValueError):
        return False
    return home is not None and Path(home[1].strip()).is_dir()


def is_ready(wanted: Mapping[str, str]) -> bool:
    """Whether the present .venv has everything wanted."""
    return wanted.items() <= read_stamp().items()


@contextmanager
def alone() -> Iterator[None]:
    """Hold the set-up against a second start. The lock lies on this file and ends with the process."""
    with Path(__file__).open("rb") as lock:
        told = False
        while not _locked(lock.fileno()):
            if not told:
                console.say(Text("รออีกหน้าต่างหนึ่งที่กำลังติดตั้ง…", "Waiting for another start that is installing…"))
                told = True
            time.sleep(0.2)
        yield


def _locked(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 only there

            os.lseek(descriptor, 1 << 30, os.SEEK_SET)  # beyond the end, so that the file stays readable
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415 only there

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:  # a network folder without locks: better unguarded than never
        return True
    return True


def set_up(wanted: Mapping[str, str]) -> None:
    """Make .venv and install the pins; the stamp goes first and comes back last."""
    if sys.version_info[:2] > NEWEST_TRIED:
        console.say(Text(f"ยังไม่เคยทดลองกับ Python {HERE}", f"Not tried with Python {HERE} yet; going on."))
    check_kit()
    reusable = read_stamp().get("python") == wanted["python"]
    STAMP.unlink(missing_ok=True)
    if not reusable:
        make_venv()
    pip = packages.find_pip(PYTHON, sys.executable, BASE, into=PYTHON)
    if pip is None:
        raise problems.no_venv(remedy_command(), "")
    for name in wanted:
        if name != "python":
            install(pip, name)
    STAMP.write_text(json.dumps(wanted, indent=1), encoding="utf-8")


def check_kit() -> None:
    """Raise Problem ``kit_for_another`` when the wheels beside the program cannot fit here."""
    try:
        kit = json.loads((WHEELS / "kit.json").read_text(encoding="utf-8"))
        made_for = f"{kit['platform']}, Python {kit['python']}"
    except (OSError, ValueError, LookupError, TypeError):
        return
    platform = {"win32": "windows", "darwin": "macos"}.get(sys.platform, sys.platform)
    here = f"{platform}, Python {HERE}"
    if made_for != here:
        raise problems.kit_for_another(made_for, here)


def make_venv() -> None:
    """Make .venv anew: with its own pip, or without one where Python came without ensurepip.

    What keeps the folder from being written, or an old .venv from being deleted, is the system's to tell: an
    ``OSError`` is raised before Python could be blamed for it.
    """
    console.say(Text("สร้าง .venv", "making .venv"))
    VENV.mkdir(exist_ok=True)
    for left in VENV.iterdir():
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left)
        else:
            left.unlink()
    command = [BASE, "-P", "-m", "venv", str(VENV)]
    first = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    if first.returncode:
        second = subprocess.run(
            [*command, "--clear", "--without-pip"],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        if second.returncode:
            raise problems.no_venv(remedy_command(), (second.stdout + second.stderr).strip())


def install(pip: Sequence[str], name: str) -> None:
    """Install one file of pins with their hashes; from wheels/ alone where a kit brought it.

    A kit carries what the program needs, not what only tests need.
    """
    carried = WHEELS.is_dir()
    offline = carried and name == PINS
    options = ["--find-links", str(WHEELS)] if carried else []
    if offline:
        options.append("--no-index")
    packages.run_pip(
        pip,
        ["install", "--require-hashes", *options, "-r", str(ROOT / name)],
        label=Text("ติดตั้ง", "installing"),
        total=len(packages.pinned_names((ROOT / name).read_text(encoding="utf-8"))),
        from_folder=offline,
    )


def remedy_command() -> str:
    """The command that gives this machine's Python what it lacks."""
    if WINDOWS:
        return "winget install Python.Python.3.13"
    if sys.platform == "darwin":
        return "brew install python@3.13"
    if Path("/usr/bin/apt").exists():
        system_python = Path("/usr/bin/python3").resolve() == Path(BASE).resolve()
        return f"sudo apt install python{'3' if system_python else HERE}-venv"
    return "sudo dnf install python3-pip"


def start(arguments: Sequence[str]) -> int:
    """Run the command in .venv; where the system can, this process becomes it, signals and all."""
    command = [str(PYTHON), "-m", "commands", *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1"}
    sys.stdout.flush()
    if not WINDOWS:
        os.execve(command[0], command, environment)  # noqa: S606 our own Python
    return wait_for(command, environment | {"PYTHONUTF8": "1"})


def wait_for(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run and wait, for Windows: Ctrl-C reaches the child by itself, which is then left to stop cleanly."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
