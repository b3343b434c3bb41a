"""The programmes' indicators: each ``*.toml`` here names what a programme asks for, as data.

A figure is written as in a workbook's sheet ``indicators`` (``form``, ``measure``, ``of``, ``where``,
``date``, ``latest``) with three things more: ``at_least``, ``net_of`` and ``split`` of
:class:`ingest.doors.figures.Figure`. A denominator is a figure of any form, or the name of a reference count.
A ``[[breakdown]]`` is a figure cut by the answers to ``split``.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from ingest.doors.figures import Figure
from reports.definitions import Definition

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Programme:
    """One programme and its indicators, in the order of its own papers."""

    name: str
    title: dict[str, str]
    indicators: tuple[Definition, ...]
    breakdowns: tuple[Definition, ...] = ()


@cache
def programmes() -> dict[str, Programme]:
    """Every programme by its file's name."""
    return {
        path.stem: read(path.stem, path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml"))
    }


def read(name: str, text: str) -> Programme:
    """A programme from its file's text; raises ``KeyError`` or ``ValueError`` for one that is miswritten."""
    said = tomllib.loads(text)
    title = dict(said["title"])
    indicators, breakdowns = (
        tuple(_definition(name, title, one) for one in said.get(part, ()))
        for part in ("indicator", "breakdown")
    )
    return Programme(name, title, indicators, breakdowns)


def _definition(programme: str, title: dict[str, str], said: dict[str, Any]) -> Definition:
    under = said.get("denominator", "")
    target = said.get("target")
    return Definition(
        name=f"{programme}.{said['name']}",
        label={"th": said["th"], "en": said["en"]},
        theme=title,
        figure=_figure(said["figure"]),
        denominator=under if isinstance(under, str) else _figure(under),
        level=said.get("level", "tambon"),
        by=said.get("by", "fiscal_year"),
        unit=said.get("unit", ""),
        target=None if target is None else Decimal(str(target)),
        good=said.get("good", ""),
        note={"th": said["note_th"], "en": said["note_en"]} if "note_th" in said else None,
    )


def _figure(said: dict[str, Any]) -> Figure:
    known = {"form", "measure", "of", "where", "date", "latest", "at_least", "net_of", "split"}
    unknown = said.keys() - known
    if unknown:
        raise ValueError(f"unknown keys {sorted(unknown)}")
    return Figure(
        said["form"], said["measure"], tuple(said.get("of", "").split()), said.get("where", ""),
        said.get("date", ""), said.get("latest", ""), int(said.get("at_least", 0)),
        tuple(said.get("net_of", "").split()), said.get("split", ""),
    )  # fmt: skip
