"""The filters beside map and table: every widget shows the state and changes it, and has none of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.errors import StreamlitAPIException

from ingest import access
from ingest.access import Viewer
from ingest.atlas import Reference
from ingest.doors.counts import EVERY_YEAR
from ingest.doors.filters import Filter
from ingest.doors.layers import FieldInfo, LayerInfo
from ingest.doors.shown import area_name, is_area, shown, told_apart
from streamlit_app.filters import counted
from streamlit_app.office import office
from streamlit_app.state import State, change, change_answers, change_filter
from streamlit_app.texts import pick, plain, t
from thai.calendar import bangkok, fiscal_year, fiscal_year_range, format_date, parse_date
from thai.problem import Problem

VERDICTS = ("agrees", "near_line", "disagrees", "outside", "no_geometry")
_LEVELS = (("province", 2), ("amphoe", 4), ("tambon", 6))
_MOST_CHOICES = 200
_HEIGHT = 700  # until the page's style fits it to the screen
_READY = 4  # questions of a form that stand ready; each costs server and browser some ms at every change

FILTERED = ("told", "place", "answers")  # the parts of the map's page that say what a filter leaves
_SHOWN = "shown."  # before a widget's key: what it shows, and how often another than itself changed that
_FOLDED = ("moves.open", "beside.open")  # sections of the part "days" that say so too while they are open


def room() -> DeltaGenerator:
    """Where the filters stand: as high as the screen, so that map and table stay in sight beside them."""
    return st.container(height=_HEIGHT, border=False, key="filters")


def controlled(
    key: str, value: Any, changed: Callable[[Any], object], *parts: str, among: Collection[Any] | None = None
) -> dict[str, Any]:  # fmt: skip
    """Arguments that make a widget show ``value`` and report what the person makes of it.

    ``parts`` are those of the page that are drawn anew then; without any, all around the widget is.
    ``among`` are the choices of a list whose labels carry counts: of two choices at once the second
    may come with a label of before the first, which Streamlit hands over for a choice; it chooses nothing.

    A click elsewhere brings what every widget held in the browser. What another than the widget itself
    changed is therefore shown by a new one, and what a widget held already is no choice.
    """
    shown, turn = st.session_state.get(_SHOWN + key, (value, 0))
    turn += shown != value
    st.session_state[_SHOWN + key] = value, turn
    widget = f"{key}.{turn}" if turn else key
    st.session_state[widget] = held = value

    def then() -> None:
        nonlocal held
        given = st.session_state[widget]
        if given == held or (among is not None and not _offered(given, among)):
            return
        held = given
        st.session_state[_SHOWN + key] = given, st.session_state[_SHOWN + key][1]
        changed(given)
        if parts:
            redraw(*parts)

    return {"key": widget, "on_change": then}


def _offered(given: Any, among: Collection[Any]) -> bool:
    several = given if isinstance(given, list) else [] if given is None else [given]
    return all(one in among for one in several)


def redraw(*parts: str) -> None:
    """From a widget's callback: draw these parts of the page anew, and no others.

    A page that is not made of such parts is drawn as Streamlit would have done without this.
    """
    opened = ["days"] if any(st.session_state.get(key) for key in _FOLDED) else []
    with suppress(StreamlitAPIException):
        st.rerun(tuple(dict.fromkeys([*parts, *opened])))


def with_count(text: str, n: int | None) -> str:
    """A choice with the records that it leaves beside it."""
    return text if n is None else f"{text} ({n:,})"


def area(reference: Reference, state: State, counts: Counter[str] | None = None) -> None:
    """Province, then amphoe, then tambon: each offers what lies in the one before, with its records."""
    chosen, language = state.shared.area, state.language
    for level, digits in _LEVELS:
        above = chosen[: digits - 2] if digits > 2 else ""
        if len(above) < digits - 2:
            break
        codes = sorted(code for code in reference.names if len(code) == digits and code.startswith(above))
        codes.sort(key=lambda code: area_name(code, language, reference.names))
        value = chosen[:digits] if len(chosen) >= digits and chosen[:digits] in codes else None
        st.selectbox(
            t(f"filter.{level}", language),
            codes,
            format_func=lambda code: with_count(
                area_name(code, language, reference.names), None if counts is None else counts[code]
            ),
            placeholder=t("filter.all_areas", language),
            index=None,
            **controlled(f"area.{level}", value, _area_changed(above), *FILTERED, among=codes),
        )


def _area_changed(above: str) -> Callable[[str | None], object]:
    """A level that is emptied leaves the one above it chosen."""
    return lambda code: change_filter(area=code or above)


def period(state: State, counts: Counter[str]) -> None:
    """A fiscal year with its records, or from one day to another, in the Buddhist Era."""
    language, this_year = state.language, fiscal_year(_today())
    years = list(range(this_year, this_year - 5, -1))
    ranges = {year: fiscal_year_range(year) for year in years}
    now = (state.shared.since, state.shared.until)
    value = next((year for year in years if ranges[year] == now), "own" if any(now) else "all")

    def changed(choice: int | str) -> None:
        if choice in ranges:
            since, until = ranges[int(choice)]
            change_filter(since=since, until=until)
        elif choice == "all":
            change_filter(since=None, until=None)
        else:
            change_filter(since=fiscal_year_range(this_year)[0], until=_today())

    def label(choice: int | str) -> str:
        if isinstance(choice, int):
            year = t("filter.fiscal_year", language, year=choice if language == "th" else choice - 543)
            return with_count(year, counts[str(choice)] + counts[EVERY_YEAR])
        return with_count(t(f"filter.period_{choice}", language), counts.total() if choice == "all" else None)

    options = ["all", *years, "own"]
    st.selectbox(t("filter.period", language), options, format_func=label,
                 **controlled("period", value, changed, *FILTERED, "days", among=options))  # fmt: skip
    if value == "own":
        for name, day, column in zip(("since", "until"), now, st.columns(2), strict=True):
            with column:
                _day(name, day, language)


def _day(name: str, day: date | None, language: str) -> None:
    """A date written as Thai papers write it; the browser's calendar knows no Buddhist Era."""
    problem_key = f"{name}.problem"

    def changed(text: str) -> None:
        st.session_state.pop(problem_key, None)
        try:
            change_filter(**{name: parse_date(text) if text.strip() else None})
        except Problem as problem:
            st.session_state[problem_key] = f"{problem.says[language]} {problem.remedy[language]}"

    st.text_input(
        t(f"filter.{name}", language), placeholder=t("filter.date_example", language),
        **controlled(f"day.{name}", format_date(day, language=language) if day else "", changed,
                     *FILTERED, "days"),
    )  # fmt: skip
    if problem_key in st.session_state:
        st.warning(st.session_state[problem_key])


