"""The data's quality: what is put aside, what was noticed, what contradicts itself, each with what to do."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import quote

import pandas as pd
import streamlit as st

from ingest import backup, log
from ingest.access import Viewer
from ingest.doors.layer_infos import FieldInfo
from ingest.doors.shown import place_name, told_apart
from ingest.office import contradictions, oversight, second_contents
from streamlit_app import viewer as door
from streamlit_app.filters.panel import controlled
from streamlit_app.moments import format_moment
from streamlit_app.office import office
from streamlit_app.records import contradiction_view, register_view
from streamlit_app.state import State, change, current
from streamlit_app.texts import pick, plain, t, told

_MOST_ROWS = 500


def page() -> None:
    """Draw the page; the headings say how much there is to do."""
    viewer, state = door.viewer(), current()
    if viewer.role == "administrator":
        _backup(state)
    atlas, language = office().atlas, state.language
    counts = oversight.flag_counts(atlas, viewer)
    aside, doubles = oversight.quarantine(atlas, viewer), oversight.conflicts(atlas, viewer)
    headings = [
        f"{t(f'quality.{key}', language)} ({n:,})"
        for key, n in (
            ("flags", sum(counts.values())),
            ("quarantine", len(aside)),
            ("conflicts", len(doubles)),
        )
    ]
    headings.append(f"{t('register.tab', language)} ({register_view.waiting(viewer):,})")
    flags, quarantine, conflicts, registers = st.tabs(headings)
    with flags:
        _flags(viewer, state, counts)
    with quarantine:
        _quarantine(aside, state)
    with conflicts:
        _conflicts(doubles, viewer, state)
    with registers:
        register_view.draw(viewer, state)


def _backup(state: State) -> None:
    """When the office was last copied: the one loss that nothing here can mend is that of its disk."""
    with office().atlas.log.connect() as connection:
        last = log.setting(connection, backup.LAST)
    if last:
        st.caption(t("quality.backup_last", state.language, when=format_moment(last, state.language)))
    else:
        st.warning(t("quality.backup_never", state.language), icon=":material/save:")


def _flags(viewer: Viewer, state: State, counts: dict[str, int]) -> None:
    language = state.language
    if not counts:
        st.success(t("quality.flags_none", language), icon=":material/check_circle:")
        return
    st.write(t("quality.flags_what", language))
    overview = [
        {
            "kind": told("flag", code, language),
            "count": n,
            "what_to_do": told("flag", code, language, remedy=True),
        }
        for code, n in counts.items()
    ]
    _table(overview, language)
    value = state.code if state.code in counts else None
    st.selectbox(
        t("quality.choose", language), list(counts), index=None, placeholder=t("quality.choose", language),
        format_func=lambda code: f"{told('flag', code, language)} ({counts[code]:,})",
        **controlled("flag.code", value, lambda code: change(code=code or ""), among=counts),
    )  # fmt: skip
    if value:
        _flagged(viewer, value, language)


def _flagged(viewer: Viewer, code: str, language: str) -> None:
    names, catalogue = office().atlas.reference.names, office().atlas.reference.catalogue
    _drawn(viewer, code, language)
    listed = oversight.flags(office().atlas, viewer, code, limit=_MOST_ROWS)
    rows = [
        {
            "record": _record(one.instance_id, language),
            "form": pick(catalogue.newest(one.form_id).title, language),
            "field": _label(one, language),
            "detail": one.detail,
            "place": place_name(one.tambon, language, names),
            "received": format_moment(one.received_at, language),
        }
        for one in listed
    ]
    if len(listed) == _MOST_ROWS:
        st.caption(t("quality.shown_first", language, n=_MOST_ROWS))
    _table(rows, language)


def _drawn(viewer: Viewer, code: str, language: str) -> None:
    """Contradictions on the ground, on small maps: the list of records follows."""
    if code == "tambon_disagrees":
        contradiction_view.misplaced(contradictions.misplaced(office().atlas, viewer), language)
    elif code in ("plot_overlap", "plot_same"):
        kind = code.removeprefix("plot_")
        contradiction_view.pairs(contradictions.plot_pairs(office().atlas, viewer, kind), language)


def _label(flag: oversight.Flag, language: str) -> str:
    """The question as the newest form words it; its name where that no longer has it."""
    schema = office().atlas.reference.catalogue.newest(flag.form_id).schema
    ref = f"{flag.table}/{flag.field}".removeprefix("/")
    found = schema.references().get(ref)
    return pick(found.label, language) if found and found.label else flag.field


def _quarantine(aside: list[oversight.Quarantined], state: State) -> None:
    language = state.language
    if not aside:
        st.success(t("quality.quarantine_none", language), icon=":material/check_circle:")
        return
    st.write(t("quality.quarantine_what", language))
    reasons = Counter(one.reason for one in aside)
    _table(
        [
            {
                "reason": told("reason", reason, language),
                "count": n,
                "what_to_do": told("reason", reason, language, remedy=True),
            }
            for reason, n in reasons.most_common()
        ],
        language,
    )
    rows = [
        {
            "record": _record(one.instance_id, language),
            "reason": told("reason", one.reason, language),
            "form": f"{one.form_id} {one.version}".strip(),
            "enumerator": one.enumerator,
            "source": t(f"source.{one.source}", language),
            "received": format_moment(one.received_at, language),
        }
        for one in aside[:_MOST_ROWS]
    ]
    _table(rows, language)


def _conflicts(doubles: list[oversight.Conflict], viewer: Viewer, state: State) -> None:
    language, names = state.language, office().atlas.reference.names
    if not doubles:
        st.success(t("quality.conflicts_none", language), icon=":material/check_circle:")
        return
    st.write(t("quality.conflicts_what", language))
    rows = [
        {
            "record": _record(one.instance_id, language),
            "form": one.form_id,
            "first": f"{format_moment(one.first_received_at, language)} {one.first_enumerator}".strip(),
            "second": f"{format_moment(one.received_at, language)} {one.enumerator}".strip(),
            "source": t(f"source.{one.source}", language),
            "place": place_name(one.area, language, names) if one.area else "",
        }
        for one in doubles[:_MOST_ROWS]
    ]
    _table(rows, language)
    both = {one.sha256: (one, row) for one, row in zip(doubles, rows, strict=False)}
    called = told_apart(
        {key: f"{row['form']} · {row['second']}" for key, (_, row) in both.items()},
        {key: row["place"] for key, (_, row) in both.items()},
    )
    chosen = st.selectbox(
        t("quality.second_choose", language), list(called), index=None, key="second_content",
        format_func=called.__getitem__,
    )  # fmt: skip
    if chosen is not None:
        _second_content(both[chosen][0], viewer, state)


def _second_content(one: oversight.Conflict, viewer: Viewer, state: State) -> None:
    """Both answers side by side where they differ, and the other content's files as links."""
    language = state.language
    told = second_contents.differences(office().atlas, viewer, one)
    if not told:
        st.info(t("quality.second_nothing", language))
        return
    rows = [
        {
            "field": " · ".join(part for part in (found.turn, pick(found.asked.label, language)) if part),
            "first": _words(found.asked, found.first, language),
            "second": _words(found.asked, found.second, language),
        }
        for found in told
    ]
    _table(rows, language)
    own = quote(log.other_id(one.instance_id, one.sha256), safe="")
    for name in dict.fromkeys(found.second for found in told if found.asked.kind == "attachment"):
        if name:
            st.link_button(plain(name), f"/photo/{own}/{quote(name, safe='')}", icon=":material/attach_file:")


def _words(asked: FieldInfo, answer: str, language: str) -> str:
    """An answer as the form's choices call it."""
    parts = answer.split() if asked.kind == "select_multiple" else [answer]
    return ", ".join(asked.label_of(part, language) for part in parts)


def _record(instance_id: str, language: str) -> str:
    return f"/records?record={quote(instance_id)}&lang={language}"


def _table(rows: list[dict[str, Any]], language: str) -> None:
    """Rows under headings in the screen's language; a record's address becomes a link."""
    title = t("quality.record", language)
    table = pd.DataFrame(rows).rename(columns=lambda key: t(f"quality.{key}", language))
    link = st.column_config.LinkColumn(title, display_text=t("quality.open", language))
    st.dataframe(table, hide_index=True, width="stretch", column_config={title: link})
