"""What filters leave, counted for the page: each count once, until the data changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

import duckdb

from ingest.access import Viewer
from ingest.doors import counts, layers
from ingest.doors.filters import Filter
from ingest.doors.layers import FieldInfo, LayerInfo, Query
from streamlit_app.office import office
from streamlit_app.state import State

Value = TypeVar("Value")


def everything() -> dict[str, Any]:
    """Submissions by outcome and by form, and those of the demo, whoever looks."""
    atlas = office().atlas
    return atlas.kept.get(atlas.data_version, "everything", atlas.warehouse.counts)


def total(viewer: Viewer, state: State, info: LayerInfo) -> int:
    """How many records of a layer the state's filter leaves."""
    return _kept("total", viewer, info, state.filter_for(info), layers.count)


def by_answers(
    viewer: Viewer, state: State, info: LayerInfo, asked: Sequence[FieldInfo]
) -> dict[str, dict[str, int]]:
    """Records by the answers to each question, as a question's own choice does not count for it."""
    chosen = state.filter_for(info)
    free = [one for one in asked if one.ref not in chosen.values]
    found = _each(viewer, info, chosen, free) if free else {}
    for one in asked:
        if one.ref in chosen.values:
            found = found | _each(viewer, info, chosen.without(one.ref), [one])
    return found


def _each(
    viewer: Viewer, info: LayerInfo, chosen: Filter, asked: Sequence[FieldInfo]
) -> dict[str, dict[str, int]]:
    what = ("answers", *(one.ref for one in asked))
    return _kept(what, viewer, info, chosen, lambda cursor, q: counts.by_each(cursor, q, asked))


def by_review(viewer: Viewer, state: State, infos: Sequence[LayerInfo]) -> Counter[str]:
    """Records of layers by review state."""
    return _summed("review", viewer, state, infos, counts.by_review, review=())


def by_place(viewer: Viewer, state: State, infos: Sequence[LayerInfo]) -> Counter[str]:
    """Records of layers by province, amphoe and tambon."""
    return _summed("place", viewer, state, infos, counts.by_place, area="")


def by_fiscal_year(viewer: Viewer, state: State, infos: Sequence[LayerInfo]) -> Counter[str]:
    """Records of layers by fiscal year; see ``counts.by_fiscal_year``."""
    return _summed("year", viewer, state, infos, counts.by_fiscal_year, since=None, until=None)


def by_verdict(viewer: Viewer, state: State, infos: Sequence[LayerInfo]) -> Counter[str]:
    """Records of layers by how reported and located tambon agree."""
    return _summed("verdict", viewer, state, infos, counts.by_verdict, verdicts=())


def _summed(
    what: str, viewer: Viewer, state: State, infos: Sequence[LayerInfo],
    count: Callable[[duckdb.DuckDBPyConnection, Query], dict[str, int]], **without: Any,
) -> Counter[str]:  # fmt: skip
    """Counts of several layers together; what is counted by does not cut it."""
    found: Counter[str] = Counter()
    for info in infos:
        found.update(_kept(what, viewer, info, replace(state.filter_for(info), **without), count))
    return found


def days(viewer: Viewer, info: LayerInfo) -> list[date]:
    """The first and last day of a layer's date."""
    return _kept("days", viewer, info, Filter(), counts.days_of)


def _kept(
    what: Hashable, viewer: Viewer, info: LayerInfo, chosen: Filter,
    count: Callable[[duckdb.DuckDBPyConnection, Query], Value],
) -> Value:  # fmt: skip
    atlas = office().atlas
    return atlas.kept.get(
        atlas.data_version, (what, viewer, info.name, chosen.to_query()),
        lambda: count(atlas.warehouse.cursor(), layers.query(info, viewer, chosen)),
    )  # fmt: skip
