"""The small language of ``where``: a subset of XLSForm expressions that also reads as SQL.

``${f}``, 'text', numbers, ``= != < <= > >=``, ``and``, ``or``, ``not()``, ``selected()`` and brackets.
A blank equals ``''``; any other comparison with a blank is false.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from forms import problems
from thai.problem import Problem, Text

TOKEN = re.compile(
    r"""
      \$\{\s*(?P<ref>[^}\s]+)\s*\}
    | (?P<text>'[^']*'|"[^"]*")
    | (?P<number>-?(?:\d+(?:\.\d*)?|\.\d+)(?![\w.]))
    | (?P<operator>!=|<=|>=|=|<|>)
    | (?P<word>and|or|not|selected)(?![\w-])
    | (?P<mark>[(),])
    """,
    re.VERBOSE | re.ASCII,
)
NUMBER = re.compile(r"-?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
DEEPEST = 50
SQL_OPERATOR = {"=": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


@dataclass(frozen=True, slots=True)
class Reference:
    """A question: its bare name or ``repeat/field``."""

    ref: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A text or a number."""

    value: str | float


Operand = Reference | Literal


@dataclass(frozen=True, slots=True)
class Comparison:
    """``left operator right``; the operator as written."""

    left: Operand
    operator: str
    right: Operand


@dataclass(frozen=True, slots=True)
class Selected:
    """A choice is among the answers of a select."""

    field: Reference
    choice: str


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    inner: Expression


@dataclass(frozen=True, slots=True)
class Both:
    """``and`` or ``or`` of two or more parts."""

    word: str
    parts: tuple[Expression, ...]


Expression = Comparison | Selected | Not | Both


def parse(text: str) -> Expression:
    """The condition as a tree. Raises Problem ``expression_unreadable`` with the character's position."""
    return _Parser(text).whole()


def references(expression: Expression) -> tuple[str, ...]:
    """The questions that a condition draws on, each once, in order of appearance."""
    match expression:
        case Comparison(left, _, right):
            found = [side.ref for side in (left, right) if isinstance(side, Reference)]
        case Selected(field, _):
            found = [field.ref]
        case Not(inner):
            found = list(references(inner))
        case Both(_, parts):
            found = [ref for part in parts for ref in references(part)]
    return tuple(dict.fromkeys(found))


def compared(expression: Expression) -> tuple[tuple[str, str | float], ...]:
    """The questions that a condition holds against a text or a number, with it; blanks left out."""
    match expression:
        case Comparison(Reference(ref), _, Literal(value)) | Comparison(Literal(value), _, Reference(ref)):
            return ((ref, value),) if value != "" else ()
        case Selected(field, choice):
            return ((field.ref, choice),)
        case Not(inner):
            return compared(inner)
        case Both(_, parts):
            return tuple(pair for part in parts for pair in compared(part))
    return ()


def to_sql(expression: Expression, column: Callable[[str], str]) -> tuple[str, list[Any]]:
    """The condition as DuckDB SQL, never NULL, with ``?`` for its values, and those values in order.

    ``column`` turns a reference into a quoted SQL column. A number compares as a number whatever the
    column's type (text that is no number: false); a text compares with the column's text, so ISO dates
    order as dates.
    """
    match expression:
        case Comparison():
            sql, values = _comparison_sql(expression, column)
            return f"coalesce({sql}, FALSE)", values
        case Selected(field, choice):
            answers = f"string_split(coalesce(CAST({column(field.ref)} AS VARCHAR), ''), ' ')"
            return f"list_contains({answers}, ?)", [choice]
        case Not(inner):
            sql, values = to_sql(inner, column)
            return f"(NOT {sql})", values
        case Both(word, parts):
            halves = [to_sql(part, column) for part in parts]
            joined = f" {word.upper()} ".join(sql for sql, _ in halves)
            return f"({joined})", [value for _, values in halves for value in values]


def filter_sql(expression: Expression, column: Callable[[str], str]) -> tuple[str, list[Any]]:
    """The same for a WHERE, to which NULL is false: DuckDB then looks only where the value may stand."""
    match expression:
        case Comparison():
            return _comparison_sql(expression, column)
        case Both(word, parts):
            halves = [filter_sql(part, column) for part in parts]
            joined = f" {word.upper()} ".join(sql for sql, _ in halves)
            return f"({joined})", [value for _, values in halves for value in values]
        case _:
            return to_sql(expression, column)


def _comparison_sql(comparison: Comparison, column: Callable[[str], str]) -> tuple[str, list[Any]]:
    left, operator, right = comparison.left, SQL_OPERATOR[comparison.operator], comparison.right
    blank = Literal("")
    if blank in (left, right):
        return _blank_sql(right if left == blank else left, operator, column)
    as_number, as_text = _both_sql(left, operator, right, column)
    if isinstance(left, Reference) and isinstance(right, Reference):
        sides = [f"TRY_CAST({column(side.ref)} AS DOUBLE) IS NOT NULL" for side in (left, right)]
        return f"(CASE WHEN {' AND '.join(sides)} THEN {as_number[0]} ELSE {as_text[0]} END)", []
    literals = [side.value for side in (left, right) if isinstance(side, Literal)]
    orders = operator not in ("=", "<>") and all(NUMBER.fullmatch(str(value)) for value in literals)
    return as_number if orders or any(isinstance(value, float) for value in literals) else as_text


