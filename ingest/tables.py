"""The log's tables (SQLAlchemy Core). What stands here is the truth; all else is derived from it.

Times are UTC, written as ISO 8601 text with microseconds, which sorts as it reads on every database.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()


def now() -> str:
    """The present moment as the log writes it."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


submission = Table(
    "submission",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("instance_id", String(200), nullable=False, unique=True),
    Column("form_id", String(200), nullable=False, default=""),
    Column("version", String(200), nullable=False, default=""),
    Column("deprecated_id", String(200), nullable=False, default=""),
    Column("received_at", String(40), nullable=False),
    Column("source", String(20), nullable=False),  # one of ``ingest.keying.composed.SOURCES``
    Column("enumerator_id", Integer, ForeignKey("enumerator.id"), nullable=True),
    Column("device_id", String(200), nullable=False, default=""),
    Column("user_agent", String(300), nullable=False, default=""),
    Column("sha256", String(64), nullable=False),
    Column("xml", LargeBinary, nullable=False),
    Column("redacted_at", String(40), nullable=True),
    Column("redaction_reason", Text, nullable=True),
    # JSON (``ingest.redaction``): its area, its files' hashes, how it changed entities, and after which row.
    Column("redaction_left", Text, nullable=True),
    # The area of the account at a desk, as it was; a phone's is its enumerator's. '' limits nothing.
    Column("writer_area", String(20), nullable=False, default="", server_default=""),
    sqlite_autoincrement=True,  # a number is never given twice, not even after the demo is removed
)

# The same instance with other content: the first stays, the other is kept for a person to see.
conflict = Table(
    "submission_conflict",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("instance_id", String(200), nullable=False, index=True),
    Column("received_at", String(40), nullable=False),
    Column("source", String(20), nullable=False),
    Column("enumerator_id", Integer, nullable=True),
    Column("sha256", String(64), nullable=False),
    Column("xml", LargeBinary, nullable=False),
    UniqueConstraint("instance_id", "sha256"),
)

