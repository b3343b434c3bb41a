"""What the layers are: the workbooks' rows put together with the forms' questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from forms import expression
from forms.schema import GEO_KINDS
from forms.workbook import PRIVACY_CLASSES, Layer, ReviewState, Usage
from forms.xform import Choice, Field, Schema
from ingest import access
from ingest.projecting.claims import MOO
from ingest.projecting.table_lines import columns, source
from ingest.published import Catalogue


@dataclass(frozen=True)
class FieldInfo:
    """One question as the office sees it. ``ref`` is its column in the layer's rows."""

    ref: str
    label: dict[str, str]
    kind: str
    privacy: str
    unit: str
    choices: tuple[Choice, ...]

    def label_of(self, value: str, language: str) -> str:
        """A choice's label; the value itself where there is none."""
        for choice in self.choices:
            if choice.value == value:
                return choice.label.get(language) or choice.label.get("th") or value
        return value


@dataclass(frozen=True)
class LayerInfo:
    """One layer: where its rows stand and how they are drawn. ``name`` is ``form_id.layer``."""

    name: str
    form_id: str
    repeat: str
    label: dict[str, str]
    geometry: FieldInfo | None  # ``None`` for the whole of a form that asks for no place
    color_by: FieldInfo | None
    status: FieldInfo | None
    date: FieldInfo | None
    popup: tuple[FieldInfo, ...]
    filters: tuple[FieldInfo, ...]
    fields: dict[str, FieldInfo]  # by column
    columns: dict[str, str]  # a workbook's reference -> the column
    source: str  # the rows as SQL, to stand after FROM
    where: str
    privacy: str  # the geometry's class: who may not see it may still count it
    where_privacy: str  # the strictest class of what ``where`` looks at: others do not even count
    review: tuple[ReviewState, ...]  # the first is that of arrival
    # The other layers of the catalogue by name, for conditions that look at their areas.
    others: dict[str, LayerInfo] = field(default_factory=dict, repr=False, compare=False)
    placed: bool = True  # only rows that have the geometry; a whole form's list has the others too

    @property
    def place_privacy(self) -> str:
        """The class of where the rows lie: the geometry's, or the team's where the form asks for none."""
        return self.geometry.privacy if self.geometry else access.TEAM

    @property
    def whole(self) -> bool:
        """Whether its rows are a form's records, told by their own place and not by one geometry."""
        return not self.placed and not self.repeat

    @property
    def shape_privacy(self) -> str:
        """The strictest class of all that a record's own place could come from."""
        return _strictest([one.privacy for one in self.fields.values() if one.kind in GEO_KINDS])

    @property
    def village_privacy(self) -> str:
        """The class of a record's village: that of the questions that name it."""
        return _strictest([one.privacy for name in ("tambon", MOO) if (one := self.field(name))])

    def field(self, ref: str) -> FieldInfo | None:
        """The question of a workbook's reference, or else of a column; ``None`` where there is neither."""
        return self.fields.get(self.columns.get(ref, ref))


def _strictest(classes: Sequence[str]) -> str:
    return max(classes, key=PRIVACY_CLASSES.index, default=access.TEAM)


def layer_infos(catalogue: Catalogue) -> dict[str, LayerInfo]:
    """Every layer of every published form, by name."""
    found: dict[str, LayerInfo] = {}
    for form_id, usage in sorted(catalogue.usages.items()):
        schema = catalogue.shown(form_id)
        for layer in _drawn(schema, usage):
            info = replace(_info(schema, usage, layer), others=found)
            found[info.name] = info
    return found


def form_infos(catalogue: Catalogue) -> dict[str, LayerInfo]:
    """Every record of each form, with or without a place, by the form's id: for tables."""
    whole, layers = {}, layer_infos(catalogue)
    for form_id, usage in sorted(catalogue.usages.items()):
        schema = catalogue.shown(form_id)
        whole[form_id] = replace(
            _info(schema, usage, _whole(schema, usage)), name=form_id, label=schema.title, where="",
            privacy=access.TEAM, where_privacy=access.PUBLIC, placed=False, others=layers,
        )  # fmt: skip
    return whole


def repeat_info(catalogue: Catalogue, form_id: str, repeat: str) -> LayerInfo:
    """Every row of a repeat, each with the answers that it stands in: for papers and registers."""
    schema, usage = catalogue.shown(form_id), catalogue.usages[form_id]
    info = _info(schema, usage, _whole(schema, usage), repeat)
    return replace(
        info,
        name=f"{form_id}.{repeat}",
        where="",
        privacy=access.TEAM,
        where_privacy=access.PUBLIC,
        placed=False,
    )


def _drawn(schema: Schema, usage: Usage) -> list[Layer]:
    """The layers whose geometry the newest version asks: another server's may leave one out."""
    asked = schema.references()
    return [one for one in usage.layers if one.geometry in asked]


def _whole(schema: Schema, usage: Usage) -> Layer:
    """A form as a layer: its first layer outside the repeats, or else its first geometry and date, if any."""
    own = next((one for one in _drawn(schema, usage) if not schema.field(one.geometry)[0].name), None)
    if own is not None:
        return own

    def first(kinds: tuple[str, ...]) -> str:
        return next((one.name for one in schema.tables[0].fields if one.kind in kinds), "")

    return Layer("", schema.title, first(GEO_KINDS), date=first(("date",)))


def field_infos(schema: Schema, usage: Usage, repeat: str) -> dict[str, FieldInfo]:
    """The fields of a table by column, those of the rows that its rows stand in among them."""
    return {
        column: FieldInfo(
            column, one.label or {"th": one.name, "en": one.name}, one.kind, usage.privacy_of(ref),
            usage.units.get(ref, ""), _styled(one, usage.styles.get(ref, {})),
        )
        for _, one, ref, column in columns(schema, repeat)
    }  # fmt: skip


def _info(schema: Schema, usage: Usage, layer: Layer, repeat: str = "") -> LayerInfo:
    own = repeat or not layer.geometry
    table = schema.table(repeat) if own else schema.field(layer.geometry)[0]
    fields = field_infos(schema, usage, table.name)
    column_of = {ref: column for _, _, ref, column in columns(schema, table.name)}

    def of(ref: str) -> FieldInfo | None:
        return fields[column_of[ref]] if ref in column_of else None

    looked_at = expression.references(expression.parse(layer.where)) if layer.where else ()
    classes = [access.PUBLIC, *(usage.privacy_of(ref) for ref in looked_at)]
    geometry = of(layer.geometry)
    return LayerInfo(
        name=f"{schema.form_id}.{layer.name}",
        form_id=schema.form_id,
        repeat=table.name,
        label=layer.label,
        geometry=geometry,
        color_by=of(layer.color_by),
        status=of(layer.status),
        date=of(layer.date),
        popup=tuple(info for ref in layer.popup if (info := of(ref))),
        filters=tuple(info for ref in usage.filters if (info := of(ref))),
        fields=fields,
        columns=column_of,
        source=source(schema, table.name),
        where=layer.where,
        privacy=geometry.privacy if geometry else access.TEAM,
        where_privacy=_strictest(classes),
        review=usage.review_states,
    )


def _styled(one: Field, styles: dict[str, tuple[str, str]]) -> tuple[Choice, ...]:
    return tuple(
        Choice(choice.value, choice.label, *styles.get(choice.value, (choice.color, choice.icon)))
        for choice in one.choices or ()
    )
