"""The map in a real browser: without the internet, one question a change, and what phones send appears."""

from __future__ import annotations

import csv
import io
import json
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pyarrow.parquet
import pyogrio
import pytest
from browser import Window, window
from offices import RunningOffice, instance_id, post, submission
from openpyxl import load_workbook
from PIL import Image
from playwright.sync_api import Frame, Page, Response, WebSocketRoute
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from forms.xform import Schema, read_schema
from streamlit_app.texts import t
from streamlit_app.views.map import EXPORT_KINDS

WAIT_MS = 20_000
SIGN_IN = {"email": "admin", "password": "password"}  # what is asked for, and what the office calls it
NAME = 'สวน <img src=x onerror="window.broken=1"> <b>ดาว</b>'


@pytest.fixture(scope="module")
def signed_in(running_office: RunningOffice) -> Iterator[Window]:
    """A window of an administrator who has signed in; whatever leaves this machine is refused."""
    cookies = dict(running_office.browser().cookies)
    with window(cookies=cookies, base_url=running_office.url) as shown:
        yield shown


@pytest.fixture
def screen(signed_in: Window) -> Window:
    """The same browser with a new tab, which remembers nothing."""
    return signed_in.fresh()


def open_map(screen: Window, url: str) -> Frame:
    """Open a page's map and wait until it has drawn its first answer."""
    screen.page.goto(url)
    screen.page.wait_for_selector("iframe[title*='st_folium']", timeout=WAIT_MS)
    screen.page.wait_for_timeout(300)
    frame = next(one for one in screen.page.frames if "st_folium" in one.url)
    frame.wait_for_function(
        "window.Tambon && Tambon.atlas && Tambon.atlas.layers.some((one) => one.answer)", timeout=WAIT_MS
    )
    return frame


def settled(page: Page) -> None:
    """Wait until no script runs and no section folds: a list closes when what lies above it moves."""
    page.wait_for_selector("[data-test-script-state=notRunning]", timeout=WAIT_MS)
    page.wait_for_function(
        """() => {
            const folds = [...document.querySelectorAll("details")];
            const before = window.edges;
            window.edges = String(folds.map((fold) => fold.getBoundingClientRect().bottom));
            return before === window.edges;
        }""",
        polling=250,
        timeout=WAIT_MS,
    )


def data_questions(screen: Window) -> list[str]:
    """What the map asked since the last look, but for what carries no data."""
    beats = ("/map/version", "/map/painted")
    asked = [
        one.split("/map/")[1]
        for one in screen.asked
        if "/map/" in one and not one.split("?")[0].endswith(beats)
    ]
    screen.asked.clear()
    return asked


def schema_of(phone: httpx.Client, form_id: str) -> Schema:
    """The form as a phone gets it."""
    listed = phone.get("formList").text.split("<xform>")
    url = next(
        part.split("<downloadUrl>")[1].split("<")[0] for part in listed if f"<formID>{form_id}<" in part
    )
    return read_schema(phone.get(url).content)


def test_the_map_draws_with_every_outside_connection_refused(
    screen: Window, running_office: RunningOffice
) -> None:
    """Boundaries, symbols and the note that they are a drawing, in Thai; nobody else is asked, and once."""
    screen.page.set_viewport_size({"width": 1366, "height": 768})
    answers: list[Response] = []
    screen.page.on("response", lambda one: answers.append(one))  # noqa: PLW0108 - no built-in can listen
    frame = open_map(screen, f"{running_office.url}/?layer=pomelo_plot.plots")

    assert screen.refused == []
    assert screen.errors == []
    assert "ไม่ใช่ขอบเขตจริง" in frame.inner_text(".tambon-drawing")
    assert "แปลงส้มโอ" in frame.inner_text(".tambon-legend")
    assert frame.evaluate("Tambon.atlas.layers[0].items.length") > 500
    coloured = """() => {
        const canvas = document.querySelector("canvas.leaflet-zoom-animated"), seen = new Set();
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        for (let i = 0; i < data.length; i += 4 * 97) seen.add([data[i], data[i + 1], data[i + 2]].join());
        return seen.size;
    }"""
    frame.wait_for_function(f"({coloured})() > 20", timeout=WAIT_MS)
    screen.page.wait_for_timeout(700)
    told = [one.json()["version"] for one in answers if "/map/version" in one.url and one.status == 200]
    asked = [one.partition("?")[0] for one in data_questions(screen)]
    assert "next" not in asked
    assert 1 <= asked.count("view") <= max(1, len(set(told)))  # again only for data that came in meanwhile
    map_ = screen.page.locator("iframe[title*='st_folium']").bounding_box()
    assert map_ is not None
    assert map_["y"] + map_["height"] <= 768, "legend and scale lie below the screen"


