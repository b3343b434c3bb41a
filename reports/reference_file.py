"""Targets, counts and members read from a table as offices keep it (CSV or XLSX), every row checked."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from io import BytesIO

import pandas as pd

from ingest.reference_values import COUNT, MEMBER, TARGET, ReferenceValue
from ingest.sheets.problems import table_unreadable
from reports import problems
from thai.calendar import parse_date
from thai.codes import area_code
from thai.periods import parse_period
from thai.problem import Place, Problem, Problems
from thai.text import normalise, plain_number

COUNTS = ("villages", "households", "people", "tambons", "account_target")
BODIES = ("lao", "province_group")
COLUMNS = {
    "kind": "ชนิด", "name": "รายการ", "area": "รหัสพื้นที่", "period": "ช่วงเวลา", "value": "ค่า", "label": "ชื่อ",
    "source": "แหล่งที่มา", "as_of": "ข้อมูล ณ วันที่",
}  # fmt: skip
_NEEDED = ("kind", "name", "area", "value")
_WORDS = {
    "เป้าหมาย": TARGET, "จำนวน": COUNT, "สมาชิก": MEMBER, "หมู่บ้าน": "villages", "ครัวเรือน": "households",
    "ประชากร": "people", "ตำบล": "tambons",
    "ครัวเรือนเป้าหมายทำบัญชี": "account_target", "อปท.": "lao", "กลุ่มจังหวัด": "province_group",
}  # fmt: skip


@dataclass(frozen=True)
class Areas:
    """The codes that a boundary set has, down to tambons, and the villages of the set of villages in use."""

    boundary_set: str
    codes: Collection[str]
    villages: Collection[str] = ()

    def has(self, code: str) -> bool:
        """Whether there is such an area; where no villages of a tambon are known, its tambon is enough."""
        if len(code) < 8 or code in self.villages:
            return code[:6] in self.codes
        return code[:6] in self.codes and not any(one.startswith(code[:6]) for one in self.villages)


def read(content: bytes, file: str, *, indicators: Collection[str], areas: Areas, within: str = ""
         ) -> list[ReferenceValue]:  # fmt: skip
    """Every row of a table; raises ``Problems`` with all that is wrong with it.

    ``within`` is the area whose numbers the person may set.
    """
    table = _table(content, file)
    found: list[ReferenceValue] = []
    wrong: list[Problem] = []
    for number, row in enumerate(table.to_dict("records"), 2):
        cells = {name: normalise(str(row.get(name, ""))).strip() for name in COLUMNS}
        if not any(cells.values()):
            continue
        try:
            found.append(_value(cells, Place(file=file, row=number), indicators, areas, within))
        except Problem as problem:
            wrong.append(problem)
    if wrong:
        raise Problems(wrong)
    return found


def strays(loaded: Iterable[ReferenceValue], areas: Areas) -> list[ReferenceValue]:
    """Rows for areas that no boundary set has now, as sets change after targets were loaded."""
    return [one for one in loaded if not areas.has(one.area)]


def template(rows: Iterable[ReferenceValue] = ()) -> bytes:
    """A table to fill in, as XLSX, with what is loaded now."""
    listed = [[getattr(one, name) for name in COLUMNS] for one in rows]
    book = BytesIO()
    pd.DataFrame(listed, columns=list(COLUMNS.values())).to_excel(book, index=False, engine="xlsxwriter")
    return book.getvalue()


def _table(content: bytes, file: str) -> pd.DataFrame:
    try:
        if file.casefold().endswith(".csv"):
            table = pd.read_csv(BytesIO(content), dtype=str, keep_default_na=False, encoding="utf-8-sig")
        else:
            table = pd.read_excel(BytesIO(content), dtype=str, keep_default_na=False)
    except Exception as error:
        raise table_unreadable(file, type(error).__name__) from error
    english = {thai: name for name, thai in COLUMNS.items()}
    table = table.rename(
        columns=lambda heading: english.get(normalise(str(heading)).strip(), str(heading).strip())
    )
    missing = [COLUMNS[name] for name in _NEEDED if name not in table.columns]
    if missing:
        raise Problems(
            [problems.reference_unreadable(Place(file=file, row=1), heading, "") for heading in missing]
        )
    return table


def _value(
    cells: dict[str, str],
    place: Place,
    indicators: Collection[str],
    areas: Areas,
    within: str,
) -> ReferenceValue:
    def wrong(name: str) -> Problem:
        return problems.reference_unreadable(place, COLUMNS[name], cells[name])

    kind, name = (_WORDS.get(cells[one], cells[one]) for one in ("kind", "name"))
    allowed: dict[str, Collection[str]] = {TARGET: indicators, COUNT: COUNTS, MEMBER: BODIES}
    if kind not in allowed:
        raise wrong("kind")
    if name not in allowed[kind]:
        raise wrong("name")
    try:
        area = area_code(cells["area"])
        period = parse_period(cells["period"]).name if cells["period"] else ""
        as_of = parse_date(cells["as_of"]).isoformat() if cells["as_of"] else ""
    except Problem as problem:
        raise Problem(problem.code, problem.says, problem.remedy, place) from None
    if not areas.has(area) or not area.startswith(within):
        raise problems.area_in_no_set(place, area, areas.boundary_set)
    value = plain_number(cells["value"])
    if kind == MEMBER and value.isdigit():
        return ReferenceValue(kind, name, area, period, value, cells["label"], cells["source"], as_of)
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise wrong("value") from None
    if not number.is_finite() or number < 0 or kind == MEMBER:
        raise wrong("value")
    return ReferenceValue(kind, name, area, period, f"{number:f}", cells["label"], cells["source"], as_of)
