"""Two periods or boundary sets side by side: the same layers, filters and colours; the maps move together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from ingest.access import Viewer
from ingest.areas.boundary_sets import BoundarySet
from ingest.doors.layers import LayerInfo
from ingest.maps import map_outlines, map_view, other_sets
from reports import coverage
from streamlit_app import viewer as door
from streamlit_app.filters import counted, panel
from streamlit_app.filters.panel import controlled
from streamlit_app.filters.spans import today
from streamlit_app.maps import folium_map, shade_panel
from streamlit_app.maps.map_choice import Shade, ShownLayer, choice_of
from streamlit_app.maps.shown_layers import MOST_LAYERS, shown_layers, titles
from streamlit_app.office import office
from streamlit_app.records import review_panel
from streamlit_app.state import State, change, current
from streamlit_app.texts import pick, plain, t
from thai.periods import ALL_TIME, Period, before, last_periods, parse_period, period_of
from thai.problem import Problem

_MAP_HEIGHT = 520
_BOUNDS = {"span": "bounds", "against": "bounds_against"}
_YEARS, _QUARTERS, _MONTHS = 5, 8, 12


def page() -> None:
    """Draw the page; choosing reruns only its fragment."""
    _sides()


@st.fragment
def _sides() -> None:
    viewer, state, reference = door.viewer(), current(), office().atlas.reference
    if not reference.layers:
        st.info(t("map.no_layers", state.language), icon=":material/layers_clear:")
        return
    chosen = shown_layers(state)
    filters, maps = st.container(key="desk").columns([1, 3.6], gap="medium")
    with maps, st.container(key="sides"):
        sides, columns = ("span", "against"), st.columns(2, gap="small")
        for side, column in zip(sides, columns, strict=True):
            with column:
                _period(viewer, state, side, chosen)
                _bounds(state, side)
        for side, column in zip(
            sides, [st.container(key="swipe")] * 2 if state.swipe else columns, strict=True
        ):
            with column:
                _side(viewer, state, chosen, side)
        st.toggle(t("compare.swipe", state.language),
                  **controlled("compare.swipe", state.swipe, lambda on: change(swipe=on)))  # fmt: skip
        _difference(viewer, state, chosen)
    with filters, panel.room():
        _layers(viewer, state, chosen)
        shade_panel.colour(state, chosen)
        panel.area(reference, state, counted.by_place(viewer, state, chosen))
        shade_panel.choice(state, chosen)
        panel.search(state)
        review_panel.filters(viewer, state, chosen)
        panel.answers(viewer, state, chosen)


def _layers(viewer: Viewer, state: State, chosen: list[LayerInfo]) -> None:
    known = office().atlas.reference.layers
    called, counts = titles(known, state.language), counted.of_each(viewer, known)
    st.multiselect(
        t("map.layers", state.language), list(known), max_selections=MOST_LAYERS,
        format_func=lambda name: panel.with_count(called[name], counts[name]),
        placeholder=t("map.choose_layers", state.language),
        **controlled("compare.layers", [one.name for one in chosen],
                     lambda names: change(layers=tuple(names) or ("",)), among=known),
    )  # fmt: skip


def period(state: State, side: str, layers: Sequence[LayerInfo]) -> Period:
    """The period of one side: until chosen, the newest fiscal year with data, and the one before."""
    text = getattr(state, side)
    try:
        if text:
            return parse_period(text)
    except Problem:
        return ALL_TIME
    newest = coverage.latest_year(office().atlas, {one.form_id for one in layers}, today())
    return newest if side == "span" else before(newest)


def within(state: State, side: str, layers: Sequence[LayerInfo]) -> State:
    """The state with the period of one side."""
    chosen = period(state, side, layers)
    return replace(state, shared=replace(state.shared, since=chosen.since, until=chosen.until))


def _offered() -> list[Period]:
    counts = {"fiscal_year": _YEARS, "quarter": _QUARTERS, "month": _MONTHS}
    return [
        one for kind, n in counts.items() for one in reversed(last_periods(period_of(kind, today()), n))
    ] + [ALL_TIME]


def _period(viewer: Viewer, state: State, side: str, layers: Sequence[LayerInfo]) -> None:
    """The choice of a period, with the records of each."""
    shown = period(state, side, layers)
    known = {one.name: one for one in (*_offered(), shown)}
    months = counted.by_month(viewer, state, layers)

    def label(name: str) -> str:
        return panel.with_count(known[name].label(state.language), counted.in_period(months, known[name]))

    st.selectbox(
        t(f"compare.{side}", state.language), list(known), format_func=label,
        **controlled(f"compare.{side}", shown.name, lambda name: change(**{side: name}), among=known),
    )  # fmt: skip


def _bounds(state: State, side: str) -> None:
    """The choice of a boundary set, where the office has more than one."""
    known, name = other_sets.known(office().atlas), _BOUNDS[side]
    if len(known) > 1:
        value = getattr(state, name)
        st.selectbox(
            t(f"compare.{name}", state.language), known,
            **controlled(f"compare.{name}", value if value in known else known[0],
                         lambda chosen: change(**{name: chosen if chosen != known[0] else ""})),
        )  # fmt: skip


def _other(state: State, side: str) -> BoundarySet | None:
    """The set of one side, ``None`` for the default one."""
    name = getattr(state, _BOUNDS[side])
    return other_sets.other(office().atlas, name) if name in other_sets.known(office().atlas) else None


def _shade(state: State, chosen: list[LayerInfo], other: BoundarySet | None) -> Shade | None:
    """What colours one side, counted in its own set."""
    found = shade_panel.shade(state, chosen)
    if found is None or other is None:
        return found
    st.caption(t("compare.by_place", state.language, name=plain(other.name)))
    return replace(found, asks=found.asks | {"set": other.name})


def _side(viewer: Viewer, state: State, chosen: list[LayerInfo], side: str) -> None:
    own, reference = within(state, side, chosen), office().atlas.reference
    shown = [ShownLayer.of(one, pick(one.label, state.language), own) for one in chosen]
    boxes = [
        map_view.extent(
            office().atlas, viewer, one.name, replace(state.filter_for(one), since=None, until=None)
        )
        for one in chosen[:1]
    ]
    area, other = state.shared.area, _other(state, side)
    choice = choice_of(
        shown, shade=_shade(own, chosen, other), with_points=state.points,
        fit=map_outlines.box_of(reference, area) if area else None, start=boxes[0] if boxes else None,
    )  # fmt: skip
    folium_map.tell(choice, key=f"atlas.{side}")
    swipe = {"span": "under", "against": "over"}[side] if state.swipe else ""
    settings = folium_map.settings(reference, viewer.area, state.language, other)
    folium_map.show(
        settings | {"draws": False, "together": True, "swipe": swipe}, height=_MAP_HEIGHT, key=f"atlas.{side}"
    )


def _difference(viewer: Viewer, state: State, chosen: list[LayerInfo]) -> None:
    """How many records each side has, layer by layer."""
    for info in chosen:
        left, right = (
            counted.total(viewer, within(state, side, chosen), info) for side in ("span", "against")
        )
        told = t(
            "compare.counts",
            state.language,
            left=f"{left:,}",
            right=f"{right:,}",
            difference=f"{left - right:+,}",
        )
        st.markdown(f"**{plain(pick(info.label, state.language))}** {told}")
        if info.date is None:
            st.caption(t("compare.no_date", state.language))
