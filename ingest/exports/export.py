"""Takes a layer away as a file: the same rows as the screen shows, for the same viewer and filter."""

from __future__ import annotations

import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from forms import expression
from ingest import access, log, problems
from ingest.access import Viewer
from ingest.atlas import Atlas
from ingest.doors import layers
from ingest.doors.filters import Filter
from ingest.doors.layer_infos import LayerInfo
from ingest.exports import export_problems
from ingest.exports.export_files import WRITERS, Writing
from ingest.exports.export_tables import area_names, export_tables, narrowed

KINDS = tuple(WRITERS)


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written. ``rows`` are the layer's; ``repeats`` those of each repeat; ``files`` all files."""

    rows: int
    path: Path
    kind: str
    repeats: dict[str, int]
    files: tuple[Path, ...]


def export(
    atlas: Atlas,
    viewer: Viewer,
    layer: str,
    chosen: Filter,
    path: Path,
    *,
    personal: bool = False,
    where: str = "",
) -> ExportReport:  # fmt: skip
    """Write a layer, or a whole form by its id, to ``path``; its ending says the kind.

    Kinds are gpkg, geojson, parquet, csv and xlsx.
    Geometry is EPSG:4326, lon-lat. ``where`` is an expression as workbooks use it, over what the viewer may
    see. Personal and secret answers are left out unless ``personal``, and then come as far as the viewer's
    role and area allow; taking them is written into the audit. Raises ``export_kind``, ``layer_unknown``,
    ``bad_filter``, ``chosen_by_personal`` or the expression's problem; an older file stays until the new one
    is whole.
    """
    kind = path.suffix.lower().removeprefix(".")
    if kind not in WRITERS:
        raise problems.export_kind(path.name)
    info = (atlas.reference.layers | atlas.reference.forms).get(layer)
    if info is None:
        raise problems.layer_unknown(layer)
    if not personal:
        _check_chosen(info, viewer, chosen, where)
    q = narrowed((layers.query if personal else layers.plain_query)(info, viewer, chosen), where)
    own, *repeats = export_tables(atlas, q)
    if personal:
        with log.writing(atlas.log) as connection:
            log.note(connection, viewer.name, "export_personal", layer)
    path.parent.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(dir=path.parent, prefix=".export-") as folder,
        closing(atlas.warehouse.cursor()) as cursor,
    ):
        area_names(cursor, atlas.reference)
        cursor.begin()  # so that all that is read, range after range, is of one moment
        writing = Writing(Path(folder) / f"{path.stem}.{kind}", cursor, _note(atlas, layer, info.label))
        WRITERS[kind](writing, own, tuple(repeats))
        made = [(writing.path, path), *((one, path.with_name(one.name)) for one in writing.files)]
        for half, whole in made:
            half.replace(whole)
    counts = dict(writing.rows)
    return ExportReport(counts.pop(own.name), path, kind, counts, tuple(whole for _, whole in made))


def _check_chosen(info: LayerInfo, viewer: Viewer, chosen: Filter, where: str) -> None:
    """Which rows are there must not tell what the columns leave out; raises ``chosen_by_personal``."""
    refs = [*chosen.values, *(expression.references(expression.parse(where)) if where.strip() else ())]
    looked_at = [one for ref in refs if (one := info.field(ref))]
    if info.date and (chosen.since or chosen.until):
        looked_at.append(info.date)
    classes = [info.where_privacy, *(one.privacy for one in looked_at)]
    if chosen.verdicts or chosen.shape or chosen.inside or chosen.outside:
        classes.append(info.place_privacy)
    if chosen.verdicts and info.whole:
        classes.append(info.shape_privacy)
    plain = access.without_personal(viewer)
    if any(access.reach(viewer, one) is not None and access.reach(plain, one) is None for one in classes):
        raise export_problems.chosen_by_personal(info.name)


def _note(atlas: Atlas, layer: str, label: dict[str, str]) -> str:
    one = atlas.reference.boundary_set
    drawing = " ภาพวาด ไม่ใช่ขอบเขต · a drawing, not a boundary" if one.drawing else ""
    title = " · ".join(dict.fromkeys(label.get(language, layer) for language in ("th", "en")))
    return f"{layer}: {title}. EPSG:4326. {atlas.reference.sets.label('th')}{drawing}".strip()
