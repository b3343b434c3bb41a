"""The view on the screen as a picture or a print: the page's address says what, a box says where."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import parse_qsl

from ingest.access import Viewer
from ingest.atlas import Atlas
from ingest.doors.filters import Filter, corners
from ingest.doors.layers import LayerInfo
from ingest.maps import map_outlines, map_view
from ingest.maps.map_view import View
from reports import map_sheet
from reports.map_drawing import Frame
from reports.map_sheet import Entry, Group, Sheet
from streamlit_app.filters import filter_words
from streamlit_app.maps import map_shades
from streamlit_app.maps.map_choice import BY_STATUS, Shade
from streamlit_app.maps.shade_panel import shade
from streamlit_app.maps.shown_layers import shown_layers
from streamlit_app.state import State
from streamlit_app.texts import pick, t
from thai.calendar import bangkok, format_date


def picture(
    atlas: Atlas, viewer: Viewer, query: str, box: str, zoom: str, kind: Literal["png", "pdf"]
) -> bytes:
    """A sheet of what a page shows (its query string) in a box of degrees; ``kind`` is png or pdf.

    Raises ``bad_view``, ``bad_filter``, ``layer_unknown``, an indicator's problem or ``font_missing``.
    """
    state = State.from_pairs(parse_qsl(query, keep_blank_values=True))
    frame = Frame.around(View.parse(box, zoom).box, *map_sheet.map_size(kind))
    infos = shown_layers(state)
    coloured = shade(state, infos)
    told = _shades(atlas, viewer, state, coloured, frame) if coloured else None
    answers = [] if coloured and not state.points else _answers(atlas, viewer, state, infos, frame)
    sheet = Sheet(
        title=" · ".join(
            [coloured.title] if coloured else [pick(one.label, state.language) for one in infos]
        ),
        subtitle=" · ".join(filter_words.in_words(atlas.reference, state, infos)),
        source=_source(atlas, state),
        warning=t("map.drawing", state.language) if atlas.reference.boundary_set.drawing else "",
        language=state.language,
        outlines=list(_outlines(atlas, frame, lao=bool(told and told.get("lao")))),
        colours=_colours(told) if told else None,
        answers=answers,
        legend=_legend(told, coloured, answers, infos, state.language),
        drawn=corners(state.shared.shape) if state.shared.shape else (),
    )
    return map_sheet.draw(sheet, frame, kind)


def _answers(
    atlas: Atlas, viewer: Viewer, state: State, infos: Sequence[LayerInfo], frame: Frame
) -> list[dict[str, Any]]:
    shown = View(frame.box, frame.zoom)
    return [
        map_view.view(
            atlas,
            viewer,
            one.name,
            state.filter_for(one),
            shown,
            state.language,
            by_status=state.colour == BY_STATUS,
        )
        for one in infos
    ]


def _shades(atlas: Atlas, viewer: Viewer, state: State, one: Shade, frame: Frame) -> dict[str, Any]:
    digits = {2: 2, 4: 4}.get(map_outlines.BANDS[map_outlines.band_of(frame.zoom)][0], 6)
    chosen = Filter.from_query(one.query)
    return map_shades.asked(atlas, viewer, one.asks, chosen, digits, state.language)


def _outlines(atlas: Atlas, frame: Frame, *, lao: bool) -> Iterator[dict[str, Any]]:
    """The parts of the base map that the frame sees, in the band of its zoom; or the LAOs."""
    if lao:
        yield json.loads(gzip.decompress(map_outlines.outlines(atlas, map_outlines.LAO)))
        return
    band = map_outlines.band_of(frame.zoom)
    for part in map_outlines.parts_in(atlas, band, frame.box):
        yield json.loads(gzip.decompress(map_outlines.outlines(atlas, band, part)))


def _colours(told: dict[str, Any]) -> dict[str, str]:
    return {code: told["steps"][number]["color"] for code, number in told["classes"].items()}


def _legend(
    told: dict[str, Any] | None, coloured: Shade | None, answers: list[dict[str, Any]],
    infos: Sequence[LayerInfo], language: str,
) -> list[Group]:  # fmt: skip
    groups = []
    if told and coloured:
        entries = [
            Entry(map_sheet.patch(step["color"]), _span(step, language), f"{step['n']:,}")
            for step in told["steps"]
        ]
        entries.append(Entry(map_sheet.patch(""), t("map.no_data", language)))
        groups.append(Group(coloured.title, "", entries))
    for info, answer in zip(infos, answers, strict=False):
        entries = [
            Entry(map_sheet.mark(one), one["label"], f"{one['n']:,}")
            for one in answer["legend"]
            if one["n"] and one["label"]
        ]
        groups.append(Group(pick(info.label, language), f"{answer['n']:,}", entries))
        states = [
            Entry(map_sheet.rim(one, number), one["label"], f"{one['n']:,}")
            for number, one in enumerate(answer["status"])
            if one["n"] and answer.get("rings")
        ]
        if states:
            groups.append(Group(t("map.status", language), "", states))
    return groups


def _span(step: dict[str, Any], language: str) -> str:
    if step["kind"]:
        return t(f"map.target_{step['kind']}", language)
    low, high = (f"{round(step[end], 1):,}".removesuffix(".0") for end in ("low", "high"))
    return low if low == high else f"{low}–{high}"


def _source(atlas: Atlas, state: State) -> str:
    now, language, used = bangkok(datetime.now(UTC)), state.language, atlas.reference.boundary_set
    day = f"{format_date(now.date(), language=language)} {now:%H:%M}"
    return t("map.source", language, day=day, name=used.name, source=used.source or "–")
