"""One project of the plans: its evidence, its way through the plans, its decisions, and the next decision."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pandas as pd
import streamlit as st

from ingest.access import Viewer
from ingest.doors.shown import place_name, shown, told_apart
from ingest.office import records as whole_records
from reports.plans import deciding, funding, matching, next_steps, records
from reports.plans.deciding import NewDecision
from reports.plans.funding import Funding
from reports.plans.records import BudgetLine, Plans, Proposal
from streamlit_app import keys
from streamlit_app.filters.spans import today
from streamlit_app.moments import format_moment
from streamlit_app.office import office
from streamlit_app.state import State
from streamlit_app.texts import pick, plain, t
from thai.calendar import format_date, parse_date
from thai.money import format_baht, parse_baht
from thai.problem import Problem

_MEETING = "plans.meeting"  # who decided last, and on which day: a meeting decides on many projects


def label(form_id: str, ref: str, value: str, language: str) -> str:
    """A choice as the form words it."""
    info = office().atlas.reference.forms[form_id].field(ref)
    return info.label_of(value, language) if info and value else value


def detail(viewer: Viewer, state: State, plans: Plans, proposal: Proposal, *, key: str = "board") -> None:
    """A chosen project below the table."""
    language = state.language
    own = funding.funding(plans.decisions)[0].get(proposal.entity_id)
    with st.container(border=True):
        link = f"/records?record={quote(proposal.instance_id)}&lang={language}"
        st.markdown(f"#### {plain(proposal.name)}  \n[{t('plans.open_record', language)}]({link})")
        evidence, way, decided = st.columns(3, gap="medium")
        with evidence:
            _evidence(viewer, proposal, language)
        with way:
            _way(viewer, proposal, language, key)
        with decided:
            _decisions(plans, own, language)
        _doubts(plans, proposal, own, language)
        if deciding.may_decide(viewer, proposal):
            _form(viewer, language, plans, proposal, own or Funding(), key)
    outcome(key, language)


def _evidence(viewer: Viewer, proposal: Proposal, language: str) -> None:
    """The records that the proposal cites, one line each."""
    st.markdown(f"**{t('plans.evidence', language, n=proposal.evidence)}**")
    found = whole_records.record(office().atlas, viewer, proposal.instance_id)
    section = next((one for one in found.sections if one.name == "evidence"), None) if found else None
    names = office().atlas.reference.names
    for row in section.rows if section else ():
        ids = [one for one in row.answers if str(one.value).startswith("uuid:")]  # some cite by name
        said = [shown(one.value, one.info, language, names) for one in row.answers if one not in ids]
        links = [
            f"[{t('quality.open', language)}](/records?record={quote(str(one.value))}&lang={language})"
            for one in ids
        ]
        st.markdown("- " + " ".join([plain(" · ".join(text for text in said if text)), *links]))
    if not proposal.evidence:
        st.caption(t("plans.no_evidence", language))


def _way(viewer: Viewer, proposal: Proposal, language: str, key: str) -> None:
    """The plans it was raised through, and the next one."""
    st.markdown(f"**{t('plans.way', language)}**")
    for step in deciding.history(office().atlas, viewer, proposal):
        level = label(records.PROPOSAL, "plan_level", step.plan_level, language)
        st.markdown(f"- {plain(level)}  \n:gray[{format_moment(step.received_at, language)}]")
    above = deciding.next_level(proposal)
    if above and deciding.may_decide(viewer, proposal):
        st.button(
            t("plans.raise", language, plan=label(records.PROPOSAL, "plan_level", above, language)),
            icon=":material/arrow_upward:", key=f"{key}.raise.{proposal.entity_id}",
            on_click=_raised, args=(viewer, [proposal], above, key),
        )  # fmt: skip


def _decisions(plans: Plans, own: funding.Funding | None, language: str) -> None:
    lines = {one.entity_id: one.name for one in plans.lines}
    st.markdown(f"**{t('plans.decisions', language)}**")
    for one in own.decisions if own else ():
        what = label(records.DECISION, "decision", one.decision, language)
        money = one.granted or one.returned or Decimal(0)
        amount = f" {format_baht(money, language=language)}" if money else ""
        day = format_date(one.day, language=language) if one.day else ""
        said = " · ".join(part for part in (day, lines.get(one.budget, ""), one.reason) if part)
        st.markdown(f"- {plain(what + amount)}  \n:gray[{plain(said)}]")
    if own is None:
        st.caption(t("plans.no_decisions", language))


def _doubts(plans: Plans, proposal: Proposal, own: Funding | None, language: str) -> None:
    """What does not add up in this project's money, or in the lines that gave it."""
    lines = {one.entity_id: one.name for one in plans.lines}
    gave = {one for one in lines if own and own.from_line(one)}
    told = []
    for one in funding.findings(plans):
        if one.project == proposal.entity_id or (not one.project and one.budget in gave):
            baht = format_baht(one.amount, language=language)
            said = (t(f"plans.{one.code}", language), lines.get(one.budget, ""), baht)
            told.append(plain(" · ".join(part for part in said if part)))
    if told:
        st.warning("  \n".join(told), icon=":material/flag:")


