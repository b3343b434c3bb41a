"""Plan book, demand and supply, agreements, land dockets, S-I-I and scorecards, from records to print."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import offices
import openpyxl
import pypdfium2
import pytest
from streamlit.testing.v1 import AppTest
from village_office import PLACE

from ingest.access import Viewer
from ingest.doors.filters import Filter
from reports import records, strength
from reports.papers import catalogue, dockets, model, registers, summaries, web
from reports.papers.asking import Asking
from reports.papers.model import (
    Bars,
    Block,
    Facts,
    Flow,
    Heat,
    Paper,
    Picture,
    Radar,
    Signatures,
    Table,
    Text,
    cell_text,
)
from reports.papers.summaries import Listed
from reports.plans import next_steps
from streamlit_app import actions
from streamlit_app import viewer as door
from streamlit_app.office import Office, open_office
from thai.periods import ALL_TIME, parse_period
from thai.problem import Problem

OFFICER = Viewer("o", "officer", "8012")
HERE = PLACE | {"moo": 3, "visit_date": "2026-10-20"}


def entity(dataset: str, number: int) -> tuple[str, str]:
    """An entity's id, and the meta that makes it."""
    own = f"0000bbbb-0000-4000-8000-{number:012d}"
    return own, (
        f'<entity dataset="{dataset}" id="{own}" create="1" '
        'xmlns="http://www.opendatakit.org/xforms/entities"><label>x</label></entity>'
    )


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One village with two projects, money for one of them, and what else a tambon records."""
    with offices.opened(tmp_path_factory.mktemp("plans") / "data") as office:
        fill(office)
        yield office


def fill(office: Office) -> None:
    """Every figure of the tests below."""
    eggs, eggs_meta = entity("projects", 1)
    _, canal_meta = entity("projects", 2)

    def send(form: str, answers: dict[str, Any], meta: str = "") -> None:
        schema = office.atlas.reference.catalogue.newest(form).schema
        offices.send(office, offices.submission(schema, HERE | answers, meta=meta))

    project = {"plan_level": "village", "plan_year": 2570, "plan_name": "แผนชุมชน 2570", "status": "proposed"}
    send("project_proposal", project | {
        "project_name": "กลุ่มเลี้ยงไก่ไข่", "theme": "occupation", "doer_tier": "group", "doer_org": "กลุ่มแม่บ้าน",
        "amount_baht": 60000, "own_baht": 10000, "evidence_count": 2,
    }, eggs_meta)  # fmt: skip
    send("project_proposal", project | {
        "project_name": "ขุดลอกคลองไส้ไก่", "theme": "water", "doer_tier": "lao", "amount_baht": 200000,
        "evidence_count": 0, "plan_level": "province",
    }, canal_meta)  # fmt: skip
    send("budget_match", {
        "project": eggs, "budget_kind": "lao", "decision": "approved", "granted_baht": 30000,
        "requested_baht": 50000, "fiscal_year": 2570,
    })  # fmt: skip
    send("budget_source", {
        "work_level": "tambon", "budget_name": "ข้อบัญญัติ 2570", "budget_kind": "lao", "owner_org": "อบต.",
        "fiscal_year": 2570, "amount_baht": 500000, "committed_baht": 30000, "available_baht": 470000,
        "status": "open", "window_closes": "2027-08-15",
    })  # fmt: skip
    send("budget_source", {
        "work_level": "tambon", "budget_name": "ข้อบัญญัติ 2569", "budget_kind": "lao", "fiscal_year": 2569,
        "amount_baht": 99999, "available_baht": 99999, "status": "open", "window_closes": "2026-08-15",
    })  # fmt: skip
    send("problem_analysis", {
        "work_level": "village", "problem_name": "ซื้อไข่กินทุกวัน", "problem_side": "economy",
        "priority_score": 12, "causes": [{"cause_text": "ไม่มีคนเลี้ยงไก่"}],
    })  # fmt: skip
    aspects = {f"aspect_{one}": "3" for one in ("account", "plan", "welfare", "database", "mechanism")}
    for day, account in (("2026-01-15", "2"), ("2026-07-15", "4")):
        one = {"visit_date": day, "aspect_account": account, "power_partners": "5"}
        send("tambon_self_assessment", aspects | one)
    schema = office.atlas.reference.catalogue.newest("sii_people").schema
    rows = schema.table("rows").fields
    kinds = next(one.choices for one in rows if one.name == "row_kind") or ()
    ticks = next(one.choices for one in rows if one.name == "ticks") or ()
    send("sii_people", {"fiscal_year": 2570, "rows": [
        {"row_kind": kinds[0].value, "how": "อบรม", "ticks": f"{ticks[0].value} {ticks[1].value}"},
        {"row_kind": kinds[1].value, "how": "เวที", "ticks": ticks[0].value, "next_step": "ขยาย"},
    ]})  # fmt: skip
    send("water_agreement", {
        "agreement_name": "คลองไส้ไก่", "status": "in_force", "served_rai": 120, "served_households": 14,
        "starts_on": "2026-11-01", "expires_on": "2027-04-30",
        "parties": [{"party_name": "นายก้อง ทดสอบ"}, {"party_name": "กลุ่มผู้ใช้น้ำ"}],
        "turns": [{"turn_order": 1, "turn_zone": "ต้นคลอง", "turn_hours": 12}],
    })  # fmt: skip
    for month, used, lack in (("2026-07-31", 30000, 0), ("2026-08-31", 14000, 4000), ("2026-08-31", 1000, 0)):
        send(
            "water_account",
            {
                "asset_label": "คลองไส้ไก่",
                "period_month": month,
                "month_code": month[:7],
                "used_m3": used,
                "need_m3": used + lack,
                "lack_m3": lack,
                "inflow_m3": 20000,
                "opening_m3": 5000,
            },
        )
    send("land_case", {
        "case_name": "ทุ่งใหญ่", "affected_households": 9, "area_declared": 100, "area_drawn": 110,
        "claimants": [{"claimant_name": "นางลับ ทดสอบ", "claimant_area": 12.5}],
    })  # fmt: skip


def made(office: Office, name: str, viewer: Viewer = OFFICER, area: str = "801206") -> Paper:
    """The only paper of the tambon."""
    asking = Asking(office.atlas, viewer, date(2026, 11, 25), ALL_TIME)
    (paper,) = catalogue.papers_of(asking, catalogue.kind_of(name), area)
    return paper


def tables(paper: Paper) -> list[list[list[str]]]:
    """The rows of each table, as printed."""
    found = [one.rows for one in paper.blocks if isinstance(one, Table)]
    return [[[cell_text(cell) for cell in row] for row in rows] for rows in found]


def facts(paper: Paper) -> dict[str, str]:
    """The key figures."""
    return {one.label: one.value for block in paper.blocks if isinstance(block, Facts) for one in block.facts}


def words(paper: Paper) -> str:
    """Everything that stands in a paper."""
    return str([*tables(paper), *map(str, paper.blocks)])


def test_the_plan_book_shows_who_does_it_and_the_weight_of_the_data(planned: Office) -> None:
    """Problem with its cause, then a table a tier; evidence and money beside each project."""
    paper = made(planned, "plan_book")
    problems, group, lao = tables(paper)

    assert facts(paper) == {
        "ปัญหาที่วิเคราะห์": "1", "โครงการ": "2", "มีข้อมูลสนับสนุน": "1/2 (50%)", "ได้งบแล้ว": "1/2 (50%)",
    }  # fmt: skip
    assert problems[0][1] == "ซื้อไข่กินทุกวัน"
    assert problems[0][3:] == ["ไม่มีคนเลี้ยงไก่", "12"]
    assert group[0][1:2] + group[0][3:] == ["กลุ่มเลี้ยงไก่ไข่", "กลุ่มแม่บ้าน", "60,000", "30,000", "2"]
    assert group[1][4:6] == ["60,000", "30,000"]
    assert lao[0][4:] == ["200,000", "0", "0"]


def test_demand_meets_supply(planned: Office) -> None:
    """Asked 50,000 + 200,000; 30,000 granted by the LAO; 20,000 + 200,000 missing; 470,000 can be asked for.

    Last year's line has money, too, and can be asked no more.
    """
    paper = made(planned, "demand_supply")
    matrix, unused = tables(paper)

    assert matrix[0][3:] == ["50,000", "30,000", "–", "–", "–", "–", "–", "20,000"]
    assert matrix[1][3:] == ["200,000", "–", "–", "–", "–", "–", "–", "200,000"]
    assert matrix[2][3:5] + matrix[2][-1:] == ["250,000", "30,000", "220,000"]
    assert facts(paper)["ยังขาด"] == "220,000 บาท"
    assert unused[0][0] == "ข้อบัญญัติ 2570"
    assert unused[0][3:5] == ["470,000", "15 ส.ค. 2570"]


def run_plans() -> None:
    """The page of plans, as Streamlit runs it."""
    from streamlit_app.views.plans import page

    page()


def test_the_page_of_plans_has_the_numbers_of_the_matrix(
    planned: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """20,000 + 200,000 are missing: of each project, and together."""
    open_office(planned)
    monkeypatch.setattr(door, "viewer", lambda: OFFICER)
    page = AppTest.from_function(run_plans, default_timeout=60)
    page.query_params["area"] = "801206"
    page.run()
    open_office(None)
    paper = made(planned, "demand_supply")
    matrix = tables(paper)[0][:-1]
    board = page.dataframe[0].value
    assert not page.exception
    assert sorted(f"{row[1]}: {row[-1]} บาท" for row in matrix) == sorted(
        f"{name}: {missing}" for name, missing in zip(board.iloc[:, 0], board.iloc[:, -1], strict=True)
    )
    assert f"### {facts(paper)['ยังขาด']}" in [one.value for one in page.markdown]


def test_the_two_sides_are_drawn_and_what_met(planned: Office) -> None:
    """T04: a group asks 50,000 and the LAO is asked 200,000; 30,000 were granted; 470,000 are left."""
    (drawn,) = [one for one in made(planned, "demand_supply").blocks if isinstance(one, Flow)]
    assert [dict(step.lines) for step in drawn.steps] == [
        {"ทำร่วมกันเป็นกลุ่ม": "1 · 50,000 บาท", "ขอให้ อปท. ร่วมทำ": "1 · 200,000 บาท"},
        {"ได้งบแล้ว": "1 · 30,000 บาท", "ยังขาด": "2 · 220,000 บาท"}, {"อปท.": "1 · 470,000 บาท"},
    ]  # fmt: skip


def test_the_frame_of_leaders_says_how_far_each_step_is(planned: Office) -> None:
    """T07: one problem analysed, with its cause; nobody trained; of six steps one is begun."""
    paper = made(planned, "framework")
    (drawn,) = [one for one in paper.blocks if isinstance(one, Flow)]
    said = dict(drawn.steps[0].lines)

    assert facts(paper) == {"ขั้นที่เริ่มแล้ว": "1/6"}
    assert said["ปัญหาที่วิเคราะห์แล้ว"] == "1 ปัญหา"
    assert {value for _, value in drawn.steps[1].lines} <= {"–", "0 ครั้ง", "0 คน", "0 วาระ"}


def test_what_goes_up_to_the_province(planned: Office) -> None:
    """The one project that stands in a plan of the province, with its sum."""
    (rows,) = tables(made(planned, "raised_projects"))

    assert [row[1] for row in rows] == ["ขุดลอกคลองไส้ไก่", "รวม 1 โครงการ"]
    assert rows[-1][5] == "200,000"
    said = [one.text for one in made(planned, "raised_projects").blocks if isinstance(one, Text)]
    assert said == ["ขอเสนอ 1 โครงการ จาก 1 ตำบล เป็นเงิน 200,000 บาท (สองแสนบาทถ้วน)"]


def test_a_project_whose_point_lies_across_the_line_stays_in_its_plan(planned: Office) -> None:
    """The form names tambon 07 and the point lies in 02, and so it is with the problem: both stand in the
    plan book, the matrix and the list of 07, and in none of 02.
    """
    across = {"tambon": "801207", "point": "8.3775 100.1095 0 5"}
    project = {"project_name": "ถนนข้ามเขต", "doer_tier": "lao", "amount_baht": 70000}
    project |= {"plan_level": "province"}
    problem = {"problem_name": "ทางขาด", "priority_score": 9, "causes": [{"cause_text": "น้ำกัดเซาะ"}]}
    for form, answers in (("project_proposal", project), ("problem_analysis", problem)):
        schema = planned.atlas.reference.catalogue.newest(form).schema
        offices.send(planned, offices.submission(schema, HERE | across | answers))

    for name in ("plan_book", "demand_supply", "raised_projects"):
        assert "ถนนข้ามเขต" in words(made(planned, name, area="801207"))
        with pytest.raises(Problem, match="paper_empty"):
            made(planned, name, area="801202")
    assert tables(made(planned, "plan_book", area="801207"))[0][0][3:] == ["น้ำกัดเซาะ", "9"]


def test_the_water_balance_says_what_lacks_and_when(planned: Office) -> None:
    """Of 49,000 needed 4,000 lack (8.2 %), all in August: 15,000 used of 19,000."""
    paper = made(planned, "water_balance")
    assert facts(paper) == {"น้ำเข้า": "60,000 ลบ.ม.", "ใช้": "45,000 ลบ.ม.", "ขาด": "4,000 ลบ.ม."}
    assert "8.2% ของที่ต้องการ 49,000" in words(paper)
    (bars,) = [one for one in paper.blocks if isinstance(one, Bars)]
    assert [(bar.label, bar.number, bar.before) for bar in bars.bars] == [
        ("ก.ค. 2569", 30000, 30000), ("ส.ค. 2569", 15000, 19000),
    ]  # fmt: skip
    assert {row[1] for row in tables(paper)[0][:-1]} == {"ก.ค. 2569", "ส.ค. 2569"}


def test_the_scorecard_compares_with_the_time_before(planned: Office) -> None:
    """Accounts went from 2 to 4; the radar shows the newest."""
    paper = made(planned, "scorecard")
    radars = [one for one in paper.blocks if isinstance(one, Radar)]

    assert [len(one.axes) for one in radars] == [8, 4]
    assert radars[0].values[0] == 4
    assert tables(paper)[0][0][1:] == ["2", "4", "+2"]


def test_the_screen_draws_the_radars_of_the_scorecard(planned: Office) -> None:
    """Accounts 4, partners 5, on the page of indicators as on the paper; each axis has its name."""
    printed = [one for one in made(planned, "scorecard").blocks if isinstance(one, Radar)]
    shown = strength.radars(planned.atlas, OFFICER, "801206", ALL_TIME, "th")

    assert [one.values for one in shown] == [one.values for one in printed]
    assert "1 ตำบล" in shown[0].caption
    picture = web.radar_svg(shown[0])
    assert picture.count("<text") == 8
    assert "(4.0)" in picture
    assert web.as_image(picture, "เกาะทวด").startswith('<img src="data:image/svg+xml;base64,')


def test_the_seventeen_ticks_as_a_heat_table(planned: Office, tmp_path: Path) -> None:
    """Of two rows both reach criterion 1 (100 %) and one criterion 2 (50 %); mechanism was not reviewed."""
    (grid,) = [one for one in made(planned, "sii").blocks if isinstance(one, Heat)]
    shown = strength.heat(planned.atlas, OFFICER, "8012", ALL_TIME, "th")
    ((place, shares),) = shown.rows if shown else ()

    assert place == "ต.เกาะทวด (2 · 0 · 0 แถว)"
    assert shares == list(grid.rows[0][1])
    assert shares == [100, 50, 0, 0, 0, *[None] * 12]
    assert shown
    assert "50</td>" in web.heat_html(shown)
    path = tmp_path / "sii.xlsx"
    catalogue.write(Asking(planned.atlas, OFFICER, date(2026, 11, 25)), "sii", "801206", path)
    sheet = openpyxl.load_workbook(path).active
    assert sheet
    assert [place, "100", "50"] in [[str(cell) for cell in row[:3]] for row in sheet.values]


def test_the_ticks_are_counted_against_what_is_possible(planned: Office) -> None:
    """Three ticks in two rows of five criteria: 3 of 10."""
    paper = made(planned, "sii")
    (rows,) = tables(paper)

    assert facts(paper) == {"คน": "3/10 (30%)"}
    assert rows[0][2:7].count("✓") == 2
    assert rows[1][2:7].count("✓") == 1


def test_next_steps_of_a_review_wait_to_be_proposed(planned: Office) -> None:
    """Of two rows one says what will be done; another tambon's planner reads nothing."""
    (one,) = next_steps.next_steps(planned.atlas, OFFICER, "8012")

    assert (one.area, one.form_id, one.step) == ("801206", "sii_people", "ขยาย")
    assert next_steps.next_steps(planned.atlas, Viewer("far", "planner", "801202"), "8012") == []


