"""What the consistency engine says: findings, and what agreed."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from ingest.sheets.model import Cell

WRONG, DOUBT, NOTE = "wrong", "doubt", "note"
"""How sure a finding is: arithmetic that fails; two readings that disagree; worth knowing."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One disagreement. ``printed`` and ``computed`` are as people read them; nothing is corrected.

    ``causes`` are codes of likely reasons, best first; ``with_cells`` the other cells that took part.
    """

    kind: str
    weight: str
    cell: Cell
    printed: str
    computed: str
    difference: Decimal | None = None
    causes: tuple[str, ...] = ()
    with_cells: tuple[Cell, ...] = ()
    detail: str = ""


@dataclass(slots=True)
class Checked:
    """The outcome: what was recomputed and agreed, by kind, and what did not."""

    agreed: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def count(self, kind: str, n: int = 1) -> None:
        """Note that ``n`` cells agree with what was computed from others."""
        self.agreed[kind] = self.agreed.get(kind, 0) + n

    def add(self, finding: Finding) -> None:
        """Note a disagreement."""
        self.findings.append(finding)


def shown(value: Decimal, places: int | None = None) -> str:
    """A figure with thousands separators, without zeros that say nothing."""
    if places is not None:
        return f"{value:,.{places}f}"
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