def _by_fit(
    plans: Plans, proposal: Proposal, own: Funding, names: dict[str, str], language: str
) -> dict[str, str]:
    """Every line with what it has left and gave the project, those first that gave, then those that fit."""
    granted = funding.granted_from(plans.decisions)
    gave = {one.entity_id: own.from_line(one.entity_id) for one in plans.lines}
    fit = {one.entity_id: matching.fits(proposal, one, today()) for one in plans.lines}
    listed = sorted(
        plans.lines, key=lambda one: (-gave[one.entity_id], -len(fit[one.entity_id]), one.name)
    )  # fmt: skip
    found = {}
    for one in listed:
        left = format_baht(funding.left(one, granted.get(one.entity_id, Decimal(0))), language=language)
        found[one.entity_id] = t("plans.line_left", language, line=names[one.entity_id], left=left)
        if gave[one.entity_id]:
            baht = format_baht(gave[one.entity_id], language=language)
            found[one.entity_id] += t("plans.line_gave", language, baht=baht)
    return found


def year_text(year_be: int | None, language: str) -> str:
    """A fiscal year as it is told: in the Buddhist Era in Thai."""
    return "" if year_be is None else str(year_be if language == "th" else year_be - 543)


def _names(plans: Plans, language: str) -> dict[str, str]:
    """What each line is called in a list, by its id: with year, owner or id where others are called the same.

    Nothing in these words may change while the list is open, as an amount would.
    """
    years = {one.entity_id: year_text(one.fiscal_year, language) for one in plans.lines}
    owners = {one.entity_id: one.owner for one in plans.lines}
    return told_apart({one.entity_id: one.name for one in plans.lines}, years, owners)


