"""A clerk and a keyboard: a month of a household's account from a printed page, every key counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from browser import Window, window
from offices import RunningOffice
from playwright.sync_api import Page

WAIT_MS = 60_000
ACCOUNT = "household_account_month"
KEYS_A_SECOND = 10_000 / 3_600  # a clerk who types numbers every day
# Day, kind, category, baht, needed, channel: what stands on the printed page, in its order; a line that ends
# early goes on as the line above.
MONTH = """
1 1 3 4500 - 1
1 2 11 320 1 1
. . 12 180
2 . 14 60
3 . 22 412
4 . 17 45 2
5 . 24 500 1
6 . 12 150
8 . 27 80
9 . 28 300
10 1 1 2800 -
11 2 30 950 1
12 . 12 220
14 . 23 199
15 . 19 80 2
18 . 14 55 1
20 . 26 600
22 . 36 2000
25 . 38 500
28 . 12 170
""".strip()


@pytest.fixture(scope="module")
def screen(running_office: RunningOffice) -> Iterator[Window]:
    """A window of somebody who keys in."""
    cookies = dict(running_office.browser().cookies)
    with window(cookies=cookies, base_url=running_office.url) as shown:
        shown.page.set_default_timeout(WAIT_MS)
        yield shown


@dataclass
class Keyboard:
    """The keys that a clerk presses; the hand never leaves them."""

    page: Page
    pressed: int = 0

    def type(self, text: str) -> None:
        """Type a text."""
        self.pressed += len(text)
        self.page.keyboard.type(text)

    def press(self, keys: str) -> None:
        """Press one key, or several held together."""
        self.pressed += keys.count("+") + 1
        self.page.keyboard.press(keys)
        self.settle()

    def choose(self, text: str) -> None:
        """Answer a question with choices by the beginning of one, and go on."""
        self.type(text)
        self.page.get_by_role("option").first.wait_for()
        self.press("Enter")
        self.press("Tab")
        if self.page.evaluate("document.activeElement.getAttribute('aria-label') === 'Clear value'"):
            self.press("Tab")

    def answer(self, text: str = "") -> None:
        """Answer a question with a text or pass it over, and go on."""
        self.type(text)
        self.press("Tab")

    def settle(self) -> None:
        """Wait until the page has taken it in, as people do."""
        self.page.locator("[data-test-script-state=notRunning]").first.wait_for(state="attached")


def test_a_month_of_an_account_takes_less_than_two_minutes_of_keys(
    screen: Window, running_office: RunningOffice
) -> None:
    """Twenty lines from a printed page, the head included: sent with the keyboard alone."""
    before = running_office.status()["forms"].get(ACCOUNT, 0)
    page = screen.page
    page.goto(f"{running_office.url}/keyin")
    form = page.get_by_role("combobox", name="แบบที่จะคีย์")
    form.wait_for()
    keys = Keyboard(page)
    form.focus()
    keys.choose("บัญชีครัวเรือน")
    page.get_by_role("combobox", name="ครัวเรือนยินยอม").wait_for()
    keys.pressed = 0  # the form stays chosen for the whole pile of books
    page.get_by_role("combobox", name="ครัวเรือนยินยอม").focus()

    keys.choose("ย")
    keys.answer("5/5/2564")
    keys.choose("บ้าน")
    keys.answer("4/2564")
    keys.choose("ส")
    keys.choose("บัน")
    for _ in range(4):  # what the page leaves blank
        keys.answer()
    for _ in range(2):  # past the list of codes and the help
        keys.press("Tab")
    keys.type(MONTH)
    keys.press("Control+Enter")
    page.get_by_text("7,300.00").wait_for()  # the incomes' sum, to be held against the paper's
    send = page.get_by_role("button", name="ตรวจและส่ง")
    tabs = 0
    while not send.evaluate("one => one === document.activeElement"):
        keys.press("Tab")
        tabs += 1
        assert tabs < 20
    keys.press("Enter")
    page.get_by_text("ส่งแล้ว เริ่มฉบับใหม่ได้").or_(
        page.locator("[data-testid=stAlertContentError]")
    ).first.wait_for()

    assert page.locator("[data-testid=stAlertContentError]").all_inner_texts() == []
    assert running_office.status()["forms"][ACCOUNT] == before + 1
    assert keys.pressed / KEYS_A_SECOND < 120, keys.pressed