def test_an_agreement_has_a_line_for_each_party(planned: Office, tmp_path: Path) -> None:
    """Two parties and two witnesses sign; the turns stand above them."""
    paper = made(planned, "agreement_sheet")
    (signatures,) = [one for one in paper.blocks if isinstance(one, Signatures)]

    assert [one.name for one in signatures.signatures] == ["นายก้อง ทดสอบ", "กลุ่มผู้ใช้น้ำ", "", ""]
    assert facts(paper) == {"พื้นที่รับน้ำ": "120 ไร่", "ครัวเรือนที่ได้น้ำ": "14", "ใช้ได้": "1 พ.ย. 2569–30 เม.ย. 2570"}
    path = tmp_path / "agreement.pdf"
    asking = Asking(planned.atlas, OFFICER, date(2026, 11, 25))
    catalogue.write(asking, "agreement_sheet", "80120603", path)
    with pypdfium2.PdfDocument(path) as document:
        text = "".join("".join(page.get_textpage().get_text_range().split()) for page in document)
    assert "ข้อตกลงการใช้น้ำคลองไส้ไก่" in text
    assert "กลุ่มผู้ใช้น้ำ" in text


def test_what_was_not_said_is_no_zero(planned: Office) -> None:
    """An agreement without an end, one without a beginning; an area and hours of which nobody spoke; a case
    without a declared area, of a claimant without one. A line drawn to a hair is no loss of land either.
    """
    begun = {"starts_on": "2026-01-01", "turns": [{"turn_order": 1, "turn_zone": "ต้น"}]}
    ended = {"expires_on": "2029-12-31"}
    case = {"case_name": "ค", "claimants": [{"claimant_name": "นายดี ทดสอบ"}]}
    drawn = {"case_name": "ง", "area_declared": 36.5, "area_drawn": 36.44}
    sent = [*(("water_agreement", one) for one in (begun, ended)), ("land_case", case), ("land_case", drawn)]
    for form, answers in sent:
        schema = planned.atlas.reference.catalogue.newest(form).schema
        offices.send(planned, offices.submission(schema, HERE | {"tambon": "801203"} | answers))

    asking = Asking(planned.atlas, OFFICER, date(2026, 11, 25))
    open_, until = dockets.agreements(asking, ["80120303"])
    assert facts(open_)["ใช้ได้"] == "ตั้งแต่ 1 ม.ค. 2569 ไม่กำหนดวันสิ้นสุด"
    assert (facts(until)["ใช้ได้"], facts(until)["พื้นที่รับน้ำ"]) == ("ถึง 31 ธ.ค. 2572", "–")
    assert tables(open_)[-1] == [["1", "ต้น", "", "", "–"]]
    docket, to_a_hair = dockets.cases(asking, ["80120303"])
    assert facts(docket)["เนื้อที่แจ้ง"] == "–"
    assert facts(to_a_hair)["เนื้อที่ตามเส้นที่วาด"] == "36.44 ไร่ (0%)"
    assert tables(docket)[-1][0][-1] == "–"