def _today() -> date:
    return bangkok(datetime.now(UTC)).date()


def search(state: State) -> None:
    """Words in written answers and labels, in normalised Thai."""
    st.text_input(
        t("filter.search", state.language), placeholder=t("filter.search_hint", state.language),
        max_chars=100,
        **controlled("search", state.shared.text, lambda text: change_filter(text=text.strip()), *FILTERED),
    )  # fmt: skip


def verdict(state: State, counts: Counter[str]) -> None:
    """How the reported and the located tambon agree, with the records of each."""
    st.multiselect(
        t("filter.verdict", state.language), VERDICTS,
        format_func=lambda one: with_count(t(f"verdict.{one}", state.language), counts[one]),
        placeholder=t("filter.any", state.language),
        **controlled("verdict", list(state.shared.verdicts), lambda some: change_filter(verdicts=(*some,)),
                     *FILTERED, among=VERDICTS),
    )  # fmt: skip


def count_first(viewer: Viewer, state: State, infos: Sequence[LayerInfo]) -> None:
    """Count all that the panel will show before anything of it is drawn anew.

    A browser that draws twenty widgets has no time for the map, whose answer comes meanwhile.
    """
    for count in (counted.by_review, counted.by_place, counted.by_fiscal_year, counted.by_verdict):
        count(viewer, state, infos)
    if viewer.role in access.REVIEWERS:
        counted.mine(viewer, state, infos)
    for info in infos:
        counted.total(viewer, state, info)
        counted.days(viewer, info)
    for info, asked in _of_forms(infos):
        if st.session_state.get(_unfolded(info), False):
            counted.by_answers(viewer, state, info, _ready(state, info, asked))