def test_a_filter_asks_once_and_keeps_the_map(screen: Window, running_office: RunningOffice) -> None:
    """A choice repaints the standing map with the answer to its own click; the browser's back takes it
    back, and the address can be shared."""
    frame = open_map(screen, f"{running_office.url}/?layer=pomelo_plot.points")
    screen.page.wait_for_timeout(800)
    frame.evaluate("window.stillHere = true")
    before = frame.evaluate("Tambon.atlas.layers[0].answer.n")
    data_questions(screen)
    boxes = screen.page.locator("[data-testid=stMultiSelect]")
    box = boxes.filter(has_text="ตำบลที่กรอกเทียบกับพิกัด").locator("input")
    box.click()
    box.fill("ไม่ตรง")
    screen.page.get_by_role("option").filter(has_text="ไม่ตรง").wait_for(timeout=WAIT_MS)
    box.press("Enter")
    frame.wait_for_function(f"Tambon.atlas.layers[0].answer.n < {before}", timeout=WAIT_MS)

    assert frame.evaluate("window.stillHere") is True
    asked = data_questions(screen)
    assert {one.partition("?")[0] for one in asked} == {"next"}, asked
    screen.page.wait_for_url("**verdict=disagrees**#map=**", timeout=WAIT_MS)
    shared = screen.page.url
    screen.page.go_back()
    frame.wait_for_function(f"Tambon.atlas.layers[0].answer.n === {before}", timeout=WAIT_MS)
    assert frame.evaluate("window.stillHere") is True
    screen.page.goto("about:blank")
    again = open_map(screen, shared)
    assert again.evaluate("Tambon.atlas.layers[0].answer.n") < before


ROWS: dict[str, Callable[[Path], int]] = {
    "csv": lambda path: len(list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))),
    "xlsx": lambda path: sum(1 for _ in load_workbook(path).worksheets[0].rows) - 1,
    "geojson": lambda path: len(json.loads(path.read_text(encoding="utf-8"))["features"]),
    "gpkg": lambda path: int(pyogrio.read_info(path)["features"]),
    "parquet": lambda path: pyarrow.parquet.read_metadata(path).num_rows,
}


def test_what_is_shared_and_what_is_taken_away_is_what_is_on_the_screen(
    screen: Window, running_office: RunningOffice, tmp_path: Path
) -> None:
    """The address shows another browser the same view; files of each kind have the screen's rows."""
    chosen = "layer=pomelo_plot.points&area=8012&f.pomelo_plot/variety=thong_di&q=ทองดี&lang=en"
    frame = open_map(screen, f"{running_office.url}/?{chosen}")
    n = frame.evaluate("Tambon.atlas.layers[0].answer.n")
    screen.page.get_by_text(f"{n:,}", exact=False).first.wait_for(timeout=WAIT_MS)
    screen.page.get_by_text("Download", exact=True).click()
    rows = {}
    for kind in EXPORT_KINDS:
        link = screen.page.get_by_role("link", name=t(f"export.{kind}", "en"), exact=True)
        path = screen.download(link, tmp_path, WAIT_MS)
        rows[kind] = ROWS[path.suffix.removeprefix(".")](path)

    assert n > 0
    assert rows == dict.fromkeys(EXPORT_KINDS, n)
    with elsewhere(screen, running_office) as other:
        assert open_map(other, screen.page.url).evaluate("Tambon.atlas.layers[0].answer.n") == n


@contextmanager
def elsewhere(screen: Window, running_office: RunningOffice, **account: str) -> Iterator[Window]:
    """Another browser, in which the administrator or that account has signed in."""
    assert screen.context.browser is not None
    context = screen.context.browser.new_context()
    form = account or {name: running_office.facts[key] for name, key in SIGN_IN.items()}
    try:
        context.request.post(f"{running_office.url}/signin", form=form)
        yield Window(context.new_page(), context)
    finally:
        context.close()


