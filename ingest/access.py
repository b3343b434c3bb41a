"""The one door: who may see what. Every page, route, export, report and phone list asks here.

The rule (``docs/access.md`` has the table): a field has a privacy class, a viewer has a role and an
area. ``reach`` turns class and viewer into the area within which that viewer sees that class; a single
value, a whole query and a phone's list are all cut by it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

ROLES = ("administrator", "officer", "planner")
REVIEWERS = ("administrator", "officer")
ENUMERATOR = "enumerator"  # a phone: sees in its lists what its area's team may see

PUBLIC, TEAM, PERSONAL, SECRET = "public", "team", "personal", "secret"

_WITHIN_AREA = {
    TEAM: {"administrator", "officer", "planner", ENUMERATOR},
    PERSONAL: {"administrator", "officer"},
    SECRET: {"administrator"},
}

#: A geometry that a viewer may not see counts in its tambon only from this many records upwards.
SMALLEST_COUNT = 5


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who is signed in, or a phone. ``area`` is a code prefix; '' is the whole country."""

    name: str
    role: str
    area: str


def without_personal(viewer: Viewer) -> Viewer:
    """The viewer as what leaves without personal answers is made for: a planner of the same area."""
    return replace(viewer, role="planner")


def reach(viewer: Viewer, privacy: str, *, reason: str = "") -> str | None:
    """The area code within which the viewer sees this class: '' everywhere, ``None`` nowhere.

    ``secret`` needs a reason; whoever passes one writes it into the audit.
    """
    if privacy == PUBLIC:
        return ""
    if viewer.role not in _WITHIN_AREA.get(privacy, set()) or (privacy == SECRET and not reason):
        return None
    return viewer.area


def may_see(viewer: Viewer, privacy: str, area_code: str, *, reason: str = "") -> bool:
    """Whether the viewer sees a value of this class that belongs to this area."""
    within = reach(viewer, privacy, reason=reason)
    return within is not None and area_code.startswith(within)


def may_review(viewer: Viewer, area_code: str) -> bool:
    """Whether the viewer decides over records of this area: officers and administrators within theirs."""
    return viewer.role in REVIEWERS and area_code.startswith(viewer.area)


def may_redact(viewer: Viewer, area_code: str) -> bool:
    """Whether the viewer empties records of this area for good."""
    return viewer.role == "administrator" and area_code.startswith(viewer.area)


def may_bring(viewer: Viewer) -> bool:
    """Whether the viewer takes in files and other servers' data, which may hold records of any area."""
    return viewer.role == "administrator"


def visible_sql(viewer: Viewer, privacy: str, area_column: str, *, reason: str = "") -> str:
    """``may_see`` as a DuckDB condition over a column of area codes. Area codes are digits only."""
    within = reach(viewer, privacy, reason=reason)
    if within is None:
        return "false"
    if within == "":
        return "true"
    if not within.isdigit():
        raise ValueError(within)
    return f"starts_with({area_column}, '{within}')"
