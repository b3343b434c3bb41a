"""The office's pages: who looks, in which language, at which page."""

from __future__ import annotations

import streamlit as st

from streamlit_app import frame, viewer
from streamlit_app.pages import PAGES, START
from streamlit_app.settled import settled
from streamlit_app.state import current
from streamlit_app.texts import t
from streamlit_app.views.boundaries import open_to as boundaries_open_to
from streamlit_app.views.boundaries import page as boundaries_page
from streamlit_app.views.check import page as check_page
from streamlit_app.views.compare import page as compare_page
from streamlit_app.views.connect import page as connect_page
from streamlit_app.views.forums import page as forums_page
from streamlit_app.views.grants import page as grants_page
from streamlit_app.views.indicators import page as indicators_page
from streamlit_app.views.keyin import open_to as keyin_open_to
from streamlit_app.views.keyin import page as keyin_page
from streamlit_app.views.map import page as map_page
from streamlit_app.views.papers import page as papers_page
from streamlit_app.views.phones import open_to as phones_open_to
from streamlit_app.views.phones import page as phones_page
from streamlit_app.views.plans import page as plans_page
from streamlit_app.views.quality import page as quality_page
from streamlit_app.views.records import page as records_page
from streamlit_app.views.review import page as review_page
from streamlit_app.views.sources import open_to as sources_open_to
from streamlit_app.views.sources import page as sources_page

who = viewer.viewer()
state = current()
st.set_page_config(page_title=t("app.title", state.language), page_icon="🗺️", layout="wide")
shown = {
    "map": map_page,
    "records": records_page,
    "compare": compare_page,
    "indicators": indicators_page,
    "plans": plans_page,
    "forums": forums_page,
    "review": review_page,
    "keyin": keyin_page,
    "papers": papers_page,
    "grants": grants_page,
    "check": check_page,
    "phones": phones_page,
    "sources": sources_page,
    "quality": quality_page,
    "connect": connect_page,
    "boundaries": boundaries_page,
}
doors = {
    "phones": phones_open_to,
    "sources": sources_open_to,
    "boundaries": boundaries_open_to,
    "keyin": keyin_open_to,
}
closed = {name for name, open_to in doors.items() if not open_to(who)}
chosen = st.navigation(
    {
        t(f"group.{group}", state.language): [
            st.Page(
                shown[name],
                title=t(f"page.{name}", state.language),
                icon=icon,
                url_path=name,
                default=name == START,
                visibility="hidden" if name in closed else "visible",  # a link to it says so
            )
            for name, icon in pages.items()
        ]
        for group, pages in PAGES.items()
    },
    expanded=True,
)
frame.sidebar(who, state)
frame.demo_banner(who, state)
chosen.run()
settled()
