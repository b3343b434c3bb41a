"""A record's overlaps with state land, each with what is known of the line and what it cannot tell."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from geo.overlay import CLEAR, tolerance_m
from ingest.plots.state_land import LandOverlap
from streamlit_app.texts import plain, t
from thai.area import format_area
from thai.calendar import format_day


def draw(found: Sequence[LandOverlap], language: str) -> None:
    """Draw the section; nothing where nothing overlaps."""
    if not found:
        return
    st.markdown(f"##### {t('land.title', language)}")
    st.caption(f":material/gavel: **{t('land.no_evidence', language)}**")
    for one in found:
        with st.container(border=True):
            st.markdown(f"**{plain(one.overlay)}** {plain(one.area_name)}")
            st.write(how_much(one, language))
            if one.carries != CLEAR:
                st.warning(_cannot_tell(one, language), icon=":material/straighten:")
            st.caption(" · ".join(_line(one, language)))


def how_much(one: LandOverlap, language: str) -> str:
    """How much of a record lies in an area of an overlay, in a sentence."""
    if one.common is not None and not one.overlap_m2:
        return t("land.point_inside", language, n=f"{one.depth_m:,.0f}")
    if not one.overlap_m2:
        return t("land.beside", language, n=f"{one.distance_m:,.0f}")
    land = format_area(one.overlap_m2, language)
    return t("land.overlap", language, land=land, percent=f"{100 * one.share:,.1f}", n=f"{one.depth_m:,.0f}")


def _cannot_tell(one: LandOverlap, language: str) -> str:
    if not one.scale:
        return t("land.scale_unknown", language)
    return t("land.too_coarse", language, scale=f"{one.scale:,}", n=f"{tolerance_m(one.scale):,.0f}")


def _line(one: LandOverlap, language: str) -> list[str]:
    """Who drew the line, when, how finely, and by which law."""
    scale = t("land.scale", language, scale=f"{one.scale:,}") if one.scale else ""
    facts = (one.agency, format_day(one.published, language), scale, one.legal_status)
    return [plain(part) for part in facts if part]
