"""Forms that were not made for this system: what is forgiven them, and how their answers are used.

An XLSForm or XForm of another office says nothing of layers, filters or privacy. Each of its geometries
becomes a layer, its choices become filters, and every answer keeps the default class: nothing is public.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from forms.schema import GEO_KINDS, Field, Schema, Table
from forms.sheets import Sheet
from forms.workbook import Layer, Usage
from thai.problem import Problem

#: Mistakes that phones and tables can live with: one language, settings left to the compiler, a name that
#: gets another column.
FORGIVEN = frozenset({"label_missing", "setting_missing", "setting_unusable", "name_reserved"})
_OWN_SHEETS = ("layers", "indicators", "review")
_OWN_COLUMNS = ("privacy", "filter", "unit", "plot")
_MOST_FILTERS, _MOST_SHOWN = 8, 6
_DESCRIBING = ("text", "integer", "decimal", "date", "datetime", "select_one")


def is_foreign(sheets: dict[str, Sheet]) -> bool:
    """Whether a workbook carries nothing of what we add to an XLSForm."""
    survey = sheets.get("survey")
    own = survey is not None and any(survey.column(name) for name in _OWN_COLUMNS)
    return not own and not any(name in sheets for name in _OWN_SHEETS)


def forgiven(found: Iterable[Problem]) -> tuple[list[Problem], list[str]]:
    """What still stands in the way of a foreign form, and the rest as warnings."""
    kept, warnings = [], []
    for one in found:
        if one.code in FORGIVEN or (one.code == "sheet_missing" and one.place.sheet == "settings"):
            warnings.append(f"{one.place}: {one.says.th} · {one.says.en}")
        else:
            kept.append(one)
    return kept, warnings


def usage_of(schema: Schema, earlier: Iterable[Schema] = ()) -> Usage:
    """A layer for every geometry, those in repeats too; selects of the form as filters.

    What only ``earlier`` versions asked keeps its layer, which says so.
    """
    asked, schema = schema.references(), schema.with_earlier(earlier)
    main = schema.table("")
    filters = [one.name for one in main.fields if one.kind in ("select_one", "select_multiple")]
    return Usage(
        form_id=schema.form_id,
        layers=tuple(one if one.geometry in asked else _no_longer_asked(one) for one in _layers(schema)),
        filters=tuple(filters[:_MOST_FILTERS]),
        of_form=True,
    )


def _layers(schema: Schema) -> Iterator[Layer]:
    taken: set[str] = set()
    for table in schema.tables:
        for one in table.fields:
            if one.kind in GEO_KINDS:
                yield _layer(schema, table, one, _name(_ref(table, one), taken))


def _layer(schema: Schema, table: Table, geometry: Field, name: str) -> Layer:
    line = [outer for outer in reversed(schema.tables) if table.path[: len(outer.path)] == outer.path]
    near = [(_ref(outer, one), one) for outer in line for one in outer.fields]
    coloured = (ref for ref, one in near if one.kind == "select_one" and one.choices)
    dated = (ref for ref, one in near if one.kind == "date")
    own = [_ref(table, one) for one in table.fields if one.kind in _DESCRIBING]
    return Layer(
        name=name,
        label=geometry.label,
        geometry=_ref(table, geometry),
        color_by=next(coloured, ""),
        date=next(dated, ""),
        popup=tuple(own[:_MOST_SHOWN]),
    )


def _no_longer_asked(layer: Layer) -> Layer:
    words = {"th": "ไม่ถามแล้ว", "en": "no longer asked"}
    said = {language: text for language, text in layer.label.items() if text}
    return replace(layer, label={one: f"{said.get(one, layer.name)} ({word})" for one, word in words.items()})


def _ref(table: Table, one: Field) -> str:
    return f"{table.name}/{one.name}".removeprefix("/")


def _name(ref: str, taken: set[str]) -> str:
    """A layer's name from a field reference: plain letters, each once."""
    plain = re.sub(r"[^a-z0-9]+", "_", ref.casefold()).strip("_") or "place"
    name, number = plain, 2
    while name in taken:
        name, number = f"{plain}_{number}", number + 1
    taken.add(name)
    return name
