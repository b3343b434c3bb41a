"""Who is looking: the one place where a page learns it, at every rerun."""

from __future__ import annotations

import streamlit as st

from ingest import accounts
from ingest.access import Viewer
from streamlit_app.office import office
from streamlit_app.state import current
from streamlit_app.texts import t

COOKIE = "tambon_session"


def viewer() -> Viewer:
    """The signed-in viewer; stops the page when the session has ended since the page was opened."""
    value = st.context.cookies.get(COOKIE, "")
    with office().atlas.log.connect() as connection:
        found = accounts.viewer_of(connection, value)
    if found is None:
        language = current().language
        st.warning(t("signin.ended", language), icon=":material/lock_clock:")
        st.html(f'<a href="/signin" target="_top">{t("signin.button", language)}</a>')
        st.stop()
    return found
