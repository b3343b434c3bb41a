"""Views that people keep under a name: the address of a page, with its filter, to come back to or to share.

What a view shows is asked anew by whoever opens it, so that sharing one gives away nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from ingest.tables import now, saved_view

_MOST_NAME = 200


@dataclass(frozen=True, slots=True)
class SavedView:
    """One kept view. ``query`` is the page's query string."""

    id: int
    name: str
    page: str
    query: str
    owner: str
    shared: bool


def save(connection: sa.Connection, owner: str, name: str, page: str, query: str, *, shared: bool) -> None:
    """Keep a view; one of the same name is replaced. A name is needed; the address is kept whole."""
    name = name.strip()[:_MOST_NAME]
    own = saved_view.c
    connection.execute(saved_view.delete().where(own.owner == owner, own.name == name))
    connection.execute(
        saved_view.insert().values(owner=owner, name=name, page=page, query=query, shared=shared, at=now())
    )


def listed(connection: sa.Connection, owner: str) -> list[SavedView]:
    """A person's own views and those that others share, by name."""
    own = saved_view.c
    columns = (own.id, own.name, own.page, own.query, own.owner, own.shared)
    query = sa.select(*columns).where(sa.or_(own.owner == owner, own.shared)).order_by(own.name, own.id)
    return [SavedView(*row) for row in connection.execute(query)]


def forget(connection: sa.Connection, owner: str, view_id: int) -> bool:
    """Let one of a person's own views go; whether there was such a one."""
    own = saved_view.c
    gone = connection.execute(saved_view.delete().where(own.id == view_id, own.owner == owner))
    return bool(gone.rowcount)
