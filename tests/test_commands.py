"""The command line: its words, its one JSON document, its refusals, and the USB kit's list of packages."""

from __future__ import annotations

import io
import json
import os
import sqlite3
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from commands import console, kit, packages, parser
from thai.problem import Place, Problem, Problems, Text

ROOT = Path(__file__).resolve().parents[1]
PINS = """
anyio==4.16.0 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
    # via httpx
uvloop==0.23.0 ; sys_platform != 'win32' \\
    --hash=sha256:cc
watchdog==7.1.0 ; sys_platform != 'darwin' \\
    --hash=sha256:dd
numpy==2.4.6 ; python_full_version < '3.12' \\
    --hash=sha256:ee
numpy==2.5.5 ; python_full_version >= '3.12' \\
    --hash=sha256:ff
"""


def refusal(code: str) -> Problem:
    """A problem with a place."""
    return Problem(code, Text("ไม่ได้", "no"), Text("แก้ไข", "mend it"), Place(sheet="layers", row=3))


def raising(error: BaseException) -> Callable[[], object]:
    """A command that ends with this error."""

    def work() -> object:
        raise error

    return work


@pytest.mark.parametrize(
    "line",
    [
        "--data D --json forms list",
        "forms --data D --json list",
        "forms list --json --data D",
        "--json forms --data D list",
    ],
)
def test_data_and_json_stand_anywhere(line: str) -> None:
    """Before the command, between its words or at the end: the same meaning."""
    args = parser.parse(line.split())
    assert (args.command, args.action, args.json, args.data) == ("forms", "list", True, Path("D").absolute())


@pytest.mark.parametrize(
    "line",
    [
        "publish 1 --dry-run a.xlsx b.xlsx",
        "publish --dry-run 1 a.xlsx b.xlsx",
        "publish 1 a.xlsx --dry-run b.xlsx",
    ],
)
def test_options_may_stand_between_the_words(line: str) -> None:
    """As they come to somebody's mind."""
    args = parser.parse(["central", *line.split()])
    assert (args.number, args.dry_run, args.files) == (1, True, [Path("a.xlsx"), Path("b.xlsx")])


def test_the_data_folder_is_beside_the_program_unless_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """--data wins over TAMBON_DATA, which wins over data/ beside the program."""
    monkeypatch.delenv("TAMBON_DATA", raising=False)
    assert parser.parse(["status"]).data == ROOT / "data"
    monkeypatch.setenv("TAMBON_DATA", os.sep + "srv")
    assert parser.parse(["status"]).data == Path(os.sep + "srv").absolute()
    assert parser.parse(["status", "--data", "x"]).data == Path("x").absolute()


@pytest.mark.parametrize(
    "line",
    [
        "up --host 127.0.0.1 --port 8000 --public-url https://a.example --demo --proxy 10.0.0.1",
        "test -x --json -k a",
        "kit out --platform windows --python 3.12",
        "forms check a.xlsx",
        "forms publish",
        "forms withdraw pomelo_plot",
        "boundaries add f.gpkg --set cod --level tambon --published 2022-01-22 --source HDX",
        "boundaries list",
        "boundaries fetch",
        "locate f.csv --to o.csv --set cod",
        "enumerator add สมศรี --area 8012 --url http://10.0.0.2:8080",
        "enumerator list",
        "enumerator revoke สมศรี",
        "account add a@b.example --role officer --area lao:123",
        "account disable a@b.example",
        "ingest files a b.zip",
        "export pomelo_plot --to a.gpkg --where x --area TH801206 --as a@b.example --personal",
        "status",
        "rebuild",
        "verify",
        "bench",
        "demo remove",
    ],
)
def test_the_fixed_interface_is_understood(line: str) -> None:
    """Every line the interface promises is read without a complaint."""
    assert parser.parse(line.split()).command == line.split(maxsplit=1)[0]


