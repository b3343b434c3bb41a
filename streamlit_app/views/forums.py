"""Forums: a calendar of meetings with its gaps, the data they used, who came, and who does what."""

from __future__ import annotations

from urllib.parse import quote

import pandas as pd
import streamlit as st

from ingest import access
from ingest.access import Viewer
from ingest.doors.shown import place_name, shown
from ingest.office import records as whole_records
from reports.plans import forums, records
from reports.plans.forums import MAIN_ORGANISATIONS, Calendar, Forum
from streamlit_app import keys
from streamlit_app import viewer as door
from streamlit_app.filters import panel
from streamlit_app.filters.panel import controlled
from streamlit_app.filters.spans import today
from streamlit_app.numbers.plan_panel import label
from streamlit_app.office import office
from streamlit_app.state import State, change, current
from streamlit_app.texts import pick, plain, t
from streamlit_app.views import keyin
from thai.calendar import format_date

_MOST_SHOWN = 50


def page() -> None:
    """Draw the calendar of a level, and the newest meetings below it."""
    viewer, state = door.viewer(), current()
    if records.FORUM not in office().atlas.reference.forms:
        st.info(t("forums.no_form", state.language), icon=":material/groups:")
        return
    filters, shown_part = st.columns([1, 3.6], gap="medium")
    area = state.shared.area or viewer.area
    met = forums.forums(office().atlas, viewer, area)
    with filters:
        panel.area(office().atlas.reference, state)
        level = state.level if state.level in forums.LEVELS else next(iter(forums.LEVELS))
        st.radio(
            t("forums.level", state.language), list(forums.LEVELS), horizontal=False,
            format_func=lambda one: t(f"level.{one}", state.language),
            **controlled("forums.level", level, lambda one: change(level=one)),
        )  # fmt: skip
        if area and access.may_see(viewer, access.TEAM, area[:2]):  # they are the province's
            _evaluations(viewer, state, area)
        if keyin.open_to(viewer):
            for form_id in (records.FORUM, records.EVALUATION):
                _write_down(form_id, state.language)
    with shown_part:
        _calendar(forums.calendar(met, level, today(), areas=_expected(area, level)), state.language)
        _attendance(met, state.language)
        _meetings(viewer, [one for one in met if one.level == level], state)


def _expected(area: str, level: str) -> list[str]:
    """The areas of a level that should meet; of the whole country its provinces alone, or nobody looks on."""
    if not area and level != "province":
        return []
    digits = forums.LEVELS[level]
    return [code for code in office().atlas.reference.names if len(code) == digits and code.startswith(area)]


def _evaluations(viewer: Viewer, state: State, area: str) -> None:
    """Two-monthly evaluations that are over and were not held."""
    missing = forums.missing_rounds(forums.evaluation_days(office().atlas, viewer, area), today())
    st.markdown(f"**{t('forums.evaluations', state.language)}**")
    if not missing:
        st.caption(t("forums.evaluations_held", state.language))
    for one in missing:
        st.markdown(f":red[{t('forums.not_held', state.language)}]  \n:gray[{one.label(state.language)}]")


def _write_down(form_id: str, language: str) -> None:
    """Where minutes on paper are keyed in."""
    form = office().atlas.reference.forms.get(form_id)
    if form:
        title = plain(pick(form.label, language))
        st.markdown(f"[{t('forums.write_down', language, form=title)}]({keyin.link(form_id, language)})")


def _calendar(found: Calendar, language: str) -> None:
    held, expected = found.share_held
    st.subheader(t("forums.calendar", language, level=t(f"level.{found.level}", language)))
    if not found.areas:
        st.info(t("forums.none", language), icon=":material/event_busy:")
        return
    missing = len(found.missing(today()))
    st.caption(t("forums.held", language, held=f"{held:,}", expected=f"{expected:,}", missing=f"{missing:,}"))
    names = office().atlas.reference.names
    late = set(found.missing(today()))
    table = [
        {t("forums.area", language): place_name(area, language, names)}
        | {month.label(language): _mark(found.held.get((area, month), ()), (area, month) in late)
           for month in found.months}
        for area in found.areas
    ]  # fmt: skip
    shape = {month.label(language): st.column_config.Column(width=64) for month in found.months}
    shape[t("forums.area", language)] = st.column_config.Column(width=150, pinned=True)
    st.dataframe(pd.DataFrame(table), hide_index=True, width="stretch", column_config=shape)
    st.caption(t("forums.legend", language))


def _mark(met: tuple[Forum, ...], is_late: bool) -> str:
    """● on data, ○ without, ✗ missed; a number where there was more than one."""
    if not met:
        return "✗" if is_late else ""
    sign = "●" if any(one.used_data for one in met) else "○"
    return sign if len(met) == 1 else f"{sign} {len(met)}"


def _attendance(met: list[Forum], language: str) -> None:
    """In how many meetings each of the four main organisations sat at the table."""
    if not met:
        return
    st.markdown(f"**{t('forums.four', language)}**")
    columns = st.columns(len(MAIN_ORGANISATIONS) + 1)
    for name, column in zip(MAIN_ORGANISATIONS, columns, strict=False):
        came = sum(one.attendance[name] > 0 for one in met)
        column.metric(_question(name, language), f"{came:,} / {len(met):,}")
    all_four = sum(one.organisations == len(MAIN_ORGANISATIONS) for one in met)
    columns[-1].metric(t("forums.all_four", language), f"{all_four:,} / {len(met):,}")


def _question(name: str, language: str) -> str:
    info = office().atlas.reference.forms[records.FORUM].field(name)
    return (info.label.get(language) or info.label["th"]) if info else name


def _meetings(viewer: Viewer, met: list[Forum], state: State) -> None:
    language, names = state.language, office().atlas.reference.names
    if not met:
        return
    st.markdown(f"**{t('forums.meetings', language)}**")
    listed = met[:_MOST_SHOWN]
    info = office().atlas.reference.forms[records.FORUM].field("data_used")
    table = pd.DataFrame([
        {
            t("forums.day", language): format_date(one.day, language=language),
            t("forums.area", language): place_name(one.area, language, names),
            t("forums.kind", language): label(records.FORUM, "forum_kind", one.kind, language),
            t("forums.data", language): shown(" ".join(one.data_used), info, language, names) if info else "",
            t("forums.people", language): one.people, t("forums.decisions", language): one.decisions,
        }
        for one in listed
    ])  # fmt: skip
    picked = st.dataframe(
        table, hide_index=True, width="stretch", on_select="rerun", selection_mode="single-row",
        key=keys.listing("forums", [one.instance_id for one in listed]),
    )  # fmt: skip
    rows = picked["selection"]["rows"]
    if rows:
        _decisions(viewer, listed[rows[0]], language)


def _decisions(viewer: Viewer, forum: Forum, language: str) -> None:
    """What was decided, who does it and until when."""
    found = whole_records.record(office().atlas, viewer, forum.instance_id)
    section = next((one for one in found.sections if one.name == "decisions"), None) if found else None
    names = office().atlas.reference.names
    st.markdown(f"**{t('forums.who_does_what', language)}**")
    for row in section.rows if section else ():
        said = [shown(one.value, one.info, language, names) for one in row.answers]
        st.markdown("- " + plain(" · ".join(text for text in said if text)))
    link = f"/records?record={quote(forum.instance_id)}&lang={language}"
    st.markdown(f"[{t('forums.open', language)}]({link})")
