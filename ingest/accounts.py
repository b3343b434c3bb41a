"""Accounts of the office: passwords, sessions and one-time sign-in links. Secrets are stored as hashes."""

from __future__ import annotations

import functools
import hashlib
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from ingest import account_problems, problems
from ingest.access import ROLES, Viewer
from ingest.tables import account, now, session, signin_link
from thai.codes import parse_area_argument

SESSION_HOURS = 12
LINK_MINUTES = 15
SHORTEST = 10  # letters of a password that somebody chose
_HASHER = PasswordHasher()


def add(connection: sa.Connection, email: str, role: str, area: str) -> str:
    """Make an account and return its password, which is shown this once.

    Raises ``role_unknown``, ``account_exists`` or a problem with the area code.
    """
    email = email.strip().lower()
    if role not in ROLES:
        raise account_problems.role_unknown(role)
    code = _area(area)
    if connection.execute(sa.select(account.c.email).where(account.c.email == email)).first():
        raise account_problems.account_exists(email)
    password = secrets.token_urlsafe(12)
    connection.execute(
        account.insert().values(
            email=email, role=role, area=code, password_hash=hashed(password), created_at=now()
        )
    )
    return password


def change(connection: sa.Connection, email: str, *, role: str | None, area: str | None, renew: bool) -> str:
    """Give an account another role or area, where they are named, and a new password where it is asked for.

    Returns that password, or ''. With one a closed account is open again. Whoever is signed in with it signs
    in anew, as open pages were drawn for what it was. Raises ``nothing_to_change``, ``role_unknown``,
    ``account_unknown`` or a problem with the area code.
    """
    email = email.strip().lower()
    if role is not None and role not in ROLES:
        raise account_problems.role_unknown(role)
    password = secrets.token_urlsafe(12) if renew else ""
    values: dict[str, str | None] = {"role": role} if role is not None else {}
    if area is not None:
        values["area"] = _area(area)
    if renew:
        values |= {"password_hash": hashed(password), "disabled_at": None}
    if not values:
        raise account_problems.nothing_to_change()
    if not _altered(connection, email, values, closed_too=renew):
        raise account_problems.account_unknown(email)
    return password


def hashed(password: str) -> str:
    """A password as it is kept: slow on purpose."""
    return _HASHER.hash(password)


def set_password(connection: sa.Connection, email: str, password_hash: str) -> bool:
    """Replace the password of an open account and end its sessions; whether there is such an account."""
    return _altered(connection, email, {"password_hash": password_hash}, closed_too=False)


def _altered(
    connection: sa.Connection, email: str, values: Mapping[str, str | None], *, closed_too: bool
) -> bool:
    """Change an account and end its sessions; whether there is such an account."""
    known = account.update().where(account.c.email == email)
    if not closed_too:
        known = known.where(account.c.disabled_at.is_(None))
    found = bool(connection.execute(known.values(**values)).rowcount)
    connection.execute(session.update().where(session.c.email == email).values(ended_at=now()))
    return found


def _area(argument: str) -> str:
    code = parse_area_argument(argument)
    if code.startswith("lao:"):
        raise problems.lao_areas_missing(code.removeprefix("lao:"))
    return code


def everyone(connection: sa.Connection) -> list[dict[str, object]]:
    """All accounts without their password hashes."""
    columns = [account.c[name] for name in ("email", "role", "area", "created_at", "disabled_at")]
    return [dict(row._mapping) for row in connection.execute(sa.select(*columns).order_by(account.c.email))]


def disable(connection: sa.Connection, email: str) -> None:
    """Close an account and end its sessions; raises ``account_unknown``."""
    email = email.strip().lower()
    if not _altered(connection, email, {"disabled_at": now()}, closed_too=True):
        raise account_problems.account_unknown(email)


def check_password(connection: sa.Connection, email: str, password: str) -> bool:
    """Whether these are the credentials of an account that is open."""
    row = connection.execute(
        sa.select(account.c.password_hash).where(
            account.c.email == email.strip().lower(), account.c.disabled_at.is_(None)
        )
    ).first()
    try:
        return _HASHER.verify(row[0] if row else _nobody(), password) and row is not None
    except (Argon2Error, InvalidHashError):
        return False


@functools.cache
def _nobody() -> str:
    """Somebody who guesses addresses must wait as long as somebody who guesses passwords."""
    return _HASHER.hash(secrets.token_hex(16))


def open_session(connection: sa.Connection, email: str) -> str:
    """Start a session; the value returned goes into the cookie, its hash into the log."""
    value = secrets.token_urlsafe(32)
    connection.execute(
        session.insert().values(
            id_sha256=_sha256(value),
            email=email.strip().lower(),
            created_at=now(),
            expires_at=_in(hours=SESSION_HOURS),
        )
    )
    return value


def end_session(connection: sa.Connection, value: str) -> None:
    """Sign out."""
    connection.execute(session.update().where(session.c.id_sha256 == _sha256(value)).values(ended_at=now()))


def viewer_of(connection: sa.Connection, value: str) -> Viewer | None:
    """Who holds this session cookie; ``None`` when it is unknown, ended, expired or its account closed."""
    row = connection.execute(
        sa.select(account.c.email, account.c.role, account.c.area)
        .join(session, session.c.email == account.c.email)
        .where(
            session.c.id_sha256 == _sha256(value),
            session.c.ended_at.is_(None),
            session.c.expires_at > now(),
            account.c.disabled_at.is_(None),
        )
    ).first()
    return Viewer(*row) if row else None


def viewer_for(connection: sa.Connection, email: str) -> Viewer:
    """An open account as the door sees it; raises ``account_unknown``."""
    row = connection.execute(
        sa.select(account.c.email, account.c.role, account.c.area).where(
            account.c.email == email.strip().lower(), account.c.disabled_at.is_(None)
        )
    ).first()
    if row is None:
        raise account_problems.account_unknown(email)
    return Viewer(*row)


def make_link(connection: sa.Connection, email: str) -> str:
    """A secret for a sign-in link that works once, for a quarter of an hour."""
    secret = secrets.token_urlsafe(32)
    connection.execute(
        signin_link.insert().values(
            secret_sha256=_sha256(secret), email=email, expires_at=_in(minutes=LINK_MINUTES)
        )
    )
    return secret


def use_link(connection: sa.Connection, secret: str) -> str | None:
    """The account a sign-in link is for; the link is spent by asking."""
    row = connection.execute(
        signin_link.update()
        .where(
            signin_link.c.secret_sha256 == _sha256(secret),
            signin_link.c.used_at.is_(None),
            signin_link.c.expires_at > now(),
        )
        .values(used_at=now())
        .returning(signin_link.c.email)
    ).first()
    return str(row[0]) if row else None


def _sha256(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()


def _in(**delta: float) -> str:
    return (datetime.now(UTC) + timedelta(**delta)).isoformat(timespec="microseconds")
