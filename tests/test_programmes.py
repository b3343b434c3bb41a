"""The programmes' indicators on data small enough to count by hand; the arithmetic stands with each test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import offices
import pytest

from ingest import log, reference_values
from ingest.access import Viewer
from ingest.doors import units
from ingest.identifiers import quoted
from ingest.reference_values import ReferenceValue
from reports import breakdowns, coverage, debt_by_occupation, expiring, indicators
from reports.indicators import Question
from reports.programmes import programmes, read
from streamlit_app.numbers import breakdown_panel
from streamlit_app.office import Office
from thai.periods import ALL_TIME, parse_period
from thai.problem import Problem

BOSS = Viewer("boss@example.org", "administrator", "")
YEAR = parse_period("FY2569")
TAMBONS = [f"8012{number:02d}" for number in range(1, 13)]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office with every shipped form; each test fills the tables it needs."""
    with offices.opened(tmp_path_factory.mktemp("programmes") / "data") as office:
        yield office


def fill(office: Office, table: str, rows: list[dict[str, Any]]) -> None:
    """Make these the only rows of a form's or repeat's table."""
    with office.atlas.warehouse.transaction() as connection:
        connection.execute(f"DELETE FROM {quoted(table)}")
        for seq, row in enumerate(rows, 1):
            own = {"_seq": seq, "_instance_id": f"uuid:{table}-{seq}"}
            own |= row if "/" in table else {"visit_date": "2026-01-15"} | row
            names, marks = ", ".join(quoted(name) for name in own), ", ".join("?" * len(own))
            connection.execute(f"INSERT INTO {quoted(table)} ({names}) VALUES ({marks})", list(own.values()))


def value(office: Office, name: str, area: str = "80", period: Any = YEAR) -> Any:
    """Value, numerator and denominator."""
    found = indicators.answer(office.atlas, BOSS, name, area, period)
    return found.value, found.numerator, found.denominator


def test_every_indicator_of_every_programme_can_be_asked(shipped: Office) -> None:
    """Forms, questions and conditions exist; on no data each says that there is none."""
    known = indicators.definitions(shipped.atlas)
    for programme in programmes().values():
        for one in programme.indicators:
            assert one.name in known, one.name
            for period in (ALL_TIME, YEAR):
                indicators.answer(shipped.atlas, BOSS, one.name, "99", period)
        for one in programme.breakdowns:
            assert breakdowns.parts(shipped.atlas, BOSS, one, "99") == []


def test_every_unit_of_a_programme_has_a_word() -> None:
    """``5 area`` would stand on a Thai paper otherwise."""
    known = units.WORDS.keys() | units.LAND_M2.keys() | {"baht", ""}
    for programme in programmes().values():
        assert {one.unit for one in (*programme.indicators, *programme.breakdowns)} <= known


def test_a_programme_with_a_word_too_many_is_refused() -> None:
    """A misspelt key would be a condition that nobody applies."""
    with pytest.raises(ValueError, match="wehre"):
        read(
            "x",
            'title={th="ก",en="x"}\n[[indicator]]\nname="a"\nth="ก"\nen="a"\n'
            'figure={form="f",measure="count",wehre="x"}',
        )


def test_projects_and_money_a_tambon(shipped: Office) -> None:
    """Twelve tambons (n = 12). 36 self-done projects: 36/12 = 3. 47 of LAOs: 47/12 = 3.9166…

    10,766,200/12 = 897,183.33 baht. 19 from outside: 19/12 = 1.5833…, 32,055,000/12 = 2,671,250 baht.
    """

    def placed(number: int) -> dict[str, Any]:
        tambon = TAMBONS[number % 12]
        return {"_area": tambon, "_tambon": tambon}

    fill(
        shipped,
        "project_proposal",
        [placed(number) | {"doer_tier": "group" if number % 2 else "household"} for number in range(36)]
        + [placed(number) | {"doer_tier": "lao"} for number in range(47)],
    )
    lao = [
        placed(number)
        | {
            "project": f"l{number}",
            "budget_kind": "lao",
            "decision": "approved",
            "granted_baht": Decimal("229068") if number else Decimal("229072"),
        }
        for number in range(47)
    ]
    outside = [
        placed(number)
        | {
            "project": f"o{number}",
            "budget_kind": "agency" if number % 2 else "private",
            "decision": "partly",
            "granted_baht": Decimal("1687105") if number else Decimal("1687110"),
        }
        for number in range(19)
    ]
    assert sum(row["granted_baht"] for row in lao) == 229068 * 46 + 229072 == 10766200
    assert sum(row["granted_baht"] for row in outside) == 1687105 * 18 + 1687110 == 32055000
    fill(shipped, "budget_match", lao + outside)

    assert value(shipped, "nakhon.i04") == (3, 36, 12)
    assert value(shipped, "nakhon.i05")[1:] == (47, 12)
    assert round(value(shipped, "nakhon.i05")[0], 1) == Decimal("3.9")
    assert round(value(shipped, "nakhon.i05_baht")[0], 2) == Decimal("897183.33")
    assert round(value(shipped, "nakhon.i06")[0], 2) == Decimal("1.58")
    assert value(shipped, "nakhon.i06_baht") == (2671250, 32055000, 12)


