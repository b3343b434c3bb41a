"""Review states in a layer's conditions and counts, for those who see the records of the area."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ingest import access
from ingest.access import Viewer
from ingest.doors.filters import Filter
from ingest.doors.layer_infos import LayerInfo

_OTHERS = "_instance_id NOT IN (SELECT _instance_id FROM review WHERE {what})"
_MOVED = "state <> ''"


def review_conditions(info: LayerInfo, viewer: Viewer, chosen: Filter) -> Iterator[tuple[str, list[Any]]]:
    """A filter's states, and "mine to decide", as SQL over a layer's rows."""
    seen = access.visible_sql(viewer, access.TEAM, "_area")
    if chosen.review:
        arrival = info.review[0].name
        named = [name for name in chosen.review if name != arrival]
        sql = "_instance_id IN (SELECT _instance_id FROM review WHERE state = ANY(?))"
        if arrival in chosen.review:
            sql += f" OR {_OTHERS.format(what=_MOVED)}"
        yield f"{seen} AND ({sql})", [named]
    if chosen.mine:
        decides = seen if viewer.role in access.REVIEWERS else "false"
        open_states = [one.name for one in info.review if one.kind == "open"]
        foreign = _OTHERS.format(
            what=f"({_MOVED} AND NOT list_contains(?, state)) OR assignee NOT IN ('', ?)"
        )
        yield f"{decides} AND {foreign}", [open_states, viewer.name]
