"""The office's pages by the group of the menu that they stand in: names in addresses, and icons."""

from __future__ import annotations

PAGES = {
    "see": {
        "map": ":material/map:",
        "records": ":material/table_rows:",
        "compare": ":material/compare:",
        "indicators": ":material/monitoring:",
    },
    "work": {
        "plans": ":material/handshake:",
        "forums": ":material/groups:",
        "review": ":material/gavel:",
        "keyin": ":material/keyboard:",
        "papers": ":material/description:",
        "grants": ":material/payments:",
        "check": ":material/calculate:",
    },
    "office": {
        "phones": ":material/smartphone:",
        "sources": ":material/cloud_download:",
        "quality": ":material/fact_check:",
        "connect": ":material/lan:",
        "boundaries": ":material/polyline:",
    },
}
START = "map"
_NAMES = frozenset(name for group in PAGES.values() for name in group)


def leads_nowhere(path: str) -> bool:
    """Whether a path of the address is that of a page and yet leads to none. Files stand in folders."""
    name = path.strip("/")
    return bool(name) and "/" not in name and name not in _NAMES