def test_papers_that_list_records_keep_those_of_the_filter(planned: Office) -> None:
    """An agreement in force is printed, one that has ended is not; a register says by what it was cut."""
    for status, n in (("in_force", 1), ("ended", 0)):
        chosen = Filter(values={"status": (status,)})
        asking = Asking(planned.atlas, OFFICER, date(2026, 11, 25), chosen=chosen)
        assert len(dockets.agreements(asking, ["80120603"])) == n

    listing = replace(registers.REGISTERS[1], form="land_case", columns="case_name affected_households")
    asking = replace(asking, chosen=Filter(text="ทุ่งใหญ่"), told="ค้นหา “ทุ่งใหญ่”")
    (paper,) = registers.build(replace(listing, summary=None), asking, ["801206"])
    assert paper.blocks[0] == model.Text("เฉพาะรายการตามตัวกรอง: ค้นหา “ทุ่งใหญ่”")
    assert registers.build(listing, replace(asking, chosen=Filter(text="ทุ่งเล็ก")), ["801206"]) == []


def test_the_command_takes_the_filter_of_the_page(planned: Office, tmp_path: Path) -> None:
    """As its address writes it; a mistyped question is no filter, and a paper of sums takes none."""
    target = str(tmp_path / "agreement.html")

    def made(name: str, query: str) -> int:
        found: int = actions.report(planned, name, target, "80120603", filtered=query)["papers"]
        return found

    assert made("agreement_sheet", "f.water_agreement/status=in_force") == 1
    for name, query, code in (
        ("agreement_sheet", "f.status=ended", "paper_empty"),
        ("agreement_sheet", "f.state=in_force", "bad_filter"),
        ("agreement_sheet", "status=in_force", "bad_filter"),
        ("plan_book", "f.status=proposed", "paper_uncut"),
    ):
        with pytest.raises(Problem, match=code):
            made(name, query)


