"""Plans and budgets: what is funded by whom, what does not add up, what fits, and how it is written down."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import offices
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plans_office import LINE, PROJECT, register
from streamlit.testing.v1 import AppTest
from table_rows import choose, pressed_twice, with_rows

from ingest.access import Viewer
from reports.plans import deciding, funding, matching, records, windows
from reports.plans.deciding import NewDecision
from reports.plans.funding import Funding
from reports.plans.records import BudgetLine, Decision, Plans, Progress, Proposal
from streamlit_app import viewer as door
from streamlit_app.numbers import plan_panel
from streamlit_app.office import Office, open_office
from streamlit_app.texts import t
from thai.problem import Problem

TODAY = date(2026, 3, 1)
OFFICER = Viewer("officer@example.org", "officer", "80")
PLANNER = Viewer("planner@example.org", "planner", "80")


def proposal(name: str = "p", amount: str = "100000", **values: Any) -> Proposal:
    """A water project of village 3 that asks the LAO."""
    fields: dict[str, Any] = {
        "entity_id": name, "instance_id": f"uuid:{name}", "area": "80120603", "day": date(2026, 1, 5),
        "name": name,
        "theme": "water", "tier": "lao", "plan_level": "tambon", "plan_year": 2570, "raised_from": "",
        "status": "in_plan", "budget_wanted": "lao", "amount": Decimal(amount), "own": Decimal(0),
        "evidence": 0, "worth": 0,
    }  # fmt: skip
    return Proposal(**fields | values)


def line(name: str = "l", amount: str = "500000", **values: Any) -> BudgetLine:
    """The LAO's money for water of fiscal year 2570, asked for until the end of March."""
    fields: dict[str, Any] = {
        "entity_id": name, "instance_id": f"uuid:{name}", "area": "801206", "name": name, "kind": "lao",
        "owner": "อบต.เกาะทวด", "fiscal_year": 2570, "themes": ("water",), "amount": Decimal(amount),
        "committed": Decimal(0), "status": "open", "opens": date(2026, 2, 1), "closes": date(2026, 3, 31),
        "council": date(2026, 8, 15),
    }  # fmt: skip
    return BudgetLine(**fields | values)


def decision(
    made: str, granted: str = "0", *, project: str = "p", budget: str = "l", seq: int = 1, **values: Any
) -> Decision:
    """A decision of the local council on a line."""
    fields: dict[str, Any] = {
        "instance_id": f"uuid:d{seq}", "area": "80120603", "day": date(2026, 3, seq), "project": project,
        "budget": budget, "kind": "lao", "source": "", "fiscal_year": 2570, "decision": made,
        "requested": Decimal("100000"), "granted": Decimal(granted), "returned": None, "reason": "",
        "spending_kind": "infrastructure", "target_plan": "", "seq": seq,
    }  # fmt: skip
    return Decision(**fields | values)


def plans(
    proposals: list[Proposal], lines: list[BudgetLine], decisions: list[Decision], *reports: Progress
) -> Plans:
    """All together."""
    return Plans(tuple(proposals), tuple(lines), tuple(decisions), tuple(reports))


def test_several_sources_may_fund_parts() -> None:
    """40,000 of the LAO and 35,000.50 of the province: 24,999.50 of 100,000 are still missing."""
    made = [decision("partly", "40000"), decision("partly", "35000.50", budget="q", seq=2, kind="province")]
    own = funding.funding(made)[0]["p"]
    assert own.by_kind() == {"lao": Decimal("40000"), "province": Decimal("35000.50")}
    assert funding.gap(proposal(), own) == Decimal("24999.50")
    assert funding.state(proposal(), own) == "partly"
    assert funding.findings(plans([proposal()], [line(), line("q")], made)) == []


