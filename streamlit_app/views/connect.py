"""Live layers for QGIS, ArcGIS and other programs: keys that read as this account, and how to use them."""

from __future__ import annotations

import streamlit as st

from ingest import log, tokens
from ingest.access import Viewer
from ingest.doors.shown import area_name
from streamlit_app import viewer as door
from streamlit_app.filters.panel import controlled
from streamlit_app.maps import folium_map
from streamlit_app.moments import format_moment
from streamlit_app.office import office
from streamlit_app.state import State, current
from streamlit_app.texts import pick, plain, t

_FRESH = "connect.fresh"  # the key just made: shown once


def page() -> None:
    """Draw the page: make a key, use it, take it back."""
    viewer, state = door.viewer(), current()
    st.markdown(t("connect.what", state.language))
    _make(viewer, state)
    if _FRESH in st.session_state:
        _use(viewer, state, st.session_state[_FRESH])
    _listed(viewer, state)
    if viewer.role == "administrator":
        st.divider()
        _online(viewer, state)


def _online(viewer: Viewer, state: State) -> None:
    """Whether the map offers a base map of the internet: off until an administrator says so."""
    with office().atlas.log.connect() as connection:
        now = log.setting(connection, folium_map.ONLINE_SETTING) == "on"

    def changed(on: bool) -> None:
        with log.writing(office().atlas.log) as connection:
            log.set_setting(connection, folium_map.ONLINE_SETTING, "on" if on else "off")
            log.note(connection, viewer.name, "online_base_map", "on" if on else "off")

    st.toggle(t("connect.online", state.language), **controlled("connect.online", now, changed))


def _make(viewer: Viewer, state: State) -> None:
    def made() -> None:
        name = str(st.session_state["connect.name"]).strip()
        with log.writing(office().atlas.log) as connection:
            st.session_state[_FRESH] = tokens.make(connection, viewer.name, name)
            log.note(connection, viewer.name, "key_made", name)

    with st.form("connect.make", border=True):
        name, button = st.columns([3, 1], vertical_alignment="bottom")
        name.text_input(
            t("connect.name", state.language), placeholder=t("connect.name_hint", state.language),
            max_chars=100, key="connect.name",
        )  # fmt: skip
        button.form_submit_button(
            t("connect.make", state.language), icon=":material/key:", on_click=made, width="stretch"
        )


def _use(viewer: Viewer, state: State, key: str) -> None:
    """The addresses, and a project for every province of the account."""
    language, reference = state.language, office().atlas.reference
    root = f"{str(st.context.url or '').partition('/connect')[0].rstrip('/')}/ogc/key/{key}"
    st.success(t("connect.once", language), icon=":material/visibility:")
    st.code(root, language=None)
    st.markdown(t("connect.how", language))
    provinces = sorted({code[:2] for code in reference.names if code.startswith(viewer.area[:2])})
    for code in provinces[:80]:
        area = viewer.area if len(viewer.area) > 2 else code
        title = t("connect.project", language, area=area_name(area, language, reference.names))
        st.link_button(
            title, f"/ogc/key/{key}/area/{area}/project.qgs?lang={language}", icon=":material/map:"
        )
    with st.expander(t("connect.layers", language)):
        for info in reference.layers.values():
            st.markdown(f"**{plain(pick(info.label, language))}**")
            st.code(f"{root}/collections/{info.name}/items", language=None)


def _listed(viewer: Viewer, state: State) -> None:
    with office().atlas.log.connect() as connection:
        keys = tokens.listed(connection, viewer.name)
    if not keys:
        st.info(t("connect.none", state.language), icon=":material/key_off:")
        return
    st.markdown(f"##### {t('connect.keys', state.language)}")
    for one in keys:
        told, button = st.columns([4, 1], vertical_alignment="center")
        made = format_moment(str(one["created_at"]), state.language)
        told.markdown(f"**{plain(str(one['name'])) or '–'}** · {t('connect.made', state.language, at=made)}")
        button.button(
            t("connect.revoke", state.language), key=f"connect.revoke.{one['id']}", width="stretch",
            on_click=_revoke, args=(viewer, int(str(one["id"]))),
        )  # fmt: skip


def _revoke(viewer: Viewer, token_id: int) -> None:
    st.session_state.pop(_FRESH, None)
    with log.writing(office().atlas.log) as connection:
        if tokens.revoke(connection, viewer.name, token_id):
            log.note(connection, viewer.name, "key_revoked", str(token_id))
