"""Kept views: the choice on the screen under a name, opened again with a click or shared by its link."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from urllib.parse import urlencode

import streamlit as st

from ingest import log
from ingest.access import Viewer
from ingest.office import saved_views
from ingest.office.saved_views import SavedView
from streamlit_app import viewer as door
from streamlit_app.filters import questions
from streamlit_app.office import office
from streamlit_app.state import State, current, kept_state
from streamlit_app.texts import t


@st.fragment
def draw(page: str) -> None:
    """The list of kept views, and the form that keeps the one on the screen: drawn when it is opened."""
    language = current().language
    opened = st.popover(
        t("saved.title", language), icon=":material/bookmark:", width="stretch", key=f"saved.open.{page}",
        on_change="rerun",
    )  # fmt: skip
    if opened.open:
        with opened:
            _views(door.viewer(), current(), page)


def _views(viewer: Viewer, state: State, page: str) -> None:
    language = state.language
    st.markdown(f"**{t('question.title', language)}**")
    for one in questions.questions(office().atlas.reference):
        lang = f"&lang={language}" if language != "th" else ""
        address = f"/{'' if one.page == 'map' else one.page}?{one.query}{lang}"
        _link(t(f"question.{one.key}", language), address)
    st.divider()
    with office().atlas.log.connect() as connection:
        views = saved_views.listed(connection, viewer.name)
    for kept in views:
        _view(viewer, kept, language)
    if not views:
        st.caption(t("saved.none", language))
    _form(viewer, language, page)


def _view(viewer: Viewer, one: SavedView, language: str) -> None:
    link, away = st.columns([5, 1], vertical_alignment="center")
    own = one.owner == viewer.name
    address = f"/{'' if one.page == 'map' else one.page}?{one.query}"
    with link:
        _link(one.name, address, "" if own else one.owner)
    if own:
        away.button(
            "", icon=":material/delete:", key=f"saved.{one.id}", help=t("saved.forget", language),
            on_click=_forget, args=(viewer, one.id),
        )  # fmt: skip


def _link(text: str, address: str, beside: str = "") -> None:
    """A link that opens in this tab, as going from page to page does."""
    told = f"<small> · {escape(beside)}</small>" if beside else ""
    st.html(f'<a class="kept" href="{escape(address)}" target="_top">{escape(text)}</a>{told}')


def _form(viewer: Viewer, language: str, page: str) -> None:
    with st.form(f"saved.{page}", border=False, clear_on_submit=True):
        st.text_input(t("saved.name", language), placeholder=t("saved.hint", language), max_chars=200,
                      key=f"saved.name.{page}")  # fmt: skip
        # Unless asked for, nobody else reads the name and what was searched for.
        st.toggle(t("saved.share", language), key=f"saved.share.{page}")
        st.form_submit_button(t("saved.keep", language), icon=":material/bookmark_add:", on_click=_keep,
                              args=(viewer, page))  # fmt: skip


def _keep(viewer: Viewer, page: str) -> None:
    name = str(st.session_state[f"saved.name.{page}"]).strip()
    if not name:
        return
    query = urlencode(replace(kept_state(), record="").to_pairs())
    shared = bool(st.session_state[f"saved.share.{page}"])
    with log.writing(office().atlas.log) as connection:
        saved_views.save(connection, viewer.name, name, page, query, shared=shared)


def _forget(viewer: Viewer, view_id: int) -> None:
    with log.writing(office().atlas.log) as connection:
        saved_views.forget(connection, viewer.name, view_id)