def test_a_land_docket_names_people_to_officers_only(planned: Office) -> None:
    """Declared beside drawn, with the difference; a planner's docket has no names."""
    paper = made(planned, "land_docket")

    assert facts(paper)["เนื้อที่ตามเส้นที่วาด"] == "110 ไร่ (+10%)"
    assert "นางลับ ทดสอบ" in words(paper)
    planner = made(planned, "land_docket", Viewer("p", "planner", "8012"))
    assert "นางลับ" not in words(planner)


def test_a_land_docket_says_how_the_case_stands_now_and_how_it_came_there(planned: Office) -> None:
    """Not solved on 20 October, half solved on 5 November, where the form names the tambon beside it;
    a telephone call on the 9th answers neither.
    """
    case, meta = entity("land_cases", 7)

    def send(form: str, answers: dict[str, Any], meta: str = "") -> None:
        schema = planned.atlas.reference.catalogue.newest(form).schema
        offices.send(planned, offices.submission(schema, HERE | {"tambon": "801207"} | answers, meta=meta))

    send(
        "land_case",
        {"case_name": "ควนทอง", "level": "tambon", "outcome": "not_yet", "outcome_reason": "รอรังวัด"},
        meta,
    )
    send("land_case_followup", {"case": case, "event_date": "2026-11-09", "case_event": "meeting"})
    survey = {"case_event": "survey", "level": "province", "outcome": "some_areas"}
    send("land_case_followup", {"case": case, "event_date": "2026-11-05", "tambon": "801206"} | survey)
    paper = made(planned, "land_docket", area="801207")
    now, history = tables(paper)[0], tables(paper)[-1]

    assert [row[1:] for row in now] == [
        ["จังหวัด", "5 พ.ย. 2569"],
        ["แก้ได้เฉพาะบางพื้นที่", "5 พ.ย. 2569"],
    ]
    assert [(row[0], row[4]) for row in history] == [
        ("20 ต.ค. 2569", "ยังไม่มีผล"),
        ("5 พ.ย. 2569", "แก้ได้เฉพาะบางพื้นที่"),
        ("9 พ.ย. 2569", ""),
    ]