def _blank_sql(side: Operand, operator: str, column: Callable[[str], str]) -> tuple[str, list[Any]]:
    if operator not in ("=", "<>"):
        return "(FALSE)", []
    if isinstance(side, Literal):
        return f"(? {operator} '')", [str(side.value)]
    return f"(coalesce(CAST({column(side.ref)} AS VARCHAR), '') {operator} '')", []


def _both_sql(
    left: Operand, operator: str, right: Operand, column: Callable[[str], str]
) -> tuple[tuple[str, list[Any]], tuple[str, list[Any]]]:
    """The comparison once with numbers and once with texts."""
    answers: list[tuple[str, list[Any]]] = []
    for sql_type in ("DOUBLE", "VARCHAR"):
        columns = {
            side: f"TRY_CAST({column(side.ref)} AS {sql_type})"
            for side in (left, right)
            if isinstance(side, Reference)
        }
        one, other = (
            columns[side] if isinstance(side, Reference) else f"CAST(? AS {sql_type})"
            for side in (left, right)
        )
        values = [side.value for side in (left, right) if isinstance(side, Literal)]
        filled = [f" AND {term} <> ''" for term in columns.values()] if sql_type == "VARCHAR" else []
        answers.append((f"({one} {operator} {other}{''.join(filled)})", values))
    return answers[0], answers[1]


class _Parser:
    """Recursive descent: or, and, comparison."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[tuple[str, str, int]] = []
        self.at = 0
        self.depth = 0
        position = 0
        while position < len(text):
            if text[position].isspace():
                position += 1
                continue
            match = TOKEN.match(text, position)
            if not match:
                raise self._wrong(position, Text("ไม่รู้จักเครื่องหมายหรือคำนี้", "this sign or word is not known"))
            kind = str(match.lastgroup)
            self.tokens.append((kind, match.group(kind), position))
            position = match.end()

    def whole(self) -> Expression:
        """The whole text as one condition."""
        expression = self._chain("or")
        if self.at < len(self.tokens):
            raise self._expected(Text("เครื่องหมาย and หรือ or", "and, or, or the end"))
        return expression

    def _chain(self, word: str) -> Expression:
        def step() -> Expression:
            return self._chain("and") if word == "or" else self._condition()

        parts = [step()]
        while self._take("word", word):
            parts.append(step())
        return parts[0] if len(parts) == 1 else Both(word, tuple(parts))

    def _condition(self) -> Expression:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self._wrong(0, Text("วงเล็บซ้อนกันมากเกินไป", "too many nested brackets"))
        if self._take("word", "not"):
            expression: Expression = Not(self._bracketed())
        elif self._take("word", "selected"):
            expression = self._selected()
        elif self._peek() == ("mark", "("):
            expression = self._bracketed()
        else:
            expression = self._comparison()
        self.depth -= 1
        return expression

    def _bracketed(self) -> Expression:
        self._need("mark", "(")
        inner = self._chain("or")
        self._need("mark", ")")
        return inner

    def _selected(self) -> Selected:
        self._need("mark", "(")
        field, _ = self._operand(), self._need("mark", ",")
        _, written = self._peek()
        choice = self._operand()
        self._need("mark", ")")
        if not isinstance(field, Reference) or not isinstance(choice, Literal):
            raise self._expected(Text("selected(${คำถาม}, 'ตัวเลือก')", "selected(${question}, 'choice')"))
        return Selected(field, choice.value if isinstance(choice.value, str) else written)

    def _comparison(self) -> Comparison:
        left = self._operand()
        operator = self._take("operator")
        if not operator:
            raise self._expected(Text("เครื่องหมายเปรียบเทียบ เช่น =", "a comparison such as ="))
        return Comparison(left, operator, self._operand())

    def _operand(self) -> Operand:
        if ref := self._take("ref"):
            return Reference(ref)
        if text := self._take("text"):
            return Literal(text[1:-1])
        if number := self._take("number"):
            return Literal(float(number))
        raise self._expected(Text("${คำถาม} 'ข้อความ' หรือตัวเลข", "${question}, 'text' or a number"))

    def _peek(self) -> tuple[str, str]:
        kind, value, _ = self.tokens[self.at] if self.at < len(self.tokens) else ("end", "", 0)
        return kind, value

    def _take(self, kind: str, value: str = "") -> str:
        """The next token's text when it is of that kind (and value), else ''."""
        found_kind, found = self._peek()
        if found_kind != kind or (value and found != value):
            return ""
        self.at += 1
        return found

    def _need(self, kind: str, value: str) -> str:
        found = self._take(kind, value)
        if not found:
            raise self._expected(Text(f"“{value}”", f"“{value}”"))
        return found

    def _expected(self, what: Text) -> Problem:
        position = self.tokens[self.at][2] if self.at < len(self.tokens) else len(self.text)
        return self._wrong(position, Text(f"ต้องเป็น {what.th}", f"expected {what.en}"))

    def _wrong(self, position: int, reason: Text) -> Problem:
        return problems.expression_unreadable(self.text, position + 1, reason)
