"""The office's pages: who looks, in which language, at which page."""

from __future__ import annotations

import streamlit as st

from streamlit_app import frame, viewer
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
groups = {
    "see": [
        (map_page, "map", ":material/map:"),
        (records_page, "records", ":material/table_rows:"),
        (compare_page, "compare", ":material/compare:"),
        (indicators_page, "indicators", ":material/monitoring:"),
    ],
    "work": [
        (plans_page, "plans", ":material/handshake:"),
        (forums_page, "forums", ":material/groups:"),
        (review_page, "review", ":material/gavel:"),
        (keyin_page, "keyin", ":material/keyboard:"),
        (papers_page, "papers", ":material/description:"),
        (grants_page, "grants", ":material/payments:"),
        (check_page, "check", ":material/calculate:"),
    ],
    "office": [
        (phones_page, "phones", ":material/smartphone:"),
        (sources_page, "sources", ":material/cloud_download:"),
        (quality_page, "quality", ":material/fact_check:"),
        (connect_page, "connect", ":material/lan:"),
        (boundaries_page, "boundaries", ":material/polyline:"),
    ],
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
                page,
                title=t(f"page.{name}", state.language),
                icon=icon,
                url_path=name,
                default=name == "map",
                visibility="hidden" if name in closed else "visible",  # a link to it says so
            )
            for page, name, icon in pages
        ]
        for group, pages in groups.items()
    },
    expanded=True,
)
frame.sidebar(who, state)
frame.demo_banner(who, state)
chosen.run()
settled()
