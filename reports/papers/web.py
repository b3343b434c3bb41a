"""Papers as one HTML page without anything from elsewhere: for the screen, a projector or a message."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from decimal import Decimal
from html import escape
from itertools import groupby
from math import cos, pi, sin
from pathlib import Path

from reports.papers.model import (
    Bars,
    Block,
    Facts,
    Flow,
    Heat,
    PageBreak,
    Paper,
    Picture,
    Question,
    Radar,
    Signatures,
    Table,
    Text,
    Timeline,
    cell_text,
    percent_text,
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
        yield f'<figure class="radar"><figcaption><b>{escape(block.caption)}</b></figcaption>'
        yield f"{radar_svg(block)}</figure>"
    elif isinstance(block, Picture):
        yield f"<p><b>{escape(block.caption)}</b></p>"
        yield as_image(block.svg, block.caption)
    elif isinstance(block, Heat):
        yield heat_html(block)
    elif isinstance(block, Flow):
        yield from _flow(block)
    elif isinstance(block, Timeline):
        yield from _timeline(block)
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


def radar_svg(block: Radar) -> str:
    """A radar as a picture in a page: rings at quarters, each axis with its value beside its name."""
    n, middle, reach = len(block.axes), (300.0, 170.0), 120.0

    def point(axis: int, share: float) -> tuple[float, float]:
        turn = 2 * pi * axis / n
        return middle[0] + reach * share * sin(turn), middle[1] - reach * share * cos(turn)

    def ring(shares: Sequence[float]) -> str:
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in (point(i, one) for i, one in enumerate(shares)))

    shares = [float(one / block.most) for one in block.values]
    rings = "".join(f'<polygon points="{ring([one / 4] * n)}" class="ring"/>' for one in range(1, 5))
    names = ""
    for i, (axis, value) in enumerate(zip(block.axes, block.values, strict=True)):
        x, y = point(i, 1.12)
        side = sin(2 * pi * i / n)
        anchor = "start" if side > 0.3 else "end" if side < -0.3 else "middle"
        names += (
            f'<text x="{x:.1f}" y="{y + 4:.1f}" text-anchor="{anchor}">{escape(axis)} ({value:.1f})</text>'
        )
    style = (
        "<style>.ring{fill:none;stroke:#999;stroke-width:.6}.own{fill:#1f6f8b55;stroke:#1f6f8b;stroke-width:2}"
        "text{font:13px 'Sarabun','Noto Sans Thai',sans-serif;fill:currentColor}</style>"
    )
    return (
        f'<svg viewBox="0 0 600 340" width="100%" role="img" xmlns="http://www.w3.org/2000/svg">{style}{rings}'
        f'<polygon points="{ring(shares)}" class="own"/>{names}</svg>'
    )


def as_image(svg: str, says: str) -> str:
    """A drawing as an image, as which it passes where pages are cleaned of SVG; ``says`` is read aloud."""
    coded = b64encode(svg.encode()).decode()
    return f'<img src="data:image/svg+xml;base64,{coded}" alt="{escape(says)}" style="max-width:100%">'


def heat_html(block: Heat) -> str:
    """A grid of shares, each cell as dark as its share."""
    grouped = [(name, len(list(own))) for name, own in groupby(block.groups)]
    upper = "".join(f'<th colspan="{n}">{escape(name)}</th>' for name, n in grouped)
    heads = "".join(f"<th>{escape(one)}</th>" for one in block.columns)
    rows = "".join(
        f"<tr><td>{escape(name)}</td>{''.join(_heat_cell(one) for one in shares)}</tr>"
        for name, shares in block.rows
    )
    return (
        f'<div class="wide"><b>{escape(block.caption)}</b><table class="heat"><thead>'
        f'<tr><th rowspan="2"></th>{upper}</tr><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _heat_cell(share: Decimal | None) -> str:
    if share is None:
        return '<td class="center">–</td>'
    ink = "#fff" if share > 55 else "#111"
    colour = f"rgba(31,111,139,{float(share) / 100:.2f})"
    return f'<td class="center" style="background:{colour};color:{ink}">{percent_text(share)}</td>'


def _flow(block: Flow) -> Iterator[str]:
    yield f'<b>{escape(block.caption)}</b><div class="flow{" across" if block.across else ""}">'
    for step in block.steps:
        lines = "".join(f"<li>{escape(what)} <b>{escape(value)}</b></li>" for what, value in step.lines)
        yield f"<section><h3>{escape(step.title)}</h3><ul>{lines}</ul></section>"
    yield "</div>"


def _timeline(block: Timeline) -> Iterator[str]:
    """Words in columns, then one wide column in which the bars lie."""

    def at(place: Decimal) -> str:
        return f"left:{float(place) * 100:.2f}%"

    heads = "".join(f"<th>{escape(one.heading)}</th>" for one in block.heads)
    ticks = "".join(f'<span style="{at(one.at)}">{escape(one.label)}</span>' for one in block.ticks)
    firsts = [next(own) for _, own in groupby(block.ticks, lambda one: one.year)]
    years = "".join(f'<span style="{at(one.at)}">{escape(one.year)}</span>' for one in firsts)
    mark = f'<u style="{at(block.mark)}"></u>' if block.mark is not None else ""
    yield f'<div class="wide"><b>{escape(block.caption)}</b><table class="timeline"><thead><tr>{heads}'
    yield f'<th><div class="track">{years}</div><div class="track">{ticks}</div></th></tr></thead><tbody>'
    for span in block.spans:
        words = "".join(f"<td>{escape(one)}</td>" for one in span.words)
        bar = f"{at(span.first)};width:{float(span.last - span.first) * 100:.2f}%"
        yield f'<tr>{words}<td><div class="track"><i style="{bar}"></i>{mark}</div></td></tr>'
    yield f"</tbody></table>{f'<small>│ {escape(block.marked)}</small>' if mark else ''}</div>"


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
    yield f"<p><b>{escape(block.caption)}</b></p>"
    for one in block.bars:
        width, at = (100 * block.part(length or Decimal(0)) for length in (one.number, one.before))
        mark = f'<b style="left:{at:.1f}%"></b>' if one.before is not None else ""
        yield (
            f'<div class="bar"><span>{escape(one.label)}</span>'
            f'<span class="scale"><i style="width:{width:.1f}%"></i>{mark}</span>'
            f"<span>{escape(one.shown)}</span></div>"
        )
    if block.mark:
        yield f"<p><small>│ {escape(block.mark)}</small></p>"
