"""Which column of an office's table answers which question: written once per table, in a small TOML file."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pyproj import CRS
from pyproj.exceptions import CRSError

from forms.problems import nearest
from forms.schema import Schema
from ingest.sheets import problems
from thai.text import fold

READINGS = ("text", "number", "date", "rai", "choice", "point", "geometry")
"""How a cell is read; ``geometry`` is the shape of a geographic file's row."""


@dataclass(frozen=True, slots=True)
class Column:
    """One question's source: ``columns`` are headings; of a point latitude and longitude (north and east)."""

    question: str
    columns: tuple[str, ...]
    reading: str


@dataclass(frozen=True)
class Mapping:
    """How rows of one kind of table become answers of one form.

    ``key`` are the headings that make a row the same row next year; blank: the row's own content does.
    ``words`` maps what is written to a choice, by question; ``constants`` answer the same in every row.
    """

    name: str
    form: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    crs: str = "EPSG:4326"
    constants: dict[str, str] = field(default_factory=dict)
    words: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def headings(self) -> set[str]:
        """Every heading that must be there, folded."""
        named = {
            heading for column in self.columns if column.reading != "geometry" for heading in column.columns
        }
        return {fold(heading) for heading in (*named, *self.key)}


def read(path: Path) -> Mapping:
    """Read the mapping in a file; raises ``mapping_unreadable``."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise problems.mapping_unreadable(path.name, str(error)) from error
    return parse(text, path.name)


def parse(text: str, name: str) -> Mapping:
    """The mapping that a text of that name is.

    Raises ``mapping_unreadable`` with the line or the word that cannot be.
    """
    try:
        said = tomllib.loads(text)
        return Mapping(
            name=str(said["name"]),
            form=str(said["form"]),
            columns=tuple(_column(question, one) for question, one in said["columns"].items()),
            key=tuple(said.get("key", ())),
            crs=_system(str(said.get("crs", "EPSG:4326"))),
            constants={name: str(value) for name, value in said.get("constants", {}).items()},
            words={
                question: {fold(word): str(value) for word, value in words.items()}
                for question, words in said.get("words", {}).items()
            },
        )
    except KeyError as error:
        raise problems.mapping_unreadable(name, f"{error.args[0]}?") from error
    except (ValueError, AttributeError, TypeError, CRSError) as error:
        raise problems.mapping_unreadable(name, str(error)) from error


def text_of(mapping: Mapping) -> str:
    """The TOML of a mapping, which :func:`parse` reads as the same."""
    lines = [
        f"name = {quoted(mapping.name)}",
        f"form = {quoted(mapping.form)}",
        f"crs = {quoted(mapping.crs)}",
    ]
    if mapping.key:
        lines.append(f"key = [{', '.join(map(quoted, mapping.key))}]")
    lines += ["", "[columns]", *(f"{quoted(one.question)} = {_said(one)}" for one in mapping.columns)]
    tables = {"constants": mapping.constants}
    tables |= {f"words.{quoted(question)}": words for question, words in mapping.words.items()}
    for name, pairs in tables.items():
        lines += ["", f"[{name}]", *(f"{quoted(key)} = {quoted(value)}" for key, value in pairs.items())]
    return "\n".join(lines) + "\n"


def _said(one: Column) -> str:
    if one.reading == "geometry":
        return '{ as = "geometry" }'
    headings = ", ".join(map(quoted, one.columns))
    return f'{{ columns = [{headings}], as = "{one.reading}" }}' if one.reading else headings


def quoted(text: str) -> str:
    """A text as TOML writes it."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def _system(name: str) -> str:
    CRS.from_user_input(name)
    return name


def _column(question: str, said: Any) -> Column:
    if isinstance(said, str):
        return Column(question, (said,), "")
    headings = said.get("columns") or [said["column"]] if said.get("as") != "geometry" else []
    reading = str(said.get("as", ""))
    if reading and reading not in READINGS:
        raise ValueError(f"as = {reading}: {', '.join(READINGS)}")
    if reading == "point" and len(headings) != 2:
        raise ValueError(f"{question}: columns = [latitude, longitude]")
    return Column(question, tuple(headings), reading)


def check(mapping: Mapping, schema: Schema) -> None:
    """Raises ``mapping_question`` for a question that the form does not have."""
    known = {one.name: one for one in schema.table("").fields}
    for name in (*(column.question for column in mapping.columns), *mapping.constants, *mapping.words):
        if name not in known:
            raise problems.mapping_question(mapping.form, name, nearest(name, known))
