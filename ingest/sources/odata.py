"""ODK Central's addresses, and rows of its OData, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit

from ingest.sources.polite import Polite

_PAGE = 1_000


def rows(http: Polite, path: str, *, where: str = "", select: str = "") -> Iterator[dict[str, Any]]:
    """The rows that fit a filter; deleted ones only where it speaks of ``deletedAt``.

    nextLink names the host that Central knows itself by: the page is asked for at the address given to us.
    """
    said = {"$top": str(_PAGE), "$select": select, "$filter": where}
    asked: dict[str, str] | None = {name: value for name, value in said.items() if value}
    following: str | None = path
    while following:
        page = http.json(following, asked)
        yield from page["value"]
        link = urlsplit(page.get("@odata.nextLink") or "")
        following = f"/v1/{link.path.partition('/v1/')[2]}?{link.query}" if link.query else None
        asked = None


def since(moment: str, *times: str) -> str:
    """The filter for rows one of whose times is not before a moment of the server's clock; '' for all."""
    return " or ".join(f"__system/{name} ge {moment}" for name in times) if moment else ""


def escaped(part: str) -> str:
    """A path's part as Central reads it: it keeps what JavaScript's encodeURIComponent keeps."""
    return quote(part, safe="*'()!~")
