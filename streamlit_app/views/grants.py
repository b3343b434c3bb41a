"""Grants in two instalments: what is approved and paid on a stated day, which rules hold, what is next."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from reports import grants
from reports.grants import Check, Grant
from reports.papers.asking import number
from streamlit_app import viewer as door
from streamlit_app.filters.panel import controlled
from streamlit_app.filters.spans import today
from streamlit_app.office import office
from streamlit_app.state import State, change, current
from streamlit_app.texts import plain, t
from streamlit_app.views.papers import offer
from thai.calendar import format_date, parse_date
from thai.money import baht_text, format_baht
from thai.periods import phase
from thai.problem import Problem

_SIGNS = {"ok": "✓", "near": "⚠", "broken": "✗"}
_FIRST_DAY = date(2000, 1, 1)
_NUMBERS = (
    *("frame", "approved", "approved_share", "paid", "paid_share", "left", "left_share"),
    *("first", "second", "days"),
)
_LONG = ("project", "organisation")  # what is needed of them is their beginning


def page() -> None:
    """Draw the two tables as of a day, and below them what has to be done."""
    viewer, state = door.viewer(), current()
    language = state.language
    known = [one for one in grants.read(office().atlas, viewer) if not one.cancelled]
    as_of = _as_of(state)
    approved = [one for one in known if one.approved_on and one.approved_on <= as_of]
    if not approved:
        st.info(t("grants.none", language), icon=":material/payments:")
        return
    status, rows, actions = st.tabs([t(f"grants.{tab}", language) for tab in ("status", "rows", "actions")])
    period = phase(_FIRST_DAY, as_of)
    with status:
        _status(approved, as_of, language)
        offer(viewer, "codi_status", period, language)
    with rows:
        _rows(approved, as_of, language)
        offer(viewer, "codi_disbursement", period, language)
    with actions:
        _actions(approved, as_of, language)


def _as_of(state: State) -> date:
    """The stated day, typed as people write dates; today where it cannot be read."""
    language, day = state.language, today()
    if state.as_of:
        try:
            day = parse_date(state.as_of)
        except Problem as problem:
            st.warning(f"{plain(problem.says[language])} {plain(problem.remedy[language])}")
    st.text_input(
        t("grants.as_of", language),
        **controlled(
            "grants.as_of", format_date(day, language=language), lambda text: change(as_of=_stored(text))
        ),
    )
    return day


def _stored(text: str) -> str:
    """A typed day as the address tells it; what is none as it was typed, so that it can be refused."""
    try:
        return parse_date(text).isoformat() if text.strip() else ""
    except Problem:
        return text


def _status(known: list[Grant], as_of: date, language: str) -> None:
    rows = [
        {
            "level": t(f"grants.level_{one.level}", language),
            "frame": format_baht(one.frame, language=language),
            "approved": format_baht(one.approved, language=language),
            "approved_n": one.approved_n,
            "approved_share": number(grants.percent(one.approved, one.frame)).text,
            "in_codi_pm": one.in_codi_pm,
            "paid": format_baht(one.paid, language=language),
            "paid_n": one.paid_n,
            "paid_share": number(grants.percent(one.paid, one.approved)).text,
            "left": format_baht(one.left, language=language),
            "left_share": number(grants.percent(one.left, one.approved)).text,
        }
        for one in grants.status(known, as_of)
    ]
    _table(rows, language)
    paid = grants.status(known, as_of)[-1].paid
    st.caption(t("grants.in_words", language, amount=format_baht(paid), words=baht_text(paid)))


def _rows(known: list[Grant], as_of: date, language: str) -> None:
    def transferred(one: Grant, instalment: int) -> dict[str, str]:
        name = {1: "first", 2: "second"}[instalment]
        paid, day = one.paid(as_of, instalment), one.first_on(as_of, instalment)
        return {
            name: format_baht(paid, language=language),
            f"{name}_on": format_date(day, language=language) if day else "",
        }

    both = any(one.paid(as_of, 2) for one in known)
    rows = [
        {
            "no": i,
            "meeting": one.meeting,
            "approved_on": format_date(one.approved_on, language=language) if one.approved_on else "",
            "province": one.province or t("grants.level_region", language),
            "project": one.project,
            "organisation": one.organisation,
            "approved": format_baht(one.approved, language=language),
            **transferred(one, 1),
            **(transferred(one, 2) if both else {}),
            "left": format_baht(one.left(as_of), language=language),
        }
        for i, one in enumerate(known, 1)
    ]
    _table(rows, language)


def _actions(known: list[Grant], as_of: date, language: str) -> None:
    """What is next for each, broken rules first, then the most pressing; every rule with its sign."""
    listed = [(grants.next_action(one, as_of), grants.checks(one, as_of), one) for one in known]
    listed.sort(key=lambda row: (not _is_broken(row[1]), row[0].due is None, row[0].due or as_of))
    rows = [
        {
            "province": one.province or t("grants.level_region", language),
            "next": t(f"grants.do_{action.code}", language),
            "due": format_date(action.due, language=language) if action.due else "",
            "days": f"{(action.due - as_of).days:,}" if action.due else "",
            "rules": " · ".join(_rule(check, language) for check in checks),
            "project": one.project,
        }
        for action, checks, one in listed
    ]
    _table(rows, language)


def _is_broken(checks: list[Check]) -> bool:
    return any(check.state == "broken" for check in checks)


def _rule(check: Check, language: str) -> str:
    """A rule with its sign, and what it was judged by."""
    said = f"{_SIGNS[check.state]} {t(f'grants.rule_{check.rule}', language)}"
    return f"{said}: {check.figure}" if check.figure else said


def _table(rows: list[dict[str, Any]], language: str) -> None:
    table = pd.DataFrame(rows).rename(columns=lambda key: t(f"grants.{key}", language))
    numbers = [t(f"grants.{key}", language) for key in _NUMBERS if key in rows[0]]
    told = {name: st.column_config.TextColumn(alignment="right") for name in numbers}
    told |= {t(f"grants.{key}", language): st.column_config.TextColumn(width=180) for key in _LONG}
    st.dataframe(table, hide_index=True, width="stretch", column_config=told)
