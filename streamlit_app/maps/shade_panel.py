"""What symbols' colours tell, and what colours the areas: the counts of a shown layer or any indicator."""

from __future__ import annotations

import streamlit as st

from ingest.doors.layers import LayerInfo
from ingest.doors.shown import told_apart
from ingest.maps import shades
from reports import indicators
from streamlit_app.filters.panel import controlled
from streamlit_app.maps import map_shades
from streamlit_app.maps.map_choice import BY_STATUS, Shade
from streamlit_app.maps.shown_layers import titles
from streamlit_app.office import office
from streamlit_app.state import State, change
from streamlit_app.texts import pick, t

_INDICATOR = "i:"  # before the name of an indicator, as a layer may have the same


def colour(state: State, chosen: list[LayerInfo]) -> None:
    """Whether symbols tell the status instead of the layer's own question, where a layer has both."""
    if any(info.status and info.status != info.color_by for info in chosen):
        st.toggle(
            t("map.by_status", state.language),
            **controlled("colour", state.colour == BY_STATUS,
                         lambda on: change(colour=BY_STATUS if on else ""), "told"),
        )  # fmt: skip


def choice(state: State, chosen: list[LayerInfo]) -> None:
    """The choice, and for a choice its classes and whether symbols are drawn on top."""
    offered, language = _titles(state, chosen), state.language
    value = state.shade if state.shade in offered else None
    st.selectbox(
        t("map.choropleth", language), list(offered), index=None, format_func=offered.__getitem__,
        placeholder=t("map.choropleth_off", language),
        **controlled("shade", value, lambda name: change(shade=name or ""), "told", "shade"),
    )  # fmt: skip
    if not value:
        return
    methods = [one for one in shades.METHODS if one != "target" or _has_target(value)]
    st.selectbox(
        t("shade.classes", language), methods,
        format_func=lambda one: t(f"shade.{'by_target' if one == 'target' else one}", language),
        **controlled("classes", _method(state, value), lambda one: change(classes=one), "told", "shade"),
    )  # fmt: skip
    if office().atlas.reference.sets.lao:
        st.selectbox(
            t("shade.areas", language), ["", map_shades.LAO],
            format_func=lambda one: t(f"shade.areas_{one or 'zoom'}", language),
            **controlled("areas", state.areas, lambda one: change(areas=one), "told", "shade"),
        )  # fmt: skip
    st.toggle(
        t("map.with_points", language),
        **controlled("points", state.points, lambda on: change(points=on), "told", "shade"),
    )


def shade(state: State, chosen: list[LayerInfo]) -> Shade | None:
    """The choice as the map asks for it; ``None`` where nothing is coloured."""
    offered = _titles(state, chosen) if state.shade else {}
    if state.shade not in offered:
        return None
    asks = {"method": _method(state, state.shade)}
    if state.areas == map_shades.LAO and office().atlas.reference.sets.lao:
        asks["areas"] = map_shades.LAO
    if state.shade.startswith(_INDICATOR):
        asks["indicator"] = state.shade.removeprefix(_INDICATOR)
        about = map_shades.info_of(office().atlas, asks)
        cut = state.filter_for(about) if about else state.shared
        return Shade(offered[state.shade], asks, cut.to_query())
    info = next(one for one in chosen if one.name == state.shade)
    return Shade(offered[state.shade], asks | {"layer": info.name}, state.filter_for(info).to_query())


def _titles(state: State, chosen: list[LayerInfo]) -> dict[str, str]:
    language = state.language
    called = titles({info.name: info for info in chosen}, language)
    found = {name: t("shade.counts", language, name=title) for name, title in called.items()}
    known = indicators.definitions(office().atlas)
    labels = {name: pick(one.label, language) for name, one in known.items()}
    themes = {name: pick(one.theme, language) for name, one in known.items()}
    for name, told in told_apart(labels, themes).items():
        found[_INDICATOR + name] = t("shade.indicator", language, name=told)
    return found


def _has_target(value: str) -> bool:
    if not value.startswith(_INDICATOR):
        return False
    return indicators.definition(office().atlas, value.removeprefix(_INDICATOR)).target is not None


def _method(state: State, value: str) -> str:
    """The chosen way; an indicator with a target is shown against it until somebody chooses another."""
    with_target = _has_target(value)
    if state.classes in shades.METHODS and (state.classes != "target" or with_target):
        return state.classes
    return "target" if with_target else "quantile"
