"""What a command says and how it ends: text or one JSON document, problems in both languages, progress.

Standard library only (with ``thai.problem``): the launcher uses it before anything is installed.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import shutil
import sqlite3
import sys
import traceback
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from commands import problems
from thai.problem import Problem, Problems, Text

DONE, REFUSED, USAGE, INTERRUPTED = 0, 1, 2, 130


def prepare() -> None:
    """Let standard output and error print what the console can, instead of failing on a Thai letter."""
    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="replace")


def say(text: Text | str) -> None:
    """A message for the person who waits: standard error, so that standard output stays the result."""
    print(_line(text), file=sys.stderr, flush=True)


def emit(result: object) -> None:
    """Write the one JSON document of ``--json`` on a line of its own, and flush it."""
    stream = sys.__stdout__ or sys.stdout
    can_print_all = (stream.encoding or "").lower().replace("-", "").startswith("utf")
    print(json.dumps(result, ensure_ascii=not can_print_all, default=_plain), file=stream, flush=True)


def answer(work: Callable[[], object], show: Callable[[object], str], *, as_json: bool) -> int:
    """Run a command and tell its result; returns the exit status.

    ``work`` returns a JSON-able result, or None when it has said everything itself. With ``as_json``
    whatever libraries print goes to standard error, so that one document stands on standard output.
    """
    try:
        with contextlib.redirect_stdout(sys.stderr) if as_json else contextlib.nullcontext():
            result = work()
        if result is not None:
            if as_json:
                emit(result)
            else:
                print(show(result), flush=True)
    except KeyboardInterrupt:
        say(Text("หยุดตามคำสั่งแล้ว", "Stopped."))
        return INTERRUPTED
    except BrokenPipeError:  # the reader, `head` for one, has gone: nobody is left to tell
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return REFUSED
    except (Problem, Problems) as refusal:
        return refuse(refusal, as_json=as_json)
    except OSError as error:
        traceback.print_exc()
        return refuse(problems.system_refused(error), as_json=as_json)
    except Exception as error:
        traceback.print_exc()
        return refuse(_problem_of(error), as_json=as_json)
    return DONE


def _problem_of(error: Exception) -> Problem:
    """A fault of the program, unless it is what the disk did not allow a database."""
    cause = getattr(error, "orig", error)  # SQLAlchemy wraps what SQLite says
    if isinstance(cause, sqlite3.OperationalError):
        return problems.system_refused(OSError(str(cause)))
    return problems.unexpected(error)


def refuse(refusal: Problem | Problems, *, as_json: bool) -> int:
    """Tell why a command refused, in both languages; returns the exit status for it."""
    found = refusal.problems if isinstance(refusal, Problems) else (refusal,)
    if as_json:
        emit({"problems": [problem.as_dict() for problem in found]})
    for problem in found:
        place = f" [{problem.place}]" if str(problem.place) else ""
        say(f"✗ {problem.code}{place}")
        say(f"  {problem.says.th}\n  {problem.says.en}")
        say(f"  → {problem.remedy.th}\n  → {problem.remedy.en}")
    return REFUSED


class Progress:
    """How far a long work has come: one moving line on a terminal, a line at every tenth elsewhere.

    >>> with Progress(Text("อ่านไฟล์", "reading"), total=len(files)) as progress:
    ...     for done, file in enumerate(files, 1):
    ...         progress.at(done, file.name)
    """

    def __init__(self, label: Text | str, total: int = 0, stream: TextIO | None = None) -> None:
        self.label, self.total = _line(label), total
        self.stream = stream or sys.stderr
        self.moves = self.stream.isatty()
        self._tenth = -1

    def at(self, done: int, note: str = "", *, always: bool = False) -> None:
        """Say that ``done`` of the total are done; ``note`` names the present one.

        ``always`` is for a new phase: it gets its line in a file or pipe too.
        """
        line = f"{self.label} {done}/{self.total} {note}" if self.total else f"{self.label} {done} {note}"
        tenth = 10 * done // self.total if self.total else done // 1000
        if self.moves:
            width = shutil.get_terminal_size().columns - 1
            self.stream.write("\r" + line[:width].ljust(width))
        elif always or tenth != self._tenth:
            self.stream.write(line.rstrip() + "\n")
        self._tenth = tenth
        self.stream.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.moves and self._tenth >= 0:
            self.stream.write("\n")
            self.stream.flush()


def _line(text: Text | str) -> str:
    return f"{text.th} · {text.en}" if isinstance(text, Text) else text


def _plain(value: object) -> object:
    """What JSON has no word for: decimals keep their digits, dates are ISO, paths and the rest are text."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if isinstance(value, Decimal | Path):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
