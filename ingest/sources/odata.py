"""ODK Central's addresses, and rows of its OData, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit

from ingest.sources.polite import Polite

_PAGE = 1_000
_CHANGED = ("createdAt", "updatedAt", "deletedAt")


def rows(
    http: Polite, path: str, *, since: str = "", select: str = "", created: str = "createdAt"
) -> Iterator[dict[str, Any]]:
    """All rows, or those that changed since a moment of the server's clock, deletions among them.

    nextLink names the host that Central knows itself by: the page is asked for at the address given to us.
    """
    asked: dict[str, str] | None = {"$top": str(_PAGE)} | ({"$select": select} if select else {})
    if since and asked is not None:
        parts = (created, *_CHANGED[1:])
        asked["$filter"] = " or ".join(f"__system/{part} ge {since}" for part in parts)
    following: str | None = path
    while following:
        page = http.json(following, asked)
        yield from page["value"]
        link = urlsplit(page.get("@odata.nextLink") or "")
        following = f"/v1/{link.path.partition('/v1/')[2]}?{link.query}" if link.query else None
        asked = None


def escaped(part: str) -> str:
    """A path's part as Central reads it: it keeps what JavaScript's encodeURIComponent keeps."""
    return quote(part, safe="*'()!~")
