"""Indicators: what a number is made of, how it rolls up, and what it says when there is little to say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import accounts_form
import offices
import pytest
from accounts_form import fill, month
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest import log, reference_values, tables
from ingest.access import Viewer
from ingest.doors import figures, telling_sql
from ingest.doors.cuts import Cut
from ingest.doors.figures import Figure
from ingest.reference_values import ReferenceValue
from reports import indicators
from reports.indicators import Answer, Question, answer, answers, ranking, trend
from streamlit_app.office import Office
from thai.periods import ALL_TIME, Period, parse_period
from thai.problem import Problem

BOSS = Viewer("boss@example.org", "administrator", "")
PLANNER = Viewer("planner@example.org", "planner", "")
V3, V4, OTHER = "80120603", "80120604", "80120201"
NOVEMBER, YEAR = parse_period("2025-11"), parse_period("FY2569")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office with an account book; every test fills in its own months."""
    with accounts_form.opened(tmp_path_factory.mktemp("indicators")) as opened:
        yield opened


def values(found: list[Answer]) -> dict[str, Decimal | None]:
    """The numbers by area."""
    return {one.area: one.value for one in found}


BOOK = [
    month(V3, "A", "2025-11-30",
          [("expense", "yes", "1200.50"), ("expense", "no", "300.25"), ("income", "yes", "5000")]),
    month(V3, "A", "2025-12-31", [("expense", "no", "100")]),
    month(V3, "B", "2025-11-30", [("expense", "yes", "499.25")]),
    month(V4, "C", "2025-11-30", [("income", "yes", "10")]),
    month(OTHER, "D", "2026-10-31", [("expense", "no", "7")]),
]  # fmt: skip


def test_money_is_summed_to_the_satang(office: Office) -> None:
    """November in village 3: 1,200.50 + 300.25 + 499.25 = 2,000.00 baht of spending, from three lines."""
    fill(office, BOOK)
    found = answer(office.atlas, BOSS, "trial.spent", V3, NOVEMBER)
    assert (found.value, found.n, found.unit) == (Decimal("2000.00"), 3, "baht")
    assert (found.area, found.period) == (V3, NOVEMBER)
    assert found.as_of == date(2026, 11, 21)


def test_a_village_without_spending_has_zero_and_one_without_data_has_none(office: Office) -> None:
    """Village 4 kept accounts and spent nothing: 0. Village 5 reported nothing: no number at all."""
    fill(office, BOOK)
    assert answer(office.atlas, BOSS, "trial.spent", V4, NOVEMBER).value == 0
    nobody = answer(office.atlas, BOSS, "trial.spent", "80120605", NOVEMBER)
    assert (nobody.value, nobody.blank, nobody.n) == (None, "no_data", 0)


def test_a_percentage_carries_what_it_was_made_of(office: Office) -> None:
    """Unneeded spending in village 3 in November: 1 of 4 lines = 25 %; the target of 20 % is missed."""
    fill(office, BOOK)
    found = answer(office.atlas, BOSS, "trial.unneeded", V3, NOVEMBER)
    assert (found.numerator, found.denominator, found.value) == (1, 4, 25)
    assert (found.target, found.good, found.reached) == (20, "down", False)


def test_mean_median_and_largest(office: Office) -> None:
    """Spending (1200.50+300.25+100+499.25)/4 = 525; the five lines 100, 300.25, 499.25, 1200.50, 5000."""
    fill(office, BOOK)
    mean = answer(office.atlas, BOSS, "trial.line_mean", V3)
    assert (mean.value, mean.numerator, mean.denominator) == (Decimal("525"), Decimal("2100"), 4)
    assert answer(office.atlas, BOSS, "trial.line_mid", V3).value == Decimal("499.25")
    assert answer(office.atlas, BOSS, "trial.line_most", V3).value == Decimal("5000")


def test_nothing_to_divide_by_is_said(office: Office) -> None:
    """Two households, nobody answered whether debt went down: 0 of 0 is no percentage."""
    fill(office, [month(V3, "A", "2025-11-30"), month(V3, "B", "2025-11-30")])
    found = answer(office.atlas, BOSS, "trial.debt_less", "801206", YEAR)
    assert (found.value, found.numerator, found.denominator, found.blank) == (None, 0, 0, "zero_denominator")


