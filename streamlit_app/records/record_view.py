"""One record: what was answered, where it lies, what was noticed, where it comes from."""

from __future__ import annotations

import re
from html import escape
from itertools import groupby

import pandas as pd
import streamlit as st

from forms.xform import Table
from geo.parse import POOR_ACCURACY_M
from ingest.access import SECRET, TEAM, Viewer, reach, visible_sql
from ingest.doors.shown import area_name, is_area, place_name, shown
from ingest.office import contradictions, records
from ingest.office.records import Answer, GeometryFacts, Record, RecordPlace, Row
from ingest.plots import state_land
from streamlit_app.moments import format_moment
from streamlit_app.office import office
from streamlit_app.records import (
    contradiction_view,
    docket_view,
    entry_view,
    files_view,
    land_view,
    redaction_view,
    review_panel,
)
from streamlit_app.state import State, change
from streamlit_app.texts import pick, plain, t, told
from thai.area import format_area

# A shape that a form worked out stands there as text: ``lat lon altitude accuracy;`` again and again.
_CORNERS = re.compile(
    r"(?P<lat>-?\d+\.\d{1,5})\d* (?P<lon>-?\d+\.\d{1,5})\d*( -?[\d.]+){0,2}(; ?-?\d[\d. -]*)+;?"
)
OF_THE_PHONE = ("start", "end", "deviceid")  # asked by the form of the phone, not of a person


def draw(viewer: Viewer, state: State) -> None:
    """Draw the record that the state names."""
    language = state.language
    st.button(
        t("records.back", language), icon=":material/arrow_back:", on_click=change, kwargs={"record": ""}
    )
    reason = st.session_state.pop(_reason_key(state), "")  # for this one look; another look needs it again
    found = records.record(office().atlas, viewer, state.record, reason=reason)
    if found is None:
        st.warning(t("records.not_found", language), icon=":material/visibility_off:")
        return
    _head(found, language)
    review_panel.standing(viewer, found.instance_id, found.form_id, found.area, state)
    _secret(viewer, state, found)
    answers, beside = st.columns([2, 1], gap="large")
    with answers:
        _answers(viewer, found, language)
    with beside:
        _place(found, language)
        _flags(found, language)
        land_view.draw(state_land.overlaps(office().atlas, viewer, found.instance_id), language)
        for pair in contradictions.plot_pairs(office().atlas, viewer, instance_id=found.instance_id):
            with st.container(border=True):
                contradiction_view.pair(pair, language, found.instance_id)
        entry_view.links(viewer, found, language)
        files_view.draw(found, language)
        _history(found, language)
        docket_view.draw(viewer, found, language)
        redaction_view.draw(viewer, found, language)


def _reason_key(state: State) -> str:
    return f"secret.reason.{state.record}"


def _secret(viewer: Viewer, state: State, found: Record) -> None:
    """Secret answers are opened by an administrator who says why; that goes into the audit each time."""
    usage = office().atlas.reference.catalogue.usages.get(found.form_id)
    closed = usage is not None and SECRET in usage.privacy.values()
    if not closed or reach(viewer, SECRET, reason="asked") is None:
        return
    key = f"secret.text.{state.record}"

    def opened() -> None:
        st.session_state[_reason_key(state)] = str(st.session_state[key]).strip()

    title = t("records.secret_open", state.language)
    with st.popover(title, icon=":material/lock_open:"), st.form(f"secret.{state.record}", border=False):
        st.text_input(t("records.secret_reason", state.language), max_chars=300, key=key)
        st.form_submit_button(title, on_click=opened)


def _head(found: Record, language: str) -> None:
    st.subheader(plain(pick(found.title, language)))
    names = office().atlas.reference.names
    parts = [
        place_name(found.area, language, names) if found.area else "",
        t(f"source.{found.source}", language),
        found.enumerator,
        format_moment(found.received_at, language),
        t("records.version", language, form=found.form_id, version=found.version),
    ]
    st.caption(" · ".join(plain(part) for part in parts if part))
    if found.outcome != "projected":
        st.warning(t(f"records.{found.outcome}", language), icon=":material/info:")
    if found.outcome == "quarantined":
        meaning = told("reason", found.reason, language)
        st.write(f"{meaning} → {told('reason', found.reason, language, remedy=True)}")


def _answers(viewer: Viewer, found: Record, language: str) -> None:
    """The form's answers group by group, then each repeat row by row."""
    schema = office().atlas.reference.catalogue.versions.get((found.form_id, found.version))
    tables = {table.name: table for table in schema.schema.tables} if schema else {}
    for section in found.sections:
        if section.name:
            st.markdown(f"##### {plain(_called(tables.get(section.name), section.name, language))}")
            if not section.rows:
                st.caption(t("records.empty_repeat", language))
        for row in section.rows:
            if section.name:
                st.caption(t("records.row", language, n=row.key))
            _row(viewer, row, tables.get(section.name), language)
    if found.hidden_fields:
        st.caption(t("records.hidden", language, n=found.hidden_fields))


def _called(table: Table | None, name: str, language: str) -> str:
    return pick(table.label, language) if table and table.label else name


def _row(viewer: Viewer, row: Row, table: Table | None, language: str) -> None:
    groups = {one.name: one.path[len(table.path) : -1] for one in table.fields} if table else {}
    given = [one for one in row.answers if one.info.kind != "attachment" and one.value not in (None, "")]
    for group, members in groupby(given, key=lambda one: groups.get(one.info.ref, ())):
        with st.container(border=bool(group)):
            listed = [(_label(one, language), _value(viewer, one, language)) for one in members]
            st.html(_pairs(listed))


