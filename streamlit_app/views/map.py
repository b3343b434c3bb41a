"""The map: layers, filters, tambons coloured by counts; a click shows the record."""

from __future__ import annotations

import secrets
from contextlib import suppress
from typing import Any
from urllib.parse import quote, urlencode

import streamlit as st

from ingest.access import Viewer
from ingest.doors.filters import Filter, corners
from ingest.doors.layers import LayerInfo
from ingest.maps import map_outlines, map_view
from streamlit_app import viewer as door
from streamlit_app.filters import beside_panel, counted, panel, saved_panel, time_panel
from streamlit_app.filters.panel import controlled
from streamlit_app.maps import folium_map, shade_panel
from streamlit_app.maps.map_choice import ShownLayer, choice_of
from streamlit_app.maps.shown_layers import MOST_LAYERS, shown_layers, titles
from streamlit_app.office import office
from streamlit_app.records import review_panel
from streamlit_app.state import State, change, change_filter, current
from streamlit_app.texts import DEFAULT, pick, plain, t
from streamlit_app.turns import turns
from thai.problem import Problem

EXPORT_KINDS = ("xlsx", "csv", "gpkg", "geojson", "parquet")
_MAP_HEIGHT = 640
_LARGE = 100_000  # rows from which on a file takes over a second to make
_STANDS = "map.stands"  # whether the map is on the page already


def page() -> None:
    """Draw the page: the map, which stays as it is, and parts that are drawn anew one by one.

    A part is a fragment with a name; a widget of the panel names those that its change touches.
    """
    viewer, state, reference = door.viewer(), current(), office().atlas.reference
    if not reference.layers:
        st.info(t("map.no_layers", state.language), icon=":material/layers_clear:")
        return
    chosen = shown_layers(state)
    st.session_state[_STANDS] = False
    filters, drawing = st.container(key="desk").columns([1, 3.2], gap="medium")
    with drawing:
        line, keep, take = st.columns([3.4, 1.2, 1], vertical_alignment="center")
        settings = folium_map.settings(reference, viewer.area, state.language)
        with st.container(key="map"):
            folium_map.show(settings | {"page": _page_key()}, height=_MAP_HEIGHT, said=_said)
    with line:
        _told()
    st.session_state[_STANDS] = True
    with keep:
        saved_panel.draw("map")
    with take:
        _exports()
    with filters, panel.room():
        _layer_choice(viewer, state, chosen)
        shade_panel.colour(state, chosen)
        _place()
        _days()
        panel.search(state)
        _shade()
        _answers()


@st.fragment(key="told")
def _told() -> None:
    """What is chosen, said to the map, and how many records that leaves.

    Nothing is counted before the map has its answer: while the browser paints it, or, when the page is opened
    and the browser has to load its scripts, after that.
    """
    viewer, state = door.viewer(), current()
    chosen = shown_layers(state)
    _tell(viewer, state, chosen)
    if st.session_state[_STANDS]:
        turns.wait_answered(viewer, _page_key())
        panel.count_first(viewer, state, chosen)
    turns.wait(viewer, _page_key(), first=not st.session_state[_STANDS])
    counts = [(layer_title(info, state.language), counted.total(viewer, state, info)) for info in chosen]
    told = " · ".join(f"**{plain(title)}** {n:,}" for title, n in counts)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(told or t("map.choose_layers", state.language), width="content")
        panel.clear(state)
    if counts and not any(n for _, n in counts):
        filtered = state.answers or state.shared != Filter()
        st.caption(t("map.nothing" if filtered else "map.empty", state.language))


@st.fragment
def _exports() -> None:
    """The ways to take away what the filter leaves: drawn when they are opened."""
    state = current()
    opened = st.popover(
        t("export.title", state.language), icon=":material/download:", width="stretch", key="map.exports",
        on_change="rerun",
    )  # fmt: skip
    if opened.open:
        with opened:
            for info in shown_layers(state):
                export_links(state, info)


@st.fragment(key="place")
def _place() -> None:
    viewer, state = door.viewer(), current()
    chosen = shown_layers(state)
    panel.area(office().atlas.reference, state, counted.by_place(viewer, state, chosen))
    panel.period(state, counted.by_fiscal_year(viewer, state, chosen))


