"""The registers on the Quality page: contradictions with both values, twins, and lists that grow too long."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pandas as pd
import streamlit as st

from ingest import access, deletions
from ingest.access import Viewer
from ingest.doors.shown import place_name, told_apart
from ingest.office import registers
from ingest.office.registers import Contradiction, Disagreement, Double, Twins
from streamlit_app import keys
from streamlit_app.moments import format_moment
from streamlit_app.office import office
from streamlit_app.records import entry_view
from streamlit_app.state import State
from streamlit_app.texts import pick, plain, t
from thai.periods import parse_period
from thai.problem import Problem

_MOST_FORMS = 20  # contradictions that are decided on one screen
_MOST_ROWS = 500


def waiting(viewer: Viewer) -> int:
    """How much there is to decide."""
    atlas = office().atlas
    listed = (registers.contradictions, registers.twins, registers.doubles)
    return sum(len(one(atlas, viewer)) for one in listed)


def draw(viewer: Viewer, state: State) -> None:
    """Draw the tab."""
    language, atlas = state.language, office().atlas
    found, twins = registers.contradictions(atlas, viewer), registers.twins(atlas, viewer)
    doubles = registers.doubles(atlas, viewer)
    if not found and not twins and not doubles:
        st.success(t("register.none", language), icon=":material/check_circle:")
    hard = [one for one in found if one.hard]
    if hard:
        st.subheader(t("register.hard", language))
        st.write(t("register.hard_what", language))
    for one in hard[:_MOST_FORMS]:
        _contradiction(viewer, one, language)
    soft = [one for one in found if not one.hard]
    if soft:
        st.subheader(t("register.soft", language))
        st.write(t("register.soft_what", language))
        _table([_facts(one, language) for one in soft[:_MOST_ROWS]], language)
    if twins:
        _twins(viewer, twins, language)
    if doubles:
        _doubles(doubles, language)
    _sizes(viewer, language)


def _doubles(doubles: list[Double], language: str) -> None:
    """Months that stand twice, with every record."""
    st.subheader(t("register.doubles", language))
    st.write(t("register.doubles_what", language))
    catalogue, names = office().atlas.reference.catalogue, office().atlas.reference.names
    rows = [
        {
            "form": pick(catalogue.newest(one.form_id).title, language),
            "entry": one.label,
            "month": parse_period(one.month).label(language),
            "place": place_name(one.area[:6], language, names),
            "record": _link(instance_id, language),
        }
        for one in doubles[:_MOST_ROWS]
        for instance_id in one.instance_ids
    ]
    _table(rows, language)


def _facts(one: Contradiction, language: str) -> dict[str, str]:
    names = office().atlas.reference.names
    return {
        "list": one.dataset,
        "entry": one.label,
        "place": place_name(one.area[:6], language, names),
        "received": format_moment(one.received_at, language),
        "history": _entry(one.dataset, one.entity_id, language),
        "earlier": _link(one.there, language),
        "later": _link(one.came, language),
    }


def _link(instance_id: str, language: str) -> str:
    return f"/records?record={quote(instance_id)}&lang={language}"


def _entry(dataset: str, entity_id: str, language: str) -> str:
    return f"/records?entry={quote(entry_view.address(dataset, entity_id))}&lang={language}"


def _contradiction(viewer: Viewer, one: Contradiction, language: str) -> None:
    """Both values of each property, and for officers the choice between them."""
    key, chosen = f"register.{one.entity_id}.{one.version}", dict[str, str]()
    with st.container(border=True), st.form(key, border=False):
        st.markdown(f"**{plain(one.label)}**")
        _table([_facts(one, language)], language)
        for said in one.disagreements:
            chosen[said.property] = _choice(one, said, f"{key}.{said.property}", language)
        may = access.may_see(viewer, access.PERSONAL, one.area)
        if st.form_submit_button(t("register.decide", language), disabled=not may):
            _try(lambda: registers.decide(office().atlas, viewer, one, chosen), "register.decided", language)


def _choice(one: Contradiction, said: Disagreement, key: str, language: str) -> str:
    """The value that a person takes for right; the later one is marked, as it stands."""
    sides = {"came": said.came, "there": said.there}

    def told(side: str) -> str:
        return f"{plain(sides[side]) or '–'} ({t(f'register.{side}', language)})"

    before = f"{t('register.before', language)}: {plain(said.before) or '–'}"
    question = f"{_question(one, said.property, language)} · {before}"
    return sides[st.radio(question, ["came", "there"], horizontal=True, key=key, format_func=told) or "came"]


def _question(one: Contradiction, prop: str, language: str) -> str:
    """The question that fills a property, as the form words it."""
    schema = office().atlas.reference.catalogue.newest(one.form_id).schema
    refs = {p: ref for rule in schema.entities for p, ref in rule.properties.items()}
    field = schema.references().get(refs.get(prop, ""))
    return pick(field.label, language) if field and field.label else _named(prop, language)


def _named(prop: str, language: str) -> str:
    return t("register.label", language) if prop == "label" else prop


def _twins(viewer: Viewer, twins: list[Twins], language: str) -> None:
    """Pairs that are probably one thing, and the way to take one off the lists."""
    st.subheader(t("register.twins", language))
    st.write(t("register.twins_what", language))
    names, link = office().atlas.reference.names, _link
    _table(
        [
            {
                "list": one.dataset,
                "entry": one.label,
                "place": place_name(one.area[:6], language, names),
                "number": str(number + 1),
                "history": _entry(one.dataset, entity_id, language),
                "record": link(instance_id, language),
            }
            for one in twins[:_MOST_ROWS]
            for number, (entity_id, instance_id) in enumerate(
                zip(one.entity_ids, one.instance_ids, strict=True)
            )
        ],
        language,
    )
    mine = [one for one in twins if access.may_see(viewer, access.PERSONAL, one.area)]
    listed = [
        (entity_id, f"{one.label} ({number + 1})", one)
        for one in mine[:_MOST_ROWS]
        for number, entity_id in enumerate(one.entity_ids)
    ]
    choices = {entity_id: one.dataset for entity_id, _, one in listed}
    places = {entity_id: place_name(one.area, language, names) for entity_id, _, one in listed}
    called = told_apart({entity_id: told for entity_id, told, _ in listed}, places)
    if not choices:
        return
    with st.form("register.delete", border=True):
        entity_id = st.selectbox(
            t("register.delete_which", language), list(choices), format_func=called.__getitem__,
            index=None, key=keys.listing("register.delete.which", choices),
        )  # fmt: skip
        reason = st.text_input(t("register.reason", language), max_chars=200)
        if st.form_submit_button(t("register.delete", language)):
            if entity_id is None:  # or the list has changed meanwhile, and what was chosen with it
                st.warning(t("register.delete_none", language))
                return
            dataset = choices[entity_id]
            _try(
                lambda: deletions.say(office().atlas, viewer, dataset, entity_id, reason),
                "register.deleted",
                language,
            )


def _sizes(viewer: Viewer, language: str) -> None:
    """The length of each list, with a warning where phones would suffer."""
    sizes = registers.sizes(office().atlas, viewer)
    if not sizes:
        return
    st.subheader(t("register.sizes", language))
    for dataset, rows in sizes.items():
        if rows >= registers.MANY_ROWS:
            key = "register.too_many" if rows >= registers.TOO_MANY_ROWS else "register.many"
            st.warning(t(key, language, dataset=dataset, n=f"{rows:,}"), icon=":material/smartphone:")
    _table([{"list": dataset, "rows": f"{rows:,}"} for dataset, rows in sizes.items()], language)


def _try(act: Callable[[], object], done: str, language: str) -> None:
    """Do it and say so, or say why not."""
    try:
        act()
    except Problem as problem:
        st.warning(f"{plain(problem.says[language])} {plain(problem.remedy[language])}")
        return
    office().follower.catch_up()
    st.toast(t(done, language))
    st.rerun()


def _table(rows: list[dict[str, str]], language: str) -> None:
    table = pd.DataFrame(rows).rename(columns=lambda key: t(f"register.{key}", language))
    links = {
        t(f"register.{key}", language): st.column_config.LinkColumn(display_text=t("register.open", language))
        for key in ("record", "history", "earlier", "later")
    }
    st.dataframe(table, hide_index=True, width="stretch", column_config=links)
