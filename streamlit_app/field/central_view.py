"""Giving to ODK Central from the page: what would be done is shown first, then done by a second button."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from ingest.sources import register
from ingest.sources.register import Source
from streamlit_app import actions
from streamlit_app.office import office
from streamlit_app.texts import plain, t
from thai.problem import Problem, Problems

Do = Callable[..., dict[str, Any]]


def draw(language: str) -> None:
    """Three things for each project on ODK Central; nothing where there is none."""
    with office().atlas.log.connect() as connection:
        projects = [one for one in register.everything(connection) if one.kind == "central"]
    for source in projects:
        with st.expander(
            t("central.heading", language, number=str(source.id)), icon=":material/cloud_upload:"
        ):
            forms, people, reviews = st.tabs([t(f"central.{name}", language) for name in _TABS])
            with forms:
                _publish(source, language)
            with people:
                _people(source, language)
            with reviews:
                _reviews(source, language)


_TABS = ("forms", "people", "reviews")


def _publish(source: Source, language: str) -> None:
    st.write(t("central.forms_what", language))
    done = _asked(source, "publish", actions.central_publish, language)
    if done:
        _table(done["forms"], ("form_id", "version", "action"), language)


def _people(source: Source, language: str) -> None:
    st.write(t("central.people_what", language))
    typed = st.text_area(t("central.names", language), key=f"central.names.{source.id}")
    names = [line.strip() for line in typed.splitlines() if line.strip()]
    done = _asked(source, "people", actions.central_people, language, names=names, disabled=not names)
    for one in (done or {}).get("people", []):
        st.write(f"{one['name']}: {t('central.new_forms', language, n=str(len(one['forms'])))}")
        if one["qr_png"] and done and not done["dry_run"]:
            st.image(one["qr_png"], width=360)


def _reviews(source: Source, language: str) -> None:
    st.write(t("central.reviews_what", language))
    ours = st.checkbox(t("central.ours", language), key=f"central.ours.{source.id}")
    done = _asked(source, "reviews", actions.central_reviews, language, ours=ours)
    if done:
        _table(done["decisions"], ("form_id", "instance_id", "there", "here", "action"), language)
    if done and "pushed" in done:
        st.success(t("central.pushed", language, **{name: str(done[name]) for name in _PUSHED}))


_PUSHED = ("pushed", "differs", "moved")


def _asked(
    source: Source, name: str, do: Do, language: str, *, disabled: bool = False, **said: Any
) -> dict[str, Any] | None:
    """What would be done, or was done by the button pressed just now."""
    look, go = st.columns(2)
    dry_run = look.button(
        t("central.look", language), key=f"central.look.{name}.{source.id}", width="stretch",
        disabled=disabled, icon=":material/visibility:",
    )  # fmt: skip
    now = go.button(
        t("central.go", language), key=f"central.go.{name}.{source.id}", width="stretch", disabled=disabled,
        type="primary", icon=":material/cloud_upload:",
    )  # fmt: skip
    if not dry_run and not now:
        return None
    try:
        with st.spinner(t("central.working", language)):
            return do(office(), source.id, dry_run=not now, **said)
    except (Problem, Problems) as refusal:
        for problem in getattr(refusal, "problems", [refusal]):
            st.error(f"{plain(problem.says[language])} {plain(problem.remedy[language])}")
        return None


def _table(rows: list[dict[str, Any]], columns: tuple[str, ...], language: str) -> None:
    if not rows:
        st.info(t("central.nothing", language), icon=":material/check_circle:")
        return
    shown = [
        {
            t(f"central.{name}", language): t(f"central.{row[name] or 'none'}", language)
            if name in _WORDS
            else row[name]
            for name in columns
        }
        for row in rows
    ]
    st.dataframe(pd.DataFrame(shown), hide_index=True, width="stretch")


_WORDS = ("action", "here", "there")
