"""Places compared with the areas of another layer: under an agreement or not, within a project or not."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from ingest.doors.layers import LayerInfo
from streamlit_app.filters.panel import FILTERED, controlled
from streamlit_app.maps.shown_layers import titles
from streamlit_app.office import office
from streamlit_app.state import State, change_filter
from streamlit_app.texts import t


def draw(state: State, infos: Sequence[LayerInfo]) -> None:
    """One choice: inside or outside the areas of a layer that is not shown itself."""
    language, shown = state.language, {info.name for info in infos}
    areas = {
        name: one
        for name, one in office().atlas.reference.layers.items()
        if one.geometry and one.geometry.kind == "geoshape" and not one.repeat and name not in shown
    }
    called = titles(areas, language)
    options = [(side, name) for name in areas for side in ("outside", "inside")]
    shared = state.shared
    now = [("outside", shared.outside), ("inside", shared.inside)]
    value = next((one for one in now if one in options), None)

    def changed(choice: tuple[str, str] | None) -> None:
        side, name = choice or ("", "")
        change_filter(inside=name if side == "inside" else "", outside=name if side == "outside" else "")

    st.selectbox(
        t("beside.title", language), options, index=None, placeholder=t("filter.any", language),
        format_func=lambda one: t(f"beside.{one[0]}", language, layer=called[one[1]]),
        **controlled("beside", value, changed, *FILTERED),
    )  # fmt: skip
