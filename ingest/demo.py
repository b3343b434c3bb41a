"""The demo: invented submissions that take the way of real ones, and leave without touching those."""

from __future__ import annotations

from datetime import UTC

import sqlalchemy as sa

from ingest import log, problems
from ingest.atlas import Atlas
from ingest.envelope import read_envelope
from ingest.log import Outcome, Received
from ingest.projecting import follow
from ingest.sample.story import submissions
from ingest.tables import attachment, conflict, review, submission

SOURCE = "demo"


def load(atlas: Atlas) -> int:
    """Put the demo through the log in one transaction; returns the number of submissions.

    Raises ``demo_needs_empty_log``: what an office collected is never mixed with invented data.
    """
    reference = atlas.reference
    batch = [
        Received(
            read_envelope(one.xml),
            one.xml,
            SOURCE,
            received_at=one.received_at.astimezone(UTC).isoformat(timespec="microseconds"),
        )
        for one in submissions(reference.catalogue, reference.names)
    ]
    with log.writing(atlas.log) as connection:
        if log.last_seq(connection):
            raise problems.demo_needs_empty_log()
        return sum(outcome is Outcome.NEW for outcome in log.append(connection, batch))


def remove(atlas: Atlas) -> int:
    """Take away the demo's submissions with what hangs on them, and nothing else; returns how many."""
    with log.writing(atlas.log) as connection:
        own = sa.select(submission.c.instance_id).where(submission.c.source == SOURCE)
        connection.execute(attachment.delete().where(attachment.c.instance_id.in_(own)))
        connection.execute(review.delete().where(review.c.instance_id.in_(own)))
        connection.execute(conflict.delete().where(conflict.c.source == SOURCE))
        removed = connection.execute(submission.delete().where(submission.c.source == SOURCE)).rowcount
        if removed:
            follow.next_epoch(connection)
    return int(removed)
