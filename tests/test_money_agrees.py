"""One sum of money, told alike wherever it is told: indicators, breakdowns, the page of plans, papers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import offices
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from test_programmes import BOSS, fill

from ingest.access import Viewer
from reports import breakdowns, indicators
from reports.papers import catalogue
from reports.papers.asking import Asking
from reports.papers.model import Facts, Table, cell_text
from reports.plans import funding, records
from streamlit_app.office import Office
from thai.periods import ALL_TIME, parse_period

TAMBON = "801206"
PLACE = {"_area": "80120603", "_tambon": TAMBON, "tambon": TAMBON}
OUTSIDE = ("agency", "special", "private")
PROJECTS = [f"uuid:project_proposal-{number}" for number in (1, 2, 3, 4)]
#: project, kind of budget, decision, baht (of a withdrawal percent of what is held, and 1 says nothing)
DECISIONS = st.lists(
    st.tuples(
        st.sampled_from(PROJECTS), st.sampled_from(["lao", "province", "private", "own"]),
        st.sampled_from(["approved", "partly", "withdrawn", "withdrawn", "rejected", "deferred"]),
        st.integers(1, 100),
    ),
    min_size=1, max_size=14,
)  # fmt: skip


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office whose tables are filled anew for every example."""
    with offices.opened(tmp_path_factory.mktemp("money") / "data") as office:
        yield office


def decide(office: Office, decisions: list[tuple[str, str, str, int]]) -> records.Plans:
    """Four projects, the last one withdrawn, and what was decided; nobody gives back more than he holds."""
    held, rows = Counter[tuple[str, str]](), []
    for number, (project, kind, decision, baht) in enumerate(decisions, 1):
        row = PLACE | {
            "visit_date": f"2026-02-{number:02d}", "project": project, "budget_kind": kind,
            "decision": decision, "target_plan": "province" if kind == "province" else None,
        }  # fmt: skip
        if decision in funding.GRANTS:
            held[project, kind] += baht
            row |= {"granted_baht": baht, "requested_baht": 100}
        elif decision == funding.WITHDRAWN:
            back = held[project, kind] * baht // 100 if baht > 1 else None
            held[project, kind] -= back or 0
            row |= {"returned_baht": back}
        rows.append(row)
    fill(office, "budget_match", rows)
    return records.read(office.atlas, BOSS, TAMBON)


@settings(  # an example takes half a second: one that fails is not made smaller
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=[Phase.generate]
)
@given(decisions=DECISIONS)
def test_every_door_tells_the_same_money(shipped: Office, decisions: list[tuple[str, str, str, int]]) -> None:
    """What projects hold after what was taken back, by source, and how many of the three hold anything."""
    fill(shipped, "project_proposal", [
        PLACE | {"project_name": name, "doer_tier": "lao", "status": status, "amount_baht": 400}
        for name, status in zip("กขคง", ["proposed", "in_plan", "funded", "withdrawn"], strict=True)
    ])  # fmt: skip
    kept = [one for one in decisions if one[0] != PROJECTS[-1]]
    plans = decide(shipped, kept or [(PROJECTS[0], "lao", "rejected", 1)])
    money = list(funding.funding(plans.decisions)[0].values())
    by_kind = sum((Counter(one.by_kind()) for one in money), Counter[str]())
    funded = sum(one.granted > 0 for one in money)

    def asked(name: str) -> indicators.Answer:
        return indicators.answer(shipped.atlas, BOSS, name, TAMBON, ALL_TIME)

    def holding(*kinds: str) -> int:
        return sum(any(one.by_kind().get(kind) for kind in kinds) for one in money)

    assert (asked("budget_match.granted").value or 0) == sum(one.granted for one in money)
    assert (asked("budget_match.granted_lao").value or 0) == by_kind["lao"]
    assert (asked("abc.5_3_2").numerator, asked("abc.5_3_2").denominator) == (funded, 3)
    assert asked("abc.5_3_2_lao").numerator == asked("nakhon.i05").numerator == holding("lao")
    assert asked("nakhon.i06").numerator == holding(*OUTSIDE)
    assert (asked("nakhon.i06_baht").numerator or 0) == sum(by_kind[kind] for kind in OUTSIDE)
    assert asked("nakhon.i07").value == holding("province")
    assert (asked("nakhon.i07_baht").value or 0) == by_kind["province"]
    parts = breakdowns.parts(shipped.atlas, BOSS, breakdowns.known(shipped.atlas)["nakhon.by_source"], TAMBON)
    assert {one.answer: one.value for one in parts if one.value} == +by_kind

    asking = Asking(shipped.atlas, BOSS, date(2026, 11, 25), ALL_TIME)
    (matrix,) = catalogue.papers_of(asking, catalogue.kind_of("demand_supply"), TAMBON)
    facts, table = (next(one for one in matrix.blocks if isinstance(one, kind)) for kind in (Facts, Table))
    assert isinstance(facts, Facts)
    assert isinstance(table, Table)
    assert facts.facts[0].value.split(" ")[0] == f"{funded}/3"
    assert [cell_text(one) for one in table.rows[-1]][4:10] == [
        f"{by_kind[kind]:,.0f}" for kind in ("lao", "agency", "province", "special", "private", "own")
    ]