def test_a_link_to_a_page_that_is_closed_to_an_account_says_so(
    screen: Window, running_office: RunningOffice
) -> None:
    """In its own words, and the menu does not offer the page."""
    email = f"{uuid.uuid4().hex}@example.org"
    made = running_office.command("account", "add", email, "--role", "planner", "--area", "8012")
    account = {name: made[name] for name in SIGN_IN}
    with elsewhere(screen, running_office, **account) as other:
        other.page.goto(f"{running_office.url}/phones")
        other.page.get_by_text(t("app.closed")).wait_for(timeout=WAIT_MS)
        links = other.page.locator("[data-testid=stSidebarNavLink]").all_inner_texts()
        assert len(links) > 5
        assert t("page.phones") not in " ".join(links)


def test_what_a_phone_sends_is_on_the_map_a_moment_later(
    screen: Window, running_office: RunningOffice
) -> None:
    """Without a reload, in its tambon; a click shows it and those in the same place; its text stays text."""
    frame = open_map(screen, f"{running_office.url}/?layer=pomelo_plot.points")
    frame.evaluate("map.setView([8.4432, 100.2301], 17, { animate: false })")
    screen.page.wait_for_timeout(900)
    n = frame.evaluate("Tambon.atlas.layers[0].answer.n")
    phone = running_office.phone("โทรศัพท์ของแผนที่")
    schema, key = schema_of(phone, "pomelo_plot"), instance_id()
    answers: dict[str, Any] = {
        "tambon": "801206",
        "variety": "thong_di",
        "plot_name": NAME,
        "visit_date": "2026-03-11",
    }
    answers |= {"point": "8.4432 100.2301 0 4", "trees": 40}
    assert post(phone, submission(schema, answers, instance=key)).status_code == 201
    earlier = answers | {"variety": "khao_nam_phueng", "visit_date": "2026-01-11", "plot_name": "สวนเดิม"}
    assert post(phone, submission(schema, earlier, instance=instance_id())).status_code == 201
    frame.wait_for_function(f"Tambon.atlas.layers[0].answer.n > {n} + 1", timeout=5_000)

    spot = frame.evaluate(
        "(() => { const at = map.latLngToContainerPoint([8.4432, 100.2301]); return [at.x, at.y]; })()"
    )
    corner = screen.page.locator("iframe[title*='st_folium']").bounding_box()
    assert corner is not None
    screen.page.mouse.click(corner["x"] + spot[0], corner["y"] + spot[1])
    pager = frame.wait_for_selector(".tambon-pager", timeout=WAIT_MS)
    assert pager is not None
    first, popup = frame.inner_text(".tambon-popup"), frame.locator(".tambon-popup")
    frame.click(".tambon-pager button:last-child")
    frame.wait_for_function(f"document.querySelector('.tambon-popup').innerText !== {json.dumps(first)}")
    assert ("ทองดี" in first) != ("ทองดี" in popup.inner_text())
    if "ทองดี" in first:
        frame.click(".tambon-pager button:last-child")
        popup.filter(has_text="ทองดี").wait_for(timeout=WAIT_MS)
    shown = popup.inner_text()
    assert "11 มี.ค. 2569" in shown
    assert key.split(":")[1] in str(frame.get_attribute(".tambon-more", "href"))
    popup.locator(".tambon-more").click()  # the frame may not lead the page elsewhere by itself
    screen.page.get_by_text(NAME, exact=True).wait_for(timeout=WAIT_MS)
    assert screen.page.evaluate("window.broken") is None
    assert screen.errors == []


def test_the_map_is_reached_without_a_mouse(screen: Window, running_office: RunningOffice) -> None:
    """Keys go from record to record and open one; what is lit is said."""
    frame = open_map(screen, f"{running_office.url}/?layer=pomelo_plot.points")
    frame.focus(".leaflet-container")
    frame.press(".leaflet-container", "n")
    assert "จุดแปลงส้มโอ" in frame.inner_text("[role=status]")
    frame.press(".leaflet-container", "Enter")
    assert frame.wait_for_selector(".tambon-popup", timeout=WAIT_MS)

    shaded = f"{running_office.url}/?layer=pomelo_plot.points&shade=pomelo_plot.points"
    frame = open_map(screen, f"{shaded}#map=12/8.30500/100.14500")
    frame.wait_for_function("Tambon.atlas.areas().length", timeout=WAIT_MS)
    frame.focus(".leaflet-container")
    frame.press(".leaflet-container", "n")
    assert re.fullmatch(r"\S+ · [\d,]+", frame.inner_text("[role=status]"))
    frame.press(".leaflet-container", "Enter")
    screen.page.wait_for_url("**area=8012**", timeout=WAIT_MS)
    assert screen.errors == []


