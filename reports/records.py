"""Records for papers and registers: rows of a form or a repeat, cut to the viewer by the one read door."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import shapely

from forms.schema import GEO_KINDS
from ingest.access import Viewer
from ingest.atlas import Atlas
from ingest.doors import layers
from ingest.doors.filters import Filter
from ingest.doors.layer_infos import repeat_info
from ingest.doors.layers import LayerInfo
from ingest.doors.shown import shown
from thai.periods import ALL_TIME, Period

_MOST = 100_000

Row = dict[str, Any]


def info(atlas: Atlas, form_id: str, repeat: str = "") -> LayerInfo | None:
    """What is known of a form's or repeat's rows; ``None`` where the form is not published, or an office's
    version of it has no such repeat yet.
    """
    known, catalogue = atlas.reference.forms, atlas.reference.catalogue
    if form_id not in known:
        return None
    if not repeat:
        return known[form_id]
    has = any(table.name == repeat for table in catalogue.shown(form_id).tables)
    return repeat_info(catalogue, form_id, repeat) if has else None


def read(
    atlas: Atlas, viewer: Viewer, form_id: str, repeat: str = "", *, area: str = "",
    period: Period = ALL_TIME, chosen: Filter | None = None,
) -> list[Row]:  # fmt: skip
    """Rows as they came in: answers by column as this viewer sees them, with ``_seq``, ``_instance_id`` and
    ``_tambon``.

    ``area`` is a code prefix, a village's too; the period is that of the form's date. ``chosen`` cuts them
    further by all else that a filter says. A form or repeat that is not published has no rows.
    """
    about = info(atlas, form_id, repeat)
    if about is None:
        return []
    within = replace(chosen or Filter(), area=area, since=period.since, until=period.until)
    q = layers.query(about, viewer, within)
    fields = [one for one in about.fields.values() if one.kind not in GEO_KINDS]
    rows: list[Row] = layers.rows(atlas.warehouse.cursor(), q, fields, limit=_MOST).to_pylist()
    return rows[::-1]


def shapes(
    atlas: Atlas, viewer: Viewer, form_id: str, refs: Iterable[str], area: str
) -> dict[str, shapely.Geometry]:
    """What each record of an area drew (lon-lat): the answer to the first of the questions that it gave."""
    about, found = info(atlas, form_id), dict[str, shapely.Geometry]()
    for ref in refs:
        one = about.field(ref) if about else None
        if about and one:
            q = layers.query(about, viewer, Filter(area=area))
            found = layers.shapes(atlas.warehouse.cursor(), q, one) | found
    return found


def entity_of(atlas: Atlas, viewer: Viewer, dataset: str) -> dict[str, str]:
    """Instance id -> the entity of a list that the record made."""
    return layers.entity_ids(atlas.warehouse.cursor(), viewer, dataset)


def by_day(rows: Iterable[Row], ref: str) -> list[Row]:
    """The rows by the day that a question names, undated ones first; those of one day as they came in."""
    return sorted(rows, key=lambda row: (day(row, ref) or date.min, int(row["_seq"])))


def text(about: LayerInfo | None, row: Row, ref: str) -> str:
    """An answer as people read it in Thai: a choice's label, a Buddhist date, an amount with its unit."""
    one = about.field(ref) if about else None
    return shown(row.get(ref), one, "th", {}) if one else ""


def figure(row: Row, ref: str) -> Decimal | None:
    """A figure to be shown; ``None`` where it is blank, which is not zero."""
    value = row.get(ref)
    return None if value in (None, "") else Decimal(str(value))


def money(row: Row, ref: str) -> Decimal:
    """An amount, zero where it is blank."""
    value = row.get(ref)
    return Decimal(0) if value is None else Decimal(value)


def day(row: Row, ref: str) -> date | None:
    """A date answer."""
    value = row.get(ref)
    return value if isinstance(value, date) else None
