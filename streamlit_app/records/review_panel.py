"""Deciding on the screen: filters by review state, the form that says something, and what was said before."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from forms.workbook import ReviewState
from ingest import access
from ingest.access import Viewer
from ingest.doors.layers import LayerInfo
from ingest.office import review_problems as problems
from ingest.office import reviews
from ingest.office.reviews import Action, Event
from streamlit_app import keys
from streamlit_app.filters import counted
from streamlit_app.filters.panel import FILTERED, controlled, with_count
from streamlit_app.moments import format_moment
from streamlit_app.office import office
from streamlit_app.state import State, change_filter
from streamlit_app.texts import pick, plain, t
from thai.calendar import format_date, parse_date
from thai.problem import Problem

_LAST = "review.last"  # the batch that may be taken back from this page
_ICONS = {"open": "inbox", "waiting": "undo", "accepted": "check_circle", "refused": "block"}
_COLOURS = {"open": "gray", "waiting": "orange", "accepted": "green", "refused": "red"}


def filters(viewer: Viewer, state: State, infos: Sequence[LayerInfo]) -> None:
    """Review states with counts beside them, and what waits for the viewer's own decision."""
    language = state.language
    if viewer.role in access.REVIEWERS:
        st.toggle(
            with_count(t("review.mine", language), counted.mine(viewer, state, infos)),
            **controlled("mine", state.shared.mine, lambda on: change_filter(mine=on), *FILTERED),
        )
    known = {one.name: one for info in infos for one in info.review}
    counts = counted.by_review(viewer, state, infos)
    st.multiselect(
        t("review.state", language), list(known), placeholder=t("filter.any", language),
        format_func=lambda name: f"{pick(known[name].label, language)} ({counts.get(name, 0):,})",
        **controlled(
            "review", [name for name in state.shared.review if name in known],
            lambda names: change_filter(review=tuple(names)), *FILTERED, among=known,
        ),
    )  # fmt: skip


def badge(one: ReviewState, language: str) -> str:
    """A state as Markdown: its sign, its colour and its name, so that colour never says it alone."""
    return f":{_COLOURS[one.kind]}-badge[:material/{_ICONS[one.kind]}: {plain(pick(one.label, language))}]"


def decide(viewer: Viewer, state: State, form_id: str, area: str, instance_ids: Sequence[str]) -> None:
    """The form that says one thing about records of one form, and the way to take it back."""
    language, name = state.language, f"review.{form_id}"
    batch = keys.once(name)
    key = f"{name}.{batch}"  # what was said begins the form anew
    known = {one.name: one for one in reviews.states_of(office().atlas, form_id)}
    people = reviews.reviewers(office().atlas, area)
    with st.form(f"{key}.form", border=True):
        st.markdown(f"**{t('review.decide', language, n=f'{len(instance_ids):,}')}**")
        first, second, third = st.columns(3)
        unchanged = t("review.unchanged", language)
        first.selectbox(
            t("review.state", language), list(known), index=None, placeholder=unchanged, key=f"{key}.state",
            format_func=lambda name: pick(known[name].label, language),
        )  # fmt: skip
        second.selectbox(
            t("review.assignee", language), ["", *people], index=None, placeholder=unchanged,
            format_func=lambda one: one or t("review.nobody", language), key=f"{key}.assignee",
        )  # fmt: skip
        third.text_input(
            t("review.due", language), placeholder=t("review.due_hint", language), key=f"{key}.due"
        )
        st.text_input(t("review.reason", language), placeholder=t("review.reason_hint", language),
                      max_chars=500, key=f"{key}.reason")  # fmt: skip
        st.text_area(t("review.comment", language), max_chars=2000, height=80, key=f"{key}.comment")
        st.form_submit_button(
            t("review.write", language), type="primary", icon=":material/gavel:", disabled=not instance_ids,
            on_click=_said, args=(viewer, name, batch, list(instance_ids)),
        )  # fmt: skip
    outcome(viewer, language)


def _said(viewer: Viewer, name: str, batch: str, instance_ids: list[str]) -> None:
    """Write what the form says; a refusal is shown where the form stands."""
    kept, key = st.session_state, f"{name}.{batch}"
    text = kept[f"{key}.due"].strip()
    try:
        action = Action(
            state=kept[f"{key}.state"],
            assignee=kept[f"{key}.assignee"],
            due=_due(text) if text else None,
            reason=kept[f"{key}.reason"],
            comment=kept[f"{key}.comment"],
        )
        reviews.act(office().atlas, viewer, instance_ids, action, batch=batch)
    except Problem as problem:
        kept[_LAST] = problem
        return
    kept[_LAST] = (batch, len(instance_ids))
    keys.written(name)


def _due(text: str) -> str:
    try:
        return parse_date(text).isoformat()
    except Problem as problem:
        raise problems.due_unreadable(text) from problem


def outcome(viewer: Viewer, language: str) -> None:
    """What became of the last thing said here, and the way to take it back."""
    last = st.session_state.get(_LAST)
    if isinstance(last, Problem):
        st.error(f"{last.says[language]} {last.remedy[language]}", icon=":material/error:")
        del st.session_state[_LAST]
    elif last:
        batch, n = last
        told, back = st.columns([3, 1], vertical_alignment="center")
        told.success(t("review.written", language, n=f"{n:,}"), icon=":material/check:")
        back.button(t("review.undo", language), icon=":material/undo:", width="stretch",
                    on_click=_taken_back, args=(viewer, batch))  # fmt: skip


def _taken_back(viewer: Viewer, batch: str) -> None:
    del st.session_state[_LAST]
    try:
        reviews.undo(office().atlas, viewer, batch)
    except Problem as problem:
        st.session_state[_LAST] = problem


def standing(viewer: Viewer, instance_id: str, form_id: str, area: str, state: State) -> None:
    """Where one record stands, and the form to decide over it for those who may."""
    held = reviews.standing(office().atlas, viewer, instance_id)
    if held is None:
        return
    language = state.language
    lines = [badge(held.state, language)]
    if held.assignee:
        lines.append(t("review.with", language, name=plain(held.assignee)))
    if held.due:
        lines.append(t("review.until", language, day=due_text(held.due, language)))
    st.markdown("  ".join(lines))
    if access.may_review(viewer, area):
        with st.expander(t("review.decide_one", language), icon=":material/gavel:"):
            decide(viewer, state, form_id, area, [instance_id])


def due_text(iso: str, language: str) -> str:
    """A due date as people read it."""
    return format_date(parse_date(iso), language=language) if iso else ""


def told(event: Event, states: dict[str, ReviewState], language: str) -> str:
    """One thing that was said, as a line of Markdown."""
    parts = []
    if event.state is not None:
        held = states.get(event.state) or next(iter(states.values()))
        parts.append(badge(held, language))
    if event.assignee is not None:
        name = plain(event.assignee) if event.assignee else t("review.nobody", language)
        parts.append(t("review.with", language, name=name))
    if event.due:
        parts.append(t("review.until", language, day=due_text(event.due, language)))
    parts += [plain(text) for text in (event.reason, event.comment) if text]
    line = " · ".join(parts)
    return f"~~{line}~~ ({t('review.taken_back', language)})" if event.undone else line


def said_by(event: Event, language: str) -> str:
    """Who said it and when."""
    return f"{event.actor} · {format_moment(event.at, language)}"
