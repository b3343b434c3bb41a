"""The phones: QR codes that set them up, the forms they get, and what each enumerator has sent."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from ingest import access, log
from ingest.access import Viewer
from ingest.doors.shown import place_name
from ingest.field import enumerators
from ingest.field.enumerators import Enumerator
from ingest.office import oversight
from ingest.office.oversight import Work
from ingest.published import FormVersion
from streamlit_app import viewer as door
from streamlit_app.field import phone_forms, publish_view, receipts_view
from streamlit_app.filters import counted
from streamlit_app.moments import format_moment
from streamlit_app.office import office
from streamlit_app.state import State, current
from streamlit_app.texts import pick, plain, t
from thai.problem import Problem

_QR_WIDTH = 360


def open_to(viewer: Viewer) -> bool:
    """Officers and administrators: a QR code holds an enumerator's key."""
    return viewer.role in ("administrator", "officer")


def page() -> None:
    """Draw the page."""
    viewer, state = door.viewer(), current()
    if not open_to(viewer):
        st.info(t("app.closed", state.language), icon=":material/lock:")
        return
    tabs = [t(f"phones.{name}", state.language) for name in ("people", "receipts", "forms")]
    people, receipts, forms = st.tabs(tabs)
    with people:
        _people(viewer, state)
    with receipts:
        receipts_view.draw(viewer, state.language)
    with forms:
        _forms(viewer, state)
        publish_view.draw(viewer, state)


def _people(viewer: Viewer, state: State) -> None:
    language = state.language
    with office().atlas.log.connect() as connection:
        known = [
            one for one in enumerators.everyone(connection) if access.may_see(viewer, access.TEAM, one.area)
        ]
        made_for = enumerators.qr_addresses(connection)
    if known:
        _work(oversight.overview(office().atlas, viewer), language)
    else:
        st.info(t("phones.none", language), icon=":material/person_add:")
    active = [one for one in known if not one.revoked_at]
    codes, more = st.columns(2, gap="large")
    with codes:
        if active:
            _qr(active, made_for, language)
            phone_forms.draw(viewer, active, language)
    with more if active else codes:
        _add(viewer, language, expanded=not active)


def _work(listed: list[Work], language: str) -> None:
    """One row an enumerator: what was sent and when, and what is wanting."""
    names = office().atlas.reference.names
    titles = {form_id: pick(one.title, language) for form_id, one in _newest().items()}
    rows = [
        {
            "name": one.name,
            "area": place_name(one.area, language, names) if one.area else t("app.everywhere", language),
            "sent": ", ".join(
                f"{titles.get(form_id, form_id)} {n:,}" for form_id, n in sorted(one.submissions.items())
            ),
            "last_sent": format_moment(one.last_received_at, language) or t("phones.never", language),
            "missing": one.missing_files,
            "quarantined": one.quarantined,
            "collect": _collect(one, language),
            "state": t("phones.revoked" if one.revoked else "phones.open", language),
        }
        for one in listed
    ]
    table = pd.DataFrame(rows).rename(columns=lambda key: t(f"phones.{key}", language))
    st.dataframe(table, hide_index=True, width="stretch")


def _collect(one: Work, language: str) -> str:
    if not one.phones:
        return ""
    return (
        t("phones.collect_old", language) if one.phones[0].too_old else one.phones[0].user_agent.split(" ")[0]
    )


def _add(viewer: Viewer, language: str, *, expanded: bool) -> None:
    """A form for one more enumerator, within the viewer's own area."""
    names, whole = office().atlas.reference.names, t("phones.whole_area", language)
    areas = [
        viewer.area,
        *sorted(code for code in names if code.startswith(viewer.area) and code != viewer.area),
    ]
    with (
        st.expander(t("phones.add", language), icon=":material/person_add:", expanded=expanded),
        st.form("enumerator.add", border=False),
    ):
        name = st.text_input(t("phones.name", language), max_chars=80)
        area = st.selectbox(
            t("phones.area", language), areas,
            format_func=lambda code: whole if code == viewer.area else place_name(code, language, names),
        )  # fmt: skip
        if st.form_submit_button(t("phones.add_button", language), type="primary"):
            _added(viewer, name.strip(), area, language)


