"""A record's docket: what happened to it, in order, and all that speaks of the same household or plot."""

from __future__ import annotations

from urllib.parse import quote

import streamlit as st

from ingest import access
from ingest.access import Viewer
from ingest.office import reviews
from ingest.office.docket import Docket, Visit, docket
from ingest.office.records import Record
from streamlit_app import review_panel
from streamlit_app.moments import format_moment
from streamlit_app.office import office
from streamlit_app.texts import pick, plain, t


def draw(viewer: Viewer, found: Record, language: str) -> None:
    """The record's timeline, then its docket where it speaks of anything."""
    if not access.may_see(viewer, access.TEAM, found.area):
        return
    whole = docket(office().atlas, viewer, found.instance_id)
    _timeline(viewer, found, whole, language)
    _subjects(found, whole, language)


def _timeline(viewer: Viewer, found: Record, whole: Docket, language: str) -> None:
    """Copies, decisions, and visits of what this record itself made or changed, oldest first."""
    states = {one.name: one for one in reviews.states_of(office().atlas, found.form_id)}
    lines = [
        (edit.received_at, t("records.edited_copy" if edit.deprecated_id else "records.first_copy", language),
         plain(edit.enumerator))
        for edit in found.history
    ]  # fmt: skip
    for event in reviews.history(office().atlas, viewer, found.instance_id):
        lines.append((event.at, review_panel.told(event, states, language), plain(event.actor)))
    own = {one.subject for one in whole.visits if one.made and one.instance_id == found.instance_id}
    copies = {edit.instance_id for edit in found.history}
    for one in whole.visits:
        if one.subject in own and one.instance_id not in copies:
            lines.append((one.received_at, _link(one, language), plain(one.subject.label)))
    if len(lines) > 1:
        st.markdown(f"##### {t('review.timeline', language)}")
        for at, what, who in sorted(lines):
            said = f" · {who}" if who else ""
            st.markdown(f"{what}  \n:gray[{format_moment(at, language)}{said}]")


def _subjects(found: Record, whole: Docket, language: str) -> None:
    others = [one for one in whole.visits if one.instance_id != found.instance_id]
    if not others:
        return
    st.markdown(f"##### {t('review.docket', language)}")
    for subject in whole.subjects:
        of_it = {one.instance_id: one for one in others if one.subject == subject}
        if of_it:
            st.markdown(f"**{plain(subject.label)}**")
            lines = [
                f"- {_link(one, language)} · {format_moment(one.received_at, language)}"
                for one in of_it.values()
            ]
            st.markdown("\n".join(lines))


def _link(one: Visit, language: str) -> str:
    title = pick(office().atlas.reference.catalogue.newest(one.form_id).title, language)
    return f"[{plain(title)}](/records?record={quote(one.instance_id, safe='')}&lang={language})"
