"""Forms filled in a real browser with the ODK project's web engine, by an enumerator's link and at a desk."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from browser import Window, window
from offices import RunningOffice
from PIL import Image
from playwright.sync_api import Locator, Page

from commands import web_engine as bringing
from thai.problem import Problem

WAIT_MS = 30_000
HERE = {"latitude": 8.4432, "longitude": 100.2301, "accuracy": 5.0}
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360f8cf500f00038501801a6d4e0b0000000049454e44ae426082"
)
BREAK_ONE_ANSWER = """() => {
    const whole = window.fetch;
    window.fetch = async (...asked) => {
        window.fetch = whole;
        const { status } = await whole(...asked);
        return new Response(new ReadableStream({ start: (out) => out.error(new TypeError()) }), { status });
    };
}"""
ALL_FORMS = """async (root) => {
    const { createApp, h } = await import("vue"), engine = await import("web-forms"), failed = [];
    const page = new DOMParser().parseFromString(await (await fetch(root)).text(), "text/html");
    const forms = [...page.querySelectorAll("li a")].map((a) => a.getAttribute("href").split("?")[0]);
    for (const form of forms) {
        const formXml = await (await fetch(`${root}${form}/form.xml`)).text();
        const empty = { headers: { "content-type": "text/csv" } };
        const list = () => Promise.resolve(new Response("name,label\\n", empty));
        const place = document.body.appendChild(document.createElement("div"));
        const app = createApp({ render: () => h(engine.OdkWebForm, { formXml, fetchFormAttachment: list }) });
        app.use(engine.webFormsPlugin).mount(place);
        let state = "";
        while (!/ready|error/.test(state)) {
            await new Promise(requestAnimationFrame);
            state = place.querySelector(".form-initialization-status")?.className ?? "";
        }
        if (!state.includes("ready")) failed.push(form);
        app.unmount();
        place.remove();
    }
    return [forms.length, failed];
}"""


@pytest.fixture(scope="module")
def engine() -> Path:
    """The engine, brought once by the product's own command and kept beside the program."""
    try:
        return bringing.bring(None)
    except Problem as problem:
        pytest.skip(f"{problem.says.en} Run: python3 tambon.py forms web")


@pytest.fixture(scope="module")
def screen(engine: Path, running_office: RunningOffice) -> Iterator[Window]:
    """A window that knows where it is, as a phone does over https."""
    cookies = dict(running_office.browser().cookies)
    with window(width=1100, cookies=cookies, base_url=running_office.url) as shown:
        shown.context.grant_permissions(["geolocation"])
        shown.context.set_geolocation(HERE)
        yield shown


def open_form(screen: Window, root: str, form_id: str) -> Page:
    """Open a form's page and wait until the engine has it."""
    page = screen.fresh().page
    page.goto(f"{root}form/{form_id}")
    page.wait_for_selector(".form-initialization-status.ready", state="attached", timeout=WAIT_MS)
    return page


def question(page: Page, label: str) -> Locator:
    """The question with this label."""
    return page.locator(".question-container").filter(has=page.locator("label", has_text=label)).first


def choose(page: Page, label: str, choice: str) -> None:
    """Answer a question that drops down."""
    question(page, label).get_by_role("combobox").click()
    page.get_by_role("option", name=choice).first.click()


def type_number(page: Page, label: str, digits: str) -> None:
    """Answer a question for a number, key by key: the engine's number box hears keys alone."""
    box = question(page, label).locator("input")
    box.press_sequentially(digits)
    box.press("Tab")


def plots(phone: httpx.Client) -> dict[str, dict[str, str]]:
    """The register of plots as this phone gets it."""
    listed = phone.get("formList").text
    manifest = phone.get(listed.split("<manifestUrl>")[1].split("<")[0]).text
    url = next(part for part in manifest.split("<downloadUrl>") if "/plots.csv<" in part).split("<")[0]
    return {row["name"]: row for row in csv.DictReader(io.StringIO(phone.get(url).text))}


def send(page: Page) -> str:
    """Press Send; returns what the page says then."""
    page.get_by_role("button", name="Send").click()
    page.wait_for_selector("#told.done, #told.error", timeout=WAIT_MS)
    return page.locator("#told").inner_text()


def newest(running_office: RunningOffice, form_id: str) -> sqlite3.Row:
    """The newest submission of a form as the log keeps it."""
    with sqlite3.connect(running_office.data / "log.sqlite") as log:
        log.row_factory = sqlite3.Row
        found = log.execute("SELECT * FROM submission WHERE form_id = ? ORDER BY seq DESC LIMIT 1", [form_id])
        return found.fetchone()  # type: ignore[no-any-return]


