"""Submissions in bulk: some filled forms a schema, written once, then copied with other places and ids."""

from __future__ import annotations

import hashlib
import random
import re
import shutil
import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from forms.instance import InstanceWriter, Meta
from forms.xform import Field
from ingest import first_start, log
from ingest.areas import set_files
from ingest.atlas import Atlas
from ingest.envelope import Envelope
from ingest.field import enumerators
from ingest.folder import DataFolder
from ingest.log import Received
from ingest.published import FormVersion
from ingest.sample.writing import Answers, Value

_FINISHED = datetime(2026, 6, 15, 9, 30, tzinfo=UTC)
_MARK = re.compile(rb"@(\w+)@")
_WRITTEN_EACH = 12  # filled forms a schema: enough for every choice to occur
_AREA_DIGITS = {"province": 2, "amphoe": 4, "tambon": 6}
_CORNERS_DEG = [
    (4e-4, 0.0),
    (3e-4, 3e-4),
    (0.0, 4e-4),
    (-3e-4, 3e-4),
    (-4e-4, 0.0),
    (-3e-4, -3e-4),
    (0.0, -4e-4),
]
_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Document:
    """One submission as a phone would send it, and where it stands."""

    xml: bytes
    lon: float
    lat: float
    instance_id: str
    form_id: str
    version: str


class Places:
    """Places around the middles of tambons, most of them inside; one after the other without end."""

    def __init__(self, tambons: gpd.GeoDataFrame, seed: int) -> None:
        self._codes = tambons["code"].to_numpy()
        middles = shapely.point_on_surface(tambons.geometry.to_numpy())
        self._middles = shapely.get_coordinates(middles)
        self._reach_deg = np.sqrt(shapely.area(tambons.geometry.to_numpy())) / 6
        self._random = np.random.default_rng(seed)

    def __iter__(self) -> Iterator[tuple[str, float, float]]:
        while True:
            at = self._random.integers(len(self._codes), size=_BATCH)
            shift = self._random.normal(size=(_BATCH, 2)) * self._reach_deg[at, None]
            lonlat = self._middles[at] + shift
            yield from zip(self._codes[at], lonlat[:, 0].tolist(), lonlat[:, 1].tolist(), strict=True)


class Template:
    """A written submission cut at its marks, so that a copy costs one join."""

    def __init__(self, form: FormVersion, xml: bytes) -> None:
        self.form_id, self.version = form.form_id, form.version
        parts = _MARK.split(xml)
        self._fixed, self._marks = parts[::2], [mark.decode() for mark in parts[1::2]]

    def fill(self, code: str, lon: float, lat: float, key: str) -> Document:
        """A copy at a place, with an instance id made from ``key`` (a UUID)."""
        values = {
            "instance": b"uuid:" + key.encode(), "entity": b"uuid:" + key.encode(), "tambon": code.encode(),
            "amphoe": code[:4].encode(), "province": code[:2].encode(),
            "geopoint": b"%.7f %.7f 6.0 4.8" % (lat, lon), "geoshape": _shape(lon, lat),
        }  # fmt: skip
        pieces = [self._fixed[0]]
        for mark, fixed in zip(self._marks, self._fixed[1:], strict=True):
            pieces += [values[mark], fixed]
        return Document(b"".join(pieces), lon, lat, f"uuid:{key}", self.form_id, self.version)


def _shape(lon: float, lat: float) -> bytes:
    corners = [b"%.7f %.7f 6.0 4.8" % (lat + dy, lon + dx) for dx, dy in _CORNERS_DEG]
    return b";".join([*corners, corners[0]])


def templates(form: FormVersion, *, answered: float, seed: int = 1) -> list[Template]:
    """Filled forms with that share of the questions answered; geometry and area always are."""
    dice, writer = random.Random(f"{form.form_id} {seed}"), InstanceWriter(form.xform, form.schema)
    written = []
    for number in range(_WRITTEN_EACH):
        rows = {
            table.name: [_answers(table.fields, dice, answered) for _ in range(1 + number % 3)]
            for table in form.schema.tables
            if table.name
        }
        values = _answers(form.schema.table("").fields, dice, answered)
        filled = Answers(values, _FINISHED, f"แบบ {number}", rows, "@entity@", f"ครัวเรือน {number}")
        meta = Meta("@instance@", name=filled.name)
        written.append(Template(form, writer.write(filled.given(form.schema), meta)))
    return written