def _form(viewer: Viewer, language: str, plans: Plans, proposal: Proposal, own: Funding, key: str) -> None:
    """What the meeting decided, written as an ordinary record."""
    lines = {one.entity_id: one for one in plans.lines}
    if not lines:
        return
    names = _names(plans, language)
    by_fit = _by_fit(plans, proposal, own, names, language)
    # What somebody else saves meanwhile leaves this form as it is; one's own decision begins it anew.
    name = f"{key}.{proposal.entity_id}"
    once = keys.once(name)
    begun = f"{name}.{once}"
    by, day = st.session_state.get(_MEETING, ("", format_date(today(), language=language)))

    def choices(ref: str) -> list[str]:
        info = office().atlas.reference.forms[records.DECISION].field(ref)
        return [choice.value for choice in info.choices] if info else []

    with st.form(f"{begun}.decide", border=False):
        st.markdown(f"**{t('plans.decide', language)}**")
        st.caption("  \n".join(map(plain, by_fit.values())))
        line = st.selectbox(
            t("plans.col_line", language), list(by_fit), format_func=names.__getitem__, key=f"{begun}.line"
        )
        top, bottom = st.columns(4), st.columns(3)
        chosen: dict[str, Any] = {
            "line": line,
            "decision": top[0].selectbox(
                t("plans.decision", language), choices("decision"),
                format_func=lambda one: label(records.DECISION, "decision", one, language),
            ),
            "by": top[1].selectbox(
                t("plans.decided_by", language), choices("decided_by"),
                index=choices("decided_by").index(by) if by else 0,
                format_func=lambda one: label(records.DECISION, "decided_by", one, language),
            ),
            "requested": bottom[0].text_input(
                t("plans.requested", language), f"{funding.gap(proposal, own):,.2f}",
                key=f"{begun}.requested",
            ),
            "granted": bottom[1].text_input(
                t("plans.granted_or_back", language), placeholder=t("plans.all_of_it", language),
                key=f"{begun}.granted",
            ),
            "day": bottom[2].text_input(t("plans.day", language), day),
            "spending": top[2].selectbox(
                t("plans.spending", language), choices("spending_kind"),
                format_func=lambda one: label(records.DECISION, "spending_kind", one, language),
            ),
            "plan": top[3].selectbox(
                t("plans.target_plan", language), ["", *choices("target_plan")],
                format_func=lambda one: label(records.DECISION, "target_plan", one, language)
                or t("plans.no_plan", language),
            ),
            "reason": st.text_input(t("plans.reason", language), max_chars=500, key=f"{begun}.reason"),
        }  # fmt: skip
        if st.form_submit_button(t("plans.save", language), type="primary", icon=":material/gavel:"):
            if _decided(viewer, proposal, lines[chosen["line"]], chosen, own, f"uuid:{once}", key):
                keys.written(name)
                st.session_state[_MEETING] = chosen["by"], chosen["day"]
            st.rerun()


def _decided(
    viewer: Viewer, proposal: Proposal, line: BudgetLine, chosen: dict[str, Any], own: Funding,
    instance_id: str, key: str,
) -> bool:  # fmt: skip
    """Write the decision, or keep what is wrong with it for ``outcome``; whether it is written."""
    try:
        made = NewDecision(
            chosen["decision"], parse_date(chosen["day"]), chosen["by"], _money(chosen["requested"]),
            _money(chosen["granted"]), chosen["reason"], chosen["spending"], chosen["plan"],
        )  # fmt: skip
        deciding.decide(office().atlas, viewer, proposal, line, made, own, instance_id=instance_id)
    except Problem as problem:
        st.session_state[_last(key)] = problem
        return False
    office().follower.catch_up()
    st.session_state[_last(key)] = "plans.saved"
    return True


def together(viewer: Viewer, state: State, plans: Plans) -> None:
    """Several projects of one plan raised at once; P11 is their list."""
    language = state.language
    mine = [one for one in plans.proposals if deciding.may_decide(viewer, one) and deciding.next_level(one)]
    levels = [one for one in deciding.PLAN_LEVELS if any(p.plan_level == one for p in mine)]
    if not levels:
        return
    with st.expander(t("plans.together", language), icon=":material/arrow_upward:"):
        from_ = st.selectbox(
            t("plans.col_plan", language), levels, key="plans.together.from",
            format_func=lambda one: label(records.PROPOSAL, "plan_level", one, language),
        )  # fmt: skip
        own = {one.entity_id: one for one in mine if one.plan_level == from_}
        areas = office().atlas.reference.names
        places = {key: place_name(one.area, language, areas) for key, one in own.items()}
        called = told_apart({key: one.name for key, one in own.items()}, places)
        chosen = st.multiselect(
            t("plans.projects", language), list(own), key=f"plans.together.{from_}",
            format_func=called.__getitem__,
        )  # fmt: skip
        proposals = [own[one] for one in chosen]
        total = format_baht(sum((one.amount for one in proposals), Decimal(0)), language=language)
        st.caption(t("plans.together_sum", language, n=f"{len(proposals):,}", baht=total))
        above = deciding.next_level(next(iter(own.values())))
        st.button(
            t("plans.raise", language, plan=label(records.PROPOSAL, "plan_level", above, language)),
            icon=":material/arrow_upward:", key="plans.together.raise", disabled=not proposals,
            on_click=_raised, args=(viewer, proposals, above, "projects"),
        )  # fmt: skip