def test_a_household_counts_once_however_many_months_it_sent(office: Office) -> None:
    """A, B in village 3 (three months), C in 4, D elsewhere: 2 + 1 in the tambon, 4 in the province."""
    fill(office, BOOK)
    assert values(answers(office.atlas, BOSS, Question("trial.keeping", "village", "801206"))) == {
        V3: 2,
        V4: 1,
    }
    assert answer(office.atlas, BOSS, "trial.keeping", "801206").value == 3
    assert answer(office.atlas, BOSS, "trial.keeping", "80").value == 4
    assert answer(office.atlas, BOSS, "trial.keeping").value == 4


def test_the_fiscal_year_begins_in_october(office: Office) -> None:
    """31 October 2026 lies in fiscal year 2570, the other three months with spending in 2569; 50 baht of no
    day lie in none.
    """
    fill(office, [*BOOK, month(V3, "A", "2025-11-30", [("expense", "no", "50")]) | {"month": None}])
    found = answers(office.atlas, BOSS, Question("trial.spent", "province", by="fiscal_year"))
    assert [(one.period.name, one.value) for one in found] == [("FY2569", Decimal("2100.00")), ("FY2570", 7)]
    quarter = answer(office.atlas, BOSS, "trial.spent", "80", parse_period("2569-Q1"))
    assert quarter.value == Decimal("2100.00")
    assert answer(office.atlas, BOSS, "trial.spent", "80", parse_period("CY2569")).value == 7


def test_a_moment_lies_in_the_day_of_bangkok(office: Office) -> None:
    """Three in the morning of the first of October is still September in UTC, where it is kept."""
    fill(office, BOOK[:1])
    with office.atlas.warehouse.transaction() as connection:
        connection.execute("UPDATE trial SET told_at = TIMESTAMP '2026-09-30 20:00:00'")
    for condition, count in (("${told_at} >= '2026-10-01'", 1), ("${told_at} < '2026-10-01'", 0)):
        figure, known = Figure("trial", "count", where=condition), office.atlas.reference.catalogue
        (cell,) = figures.cells(office.atlas.warehouse.cursor(), known, BOSS, figure, Cut("country"))
        assert cell.numerator == count


def test_a_phase_is_any_span_of_days(office: Office) -> None:
    """From 1 December 2025 to 31 October 2026: 100 + 7 = 107 baht."""
    fill(office, BOOK)
    span = parse_period("2025-12-01..2026-10-31")
    assert answer(office.atlas, BOSS, "trial.spent", "80", span).value == 107
    assert parse_period("2568-12-01..2569-10-31") == parse_period("๒๕๖๘-๑๒-๐๑..2026-10-31") == span
    for unreadable in ("2568-12-01..2569-02-29", "2569-10-31..2568-12-01"):
        with pytest.raises(Problem, match="period_unreadable"):
            parse_period(unreadable)


def test_a_trend_shows_the_months_without_data_too(office: Office) -> None:
    """Three months up to December 2025: nothing, 2,000, 100."""
    fill(office, BOOK)
    found = trend(office.atlas, BOSS, "trial.spent", V3, parse_period("2025-12"), 3)
    assert [(one.period.name, one.value, one.blank) for one in found] == [
        ("2025-10", None, "no_data"), ("2025-11", Decimal("2000.00"), ""), ("2025-12", Decimal("100"), ""),
    ]  # fmt: skip


def test_equal_numbers_share_a_place(office: Office) -> None:
    """Less spending is better: 0 is first, two villages with 7 are both second, and the next is fourth."""
    rows = [
        month(area, area, "2025-11-30", [("expense", "yes", amount)])
        for area, amount in ((V3, "7"), (V4, "9"), (OTHER, "7"))
    ]
    fill(office, [*rows, month("80120605", "E", "2025-11-30", [("income", "yes", "1")])])
    placed = ranking(answers(office.atlas, BOSS, Question("trial.spent", "village")))
    assert [(place, one.area) for place, one in placed] == [(1, "80120605"), (2, OTHER), (2, V3), (4, V4)]