@st.fragment(key="days")
def _days() -> None:
    viewer, state = door.viewer(), current()
    chosen = shown_layers(state)
    time_panel.draw(viewer, state, chosen)
    beside_panel.draw(viewer, state, chosen)


@st.fragment(key="shade")
def _shade() -> None:
    state = current()
    shade_panel.choice(state, shown_layers(state))


@st.fragment(key="answers")
def _answers() -> None:
    viewer, state = door.viewer(), current()
    chosen = shown_layers(state)
    panel.verdict(state, counted.by_verdict(viewer, state, chosen))
    review_panel.filters(viewer, state, chosen)
    panel.answers(viewer, state, chosen)


def layer_title(info: LayerInfo, language: str) -> str:
    """A layer's name on the screen."""
    return pick(info.label, language)


def _layer_choice(viewer: Viewer, state: State, chosen: list[LayerInfo]) -> None:
    known = office().atlas.reference.layers
    called, counts = titles(known, state.language), counted.of_each(viewer, known)

    def changed(names: list[str]) -> None:
        change(layers=tuple(names) or ("",))  # none chosen is a choice too, and not the first layers again

    st.multiselect(
        t("map.layers", state.language), list(known), max_selections=MOST_LAYERS,
        format_func=lambda name: panel.with_count(called[name], counts[name]),
        placeholder=t("map.choose_layers", state.language),
        **controlled("layers", [info.name for info in chosen], changed, among=known),
    )  # fmt: skip


def export_links(state: State, info: LayerInfo) -> None:
    """A link to each kind of file, cut by the filter on the screen."""
    lang = [("lang", state.language)] if state.language != DEFAULT else []
    query = urlencode([*state.filter_for(info).to_pairs(), *lang])
    st.caption(plain(layer_title(info, state.language)))
    if counted.total(door.viewer(), state, info) > _LARGE:
        st.caption(t("export.large", state.language))
    for kind in EXPORT_KINDS:
        address = f"/export/{quote(info.name)}.{kind}{'?' + query if query else ''}"
        st.link_button(t(f"export.{kind}", state.language), address, width="stretch")


def _tell(viewer: Viewer, state: State, chosen: list[LayerInfo]) -> None:
    """Say to the map what is chosen, on the page and to the question that it asked with the click."""
    area = state.shared.area
    choice = choice_of(
        [ShownLayer.of(info, layer_title(info, state.language), state) for info in chosen],
        shade=shade_panel.shade(state, chosen), with_points=state.points,
        fit=map_outlines.box_of(office().atlas.reference, area) if area else None,
        start=_start(viewer, state, chosen), shape=state.shared.shape,
    )  # fmt: skip
    if st.session_state.get("map.told") != choice:
        turns.chose(viewer, _page_key(), choice)
    st.session_state["map.told"] = choice
    folium_map.tell(choice)


def _page_key() -> str:
    """What this open page is called between its script and its map."""
    return str(st.session_state.setdefault("map.page", secrets.token_hex(8)))


def _start(viewer: Viewer, state: State, chosen: list[LayerInfo]) -> list[float] | None:
    """Where a map without a chosen area begins: asked once, as a map that stands stays where it is."""
    if "map.start" not in st.session_state:
        boxes = [map_view.extent(office().atlas, viewer, one.name, state.filter_for(one)) for one in chosen]
        st.session_state["map.start"] = _around(boxes)
    started: list[float] | None = st.session_state["map.start"]
    return started


def _said(told: dict[str, Any]) -> None:
    """An outline drawn or an area clicked on the map becomes a filter; nonsense is passed over."""
    area, shape = str(told.get("area") or ""), str(told.get("shape") or "")
    if area in office().atlas.reference.names:
        change_filter(area=area)
    if shape:
        with suppress(Problem):
            corners(shape)
            change_filter(shape=shape)
    if area or shape:
        panel.redraw(*panel.FILTERED)


def _around(boxes: list[list[float] | None]) -> list[float] | None:
    """The box around boxes."""
    known = [box for box in boxes if box]
    if not known:
        return None
    west, south, east, north = zip(*known, strict=True)
    return [min(west), min(south), max(east), max(north)]
