"""From a row's cells to the answers of a form: dates as they were typed, rai-ngan-wah, words for choices."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any

import shapely
from pyproj import CRS, Transformer

from forms.instance import AnswerCheck
from forms.schema import Field, Schema
from geo.parse import THAILAND_LAT, THAILAND_LON
from geo.reference import WGS84, transformer_to_wgs84
from ingest.sheets import problems
from ingest.sheets.mapping import Column, Mapping
from ingest.sheets.model import Cell
from ingest.sheets.reading import Line
from thai.area import parse_area
from thai.calendar import bangkok, mend_misread_year, parse_date
from thai.problem import Place, Problem, Text
from thai.text import arabic_digits, fold, normalise

_M2_PER_RAI = 1600
_KNOWN = 4_096  # different contents of a column that are remembered
_BIRTH = re.compile(r"birth|born|(?<![a-z])dob(?![a-z])|(?:วัน|ปี|เดือน)(?:ที่)?เกิด(?!เหตุ|ภัย)", re.IGNORECASE)
_DUE = re.compile(
    r"due|expir|deadline|until|ends_on|_ends$|closes|(?<![a-z])next"
    r"|หมดอายุ|สิ้นสุด|ครบกำหนด|กำหนด(?:ชำระ|เสร็จ|ส่ง)|ต่อไป|ถึงวันที่|วันสุดท้าย",
    re.IGNORECASE,
)
_DEGREES = re.compile(
    r"(\d{1,3}(?:\.\d+)?)\s*(?:[°º]|องศา)?\s*(?:(\d{1,2}(?:\.\d+)?)\s*(?:['′’]|ลิปดา)\s*)?"
    r"(?:(\d{1,2}(?:\.\d+)?)\s*(?:[\"″”]|''|ฟิลิปดา|พิลิปดา)\s*)?(?:[NE]|เหนือ|ตะวันออก)?",
    re.IGNORECASE,
)
_AHEAD = timedelta(days=3653)  # a day that was typed may lie that far ahead
_BY_KIND = {
    "integer": "number", "decimal": "number", "date": "date", "select_one": "choice", "geopoint": "geometry",
    "select_multiple": "choice", "geotrace": "geometry", "geoshape": "geometry",
}  # fmt: skip


class RowReader:
    """Reads the lines of one mapping for one form version.

    What stands in a column twice is read, and held against the question, once. ``doubts`` are days that Excel
    may have moved by 57 years, and that nobody can be sure of: where, as stored, and as they were taken.
    """

    def __init__(self, mapping: Mapping, schema: Schema) -> None:
        self._mapping = mapping
        self._check = AnswerCheck(schema)
        fields = {one.name: one for one in schema.table("").fields}
        source = CRS.from_user_input(mapping.crs)
        self._degrees = source.is_geographic
        moved = not source.equals(WGS84, ignore_axis_order=True)
        self._move: Transformer | None = transformer_to_wgs84(source) if moved else None
        self._columns = [
            (column, self._reader(column, fields[column.question])) for column in mapping.columns
        ]
        self._dated = {one.name: one for one in fields.values() if one.kind == "date"}
        self.doubts: list[dict[str, str]] = []
        self._doubtful: set[str] = set()  # questions with an answer, anywhere, that does not fit
        for name, value in mapping.constants.items():
            self._judge(name)(value)

    def read(self, line: Line) -> tuple[dict[str, Any], list[Problem]]:
        """The answers, and every cell that could not be read; a row with one is not to be stored."""
        answers: dict[str, Any] = dict(self._mapping.constants)
        found: list[Problem] = []
        for column, value_of in self._columns:
            try:
                value = value_of(line)
            except Problem as problem:
                cells = [line.cells[fold(name)] for name in column.columns if fold(name) in line.cells]
                shown = " ".join(cell.text for cell in cells)
                where = Place(
                    file=line.file, sheet=line.sheet, row=line.number, column=", ".join(column.columns)
                )
                found.append(problems.cell_unreadable(where, shown, problem))
            else:
                if value is not None:
                    answers[column.question] = value
                    if column.question in self._dated and isinstance(value, date):
                        self._doubt(line, column, value)
        if self._doubtful:
            doubtful = {name: value for name, value in answers.items() if name in self._doubtful}
            where = Place(file=line.file, sheet=line.sheet, row=line.number)
            found += self._check.problems(doubtful, where)
        return answers, found

    def _doubt(self, line: Line, column: Column, taken: date) -> None:
        """Note a day of which nobody can tell whether 1970 or 2570 was typed."""
        cell = line.cells[fold(column.columns[0])]
        moved = _moved(self._dated[column.question], cell, cell.day) if cell.day else None
        if cell.day and moved and moved != cell.day and moved > _today():
            said = {"row": line.place, "heading": column.columns[0]}
            self.doubts.append(said | {"stored": cell.day.isoformat(), "taken": taken.isoformat()})

    def _judge(self, question: str) -> Callable[[Any], Any]:
        """What notes a question whose answer does not fit, and hands the answer on."""
        misfits, nowhere = self._check.of(question), Place()

        def judged(value: Any) -> Any:
            if misfits(value, nowhere):
                self._doubtful.add(question)
            return value

        return judged

    def _reader(self, column: Column, asked: Field) -> Callable[[Line], Any]:
        reading = column.reading or _BY_KIND.get(asked.kind, "text")
        names, judged = [fold(name) for name in column.columns], self._judge(asked.name)
        if reading == "geometry":
            return lambda line: judged(_vertices(line.geometry, asked.kind))
        if reading == "point":
            return lambda line: judged(self._point([line.cells.get(name) for name in names]))
        read = _READERS.get(reading) or partial(self._choice if reading == "choice" else _date, asked)

        @lru_cache(_KNOWN)
        def value_of_what(*said: Any) -> Any:
            value: Any = read(Cell("", 0, 0, *said))
            whole = asked.kind == "integer" and isinstance(value, Decimal) and value == int(value)
            value = int(value) if whole else value
            return judged(value)

        def value_of(line: Line) -> Any:
            cell = line.cells.get(names[0])
            return None if cell is None or cell.nil else value_of_what(*cell[3:])

        return value_of

    def _choice(self, asked: Field, cell: Cell) -> str:
        """The choice that is written as its value, one of its labels, or a word of the mapping."""
        words = dict(self._mapping.words.get(asked.name, {}))
        for choice in asked.choices or ():
            words |= {fold(text): choice.value for text in (choice.value, *choice.label.values())}
        several = asked.kind == "select_multiple"
        parts = cell.plain.replace("/", ",").split(",") if several else [cell.plain]
        chosen = [words.get(fold(part), "") for part in parts]
        if asked.choices is None:
            return normalise(cell.plain)
        if "" in chosen:
            question = Text(*(asked.label.get(language) or asked.name for language in ("th", "en")))
            raise problems.word_unknown(
                question, cell.text, [one.label.get("th", "") for one in asked.choices]
            )
        return " ".join(chosen)

    def _point(self, cells: list[Cell | None]) -> str | None:
        """Latitude and longitude (or north and east) to the answer of a geopoint; half of one is none."""
        if all(cell is None or cell.nil for cell in cells):
            return None
        if not all(cells):
            raise problems.no_number("")
        north, east = ((_degrees if self._degrees else _number)(cell) for cell in cells if cell)
        lon, lat = float(east), float(north)
        if self._move is not None:
            lon, lat = self._move.transform(lon, lat)
        elif self._degrees and abs(lat) > 90:
            raise problems.not_degrees(f"{north} {east}")
        _in_thailand((lon, lat, lon, lat), f"{north} {east}")
        return f"{lat:.7f} {lon:.7f} 0 0"


def _number(cell: Cell) -> Decimal:
    if cell.number is None:
        raise problems.no_number(cell.text)
    return cell.number


def _degrees(cell: Cell) -> Decimal:
    """Degrees as a number, or with minutes and seconds: ``8°16'51.2"N``, ``8 องศา 16 ลิปดา 51 พิลิปดา``."""
    if cell.number is not None:
        return cell.number
    found = _DEGREES.fullmatch(arabic_digits(normalise(cell.text)))
    whole, minutes, seconds = (Decimal(part or 0) for part in found.groups()) if found else (Decimal(-1),) * 3
    if not (whole >= 0 and minutes < 60 and seconds < 60):
        raise problems.no_number(cell.text)
    return whole + minutes / 60 + seconds / 3600