def test_a_land_docket_draws_where_the_case_lies(planned: Office, tmp_path: Path) -> None:
    """The disputed area as a plan over the register's plots; Word and Excel say that it is there."""
    ring = "8.319 100.143 0 0; 8.319 100.144 0 0; 8.320 100.144 0 0; 8.319 100.143 0 0"
    schema = planned.atlas.reference.catalogue.newest("land_case").schema
    case = HERE | {"tambon": "801205", "case_name": "ในแผนผัง", "disputed_area": ring}
    offices.send(planned, offices.submission(schema, case))
    paper = made(planned, "land_docket", area="801205")
    (plan,) = [one for one in paper.blocks if isinstance(one, Picture)]

    assert plan.svg.count("<path") >= 3  # the case, the scale bar, north
    for kind in ("pdf", "docx", "xlsx", "html"):
        asked = Asking(planned.atlas, OFFICER, date(2026, 11, 25))
        assert catalogue.write(asked, "land_docket", "801205", tmp_path / f"case.{kind}") == 1


def _enterprises(office: Office, area: str, span: str, *kinds: tuple[str, int, int, str]) -> list[list[str]]:
    """The amounts of P04's summary over enterprises (kind, household, profit a month, tambon listing it)."""
    about = records.info(office.atlas, "enterprise_pl")
    assert about
    rows = [
        {"_instance_id": f"{kind}{n}", "household": f"h{n}", "enterprise_kind": kind, "income_total": 1000,
         "cost_total": 500, "profit": profit, "profit_month": profit, "next_change": "cut_cost",
         "_tambon": tambon, "tambon": "801206"}
        for kind, n, profit, tambon in kinds
    ]  # fmt: skip
    asking = Asking(office.atlas, OFFICER, date(2026, 11, 25), parse_period(span))
    blocks = summaries.enterprises(Listed(asking, area, about, rows))
    table = next(one for one in blocks if isinstance(one, Table))
    return [[cell_text(cell) for cell in row][1:] for row in table.rows]


