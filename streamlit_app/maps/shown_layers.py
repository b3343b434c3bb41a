"""Which layers a state shows: those it names, or the first of the forms that have most data."""

from __future__ import annotations

from collections.abc import Mapping

from ingest.doors.layers import LayerInfo
from ingest.doors.shown import told_apart
from streamlit_app.filters import counted
from streamlit_app.office import office
from streamlit_app.state import State
from streamlit_app.texts import pick

MOST_LAYERS, _FIRST_LAYERS = 4, 2


def titles(layers: Mapping[str, LayerInfo], language: str) -> dict[str, str]:
    """What layers are called on the screen, by name; those of one label are told apart by their forms."""
    catalogue = office().atlas.reference.catalogue
    labels = {name: pick(one.label, language) for name, one in layers.items()}
    forms = {name: pick(catalogue.newest(one.form_id).title, language) for name, one in layers.items()}
    return told_apart(labels, forms)


def shown_layers(state: State) -> list[LayerInfo]:
    """The layers to show; until somebody chooses, the first of the forms that have most data."""
    known = office().atlas.reference.layers
    first_of_form = {info.form_id: info for info in reversed(known.values())}
    if state.layers:  # the records page may name a whole form, which has its first layer here
        named = known | first_of_form
        return list({named[name].name: named[name] for name in state.layers if name in named}.values())[
            :MOST_LAYERS
        ]
    filled = counted.everything()["forms"]
    most = sorted(first_of_form, key=lambda form_id: (-filled.get(form_id, 0), form_id))
    return [first_of_form[form_id] for form_id in most if filled.get(form_id)][:_FIRST_LAYERS] or [
        first_of_form[form_id] for form_id in most[:1]
    ]