def test_nineteen_projects_in_the_provincial_plan(shipped: Office) -> None:
    """18 projects of 1,666,726 and one of 1,666,732 baht: 30,001,068 + 1,666,732 = 31,667,800."""
    rows = [
        {
            "_area": TAMBONS[0],
            "_tambon": TAMBONS[0],
            "project": f"p{number}",
            "budget_kind": "province",
            "decision": "approved",
            "target_plan": "province",
            "granted_baht": Decimal(1666726 if number else 1666732),
        }
        for number in range(19)
    ]
    fill(shipped, "budget_match", rows)
    assert value(shipped, "nakhon.i07")[0] == 19
    assert value(shipped, "nakhon.i07_baht")[0] == 31667800


def test_account_households_against_the_target(shipped: Office) -> None:
    """984 of 6,150 are 16.0 %, whatever words say; 984 in 123 villages are 8 a village, below 10."""
    rows = [
        {
            "_area": f"801206{number % 123 % 99 + 1:02d}"
            if number % 123 < 99
            else f"801202{number % 123 - 98:02d}",
            "_tambon": "801206",
            "household": f"h{number}",
            "account_month": "2025-11-30",
            "consent": "yes",
        }
        for number in range(984)
    ]
    fill(shipped, "household_account_month", [*rows, rows[0], rows[1] | {"household": "x", "consent": "no"}])
    with log.writing(shipped.atlas.log) as connection:
        target = ReferenceValue("count", "account_target", "80", "", "6150", source="001:46")
        reference_values.add(connection, [target], "boss")
    shipped.atlas.refresh()
    assert value(shipped, "nakhon.i08", period=ALL_TIME) == (16, 984, 6150)
    assert value(shipped, "nakhon.i09", period=ALL_TIME) == (8, 984, 123)
    assert value(shipped, "abc.5_1_1")[0] == 984


def test_households_that_keep_on(shipped: Office) -> None:
    """A wrote six different months, B five months and one of them twice: one household keeps on."""
    months = [f"2025-{number:02d}-28" for number in (10, 11, 12)] + [
        f"2026-{number:02d}-28" for number in (1, 2, 3)
    ]
    rows = [{"household": "A", "account_month": day} for day in months]
    rows += [{"household": "B", "account_month": day} for day in [*months[:5], months[0]]]
    place = {"_area": "80120603", "_tambon": "801206", "consent": "yes"}
    fill(shipped, "household_account_month", [place | row for row in rows])
    assert value(shipped, "abc.5_1_1_continuous")[0] == 1


def test_thirty_percent_of_villages_plan_with_data(shipped: Office) -> None:
    """Three villages of ten; one of them said no later, another was counted twice: 2 of 10 = 20 %.

    Of the tambon's four 50 %; of the amphoe's nobody knows how many there are beside those four.
    """
    rows = [
        ("01", "2025-11-01", "yes"),
        ("02", "2025-11-01", "yes"),
        ("02", "2026-01-01", "yes"),
        ("03", "2025-11-01", "yes"),
        ("03", "2026-02-01", "no"),
    ]
    fill(
        shipped,
        "village_status",
        [
            {
                "_area": f"801206{moo}",
                "_tambon": "801206",
                "visit_date": day,
                "has_plan": "yes",
                "plan_uses_data": used,
            }
            for moo, day, used in rows
        ],
    )
    with log.writing(shipped.atlas.log) as connection:
        loaded = {"80": "10", "801206": "4"}
        counts = [ReferenceValue("count", "villages", code, "", n) for code, n in loaded.items()]
        reference_values.add(connection, counts, "boss")
    shipped.atlas.refresh()
    found = indicators.answer(shipped.atlas, BOSS, "abc.5_2_3", "80", YEAR)
    assert (found.value, found.numerator, found.denominator, found.target) == (20, 2, 10, 30)
    assert found.reached is False
    assert indicators.answer(shipped.atlas, BOSS, "abc.5_2_3", "801206", YEAR).value == 50
    amphoe = indicators.answer(shipped.atlas, BOSS, "abc.5_2_3", "8012", YEAR)
    assert (amphoe.value, amphoe.denominator, amphoe.blank) == (None, None, "no_count")


