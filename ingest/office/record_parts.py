"""What one submission consists of on the office's screen: values only, already cut to a viewer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ingest.doors.layers import FieldInfo


@dataclass(frozen=True, slots=True)
class GeometryFacts:
    """What was measured on one shape; lengths in metres, areas in square metres, WKB in EPSG:4326."""

    wkb: bytes
    lon: float
    lat: float
    accuracy_m: float | None
    drawn: str  # walked | tapped | gps | ''
    verdict: str
    tambon: str
    other: str
    distance_m: float | None
    area_m2: float | None = None
    length_m: float | None = None
    perimeter_m: float | None = None
    vertex_accuracy_m: list[float] | None = None  # of each corner as it was taken; None where all were tapped


@dataclass(frozen=True, slots=True)
class Answer:
    """One field and its typed value: Decimal, date, datetime, int, text, or the facts of a shape."""

    info: FieldInfo
    value: Any
    dataset: str = ""  # the list a chosen value comes from, such as tambons or households


@dataclass(frozen=True, slots=True)
class Row:
    """The answers of the form, or of one turn of a repeat (``key`` '2', nested '2/1')."""

    key: str
    parent: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A table of the form: ``name`` '' is the form itself and has one row."""

    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class RecordPlace:
    """Where the form says the record is, and where its first shape lies."""

    reported: str
    located: str
    others: tuple[str, ...]  # across lines that are near, the nearest one first; from outside the nearest
    verdict: str
    distance_m: float | None
    boundary_set: str
    drawing: bool  # the boundary set is the demo's drawing
    shares: tuple[tuple[str, float], ...]  # of a shape across a line: tambon code ('' none) and share
    lao: dict[str, str] | None  # the LAO's names, by the place alone
    village: str  # the chosen village's 8 digits; '' when the form does not ask
    village_distance_m: float | None  # to the village's own point, where a set has it
    names: dict[str, dict[str, str]]  # area code -> language -> name, for every code above


@dataclass(frozen=True, slots=True)
class RecordFlag:
    """Something noticed: where it stands, what it is, and the answer that did not fit."""

    code: str
    field: str
    table: str
    key: str
    detail: str


@dataclass(frozen=True, slots=True)
class Edit:
    """One link of a chain of edits, oldest first."""

    instance_id: str
    deprecated_id: str
    received_at: str
    enumerator: str
    outcome: str


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file that an answer names; ``present`` when it has arrived, now or with an earlier edit."""

    name: str
    field: str
    present: bool


@dataclass(frozen=True, slots=True)
class Record:
    """One submission. Without rows (quarantined, or replaced by an edit) it has no sections."""

    instance_id: str
    form_id: str
    version: str
    title: dict[str, str]
    outcome: str
    reason: str
    received_at: str
    source: str
    enumerator: str
    area: str
    place: RecordPlace | None
    sections: tuple[Section, ...]
    hidden_fields: int  # fields that this viewer is not shown
    flags: tuple[RecordFlag, ...]
    history: tuple[Edit, ...]
    attachments: tuple[NamedFile, ...]