def _answers(fields: Sequence[Field], dice: random.Random, answered: float) -> dict[str, Value]:
    return {one.name: _answer(one, dice) for one in fields if _always(one) or dice.random() < answered}


def _always(one: Field) -> bool:
    return one.kind in ("geopoint", "geoshape") or one.name in _AREA_DIGITS


def _answer(one: Field, dice: random.Random) -> Value:
    if one.name in _AREA_DIGITS or one.kind in ("geopoint", "geoshape"):
        return f"@{one.name if one.name in _AREA_DIGITS else one.kind}@"
    if one.choices:
        chosen = dice.sample(one.choices, min(2 if one.kind == "select_multiple" else 1, len(one.choices)))
        return " ".join(choice.value for choice in chosen)
    plain: dict[str, Value] = {
        "integer": dice.randint(1, 20), "decimal": round(dice.uniform(1, 40), 1),
        "date": f"2026-{dice.randint(1, 9):02d}-{dice.randint(1, 28):02d}", "time": "06:30:00.000+07:00",
        "datetime": "2026-06-15T16:30:00.000+07:00", "text": "บ้านเกาะทวด ริมคลอง", "attachment": "photo.jpg",
    }  # fmt: skip
    return plain.get(one.kind)


def documents(
    forms: Sequence[FormVersion], tambons: gpd.GeoDataFrame, *, answered: float = 0.6, seed: int = 1
) -> Iterator[Document]:
    """Submissions without end, the forms in turn, the same for the same seed."""
    each = [templates(form, answered=answered) for form in forms]
    mixed = [own[number] for number in range(_WRITTEN_EACH) for own in each]
    dice = random.Random(seed)
    for number, (code, lon, lat) in enumerate(Places(tambons, seed)):
        key = str(uuid.UUID(int=dice.getrandbits(128), version=4))
        yield mixed[number % len(mixed)].fill(code, lon, lat, key)


def prepare(data: Path) -> str:
    """Make a data folder with the shipped forms; returns the path that an enumerator's phone posts below."""
    fresh = data.with_name("fresh")  # made once, as compiling forms takes its time
    if not fresh.exists():
        with closing(Atlas(DataFolder(fresh))) as atlas:
            first_start.publish_shipped_forms(atlas.log, atlas.attachments)
            with log.writing(atlas.log) as connection:
                enumerators.add(connection, "bench", "all")
    shutil.copytree(fresh, data)
    with closing(Atlas(DataFolder(data))) as atlas, atlas.log.connect() as connection:
        return enumerators.server_url("", enumerators.everyone(connection)[0].token)


def stream(
    data: Path, form_ids: Sequence[str] = (), *, answered: float = 0.6, seed: int = 1
) -> Iterator[Document]:
    """Submissions for a data folder's forms (all of them by default) around its boundary set's tambons."""
    with closing(Atlas(DataFolder(data))) as atlas:
        catalogue, tambons = atlas.reference.catalogue, set_files.drawn(atlas.reference.locator)
    forms = [catalogue.newest(form_id) for form_id in form_ids or catalogue.form_ids]
    return documents(forms, tambons, answered=answered, seed=seed)


def fill_log(data: Path, source: Iterator[Document], count: int) -> None:
    """Append that many submissions to the log of a folder that nothing has open."""
    engine = log.open_log(DataFolder(data).log)
    try:
        while batch := list(islice(source, min(_BATCH, count))):
            count -= len(batch)
            with log.writing(engine) as connection:
                log.append(connection, [_received(one) for one in batch])
    finally:
        engine.dispose()


def _received(one: Document) -> Received:
    digest = hashlib.sha256(one.xml).hexdigest()
    return Received(Envelope(one.instance_id, digest, one.form_id, one.version), one.xml, "files")
