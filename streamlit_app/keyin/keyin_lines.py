"""The lines of a paper: typed as text, shown as a table at once, added up and compared with the paper."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st

from forms.line_entry import Lines, read_lines, write_lines
from forms.schema import Field
from forms.values import read_decimal
from ingest.keying.desk import Sheet
from streamlit_app.texts import pick, plain, t
from thai.text import plain_number

_HEIGHT = 260


def draw(
    key: str, questions: Sequence[Field], before: list[dict[str, str]] | str, language: str
) -> tuple[list[dict[str, str]], str, bool]:
    """The rows that were typed, the text where lines of it cannot be read, and whether all may be sent.

    ``before`` are earlier rows, or such a text.
    """
    st.markdown(f"**{' · '.join(plain(pick(one.label, language) or one.name) for one in questions)}**")
    with st.expander(t("keyin.codes", language), icon=":material/pin:"):
        _codes(questions, language)
    text = st.text_area(
        t("keyin.lines", language), before if isinstance(before, str) else write_lines(before, questions),
        height=_HEIGHT, key=key,
        help=t("keyin.lines_help", language), placeholder=t("keyin.lines_example", language),
        persist_state="session",
    )  # fmt: skip
    lines = read_lines(text, questions)
    for number, one, word in lines.wrong:
        question = pick(one.label, language) if one else ""
        st.error(t("keyin.wrong_line", language, n=number, question=plain(question), word=plain(word)))
    if lines.rows:
        _table(lines, questions, language)
    agreed = _totals(key, lines, questions, language) if lines.rows else True
    return lines.rows, text if lines.wrong else "", agreed and not lines.wrong


def _codes(questions: Sequence[Field], language: str) -> None:
    chosen = [one for one in questions if one.choices]
    for column, one in zip(st.columns(max(len(chosen), 1)), chosen, strict=False):
        listed = "  \n".join(
            f"{number} {plain(pick(choice.label, language))}"
            for number, choice in enumerate(one.choices or (), start=1)
        )
        column.markdown(f"**{plain(pick(one.label, language))}**  \n{listed}")


def _table(lines: Lines, questions: Sequence[Field], language: str) -> None:
    labels = {
        one.name: {choice.value: pick(choice.label, language) for choice in one.choices or ()}
        for one in questions
    }
    rows = [
        {
            pick(one.label, language) or one.name: labels[one.name].get(
                row.get(one.name, ""), row.get(one.name)
            )
            for one in questions
        }
        for row in lines.rows
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")


def totals(rows: Sequence[Mapping[str, str]], questions: Sequence[Field]) -> dict[tuple[str, str], Decimal]:
    """The sum of each column of money or measure, by the first question with choices: (column, choice)."""
    by = next((one.name for one in questions if one.kind == "select_one"), "")
    found: dict[tuple[str, str], Decimal] = {}
    for one in questions:
        for row in rows if one.kind == "decimal" else ():
            key = (one.name, row.get(by, ""))
            found[key] = found.get(key, Decimal(0)) + (read_decimal(row.get(one.name, "0")) or Decimal(0))
    return found


def _totals(key: str, lines: Lines, questions: Sequence[Field], language: str) -> bool:
    """The sums beside the paper's; a difference has to be said on purpose."""
    sums = totals(lines.rows, questions)
    labels = {choice.value: pick(choice.label, language) for one in questions for choice in one.choices or ()}
    names = {one.name: pick(one.label, language) for one in questions}
    differs = False
    for column, ((name, choice), total) in zip(st.columns(max(len(sums), 1)), sums.items(), strict=False):
        with column:
            st.metric(f"{plain(names[name])} {plain(labels.get(choice, choice))}".strip(), f"{total:,.2f}")
            paper = st.text_input(
                t("keyin.paper_total", language), key=f"{key}.{name}.{choice}", persist_state="session"
            )
            written = read_decimal(plain_number(paper)) if paper.strip() else None
            if paper.strip() and written is None:
                differs = True
                st.warning(t("keyin.no_amount", language), icon=":material/calculate:")
            elif written is not None and written != total:
                differs = True
                difference = f"{written - total:+,.2f}"
                st.warning(t("keyin.differs", language, difference=difference), icon=":material/calculate:")
            elif written is not None:
                st.caption(f":green[:material/check: {t('keyin.agrees', language)}]")
    known = t("keyin.differs_known", language)
    return not differs or st.checkbox(known, key=f"{key}.differs", persist_state="session")


def second_round(key: str, answers: Mapping[str, Any], sheet: Sheet, language: str) -> bool:
    """Double entry: everything is typed twice, and has to be the same both times.

    Whoever thinks better of it has the lines of the first round again.
    """
    if not sheet.repeats or not st.toggle(t("keyin.twice", language), key=key, persist_state="session"):
        if st.session_state.pop(f"{key}.first", None):
            st.rerun()
        return True
    first = first_round(key)
    now = json.dumps(answers, sort_keys=True, ensure_ascii=False)
    if first is None:
        if st.button(t("keyin.first_round", language), key=f"{key}.store"):
            st.session_state[f"{key}.first"] = now
            st.rerun()
        return False
    differences = list(_differences(first, dict(answers)))
    for where, one, two in differences:
        st.error(t("keyin.rounds_differ", language, where=where, one=plain(one), two=plain(two)))
    if not differences:
        st.success(t("keyin.rounds_agree", language), icon=":material/done_all:")
    return not differences


def first_round(key: str) -> dict[str, Any] | None:
    """The answers of a first round that is done; ``None`` before."""
    kept: str | None = st.session_state.get(f"{key}.first")
    return None if kept is None else json.loads(kept)


def _differences(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Where two rounds differ: head questions by name, lines by number."""
    found = []
    for name in dict.fromkeys([*first, *second]):
        one, two = first.get(name, ""), second.get(name, "")
        if not isinstance(one or two, list):
            if one != two:
                found.append((name, str(one), str(two)))
            continue
        for number in range(max(len(one), len(two))):
            pair = [rows[number] if number < len(rows) else {} for rows in (one or [], two or [])]
            if pair[0] != pair[1]:
                said = [" ".join(str(value) for value in row.values()) or "–" for row in pair]
                found.append((f"{name} {number + 1}", said[0], said[1]))
    return found