_HENS = [("livestock", n, profit, "801206") for n, profit in enumerate((100, 200, 300, 400, 900))]
_UNTOLD = ["–"] * 4


def test_enterprises_of_a_kind_are_told_from_five_upwards(planned: Office) -> None:
    """Five raise hens: profits 100, 200, 300, 400, 900 a month, in the middle 300; four sell: not told, and
    neither is the middle of all nine, beside which the hens' would tell of the four.
    """
    trade = [("trade", n, 7, "801206") for n in range(10, 14)]
    assert _enterprises(planned, "801206", "FY2569", *_HENS, *trade) == [
        ["5", "1,000", "500", "300", "0"],
        ["4", *_UNTOLD],
        ["9", *_UNTOLD],
    ]
    assert _enterprises(planned, "801206", "FY2569", *_HENS, *trade, ("trade", 14, 7, "801206")) == [
        ["5", "1,000", "500", "300", "0"],
        ["5", "1,000", "500", "7", "0"],
        ["10", "1,000", "500", "54", "0"],  # between 7 and 100: (7 + 100) / 2 = 53.5
    ]


@pytest.mark.parametrize(
    ("area", "span", "others", "told"),
    [
        ("801206", "FY2569", 0, True),
        ("80120603", "FY2569", 0, False),  # a village beside its tambon
        ("801206", "2026-08", 0, False),  # a month beside its year
        ("8012", "FY2569", 1, False),  # the amphoe less the tambon is one household
        ("8012", "FY2569", 5, True),
    ],
)
def test_the_middle_of_enterprises_does_not_tell_one_beside_another_sheet(
    planned: Office, area: str, span: str, others: int, told: bool
) -> None:
    """What stands on a wider sheet and not on a narrower one is of nobody or of five households or more."""
    elsewhere = [("livestock", 20 + n, 300, "801204") for n in range(others)]
    shown = _enterprises(planned, area, span, *_HENS, *elsewhere)
    assert (shown[0][1:] != _UNTOLD, shown[1][1:] != _UNTOLD) == (told, told)


