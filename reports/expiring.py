"""Agreements that run out: water agreements and partners' papers, the nearest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ingest.access import Viewer
from ingest.atlas import Atlas
from reports.plans.records import area_of, rows

#: Form -> (its name, its state, the states in which it holds).
_PAPERS = {
    "water_agreement": ("agreement_name", "status", ("in_force", "dispute")),
    "partner_mou": ("partner_org", "status", ("signed", "working")),
}


@dataclass(frozen=True, slots=True)
class Expiring:
    """One paper and the days that are left; negative once it has run out while it is said to hold."""

    form_id: str
    instance_id: str
    area: str
    name: str
    expires_on: date
    days: int


def expiring(
    atlas: Atlas, viewer: Viewer, area: str, today: date, *, within_days: int = 90
) -> list[Expiring]:
    """Papers of an area that hold and end within so many days, or have ended already."""
    found = [
        Expiring(
            form_id, row["_instance_id"], area_of(row), str(row[name] or ""), row["expires_on"],
            (row["expires_on"] - today).days,
        )
        for form_id, (name, state, holding) in _PAPERS.items()
        for row in rows(atlas, viewer, form_id)
        if row["expires_on"] and row[state] in holding and area_of(row).startswith(area)
        and (row["expires_on"] - today).days <= within_days
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.expires_on, one.instance_id))