def test_a_withdrawn_decision_gives_the_money_back() -> None:
    """60,000 granted, 10,000 given back, then all of it: nothing is left, and the line is full again."""
    made = [
        decision("partly", "60000"), decision("withdrawn", seq=2, returned=Decimal("10000")),
        decision("withdrawn", seq=3, returned=Decimal("50000")),
    ]  # fmt: skip
    assert funding.funding(made[:2])[0]["p"].granted == 50000
    assert funding.funding(made)[0]["p"].granted == 0
    assert funding.granted_from(made) == {"l": 0}
    assert funding.state(proposal(), funding.funding(made)[0]["p"]) == "unfunded"
    [doubt] = funding.funding([made[0], replace(made[1], returned=Decimal("70000"))])[1]
    assert (doubt.code, doubt.amount) == ("withdrawn_more", 10000)


def test_a_withdrawal_that_names_no_amount_waits_for_one() -> None:
    """Of 60,000 an old record says only that they were taken back: they count as held, and it is named."""
    made = [decision("partly", "60000"), decision("withdrawn", seq=2)]
    held, [doubt] = funding.funding(made)
    assert held["p"].granted == 60000
    assert (doubt.code, doubt.amount, doubt.records) == ("withdrawn_unsaid", 60000, ("uuid:d2",))


def test_a_project_funded_twice_is_found() -> None:
    """A line grants 40,000 of 100,000, and again on a request for 100,000: both decisions are named.

    Asked for the remaining 60,000, or after a withdrawal, it is no second time.
    """
    made = [decision("partly", "40000"), decision("partly", "40000", seq=2)]
    rest = [made[0], decision("approved", "60000", seq=2, requested=Decimal("60000"))]
    assert funding.findings(plans([proposal()], [line()], rest)) == []
    [doubt] = funding.findings(plans([proposal()], [line()], made))
    assert (doubt.code, doubt.amount, doubt.records) == ("funded_twice", 40000, ("uuid:d1", "uuid:d2"))
    between = [
        made[0],
        decision("withdrawn", seq=2, returned=Decimal("40000")),
        decision("partly", "40000", seq=3),
    ]
    assert funding.findings(plans([proposal()], [line()], between)) == []


def test_more_than_was_asked_is_found() -> None:
    """80,000 and 30,000 for a project of 100,000: 10,000 too much."""
    made = [decision("partly", "80000"), decision("partly", "30000", budget="q", seq=2)]
    found = funding.findings(plans([proposal()], [line(), line("q")], made))
    assert [(one.code, one.amount) for one in found] == [("beyond_asked", 10000)]


def test_the_communitys_own_part_is_counted_once() -> None:
    """Of 100,000 they pledged 20,000; 50,000 came from the LAO: 30,000 lack, also once 20,000 were booked."""
    one = proposal(own=Decimal("20000"))
    made = [decision("partly", "50000"), decision("approved", "20000", budget="q", kind="own", seq=2)]
    for decided in (made[:1], made):
        assert funding.gap(one, funding.funding(decided)[0]["p"]) == 30000


def test_a_line_that_gave_more_than_it_holds_is_found() -> None:
    """Of 100,000 with 30,000 bound before, 80,000 were granted: 10,000 beyond the line."""
    short = line(amount="100000", committed=Decimal("30000"))
    found = funding.findings(plans([proposal()], [short], [decision("partly", "80000")]))
    assert [(one.code, one.budget, one.amount) for one in found] == [("line_overspent", "l", 10000)]
    assert matching.supply(plans([proposal()], [short], [decision("partly", "80000")]), TODAY) == []


def test_spending_beyond_the_grant_is_found() -> None:
    """50,000 granted and 10,000 of their own, 75,000.25 spent: 15,000.25 without a source."""
    report = Progress("uuid:r", "p", TODAY, "ongoing", 80, Decimal("75000.25"))
    one = proposal(own=Decimal("10000"))
    found = funding.findings(plans([one], [line()], [decision("partly", "50000")], report))
    assert [(doubt.code, doubt.amount) for doubt in found] == [("spent_beyond_grant", Decimal("15000.25"))]


