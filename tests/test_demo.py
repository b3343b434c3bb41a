"""The demo takes the way of real submissions, and leaves without touching those."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import docx
import geopandas as gpd
import numpy as np
import offices
import openpyxl
import pypdfium2
import pytest
import sqlalchemy as sa

from geo.boundaries import read
from geo.locate import Locator
from ingest import demo, log
from ingest.access import Viewer
from ingest.envelope import read_envelope
from ingest.log import Outcome, Received
from ingest.projecting import follow
from ingest.projecting.warehouse import Warehouse
from ingest.sample.story import submissions
from ingest.tables import attachment, submission
from reports.papers import catalogue
from reports.papers.asking import Asking
from streamlit_app.office import Office
from thai.calendar import format_date
from thai.periods import parse_period
from thai.problem import Problem

BOSS = Viewer("boss@example.org", "administrator", "")
WANTED_FLAGS = {
    "tambon_disagrees", "tambon_near_line", "poor_accuracy", "self_crossing", "too_few_points",
    "swapped_lat_lon", "out_of_range", "area_differs", "spike",
}  # fmt: skip


@pytest.fixture(scope="module")
def demo_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office with the demo, for tests that only look."""
    with offices.opened(tmp_path_factory.mktemp("demo") / "data") as office:
        demo.load(office.atlas)
        office.follower.catch_up()
        yield office


def rebuilt(office: Office) -> dict[str, str]:
    """The digests of a warehouse made from the log anew."""
    atlas = office.atlas
    fresh = Warehouse(None)
    fresh.ensure_tables(atlas.reference.catalogue.schemas.values())
    with atlas.log.connect() as connection:
        upto = log.last_seq(connection)
    follow.fill(fresh, atlas, atlas.reference, upto, workers=0)
    digests = fresh.digests()
    fresh.close()
    return digests


def test_the_demo_shows_every_form_around_two_tambons(demo_office: Office) -> None:
    """A few thousand submissions, most in Ko Thuat and Khlong Noi, all marked as demo."""
    counts = demo_office.atlas.warehouse.counts()
    assert 2400 <= counts["demo"] <= 4500
    assert set(counts["forms"]) == set(demo_office.atlas.reference.catalogue.form_ids)
    assert counts["superseded"] == 2  # one plot was corrected twice
    cursor = demo_office.atlas.warehouse.cursor()
    reasons = cursor.execute(
        "SELECT reason FROM submission WHERE outcome = 'quarantined' ORDER BY 1"
    ).fetchall()
    assert reasons == [("unknown_version",), ("unreadable",)]
    (near,) = cursor.execute(
        "SELECT avg((_tambon IN ('801206', '801202'))::INTEGER) FROM pomelo_plot"
    ).fetchone() or (0,)
    assert near > 0.6


def test_every_answer_of_the_demo_fits_its_form(demo_office: Office) -> None:
    """What the Quality page shows are the defects put there on purpose, and nothing else."""
    cursor = demo_office.atlas.warehouse.cursor()
    codes = {code for (code,) in cursor.execute("SELECT DISTINCT code FROM flag").fetchall()}
    assert codes == WANTED_FLAGS
    flagged = cursor.execute("SELECT count(DISTINCT _instance_id) FROM flag").fetchall()[0][0]
    assert flagged < demo_office.atlas.warehouse.counts()["demo"] / 70


def test_the_demo_asks_for_no_field_that_the_forms_do_not_have(demo_office: Office) -> None:
    """Each filter of a form that the demo fills is answered somewhere; a form that changed shows up here."""
    catalogue = demo_office.atlas.reference.catalogue
    cursor = demo_office.atlas.warehouse.cursor()
    empty = [
        f"{form_id}.{ref}"
        for form_id in catalogue.form_ids
        for ref in catalogue.usages[form_id].filters
        if not cursor.execute(f'SELECT count("{ref}") FROM "{form_id}"').fetchall()[0][0]
    ]
    assert empty == []