def test_a_withdrawn_project_is_not_funded(shipped: Office) -> None:
    """Of four projects two were granted money; one grant was taken back, the other only by half; a later
    refusal by another source takes nothing away: 1 of 4 = 25 %.
    """
    place = {"_area": "80120603", "_tambon": "801206"}
    fill(shipped, "project_proposal", [place] * 4)
    fill(
        shipped,
        "budget_match",
        [
            place | {"visit_date": day, "project": project, "decision": decision, "granted_baht": granted,
                     "returned_baht": returned}
            for project, decision, day, granted, returned in (
                ("a", "approved", "2026-01-01", 100, None),
                ("a", "withdrawn", "2026-02-01", None, 50),
                ("a", "rejected", "2026-03-01", None, None),
                ("b", "partly", "2026-01-01", 70, None),
                ("b", "withdrawn", "2026-02-01", None, 70),
                ("c", "rejected", "2026-02-01", None, None),
            )
        ],
    )  # fmt: skip
    assert value(shipped, "abc.5_3_2") == (25, 1, 4)


def test_the_newest_assessment_of_a_tambon_counts(shipped: Office) -> None:
    """Two tambons: 2 then 4, and 5: (4 + 5) / 2 = 4.5 of 5; criterion 1 is met by one of two: 50 %."""
    fill(
        shipped,
        "tambon_self_assessment",
        [
            {"_area": area, "_tambon": area, "visit_date": day, "aspect_account": score, "criteria_met": met}
            for area, day, score, met in (
                ("801206", "2025-11-01", "2", "c1"),
                ("801206", "2026-01-01", "4", "c1 c2"),
                ("801202", "2026-01-01", "5", "c2"),
            )
        ],
    )
    assert value(shipped, "north.aspect_account") == (Decimal("4.5"), 9, 2)
    assert value(shipped, "north.criterion_1") == (50, 1, 2)
    assert value(shipped, "north.assessed")[0] == 2


def test_how_provinces_stand(shipped: Office) -> None:
    """The newest word of five: four solve problems (4 of 5 = 80 %), one is strong (1 of 5 = 20 %).

    Governors changed in two of them, after 5 and 3 years of work: (5 + 3) / 2 = 4. In the first, 1 of 4
    districts has a tambon that stayed (25 %), and 30 volunteers stand beside 20 officials (30 / 20 = 1.5).
    """
    years = {"80": (5, 2), "81": (9, 0), "82": (3, 1), "83": (1, 0), "84": (None, None)}
    rows: list[dict[str, Any]] = [{"_area": "80", "province": "80", "visit_date": "2025-11-01",
                                   "residents_solve": "no", "strong_province": "yes"}]  # fmt: skip
    for province, (worked, governors) in years.items():
        rows.append({
            "_area": province, "province": province, "residents_solve": "no" if province == "84" else "yes",
            "strong_province": "yes" if province == "83" else "no", "years_worked": worked,
            "governors_changed": governors, "amphoe_total": 4, "volunteers": 30, "officials": 20,
        })  # fmt: skip
    fill(shipped, "province_programme", rows)
    chosen = (("8012", "working"), ("8012", "chosen"), ("8013", "left"))
    fill(shipped, "province_programme/tambons", [
        {"_seq": 2, "_key": str(number), "_parent": "", "_area": "80", "chosen_amphoe": amphoe,
         "chosen_state": state}
        for number, (amphoe, state) in enumerate(chosen)
    ])  # fmt: skip

    assert value(shipped, "abc.i30", "") == (80, 4, 5)
    assert value(shipped, "abc.i33", "") == (20, 1, 5)
    assert value(shipped, "abc.i31", "") == (4, 8, 2)
    assert value(shipped, "abc.w09_amphoes") == (25, 1, 4)
    assert value(shipped, "abc.w09_volunteers") == (Decimal("1.5"), 30, 20)
    reached = indicators.answer(shipped.atlas, BOSS, "abc.w09_amphoes", "80", YEAR).reached
    assert reached is False


