"""The choice of a period that numbers are shown for: fiscal years, quarters, months, or all time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

import streamlit as st

from reports import coverage
from streamlit_app.filters.panel import controlled
from streamlit_app.office import office
from streamlit_app.state import State, change
from streamlit_app.texts import t
from thai.calendar import bangkok
from thai.periods import ALL_TIME, Period, last_periods, parse_period, period_of
from thai.problem import Problem

_OFFERED = {"fiscal_year": 6, "quarter": 12, "month": 24, "calendar_year": 6, "all": 1}


def today() -> date:
    """The day in Bangkok."""
    return bangkok(datetime.now(UTC)).date()


def chosen_span(state: State, otherwise: Period | None = None) -> Period:
    """The period in the page's address, else ``otherwise``, else this fiscal year."""
    usual = otherwise or period_of("fiscal_year", today())
    try:
        return parse_period(state.span) if state.span else usual
    except Problem:
        return usual


def span_choice(state: State, forms: Iterable[str] = ()) -> Period:
    """Two choices: the kind of period, and which one. Below each other, as names of years are long.

    Until one is chosen it is the newest fiscal year of which the forms have data, and says so.
    """
    newest = coverage.latest_day(office().atlas, forms, today())
    usual = period_of("fiscal_year", newest)
    period, language = chosen_span(state, usual), state.language
    offered = (
        last_periods(period_of(period.kind, today()), _OFFERED[period.kind])
        if period.kind in _OFFERED
        else []
    )
    names = {one.name: one for one in [period, *reversed(offered)]}
    kinds = [*_OFFERED, *(["phase"] if period.kind == "phase" else [])]
    st.selectbox(
        t("span.kind", language), kinds, format_func=lambda one: t(f"span.{one}", language),
        **controlled("span.kind", period.kind, lambda kind: _kind_changed(kind, period, newest)),
    )  # fmt: skip
    st.selectbox(
        t("span.which", language),
        sorted(names, key=lambda name: names[name].since or date.min, reverse=True),
        format_func=lambda name: names[name].label(language),
        **controlled("span.which", period.name, lambda name: change(span=name)),
    )  # fmt: skip
    if not state.span and usual != period_of("fiscal_year", today()):
        st.caption(t("span.newest", language, period=usual.label(language)))
    return period


def _kind_changed(kind: str, before: Period, newest: date) -> None:
    """The last period of another kind within the one before, as far as there is data."""
    last = max(min(before.until or newest, newest), before.since or newest)
    change(span=ALL_TIME.name if kind == "all" else period_of(kind, last).name)
