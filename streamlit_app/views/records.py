"""The records: a table cut by the map's filters, and one record with its flags and its history."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from forms.schema import GEO_KINDS
from ingest.access import Viewer
from ingest.doors import layers
from ingest.doors.layers import FieldInfo, LayerInfo
from ingest.doors.shown import place_name, shared_area, shown, told_apart
from streamlit_app import keys
from streamlit_app import viewer as door
from streamlit_app.filters import beside_panel, counted, panel, saved_panel, time_panel
from streamlit_app.filters.panel import controlled
from streamlit_app.maps.shown_layers import shown_layers, titles
from streamlit_app.moments import format_moment
from streamlit_app.office import office
from streamlit_app.records import entry_view, record_view, review_panel
from streamlit_app.state import State, change, current
from streamlit_app.texts import pick, t
from streamlit_app.views.map import export_links

_MOST_ROWS = 500
_TABLE_HEIGHT = 620


def page() -> None:
    """Draw the table, or the record or the register's entry that the address names."""
    viewer, state = door.viewer(), current()
    if state.record:
        record_view.draw(viewer, state)
    elif state.entry:
        entry_view.draw(viewer, state)
    elif not _known():
        st.info(t("map.no_layers", state.language), icon=":material/layers_clear:")
    else:
        _table_and_filters(viewer, state)


def _table_and_filters(viewer: Viewer, state: State) -> None:
    info = _chosen(state)
    filters, table = st.container(key="desk").columns([1, 3.2], gap="medium")
    with filters, panel.room():
        _layer_choice(viewer, state, info)
        panel.clear(state)
        panel.area(office().atlas.reference, state, counted.by_place(viewer, state, [info]))
        panel.period(state, counted.by_fiscal_year(viewer, state, [info]))
        panel.search(state)
        time_panel.draw(viewer, state, [info])
        beside_panel.draw(viewer, state, [info])
        panel.verdict(state, counted.by_verdict(viewer, state, [info]))
        review_panel.filters(viewer, state, [info])
        panel.answers(viewer, state, [info])
    with table:
        _table(viewer, state, info)


def _known() -> dict[str, LayerInfo]:
    """What can be listed: each form whole, and its layers."""
    reference = office().atlas.reference
    return dict(sorted((reference.forms | reference.layers).items()))


def _chosen(state: State) -> LayerInfo:
    known = _known()
    named = [known[name] for name in state.layers if name in known]
    return (named or shown_layers(state) or list(known.values()))[0]


def _title(info: LayerInfo, language: str) -> str:
    label = pick(info.label, language)
    return label if info.placed or info.geometry is None else t("records.whole_form", language, form=label)


def _titles(known: dict[str, LayerInfo], language: str) -> dict[str, str]:
    """Layers, told apart by their forms where need be, and whole forms, said to be such."""
    called = titles({name: one for name, one in known.items() if one.placed}, language)
    return told_apart({name: called.get(name) or _title(one, language) for name, one in known.items()})


def _layer_choice(viewer: Viewer, state: State, info: LayerInfo) -> None:
    known = _known()
    called, counts = _titles(known, state.language), counted.of_each(viewer, known)
    others = [name for name in state.layers if name in known][1:]

    def changed(name: str) -> None:
        change(layers=(name, *(one for one in others if one != name)))

    st.selectbox(
        t("records.layer", state.language), list(known),
        format_func=lambda name: panel.with_count(called[name], counts[name]),
        **controlled("records.layer", info.name, changed, among=known),
    )  # fmt: skip


def _table(viewer: Viewer, state: State, info: LayerInfo) -> None:
    cursor = office().atlas.warehouse.cursor()
    q = layers.query(info, viewer, state.filter_for(info))
    n = layers.count(cursor, q)
    line, keep, take = st.columns([3.4, 1.2, 1], vertical_alignment="center")
    with keep:
        saved_panel.draw("records")
    with take.popover(t("export.title", state.language), icon=":material/download:", width="stretch"):
        export_links(state, info)
    if not n:
        line.markdown(t("records.found", state.language, n=0))
        st.info(t("records.none", state.language), icon=":material/search_off:")
        return
    told = {"n": f"{n:,}", "shown": f"{_MOST_ROWS:,}"}
    line.markdown(t("records.found" if n <= _MOST_ROWS else "records.shown_first", state.language, **told))
    about, rest = columns(info)
    rows = layers.rows(cursor, q, [*about, *rest], limit=_MOST_ROWS).to_pylist()
    within, names = shared_area(row["_tambon"] for row in rows), office().atlas.reference.names
    where = t("records.all_within", state.language, place=place_name(within, state.language, names))
    st.caption(" · ".join([t("records.open", state.language), *([where] if within else [])]))
    picked = st.dataframe(
        _frame(rows, about, rest, within, state.language), hide_index=True, height=_TABLE_HEIGHT,
        width="stretch", on_select="rerun", selection_mode="single-row",
        key=keys.listing(f"table.{info.name}", [row["_instance_id"] for row in rows]),
    )  # fmt: skip
    chosen = picked["selection"]["rows"]
    if chosen:
        change(record=rows[chosen[0]]["_instance_id"])
        st.rerun()


def columns(info: LayerInfo) -> tuple[list[FieldInfo], list[FieldInfo]]:
    """The table's questions: what the layer is about, and the rest of the form."""
    first = [one for one in (info.date, info.color_by, info.status, *info.popup) if one]
    skipped = (*GEO_KINDS, "attachment")
    found = {one.ref: one for one in [*first, *info.fields.values()] if one.kind not in skipped}
    about = {one.ref for one in first}
    rest = [one for one in found.values() if one.ref not in about and one.ref not in record_view.OF_THE_PHONE]
    return [one for one in found.values() if one.ref in about], rest


def _frame(
    rows: list[dict[str, Any]], about: list[FieldInfo], rest: list[FieldInfo], within: str, language: str
) -> pd.DataFrame:
    """The rows with the questions' labels above them and every value as people read it."""
    names = office().atlas.reference.names
    table: dict[str, list[str]] = {}

    def add(label: str, values: list[str]) -> None:
        if any(values):
            table[_free(label, table)] = values

    def add_answers(fields: list[FieldInfo]) -> None:
        for one in fields:
            add(pick(one.label, language), [shown(row[one.ref], one, language, names) for row in rows])

    places = [place_name(row["_tambon"] or "", language, names, within) for row in rows]
    add(t("records.tambon", language), places)
    add_answers(about)
    verdicts = [t(f"verdict.{row['_verdict']}", language) if row["_verdict"] else "" for row in rows]
    add(t("records.verdict", language), verdicts)
    add(t("records.received", language), [format_moment(row["_received_at"], language) for row in rows])
    add_answers(rest)
    return pd.DataFrame(table)


def _free(label: str, taken: dict[str, list[str]]) -> str:
    """Two questions may carry one label; a table's columns may not."""
    while label in taken:
        label += " "
    return label
