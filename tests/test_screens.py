"""How the map and Thai text look in Chromium, held against stored pictures.

A picture that should look different from now on is taken from the folder that a failed test names, looked at,
and put in place of the stored one.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Window, window
from offices import RunningOffice, instance_id, post, submission
from pictures import STORED, unlike
from playwright.sync_api import Frame, Locator
from test_map_browser import open_map, schema_of

from streamlit_app.texts import t

WAIT_MS = 30_000
# Shares of a picture's pixels: less than a rare symbol in another colour, and than one mark that is missing.
MOST_UNLIKE = {"map": 0.0005, "legend": 0.0005, "cells": 0.0005, "thai": 0.0002}
VIEW = "layer=pomelo_plot.plots&layer=household_register.households&area=801202"
LOOK = "#map=15/8.36300/100.09600"  # where no other test sends anything to
STACKED = "ที่นี่ น้ำปู่ ญี่ปุ่น กั้นฟ้า ผึ้ง ปั๊มเก๋ ฐูปฎุฏู ตื้นลึก เพชฌฆ์"
CELLS = {
    "kind": "cells", "cell_deg": 0.004, "cell": [25023, 2091, 1, 0, 1, -1, -2, 0],
    "count": [7, 480, 1234, 52000], "parts": [1, 2, 4, 3],
    "part": [0, 7, 0, 240, 1, 240, 0, 800, 1, 300, 2, 100, 3, 34, 0, 26000, 1, 16000, 2, 10000],
}  # fmt: skip
RECOLOUR = "Tambon.atlas.layers[0].legend[3].color = '#cc79a7'; Tambon.atlas.redraw();"  # three plots of 52
COUNT = """(cells) => {
    const [layer, other] = Tambon.atlas.layers;
    other.items = [];
    Object.assign(layer, { items: Tambon.readView(cells), answer: { ...layer.answer, ...cells } });
    Tambon.atlas.redraw();
}"""
SHOWN = "new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))"
DRAWN = """() => {
    const { outlines, layers, map } = Tambon.atlas, band = outlines.band(map.getZoom());
    const there = outlines.wanted(map, band).map((part) => outlines.kept.get(band + part));
    return there.length && there.every(Boolean) && layers.length === 2 && layers.every((one) => one.answer)
        && map.getContainer().dataset.ready && map.getSize().y === innerHeight
        && document.fonts.status === "loaded";
}"""


@pytest.fixture(scope="module")
def screen(running_office: RunningOffice) -> Iterator[Window]:
    """A small window of an administrator who has signed in."""
    cookies = dict(running_office.browser().cookies)
    with window(width=1200, height=620, cookies=cookies, base_url=running_office.url) as shown:
        yield shown


def looks_as_stored(shown: Locator, name: str, folder: Path) -> bool:
    """Take a picture of a part of the page, keep it in a folder and hold it against the stored one."""
    made = shown.screenshot(path=folder / f"{name}.png", animations="disabled")
    return unlike(made, (STORED / f"{name}.png").read_bytes()) <= MOST_UNLIKE[name]


def map_drawn(screen: Window, url: str) -> Frame:
    """The map of the page in a new tab, once all that it shows is drawn."""
    frame = open_map(screen.fresh(), url)
    frame.wait_for_function(DRAWN, timeout=WAIT_MS)
    frame.evaluate(SHOWN)
    return frame


def unfold(frame: Frame, opened: str) -> None:
    """Open the legend or close it: it begins as the width of the map allows."""
    frame.evaluate(f"document.querySelector('.tambon-legend').open = {opened}")


def test_the_map_looks_as_it_did(screen: Window, running_office: RunningOffice, tmp_path: Path) -> None:
    """The legend, shapes with the frames of their status, symbols, outlines and names; then counted cells."""
    frame = map_drawn(screen, f"{running_office.url}/?{VIEW}{LOOK}")
    shown = screen.page.locator("iframe[title*='st_folium']")
    unfold(frame, "true")
    assert looks_as_stored(frame.locator(".tambon-legend"), "legend", tmp_path)
    unfold(frame, "false")
    assert looks_as_stored(shown, "map", tmp_path)

    frame.evaluate(COUNT, CELLS)
    frame.evaluate(SHOWN)
    assert looks_as_stored(shown, "cells", tmp_path)


def test_a_symbol_of_another_colour_and_a_missing_layer_are_noticed(
    screen: Window, running_office: RunningOffice, tmp_path: Path
) -> None:
    """The tolerance for other browsers and fonts hides neither."""
    frame = map_drawn(screen, f"{running_office.url}/?{VIEW}{LOOK}")
    shown = screen.page.locator("iframe[title*='st_folium']")
    unfold(frame, "false")
    frame.evaluate(RECOLOUR)
    frame.evaluate(SHOWN)
    assert not looks_as_stored(shown, "map", tmp_path)

    frame.evaluate("Tambon.atlas.load()")
    frame.wait_for_function("Tambon.atlas.layers[0].legend[3].color !== '#cc79a7'", timeout=WAIT_MS)
    frame.evaluate(SHOWN)
    assert looks_as_stored(shown, "map", tmp_path)
    frame.evaluate("Tambon.atlas.layers[1].items = []; Tambon.atlas.redraw()")
    frame.evaluate(SHOWN)
    assert not looks_as_stored(shown, "map", tmp_path)


def test_streamlits_own_words_are_thai_and_work_is_said_to_be_under_way(
    screen: Window, running_office: RunningOffice
) -> None:
    """A list in which nothing matches, the button for files, what tables' tools say of themselves, and the
    note that comes after a second of work."""
    page = screen.fresh().page
    page.goto(f"{running_office.url}/sources")
    word = "(one) => getComputedStyle(one, '::after').content"
    button = page.locator("[data-testid=stFileUploaderDropzone] button p")
    button.wait_for(timeout=WAIT_MS)
    assert t("app.upload") in button.evaluate(word)
    page.wait_for_selector("[data-test-script-state=notRunning]", timeout=WAIT_MS)
    assert page.evaluate(f"({word})(document.querySelector('.stApp'))") == "none"
    running = f"(one) => {{ one.dataset.testScriptState = 'running'; return ({word})(one) }}"
    assert t("app.working") in page.evaluate(f"({running})(document.querySelector('.stApp'))")

    page.goto(f"{running_office.url}/review")
    page.locator("[data-testid=stSelectbox] input").first.fill("ไม่มีแบบนี้", timeout=WAIT_MS)
    assert t("app.no_option") in page.locator("[role=listbox] [role=option] span").evaluate(word)
    page.keyboard.press("Escape")
    page.hover("[data-testid=stDataFrame]", timeout=WAIT_MS)
    page.hover("[data-testid=stElementToolbar] [aria-label='Download as CSV']", timeout=WAIT_MS)
    tip = page.locator("[role=tooltip] p")
    tip.wait_for(timeout=WAIT_MS)
    assert t("app.download") in tip.evaluate(word)


def test_marks_above_marks_stand_where_thai_has_them(
    screen: Window, running_office: RunningOffice, tmp_path: Path
) -> None:
    """What a phone sent, on its record's page, in a size in which each mark is several pixels high."""
    phone = running_office.phone("โทรศัพท์ที่สะกดยาก")
    key, schema = instance_id(), schema_of(phone, "pomelo_plot")
    answers = {"tambon": "801206", "variety": "thong_di", "plot_name": STACKED}
    assert post(phone, submission(schema, answers, instance=key)).status_code == 201
    running_office.status()
    screen.page.goto(f"{running_office.url}/records?record={key}")
    named = screen.page.get_by_text(STACKED, exact=True)
    named.wait_for(timeout=WAIT_MS)
    named.evaluate("(one) => Object.assign(one.style, { fontSize: '34px', width: '560px', position: 'fixed', "
                   "left: 0, top: 0, zIndex: 1000000, background: '#fff' })")  # fmt: skip
    screen.page.evaluate("document.fonts.ready")

    assert looks_as_stored(named, "thai", tmp_path)
    named.evaluate("(one) => { one.textContent = one.textContent.replace('่', ''); }")
    one_mark_less = screen.page.get_by_text(STACKED.replace("่", "", 1), exact=True)
    assert not looks_as_stored(one_mark_less, "thai", tmp_path)
