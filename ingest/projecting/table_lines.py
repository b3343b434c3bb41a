"""A form's or repeat's rows with the answers of all they stand in, as SQL.

A bare column name is the innermost question's; an outer one of the same name goes by ``table/name`` there,
so that neither passes for the other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from forms.workbook import Usage
from forms.xform import Field, Schema, Table
from ingest.identifiers import quoted
from ingest.projecting.columns import column_types

_OF_THE_REPEAT = ("_seq", "_instance_id", "_area", "_key", "_parent")
_OF_THE_FORM = ("_received_at", "_reported", "_located", "_verdict", "_boundary_set")


def date_ref(schema: Schema, usage: Usage) -> str:
    """The question that places a form's records in time: its layers' date, else its first; '' if none.

    Of several dates of layers the one that is asked first, as what happened is asked before when it ends. A
    layer of what is not asked any more may be dated by what is not asked any more, either.
    """
    known, dates = schema.references(), {layer.date for layer in usage.layers}
    of_layers = [ref for ref in known if ref in dates]
    asked = [ref for ref, one in known.items() if one.kind == "date" and "/" not in ref]
    return next(iter([*of_layers, *asked]), "")


def line(schema: Schema, repeat: str) -> list[Table]:
    """The form, the repeats around a table, and the table itself."""
    path = schema.table(repeat).path
    return [table for table in schema.tables if path[: len(table.path)] == table.path]


def columns(schema: Schema, repeat: str) -> Iterator[tuple[int, Field, str, str]]:
    """Every field that a table's rows carry: its place in the line, itself, its reference, its column."""
    tables = line(schema, repeat)
    innermost = {one.name.casefold(): number for number, table in enumerate(tables) for one in table.fields}
    for number, table in enumerate(tables):
        for one in table.fields:
            ref = f"{table.name}/{one.name}".removeprefix("/")
            own = innermost[one.name.casefold()] == number
            yield number, one, ref, one.name if own else f"{table.name or schema.form_id}/{one.name}"


def source(schema: Schema, repeat: str) -> str:
    """A table's rows with every column, to stand after FROM."""
    if not repeat:
        return quoted(schema.form_id)
    own = len(line(schema, repeat)) - 1
    kept = [f"t{own}.{name}" for name in _OF_THE_REPEAT] + [f"t0.{name}" for name in _OF_THE_FORM]
    for number, one, _, column in columns(schema, repeat):
        pairs = zip(column_types(one.kind, one.name), column_types(one.kind, column), strict=True)
        kept += [f"t{number}.{quoted(name)} AS {quoted(alias)}" for name, alias in pairs]
    return f"(SELECT {', '.join(kept)} FROM {_joined(schema, repeat, set(range(own)))})"


def slim_source(schema: Schema, repeat: str, refs: Collection[str]) -> str:
    """A table's rows with key, place and the named answers alone, joined with no table that gives none."""
    if not repeat:
        return quoted(schema.form_id)
    own = len(line(schema, repeat)) - 1
    kept, tables = [f"t{own}.{name}" for name in ("_seq", "_instance_id", "_area", "_tambon")], set()
    for number, one, ref, column in columns(schema, repeat):
        if ref in refs:
            kept.append(f"t{number}.{quoted(one.name)} AS {quoted(column)}")
            tables.add(number)
    return f"(SELECT {', '.join(kept)} FROM {_joined(schema, repeat, tables - {own})})"


def _joined(schema: Schema, repeat: str, outer: Collection[int]) -> str:
    """The table joined outwards as far as ``outer`` (places in the line) needs; the form by ``_seq``."""
    tables = line(schema, repeat)
    own = len(tables) - 1
    joined = f"{_name(schema, tables[own])} t{own}"
    for number in range(own - 1, min((one for one in outer if one), default=own) - 1, -1):
        keys = f"t{number}._seq = t{number + 1}._seq AND t{number}._key = t{number + 1}._parent"
        joined += f" JOIN {_name(schema, tables[number])} t{number} ON {keys}"
    return joined + (f" JOIN {quoted(schema.form_id)} t0 ON t0._seq = t{own}._seq" if 0 in outer else "")


def _name(schema: Schema, table: Table) -> str:
    return quoted(f"{schema.form_id}/{table.name}" if table.name else schema.form_id)
