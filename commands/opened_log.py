"""A data folder without its warehouse, for commands that read and write the log beside a running server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from commands.asking import ask, running
from ingest import first_start
from ingest.atlas import Atlas
from ingest.folder import DataFolder


@contextmanager
def opened_log(data: Path) -> Iterator[Atlas]:
    """Open all but the warehouse; a running server hears afterwards of what was written."""
    atlas = Atlas(DataFolder(data))
    try:
        first_start.publish_shipped_forms(atlas.log, atlas.attachments)
        yield atlas
    finally:
        atlas.close()
    if running(data):
        ask(data, "catch_up")
