"""A form for an entity list that no form makes: a question for each property, and the entity made of them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from typing import Any

from forms.schema import Schema

#: The questions for an entity's ``geometry``, by their types: a question never changes its type.
GEOMETRY = {
    "geopoint": "geometry", "geotrace": "geometry_line", "geoshape": "geometry_area", "text": "geometry_text",
}  # fmt: skip

_PREFIX = "entities_"
_TAKEN = ("label", "meta", *GEOMETRY.values())  # by what every such form has


def form_id_of(dataset: str) -> str:
    """What the form of an entity list is called."""
    return f"{_PREFIX}{dataset}"


def is_entity_form(schema: Schema) -> bool:
    """Whether a form is that of an entity list."""
    return any(schema.form_id == form_id_of(rule.dataset) for rule in schema.entities)


def geometry_type(text: str) -> str:
    """The question type that takes a geometry as ODK writes it; ``text`` for a blank one.

    >>> geometry_type("8.28 100.08 0 0")
    'geopoint'
    """
    vertices = [vertex.split()[:2] for vertex in text.split(";") if vertex.strip()]
    if not vertices:
        return "text"
    if len(vertices) == 1:
        return "geopoint"
    return "geoshape" if len(vertices) > 3 and vertices[0] == vertices[-1] else "geotrace"


def geometry_questions(types: Collection[str]) -> tuple[str, list[str]]:
    """Of a list whose geometries have these types: the type of the question that the property is kept from,
    and the types that are drawn. Where there are several, a text keeps it beside them.
    """
    drawn = sorted(set(types) - {"text"})
    return (drawn[0], drawn) if len(drawn) == 1 else ("text", drawn)


def entity_form(form_id: str, dataset: str, properties: Sequence[str], types: Collection[str]) -> bytes:
    """The XForm, called like its dataset; ``types`` are those of its geometries.

    Its version is the same for the same properties, in any order unless two differ in capitals alone, and the
    same types.
    """
    from pyxform.xls2xform import convert  # noqa: PLC0415 - as in forms.compile

    kept, drawn = geometry_questions(types)
    questions: list[dict[str, str]] = []
    asked = _question_names(properties)
    for name in sorted(properties):
        if name == "geometry":
            questions += [{"type": one, "name": GEOMETRY[one], "label": name} for one in drawn if one != kept]
            questions.append({"type": kept, "name": GEOMETRY[kept], "label": name, "save_to": name})
        else:
            questions.append({"type": "text", "name": asked[name], "label": name, "save_to": name})
    said = "\n".join([*drawn, "", *sorted(asked.values())])
    version = hashlib.sha256(said.encode()).hexdigest()[:12]
    book: dict[str, Any] = {
        "survey": [{"type": "text", "name": "label", "label": "label"}, *questions],
        "entities": [{"list_name": dataset, "label": "${label}"}],
        "settings": [{"form_id": form_id, "form_title": dataset, "version": version}],
    }
    xform: str = convert(book, validate=False).xform
    return xform.encode("utf-8")


def _question_names(properties: Sequence[str]) -> dict[str, str]:
    """The question for each property: its own name, with letters of its own behind it where another question
    is called so, or would be but for capitals.
    """
    names, taken = dict[str, str](), set(_TAKEN)
    for one in properties:
        free = one == "geometry" or one.casefold() not in taken
        names[one] = one if free else f"{one}_{hashlib.sha256(one.encode()).hexdigest()[:6]}"
        taken.add(one.casefold())
    return names