def test_an_enterprise_gets_its_own_sheet_beside_the_middle_of_its_kind(planned: Office) -> None:
    """1,200 earned, 700 + 200 spent: 300 in three months, 100 a month; five alike have 100 in the middle."""
    schema = planned.atlas.reference.catalogue.newest("enterprise_pl").schema
    for n in range(5):
        answers = HERE | {
            "tambon": "801204", "consent": "yes", "owner_kind": "household", "enterprise_name": "ร้านชำ",
            "household": f"000000aa-0000-4000-8000-00000000000{n}", "enterprise_kind": "trade",
            "period_from": "2026-07-01", "period_to": "2026-09-30", "income_total": 1200, "cost_total": 900,
            "profit": 300, "profit_month": 100, "next_change": "cut_cost",
            "costs": [{"cost_item": "material", "cost_paid": "cash", "cost_baht": 700},
                      {"cost_item": "labour", "cost_paid": "own", "cost_baht": 200}],
        }  # fmt: skip
        offices.send(planned, offices.submission(schema, answers))
    quarter = parse_period("2569-Q4")  # whatever is asked, the middle is of the whole fiscal year
    asked = Asking(planned.atlas, OFFICER, date(2026, 11, 25), quarter)
    found = catalogue.papers_of(asked, catalogue.kind_of("enterprise_statement"), "801204")

    assert len(found) == 5
    assert facts(found[0])["กำไรต่อเดือน"] == "100 บาท"
    assert "ค่ากลางของ 5 รายในตำบล ปีงบประมาณ 2569 100 บาท" in words(found[0])
    assert tables(found[0])[0][-1] == ["รวม", "", "900"]
    planner = Asking(planned.atlas, Viewer("p", "planner", "8012"), date(2026, 11, 25))
    with pytest.raises(Problem, match="paper_empty"):
        catalogue.papers_of(planner, catalogue.kind_of("enterprise_statement"), "801204")