def test_demand_is_ordered_by_the_weight_of_its_data() -> None:
    """A plan's weight is its data: three records before one, then the score of worth, then the older."""
    listed = [
        proposal("a", evidence=1, worth=9), proposal("b", evidence=3), proposal("c", evidence=1, worth=12),
        proposal("done", status="withdrawn", evidence=9), proposal("own", own=Decimal("100000")),
    ]  # fmt: skip
    assert [one.proposal.entity_id for one in matching.demand(plans(listed, [], []))] == ["b", "c", "a"]


def test_supply_ends_with_its_window_its_year_and_its_money() -> None:
    """A closed window, a past year, a cancelled or an empty line cannot be asked."""
    lines = [
        line("good"), line("past", closes=date(2026, 2, 28)), line("old", fiscal_year=2568),
        line("gone", status="cancelled"), line("empty", committed=Decimal("500000")),
    ]  # fmt: skip
    assert [one.line.entity_id for one in matching.supply(plans([], lines, []), TODAY)] == ["good"]


def test_suggestions_fit_by_area_theme_and_tier() -> None:
    """The LAO's water money fits; another tambon's, another theme's and a private donor's do not."""
    lines = [
        line("fits"), line("far", area="801202"), line("roads", themes=("infrastructure",)),
        line("anything", themes=(), kind="province", area="80", opens=None),
        line("private", kind="private"),
    ]  # fmt: skip
    both = plans([proposal(amount="700000")], lines, [])
    found = matching.suggestions(matching.demand(both), matching.supply(both, TODAY), TODAY)
    assert [(one.line.entity_id, one.amount) for one in found] == [("fits", 500000), ("anything", 500000)]
    assert found[0].reasons == ("area", "theme", "tier", "wanted", "window", "year")
    assert found[1].reasons == ("theme", "tier", "year")


def test_the_days_to_a_window_are_counted() -> None:
    """From 1 March: 30 days to the end of March, 167 to the council of 15 August; the opening is past."""
    found = windows.countdowns([line()], TODAY)
    assert [(one.what, one.days) for one in found] == [("closes", 30), ("council", 167)]
    assert windows.countdowns([line()], date(2026, 2, 3))[0].days == -2


AMOUNTS = st.decimals(1, 99999, places=2)


KINDS = st.sampled_from(["approved", "partly", "withdrawn", "rejected"])


@given(st.lists(st.tuples(KINDS, st.sampled_from("pq"),
                          st.sampled_from("lm"), AMOUNTS), max_size=12))  # fmt: skip
def test_no_money_is_made_or_lost(made: list[tuple[str, str, str, Decimal]]) -> None:
    """What projects hold is what lines gave; a source that is owed money is named."""
    listed = [
        decision(kind, str(amount) if kind != "withdrawn" else "0", project=project, budget=budget, seq=seq,
                 returned=amount if kind == "withdrawn" else None, day=TODAY)
        for seq, (kind, project, budget, amount) in enumerate(made, 1)
    ]  # fmt: skip
    held, doubts = funding.funding(listed)
    assert sum((own.granted for own in held.values()), Decimal(0)) == sum(
        funding.granted_from(listed).values(), Decimal(0)
    )
    owed = {project for project, own in held.items() if any(one < 0 for one in own.by_source.values())}
    assert owed <= {doubt.project for doubt in doubts if doubt.code == "withdrawn_more"}


def run_detail() -> None:
    """The panel of one project, as the page draws it."""
    from reports.plans import records
    from streamlit_app import viewer
    from streamlit_app.numbers import plan_panel
    from streamlit_app.office import office
    from streamlit_app.state import State

    plans = records.read(office().atlas, viewer.viewer(), "801206")
    plan_panel.detail(viewer.viewer(), State(), plans, plans.proposals[0])


