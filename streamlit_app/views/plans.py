"""Plans: projects that lack money beside money that is not used, what fits, and what was decided."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pandas as pd
import streamlit as st

from ingest.access import Viewer
from ingest.doors.shown import place_name
from reports.plans import funding, matching, records, windows
from reports.plans.matching import Demand, Supply
from reports.plans.records import Plans, Proposal
from streamlit_app import keys
from streamlit_app import viewer as door
from streamlit_app.filters import panel
from streamlit_app.filters.spans import today
from streamlit_app.numbers import plan_panel
from streamlit_app.numbers.plan_panel import label, year_text
from streamlit_app.office import office
from streamlit_app.state import State, current
from streamlit_app.texts import plain, t
from thai.calendar import format_date
from thai.money import format_baht

_MOST_SUGGESTIONS = 12


def page() -> None:
    """Draw the area's board."""
    viewer, state = door.viewer(), current()
    if records.PROPOSAL not in office().atlas.reference.forms:
        st.info(t("plans.no_form", state.language), icon=":material/assignment:")
        return
    filters, board = st.container(key="desk").columns([1, 3.6], gap="medium")
    with filters:
        panel.area(office().atlas.reference, state)
    plans = records.read(office().atlas, viewer, state.shared.area or viewer.area)
    needs, money = matching.demand(plans), matching.supply(plans, today())
    doubts = funding.findings(plans)
    with filters:
        _windows(plans, state.language)
    with board:
        _headline(needs, money, state.language)
        headings = [t(f"plans.{name}", state.language) for name in ("board", "projects", "lines", "problems")]
        headings.append(f"{t('plans.doubts', state.language)} ({len(doubts)})")
        match, projects, lines, problems, found = st.tabs(headings)
        with match:
            _board(viewer, state, plans, needs, money)
        with projects:
            _projects(viewer, state, plans)
        with lines:
            _lines(plans, state.language)
        with problems:
            plan_panel.problems(viewer, state)
            plan_panel.steps(viewer, state)
        with found:
            _doubts(plans, doubts, state.language)


def _headline(needs: list[Demand], money: list[Supply], language: str) -> None:
    missing = sum((one.missing for one in needs), Decimal(0))
    left = sum((one.left for one in money), Decimal(0))
    demand, supply = st.columns(2)
    with demand, st.container(border=True):
        st.caption(t("plans.demand", language, n=f"{len(needs):,}"))
        st.markdown(f"### {format_baht(missing, language=language)}")
    with supply, st.container(border=True):
        st.caption(t("plans.supply", language, n=f"{len(money):,}"))
        st.markdown(f"### {format_baht(left, language=language)}")


def _windows(plans: Plans, language: str) -> None:
    """The days to come, the nearest first."""
    found = windows.countdowns(plans.lines, today())
    st.markdown(f"**{t('plans.windows', language)}**")
    if not found:
        st.caption(t("plans.no_windows", language))
    for one in found[:8]:
        count = t("plans.days_left" if one.days >= 0 else "plans.days_past", language, n=abs(one.days))
        what = t(f"plans.{one.what}", language)
        day = format_date(one.day, language=language)
        urgent = ":red[" + count + "]" if 0 <= one.days <= 30 else count
        st.markdown(f"{plain(one.line.name)}  \n:gray[{what} {day}] · {urgent}")


def _board(viewer: Viewer, state: State, plans: Plans, needs: list[Demand], money: list[Supply]) -> None:
    language = state.language
    if not needs:
        st.success(t("plans.no_demand", language), icon=":material/task_alt:")
        plan_panel.outcome("board", language)
        return
    st.caption(t("plans.choose", language))
    table = [
        {
            "project": one.proposal.name, "place": _place(one.proposal.area, language),
            "theme": label(records.PROPOSAL, "theme", one.proposal.theme, language),
            "tier": label(records.PROPOSAL, "doer_tier", one.proposal.tier, language),
            "evidence": one.proposal.evidence, "missing": format_baht(one.missing, language=language),
        }
        for one in needs
    ]  # fmt: skip
    picked = st.dataframe(
        _frame(table, language), hide_index=True, width="stretch", on_select="rerun",
        selection_mode="single-row", key=keys.listing("demand", [one.proposal.entity_id for one in needs]),
    )  # fmt: skip
    rows = picked["selection"]["rows"]
    chosen = [needs[rows[0]]] if rows else needs
    found = matching.suggestions(chosen, money, today())
    st.markdown(f"**{t('plans.suggestions', language, n=len(found))}**")
    if not found:
        st.info(t("plans.no_suggestions", language), icon=":material/search_off:")
    else:
        st.dataframe(_frame([
            {
                "project": one.proposal.name, "line": one.line.name,
                "kind": label(records.BUDGET, "budget_kind", one.line.kind, language),
                "amount": format_baht(one.amount, language=language),
                "closes": format_date(one.line.closes, language=language) if one.line.closes else "",
                "reasons": " · ".join(t(f"plans.fits_{reason}", language) for reason in one.reasons),
            }
            for one in found[:_MOST_SUGGESTIONS]
        ], language), hide_index=True, width="stretch")  # fmt: skip
    if rows:
        plan_panel.detail(viewer, state, plans, chosen[0].proposal)
    else:
        plan_panel.outcome("board", language)


