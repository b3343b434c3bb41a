"""What a page shows: one value that lives in the page's address, so that it can be shared and restored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode, urlsplit

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from ingest.doors.filters import Filter
from ingest.doors.layers import LayerInfo
from streamlit_app.texts import DEFAULT, LANGUAGES
from thai.problem import Problem

_KEPT, _WRITTEN, _PAGE = "state", "state.written", "state.page"

Answers = dict[str, dict[str, tuple[str, ...]]]


@dataclass(frozen=True)
class State:
    """Language, layers, filter, choropleth and the open record.

    ``shared`` holds what every layer understands (area, period, text, verdicts); ``answers`` the chosen
    answers by form and question, as two forms may use one name for different questions.
    """

    language: str = DEFAULT
    layers: tuple[str, ...] = ()
    shared: Filter = field(default_factory=Filter)
    answers: Answers = field(default_factory=dict)
    shade: str = ""  # the layer whose counts colour the areas, or the indicator, marked as such
    classes: str = ""  # how its values are put into classes; '' is the usual way
    areas: str = ""  # which areas are coloured: '' by the zoom, or ``lao``
    colour: str = ""  # what symbols' colours tell: '' the layer's own question, or ``status``
    points: bool = False  # whether symbols are drawn on top of that
    record: str = ""
    entry: str = ""  # the register's entry that is shown with its history, as LIST/ID
    code: str = ""  # the kind of flag that the quality page lists
    form: str = ""  # the form that is keyed in
    indicator: str = ""  # the indicator that is shown by area
    theme: str = ""  # whose indicators are shown: a programme, or a form
    against: str = ""  # the period that it is compared with
    swipe: bool = False  # whether the two maps of a comparison lie on one another
    bounds: str = ""  # the boundary set of the left map of a comparison, '' for the default one
    bounds_against: str = ""  # that of the right map
    span: str = ""  # the period they are shown for, by its name
    level: str = ""  # which areas are listed: of an indicator, of meetings; '' for the page's usual ones
    paper: str = ""  # the paper that is looked at
    moo: str = ""  # its village's number in the tambon, '' for all of them
    as_of: str = ""  # the stated day of the grants, ISO, or what was typed and is none

    def filter_for(self, info: LayerInfo) -> Filter:
        """The filter as one layer understands it."""
        chosen = self.answers.get(info.form_id, {})
        return replace(self.shared, values={ref: chosen[ref] for ref in sorted(chosen) if ref in info.fields})

    def to_pairs(self) -> list[tuple[str, str]]:
        """As names and values of a query string; the same state always gives the same pairs."""
        pairs = [("lang", self.language)] if self.language != DEFAULT else []
        pairs += [("layer", name) for name in self.layers]
        pairs += self.shared.to_pairs()
        for form_id, chosen in sorted(self.answers.items()):
            pairs += [(f"f.{form_id}/{ref}", one) for ref in sorted(chosen) for one in chosen[ref]]
        kept = (
            *("shade", "classes", "areas", "colour", "record", "entry", "code", "form"),
            *("indicator", "theme", "span", "against", "bounds", "bounds_against"),
            *("level", "paper", "moo", "as_of"),
        )
        rest = [(name, getattr(self, name)) for name in kept]
        pairs += [(name, value) for name, value in rest if value]
        return pairs + [(name, "1") for name in ("points", "swipe") if getattr(self, name)]

    @classmethod
    def from_pairs(cls, pairs: Iterable[tuple[str, str]]) -> State:
        """Read a query string; what cannot be read is passed over, as addresses are typed and shortened."""
        listed = list(pairs)
        single = dict(listed)
        answers: Answers = {}
        for name, value in listed:
            form_id, _, ref = name.removeprefix("f.").rpartition("/")
            if name.startswith("f.") and form_id and ref:
                chosen = answers.setdefault(form_id, {})
                chosen[ref] = (*chosen.get(ref, ()), value)
        return cls(
            language=single["lang"] if single.get("lang") in LANGUAGES else DEFAULT,
            layers=tuple(value for name, value in listed if name == "layer"),
            shared=_shared([(name, value) for name, value in listed if not name.startswith("f.")]),
            answers=answers,
            shade=single.get("shade", ""),
            classes=single.get("classes", ""),
            areas=single.get("areas", ""),
            colour=single.get("colour", ""),
            points=single.get("points") == "1",
            swipe=single.get("swipe") == "1",
            record=single.get("record", ""),
            entry=single.get("entry", ""),
            code=single.get("code", ""),
            form=single.get("form", ""),
            indicator=single.get("indicator", ""),
            theme=single.get("theme", ""),
            span=single.get("span", ""),
            against=single.get("against", ""),
            bounds=single.get("bounds", ""),
            bounds_against=single.get("bounds_against", ""),
            level=single.get("level", ""),
            paper=single.get("paper", ""),
            moo=single.get("moo", ""),
            as_of=single.get("as_of", ""),
        )


def _shared(pairs: list[tuple[str, str]]) -> Filter:
    """What can be read of a filter: a day that cannot takes no area with it."""
    return Filter.from_query(urlencode([pair for pair in pairs if _readable(pair)]))


def _readable(pair: tuple[str, str]) -> bool:
    try:
        Filter.from_query(urlencode([pair]))
    except Problem:
        return False
    return True


def current() -> State:
    """The state of this page: what was shown before, or what the address says if the browser went to it.

    A click that comes before the browser has heard of the last change still brings the old address: that is
    no choice. An address that says nothing is either the menu's or, on the page where one stood that did, the
    browser's back.
    """
    address = [(name, value) for name in st.query_params for value in st.query_params.get_all(name)]
    url = st.context.url
    page = urlsplit(url).path if url else None
    stayed = page is not None and page == st.session_state.get(_PAGE)
    script = get_script_run_ctx()
    went = not stayed or (script is not None and script.is_history_navigation)
    if _KEPT not in st.session_state or (
        went and (address or stayed) and address != st.session_state.get(_WRITTEN)
    ):
        st.session_state[_KEPT] = State.from_pairs(address)
    st.session_state[_PAGE] = page
    kept: State = st.session_state[_KEPT]
    write(kept)
    return kept


def change(**values: Any) -> None:
    """Change parts of the state; for callbacks of widgets."""
    kept: State = replace(st.session_state.get(_KEPT, State()), **values)
    st.session_state[_KEPT] = kept
    write(kept)


def change_filter(**values: Any) -> None:
    """Change parts of the filter that every layer understands."""
    change(shared=replace(kept_state().shared, **values))


def change_answers(form_id: str, ref: str, chosen: tuple[str, ...]) -> None:
    """Change the chosen answers of one question."""
    of_form = {name: value for name, value in kept_state().answers.get(form_id, {}).items() if name != ref}
    if chosen:
        of_form[ref] = chosen
    answers = {name: value for name, value in kept_state().answers.items() if name != form_id}
    change(answers=answers | ({form_id: of_form} if of_form else {}))


def kept_state() -> State:
    """The state as last read or changed, without asking the address."""
    kept: State = st.session_state.get(_KEPT, State())
    return kept


def write(state: State) -> None:
    """Put the state into the page's address."""
    pairs = state.to_pairs()
    if st.session_state.get(_WRITTEN) == pairs and dict(st.query_params) == dict(pairs):
        return
    by_name: dict[str, list[str]] = {}
    for name, value in pairs:
        by_name.setdefault(name, []).append(value)
    # Names in the order the address gives them back.
    st.session_state[_WRITTEN] = [(name, value) for name, values in by_name.items() for value in values]
    st.query_params.from_dict(by_name)
