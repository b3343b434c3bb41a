"""What submissions say of entities, as the warehouse keeps it: all that a form version's many say at once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from forms.xform import Field, Schema, Table
from ingest.projecting.answers import Answers
from ingest.projecting.batches import EVENTS
from ingest.projecting.reading import NOTES, Mask, Texts

Ints = npt.NDArray[np.int64]

_AND = ", "
_ESCAPED = r'["\\\x00-\x1f]'  # what a text in JSON must not hold as it is
_SPACE, _QUOTE, _BACKSLASH = b' "\\'
_json = json.JSONEncoder(ensure_ascii=False).encode  # one: ``json.dumps`` would make one for every value


def events(
    schema: Schema, system: Mapping[str, pa.Array], tables: Sequence[Texts], answers: Sequence[Answers]
) -> pa.Table:
    """Each entity block with the properties that its form or turn asks, '' where left blank (``EVENTS``).

    ``system``: by submission, the columns that all tables carry; ``tables`` and ``answers`` in the order of
    the schema.
    """
    parts = [EVENTS.empty_table()]
    for table, own, given in zip(schema.tables, tables, answers, strict=True):
        for dataset in own.entities["dataset"].unique().to_pylist():
            notes = own.entities.filter(pc.equal(own.entities["dataset"], dataset))
            at = notes["row"].to_numpy()
            said = [
                _property(prop, given.by_name[one.name].array, own.blanks.get(number), at)
                for prop, number, one in _saved(schema, table, dataset)
            ]
            columns = {name: notes[name] for name in NOTES.names}
            columns |= {name: column.take(pa.array(own.instance[at])) for name, column in system.items()}
            columns["table_name"] = pa.repeat(pa.scalar(table.name), len(at))
            columns["_key"] = pa.array(own.key, pa.string()).take(pa.array(at))
            columns["properties"] = _object(said, len(at))
            columns["redacted_after"] = pa.nulls(len(at), pa.int64())
            parts.append(pa.table([columns[one.name] for one in EVENTS], schema=EVENTS))
    return pa.concat_tables(parts)


def _saved(schema: Schema, table: Table, dataset: str) -> list[tuple[str, int, Field]]:
    """A dataset's properties by name, each with the question of this table that fills it."""
    refs = {
        prop: ref.removeprefix(f"{table.name}/")
        for rule in schema.entities
        if rule.dataset == dataset
        for prop, ref in rule.properties.items()
        if ref.rpartition("/")[0] == table.name
    }
    asked = {one.name: (number, one) for number, one in enumerate(table.fields)}
    return [(prop, *asked[ref]) for prop, ref in sorted(refs.items()) if ref in asked]


def _property(prop: str, texts: pa.StringArray, blank: Mask | None, at: Ints) -> pa.StringArray:
    """``, "moo": "4"`` of each row in ``at``; '' where the question was not asked."""
    own = texts.take(pa.array(at))
    if blank is not None:
        own = pc.coalesce(own, pc.if_else(pa.array(blank[at]), "", None))
    if _may_be_odd(own):
        odd = pc.fill_null(pc.match_substring_regex(own, _ESCAPED), False)
        escaped = [_json(text)[1:-1] for text in own.filter(odd).to_pylist()]
        own = pc.replace_with_mask(own, odd, pa.array(escaped, pa.string()))
    return pc.fill_null(pc.binary_join_element_wise(f'{_AND}{_json(prop)}: "', own, '"', ""), "")


def _may_be_odd(texts: pa.StringArray) -> bool:
    """Whether some text may need escaping: the pattern takes ten times as long as a look at the bytes."""
    data = texts.buffers()[2]
    said = np.frombuffer(data, np.uint8) if data else np.zeros(0, np.uint8)
    return bool(((said < _SPACE) | (said == _QUOTE) | (said == _BACKSLASH)).any())


def _object(said: Sequence[pa.StringArray], size: int) -> pa.StringArray:
    """The properties of each block as one text in JSON.

    Arrow's own way to join and skip nulls loses the rows that have nothing else.
    """
    inside = pc.binary_join_element_wise(*said, "") if said else pa.repeat("", size)
    return pc.binary_join_element_wise("{", pc.utf8_slice_codeunits(inside, len(_AND)), "}", "")
