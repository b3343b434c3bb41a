"""What a caption says of its table, and a mean, a number and an amount that belong together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from ingest.sheets.model import Cell, Document, Table
from reports.consistency import causes
from reports.consistency.model import DOUBT, Checked, Finding, shown
from reports.consistency.roles import is_total_column
from reports.consistency.sums import total_of
from thai.text import arabic_digits, fold, normalise

_SAID = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)\s*(ราย|คน|ครัวเรือน|โครงการ|แปลง)")
_PEOPLE = ("ราย", "คน")
_MEAN, _NUMBER, _AMOUNT = (
    re.compile(p) for p in (r"เฉลี่ย|mean", r"จำนวน(?:คน|ราย|ครัวเรือน)|^n$", r"มูลค่า|มูลหนี้|จำนวนเงิน|งบ|ล้านบาท")
)
_ALL_BAHT = re.compile(r"(?:ทั้งสิ้น|ทั้งหมด|รวมเป็นเงิน)\s*(?:จำนวน\s*)?(\d{1,3}(?:,\d{3})+(?:\.\d+)?)\s*บาท")
_SLIPS, _LARGE = {"digits_swapped", "one_digit", "digit_missing"}, 10_000
_FAR = Decimal("0.1")


def check_captions(document: Document, checked: Checked) -> None:
    """For each table: the number its caption gives, and the product of its mean and number."""
    for table in document.tables:
        for number, unit in _SAID.findall(arabic_digits(normalise(table.caption))):
            _said(table, Decimal(number.replace(",", "")), unit, checked)
        _product(table, checked)
    _whole_amount(document, checked)


def _whole_amount(document: Document, checked: Checked) -> None:
    """The sum that a sentence names is a total of the tables; else one that a slip of the pen explains."""
    totals = [
        c
        for table in document.tables
        for i in table.totals
        for c in table.rows[i]
        if c and c.number is not None
    ]
    for one in document.statements:
        for said in _ALL_BAHT.findall(arabic_digits(one.text)):
            amount = Decimal(said.replace(",", ""))
            if any(c.number == amount for c in totals):
                checked.count("caption")
                continue
            slips = {c.number or amount: c for c in totals if _is_slip(amount, c.number or Decimal(0))}
            if len(slips) == 1:
                ((total, cell),) = slips.items()
                why = causes.of_difference(amount, total)
                checked.add(
                    Finding(
                        "caption", DOUBT, one.cell, f"{said} บาท", shown(total), amount - total, why, (cell,)
                    )
                )


def _is_slip(amount: Decimal, total: Decimal) -> bool:
    return total >= _LARGE and bool({*causes.of_difference(amount, total)} & _SLIPS)


def _said(table: Table, said: Decimal, unit: str, checked: Checked) -> None:
    """Rows and columns that count the caption's unit must come to the caption's number."""
    wanted = _PEOPLE if unit in _PEOPLE else (unit,)
    for cells, name in _lines(table):
        if not any(_counts(name, word) for word in wanted) or len(cells) < 2:
            continue
        total = total_of(cells)
        if total == said:
            checked.count("caption")
        else:
            checked.add(
                Finding("caption", DOUBT, cells[0], f"{shown(said)} {unit}", shown(total), said - total,
                        causes.of_difference(said, total), tuple(cells))
            )  # fmt: skip


def _counts(name: str, unit: str) -> bool:
    """Whether a row's or column's name says that it counts a unit: จำนวนคน, ราย, … (คน)."""
    return name in (unit, f"จำนวน{unit}") or name.endswith(f"({unit})")


def _lines(table: Table) -> Iterator[tuple[list[Cell], str]]:
    """Rows and columns as lines of items with their names; totals are left out."""
    columns = [c for c in range(len(table.headings)) if not is_total_column(table, c)]
    for i in table.items:
        yield [c for k in columns if (c := table.rows[i][k]) and c.number is not None], fold(table.label(i))
    for k in columns:
        yield (
            [c for i in table.items if (c := table.rows[i][k]) and c.number is not None],
            fold(table.headings[k]),
        )


def _product(table: Table, checked: Checked) -> None:
    """Mean × number of people = amount, where a table gives all three for one thing."""
    kinds = (("mean", _MEAN), ("number", _NUMBER), ("amount", _AMOUNT))
    rows = {kind: i for i in table.items for kind, pattern in kinds if pattern.search(fold(table.label(i)))}
    if len(rows) < 3 or len(set(rows.values())) < 3:
        return
    scale = Decimal(1_000_000) if "ล้าน" in table.label(rows["amount"]) else Decimal(1)
    for c in range(len(table.headings)):
        mean, number, amount = (table.rows[rows[kind]][c] for kind in ("mean", "number", "amount"))
        if not (mean and number and amount) or None in (mean.number, number.number, amount.number):
            continue
        computed = mean.number * number.number / scale  # type: ignore[operator]
        printed = amount.number or Decimal(0)
        if abs(computed - printed) <= _FAR * max(computed, printed):
            checked.count("product")
        else:
            checked.add(
                Finding("product", DOUBT, amount, amount.text, shown(round(computed, 2)), printed - computed,
                        with_cells=(mean, number))
            )  # fmt: skip
