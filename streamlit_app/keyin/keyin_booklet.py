"""The printed side of key-in: an account book for households, from the same form."""

from __future__ import annotations

import tempfile
from pathlib import Path

import streamlit as st

from ingest.access import Viewer
from ingest.keying import desk
from ingest.keying.desk import Sheet
from reports.papers import pdf
from reports.papers.booklet import booklet
from streamlit_app.filters.spans import today
from streamlit_app.office import office
from streamlit_app.texts import pick, plain, t
from thai.problem import Problem

_MOST = 200  # books in one file


def draw(viewer: Viewer, sheet: Sheet, language: str) -> None:
    """Which households, from which month on, and the PDF."""
    if sheet.month is None or not sheet.repeats or not sheet.registers:
        st.info(t("keyin.no_booklet", language))
        return
    st.write(t("keyin.booklet_what", language))
    listed = {
        one.entity_id: one.called for one in desk.entries(office().atlas, viewer, sheet.registers[0].dataset)
    }
    chosen = st.multiselect(
        t("keyin.booklet_for", language), list(listed), format_func=listed.__getitem__, max_selections=_MOST,
        key="booklet.for",
    )  # fmt: skip
    months = int(st.number_input(t("keyin.booklet_months", language), 1, 12, 12, key="booklet.months"))
    if not st.button(t("keyin.booklet_make", language), key="booklet.make"):
        return
    questions = next(iter(sheet.repeats.values()))
    title = plain(pick(sheet.form.title, "th"))
    blank, first = t("keyin.booklet_blank", "th"), today().replace(day=1)
    papers = [booklet(title, listed.get(one, blank), questions, first, months) for one in chosen or [""]]
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "booklet.pdf"
            pdf.to_pdf(papers, path)
            content = path.read_bytes()
    except Problem as problem:  # no font with Thai letters
        st.error(f"{plain(problem.says[language])} {plain(problem.remedy[language])}")
        return
    st.download_button(
        t("keyin.booklet_download", language),
        content,
        f"{sheet.form.form_id}-booklet.pdf",
        "application/pdf",
        on_click="ignore",
    )