def run_page() -> None:
    """The whole page."""
    from streamlit_app.views.plans import page

    page()


@pytest.fixture
def look(planned: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., AppTest]]:
    """Open the page, or one project's panel, as a viewer."""
    yield lambda run, viewer: looked_at(planned, monkeypatch, run, viewer)
    open_office(None)


def looked_at(
    office: Office, monkeypatch: pytest.MonkeyPatch, run: Callable[[], None], viewer: Viewer
) -> AppTest:
    """A page of an office, without an error."""
    office.follower.catch_up()
    open_office(office)
    monkeypatch.setattr(door, "viewer", lambda: viewer)
    test = AppTest.from_function(run, default_timeout=30)
    test.query_params["area"] = "801206"
    test.run()
    assert not test.exception, [one.value for one in test.exception]
    return test


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office with one proposal of village 3 and one line of its LAO."""
    with offices.opened(tmp_path_factory.mktemp("plans") / "data") as office:
        fill(office)
        yield office


def fill(office: Office, lines: int = 1) -> None:
    """A proposal of village 3, and lines of its LAO, all of one name."""
    project = PROJECT | {
        "amount_baht": "100000.50", "own_baht": "0.50", "evidence_count": 2,
        "evidence": [{"evidence_kind": "water_account"}, {"evidence_kind": "forum"}],
    }  # fmt: skip
    register(office, "project_proposal", project, "projects-1")
    for number in range(1, lines + 1):
        register(office, "budget_source", LINE | {"amount_baht": "500000"}, f"budgets-{number}")


def read(office: Office, viewer: Viewer = OFFICER) -> Plans:
    """The tambon's plans."""
    office.follower.catch_up()
    return records.read(office.atlas, viewer, "801206")


def test_a_decision_is_an_ordinary_record(planned: Office) -> None:
    """Decided on the board, found again as a submission: 60,000 of 100,000 granted, reason and date kept.

    No more than that can be taken back; without an amount all of it is, as it was granted.
    """
    [one], [money] = read(planned).proposals, read(planned).lines
    assert (one.entity_id, one.asked, one.evidence, one.worth) == ("projects-1", Decimal("100000"), 2, 7)
    made = NewDecision(
        "partly",
        date(2026, 3, 2),
        "lao_council",
        Decimal("100000"),
        Decimal("60000"),
        "งบไม่พอ",
        "environment",
        "lao",
    )
    instance = deciding.decide(planned.atlas, OFFICER, one, money, made, Funding())
    now = read(planned)
    [kept] = [found for found in now.decisions if found.instance_id == instance]
    assert (kept.project, kept.budget, kept.granted, kept.reason) == (
        "projects-1",
        "budgets-1",
        60000,
        "งบไม่พอ",
    )
    assert (kept.day, kept.target_plan, kept.fiscal_year) == (date(2026, 3, 2), "lao", 2570)
    [need] = matching.demand(now)
    assert need.missing == 40000
    assert matching.supply(now, date(2026, 3, 2))[0].left == 440000

    back = NewDecision(
        "withdrawn", date(2026, 3, 3), "lao_council", Decimal(0), Decimal(0), "ทำไม่ได้", "other", "province"
    )
    own = funding.funding(now.decisions)[0][one.entity_id]
    with pytest.raises(Problem, match="grant_contradicts"):
        deciding.decide(planned.atlas, OFFICER, one, money, replace(back, granted=Decimal(60001)), own)
    instance = deciding.decide(planned.atlas, OFFICER, one, money, back, own)
    now = read(planned)
    [kept] = [found for found in now.decisions if found.instance_id == instance]
    assert (kept.returned, kept.target_plan, kept.spending_kind) == (60000, "lao", "environment")
    assert matching.demand(now)[0].missing == 100000