def answers(viewer: Viewer, state: State, infos: Sequence[LayerInfo]) -> None:
    """The questions that the workbooks offer as filters, form by form, with counts beside each answer."""
    for info, asked in _of_forms(infos):
        n = len(state.answers.get(info.form_id, {}))
        title = t("filter.of_form", state.language, form=plain(_form_title(info.form_id, state.language)))
        section = st.expander(
            f"{title} ({n})" if n else title, bool(n), key=_unfolded(info), on_change="rerun"
        )
        if section.open:  # what is folded is not counted
            ready = _ready(state, info, asked)
            counts = counted.by_answers(viewer, state, info, ready)
            with section:
                for one in ready:
                    _question(state, info, one, counts[one.ref])
                _more(state, info, [one for one in asked if one not in ready])


def _unfolded(info: LayerInfo) -> str:
    return f"unfolded.{info.form_id}"


def _called(info: LayerInfo) -> str:
    return f"called.{info.form_id}"


def _ready(state: State, info: LayerInfo, asked: Sequence[FieldInfo]) -> list[FieldInfo]:
    """The first questions of a form, those that are answered, and those that were called for."""
    wanted = {*state.answers.get(info.form_id, {}), *st.session_state.get(_called(info), ())}
    return [one for place, one in enumerate(asked) if place < _READY or one.ref in wanted]


def _more(state: State, info: LayerInfo, others: Sequence[FieldInfo]) -> None:
    """The other questions of a form, to call for one of them."""
    labels = told_apart({one.ref: pick(one.label, state.language) for one in others})
    key = _called(info)

    def called(ref: str | None) -> None:
        st.session_state[key] = (*st.session_state.get(key, ()), ref)

    if labels:
        st.selectbox(
            t("filter.more", state.language), list(labels), format_func=labels.__getitem__, index=None,
            placeholder=t("filter.more_hint", state.language, n=len(labels)),
            **controlled(f"{key}.next", None, called, "answers"),
        )  # fmt: skip


def _of_forms(infos: Sequence[LayerInfo]) -> Iterator[tuple[LayerInfo, list[FieldInfo]]]:
    """The first layer of each form, and what it is filtered by; period and area have their own widgets."""
    for info in {info.form_id: info for info in reversed(infos)}.values():
        asked = {one.ref: one for one in (*([info.status] if info.status else []), *info.filters)}
        found = [one for one in asked.values() if one != info.date and not is_area(one)]
        if found:
            yield info, found


def _form_title(form_id: str, language: str) -> str:
    return pick(office().atlas.reference.catalogue.newest(form_id).title, language)


def _question(state: State, info: LayerInfo, one: FieldInfo, counts: dict[str, int]) -> None:
    chosen = state.answers.get(info.form_id, {}).get(one.ref, ())
    names, language = office().atlas.reference.names, state.language
    options = [value or Filter.blank() for value in _options(one, counts)]
    options += [value for value in chosen if value not in options]

    labels = {value: _answer(value, one, language, names) for value in options}
    if Filter.blank() in labels:
        labels[Filter.blank()] = t("filter.blank", language)
    called = told_apart(labels)

    def label(value: str) -> str:
        return with_count(called.get(value, value), counts.get("" if value == Filter.blank() else value, 0))

    st.multiselect(
        plain(pick(one.label, language)), options, format_func=label, placeholder=t("filter.any", language),
        **controlled(
            f"f.{info.form_id}/{one.ref}", list(chosen),
            lambda values: change_answers(info.form_id, one.ref, tuple(values)), *FILTERED, among=options,
        ),
    )  # fmt: skip


def _options(one: FieldInfo, counts: dict[str, int]) -> list[str]:
    """The form's choices in its own order, else what was answered most."""
    known = [choice.value for choice in one.choices]
    rest = [value for value in counts if value and value not in known]
    blank = [""] if counts.get("") else []
    return [*known, *rest[:_MOST_CHOICES], *blank]


def _answer(value: str, one: FieldInfo, language: str, names: Any) -> str:
    if one.kind == "date":
        return format_date(date.fromisoformat(value), language=language)
    if one.choices or is_area(one):
        return shown(value, one, language, names)
    return value


def clear(state: State) -> None:
    """One click takes every filter back."""
    if state.answers or state.shared != Filter():
        st.button(
            t("filter.clear", state.language), icon=":material/filter_alt_off:", width="stretch",
            on_click=_cleared,
        )  # fmt: skip


def _cleared() -> None:
    change(shared=Filter(), answers={})
    st.rerun()
