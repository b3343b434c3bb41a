"""A project's way in a browser: raised from village to province, granted, taken back, granted twice."""

from __future__ import annotations

from collections.abc import Iterator

import offices
import pytest
from browser import Window, window
from offices import RunningOffice
from plans_office import LINE, PROJECT, register
from playwright.sync_api import Page, expect

from streamlit_app.texts import t

WAIT_MS = 30_000


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningOffice]:
    """An office with a village's project of 100,000 baht and a line of 60,000."""
    data = tmp_path_factory.mktemp("plans") / "data"
    with offices.opened(data) as filled:
        register(filled, "project_proposal", PROJECT, "projects-1")
        register(filled, "budget_source", LINE, "budgets-1")
    running = RunningOffice(data).start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def desk(office: RunningOffice) -> Iterator[Window]:
    """The window of somebody who may decide, on the project's panel."""
    with window(cookies=dict(office.browser().cookies), base_url=office.url, height=1800) as shown:
        page = shown.page
        page.set_default_timeout(WAIT_MS)
        page.goto(f"{office.url}/plans?area=801206")
        page.get_by_role("tab", name=t("plans.projects")).click()
        box = page.locator("[data-testid=stDataFrame]:visible").first.bounding_box()
        assert box
        page.mouse.click(box["x"] + 18, box["y"] + 52)  # the first row's box
        page.get_by_role("heading", name="ฝายคลองไส้ไก่").wait_for()
        yield shown


def seen(page: Page, text: str) -> None:
    """Wait until a text stands on the page."""
    expect(page.locator("[data-testid=stMain]")).to_contain_text(text, timeout=WAIT_MS)


def decide(page: Page, decision: str, *, asked: str = "", reason: str = "") -> None:
    """Fill in what the meeting decided, and save."""
    page.locator("[data-testid=stSelectbox]:visible", has_text=t("plans.decision")).first.locator(
        "input"
    ).click()
    page.get_by_role("option", name=decision, exact=True).click()
    for label, words in ((t("plans.requested"), asked), (t("plans.reason"), reason)):
        if words:
            page.get_by_label(label, exact=True).locator("visible=true").fill(words)
    page.get_by_role("button", name=t("plans.save")).locator("visible=true").click()


def test_a_project_rises_from_the_village_to_the_province(desk: Window) -> None:
    """Three clicks, each on the button that names the next plan; the way is told below each other."""
    page = desk.page
    for level in ("แผนระดับตำบล", "แผนระดับอำเภอ", "แผนพัฒนาจังหวัด"):
        page.get_by_role("button", name=t("plans.raise", plan=level)).locator("visible=true").click()
        seen(page, t("plans.was_raised"))
        expect(page.get_by_role("listitem").filter(has_text=level).first).to_be_visible(timeout=WAIT_MS)
    assert page.get_by_role("listitem").filter(has_text="แผนชุมชนระดับหมู่บ้าน").first.is_visible()


def test_money_is_granted_taken_back_and_granted_twice(desk: Window) -> None:
    """100,000 of a line of 60,000: 40,000 too much is said at once; taken back it is not; twice is told."""
    page = desk.page
    decide(page, "เห็นชอบเต็มจำนวน")
    seen(page, f"{t('plans.line_overspent')} · งบพัฒนาแหล่งน้ำ · 40,000 บาท")

    decide(page, "ยกเลิกหรือถอนคืน")
    seen(page, "มตินี้ต้องมีเหตุผล")
    decide(page, "ยกเลิกหรือถอนคืน", reason="ทำไม่ทันปีงบ")
    seen(page, t("plans.saved"))
    expect(page.get_by_text(t("plans.line_overspent"))).to_have_count(0, timeout=WAIT_MS)

    decide(page, "เห็นชอบเต็มจำนวน", asked="30000")
    seen(page, "เห็นชอบเต็มจำนวน 30,000 บาท")
    decide(page, "เห็นชอบเต็มจำนวน", asked="80000")  # more than the rest of the first request
    seen(page, f"{t('plans.funded_twice')} · งบพัฒนาแหล่งน้ำ · 80,000 บาท")
    assert not desk.errors
