"""What an empty data folder is given: the shipped forms, an administrator, and (if wanted) the demo."""

from __future__ import annotations

import sqlalchemy as sa

from forms.catalog import workbooks
from ingest import accounts, log, published
from ingest.attachments import AttachmentStore
from ingest.tables import account, form_version

ADMINISTRATOR = "admin@tambon.local"


def publish_shipped_forms(engine: sa.Engine, store: AttachmentStore) -> list[str]:
    """Publish the workbooks that come with the program into a log that has no form yet."""
    with log.writing(engine) as connection:
        if connection.execute(sa.select(form_version.c.form_id).limit(1)).first():
            return []
        return [published.publish(connection, path, store).form_id for path in workbooks()]


def is_first(engine: sa.Engine) -> bool:
    """Whether nobody has an account yet."""
    with engine.connect() as connection:
        return connection.execute(sa.select(account.c.email).limit(1)).first() is None


def make_administrator(engine: sa.Engine) -> str | None:
    """Make the first account and return its password; ``None`` when there are accounts already."""
    with log.writing(engine) as connection:
        if connection.execute(sa.select(account.c.email).limit(1)).first():
            return None
        return accounts.add(connection, ADMINISTRATOR, "administrator", "all")
