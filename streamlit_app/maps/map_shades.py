"""The choropleth's answer: counts of a layer or any indicator by area, in classes, and what they rest on."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from ingest import problems
from ingest.access import Viewer
from ingest.areas.boundary_sets import BoundarySet
from ingest.atlas import Atlas
from ingest.doors import figures, layers
from ingest.doors.figures import Among
from ingest.doors.filters import Filter
from ingest.doors.layers import LayerInfo
from ingest.doors.shown import quantity
from ingest.maps import map_view, other_sets, shades
from reports import indicators
from reports.indicators import Answer
from streamlit_app.texts import pick, t
from thai.calendar import format_date
from thai.periods import ALL_TIME, Period, phase

LEVELS = {2: "province", 4: "amphoe", 6: "tambon"}
LAO = "lao"


def asked(
    atlas: Atlas, viewer: Viewer, asks: dict[str, str], chosen: Filter, digits: int, language: str
) -> dict[str, Any]:
    """What a map asks for (``layer`` or ``indicator``, ``method``, ``areas``, ``set``), cut by a filter."""
    method = asks.get("method", "quantile")
    other = other_sets.other(atlas, asks.get("set", ""))
    level = LAO if LAO in (asks.get("areas"), other and other.level) else LEVELS[digits]
    if other and "indicator" not in asks:
        found = other_sets.values(atlas, viewer, asks.get("layer", ""), chosen, level, other)
        return found | _classed(found["values"], method, {}, "")
    if "indicator" in asks:
        return indicator(atlas, viewer, asks["indicator"], chosen, level, method, language, other)
    return counts(atlas, viewer, asks.get("layer", ""), chosen, level, method)


def counts(
    atlas: Atlas, viewer: Viewer, layer: str, chosen: Filter, level: str, method: str
) -> dict[str, Any]:
    """Records of a layer by area. Raises ``layer_unknown``, ``bad_filter`` or ``bad_view``."""
    if level == LAO:
        found = map_view.lao_values(atlas, viewer, layer, chosen)
    else:
        found = map_view.tambon_values(atlas, viewer, layer, chosen, figures.LEVELS[level])
    return found | _classed(found["values"], method, {}, "")


def indicator(
    atlas: Atlas, viewer: Viewer, name: str, chosen: Filter, level: str, method: str, language: str,
    other: BoundarySet | None = None,
) -> dict[str, Any]:  # fmt: skip
    """An indicator by area, for the filter's area and days; ``told`` says value, parts, n, target and as-of.

    With ``other`` by the areas of a set that records are not joined with. Raises the indicator's problems.
    All else that the filter says cuts the records of the indicator's own form, and its numbers then to the
    viewer's own area.
    """
    among = among_of(viewer, info_of(atlas, {"indicator": name}), chosen)
    area, period = chosen.area[:6], period_of(chosen)
    found = indicators.values_by_area(atlas, viewer, name, level, area, period, among, other)
    valued = {code: float(one.value) for code, one in found.items() if one.value is not None}
    targets = {code: float(one.target) for code, one in found.items() if one.target is not None}
    good = next((one.good for one in found.values()), "")
    answer = {
        "indicator": name, "lao": level == LAO, "values": valued,
        "told": {code: told(one, language) for code, one in found.items()},
        "boundary_set": other.name if other else atlas.reference.sets.label(language),
    }  # fmt: skip
    return answer | _classed(valued, method, targets, good)


def info_of(atlas: Atlas, asks: dict[str, str]) -> LayerInfo | None:
    """What a filter's answers are about: the layer that is counted, or the indicator's form."""
    if "indicator" not in asks:
        return atlas.reference.layers.get(asks.get("layer", ""))
    return atlas.reference.forms.get(indicators.definition(atlas, asks["indicator"]).figure.form_id)


def among_of(viewer: Viewer, info: LayerInfo | None, chosen: Filter) -> Among | None:
    """The records of a form that a filter leaves, for its numbers, which have area and days of their own.

    ``None`` where the filter says nothing else.
    """
    rest = replace(chosen, area="", since=None, until=None)
    if info is None or rest == Filter():
        return None
    if info.geometry is None:
        rest = replace(rest, shape="", inside="", outside="")
    q = layers.query(info, viewer, rest)
    ids = f"SELECT _instance_id FROM {q.source} WHERE {q.shown}"
    return Among(info.form_id, ids, tuple(q.parameters))


def period_of(chosen: Filter) -> Period:
    """A filter's days as a period; all time where it has not both ends."""
    return phase(chosen.since, chosen.until) if chosen.since and chosen.until else ALL_TIME


def told(one: Answer, language: str) -> list[str]:
    """A number with all that it rests on, line by line."""
    if one.value is None:
        return [t(f"shade.{one.blank}", language)]
    lines = [quantity(round(one.value, 2), one.unit, language)]
    if one.numerator is not None and one.denominator is not None:
        parts = [quantity(round(part, 2), "", language) for part in (one.numerator, one.denominator)]
        lines.append(t("shade.parts", language, numerator=parts[0], denominator=parts[1]))
    lines.append(t("shade.n", language, n=f"{one.n:,}"))
    if one.target is not None:
        lines.append(t("shade.target", language, target=quantity(one.target, one.unit, language)))
    if one.as_of:
        lines.append(t("shade.as_of", language, day=format_date(one.as_of, language=language)))
    return lines


def title(atlas: Atlas, name: str, language: str) -> str:
    """What an indicator is called; raises ``indicator_unknown``."""
    return pick(indicators.definition(atlas, name).label, language)


def _classed(values: dict[str, Any], method: str, targets: dict[str, float], good: str) -> dict[str, Any]:
    if method not in shades.METHODS:
        raise problems.bad_view(method[:20])
    found = shades.classify(values, method, targets, good)
    return {"steps": [asdict(step) for step in found.steps], "classes": found.class_of}
