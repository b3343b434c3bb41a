"""A workbook whose labels are HTML, Markdown and formulas: every place shows them as the text they are."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import offices
import openpyxl
import pypdfium2
import pytest
import workbooks
from browser import Window, window
from offices import RunningOffice
from playwright.sync_api import Frame
from streamlit.testing.v1 import AppTest

from ingest import log, published
from ingest.access import Viewer
from streamlit_app import viewer as door
from streamlit_app.office import Office, open_office

WAIT_MS = 30_000
WHO = Viewer("ผู้ดูแล", "administrator", "")
SCRIPT = '<img src=x onerror="window.broken=1">'
HOSTILE = f"+1 {SCRIPT} **ดาว** :red[แดง]"
SHEETS = {
    "survey": f"""
        | type                              | name   | label             | filter |
        | select_one_from_file tambon.csv   | tambon | {HOSTILE} ตำบล     |        |
        | geopoint                          | home   | {HOSTILE} บ้าน     |        |
        | begin_group                       | more   | {HOSTILE} กลุ่ม     |        |
        | select_one kinds                  | kind   | {HOSTILE} ชนิด     | yes    |
        | text                              | remark | {HOSTILE} หมายเหตุ |        |
        | end_group                         |        |                   |        |
    """,
    "choices": f"""
        | list_name | name | label          |
        | kinds     | bad  | {HOSTILE} ร้าย  |
        | kinds     | good | ดี              |
    """,
    "settings": f"""
        | form_title          | form_id | version |
        | {HOSTILE} แบบทดสอบ   | hostile | 1       |
    """,
    "layers": f"""
        | name  | label         | geometry | color_by |
        | homes | {HOSTILE} ชั้น  | home     | kind     |
    """,
    "indicators": f"""
        | name | label             | measure | per    |
        | seen | {HOSTILE} ตัวชี้วัด | count   | tambon |
    """,
}  # fmt: skip
ANSWERS = {"tambon": "801206", "home": "8.3 100.2 0 4", "kind": "bad", "remark": f"={HOSTILE}"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed office of its own with that form and a record of it."""
    made = tmp_path_factory.mktemp("hostile")
    workbook = made / "hostile.xlsx"
    workbook.write_bytes(workbooks.workbook(SHEETS))
    with offices.opened(made / "data", forms=False) as one:
        with log.writing(one.atlas.log) as connection:
            published.publish(connection, workbook, one.atlas.attachments)
        schema = one.atlas.refresh().catalogue.newest("hostile").schema
        offices.send(one, offices.submission(schema, ANSWERS))
    return made


@pytest.fixture(scope="module")
def office(folder: Path) -> Iterator[Office]:
    """A copy of it, open in this process; tests only look."""
    shutil.copytree(folder / "data", folder / "copy")
    with offices.opened(folder / "copy", forms=False) as one:
        yield one


def run_page(name: str) -> None:
    """The body of a page, as Streamlit runs it."""
    import importlib

    importlib.import_module(f"streamlit_app.views.{name}").page()


def read_as_markdown(test: AppTest) -> list[str]:
    """All that a browser would read as Markdown on a page."""
    told = ("markdown", "caption", "warning", "info", "error", "success", "title", "header", "subheader")
    named = (
        "metric",
        "multiselect",
        "selectbox",
        "toggle",
        "checkbox",
        "text_input",
        "button",
        "radio",
        "tab",
    )
    found = [str(one.value) for kind in told for one in test.get(kind)]
    found += [str(one.label) for kind in named for one in test.get(kind)]
    return found + [one.label for one in test.expander]


PAGES = (
    ("map", "layer=hostile.homes&f.hostile/kind=bad"),
    ("map", "layer=hostile.homes&shade=hostile.homes"),
    ("records", "layer=hostile.homes"),
    ("compare", "layer=hostile.homes"),
    ("review", ""),
    ("keyin", ""),
    ("quality", ""),
    ("phones", ""),
    ("papers", ""),
    ("indicators", urlencode({"theme": f"{HOSTILE} แบบทดสอบ"})),
)


@pytest.mark.parametrize(("name", "query"), PAGES)
def test_no_page_takes_a_label_for_markup(
    office: Office, monkeypatch: pytest.MonkeyPatch, name: str, query: str
) -> None:
    """Neither stars nor colours nor tags."""
    open_office(office)
    monkeypatch.setattr(door, "viewer", lambda: WHO)
    test = AppTest.from_function(run_page, args=(name,), default_timeout=60)
    for key, value in parse_qsl(query):
        test.query_params[key] = [*test.query_params.get(key, []), value]
    try:
        test.run()
    finally:
        open_office(None)

    assert [one.value for one in test.exception] == []
    assert [text for text in read_as_markdown(test) if "**ดาว**" in text or ":red[" in text] == []
    pages: list[Any] = list(test.get("html"))
    assert [one for one in pages if SCRIPT in str(one)] == []


def test_map_legend_popup_and_exports_show_text(folder: Path) -> None:
    """In a browser nothing of it runs; in a spreadsheet nothing of it is a formula."""
    running = RunningOffice(folder / "data").start()
    try:
        with closing(running.browser()) as client:
            table = io.BytesIO(client.get("/export/hostile.homes.xlsx").content)
            picture = client.get("/map/picture.png?layer=hostile.homes&box=100,8,101,9&zoom=9")
            assert picture.status_code == 200
            printed = client.get("/map/picture.pdf?layer=hostile.homes&box=100,8,101,9&zoom=9").content
            cookies = dict(client.cookies)
        with window(cookies=cookies, base_url=running.url) as screen:
            screen.page.goto(f"{running.url}/?layer=hostile.homes#map=15/8.3/100.2")
            frame = map_of(screen)
            legend = frame.inner_text(".tambon-legend")
            first = "{ layer: Tambon.atlas.layers[0], item: Tambon.atlas.layers[0].items[0] }"
            frame.evaluate(f"Tambon.atlas.open({first})")
            frame.wait_for_selector(".tambon-popup", timeout=WAIT_MS)
            popup = frame.inner_text(".tambon-popup")
            broken = [frame.evaluate("window.broken"), screen.page.evaluate("window.broken")]
    finally:
        running.stop()

    with pypdfium2.PdfDocument(printed) as document:
        words = document[0].get_textpage().get_text_bounded()
    assert f"{HOSTILE} ชั้น".replace(" ", "") in "".join(words.split())
    assert f"{HOSTILE} ชั้น" in legend
    assert f"{HOSTILE} ร้าย" in legend
    assert HOSTILE in popup
    assert broken == [None, None]
    sheet = openpyxl.load_workbook(table).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row if "ดาว" in str(cell.value)]
    assert cells
    assert {cell.data_type for cell in cells} == {"s"}


def map_of(screen: Window) -> Frame:
    """The page's map, once it has drawn an answer."""
    screen.page.wait_for_selector("iframe[title*='st_folium']", timeout=WAIT_MS)
    screen.page.wait_for_timeout(300)
    frame = next(one for one in screen.page.frames if "st_folium" in one.url)
    drawn = "window.Tambon && Tambon.atlas && Tambon.atlas.layers.some((one) => one.answer)"
    frame.wait_for_function(drawn, timeout=WAIT_MS)
    return frame
