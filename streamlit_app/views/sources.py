"""Other servers that are pulled from: how the last pull ended, and when the next one is."""

from __future__ import annotations

import streamlit as st

from ingest import access, log
from ingest.access import Viewer
from ingest.sources import register
from ingest.sources.register import Source
from streamlit_app import viewer as door
from streamlit_app.field import central_view, upload_view
from streamlit_app.filters.panel import controlled
from streamlit_app.moments import format_moment
from streamlit_app.office import office
from streamlit_app.state import current
from streamlit_app.texts import plain, t

_PERIODS = (0, 15, 60, 24 * 60)  # minutes; 0: only when somebody asks
_COMMANDS = """\
tambon.py ingest central --url https://central.example.org --project 3 --config pyodk.toml --every 15
tambon.py ingest kobo --url https://kobo.example.org --asset aBcDeF --token-file token.txt --every 60
tambon.py ingest files form.xlsx export.zip --dry-run"""
_COUNTS = (
    "accepted", "duplicates", "conflicts", "files", "files_missing", "deleted", "restored", "reviews_differ",
)  # fmt: skip


def open_to(viewer: Viewer) -> bool:
    """Addresses of other servers are for administrators."""
    return access.may_bring(viewer)


def page() -> None:
    """Draw the page; while a pull is under way it looks again by itself."""
    viewer, language = door.viewer(), current().language
    if not open_to(viewer):
        st.info(t("sources.not_yours", language), icon=":material/lock:")
        return
    st.write(t("sources.what", language))
    st.code(_COMMANDS, language=None)
    _all(language)
    central_view.draw(language)
    upload_view.draw(viewer, language)


@st.fragment(run_every=3)
def _all(language: str) -> None:
    with office().atlas.log.connect() as connection:
        listed = register.everything(connection)
    if not listed:
        st.info(t("sources.none", language), icon=":material/cloud_off:")
    for source in listed:
        with st.container(border=True):
            _one(source, language)


def _one(source: Source, language: str) -> None:
    project = t("sources.project", language, n=source.project) if source.project else ""
    name = " · ".join(part for part in (project, source.form_id) if part)
    title, button = st.columns([4, 1], vertical_alignment="center")
    kind = t(f"source.{source.kind}", language)
    title.markdown(
        f"**{source.id}. {kind}** · {plain(source.url)} · {plain(name or t('sources.all', language))}"
    )
    button.button(
        t("sources.now", language), key=f"source.now.{source.id}", width="stretch", icon=":material/sync:",
        disabled=source.running or source.asked, on_click=_ask, args=(source.id,),
    )  # fmt: skip
    _state(source, language)
    every = source.every_minutes or 0
    st.selectbox(
        t("sources.every", language), sorted({*_PERIODS, every}),
        format_func=lambda minutes: _period(minutes, language),
        **controlled(
            f"source.every.{source.id}", every, lambda minutes: _schedule(source.id, minutes or None)
        ),
    )  # fmt: skip


def _period(minutes: int, language: str) -> str:
    """A period in words; one that a command gave has none of its own."""
    if minutes not in _PERIODS:
        return t("sources.every_minutes", language, n=str(minutes))
    return t(f"sources.every_{minutes or 'never'}", language)


def _ask(number: int) -> None:
    with log.writing(office().atlas.log) as connection:
        register.ask(connection, number)


def _schedule(number: int, minutes: int | None) -> None:
    with log.writing(office().atlas.log) as connection:
        register.schedule(connection, number, minutes)


def _state(source: Source, language: str) -> None:
    if source.running:
        st.caption(t("sources.running", language, since=format_moment(source.started_at, language)))
        return
    if source.ended_at:
        counts = [
            t(f"sources.{name}", language, n=f"{source.result[name]:,}")
            for name in _COUNTS
            if source.result.get(name)
        ]
        told = " · ".join(counts) or t("sources.nothing_new", language)
        st.caption(f"{t('sources.last', language, at=format_moment(source.ended_at, language))}: {told}")
    for problem in source.result.get("problems", []):
        says = problem["th"] if language == "th" else problem["en"]
        remedy = problem["remedy_th"] if language == "th" else problem["remedy_en"]
        form = f"{plain(str(problem['form_id']))}: " if problem.get("form_id") else ""
        st.warning(f"{form}{plain(str(says))}  \n→ {plain(str(remedy))}", icon=":material/warning:")