def test_the_records_behind_a_number(office: Office) -> None:
    """Village 3's November: two households' records, the newest first; village 4 spent nothing, so none."""
    fill(office, BOOK)
    assert indicators.records_behind(office.atlas, BOSS, "trial.spent", V3, NOVEMBER) == ["uuid:3", "uuid:1"]
    assert indicators.records_behind(office.atlas, BOSS, "trial.spent", V4, NOVEMBER) == []


def test_a_number_of_the_form_is_not_added_with_each_of_its_lines(office: Office) -> None:
    """One household owes 1,000 and wrote two lines of 100: its debt is no 2,000, so it is not told."""
    fill(office, [month(V3, "A", "2025-11-30", [("expense", "yes", "100")] * 2, debt=1000)])
    catalogue, cursor = office.atlas.reference.catalogue, office.atlas.warehouse.cursor()
    for measure, of, split in (
        ("ratio", ("lines/amount", "debt"), ""),
        ("net", ("debt", "lines/amount"), ""),
        ("sum", ("debt",), "lines/side"),
    ):
        figure = Figure("trial", measure, of, split=split)
        with pytest.raises(Problem, match="figure_counts_twice"):
            figures.cells(cursor, catalogue, BOSS, figure, Cut("country"))


def test_how_households_stand_at_a_years_end_is_told_at_home_alone(office: Office) -> None:
    """Of six that had less debt in 2568 one has more in 2569: a neighbour would learn of the one."""
    months = homes(V3, 6, debt_less="yes")
    fill(office, [*months, month(V3, months[0]["household"], "2026-11-30", debt_less="no")])
    catalogue, cursor = office.atlas.reference.catalogue, office.atlas.warehouse.cursor()
    figure = Figure("trial", "share", (), "${debt_less} = 'yes'", latest="@household")
    cuts = [Cut("tambon", "8012", parse_period(year)) for year in ("FY2569", "FY2570")]
    at_home = [figures.cells(cursor, catalogue, BOSS, figure, cut)[0].numerator for cut in cuts]
    assert at_home == [6, 5]
    assert not any(figures.cells(cursor, catalogue, NEIGHBOUR, figure, cut) for cut in cuts)


def test_ten_households_in_each_village(office: Office) -> None:
    """10 a village; a tambon of 7 villages is measured against 70, and a month against nothing."""
    fill(office, BOOK)
    loaded = [
        ReferenceValue("count", "villages", "801206", "", "7", source="ทะเบียน", as_of="2025-10-01"),
        ReferenceValue("target", "trial.keeping", V4, "FY2569", "12"),
    ]
    with log.writing(office.atlas.log) as connection:
        reference_values.add(connection, loaded[:1], "boss")
    office.atlas.refresh()
    assert answer(office.atlas, BOSS, "trial.keeping", V3, YEAR).target == 10
    assert answer(office.atlas, BOSS, "trial.keeping", "801206", YEAR).target == 70
    assert answer(office.atlas, BOSS, "trial.keeping", "801206", NOVEMBER).target is None
    with log.writing(office.atlas.log) as connection:
        reference_values.add(connection, loaded[1:], "boss")
    office.atlas.refresh()
    assert answer(office.atlas, BOSS, "trial.keeping", V4, YEAR).target == 12
    assert answer(office.atlas, BOSS, "trial.keeping", "801202", YEAR).target is None


def test_bodies_that_are_no_prefix_of_a_code(office: Office) -> None:
    """A municipality takes village 4 out of its tambon: 3 months stay with the tambon, 1 goes over."""
    fill(office, BOOK)
    members = [ReferenceValue("member", "lao", "801206", "", "6801201", "อบต.เกาะทวด"),
               ReferenceValue("member", "lao", V4, "", "5801202", "ทต.")]  # fmt: skip
    with log.writing(office.atlas.log) as connection:
        reference_values.add(connection, members, "boss")
    office.atlas.refresh()
    found = answers(office.atlas, BOSS, Question("trial.months", "lao", "801206"))
    assert values(found) == {"6801201": 3, "5801202": 1}


