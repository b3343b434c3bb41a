"""The form author's loop in the browser: upload a workbook, read the findings, publish; withdraw."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import Any, Protocol

import pandas as pd
import streamlit as st

from ingest import form_check, log, published
from ingest.access import Viewer
from ingest.field import offers
from streamlit_app.office import office
from streamlit_app.state import State
from streamlit_app.texts import pick, plain, t
from thai.problem import Problem, Problems

_SWATCH = "<span style='display:inline-block;width:.8em;height:.8em;background:{color}'></span> {label}"


class _File(Protocol):
    name: str

    def getvalue(self) -> bytes:
        """The file's content."""


def draw(viewer: Viewer, state: State) -> None:
    """Publishing and withdrawing, for administrators: they reach every phone of the office."""
    language = state.language
    if viewer.role != "administrator":
        st.caption(t("publish.administrators", language))
        return
    with st.expander(t("publish.heading", language), icon=":material/upload_file:"):
        _publish(viewer, language)
    with st.expander(t("publish.withdraw_heading", language), icon=":material/remove_circle:"):
        _withdraw(viewer, language)


def _publish(viewer: Viewer, language: str) -> None:
    st.write(t("publish.what", language))
    files = st.file_uploader(
        t("publish.files", language), ["xlsx", "csv", "png", "jpg", "mp3"], accept_multiple_files=True
    )
    books = [one for one in files if one.name.lower().endswith(".xlsx")]
    if not files:
        return
    if len(books) != 1:
        st.warning(t("publish.one_workbook", language))
        return
    digest = hashlib.sha256(b"".join(one.getvalue() for one in files)).hexdigest()
    key = f"publish.{digest}"
    if key not in st.session_state:
        with st.spinner(t("publish.checking", language)), tempfile.TemporaryDirectory() as folder:
            path = _put(folder, files, books[0])
            st.session_state[key] = form_check.apart(office().atlas.folder.path, path)
    found: dict[str, Any] = st.session_state[key]
    _findings(found, language)
    if found["preview"]:
        _preview(found["preview"], language)
    refused = any(one["level"] == "error" for one in found["findings"])
    if st.button(t("publish.publish", language), type="primary", disabled=refused, key="publish.now"):
        _published(viewer, files, books[0], language)


def _put(folder: str, files: list[Any], book: _File) -> Path:
    """The uploaded files side by side; no name of theirs becomes a path."""
    for one in files:
        (Path(folder) / Path(one.name).name).write_bytes(one.getvalue())
    return Path(folder) / Path(book.name).name


def _findings(found: dict[str, Any], language: str) -> None:
    listed = found["findings"]
    if not listed:
        st.success(t("publish.clean", language), icon=":material/check_circle:")
    for level, show in (("error", st.error), ("warning", st.warning)):
        for one in (one for one in listed if one["level"] == level):
            place, remedy = one["place_th" if language == "th" else "place"], one[f"remedy_{language}"]
            show(f"**{plain(place)}** {plain(one[language])} → {plain(remedy)}")
    if found["not_checked"]:
        st.caption(found["not_checked"][0 if language == "th" else 1])


def _preview(preview: dict[str, Any], language: str) -> None:
    st.markdown(f"##### {plain(pick(preview['title'], language))}")
    questions = pd.DataFrame(
        [
            {
                t("publish.question", language): pick(one["label"], language) or one["name"],
                t("publish.kind", language): one["kind"],
                t("publish.choices", language): one["choices"] or None,
                t("publish.privacy", language): one["privacy"],
                t("publish.name", language): one["name"],
            }
            for one in preview["questions"]
        ]
    )
    st.dataframe(questions, hide_index=True, width="stretch")
    for layer in preview["layers"]:
        legend = "&emsp;".join(
            _SWATCH.format(color=one["color"] or "#888", label=plain(pick(one["label"], language)))
            for one in layer["legend"]
        )
        st.markdown(
            f"{t('publish.layer', language)} **{plain(pick(layer['label'], language))}** {legend}",
            unsafe_allow_html=True,
        )


def _published(viewer: Viewer, files: list[Any], book: _File, language: str) -> None:
    atlas = office().atlas
    try:
        with tempfile.TemporaryDirectory() as folder, log.writing(atlas.log) as connection:
            form = published.publish(connection, _put(folder, files, book), atlas.attachments)
            log.note(connection, viewer.name, "form_publish", f"{form.form_id} {form.version}")
    except (Problem, Problems) as refused:
        for one in refused.problems if isinstance(refused, Problems) else [refused]:
            st.error(f"{plain(one.says[language])} {plain(one.remedy[language])}")
        return
    office().follower.catch_up()
    st.success(t("publish.done", language, name=form.form_id, version=form.version))


def _withdraw(viewer: Viewer, language: str) -> None:
    """Take a form from the phones, said twice what that does."""
    titles = {
        one.form_id: f"{pick(one.title, language)} ({one.form_id})"
        for one in offers.open_forms(office().atlas.reference.catalogue)
    }
    st.warning(t("publish.withdraw_what", language), icon=":material/warning:")
    chosen = st.selectbox(
        t("publish.which", language), list(titles), index=None, format_func=lambda one: titles[one],
        key="withdraw.which",
    )  # fmt: skip
    sure = st.checkbox(t("publish.sure", language), key="withdraw.sure")
    if st.button(t("publish.withdraw", language), disabled=not (chosen and sure), key="withdraw.now"):
        with log.writing(office().atlas.log) as connection:
            published.withdraw(connection, str(chosen))
            log.note(connection, viewer.name, "form_withdraw", str(chosen))
        office().follower.catch_up()
        st.toast(t("publish.withdrawn", language, name=str(chosen)))
        st.rerun()
