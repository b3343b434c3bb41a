"""The first command on a machine that has only Python: what the new user sees, and what survives a mishap.

A small copy of the program stands in a folder with spaces and Thai letters; its one package is a wheel
made here, and the package index of these tests is a closed port.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from commands import kit

ROOT = Path(__file__).resolve().parents[1]
LAUNCHER = ("__init__", "__main__", "console", "packages", "parser", "problems", "test", "values")
STATUS = """
import os, sys, time
from thai.problem import Problem, Text
def run(args):
    import tiny
    if os.environ.get("TRY") == "refuse":
        raise Problem("refused", Text("ไม่ได้", "no"), Text("ลองใหม่", "again"))
    if os.environ.get("TRY") == "wait":
        print("waiting", file=sys.stderr, flush=True)
        time.sleep(60)
    return {"tiny": tiny.VERSION, "cwd": os.getcwd(), "prefix": sys.prefix, "data": str(args.data)}
def show(result):
    return "รุ่น " + result["tiny"]
"""
WITHOUT_ENSUREPIP = """
import subprocess, venv
def refuse(self, context):
    raise subprocess.CalledProcessError(1, "ensurepip")
venv.EnvBuilder._setup_pip = refuse
"""
WITHOUT_PIP = """
import sys
class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name == "pip":
            raise ModuleNotFoundError("No module named pip", name=name)
sys.meta_path.insert(0, Blocker())
"""


def make_wheel(folder: Path, name: str, version: str, code: str) -> str:
    """Write a wheel, which is a zip, and return its line of pins."""
    info = f"{name}-{version}.dist-info"
    path = folder / f"{name}-{version}-py3-none-any.whl"
    folder.mkdir(exist_ok=True)
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"{name}.py", code)
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", f"{name}.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")
    return f"{name}=={version} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


def pin_tiny(project: Path, version: str) -> None:
    """Pin another version of the one package."""
    line = make_wheel(project / "wheels", "tiny", version, f"VERSION = '{version}'\n")
    (project / "requirements.txt").write_text(line, encoding="utf-8")


def environment(changes: Mapping[str, str]) -> dict[str, str]:
    """The environment of a start: no package index that answers, nothing of the test run's own Python."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "PIP_"))}
    return inherited | {"PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_CONFIG_FILE": os.devnull} | changes


