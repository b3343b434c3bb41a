"""Drafts the mapping of a table: headings matched with a form's questions, for a person to complete."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from pathlib import Path

from forms.schema import GEO_KINDS, Field, Schema
from geo.reference import fitting
from ingest.published import Catalogue
from ingest.sheets import reading
from ingest.sheets.model import Cell
from ingest.sheets.problems import form_of_mapping
from ingest.sheets.reading import Sheet
from thai.area import parse_area
from thai.problem import Problem
from thai.text import fold

_NEAR = 0.72
_THINKABLE = {False: 0.5, True: 0.3}  # few questions ask for dates: a column of them needs less
_TELLING = 6  # letters from which a part of a label is no accident
_NORTH = ("lat", "latitude", "ละติจูด", "ละติจุด", "y", "n", "northing", "เหนือ", "พิกัด y")
_EAST = ("lon", "long", "longitude", "ลองจิจูด", "ลองติจูด", "x", "e", "easting", "ตะวันออก", "พิกัด x")


def drafts(catalogue: Catalogue, form_id: str, paths: Iterable[Path]) -> list[str]:
    """A draft for every table of some files; raises ``mapping_form`` and the problems of the readers."""
    if form_id not in catalogue.offered:
        raise form_of_mapping(form_id)
    schema = catalogue.newest(form_id).schema
    return [suggest(sheet, schema) for path in paths for sheet in reading.sheets(path)]


def suggest(sheet: Sheet, schema: Schema) -> str:
    """A TOML draft. What is not certain stands in a comment and has to be decided."""
    questions = schema.table("").fields
    matched = dict(_matches(sheet.headings, questions))
    lines = [
        f"# {sheet.file} · {sheet.name}: {len(sheet.lines)} แถว · rows",
        f"name = {json.dumps(f'{sheet.file} {sheet.name}'.strip(), ensure_ascii=False)}",
        f"form = {json.dumps(schema.form_id, ensure_ascii=False)}",
        f"# key = [{_telling(sheet)}]  # หัวคอลัมน์ที่บอกว่าเป็นแถวเดิมเมื่อแฟ้มมาอีก · what makes a row the same row",
    ]
    point, systems = _coordinates(sheet)
    if systems:
        lines.append(
            f'crs = "{systems[0]}"' + (f"  # หรือ · or {', '.join(systems[1:])}?" if systems[1:] else "")
        )
    lines += ["", "[columns]"]
    for one in questions:
        if one.kind in GEO_KINDS:
            lines += _place(one, point, sheet)
        elif one.name in matched:
            lines.append(f"{one.name} = {_inline(matched[one.name], one, sheet)}")
    used = {fold(heading) for heading in (*matched.values(), *point)}
    rest = [heading for heading in sheet.headings if heading and fold(heading) not in used]
    if rest:
        lines.append("# ไม่แน่ใจ ถ้าใช่ให้ลบ # · not certain; where it is right, take the # away:")
    left = [one for one in questions if one.kind not in GEO_KINDS and one.name not in matched]
    lines += [f"# {_guess(one, left, sheet)} = {json.dumps(one, ensure_ascii=False)}" for one in rest]
    lines += [
        "",
        "[constants]  # คำตอบเดียวกันทุกแถว · the same in every row",
        '# tambon = "801206"',
        "",
        *_words(sheet, matched, questions),
    ]
    return "\n".join(lines) + "\n"


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


def _telling(sheet: Sheet) -> str:
    """The first column that says something else in every row."""
    for heading in filter(None, sheet.headings):
        said = [cell.text for line in sheet.lines if (cell := line.cells.get(fold(heading)))]
        if len(sheet.lines) == len(said) == len(set(said)):
            return json.dumps(heading, ensure_ascii=False)
    return '"…"'


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


def _inline(heading: str, one: Field, sheet: Sheet) -> str:
    said = json.dumps(heading, ensure_ascii=False)
    cells = (line.cells.get(fold(heading)) for line in sheet.lines)
    rai = one.kind == "decimal" and ("rai" in one.name or any(map(_is_area, cells)))
    return f'{{ column = {said}, as = "rai" }}' if rai else said


def _is_area(cell: Cell | None) -> bool:
    """Whether rai, ngan and wah are written in a cell, as in 5-2-30."""
    if cell is None or cell.number is not None or cell.nil:
        return False
    try:
        parse_area(cell.text)
    except Problem:
        return False
    return True


def _coordinates(sheet: Sheet) -> tuple[list[str], list[str]]:
    """The headings of latitude and longitude, and the systems that would put their numbers in Thailand.

    Of a heading over several columns, such as พิกัด over เหนือ and ตะวันออก, the last word tells.
    """
    named = [heading for heading in sheet.headings if heading]
    by_fold = {fold(heading.split()[-1]): heading for heading in named} | {fold(one): one for one in named}
    north, east = (
        next((by_fold[fold(w)] for w in words if fold(w) in by_fold), "") for words in (_NORTH, _EAST)
    )
    if not north or not east:
        return [], []
    values = [
        (x.number, y.number)
        for line in sheet.lines
        if (x := line.cells.get(fold(east))) and (y := line.cells.get(fold(north)))
    ]
    numbers = [(float(x), float(y)) for x, y in values if x is not None and y is not None]
    if not numbers:
        return [north, east], []
    xs, ys = zip(*numbers, strict=True)
    return [north, east], fitting([min(xs), min(ys), max(xs), max(ys)])


def _place(one: Field, point: list[str], sheet: Sheet) -> list[str]:
    if any(line.geometry is not None for line in sheet.lines):
        return [f'{one.name} = {{ as = "geometry" }}']
    if point and one.kind == "geopoint":
        return [f'{one.name} = {{ columns = {json.dumps(point, ensure_ascii=False)}, as = "point" }}']
    return []


def _words(sheet: Sheet, matched: dict[str, str], questions: Iterable[Field]) -> Iterator[str]:
    """The words of each choice column that are no choice yet."""
    for one in questions:
        if one.name not in matched or not one.choices:
            continue
        known = {fold(text) for choice in one.choices for text in (choice.value, *choice.label.values())}
        cells: Iterable[Cell | None] = (line.cells.get(fold(matched[one.name])) for line in sheet.lines)
        unknown = dict.fromkeys(cell.text for cell in cells if cell and fold(cell.text) not in known)
        if unknown:
            yield f"[words.{one.name}]  # {' '.join(choice.value for choice in one.choices)}"
            yield from (f'# {json.dumps(word, ensure_ascii=False)} = ""' for word in list(unknown)[:30])