def test_taken_back_a_year_later_is_told_in_that_year(shipped: Office) -> None:
    """100 granted in 2568, 40 of it taken back in 2569: 100, then -40, and 60 of all time; still funded."""
    fill(shipped, "project_proposal", [PLACE | {"status": "funded"}])
    fill(shipped, "budget_match", [
        PLACE | {"project": PROJECTS[0], "budget_kind": "lao", "visit_date": day, ref: baht}
        for day, ref, baht in (
            ("2025-01-10", "granted_baht", Decimal(100)),
            ("2025-12-10", "returned_baht", Decimal(40)),
        )
    ])  # fmt: skip
    question = indicators.Question("budget_match.granted", "tambon", TAMBON, by="fiscal_year")
    assert [one.value for one in indicators.answers(shipped.atlas, BOSS, question)] == [100, -40]
    assert indicators.answer(shipped.atlas, BOSS, "budget_match.granted", TAMBON, ALL_TIME).value == 60
    asking = Asking(shipped.atlas, BOSS, date(2026, 11, 25), ALL_TIME)
    (paper,) = catalogue.papers_of(asking, catalogue.kind_of("programme_abc"), TAMBON)
    rows = next(block.rows for block in paper.blocks if isinstance(block, Table))
    assert [cell_text(row[2]) for row in rows if str(row[0]).startswith("5.3.2")] == ["1 จาก 1", "1 จาก 1"]


def test_the_matrix_tells_its_own_count_beside_that_of_abc(shipped: Office) -> None:
    """Of 2569: both its projects got money, in 2570; the decision of 2569 was for one of 2568: 1 over 2."""
    days = ("2025-02-01", "2026-02-01", "2026-02-02")
    fill(shipped, "project_proposal", [PLACE | {"status": "proposed", "visit_date": day} for day in days])
    fill(shipped, "budget_match", [
        PLACE | {"project": project, "budget_kind": "lao", "decision": "approved", "visit_date": day,
                 "granted_baht": 100}
        for project, day in zip(PROJECTS, ("2026-03-01", "2026-11-01", "2026-11-02"), strict=False)
    ])  # fmt: skip
    asking = Asking(shipped.atlas, BOSS, date(2026, 11, 25), parse_period("FY2569"))
    (matrix,) = catalogue.papers_of(asking, catalogue.kind_of("demand_supply"), TAMBON)
    facts = next(block.facts for block in matrix.blocks if isinstance(block, Facts))
    assert [one.value for one in facts[:2]] == ["2/2 (100%)", "1/2 (50%)"]


@pytest.mark.parametrize(("decided", "blank"), [(5, ""), (4, "withheld")])
def test_another_province_is_told_of_five_decisions_and_not_of_four(
    shipped: Office, decided: int, blank: str
) -> None:
    """Money granted and projects that hold it, as every number of a tambon is told beyond its own area."""
    fill(shipped, "project_proposal", [PLACE | {"status": "proposed"}] * 5)
    fill(shipped, "budget_match", [
        PLACE | {"project": f"p{n}", "budget_kind": "lao", "visit_date": "2026-01-10", "granted_baht": 10 + n}
        for n in range(decided)
    ])  # fmt: skip
    far = Viewer("far", "planner", "84")
    for name, value in (("budget_match.granted", 60), ("abc.5_3_2", 100)):
        found = indicators.answer(shipped.atlas, far, name, TAMBON, parse_period("FY2569"))
        assert (found.blank, found.value) == (blank, None if blank else value), name
