"""Numbers that no form collects, as the office loads them: targets, counts to divide by, members of bodies.

Rows are only added; of two for the same thing the one loaded last counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

import sqlalchemy as sa

from ingest import log
from ingest.tables import now, reference_value

TARGET, COUNT, MEMBER = "target", "count", "member"


@dataclass(frozen=True, slots=True)
class ReferenceValue:
    """One row.

    ``name`` is an indicator (target), ``villages``, ``households``, ``people`` … (count) or a level such as
    ``lao`` (member). ``area`` is a code, ``period`` a period's name or '' for always; ``value`` is a
    decimal as text, of a member the body's code, with its ``label``. ``as_of`` is an ISO date or ''.
    """

    kind: str
    name: str
    area: str
    period: str
    value: str
    label: str = ""
    source: str = ""
    as_of: str = ""


def add(connection: sa.Connection, values: Iterable[ReferenceValue], actor: str) -> int:
    """Add rows in one go; returns how many."""
    rows = [asdict(one) | {"loaded_at": now(), "loaded_by": actor} for one in values]
    if rows:
        connection.execute(reference_value.insert(), rows)
        log.note(connection, actor, "reference_loaded", f"{len(rows)} rows")
        log.reference_changed(connection)
    return len(rows)


def current(connection: sa.Connection) -> list[ReferenceValue]:
    """The newest row of each thing, in the order of loading."""
    columns = [reference_value.c[name] for name in ReferenceValue.__slots__]
    rows = connection.execute(sa.select(*columns).order_by(reference_value.c.id))
    newest: dict[tuple[str, ...], ReferenceValue] = {}
    for row in rows:
        key = (row.kind, row.name, row.area, row.period, row.as_of)
        newest.pop(key, None)  # it stands where it was loaded last
        newest[key] = ReferenceValue(*row)
    return list(newest.values())