def test_a_line_is_reached_by_the_pointer(screen: Window, running_office: RunningOffice) -> None:
    """A canal has no inside; a click beside it within reach opens its record, one farther off does not."""
    frame = open_map(screen, f"{running_office.url}/?layer=water_asset_register.canals")
    beside = """(px) => { const line = Tambon.atlas.layers[0].items.find((one) => one.rings);
        const { xy } = line.rings[0], place = [Tambon.toLat(line.y), Tambon.toLon(line.x)];
        map.setView(place, 17, { animate: false });
        const [next] = [2, 0].filter((i) => xy[i] !== line.x || xy[i + 1] !== line.y);
        const at = map.latLngToContainerPoint(place);
        const along = map.latLngToContainerPoint([Tambon.toLat(xy[next + 1]), Tambon.toLon(xy[next])]);
        const far = at.distanceTo(along);
        return [at.x + (px * (along.y - at.y)) / far, at.y - (px * (along.x - at.x)) / far]; }"""
    reached = "([x, y]) => Boolean(Tambon.atlas.at(L.point(x, y)))"

    assert frame.evaluate(reached, frame.evaluate(beside, 60)) is False
    x, y = frame.evaluate(beside, 3)
    assert frame.evaluate(reached, [x, y]) is True
    corner = screen.page.locator("iframe[title*='st_folium']").bounding_box()
    assert corner is not None
    screen.page.mouse.click(corner["x"] + x, corner["y"] + y)
    assert frame.wait_for_selector(".tambon-popup", timeout=WAIT_MS)


def test_what_was_asked_before_is_never_shown_for_another_choice(
    screen: Window, running_office: RunningOffice
) -> None:
    """When an answer does not come nothing is drawn until it does; colours of another zoom tell nothing."""
    frame = open_map(
        screen, f"{running_office.url}/?layer=pomelo_plot.points&shade=pomelo_plot.points&points=1"
    )
    frame.wait_for_function("Tambon.atlas.areas().length", timeout=WAIT_MS)
    gone, choose = (
        re.compile("/map/(view|tambons)"),
        """() => {
        const chosen = structuredClone(Tambon.atlas.chosen);
        chosen.layers[0].query = chosen.shade.query = "area=801206";
        Tambon.atlas.show(encodeURIComponent(JSON.stringify(chosen))); }""",
    )
    screen.page.route(gone, lambda route: route.abort())
    frame.evaluate(choose)
    frame.wait_for_function("!Tambon.atlas.layers[0].items.length && !Tambon.atlas.shades", timeout=WAIT_MS)
    with screen.page.expect_response(re.compile("/map/version")):
        pass  # which goes right and is not what the map lacks
    assert t("map.offline") in frame.inner_text(".tambon-notice")
    screen.page.unroute(gone)
    frame.wait_for_function("Tambon.atlas.layers[0].items.length && Tambon.atlas.shades", timeout=WAIT_MS)

    assert frame.evaluate("Tambon.atlas.counts('801206') && !Tambon.atlas.counts('8012')")
    assert screen.errors == []


def test_a_click_on_a_count_goes_where_its_records_are(screen: Window, running_office: RunningOffice) -> None:
    """All of its cell is in sight then, and little else."""
    frame = open_map(screen, f"{running_office.url}/?layer=pomelo_plot.points")
    frame.evaluate(
        """() => { const layer = Tambon.atlas.layers[0], parts = [{ category: 0, n: 9 }];
        const item = { n: 9, parts, category: 0, x: Tambon.toX(100.15), y: Tambon.toY(8.3) };
        layer.answer.cell_deg = 0.02; Tambon.atlas.open({ layer, item }); }"""
    )
    frame.wait_for_function(
        """() => { const seen = map.getBounds(); return seen.contains([[8.29, 100.14], [8.31, 100.16]])
        && seen.getNorth() - seen.getSouth() < 0.06; }""",
        timeout=WAIT_MS,
    )