def test_what_contradicts_itself_is_not_written(planned: Office) -> None:
    """A refusal without a reason, a full grant below the request, a planner, an officer of elsewhere."""
    [one], [money] = read(planned).proposals, read(planned).lines
    good = NewDecision(
        "rejected", TODAY, "lao_council", Decimal("100000"), Decimal(0), "ผิดระเบียบ", "environment"
    )
    for viewer, made, code in (
        (OFFICER, replace(good, reason=" "), "reason_missing"),
        (OFFICER, replace(good, decision="approved", granted=Decimal("99999.99")), "grant_contradicts"),
        (OFFICER, replace(good, decision="partly", granted=Decimal("100000")), "grant_contradicts"),
        (PLANNER, good, "not_yours"),
        (Viewer("far", "officer", "8013"), good, "not_yours"),
    ):
        before = len(read(planned).decisions)
        with pytest.raises(Problem) as caught:
            deciding.decide(planned.atlas, viewer, one, money, made, Funding())
        assert caught.value.code == code
        assert len(read(planned).decisions) == before


def test_a_plan_is_raised_and_remembers_where_it_came_from(planned: Office) -> None:
    """Village, tambon, amphoe: one proposal, three states in its history, and no way down.

    Nor up from a page that still shows the village's: an edit of that would take back what came after it.
    """
    [one] = [stale] = read(planned).proposals
    assert deciding.next_level(one) == "tambon"
    deciding.raise_plans(planned.atlas, OFFICER, [one], "tambon")
    [one] = read(planned).proposals
    deciding.raise_plans(planned.atlas, OFFICER, [one], "amphoe")
    [one] = read(planned).proposals
    assert (one.entity_id, one.plan_level, one.raised_from) == ("projects-1", "amphoe", "tambon")
    steps = deciding.history(planned.atlas, OFFICER, one)
    assert [step.plan_level for step in steps] == ["village", "tambon", "amphoe"]
    assert deciding.history(planned.atlas, Viewer("far", "officer", "8013"), one) == []
    with pytest.raises(Problem) as caught:
        deciding.raise_plans(planned.atlas, OFFICER, [one], "village")
    assert caught.value.code == "plan_not_higher"
    with pytest.raises(Problem, match="not_yours"):
        deciding.raise_plans(planned.atlas, OFFICER, [one, replace(one, area="84010101")], "province")
    with pytest.raises(Problem, match="project_changed"):
        deciding.raise_plans(planned.atlas, OFFICER, [stale], "province")
    assert read(planned).proposals == (one,)  # all together or none


def test_of_two_reports_of_a_day_the_later_one_stands(planned: Office) -> None:
    """10 % in the morning and 60 % in the evening of one day: 60."""
    schema = planned.atlas.reference.catalogue.newest("project_progress").schema
    report = {one: PROJECT[one] for one in ("province", "amphoe", "tambon", "visit_date")}
    report |= {"project": "projects-1", "progress_status": "on_time"}
    for percent in (10, 60):
        said = report | {"progress_percent": percent, "spent_baht": percent * 100}
        offices.send(planned, offices.submission(schema, said))
    assert [(one.percent, one.spent) for one in read(planned).progress] == [(60, 6000)]


def test_plans_of_elsewhere_are_not_read(planned: Office) -> None:
    """Another district's officer sees neither proposal nor money."""
    found = read(planned, Viewer("far", "officer", "8013"))
    assert found == Plans((), (), (), ())


