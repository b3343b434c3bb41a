"""What would become of submissions that somebody only looks at, as they lie in files."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from ingest import log
from ingest.log import Outcome, Received


def outcomes(engine: sa.Engine, batch: Sequence[Received]) -> list[Outcome]:
    """What the log would make of a batch; nothing is kept."""
    with engine.execution_options(write=True).connect() as connection:
        transaction = connection.begin()
        try:
            return log.append(connection, batch)
        finally:
            transaction.rollback()
