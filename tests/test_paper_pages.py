"""The pages for papers, grants and printed tables, as viewers with different rights see them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import grants_office
import offices
import pypdfium2
import pytest
import seed_tables
from printed import loosely, read, stands
from streamlit.testing.v1 import AppTest

from commands import check_table, parser
from ingest.access import Viewer
from reports import grants
from reports.grants import Grant, Transfer
from reports.papers import catalogue
from reports.papers.asking import Asking
from reports.papers.model import Table, cell_text
from streamlit_app import viewer as door
from streamlit_app.office import Office, open_office
from streamlit_app.texts import t

EVERYBODY = Viewer("a", "administrator", "")
Open = Callable[..., AppTest]


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office with the grants of seed 003."""
    with offices.opened(tmp_path_factory.mktemp("pages") / "data") as office:
        grants_office.fill(office)
        yield office


def run_page(name: str) -> None:
    """The body of a page, as Streamlit runs it."""
    import importlib

    importlib.import_module(f"streamlit_app.views.{name}").page()


@pytest.fixture
def look(register: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Open a page as a viewer."""
    open_office(register)

    def opened(name: str, viewer: Viewer = EVERYBODY, **query: str) -> AppTest:
        monkeypatch.setattr(door, "viewer", lambda: viewer)
        test = AppTest.from_function(run_page, args=(name,), default_timeout=30)
        for key, value in query.items():
            test.query_params[key] = value
        test.run()
        assert not test.exception, [one.value for one in test.exception]
        return test

    yield opened
    open_office(None)


def seen(test: AppTest) -> str:
    """The words of a page."""
    parts: list[Any] = [*test.markdown, *test.caption, *test.info, *test.success, *test.warning]
    return "\n".join([*(str(one.value) for one in parts), *(one.value.to_csv() for one in test.dataframe)])


def test_the_grants_page_says_what_is_next(look: Open) -> None:
    """As of 19 April 2564: both tables, the amount in words, the near miss and the day of each next step."""
    page = look("grants")
    page.text_input[0].set_value("19 เม.ย. 64").run()
    words = seen(page)

    assert "10,921,966 บาท" in words
    assert "สิบล้านเก้าแสนสองหมื่นหนึ่งพันเก้าร้อยหกสิบหกบาทถ้วน" in words
    assert "69.85" in words
    assert "⚠ งวด 1 ภายใน 3 เดือน (วัน): 87" in words
    assert "โอนงวด 2" in words
    assert "30 ก.ย. 2564" in words
    page.text_input[0].set_value("1 ก.พ. 64").run()
    assert "1,762,380 บาท" in seen(page)  # on that day the regional project alone was approved
    assert "15,635,880" not in seen(page)


def test_the_grants_page_has_the_numbers_of_its_papers(look: Open, register: Office, tmp_path: Path) -> None:
    """P14 and P15 as of 19 April 2564, line by line, in the model and out of the PDF; 18 grants, their sum
    stands on paper alone. The other P14 has the approved money of each, after what it is for.
    """
    page = look("grants")
    page.text_input[0].set_value("19 เม.ย. 64").run()
    asking = Asking(register.atlas, EVERYBODY, grants_office.AS_OF)
    texts = {}
    for name in ("codi_status", "codi_disbursement", "grant_summary"):
        catalogue.write(asking, name, "", tmp_path / "p.pdf")
        texts[name] = read(tmp_path / "p.pdf")
    for shown, name, n in zip(page.dataframe[:2], ("codi_status", "codi_disbursement"), (3, 18), strict=True):
        (paper,) = catalogue.papers_of(asking, catalogue.kind_of(name), "")
        table = next(one for one in paper.blocks if isinstance(one, Table))
        on_paper = [[cell_text(cell) for cell in row] for row in table.rows[:n]]
        on_screen = [[str(one).removesuffix(" บาท") for one in row] for row in shown.value.to_numpy()]
        assert [row[-4:] for row in on_screen] == [row[-4:] for row in on_paper]
        assert [row for row in on_screen if not stands("".join(row[-4:]), texts[name])] == []
    project, approved = (t(f"grants.{one}", "th") for one in ("project", "approved"))
    for _, row in page.dataframe[1].value.iterrows():
        between = r"(–|[^–]*2\.\s*พัฒนาระบบติดตามประเมินผล)\s*"
        baht = row[approved].removesuffix(" บาท")
        assert re.search(
            loosely(row[project]) + r"\s*" + between + rf"{baht}(?![.,]?\d)", texts["grant_summary"]
        )


def test_a_broken_rule_stands_first(look: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last of the register got all at once: its sign, its share, and both instalments beside the rest."""
    read = grants.read

    def changed(*asked: Any) -> list[Grant]:
        *others, last = read(*asked)
        whole = Transfer(1, date(2021, 3, 1), last.approved), Transfer(2, date(2021, 3, 2), Decimal(9))
        return [*others, replace(last, project="ทุนที่โอนครั้งเดียว", transfers=whole)]

    monkeypatch.setattr(grants, "read", changed)
    page = look("grants")
    page.text_input[0].set_value("19 เม.ย. 64").run()
    _, rows, actions = (one.value for one in page.dataframe)

    first = actions.iloc[0]
    assert first["โครงการ"] == "ทุนที่โอนครั้งเดียว"
    assert "✗ งวด 1 ไม่เกิน 70%: 100.000%" in first["ตรวจตามเงื่อนไข"]
    assert "✗ จ่ายเกินวงเงิน: 9" in first["ตรวจตามเงื่อนไข"]
    assert (rows["เบิกงวด 2"] == "9 บาท").sum() == 1


@pytest.mark.parametrize("name", ["papers", "grants", "check"])
def test_pages_open_in_both_languages_for_a_stranger_too(look: Open, name: str) -> None:
    """A planner of another province sees no figure of this one, and a reason."""
    stranger = Viewer("s", "planner", "96")
    thai, english = look(name, stranger), look(name, stranger, lang="en")

    assert seen(thai) != seen(english)
    assert "15,635,880" not in seen(thai)


def test_a_paper_is_shown_and_offered(look: Open) -> None:
    """A picture of the page, and the four kinds of file."""
    page = look("papers")
    page.selectbox[0].set_value("codi_status").run()

    assert not page.exception
    assert len(page.get("image")) >= 1
    assert len(page.get("download_button")) == 4


def test_a_filter_cuts_papers_of_records_and_no_others(look: Open) -> None:
    """A list's page offers its form's questions; a paper of sums says that it is always of all records."""
    page = look("papers", q="ชื่อที่ไม่มี")
    page.selectbox[0].set_value("codi_status").run()
    assert any("นับทุกรายการ" in one.value for one in page.caption)
    page.selectbox[0].set_value("leaders").run()
    assert not any("นับทุกรายการ" in one.value for one in page.caption)
    assert "ตัวกรอง" in page.expander[0].label


def test_a_table_is_checked_on_the_page(look: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cell, what is printed and the likely causes stand in the table of findings."""
    import streamlit as st

    class Given:
        name = "003.csv"

        def getvalue(self) -> bytes:
            return seed_tables.csv_file(seed_tables.disbursement())

    monkeypatch.setattr(st, "file_uploader", lambda *_, **__: Given())
    page = look("check")
    words = seen(page)

    assert len(page.get("download_button")) == 4
    assert "H20" in words
    assert "281,545" in words
    assert "ค.ศ. 1964" in words


def test_the_findings_on_the_page_are_those_of_the_paper(
    look: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """P25: cell, what is printed, what is computed, how far apart; of a sum 90 short and of the dates."""
    import streamlit as st

    rows = seed_tables.disbursement()
    rows[-1] = [cell.replace("15,635,880", "15,635,790") for cell in rows[-1]]
    table = seed_tables.csv_file(rows)

    class Given:
        name = "003.csv"

        def getvalue(self) -> bytes:
            return table

    monkeypatch.setattr(st, "file_uploader", lambda *_, **__: Given())
    shown = look("check").dataframe[0].value
    (tmp_path / "003.csv").write_bytes(table)
    target = tmp_path / "findings.pdf"
    check_table.run(parser.parse(["check-table", str(tmp_path / "003.csv"), "--to", str(target)]))
    text = read(target)
    cell_, finding, *figures = (
        t(f"check.{one}", "th") for one in ("cell", "finding", "printed", "computed", "apart")
    )
    assert any("15,635,790" in row[figures[0]] for _, row in shown.iterrows())
    for _, row in shown.iterrows():
        told = loosely(row[cell_] + row[finding]) + r"\s*(\([^)]*\))?\s*"
        assert re.search(told + loosely("".join(row[one] for one in figures)) + r"(?![.,]?\d)", text)


def test_the_findings_of_a_table_are_a_paper(tmp_path: Path) -> None:
    """The disbursement table as printed: 281,545 under the dates, with its cell, in a file to send back."""
    table, target = tmp_path / "003.csv", tmp_path / "findings.pdf"
    table.write_bytes(seed_tables.csv_file(seed_tables.disbursement()))
    args = parser.parse(["check-table", str(table), "--to", str(target)])
    assert check_table.run(args)["paper"] == str(target)
    with pypdfium2.PdfDocument(target) as document:
        words = "".join("".join(page.get_textpage().get_text_range().split()) for page in document)
    for said in ("P25หน้า1/", "H20", "281,545", "ค.ศ.1964", "ผู้จัดทำตาราง"):
        assert said in words


def test_the_command_writes_the_paper_and_refuses_with_a_reason(tmp_path: Path) -> None:
    """One JSON document; an unknown name gets the nearest one, an office without data says so."""
    running = offices.RunningOffice(tmp_path / "data")
    with offices.opened(running.data):
        pass  # begun, and nothing was sent
    target = tmp_path / "status.pdf"

    refused = running.command("report", "codi_statu", "--to", str(target), check=False)
    assert refused["problems"][0]["code"] == "paper_unknown"
    assert "codi_status" in refused["problems"][0]["remedy_en"]
    empty = running.command("report", "codi_status", "--to", str(target), check=False)
    assert empty["problems"][0]["code"] == "paper_empty"
    assert not target.exists()
