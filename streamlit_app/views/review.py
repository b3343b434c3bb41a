"""What waits for a decision: one queue a form, decided one by one or many at once."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pandas as pd
import streamlit as st

from ingest import access
from ingest.access import Viewer
from ingest.doors import layers
from ingest.doors.layers import FieldInfo, LayerInfo
from ingest.doors.shown import place_name, shared_area, shown
from ingest.office import reviews
from streamlit_app import keys
from streamlit_app import viewer as door
from streamlit_app.filters import counted, panel, saved_panel, time_panel
from streamlit_app.filters.panel import controlled
from streamlit_app.moments import format_moment
from streamlit_app.office import office
from streamlit_app.records import review_panel
from streamlit_app.state import State, change, current
from streamlit_app.texts import pick, t

_MOST_ROWS = 500
_MOST_ABOUT = 6  # questions beside place and state: a queue is looked over, not read
_TABLE_HEIGHT = 420


def page() -> None:
    """Draw the queue and, for those who may decide, the form below it."""
    viewer, state = door.viewer(), current()
    forms = office().atlas.reference.forms
    if not forms:
        st.info(t("map.no_layers", state.language), icon=":material/layers_clear:")
        return
    info = _chosen(state, forms)
    filters, queue = st.container(key="desk").columns([1, 3.2], gap="medium")
    with filters, panel.room():
        _form_choice(viewer, state, info, forms)
        review_panel.filters(viewer, state, [info])
        panel.clear(state)
        panel.area(office().atlas.reference, state, counted.by_place(viewer, state, [info]))
        panel.period(state, counted.by_fiscal_year(viewer, state, [info]))
        panel.search(state)
        time_panel.draw(viewer, state, [info])
        panel.answers(viewer, state, [info])
    with queue:
        _queue(viewer, state, info)


def _chosen(state: State, forms: dict[str, LayerInfo]) -> LayerInfo:
    """The form of the first layer that is shown elsewhere, else the one that has most records."""
    named = [name.partition(".")[0] for name in state.layers]
    filled = counted.everything()["forms"]
    most = max(forms, key=lambda form_id: filled.get(form_id, 0))
    return next((forms[name] for name in named if name in forms), forms[most])


def _form_choice(
    viewer: Viewer, state: State, info: LayerInfo, forms: dict[str, LayerInfo]
) -> None:  # fmt: skip
    counts = counted.of_each(viewer, forms)
    st.selectbox(
        t("review.form", state.language), list(forms),
        format_func=lambda name: panel.with_count(pick(forms[name].label, state.language), counts[name]),
        **controlled("review.form", info.form_id, lambda name: change(layers=(name,)), among=forms),
    )  # fmt: skip


def _queue(viewer: Viewer, state: State, info: LayerInfo) -> None:
    cursor = office().atlas.warehouse.cursor()
    q = layers.query(info, viewer, state.filter_for(info))
    n = layers.count(cursor, q)
    line, keep = st.columns([3, 1], vertical_alignment="center")
    line.markdown(t("records.found", state.language, n=f"{n:,}"))
    with keep:
        saved_panel.draw("review")
    if not n:
        st.success(t("review.nothing", state.language), icon=":material/task_alt:")
        review_panel.outcome(viewer, state.language)
        return
    about = [one for one in (info.date, info.color_by, info.status, *info.popup) if one][:_MOST_ABOUT]
    about = list({one.ref: one for one in about}.values())
    rows = layers.rows(cursor, q, about, limit=_MOST_ROWS).to_pylist()
    st.caption(t("review.choose", state.language, n=f"{min(n, _MOST_ROWS):,}"))
    picked = st.dataframe(
        _frame(viewer, rows, about, state.language), hide_index=True, height=_TABLE_HEIGHT, width="stretch",
        on_select="rerun", selection_mode="multi-row",
        key=keys.listing(f"queue.{info.form_id}", [row["_instance_id"] for row in rows]),
        column_config={t("review.open", state.language): st.column_config.LinkColumn(
            display_text=t("review.open", state.language), width="small")},
    )  # fmt: skip
    chosen = [rows[at] for at in picked["selection"]["rows"] if at < len(rows)]
    if viewer.role in access.REVIEWERS:
        ids = [row["_instance_id"] for row in chosen]
        review_panel.decide(viewer, state, info.form_id, viewer.area, ids)


def _frame(viewer: Viewer, rows: list[dict[str, Any]], about: list[FieldInfo], language: str) -> pd.DataFrame:
    names, within = office().atlas.reference.names, shared_area(row["_tambon"] for row in rows)
    held = reviews.standings(office().atlas, viewer, [row["_instance_id"] for row in rows])
    table: dict[str, list[Any]] = {
        t("review.open", language): [
            f"/records?record={quote(row['_instance_id'], safe='')}&lang={language}" for row in rows
        ],
        t("review.state", language): [_state(held.get(row["_instance_id"]), language) for row in rows],
        t("records.tambon", language): [
            place_name(row["_tambon"] or "", language, names, within) for row in rows
        ],
    }
    for one in about:
        table[pick(one.label, language)] = [shown(row[one.ref], one, language, names) for row in rows]
    standing = [held.get(row["_instance_id"]) for row in rows]
    table[t("review.assignee", language)] = [one.assignee if one else "" for one in standing]
    table[t("review.due", language)] = [
        review_panel.due_text(one.due, language) if one else "" for one in standing
    ]
    table[t("records.received", language)] = [format_moment(row["_received_at"], language) for row in rows]
    return pd.DataFrame(table)


def _state(held: reviews.Standing | None, language: str) -> str:
    return pick(held.state.label, language) if held else ""
