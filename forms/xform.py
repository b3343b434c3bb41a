"""Reads a compiled XForm: which tables and fields its submissions carry, and what they are called.

The XForm is the schema of the data: a submission is read with the XForm of its own version. Names of
prefixes are never trusted, only local names, because other compilers choose other prefixes.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from lxml import etree

from forms import problems
from forms.itext import Labels, split_title
from forms.schema import Choice, EntityRule, Field, PathNames, Schema, Table

KIND_OF_BIND = {
    "int": "integer",
    "integer": "integer",
    "decimal": "decimal",
    "date": "date",
    "time": "time",
    "dateTime": "datetime",
    "geopoint": "geopoint",
    "geotrace": "geotrace",
    "geoshape": "geoshape",
    "binary": "attachment",
    "select1": "select_one",
    "select": "select_multiple",
    "odk:rank": "select_multiple",
}
KIND_OF_CONTROL = {"select1": "select_one", "select": "select_multiple", "rank": "select_multiple"}
RESERVED = re.compile(r"__+")  # plot__lon: columns that the data's tables add themselves
CONTROLS = [
    f"{{*}}{name}" for name in ("input", "select1", "select", "rank", "upload", "trigger", "range", "secret")
]

__all__ = ["Choice", "EntityRule", "Field", "Schema", "Table", "media_of", "parse_xform", "read_schema"]


@functools.lru_cache(maxsize=256)  # an office reads its frozen versions again at every publication
def read_schema(xform: bytes) -> Schema:
    """Read the schema of a compiled XForm.

    Repeats are read once though a compiled form may hold them twice (template and first); notes and
    ``meta`` are no fields. Two fields of one table that share a name in different groups are called by
    their groups, joined by ``__``. Raises :class:`thai.problem.Problem` on anything but an XForm.
    """
    model = _Model(parse_xform(xform))
    tables = tuple(model.tables())
    return Schema(
        form_id=model.root.get("id", ""),
        version=model.root.get("version", ""),
        title=split_title(model.title),
        root=local(model.root),
        tables=tables,
        entities=tuple(model.entities(tables)),
        languages=model.labels.languages,
    )


def media_of(xform: bytes) -> tuple[str, ...]:
    """File names that the form wants beside it (CSV lists, images, audio), sorted, each once."""
    document = parse_xform(xform)
    links = [element.get("src", "") for element in document.iter() if element.get("src")]
    links += [(value.text or "").strip() for value in document.iter("{*}value") if value.get("form")]
    return tuple(sorted({link.rpartition("/")[2] for link in links if link.startswith("jr://")}))


def local(element: etree._Element) -> str:
    """An element's name without its namespace."""
    tag: str = element.tag
    return tag.rpartition("}")[2]


def local_attribute(element: etree._Element, name: str) -> str:
    """The attribute of that local name, whatever its prefix; '' when absent."""
    return next((v for k, v in element.items() if k.rpartition("}")[2] == name), "")


def parse_xform(xform: bytes) -> etree._Element:
    """A form's document, without entities and DTDs; raises ``xform_unreadable``."""
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        document = etree.fromstring(xform, parser)
    except etree.XMLSyntaxError as error:
        raise problems.xform_unreadable(str(error)) from error
    if document.getroottree().docinfo.doctype:
        raise problems.xform_unreadable("DOCTYPE")
    return document


def _split(nodeset: str) -> PathNames:
    """``/data/group/name`` -> ('group', 'name')."""
    return tuple(part for part in nodeset.strip().split("/") if part)[1:]


