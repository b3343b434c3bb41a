"""Finds the tables in a sheet: captions, one or two header rows, sections, totals, and the notes below."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.sheets.model import Cell, Statement, Table
from thai.text import fold, normalise

Grid = list[list[Cell | None]]

_SUMMED = (
    r"[\d(:./-]|ทั้ง|ย่อย|สุทธิ|สะสม|เป็น|เงิน|จำนวน|ราย|ค่า|งบ|คะแนน|เนื้อที่|พื้นที่|หมู่|ม\.|ตำบล|ต\.|อำเภอ|อ\.|จังหวัด|จ\."
    r"|ปี|เดือน|ไตรมาส|ครึ่ง|หน้า|กลุ่ม|กอง|หมวด|ด้าน|คน|ครัว|แปลง|ชาย|หญิง|ยอด|ผลผลิต|ต้น|ไร่|บาท|ทุก|ข้อ|แผน|โครงการ|กิจกรรม|หนี้|สินทรัพย์"
)
_TOTAL_ROW = re.compile(  # people and groups are called รวมพร and รวมใจ, too
    rf"(?:ยอด|ผล)รวม.*|รวม(?:(?:{_SUMMED}).*)?|.*รวม(?:ทั้งสิ้น|ทั้งหมด|ย่อย)|(?:grand|sub)?-?total.*|sum|ทั้งหมด"
)
_TOTAL = re.compile(r"^(?:ยอด|ผล|คะแนน)?รวม|รวม(?:ทั้งสิ้น|ทั้งหมด|ย่อย)$|^(?:grand|sub)?-?total|^sum$|^ทั้งหมด$")
_CARRIED = re.compile(r"ยอด?ยก(?:มา|ไป)|(?:ค่า)?เฉลี่ย|average|mean|carried(?:forward)?|broughtforward")
_TOTAL_LETTERS = [set("รวม"), set("ทหมด"), set("total"), set("sum")]  # few names have them all
_NOTE = re.compile(r"^(?:หมายเหตุ|ที่มา|note|source|\*|ข้อมูล ณ)", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")  # none stands in 5-2-30
_HEADER_HINT = re.compile(r"^(?:พ\.?ศ\.?|ปี)?\s*(?:24|25|19|20)\d\d$")


def is_total(text: str) -> bool:
    """Whether a column's words say that it sums others."""
    return _may_sum(text) and bool(_TOTAL.search(fold(text)))


def _may_sum(text: str) -> bool:
    letters = set(text.casefold())
    return any(some <= letters for some in _TOTAL_LETTERS)


def is_carried(row: Sequence[Cell | None]) -> bool:
    """Whether a row's only words say that it carries a sum over from page to page, or is a mean."""
    words = [cell.text for cell in row if cell and cell.number is None and not cell.nil]
    return len(words) == 1 and bool(_CARRIED.fullmatch(fold(words[0])))


def arranged(grid: Grid) -> tuple[list[Table], list[Statement]]:
    """The tables of a sheet, and its sentences."""
    tables: list[Table] = []
    statements: list[Statement] = []
    captions: list[str] = []
    for block in _blocks(grid):
        titles, body, notes = _trimmed(block)
        statements += [_statement(one) for one in (*titles, *notes) if one.row]
        captions += [one.text for one in titles]
        if not body:
            continue
        table = _table(body, " ".join(captions))
        if table:
            tables.append(table)
            captions = []
            statements += [_statement(c) for c in _sentences(table)]
        else:
            statements += [_statement(c) for row in body for c in row if c and c.number is None]
    return tables, statements


def _statement(cell: Cell) -> Statement:
    return Statement(cell, normalise(cell.text))


def _blocks(grid: Grid) -> Iterator[Grid]:
    """Runs of rows that hold anything."""
    block: Grid = []
    for row in [*grid, []]:
        if any(row):
            block.append(row)
        elif block:
            width = max(map(len, block))
            for one in block:
                one.extend([None] * (width - len(one)))
            yield block
            block = []


def _only(row: Sequence[Cell | None]) -> Cell | None:
    cells = [one for one in row if one]
    return cells[0] if len(cells) == 1 and cells[0].number is None and not cells[0].nil else None


