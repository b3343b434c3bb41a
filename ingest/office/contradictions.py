"""What contradicts itself on the ground, with the shapes to draw it: plots on one another, a wrong tambon.

Cut to the viewer like everything else: a shape that is not for them is left out, the fact is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from forms.schema import GEO_KINDS
from ingest import access
from ingest.access import Viewer
from ingest.atlas import Atlas
from ingest.identifiers import quoted
from ingest.plots.register import Plot, owners

_OUTLINE_DEG = 0.0003  # about 30 m: of a whole tambon in a small picture nobody sees more


@dataclass(frozen=True)
class PlotSide:
    """One plot of a pair; ``shape`` (lon-lat) is None where it is not for the viewer, and the ids then ''."""

    instance_id: str
    form_id: str
    received_at: str
    area: str
    share: float
    shape: shapely.Geometry | None


@dataclass(frozen=True)
class PlotPair:
    """Two plots on one another. ``kind``: ``overlap`` or ``same``; ``land``: what they share.

    ``same_owner``: None where one of the owners is not known.
    """

    kind: str
    overlap_m2: float
    land: str
    same_owner: bool | None
    sides: tuple[PlotSide, PlotSide]


@dataclass(frozen=True)
class Misplaced:
    """A record whose place contradicts the tambon that its form says; outlines are for drawing only."""

    instance_id: str
    form_id: str
    received_at: str
    reported: str
    located: str
    distance_m: float | None
    shape: shapely.Geometry
    outlines: dict[str, shapely.Geometry]  # of both tambons, as far as the set has them


def plot_pairs(
    atlas: Atlas, viewer: Viewer, kind: str = "", instance_id: str = "", *, limit: int = 100
) -> list[PlotPair]:
    """Pairs of which the viewer may see at least one plot, most common ground first."""
    conditions, parameters = ["true"], []
    if kind:
        conditions.append("o.kind = ?")
        parameters.append(kind)
    if instance_id:
        conditions.append("? IN (o.a_instance_id, o.b_instance_id)")
        parameters.append(instance_id)
    sql = f"""SELECT o.*, a._area AS a_area, a.received_at AS a_received_at, b._area AS b_area,
          b.received_at AS b_received_at
        FROM overlap o JOIN submission a ON a._seq = o.a_seq JOIN submission b ON b._seq = o.b_seq
        WHERE {" AND ".join(conditions)} AND ({_either_visible(atlas, viewer)})
        ORDER BY o.overlap_m2 DESC, o.a_seq, o.b_seq LIMIT ?"""
    cursor = atlas.warehouse.cursor()
    cursor.execute(sql, [*parameters, limit])
    names = [column[0] for column in cursor.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    whose = [_owners(atlas, rows, side) for side in ("a", "b")]
    return [
        PlotPair(
            row["kind"], row["overlap_m2"], row["land"], one == other if one and other else None,
            (_side(atlas, viewer, row, "a"), _side(atlas, viewer, row, "b")),
        )
        for row, one, other in zip(rows, *whose, strict=True)
    ]  # fmt: skip


def _owners(atlas: Atlas, rows: list[dict[str, Any]], side: str) -> list[str]:
    plots = [Plot(row[f"{side}_seq"], _table(row, side), row[f"{side}_key"]) for row in rows]
    return owners(atlas.warehouse.cursor(), atlas.reference.lookout.plots, plots)


def _table(row: dict[str, Any], side: str) -> str:
    return f"{row[f'{side}_form_id']}/{row[f'{side}_table_name']}".removesuffix("/")


def _either_visible(atlas: Atlas, viewer: Viewer) -> str:
    """A condition over ``overlap o`` and its submissions ``a`` and ``b``, by the class of each field."""
    seen = []
    for side in ("a", "b"):
        cases = []
        for one in atlas.reference.lookout.plots.fields:
            privacy = _privacy(atlas, one.form_id, one.repeat, one.name)
            texts = [text.replace("'", "''") for text in (one.form_id, one.repeat, one.name)]
            own = "o.{0}_form_id = '{1}' AND o.{0}_table_name = '{2}' AND o.{0}_field = '{3}'"
            visible = access.visible_sql(viewer, privacy, f"{side}._area")
            cases.append(f"WHEN {own.format(side, *texts)} THEN ({visible})")
        seen.append(f"CASE {' '.join(cases)} ELSE false END" if cases else "false")
    return " OR ".join(seen)


def _privacy(atlas: Atlas, form_id: str, repeat: str, field: str) -> str:
    usage = atlas.reference.catalogue.usages.get(form_id)
    return usage.privacy_of(f"{repeat}/{field}".removeprefix("/")) if usage else access.TEAM


def _side(atlas: Atlas, viewer: Viewer, row: dict[str, Any], side: str) -> PlotSide:
    form_id, repeat, field, seq, key, share, area = (
        row[f"{side}_{name}"] for name in ("form_id", "table_name", "field", "seq", "key", "share", "area")
    )
    if not access.may_see(viewer, _privacy(atlas, form_id, repeat, field), area):
        return PlotSide("", "", "", "", share, None)
    keyed = " AND _key = ?" if repeat else ""
    sql = f"SELECT {quoted(field)} FROM {quoted(_table(row, side))} WHERE _seq = ?{keyed}"
    found = atlas.warehouse.cursor().execute(sql, [seq, key] if repeat else [seq]).fetchone()
    shape = shapely.from_wkb(bytes(found[0])) if found and found[0] else None
    return PlotSide(row[f"{side}_instance_id"], form_id, row[f"{side}_received_at"], area, share, shape)


def misplaced(atlas: Atlas, viewer: Viewer, *, limit: int = 50) -> list[Misplaced]:
    """Records whose first shape lies in another tambon than their form says, newest first."""
    found: list[Misplaced] = []
    catalogue = atlas.reference.catalogue
    for form_id in catalogue.form_ids:
        fields = [one for one in catalogue.shown(form_id).tables[0].fields if one.kind in GEO_KINDS]
        if not fields:
            continue
        shapes = ", ".join(quoted(one.name) for one in fields)
        seen = " AND ".join(
            access.visible_sql(viewer, privacy, "_area")
            for privacy in sorted({access.TEAM, *(_privacy(atlas, form_id, "", one.name) for one in fields)})
        )
        sql = f"""SELECT _instance_id, _received_at, _reported, _located, _distance_m,
              coalesce({shapes}) AS shape
            FROM {quoted(form_id)} WHERE _verdict = 'disagrees' AND {seen} ORDER BY _seq DESC LIMIT ?"""
        for instance_id, received_at, reported, located, distance_m, shape in (
            atlas.warehouse.cursor().execute(sql, [limit]).fetchall()
        ):
            lines = {code: _outline(atlas, code) for code in (located, reported)}
            both = {code: line for code, line in lines.items() if line is not None}
            drawn = shapely.from_wkb(bytes(shape))
            facts = (reported, located, distance_m, drawn, both)
            found.append(Misplaced(instance_id, form_id, received_at, *facts))
    return sorted(found, key=lambda one: one.received_at, reverse=True)[:limit]


def _outline(atlas: Atlas, code: str) -> shapely.Geometry | None:
    """A tambon of the default set, told coarsely; None where the set does not have it."""
    locator = atlas.reference.locator
    row = np.flatnonzero(locator.codes == code)
    return shapely.simplify(locator.polygons(row)[0], _OUTLINE_DEG) if len(row) else None
