"""Boundary sets: what is here, since when it holds, what the import noticed, and two of them compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import streamlit as st

from geo import crosswalk
from geo.crosswalk import Change
from geo.levels import DIGITS
from geo.spoken import Spoken, spoken_of
from ingest import log
from ingest.access import Viewer
from ingest.areas import boundary_sets, comparing, set_files
from ingest.areas.boundary_sets import BoundarySet
from ingest.doors.shown import area_name
from reports.sketch import Part, picture
from streamlit_app import viewer as door
from streamlit_app.office import office
from streamlit_app.state import current
from streamlit_app.texts import plain, t
from thai.calendar import format_day

_COMPARED = ("tambon", "lao", "amphoe", "province")
_MOST_ROWS = 500
_MOST_DRAWN = 250
_OUTLINE_SHARE = 1 / 500  # of the picture's width: finer lines are not seen


def open_to(viewer: Viewer) -> bool:
    """Officers and administrators: they answer for which lines count."""
    return viewer.role in ("administrator", "officer")


def page() -> None:
    """Draw the page."""
    viewer, language = door.viewer(), current().language
    if not open_to(viewer):
        st.info(t("app.closed", language), icon=":material/lock:")
        return
    with office().atlas.log.connect() as connection:
        sets, default = boundary_sets.listed(connection), boundary_sets.default_name(connection)
        reports = {(one.name, one.level): boundary_sets.report(connection, one) for one in sets}
    shown, told, compared = st.tabs(
        [t(f"boundaries.{tab}", language) for tab in ("sets", "report", "compare")]
    )
    with shown:
        _sets(sets, default, language)
        if viewer.role == "administrator":
            _choose(viewer, sets, default, language)
    with told:
        _report(sets, reports, language)
    with compared:
        _compare(viewer, sets, default, language)


def _sets(sets: Sequence[BoundarySet], default: str, language: str) -> None:
    rows = [
        {
            "name": one.name,
            "in_use": t("boundaries.default", language) if one.name == default else "",
            "level": t(f"boundaries.level_{one.level}", language),
            "features": one.features,
            "published": format_day(one.published, language),
            "valid": _period(one, language),
            "source": one.source,
            "licence": one.licence,
            "agency": one.agency,
            "scale": f"1:{one.scale:,}" if one.scale else "",
            "legal_status": one.legal_status,
            "sha256": one.sha256[:16],
        }
        for one in sets
    ]
    table = pd.DataFrame(rows).rename(columns=lambda key: t(f"boundaries.{key}", language))
    st.dataframe(table, hide_index=True, width="stretch")
    if any(one.drawing and one.name == default for one in sets):
        st.caption(f":material/warning: {t('map.drawing', language)}")


def _period(one: BoundarySet, language: str) -> str:
    ends = [format_day(day, language) or "…" for day in (one.valid_from, one.valid_to)]
    return " – ".join(ends) if one.valid_from or one.valid_to else ""


def _choose(viewer: Viewer, sets: Sequence[BoundarySet], default: str, language: str) -> None:
    """The set that everything is joined with; a choice takes effect at once and is noted in the audit."""
    names = [one.name for one in sets if one.level == "tambon"]
    if len(names) < 2:
        return
    with st.form("boundaries.choose", border=True):
        st.write(t("boundaries.choose_what", language))
        chosen = st.selectbox(t("boundaries.choose", language), names, index=names.index(default))
        pressed = st.form_submit_button(t("boundaries.use", language), icon=":material/check:")
    if pressed and chosen != default:
        with log.writing(office().atlas.log) as connection:
            boundary_sets.choose(connection, chosen)
            log.note(connection, viewer.name, "boundaries_use", chosen)
        office().follower.wake()
        st.success(t("boundaries.chosen", language, name=plain(chosen)), icon=":material/sync:")


def _report(
    sets: Sequence[BoundarySet], reports: dict[tuple[str, str], list[dict[str, Any]]], language: str
) -> None:
    """What the import noticed about one set, and where its areas of which it speaks are."""
    chosen = st.selectbox(
        t("boundaries.name", language), list(sets),
        format_func=lambda one: f"{one.name} ({t(f'boundaries.level_{one.level}', language)})",
        key="boundaries.reported",
    )  # fmt: skip
    if chosen is None:
        return
    noticed = reports[(chosen.name, chosen.level)]
    if not noticed:
        st.success(t("boundaries.nothing_noticed", language), icon=":material/check_circle:")
    frame = set_files.frame(office().atlas.folder.boundaries, chosen) if noticed else None
    for one in noticed:
        with st.container(border=True):
            st.markdown(f"**{plain(one[language])}**")
            st.write(f"→ {one[f'remedy_{language}']}")
            if frame is not None:
                _areas(frame, spoken_of(one.get("figures", {})), language, within=chosen.level in DIGITS)


def _areas(frame: gpd.GeoDataFrame, spoken: Spoken, language: str, *, within: bool) -> None:
    """Areas and places of a set among their neighbours; the first of many.

    ``within``: the code of an amphoe or province stands for all that lie within it.
    """
    named = frame["code"].isin(spoken.codes)
    if within:
        named |= frame["code"].str.startswith(tuple(code for code in spoken.codes if len(code) < 6))
    own = frame[named & ~frame.geometry.isna()].head(_MOST_DRAWN)
    places = [shapely.Point(place) for place in spoken.places[:_MOST_DRAWN]]
    if not len(own) and not places:
        return
    bounds = shapely.total_bounds(np.array([*own.geometry, *places], dtype=object))
    near = frame.iloc[frame.sindex.query(shapely.box(*bounds))]
    around = near[~near["code"].isin(own["code"])].head(_MOST_DRAWN)
    parts = [Part(shape, "area") for shape in _coarse(around)]
    words = own["name_th"] if len(own) <= 8 else [""] * len(own)
    parts += [Part(shape, "second", name) for shape, name in zip(_coarse(own), words, strict=True)]
    parts += [Part(place, "place") for place in places]
    st.html(picture(parts, t("boundaries.report", language), t("contradiction.metres", language)))


def _coarse(frame: gpd.GeoDataFrame) -> list[shapely.Geometry]:
    if not len(frame):
        return []
    west, south, east, north = frame.total_bounds
    tolerance = max(east - west, north - south) * _OUTLINE_SHARE
    shapes = shapely.simplify(frame.geometry.to_numpy(), tolerance)
    return [shape for shape in shapes if shape is not None and not shape.is_empty]


def _compare(viewer: Viewer, sets: Sequence[BoundarySet], default: str, language: str) -> None:
    of_level = {level: [one.name for one in sets if one.level == level] for level in _COMPARED}
    levels = [level for level, names in of_level.items() if len(names) > 1]
    if not levels:
        st.info(t("boundaries.compare_needs_two", language), icon=":material/info:")
        return
    of, before, after, where = st.columns(4)
    level = of.selectbox(
        t("boundaries.level", language), levels, key="boundaries.compared",
        format_func=lambda one: t(f"boundaries.level_{one}", language),
    )  # fmt: skip
    names = of_level[level]
    old = before.selectbox(t("boundaries.old", language), names, key=f"boundaries.old.{level}")
    new = after.selectbox(
        t("boundaries.new", language), names, key=f"boundaries.new.{level}",
        index=names.index(default) if default in names else len(names) - 1,
    )  # fmt: skip
    known = office().atlas.reference.names
    provinces = sorted(set(office().atlas.reference.tambons["code"].str[:2]))
    province = where.selectbox(
        t("filter.province", language), provinces, format_func=lambda code: area_name(code, language, known),
        key="boundaries.province",
    )  # fmt: skip
    if old == new or not province:
        st.info(t("boundaries.compare_needs_two", language), icon=":material/info:")
        return
    frames = _frames(old, new, level, province, default)
    changes = crosswalk.compare(*frames)
    _changes(changes, language)
    _changed_areas(changes, *frames, language)
    if viewer.role == "administrator" and level == "tambon":
        _keep_codes(viewer, changes, new, language)


def _keep_codes(viewer: Viewer, changes: Sequence[Change], new: str, language: str) -> None:
    """Let former codes of moved and merged areas name their places in the newer set; the audit notes it."""
    codes = crosswalk.former_codes(changes)
    if not codes:
        return
    with st.form("boundaries.keep_codes", border=True):
        pairs = ", ".join(f"{was} → {now}" for was, now in sorted(codes.items()))
        st.write(t("boundaries.keep_codes_what", language, codes=pairs))
        pressed = st.form_submit_button(t("boundaries.keep_codes", language), icon=":material/history:")
    if pressed:
        with log.writing(office().atlas.log) as connection:
            comparing.keep_codes(connection, list(changes), new, actor=viewer.name)
        office().follower.wake()
        st.success(t("boundaries.codes_kept", language, n=len(codes)), icon=":material/sync:")


@st.cache_data(max_entries=4, show_spinner=False)
def _frames(
    old: str, new: str, level: str, province: str, default: str
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """The areas of two sets in a province, as the set in use draws it."""
    folder = office().atlas.folder.boundaries
    with office().atlas.log.connect() as connection:
        first, second = (comparing.table_of(connection, folder, name, level) for name in (old, new))
        tambons = comparing.table_of(connection, folder, default, "tambon").frame
    ground = tambons[tambons["code"].str.startswith(province)]
    return comparing.within(first, province, ground), comparing.within(second, province, ground)


def _changes(changes: Sequence[Change], language: str) -> None:
    counts = crosswalk.counts(changes)
    for column, (kind, n) in zip(st.columns(max(len(counts), 1)), counts.items(), strict=False):
        column.metric(t(f"boundaries.kind_{kind}", language), f"{n:,}")
    rows = [
        {
            "kind": t(f"boundaries.kind_{one.kind}", language),
            "old": f"{one.old} {one.old_name}".strip(),
            "new": f"{one.new} {one.new_name}".strip(),
            "of_old": one.of_old,
            "of_new": one.of_new,
        }
        for one in changes
        if one.kind != crosswalk.SAME
    ][:_MOST_ROWS]
    if not rows:
        st.success(t("boundaries.no_changes", language), icon=":material/check_circle:")
        return
    table = pd.DataFrame(rows).rename(columns=lambda key: t(f"boundaries.{key}", language))
    shares = {
        t(f"boundaries.{key}", language): st.column_config.NumberColumn(format="percent")
        for key in ("of_old", "of_new")
    }
    st.dataframe(table, hide_index=True, width="stretch", column_config=shares)


def _changed_areas(
    changes: Sequence[Change], old: gpd.GeoDataFrame, new: gpd.GeoDataFrame, language: str
) -> None:
    """The changed areas as they were (blue) and as they are (orange), among those that stayed."""
    moved = [one for one in changes if one.kind not in (crosswalk.SAME, crosswalk.RENAMED)]
    if not moved or len(moved) > _MOST_DRAWN:
        return
    was = old[old["code"].isin([one.old for one in moved])]
    now = new[new["code"].isin([one.new for one in moved])]
    stayed = new[~new["code"].isin(now["code"])].head(_MOST_DRAWN)
    parts = [Part(shape, "area") for shape in _coarse(stayed)]
    parts += [Part(shape, "first") for shape in _coarse(was)]
    words = now["name_th"] if len(now) <= 8 else [""] * len(now)
    parts += [Part(shape, "second", name) for shape, name in zip(_coarse(now), words, strict=True)]
    st.html(picture(parts, t("boundaries.compare", language), t("contradiction.metres", language)))
    st.caption(t("boundaries.colours", language))