def _trimmed(block: Grid) -> tuple[list[Cell], Grid, list[Cell]]:
    """Single words above are captions; below, notes. A lone first word of a list stays with the list."""
    titles: list[Cell] = []
    notes: list[Cell] = []
    body = list(block)
    while len(body) > 1 and (one := _only(body[0])):
        titles.append(one)
        body.pop(0)
    while body and (one := _only(body[-1])) and (_NOTE.match(one.text) or len(body) > 1):
        notes.insert(0, one)
        body.pop()
    return titles, body, notes


def _table(body: Grid, caption: str) -> Table | None:
    width = len(body[0])
    first = next((i for i in range(len(body)) if _has_figures(body, i)), None)
    if first is None or width < 2:
        return None
    while first > 1 and body[first - 1][0] and _only(body[first - 1]):
        first -= 1  # the name of the first section, and no heading
    headers, rows = body[:first], body[first:]
    headings, cells = headings_of(headers, width)
    used = [c for c in range(width) if headings[c] or any(row[c] for row in rows)]
    if len(used) < width:
        rows = [[row[c] for c in used] for row in rows]
    table = Table(
        next(c.sheet for row in body for c in row if c), caption, [headings[c] for c in used],
        [cells[c] for c in used], rows,
    )  # fmt: skip
    mark(table)
    return table if len(table.items) > 0 else None


def mark(table: Table) -> None:
    """Tell which rows are totals, and which are the head of a section."""
    table.sections, table.totals = [], []
    for i in range(len(table.rows)):
        if is_alone(table.rows[i]):
            table.sections.append(i)
        elif _is_total_row(table, i):
            table.totals.append(i)


def is_alone(row: Sequence[Cell | None]) -> bool:
    """Whether a row holds one cell, of words."""
    return _only(row) is not None


def _has_figures(body: Grid, at_row: int) -> bool:
    """Whether the body begins here: with figures that are no headings, as years, (1) (2) or quarters are."""
    row, below = body[at_row], body[at_row + 1 :]
    figures = [c for c in row if c and (c.number is not None or c.nil or c.day)]
    if not figures:
        return False
    years = all(_HEADER_HINT.match(c.plain) for c in figures)
    counted = _are_counted(figures)
    at = row.index(figures[0])
    under = next((r[at] for r in below if r[at]), None)
    if years and len(figures) > 1 and under and not _HEADER_HINT.match(under.plain):
        return False
    lower = at_row > 0 and all(c is None or c in figures for c in row) and all(body[0][at : at + 1])
    return not (counted and (lower or all(c.text.startswith("(") for c in figures)))


def is_counted(row: Sequence[Cell | None]) -> bool:
    """Whether a row only numbers the columns: 1 2 3, or (1) (2) (3)."""
    return _are_counted([one for one in row if one])


def _are_counted(cells: Sequence[Cell]) -> bool:
    numbers = [c.number and abs(c.number) for c in cells]  # (1) is a number below zero, too
    return len(cells) > 2 and numbers == list(range(1, len(cells) + 1))


def headings_of(headers: Grid, width: int) -> tuple[list[str], list[Cell | None]]:
    """The words above each column: a heading over several columns is said of each of them."""
    parts: list[list[str]] = [[] for _ in range(width)]
    cells: list[Cell | None] = [None] * width
    headers = [
        row for row in headers if not (is_counted(row) and all(c is None or c.text[0] == "(" for c in row))
    ]
    for level, row in enumerate(headers):
        reach = ""
        for c in range(width):
            one = row[c]
            lower = any(r[c] for r in headers[level + 1 :])
            reach = one.plain if one else (reach if lower else "")
            if reach:
                parts[c].append(reach)
            cells[c] = one or cells[c]
    return [" ".join(dict.fromkeys(words)) for words in parts], cells


def _is_total_row(table: Table, i: int) -> bool:
    words = [c.text for c in table.rows[i] if c and c.number is None and not c.nil and _LETTER.search(c.text)]
    if any(_may_sum(text) and _TOTAL_ROW.fullmatch(fold(text)) for text in words[:2]):
        return True
    # A foot of figures alone, under a table whose rows have words: a total that was left without its word.
    if words or i < max(len(table.rows) - 1, 2):
        return False
    return sum(bool(table.label(k)) for k in range(i)) > i / 2


def _sentences(table: Table) -> Iterator[Cell]:
    """Words of a table that carry figures inside a sentence."""
    for row in table.rows:
        for one in row:
            if one and one.number is None and one.day is None and len(one.text) > 25:
                yield one