def test_a_tambons_planner_sees_the_provinces_line_and_not_its_terms(tmp_path: Path) -> None:
    """The province's line is public money; the line of the amphoe next door concerns nobody here."""
    line = {
        "visit_date": "2026-01-05", "budget_kind": "province", "fiscal_year": 2570, "status": "open",
        "amount_baht": "900000", "window_closes": "2099-03-31", "conditions": "เฉพาะตำบลนำร่อง",
    }  # fmt: skip
    of_province = line | {"work_level": "province", "province": "80", "budget_name": "งบจังหวัด"}
    of_amphoe = of_province | {"work_level": "amphoe", "amphoe": "8013", "budget_name": "งบอำเภออื่น"}
    with offices.opened(tmp_path / "data") as office:
        schema = office.atlas.reference.catalogue.newest("budget_source").schema
        offices.send(office, *(offices.submission(schema, one) for one in (of_province, of_amphoe)))
        here = Viewer("here", "planner", "801206")
        assert [(one.name, one.amount) for one in read(office, here).lines] == [("งบจังหวัด", 900_000)]
        listed = records.rows(office.atlas, here, "budget_source", privacy="public")
        assert {row["conditions"] for row in listed} == {None}


def test_the_board_counts_what_is_missing_and_what_is_left(look: Callable[..., AppTest]) -> None:
    """One project and one line; five parts of the page; the line's last day among the days that count."""
    page = look(run_page, PLANNER)
    assert len(page.tabs) == 5
    shown = " ".join(one.value for one in [*page.markdown, *page.caption])
    assert "1 โครงการ" in shown
    assert "งบพัฒนาแหล่งน้ำ" in shown
    assert "31 มี.ค. 2642" in shown


def test_a_meeting_decides_on_the_page(planned: Office, look: Callable[..., AppTest]) -> None:
    """A refusal needs its reason; with it the decision is a record. Planners only read."""
    before = len(read(planned).decisions)
    panel = look(run_detail, OFFICER)
    next(one for one in panel.selectbox if one.label == "มติ").set_value("rejected")
    panel.button[-1].click().run()
    assert ["ต้องมีเหตุผล" in one.value for one in panel.error] == [True]
    assert len(read(planned).decisions) == before
    next(one for one in panel.text_input if one.label == "เหตุผล").set_value("นอกอำนาจหน้าที่")
    panel.button[-1].click().run()
    assert not panel.error, [one.value for one in panel.error]
    assert [one.value for one in panel.success] == ["บันทึกมติแล้ว เป็นรายการหนึ่งในทะเบียน แก้ไขและตรวจย้อนได้"]
    newest = read(planned).decisions
    assert len(newest) == before + 1
    assert "นอกอำนาจหน้าที่" in {one.reason for one in newest}
    assert list(look(run_detail, PLANNER).button) == []


@pytest.mark.parametrize("chosen", [True, False])
def test_a_decision_names_the_line_on_the_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chosen: bool
) -> None:
    """The second, or the first that was left as it stood, whoever grants from another line meanwhile."""
    with offices.opened(tmp_path / "data") as office:
        fill(office, lines=2)
        panel = looked_at(office, monkeypatch, run_detail, OFFICER)
        box = next(one for one in panel.selectbox if one.label == t("plans.col_line"))
        lines = {"budgets-1", "budgets-2"}
        if chosen:
            box.set_value(*(lines - {box.value}))
        own = box.value
        [meanwhile] = lines - {own}
        now = read(office)
        beside = next(one for one in now.lines if one.entity_id == meanwhile)
        other = NewDecision(
            "partly", TODAY, "lao_council", Decimal(100000), Decimal(40000), "งบไม่พอ", "environment", "lao"
        )
        deciding.decide(office.atlas, OFFICER, now.proposals[0], beside, other, Funding())
        office.follower.catch_up()
        panel.button[-1].click().run()
        assert [one.value for one in panel.success] == [t("plans.saved")]
        assert [(one.budget, one.requested, one.granted) for one in read(office).decisions] == [
            (meanwhile, 100_000, 40_000), (own, 100_000, 100_000),
        ]  # fmt: skip
    open_office(None)


@pytest.mark.parametrize("typed", ["20.000,-", "4o000"])
def test_an_amount_that_cannot_be_read_grants_nothing(
    planned: Office, look: Callable[..., AppTest], typed: str
) -> None:
    """Blank is all of it; what cannot be read is asked for again."""
    before = len(read(planned).decisions)
    panel = look(run_detail, OFFICER)
    next(one for one in panel.text_input if one.label == t("plans.granted_or_back")).set_value(typed)
    panel.button[-1].click().run()
    assert [typed in one.value for one in panel.error] == [True]
    assert len(read(planned).decisions) == before


