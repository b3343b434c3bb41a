"""Papers as one HTML page without anything from elsewhere: for the screen, a projector or a message."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from reports.papers.model import (
    Bars,
    Block,
    Column,
    Facts,
    PageBreak,
    Paper,
    Question,
    Radar,
    Signatures,
    Table,
    Text,
    cell_text,
)
from reports.papers.word import footnotes

_STYLE = Path(__file__).with_name("paper.css").read_text(encoding="utf-8")


def to_html(papers: Sequence[Paper], path: Path) -> None:
    """Write papers into one page."""
    title = escape(papers[0].title if papers else "")
    body = "".join(_article(paper) for paper in papers)
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    head += f"<title>{title}</title><style>{_STYLE}</style>"
    path.write_text(f'<!doctype html><html lang="th">{head}{body}</html>', encoding="utf-8")


def _article(paper: Paper) -> str:
    blocks = "".join(part for block in paper.blocks for part in _block(block))
    place = escape(" · ".join(part for part in (paper.place, paper.period) if part))
    foot = escape(" · ".join(footnotes(paper)))
    head = f'<h1>{escape(paper.title)}</h1><p class="place">{place}</p>'
    return f"<article>{head}{blocks}<footer>{foot}</footer></article>"


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Table):
        yield from _table(block)
    elif isinstance(block, Facts):
        cells = (
            f"<div><small>{escape(one.label)}</small><b>{escape(one.value)}</b>"
            f"<small>{escape(one.note)}</small></div>"
            for one in block.facts
        )
        yield f'<div class="facts">{"".join(cells)}</div>'
    elif isinstance(block, Bars):
        yield from _bars(block)
    elif isinstance(block, Radar):
        columns = (Column(block.caption), Column(f"0–{block.most}", "end"))
        rows = [(axis, str(value)) for axis, value in zip(block.axes, block.values, strict=True)]
        yield from _table(Table(columns, rows))
    elif isinstance(block, Question):
        why = f"<br><small>{escape(block.why)}</small>"
        yield f'<div class="question"><b>{escape(block.text)}</b>{why}</div>'
    elif isinstance(block, Signatures):
        lines = "".join(
            f"<div>ลงชื่อ ………………<br>({escape(one.name) or '………………'})<br>{escape(one.role)}</div>"
            for one in block.signatures
        )
        yield f'<div class="sign">{lines}</div>'
    elif isinstance(block, Text):
        text = escape(block.text)
        yield f"<p><b>{text}</b></p>" if block.strong else f"<p>{text}</p>"
    elif not isinstance(block, PageBreak):
        yield f"<h2>{escape(block.text)}</h2>"


def _table(block: Table) -> Iterator[str]:
    yield f'<div class="wide">{f"<b>{escape(block.caption)}</b>" if block.caption else ""}<table><thead>'
    if any(one.group for one in block.columns):
        yield "<tr>"
        start = 0
        for c in range(1, len(block.columns) + 1):
            own = block.columns[start].group
            if c == len(block.columns) or block.columns[c].group != own or not own:
                yield f'<th colspan="{c - start}">{escape(own)}</th>'
                start = c
        yield "</tr>"
    yield (
        "<tr>" + "".join(f"<th>{escape(one.heading)}</th>" for one in block.columns) + "</tr></thead><tbody>"
    )
    for i, row in enumerate(block.rows):
        cells = "".join(
            f'<td class="{one.align}">{escape(cell_text(cell))}</td>'
            for cell, one in zip(row, block.columns, strict=True)
        )
        yield f'<tr class="{"total" if i in block.totals else ""}">{cells}</tr>'
    yield "</tbody></table></div>"


def _bars(block: Bars) -> Iterator[str]:
    most = max((one.number for one in block.bars), default=0) or 1
    yield f"<p><b>{escape(block.caption)}</b></p>"
    for one in block.bars:
        width = max(0, float(one.number / most) * 100)
        yield (
            f'<div class="bar"><span>{escape(one.label)}</span><i style="width:{width:.1f}%"></i>'
            f"<span>{escape(one.shown)}</span></div>"
        )
