"""Photos and files of records, each behind the door that checks who asks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import quote

import streamlit as st

from ingest.office.records import NamedFile, Record
from streamlit_app.server.files import shown_as
from streamlit_app.texts import plain, t


def draw(found: Record, language: str) -> None:
    """Each file of a record in full, or that it is still on its way."""
    if not found.attachments:
        return
    st.markdown(f"##### {t('records.photos', language)}")
    for one in found.attachments:
        if one.present:
            st.html(_link(found.instance_id, one.name, "photo"))
        else:
            st.info(t("records.missing_file", language, name=plain(one.name)), icon=":material/hourglass:")


def gallery(found: Mapping[str, Sequence[NamedFile]], most: int) -> str:
    """The files of several records by their instances, small and side by side; '' where none has any."""
    links = [
        _link(instance_id, one.name, "small photo")
        for instance_id, files in found.items()
        for one in files
        if one.present
    ]
    return f'<div class="gallery">{"".join(links[:most])}</div>' if links else ""


def _link(instance_id: str, name: str, looks: str) -> str:
    """A photo that opens in full, any other file by its name."""
    address = f"/photo/{quote(instance_id, safe='')}/{quote(name, safe='')}"
    seen = escape(name)
    if shown_as(name):
        seen = f'<img class="{looks}" src="{address}" alt="{seen}" loading="lazy">'
    return f'<a href="{address}" target="_blank">{seen}</a>'
