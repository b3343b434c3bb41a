"""Indicators: a theme's numbers as cards, one of them by area with its places, and the records behind it."""

from __future__ import annotations

from io import BytesIO
from itertools import dropwhile
from typing import Any
from urllib.parse import quote

import pandas as pd
import streamlit as st

from ingest.access import Viewer
from ingest.doors.figures import LEVELS, Among
from ingest.doors.shown import place_name
from reports import indicators, reference, wording
from reports.definitions import Definition
from reports.indicators import Answer, Question
from streamlit_app import keys
from streamlit_app import viewer as door
from streamlit_app.filters import form_filters, panel
from streamlit_app.filters.panel import controlled
from streamlit_app.filters.spans import span_choice
from streamlit_app.numbers import breakdown_panel, reference_panel, trend
from streamlit_app.office import office
from streamlit_app.state import State, change, current
from streamlit_app.texts import pick, plain, t
from thai.calendar import format_date
from thai.periods import Period
from thai.problem import Problem

_CARDS_A_ROW = 3
_TREND = 6
_FINER = {
    "country": "province",
    "province": "amphoe",
    "amphoe": "tambon",
    "tambon": "village",
    "village": "household",
}
_MOST_RECORDS = 200
_STYLE = """<style>
[data-testid="stMetricValue"], [data-testid="stMetricValue"] * { font-size: 1.6rem; white-space: normal; }
</style>"""


def page() -> None:
    """Draw the choices, the cards of the theme, and the chosen indicator by area."""
    viewer, state = door.viewer(), current()
    known = indicators.definitions(office().atlas)
    if not known:
        st.info(t("indicators.none", state.language), icon=":material/monitoring:")
        return
    filters, cards = st.columns([1, 3.2], gap="medium")
    with filters:
        theme = _theme_choice(state, known)
        panel.area(office().atlas.reference, state)
        forms = {form for one in known.values() if pick(one.theme, "th") == theme for form in one.forms}
        period = span_choice(state, sorted(forms))
        area = state.shared.area or viewer.area
        form_filters.draw(viewer, state, forms, area, period)
        reference_panel.draw(viewer, state)
    shown = [one for one in known.values() if pick(one.theme, "th") == theme]
    with cards:
        st.html(_STYLE + trend.STYLE)
        form_filters.tell(state, forms)
        with _cards(viewer, state, shown, area, period):
            _by_area(viewer, state, shown, area, period)
        breakdown_panel.draw(viewer, state, theme, area, period)


def _theme_choice(state: State, known: dict[str, Definition]) -> str:
    themes = {pick(one.theme, "th"): one.theme for one in known.values()}
    value = state.theme if state.theme in themes else next(iter(themes))
    st.selectbox(
        t("indicators.theme", state.language), list(themes),
        format_func=lambda name: pick(themes[name], state.language),
        **controlled("indicators.theme", value, lambda name: change(theme=name, indicator="")),
    )  # fmt: skip
    return value


def _cards(viewer: Viewer, state: State, shown: list[Definition], area: str, period: Period) -> Any:
    """A card for each number that can be told; the room below the row in which the chosen one stands."""
    names = office().atlas.reference.names
    where = place_name(area, state.language, names) if area else t("app.everywhere", state.language)
    st.subheader(f"{plain(where)} · {period.label(state.language)}")
    breakdown_panel.coverage_line(viewer, state, shown[0].figure.form_id, area, period)
    closed = 0
    refused: dict[str, str] = {}  # once each: why a number cannot be told for this area and period
    empty: list[str] = []
    columns: list[Any] = []
    below = place = None
    for definition in shown:
        try:
            among = form_filters.among(viewer, state, definition.figure.form_id)
            answer = _answer(viewer, definition, area, period, among)
        except Problem as problem:
            closed += problem.code == "figure_closed"
            if problem.code != "figure_closed":
                said, remedy = problem.says[state.language], problem.remedy[state.language]
                refused[str(problem)] = f"{plain(said)} {plain(remedy)}"
            continue
        if answer.blank == indicators.NO_DATA:
            empty.append(pick(definition.label, state.language))
            continue
        if not columns:
            columns, below = list(st.columns(_CARDS_A_ROW)), st.container()
        if definition.name == state.indicator:
            place = below
        with columns.pop(0):
            _card(viewer, state, definition, answer, among)
    if empty:
        st.caption(t("indicators.empty", state.language, names=plain(" · ".join(empty))))
    for said in refused.values():
        st.info(said, icon=":material/event_busy:")
    if closed:
        st.caption(t("indicators.closed", state.language, n=closed))
    return place or st.container()


