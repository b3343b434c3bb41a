"""Key-in from paper: pick the household, type a month of lines, compare with the paper's totals, send."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import streamlit as st

from forms import trial
from forms.check_problems import NOT_TRIED
from forms.schema import Field
from ingest import access
from ingest.access import Viewer
from ingest.doors.shown import place_name, told_apart
from ingest.keying import composed, desk
from ingest.keying.desk import Draft, Entry, Sheet
from ingest.keying.judge import Verdict
from streamlit_app import keys
from streamlit_app import viewer as door
from streamlit_app.filters.panel import controlled
from streamlit_app.keyin import keyin_booklet, keyin_excel, keyin_lines
from streamlit_app.moments import format_moment
from streamlit_app.office import office
from streamlit_app.state import change, current
from streamlit_app.texts import pick, plain, t
from thai.calendar import parse_date
from thai.periods import parse_period
from thai.problem import Problem
from thai.text import arabic_digits, plain_number

_A_ROW = 3  # questions beside one another


def link(form_id: str, language: str) -> str:
    """The address at which a form is keyed in."""
    return f"/keyin?form={form_id}&lang={language}"


def open_to(viewer: Viewer) -> bool:
    """Officers and administrators: paper holds personal answers."""
    return access.reach(viewer, access.PERSONAL) is not None


def page() -> None:
    """Draw the page."""
    viewer, state = door.viewer(), current()
    language = state.language
    if not open_to(viewer):
        st.info(t("app.closed", language), icon=":material/lock:")
        return
    sheets = desk.sheets(office().atlas)
    if not sheets:
        return
    form_id = state.form if state.form in sheets else next(iter(sheets))
    titles = told_apart({key: pick(one.form.title, language) for key, one in sheets.items()})
    st.selectbox(
        t("keyin.form", language), list(sheets), format_func=titles.__getitem__,
        **controlled("keyin.form", form_id, lambda chosen: change(form=chosen)),
    )  # fmt: skip
    st.link_button(t("fill.desk", language), "/fill/", icon=":material/edit_document:", type="tertiary")
    tabs = st.tabs([t(f"keyin.{name}", language) for name in ("typed", "excel", "booklet")])
    typed, excel, printed = tabs
    with typed:
        _Typing(viewer, sheets[form_id], language).draw()
    with excel:
        keyin_excel.draw(viewer, sheets[form_id], language)
    with printed:
        keyin_booklet.draw(viewer, sheets[form_id], language)


class _Typing:
    """One paper on its way in. Widgets carry the form's turn in their keys, so that a new paper starts blank.

    A paper that is not sent stays as it was typed while other forms and pages are looked at.
    """

    def __init__(self, viewer: Viewer, sheet: Sheet, language: str) -> None:
        self.viewer, self.sheet, self.language = viewer, sheet, language
        self._choose = t("keyin.choose", language)
        self.turn: int = st.session_state.get(self._turns, 0)
        self.instance_id = f"uuid:{keys.once(self._key(''))}"
        # No question can be called so: the draft that the paper goes on from.
        self.subject, self.draft = st.session_state.get(self._key("/draft"), (self.instance_id, Draft({})))
        self.before = self.draft.answers
        self.unread: dict[str, str] = {}  # dates, villages and lines as they were typed that are none

    def draw(self) -> None:
        """Head, lines, totals, and what can be done with them."""
        chosen = self._drafts()
        answers, area = self._head()
        sound = access.may_see(self.viewer, access.PERSONAL, area)
        first = keyin_lines.first_round(self._key("twice"))
        round_, before = ("", self.before) if first is None else (".2", {})
        for repeat, questions in self.sheet.repeats.items():
            answers[repeat], unread, agreed = keyin_lines.draw(
                self._key(repeat) + round_, questions, before.get(repeat, []), self.language
            )
            self.unread |= {repeat: unread} if unread else {}
            sound = sound and agreed
        if chosen:
            self._go_on(*chosen, answers, area)
        twice = keyin_lines.second_round(self._key("twice"), answers, self.sheet, self.language)
        self._send(answers, area, ready=sound and not self.unread and twice)

    @property
    def _turns(self) -> str:
        return f"keyin.{self.sheet.form.form_id}.turn"

    def _key(self, name: str) -> str:
        return f"keyin.{self.sheet.form.form_id}.{self.turn}.{name}"

    def _drafts(self) -> tuple[str, Draft] | None:
        """The draft that is chosen to go on with, by its subject."""
        kept = desk.drafts(office().atlas, self.viewer, self.sheet.form.form_id)
        if not kept or self._key("/draft") in st.session_state:
            return None
        called = told_apart({subject: _named(one, self.language) for subject, one in kept.items()})
        chosen = st.selectbox(
            t("keyin.drafts", self.language, n=len(kept)), list(kept), index=None, placeholder=self._choose,
            format_func=called.__getitem__, key=self._key("drafts"),
        )  # fmt: skip
        return (chosen, kept[chosen]) if chosen else None

    def _go_on(self, subject: str, draft: Draft, answers: dict[str, Any], area: str) -> None:
        """Take a draft up; what was typed of another paper before becomes one."""
        if self.unread or any(answers.values()):
            self._keep(answers, area)
        st.session_state[f"keyin.{self.sheet.form.form_id}.{self.turn + 1}./draft"] = subject, draft
        st.session_state[self._turns] = self.turn + 1
        st.rerun()

    def _head(self) -> tuple[dict[str, Any], str]:
        """The answers above the lines, and the area that they put the record in."""
        answers: dict[str, Any] = {}
        area = ""
        for number, one in enumerate(self.sheet.head):
            if number % _A_ROW == 0:  # row by row, so that a phone shows them in the paper's order
                columns = st.columns(_A_ROW)
            with columns[number % _A_ROW]:
                if one.field.dataset:
                    entry = self._entry(one.field, required=one.required)
                    area = area or (entry.area if entry else "")
                    value = entry.entity_id if entry else ""
                else:
                    value = self._answer(one.field, required=one.required)
            if value:
                answers[one.field.name] = value
        if not self.sheet.registers:
            area = self._area()
        if "moo" in {one.field.name for one in self.sheet.questions} and len(area) == 8:
            answers["moo"] = str(int(area[6:8]))
        return answers, area

    def _entry(self, field: Field, *, required: bool) -> Entry | None:
        listed = {one.entity_id: one for one in desk.entries(office().atlas, self.viewer, field.dataset)}
        known = self.before.get(field.name)
        chosen = st.selectbox(
            _label(field, self.language, required=required), list(listed), key=self._key(field.name),
            index=list(listed).index(known) if known in listed else None, placeholder=self._choose,
            format_func=lambda key: listed[key].called, persist_state="session",
        )  # fmt: skip
        return listed.get(chosen or "")

    def _area(self) -> str:
        """The tambon and village of a form that picks no register entry."""
        reference = office().atlas.reference
        codes = [code for code in reference.names if len(code) == 6 and code.startswith(self.viewer.area[:6])]
        known = self.draft.area if self.draft.area[:6] in codes else ""
        code = st.selectbox(
            t("keyin.tambon", self.language), codes, index=codes.index(known[:6]) if known else None,
            placeholder=self._choose, key=self._key("tambon"), persist_state="session",
            format_func=lambda one: place_name(one, self.language, reference.names),
        )  # fmt: skip
        typed = st.text_input(
            t("keyin.moo", self.language), str(self.before.get("moo", known[6:].lstrip("0"))),
            key=self._key("moo"), persist_state="session",
        )  # fmt: skip
        moo = arabic_digits(typed).strip()
        sound = moo.isdecimal() and 0 < int(moo) < 100
        if moo and not sound:
            self.unread["moo"] = typed
            st.caption(f":orange[{t('keyin.no_moo', self.language)}]")
        return f"{code or ''}{int(moo):02d}" if code and sound else code or ""

    def _answer(self, field: Field, *, required: bool) -> str:
        label, key = _label(field, self.language, required=required), self._key(field.name)
        known = str(self.before.get(field.name, ""))
        if field.choices is not None and field.kind == "select_one":
            labels = {one.value: pick(one.label, self.language) for one in field.choices}
            chosen = st.selectbox(
                label, list(labels), index=list(labels).index(known) if known in labels else None, key=key,
                placeholder=self._choose, format_func=lambda value: labels[value], persist_state="session",
            )  # fmt: skip
            return chosen or ""
        if field.choices is not None:
            labels = {one.value: pick(one.label, self.language) for one in field.choices}
            several = st.multiselect(
                label, list(labels), known.split(), key=key, format_func=labels.__getitem__,
                persist_state="session",
            )  # fmt: skip
            return " ".join(several)
        text = st.text_input(label, known, key=key, persist_state="session").strip()
        if field.kind != "date" or not text:
            return plain_number(text) if field.kind in ("integer", "decimal") else text
        day = _day(text)
        if day is None:
            self.unread[field.name] = text
            st.caption(f":orange[{t('keyin.no_date', self.language)}]")
        return day.isoformat() if day else ""

    def _send(self, answers: dict[str, Any], area: str, *, ready: bool) -> None:
        """Judge and send, or keep as a draft; a month that is there becomes a correction of it."""
        atlas, language = office().atlas, self.language
        if not trial.possible():
            st.caption(f"{t('keyin.light', language)} {NOT_TRIED[language]}")
        if composed.is_written(atlas, self.instance_id):  # by a press whose run the next one cut short
            self._done("keyin.sent")
        there = desk.already(atlas, self.sheet, answers)
        replaces = ""
        if there:
            st.warning(t("keyin.already", language, n=len(there)), icon=":material/event_repeat:")
            # It is said of this record: not of one that is chosen, or that somebody else sends, after it.
            named = self._key(f"correct.{there[-1]}")
            if st.checkbox(t("keyin.correct", language), key=named, persist_state="session"):
                replaces = there[-1]
        send, keep = st.columns(2)
        may = ready and (not there or bool(replaces))
        if send.button(t("keyin.send", language), type="primary", disabled=not may, key=self._key("send")):
            (verdict,) = desk.judged(atlas, self.sheet, [answers], area)
            if verdict.xml:
                desk.send(atlas, self.viewer, verdict.xml, area, self.instance_id, replaces=replaces)
                self._done("keyin.sent")
            st.error(_refused(verdict, self.sheet, language))
        if keep.button(t("keyin.keep", language), key=self._key("keep")):
            self._keep(answers, area)
            self._done("keyin.kept", forget=False)

    def _keep(self, answers: Mapping[str, Any], area: str) -> None:
        """Keep what was typed as a draft; of a paper that is keyed in twice its first round."""
        first = keyin_lines.first_round(self._key("twice"))
        rows = {repeat: first[repeat] for repeat in self.sheet.repeats} if first else {}
        typed = Draft({**answers, **self.unread, **rows}, self._called(answers), area)
        desk.save_draft(office().atlas, self.viewer, self.sheet.form.form_id, self.subject, typed)

    def _called(self, answers: Mapping[str, Any]) -> str:
        words = []
        for one in self.sheet.registers:
            listed = desk.entries(office().atlas, self.viewer, one.dataset)
            words += [entry.label for entry in listed if entry.entity_id == answers.get(one.name)]
        if self.sheet.month and answers.get(self.sheet.month.name):
            words.append(parse_period(str(answers[self.sheet.month.name])[:7]).label(self.language))
        return " ".join(words)

    def _done(self, says: str, *, forget: bool = True) -> None:
        """Start with a blank paper; what was sent needs no draft any more."""
        if forget:
            desk.drop_draft(office().atlas, self.viewer, self.sheet.form.form_id, self.subject)
        st.session_state[self._turns] = self.turn + 1
        office().follower.catch_up()
        st.toast(t(says, self.language))
        st.rerun()


def _named(draft: Draft, language: str) -> str:
    return f"{draft.called} · {format_moment(draft.saved_at, language)}".removeprefix(" · ")


def _label(field: Field, language: str, *, required: bool) -> str:
    return plain(pick(field.label, language) or field.name) + (" *" if required else "")


def _day(text: str) -> date | None:
    """A date as people write it; ``10/2569`` is the first of that month."""
    plain_text = arabic_digits(text).strip()
    if plain_text.count("/") == 1:
        plain_text = f"1/{plain_text}"
    try:
        return parse_date(plain_text)
    except Problem:
        return None


def _refused(verdict: Verdict, sheet: Sheet, language: str) -> str:
    """The form's own words, with the question that they are about."""
    found = next((one for one in sheet.questions if one.field.name == verdict.name), None)
    question = pick(found.field.label, language) if found and found.field.label else verdict.question
    line = t("keyin.line", language, n=verdict.turn) if found and found.table else ""
    parts = (line, f"**{plain(question)}**" if question else "", plain(verdict.says[language]))
    return " ".join(part for part in parts if part)