def test_households_become_entities_that_plots_refer_to(demo_office: Office) -> None:
    """A plot's owner is a household that was registered before."""
    cursor = demo_office.atlas.warehouse.cursor()
    lost = cursor.execute(
        "SELECT count(*) FROM pomelo_plot p WHERE household IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM entity_event e WHERE e.entity_id = p.household AND e._seq < p._seq)"
    ).fetchall()
    assert lost == [(0,)]
    assert cursor.execute("SELECT count(*) FROM entity").fetchall()[0][0] > 1000


def test_what_a_visit_chooses_was_registered_before(demo_office: Office) -> None:
    """Accounts, costs, visits, checks and follow-ups are about things that already stood in a list."""
    cursor = demo_office.atlas.warehouse.cursor()
    chosen = {
        "household_account_month": "household", "household_debt": "debt", "plot_visit": "plot",
        "crop_cost": "plot",
        "water_account": "asset", "water_agreement_check": "agreement", "land_case_followup": "case",
    }  # fmt: skip
    for form_id, field in chosen.items():
        lost, found = cursor.execute(
            f'SELECT count(*) FILTER (e.entity_id IS NULL), count(e.entity_id) FROM "{form_id}" v LEFT JOIN'
            f" (SELECT entity_id, min(_seq) AS first FROM entity_event GROUP BY 1) e"
            f' ON e.entity_id = v."{field}" AND e.first < v._seq WHERE v."{field}" IS NOT NULL'
        ).fetchall()[0]
        assert (lost, found > 20) == (0, True), form_id


def test_the_money_of_the_demo_adds_up(demo_office: Office) -> None:
    """An account's totals are the sums of its lines, and no debt falls below nothing."""
    cursor = demo_office.atlas.warehouse.cursor()
    wrong = cursor.execute(
        "SELECT count(*) FROM household_account_month a JOIN (SELECT _instance_id, sum(amount_baht) FILTER"
        " (line_kind = 'income') AS earned, sum(amount_baht) FILTER (line_kind = 'expense') AS spent FROM"
        ' "household_account_month/lines" GROUP BY 1) l USING (_instance_id)'
        " WHERE coalesce(earned, 0) <> income_total OR coalesce(spent, 0) <> expense_total"
    ).fetchall()
    lowest, cleared = cursor.execute(
        "SELECT min(balance_after), count(*) FILTER (debt_state = 'cleared') FROM household_debt"
    ).fetchall()[0]
    assert wrong == [(0,)]
    assert lowest == 0
    assert cleared > 5


def test_plans_cite_records_that_are_there(demo_office: Office) -> None:
    """A plan weighs what its data weigh: each citation is an earlier record of the same tambon."""
    cursor = demo_office.atlas.warehouse.cursor()
    cited, known = cursor.execute(
        'SELECT count(*), count(s._seq) FROM "project_proposal/evidence" e LEFT JOIN submission s'
        " ON s._instance_id = e.evidence_record AND left(s._area, 6) = left(e._area, 6)"
    ).fetchall()[0]
    assert cited == known > 30
    tiers = cursor.execute("SELECT doer_tier, count(*) FROM project_proposal GROUP BY 1").fetchall()
    assert {tier for tier, count in tiers if count > 3} == {"household", "group", "lao", "agency"}


def test_projects_and_funds_go_on_from_form_to_form(demo_office: Office) -> None:
    """Proposal, decision and report change one project; the month's account changes its fund."""
    cursor = demo_office.atlas.warehouse.cursor()
    rows = cursor.execute(
        "SELECT dataset, count(*), max(version) FROM entity WHERE dataset IN ('projects', 'funds', 'grants')"
        " GROUP BY 1 ORDER BY 1"
    ).fetchall()
    newest = {dataset: version for dataset, _, version in rows}
    assert newest["funds"] == 13
    assert newest["grants"] == 3
    assert newest["projects"] >= 3
    assert cursor.execute("SELECT count(*) FROM entity_version WHERE conflict <> ''").fetchall() == [(0,)]