def _answer(viewer: Viewer, definition: Definition, area: str, period: Period, among: Among | None) -> Answer:
    """A card's number, asked once for each state of the data, as every choice draws all cards anew."""
    atlas, asked = office().atlas, (definition.name, area, period, among)
    return atlas.kept.get(
        atlas.data_version, ("answer", viewer, *asked), lambda: indicators.answer(atlas, viewer, *asked)
    )


def _card(viewer: Viewer, state: State, definition: Definition, answer: Answer, among: Among | None) -> None:
    language = state.language
    with st.container(border=True, height="stretch"):
        st.metric(
            plain(pick(definition.label, language)),
            "–" if answer.value is None else wording.value_text(answer, language),
            help=plain(pick(definition.note, language)) if definition.note else None,
        )  # fmt: skip
        if bars := trend.drawn(_trend(viewer, definition, answer, among), language):
            st.html(bars)
        describe = wording.value_text if answer.value is None else wording.parts_text
        said = [describe(answer, language)]
        said += [wording.target_text(answer, language), wording.held_back_text(answer, language)]
        said += [wording.as_of_text(answer, language)]
        said += [t("indicators.cut", language)] if among else []
        st.caption("  \n".join(plain(text) for text in said if text))
        st.button(
            t("indicators.by_area", language), key=f"card.{definition.name}", width="stretch",
            icon=":material/leaderboard:",
            type="primary" if definition.name == state.indicator else "secondary",
            on_click=change, kwargs={"indicator": definition.name},
        )  # fmt: skip


def _trend(viewer: Viewer, definition: Definition, answer: Answer, among: Among | None) -> list[Answer]:
    """The number of the last periods, those without data among them, from the first that has any."""
    if answer.value is None or answer.period.since is None:
        return []
    atlas, asked = office().atlas, (definition.name, answer.area, answer.period, _TREND, among)
    found = atlas.kept.get(
        atlas.data_version, ("trend", viewer, *asked), lambda: indicators.trend(atlas, viewer, *asked)
    )
    return list(dropwhile(lambda one: one.value is None, found))


def _by_area(viewer: Viewer, state: State, shown: list[Definition], area: str, period: Period) -> None:
    chosen = next((one for one in shown if one.name == state.indicator), None)
    if chosen is None:
        return
    language = state.language
    st.subheader(plain(pick(chosen.label, language)))
    level = _level_choice(state, area)
    try:
        among = form_filters.among(viewer, state, chosen.figure.form_id)
        question = Question(chosen.name, level, area, period, among=among)
        found = indicators.answers(office().atlas, viewer, question)
    except Problem as problem:
        st.warning(f"{problem.says[language]} {problem.remedy[language]}", icon=":material/block:")
        return
    if not found:
        st.info(t("indicators.no_areas", language), icon=":material/search_off:")
        return
    table, order = _table(found, level, language)
    picked = st.dataframe(
        table, hide_index=True, width="stretch", on_select="rerun", selection_mode="single-row",
        key=keys.listing(f"by_area.{chosen.name}.{level}.{period.name}", [one.area for one in order]),
    )  # fmt: skip
    st.caption(_provenance(found[0], language))
    _downloads(table, chosen, language)
    rows = picked["selection"]["rows"]
    if rows:
        _records(viewer, state, chosen, order[rows[0]])


