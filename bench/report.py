"""The table: one row a figure, with what was aimed at and what others reach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.machine import Machine

RESULTS = Path(__file__).with_name("RESULTS.md")
_HEAD = ("what", "figure", "aim", "for comparison")
_INTRODUCTION = """# Measured speed

Written by `python3 tambon.py bench`; change it by running that. How each figure is taken stands at the top
of the script that its section names. Which aims are missed, and why:
docs/decisions/0005-what-the-speed-costs.md.
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement. ``section`` names the script; ``reference`` is what prototypes or others reach."""

    section: str
    what: str
    figure: str
    aim: str = ""
    reference: str = ""

    def cells(self) -> tuple[str, str, str, str]:
        """The row as the table shows it."""
        return self.what, self.figure, self.aim, self.reference


def percentiles(values: Sequence[float], *shares: int) -> list[float]:
    """Percentiles of measured times, in their own unit."""
    return [float(one) for one in np.percentile(np.asarray(values), shares)]


def printed(rows: Iterable[Row]) -> Iterator[Row]:
    """Pass rows on, printing each as it comes."""
    section = ""
    for row in rows:
        if row.section != section:
            section = row.section
            print(f"\n{section}", flush=True)
        aim = f"   aim {row.aim}" if row.aim else ""
        reference = f"   ({row.reference})" if row.reference else ""
        print(f"  {row.what}: {row.figure}{aim}{reference}", flush=True)
        yield row


def markdown(machine: Machine, rows: Sequence[Row]) -> str:
    """The whole page."""
    parts = [_INTRODUCTION, *(f"- {line}" for line in machine.lines())]
    for section in dict.fromkeys(row.section for row in rows):
        parts += ["", f"## {section}", "", _line(_HEAD), _line(["---"] * len(_HEAD))]
        parts += [_line(row.cells()) for row in rows if row.section == section]
    return "\n".join(parts) + "\n"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