def _rai(cell: Cell) -> Decimal:
    """Rai as a decimal number, from 5-2-30 or a plain number of rai."""
    if cell.number is not None:
        return cell.number
    if cell.stored == "date":
        raise problems.area_became_date(cell.text)
    return round(Decimal(str(parse_area(cell.text))) / _M2_PER_RAI, 4)


def _date(asked: Field, cell: Cell) -> date:
    """A day. Where a spreadsheet took ``64`` for 1964, the year that was typed: never in a text, which
    stands as it was written, never for a birth, and a day to come only where one is asked for.
    """
    day = parse_date(cell.day or cell.plain)
    moved = _moved(asked, cell, day)
    if moved is None or (moved > _today() and not any(_DUE.search(said) for said in _words(asked))):
        return day
    return moved


def _moved(asked: Field, cell: Cell, day: date) -> date | None:
    """The day that was typed if a spreadsheet moved it by 57 years; None where it cannot have."""
    if cell.stored == "text" or any(_BIRTH.search(said) for said in _words(asked)):
        return None
    moved = mend_misread_year(day)
    return None if moved > _today() + _AHEAD else moved


def _words(asked: Field) -> Iterable[str]:
    return (asked.name, *asked.label.values())


def _today() -> date:
    return bangkok(datetime.now(UTC)).date()


_READERS: dict[str, Callable[[Cell], Any]] = {
    "text": lambda cell: normalise(cell.plain),
    "number": _number,
    "rai": _rai,
}


def _in_thailand(bounds: tuple[float, float, float, float], shown: str) -> None:
    """Refuse what lies elsewhere: another zone or order of the numbers, or a nought for a place not known."""
    west, south, east, north = bounds
    in_lon = THAILAND_LON[0] <= west <= east <= THAILAND_LON[1]
    if not (in_lon and THAILAND_LAT[0] <= south <= north <= THAILAND_LAT[1]):
        raise problems.outside_thailand(shown, f"{south:.4f} {west:.4f}")


def _vertices(shape: Any, kind: str) -> str | None:
    """A shape as phones write it; one that a phone could not have drawn is refused rather than cut."""
    if shape is None or shape.is_empty:
        return None
    parts = shapely.get_parts(shape)
    wanted = {"geopoint": "Point", "geotrace": "LineString", "geoshape": "Polygon"}[kind]
    if len(parts) != 1 or parts[0].geom_type != wanted or (kind == "geoshape" and parts[0].interiors):
        raise problems.wrong_shape(shape.geom_type, kind)
    line = parts[0].exterior if kind == "geoshape" else parts[0]
    west, south, east, north = line.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):  # a layer that names no system
        raise problems.not_degrees(f"{south:.0f} {west:.0f}")
    _in_thailand(line.bounds, f"{south:.4f} {west:.4f}")
    return ";".join(f"{y:.7f} {x:.7f} 0 0" for x, y in shapely.get_coordinates(line))