def start(project: Path, *words: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """``python3 tambon.py WORDS`` from another folder, as a user's terminal would."""
    return subprocess.run(
        [sys.executable, str(project / "tambon.py"), *words],
        capture_output=True,
        encoding="utf-8",
        cwd=project.parent,
        env=environment(changes),
        check=False,
    )


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program as downloaded: no .venv yet."""
    project = tmp_path_factory.mktemp("ดาวน์โหลด ใหม่") / "แผนที่ ตำบล"
    (project / "commands").mkdir(parents=True)
    (project / "thai").mkdir()
    for name in ("tambon.py", "thai/__init__.py", "thai/problem.py", *(f"commands/{m}.py" for m in LAUNCHER)):
        shutil.copy(ROOT / name, project / name)
    (project / "commands" / "status.py").write_text(STATUS, encoding="utf-8")
    pin_tiny(project, "1.0")
    return project


@pytest.fixture(scope="module")
def first_start(program: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """The program after its first start, and what that printed on standard output and error."""
    project = tmp_path_factory.mktemp("เครื่อง ใหม่") / "แผนที่ ตำบล"
    shutil.copytree(program, project)
    done = start(project, "status", "--json")
    assert done.returncode == 0, done.stderr
    return project, done.stdout, done.stderr


@pytest.fixture
def fresh(program: Path, tmp_path: Path) -> Path:
    """A copy of the program nobody has started yet."""
    return shutil.copytree(program, tmp_path / "แผนที่ ตำบล")


@pytest.fixture
def installed(first_start: tuple[Path, str, str], tmp_path: Path) -> Path:
    """A copy of the program that is set up."""
    return shutil.copytree(first_start[0], tmp_path / "แผนที่ ตำบล", symlinks=True)


def lacking(folder: Path, *lacks: str) -> str:
    """A PYTHONPATH under which Python lacks something, as some distributions' Python does."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text("".join(lacks), encoding="utf-8")
    return str(folder)


def test_the_first_start_sets_up_and_runs_the_command(first_start: tuple[Path, str, str]) -> None:
    """One command on a new machine: progress on standard error, one JSON document on standard output."""
    project, output, messages = first_start
    result = json.loads(output)
    assert (result["tiny"], result["prefix"]) == ("1.0", str(project / ".venv"))
    assert result["cwd"] == str(project.parent)
    assert result["data"] == str(project / "data")
    assert "installing 1/1" in messages


def test_the_second_start_installs_nothing(installed: Path) -> None:
    """With the stamp in place the command starts at once and in silence."""
    done = start(installed, "status")
    assert (done.returncode, done.stdout, done.stderr) == (0, "รุ่น 1.0\n", "")


def test_changed_pins_are_installed(installed: Path) -> None:
    """After an update of the program the next start brings the packages along."""
    pin_tiny(installed, "2.0")
    assert json.loads(start(installed, "status", "--json").stdout)["tiny"] == "2.0"
    assert start(installed, "status").stderr == ""


def test_a_half_made_venv_is_made_again(installed: Path) -> None:
    """A set-up that was cut off leaves no stamp: whatever it left is not trusted."""
    (installed / ".venv" / "tambon.json").unlink()
    shutil.rmtree(next((installed / ".venv").rglob("site-packages")) / "pip")
    (installed / ".venv" / "left over").write_text("", encoding="utf-8")
    done = start(installed, "status")
    assert (done.returncode, done.stdout) == (0, "รุ่น 1.0\n"), done.stderr
    assert not (installed / ".venv" / "left over").exists()


def test_a_venv_whose_python_has_gone_is_made_again(installed: Path) -> None:
    """The system's Python was removed or the folder came from another machine: no riddle, a new .venv."""
    stamp = installed / ".venv" / "tambon.json"
    stamp.write_text(json.dumps(json.loads(stamp.read_text()) | {"python": "cpython-3.9 elsewhere"}))
    assert start(installed, "status").stdout == "รุ่น 1.0\n"
    assert "elsewhere" not in stamp.read_text()


def test_a_venv_of_somebody_elses_python_is_not_ready(installed: Path) -> None:
    """On Windows .venv starts the Python it was made from, which a second user may not have."""
    settings = installed / ".venv" / "pyvenv.cfg"
    settings.write_text("home = /home/somebody else/python\n" + settings.read_text(encoding="utf-8"))
    command = [sys.executable, "-c", "import tambon; print(tambon.read_stamp())"]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=installed, env=environment({}), check=True
    )
    assert done.stdout == "{}\n"  # as one without a stamp: half-made


def test_a_folder_that_may_not_be_written_is_told_as_such(fresh: Path) -> None:
    """A stick with its lock on, a shared folder: no Python is blamed, and none is to be installed."""
    (fresh / ".venv").write_text("", encoding="utf-8")  # stands in the way for root, too
    done = start(fresh, "status")
    assert done.returncode == 1
    assert "system_refused" in done.stderr
    assert ".venv" in done.stderr


def test_settings_of_ones_own_lead_no_package_elsewhere(fresh: Path, tmp_path: Path) -> None:
    """Who told pip to install for the user alone, or into a folder, starts the program all the same; so does
    who has a kit that does not say for whom it is.
    """
    (fresh / "wheels" / "kit.json").write_text("[]", encoding="utf-8")
    done = start(fresh, "status", PIP_USER="1", PIP_TARGET=str(tmp_path / "elsewhere"))
    assert (done.returncode, done.stdout) == (0, "รุ่น 1.0\n"), done.stderr