@pytest.mark.parametrize(
    "line",
    [
        "up --demo --empty", "up --port 99999", "up --public-url office.example.org", "kit out",
        "account add a --role king", "account add somebody --role planner --area all",
        "enumerator add - --area all --url office.local:8080", "enumerator add \u00a0 --area all",
    ],
)  # fmt: skip
def test_a_usage_mistake_ends_with_two(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A line that cannot be meant is refused with the usage, on standard error."""
    with pytest.raises(SystemExit) as ended:
        parser.parse(line.split(" "))
    assert ended.value.code == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "word", ["up", "kit", "forms", "boundaries", "locate", "enumerator", "status", "demo"]
)
def test_every_word_explains_itself_in_both_languages(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each command's own help says in Thai and in English what it is for."""
    with pytest.raises(SystemExit) as ended:
        parser.parse([word, "--help"])
    line = next(row for row in capsys.readouterr().out.splitlines() if " · " in row)
    assert ended.value.code == 0
    assert any("ก" <= letter <= "๛" for letter in line)
    assert any("a" <= letter <= "z" for letter in line)


def test_json_is_one_document_whatever_libraries_print(capfd: pytest.CaptureFixture[str]) -> None:
    """A library's chatter goes to standard error; decimals and dates keep their exact form."""

    def work() -> object:
        print("chatter")
        return {"baht": Decimal("10.50"), "day": date(2026, 1, 2), "file": Path("a"), "ตำบล": "เกาะทวด"}

    assert console.answer(work, str, as_json=True) == 0
    out, err = capfd.readouterr()
    assert json.loads(out) == {"baht": "10.50", "day": "2026-01-02", "file": "a", "ตำบล": "เกาะทวด"}
    assert err == "chatter\n"


@pytest.mark.parametrize("as_json", [False, True])
def test_every_problem_is_told_with_its_remedy(capfd: pytest.CaptureFixture[str], as_json: bool) -> None:
    """A refusal ends with 1 and names code, place and remedy, in both languages."""
    error = Problems([refusal("first"), refusal("second")])
    assert console.answer(raising(error), str, as_json=as_json) == 1
    out, err = capfd.readouterr()
    codes = [problem["code"] for problem in json.loads(out)["problems"]] if as_json else []
    assert codes == (["first", "second"] if as_json else [])
    assert all(words in err for words in ("first [layers, row 3]", "second", "แก้ไข", "mend it"))


def test_a_system_refusal_and_a_fault_are_told_apart(capfd: pytest.CaptureFixture[str]) -> None:
    """A full disk names the file; a fault of the program shows its traceback; Ctrl-C is no fault."""
    full = OSError(28, "No space left on device", "log.db")
    assert console.answer(raising(full), str, as_json=False) == 1
    assert "system_refused [log.db]" in capfd.readouterr().err
    assert console.answer(raising(ValueError("odd")), str, as_json=True) == 1
    out, err = capfd.readouterr()
    assert json.loads(out)["problems"][0]["code"] == "unexpected"
    assert "Traceback" in err
    assert console.answer(raising(KeyboardInterrupt()), str, as_json=False) == 130


def test_a_full_disk_is_no_fault_of_the_program(capfd: pytest.CaptureFixture[str]) -> None:
    """What SQLite could not write is told as what the system refused, with its remedy."""

    def work() -> object:
        full = sqlite3.OperationalError("database or disk is full")
        raise sa.exc.OperationalError("INSERT", {}, full)

    assert console.answer(work, str, as_json=True) == console.REFUSED
    (problem,) = json.loads(capfd.readouterr().out)["problems"]
    assert (problem["code"], "disk is full" in problem["en"]) == ("system_refused", True)


def test_progress_in_a_file_has_few_lines() -> None:
    """Where no terminal moves a line, every tenth and every new phase is told."""
    stream = io.StringIO()
    with console.Progress(Text("อ่าน", "reading"), 1000, stream) as progress:
        for done in range(1, 1001):
            progress.at(done, "f")
        progress.at(1000, "writing", always=True)
    lines = stream.getvalue().splitlines()
    assert len(lines) == 12
    assert lines[-1] == "อ่าน · reading 1000/1000 writing"


@pytest.mark.parametrize(
    ("platform", "python", "names"),
    [
        ("windows", "3.11", ["anyio==4.16.0", "watchdog==7.1.0", "numpy==2.4.6"]),
        ("linux", "3.13", ["anyio==4.16.0", "uvloop==0.23.0", "watchdog==7.1.0", "numpy==2.5.5"]),
        ("macos", "3.12", ["anyio==4.16.0", "uvloop==0.23.0", "numpy==2.5.5"]),
    ],
)
def test_a_kit_holds_what_the_other_machine_needs(platform: str, python: str, names: list[str]) -> None:
    """Markers are judged for the machine the kit is for, and every pin keeps its hashes."""
    pins = kit.pins_for(PINS, platform, python)
    assert [pin.split(" ")[0] for pin in pins] == names
    assert pins[0] == "anyio==4.16.0 --hash=sha256:aa --hash=sha256:bb"
    assert packages.pinned_names(PINS) == {"anyio", "uvloop", "watchdog", "numpy"}


def test_a_kit_is_not_poured_into_a_folder_in_use(tmp_path: Path) -> None:
    """A stick with other files on it is left alone, and the remedy is a new folder."""
    (tmp_path / "photo.jpg").touch()
    args = parser.parse(["kit", str(tmp_path), "--platform", "linux"])
    with pytest.raises(Problem) as refused:
        kit.run(args)
    assert refused.value.code == "kit_folder_not_empty"
    assert [path.name for path in tmp_path.iterdir()] == ["photo.jpg"]


def test_a_kit_carries_no_tests_and_no_caches(tmp_path: Path) -> None:
    """The stick holds the program, its documents and its licence, and nothing of the workshop."""
    kit.copy_program(ROOT, tmp_path)
    names = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")}
    assert {"tambon.py", "requirements.txt", "LICENSE", "commands/parser.py", "thai/problem.py"} <= names
    assert not [name for name in names if name.startswith("tests") or "__pycache__" in name]
