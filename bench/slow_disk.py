"""Starts the product with a disk whose every flush takes longer: ``python -m bench.slow_disk MS WORD …``.

The product knows nothing of this. Before each writing transaction of the log commits, its thread sleeps,
which like a flush leaves the processor to the other threads.
"""

from __future__ import annotations

import sqlite3
import sys
import time
from typing import Any

import sqlalchemy as sa

from commands.__main__ import main


def slow_down(flush_s: float) -> None:
    """Make every commit of a writing transaction in this process take that much longer."""

    class Slow(sqlite3.Connection):
        """Commits of what the driver is told itself; SQLAlchemy's come by the event below."""

        def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
            """Wait before a commit."""
            if sql == "COMMIT":
                time.sleep(flush_s)
            return super().execute(sql, *values)

    def connect(_dialect: object, _record: object, _words: object, options: dict[str, Any]) -> None:
        options["factory"] = Slow

    def commit(connection: sa.Connection) -> None:
        if connection.get_execution_options().get("write"):
            time.sleep(flush_s)

    sa.event.listen(sa.Engine, "do_connect", connect)
    sa.event.listen(sa.Engine, "commit", commit)


if __name__ == "__main__":
    slow_down(float(sys.argv[1]) / 1000)
    sys.exit(main(sys.argv[2:]))