def _level_choice(state: State, area: str) -> str:
    own = reference.level_of(area)
    offered = [level for level in LEVELS if LEVELS[level] > LEVELS[own]]
    offered += ["household"] if own == "village" else []
    offered += list(reference.current(office().atlas).bodies)
    value = state.level if state.level in offered else _FINER[own]
    st.segmented_control(
        t("indicators.level", state.language), offered,
        format_func=lambda level: t(f"level.{level}", state.language),
        **controlled("indicators.level", value, lambda level: change(level=level or "")),
    )  # fmt: skip
    return value


def _table(found: list[Answer], level: str, language: str) -> tuple[pd.DataFrame, list[Answer]]:
    """Ranked answers first, then those without a value."""
    placed = indicators.ranking(found)
    order = [one for _, one in placed] + [one for one in found if one.value is None]
    places = [str(place) for place, _ in placed] + [""] * (len(order) - len(placed))
    names, labels = office().atlas.reference.names, reference.current(office().atlas).labels

    def name(area: str) -> str:
        if level == "village" and len(area) < LEVELS["village"]:
            return t("indicators.no_village", language, place=place_name(area, language, names))
        return labels.get(area) or place_name(area, language, names)

    columns = {
        "place": places,
        "area": [name(one.area) for one in order],
        "value": [wording.value_text(one, language) for one in order],
        "parts": [wording.parts_text(one, language) if one.value is not None else "" for one in order],
        "target": [wording.target_text(one, language) for one in order],
        "held_back": [wording.held_back_text(one, language) for one in order],
    }
    kept = {key: values for key, values in columns.items() if any(values)}
    return pd.DataFrame({t(f"indicators.{key}", language): values for key, values in kept.items()}), order


def _provenance(answer: Answer, language: str) -> str:
    as_of = format_date(answer.as_of, language=language) if answer.as_of else "–"
    sets = office().atlas.reference.sets.label(language)
    return t("indicators.provenance", language, as_of=as_of, boundary_set=plain(sets))


def _downloads(table: pd.DataFrame, chosen: Definition, language: str) -> None:
    csv, xlsx, _ = st.columns([1, 1, 3])
    csv.download_button(
        t("indicators.csv", language), table.to_csv(index=False).encode("utf-8-sig"), f"{chosen.name}.csv",
        "text/csv", icon=":material/download:", width="stretch", on_click="ignore",
    )  # fmt: skip
    book = BytesIO()
    table.to_excel(book, index=False, engine="xlsxwriter")
    xlsx.download_button(
        t("indicators.xlsx", language),
        book.getvalue(),
        f"{chosen.name}.xlsx",
        icon=":material/download:",
        width="stretch",
        on_click="ignore",
    )


def _records(viewer: Viewer, state: State, chosen: Definition, answer: Answer) -> None:
    """Links to the records that a row of the table was made of, as far as the viewer may open them."""
    language = state.language
    if answer.level not in LEVELS:
        return
    behind = indicators.records_behind(
        office().atlas, viewer, chosen.name, answer.area, answer.period, limit=_MOST_RECORDS,
        among=form_filters.among(viewer, state, chosen.figure.form_id),
    )  # fmt: skip
    if not behind:
        st.info(t("indicators.records_closed", language), icon=":material/lock:")
        return
    st.markdown(t("indicators.records", language, n=f"{len(behind):,}"))
    links = [f"/records?record={quote(one)}&lang={language}" for one in behind]
    open_ = t("quality.open", language)
    st.dataframe(
        pd.DataFrame({t("quality.record", language): links}), hide_index=True, height=240,
        column_config={t("quality.record", language): st.column_config.LinkColumn(display_text=open_)},
    )  # fmt: skip