def test_provinces_of_a_group_are_counted_together(office: Office) -> None:
    """Five months of one province and one of another; of A, B, C, D the second knows B; 2,107 + 3 baht."""
    fill(office, [*BOOK, month("84010101", "B", "2025-11-30", [("expense", "no", "3")])])
    members = [
        ReferenceValue("member", "province_group", code, "", "south", "ภาคใต้") for code in ("80", "84")
    ]
    with log.writing(office.atlas.log) as connection:
        reference_values.add(connection, members, "boss")
    office.atlas.refresh()
    for name, value in (("trial.months", 6), ("trial.keeping", 4), ("trial.spent", Decimal("2110.00"))):
        [found] = answers(office.atlas, BOSS, Question(name, "province_group"))
        assert (found.area, found.value) == ("south", value)


def test_what_cannot_be_asked_is_refused_with_a_remedy(office: Office) -> None:
    """A name nobody defined, a level nobody filled, a figure of answers that a planner may not see."""
    for viewer, question, code in (
        (BOSS, Question("trial.spend"), "indicator_unknown"),
        (BOSS, Question("trial.spent", "region"), "level_unknown"),
        (PLANNER, Question("trial.debt_total", "tambon"), "figure_closed"),
    ):
        with pytest.raises(Problem) as caught:
            answers(office.atlas, viewer, question)
        assert caught.value.code == code
        assert caught.value.remedy.th


AREAS = [V3, V4, "80120605", OTHER, "80120202", "80130101", "84010101"]
MONTHS = st.builds(
    lambda area, household, day, lines, less: month(
        area, area + household, day, lines, debt_less=less
    ),
    st.sampled_from(AREAS),
    st.sampled_from("ABCDEFG"),
    st.sampled_from(["2025-09-30", "2025-11-30", "2026-01-31", "2026-10-31"]),
    st.lists(
        st.tuples(st.sampled_from(["income", "expense"]), st.sampled_from(["yes", "no"]),
                  st.decimals(0, 9999, places=2).map(str)), max_size=3),
    st.sampled_from(["yes", "no", ""]),
)  # fmt: skip
BOOKS = st.lists(MONTHS, min_size=1, max_size=30)
quick = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@quick
@given(book=BOOKS)
def test_what_rolls_up_equals_what_is_counted_directly(office: Office, book: list[dict[str, Any]]) -> None:
    """Households and villages, added, give the tambon, and tambons the province, to the satang."""
    fill(office, book)
    for name in ("trial.spent", "trial.keeping", "trial.months"):
        by_level = {
            level: values(answers(office.atlas, BOSS, Question(name, level)))
            for level in ("household", "village", "tambon", "province", "country")
        }
        for code, value in by_level["province"].items():
            for level in ("village", "tambon"):
                parts = [part or 0 for area, part in by_level[level].items() if area.startswith(code)]
                assert sum(parts) == value
            of_its_own = answer(office.atlas, BOSS, name, code)
            assert of_its_own.value == value
        assert sum(value or 0 for value in by_level["household"].values()) == (
            by_level["country"].get("") or 0
        )
        spent = sum(
            (amount for one in book for side, _, amount in one["lines"] if side == "expense"), Decimal(0)
        )
        if name == "trial.spent":
            assert (by_level["country"].get("") or 0) == spent


NEIGHBOUR = Viewer("far@example.org", "planner", "801202")
QUESTIONS = [
    Question(f"trial.{name}", level, "", period, by)
    for name in ("keeping", "spent", "debt_less")
    for level in ("village", "tambon", "amphoe", "country")
    for period, by in ((ALL_TIME, "fiscal_year"), (ALL_TIME, ""), (ALL_TIME, "month"))
]


def told(office: Office, viewer: Viewer) -> list[Any]:
    """All that a viewer can learn by asking every question."""
    return [
        (question, one.area, one.period, one.value, one.numerator, one.denominator, one.n)
        for question in QUESTIONS
        for one in answers(office.atlas, viewer, question)
        if not one.blank
    ]  # fmt: skip


