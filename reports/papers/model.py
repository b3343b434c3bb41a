"""What a paper says, before it is a PDF, a Word file, a workbook or a page: blocks and facts.

Every value stands as people read it; a figure beside its text lets Excel go on computing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Value:
    """A cell with a figure: what is shown, and the figure itself for a workbook. ``money`` has satang."""

    text: str
    number: Decimal | int | None = None
    day: date | None = None


Cell = str | Value


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a paper."""

    text: str
    kind: str = "heading"


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph. ``strong`` stands out."""

    text: str
    strong: bool = False
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Fact:
    """One key figure: what it is, the value, and what it is made of (a share never stands alone)."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Key figures side by side."""

    facts: Sequence[Fact]
    kind: str = "facts"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table. ``group`` is the upper heading over it and its neighbours of the same group."""

    heading: str
    align: str = "start"
    width: float = 1
    group: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table; ``totals`` are the numbers of the rows that sum others."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    totals: frozenset[int] = frozenset()
    caption: str = ""
    kind: str = "table"


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its name, its length, the value written beside it. ``before`` is a mark to compare with."""

    label: str
    number: Decimal
    shown: str
    before: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars beside each other on one scale, readable without colour. ``mark`` says what the mark means.

    The scale goes from zero to ``end``, that of a score; ``None``: to the longest bar or mark.
    """

    caption: str
    bars: Sequence[Bar]
    mark: str = ""
    end: Decimal | None = None
    kind: str = "bars"

    def part(self, length: Decimal) -> float:
        """A length as a part of the scale."""
        longest = max((max(one.number, one.before or 0) for one in self.bars), default=Decimal(0))
        whole = max(longest, self.end or Decimal(0))
        return float(max(length, Decimal(0)) / whole) if whole > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Radar:
    """One value an axis, from 0 to ``most``."""

    caption: str
    axes: Sequence[str]
    values: Sequence[Decimal]
    most: Decimal
    kind: str = "radar"


@dataclass(frozen=True, slots=True)
class Heat:
    """A grid of shares in per cent, each cell as dark as its share; ``None`` where nothing was recorded.

    ``groups`` names the upper heading over each column.
    """

    caption: str
    columns: Sequence[str]
    groups: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Decimal | None]]]
    kind: str = "heat"

    def as_table(self) -> Table:
        """The same as figures, for files that draw no grid."""
        heads = [
            Column(one, "end", group=group) for one, group in zip(self.columns, self.groups, strict=True)
        ]
        rows = [[name, *(percent_text(one) for one in shares)] for name, shares in self.rows]
        return Table([Column(""), *heads], rows, caption=self.caption)


def percent_text(share: Decimal | None) -> str:
    """A share in a grid: whole per cent, blank where there is none."""
    return "" if share is None else f"{share:.0f}"


@dataclass(frozen=True, slots=True)
class Step:
    """One box of a drawing: its name, and what stands in it as pairs of words and value."""

    title: str
    lines: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Flow:
    """Boxes that lead from one to the next: down the page, or beside each other (``across``)."""

    caption: str
    steps: Sequence[Step]
    across: bool = False
    kind: str = "flow"

    def as_table(self) -> Table:
        """The same as rows, for files that draw nothing."""
        rows = [[step.title, *line] for step in self.steps for line in step.lines]
        return Table(
            [Column("", width=2), Column("", width=2), Column("", "end")], rows, caption=self.caption
        )


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across a timeline: where (0 to 1), its name and the year it stands in."""

    at: Decimal
    label: str
    year: str


@dataclass(frozen=True, slots=True)
class Span:
    """One row of a timeline: its words, and from where to where it lasts (0 to 1)."""

    words: Sequence[str]
    first: Decimal
    last: Decimal


@dataclass(frozen=True, slots=True)
class Timeline:
    """Spans of time under each other on one scale. ``mark`` is where the stated day lies, if on it."""

    caption: str
    heads: Sequence[Column]
    ticks: Sequence[Tick]
    spans: Sequence[Span]
    mark: Decimal | None = None
    marked: str = ""
    kind: str = "timeline"

    def as_table(self) -> Table:
        """The same with a sign in each step of time, for files that draw nothing."""
        ends = [*(one.at for one in self.ticks[1:]), Decimal(1)]
        rows = [
            [*span.words, *("■" if span.first < end and span.last > one.at else ""
                            for one, end in zip(self.ticks, ends, strict=True))]
            for span in self.spans
        ]  # fmt: skip
        steps = [Column(one.label, "center", 0.55, one.year) for one in self.ticks]
        caption = " · ".join(part for part in (self.caption, self.marked) if part)
        return Table([*self.heads, *steps], rows, caption=caption)


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing as SVG, for paper and screen; other files say that it is there."""

    caption: str
    svg: str
    kind: str = "picture"


@dataclass(frozen=True, slots=True)
class Question:
    """What the forum is asked, with room for its answer."""

    text: str
    why: str = ""
    lines: int = 3
    kind: str = "question"


@dataclass(frozen=True, slots=True)
class Signature:
    """A line to sign on: who signs, and the name where it is known."""

    role: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Signatures:
    """Lines to sign on, two or (of five and more) three beside each other, with room for the date."""

    signatures: Sequence[Signature]
    kind: str = "signatures"


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins a new page."""

    kind: str = "pagebreak"


Drawn = Heat | Flow | Timeline  # each has a table of the same for files that draw nothing
Block = Heading | Text | Facts | Table | Bars | Radar | Drawn | Picture | Question | Signatures | PageBreak


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper. ``as_of`` is the day of the newest record in it; ``sources`` where its figures are from.

    ``one_page``: printed it is drawn smaller rather than go on overleaf for a few lines.
    """

    title: str
    place: str
    period: str
    blocks: Sequence[Block]
    as_of: str = ""
    boundary_set: str = ""
    sources: Sequence[str] = field(default_factory=tuple)
    number: str = ""  # P02, as the catalogue of papers counts them
    size: str = "a4"
    landscape: bool = False
    one_page: bool = False


def cell_text(cell: Cell) -> str:
    """What a cell shows."""
    return cell.text if isinstance(cell, Value) else cell


def plain(papers: Iterable[Paper]) -> list[dict[str, Any]]:
    """Papers as JSON-able values, for the template."""
    return [_plain(asdict(paper)) for paper in papers]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        if value.keys() == {"text", "number", "day"}:
            return value["text"]
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, frozenset):
        return sorted(value)
    return float(value) if isinstance(value, Decimal) else value
