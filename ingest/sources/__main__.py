"""Pulls one source in a process of its own: ``python -m ingest.sources DATA NUMBER``, for the schedule."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

from ingest import log, sources
from ingest.atlas import Atlas
from ingest.folder import DataFolder
from ingest.sources import problems, register
from ingest.sources.pull import pull
from thai.problem import Problem


def main(data: str, number: str) -> int:
    """Pull, and note in the log how it ended; ``FAILED`` when it did not end well.

    Python itself ends with 1 where nothing was noted.
    """
    atlas = Atlas(DataFolder(Path(data)))
    try:
        with atlas.log.connect() as connection:
            source = register.one(connection, int(number))
        try:
            pull(atlas, source, sources.connect(source))
        except Exception as error:
            problem = error if isinstance(error, Problem) else problems.died(type(error).__name__)
            if problem is not error:
                traceback.print_exc()
            with log.writing(atlas.log) as connection:
                register.failed(connection, source.id, problem.as_dict())
            return register.FAILED
    finally:
        atlas.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
