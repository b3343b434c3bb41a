"""The small language of ``where``: what it reads, what it refuses and where, and what it finds."""

from __future__ import annotations

import duckdb
import pytest

from forms.expression import Comparison, Literal, Reference, parse, references, to_sql
from thai.problem import Problem

ROWS = """
    (1, 'thong_di', 'yes',    12,   10.50, DATE '2026-01-31', 'salt flood', '7', '01 80120601'),
    (2, 'other',    'no',     0,    2.00,  DATE '2025-12-01', 'none',       'x', '80120602'),
    (3, NULL,       '',       NULL, NULL,  NULL,              NULL,         NULL, NULL)
"""
COLUMNS = "key, variety, enough, trees, area, visit_date, damage, computed, villages"

FOUND = {
    "${variety} = 'thong_di'": {1},
    "${variety} != 'thong_di'": {2},
    "'thong_di' = ${variety}": {1},
    "${variety} = ''": {3},
    '${variety} != ""': {1, 2},
    "${enough} = ''": {3},
    "${enough} != 'yes'": {2},
    "not(${enough} = 'yes')": {2, 3},
    "${trees} > 5": {1},
    "5 < ${trees}": {1},
    "${trees} = 0": {2},
    "${trees} >= '0'": {1, 2},
    "${trees} = ''": {3},
    "${trees} < ''": set(),
    "${area} = 10.5": {1},
    "${area} > -1": {1, 2},
    "${computed} > 5": {1},
    "${computed} != 7": set(),
    "${visit_date} >= '2026-01-01'": {1},
    "${visit_date} = '2025-12-01'": {2},
    "${trees} > ${area}": {1},
    "${trees} = ${trees}": {1, 2},
    "${variety} = ${enough}": set(),
    "selected(${damage}, 'flood')": {1},
    "selected(${damage}, 'flo')": set(),
    "selected(${villages}, 80120601)": {1},
    "selected(${villages}, 01)": {1},
    "not(selected(${damage}, 'salt'))": {2, 3},
    "${trees} = 0 or ${trees} = 12 and ${enough} = 'no'": {2},
    "(${trees} = 0 or ${trees} = 12) and ${enough} != 'no'": {1},
    "  ${ variety }='other'  ": {2},
    "'' = ''": {1, 2, 3},
    "1 < 2 and ${trees} = 12": {1},
}

REFUSED = {
    "": 1,
    "   ": 4,
    "${a}": 5,
    "${a} =": 7,
    "${a} = 'x": 8,
    "${a} == 'x'": 7,
    "${a} = 'x' ${b} = 'y'": 12,
    "(${a} = 1": 10,
    "${a} = 1)": 9,
    "count(${a}) > 1": 1,
    "${a} = today()": 8,
    "selected('x', ${a})": 20,
    "selected(${a})": 14,
    "${a} = 1; DROP TABLE log": 9,
    "not ${a} = 1": 5,
    "${a} = 1 AND ${b} = 2": 10,
    "${a} = ๑": 8,
}


def found(where: str) -> set[int]:
    """Keys of the rows that a condition selects in DuckDB."""
    sql, values = to_sql(parse(where), lambda ref: f'"{ref}"')
    table = f"(VALUES {ROWS}) AS rows({COLUMNS})"
    with duckdb.connect() as connection:
        query = f"SELECT key, {sql} AS verdict FROM {table}"
        rows = connection.execute(query, values).fetchall()
    assert None not in {verdict for _, verdict in rows}, "a condition never answers NULL"
    return {key for key, verdict in rows if verdict}


@pytest.mark.parametrize("where", FOUND)
def test_a_condition_finds_its_rows(where: str) -> None:
    """A blank equals '' and meets no other comparison; numbers compare as numbers, dates as dates."""
    assert found(where) == FOUND[where]


@pytest.mark.parametrize("where", REFUSED)
def test_a_condition_outside_the_language_is_refused_at_its_place(where: str) -> None:
    """The message names the character, so that a long condition can be mended."""
    with pytest.raises(Problem) as refusal:
        parse(where)
    assert refusal.value.code == "expression_unreadable"
    assert f"at character {REFUSED[where]}:" in refusal.value.says.en


def test_deep_brackets_are_refused_and_do_not_exhaust_the_stack() -> None:
    """A hostile workbook cannot bring the server down with brackets."""
    with pytest.raises(Problem):
        parse("(" * 100_000 + "${a} = 1" + ")" * 100_000)


def test_references_come_once_and_in_order() -> None:
    """Fields of a repeat keep their path."""
    assert references(parse("${b} = 1 or not(${m/a} = ${b}) and selected(${c}, 'x')")) == ("b", "m/a", "c")


def test_values_travel_as_parameters() -> None:
    """Nothing that an author writes between quotes becomes SQL."""
    sql, values = to_sql(parse("${a} = 'x); DROP TABLE t; --'"), lambda ref: f'"{ref}"')
    assert "DROP" not in sql
    assert values == ["x); DROP TABLE t; --"]


def test_a_comparison_is_a_plain_value() -> None:
    """Equal texts give equal trees, so trees can be cached and compared."""
    assert parse("${a}=1") == parse(" ${a} = 1 ") == Comparison(Reference("a"), "=", Literal(1.0))