def test_a_record_of_the_province_belongs_to_the_province(demo_office: Office) -> None:
    """Its area is the two-digit code, so that a tambon's list does not show it."""
    cursor = demo_office.atlas.warehouse.cursor()
    sql = (
        "SELECT DISTINCT _area, _verdict FROM grant_project UNION SELECT _area, _verdict FROM province_agenda"
    )
    assert cursor.execute(sql).fetchall() == [("80", "no_geometry")]
    forums = "SELECT DISTINCT forum_level, length(_area) FROM forum_record ORDER BY 2"
    levels = [("province", 2), ("amphoe", 4), ("tambon", 6), ("village", 8)]
    assert cursor.execute(forums).fetchall() == levels


def test_the_demo_is_the_same_every_time(demo_office: Office) -> None:
    """Fixed seed, fixed dates: two machines show the same numbers."""
    reference = demo_office.atlas.reference
    once = submissions(reference.catalogue, reference.names)
    assert once == submissions(reference.catalogue, reference.names)
    assert str(once[0].received_at) > "2025-10-01"
    assert str(once[-1].received_at) < "2026-10-03"


def test_the_demo_lies_in_the_real_tambons_too(demo_office: Office, shared: Path) -> None:
    """Whoever adds the real boundaries sees the demo where its forms say it is."""
    table = read(shared / "boundaries" / "pilot5_adm3_full.gpkg")
    tambons: gpd.GeoDataFrame = table.frame
    locator = Locator.build(tambons["code"].to_numpy(), tambons.geometry.to_numpy())
    rows = (
        demo_office.atlas.warehouse.cursor()
        .execute(
            "SELECT map_point__lon, map_point__lat, _reported FROM household_register"
            " UNION ALL SELECT point__lon, point__lat, _reported FROM pomelo_plot"
            " UNION ALL SELECT point__lon, point__lat, _reported FROM land_case"
        )
        .fetchnumpy()
    )
    lon, lat, reported = rows.values()
    found = np.append(locator.codes, "")[locator.locate_points(np.asarray(lon), np.asarray(lat)).index]
    assert np.mean(found == np.asarray(reported, dtype=str)) > 0.99


def test_the_demo_goes_only_into_an_empty_log(office: Office) -> None:
    """Real data and the demo never mix by accident."""
    schema = office.atlas.reference.catalogue.newest("pomelo_plot").schema
    offices.send(office, offices.submission(schema, {"trees": 3}))
    with pytest.raises(Problem) as refused:
        demo.load(office.atlas)
    assert refused.value.code == "demo_needs_empty_log"


def test_removing_the_demo_leaves_what_a_phone_sent(office: Office) -> None:
    """One click takes the demo; the phone's submission and its photo stay, and the map shows them."""
    atlas = office.atlas
    demo.load(atlas)
    schema = atlas.reference.catalogue.newest("pomelo_plot").schema
    xml = offices.submission(schema, {"trees": 3, "photo": "a.jpg", "tambon": "801206"}, instance="uuid:real")
    photo = atlas.attachments.put("a.jpg", b"jpeg")
    with log.writing(atlas.log) as connection:
        log.append(connection, [Received(read_envelope(xml), xml, "phone", (photo,))])
    office.follower.catch_up()
    before = atlas.warehouse.counts()
    removed = demo.remove(atlas)
    office.follower.catch_up()
    after = atlas.warehouse.counts()

    assert removed == before["demo"]
    assert (after["demo"], after["projected"], after["forms"]) == (0, 1, {"pomelo_plot": 1})
    with atlas.log.connect() as connection:
        assert [row.instance_id for row in connection.execute(sa.select(submission))] == ["uuid:real"]
        assert len(list(connection.execute(sa.select(attachment)))) == 1
    assert atlas.warehouse.digests() == rebuilt(office)
    assert demo.remove(atlas) == 0


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_live_and_rebuilt_data_are_equal_however_submissions_arrive(
    office: Office, demo_office: Office, seed: int
) -> None:
    """Shuffled, repeated, in batches of any size, edits before their originals: once in, and the same."""
    chance = random.Random(seed)
    reference = demo_office.atlas.reference
    everything = [one.xml for one in submissions(reference.catalogue, reference.names)]
    odd = [
        xml for xml in everything if b"deprecatedID" in xml or b"2025010101" in xml or b"</data>" not in xml
    ]
    originals = [
        xml
        for xml in everything
        if any(read_envelope(edit).deprecated_id == read_envelope(xml).instance_id for edit in odd)
    ]
    chosen = [*chance.sample(everything, 60), *odd, *originals]
    sent = [*chosen, *chance.sample(chosen, 20)]
    chance.shuffle(sent)
    outcomes: list[Outcome] = []
    while sent:
        size = chance.randint(1, 30)
        outcomes += offices.send(office, *sent[:size])
        del sent[:size]

    distinct = {read_envelope(xml).instance_id for xml in chosen}
    assert outcomes.count(Outcome.NEW) == len(distinct)
    counts = office.atlas.warehouse.counts()
    assert counts["projected"] + counts["superseded"] + counts["quarantined"] == len(distinct)
    assert office.atlas.warehouse.digests() == rebuilt(office)