def test_without_ensurepip_the_pip_that_is_there_installs(fresh: Path, tmp_path: Path) -> None:
    """Debian without python3-venv: .venv is made without pip, and the system's pip fills it."""
    done = start(fresh, "status", PYTHONPATH=lacking(tmp_path / "lacking", WITHOUT_ENSUREPIP))
    assert (done.returncode, done.stdout) == (0, "รุ่น 1.0\n"), done.stderr
    assert not list((fresh / ".venv").rglob("site-packages/pip"))


def test_with_neither_the_exact_command_is_named(fresh: Path, tmp_path: Path) -> None:
    """No ensurepip and no pip: the user reads what to type, in both languages, and nothing is half done."""
    path = lacking(tmp_path / "lacking", WITHOUT_ENSUREPIP, WITHOUT_PIP)
    done = start(fresh, "--json", "status", PYTHONPATH=path)
    (problem,) = json.loads(done.stdout)["problems"]
    assert (done.returncode, problem["code"]) == (1, "no_venv")
    assert "install" in problem["remedy_th"]
    assert problem["remedy_en"] in done.stderr
    assert not (fresh / ".venv" / "tambon.json").exists()


def test_a_damaged_wheel_is_refused_and_mended_by_the_next_start(fresh: Path) -> None:
    """What does not match its hash is not installed; pip's own words stand in the message."""
    wheel = next((fresh / "wheels").glob("*.whl"))
    whole = wheel.read_bytes()
    wheel.write_bytes(whole + b" ")
    done = start(fresh, "status")
    assert done.returncode == 1
    assert "packages_not_installed" in done.stderr
    assert "DO NOT MATCH THE HASHES" in done.stderr
    assert "wheels/" in done.stderr
    wheel.write_bytes(whole)
    assert start(fresh, "status").stdout == "รุ่น 1.0\n"


def test_without_wheels_and_network_the_message_names_the_connection(fresh: Path) -> None:
    """No internet on the first start: the remedy speaks of the connection and the USB kit."""
    shutil.rmtree(fresh / "wheels")
    done = start(fresh, "status", PIP_RETRIES="0")
    assert done.returncode == 1
    assert "internet connection" in done.stderr
    assert "kit" in done.stderr


def test_a_kit_for_another_machine_says_so(fresh: Path) -> None:
    """A Windows kit copied to this machine is recognised before anything is installed."""
    target = {"platform": "windows" if os.name != "nt" else "linux", "python": "3.12"}
    (fresh / "wheels" / "kit.json").write_text(json.dumps(target), encoding="utf-8")
    done = start(fresh, "status")
    assert done.returncode == 1
    assert "kit_for_another" in done.stderr
    assert not (fresh / ".venv").exists()


def test_a_kit_says_that_it_carries_no_tests(fresh: Path) -> None:
    """What only tests need is not on the stick."""
    done = start(fresh, "test")
    assert (done.returncode, "not_in_this_landing" in done.stderr) == (1, True), done.stderr