def test_tests_before_and_after_are_added_over_courses(planned: Office) -> None:
    """20 + 30 people were tested, 15 + 20 gained: 35 of 50, 70 %; bars are parts of the full score."""
    about = records.info(planned.atlas, "pre_post_test")
    assert about
    rows = [
        {
            "training_title": "บัญชี",
            "people": 20,
            "people_gained": 15,
            "mean_pre": 9,
            "mean_post": 12,
            "full_score": 20,
        },
        {
            "training_title": "แผน",
            "people": 30,
            "people_gained": 20,
            "mean_pre": 8,
            "mean_post": 11,
            "full_score": 20,
        },
    ]
    asked = Asking(planned.atlas, OFFICER, date(2026, 11, 25))
    facts_, bars = summaries.tests(Listed(asked, "80", about, rows))

    assert isinstance(facts_, Facts)
    assert [one.value for one in facts_.facts] == ["50 คน", "35/50 (70%)"]
    assert isinstance(bars, Bars)
    drawn = [(one.shown, bars.part(one.number), bars.part(one.before)) for one in bars.bars if one.before]
    assert drawn == [
        ("60% (12.00 จาก 20)", 0.6, 0.45),
        ("55% (11.00 จาก 20)", 0.55, 0.4),
    ]  # of the full score


def test_results_by_activity_say_what_a_person_cost(planned: Office) -> None:
    """Two of three held: 30 + 20 people, 20 of them women, 45,000 + 9,000 baht: 1,080 a person."""
    about = records.info(planned.atlas, "training_event")
    assert about
    rows = [
        {
            "status": status,
            "people": people,
            "people_women": women,
            "budget_baht": baht,
            "modules": "module1 data",
        }
        for status, people, women, baht in (
            ("held", 30, 15, 45000),
            ("held", 20, 5, 9000),
            ("planned", 0, 0, 0),
        )
    ]
    asked = Asking(planned.atlas, OFFICER, date(2026, 11, 25))
    facts_, bars = summaries.activities(Listed(asked, "80", about, rows))

    assert isinstance(facts_, Facts)
    assert [one.value for one in facts_.facts] == ["2/3 (66.7%)", "50 คน-ครั้ง", "54,000 บาท", "1,080 บาท"]
    assert facts_.facts[1].note == "เป็นหญิง 20/50 (40%)"
    assert isinstance(bars, Bars)
    assert [bar.shown for bar in bars.bars] == ["2 ครั้ง", "2 ครั้ง"]


def test_a_programmes_indicators_say_what_they_are_made_of(planned: Office) -> None:
    """One of two projects in the plan has money: 50 % stands beside 1 จาก 2, and blanks say so."""
    paper = made(planned, "programme_abc")
    (rows,) = tables(paper)
    funded = next(row for row in rows if row[0].startswith("5.3.2"))

    assert funded[1:3] == ["50.0 %", "1 จาก 2"]
    assert next(row for row in rows if row[0].startswith("5.2.4"))[1] == "ยังไม่มีข้อมูล"


def test_block_kinds_are_all_drawn() -> None:
    """Each block that a paper can hold has a writer for Word and a branch in the template."""
    from typing import get_args

    from reports.papers import pdf, word

    template = Path(pdf.__file__).with_name("paper.typ").read_text(encoding="utf-8")
    for kind in get_args(Block):
        assert kind in word._WRITERS
        assert f'kind == "{kind.__dataclass_fields__["kind"].default}"' in template
