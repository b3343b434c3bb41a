"""The household's account book on paper: A5 month pages with the columns and numbers that key-in types.

Made from the same workbook as the phone form: a page of the choices with their numbers, then one page a
month, its columns the questions of the form's lines in their order.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from forms.schema import Field
from reports.papers.model import Block, Column, Heading, PageBreak, Paper, Signature, Signatures, Table, Text
from thai.calendar import be_year, month_name

LINES = 24  # what a hand can write on A5
_FEW = 8  # choices that fit one line
_WIDTH = {"integer": 0.7, "decimal": 1.5, "text": 2.4}


def booklet(
    title: str, place: str, questions: Sequence[Field], first: date, months: int = 12, lines: int = LINES
) -> Paper:
    """A book of so many months from ``first`` on for one household; ``place`` says whose it is."""
    blocks: list[Block] = [*_numbers(questions)]
    for number in range(months):
        month = date(first.year + (first.month - 1 + number) // 12, (first.month - 1 + number) % 12 + 1, 1)
        blocks += [PageBreak(), *_month(month, questions, lines)]
    return Paper(title, place, f"พ.ศ. {be_year(first)}", blocks, size="a5")


def _numbers(questions: Sequence[Field]) -> list[Block]:
    """What stands for what: the numbers are those that a clerk types."""
    blocks: list[Block] = [Text("เขียนวันละหนึ่งรายการหรือมากกว่า ใช้เลขแทนคำตามตารางนี้ ถ้าเหมือนบรรทัดบนให้ใส่จุด")]
    for one in questions:
        label = one.label.get("th", one.name)
        rows = [(str(n), choice.label.get("th", "")) for n, choice in enumerate(one.choices or (), 1)]
        if len(rows) > _FEW:
            blocks.append(_two_columns(label, rows))
        elif rows:
            blocks.append(Text(f"{label}:  " + "   ".join(f"{n} {told}" for n, told in rows)))
    return blocks


def _two_columns(caption: str, rows: list[tuple[str, str]]) -> Table:
    """Long lists beside each other, so that the page of numbers stays one page."""
    half = (len(rows) + 1) // 2
    left, right = rows[:half], [*rows[half:], ("", "")]
    columns = [Column("เลข", "center", 0.4), Column(caption, width=2)] * 2
    return Table(columns, [(*one, *other) for one, other in zip(left, right, strict=False)])


def _month(month: date, questions: Sequence[Field], lines: int) -> list[Block]:
    columns = [
        Column(one.label.get("th", one.name), "center", _WIDTH.get(one.kind, 0.9)) for one in questions
    ]
    empty = [("",) * len(columns)] * lines
    total = tuple("รวม" if number == 0 else "" for number in range(len(columns)))
    sums = "รวมรายรับ ……………… รวมรายจ่าย ……………… เหลือ ……………… บาท"
    return [
        Heading(f"เดือน {month_name(month, short=False)} {be_year(month)}"),
        Table(columns, [*empty, total], frozenset({lines})),
        Text(sums, strong=True),
        Signatures([Signature("ผู้บันทึก"), Signature("ผู้คีย์")]),
    ]