def test_the_four_working_approaches_by_what_they_leave_behind(shipped: Office) -> None:
    """Of 3 local authorities 2 joined, one twice; of 2 trainings 1 was held; 3 forums; 1 lesson."""
    authorities = [("A", "joined"), ("B", "applied"), ("C", "joined"), ("C", "joined")]
    fill(
        shipped,
        "lao_opt_in",
        [{"_area": "801206", "lao_name": name, "status": one} for name, one in authorities],
    )
    fill(shipped, "training_event", [{"_area": "801206", "status": one} for one in ("held", "planned")])
    fill(shipped, "forum_record", [{"_area": "801206"}] * 3)
    fill(shipped, "lesson_learned", [{"_area": "801206"}])
    found = [
        value(shipped, f"north.approach_{one}")[0] for one in ("support", "training", "exchange", "analysis")
    ]
    assert found == [2, 1, 3, 1]


def test_ticks_of_the_newest_review(shipped: Office) -> None:
    """11 ticks of 25 are 44 %; the first criterion is ticked in two of three rows of the newest review."""
    place = {"_area": "801206", "_tambon": "801206"}
    fill(
        shipped,
        "sii_people",
        [
            place | {"visit_date": "2025-11-01", "tick_total": 3, "tick_possible": 25},
            place | {"visit_date": "2026-01-01", "tick_total": 11, "tick_possible": 25},
        ],
    )
    ticks = [(1, "c1"), (2, "c1 c3"), (2, "c2"), (2, "c1")]
    fill(
        shipped,
        "sii_people/rows",
        [
            place | {"_seq": seq, "_key": str(key), "_parent": "", "row_kind": "youth", "ticks": ticked}
            for key, (seq, ticked) in enumerate(ticks)
        ],
    )
    assert value(shipped, "sii.people") == (44, 11, 25)
    found = value(shipped, "sii.people_1")
    assert found[1:] == (2, 3)


def test_five_criteria_and_the_tests_before_and_after(shipped: Office) -> None:
    """Relevance 4 and 5: 4.5. 30 of 40 gained: 75 %. 13,873,500 baht for 12,810 people: 1,083.02 each."""
    place = {"_area": "80", "_tambon": ""}
    fill(shipped, "course_evaluation", [place | {"score_relevance": score} for score in ("4", "5")])
    fill(
        shipped,
        "pre_post_test",
        [place | {"people_gained": 10, "people": 15}, place | {"people_gained": 20, "people": 25}],
    )
    fill(
        shipped,
        "training_event",
        [
            place | {"status": "held", "people": 12810, "budget_baht": Decimal(13873500)},
            place | {"status": "planned", "people": 99, "budget_baht": Decimal(1)},
        ],
    )
    assert value(shipped, "codi.relevance")[0] == Decimal("4.5")
    assert value(shipped, "codi.gained") == (75, 30, 40)
    assert round(value(shipped, "codi.baht_per_person")[0], 2) == Decimal("1083.02")


def test_spending_by_category_finds_what_the_village_could_make(shipped: Office) -> None:
    """Eggs 900 + 300 of 2,000 baht: 60 %; fuel 500; vegetables 300. Eggs come first."""
    place = {"_area": "80120603", "_tambon": "801206"}
    fill(
        shipped,
        "household_account_month",
        [place | {"account_month": "2025-11-30", "household": home} for home in "AB"],
    )
    lines = [(1, "eggs", "900"), (2, "eggs", "300"), (1, "fuel_travel", "500"), (2, "vegetable_fruit", "300")]
    fill(
        shipped,
        "household_account_month/lines",
        [
            place
            | {
                "_seq": seq,
                "_key": str(key),
                "_parent": "",
                "line_kind": "expense",
                "category": category,
                "amount_baht": Decimal(amount),
            }
            for key, (seq, category, amount) in enumerate(lines)
        ],
    )
    asked = breakdowns.known(shipped.atlas)["livelihood.by_category"]
    found = breakdowns.parts(shipped.atlas, BOSS, asked, "801206", parse_period("2025-11"))
    assert [(one.answer, one.value, one.share) for one in found] == [
        ("eggs", 1200, 60),
        ("fuel_travel", 500, 25),
        ("vegetable_fruit", 300, 15),
    ]
    assert found[0].label["th"] == "ไข่"
    assert [part.answer for part, _ in breakdowns.enterprise_ideas(found)] == ["eggs", "vegetable_fruit"]


