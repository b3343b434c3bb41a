"""Edits in the warehouse: of every chain of them one submission has rows, whatever order they came in."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from ingest.identifiers import quoted
from ingest.projecting.batches import SUPERSEDED
from ingest.projecting.chains import standing
from ingest.statements import parsed

_CHAIN = """
WITH RECURSIVE chain(id) AS (SELECT ?::VARCHAR UNION
  SELECT CASE WHEN e._instance_id = c.id THEN e.deprecated_id ELSE e._instance_id END
  FROM chain c JOIN edit e ON e.allowed AND (e._instance_id = c.id OR e.deprecated_id = c.id))
SELECT s._seq, s._instance_id, coalesce(e.deprecated_id, ''), s.form_id FROM submission s
LEFT JOIN edit e ON e._seq = s._seq AND e.allowed
WHERE s._instance_id IN (SELECT id FROM chain) ORDER BY s._seq
"""
_FLAG_REFUSED = """
INSERT INTO flag SELECT _seq, _instance_id, form_id, '', '', '', 'edit_refused', deprecated_id
FROM submission WHERE _seq = ANY(?) AND outcome <> ?
"""
_TOUCHED = """
SELECT _seq, _instance_id, allowed FROM edit WHERE _instance_id IN (SELECT _instance_id FROM submissions)
  OR deprecated_id IN (SELECT _instance_id FROM submissions)
"""


def settle(
    connection: duckdb.DuckDBPyConnection,
    submissions: pa.Table,  # noqa: ARG001 (the statement reads it)
    tables: list[str],
) -> tuple[set[str], set[int]]:
    """Of every chain that a batch touched one submission stands.

    Returns all that belong to such a chain, and the numbers of those that were replaced.

    The answer depends on the set of readable submissions alone, not on the order they came in.
    """
    touched = connection.execute(parsed(_TOUCHED)).fetchall()
    seen, replaced = set[str](), set[int]()
    for _, instance_id, allowed in touched:
        if allowed and instance_id not in seen:
            chain, losers = _settle_chain(connection, instance_id, tables)
            seen |= chain
            replaced |= losers
    refused = [seq for seq, _, allowed in touched if not allowed]
    if refused:
        connection.execute("DELETE FROM flag WHERE code = 'edit_refused' AND _seq = ANY(?)", [refused])
        connection.execute(_FLAG_REFUSED, [refused, SUPERSEDED])
    return seen, replaced


def _settle_chain(
    connection: duckdb.DuckDBPyConnection, instance_id: str, tables: list[str]
) -> tuple[set[str], set[int]]:
    chain = connection.execute(parsed(_CHAIN), [instance_id]).fetchall()
    stands = standing({one: (seq, replaces) for seq, one, replaces, _ in chain})
    losers = [seq for seq, one, _, _ in chain if one != stands]
    form_id = chain[0][3]
    own = [table for table in tables if table.partition("/")[0] == form_id]
    for table in [*own, "flag", "overlay_hit"]:
        connection.execute(f"DELETE FROM {quoted(table)} WHERE _seq = ANY(?)", [losers])
    connection.execute("DELETE FROM overlap WHERE a_seq = ANY(?) OR b_seq = ANY(?)", [losers, losers])
    connection.execute("UPDATE submission SET outcome = ? WHERE _seq = ANY(?)", [SUPERSEDED, losers])
    return {row[1] for row in chain}, set(losers)
