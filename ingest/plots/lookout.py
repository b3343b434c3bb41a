"""What drawn areas are held against, as the workbooks and the overlay sets of the moment say."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from forms.xform import Field, Schema
from geo.overlay import Overlay
from ingest.identifiers import quoted
from ingest.published import Catalogue

HOUSEHOLDS = "households"


@dataclass(frozen=True, order=True)
class DrawnField:
    """A question that draws areas, its columns as SQL. ``table`` is ``form_id`` or ``form_id/repeat``."""

    table: str
    name: str

    @property
    def form_id(self) -> str:
        """The form that asks it."""
        return self.table.partition("/")[0]

    @property
    def repeat(self) -> str:
        """The repeat in which it stands, '' for the form itself."""
        return self.table.partition("/")[2]

    @property
    def key(self) -> str:
        """The column that tells rows of one submission apart."""
        return "_key" if self.repeat else "''"

    def column(self, suffix: str) -> str:
        """A companion of the geometry."""
        return quoted(f"{self.name}__{suffix}")


@dataclass(frozen=True)
class PlotForms:
    """What the workbooks say of plots.

    ``fields``: the questions that draw one. ``lists``: the entity lists that their forms fill, so that two
    records of one entry speak of one plot. ``references``: by table the questions that choose such an entry.
    ``owners``: by form the question that chooses the owner's household; ``owner_properties``: by list the
    property that keeps it.
    """

    fields: tuple[DrawnField, ...]
    lists: frozenset[str]
    references: Mapping[str, tuple[tuple[str, str], ...]]
    owners: Mapping[str, str]
    owner_properties: Mapping[str, str]

    @property
    def facts(self) -> tuple[object, ...]:
        """All that pairs depend on."""
        return self.fields, tuple(sorted(self.lists)), tuple(sorted(self.references.items()))


@dataclass(frozen=True)
class Lookout:
    """What drawn areas are held against. ``overlays_fingerprint`` changes with every overlay."""

    overlays: Sequence[Overlay]
    overlays_fingerprint: str
    plots: PlotForms

    @property
    def fingerprint(self) -> str:
        """Changes when earlier areas must be looked at again."""
        facts = repr((self.overlays_fingerprint, self.plots.facts))
        return hashlib.sha256(facts.encode()).hexdigest()[:16]


def plot_forms(catalogue: Catalogue) -> PlotForms:
    """Read it from all published forms."""
    refs = sorted((form_id, ref) for form_id, usage in catalogue.usages.items() for ref in usage.plots)
    fields = tuple(sorted(_drawn_field(form_id, ref) for form_id, ref in refs))
    drawing = {one.form_id for one in fields}
    schemas = [one for (form_id, _), one in sorted(catalogue.schemas.items()) if form_id in drawing]
    lists = frozenset(rule.dataset for schema in schemas for rule in schema.entities) - {HOUSEHOLDS}
    return PlotForms(
        fields,
        lists,
        {table: choosing for table in _tables(fields) if (choosing := _choosing(schemas, table, lists))},
        _owner_questions(schemas),
        _owner_properties(schemas, lists),
    )


def _drawn_field(form_id: str, ref: str) -> DrawnField:
    repeat, _, name = ref.rpartition("/")
    return DrawnField(f"{form_id}/{repeat}".removesuffix("/"), name)


def _tables(fields: Iterable[DrawnField]) -> list[str]:
    """The tables of plots, and the forms around those that stand in a repeat."""
    return sorted({one.table for one in fields} | {one.form_id for one in fields})


def _choosing(schemas: list[Schema], table: str, lists: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """Questions of a table that choose from one of the lists, and which."""
    found = {
        (one.name, one.dataset)
        for schema in schemas
        for part in schema.tables
        if f"{schema.form_id}/{part.name}".removesuffix("/") == table
        for one in part.fields
        if one.dataset in lists
    }
    return tuple(sorted(found))


def _owner_questions(schemas: list[Schema]) -> dict[str, str]:
    found: dict[str, str] = {}
    for schema in schemas:
        for one in schema.tables[0].fields:
            if one.dataset == HOUSEHOLDS:
                found.setdefault(schema.form_id, one.name)
    return found


def _owner_properties(schemas: list[Schema], lists: frozenset[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for schema in schemas:
        for rule in schema.entities:
            for name, ref in sorted(rule.properties.items()):
                if rule.dataset in lists and _field(schema, ref).dataset == HOUSEHOLDS:
                    found.setdefault(rule.dataset, name)
    return found


def _field(schema: Schema, ref: str) -> Field:
    return schema.field(ref)[1]