def test_money_moves_from_roads_to_quality_of_life(shipped: Office) -> None:
    """2568: 80 of 100 for infrastructure; 2569: 30 of 100. The shift is read year by year."""
    place = {"_area": "80120603", "_tambon": "801206", "decision": "approved"}
    fill(
        shipped,
        "budget_match",
        [
            place | {"visit_date": day, "spending_kind": kind, "granted_baht": Decimal(amount)}
            for day, kind, amount in (
                ("2025-01-10", "infrastructure", 80),
                ("2025-02-10", "quality_of_life", 20),
                ("2026-01-10", "infrastructure", 30),
                ("2026-02-10", "quality_of_life", 70),
            )
        ],
    )
    asked = breakdowns.known(shipped.atlas)["nakhon.spending_shift"]
    found = breakdowns.parts(shipped.atlas, BOSS, asked, "80", ALL_TIME, "fiscal_year")
    assert [(one.since.year, one.answer, one.share) for one in found if one.since] == [
        (2024, "infrastructure", 80),
        (2024, "quality_of_life", 20),
        (2025, "quality_of_life", 70),
        (2025, "infrastructure", 30),
    ]
    assert breakdown_panel.of_years(asked, found, "th") == [  # 80 + 20 and 30 + 70, below the chart of shares
        "ปีงบประมาณ 2568: สัดส่วนของทั้งหมด 100 บาท", "ปีงบประมาณ 2569: สัดส่วนของทั้งหมด 100 บาท",
    ]  # fmt: skip


def test_what_is_recorded_by_years_is_not_mixed_with_months(shipped: Office) -> None:
    """2569: 100,000 + 50,000; 2570: 900,000; both 1,050,000. October has no 150,000 of its own."""
    lines = [("100000", 2569), ("50000", 2569), ("900000", 2570)]
    place = {"_area": "80120603", "_tambon": "801206", "status": "open"}
    rows = [place | {"amount_baht": Decimal(baht), "fiscal_year": year} for baht, year in lines]
    fill(shipped, "budget_source", rows)
    both = parse_period("2568-10-01..2570-09-30")
    asked = [value(shipped, "budget_source.supply", "80", one)[0] for one in (YEAR, both, ALL_TIME)]
    assert asked == [150_000, 1_050_000, 1_050_000]
    for part in ("2025-10", "2569-Q1", "CY2569", "2568-10-01..2569-08-31"):
        with pytest.raises(Problem, match="figure_of_years"):
            value(shipped, "budget_source.supply", "80", parse_period(part))
    months = Question("budget_source.supply", "tambon", "80", YEAR, "month")
    with pytest.raises(Problem, match="figure_of_years"):
        indicators.answers(shipped.atlas, BOSS, months)


def test_cost_per_rai_by_crop(shipped: Office) -> None:
    """Rice 3,000, 4,000 and 8,000 baht a rai: the middle is 4,000. Pomelo 9,000 and 11,000: 10,000."""
    place = {"_area": "80120603", "_tambon": "801206"}
    fill(
        shipped,
        "crop_cost",
        [
            place | {"crop": crop, "cost_per_rai": Decimal(cost)}
            for crop, cost in (
                ("rice", 3000),
                ("rice", 8000),
                ("rice", 4000),
                ("pomelo", 9000),
                ("pomelo", 11000),
            )
        ],
    )
    assert value(shipped, "livelihood.rice_cost_per_rai")[0] == 4000
    asked = breakdowns.known(shipped.atlas)["livelihood.cost_crop"]
    found = breakdowns.parts(shipped.atlas, BOSS, asked, "80", YEAR)
    assert [(one.answer, one.value, one.share) for one in found] == [
        ("pomelo", 10000, None),
        ("rice", 4000, None),
    ]


