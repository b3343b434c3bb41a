"""Places compared with the areas of another layer: under an agreement or not, within a project or not."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from ingest.access import Viewer
from ingest.doors.layers import LayerInfo
from streamlit_app.filters import counted
from streamlit_app.filters.panel import FILTERED, controlled, with_count
from streamlit_app.maps.shown_layers import titles
from streamlit_app.office import office
from streamlit_app.state import State, change_filter
from streamlit_app.texts import t


def draw(viewer: Viewer, state: State, infos: Sequence[LayerInfo]) -> None:
    """One choice: inside or outside the areas of a layer that is not shown itself; counted while unfolded."""
    language, shared = state.language, state.shared
    section = st.expander(
        t("beside.title", language), bool(shared.inside or shared.outside), icon=":material/join_inner:",
        key="beside.open", on_change="rerun",
    )  # fmt: skip
    if section.open:
        with section:
            _choice(viewer, state, infos)


def _choice(viewer: Viewer, state: State, infos: Sequence[LayerInfo]) -> None:
    language, shared, shown = state.language, state.shared, {info.name for info in infos}
    areas = {
        name: one
        for name, one in office().atlas.reference.layers.items()
        if one.geometry and one.geometry.kind == "geoshape" and not one.repeat and name not in shown
    }
    called = titles(areas, language)
    counts = {name: counted.beside(viewer, state, infos, name) for name in areas}
    options = [(side, name) for name in areas for side in ("outside", "inside")]
    now = [("outside", shared.outside), ("inside", shared.inside)]
    value = next((one for one in now if one in options), None)

    def changed(choice: tuple[str, str] | None) -> None:
        side, name = choice or ("", "")
        change_filter(inside=name if side == "inside" else "", outside=name if side == "outside" else "")

    def label(choice: tuple[str, str]) -> str:
        side, name = choice
        inside, outside = counts[name]
        said = t(f"beside.{side}", language, layer=called[name])
        return with_count(said, inside if side == "inside" else outside)

    st.selectbox(
        t("beside.title", language), options, index=None, placeholder=t("filter.any", language),
        format_func=label, label_visibility="collapsed",
        **controlled("beside", value, changed, *FILTERED, among=options),
    )  # fmt: skip
