"""Codes for files that have names only: taken from a code list where a name stands there just once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import pandas as pd

from geo import findings, problems
from geo.levels import LEVELS
from geo.schema import Schema, code_digits
from thai.problem import Problem
from thai.text import fold, strip_area_prefix

_SEAT = "เมือง"
Names = dict[str, frozenset[str]]  # level -> the ways to write the name, folded; English and Thai together


class CodeList:
    """The codes of one level by their names, from a table with ``code``, ``name_th``, ``amphoe_th`` …"""

    def __init__(self, frame: pd.DataFrame, level: str) -> None:
        self._entries: dict[str, Names] = {}
        self._by_name: dict[str, set[str]] = defaultdict(set)
        for row in frame.to_dict("records"):
            names = {
                one: _folded(row.get(f"{one}_{language}") for language in ("th", "en"))
                for one in LEVELS[: LEVELS.index(level)]
            }
            names[level] = _folded(row.get(f"name_{language}") for language in ("th", "en"))
            self._add(row["code"], level, names)

    def candidates(self, level: str, names: Names, parents: dict[str, str]) -> set[str]:
        """Codes whose names agree in all levels that the row names, and that lie in its parents by code."""
        known = set().union(*(self._by_name.get(name, set()) for name in names.get(level, ())))
        return {code for code in known if self._agrees(code, names) and code.startswith(_longest(parents))}

    def _add(self, code: str, level: str, names: Names) -> None:
        if "amphoe" in names and "province" in names:
            names["amphoe"] = _with_seat(names["amphoe"], names["province"])
        self._entries[code] = names
        for name in names[level]:
            self._by_name[name].add(code)

    def _agrees(self, code: str, names: Names) -> bool:
        listed = self._entries[code]
        return all(not listed.get(one) or not ways or listed[one] & ways for one, ways in names.items())


def match_names(
    frame: pd.DataFrame, schema: Schema, codes: CodeList, file: str
) -> tuple[list[str], list[Problem]]:
    """A code a row, '' where its name is unknown or not unique, and what to say about it.

    A code that two rows of different names come to is given to neither. Raises ``Problem`` when none matches.
    """
    found: list[str] = []
    unknown: list[str] = []
    repeated: list[str] = []
    shown = _shown(frame, schema)
    for names, parents, name in zip(
        row_names(frame, schema), _parent_codes(frame, schema), shown, strict=True
    ):
        candidates = codes.candidates(schema.level, names, parents)
        found.append(candidates.pop() if len(candidates) == 1 else "")
        if not found[-1]:
            (repeated if candidates else unknown).append(name)
    claims = defaultdict(set)
    for code, name in zip(found, shown, strict=True):
        claims[code].add(name)
    for row, code in enumerate(found):
        if code and len(claims[code]) > 1:
            repeated.append(shown[row])
            found[row] = ""
    if not any(found):
        raise problems.boundary_no_name_matches(file, schema.level, shown)
    report = [findings.boundary_names_matched(file, sum(map(bool, found)), len(found))]
    if unknown or repeated:
        report.append(findings.boundary_names_unmatched(file, unknown, repeated))
    return found, list[Problem](report)


def row_names(frame: pd.DataFrame, schema: Schema) -> list[Names]:
    """What each row calls itself and the areas above it."""
    wanted = LEVELS[: LEVELS.index(schema.level) + 1]
    columns = {
        level: [frame[column] for (one, _), column in schema.names.items() if one == level]
        for level in wanted
    }
    return [
        {level: _folded(values.iloc[row] for values in found) for level, found in columns.items()}
        for row in range(len(frame))
    ]


def _shown(frame: pd.DataFrame, schema: Schema) -> list[str]:
    """Each row's names for people, the smallest area first."""
    levels = reversed(LEVELS[: LEVELS.index(schema.level) + 1])
    columns = [
        column
        for level in levels
        if (column := schema.names.get((level, "th")) or schema.names.get((level, "en")))
    ]
    return [" / ".join(str(value) for value in row) for row in frame[columns].itertuples(index=False)]


def _parent_codes(frame: pd.DataFrame, schema: Schema) -> list[dict[str, str]]:
    columns = {
        level: [code_digits(value) for value in frame[column]] for level, column in schema.parents.items()
    }
    return [{level: values[row] for level, values in columns.items()} for row in range(len(frame))]


def _longest(parents: dict[str, str]) -> str:
    return max(parents.values(), key=len, default="")


def _folded(names: Iterable[object]) -> frozenset[str]:
    return frozenset(
        fold(strip_area_prefix(name)) for name in names if isinstance(name, str) and name.strip()
    )


def _with_seat(amphoe: frozenset[str], province: frozenset[str]) -> frozenset[str]:
    """The amphoe of the provincial seat is written เมือง, เมืองX or, in COD-AB's 8001, like the province X."""
    seats = province | {_SEAT + name for name in province}
    return amphoe | seats | {_SEAT} if amphoe & seats else amphoe
