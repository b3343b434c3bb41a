"""The five questions of ``docs/planners.md`` in a browser: at most five clicks each, and the right answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from browser import Window, window
from offices import RunningOffice
from playwright.sync_api import Frame

from streamlit_app.texts import t
from thai.calendar import bangkok

WAIT_MS = 30_000
MOST_CLICKS = 5
KO_THUAT = "801206"


@pytest.fixture(scope="module")
def desk(running_office: RunningOffice) -> Iterator[Window]:
    """A planner's window; whatever leaves this machine is refused."""
    cookies = dict(running_office.browser().cookies)
    with window(cookies=cookies, base_url=running_office.url) as shown:
        yield shown


class Clicks:
    """A hand on the mouse that counts."""

    def __init__(self, desk: Window, url: str) -> None:
        self.page, self.made = desk.fresh().page, 0
        self.desk = desk
        self.page.goto(url)
        self.map()

    def on(self, text: str) -> None:
        """Click what carries this text."""
        target = self.page.get_by_text(text, exact=True).last
        target.wait_for(timeout=WAIT_MS)
        target.click()
        self.made += 1

    def question(self, key: str) -> None:
        """Open the list of questions and choose one: two clicks."""
        self.on(t("saved.title"))
        self.on(t(f"question.{key}"))

    def map(self) -> Frame:
        """The page's map, once it has drawn an answer."""
        self.page.wait_for_selector("iframe[title*='st_folium']", timeout=WAIT_MS)
        self.page.wait_for_timeout(400)
        frame = next(one for one in self.page.frames if "st_folium" in one.url)
        frame.wait_for_function(
            "window.Tambon && Tambon.atlas && Tambon.atlas.layers.some((one) => one.answer)", timeout=WAIT_MS
        )
        return frame

    def place(self, lat: float, lon: float) -> None:
        """Click a place on the map."""
        frame = self.map()
        frame.wait_for_function("Tambon.atlas.shades", timeout=WAIT_MS)
        at = frame.evaluate(
            f"(() => {{ const p = map.latLngToContainerPoint([{lat}, {lon}]); return [p.x, p.y]; }})()"
        )
        corner = self.page.locator("iframe[title*='st_folium']").bounding_box()
        assert corner is not None
        self.page.mouse.click(corner["x"] + at[0], corner["y"] + at[1])
        self.made += 1


def asked(running_office: RunningOffice, path: str) -> Any:
    """What the server says to the same question."""
    with closing(running_office.browser()) as browser:
        answer: httpx.Response = browser.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_plots_without_water_and_agreement_in_a_tambon(desk: Window, running_office: RunningOffice) -> None:
    """Which pomelo plots in Ko Thuat lack water and have no agreement? Open, ask, click the tambon, list."""
    hand = Clicks(desk, running_office.url)
    hand.question("no_agreement")
    hand.page.wait_for_url("**outside=**", timeout=WAIT_MS)
    frame = hand.map()
    mark = frame.evaluate(
        f"""(() => {{ for (const part of Tambon.atlas.outlines.parts(map)) {{
          const i = part.codes.indexOf('{KO_THUAT}');
          if (i >= 0) return [Tambon.toLat(part.at[2 * i + 1]), Tambon.toLon(part.at[2 * i])]; }} }})()"""
    )
    hand.place(*mark)
    hand.page.wait_for_url(f"**area={KO_THUAT}**", timeout=WAIT_MS)
    hand.on(t("page.records"))
    query = "layer=pomelo_plot.no_water&outside=water_agreement.areas_in_force"
    n = asked(running_office, f"/map/view?{query}&area={KO_THUAT}&box=97,5,106,21&zoom=6")["n"]

    assert 0 < n < asked(running_office, f"/map/view?{query}&box=97,5,106,21&zoom=6")["n"]
    hand.page.get_by_text(t("records.found", n=n)).wait_for(timeout=WAIT_MS)
    assert hand.made <= MOST_CLICKS


def test_land_cases_that_have_stood_still(desk: Window, running_office: RunningOffice) -> None:
    """For 90 days, by the newest visit of each case."""
    hand = Clicks(desk, running_office.url)
    hand.question("stood_still")
    hand.page.wait_for_url("**latest=1**", timeout=WAIT_MS)
    day = bangkok(datetime.now(UTC)).date() - timedelta(days=90)
    query = f"layer=land_case.unmet&latest=1&until={day}&box=97,5,106,21&zoom=6"
    frame = hand.map()

    assert frame.evaluate("Tambon.atlas.chosen.layers[0].name") == "land_case.unmet"
    n = asked(running_office, f"/map/view?{query}")["n"]
    hand.page.get_by_text(f"{n:,}").first.wait_for(timeout=WAIT_MS)
    assert hand.made <= MOST_CLICKS


def test_tambons_below_the_target_of_household_accounts(desk: Window, running_office: RunningOffice) -> None:
    """Coloured against the target, the legend says how many are below it."""
    hand = Clicks(desk, running_office.url)
    hand.question("accounts")
    hand.page.wait_for_url("**shade=**", timeout=WAIT_MS)
    frame = hand.map()
    frame.wait_for_function("Tambon.atlas.shades && Tambon.atlas.shades.told", timeout=WAIT_MS)
    told = frame.evaluate("Tambon.atlas.shades.told")

    assert told
    assert all("เป้าหมาย" in " ".join(lines) for lines in told.values() if len(lines) > 1)
    assert "เป้า" in frame.inner_text(".tambon-legend")
    assert hand.made <= MOST_CLICKS


def test_agreements_in_dispute(desk: Window, running_office: RunningOffice) -> None:
    """Where they are, and one of them opened."""
    hand = Clicks(desk, running_office.url)
    hand.question("disputes")
    hand.page.wait_for_url("**water_agreement.disputes**", timeout=WAIT_MS)
    frame = hand.map()
    n = asked(running_office, "/map/view?layer=water_agreement.disputes&box=97,5,106,21&zoom=6")["n"]

    assert n > 0
    frame.wait_for_function(f"Tambon.atlas.layers[0].answer && Tambon.atlas.layers[0].answer.n <= {n}")
    hand.page.get_by_text(f"{n:,}").first.wait_for(timeout=WAIT_MS)
    assert hand.made <= MOST_CLICKS


def test_what_waits_for_my_decision(desk: Window, running_office: RunningOffice) -> None:
    """The queue of the person who looks."""
    hand = Clicks(desk, running_office.url)
    hand.question("mine")
    hand.page.wait_for_url("**/review**mine=1**", timeout=WAIT_MS)
    hand.page.wait_for_selector("[data-testid=stDataFrame]", timeout=WAIT_MS)

    assert hand.page.locator("[data-testid=stException]").count() == 0
    assert hand.made <= MOST_CLICKS
    assert desk.errors == []
    assert desk.refused == []