class _Model:
    """The parts of an XForm that say what a field is, by path."""

    def __init__(self, document: etree._Element) -> None:
        instances = list(document.iter("{*}instance"))
        if not instances or not len(instances[0]):
            raise problems.xform_unreadable("no instance")
        self.root = instances[0][0]
        self.title = next((e.text or "" for e in document.iter("{*}title")), "")
        self.labels = Labels(document)
        self.binds = {_split(bind.get("nodeset", "")): bind for bind in document.iter("{*}bind")}
        controls = [e for e in document.iter(*CONTROLS) if e.get("ref")]
        self.controls = {_split(control.get("ref", "")): control for control in controls}
        self.groups = {_split(e.get("ref", "")): e for e in document.iter("{*}group") if e.get("ref")}
        self.set_values = {_split(e.get("ref", "")) for e in document.iter("{*}setvalue")}
        self.repeats = {_split(repeat.get("nodeset", "")) for repeat in document.iter("{*}repeat")}
        self.lists = {e.get("id", ""): e for e in instances[1:]}

    def tables(self) -> Iterator[Table]:
        """The form first, then its repeats in document order."""
        found: dict[PathNames, list[PathNames]] = {(): []}
        self._walk(self.root, (), (), found)
        table_names = _unique_names({path: self._repeats_above(path) for path in found}, 0)
        for path, leaves in found.items():
            names = _unique_names({leaf: _column(leaf[-1]) for leaf in leaves}, len(path))
            fields = tuple(self._field(leaf, names[leaf]) for leaf in leaves)
            label = self.labels.of(self.groups.get(path), "", table_names[path])
            yield Table(table_names[path], path, fields, label)

    def _walk(
        self,
        element: etree._Element,
        path: PathNames,
        table: PathNames,
        found: dict[PathNames, list[PathNames]],
    ) -> None:
        for child in element:
            name = local(child)
            child_path = (*path, name)
            if name == "meta" or (child_path in self.repeats and child_path in found):
                continue
            if child_path in self.repeats:
                found[child_path] = []
                self._walk(child, child_path, child_path, found)
            elif len(child):
                self._walk(child, child_path, table, found)
            elif child_path not in found[table] and not self._is_note(child, child_path):
                found[table].append(child_path)

    def _is_note(self, element: etree._Element, path: PathNames) -> bool:
        """Text that is read out, not asked: readonly, and nothing ever puts a value there."""
        bind = self.binds.get(path)
        if bind is None:
            return path not in self.controls
        filled = element.text or bind.get("calculate") or path in self.set_values
        preloaded = local_attribute(bind, "preload")
        return bind.get("readonly") == "true()" and not filled and not preloaded

    def _repeats_above(self, path: PathNames) -> str:
        """A table's name by its repeats alone: ('grp', 'members', 'more', 'loans') -> 'members/loans'."""
        above = [path[: n + 1] for n in range(len(path)) if path[: n + 1] in self.repeats]
        return "/".join(step[-1] for step in above)

    def _field(self, path: PathNames, name: str) -> Field:
        bind, control = self.binds.get(path), self.controls.get(path)
        kind = KIND_OF_BIND.get(bind.get("type", "") if bind is not None else "", "text")
        if control is not None and local(control) in KIND_OF_CONTROL:
            kind = KIND_OF_CONTROL[local(control)]
        choices, dataset = self._choices(control)
        label = self.labels.of(control, f"/{local(self.root)}/{'/'.join(path)}:label", name)
        return Field(name, path, kind, label, choices, dataset)

    def _choices(self, control: etree._Element | None) -> tuple[tuple[Choice, ...] | None, str]:
        if control is None or local(control) not in KIND_OF_CONTROL:
            return None, ""
        if "search(" in control.get("appearance", ""):  # a file's; its one choice names the file's columns
            return None, ""
        itemset = next(control.iter("{*}itemset"), None)
        if itemset is None:
            return tuple(self._inline(control)), ""
        nodeset = itemset.get("nodeset", "")
        list_name = nodeset.partition("instance('")[2].partition("'")[0]
        source = self.lists.get(list_name)
        if source is None:
            return None, ""
        if source.get("src"):
            return None, list_name
        return tuple(self._items(source)), ""

    def _inline(self, control: etree._Element) -> Iterator[Choice]:
        for item in control.iter("{*}item"):
            value = next((e.text or "" for e in item.iter("{*}value")), "")
            yield Choice(value, self.labels.of(item, "", value))

    def _items(self, source: etree._Element) -> Iterator[Choice]:
        for item in source.iter("{*}item"):
            cells = {local(cell): cell.text or "" for cell in item}
            value = cells.get("name", "")
            yield Choice(value, self.labels.of_item(cells.get("itextId", ""), cells.get("label", ""), value))

    def entities(self, tables: Iterable[Table]) -> Iterator[EntityRule]:
        """Each entity of the form, with the fields that are saved below the same repeat."""
        homes = {
            self._path_of(entity)[:-2]: entity.get("dataset", "")
            for entity in self.root.iter("{*}entity")
            if entity.get("dataset")
        }
        saved: dict[PathNames, dict[str, str]] = {home: {} for home in homes}
        for table in tables:
            for field in table.fields:
                bind = self.binds.get(field.path)
                target = local_attribute(bind, "saveto") if bind is not None else ""
                home = max((h for h in homes if field.path[: len(h)] == h), key=len, default=None)
                if target and home is not None:
                    saved[home][target] = f"{table.name}/{field.name}".removeprefix("/")
        for home, dataset in homes.items():
            yield EntityRule(dataset, saved[home])

    def _path_of(self, element: etree._Element) -> PathNames:
        above = [local(e) for e in element.iterancestors() if e is not self.root]
        depth = above.index("instance")
        return (*reversed(above[:depth]), local(element))


def _column(name: str) -> str:
    """An element's name as a column: ``__version__`` of other compilers must not pass for one of ours."""
    return RESERVED.sub("_", name).lstrip("_") or "field"


def _unique_names(short: dict[PathNames, str], skip: int) -> dict[PathNames, str]:
    """The short name of each path, or its whole path after ``skip`` steps joined by ``__`` where two
    would be the same. Names that differ only in case count as the same, as they do in a database.
    """
    often = Counter(name.casefold() for name in short.values())
    names: dict[PathNames, str] = {}
    taken: set[str] = set()
    for path, name in short.items():
        chosen = name if often[name.casefold()] == 1 else "__".join(path[skip:])
        while chosen.casefold() in taken:
            chosen += "_"
        taken.add(chosen.casefold())
        names[path] = chosen
    return names
