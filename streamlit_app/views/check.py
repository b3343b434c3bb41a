"""A printed table, recomputed: what agrees, and each cell that does not, with what may be the reason."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pandas as pd
import streamlit as st

from ingest.sheets.model import Document
from reports.consistency.engine import check_file
from reports.consistency.model import Checked
from reports.consistency.wording import CAUSES, KINDS, WEIGHTS, where
from reports.papers import catalogue, table_check
from streamlit_app import viewer as door
from streamlit_app.filters.spans import today
from streamlit_app.state import current
from streamlit_app.texts import t
from streamlit_app.views.papers import downloads
from thai.problem import Problem

_MOST_SHOWN = 300


def page() -> None:
    """Draw the upload and, once there is a file, its findings. The file is read and not kept."""
    door.viewer()
    language = current().language
    st.write(t("check.what", language))
    given = st.file_uploader(t("check.file", language), type=["xlsx", "csv", "docx"], key="check.file")
    if given is None:
        return
    try:
        document, checked = check_file(Path(given.name), given.getvalue())
    except Problem as problem:
        st.warning(problem.says[language], icon=":material/error:")
        st.caption(problem.remedy[language])
        return
    _outcome(document, checked, language)
    found = table_check.paper(document, checked, today())
    downloads(partial(catalogue.write_papers, [found]), "P25", language, key="check")


def _outcome(document: Document, checked: Checked, language: str) -> None:
    agreed = sum(checked.agreed.values())
    st.markdown(t("check.agreed", language, n=f"{agreed:,}", tables=len(document.tables)))
    if not checked.findings:
        st.success(t("check.nothing", language), icon=":material/check_circle:")
        return
    rows = [
        {
            "weight": WEIGHTS[one.weight][language],
            "cell": where(one.cell),
            "finding": KINDS[one.kind][language],
            "printed": one.printed,
            "computed": one.computed,
            "apart": f"{one.difference.normalize():+,f}" if one.difference else "",
            "causes": ", ".join(CAUSES[cause][language] for cause in one.causes),
            "with": ", ".join(where(cell) for cell in one.with_cells[:8]),
        }
        for one in checked.findings[:_MOST_SHOWN]
    ]
    table = pd.DataFrame(rows).rename(columns=lambda key: t(f"check.{key}", language))
    st.dataframe(table, hide_index=True, width="stretch", height="content")
    st.caption(t("check.not_corrected", language))
