"""A record's docket: what happened to it, in order, and all that speaks of the same household or plot."""

from __future__ import annotations

from urllib.parse import quote

import streamlit as st

from ingest import access
from ingest.access import Viewer
from ingest.office import records, reviews
from ingest.office.contradictions import PlotPair
from ingest.office.docket import Docket, Visit, docket, ground
from ingest.office.records import Record
from ingest.plots.state_land import LandOverlap
from streamlit_app.moments import format_moment
from streamlit_app.office import office
from streamlit_app.records import files_view, land_view, review_panel
from streamlit_app.texts import pick, plain, t
from thai.area import format_area

_MOST_OPENED, _MOST_FILES = 20, 24  # other records whose files are looked for, and files of them


def draw(viewer: Viewer, found: Record, language: str) -> None:
    """The record's timeline, then its docket where it speaks of anything."""
    if not access.may_see(viewer, access.TEAM, found.area):
        return
    whole = docket(office().atlas, viewer, found.instance_id)
    _timeline(viewer, found, whole, language)
    _subjects(found, whole, language)
    _documents(viewer, found, whole, language)
    _ground(viewer, found, whole, language)


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


def _documents(viewer: Viewer, found: Record, whole: Docket, language: str) -> None:
    """Photos and files of the other records that this viewer may open, those of the newest first."""
    others = {one.instance_id: one for one in whole.visits if one.instance_id != found.instance_id}
    newest = sorted(others.values(), key=lambda one: one.received_at, reverse=True)[:_MOST_OPENED]
    atlas, ids = office().atlas, tuple(one.instance_id for one in newest)
    files = atlas.kept.get(  # every choice on the page draws it anew
        atlas.data_version, ("documents", viewer, ids, records.files_version(atlas)),
        lambda: {one: records.files(atlas, viewer, one) for one in ids},
    )  # fmt: skip
    if shown := files_view.gallery(files, _MOST_FILES):
        st.markdown(f"##### {t('review.documents', language)}")
        st.html(shown)


def _ground(viewer: Viewer, found: Record, whole: Docket, language: str) -> None:
    """What the drawn areas of the other records lie on; this record's own stand on its page in full."""
    others = [one.instance_id for one in whole.visits if one.instance_id != found.instance_id]
    lies_on = ground(office().atlas, viewer, others)
    lines = [_pair(one, language) for one in lies_on.pairs] + [_land(one, language) for one in lies_on.land]
    if lines:
        st.markdown(f"##### {t('review.ground', language)}")
        st.caption(t("land.no_evidence", language))
        st.markdown("\n".join(f"- {line}" for line in lines))


def _pair(one: PlotPair, language: str) -> str:
    land = format_area(one.overlap_m2, language)
    sides = " ↔ ".join(
        _record_link(side.instance_id, side.form_id, language)
        if side.instance_id
        else t("contradiction.not_for_you", language)
        for side in one.sides
    )
    return f"{sides} · {t('contradiction.common', language, land=land)}"


def _land(one: LandOverlap, language: str) -> str:
    name = " ".join(part for part in (plain(one.overlay), plain(one.area_name)) if part)
    where = _record_link(one.instance_id, one.form_id, language)
    return f"{where} · **{name}** · {land_view.how_much(one, language)}"


def _link(one: Visit, language: str) -> str:
    return _record_link(one.instance_id, one.form_id, language)


def _record_link(instance_id: str, form_id: str, language: str) -> str:
    title = pick(office().atlas.reference.catalogue.newest(form_id).title, language)
    return f"[{plain(title)}](/records?record={quote(instance_id, safe='')}&lang={language})"
