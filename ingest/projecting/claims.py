"""What submissions say of their own place: the same whether read from their XML or from the warehouse."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from forms.xform import Schema
from ingest.projecting.periods import Places, of_days
from thai.text import arabic_digits

DIGITS = {"province": 2, "amphoe": 4, "tambon": 6}
MOO = "moo"
_BANGKOK = np.timedelta64(timedelta(hours=7))

Days = npt.NDArray[np.datetime64]


@dataclass(frozen=True, slots=True)
class Claims:
    """One entry a submission.

    ``reported``: the tambon in the form as the default set has it; ``above``: the amphoe or province of those
    that name no tambon; ``moo``: its two digits, '' for none; ``writer_area``. ``tambons``,
    ``laos`` and ``villages``: for each level the number of the set that counts on the record's day.
    ``unknown``: codes among ``reported`` and ``above`` that no set of tambons has.
    """

    reported: np.ndarray
    above: np.ndarray
    moo: np.ndarray
    writer_area: Sequence[str | None]
    tambons: np.ndarray
    laos: np.ndarray
    villages: np.ndarray
    unknown: frozenset[str]


def asked_of_place(schema: Schema) -> list[str]:
    """The questions of a form that claims are made of, as far as it asks them: areas, the moo, its day."""
    names = {one.name for one in schema.tables[0].fields}
    day = day_question(schema)
    return [*(name for name in (*DIGITS, MOO) if name in names), *([day] if day else [])]


def day_question(schema: Schema) -> str:
    """The first question of a form for a date, which says what day a record is of; '' where none is."""
    return next((one.name for one in schema.tables[0].fields if one.kind == "date"), "")


def claims(
    answers: Mapping[str, pa.Array],
    days: Sequence[Any],
    received_at: Sequence[str],
    writer_area: Sequence[str | None],
    places: Places,
) -> Claims:
    """Claims of submissions from their answers by question, as text or typed; null where blank.

    ``days``: dates of the form's own question, None where blank: then the day on which it was received.
    """
    size = len(received_at)
    codes = {level: area_codes(answers.get(level), level, size) for level in DIGITS}
    reported = places.current(codes["tambon"])
    above = np.where(codes["amphoe"] == "", codes["province"], codes["amphoe"])
    said = {*reported.tolist(), *above.tolist()} - {""}
    of = _days(days, received_at) if places.dated else np.zeros(size, dtype="datetime64[D]")
    return Claims(
        reported,
        np.where(reported == "", above, ""),
        _each(answers.get(MOO), _moo, size),
        writer_area,
        tambons=of_days(places.tambons, of),
        laos=of_days(places.laos, of),
        villages=of_days(places.villages, of),
        unknown=frozenset(code for code in said if not places.has(code)),
    )


def area_codes(answers: pa.Array | None, level: str, size: int) -> np.ndarray:
    """The codes answered to the question for ``province``, ``amphoe`` or ``tambon``; '' where none is."""

    def code(answer: str) -> str:
        digits = _plain(answer).removeprefix("TH")
        return digits if len(digits) == DIGITS[level] and digits.isascii() and digits.isdigit() else ""

    return _each(answers, code, size)


def _each(answers: pa.Array | None, read: Callable[[str], str], size: int) -> np.ndarray:
    """What ``read`` makes of each answer, asked once for each distinct one; '' where there is none."""
    if answers is None:
        return np.full(size, "", dtype=object)
    encoded = pc.cast(answers, pa.string()).dictionary_encode()
    made = np.array([*(read(text) for text in encoded.dictionary.to_pylist()), ""], dtype=object)
    return np.asarray(made[encoded.indices.fill_null(len(made) - 1).to_numpy(zero_copy_only=False)])


def _moo(answer: str) -> str:
    text = _plain(answer)
    number = text.lstrip("0") if text.isascii() and text.isdigit() else ""
    return f"{number:0>2}" if 0 < len(number) < 3 else ""


def _plain(answer: str) -> str:
    """An answer as it is typed or as it is kept: ``๓``, ``3.0`` and a decimal's 3.000000 are ``3``."""
    text = arabic_digits(answer)
    whole, _, rest = text.partition(".")
    return text if rest.strip("0") else whole


def _days(days: Sequence[Any], received_at: Sequence[str]) -> Days:
    """The day of each record (``datetime64[D]``), that of the office's own time zone where none is given."""
    received = np.array([text[:19] for text in received_at], dtype="datetime64[s]") + _BANGKOK
    given = np.array([np.datetime64("NaT") if day is None else day for day in days], dtype="datetime64[D]")
    return np.where(np.isnat(given), received.astype("datetime64[D]"), given)
