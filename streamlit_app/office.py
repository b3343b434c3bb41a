"""The office that this process serves: the open data folder and what the pages need to know of the server."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.atlas import Atlas
from ingest.projecting.follow import Follower


@dataclass(frozen=True)
class Office:
    """One running server. ``phone_urls`` are the addresses at which phones may reach it, best first."""

    atlas: Atlas
    follower: Follower
    phone_urls: tuple[str, ...] = ()


class _Current:
    office: Office | None = None


def open_office(office: Office | None) -> None:
    """Make this the office of the process; pages and routes find it with ``office()``."""
    _Current.office = office


def office() -> Office:
    """The office of this process."""
    if _Current.office is None:
        raise RuntimeError("no office is open in this process")
    return _Current.office
