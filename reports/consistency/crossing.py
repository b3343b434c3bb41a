"""A table of details beside one of their sums: what villages come to stands in the row of their tambon."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from ingest.sheets.model import Cell, Table
from reports.consistency import causes
from reports.consistency.model import WRONG, Checked, Finding, shown
from reports.consistency.roles import roles
from thai.text import fold

_ENOUGH = 2


def check_crossing(tables: Sequence[Table], checked: Checked) -> None:
    """Each column of one name in both tables, where at least half of the sums agree."""
    for detail in tables:
        groups = _groups(detail)
        for summary in (one for one in tables if groups and one is not detail):
            _check(detail, groups, summary, checked)


def _groups(detail: Table) -> dict[str, list[int]]:
    """The rows of a table by the first words that several of them share; none where no two do."""
    found: dict[str, list[int]] = defaultdict(list)
    for i in detail.items:
        found[fold(detail.label(i))].append(i)
    several = sum(len(rows) > 1 for rows in found.values())
    return dict(found) if several >= _ENOUGH and several * 2 >= len(found) else {}


def _check(detail: Table, groups: dict[str, list[int]], summary: Table, checked: Checked) -> None:
    names = [fold(summary.label(i)) for i in summary.items]
    shared = groups.keys() & set(names)
    if len(shared) < _ENOUGH or len(names) != len(set(names)) or len(shared) * 2 < len(groups):
        return
    amounts = {fold(detail.headings[c]): c for c, role in enumerate(roles(detail)) if role == "amount"}
    for c, role in enumerate(roles(summary)):
        own = amounts.get(fold(summary.headings[c]))
        if role != "amount" or own is None:
            continue
        found = []
        for i, name in zip(summary.items, names, strict=True):
            printed = summary.rows[i][c]
            parts = [
                one for k in groups.get(name, ()) if (one := detail.rows[k][own]) and one.amount is not None
            ]
            if printed and printed.amount is not None and parts:
                found.append((printed, parts))
        _judge(found, checked)


def _judge(found: Sequence[tuple[Cell, Sequence[Cell]]], checked: Checked) -> None:
    sums = [
        (cell, sum((one.amount or Decimal(0) for one in parts), Decimal(0)), parts) for cell, parts in found
    ]
    agreeing = sum(cell.amount == total for cell, total, _ in sums)
    if not agreeing or agreeing * 2 < len(sums):
        return
    checked.count("cross_table", agreeing)
    for cell, total, parts in sums:
        if cell.amount != total:
            printed = cell.amount or Decimal(0)
            reasons = causes.of_difference(printed, total, parts)
            checked.add(
                Finding(
                    "cross_table",
                    WRONG,
                    cell,
                    cell.text,
                    shown(total),
                    printed - total,
                    reasons,
                    tuple(parts),
                )
            )
