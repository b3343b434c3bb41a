"""A month of lines typed with the keyboard alone: one line a row, answers in the order of the form.

``5 2 11 120 1`` is day 5, the second kind, the eleventh category, 120 baht, the first necessity: a choice is
its number in the list, or its name. ``.`` repeats the answer of the line above, ``-`` leaves a blank; a last
question that is a text takes the rest of the line. A line that ends after its numbers goes on with the
choices of the line above, where both are of one kind (their first choice).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from forms.schema import Field
from forms.values import READERS
from thai.text import arabic_digits, plain_number

SAME, BLANK = ".", "-"


@dataclass(slots=True)
class Lines:
    """What was typed: rows of answers, and of each line that cannot be read its number, question, word."""

    rows: list[dict[str, str]] = field(default_factory=list)
    wrong: list[tuple[int, Field | None, str]] = field(default_factory=list)


def read_lines(text: str, questions: Sequence[Field]) -> Lines:
    """Read typed lines; blank ones are passed over, wrong ones are told and left out."""
    found, before = Lines(), dict[str, str]()
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split()
        if not words:
            continue
        row, wrong = _row(words, questions, before)
        if wrong is None:
            found.rows.append(row)
            before = row
        else:
            found.wrong.append((number, *wrong))
    return found


def write_lines(rows: Sequence[dict[str, str]], questions: Sequence[Field]) -> str:
    """The inverse: rows as somebody would type them."""
    return "\n".join(" ".join(_word(one, row.get(one.name, "")) for one in questions) for row in rows)


def _row(
    words: list[str], questions: Sequence[Field], before: dict[str, str]
) -> tuple[dict[str, str], tuple[Field | None, str] | None]:
    row: dict[str, str] = {}
    last = len(questions) - 1
    if len(words) > len(questions) and questions[last].kind == "text":
        words = [*words[:last], " ".join(words[last:])]
    if len(words) > len(questions):
        return row, (None, words[len(questions)])
    for one, word in zip(questions, words, strict=False):
        value = before.get(one.name, "") if word == SAME else "" if word == BLANK else _value(one, word)
        if value is None:
            return row, (one, word)
        if value:
            row[one.name] = value
    rest = questions[len(words) :]
    kind = next((one.name for one in questions if one.choices is not None), "")
    alike = row.get(kind) == before.get(kind)  # what an expense is asked, an income may not be
    if alike and all(one.choices is not None or one.kind == "text" for one in rest):
        row |= {one.name: before[one.name] for one in rest if one.choices is not None and one.name in before}
    return row, None


def _value(one: Field, word: str) -> str | None:
    """The answer that a word means; ``None`` when it means none."""
    if one.choices is not None:
        plain = arabic_digits(word)
        values = [choice.value for choice in one.choices]
        if word in values:
            return word
        return values[int(plain) - 1] if plain.isdecimal() and 0 < int(plain) <= len(values) else None
    if one.kind in READERS:
        plain = plain_number(word)
        return plain if READERS[one.kind](plain) is not None else None
    return word


def _word(one: Field, value: str) -> str:
    if not value:
        return BLANK
    if one.choices is not None:
        values = [choice.value for choice in one.choices]
        return str(values.index(value) + 1) if value in values else value
    return value