def small(book: list[dict[str, Any]]) -> set[tuple[str, int]]:
    """Tambons and fiscal years, outside the neighbour's own, in which fewer than five households stand."""
    seen: dict[tuple[str, int], set[str]] = {}
    for one in book:
        year = one["month"].year + (one["month"].month >= 10)
        seen.setdefault((one["area"][:6], year), set()).add(one["household"])
    return {key for key, homes in seen.items() if len(homes) < 5 and not key[0].startswith("801202")}


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(book=BOOKS)
def test_what_is_held_back_is_in_no_other_number(office: Office, book: list[dict[str, Any]]) -> None:
    """Whatever four households wrote, a neighbour's numbers stay the same: nothing can be subtracted."""
    hidden = small(book)

    def key(one: dict[str, Any]) -> tuple[str, int]:
        return one["area"][:6], one["month"].year + (one["month"].month >= 10)

    changed = [
        one | {"lines": [*one["lines"], ("expense", "no", Decimal(9))], "debt_less": "yes"}
        if key(one) in hidden
        else one
        for one in book
    ]  # fmt: skip
    fill(office, book)
    before = told(office, NEIGHBOUR)
    fill(office, changed)
    assert told(office, NEIGHBOUR) == before
    with pytest.MonkeyPatch.context() as patch:  # as if a form had more kinds of rows than a number has bits
        patch.setattr(telling_sql, "PLACES", 1)
        assert told(office, NEIGHBOUR) == before


def homes(area: str, n: int, **answers_: Any) -> list[dict[str, Any]]:
    """A month of each of n households in a village."""
    return [
        month(area, f"{area}{number}", "2025-11-30", [("expense", "yes", "10")], **answers_)
        for number in range(n)
    ]


def test_four_households_are_told_to_nobody_outside(office: Office) -> None:
    """Ko Thuat has 4 households, Khlong Noi 6: a third tambon's planner gets 6, and 6 for the amphoe too."""
    fill(office, [*homes(V3, 4), *homes(OTHER, 6)])
    viewer = Viewer("near@example.org", "planner", "801203")
    found = {
        one.area: one
        for one in answers(office.atlas, viewer, Question("trial.keeping", "tambon", "8012", YEAR))
    }
    assert (found["801206"].value, found["801206"].blank, found["801206"].held_back) == (None, "withheld", 1)
    assert found["801202"].value == 6
    amphoe = answer(office.atlas, viewer, "trial.keeping", "8012", YEAR)
    assert (amphoe.value, amphoe.held_back) == (6, 1)
    at_home = Viewer("home@example.org", "planner", "801206")
    assert answer(office.atlas, at_home, "trial.keeping", "801206").value == 4


def test_the_few_on_either_side_of_a_condition_count_too(office: Office) -> None:
    """Of 9 households 8 reduced their debt: telling 8 of 9 tells of one. 9 of 9 and 5 of 10 may be told."""
    viewer = Viewer("near@example.org", "planner", "801203")
    for yes, no, value in ((8, 1, None), (9, 0, 100), (5, 5, 50), (0, 6, 0)):
        book = [*homes(V3, yes, debt_less="yes"), *homes(V4, no, debt_less="no")]
        fill(office, book)
        assert answer(office.atlas, viewer, "trial.debt_less", "801206", YEAR).value == value


MET = {
    "trial.less": ("yes",).__contains__,
    "trial.not_more": ("yes", "").__contains__,
    "trial.keeping": ("yes", "no", "").__contains__,
}
FAR = Viewer("near@example.org", "planner", "801203")


def elsewhere(office: Office) -> dict[str, Decimal | None]:
    """What a planner of another tambon is told of the households of Ko Thuat."""
    return {name: answer(office.atlas, FAR, name, "801206", YEAR).value for name in MET}


def test_one_indicator_less_another_tells_of_nobody(office: Office) -> None:
    """10 households reduced debt, 7 did not, 3 say nothing: 13 less 10 would be those 3, and is held back."""
    for blank, told in ((3, None), (5, 15)):
        book = [*homes(V3, 10, debt_less="yes"), *homes(V4, 7, debt_less="no"), *homes(f"{V3[:7]}9", blank)]
        fill(office, book)
        assert elsewhere(office) == {"trial.less": 10, "trial.not_more": told, "trial.keeping": 17 + blank}


