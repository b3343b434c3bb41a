"""Indicators over account books: 10,000,000 lines of money in 400,000 months of 40,000 households.

The tables are filled as the projection would fill them, then asked through the door that pages use: the sum
of a village's month, a tambon's year, every tambon of the province, distinct households, shares, medians,
spending by category; for an administrator, who is told everything, and for a planner of one tambon, for whom
small cells are held back. Of all indicators and breakdowns of the account book those are among them that take
longest. A page is twelve cards, each with its trend of six months.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import submissions
from bench.report import Row, percentiles
from ingest.access import Viewer
from ingest.atlas import Atlas
from ingest.folder import DataFolder
from ingest.projecting import follow, line_sums
from ingest.projecting.warehouse import Warehouse
from reports import breakdowns, indicators
from reports.indicators import Question
from streamlit_app.settled import settled
from thai.periods import Period, parse_period

SECTION = "numbers.py: indicators over account lines"
_FORM = "household_account_month"
_TAMBONS, _VILLAGES, _LINES_A_MONTH, _MONTHS = 165, 10, 25, 10
_LINES, _SMALL_LINES = 10_000_000, 50_000
_AIM, _AIM_PAGE = "≤ 100 ms", "≤ 1 s"
_ALONE = "DuckDB alone 2–42 ms"
_MONTH, _YEAR = parse_period("2026-01"), parse_period("FY2569")
_TAMBON, _VILLAGE = "801006", "80100603"
_BOSS = Viewer("bench", "administrator", "")
_NEIGHBOUR = Viewer("bench", "planner", "801001")
_CARDS = (
    "income_month", "expense_month", "not_needed_share", "in_deficit", "account_households", "account_months",
    "eggs_bought", "fertiliser_bought",
)  # fmt: skip


def measure(folder: Path, *, small: bool) -> Iterator[Row]:
    """A row for each kind of number, then one for a whole page."""
    lines = _SMALL_LINES if small else _LINES
    turns = 3 if small else 20
    with _office(folder / "numbers", lines) as atlas:
        asked = f"of {lines:,} lines"
        for what, ask in _questions(atlas):
            p50, p95 = _timed(ask, turns)
            yield Row(SECTION, f"{what}, {asked}", f"p50 {p50:.0f} ms, p95 {p95:.0f} ms", _AIM, _ALONE)
        p50, p95 = _timed(lambda: _page(atlas), turns)
        yield Row(
            SECTION,
            f"a page of twelve with trends, {asked}",
            f"p50 {p50:.0f} ms, p95 {p95:.0f} ms",
            _AIM_PAGE,
        )


def _questions(atlas: Atlas) -> Iterator[tuple[str, Callable[[], object]]]:
    def by(name: str, level: str, area: str, period: Period, viewer: Viewer = _BOSS) -> Callable[[], object]:
        full = name if "." in name else f"{_FORM}.{name}"
        return lambda: indicators.answers(atlas, viewer, Question(full, level, area, period))

    def split(area: str, every: str = "") -> Callable[[], object]:
        asked = breakdowns.known(atlas)["livelihood.by_category"]
        return lambda: breakdowns.parts(atlas, _BOSS, asked, area, _YEAR, every)

    yield "eggs bought in a village's month", by("eggs_bought", "village", _VILLAGE, _MONTH)
    yield "eggs bought, every tambon, a month", by("eggs_bought", "tambon", "80", _MONTH)
    yield "eggs bought, every tambon, a year", by("eggs_bought", "tambon", "80", _YEAR)
    yield (
        "unneeded spending, every village of a tambon, a year",
        by("not_needed_share", "village", _TAMBON, _YEAR),
    )
    yield "distinct households, every tambon, a year", by("account_households", "tambon", "80", _YEAR)
    yield "spending of a tambon's year by category", split(_TAMBON)
    yield "spending of the province's year by month and category", split("80", "month")
    yield (
        "households of six months or more, the province, a year",
        by("abc.5_1_1_continuous", "", "80", _YEAR),
    )
    yield "households a village, every village, a year", by("nakhon.i09", "village", "80", _YEAR)
    yield (
        "distinct households for a planner of one tambon",
        by("account_households", "tambon", "80", _YEAR, _NEIGHBOUR),
    )
    yield (
        "households a village, the province, for that planner",
        by("nakhon.i09", "", "80", _YEAR, _NEIGHBOUR),
    )


def _page(atlas: Atlas) -> None:
    """Twelve cards as the page *Indicators* asks them: eight of the form, four of programmes."""
    names = [f"{_FORM}.{name}" for name in _CARDS]
    names += ["livelihood.not_needed", "livelihood.balance", "abc.5_1_1", "abc.5_1_1_continuous"]
    for name in names:
        indicators.answer(atlas, _BOSS, name, _TAMBON, _MONTH)
        indicators.trend(atlas, _BOSS, name, _TAMBON, _MONTH, 6)


def _timed(ask: Callable[[], object], turns: int) -> list[float]:
    ask()
    taken = []
    for _ in range(turns):
        began = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - began) * 1000)
    return percentiles(taken, 50, 95)


@contextmanager
def _office(folder: Path, lines: int) -> Iterator[Atlas]:
    submissions.prepare(folder)
    atlas = Atlas(DataFolder(folder))
    try:
        follow.open_warehouse(atlas, workers=0)
        atlas.refresh()
        _fill(atlas.warehouse, lines)
        _keep_sums(atlas)
        settled()  # as in an office whose first page was drawn
        yield atlas
    finally:
        atlas.close()


def _keep_sums(atlas: Atlas) -> None:
    """What the follower does while nothing comes."""
    last = atlas.warehouse.cursor().execute(f'SELECT max(_seq) FROM "{_FORM}"').fetchone()
    atlas.warehouse.set_meta("last_seq", str(last[0] if last else 0))
    while line_sums.keep(atlas.warehouse, line_sums.every(atlas.reference.catalogue)):
        pass


def _fill(warehouse: Warehouse, lines: int) -> None:
    """Months in the order they would arrive, and the lines of each beside it."""
    months = max(lines // _LINES_A_MONTH, _MONTHS)
    homes = months // _MONTHS
    area = f"lpad(CAST(801001 + h % {_TAMBONS} AS VARCHAR), 6, '0')"
    village = f"{area} || lpad(CAST(1 + (h // {_TAMBONS}) % {_VILLAGES} AS VARCHAR), 2, '0')"
    with warehouse.transaction() as connection:
        connection.execute(f"""
            INSERT INTO "{_FORM}" (_seq, _instance_id, _area, _tambon, _received_at, household,
              account_month, consent, income_total, expense_total, not_needed_total, balance)
            SELECT i, 'uuid:' || i, {village}, {area}, '2026-11-21T03:00:00.000000+00:00', 'h' || h,
              CAST(DATE '2025-10-31' + INTERVAL (m) MONTH AS DATE), 'yes', 9000 + i % 977, 8000 + i % 1511,
              900 + i % 307, 1000 - i % 521
            FROM (SELECT i, i % {homes} AS h, i // {homes} AS m FROM range({months}) r(i))""")
        connection.execute(f"""
            INSERT INTO "{_FORM}/lines" (_seq, _instance_id, _area, _tambon, _key, _parent, line_kind,
              category, necessity, channel, amount_baht)
            SELECT s, 'uuid:' || s, {village}, {area}, CAST(k AS VARCHAR), '',
              CASE WHEN k < 4 THEN 'income' ELSE 'expense' END,
              ['wages', 'crop_sale', 'eggs', 'rice', 'fuel_travel', 'lottery', 'farm_fertiliser']
                [1 + (s * 31 + k) % 7],
              CASE WHEN (s + k) % 5 = 0 THEN 'not_needed' ELSE 'needed' END,
              ['cash', 'transfer', 'credit'][1 + (s // 3 + k) % 3], 10 + (s * 31 + k * 17) % 997
            FROM (SELECT i // {_LINES_A_MONTH} AS s, 1 + i % {_LINES_A_MONTH} AS k,
                  (i // {_LINES_A_MONTH}) % {homes} AS h FROM range({months * _LINES_A_MONTH}) r(i))""")