def _label(one: Answer, language: str) -> str:
    """What was asked; what a phone writes down by itself has no words in a form."""
    label, ref = pick(one.info.label, language), one.info.ref
    wordless = ref in OF_THE_PHONE and label in ("", ref)
    return t(f"records.phone_{ref}", language) if wordless else label


def _pairs(listed: list[tuple[str, str]]) -> str:
    lines = "".join(f"<dt>{escape(label)}</dt><dd>{escape(value)}</dd>" for label, value in listed)
    return f'<dl class="answers">{lines}</dl>'


def _value(viewer: Viewer, one: Answer, language: str) -> str:
    if isinstance(one.value, GeometryFacts):
        return _shape(one.value, language)
    if isinstance(one.value, str) and (corners := _CORNERS.fullmatch(one.value)):
        first = t("records.position", language, lat=corners["lat"], lon=corners["lon"])
        return t("records.worked_out_shape", language, first=first, n=_corner_count(one.value))
    if one.dataset and not one.info.choices and not is_area(one.info):
        return _entity(viewer, one.dataset, str(one.value))
    return shown(one.value, one.info, language, office().atlas.reference.names)


def _corner_count(text: str) -> int:
    """The corners of a shape's text; a closed shape names its first one twice."""
    corners = [one.split() for one in text.split(";") if one.strip()]
    return len(corners) - (len(corners) > 1 and corners[0] == corners[-1])


def _entity(viewer: Viewer, dataset: str, entity_id: str) -> str:
    """What an entity is called; form checks keep closed answers out of such labels."""
    visible = visible_sql(viewer, TEAM, "_area")
    sql = f"SELECT label FROM entity WHERE dataset = ? AND entity_id = ? AND {visible}"
    found = office().atlas.warehouse.cursor().execute(sql, [dataset, entity_id]).fetchall()
    return str(found[0][0]) if found and found[0][0] else entity_id


def _shape(facts: GeometryFacts, language: str) -> str:
    parts = [t("records.position", language, lat=f"{facts.lat:.5f}", lon=f"{facts.lon:.5f}")]
    if facts.area_m2:
        parts.append(t("records.measured", language, area=format_area(facts.area_m2, language)))
    if facts.perimeter_m:
        parts.append(t("records.perimeter", language, n=f"{facts.perimeter_m:,.0f}"))
    if facts.length_m:
        parts.append(t("records.length", language, n=f"{facts.length_m:,.0f}"))
    if facts.drawn:
        parts.append(t(f"map.drawn_{facts.drawn}", language))
    if facts.accuracy_m:
        parts.append(t("records.accuracy", language, n=f"{facts.accuracy_m:,.0f}"))
    if poor := sum(metres > POOR_ACCURACY_M for metres in facts.vertex_accuracy_m or ()):
        of = len(facts.vertex_accuracy_m or ())
        parts.append(t("records.poor_corners", language, n=poor, of=of, limit=f"{POOR_ACCURACY_M:.0f}"))
    return " · ".join(parts)


def _place(found: Record, language: str) -> None:
    place = found.place
    if place is None:
        return
    st.markdown(f"##### {t('records.place', language)}")
    listed = [
        (t("records.reported", language), place_name(place.reported, language, place.names)),
        (t("records.located", language), place_name(place.located, language, place.names)),
        (t("records.shares", language), _shares(place, language)),
        (t("records.lao", language), pick(place.lao, language) if place.lao else ""),
        (t("records.village", language), _village(place, language)),
    ]
    st.html(_pairs([(label, value) for label, value in listed if value]))
    lines = [t(f"verdict.{place.verdict}", language)]
    if place.distance_m is not None and place.located:
        lines.append(t("records.distance", language, n=f"{place.distance_m:,.0f}"))
    if place.others:
        across = "records.nearest" if place.verdict == "outside" else "records.other"
        candidates = ", ".join(area_name(code, language, place.names) for code in place.others)
        lines.append(t(across, language, name=candidates))
    lines.append(t("records.boundary_set", language, name=plain(place.boundary_set)))
    st.caption(" · ".join(lines))
    if place.drawing:
        st.caption(f":material/warning: {t('map.drawing', language)}")


def _shares(place: RecordPlace, language: str) -> str:
    """How a plot across a line is shared out among the tambons."""
    outside = t("verdict.outside", language)
    named = [
        f"{area_name(code, language, place.names) if code else outside} {100 * share:.1f} %"
        for code, share in place.shares
    ]
    return " · ".join(named)


def _village(place: RecordPlace, language: str) -> str:
    if place.village_distance_m is None:
        return ""
    name = place_name(place.village, language, place.names)
    return t("records.village_distance", language, name=name, n=f"{place.village_distance_m:,.0f}")


def _flags(found: Record, language: str) -> None:
    st.markdown(f"##### {t('records.flags', language)}")
    if not found.flags:
        st.caption(t("records.no_flags", language))
    for one in found.flags:
        where = f" ({plain(one.field)}: {plain(one.detail)})" if one.detail else f" ({plain(one.field)})"
        meaning, remedy = told("flag", one.code, language), told("flag", one.code, language, remedy=True)
        st.warning(f"**{meaning}**{where}  \n{remedy}", icon=":material/flag:")


def _history(found: Record, language: str) -> None:
    if not found.history:
        return
    st.markdown(f"##### {t('records.history', language)}")
    keys = ("history_time", "history_edit", "history_by", "history_state")
    rows = [
        (
            format_moment(edit.received_at, language),
            t("records.edited_copy" if edit.deprecated_id else "records.first_copy", language),
            edit.enumerator,
            t(f"records.{edit.outcome}", language),
        )
        for edit in found.history
    ]
    st.dataframe(pd.DataFrame(rows, columns=[t(f"records.{key}", language) for key in keys]), hide_index=True)