SAID = st.lists(st.sampled_from(["yes", "no", ""]), min_size=1, max_size=2).map(tuple)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(groups=st.dictionaries(SAID, st.integers(1, 12), max_size=5))
def test_no_group_that_told_numbers_set_apart_is_small(
    office: Office, groups: dict[tuple[str, ...], int]
) -> None:
    """Whatever a planner adds and subtracts is about groups that the told conditions set apart."""
    book = [
        month(V3, f"{answers_}{number}", day, debt_less=said)
        for answers_, n in groups.items()
        for number in range(n)
        for said, day in zip(answers_, ("2025-11-30", "2025-12-31"), strict=False)
    ]
    fill(office, book)
    told = [met for name, met in MET.items() if elsewhere(office)[name] is not None]
    months = Counter[tuple[bool, ...]]()
    households = Counter[tuple[bool, ...]]()
    for answers_, n in groups.items():
        by_month = {tuple(met(said) for met in told) for said in answers_}
        months.update(dict.fromkeys(by_month, n))
        households[tuple(any(column) for column in zip(*by_month, strict=True))] += n
    if told:
        assert min([*months.values(), *households.values()]) >= 5


def test_a_sum_that_one_household_makes_up_is_told_at_home_only(office: Office) -> None:
    """Five spend 10 and one 500: less the two largest 40 are left, under a tenth of 500. With 400 it is told.

    Households are counted either way. Two large ones hide one another no better than one.
    """
    few = homes(V3, 5)
    for large, told in ((500, None), (400, 450)):
        book = [*few, month(V4, "large", "2025-11-30", [("expense", "yes", str(large))])]
        fill(office, book)
        assert answer(office.atlas, FAR, "trial.spent", "801206", YEAR).value == told
        assert answer(office.atlas, FAR, "trial.line_mean", "801206", YEAR).blank == (
            "" if told else "withheld"
        )
        assert answer(office.atlas, FAR, "trial.keeping", "801206", YEAR).value == 6
        assert answer(office.atlas, BOSS, "trial.spent", "801206", YEAR).value == 50 + large
    fill(office, [*book, month(V4, "second", "2025-11-30", [("expense", "yes", "700")])])
    assert answer(office.atlas, FAR, "trial.spent", "801206", YEAR).blank == "withheld"


def test_the_median_of_a_year_does_not_tell_who_came_after_a_month(office: Office) -> None:
    """Five in November and one in December: of a year of six the sixth could be reckoned, of ten nobody."""
    cursor, known = office.atlas.warehouse.cursor(), office.atlas.reference.catalogue
    median = indicators.definition(office.atlas, "trial.line_mid").figure
    for later, hidden in ((1, {(V3, "")}), (5, set())):
        december = [one | {"month": date(2025, 12, 31)} for one in homes(f"{V3[:7]}9", later)]
        fill(office, [*homes(V3, 5), *(one | {"area": V3} for one in december)])
        assert figures.hidden(cursor, known, BOSS, median, Cut("village", V3, YEAR), "month") == hidden


def test_households_of_two_years_together_are_told_at_home_only(office: Office) -> None:
    """Six in each year, seven in both: the seventh would be the one household that joined."""
    book = [*homes(V3, 6), *(one | {"month": date(2026, 11, 30)} for one in homes(V3, 7)[1:])]
    fill(office, book)
    assert answer(office.atlas, FAR, "trial.keeping", "801206", YEAR).value == 6
    assert answer(office.atlas, FAR, "trial.keeping", "801206").blank == "withheld"
    assert answer(office.atlas, BOSS, "trial.keeping", "801206").value == 7


def test_villages_and_months_elsewhere_are_not_told(office: Office) -> None:
    """However many households: outside the own area there are whole tambons and whole years only."""
    fill(office, homes(V3, 40))
    viewer = Viewer("near@example.org", "planner", "801203")
    assert answers(office.atlas, viewer, Question("trial.spent", "village")) == []
    assert answer(office.atlas, viewer, "trial.spent", V3).blank == "withheld"
    assert answer(office.atlas, viewer, "trial.spent", "801206", NOVEMBER).blank == "withheld"
    assert answer(office.atlas, viewer, "trial.spent", "801206", YEAR).value == 400
    assert indicators.records_behind(office.atlas, viewer, "trial.spent", "801206") == []


