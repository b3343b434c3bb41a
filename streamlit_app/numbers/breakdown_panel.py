"""A theme's numbers cut by answers, as bars: spending by category, debt by purpose, cost by crop."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from urllib.parse import quote

import pandas as pd
import streamlit as st

from ingest.access import Viewer
from reports import breakdowns, coverage, debt_by_occupation, expiring, strength, wording
from reports.breakdowns import Part
from reports.definitions import Definition
from reports.papers import web
from reports.programmes import programmes
from streamlit_app.filters import form_filters
from streamlit_app.filters.spans import today
from streamlit_app.office import office
from streamlit_app.state import State
from streamlit_app.texts import pick, plain, t
from thai.calendar import format_date, month_name
from thai.periods import ALL_TIME, Period, period_of
from thai.problem import Problem

_SPENDING = "livelihood.by_category"
_LIVELIHOOD = "livelihood."
_SHIFT = "nakhon.spending_shift"
_HEAT_STYLE = """<style>
.heat { border-collapse: collapse; } .heat th, .heat td { border: 1px solid #9996; padding: .2rem .5rem; }
.heat .center { text-align: center; } .wide { overflow-x: auto; }
</style>"""


def draw(viewer: Viewer, state: State, theme: str, area: str, period: Period) -> None:
    """The theme's breakdowns as the filter cuts them, two side by side, without those not for this viewer."""
    own = [one for one in breakdowns.known(office().atlas).values() if pick(one.theme, "th") == theme]
    if own and own[0].name.startswith(_LIVELIHOOD):
        livelihood(viewer, state, area, period)
    strength_drawn(viewer, state, theme, area, period)
    columns = [column for _ in own[::2] for column in st.columns(2, gap="medium")]
    for asked in own:
        try:
            among = form_filters.among(viewer, state, asked.figure.form_id)
            found = breakdowns.parts(office().atlas, viewer, asked, area, period, among=among)
        except Problem:
            continue
        if found:
            with columns.pop(0), st.container(border=True):
                _bars(asked, found, state.language)
                if asked.name == _SPENDING:
                    _ideas(found, state.language)
                if asked.name == _SHIFT:
                    _shift(viewer, state, asked, area)


def strength_drawn(viewer: Viewer, state: State, theme: str, area: str, period: Period) -> None:
    """The radars of tambons' strength, and the heat table of S-I-I, as their papers draw them."""
    atlas, themes = office().atlas, {name: pick(one.title, "th") for name, one in programmes().items()}
    if theme == themes["north"]:
        found = strength.radars(atlas, viewer, area, period, state.language)
        for one in found:
            with st.container(border=True):
                st.markdown(f"**{plain(one.caption)}**")
                st.html(
                    web.as_image(web.radar_svg(one), one.caption)
                )  # Streamlit drops SVG that stands in HTML
    if theme == themes["sii"] and (grid := strength.heat(atlas, viewer, area, period, state.language)):
        st.html(_HEAT_STYLE + web.heat_html(grid))
        labels = [pick(one.label, state.language) for one in programmes()["sii"].indicators]
        st.caption(plain(" · ".join(labels)))


def coverage_line(viewer: Viewer, state: State, form_id: str, area: str, period: Period) -> None:
    """How many villages and households sent the form, of how many there are."""
    language = state.language
    try:
        found = coverage.coverage(office().atlas, viewer, form_id, area, period)
    except Problem:
        return
    said = []
    for one in found:
        key = "breakdown.of" if one.expected else "breakdown.reported"
        percent = f"{one.percent:,.1f}" if one.percent is not None else ""
        values = {"n": f"{one.reported:,}", "expected": f"{one.expected or 0:,f}", "percent": percent}
        said.append(t(key, language, what=t(f"breakdown.{one.what}", language), **values))
    st.caption(" · ".join(said))


def livelihood(viewer: Viewer, state: State, area: str, period: Period) -> None:
    """What is no single number: debt by occupation, months of hazards, agreements that run out."""
    _debts(viewer, state.language, area, period)
    _hazards(viewer, state.language, area)
    _expiring(viewer, state.language, area)


def _debts(viewer: Viewer, language: str, area: str, period: Period) -> None:
    atlas = office().atlas
    try:
        debts = debt_by_occupation.table(atlas, viewer, area, period)
    except Problem:
        return
    if debts:
        st.markdown(f"**{t('breakdown.debt', language)}**")
        info = atlas.reference.forms[debt_by_occupation.REGISTER].field("main_occupation")
        st.dataframe(pd.DataFrame([
            {
                t("breakdown.group", language): t(f"breakdown.group_{one.group}", language),
                t("breakdown.occupation", language): info.label_of(one.occupation, language) if info else "",
                t("breakdown.households", language): one.households,
                t("breakdown.reduced", language): wording.number_text(one.reduced, "baht", language),
                t("breakdown.mean", language): wording.number_text(one.mean or Decimal(0), "baht", language),
                t("breakdown.cleared", language): one.cleared,
            }
            for one in debts
        ]), hide_index=True, width="stretch")  # fmt: skip


def _hazards(viewer: Viewer, language: str, area: str) -> None:
    try:
        months = coverage.hazard_months(office().atlas, viewer, area)
    except Problem:
        return
    if months:
        st.markdown(f"**{t('breakdown.hazards', language)}**")
        names = [month_name(date(2026, number, 1), language) for number in range(1, 13)]
        info = office().atlas.reference.forms["hazard_event"].field("hazard")
        st.dataframe(pd.DataFrame([
            {t("breakdown.answer", language): info.label_of(kind, language) if info else kind}
            | {name: str(n) if n else "" for name, n in zip(names, found, strict=True)}
            for kind, found in months.items()
        ]), hide_index=True, width="stretch")  # fmt: skip


def _expiring(viewer: Viewer, language: str, area: str) -> None:
    found = expiring.expiring(office().atlas, viewer, area, today())
    if found:
        st.markdown(f"**{t('breakdown.expiring', language)}**")
    for one in found[:10]:
        key = "plans.days_left" if one.days >= 0 else "plans.days_past"
        day = format_date(one.expires_on, language=language)
        link = f"/records?record={quote(one.instance_id)}&lang={language}"
        st.markdown(f"- [{plain(one.name)}]({link}) · {day} · {t(key, language, n=abs(one.days))}")


def _bars(asked: Definition, found: list[Part], language: str) -> None:
    st.markdown(f"**{plain(pick(asked.label, language))}**")
    table = pd.DataFrame([
        {
            t("breakdown.answer", language): pick(one.label, language),
            t("indicators.value", language): wording.number_text(one.value, asked.unit, language),
            t("breakdown.share", language): None if one.share is None else float(one.share),
            t("breakdown.records", language): one.n,
        }
        for one in found
    ])  # fmt: skip
    share = t("breakdown.share", language)
    bar = st.column_config.ProgressColumn(format="%.1f %%", min_value=0, max_value=100)
    if table[share].isna().all():
        table = table.drop(columns=share)
    st.dataframe(table, hide_index=True, width="stretch", column_config={share: bar})
    if share in table:
        whole = wording.number_text(sum((one.value for one in found), Decimal(0)), asked.unit, language)
        st.caption(t("breakdown.whole", language, whole=plain(whole)))


def _ideas(found: list[Part], language: str) -> None:
    """What the village buys much of and could make itself."""
    ideas = breakdowns.enterprise_ideas(found)[:3]
    if ideas:
        st.markdown(f"**{t('breakdown.ideas', language)}**")
    for part, enterprise in ideas:
        amount = wording.number_text(part.value, "baht", language)
        said = t("breakdown.idea", language, what=pick(part.label, language), amount=amount,
                 enterprise=pick(enterprise, language))  # fmt: skip
        st.markdown(f"- {plain(said)}")


def _shift(viewer: Viewer, state: State, asked: Definition, area: str) -> None:
    """The shares year by year: from infrastructure to quality of life."""
    language = state.language
    found = breakdowns.parts(office().atlas, viewer, asked, area, ALL_TIME, "fiscal_year")
    rows = [
        {
            t("span.fiscal_year", language): period_of("fiscal_year", one.since).label(language),
            t("breakdown.answer", language): pick(one.label, language), "share": float(one.share),
        }
        for one in found
        if one.since is not None and one.share is not None
    ]  # fmt: skip
    years = {row[t("span.fiscal_year", language)] for row in rows}
    if len(years) > 1:
        st.bar_chart(
            pd.DataFrame(rows), x=t("span.fiscal_year", language), y="share",
            color=t("breakdown.answer", language), y_label=t("breakdown.share", language), height=260,
        )  # fmt: skip
        st.caption("  \n".join(plain(one) for one in of_years(asked, found, language)))


def of_years(asked: Definition, found: list[Part], language: str) -> list[str]:
    """What the shares of each year are of: ``ปีงบประมาณ 2569: สัดส่วนของทั้งหมด 100 บาท``."""
    wholes: dict[date, Decimal] = {}
    for one in found:
        if one.since is not None:
            wholes[one.since] = wholes.get(one.since, Decimal(0)) + one.value
    return [
        f"{period_of('fiscal_year', year).label(language)}: "
        + t("breakdown.whole", language, whole=wording.number_text(whole, asked.unit, language))
        for year, whole in wholes.items()
    ]
