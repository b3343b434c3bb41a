"""Alembic's entry: it is only ever run from ``ingest.log`` on a connection that is already open."""

from alembic import context

from ingest.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
