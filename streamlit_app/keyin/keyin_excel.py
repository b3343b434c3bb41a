"""The Excel way into a form: an empty template out, a filled one in, all of it or nothing."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from ingest.access import Viewer
from ingest.keying import template
from ingest.keying.desk import Sheet
from streamlit_app.office import office
from streamlit_app.texts import t
from thai.problem import Problem, Problems

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def draw(viewer: Viewer, sheet: Sheet, language: str) -> None:
    """Download, upload, findings."""
    atlas, form_id = office().atlas, sheet.form.form_id
    st.write(t("keyin.excel_what", language))
    if st.button(t("keyin.make_template", language), key=f"template.{form_id}"):
        st.download_button(
            t("keyin.template", language), template.write(atlas, viewer, sheet, language),
            f"{form_id}-template.xlsx", _XLSX, on_click="ignore",
        )  # fmt: skip
    filled = st.file_uploader(t("keyin.filled", language), ["xlsx"], key=f"template.{form_id}.filled")
    if filled is None or not st.button(t("keyin.import", language), type="primary", key=f"import.{form_id}"):
        return
    try:
        with st.spinner(t("keyin.judging", language)):
            count = template.take_in(atlas, viewer, sheet, filled.getvalue(), filled.name)
    except (Problem, Problems) as refused:
        found = refused.problems if isinstance(refused, Problems) else (refused,)
        st.error(t("keyin.nothing_taken", language, n=len(found)))
        st.dataframe(pd.DataFrame([_row(one, language) for one in found]), hide_index=True, width="stretch")
        return
    office().follower.catch_up()
    st.success(t("keyin.taken", language, n=count))


def _row(one: Problem, language: str) -> dict[str, object]:
    return {
        t("keyin.sheet", language): one.place.sheet,
        t("keyin.row", language): one.place.row,
        t("keyin.column", language): one.place.column,
        t("keyin.finding", language): one.says[language],
        t("keyin.remedy", language): one.remedy[language],
    }
