"""What a page shows and what a paper prints are one number: cards of *Indicators* against papers as PDF."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import offices
import pytest
import village_office
from printed import read, squeezed, stands
from streamlit.testing.v1 import AppTest

from ingest.access import Viewer
from reports.papers import catalogue
from reports.papers.asking import Asking
from reports.programmes import programmes
from streamlit_app import viewer as door
from streamlit_app.office import Office, open_office
from thai.periods import parse_period

OFFICER = Viewer("o", "officer", "8012")
VILLAGE, TAMBON = "80120603", "801206"
LESS = {False: "ไม่แสดง", True: "ยังไม่ได้นำเข้าจำนวนที่ใช้หารให้ครบพื้นที่"}  # of a number; of a card without one


@pytest.fixture(scope="module")
def villages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A tambon with two villages that keep accounts."""
    with offices.opened(tmp_path_factory.mktemp("villages") / "data") as office:
        village_office.fill(office)
        yield office


def run_page() -> None:
    """The page of indicators, as Streamlit runs it."""
    from streamlit_app.views.indicators import page

    page()


@pytest.fixture
def shown(villages: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Pages are of this office, seen by its officer."""
    open_office(villages)
    monkeypatch.setattr(door, "viewer", lambda: OFFICER)
    yield
    open_office(None)


def cards(theme: str, area: str, span: str) -> dict[str, str]:
    """The numbers on the page by their names, without spaces."""
    page = AppTest.from_function(run_page, default_timeout=60)
    for key, value in (("theme", theme), ("area", area), ("span", span)):
        page.query_params[key] = value
    page.run()
    assert not page.exception, [one.value for one in page.exception]
    return {squeezed(one.label): squeezed(one.value) for one in page.metric}


def printed(office: Office, name: str, area: str, span: str, path: Path) -> str:
    """The words of a paper, read from its PDF."""
    catalogue.write(Asking(office.atlas, OFFICER, date(2026, 11, 25), parse_period(span)), name, area, path)
    return read(path)


@pytest.mark.usefixtures("shown")
@pytest.mark.parametrize("programme", ["abc", "nakhon", "livelihood"])
def test_every_card_of_a_programme_stands_on_its_paper(
    villages: Office, tmp_path: Path, programme: str
) -> None:
    """Name and number beside each other, in a row of the table.

    A paper goes to everybody: what few households gave, it says, is not shown; money alone is held back so.
    """
    on_screen = cards(programmes()[programme].title["th"], TAMBON, "FY2570")
    on_paper = printed(villages, f"programme_{programme}", TAMBON, "FY2570", tmp_path / "p.pdf")
    other = [name for name, value in on_screen.items() if not stands(name + value, on_paper)]

    assert on_screen
    assert [name for name in other if not stands(name + LESS[on_screen[name] == "–"], on_paper)] == []
    assert len(other) <= {"livelihood": 5, "nakhon": 1, "abc": 0}[programme]


@pytest.mark.usefixtures("shown")
def test_the_forum_sheet_has_the_numbers_of_the_screen(villages: Office, tmp_path: Path) -> None:
    """Six households: 2,000 baht in and 1,400 out each, 14.3 % of it not needed."""
    on_screen = cards("บัญชีครัวเรือนรายเดือน", VILLAGE, "2026-10")
    on_paper = printed(villages, "village_forum", VILLAGE, "2026-10", tmp_path / "p.pdf")
    for on_card, on_sheet, value in (
        ("ครัวเรือนที่ทำบัญชี", "ครัวเรือนที่ส่งบัญชี", "6"),
        ("รายรับเฉลี่ยต่อครัวเรือน", "รายรับเฉลี่ยต่อครัวเรือน", "2,000บาท"),
        ("รายจ่ายเฉลี่ยต่อครัวเรือน", "รายจ่ายเฉลี่ยต่อครัวเรือน", "1,400บาท"),
        ("รายจ่ายไม่จำเป็น", "รายจ่ายที่บันทึกว่าไม่จำเป็น", "14.3%"),
    ):
        [card] = [number for name, number in on_screen.items() if name.startswith(on_card)]
        assert stands(f"={value}", f"={card}"), on_card
        assert stands(on_sheet + value, on_paper), on_sheet


@pytest.mark.usefixtures("shown")
def test_the_tambons_accounts_have_the_numbers_of_the_screen(villages: Office, tmp_path: Path) -> None:
    """Six households of one village spent 5,154 baht: 859 each, 3,000 / 5,154 = 58.2 % of it not needed."""
    on_screen = cards("บัญชีครัวเรือนรายเดือน", "801202", "2026-10")
    on_paper = printed(villages, "tambon_accounts", "801202", "2026-10", tmp_path / "p.pdf")
    for on_card, on_sheet, value in (
        ("ครัวเรือนที่ทำบัญชี", "ครัวเรือนที่ส่งบัญชี", "6ครัวเรือน"), ("รายจ่ายเฉลี่ยต่อครัวเรือน", "รายจ่ายต่อบัญชี", "859บาท"),
        ("รายจ่ายไม่จำเป็น", "5,1543,000", "58.2%"),
    ):  # fmt: skip
        [card] = [number for name, number in on_screen.items() if name.startswith(on_card)]
        assert card == value
        assert stands(on_sheet + value.removesuffix("%").removesuffix("ครัวเรือน"), on_paper), on_sheet


@pytest.mark.usefixtures("shown")
def test_costs_of_crops_have_the_numbers_of_the_screen(villages: Office, tmp_path: Path) -> None:
    """Rice of five households: 4,200 baht a rai, 6,000 - 4,200 = 1,800 left, 4,200 / 500 = 8.4 a kilogram."""
    on_screen = cards(programmes()["livelihood"].title["th"], TAMBON, "FY2570")
    on_paper = printed(villages, "crop_costs", TAMBON, "FY2570", tmp_path / "p.pdf")
    rice = [value for name, value in on_screen.items() if "ข้าว" in name]
    assert rice == ["4,200บาท/ไร่", "1,800บาท/ไร่", "8.4บาท/กก."]
    assert stands("ข้าว5" + "".join(one.partition("บาท")[0] for one in rice), on_paper)
