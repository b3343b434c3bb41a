"""A form for an entity list that no form makes: a question for each property, and the entity made of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any


def version_of(properties: Sequence[str]) -> str:
    """The form's version: the same for the same properties, in any order."""
    return hashlib.sha256("\n".join(sorted(properties)).encode()).hexdigest()[:12]


def entity_form(form_id: str, dataset: str, properties: Sequence[str], *, geometry: str = "text") -> bytes:
    """The XForm, called like its dataset; ``geometry`` is the question type of the property of that name."""
    from pyxform.xls2xform import convert  # noqa: PLC0415 - as in forms.compile

    questions = [
        {"type": geometry if name == "geometry" else "text", "name": name, "label": name, "save_to": name}
        for name in sorted(properties)
    ]
    book: dict[str, Any] = {
        "survey": [{"type": "text", "name": "label", "label": "label"}, *questions],
        "entities": [{"list_name": dataset, "label": "${label}"}],
        "settings": [{"form_id": form_id, "form_title": dataset, "version": version_of(properties)}],
    }
    xform: str = convert(book, validate=False).xform
    return xform.encode("utf-8")
