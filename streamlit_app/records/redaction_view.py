"""An administrator empties a record on request, and sees later when and why."""

from __future__ import annotations

import streamlit as st

from ingest import access, redaction
from ingest.access import Viewer
from ingest.office.records import Record
from streamlit_app.moments import format_moment
from streamlit_app.office import office
from streamlit_app.texts import plain, t
from thai.problem import Problem

_LAST = "redaction.last"


def draw(viewer: Viewer, found: Record, language: str) -> None:
    """The form behind a button, or what was said when it was done; nothing for who may not do it."""
    if not access.may_redact(viewer, found.area):
        return
    if last := st.session_state.pop(_LAST, ""):
        st.toast(last, icon=":material/ink_eraser:")
    with office().atlas.log.connect() as connection:
        done = redaction.told(connection, found.instance_id)
    if done:
        at = format_moment(done.at, language)
        st.caption(t("records.redacted_at", language, at=at, reason=plain(done.reason)))
        return
    title, icon, key = t("records.redact", language), ":material/ink_eraser:", f"redact.{found.instance_id}"
    with st.popover(title, icon=icon), st.form(key, border=False):
        st.write(t("records.redact_what", language))
        reason = st.text_input(t("records.redact_reason", language), max_chars=300)
        sure = st.checkbox(t("records.redact_sure", language))
        if st.form_submit_button(title, icon=icon, type="primary"):
            _redact(viewer, found, reason, language, sure=sure)


def _redact(viewer: Viewer, found: Record, reason: str, language: str, *, sure: bool) -> None:
    if not sure:
        st.warning(t("records.redact_unsure", language))
        return
    try:
        with st.spinner(t("records.redact_working", language)):
            n = redaction.redact(office().atlas, viewer, found.instance_id, reason)
            office().follower.catch_up()
    except Problem as problem:
        st.warning(f"{plain(problem.says[language])} {plain(problem.remedy[language])}")
        return
    st.session_state[_LAST] = t("records.redacted", language, n=f"{n:,}")
    st.rerun()
