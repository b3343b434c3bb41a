"""The receipts on the Phones page: one row a submission, and the same as a CSV."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from ingest import access
from ingest.access import Viewer
from ingest.field import enumerators, receipts
from ingest.field.receipts import Receipt
from streamlit_app.moments import format_moment
from streamlit_app.office import office
from streamlit_app.texts import pick, t, told

_COLUMNS = ("enumerator", "form", "received", "outcome", "reason", "files", "missing", "device", "instance")
_MOST_ROWS = 500


def draw(viewer: Viewer, language: str) -> None:
    """Whose receipts, the newest of them, and all of them as a file."""
    with office().atlas.log.connect() as connection:
        people = {
            one.id: one.name
            for one in enumerators.everyone(connection)
            if access.may_see(viewer, access.TEAM, one.area)
        }
    if not people:
        st.info(t("phones.none_here", language))
        return
    chosen = st.selectbox(
        t("receipts.whose", language), list(people), index=None, key="receipts.whose",
        format_func=lambda key: people[key], placeholder=t("receipts.everybody", language),
    )  # fmt: skip
    listed = receipts.receipts(office().atlas, viewer, chosen)
    wanting = sum(bool(one.missing) or one.outcome == "quarantined" for one in listed)
    st.write(t("receipts.summary", language, n=f"{len(listed):,}", wanting=f"{wanting:,}"))
    headings = [t(f"receipts.{name}", language) for name in _COLUMNS]
    rows = [_row(one, language) for one in listed[:_MOST_ROWS]]
    st.dataframe(pd.DataFrame(rows, columns=headings), hide_index=True, width="stretch")
    st.download_button(
        t("receipts.csv", language), receipts.as_csv(listed, headings, lambda one: _row(one, language)),
        "receipts.csv", "text/csv", key="receipts.csv", on_click="ignore",
    )  # fmt: skip


def _row(one: Receipt, language: str) -> Sequence[str]:
    catalogue = office().atlas.reference.catalogue
    form = (
        pick(catalogue.newest(one.form_id).title, language)
        if one.form_id in catalogue.offered
        else one.form_id
    )
    return (
        one.enumerator,
        form,
        format_moment(one.received_at, language),
        t(f"receipts.{one.outcome}", language),
        told("reason", one.reason, language) if one.reason else "",
        str(one.files),
        " ".join(one.missing),
        one.device,
        one.instance_id,
    )