def test_a_kit_is_collected_and_installed_without_network(
    fresh: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What ``kit`` collects is what the launcher installs from: same files, same hashes."""
    origin = (fresh / "wheels").rename(tmp_path / "origin")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", origin.as_uri())
    kit.collect_wheels(fresh / "requirements.txt", fresh / "wheels", "windows", "3.12")
    assert [path.name for path in (fresh / "wheels").iterdir()] == ["tiny-1.0-py3-none-any.whl"]
    done = start(fresh, "status")
    assert (done.returncode, done.stdout) == (0, "รุ่น 1.0\n"), done.stderr


@pytest.mark.parametrize(("words", "status"), [(["--help"], 0), ([], 2), (["statsu"], 2), (["up", "--x"], 2)])
def test_help_and_mistakes_need_no_installation(program: Path, words: list[str], status: int) -> None:
    """Help comes at once, and nobody waits a minute to learn of a mistyped word."""
    done = start(program, *words)
    assert done.returncode == status
    assert "usage: tambon.py" in (done.stderr if status else done.stdout)
    assert not (program / ".venv").exists()


def test_a_refusal_ends_with_one(installed: Path) -> None:
    """The command's own exit status is the status of tambon.py."""
    done = start(installed, "status", TRY="refuse")
    assert (done.returncode, done.stdout) == (1, "")
    assert "ลองใหม่" in done.stderr


def test_a_console_without_thai_letters_shows_the_rest(installed: Path) -> None:
    """Nothing fails because a console cannot print a letter; JSON stays whole."""
    assert start(installed, "status", PYTHONIOENCODING="ascii").stdout == "???? 1.0\n"
    document = start(installed, "status", "--json", PYTHONIOENCODING="ascii").stdout
    assert json.loads(document)["prefix"] == str(installed / ".venv")


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals; on Windows the child gets Ctrl-C by itself")
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM)])
def test_signals_reach_the_command(installed: Path, number: int, status: int) -> None:
    """Ctrl-C and a service manager's stop reach the command itself: the launcher has become it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs inherit it ignored
    command = [sys.executable, str(installed / "tambon.py"), "status"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, env=environment({"TRY": "wait"}), **pipes) as process:  # type: ignore[call-overload]
        assert process.stderr.readline() == b"waiting\n"
        process.send_signal(number)
        assert process.wait(20) == status


def test_on_windows_the_launcher_waits_and_passes_the_status_on(program: Path) -> None:
    """Where a process cannot become another, the launcher outlives Ctrl-C and returns the child's status."""
    child = "import os, signal; os.kill(os.getppid(), signal.SIGINT); raise SystemExit(7)"
    code = f"import os, sys, tambon; sys.exit(tambon.wait_for([sys.executable, '-c', {child!r}], os.environ))"
    done = subprocess.run([sys.executable, "-c", code], cwd=program, env=environment({}), check=False)
    assert done.returncode == 7


def test_two_starts_at_once_set_up_once(fresh: Path) -> None:
    """A double click, or a service and a person: one installs, the other waits, both work."""
    command = [sys.executable, str(fresh / "tambon.py"), "status"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "encoding": "utf-8"}
    both = [subprocess.Popen(command, env=environment({}), **pipes) for _ in range(2)]  # type: ignore[call-overload]
    outputs = [process.communicate() for process in both]
    assert [output for output, _ in outputs] == ["รุ่น 1.0\n"] * 2
    assert sum("making .venv" in messages for _, messages in outputs) == 1


def test_the_test_command_brings_its_own_pins_and_forwards_everything(installed: Path) -> None:
    """``test`` installs requirements-test.txt first, once, and pytest's words and status pass through."""
    code = "import sys\nif __name__ == '__main__':\n    print(sys.argv[1:])\n    sys.exit(5)\n"
    line = make_wheel(installed / "wheels", "pytest", "1.0", code)
    (installed / "requirements-test.txt").write_text(line, encoding="utf-8")
    done = start(installed, "test", "-k", "phone", "--json", "tests/test_a.py")
    assert (done.returncode, done.stdout) == (5, "['-k', 'phone', '--json', 'tests/test_a.py']\n"), (
        done.stderr
    )
    assert start(installed, "test").stderr == ""
    assert start(installed, "status").stderr == ""


def test_an_older_python_is_told_what_it_needs() -> None:
    """The launcher is readable for Python 3.6 and says in both languages which version is needed."""
    ast.parse((ROOT / "tambon.py").read_text(encoding="utf-8"), feature_version=(3, 6))
    path = str(ROOT / "tambon.py")
    code = f"import sys, runpy; sys.version_info = (3, 9, 1); runpy.run_path({path!r}, run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 1
    assert "ต้องใช้ Python 3.11" in done.stderr
    assert "needs Python 3.11" in done.stderr