def test_an_outline_drawn_on_the_map_is_a_filter(screen: Window, running_office: RunningOffice) -> None:
    """Tapped corner by corner: the map, the count and the address take it, and it can be shared."""
    frame = open_map(screen, f"{running_office.url}/?layer=pomelo_plot.points")
    before = frame.evaluate("Tambon.atlas.layers[0].answer.n")
    frame.evaluate("document.querySelector('.tambon-tools button:last-child').click()")
    box = frame.evaluate("[map.getSize().x, map.getSize().y]")
    spot = screen.page.locator("iframe[title*='st_folium']").bounding_box()
    assert spot is not None
    corners = [(0.35, 0.3), (0.6, 0.3), (0.6, 0.7), (0.35, 0.7)]
    for x, y in corners:
        screen.page.mouse.click(spot["x"] + x * box[0], spot["y"] + y * box[1])
    frame.focus(".leaflet-container")
    frame.press(".leaflet-container", "Enter")
    frame.wait_for_function(f"Tambon.atlas.chosen.shape && Tambon.atlas.layers[0].answer.n < {before}")

    n = frame.evaluate("Tambon.atlas.layers[0].answer.n")
    assert 0 < n < before
    assert "shape=" in screen.page.url
    assert screen.errors == []
    shared = screen.page.url.partition("#")[0]
    screen.page.goto("about:blank")
    again = open_map(screen, shared)
    assert again.evaluate("Tambon.atlas.layers[0].answer.n") == n
    screen.page.get_by_text(f"{n:,}", exact=False).first.wait_for(timeout=WAIT_MS)


def test_time_is_slid_over_and_what_came_lately_is_told(
    screen: Window, running_office: RunningOffice
) -> None:
    """Months by keys on the slider, then the same span a month on; and what came since last week."""
    phone = running_office.phone("โทรศัพท์ของสัปดาห์นี้")
    answers = {"tambon": "801206", "variety": "thong_di", "visit_date": "2026-02-03"}
    sent = submission(schema_of(phone, "pomelo_plot"), answers | {"point": "8.2806 100.0896 0 4"})
    assert post(phone, sent).status_code == 201
    frame = open_map(screen, f"{running_office.url}/?layer=pomelo_plot.points")
    page, shown = screen.page, "Tambon.atlas.layers[0].answer.n"
    whole = frame.evaluate(shown)

    def told(query: str) -> int:
        box = "box=97,5,106,21&zoom=6"
        answer = page.request.get(f"{running_office.url}/map/view?layer=pomelo_plot.points&{query}&{box}")
        return int(answer.json()["n"])

    def chosen() -> dict[str, str]:
        return dict(parse_qsl(urlsplit(page.url).query))

    def span() -> tuple[str, str]:
        """The days that the address tells by now, once the map shows what lies in them."""
        page.wait_for_selector("[data-test-script-state=notRunning]", timeout=WAIT_MS)
        since, until = chosen()["since"], chosen()["until"]
        n = told(f"since={since}&until={until}")
        assert 0 < n < whole
        frame.wait_for_function(f"{shown} === {n}", timeout=WAIT_MS)
        return since, until

    settled(page)
    page.get_by_text(t("time.slide"), exact=True).click(timeout=WAIT_MS)
    page.get_by_role("slider").first.press("ArrowRight", timeout=WAIT_MS)
    page.wait_for_url("**since=**", timeout=WAIT_MS)
    _, last = span()
    page.get_by_role("slider").last.press("ArrowLeft", timeout=WAIT_MS)
    page.wait_for_url(lambda url: f"until={last}" not in url, timeout=WAIT_MS)
    since, until = span()
    page.get_by_role("button", name=t("time.before")).click(timeout=WAIT_MS)
    page.wait_for_url(lambda url: f"until={until}" not in url, timeout=WAIT_MS)
    assert [one < other for one, other in zip(span(), (since, until), strict=True)] == [True, True]

    page.get_by_text(t("filter.clear"), exact=True).click(timeout=WAIT_MS)
    page.get_by_text(t("time.moves"), exact=True).click(timeout=WAIT_MS)
    received = page.get_by_label(t("time.received"), exact=False).first
    received.wait_for(timeout=WAIT_MS)
    settled(page)
    received.click(timeout=WAIT_MS)
    page.get_by_role("option").filter(has_text=t("time.since", n=7)).click(timeout=WAIT_MS)
    page.wait_for_url("**received=**", timeout=WAIT_MS)
    n = told(f"received={chosen()['received']}")
    assert 0 < n < whole
    frame.wait_for_function(f"{shown} === {n}", timeout=WAIT_MS)
    page.get_by_text(f"({n:,})").first.wait_for(timeout=WAIT_MS)
    assert screen.errors == []


