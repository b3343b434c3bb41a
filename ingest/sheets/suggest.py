"""Drafts the mapping of a table: headings matched with a form's questions, for a person to complete."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path

from forms.schema import GEO_KINDS, Field, Schema
from geo.reference import fitting
from ingest.published import Catalogue
from ingest.sheets import reading
from ingest.sheets.mapping import quoted
from ingest.sheets.model import Cell
from ingest.sheets.problems import form_of_mapping
from ingest.sheets.reading import Sheet
from thai.area import parse_area
from thai.problem import Problem
from thai.text import fold

_NEAR = 0.72
_THINKABLE = {False: 0.5, True: 0.3}  # few questions ask for dates: a column of them needs less
_MOST_VALUES, _MOST_WORDS = 300, 30  # different cells of a column that are looked at, and asked about
_DRAWN = {"Point": "geopoint", "LineString": "geotrace", "Polygon": "geoshape"}
_TELLING = 6  # letters from which a part of a label is no accident
_NORTH = ("lat", "latitude", "ละติจูด", "ละติจุด", "y", "n", "northing", "เหนือ", "พิกัด y")
_PARTED = re.compile(r"[\s()\[\]/.,:;_-]+")
_EAST = ("lon", "long", "longitude", "ลองจิจูด", "ลองติจูด", "x", "e", "easting", "ตะวันออก", "พิกัด x")


@dataclass(frozen=True)
class Draft:
    """What can be told of a table before anybody looks: ``text`` is the mapping as TOML, with doubts in
    comments; the rest is the same for a page to ask.

    ``examples`` and ``values`` are by heading: what the first cell says, and the first different ones.
    ``answers`` are questions by heading; those of ``coordinates`` are latitude and longitude, in one of
    ``systems``. ``areas`` are headings of ไร่-งาน-วา; ``shapes`` the questions that a row's own shape answers.
    """

    table: str
    rows: int
    name: str
    form: str
    text: str
    examples: dict[str, str]
    values: dict[str, list[str]]
    answers: dict[str, str]
    coordinates: list[str]
    systems: list[str]
    key: str
    areas: list[str]
    shapes: list[str]


def drafts(catalogue: Catalogue, form_id: str, paths: Iterable[Path]) -> list[Draft]:
    """A draft for every table of some files; raises ``mapping_form`` and the problems of the readers."""
    if form_id not in catalogue.offered:
        raise form_of_mapping(form_id)
    schema = catalogue.newest(form_id).schema
    return [suggest(sheet, schema) for path in paths for sheet in reading.sheets(path)]


def suggest(sheet: Sheet, schema: Schema) -> Draft:
    """A draft for one table."""
    questions = schema.table("").fields
    headings = [one for one in sheet.headings if one]
    matched = dict(_matches(headings, questions))
    point, systems = _coordinates(sheet)
    seen = _seen(sheet, headings)
    draft = Draft(
        table=" · ".join(filter(None, (sheet.file, sheet.name))),
        rows=len(sheet.lines),
        name=f"{sheet.file} {sheet.name}".strip(),
        form=schema.form_id,
        text="",
        examples={heading: next(iter(said), "") for heading, said in seen.items()},
        values={heading: list(said) for heading, said in seen.items()},
        answers={heading: name for name, heading in matched.items()},
        coordinates=point,
        systems=systems,
        key=_telling(sheet),
        areas=[heading for heading, said in seen.items() if any(map(_is_area, said.values()))],
        shapes=_shapes(sheet, questions),
    )
    return replace(draft, text="\n".join(_lines(draft, questions, sheet)) + "\n")


def _lines(draft: Draft, questions: Sequence[Field], sheet: Sheet) -> Iterator[str]:
    """The TOML. What is not certain stands in a comment and has to be decided."""
    yield f"# {draft.table}: {draft.rows} แถว · rows"
    yield f"name = {quoted(draft.name)}"
    yield f"form = {quoted(draft.form)}"
    key = quoted(draft.key or "…")
    yield f"# key = [{key}]  # หัวคอลัมน์ที่บอกว่าเป็นแถวเดิม เมื่อนำแฟ้มเข้าอีกครั้ง · what makes a row the same row"
    if draft.systems:
        more = draft.systems[1:]
        yield f'crs = "{draft.systems[0]}"' + (f"  # หรือ · or {', '.join(more)}?" if more else "")
    yield from ("", "[columns]")
    headings = {name: heading for heading, name in draft.answers.items()}
    for one in questions:
        name = quoted(one.name)
        if one.name in draft.shapes:
            yield f'{name} = {{ as = "geometry" }}'
        elif draft.coordinates and one.kind == "geopoint" and not draft.shapes:
            yield f'{name} = {{ columns = [{", ".join(map(quoted, draft.coordinates))}], as = "point" }}'
        elif one.name in headings:
            heading = headings[one.name]
            rai = is_area(draft, heading, one)
            yield f"{name} = " + (f'{{ column = {quoted(heading)}, as = "rai" }}' if rai else quoted(heading))
    rest = [heading for heading in draft.examples if heading not in (*draft.answers, *draft.coordinates)]
    left = [one for one in questions if one.kind not in GEO_KINDS and one.name not in headings]
    if rest:
        yield "# ไม่แน่ใจ ถ้าใช่ให้ลบ # · not certain; where it is right, take the # away:"
    yield from (f"# {quoted(_guess(one, left, sheet))} = {quoted(one)}" for one in rest)
    yield from ("", "[constants]  # คำตอบเดียวกันทุกแถว · the same in every row", '# tambon = "801206"', "")
    for one in questions:
        words = unknown_words(draft, headings[one.name], one) if one.name in headings else []
        if words:
            yield f"[words.{quoted(one.name)}]  # {' '.join(choice.value for choice in one.choices or ())}"
            yield from (f'# {quoted(word)} = ""' for word in words)


def is_area(draft: Draft, heading: str, one: Field) -> bool:
    """Whether a column of areas answers a question for a number."""
    return one.kind == "decimal" and ("rai" in one.name or heading in draft.areas)


def unknown_words(draft: Draft, heading: str, one: Field) -> list[str]:
    """What cells of a column say that is no choice of a question: the first of it."""
    if not one.choices:
        return []
    known = {fold(text) for choice in one.choices for text in (choice.value, *choice.label.values())}
    return [word for word in draft.values.get(heading, ()) if fold(word) not in known][:_MOST_WORDS]


def _matches(headings: Iterable[str], questions: Iterable[Field]) -> Iterator[tuple[str, str]]:
    """Question name and heading, the surest first, each used once."""
    scored = [
        (_likeness(heading, one), one.name, heading)
        for one in questions
        if one.kind not in GEO_KINDS
        for heading in headings
        if heading
    ]
    taken: set[str] = set()
    for score, name, heading in sorted(scored, key=lambda each: -each[0]):
        if score >= _NEAR and name not in taken and heading not in taken:
            taken |= {name, heading}
            yield name, heading


def _seen(sheet: Sheet, headings: Iterable[str]) -> dict[str, dict[str, Cell]]:
    """The first cells of each column that say something different."""
    seen: dict[str, dict[str, Cell]] = {heading: {} for heading in headings}
    columns = [(fold(heading), said) for heading, said in seen.items()]
    for line in sheet.lines:
        for name, said in columns:
            cell = line.cells.get(name)
            if cell is not None and not cell.nil and len(said) < _MOST_VALUES:
                said.setdefault(cell.plain, cell)
    return seen


def _telling(sheet: Sheet) -> str:
    """The first column that says something else in every row."""
    for heading in filter(None, sheet.headings):
        said = [cell.text for line in sheet.lines if (cell := line.cells.get(fold(heading)))]
        if len(sheet.lines) == len(said) == len(set(said)):
            return heading
    return ""


def _guess(heading: str, questions: Iterable[Field], sheet: Sheet) -> str:
    """The question that is nearest to a heading, of dates one for dates, or ? where none is near at all."""
    cells = [cell for line in sheet.lines if (cell := line.cells.get(fold(heading))) and not cell.nil]
    dated = sum(cell.day is not None and cell.number is None for cell in cells) * 2 > len(cells)
    scored = [(_likeness(heading, one), one.name) for one in questions if (one.kind == "date") == dated]
    score, name = max(scored, default=(0.0, ""))
    return name if score >= _THINKABLE[dated] else "?"


def _likeness(heading: str, one: Field) -> float:
    """How alike a heading and a question are; a heading that is part of a question's words means it too.

    Of a heading below another one, such as จำนวนต้น below ข้อมูลสวน, its own words tell as much as both.
    """
    words = heading.split(" ")
    tails = {fold(" ".join(words[start:])) for start in range(len(words))}
    named = [fold(word) for word in (one.name, *one.label.values())]
    return max(_alike(said, asked) for said in tails for asked in named)


def _alike(said: str, asked: str) -> float:
    within = len(said) >= _TELLING and said in asked
    ratio = SequenceMatcher(None, said, asked).ratio()
    return _NEAR + (1 - _NEAR) * ratio if within else ratio


def _is_area(cell: Cell) -> bool:
    """Whether rai, ngan and wah are written in a cell, as in 5-2-30."""
    if cell.number is not None:
        return False
    try:
        parse_area(cell.text)
    except Problem:
        return False
    return True


def _coordinates(sheet: Sheet) -> tuple[list[str], list[str]]:
    """The headings of latitude and longitude, and the systems that would put their numbers in Thailand.

    Of a heading over several columns, such as พิกัด over เหนือ and ตะวันออก, the last word tells; of one such as
    พิกัด E (UTM) any, where the numbers lie in Thailand.
    """
    named = [heading for heading in sheet.headings if heading]
    last = {fold(heading.split()[-1]): heading for heading in named} | {fold(one): one for one in named}
    any_word = {fold(word): heading for heading in reversed(named) for word in _PARTED.split(heading)}
    for by_fold in (last, any_word):
        north, east = (
            next((by_fold[fold(w)] for w in words if fold(w) in by_fold), "") for words in (_NORTH, _EAST)
        )
        systems = _systems(sheet, north, east) if north and east else []
        if systems or (north and east and by_fold is last):
            return [north, east], systems
    return [], []


def _systems(sheet: Sheet, north: str, east: str) -> list[str]:
    values = [
        (x.number, y.number)
        for line in sheet.lines
        if (x := line.cells.get(fold(east))) and (y := line.cells.get(fold(north)))
    ]
    numbers = [(float(x), float(y)) for x, y in values if x is not None and y is not None]
    if not numbers:
        return []
    xs, ys = zip(*numbers, strict=True)
    return fitting([min(xs), min(ys), max(xs), max(ys)])


def _shapes(sheet: Sheet, questions: Iterable[Field]) -> list[str]:
    """The questions that are answered by such a shape as the rows of a layer have."""
    drawn = {
        line.geometry.geom_type.removeprefix("Multi") for line in sheet.lines if line.geometry is not None
    }
    return [one.name for one in questions if one.kind in {_DRAWN.get(kind, "") for kind in drawn}]