def test_a_decision_is_of_the_project_on_the_screen_and_written_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A project that comes in meanwhile takes no other's decision; a second press gives no more money."""
    with offices.opened(tmp_path / "data") as office:
        fill(office)
        page = looked_at(office, monkeypatch, run_page, OFFICER)
        choose(page, page.dataframe[0], 0)
        next(one for one in page.button if one.label == t("plans.save")).click()
        before = with_rows(page, page.dataframe[0], 0)
        weightier = PROJECT | {"evidence_count": 3, "evidence": [{"evidence_kind": "forum"}] * 3}
        register(office, "project_proposal", weightier, "projects-2")  # now the first of the list
        office.follower.catch_up()
        page._run(before)
        assert not read(office).decisions

        choose(page, page.dataframe[0], 1)
        next(one for one in page.selectbox if one.label == t("plans.decision")).set_value("partly")
        for label, words in (("plans.granted_or_back", "40,000 บาท"), ("plans.reason", "งบไม่พอ")):
            next(one for one in page.text_input if one.label == t(label)).set_value(words)
        next(one for one in page.button if one.label == t("plans.save")).click()
        once = with_rows(page, page.dataframe[0], 1)
        monkeypatch.setattr(deciding, "decide", pressed_twice(deciding.decide, once))
        page._run(once)
        assert [(one.project, one.granted) for one in read(office).decisions] == [("projects-1", 40_000)]
        assert t("plans.saved") in {one.value for one in page.success}
    open_office(None)


def test_of_two_projects_of_one_name_the_chosen_one_is_raised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two villages call theirs the same: the list says which is whose. Lines of one name have their years."""
    with offices.opened(tmp_path / "data") as office:
        fill(office, lines=1)
        register(office, "project_proposal", PROJECT | {"moo": 4}, "projects-2")
        register(office, "budget_source", LINE | {"fiscal_year": 2571}, "budgets-2")
        page = looked_at(office, monkeypatch, run_page, OFFICER)
        box = next(one for one in page.multiselect if one.label == t("plans.projects"))
        for one in ("projects-1", "projects-2"):
            box.set_value([one]).run()
            box = next(one for one in page.multiselect if one.label == t("plans.projects"))
            assert box.value == [one]
        assert ["ม.3" in box.options[0], "ม.4" in box.options[1]] in ([True, True], [False, False])
        next(one for one in page.button if one.key == "plans.together.raise").click().run()
        assert not page.exception
        raised = {one.entity_id: one.plan_level for one in read(office).proposals}
        assert raised == {"projects-1": "village", "projects-2": "tambon"}
        lines = plan_panel._names(read(office), "en")
        assert {called.rpartition(" · ")[2] for called in lines.values()} == {"2027", "2028"}
    open_office(None)


def test_a_sum_is_told_before_projects_are_raised_together(
    planned: Office, look: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the projects of one plan some are chosen; the button raises those, and the plan above is named."""
    raised: list[Any] = []
    monkeypatch.setattr(deciding, "raise_plans", lambda *asked: raised.append(asked))
    page = look(run_page, OFFICER)
    [one] = read(planned).proposals
    button = next(one for one in page.button if one.key == "plans.together.raise")
    assert button.disabled
    next(box for box in page.multiselect if box.label == "โครงการในแผน").set_value([one.entity_id]).run()
    assert any("เลือกแล้ว 1 โครงการ" in said.value for said in page.caption)
    next(button for button in page.button if button.key == "plans.together.raise").click().run()
    assert [(asked[2], asked[3]) for asked in raised] == [([one], deciding.next_level(one))]
