"""The shape of every error a person reads: what is wrong, where, and what to do, in Thai and English.

Each package keeps its catalogue in its own ``problems.py``: one function a problem, so that
wording, code and remedy stand together and a test can walk them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in both languages of the screen."""

    th: str
    en: str

    def __getitem__(self, language: str) -> str:
        return self.th if language == "th" else self.en


@dataclass(frozen=True, slots=True)
class Place:
    """Where a problem is: any of a file, a sheet with row and column, or a submission."""

    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    instance_id: str = ""

    def __str__(self) -> str:
        return self["en"]

    def __getitem__(self, language: str) -> str:
        row, column = ("แถว", "คอลัมน์") if language == "th" else ("row", "column")
        parts = [self.file, self.sheet]
        parts.append(f"{row} {self.row}" if self.row is not None else "")
        parts.append(f"{column} {self.column}" if self.column else "")
        parts.append(self.instance_id)
        return ", ".join(part for part in parts if part)


@dataclass
class Problem(Exception):
    """A refusal with its reason. ``code`` is stable: tests, translations and ``--json`` rely on it."""

    code: str
    says: Text
    remedy: Text
    place: Place = field(default_factory=Place)

    def __str__(self) -> str:
        where = f" [{self.place}]" if str(self.place) else ""
        return f"{self.code}{where}: {self.says.th} · {self.says.en} → {self.remedy.th} · {self.remedy.en}"

    def as_dict(self) -> dict[str, object]:
        """The problem as ``--json`` and the pages show it."""
        return {
            "code": self.code,
            "place": self.place["en"],
            "place_th": self.place["th"],
            "th": self.says.th,
            "en": self.says.en,
            "remedy_th": self.remedy.th,
            "remedy_en": self.remedy.en,
        }


class Problems(Exception):
    """Several problems found in one pass, so that an author mends them all at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
