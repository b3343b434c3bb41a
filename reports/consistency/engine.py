"""The whole check of one document: every table by itself, tables beside each other, words against figures."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from ingest.sheets.files import read
from ingest.sheets.model import Document
from reports.consistency import (
    areas,
    captions,
    crossing,
    days,
    ledgers,
    lists,
    numbering,
    relations,
    sums,
    words,
)
from reports.consistency.model import DOUBT, NOTE, WRONG, Checked, Finding
from reports.consistency.roles import roles

_ORDER = {WRONG: 0, DOUBT: 1, NOTE: 2}


def check_file(path: Path, content: bytes | None = None) -> tuple[Document, Checked]:
    """Read a file and recompute all that can be recomputed; raises the reader's problems."""
    document = read(path, content)
    return document, check(document)


def check(document: Document) -> Checked:
    """Recompute a document. Nothing is changed in it."""
    checked = Checked()
    for table in document.tables:
        found, measured = roles(table), areas.measured(table)
        for columns in measured:
            for c in columns:
                found[c] = areas.AREA
        areas.check_areas(table, measured, checked)
        sums.check_columns(table, found, checked)
        sums.check_rows(table, found, checked)
        sums.check_rows(table, found, checked, "rate")
        sums.check_groups(table, found, checked)
        sums.check_repeats(table, found, checked)
        relations.check_balances(table, found, checked)
        relations.check_row_balances(table, found, checked)
        ledgers.check_carried(table, found, checked)
        ledgers.check_added_up(table, found, checked)
        ledgers.check_products(table, found, checked)
        ledgers.check_means(table, found, checked)
        ledgers.check_running(table, found, checked)
        relations.check_shares(table, found, checked)
        relations.check_row_shares(table, checked)
        lists.check_marks(table, found, checked)
        days.check_dates(table, found, checked)
    words.check_words(document.statements, checked)
    numbering.check_numbering(document, checked)
    crossing.check_crossing(document.tables, checked)
    lists.check_lists(document, checked)
    captions.check_captions(document, checked)
    checked.findings = sorted(_convicted(checked.findings), key=lambda one: _ORDER[one.weight])
    return checked


def _convicted(findings: list[Finding]) -> list[Finding]:
    """Where a row and a column fail by the same amount, the cell they share is the one that is wrong.

    Its finding comes first; the others stay, as both were really computed.
    """
    totals = [one for one in findings if one.kind == "column_total" and one.difference]
    crossing = [one for one in findings if one.kind in ("balance", "row_total") and one.difference]
    pinned = []
    for down in totals:
        for across in crossing:
            parts = {across.cell, *across.with_cells} & set(down.with_cells)
            if abs(down.difference or 0) == abs(across.difference or 0) and len(parts) == 1:
                cell = parts.pop()
                own = cell.amount or Decimal(0)
                meant = own + (down.difference or Decimal(0))
                pinned.append(
                    Finding("cell", WRONG, cell, cell.text, f"{meant:,f}", own - meant,
                            tuple(dict.fromkeys((*down.causes, *across.causes))), (down.cell, across.cell))
                )  # fmt: skip
    return [*dict.fromkeys(pinned), *dict.fromkeys(findings)]
