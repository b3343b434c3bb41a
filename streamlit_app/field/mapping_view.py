"""Which column of an office's table answers which question, chosen from lists, or written as TOML."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

from forms.schema import Field
from ingest.doors.shown import told_apart
from ingest.sheets import mapping as mappings
from ingest.sheets import suggest
from ingest.sheets.mapping import Column, Mapping
from ingest.sheets.suggest import Draft
from streamlit_app.office import office
from streamlit_app.texts import pick, plain, t

_NORTH, _EAST = "\x1fnorth", "\x1feast"  # two columns answer one question for a point


_SYSTEMS = {
    "EPSG:4326": "WGS 84 (lat/lon)", "EPSG:32647": "UTM 47N WGS 84", "EPSG:32648": "UTM 48N WGS 84",
    "EPSG:24047": "UTM 47N Indian 1975", "EPSG:24048": "UTM 48N Indian 1975",
}  # fmt: skip


class MappingChoice:
    """The lists for one drafted table. ``key`` tells its widgets from those of another table.

    What is chosen is kept while a list is not shown: while somebody looks at the text, or maps a column anew.
    """

    def __init__(self, draft: Draft, language: str, key: str) -> None:
        self._draft, self._language, self._key = draft, language, key
        fields = office().atlas.reference.catalogue.newest(draft.form).schema.table("").fields
        self._fields = {one.name: one for one in fields}
        self._labels = told_apart({one.name: pick(one.label, language) or one.name for one in fields})

    def draw(self) -> str:
        """The mapping as TOML; '' while two columns answer one question, or half a point is chosen.

        As text it begins with what the lists say. What somebody wrote is kept until a list changes.
        """
        kept, written = f"{self._key}.made", f"{self._key}.written"
        begun: str = st.session_state.get(kept, self._draft.text)
        if st.toggle(t("mapping.as_text", self._language), key=f"{self._key}.as_text"):
            text: str = st.text_area(
                t("mapping.text", self._language), st.session_state.get(written, begun), height=420,
                help=t("mapping.text_help", self._language), key=f"{self._key}.text",
            )  # fmt: skip
            st.session_state[written] = text
            return text
        told = st.empty()
        text = self._lists()
        if text:
            if text != begun:
                st.session_state.pop(written, None)
            st.session_state[kept] = text
        if st.session_state.get(written, begun) != begun:
            told.info(t("mapping.written", self._language), icon=":material/edit_note:")
        return text

    def _lists(self) -> str:
        """The mapping as it is chosen, '' with the reason shown while it is none."""
        chosen = self._columns()
        name = st.text_input(
            t("mapping.name", self._language), self._draft.name, help=t("mapping.name_help", self._language),
            key=f"{self._key}.name", persist_state="page",
        )  # fmt: skip
        key, crs = self._same_row(), self._system()
        words, constants = self._words(chosen), self._constants(chosen)
        columns = [*self._shapes(), *self._answered(chosen)]
        wrong = self._wrong(chosen)
        if wrong:
            st.error(plain(wrong), icon=":material/error:")
            return ""
        text = mappings.text_of(Mapping(name, self._draft.form, tuple(columns), key, crs, constants, words))
        st.download_button(
            t("mapping.keep", self._language), text, f"{self._draft.form}.toml", "application/toml",
            help=t("mapping.keep_help", self._language), icon=":material/download:", key=f"{self._key}.keep",
            on_click="ignore",
        )  # fmt: skip
        return text

    def _columns(self) -> dict[str, str]:
        """The question that each column answers, '' for none; of a point its half."""
        draft, chosen = self._draft, dict[str, str]()
        drafted = dict(draft.answers)
        points = [one.name for one in self._fields.values() if one.kind == "geopoint"]
        if points and not draft.shapes:
            drafted |= dict(zip(draft.coordinates, (points[0] + _NORTH, points[0] + _EAST), strict=False))
        options = ["", *self._questions()]
        st.caption(t("mapping.columns", self._language))
        for number, (heading, example) in enumerate(draft.examples.items()):
            said, asked = st.columns([2, 3], vertical_alignment="center")
            said.markdown(f"**{plain(heading)}**  \n{plain(example[:40]) or '–'}")
            chosen[heading] = asked.selectbox(
                heading, options, options.index(drafted.get(heading, "")), format_func=self._called,
                label_visibility="collapsed", key=f"{self._key}.column.{number}", persist_state="page",
            )  # fmt: skip
        return chosen

    def _questions(self) -> Iterator[str]:
        for one in self._fields.values():
            if one.name in self._draft.shapes:
                continue
            if one.kind == "geopoint":
                yield from (one.name + _NORTH, one.name + _EAST)
            elif one.kind not in ("geotrace", "geoshape"):
                yield one.name

    def _called(self, option: str) -> str:
        name, _, half = option.partition("\x1f")
        if not name:
            return t("mapping.not_taken", self._language)
        label = self._labels[name]
        return f"{label} – {t(f'mapping.{half}', self._language)}" if half else label

    def _same_row(self) -> tuple[str, ...]:
        headings, drafted = list(self._draft.examples), [self._draft.key] if self._draft.key else []
        told = t("mapping.key_help", self._language)
        named = f"{self._key}.key"
        return tuple(
            st.multiselect(
                t("mapping.key", self._language), headings, drafted, help=told, key=named,
                persist_state="page",
            )
        )  # fmt: skip

    def _system(self) -> str:
        """Where the numbers lie; nothing is asked of degrees or of shapes that say it themselves."""
        systems = self._draft.systems
        if len(systems) < 2:
            return systems[0] if systems else "EPSG:4326"
        return st.selectbox(
            t("mapping.system", self._language), systems, format_func=lambda code: _SYSTEMS.get(code, code),
            key=f"{self._key}.system", persist_state="page",
        )  # fmt: skip

    def _words(self, chosen: dict[str, str]) -> dict[str, dict[str, str]]:
        """What cells say that is no choice, each given one or left: such rows are told then."""
        asked = [
            (heading, one, word)
            for heading, name in chosen.items()
            if (one := self._fields.get(name))
            for word in suggest.unknown_words(self._draft, heading, one)
        ]
        if asked:
            st.caption(t("mapping.words", self._language))
        found: dict[str, dict[str, str]] = {}
        for heading, one, word in asked:
            label = t("mapping.word", self._language, heading=plain(heading), word=plain(word))
            if meant := self._choice(label, one, f"word.{one.name}.{heading}.{word}"):
                found.setdefault(one.name, {})[word] = meant
        return found

    def _constants(self, chosen: dict[str, str]) -> dict[str, str]:
        """Answers that are the same in every row, of questions that no column answers."""
        taken = {option.partition("\x1f")[0] for option in chosen.values()} | set(self._draft.shapes)
        free = [
            name for name, one in self._fields.items() if name not in taken and not one.kind.startswith("geo")
        ]
        asked = st.multiselect(
            t("mapping.constants", self._language), free, ["tambon"] if "tambon" in free else [],
            format_func=self._called, key=f"{self._key}.constants", persist_state="page",
        )  # fmt: skip
        said = {name: self._answer(self._fields[name]) for name in asked}
        return {name: value for name, value in said.items() if value}

    def _answer(self, one: Field) -> str:
        label, key = plain(self._called(one.name)), f"constant.{one.name}"
        if one.choices:
            return self._choice(label, one, key)
        if one.dataset == "tambons":
            names = office().atlas.reference.names
            codes = [code for code in names if len(code) == 6]
            return st.selectbox(
                label, codes, index=0 if len(codes) == 1 else None, key=f"{self._key}.{key}",
                placeholder=t("mapping.which", self._language), persist_state="page",
                format_func=lambda code: f"{pick(names[code], self._language)} ({code})",
            ) or ""  # fmt: skip
        return st.text_input(label, key=f"{self._key}.{key}", persist_state="page")

    def _choice(self, label: str, one: Field, key: str) -> str:
        choices = one.choices or ()
        labels = told_apart({each.value: pick(each.label, self._language) or each.value for each in choices})
        return st.selectbox(
            label, list(labels), index=None, format_func=labels.__getitem__, key=f"{self._key}.{key}",
            placeholder=t("mapping.which", self._language), persist_state="page",
        ) or ""  # fmt: skip

    def _shapes(self) -> Iterator[Column]:
        yield from (Column(name, (), "geometry") for name in self._draft.shapes)

    def _answered(self, chosen: dict[str, str]) -> Iterator[Column]:
        headings = {option: heading for heading, option in chosen.items() if option}
        for option, heading in headings.items():
            name, _, half = option.partition("\x1f")
            if not half:
                area = suggest.is_area(self._draft, heading, self._fields[name])
                yield Column(name, (heading,), "rai" if area else "")
            elif option.endswith(_NORTH) and name + _EAST in headings:
                yield Column(name, (heading, headings[name + _EAST]), "point")

    def _wrong(self, chosen: dict[str, str]) -> str:
        options = [option for option in chosen.values() if option]
        twice = next((one for one in options if options.count(one) > 1), "")
        if twice:
            return t("mapping.twice", self._language, question=self._called(twice))
        for one in options:
            name, _, half = one.partition("\x1f")
            if half and not {name + _NORTH, name + _EAST} <= set(options):
                return t("mapping.half", self._language, question=self._called(name))
        return "" if options or self._draft.shapes else t("mapping.nothing", self._language)