def test_bodies_that_part_a_tambon_are_told_at_home_only(office: Office) -> None:
    """Six houses, one of them in the municipality: its own number would be one household's.

    Where every body is made of whole tambons, the same planner is told.
    """
    fill(office, [*homes(V3, 5), *homes(V4, 1)])
    whole = ReferenceValue("member", "lao", "801206", "", "6801201", "อบต.เกาะทวด")
    question = Question("trial.keeping", "lao", "", YEAR)
    with log.writing(office.atlas.log) as connection:
        connection.execute(tables.reference_value.delete())
        reference_values.add(connection, [whole], "boss")
    office.atlas.refresh()
    assert values(answers(office.atlas, FAR, question)) == {"6801201": 6}
    with log.writing(office.atlas.log) as connection:
        reference_values.add(connection, [replace(whole, area=V4, value="5801202")], "boss")
    office.atlas.refresh()
    assert values(answers(office.atlas, FAR, question)) == {}
    assert values(answers(office.atlas, BOSS, question)) == {"6801201": 5, "5801202": 1}


def test_personal_answers_are_summed_at_home_only(office: Office) -> None:
    """An officer gets his own tambon's debt, and of the amphoe around it nothing."""
    fill(office, [*homes(V3, 6, debt=100), *homes(OTHER, 6, debt=50)])
    officer = Viewer("officer@example.org", "officer", "801206")
    assert answer(office.atlas, officer, "trial.debt_total", "801206", YEAR).value == 600
    assert answer(office.atlas, officer, "trial.debt_total", "8012", YEAR).blank == "withheld"
    assert answer(office.atlas, officer, "trial.debt_total", "801202", YEAR).blank == "withheld"


def test_a_month_of_the_year_as_a_period_of_another_kind() -> None:
    """What addresses and commands write is what they read, in both eras and in Thai digits."""
    for text, name in (
        ("2569-10", "2026-10"), ("๒๕๖๙-๑๐", "2026-10"), ("Q2/2569", "2569-Q2"), ("ไตรมาส 2/2569", "2569-Q2"),
        ("ปีงบประมาณ 2569", "FY2569"), ("2569", "FY2569"), ("CY2026", "CY2569"), ("all", "all"),
        ("2012-02-01..2012-09-30", "2012-02-01..2012-09-30"),
    ):  # fmt: skip
        period = parse_period(text)
        assert period.name == name
        assert parse_period(period.name) == period
    assert parse_period("2569-Q2") == Period("quarter", date(2026, 1, 1), date(2026, 3, 31))
    assert parse_period("2569-Q1").label() == "ไตรมาส 1 ปีงบ 2569"
    for text in ("2569-13", "เดือนหน้า", "2012-09-30..2012-02-01", "Q5/2569"):
        with pytest.raises(Problem) as caught:
            parse_period(text)
        assert caught.value.code == "period_unreadable"


def test_a_form_that_asks_for_no_date_has_numbers_of_all_time_alone(tmp_path: Path) -> None:
    """A number of November from records without a day would be a number of something else: it is refused."""
    sheets = {
        "survey": """
            | type                             | name   | label | privacy |
            | select_one_from_file tambons.csv | tambon | ตำบล  | public  |
            | integer                          | wells  | บ่อน้ำ  | public  |
        """
    }
    with accounts_form.opened(tmp_path, sheets) as undated:
        schema = undated.atlas.reference.catalogue.newest("trial").schema
        offices.send(undated, offices.submission(schema, {"tambon": "801206", "wells": "3"}))
        wells = figures.Figure("trial", "sum", ("wells",))

        def asked(cut: Cut) -> list[figures.Cell]:
            atlas = undated.atlas
            return figures.cells(atlas.warehouse.cursor(), atlas.reference.catalogue, BOSS, wells, cut)

        assert [one.value for one in asked(Cut("tambon", "801206"))] == [3]
        for cut in (Cut("tambon", "801206", NOVEMBER), Cut("tambon", "801206", by="month")):
            with pytest.raises(Problem) as refused:
                asked(cut)
            assert refused.value.code == "figure_undated"
