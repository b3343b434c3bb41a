"""What can be wrong with answers that a program, a table or a clerk gives to a form."""

from __future__ import annotations

from collections.abc import Iterable

from forms.problems import near
from thai.problem import Place, Problem, Text


def answer_unknown(place: Place, name: str, suggestion: str) -> Problem:
    """An answer to a question that this version of the form does not ask."""
    close = near(suggestion)
    return Problem(
        "answer_unknown",
        Text(f"แบบนี้ไม่มีคำถาม “{name}”{close.th}", f"The form asks no question “{name}”{close.en}"),
        Text("ใช้ชื่อคำถามของแบบรุ่นนี้", "Use the names of this version's questions."),
        place,
    )


def answer_no_choice(place: Place, name: str, value: str, offered: Iterable[str]) -> Problem:
    """An answer that stands in no choice of the question."""
    names = ", ".join(offered)
    return Problem(
        "answer_no_choice",
        Text(f"“{name}” ไม่มีตัวเลือก “{value}”", f"“{name}” offers no choice “{value}”"),
        Text(f"เลือกค่าใดค่าหนึ่ง: {names}", f"Choose one of: {names}."),
        place,
    )


def answer_no_fit(place: Place, name: str, value: str, kind: str) -> Problem:
    """An answer of another type than the question's."""
    example = {
        "integer": "12", "decimal": "12.5", "date": "2026-11-25", "time": "08:30:00",
        "datetime": "2026-11-25T08:30:00+07:00", "geopoint": "8.3456 100.2101 0 5",
    }.get(kind, "8.3456 100.2101 0 5; 8.3460 100.2101 0 5; …")  # fmt: skip
    return Problem(
        "answer_no_fit",
        Text(f"คำตอบ “{value}” ของ “{name}” ไม่ใช่ {kind}", f"The answer “{value}” to “{name}” is no {kind}"),
        Text(f"เขียนเช่น {example}", f"Write it like {example}."),
        place,
    )
