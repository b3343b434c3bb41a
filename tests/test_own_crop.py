"""A crop that nobody thought of: its workbook alone makes form, map, table, export and indicator."""

# ruff: noqa: E501 - workbooks are tables, read in columns

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pytest
from browser import Window, window
from collect import Phone
from offices import RunningOffice
from playwright.sync_api import Page
from workbooks import workbook

WAIT_MS = 60_000
PLOT = "8.2800 100.0890 0 4;8.2800 100.0900 0 4;8.2810 100.0900 0 4;8.2810 100.0890 0 4;8.2800 100.0890 0 4"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SALA = {
    "settings": """
        | form_title | form_id | version | default_language |
        | แปลงสละ · Sala palms | sala_plot | 1 | ไทย (th) |""",
    "survey": """
        | type | name | label::ไทย (th) | label::English (en) | required | constraint | filter | unit | save_to |
        | select_one_from_file tambons.csv | tambon | ตำบล | Tambon | yes | | | | tambon |
        | integer | moo | หมู่ที่ | Village number | yes | . >= 1 and . <= 99 | | | moo |
        | select_one sala_kind | kind | พันธุ์สละ | Kind of sala | yes | | yes | | |
        | integer | clumps | จำนวนกอ | Clumps | yes | . >= 0 | | clump | clumps |
        | decimal | sold_baht | ขายได้ (บาท) | Sold (baht) | | . >= 0 | | baht | |
        | geoshape | plot | ขอบเขตแปลง | Outline | | | | | geometry |""",
    "choices": """
        | list_name | name | label::ไทย (th) | label::English (en) | color |
        | sala_kind | sumalee | สุมาลี | Sumalee | #e69f00 |
        | sala_kind | nern_wong | เนินวง | Noen Wong | #56b4e9 |""",
    "entities": """
        | list_name | label | create_if |
        | sala_plots | concat(${kind}, ' ', ${clumps}) | true() |""",
    "layers": """
        | name | label::ไทย (th) | label::English (en) | geometry | color_by | popup |
        | plots | สวนสละ | Sala plots | plot | kind | clumps |""",
    "indicators": """
        | name | label::ไทย (th) | label::English (en) | measure | of | where | per | unit |
        | clumps | จำนวนกอสละ | Sala clumps | sum | {of} | | tambon | clump |""",
}


def book(of: str) -> dict[str, object]:
    """The workbook as a browser uploads it; its indicator adds up the question ``of``."""
    content = workbook(SALA | {"indicators": SALA["indicators"].replace("{of}", of)})
    return {"name": "sala_plot.xlsx", "mimeType": XLSX, "buffer": content}


@pytest.fixture(scope="module")
def own_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningOffice]:
    """An office of its own: a form published in the shared one would be there for every other test."""
    folder = tmp_path_factory.mktemp("sala")
    running = RunningOffice(folder / "data", log=folder / "output.txt").start()
    yield running
    assert running.stop() == 0
    assert "leaked" not in (folder / "output.txt").read_text(
        encoding="utf-8"
    )  # what DuckDB says of an untidy end


@pytest.fixture(scope="module")
def screen(own_office: RunningOffice) -> Iterator[Window]:
    """A window of the administrator."""
    cookies = dict(own_office.browser().cookies)
    with window(cookies=cookies, base_url=own_office.url) as shown:
        shown.page.set_default_timeout(WAIT_MS)
        yield shown


def publish(page: Page, url: str) -> None:
    """As a form author does it: a mistake is told with its place, the next upload goes to the phones."""
    page.goto(f"{url}/phones")
    page.get_by_role("tab", name="แบบสำรวจ").click()
    page.get_by_text("เผยแพร่แบบจากสมุดงาน").click()
    box = page.locator("input[type=file]")
    box.set_input_files(files=[book("clumbs")])
    page.get_by_text("sala_plot.xlsx, indicators, แถว 2, คอลัมน์ of").wait_for()
    assert page.get_by_role("button", name="เผยแพร่", exact=True).is_disabled()
    page.get_by_role("button", name="Remove").first.click()
    box.set_input_files(files=[book("clumps")])
    page.get_by_text("ไม่พบข้อผิดพลาด").wait_for()
    page.get_by_text("สุมาลี").first.wait_for()  # the layer's legend, before anything is published
    page.get_by_role("button", name="เผยแพร่", exact=True).click()
    page.get_by_text("เผยแพร่ sala").wait_for()


def test_a_workbook_alone_makes_everything_of_a_new_crop(
    screen: Window, own_office: RunningOffice, tmp_path: Path
) -> None:
    """Published in a browser, filled by the phones' engine, then found in every place a planner looks."""
    publish(screen.page, own_office.url)
    phone = Phone(own_office.phone("ผู้เก็บข้อมูลสละ", "801206"))
    for kind, clumps in (("sumalee", "41"), ("nern_wong", "59")):
        given = {"tambon": "801206", "moo": "4", "kind": kind, "clumps": clumps, "plot": PLOT}
        phone.send(phone.form("sala_plot").fill(given, seed=3))
    own_office.status()
    browser = own_office.browser()

    asked = {"layer": "sala_plot.plots", "box": "100.05,8.24,100.13,8.32", "zoom": "15"}
    assert browser.get("/map/view", params=asked).json()["n"] == 2
    only = browser.get("/map/view", params=asked | {"f.kind": "sumalee"}).json()
    assert only["n"] == 1
    rows = list(csv.DictReader(io.StringIO(browser.get("/export/sala_plot.plots.csv").text.lstrip("\ufeff"))))
    assert sorted(int(row["clumps"]) for row in rows) == [41, 59]
    packed = tmp_path / "sala.gpkg"
    packed.write_bytes(browser.get("/export/sala_plot.plots.gpkg").content)
    assert gpd.read_file(packed, layer=0).geometry.geom_type.tolist() == ["Polygon"] * 2

    page = screen.fresh().page
    page.set_default_timeout(WAIT_MS)
    page.goto(f"{own_office.url}/?layer=sala_plot.plots")
    page.wait_for_selector("iframe[title*='st_folium']")
    frame = page.frame_locator("iframe[title*='st_folium']")
    frame.locator(".tambon-legend").get_by_text("เนินวง").wait_for()
    page.get_by_text("ตัวกรอง: แปลงสละ").click()
    page.locator("[data-testid=stMultiSelect]").filter(has_text="พันธุ์สละ").wait_for()
    page.goto(f"{own_office.url}/records?layer=sala_plot.plots")
    page.get_by_text("พบ 2 รายการ").wait_for()
    page.goto(f"{own_office.url}/indicators?theme=แปลงสละ")
    page.get_by_text("ไม่มีคำถามวันที่").wait_for()  # the form asks for none, so no year can be told apart
    page.goto(f"{own_office.url}/indicators?theme=แปลงสละ&span=all")
    page.get_by_text("จำนวนกอสละ").first.wait_for()
    page.locator("[data-testid=stMetricValue]").get_by_text("100").wait_for()
