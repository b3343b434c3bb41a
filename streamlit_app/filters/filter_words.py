"""A filter in words, as it stands under a picture, on a print and beside a saved view."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.atlas import Reference
from ingest.doors.filters import Filter
from ingest.doors.layers import FieldInfo, LayerInfo
from ingest.doors.shown import place_name, shown
from streamlit_app.state import State
from streamlit_app.texts import pick, t
from thai.calendar import format_date


def in_words(reference: Reference, state: State, infos: Sequence[LayerInfo]) -> list[str]:
    """Each choice as one phrase, the place first; nothing for what is not chosen."""
    shared, language = state.shared, state.language
    place = place_name(shared.area, language, reference.names) if shared.area else ""
    words = [place, _days(shared, language)]
    if shared.text:
        words.append(t("filter.told_text", language, text=shared.text))
    words += [t(f"verdict.{one}", language) for one in shared.verdicts]
    states = {one.name: pick(one.label, language) for info in infos for one in info.review}
    words += [states[name] for name in shared.review if name in states]
    if shared.received:
        words.append(t("filter.told_received", language, day=format_date(shared.received, language=language)))
    for side in ("inside", "outside"):
        other = reference.layers.get(getattr(shared, side))
        words.append(t(f"beside.{side}", language, layer=pick(other.label, language)) if other else "")
    words.append(t("filter.told_latest", language) if shared.latest else "")
    words.append(t("review.mine", language) if shared.mine else "")
    words.append(t("filter.told_shape", language) if shared.shape else "")
    for info in {info.form_id: info for info in infos}.values():
        for ref, values in sorted(state.answers.get(info.form_id, {}).items()):
            if ref in info.fields:
                words.append(_answers(info.fields[ref], values, reference, language))
    return [word for word in words if word]


def _days(shared: Filter, language: str) -> str:
    ends = [format_date(day, language=language) if day else "…" for day in (shared.since, shared.until)]
    return " – ".join(ends) if shared.since or shared.until else ""


def _answers(one: FieldInfo, values: tuple[str, ...], reference: Reference, language: str) -> str:
    told = [
        t("filter.blank", language)
        if value == Filter.blank()
        else (shown(value, one, language, reference.names) if one.choices else value)
        for value in values
    ]
    return f"{pick(one.label, language)}: {', '.join(told)}"
