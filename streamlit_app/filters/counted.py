"""What filters leave, counted for the page: each count once, until the data changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
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
from thai.periods import Period

Value = TypeVar("Value")


def everything() -> dict[str, Any]:
    """Submissions by outcome and by form, and those of the demo, whoever looks."""
    atlas = office().atlas
    return atlas.kept.get(atlas.data_version, "everything", atlas.warehouse.counts)


def of_each(viewer: Viewer, infos: Mapping[str, LayerInfo]) -> dict[str, int]:
    """All records of each layer, whatever the filter says: beside the choice of a layer."""
    atlas = office().atlas

    def count() -> dict[str, int]:
        queries = {name: layers.query(info, viewer, Filter()) for name, info in infos.items()}
        return counts.of_each(atlas.warehouse.cursor(), queries)

    return atlas.kept.get(atlas.data_version, ("each", viewer, *infos), count)


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


def by_month(viewer: Viewer, state: State, infos: Sequence[LayerInfo]) -> Counter[str]:
    """Records of layers by month; see ``counts.by_month``."""
    return _summed("month", viewer, state, infos, counts.by_month, since=None, until=None)


def in_period(months: Counter[str], period: Period) -> int | None:
    """Of the records by month those of a period; ``None`` for one that is not made of whole months."""
    if period.since is None or period.until is None:
        return months.total()
    if period.kind == "phase":
        return None
    first, last = f"{period.since:%Y-%m}", f"{period.until:%Y-%m}"
    dated = sum(n for month, n in months.items() if first <= month <= last)
    return dated + months[counts.EVERY_YEAR]


def by_verdict(viewer: Viewer, state: State, infos: Sequence[LayerInfo]) -> Counter[str]:
    """Records of layers by how reported and located tambon agree."""
    return _summed("verdict", viewer, state, infos, counts.by_verdict, verdicts=())


def by_arrival(
    viewer: Viewer, state: State, infos: Sequence[LayerInfo], days: tuple[date, ...]
) -> Counter[str]:
    """Records of layers that came in on each day or later; all as ''."""

    def count(cursor: duckdb.DuckDBPyConnection, q: Query) -> dict[str, int]:
        return counts.by_arrival(cursor, q, days)

    return _summed(("arrival", days), viewer, state, infos, count, received=None)


def by_stillness(
    viewer: Viewer, state: State, infos: Sequence[LayerInfo], days: tuple[date, ...]
) -> Counter[str]:
    """Newest visits of each case that are of each day or earlier."""

    def count(cursor: duckdb.DuckDBPyConnection, q: Query) -> dict[str, int]:
        return counts.by_last_day(cursor, q, days)

    chosen = {"latest": True, "since": None, "until": None}
    return _summed(("still", days), viewer, state, infos, count, **chosen)


def beside(viewer: Viewer, state: State, infos: Sequence[LayerInfo], name: str) -> tuple[int, int]:
    """Records of layers inside and outside the areas of another one."""
    inside = outside = 0
    for info in infos:
        free = replace(state.filter_for(info), inside="", outside="")
        within = _kept("total", viewer, info, replace(free, inside=name), layers.count)
        placed = _kept("placed", viewer, info, free, counts.with_place)
        inside, outside = inside + within, outside + placed - within
    return inside, outside


def mine(viewer: Viewer, state: State, infos: Sequence[LayerInfo]) -> int:
    """Records of layers that wait for the viewer's own decision."""
    chosen = [(info, replace(state.filter_for(info), mine=True)) for info in infos]
    return sum(_kept("total", viewer, info, one, layers.count) for info, one in chosen)


def _summed(
    what: Hashable, viewer: Viewer, state: State, infos: Sequence[LayerInfo],
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