def test_a_click_that_comes_before_the_last_answer_takes_nothing_back(
    screen: Window, running_office: RunningOffice
) -> None:
    """On a slow line a section is unfolded before the browser hears that the filters were cleared."""
    page, slow = screen.page, False
    asked, held = list[str | bytes](), list[Callable[[], None]]()

    def line(here: WebSocketRoute) -> None:
        def ask(message: str | bytes) -> None:
            asked.append(message)
            there.send(message)

        def tell(message: str | bytes) -> None:
            held.append(lambda: here.send(message))
            if not slow:
                held.pop()()

        there = here.connect_to_server()
        here.on_message(ask)
        there.on_message(tell)

    page.route_web_socket("**/_stcore/stream", line)
    open_map(screen, f"{running_office.url}/?layer=pomelo_plot.points&area=8012&since=2025-10-01")
    page.wait_for_selector("[data-test-script-state=notRunning]", timeout=WAIT_MS)
    slow, clicks = True, len(asked)
    page.get_by_text(t("filter.clear"), exact=True).click(timeout=WAIT_MS)
    while not held:
        page.wait_for_timeout(20)
    page.get_by_text(t("time.moves"), exact=True).click(timeout=WAIT_MS)
    while len(asked) < clicks + 2:
        page.wait_for_timeout(20)
    assert "area=8012" in page.url
    slow = False
    for tell in held:
        tell()
    page.get_by_label(t("time.received"), exact=False).first.wait_for(timeout=WAIT_MS)
    page.wait_for_selector("[data-test-script-state=notRunning]", timeout=WAIT_MS)
    assert dict(parse_qsl(urlsplit(page.url).query)) == {"layer": "pomelo_plot.points"}


@pytest.fixture
def base_map(running_office: RunningOffice) -> Iterator[str]:
    """A file of tiles in the data folder, whose title and source carry markup; its title."""
    path = running_office.data / "basemaps" / "ภาพถ่าย.pmtiles"
    title = 'ภาพถ่าย 2569 <img src=x onerror="window.broken=1">'
    pixels = io.BytesIO()
    Image.new("RGB", (256, 256), "red").save(pixels, "PNG")
    with path.open("wb") as out:
        writer = Writer(out)
        writer.write_tile(zxy_to_tileid(10, 797, 487), pixels.getvalue())  # around Pak Phanang
        header = dict.fromkeys(
            ("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7", "center_zoom", "center_lon_e7",
             "center_lat_e7"), 0,
        )  # fmt: skip
        kinds = {"tile_type": TileType.PNG, "tile_compression": Compression.NONE}
        writer.finalize(header | kinds, {"name": title, "attribution": "<b>กรมแผนที่ทหาร</b>"})
    yield title
    path.unlink()


def test_a_file_of_tiles_is_chosen_as_base_map(
    screen: Window, running_office: RunningOffice, base_map: str
) -> None:
    """Boundaries alone until then; its tiles lie below them, its source is named, and it stays chosen."""
    url = f"{running_office.url}/?layer=pomelo_plot.points#map=10/8.58100/100.37100"
    frame = open_map(screen, url)
    assert frame.locator("img.leaflet-tile").count() == 0
    frame.locator(".leaflet-control-layers").hover()
    frame.get_by_text(base_map).click(timeout=WAIT_MS)
    tile = """[...document.querySelectorAll("img.leaflet-tile-loaded")].some((one) => {
        const canvas = document.createElement("canvas"), brush = canvas.getContext("2d");
        brush.drawImage(one, 0, 0);
        return String(brush.getImageData(128, 128, 1, 1).data) === "255,0,0,255"; })"""
    frame.wait_for_function(tile, timeout=WAIT_MS)
    assert "<b>กรมแผนที่ทหาร</b>" in frame.inner_text(".leaflet-control-attribution")
    screen.page.reload()
    frame = open_map(screen, url)
    frame.wait_for_function(tile, timeout=WAIT_MS)
    assert frame.evaluate("window.broken") is None
    assert screen.refused == []
    assert screen.errors == []


