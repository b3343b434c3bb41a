"""Keys for programs: QGIS and ArcGIS read layers with one, as the account that made it, until revoked."""

from __future__ import annotations

import hashlib
import secrets

import sqlalchemy as sa

from ingest.access import Viewer
from ingest.tables import access_token, account, now


def make(connection: sa.Connection, email: str, name: str) -> str:
    """A new key of an account; it is shown this once, its hash is kept."""
    secret = secrets.token_urlsafe(24)
    connection.execute(
        access_token.insert().values(
            secret_sha256=_sha256(secret), email=email, name=name.strip()[:200], created_at=now()
        )
    )
    return secret


def listed(connection: sa.Connection, email: str) -> list[dict[str, object]]:
    """An account's keys that work: id, name and when they were made, newest first."""
    own = access_token.c
    query = sa.select(own.id, own.name, own.created_at).where(own.email == email, own.revoked_at.is_(None))
    return [dict(row._mapping) for row in connection.execute(query.order_by(own.id.desc()))]


def revoke(connection: sa.Connection, email: str, token_id: int) -> bool:
    """Close one of an account's own keys; whether there was such a one."""
    own = access_token.c
    done = connection.execute(
        access_token.update()
        .where(own.id == token_id, own.email == email, own.revoked_at.is_(None))
        .values(revoked_at=now())
    )
    return bool(done.rowcount)


def viewer_of(connection: sa.Connection, secret: str) -> Viewer | None:
    """The account that a key speaks for; ``None`` when it is unknown or revoked, or the account closed."""
    row = connection.execute(
        sa.select(account.c.email, account.c.role, account.c.area)
        .join(access_token, access_token.c.email == account.c.email)
        .where(
            access_token.c.secret_sha256 == _sha256(secret),
            access_token.c.revoked_at.is_(None),
            account.c.disabled_at.is_(None),
        )
    ).first()
    return Viewer(*row) if row else None


def _sha256(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()
