"""Every paper of the demo is read again out of its PDF, and has the numbers of the pages that show them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import offices
import pandas as pd
import pytest
from lxml import html
from printed import loosely, read, squeezed, stands
from streamlit.testing.v1 import AppTest

from ingest.access import Viewer
from reports import records
from reports.papers import catalogue, pdf
from reports.papers.asking import Asking
from reports.papers.model import Paper, Text
from reports.papers.registers import REGISTERS
from reports.programmes import programmes
from streamlit_app import viewer as door
from streamlit_app.office import Office, open_office
from streamlit_app.texts import t
from thai.area import parse_area
from thai.periods import parse_period

EVERYBODY = Viewer("a", "administrator", "")
TODAY = date(2026, 11, 29)
TAMBON, VILLAGE, PROVINCE = "801202", "80120603", "80"
THAI = "ที่ นั้น ปี๊ ญู กี่ A วันที่"
MONTHLY = ("village_forum", "household_statement", "tambon_accounts")
AREAS = dict.fromkeys(("village_forum", "household_statement", "agreement_sheet", "land_docket"), VILLAGE)
AGREEMENT, CASE = "water_agreement", "land_case"
LISTS = {one.name: one for one in REGISTERS if one.columns}
Open = Callable[..., AppTest]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office with the demo; tests only look."""
    with offices.opened(tmp_path_factory.mktemp("demo") / "data", demo=True) as office:
        yield office


def run_page(name: str) -> None:
    """The body of a page, as Streamlit runs it."""
    import importlib

    importlib.import_module(f"streamlit_app.views.{name}").page()