def test_tambons_are_coloured_by_values_alone(screen: Window, running_office: RunningOffice) -> None:
    """The choropleth asks for counts, not for boundaries again; an area without data is told as such."""
    frame = open_map(screen, f"{running_office.url}/?layer=pomelo_plot.points&shade=pomelo_plot.points")
    frame.wait_for_function("Tambon.atlas.shades !== null", timeout=WAIT_MS)

    legend = frame.inner_text(".tambon-legend")
    assert "ไม่มีข้อมูล" in legend
    assert len([one for one in data_questions(screen) if one.startswith("tambons")]) >= 1
    screen.page.reload()
    frame = open_map(screen, screen.page.url)
    assert frame.evaluate("Tambon.atlas.shades !== null") or frame.wait_for_function(
        "Tambon.atlas.shades !== null"
    )


def test_long_names_of_numbers_stay_on_their_cards(screen: Window, running_office: RunningOffice) -> None:
    """They wrap instead of running into the next card."""
    screen.page.goto(f"{running_office.url}/indicators")
    screen.page.wait_for_selector("[data-testid=stMetricLabel]", timeout=3 * WAIT_MS)
    names = "[...document.querySelectorAll('[data-testid=stMetricLabel]')]"
    screen.page.wait_for_function(f"{names}.some((one) => one.textContent.length > 40)", timeout=WAIT_MS)

    assert screen.page.evaluate(f"{names}.filter((one) => one.scrollWidth > one.clientWidth).length") == 0


def test_two_periods_lie_on_one_another_and_a_line_says_which_is_seen(
    screen: Window, running_office: RunningOffice
) -> None:
    """Moved by keys or dragged; both maps move together, each with its own records and legend."""
    screen.page.goto(f"{running_office.url}/compare?layer=pomelo_plot.plots&span=all&swipe=1")
    bar = "document.querySelector('.tambon-swipe')"
    answered = """() => [...document.querySelectorAll("iframe")].filter(({ contentWindow: { Tambon } }) =>
        Tambon && Tambon.atlas && Tambon.atlas.layers[0] && Tambon.atlas.layers[0].answer).length === 2"""
    screen.page.wait_for_function(answered, timeout=3 * WAIT_MS)  # two maps and their page at once
    frames = [one for one in screen.page.frames if "st_folium" in one.url]
    under, over = sorted(frames, key=lambda one: bool(one.evaluate(f"Boolean({bar})")))
    for frame in frames:  # a place lies at the same spot of both
        frame.wait_for_function("map.getSize().y === innerHeight", timeout=WAIT_MS)
    looks = [frame.evaluate("[map.getCenter().lat, map.getCenter().lng, map.getZoom()]") for frame in frames]
    assert looks[0] == pytest.approx(looks[1], abs=0.001)

    over.focus(".tambon-swipe")
    for _ in range(5):
        over.press(".tambon-swipe", "ArrowLeft")

    assert over.get_attribute(".tambon-swipe", "aria-valuenow") == "40"
    assert "40%" in over.evaluate("window.frameElement.style.clipPath")
    assert under.evaluate("window.frameElement.style.clipPath") == ""
    boxes = [
        frame.evaluate("JSON.stringify(window.frameElement.getBoundingClientRect())") for frame in frames
    ]
    assert boxes[0] == boxes[1]
    over.evaluate("document.querySelector('.tambon-tools button').click()")
    for frame in frames:
        frame.wait_for_function("innerHeight === window.parent.innerHeight", timeout=WAIT_MS)
    screen.page.evaluate("document.exitFullscreen()")
    under.evaluate("Tambon.atlas.map.setView([8.3, 100.1], 12, { animate: false })")
    over.wait_for_function("Tambon.atlas.map.getZoom() === 12", timeout=WAIT_MS)
    assert screen.errors == []


def test_several_records_are_chosen_and_decided_at_once(
    screen: Window, running_office: RunningOffice
) -> None:
    """Two rows of the queue are ticked, one decision is written for both, and taken back."""
    page = screen.page
    page.goto(f"{running_office.url}/review?layer=land_case&lang=en")
    table = page.locator("[data-testid=stDataFrame]")
    table.wait_for(timeout=WAIT_MS)
    box = table.bounding_box()
    assert box is not None
    for n in (1, 2):
        page.mouse.click(box["x"] + 16, box["y"] + 35 * n + 17)
        page.get_by_text(f"Decide over {n} chosen records").wait_for(timeout=WAIT_MS)
    page.get_by_label("Comment").fill("seen together")
    page.get_by_role("button", name="Write it down").click()
    page.get_by_text("2 records written").wait_for(timeout=WAIT_MS)
    page.get_by_role("button", name="Take it back").click()
    page.get_by_text("2 records written").wait_for(state="detached", timeout=WAIT_MS)
    assert screen.errors == []
