"""What one version of a form asks for: tables, fields, choices and entities, as values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

PathNames = tuple[str, ...]

GEO_KINDS = ("geopoint", "geotrace", "geoshape")


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a select. ``label`` holds 'th' and 'en'; the compiler of our workbooks keeps
    colour and icon in :class:`forms.workbook.Usage`, so here they are blank unless somebody sets them.
    """

    value: str
    label: dict[str, str]
    color: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One column of data.

    ``path`` are the element names from below the instance root; ``kind`` one of text, integer, decimal,
    date, time, datetime, select_one, select_multiple, geopoint, geotrace, geoshape, attachment;
    ``choices`` is None when the form carries none; ``dataset`` names the CSV or entity list (without
    ``.csv``) that a select_one_from_file draws on.
    """

    name: str
    path: PathNames
    kind: str
    label: dict[str, str]
    choices: tuple[Choice, ...] | None
    dataset: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The form itself (``name`` '') or a repeat ('members', nested 'members/loans'), with its words."""

    name: str
    path: PathNames
    fields: tuple[Field, ...]
    label: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EntityRule:
    """An entity that a submission makes or changes: property name -> field reference."""

    dataset: str
    properties: dict[str, str]


@dataclass(frozen=True, slots=True)
class Schema:
    """What one version of a form asks for."""

    form_id: str
    version: str
    title: dict[str, str]
    root: str
    tables: tuple[Table, ...]
    entities: tuple[EntityRule, ...]
    languages: tuple[str, ...]

    def table(self, name: str) -> Table:
        """The table of that name; KeyError when there is none."""
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(name)

    def field(self, ref: str) -> tuple[Table, Field]:
        """The field that a bare name or ``repeat/field`` means; KeyError when there is none."""
        table_name, _, name = ref.rpartition("/")
        for one in self.table(table_name).fields:
            if one.name == name:
                return self.table(table_name), one
        raise KeyError(ref)

    def references(self) -> dict[str, Field]:
        """Every field by its reference, in the order of the form."""
        return {
            f"{table.name}/{field.name}".removeprefix("/"): field
            for table in self.tables
            for field in table.fields
        }

    def with_earlier(self, earlier: Iterable[Schema]) -> Schema:
        """With what earlier versions asked besides, after the questions of this one."""
        tables = {table.name: table for table in self.tables}
        for schema in earlier:
            for table in schema.tables:
                now = tables.get(table.name) or replace(table, path=_moved(table, schema, tables), fields=())
                asked = {field.name for field in now.fields}
                more = [field for field in table.fields if field.name not in asked]
                tables[table.name] = replace(now, fields=(*now.fields, *more))
        return replace(self, tables=tuple(tables.values()))


def _moved(table: Table, schema: Schema, tables: dict[str, Table]) -> PathNames:
    """Where an earlier repeat would stand: below its parent, which may lie in another group by now."""
    parent = table.name.rpartition("/")[0]
    return tables[parent].path + table.path[len(schema.table(parent).path) :]