def test_debt_by_occupation_group(shipped: Office) -> None:
    """Rice: 10,000 and 2,000 of two homes, mean 6,000, one cleared. Labour: 3,000. One is not registered."""
    place = {"_area": "80120603", "_tambon": "801206"}
    fill(
        shipped,
        "household_register",
        [
            place | {"_instance_id": home, "main_occupation": what}
            for home, what in (("A", "rice"), ("B", "rice"), ("C", "labour"), ("D", "trade"))
        ],
    )
    fill(
        shipped,
        "household_debt",
        [
            place
            | {
                "household": home,
                "event_date": "2026-01-05",
                "reduced_baht": Decimal(amount),
                "debt_state": state,
            }
            for home, amount, state in (
                ("A", 4000, "open"),
                ("A", 6000, "cleared"),
                ("B", 2000, "open"),
                ("C", 3000, "open"),
                ("X", 500, "open"),
            )
        ],
    )
    officer = Viewer("officer", "officer", "801206")
    found = debt_by_occupation.table(shipped.atlas, officer, "801206", YEAR)
    assert [(one.group, one.occupation, one.households, one.reduced, one.cleared) for one in found] == [
        ("farmers", "rice", 2, 12000, 1),
        ("workers", "labour", 1, 3000, 0),
        ("other", "", 1, 500, 0),
    ]
    assert found[0].mean == 6000
    with pytest.raises(Problem):
        debt_by_occupation.table(shipped.atlas, Viewer("p", "planner", "801206"), "801206", YEAR)


def test_coverage_says_of_how_many(shipped: Office) -> None:
    """Two of four villages and three of twelve households: 50 % and 25 %; elsewhere nobody knows."""
    rows = [
        {"_area": area, "_tambon": "801206", "household": home, "account_month": "2025-11-30"}
        for area, home in (("80120603", "A"), ("80120603", "B"), ("80120604", "C"), ("80120604", "C"))
    ]
    fill(shipped, "household_account_month", rows)
    loaded = [
        ReferenceValue("count", "villages", "801206", "", "4"),
        ReferenceValue("count", "households", "801206", "", "12"),
    ]
    with log.writing(shipped.atlas.log) as connection:
        reference_values.add(connection, loaded, "boss")
    shipped.atlas.refresh()
    found = coverage.coverage(shipped.atlas, BOSS, "household_account_month", "801206", YEAR)
    assert [(one.what, one.reported, one.expected, one.percent) for one in found] == [
        ("villages", 2, 4, 50),
        ("households", 3, 12, 25),
    ]
    nowhere = coverage.coverage(shipped.atlas, BOSS, "household_account_month", "809901", YEAR)
    assert [(one.reported, one.percent) for one in nowhere] == [(0, None), (0, None)]


def test_hazards_by_month_of_the_year(shipped: Office) -> None:
    """Floods of November in two years, a drought in March: the calendar has 2 and 1."""
    place = {"_area": "80120603", "_tambon": "801206"}
    fill(
        shipped,
        "hazard_event",
        [
            place | {"hazard": kind, "started_on": day}
            for kind, day in (("flood", "2024-11-20"), ("flood", "2025-11-25"), ("drought", "2026-03-01"))
        ],
    )
    found = coverage.hazard_months(shipped.atlas, BOSS, "8012")
    assert found["flood"] == [0] * 10 + [2, 0]
    assert found["drought"][2] == 1


def test_agreements_that_run_out(shipped: Office) -> None:
    """One ended yesterday and is said to hold, one ends in 30 days, one in a year; a draft does not count."""
    today = date(2026, 3, 1)
    place = {"_area": "80120603", "_tambon": "801206", "_reported": "801206", "tambon": "801206", "moo": 3}
    fill(
        shipped,
        "water_agreement",
        [
            place | {"agreement_name": name, "status": status, "expires_on": day}
            for name, status, day in (
                ("a", "in_force", "2026-03-31"),
                ("b", "in_force", "2026-02-28"),
                ("c", "in_force", "2027-03-01"),
                ("d", "draft", "2026-03-02"),
            )
        ],
    )
    found = expiring.expiring(shipped.atlas, BOSS, "8012", today)
    assert [(one.name, one.days) for one in found] == [("b", -1), ("a", 30)]
