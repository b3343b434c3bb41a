"""Papers as PDF and as pictures of their pages, drawn by Typst: Thai shaping and line breaks are its own."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typst

from reports.papers.fonts import thai_font
from reports.papers.model import Paper, plain

_TEMPLATE = Path(__file__).with_name("paper.typ")


def to_pdf(papers: Sequence[Paper], path: Path, *, fonts: Path | None = None) -> None:
    """Write papers into one PDF, each beginning on a page of its own; pages are counted within each."""
    with _compiled(papers, fonts) as (compiler, inputs):
        compiler.compile(output=str(path), format="pdf", sys_inputs=inputs)


def to_png(papers: Sequence[Paper], *, fonts: Path | None = None, ppi: float = 90) -> list[bytes]:
    """A picture of every page, for the screen."""
    with _compiled(papers, fonts) as (compiler, inputs):
        pages = compiler.compile(format="png", ppi=ppi, sys_inputs=inputs)
    return list(pages) if isinstance(pages, list) else [pages]


@contextmanager
def _compiled(papers: Sequence[Paper], fonts: Path | None) -> Iterator[tuple[Any, dict[str, str]]]:
    font = thai_font(fonts)
    with tempfile.TemporaryDirectory(prefix="paper-") as folder:
        source = Path(folder) / "paper.typ"
        shutil.copyfile(_TEMPLATE, source)
        listed = [one | {"key": str(i)} for i, one in enumerate(plain(papers))]
        source.with_name("data.json").write_text(json.dumps(listed, ensure_ascii=False), encoding="utf-8")
        paths = [str(fonts)] if fonts and fonts.is_dir() else []
        inputs = {"font": font}
        compiler = typst.Compiler(str(source), root=folder, font_paths=paths, sys_inputs=inputs)
        yield compiler, inputs | ({"fit": "yes"} if _goes_overleaf(compiler, papers) else {})


def _goes_overleaf(compiler: Any, papers: Sequence[Paper]) -> bool:
    """Whether a paper of one page takes more: then all are drawn so that they fit."""
    if not any(one.one_page for one in papers):
        return False
    lengths = json.loads(compiler.query("<length>", field="value"))
    return any(int(one) > 1 for one in lengths)
