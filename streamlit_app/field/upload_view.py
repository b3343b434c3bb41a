"""Files brought in from the page: what would be stored is shown row by row, then stored by a second button.

The same way as ``ingest files``, for those who have no command line. A table of the office's own gets a
mapping, drafted here and completed from lists.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PureWindowsPath
from typing import Any

import pandas as pd
import streamlit as st

from forms.schema import Field
from ingest import access, uploads
from ingest.access import Viewer
from ingest.doors.shown import told_apart
from ingest.sheets.suggest import Draft
from ingest.uploads import Wanted
from streamlit_app.field.mapping_view import MappingChoice
from streamlit_app.office import office
from streamlit_app.texts import pick, plain, t, told
from thai.calendar import format_day
from thai.problem import Problem

_ENDINGS = (
    "zip", "xlsx", "xlsm", "csv", "docx", "xml", "gpkg", "geojson", "json", "fgb", "kml", "parquet", "toml",
)  # fmt: skip
_FEW = 10  # what was left out, told in sentences
_MOST_TOTALS = 20
_COUNTS = ("accepted", "duplicates", "conflicts", "quarantined", "files_missing")


def draw(viewer: Viewer, language: str) -> None:
    """Upload, form, mapping where one is needed, a look, and the store."""
    if not access.may_bring(viewer):
        return
    st.markdown(f"##### {t('upload.heading', language)}")
    st.write(t("upload.what", language))
    given = st.file_uploader(
        t("upload.files", language), _ENDINGS, accept_multiple_files=True, key="upload.files"
    )
    st.caption(t("upload.large", language))
    files = [one for one in given if not one.name.lower().endswith(".toml")]
    if not files:
        return
    mappings = [one.getvalue().decode("utf-8-sig", "replace") for one in given if one not in files]
    _Bringing(viewer, files, language).draw(mappings[0] if mappings else "")


class _Bringing:
    """Some uploaded files on their way in. What was found is kept for these files and this mapping alone."""

    def __init__(self, viewer: Viewer, files: list[Any], language: str) -> None:
        self._files, self._language = files, language
        self._content = hashlib.sha256(b"".join(one.getvalue() for one in files)).hexdigest()
        self._wanted = Wanted((), viewer.name)

    def draw(self, mapping: str) -> None:
        """Everything below the upload; ``mapping`` is one that was uploaded too."""
        self._wanted = replace(self._wanted, form_id=self._form())
        if st.session_state.get(self._key("table")):
            mapping = mapping or self._mapping()
        self._wanted = replace(self._wanted, mapping=mapping)
        kept = self._key("looked", self._wanted.form_id, mapping)
        look, store = st.columns(2)
        if look.button(
            t("upload.look", self._language), key="upload.look", width="stretch", icon=":material/visibility:"
        ):
            st.session_state[kept] = self._done(self._wanted)
        found: dict[str, Any] = st.session_state.get(kept, {})
        if store.button(
            t("upload.store", self._language), key="upload.store", width="stretch", type="primary",
            icon=":material/inventory_2:", disabled=not found.get("would_store"),
        ):  # fmt: skip
            found = self._done(replace(self._wanted, dry_run=False))
            st.session_state.pop(kept)
            office().follower.catch_up()
        if not mapping and any(one["code"] == "mapping_needed" for one in found.get("problems", ())):
            st.session_state[self._key("table")] = True
            st.session_state.pop(kept)
            st.rerun()
        if found:
            _show(found, self._language, self._fields())

    def _key(self, *parts: str) -> str:
        return f"upload.{hashlib.sha256(chr(31).join((self._content, *parts)).encode()).hexdigest()}"

    def _form(self) -> str:
        """The form chosen, or '' for the program to find out."""
        catalogue = office().atlas.reference.catalogue
        titles = {
            form_id: f"{pick(catalogue.newest(form_id).title, self._language)} ({form_id})"
            for form_id in catalogue.form_ids
        }
        chosen = st.selectbox(
            t("upload.form", self._language), list(titles), index=None, format_func=titles.__getitem__,
            placeholder=t("upload.form_of_itself", self._language), key="upload.form",
        )  # fmt: skip
        return chosen or ""

    def _fields(self) -> dict[str, Field]:
        """The questions of the chosen form; of a form that was not chosen none."""
        if not self._wanted.form_id:
            return {}
        fields = office().atlas.reference.catalogue.newest(self._wanted.form_id).schema.table("").fields
        return {one.name: one for one in fields}

    def _mapping(self) -> str:
        """The mapping as somebody completes it, begun with a draft for the form that was chosen."""
        st.info(t("upload.table_what", self._language), icon=":material/table_view:")
        form_id = self._wanted.form_id
        if not form_id:
            return ""
        kept = self._key("drafts", form_id)
        if kept not in st.session_state:
            st.session_state[kept] = self._done(replace(self._wanted, draft=True))
        found: dict[str, Any] = st.session_state[kept]
        _refusals(found, self._language)
        drafts = [Draft(**one) for one in found.get("drafts", ())]
        number = st.selectbox(
            t("upload.table", self._language), range(len(drafts)), key=self._key("which", form_id),
            format_func=lambda n: t(
                "upload.table_rows", self._language, table=drafts[n].table, n=f"{drafts[n].rows:,}"
            ),
        ) if drafts else None  # fmt: skip
        if number is None:
            return ""
        return MappingChoice(
            drafts[number], self._language, self._key("mapping", form_id, str(number))
        ).draw()

    def _done(self, wanted: Wanted) -> dict[str, Any]:
        """What the process of its own answers, with how far it is while it works."""
        shown = st.progress(0.0, t("upload.reading", self._language))

        def at(done: int) -> None:
            shown.progress(0.5, t("upload.rows_read", self._language, n=f"{done:,}"))

        try:
            with tempfile.TemporaryDirectory() as folder:
                paths = tuple(_put(Path(folder), self._files))
                return uploads.apart(office().atlas.folder.path, replace(wanted, paths=paths), at)
        except Problem as problem:
            return {"problems": [problem.as_dict()]}
        finally:
            shown.empty()


def _put(folder: Path, files: list[Any]) -> Iterator[str]:
    """The files under their own names, each in a folder of its own: two may have one name."""
    for number, one in enumerate(files):
        path = folder / str(number) / PureWindowsPath(one.name).name
        path.parent.mkdir()
        path.write_bytes(one.getvalue())
        yield str(path)


def _show(found: dict[str, Any], language: str, fields: dict[str, Field]) -> None:
    """Counts or what would be stored, then what is left out and why."""
    _refusals(found, language)
    if "problems" in found:
        return
    if found["dry_run"]:
        st.success(_would(found["outcomes"], language), icon=":material/visibility:")
        place = t("upload.row", language)
        rows = [{place: _row(one, language), **_answers(one, fields, language)} for one in found["rows"]]
        if rows:
            labels = told_apart({name: pick(one.label, language) or name for name, one in fields.items()})
            shown = pd.DataFrame(rows).rename(columns=labels).fillna("")
            st.dataframe(shown, hide_index=True, width="stretch")
    else:
        counts = [t(f"upload.{name}", language, n=f"{found[name]:,}") for name in _COUNTS if found.get(name)]
        st.success(" · ".join(counts) or t("upload.nothing", language), icon=":material/check_circle:")
    for one in found.get("known", ()):
        same = t("upload.known", language, n=f"{one['rows']:,}", table=one["table"])
        st.warning(plain(same), icon=":material/difference:")
    if found["left"]:
        st.warning(t("upload.left", language, n=f"{found['left']:,}"), icon=":material/warning:")
        _tell([one for skipped in found["skipped"] for one in _left(skipped, language)], language)
    for one in found["passed_over"]:
        missing = ", ".join(one["missing"])
        st.caption(plain(t("upload.passed_over", language, table=one["table"], missing=missing)))
    for name in ("totals", "asides"):
        if told_of := found.get(name):
            shown = " · ".join(told_of[:_MOST_TOTALS])
            st.caption(plain(t(f"upload.{name}", language, n=f"{len(told_of):,}", rows=shown)))
    if found.get("reread"):
        st.caption(t("upload.reread", language, n=f"{found['reread']:,}"))
    if found.get("doubts"):
        days = [_doubt(one, language) for one in found["doubts"]]
        st.warning(plain(t("upload.doubts", language, days=" · ".join(days[:_MOST_TOTALS]))))
    if found.get("unread"):
        st.caption(plain(t("upload.unread", language, headings=", ".join(found["unread"]))))


def _would(outcomes: dict[str, int], language: str) -> str:
    """How many rows would be stored, how many are there already, how many stand against what is there."""
    told = [t("upload.would_store", language, n=f"{outcomes.get('new', 0):,}")]
    told += [
        t(f"upload.{name}", language, n=f"{outcomes[outcome]:,}")
        for outcome, name in (("again", "duplicates"), ("conflict", "conflicts"))
        if outcomes.get(outcome)
    ]
    return " · ".join(told)


def _doubt(one: dict[str, str], language: str) -> str:
    """Where a day stands that a spreadsheet may have moved: as it stands there, and as it was taken."""
    days = (format_day(one[name], language) for name in ("stored", "taken"))
    return f"{one['row']} {one['heading']}: {' → '.join(days)}"


def _row(one: dict[str, Any], language: str) -> str:
    """Where a row stands, and that it is kept apart until somebody has looked."""
    return f"{one['row']} · {t('upload.apart', language)}" if one.get("quarantined") else str(one["row"])


def _answers(one: dict[str, Any], fields: dict[str, Field], language: str) -> dict[str, str]:
    """A row's answers, choices in words."""
    said: dict[str, str] = dict(one["answers"])
    for name in said.keys() & fields.keys():
        chosen = next((each for each in fields[name].choices or () if each.value == said[name]), None)
        said[name] = (chosen and pick(chosen.label, language)) or said[name]
    return said


def _tell(left: list[tuple[str, str, str]], language: str) -> None:
    """A few as sentences, which a phone shows whole; many as a table."""
    if len(left) <= _FEW:
        lines = [[plain(text) for text in one] for one in left]
        st.markdown("\n".join(f"- **{place}**: {says} → {remedy}" for place, says, remedy in lines))
    else:
        columns = [t(f"upload.{name}", language) for name in ("place", "says", "remedy")]
        st.dataframe(pd.DataFrame(left, columns=columns), hide_index=True, width="stretch")


def _left(skipped: dict[str, Any], language: str) -> Iterator[tuple[str, str, str]]:
    """For each reason the place, what is wrong, what to do."""
    for one in skipped.get("problems", ()):
        yield one["place_th"] if language == "th" else one["place"], one[language], one[f"remedy_{language}"]
    if not skipped.get("problems"):
        reason = skipped["reason"]
        yield skipped["file"], told("upload", reason, language), told("upload", reason, language, remedy=True)


def _refusals(found: dict[str, Any], language: str) -> None:
    for one in found.get("problems", ()):
        says, remedy = plain(str(one[language])), plain(str(one[f"remedy_{language}"]))
        st.error(f"{says}  \n→ {remedy}", icon=":material/error:")
