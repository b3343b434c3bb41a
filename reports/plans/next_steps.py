"""What S-I-I reviews say will be done next: each a project that somebody may propose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ingest.access import Viewer
from ingest.atlas import Atlas
from reports import records

REVIEWS = ("sii_people", "sii_mechanism", "sii_data")


@dataclass(frozen=True, slots=True)
class NextStep:
    """One row's "what will be done": of which tambon, about what, and the record that says it."""

    area: str
    form_id: str
    about: str
    step: str
    instance_id: str


def next_steps(atlas: Atlas, viewer: Viewer, area: str = "") -> list[NextStep]:
    """The steps of the newest review of each tambon and system, by tambon, as the viewer may see."""
    found = []
    for form_id in REVIEWS:
        newest: dict[str, tuple[date, int, str]] = {}
        for row in records.read(atlas, viewer, form_id, area=area):
            age = (records.day(row, "visit_date") or date.min, int(row["_seq"]), str(row["_instance_id"]))
            tambon = str(row.get("tambon") or row["_tambon"] or "")
            newest[tambon] = max(newest.get(tambon, age), age)
        own = {key: tambon for tambon, (_, _, key) in newest.items()}
        info = records.info(atlas, form_id, "rows")
        for row in records.read(atlas, viewer, form_id, "rows", area=area) if own else ():
            key = str(row["_instance_id"])
            if key in own and row.get("next_step"):
                about = row.get("row_other") or records.text(info, row, "row_kind")
                found.append(NextStep(own[key], form_id, about, str(row["next_step"]), key))
    return sorted(found, key=lambda one: one.area)
