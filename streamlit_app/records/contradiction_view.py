"""Contradictions on the ground, each with a small map and in sentences that a tambon officer can act on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar
from urllib.parse import quote

import shapely
import streamlit as st

from ingest.doors.shown import area_name, place_name
from ingest.office.contradictions import Misplaced, PlotPair, PlotSide
from reports.sketch import Part, picture
from streamlit_app.moments import format_moment
from streamlit_app.office import office
from streamlit_app.texts import pick, plain, t
from thai.area import format_area

_A_PAGE = 4
_T = TypeVar("_T")


def pairs(found: Sequence[PlotPair], language: str) -> None:
    """Pairs of plots, a few at a time."""
    for one in _turned(found, "pairs", language):
        with st.container(border=True):
            pair(one, language)


def pair(one: PlotPair, language: str, instance_id: str = "") -> None:
    """One pair; on the page of a record (``instance_id``) it needs no link to itself."""
    left, right = st.columns([1, 1], gap="medium")
    names = [t(f"contradiction.plot_{letter}", language) for letter in ("a", "b")]
    drawn = [
        Part(side.shape, style, name)
        for side, style, name in zip(one.sides, ("first", "second"), names, strict=True)
        if side.shape is not None
    ]
    with left:
        if len(drawn) == 2:
            drawn.append(Part(shapely.intersection(drawn[0].shape, drawn[1].shape), "common"))
        if drawn:
            title = t(f"contradiction.title_{one.kind}", language)
            st.html(picture(drawn, title, t("contradiction.metres", language)))
    with right:
        st.markdown(f"**{t(f'contradiction.title_{one.kind}', language)}**")
        land = format_area(one.overlap_m2, language)
        st.write(t("contradiction.common", language, land=land))
        for side, name in zip(one.sides, names, strict=True):
            st.markdown(_side(side, name, language, instance_id))
        owner = {True: "same_owner", False: "two_owners", None: "owner_unknown"}[one.same_owner]
        st.caption(t(f"contradiction.{owner}", language))
        st.write(f"→ {t(f'flag.plot_{one.kind}_do', language)}")


def _side(side: PlotSide, name: str, language: str, shown: str) -> str:
    share = t("contradiction.share", language, name=name, percent=f"{100 * side.share:,.0f}")
    if not side.instance_id:
        return f"- {share} · {t('contradiction.not_for_you', language)}"
    names = office().atlas.reference.names
    form = pick(office().atlas.reference.catalogue.newest(side.form_id).title, language)
    place = plain(place_name(side.area, language, names))
    facts = [share, plain(form), place, format_moment(side.received_at, language)]
    if side.instance_id != shown:
        facts.append(f"[{t('quality.open', language)}]({_link(side.instance_id, language)})")
    return f"- {' · '.join(fact for fact in facts if fact)}"


def misplaced(found: Sequence[Misplaced], language: str) -> None:
    """Records whose place contradicts the tambon in the form, a few at a time."""
    for one in _turned(found, "misplaced", language):
        with st.container(border=True):
            left, right = st.columns([1, 1], gap="medium")
            with left:
                st.html(_misplaced_picture(one, language))
            with right:
                _misplaced_words(one, language)


def _misplaced_picture(one: Misplaced, language: str) -> str:
    names, drawn = office().atlas.reference.names, []
    for code, shape in one.outlines.items():
        style, whose = ("first", "by_place") if code == one.located else ("second", "by_form")
        name = area_name(code, language, names)
        drawn.append(Part(shape, style, f"{name} ({t(f'contradiction.{whose}', language)})"))
    # A plot is a speck beside its tambon: a pin says where it is.
    drawn.append(Part(shapely.point_on_surface(one.shape), "place", t("contradiction.taken_here", language)))
    return picture(drawn, t("flag.tambon_disagrees", language), t("contradiction.metres", language))


def _misplaced_words(one: Misplaced, language: str) -> None:
    reference = office().atlas.reference
    st.markdown(f"**{t('flag.tambon_disagrees', language)}**")
    said, lies = (plain(place_name(code, language, reference.names)) for code in (one.reported, one.located))
    st.markdown(t("contradiction.form_says", language, place=said))
    st.markdown(t("contradiction.lies_in", language, place=lies))
    if one.distance_m is not None:
        st.write(t("contradiction.from_line", language, n=f"{one.distance_m:,.0f}"))
    form = pick(reference.catalogue.newest(one.form_id).title, language)
    link = f"[{t('quality.open', language)}]({_link(one.instance_id, language)})"
    st.markdown(f"{plain(form)} · {format_moment(one.received_at, language)} · {link}")
    st.write(f"→ {t('flag.tambon_disagrees_do', language)}")
    source = t("records.boundary_set", language, name=plain(reference.boundary_set.name))
    st.caption(f"{source} · {t('map.drawing', language)}" if reference.boundary_set.drawing else source)


def _link(instance_id: str, language: str) -> str:
    return f"/records?record={quote(instance_id)}&lang={language}"


def _turned(found: Sequence[_T], key: str, language: str) -> Sequence[_T]:
    """The few that are shown, with a choice of page where there are more."""
    pages = -(-len(found) // _A_PAGE)
    page = 1
    if pages > 1:
        label = t("contradiction.page", language, n=pages)
        page = int(st.number_input(label, 1, pages, 1, key=f"contradiction.{key}"))
    return found[(page - 1) * _A_PAGE : page * _A_PAGE]
