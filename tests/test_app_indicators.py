"""The page of indicators as each role sees it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import accounts_form
import pytest
from accounts_form import month
from streamlit.testing.v1 import AppTest

from ingest.access import Viewer
from streamlit_app import viewer as door
from streamlit_app.office import Office, open_office

OFFICER = Viewer("officer@example.org", "officer", "8012")
PLANNER = Viewer("planner@example.org", "planner", "8012")
Open = Callable[..., AppTest]


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Two villages' account months."""
    with accounts_form.opened(tmp_path_factory.mktemp("page")) as office:
        spent = [("expense", "yes", "1200.50"), ("expense", "no", "99.50")]
        book = [
            month("80120603", "A", "2025-09-30", spent[:1]),
            month("80120603", "A", "2025-11-30", spent, debt=5, debt_less="yes"),
            month("80120604", "B", "2025-11-30", spent[:1]),
        ]
        accounts_form.fill(office, book)
        yield office


def run_page() -> None:
    """The page's body, as Streamlit runs it."""
    from streamlit_app.views.indicators import page

    page()


@pytest.fixture
def look(accounts: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Open the page as a viewer with an address."""
    open_office(accounts)

    def opened(viewer: Viewer, **query: str) -> AppTest:
        monkeypatch.setattr(door, "viewer", lambda: viewer)
        test = AppTest.from_function(run_page, default_timeout=30)
        for key, value in query.items():
            test.query_params[key] = value
        test.run()
        assert not test.exception, [one.value for one in test.exception]
        return test

    yield opened
    open_office(None)


def test_a_card_has_the_value_its_parts_and_its_target(look: Open) -> None:
    """Of three lines one was unneeded: 33.3 %, 1 of 3, the target of 20 % missed; money to the satang."""
    page = look(OFFICER, span="2025-11")
    metrics = {one.label: one.value for one in page.metric}
    assert metrics["ไม่จำเป็น"] == "33.3 %"
    assert metrics["รายจ่าย"] == "2,500.50 บาท"
    captions = [one.value for one in page.caption]
    assert any("1 จาก 3" in text and "ยังไม่ถึงเป้า" in text for text in captions)
    assert any("ข้อมูลถึง 21 พ\\.ย\\. 2569" in text for text in captions)


def test_a_month_without_data_is_a_gap_among_the_bars(look: Open) -> None:
    """September 1,200.50 and November 2,500.50 baht; of October nothing was reported, which is not zero."""
    page = look(OFFICER, span="2025-11")
    [bars] = [one.proto.body for one in page.get("html") if "2,500.50 บาท" in one.proto.body]
    assert re.findall(r'title="(.*?)"', bars) == [
        "ก.ย. 2568: 1,200.50 บาท", "ต.ค. 2568: ยังไม่มีข้อมูล", "พ.ย. 2568: 2,500.50 บาท",
    ]  # fmt: skip
    assert re.findall(r'class="blank"|height:[\d.]+%', bars) == [
        "height:48.0%",
        'class="blank"',
        "height:100.0%",
    ]


def test_months_begin_with_the_newest_that_has_data(look: Open) -> None:
    """From the fiscal year to months: November, of which the book speaks, not the month of today."""
    page = look(OFFICER)
    kind = next(one for one in page.selectbox if one.label == "ช่วงเวลา")
    kind.set_value("month").run()
    assert page.query_params["span"] == "2025-11"


def test_numbers_of_personal_answers_are_named_but_not_shown(look: Open) -> None:
    """A planner reads that one more indicator exists; an officer sees its number."""
    assert "หนี้รวม" in {one.label for one in look(OFFICER, span="FY2569").metric}
    page = look(PLANNER, span="FY2569")
    assert "หนี้รวม" not in {one.label for one in page.metric}
    assert any("มีอีก 1 ตัวชี้วัด" in one.value for one in page.caption)


def test_an_indicator_by_area_is_ranked(look: Open) -> None:
    """Less spending is better: village 4 comes before village 3."""
    page = look(OFFICER, span="2025-11", area="801206", indicator="trial.spent")
    table = page.dataframe[0].value
    assert list(table["อันดับ"]) == ["1", "2"]
    assert [text.split()[0] for text in table["พื้นที่"]] == ["ม.4", "ม.3"]
    assert list(table["ค่า"]) == ["1,200.50 บาท", "1,300 บาท"]


def test_a_period_without_data_says_so(look: Open) -> None:
    """No zero where nothing was reported."""
    page = look(OFFICER, span="2020-01")
    assert list(page.metric) == []
    assert any("ยังไม่มีข้อมูล" in one.value for one in page.caption)


def test_only_who_may_set_targets_finds_where(look: Open) -> None:
    """Planners read targets; officers load them."""
    targets = "เป้าหมายและจำนวนที่ใช้หาร"
    assert targets in [one.label for one in look(OFFICER).expander]
    assert targets not in [one.label for one in look(PLANNER).expander]


def test_a_filter_on_answers_cuts_cards_and_areas_and_says_so(look: Open) -> None:
    """One of two households pays its debt off: its spending alone, in its village; the filter in words."""
    page = look(
        OFFICER, span="2025-11", area="801206", indicator="trial.spent", **{"f.trial/debt_less": "yes"}
    )

    assert {one.label: one.value for one in page.metric}["รายจ่าย"] == "1,300 บาท"
    assert "หนี้ลดลง: ใช่" in page.info[0].value.replace("\\", "")
    assert any("เฉพาะรายการตามตัวกรอง" in one.value for one in page.caption)
    assert [text.split()[0] for text in page.dataframe[0].value["พื้นที่"]] == ["ม.3"]