def _raised(viewer: Viewer, proposals: list[Proposal], above: str, key: str) -> None:
    try:
        deciding.raise_plans(office().atlas, viewer, proposals, above)
    except Problem as problem:
        st.session_state[_last(key)] = problem
        return
    office().follower.catch_up()
    st.session_state[_last(key)] = "plans.was_raised"


def _money(text: str) -> Decimal:
    """Baht as people type them, blank for zero. Raises ``amount_unreadable``."""
    return parse_baht(text) if text.strip() else Decimal(0)


def _last(key: str) -> str:
    return f"{key}.last"


def outcome(key: str, language: str) -> None:
    """What became of the last act in this part of the page."""
    last = st.session_state.pop(_last(key), None)
    if isinstance(last, Problem):
        st.error(f"{last.says[language]} {last.remedy[language]}", icon=":material/error:")
    elif last:
        st.success(t(last, language), icon=":material/check:")


def steps(viewer: Viewer, state: State) -> None:
    """What S-I-I reviews say will be done next, to be proposed by whoever takes it on."""
    language, names, catalogue = (
        state.language,
        office().atlas.reference.names,
        office().atlas.reference.catalogue,
    )
    found = next_steps.next_steps(office().atlas, viewer, state.shared.area or viewer.area)
    if not found:
        return
    st.markdown(f"**{t('plans.next_steps', language, n=len(found))}**")
    columns = ("place", "review", "about", "step", "record")
    table = [
        (place_name(one.area, language, names), pick(catalogue.newest(one.form_id).title, language),
         one.about, one.step, f"/records?record={quote(one.instance_id)}&lang={language}")
        for one in found
    ]  # fmt: skip
    frame = pd.DataFrame(table, columns=[t(f"plans.col_{name}", language) for name in columns])
    open_ = st.column_config.LinkColumn(display_text=t("quality.open", language))
    st.dataframe(
        frame, hide_index=True, width="stretch", column_config={t("plans.col_record", language): open_}
    )


def problems(viewer: Viewer, state: State) -> None:
    """Problems by their weight: how severe and urgent, how many causes and options are known."""
    language, names = state.language, office().atlas.reference.names
    area = state.shared.area or viewer.area
    rows = [
        row
        for row in records.rows(office().atlas, viewer, records.PROBLEM)
        if records.area_of(row).startswith(area)
    ]
    if not rows:
        st.info(t("plans.no_problems", language), icon=":material/search_off:")
        return
    rows.sort(key=lambda row: -int(Decimal(str(row["priority_score"] or 0))))

    def value(row: dict[str, Any], ref: str) -> str:
        info = office().atlas.reference.forms[records.PROBLEM].field(ref)
        return shown(row[ref], info, language, names) if info else ""

    columns = ("problem_name", "problem_side", "theme", "status", "raised_to")
    table = [
        {
            "place": place_name(records.area_of(row), language, names),
            **{ref: value(row, ref) for ref in columns},
            "priority": str(row["priority_score"] or ""), "causes": str(row["cause_count"] or 0),
            "options": str(row["option_count"] or 0),
            "record": f"/records?record={quote(row['_instance_id'])}&lang={language}",
        }
        for row in rows
    ]  # fmt: skip
    frame = pd.DataFrame(table).rename(columns=lambda name: t(f"plans.col_{name}", language))
    open_ = st.column_config.LinkColumn(display_text=t("quality.open", language))
    st.dataframe(
        frame, hide_index=True, width="stretch", column_config={t("plans.col_record", language): open_}
    )
