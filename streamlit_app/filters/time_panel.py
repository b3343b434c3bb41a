"""Time as a filter to follow: months to slide over, and what came in since a week or a month ago."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from html import escape
from typing import Any

import streamlit as st

from ingest.access import Viewer
from ingest.doors.counts import EVERY_YEAR
from ingest.doors.filters import Filter
from ingest.doors.layers import LayerInfo
from streamlit_app.filters import counted
from streamlit_app.filters.panel import FILTERED, controlled, redraw, with_count
from streamlit_app.state import State, change_filter, kept_state
from streamlit_app.texts import t
from thai.calendar import bangkok
from thai.periods import Period, period_of

_RECENT_DAYS = (7, 30, 90)
_STILL_DAYS = (30, 90, 180)
_MOST_MONTHS = 240
_PARTS = (*FILTERED, "days")


def draw(viewer: Viewer, state: State, infos: Sequence[LayerInfo]) -> None:
    """What came in lately and what stood still, and for layers with a date the months to slide over."""
    language, shared = state.language, state.shared
    moves = st.expander(
        t("time.moves", language), bool(shared.received or shared.latest), icon=":material/update:",
        key="moves.open", on_change="rerun",
    )  # fmt: skip
    if moves.open:  # what is folded is not counted
        with moves:
            _recent(viewer, state, infos)
            _still(viewer, state, infos)
    ends = _ends(viewer, infos)
    if ends:
        section = st.expander(
            t("time.slide", state.language), icon=":material/timeline:", key="months.open", on_change="rerun"
        )
        if section.open:
            with section:
                _slider(state, *ends, counted.by_month(viewer, state, infos))


def _recent(viewer: Viewer, state: State, infos: Sequence[LayerInfo]) -> None:
    language, today = state.language, bangkok(datetime.now(UTC)).date()
    known = {days: today - timedelta(days=days) for days in _RECENT_DAYS}
    now = state.shared.received
    days = dict.fromkeys([*known.values(), *([now] if now else [])])
    counts = counted.by_arrival(viewer, state, infos, tuple(days))
    value: int | str = next((days for days, day in known.items() if day == now), "own" if now else "all")

    def label(choice: int | str) -> str:
        if choice == "own" and now:
            return with_count(t("time.since", language, n=(today - now).days), counts[now.isoformat()])
        if choice == "all":
            return with_count(t("time.all", language), counts[""])
        return with_count(t("time.since", language, n=choice), counts[known[int(choice)].isoformat()])

    def changed(choice: int | str) -> None:
        if choice != "own":
            change_filter(received=known.get(int(choice)) if choice != "all" else None)

    options: list[int | str] = ["all", *known, *(["own"] if value == "own" else [])]
    st.selectbox(t("time.received", language), options, format_func=label,
                 **controlled("received", value, changed, *_PARTS, among=options))  # fmt: skip


def _still(viewer: Viewer, state: State, infos: Sequence[LayerInfo]) -> None:
    """Cases whose newest visit lies some time back."""
    language, today, shared = state.language, bangkok(datetime.now(UTC)).date(), state.shared
    known = {days: today - timedelta(days=days) for days in _STILL_DAYS}
    counts = counted.by_stillness(viewer, state, infos, tuple(known.values()))
    value = next((days for days, day in known.items() if shared.latest and day == shared.until), None)
    st.selectbox(
        t("time.still", language), list(known), index=None, placeholder=t("time.all", language),
        format_func=lambda days: with_count(
            t("time.still_for", language, n=days), counts[known[days].isoformat()]
        ),
        **controlled("still", value, lambda days: change_filter(
            latest=bool(days), until=known[days] if days else None, since=None), *_PARTS, among=known),
    )  # fmt: skip


def _ends(viewer: Viewer, infos: Sequence[LayerInfo]) -> tuple[date, date] | None:
    """The first and last day of the layers' dates, as far as the viewer sees them."""
    days = [day for info in infos for day in counted.days(viewer, info)]
    return (min(days), max(days)) if days else None


def _months(first: date, last: date) -> list[Period]:
    """The months from one day to another, the newest of very many."""
    found = [period_of("month", first)]
    while found[-1].until and found[-1].until < last:
        found.append(period_of("month", found[-1].until + timedelta(days=1)))
    return found[-_MOST_MONTHS:]


def _bars(labels: Sequence[str], records: Sequence[int], chosen: tuple[int, int]) -> str:
    """The months' records as bars over the slider: how many each has is seen before it is chosen."""
    most = max(*records, 1)
    bars = (
        f'<i{" class=chosen" if chosen[0] <= n <= chosen[1] else ""} title="{escape(label)}"'
        f' style="height:{100 * of_month / most:.0f}%"></i>'
        for n, (label, of_month) in enumerate(zip(labels, records, strict=True))
    )
    return f'<div class="months" role="img" aria-label="{escape(", ".join(labels))}">{"".join(bars)}</div>'


def _within(starts: Sequence[date], shared: Filter) -> tuple[int, int]:
    """The first and last of the months that a filter keeps; all of them until it says otherwise."""
    low = max((n for n, day in enumerate(starts) if shared.since and day <= shared.since), default=0)
    high = max((n for n, day in enumerate(starts) if shared.until and day <= shared.until), default=-1)
    return low, high if shared.until and high >= low else len(starts) - 1


def _slider(state: State, first: date, last: date, counts: Counter[str]) -> None:
    months = _months(first, last)
    if len(months) < 2:
        return
    language = state.language
    starts = [month.since or first for month in months]
    records = [counts[f"{day:%Y-%m}"] + counts[EVERY_YEAR] for day in starts]
    labels = [with_count(month.label(language), n) for month, n in zip(months, records, strict=True)]
    value = held = _within(starts, state.shared)

    def choose(ends: Any) -> None:
        whole = tuple(ends) == (0, len(months) - 1)
        since, until = months[ends[0]].since, months[ends[1]].until
        change_filter(since=None if whole else since, until=None if whole else until)
        redraw(*_PARTS)

    def slid() -> None:
        nonlocal held
        if (ends := tuple(st.session_state[key])) != held:  # else a click elsewhere brought what it held
            held = ends
            choose(ends)

    def step(by: int) -> None:
        low, high = _within(starts, kept_state().shared)  # a second press may come before the first is drawn
        last, whole = len(months) - 1, (low, high) == (0, len(months) - 1)
        width = 0 if whole else high - low
        at = (last if by < 0 else 0) if whole else max(0, min(low + by, last - width))
        choose((at, at + width))

    st.html(_bars(labels, records, value))
    # A slider is one of two ends only when it begins with two, so each choice is a slider of its own.
    key = f"months.{value[0]}.{value[1]}"
    st.select_slider(
        t("time.months", language), range(len(months)), value=value, key=key,
        format_func=labels.__getitem__,
        on_change=slid,
    )  # fmt: skip
    back, on = st.columns(2)
    for column, name, by in ((back, "before", -1), (on, "after", 1)):
        column.button(
            t(f"time.{name}", language), width="stretch", on_click=step, args=(by,), key=f"months.{name}"
        )
