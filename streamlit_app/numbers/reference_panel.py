"""Targets and counts to divide by, loaded from the office's own table: a template out, the filled one in."""

from __future__ import annotations

import streamlit as st

from ingest import log, reference_values
from ingest.access import Viewer
from reports import indicators, reference_file
from reports.reference_file import Areas
from streamlit_app.office import office
from streamlit_app.state import State
from streamlit_app.texts import plain, t
from thai.problem import Problem, Problems

_MOST_TOLD = 10


def open_to(viewer: Viewer) -> bool:
    """Officers and administrators set the numbers of their own area."""
    return viewer.role in ("officer", "administrator")


def draw(viewer: Viewer, state: State) -> None:
    """The expander below the filters."""
    if not open_to(viewer):
        return
    language = state.language
    with st.expander(t("reference.title", language), icon=":material/flag:"):
        st.caption(t("reference.what", language))
        with office().atlas.log.connect() as connection:
            loaded = reference_values.current(connection)
        own = [one for one in loaded if one.area.startswith(viewer.area)]
        stray = reference_file.strays(own, _areas())
        if stray:
            codes = ", ".join(sorted({one.area for one in stray})[:_MOST_TOLD])
            told = t("reference.strays", language, n=len(stray), set=_areas().boundary_set, codes=codes)
            st.warning(plain(told), icon=":material/wrong_location:")
        st.download_button(
            t("reference.template", language, n=len(own)), reference_file.template(own), "targets.xlsx",
            icon=":material/download:", width="stretch", on_click="ignore",
        )  # fmt: skip
        file = st.file_uploader(t("reference.upload", language), type=["csv", "xlsx"])
        if file and st.button(t("reference.load", language), type="primary"):
            _load(viewer, language, file.getvalue(), file.name)


def _areas() -> Areas:
    """The areas and villages that targets may be set for now."""
    known = office().atlas.reference
    villages = known.places.villages
    return Areas(known.boundary_set.name, known.names, villages[0].of if villages else ())


def _load(viewer: Viewer, language: str, content: bytes, name: str) -> None:
    atlas = office().atlas
    try:
        rows = reference_file.read(
            content, name, indicators=indicators.definitions(atlas), areas=_areas(), within=viewer.area,
        )  # fmt: skip
    except Problems as found:
        for problem in found.problems[:_MOST_TOLD]:
            st.error(plain(f"{problem.place[language]}: {problem.says[language]} {problem.remedy[language]}"))
        return
    except Problem as problem:
        st.error(plain(f"{problem.says[language]} {problem.remedy[language]}"))
        return
    with log.writing(atlas.log) as connection:
        n = reference_values.add(connection, rows, viewer.name)
    atlas.refresh()
    st.success(t("reference.loaded", language, n=n))
