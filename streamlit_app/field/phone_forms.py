"""Which forms one phone gets, chosen on the Phones page."""

from __future__ import annotations

import streamlit as st

from ingest import log
from ingest.access import Viewer
from ingest.field import offers
from ingest.field.enumerators import Enumerator
from streamlit_app.office import office
from streamlit_app.texts import pick, t


def draw(viewer: Viewer, active: list[Enumerator], language: str) -> None:
    """The forms of the enumerator whose QR code is chosen."""
    key = st.session_state.get("qr.person", active[0].id)
    one = next((one for one in active if one.id == key), active[0])
    catalogue = office().atlas.reference.catalogue
    titles = {form.form_id: pick(form.title, language) for form in offers.open_forms(catalogue)}
    usual, chosen = offers.usual(catalogue), offers.chosen(one)
    with (
        st.expander(t("phones.forms_of", language, name=one.name), icon=":material/checklist:"),
        st.form(f"forms.{one.id}", border=False),
    ):
        st.caption(t("phones.forms_what", language))
        wanted = st.multiselect(
            t("phones.forms", language), list(titles), usual if chosen is None else chosen,
            format_func=lambda form_id: titles[form_id], key=f"forms.{one.id}.chosen",
        )  # fmt: skip
        if st.form_submit_button(t("phones.forms_save", language)):
            with log.writing(office().atlas.log) as connection:
                as_usual = set(wanted) == set(usual)
                offers.choose(connection, one.id, None if as_usual else wanted, catalogue)
                log.note(connection, viewer.name, "enumerator_forms", f"enumerator {one.id}")
            office().follower.catch_up()
            st.toast(t("phones.forms_saved", language))