def _added(viewer: Viewer, name: str, area: str, language: str) -> None:
    if not name:
        st.warning(t("phones.name_needed", language))
        return
    try:
        with log.writing(office().atlas.log) as connection:
            one = enumerators.add(connection, name, area or "all")
            log.note(connection, viewer.name, "enumerator_add", f"enumerator {one.id}")
    except Problem as problem:
        st.warning(f"{plain(problem.says[language])} {plain(problem.remedy[language])}")
        return
    st.session_state["qr.added"] = one.id  # chosen at the next run: the widget of this one stands already
    st.toast(t("phones.added", language, name=plain(name)))
    st.rerun()


def _qr(active: list[Enumerator], made_for: dict[int, str], language: str) -> None:
    """The code of one phone for one address; making it notes the address, to warn when the server moves."""
    addresses = office().phone_urls
    if not addresses:
        st.warning(t("phones.no_address", language), icon=":material/wifi_off:")
        return
    moved = [one for one in active if made_for.get(one.id, addresses[0]) not in addresses]
    for one in moved:
        told = {"name": plain(one.name), "old": plain(made_for[one.id])}
        st.warning(t("phones.address_changed", language, **told), icon=":material/sync_problem:")
    by_id = {one.id: one for one in active}
    if "qr.added" in st.session_state:
        st.session_state["qr.person"] = st.session_state.pop("qr.added")
    chosen = st.selectbox(
        t("phones.people", language), list(by_id), format_func=lambda key: by_id[key].name, key="qr.person"
    )
    address = st.radio(t("phones.address", language), addresses, format_func=plain, key="qr.address")
    if not st.toggle(t("phones.show_qr", language), key=f"qr.show.{chosen}"):
        return
    one = by_id[chosen]
    if made_for.get(one.id) != address:
        with log.writing(office().atlas.log) as connection:
            enumerators.remember_address(connection, one, address)
    st.image(
        enumerators.qr_png(enumerators.server_url(address, one.token), one.name),
        caption=t("phones.qr", language, name=plain(one.name)),
        width=_QR_WIDTH,
    )
    st.write(t("phones.scan", language))
    st.caption(f":material/key: {t('phones.private', language)}")
    with st.expander(t("fill.link", language), icon=":material/phone_iphone:"):
        st.write(t("fill.link_what", language))
        st.image(enumerators.fill_qr_png(address, one), width=_QR_WIDTH)
        st.code(enumerators.fill_url(address, one.token), language=None)


def _newest() -> dict[str, FormVersion]:
    catalogue = office().atlas.reference.catalogue
    return {form_id: catalogue.newest(form_id) for form_id in catalogue.form_ids}


def _forms(viewer: Viewer, state: State) -> None:
    """Each form with the version that phones get, and how many records the viewer may see of it."""
    language, catalogue = state.language, office().atlas.reference.catalogue
    if not catalogue.form_ids:
        st.info(t("map.no_layers", language), icon=":material/note_add:")
        return
    counts = counted.of_each(viewer, office().atlas.reference.forms)
    rows = []
    for form_id in catalogue.form_ids:
        newest = catalogue.newest(form_id)
        versions = [version for known, version in catalogue.versions if known == form_id]
        rows.append(
            {
                "form": f"{pick(newest.title, language)} ({form_id})",
                "version": newest.version,
                "published": format_moment(newest.published_at, language),
                "versions": ", ".join(versions),
                "records": counts.get(form_id, 0),
                "state": t("phones.withdrawn" if form_id in catalogue.withdrawn else "phones.open", language),
            }
        )
    table = pd.DataFrame(rows).rename(columns=lambda key: t(f"phones.{key}", language))
    st.dataframe(table, hide_index=True, width="stretch")
