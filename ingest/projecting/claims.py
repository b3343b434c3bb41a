"""What submissions say of their own place: the same whether read from their XML or from the warehouse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from forms.xform import Schema
from ingest.projecting.periods import Places, of_days

DIGITS = {"province": 2, "amphoe": 4, "tambon": 6}
MOO = "moo"
_BANGKOK = np.timedelta64(timedelta(hours=7))

Days = npt.NDArray[np.datetime64]


@dataclass(frozen=True, slots=True)
class Claims:
    """One entry a submission.

    ``reported``: the tambon in the form as the default set has it; ``above``: the amphoe or province of those
    that name no tambon; ``moo``: digits without leading zeros, '' for none; ``writer_area``. ``tambons``,
    ``laos`` and ``villages``: for each level the number of the set that counts on the record's day.
    """

    reported: np.ndarray
    above: np.ndarray
    moo: list[str]
    writer_area: Sequence[str | None]
    tambons: np.ndarray
    laos: np.ndarray
    villages: np.ndarray


def asked_of_place(schema: Schema) -> list[str]:
    """The questions of a form that claims are made of, as far as it asks them: areas, the moo, its day."""
    names = {one.name for one in schema.tables[0].fields}
    day = day_question(schema)
    return [*(name for name in (*DIGITS, MOO) if name in names), *([day] if day else [])]


def day_question(schema: Schema) -> str:
    """The first question of a form for a date, which says what day a record is of; '' where none is."""
    return next((one.name for one in schema.tables[0].fields if one.kind == "date"), "")


def claims(
    answers: Mapping[str, Sequence[Any]],
    days: Sequence[Any],
    received_at: Sequence[str],
    writer_area: Sequence[str | None],
    places: Places,
) -> Claims:
    """Claims of submissions from their answers by question, as text or typed.

    ``days``: dates of the form's own question, None where blank: then the day on which it was received.
    """
    size = len(received_at)
    codes = {level: area_codes(answers.get(level) or [None] * size, level) for level in DIGITS}
    reported = places.current(codes["tambon"])
    above = np.where(codes["amphoe"] == "", codes["province"], codes["amphoe"])
    of = _days(days, received_at) if places.dated else np.zeros(size, dtype="datetime64[D]")
    return Claims(
        reported,
        np.where(reported == "", above, ""),
        [_moo(one) for one in answers.get(MOO) or [None] * size],
        writer_area,
        *(of_days(level, of) for level in (places.tambons, places.laos, places.villages)),
    )


def area_codes(answers: Sequence[Any], level: str) -> np.ndarray:
    """The codes answered to the question for ``province``, ``amphoe`` or ``tambon``; '' where none is."""
    digits = DIGITS[level]
    codes = [str(value or "").removeprefix("TH") for value in answers]
    return np.array([code if len(code) == digits and code.isdigit() else "" for code in codes], dtype=object)


def _moo(answer: Any) -> str:
    text = "" if answer is None else str(answer)
    number = text.lstrip("0") if text.isascii() and text.isdigit() else ""
    return number if len(number) < 3 else ""


def _days(days: Sequence[Any], received_at: Sequence[str]) -> Days:
    """The day of each record (``datetime64[D]``), that of the office's own time zone where none is given."""
    received = np.array([text[:19] for text in received_at], dtype="datetime64[s]") + _BANGKOK
    given = np.array([np.datetime64("NaT") if day is None else day for day in days], dtype="datetime64[D]")
    return np.where(np.isnat(given), received.astype("datetime64[D]"), given)
