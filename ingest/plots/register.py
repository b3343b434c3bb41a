"""Which plot of the register a record speaks of, and whose it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from ingest.identifiers import quoted
from ingest.plots.lookout import PlotForms

_FEW = 8  # records that a condition names one by one


@dataclass(frozen=True)
class Plot:
    """Where a drawn plot stands: its record, its table and its row there."""

    seq: int
    table: str
    key: str

    @property
    def form_id(self) -> str:
        """The form of the record."""
        return self.table.partition("/")[0]


def entries(
    connection: duckdb.DuckDBPyConnection, forms: PlotForms, plots: Sequence[Plot]
) -> list[set[tuple[str, str]]]:
    """Of each plot the entries (list, id) that its record registers, changes or chooses.

    It depends on the record alone, so that a pair does not change with what is sent later.
    """
    seqs = sorted({one.seq for one in plots})
    which, own = ("= ANY(?)", [seqs]) if len(seqs) > _FEW else (f"IN ({', '.join('?' * len(seqs))})", seqs)
    lists = sorted(forms.lists)
    said = [f"SELECT _seq, table_name, _key, dataset, entity_id FROM entity_event WHERE _seq {which}"]
    asked: list[Any] = [*own]
    for table in sorted({one.form_id for one in plots} | {one.table for one in plots}):
        repeat = table.partition("/")[2]
        for question, dataset in forms.references.get(table, ()):
            said.append(
                f"""SELECT _seq, ?, {"_key" if repeat else "''"}, ?, {quoted(question)} FROM {quoted(table)}
                WHERE _seq {which}"""
            )
            asked += [repeat, dataset, *own]
    found: dict[tuple[int, str, str], set[tuple[str, str]]] = {}
    rows = connection.execute(" UNION ALL ".join(said), asked).fetchall()
    for seq, repeat, key, dataset, entity_id in rows:
        if entity_id and dataset in lists:
            found.setdefault((seq, repeat, key), set()).add((dataset, entity_id))
    return [
        found.get((one.seq, "", ""), set())
        | found.get((one.seq, one.table.partition("/")[2], one.key), set())
        for one in plots
    ]


def owners(connection: duckdb.DuckDBPyConnection, forms: PlotForms, plots: Sequence[Plot]) -> list[str]:
    """Of each plot the owner's household, '' unknown: by the record, else by the register as it stands."""
    if not plots:
        return []
    found: dict[int, str] = {}
    for form_id in sorted({one.form_id for one in plots} & set(forms.owners)):
        sql = f"SELECT _seq, {quoted(forms.owners[form_id])} FROM {quoted(form_id)} WHERE _seq = ANY(?)"
        own = [one.seq for one in plots if one.form_id == form_id]
        found |= {seq: household for seq, household in connection.execute(sql, [own]).fetchall() if household}
    of_entry = entries(connection, forms, plots)
    kept = _kept(connection, forms, set().union(*of_entry))
    return [
        found.get(one.seq) or next((kept[entry] for entry in sorted(own) if entry in kept), "")
        for one, own in zip(plots, of_entry, strict=True)
    ]


def _kept(
    connection: duckdb.DuckDBPyConnection, forms: PlotForms, wanted: set[tuple[str, str]]
) -> dict[tuple[str, str], str]:
    """The household that the register keeps for each entry, where it keeps one."""
    kept: dict[tuple[str, str], str] = {}
    for dataset, name in forms.owner_properties.items():
        ids = sorted(entity_id for of, entity_id in wanted if of == dataset)
        sql = "SELECT entity_id, properties ->> ? FROM entity WHERE dataset = ? AND entity_id = ANY(?)"
        for entity_id, household in connection.execute(sql, [f"$.{name}", dataset, ids]).fetchall():
            if household:
                kept[dataset, entity_id] = household
    return kept