attachment = Table(
    "attachment",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("instance_id", String(200), nullable=False, index=True),
    Column("name", String(300), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("received_at", String(40), nullable=False),
    UniqueConstraint("instance_id", "name", "sha256"),
)

form_version = Table(
    "form_version",
    metadata,
    Column("form_id", String(200), primary_key=True),
    Column("version", String(200), primary_key=True),
    Column("title", Text, nullable=False),  # JSON: language -> text
    Column("xform", LargeBinary, nullable=False),
    Column("md5", String(32), nullable=False),
    Column("media", Text, nullable=False),  # JSON: file names the form draws on
    Column("datasets", Text, nullable=False),  # JSON: entity lists among them
    Column("published_at", String(40), nullable=False),
)

# Files that an author put beside the workbook: pictures, price lists.
form_media = Table(
    "form_media",
    metadata,
    Column("form_id", String(200), primary_key=True),
    Column("version", String(200), primary_key=True),
    Column("name", String(300), primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("md5", String(32), nullable=False),
)

# Colours, layers, indicators and privacy may change without a new version of the form.
form_usage = Table(
    "form_usage",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("form_id", String(200), nullable=False, index=True),
    Column("usage", Text, nullable=False),
    Column("workbook", LargeBinary, nullable=False),
    Column("workbook_sha256", String(64), nullable=False),
    Column("published_at", String(40), nullable=False),
)

form_offer = Table(
    "form_offer",
    metadata,
    Column("form_id", String(200), primary_key=True),
    Column("version", String(200), nullable=False),  # the version phones are offered
    Column("open", Boolean, nullable=False, default=True),
    Column("elsewhere", Boolean, nullable=False, default=False),  # phones get it from another server
)

enumerator = Table(
    "enumerator",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("area", String(20), nullable=False),
    # Kept readable on purpose: a QR code is made again whenever the server's address changes.
    Column("token", String(80), nullable=False, unique=True),
    Column("created_at", String(40), nullable=False),
    Column("revoked_at", String(40), nullable=True),
    # JSON: the forms chosen for this phone; '' for those that enumerators fill (``ingest.field.offers``).
    Column("forms", Text, nullable=False, default="", server_default=""),
)

account = Table(
    "account",
    metadata,
    Column("email", String(200), primary_key=True),
    Column("role", String(20), nullable=False),
    Column("area", String(20), nullable=False),
    Column("password_hash", String(200), nullable=False),
    Column("created_at", String(40), nullable=False),
    Column("disabled_at", String(40), nullable=True),
)

session = Table(
    "session",
    metadata,
    Column("id_sha256", String(64), primary_key=True),
    Column("email", String(200), ForeignKey("account.email"), nullable=False),
    Column("created_at", String(40), nullable=False),
    Column("expires_at", String(40), nullable=False),
    Column("ended_at", String(40), nullable=True),
)

signin_link = Table(
    "signin_link",
    metadata,
    Column("secret_sha256", String(64), primary_key=True),
    Column("email", String(200), ForeignKey("account.email"), nullable=False),
    Column("expires_at", String(40), nullable=False),
    Column("used_at", String(40), nullable=True),
)

boundary_set = Table(
    "boundary_set",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("level", String(20), nullable=False),
    Column("published", String(40), nullable=False, default=""),
    Column("source", Text, nullable=False, default=""),
    Column("licence", Text, nullable=False, default=""),
    Column("sha256", String(64), nullable=False),
    Column("features", Integer, nullable=False),
    Column("drawing", Boolean, nullable=False, default=False),
    Column("added_at", String(40), nullable=False),
    Column("valid_from", String(10), nullable=False, default=""),  # ISO dates; '' is open
    Column("valid_to", String(10), nullable=False, default=""),
    Column("agency", Text, nullable=False, default=""),  # of overlays: who drew the line, how finely,
    Column("scale", Integer, nullable=False, default=0),  # 50000 for 1:50,000, 0 unknown,
    Column("legal_status", Text, nullable=False, default=""),  # and by which law or decision
    Column("report", Text, nullable=False, default="[]"),  # JSON: what the import noticed
    UniqueConstraint("name", "level"),
)

# Codes that an area had before: a form filled with the old one still names the same place.
area_alias = Table(
    "area_alias",
    metadata,
    Column("code", String(8), primary_key=True),
    Column("now", String(8), nullable=False),
    Column("boundary_set", String(200), nullable=False),  # the set in which it has its new code
    Column("noted_at", String(40), nullable=False),
)

# Targets, counts to divide by, members of bodies: numbers that no form collects.
reference_value = Table(
    "reference_value",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),  # target | count | member
    Column("name", String(200), nullable=False),
    Column("area", String(20), nullable=False),
    Column("period", String(40), nullable=False, default=""),
    Column("value", String(60), nullable=False),
    Column("label", Text, nullable=False, default=""),
    Column("source", Text, nullable=False, default=""),
    Column("as_of", String(40), nullable=False, default=""),
    Column("loaded_at", String(40), nullable=False),
    Column("loaded_by", String(200), nullable=False),
)

setting = Table(
    "setting",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("value", Text, nullable=False),
)

# What the office decided, said and assigned. Only ever added to: taking back is an event too.
review = Table(
    "review",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("batch", String(40), nullable=False, index=True),  # events of one action are undone together
    Column("instance_id", String(200), nullable=False, index=True),
    Column("state", String(100), nullable=True),  # None: the state, assignee or due date stays as it is
    Column("assignee", String(200), nullable=True),  # '': nobody any more
    Column("due", String(10), nullable=True),  # '': no date any more
    Column("reason", Text, nullable=False, default=""),
    Column("comment", Text, nullable=False, default=""),
    Column("undoes", Integer, ForeignKey("review.id"), nullable=True),
    Column("actor", String(200), nullable=False),
    Column("at", String(40), nullable=False),
)

# A view of the pages, as the query string of its address, under a name. Not shared: the owner's alone.
saved_view = Table(
    "saved_view",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("page", String(40), nullable=False),
    Column("query", Text, nullable=False),
    Column("owner", String(200), nullable=False),
    Column("shared", Boolean, nullable=False, default=False),
    Column("at", String(40), nullable=False),
    UniqueConstraint("owner", "name"),
)

# Keys for programs such as QGIS that read layers in an account's name.
access_token = Table(
    "access_token",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("secret_sha256", String(64), nullable=False, unique=True),
    Column("email", String(200), ForeignKey("account.email"), nullable=False),
    Column("name", String(200), nullable=False),
    Column("created_at", String(40), nullable=False),
    Column("revoked_at", String(40), nullable=True),
)

# What the office says of an entity itself: submissions create, update and correct, but never delete.
entity_deletion = Table(
    "entity_deletion",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("dataset", String(200), nullable=False),
    Column("entity_id", String(200), nullable=False),
    Column("at", String(40), nullable=False),
    Column("restored", Boolean, nullable=False),
    Column("actor", String(200), nullable=False),
    Column("reason", Text, nullable=False),
)

# What a clerk has typed and not sent yet; it leaves when it becomes a submission.
draft = Table(
    "draft",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("form_id", String(200), nullable=False),
    Column("subject", String(200), nullable=False),  # what is keyed in, such as a household and its month
    Column("email", String(200), nullable=False),
    Column("content", Text, nullable=False),  # JSON
    Column("saved_at", String(40), nullable=False),
    UniqueConstraint("form_id", "subject", "email"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String(40), nullable=False),
    Column("actor", String(200), nullable=False),
    Column("action", String(60), nullable=False),
    Column("subject", Text, nullable=False, default=""),
)

# Another office's server that is pulled from. Credentials stand in a file of the office, never here.
source = Table(
    "source",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),  # central | kobo
    Column("url", Text, nullable=False),
    Column("project", String(100), nullable=False, default=""),
    Column("form_id", String(200), nullable=False, default=""),
    Column("secret_file", Text, nullable=False, default=""),
    Column("every_minutes", Integer, nullable=True),  # None: only when asked
    Column("cursors", Text, nullable=False, default="{}"),  # JSON: form_id -> {"since", "whole"}
    Column("asked_at", String(40), nullable=False, default=""),  # somebody wants it now
    Column("started_at", String(40), nullable=False, default=""),
    Column("ended_at", String(40), nullable=False, default=""),
    Column("result", Text, nullable=False, default="{}"),  # JSON: counts and problems of the last pull
    UniqueConstraint("kind", "url", "project", "form_id"),
)

# The other server's index as last seen: what need not be fetched again.
source_item = Table(
    "source_item",
    metadata,
    Column("source_id", Integer, ForeignKey("source.id"), primary_key=True),
    Column("form_id", String(200), primary_key=True),
    Column("root_id", String(200), primary_key=True),
    Column("newest_id", String(200), nullable=False),  # the instance id of its newest version
    Column("fingerprint", Text, nullable=False),
    Column("deleted", Boolean, nullable=False, default=False),
    Column("files_missing", Integer, nullable=False, default=0),
    Column("review", String(60), nullable=False, default=""),  # where it stands there
)

# A submission was deleted at its source, or is there again. Events: what was received stays in the log.
removal = Table(
    "removal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("instance_id", String(200), nullable=False, index=True),
    Column("removed", Boolean, nullable=False),
    Column("source_id", Integer, ForeignKey("source.id"), nullable=False),
    Column("at", String(40), nullable=False),
)

Index("submission_form", submission.c.form_id, submission.c.seq)
Index("submission_deprecated", submission.c.deprecated_id)
Index("submission_source", submission.c.source)