OF_A_MONTH = ("village_forum", "household_statement", "tambon_accounts")
WIDEST = {"tambon": "801206", "province": "80", "country": ""}


def said(value: Any) -> Iterator[str]:
    """Every text that a paper holds, but the names of its parts and its pictures."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for one in value:
            yield from said(one)
    elif isinstance(value, dict):
        for key, one in value.items():
            if key not in ("kind", "size", "align", "svg", "group", "day"):
                yield from said(one)


def printed(path: Path) -> str:
    """The words of a PDF."""
    with pypdfium2.PdfDocument(path) as document:
        found = "".join("".join(page.get_textpage().get_text_range().split()) for page in document)
    return found.replace("\ufffe", "-")  # what a hyphen at a line's end is read as


def written(path: Path) -> str:
    """The words of a Word document, cells and feet of pages among them."""
    document = docx.Document(str(path))
    feet = [one.footer._element for one in document.sections]
    runs = [text for part in (document.element.body, *feet) for text in part.itertext()]
    return "".join("".join(runs).split())


def computed(path: Path) -> str:
    """The words of a workbook, and its numbers and days as Excel shows them."""
    shown = []
    for cell in (one for sheet in openpyxl.load_workbook(path) for row in sheet for one in row):
        value = cell.value
        if isinstance(value, datetime):
            shown.append(format_date(value.date()))
        elif isinstance(value, int | float):
            places, unit = re.fullmatch(r'#,##0(?:\.(0+))?(?:"(.*)")?', cell.number_format).groups(default="")
            rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-len(places)), ROUND_HALF_UP)
            shown.append(f"{rounded:,f}{unit}")
        else:
            shown.append(str(value or ""))
    return "".join("".join(shown).split())


@pytest.mark.parametrize("name", catalogue.KINDS)
def test_a_printed_paper_says_all_that_it_was_made_of(demo_office: Office, name: str, tmp_path: Path) -> None:
    """Read out of PDF, Word and Excel again: every word and figure of the demo's papers, all Thai marks."""
    kind = catalogue.kind_of(name)
    period = parse_period("2026-08" if name in OF_A_MONTH else "FY2569" if kind.number == "P12" else "all")
    asked = Asking(demo_office.atlas, BOSS, date(2026, 11, 29), period)
    papers = catalogue.papers_of(asked, kind, WIDEST[kind.up_to])[:2]
    texts = [text for one in papers for text in said(asdict(one))]
    for ending, read_again in (("pdf", printed), ("docx", written), ("xlsx", computed)):
        catalogue.write_papers(papers, tmp_path / f"paper.{ending}")
        words = read_again(tmp_path / f"paper.{ending}")
        missing = [text for text in texts if "".join(text.split()) not in words]
        assert missing == [], ending
