"""One entry of a register on the screen: a household, a plot, a case, with every version and what made it."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pandas as pd
import streamlit as st

from ingest.access import TEAM, Viewer, visible_sql
from ingest.doors.layers import FieldInfo
from ingest.doors.shown import place_name, shown
from ingest.office import entries
from ingest.office.entries import Change, Entry, EntryVersion
from ingest.office.record_parts import Record
from streamlit_app import viewer as door
from streamlit_app.moments import format_moment
from streamlit_app.office import office
from streamlit_app.state import State, change
from streamlit_app.texts import pick, plain, t

_ICONS = {
    "create": ":material/add_circle:", "correction": ":material/edit:", "withdrawal": ":material/undo:",
    "redaction": ":material/ink_eraser:",
    "update": ":material/update:",
}  # fmt: skip
_LABEL = "label"


def address(dataset: str, entity_id: str) -> str:
    """An entry as the state and the page's address name it."""
    return f"{dataset}/{entity_id}"


def draw(viewer: Viewer, state: State) -> None:
    """Draw the entry that the state names."""
    language = state.language
    st.button(
        t("records.back", language), icon=":material/arrow_back:", on_click=change, kwargs={"entry": ""}
    )
    dataset, _, entity_id = state.entry.partition("/")
    found = entries.entry(office().atlas, viewer, dataset, entity_id)
    if found is None:
        st.warning(t("records.not_found", language), icon=":material/visibility_off:")
        return
    questions = _questions(dataset)
    st.subheader(plain(found.label or found.entity_id))
    where = place_name(found.area, language, office().atlas.reference.names)
    st.caption(plain(f"{found.dataset} · {where} · {t('entry.version', language, n=len(found.versions))}"))
    if found.deleted:
        st.warning(t("entry.deleted", language), icon=":material/delete:")
    past, now = st.columns([2, 1], gap="large")
    with past:
        st.markdown(f"##### {t('entry.history', language)}")
        for one in found.versions:
            _version(one, questions, language)
    with now:
        _now(found, questions, language)
        _deletions(found, language)
        _uses(found, language)


def links(viewer: Viewer, own: Record, language: str) -> None:
    """Beside a record: the entries that it registered, changed or chose."""
    listed = entries.of_record(office().atlas, viewer, own)
    if not listed:
        return
    st.markdown(f"##### {t('entry.of_record', language)}")
    for dataset, entity_id, label in listed:
        st.button(
            plain(label or entity_id), key=f"entry.{dataset}.{entity_id}", icon=":material/history:",
            on_click=change, kwargs={"entry": address(dataset, entity_id), "record": ""},
        )  # fmt: skip


def _questions(dataset: str) -> dict[str, FieldInfo]:
    """For each property a question that fills it, which knows its words and its choices."""
    reference = office().atlas.reference
    found: dict[str, FieldInfo] = {}
    for form_id, info in reference.forms.items():
        for rule in reference.catalogue.newest(form_id).schema.entities:
            if rule.dataset == dataset:
                for prop, ref in rule.properties.items():
                    if ref in info.fields and (prop not in found or info.fields[ref].choices):
                        found[prop] = info.fields[ref]
    return found


def _named(prop: str, questions: dict[str, FieldInfo], language: str) -> str:
    if prop == _LABEL:
        return t("register.label", language)
    return pick(questions[prop].label, language) if prop in questions else prop


def _told(prop: str, value: str, questions: dict[str, FieldInfo], language: str) -> str:
    """A value in words: days as people write them, an entry by its name, an outline by its corners."""
    asked = questions.get(prop)
    if not value or asked is None:
        return value
    if value.count(";") > 1:
        return t("entry.corners", language, n=len([one for one in value.split(";") if one.strip()]))
    if asked.kind.startswith("select_"):
        called = shown(value, asked, language, office().atlas.reference.names)
        return _called(value) if called == value else called
    if asked.kind == "date":
        with suppress(ValueError):
            return shown(date.fromisoformat(value), asked, language, {})
    return value


def _called(entity_id: str) -> str:
    """What another entry is called that a value names; the value itself where it names none."""
    visible = visible_sql(door.viewer(), TEAM, "_area")
    sql = f"SELECT any_value(label) FROM entity WHERE entity_id = ? AND {visible}"
    found = office().atlas.warehouse.cursor().execute(sql, [entity_id])
    row = found.fetchone()
    return str(row[0]) if row and row[0] else entity_id


def _version(one: EntryVersion, questions: dict[str, FieldInfo], language: str) -> None:
    """What a version changed, who sent it, and with what it disagreed."""
    catalogue = office().atlas.reference.catalogue
    form = pick(catalogue.newest(one.form_id).title, language) if one.form_id in catalogue.offered else ""
    with st.container(border=True):
        said, opened = st.columns([4, 1], vertical_alignment="center")
        action = t(f"entry.{one.action}", language)
        said.markdown(f"{_ICONS.get(one.action, '')} **{one.number}** · {action} · {plain(form)}")
        by = one.enumerator or (t(f"source.{one.source}", language) if one.source else "")
        said.caption(plain(f"{format_moment(one.received_at, language)} · {by}"))
        opened.button(
            t("register.open", language), key=f"entry.version.{one.number}", on_click=change,
            kwargs={"record": one.instance_id},
        )  # fmt: skip
        if one.conflict:
            key = "entry.settled" if one.resolved else f"entry.{one.conflict}"
            st.warning(t(key, language, base=one.base), icon=":material/call_split:")
        if one.changes:
            _table([_row(each, questions, language) for each in one.changes], language)


def _row(one: Change, questions: dict[str, FieldInfo], language: str) -> dict[str, str]:
    values = {"before": one.before, "now": one.now} | ({} if one.there is None else {"there": one.there})
    told = {key: _told(one.property, value, questions, language) or "–" for key, value in values.items()}
    return {"question": _named(one.property, questions, language)} | told


def _now(found: Entry, questions: dict[str, FieldInfo], language: str) -> None:
    st.markdown(f"##### {t('entry.as_it_is', language)}")
    rows = [
        {"question": _named(prop, questions, language), "now": _told(prop, value, questions, language)}
        for prop, value in found.properties.items()
    ]
    _table(rows, language)


def _deletions(found: Entry, language: str) -> None:
    for one in found.deletions:
        word = t("entry.put_back" if one.restored else "entry.taken_off", language)
        st.info(plain(f"{word} {format_moment(one.at, language)} · {one.actor} · {one.reason}"))


def _uses(found: Entry, language: str) -> None:
    """The records that chose this entry: accounts, visits, debts, …"""
    if not found.uses:
        return
    st.markdown(f"##### {t('entry.uses', language)}")
    catalogue = office().atlas.reference.catalogue
    for one in found.uses:
        title = pick(catalogue.newest(one.form_id).title, language)
        st.button(
            plain(f"{title} · {format_moment(one.received_at, language)}"), key=f"use.{one.instance_id}",
            type="tertiary", on_click=change, kwargs={"record": one.instance_id},
        )  # fmt: skip


def _table(rows: list[dict[str, str]], language: str) -> None:
    table = pd.DataFrame(rows).rename(columns=lambda key: t(f"entry.{key}", language))
    st.dataframe(table.fillna(""), hide_index=True, width="stretch")
