"""Papers that go back to the people: chosen, looked at, and taken as PDF, Word, Excel or a page."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import streamlit as st

from ingest.access import Viewer
from reports.papers import catalogue, pdf
from reports.papers.asking import Asking
from reports.papers.catalogue import Kind
from streamlit_app import viewer as door
from streamlit_app.filters import form_filters, panel
from streamlit_app.filters.panel import controlled
from streamlit_app.filters.spans import span_choice, today
from streamlit_app.office import office
from streamlit_app.state import State, change, current
from streamlit_app.texts import t
from thai.periods import Period
from thai.problem import Problem

_SHOWN_PAGES = 4
_MIME = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html",
}


def page() -> None:
    """Draw the choice on the left and the paper on the right."""
    viewer, state = door.viewer(), current()
    choice, paper = st.columns([1, 2.6], gap="medium")
    with choice:
        kind = _kind(state)
        panel.area(office().atlas.reference, state)
        area = _village(kind, state)
        period = span_choice(state, kind.forms)
        asking = Asking(office().atlas, viewer, today(), period)
        if kind.lists:
            form_filters.draw(viewer, state, kind.forms, area, period)
            chosen, told = form_filters.of(state, kind.forms[0]), form_filters.said(state, kind.forms)
            asking = replace(asking, chosen=chosen, told=told)
        elif form_filters.said(state, kind.forms):
            st.caption(t("papers.whole", state.language))
    with paper:
        _paper(asking, kind, area, state)


def _kind(state: State) -> Kind:
    names = list(catalogue.KINDS)
    value = state.paper if state.paper in catalogue.KINDS else names[0]

    def label(name: str) -> str:
        one = catalogue.KINDS[name]
        return f"{one.number} {one.label[state.language]}"

    st.selectbox(
        t("papers.paper", state.language), names, format_func=label,
        **controlled("papers.kind", value, lambda name: change(paper=name), among=names),
    )  # fmt: skip
    return catalogue.KINDS[value]


def _village(kind: Kind, state: State) -> str:
    """The chosen area, narrowed to a village where the paper is one of villages; 0 takes all of a tambon."""
    area = state.shared.area
    if len(area) != 6 or kind.level != "village":
        return area
    moo = int(state.moo) if state.moo.isascii() and state.moo.isdigit() and len(state.moo) < 3 else 0
    st.number_input(
        t("papers.moo", state.language), min_value=0, max_value=99, step=1,
        **controlled("papers.moo", moo, lambda number: change(moo=str(number or ""))),
    )  # fmt: skip
    return f"{area}{moo:02d}" if moo else area


def _paper(asking: Asking, kind: Kind, area: str, state: State) -> None:
    language = state.language
    try:
        if len(catalogue.batches(asking, kind, area)) > 1:
            st.info(t("papers.narrow", language), icon=":material/location_on:")
            return
        papers = catalogue.papers_of(asking, kind, area)
        pages = pdf.to_png(papers[:_SHOWN_PAGES])
    except Problem as problem:
        st.info(problem.says[language], icon=":material/description:")
        st.caption(problem.remedy[language])
        return
    st.markdown(t("papers.count", language, n=f"{len(papers):,}"))
    name = f"{kind.name}-{area or 'all'}"
    downloads(lambda path: catalogue.write(asking, kind.name, area, path), name, language, key="papers")
    for image in pages[:_SHOWN_PAGES]:
        st.image(image, width="stretch")
    if len(papers) > _SHOWN_PAGES:
        st.caption(t("papers.shown_first", language, n=_SHOWN_PAGES))


def downloads(write: Callable[[Path], object], name: str, language: str, *, key: str) -> None:
    """A button for each kind of file, which ``write`` makes when it is asked for."""

    def made(ending: str) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"paper.{ending}"
            write(path)
            return path.read_bytes()

    for column, ending in zip(st.columns(len(_MIME)), _MIME, strict=True):
        column.download_button(
            t(f"papers.{ending}", language), partial(made, ending), file_name=f"{name}.{ending}",
            mime=_MIME[ending], icon=":material/download:", width="stretch", key=f"{key}.{ending}",
            on_click="ignore",  # to draw the page anew would make the other buttons' files others
        )  # fmt: skip


def offer(viewer: Viewer, name: str, period: Period, language: str) -> None:
    """Buttons that take one paper of all that the viewer may see, for pages that show its figures."""
    asking = Asking(office().atlas, viewer, today(), period)
    downloads(lambda path: catalogue.write(asking, name, "", path), name, language, key=name)
