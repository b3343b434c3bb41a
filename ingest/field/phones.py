"""What one enumerator's phone is offered: open forms, area lists and entity lists cut to their area."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from dataclasses import dataclass
from typing import Any

from forms.compile import AREA_LISTS
from ingest import access
from ingest.access import Viewer
from ingest.atlas import Atlas, Reference
from ingest.published import FormVersion


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A file beside a form. ``is_list`` marks an entity list."""

    name: str
    content: bytes
    md5: str
    is_list: bool = False


def media(atlas: Atlas, form: FormVersion, viewer: Viewer) -> list[MediaFile]:
    """The files of a form's manifest as this phone gets them."""
    return [one for name in form.media if (one := media_file(atlas, form, name, viewer))]


def media_file(atlas: Atlas, form: FormVersion, name: str, viewer: Viewer) -> MediaFile | None:
    """One file of a form's manifest; ``None`` when the form has no such file."""
    if name not in form.media:
        return None
    stem = name.removesuffix(".csv")
    if stem in AREA_LISTS:
        return _area_list(atlas.reference, stem, viewer.area)
    if name in form.files:
        sha256, md5 = form.files[name]
        return MediaFile(name, atlas.attachments.path(sha256).read_bytes(), md5)
    return _entity_list(atlas, stem, viewer) if stem in form.datasets else None


def whole_list(atlas: Atlas, stem: str, viewer: Viewer) -> MediaFile:
    """An area list or a register by its name, without a form that draws on it."""
    if stem in AREA_LISTS:
        return _area_list(atlas.reference, stem, viewer.area)
    return _entity_list(atlas, stem, viewer)


def _file(name: str, content: bytes, *, is_list: bool = False) -> MediaFile:
    return MediaFile(name, content, hashlib.md5(content, usedforsecurity=False).hexdigest(), is_list)


def _area_list(reference: Reference, level: str, area: str) -> MediaFile:
    known = reference.area_lists.get((level, area))
    if known is None:
        content = _area_table(reference, level, area)
        known = reference.area_lists.setdefault((level, area), content)
    return _file(f"{level}.csv", known)


def _area_table(reference: Reference, level: str, area: str) -> bytes:
    digits = {"provinces": 2, "amphoes": 4, "tambons": 6}[level]
    prefix = {2: "province_", 4: "amphoe_", 6: "name_"}[digits]
    frame = reference.tambons
    within = frame[frame["code"].str.startswith(area[:6])]
    rows = {}
    names = zip(within["code"], *(within[f"{prefix}{language}"] for language in ("th", "en")), strict=True)
    for code, th, en in names:
        key = code[:digits]
        rows[key] = {
            "name": key,
            "label": f"{th} ({en})" if en else th,
            "province": key[:2],
            "amphoe": key[:4],
        }
    return table(["name", "label", "province", "amphoe"], [rows[key] for key in sorted(rows)])


def table(columns: list[str], rows: list[dict[str, Any]]) -> bytes:
    """A CSV as phones read it: UTF-8 without a byte-order mark, commas, Unix line ends."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def properties(reference: Reference, dataset: str) -> dict[str, str]:
    """A dataset's properties and the strictest privacy class of the questions that fill them."""
    found: dict[str, str] = {}
    for form_id, usage in reference.catalogue.usages.items():
        for rule in reference.catalogue.newest(form_id).schema.entities:
            if rule.dataset == dataset:
                for prop, field in rule.properties.items():
                    found[prop] = max(
                        found.get(prop, access.PUBLIC), usage.privacy_of(field), key=_CLASSES.index
                    )
    return found


_CLASSES = (access.PUBLIC, access.TEAM, access.PERSONAL, access.SECRET)


def _entity_list(atlas: Atlas, dataset: str, viewer: Viewer) -> MediaFile:
    allowed = [
        prop
        for prop, privacy in sorted(properties(atlas.reference, dataset).items())
        if access.reach(viewer, privacy) is not None
    ]
    visible = access.visible_sql(viewer, access.TEAM, "_area")
    key = (atlas.data_version, dataset, visible, *allowed)
    content = atlas.entity_lists.get(key)
    if content is None:  # a manifest asks for every list, and all phones of an area for the same ones
        content = _entity_table(atlas, dataset, visible, allowed)
        for older in [one for one in tuple(atlas.entity_lists) if one[0] != key[0]]:
            atlas.entity_lists.pop(older, None)
        atlas.entity_lists[key] = content
    return _file(f"{dataset}.csv", content, is_list=True)


def _entity_table(atlas: Atlas, dataset: str, visible: str, allowed: list[str]) -> bytes:
    found = atlas.warehouse.cursor().execute(
        f"SELECT entity_id, label, version, CAST(properties AS VARCHAR) FROM entity"
        f" WHERE dataset = ? AND {visible} AND label <> '' AND NOT deleted ORDER BY entity_id",
        [dataset],
    )
    rows = []
    for entity_id, label, version, values in found.fetchall():
        known = json.loads(values or "{}")
        row = {prop: known.get(prop) or "" for prop in allowed}
        rows.append({"name": entity_id, "label": label, "__version": version, **row})
    return table(["name", "label", "__version", *allowed], rows)


def deleted(atlas: Atlas, dataset: str, entity_ids: list[str]) -> dict[str, bool]:
    """For the integrity check: whether the entities that are known here, wherever they lie, were deleted.

    A phone forgets what is answered true. What it registered and has not sent, or what waits in quarantine,
    is not known here, and stands in no answer.
    """
    found = atlas.warehouse.cursor().execute(
        "SELECT entity_id, deleted FROM entity WHERE dataset = ? AND entity_id = ANY(?)",
        [dataset, entity_ids],
    )
    return dict(found.fetchall())