def test_an_enumerators_link_fills_a_form_and_it_is_in_the_log(
    screen: Window, running_office: RunningOffice
) -> None:
    """By the same key as the QR code: with its point, its photo, and the name of who filled it."""
    phone = running_office.phone("ผู้ใช้ไอโฟน", "8012", ["innovation_record"])
    page = open_form(screen, f"{phone.base_url}fill/", "innovation_record")

    choose(page, "ตำบล", "คลองน้อย")
    question(page, "ชื่อนวัตกรรม").locator("input").fill("เครื่องสูบน้ำพลังแดด")
    page.get_by_text("เครื่องมือ อุปกรณ์", exact=True).click()
    page.get_by_text("ใช้จริง", exact=True).click()
    choose(page, "เรื่อง", "อาชีพ")
    question(page, "กลุ่มหรือหน่วยงานที่คิด").locator("input").fill("กลุ่มผู้ใช้น้ำ")
    page.get_by_role("button", name="Send").click()
    wanting = question(page, "ใหม่อย่างไร").get_by_text("กรุณาตอบข้อนี้ก่อนไปต่อ")
    wanting.wait_for(timeout=WAIT_MS)  # nothing is sent before every question is answered
    question(page, "ใหม่อย่างไร").locator("textarea").fill("ลดค่าน้ำมัน")
    point = question(page, "จุดที่ดูได้")
    point.scroll_into_view_if_needed()
    point.locator(".zoom-current-location").click()
    page.wait_for_timeout(2_000)  # the map flies there
    box = point.locator(".ol-viewport").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    point.get_by_text("บันทึกจุดแล้ว").wait_for(timeout=WAIT_MS)
    photo = {"name": "ภาพ สวน.png", "mimeType": "image/png", "buffer": PIXEL}
    page.locator("input[type=file]").set_input_files(files=[photo])
    question(page, "ภาพนวัตกรรม").locator("img").wait_for(timeout=WAIT_MS)
    page.evaluate(BREAK_ONE_ANSWER)  # it has arrived, and the connection breaks within the answer
    page.get_by_role("button", name="Send").click()
    page.wait_for_selector("#told.error", timeout=WAIT_MS)
    page.get_by_role("button", name="Send").click()
    page.wait_for_selector("#told.done", timeout=WAIT_MS)

    assert "รับข้อมูลแล้ว" in page.locator("#told").inner_text()
    assert screen.errors == []
    kept = newest(running_office, "innovation_record")
    assert kept["source"] == "phone"
    assert kept["device_id"] == "browser"
    running_office.status()
    browser = running_office.browser()
    found = browser.get("/export/innovation_record.innovations.geojson").json()["features"]
    one = next(each for each in found if each["properties"]["innovation_name"] == "เครื่องสูบน้ำพลังแดด")
    assert one["geometry"]["coordinates"][:2] == pytest.approx([100.2301, 8.4432], abs=0.001)
    assert one["properties"]["tambon"] == "801202"

    photo_url = f"/photo/{kept['instance_id']}/{one['properties']['photo']}"
    with Image.open(io.BytesIO(browser.get(photo_url).content)) as kept_photo:  # the engine packs it anew
        assert (kept_photo.format, kept_photo.size) == ("PNG", (1, 1))


def test_a_desk_updates_what_an_earlier_visit_registered(
    screen: Window, running_office: RunningOffice
) -> None:
    """The register is a list in the browser too, and a visit there raises the entry's version by one."""
    phone = running_office.phone("ดูแปลงก่อนเยี่ยม", "8012", ["plot_visit"])
    key, known = next(
        (key, one) for key, one in plots(phone).items() if one["crop"] + one["tambon"] == "pomelo801202"
    )
    page = open_form(screen, f"{running_office.url}/fill/", "plot_visit")

    choose(page, "ตำบล", "คลองน้อย")
    type_number(page, "หมู่ที่", known["moo"])
    choose(page, "แปลง", known["label"])
    type_number(page, "จำนวนต้นที่มีชีวิต", "77")
    choose(page, "ระยะของพืช", "ติดผล")
    for label, choice in (
        ("สภาพแปลง", "ให้ผลผลิต"), ("ความเสียหาย", "ไม่มี"), ("น้ำพอ", "พอ"), ("มีการเก็บเกี่ยว", "ไม่ใช่"),
    ):  # fmt: skip
        question(page, label).get_by_text(choice, exact=True).click()

    assert "รับข้อมูลแล้ว" in send(page)
    running_office.status()
    after = plots(phone)[key]
    assert int(after["__version"]) == int(known["__version"]) + 1
    assert after["trees"] == "77"
    assert newest(running_office, "plot_visit")["source"] == "desk"


def test_every_form_that_is_published_opens_in_a_browser(
    screen: Window, running_office: RunningOffice
) -> None:
    """None of them asks for what the engine for browsers does not know."""
    page = open_form(screen, f"{running_office.url}/fill/", "sii_people")

    opened, failed = page.evaluate(ALL_FORMS, f"{running_office.url}/fill/")
    assert opened >= 46
    assert failed == []
