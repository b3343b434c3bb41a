"""A filter on pages that show no layer: what it leaves of a form, in numbers and on papers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import streamlit as st

from ingest.access import Viewer
from ingest.doors.figures import Among
from ingest.doors.filters import Filter
from ingest.doors.layers import LayerInfo
from streamlit_app.filters import filter_words, panel
from streamlit_app.maps import map_shades
from streamlit_app.office import office
from streamlit_app.state import State
from streamlit_app.texts import plain, t
from thai.periods import Period


def draw(viewer: Viewer, state: State, forms: Iterable[str], area: str, period: Period) -> None:
    """The questions of forms that may be filtered by, counted for the page's own area and period.

    Those of many forms open from a button, as they would fill the page.
    """
    infos = _infos(forms)
    counted = replace(state, shared=replace(state.shared, area=area, since=period.since, until=period.until))
    panel.clear(state)
    if len(infos) == 1:
        panel.answers(viewer, counted, infos)
    elif infos:
        title = t("filter.of_forms", state.language)
        opened = st.popover(title, icon=":material/filter_alt:", width="stretch", key="form_filters",
                            on_change="rerun")  # fmt: skip
        if opened.open:
            with opened:
                panel.answers(viewer, counted, infos)


def among(viewer: Viewer, state: State, form_id: str) -> Among | None:
    """The records of a form that the filter leaves; ``None`` where it says nothing about it."""
    info = office().atlas.reference.forms.get(form_id)
    return map_shades.among_of(viewer, info, state.filter_for(info)) if info else None


def said(state: State, forms: Iterable[str]) -> str:
    """The filter in words, without area and days, of which such a page has its own; '' for none."""
    rest = replace(state, shared=replace(state.shared, area="", since=None, until=None))
    return " · ".join(filter_words.in_words(office().atlas.reference, rest, _infos(forms)))


def tell(state: State, forms: Iterable[str]) -> None:
    """Say over the page that its numbers are of some records alone, and of which."""
    words = said(state, forms)
    if words:
        st.info(t("filter.cuts", state.language, words=plain(words)), icon=":material/filter_alt:")


def of(state: State, form_id: str) -> Filter:
    """The filter as a form understands it."""
    info = office().atlas.reference.forms.get(form_id)
    return state.filter_for(info) if info else Filter()


def _infos(forms: Iterable[str]) -> list[LayerInfo]:
    known = office().atlas.reference.forms
    return [known[form_id] for form_id in sorted(forms) if form_id in known]