@pytest.fixture
def look(demo: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Open a page as who may see everything."""
    open_office(demo)
    monkeypatch.setattr(door, "viewer", lambda: EVERYBODY)

    def opened(name: str, **query: str) -> AppTest:
        page = AppTest.from_function(run_page, args=(name,), default_timeout=60)
        for key, value in query.items():
            page.query_params[key] = value
        page.run()
        assert not page.exception, [one.value for one in page.exception]
        return page

    yield opened
    open_office(None)


def made(office: Office, name: str, area: str = "", span: str = "") -> list[Paper]:
    """The papers of the demo by this name, of an area in which there are few."""
    kind = catalogue.kind_of(name)
    area = area or (PROVINCE if kind.up_to != "tambon" else AREAS.get(name, TAMBON))
    period = parse_period(span or ("2026-06" if name in MONTHLY else "all"))
    return catalogue.papers_of(Asking(office.atlas, EVERYBODY, TODAY, period), kind, area)


def printed(papers: list[Paper], path: Path, between: str = "") -> str:
    """The words of papers as they stand in their PDF, page after page."""
    pdf.to_pdf(papers, path)
    return read(path, between)


def told(value: Any) -> Iterator[str]:
    """Every text in a block that is printed; drawings have theirs in the picture."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for one in value:
            yield from told(one)
    elif is_dataclass(value):
        unprinted = ("kind", "align", "svg", "group")
        for one in fields(value):
            if one.name not in unprinted:
                yield from told(getattr(value, one.name))


@pytest.mark.parametrize("name", catalogue.KINDS)
def test_every_paper_reads_as_it_was_written(demo: Office, tmp_path: Path, name: str) -> None:
    """Each heading, cell, bar and signature stands in the PDF, letter by letter, in its own shape."""
    papers = made(demo, name)[:3]
    with_thai = [replace(one, blocks=[Text(THAI), *one.blocks]) for one in papers]
    foot = r"ข้อมูลณ\d|[TP]\d\dหน้า"
    pages = printed(with_thai, tmp_path / "p.pdf", "\f").split("\f")
    text = "".join(re.split(foot, squeezed(one))[0] for one in pages)
    parts = [squeezed(part) for one in papers for part in (one.title, *told(list(one.blocks)))]

    assert text.count(squeezed(THAI)) == len(papers)
    assert [part for part in parts if part not in text] == []
    assert len(parts) > 5


def cards(page: AppTest) -> dict[str, str]:
    """The numbers on a page of indicators by their names."""
    return {squeezed(one.label): squeezed(one.value) for one in page.metric}


@pytest.mark.parametrize("name", ["codi", "north", "sii", "nakhon", "abc", "livelihood"])
def test_every_card_of_the_programmes_stands_on_its_paper(
    demo: Office, look: Open, tmp_path: Path, name: str
) -> None:
    """P12: name and number beside each other; a paper for everybody leaves out what tells of few."""
    page = look("indicators", theme=programmes()[name].title["th"], area=PROVINCE, span="FY2569")
    text = printed(made(demo, f"programme_{name}", span="FY2569"), tmp_path / "p.pdf")
    other = [one for one, value in cards(page).items() if not stands(one + value, text)]

    assert len(cards(page)) >= 10
    withheld = ("ไม่แสดง", "ยังไม่มีข้อมูล", "ยังไม่ได้นำเข้าจำนวนที่ใช้หารให้ครบพื้นที่")
    assert [one for one in other if not any(stands(one + why, text) for why in withheld)] == []
    assert len(other) <= (8 if name == "livelihood" else 2)


def test_the_frame_of_leaders_has_the_numbers_of_the_cards(demo: Office, look: Open, tmp_path: Path) -> None:
    """T07: forums and leaders' courses, which have their own pages of indicators."""
    text = printed(made(demo, "framework"), tmp_path / "p.pdf")
    for form_id in ("forum_record", "training_event"):
        theme = demo.atlas.reference.catalogue.newest(form_id).title["th"]
        found = cards(look("indicators", theme=theme, area=PROVINCE, span="all"))
        on_paper = {name: value for name, value in found.items() if stands(name, text)}
        assert on_paper
        assert [name for name, value in on_paper.items() if not stands(name + value, text)] == []


def listed(look: Open, form_id: str, area: str = PROVINCE) -> pd.DataFrame:
    """The table of page *Records*, newest first, by the form's own labels."""
    page = look("records", layer=form_id, area=area)
    frame: pd.DataFrame = page.dataframe[0].value
    return frame


@pytest.mark.parametrize("name", LISTS)
def test_a_list_has_the_answers_of_the_records_page(
    demo: Office, look: Open, tmp_path: Path, name: str
) -> None:
    """P13, P16, P17, P18, P21, P22: a row a record, cell by cell; the page says the unit with the number."""
    frame, about = listed(look, LISTS[name].form), records.info(demo.atlas, LISTS[name].form)
    assert about
    text = printed(made(demo, name), tmp_path / "p.pdf")
    columns = [about.fields[ref] for ref in LISTS[name].columns.split()]
    shown = [one for one in columns if one.label["th"] in frame]
    for _, row in frame.iterrows():
        cells = [
            number(said) if one.kind in ("integer", "decimal") else said
            for one in shown
            for said in [row[one.label["th"]]]
        ]
        assert stands("".join(cells), text), cells
    assert len(frame) >= 2


class RecordPage:
    """What the page of a record says."""

    def __init__(self, office: Office, look: Open, form_id: str, instance_id: str) -> None:
        """Open it; each group of questions, and each row of a repeat, is a list of its own."""
        self.atlas, self.form_id = office.atlas, form_id
        self.lists: list[dict[str, str]] = []
        for one in look("records", record=instance_id).get("html"):
            tree = html.fromstring(f"<div>{one.proto.body}</div>")
            pairs = zip(tree.xpath("//dt"), tree.xpath("//dd"), strict=True)
            self.lists.append({label.text_content(): value.text_content() for label, value in pairs})

    def label(self, ref: str, repeat: str = "") -> str:
        """A question as it is asked."""
        about = records.info(self.atlas, self.form_id, repeat)
        assert about
        return about.fields[ref].label["th"]

    def answer(self, ref: str) -> str:
        """The answer to a question of the form."""
        return next((one[self.label(ref)] for one in self.lists if self.label(ref) in one), "")

    def rows(self, repeat: str, *refs: str) -> list[list[str]]:
        """The answers to some questions of a repeat, row by row."""
        labels = [self.label(ref, repeat) for ref in refs]
        return [[one[label] for label in labels] for one in self.lists if set(labels) <= set(one)]


def pages_of(office: Office, look: Open, form_id: str, area: str, span: str = "all") -> list[RecordPage]:
    """The pages of two records of an area, as their papers follow each other."""
    rows = records.read(office.atlas, EVERYBODY, form_id, area=area, period=parse_period(span))
    assert rows
    return [RecordPage(office, look, form_id, str(row["_instance_id"])) for row in rows[:2]]


def number(said: str) -> str:
    """The number of ``12 คน``, as a column prints it whose heading says the unit."""
    return said.partition(" ")[0]


def rai(land: str) -> str:
    """Land that a page says in ไร่-งาน-วา, as papers do: 1,600 m² are one rai."""
    return f"{parse_area(land) / 1600:g}"


@pytest.mark.parametrize(
    ("name", "form_id", "refs"),
    [
        ("agreement_sheet", AGREEMENT, "status season signed_date user_group flow_m3_s volume_m3 penalty"
         " lowest_level_cm fee_baht_rai work_days"),
        ("land_docket", CASE, "visit_date case_type since_year state_lands land_use main_document urgency"),
        ("lessons", "lesson_learned", "action result lesson_text data_used"),
    ],
)  # fmt: skip
def test_a_sheet_has_the_answers_of_its_records_page(
    demo: Office, look: Open, tmp_path: Path, name: str, form_id: str, refs: str
) -> None:
    """P07, P08, P23: question and answer beside each other, letter by letter."""
    papers = made(demo, name)
    for i, page in enumerate(pages_of(demo, look, form_id, AREAS.get(name, PROVINCE))):
        text = printed([papers[min(i, len(papers) - 1)]], tmp_path / "p.pdf")
        answered = [ref for ref in refs.split() if page.answer(ref)]
        assert [ref for ref in answered if not stands(page.label(ref) + page.answer(ref), text)] == []
        assert len(answered) >= 3


def test_a_water_agreement_has_the_people_land_and_turns_of_its_page(
    demo: Office, look: Open, tmp_path: Path
) -> None:
    """P07: households and rai; the page says the land as ไร่-งาน-วา; each turn's zone, days and hours."""
    for page, paper in zip(
        pages_of(demo, look, AGREEMENT, VILLAGE), made(demo, "agreement_sheet"), strict=False
    ):
        text = printed([paper], tmp_path / "p.pdf")
        assert stands("ครัวเรือนที่ได้น้ำ" + number(page.answer("served_households")), text)
        assert stands(f"พื้นที่รับน้ำ{rai(page.answer('served_rai'))}ไร่", text)
        turns = page.rows("turns", "turn_zone", "turn_days", "turn_hours")
        assert turns
        for zone, days, hours in turns:
            assert re.search(rf"{loosely(zone + days)}\s*\d\d:\d\d\s*{number(hours)}(?![.,]?\d)", text)


def test_a_land_docket_has_the_people_and_the_land_of_its_page(
    demo: Office, look: Open, tmp_path: Path
) -> None:
    """P08: households, and each claimant with what he has in his hand and his land."""
    for page, paper in zip(pages_of(demo, look, CASE, VILLAGE), made(demo, "land_docket"), strict=False):
        text = printed([paper], tmp_path / "p.pdf")
        assert stands("ครัวเรือนที่เดือดร้อน" + number(page.answer("affected_households")), text)
        assert stands(f"เนื้อที่แจ้ง{rai(page.answer('area_declared'))}ไร่", text)
        people = page.rows("claimants", "claimant_name", "claimant_document")
        lands = [rai(land) for (land,) in page.rows("claimants", "claimant_area")]
        assert people
        for (name, document), land in zip(people, lands, strict=True):
            assert stands(name + document + land, text), name


def test_a_households_sheet_has_the_money_of_its_records_page(
    demo: Office, look: Open, tmp_path: Path
) -> None:
    """P01: what came in, went out and was not needed; what is in hand with what was brought."""
    text = printed(made(demo, "household_statement"), tmp_path / "p.pdf")
    for page in pages_of(demo, look, "household_account_month", VILLAGE, "2026-06"):
        came, went = page.answer("income_total"), page.answer("expense_total")
        brought, kept = page.answer("cash_brought"), page.answer("balance")
        assert brought
        in_hand = f"ยกมา{brought}คงเหลือ{kept}"
        assert re.search(loosely(f"รายรับ{came}รายจ่าย{went}") + r"[^:]{1,40}?" + loosely(in_hand), text)
        assert stands("ไม่จำเป็น" + number(page.answer("not_needed_total")), text)


def test_an_enterprises_sheet_has_the_money_of_its_records_page(
    demo: Office, look: Open, tmp_path: Path
) -> None:
    """P04: income, cost, profit or loss, that of a month, and each line of the costs."""
    papers = made(demo, "enterprise_statement")
    for page, paper in zip(pages_of(demo, look, "enterprise_pl", TAMBON), papers, strict=False):
        text = printed([paper], tmp_path / "p.pdf")
        profit, month = page.answer("profit"), page.answer("profit_month")
        words = "ขาดทุน" if profit.startswith("-") else "กำไร"
        money = f"รายได้{page.answer('income_total')}ต้นทุน{page.answer('cost_total')}"
        assert stands(f"{money}{words}{profit.lstrip('-')}{words}ต่อเดือน{month.lstrip('-')}", text)
        costs = page.rows("costs", "cost_item", "cost_paid", "cost_baht")
        assert costs
        for item, paid, baht in costs:
            assert stands(item + paid + number(baht), text)


def test_enterprises_by_kind_are_as_many_as_on_the_records_page(
    demo: Office, look: Open, tmp_path: Path
) -> None:
    """P04: how many run each kind, and what they will change."""
    frame, about = listed(look, "enterprise_pl"), records.info(demo.atlas, "enterprise_pl")
    assert about
    kind, owner, change = (
        about.fields[ref].label["th"] for ref in ("enterprise_kind", "household", "next_change")
    )
    text = printed(made(demo, "enterprises"), tmp_path / "p.pdf")
    for name, own in frame.groupby(kind):
        assert stands(f"{name}{own[owner].nunique()}", text), name
    for name, n in frame[change].value_counts().items():
        assert stands(f"{name}{n}ราย", text), name


def test_the_water_balance_has_the_numbers_of_the_records_page(
    demo: Office, look: Open, tmp_path: Path
) -> None:
    """P06: source by source and month by month, in cubic metres."""
    frame, about = listed(look, "water_account", TAMBON), records.info(demo.atlas, "water_account")
    text = printed(made(demo, "water_balance"), tmp_path / "p.pdf")
    refs = ("opening_m3", "inflow_m3", "need_m3", "used_m3", "lack_m3", "balance_m3")
    assert about
    source, month = (about.fields[ref].label["th"] for ref in ("asset_label", "period_month"))
    assert len(frame) >= 4
    for _, row in frame.iterrows():
        figures = "".join(number(row[about.fields[ref].label["th"]]) for ref in refs)
        assert stands(row[source] + row[month].partition(" ")[2] + figures, text)


def test_the_work_of_each_phase_is_that_of_its_records_page(demo: Office, look: Open, tmp_path: Path) -> None:
    """P24: which phase, who, what."""
    (page,) = pages_of(demo, look, "province_programme", PROVINCE)
    text = printed(made(demo, "phase_plan"), tmp_path / "p.pdf")
    work = page.rows("phases", "plan_phase", "plan_doer", "plan_work")
    assert len(work) >= 5
    assert [one for one in work if not stands("".join(one), text)] == []


def board(look: Open) -> tuple[AppTest, pd.DataFrame]:
    """Page *Plans*, and its table of projects."""
    page = look("plans", area=PROVINCE)
    evidence, granted = (t(f"plans.col_{one}", "th") for one in ("evidence", "granted"))
    return page, next(one.value for one in page.dataframe if {evidence, granted} <= set(one.value.columns))


def test_the_plan_book_has_the_numbers_of_the_page(demo: Office, look: Open, tmp_path: Path) -> None:
    """P09: of each project what was granted and its evidence; of each tier the money; problems by weight."""
    (page, frame), text = board(look), printed(made(demo, "plan_book"), tmp_path / "p.pdf")
    name, evidence, granted = (t(f"plans.col_{one}", "th") for one in ("project", "evidence", "granted"))
    for _, row in frame.iterrows():
        rest = rf"[^\d]*[\d,]+\s+{number(row[granted])}\s+{row[evidence]}(?!\d)"
        assert re.search(loosely(row[name]) + rest, text), row[name]
    captions = [one.value for one in page.caption]
    about = records.info(demo.atlas, "project_proposal")
    assert about
    for tier in ("household", "group", "lao", "agency"):
        label = about.fields["doer_tier"].label_of(tier, "th")
        total = captions[captions.index(label) + 1]
        assert stands("รวม" + number(total), text), label
    weight = t("plans.col_priority", "th")
    problems = next(one.value for one in page.dataframe if weight in one.value.columns)
    first, side = (t(f"plans.col_{one}", "th") for one in ("problem_name", "problem_side"))
    for _, row in problems.iterrows():
        assert re.search(rf"{loosely(row[first] + row[side])}[^\d]*{row[weight]}(?!\d)", text), row[first]


def test_projects_raised_have_the_money_of_the_page(demo: Office, look: Open, tmp_path: Path) -> None:
    """P11: what was granted to each that stands in a plan of the province."""
    (_, frame), text = board(look), printed(made(demo, "raised_projects"), tmp_path / "p.pdf")
    name, place, granted = (t(f"plans.col_{one}", "th") for one in ("project", "place", "granted"))
    known = {(row[name], tambon(row[place]), number(row[granted])) for _, row in frame.iterrows()}
    names = "|".join(map(re.escape, set(frame[name])))
    rows = re.findall(rf"\n\d+ ({names})\s+(ต\..*?) [\d,]{{4,}} ([\d,]+)(?=\n)", text, re.DOTALL)
    assert len(rows) == 6
    assert {(project, tambon(where), baht) for project, where, baht in rows} <= known


def tambon(place: str) -> str:
    """The tambon of a place."""
    return place.partition("ต.")[2].split()[0]