def _projects(viewer: Viewer, state: State, plans: Plans) -> None:
    """Every project by the four tiers of who does it, with the state of its money."""
    language = state.language
    by_project, _ = funding.funding(plans.decisions)
    if not plans.proposals:
        st.info(t("plans.no_projects", language), icon=":material/search_off:")
        return
    for tier, column in zip(records.TIERS, st.columns(len(records.TIERS)), strict=True):
        own = [one for one in plans.proposals if one.tier == tier]
        amount = sum((one.amount for one in own), Decimal(0))
        with column, st.container(border=True):
            st.caption(label(records.PROPOSAL, "doer_tier", tier, language))
            st.markdown(f"**{t('plans.n_projects', language, n=f'{len(own):,}')}**")
            st.caption(format_baht(amount, language=language))
    listed = sorted(plans.proposals, key=lambda one: (one.tier, one.name))
    picked = st.dataframe(
        _frame([_project(one, by_project, language) for one in listed], language), hide_index=True,
        width="stretch", on_select="rerun", selection_mode="single-row",
        key=keys.listing("projects", [one.entity_id for one in listed]),
    )  # fmt: skip
    rows = picked["selection"]["rows"]
    if rows:
        plan_panel.detail(viewer, state, plans, listed[rows[0]], key="projects")
    else:
        plan_panel.outcome("projects", language)
    plan_panel.together(viewer, state, plans)


def _project(one: Proposal, by_project: dict[str, funding.Funding], language: str) -> dict[str, Any]:
    own = by_project.get(one.entity_id)
    granted = own.granted if own else Decimal(0)
    return {
        "project": one.name, "place": _place(one.area, language),
        "tier": label(records.PROPOSAL, "doer_tier", one.tier, language),
        "plan": label(records.PROPOSAL, "plan_level", one.plan_level, language),
        "evidence": one.evidence, "asked": format_baht(one.asked, language=language),
        "granted": format_baht(granted, language=language),
        "state": t(f"plans.state_{funding.state(one, own)}", language),
    }  # fmt: skip


def _lines(plans: Plans, language: str) -> None:
    granted = funding.granted_from(plans.decisions)
    if not plans.lines:
        st.info(t("plans.no_lines", language), icon=":material/search_off:")
        return
    st.dataframe(_frame([
        {
            "line": one.name, "owner": one.owner,
            "kind": label(records.BUDGET, "budget_kind", one.kind, language),
            "year": year_text(one.fiscal_year, language),
            "amount": format_baht(one.amount, language=language),
            "bound": format_baht(one.committed, language=language),
            "granted": format_baht(granted.get(one.entity_id, Decimal(0)), language=language),
            "left": format_baht(funding.left(one, granted.get(one.entity_id, Decimal(0))), language=language),
            "status": label(records.BUDGET, "status", one.status, language),
            "closes": format_date(one.closes, language=language) if one.closes else "",
            "record": _record(one.instance_id, language),
        }
        for one in plans.lines
    ], language), hide_index=True, width="stretch", column_config=_links(language))  # fmt: skip


def _doubts(plans: Plans, doubts: list[funding.Finding], language: str) -> None:
    if not doubts:
        st.success(t("plans.no_doubts", language), icon=":material/check_circle:")
        return
    names = {one.entity_id: one.name for one in plans.proposals}
    names |= {one.entity_id: one.name for one in plans.lines}
    st.dataframe(_frame([
        {
            "doubt": t(f"plans.{one.code}", language), "project": names.get(one.project, one.project),
            "line": names.get(one.budget, one.budget), "amount": format_baht(one.amount, language=language),
            "record": _record(one.records[-1], language) if one.records else "",
        }
        for one in doubts
    ], language), hide_index=True, width="stretch", column_config=_links(language))  # fmt: skip


def _frame(rows: list[dict[str, Any]], language: str) -> pd.DataFrame:
    return pd.DataFrame(rows).rename(columns=lambda key: t(f"plans.col_{key}", language))


def _links(language: str) -> dict[str, Any]:
    shown = st.column_config.LinkColumn(display_text=t("quality.open", language))
    return {t("plans.col_record", language): shown}


def _record(instance_id: str, language: str) -> str:
    return f"/records?record={quote(instance_id)}&lang={language}"


def _place(area: str, language: str) -> str:
    """Village and tambon, or the two smallest areas there are; the larger ones are chosen beside it."""
    between = " " if language == "th" else ", "
    return between.join(place_name(area, language, office().atlas.reference.names).split(between)[:2])
